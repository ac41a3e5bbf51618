"""The search: every family of every axis, counted; the best of each, combined and in order.

Law: only what will be listed is ever made; everything else is counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import nsmallest
from typing import NamedTuple, TypeAlias

from convcalc.solver.families import Found, Pairs, Sizes, families
from convcalc.solver.question import Question, on_axes
from convcalc.solver.rank import cost, least_cost
from convcalc.solver.solution import Solutions, solution
from convcalc.solver.space import Given, Space, Span, spaces

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
    looked = (*found.looked, *_looked(wider))
    return search(question, wider, limit)._replace(looked=looked)


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


def _cost_of(combination: Combination) -> tuple[int, ...]:
    return combination[0]


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
    worst: tuple[int, ...] | None = None  # that could still be listed
    for family in families(space, pairs):
        total += family.many
        if isinstance(family, Sizes):
            inputs = [_around([*inputs, family.sizes])]
        # Most families hold nothing better than what is known; they are only counted.
        if worst is not None and least_cost(family) > worst:
            continue
        best.extend((cost(one), (one,)) for one in family.some(limit))
        if len(best) >= 2 * limit:
            best = nsmallest(limit, best, key=_cost_of)
            worst = best[-1][0]
    return Axis(total, nsmallest(limit, best, key=_cost_of), tuple(inputs))


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
    where = [spaces(each, given, rank, sized=question.sized) for each in _operations(op, given)]
    return question.widened(max(len(each) for each in where)), where


def _operations(op: str | None, given: Given) -> tuple[str, ...]:
    """The operations to look at: without one, those that the given values can belong to."""
    if op is not None:
        return (op,)
    if given.output_padding is not None:
        return ("deconv",)
    return ("conv",) if given.padding == "causal" else ("conv", "deconv")
