"""The page of a report: derivations, each with its steps, facts and notes.

Law: the keys of ``data`` are a contract with programs; a person's wording never changes one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from convcalc.derivation import Derivation, Report, Step
from convcalc.page import Block, Heading, Line, Page, Steps, Table

COLUMNS = ("title", "axis", "symbol", "formula", "with numbers", "value", "meaning", "source")


def page(report: Report) -> Page:
    """Every derivation of ``report``, one after the other."""
    blocks = tuple(block for part in report.parts for block in _blocks(part))
    return Page(blocks, document(report), Table(COLUMNS, tuple(_rows(report)), (5,)))


def document(report: Report) -> dict[str, Any]:
    """What the JSON holds: ``{**head, key: [each derivation's data, axes and notes]}``."""
    return {**report.head, report.key: [_derivation(part) for part in report.derivations]}


def _blocks(part: Derivation) -> Iterator[Block]:
    yield Heading(part.title, part.answer, part.question)
    yield from (Line(fact, "fact") for fact in part.facts)
    yield from (Steps(steps, label) for label, steps in part.groups())
    yield from (Line(note.message, "note") for note in part.notes)


def _rows(report: Report) -> Iterator[tuple[str, ...]]:
    for part in report.parts:
        for number, steps in enumerate(part.axes, start=1):
            for step in steps:
                words = step.formula
                numbers = (words.text, step.substituted, str(step.value))
                at = (part.title, str(number), words.symbol)
                yield (*at, *numbers, words.meaning, words.source)


def _derivation(part: Derivation) -> dict[str, Any]:
    return {
        **part.data,
        "axes": [[document_of_step(step) for step in steps] for steps in part.axes],
        "notes": [{"kind": note.kind, "message": note.message} for note in part.notes],
    }


def document_of_step(step: Step) -> dict[str, Any]:
    """What the JSON holds of one step."""
    return {
        "symbol": step.formula.symbol,
        "formula": step.formula.text,
        "substituted": step.substituted,
        "value": step.value,
        "meaning": step.formula.meaning,
        "source": step.formula.source,
    }
