"""Keras's layers: their names, defaults and limits.

Law: what Keras accepts is read, what it refuses is refused with its reason. Source: Keras 3.15 on
TensorFlow 2.21, whose answers are recorded in tests/golden/keras.jsonl.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from convcalc.dialects.call import Bound, Call, Hints, Value, bind, show, signature
from convcalc.layers import Conv, Layer, Pool, TransposedConv
from convcalc.layers.axis import Pair, PerAxis, spread
from convcalc.layers.origin import Origin

EXAMPLES = (
    "Conv2D", "Conv1D", "Conv3D", "Conv2DTranspose", "Conv1DTranspose", "DepthwiseConv2D",
    "SeparableConv2D", "MaxPooling2D", "AveragePooling2D", "MaxPool2D", "AvgPool2D",
)  # fmt: skip

_REST = (
    "activation=None, use_bias=True, kernel_initializer=None, bias_initializer=None, "
    "kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None, "
    "kernel_constraint=None, bias_constraint=None"
)
_CONV = signature(
    "filters, kernel_size, strides=1, padding='valid', data_format=None, dilation_rate=1, "
    f"groups=1, {_REST}"
)
_TRANSPOSED = signature(
    "filters, kernel_size, strides=1, padding='valid', output_padding=None, data_format=None, "
    f"dilation_rate=1, {_REST}"
)
_TRANSPOSED_3D = signature(
    "filters, kernel_size, strides=1, padding='valid', data_format=None, output_padding=None, "
    f"dilation_rate=1, {_REST}"
)
_DEPTHWISE = signature(
    "kernel_size, strides=1, padding='valid', depth_multiplier=1, data_format=None, "
    "dilation_rate=1, activation=None, use_bias=True"
)
_SEPARABLE = signature(
    "filters, kernel_size, strides=1, padding='valid', data_format=None, dilation_rate=1, "
    "depth_multiplier=1, activation=None, use_bias=True"
)
_POOL = signature("pool_size=2, strides=None, padding='valid', data_format=None, name=None")
_POOL_1D = signature("pool_size, strides=None, padding='valid', data_format=None, name=None")

# Arguments that change no shape and no value.
_IGNORED = (
    "name", "trainable", "dtype", "input_shape", "batch_input_shape", "batch_shape",
    "depthwise_initializer", "pointwise_initializer", "depthwise_regularizer",
    "pointwise_regularizer", "depthwise_constraint", "pointwise_constraint", "bias_initializer",
    "bias_regularizer", "activity_regularizer", "bias_constraint",
)  # fmt: skip

_LAYER = re.compile(
    r"(Conv|Convolution|DepthwiseConv|SeparableConv|SeparableConvolution|MaxPooling|MaxPool|"
    r"AveragePooling|AvgPool)([123])D(Transpose)?\Z"
)

# nn.Conv2D is a slip for nn.Conv2d, or Paddle's layer: as Keras's it would be a wrong answer.
NOT_AFTER = frozenset({"nn", "torch", "F"})


def knows(path: str) -> bool:
    """Whether a call's path is one of Keras's layers."""
    return _LAYER.match(path.rpartition(".")[2]) is not None


def read(call: Call, _hints: Hints) -> Layer:
    """The layer that a call of Keras makes."""
    found = _LAYER.match(call.name)
    assert found
    kind, axes, transposed = found.groups()
    rank = int(axes)
    kind = kind.replace("Convolution", "Conv")
    if transposed and kind != "Conv":
        raise call.fault(f"Keras has no {call.name}")
    match kind:
        case "Conv" if transposed:
            return _transposed(_bind(call, _TRANSPOSED_3D if rank == 3 else _TRANSPOSED), rank)
        case "Conv":
            return _conv(_bind(call, _CONV), rank, "Conv")
        case "DepthwiseConv" | "SeparableConv" if rank == 3:
            raise call.fault(f"Keras has no {call.name}: only 1D and 2D")
        case "DepthwiseConv":
            return _conv(_bind(call, _DEPTHWISE), rank, kind)
        case "SeparableConv":
            return _conv(_bind(call, _SEPARABLE), rank, kind)
        case _:
            bound = _bind(call, _POOL_1D if rank == 1 and kind == "AveragePooling" else _POOL)
            return _pool(bound, rank, "max" if kind.startswith("Max") else "avg")


def _bind(call: Call, parameters: Mapping[str, Value]) -> Bound:
    return bind(call, parameters, _IGNORED)


def _padding(bound: Bound, *also: str) -> str:
    name = bound.word("padding").lower()
    valid = ("valid", "same", *also)
    if name not in valid:
        raise bound.fault(
            "padding", f"padding {bound.word('padding')!r} is none of {', '.join(valid)}"
        )
    return name


def _activation(bound: Bound) -> str | None:
    value = bound.value("activation")
    return None if value in (None, "linear") else show(value)


def _per_axis(bound: Bound, name: str, rank: int, least: int = 1) -> PerAxis:
    return bound.per_axis(name, rank, least, broadcast=False)


def _no_dilated_stride(bound: Bound, rank: int, stride: PerAxis, dilation: PerAxis) -> None:
    if max(spread(stride, rank)) > 1 and max(spread(dilation, rank)) > 1:
        raise bound.fault(
            "dilation_rate",
            f"Keras refuses strides > 1 together with dilation_rate > 1: got strides {stride} and "
            f"dilation_rate {dilation}; dilate first and take every s-th cell after it",
        )


def _conv(bound: Bound, rank: int, kind: str) -> Conv:
    kernel = _per_axis(bound, "kernel_size", rank)
    stride, dilation = _per_axis(bound, "strides", rank), _per_axis(bound, "dilation_rate", rank)
    padding = _padding(bound, *(("causal",) if rank == 1 and kind == "Conv" else ()))
    origin = Origin(
        "keras",
        bound.call.name,
        bias=bound.flag("use_bias"),
        activation=_activation(bound),
    )
    if kind == "Conv":
        _no_dilated_stride(bound, rank, stride, dilation)
        groups = bound.integer("groups")
        filters = bound.optional_integer("filters")
        if groups < 1 or (filters is not None and (filters < 1 or filters % groups)):
            raise bound.fault(
                "groups", f"filters {filters} must be a positive multiple of groups {groups}"
            )
        origin = origin._replace(out_channels=filters, groups=groups, layout="*IO")
    else:
        multiplier = bound.integer("depth_multiplier")
        if multiplier < 1:
            raise bound.fault(
                "depth_multiplier", f"depth_multiplier must be at least 1, got {multiplier}"
            )
        strides = set(spread(stride, rank))
        if rank == 2 and len(strides) > 1 and max(spread(dilation, rank)) == 1:
            raise bound.fault(
                "strides",
                f"TensorFlow's depthwise convolution takes equal strides only, got {stride}",
            )
        filters = bound.optional_integer("filters") if "filters" in bound.defaults else None
        origin = origin._replace(depth_multiplier=multiplier, out_channels=filters, layout="*IM")
    return Conv(kernel, stride, padding, dilation, rank=rank, origin=origin)


def _transposed(bound: Bound, rank: int) -> TransposedConv:
    kernel = _per_axis(bound, "kernel_size", rank)
    stride, dilation = _per_axis(bound, "strides", rank), _per_axis(bound, "dilation_rate", rank)
    padding = _padding(bound)
    _no_dilated_stride(bound, rank, stride, dilation)
    filters = bound.optional_integer("filters")
    if filters is not None and filters < 1:
        raise bound.fault("filters", f"filters must be at least 1, got {filters}")
    origin = Origin(
        "keras",
        bound.call.name,
        out_channels=filters,
        bias=bound.flag("use_bias"),
        activation=_activation(bound),
        layout="*OI",
    )
    strides = spread(stride, rank)
    kernels = [
        d * (k - 1) + 1 for k, d in zip(spread(kernel, rank), spread(dilation, rank), strict=True)
    ]
    if not bound.has("output_padding"):
        if padding == "same":
            return TransposedConv(kernel, stride, "same", dilation, rank=rank, origin=origin)
        # valid: (n-1)s + max(k_e, s)
        after = tuple(max(s - k_e, 0) for s, k_e in zip(strides, kernels, strict=True))
        return TransposedConv(kernel, stride, 0, dilation, after, rank=rank, origin=origin)
    given = spread(_per_axis(bound, "output_padding", rank, 0), rank)
    for a, s in zip(given, strides, strict=True):
        if a >= s:
            raise bound.fault(
                "output_padding",
                f"Keras wants output_padding smaller than strides: got {a} with strides {s}, "
                f"allowed 0..{s - 1}",
            )
    if padding == "valid":
        return TransposedConv(kernel, stride, 0, dilation, given, rank=rank, origin=origin)
    crops: list[Pair] = []
    rests: list[int] = []
    for a, k_e in zip(given, kernels, strict=True):
        # same: (n-1)s + k_e%2 + a, cropped as the SAME padding of that size would pad
        if k_e % 2 == 0 and a == 0:
            raise bound.fault(
                "output_padding",
                "TensorFlow refuses padding='same' with output_padding 0 and an even kernel "
                f"(k_e = {k_e}): leave output_padding out, or give at least 1",
            )
        total = k_e - k_e % 2 - a
        crops.append((max(total, 0) // 2, max(total, 0) - max(total, 0) // 2))
        rests.append(max(-total, 0))
    return TransposedConv(
        kernel, stride, tuple(crops), dilation, tuple(rests), rank=rank, origin=origin
    )


def _pool(bound: Bound, rank: int, kind: str) -> Pool:
    kernel = _per_axis(bound, "pool_size", rank)
    stride = _per_axis(bound, "strides", rank) if bound.has("strides") else None
    origin = Origin("keras", bound.call.name, count_include_pad=False)
    return Pool(
        kernel,
        stride,
        _padding(bound),
        kind="max" if kind == "max" else "avg",
        rank=rank,
        origin=origin,
    )
