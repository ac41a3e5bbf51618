"""A layer of one framework in another: what is written, why, and that it gives the same values.

Without any framework: the words, the code's structure, every kernel conversion index by index, and
every recorded answer recomputed from the plan and the converted kernel. With ``-m live``: every
recorded call of every source is ported to every target that is installed; the printed code is run
there on the recorded arrays, with and without the input size, and must give the recorded values to
the last bit.

    PYTHONPATH=. <the framework's python> -m pytest -m live tests/test_port.py
"""

import ast
import importlib.util
import itertools
import json
import math
import os
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import CodeType
from typing import Any

import numpy as np
import pytest

import convcalc as library
from convcalc.dialects import read
from convcalc.errors import ParseError, PortError, SizeError
from convcalc.layers import Layer, output_shape
from convcalc.ports import TARGETS, Port, port
from convcalc.ports.plan import Plan, plan

from .conftest import Convcalc

GOLDEN = Path(__file__).parent / "golden"
SOURCES = ("pytorch", "keras", "jax", "onnx")
NEEDS = {
    "pytorch": "torch",
    "keras": "keras",
    "flax": "flax",
    "jax": "jax",
    "onnx": "onnxruntime",
}
Row = dict[str, Any]
Array = np.ndarray[Any, Any]

SAME_2D = "layers.Conv2DTranspose(8, 3, strides=2, padding='same')"
STRIDED = "nn.Conv2d(3, 8, 3, stride=2, padding=1)"

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("JAX_PLATFORMS", "cpu")


# Recorded calls ------------------------------------------------


def rows(source: str) -> Iterator[Row]:
    """The recorded calls of a framework, without the header and what cannot be read."""
    lines = (GOLDEN / f"{source}-values.jsonl").read_text(encoding="utf-8").splitlines()
    for row in map(json.loads, lines[1:]):
        if not exceptional(row["call"]):
            yield row


def exceptional(call: str) -> bool:
    """onnxruntime's pools leave dilations out of auto_pad SAME where its own shape inference does
    not: reading such a node is refused, so there is nothing to port.
    """
    return "Pool" in call and "auto_pad='SAME" in call and "dilations" in call


def channels_last(call: str) -> bool:
    """Whether the arrays of a recorded call have the channels last."""
    first = r"nn\.\w+\dd\(|F\.|onnx|jax\.lax\.conv_general_dilated"
    return re.match(first, call) is None


def the_layer(row: Row) -> Layer:
    """The call of a row; the output_size of a forward call as the output padding that it means."""
    call = row["call"]
    kernel = None
    if "w" in row:
        shape = np.shape(row["w"])
        kernel = shape[:-2] if channels_last(call) else shape[2:]
    if "output_size" in row:
        (smallest,) = output_shape(read(call), np.shape(row["x"])[2:])
        extra = row["output_size"][0] - smallest
        call = call.replace("bias=", f"output_padding={extra}, bias=")
    return read(call, kernel=kernel)


def arrays(row: Row) -> tuple[Array, Array | None, Array]:
    """x and y with the channels first, and the kernel as the source has it."""
    x, y = np.array(row["x"], "float32"), np.array(row["y"], "float32")
    if channels_last(row["call"]):
        x, y = np.moveaxis(x, -1, 1), np.moveaxis(y, -1, 1)
    return x, np.array(row["w"], "float32") if "w" in row else None, y


def executed(text: str) -> dict[str, Any]:
    space: dict[str, Any] = {}
    exec(text, space)  # noqa: S102 (what was just written)
    return space


def test_the_exceptions_are_those_that_reading_refuses() -> None:
    lines = (GOLDEN / "onnx-values.jsonl").read_text(encoding="utf-8").splitlines()[1:]
    calls = [row["call"] for row in map(json.loads, lines) if exceptional(row["call"])]
    assert len(calls) == 32
    for call in calls:
        with pytest.raises(ParseError, match="leaves dilations out of auto_pad SAME"):
            read(call)


# The plan and the kernel, against every recorded answer -------------------------------------------


@pytest.mark.parametrize("source", SOURCES)
def test_the_plan_and_the_kernel_give_the_recorded_values(source: str) -> None:
    wrong = []
    for row in rows(source):
        layer = the_layer(row)
        x, w, want = arrays(row)
        made = plan(layer, x.shape[2:])
        if w is not None:
            # jax.lax's kernel is what a sliding window multiplies by, so it needs no framework.
            w = executed(port(layer, "jax", x.shape[2:]).weights)["convert"](w)
        got = computed(made, x[0], w)
        if got.shape != want[0].shape or not np.array_equal(got.astype("float32"), want[0]):
            wrong.append(row["call"])
    assert wrong == []


def computed(made: Plan, x: Array, w: Array | None) -> Array:
    """A plan on one image (channels first), window by window."""
    x = x.astype("float64")
    assert made.pads is not None
    pads, strides, stretch = made.pads, made.stride, made.stretch
    if made.kind == "transposed":
        pads = tuple(
            (k_e - 1 - low, k_e - 1 - high)
            for k_e, (low, high) in zip(made.extent, pads, strict=True)
        )
        strides, stretch = (1,) * made.rank, made.stride
    sizes = x.shape[1:]
    fill = -np.inf if made.kind == "max" else 0.0
    cells = np.ones_like(x)
    if made.origin.count_include_pad and made.base is not None:
        cells = padded(cells, made.base, stretch, "zeros", 1.0)
        rest = [(0, high - inner) for (_, high), (_, inner) in zip(pads, made.base, strict=True)]
        cells = padded(cells, rest, (1,) * made.rank, "zeros", 0.0)
    else:
        cells = padded(cells, pads, stretch, "zeros", 0.0)
    x = padded(x, pads, stretch, made.mode if made.kind == "conv" else "zeros", fill)
    places = [
        range(0, n - k_e + 1, s)
        for n, k_e, s in zip(x.shape[1:], made.extent, strides, strict=True)
    ]
    channels = x.shape[0] if w is None else w.shape[0]
    y = np.zeros((channels, *map(len, places)))
    for index in itertools.product(*(range(len(place)) for place in places)):
        window: Any = tuple(
            slice(place[i], place[i] + k_e, d)
            for place, i, k_e, d in zip(places, index, made.extent, made.dilation, strict=True)
        )
        seen = x[(slice(None), *window)]
        here: Any = (slice(None), *index)
        axes = tuple(range(1, made.rank + 1))
        if made.kind == "max":
            y[here] = seen.max(axes)
        elif w is None:
            count = made.origin.divisor or cells[(slice(None), *window)].sum(axes)
            y[here] = seen.sum(axes) / count
        else:
            each = w.shape[1]
            for out in range(channels):
                first = out // (channels // (x.shape[0] // each)) * each
                y[(out, *index)] = (seen[first : first + each] * w[out]).sum()
    if made.rule != "circular":
        return y
    for axis, (n, s) in enumerate(zip(sizes, made.stride, strict=True), start=1):
        missing = (n * s - y.shape[axis]) % (2 * n * s)
        low = missing // 2 if made.origin.rotated else (missing + 1) // 2
        widths = [(0, 0)] * y.ndim
        widths[axis] = (low, missing - low)
        y = np.pad(y, widths)
        y = y.reshape(*y.shape[:axis], -1, n * s, *y.shape[axis + 1 :]).sum(axis)
    return y


def padded(x: Array, pads: Any, stretch: Any, mode: str, fill: float) -> Array:
    for axis, ((low, high), step) in enumerate(zip(pads, stretch, strict=True), start=1):
        shape = list(x.shape)
        shape[axis] = step * (shape[axis] - 1) + 1
        wide = np.full(shape, 0.0)
        wide[(slice(None),) * axis + (slice(None, None, step),)] = x
        kept = range(max(-low, 0), shape[axis] - max(-high, 0))
        x = np.take(wide, kept, axis)
        widths = [(0, 0)] * x.ndim
        widths[axis] = (max(low, 0), max(high, 0))
        names: dict[str, Any] = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}
        if mode == "zeros":
            x = np.pad(x, widths, constant_values=fill)
        else:
            x = np.pad(x, widths, mode=names[mode])
    return x


# The kernel, index by index ------------------------------------------------

KERNEL = (2, 3)


def conv_index(dialect: str, o: int, i: int, t: tuple[int, ...], each: int) -> tuple[int, ...]:
    """Where the weight from channel i to channel o at tap t lies; a group has ``each`` inputs."""
    if dialect in ("keras", "flax"):
        return (*t, i % each, o)
    return (o, i % each, *t)


def transposed_index(
    dialect: str, o: int, i: int, t: tuple[int, ...], ends: tuple[int, int, int], turned: bool
) -> tuple[int, ...]:
    """Where the weight lies that input channel i stamps with tap t into output channel o."""
    fan_in, fan_out, groups = ends
    flipped = tuple(k - 1 - tap for k, tap in zip(KERNEL, t, strict=True))
    match dialect:
        case "keras":
            return (*t, o % (fan_out // groups), i)
        case "jax to":
            return (o, i % (fan_in // groups), *flipped)
        case "flax" if groups > 1:
            return (*flipped, i % (fan_in // groups), o)
        case "flax" | "jax":
            return (*t, o, i) if turned else (*flipped, i, o)
        case _:
            return (i, o % (fan_out // groups), *t)


def check_kernel(
    layer: Layer, to: str, source: dict[tuple[int, ...], int], target: dict[tuple[int, ...], int]
) -> None:
    shape = tuple(max(places) + 1 for places in zip(*source, strict=True))
    weight = np.zeros(shape, int)
    for index, value in source.items():
        weight[index] = value
    assert len(source) == weight.size
    converted = executed(port(layer, to).weights)["convert"](weight)
    assert converted.size == len(target)
    assert all(converted[index] == value for index, value in target.items())


CONVS = {
    "pytorch": "nn.Conv2d(4, 6, (2, 3), groups={groups})",
    "keras": "layers.Conv2D(6, (2, 3), groups={groups})",
    "flax": "nn.Conv(features=6, kernel_size=(2, 3), feature_group_count={groups})",
    "jax": "lax.conv_general_dilated(x, w, (1, 1), 'SAME', feature_group_count={groups})",
    "onnx": "helper.make_node('Conv', ['x', 'w'], ['y'], kernel_shape=[2, 3], group={groups})",
}
TRANSPOSED = {
    "pytorch": "nn.ConvTranspose2d(4, 6, (2, 3), stride=2, groups={groups})",
    "keras": "layers.Conv2DTranspose(6, (2, 3), strides=2)",
    "flax": "nn.ConvTranspose(features=6, kernel_size=(2, 3), transpose_kernel={turned})",
    "jax": "lax.conv_transpose(x, w, (2, 2), 'SAME', transpose_kernel={turned})",
    "onnx": "helper.make_node('ConvTranspose', ['x', 'w'], ['y'], kernel_shape=[2, 3], "
    "strides=[2, 2], group={groups})",
}


def weights_of(groups: int) -> Iterator[tuple[int, int, tuple[int, ...], int]]:
    """Every weight of 4 channels in and 6 out: out, in, tap, and a value of its own."""
    values = itertools.count(1)
    for o, i in itertools.product(range(6), range(4)):
        for t in itertools.product(*map(range, KERNEL)):
            if o // (6 // groups) == i // (4 // groups):
                yield o, i, t, next(values)


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("to", TARGETS)
@pytest.mark.parametrize("source", CONVS)
def test_the_kernel_of_a_convolution_index_by_index(source: str, to: str, groups: int) -> None:
    layer = read(CONVS[source].format(groups=groups), kernel=KERNEL)
    each = 4 // groups
    check_kernel(
        layer,
        to,
        {conv_index(source, o, i, t, each): v for o, i, t, v in weights_of(groups)},
        {conv_index(to, o, i, t, each): v for o, i, t, v in weights_of(groups)},
    )


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("to", TARGETS)
@pytest.mark.parametrize("source", TRANSPOSED)
def test_the_kernel_of_a_transposed_convolution_index_by_index(
    source: str, to: str, groups: int, turned: bool
) -> None:
    if groups > 1 and "groups" not in TRANSPOSED[source]:
        return
    layer = read(TRANSPOSED[source].format(groups=groups, turned=turned), kernel=KERNEL)
    stamps = turned or source not in ("flax", "jax")
    ends = (4, 6, groups)
    target = "jax to" if to == "jax" else to
    check_kernel(
        layer,
        to,
        {transposed_index(source, o, i, t, ends, stamps): v for o, i, t, v in weights_of(groups)},
        {transposed_index(target, o, i, t, ends, stamps): v for o, i, t, v in weights_of(groups)},
    )


@pytest.mark.parametrize("to", TARGETS)
def test_the_kernel_of_a_depthwise_convolution_index_by_index(to: str) -> None:
    layer = read("layers.DepthwiseConv2D((2, 3), depth_multiplier=2)")
    taps = list(itertools.product(*map(range, KERNEL)))
    entries = [
        (3 * 2 * n + 2 * i + m, t, i, m)
        for n, t in enumerate(taps)
        for i in range(3)
        for m in range(2)
    ]
    check_kernel(
        layer,
        to,
        {(*t, i, m): value for value, t, i, m in entries},
        {conv_index(to, 2 * i + m, 0, t, 1): value for value, t, i, m in entries},
    )


@pytest.mark.parametrize("turned", [False, True])
def test_dimension_numbers_of_lax_say_where_the_channels_are(turned: bool) -> None:
    call = (
        "lax.conv_transpose(x, w, (2, 2), 'SAME', dimension_numbers=('NCHW', 'OIHW', 'NCHW'), "
        f"transpose_kernel={turned})"
    )
    weight = np.arange(4 * 6 * 2 * 3).reshape(6, 4, 2, 3)
    converted = executed(port(read(call, kernel=KERNEL), "pytorch").weights)["convert"](weight)
    flipped = weight[:, :, ::-1, ::-1].swapaxes(0, 1)
    assert np.array_equal(converted, weight if turned else flipped)
    with pytest.raises(ParseError, match="three strings"):
        read("lax.conv_general_dilated(x, w, (1,), 'SAME', dimension_numbers=dn)", kernel=(3,))


# Words ------------------------------------------------


def names_of(text: str) -> list[str]:
    return [node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]


@pytest.mark.parametrize("to", TARGETS)
@pytest.mark.parametrize("source", SOURCES)
def test_every_port_is_python_that_says_its_own_layer(source: str, to: str) -> None:
    for call, row in {row["call"]: row for row in rows(source)}.items():
        answer = port(the_layer(row), to)
        assert names_of(answer.code)[0] == "layer", call
        assert names_of(answer.weights) == (["convert"] if "w" in row else []), call
        assert (answer.source, answer.target) == (read_from(call), to)
        assert answer.single_layer or answer.notes[0].startswith("no single layer of"), call
        assert answer.call in answer.code.replace("'", '"') or answer.call in answer.code, call
        assert max(map(len, answer.code.splitlines())) < 300


def read_from(call: str) -> str:
    if call.startswith("layers."):
        return "keras"
    if call.startswith("jax."):
        return "jax"
    if call.startswith("onnx"):
        return "onnx"
    return "pytorch" if re.match(r"(nn|F)\.\w+\d", call) else "flax"


def test_the_odd_crop_of_keras_is_no_layer_of_pytorch() -> None:
    answer = port(SAME_2D, "pytorch")
    assert not answer.single_layer
    assert not answer.needs_input_size
    assert "F.conv_transpose2d(x, weight, bias, stride=2)" in answer.code
    assert "y[:, :, :-1, :-1]" in answer.code
    why, miss = answer.notes
    assert "output_padding would be 0-1 = -1" in why
    assert miss.startswith("near miss: padding=1, output_padding=1 has the same shape; ")
    assert miss.endswith("every value is shifted by one cell")


@pytest.mark.parametrize(
    ("call", "to", "line"),
    [
        # T = k_e-s even: padding=T/2; T < 0: output_padding=s-k_e
        (
            "layers.Conv2DTranspose(8, 4, strides=2, padding='same')",
            "pytorch",
            "F.conv_transpose2d(x, weight, bias, stride=2, padding=1)",
        ),
        (
            "layers.Conv2DTranspose(8, 2, strides=3, padding='same')",
            "pytorch",
            "F.conv_transpose2d(x, weight, bias, stride=3, output_padding=1)",
        ),
        (
            "nn.ConvTranspose2d(4, 8, 4, stride=2, padding=1)",
            "keras",
            'ops.conv_transpose(x, weight, strides=2, padding="same")',
        ),
        ("layers.Conv2D(8, 4, padding='same')", "pytorch", 'bias, padding="same")'),
        ("nn.Conv2d(3, 8, 3, padding=1)", "keras", 'ops.conv(x, weight, padding="same")'),
        ("layers.Conv2D(8, 3, strides=2, padding='same')", "onnx", 'auto_pad="SAME_UPPER"'),
        ("layers.Conv2D(8, 3, strides=2, padding='same')", "jax", "(2, 2), 'SAME')"),
        ("layers.Conv2D(8, 3, strides=2, padding='same')", "flax", "padding='SAME'"),
        # PyTorch's p is k_e-1-p for Flax.
        ("nn.ConvTranspose1d(4, 8, 4, stride=2, padding=1)", "flax", "padding=((2, 2),)"),
        ("nn.ConvTranspose1d(4, 8, 4, stride=2, padding=1)", "jax", "((2, 2),), lhs_dilation=(2,)"),
        ("nn.MaxPool2d(3, stride=2, padding=1, ceil_mode=True)", "onnx", "ceil_mode=1"),
        ("nn.AvgPool2d(2, padding=1)", "flax", "padding=((1, 1), (1, 1)))"),
        (
            (
                "onnx.helper.make_node('MaxPool', ['x'], ['y'], kernel_shape=[2, 2], "
                "auto_pad='SAME_LOWER')"
            ),
            "jax",
            "'SAME_LOWER'",
        ),
    ],
)
def test_one_layer_where_one_layer_says_it(call: str, to: str, line: str) -> None:
    answer = port(call, to)
    assert answer.single_layer
    assert not answer.needs_input_size
    assert line in answer.code


def test_same_with_stride_asks_for_the_input_size_or_computes_it() -> None:
    call = "layers.Conv2D(8, 3, strides=2, padding='same')"
    unsized = port(call, "pytorch")
    assert (unsized.single_layer, unsized.needs_input_size) == (False, True)
    assert "x.shape[2:]" in unsized.code
    assert any("give the input size for constants" in note for note in unsized.notes)
    sized = port(call, "pytorch", 224)
    assert (sized.single_layer, sized.needs_input_size) == (False, False)
    assert "F.pad(x, (0, 1, 0, 1))" in sized.code
    assert "near miss: padding=1 has the same shape for n = 224x224" in "\n".join(sized.notes)
    assert "224x224 alone" in sized.notes[-1]
    odd = port(call, "pytorch", 225)
    assert odd.single_layer
    assert "padding=1" in odd.code


def test_a_reflection_that_folds_twice_goes_by_indices() -> None:
    call = "nn.Conv(features=1, kernel_size=(5,), padding='REFLECT')"
    assert 'mode="reflect"' in port(call, "pytorch", 4).code
    assert "cells = [min(i % period" in port(call, "pytorch", 2).code
    assert "pads less than n cells" in "\n".join(port(call, "onnx").notes)


def test_three_axes_of_keras_where_the_stride_is_larger_than_the_kernel() -> None:
    call = "layers.Conv3D(2, 1, strides=3, padding='same')"
    assert 'padding="same"' not in port(call, "keras").code
    assert any("start inside the input on a CPU" in note for note in port(call, "jax").notes)


def test_ceil_mode_where_there_is_none() -> None:
    call = "nn.MaxPool2d(2, ceil_mode=True)"
    assert port(call, "keras").needs_input_size
    assert "((0, 0), (0, 1), (0, 1), (0, 0))" in port(call, "keras", 5).code
    assert port(call, "pytorch").single_layer
    assert port(call, "onnx").single_layer


@pytest.mark.parametrize(
    ("call", "to", "words"),
    [
        (STRIDED, "keras", 'padding="same" has the same shape for n = 10x10'),
        (STRIDED, "keras", "every window starts one cell too late"),
        ("nn.ConvTranspose1d(4, 8, 4, stride=2, padding=1)", "flax", "p' = k_e-1-p = 2 is meant"),
        ("nn.ConvTranspose1d(4, 8, 3, stride=2)", "flax", "with the kernel rotated"),
        ("nn.ConvTranspose(features=8, kernel_size=(3,))", "pytorch", "convert does"),
        (SAME_2D, "onnx", 'auto_pad="SAME_LOWER" has the same shape; every value is shifted'),
        ("layers.Conv2D(8, 3, activation='relu')", "jax", "activation 'relu' is not part"),
        ("nn.Conv2d(4, 8, 3, stride=2, dilation=2)", "keras", "refuses strides 2 together"),
        (
            "nn.ConvTranspose1d(4, 8, 3, stride=2, padding=1, output_padding=1)",
            "keras",
            'padding="same" has the same shape; every value is shifted by one cell',
        ),
        ("nn.ConvTranspose2d(4, 8, 3, groups=2)", "keras", "has no groups"),
    ],
)
def test_notes(call: str, to: str, words: str) -> None:
    assert words in "\n".join(port(call, to).notes)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("layers.SeparableConv2D(8, 3)", "two layers: port the depthwise"),
        ("nn.LPPool2d(2, 3)", "p-norms"),
        (
            "lax.conv_general_dilated(x, w, (1,), 'SAME', batch_group_count=2)",
            "batch_group_count decides values",
        ),
    ],
)
def test_what_is_not_one_layer_is_refused_with_status_1(
    convcalc: Convcalc, call: str, words: str
) -> None:
    with pytest.raises(PortError, match=words):
        port(call, "pytorch", kernel=3)
    kernel = ("--k", "3") if "lax" in call else ()
    ran = convcalc("port", call, "--to", "pytorch", *kernel)
    assert (ran.status, ran.out) == (1, "")
    assert words in ran.err


def test_functions_need_the_kernel(convcalc: Convcalc) -> None:
    ran = convcalc("port", "F.conv2d(x, w, stride=2)", "--to", "jax")
    assert ran.status == 2
    assert "--k" in ran.err
    assert convcalc("port", "F.conv2d(x, w, stride=2)", "--to", "jax", "--k", "3").status == 0


def test_a_size_that_the_source_refuses_is_refused() -> None:
    with pytest.raises(SizeError):
        port("nn.Conv2d(3, 8, 5)", "jax", 3)
    with pytest.raises(SizeError):
        port("nn.Conv2d(3, 8, 5)", "jax", (3, 3, 3))


# The command ------------------------------------------------


def test_json_has_the_promised_keys(convcalc: Convcalc) -> None:
    document = json.loads(convcalc("port", SAME_2D, "--to", "pytorch", "-f", "json").out)
    assert list(document) == [
        "from",
        "to",
        "single_layer",
        "code",
        "weights",
        "needs_input_size",
        "notes",
    ]
    assert (document["from"], document["to"]) == ("keras", "pytorch")
    assert document["single_layer"] is False
    assert document["needs_input_size"] is False
    assert "def layer(x, weight, bias=None):" in document["code"]
    assert "def convert(weight):" in document["weights"]


def test_to_all_compares_every_framework(convcalc: Convcalc) -> None:
    documents = json.loads(convcalc("port", STRIDED, "--n", "224x224", "-f", "json").out)
    assert [document["to"] for document in documents] == list(TARGETS)
    shown = convcalc("port", STRIDED, "--to", "all", "--n", "224x224").out
    assert re.search(r"# pytorch +yes +112x112 +nn\.Conv2d\(3, 8, 3, stride=2, padding=1\)", shown)
    assert re.search(
        r"# keras +no +112x112 +layers\.ZeroPadding2D\(\(\(1, 1\), \(1, 1\)\)\), ", shown
    )
    ast.parse(shown)
    markdown = convcalc("port", STRIDED, "--to", "all", "-f", "markdown").out
    assert "| pytorch | yes | - | `nn.Conv2d(3, 8, 3, stride=2, padding=1)` |" in markdown
    assert markdown.count("```python") == 2 * len(TARGETS)  # code, and conversion


def test_quiet_prints_code_that_runs_alone(convcalc: Convcalc) -> None:
    ran = convcalc("port", SAME_2D, "--to", "pytorch", "-q")
    assert ran.out.rstrip() == port(SAME_2D, "pytorch").code.rstrip()
    ast.parse(convcalc("port", SAME_2D, "-q").out)


def test_the_layer_is_read_from_stdin(convcalc: Convcalc, monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(SAME_2D.encode())))
    assert convcalc("port", "-", "--to", "pytorch", "-q").status == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((STRIDED, "--to", "pytroch"), "unknown framework 'pytroch' (did you mean pytorch?)"),
        (("nn.Conv2(3)",), "unknown layer"),
        ((STRIDED, "--n", "x"), "--n"),
    ],
)
def test_wrong_input(convcalc: Convcalc, arguments: tuple[str, ...], words: str) -> None:
    ran = convcalc("port", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert words in ran.err


def test_the_python_form() -> None:
    answer = library.port(SAME_2D, "pytorch")
    assert isinstance(answer, Port)
    assert answer == library.port(read(SAME_2D), "pytorch")
    own = library.port(library.TransposedConv(3, 2, 1, output_padding=1, rank=2), "onnx", 5)
    assert own.source == "pytorch"
    assert own.output == (10, 10)
    assert "F.conv2d(" in library.port(library.Conv(3, 2, "same"), "pytorch", (5, 6)).code
    with pytest.raises(library.ParameterError, match="unknown framework"):
        library.port(SAME_2D, "caffe")


@pytest.mark.parametrize(
    ("word", "name"),
    [("torch", "pytorch"), ("tf", "keras"), ("TensorFlow", "keras"), ("linen", "flax")],
)
def test_a_framework_has_other_names(convcalc: Convcalc, word: str, name: str) -> None:
    assert library.port(SAME_2D, word) == library.port(SAME_2D, name)
    assert convcalc("port", SAME_2D, "--to", word) == convcalc("port", SAME_2D, "--to", name)
    solve = ("solve", "--n", "9", "--out", "4", "--op", "conv", "--k", "3", "--to")
    assert convcalc(*solve, word) == convcalc(*solve, name)
    ran = convcalc("out", STRIDED, "--n", "9", "--dialect", word)
    assert (ran.status == 0) == (name == "pytorch")


def test_convert_leaves_the_kernel_alone_where_the_layouts_agree() -> None:
    weight = np.arange(math.prod((8, 3, 3, 3))).reshape(8, 3, 3, 3)
    convert = executed(port(STRIDED, "onnx").weights)["convert"]
    assert np.array_equal(convert(weight), weight)


# Live ------------------------------------------------


class Runner:
    """Runs the printed code in a framework, compiling each text once."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.compiled: dict[str, CodeType] = {}

    def names(self, text: str) -> dict[str, Any]:
        code = self.compiled.setdefault(text, compile(text, "<port>", "exec"))
        space: dict[str, Any] = {}
        exec(code, space)  # noqa: S102 (what was just written)
        return space

    def __call__(self, answer: Port, x: Array, w: Array | None, bias: Array | None) -> Array:
        """What the code gives for x with the channels first, channels first again."""
        layer = self.names(answer.code)["layer"]
        last = self.target in ("keras", "flax")
        given = [np.ascontiguousarray(np.moveaxis(x, 1, -1) if last else x)]
        if w is not None and bias is not None:
            given += [self.names(answer.weights)["convert"](w), bias]
        if self.target == "pytorch":
            torch = import_module("torch")
            torch.set_num_threads(1)
            return np.asarray(layer(*map(torch.from_numpy, given)))
        got = np.asarray(layer(*given))
        return np.moveaxis(got, -1, 1) if last else got


def compare(run: Runner, row: Row, *, sized: bool) -> str:
    """What differs between a recorded answer and the port's; "" where nothing does."""
    x, w, want = arrays(row)
    answer = port(the_layer(row), run.target, x.shape[2:] if sized else None)
    bias = None
    if w is not None:
        bias = np.arange(1, want.shape[1] + 1, dtype="float32")
        want = want + bias.reshape(-1, *[1] * (want.ndim - 2))
    got = run(answer, x, w, bias)
    if got.shape != want.shape:
        return f"shape {got.shape}, recorded {want.shape}"
    return "" if np.array_equal(got, want) else f"{got.tolist()}, recorded {want.tolist()}"


@pytest.mark.live
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("sized", [False, True], ids=["any size", "with the size"])
@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("target", TARGETS)
def test_the_port_gives_the_recorded_values(target: str, source: str, sized: bool) -> None:
    if importlib.util.find_spec(NEEDS[target]) is None:
        pytest.skip(f"{target} is not installed")
    run = Runner(target)
    wrong: list[str] = []
    agreed = 0
    for row in rows(source):
        try:
            difference = compare(run, row, sized=sized)
        except Exception as error:
            difference = f"{type(error).__name__}: {error}"
        if difference:
            wrong.append(f"{row['call']} on {np.shape(row['x'])}: {difference}"[:400])
        agreed += not difference
    assert not wrong, "\n".join([f"{len(wrong)} of {agreed + len(wrong)}", *wrong[:12]])


@pytest.mark.live
def test_the_near_miss_has_the_same_shape_and_is_shifted_by_one() -> None:
    if importlib.util.find_spec("torch") is None:
        pytest.skip("pytorch is not installed")
    torch = import_module("torch")
    function = torch.nn.functional.conv_transpose2d
    x, w = torch.arange(16.0).reshape(1, 1, 4, 4), torch.arange(1.0, 10).reshape(1, 1, 3, 3)
    right = executed(port(SAME_2D, "pytorch").code)["layer"](x, w)
    near = function(x, w, stride=2, padding=1, output_padding=1)
    assert near.shape == right.shape
    assert not torch.equal(near, right)
    assert torch.equal(near[:, :, :-1, :-1], right[:, :, 1:, 1:])
