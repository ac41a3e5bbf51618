"""ONNX's nodes, as ``onnx.helper.make_node`` writes them: attributes, defaults and limits.

Law: what onnxruntime accepts is read, what it refuses is refused with its reason. Where the
document, shape inference and onnxruntime differ, onnxruntime decides, for it runs. Source:
onnxruntime 1.32.0, whose answers are recorded in tests/golden/onnx.jsonl.
"""

from __future__ import annotations

from typing import Literal

from convcalc.dialects.call import Bound, Call, Hints, bind, signature
from convcalc.errors import SizeError
from convcalc.layers import Conv, Layer, Pool, TransposedConv
from convcalc.layers.axis import Pair, Worked
from convcalc.layers.origin import Limit, Origin

EXAMPLES = ("make_node",)
NEWEST_OPSET = 22

_NODE = "op_type, inputs, outputs, name=None, doc_string=None, domain=None, overload=None"
_CONV = "kernel_shape=None, strides=None, pads=None, dilations=None, auto_pad='NOTSET', group=1"
_ATTRIBUTES = {
    "Conv": signature(f"{_NODE}, {_CONV}"),
    "ConvTranspose": signature(f"{_NODE}, {_CONV}, output_padding=None, output_shape=None"),
    "MaxPool": signature(
        f"{_NODE}, kernel_shape, strides=None, pads=None, dilations=None, auto_pad='NOTSET', "
        "ceil_mode=0, storage_order=0"
    ),
    "AveragePool": signature(
        f"{_NODE}, kernel_shape, strides=None, pads=None, dilations=None, auto_pad='NOTSET', "
        "ceil_mode=0, count_include_pad=0"
    ),
    "LpPool": signature(
        f"{_NODE}, kernel_shape, strides=None, pads=None, dilations=None, auto_pad='NOTSET', "
        "ceil_mode=0, p=2"
    ),
}


# The first opset in which an operator has an attribute.
_SINCE = {
    "MaxPool": {"storage_order": 8, "ceil_mode": 10, "dilations": 10},
    "AveragePool": {"count_include_pad": 7, "ceil_mode": 10, "dilations": 19},
    "LpPool": {"ceil_mode": 18, "dilations": 18},
}

NOT_AFTER = frozenset[str]()


def knows(path: str) -> bool:
    """Whether a call's path makes an ONNX node."""
    return path.rpartition(".")[2] == "make_node"


def read(call: Call, hints: Hints) -> Layer:
    """The layer that a node describes; the hints say the opset, and a kernel it does not."""
    operator = call.positional[0] if call.positional else call.named.get("op_type")
    if operator is None or not isinstance(operator.value, str):
        raise call.fault("make_node wants the operator's name first, such as 'ConvTranspose'")
    name = operator.value
    if name not in _ATTRIBUTES:
        raise call.fault(
            f"no window in operator {name!r}; read are {', '.join(_ATTRIBUTES)}", operator.span
        )
    bound = bind(call._replace(path=name), _ATTRIBUTES[name])
    _check_opset(bound, NEWEST_OPSET if hints.opset is None else hints.opset)
    if not bound.has("kernel_shape"):
        kernel = hints.kernel
        if kernel is None:
            raise call.fault(
                f"kernel is missing: {name} without kernel_shape takes the kernel size from the "
                "weight"
            )
        shape = kernel if isinstance(kernel, tuple) else (kernel,)
    else:
        given = bound.integers("kernel_shape")
        shape = given if isinstance(given, tuple) else (given,)
    rank = len(shape)
    strides = _per_axis(bound, "strides", rank, 1, 1)
    dilations = _per_axis(bound, "dilations", rank, 1, 1)
    padding = _padding(bound, rank)
    match name:
        case "Conv":
            return _conv(bound, shape, strides, padding, dilations)
        case "ConvTranspose":
            return _transposed(bound, shape, strides, padding, dilations)
        case _:
            return _pool(bound, shape, strides, padding, dilations, name)


def _check_opset(bound: Bound, opset: int) -> None:
    if not 1 <= opset <= NEWEST_OPSET:
        raise bound.call.fault(f"opset {opset} is not known: allowed 1..{NEWEST_OPSET}")
    for name, since in _SINCE.get(bound.call.name, {}).items():
        if bound.has(name) and opset < since:
            raise bound.fault(
                name, f"{name} exists since opset {since}, the model is of opset {opset}"
            )


def _per_axis(bound: Bound, name: str, rank: int, default: int, least: int) -> tuple[int, ...]:
    if not bound.has(name):
        return (default,) * rank
    value = bound.per_axis(name, rank, least, broadcast=False)
    if not isinstance(value, tuple):
        raise bound.fault(name, f"{name} must be a list with one entry for each axis, got {value}")
    return value


def _padding(bound: Bound, rank: int) -> str | tuple[Pair, ...]:
    """auto_pad as a name, or pads: the begins of every axis, then the ends."""
    names = {
        "NOTSET": "",
        "VALID": "valid",
        "SAME_UPPER": "same",
        "SAME_LOWER": "same-lower",
    }
    automatic = bound.word("auto_pad")
    if automatic not in names:
        raise bound.fault("auto_pad", f"auto_pad {automatic!r} is none of {', '.join(names)}")
    if names[automatic]:
        if bound.has("pads") and bound.call.name in ("Conv", "ConvTranspose"):
            raise bound.fault(
                "pads", f"pads and auto_pad={automatic!r} contradict each other: leave one out"
            )
        return names[automatic]
    if not bound.has("pads"):
        return ((0, 0),) * rank
    pads = bound.per_axis("pads", 2 * rank, -(10**9), broadcast=False)
    if not isinstance(pads, tuple):
        raise bound.fault("pads", f"pads must be a list of {2 * rank} entries")
    for pad in pads:
        if pad < 0:
            raise bound.fault("pads", f"pads must be at least 0, got {pad}")
    return tuple(zip(pads[:rank], pads[rank:], strict=True))


def _origin(bound: Bound) -> Origin:
    groups = bound.integer("group")
    if groups < 1:
        raise bound.fault("group", f"group must be at least 1, got {groups}")
    inputs = bound.value("inputs")
    bias = isinstance(inputs, tuple) and len(inputs) > 2
    return Origin("onnx", bound.call.name, groups=groups, bias=bias)


def _conv(
    bound: Bound,
    kernel: tuple[int, ...],
    strides: tuple[int, ...],
    padding: str | tuple[Pair, ...],
    dilations: tuple[int, ...],
) -> Conv:
    if padding in ("same", "same-lower") and max(dilations) > 1:
        raise bound.fault("auto_pad", "onnxruntime refuses auto_pad SAME with dilations: give pads")
    return Conv(kernel, strides, padding, dilations, rank=len(kernel), origin=_origin(bound))


def _transposed(
    bound: Bound,
    kernel: tuple[int, ...],
    strides: tuple[int, ...],
    padding: str | tuple[Pair, ...],
    dilations: tuple[int, ...],
) -> TransposedConv:
    rank = len(kernel)
    after = _per_axis(bound, "output_padding", rank, 0, 0)
    origin = _origin(bound)
    for a, s, d in zip(after, strides, dilations, strict=True):
        if a >= max(s, d) or (a >= s and not bound.has("output_shape")):
            raise bound.fault(
                "output_padding",
                f"onnxruntime wants output_padding smaller than the stride: got {a} with stride "
                f"{s}, allowed 0..{s - 1}",
            )
    if bound.has("output_shape"):
        target = bound.integers("output_shape")
        sizes = target if isinstance(target, tuple) else (target,)
        # Old models give the batch and the channels too.
        sizes = sizes[2:] if len(sizes) == rank + 2 else sizes
        if len(sizes) != rank:
            raise bound.fault(
                "output_shape", f"output_shape has {len(sizes)} sizes for {rank} axes"
            )
        side = "same" if bound.value("auto_pad") == "SAME_UPPER" else "same-lower"
        limited = origin._replace(limits=(_consistent,))
        return TransposedConv(kernel, strides, side, dilations, after, sizes, rank, limited)
    if padding not in ("same", "same-lower"):
        return TransposedConv(kernel, strides, padding, dilations, after, None, rank, origin)
    # SAME crops what exceeds n*s, output padding included, and never adds.
    crops: list[Pair] = []
    for k, s, d, a in zip(kernel, strides, dilations, after, strict=True):
        total = max(d * (k - 1) + 1 - s + a, 0)
        small, large = total // 2, total - total // 2
        crops.append((small, large) if padding == "same" else (large, small))
    return TransposedConv(kernel, strides, tuple(crops), dilations, after, None, rank, origin)


def _consistent(worked: Worked) -> None:
    """The check of onnxruntime: a convolution with these pads must lead back to the input."""
    axis, n, o = worked.axis, worked.n, worked.output
    k_e = worked.window.effective_kernel
    whole = axis.stride * (n - 1) + k_e + axis.output_padding
    back = (o + max(whole - o, 0) - k_e) // axis.stride + 1
    if back != n:
        raise SizeError(
            f"output_shape {o} is inconsistent with an input of {n}: onnxruntime computes {back} "
            f"back from it; the whole output has {whole} cells"
        )


def _no_negative_same(worked: Worked) -> None:
    """Onnxruntime's MaxPool refuses SAME where the stride leaves cells out at the end."""
    axis = worked.axis
    if axis.padding != "valid" and (worked.output - 1) * axis.stride + axis.kernel < worked.n:
        raise SizeError(
            f"auto_pad SAME would pad less than nothing: kernel {axis.kernel} is smaller than "
            f"stride {axis.stride} on an input of {worked.n}; give pads"
        )


def _pool(
    bound: Bound,
    kernel: tuple[int, ...],
    strides: tuple[int, ...],
    padding: str | tuple[Pair, ...],
    dilations: tuple[int, ...],
    name: str,
) -> Pool:
    if isinstance(padding, tuple):
        for k, pair in zip(kernel, padding, strict=True):
            if max(pair) >= k:
                raise bound.fault(
                    "pads", f"pads must be smaller than the kernel: got {max(pair)} with kernel {k}"
                )
    elif padding != "valid" and max(dilations) > 1:
        raise bound.fault(
            "dilations",
            "onnxruntime leaves dilations out of auto_pad SAME, shape inference does not: give "
            "pads",
        )
    limits: tuple[Limit, ...] = ()
    if name == "MaxPool" and not isinstance(padding, tuple):
        limits = (_no_negative_same,)
    kinds: dict[str, Literal["max", "avg", "lp"]] = {
        "MaxPool": "max",
        "AveragePool": "avg",
        "LpPool": "lp",
    }
    counted = "count_include_pad" in bound.defaults and bound.flag("count_include_pad")
    origin = Origin("onnx", name, count_include_pad=counted, limits=limits)
    ceil = bound.flag("ceil_mode")
    return Pool(kernel, strides, padding, dilations, ceil, kinds[name], len(kernel), origin)
