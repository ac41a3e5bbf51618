"""What the tests share: the command in this process, with its streams and status caught."""

import os
import shutil
import signal
import sys
from collections.abc import Callable
from typing import NamedTuple

import pytest
from hypothesis import settings

from convcalc.cli import main

# A busy machine is no fault of the code: no example has a deadline. New examples are tried where a
# person works; CI answers the same twice.
settings.register_profile("convcalc", deadline=None, derandomize=os.environ.get("CI") == "true")
settings.load_profile("convcalc")

# The recorders need their frameworks; nothing in them is a test.
collect_ignore_glob = ["golden/*.py"]


class Ran(NamedTuple):
    status: int
    out: str
    err: str


Convcalc = Callable[..., Ran]


def needs(tool: str) -> str:
    """The path of a program that a test runs; without it the test is skipped, in CI it fails."""
    path = shutil.which(tool)
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{tool} is not installed")
        pytest.skip(f"{tool} is not installed")
    return path


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write the golden outputs instead of comparing"
    )


class Work:
    """Counts the functions that are called, which no busy machine changes, and stops at ``most``."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.calls = 0

    def __enter__(self) -> "Work":
        self._before = sys.getprofile()
        sys.setprofile(self._hear)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(self._before)

    def _hear(self, _frame: object, event: str, _argument: object) -> None:
        self.calls += event in ("call", "c_call")
        if self.calls > self.most:
            sys.setprofile(self._before)
            raise AssertionError(f"more than {self.most} calls")


@pytest.fixture
def convcalc(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Convcalc:
    """Run ``convcalc`` on arguments, as the console script would."""

    def run(*arguments: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["convcalc", *arguments])
        with pytest.raises(SystemExit) as stopped:
            main()
        out, err = capsys.readouterr()
        code = stopped.value.code
        return Ran(code if isinstance(code, int) else 0 if code is None else 1, out, err)

    return run


def pytest_configure() -> None:
    """Ctrl-C works in what the tests run, also where they run in the background of a script."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
