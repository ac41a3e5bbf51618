"""Convolution: a kernel slid over the padded input.

Law: a convolution's ``Window`` has ``base_dilation`` 1 and the layer's own padding.
Source: Dumoulin & Visin, relationships 1 to 6 and 15.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from convcalc.derivation import Note, Remark, evaluate
from convcalc.errors import ParameterError
from convcalc.formulas import EFFECTIVE_KERNEL
from convcalc.layers.axis import (
    Axis,
    Padding,
    PerAxis,
    Worked,
    check,
    check_common,
    rank_of,
    write_once,
)
from convcalc.layers.kind import Parameters
from convcalc.layers.origin import Origin
from convcalc.layers.padding import TOO_LARGE, resolve, too_large, wording
from convcalc.window import (
    PLAIN,
    PLAIN_EVENLY,
    STRETCHED_INPUT,
    STRETCHED_INPUT_EVENLY,
    Window,
)


@dataclass(frozen=True)
class Conv:
    """A convolution. One integer holds for every axis, a tuple gives one per axis.

    Formula, per axis: ``o = floor((n + p_lo + p_hi - k_e)/s) + 1``, ``k_e = d(k-1)+1``.
    ``padding`` is an integer, ``(p, p, ...)`` or ``((before, after), ...)`` per axis, negative
    to crop, or a name: valid, same, same-lower, half, full, causal. ``input_dilation`` puts zeros
    between inputs first, as JAX's ``lhs_dilation`` does. ``rank`` is the number of
    spatial axes; None takes it from the tuples, or else from the input.

    Raises ParameterError for a value outside its range. Source: Dumoulin & Visin, relationship 15.

    >>> import convcalc
    >>> convcalc.output_shape(Conv(kernel=3, stride=3, padding=2), 32)
    (12,)
    """

    kernel: PerAxis
    stride: PerAxis = 1
    padding: Padding = 0
    dilation: PerAxis = 1
    input_dilation: PerAxis = 1
    rank: int | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)

    op = "conv"
    title = "convolution"
    weighted = True
    transposed = False
    empty = TOO_LARGE

    def __post_init__(self) -> None:
        check_common(self.kernel, self.stride, self.dilation, self.padding)
        check("input_dilation", self.input_dilation, 1)
        if isinstance(self.padding, str) and self.padding in ("same", "same-lower"):
            dilations = self.input_dilation
            if any(b > 1 for b in (dilations if isinstance(dilations, tuple) else (dilations,))):
                raise ParameterError(
                    f"padding {self.padding!r} has no meaning for a stretched input "
                    f"(input_dilation {dilations}): give the padding as numbers"
                )
        object.__setattr__(self, "rank", rank_of(self))

    def work_out(self, axis: Axis, n: int, note: Note | None = None) -> Worked:
        """One axis on input size ``n``; ``note`` hears every step."""
        k_e = evaluate(EFFECTIVE_KERNEL, note, axis.dilation, axis.kernel)
        low, high = resolve(axis, k_e, n, note)
        words = PLAIN if note is None else wording(axis)
        if axis.input_dilation > 1:
            words = STRETCHED_INPUT_EVENLY if words is PLAIN_EVENLY else STRETCHED_INPUT
        window = Window(axis.kernel, axis.stride, low, high, axis.dilation, axis.input_dilation)
        return Worked(axis, n, (low, high), 0, window, window.output(n, note, words))

    def words(self, results: Sequence[Worked]) -> list[str]:
        """The input dilation, where there is one."""
        stretches = [result.axis.input_dilation for result in results]
        return [f"b = {write_once(stretches)}"] if max(stretches) > 1 else []

    def data(self) -> dict[str, object]:
        """Nothing beside what every layer has."""
        return {}

    def remarks(self, worked: Worked) -> Iterator[Remark]:
        """What is worth knowing of one axis."""
        from convcalc.layers.notes import of_conv

        return of_conv(worked)

    def why_empty(self, worked: Worked) -> str:
        """The kernel is larger than the padded input."""
        return too_large(worked)

    def broken(self, _axis: Axis) -> tuple[tuple[bool, str], ...]:
        """No rule: PyTorch takes every convolution that can be written."""
        return ()


def given(_op: str, parameters: Parameters) -> Conv:
    """The convolution that options say."""
    kernel, stride, padding, dilation, _, _, rank = parameters
    return Conv(kernel, 1 if stride is None else stride, padding, dilation, rank=rank)
