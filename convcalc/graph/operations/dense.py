"""Linear layers: every output reads a whole row of features.

Law: the features of the input must be those of the weight; that is where most networks fix the
size of their image.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from convcalc.graph.operations.base import (
    Check,
    Followed,
    Move,
    Shape,
    count,
    dimension,
    product,
    written,
)
from convcalc.graph.operations.joins import stretched


@dataclass(frozen=True)
class Linear:
    """A matrix applied along one dimension: the last (-1), or the channels (1).

    ``inward`` None takes what it gets, as lazy layers do.
    """

    outward: int
    inward: int | None = None
    bias: bool = True
    along: int = -1

    op = "linear"

    def follow(self, shapes: Sequence[Shape], check: Check) -> Followed:
        """The input's shape with other features; multiplications: in*out for every row."""
        shape = shapes[0]
        along = dimension(self.along, len(shape), self.op)
        features = shape[along]
        rows = product([size for place, size in enumerate(shape) if place != along])
        if self.inward is not None:
            check(
                features == self.inward,
                lambda: (
                    f"mat1 and mat2 shapes cannot be multiplied ({count(rows)}x{features} and "
                    f"{self.inward}x{self.outward}): the input {written(shape)} has {features} "
                    f"features, the layer expects {self.inward}"
                ),
            )
        out = (*shape[:along], self.outward, *shape[along + 1 :])
        weights = features * self.outward
        move: Move = tuple((None if i == along else i, None) for i in range(len(shape)))
        bias = self.outward if self.bias else 0
        return Followed(out, (move,), weights + bias, weights * rows)


@dataclass(frozen=True)
class MatMul:
    """The product of two tensors, as numpy's ``matmul``; ``parameters`` where one is a weight."""

    parameters: int = 0

    op = "matmul"

    def follow(self, shapes: Sequence[Shape], check: Check) -> Followed:
        """(..., a, b) and (..., b, c) give (..., a, c)."""
        one, other = shapes
        check(
            len(one) > 1 and len(other) > 1,
            lambda: "a matrix product wants two tensors of at least 2 dimensions",
        )
        check(
            one[-1] == other[-2],
            lambda: (
                f"mat1 and mat2 shapes cannot be multiplied ({one[-2]}x{one[-1]} and "
                f"{other[-2]}x{other[-1]})"
            ),
        )
        front_sizes = stretched((one[:-2], other[:-2]), shapes, check)
        shape = (*front_sizes, one[-2], other[-1])
        front = len(shape) - len(one), len(shape) - len(other)
        first: Move = (
            *((i + front[0], None) for i in range(len(one) - 1)),
            (None, None),
        )
        second: Move = (
            *((i + front[1], None) for i in range(len(other) - 2)),
            (None, None),
            (len(shape) - 1, None),
        )
        macs = product(shape) * one[-1]
        return Followed(shape, (first, second), self.parameters, macs)
