"""ONNX files: the graph alone. Weights are never read, only their sizes; nothing else is opened.

Law: what a file claims is not believed before it is small: a tensor gives its dimensions, and its
values only where they are few and the bytes for them are there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import filterfalse
from math import prod
from struct import unpack
from typing import Any

from convcalc.dialects.call import Value
from convcalc.dialects.plain.onnx import MAKERS, WINDOWS, NodeView, make, splits
from convcalc.errors import ConvcalcError, ParameterError, ParseError, SizeError
from convcalc.graph.model import Graph, Node
from convcalc.graph.operations import Expand, Given, Measured, Operation, Pointwise, Shape, Strict
from convcalc.graph.operations.measured import marks
from convcalc.layers.axis import nearest
from convcalc.readers.arithmetic import marked
from convcalc.readers.building import arity
from convcalc.readers.onnx_shapes import OPERATORS, Numbers, worked_out
from convcalc.readers.parts import Size, Sizes

MOST_NODES = 100_000
MOST_VALUES = 64
LARGEST_SIZE = 2**40
_INT64 = 7
_FLOAT = 1


def read_onnx(
    content: bytes, dims: Mapping[str, int] | None = None, identity: Collection[str] = ()
) -> Graph:
    """The graph of an ONNX file's bytes; ``dims`` gives sizes to symbolic dimensions.

    Raises ParseError for what is no ONNX file, ConvcalcError where onnx is not installed.
    """
    model = _parsed(content)
    reader = _Reader(dims or {}, frozenset(identity), _opset(model))
    reader.read(model.graph)
    return reader.graph()


def _parsed(content: bytes) -> Any:
    try:
        import onnx
    except ImportError:
        raise ConvcalcError(
            "an ONNX file needs onnx, which is not installed: pip install 'convcalc[onnx]'"
        ) from None
    model = onnx.ModelProto()
    try:
        model.ParseFromString(content)
    except Exception as error:
        raise ParseError(
            f"this is no whole ONNX file ({type(error).__name__}): it is truncated or something "
            "else",
            text="",
        ) from None
    if not model.graph.node:
        raise ParseError("this is no ONNX network: there is no node in it", text="")
    return model


def _opset(model: Any) -> int:
    for entry in model.opset_import:
        if entry.domain in ("", "ai.onnx"):
            return int(entry.version)
    return 1


class _Reader:
    def __init__(self, dims: Mapping[str, int], identity: frozenset[str], opset: int) -> None:
        self.dims, self.identity, self.opset = dims, identity, opset
        self.nodes: list[Node] = []
        self.places: dict[str, int] = {}
        self.constants: dict[str, Shape] = {}
        self.values: dict[str, Numbers | Sizes] = {}
        self.known: dict[object, Any] = {}
        self.declared: tuple[int | str, ...] = ()
        self.asked: set[str] = set()
        self.used: set[tuple[str, ...]] = set()  # the weights of nodes

    def graph(self) -> Graph:
        unused = set(self.dims) - self.asked
        if unused:
            name = min(unused)
            raise ParameterError(
                f"dim {name}: no dimension has this name{nearest(name, sorted(self.asked))}"
            )
        batch = self.declared[0] if self.declared else 1
        notes = (
            (f"the batch, {batch}, is open in the file and taken as 1: --dim {batch}=8 gives it",)
            if isinstance(batch, str)
            else ()
        )
        return Graph(tuple(self.nodes), notes, self.declared, self.constants)

    def read(self, graph: Any) -> None:
        if len(graph.node) > MOST_NODES:
            raise ParameterError(f"{len(graph.node)} nodes are too many, at most {MOST_NODES}")
        for tensor in graph.initializer:
            self.constant(tensor.name, tensor)
        for sparse in graph.sparse_initializer:
            self.constants[sparse.values.name] = _shape(sparse.dims, sparse.values.name)
        self.inputs([each for each in graph.input if not self.has(each.name)])
        waiting: dict[str, list[Any]] = {}  # for a name, the nodes that were found to lack it
        for node in graph.node:
            ready = [node]
            while ready:
                each = ready.pop()
                lacking = self.node(each)
                if lacking is not None:
                    waiting.setdefault(lacking, []).append(each)
                elif waiting:
                    for name in each.output:
                        ready += reversed(waiting.pop(name, []))
        if waiting:
            raise self.stuck([node for nodes in waiting.values() for node in nodes])

    def stuck(self, nodes: list[Any]) -> ParseError:
        """No node is left that could run: a name without a maker, or a cycle."""
        made = {name for node in nodes for name in node.output}
        for node in nodes:
            for name in node.input:
                if name and not self.has(name) and name not in made:
                    return ParseError(
                        f"{_named(node)} reads {name!r}, which nothing in the file makes", text=""
                    )
        return ParseError(
            f"the graph has a cycle through {_named(nodes[0])}: each of {len(nodes)} nodes waits "
            "for another",
            text="",
        )

    def has(self, name: str) -> bool:
        return name in self.places or name in self.constants

    def inputs(self, values: Iterable[Any]) -> None:
        """The first input with channels is the image, the others are tensors of a known shape."""
        declared = [(each.name, self.declaration(each)) for each in values]
        if not declared:
            raise ParseError("this ONNX network has no input", text="")
        image = next((entry for entry in declared if len(entry[1]) > 2), declared[0])
        self.declared = image[1]
        self.places[image[0]] = 0
        self.nodes.append(Node(image[0], Given(), listed=False))
        for name, shape in declared:
            if name == image[0]:
                continue
            sizes = tuple(size for size in shape if isinstance(size, int))
            if len(sizes) < len(shape):
                missing = next(size for size in shape if not isinstance(size, int))
                raise ParameterError(
                    f"the size {missing} of input {name} is open: give it, as dim {missing}=1"
                )
            self.add(name, Given(sizes), (), listed=False)
            self.constants[name] = sizes  # as a weight, its sizes are all that counts

    def declaration(self, value: Any) -> tuple[int | str, ...]:
        found: list[int | str] = []
        for place, dim in enumerate(value.type.tensor_type.shape.dim):
            kind = dim.WhichOneof("value")
            if kind == "dim_value" and dim.dim_value > 0:
                found.append(_size(dim.dim_value, value.name))
                continue
            name = dim.dim_param or f"{value.name}.{place}"
            self.asked.add(name)
            found.append(self.dims.get(name, name))
        return tuple(found)

    def constant(self, name: str, tensor: Any) -> None:
        shape = _shape(tensor.dims, name)
        self.constants[name] = shape
        count = prod(shape)
        if count > MOST_VALUES:
            return
        if tensor.data_type == _INT64:
            raw = tensor.raw_data
            if raw and len(raw) == 8 * count:
                self.values[name] = unpack(f"<{count}q", raw)
            elif len(values := tuple(tensor.int64_data)) == count:
                self.values[name] = values
        elif tensor.data_type == _FLOAT:
            self.whole_floats(name, tensor, count)

    def whole_floats(self, name: str, tensor: Any, count: int) -> None:
        """Scales of a Resize are floats; only whole ones are of use."""
        values = list(tensor.float_data)
        if not values and len(tensor.raw_data) == 4 * count:
            values = list(unpack(f"<{count}f", tensor.raw_data))
        if len(values) == count and all(value == value // 1 for value in values):
            self.values[name] = tuple(int(value) for value in values)

    def node(self, node: Any) -> str | None:
        """Add a node whose inputs are there; the name of one that is not, for which it waits."""
        names, outputs = list(node.input), list(node.output)
        if node.op_type == "ConstantOfShape" and self.filled(names, outputs):
            return None
        lacking = next(filterfalse(self.has, filter(None, names)), None)
        if lacking is not None or not outputs:
            return lacking
        output = outputs[0]
        if any(map(self.has, filter(None, outputs))):
            raise ParseError(f"{_named(node)} makes {output!r} a second time", text="")
        if node.op_type == "Constant":
            self.constant_node(node, output)
            return None
        attributes = {each.name: _attribute(each) for each in node.attribute}
        while names and not names[-1]:
            names.pop()
        if self.shape(node, names, attributes):
            return None
        try:
            self.place(node, names, attributes)
        except (ParameterError, SizeError) as error:
            raise ParseError(f"{_named(node)}: {error}", text="") from None
        except ParseError as error:
            raise ParseError(f"{_named(node)}: {error.message}", text="") from None
        return None

    def filled(self, names: list[str], outputs: list[str]) -> bool:
        """A weight without numbers, as light files have them: its shape is another's values."""
        values = self.values.get(names[0]) if names else None
        name = outputs[0] if outputs else ""
        if not isinstance(values, tuple) or not name or self.has(name):
            return False
        numbers = [each for each in values if isinstance(each, int)]
        if len(numbers) < len(values):
            return False
        self.constants[name] = _shape(numbers, name)
        return True

    def shape(self, node: Any, names: list[str], attributes: dict[str, Value]) -> bool:
        """A node that only works with sizes makes a value and no layer."""
        found: Numbers | Sizes | None = None
        op_type = node.op_type
        if op_type == "Shape" and len(names) == 1 and attributes.get("end") is None:
            first = attributes.get("start", 0)
            known = self.constants.get(names[0])
            if names[0] in self.places and isinstance(first, int) and first >= 0:
                found = Sizes(self.places[names[0]], first)
            elif known is not None and not attributes:
                found = known
        elif op_type in OPERATORS and all(name in self.values for name in names):
            found = worked_out(op_type, attributes, [self.values[name] for name in names])
        if found is None:
            return False
        self.values[node.output[0]] = found
        self.constants[node.output[0]] = (len(found) if isinstance(found, tuple) else 1,)
        return True

    def place(self, node: Any, names: list[str], attributes: dict[str, Value]) -> None:
        like = self.values.get(names[1]) if node.op_type == "Expand" and names[1:] else None
        if isinstance(like, Sizes) and not like.first:
            self.add(node.output[0], Expand(), (self.tensor(names[0]), like.place))
            return
        sizes: list[Size] = []
        dropped = 2 if node.op_type == "Resize" else 0  # of its sizes, batch and channels
        view = NodeView(
            node.op_type,
            attributes,
            tuple(map(self.constants.get, names)),
            tuple(
                None if each is None else _plain(each, sizes, dropped)
                for each in map(self.values.get, names)
            ),
            self.opset,
        )
        if view.op_type == "Split":
            if not names or not names[0]:
                raise ParameterError("split takes 1 input, got 0")
            for name, operation in zip(node.output, splits(view, len(node.output)), strict=True):
                self.add(name, operation, (self.tensor(names[0]),))
            return
        operation, taken = self.made(node, view, sizes)
        inputs = names if taken is None else [names[place] for place in taken if place < len(names)]
        self.check(operation, sum(map(bool, inputs)))
        if self.places.keys().isdisjoint(names):
            # Weights that are only reshaped: their sizes are all that counts.
            shapes = [self.constants[name] for name in inputs if name]
            self.constants[node.output[0]] = operation.follow(shapes, Strict()).shape
            return
        weights = tuple(filter(self.constants.__contains__, names))
        shared = bool(weights) and weights in self.used
        self.used.add(weights)
        places = tuple(map(self.tensor, filter(None, inputs)))
        if sizes:
            operation = Measured(operation)
            places += tuple(place for size in sizes for place in size.places)
        self.add(node.output[0], operation, places, shared=shared)
        if view.op_type in ("Dropout", "MaxPool"):
            for name in node.output[1:]:  # a mask, or places, of the same shape
                if name:
                    self.add(name, Pointwise("mask"), (self.places[node.output[0]],), listed=False)

    def made(self, node: Any, view: NodeView, sizes: list[Size]) -> Any:
        """The operation; the same words are understood once."""
        if self.identity and (node.op_type in self.identity or node.name in self.identity):
            return Pointwise(node.op_type.lower()), (0,)
        if node.domain not in ("", "ai.onnx"):
            raise ParameterError(
                f"operator {node.op_type} of domain {node.domain} is not known; if it changes no "
                f"shape, declare it: identity {node.op_type}"
            )
        try:
            key = (
                view.op_type,
                tuple(view.attributes.items()),
                view.shapes,
                view.values,
            )
            if sizes:
                found = make(view)
                if found is not None and marks(found[0]) != len(sizes):
                    raise ParameterError(view.unknown("size"))
            else:
                if key not in self.known:
                    self.known[key] = make(view)
                found = self.known[key]
        except (IndexError, TypeError, ValueError) as error:
            if isinstance(error, ConvcalcError):
                raise
            raise ParameterError("its inputs or attributes are not those of the operator") from None
        if found is None:
            known = [*MAKERS, *WINDOWS]
            raise ParameterError(
                f"unknown operator {node.op_type!r}{nearest(node.op_type, known)}; if it changes "
                f"no shape, declare it: identity {node.op_type}"
            )
        return found

    def tensor(self, name: str) -> int:
        """The place of a tensor; a constant becomes a node when it is first used as one."""
        if name not in self.places:
            self.add(name, Given(self.constants[name]), (), listed=False)
        return self.places[name]

    def check(self, operation: Operation, count: int) -> None:
        """The number of inputs; ONNX lets a sum be of one."""
        wrong = arity(operation, count)
        if wrong and not (count and operation.op in ("max", "min", "add", "mean")):
            raise ParameterError(wrong)

    def add(
        self,
        name: str,
        operation: Operation,
        inputs: tuple[int, ...],
        *,
        listed: bool = True,
        shared: bool = False,
    ) -> None:
        if not isinstance(name, str):
            raise ParseError(f"the name {name!r} in the file is no text", text="")
        self.nodes.append(Node(name, operation, inputs, "", listed, shared))
        self.places[name] = len(self.nodes) - 1

    def constant_node(self, node: Any, output: str) -> None:
        for attribute in node.attribute:
            match attribute.name:
                case "value":
                    self.constant(output, attribute.t)
                case "value_ints":
                    self.constants[output] = (len(attribute.ints),)
                    self.values[output] = tuple(attribute.ints[:MOST_VALUES])
                case "value_int":
                    self.constants[output] = ()
                    self.values[output] = (attribute.i,)
                case _:
                    self.constants[output] = ()


def _plain(value: Numbers | Sizes, sizes: list[Size], dropped: int) -> Shape | None:
    """A value with a mark for each size; those of the first ``dropped`` are not looked at."""
    if isinstance(value, Sizes):
        return None
    return tuple(
        each if isinstance(each, int) else 1 if place < dropped else marked(each, sizes)
        for place, each in enumerate(value)
    )


def _attribute(attribute: Any) -> Value:
    """An attribute's value: an integer, a tuple of them, a string; others are not looked at."""
    match attribute.type:
        case 1:
            return float(attribute.f)
        case 2:
            return int(attribute.i)
        case 3:
            return str(attribute.s.decode("utf-8", "replace"))
        case 7:
            return tuple(attribute.ints)
        case _:
            return None


def _shape(dims: Iterable[int], name: str) -> Shape:
    shape = tuple(dims)
    if shape and not (min(shape) >= 0 and max(shape) <= LARGEST_SIZE):
        raise ParseError(f"the tensor {name!r} claims a shape of {shape}", text="")
    return shape


def _size(size: int, name: str) -> int:
    if not 0 <= size <= LARGEST_SIZE:
        raise ParseError(f"the tensor {name!r} claims a size of {size}", text="")
    return size


def _named(node: Any) -> str:
    name = node.name or (node.output[0] if node.output else "")
    return f"node {name!r} ({node.op_type})"
