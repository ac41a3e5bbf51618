"""What a layer's parameters mean: padding names, ceil mode, bounds, axes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcalc import (
    Conv,
    ConvcalcError,
    Layer,
    ParameterError,
    Pool,
    SizeError,
    TransposedConv,
    answer,
    derive,
    equivalence,
    equivalent_padding,
    output_shape,
)

positive = st.integers(1, 8)


def paddings(layer: Layer, n: int) -> Any:
    return derive(layer, n).data["padding"]


@given(n=st.integers(1, 60), k=positive, s=positive, d=positive)
def test_same_is_tensorflows_rule(n: int, k: int, s: int, d: int) -> None:
    # The text of tf.nn.convolution: output ceil(n/s), the odd cell at the end.
    layer = Conv(k, s, "same", d)
    assert output_shape(layer, n) == (-(-n // s),)
    ((before, after),) = paddings(layer, n)
    assert 0 <= after - before <= 1
    ((lower_before, lower_after),) = paddings(Conv(k, s, "same-lower", d), n)
    assert (lower_before, lower_after) == (after, before)


@given(n=st.integers(1, 60), k=positive, s=positive)
def test_same_of_a_transposed_convolution_gives_n_times_s(n: int, k: int, s: int) -> None:
    # Keras 3, Conv2DTranspose without output_padding.
    assert output_shape(TransposedConv(k, s, "same"), n) == (n * s,)


@pytest.mark.parametrize(
    ("layer", "n", "expected"),
    [
        (Conv(3, 2, "same"), 224, [[0, 1]]),
        (Conv(4, padding="same"), 10, [[1, 2]]),  # PyTorch: total 3, left 1
        (Conv(4, padding="same-lower"), 10, [[2, 1]]),
        (Conv(3, padding="causal", dilation=2), 10, [[4, 0]]),
        (Conv(3, padding="full", dilation=2), 10, [[4, 4]]),
        (Conv(4, padding="half"), 10, [[2, 2]]),
        (Conv(4, padding="valid"), 10, [[0, 0]]),
        (TransposedConv(3, 2, "same"), 5, [[0, 1]]),
        (TransposedConv(3, 2, "same-lower"), 5, [[1, 0]]),
        (TransposedConv(5, 2, "same"), 5, [[1, 2]]),
        (TransposedConv(1, 3, "same"), 5, [[0, 0]]),  # nothing to crop: output padding 2
    ],
)
def test_padding_names_become_numbers(layer: Layer, n: int, expected: list[list[int]]) -> None:
    assert paddings(layer, n) == expected


@pytest.mark.parametrize(
    ("n", "k", "s", "p", "expected"),
    # PyTorch 2.13.0, torch.nn.MaxPool1d(k, s, p, ceil_mode=True) on torch.zeros(1, 1, n)
    [(5, 2, 2, 1, 3), (9, 4, 4, 2, 3), (2, 3, 3, 1, 1), (2, 3, 3, 0, 1), (6, 3, 2, 0, 3)],
)
def test_ceil_mode_drops_a_window_that_starts_past_the_input(
    n: int, k: int, s: int, p: int, expected: int
) -> None:
    assert output_shape(Pool(k, s, p, ceil=True), n) == (expected,)


def test_a_pools_stride_is_its_kernel() -> None:
    assert output_shape(Pool((2, 3)), (8, 9)) == (4, 3)


def test_output_padding_is_bounded_by_stride_or_dilation() -> None:
    assert output_shape(TransposedConv(3, 2, 1, 3, output_padding=2), 4) == (13,)
    with pytest.raises(ParameterError, match=r"got 3 with stride 3 and dilation 1, allowed 0\.\.2"):
        TransposedConv(3, 3, output_padding=3)


def test_one_number_stands_for_every_axis_and_tuples_must_agree() -> None:
    assert output_shape(Conv(3), (5, 6, 7)) == (3, 4, 5)
    assert output_shape(Conv((3, 1)), 5) == (3, 5)
    assert output_shape(Conv(3, rank=3), 5) == (3, 3, 3)
    assert output_shape(Conv(3), (5,) * 5) == (3,) * 5
    with pytest.raises(SizeError, match="the layer has 2 axes, the input size 5x5x5 has 3"):
        output_shape(Conv((3, 1)), (5, 5, 5))
    with pytest.raises(ParameterError, match="kernel is given for 2 axes, stride for 3 axes"):
        Conv((3, 1), (1, 1, 1))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Conv(0), "kernel must be at least 1: got 0"),
        (lambda: Conv(3, -1), "stride must be at least 1: got -1"),
        (lambda: Conv(3, dilation=0), "dilation must be at least 1: got 0"),
        (
            lambda: Conv(3.0),  # type: ignore[arg-type]
            "kernel must be a whole number",
        ),
        (lambda: Conv(()), "kernel is empty"),
        (lambda: Conv(3, rank=0), "rank must be at least 1"),
        (lambda: Conv(3, padding=()), "padding is empty"),
        (lambda: Pool(3, kind="min"), "max, avg or lp"),  # type: ignore[arg-type]
        (lambda: output_shape(Conv(3), 8.0), "input size must be a whole number"),  # type: ignore[arg-type]
        (lambda: output_shape(Conv(3), ()), "input size is empty"),
        (lambda: answer([], 8), "no layer was given"),
        (lambda: equivalence(Pool(3), 8), "no transposed counterpart"),
        (lambda: equivalent_padding(3, "same"), "must be a number"),  # type: ignore[call-overload]
        (lambda: equivalent_padding(3, 1.5), "whole number"),  # type: ignore[call-overload]
        (lambda: equivalent_padding((3, 3), 0), "one whole number"),  # type: ignore[call-overload]
        (lambda: equivalent_padding(3, (1, 2, 3)), "before, after"),  # type: ignore[arg-type]
        (lambda: Conv(True), "kernel must be a whole number"),
        (lambda: Conv(3, padding="sam"), r"did you mean same\?"),
        (
            lambda: Conv(3, padding=((1, 2, 3),)),  # type: ignore[arg-type]
            r"must be \(before, after\)",
        ),
        (
            lambda: Conv(3, padding=1.5),  # type: ignore[arg-type]
            "padding must be a whole number",
        ),
        (lambda: TransposedConv(3, padding="causal"), "crops the end instead"),
        (lambda: TransposedConv(3, 2, "same", output_padding=1), "contradicts padding 'same'"),
        (lambda: output_shape(Conv(3), 0), "input size must be at least 1: got 0"),
        (lambda: output_shape(Conv(5), 3), "at least 5, or 2 more cells of padding"),
        (lambda: output_shape(Conv((1, 5)), (3, 3)), "convolution on axis 2: the kernel is larger"),
        (lambda: output_shape(TransposedConv(1, padding=2), 3), "it needs 2 cells of padding less"),
    ],
)
def test_refusals_say_the_numbers_and_what_would_be_valid(make: object, message: str) -> None:
    assert callable(make)
    with pytest.raises(ConvcalcError, match=message):
        make()


def test_padding_that_is_needed_is_the_padding_that_helps() -> None:
    with pytest.raises(SizeError, match="an input of at least 5, or 2 more"):
        output_shape(Conv(5), 3)
    assert output_shape(Conv(5), 5) == (1,)
    assert output_shape(Conv(5, padding=1), 3) == (1,)
    with pytest.raises(SizeError, match="= 0; it needs 1 cell of padding less"):
        output_shape(TransposedConv(2, padding=1), 1)
    assert output_shape(TransposedConv(2, padding=((1, 0),)), 1) == (1,)
