"""What a network should give, against what it gives.

Law: the first layer that differs is named. Where only the output is expected, the layers are
compared with those of the nearest input size that gives it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from convcalc.errors import ParameterError
from convcalc.graph.trace import Row, Run, trace
from convcalc.layers.axis import nearest, write

MOST_TRIED = 512


class Difference(NamedTuple):
    """The layer that differs first, and a sentence with both shapes."""

    layer: str
    message: str


def differences(run: Run, wanted: Sequence[tuple[str | None, tuple[int, ...]]]) -> list[Difference]:
    """The first expectation that fails, in the order of the layers; none where all hold.

    Each is a layer's name (None: the output) with channels and axes.
    """
    rows = {row.name: place for place, row in enumerate(run.rows)}
    found: list[tuple[int, Difference]] = []
    for name, shape in wanted:
        if name is not None and name not in rows:
            raise ParameterError(
                f"--expect: no layer is called {name!r}{nearest(name, list(rows))}"
            )
        output = run.graph.nodes[run.graph.output].name
        place = rows.get(output, len(run.rows) - 1) if name is None else rows[name]
        row = run.rows[place]
        if row.output != shape:
            found.append((place, _difference(run, place, row, shape, named=name is not None)))
    return [min(found, key=lambda each: each[0])[1]] if found else []


def _difference(
    run: Run, place: int, row: Row, shape: tuple[int, ...], *, named: bool
) -> Difference:
    what = f"{row.name} gives" if named else "the output is"
    message = f"{what} {write(row.output)}, expected {write(shape)}"
    if len(shape) != len(row.output):
        return Difference(row.name, f"{message}: other axes, first at {_first_of(run, place)}")
    if shape[0] != row.output[0]:
        maker = _maker(run, place, 0)
        return Difference(maker.name, f"{message}: the channels come from {_named(maker)}")
    other = _other_input(run, place, shape)
    if other is not None:
        for mine, theirs in zip(run.rows, other.rows, strict=True):
            if mine.output != theirs.output:
                return Difference(
                    mine.name,
                    f"{message}: the first layer that differs is {_named(mine)}, "
                    f"{write(mine.output)} instead of {write(theirs.output)}; an input of "
                    f"{write(other.input)} gives what is expected",
                )
    along = next(i for i, (a, b) in enumerate(zip(row.output, shape, strict=True)) if a != b)
    maker = _maker(run, place, along)
    return Difference(maker.name, f"{message}: the size comes from {_named(maker)}")


def _named(row: Row) -> str:
    return f"{row.name} ({row.where})" if row.where else row.name


def _first_of(run: Run, place: int) -> str:
    """The first layer with as many axes as the one at ``place``, from there backwards."""
    while place and len(run.rows[place - 1].output) == len(run.rows[place].output):
        place -= 1
    return _named(run.rows[place])


def _maker(run: Run, place: int, along: int) -> Row:
    """The layer that gave a dimension its size: the layers after it keep it."""
    size = run.rows[place].output[along]
    while place:
        before = run.rows[place - 1].output
        if len(before) <= along or before[along] != size:
            break
        place -= 1
    return run.rows[place]


def _other_input(run: Run, place: int, shape: tuple[int, ...]) -> Run | None:
    """The nearest input size, all axes moved alike, that gives what is expected."""
    batch = run.tensors[0].shape[0]
    for distance in range(1, MOST_TRIED):
        for moved in (distance, -distance):
            sizes = tuple(n + moved for n in run.input[1:])
            if not sizes or min(sizes) < 1 or len(run.rows) * distance > 20_000:
                continue
            other = trace(run.graph, (batch, run.input[0], *sizes))
            if other.failure is None and other.rows[place].output == shape:
                return other
    return None
