"""convcalc: what size a convolution, transposed convolution or pool gives, and why."""

from convcalc.derivation import Derivation, Remark, Report, Step
from convcalc.equiv import equivalence, equivalent_padding
from convcalc.errors import ConvcalcError, ParameterError, ParseError, SizeError
from convcalc.layers import Conv, Layer, Pool, TransposedConv, answer, derive, output_shape
from convcalc.window import Window

__all__ = [
    "Conv",
    "ConvcalcError",
    "Derivation",
    "Layer",
    "ParameterError",
    "ParseError",
    "Pool",
    "Remark",
    "Report",
    "SizeError",
    "Step",
    "TransposedConv",
    "Window",
    "answer",
    "derive",
    "equivalence",
    "equivalent_padding",
    "output_shape",
]

__version__ = "0.1.0"
