"""A page as LaTeX: aligned derivations, tabulars, verbatim code, ready to paste.

Law: what comes out compiles in any document that loads amsmath, whatever the words contain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from convcalc.derivation import Step
from convcalc.formulas import latex_symbol
from convcalc.page import Block, Code, Heading, Line, Page, Steps, Table
from convcalc.renderers.text import LABELS

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


def render(page: Page, *, ascii_only: bool = False) -> str:  # noqa: ARG001 (all share it)
    """The page as LaTeX; always ASCII, so ``ascii_only`` changes nothing."""
    lines = []
    if any(isinstance(block, Steps) for block in page.blocks):
        lines.append(r"% needs \usepackage{amsmath}")
    for are_lines, blocks in groupby(page.blocks, lambda block: isinstance(block, Line)):
        if are_lines:
            lines += _items(block for block in blocks if isinstance(block, Line))
        else:
            for block in blocks:
                lines += _block(block)
    return "\n".join(lines)


def _words(text: str) -> str:
    """Plain words in LaTeX's text mode."""
    text = text.replace("<->", "\0").replace("->", "\1")
    text = "".join(_SPECIAL.get(character, character) for character in text)
    text = re.sub("-(?=-)", "-{}", text)  # two hyphens would be a dash
    return text.replace("\0", r"\(\leftrightarrow\)").replace("\1", r"\(\rightarrow\)")


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading(detail=detail):
            # A heading without words of its own would run into what follows.
            beside = _words(detail) or r"\leavevmode"
            yield rf"\paragraph{{{_words(block.line)}}} {beside}"
        case Steps(steps, label):
            if label:
                yield rf"\noindent {_words(label)}:"
            yield r"{\footnotesize\begin{align*}"
            sources = list(dict.fromkeys(step.formula.source for step in steps))
            yield " \\\\\n".join(_step(step, sources) for step in steps)
            yield r"\end{align*}"
            listed = "; ".join(f"[{number}] {each}" for number, each in enumerate(sources, start=1))
            yield rf"\noindent Sources: {_words(listed)}\par}}"
        case Table(headings, rows, right):
            columns = "".join("r" if place in right else "l" for place in range(len(headings)))
            yield r"\par\noindent{\footnotesize\tabcolsep=4pt"
            yield rf"\begin{{tabular}}{{{columns}}}"
            yield " & ".join(map(_words, headings)) + r" \\ \hline"
            for row in rows:
                yield " & ".join(map(_words, row)) + r" \\"
            yield r"\end{tabular}\par}"
        case Code(text, title):
            if title:
                yield rf"\par\noindent {_words(title)}:"
            yield r"\begin{verbatim}"
            yield text
            yield r"\end{verbatim}"


def _items(lines: Iterator[Line]) -> Iterator[str]:
    yield r"\begin{itemize}"
    for line in lines:
        label = LABELS[line.kind] if line.kind == "repair" else ""
        yield rf"  \item {label}{_words(line.text)}"
    yield r"\end{itemize}"


def _step(step: Step, sources: Sequence[str]) -> str:
    formula = step.formula
    meaning = _words(f"{formula.meaning} [{sources.index(formula.source) + 1}]")
    return (
        rf"  {latex_symbol(formula.symbol)} &= {formula.typeset()} = "
        rf"{formula.typeset(step.values)} = {step.value}"
        rf" && \parbox[t]{{.29\linewidth}}{{\raggedright {meaning}}}"
    )
