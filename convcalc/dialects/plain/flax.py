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


def _dense(call: Call) -> Operation:
    """``nn.Dense(features=10)``."""
    bound = bind(call, signature("features, use_bias=True"), _IGNORED)
    return Linear(bound.positive("features"), None, bound.flag("use_bias"), along=1)


def _norm(call: Call) -> Operation:
    trained = 2 - sum(
        name in call.named and call.named[name].value is False for name in ("use_bias", "use_scale")
    )
    return Pointwise("batchnorm", per_channel=trained)


LAYERS: dict[str, Callable[[Call], Operation]] = {"BatchNorm": _norm, "Dense": _dense}
