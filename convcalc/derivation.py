"""What a calculation leaves behind for the reader: steps, notes and the report that holds them.

Law: the function that computes is the function that explains. The core calls ``evaluate`` for
every formula; with ``note=None`` that is a plain function call, with ``note=steps.append`` the
same call writes the derivation. Renderers read these records and never compute.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from convcalc.formulas import Formula


class Step(NamedTuple):
    """One formula with numbers put in, and its value.

    >>> from convcalc.formulas import EFFECTIVE_KERNEL
    >>> step = Step(EFFECTIVE_KERNEL, (1, 3), 3)
    >>> step.substituted
    '1*(3-1)+1'
    """

    formula: Formula
    values: tuple[int, ...]
    value: int

    @property
    def substituted(self) -> str:
        """The formula in Python's notation with the numbers in place of the symbols."""
        return self.formula.substituted(self.values)


Note = Callable[[Step], object]


def evaluate(formula: Formula, note: Note | None, *values: int) -> int:
    """Compute ``formula`` on ``values`` (in the order of its inputs) and tell ``note`` about it.

    >>> from convcalc.formulas import EFFECTIVE_KERNEL
    >>> steps = []
    >>> evaluate(EFFECTIVE_KERNEL, steps.append, 2, 3)
    5
    >>> steps[0].value
    5
    """
    value = formula.function(*values)
    if note is not None:
        note(Step(formula, values, value))
    return value


class Remark(NamedTuple):
    """One thing worth knowing under an answer: what it is about, and a sentence with numbers.

    >>> import convcalc
    >>> convcalc.derive(convcalc.Conv(3, padding=3), 2).notes[0].kind
    'padding-only'
    """

    kind: str
    message: str


class Derivation(NamedTuple):
    """One question answered: the answer, the steps of each spatial axis, and the remarks.

    ``facts`` are plain sentences of the answer itself; ``data`` is the same answer for machines,
    with values that JSON can hold.

    >>> import convcalc
    >>> derivation = convcalc.derive(convcalc.Conv(3, stride=2), (7, 9))
    >>> derivation.answer, derivation.axes[1][-1].value, derivation.data["output"]
    ('7x9 -> 3x4', 4, [3, 4])
    """

    title: str
    question: str
    answer: str
    axes: tuple[tuple[Step, ...], ...] = ()
    facts: tuple[str, ...] = ()
    notes: tuple[Remark, ...] = ()
    data: Mapping[str, object] = {}

    def groups(self) -> list[tuple[str, tuple[Step, ...]]]:
        """The steps, each distinct sequence once, with the axes it holds for ("" where all)."""
        where: dict[tuple[Step, ...], list[int]] = {}
        for number, steps in enumerate(self.axes, start=1):
            where.setdefault(steps, []).append(number)
        if len(where) == 1:
            return [("", self.axes[0])]
        return [
            (("axis " if len(numbers) == 1 else "axes ") + ", ".join(map(str, numbers)), steps)
            for steps, numbers in where.items()
        ]

    def _repr_html_(self) -> str:
        """As a notebook shows it."""
        from convcalc.notebook import html

        return html(self)

    def _repr_latex_(self) -> str:
        """As a notebook shows it that becomes PDF."""
        from convcalc.notebook import latex

        return latex(self)


class Report(NamedTuple):
    """Everything that one command answers: the derivations and, for machines, their envelope.

    As JSON it is ``{**head, key: [each derivation's data with its axes and notes]}``. What stands
    in the ``appendix`` (a proof) follows the derivations as words; machines find it in the head.

    >>> import convcalc
    >>> report = convcalc.answer([convcalc.Conv(3), convcalc.TransposedConv(3)], 32)
    >>> report.key, [each.answer for each in report.derivations]
    ('layers', ['32 -> 30', '32 -> 34'])
    """

    head: Mapping[str, object]
    key: str
    derivations: tuple[Derivation, ...]
    appendix: tuple[Derivation, ...] = ()

    @property
    def parts(self) -> tuple[Derivation, ...]:
        """Everything that is shown in words, in order."""
        return self.derivations + self.appendix

    def _repr_html_(self) -> str:
        """As a notebook shows it."""
        from convcalc.notebook import html

        return html(self)

    def _repr_latex_(self) -> str:
        """As a notebook shows it that becomes PDF."""
        from convcalc.notebook import latex

        return latex(self)
