"""Pieces of Python text that the writers share.

Law: text goes out here, nothing is run; a number is written once where every axis shares it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from convcalc.ports.plan import Ints, Pairs, Plan


class Written(NamedTuple):
    """What a writer gives: whether one layer says it, the code, the kernel's layout, remarks."""

    single: bool
    code: str
    weights: str
    needs_size: bool = False
    call: str = ""


def one(values: Sequence[int]) -> str:
    """``3`` where every axis has 3, else ``(3, 5)``.

    >>> one((3, 3)), one((3, 5)), one((2,))
    ('3', '(3, 5)', '2')
    """
    return str(values[0]) if len(set(values)) == 1 else str(tuple(values))


def differing(**values: tuple[Ints | int, int]) -> str:
    """``, name=value`` for each value that is not its default, given as (value, default).

    >>> differing(stride=((2, 2), 1), dilation=((1, 1), 1), groups=(1, 1))
    ', stride=2'
    """
    found = ""
    for name, (value, default) in values.items():
        entries = value if isinstance(value, tuple) else (value,)
        if set(entries) != {default}:
            found += f", {name}={one(entries)}"
    return found


def even(pads: Pairs) -> bool:
    """Whether both sides of every axis have the same padding, and none is a crop."""
    return all(low == high >= 0 for low, high in pads)


def nothing(pads: Pairs | None) -> bool:
    """Whether there is nothing to pad."""
    return pads is not None and not any(map(any, pads))


def function(imports: Sequence[str], call: str, body: Sequence[str], *, pool: bool = False) -> str:
    """The text of ``layer``, with the imports before it and the framework's own call on top."""
    parameters = "x, weight=None, bias=None" if pool else "x, weight, bias=None"
    lines = [*imports, "", "", f"def layer({parameters}):", f'    """{call}"""']
    return "\n".join([*lines, *("    " + line if line else "" for line in body)]) + "\n"


def pads_of(plan: Plan, shape: str, name: str = "pads") -> list[str]:
    """Lines that compute the pads (or crops) from the input's shape."""
    strides, extents = plan.stride, plan.extent
    match plan.rule:
        case "same" | "same-lower":
            pair = "(total // 2, total - total // 2)"
            if plan.rule == "same-lower":
                pair = "(total - total // 2, total // 2)"
            return [
                f"{name} = []",
                f"for n, k_e, s in zip({shape}, {extents}, {strides}):",
                "    total = max((-(-n // s) - 1) * s + k_e - n, 0)",
                f"    {name}.append({pair})",
            ]
        case "same-inside" | "same-inside-lower":
            half = "-(-total // 2)" if plan.rule == "same-inside-lower" else "total // 2"
            return [
                f"{name} = []",
                f"for n, k, s in zip({shape}, {plan.kernel}, {strides}):",
                "    total = (-(-n // s) - 1) * s + k - n  # below 0 it starts inside the input",
                f"    low = {half} if total > 0 else -(-total // 2)",
                f"    {name}.append((low, total - low))",
            ]
        case "ceil":
            return [
                f"{name} = []",
                f"for n, k_e, s, (low, high) in zip({shape}, {extents}, {strides}, {plan.base}):",
                "    missing = (k_e - n - low - high) % s  # cells that the last window lacks",
                "    # A window that would start behind the input is left out.",
                f"    {name}.append((low, high + missing if high + missing < k_e else high))",
            ]
        case "target" | "target-lower":
            half = "total // 2" if plan.rule == "target" else "total - total // 2"
            return [
                f"{name} = []",
                (
                    f"for n, k_e, s, a, o in zip({shape}, {extents}, {strides}, {plan.after}, "
                    f"{plan.target}):"
                ),
                "    total = max(s * (n - 1) + k_e + a - o, 0)",
                f"    low = {half}",
                f"    {name}.append((low, s * (n - 1) + k_e - low - o))",
            ]
        case _:
            raise AssertionError(plan.rule)


def kept(crops: Pairs, step: Ints = (), *, first: int) -> str:
    """``[:, 1:-2, ::2]``: what remains after the crops and every step; "" for everything.

    ``first`` is the number of the first spatial axis.

    >>> kept(((1, 2), (0, 0)), (1, 2), first=2), kept(((0, 0),), first=1)
    ('[:, :, 1:-2, ::2]', '')
    """
    steps = step or (1,) * len(crops)
    if nothing(crops) and max(steps) == 1:
        return ""
    entries = [
        f"{low or ''}:{-high if high else ''}" + (f":{every}" if every > 1 else "")
        for (low, high), every in zip(crops, steps, strict=True)
    ]
    return f"[{':, ' * first}{', '.join(entries)}]"


def fold(plan: Plan, *lines: str, first: int) -> list[str]:
    """Flax's circular output: in whole periods of n*s, which ``lines`` pad ``y`` to and add up.

    ``first`` is the number of the first spatial axis; the lines find ``axis``, ``period``, and how
    many cells are ``missing``, ``low`` of them in front.
    """
    shape = "x.shape[2:]" if first == 2 else "x.shape[1:-1]"
    return [
        f"for axis, n, s in zip(range({first}, {plan.rank + first}), {shape}, {plan.stride}):",
        "    period = n * s  # circular: the output is folded into n*s cells",
        "    missing = (period - y.shape[axis]) % (2 * period)",
        f"    low = {'missing // 2' if plan.origin.rotated else '(missing + 1) // 2'}",
        *("    " + line for line in lines),
    ]


def fold_arrays(plan: Plan, numpy: str) -> list[str]:
    """The same for arrays with channels first, as numpy's, by the functions of ``numpy``."""
    return fold(
        plan,
        "widths = [(0, 0)] * y.ndim",
        "widths[axis] = (low, missing - low)",
        f"y = {numpy}.pad(y, widths)",
        "y = y.reshape(*y.shape[:axis], -1, period, *y.shape[axis + 1 :]).sum(axis)",
        first=2,
    )


def refill(plan: Plan, first: int, take: str) -> list[str]:
    """Lines that pad by reflection, repetition or wrapping, however far: cells by their indices.

    ``first`` is the number of the first spatial axis, ``take`` picks ``cells`` along ``axis``.
    """
    index = {
        "circular": "i % n",
        "replicate": "min(max(i, 0), n - 1)",
        "reflect": "min(i % period, period - i % period)",
    }[plan.mode]
    lines = [
        f"for axis, (low, high) in enumerate({plan.pads}, {first}):",
        "    n = x.shape[axis]",
        f"    cells = [{index} for i in range(-low, n + high)]  # {plan.mode}",
        f"    x = {take}",
    ]
    if plan.mode == "reflect":
        lines.insert(2, "    period = max(2 * (n - 1), 1)")
    return lines


def refolds(plan: Plan) -> bool:
    """Whether a reflection or a wrap goes further than the input is long, as only JAX pads."""
    most = {"reflect": -1, "circular": 0}.get(plan.mode)
    return most is not None and any(
        max(pair) > n + most for pair, n in zip(plan.pads or (), plan.size or (), strict=False)
    )
