"""Shapes that an ONNX file works out while the network runs: ``Shape``, ``Gather``, ``Concat``, ...

Law: a value is followed number by number: a number, or a ``Size`` that the shapes of tensors give.
What is neither is not known, and who needs it is refused.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from convcalc.readers.arithmetic import computed
from convcalc.readers.parts import Size, Sizes

Numbers: TypeAlias = "tuple[int | Size, ...]"
SAME = ("Identity", "Unsqueeze", "Squeeze", "Cast", "Reshape")
MOST_NUMBERS = 64
SIGNS = {"Add": ast.Add(), "Sub": ast.Sub(), "Mul": ast.Mult(), "Div": ast.FloorDiv()}
OPERATORS = ("Gather", "Slice", "Concat", "Neg", *SAME, *SIGNS)
WHOLE = (6, 7)  # int32 and int64, as Cast writes them


def worked_out(
    op_type: str, attributes: Mapping[str, Any], inputs: Sequence[Numbers | Sizes | None]
) -> Numbers | Sizes | None:
    """What an operator of ``OPERATORS`` makes of values; None where it is not known.

    >>> size = Size.axis(0, 2)
    >>> (found,) = worked_out("Mul", {}, [(size,), (2,)])
    >>> found.work([(1, 3, 5, 7)])
    10
    """
    first, *rest = inputs or [None]
    if first is None:
        return None
    if op_type in SAME:
        return first if attributes.get("to", WHOLE[0]) in WHOLE else None
    if op_type == "Slice":
        return _cut(first, rest, attributes)
    if op_type == "Gather":
        places = rest[0] if rest else None
        return _picked(first, places) if isinstance(places, tuple) else None
    whole = [each for each in inputs if isinstance(each, tuple)]
    if len(whole) < len(inputs):
        return None
    if op_type == "Concat":
        return tuple(number for each in whole for number in each)[: MOST_NUMBERS + 1]
    if op_type == "Neg":
        whole, op_type = [(0,) * len(whole[0]), *whole], "Sub"
    if len(whole) != 2 or len(whole[0]) != len(whole[1]):
        return None
    found = []
    for left, right in zip(*whole, strict=True):
        number = computed(SIGNS[op_type], left, right)
        if not isinstance(number, int | Size):
            return None
        found.append(number)
    return tuple(found)


def _picked(values: Numbers | Sizes, places: Numbers) -> Numbers | None:
    found: list[int | Size] = []
    for place in places:
        if not isinstance(place, int):
            return None
        if isinstance(values, Sizes):
            found.append(Size.axis(values.place, place + (values.first if place >= 0 else 0)))
        elif -len(values) <= place < len(values):
            found.append(values[place])
        else:
            return None
    return tuple(found)


def _cut(
    values: Numbers | Sizes, inputs: Sequence[Numbers | Sizes | None], attributes: Mapping[str, Any]
) -> Numbers | Sizes | None:
    """``x.shape[2:4]``: along the one dimension that there is."""
    starts, ends = (
        attributes.get(name) or (inputs[place] if place < len(inputs) else None)
        for place, name in enumerate(("starts", "ends"))
    )
    steps = inputs[3] if len(inputs) > 3 else (1,)
    match starts, ends, steps:
        case (int() as first,), (int() as last,), (1,):
            if isinstance(values, tuple):
                return values[first:last]
            if last >= 2**31 - 1:
                return Sizes(values.place, values.first + first) if first >= 0 else None
            if 0 <= first < last <= 16 or -16 <= first < last < 0:
                return _picked(values, tuple(range(first, last)))
    return None
