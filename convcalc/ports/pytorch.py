"""PyTorch: channels first, functions of ``torch.nn.functional``.

Law: one layer where PyTorch's own arguments say the same; else ``F.pad`` before it (a negative
pad crops), or a slice or pad after it, with the bias added last where zeros were added.
"""

from __future__ import annotations

from collections.abc import Iterator

from convcalc.layers.axis import write
from convcalc.ports.code import (
    Written,
    differing,
    even,
    fold,
    function,
    kept,
    nothing,
    one,
    pads_of,
    refill,
    refolds,
)
from convcalc.ports.plan import Pairs, Plan, as_transposed
from convcalc.ports.weights import Layout, conversion
from convcalc.ports.words import (
    crops_of,
    dropped,
    for_size,
    pads_at_most,
    pads_words,
    plain_conv,
    same,
    shift,
    starts,
    turned,
    usual,
)

F = "import torch.nn.functional as F"


def _pad(plan: Plan, value: str = "", pads: Pairs | None = None) -> tuple[list[str], str]:
    """Lines before, and the call of F.pad, which counts axes from the last."""
    pads = plan.pads if pads is None else pads
    mode = {"reflect": "reflect", "replicate": "replicate", "circular": "circular"}.get(plan.mode)
    more = f', mode="{mode}"' if mode else value
    if pads is None:
        flat = "[cells for pair in reversed(pads) for cells in pair]"
        return pads_of(plan, "x.shape[2:]"), f"x = F.pad(x, {flat}{more})"
    flat = str(tuple(cells for pair in reversed(pads) for cells in pair))
    return [], f"x = F.pad(x, {flat}{more})"


def _shown(plan: Plan) -> str:
    """The pads as F.pad is given them, where they are numbers."""
    if plan.pads is None:
        return ""
    return str(tuple(cells for pair in reversed(plan.pads) for cells in pair))


def _groups(plan: Plan) -> str:
    if plan.depthwise:
        return ", groups=x.shape[1]"
    return differing(groups=(plan.origin.groups, 1))


def _call(plan: Plan, name: str, words: str) -> str:
    """The layer as a module of torch.nn, for the words above the code."""
    origin = plan.origin
    inputs = origin.in_channels or "in_channels"
    outputs = origin.out_channels or "out_channels"
    if plan.depthwise:
        outputs = f"{origin.depth_multiplier} * in_channels"
        words += ", groups=in_channels"
    bias = "" if origin.bias else ", bias=False"
    return f"nn.{name}{plan.rank}d({inputs}, {outputs}, {one(plan.kernel)}{words}{bias})"


def _conv(plan: Plan) -> Written:
    if max(plan.stretch) > 1:
        return _transposed(as_transposed(plan))
    words = differing(stride=(plan.stride, 1), dilation=(plan.dilation, 1))
    groups = _groups(plan)
    same = tuple(((k_e - 1) // 2, k_e - 1 - (k_e - 1) // 2) for k_e in plan.extent)
    body: list[str] = []
    padding = ""
    before = ""
    single = True
    if plan.pads is not None and even(plan.pads):
        padding = differing(padding=(tuple(low for low, _ in plan.pads), 0))
    elif plan.pads == same and max(plan.stride) == 1:
        padding = ', padding="same"'
    else:
        single = False
        before = f"F.pad{_shown(plan)}, then "
    modules = words + padding + differing(groups=(plan.origin.groups, 1))
    if plan.mode != "zeros" and padding:
        modules += f', padding_mode="{plan.mode}"'
    if refolds(plan):
        modules = words + differing(groups=(plan.origin.groups, 1))
        body += refill(plan, 2, "x[(slice(None),) * axis + (cells,)]")
        single, padding, before = False, "", f"{plan.mode} padding by indices, then "
    elif not single or (plan.mode != "zeros" and padding):
        lines, pad = _pad(plan)
        body += [*lines, pad]
        padding = ""
    body.append(f"return F.conv{plan.rank}d(x, weight, bias{words}{padding}{groups})")
    call = before + _call(plan, "Conv", modules)
    return Written(
        single,
        function([F], call, body),
        conversion(plan, Layout("OI*")),
        needs_size=plan.pads is None,
        call=call,
    )


def _one_layer(lo: int, hi: int, most: int) -> tuple[int, int, int, int] | None:
    """Padding, output padding and cells still to drop in front and behind; None: add zeros.

    >>> _one_layer(1, 0, 2), _one_layer(0, 1, 2), _one_layer(-1, 0, 2)
    ((1, 1, 0, 0), (0, 0, 0, 1), None)
    """
    if lo < 0:
        return None
    if 0 <= lo - hi < most:
        return lo, lo - hi, 0, 0
    if hi > lo:
        return lo, 0, 0, hi - lo
    if hi >= 0:
        return hi, 0, lo - hi, 0
    return (0, -hi, lo, 0) if -hi < most else None


def _transposed(plan: Plan) -> Written:
    rank, name = plan.rank, "ConvTranspose"
    words = differing(stride=(plan.stride, 1), dilation=(plan.dilation, 1))
    groups = differing(groups=(plan.origin.groups, 1))
    found = [
        _one_layer(lo, hi, max(s, d))
        for (lo, hi), s, d in zip(plan.pads or (), plan.stride, plan.dilation, strict=False)
    ]
    whole = [entry for entry in found if entry is not None]
    body: list[str] = []
    result = "y"
    after = ""
    bias_last = plan.rule == "circular" or plan.pads is None or len(whole) < len(found)
    if not bias_last:
        paddings, extras, fronts, backs = zip(*whole, strict=True)
        words += differing(padding=(paddings, 0), output_padding=(extras, 0))
        cut = kept(tuple(zip(fronts, backs, strict=True)), plan.step, first=2)
        single = not cut
    elif plan.rule == "circular":
        single, cut = False, ""
        words += differing(output_padding=(tuple(-hi for _, hi in plan.pads or ()), 0))
    else:
        single = False
        cut = kept(((0, 0),) * rank, plan.step, first=2)
    bias = "" if bias_last else ", bias"
    call_line = f"F.conv_transpose{rank}d(x, weight{bias}{words}{groups})"
    if single:
        body.append(f"return {call_line}")
    else:
        body.append(f"y = {call_line}")
        if plan.rule == "circular":
            body += fold(
                plan,
                "y = F.pad(y.movedim(axis, -1), (low, missing - low))",
                "y = y.unflatten(-1, (-1, period)).sum(-2).movedim(-1, axis)",
                first=2,
            )
            after = ", folded into periods of n*s"
        elif bias_last:
            if plan.pads is None:
                body += pads_of(plan, "x.shape[2:]", "crops")
                pairs = "reversed(crops)"
                body.append(f"y = F.pad(y, [-cells for pair in {pairs} for cells in pair])")
            else:
                flat = tuple(-cells for pair in reversed(plan.pads) for cells in pair)
                body.append(f"y = F.pad(y, {flat})  # zeros, without the bias; negative crops")
            after = ", F.pad, then the bias"
        if cut:
            result += cut
            after = after or f", then {cut}"
        if bias_last:
            ones = ", 1" * rank
            body.append(f"return {result} if bias is None else {result} + bias.reshape(-1{ones})")
        else:
            body.append(f"return {result}")
    call = _call(plan, name, words + groups) + after
    return Written(
        single,
        function([F], call, body),
        conversion(plan, Layout("IO*", "transposed")),
        needs_size=plan.pads is None,
        call=call,
    )


def _allowed(plan: Plan, pads: Pairs | None) -> bool:
    """Whether PyTorch's pool takes these pads: even ones of at most k//2."""
    return (
        pads is not None
        and even(pads)
        and all(low <= k // 2 for (low, _), k in zip(pads, plan.kernel, strict=True))
    )


def _native(plan: Plan) -> tuple[Pairs | None, str]:
    """The pads and the ceil mode that PyTorch's own pool would be given."""
    if plan.rule == "ceil":
        return plan.base, ", ceil_mode=True"
    return plan.pads, ""


def _window(plan: Plan) -> str:
    """The window's size and stride as arguments."""
    stride = "" if plan.stride == plan.kernel else f", stride={one(plan.stride)}"
    return f"{one(plan.kernel)}{stride}"


def _max(plan: Plan) -> Written:
    pads, ceil = _native(plan)
    words = _window(plan)
    dilation = differing(dilation=(plan.dilation, 1))
    single = _allowed(plan, pads)
    body: list[str] = []
    before = ""
    if single:
        assert pads is not None
        words += differing(padding=(tuple(low for low, _ in pads), 0)) + dilation + ceil
    else:
        words += dilation
        lines, pad = _pad(plan, ', value=float("-inf")')
        body += [*lines, pad]
        before = f"F.pad{_shown(plan)} with -inf, then "
    body.append(f"return F.max_pool{plan.rank}d(x, {words})")
    call = f"{before}nn.MaxPool{plan.rank}d({words})"
    return Written(
        single,
        function([F], call, body, pool=True),
        "",
        needs_size=not single and plan.pads is None,
        call=call,
    )


def _average(plan: Plan) -> Written:
    rank, origin = plan.rank, plan.origin
    pads, ceil = _native(plan)
    padded = not nothing(plan.pads)
    words = _window(plan)
    # PyTorch's pool of three axes wants the input itself to be as large as the kernel.
    small = rank == 3 and any(n < k for n, k in zip(plan.size or (), plan.kernel, strict=False))
    spread = max(plan.dilation) > 1  # only ONNX dilates averages
    lacking = spread or (small and padded) or (origin.divisor and rank == 1)
    if _allowed(plan, pads) and not lacking:
        assert pads is not None
        words += differing(padding=(tuple(low for low, _ in pads), 0)) + ceil
        if padded and not origin.count_include_pad:
            words += ", count_include_pad=False"
        if origin.divisor:
            words += f", divisor_override={origin.divisor}"
        call = f"nn.AvgPool{rank}d({words})"
        body = [f"return F.avg_pool{rank}d(x, {words})"]
        return Written(True, function([F], call, body, pool=True), "", call=call)
    whole = origin.count_include_pad and plan.rule != "ceil" and not origin.divisor
    if whole and not spread:
        lines, pad = _pad(plan)
        body = [*lines, pad, f"return F.avg_pool{rank}d(x, {words})"]
        call = f"F.pad{_shown(plan)}, then nn.AvgPool{rank}d({words})"
        imports = [F]
    else:
        body = _counted(plan)
        call = "the sum of every window over the number of its cells"
        imports = ["import torch", F]
    return Written(
        False,
        function(imports, call, body, pool=True),
        "",
        needs_size=plan.pads is None,
        call=call,
    )


def _counted(plan: Plan) -> list[str]:
    """Sums of windows, exact, over counts of the cells that the source counts."""
    flat = "[cells for pair in reversed(pads) for cells in pair]"
    body = [f"pads = {plan.pads}"] if plan.pads is not None else pads_of(plan, "x.shape[2:]")
    count = plan.origin.count_include_pad and plan.base is not None and not nothing(plan.base)
    body += [
        f"pads = {flat}  # F.pad counts axes from the last",
        "cells = torch.ones_like(x)",
    ]
    if count:
        assert plan.base is not None
        inner = tuple(cells for pair in reversed(plan.base) for cells in pair)
        body += [
            f"cells = F.pad(cells, {inner}, value=1.0)  # padding counts, ceil mode's cells do not",
            f"rest = [cells - inner for cells, inner in zip(pads, {inner})]",
            "total, cells = F.pad(x, pads), F.pad(cells, rest)",
        ]
    else:
        body.append("total, cells = F.pad(x, pads), F.pad(cells, pads)")
    axes, taps = f"range(2, {plan.rank + 2})", ""
    if max(plan.dilation) > 1:
        taps = "[..., ::d]"
    names = ("axis, k, d, s", plan.dilation) if taps else ("axis, k, s", None)
    sizes = ", ".join(str(value) for value in (plan.extent, names[1], plan.stride) if value)
    return [
        *body,
        f"for {names[0]} in zip({axes}, {sizes}):",
        f"    total = total.unfold(axis, k, s){taps}.sum(-1)",
        f"    cells = cells.unfold(axis, k, s){taps}.sum(-1)",
        f"return total / {plan.origin.divisor or 'cells'}",
    ]


def why(plan: Plan) -> str:
    """What PyTorch's layers lack, where that is the reason."""
    if plan.pads is None:
        return ""
    if plan.kind == "conv":
        return f"Conv{plan.rank}d pads both sides alike; here, {pads_words(plan.pads)}"
    if plan.kind == "max" and plan.rule != "ceil":
        limit = write(tuple(k // 2 for k in plan.kernel))
        return (
            f"its pool pads with -inf and both sides alike, at most k//2 = {limit}; here, "
            f"{pads_words(plan.pads)}"
        )
    if plan.kind != "transposed":
        return ""
    low, high, most = next(
        (low, high, max(s, d))
        for (low, high), s, d in zip(plan.pads, plan.stride, plan.dilation, strict=True)
        if low < 0 or not 0 <= low - high < max(s, d)
    )
    apart = f"{low}-{high}" if high >= 0 else f"{low}+{-high}"
    return (
        f"ConvTranspose{plan.rank}d drops as many cells in front as padding says, and "
        f"padding - output_padding behind, with 0 <= output_padding < {most}; here, of the "
        f"s(n-1)+k_e cells {dropped(low, high)}"
        + ("" if low < 0 else f": output_padding would be {apart} = {low - high}")
    )


def remarks(plan: Plan) -> Iterator[str]:
    """What to know of the port to PyTorch."""
    if (pads := crops_of(plan)) is not None:
        lows, totals = tuple(low for low, _ in pads), [low + high for low, high in pads]
        halves = tuple(max(-(-total // 2), 0) for total in totals)
        rests = tuple(2 * half - total for half, total in zip(halves, totals, strict=True))
        legal = all(
            0 <= a < max(s, d) for a, s, d in zip(rests, plan.stride, plan.dilation, strict=True)
        )
        if legal and halves != lows:
            more = f", output_padding={one(rests)}" if any(rests) else ""
            words = f"padding={one(halves)}{more}"
            yield f"near miss: {words} has the same shape; {shift(halves, lows)}"
    elif plain_conv(plan):
        size = usual(plan)
        pads = plan.pads if plan.pads is not None else same(plan, size)
        lows = tuple(low for low, _ in pads)
        halves = tuple(max(-(-(low + high) // 2), 0) for low, high in pads)
        if halves != lows and all(low != high for low, high in pads):
            evened = plan._replace(pads=tuple((half, half) for half in halves))
            if evened.output(size) == plan._replace(pads=pads).output(size):
                yield (
                    f"near miss: padding={one(halves)} has the same shape{for_size(plan)}; "
                    f"{starts(halves, lows)}"
                )
    yield from turned(plan)
    yield from pads_at_most(plan, "PyTorch")


WRITERS = {"conv": _conv, "transposed": _transposed, "max": _max, "avg": _average}
