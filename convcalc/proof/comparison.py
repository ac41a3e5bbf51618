"""Two roads compared in every cell, exactly.

Law: a comparison is by value and by shape; the first difference is kept with its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np

from convcalc.numeric import Array, Cut
from convcalc.proof.records import Claim, Difference


def adjoint(
    left: tuple[Array, Array], right: tuple[Array, Array], left_name: str, right_name: str
) -> Claim:
    """Two inner products, which are one number each; none where the shapes differ."""
    values = [
        int((first * second).sum()) if first.shape == second.shape else None
        for first, second in (left, right)
    ]
    equal = None not in values and values[0] == values[1]
    return Claim(
        left_name, right_name, (), 1, int(not equal), None if equal else Difference((), *values)
    )


def compare(left_name: str, right_name: str, left: Array, right: Array) -> Claim:
    """Every cell of one road against the same cell of the other."""
    common: Cut = tuple(slice(min(pair)) for pair in zip(left.shape, right.shape, strict=True))
    unequal = np.asarray(left[common] != right[common])
    cells = max(left.size, right.size)
    different = int(np.count_nonzero(unequal)) + cells - unequal.size
    first = None
    if different:
        # Where all common cells are equal, the first difference is a cell that only one has.
        at = np.argwhere(unequal)[0] if unequal.any() else _beyond(left.shape, right.shape)
        index = tuple(map(int, at))
        first = Difference(index, _value(left, index), _value(right, index))
    return Claim(left_name, right_name, left.shape, cells, different, first)


def _beyond(left: Sequence[int], right: Sequence[int]) -> list[int]:
    """The first cell on the first axis where one shape is longer."""
    axis = next(axis for axis, (m, n) in enumerate(zip(left, right, strict=True)) if m != n)
    return [min(left[axis], right[axis]) if other == axis else 0 for other in range(len(left))]


def _value(array: Array, index: tuple[int, ...]) -> int | float | None:
    inside = all(i < n for i, n in zip(index, array.shape, strict=True))
    return cast("int | float", array[index].item()) if inside else None
