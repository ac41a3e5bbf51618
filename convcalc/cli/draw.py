"""``convcalc draw``: the operation as a picture, in the terminal or in a file."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from convcalc.cli.files import check_target, write_whole
from convcalc.cli.options import (
    CeilOption,
    DialectOption,
    DilationOption,
    ForceOption,
    Given,
    KernelOption,
    LayerArgument,
    OperationOption,
    OpsetOption,
    OutputPaddingOption,
    PaddingOption,
    SizeOption,
    StrideOption,
    need_layer,
    read_operation,
    read_options,
)
from convcalc.cli.telling import tell
from convcalc.errors import ParameterError
from convcalc.layers import Layer
from convcalc.layers.axis import nearest
from convcalc.pictures.picture import ENDINGS, PROJECTIONS, VIEWS, Picture
from convcalc.readers.values import read_sizes

if TYPE_CHECKING:
    from convcalc.pictures.layout import Projection
    from convcalc.pictures.scene import View

EXAMPLES = """\
convcalc draw --op deconv --k 3 --s 2 --p 1 --a 1 --n 3x3      in the terminal
convcalc draw "nn.Conv2d(1, 1, 3, stride=2, padding=1)" --n 5
convcalc draw --figure padding_strides_odd_transposed -o odd.svg
convcalc draw --op conv --k 3x5 --s 1x2 --p 0:1x2 --n 6x9 --values -o c.gif
convcalc draw --op deconv --k 3 --s 2 --n 4x4 --view scatter -o s.html
convcalc draw --figure list
"""

SECONDS = 0.4  # each frame of a moving picture in the terminal

ViewOption = Annotated[
    str,
    typer.Option("--view", metavar="VIEW", show_default=False, help="gather or scatter. [gather]"),
]
ProjectionOption = Annotated[
    str | None,
    typer.Option(
        "--projection",
        metavar="PROJECTION",
        help="flat or isometric. [flat; figures: isometric]",
    ),
]
ValuesOption = Annotated[
    bool, typer.Option("--values", help="Write numbers into the cells and the sum of products.")
]
FigureOption = Annotated[
    str | None,
    typer.Option("--figure", metavar="FIGURE", help="A figure of the guide; 'list' lists them."),
]
AnimateOption = Annotated[
    bool, typer.Option("--animate", help="Animate, in the terminal or in an SVG file.")
]
FrameOption = Annotated[
    str | None,
    typer.Option("--frame", metavar="I", help="Draw position I alone, counted from 0. [middle]"),
]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help=f"Write a file: {', '.join(ENDINGS)}."),
]


def draw(
    layer: LayerArgument = None,
    k: KernelOption = None,
    s: StrideOption = None,
    p: PaddingOption = None,
    d: DilationOption = None,
    a: OutputPaddingOption = None,
    n: SizeOption = None,
    op: OperationOption = None,
    ceil: CeilOption = False,
    view: ViewOption = "gather",
    projection: ProjectionOption = None,
    values: ValuesOption = False,
    figure: FigureOption = None,
    animate: AnimateOption = False,
    frame: FrameOption = None,
    output: OutputOption = None,
    force: ForceOption = False,
    dialect: DialectOption = None,
    opset: OpsetOption = None,
) -> None:
    """Draw the operation: its input, zeros, padding, kernel and output, position by position.

    Without --op: a convolution. Without -o: in the terminal.
    """
    if figure == "list":
        _list_figures()
        return
    need_layer(layer, dialect, opset)
    given = read_options(k, s, p, d, a, n, ceil)
    if layer is not None and figure is None:
        operation: Layer = given.pasted(layer, op, dialect, opset)
        size = given.size()
    elif layer is not None:
        raise ParameterError(f"--figure {figure} says the whole operation: leave LAYER out")
    else:
        operation, size = _operation(given, op, figure)
    if animate and frame is not None:
        raise ParameterError("--animate shows every position, --frame one: give only one of them")
    if projection == "isometric" and output is None:
        raise ParameterError("--projection isometric is for files: give -o FILE, or leave it out")
    if figure is not None:
        from convcalc.pictures.figures import FIGURES

        values = values or FIGURES[figure].values
        projection = projection or "isometric"
        animate = animate or (
            frame is None and output is not None and output.suffix.lower() != ".png"
        )
    picture = Picture(
        operation,
        size,
        cast("View", _known("--view", view, VIEWS)),
        cast("Projection", _known("--projection", projection or "flat", PROJECTIONS)),
        values,
        animate,
        None if frame is None else _frame(frame),
    )
    if output is None:
        _show(picture)
    else:
        _write(picture, output, check_target(output, ENDINGS, force))


def _operation(given: Given, op: str | None, figure: str | None) -> tuple[Layer, tuple[int, ...]]:
    """The layer and the size that the options or a figure's name say."""
    if figure is None:
        return given.layer("conv" if op is None else read_operation(op)), given.size()
    if any(value is not None for value in given[:-1]) or given.ceil or op is not None:
        raise ParameterError(
            f"--figure {figure} says the whole operation: leave the layer options out"
        )
    from convcalc.pictures.figures import figure as find

    chosen = find(figure)
    return chosen.layer, (chosen.n, chosen.n)


def _write(picture: Picture, path: Path, ending: str) -> None:
    """Make the file's whole content, then write it."""
    write_whole(path, picture.encoded(ending, _tell))
    tell(f"wrote {path}")


def _show(picture: Picture) -> None:
    """In the terminal: one still, or every frame in turn where stdout is one."""
    from convcalc.cli.output import console, cursor_of, print_rich, terminal
    from convcalc.pictures.terminal import frame

    traits = terminal()
    moving = picture.animate and traits.width is not None
    scene = picture.scene(moving=moving)
    pictures = (frame(scene, moment, *traits) for moment in scene.frames)
    if not moving:
        print_rich(next(pictures))
        return
    from time import sleep

    from rich.live import Live

    screen = console()
    with cursor_of(screen), Live(console=screen, auto_refresh=False) as live:
        for shown in pictures:
            live.update(shown, refresh=True)
            sleep(SECONDS)


def _known(option: str, text: str, known: dict[str, str]) -> str:
    if text not in known:
        raise ParameterError(
            f"{option}: unknown word {text!r}{nearest(text, known)}; valid: {', '.join(known)}"
        )
    return text


def _frame(text: str) -> int:
    value = read_sizes("--frame", text)
    if isinstance(value, tuple) or value < 0:
        raise ParameterError(f"--frame must be one position, counted from 0: got {text!r}")
    return value


def _list_figures() -> None:
    from convcalc.cli.output import terminal
    from convcalc.pictures.figures import FIGURES

    commands = {name: f"convcalc draw {figure.options}" for name, figure in FIGURES.items()}
    width = max(map(len, commands))
    window = terminal().width
    narrow = window is not None and window < width + 2 + max(map(len, commands.values()))
    for name, command in commands.items():
        print(f"{name}\n    {command}" if narrow else f"{name:<{width}}  {command}")


def _tell(done: int, total: int) -> None:
    """A line on stderr while frames are drawn, where a person looks at it."""
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        print(f"\rdrawing frame {done} of {total}", end=end, file=sys.stderr, flush=True)
