"""A network written down as text: one layer a line, assignments as in Python, or a class.

Law: the text is parsed with ``ast`` and never executed; what is not on this list is refused:

* a layer in any framework's words, alone on its line: it follows the layer before it;
* ``y = nn.Conv2d(3, 8, 3)(x)``: a layer called on what came before; the image is ``x`` or
  ``input``, or any name set to ``Input()``;
* ``conv = nn.Conv2d(3, 8, 3)`` (or ``self.conv = ...``) and later ``conv(x)``; a layer that is set
  to a name and never called follows the layer before it, under that name;
* what stands in ``expressions.py`` and ``calls.py``: blocks, functions of tensors, ``a + b``,
  slices, lists, whole-number arithmetic;
* classes and functions, followed where they are called; where nothing is, the last class is;
* ``for`` over what is known, ``if`` on what is known, comments, imports and ``return y``.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from warnings import catch_warnings, simplefilter

from convcalc.dialects.plain import counts_last
from convcalc.errors import ParseError
from convcalc.graph.model import Graph
from convcalc.readers.building import at_line
from convcalc.readers.calls import CONTAINERS, Calls
from convcalc.readers.parts import (
    Block,
    Function,
    Leaf,
    Module,
    Scope,
    Tensor,
    Value,
    called,
)
from convcalc.readers.source import Placed, Source, starts
from convcalc.readers.syntax import dotted, entries, last_name, method_of

SETTING = ("__init__", "setup")  # the methods that set a module's layers
RUNNING = ("forward", "call", "__call__")  # and those that call them
MOST_STEPS = 10_000  # lines that loops and functions run
DEEPEST = 40  # calls inside of calls


class _Returned(Exception):  # noqa: N818 (no error: what a function gives)
    """Ends the lines of a function."""

    def __init__(self, value: Value) -> None:
        self.value = value


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
        line, lines = error.lineno or 1, starts(text)
        start = lines[min(line, len(lines) - 1) - 1] + max((error.offset or 1) - 1, 0)
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
    return program.expressions.framework.builder.graph(text)


class _Program:
    """Runs over the statements and adds what they say to a graph."""

    def __init__(self, text: str, identity: Collection[str]) -> None:
        self.source = Source(text)
        self.expressions = Calls(self.source, frozenset(identity), self.function, self.made)
        self.mentioned: set[str] = set()  # names that are called somewhere, or stand in a block
        self.defaults: dict[ast.FunctionDef, dict[str, Value | ParseError]] = {}
        self.steps = self.depth = 0

    @property
    def outermost(self) -> bool:
        return not self.depth

    def run(self, tree: ast.Module) -> None:
        self.look(tree)
        self.body(tree.body)
        classes = [each for each in tree.body if isinstance(each, ast.ClassDef)]
        if classes and len(self.expressions.framework.builder.nodes) == 1:
            self.main(classes)

    def look(self, tree: ast.Module) -> None:
        """What has to be known of the whole text before its first line is run."""
        called, own = set(), set()
        for node in ast.walk(tree):
            match node:
                case ast.Call(func):
                    called.add(dotted(func) or "")
                    self.mentioned.add(last_name(func) or "")
                    if last_name(func) in CONTAINERS:
                        self.mentioned |= {last_name(entry) or "" for entry in entries(node)}
                case ast.For(_, many):
                    self.mentioned.add(last_name(many) or "")
                case ast.ClassDef(name) | ast.FunctionDef(name):
                    own.add(name)
                case ast.Constant("channels_first"):
                    raise self.source.fault(
                        node,
                        "data_format='channels_first' is not followed in a network: leave it out",
                    )
        self.expressions.framework.channels_last = counts_last(
            {path for path in called - own if not path.startswith("self.")}
        )

    def main(self, classes: Sequence[ast.ClassDef]) -> None:
        """The network of a text that only defines: the last class that runs and no other makes."""
        used = {
            node.id
            for each in classes
            for node in ast.walk(each)
            if isinstance(node, ast.Name) and node.id != each.name
        }
        runs = [each for each in classes if method_of(each, RUNNING)] or list(classes)
        main = ([each for each in runs if each.name not in used] or runs)[-1]
        if method_of(main, RUNNING) is None:
            raise self.source.fault(
                main, f"{main.name} has no forward: what runs its layers is not written"
            )
        module = self.made(main, (), {}, main)
        self.output(self.expressions.apply(module, [Tensor(0)], None, main))

    def body(self, statements: Sequence[ast.stmt]) -> None:
        for statement in statements:
            self.steps += not self.outermost
            if self.steps > MOST_STEPS:
                raise self.source.fault(statement, f"more than {MOST_STEPS} lines are run")
            self.statement(statement)

    def statement(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Import() | ast.ImportFrom() | ast.Pass() | ast.Assert():
                return
            case ast.Expr(ast.Constant(str())) | ast.AnnAssign(value=None):
                return
            case ast.Expr(ast.Call(ast.Attribute(ast.Call(ast.Name("super")))) as call):
                self.inherited(call)
            case ast.Expr(ast.Call(func)) if self.passed(func):
                return
            case ast.Expr(value):
                self.alone(value, self.expressions.value(value), None)
            case ast.Delete(names) if all(isinstance(each, ast.Name) for each in names):
                return
            case ast.ClassDef(name):
                self.expressions.scope[name] = statement
                for each in statement.body:
                    if isinstance(each, ast.FunctionDef):
                        self.defaults[each] = self.defaults_of(each)
            case ast.FunctionDef(name):
                self.defaults[statement] = self.defaults_of(statement)
                self.expressions.scope[name] = Function(statement, scope=self.expressions.scope)
            case ast.Return(value):
                found = None if value is None else self.expressions.value(value)
                if not self.outermost:
                    raise _Returned(found)
                self.output(found)
            case ast.Assign(targets, value):
                found = self.assigned(targets[0], value)
                for target in targets:
                    self.expressions.set(target, found)
            case ast.AnnAssign(target, value=ast.expr() as value):
                self.expressions.set(target, self.assigned(target, value))
            case ast.AugAssign(target):
                self.expressions.set(target, self.changed(statement))
            case ast.For(target, each, lines, []):
                for entry in self.expressions.many(each):
                    self.steps += len(lines)
                    self.expressions.set(target, entry)
                    self.body(lines)
            case ast.If(test) if self.outermost and "__name__" in ast.dump(test):
                return  # what a script does with the network
            case ast.If(test, lines, otherwise):
                self.body(lines if self.expressions.known(test) else otherwise)
            case ast.With(_, lines):
                self.body(lines)
            case _:
                raise self.source.fault(
                    statement,
                    f"{type(statement).__name__.lower()} is not followed: write out the lines "
                    "that run",
                )

    def passed(self, func: ast.expr) -> bool:
        """Whether a call on its own line says nothing of the network."""
        match func:
            case ast.Name("print" | "summary"):
                return True
            case ast.Attribute(ast.Name(), "summary" | "compile" | "build"):
                return self.outermost
            case ast.Attribute(ast.Name("self"), name) if not self.outermost:
                module = self.expressions.scope.get("self")
                return isinstance(module, Module) and not (
                    name in module.attributes
                    or name == "add_module"
                    or (module.definition and method_of(module.definition, (name,)))
                )
            case _:
                return False

    def inherited(self, call: ast.Call) -> None:
        """``super().__init__(...)``: in a class of nn.Sequential it takes the layers."""
        module = self.expressions.scope.get("self")
        if not isinstance(module, Module) or module.definition is None or not call.args:
            return
        if "Sequential" in map(last_name, module.definition.bases):
            module.attributes[""] = self.expressions.block(call, "Sequential")

    def alone(self, node: ast.expr, value: Value, name: str | None) -> Value:
        """A layer that is not called follows the last one; anything else is what it is."""
        if self.outermost and isinstance(value, Leaf | Block | Module):
            if isinstance(value, Block) and not (value.runs and value.entries):
                return value
            named = called(value, name) if name else value
            return self.expressions.apply(
                named, [Tensor(self.expressions.framework.builder.last)], name, node
            )
        return value

    def assigned(self, target: ast.expr, node: ast.expr) -> Value:
        name = last_name(target)
        value = self.expressions.value(node, name)
        if not self.outermost or name in self.mentioned:
            return value
        if isinstance(node, ast.Name | ast.Attribute):
            return value
        return self.alone(node, value, name)

    def changed(self, statement: ast.AugAssign) -> Value:
        """``y += x``; a list is made longer under all its names."""
        left, right = (self.expressions.value(each) for each in (statement.target, statement.value))
        value = self.expressions.binary(statement, left, statement.op, right, None)
        if isinstance(left, list) and isinstance(value, list):
            left[:] = value
            return left
        return value

    def output(self, value: Value) -> None:
        """What the network gives: of several tensors the first."""
        while isinstance(value, list | tuple) and value:
            value = value[0]
        if isinstance(value, Tensor):
            self.expressions.framework.builder.output = self.expressions.framework.builder.last = (
                value.place
            )

    # What the text defines -----------------------------------------------------------------------

    def made(
        self,
        definition: ast.ClassDef,
        arguments: Sequence[Value],
        named: dict[str, Value],
        node: Placed,
    ) -> Module:
        """An object of a class: its own values, and what its ``__init__`` sets."""
        module = Module(definition, {"training": False})
        for each in definition.body:
            match each:
                case ast.Assign([ast.Name(name)], value) | ast.AnnAssign(
                    ast.Name(name), value=ast.expr() as value
                ):
                    module.attributes[name] = self.expressions.value(value)
        setting = method_of(definition, SETTING)
        if setting is not None:
            self.function(Function(setting, module), arguments, named, node)
        return module

    def function(
        self,
        function: Function | Module,
        arguments: Sequence[Value],
        named: dict[str, Value],
        node: Placed,
    ) -> Value:
        """What a function of the text gives, or a module's ``forward``."""
        if isinstance(function, Module):
            running = function.definition and method_of(function.definition, RUNNING)
            if "" in function.attributes and not running:
                block = called(function.attributes[""], function.name)
                return self.expressions.apply(block, arguments, None, node)
            if not running or not function.definition:
                raise self.source.fault(
                    node, "this has no forward: what runs its layers is not written"
                )
            function = Function(running, function)
        if self.depth >= DEEPEST:
            raise self.source.fault(node, f"more than {DEEPEST} calls inside of each other")
        expressions = self.expressions
        scope = self.taken(function, arguments, named, node)
        outer = expressions.scope, expressions.path
        expressions.scope = scope
        expressions.path = function.owner.name if function.owner else expressions.path
        self.depth += 1
        try:
            self.body(function.definition.body)
        except _Returned as found:
            return found.value
        finally:
            self.depth -= 1
            expressions.scope, expressions.path = outer
        return None

    def defaults_of(self, definition: ast.FunctionDef) -> dict[str, Value | ParseError]:
        """The defaults of a function, worked out once; what cannot be is told where it is used."""
        wants = definition.args
        parameters = [*wants.posonlyargs, *wants.args]
        nodes = dict(zip(reversed(parameters), reversed(wants.defaults), strict=False))
        nodes |= {
            each: default
            for each, default in zip(wants.kwonlyargs, wants.kw_defaults, strict=True)
            if default is not None
        }
        found: dict[str, Value | ParseError] = {}
        for each, default in nodes.items():
            try:
                found[each.arg] = self.expressions.value(default)
            except ParseError as error:
                found[each.arg] = error
        return found

    def taken(
        self,
        function: Function,
        arguments: Sequence[Value],
        named: dict[str, Value],
        node: Placed,
    ) -> Scope:
        """The names inside of a function: its arguments by its parameters' names."""
        definition, wants = function.definition, function.definition.args
        parameters = [*wants.posonlyargs, *wants.args]
        scope = (self.expressions.outer if function.scope is None else function.scope).new_child()
        if function.owner is not None and parameters and not _static(definition):
            scope[parameters.pop(0).arg] = function.owner
        if len(arguments) > len(parameters) and wants.vararg is None:
            raise self.source.fault(
                node, f"{definition.name} takes {len(parameters)} arguments, got {len(arguments)}"
            )
        defaults = self.defaults[definition]
        given = dict(zip([each.arg for each in parameters], arguments, strict=False)) | named
        for each in (*parameters, *wants.kwonlyargs):
            if each.arg in given:
                scope[each.arg] = given[each.arg]
            elif each.arg in defaults:
                default = defaults[each.arg]
                if isinstance(default, ParseError):
                    raise default
                scope[each.arg] = default
            else:
                raise self.source.fault(
                    each,
                    f"{each.arg} has no value: give it one here, as {each.arg}=3, or call "
                    f"{'the class' if definition.name in SETTING else definition.name} with it in "
                    "a line below",
                )
        if wants.vararg is not None:
            scope[wants.vararg.arg] = tuple(arguments[len(parameters) :])
        unknown = [name for name in named if name not in scope.maps[0]]
        if unknown and wants.kwarg is None:
            raise self.source.fault(node, f"{definition.name} has no argument {unknown[0]!r}")
        return scope


def _static(definition: ast.FunctionDef) -> bool:
    return any(last_name(each) == "staticmethod" for each in definition.decorator_list)
