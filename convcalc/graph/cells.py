"""Single cells, exactly: what one output cell sees of the input, and whom one input cell reaches.

Law: cells are marked one by one, cut at every border and with every hole that a dilation leaves;
so there may be fewer than in the interval of ``field.py``, never more. Axes are followed side by
side; where several paths meet, the marks of each axis are united.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np

from convcalc.errors import ParameterError, SizeError
from convcalc.graph.marks import LONGEST, Marks, read, readers
from convcalc.graph.operations import Given
from convcalc.graph.operations.base import Move
from convcalc.graph.reach import UNKNOWN
from convcalc.graph.trace import Run, Tensor
from convcalc.layers.axis import axes_word, write

Cells: TypeAlias = tuple[Marks, ...]
MOST_CELLS = 40_000_000  # of one axis in all layers
_ANY: Marks = np.ones(1, np.bool_)  # of an axis whose cells are all seen at once


class Span(NamedTuple):
    """Cells of one axis: the first, the last, and how many of those between are meant.

    >>> Span.of(np.array([0, 0, 1, 0, 1, 0, 1], np.bool_))
    Span(first=2, last=6, cells=3)
    """

    first: int
    last: int
    cells: int

    @classmethod
    def of(cls, marks: Marks) -> Span:
        """The span of marks, of which there is one at least."""
        cells = np.flatnonzero(marks)
        return cls(int(cells[0]), int(cells[-1]), len(cells))

    def __str__(self) -> str:
        holes = self.last - self.first + 1 - self.cells
        words = f"{self.first}..{self.last}" if self.last > self.first else str(self.first)
        return f"{words} ({self.cells} of {self.cells + holes})" if holes else words


def node_of(run: Run, name: str | None) -> int:
    """The place in the graph of the layer ``name``; None: the network's output."""
    if name is None:
        return range(len(run.tensors))[run.graph.output if run.failure is None else -1]
    for place in range(len(run.tensors) - 1, -1, -1):
        if run.graph.nodes[place].name == name:
            return place
    from convcalc.layers.axis import nearest

    known = [node.name for node in run.graph.nodes]
    raise ParameterError(f"no layer is called {name!r}{nearest(name, known)}")


def seen_by(run: Run, position: Sequence[int], name: str | None = None) -> tuple[Span, ...] | None:
    """The input cells that one cell of a layer's output sees, on each axis; None: not one.

    ``position`` counts from 0 on each spatial axis; one number stands for all. Raises SizeError
    for a position outside.
    """
    end = node_of(run, name)
    _limit(run, end)
    start = _start(run.tensors[end], position, run.graph.nodes[end].name)
    wanted: dict[int, Cells] = {end: start}
    for place in range(end, -1, -1):
        if place not in wanted:
            continue
        node, marked = run.graph.nodes[place], wanted.pop(place)
        if isinstance(node.operation, Given):
            if place == _image(run):
                return tuple(map(Span.of, marked))
            continue
        for source, move in zip(node.inputs, run.moves[place], strict=False):
            cells = _back(run.tensors[source], move, run.tensors[place], marked)
            if cells is not None:
                wanted[source] = _union(wanted.get(source), cells)
    return None


def reached_from(
    run: Run, position: Sequence[int], name: str | None = None
) -> tuple[Span | None, ...] | None:
    """The output cells of a layer that one input cell reaches, on each axis; None: not one.

    An axis that the layer has no more is None. Raises SizeError for a position outside.
    """
    end = node_of(run, name)
    _limit(run, end)
    image = _image(run)
    reached: dict[int, Cells] = {image: _start(run.tensors[image], position, "the input")}
    last = {source: place for place in range(end + 1) for source in run.graph.nodes[place].inputs}
    for place in range(image + 1, end + 1):
        node = run.graph.nodes[place]
        for source, move in zip(node.inputs, run.moves[place], strict=False):
            if source in reached:
                cells = _forth(run.tensors[source], move, run.tensors[place], reached[source])
                if cells is not None:
                    reached[place] = _union(reached.get(place), cells)
        for source in node.inputs:
            if last[source] == place and source != end:
                reached.pop(source, None)
    if end not in reached:
        return None
    return tuple(
        None if place is None else Span.of(cells)
        for place, cells in zip(run.tensors[end].places, reached[end], strict=True)
    )


def _image(run: Run) -> int:
    return next(
        place for place, node in enumerate(run.graph.nodes) if isinstance(node.operation, Given)
    )


def _limit(run: Run, end: int) -> None:
    """Cells are followed one by one, so there must not be too many."""
    total = 0
    for tensor in run.tensors[: end + 1]:
        for place in tensor.places:
            size = 0 if place is None else tensor.shape[place]
            total += size
            if size > LONGEST:
                raise SizeError(
                    f"an axis of {size} cells is too long to follow single cells; at most {LONGEST}"
                )
    if total > MOST_CELLS:
        raise SizeError(
            f"{total} cells, over all layers, are too many to follow single cells; at most "
            f"{MOST_CELLS}"
        )


def _start(tensor: Tensor, position: Sequence[int], what: str) -> Cells:
    places = [place for place in tensor.places if place is not None]
    given = tuple(position) * len(places) if len(position) == 1 else tuple(position)
    sizes = [tensor.shape[place] for place in places]
    if len(given) != len(places):
        raise SizeError(
            f"{what} has {axes_word(len(places))}, the position {write(given)} has {len(given)}"
        )
    for number, size in zip(given, sizes, strict=True):
        if not 0 <= number < size:
            raise SizeError(
                f"position {write(given)} is outside {what}, which is {write(sizes)}: allowed "
                f"0..{size - 1}"
            )
    left = iter(given)
    return tuple(
        _ANY if place is None else np.arange(tensor.shape[place]) == next(left)
        for place in tensor.places
    )


def _union(one: Cells | None, other: Cells) -> Cells:
    if one is None:
        return other
    return tuple(a | b for a, b in zip(one, other, strict=True))


def _back(source: Tensor, move: Move, target: Tensor, wanted: Cells) -> Cells | None:
    """The cells of one input that the wanted cells read; None where they read none."""
    if not source.places or move == ():
        return None
    if move is None:
        return wanted if target.places == source.places else _everything(source)
    found: list[Marks] = []
    for place, now, cells in zip(source.places, target.places, wanted, strict=True):
        if place is None:
            found.append(_ANY)
            continue
        to, reach = move[place]
        size = source.shape[place]
        if to is None or now is None:
            marked = np.ones(size, np.bool_)
        elif reach is None:
            marked = cells
        elif reach is UNKNOWN:
            raise SizeError("which cells this network reads is not known on every layer")
        else:
            marked = read(reach, cells, size)
        if not marked.any():
            return None
        found.append(marked)
    return tuple(found)


def _forth(source: Tensor, move: Move, target: Tensor, cells: Cells) -> Cells | None:
    """The output cells that read any of an input's cells; None where none does."""
    if not source.places or move == ():
        return None
    if move is None:
        return cells if target.places == source.places else (_ANY,) * len(cells)
    found: list[Marks] = []
    for place, now, reached in zip(source.places, target.places, cells, strict=True):
        if place is None:
            found.append(_ANY)
            continue
        to, reach = move[place]
        if to is None or now is None:
            found.append(_ANY)
            continue
        if reach is UNKNOWN:
            raise SizeError("which cells this network reads is not known on every layer")
        if reach is None:
            found.append(reached)
            continue
        reading = readers(reach, reached, target.shape[now])
        if not reading.any():
            return None
        found.append(reading)
    return tuple(found)


def _everything(tensor: Tensor) -> Cells:
    return tuple(
        _ANY if place is None else np.ones(tensor.shape[place], np.bool_) for place in tensor.places
    )
