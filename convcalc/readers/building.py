"""A graph while it is being read: nodes with names that are new, and errors with their line.

Law: every reader adds nodes here, one after the other; a name is given once, and a name that is
taken already gets a number.
"""

from __future__ import annotations

from collections.abc import Sequence

from convcalc.errors import ParseError
from convcalc.graph.model import Graph, Node, input_node
from convcalc.graph.operations import (
    ChannelsLast,
    Concat,
    CropLike,
    Elementwise,
    Expand,
    MatMul,
    Measured,
    Operation,
    Resize,
)

MOST_LAYERS = 20_000  # of a text
MOST_INPUTS = 40_000  # of all layers together


class Builder:
    """Collects nodes; ``last`` is the one that a chain goes on from."""

    def __init__(self) -> None:
        self.nodes: list[Node] = [input_node()]
        self.names: set[str] = set()
        self.counts: dict[str, int] = {}
        self.notes: list[str] = []
        self.last = 0
        self.output = -1
        self.inputs = 0
        self.declared: tuple[int, ...] = ()  # batch, channels, axes, where the text says them

    def add(
        self,
        operation: Operation,
        inputs: Sequence[int],
        name: str | None,
        where: str,
        *,
        shared: bool = False,
    ) -> int:
        """A node after its inputs; its place. Raises ValueError for a wrong number of inputs."""
        wrong = arity(operation, len(inputs))
        if wrong:
            raise ValueError(wrong)
        if len(self.nodes) > MOST_LAYERS:
            raise ValueError(f"more than {MOST_LAYERS} layers")
        self.inputs += len(inputs)
        if self.inputs > MOST_INPUTS:
            raise ValueError(f"the layers have more than {MOST_INPUTS} inputs together")
        name = self.free(name, operation.op)
        self.nodes.append(Node(name, operation, tuple(inputs), where, shared=shared))
        self.last = len(self.nodes) - 1
        return self.last

    def free(self, name: str | None, op: str) -> str:
        """``name``, or the operation with a number where there is none or it is taken."""
        while name is None or name in self.names:
            self.counts[op] = self.counts.get(op, 0) + 1
            name = f"{op}{self.counts[op]}"
        self.names.add(name)
        return name

    def graph(self, text: str) -> Graph:
        """The finished graph. Raises ParseError where there is no layer in it."""
        if len(self.nodes) == 1:
            raise ParseError(
                "there is no layer in this text; valid: one layer a line, such as "
                "nn.Conv2d(3, 64, 3), or assignments such as y = nn.Conv2d(3, 64, 3)(x)",
                text=text[:200],
            )
        return Graph(
            tuple(self.nodes), tuple(self.notes), declared=self.declared, output=self.output
        )


def arity(operation: Operation, count: int) -> str | None:
    """What is wrong with a number of inputs, if anything."""
    match operation:
        case ChannelsLast(inner):
            return arity(inner, count)
        case Concat():
            wanted, fits = "at least 1 input", count >= 1
        case Elementwise():
            wanted, fits = "at least 2 inputs", count >= 2
        case Measured():
            wanted, fits = "its input and the tensors whose sizes it takes", count >= 2
        case Expand(()):
            wanted, fits = "2 inputs (what is expanded, and like what)", count == 2
        case MatMul():
            wanted, fits = "2 inputs", count == 2
        case CropLike(None):
            wanted, fits = "2 inputs (what is cropped, and like what)", count == 2
        case Resize(like=int()):
            wanted, fits = "2 inputs (what is resized, and like what)", count == 2
        case _:
            wanted, fits = "1 input", count == 1
    return None if fits else f"{operation.op} takes {wanted}, got {count}"


def at_line(text: str, line: int, message: str, start: int, end: int) -> ParseError:
    """An error that names its line and shows it."""
    return ParseError(f"line {line}: {message}", text=text, start=start, end=end)
