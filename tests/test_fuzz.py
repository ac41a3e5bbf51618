"""A few of the lines of ``fuzz`` and of the contents of ``fuzz_parsers``, whenever the suite runs."""

import importlib.util
import os
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest

from convcalc import ConvcalcError
from convcalc.cli.app import COMMANDS
from convcalc.renderers import FORMATS

from .fuzz import run, writes
from .fuzz_lines import FILES, PLAIN, VALUES, Typed, grammar, samples
from .fuzz_parsers import SUBJECTS, fuzz


@pytest.mark.parametrize("subject", SUBJECTS)
def test_nothing_but_convcalc_errors_comes_out(subject: str) -> None:
    if "onnx" in subject and importlib.util.find_spec("onnx") is None:
        pytest.skip("onnx is not installed")
    fuzz(subject, 8)


@pytest.mark.skipif(sys.platform != "linux", reason="it counts memory as Linux does")
def test_command_lines() -> None:
    """In a process of its own, which it limits and never lets go."""
    seed = "0" if os.environ.get("CI") == "true" else str(os.getpid())
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "--lines", "60", "--seed", seed],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 kinds of fault" in done.stdout


# What a command might do, and what it is called.
FAULTS = {
    "raise IndexError": "IndexError",
    "raise KeyboardInterrupt": "KeyboardInterrupt",
    "raise SystemExit(3)": "status 3",
    "print(1); raise ConvcalcError('no')": "stdout with status 2",
    "raise SystemExit(2)": "no message",
    "raise SystemExit(0)": "nothing said",
    "print(1)\nwhile True: pass": "too slow",
    "try:\n    while True: pass\nfinally: raise SystemExit(0)": "too slow",
    "print('Traceback (most recent call last)', file=sys.stderr)": "Traceback (most recent",
    "print('UserWarning: old', file=sys.stderr)": "Warning: ",
    "raise ConvcalcError('why ' * 2000)": "a message too long to read",
    "print('\\a', file=sys.stderr)": "control characters in a message",
    "Path('.convcalc.1').touch()": "half a file",
    "print('NaN'); raise SystemExit(0)": "not its format: NaN is not JSON",
}


@pytest.mark.parametrize(("code", "fault"), FAULTS.items())
def test_a_fault_is_found(
    code: str, fault: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tests.fuzz.SECONDS", 0.3)
    line = Typed(("out", "--k", "3", "--n", "9", "-f", "json"))
    assert run(line) == (0, "", "")

    def broken(*_: object) -> str:
        exec(code, {"ConvcalcError": ConvcalcError, "Path": Path, "sys": sys})  # noqa: S102
        return "json"

    monkeypatch.setattr("convcalc.cli.out.read_format", broken)
    ran = run(line)
    assert ran.fault == fault


LIMITED = """
import sys
from pathlib import Path
from tests import fuzz
fuzz.prepare(Path(sys.argv[1]).resolve())
line = fuzz.Typed(("out", "--k", "3", "--n", "9"))
outside = Path(sys.argv[1]).resolve().parent / "outside"
for broken in (lambda *_: bytes(520_000_000), lambda *_: outside.touch()):
    with fuzz.mock.patch("convcalc.cli.out.read_format", broken):
        print(fuzz.run(line).fault)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="it counts memory as Linux does")
def test_too_much_memory_and_writing_elsewhere_are_found(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, tmp_path],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["MemoryError", "PermissionError"], done.stderr
    assert not (tmp_path.parent / "outside").exists()


@pytest.mark.parametrize(
    ("line", "file"),
    [
        ("draw --k 3 -o a.gif", True),
        ("draw -qoa.gif", True),
        ("net --output=a.svg", True),
        ("out --op conv --output-padding 1", False),
        ("solve --output-size 9", False),
    ],
)
def test_only_who_asks_for_a_file_gets_more_time(line: str, file: bool) -> None:
    assert writes(tuple(line.split())) == file


def test_every_command_is_tried() -> None:
    assert set(grammar()) == set(COMMANDS) == {line[0] for line in samples() if line[0] in COMMANDS}
    metavars = {each.metavar for all_ in grammar().values() for each in all_}
    assert set(VALUES) <= metavars


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_on_every_screen(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    line = next(line for line in samples() if line[0] == name and "-o" not in line)
    (tmp_path / FILES).mkdir()
    (tmp_path / FILES / "plain.txt").write_text(PLAIN)
    words = tuple(line)
    screens = [Typed(words, encoding=each) for each in ("ascii", "latin-1", "cp1252")]
    settings = (("TERM", "dumb"), ("NO_COLOR", "1"), ("FORCE_COLOR", "1"))
    screens += [
        Typed(words, b"", True, "utf-8", (("COLUMNS", str(columns)), setting))
        for columns, setting in product((40, 137, 300), settings)
    ]
    for screen in screens:
        ran = run(screen)
        assert (ran.fault, ran.detail) == ("", ""), screen
        assert ran.status in (0, 1), screen


@pytest.mark.parametrize("big", [10**30, 10**300], ids=["10^30", "10^300"])
@pytest.mark.parametrize(
    "line",
    [
        "out --k 3 --s 2 --p {} --n {}",
        "out --op deconv --k {} --s {} --n {} --d 2",
        "equiv --k {} --p 1 --s 2 --n {}",
        "port nn.Conv2d(3,8,{},stride={}) --to all --n {}",
        "solve --n {} --out {}",
        "solve --n {} --op deconv --k 3 --s {} --out {}",
        "solve --out {} --k 3 --s 2",
        "sweep --n {}..{} --k 3 --s 1..2",
        "sweep --n {} --k 1..3 --p {}",
        "net given/plain.txt --n 3x{}x{}",
        "net given/plain.txt --sizes 1..{}",
        "net given/plain.txt --sizes {}",
        "explain Expected_size_{}_but_got_size_{}_for_tensor_number_1_in_the_list.",
        "explain mat1_and_mat2_shapes_cannot_be_multiplied_(4x{}_and_400x120)",
        "draw --k {} --n {}",
    ],
)
def test_large_numbers_at_once(
    line: str, big: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / FILES).mkdir()
    (tmp_path / FILES / "plain.txt").write_text(PLAIN)
    words = [word.replace("{}", str(big)).replace("_", " ") for word in line.split()]
    for form in ([], ["-q"], *(["-f", each] for each in FORMATS)):
        if line.startswith("draw") and form:
            continue
        ran = run(Typed((*words, *form)))
        assert (ran.fault, ran.detail) == ("", ""), words
