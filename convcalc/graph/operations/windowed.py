"""A convolution, transposed convolution or pool inside a network: its window, and its channels.

Law: the sizes come from ``layers``, axis by axis; only channels and cost are worked out here.
Source of the costs: a multiplication for every tap, channel and position, the positions of a
transposed convolution being those of its input.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from convcalc.errors import SizeError
from convcalc.graph.operations.base import Check, Followed, Move, Shape, product, written
from convcalc.graph.reach import of_window
from convcalc.layers import Layer, Pool, TransposedConv, axes, output_shape
from convcalc.layers.axis import Axis, Worked, spread
from convcalc.layers.origin import Origin


@dataclass(frozen=True)
class Windowed:
    """A layer with a window. Sizes: as the layer's; channels: as its ``origin`` says."""

    layer: Layer

    @property
    def op(self) -> str:
        """``conv``, ``deconv``, ``maxpool``, ``avgpool`` or ``lppool``."""
        return self.layer.op

    @cached_property
    def _axes(self) -> dict[int, tuple[Axis, ...]]:
        return {}

    def follow(self, shapes: Sequence[Shape], check: Check) -> Followed:
        """Shape, cost and reaches, for an input (batch, channels, spatial axes)."""
        layer, shape = self.layer, shapes[0]
        rank = len(shape) - 2
        check(
            rank == layer.rank if layer.rank is not None else rank > 0,
            lambda: (
                f"{layer.title} has {layer.rank or 'some'} spatial axes, its input "
                f"{written(shape)} has {max(rank, 0)}"
            ),
        )
        if rank not in self._axes:
            self._axes[rank] = axes(layer, rank)
        worked: list[Worked] = []
        for axis, n in zip(self._axes[rank], shape[2:], strict=True):
            if worked and n is worked[-1].n and axis == worked[-1].axis:
                worked.append(worked[-1])
                continue
            found = layer.work_out(axis, n)
            check(found.output >= 1, lambda: _why(layer, shape))
            check.limits(layer, found)
            worked.append(found)
        outputs = tuple(axis.output for axis in worked)
        channels, parameters, macs = self._cost(shape, outputs, check)
        beyond = layer.origin.padding_mode if layer.origin is not None else "zeros"
        move: Move = None
        if check.exact:
            reaches = [(i, of_window(w.window, beyond)) for i, w in enumerate(worked, start=2)]
            move = ((0, None), (1, None), *reaches)
        return Followed((shape[0], channels, *outputs), (move,), parameters, macs)

    def _cost(self, shape: Shape, outputs: tuple[int, ...], check: Check) -> tuple[int, int, int]:
        """Output channels, parameters, multiplications."""
        layer, origin, given = self.layer, self.layer.origin, shape[1]
        if isinstance(layer, Pool):
            return given, 0, 0
        if origin is None:
            raise SizeError("the layer does not say its channels")
        taps = product(spread(layer.kernel, len(outputs)))
        positions = shape[2:] if isinstance(layer, TransposedConv) else outputs
        work = shape[0] * product(positions)
        if origin.in_channels is not None:
            check(
                given == origin.in_channels,
                lambda: (
                    f"expected an input of {origin.in_channels} channels, got {given} "
                    f"({written(shape)})"
                ),
            )
        check(
            given % origin.groups == 0,
            lambda: f"{given} channels do not divide into {origin.groups} groups",
        )
        depthwise = given * origin.depth_multiplier
        if origin.name.startswith("Depthwise"):
            bias = depthwise if origin.bias else 0
            return depthwise, taps * depthwise + bias, taps * depthwise * work
        channels = _out_channels(origin)
        bias = channels if origin.bias else 0
        if origin.name.startswith("Separable"):
            weights = taps * depthwise + depthwise * channels
            return channels, weights + bias, weights * work
        weights = taps * given * channels // origin.groups
        return channels, weights + bias, weights * work


def _out_channels(origin: Origin) -> int:
    if origin.out_channels is None:
        raise SizeError(
            f"{origin.name} takes its channels from a weight, which the text does not say: write "
            "it as a layer, such as nn.Conv2d(64, 128, 3)"
        )
    return origin.out_channels


def _why(layer: Layer, shape: Shape) -> str:
    """What the layer itself says of a size that it cannot take."""
    try:
        output_shape(layer, shape[2:])
    except SizeError as error:
        return str(error)
    return f"{layer.title} leaves nothing of {written(shape)}"
