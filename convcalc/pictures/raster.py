"""A scene as PNG or GIF, drawn by Pillow (the extra ``convcalc[gif]``).

Law: the same shapes as the SVG, in the colours of the light page; what stands still is drawn once.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from math import prod
from typing import assert_never

from PIL import Image, ImageDraw, ImageFont

from convcalc.errors import SizeError
from convcalc.pictures.layout import Layout, Point, Polygon, Projection, Ray, Shape, Text, arrange
from convcalc.pictures.palette import INK, LOOKS, PAPER
from convcalc.pictures.scene import Role, Scene

SCALE = 2  # drawn larger and reduced, which smooths slanted lines
MOST_FRAMES = 400
COLOURS = 64
MOST_PIXELS = 60_000_000  # as drawn, before it is reduced: 180 MB

Progress = Callable[[int, int], None]


def png(scene: Scene, projection: Projection) -> bytes:
    """The first frame of the scene as a PNG file, twice as large as the SVG."""
    layout = arrange(scene, projection)
    picture = _base(layout)
    _draw(picture, layout.frames[0])
    return _file(picture, "PNG")


def gif(
    scene: Scene,
    projection: Projection,
    *,
    seconds: float = 0.8,
    progress: Progress | None = None,
) -> bytes:
    """All frames of the scene as a GIF file that repeats, each frame for ``seconds``."""
    layout = arrange(scene, projection)
    base = _base(layout)

    def frames() -> Iterator[Image.Image]:
        for number, shapes in enumerate(layout.frames, start=1):
            picture = base.copy()
            _draw(picture, shapes)
            yield picture.reduce(SCALE)
            if progress:
                progress(number, len(layout.frames))

    pictures = frames()
    first = next(pictures).quantize(COLOURS, Image.Quantize.MAXCOVERAGE)
    rest = (picture.quantize(palette=first, dither=Image.Dither.NONE) for picture in pictures)
    stream = io.BytesIO()
    first.save(
        stream,
        "GIF",
        save_all=True,
        append_images=rest,
        duration=round(seconds * 1000),
        loop=0,
        optimize=True,  # what does not change is left see-through
    )
    return stream.getvalue()


def _base(layout: Layout) -> Image.Image:
    size = round(layout.width) * SCALE, round(layout.height) * SCALE
    if prod(size) > MOST_PIXELS:
        raise SizeError(
            f"too large for pixels: {size[0]}x{size[1]}, more than {MOST_PIXELS} together; "
            "use a smaller size, or write .svg"
        )
    picture = Image.new("RGB", size, PAPER["light"])
    _draw(picture, layout.painted)
    return picture


def _file(picture: Image.Image, kind: str) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind)
    return stream.getvalue()


def _draw(picture: Image.Image, shapes: tuple[Shape, ...]) -> None:
    draw = ImageDraw.Draw(picture, "RGBA")  # which blends what is see-through
    under = None
    for shape in shapes:
        match shape:
            case Polygon(points, role):
                _polygon(draw, points, role)
                under = role
            case Text(x, y, text, centred, small):
                light = centred and under is Role.KERNEL
                draw.text(
                    (x * SCALE, y * SCALE),
                    text.replace("→", "->"),
                    fill="#ffffff" if light else INK["light"],
                    font=_font(12 if small else 13),
                    anchor="ms" if centred else "ls",
                )
            case Ray(start, end):
                draw.line([_scaled(start), _scaled(end)], LOOKS[Role.CURRENT].line, 3)
            case _:
                assert_never(shape)


_FONTS: dict[int, ImageFont.FreeTypeFont | ImageFont.ImageFont] = {}


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    if size not in _FONTS:
        _FONTS[size] = ImageFont.load_default(size * SCALE)
    return _FONTS[size]


def _polygon(draw: ImageDraw.ImageDraw, points: tuple[Point, ...], role: Role) -> None:
    look = LOOKS[role]
    corners = [_scaled(point) for point in points]
    draw.polygon(corners, fill=look.fill + ("bf" if role is Role.KERNEL else "ff"))
    edges = list(zip(corners, [*corners[1:], corners[0]], strict=True))
    if look.crossed:
        edges.append((corners[0], corners[2]))
    for start, end in edges:
        for piece in _dashes(start, end) if look.dashed else [(start, end)]:
            draw.line(piece, look.line, SCALE)


def _dashes(
    start: Point, end: Point, on: float = 8, off: float = 5
) -> Iterator[tuple[Point, Point]]:
    """The pieces of a dashed line."""
    across, down = end[0] - start[0], end[1] - start[1]
    length = max((across**2 + down**2) ** 0.5, 1)
    at = 0.0
    while at < length:
        until = min(at + on, length)
        yield (
            (start[0] + across * at / length, start[1] + down * at / length),
            (start[0] + across * until / length, start[1] + down * until / length),
        )
        at = until + off


def _scaled(point: Point) -> Point:
    return point[0] * SCALE, point[1] * SCALE
