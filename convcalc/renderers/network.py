"""A traced network as text, Markdown, LaTeX, JSON and CSV.

Law: a renderer is a pure function of a ``NetworkReport``; the keys of the JSON are a contract.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from convcalc.graph.model import CONVENTION
from convcalc.graph.trace import Row, Run, Sized
from convcalc.graph.words import HEADINGS, NUMBERS, cells, headline
from convcalc.renderers.latex import _words as latex_words
from convcalc.renderers.markdown import _escape as escape
from convcalc.renderers.text import sign

if TYPE_CHECKING:  # both bring numpy, which most answers do without
    from convcalc.graph.repairs import Trouble
    from convcalc.graph.sizes import Legal

FORMATS = {
    "table": "a table with boxes, coloured on a terminal",
    "text": "plain aligned text",
    "markdown": "a Markdown table",
    "latex": "a tabular",
    "json": "for machines",
    "csv": "for spreadsheets",
}


class NetworkReport(NamedTuple):
    """Everything that ``convcalc net`` answers.

    ``run`` is None where only legal sizes were asked for; ``facts`` are sentences about single
    cells and expectations, ``data`` the same for machines.
    """

    run: Run | None
    trouble: Trouble | None = None
    legal: Legal | None = None
    facts: tuple[str, ...] = ()
    data: Mapping[str, Any] = MappingProxyType({})

    @property
    def sentences(self) -> tuple[str, ...]:
        """What stands under the rows."""
        found = list(self.facts)
        if self.legal is not None:
            found.append(f"legal sizes: {legal_words(self.legal)}")
        if self.run is not None:
            found += [f"note: {note}" for note in self.run.notes]
            found.append(CONVENTION)
        return tuple(found)

    @property
    def problems(self) -> tuple[str, ...]:
        """Why it does not run, and the repairs."""
        if self.trouble is None:
            return ()
        lines = [f"does not run: {self.trouble.headline}", *self.trouble.reasons]
        return (*lines, *(f"repair: {repair}" for repair in self.trouble.repairs))


def legal_words(legal: Legal) -> str:
    """The rule, what it was checked on, and how many sizes are legal."""
    ranges = "x".join(f"{first}..{last}" for first, last in legal.ranges)
    return f"{legal.rule} (all of {ranges} tried, {len(legal.sizes)} legal)"


def render(report: NetworkReport, format_name: str, *, ascii_only: bool = False) -> str:
    """The report in one of FORMATS but the table."""
    match format_name:
        case "json":
            return json.dumps(document(report), indent=2, ensure_ascii=ascii_only)
        case "csv":
            return _csv(report)
        case "markdown":
            lines = _markdown(report)
        case "latex":
            lines = _latex(report)
        case _:
            lines = _text(report)
    return sign("\n".join(lines), ascii_only or format_name == "latex")


def document(report: NetworkReport) -> dict[str, Any]:
    """What the JSON holds, as Python objects."""
    run, legal, wrong = report.run, report.legal, report.trouble
    found: dict[str, Any] = {}
    if run is not None:
        found["input"] = list(run.input)
        found["rows"] = [_row(row) for row in run.rows]
        found["parameters"], found["macs"] = run.parameters, run.macs
    if legal is not None:
        ranges = [list(each) for each in legal.ranges]
        found["sizes"] = {
            "range": ranges[0] if len(ranges) == 1 else ranges,
            "rule": legal.rule,
            "legal": list(legal.sizes),
        }
    found |= report.data
    if run is not None and run.notes:
        found["notes"] = list(run.notes)
    if wrong is not None:
        found["error"] = {
            "layer": wrong.layer,
            "where": wrong.where,
            "message": wrong.message,
            "level": list(wrong.level),
            "reasons": list(wrong.reasons),
            "repairs": list(wrong.repairs),
            "nearest": [wrong.below, wrong.above],
        }
    return found


def _row(row: Row) -> dict[str, Any]:
    return {
        "name": row.name,
        "op": row.op,
        "output": list(row.output),
        "receptive_field": [_sized(size) for size in row.receptive_field],
        "jump": [None if jump is None else str(jump) for jump in row.jump],
        "start": [None if start is None else str(start) for start in row.start],
        "parameters": row.parameters,
        "macs": row.macs,
    }


def _sized(size: Sized) -> int | list[int] | None:
    return list(size) if isinstance(size, tuple) else size


def _text(report: NetworkReport) -> Iterator[str]:
    if report.run is not None:
        yield headline(report.run)
        rows = [HEADINGS, *map(cells, report.run.rows)]
        widths = [max(len(row[place]) for row in rows) for place in range(len(HEADINGS))]
        for row in rows:
            words = (
                word.rjust(width) if place in NUMBERS else word.ljust(width)
                for place, (word, width) in enumerate(zip(row, widths, strict=True))
            )
            yield "  " + "  ".join(words).rstrip()
    yield from report.problems
    yield from report.sentences


def _markdown(report: NetworkReport) -> Iterator[str]:
    if report.run is not None:
        yield f"## {escape(headline(report.run))}"
        yield ""
        yield f"| {' | '.join(HEADINGS)} |"
        marks = ("---:" if place in NUMBERS else "---" for place in range(len(HEADINGS)))
        yield f"| {' | '.join(marks)} |"
        for row in report.run.rows:
            yield f"| {' | '.join(map(escape, cells(row)))} |"
        yield ""
    for sentence in (*report.problems, *report.sentences):
        yield f"- {escape(sentence)}"


def _latex(report: NetworkReport) -> Iterator[str]:
    if report.run is not None:
        columns = "".join("r" if place in NUMBERS else "l" for place in range(len(HEADINGS)))
        yield rf"\begin{{tabular}}{{{columns}}}"
        yield " & ".join(map(latex_words, HEADINGS)) + r" \\ \hline"
        for row in report.run.rows:
            yield " & ".join(map(latex_words, cells(row))) + r" \\"
        yield r"\end{tabular}"
    for sentence in (*report.problems, *report.sentences):
        yield rf"\par {latex_words(sentence)}"


def _csv(report: NetworkReport) -> str:
    """A line for each layer; an axis like the one before it is not repeated."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    if report.run is not None:
        writer.writerow([*HEADINGS, "where"])
        for row in report.run.rows:
            columns = cells(row)
            plain = (word.replace(",", "") for word in columns[6:])
            writer.writerow([*columns[:6], *plain, row.where])
    elif report.legal is not None:
        writer.writerow(["size"])
        for size in report.legal.sizes:
            writer.writerow(["x".join(map(str, size)) if isinstance(size, tuple) else size])
    return written.getvalue().rstrip("\n")
