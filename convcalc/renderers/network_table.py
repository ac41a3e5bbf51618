"""A traced network as a Rich table.

Law: as in ``table.py``, everything goes in as ``Text``, never as markup.
"""

from __future__ import annotations

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from convcalc.graph.words import HEADINGS, NUMBERS, cells, headline
from convcalc.renderers.network import NetworkReport
from convcalc.renderers.text import sign

_STYLES = {0: "bold", 1: "cyan", 2: "bold green"}


def render(report: NetworkReport, *, ascii_only: bool = False) -> RenderableType:
    """The report as something a Rich console prints."""
    parts: list[RenderableType] = []
    if report.run is not None:
        table = Table(box=box.ASCII if ascii_only else box.SIMPLE_HEAD, pad_edge=False)
        for place, heading in enumerate(HEADINGS):
            table.add_column(
                heading,
                justify="right" if place in NUMBERS else "left",
                style=_STYLES.get(place, ""),
                overflow="fold",
            )
        for row in report.run.rows:
            table.add_row(*map(Text, cells(row)))
        parts += [Text(sign(headline(report.run), ascii_only), "bold"), table]
    parts += [Text(sign(problem, ascii_only), "red") for problem in report.problems]
    parts += [Text(sign(sentence, ascii_only)) for sentence in report.sentences]
    return Group(*parts)
