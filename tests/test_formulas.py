"""What is printed is what is computed: every formula, in every writing, on its own numbers."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcalc import Conv, ConvcalcError, Layer, Pool, Step, TransposedConv, derive, formulas
from convcalc.formulas import Formula
from convcalc.layers.axis import PADDING_NAMES

FORMULAS = {name: value for name, value in vars(formulas).items() if isinstance(value, Formula)}

numbers = st.integers(-50, 50)
positive = st.integers(1, 9)
paddings = st.one_of(
    st.integers(-1, 5),
    st.tuples(st.tuples(st.integers(-1, 5), st.integers(-1, 5))),
    st.sampled_from(list(PADDING_NAMES)),
)


def arguments(formula: Formula, draw: st.DataObject) -> tuple[int, ...]:
    """Numbers for the inputs; the same symbol twice gets the same number, a divisor is positive."""
    chosen = {
        symbol: draw.draw(positive if symbol in ("s", "k", "d", "n", "k_e") else numbers)
        for symbol in dict.fromkeys(formula.inputs)
    }
    if formula is formulas.STRETCHED_POSITIONS:
        chosen["s"] = 1  # a writing for stride 1
    return tuple(chosen[symbol] for symbol in formula.inputs)


def from_pretty(text: str) -> str:
    """The signs of a printed formula back in Python's notation."""
    text = text.replace("−", "-").replace("×", "*").replace(" mod ", "%")
    return text.replace("⌊", "((").replace("⌋", "))").replace("/", ")//(")


def from_latex(text: str) -> str:
    """The LaTeX of a formula with numbers back in Python's notation."""
    for piece in (r"\left", r"\right", r"\bigl", r"\bigr", r"\,", " "):
        text = text.replace(piece, "")
    text = re.sub(r"\\lfloor\\frac\{(.*?)\}\{(.*?)\}\\rfloor", r"((\1)//(\2))", text)
    text = text.replace(r"\cdot", "*").replace(r"\bmod", "%").replace(r"\max", "max")
    text = text.replace(r"\mathbin{<}", "<").replace("[", "(").replace("]", ")")
    return re.sub(r"(\d)\(", r"\1*(", re.sub(r"\)\(", ")*(", text))


@pytest.mark.parametrize("name", FORMULAS)
@given(draw=st.data())
def test_every_writing_of_a_formula_is_its_function(name: str, draw: st.DataObject) -> None:
    formula = FORMULAS[name]
    values = arguments(formula, draw)
    expected = formula.function(*values)
    assert eval(formula.substituted(values)) == expected  # noqa: S307 (our own text)
    assert eval(from_pretty(formula.pretty(values))) == expected  # noqa: S307
    latex = from_latex(formula.typeset(values))
    assert "\\" not in latex
    assert eval(latex) == expected  # noqa: S307


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_names_its_inputs_and_its_source(name: str) -> None:
    formula = FORMULAS[name]
    words = set(re.findall(formulas.SYMBOL, formula.text)) - {"max"}
    assert words <= set(formula.inputs)
    assert set(re.findall(r"<([^<>\s]+)>", formula.latex)) == words
    assert formula.meaning
    assert formula.source


@pytest.mark.parametrize("name", FORMULAS)
@given(draw=st.data())
def test_integers_and_arrays_agree(name: str, draw: st.DataObject) -> None:
    formula = FORMULAS[name]
    rows = [arguments(formula, draw) for _ in range(5)]
    arrays = [np.array(column, dtype=np.int64) for column in zip(*rows, strict=True)]
    result = formula.function(*arrays)
    assert np.asarray(result).dtype == np.int64
    assert list(np.asarray(result)) == [formula.function(*row) for row in rows]


def derivable(layer: type[Layer], **values: object) -> Layer | None:
    try:
        return layer(**values)
    except ConvcalcError:
        return None


def check_steps(steps: tuple[Step, ...], output: int) -> None:
    last: dict[str, int] = {}
    for step in steps:
        assert eval(step.substituted) == step.value  # noqa: S307 (our own text)
        for symbol, value in zip(step.formula.inputs, step.values, strict=True):
            # A symbol that an earlier step gave a value is used with that value.
            assert last.get(symbol, value) == value
        last[step.formula.symbol] = step.value
    assert last["o"] == output


@given(
    kind=st.sampled_from([Conv, TransposedConv, Pool]),
    k=positive,
    s=positive,
    p=paddings,
    d=positive,
    a=st.integers(0, 4),
    n=st.integers(1, 60),
    ceil=st.booleans(),
)
def test_every_step_of_a_derivation_holds(
    kind: type[Layer], k: int, s: int, p: object, d: int, a: int, n: int, ceil: bool
) -> None:
    extra: dict[str, int] = {}
    if kind is TransposedConv:
        extra = {"output_padding": a}
    if kind is Pool:
        extra = {"ceil": ceil}
    layer = derivable(kind, kernel=k, stride=s, padding=p, dilation=d, **extra)
    if layer is None:
        return
    try:
        derivation = derive(layer, n)
    except ConvcalcError:
        return
    check_steps(derivation.axes[0], int(derivation.answer.split()[-1]))
    if kind is TransposedConv:
        assert derivation.axes[0][-1].value == derivation.axes[0][-2].value  # the cross-check
