"""``solve`` against brute force, and against itself on sizes of thirty digits.

Law: both find the same solutions before anything is timed; the runs alternate, and what is printed
is the median of each and the ratio. Brute force tries every padding (and output padding) of the
same kernels, strides and dilations with ``convcalc.output_shape``.

    python benchmarks/solve.py [--runs 5]
"""

import argparse
import statistics
import time
from collections.abc import Callable
from itertools import product

from convcalc import Conv, ConvcalcError, Layer, TransposedConv, output_shape, solve

KERNELS, STRIDES, DILATIONS = range(1, 17), range(1, 5), range(1, 5)


def brute(op: str, n: int, o: int) -> int:
    """How many layers lead from n to o, tried one by one."""
    found = 0
    for k, s, d in product(KERNELS, STRIDES, DILATIONS):
        for p in range(d * (k - 1) + 1):
            layers: list[Layer] = [Conv(k, s, p, d)]
            if op == "deconv":
                layers = [TransposedConv(k, s, p, d, a) for a in range(max(s, d))]
            found += sum(leads(layer, n, o) for layer in layers)
    return found


def leads(layer: Layer, n: int, o: int) -> bool:
    """Whether the layer makes o of n."""
    try:
        return output_shape(layer, n) == (o,)
    except ConvcalcError:
        return False


def ours(op: str, n: int, o: int) -> int:
    """The same number by closed forms, the best ten listed."""
    return solve(n, o, op=op, kernel=KERNELS, stride=STRIDES, dilation=DILATIONS).total


def medians(calls: list[Callable[[], int]], runs: int) -> list[float]:
    """The median time of each call, in milliseconds, from alternating runs."""
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(runs):
        for call, taken in zip(calls, times, strict=True):
            start = time.perf_counter()
            call()
            taken.append(1000 * (time.perf_counter() - start))
    return [statistics.median(taken) for taken in times]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="solve against brute force")
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    print(f"k 1..16, s 1..4, d 1..4, p 0..k_e-1, median of {runs}, ms")
    print(f"{'':<28}{'solutions':>10}{'solve':>8}{'brute':>10}{'ratio':>8}{'10^30':>8}")
    for op, n, o in (("conv", 224, 112), ("deconv", 7, 14)):
        found = ours(op, n, o)
        assert found == brute(op, n, o)
        far = 10**30
        large = (far, far // 2) if op == "conv" else (far // 2, far)
        quick, slow, longest = medians(
            [
                lambda op=op, n=n, o=o: ours(op, n, o),  # type: ignore[misc]
                lambda op=op, n=n, o=o: brute(op, n, o),  # type: ignore[misc]
                lambda op=op, large=large: ours(op, *large),  # type: ignore[misc]
            ],
            runs,
        )
        name = f"{op}, {n} to {o}"
        ratio = f"{slow / quick:.0f}x"
        print(f"{name:<28}{found:>10}{quick:>8.2f}{slow:>10.1f}{ratio:>8}{longest:>8.2f}")


if __name__ == "__main__":
    main()
