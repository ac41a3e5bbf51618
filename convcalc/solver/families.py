"""Every layer that leads from given sizes to given sizes, in closed form, for one axis.

Law: nothing is tried out. For one kernel, stride and dilation the closed form of a transposed
convolution, ``large = s(small-1) + k_e - P + rest``, holds for both operations: a convolution has
large = n, small = o, and the rest is what its floor drops, 0..s-1; a transposed convolution has
small = n, large = o, and the rest is its output padding. So the total padding P = p_lo+p_hi lies in
an interval, or, where n is asked for, n does. ``Family`` is such a set: counted, never listed.
Source: Dumoulin & Visin, relationship 14; for ceil mode PyTorch, ``pooling_output_shape``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from convcalc.formulas import (
    CLOSED_FORM,
    EFFECTIVE_KERNEL,
    SAME_GREATEST_SIZE,
    SAME_LEAST_SIZE,
)
from convcalc.layers import Layer
from convcalc.layers.axis import Axis, Pair, Worked
from convcalc.solver.shapes import FOLLOWING, Shape, base_of, named, rests, shapes, sides
from convcalc.solver.space import Pairs, Space, Span


class Found(NamedTuple):
    """One layer on one axis, and the sizes (n, o) that it leads from and to.

    ``model`` is any layer of its kind; ``name`` a padding's, where it has one.
    """

    model: Layer
    kernel: int
    stride: int
    dilation: int
    padding: Pair
    output_padding: int
    sizes: tuple[Pair, ...]
    name: str | None = None

    @property
    def effective_kernel(self) -> int:
        """``d(k-1)+1``."""
        return EFFECTIVE_KERNEL.function(self.dilation, self.kernel)

    @property
    def axis(self) -> Axis:
        """The parameters as a layer takes them."""
        padding = self.name or self.padding
        # A name that crops to a size brings its output padding along.
        a = 0 if self.name in FOLLOWING else self.output_padding
        return Axis(self.kernel, self.stride, padding, self.dilation, a)

    @property
    def worked(self) -> Worked:
        """The layer worked out on the first of its sizes."""
        return self.model.work_out(self.axis, self.sizes[0][0])

    def paddings(self) -> list[Pair]:
        """The padding of each size: one for all, unless a name's follows the size."""
        if self.name not in FOLLOWING:
            return [self.padding] * len(self.sizes)
        return [self.model.work_out(self.axis, n).padding for n, _ in self.sizes]

    def rests(self) -> Iterator[int]:
        """What the floor drops of each size; below 0 where ceil mode adds cells."""
        for (n, o), (low, high) in zip(self.sizes, self.paddings(), strict=True):
            yield n - CLOSED_FORM.function(self.stride, o, self.effective_kernel, low, high, 0)


class Piece(NamedTuple):
    """Paddings ``(low, high)`` whose sum is in ``total``; both the same where ``even``."""

    total: Span
    low: Span
    high: Span
    even: bool

    @property
    def many(self) -> int:
        """How many pairs these are.

        >>> Piece(Span(2, 3), Span(0, 2), Span(0, 2), even=False).many
        5
        """
        if self.even:
            return self.same.many
        wide, high = self.low.many - 1, self.high.many - 1
        if wide < 0 or high < 0 or not self.total.many:
            return 0
        start = self.low.low + self.high.low
        return _below(self.total.high - start, wide, high) - _below(
            self.total.low - 1 - start, wide, high
        )

    @property
    def same(self) -> Span:
        """The paddings that are the same on both sides."""
        half = Span(-(-self.total.low // 2), self.total.high // 2)
        return half.meet(self.low).meet(self.high)


class Paddings(NamedTuple):
    """The family of one shape where the sizes are known: the padding is what is left open.

    ``base`` is ``P - rest`` for each size: a transposed convolution's output padding is ``P -
    base``.
    """

    shape: Shape
    sizes: tuple[Pair, ...]
    base: tuple[int, ...]
    piece: Piece

    @property
    def many(self) -> int:
        """How many layers these are."""
        return self.piece.many

    @property
    def totals(self) -> Span:
        """The total paddings."""
        low, high = self.piece.low, self.piece.high
        return self.piece.total.meet(Span(low.low + high.low, low.high + high.high))

    def highs(self, total: int) -> Span:
        """The paddings after, of a total padding."""
        low, high = self.piece.low, self.piece.high
        return high.meet(Span(total - low.high, total - low.low))

    def turns(self) -> list[int]:
        """Where the order of the layers changes direction: paddings where ``even``, else totals."""
        piece, beyond, s = self.piece, self.shape.effective_kernel - 1, self.shape.stride
        turns = [0, beyond, *self.base, *(base // 2 for base in self.base)]
        turns += [base - beyond for base in self.base]
        if piece.even:
            return turns + [(base + s) // 2 for base in self.base]
        ends = (*piece.low, *piece.high)
        turns += [2 * beyond, *(low + high for low in ends for high in ends)]
        return turns + [base + more for base in self.base for more in (s, beyond, base)]

    def bends(self, total: int) -> list[int]:
        """Where the order of the layers of one total changes direction: paddings after."""
        beyond = self.shape.effective_kernel - 1
        bends = [0, beyond, total, total - beyond, total // 2]
        bends += [total - base + more for base in self.base for more in (0, beyond)]
        # A PyTorch layer's output padding, 2*low - base, is from 0 on, and not too large.
        most = max(self.shape.stride, self.shape.dilation)
        return bends + [total - (base + more) // 2 for base in self.base for more in (0, most)]

    def of(self, low: int, high: int) -> Found:
        """The layer of one padding."""
        model, k, s, d, name = self.shape
        a = low + high - self.base[0] if model.op == "deconv" else 0
        return Found(model, k, s, d, (low, high), a, self.sizes, name)


class Sizes(NamedTuple):
    """The family of one shape and padding where the input size ``n`` is asked for."""

    shape: Shape
    padding: Pair | None  # None: the name's own, which follows the size
    output: int
    sizes: Span

    @property
    def many(self) -> int:
        """How many layers, each with its size, these are."""
        return self.sizes.many

    @property
    def exact(self) -> int:
        """The size of which nothing is left over."""
        k_e, (low, high) = self.shape.effective_kernel, self.padding or (0, 0)
        return CLOSED_FORM.function(self.shape.stride, self.output, k_e, low, high, 0)

    def turns(self) -> list[int]:
        """Where the order of the layers changes direction; one is where the rest is ``high``."""
        s, (_, high) = self.shape.stride, self.padding or (0, 0)
        read = self.exact + high  # up to here every cell of the input is
        turns = [self.exact, read, s * (self.output - 1) + 1, 1]
        # The stride that n suggests: ceil(n/o) is the same from a multiple of o to the next.
        steps = (1, s - 1, s, s + 1, (read - 1) // self.output, (read - 1) // self.output - 1)
        turns += [self.output * each for each in steps]
        return turns + [self.output // max(s + more, 1) for more in (-1, 0, 1)]

    def of(self, n: int) -> Found:
        """The layer of one size."""
        model, k, s, d, name = self.shape
        padding, a = self.padding or named(self.shape, n).padding, 0
        if model.op == "deconv":
            low, high = self.padding or (0, 0)
            a = self.output - CLOSED_FORM.function(s, n, self.shape.effective_kernel, low, high, 0)
        return Found(model, k, s, d, padding, a, ((n, self.output),), name)


Family = Paddings | Sizes


def families(space: Space, pairs: Pairs) -> Iterator[Family]:
    """The families of one axis that lead from each n to its o; n is None where it is asked for.

    Together they are every layer of ``space`` that does, each once; none is empty. Raises
    ParameterError where there are too many kernels, strides and dilations to look at each.
    """
    known = tuple((n, o) for n, o in pairs if n is not None)
    for shape in shapes(space, pairs):
        found: Iterable[Family] = (
            _paddings(space, shape, known) if known else _sizes(space, shape, pairs[0][1])
        )
        yield from (family for family in found if family.many)


def _paddings(space: Space, shape: Shape, pairs: tuple[Pair, ...]) -> Iterator[Paddings]:
    """The paddings that lead from each n to its o."""
    s = shape.stride
    transposed = shape.model.op == "deconv"
    base = tuple(base_of(shape, n, o) for n, o in pairs)
    if shape.name in FOLLOWING:
        worked = [named(shape, n) for n, _ in pairs]
        if all(each.output == o for each, (_, o) in zip(worked, pairs, strict=True)):
            p, q = worked[0].padding
            piece = Piece(Span(p + q, p + q), Span(p, p), Span(q, q), even=False)
            yield Paddings(shape, pairs, base, piece)
        return
    low, high, even = sides(space, shape)
    box = Piece(Span(min(base) - s, max(base) + s), low, high, even)
    if transposed:
        rest = rests(space, shape)
        total = Span(base[0] + rest.low, base[0] + rest.high)
        pieces = [box._replace(total=total)] if len(set(base)) == 1 else []
    elif space.ceil:
        pieces = [box]
        for (n, o), exact in zip(pairs, base, strict=True):
            pieces = [_meet(one, each) for one in pieces for each in _ceil(n, o, s, exact, box)]
            pieces = [piece for piece in pieces if piece.total.many]
    else:
        pieces = [box._replace(total=Span(max(base), min(base) + s - 1))]
    for piece in pieces:
        around = Span(piece.total.low // 2, -(-piece.total.high // 2))
        meant = piece._replace(low=around, high=around) if space.outside else piece
        yield Paddings(shape, pairs, base, meant)


def _sizes(space: Space, shape: Shape, o: int) -> Iterator[Sizes]:
    """The input sizes of each padding that lead to o."""
    s, k_e = shape.stride, shape.effective_kernel
    if shape.name in FOLLOWING and shape.model.op != "deconv":
        least, most = SAME_LEAST_SIZE.function(s, o), SAME_GREATEST_SIZE.function(s, o)
        yield Sizes(shape, None, o, Span(least, most))
        return
    rest = rests(space, shape)
    if shape.name in FOLLOWING:
        a = named(shape, 1).output_padding
        rest = Span(a, a)
    low, high, even = sides(space, shape)
    paddings = [(p, q) for p in low.numbers for q in (Span(p, p) if even else high).numbers]
    for p, q in paddings:
        if shape.model.op == "deconv":
            gaps = o - CLOSED_FORM.function(s, 1, k_e, p, q, 0)  # s(n-1)+a
            spans = [Span(-(-(gaps - rest.high) // s) + 1, (gaps - rest.low) // s + 1)]
        else:
            exact = CLOSED_FORM.function(s, o, k_e, p, q, 0)
            spans = [Span(exact, exact + s - 1)]
            if space.ceil:
                spans = [
                    Span(exact, exact),
                    Span(max(exact - s + 1, s * (o - 1) - p + 1), exact - 1),
                    Span(exact + 1, min(exact + s - 1, s * o - p)),
                ]
        for span in spans:
            yield Sizes(shape, (p, q), o, span.meet(Span(1, span.high)))


def _ceil(n: int, o: int, s: int, exact: int, box: Piece) -> tuple[Piece, ...]:
    """The paddings of a pool in ceil mode: nothing left over; a window more; a window dropped.

    The window more begins at ``s(o-1)``, the dropped one at ``s*o``; a window counts where it
    begins before the end of the input and the padding before it, ``n + p_lo``.
    """
    return (
        box._replace(total=Span(exact, exact)),
        box._replace(
            total=Span(exact - s + 1, exact - 1),
            low=box.low.meet(Span(s * (o - 1) - n + 1, box.low.high)),
        ),
        box._replace(
            total=Span(exact + 1, exact + s - 1),
            low=box.low.meet(Span(box.low.low, s * o - n)),
        ),
    )


def _meet(one: Piece, other: Piece) -> Piece:
    return one._replace(total=one.total.meet(other.total), low=one.low.meet(other.low))


def _below(most: int, wide: int, high: int) -> int:
    """How many pairs ``0 <= u <= wide``, ``0 <= v <= high`` have a sum of at most ``most``."""
    return (
        _triangle(most)
        - _triangle(most - wide - 1)
        - _triangle(most - high - 1)
        + _triangle(most - wide - high - 2)
    )


def _triangle(most: int) -> int:
    """Pairs of numbers from 0 on with a sum of at most ``most``."""
    return (most + 1) * (most + 2) // 2 if most >= 0 else 0
