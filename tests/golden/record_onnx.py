"""ONNX's answers as onnxruntime gives them: sizes (onnx.jsonl) and values (onnx-values.jsonl).

Law: what stands in these files came out of onnxruntime, from the very node that stands beside it.
`inferred` is what onnx's own shape inference says, written only where it says something else
("error": it refuses; []: it does not know).
Rerun with onnx and onnxruntime installed: `python tests/golden/record_onnx.py`
"""

import math
import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import onnx
import onnxruntime
from recording import Row, given, grid, integers, outcome, plain, spell, weights, write

VERSIONS = {"onnx": onnx.__version__, "onnxruntime": onnxruntime.__version__}
PLAIN: Row = {
    "strides": None,
    "dilations": None,
    "group": 1,
    "pads": None,
    "auto_pad": None,
    "ceil_mode": 0,
}
PLAIN |= {"output_padding": None, "output_shape": None, "count_include_pad": 0, "storage_order": 0}
OPSET = 22


def main() -> None:
    """Record the two files."""
    onnxruntime.set_default_logger_severity(4)
    write("onnx.jsonl", "onnx", VERSIONS, size_rows())
    write(
        "onnx-values.jsonl",
        "onnx",
        VERSIONS,
        value_rows(),
        layout="x N,C,spatial; w as the node's second input",
    )


def node_text(op: str, **attributes: Any) -> str:
    """The line that makes the node; attributes that are None are not written."""
    names = ["x", "w"] if op.startswith("Conv") else ["x"]
    return spell(
        "onnx.helper.make_node",
        op,
        names,
        ["y"],
        **{k: v for k, v in attributes.items() if v is not None},
    )


def model_of(call: str, shape: list[int], w: Any, opset: int) -> onnx.ModelProto:
    """A model of this one node."""
    node = eval(call, {"onnx": onnx})
    inputs = [onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, shape)]
    constants = [] if w is None else [onnx.numpy_helper.from_array(np.array(w, "float32"), "w")]
    result = onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, None)
    graph = onnx.helper.make_graph([node], "one", inputs, [result], constants)
    imports = [onnx.helper.make_opsetid("", opset)]
    return onnx.helper.make_model(
        graph, opset_imports=imports, ir_version=onnx.helper.find_min_ir_version_for(imports)
    )


def run(model: onnx.ModelProto, x: Any) -> Any:
    """What onnxruntime gives, with one thread and no rewriting of the graph."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    return session.run(None, {"x": np.array(x, "float32")})[0]


def inferred(model: onnx.ModelProto) -> list[int] | str:
    """The spatial sizes by onnx's shape inference, [] where it does not know, "error" where it
    refuses.
    """
    try:
        known = (
            onnx.shape_inference.infer_shapes(model, strict_mode=True)
            .graph.output[0]
            .type.tensor_type
        )
    except Exception:
        return "error"
    return [size.dim_value for size in known.shape.dim][2:]


def sized(
    call: str, sizes: list[int], opset: int = OPSET, kernel: list[int] | None = None, group: int = 1
) -> Row:
    """A row of the table of sizes; `kernel` is the shape of w where the node does not say it."""
    row: Row = {
        "call": call,
        "opset": opset,
        **given({"kernel": None}, kernel=kernel),
        "input": sizes,
    }
    shape = kernel or kernel_of(call)
    w = (
        np.zeros(((2, 4 // group) if "ConvTranspose" in call else (4, 2 // group)) + tuple(shape))
        if "Conv" in call
        else None
    )
    model = model_of(call, [1, 2, *sizes], w, opset)
    row |= outcome(lambda: run(model, np.zeros((1, 2, *sizes))).shape[2:])
    other = inferred(model)
    return row if other == row.get("output", "error") else row | {"inferred": other}


def kernel_of(call: str) -> list[int]:
    """The kernel that the text of a node says."""
    words = call.partition("kernel_shape=[")[2].partition("]")[0]
    return [abs(int(word)) for word in words.split(",")] if words else []


# Sizes -------------------------------------------------------------------------------------------

PADS: list[Row] = [{}, {"pads": [1, 1]}, {"pads": [0, 1]}, {"pads": [2, 0]}]
NAMES: list[Row] = [{"auto_pad": name} for name in ("VALID", "SAME_UPPER", "SAME_LOWER")]


def size_rows() -> Iterator[Row]:
    """Every small corner of one axis, what onnxruntime refuses, then random nodes of two and
    three axes.
    """
    for v in grid(k=(1, 2, 3, 4), s=(1, 2, 3), d=(1, 2), pad=PADS + NAMES, n=(1, 6)):
        yield sized(
            node_text("Conv", kernel_shape=[v["k"]], **axis_words(v), **v["pad"]), [v["n"]], 11
        )
    for v in grid(
        k=(1, 2, 3, 4), s=(1, 2, 3), d=(1, 2), a=(None, 1, 2), pad=PADS[:3] + NAMES, n=(1, 4)
    ):
        words = axis_words(v) | v["pad"] | {"output_padding": v["a"] and [v["a"]]}
        yield sized(node_text("ConvTranspose", kernel_shape=[v["k"]], **words), [v["n"]], 11)
    for v in grid(
        k=(1, 2, 3, 4), s=(1, 2, 3), auto=(None, "SAME_UPPER", "SAME_LOWER"), extra=range(-3, 3)
    ):
        size = 2 * v["s"] + v["k"] + v["extra"]
        words = given(PLAIN, strides=[v["s"]], auto_pad=v["auto"], output_shape=[size])
        yield sized(node_text("ConvTranspose", kernel_shape=[v["k"]], **words), [3], 11)
    for v in grid(
        opset=(1, 8, 11, 22),
        auto=("NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"),
        size=([5], [6], [7]),
    ):
        words = {
            "strides": [2],
            "auto_pad": v["auto"],
            "output_shape": v["size"],
            "pads": [1, 0] if v["auto"] == "NOTSET" else None,
        }
        yield sized(node_text("ConvTranspose", kernel_shape=[3], **words), [3], v["opset"])
        yield sized(
            node_text("ConvTranspose", kernel_shape=[3], **words, output_padding=[1]),
            [3],
            v["opset"],
        )
    for v in grid(
        kind=("Max", "Average"),
        k=(1, 2, 3, 4),
        s=(None, 2, 3),
        ceil=(0, 1),
        pad=PADS[:3] + NAMES,
        n=(2, 5),
    ):
        words = given(PLAIN, strides=v["s"] and [v["s"]], ceil_mode=v["ceil"]) | v["pad"]
        yield sized(node_text(f"{v['kind']}Pool", kernel_shape=[v["k"]], **words), [v["n"]])
    for n, k, s, p in (
        (5, 2, 2, 1),
        (9, 4, 4, 2),
        (2, 3, 3, 1),
        (6, 3, 2, 1),
        (7, 3, 4, 1),
        (112, 3, 2, 0),
        (3, 2, 5, 1),
        (1, 2, 2, 1),
    ):
        for name, opsets in (
            ("MaxPool", (10, 11, 12, 22)),
            ("AveragePool", (10, 11, 19, 22)),
            ("LpPool", (18, 22)),
        ):
            for opset in opsets:
                yield sized(
                    node_text(name, kernel_shape=[k], strides=[s], pads=[p, p], ceil_mode=1),
                    [n],
                    opset,
                )
    for v in grid(k=(2, 3), d=(2, 3), s=(1, 2), pad=({}, {"pads": [1, 1]}, *NAMES), ceil=(0, 1)):
        words = given(PLAIN, strides=[v["s"]], dilations=[v["d"]], ceil_mode=v["ceil"]) | v["pad"]
        for name in ("MaxPool", "AveragePool", "LpPool"):
            yield sized(node_text(name, kernel_shape=[v["k"]], **words), [8])
    yield from refused_rows()
    rng = random.Random(21)
    for axes, count in ((1, 60), (2, 420), (3, 200)):
        for _ in range(count):
            yield random_node(rng, axes)


def axis_words(v: Row) -> Row:
    """Stride and dilation of one axis, where they are not 1."""
    return given({"strides": [1], "dilations": [1]}, strides=[v["s"]], dilations=[v["d"]])


def refused_rows() -> Iterator[Row]:
    """Values that no node takes, and a few that one could expect it not to take."""
    for op in ("Conv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool"):
        for bad in (0, -1):
            for word in ("strides", "dilations"):
                if not (op != "MaxPool" and "Pool" in op and word == "dilations"):
                    yield sized(node_text(op, kernel_shape=[3], **{word: [bad]}), [5])
            yield sized(node_text(op, kernel_shape=[3], pads=[bad, bad]), [5])
            yield sized(node_text(op, kernel_shape=[3], pads=[0, bad]), [5])
        for pads in ([3, 3], [2, 2], [4, 0], [1], [1, 1, 1, 1], [-2, -2]):
            yield sized(node_text(op, kernel_shape=[3], pads=pads), [5])
        for n in (1, 2):
            yield sized(node_text(op, kernel_shape=[3]), [n])
            yield sized(
                node_text(
                    op, kernel_shape=[3], dilations=[2] if op in ("Conv", "MaxPool") else None
                ),
                [n + 2],
            )
        yield sized(node_text(op, kernel_shape=[3], pads=[1, 1], auto_pad="SAME_UPPER"), [5])
        yield sized(node_text(op, kernel_shape=[3], pads=[1, 1], auto_pad="VALID"), [5])
        yield sized(node_text(op, kernel_shape=[3], auto_pad="SAME"), [5])
        yield sized(node_text(op, kernel_shape=[3, 3], strides=[2]), [5, 5])
    for a in ([2], [3], [-1], [0]):
        yield sized(
            node_text("ConvTranspose", kernel_shape=[3], strides=[2], output_padding=a), [4]
        )
        yield sized(
            node_text("ConvTranspose", kernel_shape=[3], dilations=[2], output_padding=a), [4]
        )
    for group in (2, 3):
        yield sized(
            node_text("Conv", kernel_shape=[3], group=group), [5], group=group if group == 2 else 1
        )
        yield sized(
            node_text("ConvTranspose", kernel_shape=[3], group=group),
            [5],
            group=group if group == 2 else 1,
        )
    for kernel in ([3], [2, 3], [1, 2, 3]):
        yield sized(node_text("Conv"), [6, 7, 8][: len(kernel)], kernel=kernel)
        yield sized(node_text("ConvTranspose"), [6, 7, 8][: len(kernel)], kernel=kernel)
        yield sized(
            node_text("Conv", auto_pad="SAME_LOWER"), [6, 7, 8][: len(kernel)], kernel=kernel
        )


def random_node(rng: random.Random, axes: int) -> Row:
    """A random node with values of its own on every axis."""

    def each(low: int, high: int) -> list[int]:
        return [rng.randint(low, high) for _ in range(axes)]

    op = rng.choice(("Conv", "Conv", "ConvTranspose", "ConvTranspose", "MaxPool", "AveragePool"))
    sizes = each(1, (40, 24, 9)[axes - 1])
    words: Row = {"kernel_shape": each(1, 5), "strides": rng.choice((None, each(1, 4))), "group": 1}
    if op in ("Conv", "ConvTranspose", "MaxPool"):
        words["dilations"] = rng.choice((None, each(1, 3)))
    padding = rng.choice(("pads", "pads", "pads", "VALID", "SAME_UPPER", "SAME_LOWER"))
    words |= {"pads": each(0, 2) + each(0, 2)} if padding == "pads" else {"auto_pad": padding}
    match op:
        case "Conv":
            words["group"] = rng.choice((1, 1, 2))
        case "ConvTranspose":
            words["group"] = rng.choice((1, 1, 2))
            words["output_padding"] = rng.choice((None, None, each(0, 1)))
            if rng.random() < 0.2:
                least = zip(sizes, words["strides"] or [1] * axes, strict=True)
                words["output_shape"] = [(n - 1) * s + 1 + rng.randint(0, 3) for n, s in least]
        case "AveragePool":
            words |= {"ceil_mode": rng.randint(0, 1), "count_include_pad": rng.randint(0, 1)}
        case _:
            words["ceil_mode"] = rng.randint(0, 1)
    return sized(node_text(op, **given(PLAIN, **words)), sizes, group=words["group"])


# Values ------------------------------------------------------------------------------------------


def value_rows() -> Iterator[Row]:
    """Small integer arrays through nodes: which cell goes where, not only how many."""
    rng = random.Random(22)
    for v in grid(k=(1, 2, 3, 4), s=(1, 2), d=(1, 2), pad=PADS[2:] + NAMES, n=(6,)):
        yield from valued(
            rng, node_text("Conv", kernel_shape=[v["k"]], **axis_words(v), **v["pad"]), [6], (1, 1)
        )
    for v in grid(k=(1, 2, 3, 4), s=(1, 2, 3), a=(None, 1), pad=PADS[2:] + NAMES[1:], d=(1,)):
        words = axis_words(v) | v["pad"] | {"output_padding": v["a"] and [v["a"]]}
        yield from valued(
            rng, node_text("ConvTranspose", kernel_shape=[v["k"]], **words), [3], (1, 1)
        )
    for v in grid(k=(2, 3), s=(1, 2), pad=PADS[2:] + NAMES[1:], a=(None, 1), d=(2, 3)):
        words = axis_words(v) | v["pad"] | {"output_padding": v["a"] and [v["a"]]}
        yield from valued(
            rng, node_text("ConvTranspose", kernel_shape=[v["k"]], **words), [3], (1, 1)
        )
    for v in grid(
        opset=(1, 22), k=(2, 3, 4), auto=(None, "SAME_UPPER", "SAME_LOWER"), size=(4, 5, 6, 7, 8)
    ):
        words = given(PLAIN, strides=[2], auto_pad=v["auto"], output_shape=[v["size"]])
        yield from valued(
            rng, node_text("ConvTranspose", kernel_shape=[v["k"]], **words), [3], (1, 1), v["opset"]
        )
    for v in grid(s=(2, 3), a=(None, 1), pad=(None, [1, 1], [2, 0]), size=(6, 7, 8)):
        words = {
            "strides": [v["s"]],
            "pads": v["pad"],
            "output_padding": v["a"] and [v["a"]],
            "output_shape": [v["size"]],
        }
        yield from valued(rng, node_text("ConvTranspose", kernel_shape=[3], **words), [3], (1, 1))
    for v in grid(k=(2, 3, 4), s=(None, 2, 3), ceil=(0, 1), pad=PADS[2:] + NAMES[1:]):
        words = given(PLAIN, strides=v["s"] and [v["s"]], ceil_mode=v["ceil"]) | v["pad"]
        yield from valued(rng, node_text("MaxPool", kernel_shape=[v["k"]], **words), [7], (1, 1))
        count = rng.choice((0, 1))
        call = node_text(
            "AveragePool", kernel_shape=[v["k"]], **words, **given(PLAIN, count_include_pad=count)
        )
        yield from valued(rng, call, [7], (1, 1))
    for v in grid(
        name=("MaxPool", "AveragePool"), k=(2, 3), d=(2, 3), ceil=(0, 1), pad=(PADS[1], *NAMES[1:])
    ):
        words = (
            {"strides": [2], "dilations": [v["d"]]} | given(PLAIN, ceil_mode=v["ceil"]) | v["pad"]
        )
        yield from valued(rng, node_text(v["name"], kernel_shape=[v["k"]], **words), [8], (1, 1))
    for v in grid(ends=((2, 2, 1), (2, 4, 2), (4, 4, 4), (3, 6, 3), (4, 2, 2)), s=(1, 2)):
        fan_in, fan_out, group = v["ends"]
        words = given(PLAIN, strides=[v["s"]], group=group, pads=[1, 1])
        yield from valued(
            rng, node_text("Conv", kernel_shape=[3], **words), [4], (fan_out, fan_in // group)
        )
        yield from valued(
            rng,
            node_text("ConvTranspose", kernel_shape=[3], **words),
            [3],
            (fan_in, fan_out // group),
        )
    for v in grid(
        k=([2, 3], [3, 2]),
        s=([1, 2], [2, 2]),
        pad=({"pads": [0, 1, 1, 0]}, *NAMES[1:]),
        d=(None, [1, 2]),
    ):
        words = {"strides": v["s"], "dilations": v["d"]} | v["pad"]
        yield from valued(rng, node_text("Conv", kernel_shape=v["k"], **words), [4, 5], (2, 1))
        yield from valued(
            rng, node_text("ConvTranspose", kernel_shape=v["k"], **words), [2, 3], (1, 2)
        )
        if v["d"] is None:
            yield from valued(
                rng, node_text("MaxPool", kernel_shape=v["k"], **words), [4, 5], (1, 1)
            )
            yield from valued(
                rng, node_text("AveragePool", kernel_shape=v["k"], **words), [4, 5], (1, 1)
            )
    for pad in ({"pads": [0, 0, 1, 1, 0, 0]}, *NAMES[1:]):
        yield from valued(
            rng,
            node_text("Conv", kernel_shape=[2, 1, 2], strides=[1, 2, 1], **pad),
            [3, 2, 3],
            (1, 1),
        )
        yield from valued(
            rng,
            node_text("ConvTranspose", kernel_shape=[2, 1, 2], strides=[1, 2, 2], **pad),
            [2, 2, 2],
            (1, 1),
        )


def valued(
    rng: random.Random, call: str, sizes: list[int], ends: tuple[int, int], opset: int = OPSET
) -> Iterator[Row]:
    """A row of the table of values (`ends`: the first two sizes of w), or nothing when
    onnxruntime refuses the node.
    """
    group = int(call.partition("group=")[2].partition(")")[0].partition(",")[0] or 1)
    channels = 1 if "Pool" in call else ends[0] if "Transpose" in call else ends[1] * group
    scale = (
        math.lcm(*(math.prod(kernel_of(call)[: i + 1]) for i in range(len(sizes))), 12)
        if "Average" in call
        else 1
    )
    row: Row = {"call": call, "opset": opset, "x": integers(rng, (1, channels, *sizes), scale)}
    if "Conv" in call:
        row["w"] = weights(rng, (*ends, *kernel_of(call)))
    try:
        row["y"] = plain(
            run(model_of(call, [1, channels, *sizes], row.get("w"), opset), row["x"]).tolist()
        )
    except Exception:
        return
    yield row


if __name__ == "__main__":
    main()
