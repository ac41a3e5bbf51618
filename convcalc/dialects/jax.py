"""jax.lax's convolutions: their names, defaults and limits.

Law: what lax accepts is read, what it refuses is refused with its reason. A padding given as
pairs to ``conv_transpose`` is the *emulating* convolution's. Source: jax 0.10.2, whose answers are
recorded in tests/golden/jax.jsonl.
"""

from __future__ import annotations

from convcalc.dialects.call import Bound, Call, Hints, bind, show, signature
from convcalc.layers import Conv, Layer, TransposedConv
from convcalc.layers.axis import Pair, PerAxis, spread
from convcalc.layers.origin import Origin

EXAMPLES = ("conv_general_dilated", "conv_transpose")

_CONV = signature(
    "lhs, rhs, window_strides, padding, lhs_dilation=None, rhs_dilation=None, "
    "dimension_numbers=None, feature_group_count=1, batch_group_count=1, precision=None, "
    "preferred_element_type=None, out_sharding=None"
)
_TRANSPOSED = signature(
    "lhs, rhs, strides, padding, rhs_dilation=None, dimension_numbers=None, "
    "transpose_kernel=False, precision=None, preferred_element_type=None, "
    "use_consistent_padding=False"
)

NOT_AFTER = frozenset[str]()


def knows(path: str) -> bool:
    """Whether a call's path is one of lax's convolutions."""
    name = path.rpartition(".")[2]
    return name in EXAMPLES


def read(call: Call, hints: Hints) -> Layer:
    """The layer that a call of jax.lax makes; its kernel size comes from the weight."""
    kernel = hints.kernel
    if kernel is None:
        raise call.fault(
            f"kernel is missing: {call.name} takes the kernel size from rhs, which the text does "
            "not say"
        )
    if call.name == "conv_transpose":
        bound = bind(call, _TRANSPOSED)
        rank = _rank(bound, "strides", kernel)
        stride = bound.per_axis("strides", rank, 1, broadcast=False)
        dilation = _optional(bound, "rhs_dilation", rank)
        rotated = bound.flag("transpose_kernel")
        layout = _layout(bound)
        if layout and rotated:  # lax swaps the letters too
            layout = layout.translate(str.maketrans("OI", "IO"))
        layout = layout or ("*OI" if rotated else "*IO")
        origin = Origin("jax", call.name, bias=False, rotated=rotated, layout=layout)
        consistent = bound.flag("use_consistent_padding")
        return transposed(bound, rank, kernel, stride, dilation, origin, consistent=consistent)
    bound = bind(call, _CONV)
    rank = _rank(bound, "window_strides", kernel)
    groups = bound.integer("feature_group_count")
    if groups < 1:
        raise bound.fault(
            "feature_group_count", f"feature_group_count must be at least 1: got {groups}"
        )
    stretch = _optional(bound, "lhs_dilation", rank)
    if isinstance(bound.value("padding"), str) and max(spread(stretch, rank)) > 1:
        raise bound.fault(
            "padding", "lax refuses a padding name together with lhs_dilation: give pairs"
        )
    return Conv(
        kernel,
        bound.per_axis("window_strides", rank, 1, broadcast=False),
        forward_padding(bound, rank),
        _optional(bound, "rhs_dilation", rank),
        stretch,
        rank,
        Origin(
            "jax",
            call.name,
            groups=groups,
            bias=False,
            layout=_layout(bound),
            beyond=None if bound.value("batch_group_count") == 1 else "batch_group_count",
        ),
    )


def _layout(bound: Bound) -> str | None:
    """The order of the kernel's axes that dimension_numbers names; the spatial ones by number."""
    if not bound.has("dimension_numbers"):
        return None
    match bound.value("dimension_numbers"):
        case (str(), str(kernel), str()) if sorted("OI") == sorted(set(kernel) & set("OI")):
            spatial = iter("0123456789")
            return "".join(sign if sign in "OI" else next(spatial, "?") for sign in kernel)
        case value:
            raise bound.fault(
                "dimension_numbers",
                "dimension_numbers must be three strings, such as ('NHWC', 'HWIO', 'NHWC'), got "
                f"{show(value)}",
            )


def _rank(bound: Bound, name: str, kernel: PerAxis) -> int:
    """The number of axes: lax wants a sequence of strides."""
    strides = bound.integers(name)
    if not isinstance(strides, tuple):
        raise bound.fault(name, f"{name} must be a sequence, such as ({strides},)")
    if isinstance(kernel, tuple) and len(kernel) != len(strides):
        raise bound.fault(
            name, f"{name} has {len(strides)} entries, the kernel has {len(kernel)} axes"
        )
    return len(strides)


def _optional(bound: Bound, name: str, rank: int) -> PerAxis:
    if not bound.has(name):
        return 1
    return bound.per_axis(name, rank, 1, broadcast=False)


def pairs(bound: Bound, rank: int, *, integers: bool = False) -> tuple[Pair, ...]:
    """A padding that is a sequence of (before, after), or of ``integers``, one for each axis."""
    value = bound.value("padding")
    if not isinstance(value, tuple):
        raise bound.fault("padding", "padding must be a name or a sequence of (before, after)")
    found: list[Pair] = []
    for entry in value:
        match entry:
            case (int(low), int(high)):
                found.append((low, high))
            case int(both) if integers:
                found.append((both, both))
            case _:
                also = "integers or " if integers else ""
                raise bound.fault("padding", f"padding must be a sequence of {also}(before, after)")
    if len(found) != rank:
        raise bound.fault("padding", f"padding has {len(found)} entries for {rank} axes")
    return tuple(found)


def forward_padding(bound: Bound, rank: int) -> str | tuple[Pair, ...]:
    """The padding of a convolution or pool: VALID, SAME, SAME_LOWER (in any case), or pairs."""
    if not isinstance(bound.value("padding"), str):
        return pairs(bound, rank)
    names = {"VALID": "valid", "SAME": "same", "SAME_LOWER": "same-lower"}
    name = bound.word("padding")
    if name.upper() not in names:
        raise bound.fault("padding", f"padding {name!r} is none of {', '.join(names)}")
    return names[name.upper()]


def transposed(
    bound: Bound,
    rank: int,
    kernel: PerAxis,
    stride: PerAxis,
    dilation: PerAxis,
    origin: Origin,
    *,
    consistent: bool = False,
) -> TransposedConv:
    """What ``lax.conv_transpose`` makes of a padding."""
    strides = spread(stride, rank)
    kernels = [
        d * (k - 1) + 1 for k, d in zip(spread(kernel, rank), spread(dilation, rank), strict=True)
    ]
    name = bound.value("padding")
    after: PerAxis = 0
    padding: str | tuple[Pair, ...]
    if name == "SAME":
        padding = "same"
    elif name == "VALID":
        padding = "valid"
        after = tuple(max(s - k_e, 0) for s, k_e in zip(strides, kernels, strict=True))
    elif isinstance(name, str):
        padding = _ordinary(bound, name, strides, kernels)
    else:
        emulating = pairs(bound, rank)
        padding = (
            emulating
            if consistent
            else tuple(
                (k_e - 1 - low, k_e - 1 - high)
                for k_e, (low, high) in zip(kernels, emulating, strict=True)
            )
        )
    return TransposedConv(kernel, stride, padding, dilation, after, rank=rank, origin=origin)


def _ordinary(
    bound: Bound, name: str, strides: tuple[int, ...], kernels: list[int]
) -> tuple[Pair, ...]:
    """Any other spelling goes to the ordinary convolution, which takes names at stride 1 only."""
    if name.upper() not in ("SAME", "SAME_LOWER", "VALID"):
        raise bound.fault("padding", f"padding {name!r} is none of SAME, VALID")
    if max(strides) > 1:
        raise bound.fault(
            "padding",
            f"lax takes {name!r} for a transposed convolution with stride 1 only: write 'SAME' or "
            "'VALID' in capitals, or pairs",
        )
    found: list[Pair] = []
    for k_e in kernels:
        total = 0 if name.upper() == "VALID" else k_e - 1
        low = total - total // 2 if name.upper() == "SAME_LOWER" else total // 2
        found.append((k_e - 1 - low, k_e - 1 - (total - low)))
    return tuple(found)
