"""PyTorch's layers and functions: their names, defaults and limits.

Law: what PyTorch accepts is read, what it refuses is refused with its reason. Source: PyTorch
2.13.0, whose answers are recorded in tests/golden/pytorch.jsonl.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from convcalc.dialects.call import Bound, Call, Hints, Value, bind, signature
from convcalc.errors import SizeError
from convcalc.layers import Conv, Layer, Pool, TransposedConv
from convcalc.layers.axis import Padding, PerAxis, Worked
from convcalc.layers.origin import Limit, Origin
from convcalc.layers.pool import check_half

MODES = ("zeros", "reflect", "replicate", "circular")

_CONV = signature(
    "in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, "
    "bias=True, padding_mode='zeros', device=None, dtype=None"
)
_TRANSPOSED = signature(
    "in_channels, out_channels, kernel_size, stride=1, padding=0, output_padding=0, groups=1, "
    "bias=True, dilation=1, padding_mode='zeros', device=None, dtype=None"
)
_MAX_POOL = signature(
    "kernel_size, stride=None, padding=0, dilation=1, return_indices=False, ceil_mode=False"
)
_AVG_POOL = signature(
    "kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, "
    "divisor_override=None"
)
_LP_POOL = signature("norm_type, kernel_size, stride=None, ceil_mode=False")
_F_CONV = signature("input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1")
_F_TRANSPOSED = signature(
    "input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1"
)
_F_MAX_POOL = signature(
    "input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False"
)
_F_AVG_POOL = signature(
    "input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, "
    "divisor_override=None"
)
_F_LP_POOL = signature("input, norm_type, kernel_size, stride=None, ceil_mode=False")

_LAYER = re.compile(r"(Lazy)?(ConvTranspose|Conv|MaxPool|AvgPool|LPPool)([123])d\Z")
_FUNCTION = re.compile(r"(conv_transpose|conv|max_pool|avg_pool|lp_pool)([123])d\Z")

EXAMPLES = (
    "Conv2d",
    "ConvTranspose2d",
    "MaxPool2d",
    "AvgPool2d",
    "LazyConv2d",
    "conv2d",
    "conv_transpose2d",
    "max_pool2d",
    "avg_pool2d",
    "LPPool2d",
)

NOT_AFTER = frozenset({"layers", "keras"})


def knows(path: str) -> bool:
    """Whether a call's path is one of PyTorch's layers or functions."""
    name = path.rpartition(".")[2]
    return _LAYER.match(name) is not None or _FUNCTION.match(name) is not None


def read(call: Call, hints: Hints) -> Layer:
    """The layer that a call of PyTorch makes; the hints say a kernel it takes from a weight."""
    if found := _LAYER.match(call.name):
        lazy, kind, rank = found.groups()
        return _layer(call, kind, int(rank), lazy=lazy is not None)
    found = _FUNCTION.match(call.name)
    assert found
    kind, rank = found.groups()
    return _function(call, kind, int(rank), hints.kernel)


def _layer(call: Call, kind: str, rank: int, *, lazy: bool) -> Layer:
    def without_inputs(parameters: Mapping[str, Value]) -> Mapping[str, Value]:
        return {n: d for n, d in parameters.items() if not (lazy and n == "in_channels")}

    match kind:
        case "Conv":
            bound = bind(call, without_inputs(_CONV))
            return _conv(
                bound, rank, bound.per_axis("kernel_size", rank, 1, broadcast=False), _origin(bound)
            )
        case "ConvTranspose":
            bound = bind(call, without_inputs(_TRANSPOSED))
            return _transposed(
                bound, rank, bound.per_axis("kernel_size", rank, 1, broadcast=False), _origin(bound)
            )
        case "MaxPool":
            return _pool(bind(call, _MAX_POOL), rank, "max")
        case "AvgPool":
            return _pool(bind(call, _AVG_POOL), rank, "avg")
        case _:
            return _pool(bind(call, _LP_POOL), rank, "lp")


def _function(call: Call, kind: str, rank: int, kernel: PerAxis | None) -> Layer:
    match kind:
        case "conv" | "conv_transpose":
            if kernel is None:
                raise call.fault(
                    f"kernel is missing: {call.name} takes the kernel size from the weight, "
                    "which the text does not say"
                )
            bound = bind(call, _F_CONV if kind == "conv" else _F_TRANSPOSED)
            origin = Origin(
                "pytorch", call.name, groups=bound.integer("groups"), bias=bound.has("bias")
            )
            make = _conv if kind == "conv" else _transposed
            return make(bound, rank, kernel, origin)
        case "max_pool":
            return _pool(bind(call, _F_MAX_POOL), rank, "max")
        case "avg_pool":
            return _pool(bind(call, _F_AVG_POOL), rank, "avg")
        case _:
            return _pool(bind(call, _F_LP_POOL), rank, "lp")


def _origin(bound: Bound) -> Origin:
    """Channels and groups, as PyTorch checks them."""
    groups = bound.integer("groups")
    if groups < 1:
        raise bound.fault("groups", f"groups must be at least 1, got {groups}")
    channels: dict[str, int | None] = {}
    for name in ("in_channels", "out_channels"):
        channels[name] = count = bound.optional_integer(name) if name in bound.defaults else None
        if count is not None and (count < 0 or count % groups):
            raise bound.fault(name, f"{name} {count} must be a multiple of groups {groups}")
    mode = bound.word("padding_mode")
    if mode not in MODES:
        raise bound.fault("padding_mode", f"padding_mode {mode!r} is none of {', '.join(MODES)}")
    return Origin(
        "pytorch",
        bound.call.name,
        channels["in_channels"],
        channels["out_channels"],
        groups,
        bound.flag("bias"),
        mode,
    )


def _kernel(bound: Bound, rank: int) -> PerAxis:
    return bound.per_axis("kernel_size", rank, 1, broadcast=False)


def _conv(bound: Bound, rank: int, kernel: PerAxis, origin: Origin) -> Conv:
    stride = bound.per_axis("stride", rank, 1)
    dilation = bound.per_axis("dilation", rank, 1)
    padding: Padding
    if isinstance(bound.value("padding"), str):
        padding = bound.word("padding")
        if padding not in ("valid", "same"):
            raise bound.fault("padding", f"padding {padding!r} is neither 'valid' nor 'same'")
        if padding == "same" and stride not in (1, (1,) * rank):
            raise bound.fault(
                "padding",
                "padding='same' is not supported for strided convolutions (PyTorch): give the "
                "padding as a number ((k-1)//2 halves the size at stride 2 for odd k), or pad "
                "with F.pad first",
            )
    else:
        padding = bound.per_axis("padding", rank, 0)
    limited = origin._replace(limits=_limits(origin))
    return Conv(kernel, stride, padding, dilation, rank=rank, origin=limited)


def _limits(origin: Origin) -> tuple[Limit, ...]:
    most = {"reflect": -1, "circular": 0}.get(origin.padding_mode)
    if most is None:
        return ()

    def limit(worked: Worked) -> None:
        if max(worked.padding) > worked.n + most:
            raise SizeError(
                f"padding_mode={origin.padding_mode!r} pads at most {worked.n + most} of an input "
                f"of {worked.n}, got {max(worked.padding)}"
            )

    return (limit,)


def _transposed(bound: Bound, rank: int, kernel: PerAxis, origin: Origin) -> TransposedConv:
    if origin.padding_mode != "zeros":
        raise bound.fault(
            "padding_mode", f"only padding_mode='zeros' exists here, got {origin.padding_mode!r}"
        )
    if isinstance(bound.value("padding"), str):
        raise bound.fault(
            "padding", "a transposed convolution of PyTorch takes numbers, not a padding name"
        )
    return TransposedConv(
        kernel,
        bound.per_axis("stride", rank, 1),
        bound.per_axis("padding", rank, 0),
        bound.per_axis("dilation", rank, 1),
        bound.per_axis("output_padding", rank, 0),
        rank=rank,
        origin=origin,
    )


def _pool(bound: Bound, rank: int, kind: Literal["max", "avg", "lp"]) -> Pool:
    origin = Origin("pytorch", bound.call.name)
    if "count_include_pad" in bound.defaults:
        origin = origin._replace(
            count_include_pad=bound.flag("count_include_pad"),
            divisor=bound.optional_integer("divisor_override"),
        )
    if kind == "avg" and rank == 3:
        origin = origin._replace(limits=(_average_of_three_axes,))
    kernel = _kernel(bound, rank)
    stride = bound.per_axis("stride", rank, 1) if bound.has("stride") else None
    padding: PerAxis = 0
    dilation: PerAxis = 1
    if "padding" in bound.defaults:
        padding = bound.per_axis("padding", rank, 0)
    if "dilation" in bound.defaults:
        dilation = bound.per_axis("dilation", rank, 1)
    pool = Pool(kernel, stride, padding, dilation, bound.flag("ceil_mode"), kind, rank, origin)
    check_half(pool)
    return pool


def _average_of_three_axes(worked: Worked) -> None:
    """PyTorch's 3-D average pool wants the input itself to be as large as the kernel."""
    if worked.n < worked.axis.kernel:
        raise SizeError(
            f"AvgPool3d takes an input of at least the kernel size before padding: got {worked.n} "
            f"with kernel {worked.axis.kernel}"
        )
