"""Are they truly the same? A layer run on random integers, on roads that share no code.

Law: the roads are ``numeric.gather`` (a kernel slid over what the window record lays out),
``numeric.scatter`` (every input cell stamps the kernel) and the matrix written here cell by cell
from the index equation ``i = s*o + d*t - p``, which knows neither, nor the size equation. Two
roads are compared in every cell, exactly. Nothing here prints.

The arrays have a batch of 2 and 2 groups, of 2 channels in and 3 out, so that a kernel that is
not rotated, or channels that are not swapped within their group, cannot go unnoticed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import reduce
from math import prod
from typing import NamedTuple, cast

import numpy as np

from convcalc import numeric
from convcalc.derivation import Derivation, Remark, Report, evaluate
from convcalc.equiv import Convolution, equivalent_padding
from convcalc.errors import ConvcalcError, ParameterError
from convcalc.formulas import PARTNER_OUTPUT_PADDING
from convcalc.layers import Conv, Layer, Pool, TransposedConv, axes, work_out
from convcalc.layers.axis import Pair, Worked, check, spread, spread_padding, write
from convcalc.numeric import Array, Cut

MOST_CELLS = 2**25  # in the largest array: 256 MiB of int64
BATCH, GROUPS, INWARD, OUTWARD = 2, 2, 2, 3

GATHERED = "convolution by gathering"
SCATTERED = "transposed convolution by scattering"
WRITTEN = "the matrix C written from i = s*o + d*t - p"
TURNED = "kernel rotated, in/out channels swapped"


@dataclass(frozen=True)
class Difference:
    """The first cell in which two roads differ; None where one of them has no such cell."""

    index: tuple[int, ...]
    left: int | float | None
    right: int | float | None


class Claim(NamedTuple):
    """Two roads compared: what equals what, its shape, and in how many cells it does not."""

    left: str
    right: str
    shape: tuple[int, ...]
    cells: int
    different: int
    first: Difference | None


class Proof(NamedTuple):
    """One layer proved: the shapes of its arrays, in PyTorch's layouts, and every claim.

    ``size`` is the input size used (spatial axes), ``asked`` the one that was asked for; they
    differ where that would be too large, and ``asked`` is None where none was given. A pool has
    no kernel, so no ``w``; ``rotated`` is the kernel of the other operation.
    """

    layer: Layer
    seed: int
    groups: int
    asked: tuple[int, ...] | None
    size: tuple[int, ...]
    x: tuple[int, ...]
    w: tuple[int, ...] | None
    rotated: tuple[int, ...] | None
    claims: tuple[Claim, ...]

    @property
    def holds(self) -> bool:
        """Whether every cell of every claim is equal."""
        return not any(claim.different for claim in self.claims)


def prove(
    layer: Layer, size: int | Sequence[int] | None = None, seed: int = 0, *, partner: bool = False
) -> Proof:
    """Run ``layer`` on random integers through every road and compare all cells, exactly.

    Formula: a convolution is ``y = C x``, where ``C[o, i] = w[t]`` wherever ``i = s*o + d*t - p``;
    its transposed convolution is ``C^T y``, and ``<C x, y> = <x, C^T y>``. ``size`` is the input
    size (spatial axes); without one, the smallest that has both borders and an interior. A size
    whose arrays would be too large is replaced by a small one with the same phase modulo the
    stride. ``partner``: also that a convolution's transposed partner leads back to ``size``.

    Raises SizeError where the layer has no output, ParameterError for a negative seed,
    ConvcalcError where even the smallest proof would be too large. Source: Dumoulin & Visin,
    section 4.

    >>> proof = prove(TransposedConv(3, stride=2, padding=1), 4)
    >>> proof.holds, proof.x, proof.w, proof.rotated
    (True, (2, 4, 4), (4, 3, 3), (6, 2, 3))
    >>> prove(Conv(3), 10**30).size
    (5,)
    """
    check("seed", seed, 0)
    _refuse_what_is_not_run(layer)
    asked = None if size is None else tuple(work.n for work in work_out(layer, size))
    used = _size(layer, asked)
    works = tuple(work_out(layer, used))
    random = np.random.default_rng(seed)
    x = random.integers(-99, 100, (BATCH, GROUPS * INWARD, *used))
    if isinstance(layer, Pool):
        claims = tuple(_pool_claims(layer, works, x))
        return Proof(layer, seed, 1, asked, used, x.shape, None, None, claims)
    ends = (GROUPS * OUTWARD, INWARD) if isinstance(layer, Conv) else (GROUPS * INWARD, OUTWARD)
    shape = (*ends, *(work.axis.kernel for work in works))
    # No weight is zero: every tap shows in what it touches.
    w = random.integers(1, 10, shape) * random.choice((-1, 1), shape)
    y = random.integers(-99, 100, (BATCH, GROUPS * OUTWARD, *(work.output for work in works)))
    pair = _Pair.of(layer, works)
    if isinstance(layer, Conv):
        claims = tuple(_conv_claims(pair, x, y, w, partner))
    else:
        claims = tuple(_transposed_claims(pair, x, y, w))
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
    if isinstance(layer, Pool) and layer.kind == "lp":
        raise ParameterError("a proof runs max and average pools, not a norm")


# In words and for machines -----------------------------------------------------------------------


def attach(report: Report, proofs: Sequence[Proof]) -> Report:
    """The report with the proofs after its answer: as words, and in its head for machines.

    >>> from convcalc.layers import answer
    >>> report = attach(answer([Conv(3)], 5), [prove(Conv(3), 5)])
    >>> report.appendix[0].answer
    'all 73 cells equal'
    >>> report.head["proof"]["holds"]
    True
    """
    data = {
        "seed": proofs[0].seed,
        "holds": all(proof.holds for proof in proofs),
        "layers": [_data(proof) for proof in proofs],
    }
    return report._replace(
        head={**report.head, "proof": data}, appendix=tuple(explain(proof) for proof in proofs)
    )


def explain(proof: Proof) -> Derivation:
    """A proof in words: the arrays, each claim with its cells, and which size was proved."""
    arrays = f"random integers, seed {proof.seed}: x = {write(proof.x)}"
    if proof.w is not None and proof.rotated is not None:
        arrays += (
            f", kernel = {write(proof.w)}, rotated and swapped {write(proof.rotated)}, "
            f"groups = {proof.groups}"
        )
    cells = sum(claim.cells for claim in proof.claims)
    different = sum(claim.different for claim in proof.claims)
    return Derivation(
        title=f"proof ({proof.layer.title})",
        question=arrays,
        answer=f"{different} of {cells} cells DIFFER" if different else f"all {cells} cells equal",
        facts=tuple(map(sentence, proof.claims)),
        notes=tuple(_which_size(proof)),
    )


def sentence(claim: Claim) -> str:
    """One claim with its numbers; a difference with its place and both values.

    >>> sentence(Claim("a", "b", (2, 3), 6, 1, Difference((1, 2), 7, 8)))
    'a equals b: 2x3, 1 of 6 cells DIFFER, first at [1, 2]: 7 against 8'
    """
    words = f"{claim.left} equals {claim.right}: " + (
        f"{write(claim.shape)}, " if claim.shape else ""
    )
    if claim.first is None:
        return words + ("equal" if claim.cells == 1 else f"all {claim.cells} cells equal")
    values = (claim.first.left, claim.first.right)
    left, right = ("no cell" if value is None else str(value) for value in values)
    return (
        f"{words}{claim.different} of {claim.cells} cells DIFFER, first at "
        f"{list(claim.first.index)}: {left} against {right}"
    )


def _which_size(proof: Proof) -> Iterator[Remark]:
    used = write(proof.size)
    if proof.asked is None:
        yield Remark(
            "proof-size",
            f"no input size was given: proved on n = {used}, the smallest with both borders and "
            "an interior; --n gives another",
        )
    elif proof.asked != proof.size:
        strides = write([work.window.stride for work in work_out(proof.layer, proof.size)])
        yield Remark(
            "proof-size",
            f"the arrays for n = {write(proof.asked)} would be too large: proved on n = {used}, "
            "where every axis that was made smaller has both borders, an interior, and the same "
            f"phase modulo {strides}",
        )


def _data(proof: Proof) -> dict[str, object]:
    """A proof for machines."""
    return {
        "op": proof.layer.op,
        "x": proof.x,
        "kernel": proof.w,
        "rotated_kernel": proof.rotated,
        "groups": proof.groups,
        "asked": proof.asked,
        "size": proof.size,
        "claims": [
            {**claim._asdict(), "first": claim.first and asdict(claim.first)}
            for claim in proof.claims
        ],
    }


# The claims --------------------------------------------------------------------------------------


class _Pair(NamedTuple):
    """A convolution and the transposed convolution with its k, s, p, d, paddings as numbers."""

    works: tuple[Worked, ...]  # of the one that was asked for
    transposed: TransposedConv
    strides: tuple[int, ...]
    padding: tuple[Pair, ...]
    others: tuple[Pair, ...]  # p', as ``convcalc equiv`` gives it
    dilation: tuple[int, ...]
    after: tuple[int, ...]  # the output padding of the transposed convolution

    @classmethod
    def of(cls, layer: Convolution, works: tuple[Worked, ...]) -> _Pair:
        kernel = tuple(work.axis.kernel for work in works)
        strides = tuple(work.axis.stride for work in works)
        padding = tuple(work.padding for work in works)
        dilation = tuple(work.axis.dilation for work in works)
        after = tuple(
            _restoring(work) if isinstance(layer, Conv) else work.output_padding for work in works
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


def _restoring(work: Worked) -> int:
    """The output padding of the partner that leads a convolution's output back."""
    k_e = work.window.effective_kernel
    return evaluate(PARTNER_OUTPUT_PADDING, None, work.n, *work.padding, k_e, work.axis.stride)


def _conv_claims(pair: _Pair, x: Array, y: Array, w: Array, partner: bool) -> Iterator[Claim]:
    """What a convolution of ``x`` equals; with ``partner`` also the partner's way back of ``y``."""
    grids = [_slid(work) for work in pair.works]
    gathered, back = pair.gathered(x, w), pair.scattered(y, w)
    name = f"{GATHERED} with p = {write(pair.padding)}"
    yield _compare(name, f"C x, {WRITTEN}", gathered, _by_matrix(x, w, grids, GROUPS))
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
    yield _compare(name, other, gathered, stamped[kept])
    if partner:
        name = (
            f"transposed partner by scattering with a = {write(pair.after)} "
            f"({write(y.shape[2:])} back to {write(x.shape[2:])})"
        )
        by_matrix = _by_matrix(y, w, grids, GROUPS, transposed=True)
        yield _compare(name, f"C^T y, {WRITTEN}", back, by_matrix)
        direct, values = pair.direct(y, w)
        yield _compare("transposed partner by scattering", direct, back, values)
    yield _adjoint((gathered, y), (x, back), "<C x, y> by gathering", "<x, C^T y> by scattering")


def _transposed_claims(pair: _Pair, x: Array, y: Array, w: Array) -> Iterator[Claim]:
    """What a transposed convolution of ``x`` equals."""
    grids = [_stamped(work) for work in pair.works]
    scattered = pair.scattered(x, w)
    name = f"{SCATTERED} with p = {write(pair.padding)}"
    if any(pair.after):
        name += f", a = {write(pair.after)}"
    by_matrix = _by_matrix(x, w, grids, GROUPS, transposed=True)
    yield _compare(name, f"C^T x, {WRITTEN}", scattered, by_matrix)
    direct, values = pair.direct(x, w)
    yield _compare(name, direct, scattered, values)
    # An output padding as large as the stride leads to a size with more positions than x has.
    first: Cut = (..., *map(slice, x.shape[2:]))
    forward = pair.gathered(y, w)[first]
    yield _adjoint(
        (scattered, y), (x, forward), "<C^T x, y> by scattering", "<x, C y> by gathering"
    )


def _pool_claims(layer: Pool, works: Sequence[Worked], x: Array) -> Iterator[Claim]:
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
    grids = [_pooled(work, size, layer.ceil) for work, size in zip(works, x.shape[2:], strict=True)]
    if layer.kind == "max":
        other = "the larger of one shifted copy of the input for each tap"
        yield _compare("max pooling by windows", other, pooled, _by_taps(x, grids))
        return
    ones = np.ones((1, 1, *(work.axis.kernel for work in works)), np.int64)
    planes = x.reshape(BATCH * GROUPS * INWARD, 1, *x.shape[2:])
    sums = _by_matrix(planes, ones, grids, 1)
    sums = sums.reshape(*x.shape[:2], *sums.shape[2:])
    counts = reduce(np.multiply.outer, map(_counts, grids, works))
    other = f"C x, {WRITTEN} with weights of 1, divided by the taps on the padded input"
    yield _compare("average pooling by windows", other, pooled, sums / counts)


# The independent roads ---------------------------------------------------------------------------


class _Grid(NamedTuple):
    """One axis by its indices: where each window starts, where its taps lie, the cells there are.

    A start is an input index, ``s*o - p``; the tap ``t`` of that window is ``d*t`` further.
    """

    starts: range
    taps: range
    cells: int

    def of(self, tap: int) -> tuple[Array, Array]:
        """The windows whose tap number ``tap`` lies on the input, and the cells that it sees."""
        cells = np.array(self.starts) + self.taps[tap]
        windows = np.flatnonzero((cells >= 0) & (cells < self.cells))
        return windows, cells[windows]


def _taps(work: Worked) -> range:
    return range(0, work.axis.kernel * work.axis.dilation, work.axis.dilation)


def _slid(work: Worked) -> _Grid:
    """A convolution: every start from which the last tap still lies on the padded input."""
    (low, high), taps = work.padding, _taps(work)
    return _Grid(range(-low, work.n + high - taps[-1], work.axis.stride), taps, work.n)


def _stamped(work: Worked) -> _Grid:
    """A transposed convolution: its inputs are the windows, its outputs the cells."""
    (low, high), taps, stride = work.padding, _taps(work), work.axis.stride
    starts = range(-low, -low + stride * work.n, stride)
    return _Grid(starts, taps, starts[-1] + taps[-1] + 1 - high + work.output_padding)


def _pooled(work: Worked, cells: int, ceil: bool) -> _Grid:
    """A pool: as a convolution; in ceil mode one more for the rest, if it starts on the input."""
    grid = _slid(work)
    starts, stride = grid.starts, work.axis.stride
    over = starts.start + len(starts) * stride
    left = starts.stop - 1 + stride - over  # from the last window's end to the padded input's
    if ceil and left > 0 and over < work.n:
        starts = range(starts.start, over + 1, stride)
    return _Grid(starts, grid.taps, cells)


def _by_matrix(
    x: Array, w: Array, grids: Sequence[_Grid], groups: int, *, transposed: bool = False
) -> Array:
    """``C x``, or ``C^T x``, one group after the other; ``w`` is the convolution's kernel."""
    rows, cells = ([len(grid.starts) for grid in grids], [grid.cells for grid in grids])
    outward, inward = len(w) // groups, w.shape[1]
    parts = []
    for group in range(groups):
        matrix = np.zeros((outward, *rows, inward, *cells), np.int64)
        for tap in np.ndindex(*w.shape[2:]):
            found = [grid.of(t) for grid, t in zip(grids, tap, strict=True)]
            windows, seen = (np.ix_(*indices) for indices in zip(*found, strict=True))
            weights = w[(slice(group * outward, (group + 1) * outward), slice(None), *tap)]
            matrix[(slice(None), *windows, slice(None), *seen)] = weights
        matrix = matrix.reshape(outward * prod(rows), inward * prod(cells))
        ours = np.split(x, groups, axis=1)[group].reshape(len(x), -1)
        if transposed:
            part = np.einsum("rc,nr->nc", matrix, ours).reshape(len(x), inward, *cells)
        else:
            part = np.einsum("rc,nc->nr", matrix, ours).reshape(len(x), outward, *rows)
        parts.append(part)
    return np.concatenate(parts, axis=1)


def _by_taps(x: Array, grids: Sequence[_Grid]) -> Array:
    """The maximum, one tap after the other."""
    shape = (*x.shape[:2], *(len(grid.starts) for grid in grids))
    result = np.full(shape, np.iinfo(np.int64).min)
    for tap in np.ndindex(*(len(grid.taps) for grid in grids)):
        found = [grid.of(t) for grid, t in zip(grids, tap, strict=True)]
        windows, seen = (np.ix_(*indices) for indices in zip(*found, strict=True))
        to: Cut = (..., *windows)
        sent: Cut = (..., *seen)
        result[to] = np.maximum(result[to], x[sent])
    return result


def _counts(grid: _Grid, work: Worked) -> Array:
    """The taps of every window of an average that lie on the padded input; 1 where none does."""
    low, high = work.padding
    seen = np.add.outer(np.array(grid.starts), np.array(grid.taps))
    inside = np.count_nonzero((seen >= -low) & (seen < work.n + high), axis=1)
    counts: Array = np.maximum(inside, 1)
    return counts


def _adjoint(
    left: tuple[Array, Array], right: tuple[Array, Array], left_name: str, right_name: str
) -> Claim:
    """Two inner products, which are one number each; none where the shapes differ."""
    values = [
        int((first * second).sum()) if first.shape == second.shape else None
        for first, second in (left, right)
    ]
    equal = None not in values and values[0] == values[1]
    return Claim(
        left_name, right_name, (), 1, int(not equal), None if equal else Difference((), *values)
    )


def _compare(left_name: str, right_name: str, left: Array, right: Array) -> Claim:
    """Every cell of one road against the same cell of the other."""
    common: Cut = tuple(slice(min(pair)) for pair in zip(left.shape, right.shape, strict=True))
    unequal = np.asarray(left[common] != right[common])
    cells = max(left.size, right.size)
    different = int(np.count_nonzero(unequal)) + cells - unequal.size
    first = None
    if different:
        # Where all common cells are equal, the first difference is a cell that only one has.
        at = np.argwhere(unequal)[0] if unequal.any() else _beyond(left.shape, right.shape)
        index = tuple(map(int, at))
        first = Difference(index, _value(left, index), _value(right, index))
    return Claim(left_name, right_name, left.shape, cells, different, first)


def _beyond(left: Sequence[int], right: Sequence[int]) -> list[int]:
    """The first cell on the first axis where one shape is longer."""
    axis = next(axis for axis, (m, n) in enumerate(zip(left, right, strict=True)) if m != n)
    return [min(left[axis], right[axis]) if other == axis else 0 for other in range(len(left))]


def _value(array: Array, index: tuple[int, ...]) -> int | float | None:
    inside = all(i < n for i, n in zip(index, array.shape, strict=True))
    return cast("int | float", array[index].item()) if inside else None


# How large ---------------------------------------------------------------------------------------


def _size(layer: Layer, asked: tuple[int, ...] | None) -> tuple[int, ...]:
    """The input size to prove: what was asked for, or else the smallest that shows as much."""
    if asked is not None and _cells(layer, asked) <= MOST_CELLS:
        return asked
    smallest = _smallest(layer, asked)
    needed = _cells(layer, smallest)
    if needed <= MOST_CELLS:
        return smallest
    count = str(needed) if needed < 10**15 else "more than 10**15"
    raise ConvcalcError(
        f"too large to prove: even n = {write(smallest)} needs {count} cells or steps, "
        f"at most {MOST_CELLS} fit; {_largest(layer, len(smallest))}"
    )


def _smallest(layer: Layer, asked: tuple[int, ...] | None) -> tuple[int, ...]:
    """For each axis the smallest size with both borders, an interior and the phase of ``asked``.

    A window fits between the borders, and two strides more, after any cropping.
    """
    wanted = (None,) * (layer.rank or 1) if asked is None else asked
    sizes = []
    for axis, n in zip(axes(layer, len(wanted)), wanted, strict=True):
        window = layer.work_out(axis, n or 1).window
        crops = max(-window.padding_low, 0) + max(-window.padding_high, 0)
        stretched = window.effective_kernel + crops + 2 * window.stride * window.base_dilation
        least = -(-(stretched - 1) // window.base_dilation) + 1
        sizes.append(least if n is None else min(n, least + (n - least) % window.stride))
    return tuple(sizes)


def _cells(layer: Layer, size: tuple[int, ...]) -> int:
    """The cells of the largest array of a proof, generously."""
    works = list(work_out(layer, size))
    n, o = prod(work.n for work in works), prod(work.output for work in works)
    kernel = prod(work.axis.kernel for work in works)
    laid_out = prod(
        max(work.n, work.output, work.window.stretched(work.n), work.window.padded(work.n))
        + work.window.effective_kernel
        + work.output_padding
        for work in works
    )
    # The square of the kernel stands for the time of a step for each tap.
    if isinstance(layer, Pool):
        matrix = (layer.kind == "avg") * n * o
        return max(BATCH * GROUPS * INWARD * max(laid_out, kernel * o), matrix, kernel**2)
    columns = BATCH * GROUPS * OUTWARD * max(laid_out, kernel * n, kernel * o)
    return max(columns, INWARD * OUTWARD * n * o, kernel**2)


def _largest(layer: Layer, rank: int) -> str:
    """Up to which number every parameter could go, for the proof to fit."""

    def fits(most: int) -> bool:
        smaller = _limited(layer, rank, most)
        return _cells(smaller, _smallest(smaller, None)) <= MOST_CELLS

    if not fits(1):
        return f"with {rank} axes none does"
    low, high = 1, _greatest(layer, rank)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return f"the largest that fits has no k, s, d or p above {low}"


def _greatest(layer: Layer, rank: int) -> int:
    """The largest k, s, d or p of a layer."""
    numbers = [number for axis in axes(layer, rank) for number in (axis[0], axis[1], axis[3])]
    pairs = [axis.padding for axis in axes(layer, rank) if isinstance(axis.padding, tuple)]
    return max(*numbers, *(abs(side) for pair in pairs for side in pair))


def _limited(layer: Layer, rank: int, most: int) -> Layer:
    """The layer on ``rank`` axes with no parameter above ``most``."""
    assert layer.stride is not None
    kernel, stride, dilation = (
        tuple(min(value, most) for value in spread(values, rank))
        for values in (layer.kernel, layer.stride, layer.dilation)
    )
    padding = layer.padding
    if not isinstance(padding, str):
        padding = tuple(
            (max(-most, min(pair[0], most)), max(-most, min(pair[1], most)))
            for pair in spread_padding(padding, rank)
            if isinstance(pair, tuple)
        )
    if isinstance(layer, TransposedConv):
        after = tuple(
            min(a, max(s, d) - 1)
            for a, s, d in zip(spread(layer.output_padding, rank), stride, dilation, strict=True)
        )
        return TransposedConv(kernel, stride, padding, dilation, after)
    return replace(layer, kernel=kernel, stride=stride, padding=padding, dilation=dilation)
