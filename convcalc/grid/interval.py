"""How large the numbers of a sweep can get, found before any array is made.

Law: an ``Interval`` goes through the same formulas as an integer or an array would, and remembers
the largest magnitude that it met on its way; nothing is estimated by a formula of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

LARGEST = 2**63 - 1  # an int64 array holds no more


@dataclass(frozen=True, slots=True)
class Interval:
    """Every integer from ``low`` to ``high``; ``most`` is the largest magnitude on the way here.

    A comparison is 0 or 1, so its interval is 0..1. The result of an operation holds every result
    of that operation on members; it may be wider where a symbol stands twice in a formula.

    >>> from convcalc.formulas import EFFECTIVE_KERNEL
    >>> EFFECTIVE_KERNEL.function(Interval.over(1, 2), Interval.over(3, 5))
    Interval(low=3, high=9, most=9)
    """

    low: int
    high: int
    most: int

    @staticmethod
    def over(low: int, high: int) -> Interval:
        """From ``low`` to ``high``, with nothing met before."""
        return Interval(low, high, max(abs(low), abs(high)))

    def joined(self, other: Interval) -> Interval:
        """The smallest interval that holds both.

        >>> Interval.over(1, 2).joined(Interval.over(5, 6))
        Interval(low=1, high=6, most=6)
        """
        return Interval(
            min(self.low, other.low), max(self.high, other.high), max(self.most, other.most)
        )

    def __add__(self, other: int | Interval) -> Interval:
        return _met(self, other, lambda a, b: a + b)

    def __sub__(self, other: int | Interval) -> Interval:
        return _met(self, other, lambda a, b: a - b)

    def __mul__(self, other: int | Interval) -> Interval:
        return _met(self, other, lambda a, b: a * b)

    def __floordiv__(self, other: int | Interval) -> Interval:
        divisor = as_interval(other)
        if divisor.low > 0:
            return _met(self, other, lambda a, b: a // b)
        reach = max(abs(self.low), abs(self.high))  # no divisor makes a whole number larger
        return Interval(-reach, reach, max(self.most, divisor.most))

    def __mod__(self, other: int | Interval) -> Interval:
        divisor = as_interval(other)
        most = max(self.most, divisor.most)
        return Interval(min(divisor.low + 1, 0), max(divisor.high - 1, 0), most)

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low, self.most)

    def __radd__(self, other: int | Interval) -> Interval:
        return as_interval(other) + self

    def __rsub__(self, other: int | Interval) -> Interval:
        return as_interval(other) - self

    def __rmul__(self, other: int | Interval) -> Interval:
        return as_interval(other) * self

    def __rfloordiv__(self, other: int | Interval) -> Interval:
        return as_interval(other) // self

    def __rmod__(self, other: int | Interval) -> Interval:
        return as_interval(other) % self

    def __lt__(self, other: int | Interval) -> Interval:
        return _compared(self, other)

    def __gt__(self, other: int | Interval) -> Interval:
        return _compared(self, other)


def as_interval(value: int | Interval) -> Interval:
    """A number as the interval that holds it alone."""
    return value if isinstance(value, Interval) else Interval.over(value, value)


def _met(left: Interval, right: int | Interval, operation: Callable[[int, int], int]) -> Interval:
    """The results at the corners: each operation here is monotone in each of its operands."""
    right = as_interval(right)
    corners = [operation(a, b) for a, b in product((left.low, left.high), (right.low, right.high))]
    low, high = min(corners), max(corners)
    return Interval(low, high, max(left.most, right.most, abs(low), abs(high)))


def _compared(left: Interval, right: int | Interval) -> Interval:
    return Interval(0, 1, max(left.most, as_interval(right).most, 1))
