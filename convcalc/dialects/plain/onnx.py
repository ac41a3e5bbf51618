"""ONNX's operators inside a network: what each makes of its attributes and its constant inputs.

Law: the window operators are read by ``dialects.onnx``; here stand the others, and the channels,
which come from the sizes of the weights. Shapes of constants are known, values only of small ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from math import prod
from typing import NamedTuple, TypeAlias

from convcalc.dialects import onnx
from convcalc.dialects.call import Argument, Call, Hints, Value
from convcalc.errors import ParameterError
from convcalc.graph.operations import (
    Concat,
    Elementwise,
    Expand,
    Flatten,
    GlobalPool,
    Linear,
    MatMul,
    Operation,
    Pad,
    Part,
    PixelShuffle,
    Pointwise,
    Reshape,
    Resize,
    Slice,
    Squeeze,
    Transpose,
    Windowed,
)
from convcalc.layers import Layer, Pool

Dims: TypeAlias = tuple[int, ...]

WINDOWS = ("Conv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool")
_POINTWISE = (
    "Relu", "LeakyRelu", "Elu", "Selu", "Celu", "Gelu", "Sigmoid", "HardSigmoid",
    "HardSwish", "Tanh", "Softmax", "LogSoftmax", "Hardmax", "Softplus", "Softsign",
    "ThresholdedRelu", "Mish", "Swish", "Clip", "Abs", "Neg", "Exp", "Log", "Sqrt", "Reciprocal",
    "Floor", "Ceil", "Round", "Sign", "Erf", "Sin", "Cos", "Not", "Identity", "Cast", "Dropout",
    "LRN", "LpNormalization", "MeanVarianceNormalization", "QuantizeLinear", "DequantizeLinear",
    "CumSum", "Trilu",
)  # fmt: skip
_ELEMENTWISE = "Add Sub Mul Div Pow Max Min Mean Sum And Or Xor PRelu Mod Where".split()  # noqa: SIM905
FARTHEST = 2**31 - 1
_MODES = {"nearest": "nearest", "linear": "linear", "cubic": "cubic"}


class NodeView(NamedTuple):
    """One node: its attributes, and of its inputs the shapes and values that are constant."""

    op_type: str
    attributes: Mapping[str, Value]
    shapes: tuple[Dims | None, ...]
    values: tuple[Dims | None, ...]
    opset: int

    def integers(self, name: str, place: int) -> Dims | None:
        """An attribute that newer opsets give as an input."""
        given = self.attributes.get(name)
        if isinstance(given, tuple):
            return tuple(entry for entry in given if isinstance(entry, int))
        if place < len(self.values):
            return self.values[place]
        return None

    def needed(self, name: str, place: int) -> Dims:
        """As ``integers``, where the shape cannot be known without it."""
        found = self.integers(name, place)
        if found is None:
            raise ParameterError(self.unknown(name))
        return found

    def unknown(self, name: str) -> str:
        """What to say where a value is made by operators that are not followed."""
        return (
            f"{self.op_type}: its {name} is worked out while the network runs, so the shape "
            "cannot be known from the file; export it with fixed sizes, or simplify it"
        )

    def number(self, name: str, default: int) -> int:
        """An integer attribute."""
        value = self.attributes.get(name, default)
        return value if isinstance(value, int) else default

    def weights(self, *places: int) -> int:
        """The cells of constant inputs; a single cell is a number of the formula, not trained."""
        shapes = (self.shapes[place] for place in places if place < len(self.shapes))
        cells = (prod(shape) for shape in shapes if shape is not None)
        return sum(count for count in cells if count > 1)

    def word(self, name: str, default: str) -> str:
        """A string attribute."""
        value = self.attributes.get(name, default)
        return value if isinstance(value, str) else default


# The operation, and which inputs it takes as tensors (None: all that there are).
Made: TypeAlias = tuple[Operation, tuple[int, ...] | None]


def make(node: NodeView) -> Made | None:
    """The operation of a node; None for an operator that is not known."""
    if node.op_type in WINDOWS:
        return _window(node), (0,)
    maker = MAKERS.get(node.op_type)
    return None if maker is None else maker(node)


def _window(node: NodeView) -> Operation:
    weight = node.shapes[1] if len(node.shapes) > 1 else None
    kernel = weight[2:] if weight is not None else None
    layer = _layer(
        node.op_type, tuple(node.attributes.items()), kernel, len(node.shapes), node.opset
    )
    if isinstance(layer, Pool):
        return Windowed(layer)
    if weight is None:
        raise ParameterError(
            f"{node.op_type}: its weight is not a constant, so its shape is not known"
        )
    if len(weight) < 3 or (isinstance(layer.kernel, tuple) and layer.kernel != kernel):
        raise ParameterError(
            f"{node.op_type}: the weight {weight} and kernel_shape {layer.kernel} do not agree"
        )
    assert layer.origin is not None
    first, second = weight[0], weight[1] * layer.origin.groups
    inward, outward = (second, first) if node.op_type == "Conv" else (first, second)
    return Windowed(layer, layer.origin._replace(in_channels=inward, out_channels=outward))


@lru_cache(1024)
def _layer(
    op_type: str,
    attributes: tuple[tuple[str, Value], ...],
    kernel: Dims | None,
    inputs: int,
    opset: int,
) -> Layer:
    """The window of a node; networks repeat theirs."""
    nowhere = (0, 0)
    named = {name: Argument(value, nowhere) for name, value in attributes}
    positional = (
        Argument(op_type, nowhere),
        Argument(("x",) * inputs, nowhere),
        Argument(("y",), nowhere),
    )
    call = Call("", "make_node", nowhere, positional, named, dict.fromkeys(named, nowhere))
    layer: Layer = onnx.read(call, Hints(kernel, min(opset, onnx.NEWEST_OPSET)))
    return layer


def _pointwise(node: NodeView) -> Made:
    return Pointwise(node.op_type.lower()), (0,)


def _norm(node: NodeView) -> Made:
    scale = node.shapes[1] if len(node.shapes) > 1 else None
    channels = scale[0] if scale is not None and len(scale) == 1 else None
    name = "batchnorm" if node.op_type.startswith("Batch") else "instancenorm"
    return Pointwise(name, per_channel=2, channels=channels), (0,)


def _scaled(node: NodeView) -> Made:
    return Pointwise(node.op_type.lower().replace("alization", ""), node.weights(1, 2)), (0,)


def _elementwise(node: NodeView) -> Made:
    names = {"Sub": "subtract", "Mul": "multiply", "Div": "divide", "Sum": "add"}
    name = names.get(node.op_type, node.op_type.lower())
    return Elementwise(name, node.weights(*range(len(node.shapes)))), None


def _concat(node: NodeView) -> Made:
    return Concat(node.number("axis", 1)), None


def _flatten(node: NodeView) -> Made:
    if node.number("axis", 1) != 1:
        raise ParameterError(f"Flatten with axis {node.number('axis', 1)} is not followed, only 1")
    return Flatten(), (0,)


def _reshape(node: NodeView) -> Made:
    zeros = not node.number("allowzero", 0)
    return Reshape(node.needed("shape", 1), zeros=zeros), (0,)


def _expand(node: NodeView) -> Made:
    target = node.needed("shape", 1)
    if not target or any(isinstance(size, int) and size < 1 for size in target):
        raise ParameterError(f"Expand to {target}: sizes are at least 1")
    return Expand(target), (0,)


def _transpose(node: NodeView) -> Made:
    return Transpose(node.integers("perm", 99) or ()), (0,)


def _squeeze(node: NodeView) -> Made:
    return Squeeze(node.needed("axes", 1), node.op_type == "Unsqueeze"), (0,)


def _gemm(node: NodeView) -> Made:
    if node.number("transA", 0):
        raise ParameterError("Gemm with transA is not followed")
    weight = node.shapes[1]
    if weight is None or len(weight) != 2:
        raise ParameterError("Gemm: its weight is not a constant matrix")
    inward, outward = reversed(weight) if node.number("transB", 0) else weight
    return Linear(outward, inward, len(node.shapes) > 2), (0,)


def _matmul(node: NodeView) -> Made:
    weight = node.shapes[1]
    if weight is not None and len(weight) == 2:
        return Linear(weight[1], weight[0], bias=False), (0,)
    return MatMul(node.weights(0, 1)), None


def _global(node: NodeView) -> Made:
    kind = {"GlobalMaxPool": "max", "GlobalLpPool": "lp"}.get(node.op_type, "avg")
    return GlobalPool(kind), (0,)


def _reduce(node: NodeView) -> Made:
    kind = {"Mean": "avg"}.get(node.op_type[6:], node.op_type[6:].lower())
    keep = bool(node.number("keepdims", 1))
    return GlobalPool(kind, keep, node.needed("axes", 1)), (0,)


def _pad(node: NodeView) -> Made:
    pads = node.needed("pads", 1)
    half = len(pads) // 2
    modes = {"constant": "zeros", "reflect": "reflect", "edge": "replicate", "wrap": "circular"}
    mode = modes.get(node.word("mode", "constant"), "zeros")
    return Pad(tuple(zip(pads[:half], pads[half:], strict=True)), mode), (0,)


def _resize(node: NodeView) -> Made:
    """Sizes or whole scales, which stand in the last inputs."""
    mode = node.word("mode", "nearest")
    where = node.word("coordinate_transformation_mode", "half_pixel")
    how = node.word("nearest_mode", "round_prefer_floor")
    corners = where == "align_corners"
    if node.op_type == "Upsample" or where == "asymmetric":
        known = mode == "nearest" and (node.op_type == "Upsample" or how == "floor")
    else:
        known = where in ("half_pixel", "pytorch_half_pixel", "align_corners")
        known = known and (mode != "nearest" or (how == "round_prefer_floor" and not corners))
    sizes = node.values[3] if len(node.values) > 3 else None
    if sizes is not None:
        return Resize(sizes=sizes[2:], mode=_mode(mode), corners=corners, known=known), (0,)
    place = 1 if node.op_type == "Upsample" or len(node.values) < 3 else 2
    scales = node.needed("scales", place)
    if any(scale < 1 for scale in scales) or scales[:2] != (1, 1):
        raise ParameterError(
            f"{node.op_type}: scales {scales} are not whole numbers: give sizes instead"
        )
    return Resize(factors=scales[2:], mode=_mode(mode), corners=corners, known=known), (0,)


def _mode(mode: str) -> str:
    return _MODES.get(mode, "nearest")


def _shuffle(node: NodeView) -> Made:
    back = node.op_type == "SpaceToDepth"
    return PixelShuffle(node.number("blocksize", 1), back), (0,)


def _slice(node: NodeView) -> Made:
    starts, ends = node.needed("starts", 1), node.needed("ends", 2)
    axes = node.integers("axes", 3) or tuple(range(len(starts)))
    steps = node.integers("steps", 4) or (1,) * len(starts)
    if not len(starts) == len(ends) == len(axes) == len(steps) == 1 or steps[0] < 1:
        raise ParameterError("Slice is followed along one dimension at a time, with a step above 0")
    # Exporters write the largest integer for the end, and the smallest for the beginning.
    first = 0 if starts[0] <= -FARTHEST else starts[0]
    last = None if ends[0] >= FARTHEST else ends[0]
    return Slice(axes[0], first, last, steps[0]), (0,)


MAKERS: dict[str, Callable[[NodeView], Made]] = {
    **dict.fromkeys(_POINTWISE, _pointwise),
    **dict.fromkeys(_ELEMENTWISE, _elementwise),
    "BatchNormalization": _norm,
    "InstanceNormalization": _norm,
    **dict.fromkeys(("GroupNormalization", "LayerNormalization", "RMSNormalization"), _scaled),
    "Concat": _concat,
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Expand": _expand,
    "Transpose": _transpose,
    "Squeeze": _squeeze,
    "Unsqueeze": _squeeze,
    "Gemm": _gemm,
    "MatMul": _matmul,
    **dict.fromkeys(("GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"), _global),
    **dict.fromkeys(("ReduceMean", "ReduceMax", "ReduceSum"), _reduce),
    "Pad": _pad,
    "Resize": _resize,
    "Upsample": _resize,
    "DepthToSpace": _shuffle,
    "SpaceToDepth": _shuffle,
    "Slice": _slice,
}


def splits(node: NodeView, outputs: int) -> list[Operation]:
    """A Split as one slice for each output."""
    axis = node.number("axis", 0)
    sizes = node.integers("split", 1)
    if sizes is None:
        return [Part(axis, place, outputs) for place in range(outputs)]
    if len(sizes) != outputs:
        raise ParameterError(f"Split: {len(sizes)} sizes for {outputs} outputs")
    ends = [sum(sizes[: place + 1]) for place in range(outputs)]
    return [Slice(axis, end - size, end) for end, size in zip(ends, sizes, strict=True)]
