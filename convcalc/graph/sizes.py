"""Legal input sizes: for which sizes a network runs, as a rule and as a list.

Law: nothing is derived on paper. All sizes of a range go through the same ``follow`` at once, as
int64 arrays, and the rule is read off the answer and holds for every size of the range. No array
wraps: what may leave int64 is worked out again in Python's integers, or refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import add, mul
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from convcalc.errors import ParameterError, SizeError
from convcalc.graph.model import Graph
from convcalc.graph.operations import Given, Shape
from convcalc.graph.operations.base import LARGEST
from convcalc.layers import Layer
from convcalc.layers.axis import Worked, axes_word

Mask: TypeAlias = npt.NDArray[np.bool_]
MOST_SIZES = 1_000_000
MOST_EXACT = 4096  # sizes that are worked out in Python's integers
MOST_STEPS = 400_000  # the same times the layers
MOST_ASKED = 100_000  # sizes that a framework's own limit is asked about, one by one
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


class _Sizes(np.ndarray[Any, np.dtype[np.int64]]):
    """An int64 array that knows a bound of its values: what may wrap raises OverflowError."""

    most = 2**63

    def __array_finalize__(self, source: object) -> None:
        self.most = getattr(source, "most", self.most)

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: object, **kwargs: object
    ) -> object:
        join = _JOINS.get(ufunc) if method == "__call__" else None
        most = 2**63 if join is None else join(*map(_most, inputs))
        if most >= 2**63 and join is not None:
            most = join(*map(_largest, inputs))
            if most >= 2**63:
                raise OverflowError("sizes beyond int64")
        plain = [each.view(np.ndarray) if type(each) is _Sizes else each for each in inputs]
        found = getattr(ufunc, method)(*plain, **kwargs)
        if join is None:
            return found
        sizes = found.view(_Sizes)
        sizes.most = most
        return sizes


# Bounds of what comes out; any other function compares, or is a look at the values.
_JOINS: dict[Any, Callable[..., int]] = {
    np.add: add,
    np.subtract: add,
    np.multiply: mul,
    np.negative: int,
    np.floor_divide: lambda bound, _: bound + 1,
    np.remainder: max,
    np.maximum: max,
    np.minimum: max,
}


def _most(value: object) -> int:
    """A bound of the absolute values, without looking at them where one is known."""
    if type(value) is _Sizes:
        return value.most
    return value if type(value) is int and value >= 0 else _largest(value)


def _largest(value: object) -> int:
    if isinstance(value, np.ndarray):
        if value.dtype == np.bool_:
            return 1
        plain = value.view(np.ndarray)
        return max(int(plain.max()), -int(plain.min())) if plain.size else 0
    assert isinstance(value, int | np.integer | np.bool_)
    return abs(int(value))


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
        sizes = np.asarray(worked.n)
        different = np.unique(sizes)
        if len(different) > MOST_ASKED:
            raise ParameterError(
                f"sizes: a limit of {layer.origin.name} is asked size by size, so at most "
                f"{MOST_ASKED} at once: got {len(different)}"
            )
        refused = [int(n) for n in different if n >= 1 and not _takes(layer, worked, int(n))]
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
            f"sizes: {len(ranges)} ranges for {axes_word(rank)}: give one range for equal axes, "
            f"or {rank} joined by x"
        )
    total = 1
    for first, last in ranges:
        if not 1 <= first <= last:
            raise ParameterError(
                f"sizes: {first}..{last} is not a range of sizes: it starts at 1 or more and ends "
                "where it starts or after"
            )
        total *= last - first + 1
    if total > MOST_SIZES:
        raise ParameterError(f"sizes: {total} sizes are too many, at most {MOST_SIZES}")
    try:
        mask = _mask(graph, shape, ranges, np.int64)
    except OverflowError:
        most = min(MOST_EXACT, MOST_STEPS // len(graph.nodes))
        if total > most:
            raise ParameterError(
                f"sizes: sizes in this network do not fit in 64 bits, so at most {most} of them "
                f"are tried at once: got {total}"
            ) from None
        mask = _mask(graph, shape, ranges, np.object_)
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


def _mask(graph: Graph, shape: Shape, ranges: Sequence[tuple[int, int]], kind: type) -> Mask:
    """Which sizes run, as integers of a kind; raises OverflowError where int64 is too small."""
    rank = len(shape) - 2
    if kind is np.int64 and max(last for _, last in ranges) >= 2**63 - 1:
        raise OverflowError("sizes beyond int64")
    arrays: list[Any] = [np.arange(first, last + 1, dtype=kind) for first, last in ranges]
    arrays = arrays * rank if len(ranges) == 1 else list(np.ix_(*arrays))
    if kind is np.int64:
        arrays = [array.view(_Sizes) for array in arrays]
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
            except SizeError:
                return np.zeros_like(check.mask)
            shapes.append(_countable(followed.shape, check))
            if not check.mask.any():
                break
    return check.mask


def _countable(shape: Shape, check: _Many) -> Shape:
    """Sizes with more digits than any may have are taken out, and so do not grow on."""
    counted: dict[int, Any] = {}
    sizes: tuple[Any, ...] = shape
    for each in sizes:
        if isinstance(each, np.ndarray) and each.dtype == np.object_ and id(each) not in counted:
            fits = (each <= LARGEST).astype(np.bool_)
            check(fits, str)
            counted[id(each)] = each if fits.all() else np.where(fits, each, 1)
    return tuple(counted.get(id(each), each) for each in sizes)


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
        return f"{tail}; and {symbol} in {_runs(legal[legal < settled], first)}"
    return f"{symbol} in {_runs(legal, first)}"


def _period(mask: Mask) -> int | None:
    """The least period of a mask that shows it at least twice."""
    half = len(mask) // 2
    for period in range(1, min(half, 64) + 1):  # as most networks have it
        if mask[period] == mask[0] and np.array_equal(mask[period:], mask[:-period]):
            return period
    alike = _alike(mask) if half > 64 else []
    return next((p for p in range(65, half + 1) if alike[p] == len(mask) - p), None)


def _settled(mask: Mask) -> tuple[int | None, int | None]:
    """From where on a mask is periodic, with what period; it must show it three times."""
    alike = _alike(mask[::-1])
    high = int(np.flatnonzero(mask)[-1])
    best: tuple[int, int] | None = None
    for period in range(1, len(mask) // 4 + 1):
        start = len(mask) - period - alike[period]
        if len(mask) - start >= 3 * period and start <= high and (best is None or start < best[0]):
            best = start, period
    return best or (None, None)


def _alike(mask: Mask) -> list[int]:
    """For each place, how many cells from there on are those from the beginning on.

    Source: Gusfield, Algorithms on Strings, Trees and Sequences (1997), the Z algorithm.

    >>> _alike(np.array([1, 0, 1, 0, 1, 1], np.bool_))
    [6, 0, 3, 0, 1, 1]
    """
    cells = mask.tobytes()
    size = len(cells)
    found = [size] + [0] * (size - 1)
    left = right = 0  # of the match that reaches farthest
    for place in range(1, size):
        count = min(right - place, found[place - left]) if place < right else 0
        while place + count < size and cells[count] == cells[place + count]:
            count += 1
        found[place] = count
        if place + count > right:
            left, right = place, place + count
    return found


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


def _runs(places: npt.NDArray[np.intp], first: int) -> str:
    """``3, 5..9, 12`` and at most some twelve of them; place 0 is size ``first``."""
    breaks = np.flatnonzero(np.diff(places) > 1) + 1
    runs = [(int(run[0]) + first, int(run[-1]) + first) for run in np.split(places, breaks)]
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
