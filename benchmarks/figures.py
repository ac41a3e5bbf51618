"""The guide's 19 figures, made whole: as moving SVG and as GIF, in frames per second.

Law: one process, nothing written to a disk; each format is timed from the layer to the bytes.

    python benchmarks/figures.py [--runs 3]
"""

import argparse
import time
from collections.abc import Callable

from convcalc.pictures import raster, svg
from convcalc.pictures.figures import FIGURES, Figure
from convcalc.pictures.html import page
from convcalc.pictures.scene import Scene
from convcalc.pictures.staging import build

FORMATS: dict[str, Callable[[Scene], bytes]] = {
    "svg": lambda scene: svg.paint(scene, "isometric", moving=True).encode(),
    "gif": lambda scene: raster.gif(scene, "isometric"),
    "html": lambda scene: page(scene, "isometric").encode(),
}


def main() -> None:
    """Make and print."""
    parser = argparse.ArgumentParser(description="frames per second of the guide's figures")
    parser.add_argument("--runs", type=int, default=3)
    runs = parser.parse_args().runs
    for name, paint in FORMATS.items():
        best, frames, size = min(_run(paint) for _ in range(runs))
        print(
            f"{name:4}  {len(FIGURES)} figures, {frames} frames, {size / 1000:6.0f} kB in "
            f"{best:.3f} s: {frames / best:7.0f} frames/s"
        )


def _run(paint: Callable[[Scene], bytes]) -> tuple[float, int, int]:
    """Seconds, frames and bytes of all figures in one format."""
    started = time.perf_counter()
    scenes = [_scene(figure) for figure in FIGURES.values()]
    size = sum(len(paint(scene)) for scene in scenes)
    return time.perf_counter() - started, sum(len(scene.frames) for scene in scenes), size


def _scene(figure: Figure) -> Scene:
    return build(figure.layer, (figure.n, figure.n), values=figure.values)


if __name__ == "__main__":
    main()
