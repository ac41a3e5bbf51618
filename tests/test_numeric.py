"""The numeric engine against recorded PyTorch values, against loops, and at its limits."""

import json
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcalc import ConvcalcError, ParameterError, SizeError, TransposedConv, numeric
from convcalc.layers import work_out
from convcalc.numeric import Array, avg_pool, conv, conv_transpose, max_pool

GOLDEN = Path(__file__).parent / "golden" / "torch-numeric.jsonl"
ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()[1:]
]
USED = {
    "conv": ("stride", "padding", "dilation", "groups"),
    "conv_transpose": ("stride", "padding", "dilation", "output_padding", "groups"),
    "max_pool": ("stride", "padding", "dilation", "ceil"),
    "avg_pool": ("stride", "padding", "ceil", "count_include_pad"),
}


def calculated(row: dict[str, Any], dtype: type) -> Array:
    args = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in row["args"].items()
    }
    second = np.array(row["w"], dtype) if "w" in row else args["kernel"]
    keywords = {name: args[name] for name in USED[row["op"]]}
    result: Array = getattr(numeric, row["op"])(np.array(row["x"], dtype), second, **keywords)
    return result


@pytest.mark.parametrize("dtype", [np.int64, np.int8, np.float64, np.float32])
@pytest.mark.parametrize("op", USED)
def test_every_recorded_value_of_pytorch(op: str, dtype: type) -> None:
    rows = [row for row in ROWS if row["op"] == op]
    assert len(rows) > 50
    for row in rows:
        if dtype is np.int8 and np.abs(np.array(row["x"])).max() > 127:
            continue
        found = calculated(row, dtype)
        expected = np.array(row["y"], np.float64)  # null: the maximum of no cell
        nothing = -np.inf if found.dtype.kind == "f" else np.iinfo(np.int64).min
        wanted = np.where(np.isnan(expected), nothing, expected)
        assert found.shape == wanted.shape, row["args"]
        if op == "avg_pool" and dtype is np.float32:
            np.testing.assert_allclose(found, wanted, rtol=1e-6)
        else:
            assert (found == wanted).all(), row["args"]


PARAMETERS = ("kernel", "stride", "padding", "dilation", "output_padding")


def test_the_direct_form_has_the_recorded_values_too() -> None:
    for row in ROWS:
        if row["op"] != "conv_transpose":
            continue
        args = row["args"]
        parameters: Any = (tuple(args[name]) for name in PARAMETERS)
        layer = TransposedConv(*parameters)
        x, w = np.array(row["x"]), np.array(row["w"])
        windows = [work.window for work in work_out(layer, x.shape[2:])]
        turned = numeric.rotated(w, args["groups"])
        assert (numeric.gather(x, turned, windows, args["groups"]) == np.array(row["y"])).all()


# Against loops -----------------------------------------------------------------------------------


class Case:
    """A convolution on one to three axes: C maps shape ``large`` to shape ``small``."""

    def __init__(self, draw: Any) -> None:
        rank = draw(st.integers(1, 3))
        few = st.integers(1, 3)

        def each(values: Any) -> tuple[int, ...]:
            return tuple(draw(values) for _ in range(rank))

        self.kernel, self.stride, self.dilation = each(few), each(few), each(few)
        self.padding = tuple(draw(st.tuples(*[st.integers(-2, 3)] * 2)) for _ in range(rank))
        self.groups, self.inward, self.outward = draw(few), draw(few), draw(few)
        self.large = tuple(
            max(1, d * (k - 1) + 1 - low - high + draw(st.integers(0, 4)))
            for k, d, (low, high) in zip(self.kernel, self.dilation, self.padding, strict=True)
        )
        self.random = np.random.default_rng(draw(st.integers(0, 99)))
        self.x = self.integers(2, self.groups * self.inward, *self.large)
        self.w = self.integers(self.groups * self.outward, self.inward, *self.kernel)

    def integers(self, *shape: int) -> Array:
        return self.random.integers(-9, 10, shape)

    def conv(self, x: Array) -> Array:
        return conv(
            x,
            self.w,
            stride=self.stride,
            padding=self.padding,
            dilation=self.dilation,
            groups=self.groups,
        )


cases = st.composite(Case)()


def by_loops(case: Case, shape: tuple[int, ...]) -> Array:
    """``y[o] = sum of w[t] * x[s*o + d*t - p]``, one product after the other."""
    y = np.zeros(shape, np.int64)
    for index in np.ndindex(*shape):
        image, channel, *at = index
        group = channel // case.outward
        for inner, *tap in np.ndindex(case.inward, *case.kernel):
            cell = [
                s * o + d * t - low
                for s, o, d, t, (low, _) in zip(
                    case.stride, at, case.dilation, tap, case.padding, strict=True
                )
            ]
            if all(0 <= i < n for i, n in zip(cell, case.large, strict=True)):
                x = case.x[(image, group * case.inward + inner, *cell)]
                y[index] += case.w[(channel, inner, *tap)] * x
    return y


@settings(max_examples=100, deadline=None)
@given(case=cases)
def test_conv_is_its_formula_in_loops(case: Case) -> None:
    found = case.conv(case.x)
    if found.size * case.inward * prod(case.kernel) < 20_000:
        assert (found == by_loops(case, found.shape)).all()


@settings(max_examples=100, deadline=None)
@given(case=cases)
def test_conv_transpose_is_the_adjoint_of_conv(case: Case) -> None:
    forward = case.conv(case.x)
    y = case.integers(*forward.shape)
    left_over = tuple(
        (n + low + high - d * (k - 1) - 1) % s
        for n, (low, high), d, k, s in zip(
            case.large, case.padding, case.dilation, case.kernel, case.stride, strict=True
        )
    )
    back = conv_transpose(
        y,
        case.w,
        stride=case.stride,
        padding=case.padding,
        dilation=case.dilation,
        output_padding=left_over,
        groups=case.groups,
    )
    assert back.shape == case.x.shape
    assert (forward * y).sum() == (case.x * back).sum()


@settings(max_examples=100, deadline=None)
@given(
    n=st.integers(1, 9),
    k=st.integers(1, 4),
    s=st.integers(1, 4),
    low=st.integers(-2, 2),
    high=st.integers(-2, 2),
    d=st.integers(1, 2),
    ceil=st.booleans(),
    include=st.booleans(),
)
def test_pools_are_their_formula_in_loops(
    n: int, k: int, s: int, low: int, high: int, d: int, ceil: bool, include: bool
) -> None:
    x = np.random.default_rng(n).integers(-9, 10, n)
    keywords: dict[str, Any] = {"stride": s, "padding": ((low, high),), "dilation": d, "ceil": ceil}
    try:
        found = max_pool(x[None, None], k, **keywords)[0, 0]
    except SizeError:
        return
    mean = avg_pool(x[None, None], k, **keywords, count_include_pad=include)[0, 0]
    for o in range(len(found)):
        cells = [s * o + d * t - low for t in range(k)]
        seen = [int(x[i]) for i in cells if max(0, -low) <= i < min(n, n + high)]
        count = sum(-low <= i < n + high for i in cells) if include else len(seen)
        assert found[o] == max(seen, default=np.iinfo(np.int64).min)
        assert mean[o] == sum(seen) / max(count, 1)


def test_rotating_twice_is_not_rotating() -> None:
    w = np.arange(6 * 2 * 3 * 2).reshape(6, 2, 3, 2)
    turned = numeric.rotated(w, 2)
    assert turned.shape == (4, 3, 3, 2)
    assert turned[3, 2, 0, 0] == w[5, 1, 2, 1]  # the second group's last channels
    assert (numeric.rotated(turned, 2) == w).all()


def test_a_crop_beyond_the_input_leaves_padding() -> None:
    assert conv([[[5]]], [[[1]]], padding=((-2, 3),)).tolist() == [[[0, 0]]]
    assert conv([[[1, 2, 3]]], [[[1]]], padding=-1).tolist() == [[[2]]]


# Types and limits --------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_floats_keep_their_type(dtype: str) -> None:
    x, w = np.ones((1, 1, 4), dtype), np.ones((1, 1, 2), dtype)
    for result in (conv(x, w), conv_transpose(x, w), max_pool(x, 2), avg_pool(x, 2)):
        assert result.dtype == dtype
    assert max_pool(x[..., :1], 2, dilation=2, padding=1).tolist() == [[[-np.inf]]]


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint8", "int32", "uint64"])
def test_integers_become_int64(dtype: str) -> None:
    x, w = np.ones((1, 1, 4), dtype), np.ones((1, 1, 2), dtype)
    for result in (conv(x, w), conv_transpose(x, w), max_pool(x, 2)):
        assert result.dtype == np.int64
    assert conv(x, w).tolist() == [[[2, 2, 2]]]
    assert avg_pool(x, 2).dtype == np.float64


@pytest.mark.parametrize("large", [2**26, 2**27, 2**30 + 1])
def test_integers_are_exact_beyond_what_floats_hold(large: int) -> None:
    x, w = [[[large, 1, large]]], [[[large, 1, large]]]
    assert conv(x, w).tolist() == [[[2 * large**2 + 1]]]
    assert conv_transpose(x, w).tolist()[0][0][2] == 2 * large**2 + 1


def test_a_sum_that_might_pass_int64_is_refused() -> None:
    x, w = [[[2**31, 2**31]]], [[[2**31, 2**31]]]
    for operation in (conv, conv_transpose):
        with pytest.raises(ParameterError, match="9223372036854775808"):
            operation(x, w)
    with pytest.raises(ParameterError, match="more than int64 holds"):
        avg_pool([[[2**62, 2**62]]], 2)
    with pytest.raises(ParameterError, match="more than int64 holds"):
        max_pool(np.array([[[2**64 - 1]]], np.uint64), 1)
    least = np.iinfo(np.int64).min  # its absolute value is not an int64
    with pytest.raises(ParameterError, match="more than int64 holds"):
        conv([[[least]]], [[[1]]])
    assert conv([[[least + 1]]], [[[1]]]).tolist() == [[[least + 1]]]


X = np.ones((2, 4, 5, 5), np.int64)


@pytest.mark.parametrize(
    ("call", "pieces"),
    [
        (lambda: conv(X, np.ones((6, 3, 3, 3))), ["4 channels", "1 groups of 3", "2x4x5x5"]),
        (lambda: conv(X, np.ones((5, 2, 3, 3)), groups=2), ["divide", "2 groups", "5"]),
        (lambda: conv(X, np.ones((6, 4, 3))), ["2 spatial axes", "kernel 1"]),
        (lambda: conv(X[0, 0], np.ones((6, 4, 3, 3))), ["N, C, spatial", "(5, 5)"]),
        (lambda: conv(X, np.ones(3)), ["w must be", "(3)"]),
        (lambda: conv(X, np.ones((6, 4, 3, 3)), groups=0), ["groups", "at least 1", "0"]),
        (lambda: conv(X, np.ones((6, 4, 3, 3)), groups=(2,)), ["groups", "(2,)"]),  # type: ignore[arg-type]
        (lambda: conv(X, np.ones((6, 4, 6, 6))), ["larger than the padded input", "6", "5"]),
        (lambda: conv(X, np.ones((6, 4, 0, 3))), ["kernel", "at least 1", "0"]),
        (lambda: conv(X, np.ones((6, 4, 3, 3)), stride=(1, 2, 3)), ["2 axes", "3 axes"]),
        (lambda: conv(X.astype(complex), np.ones((6, 4, 3, 3))), ["complex128"]),
        (lambda: conv_transpose(X, np.ones((6, 4, 3, 3))), ["4 channels", "takes 6"]),
        (lambda: conv_transpose(X, np.ones((4, 1, 3, 3)), output_padding=1), ["got 1", "0..0"]),
        (lambda: conv_transpose(X, np.ones((4, 1, 3, 3)), padding=9), ["crops everything"]),
        (lambda: max_pool(X[0, 0], 2), ["N, C, spatial"]),
        (lambda: avg_pool(X, 6), ["larger than the padded input"]),
    ],
)
def test_what_does_not_fit_is_refused_with_its_numbers(call: Any, pieces: list[str]) -> None:
    with pytest.raises(ConvcalcError) as refused:
        call()
    for piece in pieces:
        assert piece in str(refused.value)


@pytest.mark.live
def test_live_pytorch_agrees() -> None:
    torch = pytest.importorskip("torch")
    random = np.random.default_rng(0)
    for rank, stride, groups in product((1, 2, 3), (1, 2), (1, 2)):
        x = random.standard_normal((2, 4, *(6,) * rank))
        w = random.standard_normal((4, 4 // groups, *(3,) * rank))
        tensors = [torch.tensor(x), torch.tensor(w)]
        for name, ours in (("conv", conv), ("conv_transpose", conv_transpose)):
            theirs = getattr(torch.nn.functional, f"{name}{rank}d")
            keywords = {"stride": stride, "padding": 1, "groups": groups}
            expected = theirs(*tensors, **keywords).numpy()
            np.testing.assert_allclose(ours(x, w, **keywords), expected, atol=1e-12)
