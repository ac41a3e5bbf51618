"""What a layer does to numbers, in words that no framework owns.

Law: a plan holds everything that decides a value (paddings as numbers or as a rule of the input
size, the kernel's orientation and axes, what an average divides by) and nothing else does; a
writer of a framework reads the plan alone.

A transposed convolution stamps ``w[t]`` at ``s*i + d*t`` of ``s(n-1) + k_e`` cells; ``pads`` are
then the cells dropped at both ends, negative where zeros are added instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias

from convcalc.errors import PortError
from convcalc.layers import Layer, axes, work_out
from convcalc.layers.axis import Pair, spread_size
from convcalc.layers.conv import Conv
from convcalc.layers.origin import Origin
from convcalc.layers.pool import Pool
from convcalc.layers.transposed import TransposedConv

Kind: TypeAlias = Literal["conv", "transposed", "max", "avg"]
Pairs: TypeAlias = tuple[Pair, ...]
Ints: TypeAlias = tuple[int, ...]


class Plan(NamedTuple):
    """One layer: what it computes, for every spatial axis."""

    kind: Kind
    origin: Origin
    kernel: Ints
    stride: Ints
    dilation: Ints
    stretch: Ints  # a convolution's input dilation
    pads: Pairs | None  # as numbers, ceil mode's extra cells included; None: they depend on n
    base: Pairs | None  # the same without ceil mode's cells
    rule: str = ""  # same, same-lower, same-inside, ceil, target, circular: where n decides
    target: Ints = ()  # output sizes and output padding of the rule "target"
    after: Ints = ()
    size: Ints | None = None
    step: Ints = ()  # a stretched convolution written as a transposed one keeps every step-th cell

    @property
    def rank(self) -> int:
        """The number of spatial axes."""
        return len(self.kernel)

    @property
    def extent(self) -> Ints:
        """The effective kernel ``d(k-1)+1`` of every axis."""
        return tuple(d * (k - 1) + 1 for k, d in zip(self.kernel, self.dilation, strict=True))

    @property
    def depthwise(self) -> bool:
        """Whether every input channel is a group of its own, however many there are."""
        return self.origin.name.startswith("Depthwise")

    @property
    def named(self) -> bool:
        """Whether the padding is the plain "same" or "same-lower" of a convolution or pool."""
        return self.kind != "transposed" and self.rule in ("same", "same-lower")

    @property
    def mode(self) -> str:
        """What the padding is filled with: zeros, reflect, replicate, circular."""
        return self.origin.padding_mode

    def output(self, size: Sequence[int]) -> Ints | None:
        """The output size, where the pads are numbers."""
        if self.pads is None or self.rule == "circular":
            return None
        found: list[int] = []
        for n, k_e, s, b, (low, high) in zip(
            size, self.extent, self.stride, self.stretch, self.pads, strict=True
        ):
            if self.kind == "transposed":
                found.append(s * (n - 1) + k_e - low - high)
            else:
                found.append((b * (n - 1) + 1 + low + high - k_e) // s + 1)
        if self.step:
            return tuple(-(-o // step) for o, step in zip(found, self.step, strict=True))
        return tuple(found)


def plan(layer: Layer, size: int | Sequence[int] | None = None) -> Plan:
    """The plan of a layer, for inputs of ``size`` or of any size.

    Raises SizeError where the framework refuses the size, PortError for what no plan says.
    """
    rank = layer.rank or (len(size) if isinstance(size, Sequence) else 1)
    sizes = None if size is None else spread_size(size, rank)
    if sizes is not None:
        for _ in work_out(layer, sizes):
            pass
    origin = layer.origin or Origin("pytorch", type(layer).__name__, bias=False)
    if isinstance(layer, Pool) and layer.kind == "lp":
        raise PortError(
            f"{origin.name} takes p-norms of windows, which most frameworks lack: port the average "
            "pool of the p-th powers instead, times k, and take the p-th root"
        )
    if origin.name.startswith("Separable"):
        raise PortError(
            f"{origin.name} is two layers: port the depthwise convolution "
            f"({origin.name.replace('Separable', 'Depthwise')}) and the 1x1 convolution after it"
        )
    if origin.beyond:
        raise PortError(
            f"{origin.name}: {origin.beyond} decides values, and the other frameworks have no such "
            "argument: leave it out, and do what it does beside the layer"
        )
    entries = axes(layer, rank)
    made = Plan(
        _kind(layer),
        origin,
        tuple(axis.kernel for axis in entries),
        tuple(axis.stride for axis in entries),
        tuple(axis.dilation for axis in entries),
        tuple(axis.input_dilation for axis in entries),
        None,
        None,
        size=sizes,
    )
    if isinstance(layer, TransposedConv):
        return _transposed(made, layer)
    return _forward(made, layer)


def as_transposed(made: Plan) -> Plan:
    """A convolution of a stretched input as a transposed one, keeping every s-th cell of it."""
    assert made.kind == "conv"
    assert made.pads is not None  # a padding name and a stretched input exclude each other
    crops = tuple(
        (k_e - 1 - low, k_e - 1 - high)
        for k_e, (low, high) in zip(made.extent, made.pads, strict=True)
    )
    return made._replace(
        kind="transposed",
        stride=made.stretch,
        stretch=(1,) * made.rank,
        pads=crops,
        base=crops,
        step=made.stride,
    )


def _kind(layer: Layer) -> Kind:
    match layer:
        case Conv():
            return "conv"
        case TransposedConv():
            return "transposed"
        case Pool(kind="max"):
            return "max"
        case Pool(kind="avg"):
            return "avg"
        case _:
            raise PortError(f"no framework's code is known for {layer.title}")


def _forward(made: Plan, layer: Layer) -> Plan:
    rule = layer.padding if layer.padding in ("same", "same-lower") else ""
    assert isinstance(rule, str)
    inside = rule and made.origin.name == "AveragePool"
    if inside and all(k >= s for k, s in zip(made.kernel, made.stride, strict=True)):
        inside = False
    # onnxruntime's AveragePool never pads less than nothing: it starts inside the input.
    rule = "same-inside" if inside else rule
    ceil = isinstance(layer, Pool) and layer.ceil and not rule
    fixed = all(
        s == 1 or (not ceil and (not rule or (k_e == 1 and not inside)))
        for k_e, s in zip(made.extent, made.stride, strict=True)
    )
    sizes = made.size or (max(made.extent),) * made.rank
    pads: list[Pair] = []
    base: list[Pair] = []
    for axis, n in zip(axes(layer, made.rank), sizes, strict=True):
        worked = layer.work_out(axis, n)
        before, after = worked.padding
        if inside:
            before, after = _inside(axis.kernel, axis.stride, n, layer.padding == "same-lower")
            pads.append((before, after))
        else:
            pads.append((worked.window.padding_low, worked.window.padding_high))
        base.append((before, after))
    known = fixed or made.size is not None
    if inside and layer.padding == "same-lower":
        rule = "same-inside-lower"
    return made._replace(
        pads=tuple(pads) if known else None,
        base=tuple(base) if known or ceil else None,
        rule=rule or ("ceil" if ceil else ""),
    )


def _inside(k: int, s: int, n: int, lower: bool) -> Pair:
    """Onnxruntime's SAME of an average pool, whose total may be negative."""
    total = (-(-n // s) - 1) * s + k - n
    if total < 0:
        return -(-total // 2), total + -total // 2
    small, large = total // 2, total - total // 2
    return (large, small) if lower else (small, large)


def _transposed(made: Plan, layer: TransposedConv) -> Plan:
    entries = axes(layer, made.rank)
    if made.origin.padding_mode == "circular":
        # The whole stamped output, with zeros up to n*s, is folded into n*s cells.
        pads = tuple((0, -max(s - k_e, 0)) for k_e, s in zip(made.extent, made.stride, strict=True))
        return made._replace(pads=pads, base=pads, rule="circular")
    rule = "" if layer.output_size is None else "target"
    sizes = made.size or (1,) * made.rank
    crops: list[Pair] = []
    for axis, n in zip(entries, sizes, strict=True):
        worked = layer.work_out(axis, n)
        crops.append((worked.padding[0], worked.padding[1] - worked.output_padding))
    known = not rule or made.size is not None
    return made._replace(
        pads=tuple(crops) if known else None,
        base=tuple(crops) if known else None,
        rule=rule if layer.padding == "same" or not rule else "target-lower",
        target=tuple(axis.output_size or 0 for axis in entries) if rule else (),
        after=tuple(axis.output_padding for axis in entries) if rule else (),
    )
