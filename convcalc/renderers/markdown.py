"""A report as Markdown: headings, tables of steps, lists of facts and notes.

Law: whatever a report says survives Markdown unchanged: formulas stand in code spans, and every
other text is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from convcalc.derivation import Derivation, Report
from convcalc.renderers.text import headline, sign, written


def render(report: Report, *, ascii_only: bool = False) -> str:
    """The report as Markdown, a section for each derivation."""
    blocks = ("\n".join(_derivation(part, ascii_only)) for part in report.parts)
    return "\n\n".join(blocks)


def _escape(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>|])", r"\\\1", text)


def _derivation(part: Derivation, ascii_only: bool) -> Iterator[str]:
    yield f"## {_escape(headline(part, ascii_only))}"
    yield ""
    yield _escape(part.question)
    if part.facts:
        yield ""
    for fact in part.facts:
        yield f"- {_escape(sign(fact, ascii_only))}"
    for label, steps in part.groups():
        yield ""
        if label:
            yield f"**{label}**"
            yield ""
        yield "| formula | with numbers | value | meaning | source |"
        yield "| --- | --- | ---: | --- | --- |"
        for step in steps:
            formula, numbers, value = written(step, ascii_only)
            meaning, source = _escape(step.formula.meaning), _escape(step.formula.source)
            yield f"| `{formula}` | `{numbers}` | **{value}** | {meaning} | {source} |"
    if part.notes:
        yield ""
    for note in part.notes:
        yield f"> **note:** {_escape(sign(note.message, ascii_only))}"
        yield ">"
