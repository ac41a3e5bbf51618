"""PyTorch's layers and functions without a window.

Law: names, parameters and defaults are those of PyTorch 2.13; a function's tensor comes first.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from math import prod

from convcalc.dialects.call import Bound, Call, Opaque, bind, show, signature
from convcalc.graph.operations import (
    AdaptivePool,
    Concat,
    CropLike,
    Elementwise,
    Expand,
    Flatten,
    GlobalPool,
    Linear,
    Operation,
    Pad,
    PixelShuffle,
    Pointwise,
    Reshape,
    Resize,
    Squeeze,
    Transpose,
)

_ACTIVATIONS = (
    "ReLU", "ReLU6", "LeakyReLU", "RReLU", "ELU", "SELU", "CELU", "GELU", "SiLU", "Mish",
    "Sigmoid", "Tanh", "Softmax", "LogSoftmax", "Softmax2d", "Softmin", "Softplus", "Softsign",
    "Softshrink", "Hardshrink", "Tanhshrink", "Hardtanh", "Hardswish", "Hardsigmoid",
    "LogSigmoid", "Threshold",
)  # fmt: skip
_OTHERS = (
    "Identity", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout",
    "FeatureAlphaDropout", "LocalResponseNorm", "CrossMapLRN2d", "ChannelShuffle",
)  # fmt: skip
_FUNCTIONS = (
    "relu", "relu_", "relu6", "leaky_relu", "elu", "selu", "celu", "gelu", "silu", "swish",
    "mish", "sigmoid", "tanh", "softmax", "log_softmax", "softplus", "softsign", "hardtanh",
    "hardswish", "hard_swish", "hardsigmoid", "hard_sigmoid", "logsigmoid", "log_sigmoid",
    "threshold", "dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout",
    "local_response_norm", "normalize", "contiguous", "clamp", "exp", "abs", "sqrt", "float",
    "half",
)  # fmt: skip
_MODES = {
    "nearest": "nearest", "nearest-exact": "nearest", "linear": "linear", "bilinear": "linear",
    "trilinear": "linear", "bicubic": "cubic",
}  # fmt: skip
_PADS = {
    "Zero": "zeros", "Constant": "zeros", "Reflection": "reflect", "Replication": "replicate",
    "Circular": "circular",
}  # fmt: skip

# Sizes of another tensor: all that are spatial, or so many of the last.
_LIKE = re.compile(r".*\.(?:shape|size\(\))\[(?:2|-([123])):\]", re.DOTALL)
_BATCH_NORM = signature(
    "num_features, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True, "
    "device=None, dtype=None, bias=True"
)
_LAZY_NORM = {name: value for name, value in _BATCH_NORM.items() if name != "num_features"}
_INSTANCE_NORM = {**_BATCH_NORM, "affine": False, "track_running_stats": False}
_GROUP_NORM = signature(
    "num_groups, num_channels, eps=1e-05, affine=True, device=None, dtype=None, bias=True"
)
_LAYER_NORM = signature(
    "normalized_shape, eps=1e-05, elementwise_affine=True, bias=True, device=None, dtype=None"
)
_LINEAR = signature("in_features, out_features, bias=True, device=None, dtype=None")
_LAZY_LINEAR = signature("out_features, bias=True, device=None, dtype=None")
_FLATTEN = signature("start_dim=1, end_dim=-1")
_UPSAMPLE = signature(
    "size=None, scale_factor=None, mode='nearest', align_corners=None, recompute_scale_factor=None"
)
_PAD = signature("pad, mode='constant', value=None")


def _pointwise(call: Call) -> Operation:
    return Pointwise(call.name.rstrip("_").lower())


def _batch_norm(call: Call) -> Operation:
    parameters = _INSTANCE_NORM if call.name.startswith("Instance") else _BATCH_NORM
    bound = bind(call, parameters, ("process_group",))
    op = "instancenorm" if call.name.startswith("Instance") else "batchnorm"
    channels = bound.positive("num_features")
    return Pointwise(op, per_channel=_scales(bound, "affine"), channels=channels)


def _lazy_norm(call: Call) -> Operation:
    bound = bind(call, _LAZY_NORM)
    op = "instancenorm" if "Instance" in call.name else "batchnorm"
    return Pointwise(op, per_channel=_scales(bound, "affine"))


def _scales(bound: Bound, affine: str) -> int:
    """How many numbers a norm trains for each channel or cell: a weight, and a bias."""
    return 1 + bound.flag("bias") if bound.flag(affine) else 0


def _group_norm(call: Call) -> Operation:
    bound = bind(call, _GROUP_NORM)
    groups, channels = bound.integer("num_groups"), bound.integer("num_channels")
    if groups < 1 or channels < 1 or channels % groups:
        raise bound.fault(
            "num_channels", f"num_channels {channels} must be a multiple of num_groups {groups}"
        )
    return Pointwise("groupnorm", per_channel=_scales(bound, "affine"), channels=channels)


def _layer_norm(call: Call) -> Operation:
    bound = bind(call, _LAYER_NORM)
    given = bound.integers("normalized_shape")
    sizes = given if isinstance(given, tuple) else (given,)
    if min(sizes) < 1:
        raise bound.fault("normalized_shape", f"normalized_shape must be at least 1, got {given}")
    per_cell = _scales(bound, "elementwise_affine")
    if call.name == "RMSNorm":
        per_cell = min(per_cell, 1)
    return Pointwise("layernorm", parameters=per_cell * prod(sizes), last=sizes)


def _prelu(call: Call) -> Operation:
    bound = bind(call, signature("num_parameters=1, init=0.25, device=None, dtype=None"))
    slopes = bound.positive("num_parameters")  # one for all, or one for each channel
    return Pointwise("prelu", parameters=slopes, channels=slopes if slopes > 1 else None)


def _linear(call: Call) -> Operation:
    bound = bind(call, _LINEAR)
    inward, outward = bound.positive("in_features"), bound.positive("out_features")
    return Linear(outward, inward, bound.flag("bias"))


def _lazy_linear(call: Call) -> Operation:
    bound = bind(call, _LAZY_LINEAR)
    return Linear(bound.positive("out_features"), None, bound.flag("bias"))


def _flatten(call: Call) -> Operation:
    bound = bind(call, _FLATTEN)
    return Flatten(bound.integer("start_dim"), bound.integer("end_dim"))


def _adaptive(call: Call) -> Operation:
    bound = bind(call, signature("output_size, return_indices=False"))
    found = re.search(r"([123])d\Z", call.name)
    assert found
    value = bound.value("output_size")
    entries = value if isinstance(value, tuple) else (value,)
    sizes = tuple(_optional(bound, "output_size", entry) for entry in entries)
    sizes = sizes * int(found[1]) if len(sizes) == 1 else sizes
    if len(sizes) != int(found[1]):
        raise bound.fault("output_size", f"output_size has {len(sizes)} entries for {found[1]}d")
    kind = "max" if "max" in call.name.lower() else "avg"
    if set(sizes) == {1}:
        return GlobalPool(kind)
    return AdaptivePool(sizes, kind)


def _optional(bound: Bound, name: str, entry: object) -> int | None:
    if entry is None or (isinstance(entry, int) and not isinstance(entry, bool) and entry > 0):
        return entry
    raise bound.fault(name, f"{name} must hold whole numbers of at least 1, or None")


def _factors(bound: Bound, name: str) -> tuple[int, ...]:
    """Whole factors; PyTorch prints them as floats."""
    value = bound.value(name)
    entries = value if isinstance(value, tuple) else (value,)
    found = []
    for entry in entries:
        if isinstance(entry, bool) or not isinstance(entry, int | float) or not entry >= 1:
            raise bound.fault(name, f"{name} must be a whole number of at least 1, got {entry!r}")
        if isinstance(entry, float) and entry > 2**53:
            raise bound.fault(
                name, f"{name} {entry} is not an exact number: write it without a point"
            )
        if entry != int(entry):
            raise bound.fault(
                name, f"{name} {entry} is not a whole number: give the size instead, as size=(h, w)"
            )
        found.append(int(entry))
    return tuple(found)


def _upsample(call: Call) -> Operation:
    bound = bind(call, _UPSAMPLE, ("antialias",))
    if call.name.startswith("Upsampling"):
        mode, corners = call.name[10:-2].lower(), "Bilinear" in call.name
    else:
        mode, corners = bound.word("mode"), bool(bound.value("align_corners"))
    if mode not in _MODES:
        raise bound.fault("mode", f"mode {mode!r} is none of {', '.join(_MODES)}")
    if bound.has("size") == bound.has("scale_factor"):
        raise bound.fault("size", "give size or scale_factor, one of them")
    if bound.has("scale_factor"):
        factors = _factors(bound, "scale_factor")
        return Resize(factors=factors, mode=_MODES[mode], corners=corners)
    size = bound.value("size")
    like = _LIKE.fullmatch(size.text) if isinstance(size, Opaque) else None
    if like:
        return Resize(mode=_MODES[mode], corners=corners, like=int(like[1] or 0))
    given = bound.integers("size")
    sizes = given if isinstance(given, tuple) else (given,)
    if min(sizes) < 1:
        raise bound.fault("size", f"size must be at least 1, got {min(sizes)}")
    return Resize(sizes=sizes, mode=_MODES[mode], corners=corners)


def _pad_layer(call: Call) -> Operation:
    found = re.fullmatch(r"(\w+)Pad([123])d", call.name)
    assert found
    bound = bind(call, signature("padding, value=0"))
    given = bound.integers("padding")
    values = given if isinstance(given, tuple) else (given,) * (2 * int(found[2]))
    if len(values) != 2 * int(found[2]):
        raise bound.fault(
            "padding",
            f"padding has {len(values)} entries, {call.name} wants two "
            "for each axis, the last axis first",
        )
    return Pad(_pairs(values), _PADS[found[1]])


def _pad(call: Call) -> Operation:
    bound = bind(call, _PAD)
    given = bound.integers("pad")
    values = given if isinstance(given, tuple) else (given,)
    if len(values) % 2:
        raise bound.fault("pad", f"pad wants two numbers for each dimension, got {len(values)}")
    modes = {
        "constant": "zeros",
        "reflect": "reflect",
        "replicate": "replicate",
        "circular": "circular",
    }
    mode = bound.word("mode")
    if mode not in modes:
        raise bound.fault("mode", f"mode {mode!r} is none of {', '.join(modes)}")
    return Pad(_pairs(values), modes[mode])


def _pairs(values: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """PyTorch writes the last dimension first."""
    pairs = list(zip(values[::2], values[1::2], strict=True))
    return tuple(reversed(pairs))


def _shuffle(call: Call) -> Operation:
    back = call.name.lower().replace("_", "") == "pixelunshuffle"
    name = "downscale_factor" if back else "upscale_factor"
    bound = bind(call, signature(name))
    return PixelShuffle(bound.positive(name), back)


def _unflatten(call: Call) -> Operation:
    bound = bind(call, signature("dim, unflattened_size"))
    sizes = bound.integers("unflattened_size")
    if bound.integer("dim") != 1 or not isinstance(sizes, tuple):
        raise bound.fault("dim", "only Unflatten(1, (c, ...)) is followed")
    return Reshape(sizes, batch=False)


LAYERS: dict[str, Callable[[Call], Operation]] = {
    **dict.fromkeys([*_ACTIVATIONS, *_OTHERS], _pointwise),
    **{f"BatchNorm{rank}d": _batch_norm for rank in (1, 2, 3)},
    **{f"InstanceNorm{rank}d": _batch_norm for rank in (1, 2, 3)},
    **{f"LazyBatchNorm{rank}d": _lazy_norm for rank in (1, 2, 3)},
    **{f"LazyInstanceNorm{rank}d": _lazy_norm for rank in (1, 2, 3)},
    "SyncBatchNorm": _batch_norm,
    "FrozenBatchNorm2d": lambda call: Pointwise("batchnorm", channels=_first(call)),
    "GroupNorm": _group_norm,
    "LayerNorm": _layer_norm,
    "RMSNorm": _layer_norm,
    "PReLU": _prelu,
    "Linear": _linear,
    "LazyLinear": _lazy_linear,
    "Flatten": _flatten,
    "Unflatten": _unflatten,
    **{f"Adaptive{kind}Pool{rank}d": _adaptive for kind in ("Avg", "Max") for rank in (1, 2, 3)},
    "Upsample": _upsample,
    "UpsamplingNearest2d": _upsample,
    "UpsamplingBilinear2d": _upsample,
    **{f"{kind}Pad{rank}d": _pad_layer for kind in _PADS for rank in (1, 2, 3)},
    "PixelShuffle": _shuffle,
    "PixelUnshuffle": _shuffle,
}  # fmt: skip


def _first(call: Call) -> int | None:
    value = call.positional[0].value if call.positional else None
    return value if isinstance(value, int) else None


_ALIASES = {"axis": "dim", "keepdims": "keepdim"}  # NumPy's names, which PyTorch takes too


def _bound(call: Call, parameters: str) -> Bound:
    """A function's arguments, by PyTorch's names."""
    named = {_ALIASES.get(name, name): value for name, value in call.named.items()}
    spans = {_ALIASES.get(name, name): span for name, span in call.named_spans.items()}
    return bind(call._replace(named=named, named_spans=spans), signature(parameters), ("dtype",))


def _concat(call: Call) -> Operation:
    """``torch.cat`` joins images where it is not told; a bare ``cat`` is of channels."""
    first = 0 if call.path.startswith("torch.") else 1
    return Concat(_bound(call, f"dim={first}").integer("dim"))


def _reduced(call: Call) -> Operation:
    """``x.mean([2, 3])``: a global pool that drops its axes."""
    bound = _bound(call, "dim, keepdim=False")
    given = bound.integers("dim")
    over = given if isinstance(given, tuple) else (given,)
    kind = {"mean": "avg", "amax": "max"}.get(call.name, call.name)
    return GlobalPool(kind, bound.flag("keepdim"), over)


def _reshape(call: Call) -> Operation:
    """``x.view(x.size(0), -1)`` and ``x.reshape(n, c, h, w)``; the batch may be any expression."""
    entries = [argument.value for argument in call.positional]
    if len(entries) == 1 and isinstance(entries[0], tuple):
        entries = list(entries[0])
    sizes = []
    for entry in entries[1:]:
        if isinstance(entry, bool) or not isinstance(entry, int):
            raise call.fault(
                f"{call.name}: the sizes after the batch must be numbers, got {show(entry)}"
            )
        sizes.append(entry)
    if not sizes:
        raise call.fault(f"{call.name} wants the batch and the other sizes, as view(x.size(0), -1)")
    return Reshape(tuple(sizes), batch=False)


def _order(call: Call) -> Operation:
    values = [argument.value for argument in call.positional]
    if len(values) == 1 and isinstance(values[0], tuple):
        values = list(values[0])
    order = tuple(value for value in values if isinstance(value, int))
    if len(order) != len(values) or not order:
        raise call.fault(f"{call.name} wants the order as numbers")
    return Transpose(order)


def _squeeze(call: Call) -> Operation:
    bound = _bound(call, "dim")
    given = bound.integers("dim")
    return Squeeze(given if isinstance(given, tuple) else (given,), call.name == "unsqueeze")


def _flatten_function(call: Call) -> Operation:
    bound = bind(call, signature("start_dim=0, end_dim=-1"))
    return Flatten(bound.integer("start_dim"), bound.integer("end_dim"))


def _crop(call: Call) -> Operation:
    """``crop(a, like)``, or ``center_crop(a, [h, w])`` as torchvision writes it."""
    if not call.positional and not call.named:
        return CropLike()
    bound = bind(call, signature("output_size"))
    given = bound.integers("output_size")
    return CropLike(given if isinstance(given, tuple) else (given,))


def _elementwise(call: Call) -> Operation:
    return Elementwise(
        {"sub": "subtract", "mul": "multiply", "div": "divide"}.get(call.name, call.name)
    )


# What functions take besides their tensors, which the reader of a program has taken away.
LAYERS |= {
    **dict.fromkeys(_FUNCTIONS, _pointwise),
    **dict.fromkeys(
        ["add", "sub", "subtract", "mul", "multiply", "div", "divide", "maximum", "minimum"],
        _elementwise,
    ),
    **dict.fromkeys(("cat", "concat", "concatenate"), _concat),
    **dict.fromkeys(("crop", "center_crop"), _crop),
    **{f"adaptive_{kind}_pool{rank}d": _adaptive for kind in ("avg", "max") for rank in (1, 2, 3)},
    "expand_as": lambda _: Expand(),
    "flatten": _flatten_function,
    "interpolate": _upsample,
    "upsample": _upsample,
    "pad": _pad,
    "mean": _reduced,
    "amax": _reduced,
    "view": _reshape,
    "reshape": _reshape,
    "permute": _order,
    "squeeze": _squeeze,
    "unsqueeze": _squeeze,
    "pixel_shuffle": _shuffle,
    "pixel_unshuffle": _shuffle,
}
