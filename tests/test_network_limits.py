"""What a network's text may claim: huge numbers, blocks of blocks, sizes that no layer has.

Law: an answer is exact or it is refused by name, at once; nothing wraps, nothing hangs.
"""

from fractions import Fraction

import pytest

from convcalc import ConvcalcError, ParameterError, network
from convcalc.graph.field import Branch, interval_at, measure
from convcalc.graph.sizes import legal_sizes
from convcalc.graph.trace import trace
from convcalc.readers.networks import read_network

from .conftest import Work

HEX = hex(10**5000)


def nest(count: int, copies: int, inner: str = "") -> str:
    blocks = "".join(f"  ({level}-9): {copies} x Block(\n" for level in range(count))
    return f"Net(\n{blocks}{inner}{')' * 1}\n" + ")\n" * count


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Net(\n  (0-5): " + "9" * 5000 + " x ReLU()\n)", "not one call"),
        ("Net(\n  (0-5): 20000 x ReLU()\n)", "20000 copies"),
        (nest(3, 10_000), "more than 20000 layers"),
        (nest(3, 10_000, "(r): ReLU()\n"), "more than 20000 layers"),
        ("Net(\n  (a): ReLU(" + " " * 60_000 + "x\n)", "too long"),
        (
            "a0 = nn.Sequential(nn.ReLU(), nn.ReLU())\n"
            + "".join(f"a{n + 1} = nn.Sequential(a{n}, a{n})\n" for n in range(60))
            + "a60(x)",
            "more than 20000 layers",
        ),
        ("nn.Sequential(nn.ReLU())(" + "x," * 9_000 + ")", "relu takes 1 input"),
        ("nn.Sequential(nn.ReLU())(" + "x," * 10_001 + ")", "more than 10000 entries"),
        (f"y = x[:, :, {HEX}:]", "whole number"),
        (f"y = x.view(1, {HEX})", "1000 digits"),
        (f"nn.Upsample(scale_factor={HEX})", "1000 digits"),
        (f"nn.LayerNorm({HEX})", "1000 digits"),
        ("nn.Upsample(scale_factor=1e999)", "not an exact number"),
        ("nn.Upsample(scale_factor=1e300)", "not an exact number"),
        (f"nn.ConvTranspose1d(3, 3, 3, stride={10**999})\n" * 2, "more than 1000 digits"),
        (f"nn.Linear({10**999}, {10**999})", "cannot be multiplied"),
        (f"nn.Conv1d(3, {10**999}, {10**999}, padding={10**999})", "more than 1000 digits"),
        (f"x.view(1, {', '.join([str(10**900)] * 8)})", "a number of more than 1000 digits"),
        ("x.view(1, -3, -8)", "sizes are at least 1"),
        ("x.view(1, 0, -1)", "sizes are at least 1"),
        ("nn.PReLU(-5)", "at least 1, got -5"),
        ("nn.PReLU(7)", "7 channels, got 3"),
        ("nn.BatchNorm1d(-5)", "at least 1, got -5"),
        ("nn.GroupNorm(1, -5)", "multiple of num_groups"),
        ("nn.LayerNorm(-8)", "at least 1, got -8"),
        ("nn.LazyLinear(0)", "at least 1, got 0"),
        ("layers.Dense(-8)", "at least 1, got -8"),
        ("nn.Dense(features=-8)", "at least 1, got -8"),
        ("y = x.mean([1, 2])\nnn.BatchNorm1d(3)", "one dimension"),
        ("y = x.mean([0, 1, 2])\nz = y.view(1, 5)", "1 cells"),
    ],
)
def test_what_no_network_has_is_refused_at_once(text: str, words: str) -> None:
    with Work(20_000_000), pytest.raises(ConvcalcError, match=words):
        network(text + "\n", (3, 24))


def test_copies_take_their_numbers_from_the_name_or_none() -> None:
    run = network("Net(\n  (2-3): 2 x ReLU()\n  (abc): 2 x ReLU()\n)", (3, 8))
    assert [row.name for row in run.rows] == ["2", "3", "abc", "relu1"]


def test_sizes_costs_and_fields_of_thirty_digits_are_exact() -> None:
    big = 10**30
    run = network(
        f"nn.ConvTranspose1d(3, {big}, 3, stride={big})\nnn.Conv1d({big}, 2, 1, stride=7)",
        (3, big),
    )
    grown = big * (big - 1) + 3
    assert run.rows[0].output == (big, grown)
    assert run.output == (2, (grown - 1) // 7 + 1)
    assert run.parameters == 9 * big + big + 2 * big + 2
    assert run.macs == 9 * big * big + 2 * big * ((grown - 1) // 7 + 1)
    far = network(f"nn.Conv1d(3, 3, 1, stride={10**999})\n" * 9, (3, 5))
    assert far.rows[0].jump == (Fraction(10**999),)
    assert far.output == (3, 1)
    assert far.rows[-1].receptive_field == (None,)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        # n = s(n-1)+3 twice, then one of 10^30: what wrapped said that no size runs
        (
            f"nn.ConvTranspose1d(1, 1, 3, stride={10**15})\n" * 2
            + f"nn.Conv1d(1, 1, 1, stride={10**30})\nnn.Conv1d(1, 1, 5)",
            "n >= 5",
        ),
        (f"nn.ConvTranspose1d(1, 1, 3, stride={2**62})\nnn.Conv1d(1, 1, {2**64 + 4})", "n >= 6"),
        ("nn.ConvTranspose1d(1, 1, 1, stride=1021)\n" * 400, "n = 1"),  # 2 gets 1200 digits
        (f"x[:, :, ::{10**30}]", "n >= 1"),
        (f"x[:, :, -{10**30}:]", "n >= 1"),
        (f"nn.Flatten()\nnn.Linear({2**64 + 9}, 3)", "no n in 1..100"),
        ("y = F.interpolate(x, scale_factor=4294967296)\nz = F.pad(y, (0, 4294967296))", "n >= 1"),
    ],
)
def test_legal_sizes_never_wrap(text: str, rule: str) -> None:
    graph = read_network(text + "\n")
    legal = legal_sizes(graph, (1, 1, 8), [(1, 100)])
    assert legal.rule == rule
    alone = [n for n in range(1, 101) if trace(graph, (1, 1, n)).failure is None]
    assert list(legal.sizes) == alone


@pytest.mark.parametrize("first", [2**31 - 5, 2**63 - 5, 10**30, 10**300 - 7])
def test_sizes_of_any_size_are_tried(first: int) -> None:
    text = "y = nn.Conv1d(1, 1, 3, stride=3)(x)\nnn.ConvTranspose1d(1, 1, 3, stride=3)(y) + x"
    graph = read_network(text)
    alone = [n for n in range(first, first + 16) if trace(graph, (1, 1, n)).failure is None]
    assert alone == [n for n in range(first, first + 16) if n % 3 == 0]
    assert list(legal_sizes(graph, (1, 1, 8), [(first, first + 15)]).sizes) == alone
    pairs = [(first, first + 15), (5, 5)]
    flat = read_network("y = nn.MaxPool2d((2, 1))(x)\nnn.Upsample(scale_factor=(2, 1))(y) + x")
    even = [n for n in range(first, first + 16) if n % 2 == 0]
    assert legal_sizes(flat, (1, 1, 8, 8), pairs).sizes == tuple((n, 5) for n in even)


@pytest.mark.parametrize("step", [2**63, 10**30])
def test_cells_are_followed_over_steps_beyond_64_bits(step: int) -> None:
    run = network(f"x[:, :, ::{step}]\n", (1, 8))
    seen, reached = run.sees((0,)), run.reaches((0,))
    assert seen is not None
    assert reached is not None
    assert [str(span) for span in (*seen, *reached)] == ["0", "0"]
    assert run.reaches((1,)) is None


def test_too_many_sizes_beyond_64_bits_are_refused_by_name() -> None:
    text = f"nn.ConvTranspose1d(1, 1, 3, stride={2**62})\nnn.Conv1d(1, 1, 3)"
    with pytest.raises(ParameterError, match=r"do not fit in 64 bits.*at most 4096"):
        legal_sizes(read_network(text), (1, 1, 8), [(1, 5000)])
    text_with_limit = "nn.AvgPool3d(3)"
    with pytest.raises(ParameterError, match=r"AvgPool3d is asked size by size.*at most 100000"):
        legal_sizes(read_network(text_with_limit), (1, 1, 8, 8, 8), [(1, 200_000)])
    # Where the network fails, repairs are looked for in many sizes: none is no reason to fail.
    with pytest.raises(ConvcalcError, match="expected an input of 2 channels"):
        network(text + "\nnn.Conv1d(2, 1, 3)", (1, 5000))


def test_a_repair_is_traced_before_it_is_told() -> None:
    text = f"nn.ConvTranspose1d(1, 1, 3, stride={10**999})\n" * 3
    with pytest.raises(ConvcalcError, match="1000 digits") as caught:
        network(text, (1, 5))
    assert "repair" not in str(caught.value)


def test_sizes_that_grow_without_end_are_given_up() -> None:
    text = "Net(\n  (0): 9999 x ConvTranspose2d(1, 1, kernel_size=3, stride=1021)\n)"
    with Work(1_000_000), pytest.raises(ConvcalcError, match="1000 digits"):
        network(text, (1, 7, 7))
    still = read_network("nn.ConvTranspose1d(1, 1, 1, stride=1021)\n" * 9999)
    with pytest.raises(ParameterError, match=r"do not fit in 64 bits.*at most 40"):
        legal_sizes(still, (1, 1, 8), [(1, 400)])


def test_a_million_sizes_take_their_rule_in_time() -> None:
    text = (
        "u = nn.Conv1d(1, 1, 7, stride=4)(F.interpolate(x, scale_factor=3))\n"
        "v = nn.Conv1d(1, 1, 1, stride=997)(u)\n"
        "y = nn.ConvTranspose1d(1, 1, 1, stride=997)(v) + u"
    )
    with Work(2_000_000):
        legal = legal_sizes(read_network(text), (1, 1, 8), [(1, 300_000)])
    # 3n = 4*997*m + 7 + (0..3), or the one cell that is stretched over all others
    assert [n for n in legal.sizes if isinstance(n, int) and n > 1331][:4] == [
        1332,
        2661,
        2662,
        3991,
    ]


def test_a_field_of_paths_that_drift_apart_is_exact_over_any_size() -> None:
    field = (Branch(1, 1, ((0, 8),)), Branch(2, 3, ((-40, -2), (-39, -1))))
    for positions in (5, 999, 1001, 30_000):
        sizes = []
        for place in range(positions):
            seen = interval_at(field, place)
            assert seen is not None
            sizes.append(seen[1] - seen[0] + 1)
        found = measure(field, positions)
        assert found is not None
        assert (found.least, found.most) == (min(sizes), max(sizes))
    huge = measure(field, 10**30)
    assert huge is not None
    assert huge.most > 10**29


def test_cells_of_a_second_of_sound_are_followed_in_time() -> None:
    text = (
        "nn.Conv1d(1, 1, 7, padding=3)\n"
        "nn.Conv1d(1, 1, 2001, dilation=100, padding=100000, padding_mode='reflect')\n"
        + "nn.Conv1d(1, 1, 8, stride=4, padding=2)\n" * 3
        + "nn.ConvTranspose1d(1, 1, 8, stride=4, padding=2)\n" * 3
        + f"nn.Conv1d(1, 1, {10**40}, padding={10**40 // 2})\n"
        + "nn.AdaptiveAvgPool1d(1000)"
    )
    run = network(text, (1, 256_000))
    with Work(2_000_000):
        seen, reached = run.sees((999,)), run.reaches((0,), "deconv3")
    assert seen is not None
    assert seen[0].cells == 256_000
    assert reached is not None
    assert reached[0] is not None
    assert reached[0].first == 0
    with pytest.raises(ConvcalcError, match="cells, over all layers, are too many"):
        network("nn.Conv1d(1, 1, 3, padding=1)\n" * 200, (1, 250_000)).sees((0,))
