"""Where nothing fits: the layer that comes closest, and what stands in the way.

Law: nothing is claimed that was not worked out. The closest layer has its own output beside it;
an obstacle is a given value without which there is a solution, and that solution is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from convcalc.formulas import CLOSED_FORM, EFFECTIVE_KERNEL
from convcalc.layers.axis import Pair
from convcalc.solver.families import FOLLOWING, Found, Pairs, Shape, worked
from convcalc.solver.rank import cost
from convcalc.solver.space import Space, Span

MOST_TRIED = 20_000  # kernels, strides and dilations that are looked at for the closest layer


class Miss(NamedTuple):
    """A layer of one axis that does not fit, and how far off its outputs are."""

    off: int
    found: Found


def closest(space: Space, pairs: Pairs) -> Miss | None:
    """The layer of ``space`` whose outputs differ least from those wanted; None where none runs.

    For each shape the total padding just below and just above what the sizes want, and where n is
    asked for the sizes on both sides of what the output wants.
    """
    best: tuple[tuple[int, ...], Miss] | None = None
    for shape in _shapes(space, pairs):
        for found in _tries(space, shape, pairs):
            outputs = [found.model.work_out(found.axis, n).output for n, _ in found.sizes]
            if min(outputs) < 1:
                continue
            off = sum(abs(got - o) for got, (_, o) in zip(outputs, found.sizes, strict=True))
            order = (off, *cost(found))
            if best is None or order < best[0]:
                best = order, Miss(off, found)
    return None if best is None else best[1]


def _shapes(space: Space, pairs: Pairs) -> Iterator[Shape]:
    """Kernels, dilations and strides; where the stride is free, those around n/o or o/n."""
    name = space.padding if isinstance(space.padding, str) else None
    around = 1
    n, o = pairs[0]
    if n is not None:
        around = max(max(n, o) // min(n, o), 1)
    tried = 0
    for k in _some(space.kernels, 1, 1000):
        for d in _some(space.dilations(k), 1, 100):
            for s in _some(space.stride or Span(1, around + 1), around, 4):
                tried += 1
                if tried > MOST_TRIED:
                    return
                yield Shape(space.model, k, s, d, name)


def _some(span: Span, around: int, most: int) -> range:
    """The numbers of a span; of a long one those nearest to ``around``."""
    if span.count <= most:
        return range(span.low, span.high + 1)
    low = min(max(around - most // 2, span.low), span.high - most + 1)
    return range(low, low + most)
