"""The road that knows no other: a convolution as the matrix C, written cell by cell.

Law: everything comes from the index equation ``i = s*o + d*t - p``; neither the windows nor the
size equation are used, so that a fault in them shows. Pools have their own here: the maximum, one
tap after the other, and the counts of an average.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import NamedTuple

import numpy as np

from convcalc.layers.axis import Worked
from convcalc.numeric import Array, Cut


class Grid(NamedTuple):
    """One axis by its indices: where each window starts, where its taps lie, the cells there are.

    A start is an input index, ``s*o - p``; the tap ``t`` of that window is ``d*t`` further.
    """

    starts: range
    taps: range
    cells: int

    def of(self, tap: int) -> tuple[Array, Array]:
        """The windows whose tap number ``tap`` lies on the input, and the cells that it sees."""
        cells = np.array(self.starts) + self.taps[tap]
        windows = np.flatnonzero((cells >= 0) & (cells < self.cells))
        return windows, cells[windows]


def taps_of(work: Worked) -> range:
    """Where the taps of a kernel lie, from the first one on."""
    return range(0, work.axis.kernel * work.axis.dilation, work.axis.dilation)


def slid(work: Worked) -> Grid:
    """A convolution: every start from which the last tap still lies on the padded input."""
    (low, high), taps = work.padding, taps_of(work)
    return Grid(range(-low, work.n + high - taps[-1], work.axis.stride), taps, work.n)


def stamped(work: Worked) -> Grid:
    """A transposed convolution: its inputs are the windows, its outputs the cells."""
    (low, high), taps, stride = work.padding, taps_of(work), work.axis.stride
    starts = range(-low, -low + stride * work.n, stride)
    return Grid(starts, taps, starts[-1] + taps[-1] + 1 - high + work.output_padding)


def pooled(work: Worked, cells: int, ceil: bool) -> Grid:
    """A pool: as a convolution; in ceil mode one more for the rest, if it starts on the input."""
    grid = slid(work)
    starts, stride = grid.starts, work.axis.stride
    over = starts.start + len(starts) * stride
    left = starts.stop - 1 + stride - over  # from the last window's end to the padded input's
    if ceil and left > 0 and over < work.n:
        starts = range(starts.start, over + 1, stride)
    return Grid(starts, grid.taps, cells)


def by_matrix(
    x: Array, w: Array, grids: Sequence[Grid], groups: int, *, transposed: bool = False
) -> Array:
    """``C x``, or ``C^T x``, one group after the other; ``w`` is the convolution's kernel."""
    rows, cells = ([len(grid.starts) for grid in grids], [grid.cells for grid in grids])
    outward, inward = len(w) // groups, w.shape[1]
    parts = []
    for group in range(groups):
        matrix = np.zeros((outward, *rows, inward, *cells), np.int64)
        for tap in np.ndindex(*w.shape[2:]):
            found = [grid.of(t) for grid, t in zip(grids, tap, strict=True)]
            windows, seen = (np.ix_(*indices) for indices in zip(*found, strict=True))
            weights = w[(slice(group * outward, (group + 1) * outward), slice(None), *tap)]
            matrix[(slice(None), *windows, slice(None), *seen)] = weights
        matrix = matrix.reshape(outward * prod(rows), inward * prod(cells))
        ours = np.split(x, groups, axis=1)[group].reshape(len(x), -1)
        if transposed:
            part = np.einsum("rc,nr->nc", matrix, ours).reshape(len(x), inward, *cells)
        else:
            part = np.einsum("rc,nc->nr", matrix, ours).reshape(len(x), outward, *rows)
        parts.append(part)
        del matrix  # or the next one would stand beside it
    return np.concatenate(parts, axis=1)


def by_taps(x: Array, grids: Sequence[Grid]) -> Array:
    """The maximum, one tap after the other."""
    shape = (*x.shape[:2], *(len(grid.starts) for grid in grids))
    result = np.full(shape, np.iinfo(np.int64).min)
    for tap in np.ndindex(*(len(grid.taps) for grid in grids)):
        found = [grid.of(t) for grid, t in zip(grids, tap, strict=True)]
        windows, seen = (np.ix_(*indices) for indices in zip(*found, strict=True))
        to: Cut = (..., *windows)
        sent: Cut = (..., *seen)
        result[to] = np.maximum(result[to], x[sent])
    return result


def counts(grid: Grid, work: Worked) -> Array:
    """The taps of every window of an average that lie on the padded input; 1 where none does."""
    low, high = work.padding
    seen = np.add.outer(np.array(grid.starts), np.array(grid.taps))
    inside = np.count_nonzero((seen >= -low) & (seen < work.n + high), axis=1)
    counts: Array = np.maximum(inside, 1)
    return counts
