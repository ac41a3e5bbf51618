"""A report as Rich tables: the answers first, then a table of steps for each derivation.

Law: everything that comes from a report goes in as ``Text``, never as markup, so that no bracket
of a formula or a layer can vanish or fail.
"""

from __future__ import annotations

from rich import box
from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from convcalc.derivation import Derivation, Report, Step
from convcalc.renderers.text import sign, written


def render(report: Report, *, ascii_only: bool = False) -> RenderableType:
    """The report as something a Rich console prints."""
    frame = box.ASCII if ascii_only else box.ROUNDED
    answers = [_answer(part, frame, ascii_only) for part in report.parts if part.answer]
    parts: list[RenderableType] = [Columns(answers, padding=(0, 1))]
    for part in report.parts:
        parts += _derivation(part, ascii_only)
    return Group(*parts)


def _answer(part: Derivation, frame: box.Box, ascii_only: bool) -> Panel:
    title = Text(f" {part.title} ", "bold")
    body = Text(sign(part.answer, ascii_only), "bold green", justify="center")
    return Panel(body, title=title, box=frame, expand=False, width=None, padding=(0, 2))


def _derivation(part: Derivation, ascii_only: bool) -> list[RenderableType]:
    parts: list[RenderableType] = [
        Text(),
        Text.assemble((part.title, "bold"), ("   " + part.question, "")),
    ]
    parts += [_item("-", sign(fact, ascii_only), "") for fact in part.facts]
    sources = list(dict.fromkeys(step.formula.source for steps in part.axes for step in steps))
    for label, steps in part.groups():
        if label:
            parts.append(Text(label, "bold"))
        parts.append(_steps(steps, sources, ascii_only))
    if sources:
        listed = "; ".join(f"[{number}] {source}" for number, source in enumerate(sources, start=1))
        parts.append(_item("sources", listed, "dim"))
    parts += [_item("note", sign(note.message, ascii_only), "yellow") for note in part.notes]
    return parts


def _item(bullet: str, sentence: str, style: str) -> Table:
    """A sentence that wraps under itself, not under its bullet."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column()
    grid.add_row(Text(bullet, style), Text(sentence, "dim" if style == "dim" else ""))
    return grid


def _steps(steps: tuple[Step, ...], sources: list[str], ascii_only: bool) -> Table:
    table = Table(box=box.ASCII if ascii_only else box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("formula", overflow="fold")
    table.add_column("with numbers", overflow="fold")
    table.add_column("value", justify="right", style="bold", overflow="fold")
    table.add_column("meaning", overflow="fold")
    for step in steps:
        formula, numbers, value = written(step, ascii_only)
        number = sources.index(step.formula.source) + 1
        meaning = Text.assemble(step.formula.meaning, (f" [{number}]", "dim"))
        table.add_row(Text(formula, "cyan"), Text(numbers), Text(value), meaning)
    return table
