"""A whole network from whatever holds it: a program, a printed model, an ONNX file.

Law: the content says what it is, not the name of the file; nothing in it is executed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from os import PathLike
from pathlib import Path

from convcalc.errors import ConvcalcError, ParameterError, SizeError
from convcalc.graph.model import Graph
from convcalc.graph.trace import Run, trace

LARGEST_TEXT = 20_000_000  # bytes


def network(
    source: str | PathLike[str] | bytes,
    size: int | Sequence[int] | None = None,
    *,
    identity: Collection[str] = (),
    dims: Mapping[str, int] | None = None,
) -> Run:
    """A network traced on one input: sizes, receptive fields, parameters and cost of every layer.

    ``source`` is a program in layer text, the text of ``print(model)``, the bytes of an ONNX file,
    or the path of a file with any of them. ``size`` is ``(channels, *axes)``, or the axes alone
    where the first layer says its channels; an ONNX file may say it all. ``identity`` names layers
    that change no shape, ``dims`` the symbolic dimensions of an ONNX file.

    Formula, for the field of outputs u to v, backwards through each layer: convolution and pool
    ``u*s - p_lo`` to ``v*s - p_lo + k_e - 1``; transposed convolution ``ceil((u+p-k_e+1)/s)`` to
    ``floor((v+p)/s)``; several paths by union. Sizes are in cells; MACs count
    ``prod(k)*c_in*c_out/groups`` for each output (of a transposed convolution: input) position.

    Raises ParseError for text that is no network, SizeError where the network does not run on this
    size (the message says where, why, and what would). Source: Araujo, Norris & Sim, Computing
    Receptive Fields of Convolutional Neural Networks (2019).

    >>> run = network('''
    ... nn.Conv2d(3, 64, 7, stride=2, padding=3)
    ... nn.MaxPool2d(3, 2, padding=1)
    ... ''', (3, 224, 224))
    >>> run.output, run.rows[-1].receptive_field, run.parameters
    ((64, 56, 56), (11, 11), 9472)
    >>> run.sees((0, 0))
    (Span(first=0, last=5, cells=6), Span(first=0, last=5, cells=6))
    >>> run.legal_sizes((1, 256)).rule
    'n >= 1'
    """
    graph = read_network(_content(source), identity, dims)
    run = trace(graph, graph.input_shape(size))
    if run.failure is not None:
        raise SizeError(str(run.trouble()))
    return run


def _content(source: str | PathLike[str] | bytes) -> str | bytes:
    """What to read: the source itself, or the file it names."""
    if isinstance(source, bytes):
        return source
    if isinstance(source, str) and ("\n" in source or "(" in source):
        return source
    path = Path(source)
    try:
        return path.read_bytes()
    except OSError as error:
        raise ParameterError(f"cannot read {path}: {error.strerror}") from None


def read_network(
    content: str | bytes, identity: Collection[str] = (), dims: Mapping[str, int] | None = None
) -> Graph:
    """The graph of a text or of a file's bytes.

    >>> len(read_network("nn.Conv2d(3, 8, 3)").nodes)
    2
    """
    if isinstance(content, bytes):
        # An ONNX file begins with its version, in a byte that no text begins with.
        if content[:1] == b"\x08" or b"\x00" in content[:4096]:
            from convcalc.readers.onnx_file import read_onnx

            return read_onnx(content, dims or {}, identity)
        if len(content) > LARGEST_TEXT:
            raise ParameterError(f"a text of {len(content)} bytes is too long for a network")
        try:
            content = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise ConvcalcError(
                "this file is neither text (UTF-8) nor ONNX; valid: a program in layer text, the "
                "output of print(model), an ONNX file"
            ) from None
    if dims:
        raise ParameterError(f"dim {next(iter(dims))}: only ONNX files have symbolic dimensions")
    from convcalc.readers.printed import looks_printed, read_printed
    from convcalc.readers.program import read_program

    return (read_printed if looks_printed(content) else read_program)(content, identity)
