"""One call in a framework's own words, taken apart without running it.

Law: text is parsed with ``ast`` and never evaluated; a value is a literal or it is ``Opaque``.
Every name and argument keeps its place in the text, so that a fault is shown where it stands.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from convcalc.errors import ParseError
from convcalc.layers.axis import PerAxis, nearest

LONGEST = 10_000
MOST_DIGITS = 1000
DEEPEST = 40

Span: TypeAlias = tuple[int, int]


@dataclass(frozen=True)
class Opaque:
    """Something that is not a literal: a variable, an attribute, another call."""

    text: str


Value: TypeAlias = "int | float | str | bool | Opaque | tuple[Value, ...] | None"


class Argument(NamedTuple):
    """A value and where it stands."""

    value: Value
    span: Span


class UnknownArgumentError(ParseError):
    """An argument that the layer does not have; another framework's of the same name may."""


class Hints(NamedTuple):
    """What a line of code leaves unsaid: the kernel of a function, the opset of a node."""

    kernel: PerAxis | None = None
    opset: int | None = None


class Call(NamedTuple):
    """``path(*positional, **named)``, as ``torch.nn.Conv2d(3, 8, 3, stride=2)``."""

    text: str
    path: str
    path_span: Span
    positional: tuple[Argument, ...]
    named: Mapping[str, Argument]
    named_spans: Mapping[str, Span]

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition(".")[2]

    def fault(self, message: str, span: Span | None = None) -> ParseError:
        """An error that points at ``span`` (or else at the name)."""
        start, end = self.path_span if span is None else span
        return ParseError(message, text=self.text, start=start, end=end)


def parse_call(text: str) -> Call:
    """Take apart one call, with ``self.conv1 =`` before and a comment after it, if they are there.

    Also as PyTorch prints a layer: ``(conv1): Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1))``.
    Raises ParseError for anything else, quickly for hostile text.

    >>> parse_call("self.up = nn.ConvTranspose2d(64, 32, 3, stride=3)  # x3").name
    'ConvTranspose2d'
    """
    if len(text) > LONGEST:
        raise ParseError(
            f"a layer of {len(text)} characters is too long; valid: up to {LONGEST}", text=""
        )
    source, base = _bare(text)
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        where = base + _offset(source, error.lineno or 1, error.offset or 1)
        raise ParseError(
            f"this is not one call of a layer: {error.msg}", text=text, start=where, end=where + 1
        ) from None
    except (ValueError, RecursionError, MemoryError):
        raise ParseError(
            "this is not one call of a layer: it is nested too deeply or has characters that no "
            "layer has",
            text=text[:60],
        ) from None
    reader = _Reader(text, source, base)
    return reader.call(reader.only_call(tree))


def _bare(text: str) -> tuple[str, int]:
    """The text without what PyTorch prints before a layer and a comma after it; where it starts."""
    printed = re.match(r"\s*\(\w+\):", text)
    start = printed.end() if printed else 0
    rest = text[start:]
    base = start + len(rest) - len(rest.lstrip())
    return re.sub(r",\s*(#[^\n]*)?\s*\Z", "", text[base:]), base


def _offset(source: str, line: int, column: int) -> int:
    lines = source.splitlines(keepends=True)
    before = sum(len(entry) for entry in lines[: line - 1])
    return min(before + column - 1, max(len(source) - 1, 0))


class _Reader:
    """Turns syntax nodes into values, with their places in the text."""

    def __init__(self, text: str, source: str, base: int) -> None:
        self.text, self.base = text, base
        self.lines = [0]
        for line in source.splitlines(keepends=True):
            self.lines.append(self.lines[-1] + len(line.encode()))
        self.bytes = source.encode()

    def span(self, node: ast.expr | ast.keyword) -> Span:
        return (
            self._characters(self.lines[node.lineno - 1] + node.col_offset),
            self._characters(
                self.lines[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
            ),
        )

    def _characters(self, position: int) -> int:
        return self.base + len(self.bytes[:position].decode(errors="ignore"))

    def only_call(self, tree: ast.Module) -> ast.Call:
        """The one call of a module, assigned or bare; ``layer(...)(x)`` is the inner call."""
        statements = tree.body
        if len(statements) != 1:
            raise ParseError(
                f"give one call of a layer: got {len(statements)} statements", text=self.text
            )
        statement = statements[0]
        value: ast.expr | None = None
        if isinstance(statement, ast.Expr | ast.Assign | ast.AnnAssign):
            value = statement.value
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Call):
            value = value.func
        if not isinstance(value, ast.Call):
            raise ParseError("give one call of a layer, such as nn.Conv2d(3, 8, 3)", text=self.text)
        return value

    def call(self, node: ast.Call) -> Call:
        path = self.path(node.func)
        span = self.span(node.func)
        named: dict[str, Argument] = {}
        spans: dict[str, Span] = {}
        for keyword in node.keywords:
            if keyword.arg is None:
                raise self.fault("** cannot be followed without running it", self.span(keyword))
            start, _ = self.span(keyword)
            named[keyword.arg] = self.argument(keyword.value)
            spans[keyword.arg] = start, start + len(keyword.arg)
        for argument in node.args:
            if isinstance(argument, ast.Starred):
                raise self.fault("* cannot be followed without running it", self.span(argument))
        positional = tuple(self.argument(argument) for argument in node.args)
        return Call(self.text, path, span, positional, named, spans)

    def path(self, node: ast.expr) -> str:
        parts: list[str] = []
        inner = node
        while isinstance(inner, ast.Attribute):
            parts.append(inner.attr)
            inner = inner.value
        if not isinstance(inner, ast.Name):
            raise self.fault("this must be a layer's name, such as nn.Conv2d", self.span(node))
        return ".".join(reversed([*parts, inner.id]))

    def argument(self, node: ast.expr) -> Argument:
        return Argument(self.value(node), self.span(node))

    def value(self, node: ast.expr, depth: int = 0) -> Value:
        if depth > DEEPEST:
            raise self.fault("nested too deeply", self.span(node))
        match node:
            case ast.Constant(int() as value) if value >= 10**MOST_DIGITS:
                raise self.fault(f"a number has more than {MOST_DIGITS} digits", self.span(node))
            case ast.Constant(bool() | int() | float() | str() | None as value):
                return value
            case ast.UnaryOp(ast.USub(), ast.Constant(int() | float() as value)):
                return -value
            case ast.Tuple(elts) | ast.List(elts):
                return tuple(self.value(entry, depth + 1) for entry in elts)
            case _:
                start, end = self.span(node)
                return Opaque(self.text[start : min(end, start + 60)])

    def fault(self, message: str, span: Span) -> ParseError:
        return ParseError(message, text=self.text, start=span[0], end=span[1])


class Bound(NamedTuple):
    """A call's arguments by the names of the framework's parameters."""

    call: Call
    given: Mapping[str, Argument]
    defaults: Mapping[str, Value]

    def value(self, name: str) -> Value:
        """What was given for a parameter, or its default."""
        return self.given[name].value if name in self.given else self.defaults[name]

    def has(self, name: str) -> bool:
        """Whether a parameter was given, and not as None."""
        return name in self.given and self.given[name].value is not None

    def fault(self, name: str, message: str) -> ParseError:
        """An error that points at the argument (or at the call where it was left out)."""
        span = self.given[name].span if name in self.given else None
        return self.call.fault(f"{self.call.name}: {message}", span)

    def integers(self, name: str) -> PerAxis:
        """An integer or a sequence of them."""
        value = self.value(name)
        entries = value if isinstance(value, tuple) else (value,)
        found: list[int] = []
        for entry in entries:
            if not isinstance(entry, int) or isinstance(entry, bool):
                raise self.fault(
                    name, f"{name} must be a whole number or a tuple of them, got {show(entry)}"
                )
            found.append(entry)
        if isinstance(value, tuple):
            if not found:
                raise self.fault(name, f"{name} is empty: give a number for every axis")
            return tuple(found)
        return found[0]

    def per_axis(self, name: str, rank: int, least: int, *, broadcast: bool = True) -> PerAxis:
        """An integer, or a tuple of one for each of ``rank`` axes.

        ``broadcast``: a tuple of one stands for every axis too.
        """
        value = self.integers(name)
        entries = value if isinstance(value, tuple) else (value,)
        for entry in entries:
            if entry < least:
                raise self.fault(name, f"{name} must be at least {least}, got {entry}")
        if not isinstance(value, tuple) or len(value) == rank:
            return value
        if broadcast and len(value) == 1:
            return value[0]
        raise self.fault(
            name, f"{name} {value} has {len(value)} entries, {self.call.name} has {rank} axes"
        )

    def integer(self, name: str) -> int:
        """One integer."""
        value = self.integers(name)
        if isinstance(value, tuple):
            raise self.fault(name, f"{name} must be one whole number, got {show(value)}")
        return value

    def positive(self, name: str) -> int:
        """One integer of at least 1."""
        value = self.integer(name)
        if value < 1:
            raise self.fault(name, f"{name} must be at least 1, got {value}")
        return value

    def optional_integer(self, name: str) -> int | None:
        """One integer, or None where it is left out or not a literal."""
        if isinstance(self.value(name), Opaque | None):
            return None
        return self.integer(name)

    def word(self, name: str) -> str:
        """A string."""
        value = self.value(name)
        if not isinstance(value, str):
            raise self.fault(name, f"{name} must be a string, got {show(value)}")
        return value

    def flag(self, name: str) -> bool:
        """True or False (1 and 0 are taken too)."""
        value = self.value(name)
        if not isinstance(value, bool | int):
            raise self.fault(name, f"{name} must be True or False, got {show(value)}")
        return bool(value)


def show(value: Value) -> str:
    """A value as it was written, shortened."""
    text = value.text if isinstance(value, Opaque) else repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


REQUIRED = Opaque("required")


def signature(parameters: str) -> dict[str, Value]:
    """A framework's parameters with their defaults, from the text of its signature.

    >>> signature("kernel_size, stride=None, padding=0")["padding"]
    0
    """
    parsed: dict[str, Value] = {}
    for entry in parameters.replace("\\n", " ").split(", "):
        name, equals, default = entry.strip().partition("=")
        parsed[name] = ast.literal_eval(default) if equals else REQUIRED
    return parsed


def bind(call: Call, parameters: Mapping[str, Value], ignored: Iterable[str] = ()) -> Bound:
    """Give a call's arguments the names of the parameters.

    ``ignored`` names parameters that change no shape and no value. Raises ParseError for too many
    arguments, unknown, doubled or missing ones, pointing at them.
    """
    names = list(parameters)
    if len(call.positional) > len(names):
        extra = call.positional[len(names)]
        raise call.fault(
            f"{call.name} takes at most {len(names)} positional arguments: {', '.join(names)}",
            extra.span,
        )
    given = dict(zip(names, call.positional, strict=False))
    also = set(ignored)
    for name, argument in call.named.items():
        if name in given:
            raise call.fault(f"{call.name}: {name} is given twice", call.named_spans[name])
        if name in parameters:
            given[name] = argument
        elif name not in also:
            start, end = call.named_spans[name]
            message = f"{call.name} has no argument {name!r}{nearest(name, [*names, *also])}"
            raise UnknownArgumentError(message, text=call.text, start=start, end=end)
    missing = [
        name for name, default in parameters.items() if default is REQUIRED and name not in given
    ]
    if missing:
        raise call.fault(f"{call.name} needs {' and '.join(missing)}")
    return Bound(call, given, parameters)
