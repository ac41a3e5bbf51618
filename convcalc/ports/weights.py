"""The conversion of a kernel, as numpy code: axis order, rotation, channels, groups.

Law: every layout is the order of its axes (``O`` and ``I`` for channels, ``*`` for the spatial
ones) and a family. In the family "conv" the groups split O and I counts one group; in
"transposed" they split I and O counts one group. In both a kernel that is not rotated lies as a
convolution reads it; a transposed one as PyTorch stamps it.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from convcalc.ports.plan import Plan


class Layout(NamedTuple):
    """How a framework lays a kernel out."""

    order: str  # "OI*", "IO*", "*IO", "*OI"; "*IM" is Keras's depthwise kernel
    family: Literal["conv", "transposed"] = "conv"
    stamps: bool = True  # of a transposed convolution: w[t] is stamped at s*i + d*t


def source_layout(plan: Plan) -> Layout:
    """The layout of the kernel of the call that the plan comes from, as its reader says it."""
    origin = plan.origin
    if plan.kind == "transposed" and not plan.step:
        return Layout(origin.layout or "IO*", "transposed", origin.rotated)
    return Layout(origin.layout or "OI*")


def conversion(plan: Plan, target: Layout) -> str:
    """``def convert(weight)``: from the source's layout to ``target``, in numpy; "" for a pool."""
    if plan.kind in ("max", "avg"):
        return ""
    source = source_layout(plan)
    rank, groups = plan.rank, plan.origin.groups
    lines: list[str] = []
    order = source.order
    if order == "*IM":
        lines += [
            f"weight = np.moveaxis(weight, ({rank}, {rank + 1}), (0, 1))",
            "weight = weight.reshape(-1, 1, *weight.shape[2:])",
        ]
        order = "OI*"
    if source.family != target.family and groups > 1:
        order = _permute(lines, order, "OI*" if source.family == "conv" else "IO*", rank)
        lines += [
            f"parts = weight.reshape({groups}, -1, *weight.shape[1:])  # the groups",
            "weight = parts.swapaxes(1, 2).reshape(-1, parts.shape[1], *parts.shape[3:])",
        ]
        order = order[1] + order[0] + "*"
    order = _permute(lines, order, target.order, rank)
    if _rotation(source) != _rotation(target):
        first = target.order.index("*")
        where = tuple(range(first, first + rank))
        lines.append(f"weight = np.flip(weight, {where})")
    body = [
        "weight = np.asarray(weight)",
        *lines,
        "return weight.copy()",
    ]
    words = f"{_words(source, plan)} to {_words(target, plan)}."
    if source == target:
        words = f"{_words(source, plan)}: the same layout."
    head = ["import numpy as np", "", "", "def convert(weight):", f'    """{words}"""']
    return "\n".join(head + ["    " + line for line in body]) + "\n"


def _rotation(layout: Layout) -> bool:
    """Whether the kernel lies rotated against what the sliding convolution reads."""
    return layout.family == "transposed" and layout.stamps


def _permute(lines: list[str], order: str, wanted: str, rank: int) -> str:
    """Add the transposition from one order of axes to another."""

    def spread(order: str) -> list[str]:
        if "*" not in order:
            return list(order)
        before, _, after = order.partition("*")
        return [*before, *(str(axis) for axis in range(rank)), *after]

    places = spread(order)
    moves = [places.index(name) for name in spread(wanted)]
    if moves != list(range(rank + 2)):
        lines.append(f"weight = weight.transpose({', '.join(map(str, moves))})")
    return wanted


def _words(layout: Layout, plan: Plan) -> str:
    split = "in" if layout.family == "conv" else "out"
    counted = plan.origin.groups > 1 or plan.depthwise
    names = {
        "O": "out / groups" if counted and split == "out" else "out",
        "I": "in / groups" if counted and split == "in" else "in",
        "M": "multiplier",
    }
    if layout.order == "*IM":
        names["I"] = "in"
    spatial = "kernel" if plan.rank == 1 else ", ".join(f"k{axis}" for axis in range(plan.rank))
    numbered = {str(axis): f"k{axis}" for axis in range(plan.rank)}
    return "({})".format(
        ", ".join((names | numbered | {"*": spatial})[sign] for sign in layout.order)
    )
