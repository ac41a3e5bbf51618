"""A page as plain aligned text.

Law: every line stands for itself; nothing is wrapped, so a pipe sees each record on one line. Where
a page holds code, everything else is a comment, so that all of it can be pasted.
"""

from __future__ import annotations

from collections.abc import Iterator

from convcalc.derivation import Step
from convcalc.page import Block, Code, Heading, Line, Page, Steps, Table

LABELS = {"": "", "fact": "- ", "note": "note: ", "problem": "", "repair": "repair: "}


def render(page: Page, *, ascii_only: bool = False) -> str:
    """The page as text, one block after the other."""
    holds_code = any(isinstance(block, Code) for block in page.blocks)
    lead, indent = ("# ", "# ") if holds_code else ("", "  ")
    lines: list[str] = []
    before: Block | None = None
    for block in page.blocks:
        lines += [""] * _gap(before, block)
        lines += _block(block, lead, indent, ascii_only)
        before = block
    return "\n".join(lines)


def sign(text: str, ascii_only: bool) -> str:
    """A sentence of the core, which writes ASCII, with its arrows drawn where they can be."""
    return text if ascii_only else text.replace("<->", "↔").replace("->", "→")


def written(step: Step, ascii_only: bool) -> tuple[str, str, str]:
    """A step's formula, the formula with numbers put in, and the value."""
    formula, values = step.formula, step.values
    if ascii_only:
        return f"{formula.symbol} = {formula.text}", step.substituted, str(step.value)
    value = str(step.value).replace("-", "−")
    return f"{formula.symbol} = {formula.pretty()}", formula.pretty(values), value


def _gap(before: Block | None, block: Block) -> int:
    """How many blank lines stand between two blocks."""
    match before, block:
        case (None, _) | (Heading(), Table()) | (Heading(detail=""), Line()):
            return 0
        case (Code(), _):
            return 2
        case (Heading(), Line(kind=kind)):
            return kind == "note"
        case (Line(kind=last), Line(kind=kind)):
            return kind == "note" != last
        case _:
            return 1


def _block(block: Block, lead: str, indent: str, ascii_only: bool) -> Iterator[str]:
    match block:
        case Heading(detail=detail):
            yield lead + sign(block.line, ascii_only)
            if detail:
                yield indent + sign(detail, ascii_only)
        case Line(text, kind):
            yield f"{indent}{LABELS[kind]}{sign(text, ascii_only)}"
        case Steps(steps, label):
            if label:
                yield indent + label
            yield from (indent + row for row in _steps(steps, ascii_only))
        case Table():
            yield from (indent + row for row in _table(block, ascii_only))
        case Code(text, title):
            if title:
                yield lead + sign(title, ascii_only)
            yield text


def _steps(steps: tuple[Step, ...], ascii_only: bool) -> Iterator[str]:
    rows = [written(step, ascii_only) for step in steps]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for step, (formula, numbers, value) in zip(steps, rows, strict=True):
        yield (
            f"{formula:<{widths[0]}} = {numbers:<{widths[1]}} = {value:>{widths[2]}}"
            f"   {step.formula.meaning} [{step.formula.source}]"
        )


def _table(table: Table, ascii_only: bool) -> Iterator[str]:
    signed = (
        tuple(sign(word, ascii_only) for word in row) for row in (table.headings, *table.rows)
    )
    headings, *rows = signed
    widths = table._replace(headings=headings, rows=tuple(rows)).widths()
    for row in (headings, *rows):
        words = (
            word.rjust(width) if place in table.right else word.ljust(width)
            for place, (word, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join(words).rstrip()
