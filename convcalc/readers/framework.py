"""What a framework is called with: layers, functions of tensors, slices; each becomes a node.

Law: the words of a framework are read by its dialect and by nothing here. A function takes its
tensors first; a size that is known when the network runs is marked, and taken as one more input.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence

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
from convcalc.readers.arithmetic import marked
from convcalc.readers.building import Builder, at_line
from convcalc.readers.builtin import BUILTINS
from convcalc.readers.parts import Size, Sizes, Tensor, Value, literal, tensors
from convcalc.readers.source import Placed, Source
from convcalc.readers.syntax import calls, may_be_tensor, names_something

JOINS = (
    "cat", "concat", "concatenate", "add", "sub", "subtract", "mul", "multiply", "div", "divide",
    "maximum", "minimum", "crop",
)  # fmt: skip
LIKE = ("interpolate", "upsample", "expand_as")
COUNTING = (Concat, Elementwise, Expand, Flatten, GlobalPool, Reshape, Slice, Squeeze, Transpose)


class Framework:
    """Adds nodes to a graph; ``value`` works out what stands in a call.

    ``channels_last`` says that the text counts dimensions as Keras and Flax do.
    """

    def __init__(
        self, source: Source, identity: frozenset[str], value: Callable[[ast.expr], Value]
    ) -> None:
        self.source, self.identity, self.value = source, identity, value
        self.builder = Builder()
        self.channels_last = False
        self.read: dict[str, Operation] = {}

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

    def places(self, inputs: Sequence[Value], node: Placed) -> list[int]:
        """The places of the tensors that a layer is called on."""
        found = tensors(list(inputs)) if inputs else []
        if found is None:
            raise self.source.fault(node, "a layer is called on tensors: this is something else")
        return found

    def operation(self, node: ast.Call, path: str | None = None) -> Operation:
        """What one call of a framework makes, of ``path`` where the text gave it another name.

        The same words are read once.
        """
        start, end = self.source.span(node)
        segment = self.source.text[start:end]
        if path is not None or segment not in self.read:
            call = self.parsed(segment, start, node, path)
            filled = self.filled(call, node)
            operation = self.understood(filled, start, node)
            if filled is not call or path is not None:
                return operation
            self.read[segment] = operation
        return self.read[segment]

    def parsed(self, segment: str, start: int, node: ast.expr, path: str | None = None) -> Call:
        """A call taken apart, with its faults where they stand in the text."""
        try:
            call = parse_call(segment)
        except ParseError as error:
            raise self.moved(error, start, node) from None
        return call if path is None else call._replace(path=path)

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
        if not _opaque(given.value) or calls(node, BUILTINS):
            return given
        try:
            return given._replace(value=_literal_or(self.value(node), given.value))
        except ParseError as error:
            if isinstance(node, ast.BinOp) and not names_something(node):
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

    def tensor_function(
        self, node: ast.Call, name: str | None, owner: int | None, path: str | None = None
    ) -> int:
        """``F.relu(x)``, ``x.flatten(1)``, ``cat([a, b], 1)``: the tensors come first."""
        start, end = self.source.span(node)
        places = []
        if owner is not None:
            assert isinstance(node.func, ast.Attribute)
            places = [owner]
            start = self.source.span(node.func)[1] - len(node.func.attr)
        call = self.filled(self.parsed(self.source.text[start:end], start, node, path), node)
        join = call.name in JOINS or call.name in self.identity
        used = self.leading(node.args, places, join=join)
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
                if call.name in JOINS and any(_opaque(each.value) for each in call.positional):
                    raise self.source.fault(
                        node, f"{call.name} of a tensor with what is no tensor and no number"
                    )
                return places[0]  # x.mul(0.5)
        call, sizes = self.measured(call, node, used)
        operation = self.understood(call, start, node)
        if sizes and marks(operation) == len(sizes):
            operation = Measured(operation)
            places += [place for size in sizes for place in size.places]
        if call.positional or call.named:
            operation = self.counted(operation)
        turned = isinstance(operation, ChannelsLast)
        if sizes and not (turned if self.channels_last else isinstance(operation, Measured)):
            raise self.source.fault(
                node, f"{call.name} with sizes that are known when the network runs: write numbers"
            )
        if isinstance(operation, CropLike) and len(places) == 2:
            operation = CropLike()
        if not places:
            raise self.source.fault(node, f"{call.name} takes its tensor first, as {call.name}(x)")
        return self.add(operation, places, name, node).place

    def leading(self, nodes: Sequence[ast.expr], places: list[int], *, join: bool) -> int:
        """Add the tensors that come first, one or (of a ``join``) all; how many arguments."""
        for used, argument in enumerate(nodes):
            found = None
            if may_be_tensor(argument) and (join or not places):
                found = tensors(self.value(argument))
            if found is None:
                return used
            places += found
        return len(nodes)

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


def _literal_or(value: Value, given: Argued) -> Argued:
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
