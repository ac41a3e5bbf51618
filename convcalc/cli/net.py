"""``convcalc net``: a whole network, layer by layer: sizes, receptive fields, cost, legal sizes."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from convcalc.cli.files import check_target, read_stdin, write_whole
from convcalc.cli.options import ForceOption, FormatOption, QuietOption
from convcalc.cli.output import print_page, read_format
from convcalc.cli.telling import tell
from convcalc.errors import ConvcalcError, ParameterError
from convcalc.readers.values import read_ranges, read_sizes

if TYPE_CHECKING:
    from convcalc.graph.model import Graph
    from convcalc.graph.sizes import Legal
    from convcalc.graph.trace import Run
    from convcalc.pages.network import NetworkReport

EXAMPLES = """\
convcalc net network.txt --n 3x224x224                 sizes, fields, cost of each
convcalc net network.txt --sizes 1..1024               which input sizes run
convcalc net - --n 224x224 < printed-model.txt         the output of print(model)
convcalc net model.onnx --at 10x12                     what one output cell sees
convcalc net network.txt --n 3x224x224 --expect 64x56x56
convcalc net network.txt --n 3x224x224 -o net.svg
"""

LARGEST_FILE = 2_000_000_000  # bytes; a protobuf can hold no more

SourceArgument = Annotated[
    str,
    typer.Argument(metavar="FILE", help="Layer text, print(model), or ONNX; - reads stdin."),
]
ImageOption = Annotated[
    str | None,
    typer.Option(
        "--n", "-n", "--size", metavar="IMAGE", help="Input size with channels, as 3x224x224."
    ),
]
SizesOption = Annotated[
    str | None,
    typer.Option(
        "--sizes",
        metavar="RANGE",
        help="Which sizes run: 1..1024 for equal axes, or 1..64x1..48 for each.",
    ),
]
AtOption = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="POSITION",
        help="Input cells that the output cell at POSITION sees, and outputs that the input cell "
        "there reaches; counted from 0.",
    ),
]
LayerOption = Annotated[
    str | None, typer.Option("--layer", metavar="NAME", help="The layer of --at. [the last]")
]
ExpectOption = Annotated[
    list[str] | None,
    typer.Option(
        "--expect",
        metavar="SHAPE",
        help="Exit 1 unless the output is this, as 64x56x56; of a layer: NAME=64x56x56.",
    ),
]
IdentityOption = Annotated[
    list[str] | None,
    typer.Option("--identity", metavar="NAME", help="Declare a layer that changes no shape."),
]
DimOption = Annotated[
    list[str] | None,
    typer.Option(
        "--dim", metavar="DIM", help="The size of an open dimension of an ONNX file, as batch=1."
    ),
]
PictureOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write a picture: .svg.")
]


def net(
    file: SourceArgument,
    n: ImageOption = None,
    sizes: SizesOption = None,
    at: AtOption = None,
    layer: LayerOption = None,
    expect: ExpectOption = None,
    identity: IdentityOption = None,
    dim: DimOption = None,
    format_name: FormatOption = None,
    quiet: QuietOption = False,
    output: PictureOption = None,
    force: ForceOption = False,
) -> None:
    """Follow a whole network: the sizes, receptive fields and cost of every layer.

    FILE is one layer a line, assignments such as y = nn.Conv2d(3, 8, 3)(x), a class with its
    forward, the output of print(model), or an ONNX file. --sizes needs no --n.
    """
    chosen = read_format(format_name, quiet)
    if output is not None:
        check_target(output, {".svg": "picture"}, force)
    from convcalc.readers.networks import read_network

    graph = read_network(_read(file), identity or (), _dims(dim or []))
    size = None if n is None else _image(n)
    report = _answer(graph, size, sizes, at, layer, expect or [])
    if output is not None and report.run is not None and report.trouble is None:
        from convcalc.pictures.network import paint

        write_whole(output, paint(report.run).encode())
        tell(f"wrote {output}")
    else:
        _print(report, chosen, quiet)
    differences = report.data.get("expected", [])
    if report.trouble is not None:
        # The page above has said all the rest.
        said = report.trouble.headline if quiet else report.trouble.place
        tell(f"convcalc: the network does not run: {said}")
        if output is not None:
            tell(f"convcalc: {output} is not written")
    for each in differences:
        tell(f"convcalc: {each['message']}")
    if report.trouble is not None or differences or (report.legal and not report.legal.sizes):
        raise typer.Exit(1)


def _answer(
    graph: "Graph",
    size: tuple[int, ...] | None,
    sizes: str | None,
    at: str | None,
    layer: str | None,
    expect: list[str],
) -> "NetworkReport":
    from convcalc.graph.trace import trace
    from convcalc.pages.network import NetworkReport

    wanted = [_expectation(text) for text in expect]
    position = None if at is None else _position(at)
    if layer is not None and position is None:
        raise ParameterError(f"--layer {layer} is for --at: give a position with it")
    run = None
    if size is not None or graph.shape is not None or sizes is None:
        run = trace(graph, graph.input_shape(size))
    legal = None if sizes is None else _legal(graph, run, sizes)
    wrong = None if run is None else run.trouble()
    facts: list[str] = []
    data: dict[str, Any] = {}
    if run is not None and wrong is None:
        if position is not None:
            _tell_cells(run, position, layer, facts, data)
        if wanted:
            from convcalc.graph.expected import differences

            found = differences(run, wanted)
            data["expected"] = [{"layer": each.layer, "message": each.message} for each in found]
            facts += [each.message for each in found]
    elif run is None and (position is not None or wanted):
        raise ParameterError("--at and --expect need the input size: give --n, as in --n 3x224x224")
    return NetworkReport(run, wrong, legal, tuple(facts), data)


def _legal(graph: "Graph", run: "Run | None", text: str) -> "Legal":
    from convcalc.graph.sizes import legal_sizes

    ranges = [(sizes.start, sizes.stop - 1) for sizes in read_ranges("--sizes", text)]
    if run is not None:
        shape = (run.tensors[0].shape[0], *run.input)
    else:
        rank = graph.rank or len(ranges)
        shape = graph.input_shape((1,) * rank)
    return legal_sizes(graph, shape, ranges)


def _tell_cells(
    run: "Run",
    position: tuple[int, ...],
    layer: str | None,
    facts: list[str],
    data: dict[str, Any],
) -> None:
    """Both directions of --at; a position that only one of the two has is told for that one."""
    from convcalc.errors import SizeError
    from convcalc.graph.cells import node_of
    from convcalc.layers.axis import write

    name = run.graph.nodes[node_of(run, layer)].name
    faults = []
    found: dict[str, Any] = {"position": list(position), "layer": name}
    try:
        seen = run.sees(position, layer)
        words = "no input cell" if seen is None else f"input cells {' x '.join(map(str, seen))}"
        facts.append(f"cell {write(position)} of {name} sees {words}")
        found["sees"] = None if seen is None else [list(span[:2]) for span in seen]
    except SizeError as error:
        faults.append(error)
    try:
        reached = run.reaches(position, layer)
        if reached is None:
            words = f"no cell of {name}"
        else:
            spans = " x ".join("all" if span is None else str(span) for span in reached)
            words = f"cells {spans} of {name}"
        facts.append(f"input cell {write(position)} reaches {words}")
        found["reaches"] = (
            None
            if reached is None
            else [None if span is None else list(span[:2]) for span in reached]
        )
    except SizeError as error:
        faults.append(error)
    if len(faults) == 2:
        raise faults[0]
    data["at"] = found


def _print(report: "NetworkReport", chosen: str, quiet: bool) -> None:
    if quiet:
        if report.legal is not None:
            print(report.legal.rule)
        elif report.run is not None and report.trouble is None:
            print("x".join(map(str, report.run.output)))
        return
    from convcalc.pages.network import page

    print_page(page(report), chosen)


def _read(name: str) -> bytes:
    if name == "-":
        return read_stdin(LARGEST_FILE)
    path = Path(name)
    try:
        if path.is_dir():
            raise ParameterError(f"{name} is a folder: give a file")
        if path.stat().st_size > LARGEST_FILE:
            raise ParameterError(f"{name} has {path.stat().st_size} bytes: too large for a network")
        return path.read_bytes()
    except OSError as error:
        raise ConvcalcError(f"cannot read {name}: {error.strerror}") from None


def _image(text: str) -> tuple[int, ...]:
    value = read_sizes("--n", text)
    return value if isinstance(value, tuple) else (value,)


def _position(text: str) -> tuple[int, ...]:
    value = read_sizes("--at", text)
    return value if isinstance(value, tuple) else (value,)


def _expectation(text: str) -> tuple[str | None, tuple[int, ...]]:
    name, equals, shape = text.rpartition("=")
    value = read_sizes("--expect", shape)
    return (name if equals else None), (value if isinstance(value, tuple) else (value,))


def _dims(texts: list[str]) -> dict[str, int]:
    found = {}
    for text in texts:
        name, equals, number = text.rpartition("=")
        value = read_sizes("--dim", number)
        if not equals or isinstance(value, tuple) or value < 1:
            raise ParameterError(f"--dim must be a name and a size, as batch=1: got {text!r}")
        found[name] = value
    return found
