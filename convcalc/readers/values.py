"""The values of the command line: ``32``, ``3x5``, ``3,5``, ``1:2x0``, ``same``, ``1..64``.

Law: only plain decimal digits with an optional minus sign are numbers; ``3.0``, ``1_000`` and
``+3`` are not. The position of a fault is kept, so that the message can point at it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from convcalc.errors import ParseError
from convcalc.layers.axis import PADDING_NAMES, Padding, Pair, PerAxis, nearest

MOST_DIGITS = 1000
_VALUE = (
    "digits, one value for every axis or one per axis joined by x or a comma, as 32, 32x48, 3,5"
)
_RANGE = "digits, or a range, as 3, 1..64, 8..64..8"


def read_sizes(name: str, text: str) -> PerAxis:
    """One integer for all axes, or a tuple of one per axis.

    >>> read_sizes("--k", "3"), read_sizes("--n", "32x48")
    (3, (32, 48))
    """
    return _per_axis([_integer(name, text, *span) for span in _entries(text, r"[x,]")])


def read_padding(name: str, text: str) -> Padding:
    """A padding: an integer, ``before:after``, one per axis joined by ``x`` or ``,``, or a name.

    >>> read_padding("--p", "2"), read_padding("--p", "1:2x0"), read_padding("--p", "same")
    (2, ((1, 2), 0), 'same')
    """
    word = _padding_name(name, text)
    if word is not None:
        return word
    values: list[int | Pair] = []
    for start, end in _entries(text, r"[x,]"):
        sides = [_integer(name, text, *span) for span in _sides(name, text, start, end)]
        values.append(sides[0] if len(sides) == 1 else (sides[0], sides[1]))
    if len(values) == 1 and isinstance(values[0], int):
        return values[0]
    return tuple(values)


def read_padding_ranges(name: str, text: str) -> str | tuple[range | tuple[range, range], ...]:
    """As ``read_padding``, with a range for each number: one for all axes, or one per axis.

    >>> read_padding_ranges("--p", "0..2"), read_padding_ranges("--p", "1:0..1x0")
    ((range(0, 3),), ((range(1, 2), range(0, 2)), range(0, 1)))
    """
    word = _padding_name(name, text)
    if word is not None:
        return word
    values: list[range | tuple[range, range]] = []
    for start, end in _entries(text, r"[x,]"):
        spans = _sides(name, text, start, end)
        sides = [_range(name, text, *span) for span in spans]
        values.append(sides[0] if len(sides) == 1 else (sides[0], sides[1]))
    return tuple(values)


def read_pairs(name: str, text: str) -> list[tuple[PerAxis, PerAxis]]:
    """Pairs of input and output sizes, joined by a comma; several axes by ``x``.

    >>> read_pairs("--pairs", "7:14,8:16"), read_pairs("--pairs", "7x9:14x18")
    ([(7, 14), (8, 16)], [((7, 9), (14, 18))])
    """
    pairs = []
    for start, end in _entries(text, ","):
        sides = [(start + low, start + high) for low, high in _entries(text[start:end], ":")]
        if len(sides) != 2:
            raise ParseError(
                f"{name}: {text[start:end].strip()!r} is no pair of an input and an output size; "
                "valid: input:output, joined by a comma, as 7:14,8:16 or 7x9:14x18",
                text=text,
                start=start,
                end=max(end, start + 1),
            )
        n, o = (
            [
                _integer(name, text, first + low, first + high)
                for low, high in _entries(text[first:last], "x")
            ]
            for first, last in sides
        )
        pairs.append((_per_axis(n), _per_axis(o)))
    return pairs


def read_range(name: str, text: str) -> range:
    """The whole numbers of ``a..b``, both ends with them; of ``a..b..step``; or ``a`` alone.

    >>> read_range("--k", "2..5"), read_range("--n", "8..64..8"), read_range("--s", "2")
    (range(2, 6), range(8, 65, 8), range(2, 3))
    """
    return _range(name, text, 0, len(text))


def read_ranges(name: str, text: str) -> tuple[range, ...]:
    """One range for all axes, or one per axis joined by ``x`` or ``,``.

    >>> read_ranges("--sizes", "1..64x48")
    (range(1, 65), range(48, 49))
    """
    return tuple(_range(name, text, start, end) for start, end in _entries(text, r"[x,]"))


def _per_axis(values: list[int]) -> PerAxis:
    return values[0] if len(values) == 1 else tuple(values)


def _padding_name(name: str, text: str) -> str | None:
    """The padding name that ``text`` is; None where it is no word."""
    word = text.strip()
    if not re.fullmatch(r"[A-Za-z][A-Za-z_-]*", word) or word in "xX":
        return None
    known = word.lower().replace("_", "-")
    if known not in PADDING_NAMES:
        raise ParseError(
            f"{name}: unknown padding name {word!r}{nearest(known, PADDING_NAMES)}; valid: "
            f"{', '.join(PADDING_NAMES)}, or numbers such as 1, 1:2, 1x0",
            text=text,
        )
    return known


def _sides(name: str, text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The spans of the one or two sides of the padding in ``text[start:end]``."""
    sides = [(start + low, start + high) for low, high in _entries(text[start:end], ":")]
    if len(sides) > 2:
        raise ParseError(
            f"{name}: {text[start:end]!r} has {len(sides)} sides; valid: before:after, as 1:2",
            text=text,
            start=start,
            end=end,
        )
    return sides


def _range(name: str, text: str, start: int, end: int) -> range:
    """The range in ``text[start:end]``."""
    spans = [(start + low, start + high) for low, high in _entries(text[start:end], r"\.\.")]
    numbers = [_integer(name, text, *span, _RANGE) for span in spans]
    first, last, step = (numbers + [numbers[0], 1][len(numbers) - 1 :])[:3]
    what = None
    if len(numbers) > 3:
        what = f"{text[start:end]!r} has {len(numbers)} parts"
    elif last < first:
        what = f"the range {text[start:end].strip()} is empty: it ends before it begins"
    elif step < 1:
        what = f"the step must be at least 1: got {step}"
    if what is not None:
        raise ParseError(
            f"{name}: {what}; valid: a..b with a <= b, or a..b..step, as 1..64 or 8..64..8",
            text=text,
            start=start,
            end=end,
        )
    return range(first, last + 1, step)


def _entries(text: str, separator: str) -> Iterator[tuple[int, int]]:
    """The spans between separators."""
    start = 0
    for match in re.finditer(separator, text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def _integer(name: str, text: str, start: int, end: int, valid: str = _VALUE) -> int:
    """The number in ``text[start:end]``, which may have spaces around it; ``valid`` is advice."""
    word = text[start:end].strip()
    if re.fullmatch(r"-?[0-9]+", word):
        if len(word) > MOST_DIGITS:
            raise ParseError(
                f"{name}: a number of {len(word)} digits is too long; valid: up to {MOST_DIGITS}",
                text=text,
                start=start,
                end=end,
            )
        return int(word)
    what = f"{word!r} is not a whole number" if word else "a number is missing"
    if word.lower() in PADDING_NAMES:
        what = f"the name {word!r} stands alone, for every axis"
    whole = "" if word == text.strip() else f" in {_shortened(text)!r}"
    sides = "; before:after, as 1:2" if ":" in text else ""
    raise ParseError(
        f"{name}: {what}{whole}; valid: {valid}{sides}",
        text=text,
        start=start,
        end=max(end, start + 1),
    )


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
