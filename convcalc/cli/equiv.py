"""``convcalc equiv``: which padding of a deconvolution matches which padding of a convolution."""

from typing import Annotated

import typer

from convcalc.cli.options import (
    DialectOption,
    DilationOption,
    FormatOption,
    KernelOption,
    LayerArgument,
    OpsetOption,
    OutputPaddingOption,
    PaddingOption,
    ProveOption,
    QuietOption,
    SeedOption,
    SizeOption,
    StrideOption,
    need_layer,
    read_options,
)
from convcalc.cli.output import print_report, read_format
from convcalc.cli.proving import conclude, prove_layers, read_seed, with_proofs
from convcalc.equiv import equivalence
from convcalc.errors import ParameterError
from convcalc.layers.axis import nearest

EXAMPLES = """\
convcalc equiv --k 3 --p 0                             p' = 2
convcalc equiv --k 3 --p 0 --from deconv               the other way round
convcalc equiv --k 3 --p 1 --s 2 --n 6                 direct form and partner
convcalc equiv "nn.Conv2d(3, 8, 3, stride=2, padding=1)" --n 6
convcalc equiv --k 3 --p 0 --n 32 --prove              are they truly the same?
convcalc equiv --k 4x3 --p 1:2x0 --d 2x1 -q            per axis, uneven, dilated
"""

SOURCES = {
    "conv": "the given padding is a convolution's",
    "deconv": "the given padding is a transposed convolution's",
}

FromOption = Annotated[
    str | None,
    typer.Option("--from", metavar="SOURCE", help="Whose padding is given: conv or deconv. [conv]"),
]


def equiv(
    layer: LayerArgument = None,
    k: KernelOption = None,
    s: StrideOption = None,
    p: PaddingOption = None,
    d: DilationOption = None,
    a: OutputPaddingOption = None,
    n: SizeOption = None,
    source: FromOption = None,
    prove: ProveOption = False,
    seed: SeedOption = None,
    format_name: FormatOption = None,
    quiet: QuietOption = False,
    dialect: DialectOption = None,
    opset: OpsetOption = None,
) -> None:
    """Convert the padding of a convolution to a transposed convolution's, or back.

    With --s, --d, --a, --n also the direct form and the transposed partner.
    """
    chosen = read_format(format_name, quiet)
    if source is not None and source not in SOURCES:
        raise ParameterError(
            f"--from: unknown operation {source!r}{nearest(source, SOURCES)}; valid: "
            f"{', '.join(SOURCES)}"
        )
    number = read_seed(seed, prove)
    need_layer(layer, dialect, opset)
    given = read_options(k, s, p, d, a, n, ceil=False)
    if layer is not None:
        chosen_layer = given.pasted(layer, None, dialect, opset)
        if source is not None and source != chosen_layer.op:
            raise ParameterError(
                f"--from {source}, but the layer is a {chosen_layer.title}: leave --from out"
            )
    else:
        if given.a is not None and source != "deconv":
            raise ParameterError(
                f"--a {a} is a transposed convolution's, but with --from conv it is an answer: "
                "give --n to get it, or --from deconv"
            )
        chosen_layer = given.layer(source or "conv")
    size = None if given.n is None else given.size()
    report = equivalence(chosen_layer, size)
    proofs = prove_layers([chosen_layer], size, number, partner=True) if prove else []
    if quiet:
        print(report.derivations[0].answer.removeprefix("p' = "))
    else:
        print_report(with_proofs(report, proofs), chosen)
    conclude(proofs, quiet)
