"""A page as Markdown: headings, tables, lists of facts, notes as quotations, code in fences.

Law: whatever a page says survives Markdown unchanged: formulas stand in code spans, code in fences,
and every other text is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from convcalc.page import Block, Code, Heading, Line, Page, Steps, Table
from convcalc.renderers.text import LABELS, sign, written


def render(page: Page, *, ascii_only: bool = False) -> str:
    """The page as Markdown, a section for each heading."""
    lines: list[str] = []
    before: Block | None = None
    for block in page.blocks:
        if before is not None and not (
            isinstance(before, Line) and isinstance(block, Line) and before.kind == block.kind
        ):
            lines.append("")
        lines += _block(block, ascii_only)
        before = block
    return "\n".join(lines)


def _escape(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>|])", r"\\\1", text)


def _block(block: Block, ascii_only: bool) -> Iterator[str]:
    match block:
        case Heading(detail=detail):
            yield f"## {_escape(sign(block.line, ascii_only))}"
            yield from ("", _escape(sign(detail, ascii_only))) if detail else ()
        case Line(text, "note"):
            yield f"> **note:** {_escape(sign(text, ascii_only))}"
            yield ">"
        case Line(text, kind):
            label = LABELS[kind] if kind == "repair" else ""
            yield f"- {label}{_escape(sign(text, ascii_only))}"
        case Steps():
            yield from _steps(block, ascii_only)
        case Table():
            yield from _table(block, ascii_only)
        case Code(text, title):
            yield from (f"{_escape(sign(title, ascii_only))}:", "") if title else ()
            yield from ("```python", text, "```")


def _steps(block: Steps, ascii_only: bool) -> Iterator[str]:
    yield from (f"**{block.label}**", "") if block.label else ()
    yield "| formula | with numbers | value | meaning | source |"
    yield "| --- | --- | ---: | --- | --- |"
    for step in block.steps:
        formula, numbers, value = written(step, ascii_only)
        meaning, source = _escape(step.formula.meaning), _escape(step.formula.source)
        yield f"| `{formula}` | `{numbers}` | **{value}** | {meaning} | {source} |"


def _table(table: Table, ascii_only: bool) -> Iterator[str]:
    yield f"| {' | '.join(map(_escape, table.headings))} |"
    columns = range(len(table.headings))
    yield f"| {' | '.join('---:' if place in table.right else '---' for place in columns)} |"
    for row in table.rows:
        words = (
            f"`{word}`" if place in table.code else _escape(sign(word, ascii_only))
            for place, word in enumerate(row)
        )
        yield f"| {' | '.join(words)} |"
