"""The remarks under an answer: their numbers against brute force over cells."""

import re
from collections import Counter
from math import gcd

from hypothesis import given
from hypothesis import strategies as st

from convcalc import Conv, Layer, Pool, SizeError, TransposedConv, derive, output_shape
from convcalc.layers.notes import taps_at, taps_by_phase

positive = st.integers(1, 6)


def notes(layer: Layer, n: int | tuple[int, ...]) -> dict[str, str]:
    return {note.kind: note.message for note in derive(layer, n).notes}


def windows(k: int, s: int, p: int, d: int, o: int) -> list[set[int]]:
    """The input positions that each output of a convolution reads, padding among them."""
    return [{s * j - p + d * tap for tap in range(k)} for j in range(o)]


@given(n=st.integers(1, 25), k=positive, s=positive, p=st.integers(0, 8))
def test_unread_and_padding_only_cells_are_counted_right(n: int, k: int, s: int, p: int) -> None:
    layer = Conv(k, s, p)
    try:
        (o,) = output_shape(layer, n)
    except SizeError:
        return
    found = notes(layer, n)
    reads = windows(k, s, p, 1, o)
    wasted = sum(not any(0 <= cell < n for cell in read) for read in reads)
    assert ("padding-only" in found) == (wasted > 0)
    if wasted:
        assert found["padding-only"].startswith(f"{wasted} of ")
    read_cells = set().union(*reads)
    last_read = max((cell for cell in read_cells if cell < n), default=-1)
    tail = n - 1 - max(last_read, -1)
    messages = [note.message for note in derive(layer, n).notes if note.kind == "unread-input"]
    dropped = [message for message in messages if message.startswith("the last")]
    if s <= k and last_read >= 0:
        assert bool(dropped) == (tail > 0)
        assert len(messages) == len(dropped)
    if dropped and last_read >= 0 and s <= k:
        match = re.search(r"\d+", dropped[0])
        assert match
        assert int(match.group()) == tail


@given(k=positive, s=positive, d=positive)
def test_coverage_counts_taps(k: int, s: int, d: int) -> None:
    taps = Counter(d * tap % s for tap in range(k))
    assert [taps_at(k, s, d, phase) for phase in range(s)] == [taps[phase] for phase in range(s)]
    assert dict(taps_by_phase(k, s, d)) == Counter(taps[phase] for phase in range(s))


@given(k=positive, s=positive, p=st.integers(0, 5), d=positive)
def test_coverage_is_named_in_the_order_of_the_outputs(k: int, s: int, p: int, d: int) -> None:
    n = 12
    k_e = d * (k - 1) + 1
    layer = TransposedConv(k, s, p, d)
    received = Counter(s * i - p + d * tap for i in range(n) for tap in range(k))
    found = notes(layer, n)
    message = found.get("empty-coverage") or found.get("uneven-coverage")
    # Far from both ends, where every tap that could come has come.
    middle = (n // 2 * s) // s * s
    per_phase = [received[middle + step] for step in range(s)] if middle > k_e else []
    if message is None:
        assert len(set(per_phase)) <= 1
        return
    listed = re.search(r"in turn receive ([\d, ]+) of", message)
    assert listed
    counts = [int(count) for count in listed.group(1).split(", ")]
    if per_phase and middle + s + k_e < s * n:
        assert counts == per_phase
    assert ("empty-coverage" in found) == (0 in counts)


def test_even_kernels_are_the_multiples_of_the_stride() -> None:
    assert "nearest to 3: 2 and 4" in notes(TransposedConv(3, 2), 5)["uneven-coverage"]
    assert "nearest to 5: 6" in notes(TransposedConv(5, 3), 5)["uneven-coverage"]
    assert "nearest to 1: 3" in notes(TransposedConv(1, 3), 5)["empty-coverage"]
    assert "share the factor 2" in notes(TransposedConv(4, 2, dilation=2), 5)["empty-coverage"]
    for k, s, d in [(4, 2, 1), (6, 3, 1), (4, 2, 3), (1, 1, 1)]:
        assert gcd(s, d) == 1
        assert not {"uneven-coverage", "empty-coverage"} & set(notes(TransposedConv(k, s, 0, d), 5))


def test_what_a_stride_lost_an_output_padding_restores() -> None:
    found = notes(Conv(3, 2, 1), 6)
    assert "every size from 5 to 6" in found["output-padding"]
    assert "with output padding a = 1, into 5 without" in found["output-padding"]
    assert output_shape(TransposedConv(3, 2, 1, output_padding=1), 3) == (6,)
    unread = notes(Conv(3, 2), 6)["unread-input"]
    assert "the last 1 input cell is never read" in unread
    assert "An input of 7, or 1 more padding after, gives 3" in unread
    assert output_shape(Conv(3, 2), 7) == output_shape(Conv(3, 2, ((0, 1),)), 6) == (3,)


def test_more_output_padding_than_padding_reveals_nothing() -> None:
    found = notes(TransposedConv(3, 3, 0, output_padding=2), 4)
    assert "2 of 14 outputs see only padding (0 first, 2 last)" in found["padding-only"]


def test_who_puts_the_extra_cell_where() -> None:
    assert "same pads 1 before and 2 after" in notes(Conv(4, padding="same"), 9)["same-extra-cell"]
    lower = notes(Conv(4, padding="same-lower"), 9)["same-extra-cell"]
    assert "same pads 2 before and 1 after" in lower
    assert "0 before and 1 after" in notes(TransposedConv(3, 2, "same"), 5)["same-extra-cell"]
    assert "same-extra-cell" not in notes(Conv(3, padding="same"), 9)
    assert "half-padding" in notes(Conv(4, padding="half"), 9)


def test_a_remark_on_one_axis_says_which() -> None:
    (note,) = derive(Pool((2, 3)), (4, 7)).notes
    assert note.message.startswith("axis 2: the last 1 input cell is")
    assert derive(Conv(3), (4, 7)).notes == ()


def test_remarks_on_huge_numbers_are_immediate() -> None:
    big = 10**30
    assert "uneven-coverage" in notes(TransposedConv(big + 1, big), big)
    assert "unread-input" in notes(Conv(3, big), big + 5)
