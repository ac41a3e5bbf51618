"""Modules as people paste them: what PyTorch and Keras say of each, and what is refused, by name.

The answers in ``golden/modules.jsonl`` are PyTorch's own, recorded by ``record_modules.py``; those
in ``golden/keras_modules.jsonl`` are Keras's, recorded by ``record_keras_modules.py``.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from convcalc import ConvcalcError, ParseError, SizeError, network
from convcalc.graph.sizes import legal_sizes
from convcalc.graph.trace import trace
from convcalc.readers.networks import read_network

from .conftest import Work

GOLDEN = Path(__file__).parent / "golden"


def recorded(name: str) -> tuple[list[dict[str, Any]], dict[str, str]]:
    rows = [json.loads(line) for line in (GOLDEN / f"{name}.jsonl").read_text().splitlines()]
    parts = (GOLDEN / f"{name}.txt").read_text().split("# ==== ")[1:]
    return rows, dict(part.split(" ", 1) for part in parts)


ROWS, TEXTS = recorded("modules")
KERAS_ROWS, KERAS_TEXTS = recorded("keras_modules")
# view(-1, 400) makes more images of a larger one, and PyTorch runs on; here the batch is kept.
BATCH_GROWS = {"cifar": 36, "dcgan_d": 68}
# Where pools leave nothing, Keras flattens the nothing and goes on.
NOTHING_LEFT = {"subclassed": 4}


@pytest.mark.parametrize("row", ROWS, ids=[row["name"] for row in ROWS])
def test_what_pytorch_says_of_a_pasted_module(row: dict[str, Any]) -> None:
    text = TEXTS[row["name"]].partition("\n")[2]
    graph = read_network(text)
    run = trace(graph, graph.input_shape(row["input"]))
    assert run.failure is None
    assert list(run.output) == row["output"]
    assert (run.parameters, run.macs) == (row["parameters"], row["macs"])
    legal = legal_sizes(graph, (1, *row["input"]), [(1, 80)]).sizes
    assert list(legal) == [n for n in row["legal"] if n < BATCH_GROWS.get(row["name"], 81)]
    alone = [n for n in range(1, 81, 7) if _runs(graph, row["input"], n)]
    assert [n for n in legal if n in range(1, 81, 7)] == alone


def _runs(graph: Any, shape: list[int], n: int) -> bool:
    return trace(graph, (1, shape[0], *[n] * (len(shape) - 1))).failure is None


@pytest.mark.parametrize("row", KERAS_ROWS, ids=[row["name"] for row in KERAS_ROWS])
def test_what_keras_says_of_a_pasted_model(row: dict[str, Any]) -> None:
    name = row["name"]
    text = KERAS_TEXTS[name].partition("\n")[2]
    graph = read_network(text)
    run = trace(graph, graph.input_shape(row["input"]))
    assert run.failure is None
    assert (list(run.output), run.parameters) == (row["output"], row["parameters"])
    if graph.shape is not None:  # as Input or input_shape says it
        assert list(graph.shape) == [1, *row["input"]]
    if len(row["input"]) > 1:
        legal = legal_sizes(graph, (1, *row["input"]), [(1, 80)]).sizes
        assert list(legal) == [n for n in row["legal"] if n >= NOTHING_LEFT.get(name, 1)]


def test_layers_are_named_by_their_paths() -> None:
    text = TEXTS["two_classes"].partition("\n")[2]
    names = [row.name for row in network(text, (3, 32, 32)).rows if row.parameters]
    # those of named_modules() with parameters, in PyTorch
    assert names[:5] == [f"inc.double_conv.{n}" for n in (0, 1, 3, 4)] + [
        "down1.maxpool_conv.1.double_conv.0"
    ]
    assert names[-1] == "outc.conv"


def module(setting: str, running: str, arguments: str = "") -> str:
    lines = "\n        ".join(setting.split("; "))
    return (
        f"class Net(nn.Module):\n    def __init__(self{arguments}):\n        super().__init__()\n"
        f"        {lines}\n    def forward(self, x):\n        {running}\n"
    )


@pytest.mark.parametrize(
    ("text", "output"),
    [
        # what comes below a class: arguments, and lines that try it
        (module("self.c = nn.Conv2d(i, 4, 3)", "return self.c(x)", ", i") + "Net(3)", (4, 7, 7)),
        (module("self.c = nn.Conv2d(i, 4, 3)", "return self.c(x)", ", i")
         + "net = Net(i=3).to(device)\nprint(net)\nx = torch.randn(1, 3, 9, 9)\ny = net(x)",
         (4, 7, 7)),
        (module("self.c = nn.Conv2d(3, 4, 3)", "return self.c(x)")
         + "if __name__ == '__main__':\n    import os\n    os.system('true')", (4, 7, 7)),
        # layers by number, by name, in a dict
        (module("self.b = nn.ModuleList([nn.Conv2d(3, 3, 3) for _ in range(3)])",
                "return self.b[-1](self.b[0](x))"), (3, 5, 5)),
        (module("self.b = nn.ModuleDict({'a': nn.Conv2d(3, 4, 3)})", "return self.b['a'](x)"),
         (4, 7, 7)),
        (module("[setattr(self, f'c{i}', nn.Conv2d(3, 3, 3)) for i in range(2)]",
                "return getattr(self, 'c1')(self.c0(x))"), (3, 5, 5)),
        (module("self.add_module('c', nn.Conv2d(3, 4, 3))", "return self.c(x)"), (4, 7, 7)),
        # what sets weights
        (module("self.c = nn.Conv2d(3, 4, 3); [f(m) for m in self.modules()]",
                "return self.c(x)"), (4, 7, 7)),
        # a layer that is not known and does not run
        (module("self.c = nn.Conv2d(3, 4, 3); self.loss = nn.Foo()", "return self.c(x)"),
         (4, 7, 7)),
        ("class Block(nn.Sequential):\n    def __init__(self, i, o):\n"
         "        super().__init__(nn.Conv2d(i, o, 3), nn.ReLU())\n"
         + module("self.b = Block(3, 4)", "return self.b(x)"), (4, 7, 7)),
        ("def conv3x3(i, o, stride=1):\n    return nn.Conv2d(i, o, 3, stride=stride, padding=1)\n"
         + module("self.c = conv3x3(3, 4, 2)", "return self.c(x)"), (4, 5, 5)),
        ("model = Sequential()\nmodel.add(layers.Conv2D(4, 3))\nmodel.summary()", (4, 7, 7)),
        # the output is what is returned, not what was made last
        ("a = nn.Conv2d(3, 8, 3)(x)\nb = nn.MaxPool2d(2)(a)\nreturn a", (8, 7, 7)),
        (module("self.c = nn.Conv2d(3, 4, 3)", "h = self.c(x); return h, h.mean([2, 3])"),
         (4, 7, 7)),
        ("y = (x + x).relu()\nz = F.pad(y, (x.shape[-1] - 8, y.size(2) // 4))", (3, 9, 12)),
        ("a = Conv2D(8, 3)(x)\nb = MaxPooling2D(2)(a)\nm = keras.Model(x, outputs=[a, b])",
         (8, 7, 7)),
        ("n, c, h, w = x.shape\ny = x.view(n, c * h, w)", (27, 9)),
        ("y = x[:, :, 2:].permute(0, -1, 1, 2)", (9, 3, 7)),
        ("y = F.adaptive_avg_pool2d(x, 1).expand_as(x)", (3, 9, 9)),
    ],
)  # fmt: skip
def test_words_around_a_module(text: str, output: tuple[int, ...]) -> None:
    assert network(text + "\n", (3, 9, 9)).output == output


def test_an_addition_in_front_of_a_method_runs_once() -> None:
    assert [row.op for row in network("y = (x + x).relu()\n", (3, 9, 9)).rows] == ["add", "relu"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (module("self.c = nn.Conv2d(i, 4, 3)", "return self.c(x)", ", i"),
         "line 2: i has no value: give it one here, as i=3, or call the class"),
        (module("self.c = nn.ReLU()", "return x if x.size(2) > 3 else self.c(x)"),
         "line 6: whether this holds is not known before the network runs"),
        (module("self.w = nn.Parameter(torch.zeros(3))", "return x * self.w"), "line 6: of tensors"),
        (module("self.c = nn.Foo()", "return self.c(x)"), "line 4: unknown layer 'Foo'"),
        (module("self.c = nn.ReLU()", "return self.d(x)"), "line 6: d is not known here"),
        (module("self.c = nn.ReLU(); self.c()", "return x"), "relu takes 1 input, got 0"),
        (module("self.w = nn.Parameter(torch.zeros(3))", "return torch.add(x, self.w)"),
         "line 6: add of a tensor with what is no tensor"),
        (module("self.u = nn.ConvTranspose2d(3, 4, 2)", "return self.u(x, output_size=x.size())"),
         "line 6: a layer called with output_size is not followed"),
        (module("self.c = nn.ReLU()", "return x if [x.size(2)] == [9] else self.c(x)"),
         "line 6: whether this holds is not known"),
        (module("b = nn.Foo == nn.Bar; self.c = nn.Conv2d(3, 4, 3, bias=b)", "return self.c(x)"),
         "line 5: Conv2d: bias must be True or False"),
        ("a = [nn.ReLU()]\ndel a[0]", "line 2: delete is not followed"),
        ("while True:\n    pass", "line 1: while is not followed"),
        ("class A:\n    pass\nclass B:\n    pass", "B has no forward"),
        ("nn.ModuleList([nn.ReLU()])(x)", "this is not called itself"),
        ("a, b = nn.ReLU()(x)", "line 1: these are not 2 values"),
        ("y = F.interpolate(x, scale_factor=x.size(2))", "known when the network runs"),
        # what would not end
        ("def f(a):\n    return f(a)\ny = f(x)", "more than 40 calls"),
        ("for i in range(10**9):\n    pass", "more than 20000 layers"),
        ("for i in range(999):\n    for j in range(999):\n        a = 1", "more than 10000 lines"),
        ("a = [1, 1]\n" + "a = [a, a]\n" * 60, "more than 10000 entries"),
        ("a = 'aa'\n" + "a = f'{a}{a}'\n" * 60, "more than 1000 letters"),
        ("a = 3\nfor i in range(60):\n    a = a**64", "more than 1000 digits"),
        ("a = '%999999999s' % 'x'", "joined to strings only"),
        ("a = [0] * 10**9", "more than 10000 entries"),
        ("a = 9**9**9", "exponent of at most 64"),
        ("a = [0]\na.append(a)", "nested too deeply"),
        ("a = nn.Sequential(nn.ReLU())\na.append(a)\na(x)", "nested too deeply"),
        ("y = torch.cat([x] * 9999, 1)\n" * 200, "more than 40000 inputs"),
        ("y = x.size(1)\nfor i in range(1500):\n    y = y * 2 + 1\nz = x.view(1, y)",
         "must be numbers"),
        ("y = x.relu" + "().relu" * 5000 + "()", "nested too deeply"),
        ("__import__('os').system('true')", "unknown layer '__import__'"),
        ("y = getattr(x, '__class__')", "getattr of what is not known"),
        # what Keras counts that is not followed
        ("y = layers.LayerNormalization(axis=[1, 2])(x)", "over one axis"),
        ("y = layers.PReLU()(x)", "one slope for each channel"),
        ("y = layers.Conv2D(3, 3, data_format='channels_first')(x)", "channels_first"),
        ("a = Input((9, 9, 3))\nb = Input((4, 4, 3))\nlayers.Dense(3)(a)", "a second input"),
        ("a = nn.Sequential()\n" + "a = nn.Sequential(a, a)\n" * 60 + "a(x)", "more than 20000"),
    ],
)  # fmt: skip
def test_what_is_refused_by_name(text: str, said: str) -> None:
    with Work(20_000_000), pytest.raises(ParseError, match=said.replace("**", "..")):
        network(text + "\n", (3, 9, 9))


def test_sizes_that_do_not_fit_are_told_for_a_module() -> None:
    text = TEXTS["unet_same"].partition("\n")[2]
    with pytest.raises(SizeError, match="33 -> 16 -> 32"):
        network(text, (3, 33, 33))
    with pytest.raises(ConvcalcError, match="expected an input of 3 channels, got 4"):
        network(text, (4, 32, 32))


def test_a_size_worked_out_of_the_input_leaves_something() -> None:
    text = "n = x.size(2) - 9\ny = F.interpolate(x, size=(n, n))\n"
    assert network(text, (3, 10, 10)).output == (3, 1, 1)
    with pytest.raises(SizeError, match="a size of 0"):
        network(text, (3, 9, 9))


@pytest.mark.parametrize(
    "gate",
    ["F.adaptive_avg_pool2d(a, 1)",
     "nn.Linear(8, 8)(F.adaptive_avg_pool2d(a, 1).view(1, 8)).view(1, 8, 1, 1)",
     "nn.Linear(8, 8)(a.mean([2, 3]))[:, :].view(1, 8, 1, 1)"],
)  # fmt: skip
def test_a_gate_sees_the_whole_image_and_leaves_the_axes(gate: str) -> None:
    text = f"a = nn.Conv2d(3, 8, 3, stride=2)(x)\ns = {gate}\nb = a * s\nnn.Conv2d(8, 8, 3)(b)\n"
    run = network(text, (3, 9, 12))
    assert run.sees((0, 0), "a") == ((0, 2, 3), (0, 2, 3))
    # 4x5 windows of 3 with stride 2 read 9 of the 9 rows, 11 of the 12 columns
    assert run.sees((1, 2)) == ((0, 8, 9), (0, 10, 11))
    assert run.reaches((0, 0)) == ((0, 1, 2), (0, 2, 3))
    assert run.reaches((8, 11)) is None
