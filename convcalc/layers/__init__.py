"""The layers that a person writes down, and the questions that every layer answers.

Law: a kind of layer is one file here and one line in ``kind.KINDS``. What differs from kind to
kind is said by the kind's own file; here stands what is the same for all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convcalc.derivation import Derivation, Note, Report, Step
from convcalc.errors import ParameterError, SizeError
from convcalc.layers.axis import (
    Axis,
    Worked,
    spread,
    spread_padding,
    spread_size,
    write,
    write_once,
)
from convcalc.layers.conv import Conv
from convcalc.layers.kind import Layer
from convcalc.layers.pool import Pool
from convcalc.layers.transposed import TransposedConv

__all__ = [
    "Conv",
    "Layer",
    "Pool",
    "TransposedConv",
    "answer",
    "axes",
    "derive",
    "output_shape",
    "work_out",
]


def axes(layer: Layer, rank: int) -> tuple[Axis, ...]:
    """The layer's parameters, one record for each of its ``rank`` axes.

    >>> axes(Conv(kernel=(3, 5), padding=1), 2)[1]
    Axis(kernel=5, stride=1, padding=(1, 1), dilation=1, output_padding=0, input_dilation=1, \
output_size=None)
    """
    assert layer.stride is not None  # a pool's is its kernel
    return tuple(
        map(
            Axis,
            spread(layer.kernel, rank),
            spread(layer.stride, rank),
            spread_padding(layer.padding, rank),
            spread(layer.dilation, rank),
            spread(getattr(layer, "output_padding", 0), rank),
            spread(getattr(layer, "input_dilation", 1), rank),
            spread(getattr(layer, "output_size", None), rank),
        )
    )


def work_out(layer: Layer, size: int | Sequence[int], note: Note | None = None) -> Iterator[Worked]:
    """Each axis' window and output size, one after the other; ``note`` hears every step.

    Raises SizeError where the input size has another number of axes or leaves no output.
    """
    sizes = spread_size(size, layer.rank)
    for number, (axis, n) in enumerate(zip(axes(layer, len(sizes)), sizes, strict=True), start=1):
        worked = layer.work_out(axis, n, note)
        if worked.output < 1:
            where = f" on axis {number}" if len(sizes) > 1 else ""
            raise SizeError(f"{layer.title}{where}: {layer.why_empty(worked)}")
        for limit in layer.origin.limits if layer.origin else ():
            limit(worked)
        yield worked


def output_shape(layer: Layer, size: int | Sequence[int]) -> tuple[int, ...]:
    """The output size of every spatial axis, for an input of ``size`` (spatial axes only).

    Formula, per axis: ``o = floor((n + p_lo + p_hi - k_e)/s) + 1``; for a transposed convolution
    ``o = s(n-1) + k_e - p_lo - p_hi + a``. One number stands for every axis of the layer.

    Raises SizeError (a ConvcalcError) where the axes do not agree or nothing comes out.
    Source: Dumoulin & Visin, relationships 14 and 15.

    >>> output_shape(TransposedConv(kernel=3, stride=3, padding=2), (32, 32))
    (92, 92)
    >>> output_shape(Conv(kernel=5), 3)
    Traceback (most recent call last):
      ...
    convcalc.errors.SizeError: convolution: the kernel is larger than the padded input: k_e = 5 \
against n_p = 3+0+0 = 3; it needs an input of at least 5, or 2 more cells of padding
    """
    return tuple(result.output for result in work_out(layer, size))


def derive(layer: Layer, size: int | Sequence[int]) -> Derivation:
    """The whole answer: output size, every step on every axis, and the remarks.

    Formula, units, errors and sources as ``output_shape``; each step carries its own.

    >>> derivation = derive(TransposedConv(kernel=3, stride=3, padding=2), 32)
    >>> derivation.answer
    '32 -> 92'
    >>> for step in derivation.axes[0]:
    ...     print(f"{step.formula.symbol} = {step.substituted} = {step.value}")
    k_e = 1*(3-1)+1 = 3
    p' = 3-1-2 = 0
    n_s = 3*(32-1)+1 = 94
    n_p = 94+2*0 = 94
    o = 94-3+1 = 92
    o = 3*(32-1)+3-2*2+0 = 92
    """
    from convcalc.layers.notes import merged

    steps: list[Step] = []
    results: list[Worked] = []
    steps_of_axes: list[tuple[Step, ...]] = []
    for result in work_out(layer, size, steps.append):
        results.append(result)
        steps_of_axes.append(tuple(steps))
        steps.clear()
    return Derivation(
        title=layer.title,
        question=_question(layer, results),
        answer=f"{write([result.n for result in results])} -> "
        + write([result.output for result in results]),
        axes=tuple(steps_of_axes),
        notes=merged(layer.remarks(result) for result in results),
        data=_data(layer, results),
    )


def answer(layers: Sequence[Layer], size: int | Sequence[int]) -> Report:
    """The derivations of several layers on the same input, as one report.

    Formulas, shapes, errors and sources as ``derive``; without a layer, ParameterError.

    >>> report = answer([Conv(3, 3, 2), TransposedConv(3, 3, 2)], 32)
    >>> [part.answer for part in report.derivations]
    ['32 -> 12', '32 -> 92']
    """
    if not layers:
        raise ParameterError("no layer was given: give at least one")
    derivations = tuple(derive(layer, size) for layer in layers)
    return Report({"input": list(spread_size(size, layers[0].rank))}, "layers", derivations)


def _question(layer: Layer, results: Sequence[Worked]) -> str:
    """The parameters as a person writes them down before calculating."""
    words = {
        "n": write([result.n for result in results]),
        "k": write_once([result.axis.kernel for result in results]),
        "s": write_once([result.axis.stride for result in results]),
        "p": write_once([result.axis.padding for result in results]),
        "d": write_once([result.axis.dilation for result in results]),
    }
    parts = [f"{symbol} = {values}" for symbol, values in words.items()]
    return ", ".join(parts + layer.words(results))


def _data(layer: Layer, results: Sequence[Worked]) -> dict[str, object]:
    """The answer for machines; paddings as numbers, as the layer's own operation counts them."""
    named = {"padding_name": layer.padding} if isinstance(layer.padding, str) else {}
    return {
        "op": layer.op,
        "kernel": [result.axis.kernel for result in results],
        "stride": [result.axis.stride for result in results],
        "padding": [list(result.padding) for result in results],
        "dilation": [result.axis.dilation for result in results],
        "output_padding": [result.output_padding for result in results],
        **layer.data(),
        **named,
        "output": [result.output for result in results],
    }
