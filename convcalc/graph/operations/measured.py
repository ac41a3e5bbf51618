"""An operation with numbers that other tensors give: known when the network runs.

Law: the operation holds a ``Mark`` where a number will stand; every run puts in its place what the
shapes of the tensors give, which are the inputs after the first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

from convcalc.graph.operations.base import Check, Followed, Shape

if TYPE_CHECKING:
    from convcalc.graph.operations import Operation


class Mark(int):
    """Stands for a number that is not known yet; to who reads an operation it is a 1."""

    work: Callable[[Sequence[Shape]], int]

    @classmethod
    def of(cls, work: Callable[[Sequence[Shape]], int]) -> Mark:
        """A mark for what ``work`` makes of the shapes."""
        mark = cls(1)
        mark.work = work
        return mark


@dataclass(frozen=True)
class Measured:
    """``operation`` on the first input, with its marks worked out from the others."""

    operation: Operation

    @property
    def op(self) -> str:
        """The operation's own."""
        return self.operation.op

    def follow(self, shapes: Sequence[Shape], check: Check) -> Followed:
        """What the operation gives with the numbers of these shapes."""
        operation: Operation = _filled(self.operation, shapes[1:])
        followed = operation.follow(shapes[:1], check)
        return followed._replace(moves=(*followed.moves, *[()] * (len(shapes) - 1)))


def marks(value: object) -> int:
    """How many marks an operation, or a part of one, holds."""
    if isinstance(value, tuple):
        return sum(map(marks, value))
    if is_dataclass(value) and not isinstance(value, type):
        return sum(marks(getattr(value, each.name)) for each in fields(value))
    return isinstance(value, Mark)


def _filled(value: Any, shapes: Sequence[Shape]) -> Any:  # noqa: ANN401 (any field)
    if isinstance(value, Mark):
        return value.work(shapes)
    if isinstance(value, tuple):
        return tuple([_filled(each, shapes) for each in value])
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value,
            **{each.name: _filled(getattr(value, each.name), shapes) for each in fields(value)},
        )
    return value
