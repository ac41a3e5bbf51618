"""The frameworks' own words: one file for each framework.

Law: a dialect knows its framework's names, defaults and limits, and nothing else does. It is a
module with ``knows(path)`` and ``read(call, hints)``, and one entry in ``DIALECTS``.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from convcalc.dialects.call import Hints, parse_call
from convcalc.errors import ConvcalcError, ParameterError, ParseError
from convcalc.layers import Layer
from convcalc.layers.axis import PerAxis, nearest

DIALECTS = {
    "pytorch": "PyTorch",
    "keras": "Keras",
    "flax": "Flax",
    "jax": "jax.lax",
    "onnx": "ONNX",
}


def dialect_module(name: str) -> ModuleType:
    """The module of a dialect."""
    if name not in DIALECTS:
        raise ParameterError(
            f"unknown dialect {name!r}{nearest(name, DIALECTS)}; valid: {', '.join(DIALECTS)}"
        )
    return import_module(f"convcalc.dialects.{name}")


def read(
    text: str,
    dialect: str | None = None,
    *,
    kernel: PerAxis | None = None,
    opset: int | None = None,
) -> Layer:
    """The layer that a line of framework code describes; ``dialect`` where the name is not enough.

    ``kernel`` is the kernel size of functions that take it from their weight, ``opset`` that of
    the model an ONNX node is for. The text is parsed, never executed. Raises ParseError, with a
    caret under the fault, for what is no such line or what the framework would refuse.

    Source: each framework's own answers, recorded in tests/golden.

    >>> read("nn.ConvTranspose2d(3, 8, 3, stride=3, padding=2)").stride
    3
    >>> read("layers.Conv2D(8, 3, strides=2, padding='same')").padding
    'same'
    """
    call = parse_call(text)
    names = [dialect] if dialect is not None else list(DIALECTS)
    for name in names:
        module = dialect_module(name)
        if module.knows(call.path):
            if opset is not None and name != "onnx":
                raise call.fault(f"opset {opset} is for ONNX, this is {DIALECTS[name]}")
            try:
                layer: Layer = module.read(call, Hints(kernel, opset))
            except ParseError:
                raise
            except ConvcalcError as error:
                raise call.fault(f"{call.name}: {error}") from None
            return layer
    known = sorted({example for name in names for example in dialect_module(name).EXAMPLES})
    raise call.fault(
        f"unknown layer {call.name!r}{nearest(call.name, known)}; read are layers of "
        f"{', '.join(DIALECTS[name] for name in names)}"
    )
