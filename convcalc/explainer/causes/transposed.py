"""Transposed convolutions: an output padding, a size or a gradient that no layer could have made.

Law: which sizes a transposed convolution can give is asked of the layer, with the output padding
at 0 and at its largest.
"""

from __future__ import annotations

from convcalc.explainer.arithmetic import Found, code, counted, inputs_of, steps_of
from convcalc.explainer.reading import Said
from convcalc.layers import Conv, TransposedConv, output_shape
from convcalc.layers.axis import spread, write
from convcalc.layers.transposed import TransposedConv as Layer

ROUNDED = (
    "the s input sizes of a convolution with stride s that share an output are told apart by the "
    "output padding, 0..s-1 cells; it is no way to add cells"
)


def output_padding(said: Said) -> Found:
    """An output padding that reaches the stride (and the dilation)."""
    if said.message.framework == "onnxruntime":
        return _onnx_output_padding(said)
    asked, strides = said.shape("output_padding"), said.shape("stride")
    dilations = said.shape("dilation") if "dilation" in said.numbers else [1] * len(strides)
    # Keras counts the stride alone; both frameworks want the padding below that limit.
    allowed = [max(s, d) - 1 for s, d in zip(strides, dilations, strict=True)]
    less = [min(a, most) for a, most in zip(asked, allowed, strict=True)]
    over = [a - b for a, b in zip(asked, less, strict=True)]
    keras = said.message.framework == "keras"
    limit = "the stride" if keras else "the stride or the dilation"
    stride = "strides" if keras else "stride"
    larger = [max(s, a + 1) for s, a in zip(strides, asked, strict=True)]
    layer = Layer(3, tuple(strides), 0, tuple(dilations), tuple(less))
    wider = Layer(tuple(3 + c for c in over), tuple(strides), 0, 1, tuple(less))
    sample = [8] * len(strides)
    repairs = [
        f"output_padding={code(less)}: {counted(max(over))} less than asked for"
        + (" on that axis" if len(set(over)) > 1 else ""),
    ]
    if set(dilations) == {1}:
        repairs.append(
            f"kernel_size larger by {code(over)} with output_padding={code(less)}: the size that "
            f"was asked for (of 8, with a kernel of 3, {write(output_shape(layer, sample))} "
            f"becomes {write(output_shape(wider, sample))})"
        )
    repairs.append(f"{stride}={code(larger)}: then output_padding={code(asked)} is allowed")
    reasons = [ROUNDED]
    if len(asked) == 2 and strides[0] == dilations[0] == 1 and asked[0] == 0 and not keras:
        reasons.append("PyTorch tells a 1-D layer as one with a height of 1: the width is the axis")
    return Found(
        f"output_padding is {code(asked)}, but must be smaller than {limit}, {code(strides)}"
        + ("" if keras else f" or {code(dilations)}")
        + f": allowed is 0..{code(allowed)}",
        tuple(reasons),
        tuple(repairs),
        steps_of(layer, sample),
        (
            (
                f"convcalc out --op deconv --k 3 --s {write(strides)} --d {write(dilations)} "
                f"--a {write(less)} --n 8"
            ),
        ),
    )


def _onnx_output_padding(said: Said) -> Found:
    a = said.number("output_padding")
    if "limit" in said.numbers:
        most = said.number("limit") - 1
        where = f" on axis {said.number('axis')}"
    else:
        most = said.number("stride") - 1
        where = ""
    return Found(
        f"output_padding is {a}{where}, but must be smaller than the stride "
        f"{'' if 'limit' not in said.numbers else 'or the dilation '}: allowed is 0..{most}".replace(
            " :", ":"
        ),
        (ROUNDED,),
        (
            f"output_padding=[{most}]",
            f"strides=[{a + 1}]: then output_padding=[{a}] is allowed",
            (
                f"pads smaller by {counted(a - most)} at the end, and output_padding=[{most}]: the "
                "size that was asked for"
            ),
        ),
        commands=(f"convcalc out --op deconv --k 3 --s {max(most + 1, 1)} --a {most} --n 4",),
    )


def output_size(said: Said) -> Found:
    """A requested output size that the layer cannot give; its range is told."""
    asked, sizes = said.shape("output"), said.shape("input")
    least, greatest = said.shape("least"), said.shape("greatest")
    strides = [b - a + 1 for a, b in zip(least, greatest, strict=True)]
    nearest = [min(max(o, low), high) for o, low, high in zip(asked, least, greatest, strict=True)]
    # k_e-2p of the layer, which is all of it that matters to a size.
    rests = [low - s * (n - 1) for low, s, n in zip(least, strides, sizes, strict=True)]
    repairs = [f"output_size={_tuple(nearest)}, the nearest that this layer can give"]
    inputs = [_input_for(o, s, rest) for o, s, rest in zip(asked, strides, rests, strict=True)]
    if all(n >= 1 for n in inputs):
        repairs.append(
            f"an input of {write(inputs)}: it can be made {write(asked)} by this very layer"
        )
    change = [o - b for o, b in zip(asked, nearest, strict=True)]
    if min(change) > 0 or max(change) < 0:
        word = "larger" if change[0] > 0 else "smaller"
        repairs.append(
            f"kernel_size {word} by {max(map(abs, change))}: its sizes then reach {write(asked)}"
        )
    example = _deconv(strides, rests)
    return Found(
        f"from {write(sizes)} this layer gives {write(least)} to {write(greatest)} (stride "
        f"{write(strides)}: {counted(strides[0], 'size')} share each input), not {write(asked)}",
        (ROUNDED,),
        tuple(repairs),
        steps_of(example, sizes) if example else (),
        (
            (
                f"convcalc solve --n {write(sizes)} --out {write(asked)} --op deconv "
                f"--s {write(strides)}"
            ),
            f"convcalc out --op deconv --k 3 --s {write(strides)} --n {write(sizes)}",
        ),
    )


def _tuple(values: list[int]) -> str:
    return f"({', '.join(map(str, values))}{',' if len(values) == 1 else ''})"


def _input_for(output: int, stride: int, rest: int) -> int:
    """The input that ``output`` can come from: that of the convolution the other way round."""
    return (output - rest) // stride + 1


def _deconv(strides: list[int], rests: list[int]) -> TransposedConv | None:
    """A small layer with k_e-2p = rest on every axis."""
    for kernel in (3, 2, 4):
        twice = [kernel - rest for rest in rests]
        if all(p >= 0 and p % 2 == 0 for p in twice):
            return TransposedConv(kernel, tuple(strides), tuple(p // 2 for p in twice))
    return None


def output_shape_of_node(said: Said) -> Found:
    """ONNX's output_shape, which may crop what the layer makes but not add to it."""
    n, k, s = said.number("got"), said.number("kernel"), said.number("stride")
    d, asked = said.number("dilation"), said.number("output")
    (least,) = output_shape(TransposedConv(k, s, 0, d), n)
    (greatest,) = output_shape(TransposedConv(k, s, 0, d, max(s, d) - 1), n)
    return Found(
        f"output_shape asks for {asked}, but from {n} the node makes {least}, and no more than "
        f"{greatest} with output padding; {asked} would need an input of "
        f"{said.number('expected')}",
        ("output_shape sets the pads: it can crop what s*(n-1)+k_e gives, not add cells",),
        (
            f"output_shape=[{min(asked, greatest)}], the largest that it can give",
            f"an input of {said.number('expected')}",
            (
                f"kernel_shape=[{k + asked - least}] with dilation 1: "
                f"{output_shape(TransposedConv(k + asked - least, s), n)[0]} comes out"
            ),
        ),
        steps_of(TransposedConv(k, s, 0, d), [n]),
        (f"convcalc solve --n {n} --out {asked} --op deconv --s {s}",),
    )


def out_backprop(said: Said) -> Found:
    """TensorFlow runs a transposed convolution as a gradient: the sizes must lead back."""
    asked, k, s, d = (said.number(name) for name in ("input", "kernel", "stride", "dilation"))
    n, computed = said.number("actual"), said.number("computed")
    paddings = [
        name
        for name in ("valid", "same")
        if output_shape(Conv(k, s, name, d), asked) == (computed,)
    ]
    ranges = []
    for name in paddings:
        found = _leads_back(n, k, s, name)
        if found is not None:
            ranges.append((name, *found))
    fitting = " or ".join(f"{low}..{high} with padding '{name}'" for name, low, high in ranges)
    repairs = []
    for name, low, high in ranges:
        near = min(max(asked, low), high)
        repairs.append(
            f"output_shape {near} on that axis instead of {asked} (padding '{name}': "
            f"{low}..{high} lead back to {n})"
        )
        if name == "same" and s > 1:
            repairs.append(
                f"leave output_padding out of Conv2DTranspose: 'same' gives n*s = "
                f"{output_shape(TransposedConv(k, s, 'same'), n)[0]}"
            )
    step = Conv(k, s, paddings[0], d) if paddings else Conv(k, s, 0, d)
    return Found(
        f"the output of {asked} that was asked for does not lead back: the convolution that this "
        f"one transposes makes {computed} of {asked}, and the input is {n}"
        + (f"; what leads back to {n} is {fitting}" if fitting else ""),
        (
            (
                "TensorFlow runs a transposed convolution as the gradient of a convolution, whose "
                "output must be the input here"
            ),
            (
                f"TensorFlow tells the first axis that is wrong, axis {said.number('axis')}; the "
                "others may be as well"
            ),
        ),
        tuple(repairs),
        steps_of(step, [asked]),
        (
            (
                f"convcalc out --op conv --k {k} --s {s} --d {d} --p {paddings[0] if paddings else 0} "
                f"--n {asked}"
            ),
            f"convcalc solve --n {n} --out {asked} --op deconv --k {k} --s {s}",
        ),
    )


def _leads_back(n: int, k: int, s: int, name: str) -> tuple[int, int] | None:
    """The sizes of which a convolution with this padding makes ``n``."""
    if name == "valid":
        return inputs_of(n, k, s)
    least, greatest = s * (n - 1) + 1, s * n
    if output_shape(Conv(k, s, "same"), least) == output_shape(Conv(k, s, "same"), greatest):
        return least, greatest
    return None


def strides_with_dilation(said: Said) -> Found:
    """Keras takes a stride or a dilation, not both."""
    strides, dilations = said.shape("stride"), said.shape("dilation")
    rank = len(strides)
    sizes = (32,) * rank
    dense = Conv(3, 1, 0, tuple(dilations))
    steps = "::".join([""] * 2)
    taken = ", ".join([":"] + [f"{steps}{s}" for s in strides] + [":"])
    wide = [d * 2 + 1 for d in dilations]
    return Found(
        f"Keras takes strides={code(strides)} or dilation_rate={code(dilations)}, not both in one "
        "layer",
        ("PyTorch, jax.lax and ONNX take both: o = floor((n+2*p-k_e)/s)+1 with k_e = d*(k-1)+1",),
        (
            (
                f"strides=1, then y[{taken}]: with padding='valid' the same values (of 32, with a "
                f"kernel of 3: {write(output_shape(dense, sizes))}, then "
                f"{write(output_shape(Conv(3, tuple(strides), 0, tuple(dilations)), sizes))})"
            ),
            (
                f"dilation_rate=1 with a kernel of the same reach, such as {write(wide)} for 3: the "
                "same size, other weights"
            ),
            f"strides=1 and a pool of {code(strides)} after it: nearly the same size",
        ),
        steps_of(Conv(3, tuple(spread(tuple(strides), rank)), 0, tuple(dilations)), list(sizes)),
        (
            f"convcalc out --op conv --k 3 --s {write(strides)} --d {write(dilations)} --n 32",
            (
                f'convcalc port "nn.Conv{rank}d(3, 8, 3, stride={code(strides)}, '
                f'dilation={code(dilations)})" --to keras --n 32'
            ),
        ),
    )
