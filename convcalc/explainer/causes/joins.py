"""Two tensors that do not meet: at a concatenation, an addition, a stack, a loss.

Law: which of the stories is that of the network, the message does not say; all that give exactly
these sizes are told.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd

from convcalc.explainer.arithmetic import Found, follow, halved, inputs_of
from convcalc.explainer.causes.meeting import Meeting, Tensor, meeting
from convcalc.explainer.causes.parting import depth_of, pools, rounds_up, stories
from convcalc.explainer.reading import Said
from convcalc.explainer.words import ROUNDED_UP, cropped, padded
from convcalc.layers.axis import write


def sizes(said: Said) -> Found:
    """The kinds that begin with "sizes do not fit"."""
    met = meeting(said)
    if met is None or all(one == other for one, other in met.pairs):
        return Found(
            "the shapes do not go together, though every axis that is told agrees",
            repairs=("print both shapes before that line",),
            commands=(follow(),),
        )
    kind = said.message.kind.partition(": ")[2]
    if kind == "stack":
        return _stacked(said, met)
    if kind == "batch":
        return _batches(said, met)
    if not met.in_space:
        return _batches(said, met) if met.axes == (0,) else _channels(said, met)
    return _parted(said, met)


def _parted(said: Said, met: Meeting) -> Found:
    framework = said.message.framework
    nearest = min(met.pairs, key=lambda pair: abs(pair[0] - pair[1]))
    small, large = min(nearest), max(nearest)
    told = list(stories(small, large, framework)) if small > 0 else []
    reasons = [each.words for each in told[1:]]
    if small > 0:
        reasons += filter(None, [pools(small, large, framework)])
    if len(met.pairs) > 1:
        others = ", ".join(f"{a} and {b}" for a, b in met.pairs)
        reasons.append(f"the axes differ one by one: {others}")
    if framework == "pytorch" and not met.told:
        reasons.append("PyTorch tells one axis that differs; the others may differ as well")
    if met.told and met.rank == 4:
        order = "batch, height, width, channels" if met.trail else "batch, channels, height, width"
        reasons.append(f"the axes are read as {order}")
    why = told[0].words if told else f"{large - small} cells were lost on one of the two ways"
    repairs = [repair for each in told for repair in each.repairs]
    less = inputs_of(small, 2, 2) if small > 0 else None
    if less is not None and rounds_up(less[1], large):
        repairs.append(
            f"{ROUNDED_UP[framework]} on the pool, where {small} comes from {less[1]}: {large} "
            "comes out"
        )
    repairs += _pad_or_crop(framework, met)
    repairs.append(_multiples(small, large))
    return Found(
        f"{_told(met)}: {why}",
        tuple(reasons),
        tuple(repairs),
        tuple(steps for each in told for steps in each.steps),
        tuple(_commands(small, large)),
    )


def _told(met: Meeting) -> str:
    first, second = met.first, met.second
    return f"{first.name} has {write(first.sizes)} where {second.name} has {write(second.sizes)}"


def _pad_or_crop(framework: str, met: Meeting) -> Iterator[str]:
    """Both ways to make the sizes meet at once; on each axis the smaller is padded or cut to."""
    smaller, larger = met.first, met.second
    if sum(smaller.sizes) > sum(larger.sizes):
        smaller, larger = larger, smaller
    if any(a > b for a, b in zip(smaller.sizes, larger.sizes, strict=True)):
        return  # each is the larger on one of the axes
    sides = [(0, 0)] * met.rank
    spans: list[tuple[int, int] | None] = [None] * met.rank
    for axis, a, b in _pairs_by_axis(met, smaller, larger):
        lost = b - a
        low = 0 if lost == 1 else lost // 2
        sides[axis] = (low, lost - low)
        spans[axis] = (low, a)
    where = "" if met.told else _assumed(met)
    own_sides = [each for axis, each in enumerate(sides) if axis != smaller.lacks]
    own_spans = [each for axis, each in enumerate(spans) if axis != larger.lacks]
    # Keras' padding layers want channels; without them it is tf.pad, from the first axis on.
    lead = met.lead if smaller.lacks is None else met.lead - 1
    pad = padded(framework, smaller.code, own_sides, lead)
    crop = cropped(framework, larger.code, own_spans)
    yield f"pad {smaller.name}: {pad}{where}"
    yield f"crop {larger.name}: {crop}{where}"


def _pairs_by_axis(met: Meeting, smaller: Tensor, larger: Tensor) -> Iterator[tuple[int, int, int]]:
    if met.told and met.axes is not None:
        yield from zip(met.axes, smaller.sizes, larger.sizes, strict=True)
        return
    # One size is told. PyTorch looks from the last axis at an addition, so what lies before the
    # axis that is told may differ as well; a concatenation does not tell the axis.
    last = met.rank - 1 if met.axes is None else met.axes[0]
    for axis in range(met.lead, last + 1):
        yield axis, smaller.sizes[0], larger.sizes[0]


def _assumed(met: Meeting) -> str:
    if met.axes == (2,):
        return " (for 4 axes, with the height alone)"
    return " (for 4 axes, where height and width differ alike)" if met.rank == 4 else ""


def _multiples(small: int, large: int) -> str:
    depth = depth_of(small, large) or 1
    multiple = 2**depth
    below, above = large - large % multiple, large + -large % multiple
    here = f"{below} or {above} instead of {large}" if below != above else f"as {large} is"
    return (
        "input sizes that are multiples of 2^depth (16 for four strides or pools of 2, 32 for "
        f"five) never part; at this level a multiple of {multiple}, {here}"
    )


def _commands(small: int, large: int) -> Iterator[str]:
    yield follow()
    if large > 1:
        yield f"convcalc solve --n {halved(large, 1)[-1]} --out {large} --op deconv --s 2"
    if small > 0:
        yield f"convcalc solve --out {small} --op maxpool --k 2 --s 2"


def _stacked(said: Said, met: Meeting) -> Found:
    """Samples of several sizes in one batch: no layer has made them."""
    first, second = met.first, met.second
    framework = said.message.framework
    size = write([max(a, b) for a, b in zip(first.sizes, second.sizes, strict=True)])
    resize = (
        "transforms.Resize((height, width)) or RandomCrop in the data set, so that all are alike"
        if framework == "pytorch"
        else "resize or crop every sample before they are stacked, so that all are alike"
    )
    return Found(
        f"{_told(met)}: samples of different sizes cannot be one batch",
        (
            "no layer is to blame: these are inputs, put together before the network"
            if framework == "pytorch"
            else "a stack joins tensors that agree on every axis",
        ),
        (
            resize,
            *_pad_or_crop(framework, met),
            (
                "a batch of 1, or samples sorted by size, where they must stay as they are "
                f"({size} "
                "is the larger)"
            ),
        ),
        commands=(follow(),),
    )


def _batches(said: Said, met: Meeting) -> Found:
    """The batch differs: cells have moved from the features to the batch."""
    (n,), (m,) = met.first.sizes[:1], met.second.sizes[:1]
    shared = gcd(n, m) or 1
    keep = (
        "x.flatten(1), or x.view(x.size(0), -1): the batch stays, whatever the features are"
        if said.message.framework == "pytorch"
        else "reshape(x, (x.shape[0], -1)): the batch stays, whatever the features are"
    )
    return Found(
        f"{_told(met)} on axis 0, the batch: a view or reshape has moved cells into it",
        (
            f"view(-1, f) with a wrong f makes {n} rows of {m} samples: each sample has "
            f"{n // shared}" + (f"/{m // shared}" if m != shared else "") + " times f features",
        ),
        (keep, "the linear layer after it with as many features as each sample has"),
        commands=(follow("--n 3x224x224"),),
    )


def _channels(said: Said, met: Meeting) -> Found:
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
    return Found(
        f"{_told(met)} on axis {axis}, the channels of {layout}",
        (
            "strides and paddings change no channels: they are not to blame",
            "in another layout, where that axis is a length, pad or crop it instead",
        ),
        (
            f"{conv} on {first.name}: a kernel of 1 changes channels {n} -> {m} and no size",
            "a concatenation along the channels instead of the addition, where that was meant",
        ),
        commands=("convcalc out --op conv --k 1 --n 32", follow()),
    )
