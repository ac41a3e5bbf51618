"""Receptive fields against brute force: light one input cell and see which outputs light up."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from convcalc import Conv, ConvcalcError, Pool, TransposedConv, numeric
from convcalc.graph import field
from convcalc.graph.cells import Span, reached_from, seen_by
from convcalc.graph.marks import read, readers
from convcalc.graph.model import Graph, Node, input_node
from convcalc.graph.operations import (
    AdaptivePool,
    Concat,
    CropLike,
    Elementwise,
    GlobalPool,
    Operation,
    Pad,
    Pointwise,
    Resize,
    Slice,
    Windowed,
)
from convcalc.graph.reach import Reach
from convcalc.graph.trace import Run, trace
from convcalc.layers import Layer, output_shape
from convcalc.layers.origin import Origin
from convcalc.numeric import Array

from .conftest import Work

ORIGIN = Origin("pytorch", "Conv1d", 1, 1, bias=False)
few = st.integers(1, 3)
SIZES = st.integers(9, 22)


def lit(operation: Operation, inputs: Sequence[Array]) -> Array:
    """Which outputs depend on the lit cells, one row for each input cell of the network."""
    x = inputs[0][:, None, :].astype(np.float64)
    one = np.ones((1, 1, 1))
    match operation:
        case Windowed(Conv() as layer):
            assert isinstance(layer.kernel, int)
            y = numeric.conv(
                x, one.repeat(layer.kernel, 2), stride=layer.stride, padding=layer.padding,
                dilation=layer.dilation,
            )  # fmt: skip
        case Windowed(TransposedConv() as layer):
            assert isinstance(layer.kernel, int)
            y = numeric.conv_transpose(
                x, one.repeat(layer.kernel, 2), stride=layer.stride, padding=layer.padding,
                dilation=layer.dilation, output_padding=layer.output_padding,
            )  # fmt: skip
        case Windowed(Pool() as layer):
            y = numeric.max_pool(
                x, layer.kernel, stride=layer.stride, padding=layer.padding,
                dilation=layer.dilation, ceil=layer.ceil,
            )  # fmt: skip
        case Resize(factors=(factor,)):
            y = x.repeat(factor, 2)
        case Pad(((low, high),), mode):
            modes: Any = {"zeros": "constant", "replicate": "edge", "circular": "wrap"}
            y = np.pad(x, ((0, 0), (0, 0), (low, high)), modes.get(mode, mode))
        case Slice(2, first, last, step):
            y = x[:, :, first:last:step]
        case AdaptivePool((size,)):
            n = x.shape[2]
            y = np.stack(
                [x[:, :, u * n // size : -(-(u + 1) * n // size)].max(2) for u in range(size or 1)],
                2,
            )
        case GlobalPool():
            y = x.max(2, keepdims=True)
        case CropLike():
            low = (x.shape[2] - inputs[1].shape[1]) // 2
            y = x[:, :, low : low + inputs[1].shape[1]]
        case Elementwise() | Concat():
            y = x + inputs[1][:, None, :]
        case _:
            y = x
    return np.asarray(y[:, 0] > 0)


@st.composite
def layers(draw: Any) -> Operation:
    kind = draw(st.integers(0, 8))
    k, s, d = draw(st.integers(1, 4)), draw(few), draw(few)
    layer: Layer
    match kind:
        case 0 | 1:
            layer = Conv(k, s, draw(st.integers(-1, 3)), d, rank=1, origin=ORIGIN)
        case 2 | 3:
            a = draw(st.integers(0, max(s, d) - 1))
            layer = TransposedConv(k, s, draw(st.integers(0, 2)), d, a, rank=1, origin=ORIGIN)
        case 4:
            layer = Pool(k, s, draw(st.integers(0, k // 2)), d, draw(st.booleans()), rank=1)
        case 5:
            return Resize((draw(few),))
        case 6:
            mode = draw(st.sampled_from(["zeros", "reflect", "replicate", "circular"]))
            return Pad(((draw(few), draw(few)),), mode)
        case 7:
            return Slice(2, draw(st.integers(0, 2)), None, draw(st.integers(1, 2)))
        case _:
            return AdaptivePool((draw(st.integers(1, 9)),))
    return Windowed(layer)


def chain(operations: Sequence[Operation]) -> list[Node]:
    nodes = [input_node()]
    for operation in operations:
        nodes.append(Node(f"n{len(nodes)}", operation, (len(nodes) - 1,)))
    return nodes


@st.composite
def graphs(draw: Any) -> list[Node]:
    """Two branches from one trunk, cropped to one size where they can be, and joined."""
    nodes = chain(draw(st.lists(layers(), max_size=2)))
    trunk = len(nodes) - 1
    ends = []
    for _ in range(2):
        end = trunk
        for operation in draw(st.lists(layers(), max_size=2)):
            nodes.append(Node(f"n{len(nodes)}", operation, (end,)))
            end = len(nodes) - 1
        ends.append(end)
    nodes.append(Node("crop", CropLike(), (ends[0], ends[1])))
    nodes.append(
        Node("join", draw(st.sampled_from([Elementwise(), Concat()])), (len(nodes) - 1, ends[1]))
    )
    if isinstance(nodes[-1].operation, Elementwise):
        nodes.append(Node("after", draw(layers()), (len(nodes) - 1,)))
    return nodes


def run_and_light(nodes: list[Node], n: int) -> tuple[Run, list[Array]]:
    run = trace(Graph(tuple(nodes)), (1, 1, n))
    assume(run.failure is None)
    assume(all(1 <= tensor.shape[2] <= 200 for tensor in run.tensors))
    values: list[Array] = [np.eye(n, dtype=bool)]
    for node in nodes[1:]:
        values.append(lit(node.operation, [values[place] for place in node.inputs]))
    return run, values


def span_of(row: Array) -> tuple[Span, ...] | None:
    return (Span.of(row),) if row.any() else None


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.lists(layers(), min_size=1, max_size=4).map(chain), graphs()), SIZES)
def test_cells_seen_and_reached_are_those_that_change(nodes: list[Node], n: int) -> None:
    run, values = run_and_light(nodes, n)
    found = values[-1]
    assert run.tensors[-1].shape[2] == found.shape[1]
    for u in range(found.shape[1]):
        assert seen_by(run, (u,)) == span_of(found[:, u])
    for cell in range(n):
        assert reached_from(run, (cell,)) == span_of(found[cell])


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.lists(layers(), min_size=1, max_size=3).map(chain), graphs()), SIZES)
def test_fields_hold_all_that_changes(nodes: list[Node], n: int) -> None:
    run, values = run_and_light(nodes, n)
    if any(isinstance(node.operation, Pad) and node.operation.mode != "zeros" for node in nodes):
        return  # what a padding mirrors lies inside, at the border alone
    (seen,) = run.tensors[-1].fields
    assert seen is not None
    for u in range(values[-1].shape[1]):
        span, interval = span_of(values[-1][:, u]), field.interval_at(seen, u)
        if span is not None:
            assert interval is not None
            assert interval[0] <= span[0].first
            assert interval[1] >= span[0].last


@st.composite
def far_from_the_border(draw: Any) -> Operation:
    operation: Operation = draw(layers())
    match operation:
        case Windowed():
            return operation
        case _:
            return Resize((draw(few),))


@settings(max_examples=100, deadline=None)
@given(st.lists(far_from_the_border(), min_size=1, max_size=3))
def test_far_from_the_border_fields_are_exactly_what_changes(operations: list[Operation]) -> None:
    n = 120
    run = trace(Graph(tuple(chain(operations))), (1, 1, n))
    assume(run.failure is None and run.tensors[-1].shape[2] < 3000)
    (seen,) = run.tensors[-1].fields
    assert seen is not None
    middle = run.tensors[-1].shape[2] // 2
    (row,) = run.rows[-1:]
    for u in range(max(0, middle - 9), min(middle + 9, run.tensors[-1].shape[2])):
        interval = field.interval_at(seen, u)
        if interval is not None and interval[0] >= 40 and interval[1] <= n - 40:
            assert seen_by(run, (u,)) == span_between(run, u, interval)
            size = row.receptive_field[0]
            least, most = size if isinstance(size, tuple) else (size, size)
            assert least is not None
            assert most is not None
            assert least <= interval[1] - interval[0] + 1 <= most


def span_between(run: Run, u: int, interval: tuple[int, int]) -> tuple[Span, ...]:
    """The ends of an interval, and whatever holes there are."""
    found = seen_by(run, (u,))
    assert found is not None
    return (Span(interval[0], interval[1], found[0].cells),)


def test_a_deconvolutions_field_depends_on_the_phase() -> None:
    layer = TransposedConv(3, 2, 1, rank=1, origin=ORIGIN)
    run = trace(Graph(tuple(chain([Windowed(layer)]))), (1, 1, 8))
    assert run.rows[0].receptive_field == ((1, 2),)
    assert str(run.rows[0].jump[0]) == "1/2"
    assert output_shape(layer, 8) == (15,)


def test_where_no_tap_lands_nothing_is_seen() -> None:
    layer = TransposedConv(1, 3, rank=1, origin=ORIGIN)
    run = trace(Graph(tuple(chain([Windowed(layer)]))), (1, 1, 4))
    assert run.rows[0].receptive_field == ((0, 1),)
    assert seen_by(run, (1,)) is None
    assert seen_by(run, (3,)) == (Span(1, 1, 1),)


def test_dilation_leaves_holes_inside_the_interval() -> None:
    run = trace(
        Graph(tuple(chain([Windowed(Conv(3, dilation=2, rank=1, origin=ORIGIN))]))), (1, 1, 9)
    )
    assert seen_by(run, (2,)) == (Span(2, 6, 3),)
    assert str(Span(2, 6, 3)) == "2..6 (3 of 5)"
    assert run.rows[0].receptive_field == (5,)


def test_paths_that_are_apart_are_reported() -> None:
    def join(padding: int) -> Run:
        nodes = [
            *chain([Windowed(Conv(3, padding=1, rank=1, origin=ORIGIN))]),
            Node(
                "late",
                Windowed(Conv(1, padding=((padding, -padding),), rank=1, origin=ORIGIN)),
                (0,),
            ),
            Node("sum", Elementwise(), (1, 2)),
        ]
        return trace(Graph(tuple(nodes)), (1, 1, 9))

    assert join(0).notes == ()
    (note,) = join(1).notes
    assert "sum" in note
    assert "1 input cells apart" in note


def test_paths_of_different_speed_are_kept_apart_and_reported() -> None:
    nodes = [
        input_node(),
        Node("pool", Windowed(Pool(2, 2, rank=1)), (0,)),
        Node("crop", Slice(2, 0, 4), (0,)),
        Node("sum", Elementwise(), (1, 2)),
    ]
    run = trace(Graph(tuple(nodes)), (1, 1, 8))
    assert "jumps differ by 1" in run.notes[0]
    # 2u..2u+1 and u: from u to 2u+1
    assert run.rows[-1].receptive_field == ((2, 5),)
    assert [seen_by(run, (u,)) for u in (0, 3)] == [(Span(0, 1, 2),), (Span(3, 7, 3),)]


def test_a_table_of_too_many_phases_is_not_held() -> None:
    layer = TransposedConv(3, 5000, rank=1, origin=ORIGIN)
    run = trace(Graph(tuple(chain([Windowed(layer)]))), (1, 1, 4))
    assert run.rows[0].receptive_field == (None,)
    assert run.rows[0].output == (1, 15003)
    with pytest.raises(ConvcalcError, match="not known"):
        seen_by(run, (0,))


@pytest.mark.parametrize("taps", [10**12, 3])
def test_a_huge_kernel_costs_no_more_than_the_input(taps: int) -> None:
    reach = Reach(1, 1, (range(-1, taps),))
    assert read(reach, np.ones(1, np.bool_), 50).sum() == min(taps, 50)
    assert readers(reach, np.ones(50, np.bool_), 1).all()


def test_work_grows_with_the_layers_alone() -> None:
    def calls(count: int) -> int:
        layer = Windowed(Conv(3, padding=1, rank=1, origin=ORIGIN))
        nodes = chain([layer, Pointwise("relu")] * (count // 2))
        with Work(1000 * count) as work:
            run = trace(Graph(tuple(nodes)), (1, 1, 32))
        assert len(run.rows) == count
        return work.calls

    calls(10)  # what is kept for layers alike is made
    assert calls(2000) < 2.1 * calls(1000)
