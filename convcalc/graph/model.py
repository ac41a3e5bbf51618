"""The graph itself: nodes in an order in which they can run.

Law: a node's inputs come before it; whoever reads a file (a program, a printed model, ONNX) puts
them in order and refuses cycles, so nothing here ever sorts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from convcalc.errors import ParameterError, SizeError
from convcalc.graph.operations import Given, Operation, Shape, Windowed
from convcalc.layers.axis import axes_word, write

CONVENTION = (
    "MACs: batch * prod(k) * c_in * c_out / groups * prod(o); for a transposed convolution the "
    "input positions, prod(n); bias, pools and activations are not counted. Parameters: weights "
    "and biases that are trained"
)


class Node(NamedTuple):
    """One operation: its name, the places of its inputs in the graph, and where it was written.

    ``listed`` is False for what is no layer of its own, such as a constant.
    """

    name: str
    operation: Operation
    inputs: tuple[int, ...] = ()
    where: str = ""
    listed: bool = True


class Graph(NamedTuple):
    """The nodes; the first input is the image. ``shape`` is fixed where a file says it."""

    nodes: tuple[Node, ...]
    notes: tuple[str, ...] = ()
    shape: Shape | None = None  # batch, channels, spatial axes
    constants: Mapping[str, Shape] = {}

    @property
    def rank(self) -> int | None:
        """The number of spatial axes; None where no layer says it."""
        for node in self.nodes:
            if isinstance(node.operation, Windowed) and node.operation.layer.rank is not None:
                return node.operation.layer.rank
        return None

    @property
    def channels(self) -> int | None:
        """The channels that the first layer with weights expects."""
        for node in self.nodes:
            operation = node.operation
            if isinstance(operation, Windowed):
                origin = operation.layer.origin
                if operation.op in ("conv", "deconv"):
                    return origin.in_channels if origin is not None else None
        return None

    def input_shape(self, size: int | Sequence[int] | None) -> Shape:
        """Batch, channels and spatial axes, from ``3x224x224`` or only ``224x224`` or ``224``.

        Raises ParameterError where the channels are not known, SizeError for other axes.
        """
        if size is None:
            if self.shape is None:
                raise ParameterError(
                    "the input size is missing: give channels and axes, as in --n 3x224x224"
                )
            return self.shape
        sizes = (size,) if isinstance(size, int) else tuple(size)
        for number in sizes:
            if not isinstance(number, int) or isinstance(number, bool):
                raise SizeError(f"input size must be a whole number: got {number!r}")
            if number < 1:
                raise SizeError(f"input size must be at least 1: got {number}")
        batch = self.shape[0] if self.shape is not None else 1
        rank = self.rank if self.shape is None else len(self.shape) - 2
        if rank is None or len(sizes) == rank + 1:
            return (batch, *sizes)
        if len(sizes) == 1:
            sizes *= rank
        if len(sizes) != rank:
            raise SizeError(
                f"the network has {axes_word(rank)}: give channels and axes, as in --n "
                f"{'x'.join(['3', *['224'] * rank])}, got {write(sizes)}"
            )
        channels = self.shape[1] if self.shape is not None else self.channels
        if channels is None:
            raise ParameterError(
                f"the channels of the input are not written in the first layer: give them too, as "
                f"in --n 3x{write(sizes)}"
            )
        return (batch, channels, *sizes)


def input_node(name: str = "input") -> Node:
    """The image that a person asks about."""
    return Node(name, Given(), listed=False)
