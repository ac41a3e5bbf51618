"""convcalc solve against brute force: nothing is missed, nothing is wrong, the best come first.

The brute force tries every layer of a grid with ``convcalc.output_shape``, which the recorded
answers of the frameworks hold; it knows no closed form.
"""

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

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
    solve,
)
from convcalc.layers.axis import Pair
from convcalc.solver.families import Found
from convcalc.solver.rank import cost

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
    for n, o in product(range(1, 9, 2), range(1, 9)):
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


@given(st.sampled_from(OPERATIONS), grids, st.data())
@settings(max_examples=60)
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


@given(st.sampled_from(OPERATIONS), grids, st.integers(1, 6), st.sampled_from([1, 4, ALL]))
@settings(max_examples=25)
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
