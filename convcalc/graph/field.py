"""Receptive fields on one axis, exactly, for every output position at once.

Law: a field repeats. Shifted by ``period`` output cells it is the same field shifted by ``jump``
input cells, so a table of one period holds all of it; paths whose fields grow at different speeds
are kept side by side. Fields are not cut at the border of the input, as in the source: Araujo,
Norris & Sim, Computing Receptive Fields of Convolutional Neural Networks (2019). What is cut, cell
by cell, stands in ``cells.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import gcd, lcm
from typing import NamedTuple, TypeAlias

from convcalc.graph.operations.base import LARGEST
from convcalc.graph.reach import MOST_PHASES, UNKNOWN, Reach

Interval: TypeAlias = tuple[int, int]


class Branch(NamedTuple):
    """Position ``q*period + r`` sees ``table[r]`` shifted by ``q*jump``; None sees nothing."""

    period: int
    jump: int
    table: tuple[Interval | None, ...]

    def at(self, position: int) -> Interval | None:
        """The first and the last input cell that a position sees."""
        q, r = divmod(position, self.period)
        found = self.table[r]
        return None if found is None else (found[0] + q * self.jump, found[1] + q * self.jump)


# Paths with different jumps, side by side; None: too many phases to hold.
Field: TypeAlias = tuple[Branch, ...] | None

START: Field = (Branch(1, 1, ((0, 0),)),)


class Measure(NamedTuple):
    """A field in numbers: least and largest size, jump, and where the first output's starts."""

    least: int
    most: int
    jump: Fraction
    start: int | None

    @property
    def size(self) -> int | Interval:
        """One number where the size does not depend on the position."""
        return self.least if self.least == self.most else (self.least, self.most)


def through(field: Field, reach: Reach) -> Field:
    """The field of the output of an operation that reads a tensor of ``field``.

    Formula: the union, over the cells w that the output reads, of the field of w.

    >>> conv = Reach(1, 2, (range(-1, 2),))                 # k=3, s=2, p=1, twice
    >>> through(through(START, conv), conv)
    (Branch(period=1, jump=4, table=((-3, 3),)),)
    """
    if field is None or reach is UNKNOWN:
        return None
    branches = []
    for branch in field:
        found = _branch(branch, reach)
        if found is None:
            return None
        branches.append(found)
    return tuple(branches) if len(branches) == 1 else united([tuple(branches)])


def _branch(branch: Branch, reach: Reach) -> Branch | None:
    period, jump, table = branch
    if jump * reach.jump > LARGEST:
        return None
    if period == 1 and reach.period == 1:
        seen, taps = table[0], reach.taps[0]
        if seen is None or not taps:
            return Branch(1, jump * reach.jump, (None,))
        return Branch(
            1, jump * reach.jump, ((seen[0] + jump * taps[0], seen[1] + jump * taps[-1]),)
        )
    turns = period // gcd(period, reach.jump) if reach.jump else 1
    if reach.period * turns > MOST_PHASES:
        return None
    entries = []
    for turn in range(turns):
        for taps in reach.taps:
            # One cell of each phase is enough at either end.
            ends = (*taps[:period], *taps[-period:])
            entries.append(hull(branch.at(turn * reach.jump + tap) for tap in ends))
    return Branch(reach.period * turns, reach.jump * turns * jump // period, tuple(entries))


def hull(intervals: Iterable[Interval | None]) -> Interval | None:
    """The interval from the first cell of any to the last.

    >>> hull([(0, 3), None, (2, 7)])
    (0, 7)
    """
    found = [interval for interval in intervals if interval is not None]
    if not found:
        return None
    return min(low for low, _ in found), max(high for _, high in found)


def united(fields: Sequence[Field]) -> Field:
    """The field of what sees all of several: paths of one jump become one table.

    >>> united([START, (Branch(1, 1, ((-1, 1),)),)])
    (Branch(period=1, jump=1, table=((-1, 1),)),)
    """
    by_jump: dict[Fraction | int, list[Branch]] = {}  # 2 and Fraction(2) are one key
    for field in fields:
        if field is None:
            return None
        for branch in field:
            speed = branch.jump if branch.period == 1 else Fraction(branch.jump, branch.period)
            group = by_jump.setdefault(speed, [])
            if branch not in group:
                group.append(branch)
    united_branches = []
    for group in by_jump.values():
        if len(group) == 1:
            united_branches.append(group[0])
            continue
        period = lcm(*(branch.period for branch in group))
        if period > MOST_PHASES:
            return None
        table = tuple(hull(branch.at(place) for branch in group) for place in range(period))
        united_branches.append(Branch(period, period // group[0].period * group[0].jump, table))
    return tuple(united_branches)


def measure(field: Field, positions: int) -> Measure | None:
    """The field in numbers over ``positions`` outputs; None where it is not known."""
    if field is None:
        return None
    first = field[0]
    jump = max(Fraction(branch.jump, branch.period) for branch in field)
    if len(field) == 1:
        places: Iterable[int] = range(min(positions, first.period))
    else:
        telling = _telling(field, positions)
        if telling is None:
            return None
        places = telling
    sizes = [_size(field, place) for place in places]
    start = interval_at(field, 0)
    return Measure(min(sizes), max(sizes), jump, None if start is None else start[0])


def _size(field: tuple[Branch, ...], position: int) -> int:
    seen = interval_at(field, position)
    return 0 if seen is None else seen[1] - seen[0] + 1


def _telling(field: tuple[Branch, ...], positions: int) -> Iterable[int] | None:
    """Positions among which the least and the largest field of several paths are.

    Within one phase each path moves evenly, so the size of their union is convex in the position:
    largest at an end, least where it stops to fall.
    """
    period = lcm(*(branch.period for branch in field))
    if positions <= 2 * period or positions * len(field) <= MOST_PHASES:
        return range(positions) if positions * len(field) <= 64 * MOST_PHASES else None
    if period * len(field) > 4 * MOST_PHASES:
        return None
    found = []
    for phase in range(period):
        low, high = 0, (positions - 1 - phase) // period
        found += [phase, phase + high * period]
        while low < high:
            middle = (low + high) // 2
            place = phase + middle * period
            if _size(field, place + period) < _size(field, place):
                low = middle + 1
            else:
                high = middle
        found.append(phase + low * period)
    return found


def interval_at(field: tuple[Branch, ...], position: int) -> Interval | None:
    """The first and last input cell that a position sees, the border of the input not counted."""
    return hull(branch.at(position) for branch in field)


def misalignment(fields: Sequence[Field]) -> tuple[Fraction, Fraction] | None:
    """How far the paths into one node are apart: (difference of jump, difference of centre).

    The centre of a field is taken over a whole period. None where all agree.
    """
    known = [field[0] for field in fields if field is not None and len(field) == 1]
    known = [branch for branch in known if branch.jump and any(branch.table)]
    if all(branch.period == 1 for branch in known):  # the usual, without fractions
        sums = {(branch.jump, sum(branch.table[0] or ())) for branch in known}
        if len(sums) < 2:
            return None
    speeds: list[Fraction] = []
    centres: list[Fraction] = []
    for branch in known:
        speed = Fraction(branch.jump, branch.period)
        offsets = [
            Fraction(pair[0] + pair[1], 2) - speed * place
            for place, pair in enumerate(branch.table)
            if pair is not None
        ]
        speeds.append(speed)
        centres.append(sum(offsets, Fraction()) / len(offsets))
    if not speeds:
        return None
    apart = max(speeds) - min(speeds), max(centres) - min(centres)
    return apart if any(apart) else None
