"""A scene in the terminal: coloured cells, or letters where there is no colour.

Law: a frame becomes something Rich prints, for a width and height that the caller knows (None: no
end, nothing is cut); what does not fit is cut to a part around the current cell, and the picture
says so. A cell without a number has its role's letter, in colour too where two roles look alike.
"""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.style import Style
from rich.table import Table
from rich.text import Text

from convcalc.pictures.palette import LOOKS
from convcalc.pictures.scene import Cell, Frame, Plane, Role, Scene, written

BESIDE = 100  # columns up to which planes stand side by side where there is no width
WORDS = 12  # lines that are not cells
PLAIN = (Role.INPUT, Role.OUTPUT)  # told from each other by where they are


def frame(
    scene: Scene,
    moment: Frame,
    width: int | None,
    height: int | None,
    coloured: bool,
    ascii_only: bool,
) -> RenderableType:
    """One moment of the scene, at most ``width`` columns wide and ``height`` lines high."""
    gather = scene.view == "gather"
    planes = (scene.source, scene.target)
    lit = (
        dict.fromkeys(moment.source, Role.KERNEL if gather else Role.STAMPING),
        dict.fromkeys(moment.target, Role.CURRENT if gather else Role.KERNEL),
    )
    cell = _cell_width(planes, coloured)
    room = width or BESIDE
    beside = (scene.source.width + scene.target.width) * cell + 6 <= room
    most_rows = most_columns = max(max(plane.height, plane.width) for plane in planes)
    if width is not None and not beside:
        most_columns = max(width // cell, 1)
    if height is not None:
        most_rows = max((height - WORDS) // (1 if beside else 2), 3)
    drawn: list[RenderableType] = []
    cut = False
    for plane, cells in zip(planes, lit, strict=True):
        rows = _part(plane.height, most_rows, cells, 0)
        columns = _part(plane.width, most_columns, cells, 1)
        cut = cut or len(rows) < plane.height or len(columns) < plane.width
        drawn.append(_plane(plane, rows, columns, cells, cell, coloured))
    if beside:
        grid = Table.grid(padding=(0, 2))
        for _ in range(3):
            grid.add_column(vertical="middle")
        grid.add_row(drawn[0], Text("->" if ascii_only else "→"), drawn[1])
        body: list[RenderableType] = [grid]
    else:
        body = [drawn[0], Text("|" if ascii_only else "↓"), drawn[1]]
    parts: list[RenderableType] = [
        Text(scene.title if ascii_only else scene.title.replace("->", "→"), "bold"),
        Text(scene.question),
        Text(),
        *body,
        Text(),
        Text(moment.caption),
        _legend(scene, coloured, room),
    ]
    if cut:
        parts.append(
            Text("the picture is larger than the terminal: a part around the current cell is shown")
        )
    return Group(*parts)


def _cell_width(planes: tuple[Plane, Plane], coloured: bool) -> int:
    """Columns of a cell: a space and its number; without colours the letter that lights it too."""
    longest = max(len(written(value)) for p in planes for row in p.values for value in row)
    return max(longest + (1 if coloured else 2), 2) if longest else 2


def _part(count: int, room: int, lit: dict[Cell, Role], axis: int) -> range:
    """As many of ``count`` rows or columns as there is room for, around the lit cells."""
    if count <= room:
        return range(count)
    places = [cell[axis] for cell in lit] or [0]
    start = min(max((min(places) + max(places)) // 2 - room // 2, 0), count - room)
    return range(start, start + room)


def _plane(
    plane: Plane, rows: range, columns: range, lit: dict[Cell, Role], cell: int, coloured: bool
) -> Text:
    text = Text(no_wrap=True)
    for row in rows:
        if row != rows.start:
            text.append("\n")
        for column in columns:
            under = plane.roles[row][column]
            over = lit.get((row, column))
            value = written(plane.values[row][column])
            if coloured:
                text.append((value or _mark(under)).rjust(cell), _style(over or under))
            else:
                text.append(_lettered(value, under, over).rjust(cell))
    return text


def _lettered(value: str, under: Role, over: Role | None) -> str:
    """A cell without colour: its number, and the letter of what lights it, or of what it is."""
    if over is not None:
        return LOOKS[over].letter + value
    if value and under in PLAIN:
        return value
    return LOOKS[under].letter + value


def _mark(role: Role) -> str:
    """What a coloured cell without a number says."""
    return "" if role in PLAIN else LOOKS[role].letter


def _style(role: Role) -> Style:
    look = LOOKS[role]
    return Style(color="#000000" if role is not Role.KERNEL else "#ffffff", bgcolor=look.fill)


def _legend(scene: Scene, coloured: bool, room: int) -> Text:
    """The roles with their letters or colours, as many on a line as fit."""
    text, used = Text(), 0
    for role in scene.legend:
        needed = 3 + 3 + len(role.value)
        if used:
            text.append("\n" if used + needed > room else "   ")
        used = needed if used + needed > room else used + needed
        if coloured:
            lights = role in (Role.KERNEL, Role.CURRENT, Role.STAMPING)
            text.append(("" if lights else _mark(role)).rjust(2), _style(role))
        else:
            text.append(LOOKS[role].letter)
        text.append(f" {role.value}")
    return text
