"""Whole networks: what is read, published numbers, legal sizes, repairs, and the command."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcalc import ConvcalcError, SizeError, network
from convcalc.graph.sizes import legal_sizes, rule
from convcalc.graph.trace import trace
from convcalc.readers.networks import read_network

from .conftest import Convcalc

EXAMPLES = Path(__file__).parent.parent / "docs" / "examples"
UNET, SAME = EXAMPLES / "unet.txt", EXAMPLES / "unet-same.txt"
PRINTED = EXAMPLES / "printed-model.txt"


def vgg(*counts: int) -> str:
    """Blocks of 3x3 convolutions with a pool after each."""
    lines, channels = [], 3
    for block, count in enumerate(counts):
        width = min(64 * 2**block, 512)
        for _ in range(count):
            lines.append(f"nn.Conv2d({channels}, {width}, 3, padding=1)")
            channels = width
        lines.append("nn.MaxPool2d(2)")
    return "\n".join(lines)


def resnet(*counts: int, stride_on_three: bool = False) -> str:
    """Bottleneck blocks, with the stride on the first 1x1 convolution of a stage or on its 3x3."""
    lines = [
        "x = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)(x)",
        "x = nn.MaxPool2d(3, 2, padding=1)(x)",
    ]
    channels = 64
    for stage, count in enumerate(counts):
        width = 64 * 2**stage
        for block in range(count):
            stride = 2 if stage and not block else 1
            one, three = (1, stride) if stride_on_three else (stride, 1)
            lines += [
                f"y = nn.Conv2d({channels}, {width}, 1, stride={one}, bias=False)(x)",
                f"y = nn.Conv2d({width}, {width}, 3, stride={three}, padding=1, bias=False)(y)",
                f"y = nn.Conv2d({width}, {4 * width}, 1, bias=False)(y)",
            ]
            if not block:
                lines.append(
                    f"x = nn.Conv2d({channels}, {4 * width}, 1, stride={stride}, bias=False)(x)"
                )
            lines.append("x = F.relu(x + y)")
            channels = 4 * width
    return "\n".join(lines)


# Araujo, Norris & Sim, Computing Receptive Fields of Convolutional Neural Networks, its table.
@pytest.mark.parametrize(
    ("text", "size", "jump"),
    [
        (PRINTED.read_text().split("(avgpool)")[0] + ")", 195, 32),
        (vgg(2, 2, 3, 3, 3), 212, 32),
        (resnet(3, 4, 6, 3), 483, 32),
        (resnet(3, 4, 23, 3), 1027, 32),
        (resnet(3, 8, 36, 3), 1507, 32),
    ],
    ids=["alexnet_v2", "vgg_16", "resnet_50", "resnet_101", "resnet_152"],
)
def test_published_receptive_fields(text: str, size: int, jump: int) -> None:
    run = network(text, (3, 224, 224))
    assert run.rows[-1].receptive_field == (size, size)
    assert [str(each) for each in run.rows[-1].jump] == [str(jump)] * 2


def test_the_unet_of_the_paper() -> None:
    run = network(UNET, (3, 572, 572))
    assert run.output == (2, 388, 388)
    sizes = {row.name: row.output[1] for row in run.rows}
    figure = {"e1": 568, "d1": 284, "e2": 280, "e3": 136, "e4": 64, "d4": 32, "m": 28}
    assert {name: sizes[name] for name in figure} == figure
    assert [sizes[name] for name in ("u4", "f4", "u3", "f3", "u2", "f2", "u1", "f1")] == [
        56, 52, 104, 100, 200, 196, 392, 388,
    ]  # fmt: skip
    assert run.notes == ()  # cropped around their centres the skips are aligned


def test_a_mismatch_says_the_level_and_repairs_that_work() -> None:
    graph = read_network(SAME.read_bytes())
    wrong = trace(graph, (1, 3, 500, 500)).trouble()
    assert wrong is not None
    assert wrong.level == (125, 62, 124)
    assert (wrong.below, wrong.above) == (496, 512)
    assert "d3 drops 1 cell of 125: floor((125-2)/2)+1 = 62" in "\n".join(wrong.reasons)
    for piece in (
        "496x496",
        "512x512",
        "output_padding=1 on u3 (then the network runs)",
        "crop e3",
    ):
        assert piece in "\n".join(wrong.repairs)
    # and what they say is so
    text = SAME.read_text().replace(
        "u3 = nn.ConvTranspose2d(512, 256, 2, stride=2)",
        "u3 = nn.ConvTranspose2d(512, 256, 2, stride=2, output_padding=1)",
    )
    assert network(text, (3, 500, 500)).output == (2, 500, 500)
    with pytest.raises(SizeError, match="125 -> 62 -> 124"):
        network(SAME, (3, 500, 500))


def test_unequal_axes_get_their_own_repairs() -> None:
    with pytest.raises(SizeError) as caught:
        network(SAME, (3, 500, 512))
    assert "496x512" in str(caught.value)
    assert "output_padding=(1, 0)" in str(caught.value)


def test_sizes_that_become_zero_say_which_layer_and_what_works() -> None:
    with pytest.raises(SizeError) as caught:
        network("\n".join(["nn.MaxPool2d(2)"] * 5), (3, 16, 16))
    assert "maxpool5 (line 5)" in str(caught.value)
    assert "an input of at least 32: the smallest that runs" in str(caught.value)


# Legal sizes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SAME.read_text(), "n = 0 (mod 16)"),
        (UNET.read_text(), "n >= 188"),
        (
            vgg(1, 1) + "\nnn.Flatten()\nnn.Linear(128*49, 10)".replace("128*49", "6272"),
            "28 <= n <= 31",
        ),
        ("nn.Conv2d(3, 8, 5)", "n >= 5"),
        ("y = nn.MaxPool2d(3)(x)\ncat(x, nn.Upsample(scale_factor=3)(y))", "n = 0 (mod 3)"),
        ("nn.Flatten()\nnn.Linear(300, 10)", "n = 10"),
        ("nn.Flatten()\nnn.Linear(301, 10)", "no n in 1..128"),
        ("nn.ReflectionPad2d(3)\nnn.Conv2d(3, 8, 3)", "n >= 4"),
        ("nn.PixelUnshuffle(2)", "n = 0 (mod 2)"),
        ("nn.Conv2d(3, 8, 99999999999999999999)", "no n in 1..128"),
    ],
)
def test_rules(text: str, expected: str) -> None:
    graph = read_network(text)
    last = 256 if "188" in expected else 128
    assert legal_sizes(graph, (1, 3, 8, 8), [(1, last)]).rule == expected


@st.composite
def programs(draw: Any) -> str:
    """A pool and a way back, with a skip; parameters at random."""
    s, k, p = draw(st.integers(1, 4)), draw(st.integers(1, 4)), draw(st.integers(0, 2))
    lines = [f"e = nn.Conv2d(1, 4, {k}, padding={p})(x)", f"d = nn.MaxPool2d({s})(e)"]
    if draw(st.booleans()):
        lines.append(f"d = nn.Conv2d(4, 4, 3, padding=1, stride={draw(st.integers(1, 2))})(d)")
    if draw(st.booleans()):
        lines.append("d = nn.ReflectionPad2d(1)(d)")
    lines.append(
        f"u = nn.ConvTranspose2d(4, 4, {s}, stride={s}, padding={draw(st.integers(0, 1))})(d)"
    )
    lines.append(
        draw(st.sampled_from(["cat(u, e)", "add(u, e)", "crop(e, like=u)", "u.flatten(1)"]))
    )
    return "\n".join(lines)


@settings(max_examples=40, deadline=None)
@given(programs())
def test_all_sizes_at_once_are_each_size_alone(text: str) -> None:
    graph = read_network(text)
    alone = [n for n in range(1, 41) if trace(graph, (1, 1, n, n)).failure is None]
    assert list(legal_sizes(graph, (1, 1, 8, 8), [(1, 40)]).sizes) == alone
    pairs = [
        (h, w)
        for h in range(1, 9)
        for w in range(1, 9)
        if trace(graph, (1, 1, h, w)).failure is None
    ]
    assert list(legal_sizes(graph, (1, 1, 8, 8), [(1, 8), (1, 8)]).sizes) == pairs


@pytest.mark.parametrize(
    ("legal", "expected"),
    [
        ([n for n in range(1, 101) if n % 4 in (0, 1)], "n = 0 or 1 (mod 4)"),
        ([n for n in range(1, 101) if n % 4 in (0, 1, 2)], "n = 0, 1 or 2 (mod 4)"),
        ([7, *range(16, 101, 16)], "n = 0 (mod 16); and n in 7"),
        ([3, *range(16, 101, 8)], "n = 0 (mod 8), n >= 16; and n in 3"),
        ([3, *range(50, 101)], "n >= 50; and n in 3"),
        ([*range(8, 60, 8)], "n = 0 (mod 8), n <= 56"),
        ([1, 2, 5], "n in 1..2, 5"),
        ([], "no n in 1..100"),
    ],
)
def test_rules_in_words(legal: list[int], expected: str) -> None:
    mask = np.isin(np.arange(1, 101), legal)
    assert rule(mask, 1) == expected


# What is read ------------------------------------------------------------------------------------


def rows(
    text: str, size: tuple[int, ...], **options: Any
) -> list[tuple[str, str, tuple[int, ...]]]:
    return [(row.name, row.op, row.output) for row in network(text, size, **options).rows]


def test_a_chain_in_the_words_of_several_frameworks() -> None:
    text = """
    # comments, imports and empty lines are passed over
import torch.nn as nn

nn.Conv2d(3, 64, 7, stride=2, padding=3)  # PyTorch
layers.Conv2D(32, 3, strides=2, padding="same")
nn.Conv(features=16, kernel_size=(3, 3))
layers.BatchNormalization()
layers.UpSampling2D(2)
layers.GlobalAveragePooling2D()
layers.Dense(10)
"""
    text = text.replace("    # comments", "# comments")
    assert [output for _, _, output in rows(text, (3, 64, 64))] == [
        (64, 32, 32), (32, 16, 16), (16, 16, 16), (16, 16, 16), (16, 32, 32), (16,), (10,),
    ]  # fmt: skip


def test_functional_style_with_named_layers_and_methods() -> None:
    text = """
self.conv = nn.Conv2d(3, 8, 3, padding=1)
pool = nn.MaxPool2d(2)
e = F.relu(self.conv(x))
d = pool(e)
u = F.interpolate(d, scale_factor=2, mode="bilinear")
c = torch.cat([u, e], dim=1)
s = c + c * 0.5
z = s[:, :, 1:-1, 1:-1]
m = z.mean([2, 3])
y = nn.Sequential(nn.Linear(16, 4), nn.ReLU())(m)
return y
"""
    assert rows(text, (3, 8, 8)) == [
        ("conv", "conv", (8, 8, 8)),
        ("e", "relu", (8, 8, 8)),
        ("pool", "maxpool", (8, 4, 4)),
        ("u", "upsample", (8, 8, 8)),
        ("c", "concat", (16, 8, 8)),
        ("s", "add", (16, 8, 8)),
        ("slice1", "slice", (16, 6, 8)),
        ("z", "slice", (16, 6, 6)),
        ("m", "globalavgpool", (16,)),
        ("y.0", "linear", (4,)),
        ("y", "relu", (4,)),
    ]


def test_sequentials_nest_and_take_names() -> None:
    text = """nn.Sequential(
    OrderedDict([("conv", nn.Conv2d(3, 8, 3)), ("rest", nn.Sequential(nn.ReLU(), nn.Flatten()))])
)"""
    assert [name for name, _, _ in rows(text, (3, 5, 5))] == ["conv", "rest.0", "rest.1"]


def test_keras_in_functional_style() -> None:
    text = """
inputs = keras.Input(shape=(32, 32, 3))
a = layers.Conv2D(8, 3, padding="same", activation="relu")(inputs)
b = layers.DepthwiseConv2D(3, padding="same")(a)
c = layers.Concatenate()([a, b])
y = layers.Add()([c, c])
model = keras.Model(inputs, y)
"""
    assert [output for _, _, output in rows(text, (3, 32, 32))] == [
        (8, 32, 32), (8, 32, 32), (16, 32, 32), (16, 32, 32),
    ]  # fmt: skip


# Parameters, multiplications and fields of PyTorch 2.13: sum(p.numel()), FlopCounterMode, gradients.
def test_a_feature_pyramid_resizes_like_another_tensor_and_shares_its_head() -> None:
    run = network(
        """
        c3 = nn.Conv2d(3, 8, 3, stride=2, padding=1)(x)
        c4 = nn.Conv2d(8, 16, 3, stride=2, padding=1)(c3)
        c5 = nn.Conv2d(16, 32, 3, stride=2, padding=1)(c4)
        p5 = nn.Conv2d(32, 10, 1)(c5)
        p4 = nn.Conv2d(16, 10, 1)(c4) + F.interpolate(p5, size=c4.shape[-2:], mode="nearest")
        p3 = nn.Conv2d(8, 10, 1)(c3) + F.interpolate(p4, c3.size()[2:], mode="nearest")
        head = nn.Conv2d(10, 4, 3, padding=1)
        o5 = head(p5)
        o4 = head(p4)
        o3 = head(p3)
        """.replace("        ", ""),
        (3, 50, 70),
    )
    assert (run.output, run.parameters, run.macs) == ((4, 25, 35), 6986, 1_298_392)
    assert [row.parameters for row in run.rows if row.op == "conv"][-3:] == [364, 0, 0]
    assert [row.name for row in run.rows[-3:]] == ["head", "o4", "o3"]
    assert any("counted" in note and "o4, o3" in note for note in run.notes)
    with pytest.raises(SizeError, match="last 3 sizes of 3x9x9 are not its axes"):
        network("y = F.interpolate(x, size=x.shape[-3:])", (3, 9, 9))


def test_a_layer_that_is_called_twice_has_its_weights_once() -> None:
    text = """
conv = nn.Conv2d(4, 4, 3, padding=1)
block = nn.Sequential(conv, nn.PReLU(4))
y = block(conv(x))
"""
    assert network(text, (4, 8, 8)).parameters == 4 * 4 * 9 + 4 + 4
    copies = "nn.Conv2d(4, 4, 3, padding=1)\n" * 2
    assert network(copies, (4, 8, 8)).parameters == 2 * (4 * 4 * 9 + 4)


def test_the_image_is_only_spoken_of_before_its_axes_and_channels_change() -> None:
    text = "nn.Flatten()\nnn.Unflatten(1, (3, 16))\nnn.Conv1d(3, 8, 3)"
    assert network(text, (3, 4, 4)).output == (8, 14)
    with pytest.raises(ConvcalcError, match="channels of the input are not written"):
        network("nn.PixelUnshuffle(2)\nnn.Conv2d(12, 8, 3)", (64, 64))


def test_a_printed_model_is_a_chain_and_says_so() -> None:
    run = network(PRINTED, (224, 224))
    assert run.output == (1000,)
    assert (run.parameters, run.macs) == (61_100_840, 714_188_480)
    assert any("order of printing is assumed" in note for note in run.notes)
    assert any("flatten" in note for note in run.notes)


def test_a_printed_model_with_repeats_and_unquoted_words() -> None:
    text = """Net(
  (stem): Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1), padding=same, padding_mode=reflect)
  (blocks): ModuleList(
    (0-1): 2 x Block(
      (act): GELU(approximate='none')
    )
  )
  (odd): StochasticDepth(p=0.1, mode=row)
)"""
    found = rows(text, (3, 8, 8), identity=["StochasticDepth"])
    assert [name for name, _, _ in found] == ["stem", "blocks.0.act", "blocks.1.act", "odd"]


def test_norms_as_pytorch_2_13_prints_them() -> None:
    run = network(
        """
Net(
  (a): BatchNorm2d(8, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)
  (b): BatchNorm2d(8, eps=1e-05, momentum=0.1, affine=True, bias=False, track_running_stats=True)
  (c): InstanceNorm2d(8, eps=1e-05, momentum=0.1, affine=False, bias=False)
  (d): GroupNorm(2, 8, eps=1e-05, affine=True, bias=False)
  (e): LazyInstanceNorm2d()
  (f): LazyBatchNorm2d(affine=False)
)
""",
        (8, 4, 4),
    )
    # sum(p.numel()) of PyTorch 2.13
    assert [row.parameters for row in run.rows] == [16, 8, 0, 8, 16, 0]


def test_branches_that_are_not_printed_are_named_as_the_reason() -> None:
    text = "Net(\n  (a): Conv2d(3, 8, 3)\n  (b): Conv2d(3, 8, 3)\n)"
    with pytest.raises(SizeError, match="wired in another way, which is not printed"):
        network(text, (3, 9, 9))


def test_costs_of_a_transposed_convolution_count_its_inputs() -> None:
    run = network("nn.ConvTranspose2d(4, 6, 3, stride=2)", (4, 5, 5))
    assert run.macs == 3 * 3 * 4 * 6 * 25
    assert run.parameters == 3 * 3 * 4 * 6 + 6


def test_at_a_position_both_ways() -> None:
    run = network("nn.Conv2d(3, 8, 3, stride=2, padding=1)", (3, 9, 9))
    seen, reached = run.sees((0, 2)), run.reaches((0, 2))
    assert seen is not None
    assert reached is not None
    assert [str(span) for span in seen] == ["0..1", "3..5"]
    assert [str(span) for span in reached] == ["0", "1"]


def test_rows_for_notebooks() -> None:
    html = network("nn.Conv2d(3, 8, 3)\nnn.ReLU()", (3, 9, 9))._repr_html_()
    assert html.count("<tr>") == 3
    assert "MACs: batch" in html


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", ["no layer"]),
        ("y = nn.Conv2d(3, 8, 3)(z)", ["line 1", "z is used before it is set", "^"]),
        ("a = nn.ReLU()(x)\nb = cat(a, c)", ["line 2", "c is used before it is set"]),
        ("nn.ReLU()\nnn.Foo(3)", ["line 2", "'Foo'", "declare it: identity Foo", "^^^^^^"]),
        ("nn.ReLU()\nnn.Conv2d(3, 8)", ["line 2", "needs kernel_size"]),
        ("nn.Conv2d(3, 8, 3, strid=2)", ["'strid'", "did you mean stride"]),
        ("add(x)", ["add takes at least 2 inputs, got 1"]),
        ("nn.Conv2d(3, 8, 3)(x, x)", ["conv takes 1 input, got 2"]),
        ("y = crop(x)", ["crop takes 2 inputs"]),
        ("while x: pass", ["line 1", "while is not followed"]),
        ("import os; os.system('true')", ["'system'"]),
        ("nn.Conv2d(3, 8,", ["line 1", "never closed"]),
        ("x" * 100_000 + "(", ["cannot be read"]),
        ("(" * 100_000, ["nested"]),
        ("y = " + "+".join(["x"] * 20_000), ["nested"]),
        ("nn.Conv2d(3, 8, 3)\nnn.Conv2d(9, 8, 3)", ["line 2", "9 channels, got 8"]),
        ("nn.Conv1d(3, 8, 3)", ["1 axis", "3x64x64"]),
        ("nn.Flatten()\nnn.Linear(5, 3)", ["mat1 and mat2 shapes cannot be multiplied"]),
        ("F.conv2d(x, w)", ["kernel size", "line 1"]),
        ("nn.Flatten()\nnn.Conv2d(12288, 3, 3)", ["2 spatial axes", "12288"]),
        ("x.view(2)", ["batch"]),
        ("x.flatten(4)", ["line 1", "no dimension 4, allowed -4..3"]),
        ("cat(x, x, dim=-5)", ["no dimension -5"]),
        ("x.mean([2, 7])", ["no dimension 7"]),
        ("x.permute(0, 1, 2, 2)", ["order"]),
        ("é = nn.Foo()", ["'Foo'", "    é = nn.Foo()\n        ^^^^^^"]),
    ],
)  # fmt: skip
def test_bad_text_is_refused_with_its_line(text: str, pieces: list[str]) -> None:
    with pytest.raises(ConvcalcError) as caught:
        network(text + "\n", (3, 64, 64))
    for piece in pieces:
        assert piece in str(caught.value), str(caught.value)[:400]


def test_identity_declares_a_layer() -> None:
    assert network("nn.Foo(3)\nnn.ReLU()", (3, 8, 8), identity=["Foo"]).output == (3, 8, 8)


def test_networks_without_spatial_axes() -> None:
    run = network("nn.Linear(784, 32)\nnn.ReLU()\nnn.Linear(32, 10)", 784)
    assert (run.output, run.parameters) == ((10,), 784 * 32 + 32 + 330)
    assert "<td" in run._repr_html_()


def test_a_text_may_begin_with_any_letter(tmp_path: Path) -> None:
    path = tmp_path / "model"
    path.write_text("Big(\n  (a): Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1))\n)")
    assert network(path, (3, 8, 8)).output == (8, 6, 6)


def test_axes_too_long_to_follow_single_cells() -> None:
    run = network("nn.Conv2d(3, 8, 3)\nnn.Flatten()", (3, 10**12, 5))
    assert run.output == (8 * 3 * (10**12 - 2),)
    with pytest.raises(ConvcalcError, match="too long"):
        run.sees(())


def test_ten_thousand_layers_are_read_and_traced() -> None:
    text = "\n".join(["nn.Conv2d(3, 3, 3, padding=1)", "nn.ReLU()"] * 5000)
    run = network(text, (3, 32, 32))
    assert run.rows[-1].receptive_field == (10_001, 10_001)


# The command -------------------------------------------------------------------------------------


def write(folder: Path, text: str) -> str:
    path = folder / "network.txt"
    path.write_text(text)
    return str(path)


def test_json_is_the_contract(convcalc: Convcalc, tmp_path: Path) -> None:
    file = write(tmp_path, "nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)")
    ran = convcalc("net", file, "--n", "3x224x224", "--sizes", "1..32", "-f", "json")
    assert json.loads(ran.out) == {
        "input": [3, 224, 224],
        "rows": [
            {
                "name": "conv1", "op": "conv", "output": [64, 112, 112], "receptive_field": [7, 7],
                "jump": ["2", "2"], "start": ["-3", "-3"], "parameters": 9408, "macs": 118013952,
            }
        ],
        "parameters": 9408,
        "macs": 118013952,
        "sizes": {"range": [1, 32], "rule": "n >= 1", "legal": list(range(1, 33))},
    }  # fmt: skip


def test_a_field_that_varies_is_least_and_most(convcalc: Convcalc, tmp_path: Path) -> None:
    file = write(tmp_path, "nn.ConvTranspose2d(3, 8, 3, stride=2)")
    row = json.loads(convcalc("net", file, "--n", "3x8x8", "-f", "json").out)["rows"][0]
    assert row["receptive_field"] == [[1, 2], [1, 2]]
    assert row["jump"] == ["1/2", "1/2"]
    assert row["start"] == ["-1", "-1"]


@pytest.mark.parametrize(
    ("arguments", "status", "pieces"),
    [
        ((str(UNET), "--n", "3x572x572", "-q"), 0, ["2x388x388"]),
        ((str(SAME), "--n", "3x500x500"), 1, ["125 → 62 → 124", "496x496", "512x512", "output_padding=1"]),
        ((str(SAME), "--sizes", "1..1024", "-q"), 0, ["n = 0 (mod 16)"]),
        ((str(SAME), "--sizes", "1..64x1..80", "-q"), 0, ["h = 0 (mod 16); w = 0 (mod 16)"]),
        ((str(SAME), "--sizes", "1..15", "-q"), 1, ["no n in 1..15"]),
        ((str(SAME), "--n", "3x512x512", "-f", "markdown"), 0, ["| layer |", "| e1.0 | conv | 64x512x512"]),
        ((str(SAME), "--n", "3x512x512", "-f", "latex"), 0, [r"\begin{tabular}", r"e1.0 & conv"]),
        ((str(SAME), "--n", "3x512x512", "-f", "csv"), 0, ["e1.0,conv,64x512x512,3,1,-1,1792,"]),
        ((str(SAME), "--n", "512"), 0, ["188..204"]),
        ((str(PRINTED), "--n", "3x224x224", "-f", "text"), 0, ["714,188,480", "order of printing"]),
        ((str(SAME), "--n", "3x512x512", "--expect", "2x512x512", "-q"), 0, ["2x512x512"]),
        ((str(UNET), "--n", "3x572x572", "--at", "0", "-q"), 0, ["388"]),
        ((str(UNET), "--n", "3x572x572", "--at", "0x387", "-f", "text"), 0, ["cell 0x387 of y sees input cells 0..187 x 3"]),
        ((str(UNET), "--n", "3x572x572", "--at", "9x9", "--layer", "e1.0", "-f", "text"), 0, ["sees input cells 9..11 x 9..11"]),
    ],
)  # fmt: skip
def test_answers(
    convcalc: Convcalc, arguments: tuple[str, ...], status: int, pieces: list[str]
) -> None:
    ran = convcalc("net", *arguments)
    assert ran.status == status
    for piece in pieces:
        assert piece in ran.out, ran.out + ran.err


@pytest.mark.parametrize(
    ("arguments", "pieces"),
    [
        (("--expect", "2x500x500"), ["512x512, expected 2x500x500", "the size comes from"]),
        (("--expect", "2x528x528"), ["the first layer that differs is e1.0", "an input of 3x528x528"]),
        (("--expect", "3x512x512"), ["the channels come from y"]),
        (("--expect", "e2=128x256x256", "--expect", "d2=128x100x100"), ["d2 gives 128x128x128"]),
        (("--expect", "512x512"), ["other axes"]),
    ],
)  # fmt: skip
def test_expectations_that_fail(
    convcalc: Convcalc, arguments: tuple[str, ...], pieces: list[str]
) -> None:
    ran = convcalc("net", str(SAME), "--n", "3x512x512", *arguments)
    assert ran.status == 1
    for piece in pieces:
        assert piece in ran.out, ran.out[-900:]
        assert piece in ran.err


@pytest.mark.parametrize(
    ("arguments", "pieces"),
    [
        ((str(SAME),), ["--n", "missing"]),
        (("nothing.txt", "--n", "3x8x8"), ["cannot read nothing.txt"]),
        ((str(EXAMPLES), "--n", "3x8x8"), ["folder"]),
        ((str(SAME), "--n", "3x8x8x8x8"), ["2 axes"]),
        ((str(SAME), "--n", "abc"), ["--n", "'abc'"]),
        ((str(SAME), "--sizes", "5..1"), ["5..1 is empty", "ends before it begins"]),
        ((str(SAME), "--sizes", "1..9999999"), ["too many"]),
        ((str(SAME), "--sizes", "1-5"), ["--sizes"]),
        ((str(SAME), "--sizes", "1..2x1..2x1..2"), ["3 ranges"]),
        ((str(SAME), "--n", "512", "--at", "600"), ["outside", "0..511"]),
        ((str(SAME), "--n", "512", "--at", "1", "--layer", "e9"), ["'e9'", "did you mean"]),
        ((str(SAME), "--n", "512", "--expect", "e9=1x1x1"), ["'e9'"]),
        ((str(SAME), "--n", "512", "-f", "yaml"), ["'yaml'", "csv"]),
        ((str(SAME), "--n", "512", "--dim", "a=1"), ["dim a", "--dim DIM", "ONNX"]),
        ((str(SAME), "--n", "512", "-o", "x.png"), [".svg"]),
        ((__file__.replace(".py", ".missing"),), ["cannot read"]),
    ],
)  # fmt: skip
def test_wrong_commands(convcalc: Convcalc, arguments: tuple[str, ...], pieces: list[str]) -> None:
    ran = convcalc("net", *arguments)
    assert (ran.status, ran.out) == (2, "")
    for piece in pieces:
        assert piece in ran.err


def test_a_file_that_is_neither_text_nor_onnx(convcalc: Convcalc, tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"\x89PNG\r\n\xff\xff")
    ran = convcalc("net", str(path), "--n", "3x8x8")
    assert ran.status == 2
    assert "neither text (UTF-8) nor ONNX" in ran.err


def test_a_picture_is_written_whole_and_self_contained(convcalc: Convcalc, tmp_path: Path) -> None:
    import xml.etree.ElementTree as ET

    path = tmp_path / "net.svg"
    ran = convcalc("net", str(SAME), "--n", "3x512x512", "-o", str(path))
    assert ran.status == 0
    text = path.read_text()
    root = ET.fromstring(text)  # noqa: S314 (our own)
    words = [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "64x512x512" in words
    assert text.count('class="skip"') == 4
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert convcalc("net", str(SAME), "--n", "512", "-o", str(path)).status == 2  # it exists


def test_stdin_in_the_real_process() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "convcalc", "net", "-", "--n", "3x224x224", "-q"],
        input=PRINTED.read_bytes(),
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert shown.stdout == b"1000\n"


# --- a module's class ----------------------------------------------------------------------------

MODULE = """
class UNet(nn.Module):
    \"\"\"A U-Net of one level.\"\"\"

    def {running}(self, image):
        a = F.relu(self.c1(image))
        u = self.up(self.c2(self.pool(a)))
        return self.out(torch.cat([a, u], dim=1))

    def {setting}(self):
        super().__init__()
        self.unused = nn.Conv2d(3, 999, 3)
        self.c1 = nn.Conv2d(3, 16, 3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.c2 = nn.Conv2d(16, 32, 3, padding=1)
        self.up = nn.ConvTranspose2d(32, 16, 3, stride=2, padding=1, output_padding={a})
        self.out = nn.Conv2d(32, 1, 1)
"""


@pytest.mark.parametrize(("setting", "running"), [("__init__", "forward"), ("setup", "__call__")])
def test_a_class_is_read_as_the_lines_of_its_two_methods(setting: str, running: str) -> None:
    run = network(MODULE.format(a=1, setting=setting, running=running), (3, 64, 64))
    assert run.output == (1, 64, 64)
    # What PyTorch counts, without the layer that does not run: 448 + 4640 + 4624 + 33.
    assert run.parameters == 3 * 16 * 9 + 16 + 16 * 32 * 9 + 32 + 32 * 16 * 9 + 16 + 32 + 1
    with pytest.raises(SizeError, match="Expected size 64 but got size 63"):
        network(MODULE.format(a=0, setting=setting, running=running), (3, 64, 64))
