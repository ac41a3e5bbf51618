"""The sdist and the wheel: what is in them, and that the wheel alone is the whole product.

Both are built offline with what the dev extra has. That a consumer's types hold against the
installed wheel, .ci/run checks, for a type checker needs its time.
"""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from email import message_from_bytes
from importlib.metadata import EntryPoint
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import convcalc
from convcalc.cli.completions import SCRIPTS

from . import consumer
from .conftest import needs

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NAME = f"convcalc-{convcalc.__version__}"
SHARED = {
    "share/bash-completion/completions/convcalc": "completions/convcalc.bash",
    "share/zsh/site-functions/_convcalc": "completions/_convcalc",
    "share/fish/vendor_completions.d/convcalc.fish": "completions/convcalc.fish",
    "share/man/man1/convcalc.1": "docs/convcalc.1",
}
SOURCES = {path.relative_to(ROOT).as_posix() for path in (ROOT / "convcalc").rglob("*.py")}


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    # Without PYTHONPATH and in another folder, nothing of the checkout can be found.
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**clean, **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def build(source: Path, folder: Path, *targets: str) -> None:
    run(sys.executable, "-m", "hatchling", "build", "-d", folder, *targets, cwd=source)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist and the wheel."""
    if find_spec("hatchling") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("hatchling is not installed")
        pytest.skip("hatchling is not installed")
    folder = tmp_path_factory.mktemp("dist")
    build(ROOT, folder)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Iterator[zipfile.ZipFile]:
    with zipfile.ZipFile(built / f"{NAME}-py3-none-any.whl") as archive:
        yield archive


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the wheel alone was installed."""
    folder = tmp_path_factory.mktemp("installed")
    file = built / f"{NAME}-py3-none-any.whl"
    options = ("--quiet", "--no-deps", "--no-index", "--target", folder)
    if find_spec("pip"):
        run(sys.executable, "-m", "pip", "install", *options, "--no-compile", file, cwd=folder)
    else:  # an environment made by uv has no pip; its uv does the same
        uv = needs("uv")
        run(uv, "pip", "install", "--python", sys.executable, *options, file, cwd=folder)
    return folder


def test_the_wheel_holds_the_package_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    scripts = {f"convcalc/completions/{name}" for name in SCRIPTS.values()}
    about = {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"}
    assert set(wheel.namelist()) == {
        *SOURCES,
        *scripts,
        "convcalc/py.typed",
        *(f"{NAME}.dist-info/{name}" for name in about),
        *(f"{NAME}.data/data/{name}" for name in SHARED),
    }
    assert Path(wheel.filename or "").stat().st_size < 600_000


def test_scripts_manual_and_licence_are_those_of_the_checkout(wheel: zipfile.ZipFile) -> None:
    pairs = {
        **{f"{NAME}.data/data/{name}": source for name, source in SHARED.items()},
        **{f"convcalc/completions/{name}": f"completions/{name}" for name in SCRIPTS.values()},
        f"{NAME}.dist-info/licenses/LICENSE": "LICENSE",
    }
    for name, source in pairs.items():
        assert wheel.read(name) == (ROOT / source).read_bytes(), name


def test_the_sdist_builds_the_same_wheel(built: Path, tmp_path: Path) -> None:
    with tarfile.open(built / f"{NAME}.tar.gz") as archive:
        names = {name.removeprefix(f"{NAME}/") for name in archive.getnames()}
        # Python 3.11.4 brought the filter, and 3.12 warns without it.
        careful: Any = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        archive.extractall(tmp_path, **careful)  # noqa: S202
    tests = {f"tests/{path.name}" for path in (ROOT / "tests").glob("*.py")}
    others = {"LICENSE", "README.md", "CHANGELOG.md", "pyproject.toml", "completions/generate.py"}
    assert names >= SOURCES | tests | others | set(SHARED.values())
    hidden = [name for name in names if name.startswith(".venv") or name.endswith(".pyc")]
    assert hidden == []
    build(tmp_path / NAME, tmp_path, "-t", "wheel")
    file = f"{NAME}-py3-none-any.whl"
    assert (tmp_path / file).read_bytes() == (built / file).read_bytes()


def test_the_metadata_are_those_of_the_project(wheel: zipfile.ZipFile) -> None:
    text = wheel.read(f"{NAME}.dist-info/METADATA")
    metadata = message_from_bytes(text)
    assert metadata["Name"] == "convcalc"
    assert metadata["Version"] == convcalc.__version__
    assert metadata["Requires-Python"] == PROJECT["requires-python"]
    assert metadata["License-Expression"] == "MIT"
    assert metadata.get_all("License-File") == ["LICENSE"]
    assert metadata.get_all("Provides-Extra") == ["dev", "gif", "onnx"]
    needed = [line for line in metadata.get_all("Requires-Dist", []) if "extra" not in line]
    assert sorted(re.split(r"[<>=]", line)[0] for line in needed) == ["numpy", "rich", "typer"]
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert text.endswith(b"\n\n" + (ROOT / "README.md").read_bytes())


def test_the_wheel_alone_answers(installed: Path) -> None:
    line = ("-m", "convcalc", "out", "--k", "3", "--p", "2", "--s", "3", "--n", "32", "-q")
    found = {"PYTHONPATH": str(installed)}
    assert run(sys.executable, *line, cwd=installed, **found) == "conv 12\ndeconv 92\n"
    where = run(
        sys.executable, "-c", "import convcalc; print(convcalc.__file__)", cwd=installed, **found
    )
    assert Path(where.strip()).parent == installed / "convcalc"


def test_the_entry_point_of_the_wheel(installed: Path) -> None:
    text = (installed / f"{NAME}.dist-info" / "entry_points.txt").read_text(encoding="utf-8")
    assert text.split() == ["[console_scripts]", "convcalc", "=", "convcalc.cli:run"]
    assert EntryPoint("convcalc", PROJECT["scripts"]["convcalc"], "console_scripts").load()
    script = installed / "bin" / "convcalc"
    if os.name == "posix":
        answer = run(
            script, "equiv", "--k", "3", "--p", "0", "-q", cwd=installed, PYTHONPATH=str(installed)
        )
        assert answer == "2\n"


def test_completions_and_manual_are_installed_and_printed(installed: Path) -> None:
    for name, source in SHARED.items():
        assert (installed / name).read_bytes() == (ROOT / source).read_bytes()
    code = (
        "import sys\nfrom convcalc.cli.completions import SCRIPTS, completions\n"
        "for shell in SCRIPTS: completions(shell)"
    )
    printed = run(sys.executable, "-c", code, cwd=installed, PYTHONPATH=str(installed))
    assert printed == "".join(
        (ROOT / "completions" / name).read_text(encoding="utf-8") for name in SCRIPTS.values()
    )


def test_a_consumer_runs_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    program = shutil.copy(Path(consumer.__file__), tmp_path)
    told = run(sys.executable, program, cwd=tmp_path, PYTHONPATH=str(installed))
    assert told.startswith("output_shape: 92x92\n")


def test_the_consumer_uses_every_public_function() -> None:
    text = Path(consumer.__file__).read_text(encoding="utf-8")
    functions = [name for name in convcalc.__all__ if name.islower()]
    assert [name for name in functions if f"convcalc.{name}" not in text] == []
