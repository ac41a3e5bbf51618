"""Every format says the same, as a pure function of the report; golden files pin the rest."""

import json
import re
import subprocess
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from rich.console import Console

from convcalc import Conv, Pool, Report, TransposedConv, answer, equivalence
from convcalc.page import Page, Table
from convcalc.pages.report import page
from convcalc.renderers import FORMATS

from .conftest import needs

GOLDEN = Path(__file__).parent / "golden" / "renderers"

REPORTS = {
    "both": answer([Conv(3, 3, 2), TransposedConv(3, 3, 2)], 32),
    "axes": answer([TransposedConv((3, 4), 2, ((0, 1), 1), output_padding=(0, 1))], (5, 7)),
    "same": answer([Conv(4, 2, "same", 2)], 17),
    "ceil": answer([Pool(2, 2, 1, ceil=True)], 5),
    "equiv": equivalence(Conv(3, 2, 1), 6),
    "crop": equivalence(TransposedConv(1, padding=1)),
}


def renderer(name: str) -> ModuleType:
    return import_module(f"convcalc.renderers.{name}")


def shown(report: Report, name: str, width: int = 80, *, ascii_only: bool = False) -> str:
    result = renderer(name).render(page(report), ascii_only=ascii_only)
    if isinstance(result, str):
        return result + "\n"
    console = Console(width=width, color_system=None, legacy_windows=False)
    with console.capture() as capture:
        console.print(result)
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"


@pytest.mark.parametrize("format_name", FORMATS)
@pytest.mark.parametrize("report", REPORTS)
def test_golden(report: str, format_name: str, request: pytest.FixtureRequest) -> None:
    path = GOLDEN / f"{report}.{format_name}"
    text = shown(REPORTS[report], format_name)
    if request.config.getoption("--update-golden"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("format_name", FORMATS)
@pytest.mark.parametrize("report", REPORTS)
def test_ascii_only_is_ascii(report: str, format_name: str) -> None:
    assert shown(REPORTS[report], format_name, ascii_only=True).isascii()


@pytest.mark.parametrize("width", [40, 60, 80, 200])
@pytest.mark.parametrize("report", REPORTS)
def test_a_table_fits_and_loses_no_number(report: str, width: int) -> None:
    text = shown(REPORTS[report], "table", width)
    assert max(map(len, text.splitlines())) <= width
    for part in REPORTS[report].derivations:
        for step in (step for steps in part.axes for step in steps):
            assert step.formula.pretty() in text  # on one line
            assert step.formula.pretty(step.values) in text
            assert str(step.value).replace("-", "−") in text


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_a_table_that_is_too_wide_becomes_several(width: int) -> None:
    numbers = ("452,984,832", "192,686,325,760", "1,180,160")
    rows = (("e1.0", "64x512x512", *numbers), ("final", "2x512x512", *numbers))
    table = Table(("layer", "output", "MACs", "total MACs", "parameters"), rows, (2, 3, 4), (1,))
    console = Console(width=width, color_system=None, legacy_windows=False)
    with console.capture() as capture:
        console.print(renderer("table").render(Page((table,))))
    lines = capture.get().splitlines()
    assert max(map(len, lines)) <= width
    for row in rows:
        shown = [line.split() for line in lines if line.split()[:1] == [row[0]]]
        assert [word for words in shown for word in words[1:]] == list(row[1:])


@pytest.mark.parametrize("report", REPORTS)
def test_every_format_gives_every_answer_and_note(report: str) -> None:
    for part in REPORTS[report].derivations:
        # A spreadsheet gets the rows of the steps alone.
        wide = {name: shown(REPORTS[report], name, 1000) for name in set(FORMATS) - {"csv"}}
        for note in part.notes:
            # A table's note column is a line of its own; escapes differ, so compare plain words.
            longest = max(re.split(r"[^A-Za-z ]", note.message), key=len)
            assert all(longest in text for text in wide.values())
        for format_name in set(wide) - {"json"}:  # JSON has words for machines
            assert part.title in wide[format_name]


def test_json_is_valid_and_complete() -> None:
    for report in REPORTS.values():
        document = json.loads(shown(report, "json"))
        assert set(report.head) < set(document)
        assert len(document[report.key]) == len(report.derivations)


def test_latex_compiles(tmp_path: Path) -> None:
    pdflatex = needs("pdflatex")
    bodies = "\n".join(shown(report, "latex") for report in REPORTS.values())
    (tmp_path / "all.tex").write_text(
        "\\documentclass{article}\n\\usepackage{amsmath}\n\\begin{document}\n"
        f"{bodies}\\end{{document}}\n"
    )
    command = [pdflatex, "-interaction=nonstopmode", "-halt-on-error", "all.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stdout[-2000:]
    assert "Undefined" not in done.stdout


def test_markup_in_words_is_not_markup() -> None:
    part = answer([Conv(3)], 5).derivations[0]._replace(title="[b,c,h,w] [/same]", facts=("[red]",))
    text = shown(Report({}, "layers", (part,)), "table")
    assert "[b,c,h,w] [/same]" in text
    assert "[red]" in text
