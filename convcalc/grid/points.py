"""The sweep: the sizes of all combinations of the values of each parameter.

Law: rows are counted before any is made. A row's number says its values (n, k, s, p, d, a; the
last varies fastest), so nothing but one piece of them is ever in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, product
from math import prod
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from convcalc.errors import ParameterError
from convcalc.grid.interval import LARGEST, Interval, as_interval
from convcalc.grid.where import Condition
from convcalc.layers import Layer, TransposedConv
from convcalc.layers.axis import Axis, Pair
from convcalc.layers.kind import KINDS, Parameters, made
from convcalc.layers.padding import TOO_LARGE
from convcalc.layers.pool import OVER_HALF
from convcalc.layers.transposed import CONTRADICTION, TOO_MUCH

Array: TypeAlias = npt.NDArray[Any]
Value: TypeAlias = int | str | Pair
Side: TypeAlias = Any  # a parameter's values: an array, or an interval to look ahead
Values: TypeAlias = range | tuple[Value, ...]
Told: TypeAlias = Callable[[int], object]  # hears how many rows were worked out

PARAMETERS = ("n", "k", "s", "p", "d", "a")
COLUMNS = ("n", "k", "s", "p_lo", "p_hi", "d", "a", "k_e", "out")
# Why a row has no output, in the layers' words; the number in the column ``why`` counts here.
WHY = ("", TOO_LARGE, TransposedConv.empty, TOO_MUCH, CONTRADICTION, OVER_HALF)

MOST_AT_ONCE = 10**7  # rows in memory
PIECE = 2**16  # rows; what a processor's cache holds


class Piece(NamedTuple):
    """Some rows that follow each other: the arrays of their columns, which broadcast to ``shape``.

    ``places`` are the values of each parameter in this piece, as slices of all its values: one
    value before the parameter ``along``, some of its, and all after it. ``why`` counts in WHY;
    ``kept`` is None where no condition leaves rows out.
    """

    along: int
    places: tuple[slice, ...]
    shape: tuple[int, ...]
    columns: Mapping[str, Array]
    kept: Array | None

    def column(self, name: str) -> Array:
        """One column, a number for every row that is kept."""
        whole = np.broadcast_to(self.columns[name], self.shape)
        return whole.ravel() if self.kept is None else whole[self.kept]

    @property
    def rows(self) -> int:
        """How many rows are kept."""
        return prod(self.shape) if self.kept is None else int(np.count_nonzero(self.kept))


@dataclass(frozen=True)
class Sweep:
    """Every combination of ``values``, and what comes out of each; made by ``sweep``.

    ``values`` has each of n, k, s, p, d, a in this order; s is empty where a pool's stride is its
    kernel.

    >>> from convcalc.grid import sweep
    >>> sweep(size=range(1, 6), kernel=3).total
    5
    """

    op: str
    values: Mapping[str, Values]
    ceil: bool = False
    where: Condition | None = None

    @cached_property
    def layer(self) -> Layer:
        """The operation; its own values mean nothing, the axes have them."""
        return made(self.op, Parameters(1, ceil=self.ceil))

    @cached_property
    def lengths(self) -> tuple[int, ...]:
        """How many values each parameter has; one where the stride is the kernel."""
        return tuple(count(values) or 1 for values in self.values.values())

    @property
    def total(self) -> int:
        """How many combinations there are, kept or not."""
        return prod(self.lengths)

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters that the operation has: output padding is a transposed convolution's."""
        return PARAMETERS if "output_padding" in KINDS[self.op].takes else PARAMETERS[:-1]

    @property
    def free(self) -> tuple[str, ...]:
        """The parameters with more than one value.

        >>> import convcalc
        >>> convcalc.sweep(size=range(1, 9), kernel=[3, 5], stride=2).free
        ('n', 'k')
        """
        return tuple(
            name for name, length in zip(PARAMETERS, self.lengths, strict=True) if length > 1
        )

    @cached_property
    def intervals(self) -> dict[str, Interval]:
        """Between what every column lies, and the largest magnitude on the way to it."""
        found: dict[str, Interval] = {}
        sides = {name: interval(self.values[name]) for name in "nksda" if self.values[name]}
        sides.setdefault("s", sides["k"])
        for named, run in runs(self.values["p"]):
            padding: Side = named or _sides(run, interval)
            for name, value in self._work_out(sides, padding).items():
                between = as_interval(value)
                found[name] = found[name].joined(between) if name in found else between
        found["p"] = found["p_lo"]
        return found

    @cached_property
    def exact(self) -> bool:
        """Whether some number may pass int64, so that Python's integers have to do the work."""
        return self.greatest > LARGEST

    @property
    def greatest(self) -> int:
        """No number on the way to any answer is larger than this."""
        most = max(interval.most for interval in self.intervals.values())
        return most if self.where is None else max(most, self.where.greatest(self.intervals))

    def pieces(self, rows: int = PIECE) -> Iterator[Piece]:
        """All rows in order, at most ``rows`` at a time.

        >>> import convcalc
        >>> pieces = convcalc.sweep(size=range(4, 8), kernel=[1, 3, 9], stride=2).pieces(rows=6)
        >>> for piece in pieces:
        ...     print(*(piece.column(name).tolist() for name in ("n", "k", "out", "why")))
        [4, 4, 4, 5, 5, 5] [1, 3, 9, 1, 3, 9] [2, 1, 0, 3, 2, 0] [0, 0, 1, 0, 0, 1]
        [6, 6, 6, 7, 7, 7] [1, 3, 9, 1, 3, 9] [3, 2, 0, 4, 3, 0] [0, 0, 1, 0, 0, 1]
        """
        axis, inner = len(PARAMETERS) - 1, 1
        while axis and inner * self.lengths[axis] <= rows:
            inner *= self.lengths[axis]
            axis -= 1
        length = self.lengths[axis]
        parts = -(-length // max(rows // inner, 1))
        step = -(-length // parts)
        whole = [slice(0, length) for length in self.lengths[axis + 1 :]]
        for outer in product(*map(range, self.lengths[:axis])):
            before = [slice(place, place + 1) for place in outer]
            for first in range(0, length, step):
                part = slice(first, min(first + step, length))
                yield self._piece(axis, (*before, part, *whole))

    def columns(self) -> dict[str, Array]:
        """Every row at once: n, k, s, p_lo, p_hi, d, a, k_e, out (0: nothing comes out) and why.

        int64 arrays, or arrays of Python integers where int64 is too small; ``why`` counts in WHY.
        Raises ParameterError for more than 10^7 rows, which ``pieces`` gives one after the other.

        >>> import convcalc
        >>> convcalc.sweep(size=[5, 6], kernel=3, padding=[0, "same"]).columns()["out"].tolist()
        [3, 5, 4, 6]
        """
        if self.total > MOST_AT_ONCE:
            raise ParameterError(
                f"{self.total} rows are too many to hold at once: at most {MOST_AT_ONCE}; take "
                "them from pieces()"
            )
        pieces = list(self.pieces())
        return {
            name: np.concatenate([piece.column(name) for piece in pieces])
            for name in (*COLUMNS, "why")
        }

    def _piece(self, along: int, places: tuple[slice, ...]) -> Piece:
        taken = {
            name: values[place]
            for (name, values), place in zip(self.values.items(), places, strict=True)
        }
        sides: dict[str, Any] = {
            name: self._array(values, PARAMETERS.index(name))
            for name, values in taken.items()
            if name != "p" and values
        }
        sides.setdefault("s", sides["k"])
        parts = []
        for named, run in runs(taken["p"]):
            padding: Side = named or _sides(run, lambda values: self._array(values, 3))
            parts.append((self._marked(self._work_out(sides, padding), padding), len(run)))
        columns = parts[0][0] if len(parts) == 1 else _joined(parts)
        columns["p"] = columns["p_lo"]
        shape = tuple(place.stop - place.start for place in places)
        kept = None
        if self.where is not None:
            kept = np.broadcast_to(self.where.holds(columns), shape)
        return Piece(along, places, shape, columns, kept)

    def _array(self, values: Sequence[Any], axis: int) -> Array:
        """The values along one axis of six."""
        if isinstance(values, range) and not self.exact:
            found: Array = np.arange(values.start, values.stop, values.step, dtype=np.int64)
        else:
            found = np.array(list(values), object if self.exact else np.int64)
        return found.reshape([-1 if place == axis else 1 for place in range(len(PARAMETERS))])

    def _work_out(self, sides: Mapping[str, Any], padding: Side) -> dict[str, Any]:
        """The columns, of arrays or of intervals: the layer itself works them out."""
        axis = Axis(sides["k"], sides["s"], padding, sides["d"], sides["a"])
        worked = self.layer.work_out(axis, sides["n"])
        low, high = worked.padding
        return {
            **sides,
            "p_lo": low,
            "p_hi": high,
            "k_e": worked.window.effective_kernel,
            "out": worked.output,
        }

    def _marked(self, columns: dict[str, Any], padding: Side) -> dict[str, Array]:
        """The columns with ``why``, and nothing coming out where a rule of the layer is broken."""
        k, s, d, a = (columns[name] for name in "ksda")
        why = np.less(columns["out"], 1).astype(np.uint8)
        why *= WHY.index(self.layer.empty)
        for where, reason in self.layer.broken(Axis(k, s, padding, d, a)):
            if np.any(where):
                columns["out"] = np.where(where, 0, columns["out"])
                why = np.where(where, np.uint8(WHY.index(reason)), why)
        # Where int64 is too small a condition's numbers may be as well, so no column stays int64.
        kind = object if self.exact else None
        found = {name: np.asarray(column, kind) for name, column in columns.items()}
        return {**found, "why": why}


def count(values: Values) -> int:
    """How many values there are, also where ``len`` gives up.

    >>> count(range(1, 10**30, 3))
    333333333333333333333333333333
    """
    if isinstance(values, range):
        return max(-((values.start - values.stop) // values.step), 0)
    return len(values)


def runs(paddings: Values) -> Iterator[tuple[str, Values]]:
    """The paddings in order, numbers together and each name by itself; the name, if it is one."""
    if isinstance(paddings, range):
        yield "", paddings
        return
    for named, run in groupby(paddings, lambda value: value if isinstance(value, str) else ""):
        yield str(named), tuple(run)


def _sides(run: Values, made: Callable[[Sequence[Any]], Any]) -> tuple[Any, Any]:
    """What is ``made`` of the paddings before, and of those after."""
    if isinstance(run, range) or all(isinstance(value, int) for value in run):
        both = made(run)
        return both, both
    pairs = [value if isinstance(value, tuple) else (value, value) for value in run]
    return made([low for low, _ in pairs]), made([high for _, high in pairs])


def interval(values: Sequence[Any]) -> Interval:
    """From the least to the greatest of some integers."""
    if isinstance(values, range):
        return Interval.over(values[0], values[-1])
    return Interval.over(min(values), max(values))


def _joined(worked: Sequence[tuple[dict[str, Array], int]]) -> dict[str, Array]:
    """The columns of several runs of paddings, one run after the other along that axis."""
    along = PARAMETERS.index("p")
    found = dict(worked[0][0])
    for name in ("p_lo", "p_hi", "out", "why"):
        parts = []
        for columns, length in worked:
            shape = list(np.broadcast_shapes(*(column.shape for column in columns.values())))
            shape[along] = length
            parts.append(np.broadcast_to(columns[name], shape))
        found[name] = np.concatenate(parts, axis=along)
    return found
