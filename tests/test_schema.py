"""What ``-f json`` writes is what docs/schema.json says, and the schema says it in words."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from convcalc.dialects import DIALECTS
from convcalc.layers.kind import KINDS
from convcalc.ports import TARGETS

from .conftest import Convcalc

DOCS = Path(__file__).parent.parent / "docs"
SCHEMA = json.loads((DOCS / "schema.json").read_text(encoding="utf-8"))
UNET = str(DOCS / "examples" / "unet-same.txt")
PRINTED = str(DOCS / "examples" / "printed-model.txt")

# The definition, the arguments and the exit status.
CASES: list[tuple[str, list[str], int]] = [
    ("out", ["out", "--k", "3", "--p", "2", "--s", "3", "--n", "32"], 0),
    ("out", ["out", "--k", "3", "--p", "same", "--s", "2", "--n", "32x31", "--prove"], 0),
    ("out", ["out", "--op", "maxpool", "--k", "2", "--p", "1", "--n", "5", "--ceil", "--prove"], 0),
    ("out", ["out", "--op", "avgpool", "--k", "3x5", "--p", "0:1x2", "--n", "32x48"], 0),
    ("out", ["out", "--op", "deconv", "--k", "2", "--s", "5", "--p", "3", "--n", "4x4"], 0),
    ("out", ["out", "--op", "conv", "--k", "4", "--p", "half", "--n", str(10**40)], 0),
    ("out", ["out", "jax.lax.conv_transpose(x, w, (2,), 'SAME')", "--k", "3", "--n", "4"], 0),
    ("equiv", ["equiv", "--k", "3"], 0),
    ("equiv", ["equiv", "--k", "1", "--p", "1", "--from", "deconv"], 0),
    ("equiv", ["equiv", "--k", "3", "--s", "2", "--d", "2"], 0),
    ("equiv", ["equiv", "--k", "3", "--p", "1", "--s", "2", "--n", "6", "--prove"], 0),
    ("equiv", ["equiv", "--k", "3x4", "--s", "2", "--from", "deconv", "--a", "1x0", "--n", "5"], 0),
    ("port", ["port", "layers.Conv2D(8, 3, strides=2, padding='same')", "--to", "pytorch"], 0),
    ("port", ["port", "nn.MaxPool2d(2)", "--to", "onnx", "--n", "8"], 0),
    ("ports", ["port", "nn.Conv2d(3, 8, 3, stride=2, padding=1)"], 0),
    ("net", ["net", UNET, "--n", "3x64x64", "--sizes", "1..64", "--at", "3x4"], 0),
    ("net", ["net", UNET, "--n", "3x64x64", "--expect", "2x60x60"], 1),
    ("net", ["net", UNET, "--n", "3x500x500"], 1),
    ("net", ["net", UNET, "--n", "3x1x1"], 1),
    ("net", ["net", PRINTED, "--n", "224x224"], 0),
    ("net", ["net", PRINTED, "--sizes", "60..70x60..70"], 0),
    ("solve", ["solve", "--op", "deconv", "--n", "7", "--out", "14"], 0),
    ("solve", ["solve", "--op", "conv", "--out", "12", "--s", "3", "--p", "same"], 0),
    ("solve", ["solve", "--op", "pool", "--ceil", "--pairs", "7x7:3x3,9x9:4x4"], 0),
    ("solve", ["solve", "--op", "conv", "--n", "9", "--out", "4", "--k", "3", "--to", "jax"], 0),
    ("solve", ["solve", "--op", "conv", "--n", "7", "--out", "900", "--k", "3"], 1),
    ("sweep", ["sweep", "--op", "maxpool", "--n", "5..6", "--k", "1..2", "--p", "1"], 0),
    ("sweep", ["sweep", "--n", "5", "--k", "3", "--p", "1:2", "--p", "same", "--p", "-1"], 0),
    ("sweep", ["sweep", "--op", "deconv", "--n", "5", "--k", "3", "--where", "out > 9"], 0),
    ("solve", ["solve", "--n", "224", "--out", "112", "--k", "7", "--s", "2"], 0),
    ("sweep", ["sweep", "--n", "1..4", "--k", "1..3", "--p", "same", "--p", "0:1"], 0),
    ("sweep", ["sweep", "--op", "pool", "--ceil", "--n", "1..4", "--k", "2", "--where", "o>1"], 0),
    ("sweep", ["sweep", "--op", "deconv", "--n", "4", "--k", "3", "--s", "2", "--a", "0..2"], 0),
    ("explain", ["explain", "Kernel size can't be greater than actual input size"], 0),
    ("explain", ["explain", "mat1 and mat2 shapes cannot be multiplied (4x576 and 400x120)"], 0),
    ("explain", ["explain", "MatMul: 4x576 by 400x120"], 1),
]  # fmt: skip


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator({**SCHEMA, "$ref": f"#/$defs/{name}"})


@pytest.mark.parametrize(("name", "arguments", "status"), CASES)
def test_json_is_as_the_schema_says(
    name: str, arguments: list[str], status: int, convcalc: Convcalc
) -> None:
    ran = convcalc(*arguments, "-f", "json")
    assert ran.status == status, ran.err
    faults = [
        f"{fault.json_path}: {fault.message}"
        for fault in validator(name).iter_errors(json.loads(ran.out))
    ]
    assert faults == []


def test_the_schema_names_what_there_is() -> None:
    assert SCHEMA["$defs"]["operation"]["enum"] == list(KINDS)
    assert SCHEMA["$defs"]["framework"]["enum"] == list(DIALECTS) == list(TARGETS)


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    ("name", "path", "wrong"),
    [
        ("out", ["input"], "32"),
        ("out", ["layers", 0, "op"], "convolution"),
        ("out", ["layers", 0, "padding", 0], [2]),
        ("out", ["layers", 0, "axes", 0, 0, "value"], 3.5),
        ("out", ["layers", 0, "new"], 1),
        ("equiv", ["from"], "pool"),
        ("port", ["to"], "caffe"),
        ("net", ["rows", 0, "jump"], [1]),
    ],
)
def test_the_schema_can_fail(name: str, path: list[Any], wrong: Any, convcalc: Convcalc) -> None:
    arguments = next(arguments for each, arguments, _ in CASES if each == name)
    answer = json.loads(convcalc(*arguments, "-f", "json").out)
    assert validator(name).is_valid(answer)
    place = answer
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = wrong
    assert not validator(name).is_valid(answer)


def properties(schema: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every property of every object of a schema, with where it stands."""
    if isinstance(schema, list):
        for entry in schema:
            yield from properties(entry, path)
    elif isinstance(schema, dict):
        for name, value in schema.get("properties", {}).items():
            yield f"{path}.{name}", value
        for name, value in schema.items():
            yield from properties(value, f"{path}.{name}")


def test_every_key_is_described() -> None:
    shared = SCHEMA["$defs"]
    assert all("description" in each for each in shared.values())
    bare = [
        path
        for path, each in properties(SCHEMA, "")
        if "description" not in each and "$ref" not in each
    ]
    assert bare == []
