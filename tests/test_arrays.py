"""Python integers and int64 arrays go the same way: one element at a time, all at once.

And what no array holds: integers of any size, exact, against the closed forms.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcalc.layers import Conv, Layer, Pool, TransposedConv
from convcalc.layers.axis import PADDING_NAMES, Axis
from convcalc.renderers import FORMATS

from .conftest import Convcalc

LAYERS: dict[str, Layer] = {
    "conv": Conv(1),
    "deconv": TransposedConv(1),
    "pool": Pool(1),
    "pool, ceil": Pool(1, ceil=True),
}
COUNT = 8
LARGEST = 10**6


def columns(least: int, most: int) -> st.SearchStrategy[list[int]]:
    return st.lists(
        st.integers(least, 12) | st.integers(least, most), min_size=COUNT, max_size=COUNT
    )


@settings(max_examples=40)
@given(
    st.sampled_from(sorted(LAYERS)),
    st.sampled_from(["numbers", *PADDING_NAMES]),
    st.tuples(columns(1, LARGEST), columns(1, LARGEST), columns(1, LARGEST), columns(1, LARGEST)),
    st.tuples(columns(0, LARGEST), columns(-5, 40), columns(-5, 40)),
    st.integers(1, 3),
    st.none() | columns(1, LARGEST),
)
def test_arrays_say_what_python_integers_say(
    name: str,
    padding: str,
    positive: tuple[list[int], ...],
    rest: tuple[list[int], ...],
    input_dilation: int,
    output_size: list[int] | None,
) -> None:
    layer = LAYERS[name]
    if name == "deconv" and padding == "causal":
        padding = "valid"  # a convolution's
    if name != "conv" or padding.startswith("same"):
        input_dilation = 1
    if name != "deconv" or not padding.startswith("same"):
        output_size = None
    if padding.startswith("same") and output_size is None:
        rest = ([0] * COUNT, *rest[1:])  # an output padding would contradict it
    low, high = rest[1][0], rest[2][0]  # one for the whole array, as a layer has it

    def axis(kernel: Any, stride: Any, dilation: Any, a: Any, target: Any) -> Axis:
        pair = (low, high) if padding == "numbers" else padding
        return Axis(kernel, stride, pair, dilation, a, input_dilation, target)

    arrays: list[Any] = [np.array(column, np.int64) for column in (*positive, rest[0])]
    k, s, d, n, a = arrays
    target = None if output_size is None else np.array(output_size, np.int64)
    at_once = layer.work_out(axis(k, s, d, a, target), n, None)
    for i in range(COUNT):
        numbers = (positive[0][i], positive[1][i], positive[2][i], rest[0][i])
        one = layer.work_out(
            axis(*numbers, None if output_size is None else output_size[i]), positive[3][i]
        )

        def element(value: Any, i: int = i) -> int:
            return int(np.broadcast_to(value, COUNT)[i])

        assert element(at_once.output) == one.output
        assert tuple(map(element, at_once.padding)) == one.padding
        assert element(at_once.output_padding) == one.output_padding
        assert tuple(map(element, at_once.window)) == tuple(one.window)


@pytest.mark.parametrize("digits", [30, 300])
@pytest.mark.parametrize("format_name", FORMATS)
def test_numbers_of_any_size_are_exact_in_every_format(
    convcalc: Convcalc, digits: int, format_name: str
) -> None:
    b = 10**digits + 7
    conv = f"out --op conv --k {b} --s {b + 1} --p {b // 2} --n {b * b} -f {format_name}"
    deconv = f"out --op deconv --k {b} --s {b + 1} --a {b} --d 3 --n {b} -f {format_name}"
    equiv = f"equiv --k {b} --d {b + 2} --p {b} -f {format_name}"
    answers = (
        (b * b + 2 * (b // 2) - b) // (b + 1) + 1,
        (b + 1) * (b - 1) + 3 * (b - 1) + 1 + b,
        (b + 2) * (b - 1) - b,
    )
    for line, answer in zip((conv, deconv, equiv), answers, strict=True):
        assert str(answer) in convcalc(*line.split()).out


@pytest.mark.parametrize("framework", ["pytorch", "keras", "flax", "jax", "onnx"])
def test_a_layer_of_any_size_is_ported(convcalc: Convcalc, framework: str) -> None:
    b = 10**30 + 7
    layer = f"nn.ConvTranspose2d(3, 8, {b}, stride={b}, padding=1, output_padding=2)"
    ran = convcalc("port", layer, "--to", framework, "--n", str(b), "-f", "json")
    assert ran.status == 0
    assert str(b) in json.loads(ran.out)["code"]
    assert convcalc("draw", layer, "--n", "9").status == 2
    assert convcalc("out", layer, "--n", "9", "--prove").status == 2


def test_the_costs_of_a_network_of_any_size(convcalc: Convcalc, tmp_path: Path) -> None:
    for b, valid in ((10**330, True), (10**340, False)):
        (tmp_path / "net.txt").write_text(f"nn.Conv3d(3, 8, {b})")
        ran = convcalc("net", str(tmp_path / "net.txt"), "--n", f"3x{b}x{b}x{b}", "-f", "json")
        assert ran.status == (0 if valid else 1)
        assert (f'"macs": {3 * 8 * b**3}' in ran.out) == valid
