"""The two ways to see an operation: the kernel gathers its input, or each input stamps the kernel.

Law: everything comes from the ``Window`` of each axis by its own definition: output j reads the
positions ``stride*j + window_dilation*t`` of the stretched and padded input. One axis at a time;
a plane is the product of two lines, and an operation on one axis is drawn as a single row.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import NamedTuple

from convcalc.layers import Layer, Pool
from convcalc.layers.axis import Worked, counted
from convcalc.pictures.scene import Frame, Number, Plane, Role, written
from convcalc.window import Window

# The input and kernel of the guide's numerical figures, repeated where a picture is larger.
INPUT_VALUES = (
    (3, 3, 2, 1, 0),
    (0, 0, 1, 3, 1),
    (3, 1, 2, 2, 3),
    (2, 0, 0, 2, 2),
    (2, 0, 0, 0, 1),
)
KERNEL_VALUES = ((0, 1, 2), (2, 2, 0), (0, 1, 2))


class Line(NamedTuple):
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


ONE_ROW = Line(Window(1), 1, 1, 1, 0, 1, 1)

# Which of two roles a cell takes whose row and column differ.
_STRENGTH = (Role.INPUT, Role.UNREAD, Role.ZERO, Role.PADDING, Role.CROPPED)


def _stronger(row: Role, column: Role) -> Role:
    return max(row, column, key=_STRENGTH.index)


def line_of(op: str, result: Worked) -> Line:
    """The axis of a picture that one axis of an operation becomes."""
    axis, window = result.axis, result.window
    if op != "deconv":
        counted = result.n + sum(result.padding)
        return Line(window, axis.kernel, result.n, result.output, 0, result.output, counted)
    # The full output begins before the kept one where the padding crops, after it where it pads.
    before = window.effective_kernel - 1 - window.padding_low
    full = window.stretched(result.n) + window.effective_kernel - 1
    crop = max(before, 0)
    canvas = max(full - min(before, 0), crop + result.output)
    return Line(window, axis.kernel, result.n, result.output, crop, canvas, canvas)


def _place(rows: Line, row: int, column: int) -> str:
    """The indices of a cell; one index where the operation has one axis."""
    return f"[{column}]" if rows == ONE_ROW else f"[{row},{column}]"


class Gather:
    """The direct form: the stretched and padded input under a sliding kernel."""

    def __init__(self, layer: Layer, lines: Sequence[Line], values: bool) -> None:
        self.layer, self.values = layer, values
        self.rows, self.columns = lines

    def source(self) -> Plane:
        """The input, stretched and padded."""
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
        """The output; one that sees no input is empty."""
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
    def lines(self) -> tuple[Line, Line]:
        """The axes: down, and across."""
        return self.rows, self.columns

    def frame(self, index: int) -> Frame:
        """The kernel at one output."""
        row, column = divmod(index, self.columns.outputs)
        footprint = tuple(
            (y - self.rows.first, x - self.columns.first)
            for y, x in product(self.rows.reads(row), self.columns.reads(column))
        )
        return Frame(index, footprint, ((row, column),), self.caption(row, column))

    def caption(self, row: int, column: int) -> str:
        """What one output is: the sum of its taps, or what a pool makes of them."""
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
        """Whether it is an average pool."""
        return isinstance(self.layer, Pool) and self.layer.kind == "avg"

    def divisor(self, row: int, column: int) -> int:
        """The cells that an average counts: padding too, what ceil mode adds not (PyTorch)."""
        counts = (
            sum(position < line.counted for position in line.reads(output))
            for line, output in ((self.rows, row), (self.columns, column))
        )
        return prod(counts)

    def input_at(self, y: int, x: int) -> int | None:
        """The input's number at two positions; None for a zero, padding or cropped cell."""
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
        """The number of one output; None where a maximum has nothing to be of."""
        taps = self.taps(row, column)
        if not isinstance(self.layer, Pool):
            return sum((value or 0) * weight for value, weight in taps)
        if self.mean:
            return Fraction(sum(value or 0 for value, _ in taps), self.divisor(row, column))
        return max((value for value, _ in taps if value is not None), default=None)


class Scatter:
    """Every input stamps the kernel into the output; the target counts the stamps."""

    def __init__(self, layer: Layer, lines: Sequence[Line], values: bool) -> None:
        self.gather = Gather(layer, lines, values)
        self.rows, self.columns = lines
        self.stamps = [self.stamped(line) for line in lines]

    def source(self) -> Plane:
        """The input; what leaves no stamp in the output is unread."""
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
        """The output with the cells that are cropped, and how many stamps each got."""
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

    def stamped(self, line: Line) -> list[list[int]]:
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
        """The stamp of one input."""
        row, column = divmod(index, self.columns.n)
        stamp = tuple(product(self.stamps[0][row], self.stamps[1][column]))
        kept = sum(self.keeps(self.rows, y) and self.keeps(self.columns, x) for y, x in stamp)
        cells = counted(len(stamp), "cell")
        caption = f"input {_place(self.rows, row, column)} stamps {cells}, {kept} kept"
        return Frame(index, ((row, column),), stamp, caption)

    def keeps(self, line: Line, cell: int) -> bool:
        """Whether the output keeps a cell of the canvas."""
        return line.crop <= cell < line.crop + line.outputs
