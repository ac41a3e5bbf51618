"""Where paths meet: concatenation and element-wise operations.

Law: what meets must fit. A concatenation wants every size but one to be equal; element-wise
operations stretch sizes of 1, as every framework does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from convcalc.graph.operations.base import Check, Followed, Move, Shape, dimension, written
from convcalc.graph.reach import Reach

_ONE_CELL = Reach(1, 0, (range(1),))


@dataclass(frozen=True)
class Concat:
    """Tensors side by side along one dimension."""

    along: int = 1

    op = "concat"

    def follow(self, shapes: Sequence[Shape], check: Check) -> Followed:
        """The sum of the sizes along it; all other sizes must agree."""
        first = shapes[0]
        along = dimension(self.along, len(first), self.op)
        for shape in shapes[1:]:
            check(len(shape) == len(first), partial(_ranks, "concat", first, shape))
            for place, (one, other) in enumerate(zip(first, shape, strict=False)):
                if place != along:
                    check(
                        one == other,
                        partial(_uneven, along, one, other, first, shape),
                    )
        total = first[along]
        for shape in shapes[1:]:
            total = total + shape[along]
        moves: list[Move] = [None] * len(shapes)
        if along > 1 and check.exact:
            start = 0
            for place, shape in enumerate(shapes):
                moves[place] = tuple(
                    (i, Reach(1, 1, (range(-start, 1 - start),)) if i == along else None)
                    for i in range(len(shape))
                )
                start += shape[along]
        return Followed((*first[:along], total, *first[along + 1 :]), tuple(moves))


@dataclass(frozen=True)
class Elementwise:
    """Addition, multiplication and the like, of tensors whose sizes agree or are 1.

    ``parameters`` are those of inputs that are weights, as a bias in a file is.
    """

    op: str = "add"
    parameters: int = 0

    def follow(self, shapes: Sequence[Shape], check: Check) -> Followed:
        """The larger of the sizes in each dimension, counted from the last."""
        out = stretched(shapes, shapes, check)
        if not check.exact:
            return Followed(out)
        moves = tuple(_stretched(shape, out) for shape in shapes)
        return Followed(out, moves, self.parameters)


@dataclass(frozen=True)
class Expand:
    """The first input with its sizes of 1 repeated to the sizes of the second.

    With a ``target`` to those numbers, of which 1 leaves a size as it is (ONNX).
    """

    target: tuple[int, ...] = ()

    op = "expand"

    def follow(self, shapes: Sequence[Shape], check: Check) -> Followed:
        """The second's sizes."""
        both = (shapes[0], self.target or shapes[1])
        out = stretched(both, both, check)
        if not self.target:
            for one, size in zip(out, shapes[1], strict=False):
                check(one == size, partial(_unfit, one, size, *shapes))
        if not check.exact:
            return Followed(out)
        return Followed(out, (_stretched(shapes[0], out), *[()] * (len(shapes) - 1)))


def stretched(shapes: Sequence[Shape], whole: Sequence[Shape], check: Check) -> Shape:
    """The sizes of all in each dimension, counted from the last, where 1 fits any.

    ``whole`` are the shapes that a message shows.
    """
    dims = max(map(len, shapes))
    out: list[int] = list((1,) * (dims - len(shapes[0])) + shapes[0])
    for number, shape in enumerate(shapes[1:], start=1):
        for place, size in enumerate(shape, start=dims - len(shape)):
            one = out[place]
            if one is size:
                continue
            check(
                (one == size) | (one == 1) | (size == 1),
                partial(_unfit, one, size, whole[0], whole[number]),
            )
            out[place] = one * (one != 1) + size * (one == 1)
    return tuple(out)


def _stretched(shape: Shape, out: Sequence[int]) -> Move:
    """How the output of a broadcast reads one of its inputs."""
    front = len(out) - len(shape)
    if not front and shape == out:
        return None
    return tuple(
        (i + front, _ONE_CELL if size == 1 and out[i + front] != 1 else None)
        for i, size in enumerate(shape)
    )


def _ranks(op: str, one: Shape, other: Shape) -> str:
    return f"{op}: {written(one)} has {len(one) - 1} dimensions, {written(other)} {len(other) - 1}"


def _uneven(along: int, one: int, other: int, first: Shape, shape: Shape) -> str:
    return (
        f"Sizes of tensors must match except in dimension {along}. Expected size {one} but got "
        f"size {other}: {written(first)} and {written(shape)}"
    )


def _unfit(one: int, other: int, first: Shape, shape: Shape) -> str:
    return f"sizes do not fit: {one} against {other} ({written(first)} and {written(shape)})"
