"""Which padding of a transposed convolution matches which padding of a convolution.

Law: ``p' = k_e-1-p``, its own inverse. With stride 1 the two operations are then the same one
(kernel rotated by 180 degrees, in/out channels swapped). With a larger stride a transposed
convolution is a convolution with stride 1 over the stretched input (its direct form), and a
convolution has a transposed partner that leads its output size back to its input size.

Naming: the article calls the *deconvolution's* padding p' and the equivalent convolution's p;
Dumoulin & Visin call the forward convolution's padding p and the *emulating* convolution's p'.
The map is the same for both, so every answer says which operation a padding belongs to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias, overload

from convcalc.derivation import Derivation, Remark, Report, Step, evaluate
from convcalc.errors import ParameterError
from convcalc.formulas import (
    EFFECTIVE_KERNEL,
    OTHER_PADDING,
    OTHER_PADDING_HIGH,
    OTHER_PADDING_LOW,
)
from convcalc.layers import Conv, Layer, TransposedConv, axes, derive, work_out
from convcalc.layers.axis import (
    Pair,
    Worked,
    check,
    check_padding,
    spread,
    write,
    write_once,
    write_one,
)
from convcalc.layers.notes import merged, sharing

TURNED = "kernel rotated by 180 degrees, in/out channels swapped"

Convolution: TypeAlias = Conv | TransposedConv


@overload
def equivalent_padding(kernel: int, padding: int, dilation: int = 1) -> int: ...
@overload
def equivalent_padding(kernel: int, padding: Pair, dilation: int = 1) -> Pair: ...
def equivalent_padding(kernel: int, padding: int | Pair, dilation: int = 1) -> int | Pair:
    """The padding of the other operation: from convolution to transposed convolution, or back.

    Formula: ``p' = k_e - 1 - p`` with ``k_e = dilation*(kernel-1)+1``, in cells of one axis; a
    pair ``(before, after)`` keeps its sides. A negative result is a crop. The map is its own
    inverse, so the direction does not matter.

    Raises ParameterError where kernel or dilation is below 1.
    Source: Dumoulin & Visin, relationships 8 to 13; iioSnail, Deconvolution detailed analysis.

    >>> equivalent_padding(kernel=3, padding=0)
    2
    >>> equivalent_padding(kernel=3, padding=(0, 1), dilation=2)
    (4, 3)
    """
    for name, value, least in (("kernel", kernel, 1), ("dilation", dilation, 1)):
        check(name, value, least)
        if isinstance(value, tuple):
            raise ParameterError(f"{name} must be one whole number, for one axis: got {value}")
    if isinstance(padding, str):
        raise ParameterError(f"padding must be a number or (before, after): got {padding!r}")
    check_padding((padding,) if isinstance(padding, tuple) else padding)
    low, high = padding if isinstance(padding, tuple) else (padding, padding)
    other, _ = _other_padding(kernel, dilation, (low, high))
    return other if isinstance(padding, tuple) else other[0]


def equivalence(layer: Layer, size: int | Sequence[int] | None = None) -> Report:
    """The equivalent padding, the direct form and, for ``size``, the transposed partner.

    Formula, per axis: ``p' = k_e-1-p``; direct form: ``s-1`` zeros between neighbours, padding
    ``(k_e-1-p_lo, k_e-1-p_hi+a)``, kernel rotated by 180 degrees, in/out channels swapped,
    stride 1; partner: ``a = (n+p_lo+p_hi-k_e) mod s``. ``layer`` is the operation that the given
    padding belongs to, ``size`` its input (spatial axes).

    Raises ParameterError where a padding name depends on a size that is not given, SizeError
    where the layer has no output. Source: Dumoulin & Visin, relationships 8 to 14.

    >>> report = equivalence(Conv(3, stride=2, padding=1), 6)
    >>> report.head["equivalent_padding"], report.head["partner"]["sizes"]
    ([[1, 1]], [[5, 6]])
    """
    if not isinstance(layer, Conv | TransposedConv):
        raise ParameterError(f"{layer.title} has no transposed counterpart: give a convolution")
    results = _results(layer, size)
    padding = _padding(layer, results)
    head: dict[str, object] = {
        "from": layer.op,
        "kernel": [result.axis.kernel for result in results],
        "stride": [result.axis.stride for result in results],
        "dilation": [result.axis.dilation for result in results],
        **padding.data,
    }
    if size is not None:
        head["input"] = [result.n for result in results]
        head["output"] = [result.output for result in results]
    pairs = _pairs(layer, results) if size is not None else None
    transposed = _transposed(layer, results, pairs)
    derivations = [padding]
    plain = all(
        (result.axis.stride, result.axis.dilation, result.output_padding) == (1, 1, 0)
        for result in results
    )
    if pairs is not None or not plain:
        derivations.append(_direct_form(layer, transposed, pairs))
        head["direct"] = derivations[-1].data
    if pairs is not None:
        derivations.append(_partner(transposed, pairs))
        head["partner"] = derivations[-1].data
    return Report(
        head,
        "derivations",
        tuple(part._replace(data={"title": part.title}) for part in derivations),
    )


class _Sizes(NamedTuple):
    """One axis of a convolution ``n -> o`` and the sizes that share ``o``; ``a`` leads back."""

    n: int
    o: int
    a: int
    least: int
    greatest: int
    steps: tuple[Step, ...]


def _results(layer: Convolution, size: int | Sequence[int] | None) -> list[Worked]:
    """Each axis with its padding as numbers; without a size, only where no size is needed."""
    if size is not None:
        return list(work_out(layer, size))
    rank = layer.rank or 1
    if isinstance(layer, Conv) and layer.padding in ("same", "same-lower"):
        strided = [axis.stride for axis in axes(layer, rank) if axis.stride > 1]
        if strided:
            raise ParameterError(
                f"size is missing: padding {layer.padding!r} with stride {strided[0]} depends on "
                "the input size: give it, or the padding as numbers"
            )
    if isinstance(layer, TransposedConv) and layer.output_size is not None:
        target = write(spread(layer.output_size, rank))
        raise ParameterError(
            f"size is missing: the padding that gives output size {target} depends on the input "
            "size: give it, or the padding as numbers"
        )
    return [layer.work_out(axis, 1) for axis in axes(layer, rank)]


def _other_padding(kernel: int, dilation: int, padding: Pair) -> tuple[Pair, tuple[Step, ...]]:
    """``p'`` of one axis, and the steps to it."""
    steps: list[Step] = []
    k_e = evaluate(EFFECTIVE_KERNEL, steps.append, dilation, kernel)
    low, high = padding
    if low == high:
        p = evaluate(OTHER_PADDING, steps.append, k_e, low)
        return (p, p), tuple(steps)
    other = (
        evaluate(OTHER_PADDING_LOW, steps.append, k_e, low),
        evaluate(OTHER_PADDING_HIGH, steps.append, k_e, high),
    )
    return other, tuple(steps)


def _padding(layer: Convolution, results: Sequence[Worked]) -> Derivation:
    """P to p': the numbers, the steps, and whose padding is whose in either naming."""
    given = [result.padding for result in results]
    others: list[Pair] = []
    axes_steps: list[tuple[Step, ...]] = []
    for result in results:
        pair, steps = _other_padding(result.axis.kernel, result.axis.dilation, result.padding)
        others.append(pair)
        axes_steps.append(steps)
    p, q = write(given), write(others)
    strided = any(result.axis.stride > 1 for result in results)
    # Whose padding is p, and whose p': the pair is always a transposed convolution and the plain
    # convolution that does its work.
    same_values = isinstance(layer, Conv) and not strided
    deconv_p, conv_p = (q, p) if same_values else (p, q)
    name = f" ({layer.padding})" if isinstance(layer.padding, str) else ""
    kernel = write_once([result.axis.kernel for result in results])
    dilation = write_once([result.axis.dilation for result in results])
    if same_values:
        facts = [
            f"convolution: p = {p}{name}; transposed convolution: p' = {q}",
            f"with stride 1 the two are one operation: {TURNED}",
        ]
    else:
        whose = "transposed convolution" if layer.op == "deconv" else "transposed partner"
        facts = [
            f"{whose}: p = {p}{name}; its direct form, a convolution with stride 1"
            + (" over the stretched input" if strided else "")
            + f": p' = {q}",
            TURNED
            + ("; without the zeros between inputs no convolution is the same" if strided else ""),
        ]
    facts += [
        f"the article (iioSnail) writes: deconvolution p' = {deconv_p}, convolution p = {conv_p}",
        f"Dumoulin & Visin write: forward p = {deconv_p}, emulating convolution p' = {conv_p}",
    ]
    return Derivation(
        title="equivalent padding",
        question=f"{layer.title}, k = {kernel}, d = {dilation}, p = {write_once(given)}{name}",
        answer=f"p' = {q}",
        axes=tuple(axes_steps),
        facts=tuple(facts),
        notes=merged(
            _crops(layer, result, pair) for result, pair in zip(results, others, strict=True)
        ),
        data={
            "padding": [list(pair) for pair in given],
            "equivalent_padding": [list(pair) for pair in others],
        },
    )


def _crops(layer: Convolution, result: Worked, other: Pair) -> Iterator[Remark]:
    """What a negative padding on either side of the map does."""
    forward = isinstance(layer, Conv)
    strided = result.axis.stride > 1
    conv, deconv = (result.padding, other) if forward and not strided else (other, result.padding)
    k_e = result.window.effective_kernel
    if forward and strided and min(result.padding) < 0:
        before, after = (max(-side, 0) for side in result.padding)
        yield Remark(
            "cropped-input",
            f"p = {write_one(result.padding)} of the given convolution is a crop of its own input: "
            f"{before} before and {after} after",
        )
    if min(conv) < 0:
        before, after = (max(-side, 0) for side in conv)
        what = "stretched input" if strided else "input"
        takes = (
            "; PyTorch's Conv refuses a negative padding, its ConvTranspose takes this one"
            if deconv[0] == deconv[1]
            else ""
        )
        yield Remark(
            "cropped-input",
            f"p = {write_one(conv)} of the convolution is a crop: {before} before and {after} "
            f"after are cut from the {what}. A transposed convolution says it with p = "
            f"{write_one(deconv)}, more than k_e-1 = {k_e - 1}{takes}",
        )
    if min(deconv) < 0:
        before, after = (max(-side, 0) for side in deconv)
        yield Remark(
            "padding-only",
            f"p = {write_one(deconv)} of the transposed convolution is negative: it adds {before} "
            f"outputs before and {after} after that see only padding, as a convolution with p = "
            f"{write_one(conv)} > k_e-1 = {k_e - 1} does. JAX and Flax take it, as the direct "
            "form's padding; PyTorch, Keras and ONNX do not. Use a convolution padding of at most "
            f"{k_e - 1}",
        )


def _pairs(layer: Convolution, results: Sequence[Worked]) -> list[_Sizes]:
    """For every axis the convolution's sizes: its input n, its output o, and what leads back."""
    pairs = []
    for result in results:
        conv = result
        if isinstance(layer, TransposedConv):
            axis = result.axis._replace(padding=result.padding, output_padding=0)
            conv = Conv(axis.kernel).work_out(axis, result.output)
        steps: list[Step] = []
        a, least, greatest = sharing(conv, steps.append)
        o = result.n if isinstance(layer, TransposedConv) else result.output
        pairs.append(_Sizes(conv.n, o, a, least, greatest, tuple(steps)))
    return pairs


def _transposed(
    layer: Convolution, results: Sequence[Worked], pairs: Sequence[_Sizes] | None
) -> TransposedConv:
    """The transposed convolution itself, or the partner of the convolution, paddings as numbers."""
    if isinstance(layer, TransposedConv) or pairs is None:
        after = tuple(result.output_padding for result in results)
    else:
        after = tuple(pair.a for pair in pairs)
    return TransposedConv(
        tuple(result.axis.kernel for result in results),
        tuple(result.axis.stride for result in results),
        tuple(result.padding for result in results),
        tuple(result.axis.dilation for result in results),
        after,
    )


def _direct_form(
    layer: Convolution, transposed: TransposedConv, pairs: Sequence[_Sizes] | None
) -> Derivation:
    """The convolution that does the work of the transposed convolution."""
    assert isinstance(transposed.kernel, tuple)
    parameters = axes(transposed, len(transposed.kernel))
    windows = [transposed.work_out(axis, 1).window for axis in parameters]
    padding = [(window.padding_low, window.padding_high) for window in windows]
    zeros = [axis.stride - 1 for axis in parameters]
    dilation = [axis.dilation for axis in parameters]
    pads = write(padding)
    if pairs is None and isinstance(layer, Conv) and any(zeros):
        pads += "; for an input size n, a = (n+2p-k_e) mod s more after"
    facts = (
        f"zeros inserted between inputs: {write(zeros)}",
        f"padding on each side (before:after where they differ): {pads}",
        TURNED,
        f"slid with stride 1, dilation {write(dilation)}",
    )
    data: dict[str, object] = {
        "zeros_inserted": zeros,
        "padding": [list(pair) for pair in padding],
        "kernel": "rotated by 180 degrees",
        "channels": "in and out swapped",
        "stride": [1 for _ in parameters],
        "dilation": dilation,
    }
    whose = "the transposed convolution" if layer.op == "deconv" else "the transposed partner"
    title = f"direct form of {whose}"
    if pairs is None:
        return Derivation(title, "a convolution with stride 1", "", facts=facts, data=data)
    derived = derive(transposed, [pair.o for pair in pairs])
    return derived._replace(
        title=title,
        facts=facts,
        data={**data, "output": derived.data["output"]},
    )


def _partner(transposed: TransposedConv, pairs: Sequence[_Sizes]) -> Derivation:
    """The convolution and the transposed convolution with the same k, s, p, d: there and back."""
    n = write([pair.n for pair in pairs])
    o = write([pair.o for pair in pairs])
    a = write([pair.a for pair in pairs])
    assert isinstance(transposed.padding, tuple)
    conv = Conv(transposed.kernel, transposed.stride, transposed.padding, transposed.dilation)
    forward = write([worked.output for worked in work_out(conv, [pair.n for pair in pairs])])
    facts = [f"convolution with these k, s, p, d: {n} -> {forward}"]
    if forward == o:
        facts += [
            f"transposed convolution with the same k, s, p, d and a = {a}: {o} -> {n}",
            f"input sizes that share o = {o}: {' x '.join(_span(pair) for pair in pairs)}",
        ]
    else:
        given = write(spread(transposed.output_padding, len(pairs)))
        facts.append(
            f"no convolution with the same k, s, p, d is its partner: {n} leads to {forward}, not "
            f"to {o}, because the output padding {given} is not smaller than the stride"
        )
    return Derivation(
        title="transposed partner",
        question=f"which output padding leads {o} to {n}?",
        answer=f"a = {a}" if forward == o else "none",
        axes=tuple(pair.steps for pair in pairs),
        facts=tuple(facts),
        data={
            "output_padding": [pair.a for pair in pairs],
            "sizes": [[pair.least, pair.greatest] for pair in pairs],
        },
    )


def _span(pair: _Sizes) -> str:
    """``6``, ``5 and 6``, ``32 to 34``."""
    if pair.least == pair.greatest:
        return str(pair.least)
    joint = "and" if pair.greatest - pair.least == 1 else "to"
    return f"{pair.least} {joint} {pair.greatest}"
