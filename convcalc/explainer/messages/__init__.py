"""What the frameworks say to a mistake of size, each in its own words.

Law: a message is data: the framework, the version in which it was seen, its kind, and its text with
holes for what changes. A hole ``<name>`` holds a number or one shape, ``<name*>`` several shapes,
``<name$>`` a word, and ``...`` is any text. A hole that is named twice collects both. Where two
messages fit the same words, the one that stands first holds.

Source: tests/golden/errors.jsonl, recorded from the frameworks; older wordings name the GitHub
thread in which they were seen.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from typing import NamedTuple

FRAMEWORKS = {
    "pytorch": "PyTorch",
    "keras": "Keras and TensorFlow",
    "jax": "JAX and Flax",
    "onnxruntime": "onnxruntime",
}

# Every repetition is bounded, so a search takes a time that grows with the text and no faster.
_NUMBER = r"-?\d{1,400}"
_SHAPE = r"[\[({][-\dNonex,? ]{0,400}[\])}]"
_BARE = rf"None|{_NUMBER}(?: ?x ?{_NUMBER}){{0,8}}"
_HOLES = {
    "": rf"(?:{_SHAPE}|{_BARE})",
    "*": r"[\[({][-\dNonex,? \[\](){}]{0,800}[\])}]",
    "$": r"[^\s'\"]{1,80}",
}
_HOLE = re.compile(r"<([a-z_]+)([*$]?)>|(\.\.\.)")


class Message(NamedTuple):
    """One message: who says it, the version in which it was seen, what it is about, its text."""

    framework: str
    seen: str
    kind: str
    text: str

    @property
    def anchor(self) -> str:
        """The longest piece that never changes: where it is missing, the message is not there.

        >>> Message("jax", "0.10", "x", "got <shape>, a stride of <stride>").anchor
        ', a stride of '
        """
        pieces = _HOLE.sub("\0", self.text).split("\0")
        return max(pieces, key=len)

    def pattern(self) -> re.Pattern[str]:
        """The text as a regular expression; the group of the third hole is ``name_3``."""
        return _compiled(self.text)


@cache
def _compiled(text: str) -> re.Pattern[str]:
    pieces, place = [], 0
    for number, hole in enumerate(_HOLE.finditer(text)):
        name, sort, gap = hole.groups()
        pieces.append(re.escape(text[place : hole.start()]))
        pieces.append(".{0,400}?" if gap else f"(?P<{name}_{number}>{_HOLES[sort]})")
        place = hole.end()
    pieces.append(re.escape(text[place:]))
    return re.compile("".join(pieces))


@cache
def messages() -> tuple[Message, ...]:
    """Every message that is known, framework by framework."""
    found = []
    for name in FRAMEWORKS:
        for block in import_module(f"convcalc.explainer.messages.{name}").MESSAGES.split("\n\n"):
            head, *lines = block.strip().split("\n")
            kind, _, seen = head.partition(" | ")
            found.append(Message(name, seen, kind, " ".join(lines)))
    return tuple(found)
