"""What a layer's values must equal: the claims about a convolution, its transpose, and a pool.

Law: the two sides of a claim are computed on roads that share no code.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from typing import NamedTuple

import numpy as np

from convcalc import numeric
from convcalc.derivation import evaluate
from convcalc.equiv import Convolution, equivalent_padding
from convcalc.formulas import PARTNER_OUTPUT_PADDING
from convcalc.layers import Conv, Pool, TransposedConv, work_out
from convcalc.layers.axis import Pair, Worked, write
from convcalc.numeric import Array, Cut
from convcalc.proof import matrix
from convcalc.proof.comparison import adjoint, compare
from convcalc.proof.records import GROUPS, Claim

GATHERED = "convolution by gathering"
SCATTERED = "transposed convolution by scattering"
WRITTEN = "the matrix C written from i = s*o + d*t - p"
TURNED = "kernel rotated, in/out channels swapped"


class Twins(NamedTuple):
    """A convolution and the transposed convolution with its k, s, p, d, paddings as numbers."""

    works: tuple[Worked, ...]  # of the one that was asked for
    transposed: TransposedConv
    strides: tuple[int, ...]
    padding: tuple[Pair, ...]
    others: tuple[Pair, ...]  # p', as ``convcalc equiv`` gives it
    dilation: tuple[int, ...]
    after: tuple[int, ...]  # the output padding of the transposed convolution

    @classmethod
    def of(cls, layer: Convolution, works: tuple[Worked, ...]) -> Twins:
        """The pair of ``layer``; a convolution's twin leads its output back."""
        kernel = tuple(work.axis.kernel for work in works)
        strides = tuple(work.axis.stride for work in works)
        padding = tuple(work.padding for work in works)
        dilation = tuple(work.axis.dilation for work in works)
        after = tuple(
            restoring(work) if isinstance(layer, Conv) else work.output_padding for work in works
        )
        transposed = TransposedConv(kernel, strides, padding, dilation, after)
        others = tuple(map(equivalent_padding, kernel, padding, dilation))
        return cls(works, transposed, strides, padding, others, dilation, after)

    def gathered(self, x: Array, w: Array) -> Array:
        """The convolution of ``x``."""
        return numeric.conv(
            x, w, stride=self.strides, padding=self.padding, dilation=self.dilation, groups=GROUPS
        )

    def scattered(self, x: Array, w: Array) -> Array:
        """The transposed convolution of ``x``."""
        return numeric.conv_transpose(
            x,
            w,
            stride=self.strides,
            padding=self.padding,
            dilation=self.dilation,
            output_padding=self.after,
            groups=GROUPS,
        )

    def direct(self, x: Array, w: Array) -> tuple[str, Array]:
        """The transposed convolution of ``x`` as a convolution: its name, and the values."""
        turned = numeric.rotated(w, GROUPS)
        if max(self.strides) == 1:
            padding = tuple(
                (low, high + a) for (low, high), a in zip(self.others, self.after, strict=True)
            )
            values = numeric.conv(x, turned, padding=padding, dilation=self.dilation, groups=GROUPS)
            return f"{GATHERED} with p' = {write(padding)}, {TURNED}", values
        windows = [work.window for work in work_out(self.transposed, x.shape[2:])]
        padding = tuple((window.padding_low, window.padding_high) for window in windows)
        zeros = write([window.base_dilation - 1 for window in windows])
        name = f"its direct form by gathering: zeros inserted {zeros}, padding {write(padding)}"
        return f"{name}, {TURNED}", numeric.gather(x, turned, windows, GROUPS)


def restoring(work: Worked) -> int:
    """The output padding of the partner that leads a convolution's output back."""
    k_e = work.window.effective_kernel
    return evaluate(PARTNER_OUTPUT_PADDING, None, work.n, *work.padding, k_e, work.axis.stride)


def conv_claims(pair: Twins, x: Array, y: Array, w: Array, partner: bool) -> Iterator[Claim]:
    """What a convolution of ``x`` equals; with ``partner`` also the partner's way back of ``y``."""
    grids = [matrix.slid(work) for work in pair.works]
    gathered, back = pair.gathered(x, w), pair.scattered(y, w)
    name = f"{GATHERED} with p = {write(pair.padding)}"
    yield compare(name, f"C x, {WRITTEN}", gathered, matrix.by_matrix(x, w, grids, GROUPS))
    other = f"{SCATTERED} with p' = {write(pair.others)}, {TURNED}"
    if max(pair.strides) > 1:
        other += f", stride 1, one output in {write(pair.strides)} kept"
    stamped = numeric.conv_transpose(
        x,
        numeric.rotated(w, GROUPS),
        padding=pair.others,
        dilation=pair.dilation,
        groups=GROUPS,
    )
    kept: Cut = (..., *(slice(None, None, stride) for stride in pair.strides))
    yield compare(name, other, gathered, stamped[kept])
    if partner:
        name = (
            f"transposed partner by scattering with a = {write(pair.after)} "
            f"({write(y.shape[2:])} back to {write(x.shape[2:])})"
        )
        by_matrix = matrix.by_matrix(y, w, grids, GROUPS, transposed=True)
        yield compare(name, f"C^T y, {WRITTEN}", back, by_matrix)
        direct, values = pair.direct(y, w)
        yield compare("transposed partner by scattering", direct, back, values)
    yield adjoint((gathered, y), (x, back), "<C x, y> by gathering", "<x, C^T y> by scattering")


def transposed_claims(pair: Twins, x: Array, y: Array, w: Array) -> Iterator[Claim]:
    """What a transposed convolution of ``x`` equals."""
    grids = [matrix.stamped(work) for work in pair.works]
    scattered = pair.scattered(x, w)
    name = f"{SCATTERED} with p = {write(pair.padding)}"
    if any(pair.after):
        name += f", a = {write(pair.after)}"
    by_matrix = matrix.by_matrix(x, w, grids, GROUPS, transposed=True)
    yield compare(name, f"C^T x, {WRITTEN}", scattered, by_matrix)
    direct, values = pair.direct(x, w)
    yield compare(name, direct, scattered, values)
    # An output padding as large as the stride leads to a size with more positions than x has.
    first: Cut = (..., *map(slice, x.shape[2:]))
    forward = pair.gathered(y, w)[first]
    yield adjoint((scattered, y), (x, forward), "<C^T x, y> by scattering", "<x, C y> by gathering")


def pool_claims(layer: Pool, works: Sequence[Worked], x: Array) -> Iterator[Claim]:
    """What a pool of ``x`` equals."""
    pool = numeric.max_pool if layer.kind == "max" else numeric.avg_pool
    pooled = pool(
        x,
        layer.kernel,
        stride=layer.stride,
        padding=layer.padding,
        dilation=layer.dilation,
        ceil=layer.ceil,
    )
    # Cropped by hand, so that ceil mode cannot bring back what a negative padding took.
    kept: Cut = (..., *(slice(max(work.n + min(work.padding[1], 0), 0)) for work in works))
    x = x[kept]
    grids = [
        matrix.pooled(work, size, layer.ceil) for work, size in zip(works, x.shape[2:], strict=True)
    ]
    if layer.kind == "max":
        other = "the larger of one shifted copy of the input for each tap"
        yield compare("max pooling by windows", other, pooled, matrix.by_taps(x, grids))
        return
    ones = np.ones((1, 1, *(work.axis.kernel for work in works)), np.int64)
    planes = x.reshape(x.shape[0] * x.shape[1], 1, *x.shape[2:])  # also where no cell remains
    sums = matrix.by_matrix(planes, ones, grids, 1)
    sums = sums.reshape(*x.shape[:2], *sums.shape[2:])
    counts = reduce(np.multiply.outer, map(matrix.counts, grids, works))
    other = f"C x, {WRITTEN} with weights of 1, divided by the taps on the padded input"
    yield compare("average pooling by windows", other, pooled, sums / counts)
