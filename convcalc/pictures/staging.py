"""Makes the scene of an operation, on one or two axes, for a view.

Law: cells are counted before any is made, and too many are refused with their number.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from convcalc.errors import ParameterError, SizeError
from convcalc.layers import Conv, Layer, Pool, TransposedConv, work_out
from convcalc.layers.axis import Axis, Worked, write, write_once
from convcalc.pictures.scene import Scene, View
from convcalc.pictures.views import ONE_ROW, Gather, Line, Scatter, line_of

MOST_CELLS = 200_000
MOST_TAPS = 2_000_000


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
    lines = [line_of(layer.op, result) for result in worked]
    if len(lines) == 1:
        lines.insert(0, ONE_ROW)
    total = prod(_counts(worked, view))
    chosen: Sequence[int] = range(total) if frames is None else frames
    for index in frames or ():
        if not 0 <= index < total:
            raise ParameterError(f"frame {index} does not exist: allowed 0..{total - 1}")
    _refuse_too_many(lines, view, total if frames is None else len(frames), values)
    painter = Gather(layer, lines, values) if view == "gather" else Scatter(layer, lines, values)
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


def _refuse_too_many(lines: Sequence[Line], view: View, frames: int, values: bool) -> None:
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
