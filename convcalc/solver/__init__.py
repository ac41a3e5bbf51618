"""From sizes to parameters: which layers lead from this input size to that output size.

Law: everything that fits is counted, by closed forms (``families``), and the best of it, in one
order (``rank``), is listed; what was looked at is said. Where nothing fits, ``nearest`` says what
stands in the way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from heapq import nsmallest
from itertools import product
from typing import Any, NamedTuple, TypeAlias, TypeVar

from convcalc.errors import ParameterError
from convcalc.layers import Layer, TransposedConv, output_shape
from convcalc.layers.axis import Pair, PerAxis, check, common_rank, spread, write
from convcalc.solver.families import Found, Pairs, families
from convcalc.solver.rank import cost, reasons
from convcalc.solver.space import Paddings, Space, Values, spaces

__all__ = ["Solution", "Solutions", "solve"]

MOST_LISTED = 10_000

Sizes: TypeAlias = tuple[int, ...]
SizePair: TypeAlias = tuple[PerAxis, PerAxis]


class Solution(NamedTuple):
    """One layer that fits, the sizes (input, output) that it fits, and why it stands where it does.

    >>> best = solve(7, 14, op="deconv", kernel=4, stride=2).best[0]
    >>> best.input, best.output, best.reasons
    ((7,), (14,), ('even coverage', 'symmetric'))
    """

    layer: Layer
    sizes: tuple[tuple[Sizes, Sizes], ...]
    reasons: tuple[str, ...]

    @property
    def input(self) -> Sizes:
        """The (first) input size, one number for each spatial axis."""
        return self.sizes[0][0]

    @property
    def output(self) -> Sizes:
        """The output size that it leads to."""
        return self.sizes[0][1]


class Solutions(NamedTuple):
    """Every layer that fits, counted, and the best of them.

    ``looked`` says what was looked at. Where ``total`` is 0, ``obstacles`` says what stands in the
    way and ``nearest`` is the layer of the same space that comes closest, with its own output.
    """

    total: int
    best: tuple[Solution, ...]
    looked: tuple[str, ...]
    obstacles: tuple[str, ...] = ()
    nearest: Solution | None = None


class Question(NamedTuple):
    """What is asked, in numbers: for each pair of sizes, n (None: asked for) and o of every axis."""

    pairs: tuple[tuple[tuple[int | None, ...], Sizes], ...]
    rank: int

    def of_axis(self, axis: int) -> Pairs:
        """The sizes of one axis, each once."""
        return tuple(dict.fromkeys((n[axis], o[axis]) for n, o in self.pairs))

    @property
    def of_all(self) -> Pairs | None:
        """The sizes of all axes as those of one; None where n is asked for and would differ."""
        found = tuple(dict.fromkeys(pair for axis in range(self.rank) for pair in self.of_axis(axis)))
        return found if len(found) == 1 or found[0][0] is not None else None


def solve(
    size: PerAxis | None = None,
    output: PerAxis | None = None,
    *,
    op: str | None = None,
    kernel: Values | None = None,
    stride: Values | None = None,
    padding: Paddings | None = None,
    dilation: Values | None = None,
    output_padding: Values | None = None,
    ceil: bool = False,
    pairs: Sequence[SizePair] | None = None,
    asymmetric: bool = False,
    limit: int = 10,
) -> Solutions:
    """The layers that lead from ``size`` to ``output``: counted, and the best ``limit`` listed.

    Formula, per axis: a convolution has ``n = s(o-1) + k_e - p_lo - p_hi + rest`` with ``0 <= rest
    < s``, a transposed one ``o = s(n-1) + k_e - p_lo - p_hi + a`` with ``0 <= a < max(s, d)``. The
    cost follows the kernels, strides and dilations looked at, never the sizes.

    Sizes are spatial, in cells, one number or one per axis; without ``size`` the input size is
    asked for too. ``pairs`` of sizes, instead of both, must all hold for one layer. ``op`` is conv,
    deconv, maxpool or avgpool; None looks at conv and deconv. A parameter is a number, a ``range``
    of numbers, a tuple of them with one per axis, or None: free. A padding may also be ``(before,
    after)`` for an axis, or a name. ``asymmetric`` lets the sides of a padding differ.

    What is given is kept to the letter (a pool's padding stays within floor(k/2)). What is free
    is looked for in: kernels 1..16; dilations 1..4 (1 for a kernel of 1, and where the input size
    is asked for); every output padding; every stride that the sizes leave (where they leave any
    larger one, up to 16; where more than 64, the 64 largest; where n is asked for, 1..16);
    paddings 0..k_e-1, a pool's 0..floor(k/2), and where that gives nothing for a given stride,
    whatever padding the sizes want.

    With several axes, values that are not given per axis are first looked for as one layer with
    the same values on every axis; where there is none, where values are given per axis, or where
    input sizes of unlike outputs are asked for, every axis is solved on its own, and the solutions
    are all combinations.

    The order: no unread input cells, even coverage, no crop and no output that sees only padding,
    a padding that is not lopsided, no dilation, no unread padding, sides that are the same, taken
    by PyTorch and Keras, a small effective kernel, a small output padding, stride and padding.

    Raises ParameterError for values that no layer takes, for questions without an output, and for
    more than a million combinations to look at. Source: Dumoulin & Visin, relationship 14.

    >>> found = solve(7, 14, op="deconv", kernel=4, stride=2)
    >>> found.total, found.best[0].layer
    (2, TransposedConv(kernel=4, stride=2, padding=1, dilation=1, output_padding=0, \
output_size=None, rank=1))
    >>> found = solve(None, 12, op="conv", kernel=3, stride=3, padding=2)
    >>> [each.input for each in found.best]
    [(32,), (33,), (34,)]
    """
    if not isinstance(limit, int) or not 1 <= limit <= MOST_LISTED:
        raise ParameterError(f"limit must be 1..{MOST_LISTED}: got {limit}")
    question = _question(size, output, pairs)
    given: dict[str, Any] = {
        "kernel": kernel,
        "stride": stride,
        "padding": padding,
        "dilation": dilation,
        "output_padding": output_padding,
        "asymmetric": asymmetric,
        "ceil": ceil,
    }
    rank = question.rank if question.rank > 1 else None
    sized = question.pairs[0][0][0] is not None
    where = [
        spaces(each, rank, sized=sized, **given)
        for each in _operations(op, output_padding, padding)
    ]
    question = _widened(question, max(len(found) for found in where))
    total, best, looked = _search(question, where, limit)
    if total:
        return Solutions(total, best, looked)
    from convcalc.solver.nearest import nearest, obstacles

    return Solutions(
        0, (), looked, obstacles(question, size, output, op, given, pairs), nearest(question, where)
    )


Combination: TypeAlias = tuple[tuple[int, ...], tuple[Found, ...]]  # its cost; a layer per axis


def search(
    question: Question, where: Sequence[tuple[Space, ...]], limit: int
) -> tuple[int, tuple[Solution, ...]]:
    """How many layers of ``where``, a tuple of spaces for each operation, fit; and the best."""
    shared = question.of_all
    for together in (True, False):
        total, found = 0, list[Combination]()
        for each in where:
            if together and (len(each) > 1 or shared is None):
                continue
            if not together and len(each) == 1 == question.rank:
                continue
            if together:
                assert shared is not None
                axes = [_of_axis(each[0], shared, limit)]
            else:
                axes = [
                    _of_axis(space, question.of_axis(axis), limit)
                    for axis, space in enumerate(_on_axes(each, question.rank))
                ]
            count, combinations = _combined(axes, limit)
            total += count
            found += combinations
        if total:
            best = nsmallest(limit, found, key=lambda combination: combination[0])
            return total, tuple(solution(question, founds) for _, founds in best)
    return 0, ()


def solution(question: Question, found: tuple[Found, ...]) -> Solution:
    """A layer of every axis (one stands for all) as a solution, worked out."""
    each = _on_axes(found, question.rank)
    first = each[0]
    values: dict[str, Any] = {
        "kernel": _once([one.kernel for one in each]),
        "stride": _once([one.stride for one in each]),
        "padding": first.name or _padding([one.padding for one in each]),
        "dilation": _once([one.dilation for one in each]),
        "rank": question.rank,
    }
    if isinstance(first.model, TransposedConv):
        values["output_padding"] = _once([one.axis.output_padding for one in each])
    layer = replace(first.model, **values)
    asked = question.pairs[0][0][0] is None
    inputs = [
        tuple(one.sizes[0][0] for one in each) if asked else tuple(n for n in sizes if n is not None)
        for sizes, _ in question.pairs
    ]
    sizes = tuple((size, output_shape(layer, size)) for size in inputs)
    if len(found) == 1 or len(set(found)) == 1:
        return Solution(layer, sizes, tuple(reasons(first)))
    words = dict.fromkeys(
        (reason, tuple(axis for axis, one in enumerate(each, 1) if reason in reasons(one)))
        for one in each
        for reason in reasons(one)
    )
    return Solution(
        layer,
        sizes,
        tuple(
            reason if len(axes) == len(each) else f"{reason} (axis {', '.join(map(str, axes))})"
            for reason, axes in words
        ),
    )


def _search(
    question: Question, where: Sequence[tuple[Space, ...]], limit: int
) -> tuple[int, tuple[Solution, ...], tuple[str, ...]]:
    """As ``search``; where it finds nothing, paddings outside too. And what was looked at."""
    total, best = search(question, where, limit)
    looked = tuple(_looked(where))
    if total:
        return total, best, looked
    wider = [
        tuple(space._replace(outside=True) for space in each)
        for each in where
        if all(
            space.padding is None and space.stride is not None and space.sized
            and not space.op.endswith("pool")
            for space in each
        )
    ]
    if not wider:
        return 0, (), looked
    total, best = search(question, wider, limit)
    return total, best, looked + tuple(_looked(wider))


def _looked(where: Sequence[tuple[Space, ...]]) -> Iterator[str]:
    for each in where:
        for space in dict.fromkeys(each):
            yield f"{space.op}: {space.words()}"


def _of_axis(space: Space, pairs: Pairs, limit: int) -> tuple[int, list[Combination]]:
    """How many layers of one axis fit, and the best, each with its cost."""
    total = 0

    def found() -> Iterator[Combination]:
        nonlocal total
        for family in families(space, pairs):
            total += family.count
            for one in family.some(limit):
                yield cost(one), (one,)

    best = nsmallest(limit, found(), key=lambda combination: combination[0])
    return total, best


def _combined(
    axes: Sequence[tuple[int, list[Combination]]], limit: int
) -> tuple[int, list[Combination]]:
    """Every layer of one axis with every one of the next: their number, and the best.

    Costs add up, so the i-th of one and the j-th of another have i*j others before them.
    """
    total, best = axes[0]
    for count, others in axes[1:]:
        total *= count
        both = (
            (tuple(map(sum, zip(cost_of, other_cost, strict=True))), (*found, *other))
            for i, (cost_of, found) in enumerate(best, 1)
            for other_cost, other in others[: limit // i]
        )
        best = nsmallest(limit, both, key=lambda combination: combination[0])
    return total, best


def _question(
    size: PerAxis | None, output: PerAxis | None, pairs: Sequence[SizePair] | None
) -> Question:
    """The sizes, checked and one per axis. Raises ParameterError."""
    if pairs is not None:
        if size is not None or output is not None:
            raise ParameterError("pairs and a size or output say the same thing twice: give one")
        if not pairs:
            raise ParameterError("pairs are empty: give at least one (input, output)")
    elif output is None:
        raise ParameterError(
            "the output size is missing: give it, or pairs of input and output sizes"
        )
    found = list(pairs) if pairs is not None else [(size, output)]
    counts = {}
    for number, each in enumerate(found, 1):
        which = f" of pair {number}" if len(found) > 1 else ""
        for name, value in zip(("input size", "output size"), each, strict=True):
            if value is None:
                continue
            check(name + which, value, 1)
            if isinstance(value, tuple):
                counts[name + which] = len(value)
    rank = common_rank(counts) or 1
    spreads = [
        (spread(n, rank), tuple(one for one in spread(o, rank) if one is not None))
        for n, o in found
    ]
    inputs: dict[tuple[int | None, ...], Sizes] = {}
    for n, o in spreads:
        if n in inputs and n[0] is not None:
            raise ParameterError(
                f"pairs: the input size {write([one for one in n if one is not None])} is given "
                f"twice, with outputs {write(inputs[n])} and {write(o)}: give it once"
            )
        inputs[n] = o
    return Question(tuple(spreads), rank)


def _operations(op: str | None, output_padding: object, padding: object) -> tuple[str, ...]:
    """The operations to look at: without one, both that the given values can belong to."""
    if op is not None:
        return (op,)
    if output_padding is not None:
        return ("deconv",)
    return ("conv",) if padding == "causal" else ("conv", "deconv")


def _widened(question: Question, rank: int) -> Question:
    """The question on as many axes as the parameters are given for."""
    if question.rank > 1 or rank == 1:
        return question
    return Question(tuple((n * rank, o * rank) for n, o in question.pairs), rank)


Each = TypeVar("Each")


def _on_axes(values: tuple[Each, ...], rank: int) -> tuple[Each, ...]:
    """One for each axis; one alone stands for all."""
    return values * rank if len(values) == 1 else values


def _once(values: Sequence[int]) -> PerAxis:
    return values[0] if len(set(values)) == 1 else tuple(values)


def _padding(values: Sequence[Pair]) -> int | tuple[int | Pair, ...]:
    """The padding as a person writes it: one number where one says everything."""
    written = [low if low == high else (low, high) for low, high in values]
    if len(set(written)) == 1 and isinstance(written[0], int):
        return written[0]
    return tuple(written)
