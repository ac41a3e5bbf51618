"""Operations that lay the same cells out anew: flatten, reshape, transpose, slice.

Law: a dimension is followed as long as it stays one dimension; what is merged with another is
seen as a whole from then on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from convcalc.graph.operations.base import (
    Check,
    Followed,
    Move,
    Shape,
    count,
    dimension,
    product,
    written,
)
from convcalc.graph.reach import Reach


@dataclass(frozen=True)
class Flatten:
    """Dimensions ``start`` to ``end`` become one."""

    start: int = 1
    end: int = -1

    op = "flatten"

    def follow(self, shapes: Sequence[Shape], check: Check) -> Followed:
        """The product of the sizes that are merged."""
        shape = shapes[0]
        dims = len(shape)
        start, end = dimension(self.start, dims, self.op), dimension(self.end, dims, self.op)
        check(start <= end, lambda: f"flatten: dimension {start} comes after {end}")
        out = (*shape[:start], product(shape[start : end + 1]), *shape[end + 1 :])
        move: Move = tuple(
            (None if end > start and start <= i <= end else i - max(0, min(i, end) - start), None)
            for i in range(dims)
        )
        return Followed(out, (move,))


@dataclass(frozen=True)
class Reshape:
    """Another shape for the same cells: -1 is worked out, 0 (where ``zeros``) is copied.

    ``batch`` says that the first size is the batch (ONNX, torch); else it is added.
    """

    target: tuple[int, ...]
    batch: bool = True
    zeros: bool = False

    op = "reshape"

    def follow(self, shapes: Sequence[Shape], check: Check) -> Followed:
        """The target, whose cells must be as many as the input's."""
        shape = shapes[0]
        target = self.target if self.batch else (*shape[:1], *self.target)
        least = 0 if self.zeros else 1
        for size in self.target:
            check(
                (size >= least) | (size == -1),
                lambda: f"{self.op} to {self.target}: sizes are at least 1, or -1 for what is left",
            )
        written_out = [isinstance(size, int) for size in target]  # else an array of many sizes
        sizes = [
            shape[place] if self.zeros and plain and size == 0 and place < len(shape) else size
            for place, (size, plain) in enumerate(zip(target, written_out, strict=True))
        ]
        total = product(shape)
        open_places = [
            place for place, size in enumerate(target) if written_out[place] and size == -1
        ]
        if open_places:
            known = product([size for place, size in enumerate(sizes) if place != open_places[0]])
            check(
                (len(open_places) == 1) & (known > 0) & (total % (known + (known == 0)) == 0),
                lambda: (
                    f"{count(total)} cells of {written(shape)} do not divide into {self.target}"
                ),
            )
            sizes[open_places[0]] = total // (known + (known == 0))
        check(
            product(sizes) == total,
            lambda: (
                f"{written(shape)} has {count(total)} cells, {self.target} has "
                f"{count(product(sizes))}"
            ),
        )
        if not check.exact:
            return Followed(tuple(sizes))
        return Followed(tuple(sizes), (_kept(shape, sizes),))


def _kept(shape: Shape, out: Sequence[int]) -> Move:
    """A dimension stays one where its size and what stands before it are the same."""
    before: dict[tuple[int, int], int] = {}
    total = 1
    for place, size in enumerate(out):
        before.setdefault((total, size), place)
        total *= size
    found: list[tuple[int | None, Reach | None]] = []
    total = 1
    for size in shape:
        found.append((before.get((total, size)), None))
        total *= size
    return tuple(found)


@dataclass(frozen=True)
class Transpose:
    """Dimensions in another order, the batch counted as 0."""

    order: tuple[int, ...]

    op = "transpose"

    def follow(self, shapes: Sequence[Shape], check: Check) -> Followed:
        """Output dimension i is input dimension ``order[i]``."""
        shape = shapes[0]
        rank = len(shape)
        given = self.order or reversed(range(rank))
        order = tuple([place + rank if -rank <= place < 0 else place for place in given])
        check(
            sorted(order) == list(range(rank)),
            lambda: f"an order of {len(order)} dimensions, {order}, for an input {written(shape)}",
        )
        move: Move = tuple((order.index(i), None) for i in range(rank))
        return Followed(tuple(shape[i] for i in order), (move,))


@dataclass(frozen=True)
class Squeeze:
    """Dimensions of size 1 taken away, or with ``add`` put in."""

    places: tuple[int, ...]
    add: bool = False

    op = "squeeze"

    def follow(self, shapes: Sequence[Shape], check: Check) -> Followed:
        """The same cells with fewer or more dimensions of size 1."""
        shape = shapes[0]
        dims = len(shape) + (len(self.places) if self.add else 0)
        places = {dimension(place, dims, self.op) for place in self.places}
        if self.add:
            left = iter(range(len(shape)))
            sources = [None if place in places else next(left) for place in range(dims)]
            out = tuple(1 if source is None else shape[source] for source in sources)
            return Followed(out, (tuple((sources.index(i), None) for i in range(len(shape))),))
        for place in places:
            check(
                shape[place] == 1,
                partial(_not_one, place, shape),
            )
        kept = [place for place in range(dims) if place not in places]
        move: Move = tuple((kept.index(i) if i in kept else None, None) for i in range(dims))
        return Followed(tuple(shape[i] for i in kept), (move,))


@dataclass(frozen=True)
class Slice:
    """Cells ``first`` to ``last`` (not included) of one dimension, every ``step``-th."""

    along: int
    first: int
    last: int | None
    step: int = 1

    op = "slice"

    def follow(self, shapes: Sequence[Shape], check: Check) -> Followed:
        """As Python cuts; negative numbers count from the end."""
        shape = shapes[0]
        along = dimension(self.along, len(shape), self.op)
        size = shape[along]
        first = _clamped(self.first, size)
        last = size if self.last is None else _clamped(self.last, size)
        cells = (last - first + self.step - 1) // self.step
        check(cells >= 1, lambda: f"slice: nothing is left of {size}, {self.first}:{self.last}")
        out = (*shape[:along], cells, *shape[along + 1 :])
        if not check.exact:
            return Followed(out)
        reach = Reach(1, self.step, (range(first, first + 1),))
        return Followed(
            out, (tuple((i, reach if i == along else None) for i in range(len(shape))),)
        )


@dataclass(frozen=True)
class Part:
    """One of ``parts`` equal pieces of a dimension; the last may be smaller."""

    along: int
    place: int
    parts: int

    op = "slice"

    def follow(self, shapes: Sequence[Shape], check: Check) -> Followed:
        """Formula: pieces of ``ceil(n/parts)`` cells."""
        shape = shapes[0]
        along = dimension(self.along, len(shape), self.op)
        piece = (shape[along] + self.parts - 1) // self.parts
        if check.exact:
            cut = Slice(along, piece * self.place, piece * (self.place + 1))
            return cut.follow(shapes, check)
        left = shape[along] - piece * self.place
        size = piece + (left - piece) * (left < piece)
        check(size >= 1, lambda: f"split: {shape[along]} does not give {self.parts} parts")
        return Followed((*shape[:along], size, *shape[along + 1 :]))


def _not_one(place: int, shape: Shape) -> str:
    return f"squeeze: dimension {place} of {written(shape)} is not 1"


def _clamped(place: int, size: int) -> int:
    """A place counted from the start, at most at the end."""
    place = place + size * (place < 0)
    place = place * (place > 0)
    return place + (size - place) * (place > size)
