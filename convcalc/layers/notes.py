"""What a careful colleague would add to an answer: lost cells, useless outputs, crops, coverage.

Law: a remark is made from one axis' ``Window`` and its sizes, carries its numbers, and names a
way out. Nothing here changes an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import gcd

from convcalc.derivation import Note, Remark, evaluate
from convcalc.formulas import (
    GREATEST_SIZE,
    LEAST_SIZE,
    PARTNER_OUTPUT_PADDING,
    PARTNER_OUTPUT_PADDING_EVENLY,
    PARTNER_SIZE,
    SAME_GREATEST_SIZE,
    SAME_LEAST_SIZE,
)
from convcalc.layers.axis import Worked, counted, write_one

MOST_PHASES_SHOWN = 12
MOST_LISTED = 200_000  # reads that are listed one by one to find the holes of a dilation


def of_conv(worked: Worked) -> Iterator[Remark]:
    """The remarks on one axis of a convolution."""
    yield from _crop(worked)
    yield from _padding_only(worked)
    yield from _unread(worked)
    yield from _partner(worked)
    yield from _uneven_same(worked, ", PyTorch" if worked.axis.stride == 1 else "")
    yield from _half(worked)


def of_pool(worked: Worked) -> Iterator[Remark]:
    """The remarks on one axis of a pool."""
    yield from _crop(worked)
    yield from _padding_only(worked)
    yield from _unread(worked, may_ceil=True)
    yield from _uneven_same(worked)


def of_transposed(worked: Worked) -> Iterator[Remark]:
    """The remarks on one axis of a transposed convolution."""
    yield from _transposed_crop(worked)
    yield from _transposed_padding_only(worked)
    yield from _coverage(worked)
    yield from _between_taps(worked)
    yield from _transposed_same(worked)


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


def unread_between(kernel: int, stride: int, dilation: int) -> int:
    """Of ``stride`` neighbouring input cells, how many a convolution's windows leave unread.

    >>> [unread_between(kernel, 3, 1) for kernel in (1, 2, 3)], unread_between(3, 2, 2)
    ([2, 1, 0], 1)
    """
    return stride - min(kernel, stride // gcd(dilation, stride))


def padding_only(worked: Worked) -> tuple[int, int]:
    """How many of the first and of the last outputs see only padding, whatever the dilation.

    >>> from convcalc.layers import Conv, work_out
    >>> padding_only(next(work_out(Conv(3, padding=3), 2)))
    (1, 1)
    """
    window, o = worked.window, worked.output
    s, k_e, low = window.stride, window.effective_kernel, window.padding_low
    # Output j covers s*j-low to s*j-low+k_e-1: before the input for j < (low-k_e+1)/s, rounded up,
    # behind it from j = (n+low)/s on, rounded up, where n is the stretched input.
    first = min(max(-((k_e - 1 - low) // s), 0), o)
    last = max(min(o + (-window.stretched(worked.n) - low) // s, o - first), 0)
    return first, last


def unread_cells(worked: Worked) -> int | None:
    """Input cells, without those that are cropped, that no output reads; None: too many to list.

    >>> from convcalc.layers import Conv, work_out
    >>> unread_cells(next(work_out(Conv(3, dilation=2), 5)))
    2
    """
    listed = _reads(worked)
    return None if listed is None else _kept(worked) - len({i for cells in listed for i in cells})


def blind(worked: Worked) -> int:
    """How many outputs see only padding, those between the taps of a dilation with them.

    Where these are too many to list, those at both ends alone.

    >>> from convcalc.layers import Conv, work_out
    >>> blind(next(work_out(Conv(2, padding=3, dilation=4), 2)))
    2
    """
    listed = _reads(worked) if worked.window.window_dilation > 1 else None
    return sum(padding_only(worked)) if listed is None else sum(not cells for cells in listed)


def _kept(worked: Worked) -> int:
    """Input cells that a negative padding leaves."""
    window = worked.window
    return max(worked.n - max(-window.padding_low, 0) - max(-window.padding_high, 0), 0)


def _crop(worked: Worked) -> Iterator[Remark]:
    low, high = (max(-side, 0) for side in worked.padding)
    if low or high:
        yield Remark(
            "cropped-input",
            f"negative padding crops the input: {counted(low)} before and {high} after are "
            f"dropped, {max(worked.n - low - high, 0)} of {worked.n} remain; a transposed "
            "convolution does the same with p > k_e-1. Use p = 0 or more to keep every cell",
        )


def _padding_only(worked: Worked) -> Iterator[Remark]:
    """Outputs whose window begins behind the input or ends before it; with holes, all of them."""
    window, o, low = worked.window, worked.output, worked.window.padding_low
    first, last = padding_only(worked)
    found, inside, d = blind(worked), "", window.window_dilation
    if found > first + last:
        inside = f", {found - first - last} between taps that lie {d} apart"
    if found:
        limit = window.effective_kernel - 1
        way_out = (
            f"p = {write_one((low, window.padding_high))} is larger than k_e-1 = {limit}. Use a "
            f"padding of at most {limit} on each side"
            if max(low, window.padding_high) > limit
            else "Use a smaller dilation"
        )
        yield Remark(
            "padding-only",
            f"{found} of {counted(o, 'output')} see only padding ({first} first, {last} last"
            f"{inside}): {way_out}",
        )


def _reads(worked: Worked) -> list[list[int]] | None:
    """The inputs that each output reads; None where that is too much to list."""
    window = worked.window
    if worked.output * window.size > MOST_LISTED:
        return None
    taps = range(0, window.effective_kernel, window.window_dilation)
    starts = (window.stride * j - window.padding_low for j in range(worked.output))
    # An input cell in every so many of the stretched input's.
    inputs = range(0, window.stretched(worked.n), window.base_dilation)
    return [[cell for tap in taps if (cell := start + tap) in inputs] for start in starts]


def _unread(worked: Worked, *, may_ceil: bool = False) -> Iterator[Remark]:
    """Input cells that no output reads: what the floor drops, what lies between windows or taps."""
    window, n, o = worked.window, worked.n, worked.output
    s, k, d, k_e = window.stride, window.size, window.window_dilation, window.effective_kernel
    left = (window.padded(n) - k_e) % s
    # One more window would begin s cells after the last one, behind whatever gap a stride leaves.
    helps = s * o - window.padding_low < n - max(-window.padding_high, 0)
    tail = min(left - max(window.padding_high, 0), _kept(worked))
    unread = unread_cells(worked)
    told = unread == 0
    if not told and tail > 0 and helps:
        told = True
        cells = "input cell is" if tail == 1 else f"{tail} input cells are"
        more = f"an input of {n + s - left}, or {s - left} more padding after, gives {o + 1}"
        if may_ceil:
            begins = window.padded(n) + s - left - k_e
            ceil = begins < n + window.padding_low
            more = (
                f"ceil mode gives {o + 1}" if ceil else f"an input of {n + s - left} gives {o + 1}"
            )
        yield Remark(
            "unread-input",
            f"the last {cells} never read: the floor drops {left} of the padded input, "
            f"({window.padded(n)}-{k_e}) mod {s} = {left}; {more}",
        )
    read = s - unread_between(k, s, d)
    if read < s and o > 1 and unread != 0:
        told = True
        why = f"k = {k} is smaller than s = {s}" if d == 1 else f"k = {k}, d = {d}, s = {s}"
        yield Remark(
            "unread-input",
            f"{s - read} of every {s} neighbouring input cells are never read: {why}. Use a stride "
            f"of at most {read}" + (f", or a kernel of at least {s}" if gcd(d, s) == 1 else ""),
        )
    if not told and d > 1 and unread:
        yield Remark(
            "unread-input",
            f"{unread} of {counted(n, 'input cell')} are never read: the taps lie {d} cells apart "
            f"and the kernel has {counted(o, 'position')}. Use a smaller dilation, or a larger "
            "input",
        )


def _partner(worked: Worked) -> Iterator[Remark]:
    """What leads a strided convolution's output size back."""
    axis, n, o = worked.axis, worked.n, worked.output
    a, least, greatest = sharing(worked, None)
    if a == 0:
        return
    p = write_one(worked.padding)
    without = evaluate(PARTNER_SIZE, None, n, a)
    shared = {0: f"size {n} alone gives", 1: f"sizes {least} and {greatest} both give"}
    giving = shared.get(greatest - least, f"sizes {least} to {greatest} all give")
    yield Remark(
        "output-padding",
        f"input {giving} {o}: a transposed convolution "
        f"with k = {axis.kernel}, s = {axis.stride}, p = {p}, d = {axis.dilation} turns {o} back "
        f"into {n} with output padding a = {a}"
        + (f", into {without} without" if without > 0 else ""),
    )


def sharing(worked: Worked, note: Note | None) -> tuple[int, int, int]:
    """A convolution's rest a, and the least and greatest input size with the same output size.

    >>> from convcalc.layers import Conv, work_out
    >>> sharing(next(work_out(Conv(3, 2, 1), 6)), None)
    (1, 5, 6)
    """
    axis, n, o = worked.axis, worked.n, worked.output
    low, high = worked.padding
    formula = PARTNER_OUTPUT_PADDING_EVENLY if low == high else PARTNER_OUTPUT_PADDING
    k_e = worked.window.effective_kernel
    a = evaluate(formula, note, n, low, high, k_e, axis.stride)
    if axis.padding in ("same", "same-lower"):
        # Here the padding follows the size, and so do the sizes that share an output.
        return (
            a,
            evaluate(SAME_LEAST_SIZE, note, axis.stride, o),
            evaluate(SAME_GREATEST_SIZE, note, axis.stride, o),
        )
    return (
        a,
        evaluate(LEAST_SIZE, note, n, a),
        evaluate(GREATEST_SIZE, note, n, a, axis.stride),
    )


def _transposed_crop(worked: Worked) -> Iterator[Remark]:
    window = worked.window
    low, high = window.padding_low, window.padding_high
    if low < 0 or high < 0:
        k_e = window.effective_kernel
        what = "input" if worked.axis.stride == 1 else "stretched input"
        direct = write_one((low, high))
        yield Remark(
            "cropped-input",
            f"p' = k_e-1-p = {direct} in the direct form: p is larger than k_e-1 = {k_e - 1}, so "
            f"{counted(max(-low, 0))} before and {max(-high, 0)} after are cropped from the "
            f"{what}, as a convolution with p = {direct} would. Use p of at most {k_e - 1} to keep "
            "every cell",
        )


def _transposed_padding_only(worked: Worked) -> Iterator[Remark]:
    """Outputs beyond the whole output: output padding that reveals nothing, or p < 0."""
    axis, o = worked.axis, worked.output
    first, last = padding_only(worked)
    if not (first or last):
        return
    limit, a = worked.window.effective_kernel - 1, worked.output_padding
    if axis.padding in ("same", "same-lower"):
        why = f"k_e = {limit + 1} is smaller than s = {axis.stride}. Use k_e = {axis.stride}"
    elif a:
        why = f"output padding reveals computed cells up to a = p. Use a padding after of {a}"
    else:
        why = "a negative padding adds cells that no input reaches. Use a padding of 0"
    yield Remark(
        "padding-only",
        f"{first + last} of {counted(o, 'output')} see only padding ({first} first, {last} last): "
        f"{why} or more",
    )


def _coverage(worked: Worked) -> Iterator[Remark]:
    axis, window = worked.axis, worked.window
    k, s, d = axis.kernel, axis.stride, axis.dilation
    counts = list(taps_by_phase(k, s, d))
    if len(counts) == 1 or worked.n == 1:
        return
    if s <= MOST_PHASES_SHOWN:
        # Position 0 of the output lies p cells into the uncropped one.
        start = window.effective_kernel - 1 - window.padding_low
        shown = ", ".join(str(taps_at(k, s, d, (start + step) % s)) for step in range(s))
        found = f"away from the borders outputs in turn receive {shown} of the kernel's taps"
    else:
        parts = (f"{phases} of every {s} outputs receive {taps}" for taps, phases in counts)
        found = "; ".join(parts) + " of the kernel's taps, away from the borders"
    if gcd(d, s) > 1:
        way_out = (
            f"dilation {d} and stride {s} share the factor {gcd(d, s)}: no kernel size covers "
            "evenly; use a dilation and a stride without a common factor"
        )
    else:
        below, above = k // s * s, -(-k // s) * s
        way_out = f"kernels with even coverage are multiples of the stride; nearest to {k}: " + (
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


def _between_taps(worked: Worked) -> Iterator[Remark]:
    """Outputs in the gaps of a dilated kernel, where its stride fills these elsewhere.

    >>> from convcalc.layers import TransposedConv, work_out
    >>> [found] = _between_taps(next(work_out(TransposedConv(3, dilation=3), 2)))
    >>> found.message.partition(":")[0]
    '2 of 8 outputs receive no input, between taps that lie 3 apart'
    """
    axis, n = worked.axis, worked.n
    everywhere = any(
        taps == 0 for taps, _ in taps_by_phase(axis.kernel, axis.stride, axis.dilation)
    )
    if axis.dilation == 1 or (everywhere and n > 1):  # which the coverage says
        return
    found = blind(worked) - sum(padding_only(worked))
    if found:
        yield Remark(
            "padding-only",
            f"{found} of {counted(worked.output, 'output')} receive no input, between taps that "
            f"lie {axis.dilation} apart: the input has {counted(n, 'cell')}, {axis.stride} apart. "
            "Use a smaller dilation",
        )


def _transposed_same(worked: Worked) -> Iterator[Remark]:
    axis = worked.axis
    crop = worked.window.effective_kernel - axis.stride
    if axis.padding not in ("same", "same-lower") or crop <= 0 or crop % 2 == 0:
        return
    small, large = crop // 2, crop - crop // 2
    shares = (small, large) if axis.padding == "same" else (large, small)
    end = "end" if axis.padding == "same" else "beginning"
    yield Remark(
        "same-extra-cell",
        f"same crops k_e-s = {counted(crop)}, {shares[0]} before and {shares[1]} after: the "
        "extra one after in Keras and TensorFlow (same), before in ONNX SAME_LOWER "
        f"(same-lower). In PyTorch take padding={small} and drop one more cell at the {end}. "
        "An even k_e-s needs no choice",
    )


def _uneven_same(worked: Worked, also: str = "") -> Iterator[Remark]:
    """``also``: who else puts the extra cell of same after the input."""
    low, high = worked.window.padding_low, worked.window.padding_high
    if worked.axis.padding in ("same", "same-lower") and low != high:
        yield Remark(
            "same-extra-cell",
            f"same pads {low} before and {high} after, one side more: the extra cell goes after in "
            f"TensorFlow, Keras, JAX SAME{also} and ONNX SAME_UPPER (same), before in ONNX and "
            "JAX SAME_LOWER (same-lower). An odd kernel with stride 1 needs no choice",
        )


def _half(worked: Worked) -> Iterator[Remark]:
    axis, n, o = worked.axis, worked.n, worked.output
    if axis.padding == "half" and axis.stride == 1 and o != n:
        yield Remark(
            "half-padding",
            f"half padding keeps the size only for odd k without dilation: here {n} becomes {o}; "
            "same keeps it for every k",
        )
