"""A picture shows what the operation does: the scene against brute force, then every painter."""

import re
import xml.etree.ElementTree as ET
from collections import Counter
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rich.console import Console

from convcalc import Conv, ConvcalcError, Pool, TransposedConv, output_shape
from convcalc.layers import Layer
from convcalc.pictures.figures import FIGURES
from convcalc.pictures.layout import Layout, Polygon, Projection, Text, arrange
from convcalc.pictures.palette import LOOKS
from convcalc.pictures.scene import Frame, Plane, Role, Scene, View
from convcalc.pictures.staging import build, middle, positions
from convcalc.pictures.svg import paint
from convcalc.pictures.terminal import frame as terminal_frame

GOLDEN = Path(__file__).parent / "golden" / "pictures"
GUIDE_INPUT = [[3, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1]]
GUIDE_KERNEL = [[0, 1, 2], [2, 2, 0], [0, 1, 2]]

# n, o, of the guide's figures (SEMANTICS: Dumoulin & Visin, the figures).
GUIDE = {
    "no_padding_no_strides": (4, 2),
    "arbitrary_padding_no_strides": (5, 6),
    "same_padding_no_strides": (5, 5),
    "full_padding_no_strides": (5, 7),
    "no_padding_strides": (5, 2),
    "padding_strides": (5, 3),
    "padding_strides_odd": (6, 3),
    "no_padding_no_strides_transposed": (2, 4),
    "arbitrary_padding_no_strides_transposed": (6, 5),
    "same_padding_no_strides_transposed": (5, 5),
    "full_padding_no_strides_transposed": (7, 5),
    "no_padding_strides_transposed": (2, 5),
    "padding_strides_transposed": (3, 5),
    "padding_strides_odd_transposed": (3, 6),
    "dilation": (7, 3),
    "numerical_no_padding_no_strides": (5, 3),
    "numerical_padding_strides": (5, 3),
    "numerical_average_pooling": (5, 3),
    "numerical_max_pooling": (5, 3),
}


class Line(NamedTuple):
    """One axis of a random layer, as it was drawn from a hat."""

    n: int
    k: int
    s: int
    low: int
    high: int
    d: int
    a: int


class Case(NamedTuple):
    layer: Layer
    lines: list[Line]

    @property
    def size(self) -> tuple[int, ...]:
        return tuple(line.n for line in self.lines)

    @property
    def outputs(self) -> tuple[int, ...]:
        return output_shape(self.layer, self.size)

    def pairs(self) -> list[tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]]:
        """Every (input, output, tap) that meet: the definition, with no window and no padding."""
        axes = []
        for line, outputs in zip(self.lines, self.outputs, strict=True):
            step, fixed = (range(line.n), range(outputs))
            met = []
            for i, j, t in product(step, fixed, range(line.k)):
                if self.layer.op == "deconv":
                    meets = line.s * i + line.d * t - line.low == j
                else:
                    meets = line.s * j + line.d * t - line.low == i
                if meets:
                    met.append((i, j, t))
            axes.append(met)
        return [tuple(zip(*axis, strict=True)) for axis in product(*axes)]  # type: ignore[misc]


@st.composite
def cases(
    draw: st.DrawFn,
    ops: tuple[str, ...] = ("conv", "deconv", "maxpool", "avgpool"),
    most_axes: int = 2,
) -> Case:
    op = draw(st.sampled_from(ops))
    lines = []
    for _ in range(draw(st.integers(1, most_axes))):
        size, stride = draw(st.integers(1, 4)), draw(st.integers(1, 3))
        dilation = draw(st.integers(1, 1 if op == "avgpool" else 3))
        if op.endswith("pool"):
            low = high = draw(st.integers(0, size // 2))
        else:
            low, high = draw(st.integers(-2, 4)), draw(st.integers(-2, 4))
        extra = draw(st.integers(0, max(stride, dilation) - 1)) if op == "deconv" else 0
        lines.append(Line(draw(st.integers(1, 6)), size, stride, low, high, dilation, extra))
    _, k, s, _, _, d, a = zip(*lines, strict=True)
    p = tuple((line.low, line.high) for line in lines)
    layer: Layer
    match op:
        case "conv":
            layer = Conv(k, s, p, d)
        case "deconv":
            layer = TransposedConv(k, s, p, d, a)
        case _:
            kind = "max" if op == "maxpool" else "avg"
            layer = Pool(k, s, p, d, draw(st.booleans()), kind)  # type: ignore[arg-type]
    case = Case(layer, lines)
    try:
        assume(case.outputs)
    except ConvcalcError:
        assume(False)
    return case


def two(cell: tuple[int, ...]) -> tuple[int, int]:
    """A cell of a plane; an operation on one axis is a single row."""
    return (0, cell[0]) if len(cell) == 1 else (cell[0], cell[1])


def inputs_of(case: Case, plane: Plane) -> dict[tuple[int, int], tuple[int, int]]:
    """Where each input stands in the source plane of the gather view; the crop shows too."""
    places = []
    for line in case.lines:
        deconv = case.layer.op == "deconv"
        before = line.d * (line.k - 1) - line.low if deconv else line.low
        apart = line.s if deconv else 1
        places.append({i: max(before, 0) + apart * i for i in range(line.n)})
    found = {
        two(index): two(tuple(place[i] for place, i in zip(places, index, strict=True)))
        for index in product(*(range(line.n) for line in case.lines))
    }
    assert all(y < plane.height and x < plane.width for y, x in found.values())
    return found


def cells(plane: Plane) -> dict[tuple[int, int], Role]:
    return {(y, x): role for y, row in enumerate(plane.roles) for x, role in enumerate(row)}


@given(cases())
@settings(deadline=None)
def test_every_output_reads_what_the_definition_says(case: Case) -> None:
    scene = build(case.layer, case.size)
    at = inputs_of(case, scene.source)
    place_to_input = {place: index for index, place in at.items()}
    roles = cells(scene.source)
    reads: dict[tuple[int, int], set[tuple[int, int]]] = {two(j): set() for j in all_outputs(case)}
    for i, j, _ in case.pairs():
        reads[two(j)].add(two(i))
    assert [frame.target for frame in scene.frames] == [(output,) for output in reads]
    taps = 1
    for line in case.lines:
        taps *= line.k
    for frame in scene.frames:
        assert len(set(frame.source)) == len(frame.source) == taps
        lit = {place for place in frame.source if roles[place] is Role.INPUT}
        assert {place_to_input[place] for place in lit} == reads[frame.target[0]]
        assert not {roles[place] for place in frame.source} & {Role.UNREAD, Role.CROPPED}
    for output, role in cells(scene.target).items():
        assert role is (Role.OUTPUT if reads[output] else Role.EMPTY)
    read = set().union(*reads.values())
    for index, place in at.items():
        if index in read:
            assert roles[place] is Role.INPUT
        else:
            assert roles[place] in (Role.UNREAD, Role.CROPPED)


def all_outputs(case: Case) -> list[tuple[int, ...]]:
    return list(product(*map(range, case.outputs)))


@given(cases(most_axes=1))
@settings(deadline=None)
def test_zeros_padding_and_crop_are_counted_by_hand(case: Case) -> None:
    """One axis: as long as the stretched input, its padding, and what is cropped from it."""
    (line,), layer = case.lines, case.layer
    scene = build(layer, case.size)
    (row,) = scene.source.roles
    found = Counter(row)
    if layer.op == "deconv":
        low, high = (line.d * (line.k - 1) - crop for crop in (line.low, line.high - line.a))
        stretched = line.s * (line.n - 1) + 1
    else:
        low, high, stretched = line.low, line.high, line.n
    if isinstance(layer, Pool) and layer.ceil:
        last = line.s * (case.outputs[0] - 1) + line.d * (line.k - 1) + 1
        high = max(high, last - stretched - low) if last > stretched + low + high else high
    tape = ["padding"] * max(low, 0) + ["zero"] * stretched + ["padding"] * max(high, 0)
    assert len(row) == len(tape)
    crop = max(-low, 0) + max(-high, 0)
    if stretched + min(low, 0) + min(high, 0) > 0:
        assert found[Role.CROPPED] == crop
        assert found[Role.PADDING] == max(low, 0) + max(high, 0)
    assert found[Role.INPUT] + found[Role.UNREAD] + found[Role.ZERO] <= stretched


@given(cases(("conv", "deconv")))
@settings(deadline=None)
def test_overlap_counts_are_those_of_stamping(case: Case) -> None:
    scene = build(case.layer, case.size, view="scatter")
    roles = cells(scene.target)
    kept = sorted(place for place, role in roles.items() if role is not Role.CROPPED)
    (top, left), outputs = kept[0], all_outputs(case)
    assert kept == [(y + top, x + left) for y, x in map(two, outputs)]
    received = Counter(two(j) for _, j, _ in case.pairs())
    reached = Counter((two(i), two(j)) for i, j, _ in case.pairs())
    for y, x in map(two, outputs):
        place = (y + top, x + left)
        assert scene.target.values[place[0]][place[1]] == received[y, x]
        assert roles[place] is (Role.OUTPUT if received[y, x] else Role.EMPTY)
    assert len(scene.frames) == scene.source.height * scene.source.width
    taps = 1
    for line in case.lines:
        taps *= line.k
    total = 0
    for frame in scene.frames:
        (index,) = frame.source
        inside = {(y - top, x - left) for y, x in frame.target if roles[y, x] is not Role.CROPPED}
        assert inside == {j for i, j in reached if i == index}
        assert frame.caption.endswith(f"{len(inside)} kept")
        role = scene.source.roles[index[0]][index[1]]
        assert role is (Role.INPUT if inside else Role.UNREAD)
        if case.layer.op == "deconv":  # a stamp is whole: what the crop takes away shows too
            assert len(frame.target) == taps
        total += len(frame.target)
    assert total == sum(int(value or 0) for row in scene.target.values for value in row)


def by_loop(case: Case) -> dict[tuple[int, int], int | Fraction | None]:
    """The values by the definition: two loops, no stretching and no rotated kernel."""
    seen: dict[tuple[int, int], list[tuple[int, int]]] = {two(j): [] for j in all_outputs(case)}
    for i, j, t in case.pairs():
        (y, x), (v, u) = two(i), two(t)
        seen[two(j)].append((GUIDE_INPUT[y % 5][x % 5], GUIDE_KERNEL[v % 3][u % 3]))
    if not isinstance(case.layer, Pool):
        return {j: sum(value * weight for value, weight in terms) for j, terms in seen.items()}
    if case.layer.kind == "max":
        return {j: max((v for v, _ in terms), default=None) for j, terms in seen.items()}
    means: dict[tuple[int, int], int | Fraction | None] = {}
    for j in all_outputs(case):
        cells = 1  # PyTorch: the window cut off at the end of the padding
        for line, output in zip(case.lines, j, strict=True):
            start = output * line.s - line.low
            cells *= min(start + line.k, line.n + line.high) - start
        means[two(j)] = Fraction(sum(value for value, _ in seen[two(j)]), cells)
    return means


@given(cases())
@settings(deadline=None)
def test_values_are_those_of_two_loops(case: Case) -> None:
    scene = build(case.layer, case.size, values=True)
    for (y, x), value in by_loop(case).items():
        assert scene.target.values[y][x] == value
    for frame in scene.frames:
        terms = re.search(r"= ([0-9+*]+) = (\d+)$", frame.caption)
        if terms:
            total = 0
            for product_ in terms[1].split("+"):
                left, _, right = product_.partition("*")
                total += int(left) * int(right or 1)
            assert total == int(terms[2])


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("numerical_no_padding_no_strides", [[12, 12, 17], [10, 17, 19], [9, 6, 14]]),
        ("numerical_padding_strides", [[6, 17, 3], [8, 17, 13], [6, 4, 4]]),
        ("numerical_average_pooling", [[1.7, 1.7, 1.7], [1.0, 1.2, 1.8], [1.1, 0.8, 1.3]]),
        ("numerical_max_pooling", [[3, 3, 3], [3, 3, 3], [3, 2, 3]]),
    ],
)
def test_numbers_of_the_guide(name: str, values: list[list[float]]) -> None:
    figure = FIGURES[name]
    layout = arrange(build(figure.layer, (5, 5), values=figure.values, frames=[0]), "flat")
    numbers = [shape.text for shape in layout.still if isinstance(shape, Text) and shape.centred]
    assert numbers[-9:] == [str(value) for row in values for value in row]
    inputs = [numbers[index] for index in range(25)]
    assert inputs == [str(value) for row in GUIDE_INPUT for value in row]


@pytest.mark.parametrize("name", GUIDE)
def test_figures_of_the_guide(name: str) -> None:
    n, outputs = GUIDE[name]
    figure = FIGURES[name]
    scene = build(figure.layer, (figure.n, figure.n))
    assert figure.n == n
    assert (scene.target.height, scene.target.width) == (outputs, outputs)
    assert len(scene.frames) == scene.positions == outputs**2
    svg = paint(scene, "isometric", moving=True)
    assert svg.count('class="frame"') == outputs**2


def test_all_figures_of_the_guide_are_there() -> None:
    assert list(FIGURES) == list(GUIDE)
    assert len(FIGURES) == 19


# Layout


def boxes(layout: Layout) -> list[tuple[float, float, float, float]]:
    """The box of every shape; a letter of a text is taken to be as wide as a wide one."""
    found = []
    for shape in (*layout.still, *(shape for frame in layout.frames for shape in frame)):
        if isinstance(shape, Polygon):
            xs, ys = zip(*shape.points, strict=True)
            found.append((min(xs), min(ys), max(xs), max(ys)))
        elif isinstance(shape, Text):
            width = len(shape.text) * (7.3 if shape.small else 7.9)
            left = shape.x - width / 2 if shape.centred else shape.x
            found.append((left, shape.y - 11, left + width, shape.y + 4))
    return found


@given(cases(), st.sampled_from(["flat", "isometric"]), st.booleans())
@settings(max_examples=60, deadline=None)
def test_nothing_leaves_the_canvas_and_captions_stay_clear(
    case: Case, projection: Projection, values: bool
) -> None:
    layout = arrange(build(case.layer, case.size, values=values), projection)
    for left, top, right, bottom in boxes(layout):
        assert 0 <= left <= right <= layout.width
        assert 0 <= top <= bottom <= layout.height
    legend = min(s.y for s in layout.still if isinstance(s, Text) and s.text in set(Role))
    for shapes in layout.frames:
        captions = [s.y for s in shapes if isinstance(s, Text) and s.small]
        assert all(y + 4 <= legend - 11 for y in captions)


def test_long_captions_and_long_numbers_have_room() -> None:
    scene = build(Conv(30), (33, 31), values=True)
    layout = arrange(scene, "flat")
    side = next(s for s in layout.still if isinstance(s, Polygon)).points
    longest = max(
        len(s.text) for s in layout.still if isinstance(s, Text) and s.centred and s.text.isdigit()
    )
    assert longest == 4
    assert side[1][0] - side[0][0] >= longest * 7.9
    assert len({s.y for s in layout.frames[0] if isinstance(s, Text) and s.small}) > 10


def test_one_axis_is_two_rows_and_a_long_one_has_small_cells() -> None:
    layout = arrange(build(TransposedConv(3, 3, 2), 32, frames=[0]), "flat")
    assert layout.width < 1400
    polygons = [shape for shape in layout.still if isinstance(shape, Polygon)]
    assert polygons[0].points[0][1] < polygons[94].points[0][1]


# SVG

SCENES: dict[str, tuple[Layer, tuple[int, ...], View, bool]] = {
    "gather": (TransposedConv(3, 2, 1, output_padding=1), (3, 3), "gather", False),
    "scatter": (TransposedConv(3, 2, 1), (3, 3), "scatter", False),
    "values": (Conv((3, 5), (1, 2), ((0, 1), 2)), (4, 9), "gather", True),
    "row": (Conv(3, 2, ((3, -1),)), (9,), "gather", False),
    "row values": (TransposedConv(3, 2), (4,), "gather", True),
    "crop": (Conv(1, 1, -1), (4, 4), "gather", False),
    "unread": (Conv(2, 3), (6, 6), "gather", False),
    "average": (Pool(2, 2, 1, ceil=True, kind="avg"), (5, 5), "gather", True),
}


def scene_of(name: str, *, all_frames: bool = True) -> Scene:
    layer, size, view, values = SCENES[name]
    frames = None if all_frames else [middle(layer, size, view)]
    return build(layer, size, view=view, values=values, frames=frames)


SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("moving", [False, True])
@pytest.mark.parametrize("projection", ["flat", "isometric"])
@pytest.mark.parametrize("name", SCENES)
def test_svg_is_whole_and_says_what_it_shows(
    name: str, projection: Projection, moving: bool
) -> None:
    scene = scene_of(name)
    text = paint(scene, projection, moving=moving)
    root = ET.fromstring(text)  # noqa: S314
    assert root.tag == f"{SVG}svg"
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert title.text == scene.title
    assert description is not None
    assert scene.question in (description.text or "")
    words = {element.text for element in root.iter(f"{SVG}text")}
    assert {role.value for role in scene.legend} <= words
    drawn = {
        (element.get("class") or "").split()[0]
        for element in root.iter(f"{SVG}path")
        if element.get("class") != "ray"
    }
    assert drawn == {role.name.lower() for role in scene.legend}
    frames = [g for g in root.iter(f"{SVG}g") if g.get("class") == "frame"]
    assert len(frames) == (scene.positions if moving else 1)
    assert ("@keyframes" in text) == (moving and scene.positions > 1)
    assert "prefers-color-scheme:dark" in text
    assert ("prefers-reduced-motion" in text) == (moving and scene.positions > 1)
    outside = text.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"href|url\(|<script|@import|https?:|<image|<foreignObject", outside)


def test_no_two_roles_that_meet_differ_by_colour_alone() -> None:
    lights = {Role.CURRENT, Role.STAMPING}
    letters = [look.letter for role, look in LOOKS.items() if role not in lights]
    assert len(set(letters)) == len(letters)


# Terminal


def shown(
    scene: Scene,
    moment: Frame,
    width: int | None,
    height: int | None = None,
    *,
    colours: str | None = None,
    ascii_only: bool = False,
) -> str:
    console = Console(
        width=width or 10**6,
        color_system=colours,  # type: ignore[arg-type]
        force_terminal=colours is not None,
        legacy_windows=False,
        highlight=False,
    )
    with console.capture() as capture:
        console.print(terminal_frame(scene, moment, width, height, colours is not None, ascii_only))
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"


@pytest.mark.parametrize("width", [60, 100])
@pytest.mark.parametrize("name", SCENES)
def test_golden_in_the_terminal(name: str, width: int, request: pytest.FixtureRequest) -> None:
    scene = scene_of(name, all_frames=False)
    path = GOLDEN / f"{name.replace(' ', '-')}.{width}"
    text = shown(scene, scene.frames[0], width)
    if request.config.getoption("--update-golden"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [40, 60, 100, None])
@pytest.mark.parametrize("name", SCENES)
def test_terminal_without_colour_has_every_letter(name: str, width: int | None) -> None:
    scene = scene_of(name)
    for moment in scene.frames:
        text = shown(scene, moment, width, ascii_only=True)
        assert text.isascii()
        assert "\x1b" not in text
        assert width is None or max(map(len, text.splitlines())) <= width
        for role in scene.legend:
            assert re.search(
                f"{re.escape(LOOKS[role].letter)} {role.value}( |$)", text, re.MULTILINE
            )


@pytest.mark.parametrize("name", SCENES)
def test_terminal_in_colour_tells_every_role(name: str) -> None:
    scene = scene_of(name, all_frames=False)
    text = shown(scene, scene.frames[0], 60, colours="256")
    assert "\x1b[" in text
    assert "48;2;" not in text  # 256 colours are enough
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    assert max(map(len, plain.splitlines())) <= 60
    assert all(role.value in plain for role in scene.legend)


def test_terminal_says_when_it_cuts_and_keeps_the_current_cell() -> None:
    layer, size = Conv(3, padding=1), (50, 70)
    for index in (0, middle(layer, size), positions(layer, size) - 1):
        scene = build(layer, size, frames=[index])
        text = shown(scene, scene.frames[0], 60, 24)
        assert "larger than the terminal" in text
        assert text.count("K") == 9 + 1  # the legend has one too
        assert text.count("@") == 2
        lines = text.splitlines()
        assert max(map(len, lines)) <= 60
        assert len(lines) <= 24
    whole = shown(scene, scene.frames[0], None)
    assert "larger than the terminal" not in whole
    assert whole.count("#") == 50 * 70 - 4 + 1


# What the layout and the painters never see, because it is refused before


@pytest.mark.parametrize(
    ("layer", "size", "view"),
    [
        (Conv(3), (10**9,), "gather"),
        (Conv(3), (10**9, 10**9), "gather"),
        (Conv(10**9), (10**9,), "gather"),
        (Conv(10**9, dilation=10**9, padding=10**20), (3, 3), "gather"),
        (Conv(10**5 // 2), (10**5,), "gather"),
        (Conv(150), (300, 300), "gather"),
        (TransposedConv(3, 10**9), (3, 3), "scatter"),
        (TransposedConv(10**9), (1,), "scatter"),
        (TransposedConv(3), (10**9,), "scatter"),
        (Conv(10**999), (10**999, 10**999), "gather"),
    ],
)
@pytest.mark.parametrize("frames", [None, [0]])
def test_too_many_cells_are_refused_at_once(
    layer: Layer, size: tuple[int, ...], view: View, frames: list[int] | None
) -> None:
    with pytest.raises(ConvcalcError, match="too many cells") as refused:
        build(layer, size, view=view, values=True, frames=frames)
    assert len(str(refused.value)) < 300


def test_a_large_still_picture_is_made() -> None:
    scene = build(Conv(3, padding=1), (224, 224), frames=[0])
    assert (scene.target.height, len(scene.frames)) == (224, 1)
