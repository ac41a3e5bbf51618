"""Keras 3: channels last, functions of ``keras.ops`` that every backend has.

Law: one operation where its two padding names and output_padding say the same; else ``ops.pad``
before it, slices after it. Keras refuses a stride with a dilation, and TensorFlow lacks dilated
transposed convolutions on a CPU: there the kernel is dilated by hand, with zeros.
"""

from __future__ import annotations

from collections.abc import Iterator

from convcalc.layers.axis import Pair, write
from convcalc.ports.code import (
    Written,
    differing,
    fold,
    function,
    kept,
    nothing,
    one,
    pads_of,
    refill,
)
from convcalc.ports.plan import Pairs, Plan, as_transposed
from convcalc.ports.weights import Layout, conversion
from convcalc.ports.words import crops_of, dropped, near_conv, pads_words, shift, turned

OPS = "from keras import ops"

SPREAD = '''

def spread(array, axis, step):
    """Zeros between neighbours along one axis."""
    shape = list(array.shape)
    shape[axis] *= step
    array = ops.stack([array] + [ops.zeros_like(array)] * (step - 1), axis + 1)
    return ops.split(ops.reshape(array, shape), [shape[axis] - step + 1], axis)[0]
'''

WINDOWS = '''

def windows(x, axis, k, s, d):
    """The k taps of every window along one axis, stacked in front."""
    last = s * ((x.shape[axis] - d * (k - 1) - 1) // s)
    taps = [list(range(t * d, t * d + last + 1, s)) for t in range(k)]
    return ops.stack([ops.take(x, tap, axis=axis) for tap in taps])
'''


def _pad(pads: Pairs, name: str = "x", value: str = "") -> list[str]:
    """Lines that pad with a constant; a negative pad is a slice, for ops.pad takes none."""
    crops = tuple((max(-low, 0), max(-high, 0)) for low, high in pads)
    rest = tuple((max(low, 0), max(high, 0)) for low, high in pads)
    lines = []
    if not nothing(crops):
        lines.append(f"{name} = {name}{kept(crops, first=1)}")
    if not nothing(rest):
        pairs = ", ".join(map(str, rest))
        more = f", constant_values={value}" if value else ""
        lines.append(f"{name} = ops.pad({name}, ((0, 0), {pairs}, (0, 0)){more})")
    return lines


def _padded(plan: Plan, value: str = "") -> list[str]:
    """Lines that pad the input, with pads that its size decides if need be."""
    if plan.pads is not None:
        return _pad(plan.pads, value=value)
    more = f", constant_values={value}" if value else ""
    lines = pads_of(plan, "x.shape[1:-1]")
    if plan.rule.startswith("same-inside"):
        lines += _cut("x", "pads", "")
        lines.append("pads = [(max(low, 0), max(high, 0)) for low, high in pads]")
    return [*lines, f"x = ops.pad(x, [(0, 0), *pads, (0, 0)]{more})"]


def _cut(name: str, pads: str, sign: str) -> list[str]:
    """Lines that slice away what the pads in a variable crop (``sign`` "-": crops are above 0)."""
    low, high = ("max(-low, 0)", "max(-high, 0)") if not sign else ("max(low, 0)", "max(high, 0)")
    return [
        f"for axis, (low, high) in enumerate({pads}, 1):",
        f"    cells = list(range({low}, {name}.shape[axis] - {high}))",
        f"    {name} = ops.take({name}, cells, axis=axis)",
    ]


def _spread(plan: Plan) -> list[str]:
    """Lines that dilate the kernel with zeros."""
    return [
        f"weight = spread(weight, {axis}, {d})" for axis, d in enumerate(plan.dilation) if d > 1
    ]


def _layer(plan: Plan, name: str, words: str) -> str:
    outputs = plan.origin.out_channels or "filters"
    bias = "" if plan.origin.bias else ", use_bias=False"
    return f"layers.{name}({outputs}, {one(plan.kernel)}{words}{bias})"


def _same(plan: Plan) -> bool:
    """Whether padding="same" says it: not where TensorFlow's windows of three axes go astray.

    Eager and on a CPU, where a kernel is smaller than its stride, they start inside the input.
    """
    return plan.named and plan.rule == "same" and not skips_inputs(plan)


def skips_inputs(plan: Plan) -> bool:
    """Three axes, and on one of them a kernel smaller than the stride."""
    return plan.rank == 3 and any(k_e < s for k_e, s in zip(plan.extent, plan.stride, strict=True))


def _conv(plan: Plan) -> Written:
    if max(plan.stretch) > 1:
        return _transposed(as_transposed(plan))
    by_hand = max(plan.dilation) > 1 and (max(plan.stride) > 1 or plan.rank == 3)
    same = tuple(((k_e - 1) // 2, k_e - 1 - (k_e - 1) // 2) for k_e in plan.extent)
    body: list[str] = []
    words, before = "", ""
    if plan.mode != "zeros" and not nothing(plan.pads):
        body, before = (
            refill(plan, 1, "ops.take(x, cells, axis=axis)"),
            f"{plan.mode} padding, then ",
        )
    elif _same(plan) or (plan.pads == same and max(plan.stride) == 1 and not nothing(plan.pads)):
        words = ', padding="same"'
    elif not nothing(plan.pads):
        body = _padded(plan)
        before = "ops.pad, then "
        if plan.pads is not None and min(map(min, plan.pads)) >= 0:
            pairs = plan.pads[0] if plan.rank == 1 else plan.pads
            before = f"layers.ZeroPadding{plan.rank}D({pairs}), then "
    single = not body and not by_hand
    dilation = "" if by_hand else differing(dilation_rate=(plan.dilation, 1))
    words = differing(strides=(plan.stride, 1)) + words + dilation
    body += _spread(plan) if by_hand else []
    body += [
        f"y = ops.conv(x, weight{words})",
        "return y if bias is None else y + bias",
    ]
    groups = ", groups=in_channels" if plan.depthwise else ""
    groups = groups or differing(groups=(plan.origin.groups, 1))
    after = ", its kernel dilated with zeros" if by_hand else ""
    call = before + _layer(plan, f"Conv{plan.rank}D", words + groups) + after
    return Written(
        single,
        function([OPS], call.replace('"', "'"), body) + (SPREAD if by_hand else ""),
        conversion(plan, Layout("*IO")),
        needs_size=plan.pads is None and 'padding="same"' not in words,
        call=call,
    )


def crops(k_e: int, s: int, padding: str, output_padding: int | None) -> Pair:
    """What Keras's transposed convolution drops before and after; a negative number adds."""
    a = output_padding
    if padding == "valid":
        return 0, -(max(s - k_e, 0) if a is None else a)
    total = k_e - s if a is None else k_e - k_e % 2 - a
    low = max(total, 0) // 2
    return low, total - low


def _output_padding(k_e: int, s: int, padding: str, pair: Pair) -> int | None:
    """The output_padding with which the crops are ``pair``; None: there is none."""
    a = (0 if padding == "valid" else k_e - k_e % 2) - sum(pair)
    refused = padding == "same" and k_e % 2 == 0 and a == 0  # by TensorFlow
    return a if 0 <= a < s and not refused and crops(k_e, s, padding, a) == pair else None


def _one_layer(plan: Plan) -> str | None:
    """The padding and output_padding of one Keras layer that crops just so; None: there is none."""
    if plan.pads is None or plan.rule == "circular" or max(plan.dilation) > 1:
        return None
    axes = list(zip(plan.extent, plan.stride, plan.pads, strict=True))
    for padding in ("valid", "same"):
        words = "" if padding == "valid" else ', padding="same"'
        if all(crops(k_e, s, padding, None) == pair for k_e, s, pair in axes):
            return words
        found = [_output_padding(k_e, s, padding, pair) for k_e, s, pair in axes]
        after = tuple(a for a in found if a is not None)
        if len(after) == plan.rank:
            return f"{words}, output_padding={one(after)}"
    return None


def _transposed(plan: Plan) -> Written:
    words = _one_layer(plan)
    steps = max(plan.step or (1,)) > 1
    strides = differing(strides=(plan.stride, 1))
    groups = plan.origin.groups
    dilated = max(plan.dilation) > 1
    body: list[str] = _spread(plan)
    arguments = strides + (words or "")
    if groups > 1:
        body += [
            f"parts = zip(ops.split(x, {groups}, -1), ops.split(weight, {groups}, -1))",
            f"y = [ops.conv_transpose(part, kernel{arguments}) for part, kernel in parts]",
            "y = ops.concatenate(y, -1)",
        ]
    else:
        body.append(f"y = ops.conv_transpose(x, weight{arguments})")
    after = ""
    if words is None and plan.rule == "circular":
        body += fold(
            plan,
            "widths = [(0, 0)] * len(y.shape)",
            "widths[axis] = (low, missing - low)",
            "y = ops.pad(y, widths)",
            "shape = (*y.shape[:axis], -1, period, *y.shape[axis + 1 :])",
            "y = ops.sum(ops.reshape(y, shape), axis)",
            first=1,
        )
        after = ", folded into periods of n*s"
    elif words is None:
        lines, after = _cropped(plan)
        body += lines
    if steps:
        body.append(f"y = y{kept(((0, 0),) * plan.rank, plan.step, first=1)}")
        after += ", every s-th cell"
    body.append("return y if bias is None else y + bias")
    if dilated:
        after = ", its kernel dilated with zeros" + after
    if groups > 1:
        after = f", one for each of {groups} groups" + after
    call = _layer(plan, f"Conv{plan.rank}DTranspose", arguments) + after
    return Written(
        words is not None and not steps and groups == 1,
        function([OPS], call.replace('"', "'"), body) + (SPREAD if dilated else ""),
        conversion(plan, Layout("*OI", "transposed")),
        needs_size=plan.pads is None,
        call=call,
    )


def _cropped(plan: Plan) -> tuple[list[str], str]:
    """Slices and zeros after the whole output, which Keras extends to (n-1)s + max(k_e, s)."""
    grown = tuple(max(s - k_e, 0) for k_e, s in zip(plan.extent, plan.stride, strict=True))
    if plan.pads is None:
        return [
            *pads_of(plan, "x.shape[1:-1]", "crops"),
            *(
                [f"crops = [(low, high + more) for (low, high), more in zip(crops, {grown})]"]
                if any(grown)
                else []
            ),
            *_cut("y", "crops", "-"),
            "pads = [(max(-low, 0), max(-high, 0)) for low, high in crops]",
            "y = ops.pad(y, [(0, 0), *pads, (0, 0)])",
        ], ", cropped to the output size"
    pads = tuple((-low, -high - more) for (low, high), more in zip(plan.pads, grown, strict=True))
    crops = tuple((max(-low, 0), max(-high, 0)) for low, high in pads)
    after = f", then {kept(crops, first=1)}" if not nothing(crops) else ""
    after += ", then ops.pad, the bias last" if max(map(max, pads)) > 0 else ""
    return _pad(pads, "y"), after


def _window(plan: Plan) -> str:
    return f"{plan.kernel}, strides={plan.stride}"


def _max(plan: Plan) -> Written:
    dilated = max(plan.dilation) > 1
    padding, body = "", []
    if _same(plan) and not dilated:
        padding = ', padding="same"'
    elif not nothing(plan.pads):
        body = _padded(plan, 'float("-inf")')
    single = not body and not dilated
    words = f"ops.max_pool(x, {_window(plan)}{padding})"
    call = f"layers.MaxPooling{plan.rank}D({_window(plan)}{padding})"
    if body:
        call = "ops.pad with -inf, then " + call
    if dilated:
        call = "the maximum over the taps of every window"
        body += [
            (
                f"for axis, k, s, d in zip(range(1, {plan.rank + 1}), {plan.kernel}, "
                f"{plan.stride}, {plan.dilation}):"
            ),
            "    x = ops.max(windows(x, axis, k, s, d), 0)",
            "return x",
        ]
    else:
        body.append(f"return {words}")
    return Written(
        single,
        function([OPS], call.replace('"', "'"), body, pool=True) + (WINDOWS if dilated else ""),
        "",
        needs_size=plan.pads is None and not padding,
        call=call,
    )


def _average(plan: Plan) -> Written:
    origin = plan.origin
    dilated = max(plan.dilation) > 1
    plain = not dilated and not origin.divisor
    bare = nothing(plan.pads)
    padding, body = "", []
    named = _same(plan) and not origin.count_include_pad
    if plain and (bare or named or (origin.count_include_pad and plan.rule != "ceil")):
        if not bare and named:
            padding = ', padding="same"'
        elif not bare:
            body = _padded(plan)
        words = f"ops.average_pool(x, {_window(plan)}{padding})"
        call = f"layers.AveragePooling{plan.rank}D({_window(plan)}{padding})"
        if body:
            call = "ops.pad, then " + call
        return Written(
            not body,
            function([OPS], call.replace('"', "'"), [*body, f"return {words}"], pool=True),
            "",
            needs_size=plan.pads is None and not padding,
            call=call,
        )
    call = "the sum of every window over the number of its cells"
    return Written(
        False,
        function([OPS], call, _counted(plan), pool=True) + WINDOWS,
        "",
        needs_size=plan.pads is None,
        call=call,
    )


def _counted(plan: Plan) -> list[str]:
    """Sums of windows, exact, over counts of the cells that the source counts."""
    origin = plan.origin
    body: list[str] = []
    counted = origin.count_include_pad and plan.base is not None and not nothing(plan.base)
    if not origin.divisor:
        body.append("cells = ops.ones_like(x)")
    if counted and not origin.divisor:
        assert plan.base is not None
        body.append("# Padding counts, the cells that ceil mode adds do not.")
        body += _pad(plan.base, "cells", "1")
    body += _padded(plan)
    if not origin.divisor:
        if counted:
            body.append("missing = [have - had for have, had in zip(x.shape, cells.shape)]")
            body.append("cells = ops.pad(cells, [(0, cells) for cells in missing])")
        elif plan.pads is None:
            if plan.rule.startswith("same-inside"):
                # x is cropped already: so are the cells, by the shape that is left.
                index = body.index("cells = ops.ones_like(x)")
                body.pop(index)
                where = next(i for i, line in enumerate(body) if line.startswith("pads = [(max"))
                body.insert(where, "cells = ops.ones_like(x)")
            body.append("cells = ops.pad(cells, [(0, 0), *pads, (0, 0)])")
        else:
            body += _pad(plan.pads, "cells")
    loop = (
        f"for axis, k, s, d in zip(range(1, {plan.rank + 1}), {plan.kernel}, {plan.stride}, "
        f"{plan.dilation}):"
    )
    body += [loop, "    x = ops.sum(windows(x, axis, k, s, d), 0)"]
    if not origin.divisor:
        body.append("    cells = ops.sum(windows(cells, axis, k, s, d), 0)")
    return [*body, f"return x / {origin.divisor or 'cells'}"]


def why(plan: Plan) -> str:
    """What Keras's layers lack, where that is the reason."""
    dilated = max(plan.dilation) > 1
    match plan.kind:
        case "transposed":
            return _why_transposed(plan)
        case "conv" if dilated and (max(plan.stride) > 1 or plan.rank == 3):
            return _by_hand(plan)
        case "conv" if plan.pads is not None:
            return f"Conv{plan.rank}D pads by name only; here, {pads_words(plan.pads)}"
        case "max" if dilated:
            return f"its pools have no dilation; here, {one(plan.dilation)}"
    return ""


def _why_transposed(plan: Plan) -> str:
    if plan.origin.groups > 1:
        return f"Conv{plan.rank}DTranspose has no groups: one for each of {plan.origin.groups}"
    if max(plan.dilation) > 1:
        return (
            "Keras refuses strides with dilation_rate and TensorFlow has no dilated transposed "
            f"convolution on a CPU: the kernel is dilated by hand to {write(plan.extent)}"
        )
    total = max(plan.extent[0] - plan.stride[0], 0)
    return (
        f"Conv{plan.rank}DTranspose drops nothing (valid) or {total // 2} in front and "
        f"{total - total // 2} behind (same); here, of the s(n-1)+k_e cells "
        f"{dropped(*(plan.pads or ())[0])}"
    )


def _by_hand(plan: Plan) -> str:
    if max(plan.stride) == 1:
        reason = "TensorFlow has no dilated convolution of three axes on a CPU"
    else:
        reason = (
            f"Keras refuses strides {one(plan.stride)} together with dilation_rate "
            f"{one(plan.dilation)}"
        )
    return f"{reason}: the kernel is dilated by hand to {write(plan.extent)}"


def remarks(plan: Plan) -> Iterator[str]:
    """What to know of the port to Keras."""
    pads = crops_of(plan)
    if pads is not None and max(plan.dilation) == 1:
        drops = [
            crops(k_e, s, "same", None) for k_e, s in zip(plan.extent, plan.stride, strict=True)
        ]
        lows, theirs = tuple(low for low, _ in pads), tuple(low for low, _ in drops)
        if list(map(sum, drops)) == list(map(sum, pads)) and theirs != lows:
            yield f'near miss: padding="same" has the same shape; {shift(theirs, lows)}'
    yield from near_conv(plan, 'padding="same"')
    yield from turned(plan)


WRITERS = {"conv": _conv, "transposed": _transposed, "max": _max, "avg": _average}
