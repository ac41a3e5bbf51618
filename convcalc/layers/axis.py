"""What a person writes for one spatial axis, and how a layer's values spread over its axes.

Law: from here on everything is one axis at a time. A value given once holds for every axis;
values given per axis must agree in number with each other and with the input.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import index
from typing import NamedTuple, TypeAlias, TypeVar, cast

from convcalc.errors import ParameterError, SizeError
from convcalc.window import Window

PerAxis: TypeAlias = int | tuple[int, ...]
Pair: TypeAlias = tuple[int, int]
Padding: TypeAlias = int | str | tuple[int | Pair, ...]

PER_AXIS = (
    "kernel",
    "stride",
    "padding",
    "dilation",
    "output_padding",
    "input_dilation",
    "output_size",
)

PADDING_NAMES = {
    "valid": "no padding",
    "same": "output n/s rounded up, extra cell at the end (TensorFlow, ONNX SAME_UPPER)",
    "same-lower": "as same, extra cell at the beginning (ONNX SAME_LOWER)",
    "half": "floor(k/2) on each side",
    "full": "k_e-1 on each side",
    "causal": "k_e-1 before, nothing after",
}


class Axis(NamedTuple):
    """The parameters of one axis; ``padding`` is ``(before, after)`` or one of PADDING_NAMES."""

    kernel: int
    stride: int
    padding: Pair | str
    dilation: int
    output_padding: int = 0
    input_dilation: int = 1
    output_size: int | None = None


class Worked(NamedTuple):
    """One axis worked out: what was written, what its padding became for size n, and the result."""

    axis: Axis
    n: int
    padding: Pair
    output_padding: int
    window: Window
    output: int


def check(name: str, value: PerAxis, least: int) -> None:
    """Refuse a per-axis value that is not made of integers of at least ``least``."""
    if value == ():
        raise ParameterError(f"{name} is empty: give a number, or one for every axis")
    for number in value if isinstance(value, tuple) else (value,):
        if not isinstance(number, int) or isinstance(number, bool):
            raise ParameterError(
                f"{name} must be a whole number, or a tuple of them, one per axis: got {number!r}"
            )
        if number < least:
            where = among(value) if isinstance(value, tuple) else ""
            raise ParameterError(f"{name} must be at least {least}: got {number}{where}")


def among(values: tuple[int, ...]) -> str:
    """Where a refused number stands; whoever wrote 0x20 may have meant a hexadecimal one."""
    if len(values) < 2:
        return ""
    text = write(values)
    meant = f" ({text} means {' by '.join(map(str, values))})" if text.startswith("0x") else ""
    return f" in {text}{meant}"


def check_common(kernel: PerAxis, stride: PerAxis, dilation: PerAxis, padding: Padding) -> None:
    """Refuse a kernel, stride, dilation or padding that no layer has."""
    check("kernel", kernel, 1)
    check("stride", stride, 1)
    check("dilation", dilation, 1)
    check_padding(padding)


def check_padding(padding: Padding) -> None:
    """Refuse a padding that is neither integers, pairs of integers per axis, nor a known name."""
    if isinstance(padding, str):
        if padding not in PADDING_NAMES:
            raise ParameterError(
                f"unknown padding name {padding!r}{nearest(padding, PADDING_NAMES)}; "
                f"valid names: {', '.join(PADDING_NAMES)}"
            )
        return
    if padding == ():
        raise ParameterError("padding is empty: give a number, or one for every axis")
    for entry in padding if isinstance(padding, tuple) else (padding,):
        pair = entry if isinstance(entry, tuple) else (entry, entry)
        if len(pair) != 2:
            raise ParameterError(f"padding of one axis must be (before, after): got {entry!r}")
        for number in pair:
            if not isinstance(number, int) or isinstance(number, bool):
                raise ParameterError(f"padding must be a whole number: got {number!r}")


def nearest(word: str, known: Sequence[str] | dict[str, str]) -> str:
    """A suggestion to append to a message, or nothing.

    >>> nearest("sane", ["same", "full"]), nearest("convolution", ["conv"])
    (' (did you mean same?)', ' (did you mean conv?)')
    """
    from difflib import get_close_matches

    candidates, plain = list(known), word.lower()
    close = (
        get_close_matches(word, candidates, n=1, cutoff=0.7)
        or [each for each in candidates if len(each) > 2 and plain.startswith(each)]
        or get_close_matches(plain, candidates, n=1, cutoff=0.6 if len(plain) > 2 else 0.5)
    )
    return f" (did you mean {close[0]}?)" if close else ""


def rank_of(layer: object) -> int | None:
    """The number of axes that a layer's own values agree on; None where any number will do."""
    counts = {
        name: len(value)
        for name in PER_AXIS
        if isinstance(value := getattr(layer, name, None), tuple)
    }
    declared: int | None = getattr(layer, "rank", None)
    if declared is not None:
        check("rank", declared, 1)
        counts["rank"] = declared
    return common_rank(counts)


def common_rank(counts: dict[str, int]) -> int | None:
    """The number of axes that the values with more than one entry agree on; None if there is none.

    ``counts`` gives the number of entries by the name of the value.

    >>> common_rank({"kernel": 2, "size": 2})
    2
    """
    rank: int | None = None
    first = ""
    for name, count in counts.items():
        if rank is not None and count != rank:
            raise ParameterError(
                f"axes do not agree: {first} is given for {axes_word(rank)}, "
                f"{name} for {axes_word(count)}; give each once for all axes, or as often"
            )
        rank, first = count, first or name
    return rank


def axes_word(count: int) -> str:
    """``1 axis``, ``2 axes``."""
    return f"{count} axis" if count == 1 else f"{count} axes"


def counted(count: int, what: str = "cell") -> str:
    """A number with its noun: ``1 cell``, ``2 cells``.

    >>> counted(1), counted(3, "output")
    ('1 cell', '3 outputs')
    """
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


Number = TypeVar("Number", int, int | None)


def spread(value: Number | tuple[Number, ...], rank: int) -> tuple[Number, ...]:
    """One value per axis.

    >>> spread(3, 2)
    (3, 3)
    """
    return value if isinstance(value, tuple) else (value,) * rank


def spread_padding(padding: Padding, rank: int) -> tuple[Pair | str, ...]:
    """One ``(before, after)`` or name per axis.

    >>> spread_padding((1, (0, 2)), 2)
    ((1, 1), (0, 2))
    """
    if isinstance(padding, str):
        return (padding,) * rank
    entries = padding if isinstance(padding, tuple) else (padding,) * rank
    return tuple(entry if isinstance(entry, tuple) else (entry, entry) for entry in entries)


def spread_size(size: int | Sequence[int], rank: int | None) -> tuple[int, ...]:
    """The input size of every axis of a layer that has ``rank`` axes (None: any number).

    One number stands for every axis.

    >>> spread_size(32, 2), spread_size((5, 6), None)
    ((32, 32), (5, 6))
    """
    try:
        sizes = tuple(map(index, size if isinstance(size, Sequence) else (size,)))
    except TypeError:
        raise SizeError(
            f"input size must be a whole number, or one for every axis: got {size!r}"
        ) from None
    if not sizes:
        raise SizeError("input size is empty: give one size for every axis")
    if rank is not None and len(sizes) == 1:
        sizes *= rank
    if rank is not None and len(sizes) != rank:
        raise SizeError(
            f"the layer has {axes_word(rank)}, the input size {write(sizes)} has "
            f"{len(sizes)}: give one size for every axis, or {rank}"
            f"{', without batch and channels' if len(sizes) > rank else ''}"
        )
    for number in sizes:
        if number < 1:
            raise SizeError(f"input size must be at least 1: got {number}{among(sizes)}")
    return sizes


def write(values: Sequence[int] | Sequence[Pair | str]) -> str:
    """Per-axis values as they are typed: ``3x5``, ``1:2x0``; a padding name stands once.

    >>> write((3, 5)), write(((1, 2), (0, 0))), write(("same", "same"))
    ('3x5', '1:2x0', 'same')
    """
    if values and isinstance(values[0], str):
        return values[0]
    return "x".join(write_one(cast("int | Pair", value)) for value in values)


def write_once(values: Sequence[int] | Sequence[Pair | str]) -> str:
    """As ``write``, but a value that holds for every axis stands once, as it may be typed.

    >>> write_once((2, 2, 2)), write_once((3, 5))
    ('2', '3x5')
    """
    return write(values[:1] if len(set(values)) == 1 else values)


def write_one(value: int | Pair) -> str:
    """One axis' value as it is typed: ``3``; ``1:2``; ``1`` where both sides are 1."""
    if isinstance(value, tuple):
        return str(value[0]) if value[0] == value[1] else f"{value[0]}:{value[1]}"
    return str(value)
