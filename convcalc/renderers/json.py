"""A report as JSON: its envelope, and every derivation with its axes and notes.

Law: the keys are a contract with programs; a person's wording never changes one.
"""

from __future__ import annotations

import json
from typing import Any

from convcalc.derivation import Derivation, Report, Step


def render(report: Report, *, ascii_only: bool = False) -> str:
    """The report as one JSON object; JSON escapes what ASCII lacks."""
    return json.dumps(document(report), indent=2, ensure_ascii=ascii_only)


def document(report: Report) -> dict[str, Any]:
    """What ``render`` writes, as Python objects."""
    return {**report.head, report.key: [_derivation(part) for part in report.derivations]}


def _derivation(part: Derivation) -> dict[str, Any]:
    return {
        **part.data,
        "axes": [[_step(step) for step in steps] for steps in part.axes],
        "notes": [{"kind": note.kind, "message": note.message} for note in part.notes],
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "symbol": step.formula.symbol,
        "formula": step.formula.text,
        "substituted": step.substituted,
        "value": step.value,
        "meaning": step.formula.meaning,
        "source": step.formula.source,
    }
