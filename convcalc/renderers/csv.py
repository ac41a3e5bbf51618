"""A page as CSV: its listing, a line for each row.

Law: RFC 4180 with a line of headings; words are the core's own, in ASCII.
"""

from __future__ import annotations

import csv
import io

from convcalc.errors import ParameterError
from convcalc.page import Page


def render(page: Page, *, ascii_only: bool = False) -> str:  # noqa: ARG001 (all share it)
    """The page's listing; ParameterError where it has none."""
    if page.listing is None:
        raise ParameterError("--format csv: this answer has no rows; valid: text, markdown, json")
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(page.listing.headings)
    writer.writerows(page.listing.rows)
    return written.getvalue().rstrip("\n")
