"""``convcalc port``: a layer of one framework, exactly, in another."""

from typing import Annotated

import typer

from convcalc.cli.options import (
    DialectOption,
    FormatOption,
    KernelOption,
    OpsetOption,
    QuietOption,
    SizeOption,
    read_options,
)
from convcalc.cli.output import print_page, read_format
from convcalc.cli.telling import tell
from convcalc.dialects import framework
from convcalc.errors import PortError
from convcalc.ports import TARGETS
from convcalc.ports import port as port_to

EXAMPLES = """\
convcalc port "Conv2DTranspose(8, 3, strides=2, padding='same')" --to pytorch
convcalc port "nn.Conv2d(3, 8, 3, stride=2, padding=1)" --to all --n 224x224
convcalc port "Conv2D(8, 3, strides=2, padding='same')" --to pytorch --n 8 -q
convcalc port "F.conv2d(x, w, stride=2)" --k 3 --to jax -f json
"""

ALL = {"all": "every framework, compared in a table"}
NAMES = {**TARGETS, **ALL}

LayerArgument = Annotated[
    str,
    typer.Argument(
        metavar="LAYER", help="A line of framework code, such as 'nn.Conv2d(3, 8, 3)'; - for stdin."
    ),
]
ToOption = Annotated[
    str,
    typer.Option("--to", metavar="TARGET", show_default=False, help=f"{', '.join(NAMES)}. [all]"),
]


def port(
    layer: LayerArgument,
    to: ToOption = "all",
    n: SizeOption = None,
    k: KernelOption = None,
    format_name: FormatOption = None,
    quiet: QuietOption = False,
    dialect: DialectOption = None,
    opset: OpsetOption = None,
) -> None:
    """Code that gives the same values in another framework, and the conversion of the kernel.

    Says so first where no single layer does; --n gives constants where the answer depends on it.
    """
    chosen = read_format(format_name, quiet)
    to = framework(to, NAMES, "--to")
    given = read_options(k, None, None, None, None, n, ceil=False)
    source = given.pasted(layer, None, dialect, opset)
    ports, faults = [], []
    for target in TARGETS if to == "all" else (to,):
        try:
            ports.append(port_to(source, target, given.n))
        except PortError as error:
            faults.append(error)
    if not ports:
        tell(f"convcalc: {faults[0]}")
        raise typer.Exit(1)
    from convcalc.pages.ports import code, page

    alone = to != "all"
    if quiet:
        print(code(ports, alone=alone))
    else:
        print_page(page(ports, alone=alone), chosen)
