"""How records show themselves in notebooks: as the pages that the command line prints.

Law: this is the one door through which a record below reaches a renderer above, and only from its
``_repr_*_`` methods, which notebooks call by name. Nothing here imports IPython.
"""

from __future__ import annotations

from convcalc.derivation import Derivation, Report
from convcalc.graph.trace import Run
from convcalc.page import Page
from convcalc.ports import Port
from convcalc.renderers import html as html_renderer
from convcalc.renderers import latex as latex_renderer
from convcalc.renderers import markdown as markdown_renderer

Record = Derivation | Port | Report | Run


def html(record: Record) -> str:
    """The record's page as HTML.

    >>> from convcalc.layers import Conv, derive
    >>> print(html(derive(Conv(3), 5)).partition("</h4>")[0])
    <h4>convolution: 5 → 3
    """
    return html_renderer.render(page(record))


def latex(record: Record) -> str:
    """The record's page as LaTeX, for notebooks that become PDF."""
    return latex_renderer.render(page(record))


def markdown(record: Record) -> str:
    """The record's page as Markdown."""
    return markdown_renderer.render(page(record))


def page(record: Record) -> Page:
    """The page that the command line makes of a record."""
    match record:
        case Run():
            from convcalc.pages.network import NetworkReport
            from convcalc.pages.network import page as network_page

            return network_page(NetworkReport(record))
        case Port():
            from convcalc.pages.ports import page as port_page

            return port_page([record], alone=True)
        case Report():
            report = record
        case Derivation():
            report = Report({}, "", (record,))
    from convcalc.pages.report import page as report_page

    return report_page(report)
