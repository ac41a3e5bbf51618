"""CONTRIBUTING.md says where a kind of layer, a framework, a format and a command go.

Each is added here to a copy of the package as it says: one new file, and one line elsewhere.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import convcalc

PACKAGE = Path(convcalc.__file__).parent
ROOT = PACKAGE.parent

LAYER = '''
"""Blur pooling: a fixed kernel slid over the padded input."""

from dataclasses import dataclass

from convcalc.layers.axis import check, check_padding, rank_of
from convcalc.layers.notes import of_pool
from convcalc.layers.origin import Origin
from convcalc.layers.padding import TOO_LARGE, resolve, too_large
from convcalc.derivation import evaluate
from convcalc.formulas import EFFECTIVE_KERNEL
from convcalc.layers.axis import Worked
from convcalc.window import Window


@dataclass(frozen=True)
class Blur:
    kernel: object
    stride: object
    padding: object
    dilation: object
    rank: int | None = None
    origin: Origin | None = None

    op = "blur"
    title = "blur pooling"
    weighted = transposed = False
    empty = TOO_LARGE

    def __post_init__(self):
        check("kernel", self.kernel, 1)
        check_padding(self.padding)
        object.__setattr__(self, "rank", rank_of(self))

    def work_out(self, axis, n, note=None):
        k_e = evaluate(EFFECTIVE_KERNEL, note, axis.dilation, axis.kernel)
        low, high = resolve(axis, k_e, n, note)
        window = Window(axis.kernel, axis.stride, low, high, axis.dilation)
        return Worked(axis, n, (low, high), 0, window, window.output(n, note))

    def words(self, results):
        return []

    def data(self):
        return {}

    def remarks(self, worked):
        return of_pool(worked)

    def why_empty(self, worked):
        return too_large(worked)

    def broken(self, axis):
        return ()


def given(_op, parameters):
    kernel, stride, padding, dilation, _, _, rank = parameters
    return Blur(kernel, stride or 2, padding, dilation, rank)
'''

DIALECT = '''
"""Paddle's convolution of two axes."""

from convcalc.dialects.call import bind, signature
from convcalc.layers import Conv
from convcalc.layers.origin import Origin

EXAMPLES = ("Conv2D",)
NOT_AFTER = frozenset({"layers", "keras", "torch"})
_CONV = signature("in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1")


def knows(path):
    return path.rpartition(".")[2] == "Conv2D"


def read(call, _hints):
    bound = bind(call, _CONV)
    values = [bound.per_axis(name, 2, 0) for name in ("kernel_size", "stride", "padding")]
    channels = bound.optional_integer("in_channels"), bound.optional_integer("out_channels")
    return Conv(*values, rank=2, origin=Origin("paddle", "Conv2D", *channels))
'''

TARGET = '''
"""Paddle: a convolution alone."""

from convcalc.ports.code import Written, even, function
from convcalc.ports.weights import Layout, conversion


def _conv(plan):
    pads = [low for low, _ in plan.pads or ()]
    call = f"F.conv{plan.rank}d(x, weight, bias, {list(plan.stride)}, {pads})"
    code = function(["import paddle.nn.functional as F"], call, [f"return {call}"])
    single = plan.pads is not None and even(plan.pads)
    return Written(single, code, conversion(plan, Layout("OI*")), call=call)


def why(_plan):
    return ""


def remarks(_plan):
    return ()


WRITERS = {"conv": _conv}
'''

FORMAT = '''
"""A page as an outline of Org mode."""

from convcalc.renderers import text


def render(page, *, ascii_only=False):
    return "* " + text.render(page, ascii_only=ascii_only).replace("\\n\\n", "\\n* ")
'''

COMMAND = '''
"""``convcalc field``: what one output sees."""

from convcalc.cli.options import KernelOption, read_options

EXAMPLES = """\\
convcalc field --k 3                    three cells
"""


def field(k: KernelOption = None) -> None:
    """Cells of the input that one output sees."""
    print(read_options(k, None, None, None, None, None, ceil=False).k)
'''

CONV = "paddle.nn.Conv2D(3, 8, 3, stride=2, padding=1)"

Asked = tuple[str | tuple[str, ...], int, str]  # arguments, status, and what is said

# The new file; the file, the table and the line elsewhere; what is asked.
ADDED: dict[str, tuple[tuple[str, str], tuple[str, str, str], list[Asked]]] = {
    "layer": (
        ("layers/blur.py", LAYER),
        ("layers/kind.py", "KINDS", '    "blur": Kind("blur pooling", "blur"),'),
        [
            ("out --op blur --k 3 --n 32 -q", 0, "15"),
            ("out --op blur --k 3 --p 1 --n 7 -f text", 0, "blur pooling: 7 → 4"),
            ("out --op blur --k 9 --n 3", 2, "blur pooling: the kernel is larger"),
            ("out --op blur --k 3 --n 9 --ceil", 2, "--ceil is a pool's"),
            ("sweep --op blur --k 3 --n 8..9 --s 2 -q", 0, "3\n4"),
            ("solve --op blur --n 8 --out 4", 2, "blur pooling"),
            ("draw --op blur --k 3 --n 8", 2, "blur pooling"),
            ("out --op blur --k 3 --n 9 --prove", 2, "a proof does not run blur pooling"),
        ],
    ),
    "reading": (
        ("dialects/paddle.py", DIALECT),
        ("dialects/__init__.py", "DIALECTS", '    "paddle": "Paddle",'),
        [
            (("out", CONV, "--n", "32", "-q"), 0, "16x16"),
            (("out", CONV, "--n", "32", "--dialect", "paddle", "-q"), 0, "16x16"),
            (("port", CONV, "--to", "pytorch", "-q"), 0, "F.conv2d(x, weight, bias, stride=2"),
            (("out", "paddle.nn.Conv2D(3)", "--n", "8"), 2, "kernel_size"),
        ],
    ),
    "writing": (
        ("ports/paddle.py", TARGET),
        ("ports/__init__.py", "TARGETS", '    "paddle": "Paddle",'),
        [
            (("port", "nn.Conv2d(3, 8, 3)", "--to", "paddle", "-q"), 0, "paddle.nn.functional"),
            (("port", "nn.MaxPool2d(3)", "--to", "paddle"), 1, "no code of Paddle is known for"),
            (("port", "nn.MaxPool2d(3)", "-q"), 0, "max_pool"),
            ("solve --n 9 --out 4 --k 3 --s 2 --op conv --to paddle -q", 0, "F.conv1d"),
        ],
    ),
    "format": (
        ("renderers/org.py", FORMAT),
        ("renderers/__init__.py", "FORMATS", '    "org": "an outline of Org mode",'),
        [
            ("out --op conv --k 3 --n 9 -f org", 0, "* convolution: 9 → 7"),
            ("equiv --k 3 -f org", 0, "* "),
            ("sweep --k 3 --n 9..10 -f org", 0, "* "),
            ("out -h", 0, "org"),
        ],
    ),
    "command": (
        ("cli/field.py", COMMAND),
        ("cli/app.py", "COMMANDS", '    "field": "What does one output see?",'),
        [
            ("field --k 3", 0, "3"),
            ("field -h", 0, "three cells"),
            ("-h", 0, "What does one output see?"),
            ("feild --k 3", 2, "field"),
        ],
    ),
}

ASK = """
import contextlib, io, json, sys
from convcalc.cli import main
answers = []
for arguments in json.loads(sys.argv[1]):
    sys.argv[1:] = arguments
    said, status = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True), 0
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            main()
        except SystemExit as stopped:
            status = stopped.code or 0
    answers.append((status, said.buffer.getvalue().decode()))
print(json.dumps(answers))
"""


def test_contributing_names_the_tables() -> None:
    words = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for (_, _), (path, table, line), _ in ADDED.values():
        assert f"`convcalc/{path}`" in words
        assert f"`{table}`" in words
        assert f"`{line.strip()}`" in words


@pytest.mark.parametrize("what", ADDED)
def test_one_file_and_one_line(what: str, tmp_path: Path) -> None:
    (path, source), (elsewhere, table, line), asked = ADDED[what]
    copy = tmp_path / "convcalc"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / path).write_text(source.lstrip(), encoding="utf-8")
    before = (copy / elsewhere).read_text(encoding="utf-8")
    start = before.index(f"\n{table} = {{\n") + 1
    end = before.index("\n}\n", start) + 1
    (copy / elsewhere).write_text(before[:end] + line + "\n" + before[end:], encoding="utf-8")
    lines = [words.split() if isinstance(words, str) else words for words, _, _ in asked]
    ran = subprocess.run(
        [sys.executable, "-c", ASK, json.dumps(lines)],
        capture_output=True,
        check=True,
        text=True,
        encoding="utf-8",
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PYTHONIOENCODING": "utf-8", "COLUMNS": "100"},
    )
    for (status, said), (words, expected, text) in zip(json.loads(ran.stdout), asked, strict=True):
        assert (status, text in said) == (expected, True), (words, status, said)
