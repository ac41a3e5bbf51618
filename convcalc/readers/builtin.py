"""Python's own functions, of those values that are known.

Law: a function gives a value of the size that is followed, or ValueError says why not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from convcalc.dialects.call import Opaque
from convcalc.readers.arithmetic import bounded
from convcalc.readers.building import MOST_LAYERS
from convcalc.readers.parts import Plain, Size, Sizes, Value


def _range(*ends: int) -> list[int]:
    if not ends or not all(type(each) is int for each in ends):
        raise ValueError("a range of whole numbers is wanted, as range(3)")
    if len(ends) > 3 or (len(ends) == 3 and not ends[2]):
        raise ValueError("a range is range(end) or range(start, end, step)")
    span = range(*ends)
    if span and (abs(span[-1] - span[0]) // abs(span.step)) >= MOST_LAYERS:
        raise ValueError(f"more than {MOST_LAYERS} layers")
    return list(span)


def _enumerate(many: Iterable[Value], start: int = 0) -> list[tuple[int, Value]]:
    return list(enumerate(many, start))


def _zip(*many: Iterable[Value]) -> list[tuple[Value, ...]]:
    return [tuple(each) for each in zip(*many, strict=False)]


_OF_NUMBERS: dict[str, Callable[..., Any]] = {
    "max": max,
    "min": min,
    "int": int,
    "round": round,
    "sum": sum,
}
_OF_PLAIN: dict[str, Callable[..., Any]] = {"str": str}
_OF_LISTS: dict[str, Callable[..., Any]] = {
    "range": _range,
    "len": lambda many: len(list(many)),
    "list": list,
    "tuple": tuple,
    "zip": _zip,
    "enumerate": _enumerate,
    "reversed": lambda many: list(reversed(list(many))),
}
BUILTINS = {**_OF_NUMBERS, **_OF_PLAIN, **_OF_LISTS}


def _numbers(value: Value) -> bool:
    if isinstance(value, list | tuple):
        return all(type(each) in (int, float) for each in value)
    return type(value) in (int, float)


def builtin(word: str, given: Sequence[Value], named: Mapping[str, Value]) -> Value:
    """What one of ``BUILTINS`` gives; opaque where its arguments are not known.

    >>> builtin("zip", [[1, 2], "ab"], {})
    [(1, 'a'), (2, 'b')]
    """
    values = [*given, *named.values()]
    unknown = any(isinstance(each, Opaque | Size | Sizes) for each in values)
    unknown |= word in _OF_NUMBERS and not all(map(_numbers, values))
    unknown |= word in _OF_PLAIN and not all(isinstance(each, Plain) for each in values)
    if unknown and word != "range":
        return Opaque(word)
    try:
        return bounded(BUILTINS[word](*given, **named))
    except (TypeError, OverflowError) as error:
        raise ValueError(f"{word}: {error}") from None
