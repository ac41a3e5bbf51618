"""A grid of output sizes in the terminal: numbers on colours, or numbers alone.

Law: it becomes something Rich prints, for a width that the caller knows (None: no end, nothing is
cut). Columns that do not fit are left out, and a line says so and what shows them.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group
from rich.style import Style
from rich.text import Text

from convcalc.grid.lines import value_text
from convcalc.grid.table import Grid
from convcalc.pictures.heatmap import span, step
from convcalc.pictures.palette import SCALE


def paint(
    grid: Grid,
    title: str,
    detail: str,
    remark: str,
    width: int | None,
    coloured: bool,
    ascii_only: bool,
) -> Group:
    """The grid under its title, at most ``width`` columns wide; below, what has to be said."""
    said = [Text(remark)] if remark else []
    cells = _lines(grid, width, coloured, ascii_only)
    return Group(Text(title, "bold"), Text(detail), Text(), *cells, *said)


def _lines(grid: Grid, width: int | None, coloured: bool, ascii_only: bool) -> Iterator[Text]:
    down, across = grid.names
    least, most = span(grid)
    none = "." if ascii_only else "·"
    heads = [value_text(value) for value in grid.columns]
    sides = [value_text(value) for value in grid.rows]
    corner = f"{down} \\ {across}"
    side = max(len(corner), *map(len, sides))
    wide = max(len(str(most)), *map(len, heads)) + 2
    shown = len(heads) if width is None else max((width - side - 1) // wide, 1)
    text = Text(no_wrap=True)
    text.append(corner.rjust(side) + " ", "bold")
    for head in heads[:shown]:
        text.append(f"{head.rjust(wide - 1)} ", "bold")
    for label, cells in zip(sides, grid.cells, strict=True):
        text.append("\n")
        text.append(f"{label.rjust(side)} ", "bold")
        for value in cells[:shown]:
            word = "" if value is None else str(value or none)
            style = _style(step(value, least, most)) if value and coloured else ""
            text.append(f"{word.rjust(wide - 1)} ", style)
    yield text
    yield Text()
    kept = grid.kept
    if 0 in kept:
        yield Text(f"{none} nothing comes out: {kept.count(0)} of {len(kept)}")
    if shown < len(heads):
        yield Text(
            f"{across} = {heads[0]} to {heads[shown - 1]} of {heads[-1]} fit here; a wider "
            "terminal, a pipe or a file (-o sweep.svg) has them all"
        )


def _style(place: int) -> Style:
    """Ink and fill of a step of the scale, which are readable on any terminal."""
    return Style(color=SCALE[place].ink, bgcolor=SCALE[place].fill)
