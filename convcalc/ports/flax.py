"""Flax (linen): channels last, kernels (spatial, in, out).

Law: one module where its arguments say the same. ``ConvTranspose`` pads the emulating convolution
(``k_e-1-p``, negative to crop) and stamps as PyTorch does with ``transpose_kernel=True`` alone;
it has no groups, ``Conv`` with ``input_dilation`` has.
"""

from __future__ import annotations

from collections.abc import Iterator

from convcalc.ports.code import Written, function, nothing, pads_of
from convcalc.ports.jax import JNP, LAX, counting, emulated, emulating, named, near_emulated, padder
from convcalc.ports.plan import Ints, Plan
from convcalc.ports.weights import Layout, conversion
from convcalc.ports.words import near_conv

NN = "from flax import linen as nn"


def _apply(
    plan: Plan, name: str, outputs: str, arguments: list[str], after: list[str]
) -> tuple[list[str], str]:
    """Lines that make the module and apply it to the kernel (and bias), and its own call."""
    kernel = f"kernel_size={plan.kernel}"
    shown = ", ".join(
        [f"features={plan.origin.out_channels or 'features'}", kernel, *arguments]
        + ([] if plan.origin.bias else ["use_bias=False"])
    )
    words = [f"features={outputs}", kernel, *arguments, "use_bias=bias is not None"]
    lines = [
        "module = nn." + name + "(",
        *(f"    {word}," for word in words),
        ")",
        'params = {"kernel": weight} if bias is None else {"kernel": weight, "bias": bias}',
        'return module.apply({"params": params}, x)',
    ]
    if after:
        lines[-1] = 'y = module.apply({"params": params}, x)'
    return [*lines, *after], f"nn.{name}({shown})"


def _conv(plan: Plan) -> Written:
    body: list[str] = []
    before, imports, single, needs = "", [NN], True, False
    same = tuple(((k_e - 1) // 2, k_e // 2) for k_e in plan.extent)
    if (name := named(plan)) is not None:
        padding = name
    elif plan.mode in ("circular", "reflect") and plan.pads == same:
        padding = f"'{plan.mode.upper()}'"
    elif plan.mode != "zeros" and not nothing(plan.pads):
        body += padder(plan, "(0, 0)", ", (0, 0)")
        padding, before, imports, single = "'VALID'", "jnp.pad, then ", [JNP, NN], False
    else:
        padding = str(plan.pads)
    words = _words(plan.stride, padding, plan.dilation)
    if max(plan.stretch) > 1:
        words.append(f"input_dilation={plan.stretch}")
    if plan.depthwise:
        words.append("feature_group_count=x.shape[-1]")
    elif plan.origin.groups > 1:
        words.append(f"feature_group_count={plan.origin.groups}")
    lines, call = _apply(plan, "Conv", "weight.shape[-1]", words, [])
    call = before + call
    return Written(
        single,
        function(imports, call, body + lines),
        conversion(plan, Layout("*IO")),
        needs_size=needs,
        call=call,
    )


def _words(stride: Ints, padding: str, dilation: Ints) -> list[str]:
    words = [f"strides={stride}"] if max(stride) > 1 else []
    words.append(f"padding={padding}")
    if max(dilation) > 1:
        words.append(f"kernel_dilation={dilation}")
    return words


def _transposed(plan: Plan) -> Written:
    body: list[str] = []
    circular = plan.rule == "circular"
    single = not circular or plan.origin.dialect == "flax"
    if circular and plan.origin.groups == 1:
        padding, single = "'CIRCULAR'", True
    elif plan.pads is None:
        body += emulated(plan, "x.shape[1:-1]")
        padding, single = "pads", False
    else:
        padding = str(emulating(plan, plan.pads))
    if plan.origin.groups > 1:
        words = _words((1,) * plan.rank, padding, plan.dilation)
        words += [f"input_dilation={plan.stride}"] if max(plan.stride) > 1 else []
        words.append(f"feature_group_count={plan.origin.groups}")
        layout, module, outputs = Layout("*IO"), "Conv", "weight.shape[-1]"
    else:
        words = _words(plan.stride, padding, plan.dilation)
        turned = plan.origin.rotated
        words += ["transpose_kernel=True"] if turned else []
        layout = Layout("*OI" if turned else "*IO", "transposed", turned)
        module, outputs = "ConvTranspose", f"weight.shape[{-2 if turned else -1}]"
    lines, call = _apply(plan, module, outputs, words, [])
    return Written(
        single,
        function([NN], call.replace('"', "'"), body + lines),
        conversion(plan, layout),
        needs_size=plan.pads is None,
        call=call,
    )


def _pads(plan: Plan) -> tuple[list[str], str]:
    if (name := named(plan)) is not None:
        return [], name
    if plan.pads is None:
        return pads_of(plan, "x.shape[1:-1]"), "pads"
    return [], str(plan.pads)


def _max(plan: Plan) -> Written:
    lines, pads = _pads(plan)
    imports = [NN]
    if max(plan.dilation) > 1:
        if plan.pads is None:
            lines.append("pads = [(0, 0), *pads, (0, 0)]")
        elif pads == str(plan.pads):
            pads = f"((0, 0), {', '.join(str(pair) for pair in plan.pads)}, (0, 0))"
        call = f"lax.reduce_window(x, -jnp.inf, lax.max, {_window(plan)}, {pads}"
        call += f", window_dilation={_every(plan.dilation)})"
        imports = [JNP, LAX]
    else:
        call = f"nn.max_pool(x, {plan.kernel}, strides={plan.stride}, padding={pads})"
    return Written(
        not lines,
        function(imports, call, [*lines, f"return {call}"], pool=True),
        "",
        needs_size=plan.pads is None and bool(lines),
        call=call,
    )


def _every(values: Ints) -> str:
    return f"(1, {', '.join(map(str, values))}, 1)"


def _window(plan: Plan) -> str:
    return f"{_every(plan.kernel)}, {_every(plan.stride)}"


def _average(plan: Plan) -> Written:
    origin = plan.origin
    lines, pads = _pads(plan)
    dilated = max(plan.dilation) > 1
    partly = plan.rule == "ceil" and origin.count_include_pad and not nothing(plan.pads)
    if not dilated and not origin.divisor and not partly:
        counted = "" if origin.count_include_pad or nothing(plan.pads) else "False"
        counted = f", count_include_pad={counted}" if counted else ""
        call = f"nn.avg_pool(x, {plan.kernel}, strides={plan.stride}, padding={pads}{counted})"
        return Written(
            not lines,
            function([NN], call, [*lines, f"return {call}"], pool=True),
            "",
            needs_size=bool(lines),
            call=call,
        )
    if plan.pads is None and lines:
        lines.append("pads = [(0, 0), *pads, (0, 0)]")
    elif plan.pads is not None and pads == str(plan.pads):
        pads = f"((0, 0), {', '.join(str(pair) for pair in plan.pads)}, (0, 0))"
    more = f", window_dilation={_every(plan.dilation)}" if dilated else ""
    window = f"lax.reduce_window({{}}, 0.0, lax.add, {_window(plan)}, {{}}{more})"
    body = [*lines, f"total = {window.format('x', pads)}"]
    if origin.divisor:
        body.append(f"return total / {origin.divisor}")
    else:
        body.append("cells = jnp.ones_like(x)")
        cells, pads = counting(plan, pads, "(0, 0)", ", (0, 0)", "[1:-1]")
        body += cells
        body.append(f"return total / {window.format('cells', pads)}")
    words = f"{window.format('x', pads)} / {origin.divisor or 'the cells that count'}"
    return Written(
        False,
        function([JNP, LAX], words, body, pool=True),
        "",
        needs_size=plan.pads is None and bool(lines),
        call=words,
    )


def why(_plan: Plan) -> str:
    """No reason of its own."""
    return ""


def remarks(plan: Plan) -> Iterator[str]:
    """What to know of the port to Flax."""
    yield from near_emulated(plan)
    yield from near_conv(plan, "'SAME'")
    if plan.kind == "transposed" and plan.origin.rotated and plan.origin.groups == 1:
        yield (
            "transpose_kernel=True stamps the kernel as it is; Flax's default, False, has the same "
            "shape with the kernel rotated"
        )


WRITERS = {"conv": _conv, "transposed": _transposed, "max": _max, "avg": _average}
