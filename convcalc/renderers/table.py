"""A page as Rich tables: the answers first, then every block.

Law: everything that comes from a page goes in as ``Text``, never as markup, so that no bracket of a
formula or a layer can vanish or fail. A formula and a number are never broken: where a window is
too narrow for a table, it is laid out in another way, and a word that is too wide goes on below.
"""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import NamedTuple

from rich import box
from rich.columns import Columns
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table as Grid
from rich.text import Text

from convcalc.derivation import Step
from convcalc.page import Block, Code, Heading, Line, Page, Steps, Table
from convcalc.renderers import text
from convcalc.renderers.text import sign, written

EDGES = 2  # columns beside a table
GAP = 3  # columns between two of its own
WORDS = 24  # columns that a sentence should have

_BULLETS = {"fact": ("-", ""), "note": ("note:", "yellow"), "repair": ("repair:", "green")}


def render(page: Page, *, ascii_only: bool = False) -> RenderableType:
    """The page as something a Rich console prints."""
    if any(isinstance(block, Code) for block in page.blocks):
        # What is there to be pasted must not be wrapped or boxed.
        return _Pasteable(text.render(page, ascii_only=ascii_only))
    answers = tuple(block for block in page.blocks if isinstance(block, Heading) and block.answer)
    parts: list[RenderableType] = [_Answers(answers, ascii_only)] if answers else []
    sources: list[str] = []  # of the section that is being written
    before: Block | None = None
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
        if isinstance(block, Steps) and block.label and isinstance(before, Line):
            parts.append(Text())
        parts += _block(block, sources, ascii_only)
        before = block
    return Group(*parts, *_listed(sources))


class _Answers(NamedTuple):
    """The answers in frames; a line for each where the window is too narrow for one."""

    headings: tuple[Heading, ...]
    ascii_only: bool

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        frame = box.ASCII if self.ascii_only else box.ROUNDED
        answers = [(each.title, sign(each.answer, self.ascii_only)) for each in self.headings]
        widest = max(max(len(title), len(answer)) for title, answer in answers)
        if widest + 8 > options.max_width:  # a frame, and spaces on both sides of a title
            for title, answer in answers:
                yield Text.assemble((f"{title}: ", "bold"), (answer, "bold green"))
            return
        panels = (
            Panel(
                Text(answer, "bold green", justify="center"),
                title=Text(f" {title} ", "bold"),
                box=frame,
                expand=False,
                padding=(0, 2),
            )
            for title, answer in answers
        )
        yield Columns(panels, padding=(0, 1))


class _Pasteable(NamedTuple):
    """Lines of code, which no window may break; only a note is wrapped, as the comment it is."""

    lines: str

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        for line in self.lines.splitlines():
            style = "dim" if line.startswith("#") else ""
            parts = [line]
            if line.startswith("# note: "):
                parts = wrap(line, max(options.max_width, WORDS), subsequent_indent="#   ")
            for part in parts:
                yield Text(part, style, no_wrap=True, overflow="ignore")


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
            yield _Derived(steps, tuple(sources), ascii_only)
        case Table():
            yield _Listed(block, ascii_only)


def _listed(sources: list[str]) -> Iterator[RenderableType]:
    if sources:
        listed = "; ".join(f"[{number}] {source}" for number, source in enumerate(sources, start=1))
        yield _item("sources:", "dim", listed)


def _item(bullet: str, style: str, sentence: str) -> Grid:
    """A sentence that wraps under itself, not under its bullet."""
    grid = Grid.grid(padding=(0, 1))
    grid.add_column(overflow="fold")
    grid.add_column(overflow="fold")
    grid.add_row(Text(bullet, style), Text(sentence, "dim" if style == "dim" else ""))
    return grid


class _Derived(NamedTuple):
    """The steps of a derivation as a table; one below the other where that is too narrow."""

    steps: tuple[Step, ...]
    sources: tuple[str, ...]
    ascii_only: bool

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        rows = [written(step, self.ascii_only) for step in self.steps]
        headings = ("formula", "with numbers", "value")
        columns = zip(headings, *rows, strict=True)
        needed = sum(max(map(len, column)) for column in columns) + EDGES + 3 * GAP + WORDS
        if needed > options.max_width:
            yield from self._stacked(rows, options.max_width)
            return
        table = Grid(box=box.ASCII if self.ascii_only else box.SIMPLE_HEAD, pad_edge=False)
        for heading in headings:
            table.add_column(heading, justify="right" if heading == "value" else "left")
        table.add_column("meaning", overflow="fold")
        for row, step in zip(rows, self.steps, strict=True):
            formula, numbers, value = row
            styled = (Text(formula, "cyan"), Text(numbers), Text(value, "bold"))
            table.add_row(*styled, self._meaning(step))
        yield table

    def _stacked(self, rows: list[tuple[str, str, str]], width: int) -> Iterator[RenderableType]:
        yield Text()
        for (formula, numbers, value), step in zip(rows, self.steps, strict=True):
            symbol = formula.partition(" = ")[0]
            fits = len(f"{formula} = {numbers} = {value}") <= width
            equals = " = " if fits else f"\n{' ' * len(symbol)} = "
            line = Text(overflow="fold")
            line.append(formula, "cyan").append(equals + numbers + equals).append(value, "bold")
            yield line
            yield Padding(self._meaning(step), (0, 0, 0, 4))
        yield Text()

    def _meaning(self, step: Step) -> Text:
        number = self.sources.index(step.formula.source) + 1
        return Text.assemble(step.formula.meaning, (f" [{number}]", "dim"))


class _Listed(NamedTuple):
    """A table; in a window that is too narrow several, each with the first column."""

    table: Table
    ascii_only: bool

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        for places in self._parts(options.max_width):
            yield self._grid(places)

    def _parts(self, width: int) -> Iterator[list[int]]:
        """The columns of each table, as many as fit side by side."""
        table = self.table
        needed = [
            wide if place in (0, *table.right, *table.answers) else min(wide, WORDS)
            for place, wide in enumerate(table.widths())
        ]
        places, room = [0], width - EDGES - needed[0]
        for place in range(1, len(needed)):
            if needed[place] + GAP > room and len(places) > 1:
                yield places
                places, room = [0], width - EDGES - needed[0]
            places.append(place)
            room -= needed[place] + GAP
        yield places

    def _grid(self, places: list[int]) -> Grid:
        grid = Grid(box=box.ASCII if self.ascii_only else box.SIMPLE_HEAD, pad_edge=False)
        for place in places:
            style = "bold green" if place in self.table.answers else "" if place else "bold"
            grid.add_column(
                Text(sign(self.table.headings[place], self.ascii_only)),
                justify="right" if place in self.table.right else "left",
                style=style,
                overflow="fold",
            )
        for row in self.table.rows:
            grid.add_row(*(Text(sign(row[place], self.ascii_only)) for place in places))
        return grid
