"""Which cells are read, and which read them, for a whole axis at once.

Law: cells are marked in an array; a range of taps is two ends, and what lies between is a running
sum. So the time is that of the axis, whatever the kernel.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from convcalc.errors import SizeError
from convcalc.graph.reach import Reach

Marks: TypeAlias = npt.NDArray[np.bool_]
LONGEST = 1_000_000  # cells of an axis that are marked one by one


def read(reach: Reach, outputs: Marks, size: int) -> Marks:
    """The cells of an input of ``size`` that the marked outputs read.

    >>> np.flatnonzero(read(Reach(1, 2, (range(-1, 2),)), np.array([True, False, True]), 5))
    array([0, 1, 3, 4])
    """
    before, after = _overhang(reach, len(outputs), size)
    length = before + size + after
    changes: dict[int, Any] = {}  # by step: +1 where taps begin, -1 where they have ended
    for phase, taps in enumerate(reach.taps):
        places = np.flatnonzero(outputs[phase :: reach.period])
        first, end, step = _taps(reach, taps, places, before, length)
        if step not in changes:
            changes[step] = np.zeros(length + 2 * step, np.int64)
        np.add.at(changes[step], first, 1)
        np.add.at(changes[step], end, -1)
    found = np.zeros(length, np.bool_)
    for step, change in changes.items():
        found |= _running(change, step)[:length] > 0
    if not before and not after:
        return found
    cells = np.zeros(size, np.bool_)
    cells[_inside(before, size, after, reach.beyond)[found]] = True
    return cells


def readers(reach: Reach, cells: Marks, count: int) -> Marks:
    """Which of ``count`` outputs read any of the marked cells.

    >>> readers(Reach(1, 2, (range(-1, 2),)), np.array([False, False, False, True, False]), 3)
    array([False,  True,  True])
    """
    before, after = _overhang(reach, count, len(cells))
    if before or after:
        cells = cells[_inside(before, len(cells), after, reach.beyond)]
    sums: dict[int, Any] = {}  # by step: how many marks before a cell, of those it can reach
    found = np.zeros(count, np.bool_)
    marked = np.flatnonzero(cells)
    for phase, taps in enumerate(reach.taps):
        places = np.arange(len(range(phase, count, reach.period)))
        if reach.jump and len(marked):  # only those whose taps come to the marks at all
            low = (int(marked[0]) - before - taps.stop) // reach.jump
            high = (int(marked[-1]) - before - taps.start) // reach.jump + 1
            places = places[max(low, 0) : max(high, 0)]
        first, end, step = _taps(reach, taps, places, before, len(cells))
        if step not in sums:
            shifted = np.zeros(len(cells) + 2 * step, np.int64)
            shifted[step : step + len(cells)] = cells
            sums[step] = _running(shifted, step)
        found[phase :: reach.period][places] = sums[step][end] > sums[step][first]
    return found


def _taps(
    reach: Reach, taps: range, places: npt.NDArray[np.intp], before: int, length: int
) -> tuple[Any, Any, int]:
    """The first tap of each place that falls on an axis, the one after the last, and the step."""
    farthest = reach.jump * (int(places[-1]) if len(places) else 0) + before
    huge = (
        max(farthest + abs(taps.start), farthest + abs(taps.stop), reach.jump, taps.step) >= 2**62
    )
    starts = (places.astype(np.object_) if huge else places) * reach.jump + (taps.start + before)
    first = np.maximum(-(starts // taps.step), 0)
    count = max(0, -((taps.start - taps.stop) // taps.step))  # no len(): it ends at 2**63
    end = np.minimum(-((starts - length) // taps.step), count)
    end = np.maximum(end, first)
    # Taps that are farther apart than the axis is long are at most one.
    step = min(taps.step, length)
    at = np.where(end > first, starts + first * taps.step, 0)
    return at.astype(np.int64), (at + (end - first) * step).astype(np.int64), step


def _running(values: npt.NDArray[np.int64], step: int) -> npt.NDArray[np.int64]:
    """Each value with all those before it at a distance of so many steps."""
    rows = -(-len(values) // step)
    table = np.zeros(rows * step, np.int64)
    table[: len(values)] = values
    found: npt.NDArray[np.int64] = table.reshape(rows, step).cumsum(0).ravel()
    return found


def _overhang(reach: Reach, outputs: int, size: int) -> tuple[int, int]:
    """How many cells before and after the input are read, where they are cells of it again."""
    if reach.beyond == "zeros":
        return 0, 0
    low, high = 0, size
    for phase, taps in enumerate(reach.taps):
        if taps and phase < outputs:
            low = min(low, taps[0])
            high = max(high, (outputs - 1 - phase) // reach.period * reach.jump + taps[-1] + 1)
    if high - low > 4 * LONGEST:
        raise SizeError(f"padding of {-low} and {high - size} cells is too long to follow")
    return -low, high - size


def _inside(before: int, size: int, after: int, beyond: str) -> npt.NDArray[np.intp]:
    """The cells of an input of ``size`` that stand before, on and after it, in a padding mode.

    >>> [_inside(2, 5, 0, mode)[0].item() for mode in ("reflect", "replicate", "circular")]
    [2, 0, 3]
    """
    cells = np.arange(-before, size + after)
    match beyond:
        case "reflect":
            turn = max(2 * (size - 1), 1)
            folded = cells % turn
            return np.minimum(folded, turn - folded) if size > 1 else np.zeros_like(cells)
        case "circular":
            return cells % size
        case _:
            return np.clip(cells, 0, size - 1)
