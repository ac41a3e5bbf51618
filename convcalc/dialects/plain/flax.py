"""Flax's layers without a window, linen and nnx, in channels-first words.

Law: names, parameters and defaults are those of flax 0.12; the last dimension of Flax, its
channels, is the first after the batch here.
"""

from __future__ import annotations

from collections.abc import Callable

from convcalc.dialects.call import Call, bind, signature
from convcalc.graph.operations import Linear, Operation, Pointwise

_IGNORED = (
    "name", "dtype", "param_dtype", "precision", "kernel_init", "bias_init", "dot_general",
    "promote_dtype", "rngs", "in_features",
)  # fmt: skip


_OF_NORMS = (
    *_IGNORED, "scale_init", "axis_name", "axis_index_groups", "use_fast_variance",
    "force_float32_reductions", "num_features", "mask",
)  # fmt: skip
_NORMS = {
    "BatchNorm": signature(
        "use_running_average=None, momentum=0.99, epsilon=1e-5, use_bias=True, use_scale=True"
    ),
    "LayerNorm": signature("epsilon=1e-6, use_bias=True, use_scale=True"),
    "GroupNorm": signature(
        "num_groups=32, group_size=None, epsilon=1e-6, use_bias=True, use_scale=True"
    ),
    "RMSNorm": signature("epsilon=1e-6, use_scale=True"),
}


def _dense(call: Call) -> Operation:
    """``nn.Dense(features=10)``."""
    bound = bind(call, signature("features, use_bias=True"), _IGNORED)
    return Linear(bound.positive("features"), None, bound.flag("use_bias"), along=1)


def _norm(call: Call) -> Operation:
    bound = bind(call, _NORMS[call.name], _OF_NORMS)
    trained = ("use_bias" in bound.defaults and bound.flag("use_bias")) + bound.flag("use_scale")
    return Pointwise(call.name.lower(), per_channel=trained)


LAYERS: dict[str, Callable[[Call], Operation]] = {
    **dict.fromkeys(_NORMS, _norm),
    "Dense": _dense,
}
