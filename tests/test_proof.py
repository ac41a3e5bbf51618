"""Proofs: they hold for everything, every road can fail, and what was proved is said."""

import json
import tracemalloc
from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcalc import (
    Conv,
    ConvcalcError,
    Layer,
    Pool,
    SizeError,
    TransposedConv,
    answer,
    numeric,
    output_shape,
    proof,
)
from convcalc.layers import work_out
from convcalc.layers.axis import Worked
from convcalc.numeric import Array
from convcalc.proof import Claim, Difference, Proof, attach, claims, matrix, prove, sentence, sizes
from convcalc.proof.comparison import compare
from convcalc.renderers import FORMATS

from .conftest import Convcalc
from .test_renderers import shown


@st.composite
def layers(draw: Any) -> tuple[Layer, tuple[int, ...]]:
    """A layer of any kind on one to three axes, and an input size."""
    rank = draw(st.integers(1, 3))

    def each(values: Any) -> Any:
        return tuple(draw(values) for _ in range(rank))

    few, sides = st.integers(1, 3), st.tuples(st.integers(-2, 3), st.integers(-2, 3))
    kernel, stride, dilation, padding = each(few), each(few), each(few), each(sides)
    size = each(st.integers(1, 9 - 2 * rank))
    op = draw(st.sampled_from(["conv", "deconv", "max", "avg"]))
    names = ["valid", "same", "same-lower", "half", "full"]
    named = draw(st.sampled_from([None, None, *names]))
    padding = named or padding
    if op == "conv":
        return Conv(kernel, stride, padding, dilation), size
    if op == "deconv":
        most = [max(s, d) - 1 for s, d in zip(stride, dilation, strict=True)]
        after = 0 if named else tuple(draw(st.integers(0, a)) for a in most)
        return TransposedConv(kernel, stride, padding, dilation, after), size
    return Pool(kernel, stride, padding, dilation, draw(st.booleans()), op), size


@settings(max_examples=200, deadline=None)
@given(case=layers(), seed=st.integers(0, 2**70), partner=st.booleans())
def test_every_claim_holds(case: tuple[Layer, tuple[int, ...]], seed: int, partner: bool) -> None:
    layer, size = case
    try:
        output = output_shape(layer, size)
    except SizeError:
        with pytest.raises(SizeError):
            prove(layer, size, seed)
        return
    found = prove(layer, size, seed, partner=partner)
    assert found.holds, [sentence(claim) for claim in found.claims if claim.different]
    assert found.size == found.asked == size
    assert found.claims[0].shape[2:] == output
    roads = 5 if isinstance(layer, Conv) and partner else 1 if isinstance(layer, Pool) else 3
    assert len(found.claims) == roads


@pytest.mark.parametrize(
    ("layer", "size"),
    [
        (Conv(3), 32),
        (Conv((4, 3), (2, 3), ((1, 2), 0), (2, 1)), (17, 27)),
        (Conv(3, 2, "causal"), 9),
        (Conv(1, padding=-1), 3),
        (TransposedConv((4, 3), (2, 3), ((1, 2), 0), (2, 1), (1, 0)), (7, 9)),
        (TransposedConv(3, 1, 1, 3, 2), 7),  # an output padding that no convolution matches
        (TransposedConv(3, 4, "same-lower"), 5),
        (TransposedConv(1, padding=1), 3),
        (Pool(2, padding=1, ceil=True), 5),
        (Pool(3, 2, "same", kind="avg"), (8, 7)),
        (Pool(3, 2, ((-1, -2),), ceil=True, kind="avg"), 10),
    ],
)
def test_named_cases(layer: Layer, size: Any) -> None:
    assert prove(layer, size, partner=True).holds
    assert prove(layer, size) == prove(layer, size)


# Every road can fail -----------------------------------------------------------------------------

rotated, laid_out, landing = numeric.rotated, numeric._laid_out, numeric._landing
by_matrix, by_taps, counts = matrix.by_matrix, matrix.by_taps, numeric._counts


def not_rotated(w: Array, groups: int = 1) -> Array:
    return np.flip(rotated(w, groups), tuple(range(2, w.ndim)))


def not_swapped(w: Array, groups: int = 1) -> Array:
    return np.flip(w.reshape(rotated(w, groups).shape), tuple(range(2, w.ndim)))


def shifted_padding(x: Array, windows: Any, fill: float) -> Array:
    return np.roll(laid_out(x, windows, fill), 1, axis=-1)


def shifted_stamp(axis: Worked, tap: int) -> tuple[slice, slice]:
    return landing(axis._replace(padding=(axis.padding[0] + 1, axis.padding[1])), tap)


def shifted_matrix(*arguments: Any, **keywords: Any) -> Array:
    return np.roll(by_matrix(*arguments, **keywords), 1, axis=-1)


def one_tap_less(x: Array, grids: Any) -> Array:
    return by_taps(x, [grid._replace(taps=grid.taps[1:]) for grid in grids])


def whole_kernel(axis: Worked, include_pad: bool) -> Array:
    return np.full_like(counts(axis, include_pad), axis.axis.kernel)


CONV = "--k 3 --p 1 --n 7"
MUTATIONS: list[tuple[Any, str, Callable[..., Any], str, str]] = [
    # where, which function, what it becomes; a command; the claims that must fail
    (numeric, "rotated", not_rotated, f"equiv {CONV}", "01010"),
    (numeric, "rotated", not_rotated, f"equiv {CONV} --s 2", "01010"),
    (numeric, "rotated", not_rotated, f"equiv {CONV} --from deconv", "010"),
    (numeric, "rotated", not_swapped, "equiv --k 3x2 --p 1 --n 7", "01010"),
    (numeric, "rotated", not_swapped, f"out --op deconv {CONV} --s 2", "010"),
    (numeric, "_laid_out", shifted_padding, f"equiv {CONV}", "11011"),
    (numeric, "_laid_out", shifted_padding, f"out --op deconv {CONV} --s 2", "011"),
    (numeric, "_landing", shifted_stamp, f"equiv {CONV}", "01111"),
    (numeric, "_landing", shifted_stamp, f"out --op deconv {CONV} --s 2", "111"),
    (numeric, "_laid_out", shifted_padding, "out --op maxpool --k 3 --p 1 --n 7", "1"),
    (numeric, "_laid_out", shifted_padding, "out --op avgpool --k 3 --p 1 --n 7", "1"),
    (numeric, "_counts", whole_kernel, "out --op avgpool --k 3 --n 7 --ceil --s 3", "1"),
    (matrix, "by_taps", one_tap_less, "out --op maxpool --k 3 --n 7", "1"),
    (matrix, "by_matrix", shifted_matrix, f"equiv {CONV}", "10100"),
    (claims, "equivalent_padding", lambda _k, _p, _d: (0, 2), f"equiv {CONV}", "01010"),
    (claims, "equivalent_padding", lambda _k, _p, _d: (2, 2), f"equiv {CONV}", "01010"),
    (claims, "restoring", lambda _: 0, f"equiv {CONV} --s 4", "00101"),
]


@pytest.mark.parametrize(("module", "name", "mutation", "line", "failing"), MUTATIONS)
def test_a_wrong_road_is_found(
    convcalc: Convcalc,
    monkeypatch: pytest.MonkeyPatch,
    module: Any,
    name: str,
    mutation: Callable[..., Any],
    line: str,
    failing: str,
) -> None:
    monkeypatch.setattr(module, name, mutation)
    ran = convcalc(*line.split(), "--prove", "-f", "json")
    assert ran.status == 1
    found = json.loads(ran.out)["proof"]
    assert found["holds"] is False
    (layer,) = found["layers"]
    assert "".join(str(int(bool(claim["different"]))) for claim in layer["claims"]) == failing
    for claim in layer["claims"]:
        first = claim["first"]
        assert (first is None) == (claim["different"] == 0)
        if first:
            assert first["left"] != first["right"]
            assert len(first["index"]) == len(claim["shape"])

    shown = convcalc(*line.split(), "--prove", "-f", "text")
    assert shown.status == 1
    first = next(claim["first"] for claim in layer["claims"] if claim["first"])
    left, right = ("no cell" if first[s] is None else str(first[s]) for s in ("left", "right"))
    assert f"DIFFER, first at {first['index']}: {left} against {right}" in shown.out
    assert "convolution" in shown.out or "pooling" in shown.out

    bare = convcalc(*line.split(), "--prove", "-q")
    assert bare.status == 1
    assert bare.out == convcalc(*line.split(), "-q").out
    assert bare.err.startswith("convcalc: the proof fails: ")


def test_the_first_difference_is_the_first() -> None:
    left, right = np.zeros((2, 3, 4), int), np.zeros((2, 3, 4), int)
    right[1, 2, 3], right[1, 0, 2] = 5, 7
    claim = compare("a", "b", left, right)
    assert claim == Claim("a", "b", (2, 3, 4), 24, 2, Difference((1, 0, 2), 0, 7))
    longer = compare("a", "b", left, np.zeros((2, 3, 6), int))
    assert longer == Claim("a", "b", (2, 3, 4), 36, 12, Difference((0, 0, 4), None, 0))
    assert sentence(longer).endswith("12 of 36 cells DIFFER, first at [0, 0, 4]: no cell against 0")


# Which size --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layer", "asked", "size"),
    [
        (Conv(3), (224, 224), (5, 5)),
        (Conv(3, 4), (10**30 + 3,), (11,)),  # 11 = 10**30+3 (mod 4), at least k_e + 2*s
        (Conv(3, 4), (10**30,), (12,)),
        (Conv(3, padding=((-4, -1),)), (10**30,), (10,)),
        (Conv(3, (5, 1)), (10**30, 2**40), (15, 5)),
        (Conv(3, 3, "same"), (10**30,), (10,)),
        (Conv(3, padding=1), (10**9, 1), (5, 1)),
        (TransposedConv(3, 2), (10**30,), (4,)),
        (TransposedConv(3, padding=5), (10**30,), (11,)),
        (Pool(3, 2, ceil=True, kind="avg"), (10**30,), (8,)),
        (Pool(2, 2), (1001, 1001), (1001, 1001)),
    ],
)
def test_too_large_a_size_is_proved_on_one_of_the_same_phase(
    layer: Layer, asked: tuple[int, ...], size: tuple[int, ...]
) -> None:
    found = prove(layer, asked, partner=True)
    assert (found.size, found.asked, found.holds) == (size, asked, True)
    (part,) = attach(answer([layer], size), [found]).appendix
    assert ("the same phase modulo" in " ".join(note.message for note in part.notes)) == (
        size != asked
    )


@pytest.mark.parametrize("stride", [2, 3, 5])
@pytest.mark.parametrize("padding", [0, 1, "same", ((2, 0),)])
def test_the_smaller_size_leaves_the_same_over(stride: int, padding: Any) -> None:
    layer = Conv(3, stride, padding)
    for n in range(10**12, 10**12 + stride):
        (small,) = prove(layer, n).size
        partners = [claims.restoring(next(work_out(layer, size))) for size in (n, small)]
        assert partners[0] == partners[1]
        assert small < 20


def test_without_a_size_a_sensible_one_is_chosen_and_named(convcalc: Convcalc) -> None:
    ran = convcalc("equiv", "--k", "3x5", "--p", "1", "--prove", "-f", "text")
    assert ran.status == 0
    assert "no input size was given: proved on n = 5x7" in ran.out
    assert "x = 2x4x5x7" in ran.out


def test_what_cannot_be_proved_names_what_can() -> None:
    with pytest.raises(ConvcalcError, match="no k, s, d or p above 1671") as refused:
        prove(Conv(5000), 10**6)
    for piece in ("n = 5002", "300120000 cells or steps", str(sizes.MOST_CELLS)):
        assert piece in str(refused.value)
    assert prove(Conv(1671), 10**6).holds
    with pytest.raises(ConvcalcError, match="too large to prove"):
        prove(Conv(1672), 10**6)
    with pytest.raises(ConvcalcError, match="more than 10"):
        prove(Conv(10**999, padding=10**999), 3)
    with pytest.raises(ConvcalcError, match="with 9 axes none does"):
        prove(Conv(3, rank=9), 10)
    for layer in (TransposedConv(3, 10**6, 1, 10**7, 10**6), Pool(10**6, kind="avg")):
        with pytest.raises(ConvcalcError, match="the largest that fits"):
            prove(layer, 10**7)


@pytest.mark.parametrize(
    ("layer", "size"),
    [
        (Conv(3, 2, 1), (60, 60)),
        (TransposedConv(3, 3, 1), (15, 15)),
        (Conv(7), (12, 12)),
        (Conv(5, 1, 100), (4, 4)),
        (TransposedConv(2, 1, -100), (4, 4)),
        (Pool(3, 1, kind="avg"), (40, 40)),
    ],
)
def test_the_bound_bounds_the_memory(layer: Layer, size: tuple[int, ...]) -> None:
    cells = sizes.cells_needed(layer, size)
    assert cells > 50_000
    tracemalloc.start()
    try:
        assert prove(layer, size, partner=True).size == size
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 * 8 * cells  # a few of the largest arrays at a time


def test_one_group_of_a_matrix_is_held_at_a_time() -> None:
    layer, size = TransposedConv(4, stride=2, padding=1), (18, 18)
    tracemalloc.start()
    try:
        assert prove(layer, size).size == size
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    matrix_of_a_group = 8 * proof.records.OUTWARD * proof.records.INWARD * prod((18, 18, 36, 36))
    assert peak < 1.5 * matrix_of_a_group


# On the command line -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "equiv --k 3 --p 0 --n 32",
        "equiv --k 4x3 --s 2x3 --p 1:2x0 --d 2x1 --a 1x0 --n 7x9 --from deconv",
        "out --op maxpool --k 2 --n 5 --ceil --p 1",
        "out --op avgpool --k 3 --s 2 --n 6x7 --p 1x0",
        "out --k 3 --n 224x224",
        "out --k 3 --n 7x6x5 --p 1x0x-1",
        "out --k 3 --p -1 --n 9",
        "out --op conv --k 4 --p same --n 9 --s 2",
        f"out --k 3 --s 2 --n {10**30}",
    ],
)
def test_proofs_on_the_command_line(convcalc: Convcalc, line: str) -> None:
    ran = convcalc(*line.split(), "--prove", "--seed", "7", "-f", "text")
    assert (ran.status, ran.err) == (0, "")
    plain = convcalc(*line.split(), "-f", "text").out
    assert ran.out.startswith(plain.rstrip("\n"))  # the answer first, unchanged
    added = ran.out[len(plain) :]
    assert "seed 7: x = 2x4x" in added
    assert "cells equal" in added
    assert "DIFFER" not in added
    bare = convcalc(*line.split(), "--prove", "-q")
    assert (bare.status, bare.out, bare.err) == (0, convcalc(*line.split(), "-q").out, "")


def test_what_is_said_of_the_roads(convcalc: Convcalc) -> None:
    words = convcalc("equiv", "--k", "3", "--p", "0", "--n", "32x32", "--prove").out
    for piece in (
        "kernel = 6x2x3x3, rotated and swapped 4x3x3x3, groups = 2",
        "convolution by gathering with p = 0x0 equals transposed convolution by scattering with p'",
        "with p' = 2x2, kernel rotated, in/out channels swapped: 2x6x30x30, all 10800 cells equal",
        "the matrix C written from i = s*o + d*t - p",
        "<C x, y> by gathering equals <x, C^T y> by scattering: equal",
    ):
        assert piece in words
    words = convcalc("equiv", "--k", "3", "--p", "1", "--s", "2", "--n", "6", "--prove").out
    assert "transposed partner by scattering with a = 1 (3 back to 6) equals" in words
    assert "its direct form by gathering: zeros inserted 1, padding 1:2" in words


@pytest.mark.parametrize(
    ("line", "pieces"),
    [
        ("out --k 3 --n 9 --seed 1", ["--seed 1", "--prove"]),
        ("equiv --k 3 --seed 1", ["--seed 1", "--prove"]),
        ("equiv --k 3 --prove --seed -1", ["--seed", "at least 0", "-1"]),
        ("equiv --k 3 --prove --seed 1x2", ["--seed", "one whole number", "1x2"]),
        ("equiv --k 3 --prove --seed one", ["--seed", "'one'", "whole number"]),
        ("equiv --k 3 --prove --seed", ["requires an argument"]),
        ("equiv --k 9000x9000 --prove", ["too large to prove", "9002x9002", "the largest"]),
        ("out --k 3 --op conv --n 2 --prove", ["larger than the padded input"]),
    ],
)
def test_wrong_use_is_refused(convcalc: Convcalc, line: str, pieces: list[str]) -> None:
    ran = convcalc(*line.split())
    assert (ran.status, ran.out) == (2, "")
    assert all(piece in ran.err for piece in pieces), ran.err


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(ConvcalcError, match="seed must be at least 0: got -1"):
        prove(Conv(3), 9, -1)


def test_another_seed_gives_other_integers(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Array] = []

    def claims(_layer: Any, _works: Any, x: Array) -> list[Claim]:
        seen.append(x)
        return []

    monkeypatch.setattr(proof, "pool_claims", claims)
    for seed in (1, 1, 2):
        prove(Pool(2), 6, seed)
    assert (seen[0] == seen[1]).all()
    assert (seen[0] != seen[2]).any()


@pytest.mark.parametrize("format_name", sorted(set(FORMATS) - {"csv"}))  # rows of steps only
def test_every_format_shows_a_proof(format_name: str) -> None:
    found: list[Proof] = [prove(layer, 9) for layer in (Conv(3), Pool(2), TransposedConv(3, 2))]
    report = attach(answer([Conv(3)], 9), found)
    text = shown(report, format_name, 1000)
    if format_name == "json":
        document = json.loads(text)
        assert len(document["layers"]) == 1  # the appendix is no answer
        assert [layer["op"] for layer in document["proof"]["layers"]] == [
            "conv",
            "maxpool",
            "deconv",
        ]
        assert document["proof"]["layers"][0]["claims"][0] == {
            "left": "convolution by gathering with p = 0",
            "right": "C x, the matrix C written from i = s*o + d*t - p",
            "shape": [2, 6, 7],
            "cells": 84,
            "different": 0,
            "first": None,
        }
        return
    for piece in ("proof (convolution)", "random integers, seed 0", "all 84 cells equal"):
        assert piece in text
    assert shown(report, format_name, 80, ascii_only=True).isascii()
