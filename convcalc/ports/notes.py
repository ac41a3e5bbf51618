"""What to know beside the code: why one layer cannot say it, and what only looks right.

Law: a note has its numbers. "Why" comes first where there is no single layer. What only one target
says stands in its file: its own reason in ``why``, the rest in ``remarks``.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

from convcalc.layers.axis import write
from convcalc.layers.origin import Origin
from convcalc.ports.code import Written, one
from convcalc.ports.keras import skips_inputs
from convcalc.ports.plan import Plan
from convcalc.ports.words import dropped, pads_words, same, usual


def remarks(
    plan: Plan, written: Written, target: ModuleType, title: str, *, numbers: bool
) -> tuple[str, ...]:
    """Every note of a port, the reason first; ``numbers``: some come from the input's size."""
    found: list[str] = []
    if not written.single:
        found.append(f"no single layer of {title} does this: {_why(plan, target)}")
    found += target.remarks(plan)
    found += _size(plan, written, numbers=numbers)
    if plan.origin.dialect == "keras" and plan.named and skips_inputs(plan):
        found.append(
            f"the kernel {write(plan.extent)} is smaller than the stride {write(plan.stride)}: the "
            "code gives what Keras documents (and JAX and XLA compute); TensorFlow's eager kernels "
            "of three axes start inside the input on a CPU"
        )
    found += _beside(plan.origin)
    return tuple(found)


def _why(plan: Plan, target: ModuleType) -> str:
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
    if plan.kind == "transposed" and plan.pads is None:
        return (
            f"the output size {write(plan.target)} is fixed, so the crop depends on the input size"
        )
    if plan.kind == "conv" and plan.mode != "zeros":
        pads = pads_words(plan.pads or ())
        return f"the padding is {plan.mode}, {pads}, which its layer does not say"
    return target.why(plan) or _common(plan)


def _common(plan: Plan) -> str:
    """The reason where the target has none of its own."""
    match plan.kind:
        case "transposed":
            return f"of the s(n-1)+k_e cells {dropped(*(plan.pads or ())[0])}"
        case "avg":
            return _why_average(plan)
        case "max":
            return _why_max(plan)
        case "conv" if plan.pads is not None:
            return f"a negative padding is a crop, {pads_words(plan.pads)}"
        case "conv":
            example = f"{pads_words(same(plan, usual(plan)))} for n = {write(usual(plan))}"
            return f"'{plan.rule}' with stride {one(plan.stride)} pads by the input size: {example}"


def _why_max(plan: Plan) -> str:
    if plan.rule == "ceil":
        return "it has no ceil mode: the cells that the last window lacks are padded with -inf"
    if plan.pads is None:
        return f"'{plan.rule}' with stride {one(plan.stride)} pads by the input size"
    return f"its pool pads with -inf; here, {pads_words(plan.pads)}"


def _why_average(plan: Plan) -> str:
    if plan.origin.divisor:
        return f"its average has no divisor of its own; here, {plan.origin.divisor}"
    if plan.rule == "ceil":
        return (
            "it has no ceil mode that counts the cells inside the padding only: the sums of all "
            "windows are divided by their counts"
        )
    counted = "every cell" if plan.origin.count_include_pad else "real cells only"
    pads = "by the input size" if plan.pads is None else pads_words(plan.pads)
    return f"the average over {counted} is padded {pads}"


def _size(plan: Plan, written: Written, *, numbers: bool) -> Iterator[str]:
    if written.needs_size:
        yield (
            "the padding depends on the input size: the code computes it from x.shape; give the "
            "input size for constants"
        )
    elif numbers and plan.size is not None:
        yield f"the numbers hold for an input of {write(plan.size)} alone"


def _beside(origin: Origin) -> Iterator[str]:
    if origin.activation:
        yield (
            f"activation {origin.activation} is not part of the code: apply it to what layer gives"
        )
