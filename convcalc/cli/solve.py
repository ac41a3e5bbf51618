"""``convcalc solve``: from sizes to parameters: which layer leads from this size to that one."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from convcalc.cli.options import (
    CeilOption,
    FormatOption,
    OperationOption,
    QuietOption,
    SizeOption,
    read_operation,
    spelled,
)
from convcalc.cli.output import print_page, read_format
from convcalc.cli.telling import tell
from convcalc.dialects import framework
from convcalc.errors import ParameterError
from convcalc.layers.axis import PADDING_NAMES, write
from convcalc.layers.kind import refuse_foreign
from convcalc.ports import TARGETS
from convcalc.readers.values import read_padding_ranges, read_pairs, read_ranges, read_sizes
from convcalc.solver import Solutions, write_solution
from convcalc.solver import solve as layers_for

if TYPE_CHECKING:
    from convcalc.ports import Port
    from convcalc.solver.space import Paddings, Values

EXAMPLES = """\
convcalc solve --n 7 --out 14 --op deconv       which deconvolutions do that
convcalc solve --n 224 --out 112 --k 7 --s 2    which padding halves 224
convcalc solve --out 12 --k 3 --s 3 --p 2       which inputs give 12
convcalc solve --n 7x9 --out 14x18 --k 2..5 --op deconv
convcalc solve --pairs 7:14,8:16                one layer for every pair
convcalc solve --n 5 --out 9 --op deconv --s 2 --to keras
"""

LOOKED_THROUGH = 100  # solutions of which the single layers of a framework come first

# What is not given is solved for, and what is given may be a range.
KernelRange = Annotated[str | None, spelled("K", "Kernel size; a range: 2..5. [1..16]")]
StrideRange = Annotated[str | None, spelled("S", "Stride, or a range. [all that the sizes leave]")]
PaddingRange = Annotated[
    str | None,
    spelled(
        "P",
        "Padding of each side, or a range; or before:after; negative to crop; or "
        f"{', '.join(PADDING_NAMES)}. [0..k_e-1; a pool's: 0..floor(k/2)]",
    ),
]
DilationRange = Annotated[str | None, spelled("D", "Dilation, or a range. [1..4]")]
OutputPaddingRange = Annotated[
    str | None,
    spelled("A", "Output padding of a transposed convolution, or a range. [all that it takes]"),
]
OutOption = Annotated[
    str | None,
    typer.Option(
        "--out", "--output-size", metavar="N", help="Output size; without --n, also n is asked for."
    ),
]
PairsOption = Annotated[
    str | None,
    typer.Option("--pairs", metavar="PAIRS", help="Sizes that one layer must take: 7:14,8:16."),
]
AsymmetricOption = Annotated[
    bool, typer.Option("--asymmetric", help="Let the padding before and after differ.")
]
LimitOption = Annotated[
    str | None, typer.Option("--limit", metavar="COUNT", help="How many solutions to show. [10]")
]
FrameworkOption = Annotated[
    str | None,
    typer.Option(
        "--to",
        metavar="FRAMEWORK",
        help=f"Print the layers as code, single layers first: {', '.join(TARGETS)}.",
    ),
]


def solve(
    n: SizeOption = None,
    out: OutOption = None,
    pairs: PairsOption = None,
    op: OperationOption = None,
    k: KernelRange = None,
    s: StrideRange = None,
    p: PaddingRange = None,
    d: DilationRange = None,
    a: OutputPaddingRange = None,
    asymmetric: AsymmetricOption = False,
    ceil: CeilOption = False,
    to: FrameworkOption = None,
    limit: LimitOption = None,
    format_name: FormatOption = None,
    quiet: QuietOption = False,
) -> None:
    """Solve for the parameters that lead from one size to another: every one that is not given.

    A given one may be a range, as --k 2..5. Without --op: convolutions and transposed
    convolutions. Exit status 1 where nothing fits.
    """
    chosen = read_format(format_name, quiet)
    if to is not None:
        to = framework(to, TARGETS, "--to")
    if pairs is not None and (n is not None or out is not None):
        given = " and ".join(name for name, value in (("--n", n), ("--out", out)) if value)
        raise ParameterError(f"--pairs and {given} say sizes twice: give --pairs, or --n and --out")
    if pairs is None and out is None:
        raise ParameterError(
            "the output size is missing: give --out, as in --n 7 --out 14, or --pairs 7:14,8:16"
        )
    count = _limit(limit)
    operation = None if op is None else read_operation(op)
    foreign = {"ceil": "--ceil"} if ceil else {}
    if a is not None and operation is not None:
        foreign["output_padding"] = "--a"
    refuse_foreign(operation or "conv", foreign)
    find = partial(
        layers_for,
        None if n is None else read_sizes("--n", n),
        None if out is None else read_sizes("--out", out),
        op=operation,
        kernel=_values("--k", k),
        stride=_values("--s", s),
        dilation=_values("--d", d),
        output_padding=_values("--a", a),
        ceil=ceil,
        pairs=None if pairs is None else read_pairs("--pairs", pairs),
    )
    most = count if to is None or count < 1 else max(count, LOOKED_THROUGH)
    found = find(padding=_padding(p), asymmetric=asymmetric, limit=most)
    asked = (
        f"{n or 'n'} -> {out}" if pairs is None else pairs.replace(":", " -> ").replace(",", ", ")
    )
    named = ""
    ports: list[Port] = []
    if to is not None:
        found, ports = _ported(found, to, count)
        if p is None and ports and not ports[0].single_layer:
            named = _single(find(padding="same", limit=1), to)
    from convcalc.pages.solve import no_layer, page

    if not found.total:
        if chosen in ("json", "csv"):  # for programs, which read stdout whatever the status
            print_page(page(found, asked), chosen)
        first, *more = no_layer(found, asked.replace(" -> ", " to "))
        tell("\n  ".join([f"convcalc: {first}", *more]))
        raise typer.Exit(1)
    if quiet:
        sized = n is not None or pairs is not None
        print(ports[0].code.rstrip() if ports else write_solution(found.best[0], sized=sized))
    else:
        print_page(page(found, asked, ports, named), chosen)


def _values(name: str, text: str | None) -> "Values | None":
    """Numbers or ranges, one for all axes or one per axis."""
    if text is None:
        return None
    each = tuple(_number(one) for one in read_ranges(name, text))
    return each[0] if len(each) == 1 else each


def _padding(text: str | None) -> "Paddings | None":
    if text is None:
        return None
    read = read_padding_ranges("--p", text)
    if isinstance(read, str):
        return read
    each = tuple(
        _number(one) if isinstance(one, range) else (_number(one[0]), _number(one[1]))
        for one in read
    )
    first = each[0]
    return first if len(each) == 1 and not isinstance(first, tuple) else each


def _number(values: range) -> int | range:
    """One number for a range of one."""
    return values.start if values.start + 1 == values.stop else values


def _limit(text: str | None) -> int:
    if text is None:
        return 10
    count = read_sizes("--limit", text)
    if isinstance(count, tuple):
        raise ParameterError(f"--limit must be one number: got {write(count)}")
    return count


def _ported(found: Solutions, to: str, count: int) -> "tuple[Solutions, list[Port]]":
    """The solutions in a framework's own words, first those that are a single layer there."""
    from convcalc.layers.origin import Origin
    from convcalc.ports import port

    both = []
    for each in found.best:
        # As a layer of its own class, which has a bias where that has one.
        layer = replace(each.layer, origin=Origin("pytorch", type(each.layer).__name__))
        both.append((each, port(layer, to, each.input)))
    both.sort(key=lambda pair: not pair[1].single_layer)
    best, ports = zip(*both[:count], strict=True) if both else ((), ())
    return found._replace(best=best), list(ports)


def _single(found: Solutions, to: str) -> str:
    """The best solution as code of a framework, if it is a single layer there."""
    _, ports = _ported(found, to, 1)
    return ports[0].call if ports and ports[0].single_layer else ""
