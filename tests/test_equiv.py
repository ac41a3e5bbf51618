"""p to p' and back, the direct form, and the transposed partner."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcalc import (
    Conv,
    ParameterError,
    SizeError,
    TransposedConv,
    Window,
    equivalence,
    equivalent_padding,
    output_shape,
)

positive = st.integers(1, 6)


@given(k=positive, p=st.integers(-5, 10), d=positive)
def test_the_map_is_its_own_inverse(k: int, p: int, d: int) -> None:
    assert equivalent_padding(k, equivalent_padding(k, p, d), d) == p
    pair = (p, p + 1)
    assert equivalent_padding(k, equivalent_padding(k, pair, d), d) == pair


@given(k=positive, p=st.integers(0, 6), d=positive, n=st.integers(1, 20))
def test_with_stride_1_both_operations_have_the_same_size(k: int, p: int, d: int, n: int) -> None:
    other = equivalent_padding(k, p, d)
    try:
        expected = output_shape(Conv(k, 1, p, d), n)
    except SizeError:
        return
    assert output_shape(TransposedConv(k, 1, other, d), n) == expected


@given(k=positive, s=positive, p=st.integers(0, 4), d=positive, n=st.integers(1, 12))
def test_the_direct_form_has_the_size_of_the_transposed_convolution(
    k: int, s: int, p: int, d: int, n: int
) -> None:
    layer = TransposedConv(k, s, p, d)
    try:
        expected = output_shape(layer, n)
    except SizeError:
        return
    direct = equivalence(layer, n).head["direct"]
    assert isinstance(direct, dict)
    ((low, high),) = direct["padding"]
    (zeros,) = direct["zeros_inserted"]
    assert Window(k, 1, low, high, d, zeros + 1).output(n) == expected[0]


def test_the_partner_and_the_sizes_that_share_an_output() -> None:
    report = equivalence(Conv(3, 3, 2), 33)
    assert report.head["partner"] == {"output_padding": [1], "sizes": [[32, 34]]}
    for n in range(31, 36):
        assert (output_shape(Conv(3, 3, 2), n) == (12,)) == (32 <= n <= 34)


def test_uneven_per_axis_and_dilated() -> None:
    layer = TransposedConv((4, 3), (2, 3), ((1, 2), 0), (2, 1), (1, 0))
    report = equivalence(layer, (7, 9))
    assert report.head["equivalent_padding"] == [[5, 4], [2, 2]]
    assert report.head["direct"]["padding"] == [[5, 5], [2, 2]]  # type: ignore[index]
    assert report.head["output"] == [17, 27]


def test_a_negative_padding_is_explained_as_a_crop() -> None:
    (note,) = equivalence(TransposedConv(1, padding=1)).derivations[0].notes
    assert note.kind == "cropped-input"
    assert "p = -1 of the convolution is a crop" in note.message
    (note,) = equivalence(Conv(3, padding=3)).derivations[0].notes
    assert note.kind == "padding-only"
    assert "p = -1 of the transposed convolution is negative" in note.message


def test_no_partner_where_the_output_padding_exceeds_the_stride() -> None:
    partner = equivalence(TransposedConv(3, 1, 1, 3, 2), 7).derivations[-1]
    assert partner.answer == "none"
    assert "13 leads to 9, not to 7" in " ".join(partner.facts)


def test_names_are_resolved_where_no_size_is_needed() -> None:
    assert equivalence(Conv(3, padding="same")).head["equivalent_padding"] == [[1, 1]]
    assert equivalence(Conv(4, padding="same")).head["equivalent_padding"] == [[2, 1]]
    assert equivalence(TransposedConv(3, 2, "full")).head["equivalent_padding"] == [[0, 0]]
    assert equivalence(Conv(3, 2, "same"), 5).head["equivalent_padding"] == [[1, 1]]
    with pytest.raises(ParameterError, match="depends on the input size"):
        equivalence(Conv(3, 2, "same"))
