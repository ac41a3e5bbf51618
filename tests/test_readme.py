"""Every example of the README is run, and prints what the README says."""

import doctest
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parent.parent / "README.md"
TEXT = README.read_text(encoding="utf-8")
SESSIONS = re.findall(r"^```console\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
EXAMPLES = [
    (lines.partition("\n")[0], lines.partition("\n")[2])
    for session in SESSIONS
    for lines in re.split(r"^\$ ", session, flags=re.MULTILINE)[1:]
]


def matches(expected: str, shown: str) -> bool:
    """Equal, where ``...`` in what is expected stands for anything."""
    pattern = re.escape(expected.strip()).replace(r"\.\.\.", ".*")
    return re.fullmatch(pattern, shown.strip(), re.DOTALL) is not None


@pytest.mark.parametrize(("line", "expected"), EXAMPLES, ids=[line for line, _ in EXAMPLES])
def test_console_examples(line: str, expected: str, tmp_path: Path) -> None:
    program, *arguments = shlex.split(line)
    assert program == "convcalc"
    # In a folder of its own, for what it writes, with the documents that it reads.
    (tmp_path / "docs").symlink_to(README.parent / "docs")
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    environment.pop("FORCE_COLOR", None)
    shown = subprocess.run(
        [sys.executable, "-m", "convcalc", *arguments],
        capture_output=True,
        check=True,
        cwd=tmp_path,  # some write files
        env=environment,
    ).stdout.decode()
    assert matches(expected, shown), shown


def test_there_are_examples_and_the_check_can_fail() -> None:
    assert len(EXAMPLES) > 5
    assert not matches("12\n", "13\n")


def test_python_examples() -> None:
    assert doctest.testfile(str(README), module_relative=False).failed == 0
