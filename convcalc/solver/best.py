"""The layers of one family, the best first, made one at a time.

Law: nothing is made but what is taken, and a few layers to see which way the order goes. Between
two paddings at which a criterion of ``cost`` changes direction the order is that of the padding, or
the opposite one, so a family is a merge of runs that are in order already. Only where the input
size is asked for are more made than taken: all that are near enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from heapq import heappop, heappush, merge
from itertools import islice, pairwise
from operator import itemgetter
from typing import TypeAlias

from convcalc.solver.families import Family, Found, Paddings, Sizes
from convcalc.solver.rank import cost
from convcalc.solver.space import Span

Ranked: TypeAlias = tuple[tuple[int, ...], Found]  # a layer's cost, and the layer


def best(family: Family, reach: int) -> Iterator[Ranked]:
    """The layers of a family with their costs, in order; at least the first ``reach``.

    >>> from convcalc.layers import Conv
    >>> from convcalc.solver.families import families
    >>> from convcalc.solver.space import Space
    >>> bounds = Span(2, 2), Span(0, 10**30), Span(1, 1)
    >>> space = Space(Conv(1), Span(9, 9), *bounds, None, asymmetric=True, sized=True)
    >>> (family,) = families(space, ((10, 5),))
    >>> family.many, [found.padding for _, found in islice(best(family, 4), 4)]
    (17, [(3, 4), (4, 3), (4, 4), (3, 5)])
    """
    if isinstance(family, Sizes):
        # The stride that sizes suggest goes by steps, so the order turns often, but not far away.
        near = _near(family.sizes, family.turns(), 2 * reach)
        return iter(sorted(map(_ranked, map(family.of, near)), key=itemgetter(0)))
    if family.piece.even:
        return _run_by_run(family.piece.same, family.turns(), lambda p: family.of(p, p))
    return _row_by_row(family)


def _ranked(found: Found) -> Ranked:
    return cost(found), found


def _run_by_run(span: Span, turns: Iterable[int], made: Callable[[int], Found]) -> Iterator[Ranked]:
    """The layers of the numbers of ``span``, in order."""
    runs = _runs(span, turns, lambda number: cost(made(number)), step=1)
    return merge(*(map(_ranked, map(made, run)) for run in runs), key=itemgetter(0))


def _row_by_row(family: Paddings) -> Iterator[Ranked]:
    """The layers whose sides may differ: a row for each total padding.

    The rows of a run are in the order of their best layers, so the next is begun where the best of
    the one before has been taken.
    """

    def row(total: int) -> Iterator[Ranked]:
        return _run_by_run(
            family.highs(total), family.bends(total), lambda high: family.of(total - high, high)
        )

    heap: list[tuple[tuple[int, ...], Found, Iterator[Ranked], Iterator[int]]] = []

    def begin(totals: Iterator[int]) -> None:
        for total in islice(totals, 1):
            started = row(total)
            heappush(heap, (*next(started), started, totals))

    for run in _runs(family.totals, family.turns(), lambda total: next(row(total))[0], step=2):
        begin(iter(run))
    while heap:
        order, found, started, totals = heappop(heap)
        yield order, found
        begin(totals)
        for following in islice(started, 1):
            heappush(heap, (*following, started, iter(())))


def _runs(
    span: Span, turns: Iterable[int], order: Callable[[int], tuple[int, ...]], step: int
) -> Iterator[range]:
    """The numbers of ``span`` in runs, each in the direction in which ``order`` grows.

    It changes direction only at the turns, or beside them, among numbers that are ``step`` apart: 2
    where both sides of a padding are the same only for every other number.

    >>> list(_runs(Span(0, 9), [4, 20], lambda number: (abs(number - 4),), 1))
    [range(3, -1, -1), range(4, 5), range(5, 10)]
    """
    starts = {span.low, *(turn + more for turn in turns for more in range(1 - step, step + 1))}
    cuts = [*sorted(start for start in starts if span.low <= start <= span.high), span.high + 1]
    for start, end in pairwise(cuts):
        for first in range(start, min(start + step, end)):
            run = range(first, end, step)
            falls = run[0] < run[-1] and order(run[-1]) < order(run[0])
            yield run[::-1] if falls else run


def _near(span: Span, turns: Iterable[int], reach: int) -> Iterator[int]:
    """The numbers of ``span`` within ``reach`` of its ends and of the turns inside it.

    >>> list(_near(Span(0, 100), [50, 200], 1))
    [0, 1, 49, 50, 51, 99, 100]
    """
    if span.many <= 2 * reach:
        yield from span.numbers
        return
    done = span.low - 1
    for turn in sorted({span.low, span.high, *turns}):
        near = span.meet(Span(max(turn - reach, done + 1), turn + reach))
        yield from near.numbers
        done = max(done, near.high)
