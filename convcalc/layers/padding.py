"""Padding names become numbers, for convolution and pooling.

Law: after this file nobody asks what "same" means; a ``Window`` holds numbers only. (What the
names mean for a transposed convolution, which crops where the others pad, stands in
``transposed.py``.)
"""

from __future__ import annotations

from convcalc.derivation import Note, evaluate
from convcalc.formulas import (
    CAUSAL_PADDING,
    FULL_PADDING,
    HALF_PADDING,
    LARGE_HALF_HIGH,
    LARGE_HALF_LOW,
    SAME_OUTPUT,
    SAME_TOTAL,
    SMALL_HALF_HIGH,
    SMALL_HALF_LOW,
)
from convcalc.layers.axis import Axis, Pair, Worked, counted
from convcalc.window import PLAIN, PLAIN_EVENLY, Wording

TOO_LARGE = "kernel larger than the padded input"


def resolve(axis: Axis, k_e: int, n: int, note: Note | None = None) -> Pair:
    """The padding ``(before, after)`` of a convolution or pool on input size ``n``.

    Source: TensorFlow for ``same``, ONNX for ``same-lower``, the guide for ``half`` and ``full``.

    >>> resolve(Axis(3, 2, "same", 1), k_e=3, n=224)
    (0, 1)
    """
    name = axis.padding
    if not isinstance(name, str):
        return name
    match name:
        case "valid":
            return 0, 0
        case "half":
            p = evaluate(HALF_PADDING, note, axis.kernel)
            return p, p
        case "full":
            p = evaluate(FULL_PADDING, note, k_e)
            return p, p
        case "causal":
            return evaluate(CAUSAL_PADDING, note, k_e), 0
        case _:
            target = evaluate(SAME_OUTPUT, note, n, axis.stride)
            total = evaluate(SAME_TOTAL, note, target, axis.stride, k_e, n)
            return share(total, name, note)


def wording(axis: Axis) -> Wording:
    """How to write the padded input: ``n+2*p`` where the padding is one number for both sides."""
    match axis.padding:
        case (low, high):
            return PLAIN_EVENLY if low == high else PLAIN
        case "valid" | "half" | "full":
            return PLAIN_EVENLY
        case _:
            return PLAIN


def share(total: int, name: str, note: Note | None = None) -> Pair:
    """``total`` cells on two sides: the odd one after for ``same``, before for ``same-lower``.

    >>> share(3, "same"), share(3, "same-lower")
    ((1, 2), (2, 1))
    """
    if name == "same-lower":
        return evaluate(LARGE_HALF_LOW, note, total), evaluate(SMALL_HALF_HIGH, note, total)
    return evaluate(SMALL_HALF_LOW, note, total), evaluate(LARGE_HALF_HIGH, note, total)


def too_large(worked: Worked) -> str:
    """Why nothing comes out of a convolution or pool, and what would help."""
    n, window, (low, high) = worked.n, worked.window, worked.padding
    k_e = window.effective_kernel
    missing = k_e - window.padded(n)
    return (
        f"the kernel is larger than the padded input: k_e = {k_e} against n_p = "
        f"{n}{low:+d}{high:+d} = {window.padded(n)}; it needs an input of at least {n + missing}, "
        f"or {counted(missing, 'more cell')} of padding"
    )
