"""What values do with each other: arithmetic and comparison.

Law: a result that is larger than what is followed is refused before it is made; what a size that is
not known yet gives is worked out when the network runs.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Sequence
from typing import Any

from convcalc.dialects.call import Opaque
from convcalc.graph.operations.base import LARGEST, Shape
from convcalc.graph.operations.measured import Mark
from convcalc.readers.parts import Plain, Size, Value

MOST_ENTRIES = 10_000  # of a list
MOST_LETTERS = 1000  # of a string
MOST_STEPS = 64  # from the sizes of tensors to a size that is worked out of them

_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda one, many: one in many,
    ast.NotIn: lambda one, many: one not in many,
}


def arithmetic(op: ast.operator, left: Value, right: Value) -> Value:
    """``left op right`` of plain values and lists. Raises ValueError with what is wrong."""
    lists = [value for value in (left, right) if isinstance(value, list | tuple)]
    factor = next((value for value in (left, right) if type(value) is int), 1)
    if lists and len(lists[0]) * max(factor, 1) > MOST_ENTRIES:
        raise ValueError(f"a list of more than {MOST_ENTRIES} entries")
    words = [value for value in (left, right) if isinstance(value, str)]
    if words and (len(words) == 1 or not isinstance(op, ast.Add)):  # "%99999s" % "" is long
        raise ValueError("a string is joined to strings only, with +")
    if isinstance(op, ast.Pow) and not (type(left) is type(right) is int and 0 <= right <= 64):
        raise ValueError("a power wants a whole exponent of at most 64")
    try:
        found = _ARITHMETIC[type(op)](left, right)
    except (TypeError, ArithmeticError, KeyError) as error:
        raise ValueError(f"this cannot be worked out: {error}") from None
    return bounded(found)


def computed(op: ast.operator, left: Value, right: Value) -> Value:
    """``left op right`` where one of them is a size that is not known yet."""
    work = _ARITHMETIC.get(type(op))
    parts = [each if isinstance(each, Size) else Size((), _constant(each))
             for each in (left, right) if isinstance(each, Size) or type(each) is int]  # fmt: skip
    places = sum((each.places for each in parts), ())
    depth = 1 + max([each.depth for each in parts], default=0)
    if len(parts) < 2 or work is None or isinstance(op, ast.Div | ast.Pow):
        return Opaque("a computed size")
    if len(places) > MOST_STEPS or depth > MOST_STEPS:
        return Opaque("a computed size")
    if not places:
        return bounded(work(left, right)) if not isinstance(op, ast.FloorDiv) else Opaque("")
    first, second = parts
    if isinstance(op, ast.FloorDiv | ast.Mod) and (type(right) is not int or right < 1):
        return Opaque("a computed size")
    count = len(first.places)
    return Size(
        places,
        lambda shapes: work(first.work(shapes[:count]), second.work(shapes[count:])),
        all(each.batch for each in parts if each.places),
        depth,
    )


def _constant(value: int) -> Callable[[Sequence[Shape]], int]:
    return lambda _: value


def marked(size: Size, found: list[Size]) -> Mark:
    """A mark for a size in an operation that takes the places of all ``found`` as inputs."""
    before, count = sum(len(each.places) for each in found), len(size.places)
    found.append(size)
    return Mark.of(lambda shapes: size.work(shapes[before : before + count]))


def bounded(value: Value) -> Value:
    """A value of a size that is followed. Raises ValueError for a larger one."""
    if isinstance(value, int) and abs(value) >= LARGEST:
        raise ValueError("a number has more than 1000 digits")
    if isinstance(value, str) and len(value) > MOST_LETTERS:
        raise ValueError(f"a string of more than {MOST_LETTERS} letters")
    if isinstance(value, list | tuple) and _entries(value, MOST_ENTRIES) > MOST_ENTRIES:
        raise ValueError(f"a list of more than {MOST_ENTRIES} entries")
    return value


def _entries(value: Value, most: int) -> int:
    """How many entries a list has with those of its lists; soon more than ``most``, if it has."""
    count = 1
    if isinstance(value, list | tuple):
        for each in value:
            count += _entries(each, most - count)
            if count > most:
                break
    return count


def _plain(value: Value) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_plain, value))
    return isinstance(value, Plain)


def compared(op: ast.cmpop, left: Value, right: Value) -> bool | None:
    """``left op right``; None where it is not known before the network runs."""
    if isinstance(op, ast.Is | ast.IsNot) and None in (left, right):
        known = not any(isinstance(each, Opaque) for each in (left, right))
    else:
        known = _plain(left) and _plain(right)
    try:
        return bool(_COMPARISONS[type(op)](left, right)) if known else None
    except TypeError:
        return None
