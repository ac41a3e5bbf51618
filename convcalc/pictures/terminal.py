"""A scene in the terminal: coloured cells, or letters where there is no colour.

Law: a frame becomes something Rich prints, for a width that the caller knows; what does not fit
is cut to a part around the current cell, and the picture says so.
"""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.style import Style
from rich.table import Table
from rich.text import Text

from convcalc.pictures.palette import LOOKS
from convcalc.pictures.scene import Cell, Frame, Plane, Role, Scene, written

MOST_ROWS = 40


def frame(
    scene: Scene, moment: Frame, width: int, *, coloured: bool, ascii_only: bool
) -> RenderableType:
    """One moment of the scene, at most ``width`` columns wide."""
    gather = scene.view == "gather"
    lit = {
        "source": (moment.source, Role.KERNEL if gather else Role.STAMPING),
        "target": (moment.target, Role.CURRENT if gather else Role.KERNEL),
    }
    cell = max(
        (
            len(written(value))
            for plane in (scene.source, scene.target)
            for row in plane.values
            for value in row
        ),
        default=0,
    )
    cell = max(cell + 1, 2)
    beside = (scene.source.width + scene.target.width) * cell + 6 <= width
    room = width // cell if not beside else max(scene.source.width, scene.target.width)
    planes: list[RenderableType] = []
    cut = False
    for name, plane in (("source", scene.source), ("target", scene.target)):
        cells, role = lit[name]
        rows, columns = _part(plane.height, MOST_ROWS, cells, 0), _part(plane.width, room, cells, 1)
        cut = cut or len(rows) < plane.height or len(columns) < plane.width
        planes.append(_plane(plane, rows, columns, dict.fromkeys(cells, role), cell, coloured))
    if beside:
        grid = Table.grid(padding=(0, 2))
        for _ in range(3):
            grid.add_column(vertical="middle")
        grid.add_row(planes[0], Text("->" if ascii_only else "→"), planes[1])
        body: list[RenderableType] = [grid]
    else:
        body = [planes[0], Text("|" if ascii_only else "↓"), planes[1]]
    parts: list[RenderableType] = [
        Text(scene.title if ascii_only else scene.title.replace("->", "→"), "bold"),
        Text(scene.question),
        Text(),
        *body,
        Text(),
        Text(moment.caption),
        _legend(scene, coloured),
    ]
    if cut:
        parts.append(
            Text("the picture is larger than the terminal: a part around the current cell is shown")
        )
    return Group(*parts)


def _part(count: int, room: int, cells: tuple[Cell, ...], axis: int) -> range:
    """As many of ``count`` rows or columns as there is room for, around the lit cells."""
    if count <= room:
        return range(count)
    middle = (min(c[axis] for c in cells) + max(c[axis] for c in cells)) // 2 if cells else 0
    start = min(max(middle - room // 2, 0), count - room)
    return range(start, start + room)


def _plane(
    plane: Plane, rows: range, columns: range, lit: dict[Cell, Role], cell: int, coloured: bool
) -> Text:
    text = Text(no_wrap=True)
    for row in rows:
        if row != rows.start:
            text.append("\n")
        for column in columns:
            role = lit.get((row, column), plane.roles[row][column])
            value = written(plane.values[row][column])
            if coloured:
                text.append(value.rjust(cell), _style(role))
            elif value and role in (Role.INPUT, Role.OUTPUT):
                text.append(value.rjust(cell))
            else:
                text.append((value or LOOKS[role].letter).rjust(cell))
    return text


def _style(role: Role) -> Style:
    look = LOOKS[role]
    return Style(color="#000000" if role is not Role.KERNEL else "#ffffff", bgcolor=look.fill)


def _legend(scene: Scene, coloured: bool) -> Text:
    text = Text()
    for role in scene.legend:
        swatch = LOOKS[role].letter
        text.append("  " if coloured else swatch, _style(role) if coloured else "")
        text.append(f" {role.value}   ")
    return text
