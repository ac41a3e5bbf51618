"""Which of the layers that fit is the better one, and why.

Law: one order for every layer, whose criteria stand in ``cost`` from the first to the last, each
a number that is less for the better. On one family each changes direction only where ``families``
says.
"""

from __future__ import annotations

from collections.abc import Iterator

from convcalc.layers.axis import counted
from convcalc.layers.notes import padding_only, taps_by_phase, unread_between, unread_cells
from convcalc.solver.families import FOLLOWING, Family, Found, Paddings


def cost(found: Found) -> tuple[int, ...]:
    """What speaks against a layer, the gravest first.

    Input cells that nothing reads; uneven coverage; crops and outputs that see only padding;
    lopsided padding; dilation; padding that nothing reads; sides that differ; frameworks that
    refuse it; then the smaller effective kernel, output padding, stride and padding.
    """
    low, high = found.padding
    transposed = found.model.op == "deconv"
    rests = [] if transposed else [max(rest, 0) for rest in found.rests()]
    beyond, a, d = found.effective_kernel - 1, found.output_padding, found.dilation
    outside = sum(max(-side, side - beyond, 0) for side in (low, high - a))
    return (
        sum(max(rest - max(high, 0), 0) for rest in rests) + _gaps(found),
        _unevenness(found),
        outside,
        max(abs(low - high) - 1, 0),
        d - 1,
        sum(rests),
        abs(low - high),
        sum(1 for _ in refusals(found)),
        found.effective_kernel,
        a,
        found.stride,
        low + high,
        low,
        transposed,
    )


def least_cost(family: Family) -> tuple[int, ...]:
    """What ``cost`` is at least for every layer of a family.

    >>> from convcalc.layers import Conv
    >>> from convcalc.solver.families import Shape, Sizes
    >>> from convcalc.solver.space import Span
    >>> family = Sizes(Shape(Conv(3), 3, 5, 1, None), (1, 1), 7, Span(31, 35))
    >>> all(least_cost(family) <= cost(one) for one in family.some(9))
    True
    """
    model, k, s, d, _ = shape = family.shape
    if isinstance(family, Paddings):
        outputs = [o for _, o in family.sizes]
        single = all(n == 1 for n, _ in family.sizes)
    else:
        outputs, single = [family.output], family.sizes.low == 1
    gaps = uneven = 0
    if model.op != "deconv":
        gaps = unread_between(k, s, d) * sum(o - 1 for o in outputs)
    elif not single:
        uneven = _uneven(k, s, d)
    return (gaps, uneven, 0, 0, d - 1, 0, 0, 0, shape.effective_kernel, 0, s)


def reasons(found: Found) -> Iterator[str]:
    """What speaks for a layer and against it, in words, in the order of ``cost``."""
    low, high = found.padding
    if found.model.op == "deconv":
        yield from _covered(found)
    else:
        yield from _read(found)
    yield from _outside(found)
    yield "symmetric" if low == high else f"{low} before, {high} after"
    yield from refusals(found)


def refusals(found: Found) -> Iterator[str]:
    """Frameworks that do not take the layer as it is."""
    low, high = found.padding
    s, d = found.stride, found.dilation
    if found.name in FOLLOWING:
        if s > 1 or found.model.op != "conv":
            yield f"PyTorch has no {found.name} here"
    elif low != high:
        yield "PyTorch takes one padding for both sides"
    elif low < 0:
        yield "PyTorch refuses a negative padding"
    if s > 1 and d > 1 and not found.model.op.endswith("pool"):
        yield "Keras refuses a stride with a dilation"
    elif found.output_padding >= s:
        yield "Keras wants an output padding below the stride"


def _gaps(found: Found) -> int:
    """Input cells between the windows."""
    if found.model.op == "deconv":
        return 0
    between = unread_between(found.kernel, found.stride, found.dilation)
    return sum(between * (o - 1) for _, o in found.sizes)


def _unevenness(found: Found) -> int:
    """Coverage of a transposed convolution: 0 even, 1 uneven, 2 with outputs that get nothing."""
    if found.model.op != "deconv" or all(n == 1 for n, _ in found.sizes):
        return 0
    return _uneven(found.kernel, found.stride, found.dilation)


def _uneven(kernel: int, stride: int, dilation: int) -> int:
    taps = [count for count, _ in taps_by_phase(kernel, stride, dilation)]
    return 0 if len(taps) == 1 else 2 if 0 in taps else 1


def _covered(found: Found) -> Iterator[str]:
    match _unevenness(found):
        case 0:
            yield "even coverage"
        case 1:
            yield "uneven coverage"
        case _:
            yield "outputs without input"


def _read(found: Found) -> Iterator[str]:
    """What is not read: real cells first, then cells of padding."""
    k, s, d = found.kernel, found.stride, found.dilation
    high = max(found.padding[1], 0)
    rests = [max(rest, 0) for rest in found.rests()]
    tail = max(rest - high for rest in rests)
    between = unread_between(k, s, d) if any(o > 1 for _, o in found.sizes) else 0
    if tail > 0:
        yield f"{counted(tail, 'input cell')} unread"
    if between:
        yield f"{between} of {s} input cells unread"
    holes = unread_cells(found.worked) if d > 1 and tail <= 0 and not between else 0
    if holes:
        yield f"{counted(holes, 'input cell')} unread"
    if tail <= 0 and any(rests):
        yield f"{counted(max(rests), 'padded cell')} unread"
    if not (any(rests) or between or holes):
        yield "no unread cell"


def _outside(found: Found) -> Iterator[str]:
    """Crops, and outputs that see only padding."""
    window = found.worked.window
    crops = sum(max(-side, 0) for side in (window.padding_low, window.padding_high))
    if crops:
        yield f"crops {counted(crops)}"
    blind = sum(padding_only(found.worked))
    if blind:
        yield f"{counted(blind, 'output')} see only padding"
