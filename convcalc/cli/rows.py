"""Where the rows of a sweep go: a page, a grid, lines on stdout, a file of any size.

Law: rows are counted before any is made. What people read is small and shown whole; what programs
read is written piece by piece.
"""

import shutil
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

from convcalc.cli.files import whole_file, write_whole
from convcalc.cli.output import console, is_file, print_page, print_rich, terminal
from convcalc.cli.progress import progress
from convcalc.cli.telling import tell
from convcalc.errors import ConvcalcError, ParameterError

if TYPE_CHECKING:
    from convcalc.grid.points import Sweep, Told
    from convcalc.grid.table import Row

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
MOST_DRAWN = 40_000  # cells of a picture


def show(asked: "Sweep", chosen: str) -> None:
    """Few rows, on stdout: a page, or as a table of two free parameters their grid."""
    if chosen == "table" and len(asked.free) == 2 and asked.total <= MOST_SHOWN:
        _show_grid(asked)
        return
    from convcalc.pages.sweep import page

    print_page(page(asked, _few(asked, f"-f {chosen}")), chosen)


def stream(asked: "Sweep", chosen: str) -> None:
    """Any number of rows as lines on stdout, written as they are made: csv, jsonl or bare."""
    from convcalc.grid import lines

    sys.stdout.flush()
    # What reads a pipe may have the screen, as a pager does.
    with progress("rows", asked.total, shown=is_file()) as told:
        kept = lines.write(asked, lines.FORMS[chosen](asked.names), sys.stdout.buffer, told)
    sys.stdout.buffer.flush()
    _say_left_out(asked, kept)


def write(asked: "Sweep", path: Path, ending: str) -> None:
    """A file: any number of rows, a small page, or a picture."""
    match ending:
        case ".csv" | ".jsonl" | ".npy" | ".npz":
            _write_many(asked, path, ending)
        case ".svg":
            write_whole(path, _picture(asked).encode())
        case _:
            from convcalc.pages.sweep import page

            shown = page(asked, _few(asked, ending))
            render = import_module(f"convcalc.renderers.{ENDINGS[ending]}").render
            write_whole(path, (render(shown) + "\n").encode())
    tell(f"wrote {path}")


def _few(asked: "Sweep", words: str) -> "list[Row]":
    """All rows, refused where they are too many to read."""
    from convcalc.grid.table import rows

    found: list[Row] = []
    if asked.where is not None or asked.total <= MOST_SHOWN:
        with progress("rows", asked.total) as told:
            found = list(islice(rows(asked, told), MOST_SHOWN + 1))
        if len(found) <= MOST_SHOWN:
            return found
    more = f"more than {MOST_SHOWN} of " if found else ""
    raise ParameterError(
        f"{more}{asked.total} combinations are too many for {words} (at most {MOST_SHOWN}): "
        "take -f csv, -f jsonl, or -o with .csv, .jsonl, .npz or .npy"
    )


def _show_grid(asked: "Sweep") -> None:
    from convcalc.grid.table import grid
    from convcalc.pages.sweep import heading, left_out
    from convcalc.pictures.heatmap_terminal import paint

    lattice, words, is_a = grid(asked), heading(asked), terminal()
    shaded = is_a.coloured and console().color_system != "standard"  # 16 colours make no scale
    remark = "" if asked.where is None else left_out(asked, len(lattice.kept))
    shown = paint(lattice, words.line, words.detail, remark, is_a.width, shaded, is_a.ascii_only)
    print_rich(shown)


def _picture(asked: "Sweep") -> str:
    from convcalc.grid.table import grid
    from convcalc.pages.sweep import heading
    from convcalc.pictures.heatmap import paint

    if asked.total > MOST_DRAWN:
        raise ParameterError(
            f"{asked.total} combinations are too many for a picture: at most {MOST_DRAWN}"
        )
    words = heading(asked)
    return paint(grid(asked), words.line, words.detail)


class _Writer(NamedTuple):
    """A format for any number of rows: the most bytes of a row, how often the rows are made."""

    width: int
    passes: int
    write: "Callable[[IO[bytes], Told], int]"


def _writer(asked: "Sweep", ending: str) -> _Writer:
    if ending in (".csv", ".jsonl"):
        from convcalc.grid import lines

        form = lines.FORMS[ENDINGS[ending]](asked.names)
        return _Writer(lines.longest(asked, form), 1, partial(lines.write, asked, form))
    from convcalc.grid import arrays

    if asked.exact:
        raise ParameterError(
            f"--output: numbers here may reach 2^{asked.greatest.bit_length()}, which an array of "
            "64-bit integers cannot hold; valid: .csv, .jsonl"
        )
    kinds = arrays.columns(asked)
    width = sum(kind.itemsize for kind in kinds.values())
    counting = asked.where is not None
    if ending == ".npy":
        return _Writer(width, 1 + counting, partial(arrays.write_npy, asked))
    return _Writer(width, len(kinds) + counting, partial(arrays.write_npz, asked))


def _write_many(asked: "Sweep", path: Path, ending: str) -> None:
    writer = _writer(asked, ending)
    _check_room(asked, path, writer.width)
    with (
        whole_file(path) as file,
        progress(path.name, writer.passes * asked.total) as told,
    ):
        kept = writer.write(file, told)
    _say_left_out(asked, kept)


def _check_room(asked: "Sweep", path: Path, width: int) -> None:
    """Refuse what the disk may not hold, before any work; a row takes at most ``width`` bytes."""
    from convcalc.grid.arrays import kept_rows

    try:
        free = shutil.disk_usage(path.parent).free
    except OSError as error:
        raise ConvcalcError(f"--output: {path}: {error.strerror}") from None
    rows = asked.total
    if rows * width > free and asked.where is not None:
        with progress("counting", rows) as told:
            rows = kept_rows(asked, told)
    if rows * width > free:
        from rich.filesize import decimal

        raise ParameterError(
            f"--output: {rows} rows may take up to {decimal(rows * width)}, and {path.parent} has "
            f"{decimal(free)} free: narrow a range, or add --where"
        )


def _say_left_out(asked: "Sweep", kept: int) -> None:
    """Beside rows that are for programs, what a condition did to them."""
    if asked.where is not None:
        from convcalc.pages.sweep import left_out

        tell(left_out(asked, kept))
