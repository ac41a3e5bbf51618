"""What every kind of layer answers for itself, and the kinds that a person can ask for by name.

Law: a kind of layer is one file here and one line in ``KINDS``. The file has a frozen dataclass
that is a ``Layer``, and ``given``, which makes one of the options of the command line. Whoever
needs more of a kind than this (a picture, a proof, a port) refuses those that it does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any, ClassVar, NamedTuple, Protocol

from convcalc.derivation import Note, Remark
from convcalc.errors import ParameterError
from convcalc.layers.axis import Axis, Padding, PerAxis, Worked, nearest
from convcalc.layers.origin import Origin


class Layer(Protocol):
    """A layer with a window: its parameters, one for all axes or one for each, and its answers.

    >>> import convcalc
    >>> layer: convcalc.Layer = convcalc.read("nn.MaxPool2d(3, 2)")
    >>> layer.op, layer.kernel, layer.stride
    ('maxpool', 3, 2)
    """

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def kernel(self) -> PerAxis:
        """Kernel size."""

    @property
    def stride(self) -> PerAxis | None:
        """Stride; never None once the layer is made."""

    @property
    def padding(self) -> Padding:
        """Padding as written: numbers, pairs, or a name."""

    @property
    def dilation(self) -> PerAxis:
        """Dilation."""

    @property
    def rank(self) -> int | None:
        """The number of spatial axes; None where any number will do."""

    @property
    def origin(self) -> Origin | None:
        """The framework's call that it was read from."""

    @property
    def op(self) -> str:
        """What the command line and JSON call the operation: ``conv``, ``maxpool``."""

    @property
    def title(self) -> str:
        """What an answer calls it: ``convolution``, ``max pooling``."""

    @property
    def weighted(self) -> bool:
        """Whether its kernel holds weights between channels; else it leaves the channels alone."""

    @property
    def transposed(self) -> bool:
        """Whether each input, and not each output, meets the whole kernel."""

    @property
    def empty(self) -> str:
        """In few words, why nothing may come out."""

    def __hash__(self) -> int:
        """Layers are records: equal ones may share what was worked out."""

    def work_out(self, axis: Axis, n: int, note: Note | None = None) -> Worked:
        """One axis on input size ``n``, integers or int64 arrays; ``note`` hears every step."""

    def words(self, results: Sequence[Worked], /) -> list[str]:
        """What a person writes down beside n, k, s, p and d: ``a = 1``, ``ceil mode``."""

    def data(self) -> dict[str, object]:
        """The same for machines."""

    def remarks(self, worked: Worked, /) -> Iterator[Remark]:
        """What is worth knowing of one axis."""

    def why_empty(self, worked: Worked, /) -> str:
        """Why nothing comes out of one axis, and what would help."""

    def broken(self, axis: Axis, /) -> tuple[tuple[bool, str], ...]:
        """Rules of PyTorch's layer: whether (where, for arrays) each is broken, in few words."""


class Parameters(NamedTuple):
    """What a kind of layer is made of by options; it takes what is its own and leaves the rest."""

    kernel: PerAxis
    stride: PerAxis | None = None
    padding: Padding = 0
    dilation: PerAxis = 1
    output_padding: PerAxis = 0
    ceil: bool = False
    rank: int | None = None


class Kind(NamedTuple):
    """A kind of layer that ``--op`` names: title, file, what it takes beside k, s, p and d."""

    title: str
    module: str
    takes: tuple[str, ...] = ()


KINDS = {
    "conv": Kind("convolution", "conv"),
    "deconv": Kind("transposed convolution", "transposed", ("output_padding",)),
    "maxpool": Kind("max pooling", "pool", ("ceil",)),
    "avgpool": Kind("average pooling", "pool", ("ceil",)),
}
# Whose the parameters are that only some kinds take.
_WHOSE = {"output_padding": "a transposed convolution's", "ceil": "a pool's"}


def made(op: str, parameters: Parameters) -> Layer:
    """The layer of kind ``op`` with these parameters, in PyTorch's limits.

    Raises ParameterError for an unknown kind and for what the kind refuses.

    >>> made("maxpool", Parameters(3, padding=1)).stride
    3
    """
    check_kind(op)
    module = import_module(f"convcalc.layers.{KINDS[op].module}")
    given: Callable[[str, Parameters], Layer] = module.given
    return given(op, parameters)


def check_kind(op: str) -> None:
    """Refuse what is no kind of layer."""
    if op not in KINDS:
        raise ParameterError(
            f"unknown operation {op!r}{nearest(op, list(KINDS))}; valid: {', '.join(KINDS)}"
        )


def refuse_foreign(op: str, given: Mapping[str, str]) -> None:
    """Refuse what other kinds take alone; ``given`` has the words of each that is given, by name.

    >>> refuse_foreign("conv", {"ceil": "--ceil"})
    Traceback (most recent call last):
      ...
    convcalc.errors.ParameterError: --ceil is a pool's, the operation is convolution: give \
--op maxpool or --op avgpool with it, or leave --ceil out
    """
    for name, words in given.items():
        if name in KINDS[op].takes:
            continue
        word = words.partition(" ")[0]
        prefix = "--op " if word.startswith("-") else "op "
        others = " or ".join(prefix + each for each, kind in KINDS.items() if name in kind.takes)
        raise ParameterError(
            f"{words} is {_WHOSE.get(name, 'not its own')}, the operation is {KINDS[op].title}: "
            f"give {others} with it, or leave {word} out"
        )
