"""The completion scripts, by pressing TAB in real shells.

bash, zsh and fish are started on a pseudo-terminal. A shell that is not installed is skipped, but
where CI=true it must be there. PowerShell is only read: its script holds every word, in the tables
that its few lines of code look up.
"""

import os
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated, cast

import pytest
import typer

from convcalc.cli.app import COMMANDS, build
from convcalc.cli.completions import SCRIPTS
from convcalc.cli.equiv import SOURCES
from convcalc.cli.options import OPERATIONS, KernelOption
from convcalc.cli.port import NAMES
from convcalc.cli.sweep import ROW_FORMATS
from convcalc.dialects import DIALECTS
from convcalc.layers.axis import PADDING_NAMES
from convcalc.pictures.picture import PROJECTIONS, VIEWS
from convcalc.ports import TARGETS
from convcalc.renderers import FORMATS

from .terminals import COMMANDS as SHELLS
from .terminals import Terminal, shows

FOLDER = Path(__file__).parents[1] / "completions"
FILES = ("3.png", "kernel.txt", "-k.json")

LAYER_OPTIONS = (
    *("-k", "--k", "--kernel", "-s", "--s", "--stride", "-p", "--p", "--padding", "-d", "--d"),
    *("--dilation", "-a", "--a", "--output-padding", "-n", "--n", "--size"),
)
OUTPUT_OPTIONS = ("-f", "--format", "-q", "--quiet", "-h", "--help")
OPTIONS = {
    "": ("-V", "--version", "-h", "--help"),
    "out": (*LAYER_OPTIONS, "--op", "--ceil", "--dialect", "--opset", *OUTPUT_OPTIONS),
    "equiv": (*LAYER_OPTIONS, "--from", "--dialect", "--opset", *OUTPUT_OPTIONS),
    "draw": (
        *(*LAYER_OPTIONS, "--op", "--ceil", "--view", "--projection", "--values", "--figure"),
        *("--animate", "--frame", "--output", "-o", "--force", "-h", "--help"),
    ),
    "port": (
        *("--to", "-n", "--n", "--size", "-k", "--k", "--kernel", "--dialect", "--opset"),
        *OUTPUT_OPTIONS,
    ),
    "solve": (
        *(*LAYER_OPTIONS, "--out", "--output-size", "--pairs", "--op", "--asymmetric", "--ceil"),
        *("--to", "--limit", *OUTPUT_OPTIONS),
    ),
    "net": (
        *("-n", "--n", "--size", "--sizes", "--at", "--layer", "--expect", "--identity", "--dim"),
        *("-o", "--output", "--force", *OUTPUT_OPTIONS),
    ),
    "sweep": (
        *(*LAYER_OPTIONS, "--op", "--ceil", "--where", "-o", "--output", "--force"),
        *OUTPUT_OPTIONS,
    ),
    "explain": OUTPUT_OPTIONS,
    "completions": ("-h", "--help"),
}
KERNELS = ("1", "3", "5", "7")
PADDINGS = ("0", "1", "2", "3", *PADDING_NAMES)
TABS = {
    "": COMMANDS,
    "-": OPTIONS[""],
    "--": ("--version", "--help"),
    "out -": OPTIONS["out"],
    "out --": [name for name in OPTIONS["out"] if name.startswith("--")],
    "equiv -": OPTIONS["equiv"],
    "out --out": ["--output-padding"],
    "out --format ": FORMATS,
    "out --format=": FORMATS,
    "out --format=js": ["json"],
    "equiv -f ": FORMATS,
    "sweep -f ": ROW_FORMATS,
    "sweep --op ": OPERATIONS,
    "equiv -q -f la": ["latex"],
    "out --p ": PADDINGS,
    "equiv --padding ": PADDINGS,
    "out --p c": ["causal"],
    "out --op ": OPERATIONS,
    "out --k ": KERNELS,
    "out --k=": KERNELS,
    "equiv -k ": KERNELS,
    "out --s ": ("1", "2", "3"),
    "out --d ": ("1", "2"),
    "out --a ": ("0", "1"),
    "out --n ": ("32", "64", "224"),
    "equiv --from ": SOURCES,
    "port --to ": NAMES,
    "port --to=ja": ["jax"],
    "port 'nn.Conv2d(3, 8, 3)' --to ": NAMES,
    "out x -q --p ca": ["causal"],
    "solve --to ": TARGETS,
    "solve --as": ["--asymmetric"],
    "draw --view ": VIEWS,
    "draw --projection=": PROJECTIONS,
    "draw --figure dil": ["dilation"],
    "draw -o ker": ["kernel.txt"],
    "net ker": ["kernel.txt"],
    "net a.txt -f ": FORMATS,
    "net a.txt --n 3x2": ["3x224x224"],
    "completions ": SCRIPTS,
    # What comes before does not mislead.
    "out --op conv --p -1 --k ": KERNELS,
    "out --p 0:1x1:2 --op ": OPERATIONS,
    "out --p=0:1 --n=32x48 --format=": FORMATS,
    "out --n 32 > ker": ["kernel.txt"],
}
SILENT = ("out --k 9", "out --k 3x", "out --p 0:", "completions bas ", "out --ceil nothing")

LOAD = {
    "bash": "source <(convcalc completions bash)",
    "zsh": """\
mkdir -p ~/.zfunc && convcalc completions zsh > ~/.zfunc/_convcalc
fpath=(~/.zfunc $fpath)
autoload -Uz compinit && compinit -u -D""",
    "fish": """\
mkdir -p ~/.config/fish/completions
convcalc completions fish > ~/.config/fish/completions/convcalc.fish""",
}


@pytest.fixture(scope="module", params=SHELLS)
def shell(request: pytest.FixtureRequest) -> str:
    name = cast("str", request.param)
    if shutil.which(name) is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{name} is not installed, and TAB must be tested in it")
        pytest.skip(f"{name} is not installed")
    return name


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    for name in FILES:
        (folder / name).touch()
    return folder


def set_traps(folder: Path) -> Path:
    """Put programs that leave a trace in the place of those that a TAB must not run."""
    for name in ("python", "python3", "convcalc"):
        program = folder / name
        program.write_text(f"#!/bin/sh\n: > {folder}/sprung\n")
        program.chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def traps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return set_traps(tmp_path_factory.mktemp("traps"))


@pytest.fixture(scope="module")
def terminal(shell: str, home: Path, traps: Path) -> Iterator[Terminal]:
    with Terminal(shell, home, FOLDER / SCRIPTS[shell], programs=traps) as terminal:
        yield terminal


def check(folder: Path) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, folder / "generate.py", "--check")
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_scripts_are_up_to_date() -> None:
    done = check(FOLDER)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_script_that_is_out_of_date_is_found(tmp_path: Path) -> None:
    copy = shutil.copytree(FOLDER, tmp_path / "completions")
    with (copy / "convcalc.fish").open("a") as script:
        script.write("# a line of one's own\n")
    done = check(copy)
    assert done.returncode == 1
    assert "convcalc.fish is out of date: +0 -1 lines" in done.stdout


def test_the_syntax_is_the_shells_own(shell: str) -> None:
    subprocess.run([shell, "-n", FOLDER / SCRIPTS[shell]], check=True)


@pytest.mark.parametrize("line", TABS)
def test_tab_offers(terminal: Terminal, traps: Path, line: str) -> None:
    expected = TABS[line]
    shown = terminal.tab(f"convcalc {line}", *expected)
    assert not [name for name in FILES if name not in expected and shows(shown, name)]
    assert not (traps / "sprung").exists()


@pytest.mark.skipif(shutil.which("bash") is None, reason="one shell is enough")
def test_a_script_that_runs_the_program_is_caught(tmp_path: Path) -> None:
    script = tmp_path / "dynamic"
    script.write_text("complete -o default -C convcalc convcalc\n")
    (tmp_path / "kernel.txt").touch()
    with Terminal("bash", tmp_path, script, programs=set_traps(tmp_path)) as terminal:
        assert shows(terminal.tab("convcalc out --k ker"), "kernel.txt")
    assert (tmp_path / "sprung").exists()


@pytest.mark.parametrize("line", SILENT)
def test_tab_offers_no_file_where_it_has_nothing(terminal: Terminal, line: str) -> None:
    shown = terminal.tab(f"convcalc {line}")
    assert not [name for name in FILES if shows(shown, name)]


@pytest.mark.parametrize(
    ("line", "word"), [("--k ", "three taps"), ("--n ", "ImageNet"), ("-f ", "for machines")]
)
def test_values_are_described(terminal: Terminal, shell: str, line: str, word: str) -> None:
    shown = terminal.tab(f"convcalc out {line}")
    assert (word in shown) == (shell != "bash")


def test_a_new_command_is_completed_without_a_change(
    shell: str, home: Path, traps: Path, tmp_path: Path
) -> None:
    def draw(
        pictures: Annotated[list[str], typer.Argument(metavar="FILE")],
        k: KernelOption = None,
        output: Annotated[str, typer.Option("--output", "-o", metavar="FILE")] = "",
        seed: Annotated[int, typer.Option("--seed", metavar="SEED", help="It's [any]: 1.")] = 0,
        verbose: Annotated[bool, typer.Option("--verbose/--silent")] = False,
    ) -> None:
        """Draw $a `picture`'s "parts"; and more."""

    app = build()
    app.command("draw")(draw)
    generate = runpy.run_path(str(FOLDER / "generate.py"))
    scripts = cast("Callable[[typer.Typer], dict[str, str]]", generate["scripts"])(app)
    script = tmp_path / SCRIPTS[shell]
    script.write_text(scripts[script.name])
    files = [name for name in FILES if not name.startswith("-")]
    with Terminal(shell, home, script, programs=traps) as terminal:
        terminal.tab("convcalc ", "draw", *COMMANDS)
        terminal.tab("convcalc draw -", "--output", "-o", "--seed", "--verbose", "--silent", "--k")
        for line in ("", "one.png ", "--k 3 ", "-o x.gif ", "-o ", "--output ", "one.png -o "):
            terminal.tab(f"convcalc draw {line}", *files)
        terminal.tab("convcalc draw --output=kern", "kernel.txt")
        terminal.tab("convcalc draw ker", "kernel.txt")
        for line in ("--k ", "one.png --k "):
            shown = terminal.tab(f"convcalc draw {line}", *KERNELS)
            assert not [name for name in FILES if shows(shown, name)]
        shown = terminal.tab("convcalc draw --seed ")
        assert not [name for name in FILES if shows(shown, name)]


def test_the_printed_script_works_as_the_help_says(shell: str, tmp_path: Path) -> None:
    installed = Path(sys.executable).parent
    with Terminal(shell, tmp_path, Path(), load=LOAD[shell], programs=installed) as terminal:
        terminal.tab("convcalc out --p ", *PADDINGS)


def test_the_powershell_script_holds_every_word() -> None:
    lines = (FOLDER / SCRIPTS["powershell"]).read_text(encoding="utf-8").splitlines()
    for command, names in OPTIONS.items():
        for name in names:
            assert any(line.startswith(f"{command},{name},") for line in lines)
    values: dict[str, Iterable[str]] = {
        "COMMAND": COMMANDS,
        "FORMAT": FORMATS,
        "P": PADDINGS,
        "OP": OPERATIONS,
        "SOURCE": SOURCES,
        "SHELL": SCRIPTS,
        "DIALECT": DIALECTS,
        "TARGET": NAMES,
        "K": KERNELS,
    }
    for metavar, words in values.items():
        assert any(line.endswith(f",{metavar}") or f",{metavar}," in line for line in lines)
        for word in words:
            assert any(line.startswith(f"{metavar},{word},") for line in lines)
