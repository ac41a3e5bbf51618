"""jax.lax: channels first, kernels (out, in, spatial), as ``conv_general_dilated`` defaults to.

Law: everything is one window of XLA: a transposed convolution is ``lhs_dilation`` with a rotated
kernel and the emulating convolution's pads ``k_e-1-p``, which may be negative; a pool is
``reduce_window``.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from convcalc.ports.code import Written, fold_arrays, function, nothing, one, pads_of
from convcalc.ports.plan import Ints, Pairs, Plan
from convcalc.ports.weights import Layout, conversion
from convcalc.ports.words import crops_of, near_conv

LAX = "from jax import lax"
JNP = "import jax.numpy as jnp"
MODES = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def emulating(plan: Plan, pads: Pairs) -> Pairs:
    """The pads of the convolution that emulates a transposed one which crops ``pads``."""
    return tuple(
        (k_e - 1 - low, k_e - 1 - high) for k_e, (low, high) in zip(plan.extent, pads, strict=True)
    )


def named(plan: Plan) -> str | None:
    """XLA's name of the padding, where it has one."""
    if plan.named and plan.mode == "zeros":
        return "'SAME'" if plan.rule == "same" else "'SAME_LOWER'"
    return None


def padder(plan: Plan, first: str = "(0, 0), (0, 0)", last: str = "") -> list[str]:
    """Pad by reflection or wrapping, which no window does."""
    assert plan.pads is not None
    pairs = ", ".join(str(pair) for pair in plan.pads)
    return [f'x = jnp.pad(x, ({first}, {pairs}{last}), mode="{MODES[plan.mode]}")']


def emulated(plan: Plan, shape: str) -> list[str]:
    """Lines that compute the emulating convolution's pads from the input's size."""
    return [
        *pads_of(plan, shape, "crops"),
        (
            f"pads = [(k_e - 1 - low, k_e - 1 - high) for k_e, (low, high) in "
            f"zip({plan.extent}, crops)]"
        ),
    ]


def _conv(plan: Plan) -> Written:
    transposed = plan.kind == "transposed"
    stretch = plan.stride if transposed else plan.stretch
    stride: Ints = (1,) * plan.rank if transposed else plan.stride
    body: list[str] = []
    needs = single = False
    if (name := named(plan)) is not None:
        pads, single = name, True
    elif plan.pads is None:
        needs, pads = True, "pads"
        assert transposed
        body += emulated(plan, "x.shape[2:]")
    elif plan.mode != "zeros" and not transposed:
        body += padder(plan) if not nothing(plan.pads) else []
        pads, single = "'VALID'", nothing(plan.pads)
    else:
        pads, single = str(emulating(plan, plan.pads) if transposed else plan.pads), True
    words = f"{stride}, {pads}"
    if max(stretch) > 1:
        words += f", lhs_dilation={stretch}"
    if max(plan.dilation) > 1:
        words += f", rhs_dilation={plan.dilation}"
    call = f"lax.conv_general_dilated(x, weight, {words}"
    groups = ""
    if plan.depthwise:
        groups = ", feature_group_count=x.shape[1]"
    elif plan.origin.groups > 1:
        groups = f", feature_group_count={plan.origin.groups}"
    call += f"{groups})"
    body.append(f"y = {call}")
    if plan.rule == "circular":
        single = False
        body += fold_arrays(plan, "jnp")
    ones = ", 1" * plan.rank
    body.append(f"return y if bias is None else y + jnp.reshape(bias, (-1{ones}))")
    before = "jnp.pad, then " if plan.mode != "zeros" and not transposed and not single else ""
    after = ", folded into periods of n*s" if plan.rule == "circular" else ""
    return Written(
        single,
        function([JNP, LAX], before + call.replace('"', "'") + after, body),
        conversion(plan, Layout("OI*")),
        needs_size=needs,
        call=before + call + after,
    )


def counting(
    plan: Plan, pads: str, first: str = "(0, 0), (0, 0)", last: str = "", spatial: str = "[2:]"
) -> tuple[list[str], str]:
    """Lines that pad the cells that an average counts, and the pads that then remain."""
    if not plan.origin.count_include_pad or plan.base is None or nothing(plan.base):
        return [], pads
    base = ", ".join(str(pair) for pair in plan.base)
    lines = [
        "# Padding counts, the cells that ceil mode adds do not.",
        f"cells = jnp.pad(cells, ({first}, {base}{last}), constant_values=1)",
    ]
    if plan.pads is None:
        return [
            *lines,
            (
                f"rest = [(0, high - inner) for (_, high), (_, inner) in "
                f"zip(pads{spatial}, {plan.base})]"
            ),
            f"pads = [{first}, *rest{last}]",
        ], pads
    rest = ", ".join(
        f"(0, {high - inner})" for (_, high), (_, inner) in zip(plan.pads, plan.base, strict=True)
    )
    return lines, f"({first}, {rest}{last})"


def _window(plan: Plan) -> str:
    return f"(1, 1, {_list(plan.kernel)}), (1, 1, {_list(plan.stride)})"


def _list(values: Ints) -> str:
    return ", ".join(map(str, values))


def _pads(plan: Plan) -> tuple[list[str], str]:
    """Lines before, and the padding of every axis of ``reduce_window``."""
    if plan.pads is None:
        return [*pads_of(plan, "x.shape[2:]"), "pads = [(0, 0), (0, 0), *pads]"], "pads"
    return [], f"((0, 0), (0, 0), {', '.join(str(pair) for pair in plan.pads)})"


def _pool(plan: Plan) -> tuple[list[str], str, str]:
    """Lines before a ``reduce_window``, its padding, and its dilation where it has one."""
    dilation = ""
    if max(plan.dilation) > 1:
        dilation = f", window_dilation=(1, 1, {_list(plan.dilation)})"
    name = named(plan)
    lines, pads = ([], name) if name else _pads(plan)
    return lines, pads, dilation


def _max(plan: Plan) -> Written:
    lines, pads, dilation = _pool(plan)
    call = f"lax.reduce_window(x, -jnp.inf, lax.max, {_window(plan)}, {pads}{dilation})"
    return Written(
        not lines,
        function([JNP, LAX], call, [*lines, f"return {call}"], pool=True),
        "",
        needs_size=bool(lines),
        call=call,
    )


def _average(plan: Plan) -> Written:
    origin = plan.origin
    lines, pads, dilation = _pool(plan)
    window = f"lax.reduce_window({{}}, 0.0, lax.add, {_window(plan)}, {{}}{dilation})"
    call = window.format("x", pads)
    full = origin.count_include_pad and plan.rule != "ceil"
    if origin.divisor or full or nothing(plan.pads):
        divisor = str(origin.divisor or prod(plan.kernel))
        body = [*lines, f"return {call} / {divisor}"]
    else:
        body = [*lines, f"total = {call}", "cells = jnp.ones_like(x)"]
        counted, pads = counting(plan, pads)
        body += counted
        body.append(f"return total / {window.format('cells', pads)}")
    words = f"{call} / {prod(plan.kernel) if full else 'cells'}"
    return Written(
        (full and not lines) or nothing(plan.pads),
        function([JNP, LAX], words, body, pool=True),
        "",
        needs_size=bool(lines),
        call=words,
    )


def near_emulated(plan: Plan) -> Iterator[str]:
    """That a padding as PyTorch counts it is another one where the stretched input is padded."""
    pads = crops_of(plan)
    if pads is None or not all(low == high >= 0 for low, high in pads):
        return
    lows = tuple(low for low, _ in pads)
    meant = tuple(k_e - 1 - low for k_e, low in zip(plan.extent, lows, strict=True))
    if meant != lows:
        grown = [2 * (low - k_e + 1 + low) for low, k_e in zip(lows, plan.extent, strict=True)]
        yield (
            f"near miss: padding {one(lows)} on each side, as PyTorch counts it, pads the "
            f"stretched input: p' = k_e-1-p = {one(meant)} is meant; the output would be "
            f"{one(tuple(abs(cells) for cells in grown))} cells "
            f"{'larger' if grown[0] > 0 else 'smaller'}"
        )


def why(_plan: Plan) -> str:
    """No reason of its own: one window of XLA says everything else."""
    return ""


def remarks(plan: Plan) -> Iterator[str]:
    """What to know of the port to jax.lax."""
    yield from near_emulated(plan)
    yield from near_conv(plan, "'SAME'")
    if plan.kind == "transposed" and plan.origin.rotated:
        yield "a convolution of the stretched input reads the kernel rotated: convert rotates it"


WRITERS = {"conv": _conv, "transposed": _conv, "max": _max, "avg": _average}
