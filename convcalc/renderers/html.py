"""A page as a piece of HTML: headings, tables and lists, for notebooks and documents.

Law: plain HTML without script, class or link, so that whatever holds it decides how it looks; every
text is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby

from convcalc.page import Block, Code, Heading, Line, Page, Steps, Table
from convcalc.renderers.text import LABELS, sign, written

STEPS = ("formula", "with numbers", "value", "meaning", "source")
RIGHT = ' style="text-align:right"'
TABLE = '<table style="border-spacing:1em 0">'  # where nothing else parts the columns
LEFT = ' style="text-align:left"'
CODE = '<code style="white-space:nowrap">'  # notebooks would break a formula after any sign


def render(page: Page, *, ascii_only: bool = False) -> str:
    """The page as HTML, a heading for each section; other signs become references for ASCII."""
    lines: list[str] = []
    for are_lines, blocks in groupby(page.blocks, lambda block: isinstance(block, Line)):
        if are_lines:
            lines += ["<ul>", *map(_item, blocks), "</ul>"]
        else:
            for block in blocks:
                lines += _block(block)
    html = "\n".join(lines)
    return html.encode("ascii", "xmlcharrefreplace").decode() if ascii_only else html


def _words(text: str) -> str:
    return escape(sign(text, ascii_only=False), quote=False)


def _item(block: Block) -> str:
    assert isinstance(block, Line)
    label = "" if block.kind == "fact" else LABELS[block.kind]
    return f"<li>{label}{_words(block.text)}</li>"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading(detail=detail):
            yield f"<h4>{_words(block.line)}</h4>"
            if detail:
                yield f"<p>{_words(detail)}</p>"
        case Steps():
            yield from _steps(block)
        case Table(headings, rows, right, code=code):
            yield from _table(headings, (map(_words, row) for row in rows), right, code)
        case Code(text, title):
            if title:
                yield f"<p>{_words(title)}:</p>"
            yield f"<pre><code>{escape(text, quote=False)}</code></pre>"


def _steps(block: Steps) -> Iterator[str]:
    if block.label:
        yield f"<p>{_words(block.label)}:</p>"
    rows = []
    for step in block.steps:
        shown = written(step, ascii_only=False)
        meaning, source = step.formula.meaning, step.formula.source
        formula, numbers, value = (escape(word, quote=False) for word in shown)
        rows.append((formula, numbers, f"<b>{value}</b>", _words(meaning), _words(source)))
    yield from _table(STEPS, rows, right=(2,), code=(0, 1))


def _table(
    headings: Sequence[str],
    rows: Iterable[Iterable[str]],
    right: Sequence[int],
    code: Sequence[int],
) -> Iterator[str]:
    """A table of escaped words; notebooks align to the right what is not told otherwise."""
    sides = [RIGHT if place in right else LEFT for place in range(len(headings))]
    head = "".join(
        f"<th{side}>{_words(word)}</th>" for side, word in zip(sides, headings, strict=True)
    )
    yield TABLE
    yield f"<thead><tr>{head}</tr></thead>"
    yield "<tbody>"
    for row in rows:
        cells = (
            f"<td{side}>{f'{CODE}{word}</code>' if place in code else word}</td>"
            for place, (side, word) in enumerate(zip(sides, row, strict=True))
        )
        yield f"<tr>{''.join(cells)}</tr>"
    yield "</tbody>"
    yield "</table>"
