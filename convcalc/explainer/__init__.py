"""What an error message of a framework wants: its numbers, why it came, and what repairs it.

Law: a message is recognised by what the framework writes (``messages``), its numbers are taken out
(``reading``), and a cause (``causes``) does the arithmetic over again with ``convcalc.layers``.
Nothing of the text is executed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from convcalc.derivation import Step
from convcalc.errors import ParameterError
from convcalc.explainer.arithmetic import follow
from convcalc.explainer.reading import LONGEST_TEXT, Number, read_message, sizes_in
from convcalc.layers.axis import write


class Explanation(NamedTuple):
    """What an error message wants.

    ``framework`` is pytorch, keras (with TensorFlow), jax (with Flax) or onnxruntime, ``seen`` the
    version in which the message was seen; ``numbers`` are those of the message by name, one for
    each axis where there are several, None where a shape is open. ``cause`` is one sentence,
    ``reasons`` are more, ``repairs`` the ways out, smallest first. ``steps`` are derivations with
    their labels; ``commands`` are what convcalc could be asked next. Where the message is not
    known (``recognised`` is False), ``numbers`` holds what looks like sizes, under "sizes".

    >>> explanation = explain("negative padding is not supported")
    >>> explanation.recognised, explanation.framework, explanation.kind
    (True, 'pytorch', 'negative padding')
    """

    recognised: bool
    framework: str | None
    seen: str | None
    kind: str | None
    said: str | None
    numbers: Mapping[str, Number]
    cause: str
    reasons: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()
    steps: tuple[tuple[str, tuple[Step, ...]], ...] = ()
    commands: tuple[str, ...] = ()


def explain(text: str) -> Explanation:
    """What the error message in ``text`` wants: its numbers, why it came, what repairs it.

    ``text`` is a message or a whole traceback; the last known message in it counts. Sizes are in
    cells of one axis. Formulas: those of ``output_shape``; every number of a repair is worked out
    by a layer. Raises ParameterError where there is no text.

    Source: the frameworks' own messages, tests/golden/errors.jsonl.

    >>> explanation = explain(
    ...     "RuntimeError: Sizes of tensors must match except in dimension 1. Expected size 64 "
    ...     "but got size 63 for tensor number 1 in the list."
    ... )
    >>> explanation.framework, explanation.kind
    ('pytorch', 'sizes do not fit: cat')
    >>> dict(explanation.numbers)
    {'axis': 1, 'expected': 64, 'got': 63, 'tensor': 1}
    >>> explanation.repairs[0]
    'output_padding=1 on the transposed convolution that gives 63: 2*(32-1)+3-2*1+1 = 64'
    """
    if not text.strip():
        raise ParameterError("there is no text: give an error message")
    if "\0" in text:
        raise ParameterError("this is not text, it holds zero bytes: give an error message")
    said = read_message(text)
    if said is None:
        return _unknown(text)
    from convcalc.explainer.causes import cause_of

    found = cause_of(said)
    message = said.message
    return Explanation(
        True, message.framework, message.seen, message.kind, said.text, said.numbers, *found
    )


def _unknown(text: str) -> Explanation:
    """The honest answer to a message that is not known, with what could be asked instead."""
    sizes = sizes_in(text)
    longer = f" (the first {LONGEST_TEXT:,} characters were read)" * (len(text) > LONGEST_TEXT)
    return Explanation(
        False,
        None,
        None,
        None,
        None,
        {"sizes": [list[Number](each) for each in sizes]},
        f"this message is not known{longer}",
        commands=tuple(_questions(sizes)),
    )


def _questions(sizes: list[list[int]]) -> list[str]:
    """What could be asked about the first sizes; they are taken as spatial ones."""
    spatial = [each[-2:] if len(each) > 2 else each for each in sizes]
    singles = [each for each in spatial if max(each) > 1]
    if not singles:
        return ["convcalc out --op conv --k 3 --s 2 --p 1 --n 224", follow("--n 3x224x224")]
    first = write(singles[0])
    found = [f"convcalc out --op conv --k 3 --s 2 --p 1 --n {first}"]
    other = next((each for each in singles[1:] if len(each) == len(singles[0])), None)
    if other is not None and other != singles[0]:
        found.append(f"convcalc solve --n {first} --out {write(other)}")
    square = singles[0] if len(singles[0]) == 2 else singles[0] * 2
    found.append(follow(f"--n 3x{write(square)}"))
    return found
