"""Keras's layers without a window.

Law: names, parameters and defaults are those of Keras 3.15. What counts dimensions counts them with
the channels last (``ChannelsLast``); an axis that is not followed is refused, never guessed.
"""

from __future__ import annotations

from collections.abc import Callable

from convcalc.dialects.call import Bound, Call, bind, signature
from convcalc.graph.operations import (
    ChannelsLast,
    Concat,
    Elementwise,
    Flatten,
    GlobalPool,
    Linear,
    Operation,
    Pad,
    Pointwise,
    Reshape,
    Resize,
    Transpose,
)

_IGNORED = (
    "name", "trainable", "dtype", "input_shape", "data_format", "activation",
    "kernel_initializer", "bias_initializer", "kernel_regularizer", "bias_regularizer",
    "activity_regularizer", "kernel_constraint", "bias_constraint", "lora_rank",
)  # fmt: skip
_POINTWISE = (
    "Activation", "LeakyReLU", "Softmax", "SpatialDropout1D", "SpatialDropout2D",
    "SpatialDropout3D", "GaussianDropout", "GaussianNoise", "Rescaling", "Normalization",
    "ActivityRegularization",
)  # fmt: skip
_JOINS = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum")


def _pointwise(call: Call) -> Operation:
    if call.name == "Activation":
        value = call.positional[0].value if call.positional else None
        return Pointwise(value if isinstance(value, str) else "activation")
    return Pointwise(call.name.lower())


def _dense(call: Call) -> Operation:
    bound = bind(call, signature("units, activation=None, use_bias=True"), _IGNORED)
    return Linear(bound.positive("units"), None, bound.flag("use_bias"), along=1)


_NORMS = {
    "BatchNormalization": signature(
        "axis=-1, momentum=0.99, epsilon=0.001, center=True, scale=True"
    ),
    "LayerNormalization": signature("axis=-1, epsilon=0.001, center=True, scale=True"),
    "GroupNormalization": signature("groups=32, axis=-1, epsilon=0.001, center=True, scale=True"),
}
_OF_NORMS = (
    "beta_initializer", "gamma_initializer", "beta_regularizer", "gamma_regularizer",
    "beta_constraint", "gamma_constraint", "moving_mean_initializer",
    "moving_variance_initializer", "renorm", "fused", "virtual_batch_size", "synchronized",
    "batch_size",
)  # fmt: skip


def _norm(call: Call) -> Operation:
    bound = bind(call, _NORMS[call.name], (*_IGNORED, *_OF_NORMS))
    axes = bound.integers("axis")
    axis, *more = axes if isinstance(axes, tuple) else (axes,)
    if more:
        raise bound.fault("axis", f"{call.name} is followed over one axis")
    op = call.name.lower().replace("ization", "")
    trained = bound.flag("center") + bound.flag("scale")
    if axis == -1:
        return Pointwise(op, per_channel=trained)
    return ChannelsLast(Pointwise(op, per_channel=trained, along=axis))


def _prelu(call: Call) -> Operation:
    bound = bind(call, signature("shared_axes=None"), (*_IGNORED, "alpha_initializer"))
    axes = bound.value("shared_axes")
    if axes not in ((1,), (1, 2), (1, 2, 3)):
        raise bound.fault(
            "shared_axes",
            "PReLU is followed with one slope for each channel: shared_axes=[1, 2] for an image",
        )
    return Pointwise("prelu", per_channel=1)


def _global_pool(call: Call) -> Operation:
    bound = bind(call, signature("data_format=None, keepdims=False"), _IGNORED)
    return GlobalPool("max" if "Max" in call.name else "avg", bound.flag("keepdims"))


def _upsampling(call: Call) -> Operation:
    rank = int(call.name[-2])
    bound = bind(call, signature("size=2, data_format=None, interpolation='nearest'"), _IGNORED)
    given = bound.per_axis("size", rank, 1, broadcast=False)
    factors = given if isinstance(given, tuple) else (given,) * rank
    modes = {"nearest": "nearest", "bilinear": "linear", "bicubic": "cubic"}
    mode = bound.word("interpolation")
    if mode not in modes:
        raise bound.fault("interpolation", f"interpolation {mode!r} is none of {', '.join(modes)}")
    return Resize(factors=factors, mode=modes[mode])


def _padding(call: Call) -> Operation:
    rank, crop = int(call.name[-2]), call.name.startswith("Crop")
    name = "cropping" if crop else "padding"
    default = "(0, 0)" if crop else "1"
    bound = bind(call, {name: 0 if crop else 1}, _IGNORED)
    pairs = _sides(bound, name, rank, default)
    if crop:
        pairs = tuple((-low, -high) for low, high in pairs)
    return Pad(pairs, op="crop" if crop else "pad")


def _sides(bound: Bound, name: str, rank: int, default: str) -> tuple[tuple[int, int], ...]:
    """One number; one for each axis; or (before, after) for each axis."""
    value = bound.value(name)
    if isinstance(value, int):
        return ((value, value),) * rank
    if isinstance(value, tuple):
        if rank == 1 and len(value) == 2:
            value = (value,)
        found: list[tuple[int, int]] = []
        for entry in value:
            match entry:
                case int(both):
                    found.append((both, both))
                case (int(low), int(high)):
                    found.append((low, high))
        if len(found) == rank == len(value):
            return tuple(found)
    raise bound.fault(
        name, f"{name} wants one number, one for each of {rank} axes, or pairs; as {default}"
    )


def _concatenate(call: Call) -> Operation:
    bound = bind(call, signature("axis=-1"), _IGNORED)
    axis = bound.integer("axis")
    return Concat(1) if axis == -1 else ChannelsLast(Concat(axis))


def _join(call: Call) -> Operation:
    bind(call, {}, _IGNORED)
    return ChannelsLast(Elementwise(call.name.lower()))


def _reshape(call: Call) -> Operation:
    bound = bind(call, signature("target_shape"), _IGNORED)
    target = bound.integers("target_shape")
    return ChannelsLast(Reshape(target if isinstance(target, tuple) else (target,), batch=False))


def _flatten(call: Call) -> Operation:
    bind(call, signature("data_format=None"), _IGNORED)
    return Flatten()


def _permute(call: Call) -> Operation:
    bound = bind(call, signature("dims"), _IGNORED)
    dims = bound.integers("dims")
    return ChannelsLast(Transpose((0, *(dims if isinstance(dims, tuple) else (dims,)))))


LAYERS: dict[str, Callable[[Call], Operation]] = {
    **dict.fromkeys(_POINTWISE, _pointwise),
    **dict.fromkeys(_JOINS, _join),
    "Dense": _dense,
    **dict.fromkeys(_NORMS, _norm),
    "PReLU": _prelu,
    **{
        f"Global{kind}{word}{rank}D": _global_pool
        for kind in ("Average", "Max", "Avg")
        for word in ("Pooling", "Pool")
        for rank in (1, 2, 3)
    },
    **{f"UpSampling{rank}D": _upsampling for rank in (1, 2, 3)},
    **{f"ZeroPadding{rank}D": _padding for rank in (1, 2, 3)},
    **{f"Cropping{rank}D": _padding for rank in (1, 2, 3)},
    "Concatenate": _concatenate,
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Permute": _permute,
}
