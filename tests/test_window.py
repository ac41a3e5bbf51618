"""The one size equation against counting positions by hand, and the laws that stand on it."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcalc import Conv, Layer, Pool, SizeError, TransposedConv, Window, output_shape
from convcalc.layers import axes

small = st.integers(1, 6)
padding = st.integers(-3, 6)


def cells_after_padding(window: Window, n: int) -> list[int | None]:
    """The stretched and padded axis, cell by cell: an input's index, or None for a zero."""
    cells: list[int | None] = []
    for index in range(n):
        if index:
            cells += [None] * (window.base_dilation - 1)
        cells.append(index)
    zeros: list[int | None] = [None]
    low, high = window.padding_low, window.padding_high
    cells = zeros * max(low, 0) + cells + zeros * max(high, 0)
    return cells[max(-low, 0) : max(len(cells) - max(-high, 0), 0)]


def positions(window: Window, n: int) -> int:
    """How often the spread-out kernel fits, found by trying every offset."""
    cells = cells_after_padding(window, n)
    taps = [tap * window.window_dilation for tap in range(window.size)]
    return sum(
        all(offset + tap < len(cells) for tap in taps)
        for offset in range(0, len(cells), window.stride)
    )


@given(size=small, stride=small, low=padding, high=padding, d=small, b=small, n=st.integers(1, 20))
def test_output_is_the_number_of_positions(
    size: int, stride: int, low: int, high: int, d: int, b: int, n: int
) -> None:
    window = Window(size, stride, low, high, d, b)
    if low + high >= -((n - 1) * b + 1):  # cropping more than there is has no picture
        assert window.output(n) == positions(window, n)


def test_zero_input_stays_zero_when_stretched() -> None:
    assert Window(size=1, base_dilation=3).stretched(0) == 0
    assert Window(size=3, padding_low=2, padding_high=2).output(0) == 2
    assert Window(size=3).output(2) == 0


@given(k=small, s=small, p=st.integers(0, 6), d=small, a=st.integers(0, 5), n=st.integers(1, 30))
def test_closed_form_of_transposed_convolution(
    k: int, s: int, p: int, d: int, a: int, n: int
) -> None:
    expected = s * (n - 1) + (d * (k - 1) + 1) - 2 * p + a
    if a < max(s, d) and expected >= 1:
        assert output_shape(TransposedConv(k, s, p, d, a), n) == (expected,)


def test_the_transposed_partner_restores_n_on_the_whole_grid() -> None:
    checked = 0
    for n, k, s, p, d in product(range(1, 15), range(1, 6), range(1, 5), range(4), range(1, 4)):
        left = n + 2 * p - (d * (k - 1) + 1)
        if left < 0:
            continue
        (o,) = output_shape(Conv(k, s, p, d), n)
        assert output_shape(TransposedConv(k, s, p, d, output_padding=left % s), o) == (n,)
        checked += 1
    assert checked > 2000


@given(n=st.integers(1, 12), m=st.integers(1, 12), k=small, s=small, p=st.integers(0, 2))
def test_axes_do_not_disturb_each_other(n: int, m: int, k: int, s: int, p: int) -> None:
    layer = Conv((k, 3), (s, 1), (p, (1, 2)))
    try:
        first = output_shape(Conv(k, s, p), n)
        second = output_shape(Conv(3, 1, ((1, 2),)), m)
    except SizeError:
        return
    assert output_shape(layer, (n, m)) == first + second


def test_python_integers_of_any_size_are_exact() -> None:
    n = 10**30 + 1
    assert output_shape(Conv(3, 7, 10**20), n) == ((n + 2 * 10**20 - 3) // 7 + 1,)
    assert output_shape(TransposedConv(3, 10**15), n) == (10**15 * (n - 1) + 3,)
    assert output_shape(Pool(2, ceil=True), n) == (n // 2 + 1,)


@pytest.mark.parametrize(
    "layer",
    [
        Conv(3, 2, 1, 2),
        Conv(4, 3, "same"),
        Conv(3, padding="causal"),
        TransposedConv(3, 2, 1, output_padding=1),
        TransposedConv(5, 3, "same-lower"),
        Pool(3, 2, 1, ceil=True),
    ],
)
def test_a_whole_axis_takes_an_array_of_sizes(layer: Layer) -> None:
    (axis,) = axes(layer, 1)
    sizes = np.arange(5, 60, dtype=np.int64)
    outputs = layer.work_out(axis, sizes).output  # type: ignore[arg-type]
    assert np.asarray(outputs).dtype == np.int64
    assert list(outputs) == [output_shape(layer, int(n))[0] for n in sizes]  # type: ignore[call-overload]
