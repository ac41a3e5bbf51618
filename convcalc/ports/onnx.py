"""ONNX: channels first, nodes of one small model that onnxruntime runs.

Law: one node where its attributes say the same; else a ``Pad`` before or after it (a negative pad
crops), and ``Add`` for the bias where zeros were added last. The model is built when the input is
seen, so pads that depend on its size are numbers in it.
"""

from __future__ import annotations

from collections.abc import Iterator

from convcalc.ports.code import (
    Written,
    fold_arrays,
    function,
    nothing,
    one,
    pads_of,
    refill,
    refolds,
)
from convcalc.ports.plan import Ints, Pairs, Plan, as_transposed
from convcalc.ports.weights import Layout, conversion
from convcalc.ports.words import (
    crops_of,
    dropped,
    near_conv,
    pads_at_most,
    pads_words,
    shift,
    turned,
)

IMPORTS = (
    "import numpy as np",
    "import onnxruntime",
    "from onnx import TensorProto, helper",
)

# What runs the nodes; float32, which onnxruntime has for every operator here.
RUN = """

def run(nodes, **inputs):
    arrays = {
        name: np.asarray(value, np.int64 if name == "pads" else np.float32)
        for name, value in inputs.items()
        if value is not None
    }
    declared = [
        helper.make_tensor_value_info(
            name, TensorProto.INT64 if name == "pads" else TensorProto.FLOAT, array.shape
        )
        for name, array in arrays.items()
    ]
    output = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    graph = helper.make_graph(nodes, "layer", declared, [output])
    opsets = [helper.make_opsetid("", 22)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=10)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    return session.run(["y"], arrays)[0]
"""


def _flat(pads: Pairs) -> list[int]:
    """ONNX's order: the begins of every axis, then the ends."""
    return [low for low, _ in pads] + [high for _, high in pads]


# A node's inputs.
_X, _PADDED, _X_WEIGHT = '["x"]', '["padded"]', '["x", "weight"]'

_FLAT = "[low for low, _ in pads] + [high for _, high in pads]"


def _pad_node(mode: str = "constant", value: str = "", name: str = "pads") -> str:
    more = f', "{value}"' if value else ""
    words = "" if mode == "constant" else f', mode="{mode}"'
    return f'helper.make_node("Pad", ["x", "{name}"{more}], ["padded"]{words})'


def _all_axes(flat: str, rank: int) -> str:
    """Pads of every axis, batch and channels too, as the input of a Pad node."""
    return f"[0, 0, *{flat}[:{rank}], 0, 0, *{flat}[{rank}:]]"


def _with_channels(pads: Pairs, sign: int = 1) -> list[int]:
    """The same as numbers."""
    low, high = [sign * low for low, _ in pads], [sign * high for _, high in pads]
    return [0, 0, *low, 0, 0, *high]


def _attributes(plan: Plan, *, pads: str = "", group: str = "") -> list[str]:
    found = [f"kernel_shape={list(plan.kernel)}"]
    if max(plan.stride) > 1:
        found.append(f"strides={list(plan.stride)}")
    if max(plan.dilation) > 1:
        found.append(f"dilations={list(plan.dilation)}")
    if pads:
        found.append(pads)
    if group:
        found.append(group)
    return found


def _node(operator: str, inputs: str, output: str, attributes: list[str]) -> str:
    return f'helper.make_node("{operator}", {inputs}, ["{output}"], {", ".join(attributes)})'


def _words(operator: str, attributes: list[str], before: str = "", after: str = "") -> str:
    return f"{before}{operator}({', '.join(attributes)}){after}"


def _code(words: str, body: list[str], *, pool: bool = False) -> str:
    return function(IMPORTS, words, body, pool=pool) + RUN


def _conv(plan: Plan) -> Written:
    if max(plan.stretch) > 1:
        return _transposed(as_transposed(plan))
    group = (
        "group=x.shape[1]"
        if plan.depthwise
        else f"group={plan.origin.groups}"
        if plan.origin.groups > 1
        else ""
    )
    body: list[str] = []
    pads, single, before, more = "", True, "", ""
    x = '"x"'
    padder = plan.mode != "zeros" and not nothing(plan.pads)
    if refolds(plan):
        body += refill(plan, 2, "np.take(x, cells, axis)")
        single, before = False, f"{plan.mode} padding by indices, then "
        plan, padder = plan._replace(pads=((0, 0),) * plan.rank), False
    if plan.named and not padder and max(plan.dilation) == 1:
        pads = 'auto_pad="{}"'.format("SAME_UPPER" if plan.rule == "same" else "SAME_LOWER")
    elif plan.pads is None:
        body += [*pads_of(plan, "x.shape[2:]"), f"flat = {_FLAT}"]
        pads = "pads=flat"
    elif not padder and all(cells >= 0 for pair in plan.pads for cells in pair):
        pads = f"pads={_flat(plan.pads)}" if not nothing(plan.pads) else ""
    if padder or (plan.pads is not None and any(cells < 0 for pair in plan.pads for cells in pair)):
        mode = {"zeros": "constant", "replicate": "edge", "circular": "wrap"}.get(
            plan.mode, plan.mode
        )
        assert plan.pads is not None
        body += [
            f"pads = {_with_channels(plan.pads)}",
            f"nodes = [{_pad_node(mode)}]",
        ]
        single, before, more, x, pads = False, "Pad, then ", ", pads=pads", '"padded"', ""
    attributes = _attributes(plan, pads=pads, group=group)
    body.append(f'names = [{x}, "weight"] if bias is None else [{x}, "weight", "bias"]')
    node = _node("Conv", "names", "y", attributes)
    body.append(f"node = {node}")
    nodes = "[*nodes, node]" if more else "[node]"
    body.append(f"return run({nodes}, x=x, weight=weight, bias=bias{more})")
    needs = plan.pads is None and pads == "pads=flat"
    words = _words("Conv", attributes, before)
    return Written(
        single and not needs,
        _code(words, body),
        conversion(plan, Layout("OI*")),
        needs_size=needs,
        call=words,
    )


def _transposed(plan: Plan) -> Written:
    group = f"group={plan.origin.groups}" if plan.origin.groups > 1 else ""
    rank = plan.rank
    # One node: pads crop each side, and output_padding below the stride adds cells behind.
    fits = plan.pads is not None and all(
        lo >= 0 and -hi < s for (lo, hi), s in zip(plan.pads, plan.stride, strict=True)
    )
    body: list[str] = []
    pads: list[str] = []
    if plan.pads is not None and (fits or plan.rule == "circular"):
        cropped = tuple((lo, max(hi, 0)) for lo, hi in plan.pads)
        extra = [max(-hi, 0) for _, hi in plan.pads]
        pads = [f"pads={_flat(cropped)}"] if not nothing(cropped) else []
        pads += [f"output_padding={extra}"] if any(extra) else []
    attributes = [*_attributes(plan), *pads, *([group] if group else [])]
    steps = max(plan.step or (1,)) > 1
    if fits and plan.rule != "circular" and not steps:
        body += [
            'names = ["x", "weight"] if bias is None else ["x", "weight", "bias"]',
            f"node = {_node('ConvTranspose', 'names', 'y', attributes)}",
            "return run([node], x=x, weight=weight, bias=bias)",
        ]
        words = _words("ConvTranspose", attributes)
        return Written(
            True,
            _code(words, body),
            conversion(plan, Layout("IO*", "transposed")),
            call=words,
        )
    node = _node("ConvTranspose", _X_WEIGHT, "y", attributes)
    body.append(f"y = run([{node}], x=x, weight=weight)")
    after = ""
    if plan.rule == "circular":
        body += fold_arrays(plan, "np")
        after = ", folded into periods of n*s"
    elif not fits:
        if plan.pads is None:
            body += [
                *pads_of(plan, "x.shape[2:]", "crops"),
                "flat = [-low for low, _ in crops] + [-high for _, high in crops]",
                f"pads = {_all_axes('flat', rank)}",
            ]
        else:
            body.append(f"pads = {_with_channels(plan.pads, -1)}  # a negative pad crops")
        body.append('y = run([helper.make_node("Pad", ["x", "pads"], ["y"])], x=y, pads=pads)')
        after = ", then Pad"
    if steps:
        body.append(f"y = y[:, :, {', '.join(f'::{step}' for step in plan.step)}]")
        after += ", every s-th cell"
    body.append(
        f"return y if bias is None else y + np.reshape(bias, (-1{', 1' * rank})).astype(y.dtype)"
    )
    words = _words("ConvTranspose", attributes, after=after + ", the bias last")
    return Written(
        False,
        _code(words, body),
        conversion(plan, Layout("IO*", "transposed")),
        needs_size=plan.pads is None,
        call=words,
    )


def _allowed(plan: Plan, pads: Pairs | None) -> bool:
    """Whether onnxruntime's pool takes these pads: each side of at least 0 and below k."""
    return pads is not None and all(
        0 <= cells < k for pair, k in zip(pads, plan.kernel, strict=True) for cells in pair
    )


def _pool(plan: Plan) -> Written:
    origin, average = plan.origin, plan.kind == "avg"
    if average and origin.divisor:
        return _divided(plan)
    operator = "AveragePool" if average else "MaxPool"
    pads = plan.base if plan.rule == "ceil" else plan.pads
    counted = average and origin.count_include_pad and not nothing(pads)
    extra = ["count_include_pad=1"] if counted else []
    extra += ["ceil_mode=1"] if plan.rule == "ceil" else []
    if name := _automatic(plan, counted):
        return _one_pool(operator, plan, f'auto_pad="{name}"', extra)
    if _allowed(plan, pads):
        assert pads is not None
        words = f"pads={_flat(pads)}" if not nothing(pads) else ""
        return _one_pool(operator, plan, words, extra)
    if average and pads is None:
        return _computed_average(plan, extra)
    if average and not origin.count_include_pad:
        return _cropped_average(plan)
    return _padded_pool(plan, operator)


def _automatic(plan: Plan, counted: bool) -> str:
    """The auto_pad that says the same; "" where none does."""
    name = "SAME_LOWER" if plan.rule.endswith("lower") else "SAME_UPPER"
    if plan.rule.startswith("same-inside"):
        return name  # only this node's own SAME starts inside the input
    if counted or not plan.named or max(plan.dilation) > 1:
        return ""
    # Where k < s MaxPool refuses its auto_pad, and AveragePool's starts inside the input.
    covering = all(k >= s for k, s in zip(plan.kernel, plan.stride, strict=True))
    return name if covering else ""


def _computed_average(plan: Plan, extra: list[str]) -> Written:
    """Pads that the input's size decides; they are below the kernel, so the node takes them."""
    attributes = _attributes(plan, pads="pads=flat") + extra
    body = [
        *pads_of(plan, "x.shape[2:]"),
        f"flat = {_FLAT}",
        f"node = {_node('AveragePool', _X, 'y', attributes)}",
        "return run([node], x=x)",
    ]
    words = _words("AveragePool", attributes)
    return Written(False, _code(words, body, pool=True), "", needs_size=True, call=words)


def _one_pool(operator: str, plan: Plan, pads: str, extra: list[str]) -> Written:
    attributes = _attributes(plan, pads=pads) + extra
    node = _node(operator, _X, "y", attributes)
    words = _words(operator, attributes)
    body = [f"node = {node}", "return run([node], x=x)"]
    return Written(True, _code(words, body, pool=True), "", call=words)


def _padded_pool(plan: Plan, operator: str) -> Written:
    """Pad first: with -inf for a maximum, with zeros for an average that counts them."""
    body = (
        [f"pads = {_with_channels(plan.pads)}"]
        if plan.pads is not None
        else [
            *pads_of(plan, "x.shape[2:]"),
            f"flat = {_FLAT}",
            f"pads = {_all_axes('flat', plan.rank)}",
        ]
    )
    value = "value" if operator == "MaxPool" else ""
    attributes = _attributes(plan)
    body += [
        f"nodes = [{_pad_node(value=value)}]",
        f"node = {_node(operator, _PADDED, 'y', attributes)}",
        "return run([*nodes, node], x=x, pads=pads" + (", value=-np.inf)" if value else ")"),
    ]
    words = _words(operator, attributes, "Pad, then ")
    return Written(
        False, _code(words, body, pool=True), "", needs_size=plan.pads is None, call=words
    )


def _cropped_average(plan: Plan) -> Written:
    """Averages over real cells with pads that no node takes: crop, and pad what remains."""
    assert plan.pads is not None
    crops = tuple((min(low, 0), min(high, 0)) for low, high in plan.pads)
    rest: Pairs = tuple((max(low, 0), max(high, 0)) for low, high in plan.pads)
    attributes = _attributes(plan, pads="" if nothing(rest) else f"pads={_flat(rest)}")
    body = [
        f"pads = {_with_channels(crops)}  # a negative pad crops",
        f"nodes = [{_pad_node()}]",
        f"node = {_node('AveragePool', _PADDED, 'y', attributes)}",
        "return run([*nodes, node], x=x, pads=pads)",
    ]
    words = _words("AveragePool", attributes, "Pad, then ")
    return Written(False, _code(words, body, pool=True), "", call=words)


def _divided(plan: Plan) -> Written:
    """A divisor of one's own: sums by a convolution with ones, one channel at a time."""
    pads = [
        "pads = " + str(plan.pads) if plan.pads is not None else "",
        *([] if plan.pads is not None else pads_of(plan, "x.shape[2:]")),
        f"flat = {_FLAT}",
    ]
    attributes = _attributes(plan, pads="pads=flat")
    shape: Ints = (1, 1, *plan.kernel)
    body = [
        *(line for line in pads if line),
        f"node = {_node('Conv', _X_WEIGHT, 'y', attributes)}",
        "single = x.reshape(-1, 1, *x.shape[2:])",
        f"total = run([node], x=single, weight=np.ones({shape}))",
        f"return total.reshape(*x.shape[:2], *total.shape[2:]) / {plan.origin.divisor}",
    ]
    words = "Conv with ones for the sum of every window, then Div"
    return Written(
        False, _code(words, body, pool=True), "", needs_size=plan.pads is None, call=words
    )


def why(plan: Plan) -> str:
    """What ONNX's operators lack, where that is the reason."""
    if plan.pads is None:
        if plan.kind == "max":
            return f"'{plan.rule}' with stride {one(plan.stride)} pads by the input size"
        return ""
    if plan.kind == "max":
        return f"its pool pads with -inf; here, {pads_words(plan.pads)}"
    if plan.kind == "transposed":
        return (
            f"pads are at least 0 and output_padding is below the stride {plan.stride[0]}; here, "
            f"of the s(n-1)+k_e cells {dropped(*plan.pads[0])}"
        )
    return ""


def remarks(plan: Plan) -> Iterator[str]:
    """What to know of the port to ONNX."""
    if (pads := crops_of(plan)) is not None:
        total = [k_e - s for k_e, s in zip(plan.extent, plan.stride, strict=True)]
        lower, lows = tuple(t - t // 2 for t in total), tuple(low for low, _ in pads)
        if list(map(sum, pads)) == total and min(total) >= 0 and lower != lows:
            yield f'near miss: auto_pad="SAME_LOWER" has the same shape; {shift(lower, lows)}'
    yield from near_conv(plan, 'auto_pad="SAME_UPPER"')
    yield from turned(plan)
    yield from pads_at_most(plan, "ONNX")


WRITERS = {"conv": _conv, "transposed": _transposed, "max": _pool, "avg": _pool}
