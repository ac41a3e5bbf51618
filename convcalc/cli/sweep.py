"""``convcalc sweep``: many settings at once."""

import shutil
import sys
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from convcalc.cli.files import check_target, whole_file, write_whole
from convcalc.cli.options import CeilOption, OperationOption, QuietOption, read_operation
from convcalc.cli.output import print_page, read_format, terminal
from convcalc.cli.progress import progress
from convcalc.cli.telling import tell
from convcalc.errors import ConvcalcError, ParameterError
from convcalc.layers.kind import refuse_foreign
from convcalc.readers.values import read_padding, read_range
from convcalc.renderers import FORMATS

if TYPE_CHECKING:
    from convcalc.grid.lines import Form
    from convcalc.grid.points import Sweep, Value
    from convcalc.grid.table import Row

EXAMPLES = """\
convcalc sweep --n 1..16 --k 1..7 --s 2 --p 1          a grid: two parameters vary
convcalc sweep --op deconv --n 7 --k 2..5 --s 1..3 --p 0..2 --where "o == 14"
convcalc sweep --n 224 --k 3 --k 7 --s 2 --p same --p 1 --p 0:1
convcalc sweep --n 1..256 --k 1..7 --s 1..4 --p 0..2 -f csv | head
convcalc sweep --n 1..64 --k 1..11..2 --p half -o sizes.svg
convcalc sweep --op maxpool --n 1..512 --k 2..4 --ceil -o pools.npz
"""

ROW_FORMATS = {**FORMATS, "jsonl": "a JSON object on each line"}
ENDINGS = {
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".json": "json",
    ".npz": "an array for each column",
    ".npy": "one structured array",
    ".svg": "the grid of two parameters",
    ".md": "markdown",
    ".tex": "latex",
    ".txt": "text",
}
MOST_SHOWN = 5000  # rows to read
MOST_LISTED = 1_000_000  # values of one parameter that are no single range

KernelsOption = Annotated[
    list[str] | None,
    typer.Option("--k", "-k", "--kernel", metavar="K", help="Kernel sizes: 3, 1..7 or 1..7..2."),
]
StridesOption = Annotated[
    list[str] | None,
    typer.Option("--s", "-s", "--stride", metavar="S", help="Strides. [1; a pool's: its kernel]"),
]
PaddingsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--p", "-p", "--padding", metavar="P", help="Paddings: a..b, before:after or a name. [0]"
    ),
]
DilationsOption = Annotated[
    list[str] | None, typer.Option("--d", "-d", "--dilation", metavar="D", help="Dilations. [1]")
]
OutputPaddingsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--a",
        "-a",
        "--output-padding",
        metavar="A",
        help="Output paddings of a transposed convolution. [0]",
    ),
]
SizesOption = Annotated[
    list[str] | None,
    typer.Option("--n", "-n", "--size", metavar="N", help="Input sizes: 32, 1..64 or 8..64..8."),
]
WhereOption = Annotated[
    str | None,
    typer.Option(
        "--where",
        metavar="CONDITION",
        help="Keep the rows for which it holds, as 'out > 0 and n % s == 0'.",
    ),
]
RowsOption = Annotated[
    str | None,
    typer.Option("--format", "-f", metavar="ROWS", help=f"{', '.join(ROW_FORMATS)}. [table]"),
]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help=f"Write a file: {', '.join(ENDINGS)}."),
]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")]


def sweep(
    k: KernelsOption = None,
    s: StridesOption = None,
    p: PaddingsOption = None,
    d: DilationsOption = None,
    a: OutputPaddingsOption = None,
    n: SizesOption = None,
    op: OperationOption = None,
    ceil: CeilOption = False,
    where: WhereOption = None,
    format_name: RowsOption = None,
    quiet: QuietOption = False,
    output: OutputOption = None,
    force: ForceOption = False,
) -> None:
    """The output size of every combination of settings, along one axis.

    Each parameter may be a range, a..b or a..b..step, and may be given several times. Without --op:
    a convolution. Two parameters that vary make a grid. A combination that is not valid has no
    output and says why; --where "out > 0" leaves it out. -q prints the outputs alone, - for none.
    """
    chosen = read_format(format_name, quiet, ROW_FORMATS)
    ending = "" if output is None else check_target(output, ENDINGS, force)
    if output is not None and (quiet or format_name is not None):
        raise ParameterError(
            f"--output: the ending of {output.name} says the format: leave --format and --quiet out"
        )
    asked = _read(k, s, p, d, a, n, op, ceil, where)
    if output is not None:
        _write(asked, output, ending)
    elif quiet or chosen in ("csv", "jsonl"):
        _stream(asked, _form(asked, "" if quiet else chosen))
    else:
        _show(asked, chosen)


def _read(
    k: list[str] | None,
    s: list[str] | None,
    p: list[str] | None,
    d: list[str] | None,
    a: list[str] | None,
    n: list[str] | None,
    op: str | None,
    ceil: bool,
    where: str | None,
) -> "Sweep":
    """The sweep that the options describe."""
    operation = "conv" if op is None else read_operation(op)
    if k is None:
        raise ParameterError("the kernel size is missing: give --k, as in --k 3 or --k 1..7")
    if n is None:
        raise ParameterError("the input size is missing: give --n, as in --n 32 or --n 1..64")
    foreign = {"ceil": "--ceil"} if ceil else {}
    refuse_foreign(operation, foreign if a is None else {**foreign, "output_padding": "--a"})
    from convcalc.grid import sweep

    return sweep(
        operation,
        size=_values("--n", n),
        kernel=_values("--k", k),
        stride=None if s is None else _values("--s", s),
        padding=0 if p is None else _values("--p", p, _padding),
        dilation=1 if d is None else _values("--d", d),
        output_padding=0 if a is None else _values("--a", a),
        ceil=ceil,
        where=where,
    )


def _values(
    name: str,
    texts: list[str],
    read: "Callable[[str, str], range | tuple[Value, ...]] | None" = None,
) -> "range | list[Value]":
    """What every giving of an option says, one after the other."""
    from convcalc.grid.points import count

    parts = [(read or _range)(name, text) for text in texts]
    if len(parts) == 1 and isinstance(parts[0], range):
        return parts[0]
    listed = sum(map(count, parts))
    if listed > MOST_LISTED:
        raise ParameterError(
            f"{name}: {listed} values that are not one range are too many: at most {MOST_LISTED}"
        )
    return [value for part in parts for value in part]


def _range(name: str, text: str) -> range:
    if "x" in text or "," in text:
        raise ParameterError(
            f"{name}: a sweep goes along one axis, got {text!r}; for several values repeat the "
            f"option: {name} 3 {name} 5"
        )
    return read_range(name, text)


def _padding(name: str, text: str) -> "range | tuple[Value, ...]":
    if ".." in text:
        return _range(name, text)
    value = read_padding(name, text)
    if not isinstance(value, tuple):
        return (value,)
    if len(value) > 1:
        _range(name, text)
    (pair,) = value
    return (pair,)


def _rows(asked: "Sweep", chosen: str) -> "list[Row]":
    """All rows, where there are few enough to read."""
    from convcalc.grid.table import rows

    found: list[Row] = []
    if asked.where is not None or asked.total <= MOST_SHOWN:
        found = list(islice(rows(asked), MOST_SHOWN + 1))
        if len(found) <= MOST_SHOWN:
            return found
    more = f"more than {MOST_SHOWN} of " if found else ""
    raise ParameterError(
        f"{more}{asked.total} combinations are too many for {chosen} (at most {MOST_SHOWN}): "
        "take -f csv, -f jsonl, or -o with .csv, .jsonl, .npz or .npy"
    )


def _show(asked: "Sweep", chosen: str) -> None:
    """Small answers, whole: a page, or the grid of two parameters."""
    from convcalc.grid.table import grid
    from convcalc.pages.sweep import heading, left_out, page

    found = _rows(asked, f"-f {chosen}")
    shown = page(asked, found)
    lattice = grid(asked) if chosen == "table" and asked.total <= MOST_SHOWN else None
    if lattice is None:
        print_page(shown, chosen)
        return
    from rich.console import Group
    from rich.text import Text

    from convcalc.cli.output import console, print_rich
    from convcalc.pictures.heatmap_terminal import table

    is_a = terminal()
    shaded = is_a.coloured and console().color_system != "standard"  # 16 colours make no scale
    words = heading(asked)
    print_rich(
        Group(
            Text(words.line, "bold"),
            Text(words.detail),
            Text(),
            *table(lattice, is_a.width, shaded, is_a.ascii_only),
            *([] if asked.where is None else [Text(left_out(asked, len(found)))]),
        )
    )


def _form(asked: "Sweep", name: str) -> "Form":
    from convcalc.grid import lines

    if not name:
        return lines.bare()
    return {"csv": lines.csv, "jsonl": lines.json_lines}[name](asked.names)


def _stream(asked: "Sweep", form: "Form") -> None:
    """Any number of lines on stdout, written as they are made."""
    sys.stdout.flush()
    with progress("rows", asked.total, shown=not sys.stdout.isatty()) as told:
        kept = _pour(asked, form, sys.stdout.buffer, told)
    sys.stdout.buffer.flush()
    _say_left_out(asked, kept)


def _pour(asked: "Sweep", form: "Form", file: IO[bytes], told: Callable[[int], object]) -> int:
    """Write all lines; how many rows they were."""
    from convcalc.grid.lines import lines

    kept = 0
    for some in lines(asked, form):
        file.write(some.text)
        told(some.rows)
        kept += some.kept
    return kept


def _say_left_out(asked: "Sweep", kept: int) -> None:
    """Beside rows that are for programs, what a condition did to them."""
    if asked.where is not None:
        from convcalc.pages.sweep import left_out

        tell(left_out(asked, kept))


def _write(asked: "Sweep", path: Path, ending: str) -> None:
    """A file of any size, or of a small answer."""
    match ending:
        case ".csv" | ".jsonl":
            _write_lines(asked, path, ENDINGS[ending])
        case ".npy" | ".npz":
            _write_arrays(asked, path, ending)
        case ".svg":
            write_whole(path, _picture(asked).encode())
        case _:
            from importlib import import_module

            from convcalc.pages.sweep import page

            shown = page(asked, _rows(asked, ending))
            render = import_module(f"convcalc.renderers.{ENDINGS[ending]}").render
            write_whole(path, (render(shown) + "\n").encode())
    tell(f"wrote {path}")


def _write_lines(asked: "Sweep", path: Path, name: str) -> None:
    from convcalc.grid.lines import longest

    form = _form(asked, name)
    _check_room(asked, path, longest(asked, form))
    with whole_file(path) as file, progress(path.name, asked.total, shown=True) as told:
        kept = _pour(asked, form, file, told)
    _say_left_out(asked, kept)


def _write_arrays(asked: "Sweep", path: Path, ending: str) -> None:
    from convcalc.grid.arrays import columns, write_npy, write_npz

    if asked.exact:
        raise ParameterError(
            f"--output: numbers here may reach 2^{asked.greatest.bit_length()}, which an array of "
            "64-bit integers cannot hold; valid: .csv, .jsonl"
        )
    kinds = columns(asked)
    _check_room(asked, path, sum(kind.itemsize for kind in kinds.values()))
    passes = (1 if ending == ".npy" else len(kinds)) + (asked.where is not None)
    write = write_npy if ending == ".npy" else write_npz
    with (
        whole_file(path) as file,
        progress(path.name, passes * asked.total, shown=True) as told,
    ):
        kept = write(asked, file, told)
    _say_left_out(asked, kept)


def _picture(asked: "Sweep") -> str:
    from convcalc.grid.table import grid
    from convcalc.pages.sweep import heading
    from convcalc.pictures.heatmap import paint

    if len(asked.free) != 2:
        free = ", ".join(asked.free) or "none"
        raise ParameterError(
            f"--output .svg: a grid needs exactly two parameters that vary, here {free}"
        )
    _rows(asked, ".svg")
    lattice = grid(asked)
    assert lattice is not None
    words = heading(asked)
    return paint(lattice, words.line, words.detail)


def _check_room(asked: "Sweep", path: Path, width: int) -> None:
    """Refuse what the disk could not hold, before any work; a row takes at most ``width`` bytes."""
    from convcalc.grid.arrays import kept_rows

    try:
        free = shutil.disk_usage(path.parent).free
    except OSError as error:
        raise ConvcalcError(f"--output: {path}: {error.strerror}") from None
    rows = asked.total
    if rows * width > free:
        rows = kept_rows(asked)
    if rows * width > free:
        raise ParameterError(
            f"--output: {rows} rows may take up to {rows * width / 1e9:.1f} GB, and {path.parent} "
            f"has {free / 1e9:.1f} GB free: narrow a range, or add --where"
        )
