"""Real terminals and broken streams: every command in each of them, colours, widths, Ctrl-C."""

import ast
import importlib
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from convcalc.cli.app import COMMANDS
from convcalc.cli.manners import examples_of

from .fuzz_lines import grammar
from .terminals import on_terminal

UNET = Path(__file__).parents[1] / "docs" / "examples" / "unet.txt"
# A command that is not here is run as its own first example.
LINES = {"net": f"net {UNET} --n 3x572x572", "completions": "completions zsh"}
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


def words(name: str) -> list[str]:
    first, _ = examples_of(importlib.import_module(f"convcalc.cli.{name}").EXAMPLES)
    return shlex.split(LINES.get(name) or first[0][0].removeprefix("convcalc "))


@pytest.mark.parametrize("name", COMMANDS)
def test_a_full_disk_and_a_reader_who_has_gone(name: str) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    command = [sys.executable, "-m", "convcalc", *words(name)]
    gone, ours = os.pipe()
    os.close(gone)
    with Path("/dev/full").open("w") as full:
        both = [
            subprocess.Popen(command, stdout=stdout, stderr=subprocess.PIPE, text=True)
            for stdout in (full, ours)
        ]
        heard = [process.communicate()[1] for process in both]
    os.close(ours)
    assert [process.returncode for process in both] == [1, 1]
    assert heard == ["convcalc: error: cannot write the answer: No space left on device\n", ""]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_fits_a_narrow_terminal_without_colours(name: str) -> None:
    shown = on_terminal(*words(name), columns=60, NO_COLOR="1")
    assert shown.status == 0
    assert not ESCAPES.search(shown.text)


def test_no_window_cuts_a_word() -> None:
    line = ["out", "--op", "conv", "--k", "3", "--n", "9"]
    shown = on_terminal(*line, columns=20, NO_COLOR="1", PYTHONIOENCODING="latin-1").text
    assert "\\u2026" not in shown
    assert "relationships" in re.sub(r"\s+", "", shown)


def test_no_window_breaks_code() -> None:
    layer = "nn.ConvTranspose2d(3, 8, 3, stride=2, padding=1, output_padding=1)"
    shown = on_terminal("port", layer, "--to", "keras", columns=40, NO_COLOR="1").text
    ast.parse(shown)  # notes are wrapped as comments, and nothing else is
    notes = [line for line in shown.splitlines() if line.startswith(("# note:", "#   "))]
    assert len(notes) > 2
    assert max(map(len, notes)) <= 40


def test_colour_on_a_terminal_that_has_it() -> None:
    line = words("out")
    assert ESCAPES.search(on_terminal(*line).text)
    assert not ESCAPES.search(on_terminal(*line, TERM="dumb").text)


# Every command that reads stdin, what is typed there, and what it answers last.
LAYER = "nn.Conv2d(3, 8, 3)\n"
READING = {
    "out": ("out - --n 9 -q", LAYER, "7x7"),
    "equiv": ("equiv - -q", LAYER, "2x2"),
    "draw": ("draw - --n 3", LAYER, "output"),
    "port": ("port - --to jax -q", LAYER, ")"),
    "net": ("net - --n 3x9x9 -q", LAYER, "8x7x7"),
    "explain": ("explain - -q", "negative padding is not supported\n", "crop"),
}


def test_every_command_that_reads_is_here() -> None:
    arguments = {
        name: [each for each in all_ if not each.names] for name, all_ in grammar().items()
    }
    assert set(READING) == {
        name for name, those in arguments.items() if any("stdin" in each.words for each in those)
    }


@pytest.mark.parametrize(("line", "typed", "answer"), READING.values(), ids=READING)
def test_a_dash_reads_what_is_typed_and_says_so(line: str, typed: str, answer: str) -> None:
    shown = on_terminal(*line.split(), keys=f"{typed}\x04", after="reading what you type")
    assert shown.status == 0
    assert "end with Ctrl-D" in shown.text
    assert shown.text.split()[-1].endswith(answer)


def test_a_message_is_wrapped_at_words_and_obeys_no_pasted_escape() -> None:
    shown = on_terminal("out", "nn.Conv2d(3, 8, \x1b[31m3)", "--n", "9", columns=60)
    assert shown.status == 2
    assert "\x1b" not in shown.text
    assert "\\x1b[31m3" in shown.text
    shown = on_terminal("out", "--k", "3", "--n", "2", "--p", "3", columns=60)
    lines = shown.text.splitlines()
    assert len(lines) > 2
    assert max(map(len, lines)) <= 60
    assert " ".join(lines).startswith("convcalc: error: transposed convolution: the padding crops")


@pytest.mark.parametrize("name", READING)
def test_a_dash_without_a_stdin(name: str) -> None:
    line = f"{sys.executable} -m convcalc {READING[name][0]} <&-"
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "convcalc: error: - reads stdin, and stdin is closed\n"


def test_ctrl_c_leaves_no_half_file(tmp_path: Path) -> None:
    path = tmp_path / "long.gif"
    line = f"draw --k 3 --n 20x20 -o {path}"
    shown = on_terminal(*line.split(), keys="\x03", after="drawing frame 2 ")
    assert shown.status == 130
    assert "Traceback" not in shown.text
    assert shown.text.endswith("\n")  # the prompt begins a line of its own
    assert not list(tmp_path.iterdir())


def test_ctrl_c_in_a_moving_picture_gives_the_cursor_back() -> None:
    line = "draw --k 3 --n 4x30 --animate"
    shown = on_terminal(*line.split(), keys="\x03", after="output [0,1]")
    assert shown.status == 130
    assert shown.text.rindex("\x1b[?25h") > shown.text.rindex("\x1b[?25l")


def test_ctrl_c_in_a_long_answer_gives_the_cursor_back(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    line = f"sweep --n 1..1000000 --k 1..30 -o {path}"
    shown = on_terminal(*line.split(), keys="\x03", after="%")
    assert shown.status == 130
    assert "Traceback" not in shown.text
    assert shown.text.rindex("\x1b[?25h") > shown.text.rindex("\x1b[?25l")
    assert not list(tmp_path.iterdir())


# Sends itself a signal at one of the moments that Python tells a hook about.
AT_A_MOMENT = """\
import os, signal, sys
from convcalc.cli import run
moment, number, name = sys.argv[1], int(sys.argv[2]), sys.argv[3]
del sys.argv[1:4]

class Freed:
    def __del__(self):  # where Python drops every exception
        os.kill(os.getpid(), getattr(signal, name))

def hook(event, arguments):
    global number
    if event == moment and (event != "open" or ".convcalc." in str(arguments[0])):
        number -= 1
        if number == 0:
            Freed()

sys.addaudithook(hook)
run()
"""


@pytest.mark.parametrize(
    ("moment", "number", "name", "status"),
    [
        *(("import", number, "SIGINT", 130) for number in (1, 2, 3, 9, 50, 120)),
        ("open", 1, "SIGINT", 130),
        ("os.rename", 1, "SIGINT", 130),
        ("os.rename", 1, "SIGTERM", 143),
        ("import", 9, "SIGHUP", 129),
        ("os.remove", 9, "SIGINT", 0),  # none is sent
    ],
)
def test_a_signal_at_any_moment_ends_it_at_once(
    tmp_path: Path, moment: str, number: int, name: str, status: int
) -> None:
    path = tmp_path / "a.npz"
    words = ["sweep", "--n", "1..9", "--k", "3", "-o", str(path)]
    done = subprocess.run(
        [sys.executable, "-c", AT_A_MOMENT, moment, str(number), name, *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[1],
    )
    assert done.returncode == status
    assert done.stderr == ("" if status else f"wrote {path}\n")
    assert list(tmp_path.iterdir()) == ([] if status else [path])


def test_a_signal_that_is_ignored_stays_so() -> None:
    code = "import os, signal; from convcalc.cli.ending import end_when_told; end_when_told()"
    code += "\nfor each in (signal.SIGINT, signal.SIGHUP): os.kill(os.getpid(), each)\nprint('on')"
    line = f"trap '' INT HUP; exec {sys.executable} -c \"$1\""
    done = subprocess.run(["sh", "-c", line, "sh", code], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"on\n", b"")


def test_names_that_stdout_cannot_encode() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "convcalc", "net", "-", "--n", "3x9x9", "-f", "text"],
        input="é = nn.Conv2d(3, 8, 3)(x)\n".encode(),
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert b"\\xe9" in done.stdout
