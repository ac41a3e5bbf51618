"""How two sizes that were meant to be one may have parted: stories, each worked out by layers.

Law: a story is told only if its layers give exactly the two sizes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from convcalc.derivation import Step
from convcalc.explainer.arithmetic import (
    counted,
    doubled,
    halved,
    inputs_of,
    layer_between,
    steps_of,
)
from convcalc.explainer.words import KEPT, ROUNDED_UP, parameters
from convcalc.layers import Conv, Pool, TransposedConv, output_shape

DEEPEST = 6  # strides of 2 between the two ends of a skip
MOST_LOST = 256  # cells that convolutions without padding may have lost
UP = TransposedConv(3, 2, 1)  # doubles, short of one cell
UP_WHOLE = TransposedConv(3, 2, 1, output_padding=1)
DOWN = Conv(3, 2, 1)


class Story(NamedTuple):
    """One way in which two sizes part: its words, its repairs, and its steps."""

    words: str
    repairs: tuple[str, ...] = ()
    steps: tuple[tuple[str, tuple[Step, ...]], ...] = ()


def stories(small: int, large: int, framework: str) -> Iterator[Story]:
    """How ``small`` may have come to stand beside ``large``, the likeliest first."""
    lost = large - small
    if lost == 1 and small % 2:
        yield from _short_of_one(small, large, framework)
    depth = depth_of(small, large)
    if depth is not None:
        yield _floored(large, depth, framework)
    factor = large // small
    if factor > 1 and large == factor * small:
        if factor <= 2**DEEPEST:
            yield _scaled(small, factor, framework)
        if lost > 2:
            return  # a whole stride is the simpler way
    fits = lost % 2 == 0 and lost <= MOST_LOST and 2 * lost <= large
    if fits and output_shape(Conv(lost + 1), large) == (small,):
        yield _unpadded(small, large, lost, framework)


def depth_of(small: int, large: int) -> int | None:
    """The fewest halvings and doublings that turn ``large`` into ``small``, if any do.

    >>> depth_of(12, 13), depth_of(496, 500), depth_of(63, 64)
    (1, 3, None)
    """
    for depth in range(1, DEEPEST + 1):
        down = halved(large, depth)
        if len(down) <= depth:
            return None
        if doubled(down[-1], depth)[-1] == small:
            return depth
    return None


def pools(small: int, large: int, framework: str) -> str | None:
    """What a pool of 2 makes each of the two sizes of.

    >>> pools(63, 64, "pytorch")
    '63 is what a pool or stride of 2 makes of 126 and 127; 64 needs 128 or 129, or ceil_mode=True \
on 127'
    """
    less, more = inputs_of(small, 2, 2), inputs_of(large, 2, 2)
    if less is None or more is None:
        return None
    words = (
        f"{small} is what a pool or stride of 2 makes of {less[0]} and {less[1]}; {large} needs "
        f"{more[0]} or {more[1]}"
    )
    if rounds_up(less[1], large):
        words += f", or {ROUNDED_UP[framework]} on {less[1]}"
    return words


def rounds_up(n: int, output: int) -> bool:
    """Whether a pool of 2 that rounds up, by ceil mode and by "same" alike, makes this of ``n``."""
    ceil, same = Pool(2, ceil=True), Pool(2, padding="same")
    return output_shape(ceil, n) == output_shape(same, n) == (output,)


def _short_of_one(small: int, large: int, framework: str) -> Iterator[Story]:
    half = (small + 1) // 2
    if framework in ("pytorch", "onnxruntime") and output_shape(UP, half) == (small,):
        assert output_shape(UP_WHOLE, half) == (large,)
        yield Story(
            f"{small} is what a transposed convolution (k = 3, s = 2, p = 1) makes of {half} "
            f"without output padding, 2*({half}-1)+3-2*1 = {small}; with output_padding=1 it is "
            f"{large}",
            (
                (
                    f"output_padding=1 on the transposed convolution that gives {small}: "
                    f"2*({half}-1)+3-2*1+1 = {large}"
                ),
            ),
            steps_of(UP, [half]),
        )
    if output_shape(DOWN, small) == (half,):
        yield Story(
            f"{small} was rounded up to {half} on the way down (a stride of 2 with padding, or a "
            f"pool that rounds up) and doubled to {large} on the way up",
            steps=() if framework in ("pytorch", "onnxruntime") else steps_of(DOWN, [small]),
        )


def _floored(large: int, depth: int, framework: str) -> Story:
    down = halved(large, depth)
    up = doubled(down[-1], depth)
    way = " -> ".join(map(str, down + up[1:]))
    times = (
        "a pool or stride of 2 and a doubling"
        if depth == 1
        else (f"{depth} pools or strides of 2 and as many doublings")
    )
    repairs = []
    if depth == 1:
        half = down[1]
        if framework != "jax":
            valid = ", padding='valid'" if framework == "keras" else ""
            repairs.append(
                f"output_padding=1 on the transposed convolution from {half} (k = 2, s = 2{valid}):"
                f" 2*({half}-1)+2+1 = {output_shape(TransposedConv(2, 2, 0, 1, 1), half)[0]}"
            )
        best = layer_between(half, large, op="deconv", stride=2)
        if best is not None and framework in ("pytorch", "onnxruntime"):
            repairs.append(
                f"a transposed convolution that makes {large} of {half} by itself: "
                f"{parameters(framework, best)}"
            )
    return Story(
        f"{large} is not a multiple of {2**depth}: {times} make {way}",
        tuple(repairs),
        steps_of(Pool(2), [next(n for n in down if n % 2)]),
    )


def _scaled(small: int, factor: int, framework: str) -> Story:
    large = factor * small
    down, up = Conv(1, factor), TransposedConv(factor, factor)
    assert output_shape(down, large) == (small,)
    assert output_shape(up, small) == (large,)
    return Story(
        f"{large} = {factor}*{small}: one way has a stride or pool of {factor} more, or an "
        f"upsampling by {factor} less, than the other",
        (
            (
                "that stride on the other way as well, such as the shortcut of a residual block: a "
                f"convolution with {parameters(framework, down)} makes {small} of {large}"
            ),
            (
                f"or {small} back to {large}: a resize by {factor}, or a transposed convolution "
                f"with {parameters(framework, up)}"
            ),
        ),
        steps_of(down, [large]),
    )


def _unpadded(small: int, large: int, lost: int, framework: str) -> Story:
    layers = lost // 2
    if layers == 1:
        words, which = "a convolution with k = 3 and no padding loses 2 cells", "that convolution"
    else:
        words = f"{layers} convolutions with k = 3 and no padding lose 2 cells each"
        which = "each of them"
    kept = output_shape(Conv(3, padding=1), large)[0]
    return Story(
        f"{small} = {large}-{lost}: {words}"
        + ("" if layers == 1 else f", one with k = {lost + 1} loses {counted(lost)}"),
        (f"{KEPT[framework]} on {which}: with k = 3 and p = 1 the size stays {kept}",),
        steps_of(Conv(3), [large]) if layers == 1 else steps_of(Conv(lost + 1), [large]),
    )
