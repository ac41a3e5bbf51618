"""Ports against recorded answers: what one framework gave, another gives from the printed code.

Every recorded call of every source is ported to every target that is installed; the printed code
and weight conversion are run there on the recorded arrays, with and without the input size, and
the values must be the recorded ones to the last bit.

    PYTHONPATH=. <python of the framework> -m pytest -m live tests/test_port_values.py
"""

import importlib.util
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import Any

import numpy as np
import pytest

from convcalc.dialects import read
from convcalc.layers import Layer, output_shape
from convcalc.ports import TARGETS, port

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

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

# Calls that no port is asked for, with the reason.
EXCEPTIONS: dict[str, str] = {}


def rows(source: str) -> Iterator[Row]:
    """The recorded calls of a framework, without the header."""
    lines = (GOLDEN / f"{source}-values.jsonl").read_text(encoding="utf-8").splitlines()
    yield from map(json.loads, lines[1:])


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


class Runner:
    """Runs the printed code in a framework, compiling each text once."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.compiled: dict[str, CodeType] = {}

    def names(self, text: str) -> dict[str, Any]:
        code = self.compiled.setdefault(text, compile(text, "<port>", "exec"))
        space: dict[str, Any] = {}
        exec(code, space)
        return space

    def __call__(self, answer: Any, x: Array, w: Array | None, bias: Array | None) -> Array:
        layer = self.names(answer.code)["layer"]
        arrays = [x]
        if w is not None:
            arrays.append(self.names(answer.weights)["convert"](w))
        if bias is not None:
            arrays.append(bias)
        if self.target == "pytorch":
            import torch

            torch.set_num_threads(1)
            return np.asarray(layer(*map(torch.from_numpy, arrays)))
        return np.asarray(layer(*arrays))


def compare(run: Runner, row: Row, *, sized: bool) -> str:
    """What differs between a recorded answer and the port's; "" where nothing does."""
    last = channels_last(row["call"])
    x, want = np.array(row["x"], "float32"), np.array(row["y"], "float32")
    w = np.array(row["w"], "float32") if "w" in row else None
    size = x.shape[1:-1] if last else x.shape[2:]
    answer = port(the_layer(row), run.target, size if sized else None)
    wants_last = run.target in ("keras", "flax")
    if last:
        x, want = np.moveaxis(x, -1, 1), np.moveaxis(want, -1, 1)
    channels = want.shape[1]
    bias = None if w is None else np.arange(1, channels + 1, dtype="float32")
    if bias is not None:
        want = want + bias.reshape(-1, *[1] * len(size))
    if wants_last:
        x = np.ascontiguousarray(np.moveaxis(x, 1, -1))
    got = run(answer, np.ascontiguousarray(x), w, bias)
    if wants_last:
        got = np.moveaxis(got, -1, 1)
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
        if row["call"] in EXCEPTIONS:
            continue
        try:
            difference = compare(run, row, sized=sized)
        except Exception as error:
            difference = f"{type(error).__name__}: {error}"
        if difference:
            wrong.append(f"{row['call']} on {np.shape(row['x'])}: {difference}"[:400])
        agreed += not difference
    print(f"{source} -> {target}: {agreed} agree, {len(wrong)} do not")
    assert not wrong, "\n".join([f"{len(wrong)} of {agreed + len(wrong)}", *wrong[:12]])
