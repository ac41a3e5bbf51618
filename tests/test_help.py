"""The help and the manual page: for a newcomer, in a small window, as they are today."""

import importlib
import os
import re
import runpy
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from convcalc.cli.app import COMMANDS
from convcalc.cli.manners import examples_of
from convcalc.dialects import DIALECTS

from .conftest import Convcalc, needs

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "convcalc.1"


def test_the_first_screen_fits_and_says_what_to_try(
    convcalc: Convcalc, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    shown = convcalc("--help").out
    assert len(shown.splitlines()) <= 23  # and the prompt
    assert max(map(len, shown.splitlines())) <= 80
    assert "try this first" in shown
    for name, question in COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(question)}$", shown, re.MULTILINE)
    assert convcalc() == (2, "", shown)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_help_begins_with_examples_and_fits_its_window(
    convcalc: Convcalc, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    module = importlib.import_module(f"convcalc.cli.{name}")
    examples, _ = examples_of(module.EXAMPLES)
    for columns in (40, 80):
        monkeypatch.setenv("COLUMNS", str(columns))
        shown = convcalc(name, "-h").out
        for line, comment in examples:
            assert f"  {line}\n" in shown or f"  {line} " in shown
            assert comment in " ".join(shown.split())
        rest = shown.split("\n\n", 2)[2]
        assert max(map(len, rest.splitlines())) <= columns
        assert "[default:" not in shown  # the help says it already
    assert all(len(line) <= 78 for line, _ in examples)
    assert re.search(r"^\S", shown.split("\n\n")[1]) is None


def test_the_help_of_a_layer_names_every_dialect(convcalc: Convcalc) -> None:
    assert f"LAYER is in: {', '.join(DIALECTS)}." in " ".join(convcalc("out", "-h").out.split())


def test_the_manual_page_is_up_to_date() -> None:
    main: Callable[[list[str]], int] = runpy.run_path(str(ROOT / "docs" / "make_man.py"))["main"]
    assert main(["--check"]) == 0, "run python docs/make_man.py"


def test_the_manual_page_reads_well() -> None:
    groff = needs("groff")
    checked = subprocess.run(
        [groff, "-man", "-ww", "-z", PAGE], capture_output=True, text=True, check=True
    )
    assert checked.stderr == ""
    for width in (60, 80):
        page = subprocess.run(
            [groff, "-man", "-Tutf8", "-P-cbou", f"-rLL={width}n", PAGE],
            capture_output=True,
            encoding="utf-8",
            check=True,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        ).stdout
        words = [line for line in page.splitlines() if "convcalc " not in line]
        assert max(map(len, words)) <= width
        assert "convcalc out --k 3 --p 2 --s 3 --n 32" in page  # plain dashes and quotes, to copy
        assert "padding='same')\"" in page
        for name in COMMANDS:
            assert f"CONVCALC {name.upper()}" in page


def test_a_wheel_carries_the_manual_page() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]
    shared = wheel["targets"]["wheel"]["shared-data"]
    assert shared["docs/convcalc.1"] == "share/man/man1/convcalc.1"
