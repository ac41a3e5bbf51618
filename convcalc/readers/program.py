"""A network written down as text: one layer a line, or assignments as in Python.

Law: the text is parsed with ``ast`` and never executed. What is read, and nothing else:

* a layer in any framework's words, alone on its line: it follows the layer before it;
* ``y = nn.Conv2d(3, 8, 3)(x)``: a layer called on what came before; the image is ``x`` or
  ``input``, or any name set to ``Input()``;
* ``conv = nn.Conv2d(3, 8, 3)`` (or ``self.conv = ...``) and later ``conv(x)``; a layer that is set
  to a name and never called follows the layer before it, under that name;
* ``nn.Sequential(...)``, nested, also of names, a list, or an ``OrderedDict`` of pairs;
* functions with their tensors first: ``F.relu(x)``, ``cat(a, b)``, ``torch.cat([a, b], 1)``,
  ``add(a, b)``, ``crop(a, like=b)``, ``F.pad(x, (1, 1))``, ``x.flatten(1)``, ``x.view(n, -1)``,
  ``x.mean([2, 3])``, ``F.interpolate(x, size=y.shape[2:])``;
  ``a + b`` and ``a * b``; slices such as ``x[:, :, 1:-1, 1:-1]``;
* comments, imports and ``return y``;
* one ``class`` with its ``__init__`` and ``forward``: the lines of the two.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import NamedTuple
from warnings import catch_warnings, simplefilter

from convcalc.dialects.call import Call, parse_call
from convcalc.dialects.plain import FUNCTIONS, read_operation
from convcalc.errors import ParseError
from convcalc.graph.model import Graph
from convcalc.graph.operations import CropLike, Elementwise, Operation, Slice
from convcalc.graph.operations.base import LARGEST
from convcalc.layers.axis import nearest
from convcalc.readers.building import MOST_LAYERS, Builder, at_line

IMAGE = ("x", "input")
INPUTS = ("Input", "InputLayer")
CONTAINERS = ("Sequential",)
SETTING = ("__init__", "setup")  # the methods that set a module's layers
RUNNING = ("forward", "call", "__call__")  # and those that call them
JOINS = (
    "cat", "concat", "concatenate", "add", "sub", "subtract", "mul", "multiply", "div", "divide",
    "maximum", "minimum", "crop",
)  # fmt: skip
RESIZING = ("interpolate", "upsample")
_SIGNS = {ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide"}


class Item(NamedTuple):
    """One layer of a block: its name inside the block, and where it stands."""

    name: str
    operation: Operation
    node: ast.expr


def read_program(text: str, identity: Collection[str] = ()) -> Graph:
    r"""The graph of a program in layer text; ``identity`` names what changes no shape.

    Raises ParseError with the line, and a caret under the fault.

    >>> graph = read_program("nn.Conv2d(3, 8, 3)\nnn.ReLU()")
    >>> [node.name for node in graph.nodes]
    ['input', 'conv1', 'relu1']
    """
    try:
        with catch_warnings():  # of Python, about text that is not run
            simplefilter("ignore")
            return _graph(text, identity)
    except RecursionError:
        raise ParseError("this network is nested too deeply", text=text[:60]) from None


def _graph(text: str, identity: Collection[str]) -> Graph:
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        line = error.lineno or 1
        start = _starts(text)[min(line, len(_starts(text)) - 1) - 1] + max(
            (error.offset or 1) - 1, 0
        )
        raise at_line(
            text, line, f"this cannot be read: {error.msg}", min(start, len(text)), start + 1
        ) from None
    except (ValueError, RecursionError, MemoryError):
        raise ParseError(
            "this is not a network: it is nested too deeply or has characters that no network has",
            text=text[:60],
        ) from None
    program = _Program(text, identity)
    program.run(tree)
    return program.builder.graph(text)


def _starts(text: str) -> list[int]:
    """Where each line starts, and the end."""
    return [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text)), len(text)]


class _Program:
    """Runs over the statements and adds what they say to a graph."""

    def __init__(self, text: str, identity: Collection[str]) -> None:
        self.text, self.identity = text, frozenset(identity)
        self.starts = _starts(text)
        self.ascii = text.isascii()
        self.builder = Builder()
        self.tensors: dict[str, int] = dict.fromkeys(IMAGE, 0)
        self.layers: dict[str, list[Item]] = {}
        self.defined = 0  # layers in all of them
        self.used: set[ast.expr] = set()  # where layers are written that have run
        self.read: dict[str, Operation] = {}
        self.called: set[str] = set()
        self.module: str | None = None  # the class that is read

    def run(self, tree: ast.Module) -> None:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                self.called.add(_name(node.func) or "")
                if _name(node.func) in CONTAINERS:
                    self.called |= {_name(entry) or "" for entry in _entries(node)}
        for statement in tree.body:
            self.statement(statement)

    def statement(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Import() | ast.ImportFrom() | ast.Pass() | ast.Expr(ast.Constant(str())):
                return
            case ast.Expr(ast.Call(ast.Attribute(ast.Call(ast.Name("super")), "__init__"))):
                return
            case ast.Expr(value):
                self.value(value, None)
            case ast.ClassDef() | ast.FunctionDef():
                self.definition(statement)
            case ast.Return(ast.expr() as value):
                self.builder.last = self.tensor(value, None)
            case ast.Assign([target], value):
                self.assign(target, value)
            case ast.AnnAssign(target, value=ast.expr() as value):
                self.assign(target, value)
            case ast.AugAssign(target, op, value) if type(op) in _SIGNS:
                places = [self.tensor(target, None), self.tensor(value, None)]
                self.set(target, self.add(Elementwise(_SIGNS[type(op)]), places, None, value))
            case _:
                raise self.fault(
                    statement,
                    "only layers, assignments and return are read, not "
                    f"{_statement(statement)}: write its layers out",
                )

    def definition(self, node: ast.ClassDef | ast.FunctionDef) -> None:
        """A module: its layers, then what runs them, in whatever order they are written."""
        match node:
            case ast.ClassDef(name, body=body) if self.module is None:
                self.module = name
                for each in sorted(body, key=_runs):
                    self.statement(each)
            case ast.ClassDef(name):
                raise self.fault(
                    node,
                    f"one class is read, and {name} stands beside {self.module}: write the layers "
                    "of the one into the other",
                )
            case ast.FunctionDef(name, body=body) if name in SETTING:
                # Layers that are set there and never called do not run.
                set_there = (each.targets[0] for each in body if isinstance(each, ast.Assign))
                self.called |= {_name(target) or "" for target in set_there}
                for each in body:
                    self.statement(each)
            case ast.FunctionDef(name, arguments, body) if name in RUNNING:
                taken = [each.arg for each in arguments.args if each.arg != "self"]
                self.tensors |= dict.fromkeys(taken[:1], 0)
                for each in body:
                    self.statement(each)
            case _:
                raise self.fault(
                    node,
                    f"of functions only {', '.join((*SETTING, *RUNNING))} are read: write the "
                    f"layers of {node.name} where it is called",
                )

    def assign(self, target: ast.expr, value: ast.expr) -> None:
        name = _name(target)
        if name is None:
            raise self.fault(target, "one name is wanted on the left of =")
        if name in self.called and self.is_layer(value):
            self.layers[name] = self.listed(value, name)
            self.defined += len(self.layers[name])
            return
        found = self.value(value, name)
        if found is not None:
            self.set(target, found)

    def set(self, target: ast.expr, place: int) -> None:
        self.tensors[_name(target) or ""] = place
        self.builder.last = place

    def value(self, node: ast.expr, name: str | None) -> int | None:
        """The tensor of an expression; a layer that is not called follows the last one."""
        if not self.is_layer(node):
            return self.tensor(node, name)
        assert isinstance(node, ast.Call)
        if _name(node.func) in INPUTS:
            return 0
        if _name(node.func) == "Model":
            return None
        return self.apply(self.listed(node, name or ""), [self.builder.last], name, node)

    def is_layer(self, node: ast.expr) -> bool:
        """Whether an expression makes a layer, and does not call one: its name is a class."""
        if not isinstance(node, ast.Call):
            return False
        name = _name(node.func)
        if name is None or name in self.layers:
            return False
        return name[:1].isupper() or name == "make_node"

    def listed(self, node: ast.expr, prefix: str) -> list[Item]:
        """All layers that an expression makes: blocks of blocks may be far more than the text."""
        most = MOST_LAYERS - self.defined
        found = list(islice(self.items(node, prefix), most + 1))
        if len(found) > most:
            raise self.fault(node, f"more than {MOST_LAYERS} layers")
        return found

    def items(self, node: ast.expr, prefix: str) -> Iterator[Item]:
        """The layers that an expression makes, one for most, several for a Sequential."""
        name = _name(node)
        if name is not None:
            if name not in self.layers:
                raise self.fault(
                    node, f"{name} is used before it is set{nearest(name, list(self.layers))}"
                )
            yield from self.layers[name]
            return
        if not isinstance(node, ast.Call):
            raise self.fault(node, "a layer is wanted here, such as nn.Conv2d(3, 8, 3)")
        if _name(node.func) not in CONTAINERS:
            yield Item(prefix, self.operation(node), node)
            return
        lead = prefix + "." if prefix else ""
        for number, entry in enumerate(_entries(node)):
            if isinstance(entry, ast.Tuple) and len(entry.elts) == 2:
                key, layer = entry.elts
                word = repr(key.value).strip("\x27") if isinstance(key, ast.Constant) else number
                yield from self.items(layer, f"{lead}{word}")
            else:
                own = isinstance(entry, ast.Call) and _name(entry.func) not in CONTAINERS
                yield from self.items(entry, "" if own and not prefix else f"{lead}{number}")

    def operation(self, node: ast.Call) -> Operation:
        """What one call of a framework makes; the same words are read once."""
        start, end = self.span(node)
        segment = self.text[start:end]
        if segment not in self.read:
            call = self.parsed(segment, start, node)
            self.read[segment] = self.understood(call, start, node)
        return self.read[segment]

    def parsed(self, segment: str, start: int, node: ast.expr) -> Call:
        try:
            return parse_call(segment)
        except ParseError as error:
            raise self.moved(error, start, node) from None

    def understood(self, call: Call, start: int, node: ast.expr) -> Operation:
        try:
            return read_operation(call, self.identity)
        except ParseError as error:
            raise self.moved(error, start, node) from None

    def moved(self, error: ParseError, start: int, node: ast.expr) -> ParseError:
        return at_line(
            self.text, node.lineno, error.message, start + error.start, start + error.end
        )

    def apply(
        self, items: Sequence[Item], inputs: Sequence[int], name: str | None, node: ast.expr
    ) -> int:
        """Call layers one after the other; the last one takes the name."""
        if not items:
            return inputs[0]
        places = list(inputs)
        for number, item in enumerate(items, start=1):
            # What comes out of a block is called as the block.
            own = (name if number == len(items) else None) or item.name or None
            shared = item.node in self.used
            self.used.add(item.node)
            places = [self.add(item.operation, places, own, node, shared=shared)]
        return places[0]

    def add(
        self,
        operation: Operation,
        inputs: Sequence[int],
        name: str | None,
        node: ast.expr,
        *,
        shared: bool = False,
    ) -> int:
        try:
            return self.builder.add(operation, inputs, name, f"line {node.lineno}", shared=shared)
        except ValueError as error:
            raise self.fault(node, str(error)) from None

    def tensor(self, node: ast.expr, name: str | None) -> int:
        """The place of the tensor that an expression means."""
        match node:
            case ast.Name(word):
                if word not in self.tensors:
                    known = list(self.tensors)
                    raise self.fault(
                        node,
                        f"{word} is used before it is set{nearest(word, known)}; the image is "
                        f"called {' or '.join(IMAGE)}, or what is set to Input()",
                    )
                return self.tensors[word]
            case ast.BinOp(_, op, _) if type(op) in _SIGNS:
                return self.sum(node, _SIGNS[type(op)], name)
            case ast.Subscript(value, index):
                return self.cut(self.tensor(value, None), index, name)
            case ast.Call():
                return self.call(node, name)
            case ast.Attribute() if _name(node) in self.tensors:
                return self.tensors[_name(node) or ""]
            case _:
                raise self.fault(node, "a layer, a function or a name of a tensor is wanted here")

    def sum(self, node: ast.BinOp, sign: str, name: str | None) -> int:
        """``a + b``; a number changes no shape."""
        parts = [part for part in (node.left, node.right) if not isinstance(part, ast.Constant)]
        if len(parts) == 1:
            return self.tensor(parts[0], name)
        return self.add(Elementwise(sign), [self.tensor(part, None) for part in parts], name, node)

    def call(self, node: ast.Call, name: str | None) -> int:
        """A layer called on tensors, or a function of tensors."""
        if isinstance(node.func, ast.Call):
            items = self.listed(node.func, name or "")
            return self.apply(items, self.inputs(node.args), name, node)
        called = _name(node.func)
        if called in self.layers:
            inputs = self.inputs(node.args)
            # Called again, a layer's name is taken: then what it gives says more than a number.
            own = name if called in self.builder.names else called
            return self.apply(self.layers[called], inputs, own, node)
        if self.is_layer(node):
            return self.apply(self.listed(node, name or ""), [self.builder.last], name, node)
        return self.function(node, name)

    def inputs(self, arguments: Sequence[ast.expr]) -> list[int]:
        places: list[int] = []
        for argument in arguments:
            if isinstance(argument, ast.List | ast.Tuple):
                places += self.inputs(argument.elts)
            else:
                places.append(self.tensor(argument, None))
        return places

    def function(self, node: ast.Call, name: str | None) -> int:
        """``F.relu(x)``, ``x.flatten(1)``, ``cat([a, b], 1)``: the tensors come first."""
        start, end = self.span(node)
        owner = self.owner(node)
        places = []
        if owner is not None:
            places = [self.tensor(owner, None)]
            start = self.span(owner)[1]
            start += len(self.text[start:end]) - len(self.text[start:end].lstrip(". \n\t"))
        call = self.parsed(self.text[start:end], start, node)
        join = call.name in JOINS or call.name in self.identity
        used = 0
        for argument in node.args:
            if (places and not join) or not _may_be_tensor(argument):
                break
            places += self.inputs([argument])
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
        operation = self.understood(call, start, node)
        if isinstance(operation, CropLike) and len(places) == 2:
            operation = CropLike()
        if not places:
            raise self.fault(node, f"{call.name} takes its tensor first, as {call.name}(x)")
        return self.add(operation, places, name, node)

    def named_inputs(self, node: ast.Call, name: str, used: int) -> Iterator[int]:
        """Tensors that a function takes by a name, or whose sizes alone it takes."""
        for keyword in node.keywords:
            if keyword.arg in ("like", "input") or (keyword.arg == "tensors" and name in JOINS):
                yield from self.inputs([keyword.value])
        if name in RESIZING:
            for given in (*node.args[used:], *(keyword.value for keyword in node.keywords)):
                for like in _sized_like(given):
                    yield self.tensor(like, None)

    def owner(self, node: ast.Call) -> ast.expr | None:
        """The tensor whose method is called: ``x`` of ``x.relu()``, nothing of ``F.relu(x)``."""
        if not isinstance(node.func, ast.Attribute):
            return None
        owner = node.func.value
        known = _name(owner) is None or _name(owner) in self.tensors
        return owner if known else None

    def cut(self, place: int, index: ast.expr, name: str | None) -> int:
        """``x[:, :, 1:-1, 1:-1]``."""
        entries = index.elts if isinstance(index, ast.Tuple) else [index]
        for along, entry in enumerate(entries):
            if isinstance(entry, ast.Constant) and entry.value is Ellipsis and along == 0:
                along_end = -len(entries)
                return self.cut_from(place, entries[1:], along_end + 1, name)
        return self.cut_from(place, entries, 0, name)

    def cut_from(
        self, place: int, entries: Sequence[ast.expr], first: int, name: str | None
    ) -> int:
        cuts: list[tuple[Slice, ast.expr]] = []
        for along, entry in enumerate(entries, start=first):
            if not isinstance(entry, ast.Slice):
                raise self.fault(entry, "only slices are read between [ and ], such as 1:-1")
            low, high, step = (self.number(part) for part in (entry.lower, entry.upper, entry.step))
            if step is not None and step < 1:
                raise self.fault(entry, f"a step must be at least 1, got {step}")
            if (low, high, step) != (None, None, None):
                cuts.append((Slice(along, low or 0, high, step or 1), entry))
        for number, (cut, entry) in enumerate(cuts, start=1):
            place = self.add(cut, [place], name if number == len(cuts) else None, entry)
        return place

    def number(self, node: ast.expr | None) -> int | None:
        match node:
            case None:
                return None
            case ast.Constant(int() as value) if value <= LARGEST:
                return value
            case ast.UnaryOp(ast.USub(), ast.Constant(int() as value)) if value <= LARGEST:
                return -value
            case _:
                raise self.fault(node, "a whole number is wanted here")

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        return (
            self.place(node.lineno, node.col_offset),
            self.place(node.end_lineno or node.lineno, node.end_col_offset or 0),
        )

    def place(self, line: int, column: int) -> int:
        """Columns are counted in bytes."""
        start = self.starts[line - 1]
        if self.ascii:
            return start + column
        row = self.text[start : self.starts[line]].encode()
        return start + len(row[:column].decode(errors="ignore"))

    def fault(self, node: ast.expr | ast.stmt, message: str) -> ParseError:
        start, end = self.span(node)
        return at_line(self.text, node.lineno, message, start, end)


def _name(node: ast.expr) -> str | None:
    """The last part of a dotted name, as in ``self.conv1``; None for anything else."""
    inner = node
    while isinstance(inner, ast.Attribute):
        inner = inner.value
    if not isinstance(inner, ast.Name):
        return None
    return node.attr if isinstance(node, ast.Attribute) else inner.id


def _runs(statement: ast.stmt) -> bool:
    """Whether a statement of a class is the method that runs the layers."""
    return isinstance(statement, ast.FunctionDef) and statement.name in RUNNING


def _statement(statement: ast.stmt) -> str:
    """What a statement is called: ``for``, ``if``, ``several names before =``."""
    names = {"Assign": "several names before ="}
    name = type(statement).__name__
    return names.get(name, name.lower())


def _entries(node: ast.Call) -> list[ast.expr]:
    """What stands in a Sequential: its arguments, or those of a list or an OrderedDict in it."""
    if len(node.args) == 1:
        match node.args[0]:
            case ast.List(elts) | ast.Tuple(elts):
                return elts
            case ast.Call(args=[ast.List(elts)]) as inner if _name(inner.func) == "OrderedDict":
                return elts
    return node.args


def _sized_like(node: ast.expr) -> Iterator[ast.expr]:
    """The tensor whose sizes are meant by ``y.shape[2:]`` or ``y.size()[-2:]``."""
    match node:
        case ast.Subscript(
            ast.Attribute(like, "shape") | ast.Call(ast.Attribute(like, "size")), ast.Slice()
        ):
            yield like


def _may_be_tensor(node: ast.expr) -> bool:
    if isinstance(node, ast.List | ast.Tuple):
        return bool(node.elts) and all(map(_may_be_tensor, node.elts))
    return isinstance(node, ast.Name | ast.Call | ast.BinOp | ast.Subscript | ast.Attribute)
