"""Pads and crops that make two tensors meet at once.

Law: on each axis the smaller is padded, or the larger is cut, to the other's size.
"""

from __future__ import annotations

from collections.abc import Iterator

from convcalc.explainer.causes.meeting import Meeting, Tensor
from convcalc.explainer.words import cropped, padded
from convcalc.layers.axis import write


def told(met: Meeting) -> str:
    """What the message says: both sizes, by the names of their tensors."""
    first, second = met.first, met.second
    return f"{first.name} has {write(first.sizes)} where {second.name} has {write(second.sizes)}"


def pad_or_crop(framework: str, met: Meeting) -> Iterator[str]:
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
    if smaller.code != "target" or larger.code != "x":  # a target of expand is only a size
        yield f"pad {smaller.name}: {pad}{where}"
    if smaller.code != "x" or larger.code != "target":
        yield f"crop {larger.name}: {crop}{where}"


def _pairs_by_axis(met: Meeting, smaller: Tensor, larger: Tensor) -> Iterator[tuple[int, int, int]]:
    if met.told and met.axes is not None:
        yield from zip(met.axes, smaller.sizes, larger.sizes, strict=True)
        return
    # One size is told. PyTorch looks from the last axis at an addition, so what lies before the
    # axis that is told may differ as well; a concatenation does not tell the axis.
    last = met.rank - 1 if met.axes is None else met.axes[0]
    for axis in range(met.lead, last + 1):
        if axis != met.joined:
            yield axis, smaller.sizes[0], larger.sizes[0]


def _assumed(met: Meeting) -> str:
    if met.axes == (2,):
        return " (for 4 axes, with the height alone)"
    if met.joined in met.space:
        return f" (for {met.rank} axes)"
    return " (for 4 axes, where height and width differ alike)" if met.rank == 4 else ""
