"""What the names of a program stand for: tensors, layers, blocks, modules and plain values.

Law: nothing here adds to a graph. A layer is made once and may be called often; its name is the
path on which it was found, as PyTorch's ``named_modules`` says it.
"""

from __future__ import annotations

import ast
from collections import ChainMap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from convcalc.dialects.call import Opaque
from convcalc.dialects.call import Value as Argued
from convcalc.errors import ParseError
from convcalc.graph.operations import Operation
from convcalc.graph.operations.base import Shape, dimension


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
    depth: int = 0  # of the arithmetic that leads to it

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
    """A ``def`` of the text, with the names around it or the module whose method it is."""

    definition: ast.FunctionDef
    owner: Module | None = None
    scope: Scope | None = None


Value: TypeAlias = (
    "Tensor | Sizes | Size | Leaf | Block | Module | Function | ast.ClassDef | Opaque | "
    "int | float | str | bool | tuple[Value, ...] | list[Value] | None"
)
Scope: TypeAlias = "ChainMap[str, Value]"  # names, before those of what is around
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


def slice_of(owner: Value, cut: slice) -> Value:
    """``layers[1:]``, ``x.shape[2:]``. Raises LookupError where there is no such part."""
    match owner:
        case Sizes(place, first):
            whole = first == 0 and cut.stop is None and cut.step is None
            return Sizes(place, cut.start or 0) if whole else Opaque("sizes")
        case list() | tuple() if cut.step != 0:
            return owner[cut]
        case Block(entries) if cut.step != 0:
            return Block(entries[cut], owner.name, owner.runs)
        case _:
            raise LookupError


def entry_of(owner: Value, key: Value) -> Value:
    """``layers[0]``, ``x.shape[1]``, ``layers["a"]``. Raises LookupError where there is none."""
    match owner, key:
        case Sizes(place, first), int():
            return Size.axis(place, key + (first if key >= 0 else 0))
        case ((list() | tuple()), int()):
            return owner[key]
        case Block(entries), int() if -len(entries) <= key < len(entries):
            return owner.entry(key % len(entries))
        case Block(entries), str():
            words = [word for word, _ in entries]
            if key in words:
                return owner.entry(words.index(key))
    raise LookupError


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
