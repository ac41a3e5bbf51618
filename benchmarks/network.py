"""Whole networks: our reading and tracing against onnx's own, and against ourselves.

Law: the runs alternate, and what is printed is the median of each and the ratio: ResNet-50 parsed
and traced with receptive fields and cost against ``onnx.load`` with ``onnx.shape_inference`` (at
most 2); legal sizes over 1..4096 against one trace (at most 20); ten times the layers against the
time of one (about 10).

    python benchmarks/network.py [--runs 31]
"""

import argparse
import statistics
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from convcalc.graph.model import Graph
from convcalc.graph.sizes import legal_sizes
from convcalc.graph.trace import trace
from convcalc.readers.networks import read_network

UNET = Path(__file__).parent.parent / "docs" / "examples" / "unet-same.txt"


def medians(calls: list[Callable[[], Any]], runs: int) -> list[float]:
    """The median time of each call, in milliseconds, from alternating runs."""
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(runs):
        for call, taken in zip(calls, times, strict=True):
            start = time.perf_counter()
            call()
            taken.append(1000 * (time.perf_counter() - start))
    return [statistics.median(taken) for taken in times]


def report(name: str, found: list[float], limit: str) -> None:
    """A line with both times and the ratio."""
    print(f"{name:<52}{found[0]:>9.2f}{found[1]:>9.2f}{found[0] / found[1]:>8.2f}   {limit}")


def against_onnx(runs: int) -> None:
    """ResNet-50 of the onnx package."""
    try:
        onnx: Any = import_module("onnx")
    except ImportError:
        print("onnx is not installed here: ResNet-50 is left out")
        return
    path = (
        Path(onnx.__file__).parent / "backend" / "test" / "data" / "light" / "light_resnet50.onnx"
    )

    def ours() -> None:
        graph = read_network(path.read_bytes())
        assert trace(graph, graph.input_shape(None)).failure is None

    def theirs() -> None:
        onnx.shape_inference.infer_shapes(onnx.load(path))

    report("ResNet-50: read and trace, load and infer", medians([ours, theirs], runs), "at most 2")
    graph = read_network(path.read_bytes())
    sizes(graph, "ResNet-50", runs)


def sizes(graph: Graph, name: str, runs: int) -> None:
    """All sizes at once against one."""
    shape = graph.input_shape((3, 224, 224))
    found = medians(
        [lambda: legal_sizes(graph, shape, [(1, 4096)]), lambda: trace(graph, shape)], runs
    )
    report(f"{name}: legal sizes of 1..4096, one trace", found, "at most 20")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="convcalc net against onnx, and itself")
    parser.add_argument("--runs", type=int, default=31)
    runs = parser.parse_args().runs
    print(f"{'milliseconds, median of ' + str(runs):<52}{'first':>9}{'second':>9}{'ratio':>8}")
    against_onnx(runs)
    sizes(read_network(UNET.read_bytes()), "U-Net", runs)
    chains = [
        "\n".join(["nn.Conv2d(3, 3, 3, padding=1)", "nn.ReLU()"] * (count // 2))
        for count in (10_000, 1000)
    ]

    def run(text: str) -> None:
        graph = read_network(text)
        trace(graph, (1, 3, 64, 64))

    report(
        "text of 10,000 layers, of 1,000: read and trace",
        medians([lambda: run(chains[0]), lambda: run(chains[1])], min(runs, 7)),
        "about 10",
    )


if __name__ == "__main__":
    main()
