"""Flax's layers, linen and nnx, and its pools: their names, defaults and limits.

Law: what Flax accepts is read, what it refuses is refused with its reason. Source: flax 0.12.8,
whose answers are recorded in tests/golden/jax.jsonl.
"""

from __future__ import annotations

from convcalc.dialects.call import Bound, Call, Hints, bind, signature
from convcalc.dialects.jax import forward_padding, pairs, transposed
from convcalc.layers import Conv, Layer, Pool, TransposedConv
from convcalc.layers.axis import Pair, PerAxis, spread
from convcalc.layers.origin import Origin

EXAMPLES = ("Conv", "ConvTranspose", "max_pool", "avg_pool")

_LINEN = (
    "use_bias=True, mask=None, dtype=None, param_dtype=None, precision=None, kernel_init=None, "
    "bias_init=None"
)
_CONV = signature(
    "features, kernel_size, strides=1, padding='SAME', input_dilation=1, kernel_dilation=1, "
    f"feature_group_count=1, {_LINEN}"
)
_TRANSPOSED = signature(
    f"features, kernel_size, strides=None, padding='SAME', kernel_dilation=None, {_LINEN}, "
    "transpose_kernel=False"
)
_NNX_CONV = signature(
    "in_features, out_features, kernel_size, strides=1, padding='SAME', input_dilation=1, "
    "kernel_dilation=1, feature_group_count=1, use_bias=True"
)
_NNX_TRANSPOSED = signature(
    "in_features, out_features, kernel_size, strides=None, padding='SAME', kernel_dilation=None, "
    "use_bias=True, transpose_kernel=False"
)
_MAX_POOL = signature("inputs, window_shape, strides=None, padding='VALID'")
_AVG_POOL = signature("inputs, window_shape, strides=None, padding='VALID', count_include_pad=True")
_IGNORED = (
    "name", "parent", "promote_dtype", "preferred_element_type", "rngs", "mask", "dtype",
    "param_dtype", "precision", "kernel_init", "bias_init", "conv_general_dilated",
    "conv_general_dilated_cls", "kernel_metadata", "bias_metadata",
)  # fmt: skip

NOT_AFTER = frozenset[str]()


def knows(path: str) -> bool:
    """Whether a call's path is one of Flax's layers or pools."""
    return path.rpartition(".")[2] in EXAMPLES


def read(call: Call, _hints: Hints) -> Layer:
    """The layer that a call of Flax makes."""
    match call.name:
        case "max_pool":
            return _pool(bind(call, _MAX_POOL), "max")
        case "avg_pool":
            return _pool(bind(call, _AVG_POOL), "avg")
    nnx = "nnx" in call.path.split(".") or "in_features" in call.named
    if call.name == "Conv":
        return _conv(bind(call, _NNX_CONV if nnx else _CONV, _IGNORED))
    return _transposed(bind(call, _NNX_TRANSPOSED if nnx else _TRANSPOSED, _IGNORED))


def _kernel_size(bound: Bound) -> tuple[int, ...]:
    """Flax takes an integer as a kernel of one axis."""
    value = bound.integers("kernel_size")
    rank = len(value) if isinstance(value, tuple) else 1
    return spread(bound.per_axis("kernel_size", rank, 1), rank)


def _per_axis(bound: Bound, name: str, rank: int) -> PerAxis:
    if not bound.has(name):
        return 1
    return bound.per_axis(name, rank, 1, broadcast=False)


def _origin(bound: Bound, groups: int = 1) -> Origin:
    features = "out_features" if "out_features" in bound.defaults else "features"
    count = bound.optional_integer(features)
    if groups < 1 or (count is not None and (count < 1 or count % groups)):
        raise bound.fault(features, f"{features} {count} must be a multiple of groups {groups}")
    inputs = bound.optional_integer("in_features") if "in_features" in bound.defaults else None
    if inputs is not None and (inputs < 1 or inputs % groups):
        raise bound.fault(
            "in_features", f"in_features {inputs} must be a multiple of groups {groups}"
        )
    mask = bound.call.named.get("mask") or bound.given.get("mask")
    return Origin(
        "flax",
        bound.call.name,
        inputs,
        count,
        groups,
        bias=bound.flag("use_bias"),
        layout="*IO",
        beyond="mask" if mask is not None and mask.value is not None else None,
    )


def _pairs(bound: Bound, rank: int) -> tuple[Pair, ...] | None:
    """Flax's own spellings of pairs: one integer for all, or one entry for each axis."""
    value = bound.value("padding")
    if isinstance(value, int) and not isinstance(value, bool):
        return ((value, value),) * rank
    if not isinstance(value, tuple):
        return None
    return pairs(bound, rank, integers=True)


def _conv(bound: Bound) -> Conv:
    kernel = _kernel_size(bound)
    rank = len(kernel)
    stride, dilation = _per_axis(bound, "strides", rank), _per_axis(bound, "kernel_dilation", rank)
    stretch = _per_axis(bound, "input_dilation", rank)
    origin = _origin(bound, bound.integer("feature_group_count"))
    kernels = [d * (k - 1) + 1 for k, d in zip(kernel, spread(dilation, rank), strict=True)]
    padding: str | tuple[Pair, ...]
    if (given := _pairs(bound, rank)) is not None:
        padding = given
    elif (name := bound.word("padding")) in ("CIRCULAR", "REFLECT"):
        padding = tuple(((k_e - 1) // 2, k_e // 2) for k_e in kernels)
        origin = origin._replace(padding_mode=name.lower())
    elif name == "CAUSAL":
        if rank != 1:
            raise bound.fault("padding", f"CAUSAL padding is for one axis, the kernel has {rank}")
        padding = "causal"
    else:
        padding = forward_padding(bound, rank)
    if given is None and max(spread(stretch, rank)) > 1:
        raise bound.fault(
            "padding", "a padding name together with input_dilation is refused: give pairs"
        )
    return Conv(kernel, stride, padding, dilation, stretch, rank, origin)


def _transposed(bound: Bound) -> TransposedConv:
    kernel = _kernel_size(bound)
    rank = len(kernel)
    stride, dilation = _per_axis(bound, "strides", rank), _per_axis(bound, "kernel_dilation", rank)
    origin = _origin(bound)
    if bound.flag("transpose_kernel"):
        origin = origin._replace(layout="*OI")
    else:
        origin = origin._replace(rotated=False)
    if bound.value("padding") == "CIRCULAR":
        # The whole transposed convolution, folded into n*s cells: the size of "same".
        origin = origin._replace(padding_mode="circular")
        return TransposedConv(kernel, stride, "same", dilation, rank=rank, origin=origin)
    given = _pairs(bound, rank)
    if given is not None:
        argument = bound.given["padding"]._replace(value=given)
        bound = bound._replace(given={**bound.given, "padding": argument})
    return transposed(bound, rank, kernel, stride, dilation, origin)


def _pool(bound: Bound, kind: str) -> Pool:
    window = bound.integers("window_shape")
    if not isinstance(window, tuple):
        raise bound.fault("window_shape", f"window_shape must be a tuple, such as ({window},)")
    rank = len(window)
    kernel = bound.per_axis("window_shape", rank, 1)
    stride: PerAxis = 1
    if bound.has("strides"):
        if not isinstance(bound.value("strides"), tuple):
            raise bound.fault("strides", "strides of a pool must be a tuple")
        stride = bound.per_axis("strides", rank, 1, broadcast=False)
    counted = "count_include_pad" not in bound.defaults or bound.flag("count_include_pad")
    return Pool(
        kernel,
        stride,
        forward_padding(bound, rank),
        kind="max" if kind == "max" else "avg",
        rank=rank,
        origin=Origin("flax", bound.call.name, count_include_pad=counted),
    )
