"""The options that every command with a layer shares, and the layers that they describe.

Law: an option is declared once, here, as a type; its text is read by ``readers.values`` and
checked by the layer that it makes, so no command knows what is valid.
"""

from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from convcalc.cli.files import read_stdin
from convcalc.dialects import DIALECTS
from convcalc.errors import ConvcalcError, ParameterError
from convcalc.layers import Layer
from convcalc.layers.axis import (
    PADDING_NAMES,
    Padding,
    PerAxis,
    common_rank,
    nearest,
    spread,
    write,
)
from convcalc.layers.kind import KINDS, Parameters, made, refuse_foreign
from convcalc.readers.values import read_padding, read_sizes
from convcalc.renderers import FORMATS

if TYPE_CHECKING:
    from typer.models import OptionInfo

_CANONICAL = {"transposed": "deconv", "pool": "maxpool"}
OPERATIONS = {
    **{op: kind.title for op, kind in KINDS.items()},
    **{name: f"{KINDS[op].title}, as {op}" for name, op in _CANONICAL.items()},
}
_SPELLED = [
    " ".join([op, *(f"({name})" for name in _CANONICAL if _CANONICAL[name] == op)]) for op in KINDS
]
LONGEST_INPUT = 1_000_000  # bytes of stdin that are looked at

# How the parameters of a layer are spelled on every command, by metavar.
_SPELLINGS = {
    "K": ("--k", "-k", "--kernel"),
    "S": ("--s", "-s", "--stride"),
    "P": ("--p", "-p", "--padding"),
    "D": ("--d", "-d", "--dilation"),
    "A": ("--a", "-a", "--output-padding"),
    "N": ("--n", "-n", "--size"),
}


def spelled(metavar: str, words: str) -> "OptionInfo":
    """The option of one of a layer's parameters, with what a command says about it."""
    option: OptionInfo = typer.Option(*_SPELLINGS[metavar], metavar=metavar, help=words)
    return option


KernelOption = Annotated[str | None, spelled("K", "Kernel size.")]
StrideOption = Annotated[str | None, spelled("S", "Stride. [1; a pool's: its kernel]")]
PaddingOption = Annotated[
    str | None,
    spelled(
        "P",
        "Padding of each side; or before:after; negative to crop; or "
        f"{', '.join(PADDING_NAMES)}. [0]",
    ),
]
DilationOption = Annotated[str | None, spelled("D", "Dilation. [1]")]
OutputPaddingOption = Annotated[
    str | None, spelled("A", "Output padding of a transposed convolution. [0]")
]
SizeOption = Annotated[str | None, spelled("N", "Input size, spatial axes only.")]
OperationOption = Annotated[
    str | None,
    typer.Option(
        "--op",
        metavar="OP",
        help=f"Operation: {', '.join(_SPELLED)}.",
    ),
]
CeilOption = Annotated[
    bool, typer.Option("--ceil", help="Ceil mode of a pool: round up (PyTorch's rule).")
]
FormatOption = Annotated[
    str | None,
    typer.Option(
        "--format",
        "-f",
        metavar="FORMAT",
        help=f"{', '.join(FORMATS)}. [table]",
    ),
]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print the bare answer only.")]
ProveOption = Annotated[
    bool,
    typer.Option(
        "--prove", help="Run it on random integers in ways that share no code; compare all cells."
    ),
]
SeedOption = Annotated[
    str | None, typer.Option("--seed", metavar="SEED", help="Seed of the integers of --prove. [0]")
]


LayerArgument = Annotated[
    str | None,
    typer.Argument(metavar="LAYER", help="A layer in a framework's own words; - reads stdin."),
]
DialectOption = Annotated[
    str | None,
    typer.Option(
        "--dialect",
        metavar="DIALECT",
        help=f"Whose words LAYER is in: {', '.join(DIALECTS)}. [recognised]",
    ),
]
OpsetOption = Annotated[
    str | None, typer.Option("--opset", metavar="OPSET", help="Opset of an ONNX node. [22]")
]


class Given(NamedTuple):
    """The layer options as read; None where an option was not given."""

    k: PerAxis | None
    s: PerAxis | None
    p: Padding | None
    d: PerAxis | None
    a: PerAxis | None
    n: PerAxis | None
    ceil: bool

    def layer(self, op: str, *, alone: bool = True) -> Layer:
        """The layer of operation ``op``, one of KINDS.

        ``alone``: no other operation was asked for, so every option must belong to this one.
        """
        if self.k is None:
            raise ParameterError("the kernel size is missing: give --k, as in --k 3 or --k 3x5")
        foreign = {"ceil": "--ceil"} if self.ceil else {}
        if self.a is not None and alone:
            foreign["output_padding"] = f"--a {write(spread(self.a, 1))}"
        refuse_foreign(op, foreign)
        p: Padding = 0 if self.p is None else self.p
        d = 1 if self.d is None else self.d
        a = 0 if self.a is None else self.a
        rank = self.rank()
        if isinstance(p, tuple) and len(p) == 1 and rank is not None:
            p *= rank  # one before:after stands for every axis
        return made(op, Parameters(self.k, self.s, p, d, a, self.ceil, rank))

    def pasted(self, text: str, op: str | None, dialect: str | None, opset: str | None) -> Layer:
        """The layer that LAYER says in a framework's words; ``-`` is read from stdin."""
        from convcalc.dialects import read

        if text == "-":
            text = read_stdin(LONGEST_INPUT).decode("utf-8-sig", errors="replace")
        named = {"--s": self.s, "--p": self.p, "--d": self.d, "--a": self.a, "--op": op}
        extra = [name for name, value in named.items() if value is not None]
        extra += ["--ceil"] if self.ceil else []
        shown = text if len(text) <= 40 else text[:37] + "..."
        if extra:
            raise ParameterError(
                f"{' and '.join(extra)} and the layer {shown!r} say the same thing twice: give "
                "options or a layer"
            )
        number = None if opset is None else read_sizes("--opset", opset)
        if isinstance(number, tuple):
            raise ParameterError(f"--opset must be one number: got {opset!r}")
        layer = read(text, dialect, kernel=self.k, opset=number)
        if self.k is not None and _says_its_kernel(text, dialect):
            raise ParameterError(
                f"--k and the layer {shown!r} both say the kernel size: leave --k out"
            )
        return layer

    def rank(self) -> int | None:
        """The number of axes that the options agree on."""
        return common_rank(
            {
                f"--{name}": len(value)
                for name, value in zip("kspdan", self[:6], strict=True)
                if isinstance(value, tuple) and (name != "p" or len(value) > 1)
            }
        )

    def size(self) -> tuple[int, ...]:
        """The input size as given."""
        if self.n is None:
            raise ParameterError("the input size is missing: give --n, as in --n 32 or --n 32x48")
        return self.n if isinstance(self.n, tuple) else (self.n,)


def need_layer(layer: str | None, dialect: str | None, opset: str | None) -> None:
    """--dialect and --opset say how LAYER is read: without one they would do nothing."""
    for name, value in (("--dialect", dialect), ("--opset", opset)):
        if layer is None and value is not None:
            raise ParameterError(f"{name} {value} says how LAYER is read: give LAYER with it")


def _says_its_kernel(text: str, dialect: str | None) -> bool:
    from convcalc.dialects import read

    try:
        read(text, dialect)
    except ConvcalcError:
        return False
    return True


def read_options(
    k: str | None,
    s: str | None,
    p: str | None,
    d: str | None,
    a: str | None,
    n: str | None,
    ceil: bool,
) -> Given:
    """What the layer options say, read but not yet checked against each other."""

    def sizes(name: str, text: str | None) -> PerAxis | None:
        return None if text is None else read_sizes(name, text)

    return Given(
        sizes("--k", k),
        sizes("--s", s),
        None if p is None else read_padding("--p", p),
        sizes("--d", d),
        sizes("--a", a),
        sizes("--n", n),
        ceil,
    )


def read_operation(text: str) -> str:
    """The canonical name of an operation."""
    text = text.lower()
    if text not in OPERATIONS:
        raise ParameterError(
            f"--op: unknown operation {text!r}{nearest(text, OPERATIONS)}; valid: "
            f"{', '.join(OPERATIONS)}"
        )
    return _CANONICAL.get(text, text)
