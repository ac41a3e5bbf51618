"""The public names: all there, all documented with a source of their own or an example."""

import inspect
import re
from pathlib import Path

import pytest

import convcalc


def test_every_public_name_is_there() -> None:
    for name in convcalc.__all__:
        assert getattr(convcalc, name) is not None
    assert set(convcalc.__all__) <= set(dir(convcalc))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = convcalc.nothing


@pytest.mark.parametrize(
    "name", ["Conv", "TransposedConv", "Pool", "Window", "output_shape", "equivalent_padding"]
)
def test_public_docstrings_give_formula_source_and_example(name: str) -> None:
    text = inspect.getdoc(getattr(convcalc, name)) or ""
    assert "Formula" in text
    assert "Source" in text
    assert ">>>" in text


def test_the_contract_in_python() -> None:
    layer = convcalc.TransposedConv(3, stride=3, padding=2)
    assert convcalc.output_shape(layer, (32, 32)) == (92, 92)
    assert isinstance(convcalc.derive(layer, (32, 32)), convcalc.Derivation)
    assert convcalc.equivalent_padding(kernel=3, padding=0, dilation=1) == 2
    assert issubclass(convcalc.ConvcalcError, ValueError)
    with pytest.raises(AttributeError):
        layer.kernel = 5  # type: ignore[misc]


def test_the_page_of_the_public_names_has_each_as_it_is() -> None:
    page = (Path(__file__).parent.parent / "docs" / "api.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)(?:\((.*?)\))?` \|", page, re.MULTILINE)
    assert sorted(name for name, _ in listed) == sorted(convcalc.__all__)
    for name, parameters in listed:
        if parameters:
            signature = inspect.signature(getattr(convcalc, name))
            assert parameters == ", ".join(signature.parameters), name
