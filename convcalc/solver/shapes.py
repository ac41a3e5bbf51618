"""Which kernels, strides and dilations a search looks at, and what each shape allows.

Law: of the strides only those that the sizes leave are looked at, by closed forms; too many shapes
are refused, with their number.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from convcalc.errors import ParameterError
from convcalc.formulas import CLOSED_FORM, EFFECTIVE_KERNEL
from convcalc.layers import Layer
from convcalc.layers.axis import Axis, Worked
from convcalc.layers.pool import within_half
from convcalc.solver.space import FREE_STRIDE, MOST_STRIDES, Pairs, Space, Span

FOLLOWING = ("same", "same-lower")  # names whose padding follows the size
MOST_SHAPES = 30_000  # to look at, which takes about a second


class Shape(NamedTuple):
    """What a family shares; ``model`` is any layer of its kind."""

    model: Layer
    kernel: int
    stride: int
    dilation: int
    name: str | None

    @property
    def effective_kernel(self) -> int:
        """``d(k-1)+1``."""
        return EFFECTIVE_KERNEL.function(self.dilation, self.kernel)


def shapes(space: Space, pairs: Pairs) -> Iterator[Shape]:
    """The kernels, dilations and strides of one axis to look at; n is None where it is asked for.

    Raises ParameterError where these are too many to look at each.
    """
    for kernel, dilation, found in _looked_at(space, pairs):
        for stride in found.numbers:
            yield Shape(space.model, kernel, stride, dilation, space.name)


def _looked_at(space: Space, pairs: Pairs) -> list[tuple[int, int, Span]]:
    """Kernels, dilations and the strides of each, where these are not too many."""
    _refuse_many(sum(span.many * space.dilations(span.high).many for span in space.kernels), space)
    found, count = [], 0
    for kernel in chain.from_iterable(span.numbers for span in space.kernels):
        for dilation in space.dilations(kernel).numbers:
            span = strides(space, kernel, dilation, pairs)
            found.append((kernel, dilation, span))
            count += span.many * _families_each(space, kernel, dilation)
    _refuse_many(count, space)
    return found


def _families_each(space: Space, kernel: int, dilation: int) -> int:
    """How many families a shape has: where the input size is asked for, one for each padding."""
    if space.sized or space.name is not None:
        return 1
    low, high, even = space.sides(kernel, EFFECTIVE_KERNEL.function(dilation, kernel))
    return low.many if even else low.many * high.many


def _refuse_many(count: int, space: Space) -> None:
    if count > MOST_SHAPES:
        also = "" if space.sized else " (and padding, as the input size is asked for)"
        raise ParameterError(
            f"{count} combinations of kernel, stride and dilation{also} are too many, at most "
            f"{MOST_SHAPES}: give narrower ranges, or values for what is free"
        )


def strides(space: Space, kernel: int, dilation: int, pairs: Pairs) -> Span:
    """The strides that the sizes leave, and of these those to look at.

    From ``0 <= rest`` and ``rest <= s-1`` (for a transposed convolution ``max(s, d)-1``) come
    ``s(small-1) <= large+P-k_e`` and ``s*small > large+P-k_e``.
    """
    if space.outside:
        assert space.stride is not None
        return space.stride
    low, high = 1, None
    for n, o in pairs:
        if n is not None:
            least, most = _bounds(space, kernel, dilation, n, o)
            low = max(low, least)
            high = most if high is None else high if most is None else min(high, most)
    if space.stride is not None:
        return space.stride.meet(Span(low, space.stride.high if high is None else high))
    if not space.sized:
        return Span(1, FREE_STRIDE)
    if high is None:  # any larger stride does the same, but for the rests that it leaves
        a = 0 if space.output_padding is None else space.output_padding.high
        return Span(low, max(low + 1, min(a + 1, FREE_STRIDE)))
    first = max(low, min(ratio(space.model, pairs) - MOST_STRIDES // 2, high - MOST_STRIDES + 1))
    return Span(first, min(high, first + MOST_STRIDES - 1))


def _bounds(space: Space, kernel: int, dilation: int, n: int, o: int) -> tuple[int, int | None]:
    """The least stride that can lead from n to o, and the greatest, None where there is none."""
    transposed = space.model.op == "deconv"
    small, large = (n, o) if transposed else (o, n)
    before, after = _reach(space, kernel, dilation)
    spare = large - EFFECTIVE_KERNEL.function(dilation, kernel)
    least, most = spare + before.low + after.low, spare + before.high + after.high
    gaps = small - 1
    low = -(-(least + 1) // small)
    if space.ceil and gaps:
        most = n + before.high - 1  # where the last window begins at the latest
    elif space.ceil:  # one window that may begin nowhere else, or that is not filled
        low, most = (n + before.low if least > 0 else 1 - most), 0
    if transposed:
        if gaps and dilation > 1:  # the output padding may be up to d-1 where that is more
            low = min(low, -(-(least - dilation + 1) // gaps))
        elif least < dilation:
            low = 1
        if space.output_padding is not None:
            a = space.output_padding
            most -= a.low
            if gaps:
                low = max(low, -(-(least - a.high) // gaps))
            if a.low >= dilation:
                low = max(low, a.low + 1)
    if gaps > 0:
        return low, most // gaps
    return low, 0 if most < 0 else None


def _reach(space: Space, kernel: int, dilation: int) -> tuple[Span, Span]:
    """What the paddings before and after may be, whatever the stride and the sizes."""
    shape = Shape(space.model, kernel, 1, dilation, space.name)
    if space.name in FOLLOWING:
        return Span(0, shape.effective_kernel - 1), Span(0, 0)
    return sides(space, shape)[:2]


def sides(space: Space, shape: Shape) -> tuple[Span, Span, bool]:
    """The paddings that a shape may have before and after, and whether both are the same.

    None where the name is not a pool's.
    """
    if shape.name is None:
        return space.sides(shape.kernel, shape.effective_kernel)
    low, high = named(shape, 1).padding
    if space.op.endswith("pool") and not within_half(shape.kernel, shape.name):
        return Span(0, -1), Span(0, -1), False
    return Span(low, low), Span(high, high), False


def named(shape: Shape, n: int) -> Worked:
    """The layer of a padding name worked out on size ``n``."""
    assert shape.name is not None
    axis = Axis(shape.kernel, shape.stride, shape.name, shape.dilation)
    return shape.model.work_out(axis, n)


def rests(space: Space, shape: Shape) -> Span:
    """What the rest of a shape may be; below 0 it is what ceil mode adds."""
    if shape.model.op != "deconv":
        return Span(1 - shape.stride if space.ceil else 0, shape.stride - 1)
    allowed = Span(0, max(shape.stride, shape.dilation) - 1)
    return allowed if space.output_padding is None else allowed.meet(space.output_padding)


def base_of(shape: Shape, n: int, o: int) -> int:
    """``P - rest`` of a shape and its sizes: ``s(small-1) + k_e - large``."""
    small, large = (n, o) if shape.model.op == "deconv" else (o, n)
    return CLOSED_FORM.function(shape.stride, small, shape.effective_kernel, 0, 0, 0) - large


def ratio(model: Layer, pairs: Pairs) -> int:
    """The stride that the first sizes suggest: how often the one goes into the other.

    >>> from convcalc.layers import Conv, TransposedConv
    >>> ratio(Conv(1), ((224, 55),)), ratio(TransposedConv(1), ((5, 9),))
    (4, 1)
    """
    n, o = pairs[0]
    if n is None:
        return 1
    return max(o // n if model.op == "deconv" else n // o, 1)
