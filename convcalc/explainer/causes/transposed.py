"""Transposed convolutions: an output padding, a size or a gradient that no layer could have made.

Law: which sizes a transposed convolution can give is asked of the layer, with the output padding
at 0 and at its largest.
"""

from __future__ import annotations

from convcalc.explainer.arithmetic import (
    Found,
    code,
    counted,
    inputs_of,
    layer_between,
    option,
    outputs,
    steps_of,
)
from convcalc.explainer.reading import Said
from convcalc.explainer.words import PARAMETERS, parameters
from convcalc.layers import Conv, TransposedConv, output_shape, work_out
from convcalc.layers.axis import write

SAMPLE = 8  # a size to show a layer on, where the message has none
ROUNDED = (
    "with stride s, s sizes of a convolution's input share an output: the output padding, 0..s-1 "
    "cells, says which of them is meant; it is no way to add cells"
)


def output_padding(said: Said) -> Found:
    """An output padding that reaches the stride (and the dilation)."""
    if said.message.framework == "onnxruntime":
        return _onnx_output_padding(said)
    asked, strides, *dilated = said.alike(
        "output_padding", "stride", *["dilation"] * ("dilation" in said.numbers)
    )
    dilations = dilated[0] if dilated else [1] * len(strides)
    if (asked[0], strides[0], dilations[0], len(asked)) == (0, 1, 1, 2):
        # PyTorch tells a 1-D layer as one with a height of 1.
        asked, strides, dilations = asked[1:], strides[1:], dilations[1:]
    keras = said.message.framework == "keras"  # which counts the stride alone
    limit = f"the stride, {code(strides)}"
    limit += "" if keras else f", or the dilation, {code(dilations)}"
    allowed = [max(s, d) - 1 for s, d in zip(strides, dilations, strict=True)]
    less = [min(a, most) for a, most in zip(asked, allowed, strict=True)]
    over = [a - b for a, b in zip(asked, less, strict=True)]
    larger = [max(s, a + 1) for s, a in zip(strides, asked, strict=True)]
    layer = TransposedConv(3, tuple(strides), 0, tuple(dilations), tuple(less))
    sizes = [SAMPLE] * len(strides)
    where = " on that axis" if len(set(over)) > 1 else ""
    repairs = [f"output_padding={code(less)}: {counted(max(over))} less than asked for{where}"]
    if set(dilations) == {1}:
        wider = TransposedConv(tuple(3 + c for c in over), tuple(strides), 0, 1, tuple(less))
        repairs.append(
            f"kernel_size larger by {code(over)} and output_padding={code(less)}: the size that "
            f"was asked for (a kernel of {code([3 + c for c in over])} makes "
            f"{write(output_shape(wider, sizes))} of {write(sizes)}, one of 3 "
            f"{write(output_shape(layer, sizes))})"
        )
    stride = PARAMETERS[said.message.framework][1]
    repairs.append(f"{stride}={code(larger)}: then output_padding={code(asked)} is allowed")
    return Found(
        f"output_padding is {code(asked)}, but must be smaller than {limit}: allowed is "
        f"0..{code(allowed)}",
        (ROUNDED,),
        tuple(repairs),
        steps_of(layer, sizes),
        (
            (
                f"convcalc out --op deconv --k 3 --s {option(strides)} --d {option(dilations)} "
                f"--a {option(less)} --n {write(sizes)}"
            ),
        ),
    )


def _onnx_output_padding(said: Said) -> Found:
    a = said.number("output_padding")
    if "limit" in said.numbers:
        most = said.number("limit") - 1
        limit = f"the stride or the dilation of axis {said.number('axis')}"
    else:  # said where the dilation is larger than the stride, which then does not help
        most = said.number("stride") - 1
        limit = "the stride"
    return Found(
        f"output_padding is {a}, but must be smaller than {limit}: allowed is 0..{most}",
        (ROUNDED,),
        (
            f"output_padding=[{most}]: {counted(a - most)} less than asked for",
            f"strides=[{a + 1}]: then output_padding=[{a}] is allowed",
        ),
        steps_of(TransposedConv(3, most + 1, 0, 1, most), [SAMPLE]),
        (f"convcalc out --op deconv --k 3 --s {most + 1} --a {most} --n {SAMPLE}",),
    )


def output_size(said: Said) -> Found:
    """A requested output size that the layer cannot give; what it can give is told."""
    asked, sizes, least, greatest = said.alike("output", "input", "least", "greatest")
    strides = [high - low + 1 for low, high in zip(least, greatest, strict=True)]
    nearest = [min(max(o, low), high) for o, low, high in zip(asked, least, greatest, strict=True)]
    example = _example(sizes, least, strides)
    repairs = [f"output_size={tuple(nearest)}, the nearest that this layer can give"]
    if example is not None:
        inputs = output_shape(_backwards(example), tuple(asked))
        repairs.append(f"an input of {write(inputs)}: of it this layer can make {write(asked)}")
    for n, o, s in dict.fromkeys(zip(sizes, asked, strides, strict=True)):
        best = layer_between(n, o, op="deconv", stride=s)
        if best is not None:
            repairs.append(f"a layer that makes {o} of {n}: {parameters('pytorch', best)}")
    return Found(
        f"of {write(sizes)} this layer makes {write(least)} to {write(greatest)}, not "
        f"{write(asked)}",
        (ROUNDED,),
        tuple(repairs),
        steps_of(example, sizes) if example is not None else (),
        (
            (
                f"convcalc solve --n {write(sizes)} --out {write(asked)} --op deconv "
                f"--s {option(strides)}"
            ),
        ),
    )


def _example(sizes: list[int], least: list[int], strides: list[int]) -> TransposedConv | None:
    """A layer that gives ``least``: only its k_e-2p matters to sizes, a small kernel will do."""
    for kernel in (3, 2, 4):
        whole = output_shape(TransposedConv(kernel, tuple(strides)), sizes)
        twice = [o - low for o, low in zip(whole, least, strict=True)]
        if all(p >= 0 and p % 2 == 0 for p in twice):
            return TransposedConv(kernel, tuple(strides), tuple(p // 2 for p in twice))
    return None


def _backwards(layer: TransposedConv) -> Conv:
    """The convolution that the layer transposes: it leads from its outputs to its inputs."""
    return Conv(layer.kernel, layer.stride, layer.padding)


def output_shape_of_node(said: Said) -> Found:
    """ONNX's output_shape, which may crop what the layer makes but not add to it."""
    n, k, s = said.number("got"), said.number("kernel"), said.number("stride")
    d, asked, needed = said.number("dilation"), said.number("output"), said.number("expected")
    (least,) = output_shape(TransposedConv(k, s, 0, d), n)
    (greatest,) = output_shape(TransposedConv(k, s, 0, d, max(s, d) - 1), n)
    repairs = [f"output_shape=[{min(asked, greatest)}], the largest that it can give"]
    repairs.append(f"an input of {needed} instead of {n}")
    best = layer_between(n, asked, op="deconv", stride=s)
    if best is not None:
        repairs.append(f"a node that makes {asked} of {n}: {parameters('onnxruntime', best)}")
    return Found(
        f"output_shape asks for {asked}, but of {n} the node makes {least}, or {greatest} with the "
        "largest output padding",
        ("output_shape sets the pads: it can crop what s*(n-1)+k_e gives, not add cells",),
        tuple(repairs),
        steps_of(TransposedConv(k, s, 0, d), [n]),
        (f"convcalc solve --n {n} --out {asked} --op deconv --s {s}",),
    )


def out_backprop(said: Said) -> Found:
    """TensorFlow runs a transposed convolution as a gradient: the sizes must lead back."""
    asked, k, s, d = (said.number(name) for name in ("input", "kernel", "stride", "dilation"))
    n, computed = said.number("actual"), said.number("computed")
    made = {name: outputs(Conv(k, s, name, d), [asked])[0] for name in ("same", "valid")}
    names = [name for name, output in made.items() if output == computed]
    ranges = [(name, *found) for name in names if (found := _leads_back(n, k, s, name))]
    repairs = []
    for name, low, high in ranges:
        near = min(max(asked, low), high)
        repairs.append(
            f"{near} instead of {asked} on that axis of output_shape: with padding '{name}' "
            f"{low}..{high} lead back to {n}"
        )
        if name == "same":
            whole = output_shape(TransposedConv(k, s, "same"), n)[0]
            repairs.append(f"no output_padding in Conv2DTranspose: 'same' then gives n*s = {whole}")
    example = Conv(k, s, names[0] if names else 0, d)
    return Found(
        f"{asked} is not an output that leads back to an input of {n}: the convolution that this "
        f"one transposes makes {computed} of {asked}",
        (
            (
                "TensorFlow runs a transposed convolution as the gradient of a convolution, whose "
                "output is the input here"
            ),
            (
                f"it tells the first axis that is wrong, axis {said.number('axis')} of the "
                "shape; the "
                "others may be as well"
            ),
        ),
        tuple(repairs),
        steps_of(example, [asked]),
        (
            f"convcalc out --op conv --k {k} --s {s} --d {d} --p {example.padding} --n {asked}",
            f"convcalc solve --n {n} --out {asked} --op deconv --k {k}",
        ),
    )


def _leads_back(n: int, k: int, s: int, name: str) -> tuple[int, int] | None:
    """The sizes of which a convolution makes ``n``: with "same" those up to n*s, at most s."""
    if name == "valid":
        return inputs_of(n, k, s)
    same = Conv(k, s, "same")
    (greatest,) = output_shape(TransposedConv(k, s, "same"), n)
    least = greatest - s + 1
    leads = {output_shape(same, least), output_shape(same, greatest)} == {(n,)}
    return (least, greatest) if leads else None


def strides_with_dilation(said: Said) -> Found:
    """Keras takes a stride or a dilation, not both."""
    strides, dilations = said.alike("stride", "dilation")
    rank = len(strides)
    sizes = [max(4 * SAMPLE, 4 * max(dilations))] * rank  # 3 taps reach over 2*d+1 cells
    both = Conv(3, tuple(strides), 0, tuple(dilations))
    dense = Conv(3, 1, 0, tuple(dilations))
    reach = [worked.window.effective_kernel for worked in work_out(both, sizes)]
    taken = ", ".join([":", *(f"::{s}" for s in strides), ":"])
    return Found(
        f"Keras takes strides={code(strides)} or dilation_rate={code(dilations)}, not both in one "
        "layer",
        ("PyTorch, jax.lax and ONNX take both",),
        (
            (
                f"strides=1, then y[{taken}]: with padding='valid' the same values (a kernel of "
                "3 makes "
                f"{write(output_shape(dense, sizes))} of {write(sizes)}, of which "
                f"{write(output_shape(both, sizes))} are taken)"
            ),
            (
                f"dilation_rate=1 with a kernel of the same reach, {write(reach)} for 3: the same "
                f"size, {write(output_shape(Conv(tuple(reach), tuple(strides)), sizes))}, other "
                "weights"
            ),
        ),
        steps_of(both, sizes),
        (
            (
                f"convcalc out --op conv --k 3 --s {option(strides)} --d {option(dilations)} "
                f"--n {write(sizes)}"
            ),
            (
                f'convcalc port "nn.Conv{rank}d(3, 8, 3, stride={code(strides)}, '
                f'dilation={code(dilations)})" --to keras --n {write(sizes)}'
            ),
        ),
    )
