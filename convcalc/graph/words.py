"""A row in words: what every table of a network writes in its columns.

Law: whoever shows a row, on paper, in a notebook or to a program, takes its cells from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from convcalc.graph.trace import Row, Run, Sized

HEADINGS = (
    "layer", "operation", "output", "field", "jump", "start", "parameters", "MACs", "total MACs",
)  # fmt: skip
NUMBERS = (3, 4, 5, 6, 7, 8)  # columns that are numbers


class Cells(NamedTuple):
    """One row of a table, in the order of HEADINGS."""

    layer: str
    operation: str
    output: str
    field: str
    jump: str
    start: str
    parameters: str
    macs: str
    total_macs: str


def cells(row: Row) -> Cells:
    """The columns of a row; an axis like the one before it is not repeated."""
    return Cells(
        row.name,
        row.op,
        "x".join(map(str, row.output)),
        joined([field_words(size) for size in row.receptive_field]),
        joined(["?" if jump is None else str(jump) for jump in row.jump]),
        joined(["-" if start is None else str(start) for start in row.start]),
        f"{row.parameters:,}",
        f"{row.macs:,}",
        f"{row.total_macs:,}",
    )


def field_words(size: Sized) -> str:
    """``7``, ``7..9``, or ``?`` where it is not known."""
    if size is None:
        return "?"
    return f"{size[0]}..{size[1]}" if isinstance(size, tuple) else str(size)


def joined(words: Sequence[str]) -> str:
    """One word where all axes agree, else one for each."""
    if not words:
        return "-"
    return words[0] if len(set(words)) == 1 else "x".join(words)


def headline(run: Run) -> str:
    """``3x224x224 -> 1000: 23 layers, 25,557,032 parameters, 4,089,184,256 MACs``."""
    shapes = ["x".join(map(str, shape)) for shape in (run.input, run.output)]
    count = f"{len(run.rows)} layer{'' if len(run.rows) == 1 else 's'}"
    if run.failure is not None:
        place, _ = run.failure
        stop = run.graph.nodes[place].name
        return f"{shapes[0]}: does not run; {count}, then {stop} fails"
    return f"{' -> '.join(shapes)}: {count}, {run.parameters:,} parameters, {run.macs:,} MACs"
