"""A page as Rich tables: the answers first, then every block.

Law: everything that comes from a page goes in as ``Text``, never as markup, so that no bracket of a
formula or a layer can vanish or fail.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table as Grid
from rich.text import Text

from convcalc.derivation import Step
from convcalc.page import Block, Code, Heading, Line, Page, Steps, Table
from convcalc.renderers import text
from convcalc.renderers.text import sign, written

_BULLETS = {"fact": ("-", ""), "note": ("note", "yellow"), "repair": ("repair", "green")}


def render(page: Page, *, ascii_only: bool = False) -> RenderableType:
    """The page as something a Rich console prints."""
    if any(isinstance(block, Code) for block in page.blocks):
        # What is there to be pasted must not be wrapped or boxed.
        return _pasteable(text.render(page, ascii_only=ascii_only))
    frame = box.ASCII if ascii_only else box.ROUNDED
    answers = [
        _answer(block, frame, ascii_only)
        for block in page.blocks
        if isinstance(block, Heading) and block.answer
    ]
    parts: list[RenderableType] = [Columns(answers, padding=(0, 1))] if answers else []
    sources: list[str] = []  # of the section that is being written
    for block in page.blocks:
        match block:
            case Heading():
                parts += _listed(sources)
                sources = []
                if parts:
                    parts.append(Text())
            case Steps(steps):
                named = (step.formula.source for step in steps)
                sources = list(dict.fromkeys([*sources, *named]))
            case _:
                parts += _listed(sources)
                sources = []
        parts += _block(block, sources, ascii_only)
    return Group(*parts, *_listed(sources))


def _answer(block: Heading, frame: box.Box, ascii_only: bool) -> Panel:
    title = Text(f" {block.title} ", "bold")
    body = Text(sign(block.answer, ascii_only), "bold green", justify="center")
    return Panel(body, title=title, box=frame, expand=False, width=None, padding=(0, 2))


def _pasteable(lines: str) -> Text:
    shown = Text(no_wrap=True, overflow="ignore")
    for line in lines.splitlines():
        shown.append(line + "\n", "dim" if line.startswith("#") else "")
    shown.rstrip()
    return shown


def _block(block: Block, sources: list[str], ascii_only: bool) -> Iterator[RenderableType]:
    match block:
        case Heading(title, _, detail):
            yield (
                Text.assemble((sign(title, ascii_only), "bold"), ("   " + detail, ""))
                if (detail)
                else Text(sign(title, ascii_only), "bold")
            )
        case Line(words, kind) if kind in _BULLETS:
            yield _item(*_BULLETS[kind], sign(words, ascii_only))
        case Line(words, kind):
            yield Text(sign(words, ascii_only), "red" if kind == "problem" else "")
        case Steps(steps, label):
            if label:
                yield Text(label, "bold")
            yield _steps(steps, sources, ascii_only)
        case Table():
            yield _table(block, ascii_only)


def _listed(sources: list[str]) -> Iterator[RenderableType]:
    if sources:
        listed = "; ".join(f"[{number}] {source}" for number, source in enumerate(sources, start=1))
        yield _item("sources", "dim", listed)


def _item(bullet: str, style: str, sentence: str) -> Grid:
    """A sentence that wraps under itself, not under its bullet."""
    grid = Grid.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column()
    grid.add_row(Text(bullet, style), Text(sentence, "dim" if style == "dim" else ""))
    return grid


def _steps(steps: tuple[Step, ...], sources: list[str], ascii_only: bool) -> Grid:
    table = Grid(box=box.ASCII if ascii_only else box.SIMPLE_HEAD, pad_edge=False)
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


def _table(table: Table, ascii_only: bool) -> Grid:
    grid = Grid(box=box.ASCII if ascii_only else box.SIMPLE_HEAD, pad_edge=False)
    for place, heading in enumerate(table.headings):
        style = "bold green" if place in table.answers else "bold" if place == 0 else ""
        justify = "right" if place in table.right else "left"
        grid.add_column(Text(heading), justify=justify, style=style, overflow="fold")  # type: ignore[arg-type]
    for row in table.rows:
        grid.add_row(*(Text(sign(word, ascii_only)) for word in row))
    return grid
