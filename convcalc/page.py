"""An answer laid out for its readers: what every renderer renders.

Law: a page holds words and numbers, never their looks. People read its ``blocks``, programs its
``data`` (JSON), spreadsheets its ``listing`` (CSV). Words are ASCII: ``->`` is an arrow that a
renderer draws where it can.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, TypeAlias

from convcalc.derivation import Step

Kind = Literal["", "fact", "note", "problem", "repair"]


class Heading(NamedTuple):
    """Begins a section: ``title: answer``, and under it the question in ``detail``."""

    title: str
    answer: str = ""
    detail: str = ""

    @property
    def line(self) -> str:
        """The answer first: ``convolution: 32 -> 12``."""
        return f"{self.title}: {self.answer}" if self.answer else self.title


class Line(NamedTuple):
    """One sentence, and what it is to the answer."""

    text: str
    kind: Kind = ""


class Steps(NamedTuple):
    """The steps of a derivation; ``label`` says which axes they hold for ("" where all)."""

    steps: tuple[Step, ...]
    label: str = ""


class Table(NamedTuple):
    """Rows of words; ``right``, ``answers``, ``code``: the columns of numbers, answers, code."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()
    answers: tuple[int, ...] = ()
    code: tuple[int, ...] = ()

    def widths(self) -> list[int]:
        """The widest word of each column.

        >>> Table(("a", "out"), (("1000", "7"),)).widths()
        [4, 3]
        """
        columns = zip(self.headings, *self.rows, strict=True)
        return [max(map(len, column)) for column in columns]


class Code(NamedTuple):
    """Program text to paste, never wrapped, escaped or cut; ``title`` says what it is for."""

    text: str
    title: str = ""


Block: TypeAlias = Heading | Line | Steps | Table | Code


class Page(NamedTuple):
    """One answer, for people, for programs and (where it has rows) for spreadsheets."""

    blocks: tuple[Block, ...]
    data: Any = None
    listing: Table | None = None
