"""``convcalc sweep``: many settings at once."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from convcalc.cli.files import check_target
from convcalc.cli.options import (
    CeilOption,
    ForceOption,
    OperationOption,
    QuietOption,
    read_operation,
    spelled,
)
from convcalc.cli.output import read_format
from convcalc.cli.rows import ENDINGS, show, stream, write
from convcalc.errors import ParameterError
from convcalc.layers.kind import refuse_foreign
from convcalc.readers.values import read_padding, read_range
from convcalc.renderers import FORMATS

if TYPE_CHECKING:
    from convcalc.grid.points import Values

EXAMPLES = """\
convcalc sweep --n 1..16 --k 1..7 --s 2 --p 1          a grid: two parameters vary
convcalc sweep --op deconv --n 7 --k 2..5 --s 1..3 --p 0..2 --where "o == 14"
convcalc sweep --n 224 --k 3 --k 7 --s 2 --p same --p 1 --p 0:1
convcalc sweep --n 1..256 --k 1..7 --s 1..4 --p 0..2 -f csv | head
convcalc sweep --n 1..64 --k 1..11..2 --p half -o sizes.svg
convcalc sweep --op maxpool --n 1..512 --k 2..4 --ceil -o pools.npz
"""

ROW_FORMATS = {**FORMATS, "jsonl": "a JSON object on each line"}
MOST_LISTED = 1_000_000  # values of one parameter that are no single range

KernelsOption = Annotated[list[str] | None, spelled("K", "Kernel sizes: 3, 1..7 or 1..7..2.")]
StridesOption = Annotated[list[str] | None, spelled("S", "Strides. [1; a pool's: its kernel]")]
PaddingsOption = Annotated[
    list[str] | None, spelled("P", "Paddings: a..b, before:after or a name. [0]")
]
DilationsOption = Annotated[list[str] | None, spelled("D", "Dilations. [1]")]
OutputPaddingsOption = Annotated[
    list[str] | None, spelled("A", "Output paddings of a transposed convolution. [0]")
]
SizesOption = Annotated[list[str] | None, spelled("N", "Input sizes: 32, 1..64 or 8..64..8.")]
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
    operation = "conv" if op is None else read_operation(op)
    if k is None:
        raise ParameterError("the kernel size is missing: give --k, as in --k 3 or --k 1..7")
    if n is None:
        raise ParameterError("the input size is missing: give --n, as in --n 32 or --n 1..64")
    foreign = {"ceil": "--ceil"} if ceil else {}
    refuse_foreign(operation, foreign if a is None else {**foreign, "output_padding": "--a"})
    from convcalc.grid import sweep as combinations

    asked = combinations(
        operation,
        size=_values("--n", n),
        kernel=_values("--k", k),
        stride=None if s is None else _values("--s", s),
        padding=_values("--p", p or ["0"]),
        dilation=_values("--d", d or ["1"]),
        output_padding=_values("--a", a or ["0"]),
        ceil=ceil,
        where=where,
    )
    if output is not None:
        write(asked, output, ending)
    elif quiet or chosen in ("csv", "jsonl"):
        stream(asked, "bare" if quiet else chosen)
    else:
        show(asked, chosen)


def _values(name: str, texts: list[str]) -> "Values":
    """What every giving of an option says, one after the other."""
    from convcalc.grid.points import count

    parts = [(_padding if name == "--p" else _range)(name, text) for text in texts]
    if len(parts) == 1:
        return parts[0]
    listed = sum(map(count, parts))
    if listed > MOST_LISTED:
        raise ParameterError(
            f"{name}: {listed} values that are not one range are too many: at most {MOST_LISTED}"
        )
    return tuple(value for part in parts for value in part)


def _range(name: str, text: str) -> range:
    if "x" in text or "," in text:
        raise ParameterError(
            f"{name}: a sweep goes along one axis, got {text!r}; for several values repeat the "
            f"option: {name} 3 {name} 5"
        )
    return read_range(name, text)


def _padding(name: str, text: str) -> "Values":
    """A range, or one padding: a number, before:after, or a name."""
    value = text if ".." in text else read_padding(name, text)
    if value is text or (isinstance(value, tuple) and len(value) > 1):
        return _range(name, text)
    return value if isinstance(value, tuple) else (value,)
