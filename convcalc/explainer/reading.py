"""From a pasted text to the message in it and the numbers in that.

Law: a terminal's colours, a traceback around the message, frames, quotation marks and line breaks
change nothing; what is read is bounded, and the time it takes grows with the text and no faster.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

from convcalc.errors import ParameterError
from convcalc.explainer.messages import Message, messages

Number: TypeAlias = "int | list[Number] | None"

LONGEST_TEXT = 1_000_000  # characters

_COLOUR = re.compile(r"\x1b\[[0-9;?]{0,40}[a-zA-Z]|[\x00-\x08\x0b-\x1f\x7f]")
_FRAME = " \t>|│┃║"  # what mails, panels and boxes put around a line
_BREAK = re.compile(r"^E {2,}", re.MULTILINE)  # pytest's margin
_SPACES = re.compile(r" {2,}")
_NUMPY = re.compile(r"np\.u?int\d{1,3}\((-?\d{1,400})\)")
_PIECE = re.compile(r"-?\d+|None|\?|[\[({]|[\])}]")


class Said(NamedTuple):
    """A message that was found: which, its numbers and its words by name, and its own text."""

    message: Message
    numbers: Mapping[str, Number]
    words: Mapping[str, str]
    text: str

    def number(self, name: str, least: int | None = None, most: int | None = None) -> int:
        """A single number, within bounds; ParameterError where an edit has made it another."""
        found = self.numbers[name]
        if not isinstance(found, int):
            raise ParameterError(f"{name} is one number, got {found}")
        if least is not None and found < least:
            raise ParameterError(f"{name} is {least} or more, got {found}")
        if most is not None and found > most:
            raise ParameterError(f"{name} is at most {most}, got {found}")
        return found

    def shape(self, name: str, least: int = 1) -> list[int]:
        """The numbers of one shape, without an open batch; a single number is a shape of one.

        ParameterError where there are fewer than ``least``.
        """
        entries = [entry for entry in self.entries(name) if entry is not None]
        if len(entries) < least:
            raise ParameterError(f"{name} has {least} numbers or more, got {entries}")
        return entries

    def alike(self, *names: str) -> list[list[int]]:
        """Several shapes with a number for each axis; ParameterError where their axes differ."""
        found = [self.shape(name) for name in names]
        if len({len(shape) for shape in found}) > 1:
            told = ", ".join(f"{name} {shape}" for name, shape in zip(names, found, strict=True))
            raise ParameterError(f"each has a number for every axis: {told}")
        return found

    def entries(self, name: str) -> list[int | None]:
        """The entries of one shape in their places; an open dimension is None."""
        return _entries(self.numbers[name])

    def shapes(self, name: str) -> list[list[int | None]]:
        """Several shapes; an open dimension is None. One alone counts as several."""
        found = self.numbers[name]
        if not (isinstance(found, list) and any(isinstance(each, list) for each in found)):
            return [_entries(found)]
        return [_entries(each) for each in found]

    def pairs(self, name: str) -> list[tuple[int, int]]:
        """What is before and after each axis; one pair alone is that of one axis."""
        found = [[n or 0 for n in each] for each in self.shapes(name)]
        if any(len(each) != 2 for each in found):
            raise ParameterError(f"{name} is a pair for each axis, got {found}")
        return [(low, high) for low, high in found]


def _entries(found: Number) -> list[int | None]:
    entries = found if isinstance(found, list) else [found]
    return [None if isinstance(entry, list) else entry for entry in entries]


def read_message(text: str) -> Said | None:
    """The last known message in ``text``; None where there is none.

    >>> said = read_message("RuntimeError: mat1 and mat2 shapes cannot be multiplied (4x5 and 6x7)")
    >>> said.message.kind, dict(said.numbers)
    ('linear features', {'got': [4, 5], 'weight': [6, 7]})
    """
    # A line may break between words, or anywhere at a terminal's edge.
    words, cut = _last(_one_line(text, " ")), _last(_one_line(text, ""))
    if words is None or cut is None:
        return words or cut
    # Where a line broke within a word, a part of the message may still have been known.
    same = (words.message.framework, words.message.kind) == (
        cut.message.framework,
        cut.message.kind,
    )
    return cut if same and len(cut.message.text) > len(words.message.text) else words


def _one_line(text: str, joint: str) -> str:
    plain = _COLOUR.sub("", text[:LONGEST_TEXT].replace("\r\n", "\n"))
    plain = _BREAK.sub("", plain).replace("\u2019", "'")  # an apostrophe that was made pretty
    lines = plain.split("\n")
    if joint:
        plain = " ".join(" ".join(line.strip(_FRAME).split()) for line in lines)
    else:
        plain = _SPACES.sub(" ", "".join(lines))
    return _NUMPY.sub(r"\1", plain)


def _last(text: str) -> Said | None:
    """The message that ends last; of those that end together, the longest, then the first known."""
    best: tuple[tuple[int, int], Said] | None = None
    for message in messages():
        if message.anchor not in text:
            continue
        match = None
        for match in message.pattern().finditer(text):  # noqa: B007 (the last one is wanted)
            pass
        if match is not None:
            place = match.end(), -match.start()
            if best is None or place > best[0]:
                best = place, _said(message, match)
    return best[1] if best else None


def _said(message: Message, match: re.Match[str]) -> Said:
    collected: dict[str, list[str]] = {}
    for group, piece in match.groupdict().items():
        name = group.rpartition("_")[0]
        collected.setdefault(name, []).append(piece)
    numbers: dict[str, Number] = {}
    words: dict[str, str] = {}
    for name, pieces in collected.items():
        if f"<{name}$>" in message.text:
            words[name] = pieces[0].strip(".,;:()")
        else:
            values = [read_numbers(piece) for piece in pieces]
            numbers[name] = values[0] if len(values) == 1 else values
    return Said(message, numbers, words, match.group())


def read_numbers(text: str) -> Number:
    """A number, a shape, or shapes, as nested lists; an open dimension is None.

    >>> read_numbers("7"), read_numbers("(2 x 3)"), read_numbers("[(None, 8), (1, 2)]")
    (7, [2, 3], [[None, 8], [1, 2]])
    """
    stack: list[list[Number]] = [[]]
    for piece in _PIECE.findall(text):
        if piece in "[({":
            inner: list[Number] = []
            stack[-1].append(inner)
            stack.append(inner)
        elif piece in "])}":
            if len(stack) > 1:
                stack.pop()
        else:
            stack[-1].append(None if piece in ("None", "?") else int(piece))
    top = stack[0]
    return top[0] if len(top) == 1 else top


_SIZES = re.compile(
    r"[\[({](?:None|\?|\d{1,9})(?:\s?[,x]\s?(?:None|\?|\d{1,9})){1,6},?[\])}]"  # a shape
    r"|(?<![\w.:/-])\d{1,9}(?:x\d{1,9}){0,5}(?![\w.:/-]|\.\d)"  # 64, 3x64x64; no 0.5, 12:30, v2
)
_PLACES = re.compile(r"\bline \d{1,9}|0x[0-9a-fA-F]{1,16}|\d{0,9}:\d{1,9}(?::\d{1,9})?\b")


def sizes_in(text: str) -> list[list[int]]:
    """What looks like a size in a text that is not known, each once, in the order of the text.

    >>> sizes_in("line 7: shapes (1, 64, 12, 12) and 63 differ by 0.5")
    [[1, 64, 12, 12], [63]]
    """
    found: list[list[int]] = []
    for piece in _shaped(_PLACES.sub(" ", _one_line(text, " "))):
        if piece not in found:
            found.append(piece)
    return found[:12]


def _shaped(text: str) -> Iterator[list[int]]:
    for piece in _SIZES.findall(text):
        sizes = [int(number) for number in re.findall(r"\d+", piece)]
        if sizes and min(sizes) > 0:
            yield sizes
