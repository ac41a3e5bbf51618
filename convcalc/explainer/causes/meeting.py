"""Two tensors that were to meet: which axes of which of them differ, as far as a message tells.

Law: nothing is explained here. The layout is the framework's own: channels before space in PyTorch
and ONNX, after it in Keras and JAX.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from convcalc.errors import SizeError
from convcalc.explainer.reading import Said

MOST_AXES = 8


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
    False), ``lead`` of them before those in space, ``trail`` after.
    """

    first: Tensor
    second: Tensor
    axes: tuple[int, ...] | None
    rank: int
    lead: int
    trail: int
    told: bool

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


def meeting(said: Said) -> Meeting | None:
    """The two tensors of a message of the kinds "sizes do not fit"; None where none differ."""
    numbers, framework = said.numbers, said.message.framework
    last = framework in ("keras", "jax")
    kind = said.message.kind.partition(": ")[2]
    match kind:
        case "stack" | "expand" | "loss" | "batch":
            return _named(said, kind, last)
        case _ if "shapes" in numbers:
            names = ("tensor 0", "a"), ("tensor {}", "b")
            return _of_shapes(said.shapes("shapes"), names, last, batch=kind != "stack")
        case _ if "expected" in numbers:
            tensor = said.number("tensor") if "tensor" in numbers else 1
            at = said.number("at") if "at" in numbers else None
            axis = said.number("axis") if framework == "onnxruntime" else at
            return _one_axis(
                Tensor("tensor 0", "a", (said.number("expected"),)),
                Tensor(f"tensor {tensor}", "b", (said.number("got"),)),
                axis,
            )
        case _:
            axis = said.number("axis") if "axis" in numbers else None
            return _one_axis(
                Tensor("a", "a", (said.number("a"),)), Tensor("b", "b", (said.number("b"),)), axis
            )


def _one_axis(first: Tensor, second: Tensor, axis: int | None) -> Meeting:
    """Channels first, with the axes of an image unless a later axis is told."""
    if axis is not None and not 0 <= axis < MOST_AXES:
        raise SizeError(f"no tensor has an axis {axis}")
    rank = 4 if axis is None or axis < 4 else axis + 1
    return Meeting(first, second, None if axis is None else (axis,), rank, 2, 0, told=False)


def _named(said: Said, kind: str, last: bool) -> Meeting | None:
    if kind == "stack":
        if "first" in said.numbers:
            shapes = [said.entries("first"), said.entries("second")]
        else:
            shapes = said.shapes("shapes")
        number = said.number("tensor") if "tensor" in said.numbers else 1
        names = ("entry 0", "a"), (f"entry {number}", "b")
        return _of_shapes(shapes, names, last, batch=False)
    if kind == "expand":
        shapes = [said.entries("shape"), said.entries("to")]
        return _of_shapes(shapes, (("the tensor", "x"), ("the target", "target")), last)
    output, target = said.entries("input"), said.entries("target")
    lacks = None
    if len(output) == len(target) + 1:  # classes are an axis of the output alone
        lacks = len(target) if last else 1
        target.insert(lacks, None)
    names = ("the output", "output"), ("the target", "target")
    met = _of_shapes([output, target], names, last)
    return None if met is None else met._replace(second=met.second._replace(lacks=lacks))


def _of_shapes(
    shapes: Sequence[list[int | None]],
    names: tuple[tuple[str, str], tuple[str, str]],
    last: bool,
    *,
    batch: bool = True,
) -> Meeting | None:
    """The first of ``shapes`` and the next that differs from it; the axes in space, if any do."""
    (name, code), (other_name, other_code) = names
    for number, other in enumerate(shapes[1:], start=1):
        one, two = list(shapes[0]), list(other)
        if batch and last and len(one) == len(two) == 3:
            one, two = [None, *one], [None, *two]  # Keras leaves the batch out
        rank = min(len(one), len(two))
        lead = (1 if batch else 0) if last else (2 if batch else 1)
        trail = int(last)
        if rank < lead + trail + 1:
            lead = trail = 0  # no image: every axis is told as it is
        axes = [
            axis
            for axis, (x, y) in enumerate(zip(one, two, strict=False))
            if x is not None and y is not None and x != y
        ]
        space = [axis for axis in axes if lead <= axis < rank - trail]
        axes = space or axes
        if axes:
            return Meeting(
                Tensor(name, code, tuple(one[axis] or 0 for axis in axes)),
                Tensor(
                    other_name.format(number), other_code, tuple(two[axis] or 0 for axis in axes)
                ),
                tuple(axes),
                rank,
                lead,
                trail,
                told=True,
            )
    return None
