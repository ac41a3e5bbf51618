"""Are they truly the same? A layer run on random integers, in ways that share no code.

Law: the roads are ``numeric.gather`` (a kernel slid over what the window record lays out),
``numeric.scatter`` (every input cell stamps the kernel) and the matrix written here cell by cell
from the index equation ``i = s*o + d*t - p``, which knows neither, nor the size equation. Two
roads are compared in every cell, exactly. Nothing here prints.

The arrays have a batch of 2 and 2 groups, of 2 channels in and 3 out, so that a kernel that is
not rotated, or channels that are not swapped within their group, cannot go unnoticed.

>>> prove(Conv(3, padding=1), 8).holds
True
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from convcalc import numeric
from convcalc.errors import ParameterError
from convcalc.layers import Conv, Layer, Pool, TransposedConv, work_out
from convcalc.layers.axis import check
from convcalc.proof.claims import Twins, conv_claims, pool_claims, transposed_claims
from convcalc.proof.records import BATCH, GROUPS, INWARD, OUTWARD, Claim, Difference, Proof
from convcalc.proof.sizes import size_to_prove
from convcalc.proof.words import attach, explain, sentence

__all__ = ["Claim", "Difference", "Proof", "attach", "explain", "prove", "sentence"]


def prove(
    layer: Layer, size: int | Sequence[int] | None = None, seed: int = 0, *, partner: bool = False
) -> Proof:
    """Run ``layer`` on random integers in every way and compare all cells, exactly.

    Formula: a convolution is ``y = C x``, where ``C[o, i] = w[t]`` wherever ``i = s*o + d*t - p``;
    its transposed convolution is ``C^T y``, and ``<C x, y> = <x, C^T y>``. ``size`` is the input
    size (spatial axes); without one, the smallest that has both borders and an interior. A size
    whose arrays would be too large is replaced by a small one with the same phase modulo the
    stride. ``partner``: also that a convolution's transposed partner leads back to ``size``.

    Raises SizeError where the layer has no output, ParameterError for a negative seed,
    ConvcalcError where even the smallest proof would be too large. Source: Dumoulin & Visin,
    section 4.

    >>> from convcalc.layers import TransposedConv
    >>> proof = prove(TransposedConv(3, stride=2, padding=1), 4)
    >>> proof.holds, proof.x, proof.w, proof.rotated
    (True, (2, 4, 4), (4, 3, 3), (6, 2, 3))
    >>> prove(Conv(3), 10**30).size
    (5,)
    """
    check("seed", seed, 0)
    _refuse_what_is_not_run(layer)
    asked = None if size is None else tuple(work.n for work in work_out(layer, size))
    used = size_to_prove(layer, asked)
    works = tuple(work_out(layer, used))
    random = np.random.default_rng(seed)
    x = random.integers(-99, 100, (BATCH, GROUPS * INWARD, *used))
    if isinstance(layer, Pool):
        claims = tuple(pool_claims(layer, works, x))
        return Proof(layer, seed, 1, asked, used, x.shape, None, None, claims)
    assert isinstance(layer, Conv | TransposedConv)  # everything else was refused
    ends = (GROUPS * OUTWARD, INWARD) if isinstance(layer, Conv) else (GROUPS * INWARD, OUTWARD)
    shape = (*ends, *(work.axis.kernel for work in works))
    # No weight is zero: every tap shows in what it touches.
    w = random.integers(1, 10, shape) * random.choice((-1, 1), shape)
    y = random.integers(-99, 100, (BATCH, GROUPS * OUTWARD, *(work.output for work in works)))
    pair = Twins.of(layer, works)
    if isinstance(layer, Conv):
        claims = tuple(conv_claims(pair, x, y, w, partner))
    else:
        claims = tuple(transposed_claims(pair, x, y, w))
    rotated = numeric.rotated(w, GROUPS).shape
    return Proof(layer, seed, GROUPS, asked, used, x.shape, w.shape, rotated, claims)


def _refuse_what_is_not_run(layer: Layer) -> None:
    """Zero padding on an input as it is: the roads run nothing else."""
    mode = layer.origin.padding_mode if layer.origin else "zeros"
    if mode != "zeros":
        raise ParameterError(f"a proof pads with zeros, the layer with padding mode {mode!r}")
    if isinstance(layer, Conv) and layer.input_dilation not in (1, (1,) * (layer.rank or 1)):
        raise ParameterError(
            f"a proof of a convolution wants input dilation 1, got {layer.input_dilation}: prove "
            "the transposed convolution that it is the direct form of"
        )
    match layer:
        case Conv() | TransposedConv() | Pool(kind="max" | "avg"):
            pass
        case _:
            raise ParameterError(f"a proof does not run {layer.title}")
