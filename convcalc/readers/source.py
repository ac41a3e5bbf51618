"""The text of a program and the places in it.

Law: a fault is told with its line and a caret under what is wrong.
"""

from __future__ import annotations

import ast
import re
from typing import TypeAlias

from convcalc.errors import ParseError
from convcalc.readers.building import at_line

Placed: TypeAlias = ast.expr | ast.stmt | ast.keyword | ast.arg


def starts(text: str) -> list[int]:
    """Where each line starts, and the end."""
    return [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text)), len(text)]


class Source:
    """A text, with the places of its syntax nodes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = starts(text)
        self.ascii = text.isascii()

    def span(self, node: Placed) -> tuple[int, int]:
        """Where an expression or a statement starts and ends."""
        return (
            self.place(node.lineno, node.col_offset),
            self.place(node.end_lineno or node.lineno, node.end_col_offset or 0),
        )

    def place(self, line: int, column: int) -> int:
        """Columns are counted in bytes."""
        start = self.starts[line - 1]
        if self.ascii:
            return start + column
        row = self.text[start : self.starts[line]].encode()
        return start + len(row[:column].decode(errors="ignore"))

    def fault(self, node: Placed, message: str) -> ParseError:
        """An error that points at a node."""
        start, end = self.span(node)
        return at_line(self.text, node.lineno, message, start, end)
