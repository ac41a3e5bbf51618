"""A page as JSON: its data.

Law: the keys are a contract with programs, kept where the data is made; here they are only written.
"""

from __future__ import annotations

import json

from convcalc.page import Page


def render(page: Page, *, ascii_only: bool = False) -> str:
    """The page's data as one JSON value; JSON escapes what ASCII lacks."""
    return json.dumps(page.data, indent=2, ensure_ascii=ascii_only)
