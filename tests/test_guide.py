"""Dumoulin & Visin, A guide to convolution arithmetic for deep learning: its 15 relationships.

Each test is named after a relationship and begins with the paper's own example, whose numbers are
the paper's (text and figures), then holds the relationship as a law over a grid.
"""

from itertools import product

import pytest

from convcalc import Conv, Pool, TransposedConv, equivalence, equivalent_padding, output_shape

SIZES = range(1, 13)
KERNELS = range(1, 7)


def out(layer: Conv | TransposedConv | Pool, n: int) -> int:
    (o,) = output_shape(layer, n)
    return o


def test_relationship_1_no_padding_unit_stride() -> None:
    assert out(Conv(3), 4) == 2  # figure 2.1
    for n, k in product(SIZES, KERNELS):
        if k <= n:
            assert out(Conv(k), n) == (n - k) + 1


def test_relationship_2_zero_padding_unit_stride() -> None:
    assert out(Conv(4, padding=2), 5) == 6  # figure 2.2
    for n, k, p in product(SIZES, KERNELS, range(5)):
        if k <= n + 2 * p:
            assert out(Conv(k, padding=p), n) == (n - k) + 2 * p + 1


def test_relationship_3_half_padding() -> None:
    assert out(Conv(3, padding="half"), 5) == 5  # figure 2.3
    for n, m in product(SIZES, range(4)):
        assert out(Conv(2 * m + 1, padding="half"), n) == n


def test_relationship_4_full_padding() -> None:
    assert out(Conv(3, padding="full"), 5) == 7  # figure 2.4
    for n, k in product(SIZES, KERNELS):
        assert out(Conv(k, padding="full"), n) == n + (k - 1)


def test_relationship_5_no_padding_strides() -> None:
    assert out(Conv(3, stride=2), 5) == 2  # figure 2.5
    for n, k, s in product(SIZES, KERNELS, range(1, 5)):
        if k <= n:
            assert out(Conv(k, stride=s), n) == (n - k) // s + 1


def test_relationship_6_zero_padding_strides() -> None:
    assert out(Conv(3, stride=2, padding=1), 5) == 3  # figure 2.6
    assert out(Conv(3, stride=2, padding=1), 6) == 3  # figure 2.7: sizes 5 and 6 share it
    for n, k, s, p in product(SIZES, KERNELS, range(1, 5), range(4)):
        if k <= n + 2 * p:
            assert out(Conv(k, stride=s, padding=p), n) == (n + 2 * p - k) // s + 1


@pytest.mark.parametrize("kind", ["max", "avg"])
def test_relationship_7_pooling(kind: str) -> None:
    assert kind in ("max", "avg")
    layer = Pool(3, stride=1, kind="max" if kind == "max" else "avg")
    assert out(layer, 5) == 3  # figures 1.5 and 1.6
    for n, k, s in product(SIZES, KERNELS, range(1, 5)):
        if k <= n:
            assert out(Pool(k, stride=s), n) == (n - k) // s + 1


def test_relationship_8_transposed_no_padding_unit_stride() -> None:
    assert out(TransposedConv(3), 2) == 4  # figure 4.1: p' = 2
    assert equivalent_padding(kernel=3, padding=0) == 2
    for n, k in product(SIZES, KERNELS):
        assert equivalent_padding(k, 0) == k - 1
        assert out(TransposedConv(k), n) == n + (k - 1) == out(Conv(k, padding=k - 1), n)


def test_relationship_9_transposed_zero_padding_unit_stride() -> None:
    assert out(TransposedConv(4, padding=2), 6) == 5  # figure 4.2: p' = 1
    assert equivalent_padding(kernel=4, padding=2) == 1
    for n, k, p in product(SIZES, KERNELS, range(4)):
        if p <= k - 1 and n + (k - 1) - 2 * p >= 1:
            assert equivalent_padding(k, p) == k - p - 1
            assert out(TransposedConv(k, padding=p), n) == n + (k - 1) - 2 * p


def test_relationship_10_transposed_half_padding() -> None:
    assert out(TransposedConv(3, padding="half"), 5) == 5  # figure 4.3
    for n, m in product(SIZES, range(4)):
        assert equivalent_padding(2 * m + 1, m) == m
        assert out(TransposedConv(2 * m + 1, padding="half"), n) == n


def test_relationship_11_transposed_full_padding() -> None:
    assert out(TransposedConv(3, padding="full"), 7) == 5  # figure 4.4
    for n, k in product(SIZES, KERNELS):
        assert equivalent_padding(k, k - 1) == 0
        if n > k - 1:
            assert out(TransposedConv(k, padding="full"), n) == n - (k - 1)


def test_relationship_12_transposed_no_padding_strides() -> None:
    assert out(TransposedConv(3, stride=2), 2) == 5  # figure 4.5
    for n, k, s in product(SIZES, KERNELS, range(1, 5)):
        assert out(TransposedConv(k, stride=s), n) == s * (n - 1) + k


def test_relationship_13_transposed_zero_padding_strides() -> None:
    assert out(TransposedConv(3, stride=2, padding=1), 3) == 5  # figure 4.6
    for n, k, s, p in product(SIZES, KERNELS, range(1, 5), range(4)):
        if s * (n - 1) + k - 2 * p >= 1:
            assert out(TransposedConv(k, stride=s, padding=p), n) == s * (n - 1) + k - 2 * p


def test_relationship_14_transposed_zero_padding_strides_odd() -> None:
    assert out(TransposedConv(3, stride=2, padding=1, output_padding=1), 3) == 6  # figure 4.7
    partner = equivalence(Conv(3, stride=2, padding=1), 6).head["partner"]
    assert partner == {"output_padding": [1], "sizes": [[5, 6]]}
    for n, k, s, p in product(SIZES, KERNELS, range(1, 5), range(4)):
        if n + 2 * p >= k:
            a = (n + 2 * p - k) % s
            o = (n + 2 * p - k) // s + 1
            assert out(TransposedConv(k, s, p, output_padding=a), o) == n


def test_relationship_15_dilation() -> None:
    assert out(Conv(3, dilation=2), 7) == 3  # figure 5.1
    for n, k, s, p, d in product(SIZES, KERNELS, range(1, 4), range(3), range(1, 4)):
        k_e = k + (k - 1) * (d - 1)
        if n + 2 * p >= k_e:
            assert out(Conv(k, s, p, d), n) == (n + 2 * p - k_e) // s + 1
