"""Not only the shape: the values that the frameworks gave, cell by cell, exactly.

A recorded call is read, its padding becomes windows, and the numeric engine runs these on the
recorded input. So the side of every crop and extra cell and the rotation of every kernel is what
the framework itself says. Only the layouts of the arrays are arranged here.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convcalc import Conv, Layer, Pool, TransposedConv, numeric, read
from convcalc.layers import axes, work_out

GOLDEN = Path(__file__).parent / "golden"
MODES: dict[str, Any] = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}

Array = np.ndarray[Any, np.dtype[Any]]
Row = dict[str, Any]


def rows(framework: str) -> list[Row]:
    lines = (GOLDEN / f"{framework}-values.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines[1:]]


def to_first(array: Array) -> Array:
    """Channels last to channels first."""
    return np.moveaxis(array, -1, 1)


def channels_last(row: Row, layer: Layer) -> bool:
    assert layer.origin
    return layer.origin.dialect in ("keras", "flax") or (
        "conv_transpose(" in row["call"] and (layer.origin.dialect == "jax")
    )


def as_pytorchs(w: Array, layer: Layer) -> Array:
    """A framework's weight in PyTorch's layout: (out, in, k...), transposed (in, out, k...)."""
    assert layer.origin
    if layer.origin.dialect in ("pytorch", "onnx") or layer.origin.name == "conv_general_dilated":
        return w
    spatial = tuple(range(w.ndim - 2))
    if layer.origin.name.startswith("Depthwise"):
        return w.transpose(-2, -1, *spatial).reshape(-1, 1, *w.shape[:-2])
    return w.transpose(-1, -2, *spatial)


def run(layer: Layer, x: Array, w: Array | None) -> Array:
    """The layer's windows on arrays in PyTorch's layouts."""
    assert layer.origin
    works = list(work_out(layer, x.shape[2:]))
    windows = [work.window for work in works]
    if isinstance(layer, Pool):
        parameters: dict[str, Any] = {
            "stride": tuple(window.stride for window in windows),
            "padding": tuple(work.padding for work in works),
            "dilation": tuple(window.window_dilation for window in windows),
            "ceil": layer.ceil,
        }
        kernel = tuple(window.size for window in windows)
        if layer.kind == "max":
            return numeric.max_pool(x, kernel, **parameters)
        counted = layer.origin.count_include_pad
        return numeric.avg_pool(x, kernel, count_include_pad=counted, **parameters)
    assert w is not None
    if isinstance(layer, TransposedConv):
        groups = layer.origin.groups
        turned = numeric.rotated(w, groups) if layer.origin.rotated else w
        return numeric.gather(x, turned, windows, groups)
    groups = x.shape[1] if layer.origin.name.startswith("Depthwise") else layer.origin.groups
    if layer.origin.padding_mode != "zeros":
        pads = ((0, 0), (0, 0), *(work.padding for work in works))
        x = np.pad(x, pads, mode=MODES[layer.origin.padding_mode])
        windows = [window._replace(padding_low=0, padding_high=0) for window in windows]
    return numeric.gather(x, w, windows, groups)


def exception(row: Row, layer: Layer) -> str | None:
    """Why the values may differ although the layer is read."""
    assert layer.origin
    if isinstance(layer, TransposedConv) and layer.origin.padding_mode == "circular":
        return "Flax folds the whole output into n*s cells, which no window does"
    if "output_size" in row:
        return "an argument of PyTorch's forward call, not of the layer"
    if "divisor_override" in row["call"]:
        return "another divisor changes no size and no cell, only their scale"
    if "'AveragePool'" in row["call"] and "SAME" in row["call"]:
        small = any(axis.kernel < axis.stride for axis in axes(layer, layer.rank or 1))
        return "onnxruntime's average starts inside the input where k < s" if small else None
    return None


def kernel_of(row: Row) -> tuple[int, ...] | None:
    """The kernel size of a call that takes it from its weight."""
    if not row["call"].startswith(("F.conv", "jax.lax")):
        return tuple(row["kernel"]) if "kernel" in row else None
    shape = np.array(row["w"]).shape
    return shape[:-2] if "lax.conv_transpose" in row["call"] else shape[2:]


@pytest.mark.parametrize("framework", ["pytorch", "keras", "jax", "onnx"])
def test_values_agree_exactly(framework: str) -> None:
    compared, excepted = 0, 0
    for row in rows(framework):
        try:
            layer = read(row["call"], kernel=kernel_of(row), opset=row.get("opset"))
        except ValueError:
            # Refused on purpose: tests/test_golden.py names these with their reasons.
            assert "dilations" in row["call"], row
            excepted += 1
            continue
        if exception(row, layer):
            excepted += 1
            continue
        last = channels_last(row, layer)
        x = np.array(row["x"])
        w = as_pytorchs(np.array(row["w"]), layer) if "w" in row else None
        y = np.array(
            [-np.inf if value is None else value for value in np.array(row["y"]).ravel()]
        ).reshape(np.array(row["y"]).shape)
        x = x.astype(float) if isinstance(layer, Pool) else x
        got = run(layer, to_first(x) if last else x, w)
        expected = to_first(y) if last else y
        assert got.shape == expected.shape, row
        if isinstance(layer, Pool) and layer.kind == "avg":
            # The frameworks divide in float32.
            np.testing.assert_allclose(got, expected, rtol=1e-6, err_msg=str(row))
        else:
            np.testing.assert_array_equal(got, expected, err_msg=str(row))
        compared += 1
    assert compared > 400
    assert excepted < 0.1 * compared


def test_the_comparison_can_fail() -> None:
    row = next(
        row for row in rows("pytorch") if "ConvTranspose" in row["call"] and "3" in row["call"]
    )
    layer = read(row["call"])
    x, w = np.array(row["x"]), np.array(row["w"])
    flipped = np.flip(w, axis=tuple(range(2, w.ndim)))
    if not (flipped == w).all():
        assert not (run(layer, x, flipped) == np.array(row["y"])).all()
    assert isinstance(layer, TransposedConv)
    assert not isinstance(layer, Conv)
