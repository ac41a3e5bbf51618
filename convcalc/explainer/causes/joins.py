"""Two tensors that do not meet: at a concatenation, an addition, a stack, a loss.

Law: why two sizes parted is told as layers that make the one and the other, each worked out; which
of them stood in the network the message does not say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from convcalc.derivation import Step
from convcalc.explainer.arithmetic import (
    Found,
    counted,
    doubled,
    follow,
    halved,
    inputs_of,
    steps_of,
)
from convcalc.explainer.reading import Said
from convcalc.layers import Conv, Pool, TransposedConv, output_shape
from convcalc.layers.axis import write

DEEPEST = 6  # strides by 2 between a skip's two ends
UP = TransposedConv(3, 2, 1)  # the usual layer that doubles, short of one cell
UP_WHOLE = TransposedConv(3, 2, 1, output_padding=1)
DOWN = Conv(3, 2, 1)


class Meeting(NamedTuple):
    """Two tensors: the axes that differ, their sizes, and how their names and shapes are written.

    ``axes`` are counted as the framework does, None where it does not tell; ``rank`` is the number
    of entries of a shape, None where it is not told.
    """

    first: tuple[int, ...]
    second: tuple[int, ...]
    axes: tuple[int | None, ...]
    rank: int | None
    names: tuple[str, str]
    channels_last: bool

    @property
    def spatial(self) -> bool:
        """Whether the axes that differ lie in space, as far as the layout tells."""
        return all(axis is None or self._lies_in_space(axis) for axis in self.axes)

    def _lies_in_space(self, axis: int) -> bool:
        if self.rank is None or self.rank < 3:
            return axis >= (1 if self.channels_last else 2)
        last = self.rank - 1
        return 0 < axis < last if self.channels_last else axis >= 2


def sizes(said: Said) -> Found:
    """The kinds that begin with "sizes do not fit"."""
    meeting = _meeting(said)
    if meeting is None:
        return _same_sizes(said)
    first, second = meeting.first, meeting.second
    pairs = list(dict.fromkeys(zip(first, second, strict=True)))
    if not meeting.spatial:
        return _other_axes(said, meeting)
    small, large = min(pairs, key=lambda pair: abs(pair[0] - pair[1]))
    small, large = sorted((small, large))
    stories = list(_stories(small, large))
    told = "; ".join(each.words for each in stories[:2]) or (
        f"{counted(large - small)} were lost on the way of the smaller one"
    )
    a, b = meeting.names
    reasons = [each.words for each in stories[2:]]
    reasons += _pools(small, large)
    if len(pairs) > 1:
        others = ", ".join(f"{x} and {y}" for x, y in pairs)
        reasons.append(f"the axes differ one by one: {others}")
    reasons += _unsure(said, meeting)
    return Found(
        f"{a} has {write(first)} where {b} has {write(second)}: {told}",
        tuple(reasons),
        tuple(_repairs(said, meeting, small, large, stories)),
        tuple(step for each in stories for step in each.steps),
        tuple(_commands(small, large)),
    )


class Story(NamedTuple):
    """One way in which the two sizes part: its words, its steps, and a repair of its own."""

    words: str
    steps: tuple[tuple[str, tuple[Step, ...]], ...] = ()
    repair: str = ""


def _stories(small: int, large: int) -> Iterator[Story]:
    """How ``small`` may have come to stand where ``large`` was meant; the likeliest first."""
    one_more = large - small == 1
    if one_more and small % 2:
        n = (small + 1) // 2
        if output_shape(UP, n) == (small,) and output_shape(UP_WHOLE, n) == (large,):
            yield Story(
                f"{small} is what a transposed convolution with k = 3, s = 2, p = 1 makes of {n} "
                f"without output padding, 2*({n}-1)+3-2*1 = {small}, and {large} with "
                "output_padding=1",
                steps_of(UP, [n]),
                f"output_padding=1 on the transposed convolution that gives {small}: "
                f"2*({n}-1)+3-2*1+1 = {large}",
            )
        if output_shape(DOWN, small) == (n,):
            yield Story(
                f"{large} is {small} rounded up on the way down, to {n} (k = 3, s = 2, p = 1, or "
                f"'same', or a pool with ceil_mode), and doubled on the way up"
            )
    depth = _depth(small, large)
    if depth is not None:
        down = halved(large, depth)
        up = doubled(down[-1], depth)
        way = " -> ".join(map(str, down + up[1:]))
        yield Story(
            f"{large} is not a multiple of {2**depth}: {counted(depth, 'pool')} or "
            f"stride{'' if depth == 1 else 's'} of 2 and as many doublings make {way}",
            steps_of(Pool(2), [next(n for n in down if n % 2)]),
            f"output_padding=1 on the transposed convolution from {down[1]}: 2*({down[1]}-1)+2+1 "
            f"= {large}"
            if depth == 1
            else "",
        )
    factor = large // small
    if large == factor * small and factor in (2, 3, 4, 8, 16, 32):
        yield Story(
            f"{large} = {factor}*{small}: one way has a stride or pool of {factor} more, or an "
            f"upsampling by {factor} less",
            (),
            f"upsample the smaller by {factor}: "
            f"{output_shape(TransposedConv(factor, factor), small)[0]} comes out of a transposed "
            f"convolution with kernel and stride {factor}",
        )
    lost = large - small
    if lost % 2 == 0 and lost <= 256 and output_shape(Conv(lost + 1), large) == (small,):
        layers = lost // 2
        yield Story(
            f"{small} = {large}-{lost}: "
            + (
                "a convolution with k = 3 and no padding loses 2 cells"
                if layers == 1
                else f"{layers} convolutions with k = 3 and no padding lose 2 cells each"
            )
            + ("" if lost == 2 else f", one with k = {lost + 1} loses {lost}"),
            steps_of(Conv(3), [large]) if layers == 1 else (),
            f"padding=1 on {'that convolution' if layers == 1 else 'each of them'}: with k = 3 "
            f"and p = 1 the size stays {output_shape(Conv(3, padding=1), large)[0]}",
        )


def _depth(small: int, large: int) -> int | None:
    """The fewest halvings and doublings that turn ``large`` into ``small``, if any do."""
    for depth in range(1, DEEPEST + 1):
        down = halved(large, depth)
        if len(down) <= depth:
            return None
        if doubled(down[-1], depth)[-1] == small:
            return depth
    return None


def _pools(small: int, large: int) -> Iterator[str]:
    """What a pool of 2 makes each of the sizes of."""
    less, more = inputs_of(small, 2, 2), inputs_of(large, 2, 2)
    if less is None or more is None or small < 1:
        return
    words = (
        f"{small} is what a pool or stride of 2 makes of {less[0]} and {less[1]}; {large} needs "
        f"{more[0]} or {more[1]}"
    )
    if output_shape(Pool(2, ceil=True), less[1]) == (large,):
        words += f", or ceil_mode=True on {less[1]}"
    yield words


def _repairs(
    said: Said, meeting: Meeting, small: int, large: int, stories: Sequence[Story]
) -> Iterator[str]:
    lost = large - small
    framework = said.message.framework
    yield from (each.repair for each in stories if each.repair)
    if lost == 1 and framework == "pytorch":
        less = inputs_of(small, 2, 2)
        if less is not None and output_shape(Pool(2, ceil=True), less[1]) == (large,):
            yield f"ceil_mode=True on the pool, where {small} comes from {less[1]}: {large} comes out"
    low = 0 if lost == 1 else lost // 2
    high = lost - low
    smaller, larger = _named(meeting, said)
    yield f"pad the smaller: {_pad(framework, meeting, smaller, low, high)}"
    yield f"crop the larger: {_crop(framework, meeting, larger, small, low)}"
    depth = _depth(small, large) or 1
    multiple = 2**depth
    below, above = large - large % multiple, large + -large % multiple
    sizes_here = f"{below} or {above} instead of {large}" if below != above else f"{large}"
    yield (
        f"input sizes that are multiples of 2^depth (2 for each stride or pool on the way down: 16 "
        f"for four, 32 for five) never part; at this level {sizes_here}"
    )


def _named(meeting: Meeting, said: Said) -> tuple[str, str]:
    first_is_small = meeting.first[0] < meeting.second[0]
    names = ("a", "b")
    return names if first_is_small else (names[1], names[0])


def _pad(framework: str, meeting: Meeting, name: str, low: int, high: int) -> str:
    spatial = _spatial_count(meeting)
    each = _which(meeting, spatial)
    match framework:
        case "pytorch":
            sides = ", ".join(f"{low}, {high}" if on else "0, 0" for on in reversed(each))
            return f"F.pad({name}, ({sides})){_both(meeting, spatial)}"
        case "keras":
            sides = ", ".join(f"({low}, {high})" if on else "(0, 0)" for on in each)
            sides = sides if spatial == 1 else f"({sides})"
            return f"layers.ZeroPadding{spatial}D({sides})({name})"
        case "jax":
            inner = [f"({low}, {high})" if on else "(0, 0)" for on in each]
            return f"jnp.pad({name}, ({', '.join(['(0, 0)', *inner, '(0, 0)'])}))"
        case _:
            zeros = ["0", "0"]
            before = ", ".join(zeros + [str(low) if on else "0" for on in each])
            after = ", ".join(zeros + [str(high) if on else "0" for on in each])
            return f"a Pad node with pads=[{before}, {after}]"


def _crop(framework: str, meeting: Meeting, name: str, small: int, low: int) -> str:
    spatial = _spatial_count(meeting)
    each = _which(meeting, spatial)
    span = f"{low}:{low + small}" if low else f":{small}"
    spans = ", ".join(span if on else ":" for on in each)
    match framework:
        case "pytorch":
            return f"{name}[:, :, {spans}]{_both(meeting, spatial)}"
        case "jax":
            return f"{name}[:, {spans}, :]"
        case "keras":
            return f"{name}[:, {spans}, :]"
        case _:
            return f"a Slice node to {small}, starting at {low}"


def _spatial_count(meeting: Meeting) -> int:
    return max(meeting.rank - 2, 1) if meeting.rank is not None and meeting.rank > 2 else 2


def _which(meeting: Meeting, spatial: int) -> list[bool]:
    """Which spatial axes differ, as far as it is told; all of them where it is not."""
    first = 1 if meeting.channels_last else 2
    told = [axis for axis in meeting.axes if axis is not None]
    if not told or meeting.rank is None:
        return [True] * spatial
    return [axis + first in told for axis in range(spatial)]


def _both(meeting: Meeting, spatial: int) -> str:
    if meeting.rank is not None:
        return ""
    return " (where height and width both differ so)" if spatial == 2 else ""


def _commands(small: int, large: int) -> Iterator[str]:
    yield follow()
    if output_shape(Pool(2), large) != (0,):
        half = halved(large, 1)[-1]
        yield f"convcalc solve --n {half} --out {large} --op deconv --s 2"
    yield f"convcalc solve --out {small} --k 2 --s 2 --op maxpool"


def _unsure(said: Said, meeting: Meeting) -> Iterator[str]:
    if said.message.framework == "pytorch" and meeting.rank is None:
        yield "PyTorch tells one axis that differs; the others may differ as well"
    if said.message.framework in ("keras", "jax") and meeting.rank == 4:
        yield "the axes are read as batch, height, width, channels (channels last)"


def _meeting(said: Said) -> Meeting | None:
    """The two tensors of the message, or None where their sizes are the same."""
    numbers, framework = said.numbers, said.message.framework
    last = framework in ("keras", "jax")
    if "shapes" in numbers:
        return _of_shapes(said.shapes("shapes"), framework, last, ("tensor 0", "tensor"))
    if "first" in numbers:
        shapes = [_unbatched(said.entries("first")), _unbatched(said.entries("second"))]
        return _of_shapes(shapes, framework, last, ("entry 0", "entry"))
    if "to" in numbers:
        shapes = [said.entries("shape"), said.entries("to")]
        return _of_shapes(shapes, framework, last, ("the tensor", "the target"))
    if "target" in numbers and "existing" not in numbers:
        output, target = _as_list(said, "input"), _as_list(said, "target")
        if len(target) == len(output) - 1:  # classes are an axis of the output alone
            output = output[:-1] if last else [output[0], *output[2:]]
            output.insert(len(output) if last else 1, None)
            target.insert(len(target) if last else 1, None)
        if len(output) < 3:
            return Meeting(
                (output[0] or 0,), (target[0] or 0,), (0,), None, ("the output", "the target"), last
            )
        return _of_shapes([output, target], framework, last, ("the output", "the target"))
    if "expected" in numbers:
        tensor = said.number("tensor") if "tensor" in numbers else 1
        names = ("tensor 0", f"tensor {tensor}")
        at = said.number("at") if "at" in numbers else None
        at = said.number("axis") if framework == "onnxruntime" else at
        pair = (said.number("expected"),), (said.number("got"),)
        return Meeting(*pair, (at,), None, names, last)
    a, b = said.number("a"), said.number("b")
    axis = said.number("axis") if "axis" in numbers else None
    return Meeting((a,), (b,), (axis,), None, ("a", "b"), last)


def _as_list(said: Said, name: str) -> list[int | None]:
    found = said.numbers[name]
    return [found] if isinstance(found, int) else said.entries(name)


def _unbatched(shape: list[int | None]) -> list[int | None]:
    """Images that a loader stacks have no batch yet: (C, H, W)."""
    return [None, *shape] if len(shape) == 3 else shape


def _of_shapes(
    shapes: Sequence[list[int | None]], framework: str, last: bool, names: tuple[str, str]
) -> Meeting | None:
    """The first of ``shapes`` and the first that differs from it."""
    for number, other in enumerate(shapes[1:], start=1):
        one = shapes[0]
        if len(one) == len(other) == 3 and framework in ("keras", "jax"):
            one, other = [None, *one], [None, *other]  # Keras leaves the batch out
        axes = [
            axis
            for axis, (x, y) in enumerate(zip(one, other, strict=False))
            if None not in (x, y) and x != y
        ]
        in_space = [axis for axis in axes if (0 < axis < len(one) - 1 if last else axis >= 2)]
        axes = in_space or axes
        if axes:
            second = f"{names[1]} {number}" if names[1] in ("tensor", "entry") else names[1]
            return Meeting(
                tuple(one[axis] or 0 for axis in axes),
                tuple(other[axis] or 0 for axis in axes),
                tuple(axes),
                len(one),
                (names[0], second),
                last,
            )
    return None


def _other_axes(said: Said, meeting: Meeting) -> Found:
    """The batch or the channels differ: no padding helps."""
    first, second = meeting.first, meeting.second
    a, b = meeting.names
    axis = meeting.axes[0]
    last = (meeting.rank or 0) - 1
    batch = axis == 0 and meeting.rank != 1
    what = "batch" if batch else "channels"
    if axis not in (0, 1, last):
        what = f"axis {axis}"
    framework = said.message.framework
    layout = " of (N, C, H, W)" if meeting.rank is None and framework == "pytorch" else ""
    cause = (
        f"{a} has {write(first)} where {b} has {write(second)}, on axis {axis}: the {what}{layout} "
        "differ"
    )
    if batch:
        n, m = first[0], second[0]
        reasons = [
            "a view or reshape before it may have moved cells from the features to the batch"
        ]
        if n * m and max(n, m) % min(n, m) == 0:
            reasons.append(f"{max(n, m)} = {max(n, m) // min(n, m)}*{min(n, m)}")
        return Found(
            cause.replace("differ", "sizes differ"),
            tuple(reasons),
            (
                "x.flatten(1) or x.view(x.size(0), -1) keeps the batch, x.view(-1, features) does "
                "not where features is wrong"
                if framework == "pytorch"
                else "flatten all axes but the batch: reshape(x.shape[0], -1)",
            ),
            commands=(follow(),),
        )
    conv = {
        "pytorch": f"nn.Conv2d({first[0]}, {second[0]}, 1) on {a}",
        "keras": f"layers.Conv2D({second[0]}, 1) on {a}",
        "jax": f"nn.Conv({second[0]}, (1, 1)) on {a}",
    }.get(framework, f"a Conv node with a kernel of 1x1 from {first[0]} to {second[0]}")
    return Found(
        cause,
        ("sizes in space are not told to differ: strides and paddings are not to blame",),
        (
            f"{conv}: a convolution with a kernel of 1 changes channels and no size",
            "join along the channels instead of adding, where that was meant",
        ),
        commands=("convcalc out --op conv --k 1 --n 32", follow()),
    )


def _same_sizes(said: Said) -> Found:
    return Found(
        "the shapes do not go together: the number of axes differs, or every axis that is known "
        "agrees",
        repairs=("print both shapes before that line",),
        commands=(follow(),),
    )
