"""A picture as one thing: what is drawn, and every form it can take.

Law: a picture is asked for here and made by the painters; it is made anew each time it is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from convcalc.errors import ConvcalcError, ParameterError, SizeError
from convcalc.layers import Layer
from convcalc.layers.axis import nearest, spread_size

if TYPE_CHECKING:
    from convcalc.pictures.layout import Projection
    from convcalc.pictures.raster import Progress
    from convcalc.pictures.scene import Scene, View

VIEWS = {
    "gather": "the stretched and padded input under a sliding kernel",
    "scatter": "every input stamps the kernel into the output",
}
PROJECTIONS = {
    "flat": "input and output side by side",
    "isometric": "input below, output above, as in the guide's figures",
}
ENDINGS = {
    ".svg": "picture, still or moving",
    ".gif": "moving picture",
    ".png": "picture",
    ".html": "page to play, step and point in",
}


@dataclass(frozen=True)
class Picture:
    """An operation drawn: ``svg`` and ``html`` as text, ``save(path)`` as a file.

    A still picture shows position ``frame``, without one that in the middle; with ``animate`` it
    shows every position in turn. A notebook shows the SVG.

    >>> from convcalc.layers import Conv
    >>> Picture(Conv(3), (5, 5)).svg[:4]
    '<svg'
    """

    layer: Layer
    size: tuple[int, ...]
    view: View = "gather"
    projection: Projection = "flat"
    values: bool = False
    animate: bool = False
    frame: int | None = None

    def scene(self, *, moving: bool, values: bool | None = None) -> Scene:
        """The scene with every position, or with the one that is asked for."""
        from convcalc.pictures.staging import build, middle

        frames: list[int] | None = None
        if not moving or self.frame is not None:
            chosen = self.frame
            frames = [middle(self.layer, self.size, self.view) if chosen is None else chosen]
        written = self.values if values is None else values
        return build(self.layer, self.size, view=self.view, values=written, frames=frames)

    @property
    def svg(self) -> str:
        """SVG for any browser, light or dark; it moves with ``animate``."""
        from convcalc.pictures.svg import paint

        moving = self.animate and self.frame is None
        return paint(self.scene(moving=moving), self.projection, moving=moving)

    @property
    def html(self) -> str:
        """A whole page to play, step through and point in."""
        from convcalc.pictures.html import page

        return page(self.scene(moving=True, values=True), self.projection)

    def save(self, path: str | PathLike[str]) -> None:
        """Write a .svg, .html, .png or .gif file; the last two need Pillow.

        Raises ParameterError for another ending, OSError where the file cannot be written.
        """
        path = Path(path)
        ending = path.suffix.lower()
        if ending not in ENDINGS:
            raise ParameterError(
                f"cannot tell the format of {path.name!r}; valid endings: {', '.join(ENDINGS)}"
            )
        path.write_bytes(self.encoded(ending))

    def encoded(self, ending: str, progress: Progress | None = None) -> bytes:
        """What a file with one of ``ENDINGS`` holds; ``progress`` hears of each frame of a GIF."""
        match ending:
            case ".svg":
                return self.svg.encode()
            case ".html":
                return self.html.encode()
            case _:
                return self._raster(ending, progress)

    def _raster(self, ending: str, progress: Progress | None) -> bytes:
        if self.animate and ending == ".png":
            raise ParameterError("a .png does not move: write .gif, .svg or .html")
        try:
            from convcalc.pictures import raster
        except ImportError:
            raise ConvcalcError(
                f"a {ending} file needs Pillow, which is not installed: pip install 'convcalc[gif]'"
                ", or write .svg or .html"
            ) from None
        from convcalc.pictures.staging import positions

        if ending == ".png":
            return raster.png(self.scene(moving=False), self.projection)
        count = positions(self.layer, self.size, self.view)
        if self.frame is None and count > raster.MOST_FRAMES:
            raise SizeError(
                f"a GIF of {count} frames, more than {raster.MOST_FRAMES}: use a smaller size, one "
                "position alone, or write .html"
            )
        return raster.gif(self.scene(moving=True), self.projection, progress=progress)

    def _repr_svg_(self) -> str:
        """As a notebook shows it."""
        return self.svg


def draw(
    layer: Layer | str,
    size: int | Sequence[int],
    *,
    view: View = "gather",
    projection: Projection = "flat",
    values: bool = False,
    animate: bool = False,
    frame: int | None = None,
) -> Picture:
    """The picture of an operation on one or two axes, as ``convcalc draw`` makes it.

    ``layer`` is a layer or a line of framework code, ``size`` the input size (spatial axes only).
    ``view`` is "gather" (a kernel slides over the stretched and padded input) or "scatter" (every
    input stamps the kernel), ``projection`` "flat" or "isometric"; ``values`` writes numbers into
    the cells; ``animate`` shows every position, ``frame`` one, counted from 0.

    Formulas as ``derive``. Raises ParameterError for three axes or a position that is not there,
    SizeError where nothing comes out or where the picture would be too large. Source: Dumoulin &
    Visin, the figures.

    >>> picture = draw("nn.ConvTranspose2d(1, 1, 3, stride=2, padding=1)", 3)
    >>> picture.size, picture.svg[:4]
    ((3, 3), '<svg')
    """
    for what, word, known in (("view", view, VIEWS), ("projection", projection, PROJECTIONS)):
        if word not in known:
            raise ParameterError(
                f"{what}: unknown word {word!r}{nearest(word, known)}; valid: {', '.join(known)}"
            )
    if animate and frame is not None:
        raise ParameterError("animate shows every position, frame one: give only one of them")
    if isinstance(layer, str):
        from convcalc.dialects import read

        layer = read(layer)
    picture = Picture(
        layer, spread_size(size, layer.rank), view, projection, values, animate, frame
    )
    picture.scene(moving=False)  # refuses now what it would refuse when it is shown
    return picture
