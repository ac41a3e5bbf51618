"""The page of solutions: how many layers fit, the best in a table, why; or why there is none.

Law: the total is always said, and so is what was looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from convcalc.layers import Layer, axes, derive
from convcalc.layers.axis import counted, write, write_once
from convcalc.layers.kind import KINDS
from convcalc.page import Block, Code, Heading, Line, Page, Table
from convcalc.solver import Solution, Solutions, write_layer, write_solution

if TYPE_CHECKING:
    from convcalc.ports import Port

COLUMNS = ("op", "k", "s", "p", "d", "a", "n -> out", "why")


def page(found: Solutions, asked: str, ports: Sequence[Port] = (), named: str = "") -> Page:
    """The best solutions of the question ``asked``, or with ``ports`` (one for each) their code.

    ``named`` is the code of a single layer with padding "same", where these are none.
    """
    blocks = tuple(_blocks(found, asked, ports, named))
    return Page(blocks, document(found, ports), _listing(found))


def document(found: Solutions, ports: Sequence[Port] = ()) -> dict[str, Any]:
    """What the JSON holds."""
    solutions = [_solution(each) for each in found.best]
    for each, port in zip(solutions, ports, strict=False):
        each["code"] = port.call
    data: dict[str, Any] = {"total": found.total, "solutions": solutions}
    if found.inputs:
        data["inputs"] = [list(span) for span in found.inputs]
    if found.asymmetric is not None:
        data["asymmetric"] = _solution(found.asymmetric)
    data["looked"] = list(found.looked)
    if not found.total:
        data["why"] = list(found.obstacles)
        data["nearest"] = None if found.nearest is None else _solution(found.nearest)
    return data


def no_layer(found: Solutions, asked: str) -> list[str]:
    """Lines that say that there is none, what stands in the way, and what comes closest."""
    lines = [f"no layer leads from {asked}", f"looked at {'; '.join(found.looked)}"]
    lines += found.obstacles
    if found.nearest is not None:
        near = found.nearest
        sizes = ", ".join(f"{write(n)} -> {write(o)}" for n, o in near.sizes)
        lines.append(f"nearest: {write_layer(near.layer)}: {sizes}")
    return lines


def _blocks(found: Solutions, asked: str, ports: Sequence[Port], named: str) -> Iterator[Block]:
    operations = dict.fromkeys(words.partition(":")[0] for words in found.looked)
    title = " or ".join(KINDS[op].title for op in operations)
    best = write_solution(found.best[0], sized=not found.inputs) if found.best else "no layer"
    shown = len(found.best)
    more = "" if shown == found.total else f", the best {shown} shown (--limit shows more)"
    total = counted(found.total, "solution") + more
    yield Heading(title, f"{asked} with {best}", total)
    looked = (
        found.looked if len(operations) > 1 else [one.partition(": ")[2] for one in found.looked]
    )
    if found.inputs:
        spans = " x ".join(str(span).replace("..", " to ") for span in found.inputs)
        yield Line(f"n {'from' if 'to' in spans else 'is'} {spans}", "fact")
    yield from (Line(f"looked at {each}", "fact") for each in looked)
    if ports:
        yield from _code(found, ports, named)
    elif found.best:
        yield _table(found.best, several=len(operations) > 1)
        if found.asymmetric is not None:
            other = found.asymmetric
            words = f"{write_layer(other.layer)} ({other.reasons[0]})"
            yield Line(f"with sides that differ (--asymmetric): {words}", "note")


def _code(found: Solutions, ports: Sequence[Port], named: str) -> Iterator[Block]:
    lines = []
    for each, port in zip(found.best, ports, strict=True):
        sizes = ", ".join(f"{write(n)} -> {write(o)}" for n, o in each.sizes)
        lead = "" if port.single_layer else "# "
        lines.append(f"{lead}{port.call}  # {sizes}: {', '.join(each.reasons)}")
    yield Code("\n".join(lines))
    if named:
        yield Line(f"a single layer leads there with --p same: {named}", "note")
    yield from (Line(note, "note") for note in ports[0].notes)
    yield Code(ports[0].code.rstrip(), "the first of them, on a weight of your own")


def _table(best: Sequence[Solution], *, several: bool) -> Table:
    """The solutions as rows, without what the heading has said: the sizes, and one operation."""
    rows = [_row(each) for each in best]
    columns = dict(zip(COLUMNS, zip(*rows, strict=True), strict=True))
    shown = {name: any(column) for name, column in columns.items()}
    shown |= {"op": several, "n -> out": len(set(columns["n -> out"])) > 1}
    kept = [place for place, name in enumerate(COLUMNS) if shown[name]]
    headings = tuple(COLUMNS[place] for place in kept)
    right = tuple(number for number, name in enumerate(headings) if name in "kspda")
    return Table(
        headings,
        tuple(tuple(row[place] for place in kept) for row in rows),
        right,
        answers=tuple(number for number, name in enumerate(headings) if name == "n -> out"),
    )


def _row(each: Solution) -> tuple[str, ...]:
    layer = each.layer
    parameters = axes(layer, len(each.input))
    sizes = ", ".join(f"{write(n)} -> {write(o)}" for n, o in each.sizes)
    return (
        layer.op,
        write_once([axis.kernel for axis in parameters]),
        write_once([axis.stride for axis in parameters]),
        write_once([axis.padding for axis in parameters]),
        write_once([axis.dilation for axis in parameters]),
        write_once([axis.output_padding for axis in parameters]) if layer.op == "deconv" else "",
        sizes,
        ", ".join(each.reasons),
    )


def _listing(found: Solutions) -> Table:
    return Table(COLUMNS, tuple(_row(each) for each in found.best), (1, 2, 4, 5))


def _solution(each: Solution) -> dict[str, Any]:
    layer: Layer = each.layer
    data: dict[str, Any] = dict(derive(layer, each.input).data)
    output = data.pop("output")
    data |= {"input": list(each.input), "output": output}
    if len(each.sizes) > 1:
        data["pairs"] = [[list(n), list(o)] for n, o in each.sizes]
    return {**data, "reasons": list(each.reasons)}
