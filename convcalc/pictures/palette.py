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
