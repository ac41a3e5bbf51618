"""What to know beside the code: why one layer cannot say it, and what only looks right.

Law: a note has its numbers. "Why" comes first where there is no single layer; a near miss has the
same output size and other values, and says by how many cells.
"""

from __future__ import annotations

from collections.abc import Iterator

from convcalc.layers.axis import Pair, write
from convcalc.layers.origin import Origin
from convcalc.ports.code import Written, one
from convcalc.ports.keras import crops, skips_inputs
from convcalc.ports.plan import Ints, Pairs, Plan

TITLES = {
    "pytorch": "PyTorch",
    "keras": "Keras",
    "flax": "Flax",
    "jax": "jax.lax",
    "onnx": "ONNX",
}


def remarks(plan: Plan, written: Written, to: str, *, numbers: bool) -> tuple[str, ...]:
    """Every note of a port, the reason first; ``numbers``: some come from the input's size."""
    found: list[str] = []
    if not written.single:
        found.append(f"no single layer of {TITLES[to]} does this: {_why(plan, to)}")
    found += _near_misses(plan, to)
    found += _size(plan, written, numbers=numbers)
    found += _kernel(plan, to)
    if plan.origin.dialect == "keras" and plan.named and skips_inputs(plan):
        found.append(
            f"the kernel {write(plan.extent)} is smaller than the stride {write(plan.stride)}: the "
            "code gives what Keras documents (and JAX and XLA compute); TensorFlow's eager kernels "
            "of three axes start inside the input on a CPU"
        )
    if plan.origin.dialect == "flax" and plan.size is None and to in ("pytorch", "onnx"):
        most = {"reflect": "less than n", "circular": "at most n"}.get(plan.mode)
        if most and plan.kind == "conv":
            found.append(
                f"{TITLES[to]} pads {most} cells ({plan.mode}), Flax any number: give the size "
                f"(--n) for an input this small ({_pads(plan.pads or ())})"
            )
    found += _beside(plan.origin)
    return tuple(found)


def _pads(pads: Pairs) -> str:
    """``0 before and 1 after``, per axis where they differ."""
    words = [f"{low} before and {high} after" for low, high in pads]
    return words[0] if len(set(words)) == 1 else ", ".join(words)


def _why(plan: Plan, to: str) -> str:
    """The reason, with numbers, why one layer is not enough."""
    if plan.rule == "circular":
        return (
            "only Flax folds a circular output: the whole transposed convolution is cut into "
            f"periods of n*{one(plan.stride)} cells and these are added"
        )
    if max(plan.stretch) > 1:
        return (
            f"it has no input dilation: the convolution of an input stretched by "
            f"{one(plan.stretch)} is a transposed convolution with stride {one(plan.stretch)}, of "
            f"which every {one(plan.stride)}-th cell is kept"
        )
    match plan.kind:
        case "transposed":
            return _why_transposed(plan, to)
        case "conv":
            return _why_conv(plan, to)
        case "max":
            return _why_max(plan, to)
        case _:
            return _why_average(plan)


def _why_transposed(plan: Plan, to: str) -> str:
    if plan.pads is None:
        return (
            f"the output size {write(plan.target)} is fixed, so the crop depends on the input size"
        )
    if to == "keras" and plan.origin.groups > 1:
        return f"Conv{plan.rank}DTranspose has no groups: one for each of {plan.origin.groups}"
    if to == "keras" and max(plan.dilation) > 1:
        return (
            "Keras refuses strides with dilation_rate and TensorFlow has no dilated transposed "
            f"convolution on a CPU: the kernel is dilated by hand to {write(plan.extent)}"
        )
    low, high, k_e, s, d = next(
        (low, high, k_e, s, d)
        for (low, high), k_e, s, d in zip(
            plan.pads, plan.extent, plan.stride, plan.dilation, strict=True
        )
        if to != "pytorch" or low < 0 or not 0 <= low - high < max(s, d)
    )
    here = f"of the s(n-1)+k_e cells {_dropped(low, high)}"
    if to == "pytorch":
        apart = f"{low}-{high}" if high >= 0 else f"{low}+{-high}"
        return (
            f"ConvTranspose{plan.rank}d drops as many cells in front as padding says, and "
            f"padding - output_padding behind, with 0 <= output_padding < {max(s, d)}; here, {here}"
            + ("" if low < 0 else f": output_padding would be {apart} = {low - high}")
        )
    if to == "keras":
        total = max(k_e - s, 0)
        return (
            f"Conv{plan.rank}DTranspose drops nothing (valid) or {total // 2} in front and "
            f"{total - total // 2} behind (same); here, {here}"
        )
    return f"pads are at least 0 and output_padding is below the stride {s}; here, {here}"


def _dropped(low: int, high: int) -> str:
    if min(low, high) >= 0:
        return f"{low} are dropped in front and {high} behind"
    words = [
        f"{cells} are dropped {where}" if cells >= 0 else f"{-cells} zeros are added {where}"
        for cells, where in ((low, "in front"), (high, "behind"))
    ]
    return " and ".join(words)


def _why_conv(plan: Plan, to: str) -> str:
    if plan.mode != "zeros":
        return f"the padding is {plan.mode}, {_pads(plan.pads or ())}, which its layer does not say"
    if to == "keras" and max(plan.dilation) > 1 and (max(plan.stride) > 1 or plan.rank == 3):
        return _by_hand(plan)
    if plan.pads is None:
        n = _usual(plan)
        pads = _same(plan, n)
        return (
            f"'{plan.rule}' with stride {one(plan.stride)} pads by the input size: "
            f"{_pads(pads)} for n = {write(n)}"
        )
    reason = {
        "pytorch": f"Conv{plan.rank}d pads both sides alike; here",
        "keras": f"Conv{plan.rank}D pads by name only; here",
    }.get(to, "a negative padding is a crop")
    return f"{reason}, {_pads(plan.pads)}"


def _by_hand(plan: Plan) -> str:
    if max(plan.stride) == 1:
        reason = "TensorFlow has no dilated convolution of three axes on a CPU"
    else:
        reason = (
            f"Keras refuses strides {one(plan.stride)} together with dilation_rate "
            f"{one(plan.dilation)}"
        )
    return f"{reason}: the kernel is dilated by hand to {write(plan.extent)}"


def _why_max(plan: Plan, to: str) -> str:
    if to == "keras" and max(plan.dilation) > 1:
        return f"its pools have no dilation; here, {one(plan.dilation)}"
    if plan.rule == "ceil" and to != "onnx":
        return "it has no ceil mode: the cells that the last window lacks are padded with -inf"
    if plan.pads is None:
        return f"'{plan.rule}' with stride {one(plan.stride)} pads by the input size"
    limit = f", at most k//2 = {write(tuple(k // 2 for k in plan.kernel))}"
    more = f" and both sides alike{limit}" if to == "pytorch" else ""
    return f"its pool pads with -inf{more}; here, {_pads(plan.pads)}"


def _why_average(plan: Plan) -> str:
    if plan.origin.divisor:
        return f"its average has no divisor of its own; here, {plan.origin.divisor}"
    if plan.rule == "ceil":
        return (
            "it has no ceil mode that counts the cells inside the padding only: the sums of all "
            "windows are divided by their counts"
        )
    counted = "every cell" if plan.origin.count_include_pad else "real cells only"
    pads = "by the input size" if plan.pads is None else _pads(plan.pads)
    return f"the average over {counted} is padded {pads}"


def _usual(plan: Plan) -> Ints:
    """The input size that an example is given for: the one asked for, or s times a few."""
    if plan.size is not None:
        return plan.size
    return tuple(s * (k_e + 2) for k_e, s in zip(plan.extent, plan.stride, strict=True))


def _same(plan: Plan, size: Ints) -> Pairs:
    """TensorFlow's SAME for an input of ``size``."""
    pads: list[Pair] = []
    for n, k_e, s in zip(size, plan.extent, plan.stride, strict=True):
        total = max((-(-n // s) - 1) * s + k_e - n, 0)
        low = total - total // 2 if plan.rule == "same-lower" else total // 2
        pads.append((low, total - low))
    return tuple(pads)


def _near_misses(plan: Plan, to: str) -> Iterator[str]:
    if plan.kind == "transposed" and plan.pads is not None and plan.rule != "circular":
        yield from _near_transposed(plan, plan.pads, to)
    elif plan.kind == "conv" and plan.mode == "zeros" and max(plan.stretch) == 1:
        yield from _near_conv(plan, to)


def _cells(mine: Ints, theirs: Ints) -> str:
    """``one cell``, ``2 cells``, ``0x1 cells``: how far apart, per axis where that differs."""
    cells = tuple(abs(a - b) for a, b in zip(mine, theirs, strict=True))
    if len(set(cells)) > 1:
        return f"{write(cells)} cells"
    return "one cell" if cells[0] == 1 else f"{cells[0]} cells"


def _shift(mine: Ints, theirs: Ints) -> str:
    return f"every value is shifted by {_cells(mine, theirs)}"


def _starts(mine: Ints, theirs: Ints) -> str:
    if any(a > b for a, b in zip(mine, theirs, strict=True)):
        return f"every window starts {_cells(mine, theirs)} too early"
    return f"every window starts {_cells(mine, theirs)} too late"


def _near_transposed(plan: Plan, pads: Pairs, to: str) -> Iterator[str]:
    lows = tuple(low for low, _ in pads)
    totals = [low + high for low, high in pads]
    if to == "pytorch":
        halves = tuple(max(-(-total // 2), 0) for total in totals)
        extras_ = tuple(2 * half - total for half, total in zip(halves, totals, strict=True))
        legal = all(
            0 <= a < max(s, d) for a, s, d in zip(extras_, plan.stride, plan.dilation, strict=True)
        )
        if legal and halves != lows:
            more = f", output_padding={one(extras_)}" if any(extras_) else ""
            yield (
                f"near miss: padding={one(halves)}{more} has the same shape; {_shift(halves, lows)}"
            )
    if to == "keras" and max(plan.dilation) == 1:
        dropped = [
            crops(k_e, s, "same", None) for k_e, s in zip(plan.extent, plan.stride, strict=True)
        ]
        theirs = tuple(low for low, _ in dropped)
        if list(map(sum, dropped)) == totals and theirs != lows:
            yield f'near miss: padding="same" has the same shape; {_shift(theirs, lows)}'
    if to in ("flax", "jax") and all(low == high >= 0 for low, high in pads):
        emulated = tuple(k_e - 1 - low for k_e, low in zip(plan.extent, lows, strict=True))
        if emulated != lows:
            grown = [2 * (low - k_e + 1 + low) for low, k_e in zip(lows, plan.extent, strict=True)]
            yield (
                f"near miss: padding {one(lows)} on each side, as PyTorch counts it, pads the "
                f"stretched input: p' = k_e-1-p = {one(emulated)} is meant; the output would be "
                f"{one(tuple(abs(cells) for cells in grown))} cells "
                f"{'larger' if grown[0] > 0 else 'smaller'}"
            )
    if to == "onnx":
        total = [k_e - s for k_e, s in zip(plan.extent, plan.stride, strict=True)]
        lower = tuple(t - t // 2 for t in total)
        if totals == total and min(total) >= 0 and lower != lows:
            yield f'near miss: auto_pad="SAME_LOWER" has the same shape; {_shift(lower, lows)}'


def _near_conv(plan: Plan, to: str) -> Iterator[str]:
    size = _usual(plan)
    pads = plan.pads if plan.pads is not None else _same(plan, size)
    filled = plan._replace(pads=pads)
    output = filled.output(size)
    lows = tuple(low for low, _ in pads)
    where = f" for n = {write(size)}" if max(plan.stride) > 1 else ""
    if to == "pytorch":
        halves = tuple(max(-(-(low + high) // 2), 0) for low, high in pads)
        if halves == lows or any(low == high for low, high in pads):
            return
        even = filled._replace(pads=tuple((half, half) for half in halves))
        if even.output(size) == output:
            yield (
                f"near miss: padding={one(halves)} has the same shape{where}; "
                f"{_starts(halves, lows)}"
            )
        return
    named = _same(plan._replace(rule="same"), size)
    if plan.named or tuple(low for low, _ in named) == lows:
        return
    if filled._replace(pads=named).output(size) == output:
        word = {"onnx": 'auto_pad="SAME_UPPER"', "keras": 'padding="same"'}.get(to, "'SAME'")
        yield (
            f"near miss: {word} has the same shape{where}, but pads {_pads(named)} instead of "
            f"{_pads(pads)}; {_starts(tuple(low for low, _ in named), lows)}"
        )


def _size(plan: Plan, written: Written, *, numbers: bool) -> Iterator[str]:
    if written.needs_size:
        yield (
            "the padding depends on the input size: the code computes it from x.shape; give the "
            "size (--n) for constants"
        )
    elif numbers and plan.size is not None:
        yield f"the numbers hold for an input of {write(plan.size)} alone"


def _kernel(plan: Plan, to: str) -> Iterator[str]:
    if plan.kind != "transposed":
        return
    if to == "flax" and plan.origin.rotated and plan.origin.groups == 1:
        yield (
            "transpose_kernel=True stamps the kernel as it is; Flax's default, False, has the same "
            "shape with the kernel rotated"
        )
    elif to == "jax" and plan.origin.rotated:
        yield "a convolution of the stretched input reads the kernel rotated: convert rotates it"
    elif not plan.origin.rotated and to not in ("flax", "jax"):
        yield "JAX's transpose_kernel=False does not rotate the kernel: convert does"


def _beside(origin: Origin) -> Iterator[str]:
    if origin.activation:
        yield (
            f"activation {origin.activation} is not part of the code: apply it to what layer gives"
        )
