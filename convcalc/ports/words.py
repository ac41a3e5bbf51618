"""Words that the notes of several targets share.

Law: a near miss has the same output size and other values, and says by how many cells.
"""

from __future__ import annotations

from collections.abc import Iterator

from convcalc.layers.axis import Pair, write
from convcalc.ports.plan import Ints, Pairs, Plan


def pads_words(pads: Pairs) -> str:
    """``0 before and 1 after``, per axis where they differ."""
    words = [f"{low} before and {high} after" for low, high in pads]
    return words[0] if len(set(words)) == 1 else ", ".join(words)


def dropped(low: int, high: int) -> str:
    """What a transposed convolution drops or adds at both ends."""
    if min(low, high) >= 0:
        return f"{low} are dropped in front and {high} behind"
    words = [
        f"{cells} are dropped {where}" if cells >= 0 else f"{-cells} zeros are added {where}"
        for cells, where in ((low, "in front"), (high, "behind"))
    ]
    return " and ".join(words)


def usual(plan: Plan) -> Ints:
    """The input size that an example is given for: the one asked for, or s times a few."""
    if plan.size is not None:
        return plan.size
    return tuple(s * (k_e + 2) for k_e, s in zip(plan.extent, plan.stride, strict=True))


def same(plan: Plan, size: Ints) -> Pairs:
    """TensorFlow's SAME for an input of ``size``."""
    pads: list[Pair] = []
    for n, k_e, s in zip(size, plan.extent, plan.stride, strict=True):
        total = max((-(-n // s) - 1) * s + k_e - n, 0)
        low = total - total // 2 if plan.rule == "same-lower" else total // 2
        pads.append((low, total - low))
    return tuple(pads)


def _cells(mine: Ints, theirs: Ints) -> str:
    """``one cell``, ``2 cells``, ``0x1 cells``: how far apart, per axis where that differs."""
    cells = tuple(abs(a - b) for a, b in zip(mine, theirs, strict=True))
    if len(set(cells)) > 1:
        return f"{write(cells)} cells"
    return "one cell" if cells[0] == 1 else f"{cells[0]} cells"


def shift(mine: Ints, theirs: Ints) -> str:
    """How far every value lies from where it should."""
    return f"every value is shifted by {_cells(mine, theirs)}"


def starts(mine: Ints, theirs: Ints) -> str:
    """Where every window starts instead."""
    if any(a > b for a, b in zip(mine, theirs, strict=True)):
        return f"every window starts {_cells(mine, theirs)} too early"
    return f"every window starts {_cells(mine, theirs)} too late"


def near_conv(plan: Plan, word: str) -> Iterator[str]:
    """That a target's "same", ``word``, gives a convolution's size with other values."""
    if not plain_conv(plan):
        return
    size = usual(plan)
    pads = plan.pads if plan.pads is not None else same(plan, size)
    lows = tuple(low for low, _ in pads)
    named = same(plan._replace(rule="same"), size)
    theirs = tuple(low for low, _ in named)
    if plan.named or theirs == lows:
        return
    filled = plan._replace(pads=pads)
    if filled._replace(pads=named).output(size) == filled.output(size):
        yield (
            f"near miss: {word} has the same shape{for_size(plan)}, but pads {pads_words(named)} "
            f"instead of {pads_words(pads)}; {starts(theirs, lows)}"
        )


def for_size(plan: Plan) -> str:
    """The size that a near miss is worked out for, where it depends on it."""
    return f" for n = {write(usual(plan))}" if max(plan.stride) > 1 else ""


def plain_conv(plan: Plan) -> bool:
    """Whether it is a convolution as every framework has it: zeros around, none within."""
    return plan.kind == "conv" and plan.mode == "zeros" and max(plan.stretch) == 1


def crops_of(plan: Plan) -> Pairs | None:
    """What a transposed convolution drops at both ends, where that is all that decides."""
    return plan.pads if plan.kind == "transposed" and plan.rule != "circular" else None


def turned(plan: Plan) -> Iterator[str]:
    """For a target whose transposed kernels lie as PyTorch's."""
    if plan.kind == "transposed" and not plan.origin.rotated:
        yield "JAX's transpose_kernel=False does not rotate the kernel: convert does"


def pads_at_most(plan: Plan, title: str) -> Iterator[str]:
    """For a target that cannot reflect or wrap further than the input is long, as Flax can."""
    most = {"reflect": "less than n", "circular": "at most n"}.get(plan.mode)
    if plan.origin.dialect == "flax" and plan.size is None and most and plan.kind == "conv":
        yield (
            f"{title} pads {most} cells ({plan.mode}), Flax any number: give the size "
            f"for an input this small ({pads_words(plan.pads or ())})"
        )
