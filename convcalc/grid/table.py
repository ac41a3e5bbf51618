"""A small sweep as rows to read, and one with two free parameters as a grid.

Law: here is everything in memory, so whoever asks has counted before.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import NamedTuple

import numpy as np

from convcalc.errors import ParameterError
from convcalc.grid.points import PARAMETERS, WHY, Sweep, Told, Value


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

    @property
    def kept(self) -> list[int]:
        """The outputs of all cells that a condition does not leave out."""
        return [cell for row in self.cells for cell in row if cell is not None]


def rows(sweep: Sweep, told: Told = lambda _: None) -> Iterator[Row]:
    """Every row that is kept, in order.

    >>> from convcalc.grid.given import sweep
    >>> for row in rows(sweep("maxpool", size=[1, 5], kernel=2)):
    ...     print(row)
    Row(values=(1, 2, 2, 0, 1, 0), out=None, why='kernel larger than the padded input')
    Row(values=(5, 2, 2, 0, 1, 0), out=2, why='')
    """
    for piece in sweep.pieces():
        paddings = sweep.values["p"][piece.places[3]]
        places = np.arange(len(paddings)).reshape(-1, 1, 1)  # along the fourth of six axes
        numbered = piece._replace(columns={**piece.columns, "p": places})
        columns = (numbered.column(name).tolist() for name in (*PARAMETERS, "out", "why"))
        for n, k, s, p, d, a, out, why in zip(*columns, strict=True):
            yield Row((n, k, s, paddings[p], d, a), out or None, WHY[why])
        told(prod(piece.shape))


def grid(sweep: Sweep) -> Grid:
    """The sweep as a grid, the first free parameter down and the second across.

    Raises ParameterError unless exactly two parameters are free.

    >>> from convcalc.grid.given import sweep
    >>> grid(sweep(size=[4, 5], kernel=[1, 3, 5])).cells
    ((4, 2, 0), (5, 3, 1))
    """
    if len(sweep.free) != 2:
        raise ParameterError(
            f"a grid needs exactly two parameters that vary, here {', '.join(sweep.free) or 'none'}"
        )
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
