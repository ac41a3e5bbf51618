"""A small sweep as rows to read, and one with two free parameters as a grid.

Law: here is everything in memory, so whoever asks has counted before.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from convcalc.grid.points import WHY, Sweep, Value


class Row(NamedTuple):
    """One combination: its values (n, k, s, p, d, a), its output, and why there is none.

    ``out`` is None where nothing comes out.
    """

    values: tuple[Value, ...]
    out: int | None
    why: str


class Grid(NamedTuple):
    """Outputs by two parameters: ``cells[row][column]``, 0 where nothing comes out.

    A cell is None where a condition leaves it out.
    """

    names: tuple[str, str]
    rows: tuple[Value, ...]
    columns: tuple[Value, ...]
    cells: tuple[tuple[int | None, ...], ...]


def rows(sweep: Sweep) -> Iterator[Row]:
    """Every row that is kept, in order.

    >>> from convcalc.grid.given import sweep
    >>> for row in rows(sweep("maxpool", size=[1, 5], kernel=2)):
    ...     print(row)
    Row(values=(1, 2, 2, 0, 1, 0), out=None, why='kernel larger than the padded input')
    Row(values=(5, 2, 2, 0, 1, 0), out=2, why='')
    """
    for piece in sweep.pieces():
        outputs, reasons = piece.column("out").tolist(), piece.column("why").tolist()
        lists = [
            values[place]
            for values, place in zip(sweep.values.values(), piece.places, strict=True)
            if values
        ]
        combined = product(*lists)
        kept = combined if piece.kept is None else _kept(combined, piece.kept.ravel().tolist())
        for values, out, why in zip(kept, outputs, reasons, strict=True):
            # A pool's stride that is its kernel has no values of its own.
            whole = values if sweep.values["s"] else (*values[:2], values[1], *values[2:])
            yield Row(whole, out if out > 0 else None, WHY[why])


def _kept(combined: Iterator[tuple[Value, ...]], kept: list[bool]) -> Iterator[tuple[Value, ...]]:
    return (values for values, keep in zip(combined, kept, strict=True) if keep)


def grid(sweep: Sweep) -> Grid | None:
    """The sweep as a grid, the first free parameter down and the second across.

    None unless exactly two parameters are free.

    >>> from convcalc.grid.given import sweep
    >>> grid(sweep(size=[4, 5], kernel=[1, 3, 5])).cells
    ((4, 2, 0), (5, 3, 1))
    """
    if len(sweep.free) != 2:
        return None
    down, across = sweep.free
    cells: list[int | None] = []
    for piece in sweep.pieces():
        whole = piece._replace(kept=None).column("out").tolist()
        kept = [True] * len(whole) if piece.kept is None else piece.kept.ravel().tolist()
        cells += [out if keep else None for out, keep in zip(whole, kept, strict=True)]
    width = len(sweep.values[across])
    return Grid(
        (down, across),
        tuple(sweep.values[down]),
        tuple(sweep.values[across]),
        tuple(tuple(cells[start : start + width]) for start in range(0, len(cells), width)),
    )
