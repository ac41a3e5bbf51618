"""Where a layer came from: the framework's call and what it said besides the window.

Law: nothing here changes a size, except by refusing what the framework refuses.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from convcalc.layers.axis import Worked

# Told of an axis that is worked out; raises SizeError where the framework would refuse it.
Limit: TypeAlias = Callable[[Worked], None]


class Origin(NamedTuple):
    """A framework's call: what a port, a network or a message needs to know of it."""

    dialect: str
    name: str
    in_channels: int | None = None
    out_channels: int | None = None
    groups: int = 1
    bias: bool = True
    padding_mode: str = "zeros"
    rotated: bool = True  # a transposed convolution's kernel; False only where JAX leaves it
    depth_multiplier: int = 1
    count_include_pad: bool = True
    divisor: int | None = None  # what an average pool divides by instead of counting cells
    activation: str | None = None  # a function that the layer applies to what it gives
    # The order of the kernel's axes: O and I, * for those in space, or 0, 1, 2; "*IM" is depthwise.
    layout: str | None = None  # None: as PyTorch's, OI*, and IO* of a transposed convolution
    beyond: str | None = None  # an argument that decides values and that others do not have
    limits: tuple[Limit, ...] = ()
