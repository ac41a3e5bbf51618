"""``convcalc out``: what size comes out, and why."""

from convcalc.cli.options import (
    CeilOption,
    DialectOption,
    DilationOption,
    FormatOption,
    Given,
    KernelOption,
    LayerArgument,
    OperationOption,
    OpsetOption,
    OutputPaddingOption,
    PaddingOption,
    ProveOption,
    QuietOption,
    SeedOption,
    SizeOption,
    StrideOption,
    need_layer,
    read_operation,
    read_options,
)
from convcalc.cli.output import print_report, read_format
from convcalc.cli.proving import conclude, prove_layers, read_seed, with_proofs
from convcalc.errors import ConvcalcError
from convcalc.layers import Layer, answer, output_shape
from convcalc.layers.axis import write

EXAMPLES = """\
convcalc out --k 3 --p 2 --s 3 --n 32                  both operations
convcalc out --op deconv --k 3 --p 2 --s 3 --n 32x32 -q
convcalc out "nn.ConvTranspose2d(64, 32, 3, stride=3, padding=2)" --n 32
convcalc out --op conv --k 5 --p same --n 32
convcalc out --op maxpool --k 2 --s 2 --p 1 --n 5 --ceil
convcalc out --op maxpool --k 2 --p 1 --n 5 --prove    every cell checked
convcalc out --op conv --k 3x5 --p 0:1x2 --n 32x48 -f markdown
"""


def out(
    layer: LayerArgument = None,
    k: KernelOption = None,
    s: StrideOption = None,
    p: PaddingOption = None,
    d: DilationOption = None,
    a: OutputPaddingOption = None,
    n: SizeOption = None,
    op: OperationOption = None,
    ceil: CeilOption = False,
    prove: ProveOption = False,
    seed: SeedOption = None,
    format_name: FormatOption = None,
    quiet: QuietOption = False,
    dialect: DialectOption = None,
    opset: OpsetOption = None,
) -> None:
    """Output size of a convolution, transposed convolution or pool, with every step.

    Without LAYER and --op: convolution and transposed convolution side by side.
    """
    chosen = read_format(format_name, quiet)
    number = read_seed(seed, prove)
    need_layer(layer, dialect, opset)
    given = read_options(k, s, p, d, a, n, ceil)
    if layer is not None:
        layers = [given.pasted(layer, op, dialect, opset)]
    elif op is not None:
        layers = [given.layer(read_operation(op))]
    else:
        layers = _both(given)
    size = given.size()
    if quiet:
        answers = [write(output_shape(each, size)) for each in layers]
    else:
        report = answer(layers, size)
    proofs = prove_layers(layers, size, number) if prove else []
    if not quiet:
        print_report(with_proofs(report, proofs), chosen)
    elif len(layers) == 1:
        print(answers[0])
    else:
        for each, bare in zip(layers, answers, strict=True):
            print(each.op, bare)
    conclude(proofs, quiet)


def _both(given: Given) -> list[Layer]:
    """Convolution and transposed convolution; where only one has an answer, the error says so."""
    layers: list[Layer] = []
    answers: dict[str, str] = {}
    errors: list[ConvcalcError] = []
    for operation in ("conv", "deconv"):
        try:
            layers.append(given.layer(operation, alone=False))
            answers[operation] = write(output_shape(layers[-1], given.size()))
        except ConvcalcError as error:
            errors.append(error)
    for operation, bare in answers.items():
        if errors:
            raise type(errors[0])(f"{errors[0]}. --op {operation} alone has an answer: {bare}")
    if errors:
        raise errors[0]
    return layers
