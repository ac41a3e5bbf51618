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


def reads(n: int, k: int, s: int, low: int, d: int, o: int) -> list[set[int]]:
    """The inputs that each output of a convolution reads."""
    return [{i for tap in range(k) if 0 <= (i := s * j - low + d * tap) < n} for j in range(o)]


@given(
    n=st.integers(1, 25),
    k=positive,
    s=positive,
    low=st.integers(-3, 8),
    high=st.integers(-3, 8),
    d=st.integers(1, 5),
)
def test_unread_and_padding_only_cells_are_counted_right(
    n: int, k: int, s: int, low: int, high: int, d: int
) -> None:
    layer = Conv(k, s, ((low, high),), d)
    try:
        (o,) = output_shape(layer, n)
    except SizeError:
        return
    found = derive(layer, n).notes
    read = reads(n, k, s, low, d, o)
    wasted = sum(not cells for cells in read)
    only = [note.message for note in found if note.kind == "padding-only"]
    assert bool(only) == (wasted > 0)
    if only:
        assert only[0].startswith(f"{wasted} of ")
    kept = range(max(-low, 0), n - max(-high, 0))
    unread = [i for i in kept if i not in set().union(*read)]
    messages = [note.message for note in found if note.kind == "unread-input"]
    # Where the only window spans its taps' gaps, or a gap lies in the padding, there is no remark.
    if messages:
        assert unread
    if unread and d == 1 and (o > 1 or s <= k):
        assert messages
    tail = [message for message in messages if message.startswith("the last")]
    if tail:
        number = re.match(r"the last (?:(\d+) )?input", tail[0])
        assert number
        count = int(number.group(1) or 1)
        assert list(kept)[-count:] == unread[-count:]
        claim = re.search(r"an input of (\d+), or (\d+) more padding after, gives (\d+)", tail[0])
        assert claim
        size, more, gives = map(int, claim.groups())
        padded = Conv(k, s, ((low, high + more),), d)
        assert output_shape(layer, size) == output_shape(padded, n) == (gives,) == (o + 1,)
        # The way out helps: the longer padding reads some of the cells that were left.
        assert set().union(*reads(n, k, s, low, d, gives)) & set(unread) or d > 1
    for message in messages:
        if holes := re.match(rf"(\d+) of {n} input cells? are never read: the taps", message):
            assert int(holes.group(1)) == len(unread)


@given(n=st.integers(1, 25), k=st.integers(2, 6), s=positive)
def test_the_way_out_of_a_pool_is_one_that_a_pool_has(n: int, k: int, s: int) -> None:
    layer = Pool(k, s)
    try:
        (o,) = output_shape(layer, n)
    except SizeError:
        return
    for note in derive(layer, n).notes:
        if "ceil mode gives" in note.message:
            assert f"ceil mode gives {o + 1}" in note.message
            assert output_shape(Pool(k, s, ceil=True), n) == (o + 1,)
        assert "padding after" not in note.message


@given(n=st.integers(1, 40), k=positive, s=st.integers(2, 6), p=st.sampled_from([0, 1, "same"]))
def test_the_sizes_that_share_an_output_are_all_of_them(
    n: int, k: int, s: int, p: int | str
) -> None:
    layer = Conv(k, s, p)
    try:
        (o,) = output_shape(layer, n)
    except SizeError:
        return
    for note in derive(layer, n).notes:
        if note.kind == "output-padding":
            span = re.match(r"input sizes? (\d+)(?: (?:and|to) (\d+))? ", note.message)
            assert span
            least, greatest = int(span[1]), int(span[2] or span[1])
            for size in range(max(least - 2, 1), greatest + 3):
                try:
                    shares = output_shape(layer, size) == (o,)
                except SizeError:
                    shares = False
                assert shares == (least <= size <= greatest)
            pads = re.search(
                r"p = (-?\d+)(?::(-?\d+))?, d = 1 turns (\d+) back into (\d+) .* a = (\d+)",
                note.message,
            )
            assert pads
            low, high, _, back, a = pads.groups()
            partner = TransposedConv(k, s, ((int(low), int(high or low)),), output_padding=int(a))
            assert output_shape(partner, o) == (int(back),) == (n,)


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
    assert "input sizes 5 and 6 both give 3" in found["output-padding"]
    assert "with output padding a = 1, into 5 without" in found["output-padding"]
    assert output_shape(TransposedConv(3, 2, 1, output_padding=1), 3) == (6,)
    unread = notes(Conv(3, 2), 6)["unread-input"]
    assert "the last input cell is never read" in unread
    assert "an input of 7, or 1 more padding after, gives 3" in unread
    assert output_shape(Conv(3, 2), 7) == output_shape(Conv(3, 2, ((0, 1),)), 6) == (3,)


def test_more_output_padding_than_padding_reveals_nothing() -> None:
    found = notes(TransposedConv(3, 3, 0, output_padding=2), 4)
    assert "2 of 14 outputs see only padding (0 first, 2 last)" in found["padding-only"]


@given(k=positive, s=positive, p=st.integers(0, 5), d=positive, n=st.integers(1, 12))
def test_outputs_without_any_input_are_told(k: int, s: int, p: int, d: int, n: int) -> None:
    layer = TransposedConv(k, s, p, d)
    if s * (n - 1) + d * (k - 1) + 1 - 2 * p < 1:
        return
    fed = {s * i - p + d * tap for i in range(n) for tap in range(k)}
    (o,) = output_shape(layer, n)
    found = notes(layer, n)
    empty = sum(cell not in fed for cell in range(o))
    if empty:
        assert {"empty-coverage", "padding-only"} & set(found)
    if "padding-only" in found:
        assert found["padding-only"].startswith(f"{empty} of ")


def test_who_puts_the_extra_cell_where() -> None:
    assert "same pads 1 before and 2 after" in notes(Conv(4, padding="same"), 9)["same-extra-cell"]
    lower = notes(Conv(4, padding="same-lower"), 9)["same-extra-cell"]
    assert "same pads 2 before and 1 after" in lower
    assert "0 before and 1 after" in notes(TransposedConv(3, 2, "same"), 5)["same-extra-cell"]
    assert "same-extra-cell" not in notes(Conv(3, padding="same"), 9)
    assert "half-padding" in notes(Conv(4, padding="half"), 9)


def test_a_remark_on_one_axis_says_which() -> None:
    (note,) = derive(Pool((2, 3)), (4, 7)).notes
    assert note.message.startswith("axis 2: the last input cell is never read")
    assert derive(Conv(3), (4, 7)).notes == ()


def test_remarks_on_huge_numbers_are_immediate() -> None:
    big = 10**30
    assert "uneven-coverage" in notes(TransposedConv(big + 1, big), big)
    assert "unread-input" in notes(Conv(3, big), big + 5)
