"""What the names of a program stand for: tensors, layers, blocks, modules and plain values.

Law: nothing here adds to a graph. A layer is made once and may be called often; its name is the
path on which it was found, as PyTorch's ``named_modules`` says it.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from convcalc.dialects.call import Opaque
from convcalc.dialects.call import Value as Argued
from convcalc.errors import ParseError
from convcalc.graph.operations import Operation
from convcalc.graph.operations.base import LARGEST, Shape, dimension
from convcalc.graph.operations.measured import Mark

MOST_ENTRIES = 10_000  # of a list
MOST_LETTERS = 1000  # of a string


@dataclass(frozen=True, slots=True)
class Tensor:
    """The output of a node of the graph."""

    place: int


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sizes of a tensor from ``first`` on."""

    place: int
    first: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Size:
    """A number that the shapes of the tensors at ``places`` give, when the network runs."""

    places: tuple[int, ...]
    work: Callable[[Sequence[Shape]], int]
    batch: bool = False

    @classmethod
    def axis(cls, place: int, axis: int) -> Size:
        """The size of one axis."""

        def work(shapes: Sequence[Shape]) -> int:
            return shapes[0][dimension(axis, len(shapes[0]), "size")]

        return cls((place,), work, axis == 0)


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """One layer; called twice, it is the same object, so that its weights count once."""

    operation: Operation | ParseError
    name: str = ""
    weights: object = field(default_factory=object)


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A Sequential, or (``runs`` is False) a ModuleList or ModuleDict: entries with their keys.

    The entries are one list under all names of the block, which ``append`` makes longer.
    """

    entries: list[tuple[str, Value]]
    name: str = ""
    runs: bool = True

    def __iter__(self) -> Iterator[Value]:
        """The layers, each with its path."""
        return (self.entry(place) for place in range(len(self.entries)))

    def entry(self, place: int) -> Value:
        """One layer with its path; a layer that has a name already keeps it."""
        key, value = self.entries[place]
        if getattr(value, "name", ""):
            return value
        if not self.name and isinstance(value, Leaf) and key.isdigit():
            return value  # alone on its line: called as its operation
        return called(value, joined(self.name, key))


@dataclass(frozen=True, slots=True, eq=False)
class Module:
    """An object of a class that stands in the text: what its ``__init__`` set."""

    definition: ast.ClassDef | None
    attributes: dict[str, Value]
    name: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A ``def`` of the text, with the module whose method it is."""

    definition: ast.FunctionDef
    owner: Module | None = None


Value: TypeAlias = (
    "Tensor | Sizes | Size | Leaf | Block | Module | Function | ast.ClassDef | Opaque | "
    "int | float | str | bool | tuple[Value, ...] | list[Value] | None"
)
Plain = (int, float, str, bool, type(None))


def called(value: Value, name: str) -> Value:
    """A layer, block or module under a name; anything else as it is."""
    return replace(value, name=name) if isinstance(value, Leaf | Block | Module) else value


def joined(lead: str, name: str) -> str:
    """A path and what stands in it."""
    return f"{lead}.{name}" if lead and name else lead or name


def tensors(value: Value) -> list[int] | None:
    """The places of a tensor, or of a list of them; None for anything else."""
    match value:
        case Tensor(place):
            return [place]
        case list() | tuple() if value:
            found = [tensors(each) for each in value]
            return None if None in found else [place for each in found for place in each or ()]
        case _:
            return None


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
    if isinstance(left, str) != isinstance(right, str):
        raise ValueError("a string is joined to strings only")
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
    if len(parts) < 2 or work is None or isinstance(op, ast.Div | ast.Pow) or len(places) > 64:
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


def compared(op: ast.cmpop, left: Value, right: Value) -> bool | None:
    """``left op right``; None where it is not known before the network runs."""
    if isinstance(op, ast.Is | ast.IsNot) and None in (left, right):
        known = not any(isinstance(each, Opaque) for each in (left, right))
    else:
        known = all(isinstance(each, (*Plain, list, tuple)) for each in (left, right))
    try:
        return bool(_COMPARISONS[type(op)](left, right)) if known else None
    except TypeError:
        return None


def literal(value: Value) -> Argued:
    """A value as an argument of a layer: lists are tuples, what is no plain value is opaque."""
    match value:
        case list() | tuple():
            return tuple(literal(each) for each in value)
        case Sizes(_, first) if first:
            return Opaque(f"y.shape[{first}:]")
        case Opaque() | int() | float() | str() | bool() | None:
            return value
        case _:
            return Opaque(type(value).__name__.lower())


def spread(target: Sequence[ast.expr], value: Value) -> list[Value] | None:
    """The values of ``a, b = value``; None where they are not as many."""
    match value:
        case Sizes(place, 0):
            return [Size.axis(place, axis) for axis in range(len(target))]
        case list() | tuple() | Block() if len(found := list(value)) == len(target):
            return found
        case _:
            return None
