"""A scene as SVG: self-contained, still or moving, readable in light and dark.

Law: no script, no remote font, no link. Moving frames are plain CSS animation, which browsers
play in an ``<img>`` too; who asked for less motion sees the first frame.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import assert_never

from convcalc.pictures.layout import Layout, Point, Polygon, Projection, Ray, Shape, Text, arrange
from convcalc.pictures.palette import INK, LOOKS, PAPER, Look
from convcalc.pictures.scene import Role, Scene

FONT = "ui-monospace,'SF Mono',Menlo,Consolas,'DejaVu Sans Mono',monospace"


def paint(
    scene: Scene, projection: Projection, *, moving: bool = False, seconds: float = 0.8
) -> str:
    """The scene as SVG text: its first frame, or all of them, each for ``seconds``.

    >>> from convcalc.layers import Conv
    >>> from convcalc.pictures.staging import build
    >>> paint(build(Conv(3), 5), "flat")[:4]
    '<svg'
    """
    layout = arrange(scene, projection)
    frames = layout.frames if moving else layout.frames[:1]
    return "\n".join(_document(scene, layout, frames, seconds)) + "\n"


def _document(
    scene: Scene, layout: Layout, frames: tuple[tuple[Shape, ...], ...], seconds: float
) -> Iterator[str]:
    width, height = round(layout.width), round(layout.height)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-labelledby="title description">'
    )
    yield f'<title id="title">{escape(scene.title)}</title>'
    yield f'<desc id="description">{escape(description(scene))}</desc>'
    yield f"<style>{style(len(frames), seconds)}</style>"
    yield f'<rect class="paper" width="{width}" height="{height}"/>'
    yield from map(element, layout.painted)
    for number, shapes in enumerate(frames):
        delay = f' style="animation-delay:{number * seconds:.2f}s"' if len(frames) > 1 else ""
        yield f'<g class="frame"{delay}>'
        yield from map(element, shapes)
        yield "</g>"
    yield "</svg>"


def description(scene: Scene) -> str:
    """What the picture shows, for those who cannot see it."""
    how = (
        "The kernel slides over the stretched and padded input; each position gives one output."
        if scene.view == "gather"
        else "Each input stamps the kernel into the output."
    )
    planes = (
        f"Input plane of {scene.source.height} by {scene.source.width} cells, output plane of "
        f"{scene.target.height} by {scene.target.width}."
    )
    return f"{scene.title}, {scene.question}. {how} {planes} {scene.frames[0].caption}."


def name(role: Role) -> str:
    """The class of a role's cells."""
    return role.name.lower()


def style(frames: int, seconds: float) -> str:
    """The style sheet: light, dark, and the animation of ``frames`` frames."""
    rules = [
        f"text{{font:13px {FONT};fill:{INK['light']}}}.paper{{fill:{PAPER['light']}}}",
        ".small{font-size:12px}.c{text-anchor:middle}path{stroke-width:1.2}",
        ".ray{stroke:#9b5706;stroke-opacity:.7}",
        *(_rule(name(role), look, dark=False) for role, look in LOOKS.items()),
        ".kernel{fill-opacity:.75}.kernel+.c{fill:#fff}",
        "@media(prefers-color-scheme:dark){",
        f"text{{fill:{INK['dark']}}}.paper{{fill:{PAPER['dark']}}}.ray{{stroke:#f3a544}}",
        ".kernel+.c,.current+.c,.stamping+.c{fill:#101318}",
        *(_rule(name(role), look, dark=True) for role, look in LOOKS.items()),
        "}",
    ]
    if frames > 1:
        share = 100 / frames
        rules.append(
            f".frame{{visibility:hidden;animation:show {frames * seconds:.2f}s step-end infinite}}"
            f"@keyframes show{{0%{{visibility:visible}}{share:.4f}%{{visibility:hidden}}}}"
            # Where nothing moves, by wish or by want of means, the first frame stands still.
            ".frame:first-of-type{visibility:visible}"
            "@media(prefers-reduced-motion:reduce){.frame{animation:none}}"
        )
    return "".join(rules)


def _rule(role: str, look: Look, *, dark: bool) -> str:
    fill, line = (look.dark_fill, look.dark_line) if dark else (look.fill, look.line)
    dash = ";stroke-dasharray:3 2" if look.dashed else ""
    return f".{role}{{fill:{fill};stroke:{line}{dash}}}"


def element(shape: Shape) -> str:
    """One shape as SVG."""
    match shape:
        case Polygon(points, role):
            corners = "L".join(map(_at, points))
            drawn = f'<path class="{name(role)}" d="M{corners}z"/>'
            if LOOKS[role].crossed:
                diagonal = f"M{_at(points[0])}L{_at(points[2])}"
                drawn += f'<path class="{name(role)}" d="{diagonal}"/>'
            return drawn
        case Text(x, y, text, centred, small):
            classes = " ".join(word for word, on in (("c", centred), ("small", small)) if on)
            attribute = f' class="{classes}"' if classes else ""
            return f'<text{attribute} x="{_short(x)}" y="{_short(y)}">{escape(text)}</text>'
        case Ray(start, end):
            return f'<path class="ray" d="M{_at(start)}L{_at(end)}"/>'
        case _:
            assert_never(shape)


def _at(point: Point) -> str:
    return f"{_short(point[0])} {_short(point[1])}"


def _short(number: float) -> str:
    """A coordinate with at most one decimal.

    >>> _short(16.0), _short(17.61)
    ('16', '17.6')
    """
    return f"{number:.1f}".removesuffix(".0")
