"""A report as LaTeX: one aligned derivation for each axis, ready to paste.

Law: what comes out compiles in any document that loads amsmath, whatever the words contain.
"""

from __future__ import annotations

from collections.abc import Iterator

from convcalc.derivation import Derivation, Report, Step
from convcalc.formulas import latex_symbol

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "_": r"\_",
    "%": r"\%",
    "&": r"\&",
    "#": r"\#",
    "$": r"\$",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\(<\)",
    ">": r"\(>\)",
}


def render(report: Report, *, ascii_only: bool = False) -> str:  # noqa: ARG001 (all share it)
    """The report as LaTeX; always ASCII, so ``ascii_only`` changes nothing."""
    lines = [r"% needs \usepackage{amsmath}"]
    for part in report.parts:
        lines += _derivation(part)
    return "\n".join(lines)


def _words(text: str) -> str:
    """Plain words in LaTeX's text mode."""
    text = text.replace("<->", "\0").replace("->", "\1")
    text = "".join(_SPECIAL.get(character, character) for character in text)
    return text.replace("\0", r"\(\leftrightarrow\)").replace("\1", r"\(\rightarrow\)")


def _derivation(part: Derivation) -> Iterator[str]:
    headline = f"{part.title}: {part.answer}" if part.answer else part.title
    yield rf"\paragraph{{{_words(headline)}}} {_words(part.question)}"
    yield from _items(part.facts)
    for label, steps in part.groups():
        if label:
            yield rf"\noindent {_words(label)}:"
        yield r"\begin{align*}"
        yield " \\\\\n".join(_step(step) for step in steps)
        yield r"\end{align*}"
    yield from _items(note.message for note in part.notes)


def _items(sentences: Iterator[str] | tuple[str, ...]) -> Iterator[str]:
    items = [rf"  \item {_words(sentence)}" for sentence in sentences]
    if items:
        yield r"\begin{itemize}"
        yield from items
        yield r"\end{itemize}"


def _step(step: Step) -> str:
    formula = step.formula
    return (
        rf"  {latex_symbol(formula.symbol)} &= {formula.typeset()} = "
        rf"{formula.typeset(step.values)} = {step.value}"
        rf" && \text{{{_words(f'{formula.meaning} ({formula.source})')}}}"
    )
