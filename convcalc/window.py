"""One axis of any windowed operation: the record and the one size equation.

Law: convolution, transposed convolution and pooling all become a ``Window`` before any size is
computed, and ``Window.output`` is the only place where an output size comes from. The record is
XLA's (``xla/window_util.cc``: DilatedBound, StridedBound): the input is stretched by
``base_dilation``, padded (a negative padding crops), and a kernel spread out by
``window_dilation`` is slid over it with ``stride``.
"""

from __future__ import annotations

from typing import NamedTuple

from convcalc.derivation import Note, evaluate
from convcalc.formulas import (
    EFFECTIVE_KERNEL,
    INPUT_STRETCHED,
    INPUT_STRETCHED_PADDED,
    INPUT_STRETCHED_PADDED_EVENLY,
    PADDED,
    PADDED_EVENLY,
    POSITIONS,
    STRETCHED,
    STRETCHED_PADDED,
    STRETCHED_PADDED_EVENLY,
    STRETCHED_POSITIONS,
    Formula,
)


class Wording(NamedTuple):
    """How an operation writes the steps of the one equation; the functions are the same.

    The ``EVENLY`` ones are for a padding that is one number for both sides. ``stretched`` is None
    where there is nothing to say about it.
    """

    stretched: Formula | None
    padded: Formula
    positions: Formula


PLAIN = Wording(None, PADDED, POSITIONS)
PLAIN_EVENLY = Wording(None, PADDED_EVENLY, POSITIONS)
STRETCHED_INPUT = Wording(INPUT_STRETCHED, INPUT_STRETCHED_PADDED, POSITIONS)
STRETCHED_INPUT_EVENLY = Wording(INPUT_STRETCHED, INPUT_STRETCHED_PADDED_EVENLY, POSITIONS)
STRETCHING = Wording(STRETCHED, STRETCHED_PADDED, STRETCHED_POSITIONS)
STRETCHING_EVENLY = Wording(STRETCHED, STRETCHED_PADDED_EVENLY, STRETCHED_POSITIONS)


class Window(NamedTuple):
    """A window operation on one axis.

    Formula: ``o = floor((stretched + padding_low + padding_high - k_e) / stride) + 1`` with
    ``stretched = base_dilation*(n-1)+1`` and ``k_e = window_dilation*(size-1)+1``; 0 where the
    kernel does not fit. All in cells of one axis; integers, or int64 arrays that broadcast.

    A plain record: the layers check what a person writes, here nothing is checked.

    Source: OpenXLA, ``window_util``.

    >>> Window(size=3, stride=3, padding_low=2, padding_high=2).output(32)
    12
    >>> Window(size=3, base_dilation=3).output(32)      # the article's deconvolution, p' = 0
    92
    """

    size: int
    stride: int = 1
    padding_low: int = 0
    padding_high: int = 0
    window_dilation: int = 1
    base_dilation: int = 1

    @property
    def effective_kernel(self) -> int:
        """Cells from the first tap of the kernel to the last: ``window_dilation*(size-1)+1``."""
        return evaluate(EFFECTIVE_KERNEL, None, self.window_dilation, self.size)

    def stretched(self, n: int) -> int:
        """Size of the input with ``base_dilation-1`` zeros between neighbours; 0 stays 0.

        >>> Window(size=3, base_dilation=3).stretched(32)
        94
        """
        return evaluate(STRETCHED, None, self.base_dilation, n)

    def padded(self, n: int) -> int:
        """Size of the stretched input after padding or cropping.

        >>> Window(size=3, padding_low=-1, padding_high=1).padded(5)
        5
        """
        return evaluate(PADDED, None, self.stretched(n), self.padding_low, self.padding_high)

    def output(self, n: int, note: Note | None = None, wording: Wording = PLAIN) -> int:
        """Output size for input size ``n``; 0 where the kernel does not fit.

        ``note`` is told of the stretching, the padding and the positions in ``wording``.
        """
        stretched = evaluate(
            wording.stretched or STRETCHED,
            note if wording.stretched else None,
            self.base_dilation,
            n,
        )
        padded = evaluate(wording.padded, note, stretched, self.padding_low, self.padding_high)
        positions = evaluate(wording.positions, note, padded, self.effective_kernel, self.stride)
        return positions * (positions > 0)
