"""What is asked: pairs of input and output sizes, on every axis.

Law: from here on sizes are checked, and one number for each axis.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias, TypeVar

from convcalc.errors import ParameterError
from convcalc.layers.axis import PerAxis, check, common_rank, spread, write
from convcalc.solver.space import Pairs

Sizes: TypeAlias = tuple[int, ...]
SizePair: TypeAlias = tuple[PerAxis | None, PerAxis | None]


class Question(NamedTuple):
    """What is asked, in numbers: for each pair of sizes n and o of every axis; n may be None."""

    pairs: tuple[tuple[tuple[int | None, ...], Sizes], ...]
    rank: int

    @property
    def sized(self) -> bool:
        """Whether the input size is given."""
        return self.pairs[0][0][0] is not None

    def widened(self, rank: int) -> Question:
        """The question on as many axes as the parameters are given for."""
        if self.rank > 1 or rank == 1:
            return self
        return Question(tuple((n * rank, o * rank) for n, o in self.pairs), rank)

    def of_axis(self, axis: int) -> Pairs:
        """The sizes of one axis, each once."""
        return tuple(dict.fromkeys((n[axis], o[axis]) for n, o in self.pairs))

    @property
    def of_all(self) -> Pairs | None:
        """The sizes of all axes as those of one; None where n is asked for and would differ."""
        found = tuple(
            dict.fromkeys(pair for axis in range(self.rank) for pair in self.of_axis(axis))
        )
        return found if len(found) == 1 or found[0][0] is not None else None


def ask(size: PerAxis | None, output: PerAxis | None, pairs: Sequence[SizePair] | None) -> Question:
    """The sizes, checked and one per axis. Raises ParameterError."""
    if pairs is not None:
        if size is not None or output is not None:
            raise ParameterError("pairs and a size or output say the same thing twice: give one")
        if not pairs:
            raise ParameterError("pairs are empty: give at least one (input, output)")
    elif output is None:
        raise ParameterError(
            "the output size is missing: give it, or pairs of input and output sizes"
        )
    found = list(pairs) if pairs is not None else [(size, output)]
    rank = _rank(found)
    spreads = tuple((spread(n, rank), _known(spread(o, rank))) for n, o in found)
    outputs: dict[tuple[int | None, ...], Sizes] = {}
    for n, o in spreads:
        if n in outputs:
            raise ParameterError(
                f"pairs: the input size {write(_known(n))} is given twice, with outputs "
                f"{write(outputs[n])} and {write(o)}: give it once"
            )
        outputs[n] = o
    return Question(spreads, rank)


def _rank(pairs: Sequence[SizePair]) -> int:
    """The number of axes that all sizes agree on; each is checked."""
    counts = {}
    for number, each in enumerate(pairs, 1):
        which = f" of pair {number}" if len(pairs) > 1 else ""
        for name, value in zip(("input size", "output size"), each, strict=True):
            if value is not None:
                check(name + which, value, 1)
            if isinstance(value, tuple):
                counts[name + which] = len(value)
    return common_rank(counts) or 1


def _known(values: tuple[int | None, ...]) -> Sizes:
    return tuple(value for value in values if value is not None)


Each = TypeVar("Each")


def on_axes(values: tuple[Each, ...], rank: int) -> tuple[Each, ...]:
    """One for each axis; one alone stands for all."""
    return values * rank if len(values) == 1 else values
