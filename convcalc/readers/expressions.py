"""The expressions of a program: layers and blocks are made, called, and joined by functions.

Law: an expression is a value of ``parts.py`` or it is refused where it stands. What a framework is
called with is read by its dialect; only Python's own words are known here:

* ``nn.Sequential(...)``, ``nn.ModuleList([...])``, ``OrderedDict([...])``, with ``*layers``;
* functions with their tensors first: ``F.relu(x)``, ``cat(a, b)``, ``torch.cat([a, b], 1)``,
  ``add(a, b)``, ``crop(a, like=b)``, ``F.pad(x, (1, 1))``, ``x.flatten(1)``, ``x.view(n, -1)``,
  ``x.mean([2, 3])``, ``F.interpolate(x, size=y.shape[2:])``;
* ``a + b`` and ``a * b`` of tensors; slices such as ``x[:, :, 1:-1, 1:-1]``;
* numbers, strings, lists, comprehensions, comparisons, ``range``, ``len``, ``zip``, ``enumerate``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from convcalc.dialects.call import Argument, Call, Opaque, parse_call
from convcalc.dialects.call import Value as Argued
from convcalc.dialects.plain import FUNCTIONS, read_operation
from convcalc.errors import ParseError
from convcalc.graph.operations import (
    ChannelsLast,
    Concat,
    CropLike,
    Elementwise,
    Expand,
    Flatten,
    GlobalPool,
    Measured,
    Operation,
    Reshape,
    Slice,
    Squeeze,
    Transpose,
)
from convcalc.graph.operations.base import LARGEST
from convcalc.graph.operations.measured import marks
from convcalc.layers.axis import nearest
from convcalc.readers.building import MOST_LAYERS, Builder, at_line
from convcalc.readers.parts import (
    Block,
    Function,
    Leaf,
    Module,
    Size,
    Sizes,
    Tensor,
    Value,
    arithmetic,
    bounded,
    called,
    compared,
    computed,
    joined,
    literal,
    marked,
    spread,
    tensors,
)
from convcalc.readers.source import Placed, Source

IMAGE = ("x", "input")
INPUTS = ("Input", "InputLayer")
RANDOM = ("randn", "rand")  # what a network is tried on, below its class
CONTAINERS = ("Sequential", "ModuleList", "ModuleDict")
JOINS = (
    "cat", "concat", "concatenate", "add", "sub", "subtract", "mul", "multiply", "div", "divide",
    "maximum", "minimum", "crop",
)  # fmt: skip
COUNTING = (Concat, Elementwise, Expand, Flatten, GlobalPool, Reshape, Slice, Squeeze, Transpose)
LIKE = ("interpolate", "upsample", "expand_as")
SIGNS: dict[type[ast.operator], str] = {
    ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide",
}  # fmt: skip
BUILTINS: dict[str, Callable[..., Any]] = {
    "str": str,
    "len": lambda many: len(list(many)),
    "list": list,
    "tuple": tuple,
    "int": int,
    "max": max,
    "min": min,
    "zip": lambda *many: [tuple(each) for each in zip(*many, strict=False)],
    "enumerate": lambda many, start=0: list(enumerate(many, start)),
    "reversed": lambda many: list(reversed(list(many))),
}


class Expressions:
    """Values of syntax nodes, in the scope of the function that is read; nodes for the graph."""

    def __init__(
        self,
        source: Source,
        identity: frozenset[str],
        function: Callable[[Function | Module, Sequence[Value], dict[str, Value], Placed], Value],
        made: Callable[[ast.ClassDef, Sequence[Value], dict[str, Value], Placed], Module],
    ) -> None:
        self.source, self.identity, self.function, self.made = source, identity, function, made
        self.builder = Builder()
        self.outer: dict[str, Value] = dict.fromkeys(IMAGE, Tensor(0))
        self.scope = self.outer
        self.path = ""  # of the module whose forward runs
        self.read: dict[str, Operation] = {}
        self.used: set[object] = set()  # weights that have run
        self.calls = 0
        self.channels_last = False  # whether the text counts dimensions as Keras and Flax do

    # Values --------------------------------------------------------------------------------------

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
        for scope in (self.scope, self.outer):
            if word in scope:
                return scope[word]
        module = self.scope.get("self")
        if self.own(word) and isinstance(module, Module):
            return called(module.attributes[word], word)
        known = list(dict.fromkeys([*self.scope, *self.outer]))
        raise self.source.fault(
            node,
            f"{word} is used before it is set{nearest(word, known)}; the image is called "
            f"{' or '.join(IMAGE)}, or what is set to Input()",
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
        return word in self.scope or word in self.outer

    def entries(self, nodes: Sequence[ast.expr]) -> list[Value]:
        """The values of a list, with ``*more`` in it."""
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
        outer = self.scope
        if outer is self.outer:
            self.scope = dict(outer)
        try:
            for entry in self.many(each.iter):
                targets = each.target.elts if isinstance(each.target, ast.Tuple) else [each.target]
                values = spread(targets, entry) if len(targets) > 1 else [entry]
                for target, value in zip(targets, values or (), strict=False):
                    self.scope[last_name(target) or ""] = value
                if all(self.known(test) for test in each.ifs):
                    found.append(self.value(part))
                self.count(part)
        finally:
            self.scope = outer
        return self.bounded(part, found)

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
        self, node: ast.expr, left: Value, op: ast.operator, right: Value, name: str | None
    ) -> Value:
        """``a + b`` of tensors, where a number changes no shape; or arithmetic."""
        both = [value for value in (left, right) if isinstance(value, Tensor)]
        if both and type(op) in SIGNS | {ast.Pow: "pow"}:
            if len(both) == 1 and isinstance(right if both[0] is left else left, int | float):
                return both[0]
            if len(both) == 2:
                places = [each.place for each in both]
                return self.add(self.counted(Elementwise(SIGNS[type(op)])), places, name, node)
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

    def bounded(self, node: ast.expr, value: Value) -> Value:
        """A value of a size that is followed."""
        try:
            return bounded(value)
        except ValueError as error:
            raise self.source.fault(node, str(error)) from None

    def part(self, node: ast.Subscript, owner: Value, index: ast.expr, name: str | None) -> Value:
        """``x[:, 1:]`` of a tensor, ``layers[0]`` of a list, ``x.shape[2:]`` of sizes."""
        if isinstance(owner, Tensor):
            return Tensor(self.cut(owner.place, index, name))
        if isinstance(owner, Opaque):
            return Opaque(owner.text)
        if isinstance(index, ast.Slice):
            low, high, step = (self.number(each) for each in (index.lower, index.upper, index.step))
            if isinstance(owner, Sizes):
                return Sizes(owner.place, low or 0) if high is step is None else Opaque("sizes")
            if isinstance(owner, list | tuple) and step != 0:
                return owner[low:high:step]
            if isinstance(owner, Block) and step != 0:
                return Block(owner.entries[low:high:step], owner.name, owner.runs)
            raise self.source.fault(node, "this has no parts that are known")
        key = self.value(index)
        match owner, key:
            case Sizes(place, first), int():
                return Size.axis(place, key + (first if key >= 0 else 0))
            case ((list() | tuple()), int()) if -len(owner) <= key < len(owner):
                return owner[key]
            case Block(entries), _:
                words = [word for word, _ in entries]
                count = len(entries)
                if isinstance(key, int) and -count <= key < count:
                    return owner.entry(key % count)
                if key in words:
                    return owner.entry(words.index(key))
        raise self.source.fault(node, "this has no such part")

    # Calls ---------------------------------------------------------------------------------------

    def call(self, node: ast.Call, name: str | None) -> Value:
        """A layer made or called, a function of the text, of Python or of a framework."""
        self.count(node)
        owner, callee = self.callee(node.func)
        match callee:
            case Leaf() | Block() | Module():
                if name is not None and not callee.name and isinstance(node.func, ast.Call):
                    callee = called(callee, name)
                    own = name
                else:
                    # Called again, a layer's name is taken: then what it gives says more.
                    again = not callee.name or callee.name in self.builder.names
                    own = joined(self.path, name or "") if again else callee.name
                return self.apply(callee, self.entries(node.args), own or None, node)
            case Function():
                return self.function(callee, self.entries(node.args), self.keywords(node), node)
            case ast.ClassDef(word) if word not in self.identity:
                return self.made(callee, self.entries(node.args), self.keywords(node), node)
        word = (
            node.func.attr if isinstance(node.func, ast.Attribute) else last_name(node.func) or ""
        )
        if owner is not None:
            return self.method(node, owner, word, name)
        if isinstance(node.func, ast.Name) and word in (*BUILTINS, "range", "getattr", "setattr"):
            return self.builtin(node, word)
        match word:
            case "Sequential" | "ModuleList" | "ModuleDict":
                return self.block(node, word)
            case "OrderedDict" if len(node.args) == 1:
                return self.value(node.args[0])
            case _ if word in INPUTS:
                return self.image(node)
            case _ if word in RANDOM and self.scope is self.outer:
                return Tensor(0)
            case "Model":
                return None
            case _ if word[:1].isupper() or word == "make_node":
                self.declare(node, [each.value for each in node.keywords if each.arg == "input_shape"])
                return Leaf(self.operation_or_fault(node))
            case _:
                return Tensor(self.tensor_function(node, name, None))

    def image(self, node: ast.Call) -> Tensor:
        """``keras.Input((224, 224, 3))``."""
        named = [each.value for each in node.keywords if each.arg == "shape"]
        self.declare(node, [*node.args, *named])
        return Tensor(0)

    def declare(self, node: ast.Call, shapes: Sequence[ast.expr]) -> None:
        """The shape of the image, channels last as Keras has it, where all of it is written."""
        shape = self.value(shapes[0]) if shapes else None
        if not isinstance(shape, list | tuple) or not all(type(each) is int for each in shape):
            return
        declared = (1, *shape[-1:], *shape[:-1])
        if self.builder.declared not in ((), declared):
            raise self.source.fault(node, "a second input of another shape is not followed")
        self.builder.declared = declared

    def callee(self, node: ast.expr) -> tuple[Value, Value]:
        """What a method is called on, and what is called where the text says it (or None)."""
        match node:
            case ast.Name(word):
                if not self.has(word) and not self.own(word):
                    return None, None
                value = self.named(node, word)
                return None, None if isinstance(value, Tensor) else value
            case ast.Attribute(owner, word):
                if self.library(node):
                    # the lines of a module, pasted without it: self.conv(x) where conv is set
                    here = self.scope is self.outer and self.has(word) and word not in IMAGE
                    return None, self.named(node, word) if here else None
                holder = self.value(owner)
                if isinstance(holder, Module):
                    return holder, self.member(node, holder, called_for=True)
                return holder, None
            case _:
                return None, self.value(node)

    def library(self, node: ast.Attribute) -> bool:
        """Whether a dotted name begins with what the text does not set, as ``nn`` or ``torch``."""
        root = dotted(node)
        return root is not None and not self.has(root.partition(".")[0])

    def own(self, word: str) -> bool:
        """Whether outside of functions a name is an attribute of ``self``."""
        module = self.scope.get("self")
        return self.scope is self.outer and isinstance(module, Module) and word in module.attributes

    def method(self, node: ast.Call, owner: Value, word: str, name: str | None) -> Value:
        """``x.flatten(1)``, ``layers.append(...)``, ``x.size(0)``."""
        match owner:
            case Tensor(place) if word == "size":
                axes = self.entries(node.args)
                if axes and type(axes[0]) is int:
                    return Size.axis(place, axes[0])
                return Sizes(place)
            case Tensor(place) if word in ("dim", "numel", "item"):
                return Opaque(word)
            case Tensor(place):
                return Tensor(self.tensor_function(node, name, place))
            case list() if word in ("append", "extend", "insert"):
                values = self.entries(node.args)
                if word == "insert" and len(values) == 2 and isinstance(values[0], int):
                    owner.insert(values[0], values[1])
                elif word != "insert" and len(values) == 1:
                    more = self.many(node.args[0]) if word == "extend" else values
                    owner += more
                self.bounded(node, owner)
                return None
            case Opaque():
                return Opaque(owner.text)
            case Block() if word == "add" and self.scope is self.outer and len(node.args) == 1:
                return self.value(node.args[0])  # model.add(layer): it follows the last one
            case Block(entries) if word in ("add", "append") and len(node.args) == 1:
                layer = self.value(node.args[0])
                if isinstance(layer, Leaf | Block | Module):  # no Input
                    entries.append((str(len(entries)), layer))
                return None
            case Module() if word == "add_module" and len(node.args) == 2:
                self.set_on(node, owner, *self.entries(node.args))
                return None
            case Module() if word in ("modules", "named_modules", "parameters", "buffers"):
                return []  # weights are set there, which change no size
            case Block(entries) if word in ("values", "items", "children"):
                keys = [key for key, _ in entries]
                return list(zip(keys, owner, strict=True)) if word == "items" else list(owner)
        if word in ("to", "cuda", "cpu", "eval", "train", "apply", "requires_grad_") and isinstance(
            owner, Leaf | Block | Module
        ):
            return owner
        raise self.source.fault(node, f"{word} is not known here: write out the lines that run")

    def builtin(self, node: ast.Call, word: str) -> Value:
        """A function of Python."""
        arguments = self.entries(node.args)
        match word, arguments:
            case "setattr", [Module() as module, name, value]:
                self.set_on(node, module, name, value)
                return None
            case "getattr", [Module(attributes=attributes) as module, str() as name, *_]:
                if name in attributes:
                    return called(attributes[name], joined(module.name, name))
        if word in ("setattr", "getattr"):
            raise self.source.fault(node, f"{word} of what is not known")
        if word == "range":
            if not arguments or not all(type(each) is int for each in arguments):
                raise self.source.fault(node, "a range of whole numbers is wanted, as range(3)")
            if len(arguments) > 3 or (len(arguments) == 3 and not arguments[2]):
                raise self.source.fault(node, "a range is range(end) or range(start, end, step)")
            span = range(*arguments)  # type: ignore[arg-type]
            if span and (abs(span[-1] - span[0]) // abs(span.step)) >= MOST_LAYERS:
                raise self.source.fault(node, f"more than {MOST_LAYERS} layers")
            return list(span)
        if any(isinstance(each, Opaque | Size | Sizes) for each in arguments):
            return Opaque(word)
        if word in ("max", "min", "int") and not all(type(each) is int for each in arguments):
            return Opaque(word)
        try:
            return BUILTINS[word](*arguments)  # type: ignore[no-any-return]
        except (TypeError, ValueError, OverflowError) as error:
            raise self.source.fault(node, f"{word}: {error}") from None

    def set_on(self, node: ast.Call, module: Module, name: Value, value: Value) -> None:
        """``setattr(self, f"conv{i}", layer)``."""
        if not isinstance(name, str):
            raise self.source.fault(node, "the name that is set is not known")
        module.attributes[name] = value

    def keywords(self, node: ast.Call) -> dict[str, Value]:
        """The arguments that are given by name."""
        for each in node.keywords:
            if each.arg is None:
                raise self.source.fault(each, "** cannot be followed without running it")
        return {each.arg: self.value(each.value) for each in node.keywords if each.arg}

    def block(self, node: ast.Call, word: str) -> Block:
        """The layers of a Sequential: its arguments, or those of a list or an OrderedDict in it."""
        found: list[tuple[str, Value]] = []
        runs = word == "Sequential"
        given = entries(node)
        if len(given) == 1 and isinstance(given[0], ast.Dict):
            for word_node, each in zip(given[0].keys, given[0].values, strict=True):
                key = None if word_node is None else self.value(word_node)
                found.append((key if isinstance(key, str) else "", self.value(each)))
            return Block(found, runs=runs)
        values = self.entries(given)
        if len(values) == 1 and isinstance(values[0], list):
            values, given = values[0], []
        for number, value in enumerate(values):
            match value:
                case (str() | int() as label, layer):
                    found.append((str(label), layer))
                case _:
                    found.append((str(number), value))
        found = [each for each in found if not isinstance(each[1], Tensor)]  # keras.Input
        for number, (_, layer) in enumerate(found):
            if not isinstance(layer, Leaf | Block | Module):
                where = given[number] if number < len(given) and len(given) == len(found) else node
                raise self.source.fault(where, "a layer is wanted here, such as nn.Conv2d(3, 8, 3)")
        return Block(found, runs=runs)

    def apply(self, layer: Value, inputs: Sequence[Value], name: str | None, node: Placed) -> Value:
        """Call a layer; what comes out of a block is called as the block."""
        self.count(node)
        match layer:
            case Module():
                return self.function(layer, inputs, {}, node)
            case Block(entries) if layer.runs:
                value: Value = inputs[0] if inputs else None
                for number in range(len(entries)):
                    entry = layer.entry(number)
                    last = number == len(entries) - 1
                    own = (name if last else None) or (
                        entry.name if isinstance(entry, Leaf) else None
                    )
                    value = self.apply(entry, inputs if not number else [value], own, node)
                return value
            case Leaf(operation):
                if isinstance(operation, ParseError):
                    raise operation
                places = self.places(inputs, node)
                shared = layer.weights in self.used
                self.used.add(layer.weights)
                return self.add(operation, places, name or layer.name or None, node, shared=shared)
            case _:
                raise self.source.fault(
                    node, "this is not called itself: call its layers, as layers[0](x)"
                )

    def places(self, inputs: Sequence[Value], node: Placed) -> list[int]:
        """The places of the tensors that a layer is called on."""
        found = tensors(list(inputs)) if inputs else []
        if found is None:
            raise self.source.fault(node, "a layer is called on tensors: this is something else")
        return found

    def add(
        self,
        operation: Operation,
        inputs: Sequence[int],
        name: str | None,
        node: Placed,
        *,
        shared: bool = False,
    ) -> Tensor:
        """A node of the graph."""
        try:
            where = f"line {node.lineno}"
            return Tensor(self.builder.add(operation, inputs, name, where, shared=shared))
        except ValueError as error:
            raise self.source.fault(node, str(error)) from None

    def counted(self, operation: Operation) -> Operation:
        """An operation with its dimensions counted as the text counts them."""
        inner = operation.operation if isinstance(operation, Measured) else operation
        if not self.channels_last or not isinstance(inner, COUNTING):
            return operation
        if isinstance(inner, GlobalPool) and inner.over is None:
            return operation
        return ChannelsLast(operation)

    def count(self, node: Placed) -> None:
        """Blocks of blocks may be called far more often than they are written."""
        self.calls += 1
        if self.calls > 4 * MOST_LAYERS:
            raise self.source.fault(node, f"more than {MOST_LAYERS} layers are called")

    # What a framework is called with --------------------------------------------------------------

    def operation(self, node: ast.Call) -> Operation:
        """What one call of a framework makes; the same words are read once."""
        start, end = self.source.span(node)
        segment = self.source.text[start:end]
        if segment not in self.read:
            call = self.parsed(segment, start, node)
            filled = self.filled(call, node)
            operation = self.understood(filled, start, node)
            if filled is not call:
                return operation
            self.read[segment] = operation
        return self.read[segment]

    def operation_or_fault(self, node: ast.Call) -> Operation | ParseError:
        """Inside of a class, a layer that is not known is refused when it runs."""
        try:
            return self.operation(node)
        except ParseError as error:
            if self.scope is self.outer:
                raise
            return error

    def parsed(self, segment: str, start: int, node: ast.expr) -> Call:
        """A call taken apart, with its faults where they stand in the text."""
        try:
            return parse_call(segment)
        except ParseError as error:
            raise self.moved(error, start, node) from None

    def filled(self, call: Call, node: ast.Call) -> Call:
        """A call with names and arithmetic in it worked out, where they are known."""
        named = {each.arg: each.value for each in node.keywords if each.arg}
        found = [self.argument(*pair) for pair in zip(call.positional, node.args, strict=True)]
        by_name = {word: self.argument(given, named[word]) for word, given in call.named.items()}
        if tuple(found) == call.positional and by_name == call.named:
            return call
        return call._replace(positional=tuple(found), named=by_name)

    def argument(self, given: Argument, node: ast.expr) -> Argument:
        """An argument worked out, where it is known; else as it was given."""
        if not _opaque(given.value) or _calls(node):
            return given
        try:
            return given._replace(value=literal_or(self.value(node), given.value))
        except ParseError as error:
            if isinstance(node, ast.BinOp) and not _names(node):
                raise error from None
            return given

    def understood(self, call: Call, start: int, node: ast.expr) -> Operation:
        """The operation of a call, with its faults where they stand in the text."""
        try:
            return read_operation(call, self.identity, channels_last=self.channels_last)
        except ParseError as error:
            raise self.moved(error, start, node) from None

    def moved(self, error: ParseError, start: int, node: ast.expr) -> ParseError:
        """A fault of a part of the text, told in the whole."""
        return at_line(
            self.source.text, node.lineno, error.message, start + error.start, start + error.end
        )

    def tensor_function(self, node: ast.Call, name: str | None, owner: int | None) -> int:
        """``F.relu(x)``, ``x.flatten(1)``, ``cat([a, b], 1)``: the tensors come first."""
        start, end = self.source.span(node)
        places = []
        if owner is not None:
            assert isinstance(node.func, ast.Attribute)
            places = [owner]
            start = self.source.span(node.func)[1] - len(node.func.attr)
        call = self.filled(self.parsed(self.source.text[start:end], start, node), node)
        join = call.name in JOINS or call.name in self.identity
        used = 0
        for argument in node.args:
            if (places and not join) or not _may_be_tensor(argument):
                break
            found = tensors(self.value(argument))
            if found is None:
                break
            places += found
            used += 1
        places += self.named_inputs(node, call.name, used)
        named = {
            word: value
            for word, value in call.named.items()
            if word not in ("like", "input", "tensors", "training", "inplace")
        }
        if call.name in FUNCTIONS:
            call = call._replace(positional=call.positional[used:], named=named)
            alone = join and call.name not in ("cat", "concat", "concatenate", "crop")
            if alone and len(places) == 1 and call.positional:
                return places[0]  # x.mul(0.5)
        call, measured = self.measured(call, node, used)
        operation = self.understood(call, start, node)
        if measured:
            if marks(operation) != len(measured):
                raise self.source.fault(
                    node,
                    f"{call.name} with sizes that are known when the network runs: write numbers",
                )
            operation = Measured(operation)
            places += [place for size in measured for place in size.places]
        if call.positional or call.named or measured:
            operation = self.counted(operation)
        if isinstance(operation, CropLike) and len(places) == 2:
            operation = CropLike()
        if not places:
            raise self.source.fault(node, f"{call.name} takes its tensor first, as {call.name}(x)")
        return self.add(operation, places, joined(self.path, name or "") or None, node).place

    def named_inputs(self, node: ast.Call, name: str, used: int) -> Iterator[int]:
        """Tensors that a function takes by a name, or whose sizes alone it takes."""
        for keyword in node.keywords:
            if keyword.arg in ("like", "input") or (keyword.arg == "tensors" and name in JOINS):
                yield from self.places([self.value(keyword.value)], keyword.value)
        if name in LIKE:
            for given in (*node.args[used:], *(keyword.value for keyword in node.keywords)):
                like = None if isinstance(given, ast.Constant) else self.value(given)
                if isinstance(like, Sizes) or (isinstance(like, Tensor) and name == "expand_as"):
                    yield like.place

    def measured(self, call: Call, node: ast.Call, used: int) -> tuple[Call, list[Size]]:
        """A call with a mark for each size that is known when the network runs; those sizes."""
        found: list[Size] = []
        if call.name not in FUNCTIONS:
            return call, found

        def with_marks(given: Argument, each: ast.expr) -> Argument:
            if not _opaque(given.value):
                return given
            try:
                value = self.value(each)
            except ParseError:
                return given
            return given._replace(value=_marked(value, given.value, found))

        named = {each.arg: each.value for each in node.keywords if each.arg}
        positional = tuple(map(with_marks, call.positional, node.args[used:]))
        by_name = {word: with_marks(each, named[word]) for word, each in call.named.items()}
        return call._replace(positional=positional, named=by_name), found

    def cut(self, place: int, index: ast.expr, name: str | None) -> int:
        """``x[:, :, 1:-1, 1:-1]``."""
        entries = index.elts if isinstance(index, ast.Tuple) else [index]
        first = 0
        match entries:
            case [ast.Constant(value), *rest] if value is Ellipsis:
                entries, first = rest, -len(rest)
        cuts: list[tuple[Slice, list[Size], ast.expr]] = []
        for along, entry in enumerate(entries, start=first):
            if not isinstance(entry, ast.Slice):
                raise self.source.fault(entry, "only slices are read between [ and ], such as 1:-1")
            sizes: list[Size] = []
            low, high = (self.bound(each, sizes) for each in (entry.lower, entry.upper))
            step = self.number(entry.step)
            if step is not None and step < 1:
                raise self.source.fault(entry, f"a step must be at least 1, got {step}")
            if (low, high, step) != (None, None, None):
                cuts.append((Slice(along, low or 0, high, step or 1), sizes, entry))
        for number, (cut, sizes, entry) in enumerate(cuts, start=1):
            own = name if number == len(cuts) else None
            measured = [at for size in sizes for at in size.places]
            operation = self.counted(Measured(cut) if sizes else cut)
            own = joined(self.path, own or "") or None
            place = self.add(operation, [place, *measured], own, entry).place
        return place

    def bound(self, node: ast.expr | None, sizes: list[Size]) -> int | None:
        """Where a slice begins or ends: a number, or a mark for a size."""
        if node is not None and not isinstance(node, ast.Constant):
            value = self.value(node)
            if isinstance(value, Size):
                return marked(value, sizes)
        return self.number(node)

    def number(self, node: ast.expr | None) -> int | None:
        """A whole number that is known."""
        if node is None:
            return None
        try:
            value = self.value(node)
        except ParseError:
            value = Opaque("")
        if value is None:
            return None
        if type(value) is not int or abs(value) > LARGEST:
            raise self.source.fault(node, "a whole number is wanted here")
        return value


def dotted(node: ast.expr) -> str | None:
    """``torch.nn.functional.relu``; None for anything but names joined by points."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join(reversed([*parts, node.id])) if isinstance(node, ast.Name) else None


def last_name(node: ast.expr) -> str | None:
    """The last part of a dotted name, as in ``self.conv1``; None for anything else."""
    path = dotted(node)
    return None if path is None else path.rpartition(".")[2]


def entries(node: ast.Call) -> Sequence[ast.expr]:
    """What stands in a Sequential: its arguments, or those of a list or an OrderedDict in it."""
    if len(node.args) == 1:
        match node.args[0]:
            case ast.List(elts) | ast.Tuple(elts):
                return elts
            case ast.Call(args=[ast.List(elts)]) as inner if last_name(inner.func) == "OrderedDict":
                return elts
    return node.args


def literal_or(value: Value, given: Argued) -> Argued:
    """A value as an argument; what was given where it is no plain one."""
    found = literal(value)
    return given if isinstance(found, Opaque) and not isinstance(value, Sizes) else found


def _marked(value: Value, given: Argued, found: list[Size]) -> Argued:
    """An argument with marks in it; what was given where it is something else."""
    if isinstance(value, Size) and not value.batch:
        return marked(value, found)
    if isinstance(value, list | tuple) and isinstance(given, tuple):
        return tuple(_marked(one, other, found) for one, other in zip(value, given, strict=True))
    return given


def _opaque(value: Argued) -> bool:
    return isinstance(value, Opaque) or (isinstance(value, tuple) and any(map(_opaque, value)))


def _calls(node: ast.expr) -> bool:
    """Whether an expression calls something besides Python's own functions."""
    return any(
        isinstance(each, ast.Call) and last_name(each.func) not in (*BUILTINS, "range")
        for each in ast.walk(node)
    )


def _names(node: ast.expr) -> bool:
    return any(isinstance(each, ast.Name | ast.Attribute) for each in ast.walk(node))


def method_of(definition: ast.ClassDef, names: Sequence[str]) -> ast.FunctionDef | None:
    """The first method of a class with one of these names."""
    methods = (each for each in definition.body if isinstance(each, ast.FunctionDef))
    return next((each for each in methods if each.name in names), None)


def _may_be_tensor(node: ast.expr) -> bool:
    if isinstance(node, ast.List | ast.Tuple):
        return bool(node.elts) and all(map(_may_be_tensor, node.elts))
    return isinstance(node, ast.Name | ast.Call | ast.BinOp | ast.Subscript | ast.Attribute)
