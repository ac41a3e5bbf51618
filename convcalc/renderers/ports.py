"""Ports as text, Markdown or JSON: the verdict first, then notes, code and weight conversion.

Law: code is never wrapped, escaped or cut; several ports begin with a table that compares them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

from convcalc.layers.axis import write
from convcalc.ports import Port
from convcalc.renderers.text import sign

Ports = Sequence[Port]


def render_json(ports: Ports, *, alone: bool, ascii_only: bool = False) -> str:
    """One object, or a list of them where several targets were asked for."""
    documents = [each.document() for each in ports]
    return json.dumps(documents[0] if alone else documents, indent=2, ensure_ascii=ascii_only)


def render_text(ports: Ports, *, alone: bool, ascii_only: bool = False) -> str:
    """Plain text; what is not code is a comment, so that all of it can be pasted."""
    blocks = [] if alone else ["\n".join(_aligned(_rows(ports), ascii_only))]
    for each in ports:
        lines = [f"# {_headline(each, ascii_only)}"]
        lines += [f"# note: {sign(note, ascii_only)}" for note in each.notes]
        blocks.append("\n".join([*lines, "", each.code.rstrip()]))
        if each.weights:
            blocks.append(f"\n# the kernel, from {each.source} to {each.target}\n{each.weights}")
    return "\n\n".join(blocks).rstrip()


def render_markdown(ports: Ports, *, alone: bool, ascii_only: bool = False) -> str:
    """Markdown: a table of all targets where there are several, a section for each."""
    lines: list[str] = []
    if not alone:
        head, *rows = _rows(ports)
        lines += [f"| {' | '.join(head)} |", "| --- | --- | --- | --- |"]
        lines += [f"| {' | '.join(row[:3])} | `{row[3]}` |" for row in rows]
        lines.append("")
    for each in ports:
        lines += [f"## {_headline(each, ascii_only)}", ""]
        lines += [f"- {_escape(sign(note, ascii_only))}" for note in each.notes]
        lines += [""] if each.notes else []
        lines += ["```python", each.code.rstrip(), "```", ""]
        if each.weights:
            lines += ["The kernel:", "", "```python", each.weights.rstrip(), "```", ""]
    return "\n".join(lines).rstrip()


def render_code(ports: Ports, *, alone: bool) -> str:
    """The code alone."""
    if alone:
        return ports[0].code.rstrip()
    return "\n\n\n".join(f"# {each.target}\n{each.code.rstrip()}" for each in ports)


RENDERERS: dict[str, Callable[..., str]] = {
    "table": render_text,
    "text": render_text,
    "markdown": render_markdown,
    "json": render_json,
}


def _headline(each: Port, ascii_only: bool) -> str:
    verdict = "one layer" if each.single_layer else "no single layer, but exactly this"
    return sign(f"{each.source} -> {each.target}: {verdict}", ascii_only)


def _rows(ports: Ports) -> Iterator[tuple[str, str, str, str]]:
    yield "framework", "single layer", "output", "layer"
    for each in ports:
        size = write(each.output) if each.output else "-"
        yield each.target, "yes" if each.single_layer else "no", size, each.call


def _aligned(rows: Iterator[tuple[str, str, str, str]], ascii_only: bool) -> Iterator[str]:
    table = [tuple(sign(cell, ascii_only) for cell in row) for row in rows]
    widths = [max(len(row[column]) for row in table) for column in range(4)]
    for row in table:
        padded = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        yield ("# " + "   ".join(padded)).rstrip()


def _escape(text: str) -> str:
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>|" else sign for sign in text)
