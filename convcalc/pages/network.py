"""The page of a traced network: a row for each layer, what is wrong, and what is worth knowing.

Law: the keys of ``data`` are a contract with programs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from convcalc.graph.model import CONVENTION
from convcalc.graph.trace import Row, Run, Sized
from convcalc.graph.words import HEADINGS, NUMBERS, cells, headline
from convcalc.page import Block, Heading, Line, Page, Table

if TYPE_CHECKING:  # both bring numpy, which most answers do without
    from convcalc.graph.repairs import Trouble
    from convcalc.graph.sizes import Legal


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


def page(report: NetworkReport) -> Page:
    """Legal sizes, single cells, the layers, why it does not run, and the conventions."""
    return Page(tuple(_blocks(report)), document(report), _listing(report))


def _blocks(report: NetworkReport) -> Iterator[Block]:
    run, wrong, legal = report.run, report.trouble, report.legal
    if legal is not None:
        yield Heading("legal sizes", legal.rule, tried(legal))
    if run is not None:
        yield Heading(headline(run))
        yield from (Line(fact, "fact") for fact in report.facts)
        if run.rows:
            yield Table(HEADINGS, tuple(map(cells, run.rows)), NUMBERS, answers=(2,))
    if wrong is not None:
        yield Line(f"does not run: {wrong.headline}", "problem")
        yield from (Line(reason, "problem") for reason in wrong.reasons)
        yield from (Line(repair, "repair") for repair in wrong.repairs)
    if run is not None:
        yield from (Line(note, "note") for note in run.notes)
        yield Line(CONVENTION, "note")


def _listing(report: NetworkReport) -> Table | None:
    """A line for each layer, its numbers plain; without a run, a line for each legal size."""
    if report.run is not None:
        rows = ((row, cells(row)) for row in report.run.rows)
        plain = (
            (*words[:6], *(word.replace(",", "") for word in words[6:]), row.where)
            for row, words in rows
        )
        return Table((*HEADINGS, "where"), tuple(plain), NUMBERS)
    if report.legal is not None:
        sizes = (
            "x".join(map(str, size)) if isinstance(size, tuple) else str(size)
            for size in report.legal.sizes
        )
        return Table(("size",), tuple((size,) for size in sizes))
    return None


def tried(legal: Legal) -> str:
    """What the rule was checked on, and how many sizes are legal."""
    ranges = "x".join(f"{first}..{last}" for first, last in legal.ranges)
    return f"all of {ranges} tried, {len(legal.sizes)} legal"


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
