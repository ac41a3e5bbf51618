"""``convcalc draw``: files written whole or not at all, and what it refuses, before any work."""

import contextlib
import os
import pty
import re
import resource
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from convcalc import ConvcalcError, cli
from convcalc.cli import files
from convcalc.pictures import raster, svg
from convcalc.pictures.figures import FIGURES
from convcalc.pictures.staging import build

from .conftest import Convcalc, Work

LAYER = "--op deconv --k 3 --s 2 --p 1 --n 3x3"


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


MOST_CALLS = 20_000_000  # of functions, before a refusal


def draw(convcalc: Convcalc, line: str) -> str:
    ran = convcalc("draw", *shlex.split(line))
    assert (ran.status, ran.err) == (0, ran.err if "-o" in line else "")
    return ran.out


def refuse(convcalc: Convcalc, line: str) -> str:
    """What ``draw`` says when it refuses, having left nothing behind."""
    before = set(Path().iterdir())
    with Work(MOST_CALLS):
        ran = convcalc("draw", *shlex.split(line))
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(("convcalc: error: ", "Usage:"))
    assert set(Path().iterdir()) == before
    return ran.err


# Files


@pytest.mark.parametrize("ending", ["svg", "gif", "png", "html", "SVG"])
@pytest.mark.parametrize("line", [LAYER, "--k 3 --n 7", "--figure dilation"])
def test_a_file_of_every_kind(convcalc: Convcalc, line: str, ending: str) -> None:
    ran = convcalc("draw", *line.split(), "-o", f"a.{ending}")
    assert ran == (0, "", f"wrote a.{ending}\n")
    assert [path.name for path in Path().iterdir()] == [f"a.{ending}"]
    start = {"svg": b"<svg", "gif": b"GIF89a", "png": b"\x89PNG", "html": b"<!DOCTYPE html>"}
    assert Path(f"a.{ending}").read_bytes().startswith(start[ending.lower()])


def test_a_gif_has_every_position_and_repeats(convcalc: Convcalc) -> None:
    draw(convcalc, f"{LAYER} -o a.gif")
    with Image.open("a.gif") as picture:
        assert getattr(picture, "n_frames") == 25  # noqa: B009
        assert picture.info["loop"] == 0
        assert picture.info["duration"] == 800
        assert picture.size == svg_size(LAYER, convcalc)
        shades = set()
        for index in range(25):
            picture.seek(index)
            shades.add(picture.convert("RGB").tobytes())
            assert picture.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
        assert len(shades) == 25


@pytest.mark.parametrize("line", [LAYER, "--k 3 --p 1 --n 5x5 --values --projection isometric"])
def test_every_frame_of_a_gif_is_the_png_of_its_position(convcalc: Convcalc, line: str) -> None:
    draw(convcalc, f"{line} -o a.gif")
    compared = 0
    for position in (0, 7, 12, 24):
        draw(convcalc, f"{line} --frame {position} -o {position}.png")
        with Image.open("a.gif") as moving, Image.open(f"{position}.png") as still:
            moving.seek(position)
            wanted = still.reduce(2)
            if moving.size == wanted.size:  # a short caption needs less room
                apart = ImageChops.difference(moving.convert("RGB"), wanted)
                assert max(most for _, most in ImageStat.Stat(apart).extrema) < 64  # few colours
                compared += 1
    assert compared >= 2


def svg_size(line: str, convcalc: Convcalc) -> tuple[int, int]:
    draw(convcalc, f"{line} -o size.svg")
    found = re.search(r'width="(\d+)" height="(\d+)"', Path("size.svg").read_text("utf-8"))
    assert found
    return int(found[1]), int(found[2])


def test_a_png_is_twice_the_svg(convcalc: Convcalc) -> None:
    draw(convcalc, f"{LAYER} --frame 3 -o a.png")
    with Image.open("a.png") as picture:
        width, height = svg_size(LAYER, convcalc)
        assert picture.size == (2 * width, 2 * height)
        picture.load()


def test_the_position_that_is_asked_for(convcalc: Convcalc) -> None:
    assert "output [0,3]" in draw(convcalc, f"{LAYER} --frame 3")
    assert "output [2,2]" in draw(convcalc, LAYER)  # the middle
    draw(convcalc, f"{LAYER} --frame 24 -o a.svg")
    assert "output [4,4]" in Path("a.svg").read_text("utf-8")
    assert "@keyframes" not in Path("a.svg").read_text("utf-8")
    draw(convcalc, f"{LAYER} --animate -o b.svg")
    assert Path("b.svg").read_text("utf-8").count('class="frame"') == 25


def test_an_existing_file_is_replaced_only_when_asked(convcalc: Convcalc) -> None:
    Path("a.svg").write_text("mine")
    assert "--force" in refuse(convcalc, f"{LAYER} -o a.svg")
    assert Path("a.svg").read_text() == "mine"
    draw(convcalc, f"{LAYER} -o a.svg --force")
    assert Path("a.svg").read_text("utf-8").startswith("<svg")
    assert [path.name for path in Path().iterdir()] == ["a.svg"]


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("a.bmp", "valid endings: .svg, .gif, .png, .html"),
        ("picture", "valid endings"),
        ("nowhere/a.svg", "there is no folder nowhere"),
        (f"{'a' * 300}.svg", "File name too long"),
    ],
)
def test_where_nothing_can_be_written(convcalc: Convcalc, target: str, said: str) -> None:
    assert said in refuse(convcalc, f"{LAYER} -o {target}")


def test_the_longest_name_that_there_is(convcalc: Convcalc) -> None:
    draw(convcalc, f"{LAYER} -o {'a' * 251}.svg")
    assert [path.name for path in Path().iterdir()] == [f"{'a' * 251}.svg"]


def test_a_folder_is_not_replaced(convcalc: Convcalc) -> None:
    Path("a.svg").mkdir()
    assert "a.svg is a folder" in refuse(convcalc, f"{LAYER} -o a.svg --force")


def fail(*_: object, **__: object) -> None:
    raise RuntimeError("in the middle")


@pytest.mark.parametrize("ending", ["svg", "gif"])
def test_no_half_file_when_painting_fails(monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
    Path(f"a.{ending}").write_text("mine")
    monkeypatch.setattr(svg, "description", fail)
    monkeypatch.setattr(raster, "_draw", fail)
    line = f"convcalc draw {LAYER} --force -o a.{ending}"
    monkeypatch.setattr(sys, "argv", line.split())
    with pytest.raises(RuntimeError, match="in the middle"):
        cli.main()
    assert [(path.name, path.read_text()) for path in Path().iterdir()] == [(f"a.{ending}", "mine")]


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_no_half_file_when_writing_fails(
    monkeypatch: pytest.MonkeyPatch, fault: BaseException
) -> None:
    def stop(*_: object) -> None:
        raise fault

    monkeypatch.setattr(Path, "replace", stop)
    with pytest.raises((ConvcalcError, KeyboardInterrupt)):
        files.write_whole(Path("a.svg"), b"<svg/>")
    assert not list(Path().iterdir())


# What is refused


@pytest.mark.parametrize(
    "line",
    [
        f"--k 3 --n {10**9} -o a.{{}}",
        f"--k 3 --n {10**9}x{10**9} -o a.{{}}",
        f"--k {10**9} --n {10**9} -o a.{{}}",
        f"--op deconv --k {10**9} --n 2 --view scatter -o a.{{}}",
        f"--op deconv --k 3 --s {10**9} --n 3x3 --frame 0 --values -o a.{{}}",
        "--k 150 --n 300x300 --frame 0 --values -o a.{}",
        f"--k 50000 --n {10**5} --frame 0 -o a.{{}}",
    ],
)
@pytest.mark.parametrize("ending", ["svg", "gif", "png", "html"])
def test_too_much_is_refused_at_once(convcalc: Convcalc, line: str, ending: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    said = refuse(convcalc, line.format(ending))
    assert "too many cells" in said or "a GIF of" in said
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kB


def test_too_many_frames_or_pixels(convcalc: Convcalc) -> None:
    assert "a GIF of 529 frames" in refuse(convcalc, "--k 2 --n 24x24 -o a.gif")
    assert "too large for pixels" in refuse(convcalc, "--k 3 --n 60000 -o a.png")
    draw(convcalc, "--k 2 --n 24x24 -o a.html")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("--k 3 --n 5x5x5", "a picture has 1 or 2 axes, got 3: draw two of them, such as 5x5"),
        ("--k 3 --n 50x50x50 --values -o a.gif", "a picture has 1 or 2 axes"),
        (f"{LAYER} --frame 25", "frame 25 does not exist: allowed 0..24"),
        (f"{LAYER} --frame 25 -o a.svg", "allowed 0..24"),
        (f"{LAYER} --frame 9 --view scatter", "allowed 0..8"),
        (f"{LAYER} --frame 1x1", "one position, counted from 0"),
        (f"{LAYER} --frame=-1", "one position, counted from 0"),
        (f"{LAYER} --frame one", "not a whole number"),
        (f"{LAYER} --animate --frame 1", "give only one"),
        (f"{LAYER} --animate -o a.png", "a .png does not move"),
        (f"{LAYER} --projection isometric", "is for files"),
        (f"{LAYER} --projection isometrc -o a.svg", "did you mean isometric?"),
        (f"{LAYER} --view gahter", "did you mean gather?"),
        ("--op maxpool --k 2 --n 4x4 --view scatter", "a pool has no kernel to stamp"),
        ("--op maxpool --k 2 --n 40x40 --view scatter -o a.gif", "a pool has no kernel to stamp"),
        ("--figure padding_stride", "did you mean padding_strides?"),
        ("--figure zzz", "--figure list lists all 19"),
        ("--figure dilation --k 3", "says the whole operation"),
        ("--figure dilation --a 0", "says the whole operation"),
        ("--figure dilation --op conv", "says the whole operation"),
        ("--figure dilation --ceil", "says the whole operation"),
        ("--figure numerical_max_pooling --view scatter", "a pool has no kernel to stamp"),
        ("--n 5", "the kernel size is missing"),
        ("--k 3", "the input size is missing"),
        ("--k 3 --n 2", "the kernel is larger than the padded input"),
        ("--k 3 --n 5 --a 1", "is a transposed convolution's"),
    ],
)
def test_refused_with_the_way_out(convcalc: Convcalc, line: str, said: str) -> None:
    assert said in refuse(convcalc, line)


@pytest.mark.parametrize("ending", ["gif", "png"])
def test_without_pillow(convcalc: Convcalc, monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
    monkeypatch.delitem(sys.modules, "convcalc.pictures.raster")
    monkeypatch.delattr("convcalc.pictures.raster")
    monkeypatch.setitem(sys.modules, "PIL", None)
    said = refuse(convcalc, f"{LAYER} -o a.{ending}")
    assert "needs Pillow" in said
    assert "pip install 'convcalc[gif]'" in said
    draw(convcalc, f"{LAYER} -o a.svg")


# The figures


def test_the_list_of_figures_draws_the_same(convcalc: Convcalc) -> None:
    lines = draw(convcalc, "--figure list").splitlines()
    assert [line.split()[0] for line in lines] == list(FIGURES)
    for line in lines:
        name, _, command = line.partition(" ")
        draw(convcalc, f"--figure {name} -o a.svg --force")
        options = command.strip().removeprefix("convcalc draw ")
        draw(convcalc, f"{options} --animate -o b.svg --force")
        assert Path("a.svg").read_bytes() == Path("b.svg").read_bytes()


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_in_the_terminal(convcalc: Convcalc, name: str) -> None:
    shown = draw(convcalc, f"--figure {name}")
    figure = FIGURES[name]
    assert build(figure.layer, (figure.n, figure.n)).title.replace("->", "→") in shown
    assert ("max(" in shown or "+" in shown) == figure.values


def test_a_piped_picture_is_whole(convcalc: Convcalc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    shown = draw(convcalc, "--k 3 --n 60x90")
    assert "larger than" not in shown
    assert "\x1b" not in shown
    assert shown.count("#") == 60 * 90 - 9 + 1
    assert all(line == line.rstrip() for line in shown.splitlines())


def test_the_examples_of_the_help(convcalc: Convcalc) -> None:
    text = convcalc("draw", "-h").out.split("\n\n")[1]
    for line in text.splitlines():
        draw(convcalc, line.strip().partition("   ")[0].removeprefix("convcalc draw "))
    assert sorted(path.suffix for path in Path().iterdir()) == [".gif", ".html", ".svg"]


def test_it_moves_in_a_terminal() -> None:
    line = "-m convcalc draw --k 3 --n 4x30 --p 0x1 --view scatter --animate"
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8"}
    with subprocess.Popen(
        [sys.executable, *line.split()], stdin=theirs, stdout=theirs, stderr=theirs, env=environment
    ) as process:
        os.close(theirs)
        shown = b""
        while b"input [0,2] stamps" not in shown:
            shown += os.read(ours, 4096)
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(OSError):  # how a terminal says that nobody is there any more
            while more := os.read(ours, 4096):
                shown += more
    os.close(ours)
    assert b"input [0,0] stamps" in shown
    assert b"input [0,1] stamps" in shown
    assert b"Traceback" not in shown
