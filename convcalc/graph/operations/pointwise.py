"""Operations that leave every size as it is: activations, norms, dropout, what is declared so.

Law: each output cell is worked out at its own place. (A norm reads more than that place, but only
to scale it: its statistics are no part of a receptive field. Source: Araujo, Norris & Sim.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from convcalc.graph.operations.base import Check, Followed, Shape, dimension, written


@dataclass(frozen=True)
class Pointwise:
    """An operation that keeps its input's shape.

    ``parameters`` in all, or ``per_channel`` times the size of the dimension ``along`` (the
    channels); ``channels`` is what the layer expects, ``last`` the sizes that the input must end
    with (a layer norm's).
    """

    op: str
    parameters: int = 0
    per_channel: int = 0
    channels: int | None = None
    last: tuple[int, ...] = ()
    along: int = 1

    def follow(self, shapes: Sequence[Shape], check: Check) -> Followed:
        """The input's own shape."""
        shape = shapes[0]
        if self.channels is not None or self.per_channel:
            check(
                len(shape) > 1,
                lambda: f"{self.op} works on channels, its input has the one dimension {shape}",
            )
        if self.channels is not None:
            check(
                shape[1] == self.channels,
                lambda: (
                    f"expected an input of {self.channels} channels, got {shape[1]} "
                    f"({written(shape)})"
                ),
            )
        for wanted, size in zip(reversed(self.last), reversed(shape), strict=False):
            check(
                size == wanted,
                lambda: (
                    f"expected an input that ends with {'x'.join(map(str, self.last))}, "
                    f"got {written(shape)}"
                ),
            )
        trained = self.parameters
        if self.per_channel:
            trained += self.per_channel * shape[dimension(self.along, len(shape), self.op)]
        return Followed(shape, (None,), trained)


@dataclass(frozen=True)
class Given:
    """An input of the network, or a constant in it: a tensor of a known shape."""

    shape: Shape | None = None  # None: what the person asks for
    op: str = "input"

    def follow(self, shapes: Sequence[Shape], check: Check) -> Followed:  # noqa: ARG002
        """The constant's shape."""
        assert self.shape is not None
        return Followed(self.shape)
