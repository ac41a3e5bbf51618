"""One run of a network on one input size: shapes, fields, cost, row by row.

Law: nodes are followed once, in order, each in time that does not depend on how many there are.
What does not fit ends the run: the rows so far stay, and the failure says where and why.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from convcalc.errors import SizeError
from convcalc.graph import field as fields_
from convcalc.graph.field import Field, Measure
from convcalc.graph.model import Graph
from convcalc.graph.operations import Check, Followed, Given, Shape, Strict
from convcalc.graph.operations.base import Move
from convcalc.graph.reach import Reach, whole

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


@dataclass(frozen=True)
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
    """A network traced on one input: ``rows``, ``notes``, ``failure`` where it does not run."""

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
        """Channels and axes of the last row."""
        return self.rows[-1].output if self.rows else self.input

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
        tensor = _output(sources, followed)
        tensors.append(tensor)
        moves.append(followed.moves)
        if len(sources) > 1:
            notes += _apart(node.name, sources)
        parameters += followed.parameters
        macs += followed.macs
        if node.listed:
            found = [
                measures.of(seen, 1 if place is None else tensor.shape[place])
                for seen, place in zip(tensor.fields, tensor.places, strict=True)
            ]
            rows.append(
                Row(
                    node.name,
                    operation.op,
                    tensor.shape[1:],
                    tuple(each and each.size for each in found),
                    tuple(each and each.jump for each in found),
                    tuple(each and each.start for each in found),
                    followed.parameters,
                    followed.macs,
                    macs,
                    node.where,
                )
            )
    if len(notes) > MOST_NOTES:
        notes[MOST_NOTES:] = [f"and {len(notes) - MOST_NOTES} more notes of this kind"]
    return Run(
        graph,
        shape[1:],
        tuple(rows),
        tuple(notes),
        parameters,
        macs,
        failure,
        tuple(tensors),
        tuple(moves),
    )


class _Measures:
    """Fields in numbers; the layers of a block often share theirs."""

    def __init__(self) -> None:
        self.known: dict[tuple[Field, int], Measure | None] = {}

    def of(self, seen: Field, positions: int) -> Measure | None:
        if seen is None:
            return None
        if len(seen) == 1 and seen[0].period == 1:
            positions = 1  # the same everywhere
        key = seen, positions
        if key not in self.known:
            self.known[key] = fields_.measure(seen, positions)
        return self.known[key]


def _output(sources: Sequence[Tensor], followed: Followed) -> Tensor:
    """The output's places and fields: the union over the inputs."""
    found: list[Tensor] = []
    for source, move in zip(sources, followed.moves, strict=False):
        if not source.places or move == ():
            continue
        if move is None:
            found.append(Tensor(followed.shape, source.places, source.fields))
        else:
            found.append(_moved(source, move, followed.shape))
    if not found:
        return Tensor(followed.shape)
    first = found[0]
    if len(found) == 1 or all(other[1:] == first[1:] for other in found[1:]):
        return first
    places: list[int | None] = []
    fields: list[Field] = []
    for axis, place in enumerate(first.places):
        agreed = all(other.places[axis] == place for other in found)
        places.append(place if agreed else None)
        fields.append(
            fields_.united([each.fields[axis] if agreed else _all_of(each, axis) for each in found])
        )
    return Tensor(followed.shape, tuple(places), tuple(fields))


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


def _apart(name: str, sources: Sequence[Tensor]) -> Iterator[str]:
    """What to say where paths meet whose fields do not lie on each other."""
    meeting = [source for source in sources if source.places]
    if len(meeting) < 2 or all(other[1:] == meeting[0][1:] for other in meeting[1:]):
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
