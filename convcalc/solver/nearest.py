"""Where nothing fits: the layer that comes closest, and what the sizes would want.

Law: nothing is claimed that was not worked out: the closest layer stands beside its own output.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from convcalc.formulas import CLOSED_FORM
from convcalc.layers.axis import Pair
from convcalc.solver.families import Found
from convcalc.solver.rank import cost
from convcalc.solver.shapes import Shape, base_of, ratio, rests, sides
from convcalc.solver.space import Pairs, Space, Span

MOST_TRIED = 20_000  # kernels, strides and dilations that are looked at for the closest layer


class Miss(NamedTuple):
    """A layer of one axis that does not fit, and how far off its outputs are."""

    off: int
    found: Found


def closest(space: Space, pairs: Pairs) -> Miss | None:
    """The layer of ``space`` whose outputs differ least from those wanted; None where none runs.

    For each shape the total padding just below and just above what the sizes want, and where n is
    asked for the sizes on both sides of what the output wants.
    """
    best: tuple[tuple[int, ...], Miss] | None = None
    for shape in _shapes(space, pairs):
        for found in _tries(space, shape, pairs):
            outputs = [found.model.work_out(found.axis, n).output for n, _ in found.sizes]
            if min(outputs) < 1:
                continue
            off = sum(abs(got - o) for got, (_, o) in zip(outputs, found.sizes, strict=True))
            order = (off, *cost(found))
            if best is None or order < best[0]:
                best = order, Miss(off, found)
    return None if best is None else best[1]


def _shapes(space: Space, pairs: Pairs) -> Iterator[Shape]:
    """Kernels, dilations and strides; where the stride is free, those around n/o or o/n."""
    around = ratio(space.model, pairs)
    tried = 0
    for k in (k for span in space.kernels for k in _some(span, 1, 1000)):
        for d in _some(space.dilations(k), 1, 100):
            for s in _some(space.stride or Span(1, around + 1), around, 4):
                tried += 1
                if tried > MOST_TRIED:
                    return
                yield Shape(space.model, k, s, d, space.name)


def _tries(space: Space, shape: Shape, pairs: Pairs) -> Iterator[Found]:
    """Layers of one shape around what the sizes want."""
    low, high, even = sides(space, shape)
    if not low.many or not high.many:
        return
    rest = rests(space, shape)
    least, most = low.low + high.low, low.high + high.high
    if pairs[0][0] is None:
        for total in {least, most}:
            yield from _around(shape, _split(total, low, high), rest, pairs[0][1])
        return
    known = tuple((n, o) for n, o in pairs if n is not None)
    for n, o in known:
        base = base_of(shape, n, o)
        for total in (base + rest.high, base + rest.low):
            near = min(max(total, least), most)
            # Below what is wanted and above it, where only an even total will do.
            halves = (near // 2, -(-near // 2)) if even else ()
            box = low.meet(high)
            paddings = [(p, p) for half in halves if box.many for p in [_into(half, box)]]
            for padding in paddings or [_split(near, low, high)]:
                a = _into(sum(padding) - base, rest) if shape.model.op == "deconv" else 0
                yield Found(*shape[:4], padding, a, known, shape.name)


def _around(shape: Shape, padding: Pair, rest: Span, o: int) -> Iterator[Found]:
    """Input sizes on both sides of the one that would give o."""
    s, k_e = shape.stride, shape.effective_kernel
    if shape.model.op == "deconv":
        gaps = o - CLOSED_FORM.function(s, 1, k_e, *padding, 0)
        sizes = [(n, _into(gaps - s * (n - 1), rest)) for n in (gaps // s + 1, gaps // s + 2)]
    else:
        sizes = [(CLOSED_FORM.function(s, o, k_e, *padding, 0), 0)]
    for n, a in sizes:
        yield Found(*shape[:4], padding, a, ((max(n, 1), o),), shape.name)


def _split(total: int, low: Span, high: Span) -> Pair:
    """A total padding on two sides, as evenly as these allow."""
    before = _into(total // 2, low.meet(Span(total - high.high, total - high.low)))
    return before, total - before


def _into(number: int, span: Span) -> int:
    """The number of ``span`` that is nearest."""
    return min(max(number, span.low), span.high)


def _some(span: Span, around: int, most: int) -> range:
    """The numbers of a span; of a long one those nearest to ``around``."""
    if span.many <= most:
        return span.numbers
    low = min(max(around - most // 2, span.low), span.high - most + 1)
    return range(low, low + most)


def wanted(space: Space, pairs: Pairs) -> str | None:
    """What the sizes want of the padding, where kernel, stride and dilation are given.

    >>> from convcalc.layers import TransposedConv
    >>> two, three, one = Span(2, 2), Span(3, 3), Span(1, 1)
    >>> space = Space(TransposedConv(1), three, two, None, one, Span(0, 0), False, True)
    >>> wanted(space, ((7, 14),))
    'from 7 to 14 it takes p_lo+p_hi-a = s(n-1)+k_e-o = 2*(7-1)+3-14 = 1, and a = 0'
    """
    given = (space.kernel, space.stride, space.dilation or Span(1, 1))
    if any(span is None or span.many != 1 for span in given):
        return None
    k, s, d = (span.low for span in given if span is not None)
    shape = Shape(space.model, k, s, d, space.name)
    parts = []
    free = "" if space.dilation else f" with d = {d}"
    for n, o in pairs:
        if n is None:
            return None
        base, k_e, rest = base_of(shape, n, o), shape.effective_kernel, rests(space, shape)
        if space.op == "deconv":
            words = f"p_lo+p_hi-a = s(n-1)+k_e-o = {s}*({n}-1)+{k_e}-{o} = {base}, and a = {rest}"
        else:
            words = f"p_lo+p_hi = s(o-1)+k_e-n = {s}*({o}-1)+{k_e}-{n} = {base}"
            if rest.high:
                least = f"{-rest.low} less" if rest.low else ""
                words += ", or up to " + " or ".join(filter(None, [least, f"{rest.high} more"]))
        parts.append(f"from {n} to {o}{free} it takes {words}")
    return "; ".join(parts)


def wanted_kernel(space: Space, pairs: Pairs) -> int:
    """The kernel that the first sizes want where padding, stride and dilation are at their least.

    Below 1 where there is none.

    >>> from convcalc.layers import Conv
    >>> space = Space(Conv(1), None, None, None, None, None, False, True)
    >>> wanted_kernel(space, ((572, 388),))
    185
    """
    n, o = pairs[0]
    if n is None:
        return 0
    s, d = (1 if span is None else span.low for span in (space.stride, space.dilation))
    one = Shape(space.model, 1, s, d, space.name)
    low, high, _ = sides(space, one)
    a = rests(space, one).low if space.op == "deconv" else 0
    return (low.low + high.low - a - base_of(one, n, o)) // d + 1
