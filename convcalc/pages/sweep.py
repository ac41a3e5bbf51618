"""The page of a sweep: how many combinations there are, and a row for each.

Law: people see the parameters that vary in the table and the others above it; ``data`` has all of
them. The keys of ``data`` are a contract with programs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convcalc.grid.lines import value_text
from convcalc.grid.points import PARAMETERS, Sweep, Values
from convcalc.grid.table import Row
from convcalc.layers.axis import counted
from convcalc.page import Block, Heading, Line, Page, Table


def page(sweep: Sweep, rows: Sequence[Row]) -> Page:
    """The ``rows`` of ``sweep`` that are kept, all of them."""
    blocks: list[Block] = [heading(sweep)]
    if rows:
        blocks.append(_table(rows, sweep.free or sweep.names, any(row.why for row in rows)))
    empty = sum(row.out is None for row in rows)
    if empty:
        blocks.append(Line(f"nothing comes out of {empty} of {len(rows)}", "note"))
    if sweep.where is not None:
        blocks.append(Line(left_out(sweep, len(rows)), "note"))
    return Page(tuple(blocks), _data(sweep, rows))


def heading(sweep: Sweep) -> Heading:
    """What was asked: the operation, how many combinations, and every parameter."""
    return Heading(sweep.layer.title, counted(sweep.total, "combination"), question(sweep))


def question(sweep: Sweep) -> str:
    """The values of every parameter: ``n = 1..64, k = 3, 5, s = 2``."""
    said = [f"{name} = {_range(sweep.values[name]) or 'k'}" for name in sweep.names]
    said += ["ceil mode"] if sweep.ceil else []
    return ", ".join(said) + (f", where {sweep.where.text}" if sweep.where else "")


def left_out(sweep: Sweep, kept: int) -> str:
    """What the condition did."""
    return f"{kept} of {counted(sweep.total, 'combination')} kept, {sweep.total - kept} left out"


def _range(values: Values) -> str:
    if isinstance(values, range) and len(values) > 1:
        step = f"..{values.step}" if values.step > 1 else ""
        return f"{values[0]}..{values[-1]}{step}"
    shown = [value_text(value) for value in values[:6]]
    return ", ".join(shown) + (f", ... ({len(values)} values)" if len(values) > 6 else "")


def _table(rows: Sequence[Row], names: Sequence[str], reasons: bool) -> Table:
    places = [PARAMETERS.index(name) for name in names]
    headings = (*names, "out", *(["why"] if reasons else []))
    words = (
        (
            *(value_text(row.values[place]) for place in places),
            "" if row.out is None else str(row.out),
            *([row.why] if reasons else []),
        )
        for row in rows
    )
    return Table(headings, tuple(words), tuple(range(len(names) + 1)), answers=(len(names),))


def _data(sweep: Sweep, rows: Sequence[Row]) -> dict[str, Any]:
    places = [(name, PARAMETERS.index(name)) for name in sweep.names]
    data: dict[str, Any] = {"op": sweep.op, "total": sweep.total, "kept": len(rows)}
    if sweep.where is not None:
        data["where"] = sweep.where.text
    data |= sweep.layer.data()
    data["rows"] = [
        {
            **{name: _plain(row.values[place]) for name, place in places},
            "out": row.out,
            "why": row.why,
        }
        for row in rows
    ]
    return data


def _plain(value: object) -> int | str:
    return value if isinstance(value, int) else value_text(value)
