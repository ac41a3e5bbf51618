"""``convcalc sweep`` and ``convcalc.sweep``: every row against the layers, one at a time."""

import csv
import io
import json
import os
import pty
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import convcalc as library
from convcalc import (
    Conv,
    ConvcalcError,
    Layer,
    ParameterError,
    ParseError,
    Pool,
    SizeError,
    Sweep,
    TransposedConv,
    Window,
    output_shape,
)
from convcalc.grid import lines
from convcalc.grid.given import MOST_ROWS
from convcalc.grid.interval import LARGEST, Interval
from convcalc.grid.points import COLUMNS, WHY
from convcalc.grid.where import read_condition
from convcalc.layers.axis import spread, spread_padding
from convcalc.layers.kind import KINDS
from convcalc.layers.pool import check_half

from .conftest import Convcalc, Work
from .test_golden import rows as recorded
from .test_window import positions

NAMES = ("valid", "same", "same-lower", "half", "full", "causal")
LINE = "--n 1..9 --k 1..4 --s 1..3 --p 0..2"


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def layer_of(op: str, k: int, s: int, p: Any, d: int, a: int, ceil: bool = False) -> Layer:
    p = (p,) if isinstance(p, tuple) else p
    match op:
        case "conv":
            return Conv(k, s, p, d)
        case "deconv":
            return TransposedConv(k, s, p, d, a)
        case _:
            pool = Pool(k, s, p, d, ceil, "max" if op == "maxpool" else "avg")
            check_half(pool)
            return pool


def one_by_one(
    op: str, n: int, k: int, s: int, p: Any, d: int, a: int = 0, ceil: bool = False
) -> tuple[int, str]:
    """The output of one combination as the layer gives it, and what the layer says against it."""
    try:
        return output_shape(layer_of(op, k, s, p, d, a, ceil), n)[0], ""
    except ConvcalcError as error:
        return 0, str(error)


SAID = {
    "": "",
    "kernel larger than the padded input": "the kernel is larger than the padded input",
    "padding crops everything away": "the padding crops everything away",
    "output padding not below stride or dilation": "must be smaller than stride or dilation",
    "output padding contradicts the padding name": "contradicts padding",
    "padding over half the kernel": "floor(k/2)",
}


def holds(asked: Sweep, combinations: Iterable[tuple[Any, ...]], rows: int = 2**16) -> int:
    """Compare every row with the layer alone; how many were valid."""
    found = {
        name: np.concatenate([piece.column(name) for piece in asked.pieces(rows)])
        for name in (*COLUMNS, "why")
    }
    valid = 0
    number = -1
    for number, (n, k, given_stride, p, d, a) in enumerate(combinations):
        s = given_stride or k
        out, said = one_by_one(asked.op, n, k, s, p, d, a, asked.ceil)
        row = {name: column[number] for name, column in found.items()}
        assert (row["n"], row["k"], row["s"], row["d"], row["a"]) == (n, k, s, d, a)
        assert row["k_e"] == d * (k - 1) + 1
        assert row["out"] == out, (n, k, s, p, d, a)
        assert SAID[WHY[row["why"]]] in said
        assert bool(row["why"]) == bool(said)
        if not isinstance(p, str):
            assert (row["p_lo"], row["p_hi"]) == (p if isinstance(p, tuple) else (p, p))
        valid += not said
    assert number + 1 == asked.total == len(found["out"])
    return valid


# Rows


values = st.integers(1, 6)
lists = st.lists(values, min_size=1, max_size=3, unique=True)
paddings = st.lists(
    st.one_of(
        st.integers(-2, 4), st.tuples(st.integers(-2, 3), st.integers(4, 5)), st.sampled_from(NAMES)
    ),
    min_size=1,
    max_size=4,
    unique=True,
)


@given(
    op=st.sampled_from(["conv", "deconv", "maxpool", "avgpool"]),
    n=lists,
    k=lists,
    s=lists,
    p=paddings,
    d=lists,
    a=st.lists(st.integers(0, 4), min_size=1, max_size=2, unique=True),
    ceil=st.booleans(),
    rows=st.integers(1, 50),
)
@settings(max_examples=25)
def test_every_row_is_what_the_layer_says(
    op: str,
    n: list[int],
    k: list[int],
    s: list[int],
    p: list[Any],
    d: list[int],
    a: list[int],
    ceil: bool,
    rows: int,
) -> None:
    if op == "deconv":
        p = [each for each in p if each != "causal"] or [0]
    else:
        a = [0]
    ceil = ceil and op.endswith("pool")
    asked = library.sweep(
        op, size=n, kernel=k, stride=s, padding=p, dilation=d, output_padding=a, ceil=ceil
    )
    holds(asked, product(n, k, s, p, d, a), rows)


@pytest.mark.parametrize("op", ["conv", "deconv"])
def test_a_whole_grid(op: str) -> None:
    a = range(3) if op == "deconv" else range(1)
    asked = library.sweep(
        op, size=range(1, 13), kernel=range(1, 5), stride=range(1, 4), padding=range(-1, 3),
        dilation=range(1, 3), output_padding=a,
    )  # fmt: skip
    everything = product(range(1, 13), range(1, 5), range(1, 4), range(-1, 3), range(1, 3), a)
    assert holds(asked, everything) > 500


def test_a_pools_stride_is_its_kernel() -> None:
    asked = library.sweep(
        "maxpool", size=range(1, 20), kernel=range(1, 5), padding=[0, 1], ceil=True
    )
    assert holds(asked, product(range(1, 20), range(1, 5), [None], [0, 1], [1], [0])) > 100
    assert asked.free == ("n", "k", "p")


def test_rows_are_what_pytorch_answered() -> None:
    answered = 0
    for row in recorded("pytorch")[::3]:
        if (
            len(row["input"]) > 1
            or 0 in row["input"]
            or "output_size" in row
            or "mode" in row["call"]
        ):
            continue
        try:
            layer: Any = library.read(row["call"])
        except ConvcalcError:
            continue
        if layer.op not in KINDS:
            continue
        a, ceil = getattr(layer, "output_padding", 0), getattr(layer, "ceil", False)
        (padding,) = spread_padding(layer.padding, 1)
        k, s, d, a = (spread(each, 1) for each in (layer.kernel, layer.stride, layer.dilation, a))
        asked = library.sweep(
            layer.op, size=row["input"], kernel=k, stride=s, padding=[padding], dilation=d,
            output_padding=a, ceil=ceil,
        )  # fmt: skip
        assert asked.columns()["out"].tolist() == row.get("output", [0]), row
        answered += 1
    assert answered > 250


def test_positions_counted_by_hand() -> None:
    found = library.sweep(
        size=range(1, 15), kernel=range(1, 5), stride=[1, 3], padding=[0, 2]
    ).columns()
    rows = zip(*(found[name].tolist() for name in ("n", "k", "s", "p_lo", "out")), strict=True)
    for n, k, s, p, out in rows:
        assert out == positions(Window(k, s, p, p), n)


def test_values_are_kept_in_order_and_once() -> None:
    asked = library.sweep(size=[9, 5, 9], kernel=range(5, 0, -2), padding=["same", (1, 1), 1])
    assert asked.values["n"] == (9, 5)
    assert list(asked.values["k"]) == [1, 3, 5]
    assert asked.values["p"] == ("same", 1)
    assert np.array_equal(library.sweep(size=np.arange(3, 6), kernel=3).columns()["out"], [1, 2, 3])


# Numbers of any size


def test_past_int64_the_numbers_are_exact() -> None:
    n = 10**30
    asked = library.sweep(
        size=range(n, n + 3), kernel=3, stride=[1, 2], padding=[0, "same", 10**20]
    )
    assert asked.exact
    assert holds(asked, product(range(n, n + 3), [3], [1, 2], [0, "same", 10**20], [1], [0])) == 18


near = st.integers(-3, 3)


@given(
    op=st.sampled_from(["conv", "deconv", "maxpool"]),
    n=near, s=st.sampled_from([1, 2, 3, 2**31, 2**62]), shift=st.integers(29, 63),
    k=st.integers(1, 4), p=st.sampled_from([0, 1, "same", "same-lower", (0, 1), 2**61, -(2**62)]),
    d=st.sampled_from([1, 2, 2**31, 2**61]), ceil=st.booleans(),
)  # fmt: skip
@settings(max_examples=50)
def test_nothing_wraps_at_the_edge(
    op: str, n: int, s: int, shift: int, k: int, p: Any, d: int, ceil: bool
) -> None:
    sizes = [2**shift + n, 7]
    ceil = ceil and op == "maxpool"
    asked = library.sweep(
        op, size=sizes, kernel=k, stride=[s, 5], padding=[p], dilation=d, ceil=ceil
    )
    holds(asked, product(sizes, [k], [s, 5], [p], [d], [0]))


def test_the_last_size_that_int64_holds() -> None:
    for n, exact in ((LARGEST - 3, False), (LARGEST, True)):
        asked = library.sweep(size=n, kernel=3, padding=1)
        assert asked.exact is exact
        assert asked.columns()["out"].tolist() == [n]
        assert asked.columns()["out"].dtype == (object if exact else np.int64)


@given(
    a=st.tuples(st.integers(-9, 9), st.integers(0, 5)),
    b=st.tuples(st.integers(-9, 9), st.integers(0, 5)),
    sign=st.sampled_from(["+", "-", "*", "//", "%"]),
)
def test_an_interval_holds_every_result(a: tuple[int, int], b: tuple[int, int], sign: str) -> None:
    (low, more), (start, longer) = a, b
    text = f"(n {sign} k) == 0"
    n, k = Interval.over(low, low + more), Interval.over(start, start + longer)
    greatest = read_condition(text).greatest({"n": n, "k": k})
    for left, right in product(range(low, low + more + 1), range(start, start + longer + 1)):
        if right or sign in "+-*":
            result = eval(f"({left}) {sign} ({right})")  # noqa: S307
            assert abs(result) <= greatest


def test_a_large_sweep_past_int64_is_refused_with_the_numbers() -> None:
    with pytest.raises(
        ParameterError, match=r"2\^64, past 64 bits.* at most 1000000 .*these are 3000000"
    ):
        library.sweep(size=range(2**63, 2**63 + 3_000_000), kernel=3)
    with pytest.raises(ParameterError, match=r"past 64 bits"):
        library.sweep(size=range(1, 3_000_001), kernel=3, where="n * 10000000000000 * 1000 > 5")


def test_too_many_rows_are_refused_with_their_number() -> None:
    with pytest.raises(ParameterError, match=f"2000000000 combinations .* at most {MOST_ROWS}"):
        library.sweep(size=range(1, 10**9 + 1), kernel=[1, 3])
    with pytest.raises(ParameterError, match=str(10**40)):
        library.sweep(size=range(1, 10**40 + 1), kernel=3)
    with pytest.raises(ParameterError, match="100000000 rows are too many to hold"):
        library.sweep(size=range(1, 10**8 + 1), kernel=3).columns()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"kernel": 0}, "kernel must be at least 1: got 0"),
        ({"kernel": [3, "same"]}, "kernel must be made of whole numbers: got 'same'"),
        ({"kernel": True}, "got True"),
        ({"kernel": 3.0}, "got 3.0"),
        ({"kernel": []}, "kernel is empty"),
        ({"size": range(5, 1)}, "size is empty"),
        ({"stride": [2, 0]}, "stride must be at least 1: got 0"),
        ({"dilation": range(3)}, "dilation must be at least 1: got 0"),
        ({"padding": "sane"}, "did you mean same"),
        ({"padding": [(1, 2, 3)]}, "padding must be made of whole numbers, or"),
        ({"padding": None}, "got None"),
        ({"output_padding": 1}, "transposed convolution's"),
        ({"ceil": True}, "ceil is a pool's"),
        ({"op": "pol"}, "unknown operation 'pol'"),
        ({"op": "deconv", "padding": ["same", "causal"]}, "'causal' is a convolution's"),
        ({"op": "deconv", "output_padding": -1}, "output_padding must be at least 0"),
        ({"padding": [(0, 1)], "where": "p > 0"}, "write p_lo or p_hi"),
    ],
)  # fmt: skip
def test_wrong_values_are_refused(wrong: dict[str, Any], words: str) -> None:
    arguments: dict[str, Any] = {"op": "conv", "size": 8, "kernel": 3, **wrong}
    with pytest.raises(ParameterError, match=re.escape(words)):
        library.sweep(**arguments)


def test_a_size_below_one_is_refused() -> None:
    with pytest.raises(SizeError, match="at least 1: got 0"):
        library.sweep(size=range(4), kernel=3)


# Conditions


atoms = st.sampled_from(["n", "k", "s", "p", "out", "k_e", "0", "1", "2", "7"])
numbers = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "//", "%"]), inner).map(
            lambda parts: f"({' '.join(parts)})"
        ),
        inner.map(lambda text: f"-{text}"),
    ),
    max_leaves=5,
)
signs = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
comparisons = st.one_of(
    st.tuples(numbers, signs, numbers).map(" ".join),
    st.tuples(numbers, signs, numbers, signs, numbers).map(" ".join),
)
conditions = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
            lambda parts: f"({' '.join(parts)})"
        ),
        inner.map(lambda text: f"not {text}"),
    ),
    max_leaves=4,
)


@given(text=conditions)
@settings(max_examples=50)
def test_a_condition_means_what_it_means_in_python(text: str) -> None:
    arguments: dict[str, Any] = {
        "size": range(1, 6),
        "kernel": [1, 3],
        "stride": [1, 2],
        "padding": range(3),
    }
    everything = library.sweep(**arguments).columns()
    kept = library.sweep(**arguments, where=text)
    (piece,) = kept.pieces()
    assert piece.kept is not None
    rows = zip(
        *(everything[name].tolist() for name in ("n", "k", "s", "p_lo", "out", "k_e")), strict=True
    )
    for row, keep in zip(rows, piece.kept.ravel().tolist(), strict=True):
        try:
            wanted = eval(text, dict(zip(("n", "k", "s", "p", "out", "k_e"), row, strict=True)))  # noqa: S307
        except ZeroDivisionError:
            continue
        assert keep is bool(wanted)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("n // p > 2", [3, 4, 5]),
        ("not n // p > 2", [0, 1, 2]),  # where p is 0 the comparison is false
        ("p == 0 or n // p > 4", [0, 1, 2, 5]),
        ("n % p == 0 or n % p != 0", [3, 4, 5]),
        ("1 // 0 == 1 or o > 10000000000000000000000000000000", []),
        ("n * 100000000000000000000 > 300000000000000000000", [1, 2, 4, 5]),
        ("1 < 2", [0, 1, 2, 3, 4, 5]),
    ],
)
def test_division_by_zero_and_large_numbers_in_conditions(text: str, kept: list[int]) -> None:
    asked = library.sweep(size=[3, 4, 5], kernel=1, padding=[0, 1])
    order = np.lexsort((asked.columns()["n"], asked.columns()["p_lo"])).tolist()
    (piece,) = library.sweep(size=[3, 4, 5], kernel=1, padding=[0, 1], where=text).pieces()
    assert piece.kept is not None
    found = piece.kept.ravel()[order]
    assert np.flatnonzero(found).tolist() == kept


def test_conditions_on_numbers_past_int64() -> None:
    n, huge = 10**30, 10**25
    for padding in (0, "valid", "same"):
        asked = library.sweep(
            size=[n, n + 1],
            kernel=3,
            padding=padding,
            where=f"p_lo * {huge} + {huge} > n % 2 * {n}",
        )
        (piece,) = asked.pieces()
        assert piece.column("n").tolist() == [n]


@pytest.mark.parametrize(
    ("text", "words", "under"),
    [
        ("", "a condition is missing", ""),
        ("n", "this must be a comparison", "n"),
        ("n % 2", "this must be a comparison", "n % 2"),
        ("x > 1", "unknown symbol 'x'", "x"),
        ("kernel > 1", "unknown symbol 'kernel'", "kernel"),
        ("n / 2 > 1", "write // instead of /", "n / 2"),
        ("n ** 2 > 1", "valid arithmetic", "n ** 2"),
        ("n >> 2 > 1", "valid arithmetic", "n >> 2"),
        ("n in k", "valid comparisons", "n in k"),
        ("n is k", "valid comparisons", "n is k"),
        ("n > 1.5", "not part of a condition", "1.5"),
        ("n > 'a'", "not part of a condition", "'a'"),
        ("n > True", "not part of a condition", "True"),
        ("(n > 1) + 1 > 1", "this must be a number, not a condition", "n > 1"),
        ("n > 1 and k", "this must be a comparison", "k"),
        ("n.real > 1", "not part of a condition", "n.real"),
        ("abs(n) > 1", "not part of a condition", "abs(n)"),
        ("[n] > 1", "not part of a condition", "[n]"),
        ("(lambda: n) > 1", "not part of a condition", "lambda: n"),
        ("n if k > 1 else s > 1", "not part of a condition", "n if k > 1 else s > 1"),
        ("(n := 3) > 1", "not part of a condition", "n := 3"),
        ("~n > 1", "not part of a condition", "~n"),
        ("n > 1 and", "not a condition", "^"),
        ("n = 1", "not a condition", "="),
        ("n > 1; k", "not a condition", ";"),
        ("ñ > 1 or λλ > 1", "unknown symbol 'ñ'", "ñ"),
        ("n > 1 or λλ > 1", "unknown symbol 'λλ'", "λλ"),
        ("n > 1\0", "where: ", ""),
        ("(" * 400 + "n" + ")" * 400 + " > 1", "not a condition", "("),
        ("-" * 600 + "n > 1", "nested too deeply", "-" * 10),
        ("n" + " + n" * 400, "too many", ""),
    ],
)  # fmt: skip
def test_what_is_no_condition_is_refused_with_a_caret(text: str, words: str, under: str) -> None:
    with pytest.raises(ParseError, match=re.escape(words)) as refused:
        library.sweep(size=5, kernel=3, where=text)
    error = refused.value
    if under and under != "^":
        assert error.text[error.start : error.end].startswith(under)


# The command


def ask(convcalc: Convcalc, line: str) -> str:
    ran = convcalc("sweep", *shlex.split(line))
    assert ran.status == 0, ran.err
    return ran.out


MOST_CALLS = 20_000_000  # of functions, before a refusal


def refused(convcalc: Convcalc, line: str) -> str:
    before = set(Path().iterdir())
    with Work(MOST_CALLS):
        ran = convcalc("sweep", *shlex.split(line))
    assert (ran.status, ran.out) == (2, "")
    assert set(Path().iterdir()) == before
    return ran.err


@pytest.mark.parametrize(
    "line",
    [
        LINE,
        LINE + " --where 'out > 1 and n % 2 == 0'",
        "--op deconv --n 1..5 --k 1..3 --s 1..2 --p 0 --p same --p 0:1 --a 0..1",
        "--op maxpool --n 1..7 --k 1..3 --p 0..1 --ceil",
        "--op avgpool --n 1..7 --k 2 --s 1",
        "--n 9..40 --k 3",
        "--n 99990..100010..5 --n 7 --k 3 --p -1..1",
        "--n 5 --k 3",
    ],
)
def test_all_formats_say_the_same(convcalc: Convcalc, line: str) -> None:
    lines = list(csv.DictReader(io.StringIO(ask(convcalc, f"{line} -f csv"))))
    objects = [json.loads(text) for text in ask(convcalc, f"{line} -f jsonl").splitlines()]
    document = json.loads(ask(convcalc, f"{line} -f json"))
    assert document["rows"] == objects
    assert document["kept"] == len(objects)
    assert lines == [
        {name: "" if value is None else str(value) for name, value in row.items()}
        for row in objects
    ]
    outputs = [str(row["out"]) if row["out"] else "-" for row in objects]
    assert ask(convcalc, f"{line} -q").split() == outputs
    op = re.search(r"--op (\w+)", line)
    for row in objects:
        p = row["p"]
        if isinstance(p, str) and ":" in p:
            p = tuple(map(int, p.split(":")))
        out, said = one_by_one(
            op[1] if op else "conv",
            row["n"],
            row["k"],
            row["s"],
            p,
            row["d"],
            row.get("a", 0),
            "ceil" in line,
        )
        assert (row["out"] or 0) == out
        assert SAID[row["why"]] in said
    for ending in ("csv", "jsonl", "json"):
        ask(convcalc, f"{line} -o a.{ending}")
        assert Path(f"a.{ending}").read_text() == ask(convcalc, f"{line} -f {ending}")
    ask(convcalc, f"{line} -o a.npz")
    ask(convcalc, f"{line} -o a.npy")
    with np.load("a.npz") as arrays:
        table = np.load("a.npy")
        assert tuple(arrays["reasons"]) == WHY
        for name in table.dtype.names or ():
            assert np.array_equal(arrays[name], table[name])
            if name in ("n", "k", "s", "d", "a"):
                assert table[name].tolist() == [row[name] for row in objects]
        assert table["out"].tolist() == [row["out"] or 0 for row in objects]
        assert [WHY[code] for code in table["why"]] == [row["why"] for row in objects]
        for row, low, high in zip(
            objects, table["p_lo"].tolist(), table["p_hi"].tolist(), strict=True
        ):
            if isinstance(row["p"], int):
                assert low == high == row["p"]
    assert "a" in (table.dtype.names or ()) if "deconv" in line else "a" not in objects[0]
    words = [
        text.split("|")
        for text in ask(convcalc, f"{line} -f markdown").splitlines()
        if text.startswith("|")
    ]
    place = [word.strip() for word in words[0]].index("out")
    assert [row[place].strip() for row in words[2:]] == [out.replace("-", "") for out in outputs]


def test_options_of_every_kind(convcalc: Convcalc) -> None:
    shown = ask(convcalc, "--n 4 --n 8..16..4 --k 3 --p same -f csv").splitlines()
    assert shown == ["n,k,s,p,d,out,why", *(f"{n},3,1,same,1,{n}," for n in (4, 8, 12, 16))]
    assert ask(convcalc, "--n 5 --k 3 --p -1..0 -f csv").splitlines()[1:] == [
        "5,3,1,-1,1,1,",
        "5,3,1,0,1,3,",
    ]


@pytest.mark.parametrize("form", ["-f csv", "-f jsonl", "-q"])
def test_what_a_condition_leaves_out_is_said_beside_the_rows(convcalc: Convcalc, form: str) -> None:
    ran = convcalc("sweep", *f"--n 1..100000 --k 3 --where n>99990 {form}".split())
    assert ran.err == "10 of 100000 combinations kept, 99990 left out\n"
    assert ran.out.count("\n") == 10 + ("csv" in form)


def test_numbers_past_int64_in_lines(convcalc: Convcalc) -> None:
    n = 10**30
    shown = ask(convcalc, f"--n {n}..{n + 1} --k 3 --s 7 -f csv").splitlines()
    assert shown[1:] == [f"{m},3,7,0,1,{(m - 3) // 7 + 1}," for m in (n, n + 1)]
    assert "2^" in refused(convcalc, f"--n {n} --k 3 -o a.npy")
    assert ask(convcalc, f"--n {'9' * 1000} --k {'9' * 999} --d {'9' * 999} -q") == "-\n"


def test_every_width_of_number_in_lines(convcalc: Convcalc) -> None:
    for low in (1, 98, 9_998, 9_999_998, 99_999_998, 10**12 - 2, 10**16 - 2, 2**62):
        shown = ask(convcalc, f"--n {low}..{low + 4} --k 1 -f csv").splitlines()
        assert shown[1:] == [f"{n},1,1,0,1,{n}," for n in range(low, low + 5)]
    many = ask(convcalc, "--n 1..200000 --k 1 --s 3 -q").split()
    assert many == [str((n - 1) // 3 + 1) for n in range(1, 200_001)]


@pytest.mark.parametrize("form", lines.FORMS)
@pytest.mark.parametrize("op", ["conv", "deconv", "maxpool"])
def test_no_line_is_longer_than_what_the_room_is_reckoned_by(form: str, op: str) -> None:
    paddings: list[Any] = [-100, "same", (10**70, 10**70)]
    asked = library.sweep(
        op, size=range(7, 12), kernel=[20, 3, 1000], stride=[9, 1], padding=paddings
    )
    written = lines.FORMS[form](asked.names)
    found = b"".join(some.text for some in lines.lines(asked, written)).splitlines(keepends=True)
    assert max(map(len, found)) <= lines.longest(asked, written)


def test_two_free_parameters_make_a_grid(convcalc: Convcalc) -> None:
    assert ask(convcalc, "--n 4..6 --k 1..5..2 --p same --s 3") == (
        "convolution: 9 combinations\nn = 4..6, k = 1..5..2, s = 3, p = same, d = 1\n\n"
        "n \\ k  1  3  5\n    4  2  2  2\n    5  2  2  2\n    6  2  2  2\n\n"
    )
    shown = ask(convcalc, "--n 2 --n 5 --k 3 --p 0 --p 0:1 --where 'n > 2 or p_hi == 0'")
    assert shown.splitlines()[3:] == [
        "n \\ p    0  0:1", "    2    ·", "    5    3    4", "",
        "· nothing comes out: 1 of 3", "3 of 4 combinations kept, 1 left out",
    ]  # fmt: skip
    assert " n   k   s   out" in ask(convcalc, "--n 4..5 --k 1..2 --s 1..2")


def on_a_terminal(arguments: list[str], columns: int, **environment: str) -> str:
    """What the command shows on a terminal of that width."""
    if os.name != "posix":
        pytest.skip("needs a pseudo-terminal")
    host, guest = pty.openpty()
    names = {
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "COLUMNS": str(columns),
        "LINES": "40",
    }
    kept = {
        key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR")
    }
    with subprocess.Popen(
        [sys.executable, "-m", "convcalc", "sweep", *arguments],
        stdout=guest, stderr=guest, stdin=guest, env={**kept, **names, **environment},
        cwd=Path(library.__file__).parents[1],
    ) as process:  # fmt: skip
        os.close(guest)
        shown = b""
        while True:
            try:
                part = os.read(host, 65536)
            except OSError:
                break
            if not part:
                break
            shown += part
    os.close(host)
    assert process.returncode == 0, shown
    return shown.decode().replace("\r", "")


def test_the_grid_is_coloured_and_cut_on_a_terminal() -> None:
    line = ["--n", "1..3", "--k", "1..30", "--p", "20"]
    shown = on_a_terminal(line, 50)
    assert "48;2;" in shown
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert max(map(len, plain.splitlines())) <= 50
    assert "k = 1 to 11 of 30 fit here; a wider terminal" in plain.replace("\n", " ")
    bare = on_a_terminal(line, 200, NO_COLOR="1")
    assert "48;2;" not in bare
    assert "fit here" not in bare


def test_a_progress_bar_is_seen_on_a_terminal_only(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    shown = on_a_terminal(["--n", "1..300000", "--k", "1..3", "-o", str(file)], 80)
    assert "a.csv" in shown
    assert "%" in shown
    assert shown.rstrip().endswith(f"wrote {file}".rstrip()) or "wrote" in shown
    piped = subprocess.run(
        [sys.executable, "-m", "convcalc", "sweep", "--n", "1..300000", "--k", "1..3", "-o", str(file), "--force"],
        capture_output=True, check=True, cwd=Path(library.__file__).parents[1],
    )  # fmt: skip
    assert piped.stdout == b""
    assert piped.stderr.decode() == f"wrote {file}\n"


def test_the_picture_is_well_formed_and_has_every_number(convcalc: Convcalc) -> None:
    ran = convcalc(
        "sweep", *["--n", "1..6", "--k", "1..4", "--s", "2", "--where", "n!=3", "-o", "a.svg"]
    )
    assert (ran.status, ran.out, ran.err) == (0, "", "wrote a.svg\n")
    root = ET.parse("a.svg").getroot()  # noqa: S314
    texts = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    rows = [
        json.loads(text)
        for text in ask(convcalc, "--n 1..6 --k 1..4 --s 2 --where n!=3 -f jsonl").splitlines()
    ]
    cells = [str(row["out"] or "·") for row in rows]
    start = texts.index("n = 1")
    found = [text for text in texts[start:] if text and not text.startswith("n =")]
    assert found[: len(cells)] == cells
    assert "prefers-color-scheme:dark" in Path("a.svg").read_text()
    width, height = (float(root.get(name) or 0) for name in ("width", "height"))
    for shape in root.iter():
        assert 0 <= float(shape.get("x", 0)) + float(shape.get("width", 0)) <= width
        assert 0 <= float(shape.get("y", 0)) <= height


def test_what_is_too_much_is_refused(convcalc: Convcalc, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "10000 combinations are too many for -f table (at most 5000)" in refused(
        convcalc, "--n 1..10000 --k 3"
    )
    assert "10000 combinations" in refused(convcalc, "--n 1..10000 --k 3 -o a.json")
    assert "10000 combinations" in refused(convcalc, "--n 1..5000 --k 1..2 -f text")
    for condition in ("", "--where k>9"):
        assert "40200 combinations are too many for a picture: at most 40000" in refused(
            convcalc, f"--n 1..4020 --k 1..10 {condition} -o a.svg"
        )
    assert "more than 5000 of 10000" in refused(
        convcalc, "--n 1..10000 --k 3 --where out!=7 -f text"
    )
    assert "3 combinations kept" not in ask(convcalc, "--n 1..10000 --k 3 --where out<3")
    assert "10000000000 combinations" in refused(convcalc, "--n 1..10000000000 --k 3 -f csv")
    assert "exactly two parameters that vary, here n" in refused(
        convcalc, "--n 1..5 --k 3 -o a.svg"
    )
    assert "2000000 values that are not one range" in refused(
        convcalc, "--n 1..1999999 --n 5 --k 3 -q"
    )
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10**6))
    for ending in ("csv", "jsonl", "npz", "npy"):
        said = refused(convcalc, f"--n 1..1000000 --k 3 -o a.{ending}")
        assert "1000000 rows may take up to" in said
        assert " MB, and . has 1.0 MB free" in said
        few = convcalc("sweep", *f"--n 1..1000000 --k 3 --where out<3 -o few.{ending}".split())
        assert few == (
            0,
            "",
            f"4 of 1000000 combinations kept, 999996 left out\nwrote few.{ending}\n",
        )


def test_files_are_not_replaced_unasked(convcalc: Convcalc) -> None:
    ask(convcalc, "--n 5 --k 3 -o a.csv")
    assert "exists" in refused(convcalc, "--n 6 --k 3 -o a.csv")
    ask(convcalc, "--n 6 --k 3 -o a.csv --force")
    assert "6,3" in Path("a.csv").read_text()
    assert "cannot tell the format" in refused(convcalc, "--n 6 --k 3 -o a.xlsx")
    assert "says the format" in refused(convcalc, "--n 6 --k 3 -o b.csv -f csv")


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("ending", ["csv", "npy", "npz"])
def test_a_fault_in_the_middle_leaves_nothing(
    convcalc: Convcalc, monkeypatch: pytest.MonkeyPatch, fault: BaseException, ending: str
) -> None:
    whole = Sweep.pieces

    def breaking(asked: Sweep, rows: int = 2**16) -> Any:
        yield from list(whole(asked, rows))[:1]
        raise fault

    monkeypatch.setattr(Sweep, "pieces", breaking)
    line = f"sweep --n 1..100000 --k 1..2 -o a.{ending}"
    if isinstance(fault, KeyboardInterrupt):
        with pytest.raises(KeyboardInterrupt):  # the console script makes it status 130
            convcalc(*line.split())
    else:
        assert convcalc(*line.split()).status == 2
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize(("sent", "status"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_a_signal_leaves_no_file(tmp_path: Path, sent: str, status: int) -> None:
    if os.name != "posix":
        pytest.skip("needs signals")
    # What a shell starts in the background ignores SIGINT, and so would its children.
    code = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\nfrom convcalc.cli import run; run()"
    with subprocess.Popen(
        [sys.executable, "-c", code, *["sweep", "--n", "1..1000000", "--k", "1..20", "-o"], str(tmp_path / "a.csv")],
        stderr=subprocess.PIPE, cwd=Path(library.__file__).parents[1],
    ) as process:  # fmt: skip
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and not any(
            path.stat().st_size > 10**6 for path in tmp_path.iterdir()
        ):
            time.sleep(0.01)
        assert [path.suffix == ".csv" for path in tmp_path.iterdir()] == [False]
        process.send_signal(getattr(signal, sent))
        _, said = process.communicate(timeout=30)
    assert process.returncode == status
    assert b"Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_has_seen_enough_is_no_fault() -> None:
    if os.name != "posix":
        pytest.skip("needs a pipe")
    line = f"{shlex.quote(sys.executable)} -m convcalc sweep --op conv --n 1..640000 --k 1..7 --s 2 --p 1 -f csv | head -3"
    ran = subprocess.run(
        ["bash", "-c", line],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(library.__file__).parents[1],
    )
    assert ran.stdout == "n,k,s,p,d,out,why\n1,1,2,1,1,2,\n1,2,2,1,1,1,\n"
    assert ran.stderr == ""


def test_ten_million_rows_need_little_memory() -> None:
    if not Path("/proc/self/status").exists():
        pytest.skip("needs Linux, which tells a process its largest memory")
    code = (
        "import re, sys; from convcalc.cli import main\n"
        "try: main()\n"
        "finally: print(re.search('VmHWM: *(.*) kB', open('/proc/self/status').read().replace('\t', ' '))[1], "
        "file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, *["sweep", "--n", "1..1000000", "--k", "1..10", "-f", "csv"]],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True,
        cwd=Path(library.__file__).parents[1],
    )  # fmt: skip
    assert int(ran.stderr) < 150_000
