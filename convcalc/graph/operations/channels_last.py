"""An operation that counts dimensions as Keras and Flax do: batch, axes, channels.

Law: shapes are channels first everywhere else. Here, and nowhere else, they are turned before an
operation and turned back after it, with what it reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convcalc.graph.operations.base import Check, Followed, Move, Shape

if TYPE_CHECKING:
    from convcalc.graph.operations import Operation


@dataclass(frozen=True)
class ChannelsLast:
    """``operation`` on shapes with the channels last.

    >>> from convcalc.graph.operations import Reshape, Strict
    >>> ChannelsLast(Reshape((7, 7, 256), batch=False)).follow([(1, 12544)], Strict()).shape
    (1, 256, 7, 7)
    """

    operation: Operation

    @property
    def op(self) -> str:
        """The operation's own."""
        return self.operation.op

    def follow(self, shapes: Sequence[Shape], check: Check) -> Followed:
        """What the operation gives, turned back."""
        followed = self.operation.follow([_last(shape) for shape in shapes], check)
        dims = len(followed.shape)
        moves = zip(shapes, followed.moves, strict=False)
        return followed._replace(
            shape=_first(followed.shape),
            moves=tuple([_turned(move, len(shape), dims) for shape, move in moves]),
        )


def _last(shape: Shape) -> Shape:
    return (shape[0], *shape[2:], shape[1]) if len(shape) > 2 else shape


def _first(shape: Shape) -> Shape:
    return (shape[0], shape[-1], *shape[1:-1]) if len(shape) > 2 else shape


def _turned(move: Move, dims: int, out: int) -> Move:
    """How the dimensions move, in channels-first order on both sides."""
    if not move:
        return move
    after = _first(tuple(range(out)))
    entries = [(None if to is None else after.index(to), reach) for to, reach in move]
    return tuple([entries[place] for place in _first(tuple(range(dims)))])
