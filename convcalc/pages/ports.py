"""The page of ports: the verdict first, then notes, code and the conversion of the kernel.

Law: several ports begin with a table that compares them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convcalc.layers.axis import write
from convcalc.page import Block, Code, Heading, Line, Page, Table
from convcalc.ports import Port


def page(ports: Sequence[Port], *, alone: bool) -> Page:
    """One port, or where not ``alone`` a comparison of several before each of them."""
    comparison = _comparison(ports)
    blocks = tuple(block for each in ports for block in _blocks(each))
    documents = [each.document() for each in ports]
    if alone:
        return Page(blocks, documents[0], comparison)
    return Page((comparison, *blocks), documents, comparison)


def code(ports: Sequence[Port], *, alone: bool) -> str:
    """The code alone."""
    if alone:
        return ports[0].code.rstrip()
    return "\n\n\n".join(f"# {each.target}\n{each.code.rstrip()}" for each in ports)


def _blocks(each: Port) -> Iterator[Block]:
    verdict = "one layer" if each.single_layer else "no single layer, but exactly this"
    yield Heading(f"{each.source} -> {each.target}", verdict)
    yield from (Line(note, "note") for note in each.notes)
    yield Code(each.code.rstrip())
    if each.weights:
        yield Code(each.weights.rstrip(), f"the kernel, from {each.source} to {each.target}")


def _comparison(ports: Sequence[Port]) -> Table:
    rows = (
        (
            each.target,
            "yes" if each.single_layer else "no",
            write(each.output) if each.output else "-",
            each.call,
        )
        for each in ports
    )
    return Table(
        ("framework", "single layer", "output", "layer"), tuple(rows), answers=(2,), code=(3,)
    )
