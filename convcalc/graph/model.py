"""The graph itself: nodes in an order in which they can run.

Law: a node's inputs come before it; whoever reads a file (a program, a printed model, ONNX) puts
them in order and refuses cycles, so nothing here ever sorts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from convcalc.errors import ParameterError, SizeError
from convcalc.graph.operations import (
    AdaptivePool,
    Concat,
    CropLike,
    Elementwise,
    Given,
    Linear,
    Operation,
    Pad,
    Part,
    PixelShuffle,
    Pointwise,
    Resize,
    Shape,
    Slice,
    Windowed,
)
from convcalc.graph.operations.base import LARGEST, MOST_DIGITS, count
from convcalc.layers.axis import among, axes_word, write

CONVENTION = (
    "MACs: batch * prod(k) * c_in * c_out / groups * prod(o); for a transposed convolution the "
    "input positions, prod(n); bias, pools and activations are not counted. Parameters: weights "
    "and biases that are trained"
)


class Node(NamedTuple):
    """One operation: its name, the places of its inputs in the graph, and where it was written.

    ``listed`` is False for what is no layer of its own, such as a constant; ``shared`` is True
    where the weights are those of an earlier node, so that they are counted already.
    """

    name: str
    operation: Operation
    inputs: tuple[int, ...] = ()
    where: str = ""
    listed: bool = True
    shared: bool = False


# What leaves the axes, or the channels too, as they are: up to there a layer speaks of the image.
_KEEP_CHANNELS = (AdaptivePool, CropLike, Elementwise, Given, Pad, Pointwise, Resize)
_KEEP_AXES = (*_KEEP_CHANNELS, Concat, Linear, Part, PixelShuffle, Slice, Windowed)


class Graph(NamedTuple):
    """The nodes; the first input is the image.

    ``declared`` is the image's shape as a file says it, with names where it leaves sizes open;
    ``constants`` are the shapes of tensors that are no node; ``assumed`` says that the order is a
    guess, since the text does not say it; ``output`` is the place of what the network gives.
    """

    nodes: tuple[Node, ...]
    notes: tuple[str, ...] = ()
    declared: tuple[int | str, ...] = ()  # batch, channels, spatial axes
    constants: Mapping[str, Shape] = MappingProxyType({})
    assumed: bool = False
    output: int = -1

    @property
    def shape(self) -> Shape | None:
        """The image's shape, where a file says all of it."""
        sizes = tuple(size for size in self.declared if isinstance(size, int))
        return sizes if sizes and len(sizes) == len(self.declared) else None

    @property
    def rank(self) -> int | None:
        """The number of spatial axes; None where no layer says it."""
        for node in self.nodes:
            operation = node.operation
            if isinstance(operation, Windowed) and operation.layer.rank is not None:
                return operation.layer.rank
            if not isinstance(operation, _KEEP_AXES):
                break
        return None

    @property
    def channels(self) -> int | None:
        """The channels that the first layer with weights expects."""
        for node in self.nodes:
            operation = node.operation
            if isinstance(operation, Windowed):
                if operation.layer.weighted:
                    origin = operation.layer.origin
                    return origin.in_channels if origin is not None else None
            elif not isinstance(operation, _KEEP_CHANNELS):
                break
        return None

    def input_shape(self, size: int | Sequence[int] | None) -> Shape:
        """Batch, channels and spatial axes, from ``3x224x224`` or only ``224x224`` or ``224``.

        Raises ParameterError where the channels are not known, SizeError for other axes.
        """
        if size is None:
            return self._declared_shape()
        sizes = (size,) if isinstance(size, int) else tuple(size)
        for number in sizes:
            if not isinstance(number, int) or isinstance(number, bool):
                raise SizeError(f"input size must be a whole number: got {number!r}")
            if number < 1:
                raise SizeError(f"input size must be at least 1: got {count(number)}{among(sizes)}")
            if number > LARGEST:
                raise SizeError(f"input size must have at most {MOST_DIGITS} digits")
        declared = self.declared
        batch = declared[0] if declared and isinstance(declared[0], int) else 1
        rank = len(declared) - 2 if len(declared) > 1 else self.rank
        self._need_channels(sizes)
        if rank is None or len(sizes) == rank + 1:
            return (batch, *sizes)
        if len(sizes) == 1:
            sizes *= rank
        if len(sizes) != rank:
            raise SizeError(
                f"the network has {axes_word(rank)}: give channels and axes, as "
                f"{'x'.join(['3', *['224'] * rank])}, got {write(sizes)}"
            )
        channels = declared[1] if len(declared) > 1 else self.channels
        if not isinstance(channels, int):
            raise ParameterError(
                f"the channels of the input are not written in the first layer: give them too, as "
                f"3x{write(sizes)}"
            )
        return (batch, channels, *sizes)

    def _need_channels(self, sizes: Sequence[int]) -> None:
        """Channels come first in a size, and are those that the input is declared with."""
        known = self.declared[1] if len(self.declared) > 1 else None
        if isinstance(known, int) and len(sizes) == len(self.declared) - 1 and sizes[0] != known:
            rest = sizes[:-1] if sizes[-1] == known else sizes[1:]
            raise SizeError(
                f"the network's input has {known} channels, and channels come first in a size, as "
                f"{write((known, *rest))}: got {write(sizes)}"
            )

    def _declared_shape(self) -> Shape:
        if self.shape is not None:
            return self.shape
        open_sizes = [str(size) for size in self.declared if not isinstance(size, int)]
        if open_sizes:
            raise ParameterError(
                f"the file leaves {' and '.join(open_sizes)} of the input open: give dim "
                f"{open_sizes[0]}=1 and so on, or the whole size, as 3x224x224"
            )
        raise ParameterError("size is missing: give channels and axes, as 3x224x224")


def input_node(name: str = "input") -> Node:
    """The image that a person asks about."""
    return Node(name, Given(), listed=False)
