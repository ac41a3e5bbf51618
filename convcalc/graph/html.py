"""The rows of a network as an HTML table, for notebooks.

Law: plain HTML without style or script; every text is escaped.
"""

from __future__ import annotations

from html import escape

from convcalc.graph.model import CONVENTION
from convcalc.graph.trace import Run
from convcalc.graph.words import HEADINGS, NUMBERS, cells, headline


def table(run: Run) -> str:
    """The rows, the sums above them, and the notes below."""
    head = "".join(f"<th>{escape(word)}</th>" for word in HEADINGS)
    lines = [f"<p>{escape(headline(run))}</p>", f"<table><thead><tr>{head}</tr></thead><tbody>"]
    for row in run.rows:
        columns = (
            f'<td style="text-align:right">{escape(word)}</td>'
            if place in NUMBERS
            else f'<td style="text-align:left">{escape(word)}</td>'
            for place, word in enumerate(cells(row))
        )
        lines.append(f"<tr>{''.join(columns)}</tr>")
    lines.append("</tbody></table>")
    lines += [f"<p>{escape(note)}</p>" for note in (*run.notes, CONVENTION)]
    return "\n".join(lines)
