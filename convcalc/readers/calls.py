"""The calls of a program: layers are made and called, functions and methods are followed.

Law: what is called is something the text made, a function of Python, or a framework's word:

* ``nn.Sequential(...)``, ``nn.ModuleList([...])``, ``OrderedDict([...])``, with ``*layers``;
* a layer, a block or a module, called on tensors; a function or a class of the text;
* methods of tensors (``x.flatten(1)``), lists (``layers.append(...)``) and modules;
* functions with their tensors first, which ``framework.py`` reads: ``F.relu(x)``, ``cat(a, b)``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from convcalc.dialects.call import Opaque
from convcalc.errors import ParseError
from convcalc.graph.operations import Operation
from convcalc.readers.building import MOST_LAYERS
from convcalc.readers.builtin import BUILTINS, builtin
from convcalc.readers.expressions import IMAGE, Expressions
from convcalc.readers.parts import (
    Block,
    Function,
    Leaf,
    Module,
    Size,
    Sizes,
    Tensor,
    Value,
    called,
    joined,
    tensors,
)
from convcalc.readers.source import Placed, Source
from convcalc.readers.syntax import entries, last_name

INPUTS = ("Input", "InputLayer")
RANDOM = ("randn", "rand")  # what a network is tried on, below its class
VISITS = ("modules", "named_modules", "parameters", "buffers")
KEEPS = ("to", "cuda", "cpu", "eval", "train", "apply", "requires_grad_")  # of a layer
RUNS = ("training", "train", "deterministic", "use_running_average", "mutable", "mask")
NOTHING: Mapping[str, Value] = MappingProxyType({})
CONTAINERS = ("Sequential", "ModuleList", "ModuleDict")


class Calls(Expressions):
    """Expressions with calls; ``function`` and ``made`` run what the text defines."""

    def __init__(
        self,
        source: Source,
        identity: frozenset[str],
        function: Callable[[Function | Module, Sequence[Value], dict[str, Value], Placed], Value],
        made: Callable[[ast.ClassDef, Sequence[Value], dict[str, Value], Placed], Module],
    ) -> None:
        super().__init__(source, identity)
        self.function, self.made = function, made
        self.used: set[object] = set()  # weights that have run
        self.calls = 0

    def call(self, node: ast.Call, name: str | None) -> Value:
        """A layer made or called, a function of the text, of Python or of a framework."""
        self.count(node)
        owner, callee = self.callee(node.func)
        match callee:
            case Leaf() | Block() | Module():
                return self.run(node, callee, name)
            case Function():
                return self.function(callee, self.entries(node.args), self.keywords(node), node)
            case ast.ClassDef(word) if word not in self.identity:
                return self.made(callee, self.entries(node.args), self.keywords(node), node)
            case Opaque(path) if path.replace(".", "").isidentifier():  # conv = nn.Conv2d
                return self.of_framework(node, path.rpartition(".")[2], name, path)
        word = (
            node.func.attr if isinstance(node.func, ast.Attribute) else last_name(node.func) or ""
        )
        if owner is not None:
            return self.method(node, owner, word, name)
        if isinstance(node.func, ast.Name) and word in (*BUILTINS, "getattr", "setattr"):
            return self.builtin(node, word)
        return self.of_framework(node, word, name, None)

    def run(self, node: ast.Call, layer: Leaf | Block | Module, name: str | None) -> Value:
        """A layer that is called; of two calls the second is named after what it gives."""
        inputs, named = self.entries(node.args), self.given(node, layer)
        if name is not None and not layer.name and isinstance(node.func, ast.Call):
            return self.apply(called(layer, name), inputs, name, node, named)
        again = not layer.name or layer.name in self.framework.builder.names
        own = self.own_name(name) if again else layer.name
        return self.apply(layer, inputs, own, node, named)

    def given(self, node: ast.Call, layer: Leaf | Block | Module) -> dict[str, Value]:
        """What a module is called with by name; a layer takes its input and how it runs."""
        if isinstance(layer, Module):
            return self.keywords(node)
        for each in node.keywords:
            if each.arg not in RUNS:
                raise self.source.fault(
                    each, f"a layer called with {each.arg or '**'} is not followed"
                )
        return {}

    def of_framework(self, node: ast.Call, word: str, name: str | None, path: str | None) -> Value:
        """A word that the text does not set, or (``path``) sets to a framework's own."""
        match word:
            case _ if word in CONTAINERS:
                return self.block(node, word)
            case "OrderedDict" if len(node.args) == 1:
                return self.value(node.args[0])
            case _ if word in INPUTS or (word in RANDOM and self.scope is self.outer):
                return self.image(node, word)
            case "Model":
                self.model(node)
                return None
            case _ if word[:1].isupper() or word == "make_node":
                self.declare(node, "input_shape")
                return Leaf(self.operation_or_fault(node, path))
            case _:
                own = self.own_name(name)
                return Tensor(self.framework.tensor_function(node, own, None, path))

    def model(self, node: ast.Call) -> None:
        """``keras.Model(inputs, outputs)``: of several outputs the first."""
        outputs = [each.value for each in node.keywords if each.arg == "outputs"] or node.args[1:2]
        places = tensors(self.value(outputs[0])) if outputs else None
        if places:
            self.framework.builder.output = places[0]

    def image(self, node: ast.Call, word: str) -> Tensor:
        """``keras.Input((224, 224, 3))``, or ``torch.randn(...)``, which says nothing of sizes."""
        if word in INPUTS:
            self.declare(node, "shape", *node.args)
        return Tensor(0)

    def declare(self, node: ast.Call, word: str, *given: ast.expr) -> None:
        """The shape of the image, which Keras writes with the channels last, if it is all known."""
        shapes = [*given, *(each.value for each in node.keywords if each.arg == word)]
        shape = self.value(shapes[0]) if shapes else None
        if not isinstance(shape, list | tuple) or not shape:
            return
        sizes = [each for each in shape if type(each) is int]
        declared = (1, sizes[-1], *sizes[:-1]) if len(sizes) == len(shape) else ()
        if declared and self.framework.builder.declared not in ((), declared):
            raise self.source.fault(node, "a second input of another shape is not followed")
        self.framework.builder.declared = declared

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

    def method(self, node: ast.Call, owner: Value, word: str, name: str | None) -> Value:
        """``x.flatten(1)``, ``layers.append(...)``, ``model.eval()``."""
        match owner:
            case Tensor(place):
                return self.of_tensor(node, place, word, name)
            case Opaque():
                return Opaque(owner.text)
            case list() if word in ("append", "extend", "insert"):
                self.longer(node, owner, word)
                return None
            case Block() if word in ("add", "append") and len(node.args) == 1:
                return self.more_layers(node, owner, word)
            case Block() if word in ("values", "items", "children"):
                keys = [key for key, _ in owner.entries]
                return list(zip(keys, owner, strict=True)) if word == "items" else list(owner)
            case Module() if word == "add_module" and len(node.args) == 2:
                self.set_on(node, owner, *self.entries(node.args))
                return None
            case Module() if word in VISITS:
                return []  # weights are set there, which change no size
            case Leaf() | Block() | Module() if word in KEEPS:
                return owner
        raise self.source.fault(node, f"{word} is not known here: write out the lines that run")

    def of_tensor(self, node: ast.Call, place: int, word: str, name: str | None) -> Value:
        """``x.size(0)``, or a function with the tensor in front."""
        if word in ("dim", "numel", "item"):
            return Opaque(word)
        if word != "size":
            return Tensor(self.framework.tensor_function(node, self.own_name(name), place))
        axes = self.entries(node.args)
        return Size.axis(place, axes[0]) if axes and type(axes[0]) is int else Sizes(place)

    def longer(self, node: ast.Call, owner: list[Value], word: str) -> None:
        """``layers.append(layer)``; ``extend`` and ``insert``."""
        match word, self.entries(node.args):
            case "append", [value]:
                owner.append(value)
            case "extend", [list() | tuple() | Block() as more]:
                owner += list(more)
            case "insert", [int() as place, value]:
                owner.insert(place, value)
            case _:
                raise self.source.fault(node, f"this {word} is not followed")
        self.bounded(node, owner)

    def more_layers(self, node: ast.Call, owner: Block, word: str) -> Value:
        """``model.add(layer)``: outside of functions it follows the last one."""
        layer = self.value(node.args[0])
        if word == "add" and self.scope is self.outer:
            return layer
        if isinstance(layer, Leaf | Block | Module):  # no Input
            owner.entries.append((str(len(owner.entries)), layer))
        return None

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
        try:
            return builtin(word, arguments, self.keywords(node))
        except ValueError as error:
            raise self.source.fault(node, str(error)) from None

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
        listed = (each.value for each in node.keywords if each.arg in ("layers", "modules"))
        given = entries(node) or list(listed)
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

    def apply(
        self,
        layer: Value,
        inputs: Sequence[Value],
        name: str | None,
        node: Placed,
        named: Mapping[str, Value] = NOTHING,
    ) -> Value:
        """Call a layer; what comes out of a block is called as the block."""
        self.count(node)
        match layer:
            case Module():
                return self.function(layer, inputs, dict(named), node)
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
                places = self.framework.places(inputs, node)
                shared = layer.weights in self.used
                self.used.add(layer.weights)
                return self.framework.add(
                    operation, places, name or layer.name or None, node, shared=shared
                )
            case _:
                raise self.source.fault(
                    node, "this is not called itself: call its layers, as layers[0](x)"
                )

    def operation_or_fault(self, node: ast.Call, path: str | None) -> Operation | ParseError:
        """Inside of a class, a layer that is not known is refused when it runs."""
        try:
            return self.framework.operation(node, path)
        except ParseError as error:
            if self.scope is self.outer:
                raise
            return error

    def count(self, node: Placed) -> None:
        """Blocks of blocks may be called far more often than they are written."""
        self.calls += 1
        if self.calls > 4 * MOST_LAYERS:
            raise self.source.fault(node, f"more than {MOST_LAYERS} layers are called")
