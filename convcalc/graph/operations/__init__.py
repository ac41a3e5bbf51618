"""The operations that a network is made of: one file for each family, one name in ``Operation``.

Law: an operation is a frozen dataclass with ``op`` and ``follow``. Layers with a window stay in
``layers``; ``Windowed`` puts one into a network.
"""

from typing import TypeAlias

from convcalc.graph.operations.base import Check, Followed, Move, Shape, Strict, written
from convcalc.graph.operations.channels_last import ChannelsLast
from convcalc.graph.operations.dense import Linear, MatMul
from convcalc.graph.operations.joins import Concat, Elementwise, Expand
from convcalc.graph.operations.layout import Flatten, Part, Reshape, Slice, Squeeze, Transpose
from convcalc.graph.operations.measured import Measured
from convcalc.graph.operations.pointwise import Given, Pointwise
from convcalc.graph.operations.spatial import (
    AdaptivePool,
    CropLike,
    GlobalPool,
    Pad,
    PixelShuffle,
    Resize,
)
from convcalc.graph.operations.windowed import Windowed

Operation: TypeAlias = (
    AdaptivePool
    | ChannelsLast
    | Concat
    | CropLike
    | Elementwise
    | Expand
    | Flatten
    | Given
    | GlobalPool
    | Linear
    | MatMul
    | Measured
    | Pad
    | Part
    | PixelShuffle
    | Pointwise
    | Reshape
    | Resize
    | Slice
    | Squeeze
    | Transpose
    | Windowed
)

__all__ = [
    "AdaptivePool",
    "ChannelsLast",
    "Check",
    "Concat",
    "CropLike",
    "Elementwise",
    "Expand",
    "Flatten",
    "Followed",
    "Given",
    "GlobalPool",
    "Linear",
    "MatMul",
    "Measured",
    "Move",
    "Operation",
    "Pad",
    "Part",
    "PixelShuffle",
    "Pointwise",
    "Reshape",
    "Resize",
    "Shape",
    "Slice",
    "Squeeze",
    "Strict",
    "Transpose",
    "Windowed",
    "written",
]
