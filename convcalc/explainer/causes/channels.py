"""Channels, axes and shapes that are not those of the layer.

Law: which axis holds the channels follows from the framework; where the numbers speak for another
layout, that is told first.
"""

from __future__ import annotations

from math import gcd

from convcalc.explainer.arithmetic import Found, counted, follow
from convcalc.explainer.reading import Said
from convcalc.layers.axis import write

NO_SIZE = "channels change no size: strides and paddings are not to blame"


def channels(said: Said) -> Found:
    """A layer that got another number of channels than its weight has."""
    numbers, framework = said.numbers, said.message.framework
    if "divisible by groups" in said.text or "must divide" in said.text:
        return _groups(said)
    got, expected = _got_and_expected(said)
    repairs = []
    shape = said.shape("input") if "input" in numbers else []
    where = ""
    if framework == "pytorch" and len(shape) > 2 and shape[-1] == expected != shape[1]:
        where = f": {write(shape)} looks like channels last"
        order = ", ".join(map(str, [0, len(shape) - 1, *range(1, len(shape) - 1)]))
        repairs.append(f"x.permute({order}): the channels from the last axis to the second")
    if framework == "keras" and len(shape) > 2 and shape[1] == expected != shape[-1]:
        where = f": {write(shape)} looks like channels first"
        order = ", ".join(map(str, [0, *range(2, len(shape)), 1]))
        repairs.append(f"tf.transpose(x, ({order})): the channels from the second axis to the last")
    repairs += _layer(said, got, expected)
    if got == 1 and expected > 1:
        repairs.append(
            f"repeat the one channel {expected} times: "
            + (
                "x.repeat(1, 3, 1, 1)".replace("3", str(expected))
                if framework == "pytorch"
                else f"np.repeat(x, {expected}, axis=-1)"
            )
        )
    if got == 4 and expected == 3:
        cut = "x[:, :3]" if framework in ("pytorch", "onnxruntime") else "x[..., :3]"
        repairs.append(f"leave the fourth channel (alpha) out: {cut}")
    return Found(
        f"{counted(got, 'channel')} came, {expected} were expected{where}",
        (NO_SIZE,),
        tuple(repairs),
        commands=(follow(f"--n {expected}x224x224"),),
    )


def _got_and_expected(said: Said) -> tuple[int, int]:
    numbers = said.numbers
    if "generated" in numbers:  # Flax: (k..., in, out)
        return said.shape("generated")[-2], said.shape("existing")[-2]
    if "got" not in numbers:  # Keras: the axis of the input's shape
        return said.shape("input")[said.number("axis")], said.number("expected")
    if "expected" in numbers:
        return said.number("got"), said.number("expected")
    return said.number("got"), said.number("weight") * said.number("groups")


def _layer(said: Said, got: int, expected: int) -> list[str]:
    """The layer with the channels that came."""
    weight = said.shape("weight") if isinstance(said.numbers.get("weight"), list) else []
    match said.message.framework:
        case "pytorch" if "running_mean" in said.text:
            return [f"nn.BatchNorm2d({got}): as many features as the layer before it gives"]
        case "pytorch":
            transposed = "transposed" in said.text
            groups = said.number("groups") if "groups" in said.numbers else 1
            rank = len(weight) - 2
            name = f"nn.ConvTranspose{rank}d" if transposed else f"nn.Conv{rank}d"
            out = weight[1] if transposed else weight[0]
            kernel = (
                weight[2] if len(set(weight[2:])) == 1 else f"({', '.join(map(str, weight[2:]))})"
            )
            more = f", groups={groups}" if groups > 1 else ""
            if got < 1 or got % groups:
                return [f"an input of {expected} channels"]
            return [
                f"{name}({got}, {out}, {kernel}{more}): in_channels={got}",
                (
                    f"or an input of {expected} channels: nn.Conv{rank}d({got}, {expected}, 1) "
                    "before it"
                ),
            ]
        case "keras":
            return [
                f"build the model anew on this input: the kernel then has {got} channels",
                f"or layers.Conv2D({expected}, 1) before it: {got} channels become {expected}",
            ]
        case "jax":
            return [
                f"initialise the layer on an input of {got} channels (nnx: in_features={got})",
                "check the layout: Flax takes channels last, jax.lax.conv channels first",
            ]
        case _:
            groups = said.number("groups") if "groups" in said.numbers else 1
            return [
                f"an input of {expected} channels, which is what the model was exported for",
                f"a weight with {got // groups if got % groups == 0 else got} channels",
            ]


def _groups(said: Said) -> Found:
    if "groups" in said.numbers:
        got, groups = said.number("got"), said.number("groups")
        fitting = gcd(got, groups)
        more = got + -got % groups
        return Found(
            f"{counted(got, 'channel')} cannot be shared among {groups} groups: {got} = "
            f"{got // groups}*{groups}+{got % groups}",
            (NO_SIZE,),
            (f"feature_group_count={fitting}", f"{more} channels, a multiple of {groups}"),
            commands=(follow(),),
        )
    which = "in_channels" if "in_channels" in said.text else "out_channels"
    return Found(
        f"{which} must be a multiple of groups: each group takes in_channels/groups channels and "
        "gives out_channels/groups",
        (NO_SIZE,),
        (
            f"{which} rounded up to a multiple of groups (4 channels in 3 groups: 6)",
            "groups=1, or a number that divides both in_channels and out_channels",
        ),
        commands=(follow(),),
    )


def axes(said: Said) -> Found:
    """An input, a stride or a padding with another number of axes."""
    numbers, framework = said.numbers, said.message.framework
    if framework == "onnxruntime":
        return _onnx_axes(said)
    if framework == "jax" and ("window" in said.text or "padding" in numbers):
        rank = said.number("rank")
        got = len(said.shape("padding")) if "padding" in numbers else said.number("got")
        what = "padding" if "padding" in numbers else "strides"
        one = "((1, 1), (1, 1))" if "padding" in numbers else "(2, 2)"
        return Found(
            f"{what} has {counted(got, 'entry', 'entries')}, the kernel "
            f"{counted(rank, 'axis', 'axes')}",
            ("in Flax and jax.lax every argument has one entry for each spatial axis",),
            (
                f"{what} with {rank} entries, such as {one}"
                if rank == 2
                else f"{what} with {rank} entries",
            ),
            commands=("convcalc out --op conv --k 3x3 --s 2x2 --p 1x1 --n 32x32",),
        )
    shape = said.entries("input") if "input" in numbers else []
    got = len(shape) or (said.number("got") if "got" in numbers else 0)
    wanted = said.number("rank")
    missing = wanted - got
    came = f"{got} axes came" if got else "another number of axes came"
    shown = f" ({'x'.join('?' if n is None else str(n) for n in shape)})" if shape else ""
    spatial = counted(got - 2, "spatial axis", "spatial axes")
    repairs = []
    if framework == "pytorch":
        if missing == 1:
            repairs.append("x.unsqueeze(0) where the batch is missing, x.unsqueeze(1) the channels")
        if got - wanted == 1 or not got:
            repairs.append("x.squeeze(dim) or x.flatten(0, 1) where an axis of 1 is too many")
        if 3 <= got <= 5:
            repairs.append(f"the layer for {spatial}: nn.Conv{got - 2}d, nn.MaxPool{got - 2}d")
    else:
        if missing == 1:
            repairs.append(
                "np.expand_dims(x, -1) where the channels are missing, (x, 0) where the batch is"
                if framework == "keras"
                else "x[None] where the batch is missing, x[..., None] the channels"
            )
        if 3 <= got <= 5 and framework == "keras":
            repairs.append(f"the layer for {spatial}: Conv{got - 2}D, MaxPooling{got - 2}D")
    if not repairs:
        repairs.append(f"an input of {wanted} axes: batch, channels and {wanted - 2} in space")
    return Found(
        f"{came}{shown}, {wanted} are expected: batch, channels and "
        f"{counted(wanted - 2, 'spatial axis', 'spatial axes')}",
        ("frameworks count the batch and the channels as axes, convcalc only those in space",),
        tuple(repairs),
        commands=(follow("--n 3x224x224"),),
    )


def _onnx_axes(said: Said) -> Found:
    if "attribute" in said.words:
        name = said.words["attribute"]
        twice = " (pads: two for each axis, all beginnings first)" if name == "pads" else ""
        return Found(
            f"{name} of this {said.words['op']} node has not one number for each spatial "
            f"axis{twice}",
            ("with two spatial axes: kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]",),
            (f"{name} with as many numbers as kernel_shape has",),
            commands=("convcalc out --op conv --k 3x3 --s 2x2 --p 1 --n 32x32",),
        )
    if "weight" in said.numbers:
        x, w = said.shape("input"), said.shape("weight")
        return Found(
            f"the input has {len(x)} axes ({write(x)}), the weight {len(w)} ({write(w)})",
            ("both have batch or output channels, channels, and the same axes in space",),
            (f"an input with {len(w) - 2} axes in space, or a kernel with {len(x) - 2}",),
            commands=("convcalc net model.onnx",),
        )
    got, wanted = said.number("got"), said.number("rank")
    return Found(
        f"input {said.number('tensor')} of the Concat node has {got} axes, the first {wanted}",
        ("a concatenation joins tensors that agree on every axis but one",),
        ("an Unsqueeze node before it, where an axis of 1 is missing",),
        commands=("convcalc net model.onnx",),
    )


def input_shape(said: Said) -> Found:
    """A model that was made for one input size only."""
    got = _sizes(said, "got")
    expected = _sizes(said, "expected")
    pairs = [
        (n, m)
        for n, m in zip(got, expected, strict=False)
        if n is not None and m is not None and n != m
    ]
    came, wanted = write([n for n, _ in pairs]), write([m for _, m in pairs])
    n, m = pairs[0] if pairs else (0, 0)
    resize = (
        f"pad by {m - n} or resize the input" if n < m else f"crop by {n - m} or resize the input"
    )
    anew = (
        "keras.Input((None, None, channels)), where the model has no Flatten before a Dense"
        if said.message.framework == "keras"
        else "export with open sizes: torch.onnx.export(..., dynamic_shapes=...)"
    )
    return Found(
        f"the model was made for an input of {wanted}, {came} came",
        ("the model fixes its input size; its layers alone might take others",),
        (f"{resize} to {wanted}", anew),
        commands=(
            "convcalc net model.onnx --sizes 1..512"
            if said.message.framework == "onnxruntime"
            else follow(),
        ),
    )


def _sizes(said: Said, name: str) -> list[int | None]:
    found = said.numbers[name]
    return [found] if isinstance(found, int) else said.entries(name)


def one_value(said: Said) -> Found:
    """Batch normalisation over a single value."""
    shape = said.shape("input")
    return Found(
        f"batch normalisation got one value per channel, {write(shape)}: a batch of "
        f"{shape[0]} and {write(shape[2:]) if len(shape) > 2 else 1} in space",
        (
            (
                "its mean and variance are taken over batch and space together, which must be more "
                "than one value in training"
            ),
        ),
        (
            "a batch of 2 or more (drop_last=True, where the last batch is the small one)",
            "a larger input, so that more than 1x1 is left here",
            "model.eval(), where nothing is trained",
        ),
        commands=(follow(), "convcalc out --op conv --k 3 --s 2 --p 1 --n 1"),
    )
