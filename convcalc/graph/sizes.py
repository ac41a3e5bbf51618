"""Legal input sizes: for which sizes a network runs, as a rule and as a list.

Law: nothing is derived on paper. All sizes of a range go through the same ``follow`` at once, as
int64 arrays, and the rule is read off the answer and holds for every size of the range.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from convcalc.errors import ParameterError, SizeError
from convcalc.graph.model import Graph
from convcalc.graph.operations import Given, Shape
from convcalc.layers import Layer
from convcalc.layers.axis import Worked, axes_word

Mask: TypeAlias = npt.NDArray[np.bool_]
MOST_SIZES = 1_000_000
MOST_CELLS = 2**31  # of one axis, so that no product with it leaves int64
_SYMBOLS = {1: ("n",), 2: ("h", "w"), 3: ("d", "h", "w")}


class Legal(NamedTuple):
    """Sizes ``ranges`` tried, all axes alike if there is one range: a rule, and which are legal."""

    ranges: tuple[tuple[int, int], ...]
    rule: str
    sizes: tuple[int, ...] | tuple[tuple[int, ...], ...]

    def nearest(self, size: int) -> tuple[int | None, int | None]:
        """The nearest legal sizes below and above ``size``, itself left out."""
        flat = [each for each in self.sizes if isinstance(each, int)]
        below = [each for each in flat if each < size]
        above = [each for each in flat if each > size]
        return (below[-1] if below else None), (above[0] if above else None)


class _Many:
    """The check of many sizes: what does not hold is taken out."""

    exact = False

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.mask: Mask = np.ones(shape, np.bool_)

    def __call__(self, holds: Mask | bool, why: Callable[[], str]) -> None:
        if holds is True:
            return
        if isinstance(holds, bool | np.bool_):
            if not holds:
                raise SizeError(why())  # whatever the size
            return
        self.mask &= holds

    def limits(self, layer: Layer, worked: Worked) -> None:
        """Limits are written for one size; each different one is asked once."""
        if layer.origin is None or not layer.origin.limits:
            return
        sizes: Any = worked.n
        if isinstance(sizes, int):
            sizes = np.array(sizes)
        refused = [int(n) for n in np.unique(sizes) if n >= 1 and not _takes(layer, worked, int(n))]
        if refused:
            self.mask &= ~np.isin(sizes, refused)


def _takes(layer: Layer, worked: Worked, n: int) -> bool:
    assert layer.origin is not None
    try:
        alone = layer.work_out(worked.axis, n)
        for limit in layer.origin.limits:
            limit(alone)
    except SizeError:
        return False
    return True


def legal_sizes(graph: Graph, shape: Shape, ranges: Sequence[tuple[int, int]]) -> Legal:
    """Which sizes of ``ranges`` run: one range for inputs with equal axes, or one for each axis.

    ``shape`` gives the batch and the channels (its axes are not looked at). Raises ParameterError
    for ranges that are empty or too large.

    >>> from convcalc.graph.model import Node, input_node
    >>> from convcalc.graph.operations import Windowed
    >>> from convcalc.layers import Pool
    >>> graph = Graph((input_node(), Node("pool", Windowed(Pool(3, rank=2)), (0,))))
    >>> legal_sizes(graph, (1, 1, 8, 8), [(1, 100)]).rule
    'n >= 3'
    """
    rank = len(shape) - 2
    if len(ranges) not in (1, rank):
        raise ParameterError(
            f"--sizes: {len(ranges)} ranges for {axes_word(rank)}: give one range for equal axes, "
            f"or {rank} joined by x"
        )
    total = 1
    for first, last in ranges:
        if not 1 <= first <= last < MOST_CELLS:
            raise ParameterError(
                f"--sizes: {first}..{last} is no range of sizes: it starts at 1 or more and ends "
                "where it starts or after"
            )
        total *= last - first + 1
    if total > MOST_SIZES:
        raise ParameterError(f"--sizes: {total} sizes are too many, at most {MOST_SIZES}")
    mask = _mask(graph, shape, ranges)
    if len(ranges) == 1:
        ((first, last),) = ranges
        sizes = tuple(int(n) + first for n in np.flatnonzero(mask))
        return Legal(((first, last),), rule(mask, first), sizes)
    starts = [first for first, _ in ranges]
    pairs = tuple(
        tuple(int(n) + start for n, start in zip(place, starts, strict=True))
        for place in np.argwhere(mask)
    )
    return Legal(tuple(ranges), _rules(mask, starts), pairs)


def _mask(graph: Graph, shape: Shape, ranges: Sequence[tuple[int, int]]) -> Mask:
    rank = len(shape) - 2
    arrays: list[Any]
    if len(ranges) == 1:
        ((first, last),) = ranges
        arrays = [np.arange(first, last + 1)] * rank
    else:
        arrays = list(np.ix_(*(np.arange(first, last + 1) for first, last in ranges)))
    check = _Many(tuple(last - first + 1 for first, last in ranges))
    shapes: list[Shape] = []
    image = True
    with np.errstate(all="ignore"):
        for node in graph.nodes:
            operation = node.operation
            if isinstance(operation, Given):
                shapes.append((*shape[:2], *arrays) if image else operation.shape or ())
                image = False
                continue
            try:
                followed = operation.follow([shapes[place] for place in node.inputs], check)
            except (SizeError, OverflowError):  # or a parameter that no int64 holds
                return np.zeros_like(check.mask)
            shapes.append(followed.shape)
    return check.mask


def rule(mask: Mask, first: int, symbol: str = "n") -> str:
    """What the legal sizes have in common, in words; ``mask`` begins at size ``first``.

    >>> rule(np.arange(1, 101) % 16 == 0, 1)
    'n = 0 (mod 16)'
    >>> rule((np.arange(1, 101) % 16 == 0) & (np.arange(1, 101) > 30), 1)
    'n = 0 (mod 16), n >= 32'
    >>> rule((np.arange(1, 101) > 30) & (np.arange(1, 101) < 40), 1)
    '31 <= n <= 39'
    """
    legal = np.flatnonzero(mask)
    if not len(legal):
        return f"no {symbol} in {first}..{first + len(mask) - 1}"
    low, high = int(legal[0]), int(legal[-1])
    if len(legal) == high - low + 1:
        if high < len(mask) - 1:
            return _between(low + first, high + first, symbol)
        return f"{symbol} >= {low + first}"
    period = _period(mask[low:])
    if period is not None:
        return _congruent(mask, low, period, first, symbol)
    return _irregular(mask, legal, first, symbol)


def _irregular(mask: Mask, legal: npt.NDArray[np.intp], first: int, symbol: str) -> str:
    """A rule that ends, or begins late, or a list."""
    low, high = int(legal[0]), int(legal[-1])
    period = _period(mask[low : high + 1])
    if period is not None:
        words = _congruent(mask[: high + 1], low, period, first, symbol)
        return f"{words}, {symbol} <= {high + first}"
    start, period = _settled(mask)
    if start is not None and period is not None:
        settled = int(legal[legal >= start][0])
        tail = _congruent(mask, settled, period, first, symbol)
        return f"{tail}; and {symbol} in {_runs(legal[legal < settled] + first)}"
    return f"{symbol} in {_runs(legal + first)}"


def _period(mask: Mask) -> int | None:
    """The least period of a mask that shows it at least twice."""
    for period in range(1, len(mask) // 2 + 1):
        if mask[period] == mask[0] and np.array_equal(mask[period:], mask[:-period]):
            return period
    return None


def _settled(mask: Mask) -> tuple[int | None, int | None]:
    """From where on a mask is periodic, with what period; it must show it three times."""
    best: tuple[int, int] | None = None
    for period in range(1, len(mask) // 4 + 1):
        different = np.flatnonzero(mask[period:] != mask[:-period])
        start = int(different[-1]) + 1 if len(different) else 0
        if (
            len(mask) - start >= 3 * period
            and mask[start:].any()
            and (best is None or start < best[0])
        ):
            best = start, period
    return best or (None, None)


def _congruent(mask: Mask, low: int, period: int, first: int, symbol: str) -> str:
    """``n = 0 (mod 16), n >= 32``; without the bound where no smaller size fits."""
    rests = sorted(
        (int(n) + low + first) % period for n in np.flatnonzero(mask[low : low + period])
    )
    if period == 1:
        return f"{symbol} >= {low + first}"
    words = f"{symbol} = {_listed(rests)} (mod {period})"
    smaller = any((n + first) % period in rests for n in range(low))
    return f"{words}, {symbol} >= {low + first}" if smaller else words


def _between(low: int, high: int, symbol: str) -> str:
    return f"{symbol} = {low}" if low == high else f"{low} <= {symbol} <= {high}"


def _listed(numbers: Sequence[int]) -> str:
    """``0``; ``0 or 1``; ``0, 1 or 2``."""
    words = [str(number) for number in numbers]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _runs(sizes: npt.NDArray[Any]) -> str:
    """``3, 5..9, 12`` and at most some twelve of them."""
    breaks = np.flatnonzero(np.diff(sizes) > 1) + 1
    runs = [(int(run[0]), int(run[-1])) for run in np.split(sizes, breaks)]
    words = [f"{low}..{high}" if low < high else str(low) for low, high in runs]
    return ", ".join(words if len(words) <= 12 else [*words[:11], f"... {words[-1]}"])


def _rules(mask: Mask, starts: Sequence[int]) -> str:
    """One rule for each axis, where they do not depend on each other."""
    count = mask.ndim
    symbols = _SYMBOLS.get(count) or tuple(f"n{axis}" for axis in range(1, count + 1))
    alone: list[Mask] = [
        np.asarray(mask.any(axis=tuple(a for a in range(count) if a != axis)))
        for axis in range(count)
    ]
    apart: Any = True
    for axis, each in enumerate(alone):
        apart = apart & each.reshape([-1 if other == axis else 1 for other in range(count)])
    if mask.any() and np.array_equal(mask, apart):
        parts = zip(alone, starts, symbols, strict=True)
        return "; ".join(rule(each, start, symbol) for each, start, symbol in parts)
    if not mask.any():
        return f"no {' x '.join(symbols)} of these"
    return (
        f"{int(mask.sum())} of {mask.size} sizes {'x'.join(symbols)}; which, depends on "
        f"{' and '.join(symbols)} together"
    )
