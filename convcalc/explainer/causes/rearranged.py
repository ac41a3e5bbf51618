"""Layers that put cells elsewhere: fold, pixel shuffle, max unpooling; weights of another shape.

Law: a count of positions is asked of a convolution with the same window.
"""

from __future__ import annotations

from dataclasses import replace
from math import prod

from convcalc.explainer.arithmetic import Found, code, follow, option, outputs, steps_of
from convcalc.explainer.causes.windows import window
from convcalc.explainer.reading import Said
from convcalc.layers.axis import write

MOST_PADDING = 16  # up to which a padding is looked for that makes a fold fit


def fold(said: Said) -> Found:
    """A fold of another number of columns than its output size has windows."""
    layer = window(said)
    sizes, got, expected = said.shape("output"), said.number("got"), said.number("expected")
    positions = outputs(layer, sizes)
    padded = {
        p: outputs(replace(layer, padding=p), sizes)
        for p in range(min(max(said.shape("kernel")), MOST_PADDING))
    }
    same = [
        f"padding={p}, with which there are {got}: {write(found)}"
        for p, found in padded.items()
        if prod(found) == got
    ]
    return Found(
        f"{got} columns came, but over {write(sizes)} the window has {write(positions)} = "
        f"{expected} positions",
        ("fold is unfold backwards: a column for each position of the window",),
        (
            *same,
            (
                "output_size as the size that was unfolded, with the same kernel_size, dilation, "
                "padding and stride"
            ),
        ),
        steps_of(layer, sizes),
        (
            (
                f"convcalc out --op conv --k {option(said.shape('kernel'))} "
                f"--s {option(said.shape('stride'))} --n {write(sizes)}"
            ),
        )
        if min(positions) > 0
        else (follow(),),
    )


def pixels(said: Said) -> Found:
    """A pixel shuffle (or its inverse) whose factor does not divide what it must."""
    got, factor = said.number("got", 1), said.number("factor", 1)
    back = "unshuffle" in said.text
    what = f"a {said.words['side']} of {got}" if back else f"{got} channels"
    wanted = f"downscale_factor {factor}" if back else f"{factor}, the square of upscale_factor"
    below, above = got - got % factor, got + -got % factor
    either = f"{below} or {above}" if below else f"{above}"
    return Found(
        f"{what} cannot be divided by {wanted}: {got} = {got // factor}*{factor}+{got % factor}",
        ("r*r*c channels of n cells become c channels of r*n cells, and back",),
        (f"{either} instead of {got}",),
        commands=(follow(),),
    )


def unpooling(said: Said) -> Found:
    """Indices of another pool than the one whose output is unpooled."""
    n, m = said.shape("input"), said.shape("got")
    return Found(
        f"the input is {write(n)}, the indices are {write(m)}: they are those of another pool",
        ("MaxUnpool puts each cell where the pool with return_indices=True took it from",),
        ("the indices of the pool at the same depth, and no layer that changes sizes between",),
        commands=(follow(),),
    )


def unpooled_size(said: Said) -> Found:
    """An output size of MaxUnpool beyond one stride of the size that it makes."""
    output = said.shape("output")
    axis = said.number("axis", 0, len(output) - 1)
    asked = output[axis]
    least, greatest = said.number("least") + 1, said.number("greatest") - 1  # both are open ends
    near = min(max(asked, least), greatest)
    return Found(
        f"MaxUnpool can give {least} to {greatest} on spatial axis {axis}, not {asked}",
        ("a pool of stride s makes the same of s sizes: output_size says which of them is meant",),
        (f"output_size with {near} there, or the size that the pool got: output_size=x.size()",),
        commands=(follow(),),
    )


def strided(_said: Said) -> Found:
    """A view of a tensor whose cells are not in order in memory."""
    return Found(
        "the sizes fit, but the cells are not in order in memory, after a transpose, permute or "
        "slice: a view cannot do it without a copy",
        ("no size is wrong: strides and paddings of layers are not to blame",),
        ("x.reshape(...) instead of x.view(...)", "or x.contiguous().view(...)"),
        commands=(follow(),),
    )


def stored(said: Said) -> Found:
    """A checkpoint of another model."""
    got, expected = said.shape("got"), said.shape("expected")
    name = said.words["name"]
    if len(got) != len(expected):
        why = "another number of axes: a layer of another kind"
    else:
        places = [axis for axis, (n, m) in enumerate(zip(got, expected, strict=True)) if n != m]
        told = ("outputs", "inputs") if len(got) > 1 else ("outputs",)
        why = ", ".join(told[axis] if axis < len(told) else "kernel" for axis in places)
        why = f"they differ in the {why}"
    return Found(
        f"{name} is {code(got) if len(got) < 2 else write(got)} in the checkpoint and "
        f"{code(expected) if len(expected) < 2 else write(expected)} in the model: {why}",
        ("a weight is (outputs, inputs, kernel...), of a transposed one (inputs, outputs, ...)",),
        (
            "the model built with the numbers of the checkpoint",
            f"del state_dict['{name}'] and each other that is told, strict=False: trained anew",
        ),
        commands=(follow(),),
    )


def normalised(said: Said) -> Found:
    """A layer normalisation over axes of another size."""
    expected, shape = said.shape("expected"), said.shape("input")
    came = shape[-len(expected) :]
    first = len(expected) == 1 and len(shape) > 2 and shape[1] == expected[0]
    order = ", ".join(map(str, [0, *range(2, len(shape)), 1]))
    back = ", ".join(map(str, [0, len(shape) - 1, *range(1, len(shape) - 1)]))
    return Found(
        f"layer normalisation is over {write(expected)}, the last "
        f"{'axis' if len(expected) == 1 else 'axes'} that came: {write(came)}"
        + f"; {write(shape)} looks like channels first"
        * first,
        ("its weights have the shape of what is normalised: another input size does not fit",),
        (
            *[f"norm(x.permute({order})).permute({back}): over the channels, which are axis 1"][
                : int(first)
            ],
            f"nn.LayerNorm({code(came) if len(came) == 1 else list(came)})",
            "nn.GroupNorm(1, channels), where any input size is to fit",
        ),
        commands=(follow(),),
    )
