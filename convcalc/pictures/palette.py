"""How roles look: colours for light and dark, dashes, and letters where there is no colour.

Law: no two roles differ by colour alone.
"""

from typing import NamedTuple

from convcalc.pictures.scene import Role


class Look(NamedTuple):
    """Fill and line of a role on a light and on a dark page; the letter that stands for it."""

    fill: str
    line: str
    dark_fill: str
    dark_line: str
    letter: str
    dashed: bool = False
    crossed: bool = False


LOOKS = {
    Role.INPUT: Look("#8fc1f0", "#2b5f93", "#2a659c", "#9ccbf5", "#"),
    Role.ZERO: Look("#ffffff", "#8a8f98", "#20242c", "#6d7480", "0"),
    Role.PADDING: Look("#ffffff", "#b0b5bd", "#171a20", "#565d69", ".", dashed=True),
    Role.CROPPED: Look("#eceef1", "#c4504f", "#2a2023", "#d9797a", "x", dashed=True, crossed=True),
    Role.UNREAD: Look("#d5d2ea", "#6c63a6", "#4a4570", "#b3acdf", "u", crossed=True),
    Role.OUTPUT: Look("#8fdcc8", "#1f7a66", "#1d6b5b", "#92e0cd", "o"),
    Role.EMPTY: Look("#f5e3c8", "#a97a2f", "#5a4522", "#d8b069", "e", dashed=True),
    Role.KERNEL: Look("#265789", "#17395c", "#79b4ec", "#d3e8fb", "K"),
    Role.CURRENT: Look("#f39a2d", "#9b5706", "#f3a544", "#ffe0b5", "@"),
    Role.STAMPING: Look("#f39a2d", "#9b5706", "#f3a544", "#ffe0b5", "@"),
}
INK = {"light": "#1c2026", "dark": "#e8eaee"}
PAPER = {"light": "#ffffff", "dark": "#101318"}


class Shade(NamedTuple):
    """A step of the scale from small to large: fill and ink on a light and on a dark page."""

    fill: str
    ink: str
    dark_fill: str
    dark_ink: str


# One hue from pale to deep, on a dark page from deep to bright, so that large stands out on both.
# Every ink has a contrast of at least 4.5 to its fill.
SCALE = (
    Shade("#e6f1fb", "#1c2026", "#13263a", "#e8eaee"),
    Shade("#c9e0f6", "#1c2026", "#17344f", "#e8eaee"),
    Shade("#a9cdf0", "#1c2026", "#1c4366", "#e8eaee"),
    Shade("#86b7e6", "#1c2026", "#23547f", "#e8eaee"),
    Shade("#639fd9", "#1c2026", "#2c6799", "#e8eaee"),
    Shade("#3a78b8", "#ffffff", "#4489c4", "#101318"),
    Shade("#2a649f", "#ffffff", "#5a9dd4", "#101318"),
    Shade("#1f5086", "#ffffff", "#7bb4e4", "#101318"),
    Shade("#163f6c", "#ffffff", "#a5cff3", "#101318"),
)
