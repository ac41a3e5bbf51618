"""What a picture of an operation holds: two planes of cells, and a frame for every position.

Law: pure data, made from the ``Window`` of each axis by its own definition: output j reads the
positions ``stride*j + window_dilation*t`` of the stretched and padded input. One axis at a time;
a plane is the product of two lines, and an operation on one axis is drawn as a single row.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction
from itertools import product
from math import prod
from typing import Literal, NamedTuple, TypeAlias

from convcalc.errors import ParameterError, SizeError
from convcalc.layers import Conv, Layer, Pool, TransposedConv, work_out
from convcalc.layers.axis import Axis, Worked, counted, write, write_once
from convcalc.window import Window

MOST_CELLS = 200_000
MOST_TAPS = 2_000_000

View: TypeAlias = Literal["gather", "scatter"]
Cell: TypeAlias = tuple[int, int]
Number: TypeAlias = int | Fraction | None

# The input and kernel of the guide's numerical figures, repeated where a picture is larger.
INPUT_VALUES = (
    (3, 3, 2, 1, 0),
    (0, 0, 1, 3, 1),
    (3, 1, 2, 2, 3),
    (2, 0, 0, 2, 2),
    (2, 0, 0, 0, 1),
)
KERNEL_VALUES = ((0, 1, 2), (2, 2, 0), (0, 1, 2))


class Role(StrEnum):
    """What a cell is; every one that occurs stands in the picture's legend."""

    INPUT = "input"
    ZERO = "inserted zero"
    PADDING = "padding"
    CROPPED = "cropped cell"
    UNREAD = "unread input"
    OUTPUT = "output"
    EMPTY = "output that saw only padding"
    KERNEL = "kernel footprint"
    CURRENT = "current output"
    STAMPING = "current input"


class Plane(NamedTuple):
    """A grid of cells: their roles, and what is written in each (None: nothing)."""

    roles: tuple[tuple[Role, ...], ...]
    values: tuple[tuple[Number, ...], ...]

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(self.roles)

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.roles[0])


class Frame(NamedTuple):
    """One moment: the cells lit in either plane, and what happens in words.

    ``number`` counts positions from 0, row by row. In the gather view ``source`` is the kernel's
    footprint and ``target`` the current output; in the scatter view ``source`` is the current
    input and ``target`` its stamp.
    """

    number: int
    source: tuple[Cell, ...]
    target: tuple[Cell, ...]
    caption: str


class Scene(NamedTuple):
    """A picture of one operation, before any drawing."""

    title: str
    question: str
    view: View
    source: Plane
    target: Plane
    frames: tuple[Frame, ...]
    positions: int

    @property
    def legend(self) -> tuple[Role, ...]:
        """The roles that occur, in the order of ``Role``."""
        found = {
            role for plane in (self.source, self.target) for row in plane.roles for role in row
        }
        found |= (
            {Role.KERNEL, Role.CURRENT} if self.view == "gather" else {Role.KERNEL, Role.STAMPING}
        )
        return tuple(role for role in Role if role in found)


class _Line(NamedTuple):
    """One axis of a picture. Positions are those of the padded input; cropped ones lie outside."""

    window: Window
    kernel: int
    n: int
    outputs: int
    crop: int  # output cells that the operation crops at the beginning, in the scatter view
    canvas: int  # output cells in the scatter view, the cropped ones included
    counted: int  # positions that an average divides by; what ceil mode adds is none of them

    @property
    def first(self) -> int:
        """The position of the first cell shown."""
        return min(0, self.window.padding_low)

    @property
    def length(self) -> int:
        """Number of cells shown."""
        low, stretched = self.window.padding_low, self.window.stretched(self.n)
        return max(self.window.padded(self.n), stretched + low) - self.first

    def index_at(self, position: int) -> int | None:
        """The input at a position; None for a zero, padding or cropped cell."""
        offset = position - self.window.padding_low
        inside = 0 <= offset < self.window.stretched(self.n)
        if not inside or not 0 <= position < self.window.padded(self.n):
            return None
        index, rest = divmod(offset, self.window.base_dilation)
        return None if rest else index

    def reads(self, output: int) -> list[int]:
        """The positions that an output reads, tap by tap."""
        start, step = self.window.stride * output, self.window.window_dilation
        return [start + step * tap for tap in range(self.kernel)]

    def roles(self) -> list[Role]:
        """The roles of the cells shown."""
        read = {position for output in range(self.outputs) for position in self.reads(output)}
        low, end = self.window.padding_low, self.window.padded(self.n)
        roles = []
        for position in range(self.first, self.first + self.length):
            offset = position - low
            if not 0 <= position < end:
                role = Role.CROPPED
            elif not 0 <= offset < self.window.stretched(self.n):
                role = Role.PADDING
            elif offset % self.window.base_dilation:
                role = Role.ZERO
            else:
                role = Role.INPUT if position in read else Role.UNREAD
            roles.append(role)
        return roles

    def sees(self, output: int) -> bool:
        """Whether an output reads any input."""
        return any(self.index_at(position) is not None for position in self.reads(output))


ONE_ROW = _Line(Window(1), 1, 1, 1, 0, 1, 1)

# Which of two roles a cell takes whose row and column differ.
_STRENGTH = (Role.INPUT, Role.UNREAD, Role.ZERO, Role.PADDING, Role.CROPPED)


def _stronger(row: Role, column: Role) -> Role:
    return max(row, column, key=_STRENGTH.index)


def build(
    layer: Layer,
    size: int | Sequence[int],
    *,
    view: View = "gather",
    values: bool = False,
    frames: Sequence[int] | None = None,
) -> Scene:
    """The scene of an operation on one or two axes; ``frames`` chooses positions (None: all).

    Raises ParameterError for three axes or more, SizeError where nothing comes out or where the
    picture would have more than ``MOST_CELLS`` cells. Source: Dumoulin & Visin, the figures.

    >>> from convcalc.layers import Conv
    >>> scene = build(Conv(3, padding=1), (4, 4))
    >>> scene.source.height, scene.target.height, len(scene.frames)
    (6, 4, 16)
    """
    worked = _work_out(layer, size, view)
    lines = [_line(layer.op, result) for result in worked]
    if len(lines) == 1:
        lines.insert(0, ONE_ROW)
    total = prod(_counts(worked, view))
    chosen: Sequence[int] = range(total) if frames is None else frames
    for index in frames or ():
        if not 0 <= index < total:
            raise ParameterError(f"frame {index} does not exist: allowed 0..{total - 1}")
    _refuse_too_many(lines, view, total if frames is None else len(frames), values)
    painter = _Gather(layer, lines, values) if view == "gather" else _Scatter(layer, lines, values)
    return Scene(
        title=f"{layer.title}: {write([result.n for result in worked])} -> "
        f"{write([result.output for result in worked])}",
        question=_parameters(layer, worked)
        + ("; numbers in the output count the stamps" if view == "scatter" else ""),
        view=view,
        source=painter.source(),
        target=painter.target(),
        frames=tuple(painter.frame(index) for index in chosen),
        positions=total,
    )


def positions(layer: Layer, size: int | Sequence[int], view: View = "gather") -> int:
    """How many frames the whole picture has, without making it.

    >>> from convcalc.layers import Conv
    >>> positions(Conv(3), 10**9)
    999999998
    """
    return prod(_counts(_work_out(layer, size, view), view))


def middle(layer: Layer, size: int | Sequence[int], view: View = "gather") -> int:
    """The position in the middle of every axis: the one that a still picture shows.

    >>> from convcalc.layers import Conv
    >>> middle(Conv(3), (5, 6))                 # row 1 of 3, column 2 of 4
    6
    """
    index = 0
    for count in _counts(_work_out(layer, size, view), view):
        index = index * count + count // 2
    return index


def _counts(worked: Sequence[Worked], view: View) -> list[int]:
    return [result.output if view == "gather" else result.n for result in worked]


def _work_out(layer: Layer, size: int | Sequence[int], view: View) -> list[Worked]:
    """Every axis; refuses what has no picture."""
    if not isinstance(layer, Conv | TransposedConv | Pool):
        raise ParameterError(f"no picture of {layer.title} is known")
    worked = list(work_out(layer, size))
    if len(worked) > 2:
        raise ParameterError(
            f"a picture has 1 or 2 axes, got {len(worked)}: draw two of them, such as "
            f"{write([result.n for result in worked[:2]])}"
        )
    if view == "scatter" and isinstance(layer, Pool):
        raise ParameterError("a pool has no kernel to stamp: draw it with view gather")
    return worked


def _line(op: str, result: Worked) -> _Line:
    axis, window = result.axis, result.window
    if op != "deconv":
        counted = result.n + sum(result.padding)
        return _Line(window, axis.kernel, result.n, result.output, 0, result.output, counted)
    # The full output begins before the kept one where the padding crops, after it where it pads.
    before = window.effective_kernel - 1 - window.padding_low
    full = window.stretched(result.n) + window.effective_kernel - 1
    crop = max(before, 0)
    canvas = max(full - min(before, 0), crop + result.output)
    return _Line(window, axis.kernel, result.n, result.output, crop, canvas, canvas)


def _parameters(layer: Layer, worked: Sequence[Worked]) -> str:
    axes: list[Axis] = [result.axis for result in worked]
    named = {
        "k": write_once([axis.kernel for axis in axes]),
        "s": write_once([axis.stride for axis in axes]),
        "p": write_once([axis.padding for axis in axes]),
        "d": write_once([axis.dilation for axis in axes]),
    }
    if layer.op == "deconv":
        named["a"] = write_once([axis.output_padding for axis in axes])
    return ", ".join(f"{symbol} = {values}" for symbol, values in named.items())


def _refuse_too_many(lines: Sequence[_Line], view: View, frames: int, values: bool) -> None:
    """Count before making: the cells of both planes, and those under the kernel, each time.

    A role needs the taps of its own axis only; a value needs the kernel at every position.
    """
    rows, columns = lines
    planes = rows.length * columns.length + rows.canvas * columns.canvas
    lit = rows.kernel * columns.kernel
    counts = [line.outputs if view == "gather" else line.n for line in lines]
    taps = rows.kernel * counts[0] + columns.kernel * counts[1]
    if values or taps > MOST_TAPS:
        frames = prod(counts)
    if planes + lit * frames > MOST_CELLS:
        raise SizeError(
            f"too many cells for a picture: {_counted(planes)} in the planes, {_counted(lit)} "
            f"under the kernel at each of {_counted(frames)} positions, where {MOST_CELLS} "
            "together can be drawn; use a smaller size, or one position alone (frame)"
            + (" and without values" if values else "")
        )


def _counted(number: int) -> str:
    """A number, or its power of ten where the digits would say nothing."""
    return str(number) if number < 10**9 else f"10^{len(str(number)) - 1}"


def _place(rows: _Line, row: int, column: int) -> str:
    """The indices of a cell; one index where the operation has one axis."""
    return f"[{column}]" if rows == ONE_ROW else f"[{row},{column}]"


class _Gather:
    """The direct form: the stretched and padded input under a sliding kernel."""

    def __init__(self, layer: Layer, lines: Sequence[_Line], values: bool) -> None:
        self.layer, self.values = layer, values
        self.rows, self.columns = lines

    def source(self) -> Plane:
        down, across = self.rows.roles(), self.columns.roles()
        roles = tuple(tuple(_stronger(row, column) for column in across) for row in down)
        values = tuple(
            tuple(
                self.input_at(self.rows.first + row, self.columns.first + column)
                if self.values
                else None
                for column in range(self.columns.length)
            )
            for row in range(self.rows.length)
        )
        return Plane(roles, values)

    def target(self) -> Plane:
        sees = [[line.sees(output) for output in range(line.outputs)] for line in self.lines]
        roles = tuple(
            tuple(Role.OUTPUT if row and column else Role.EMPTY for column in sees[1])
            for row in sees[0]
        )
        values = tuple(
            tuple(
                self.result(row, column) if self.values else None
                for column in range(self.columns.outputs)
            )
            for row in range(self.rows.outputs)
        )
        return Plane(roles, values)

    @property
    def lines(self) -> tuple[_Line, _Line]:
        return self.rows, self.columns

    def frame(self, index: int) -> Frame:
        row, column = divmod(index, self.columns.outputs)
        footprint = tuple(
            (y - self.rows.first, x - self.columns.first)
            for y, x in product(self.rows.reads(row), self.columns.reads(column))
        )
        return Frame(index, footprint, ((row, column),), self.caption(row, column))

    def caption(self, row: int, column: int) -> str:
        name = f"output {_place(self.rows, row, column)}"
        taps = self.taps(row, column)
        if not self.values:
            inputs = sum(value is not None for value, _ in taps)
            return f"{name}: {counted(len(taps), 'tap')}, {inputs} on inputs"
        result = written(self.result(row, column))
        if isinstance(self.layer, Pool):
            seen = ", ".join(str(value or 0) for value, _ in taps if value is not None or self.mean)
            if self.mean:
                divisor = self.divisor(row, column)
                return f"{name} = ({seen.replace(', ', '+')})/{divisor} = {result}"
            return f"{name} = max({seen}) = {result}" if seen else f"{name} sees only padding"
        terms = [f"{value}*{weight}" for value, weight in taps if value is not None]
        return f"{name} = {'+'.join(terms) or '0'} = {result}"

    @property
    def mean(self) -> bool:
        return isinstance(self.layer, Pool) and self.layer.kind == "avg"

    def divisor(self, row: int, column: int) -> int:
        """The cells that an average counts: padding too, what ceil mode adds not (PyTorch)."""
        counts = (
            sum(position < line.counted for position in line.reads(output))
            for line, output in ((self.rows, row), (self.columns, column))
        )
        return prod(counts)

    def input_at(self, y: int, x: int) -> int | None:
        row, column = self.rows.index_at(y), self.columns.index_at(x)
        if row is None or column is None:
            return None
        return INPUT_VALUES[row % 5][column % 5]

    def weight(self, row: int, column: int) -> int:
        """The kernel as it is slid: rotated by 180 degrees for a transposed convolution."""
        if self.layer.op == "deconv":
            row, column = self.rows.kernel - 1 - row, self.columns.kernel - 1 - column
        return KERNEL_VALUES[row % 3][column % 3]

    def taps(self, row: int, column: int) -> list[tuple[int | None, int]]:
        """The input (None: not an input) and the weight under every tap of one output."""
        return [
            (self.input_at(y, x), self.weight(v, u))
            for (v, y), (u, x) in product(
                enumerate(self.rows.reads(row)), enumerate(self.columns.reads(column))
            )
        ]

    def result(self, row: int, column: int) -> Number:
        taps = self.taps(row, column)
        if not isinstance(self.layer, Pool):
            return sum((value or 0) * weight for value, weight in taps)
        if self.mean:
            return Fraction(sum(value or 0 for value, _ in taps), self.divisor(row, column))
        return max((value for value, _ in taps if value is not None), default=None)


class _Scatter:
    """Every input stamps the kernel into the output; the target counts the stamps."""

    def __init__(self, layer: Layer, lines: Sequence[_Line], values: bool) -> None:
        self.gather = _Gather(layer, lines, values)
        self.rows, self.columns = lines
        self.stamps = [self.stamped(line) for line in lines]

    def source(self) -> Plane:
        down, across = (
            [
                Role.INPUT if any(self.keeps(line, cell) for cell in stamp) else Role.UNREAD
                for stamp in stamps
            ]
            for line, stamps in zip((self.rows, self.columns), self.stamps, strict=True)
        )
        plane = tuple(tuple(_stronger(row, column) for column in across) for row in down)
        values = tuple(
            tuple(
                INPUT_VALUES[row % 5][column % 5] if self.gather.values else None
                for column in range(self.columns.n)
            )
            for row in range(self.rows.n)
        )
        return Plane(plane, values)

    def target(self) -> Plane:
        counts = []
        for line, stamps in zip((self.rows, self.columns), self.stamps, strict=True):
            received = [0] * line.canvas
            for stamp in stamps:
                for cell in stamp:
                    received[cell] += 1
            counts.append(received)
        kept = [
            [self.keeps(line, cell) for cell in range(line.canvas)]
            for line in (self.rows, self.columns)
        ]

        def role(row: int, column: int) -> Role:
            if not (kept[0][row] and kept[1][column]):
                return Role.CROPPED
            return Role.OUTPUT if counts[0][row] and counts[1][column] else Role.EMPTY

        cells = [
            [(row, column) for column in range(self.columns.canvas)]
            for row in range(self.rows.canvas)
        ]
        return Plane(
            tuple(tuple(role(*cell) for cell in line) for line in cells),
            tuple(
                tuple(counts[0][row] * counts[1][column] for row, column in line) for line in cells
            ),
        )

    def stamped(self, line: _Line) -> list[list[int]]:
        """For every input of an axis, the cells of the canvas that it reaches, tap by tap."""
        window = line.window
        stamps = []
        for index in range(line.n):
            position = index * window.base_dilation + window.padding_low
            cells = []
            for tap in range(line.kernel):
                output, rest = divmod(position - window.window_dilation * tap, window.stride)
                if not rest and 0 <= output + line.crop < line.canvas:
                    cells.append(output + line.crop)
            stamps.append(sorted(cells))
        return stamps

    def frame(self, index: int) -> Frame:
        row, column = divmod(index, self.columns.n)
        stamp = tuple(product(self.stamps[0][row], self.stamps[1][column]))
        kept = sum(self.keeps(self.rows, y) and self.keeps(self.columns, x) for y, x in stamp)
        cells = counted(len(stamp), "cell")
        caption = f"input {_place(self.rows, row, column)} stamps {cells}, {kept} kept"
        return Frame(index, ((row, column),), stamp, caption)

    def keeps(self, line: _Line, cell: int) -> bool:
        return line.crop <= cell < line.crop + line.outputs


def written(value: Number) -> str:
    """A number as it stands in a cell: a fraction with one decimal, as in the guide's figures."""
    if isinstance(value, Fraction):
        return f"{float(value):.1f}"
    return "" if value is None else str(value)
