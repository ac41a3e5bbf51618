"""ONNX files: the light networks and operator cases of the onnx package, and files that lie."""

import importlib
import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from convcalc import ConvcalcError, network
from convcalc.graph.trace import Run
from convcalc.readers.networks import read_network

from .conftest import Convcalc, Work

onnx: Any = pytest.importorskip("onnx")
LIGHT = Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"
NETWORKS = sorted(path.name for path in LIGHT.glob("light_*.onnx"))

# Parameters of the published networks and MACs of all layers, batch 1.
COSTS = {
    "light_resnet50.onnx": (25_557_032, 4_089_184_256),
    "light_vgg19.onnx": (143_667_240, 19_632_062_464),
    "light_bvlc_alexnet.onnx": (60_965_224, 654_560_384),
    "light_squeezenet.onnx": (1_235_496, 349_151_936),
}
# The receptive field of the last convolution or pool. Araujo, Norris & Sim: AlexNet 195 at pool5.
# VGG-19 is VGG-16 (212) and three convolutions more, with jumps 4, 8 and 16: 2*4+2*8+2*16.
FIELDS = {
    "light_bvlc_alexnet.onnx": ("maxpool", 195),
    "light_vgg19.onnx": ("maxpool", 212 + 2 * 4 + 2 * 8 + 2 * 16),
    # Strides on the 3x3 convolutions: the stem, then blocks of one 3x3, the first at the old jump.
    "light_resnet50.onnx": (
        "conv",
        7 + 2 * 2 + 3 * 2 * 4 + 2 * (4 + 3 * 8) + 2 * (8 + 5 * 16) + 2 * (16 + 2 * 32),
    ),
}


def traced(name: str) -> Run:
    return network(LIGHT / name)


def test_nine_networks_are_there() -> None:
    assert len(NETWORKS) == 9


@pytest.mark.parametrize("name", NETWORKS)
def test_every_tensors_shape_is_that_of_shape_inference(name: str) -> None:
    run = traced(name)
    inferred = onnx.shape_inference.infer_shapes(onnx.load(LIGHT / name)).graph
    values = [*inferred.value_info, *inferred.output]
    assert len(values) > 30
    for value in values:
        shape = tuple(dim.dim_value for dim in value.type.tensor_type.shape.dim)
        assert run.shape_of(value.name) == shape, value.name


@pytest.mark.parametrize("name", NETWORKS)
def test_convolutions_cost_what_their_weights_say(name: str) -> None:
    run = traced(name)
    rows = {row.name: row for row in run.rows}
    shapes = run.graph.constants
    model = onnx.load(LIGHT / name)
    for node in model.graph.node:
        if node.op_type != "Conv":
            continue
        row, weight = rows[node.output[0]], shapes[node.input[1]]
        cells = weight[0] * weight[1] * weight[2] * weight[3]
        bias = weight[0] if len(node.input) > 2 else 0
        assert row.parameters == cells + bias
        assert row.macs == cells * row.output[1] * row.output[2]


@pytest.mark.parametrize("name", COSTS)
def test_published_costs(name: str) -> None:
    run = traced(name)
    assert (run.parameters, run.macs) == COSTS[name]


@pytest.mark.parametrize("name", FIELDS)
def test_published_receptive_fields(name: str) -> None:
    op, size = FIELDS[name]
    last = [row for row in traced(name).rows if row.op == op][-1]
    assert last.receptive_field == (size, size)


def operator_cases(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The cases of five operators; importing their modules makes them, and nothing else."""
    package = importlib.import_module("onnx.backend.test.case.node")
    # Making a case runs ONNX's own pool on it, which first settles the shape, then loops over every
    # cell in Python: seconds for values that no one looks at here.
    pools = importlib.import_module("onnx.reference.ops.op_pool_common")
    monkeypatch.setattr(pools, "itertools", SimpleNamespace(product=lambda *_: ()), raising=False)
    for name in ("conv", "convtranspose", "maxpool", "averagepool", "lppool"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            importlib.import_module(f"onnx.backend.test.case.node.{name}")
    wanted = ("Conv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool")
    return [
        case
        for case in package._NodeTestCases
        if len(case.model.graph.node) == 1 and case.model.graph.node[0].op_type in wanted
    ]


def test_the_operators_own_cases_give_their_shapes(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = operator_cases(monkeypatch)
    assert len(cases) >= 60
    wrong: list[tuple[str, object, object]] = []
    for case in cases:
        expected = case.data_sets[0][1][0].shape
        try:
            run = network(case.model.SerializeToString())
        except ConvcalcError as error:
            wrong.append((case.name, expected, str(error)))
            continue
        if (
            run.tensors[-1].shape != expected
            and run.shape_of(case.model.graph.output[0].name) != expected
        ):
            wrong.append((case.name, expected, run.tensors[-1].shape))
    assert wrong == []


def node(op: str, inputs: list[str], outputs: list[str], **attributes: Any) -> Any:
    return onnx.helper.make_node(op, inputs, outputs, **attributes)


def model(nodes: list[Any], shape: list[Any], *weights: tuple[str, list[int]]) -> bytes:
    x = onnx.helper.make_tensor_value_info("x", 1, shape)
    y = onnx.helper.make_tensor_value_info("y", 1, None)
    tensors = []
    for name, dims in weights:
        tensor = onnx.TensorProto(name=name, data_type=1)
        tensor.dims.extend(dims)
        tensors.append(tensor)
    graph = onnx.helper.make_graph(nodes, "g", [x], [y], tensors)
    content: bytes = onnx.helper.make_model(graph).SerializeToString()
    return content


CONV_OF_Y = model([node("Relu", ["x"], ["yy"]), node("Relu", ["yy"], ["y"])], [1, 3, 9, 9])
CONV = [node("Conv", ["x", "w"], ["y"])]


def test_sizes_come_from_dims_alone() -> None:
    run = network(model(CONV, [1, 3, 9, 9], ("w", [8, 3, 3, 3])))
    assert run.output == (8, 7, 7)
    assert run.rows[0].parameters == 8 * 3 * 9


def test_a_claim_of_terabytes_in_a_tiny_file_costs_nothing() -> None:
    content = model(CONV, [1, 2**20, 9, 9], ("w", [2**20, 2**20, 3, 3]))
    assert len(content) < 300
    assert network(content).output == (2**20, 7, 7)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (model(CONV, [1, 3, 9, 9], ("w", [8, 3, 3, 3]))[:-20], "truncated"),
        (b"\x08\x07" + b"\xff" * 50, "truncated"),
        (b"\x08\x07", "no node"),
        (model(CONV, [1, 3, 9, 9], ("w", [8, 3, -3, 3])), "claims"),
        (model(CONV, [1, 3, 9, 9], ("w", [8, 3, 2**60, 3])), "claims"),
        (model(CONV, [1, 3, 9, 9]), "'w', which nothing in the file makes"),
        (model([node("Foo", ["x"], ["y"])], [1, 3, 9, 9]), "declare it: identity Foo"),
        (model([node("Conv", ["x"], ["y"])], [1, 3, 9, 9]), "weight"),
        (
            model([node("Add", ["x", "b"], ["a"]), node("Relu", ["a"], ["b"])], [1, 3, 9, 9]),
            "cycle",
        ),
        (
            model([node("Relu", ["x"], ["y"]), node("Relu", ["x"], ["y"])], [1, 3, 9, 9]),
            "second time",
        ),
        (model([node("Conv", [], ["y"])], [1, 3, 9, 9]), "weight"),
        (model([node("Flatten", [], ["y"])], [1, 3, 9, 9]), "takes 1 input, got 0"),
        (CONV_OF_Y.replace(b"yy", b"\xff\xff"), "no text"),
        (model([node("Relu", ["x", "x"], ["y"])], [1, 3, 9, 9]), ""),
        (model(CONV, [1, 4, 9, 9], ("w", [8, 3, 3, 3])), "expected an input of 3 channels, got 4"),
        (model(CONV, [1, 3, 2, 9], ("w", [8, 3, 3, 3])), "larger than the padded input"),
        (
            model([node("Reshape", ["x", "s"], ["y"])], [1, 3, 9, 9], ("s", [2])),
            "worked out while the network runs",
        ),
    ],
    ids=range(17),
)
def test_files_that_lie_are_refused(content: bytes, words: str) -> None:
    if not words:
        network(content)
        return
    with pytest.raises(ConvcalcError) as caught:
        network(content)
    assert words in str(caught.value)


def test_symbolic_dimensions_are_asked_for_by_name() -> None:
    content = model(CONV, ["batch", 3, "height", "height"], ("w", [8, 3, 3, 3]))
    with pytest.raises(ConvcalcError, match="batch and height and height"):
        network(content)
    run = network(content, dims={"batch": 2, "height": 9})
    assert run.output == (8, 7, 7)
    assert run.macs == 2 * 8 * 3 * 9 * 49
    assert network(content, (3, 5, 6)).output == (8, 3, 4)
    assert network(content, (5, 6)).output == (8, 3, 4)
    with pytest.raises(ConvcalcError, match="did you mean height"):
        network(content, dims={"batch": 2, "heigth": 9})


def test_identity_declares_an_operator() -> None:
    content = model([node("Foo", ["x"], ["y"], domain="")], [1, 3, 9, 9])
    assert network(content, identity=["Foo"]).output == (3, 9, 9)


def test_more_operators_than_the_nine_networks_use() -> None:
    pads = onnx.helper.make_tensor("pads", 7, [8], [0, 0, 1, 2, 0, 0, 3, 4])
    scales = onnx.helper.make_tensor("scales", 1, [4], [1.0, 1.0, 2.0, 2.0])
    nodes = [
        node("Constant", [], ["pads"], value=pads),
        node("Constant", [], ["scales"], value=scales),
        node("Pad", ["x", "pads"], ["a"]),
        node("Resize", ["a", "", "scales"], ["b"], mode="linear"),
        node("Split", ["b"], ["c", "d"], axis=1),
        node("Concat", ["c", "d"], ["e"], axis=1),
        node("DepthToSpace", ["e"], ["f"], blocksize=2),
        node("ReduceMean", ["f"], ["g"], axes=[2, 3], keepdims=0),
        node("Clip", ["g"], ["y"]),
    ]
    run = network(model(nodes, [1, 8, 4, 4]))
    shapes = [run.shape_of(name) for name in "abcdefgy"]
    assert shapes == [
        (1, 8, 8, 10), (1, 8, 16, 20), (1, 4, 16, 20), (1, 4, 16, 20), (1, 8, 16, 20),
        (1, 2, 32, 40), (1, 2), (1, 2),
    ]  # fmt: skip


def test_what_is_trained_is_counted_once() -> None:
    """nn.Linear on tokens is exported as MatMul and Add; LayerNorm, PReLU and attention follow."""
    nodes = [
        node("MatMul", ["x", "w"], ["a"]),
        node("Add", ["bias", "a"], ["b"]),
        node("LayerNormalization", ["b", "scale", "shift"], ["c"]),
        node("PRelu", ["c", "slope"], ["d"]),
        node("MatMul", ["d", "square"], ["e"]),
        node("MatMul", ["e", "square"], ["f"]),
        node("Div", ["f", "one"], ["y"]),
    ]
    weights: list[tuple[str, list[int]]] = [
        ("w", [6, 8]), ("bias", [8]), ("scale", [8]), ("shift", [8]), ("slope", [8]),
        ("square", [8, 8]), ("one", [1]),
    ]  # fmt: skip
    run = network(model(nodes, [1, 5, 6], *weights))
    assert run.output == (5, 8)
    assert [row.parameters for row in run.rows] == [48, 8, 16, 8, 64, 0, 0]
    assert any("f: the weights are those of an earlier layer" in note for note in run.notes)


def test_a_matrix_product_stretches_what_stands_before_its_rows() -> None:
    product = [node("MatMul", ["x", "w"], ["y"])]
    assert network(model(product, [1, 4, 5, 6], ("w", [3, 4, 6, 2]))).shape_of("y") == (3, 4, 5, 2)
    with pytest.raises(ConvcalcError, match="sizes do not fit: 4 against 3"):
        network(model(product, [1, 4, 5, 6], ("w", [3, 6, 2])))


def test_nodes_in_any_order_take_no_longer() -> None:
    count = 2_000
    nodes = [node("Relu", [f"t{n}" if n else "x"], [f"t{n + 1}"]) for n in range(count)]
    content = model(nodes[::-1], [1, 3, 9])
    with Work(200 * count):
        graph = read_network(content)
    assert [each.name for each in graph.nodes[:2]] == ["x", "t1"]
    assert len(graph.nodes) == count + 1


def test_an_open_batch_is_one_and_says_so() -> None:
    content = model(CONV, ["N", 3, "height", "height"], ("w", [8, 3, 3, 3]))
    run = network(content, (9, 9))
    assert run.macs == 8 * 3 * 9 * 49
    assert any("the batch, N, is open" in note for note in run.notes)
    assert network(content, (9, 9), dims={"N": 4}).macs == 4 * run.macs


def test_the_command_reads_a_file(convcalc: Convcalc) -> None:
    ran = convcalc("net", str(LIGHT / "light_resnet50.onnx"), "-q")
    assert (ran.status, ran.out) == (0, "1000\n")
    shown = convcalc("net", str(LIGHT / "light_squeezenet.onnx"), "-f", "text")
    assert "1,235,496 parameters" in shown.out
    ran = convcalc("net", str(LIGHT / "light_vgg19.onnx"), "--sizes", "1..512", "-q")
    assert ran.out == "224 <= n <= 255\n"


def test_without_onnx_the_message_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "onnx", None)
    with pytest.raises(ConvcalcError, match=r"pip install 'convcalc\[onnx\]'"):
        network(model(CONV, [1, 3, 9, 9]))


SHAPES_WORKED_OUT = [
    [
        ("Shape", ["x"], "s"), ("Gather", ["s", "zero"], "n"), ("Gather", ["s", "three"], "w"),
        ("Concat", ["n", "rest", "w"], "to"), ("Reshape", ["x", "to"], "y"),
    ],
    [("GlobalAveragePool", ["x"], "p"), ("Shape", ["x"], "s"), ("Expand", ["p", "s"], "y")],
    [("GlobalAveragePool", ["x"], "p"), ("Expand", ["p", "size"], "y")],
]  # fmt: skip


@pytest.mark.parametrize("nodes", SHAPES_WORKED_OUT, ids=["reshape", "like", "expand"])
def test_shapes_that_the_file_works_out_are_followed(nodes: list[Any]) -> None:
    import numpy as np
    from onnx import TensorProto, helper, numpy_helper, reference

    weights = {"zero": [0], "three": [3], "rest": [-1], "size": [1, 1, 6, 1]}
    graph = helper.make_graph(
        [
            node(op, inputs, [output], **({"axis": 0} if op == "Concat" else {}))
            for op, inputs, output in nodes
        ],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 3, "h", "w"])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.array(value), name) for name, value in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    ran: Any = reference.ReferenceEvaluator(model).run(
        None, {"x": np.zeros((1, 3, 4, 5), np.float32)}
    )
    assert network(model.SerializeToString(), (3, 4, 5)).output == ran[0].shape[1:]
