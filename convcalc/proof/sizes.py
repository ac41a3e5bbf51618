"""How large a proof is, and which size is proved where the one that was asked for is too large.

Law: counted before anything is made; a smaller size keeps the phase modulo the stride.
"""

from __future__ import annotations

from dataclasses import replace
from math import prod

from convcalc.errors import ConvcalcError
from convcalc.layers import Layer, Pool, TransposedConv, axes, work_out
from convcalc.layers.axis import spread, spread_padding, write
from convcalc.proof.records import BATCH, GROUPS, INWARD, OUTWARD

MOST_CELLS = 2**25  # in the largest array: 256 MiB of int64


def size_to_prove(layer: Layer, asked: tuple[int, ...] | None) -> tuple[int, ...]:
    """The input size to prove: what was asked for, or else the smallest that shows as much."""
    if asked is not None and cells_needed(layer, asked) <= MOST_CELLS:
        return asked
    smallest = _smallest(layer, asked)
    needed = cells_needed(layer, smallest)
    if needed <= MOST_CELLS:
        return smallest
    count = str(needed) if needed < 10**15 else "more than 10**15"
    raise ConvcalcError(
        f"too large to prove: even n = {write(smallest)} needs {count} cells or steps, "
        f"at most {MOST_CELLS} fit; {_largest(layer, len(smallest))}"
    )


def _smallest(layer: Layer, asked: tuple[int, ...] | None) -> tuple[int, ...]:
    """For each axis the smallest size with both borders, an interior and the phase of ``asked``.

    A window fits between the borders, and two strides more, after any cropping.
    """
    wanted = (None,) * (layer.rank or 1) if asked is None else asked
    sizes = []
    for axis, n in zip(axes(layer, len(wanted)), wanted, strict=True):
        window = layer.work_out(axis, n or 1).window
        crops = max(-window.padding_low, 0) + max(-window.padding_high, 0)
        stretched = window.effective_kernel + crops + 2 * window.stride * window.base_dilation
        least = -(-(stretched - 1) // window.base_dilation) + 1
        sizes.append(least if n is None else min(n, least + (n - least) % window.stride))
    return tuple(sizes)


def cells_needed(layer: Layer, size: tuple[int, ...]) -> int:
    """The cells of the largest array of a proof, generously."""
    works = list(work_out(layer, size))
    n, o = prod(work.n for work in works), prod(work.output for work in works)
    kernel = prod(work.axis.kernel for work in works)
    laid_out = prod(
        max(work.n, work.output, work.window.stretched(work.n), work.window.padded(work.n))
        + work.window.effective_kernel
        + work.output_padding
        for work in works
    )
    # The square of the kernel stands for the time of a step for each tap.
    if isinstance(layer, Pool):
        matrix = (layer.kind == "avg") * n * o
        return max(BATCH * GROUPS * INWARD * max(laid_out, kernel * o), matrix, kernel**2)
    columns = BATCH * GROUPS * OUTWARD * max(laid_out, kernel * n, kernel * o)
    return max(columns, INWARD * OUTWARD * n * o, kernel**2)


def _largest(layer: Layer, rank: int) -> str:
    """Up to which number every parameter could go, for the proof to fit."""

    def fits(most: int) -> bool:
        smaller = _limited(layer, rank, most)
        return cells_needed(smaller, _smallest(smaller, None)) <= MOST_CELLS

    if not fits(1):
        return f"with {rank} axes none does"
    low, high = 1, _greatest(layer, rank)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return f"the largest that fits has no k, s, d or p above {low}"


def _greatest(layer: Layer, rank: int) -> int:
    """The largest k, s, d or p of a layer."""
    numbers = [number for axis in axes(layer, rank) for number in (axis[0], axis[1], axis[3])]
    pairs = [axis.padding for axis in axes(layer, rank) if isinstance(axis.padding, tuple)]
    return max(*numbers, *(abs(side) for pair in pairs for side in pair))


def _limited(layer: Layer, rank: int, most: int) -> Layer:
    """The layer on ``rank`` axes with no parameter above ``most``."""
    assert layer.stride is not None
    kernel, stride, dilation = (
        tuple(min(value, most) for value in spread(values, rank))
        for values in (layer.kernel, layer.stride, layer.dilation)
    )
    padding = layer.padding
    if not isinstance(padding, str):
        padding = tuple(
            (max(-most, min(pair[0], most)), max(-most, min(pair[1], most)))
            for pair in spread_padding(padding, rank)
            if isinstance(pair, tuple)
        )
    if isinstance(layer, TransposedConv):
        after = tuple(
            min(a, max(s, d) - 1)
            for a, s, d in zip(spread(layer.output_padding, rank), stride, dilation, strict=True)
        )
        return TransposedConv(kernel, stride, padding, dilation, after)
    return replace(layer, kernel=kernel, stride=stride, padding=padding, dilation=dilation)
