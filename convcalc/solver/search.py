"""The search: every family of every axis, counted; the best of each, combined and in order.

Law: only what will be listed is ever made; everything else is counted.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator, Sequence
from heapq import nsmallest
from itertools import islice
from typing import NamedTuple, TypeAlias

from convcalc.solver.best import best as of_family
from convcalc.solver.families import Found, Sizes, families
from convcalc.solver.question import Question, on_axes
from convcalc.solver.rank import floor
from convcalc.solver.solution import Solutions, solution
from convcalc.solver.space import Given, Pairs, Space, Span, spaces

MOST_AT_ONCE = 10_000  # families in memory

Combination: TypeAlias = tuple[tuple[int, ...], tuple[Found, ...]]  # its cost; a layer per axis


class Axis(NamedTuple):
    """What fits one axis, or several: how many layers, the best, and between which input sizes."""

    total: int
    best: list[Combination]
    inputs: tuple[Span, ...]


def looked_for(question: Question, where: Sequence[tuple[Space, ...]], limit: int) -> Solutions:
    """As ``search``; where that finds nothing for a given stride, any padding. And where it was."""
    found = search(question, where, limit)._replace(looked=tuple(_looked(where)))
    wider = [
        tuple(space._replace(outside=True) for space in each)
        for each in where
        if all(space.may_go_outside for space in each)
    ]
    if found.total or not wider:
        return found
    return search(question, wider, limit)._replace(looked=tuple(_looked(wider)))


def _looked(where: Sequence[tuple[Space, ...]]) -> Iterator[str]:
    for each in where:
        for space in dict.fromkeys(each):
            yield f"{space.op}: {space.words()}"


def search(question: Question, where: Sequence[tuple[Space, ...]], limit: int) -> Solutions:
    """How many layers of ``where``, a tuple of spaces for each operation, fit; and the best."""
    for ways in (_together, _apart):
        found = [_combined(axes, limit) for each in where for axes in ways(question, each, limit)]
        found = [each for each in found if each.total]
        if found:
            every = (combination for each in found for combination in each.best)
            best = nsmallest(limit, every, key=_cost_of)
            inputs = (on_axes(each.inputs, question.rank) for each in found)
            return Solutions(
                sum(each.total for each in found),
                tuple(solution(question, founds) for _, founds in best),
                inputs=tuple(_around(spans) for spans in zip(*inputs, strict=True)),
            )
    return Solutions(0, ())


def _cost_of(ranked: tuple[tuple[int, ...], object]) -> tuple[int, ...]:
    return ranked[0]


def _around(spans: Sequence[Span]) -> Span:
    """From the least to the greatest of all."""
    return Span(min(span.low for span in spans), max(span.high for span in spans))


def _together(question: Question, each: tuple[Space, ...], limit: int) -> Iterator[list[Axis]]:
    """One layer with the same values on every axis: a single axis with the sizes of all."""
    if len(each) == 1 and question.of_all is not None:
        yield [of_axis(each[0], question.of_all, limit)]


def _apart(question: Question, each: tuple[Space, ...], limit: int) -> Iterator[list[Axis]]:
    """Every axis on its own."""
    if question.rank > 1:
        yield [
            of_axis(space, question.of_axis(axis), limit)
            for axis, space in enumerate(on_axes(each, question.rank))
        ]


def of_axis(space: Space, pairs: Pairs, limit: int) -> Axis:
    """How many layers of one axis fit, and the best, each with its cost."""
    total = 0
    inputs: list[Span] = []
    best: list[Combination] = []
    every = families(space, pairs)
    while some := list(islice(every, MOST_AT_ONCE)):
        total += sum(family.many for family in some)
        spans = [family.sizes for family in some if isinstance(family, Sizes)]
        inputs = [_around([*inputs, *spans])] if spans else inputs
        for least, family in sorted(((floor(family), family) for family in some), key=_cost_of):
            if len(best) == limit and least > best[-1][0]:
                break  # nothing of it, nor of those after it, is among the best
            for order, found in of_family(family, limit):
                if len(best) == limit and order >= best[-1][0]:
                    break
                insort(best, (order, (found,)), key=_cost_of)
                del best[limit:]
    return Axis(total, best, tuple(inputs))


def _combined(axes: Sequence[Axis], limit: int) -> Axis:
    """Every layer of one axis with every one of the next: their number, and the best.

    Costs add up, so the i-th of one and the j-th of another have i*j others before them.
    """
    total, best, inputs = axes[0]
    for count, others, more in axes[1:]:
        total, inputs = total * count, inputs + more
        both = (
            (tuple(map(sum, zip(cost_of, other_cost, strict=True))), (*found, *other))
            for i, (cost_of, found) in enumerate(best, 1)
            for other_cost, other in others[: limit // i]
        )
        best = nsmallest(limit, both, key=_cost_of)
    return Axis(total, best, inputs)


def looking(
    question: Question, op: str | None, given: Given
) -> tuple[Question, list[tuple[Space, ...]]]:
    """Where to look, for every operation; and the question on as many axes as that has."""
    rank = question.rank if question.rank > 1 else None
    pairs = tuple(pair for axis in range(question.rank) for pair in question.of_axis(axis))
    where = [spaces(each, given, rank, pairs) for each in _operations(op, given)]
    return question.widened(max(len(each) for each in where)), where


def _operations(op: str | None, given: Given) -> tuple[str, ...]:
    """The operations to look at: without one, those that the given values can belong to."""
    if op is not None:
        return (op,)
    if given.output_padding is not None:
        return ("deconv",)
    return ("conv",) if given.padding == "causal" else ("conv", "deconv")
