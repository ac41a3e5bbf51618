"""Transposed convolution: the input stretched by the stride, padded, slid over with stride 1.

Law: a transposed convolution is the ``Window`` with the stride as ``base_dilation``, stride 1
and padding ``k_e-1-p`` (and the output padding after); its closed form is only shown and checked.
Source: Dumoulin & Visin, relationships 8 to 14; PyTorch, ConvTranspose.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from convcalc.derivation import Note, Remark, evaluate
from convcalc.errors import ParameterError
from convcalc.formulas import (
    CLOSED_FORM,
    CLOSED_FORM_EVENLY,
    DIRECT_PADDING,
    DIRECT_PADDING_HIGH,
    DIRECT_PADDING_LOW,
    EFFECTIVE_KERNEL,
    FULL_PADDING,
    HALF_PADDING,
    SAME_CROP,
    SAME_OUTPUT_PADDING,
    TARGET_OUTPUT_PADDING,
    TARGET_TOTAL,
)
from convcalc.layers.axis import (
    Axis,
    Padding,
    PerAxis,
    Worked,
    check,
    check_common,
    counted,
    rank_of,
    spread,
    write_once,
)
from convcalc.layers.kind import Parameters
from convcalc.layers.origin import Origin
from convcalc.layers.padding import share
from convcalc.window import STRETCHING, STRETCHING_EVENLY, Window

TOO_MUCH = "output padding not below stride or dilation"
CONTRADICTION = "output padding contradicts the padding name"


@dataclass(frozen=True)
class TransposedConv:
    """A transposed convolution ("deconvolution"). One integer for every axis, or one per axis.

    Formula, per axis: ``o = s(n-1) + k_e - p_lo - p_hi + a``, ``k_e = d(k-1)+1``, with the output
    padding ``0 <= a < max(s, d)``. ``padding`` is the transposed convolution's own, which crops:
    an integer, ``(p, p, ...)`` or ``((before, after), ...)`` per axis, or a name: valid, half and
    full as for ``Conv``; same and same-lower crop (or pad) to ``n*s``, as Keras and ONNX do, or
    to ``output_size`` where that is given (ONNX's output_shape).
    ``rank`` is the number of spatial axes; None takes it from the tuples, or else from the input.

    Raises ParameterError for a value outside its range. Source: Dumoulin & Visin, relationship 14;
    PyTorch, ``ConvTranspose1d..3d``.

    >>> import convcalc
    >>> convcalc.output_shape(TransposedConv(kernel=3, stride=3, padding=2), (32, 32))
    (92, 92)
    """

    kernel: PerAxis
    stride: PerAxis = 1
    padding: Padding = 0
    dilation: PerAxis = 1
    output_padding: PerAxis = 0
    output_size: PerAxis | None = None
    rank: int | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)

    op = "deconv"
    title = "transposed convolution"
    weighted = True
    transposed = True
    empty = "padding crops everything away"

    def __post_init__(self) -> None:
        check_common(self.kernel, self.stride, self.dilation, self.padding)
        check("output_padding", self.output_padding, 0)
        if self.output_size is not None:
            check("output_size", self.output_size, 1)
            if self.padding not in ("same", "same-lower"):
                raise ParameterError(
                    "output_size needs padding 'same' (the larger crop after) or 'same-lower' "
                    f"(before): got padding {self.padding!r}"
                )
        rank = rank_of(self)
        object.__setattr__(self, "rank", rank)
        self._check_output_padding(rank or 1)
        if self.padding == "causal":
            raise ParameterError(
                "padding 'causal' is a convolution's: a causal transposed convolution crops the "
                "end instead; give the crop as before:after, such as 0:2 (k_e-s cells keep n*s)"
            )

    def _check_output_padding(self, rank: int) -> None:
        """PyTorch's rule: smaller than either the stride or the dilation."""
        values = (self.output_padding, self.stride, self.dilation)
        for a, s, d in zip(*(spread(value, rank) for value in values), strict=True):
            if not output_padding_fits(a, s, d):
                raise ParameterError(
                    "output_padding must be smaller than stride or dilation: "
                    f"got {a} with stride {s} and dilation {d}, allowed 0..{max(s, d) - 1}"
                )
        paddings = spread(self.output_padding, rank)
        if self.output_size is None and any(contradicts(self.padding, a) for a in paddings):
            raise ParameterError(
                f"output_padding {self.output_padding} contradicts padding {self.padding!r}, "
                "which sets the output size to n*s: leave one of them out"
            )

    def work_out(self, axis: Axis, n: int, note: Note | None = None) -> Worked:
        """One axis on input size ``n``; ``note`` hears every step."""
        k, s, d = axis.kernel, axis.stride, axis.dilation
        k_e = evaluate(EFFECTIVE_KERNEL, note, d, k)
        low, high, a = _crop(axis, k_e, n, note)
        evenly = note is not None and low == high
        words = STRETCHING
        if evenly and a == 0:
            words = STRETCHING_EVENLY
            direct_low = direct_high = evaluate(DIRECT_PADDING, note, k_e, low)
        else:
            direct_low = evaluate(DIRECT_PADDING_LOW, note, k_e, low)
            direct_high = evaluate(DIRECT_PADDING_HIGH, note, k_e, high, a)
        window = Window(k, 1, direct_low, direct_high, window_dilation=d, base_dilation=s)
        output = window.output(n, note, words)
        if note is not None:
            evaluate(CLOSED_FORM_EVENLY if evenly else CLOSED_FORM, note, s, n, k_e, low, high, a)
        return Worked(axis, n, (low, high), a, window, output)

    def words(self, results: Sequence[Worked]) -> list[str]:
        """The output padding, and the output size where that was given."""
        words = [f"a = {write_once([result.output_padding for result in results])}"]
        targets = [result.axis.output_size for result in results]
        if None not in targets:
            words.append(f"o = {write_once([size for size in targets if size is not None])}")
        return words

    def data(self) -> dict[str, object]:
        """Nothing beside what every layer has."""
        return {}

    def remarks(self, worked: Worked) -> Iterator[Remark]:
        """What is worth knowing of one axis."""
        from convcalc.layers.notes import of_transposed

        return of_transposed(worked)

    def why_empty(self, worked: Worked) -> str:
        """The padding crops everything away."""
        k_e = worked.window.effective_kernel
        values = (worked.axis.stride, worked.n, k_e, *worked.padding, worked.output_padding)
        size = evaluate(CLOSED_FORM, None, *values)
        return (
            f"the padding crops everything away: o = {CLOSED_FORM.substituted(values)} = {size}; "
            f"it needs {counted(1 - size)} of padding less, both sides together"
        )

    def broken(self, axis: Axis) -> tuple[tuple[bool, str], ...]:
        """An output padding that PyTorch refuses, or that a padding name leaves no room for."""
        a = axis.output_padding
        fits = output_padding_fits(a, axis.stride, axis.dilation)
        return (
            (contradicts(axis.padding, a), CONTRADICTION),
            (fits ^ True, TOO_MUCH),  # also of arrays
        )


def given(_op: str, parameters: Parameters) -> TransposedConv:
    """The transposed convolution that options say."""
    kernel, stride, padding, dilation, after, _, rank = parameters
    stride = 1 if stride is None else stride
    return TransposedConv(kernel, stride, padding, dilation, after, rank=rank)


def output_padding_fits(a: int, s: int, d: int) -> bool:
    """PyTorch's rule: an output padding smaller than the stride or the dilation.

    Integers, or int64 arrays that broadcast. Source: PyTorch, ``ConvTranspose1d..3d``.

    >>> output_padding_fits(1, 2, 1), output_padding_fits(2, 2, 1)
    (True, False)
    """
    return (a < s) | (a < d)


def contradicts(padding: object, a: int) -> bool:
    """Whether an output padding and a padding name both say how large the output is.

    An integer, or an int64 array of output paddings.

    >>> contradicts("same", 1), contradicts("valid", 1), contradicts("same", 0)
    (True, False, False)
    """
    return (padding in ("same", "same-lower")) & (a > 0)


def _crop(axis: Axis, k_e: int, n: int, note: Note | None) -> tuple[int, int, int]:
    """The transposed convolution's padding before and after, and its output padding."""
    name, a = axis.padding, axis.output_padding
    if not isinstance(name, str):
        return *name, a
    match name:
        case "valid":
            return 0, 0, a
        case "half":
            p = evaluate(HALF_PADDING, note, axis.kernel)
            return p, p, a
        case "full":
            p = evaluate(FULL_PADDING, note, k_e)
            return p, p, a
        case _:
            s, target = axis.stride, axis.output_size
            if target is None:
                total = evaluate(SAME_CROP, note, k_e, s)
                return *share(total, name, note), evaluate(SAME_OUTPUT_PADDING, note, total, k_e, s)
            total = evaluate(TARGET_TOTAL, note, s, n, k_e, a, target)
            low, high = share(total, name, note)
            return low, high, evaluate(TARGET_OUTPUT_PADDING, note, target, total, s, n, k_e)
