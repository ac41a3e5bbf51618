"""convcalc: what size a convolution, transposed convolution or pool gives, and why.

Law: importing this package is free; a public name brings its module when it is first used.
"""

TYPE_CHECKING = False  # as typing has it, which takes a while to import
if TYPE_CHECKING:
    from convcalc import numeric, proof
    from convcalc.derivation import Derivation, Remark, Report, Step
    from convcalc.dialects import read
    from convcalc.equiv import equivalence, equivalent_padding
    from convcalc.errors import ConvcalcError, ParameterError, ParseError, PortError, SizeError
    from convcalc.explainer import Explanation, explain
    from convcalc.grid import Sweep, sweep
    from convcalc.layers import Conv, Layer, Pool, TransposedConv, answer, derive, output_shape
    from convcalc.pictures.picture import Picture, draw
    from convcalc.ports import Port, port
    from convcalc.readers.networks import network
    from convcalc.solver import Solution, Solutions, solve
    from convcalc.window import Window

__all__ = [
    "Conv",
    "ConvcalcError",
    "Derivation",
    "Explanation",
    "Layer",
    "ParameterError",
    "ParseError",
    "Picture",
    "Pool",
    "Port",
    "PortError",
    "Remark",
    "Report",
    "SizeError",
    "Solution",
    "Solutions",
    "Step",
    "Sweep",
    "TransposedConv",
    "Window",
    "answer",
    "derive",
    "draw",
    "equivalence",
    "equivalent_padding",
    "explain",
    "network",
    "numeric",
    "output_shape",
    "port",
    "proof",
    "read",
    "solve",
    "sweep",
]

__version__ = "0.1.0"

_HOMES = {
    "convcalc.derivation": "Derivation Remark Report Step",
    "convcalc.dialects": "read",
    "convcalc.equiv": "equivalence equivalent_padding",
    "convcalc.errors": "ConvcalcError ParameterError ParseError PortError SizeError",
    "convcalc.explainer": "Explanation explain",
    "convcalc.grid": "Sweep sweep",
    "convcalc.layers": "Conv Layer Pool TransposedConv answer derive output_shape",
    "convcalc.pictures.picture": "Picture draw",
    "convcalc.ports": "Port port",
    "convcalc.readers.networks": "network",
    "convcalc.solver": "Solution Solutions solve",
    "convcalc.window": "Window",
}
_HOME = {name: module for module, names in _HOMES.items() for name in names.split()}
_MODULES = ("numeric", "proof")  # public as modules; they import numpy


def __getattr__(name: str) -> object:
    """A public name of another module, at its first use (PEP 562)."""
    from importlib import import_module

    if name in _MODULES:
        return import_module(f"convcalc.{name}")
    if name not in _HOME:
        raise AttributeError(f"module 'convcalc' has no attribute {name!r}")
    value: object = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME, *_MODULES})
