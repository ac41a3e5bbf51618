"""Where a scene is drawn: cells become polygons, in units of pixels, for every painter alike.

Law: geometry only, no colours and no file formats. ``flat`` puts the source left and the target
right; ``isometric`` puts the source plane below and the target plane above, as in the guide's
figures, with lines from the corners of the footprint to the current cell.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from convcalc.pictures.scene import Cell, Frame, Number, Plane, Role, Scene, written

Projection: TypeAlias = Literal["flat", "isometric"]
Point: TypeAlias = tuple[float, float]

CELL = 32.0
MARGIN = 16.0
GAP = 64.0
LINE = 20.0
LETTER = 7.4  # width of a letter of the text size
SLANT = 0.55  # how far a row of the isometric planes leans to the right
FLATTEN = 0.5  # and how much of its height remains


class Polygon(NamedTuple):
    """A cell, or part of a legend; ``role`` says how it is painted."""

    points: tuple[Point, ...]
    role: Role


class Text(NamedTuple):
    """Words with their left (or, where ``centred``, middle) at ``x`` on the line ``y``."""

    x: float
    y: float
    text: str
    centred: bool = False
    small: bool = False


class Ray(NamedTuple):
    """A line from the footprint to the current cell."""

    start: Point
    end: Point


Shape: TypeAlias = Polygon | Text | Ray


class Layout(NamedTuple):
    """What stands still, and what each frame adds to it, on a canvas of this size."""

    width: float
    height: float
    still: tuple[Shape, ...]
    frames: tuple[tuple[Shape, ...], ...]


class _Placed(NamedTuple):
    """A plane and its place on the canvas."""

    plane: Plane
    x: float
    y: float
    projection: Projection

    def corners(self, cell: Cell, height: int = 1, width: int = 1) -> tuple[Point, ...]:
        row, column = cell
        return tuple(
            self.point(row + down, column + right)
            for down, right in ((0, 0), (0, width), (height, width), (height, 0))
        )

    def point(self, row: float, column: float) -> Point:
        if self.projection == "flat":
            return self.x + column * CELL, self.y + row * CELL
        lean = (self.plane.height - row) * SLANT
        return self.x + (column + lean) * CELL, self.y + row * FLATTEN * CELL

    @property
    def size(self) -> tuple[float, float]:
        return extent(self.plane, self.projection)

    def cells(self) -> list[Shape]:
        shapes: list[Shape] = []
        for row, (roles, values) in enumerate(
            zip(self.plane.roles, self.plane.values, strict=True)
        ):
            for column, (role, value) in enumerate(zip(roles, values, strict=True)):
                shapes.append(Polygon(self.corners((row, column)), role))
                shapes += self.label((row, column), value)
        return shapes

    def label(self, cell: Cell, value: Number) -> list[Shape]:
        text = written(value)
        if not text:
            return []
        x, y = self.point(cell[0] + 0.5, cell[1] + 0.5)
        return [Text(x, y + 4.5, text, centred=True)]

    def lit(self, cell: Cell, role: Role) -> list[Shape]:
        return [
            Polygon(self.corners(cell), role),
            *self.label(cell, self.plane.values[cell[0]][cell[1]]),
        ]


def extent(plane: Plane, projection: Projection) -> tuple[float, float]:
    """Width and height of a plane on the canvas."""
    if projection == "flat":
        return plane.width * CELL, plane.height * CELL
    return (plane.width + plane.height * SLANT) * CELL, plane.height * FLATTEN * CELL


def arrange(scene: Scene, projection: Projection) -> Layout:
    """Place a scene on a canvas.

    >>> from convcalc.layers import Conv
    >>> from convcalc.pictures.scene import build
    >>> layout = arrange(build(Conv(3), (4, 4)), "isometric")
    >>> len(layout.frames)
    4
    """
    source_size, target_size = (extent(plane, projection) for plane in (scene.source, scene.target))
    top = MARGIN + 3 * LINE
    if projection == "flat":
        planes_width = source_size[0] + GAP + target_size[0]
        planes_height = max(source_size[1], target_size[1]) + LINE
    else:
        planes_width = max(source_size[0], target_size[0])
        planes_height = source_size[1] + target_size[1] + GAP + LINE
    captions = max(len(frame.caption) for frame in scene.frames) if scene.frames else 0
    words = max(len(scene.title) * 1.15, len(scene.question), min(captions, 64))
    width = 2 * MARGIN + max(planes_width, words * LETTER, 300)
    left = (width - planes_width) / 2
    if projection == "flat":
        middle = top + planes_height / 2 - LINE / 2
        source = _Placed(scene.source, left, middle - source_size[1] / 2, projection)
        target = _Placed(
            scene.target, left + source_size[0] + GAP, middle - target_size[1] / 2, projection
        )
    else:
        target = _Placed(scene.target, (width - target_size[0]) / 2, top, projection)
        source = _Placed(
            scene.source, (width - source_size[0]) / 2, top + target_size[1] + GAP, projection
        )
    still: list[Shape] = [
        Text(MARGIN, MARGIN + 14, scene.title.replace("->", "→")),
        Text(MARGIN, MARGIN + 14 + LINE, scene.question, small=True),
        *source.cells(),
        *target.cells(),
    ]
    caption_lines = max(1, -(-captions * LETTER // (width - 2 * MARGIN)))
    caption_y = top + planes_height + LINE
    legend, bottom = _legend(scene, width, caption_y + caption_lines * LINE)
    per_line = int((width - 2 * MARGIN) / LETTER)
    frames = tuple(
        (*_moment(scene, frame, source, target), *_caption(frame.caption, caption_y, per_line))
        for frame in scene.frames
    )
    return Layout(width, bottom + MARGIN, (*still, *legend), frames)


def _moment(scene: Scene, frame: Frame, source: _Placed, target: _Placed) -> list[Shape]:
    gather = scene.view == "gather"
    shapes: list[Shape] = []
    for cell in frame.source:
        shapes += source.lit(cell, Role.KERNEL if gather else Role.STAMPING)
    for cell in frame.target:
        shapes += target.lit(cell, Role.CURRENT if gather else Role.KERNEL)
    if source.projection == "isometric" and frame.source and frame.target:
        shapes += [
            Ray(start, end)
            for start, end in zip(
                _outline(source, frame.source), _outline(target, frame.target), strict=True
            )
        ]
    return shapes


def _outline(placed: _Placed, cells: tuple[Cell, ...]) -> tuple[Point, ...]:
    """The four corners around cells that form a grid."""
    rows, columns = [row for row, _ in cells], [column for _, column in cells]
    return placed.corners(
        (min(rows), min(columns)),
        max(rows) - min(rows) + 1,
        max(columns) - min(columns) + 1,
    )


def _caption(text: str, y: float, per_line: int) -> list[Shape]:
    """A caption, broken where it must be: after a plus sign, a comma or a space."""
    shapes: list[Shape] = []
    while text:
        end = len(text)
        if end > per_line:
            end = max(text.rfind(sign, 0, per_line) for sign in "+, ") + 1 or per_line
        shapes.append(Text(MARGIN, y + len(shapes) * LINE, text[:end], small=True))
        text = text[end:]
    return shapes


def _legend(scene: Scene, width: float, top: float) -> tuple[list[Shape], float]:
    """Swatches with the names of the roles, as many on a line as fit; and where they end."""
    shapes: list[Shape] = []
    x, y = MARGIN, top
    for role in scene.legend:
        needed = 24 + len(role.value) * LETTER + 12
        if x > MARGIN and x + needed > width - MARGIN:
            x, y = MARGIN, y + LINE
        box = ((x, y - 11), (x + 15, y - 11), (x + 15, y + 4), (x, y + 4))
        shapes += [Polygon(box, role), Text(x + 22, y, role.value, small=True)]
        x += needed
    return shapes, y + 4
