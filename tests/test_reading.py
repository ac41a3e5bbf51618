"""Layers in the frameworks' own words: every form is read, every fault is pointed at."""

import pytest

from convcalc import (
    Conv,
    ConvcalcError,
    Layer,
    ParseError,
    Pool,
    TransposedConv,
    output_shape,
    read,
)

from .conftest import Convcalc, Work


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nn.Conv2d(3, 8, 3)", Conv(3, rank=2)),
        ("Conv2d(3, 8, 3)", Conv(3, rank=2)),
        ("torch.nn.Conv2d(3, 8, kernel_size=3, padding=1)", Conv(3, 1, 1, rank=2)),
        ("self.conv1 = nn.Conv2d(3, 8, (3, 5), 2)  # stem", Conv((3, 5), 2)),
        ("conv: nn.Module = nn.Conv1d(3, 8, 3)", Conv(3, rank=1)),
        ("   nn.Conv2d(3, 8, 3),", Conv(3, rank=2)),
        ("nn.Conv2d(3, 8, 3)(x)", Conv(3, rank=2)),
        ("nn.Conv2d(\n    3,\n    8,\n    kernel_size=3,\n)", Conv(3, rank=2)),
        (
            "Conv2d(3, 64, kernel_size=(7, 7), stride=(2, 2), padding=(3, 3), bias=False)",
            Conv((7, 7), (2, 2), (3, 3)),
        ),
        ("  (0): Conv2d(3, 64, kernel_size=(3, 3), stride=(1, 1))", Conv((3, 3), (1, 1))),
        ("nn.LazyConv2d(8, 3)", Conv(3, rank=2)),
        (
            "nn.LazyConvTranspose3d(8, 3, 2, 1, 1)",
            TransposedConv(3, 2, 1, output_padding=1, rank=3),
        ),
        ("nn.Conv2d(n_in, n_out, 3)", Conv(3, rank=2)),
        ("nn.Conv2d(3, 8, 3, padding='same')", Conv(3, padding="same", rank=2)),
        ("nn.MaxPool2d(2)", Pool(2, rank=2)),
        ("nn.AvgPool2d(3, 2, 1, True)", Pool(3, 2, 1, ceil=True, kind="avg", rank=2)),
        ("F.max_pool2d(x, 2)", Pool(2, rank=2)),
        ("layers.Conv2D(8, 3, activation='relu')", Conv(3, padding="valid", rank=2)),
        ("tf.keras.layers.Conv2D(8, 3, strides=2, padding='SAME')", Conv(3, 2, "same", rank=2)),
        ("keras.layers.Conv1D(8, 3, padding='causal')", Conv(3, padding="causal", rank=1)),
        ("layers.Conv2DTranspose(8, 3, strides=2, padding='same')", TransposedConv(3, 2, "same", rank=2)),
        ("layers.DepthwiseConv2D(3)", Conv(3, padding="valid", rank=2)),
        ("layers.SeparableConv2D(8, 3)", Conv(3, padding="valid", rank=2)),
        ("layers.MaxPooling2D()", Pool(2, padding="valid", rank=2)),
        ("nn.Conv(features=8, kernel_size=(3, 3))", Conv((3, 3), padding="same")),
        ("nnx.Conv(3, 8, kernel_size=(3, 3), rngs=nnx.Rngs(0))", Conv((3, 3), padding="same")),
        ("nn.max_pool(x, (2, 2), strides=(2, 2))", Pool((2, 2), (2, 2), "valid")),
        ("nn.avg_pool(x, (3,))", Pool((3,), 1, "valid", kind="avg")),
        (
            "onnx.helper.make_node('Conv', ['x', 'w'], ['y'], kernel_shape=[3, 5], pads=[0, 1, 2, 3])",
            Conv((3, 5), (1, 1), ((0, 2), (1, 3)), (1, 1)),
        ),
    ],
)  # fmt: skip
def test_every_form_is_read(text: str, expected: Layer) -> None:
    assert read(text) == expected


def test_a_kernel_that_only_the_weight_knows_is_given() -> None:
    text = "F.conv_transpose2d(x, w, stride=2, padding=1)"
    assert read(text, kernel=3) == TransposedConv(3, 2, 1, rank=2)
    with pytest.raises(ParseError, match="kernel is missing"):
        read(text)
    assert read("jax.lax.conv_general_dilated(x, w, (2, 2), 'SAME')", kernel=(3, 3)) == Conv(
        (3, 3), (2, 2), "same"
    )


def test_each_frameworks_own_defaults_hold() -> None:
    assert output_shape(read("nn.MaxPool2d(3)"), 9) == (3, 3)  # stride: the kernel
    assert output_shape(read("nn.max_pool(x, (3, 3))"), 9) == (7, 7)  # Flax: 1
    assert output_shape(read("nn.Conv(features=8, kernel_size=(3,))"), 9) == (9,)  # SAME
    assert output_shape(read("layers.Conv1D(8, 3)"), 9) == (7,)  # valid
    # Explicit pads are the emulating convolution's in JAX, the layer's own in PyTorch.
    flax = "nn.ConvTranspose(features=8, kernel_size=(4,), strides=(2,), padding=((1, 1),))"
    assert output_shape(read(flax), 4) == (6,)
    assert output_shape(read("nn.ConvTranspose1d(8, 8, 4, 2, 1)"), 4) == (8,)


@pytest.mark.parametrize(
    ("text", "pieces", "fault"),
    [
        ("nn.Conv2d(3, 8, 3, strid=2)", ["'strid'", "did you mean stride?"], "strid"),
        ("nn.Conv2x(3, 8, 3)", ["unknown layer 'Conv2x'", "Conv2d"], "nn.Conv2x"),
        ("nn.Conv2d(3, 8)", ["needs kernel_size"], "nn.Conv2d"),
        ("nn.Conv2d(3, 8, 3, 1, 0, 1, 1, True, 'zeros', None, None, 7)", ["at most 11"], "7"),
        ("nn.Conv2d(3, 8, 3, kernel_size=3)", ["given twice"], "kernel_size"),
        ("nn.Conv2d(3, 8, k)", ["whole number", "got k"], "k"),
        ("nn.Conv2d(3, 8, 3.0)", ["whole number", "got 3.0"], "3.0"),
        ("nn.Conv2d(3, 8, (3, 3, 3))", ["3 entries", "2 axes"], "(3, 3, 3)"),
        ("nn.Conv2d(3, 8, 2**10)", ["whole number"], "2**10"),
        ("nn.Conv2d(3, 8, 3, padding='sames')", ["neither 'valid' nor 'same'"], "'sames'"),
        ("nn.Conv2d(3, 8, 3, padding=-1)", ["at least 0"], "-1"),
        ("nn.Conv2d(3, 8, 3, padding='same', stride=2)", ["strided", "instead"[:0]], "'same'"),
        ("nn.Conv2d(3, 8, 3, groups=2)", ["multiple of groups 2"], "3"),
        ("nn.Conv2d(3, 8, 3, padding_mode='mirror')", ["none of zeros"], "'mirror'"),
        ("nn.ConvTranspose2d(3, 8, 3, padding='same')", ["not a padding name"], "'same'"),
        ("nn.ConvTranspose2d(3, 8, 3, 2, output_padding=2)", ["allowed 0..1"], "nn.ConvTranspose2d"),
        ("nn.MaxPool2d(2, padding=2)", ["at most floor(k/2)"], "nn.MaxPool2d"),
        ("layers.Conv2D(8, 3, strides=2, dilation_rate=2)", ["together"], "2"),
        ("layers.Conv2D(8, 3, padding='causal')", ["none of valid, same"], "'causal'"),
        ("layers.Conv2DTranspose(8, 3, strides=2, output_padding=2)", ["allowed 0..1"], "2"),
        ("nn.max_pool(x, 2)", ["must be a tuple"], "2"),
        ("nn.Conv(features=8, kernel_size=(3,), padding=((1, 1), (1, 1)))", ["2 entries"], "((1, 1), (1, 1))"),
        ("onnx.helper.make_node('Relu', ['x'], ['y'])", ["no window in operator"], "'Relu'"),
        ("onnx.helper.make_node('Conv', ['x'], ['y'], kernel_shape=[3], pads=[1])", ["2 axes"], "[1]"),
        ("onnx.helper.make_node('MaxPool', ['x'], ['y'], kernel_shape=[3], pads=[3, 0])", ["smaller than"], "[3, 0]"),
        ("nn.Conv2d(*args)", ["cannot be followed"], "*args"),
        ("nn.Conv2d(**config)", ["cannot be followed"], "**config"),
        ("nn.Conv2d(3, 8, 3", ["not one call"], None),
        ("3 + 4", ["one call of a layer"], None),
        ("", ["one call of a layer"], None),
        ("x = 1; nn.Conv2d(3, 8, 3)", ["2 statements"], None),
        ("lambda: nn.Conv2d(3, 8, 3)", ["one call of a layer"], None),
        ("layers['conv'](3)", ["a layer's name"], "layers['conv']"),
    ],
)  # fmt: skip
def test_a_fault_is_pointed_at(text: str, pieces: list[str], fault: str | None) -> None:
    with pytest.raises(ParseError) as caught:
        read(text)
    message = str(caught.value)
    for piece in pieces:
        assert piece in message
    if fault is not None:
        assert text[caught.value.start : caught.value.end] == fault
        _, shown, carets = message.splitlines()
        at = carets.index("^")
        assert shown[at : at + carets.count("^")] == fault


def test_places_survive_other_alphabets_and_lines() -> None:
    text = "schicht_größe = nn.Conv2d(3,\n    8, kernel_größe=3)"
    with pytest.raises(ParseError) as caught:
        read(text)
    assert text[caught.value.start : caught.value.end] == "kernel_größe"


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000,
        "nn.Conv2d(" + "(" * 500 + "3" + ")" * 500 + ")",
        "nn.Conv2d(" + "-" * 9000 + "3)",
        "nn.Conv2d(3, 8, " + "[" * 90 + "3" + "]" * 90 + ")",
        "nn.Conv2d(3, 8, 9**9**9**9)",
        "nn.Conv2d(3, 8, " + "9" * 9000 + ")",
        "nn.Conv2d(3, 8, 3)" * 100_000,
        "x." * 4000 + "Conv2d(3, 8, 3, bogus=1)",
        "__import__('os').system('true')",
        "nn.Conv2d(3, 8, __import__('os').getpid())",
        "().__class__.__bases__[0].__subclasses__()(3, 8, 3)",
        "nn.Conv2d(3, 8, 3)\x00",
        "nn.Conv2d(\ud800)",
        "f'{nn.Conv2d(3, 8, 3)}'",
        "nn.Conv2d(3, 8, kernel_size=(yield))",
        "nn.Conv2d(" + "a=1," * 2000 + ")",
    ],
    ids=lambda text: text[:24].encode("ascii", "replace").decode(),
)
def test_hostile_text_is_refused_quickly(text: str) -> None:
    with Work(100_000), pytest.raises(ConvcalcError) as caught:
        read(text)
    assert len(str(caught.value)) < 1500


def test_a_dialect_may_be_named() -> None:
    assert read("Conv(8, (3,))", "flax") == Conv((3,), padding="same")
    with pytest.raises(ConvcalcError, match=r"unknown framework 'kera' \(did you mean keras\?\)"):
        read("Conv2D(8, 3)", "kera")
    with pytest.raises(ParseError, match="read are layers of PyTorch"):
        read("layers.Conv2D(8, 3)", "pytorch")


def test_an_attribute_must_exist_in_the_opset() -> None:
    node = "onnx.helper.make_node('AveragePool', ['x'], ['y'], kernel_shape=[2], dilations=[2])"
    assert read(node, opset=19)
    with pytest.raises(ParseError, match="exists since opset 19"):
        read(node, opset=11)
    with pytest.raises(ParseError, match="opset 11 is for ONNX"):
        read("nn.Conv2d(3, 8, 3)", opset=11)


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (["nn.ConvTranspose2d(64, 32, 3, stride=3, padding=2)", "--n", "32x32"], "92x92"),
        (["nn.ConvTranspose2d(64, 32, 3, stride=3, padding=2)", "--n", "32"], "92x92"),
        (["layers.Conv2DTranspose(8, 3, strides=2, padding='same')", "--n", "5"], "10x10"),
        (["F.conv2d(x, w, stride=2)", "--k", "3", "--n", "9"], "4x4"),
        (["Conv(8, (3,))", "--n", "9", "--dialect", "flax"], "9"),
    ],
)
def test_a_layer_on_the_command_line(convcalc: Convcalc, line: list[str], answer: str) -> None:
    assert convcalc("out", *line, "-q") == (0, f"{answer}\n", "")


def test_equiv_takes_a_layer(convcalc: Convcalc) -> None:
    conv = "nn.Conv2d(3, 8, 3, stride=2, padding=1)"
    assert convcalc("equiv", conv, "-q").out == "1x1\n"
    assert "sizes that share o = 3x3: 5 and 6" in convcalc("equiv", conv, "--n", "6").out
    assert convcalc("equiv", "nn.ConvTranspose2d(3, 8, 3)", "-q").out == "2x2\n"


SIZED = (
    'make_node("ConvTranspose", ["x", "w"], ["y"], kernel_shape=[3, 3], strides=[2, 2], '
    "output_shape=[2, 2])"
)


@pytest.mark.parametrize(
    ("line", "piece"),
    [
        (["out", "nn.Conv2d(3, 8, 3)", "--s", "2", "--n", "9"], "say the same thing twice"),
        (["out", "nn.Conv2d(3, 8, 3)", "--op", "conv", "--n", "9"], "say the same thing twice"),
        (["out", "nn.Conv2d(3, 8, 3)", "--k", "3", "--n", "9"], "both say the kernel size"),
        (["out", "nn.Conv2d(3, 8, 3)", "--n", "9x9x9"], "the layer has 2 axes"),
        (["out", "nn.Conv2d(3, 8, 3)"], "--n"),
        (["equiv", "nn.MaxPool2d(2)"], "error: max pooling has no transposed counterpart"),
        (["equiv", SIZED], "output size 2x2 depends on the input size"),
        (
            ["out", "nn.Conv2d(3, 8, 3)", "nn.Conv2d(3, 8, 3)"],
            "arguments: nn.Conv2d(3, 8, 3); LAYER",
        ),
        (["out", "--k", "3", "--n", "9", "--dialect", "keras"], "--dialect keras says how LAYER"),
        (["equiv", "--k", "3", "--opset", "11"], "--opset 11 says how LAYER"),
        (["draw", "--k", "3", "--n", "9", "--opset", "11"], "give LAYER with it"),
        (["equiv", "nn.Conv2d(3, 8, 3)", "--from", "deconv"], "leave --from out"),
        (["out", "nn.Conv2d(3, 8, 3)", "--opset", "x", "--n", "9"], "--opset"),
    ],
)
def test_contradictions_with_a_layer(convcalc: Convcalc, line: list[str], piece: str) -> None:
    ran = convcalc(*line)
    assert (ran.status, ran.out) == (2, "")
    assert piece in ran.err
