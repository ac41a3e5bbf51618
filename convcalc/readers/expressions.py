"""The expressions of a program but for calls: names, lists, conditions, arithmetic, parts.

Law: an expression is a value of ``parts.py`` or it is refused where it stands.
"""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections import ChainMap
from collections.abc import Sequence

from convcalc.dialects.call import Opaque
from convcalc.graph.operations import Elementwise
from convcalc.layers.axis import nearest
from convcalc.readers.arithmetic import MOST_ENTRIES, arithmetic, bounded, compared, computed
from convcalc.readers.framework import Framework
from convcalc.readers.parts import (
    Block,
    Function,
    Leaf,
    Module,
    Scope,
    Size,
    Sizes,
    Tensor,
    Value,
    called,
    entry_of,
    joined,
    slice_of,
    spread,
)
from convcalc.readers.source import Placed, Source
from convcalc.readers.syntax import dotted, method_of

IMAGE = ("x", "input")
SIGNS: dict[type[ast.operator], str] = {
    ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide",
}  # fmt: skip


class Expressions(ABC):
    """Values of syntax nodes, in the scope of the function that is read."""

    def __init__(self, source: Source, identity: frozenset[str]) -> None:
        self.source, self.identity = source, identity
        self.framework = Framework(source, identity, self.value)
        self.outer: Scope = ChainMap(dict.fromkeys(IMAGE, Tensor(0)))
        self.scope = self.outer
        self.path = ""  # of the module whose forward runs

    @abstractmethod
    def call(self, node: ast.Call, name: str | None) -> Value:
        """What a call gives."""

    @abstractmethod
    def count(self, node: Placed) -> None:
        """One more thing is done, of which there may be too many."""

    def own_name(self, name: str | None) -> str | None:
        """The name of a node, with the path of the module whose forward runs."""
        return joined(self.path, name or "") or None

    def value(self, node: ast.expr, name: str | None = None) -> Value:
        """What an expression means; a node that it adds to the graph gets ``name``."""
        match node:
            case ast.Constant(int() | float() | str() | bool() | None as value):
                return self.bounded(node, value)
            case ast.Name(word):
                return self.named(node, word)
            case ast.Attribute():
                return self.attribute(node)
            case ast.Call():
                return self.call(node, name)
            case ast.BinOp(left, op, right):
                return self.binary(node, self.value(left), op, self.value(right), name)
            case ast.Subscript(value, index):
                return self.part(node, self.value(value), index, name)
            case ast.Tuple(elts):
                return tuple(self.entries(elts))
            case ast.List(elts):
                return self.entries(elts)
            case ast.ListComp(part, [each]) | ast.GeneratorExp(part, [each]):
                return self.comprehension(part, each)
            case ast.UnaryOp(ast.USub(), operand):
                return self.binary(node, 0, ast.Sub(), self.value(operand), name)
            case ast.UnaryOp(ast.Not(), operand):
                return not self.known(operand)
            case ast.Compare(left, [op], [right]):
                found = compared(op, self.value(left), self.value(right))
                return Opaque("a comparison") if found is None else found
            case ast.BoolOp(op, values):
                return self.either(op, values)
            case ast.IfExp(test, one, other):
                return self.value(one if self.known(test) else other, name)
            case ast.JoinedStr(values):
                return self.string(node, values)
            case _:
                raise self.source.fault(
                    node, "a layer, a function or a name of a tensor is wanted here"
                )

    def named(self, node: ast.expr, word: str) -> Value:
        """The value of a name."""
        if word in self.scope:
            return self.scope[word]
        module = self.scope.get("self")
        if self.own(word) and isinstance(module, Module):
            return called(module.attributes[word], word)
        raise self.source.fault(
            node,
            f"{word} is used before it is set{nearest(word, list(self.scope))}; the image is "
            f"called {' or '.join(IMAGE)}, or what is set to Input()",
        )

    def attribute(self, node: ast.Attribute) -> Value:
        """``self.conv``; ``x.shape``; what belongs to a library is not followed."""
        if self.library(node):
            if self.has(node.attr):
                return self.named(node, node.attr)
            return Opaque(dotted(node) or node.attr)
        owner = self.value(node.value)
        match owner:
            case Module():
                return self.member(node, owner)
            case ast.ClassDef():
                return self.made_plain(owner).attributes.get(node.attr, Opaque(node.attr))
            case Tensor(place) if node.attr == "shape":
                return Sizes(place)
            case _:
                return Opaque(node.attr)

    def member(self, node: ast.Attribute, owner: Module, *, called_for: bool = False) -> Value:
        """What is set on a module, under its path, or a method of it."""
        if node.attr in owner.attributes:
            return called(owner.attributes[node.attr], joined(owner.name, node.attr))
        method = owner.definition and method_of(owner.definition, (node.attr,))
        if method:
            return Function(method, owner)
        if called_for:
            return None
        raise self.source.fault(
            node,
            f"{node.attr} is used before it is set{nearest(node.attr, list(owner.attributes))}",
        )

    def made_plain(self, definition: ast.ClassDef) -> Module:
        """A class's own values, without an object of it."""
        return Module(
            definition,
            {
                each.targets[0].id: self.value(each.value)
                for each in definition.body
                if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name)
            },
        )

    def has(self, word: str) -> bool:
        """Whether a name is set."""
        return word in self.scope

    def own(self, word: str) -> bool:
        """Whether outside of functions a name is an attribute of ``self``."""
        module = self.scope.get("self")
        return self.scope is self.outer and isinstance(module, Module) and word in module.attributes

    def library(self, node: ast.Attribute) -> bool:
        """Whether a dotted name begins with what the text does not set, as ``nn`` or ``torch``."""
        root = dotted(node)
        return root is not None and not self.has(root.partition(".")[0])

    def entries(self, nodes: Sequence[ast.expr]) -> list[Value]:
        """The values of a list, with ``*more`` in it."""
        if len(nodes) > MOST_ENTRIES:
            raise self.source.fault(nodes[0], f"a list of more than {MOST_ENTRIES} entries")
        found: list[Value] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                found += self.many(node.value)
                self.bounded(node, found)
            else:
                found.append(self.value(node))
        if any(isinstance(each, list | tuple) for each in found):
            self.bounded(nodes[0], found)
        return found

    def many(self, node: ast.expr) -> list[Value]:
        """The values that a loop goes over."""
        value = self.value(node)
        if isinstance(value, list | tuple | Block):
            return list(value)
        raise self.source.fault(
            node, "what is gone over here is not known: a list, a ModuleList or a range is followed"
        )

    def known(self, node: ast.expr) -> bool:
        """Whether a condition holds."""
        return self.truth(node, self.value(node))

    def either(self, op: ast.boolop, nodes: Sequence[ast.expr]) -> Value:
        """``a or b``, ``a and b``: the first value that decides, or the last."""
        for node in nodes[:-1]:
            value = self.value(node)
            if self.truth(node, value) == isinstance(op, ast.Or):
                return value
        return self.value(nodes[-1])

    def truth(self, node: ast.expr, value: Value) -> bool:
        """Whether a value counts as true."""
        match value:
            case Opaque() | Tensor() | Sizes() | Size():
                raise self.source.fault(
                    node,
                    "whether this holds is not known before the network runs: write out the lines "
                    "that run",
                )
            case int() | float() | str() | list() | tuple() | None:
                return bool(value)
            case Block(entries):
                return bool(entries)
            case _:
                return True

    def comprehension(self, part: ast.expr, each: ast.comprehension) -> Value:
        """``[layer for i in range(3)]``."""
        found: list[Value] = []
        outer, many = self.scope, self.many(each.iter)
        self.scope = outer.new_child()  # its names are not set outside of it
        try:
            for entry in many:
                self.set(each.target, entry)
                if all(self.known(test) for test in each.ifs):
                    found.append(self.value(part))
                self.count(part)
        finally:
            self.scope = outer
        return self.bounded(part, found)

    def set(self, target: ast.expr, value: Value) -> None:
        """Give a value its name, and make a tensor the one that a chain goes on from."""
        match target:
            case ast.Name(name):
                new = isinstance(value, Leaf | Block | Module) and not value.name
                self.scope[name] = (
                    called(value, name) if new and self.scope is self.outer else value
                )
            case ast.Attribute(ast.Name(owner), name):
                module = self.scope.setdefault(owner, Module(None, {}))
                if not isinstance(module, Module):
                    raise self.source.fault(target, f"{owner} is no module: nothing is set on it")
                module.attributes[name] = value
            case ast.Tuple(elts) | ast.List(elts):
                values = spread(elts, value)
                if values is None:
                    raise self.source.fault(target, f"these are not {len(elts)} values")
                for each, part in zip(elts, values, strict=True):
                    self.set(each, part)
            case _:
                raise self.source.fault(target, "one name is wanted on the left of =")
        if isinstance(value, Tensor):
            self.framework.builder.last = value.place

    def string(self, node: ast.expr, values: Sequence[ast.expr]) -> Value:
        """``f"conv{i}"``."""
        parts = []
        for each in values:
            inner = each.value if isinstance(each, ast.FormattedValue) else each
            value = self.value(inner)
            if not isinstance(value, int | float | str):
                return Opaque("a string")
            parts.append(str(value))
        return self.bounded(node, "".join(parts))

    def binary(
        self, node: Placed, left: Value, op: ast.operator, right: Value, name: str | None
    ) -> Value:
        """``a + b`` of tensors, where a number changes no shape; or arithmetic."""
        both = [value for value in (left, right) if isinstance(value, Tensor)]
        if both and type(op) in SIGNS | {ast.Pow: "pow"}:
            if len(both) == 1 and isinstance(right if both[0] is left else left, int | float):
                return both[0]
            if len(both) == 2:
                places = [each.place for each in both]
                return self.framework.add(
                    self.framework.counted(Elementwise(SIGNS[type(op)])), places, name, node
                )
        if both:
            raise self.source.fault(
                node, "of tensors only + - * / with tensors and numbers are followed"
            )
        if any(isinstance(value, Opaque | Size | Sizes) for value in (left, right)):
            return computed(op, left, right)
        try:
            return arithmetic(op, left, right)
        except ValueError as error:
            raise self.source.fault(node, str(error)) from None

    def bounded(self, node: Placed, value: Value) -> Value:
        """A value of a size that is followed."""
        try:
            return bounded(value)
        except ValueError as error:
            raise self.source.fault(node, str(error)) from None

    def part(self, node: ast.Subscript, owner: Value, index: ast.expr, name: str | None) -> Value:
        """``x[:, 1:]`` of a tensor, ``layers[0]`` of a list, ``x.shape[2:]`` of sizes."""
        if isinstance(owner, Tensor):
            return Tensor(self.framework.cut(owner.place, index, self.own_name(name)))
        if isinstance(owner, Opaque):
            return Opaque(owner.text)
        try:
            if not isinstance(index, ast.Slice):
                return entry_of(owner, self.value(index))
            ends = [self.framework.number(each) for each in (index.lower, index.upper, index.step)]
            return slice_of(owner, slice(*ends))
        except LookupError:
            raise self.source.fault(node, "this has no such part") from None
