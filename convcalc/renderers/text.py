"""A report as plain aligned text.

Law: every line stands for itself; nothing is wrapped, so a pipe sees each record on one line.
"""

from __future__ import annotations

from collections.abc import Iterator

from convcalc.derivation import Derivation, Report, Step


def render(report: Report, *, ascii_only: bool = False) -> str:
    """The report as text, one derivation after the other."""
    blocks = ("\n".join(_derivation(part, ascii_only)) for part in report.parts)
    return "\n\n".join(blocks)


def sign(text: str, ascii_only: bool) -> str:
    """A sentence of the core, which writes ASCII, with its arrows drawn where they can be."""
    return text if ascii_only else text.replace("<->", "↔").replace("->", "→")


def written(step: Step, ascii_only: bool) -> tuple[str, str, str]:
    """A step's formula, the formula with numbers put in, and the value."""
    formula, values = step.formula, step.values
    if ascii_only:
        return f"{formula.symbol} = {formula.text}", step.substituted, str(step.value)
    value = str(step.value).replace("-", "−")
    return f"{formula.symbol} = {formula.pretty()}", formula.pretty(values), value


def headline(part: Derivation, ascii_only: bool) -> str:
    """The answer first: ``convolution: 32 → 12``."""
    return sign(f"{part.title}: {part.answer}" if part.answer else part.title, ascii_only)


def _derivation(part: Derivation, ascii_only: bool) -> Iterator[str]:
    yield headline(part, ascii_only)
    yield f"  {part.question}"
    for fact in part.facts:
        yield f"  - {sign(fact, ascii_only)}"
    for label, steps in part.groups():
        rows = [written(step, ascii_only) for step in steps]
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        yield ""
        if label:
            yield f"  {label}"
        for step, (formula, numbers, value) in zip(steps, rows, strict=True):
            yield (
                f"  {formula:<{widths[0]}} = {numbers:<{widths[1]}} = {value:>{widths[2]}}"
                f"   {step.formula.meaning} [{step.formula.source}]"
            )
    if part.notes:
        yield ""
    for note in part.notes:
        yield f"  note: {sign(note.message, ascii_only)}"
