"""Where a search looks: for each axis the values that every parameter may take.

Law: what is given is kept to the letter; what is free gets the bounds that are written here, and
``words`` says them. Nothing here computes a size.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from convcalc.errors import ParameterError
from convcalc.layers import Layer, Pool, TransposedConv
from convcalc.layers.axis import PADDING_NAMES, common_rank, nearest
from convcalc.layers.kind import KINDS, Parameters, check_kind, made, refuse_foreign
from convcalc.layers.pool import check_half

Pairs: TypeAlias = tuple[tuple[int | None, int], ...]  # input and output sizes; n may be asked for
Values: TypeAlias = int | range | tuple[int | range, ...]
Paddings: TypeAlias = int | range | str | tuple[int | range | tuple[int | range, int | range], ...]

FREE_KERNEL, FREE_DILATION, FREE_STRIDE = 16, 4, 16
MOST_STRIDES = 64  # of a free stride, where the sizes leave more
SOLVED = ("conv", "deconv", "maxpool", "avgpool")  # whose sizes the closed forms know


class Span(NamedTuple):
    """The whole numbers from ``low`` to ``high``; none where ``high < low``.

    Not a ``range``, whose length has to fit a machine word.
    """

    low: int
    high: int

    @property
    def many(self) -> int:
        """How many numbers these are."""
        return max(self.high - self.low + 1, 0)

    @property
    def numbers(self) -> range:
        """The numbers, one after the other; not for more than a machine word holds."""
        return range(self.low, self.high + 1)

    def meet(self, other: Span) -> Span:
        """The numbers in both.

        >>> Span(0, 5).meet(Span(3, 9))
        Span(low=3, high=5)
        """
        return Span(max(self.low, other.low), min(self.high, other.high))

    def __str__(self) -> str:
        return str(self.low) if self.low == self.high else f"{self.low}..{self.high}"


Sides: TypeAlias = tuple[Span, Span]


class Given(NamedTuple):
    """The parameters as they are given; None where one is free."""

    kernel: Values | None = None
    stride: Values | None = None
    padding: Paddings | None = None
    dilation: Values | None = None
    output_padding: Values | None = None
    asymmetric: bool = False
    ceil: bool = False


class Space(NamedTuple):
    """What one axis of one operation may be; None where a parameter is free.

    A padding is a span for both sides together, a span for each side, or a name.
    """

    model: Layer  # any layer of the operation
    kernel: Span | None
    stride: Span | None
    padding: Span | Sides | str | None
    dilation: Span | None
    output_padding: Span | None
    asymmetric: bool
    sized: bool  # whether the input size is known
    large: tuple[int, ...] = ()  # free kernels beyond FREE_KERNEL, which the sizes suggest
    outside: bool = False  # a free padding as the sizes want it, beyond 0..k_e-1

    @property
    def op(self) -> str:
        """conv, deconv, maxpool or avgpool."""
        return self.model.op

    @property
    def name(self) -> str | None:
        """The padding's name, where it has one."""
        return self.padding if isinstance(self.padding, str) else None

    @property
    def ceil(self) -> bool:
        """Whether this is a pool in ceil mode."""
        return isinstance(self.model, Pool) and self.model.ceil

    @property
    def may_go_outside(self) -> bool:
        """Whether a padding beyond 0..k_e-1 may be looked for: only a given stride bounds it."""
        free = self.padding is None and not self.op.endswith("pool")
        return free and self.sized and self.stride is not None

    @property
    def kernels(self) -> tuple[Span, ...]:
        """The kernels to look at."""
        if self.kernel is not None:
            return (self.kernel,)
        return Span(1, FREE_KERNEL), *(Span(kernel, kernel) for kernel in self.large)

    def dilations(self, kernel: int) -> Span:
        """The dilations to look at: only a given one dilates a pool, or leads to a free n."""
        if self.dilation is not None:
            return self.dilation
        free = kernel > 1 and self.sized and not self.op.endswith("pool")
        return Span(1, FREE_DILATION if free else 1)

    def sides(self, kernel: int, k_e: int) -> tuple[Span, Span, bool]:
        """The paddings before and after, and whether both must be the same; not for names."""
        assert not isinstance(self.padding, str)
        top = kernel // 2 if self.op.endswith("pool") else None
        match self.padding:
            case None:
                low = high = Span(0, k_e - 1 if top is None else top)
            case Span():
                low = high = self.padding
            case _:
                low, high = self.padding
        if top is not None:
            low, high = low.meet(Span(low.low, top)), high.meet(Span(high.low, top))
        even = not self.asymmetric and (self.padding is None or isinstance(self.padding, Span))
        return low, high, even

    def words(self) -> str:
        """What was looked at, for a person.

        >>> from convcalc.layers import Conv
        >>> Space(Conv(1), None, Span(2, 2), None, None, None, False, True).words()
        'k 1..16, s 2, p 0..k_e-1, d 1..4'
        """
        free = (
            f"that the sizes leave, at most {MOST_STRIDES}" if self.sized else Span(1, FREE_STRIDE)
        )
        parts = [f"k {', '.join(map(str, self.kernels))}", f"s {self.stride or free}"]
        match self.padding:
            case None if self.outside:
                parts.append("any p")
            case None:
                parts.append("p 0..floor(k/2)" if self.op.endswith("pool") else "p 0..k_e-1")
            case str() | Span():
                parts.append(f"p {self.padding}")
            case (low, high):
                parts.append(f"p {low}:{high}")
        if self.asymmetric:
            parts[-1] += " on each side"
        parts.append(f"d {self.dilations(FREE_KERNEL)}")
        if self.op == "deconv":
            parts.append(f"a {self.output_padding or '0..max(s,d)-1'}")
        return ", ".join(parts)


def span_of(name: str, value: object, least: int | None) -> Span:
    """A number or a range as a span. Raises ParameterError for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        found = Span(value, value)
    elif isinstance(value, range):
        if value.step != 1:
            raise ParameterError(
                f"{name} must be a range in steps of 1: got one in steps of {value.step}"
            )
        found = Span(value.start, value.stop - 1)
    else:
        raise ParameterError(
            f"{name} must be a whole number, a range, or one of them for every axis: got {value!r}"
        )
    if not found.many:
        raise ParameterError(f"{name}: the range {value} is empty")
    if least is not None and found.low < least:
        raise ParameterError(f"{name} must be at least {least}: got {found}")
    return found


def spaces(op: str, given: Given, rank: int | None, pairs: Pairs) -> tuple[Space, ...]:
    """What every axis may be; one space alone where no value was given per axis.

    ``rank`` is the number of axes of the sizes, None where one number stands for any; ``pairs``
    are the sizes of all axes. Raises ParameterError for values that no layer takes.
    """
    check_kind(op)
    if op not in SOLVED:
        raise ParameterError(
            f"solve has no closed form for {KINDS[op].title}; for {', '.join(SOLVED)}"
        )
    foreign = {"ceil": "ceil"} if given.ceil else {}
    if given.output_padding is not None:
        foreign["output_padding"] = "output_padding"
    refuse_foreign(op, foreign)
    counts = {
        name: len(value)
        for name, value in zip(given._fields, given, strict=True)
        if isinstance(value, tuple)
    }
    if 0 in counts.values():
        raise ParameterError("a value is empty: give a number or a range, or one for every axis")
    count = 1
    if counts:
        count = common_rank(counts | ({} if rank is None else {"sizes": rank})) or 1
    model = made(op, Parameters(1, ceil=given.ceil))
    sized = pairs[0][0] is not None
    large = _large(op, pairs)
    found = tuple(
        Space(model, k, s, p, d, a, given.asymmetric, sized, large)
        for k, s, p, d, a in zip(
            _spans("kernel", given.kernel, 1, count),
            _spans("stride", given.stride, 1, count),
            _paddings(given.padding, count, given.asymmetric),
            _spans("dilation", given.dilation, 1, count),
            _spans("output_padding", given.output_padding, 0, count),
            strict=True,
        )
    )
    for space in found:
        _refuse_contradictions(space)
    return found


def _large(op: str, pairs: Pairs) -> tuple[int, ...]:
    """Kernels as large as the stride that the sizes suggest, and twice as large.

    A network's first layer has these, whatever the stride: patches that touch, or overlap by half.
    """
    ratios = [o // n if op == "deconv" else n // o for n, o in pairs if n is not None]
    kernels = {times * ratio for ratio in ratios for times in (1, 2)}
    return tuple(sorted(kernel for kernel in kernels if kernel > FREE_KERNEL))


def _spans(name: str, value: Values | None, least: int, count: int) -> tuple[Span | None, ...]:
    """A parameter on each of ``count`` axes."""
    if value is None:
        return (None,) * count
    each = value if isinstance(value, tuple) else (value,) * count
    return tuple(span_of(name, one, least) for one in each)


def _paddings(
    padding: Paddings | None, count: int, asymmetric: bool
) -> tuple[Span | Sides | str | None, ...]:
    if isinstance(padding, str):
        if padding not in PADDING_NAMES:
            raise ParameterError(
                f"unknown padding name {padding!r}{nearest(padding, PADDING_NAMES)}; "
                f"valid names: {', '.join(PADDING_NAMES)}"
            )
        if asymmetric:
            raise ParameterError(
                f"padding {padding!r} decides both sides: leave asymmetric out, or give a range"
            )
        return (padding,) * count
    if padding is None:
        return (None,) * count
    found: list[Span | Sides] = []
    for each in padding if isinstance(padding, tuple) else (padding,) * count:
        if isinstance(each, tuple):
            if len(each) != 2:
                raise ParameterError(f"padding of one axis must be (before, after): got {each!r}")
            if asymmetric:
                raise ParameterError(
                    "a padding (before, after) gives each side: leave asymmetric out"
                )
            low, high = each
            found.append((span_of("padding", low, None), span_of("padding", high, None)))
        else:
            found.append(span_of("padding", each, None))
    return tuple(found)


def _refuse_contradictions(space: Space) -> None:
    """Raise what the layer itself says of given values that no choice of the others can save."""
    a, k, p = space.output_padding, space.kernel, space.padding
    if space.op == "deconv":
        # Made for what it refuses: a name that is a convolution's, an output padding too large.
        smallest = 0 if a is None else a.low
        d = space.dilations(2).high
        s = smallest + 1 if space.stride is None else space.stride.high
        TransposedConv(1, s, p if isinstance(p, str) else 0, d, smallest)
    if space.op.endswith("pool") and k is not None and p is not None:
        sides = (p, p) if isinstance(p, Span) else p
        least = sides if isinstance(sides, str) else max(side.low for side in sides)
        check_half(Pool(k.high, padding=least))
