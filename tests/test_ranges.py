"""Ranges on the command line: both ends belong to them, and a fault is pointed at."""

import pytest

from convcalc import ParseError
from convcalc.readers.values import read_ranges


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", [range(3, 4)]),
        ("2..5", [range(2, 6)]),
        ("-3..3", [range(-3, 4)]),
        ("8..64..8", [range(8, 65, 8)]),
        (" 1 .. 2 ", [range(1, 3)]),
        ("2..5x3,1..2", [range(2, 6), range(3, 4), range(1, 3)]),
        (f"1..{10**30}", [range(1, 10**30 + 1)]),
    ],
)
def test_ranges_are_read_with_both_ends(text: str, expected: list[range]) -> None:
    assert list(read_ranges("--k", text)) == expected


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("5..2", ["5..2 is empty", "ends before it begins"]),
        ("1..", ["a number is missing", "^"]),
        ("..3", ["a number is missing"]),
        ("1...3", ["'.3' is not a whole number"]),
        ("1..9..0", ["step must be at least 1", "got 0"]),
        ("1..2..3..4", ["4 parts"]),
        ("2..x3", ["a number is missing"]),
        ("1-5", ["'1-5' is not a whole number"]),
    ],
)
def test_faulty_ranges_are_shown_with_what_is_valid(text: str, pieces: list[str]) -> None:
    with pytest.raises(ParseError) as refused:
        read_ranges("--k", text)
    assert all(piece in str(refused.value) for piece in ["--k", *pieces])
