"""Why a network does not run on a size, and what would make it run.

Law: a repair is only told after the repaired network has been traced; where sizes part is found in
the graph, as the shortest way from the last tensor that both paths share.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from convcalc.errors import ConvcalcError, ParameterError
from convcalc.graph.model import Graph, Node
from convcalc.graph.operations import (
    ChannelsLast,
    Concat,
    CropLike,
    Elementwise,
    Given,
    Operation,
    Pad,
    Shape,
    Windowed,
    written,
)
from convcalc.graph.sizes import Legal, legal_sizes
from convcalc.graph.trace import Run, trace
from convcalc.layers import Pool, TransposedConv, work_out
from convcalc.layers.axis import spread

LARGEST_SCAN = 65_536


@dataclass(frozen=True)
class Trouble:
    """A run that failed: the layer, what it said, why (a sentence each), and repairs.

    ``level`` are the sizes along the way that parted, ``below`` and ``above`` the nearest legal
    sizes of an axis, all axes alike.
    """

    layer: str
    where: str
    message: str
    level: tuple[int, ...] = ()
    reasons: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()
    below: int | None = None
    above: int | None = None

    @property
    def place(self) -> str:
        """The layer and its line."""
        return f"{self.layer}{f' ({self.where})' if self.where else ''}"

    @property
    def headline(self) -> str:
        """One sentence."""
        return f"{self.place}: {self.message}"

    def __str__(self) -> str:
        lines = [self.headline, *self.reasons]
        return "\n  ".join([*lines, *(f"repair: {each}" for each in self.repairs)])


def trouble(run: Run) -> Trouble | None:
    """What to say of a run that failed; None where it did not."""
    if run.failure is None:
        return None
    place, message = run.failure
    node = run.graph.nodes[place]
    shape = (run.tensors[0].shape[0], *run.input)
    nearest, below, above = _with_channels(run.graph, shape)
    level: tuple[int, ...] = ()
    reasons: list[str] = []
    repairs = list(nearest)
    if not nearest and run.graph.assumed:
        reasons.append(
            "in the order of printing no input size around this one runs: the layers are wired in "
            "another way, which is not printed; write the network as a program, with its branches"
        )
    elif not nearest:
        reasons.append("no input size around this one runs either")
    join = node.operation
    if isinstance(join, ChannelsLast):
        join = join.operation
    if isinstance(join, Concat | Elementwise):
        parting = _Parting.of(run, place)
        if parting is not None:
            level = parting.sizes
            reasons += parting.reasons()
            repairs += parting.repairs()
    return Trouble(
        node.name, node.where, message, level, tuple(reasons), tuple(repairs), below, above
    )


def _with_channels(graph: Graph, shape: Shape) -> tuple[list[str], int | None, int | None]:
    """The nearest sizes that run; first of all with the channels that the first layer wants."""
    wanted = graph.channels
    if wanted is None or wanted == shape[1]:
        return _nearest(graph, shape)
    right = (shape[0], wanted, *shape[2:])
    give = f"give the input {wanted} channels"
    if _runs(graph, right, right[2:]):
        return [f"{give}, as {written(right)} (then the network runs)"], None, None
    nearest, below, above = _nearest(graph, right)
    return [f"{give} and {each}" for each in nearest], below, above


def _nearest(graph: Graph, shape: Shape) -> tuple[list[str], int | None, int | None]:
    """The nearest sizes that run, as sentences and (for equal axes) as numbers."""
    sizes = shape[2:]
    if not sizes or max(sizes) > LARGEST_SCAN // 2:
        return [], None, None
    if len(set(sizes)) > 1:
        return _nearest_of_each(graph, shape), None, None
    n = sizes[0]
    try:
        legal = legal_sizes(graph, shape, [(1, max(2 * n, n + 512))])
    except ParameterError:  # too many to be tried exactly
        return [], None, None
    below, above = (
        near if near is not None and _runs(graph, shape, (near,) * len(sizes)) else None
        for near in legal.nearest(n)
    )
    found = []
    if below is None and above is not None and _is_floor(legal, above):
        found.append(f"use an input of at least {above}: the smallest that runs")
    if below is not None:
        found.append(f"crop the input to {_square(below, sizes)} (nearest legal size below)")
    if above is not None:
        low = (above - n) // 2
        found.append(
            f"pad the input to {_square(above, sizes)} (nearest legal size above): {low} cells "
            f"before and {above - n - low} after"
        )
    return found, below, above


def _runs(graph: Graph, shape: Shape, sizes: Sequence[int]) -> bool:
    return trace(graph, (*shape[:2], *sizes)).failure is None


def _is_floor(legal: Legal, above: int) -> bool:
    return legal.sizes[0] == above


def _square(n: int, sizes: Sequence[int]) -> str:
    return "x".join([str(n)] * len(sizes))


def _nearest_of_each(graph: Graph, shape: Shape) -> list[str]:
    """For unequal axes: the legal sizes around, each axis within 64 cells."""
    sizes = shape[2:]
    if len(sizes) > 2:
        return []
    ranges = [(max(1, n - 64), n + 64) for n in sizes]
    legal = legal_sizes(graph, shape, ranges)
    found = []
    for sign, words in ((-1, "crop"), (1, "pad")):
        fitting = [
            each
            for each in legal.sizes
            if isinstance(each, tuple)
            and all(sign * (a - b) >= 0 for a, b in zip(each, sizes, strict=True))
        ]
        if fitting:
            best = min(
                fitting, key=lambda e: sum(abs(a - b) for a, b in zip(e, sizes, strict=True))
            )
            if _runs(graph, shape, best):
                found.append(f"{words} the input to {'x'.join(map(str, best))}")
    return found


class _Parting:
    """Two paths into a join whose sizes differ along one dimension."""

    def __init__(
        self, run: Run, join: int, inputs: tuple[int, int], along: int, way: list[int]
    ) -> None:
        self.run, self.join, self.along, self.way = run, join, along, way
        self.one, self.other = inputs  # the one whose size changed on the way, and the other
        self.nodes = run.graph.nodes

    @classmethod
    def of(cls, run: Run, join: int) -> _Parting | None:
        """The first two inputs that do not fit, and how one of them came about."""
        inputs = run.graph.nodes[join].inputs
        first = inputs[0]
        for other in inputs[1:]:
            shapes = run.tensors[first].shape, run.tensors[other].shape
            if len(shapes[0]) != len(shapes[1]):
                continue
            for along in range(2, len(shapes[0])):
                if shapes[0][along] != shapes[1][along]:
                    ways = _ways(run.graph, first, other)
                    if ways is None:
                        return None
                    if len(ways[0]) >= len(ways[1]):
                        return cls(run, join, (first, other), along, ways[0])
                    return cls(run, join, (other, first), along, ways[1])
        return None

    def size(self, place: int) -> int:
        shape = self.run.tensors[place].shape
        return shape[self.along] if len(shape) > self.along else 1

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes on the way, each change once."""
        found: list[int] = []
        for place in self.way:
            if not found or found[-1] != self.size(place):
                found.append(self.size(place))
        return tuple(found)

    def reasons(self) -> Iterator[str]:
        start = self.nodes[self.way[0]].name
        yield (
            f"the sizes part after {start}: {' -> '.join(map(str, self.sizes))} on the way to "
            f"{self.nodes[self.one].name}, {self.size(self.other)} in {self.nodes[self.other].name}"
        )
        for before, place in zip(self.way, self.way[1:], strict=False):
            lost = _lost(self.nodes[place].operation, self.run.tensors[before].shape, self.along)
            if lost:
                yield f"{self.nodes[place].name} {lost}"

    def repairs(self) -> Iterator[str]:
        wanted, got = self.size(self.other), self.size(self.one)
        yield from self._output_padding()
        large, small = (self.other, self.one) if wanted > got else (self.one, self.other)
        names = self.nodes[large].name, self.nodes[small].name
        apart = abs(wanted - got)
        crop = self._put_in(large, CropLike(), (large, small))
        if crop:
            low = apart // 2
            yield (
                f"crop {names[0]} to the size of {names[1]}, {low} before and {apart - low} "
                f"after: crop({names[0]}, like={names[1]}){crop}"
            )
        shapes = self.run.tensors[large].shape, self.run.tensors[small].shape
        pairs = tuple((0, a - b) for a, b in zip(shapes[0][2:], shapes[1][2:], strict=True))
        if all(high >= 0 for _, high in pairs):
            pad = self._put_in(small, Pad(pairs), (small,))
            numbers = ", ".join(f"0, {high}" for _, high in reversed(pairs))
            if pad:
                yield f"pad {names[1]} at the end: F.pad({names[1]}, ({numbers})){pad}"

    def _output_padding(self) -> Iterator[str]:
        """Output padding on the last transposed convolution of the way."""
        wanted, got = self.run.tensors[self.other].shape[2:], self.run.tensors[self.one].shape[2:]
        for place in reversed(self.way):
            operation = self.nodes[place].operation
            if not isinstance(operation, Windowed) or not isinstance(
                operation.layer, TransposedConv
            ):
                continue
            layer = operation.layer
            more = [a - b for a, b in zip(wanted, got, strict=True)]
            after = tuple(
                a + b for a, b in zip(spread(layer.output_padding, len(more)), more, strict=True)
            )
            value = after[0] if len(set(after)) == 1 else after
            try:
                changed = replace(layer, output_padding=after)
            except ConvcalcError:
                return
            node = self.nodes[place]._replace(operation=Windowed(changed))
            nodes = (*self.nodes[:place], node, *self.nodes[place + 1 :])
            works = self._works(nodes, self.join)
            if works:
                yield f"output_padding={value} on {node.name}{works}"
            return

    def _put_in(self, before: int, operation: Operation, inputs: tuple[int, ...]) -> str:
        """Try an operation between a node and the join."""
        place = self.join
        join = self.nodes[place]
        new = Node("repair", operation, inputs, listed=False)
        moved = tuple(place if source == before else source for source in join.inputs)
        rest = [
            node._replace(inputs=tuple(i + (i >= place) for i in node.inputs))
            for node in self.nodes[place + 1 :]
        ]
        nodes = (*self.nodes[:place], new, join._replace(inputs=moved), *rest)
        return self._works(nodes, place + 1)

    def _works(self, nodes: tuple[Node, ...], join: int) -> str:
        """What a changed network does: nothing to tell where the join still fails."""
        shape = (self.run.tensors[0].shape[0], *self.run.input)
        again = trace(self.run.graph._replace(nodes=nodes), shape).failure
        if again is None:
            return " (then the network runs)"
        if again.node <= join:
            return ""
        return f" (then this fits; the next that does not is {nodes[again.node].name})"


def _ways(graph: Graph, one: int, other: int) -> tuple[list[int], list[int]] | None:
    """The shortest ways from the nearest tensor that both come from."""
    found = [_distances(graph, one), _distances(graph, other)]
    shared = [place for place in found[0] if place in found[1]]
    if not shared:
        return None
    best = min(shared, key=lambda place: (found[0][place][0] + found[1][place][0], -place))
    return _way(found[0], best), _way(found[1], best)


def _distances(graph: Graph, end: int) -> dict[int, tuple[int, int]]:
    """For each node before ``end``: how far it is, and the next node on the way."""
    found = {end: (0, end)}
    front = [end]
    while front:
        later = []
        for place in front:
            for source in graph.nodes[place].inputs:
                if source not in found:
                    found[source] = (found[place][0] + 1, place)
                    later.append(source)
        front = later
    return {
        place: how
        for place, how in found.items()
        if not isinstance(graph.nodes[place].operation, Given) or place == 0
    }


def _way(found: dict[int, tuple[int, int]], start: int) -> list[int]:
    way = [start]
    while found[way[-1]][0]:
        way.append(found[way[-1]][1])
    return way


def _lost(operation: Operation, shape: Shape, along: int) -> str:
    """The cells that a floor drops, with the division."""
    if not isinstance(operation, Windowed):
        return ""
    layer = operation.layer
    if isinstance(layer, Pool) and layer.ceil:
        return ""
    try:
        worked = list(work_out(layer, shape[2:]))[along - 2]
    except ConvcalcError:
        return ""
    window, n = worked.window, worked.n
    rest = (window.padded(n) - window.effective_kernel) % window.stride
    if not rest or window.base_dilation > 1:
        return ""
    cells = "1 cell" if rest == 1 else f"{rest} cells"
    low, high = worked.padding
    padded = f"{n}{low:+d}{high:+d}" if low or high else str(n)
    return (
        f"drops {cells} of {n}: floor(({padded}-{window.effective_kernel})/{window.stride})+1 = "
        f"{worked.output} at input {written(shape)}"
    )
