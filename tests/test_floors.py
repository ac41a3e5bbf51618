"""Imports point downwards, and nothing is imported that a command does not need."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import convcalc

PACKAGE = Path(convcalc.__file__).parent

# Lower floors first; a module may import from its own floor and from those below.
FLOORS = [
    {"errors"},
    {"formulas"},
    {"derivation"},
    {"page"},
    {"window"},
    {"layers"},
    {"equiv", "numeric", "proof", "graph", "grid", "solver"},
    {"dialects"},
    {"ports"},
    {"explainer"},
    {"readers"},
    {"pages"},
    {"renderers", "pictures"},
    {"notebook"},
    {"cli"},
]
# Notebooks ask a record itself how it looks, by the name of a method: the one way upwards.
SHOWN = re.compile(r"_repr_(html|latex|markdown)_")
DOOR = "convcalc.notebook"
ALLOWED = {
    "typer": {"cli"},
    "rich": {
        "cli/output.py",
        "cli/draw.py",
        "renderers/table.py",
        "pictures/terminal.py",
        "pictures/heatmap_terminal.py",
        "cli/progress.py",
        "cli/rows.py",
    },
    "PIL": {"pictures/raster.py"},
    "numpy": {"numeric", "proof", "graph/sizes.py", "graph/cells.py", "graph/marks.py", "grid"},
    "onnx": {"readers/onnx_file.py"},
}


def floor_of(part: str) -> int:
    return next(number for number, names in enumerate(FLOORS) if part in names)


def modules() -> list[Path]:
    return sorted(
        path
        for path in PACKAGE.rglob("*.py")
        if path.parent != PACKAGE or path.stem not in ("__init__", "__main__")
    )


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """Every node, but for the door in the methods that notebooks call."""
    yield node
    for child in ast.iter_child_nodes(node):
        shown = isinstance(node, ast.FunctionDef) and SHOWN.fullmatch(node.name)
        if not (shown and isinstance(child, ast.ImportFrom) and child.module == DOOR):
            yield from walk(child)


def imported(source: str) -> set[str]:
    names = set()
    for node in walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def faults(path: str, source: str) -> list[str]:
    """What is wrong with the imports of the module at ``path`` within the package."""
    own = path.split("/", maxsplit=1)[0].removesuffix(".py")
    found = []
    for name in imported(source):
        top, _, rest = name.partition(".")
        if top == "convcalc" and rest and floor_of(rest.split(".")[0]) > floor_of(own):
            found.append(f"{path} imports {name} from a floor above")
        if top in ALLOWED and not {own, path} & ALLOWED[top]:
            found.append(f"{path} imports {name}")
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_downwards(path: Path) -> None:
    assert faults(path.relative_to(PACKAGE).as_posix(), path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("window.py", "from convcalc.layers import Conv"),
        ("layers/conv.py", "def f():\n    from convcalc.renderers import text"),
        ("equiv.py", "import typer"),
        ("renderers/text.py", "from rich.table import Table"),
        ("layers/pool.py", "import numpy as np"),
        ("cli/proving.py", "import numpy as np"),
        ("layers/conv.py", "from convcalc.numeric import conv"),
        ("graph/trace.py", "from convcalc.dialects import read"),
        ("graph/trace.py", "import numpy as np"),
        ("derivation.py", "def page():\n    from convcalc.notebook import html"),
        ("derivation.py", "def _repr_html_():\n    from convcalc.renderers.html import render"),
    ],
)
def test_the_check_of_imports_can_fail(path: str, source: str) -> None:
    assert faults(path, source)


def loaded(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter holds after ``code``."""
    shown = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"],
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    last = shown.splitlines()[-1]
    return {name.partition(".")[0] for name in last.split()}


def command(*lines: str) -> str:
    runs = (
        f"sys.argv = {['convcalc', *line.split()]!r}\ntry:\n    main()\nexcept SystemExit:\n    pass"
        for line in lines
    )
    return "\n".join(["import sys\nfrom convcalc.cli import main", *runs])


def test_the_library_imports_no_heavy_package() -> None:
    assert not {"typer", "rich", "numpy"} & loaded("import convcalc")
    assert "numpy" in loaded("import convcalc\nconvcalc.numeric.conv, convcalc.proof.prove")


def test_answers_import_neither_numpy_nor_more_than_they_show() -> None:
    unet = PACKAGE.parent / "docs" / "examples" / "unet-same.txt"
    # One after the other in one process: what none of them holds, each of them does without.
    plain = command(
        "out --k 3 --n 32 -q",
        "equiv --k 3 -f text",
        "solve --n 7 --out 14 -f text",
        f"net {unet} --n 512 -f text",
    )
    assert not {"rich", "numpy", "onnx"} & loaded(plain)
    table = loaded(command("out --k 3 --n 32"))
    assert "rich" in table
    assert "numpy" not in table
    assert "numpy" in loaded(command("out --k 3 --n 32 --prove -q"))


def test_the_check_of_loaded_modules_can_fail() -> None:
    assert "numpy" in loaded("import convcalc, numpy")
