"""The frameworks' layers without a window: one file for each framework that has its own.

Law: as with windows, a dialect's file knows its names and defaults and nothing else does. It is a
dict from a name to what makes the operation from a call; a class begins with a capital letter, a
function with a small one and takes its tensors first.
"""

from __future__ import annotations

from collections.abc import Collection

from convcalc.dialects import dialect_module, home, names
from convcalc.dialects.call import Call, Hints
from convcalc.dialects.plain import flax, keras, pytorch
from convcalc.errors import ConvcalcError, ParseError
from convcalc.graph.operations import Operation, Pointwise, Windowed
from convcalc.layers.axis import nearest

LAYERS = {**flax.LAYERS, **keras.LAYERS, **pytorch.LAYERS}
FUNCTIONS = pytorch.FUNCTIONS


def read_operation(call: Call, identity: Collection[str] = ()) -> Operation:
    """The operation that a call of any framework makes, with a window or without.

    Names in ``identity`` are declared to change no shape. Raises ParseError, with a caret, for
    what is not known.

    >>> from convcalc.dialects.call import parse_call
    >>> read_operation(parse_call("nn.Linear(512, 10)"))
    Linear(outward=10, inward=512, bias=True, along=-1)
    """
    name = call.name
    if name in identity or call.path in identity:
        return Pointwise(name.lower())
    try:
        if name == "Dense" and "features" in call.named:
            return flax.dense(call)
        make = LAYERS.get(name) or FUNCTIONS.get(name)
        if make is not None:
            return make(call)
        dialect = home(call.path)
        if dialect is not None:
            return Windowed(dialect_module(dialect).read(call, Hints()))
    except ParseError:
        raise
    except ConvcalcError as error:
        raise call.fault(f"{name}: {error}") from None
    known = [*(LAYERS if name[:1].isupper() else FUNCTIONS), *names(call.path)]
    raise call.fault(
        f"unknown layer {name!r}{nearest(name, known)}; if it changes no shape, declare it: "
        f"--identity {name}"
    )
