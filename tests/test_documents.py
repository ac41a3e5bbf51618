"""Every document is true: its commands print what it shows, its Python runs, its links lead on.

A ``console`` block holds commands after ``$ ``, each followed by what a terminal shows: stdout,
then stderr; ``...`` stands for anything. A command ends with status 0 unless ``$ echo $?`` follows
and says otherwise; ``<<'END'`` takes the lines up to END as its stdin, as in bash. After a change
of what the commands print, ``pytest tests/test_documents.py --update-golden`` writes the documents
anew; what ``...`` stands in is left to a person.
"""

import doctest
import io
import json
import re
import runpy
import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from convcalc.dialects.plain import FUNCTIONS, LAYERS

from .conftest import Convcalc, Ran

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
DOCUMENTS = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
LINKED = [*DOCUMENTS, *sorted(DOCS.glob("*.ipynb")), *sorted((ROOT / "benchmarks").glob("*.md"))]

BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROMPT = re.compile(r"^\$ ", re.MULTILINE)
ANYTHING = "..."

Run = Callable[[str, str], Ran]


def matches(expected: str, shown: str) -> bool:
    """Equal, where ``...`` in what is expected stands for anything."""
    pattern = re.escape(expected).replace(re.escape(ANYTHING), ".*")
    return re.fullmatch(pattern, shown, re.DOTALL) is not None


def executed(block: str, run: Run, *, keep: bool = False) -> str:
    """What a block would hold if it were a terminal's own; ``keep`` what has ``...`` in it."""
    made, status = [], 0
    for command in PROMPT.split(block)[1:]:
        line, _, expected = command.partition("\n")
        typed = f"$ {line}\n"
        if line == "echo $?":
            made.append(f"{typed}{status}\n")
            status = 0
            continue
        assert status == 0, f"a command before {line!r} ended with {status}"
        given = ""
        if line.endswith("<<'END'"):
            given, _, expected = expected.partition("END\n")
            typed += f"{given}END\n"
        status, out, err = run(line.removesuffix("<<'END'"), given)
        shown = out + err
        right = matches(expected, shown) or (keep and ANYTHING in expected)
        made.append(typed + (expected if right else shown))
    assert status == 0, f"a command ended with {status}"
    return "".join(made)


@pytest.fixture
def terminal(convcalc: Convcalc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Type a line, in a folder of its own that has the documents."""
    (tmp_path / "docs").symlink_to(DOCS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)

    def run(line: str, given: str) -> Ran:
        program, *arguments = shlex.split(line)
        assert program == "convcalc", line
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode()), "utf-8"))
        return convcalc(*arguments)

    return run


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_commands_print_what_the_document_shows(
    path: Path, terminal: Run, request: pytest.FixtureRequest
) -> None:
    text = path.read_text(encoding="utf-8")
    anew = bool(request.config.getoption("--update-golden"))
    made = BLOCK.sub(
        lambda block: f"```console\n{executed(block[1], terminal, keep=anew)}```", text
    )
    if anew:
        path.write_text(made, encoding="utf-8")
    assert anew or made == text


def test_a_wrong_document_is_found() -> None:
    def run(line: str, given: str) -> Ran:
        return Ran(int(line == "no"), f"{line}{given}\n", "")

    right = "$ no\nno\n$ echo $?\n1\n$ yes <<'END'\na\nb\nEND\nye...b\n\n"
    assert executed(right, run) == right
    assert executed("$ yes\nno\n", run) == "$ yes\nyes\n"
    assert executed("$ yes\n...no\n", run) == "$ yes\nyes\n"
    assert executed("$ yes\n...no\n", run, keep=True) == "$ yes\n...no\n"
    assert executed("$ no\nno\n$ echo $?\n2\n", run) == "$ no\nno\n$ echo $?\n1\n"
    with pytest.raises(AssertionError, match="ended with 1"):
        executed("$ no\nno\n", run)
    with pytest.raises(AssertionError, match="ended with 1"):
        executed("$ no\nno\n$ yes\nyes\n", run)


def test_no_command_is_shown_that_is_not_run() -> None:
    # The gallery's are run by make_gallery.py, which test_gallery.py compares; the scripts of
    # completions by test_completions.py.
    elsewhere = {
        "gallery.md": ("convcalc draw ", "convcalc net ", "convcalc sweep "),
        "shell.md": ("convcalc completions ",),
    }
    for path in DOCUMENTS:
        rest = BLOCK.sub("", path.read_text(encoding="utf-8"))
        stray = re.findall(r"^ *(?:\$ )?(convcalc .*)", rest, re.MULTILINE)
        known = elsewhere.get(path.name, ())
        assert [line for line in stray if not line.startswith(known)] == []


@pytest.mark.parametrize("path", sorted((DOCS / "examples").iterdir()), ids=lambda path: path.name)
def test_examples_run_as_their_comments_say(path: Path, terminal: Run) -> None:
    text = path.read_text(encoding="utf-8")
    for line in re.findall(r"^# +(convcalc .*)", text, re.MULTILINE):
        assert terminal(line, "").status == 0


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_python_examples(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert doctest.testfile(str(path), module_relative=False).failed == 0


def words(path: Path) -> str:
    """The text of a document, of a notebook its words, without blocks of code."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        text = "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def anchors(path: Path) -> set[str]:
    """The names that GitHub gives to headings."""
    found: set[str] = set()
    for heading in re.findall(r"^#+ +(.*)$", words(path), re.MULTILINE):
        plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading.strip()).lower()
        slug = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        number = sum(name == slug or name.rpartition("-")[0] == slug for name in found)
        found.add(f"{slug}-{number}" if slug in found else slug)
    return found


def broken(path: Path, text: str) -> Iterator[str]:
    """The relative links of a text that lead nowhere."""
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"\w+:", target):
            continue
        name, _, anchor = target.partition("#")
        place = path.parent / name if name else path
        if not place.exists() or (anchor and anchor not in anchors(place)):
            yield target


@pytest.mark.parametrize("path", LINKED, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    assert list(broken(path, words(path))) == []


def test_a_broken_link_is_found() -> None:
    here = DOCS / "gallery.md"
    assert anchors(here) >= {"gallery", "the-figures-of-the-guide", "output_padding"}
    text = "[a](none.md) [b](#gallery) [c](#none) ![d](../README.md#no) [e](https://example.org)"
    assert list(broken(here, text)) == ["none.md", "#none", "../README.md#no"]


@pytest.mark.parametrize("path", LINKED, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_that_are_named_are_there(path: Path) -> None:
    named = re.findall(r"`((?:tests|docs|benchmarks|convcalc)/[\w./-]+)`", words(path))
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_name_of_network_text_is_listed() -> None:
    listed = set(
        re.findall(r"\w+", " ".join(re.findall(r"`([^`]*)`", words(DOCS / "networks.md"))))
    )
    assert {*LAYERS, *FUNCTIONS} <= listed


def test_the_differences_of_frameworks_are_up_to_date(tmp_path: Path) -> None:
    made = runpy.run_path(str(DOCS / "make_quirks.py"))
    made["make"](tmp_path)
    stale = (tmp_path / "frameworks.md").read_text(encoding="utf-8") != (
        DOCS / "frameworks.md"
    ).read_text(encoding="utf-8")
    assert not stale, "run python docs/make_quirks.py"
    assert len(made["QUIRKS"]) >= 20


def test_the_differences_are_read_without_convcalc() -> None:
    source = (DOCS / "make_quirks.py").read_text(encoding="utf-8")
    assert not re.search(r"^\s*(import|from) convcalc", source, re.MULTILINE)
    made = runpy.run_path(str(DOCS / "make_quirks.py"))
    # Of 1, 2 under the kernel 1, 10: padded after, and before; stamped as it is, and rotated.
    conv = {"x": [1, 2], "w": [1, 10], "stride": 1}
    assert made["padding"]({**conv, "y": [21, 2]}) == "0 before, 1 after"
    assert made["padding"]({**conv, "y": [10, 21]}) == "1 before, 0 after"
    assert made["stamping"]({**conv, "y": [1, 12, 20]}) == "kernel as it is"
    assert made["stamping"]({**conv, "y": [10, 21, 2]}) == "kernel rotated"
    assert made["crop"]({**conv, "y": [12, 20]}) == "1 dropped before, 0 after"
    assert made["counting"]({"x": [2, 4], "y": [3, 2], "size": 2}) == "padding counted"
    assert made["counting"]({"x": [2, 4], "y": [3, 4], "size": 2}) == "padding not counted"
    with pytest.raises(ValueError, match="unpack"):
        made["padding"]({**conv, "y": [0, 0]})
