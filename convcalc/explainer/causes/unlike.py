"""Two tensors that differ in something other than a size in space: batch, channels, axes.

Law: no stride or padding is blamed here, and what the message leaves open is called "perhaps".
"""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd

from convcalc.explainer.arithmetic import Found, counted, follow, shown
from convcalc.explainer.causes.meeting import Meeting
from convcalc.explainer.causes.mending import pad_or_crop, told
from convcalc.explainer.reading import Said
from convcalc.layers.axis import write

MOST_PLAIN = 2  # axes that no image has


def repeated(met: Meeting) -> Found:
    """An axis of 1 in a concatenation, which a sum would have repeated."""
    one, many = sorted((met.first, met.second), key=lambda tensor: tensor.sizes)
    size = many.sizes[0]
    return Found(
        f"{told(met)}; a concatenation does not repeat an axis of 1, as a sum would",
        ("it is not told which axis that is: the batch, or a size in space",),
        (
            f"{one.code}.expand({size}, -1, -1, -1), where it is the batch (of 4 axes)",
            f"{one.code}.expand(-1, -1, {size}, {size}), where it is 1x1 in space",
        ),
        commands=(follow(),),
    )


def ranks(shapes: Sequence[list[int | None]], kind: str) -> Found | None:
    """Shapes of which one has an axis more."""
    one = shapes[0]
    two = next(shape for shape in shapes if len(shape) != len(one))
    extra = axis_of_one(one, two)
    if kind == "add":
        return _lacking(one, two)
    if kind == "expand" and extra is None:
        return None
    names = ("the output", "the target") if kind == "loss" else ("the first", "the other")
    if extra is None:
        which = "every axis counts"
        repairs = ["an axis more or less on one of them: print both shapes before that line"]
    else:
        which = f"axis {extra}, of 1, is that of one alone"
        more, less = names if len(one) > len(two) else names[::-1]
        repairs = [
            f"{more} without that axis: squeeze({extra})",
            f"{less} with it: unsqueeze({extra}), or expand_dims",
        ]
    return Found(
        f"{names[0]} has {counted(len(one), 'axis', 'axes')}, {written(one)}, {names[1]} "
        f"{len(two)}, {written(two)}",
        (f"the two must have the same number of axes: {which}",),
        tuple(repairs),
        commands=(follow(),),
    )


def axis_of_one(one: list[int | None], two: list[int | None]) -> int | None:
    """The axis, of 1 or open, without which the longer shape is the shorter."""
    longer, shorter = (one, two) if len(one) > len(two) else (two, one)
    found = [
        axis
        for axis, n in enumerate(longer)
        if n in (1, None) and longer[:axis] + longer[axis + 1 :] == shorter
    ]
    return found[-1] if found else None


def _lacking(one: list[int | None], two: list[int | None]) -> Found | None:
    """A sum in which one tensor lacks an axis that is not the first."""
    longer, shorter = (one, two) if len(one) > len(two) else (two, one)
    places = [
        axis for axis in range(1, len(longer)) if longer[:axis] + longer[axis + 1 :] == shorter
    ]
    if not shorter or not places:
        return None
    axis = places[-1]
    written = ", ".join("None" if each == axis else ":" for each in range(len(longer)))
    which = 0 if shorter is one else 1
    return Found(
        f"tensor {which}, {shown(shorter)}, lacks axis {axis} of the other, {shown(longer)}",
        ("shapes are lined up from the last axis on: a missing axis counts as one before all",),
        (f"{'ab'[which]}[{written}]: an axis of 1 there, which is repeated",),
        commands=(follow(),),
    )


def written(shape: list[int | None]) -> str:
    """A shape as Python writes it, with ? where it is open."""
    return f"({', '.join('?' if n is None else str(n) for n in shape)})"


def plain(said: Said, met: Meeting, kind: str) -> Found:
    """Tensors that are no images: (batch, features), or a row."""
    framework = said.message.framework
    assert met.axes is not None
    n, m = met.first.sizes[0], met.second.sizes[0]
    where = ", ".join(map(str, met.axes))
    repairs = []
    if kind == "loss" and met.axes == (1,):
        last = f"nn.Linear(in_features, {m})" if framework == "pytorch" else f"layers.Dense({m})"
        repairs.append(f"{last} as the last layer, where the target has {m} classes")
        repairs.append(f"a target of {n} classes: one-hot, or another loss (sparse, or binary)")
    elif kind != "loss" and 2 * min(n, m) > max(n, m):
        repairs += pad_or_crop(framework, met)
    return Found(
        f"{told(met)} on axis {where}",
        ("an image has more axes; with two, axis 0 is the batch and axis 1 the features",),
        tuple(repairs) or ("the same size on both sides: print both shapes before that line",),
        commands=(follow(),),
    )


def stacked(said: Said, met: Meeting) -> Found:
    """Samples of several sizes in one batch: no layer has made them."""
    first, second = met.first, met.second
    framework = said.message.framework
    if met.rank > MOST_PLAIN and met.axes == (met.lead - 1,):
        return Found(
            f"{told(met)} on axis {met.axes[0]}, the channels: a grey picture among coloured ones",
            ("a batch wants as many channels in every sample",),
            ("Image.open(file).convert('RGB') in the data set: 3 channels in every sample",),
            commands=(follow(),),
        )
    size = write([max(a, b) for a, b in zip(first.sizes, second.sizes, strict=True)])
    resize = (
        "transforms.Resize((height, width)) or RandomCrop in the data set, so that all are alike"
        if framework == "pytorch"
        else "resize or crop every sample before they are stacked, so that all are alike"
    )
    return Found(
        f"{told(met)}: samples of different sizes cannot be one batch",
        (
            "no layer is to blame: these are inputs, put together before the network"
            if framework == "pytorch"
            else "a stack joins tensors that agree on every axis",
        ),
        (
            resize,
            *pad_or_crop(framework, met),
            (
                "a batch of 1, or samples sorted by size, where they must stay as they are "
                f"({size} "
                "is the larger)"
            ),
        ),
        commands=(follow(),),
    )


def batches(said: Said, met: Meeting) -> Found:
    """The batch differs: cells have moved from the features to the batch."""
    (n,), (m,) = met.first.sizes[:1], met.second.sizes[:1]
    shared = gcd(n, m) or 1
    torch = said.message.framework == "pytorch"
    reasons = ["perhaps the last batch of the data, which is smaller, meets one of the whole size"]
    if n > m:
        times = f"{n // shared}" + (f"/{m // shared}" if m != shared else "")
        reasons.append(
            f"perhaps a view(-1, f) with a wrong f, which makes {n} rows of {m} samples: each "
            f"sample has {times} times f features"
        )
    if not (met.told or "batch" in said.message.kind):
        reasons.append("where the tensors have no batch, axis 0 is the channels, or the length")
    return Found(
        f"{told(met)} on axis 0, the batch",
        tuple(reasons),
        (
            "x.flatten(1), or x.view(x.size(0), -1): the batch stays, whatever the features are"
            if torch
            else "reshape(x, (x.shape[0], -1)): the batch stays, whatever the features are",
            "drop_last=True in the DataLoader, or x.size(0) where a batch size is written"
            if torch
            else "drop_remainder=True in the data set, or x.shape[0] where a batch size is written",
        ),
        commands=(follow("--n 3x224x224"),),
    )


def channels(said: Said, met: Meeting) -> Found:
    """Channels, or axes that no layout tells: no padding helps."""
    first, second = met.first, met.second
    framework = said.message.framework
    assert met.axes is not None
    axis = met.axes[0]
    n, m = first.sizes[0], second.sizes[0]
    conv = {
        "pytorch": f"nn.Conv2d({n}, {m}, 1)",
        "keras": f"layers.Conv2D({m}, 1)",
        "jax": f"nn.Conv({m}, (1, 1))",
    }.get(framework, f"a Conv node with a weight of {m}x{n}x1x1")
    layout = "(N, H, W, C)" if met.trail else "(N, C, H, W)"
    if not met.told:
        layout += ", the features of (N, features)"
    return Found(
        f"{told(met)} on axis {axis}, the channels of {layout}",
        (
            "strides and paddings change no channels: they are not to blame",
            "in another layout, where that axis is a length, pad or crop it instead",
        ),
        (
            f"{conv} on {first.name}: with k = 1 it changes channels {n} -> {m} and no size",
            "a concatenation along the channels instead of the addition, where that was meant",
        ),
        commands=("convcalc out --op conv --k 1 --n 32", follow()),
    )
