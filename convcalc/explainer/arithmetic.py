"""What a cause is made of: its record, and the arithmetic that every cause shares.

Law: no size is computed here but by a layer of ``convcalc.layers``; a repair is told only after
a layer has given its size.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from convcalc.derivation import Step
from convcalc.errors import ConvcalcError
from convcalc.layers import Conv, Layer, Pool, TransposedConv, axes, output_shape
from convcalc.layers.axis import spread_size, write
from convcalc.solver import solve

NETWORK = "network.txt"  # where the commands that follow a whole network look for it


class Found(NamedTuple):
    """Why a message came: the cause in one sentence, reasons, repairs, arithmetic and questions.

    ``steps`` are derivations with their labels, ``commands`` what convcalc could be asked next.
    """

    cause: str
    reasons: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()
    steps: tuple[tuple[str, tuple[Step, ...]], ...] = ()
    commands: tuple[str, ...] = ()


def outputs(layer: Layer, sizes: Sequence[int]) -> tuple[int, ...]:
    """The output of every axis, 0 where nothing comes out (which ``output_shape`` refuses)."""
    spread = spread_size(tuple(sizes), layer.rank)
    return tuple(
        max(layer.work_out(axis, n).output, 0)
        for axis, n in zip(axes(layer, len(spread)), spread, strict=True)
    )


def fits(layer: Layer, sizes: Sequence[int]) -> bool:
    """Whether something comes out on every axis.

    >>> fits(Pool(3), (2, 5)), fits(Pool(2), (2, 5))
    (False, True)
    """
    return min(outputs(layer, sizes)) > 0


def steps_of(layer: Layer, sizes: Sequence[int]) -> tuple[tuple[str, tuple[Step, ...]], ...]:
    """The steps of every axis that differs from the others, labelled with the layer."""
    found: dict[tuple[Step, ...], str] = {}
    for axis, n in zip(axes(layer, len(sizes)), sizes, strict=True):
        steps: list[Step] = []
        layer.work_out(axis, n, steps.append)
        label = f"{layer.title} on {n}: k = {axis.kernel}, s = {axis.stride}"
        if isinstance(axis.padding, str):
            label += f", p = {axis.padding}"
        elif any(axis.padding):
            label += f", p = {write([axis.padding])}"
        if axis.dilation > 1:
            label += f", d = {axis.dilation}"
        if axis.output_padding:
            label += f", a = {axis.output_padding}"
        found.setdefault(tuple(steps), label)
    return tuple((label, steps) for steps, label in found.items())


def inputs_of(output: int, kernel: int, stride: int, padding: int = 0) -> tuple[int, int] | None:
    """The least and the greatest input that a window turns into ``output``; None where none does.

    They are what the transposed partner makes of it, without output padding and with the largest.
    Source: Dumoulin & Visin, relationship 14.

    >>> inputs_of(63, kernel=2, stride=2), inputs_of(32, kernel=3, stride=2, padding=1)
    ((126, 127), (63, 64))
    """
    try:
        (least,) = output_shape(TransposedConv(kernel, stride, padding), output)
        longest = TransposedConv(kernel, stride, padding, output_padding=stride - 1)
        (greatest,) = output_shape(longest, output)
    except ConvcalcError:
        return None
    return least, greatest


def layer_between(
    n: int, output: int, *, op: str, stride: int | None = None
) -> Conv | TransposedConv | None:
    """The best layer without dilation from ``n`` to ``output``, as ``convcalc solve`` ranks them.

    >>> layer_between(6, 5, op="conv").kernel
    2
    """
    found = solve(n, output, op=op, stride=stride, dilation=1, limit=1)
    for each in found.best:
        if isinstance(each.layer, Conv | TransposedConv):
            return each.layer
    return None


def halved(n: int, times: int) -> list[int]:
    """``n`` and what ``times`` pools of 2 make of it, one after the other.

    >>> halved(500, 3)
    [500, 250, 125, 62]
    """
    sizes = [n]
    for _ in range(times):
        if sizes[-1] < 2:
            break
        sizes += output_shape(Pool(2), sizes[-1])
    return sizes


def doubled(n: int, times: int) -> list[int]:
    """``n`` and what ``times`` transposed convolutions with kernel and stride 2 make of it."""
    sizes = [n]
    for _ in range(times):
        sizes += output_shape(TransposedConv(2, 2), sizes[-1])
    return sizes


def code(values: Sequence[int]) -> str:
    """Values of several axes as Python writes an argument: one number where they agree.

    >>> code([1, 1]), code([1, 0])
    ('1', '(1, 0)')
    """
    return str(values[0]) if len(set(values)) == 1 else f"({', '.join(map(str, values))})"


def option(values: Sequence[int]) -> str:
    """Values of several axes as the command line takes them: one number where they agree.

    >>> option([1, 1]), option([1, 0])
    ('1', '1x0')
    """
    return write(list(values)[:1] if len(set(values)) == 1 else list(values))


def counted(number: int, thing: str = "cell", things: str = "") -> str:
    """``1 cell``, ``2 cells``; ``3 axes``, where ``things`` are told."""
    return f"{number} {thing if number == 1 else things or thing + 's'}"


def shown(shape: Sequence[int | None]) -> str:
    """A whole shape with its open dimensions: ``?x28x28``."""
    return "x".join("?" if n is None else str(n) for n in shape)


def follow(sizes: str = "--sizes 1..512") -> str:
    """The command that follows the whole network."""
    return f"convcalc net {NETWORK} {sizes}"
