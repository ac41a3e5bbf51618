"""The experiments of iioSnail's article on deconvolution, by number, with the article's sizes."""

import re
from pathlib import Path

from convcalc import Conv, TransposedConv, derive, equivalence, equivalent_padding, output_shape


def test_experiment_1_same_padding_keeps_32() -> None:
    assert output_shape(Conv(5, padding="same"), (32, 32)) == (32, 32)
    assert derive(Conv(5, padding="half"), 32).data["padding"] == [[2, 2]]  # p = floor(k/2)
    assert output_shape(Conv(4, padding="half"), 32) == (33,)  # why it wants an odd kernel


def test_experiment_2_full_padding_of_2_by_2() -> None:
    assert output_shape(Conv(3, padding=2), (2, 2)) == (4, 4)
    assert derive(Conv(3, padding=2), 2).notes == ()


def test_experiment_3_more_than_full_padding_wastes_a_ring() -> None:
    derivation = derive(Conv(3, padding=3), (2, 2))
    assert derivation.data["output"] == [6, 6]
    (note,) = derivation.notes
    assert note.kind == "padding-only"
    assert "2 of 6 outputs see only padding (1 first, 1 last)" in note.message


def test_experiment_4_deconvolution_padding_2_is_convolution_padding_0() -> None:
    assert equivalent_padding(kernel=3, padding=2) == 0
    assert output_shape(TransposedConv(3, padding=2), (32, 32)) == (30, 30)
    assert output_shape(Conv(3, padding=0), (32, 32)) == (30, 30)


def test_experiment_5_padding_beyond_k_minus_1_crops() -> None:
    assert equivalent_padding(kernel=1, padding=1) == -1
    derivation = derive(TransposedConv(1, padding=1), (3, 3))
    assert derivation.data["output"] == [1, 1]
    (note,) = derivation.notes
    assert note.kind == "cropped-input"
    assert "as a convolution with p = -1 would" in note.message
    assert output_shape(Conv(1, padding=-1), (3, 3)) == (1, 1)


def test_experiment_6_stride_3_stretches_32_to_94() -> None:
    derivation = derive(TransposedConv(3, stride=3, padding=2), (32, 32))
    assert derivation.data["output"] == [92, 92]
    values = {step.formula.symbol: step.value for step in derivation.axes[0]}
    assert values["n_s"] == 94
    assert values["p'"] == 0


def test_both_namings_say_which_operation_a_padding_belongs_to() -> None:
    facts = " ".join(equivalence(Conv(3)).derivations[0].facts)
    assert "convolution: p = 0; transposed convolution: p' = 2" in facts
    assert "the article (iioSnail) writes: deconvolution p' = 2, convolution p = 0" in facts
    # The deconvolution with p' = 2 is the transpose of a convolution with p = 2; the convolution
    # that does its work, the paper's emulating one, has no padding.
    assert "Dumoulin & Visin write: forward p = 2, emulating convolution p' = 0" in facts


def test_the_walk_through_has_every_experiment_by_number() -> None:
    page = (Path(__file__).parents[1] / "docs" / "article.md").read_text(encoding="utf-8")
    assert re.findall(r"\*\*Experiment (\d)\*\*", page) == list("123456")
