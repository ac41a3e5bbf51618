"""Two tensors that were to meet: which axes of which of them differ, as far as a message tells.

Law: nothing is explained here. The layout is the framework's own: channels before space in PyTorch
and ONNX, after it in Keras and JAX.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from convcalc.errors import SizeError
from convcalc.explainer.reading import Said

MOST_AXES = 8  # that a tensor is thought to have


class Tensor(NamedTuple):
    """One of the two: its name, its name in code, its sizes on the axes that differ.

    ``lacks`` is an axis that only the other one has (the classes, which a target may lack).
    """

    name: str
    code: str
    sizes: tuple[int, ...]
    lacks: int | None = None


class Meeting(NamedTuple):
    """The two tensors and the axes on which they differ.

    ``axes`` are None where they are not told. A shape has ``rank`` axes (assumed, where ``told`` is
    False), ``lead`` of them before those in space, ``trail`` after. ``joined`` is the axis of a
    concatenation, on which the two may differ.
    """

    first: Tensor
    second: Tensor
    axes: tuple[int, ...] | None
    rank: int
    lead: int
    trail: int
    told: bool
    joined: int | None = None

    @property
    def space(self) -> range:
        """The axes in space."""
        return range(self.lead, self.rank - self.trail)

    @property
    def in_space(self) -> bool:
        """Whether the axes that differ lie in space; so it is assumed where they are not told."""
        return self.axes is None or all(axis in self.space for axis in self.axes)

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """The sizes of both on each axis that differs, each pair once."""
        return list(dict.fromkeys(zip(self.first.sizes, self.second.sizes, strict=True)))


def shapes_of(said: Said) -> list[list[int | None]]:
    """The shapes of a message that tells whole shapes, else none."""
    numbers = said.numbers
    for names in (("first", "second"), ("shape", "to"), ("input", "target")):
        if all(name in numbers for name in names) and not said.message.kind.endswith("batch"):
            return [said.entries(name) for name in names]
    return said.shapes("shapes") if "shapes" in numbers else []


def meeting(said: Said) -> Meeting | None:
    """The two tensors of a message of the kinds "sizes do not fit"; None where none differ."""
    numbers, framework = said.numbers, said.message.framework
    kind = said.message.kind.partition(": ")[2]
    shapes = shapes_of(said)
    if shapes:
        return _of_shapes(said, kind, shapes, last=framework in ("keras", "jax"))
    if kind == "batch":
        output, target = said.number("input"), said.number("target")
        return _one_axis(
            Tensor("the output", "output", (output,)), Tensor("the target", "target", (target,)), 0
        )
    if "expected" in numbers:
        number = said.number("tensor") if "tensor" in numbers else 1
        first = Tensor("tensor 0", "a", (said.number("expected"),))
        second = Tensor(f"tensor {number}", "b", (said.number("got"),))
        if framework == "onnxruntime":
            return _one_axis(first, second, said.number("axis"))
        at = said.number("at") if "at" in numbers else None
        joined = said.number("axis") if "axis" in numbers else None  # a message quoted in part
        return _one_axis(first, second, at, joined)
    one, two = ("one tensor", "the other") if framework == "onnxruntime" else ("a", "b")
    axis = said.number("axis") if "axis" in numbers else None
    return _one_axis(
        Tensor(one, "a", (said.number("a"),)), Tensor(two, "b", (said.number("b"),)), axis
    )


def _one_axis(
    first: Tensor, second: Tensor, axis: int | None, joined: int | None = None
) -> Meeting:
    """Channels first, with the axes of an image unless a later axis is told."""
    known = [each for each in (axis, joined) if each is not None]
    if not all(0 <= each < MOST_AXES for each in known):
        raise SizeError(f"no tensor has an axis {max(known)}")
    rank = max([4, *(each + 1 for each in known)])
    told = None if axis is None else (axis,)
    return Meeting(first, second, told, rank, 2, 0, told=False, joined=joined)


def _names(said: Said, kind: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """The names of the two tensors, and their names in code."""
    number = said.number("tensor") if "tensor" in said.numbers else "{}"
    match kind:
        case "stack":
            return ("entry 0", "a"), (f"entry {number}", "b")
        case "expand":
            return ("the tensor", "x"), ("the target", "target")
        case "loss":
            return ("the output", "output"), ("the target", "target")
        case _:
            return ("tensor 0", "a"), ("tensor {}", "b")


def _of_shapes(
    said: Said, kind: str, shapes: Sequence[list[int | None]], *, last: bool
) -> Meeting | None:
    """The first of ``shapes`` and the next that differs from it; the axes in space, if any do."""
    (name, code), (other_name, other_code) = _names(said, kind)
    # An axis of 1 is repeated, and missing ones are those before.
    spread = kind in ("add", "expand")
    lead, trail = (int(kind != "stack") + int(not last), int(last))
    for number, other in enumerate(shapes[1:], start=1):
        one, two, lacks = list(shapes[0]), list(other), None
        if kind == "loss" and len(one) == len(two) + 1:  # classes are an axis of the output alone
            lacks = len(two) if last else 1
            two.insert(lacks, None)
        if "Inputs have" in said.text or "Operands could" in said.text:
            one, two = [None, *one], [None, *two]  # Keras' merging layers leave the batch out
        rank = max(len(one), len(two)) if spread else min(len(one), len(two))
        if spread:
            one, two = [[*(None for _ in range(rank - len(each))), *each] for each in (one, two)]
        axes = [
            axis
            for axis, (x, y) in enumerate(zip(one, two, strict=False))
            if x is not None and y is not None and x != y and not (spread and 1 in (x, y))
        ]
        image = rank > lead + trail
        space = range(lead, rank - trail) if image else range(rank, rank)
        axes = [axis for axis in axes if axis in space] or axes
        if axes:
            first = Tensor(name, code, tuple(one[axis] or 0 for axis in axes))
            sizes = tuple(two[axis] or 0 for axis in axes)
            second = Tensor(other_name.format(number), other_code, sizes, lacks)
            return Meeting(
                first,
                second,
                tuple(axes),
                rank,
                lead if image else rank,
                trail if image else 0,
                told=True,
            )
    return None
