"""A convolution, transposed convolution or pool inside a network: its window, and its channels.

Law: the sizes come from ``layers``, axis by axis; only channels and cost are worked out here.
Source of the costs: a multiplication for every tap, channel and position, the positions of a
transposed convolution being those of its input.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from convcalc.errors import SizeError
from convcalc.graph.operations.base import Check, Followed, Move, Shape, product, written
from convcalc.graph.reach import of_window
from convcalc.layers import Layer, axes, output_shape
from convcalc.layers.axis import Worked, spread
from convcalc.layers.origin import Origin


@dataclass(frozen=True)
class Windowed:
    """A layer with a window. Sizes: as the layer's; channels: as its ``origin`` says.

    ``origin`` here is for channels that the layer itself does not say, as in a file.
    """

    layer: Layer
    origin: Origin | None = None

    @property
    def op(self) -> str:
        """The layer's own: ``conv``, ``maxpool``."""
        return self.layer.op

    def follow(self, shapes: Sequence[Shape], check: Check) -> Followed:
        """Shape, cost and reaches, for an input (batch, channels, spatial axes)."""
        layer, shape = self.layer, shapes[0]
        rank = len(shape) - 2
        if rank < 1 or (layer.rank is not None and rank != layer.rank):
            check(
                holds=False,
                why=lambda: (
                    f"{layer.title} has {layer.rank or 'some'} spatial axes, its input "
                    f"{written(shape)} has {max(rank, 0)}"
                ),
            )
        own = layer.origin
        if check.exact and (own is None or not own.limits):
            outputs, move = _slid(layer, shape[2:], own.padding_mode if own else "zeros")
        else:
            outputs, move = _checked(layer, shape, check)
        channels, parameters, macs = self._cost(shape, outputs, check)
        return Followed((shape[0], channels, *outputs), (move,), parameters, macs)

    def _cost(self, shape: Shape, outputs: tuple[int, ...], check: Check) -> tuple[int, int, int]:
        """Output channels, parameters, multiplications."""
        layer, given = self.layer, shape[1]
        origin = self.origin or layer.origin
        if not layer.weighted:
            return given, 0, 0
        if origin is None:
            raise SizeError("the layer does not say its channels")
        taps = product(spread(layer.kernel, len(outputs)))
        positions = shape[2:] if layer.transposed else outputs
        work = shape[0] * product(positions) if check.exact else 0
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
            f"how many channels {origin.name} makes is not known: write a layer that says it, as "
            "nn.Conv2d(64, 128, 3)"
        )
    return origin.out_channels


_axes = lru_cache(4096)(axes)


@lru_cache(4096)
def _slid(layer: Layer, sizes: tuple[int, ...], beyond: str) -> tuple[tuple[int, ...], Move]:
    """Output sizes and reaches, for numbers; networks repeat their layers."""
    worked = [
        layer.work_out(axis, n) for axis, n in zip(_axes(layer, len(sizes)), sizes, strict=True)
    ]
    if any(axis.output < 1 for axis in worked):
        output_shape(layer, sizes)  # which says why
    return tuple(axis.output for axis in worked), _move(worked, beyond)


def _checked(layer: Layer, shape: Shape, check: Check) -> tuple[tuple[int, ...], Move]:
    """The same with what a framework refuses besides, and for arrays of sizes."""
    worked: list[Worked] = []
    for axis, n in zip(_axes(layer, len(shape) - 2), shape[2:], strict=True):
        if worked and n is worked[-1].n and axis == worked[-1].axis:
            worked.append(worked[-1])
            continue
        found = layer.work_out(axis, n)
        check(found.output >= 1, lambda: _why(layer, shape))
        check.limits(layer, found)
        worked.append(found)
    beyond = layer.origin.padding_mode if layer.origin else "zeros"
    move = _move(worked, beyond) if check.exact else None
    return tuple(axis.output for axis in worked), move


def _move(worked: Sequence[Worked], beyond: str) -> Move:
    reaches = [(i, of_window(axis.window, beyond)) for i, axis in enumerate(worked, start=2)]
    return ((0, None), (1, None), *reaches)


def _why(layer: Layer, shape: Shape) -> str:
    """What the layer itself says of a size that it cannot take."""
    try:
        output_shape(layer, shape[2:])
    except SizeError as error:
        return str(error)
    return f"{layer.title} leaves nothing of {written(shape)}"
