"""Texts and files that a reader may be given, and what must hold for each of them.

Law: whatever comes in, an answer or a ConvcalcError comes out, in ``SECONDS``. ``SUBJECTS`` names
each kind of content with its strategy and its check; a test runs some examples of each, and

    python -m tests.fuzz --texts 1000

runs as many as one likes.
"""

import ast
import json
import re
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convcalc import ConvcalcError, explain, output_shape, port, read
from convcalc.dialects.plain import FUNCTIONS, LAYERS
from convcalc.dialects.plain.onnx import MAKERS, WINDOWS
from convcalc.graph.trace import trace
from convcalc.pages.network import NetworkReport, page
from convcalc.pictures.network import paint
from convcalc.ports import TARGETS
from convcalc.readers.networks import read_network
from convcalc.renderers import FORMATS

from .fuzz_lines import CALLS, MESSAGES

SECONDS = 2
EXAMPLES = Path(__file__).parent.parent / "docs" / "examples"
SAMPLES = [path.read_text() for path in sorted(EXAMPLES.glob("*.txt"))]

NUMBERS = st.one_of(
    st.integers(-2, 9),
    st.integers(1, 4),
    st.sampled_from([0, 16, 64, 1021, 10**6, 2**31, 2**63, 2**64 + 1, 10**30, -(10**30), 10**999]),
)
WORDS = st.sampled_from(
    ["None", "True", "False", "'same'", "'valid'", "'reflect'", "'circular'", "'bilinear'", "1e999",
     "0.5", "2.0", "nan", "x", "y", "()", "[[[[1]]]]", "'\\ud800'", "**k", "*a", "lambda: 0",
     "y.shape[2:]", "x.size()[-2:]", "-1", "0x" + "f" * 5000, "y.size(0)", "'é'", "1_0", "..."]
)  # fmt: skip
VALUES: st.SearchStrategy[str] = st.one_of(
    NUMBERS.map(str), WORDS, st.lists(NUMBERS, max_size=4).map(lambda entries: str(tuple(entries)))
)
PARAMETERS = st.sampled_from(
    ["kernel_size", "stride", "padding", "dilation", "groups", "bias", "out_channels", "features",
     "strides", "output_padding", "dim", "axis", "size", "scale_factor", "mode", "ceil_mode",
     "padding_mode", "align_corners", "like", "input", "tensors", "name", "rank", "ü"]
)  # fmt: skip
NAMES = st.sampled_from(["x", "y", "z", "a", "b", "self.conv", "input", "été", "x1", "return"])
WINDOWED = [
    *(f"{kind}{rank}d" for kind in ("Conv", "ConvTranspose", "MaxPool", "AvgPool", "LPPool")
      for rank in (1, 2, 3)),
    "Conv2D", "Conv2DTranspose", "MaxPooling2D", "SeparableConv2D", "DepthwiseConv2D", "Conv",
    "ConvTranspose", "max_pool2d", "conv2d", "avg_pool", "make_node", "conv_general_dilated",
]  # fmt: skip
CALLED = st.sampled_from([*LAYERS, *FUNCTIONS, *WINDOWED, "Sequential", "Input", "Model", "Foo"])


@st.composite
def calls(draw: Any) -> str:
    """A layer or a function, with arguments that it may or may not take."""
    name = draw(st.sampled_from(["", "nn.", "F.", "torch.", "x.", "y.", "layers."])) + draw(CALLED)
    arguments = draw(st.lists(VALUES, max_size=5))
    arguments += draw(st.lists(st.builds("{}={}".format, PARAMETERS, VALUES), max_size=2))
    return f"{name}({', '.join(arguments)})"


SIZED = st.builds(
    "nn.{}({}, {}, {}, stride={}, padding={})".format,
    st.sampled_from(["Conv2d", "ConvTranspose2d", "Conv1d"]),
    *[st.integers(1, 4)] * 5,
)
EXPRESSIONS = st.recursive(
    st.one_of(calls(), SIZED, NAMES),
    lambda inner: st.one_of(
        st.builds("{}({})".format, inner, inner),
        st.builds("{} {} {}".format, inner, st.sampled_from("+-*/@%"), inner),
        st.builds("nn.Sequential({}, {})".format, inner, inner),
        st.builds("cat({}, {})".format, inner, inner),
        st.builds("F.relu({})".format, inner),
        st.builds("{}[:, :, {}:{}, ::{}]".format, inner, NUMBERS, NUMBERS, NUMBERS),
        st.builds("{}[..., {}]".format, inner, VALUES),
    ),
    max_leaves=4,
)
LINES = st.one_of(
    EXPRESSIONS,
    st.builds("{} = {}".format, NAMES, EXPRESSIONS),
    st.builds("{} += {}".format, NAMES, EXPRESSIONS),
    st.builds("return {}".format, EXPRESSIONS),
)
WILD = st.lists(LINES, min_size=1, max_size=6).map("\n".join)
# What mostly can be read, so that it is the network that is tried and not the grammar.
SMALL = st.one_of(st.integers(-3, 4), st.integers(1, 3), st.sampled_from([8, 10**30]))
TAME = st.one_of(
    st.builds("y = {}({})".format, SIZED, st.sampled_from(["x", "y"])),
    st.builds("y = nn.{}({})(y)".format, st.sampled_from([*LAYERS]), SMALL),
    st.builds("y = nn.{}({}, {})(y)".format, st.sampled_from([*LAYERS, *WINDOWED]), SMALL, SMALL),
    st.builds("y = F.{}(y)".format, st.sampled_from([*FUNCTIONS])),
    st.builds("y = F.{}(y, {})".format, st.sampled_from([*FUNCTIONS]), SMALL),
    st.builds("y = F.{}(y, ({}, {}))".format, st.sampled_from([*FUNCTIONS]), SMALL, SMALL),
    st.builds("y = F.{}(y, x)".format, st.sampled_from([*FUNCTIONS])),
    st.builds("y = y.{}({}, {}, {})".format, st.sampled_from([*FUNCTIONS]), SMALL, SMALL, SMALL),
    st.builds("y = y[:, {}:{}, ::{}]".format, SMALL, SMALL, SMALL),
    st.builds("y = nn.{}(scale_factor={})(y)".format, st.just("Upsample"), SMALL),
    st.builds("y = F.interpolate(y, size={}, mode={!r})".format, SMALL,
              st.sampled_from(["nearest", "linear", "bicubic"])),
    st.builds("nn.{}d({}, padding_mode={!r}, padding={}, {}={})".format,
              st.sampled_from(["Conv1", "Conv2"]), st.just("3, 3, 3"),
              st.sampled_from(["zeros", "reflect", "circular", "replicate"]), SMALL,
              st.sampled_from(["stride", "dilation", "groups"]), SMALL),
)  # fmt: skip
PROGRAMS = st.one_of(
    WILD, st.lists(TAME, min_size=1, max_size=5).map(lambda lines: "\n".join(["y = x", *lines]))
)


@st.composite
def printed(draw: Any, depth: int = 0) -> str:
    """What might be the output of ``print(model)``."""
    lines = []
    for _ in range(draw(st.integers(0, 3))):
        name = draw(st.sampled_from(["0", "a", "0-3", "1-99999", "b.c", "-", "x y", "٣"]))
        times = draw(st.sampled_from(["", "", "4 x ", "9999 x ", "0 x ", "9" * 30 + " x ", "² x "]))
        if depth < 3 and draw(st.booleans()):
            inner = draw(printed(depth + 1))
        else:
            inner = draw(st.one_of(calls(), SIZED)).removeprefix("nn.")
        lines.append("  " * depth + f"  ({name}): {times}{inner}")
    close = draw(st.sampled_from([")", ")", ")", ""]))
    return "\n".join(["Net(" if depth == 0 else "Block(", *lines, "  " * depth + close])


NASTY = st.one_of(
    st.text(max_size=4),
    st.sampled_from(["(", ")", "\n", "\r", "\x00", "\x0c", "\u2028", "[" * 300, " " * 5000, "#",
                     "'", '"""', "9" * 4400, "(a): ", "-", ",", "\\\n", ": 3 x ", "﻿"]),
    calls(),
)  # fmt: skip


@st.composite
def mutated(draw: Any, texts: Any) -> str:
    """A text with pieces taken out, put in or moved."""
    text: str = draw(texts)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 40)))
        piece = draw(st.one_of(st.just(""), NASTY, st.just(text[start:end] * 2)))
        text = text[:start] + piece + text[end:]
    return text


@st.composite
def numbered(draw: Any, texts: Any) -> str:
    """A text with other numbers in it."""
    pieces: list[str] = re.split(r"(\d+)", draw(texts))
    often, everywhere = str(draw(NUMBERS)), draw(st.booleans())
    for place in range(1, len(pieces), 2):
        if draw(st.integers(0, 2)) == 0:
            pieces[place] = often if everywhere else str(draw(NUMBERS))
    return "".join(pieces)


@st.composite
def recast(draw: Any, texts: Any) -> str:
    """A call with other arguments: some replaced, added, named or gone."""
    text: str = draw(texts)
    try:
        call: Any = ast.parse(text, mode="eval").body
    except SyntaxError:
        return text
    if not isinstance(call, ast.Call):
        return text
    arguments = [ast.unparse(each) for each in call.args]
    keywords = [(each.arg or "**k", ast.unparse(each.value)) for each in call.keywords]
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.integers(0, 4))
        if kind == 0 and arguments:
            arguments[draw(st.integers(0, len(arguments) - 1))] = draw(VALUES)
        elif kind == 1 and keywords:
            place = draw(st.integers(0, len(keywords) - 1))
            keywords[place] = (keywords[place][0], draw(VALUES))
        elif kind == 2 and arguments:
            keywords.append((draw(PARAMETERS), arguments.pop()))
        elif kind == 3 and keywords:
            keywords.pop(draw(st.integers(0, len(keywords) - 1)))
        else:
            keywords.append((draw(PARAMETERS), draw(VALUES)))
    inside = [*arguments, *map("=".join, keywords)]
    return f"{ast.unparse(call.func)}({', '.join(inside)})"


@st.composite
def spliced(draw: Any, texts: Any, pieces: str = r"\n") -> str:
    """What two texts have between ``pieces``, some of it twice, gone or elsewhere."""
    lines = [*re.split(f"({pieces})", draw(texts)), "\n", *re.split(f"({pieces})", draw(texts))]
    places = st.integers(0, len(lines) - 1)
    for _ in range(draw(st.integers(1, 4))):
        start, end = sorted((draw(places), draw(places)))
        lines[start:end] = draw(st.sampled_from([[], lines[start:end] * 2, lines[end : end + 2]]))
        lines.append("")  # so that there is always one
        places = st.integers(0, len(lines) - 1)
    return "".join(lines)


@st.composite
def changed_networks(draw: Any) -> bytes:
    """A real network of the onnx package, some of its nodes and sizes other than they were."""
    import onnx

    name = draw(st.sampled_from(["bvlc_alexnet", "zfnet512", "vgg19", "squeezenet"]))
    data = Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"
    model: Any = onnx.ModelProto.FromString((data / f"light_{name}.onnx").read_bytes())
    graph = model.graph
    often = st.one_of(st.integers(-2, 9), st.sampled_from([0, 2**31, 2**62, -(2**63)]))
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(graph.node) - 1))
        node, kind = graph.node[place], draw(st.integers(0, 6))
        if kind == 0:
            node.op_type = draw(st.sampled_from([*MAKERS, *WINDOWS]))
        elif kind == 1 and node.attribute:
            values = node.attribute[draw(st.integers(0, len(node.attribute) - 1))]
            values.i = draw(often)
            values.ints[:] = draw(st.lists(often, max_size=5))
        elif kind == 2 and node.input:
            node.input[draw(st.integers(0, len(node.input) - 1))] = draw(
                st.sampled_from([*graph.node[-1].output, *node.output, "", "nothing"])
            )
        elif kind == 3 and graph.initializer:
            kernel = graph.initializer[draw(st.integers(0, len(graph.initializer) - 1))]
            kernel.dims[:] = draw(st.lists(often, max_size=5))
        elif kind == 4:
            sizes = graph.input[draw(st.integers(0, len(graph.input) - 1))].type.tensor_type.shape
            for each in sizes.dim:
                each.dim_value = draw(often)
        elif kind == 5:
            graph.node.append(node)
        elif len(graph.node) > 1:
            del graph.node[place]
    content: bytes = model.SerializeToString()
    return content


@st.composite
def onnx_files(draw: Any) -> bytes:
    """A graph of nodes that may fit together, as the bytes of a file."""
    import onnx

    helper: Any = onnx.helper
    names = st.sampled_from(["x", "a", "b", "c", "w", "v", "s", ""])
    sizes = st.one_of(st.integers(0, 5), st.sampled_from([-1, 2**40, 2**62, "N"]))
    values: Any = st.one_of(NUMBERS.filter(lambda n: abs(n) < 2**63), st.just(1.5), st.just("SAME"))
    attributes = st.dictionaries(
        st.sampled_from(["axis", "axes", "kernel_shape", "pads", "strides", "group", "perm", "mode",
                         "auto_pad", "blocksize", "split", "keepdims", "dilations", "to"]),
        st.one_of(values, st.lists(st.integers(-2, 5), min_size=1, max_size=5)),
        max_size=3,
    )  # fmt: skip
    operators = st.sampled_from([*MAKERS, *WINDOWS, "Split", "Constant", "ConstantOfShape", "Foo"])
    chain, nodes = draw(st.booleans()), []
    for number in range(draw(st.integers(0, 5))):
        inputs, outputs = draw(st.lists(names, max_size=4)), draw(st.lists(names, max_size=2))
        if chain:  # each reads the one before
            inputs = [f"t{number}" if number else "x", *draw(st.lists(st.sampled_from("wvsx")))]
            outputs = [f"t{number + 1}"]
        nodes.append(helper.make_node(draw(operators), inputs, outputs, **draw(attributes)))
    tensors = []
    for name in draw(st.lists(st.sampled_from(["w", "v", "s"]), max_size=3)):
        tensor = onnx.TensorProto(name=name, data_type=draw(st.sampled_from([1, 7, 10])))
        tensor.dims.extend(draw(st.lists(sizes.filter(lambda n: n != "N"), max_size=4)))
        tensor.int64_data.extend(draw(st.lists(st.integers(-2, 5), max_size=4)))
        tensor.raw_data = draw(st.binary(max_size=32))
        tensors.append(tensor)
    shape = draw(st.lists(sizes, max_size=5))
    inputs = [helper.make_tensor_value_info("x", 1, shape)][: draw(st.integers(0, 5))]
    model = helper.make_model(helper.make_graph(nodes, "g", inputs, [], tensors))
    model.opset_import[0].version = draw(st.sampled_from([1, 9, 11, 13, 18, 22, 99, -1]))
    content: bytes = model.SerializeToString()
    return content


@st.composite
def broken(draw: Any, files: Any) -> bytes:
    """A file that is cut off, or has other bytes somewhere."""
    content: bytes = draw(files)
    start = draw(st.integers(0, len(content)))
    end = draw(st.integers(start, min(len(content), start + 8)))
    piece: bytes = draw(st.binary(max_size=8))
    return content[:start] + piece + content[end:]


def answers(content: str | bytes) -> None:
    """Ask everything of a network, as the command does."""
    graph = read_network(content)
    sizes: list[tuple[int, ...] | None] = [None, (3, 16, 16), (1, 9), (2, 10**30), (1, 4, 4, 4)]
    for size in sizes:
        with suppress(ConvcalcError):
            run = trace(graph, graph.input_shape(size))
            answer = page(NetworkReport(run, run.trouble()))
            assert answer.blocks
            for name in FORMATS if len(run.rows) < 100 else ():
                shown = import_module(f"convcalc.renderers.{name}").render(answer, ascii_only=False)
                assert shown
                assert name != "json" or json.loads(shown)["rows"] == answer.data["rows"]
            if run.failure is None and len(run.rows) < 1000:
                assert paint(run)
            with suppress(ConvcalcError):
                run.sees((0,))
            with suppress(ConvcalcError):
                run.reaches((0,))
            run.legal_sizes((1, 40))


def soon(asked: Callable[[Any], None], seconds: float = SECONDS) -> Callable[[Any], None]:
    """The same, and the time that it takes."""

    def check(content: Any) -> None:
        start = time.process_time()
        asked(content)
        taken = time.process_time() - start
        assert taken < seconds, f"{taken:.1f} s"

    return check


def network(content: str | bytes) -> None:
    """Nothing but ConvcalcError comes out."""
    with suppress(ConvcalcError):
        answers(content)


check = soon(network, SECONDS * 5)  # five sizes


def layers(text: str) -> None:
    """Ask of a layer's text what the commands ask."""
    with suppress(ConvcalcError):
        layer = read(text)
        for size in ((8,), (9, 9), (7, 8, 9), (10**30, 10**30)):
            with suppress(ConvcalcError):
                assert min(output_shape(layer, size)) >= 0
        for target in TARGETS:
            with suppress(ConvcalcError):
                ast.parse(port(layer, target, 9).code)


def errors(text: str) -> None:
    """Ask what a message means."""
    with suppress(ConvcalcError):
        found = explain(text)
        assert found.cause
        assert found.recognised or not found.repairs


SUBJECTS: dict[str, tuple[st.SearchStrategy[Any], Callable[[Any], None]]] = {
    "programs": (PROGRAMS, check),
    "printed models": (printed(), check),
    "texts": (st.text(max_size=200), check),
    "samples, mutated": (mutated(st.sampled_from(SAMPLES)), check),
    "samples, spliced": (spliced(st.sampled_from(SAMPLES)), check),
    "samples with other numbers": (numbered(st.sampled_from(SAMPLES)), check),
    "programs, mutated": (mutated(PROGRAMS), check),
    "printed models, mutated": (mutated(printed()), check),
    "bytes": (st.binary(max_size=200), check),
    "layers, mutated": (mutated(st.sampled_from(CALLS)), soon(layers)),
    "layers with other arguments": (recast(st.sampled_from(CALLS)), soon(layers)),
    "layers, spliced": (spliced(st.sampled_from(CALLS), r"[(,=)]"), soon(layers)),
    "layers with other numbers": (numbered(st.sampled_from(CALLS)), soon(layers)),
    "errors, mutated": (mutated(st.sampled_from(MESSAGES)), soon(errors)),
    "errors with other numbers": (numbered(st.sampled_from(MESSAGES)), soon(errors)),
    "errors, spliced": (spliced(st.sampled_from(MESSAGES), r"\W"), soon(errors)),
    "onnx files": (onnx_files(), check),
    "onnx files, broken": (broken(onnx_files()), check),
    "onnx networks, changed": (changed_networks(), check),
}


def fuzz(subject: str, examples: int) -> None:
    """Check a number of examples of one subject."""
    strategy, must_hold = SUBJECTS[subject]
    # What takes too long to draw is no fault of the readers.
    run = settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    run(given(strategy)(must_hold))()
