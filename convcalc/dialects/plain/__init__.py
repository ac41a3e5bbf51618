"""The frameworks' layers without a window: one file for each framework that has its own.

Law: as with windows, a dialect's file knows its names and defaults and nothing else does. It is one
file here and one word in ``PLAIN``: a module with ``LAYERS``, a dict from a name to what makes the
operation from a call; a class begins with a capital letter, a function with a small one and takes
its tensors first.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from importlib import import_module

from convcalc.dialects import dialect_module, home, names
from convcalc.dialects.call import Call, Hints, UnknownArgumentError
from convcalc.errors import ConvcalcError, ParseError
from convcalc.graph.operations import Operation, Pointwise, Windowed
from convcalc.layers.axis import nearest

PLAIN = ("pytorch", "flax", "keras")  # in the order in which a name that several have is tried

LAYERS: dict[str, list[Callable[[Call], Operation]]] = {}
for _name in PLAIN:
    for _layer, _make in import_module(f"convcalc.dialects.plain.{_name}").LAYERS.items():
        LAYERS.setdefault(_layer, []).append(_make)
FUNCTIONS = {name for name in LAYERS if name[0].islower()}


def read_operation(
    call: Call, identity: Collection[str] = (), *, channels_last: bool = False
) -> Operation:
    """The operation that a call of any framework makes, with a window or without.

    Names in ``identity`` are declared to change no shape; ``channels_last`` says that the text is
    of Keras or Flax, whose names come before PyTorch's then. Raises ParseError, with a caret, for
    what is not known.

    >>> from convcalc.dialects.call import parse_call
    >>> read_operation(parse_call("nn.Linear(512, 10)"))
    Linear(outward=10, inward=512, bias=True, along=-1)
    """
    name = call.name
    if name in identity or call.path in identity:
        return Pointwise(name.lower())
    try:
        if name in LAYERS:
            makers = LAYERS[name]
            return _first_that_takes(call, makers[::-1] if channels_last else makers)
        dialect = home(call.path)
        if dialect is not None:
            return Windowed(dialect_module(dialect).read(call, Hints()))
    except ParseError:
        raise
    except ConvcalcError as error:
        raise call.fault(f"{name}: {error}") from None
    alike = [known for known in LAYERS if (known in FUNCTIONS) != name[:1].isupper()]
    known = [*alike, *names(call.path)]
    raise call.fault(
        f"unknown layer {name!r}{nearest(name, known)}; if it changes no shape, declare it: "
        f"identity {name}"
    )


def counts_last(paths: Collection[str]) -> bool:
    """Whether a text with calls of these paths counts dimensions with the channels last.

    So it does where layers of Keras or Flax stand in it, and no window of PyTorch's.

    >>> counts_last(["layers.Conv2D", "tf.concat"]), counts_last(["nn.Conv2d", "Dense"])
    (True, False)
    """
    keras = dialect_module("pytorch").NOT_AFTER  # the words before a name that make it Keras's
    said = any(
        name[:1].isupper() and not keras.isdisjoint(before.split("."))
        for before, _, name in (path.rpartition(".") for path in paths)
    )
    homes = {home(path) for path in paths}
    names = {path.rpartition(".")[2] for path in paths} - _layers("pytorch")
    last = (
        said
        or not homes.isdisjoint(("keras", "flax"))
        or not names.isdisjoint(_layers("keras") | _layers("flax"))
    )
    return last and "pytorch" not in homes


def _layers(name: str) -> set[str]:
    return set(import_module(f"convcalc.dialects.plain.{name}").LAYERS)


def _first_that_takes(call: Call, makers: Sequence[Callable[[Call], Operation]]) -> Operation:
    """Where several frameworks have the name, the first that has arguments of these names."""
    for make in makers[:-1]:
        try:
            return make(call)
        except UnknownArgumentError:
            continue
    return makers[-1](call)
