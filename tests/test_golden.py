"""What the frameworks answered and refused, recorded once from the real ones: convcalc agrees.

The versions stand in the first line of each table; the ``record_*.py`` beside them made them.
A case that a framework answers and convcalc refuses, or the reverse, is named in EXCEPTIONS with
its reason, or it is a fault.
"""

import importlib
import json
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from convcalc import ConvcalcError, output_shape, read

GOLDEN = Path(__file__).parent / "golden"
FRAMEWORKS = ("pytorch", "keras", "jax", "onnx")

Row = dict[str, Any]


def rows(name: str) -> list[Row]:
    lines = (GOLDEN / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines[1:]]


def answer(row: Row) -> list[int] | None:
    """What convcalc says; None where it refuses."""
    kernel = tuple(row["kernel"]) if "kernel" in row else None
    try:
        layer = read(row["call"], kernel=kernel, opset=row.get("opset"))
        return list(output_shape(layer, row["input"]))
    except ConvcalcError:
        return None


def exception(row: Row) -> str | None:
    """Why convcalc may differ on a row, if it may."""
    call, output = row["call"], row.get("output")
    if "output_size" in row:
        return "output_size is an argument of PyTorch's forward call, not of the layer"
    if output is not None and 0 in output:
        return "an empty output is an answer to JAX and to eager Keras pools; here it is an error"
    if 0 in row["input"]:
        return "an empty input is refused here"
    if any(word in call for word in ("ZeroPadding", "Cropping", "UpSampling", "ConvLocal")):
        return "not a layer with a shared window"
    if "group=3" in call or "feature_group_count=3" in call:
        return "the channels of the input are not in the text"
    if "make_node" in call and "Pool" in call:
        if "dilations" in call and "SAME" in call:
            return "onnxruntime leaves dilations out of auto_pad, shape inference does not: refused"
        if output == [1] or (output is not None and 1 in output):
            return "onnxruntime's division lets a kernel hang over the padded input; refused here"
    return None


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_sizes_and_refusals_agree(framework: str) -> None:
    excepted = Counter[str]()
    faults = []
    table = rows(framework)
    for row in table:
        expected, got = row.get("output"), answer(row)
        if got != expected:
            why = exception(row)
            if why is None:
                faults.append((row, got))
            else:
                excepted[why] += 1
    assert faults == []
    assert len(table) > 2500
    refusals = sum("error" in row for row in table)
    assert refusals > 200
    # Exceptions are few, and each is still needed.
    assert sum(excepted.values()) < 0.13 * len(table)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_no_answer_differs_from_an_answer(framework: str) -> None:
    for row in rows(framework):
        got, expected = answer(row), row.get("output")
        if got is not None and expected is not None and "output_size" not in row:
            assert got == expected, row


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_values_have_the_recorded_sizes(framework: str) -> None:
    for row in rows(f"{framework}-values"):
        spatial = row.get("input")
        if spatial is not None and answer(row) is not None:
            assert answer(row) == row["output"]


SETTLED = {
    # the [?] of the collected semantics, each as one row of a table: (call, kernel, input, output)
    "PyTorch: a max pool's padding is at most k//2, whatever the dilation": (
        "nn.MaxPool1d(3, stride=1, padding=2, dilation=2)",
        [9],
        None,
    ),
    "Keras: transposed, dilated, same with output_padding: (n-1)s + k_e%2 + a": (
        "layers.Conv1DTranspose(4, 4, padding='same', output_padding=0, dilation_rate=2)",
        [4],
        [4],
    ),
    "onnxruntime: SAME with output_padding stays n*s": (
        "onnx.helper.make_node('ConvTranspose', ['x', 'w'], ['y'], kernel_shape=[3], strides=[2], auto_pad='SAME_UPPER', output_padding=[1])",
        [4],
        [8],
    ),
    "onnxruntime: SAME never adds: 11, not 12": (
        "onnx.helper.make_node('ConvTranspose', ['x', 'w'], ['y'], kernel_shape=[2], strides=[3], auto_pad='SAME_UPPER')",
        [4],
        [11],
    ),
}


@pytest.mark.parametrize("question", SETTLED)
def test_what_was_unconfirmed_is_settled(question: str) -> None:
    call, size, expected = SETTLED[question]
    assert answer({"call": call, "input": size}) == expected


@pytest.mark.live
@pytest.mark.filterwarnings("ignore")  # a framework that warns has answered
@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_live_framework_still_answers_so(framework: str, monkeypatch: pytest.MonkeyPatch) -> None:
    package = {"pytorch": "torch", "jax": "flax", "onnx": "onnxruntime"}.get(framework, framework)
    pytest.importorskip(package)
    monkeypatch.syspath_prepend(str(GOLDEN))
    recorder = importlib.import_module(f"record_{framework}")
    stored = {question(row): row.get("output") for row in rows(framework)}
    asked = 0
    for fresh in islice(recorder.size_rows(), 0, None, 7):
        row = json.loads(json.dumps(fresh))
        assert row.get("output") == stored[question(row)], row
        asked += 1
    assert asked > 300


def question(row: Row) -> str:
    """A row without its answer."""
    answers = ("output", "error", "inferred")
    return json.dumps({name: value for name, value in row.items() if name not in answers})
