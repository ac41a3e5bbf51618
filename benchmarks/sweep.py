"""Many settings at once, against the bare numpy expression and against PyTorch's meta device.

Law: everything is measured side by side in one run, in alternation, and what is printed is the
median of each and the ratio; the answers are compared first. PyTorch is asked where it is
installed, about 20,000 settings from all over the sweep.

    python benchmarks/sweep.py [--runs 5]
"""

import argparse
import statistics
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt

import convcalc
from convcalc.grid import lines

SIZES, KERNELS, STRIDES, PADDINGS, DILATIONS = 1000, 25, 4, 5, 20  # 10^7 settings
NAMES = ("n", "k", "s", "p_lo", "d")
ASKED = 20_000  # settings that PyTorch is asked about


def ranges() -> tuple[range, ...]:
    """The values of n, k, s, p and d."""
    return (
        range(1, SIZES + 1),
        range(1, KERNELS + 1),
        range(1, STRIDES + 1),
        range(PADDINGS),
        range(1, DILATIONS + 1),
    )


def ours() -> convcalc.Sweep:
    """The sweep over all of them."""
    n, k, s, p, d = ranges()
    return convcalc.sweep(size=n, kernel=k, stride=s, padding=p, dilation=d)


def arithmetic(sweep: convcalc.Sweep) -> None:
    """Every output and every reason, piece by piece."""
    for piece in sweep.pieces():
        assert piece.columns["why"] is not None


def expression() -> npt.NDArray[np.int64]:
    """The bare expression on whole arrays, without any check."""
    n, k, s, p, d = np.ix_(*(np.arange(each.start, each.stop) for each in ranges()))
    found: npt.NDArray[np.int64] = (n + 2 * p - d * (k - 1) - 1) // s + 1
    return found


def medians(calls: dict[str, Callable[[], object]], runs: int) -> dict[str, float]:
    """The median time of each call in seconds, from alternating runs."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(runs):
        for name, call in calls.items():
            start = time.perf_counter()
            call()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(taken) for name, taken in times.items()}


def torch_rate(sweep: convcalc.Sweep) -> float | None:
    """Settings a second that PyTorch's meta device answers; None where it is not installed."""
    try:
        torch: Any = import_module("torch")
    except ImportError:
        return None
    rows = np.arange(0, sweep.total, sweep.total // ASKED + 1)  # from all over the sweep
    columns = sweep.columns()
    asked = list(zip(*(columns[name][rows].tolist() for name in NAMES), strict=True))
    images = {n: torch.empty(1, 1, n, device="meta") for n in range(1, SIZES + 1)}
    weights = {k: torch.empty(1, 1, k, device="meta") for k in range(1, KERNELS + 1)}
    start = time.perf_counter()
    answers = []
    for n, k, s, p, d in asked:
        try:
            shape = torch.nn.functional.conv1d(images[n], weights[k], None, s, p, d).shape
            answers.append(shape[2])
        except RuntimeError:
            answers.append(0)
    taken = time.perf_counter() - start
    assert answers == columns["out"][rows].tolist()
    return len(asked) / taken


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="convcalc.sweep against numpy and PyTorch")
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    sweep = ours()
    assert np.array_equal(sweep.columns()["out"], np.maximum(expression(), 0).ravel())
    taken = medians(
        {
            "bare numpy expression": expression,
            "convcalc.sweep, outputs and reasons": lambda: arithmetic(sweep),
            "as bare outputs": lambda: sum(
                len(some.text) for some in lines.lines(sweep, lines.bare())
            ),
            "as CSV": lambda: sum(
                len(some.text) for some in lines.lines(sweep, lines.csv(sweep.names))
            ),
            "as JSON lines": lambda: sum(
                len(some.text) for some in lines.lines(sweep, lines.json_lines(sweep.names))
            ),
        },
        runs,
    )
    print(f"{sweep.total} settings of a convolution, median of {runs}")
    print(f"{'':<38}{'s':>8}{'million a second':>18}{'of numpy':>10}")
    for name, seconds in taken.items():
        ratio = seconds / taken["bare numpy expression"]
        print(f"{name:<38}{seconds:>8.3f}{sweep.total / seconds / 1e6:>18.1f}{ratio:>10.2f}")
    rate = torch_rate(sweep)
    if rate is None:
        print("PyTorch is not installed here")
        return
    ours_rate = sweep.total / taken["convcalc.sweep, outputs and reasons"]
    print(f"PyTorch's meta device, one setting at a time: {rate:.0f} settings a second")
    print(f"convcalc.sweep answers {ours_rate / rate:.0f} times as many")


if __name__ == "__main__":
    main()
