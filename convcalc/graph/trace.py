"""One run of a network on one input size: shapes, fields, cost, row by row.

Law: nodes are followed once, in order, each in time that does not depend on how many there are.
What does not fit ends the run: the rows so far stay, and the failure says where and why.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from convcalc.errors import SizeError
from convcalc.graph import field as fields_
from convcalc.graph.field import Field, Measure
from convcalc.graph.model import Graph
from convcalc.graph.operations import Check, Followed, Given, Shape, Strict
from convcalc.graph.operations.base import LARGEST, MOST_DIGITS, Move
from convcalc.graph.reach import Reach, whole

if TYPE_CHECKING:
    from convcalc.graph.cells import Span
    from convcalc.graph.repairs import Trouble
    from convcalc.graph.sizes import Legal

Sized: TypeAlias = "int | tuple[int, int] | None"
MOST_NOTES = 8


class Tensor(NamedTuple):
    """What is known of a node's output.

    ``places`` says, for each spatial axis of the image, which dimension it lies along (None: every
    cell sees the whole of it), ``fields`` what is seen. A constant has neither.
    """

    shape: Shape
    places: tuple[int | None, ...] = ()
    fields: tuple[Field, ...] = ()


@dataclass(slots=True)  # not frozen: that takes six times as long, and there are thousands
class Row:
    """One layer of a network.

    ``output`` is channels and axes, without the batch. On each spatial axis of the image:
    ``receptive_field`` in cells, one number or (least, most) where it depends on the position, 0
    where nothing is seen; ``jump`` between the fields of neighbouring outputs; ``start``, the first
    cell that the first output sees, below 0 in the padding. None where it is not known.
    """

    name: str
    op: str
    output: tuple[int, ...]
    receptive_field: tuple[Sized, ...]
    jump: tuple[Fraction | None, ...]
    start: tuple[int | None, ...]
    parameters: int
    macs: int
    total_macs: int
    where: str = ""


class Failure(NamedTuple):
    """Where a run ended: the node's number in the graph and what was wrong."""

    node: int
    message: str


@dataclass(frozen=True)
class Run:
    """A network traced on one input: ``rows``, ``notes``, ``failure`` where it does not run.

    ``input`` and ``output`` are channels and axes; ``parameters`` and ``macs`` are sums.
    """

    graph: Graph = field(repr=False)
    input: tuple[int, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    parameters: int
    macs: int
    failure: Failure | None
    tensors: tuple[Tensor, ...] = field(repr=False)
    moves: tuple[tuple[Move, ...], ...] = field(repr=False)

    @property
    def output(self) -> tuple[int, ...]:
        """Channels and axes of what the network gives; where it does not run, of the last row."""
        if self.failure is None:
            return self.tensors[self.graph.output].shape[1:]
        return self.rows[-1].output if self.rows else self.input

    def trouble(self) -> Trouble | None:
        """Why the network does not run, and what would repair it; None where it runs."""
        if self.failure is None:
            return None
        from convcalc.graph.repairs import trouble

        return trouble(self)

    def sees(self, position: Sequence[int], layer: str | None = None) -> tuple[Span, ...] | None:
        """The input cells that one cell of a layer (the last one) sees, on each axis.

        Exact, cut at every border; None where it sees none. Raises SizeError for a position
        outside.
        """
        from convcalc.graph.cells import seen_by

        return seen_by(self, position, layer)

    def reaches(
        self, position: Sequence[int], layer: str | None = None
    ) -> tuple[Span | None, ...] | None:
        """The cells of a layer (the last one) that one input cell changes, on each axis.

        None where it changes none, or for an axis that is no more. Raises SizeError for a position
        outside.
        """
        from convcalc.graph.cells import reached_from

        return reached_from(self, position, layer)

    def legal_sizes(self, *ranges: tuple[int, int]) -> Legal:
        """For which sizes of ``(first, last)`` the network runs: one range for equal axes.

        Each range includes both ends. Raises ParameterError for ranges that are none.
        """
        from convcalc.graph.sizes import legal_sizes

        return legal_sizes(self.graph, (self.tensors[0].shape[0], *self.input), ranges)

    def _repr_html_(self) -> str:
        """As a notebook shows it."""
        from convcalc.notebook import html

        return html(self)

    def shape_of(self, name: str) -> Shape | None:
        """The shape of a tensor by name, batch included."""
        for node, tensor in zip(reversed(self.graph.nodes), reversed(self.tensors), strict=False):
            if node.name == name:
                return tensor.shape
        return self.graph.constants.get(name)


def trace(graph: Graph, shape: Shape, check: Check | None = None) -> Run:
    """Follow every node of ``graph`` for an input of ``shape`` (batch, channels, spatial axes)."""
    check = check or Strict()
    tensors: list[Tensor] = []
    moves: list[tuple[Move, ...]] = []
    rows: list[Row] = []
    notes = list(graph.notes)
    sharing = []
    parameters = macs = 0
    failure = None
    measures = _Measures()
    image = True
    for number, node in enumerate(graph.nodes):
        operation = node.operation
        if isinstance(operation, Given):
            if operation.shape is None or image:
                image = False
                rank = len(shape) - 2
                tensors.append(
                    Tensor(shape, tuple(range(2, rank + 2)), (fields_.START,) * max(rank, 0))
                )
            else:
                tensors.append(Tensor(operation.shape))
            moves.append(())
            continue
        sources = [tensors[place] for place in node.inputs]
        try:
            followed = operation.follow([tensor.shape for tensor in sources], check)
        except SizeError as error:
            failure = Failure(number, str(error))
            break
        if max(*followed.shape, followed.parameters, followed.macs) > LARGEST:
            failure = Failure(number, f"its sizes or cost have more than {MOST_DIGITS} digits")
            break
        arrived = _arrived(sources, followed)
        tensor = _met(arrived, followed.shape)
        tensors.append(tensor)
        moves.append(followed.moves)
        if len(arrived) > 1:
            notes += _apart(node.name, arrived)
        trained = followed.parameters
        if node.shared and trained:
            sharing.append(node.name)
            trained = 0
        parameters += trained
        macs += followed.macs
        if node.listed:
            rows.append(
                Row(
                    node.name,
                    operation.op,
                    tensor.shape[1:],
                    *measures.of(tensor),
                    trained,
                    followed.macs,
                    macs,
                    node.where,
                )
            )
    return Run(
        graph,
        shape[1:],
        tuple(rows),
        tuple(_told(notes, sharing)),
        parameters,
        macs,
        failure,
        tuple(tensors),
        tuple(moves),
    )


def _told(notes: list[str], sharing: list[str]) -> Iterator[str]:
    """Not more notes than are read, and one of layers whose weights are counted already."""
    yield from notes[:MOST_NOTES]
    if len(notes) > MOST_NOTES:
        yield f"and {len(notes) - MOST_NOTES} more notes of this kind"
    if sharing:
        words = f"{', '.join(sharing[:3])}{', ...' if len(sharing) > 3 else ''}"
        yield f"{words}: the weights are those of an earlier layer, and counted there"


_Measured: TypeAlias = tuple[tuple[Sized, ...], tuple[Fraction | None, ...], tuple[int | None, ...]]


class _Measures:
    """Fields in numbers; the layers of a block often share theirs."""

    def __init__(self) -> None:
        self.known: dict[tuple[Field, int], Measure | None] = {}
        self.last: tuple[tuple[Field, ...], Shape, _Measured] | None = None

    def of(self, tensor: Tensor) -> _Measured:
        """Sizes, jumps and starts on every axis."""
        fields, shape = tensor.fields, tensor.shape[2:]
        if self.last is not None and self.last[0] is fields and self.last[1] == shape:
            return self.last[2]
        found: list[Measure | None] = []
        for axis, (seen, place) in enumerate(zip(fields, tensor.places, strict=True)):
            if axis and seen is fields[axis - 1] and seen is not None and seen[0].period == 1:
                found.append(found[-1])
            else:
                found.append(self.one(seen, 1 if place is None else tensor.shape[place]))
        measured = (
            tuple([each and each.size for each in found]),
            tuple([each and each.jump for each in found]),
            tuple([each and each.start for each in found]),
        )
        self.last = fields, shape, measured
        return measured

    def one(self, seen: Field, positions: int) -> Measure | None:
        if seen is None:
            return None
        if len(seen) == 1 and seen[0].period == 1:
            positions = 1  # the same everywhere
        key = seen, positions
        if key not in self.known:
            self.known[key] = fields_.measure(seen, positions)
        return self.known[key]


def _arrived(sources: Sequence[Tensor], followed: Followed) -> list[Tensor]:
    """What the output sees through each of its inputs."""
    if len(sources) == 1 and sources[0].places and followed.moves[0] is None:
        return [Tensor(followed.shape, sources[0].places, sources[0].fields)]
    found: list[Tensor] = []
    for source, move in zip(sources, followed.moves, strict=False):
        if not source.places or move == ():
            continue
        if move is None:
            found.append(Tensor(followed.shape, source.places, source.fields))
        else:
            found.append(_moved(source, move, followed.shape))
    return found


def _met(found: Sequence[Tensor], shape: Shape) -> Tensor:
    """The output's places and fields: the union over the inputs."""
    if not found:
        return Tensor(shape)
    first = found[0]
    if len(found) == 1 or all(other[1:] == first[1:] for other in found[1:]):
        return first
    places: list[int | None] = []
    fields: list[Field] = []
    for axis in range(len(first.places)):
        # An input that sees all along an axis sees it from everywhere.
        known = {other.places[axis] for other in found} - {None}
        agreed = len(known) < 2
        places.append(known.pop() if known and agreed else None)
        fields.append(
            fields_.united([each.fields[axis] if agreed else _all_of(each, axis) for each in found])
        )
    return Tensor(shape, tuple(places), tuple(fields))


def _moved(source: Tensor, move: Move, shape: Shape) -> Tensor:
    assert move is not None
    places: list[int | None] = []
    fields: list[Field] = []
    last: tuple[Field, Reach] | None = None
    for axis, (place, seen) in enumerate(zip(source.places, source.fields, strict=True)):
        if place is None:
            places.append(None)
            fields.append(seen)
            continue
        to, reach = move[place]
        places.append(to)
        if to is None:
            fields.append(_all_of(source, axis))
        elif reach is None:
            fields.append(seen)
        elif last is not None and seen is last[0] and reach == last[1]:
            fields.append(fields[-1])
        else:
            fields.append(fields_.through(seen, reach))
        last = None if reach is None else (seen, reach)
    return Tensor(shape, tuple(places), tuple(fields))


def _all_of(tensor: Tensor, axis: int) -> Field:
    """The field of what sees every cell along an axis."""
    place = tensor.places[axis]
    seen = tensor.fields[axis]
    return seen if place is None else fields_.through(seen, whole(tensor.shape[place]))


def _apart(name: str, meeting: Sequence[Tensor]) -> Iterator[str]:
    """What to say where paths meet whose fields do not lie on each other."""
    if all(other[1:] == meeting[0][1:] for other in meeting[1:]):
        return
    where: dict[tuple[Fraction, Fraction], list[int]] = {}
    for axis in range(len(meeting[0].fields)):
        apart = fields_.misalignment(
            [each.fields[axis] for each in meeting if each.places[axis] is not None]
        )
        if apart is not None:
            where.setdefault(apart, []).append(axis + 1)
    for (jump, centre), axes in where.items():
        on = f"axis {', '.join(map(str, axes))}" if len(axes) < len(meeting[0].fields) else ""
        what = f"jumps differ by {jump}" if jump else f"centres are {centre} input cells apart"
        yield f"{name}: the paths that meet here are not aligned{on and ' on ' + on}: their {what}"
