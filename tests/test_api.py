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


@pytest.mark.parametrize("name", convcalc.__all__)
def test_public_docstrings_have_an_example_and_functions_all_the_rest(name: str) -> None:
    named = getattr(convcalc, name)
    text = inspect.getdoc(named) or ""
    assert ">>>" in text
    if inspect.isfunction(named) or name in ("Conv", "TransposedConv", "Pool", "Window"):
        assert re.search(r"[Ss]ource", text)
    if inspect.isfunction(named) and name != "read":
        assert "Formula" in text
    if inspect.isfunction(named):
        assert re.search(r"[Rr]aises|errors", text)


def test_errors_in_python_name_no_options() -> None:
    conv, net = convcalc.Conv(3, stride=2, padding="same"), "nn.Conv2d(3, 8, 3)"
    for wrong in (
        lambda: convcalc.equivalence(conv),
        lambda: convcalc.draw(conv, (5, 5, 5)),
        lambda: convcalc.draw(conv, 10**6),
        lambda: convcalc.network(net),
        lambda: convcalc.network(net, (3, 9, 9)).legal_sizes((5, 1)),
        lambda: convcalc.network("nn.Nothing()", (3, 9, 9)),
        lambda: convcalc.sweep(size=5, kernel=3, where="out = 3"),
        lambda: convcalc.read("F.conv2d(x, w)"),
        lambda: convcalc.explain(""),
    ):
        with pytest.raises(convcalc.ConvcalcError) as refused:
            wrong()
        assert "--" not in str(refused.value)


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
