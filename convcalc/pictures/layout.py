"""Where a scene is drawn: cells become polygons, in units of pixels, for every painter alike.

Law: geometry only, no colours and no file formats. ``flat`` puts the source left and the target
right, or above and below where both are a single row; ``isometric`` puts the source plane below
and the target plane above, as in the guide's figures. Where the planes are above each other,
lines lead from the corners of the footprint to the current cell.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from convcalc.pictures.scene import Cell, Frame, Number, Plane, Role, Scene, written

Projection: TypeAlias = Literal["flat", "isometric"]
Point: TypeAlias = tuple[float, float]

CELL = 32.0
SMALL_CELL = 12.0
WIDE = 1280.0  # where cells without numbers become smaller, so that the picture does not
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

    @property
    def painted(self) -> tuple[Shape, ...]:
        """What stands still, in the order to paint: a shared edge is its more solid cell's."""
        return tuple(sorted(self.still, key=_solidity))


def _solidity(shape: Shape) -> int:
    faint = (Role.PADDING, Role.CROPPED, Role.EMPTY, Role.ZERO)
    return faint.index(shape.role) if isinstance(shape, Polygon) and shape.role in faint else 4


class _Placed(NamedTuple):
    """A plane and its place on the canvas."""

    plane: Plane
    x: float
    y: float
    side: float
    projection: Projection

    def corners(self, cell: Cell, height: int = 1, width: int = 1) -> tuple[Point, ...]:
        row, column = cell
        return tuple(
            self.point(row + down, column + right)
            for down, right in ((0, 0), (0, width), (height, width), (height, 0))
        )

    def point(self, row: float, column: float) -> Point:
        if self.projection == "flat":
            return self.x + column * self.side, self.y + row * self.side
        lean = (self.plane.height - row) * SLANT
        return self.x + (column + lean) * self.side, self.y + row * FLATTEN * self.side

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


def _extent(plane: Plane, side: float, projection: Projection) -> tuple[float, float]:
    """Width and height of a plane on the canvas."""
    if projection == "flat":
        return plane.width * side, plane.height * side
    return (plane.width + plane.height * SLANT) * side, plane.height * FLATTEN * side


def _side(scene: Scene, stacked: bool, projection: Projection) -> float:
    """The side of a cell: what its numbers need, and smaller where there are none and many."""
    longest = max(
        len(written(value))
        for plane in (scene.source, scene.target)
        for row in plane.values
        for value in row
    )
    if longest:
        # Numbers in a flattened cell need the height that it lost.
        return max(CELL, longest * LETTER + 10) * (1.4 if projection == "isometric" else 1)
    widths = scene.source.width, scene.target.width
    return min(CELL, max(SMALL_CELL, WIDE / (max(widths) if stacked else sum(widths))))


def arrange(scene: Scene, projection: Projection) -> Layout:
    """Place a scene on a canvas.

    >>> from convcalc.layers import Conv
    >>> from convcalc.pictures.staging import build
    >>> layout = arrange(build(Conv(3), (4, 4)), "isometric")
    >>> len(layout.frames)
    4
    """
    stacked = projection == "isometric" or scene.source.height == scene.target.height == 1
    side = _side(scene, stacked, projection)
    (source_width, source_height), (target_width, target_height) = (
        _extent(plane, side, projection) for plane in (scene.source, scene.target)
    )
    top = MARGIN + 3 * LINE
    if stacked:
        planes_width = max(source_width, target_width)
        planes_height = source_height + target_height + GAP
    else:
        planes_width = source_width + GAP + target_width
        planes_height = max(source_height, target_height)
    captions = max((len(frame.caption) for frame in scene.frames), default=0)
    words = max(len(scene.title) * 1.15, len(scene.question), min(captions, 64))
    width = 2 * MARGIN + max(planes_width, words * LETTER, 300)
    if stacked:
        source_x, target_x = (width - source_width) / 2, (width - target_width) / 2
        source_y, target_y = (
            (top, top + source_height + GAP)
            if projection == "flat"
            else (top + target_height + GAP, top)
        )
    else:
        source_x = (width - planes_width) / 2
        target_x = source_x + source_width + GAP
        source_y = top + (planes_height - source_height) / 2
        target_y = top + (planes_height - target_height) / 2
    source = _Placed(scene.source, source_x, source_y, side, projection)
    target = _Placed(scene.target, target_x, target_y, side, projection)
    still: list[Shape] = [
        Text(MARGIN, MARGIN + 14, scene.title.replace("->", "→")),
        Text(MARGIN, MARGIN + 14 + LINE, scene.question, small=True),
        *source.cells(),
        *target.cells(),
    ]
    per_line = int((width - 2 * MARGIN) / LETTER)
    wrapped = [_wrap(frame.caption, per_line) for frame in scene.frames]
    caption_y = top + planes_height + 2 * LINE
    legend, bottom = _legend(scene, width, caption_y + max(map(len, wrapped), default=1) * LINE)
    frames = tuple(
        (
            *_moment(scene, frame, source, target, stacked),
            *(
                Text(MARGIN, caption_y + number * LINE, line, small=True)
                for number, line in enumerate(lines)
            ),
        )
        for frame, lines in zip(scene.frames, wrapped, strict=True)
    )
    return Layout(width, bottom + MARGIN, (*still, *legend), frames)


def _moment(
    scene: Scene, frame: Frame, source: _Placed, target: _Placed, stacked: bool
) -> list[Shape]:
    gather = scene.view == "gather"
    shapes: list[Shape] = []
    for cell in frame.source:
        shapes += source.lit(cell, Role.KERNEL if gather else Role.STAMPING)
    for cell in frame.target:
        shapes += target.lit(cell, Role.CURRENT if gather else Role.KERNEL)
    if stacked and frame.source and frame.target:
        ends = zip(_outline(source, frame.source), _outline(target, frame.target), strict=True)
        rays = [Ray(start, end) for start, end in ends]
        if source.projection == "flat":  # from the lower corners of a row to the upper of the next
            rays = [Ray((x, y + source.side), end) for (x, y), end in rays[:2]]
        shapes += rays
    return shapes


def _outline(placed: _Placed, cells: tuple[Cell, ...]) -> tuple[Point, ...]:
    """The four corners around cells that form a grid."""
    rows, columns = [row for row, _ in cells], [column for _, column in cells]
    return placed.corners(
        (min(rows), min(columns)),
        max(rows) - min(rows) + 1,
        max(columns) - min(columns) + 1,
    )


def _wrap(text: str, per_line: int) -> list[str]:
    """A caption's lines, broken where it must be: after a plus sign, a comma or a space."""
    lines = []
    while len(text) > per_line:
        end = max(text.rfind(sign, 0, per_line) for sign in "+, ") + 1 or per_line
        lines.append(text[:end])
        text = text[end:]
    return [*lines, text]


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
