"""Which cells of its input one cell of an output reads, on one axis.

Law: every operation that moves along an axis is a ``Reach``: convolution, pool, transposed
convolution, crop, padding, upsampling and adaptive pooling differ in its numbers only.
Source: Araujo, Norris & Sim, Computing Receptive Fields of Convolutional Neural Networks (2019);
the stretched input of OpenXLA, ``window_util``.
"""

from __future__ import annotations

from functools import lru_cache
from math import gcd
from typing import NamedTuple

from convcalc.window import Window

MOST_PHASES = 1024


class Reach(NamedTuple):
    """Output cell ``q*period + r`` reads the input cells ``q*jump + t`` for ``t`` in ``taps[r]``.

    ``beyond`` says what a cell outside the input is: nothing, or another cell of it.
    """

    period: int
    jump: int
    taps: tuple[range, ...]
    beyond: str = "zeros"


# More phases than are worth a table, or a rule that is not known: sizes only.
UNKNOWN = Reach(1, 1, (range(0),), "unknown")


def whole(size: int) -> Reach:
    """Every output cell reads the whole input, as a global pool does."""
    return Reach(1, 0, (range(size),))


def shifted(low: int, beyond: str = "zeros") -> Reach:
    """Padding with ``low`` cells before the input (negative: a crop)."""
    return Reach(1, 1, (range(-low, 1 - low),), beyond)


@lru_cache(4096)
def of_window(window: Window, beyond: str = "zeros") -> Reach:
    """The reach of a window: conv, transposed conv and pool alike; UNKNOWN with too many phases.

    Formula: output ``u`` reads input ``w`` where ``b*w = s*u + d*t - p_lo`` for a tap t.

    >>> of_window(Window(3, 2, 1, 1))
    Reach(period=1, jump=2, taps=(range(-1, 2),), beyond='zeros')
    >>> of_window(Window(3, 1, 1, 1, base_dilation=2)).taps        # a deconvolution with stride 2
    (range(0, 1), range(0, 2))
    """
    s, d, b = window.stride, window.window_dilation, window.base_dilation
    low, size = window.padding_low, window.size
    if b == 1:
        return Reach(1, s, (range(-low, d * (size - 1) + 1 - low, d),), beyond)
    period = b // gcd(s, b)
    if period > MOST_PHASES:
        return UNKNOWN
    shared = gcd(d, b)
    step = b // shared
    taps = []
    for phase in range(period):
        missing = low - s * phase  # d*t = missing (mod b)
        if missing % shared:
            taps.append(range(0))
            continue
        first = missing // shared * pow(d // shared, -1, step) % step if step > 1 else 0
        count = -((first - size) // step) if first < size else 0
        start = (s * phase + d * first - low) // b
        taps.append(range(start, start + count * (d // shared), d // shared))
    return Reach(period, s * period // b, tuple(taps), beyond)


def adaptive(size: int, output: int) -> Reach:
    """An adaptive pool: output ``u`` reads floor(u*n/o) to ceil((u+1)*n/o)-1.

    >>> adaptive(7, 3).taps
    (range(0, 3), range(2, 5), range(4, 7))
    """
    shared = gcd(size, output)
    n, o = size // shared, output // shared
    if o > MOST_PHASES:
        return UNKNOWN
    return Reach(o, n, tuple(range(u * n // o, -(-(u + 1) * n // o)) for u in range(o)))


def resized(size: int, output: int, mode: str, *, corners: bool = False) -> Reach:
    """Upsampling by interpolation: nearest reads one cell, linear two, cubic four.

    A place that falls on a cell reads that cell alone. Source: PyTorch, ``interpolate``.

    >>> resized(4, 8, "nearest").taps, resized(4, 8, "linear").taps
    ((range(0, 1), range(0, 1)), (range(-1, 1), range(0, 2)))
    """
    before, after = {"nearest": (0, 0), "linear": (0, 1), "cubic": (1, 2)}[mode]
    if corners:
        n, o = (size - 1, output - 1) if output > 1 else (0, 1)
    else:
        n, o = size, output
    shared = gcd(n, o)
    n, o = n // shared, o // shared
    if o > MOST_PHASES:
        return UNKNOWN
    taps = []
    for u in range(o):
        # The place is top/bottom, in halves of a cell so that it stays an integer.
        if corners or mode == "nearest":
            top, bottom = u * n, o
        else:
            top, bottom = (2 * u + 1) * n - o, 2 * o
        cell, rest = divmod(top, bottom)
        exact = mode == "nearest" or rest == 0
        taps.append(range(cell, cell + 1) if exact else range(cell - before, cell + after + 1))
    return Reach(o, n, tuple(taps), "replicate")
