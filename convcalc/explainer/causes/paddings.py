"""Paddings, strides and names that a framework does not take, and what it takes instead.

Law: the numbers of a repair come from a layer with the padding that is told.
"""

from __future__ import annotations

from convcalc.explainer.arithmetic import Found, code, counted, outputs, steps_of
from convcalc.explainer.reading import Said
from convcalc.explainer.words import padded
from convcalc.layers import Conv, Pool, TransposedConv, output_shape, work_out
from convcalc.layers.axis import write

SAMPLE = 224  # a size to show a padding on, where the message has none
MEANINGS = {
    "full": "k_e-1 on each side",
    "half": "floor(k/2) on each side",
    "causal": "k_e-1 before and nothing after",
    "same": "floor(k/2) on each side, for an odd kernel and stride 1",
    "valid": "nothing",
}


def same_with_stride(_said: Said) -> Found:
    """PyTorch's "same" is for stride 1."""
    halves = "; ".join(
        f"kernel_size={k}: padding={k // 2} ({SAMPLE} -> "
        f"{output_shape(Conv(k, 2, k // 2), SAMPLE)[0]} with stride 2)"
        for k in (3, 5, 7)
    )
    at_the_end = output_shape(Conv(3, 2, ((0, 1),)), SAMPLE)[0]
    return Found(
        "PyTorch takes padding='same' with stride 1 only: with a stride, how many cells 'same' "
        "adds depends on the input size",
        (
            (
                "TensorFlow's 'same' gives n/s rounded up, and puts the odd cell of the padding "
                "at the "
                "end"
            ),
        ),
        (
            f"padding=kernel_size//2, which gives n/s rounded up for an odd kernel: {halves}",
            (
                "F.pad(x, (0, 1, 0, 1)) and no padding, where TensorFlow's values are wanted, of "
                "an "
                f"even size with kernel 3 and stride 2 ({SAMPLE} -> {at_the_end})"
            ),
        ),
        steps_of(Conv(3, 2, 1), [SAMPLE]),
        (
            (
                f"convcalc port \"layers.Conv2D(8, 3, strides=2, padding='same')\" --to pytorch "
                f"--n {SAMPLE}"
            ),
            f"convcalc solve --n {SAMPLE} --out {SAMPLE // 2} --op conv --s 2",
        ),
    )


def same_with_dilation(_said: Said) -> Found:
    """Onnxruntime's auto_pad is for dilation 1."""
    return Found(
        "onnxruntime takes auto_pad SAME_UPPER and SAME_LOWER with dilations of 1 only",
        ("'same' with stride 1 adds d*(k-1) cells, both sides together",),
        (
            (
                f"auto_pad='NOTSET' with pads: for kernel_shape=[3], dilations=[2] pads=[2, 2] ("
                f"{SAMPLE} -> {output_shape(Conv(3, 1, 2, 2), SAMPLE)[0]})"
            ),
            "dilations=[1] with kernel_shape=[5]: the same reach and size, another weight",
        ),
        steps_of(Conv(3, 1, 2, 2), [SAMPLE]),
        (f"convcalc out --op conv --k 3 --d 2 --p same --n {SAMPLE}",),
    )


def by_name(said: Said) -> Found:
    """A name of a padding, or a number, that the layer does not know."""
    name = said.words.get("name", "").strip("'\"")
    match said.message.framework:
        case "pytorch" if "rank" in said.numbers:
            return _transposed_by_name(said.number("rank"))
        case "pytorch":
            return _number_for(name, "pytorch", "PyTorch's names are 'valid' and 'same'")
        case "keras" if name:
            return _number_for(name, "keras", "Keras' names are 'valid' and 'same'")
        case "keras":
            found = _keras_number()
        case "jax" if name:
            known = "JAX' names are 'VALID', 'SAME' and 'SAME_LOWER'"
            found = _number_for(name.lower(), "jax", known)
        case "jax":
            found = _stretched_by_name()
        case _:
            found = _auto_pad("both" in said.text)
    return found


def _transposed_by_name(rank: int) -> Found:
    doubling = [
        (f"kernel_size={k}: padding={p}" + (", output_padding=1" if a else ""), k, p, a)
        for k, p, a in ((2, 0, 0), (3, 1, 1), (4, 1, 0))
    ]
    sizes = {output_shape(TransposedConv(k, 2, p, 1, a), 32) for _, k, p, a in doubling}
    assert sizes == {(64,)}
    keeping = output_shape(TransposedConv(3, 1, 1), 32)[0]
    return Found(
        f"nn.ConvTranspose{rank}d takes no padding by name: its padding crops, and what 'same' "
        "would crop depends on kernel and stride",
        ("Keras' 'same' gives n*s: it crops k_e-s cells, both sides together",),
        (
            f"stride=1: padding=(kernel_size-1)//2 keeps the size (kernel_size=3: 32 -> {keeping})",
            f"stride=2: {'; '.join(words for words, *_ in doubling)} (32 -> 64)",
        ),
        steps_of(TransposedConv(4, 2, 1), [32]),
        (
            "convcalc solve --n 32 --out 64 --op deconv --s 2",
            (
                "convcalc port \"layers.Conv2DTranspose(8, 3, strides=2, padding='same')\" --to "
                "pytorch"
            ),
        ),
    )


def _keras_number() -> Found:
    kept = output_shape(Conv(3, 1, 1), SAMPLE)[0]
    return Found(
        "this is what Keras says to padding=1: its layers take 'valid' or 'same', no number",
        ("other code says the same of a number where it wants a name",),
        (
            (
                "layers.ZeroPadding2D(1) before it, and padding='valid': with a kernel of 3 "
                f"{SAMPLE} -> {kept}"
            ),
            "padding='same': the same, with stride 1 and a kernel of 3",
        ),
        steps_of(Conv(3, 1, 1), [SAMPLE]),
        ('convcalc port "nn.Conv2d(3, 8, 3, padding=1)" --to keras',),
    )


def _stretched_by_name() -> Found:
    return Found(
        "a padding by name is not defined for a convolution of a stretched input",
        ("with lhs_dilation, and for 'SAME_LOWER' in conv_transpose, JAX takes numbers only",),
        (
            "jax.lax.conv_transpose with 'SAME' or 'VALID'",
            (
                "padding=((lo, hi),) in numbers, one pair for each axis: those of the convolution "
                "that does the work"
            ),
        ),
        commands=(
            "convcalc equiv --k 3 --s 2 --p 1 --n 8",
            'convcalc port "nn.ConvTranspose2d(3, 8, 3, stride=2, padding=1)" --to jax',
        ),
    )


def _auto_pad(twice: bool) -> Found:
    kept = output_shape(Conv(3, 1, 1), SAMPLE)[0]
    return Found(
        "auto_pad and pads say the same thing twice"
        if twice
        else "auto_pad is NOTSET, SAME_UPPER, SAME_LOWER or VALID; another word was given",
        ("SAME_UPPER puts the odd cell at the end, as TensorFlow does",),
        (
            "auto_pad='SAME_UPPER' without pads",
            (
                "auto_pad='NOTSET' with pads=[1, 1, 1, 1]: with a kernel of 3 and stride 1 "
                f"{SAMPLE} -> {kept}"
            ),
        ),
        steps_of(Conv(3, 1, 1), [SAMPLE]),
        (f"convcalc out --op conv --k 3 --p same --n {SAMPLE}",),
    )


def _number_for(name: str, framework: str, known: str) -> Found:
    """The numbers that a padding's name means elsewhere, for a kernel of 3."""
    meant = name if name in MEANINGS else "same"
    layer = Conv(3, 1, meant)
    (worked,) = work_out(layer, SAMPLE)
    low, high = worked.padding
    match framework:
        case "pytorch" if low == high:
            pad = f"padding={low}"
        case "pytorch":
            pad = padded(framework, "x", [(0, 0), (0, 0), (low, high)], 2) + " before the layer"
        case "keras":
            sides = [(0, 0), (low, high), (low, high), (0, 0)]
            pad = padded(framework, "x", sides, 1) + " before the layer"
        case _:
            pad = f"padding=(({low}, {high}),), a pair for each axis"
    return Found(
        f"there is no padding {name!r} here: {known}",
        (f"{meant!r} is {MEANINGS[meant]}",),
        (
            (
                f"{pad}: what {meant!r} means for a kernel of 3 ({SAMPLE} -> {worked.output} with "
                "stride 1)"
            ),
            f"padding={'same' if framework != 'jax' else 'SAME'!r}, where the size is to stay",
        ),
        steps_of(layer, [SAMPLE]),
        (f"convcalc out --op conv --k 3 --p {meant} --n {SAMPLE}",),
    )


def mode(said: Said) -> Found:
    """A transposed convolution with a border other than zeros."""
    return Found(
        f"{said.words['layer']} knows a border of zeros only: its padding takes cells away, so "
        "there is nothing to fill",
        ("the border of a transposed convolution is that of the convolution that does the work",),
        (
            "leave padding_mode out",
            (
                "resize, then a convolution with the border: nn.Upsample(scale_factor=2), then "
                "nn.Conv2d(in_channels, out_channels, 3, padding=1, padding_mode='reflect') "
                f"(32 -> {output_shape(Conv(3, 1, 1), 64)[0]})"
            ),
        ),
        steps_of(Conv(3, 1, 1), [64]),
        ("convcalc equiv --k 3 --p 1 --from deconv",),
    )


def beyond_half(said: Said) -> Found:
    """A pool's padding of more than half its kernel."""
    p, k = max(
        zip(*said.alike("padding", "kernel"), strict=True),
        key=lambda pair: 2 * pair[0] - pair[1],
    )
    n = 2 * k + 2
    inner = Pool(k, 1, k // 2)
    reasons = ["beyond half the kernel a window could lie on padding alone"]
    if "padW" in said.text:
        reasons.append("the kernel counts as it is written, whatever its dilation")
    sides = ", ".join([str(p)] * (2 if "max_pool1d" in said.text else 4))
    return Found(
        f"the pool's padding of {p} is more than half its kernel of {k}: {k // 2} is the most",
        tuple(reasons),
        (
            f"padding={k // 2}: {n} -> {output_shape(inner, n)[0]} with stride 1",
            f"kernel_size={2 * p}: then padding={p} is allowed",
            (
                f"F.pad(x, ({sides}), value=float('-inf')) before a max pool without padding: "
                f"{n} -> "
                f"{output_shape(Pool(k, 1), n + 2 * p)[0]} with stride 1, as padding={p} would give"
            ),
        ),
        steps_of(inner, [n]),
        (f"convcalc out --op maxpool --k {k} --s 1 --p {k // 2} --n {n}",),
    )


def beyond_kernel(_said: Said) -> Found:
    """Onnxruntime's pools take pads smaller than the kernel."""
    return Found(
        "a pool's pads must be smaller than its kernel on every side: else a window would lie on "
        "padding alone; onnxruntime does not say which numbers these are",
        repairs=(
            "pads of at most kernel_shape-1 on each side (2 for a kernel of 3)",
            "a Pad node before the pool",
        ),
        commands=("convcalc out --op maxpool --k 3 --s 1 --p 1 --n 8",),
    )


def beyond_input(said: Said) -> Found:
    """A border that is taken from the input, of more cells than there are."""
    if "input" not in said.numbers:
        return Found(
            "the circular border has more cells than the input: it would go round more than once",
            ("a circular padding takes at most n cells on each side, a reflected one n-1",),
            (
                "padding of at most the input's size on that axis",
                "padding_mode='zeros' or 'replicate', which take any padding",
            ),
            commands=("convcalc out --op conv --k 9 --p 4 --n 8",),
        )
    shape = said.shape("input")
    p, axis = max(said.shape("padding")), said.number("axis", 0, len(shape) - 1)
    n = shape[axis]
    # One axis is told: the padding of it in a layer whose kernel keeps the size.
    return Found(
        f"the reflected border of {p} cells is taken from an input of {n} on axis {axis} of "
        f"{write(shape)}: {counted(n - 1)} are there to reflect",
        ("the cell at the edge is the mirror: at most n-1 cells on each side",),
        (
            f"padding={n - 1} or less on that axis"
            + (f": a kernel of {2 * n - 1} or less keeps the size" if n > 1 else ""),
            f"an input of {p + 1} or more on that axis",
            "padding_mode='zeros' or 'replicate', which take any padding",
        ),
        steps_of(Conv(2 * p + 1, 1, p), [n]),
        (f"convcalc out --op conv --k {2 * p + 1} --p {p} --n {n}",),
    )


def negative(said: Said) -> Found:
    """A negative padding, which crops."""
    if said.message.framework == "jax":
        pairs = said.pairs("padding")
        sizes = said.shape("input")
        totals = [n + low + high for n, (low, high) in zip(sizes, pairs, strict=False)]
        return Found(
            f"the negative padding crops all of an input of {write(sizes)}: {write(totals)} cells "
            "would be left",
            ("a crop may take at most n-1 cells, both sides together",),
            (
                (
                    f"a crop of {code([n - 1 for n in sizes])} or less: "
                    f"{write(outputs(Conv(1, padding=tuple((1 - n, 0) for n in sizes)), sizes))} "
                    "is left"
                ),
            ),
            commands=(f"convcalc out --op conv --k 1 --p {1 - sizes[0]}:0 --n {sizes[0]}",),
        )
    p = said.number("padding") if "padding" in said.numbers else -1
    size = 8 - 2 * p
    return Found(
        "PyTorch takes no negative padding in a layer: it would be a crop"
        + (f", of {-p} on each side" if "padding" in said.numbers else ""),
        ("a crop before the layer is the same: n+2*p cells are left",),
        (
            (
                f"F.pad(x, ({', '.join([str(p)] * 4)})) before the layer: it crops where numbers "
                "are "
                f"negative ({size} -> {outputs(Conv(1, padding=p), [size])[0]})"
            ),
            f"x[:, :, {-p}:{p}, {-p}:{p}] before the layer",
        ),
        steps_of(Conv(3, 1, p), [size]),
        (f"convcalc out --op conv --k 3 --p {p} --n {size}",),
    )


def stride_of_zero(said: Said) -> Found:
    """A stride that stands still."""
    shown = f", got {code(said.shape('stride'))}" if "stride" in said.numbers else ""
    name = {"pytorch": "stride", "keras": "strides", "jax": "window_strides"}.get(
        said.message.framework, "strides"
    )
    return Found(
        f"a stride must be 1 or more on every axis{shown}",
        ("the stride is how far the window moves: with 0 it stays where it is",),
        (f"{name}=1 keeps every position, {name}=2 every second one",),
        commands=("convcalc out --op conv --k 3 --s 2 --p 1 --n 32",),
    )


def causal(_said: Said) -> Found:
    """A causal padding on several axes."""
    layer = Conv(3, 1, ((2, 0), (1, 1)))
    return Found(
        "'CAUSAL' is defined along one axis, time: with two axes it is not said which is time",
        ("causal padding is k_e-1 cells before and none after",),
        (
            (
                "padding=((2, 0), (1, 1)) for a kernel of 3x3 whose first axis is time: "
                f"32x32 stays {write(output_shape(layer, (32, 32)))}"
            ),
            "the shape (batch, time, channels) with kernel_size=(3,) for sequences",
        ),
        steps_of(Conv(3, 1, "causal"), [32]),
        ("convcalc out --op conv --k 3 --p 2:0x1:1 --n 32x32",),
    )
