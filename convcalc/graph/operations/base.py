"""What an operation answers: the shape that comes out, its cost, and what it reads.

Law: ``follow`` is written once. It sees sizes as numbers when a network is traced, and as int64
arrays when all sizes are tried at once; so it uses ``+ - * // %`` and comparisons, never branches
on a spatial size, and says what must hold to a ``Check``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol, TypeAlias

from convcalc.errors import SizeError
from convcalc.graph.reach import Reach
from convcalc.layers import Layer
from convcalc.layers.axis import Worked

Shape: TypeAlias = tuple[int, ...]  # batch, channels, spatial axes

# Beyond this nothing is followed: Python writes no integer of more than 4300 digits, and a message
# may hold a product of several.
MOST_DIGITS = 1000
LARGEST = 10**MOST_DIGITS

# For each dimension of an input: the dimension of the output that it becomes and how that reads it
# (None: cell by cell); the dimension None means that every output cell reads all of it. An input
# whose dimensions all stay as they are has no list at all.
Move: TypeAlias = "tuple[tuple[int | None, Reach | None], ...] | None"


class Followed(NamedTuple):
    """The output of an operation for given input shapes; ``moves`` has one entry for each input.

    An input whose move is ``()`` gives its size and nothing else.
    """

    shape: Shape
    moves: tuple[Move, ...] = ()
    parameters: int = 0
    macs: int = 0


class Check(Protocol):
    """Told of everything that must hold for the network to run."""

    exact: bool  # sizes are numbers, so that reaches are wanted too

    def __call__(self, holds: bool, why: Callable[[], str]) -> None:
        """``holds`` is needed; ``why`` is what to say where it does not."""

    def limits(self, layer: Layer, worked: Worked) -> None:
        """What the framework refuses besides."""


class Strict:
    """The check of one size: what does not hold is an error."""

    exact = True

    def __call__(self, holds: bool, why: Callable[[], str]) -> None:
        """Raise SizeError where it does not hold."""
        if not holds:
            raise SizeError(why())

    def limits(self, layer: Layer, worked: Worked) -> None:
        """Ask each limit of the layer's framework."""
        for limit in layer.origin.limits if layer.origin else ():
            limit(worked)


def written(shape: Sequence[int]) -> str:
    """A shape without its batch, as it is typed: ``64x56x56``."""
    return "x".join(map(str, shape[1:])) or "1"


def product(sizes: Sequence[int]) -> int:
    """The product of sizes, numbers or arrays."""
    total = 1
    for size in sizes:
        total = total * size
    return total


def count(number: int) -> str:
    """A number in a message, where it may be a product of many.

    >>> count(12), count(10**5000)
    ('12', 'a number of more than 1000 digits')
    """
    return str(number) if abs(number) < LARGEST else f"a number of more than {MOST_DIGITS} digits"


def need_rank(shape: Shape, least: int, what: str, check: Check) -> None:
    """Spatial axes are wanted, which a flattened tensor has not."""
    check(
        len(shape) >= least + 2,
        lambda: (
            f"{what} wants {least} spatial ax{'i' if least == 1 else 'e'}s after the channels, "
            f"its input is {written(shape)}"
        ),
    )


def dimension(place: int, dims: int, op: str) -> int:
    """A dimension counted from 0; negative numbers count from the end. Raises SizeError outside.

    >>> dimension(-1, 4, "flatten")
    3
    """
    if not -dims <= place < dims:
        raise SizeError(f"{op}: there is no dimension {place}, allowed {-dims}..{dims - 1}")
    return place % dims
