"""A few of the contents of ``fuzz_parsers``, each time the suite runs."""

import importlib.util

import pytest

from .fuzz_parsers import SUBJECTS, fuzz


@pytest.mark.parametrize("subject", SUBJECTS)
def test_nothing_but_convcalc_errors_comes_out(subject: str) -> None:
    if "onnx" in subject and importlib.util.find_spec("onnx") is None:
        pytest.skip("onnx is not installed")
    fuzz(subject, 8)
