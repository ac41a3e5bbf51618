"""Make ``docs/gallery.md`` and its pictures: the guide's figures, and some that it does not have.

Law: a picture is what its command writes, byte for byte; a test runs this file and compares. Run

    python docs/make_gallery.py [FOLDER]
"""

import shlex
import sys
from pathlib import Path

from typer.testing import CliRunner

from convcalc.cli.app import build
from convcalc.pictures.figures import FIGURES

HERE = Path(__file__).parent

OWN = {
    "output_padding": (
        "Output padding reveals a row and a column more of what the kernel computes.",
        "--op deconv --k 3 --s 2 --p 1 --a 1 --n 4x4 --values",
    ),
    "negative_padding": (
        "A negative padding crops the input; a transposed convolution with p' > k-1 does this.",
        "--op conv --k 3 --p -1 --n 6x6 --projection isometric",
    ),
    "checkerboard": (
        "Numbers count the stamps: a kernel that the stride does not divide covers unevenly.",
        "--op deconv --k 3 --s 2 --p 1 --n 4x4 --view scatter",
    ),
    "dilation_strides": (
        "Dilation with a stride. The crossed inputs are never read.",
        "--op conv --k 2 --d 2 --s 3 --n 8x8 --projection isometric",
    ),
    "rectangle": (
        "Each axis has its own kernel, stride and padding, and a padding has two sides.",
        "--op conv --k 3x2 --s 1x2 --p 0:1x1 --n 4x6 --values",
    ),
    "wasted": (
        "A padding larger than k-1: the outermost outputs see only padding.",
        "--op conv --k 3 --p 3 --n 2x2 --projection isometric",
    ),
    "row": (
        "One axis is drawn as a row: here the article's transposed convolution with stride 3.",
        "--op deconv --k 3 --s 3 --p 2 --n 6 --values",
    ),
}

REST = {
    "net": (
        "A network: the size and the receptive field of each layer, and the skips.",
        "net docs/examples/small-unet.txt --n 3x64x64",
    ),
    "unet": (
        "The U-Net of 2015. Each crop on a skip reads a smaller field than what it meets.",
        "net docs/examples/unet.txt --n 3x572x572",
    ),
    "sweep": (
        "The output size over two parameters.",
        "sweep --n 1..24 --k 1..11..2 --s 2",
    ),
}

HEAD = """\
# Gallery

Every picture is what the command under it writes. For `draw`, put `.gif`, `.png` or `.html` in
place of `.svg` for another kind of file; an `.html` page can be stepped through, and pointed at.
Leave `-o` out to see the answer in the terminal.

`docs/make_gallery.py` makes this page.
"""

GUIDE = """
## The figures of the guide

Dumoulin and Visin, *A guide to convolution arithmetic for deep learning*, by the names that they
have in [vdumoulin/conv_arithmetic](https://github.com/vdumoulin/conv_arithmetic).
"""

MORE = """
## What the guide does not draw
"""

OTHERS = """
## Networks and many settings
"""


def make(folder: Path) -> None:
    """Write ``gallery.md`` and ``gallery/*.svg`` into ``folder``."""
    (folder / "gallery").mkdir(exist_ok=True)
    page = [HEAD, GUIDE]
    page += [entry(folder, name, f"draw --figure {name}") for name in FIGURES]
    page.append(MORE)
    page += [
        entry(folder, name, f"draw {line} --animate", words) for name, (words, line) in OWN.items()
    ]
    page.append(OTHERS)
    page += [entry(folder, name, line, words) for name, (words, line) in REST.items()]
    (folder / "gallery.md").write_text("".join(page), encoding="utf-8")


def entry(folder: Path, name: str, line: str, words: str = "") -> str:
    """One picture of the page, having been drawn."""
    path = folder / "gallery" / f"{name}.svg"
    command, *options = (word.replace("docs/", f"{HERE}/") for word in shlex.split(line))
    arguments = [command, *options, "-o", str(path), "--force"]
    CliRunner().invoke(build((command,)), arguments, catch_exceptions=False)
    text = f"\n{words}\n" if words else ""
    return (
        f"\n### {name}\n{text}\n![{name}](gallery/{name}.svg)\n\n"
        f"    convcalc {line} -o {name}.svg\n"
    )


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
