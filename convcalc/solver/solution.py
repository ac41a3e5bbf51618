"""A layer that fits, as an answer: with its sizes, and why it stands where it does.

Law: a solution is worked out by the layer itself, so that no closed form is taken on trust.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from convcalc.layers import Layer, Pool, TransposedConv, axes, output_shape
from convcalc.layers.axis import Pair, PerAxis, write, write_once
from convcalc.solver.families import Found
from convcalc.solver.question import Question, Sizes, on_axes
from convcalc.solver.rank import reasons
from convcalc.solver.space import Span


class Solution(NamedTuple):
    """One layer that fits, the sizes (input, output) that it fits, and why it stands where it does.

    >>> from convcalc.solver import solve
    >>> best = solve(7, 14, op="deconv", kernel=4, stride=2).best[0]
    >>> best.input, best.output, best.reasons
    ((7,), (14,), ('even coverage', 'symmetric'))
    """

    layer: Layer
    sizes: tuple[tuple[Sizes, Sizes], ...]
    reasons: tuple[str, ...]

    @property
    def input(self) -> Sizes:
        """The (first) input size, one number for each spatial axis."""
        return self.sizes[0][0]

    @property
    def output(self) -> Sizes:
        """The output size that it leads to."""
        return self.sizes[0][1]


class Solutions(NamedTuple):
    """Every layer that fits, counted, and the best of them.

    ``looked`` says what was looked at; ``inputs``, where the input size was asked for, the least
    and the greatest of every axis. ``asymmetric`` is a layer whose sides differ, where these were
    not looked at and it ranks before the best. Where ``total`` is 0, ``obstacles`` says what stands
    in the way and ``nearest`` is the layer of the same space that comes closest, with its own
    output.

    >>> from convcalc.solver import solve
    >>> found = solve(7, 14, op="conv", kernel=3, stride=2, padding=1)
    >>> found.total, found.nearest.output
    (0, (4,))
    """

    total: int
    best: tuple[Solution, ...]
    looked: tuple[str, ...] = ()
    inputs: tuple[Span, ...] = ()
    asymmetric: Solution | None = None
    obstacles: tuple[str, ...] = ()
    nearest: Solution | None = None


def solution(question: Question, found: tuple[Found, ...]) -> Solution:
    """A layer of every axis (one stands for all) as a solution, worked out."""
    each = on_axes(found, question.rank)
    layer = _layer(each)
    sizes = []
    for n, _ in question.pairs:
        known = tuple(
            one.sizes[0][0] if size is None else size for one, size in zip(each, n, strict=True)
        )
        sizes.append((known, output_shape(layer, known)))
    return Solution(layer, tuple(sizes), tuple(_reasons(each)))


def _layer(each: Sequence[Found]) -> Layer:
    """The layer with the values of every axis."""
    first = each[0]
    values: dict[str, Any] = {
        "kernel": _once([one.kernel for one in each]),
        "stride": _once([one.stride for one in each]),
        "padding": first.name or _padding([one.padding for one in each]),
        "dilation": _once([one.dilation for one in each]),
        "rank": len(each),
    }
    if isinstance(first.model, TransposedConv):
        values["output_padding"] = _once([one.axis.output_padding for one in each])
    return replace(first.model, **values)


def _reasons(each: Sequence[Found]) -> Iterator[str]:
    """Every reason once, with the axes that it holds for where these are not all."""
    where: dict[str, list[str]] = {}
    for axis, found in enumerate(each, 1):
        for reason in reasons(found):
            where.setdefault(reason, []).append(str(axis))
    for reason, axes_of_it in where.items():
        all_of_them = len(axes_of_it) == len(each)
        yield reason if all_of_them else f"{reason} (axis {', '.join(axes_of_it)})"


def write_layer(layer: Layer) -> str:
    """A layer's parameters as options that can be pasted.

    >>> write_layer(TransposedConv(kernel=4, stride=2, padding=1, output_padding=1))
    '--op deconv --k 4 --s 2 --p 1 --a 1'
    """
    each = axes(layer, layer.rank or 1)
    ceil = " --ceil" if isinstance(layer, Pool) and layer.ceil else ""
    options = {
        "k": write_once([axis.kernel for axis in each]),
        "s": write_once([axis.stride for axis in each]),
        "p": write_once([axis.padding for axis in each]),
        "d": write_once([axis.dilation for axis in each]),
        "a": write_once([axis.output_padding for axis in each]),
    }
    absent = {"d": "1", "a": "0"}
    words = (f"--{name} {text}" for name, text in options.items() if text != absent.get(name))
    return f"--op {layer.op} {' '.join(words)}{ceil}"


def write_solution(found: Solution, *, sized: bool) -> str:
    """The layer as options to paste, with its input size where that was asked for."""
    return write_layer(found.layer) + ("" if sized else f" --n {write(found.input)}")


def _once(values: Sequence[int]) -> PerAxis:
    return values[0] if len(set(values)) == 1 else tuple(values)


def _padding(values: Sequence[Pair]) -> int | tuple[int | Pair, ...]:
    """The padding as a person writes it: one number where one says everything."""
    written = [low if low == high else (low, high) for low, high in values]
    if len(set(written)) == 1 and isinstance(written[0], int):
        return written[0]
    return tuple(written)
