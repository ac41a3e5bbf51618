"""Two tensors that do not meet: at a concatenation, an addition, a stack, a loss.

Law: which of the stories is that of the network, the message does not say; all that give exactly
these sizes are told.
"""

from __future__ import annotations

from collections.abc import Iterator

from convcalc.explainer.arithmetic import Found, follow, halved, inputs_of
from convcalc.explainer.causes import unlike
from convcalc.explainer.causes.losses import losses
from convcalc.explainer.causes.meeting import Meeting, meeting, shapes_of
from convcalc.explainer.causes.mending import pad_or_crop, told
from convcalc.explainer.causes.parting import depth_of, pools, rounds_up, stories
from convcalc.explainer.messages import FRAMEWORKS
from convcalc.explainer.reading import Said
from convcalc.explainer.words import ROUNDED_UP

FEW_CHANNELS = 4  # of a picture: grey, red-green-blue, and alpha


def sizes(said: Said) -> Found:
    """The kinds that begin with "sizes do not fit"."""
    kind = said.message.kind.partition(": ")[2]
    found = _by_axes(said, kind)
    if found is not None:
        return found
    met = meeting(said)
    if met is None or all(one == other for one, other in met.pairs):
        return Found(
            "the shapes do not go together, though every axis that is told agrees",
            repairs=("print both shapes before that line",),
            commands=(follow(),),
        )
    match kind:
        case "stack":
            found = unlike.stacked(said, met)
        case "batch":
            found = unlike.batches(said, met)
        case _ if met.told and not met.space:
            found = unlike.plain(said, met, kind)
        case _ if met.axes == (0,):
            found = unlike.batches(said, met)
        case _ if not met.in_space:
            found = unlike.channels(said, met)
        case _ if met.joined is not None and met.axes is None and 1 in met.pairs[0]:
            found = unlike.repeated(met)
        case _:
            found = _parted(said, met)
    return found


def _by_axes(said: Said, kind: str) -> Found | None:
    """What the number of axes alone explains."""
    shapes = shapes_of(said)
    apart = len({len(shape) for shape in shapes}) > 1
    if kind not in ("loss", "sparse loss"):
        return unlike.ranks(shapes, kind) if apart else None
    # These losses take a target without the axis of classes that the output has.
    numbered = "up until the last" in said.text or "got input" in said.text
    return losses(said, *shapes) if kind == "sparse loss" or (apart and not numbered) else None


def _parted(said: Said, met: Meeting) -> Found:
    framework = said.message.framework
    nearest = min(met.pairs, key=lambda pair: abs(pair[0] - pair[1]))
    small, large = min(nearest), max(nearest)
    ways = list(stories(small, large, framework)) if small > 0 else []
    near = 2 * (large - small) < large or large - small <= 2
    reasons = [f"or {each.words}" for each in ways[1:]]
    if small > 0 and near:
        reasons += filter(None, [pools(small, large, framework)])
    if small <= FEW_CHANNELS and not near and "add" in said.message.kind:
        reasons.append(
            f"{small} may be channels that meet another axis: each tensor's last axis meets the "
            "other's last"
        )
    if len(met.pairs) > 1:
        others = ", ".join(f"{a} and {b}" for a, b in met.pairs)
        reasons.append(f"the axes differ one by one: {others}")
    if not met.told:
        reasons.append(_not_told(FRAMEWORKS[framework], met))
    if met.told and met.rank == 4:
        order = "batch, height, width, channels" if met.trail else "batch, channels, height, width"
        reasons.append(f"the axes are read as {order}")
    why = f"; a likely way: {ways[0].words}" if ways else f", {large - small} less"
    repairs = [repair for each in ways for repair in each.repairs]
    if near:
        less = inputs_of(small, 2, 2) if small > 0 else None
        if less is not None and rounds_up(less[1], large):
            repairs.append(
                f"{ROUNDED_UP[framework]} on the pool, where {small} comes from {less[1]}: {large} "
                "comes out"
            )
        repairs += pad_or_crop(framework, met)
        repairs.append(_multiples(small, large))
    elif small <= FEW_CHANNELS and "add" in said.message.kind and not met.trail:
        repairs.append(
            f"b.reshape(-1, 1, 1), where the {small} are channels: they then meet axis -3"
        )
    if not repairs:
        repairs.append("print both shapes before that line, and follow the network to it")
    return Found(
        f"{told(met)}{why}",
        tuple(reasons),
        tuple(repairs),
        tuple(steps for each in ways for steps in each.steps),
        tuple(_commands(small, large)),
    )


def _not_told(framework: str, met: Meeting) -> str:
    if met.axes is not None:
        return f"{framework} tells one axis that differs; the others may differ as well"
    which = "one size" if met.joined is None else f"one size, of an axis other than {met.joined},"
    return f"{framework} tells {which} and not its axis; the batch or others may differ as well"


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
