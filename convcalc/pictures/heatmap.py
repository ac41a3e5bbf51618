"""A grid of output sizes as SVG: self-contained, readable in light and dark.

Law: a colour only repeats what the number in the cell says.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from convcalc.grid.lines import value_text
from convcalc.grid.table import Grid
from convcalc.pictures.palette import INK, LOOKS, PAPER, SCALE
from convcalc.pictures.scene import Role
from convcalc.pictures.svg import FONT

LETTER, HIGH, EDGE = 8, 24, 16  # width of a character, height of a cell, margin


def step(value: int, least: int, most: int) -> int:
    """Which step of SCALE a value has between the least and the most.

    >>> [step(value, 1, 9) for value in (1, 5, 9)], step(3, 3, 3)
    ([0, 4, 8], 4)
    """
    if least == most:
        return len(SCALE) // 2
    return (value - least) * (len(SCALE) - 1) // (most - least)


def span(grid: Grid) -> tuple[int, int]:
    """The least and the most that comes out; 0 and 0 where nothing does."""
    values = [value for value in grid.kept if value]
    return (min(values), max(values)) if values else (0, 0)


def paint(grid: Grid, title: str, detail: str) -> str:
    """The grid as SVG text: rows down, columns across, the values in the cells.

    >>> paint(Grid(("n", "k"), (4, 5), (1, 3), ((4, 2), (5, 3))), "convolution", "s = 1")[:4]
    '<svg'
    """
    return "\n".join(_document(grid, title, detail)) + "\n"


def _document(grid: Grid, title: str, detail: str) -> Iterator[str]:
    down, across = grid.names
    heads = [value_text(value) for value in grid.columns]
    sides = [f"{down} = {value_text(value)}" for value in grid.rows]
    least, most = span(grid)
    wide = LETTER * max(3, len(str(most)), *map(len, heads)) + 8
    left = EDGE + LETTER * max(*map(len, sides), len(across) + 2) + 8
    top = EDGE + 3 * HIGH
    key, key_width = _key(grid, top + HIGH * len(sides) + HIGH // 2)
    words = LETTER * max(len(title), len(detail))
    width = max(left + wide * len(heads), EDGE + words, key_width) + EDGE
    height = top + HIGH * len(sides) + HIGH // 2 + HIGH + EDGE
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-labelledby="title description">'
    )
    yield f'<title id="title">{escape(title)}</title>'
    yield (
        f'<desc id="description">Output sizes by {down}, down, and {across}, across; '
        f"{escape(detail)}. A dot: nothing comes out.</desc>"
    )
    yield f"<style>{_style()}</style>"
    yield f'<rect class="paper" width="{width}" height="{height}"/>'
    yield f'<text class="b" x="{EDGE}" y="{EDGE + 12}">{escape(title)}</text>'
    yield f'<text x="{EDGE}" y="{EDGE + 12 + HIGH}">{escape(detail)}</text>'
    baseline = top - 8
    yield f'<text class="e" x="{left - 8}" y="{baseline}">{across} =</text>'
    for place, head in enumerate(heads):
        x = left + wide * place + wide // 2
        yield f'<text class="m" x="{x}" y="{baseline}">{escape(head)}</text>'
    for row, (side, cells) in enumerate(zip(sides, grid.cells, strict=True)):
        y = top + HIGH * row
        yield f'<text class="e" x="{left - 8}" y="{y + 16}">{escape(side)}</text>'
        for place, value in enumerate(cells):
            yield from _cell(value, least, most, left + wide * place, y, wide)
    yield from key
    yield "</svg>"


def _cell(value: int | None, least: int, most: int, x: int, y: int, wide: int) -> Iterator[str]:
    """A number on its colour; a dot where nothing comes out; nothing where it was left out."""
    if value is None:
        return
    name = f"s{step(value, least, most)}" if value else "none"
    yield f'<rect class="{name}" x="{x}" y="{y}" width="{wide - 1}" height="{HIGH - 1}"/>'
    yield f'<text class="m {name}t" x="{x + wide // 2}" y="{y + 16}">{value or "·"}</text>'


def _key(grid: Grid, y: int) -> tuple[list[str], int]:
    """The scale with its ends, and the sign for nothing, where each is needed; and how wide."""
    least, most = span(grid)
    shapes, x = [], EDGE
    if most:
        shapes.append(f'<text x="{x}" y="{y + 16}">{least}</text>')
        x += LETTER * len(str(least)) + 6
        for place in range(len(SCALE)):
            shapes.append(
                f'<rect class="s{place}" x="{x}" y="{y}" width="{HIGH - 1}" height="{HIGH - 1}"/>'
            )
            x += HIGH
        shapes.append(f'<text x="{x + 6}" y="{y + 16}">{most}</text>')
        x += LETTER * (len(str(most)) + 3)
    if 0 in grid.kept:
        shapes.append(
            f'<rect class="none" x="{x}" y="{y}" width="{HIGH - 1}" height="{HIGH - 1}"/>'
            f'<text class="m" x="{x + HIGH // 2}" y="{y + 16}">·</text>'
            f'<text x="{x + HIGH + 6}" y="{y + 16}">nothing comes out</text>'
        )
        x += HIGH + 6 + LETTER * len("nothing comes out")
    return shapes, x


def _style() -> str:
    empty = LOOKS[Role.CROPPED]
    return "".join(
        [
            f"text{{font:13px {FONT};fill:{INK['light']}}}.paper{{fill:{PAPER['light']}}}",
            ".b{font-weight:bold}.m{text-anchor:middle}.e{text-anchor:end}",
            f".none{{fill:{empty.fill}}}",
            *(
                f".s{place}{{fill:{each.fill}}}.s{place}t{{fill:{each.ink}}}"
                for place, each in enumerate(SCALE)
            ),
            "@media(prefers-color-scheme:dark){",
            f"text{{fill:{INK['dark']}}}.paper{{fill:{PAPER['dark']}}}",
            f".none{{fill:{empty.dark_fill}}}",
            *(
                f".s{place}{{fill:{each.dark_fill}}}.s{place}t{{fill:{each.dark_ink}}}"
                for place, each in enumerate(SCALE)
            ),
            "}",
        ]
    )
