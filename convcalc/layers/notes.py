"""What a careful colleague would add to an answer: lost cells, useless outputs, crops, coverage.

Law: a remark is made from one axis' ``Window`` and its sizes, carries its numbers, and names a
way out. Nothing here changes an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import gcd

from convcalc.derivation import Remark
from convcalc.layers.axis import Axis, Worked, write_one
from convcalc.window import Window

MOST_PHASES_SHOWN = 12


def remarks(op: str, worked: Worked) -> Iterator[Remark]:
    """The remarks on one axis of an operation."""
    axis, n, window, o = worked.axis, worked.n, worked.window, worked.output
    if op == "deconv":
        yield from _transposed_crop(axis, window)
        yield from _transposed_padding_only(window, o)
        yield from _coverage(axis, window)
    else:
        yield from _crop(window, n)
        yield from _padding_only(window, n, o)
        yield from _unread(op, window, n, o)
        yield from _skipped(window, o)
    yield from _uneven_same(op, axis, window)
    yield from _half(op, axis, n, o)


def merged(per_axis: Iterable[Iterable[Remark]]) -> tuple[Remark, ...]:
    """The remarks of all axes, each once, saying which axes it is about where not all share it."""
    lists = [list(remarks_of_axis) for remarks_of_axis in per_axis]
    where: dict[Remark, list[int]] = {}
    for number, found in enumerate(lists, start=1):
        for remark in found:
            where.setdefault(remark, []).append(number)

    def placed(remark: Remark, numbers: list[int]) -> Remark:
        if len(numbers) == len(lists):
            return remark
        word = "axis" if len(numbers) == 1 else "axes"
        return Remark(
            remark.kind, f"{word} {', '.join(str(number) for number in numbers)}: {remark.message}"
        )

    return tuple(placed(remark, numbers) for remark, numbers in where.items())


def taps_by_phase(kernel: int, stride: int, dilation: int) -> Iterator[tuple[int, int]]:
    """How many outputs in ``stride`` receive how many taps: pairs (taps, number of phases).

    Tap t reaches phase ``d*t mod s``: only multiples of g = gcd(d, s), each of these s/g phases
    by ``k // (s/g)`` taps or one more. Source: Odena, Dumoulin, Olah, Deconvolution and
    Checkerboard Artifacts.

    >>> list(taps_by_phase(4, 2, 2)), list(taps_by_phase(3, 2, 1)), list(taps_by_phase(4, 2, 1))
    ([(4, 1), (0, 1)], [(2, 1), (1, 1)], [(2, 2)])
    """
    reached = stride // gcd(dilation, stride)
    taps, more = divmod(kernel, reached)
    if more:
        yield taps + 1, more
    if taps:
        yield taps, reached - more
    empty = stride - reached + (0 if taps else reached - more)
    if empty:
        yield 0, empty


def taps_at(kernel: int, stride: int, dilation: int, phase: int) -> int:
    """Taps of a transposed convolution's kernel that reach outputs of ``phase`` modulo stride.

    >>> [taps_at(3, 2, 1, phase) for phase in range(2)]
    [2, 1]
    """
    common = gcd(dilation, stride)
    if phase % common:
        return 0
    period = stride // common
    first = phase // common * pow(dilation // common, -1, period) % period if period > 1 else 0
    return (kernel - 1 - first) // period + 1 if first < kernel else 0


def _cells(count: int, what: str = "cell") -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _crop(window: Window, n: int) -> Iterator[Remark]:
    low, high = max(-window.padding_low, 0), max(-window.padding_high, 0)
    if low or high:
        yield Remark(
            "cropped-input",
            f"negative padding crops the input: {_cells(low)} before and {high} after are dropped, "
            f"{max(n - low - high, 0)} of {n} remain; a transposed convolution does the same with "
            "p > k_e-1. Use p = 0 or more to keep every cell",
        )


def _padding_only(window: Window, n: int, o: int) -> Iterator[Remark]:
    s, k_e, low = window.stride, window.effective_kernel, window.padding_low
    first = min(max(-((k_e - 1 - low) // s), 0), o)
    last = max(min(o + (-n - low) // s, o - first), 0)
    if first or last:
        limit = k_e - 1
        yield Remark(
            "padding-only",
            f"{first + last} of {_cells(o, 'output')} see only padding ({first} first, {last} "
            f"last): p = {write_one((low, window.padding_high))} is larger than k_e-1 = {limit}. "
            f"Use a padding of at most {limit} on each side",
        )


def _unread(op: str, window: Window, n: int, o: int) -> Iterator[Remark]:
    s = window.stride
    left = (window.padded(n) - window.effective_kernel) % s
    unread = min(left - max(window.padding_high, 0), n)
    if unread > 0:
        cells = "1 input cell is" if unread == 1 else f"{unread} input cells are"
        yield Remark(
            "unread-input",
            f"the last {cells} never read: the floor drops {left} of the padded input, "
            f"({window.padded(n)}-{window.effective_kernel}) mod {s} = {left}. An input of "
            f"{n + s - left}, or {s - left} more padding after, gives {o + 1}",
        )
    if left and op == "conv":
        yield Remark(
            "output-padding",
            f"the stride makes {o} of every size from {max(n - left, 1)} to {n - left + s - 1}: a "
            f"transposed convolution with the same k, s, p, d turns {o} back into {n} with output "
            f"padding a = {left}" + (f", into {n - left} without" if n > left else ""),
        )


def _skipped(window: Window, o: int) -> Iterator[Remark]:
    s, k, d = window.stride, window.size, window.window_dilation
    read = min(k, s // gcd(d, s))
    if read < s and o > 1:
        why = f"k = {k} is smaller than s = {s}" if d == 1 else f"k = {k}, d = {d}, s = {s}"
        yield Remark(
            "unread-input",
            f"{s - read} of every {s} neighbouring input cells are never read: {why}. Use a stride "
            f"of at most {read}" + (f", or a kernel of at least {s}" if gcd(d, s) == 1 else ""),
        )


def _transposed_crop(axis: Axis, window: Window) -> Iterator[Remark]:
    low, high = window.padding_low, window.padding_high
    if low < 0 or high < 0:
        k_e = window.effective_kernel
        what = "input" if axis.stride == 1 else "stretched input"
        direct = write_one((low, high))
        yield Remark(
            "cropped-input",
            f"p' = k_e-1-p = {direct} in the direct form: p is larger than k_e-1 = {k_e - 1}, so "
            f"{_cells(max(-low, 0))} before and {max(-high, 0)} after are cropped from the {what}, "
            f"as a convolution with p = {direct} would. Use p of at most {k_e - 1} to keep every "
            "cell",
        )


def _transposed_padding_only(window: Window, o: int) -> Iterator[Remark]:
    limit = window.effective_kernel - 1
    first = min(max(window.padding_low - limit, 0), o)
    last = min(max(window.padding_high - limit, 0), o - first)
    if first or last:
        yield Remark(
            "padding-only",
            f"{first + last} of {_cells(o, 'output')} see only padding ({first} first, {last} "
            f"last): the direct form pads {write_one((window.padding_low, window.padding_high))}, "
            f"more than k_e-1 = {limit}; output padding reveals computed cells only up to a = p. "
            "Use a smaller output padding, a larger kernel, or a padding of at least 0",
        )


def _coverage(axis: Axis, window: Window) -> Iterator[Remark]:
    k, s, d = axis.kernel, axis.stride, axis.dilation
    counts = list(taps_by_phase(k, s, d))
    if len(counts) == 1:
        return
    if s <= MOST_PHASES_SHOWN:
        # Position 0 of the output lies p cells into the uncropped one.
        start = window.effective_kernel - 1 - window.padding_low
        shown = ", ".join(str(taps_at(k, s, d, (start + step) % s)) for step in range(s))
        found = f"outputs in turn receive {shown} of the kernel's taps"
    else:
        parts = (f"{phases} of every {s} outputs receive {taps}" for taps, phases in counts)
        found = "; ".join(parts) + " of the kernel's taps"
    if gcd(d, s) > 1:
        way_out = (
            f"dilation {d} and stride {s} share the factor {gcd(d, s)}: no kernel size is even; "
            "use a dilation and a stride without a common factor"
        )
    else:
        below, above = k // s * s, -(-k // s) * s
        way_out = f"even kernels are multiples of the stride; nearest to {k}: " + (
            f"{below} and {above}"
            if below > 0 and k - below == above - k
            else str(below if below > 0 and k - below < above - k else above)
        )
    empty = any(taps == 0 for taps, _ in counts)
    yield Remark(
        "empty-coverage" if empty else "uneven-coverage",
        f"{'some outputs receive no input' if empty else 'uneven coverage (checkerboard)'}: "
        f"{found}; {way_out}",
    )


def _uneven_same(op: str, axis: Axis, window: Window) -> Iterator[Remark]:
    if axis.padding not in ("same", "same-lower"):
        return
    low, high = window.padding_low, window.padding_high
    if op == "deconv":
        crop = window.effective_kernel - axis.stride
        if crop <= 0 or crop % 2 == 0:
            return
        small, large = crop // 2, crop - crop // 2
        shares = (small, large) if axis.padding == "same" else (large, small)
        yield Remark(
            "same-extra-cell",
            f"same crops k_e-s = {crop} cells, {shares[0]} before and {shares[1]} after: the extra "
            "one after in Keras and TensorFlow (same), before in ONNX SAME_LOWER (same-lower). One "
            f"PyTorch layer cannot: take padding={small} and drop the extra cell yourself. An even "
            "k_e-s needs no choice",
        )
    elif low != high:
        yield Remark(
            "same-extra-cell",
            f"same pads {low} before and {high} after, one side more: the extra cell goes after in "
            "TensorFlow, Keras, JAX SAME, PyTorch and ONNX SAME_UPPER (same), before in ONNX and "
            "JAX SAME_LOWER (same-lower). An odd kernel with stride 1 needs no choice",
        )


def _half(op: str, axis: Axis, n: int, o: int) -> Iterator[Remark]:
    if axis.padding == "half" and op == "conv" and axis.stride == 1 and o != n:
        yield Remark(
            "half-padding",
            f"half padding keeps the size only for odd k without dilation: here {n} becomes {o}; "
            "same keeps it for every k",
        )
