"""Convolution, transposed convolution and pooling on arrays, in PyTorch's layouts.

Law: two roads that share no code. ``gather`` slides a kernel over the input that a ``Window``
stretches, pads or crops; ``scatter`` stamps the kernel once for every input cell. Both take their
sizes from the layer's ``Worked`` axes, treat any number of axes alike, and are exact on integers:
a sum that might pass int64 is refused, never wrapped.

Layouts: ``x`` is (N, C, spatial...), the kernel of a convolution (out, in/groups, k...), that of a
transposed convolution (in, out/groups, k...).

>>> conv([[[1, 2, 4]]], [[[1, 10]]]).tolist()
[[[21, 42]]]
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from math import prod
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from convcalc.errors import ParameterError, SizeError
from convcalc.layers import Conv, Pool, TransposedConv, work_out
from convcalc.layers.axis import Padding, PerAxis, Worked, check, write
from convcalc.window import Window

Array: TypeAlias = npt.NDArray[Any]
Cut: TypeAlias = tuple[Any, ...]  # slices of the spatial axes, as an index

EXACT_FLOAT = 2**53  # every integer up to here is a float64
EXACT_INT = 2**63 - 1


def conv(
    x: npt.ArrayLike,
    w: npt.ArrayLike,
    *,
    stride: PerAxis = 1,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
) -> Array:
    """A convolution by gathering: each output is the sum under the kernel, which is not rotated.

    Formula, per axis: ``y[o] = sum over t of w[t] * x[s*o + d*t - p_lo]``, zero outside ``x``.
    Shapes: ``x`` (N, in, n...), ``w`` (out, in/groups, k...), result (N, out, o...). ``padding``
    as ``convcalc.Conv`` takes it. Integers give int64, floats keep their type.

    Raises ParameterError, SizeError (ConvcalcErrors) where values or shapes do not fit, or where
    a sum of integers might pass int64. Source: PyTorch, ``conv1d..3d``.

    >>> conv([[[1, 2, 3, 4]]], [[[1, 10]]], stride=2, padding=((1, 0),)).tolist()
    [[[10, 32]]]
    """
    x, w = _array("x", x), _array("w", w)
    _check_layout(x, w, groups)
    if x.shape[1] != w.shape[1] * groups:
        raise SizeError(
            f"x has {x.shape[1]} channels, the kernel takes {groups} groups of {w.shape[1]}: "
            f"shapes {write(x.shape)} and {write(w.shape)}"
        )
    layer = Conv(w.shape[2:], stride, padding, dilation)
    return gather(x, w, [worked.window for worked in work_out(layer, x.shape[2:])], groups)


def conv_transpose(
    x: npt.ArrayLike,
    w: npt.ArrayLike,
    *,
    stride: PerAxis = 1,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    output_padding: PerAxis = 0,
    groups: int = 1,
) -> Array:
    """A transposed convolution by scattering: each input cell stamps the kernel, stamps add up.

    Formula, per axis: ``y[s*j + d*t - p_lo] += w[t] * x[j]`` wherever that is inside ``y``.
    Shapes: ``x`` (N, in, n...), ``w`` (in, out/groups, k...), result (N, out, o...). ``padding``
    as ``convcalc.TransposedConv`` takes it. Integers give int64, floats keep their type.

    Raises ParameterError, SizeError (ConvcalcErrors) where values or shapes do not fit, or where
    a sum of integers might pass int64. Source: PyTorch, ``conv_transpose1d..3d``.

    >>> conv_transpose([[[1, 2]]], [[[1, 10, 100]]], stride=2).tolist()
    [[[1, 10, 102, 20, 200]]]
    """
    x, w = _array("x", x), _array("w", w)
    _check_layout(x, w, groups)
    if x.shape[1] != w.shape[0]:
        raise SizeError(
            f"x has {x.shape[1]} channels, the kernel takes {w.shape[0]}: "
            f"shapes {write(x.shape)} and {write(w.shape)}"
        )
    layer = TransposedConv(w.shape[2:], stride, padding, dilation, output_padding)
    return scatter(x, w, list(work_out(layer, x.shape[2:])), groups)


def max_pool(
    x: npt.ArrayLike,
    kernel: PerAxis,
    *,
    stride: PerAxis | None = None,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    ceil: bool = False,
) -> Array:
    """The largest value under each window; padding is smaller than any value.

    Formula, per axis: ``y[o] = max over t of x[s*o + d*t - p_lo]``. Shapes: ``x`` (N, C, n...),
    result (N, C, o...). The stride defaults to the kernel. Integers give int64, floats keep their
    type; a window that sees only padding gives -inf, or the least int64.

    Raises ParameterError, SizeError (ConvcalcErrors). Source: PyTorch, ``max_pool1d..3d``.

    >>> max_pool([[[3, 1, 2, 5, 4]]], 2, ceil=True).tolist()
    [[[3, 5, 4]]]
    """
    x = _array("x", x)
    if x.dtype.kind != "f":
        x = _as_int64(x)
    lowest = -np.inf if x.dtype.kind == "f" else np.iinfo(np.int64).min
    layer = Pool(kernel, stride, padding, dilation, ceil)
    view, _ = _pooled(x, layer, lowest)
    pooled: Array = view.max(axis=tuple(range(x.ndim, view.ndim)))
    return pooled


def avg_pool(
    x: npt.ArrayLike,
    kernel: PerAxis,
    *,
    stride: PerAxis | None = None,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    ceil: bool = False,
    count_include_pad: bool = True,
) -> Array:
    """The mean under each window.

    Formula, per axis: ``y[o] = sum over t of x[s*o + d*t - p_lo] / number of t``, counting the
    taps on the padded input (never on what ceil mode adds), or on the input alone without
    ``count_include_pad``; the mean of no cell is 0. Shapes: ``x`` (N, C, n...), result
    (N, C, o...). The stride defaults to the kernel. Integers give float64, floats keep their type.

    Raises ParameterError, SizeError (ConvcalcErrors). Source: PyTorch, ``avg_pool1d..3d``.

    >>> avg_pool([[[2, 4, 6]]], 2, padding=1, count_include_pad=False).tolist()
    [[[2.0, 5.0]]]
    >>> avg_pool([[[2, 4, 6]]], 2, padding=1).tolist()
    [[[1.0, 5.0]]]
    """
    x = _array("x", x)
    layer = Pool(kernel, stride, padding, dilation, ceil, "avg")
    view, axes = _pooled(x, layer, 0)
    taps = tuple(range(x.ndim, view.ndim))
    exact = x.dtype.kind != "f"
    if exact:
        _refuse_overflow(_greatest(x) * prod(view.shape[x.ndim :]))
    total = view.sum(axis=taps, dtype=np.int64 if exact else _accumulator(x.dtype))
    counts = reduce(np.multiply.outer, (_counts(axis, count_include_pad) for axis in axes))
    means: Array = (total / np.maximum(counts, 1)).astype(np.float64 if exact else x.dtype)
    return means


def gather(x: Array, w: Array, windows: Sequence[Window], groups: int = 1) -> Array:
    """Slide the kernel ``w`` (out, in/groups, k...) over ``x`` as ``windows`` lay it out.

    With ``base_dilation`` above 1 and the kernel ``rotated`` this is the direct form of a
    transposed convolution. One matrix product, of the kernel and a column for each position.

    >>> gather(np.array([[[1, 2]]]), np.array([[[100, 10, 1]]]), [Window(3, 1, 2, 2, 1, 2)])
    array([[[  1,  10, 102,  20, 200]]])
    """
    under = prod(w.shape[1:])
    x, w, result = _working(x, w, under)
    view = _slid(_laid_out(x, windows, 0), windows)
    sizes = view.shape[2 : x.ndim]
    taps_first = np.moveaxis(view, range(x.ndim, view.ndim), range(2, x.ndim))
    columns = taps_first.reshape(len(x), groups, under, prod(sizes))
    y = w.reshape(groups, len(w) // groups, under) @ columns
    return y.reshape(len(x), len(w), *sizes).astype(result, copy=False)


def scatter(x: Array, w: Array, axes: Sequence[Worked], groups: int = 1) -> Array:
    """Stamp the kernel ``w`` (in, out/groups, k...) for every cell of ``x``, and add up.

    One matrix product gives what every cell sends through every tap; then each tap adds its
    share to the outputs it reaches, a slice with the stride as step.

    >>> axes = list(work_out(TransposedConv(3, stride=2), 2))
    >>> scatter(np.array([[[1, 2]]]), np.array([[[1, 10, 100]]]), axes)
    array([[[  1,  10, 102,  20, 200]]])
    """
    kernel, sizes = w.shape[2:], x.shape[2:]
    inward, outward = len(w) // groups, w.shape[1] * groups
    x, w, result = _working(x, w, inward * prod(kernel))
    stamps = w.reshape(groups, inward, w.shape[1] * prod(kernel)).swapaxes(1, 2) @ x.reshape(
        len(x), groups, inward, prod(sizes)
    )
    stamps = stamps.reshape(len(x), outward, *kernel, *sizes)
    y = np.zeros((len(x), outward, *(axis.output for axis in axes)), stamps.dtype)
    for tap in np.ndindex(*kernel):
        reach = [_landing(axis, t) for axis, t in zip(axes, tap, strict=True)]
        to, sent = zip(*reach, strict=True)
        y[(..., *to)] += stamps[(slice(None), slice(None), *tap, *sent)]
    return y.astype(result, copy=False)


def rotated(w: Array, groups: int = 1) -> Array:
    """The kernel of the other operation: rotated by 180 degrees, in and out channels swapped.

    Shapes: (A, B/groups, k...) gives (B, A/groups, k...). Its own inverse.

    >>> rotated(np.array([[[1, 2, 3]], [[4, 5, 6]]])).tolist()
    [[[3, 2, 1], [6, 5, 4]]]
    """
    kernel = w.shape[2:]
    split = w.reshape(groups, len(w) // groups, w.shape[1], *kernel).swapaxes(1, 2)
    swapped = split.reshape(groups * w.shape[1], len(w) // groups, *kernel)
    return np.flip(swapped, tuple(range(2, w.ndim)))


def _laid_out(x: Array, windows: Sequence[Window], fill: float) -> Array:
    """``x`` stretched, padded with ``fill`` and cropped, as ``windows`` say.

    A cell's place does not depend on the other side: cropping more than there is and padding it
    again on the other side leaves only padding.
    """
    sizes = x.shape[2:]
    padded = [window.padded(n) for window, n in zip(windows, sizes, strict=True)]
    if all(window._replace(size=1, stride=1, window_dilation=1) == Window(1) for window in windows):
        return x
    result = np.full((*x.shape[:2], *padded), fill, x.dtype)
    to, kept = [], []
    for window, n, size in zip(windows, sizes, padded, strict=True):
        step, low = window.base_dilation, window.padding_low
        first = max(0, _ceil(-low, step))
        last = max(first, min(n, _ceil(size - low, step)))
        start = step * first + low
        to.append(slice(start, start + step * (last - first), step) if last > first else slice(0))
        kept.append(slice(first, last))
    inside: Cut = (..., *to)
    source: Cut = (..., *kept)
    result[inside] = x[source]
    return result


def _slid(padded: Array, windows: Sequence[Window]) -> Array:
    """A view of the windows on ``padded``: (N, C, o..., k...), nothing copied."""
    spatial = tuple(range(2, padded.ndim))
    spans = tuple(window.effective_kernel for window in windows)
    view = np.lib.stride_tricks.sliding_window_view(padded, spans, spatial)
    steps = [slice(None, None, window.stride) for window in windows]
    taps = [slice(None, None, window.window_dilation) for window in windows]
    cut: Cut = (slice(None), slice(None), *steps, *taps)
    return view[cut]


def _landing(axis: Worked, tap: int) -> tuple[slice, slice]:
    """On one axis, the outputs that a tap reaches and the inputs that reach them.

    Input ``j`` reaches ``s*j + d*t - p_lo``.
    """
    s, shift = axis.axis.stride, axis.axis.dilation * tap - axis.padding[0]
    first = max(0, _ceil(-shift, s))
    last = min(axis.n, _ceil(axis.output - shift, s))
    if last <= first:
        return slice(0), slice(0)
    start = s * first + shift
    return slice(start, start + s * (last - first - 1) + 1, s), slice(first, last)


def _ceil(number: int, by: int) -> int:
    return -(-number // by)


def _pooled(x: Array, layer: Pool, fill: float) -> tuple[Array, list[Worked]]:
    """The windows of a pool as a view, and its axes worked out."""
    if x.ndim < 3:
        raise SizeError(f"x must be (N, C, spatial...): got shape ({_commas(x)})")
    axes = list(work_out(layer, x.shape[2:]))
    # What ceil mode adds is never input, not even where the layer's own padding crops it.
    kept = [min(axis.n, max(axis.n + axis.padding[1], 0)) for axis in axes]
    cut: Cut = (..., *map(slice, kept))
    x = x[cut]
    windows = [
        axis.window._replace(padding_high=axis.window.padding_high + axis.n - size)
        for axis, size in zip(axes, kept, strict=True)
    ]
    return _slid(_laid_out(x, windows, fill), windows), axes


def _counts(axis: Worked, include_pad: bool) -> Array:
    """For each output of one axis, how many taps lie on what an average counts."""
    (low, high), window, n = axis.padding, axis.window, axis.n
    first, last = (-low, n + high) if include_pad else (max(0, -low), min(n, n + high))
    starts = window.stride * np.arange(axis.output) - low
    cells = starts[:, None] + window.window_dilation * np.arange(window.size)
    counts: Array = ((cells >= first) & (cells < last)).sum(axis=1)
    return counts


def _array(name: str, values: npt.ArrayLike) -> Array:
    array = np.asarray(values)
    if array.dtype.kind not in "biuf":
        raise ParameterError(f"{name} must be an array of integers or floats: got {array.dtype}")
    return array


def _check_layout(x: Array, w: Array, groups: int) -> None:
    """What convolution and transposed convolution ask of both arrays."""
    for name, array in (("x", x), ("w", w)):
        if array.ndim < 3:
            layout = "N, C, spatial..." if name == "x" else "channels, channels, k..."
            raise SizeError(f"{name} must be ({layout}): got shape ({_commas(array)})")
    if x.ndim != w.ndim:
        raise SizeError(
            f"x has {x.ndim - 2} spatial axes, the kernel {w.ndim - 2}: "
            f"shapes {write(x.shape)} and {write(w.shape)}"
        )
    if isinstance(groups, tuple):
        raise ParameterError(f"groups must be one whole number: got {groups}")
    check("groups", groups, 1)
    if len(w) % groups:
        raise SizeError(
            f"groups must divide the first axis of the kernel: got {groups} groups and {len(w)} "
            f"channels, shape {write(w.shape)}"
        )


def _commas(array: Array) -> str:
    return ", ".join(map(str, array.shape))


def _working(x: Array, w: Array, terms: int) -> tuple[Array, Array, npt.DTypeLike]:
    """Both arrays in the type to calculate in, and the type of the result.

    ``terms`` products make one result. Integers go through float64, whose product is fast, where
    no sum of theirs can leave the integers that float64 holds.
    """
    result = np.result_type(x, w)
    if result.kind == "f":
        working = _accumulator(result)
    else:
        bound = _greatest(x) * _greatest(w) * terms
        _refuse_overflow(bound)
        result = np.dtype(np.int64)
        working = np.dtype(np.float64) if bound < EXACT_FLOAT else result
    return x.astype(working, copy=False), w.astype(working, copy=False), result


def _accumulator(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The type to add in: half precision is only for keeping."""
    return np.promote_types(dtype, np.float32)


def _greatest(array: Array) -> int:
    """The largest absolute value of an array of integers, exactly."""
    return max(int(array.max()), -int(array.min())) if array.size else 0


def _as_int64(x: Array) -> Array:
    _refuse_overflow(_greatest(x))
    return x.astype(np.int64, copy=False)


def _refuse_overflow(bound: int) -> None:
    if bound > EXACT_INT:
        raise ParameterError(
            f"a sum of these integers might reach {bound}, more than int64 holds ({EXACT_INT}): "
            "give smaller integers, or floats"
        )
