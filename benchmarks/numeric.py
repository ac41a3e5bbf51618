"""The numeric engine against PyTorch: the same convolutions, side by side, on one thread.

Law: both work on the same float32 arrays with one thread, the runs alternate, and what is printed
is the median of each and the ratio. Without PyTorch it says so and prints our times alone.

    python benchmarks/numeric.py [--runs 61]
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

# Before numpy: its BLAS reads them once.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np  # noqa: E402

from convcalc import numeric  # noqa: E402
from convcalc.numeric import Array  # noqa: E402

SHAPE, KERNEL = (1, 64, 56, 56), (64, 64, 3, 3)


def torch_calls(x: Array, w: Array) -> dict[str, Callable[[int], Any]]:
    """PyTorch's functions of the stride; none where it is not installed."""
    try:
        torch: Any = import_module("torch")
    except ImportError:
        return {}
    torch.set_num_threads(1)
    tensors = torch.from_numpy(x), torch.from_numpy(w)
    functional = torch.nn.functional
    return {
        "conv": lambda stride: functional.conv2d(*tensors, stride=stride, padding=1),
        "conv_transpose": lambda stride: functional.conv_transpose2d(
            *tensors, stride=stride, padding=1
        ),
    }


def medians(calls: list[Callable[[int], Any]], stride: int, runs: int) -> list[float]:
    """The median time of each call, in milliseconds, from alternating runs."""
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(runs):
        for call, taken in zip(calls, times, strict=True):
            start = time.perf_counter()
            call(stride)
            taken.append(1000 * (time.perf_counter() - start))
    return [statistics.median(taken) for taken in times]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="convcalc.numeric against PyTorch, one thread")
    parser.add_argument("--runs", type=int, default=61)
    runs = parser.parse_args().runs
    random = np.random.default_rng(0)
    x, w = (random.standard_normal(shape, np.float32) for shape in (SHAPE, KERNEL))
    ours: dict[str, Callable[[int], Any]] = {
        "conv": lambda stride: numeric.conv(x, w, stride=stride, padding=1),
        "conv_transpose": lambda stride: numeric.conv_transpose(x, w, stride=stride, padding=1),
    }
    theirs = torch_calls(x, w)
    if not theirs:
        print("PyTorch is not installed here: our times alone")
    print(f"x = {SHAPE}, kernel = {KERNEL}, padding 1, float32, one thread, median of {runs}")
    print(f"{'':<26}{'ms':>8}" + (f"{'torch':>8}{'ratio':>8}" if theirs else ""))
    for name, call in ours.items():
        for stride in (1, 2):
            if theirs:
                np.testing.assert_allclose(call(stride), theirs[name](stride).numpy(), atol=1e-3)
            found = medians([call, *([theirs[name]] if theirs else [])], stride, runs)
            line = f"{name + ', stride ' + str(stride):<26}" + "".join(f"{t:>8.2f}" for t in found)
            print(line + (f"{found[0] / found[1]:>8.2f}" if theirs else ""))


if __name__ == "__main__":
    main()
