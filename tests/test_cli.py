"""The contract of the command line: answers, aliases, streams, statuses."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from convcalc import __version__

from .conftest import Convcalc

OUT = ("out", "--k", "3", "--p", "2", "--s", "3", "--n", "32")


def run(*arguments: str, encoding: str = "utf-8", **environment: str) -> bytes:
    """The real process, its stdout a pipe."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM")
    }
    return subprocess.run(
        [sys.executable, "-m", "convcalc", *arguments],
        stdout=subprocess.PIPE,
        check=True,
        env={**clean, "PYTHONIOENCODING": encoding, **environment},
    ).stdout


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("out --k 3 --p 2 --s 3 --n 32 -q", "conv 12\ndeconv 92\n"),
        ("out --op deconv --k 3 --p 2 --s 3 --n 32x32 -q", "92x92\n"),
        ("out --op conv --k 5 --p same --n 32 -q", "32\n"),
        ("out --op maxpool --k 2 --s 2 --p 1 --n 5 --ceil -q", "3\n"),
        ("equiv --k 3 --p 0 -q", "2\n"),
        ("equiv --k 3 --p 2 --from deconv -q", "0\n"),
        ("equiv --k 4x3 --p 1:2x0 --d 2x1 -q", "5:4x2\n"),
        ("equiv --k 1 --p 1 --from deconv -q", "-1\n"),
        ("out --op conv --k 1 --p -1 --n 3 -q", "1\n"),
        ("out --op conv --k 1 --p=-1 --n 3 -q", "1\n"),
        ("out --op conv -k1 -p-1 -n3 -q", "1\n"),
        ("out --op conv --kernel 3,5 --padding 0:1,2 --stride 1x2 --size 6,9 -q", "5x5\n"),
        ("out --op transposed -k 3 -s 2 -a 1 -p 1 -n 3 --quiet", "6\n"),
        ("out --op conv -k 3 --dilation 2 -n 7 -q", "3\n"),
        ("out --op deconv -k 3 -s 2 --output-padding 1 -n 3 -q", "8\n"),
        ("out --op pool -k 2 -n 7 -q", "3\n"),
        ("out --op avgpool -k 2 -n 7 -q", "3\n"),
        ("out --op conv -k 3x5 -n 9 -q", "7x5\n"),
        ("out --op conv -k 3 -p 1:2 -n 32x32 -q", "33x33\n"),
        ("out --op conv -k 3x3 -p 1:2 -n 32 -q", "33x33\n"),
        ("equiv -k 3x3 -p 1:2 -q", "1:0x1:0\n"),
        ("out --op CONV -k 3 -n 9 -q", "7\n"),
        ("out --op conv -k 3 -n 9x8x7 -q", "7x6x5\n"),
        ("out --op conv -k 3 -p SAME_LOWER -n 9 -q", "9\n"),
        (f"out --op conv -k 3 -s 2 -n {10**30} -q", f"{(10**30 - 3) // 2 + 1}\n"),
    ],
)
def test_quiet_answers(convcalc: Convcalc, line: str, answer: str) -> None:
    ran = convcalc(*line.split())
    assert (ran.status, ran.out, ran.err) == (0, answer, "")


def test_out_derives_both_operations(convcalc: Convcalc) -> None:
    shown = convcalc(*OUT).out
    for piece in ("32 → 12", "32 → 92", "94", "⌊(36−3)/3⌋+1", "cross-check"):
        assert piece in shown
    assert shown.index("32 → 92") < shown.index("formula")  # the answers come first


def test_partner_and_sizes_that_share_an_output(convcalc: Convcalc) -> None:
    shown = convcalc("equiv", "--k", "3", "--p", "1", "--s", "2", "--n", "6").out
    assert "a = 1" in shown
    assert "input sizes that share o = 3: 5 and 6" in shown


def test_json_is_the_contract(convcalc: Convcalc) -> None:
    document: dict[str, Any] = json.loads(convcalc(*OUT, "-f", "json").out)
    assert document["input"] == [32]
    conv, deconv = document["layers"]
    assert {key: conv[key] for key in conv if key not in ("axes", "notes")} == {
        "op": "conv",
        "kernel": [3],
        "stride": [3],
        "padding": [[2, 2]],
        "dilation": [1],
        "output_padding": [0],
        "output": [12],
    }
    assert deconv["op"] == "deconv"
    assert deconv["output"] == [92]
    step = conv["axes"][0][0]
    assert step["symbol"] == "k_e"
    assert step["formula"] == "d*(k-1)+1"
    assert step["substituted"] == "1*(3-1)+1"
    assert step["value"] == 3
    assert step["source"]
    line = "out --op conv --k 3 --p 3 --n 2 -f json"
    padded = json.loads(convcalc(*line.split()).out)
    (note,) = padded["layers"][0]["notes"]
    assert note["kind"] == "padding-only"
    assert note["message"]


def test_equiv_json_names_both_paddings(convcalc: Convcalc) -> None:
    text = convcalc("equiv", "--k", "3", "--p", "1", "--s", "2", "--n", "6", "-f", "json").out
    document = json.loads(text)
    assert document["from"] == "conv"
    assert document["padding"] == document["equivalent_padding"] == [[1, 1]]
    assert document["partner"] == {"output_padding": [1], "sizes": [[5, 6]]}
    assert document["direct"]["padding"] == [[1, 2]]


def test_version_and_help(convcalc: Convcalc) -> None:
    assert convcalc("-V") == convcalc("--version") == (0, f"convcalc {__version__}\n", "")
    for line in (["-h"], ["out", "-h"], ["equiv", "--help"], ["completions", "-h"]):
        ran = convcalc(*line)
        assert ran.status == 0
        assert ran.err == ""
        usage, _, rest = ran.out.partition("\n\n")
        assert usage.startswith("Usage: convcalc")
        assert rest.lstrip().startswith(("convcalc ", "source <(convcalc"))  # examples first


def test_examples_in_the_help_work(convcalc: Convcalc) -> None:
    for command in ("out", "equiv"):
        text = convcalc(command, "-h").out
        lines = [line.strip().partition("   ")[0] for line in text.split("\n\n")[1].splitlines()]
        assert len(lines) >= 3
        for line in lines:
            assert convcalc(*shlex.split(line)[1:]).status == 0


def test_piped_output_is_whole_and_uncoloured() -> None:
    shown = run(*OUT).decode()
    assert "\x1b" not in shown
    assert "Dumoulin & Visin, relationship 14; PyTorch, ConvTranspose" in shown
    assert all(line == line.rstrip() for line in shown.splitlines())
    assert run(*OUT, COLUMNS="40").decode() == shown


def test_no_color_beats_force_color() -> None:
    assert b"\x1b[" in run(*OUT, FORCE_COLOR="1")
    assert b"\x1b" not in run(*OUT, FORCE_COLOR="1", NO_COLOR="1")


def test_forced_colour_needs_no_clever_terminal() -> None:
    shown = run(*OUT, FORCE_COLOR="1", TERM="dumb").decode()
    assert "\x1b[" in shown
    assert "output: positions of the kernel, slid with stride 1" in shown  # on one line


def test_a_message_never_turns_to_stdout() -> None:
    line = f"{sys.executable} -m convcalc out --k 0 --n 3 2>&-"
    done = subprocess.run(["sh", "-c", line], stdout=subprocess.PIPE, check=False)
    assert (done.returncode, done.stdout) == (2, b"")


@pytest.mark.parametrize("format_name", ["table", "text", "markdown", "latex", "json"])
@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_ascii_where_stdout_cannot_encode(format_name: str, encoding: str) -> None:
    shown = run(*OUT, "-f", format_name, encoding=encoding)
    assert shown.isascii()
    assert b"3*(32-1)+1" in shown or format_name == "latex"


@pytest.mark.parametrize(("line", "status"), [("out --k 3 --n 9 -q", 0), ("out --k 0 --n 9", 2)])
def test_the_process_ends_with_the_status(line: str, status: int) -> None:
    command = [sys.executable, "-m", "convcalc", *line.split()]
    assert subprocess.run(command, capture_output=True, check=False).returncode == status


def test_python_may_leave_docstrings_and_assertions_out() -> None:
    assert run(*OUT, PYTHONOPTIMIZE="2") == run(*OUT)
    assert b"convcalc out --k 3" in run("out", "-h", PYTHONOPTIMIZE="2")


def test_the_console_script_is_installed() -> None:
    script = Path(sys.executable).with_name("convcalc")
    if not script.exists():
        pytest.skip("not installed beside this interpreter")
    answer = subprocess.run([script, *OUT, "-q"], capture_output=True, check=True, text=True).stdout
    assert answer == "conv 12\ndeconv 92\n"
