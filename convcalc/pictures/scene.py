"""What a picture of an operation holds: two planes of cells, and a frame for every position.

Law: pure data. Who makes it is ``staging``; who draws it knows nothing of the operation.
"""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from typing import Literal, NamedTuple, TypeAlias

View: TypeAlias = Literal["gather", "scatter"]
Cell: TypeAlias = tuple[int, int]
Number: TypeAlias = int | Fraction | None


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


def written(value: Number) -> str:
    """A number as it stands in a cell: a fraction with one decimal, as in the guide's figures."""
    if isinstance(value, Fraction):
        return f"{float(value):.1f}"
    return "" if value is None else str(value)
