"""convcalc solve against brute force: nothing is missed, nothing is wrong, the best come first.

The brute force tries every layer of a grid with ``convcalc.output_shape``, which the recorded
answers of the frameworks hold; it knows no closed form.
"""

import json
import time
from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcalc import (
    Conv,
    ConvcalcError,
    Layer,
    ParameterError,
    Pool,
    Solutions,
    TransposedConv,
    output_shape,
    port,
    solve,
)
from convcalc.layers.axis import Pair
from convcalc.solver import best, write_layer
from convcalc.solver.families import Found
from convcalc.solver.rank import cost

from .conftest import Convcalc

ALL = 10_000


class Grid(NamedTuple):
    """Ranges of every parameter, as ``solve`` takes them."""

    kernel: range
    stride: range
    padding: range
    dilation: range
    output_padding: range
    asymmetric: bool = False


def layers(op: str, grid: Grid, *, ceil: bool = False) -> Iterator[tuple[Layer, Found]]:
    """Every layer of a grid that can be made, beside the record that is ranked."""
    k, s, p, d, a, asymmetric = grid
    a = a if op == "deconv" else range(1)
    sides = product(p, p) if asymmetric else ((q, q) for q in p)
    for kernel, stride, pad, dilation, more in product(k, s, list(sides), d, a):
        layer: Layer
        try:
            match op:
                case "conv":
                    layer = Conv(kernel, stride, (pad,), dilation, rank=1)
                case "deconv":
                    layer = TransposedConv(kernel, stride, (pad,), dilation, more, rank=1)
                case _:
                    layer = Pool(kernel, stride, (pad,), dilation, ceil, rank=1)
                    if max(pad) > kernel // 2:
                        continue
        except ParameterError:
            continue
        yield layer, Found(layer, kernel, stride, dilation, pad, more, ())


def leads(layer: Layer, n: int, o: int) -> bool:
    try:
        return output_shape(layer, n) == (o,)
    except ConvcalcError:
        return False


Key = tuple[int, int, Pair, int, int, int]


def key_of(found: Found) -> Key:
    n = found.sizes[0][0]
    return found.kernel, found.stride, found.padding, found.dilation, found.output_padding, n


def keys(found: Solutions) -> list[Key]:
    """What was listed, in its order."""
    listed = []
    for each in found.best:
        layer = each.layer
        pad = layer.padding if isinstance(layer.padding, tuple) else (layer.padding,)
        (side,) = pad
        assert not isinstance(side, str)
        both = side if isinstance(side, tuple) else (side, side)
        a = getattr(layer, "output_padding", 0)
        k, s, d = layer.kernel, layer.stride, layer.dilation
        assert isinstance(k, int)
        assert isinstance(s, int)
        assert isinstance(d, int)
        listed.append((k, s, both, d, a, each.input[0]))
    return listed


def ask(
    op: str, grid: Grid, pairs: list[Pair] | None, limit: int, *, o: int = 0, ceil: bool = False
) -> Solutions:
    return solve(
        None,
        o if pairs is None else None,
        pairs=pairs,
        op=op,
        limit=limit,
        ceil=ceil,
        kernel=grid.kernel,
        stride=grid.stride,
        padding=grid.padding,
        dilation=grid.dilation,
        output_padding=grid.output_padding if op == "deconv" else None,
        asymmetric=grid.asymmetric,
    )


def brute(op: str, grid: Grid, pairs: list[Pair], *, ceil: bool = False) -> list[Found]:
    """Every layer of the grid that leads from each n to its o, the best first."""
    found = [
        record._replace(sizes=tuple(pairs))
        for layer, record in layers(op, grid, ceil=ceil)
        if all(leads(layer, n, o) for n, o in pairs)
    ]
    return sorted(found, key=cost)


def same(found: Solutions, expected: list[Found], limit: int) -> None:
    """The whole number, and the best of them; where costs are equal, any of them."""
    assert found.total == len(expected)
    listed = keys(found)
    by_key = {key_of(each): cost(each) for each in expected}
    assert len(set(listed)) == len(listed) == min(limit, len(expected))
    assert [by_key[key] for key in listed] == [cost(each) for each in expected[:limit]]


SMALL = Grid(range(1, 5), range(1, 5), range(-2, 7), range(1, 4), range(4))
OPERATIONS = [("conv", False), ("deconv", False), ("maxpool", False), ("avgpool", True)]


@pytest.mark.parametrize(("op", "ceil"), OPERATIONS)
def test_nothing_is_missed_and_nothing_is_wrong_on_a_full_grid(op: str, ceil: bool) -> None:
    for n, o in product((1, 2, 5, 8), (1, 2, 4, 7)):
        expected = brute(op, SMALL, [(n, o)], ceil=ceil)
        same(ask(op, SMALL, [(n, o)], ALL, ceil=ceil), expected, ALL)


spans = st.tuples(st.integers(1, 4), st.integers(0, 2)).map(lambda r: range(r[0], sum(r) + 1))
paddings = st.tuples(st.integers(-4, 4), st.integers(0, 8)).map(lambda r: range(r[0], sum(r) + 1))
grids = st.builds(
    Grid,
    spans,
    spans,
    paddings,
    spans,
    st.tuples(st.integers(0, 1), st.integers(0, 3)).map(lambda r: range(r[0], sum(r) + 1)),
    st.booleans(),
)


def test_an_empty_interval_of_total_paddings_is_not_counted_below_nothing() -> None:
    grid = Grid(range(1, 2), range(1, 4), range(-3, 0), range(1, 2), range(1), asymmetric=True)
    pairs = [(7, 1), (9, 3)]
    same(ask("conv", grid, pairs, ALL), brute("conv", grid, pairs), ALL)


@given(st.sampled_from(OPERATIONS), grids, st.data())
@settings(max_examples=40)
def test_pairs_of_sizes_ranges_and_sides(
    kind: tuple[str, bool], grid: Grid, data: st.DataObject
) -> None:
    op, ceil = kind
    # Sizes that some layer of the grid has, or any.
    layer = data.draw(
        st.sampled_from([each for each, _ in layers(op, grid, ceil=ceil)] or [Conv(1)])
    )
    inputs = data.draw(st.lists(st.integers(1, 20), min_size=1, max_size=3, unique=True))
    pairs = []
    for n in inputs:
        try:
            pairs.append((n, output_shape(layer, n)[0]))
        except ConvcalcError:
            pairs.append((n, data.draw(st.integers(1, 20))))
    limit = data.draw(st.sampled_from([1, 3, ALL]))
    try:
        found = ask(op, grid, pairs, limit, ceil=ceil)
    except ParameterError:
        assert not list(layers(op, grid, ceil=ceil))
        return
    same(found, brute(op, grid, pairs, ceil=ceil), limit)


@pytest.mark.parametrize(
    ("op", "grid", "pairs"),
    [
        # Sides are the same for every other total only, and a large stride leaves many totals.
        ("deconv", Grid(range(2, 3), range(40, 41), range(8, 24), range(1, 2), range(40)), [(2, 26)]),
        ("deconv", Grid(range(2, 3), range(12, 13), range(-2, 16), range(1, 2), range(12)), [(1, 20)]),
        ("conv", Grid(range(3, 4), range(14, 15), range(-9, 12), range(2, 3), range(1)), [(9, 1)]),
        ("conv", Grid(range(3, 4), range(14, 15), range(-9, 12), range(2, 3), range(1)), [(11, 2), (13, 2)]),
    ],
)  # fmt: skip
def test_the_best_of_many_paddings_come_first(op: str, grid: Grid, pairs: list[Pair]) -> None:
    grid = grid._replace(asymmetric=True)
    expected = brute(op, grid, pairs)
    for limit in (1, 2, 3, 5, 8, 13, 30):
        same(ask(op, grid, pairs, limit), expected, limit)


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 13])
def test_the_best_of_many_input_sizes_come_first(limit: int) -> None:
    # The stride that the sizes suggest is the same for o sizes, among which the rest decides.
    for padding, o in product((40, 41, 77), (12, 50)):
        expected = [
            Found(Conv(5), 5, 100, 1, (padding, padding), 0, ((n, o),))
            for n in range(100 * (o - 4), 100 * (o + 1))
            if leads(Conv(5, 100, padding), n, o)
        ]
        found = solve(None, o, op="conv", kernel=5, stride=100, padding=padding, limit=limit)
        same(found, sorted(expected, key=cost), limit)


@pytest.mark.parametrize("limit", [10, 1000])
def test_only_what_is_listed_is_made(monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    made = []

    def counted(found: Found) -> tuple[int, ...]:
        made.append(found)
        return cost(found)

    monkeypatch.setattr(best, "cost", counted)
    found = solve(8, 33, op="conv", stride=2**63, asymmetric=True, limit=limit)
    assert len(found.best) == limit
    assert len(made) < 2000 + 10 * limit


@given(st.sampled_from(OPERATIONS), grids, st.integers(1, 6), st.sampled_from([1, 4, ALL]))
@settings(max_examples=15)
def test_input_sizes_are_solved_for(kind: tuple[str, bool], grid: Grid, o: int, limit: int) -> None:
    op, ceil = kind
    least = grid.padding.start
    grid = grid._replace(padding=range(least, min(grid.padding.stop, least + 3)))
    try:
        found = ask(op, grid, None, limit, o=o, ceil=ceil)
    except ParameterError:
        assert not list(layers(op, grid, ceil=ceil))
        return
    # A convolution's input is at most s*o + k_e + 2*4, a transposed one's o + 2*6.
    expected: list[Found] = []
    for layer, record in layers(op, grid, ceil=ceil):
        sizes = (n for n in range(1, 80) if leads(layer, n, o))
        expected += (record._replace(sizes=((n, o),)) for n in sizes)
    same(found, sorted(expected, key=cost), limit)


NAMES = ["valid", "same", "same-lower", "half", "full", "causal"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("op", ["conv", "deconv"])
def test_padding_names_are_kept_and_solved_around(op: str, name: str) -> None:
    if (op, name) == ("deconv", "causal"):
        with pytest.raises(ParameterError, match="causal"):
            solve(5, 5, op=op, padding=name)
        return
    grid = list(product(range(1, 5), range(1, 5), range(1, 4)))
    for n, o in product((1, 4, 7), (1, 4, 8)):
        more = range(1) if op == "conv" or name.startswith("same") else range(3)
        expected = set()
        for (k, s, d), a in product(grid, more):
            if op == "conv":
                fits = leads(Conv(k, s, name, d), n, o)
            else:
                fits = a < max(s, d) and leads(TransposedConv(k, s, name, d, a), n, o)
            if fits:
                expected.add((k, s, d, a))
        wanted = range(3) if op == "deconv" and not name.startswith("same") else None
        found, inputs = (
            solve(
                size,
                o,
                op=op,
                padding=name,
                output_padding=wanted,
                kernel=range(1, 5),
                stride=range(1, 5),
                dilation=range(1, 4),
                limit=ALL,
            )
            for size in (n, None)
        )
        listed = {
            (
                each.layer.kernel,
                each.layer.stride,
                each.layer.dilation,
                getattr(each.layer, "output_padding", 0),
            )
            for each in found.best
        }
        assert found.total == len(expected)
        assert listed == expected
        assert all(each.layer.padding == name for each in found.best)
        if expected:  # and the other way round: n is among the inputs that are solved for
            assert (n,) in {each.input for each in inputs.best}
            assert all(output_shape(each.layer, each.input) == (o,) for each in inputs.best)


@pytest.mark.parametrize("op", ["conv", "deconv"])
def test_what_is_free_is_looked_for_where_the_docstring_says(op: str) -> None:
    found = solve(6, 13 if op == "deconv" else 3, op=op, kernel=range(1, 5), limit=ALL)
    expected = 0
    for k, d in product(range(1, 5), range(1, 5)):
        if k == 1 < d:
            continue
        for p, s in product(range(d * (k - 1) + 1), range(1, 12)):
            for a in range(max(s, d) if op == "deconv" else 1):
                layer = Conv(k, s, p, d) if op == "conv" else TransposedConv(k, s, p, d, a)
                expected += leads(layer, 6, 3 if op == "conv" else 13)
    # A larger stride than 11 makes more than 13 of 6, or less than 3 of at most 6 + 2*12.
    assert found.total == expected
    free = solve(6, 13 if op == "deconv" else 3, op=op)
    assert (
        free.total
        == solve(6, 13 if op == "deconv" else 3, op=op, kernel=range(1, 17)).total
        > found.total
    )


@pytest.mark.parametrize(
    ("n", "o", "given", "first"),
    [
        # The layers that are known from the literature, from their sizes alone (and their kernel).
        (7, 14, {}, "--op deconv --k 2 --s 2 --p 0"),
        (10, 20, {"op": "deconv", "kernel": 3}, "--op deconv --k 3 --s 2 --p 1 --a 1"),
        (1, 4, {"op": "deconv"}, "--op deconv --k 4 --s 1 --p 0"),  # DCGAN
        (32, 32, {"kernel": 3}, "--op conv --k 3 --s 1 --p 1"),  # VGG
        (32, 28, {"kernel": 5}, "--op conv --k 5 --s 1 --p 0"),  # LeNet
        (224, 55, {"kernel": 11}, "--op conv --k 11 --s 4 --p 2"),  # AlexNet
        (224, 14, {}, "--op conv --k 16 --s 16 --p 0"),  # ViT/16
        (224, 7, {}, "--op conv --k 32 --s 32 --p 0"),  # ViT/32
        (44100, 441, {}, "--op conv --k 100 --s 100 --p 0"),
        (28, 14, {"op": "maxpool"}, "--op maxpool --k 2 --s 2 --p 0"),
        (112, 1, {"op": "avgpool"}, "--op avgpool --k 112 --s 1 --p 0"),
        (1000, 2, {"op": "conv", "dilation": 1}, "--op conv --k 500 --s 500 --p 0"),
    ],
)
def test_the_first_is_what_is_known(n: int, o: int, given: dict[str, Any], first: str) -> None:
    assert write_layer(solve(n, o, limit=1, **given).best[0].layer) == first


@pytest.mark.parametrize(("op", "ceil"), OPERATIONS)
def test_free_strides_are_all_that_lead_there(op: str, ceil: bool) -> None:
    for n, o, a in product((1, 2, 7), (1, 3, 12), (None, range(1, 3)) if op == "deconv" else (0,)):
        more = None if op != "deconv" else a
        asked = {"kernel": range(1, 5), "padding": range(3), "dilation": 2, "output_padding": more}
        found = solve(n, o, op=op, ceil=ceil, limit=ALL, **asked)  # type: ignore[arg-type]
        every = range(18) if a is None else range(1, 3) if a else range(1)
        grid = Grid(range(1, 5), range(1, 19), range(3), range(2, 3), every)
        expected = brute(op, grid, [(n, o)], ceil=ceil)
        if (n if op == "deconv" else o) > 1:
            same(found, expected, ALL)
        else:  # any stride does, so there is one of each kernel
            kernels = {record.kernel for record in expected}
            assert {each.layer.kernel for each in found.best} == kernels


def test_sides_that_differ_are_told_of_where_they_are_better(convcalc: Convcalc) -> None:
    found = solve(13, 13, op="conv", kernel=4, stride=1)
    assert found.best[0].layer.dilation == 2
    assert found.asymmetric is not None
    assert found.asymmetric.layer.padding == ((1, 2),)
    assert found.asymmetric == solve(13, 13, op="conv", kernel=4, stride=1, asymmetric=True).best[0]
    for exact in (solve(7, 14, op="deconv"), solve(None, 12, op="conv", kernel=3, stride=3)):
        assert exact.asymmetric is None
    shown = convcalc(
        "solve", *["--n", "224", "--out", "112", "--k", "7", "--s", "2", "-f", "text"]
    ).out
    assert "--asymmetric): --op conv --k 7 --s 2 --p 2:3 (no unread cell)" in shown


def test_cells_between_the_taps_are_counted_as_unread() -> None:
    found = solve(12, 1, op="conv", kernel=4, stride=6, padding=0, dilation=2)
    assert found.best[0].reasons[0] == "8 input cells unread"  # of 12, 0, 2, 4 and 6 are read


def test_a_name_that_is_not_a_pools_leads_nowhere() -> None:
    assert solve(5, 6, op="maxpool", padding="full").total == 0
    found = solve(5, 5, op="maxpool", padding="full", limit=ALL)  # what adds nothing is taken
    assert [each.layer.kernel for each in found.best] == [1]


@pytest.mark.parametrize("op", ["conv", "deconv"])
def test_outputs_that_no_input_reaches_are_counted_between_the_taps_too(op: str) -> None:
    said = "without input" if op == "deconv" else "only padding"
    for n, o, d in product((1, 2, 4), (3, 6, 7), (1, 2, 4)):
        for each in solve(n, o, op=op, kernel=range(1, 4), stride=1, dilation=d, limit=ALL).best:
            ((k, s, (low, high), _, a, _),) = keys(Solutions(1, (each,)))
            if op == "conv":
                reached = [{j - low + d * t for t in range(k)} & {*range(n)} for j in range(o)]
            else:
                ends = s * (n - 1) + d * (k - 1) + 1 - high + a
                reached = [
                    {t for t in range(k) if y - d * t in range(0, s * n, s)}
                    for y in range(low, ends)
                ]
            assert len(reached) == o
            told = [int(why.split()[0]) for why in each.reasons if why.endswith(said)]
            assert sum(told) == sum(not cells for cells in reached), each


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        # What PyTorch has: padding=1, output_padding=1; padding=1; padding="same", odd cell after.
        ({"op": "deconv", "n": 10, "o": 20, "stride": 2, "padding": ((1, 0),)}, False),
        ({"op": "deconv", "n": 10, "o": 20, "stride": 2, "padding": ((0, 1),)}, True),
        ({"op": "deconv", "n": 10, "o": 20, "stride": 2, "padding": "same"}, True),
        ({"op": "deconv", "n": 10, "o": 10, "stride": 1, "padding": "same"}, False),
        ({"op": "maxpool", "n": 7, "o": 7, "stride": 1, "padding": "same"}, False),
        ({"op": "maxpool", "n": 8, "o": 4, "stride": 2, "padding": "same"}, True),
        ({"op": "conv", "n": 8, "o": 4, "stride": 2, "padding": "same"}, True),
        ({"op": "conv", "n": 9, "o": 5, "stride": 2, "padding": "same"}, False),
        ({"op": "conv", "n": 9, "o": 9, "kernel": 4, "stride": 1, "padding": ((1, 2),)}, False),
        ({"op": "conv", "n": 9, "o": 9, "kernel": 4, "stride": 1, "padding": ((2, 1),)}, True),
        ({"op": "conv", "n": 9, "o": 7, "kernel": 1, "stride": 1, "padding": -1}, True),
    ],
)
def test_no_pytorch_layer_is_said_where_there_is_none(line: dict[str, Any], refused: bool) -> None:
    given = {"kernel": 3, "dilation": 1} | line
    best = solve(given.pop("n"), given.pop("o"), **given).best[0]
    assert any(why.startswith("no PyTorch layer") for why in best.reasons) == refused
    if best.layer.padding != "same":
        return
    strided = solve(pairs=[(8, 4), (9, 5)], op="conv", kernel=3, stride=2, padding="same")
    assert "no PyTorch layer: sides differ" in strided.best[0].reasons


@pytest.mark.parametrize("op", ["conv", "deconv", "maxpool", "avgpool"])
def test_the_port_to_pytorch_agrees(op: str) -> None:
    for n, o in ((4, 4), (5, 9), (8, 4)):
        found = solve(n, o, op=op, kernel=range(2, 4), asymmetric=True, limit=40)
        for each in found.best:
            refused = any(why.startswith("no PyTorch layer") for why in each.reasons)
            assert port(each.layer, "pytorch", n).single_layer != refused, each


def test_several_axes_share_their_values_or_are_solved_each_on_its_own() -> None:
    shared = solve((7, 9), (14, 18), op="deconv", kernel=4, stride=2, dilation=1)
    assert shared.total == 1
    assert shared.best[0].layer == TransposedConv(4, 2, 1, rank=2)
    # No layer with the same values on both axes makes 14 of 7 and 27 of 9.
    apart, first, second, few = (
        solve(
            n,
            o,
            op="deconv",
            kernel=range(2, 5),
            stride=range(1, 4),
            dilation=1,
            padding=range(3),
            limit=limit,
        )
        for n, o, limit in (
            ((7, 9), (14, 27), ALL),
            (7, 14, ALL),
            (9, 27, ALL),
            ((7, 9), (14, 27), 5),
        )
    )
    assert apart.total == first.total * second.total == len(apart.best)
    assert len({each.layer for each in apart.best}) == apart.total
    for each in apart.best:
        assert output_shape(each.layer, (7, 9)) == (14, 27)
    assert [each.layer for each in few.best] == [each.layer for each in apart.best[:5]]
    per_axis = solve((32, 32), (32, 30), op="conv", kernel=(3, 5), stride=1, dilation=1)
    assert [each.layer.padding for each in per_axis.best] == [1]


def test_pairs_hold_for_one_layer() -> None:
    found = solve(pairs=[(7, 14), (8, 16)], op="deconv", limit=ALL)
    assert found.total == len(found.best) > 0
    for each in found.best:
        assert [output_shape(each.layer, n) for n in (7, 8)] == [(14,), (16,)]
        assert [size for size, _ in each.sizes] == [(7,), (8,)]
    alone = solve(7, 14, op="deconv", limit=ALL)
    both = [each.layer for each in alone.best if output_shape(each.layer, 8) == (16,)]
    assert len(both) == found.total


@pytest.mark.parametrize("far", [10**12, 10**30, 10**300])
def test_huge_sizes_cost_nothing_more(far: int) -> None:
    found = solve(far, far // 2)
    assert found.total == solve(10**6, 10**6 // 2).total
    for each in found.best:
        assert output_shape(each.layer, far) == (far // 2,)
    wide = solve(None, 12, op="conv", kernel=3, stride=far, padding=1)
    assert wide.total == far
    assert wide.inputs == ((11 * far + 1, 12 * far),)
    assert wide.best[0].input == (11 * far + 1,)
    paddings = solve(
        5, 2 * far + 3, op="conv", kernel=3, stride=1, dilation=1, padding=range(2 * far)
    )
    assert [each.layer.padding for each in paddings.best] == [far]
    strides = range(1, 2 * far)
    deconv = solve(
        3,
        2 * far + 3,
        op="deconv",
        kernel=3,
        stride=strides,
        padding=0,
        dilation=1,
        output_padding=0,
    )
    assert [each.layer for each in deconv.best] == [TransposedConv(3, far, rank=1)]


def test_a_padding_outside_is_admitted_only_where_nothing_else_fits_a_given_stride() -> None:
    found = solve(5, 9, op="conv", kernel=3, stride=1, dilation=1)
    assert [each.layer.padding for each in found.best] == [3]
    assert "2 outputs see only padding" in found.best[0].reasons
    cropped = solve(9, 5, op="conv", kernel=1, stride=1)
    assert [each.layer.padding for each in cropped.best] == [-2]
    assert "crops 4 cells" in cropped.best[0].reasons
    assert solve(5, 9, op="conv", kernel=3, dilation=1).total == 0


def test_where_nothing_fits_the_obstacle_and_the_nearest_are_told() -> None:
    found = solve(7, 14, op="deconv", kernel=3, stride=2, dilation=1, output_padding=0)
    assert found.total == 0
    assert found.best == ()
    text = "\n".join(found.obstacles)
    assert "2*(7-1)+3-14 = 1" in text
    assert "parity" in text
    assert "--p 1:0" in text  # as padding=1, output_padding=1 of PyTorch
    assert (
        "output padding 0 stands in the way; without it: --op deconv --k 3 --s 2 --p 1 --a 1"
        in text
    )
    assert found.nearest is not None
    # Of one stride and kernel: 15 and 13 are as near, and nothing lies between.
    assert abs(found.nearest.output[0] - 14) == 1
    assert output_shape(found.nearest.layer, 7) == found.nearest.output
    above = solve(7, 99, op="maxpool", kernel=2)
    assert above.nearest is not None
    assert above.nearest.output == (8,)


@pytest.mark.parametrize(
    ("line", "told", "untold"),
    [
        (
            "--n 572 --out 388",
            ["kernels up to 16", "larger one: --op conv --k 185 --s 1"],
            "parity",
        ),
        ("--n 572 --out 388 --k 3..5 --op conv", ["kernel 3..5", "--k 185 --s 1 --p 0"], "parity"),
        ("--n 572x500 --out 388x300 --op conv", ["larger one: --op conv --k 185x201"], "parity"),
        (
            "--n 10 --out 20 --op maxpool",
            ["op maxpool stands", "--op deconv --k 2 --s 2"],
            "kernel",
        ),
        ("--n 9 --out 5 --op deconv --p 0", ["a conv leads there: --op conv"], "floor"),
        ("--n 28 --out 10 --op conv --k 3 --s 2 --p 1", ["with d = 1 it takes"], "deconv"),
        (
            "--pairs 224:112,112:55 --op conv --k 3 --d 1",
            ["different layers: 224 -> 112: --op conv --k 3 --s 2 --p 1; 112 -> 55: ", "--p 0"],
            "parity",
        ),
        (
            "--out 8 --op deconv --k 3 --s 2 --p 1 --a 0",
            ["--k 3 --s 2 --p 1 --a 1 --n 4", "nearest: --op deconv --k 3 --s 2 --p 1: 4 -> 7"],
            "parity",
        ),
    ],
)
def test_what_stands_in_the_way_is_what_a_person_would_change(
    convcalc: Convcalc, line: str, told: list[str], untold: str
) -> None:
    ran = convcalc("solve", *line.split())
    assert (ran.status, ran.out) == (1, "")
    assert all(words in ran.err for words in told)
    assert (
        untold not in ran.err.partition("nearest")[0].partition("\n  looked")[2].partition("\n")[2]
    )


def test_where_a_framework_pads_by_name_alone_its_layer_is_named(convcalc: Convcalc) -> None:
    asked = ["--n", "224", "--out", "112", "--op", "conv", "--k", "3", "--s", "2", "--to"]
    single = 'with --p same: layers.Conv1D(filters, 3, strides=2, padding="same")'
    assert single in convcalc("solve", *asked, "keras").out
    assert "--p same" not in convcalc("solve", *asked, "pytorch").out


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ("--n 7 --out 14 --op deconv --k 4 --s 2", "--op deconv --k 4 --s 2 --p 1"),
        ("--n 224 --out 112 --k 7 --s 2 --op conv", "--op conv --k 7 --s 2 --p 3"),
        ("--n 224 --out 112 --k 7 --s 2 --op conv --asymmetric", "--op conv --k 7 --s 2 --p 2:3"),
        ("--out 12 --k 3 --s 3 --p 2 --op conv", "--op conv --k 3 --s 3 --p 2 --n 32"),
        ("--n 7x9 --out 14x18 --op deconv --k 3..4", "--op deconv --k 4 --s 2 --p 1"),
        ("--pairs 7:14,8:16 --op deconv --k 3..4", "--op deconv --k 4 --s 2 --p 1"),
        ("--n 5 --out 3 --op pool --ceil --k 2 --s 2", "--op maxpool --k 2 --s 2 --p 0 --ceil"),
        ("--n 32 --out 32x30 --k 3x5 --s 1 --d 1 --op conv", "--op conv --k 3x5 --s 1 --p 1"),
    ],
)
def test_the_best_alone_can_be_pasted(convcalc: Convcalc, line: str, first: str) -> None:
    ran = convcalc("solve", *line.split(), "-q")
    assert (ran.status, ran.out, ran.err) == (0, first + "\n", "")
    sizes = dict(zip(line.split(), line.split()[1:], strict=False))
    n = [] if "--n" in first else ["--n", sizes.get("--n", "7")]
    assert convcalc("out", *first.split(), *n, "-q").out == sizes.get("--out", "14") + "\n"


def test_json_is_the_contract(convcalc: Convcalc) -> None:
    ran = convcalc(
        "solve",
        *[
            "--n",
            "7",
            "--out",
            "14",
            "--op",
            "deconv",
            "--k",
            "4",
            "--s",
            "2",
            "--d",
            "1",
            "-f",
            "json",
        ],
    )
    assert json.loads(ran.out) == {
        "total": 1,
        "solutions": [
            {
                "op": "deconv",
                "kernel": [4],
                "stride": [2],
                "padding": [[1, 1]],
                "dilation": [1],
                "output_padding": [0],
                "input": [7],
                "output": [14],
                "reasons": ["even coverage", "symmetric"],
            }
        ],
        "looked": ["deconv: k 4, s 2, p 0..k_e-1, d 1, a 0..max(s,d)-1"],
    }
    inputs = convcalc(
        "solve", *["--out", "12", "--k", "3", "--s", "3", "--p", "2", "--op", "conv", "-f", "json"]
    )
    data = json.loads(inputs.out)
    assert data["total"] == 3
    assert [each["input"] for each in data["solutions"]] == [[32], [33], [34]]
    assert data["inputs"] == [[32, 34]]


def test_no_solution_is_status_1_with_the_reasons_on_stderr(convcalc: Convcalc) -> None:
    line = [
        "--n",
        "7",
        "--out",
        "14",
        "--op",
        "deconv",
        "--k",
        "3",
        "--s",
        "2",
        "--a",
        "0",
        "--d",
        "1",
    ]
    ran = convcalc("solve", *line)
    assert (ran.status, ran.out) == (1, "")
    assert "no layer leads from 7 to 14" in ran.err
    assert "parity" in ran.err
    assert "nearest: --op deconv --k 3 --s 2" in ran.err
    ran = convcalc("solve", *line, "-f", "json")
    assert ran.status == 1
    data = json.loads(ran.out)
    assert (data["total"], data["solutions"]) == (0, [])
    assert data["why"]
    assert data["nearest"]["input"] == [7]


@pytest.mark.parametrize(
    ("words", "pieces"),
    [
        ("--n 224 --out 112 --k 7 --s 2 --op conv", ["1 padded cell unread", "4 solutions"]),
        ("--out 12 --k 3 --s 3 --p 2 --op conv", ["n from 32 to 34", "3 solutions"]),
        ("--n 7 --out 14 --limit 2", ["best 2 shown", "op", "even coverage"]),
        ("--n 5 --out 9 --op deconv --s 2 --to keras", ['padding="same"', "83 solutions"]),
    ],
)
@pytest.mark.parametrize("form", ["table", "text", "markdown", "latex"])
def test_every_format_says_the_total(
    convcalc: Convcalc, words: str, pieces: list[str], form: str
) -> None:
    ran = convcalc("solve", *words.split(), "-f", form)
    assert (ran.status, ran.err) == (0, "")
    if form in ("table", "text"):
        assert all(piece in ran.out for piece in pieces)
    assert "solutions" in ran.out


@pytest.mark.parametrize("to", ["pytorch", "keras", "flax", "jax", "onnx"])
def test_layers_as_code_are_code(convcalc: Convcalc, to: str) -> None:
    line = ["--n", "7x9", "--out", "14x18", "--op", "deconv", "--limit", "3", "--to"]
    ran = convcalc("solve", *line, to)
    compile(ran.out, "shown", "exec")
    assert len([row for row in ran.out.splitlines() if "7x9 -> 14x18" in row]) == 3
    compile(convcalc("solve", *line, to, "-q").out, "bare", "exec")


@pytest.mark.parametrize("line", ["--out 2 --asymmetric", f"--n {10**300} --out 9 --p half"])
def test_many_shapes_are_looked_at_soon(convcalc: Convcalc, line: str) -> None:
    began = time.process_time()
    assert convcalc("solve", *line.split(), "-q").status == 0
    assert time.process_time() - began < 2
