"""The frameworks' own words: one file for each framework.

Law: a dialect knows its framework's names, defaults and limits, and nothing else does. It is one
file here and one line in ``DIALECTS``: a module with ``knows(path)``, ``read(call, hints)``, the
``EXAMPLES`` that a misspelt name may mean, and ``NOT_AFTER``, the words before a name that make it
another framework's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from importlib import import_module
from types import ModuleType

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
# What else the frameworks are called.
ALSO = {"torch": "pytorch", "tensorflow": "keras", "tf": "keras", "linen": "flax", "lax": "jax"}


def framework(name: str, known: Collection[str] = DIALECTS, option: str = "") -> str:
    """The canonical name of a framework, one of ``known``; ``option`` is where it was given.

    >>> framework("torch"), framework("TensorFlow")
    ('pytorch', 'keras')
    """
    plain = name.lower()
    found = plain if plain in known else ALSO.get(plain, plain)
    if found not in known:
        where = f"{option}: " if option else ""
        raise ParameterError(
            f"{where}unknown framework {name!r}{nearest(name, list(known))}; valid: "
            f"{', '.join(known)}"
        )
    return found


def dialect_module(name: str) -> ModuleType:
    """The module of a dialect, one of ``DIALECTS``."""
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
    from convcalc.dialects.call import Hints, parse_call

    call = parse_call(text)
    if dialect is None:
        name = home(call.path)
    else:
        dialect = framework(dialect, option="dialect")
        name = dialect if dialect_module(dialect).knows(call.path) else None
    if name is None:
        frameworks = list(DIALECTS) if dialect is None else [dialect]
        raise call.fault(
            f"unknown layer {call.name!r}{nearest(call.name, names(call.path, frameworks))}; read "
            f"are layers of {', '.join(DIALECTS[each] for each in frameworks)}"
        )
    if opset is not None and name != "onnx":
        raise call.fault(f"opset {opset} is for ONNX, this is {DIALECTS[name]}")
    try:
        layer: Layer = dialect_module(name).read(call, Hints(kernel, opset))
    except ParseError:
        raise
    except ConvcalcError as error:
        raise call.fault(f"{call.name}: {error}") from None
    return layer


def home(path: str) -> str | None:
    """The dialect whose layer ``path`` names; None where there is none.

    >>> home("nn.Conv2d"), home("layers.Conv2D"), home("nn.Conv2D")
    ('pytorch', 'keras', None)
    """
    for name in DIALECTS:
        if not _elsewhere(name, path) and dialect_module(name).knows(path):
            return name
    return None


def names(path: str, dialects: Iterable[str] = DIALECTS) -> list[str]:
    """The layers that a misspelt ``path`` may mean, for one, two and three axes."""
    from re import sub

    return sorted(
        {
            sub("[123]", digit, example)
            for name in dialects
            if not _elsewhere(name, path)
            for example in dialect_module(name).EXAMPLES
            for digit in "123"
        }
    )


def _elsewhere(dialect: str, path: str) -> bool:
    """Whether the words before a name say that it is not of ``dialect``."""
    return not dialect_module(dialect).NOT_AFTER.isdisjoint(path.split(".")[:-1])
