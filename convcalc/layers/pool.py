"""Pooling: a window slid over the padded input, as in a convolution, with its own ceil mode.

Law: ceil mode is a longer padding after the input, never a second size equation.
Source: Dumoulin & Visin, relationship 7; PyTorch, ``pooling_output_shape``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from convcalc.derivation import Note, Remark, evaluate
from convcalc.errors import ParameterError
from convcalc.formulas import (
    CEIL_EXTRA,
    CEIL_HIGH,
    CEIL_MISSING,
    CEIL_START,
    EFFECTIVE_KERNEL,
)
from convcalc.layers.axis import (
    Axis,
    Padding,
    Pair,
    PerAxis,
    Worked,
    check_common,
    rank_of,
    spread,
    spread_padding,
)
from convcalc.layers.kind import Parameters
from convcalc.layers.origin import Origin
from convcalc.layers.padding import TOO_LARGE, resolve, too_large, wording
from convcalc.window import PLAIN, Window

OVER_HALF = "padding over half the kernel"


@dataclass(frozen=True)
class Pool:
    """A max or average pool. One integer holds for every axis, a tuple gives one per axis.

    Formula, per axis: as ``Conv``; with ``ceil`` the division rounds up, and the last window is
    dropped again where it would start past the input and the padding before it. The stride
    defaults to the kernel. ``rank`` is the number of spatial axes; None takes it from the tuples,
    or else from the input.

    Raises ParameterError for a value outside its range. Source: Dumoulin & Visin, relationship 7;
    PyTorch, ``MaxPool1d..3d``.

    >>> import convcalc
    >>> convcalc.output_shape(Pool(kernel=2, padding=1, ceil=True), 5)
    (3,)
    """

    kernel: PerAxis
    stride: PerAxis | None = None
    padding: Padding = 0
    dilation: PerAxis = 1
    ceil: bool = False
    kind: Literal["max", "avg", "lp"] = "max"
    rank: int | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)

    weighted = False
    transposed = False
    empty = TOO_LARGE

    def __post_init__(self) -> None:
        if self.stride is None:
            object.__setattr__(self, "stride", self.kernel)
        assert self.stride is not None
        check_common(self.kernel, self.stride, self.dilation, self.padding)
        if self.kind not in ("max", "avg", "lp") or not isinstance(self.ceil, bool):
            raise ParameterError(
                f"a pool's kind is max, avg or lp and ceil is True or False: got {self.kind!r}, "
                f"{self.ceil!r}"
            )
        object.__setattr__(self, "rank", rank_of(self))

    @property
    def op(self) -> str:
        """``maxpool``, ``avgpool`` or ``lppool``."""
        return f"{self.kind}pool"

    @property
    def title(self) -> str:
        """What the operation is called in an answer."""
        return {"max": "max pooling", "avg": "average pooling", "lp": "norm pooling"}[self.kind]

    def work_out(self, axis: Axis, n: int, note: Note | None = None) -> Worked:
        """One axis on input size ``n``; ``note`` hears every step."""
        k_e = evaluate(EFFECTIVE_KERNEL, note, axis.dilation, axis.kernel)
        low, high = padding = resolve(axis, k_e, n, note)
        if self.ceil:
            missing = evaluate(CEIL_MISSING, note, k_e, n, low, high, axis.stride)
            start = evaluate(CEIL_START, note, n, low, high, missing, k_e)
            extra = evaluate(CEIL_EXTRA, note, missing, start, n, low)
            high = evaluate(CEIL_HIGH, note, high, extra)
        window = Window(axis.kernel, axis.stride, low, high, axis.dilation)
        words = PLAIN if self.ceil or note is None else wording(axis)
        output = window.output(n, note, words)
        return Worked(axis, n, padding, 0, window, output)

    def words(self, _results: Sequence[Worked]) -> list[str]:
        """Ceil mode, where it is on."""
        return ["ceil mode"] if self.ceil else []

    def data(self) -> dict[str, object]:
        """Whether ceil mode is on."""
        return {"ceil": self.ceil}

    def remarks(self, worked: Worked) -> Iterator[Remark]:
        """What is worth knowing of one axis."""
        from convcalc.layers.notes import of_pool

        return of_pool(worked)

    def why_empty(self, worked: Worked) -> str:
        """The kernel is larger than the padded input."""
        return too_large(worked)

    def broken(self, axis: Axis) -> tuple[tuple[bool, str], ...]:
        """The padding over half the kernel, which PyTorch refuses."""
        over: bool = within_half(axis.kernel, axis.padding) ^ True  # also of arrays
        return ((over, OVER_HALF),)


def given(op: str, parameters: Parameters) -> Pool:
    """The pool that options say."""
    kernel, stride, padding, dilation, _, ceil, rank = parameters
    kind: Literal["max", "avg"] = "max" if op == "maxpool" else "avg"
    pool = Pool(kernel, stride, padding, dilation, ceil, kind, rank)
    check_half(pool)
    return pool


def within_half(kernel: int, padding: Pair | str) -> bool:
    """Whether PyTorch takes the padding of a pool: at most floor(k/2) on each side.

    Of the names, ``full`` and ``causal`` are only taken where they add nothing. Integers, or int64
    arrays that broadcast. Source: PyTorch 2.13, ``MaxPool1d..3d``.

    >>> within_half(2, (1, 1)), within_half(3, (0, 2)), within_half(3, "full")
    (True, False, False)
    """
    if isinstance(padding, str):
        return (kernel == 1) | (padding not in ("full", "causal"))
    low, high = padding
    return (low <= kernel // 2) & (high <= kernel // 2)


def check_half(pool: Pool) -> None:
    """PyTorch's rule, which not every framework shares: a padding of at most floor(k/2).

    Without it a window could see nothing but padding. It holds for the kernel as written, with or
    without dilation. Raises ParameterError. Source: PyTorch 2.13, ``MaxPool1d..3d``.

    >>> check_half(Pool(kernel=2, padding=1))
    """
    rank = pool.rank or 1
    for kernel, padding in zip(
        spread(pool.kernel, rank), spread_padding(pool.padding, rank), strict=True
    ):
        if within_half(kernel, padding):
            continue
        if isinstance(padding, str):
            raise ParameterError(
                f"padding {padding!r} is a convolution's: a pool's padding is at most "
                f"floor(k/2) = {kernel // 2} (kernel {kernel})"
            )
        raise ParameterError(
            f"padding of a pool must be at most floor(k/2): got {max(padding)} with kernel "
            f"{kernel}, allowed up to {kernel // 2}"
        )
