"""The page of an explanation: the cause, reasons, repairs, the arithmetic, what to ask next.

Law: the keys of ``data`` are a contract with programs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from convcalc.explainer import Explanation
from convcalc.explainer.arithmetic import NETWORK
from convcalc.explainer.messages import FRAMEWORKS
from convcalc.layers.axis import write
from convcalc.page import Block, Heading, Line, Page, Steps, Table
from convcalc.pages.report import document_of_step

COLUMNS = ("part", "text")


def page(explanation: Explanation) -> Page:
    """What a message wants; of one that is not known, its numbers and what could be asked."""
    blocks = _known(explanation) if explanation.recognised else _unknown(explanation)
    return Page(tuple(blocks), document(explanation), Table(COLUMNS, tuple(_rows(explanation))))


def _known(explanation: Explanation) -> Iterator[Block]:
    assert explanation.framework is not None
    title = f"{FRAMEWORKS[explanation.framework]}: {explanation.kind}"
    yield Heading(title)
    yield Line(explanation.cause, "problem")
    yield from (Line(reason, "fact") for reason in explanation.reasons)
    yield from (Line(repair, "repair") for repair in explanation.repairs)
    for label, steps in explanation.steps:
        yield Steps(steps, label)
    yield from _next(explanation)


def _unknown(explanation: Explanation) -> Iterator[Block]:
    yield Heading(explanation.cause)
    sizes = explanation.numbers["sizes"]
    assert isinstance(sizes, list)
    shown = ", ".join(
        write([n for n in each if isinstance(n, int)]) for each in sizes if isinstance(each, list)
    )
    yield Line(
        f"what looks like sizes in it: {shown}" if shown else "no sizes stand in it either", "fact"
    )
    yield from _next(explanation)


def _next(explanation: Explanation) -> Iterator[Block]:
    commands = explanation.commands
    yield Table(("what to ask next",), tuple((command,) for command in commands))
    if any(NETWORK in command for command in commands):
        yield Line(f"{NETWORK} is yours to write: the network's layers, one on each line", "fact")


def _rows(explanation: Explanation) -> Iterator[tuple[str, str]]:
    yield "cause", explanation.cause
    yield from (("reason", reason) for reason in explanation.reasons)
    yield from (("repair", repair) for repair in explanation.repairs)
    yield from (("command", command) for command in explanation.commands)


def document(explanation: Explanation) -> dict[str, Any]:
    """What the JSON holds, as Python objects."""
    return {
        "recognised": explanation.recognised,
        "framework": explanation.framework,
        "kind": explanation.kind,
        "seen": explanation.seen,
        "message": explanation.said,
        "numbers": dict(explanation.numbers),
        "cause": explanation.cause,
        "reasons": list(explanation.reasons),
        "repairs": list(explanation.repairs),
        "arithmetic": [
            {"layer": label, "steps": [document_of_step(step) for step in steps]}
            for label, steps in explanation.steps
        ],
        "commands": list(explanation.commands),
    }
