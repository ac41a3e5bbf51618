"""What a sweep is asked for: its values, read and checked before anything is worked out.

Law: a value that no layer takes is refused here, in the layers' own words; a combination that none
takes is left to its row.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import index
from typing import TypeAlias

from convcalc.errors import ParameterError
from convcalc.grid.points import Sweep, Value, Values, interval, runs
from convcalc.grid.where import read_condition
from convcalc.layers.axis import check, spread_size
from convcalc.layers.kind import Parameters, check_kind, made, refuse_foreign

Given: TypeAlias = Value | Iterable[Value]

MOST_ROWS = 10**9
MOST_EXACT = 10**6  # rows of numbers past int64, which are worked out one by one


def sweep(
    op: str = "conv",
    *,
    size: Given,
    kernel: Given,
    stride: Given | None = None,
    padding: Given = 0,
    dilation: Given = 1,
    output_padding: Given = 0,
    ceil: bool = False,
    where: str | None = None,
) -> Sweep:
    """The output sizes of every combination of settings, along one axis.

    Each parameter is an integer, a ``range``, or several values: ``[3, 5, 7]``. A padding may also
    be a name, or ``(before, after)`` in a list: ``[(0, 1)]``. Formulas, rules and
    their sources are those of ``Conv``, ``TransposedConv`` and ``Pool``; ``op`` is conv, deconv,
    maxpool or avgpool, and a pool's stride defaults to its kernel. ``where`` keeps the rows for
    which a condition holds, such as ``"out > 0 and n % s == 0"``.

    Raises ParameterError for values outside their range and for more than 10^9 combinations,
    SizeError for a size below 1, ParseError for a condition that cannot be read. Nothing is worked
    out before it is asked for: ``columns()`` gives all rows, ``pieces()`` a part at a time.

    >>> table = sweep(size=range(30, 33), kernel=[3, 5], stride=2, where="out % 2 == 0").columns()
    >>> table["n"].tolist(), table["k"].tolist(), table["out"].tolist()
    ([30, 31, 32], [3, 5, 5], [14, 14, 14])
    """
    check_kind(op)
    refuse_foreign(op, {"ceil": "ceil"} if ceil else {})
    if stride is None:
        # A kind whose stride is its kernel, if it is not given, has none of its own here.
        stride = () if made(op, Parameters(2)).stride == 2 else 1
    values = {
        "n": _values("size", size),
        "k": _values("kernel", kernel),
        "s": () if stride == () else _values("stride", stride),
        "p": _values("padding", padding),
        "d": _values("dilation", dilation),
        "a": _values("output_padding", output_padding),
    }
    found = Sweep(op, values, ceil, None if where is None else read_condition(where))
    _check(found)
    return found


def _values(name: str, given: Given) -> Values:
    """The values that were given, each once."""
    if isinstance(given, range):
        found: Values = given if given.step > 0 else given[::-1]
    elif isinstance(given, str) or not isinstance(given, Iterable):
        found = (_value(name, given),)
    else:
        found = tuple(dict.fromkeys(_value(name, each) for each in given))
    if not found:
        raise ParameterError(f"{name} is empty: give at least one value")
    return found


def _value(name: str, value: object) -> Value:
    if name == "padding" and isinstance(value, str):
        return value
    if name == "padding" and isinstance(value, tuple) and len(value) == 2:
        low, high = (_integer(name, side) for side in value)
        return low if low == high else (low, high)
    return _integer(name, value)


def _integer(name: str, value: object) -> int:
    try:
        if not isinstance(value, bool):
            return index(value)  # type: ignore[arg-type]
    except TypeError:
        pass
    pairs = ", or (before, after), or a name" if name == "padding" else ""
    raise ParameterError(f"{name} must be made of whole numbers{pairs}: got {value!r}")


def _check(found: Sweep) -> None:
    """Refuse what no row could be, and more rows than there may be."""
    values = found.values
    low = {name: interval(taken).low for name, taken in values.items() if name != "p" and taken}
    spread_size(low["n"], None)
    check("kernel", low["k"], 1)
    check("stride", low.get("s", 1), 1)
    check("dilation", low["d"], 1)
    check("output_padding", low["a"], 0)
    if interval(values["a"]).high > 0:
        refuse_foreign(found.op, {"output_padding": "output_padding"})
    for name, _ in runs(values["p"]):
        if name:
            made(found.op, Parameters(1, padding=name))  # says what it thinks of the name
    if found.total > MOST_ROWS:
        shape = " x ".join(map(str, found.lengths))
        raise ParameterError(
            f"{found.total} combinations ({shape}) are too many: at most {MOST_ROWS}; narrow a "
            "range, or give it a step"
        )
    if found.where is not None and "p" in found.where.symbols and not _even(values["p"]):
        raise ParameterError(
            "--where: the two sides of the padding may differ here: write p_lo or p_hi instead of p"
        )
    if found.exact and found.total > MOST_EXACT:
        raise ParameterError(
            f"numbers here may reach 2^{found.greatest.bit_length()}, past 64 bits, and are then "
            f"worked out one by one: at most {MOST_EXACT} combinations, these are {found.total}"
        )


def _even(paddings: Values) -> bool:
    """Whether every padding is the same on both sides."""
    if isinstance(paddings, range):
        return True
    return all(isinstance(value, int) or value in ("valid", "half", "full") for value in paddings)
