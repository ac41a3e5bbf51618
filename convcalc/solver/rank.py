"""Which of the layers that fit is the better one, and why.

Law: one order for every layer, whose criteria stand in ``cost`` from the first to the last, each
a number that is less for the better. On one family each changes direction only where ``families``
says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convcalc.layers.axis import Pair, counted
from convcalc.layers.notes import (
    blind,
    taps_by_phase,
    unread_between,
    unread_cells,
)
from convcalc.layers.padding import share
from convcalc.solver.families import Family, Found, Paddings
from convcalc.solver.shapes import Shape
from convcalc.solver.space import Pairs


def cost(found: Found) -> tuple[int, ...]:
    """What speaks against a layer, the gravest first.

    Input cells that nothing reads; a stride that is not what the sizes suggest; uneven coverage;
    crops and outputs that see only padding; lopsided padding; dilation; padding that nothing
    reads; sides that differ; frameworks that have no such layer; then the smaller effective kernel,
    output padding, stride and padding.
    """
    low, high = found.padding
    transposed = found.model.op == "deconv"
    rests = [] if transposed else [max(rest, 0) for rest in found.rests()]
    beyond, a, d = found.effective_kernel - 1, found.output_padding, found.dilation
    outside = sum(max(-side, side - beyond, 0) for side in (low, high - a))
    return (
        sum(max(rest - max(high, 0), 0) for rest in rests) + _gaps(found, found.sizes),
        _off_stride(found, found.sizes),
        _unevenness(found, found.sizes),
        outside,
        max(abs(low - high) - 1, 0),
        d - 1,
        sum(rests),
        abs(low - high),
        sum(1 for _ in refusals(found)),
        found.effective_kernel,
        a,
        found.stride,
        low + high,
        low,
        transposed,
    )


def floor(family: Family) -> tuple[int, ...]:
    """No layer of a family costs less: each criterion at its least."""
    shape = family.shape
    if isinstance(family, Paddings):
        off, uneven = _off_stride(shape, family.sizes), _unevenness(shape, family.sizes)
        gaps = _gaps(shape, family.sizes)
    else:  # what depends on the input size may be 0
        gaps, off, uneven = _gaps(shape, ((None, family.output),)), 0, 0
    return gaps, off, uneven, 0, 0, shape.dilation - 1, 0, 0, 0, shape.effective_kernel


def reasons(found: Found) -> Iterator[str]:
    """What speaks for a layer and against it, in words, in the order of ``cost``."""
    low, high = found.padding
    if found.model.op == "deconv":
        yield from _covered(found)
    else:
        yield from _read(found)
    yield from _outside(found)
    yield "symmetric" if low == high else f"{low} before, {high} after"
    yield from refusals(found)


def refusals(found: Found) -> Iterator[str]:
    """Frameworks that have no layer with these values; a name counts as what it is at the sizes."""
    s, d, op = found.stride, found.dilation, found.model.op
    why = _no_pytorch(found)
    if why:
        yield f"no PyTorch layer: {why}"
    if d > 1 and op.endswith("pool"):
        yield "no Keras layer: dilated pool"
    elif s > 1 and d > 1:
        yield "no Keras layer: stride and dilation"
    elif found.output_padding >= s:
        yield "no Keras layer: output padding >= stride"


def _no_pytorch(found: Found) -> str:
    """Why PyTorch has no such layer; nothing where it has one.

    A transposed convolution drops ``padding`` cells in front and ``padding - output_padding``
    behind, so an output padding of its own makes up for sides that differ. A convolution with
    stride 1 has "same", with the odd cell after.
    """
    (low, high), *others = found.paddings()
    s, d, op = found.stride, found.dilation, found.model.op
    same = op == "conv" and s == 1 and (low, high) == share(found.effective_kernel - 1, "same")
    made_up = op == "deconv" and 0 <= found.output_padding + low - high < max(s, d)
    if low < 0:
        return "negative padding"
    if low != high and not same and not made_up:
        return "sides differ"
    if any(each != (low, high) for each in others):
        return "padding differs with the size"
    return "dilated average" if d > 1 and op == "avgpool" else ""


def _off_stride(found: Found | Shape, sizes: Sequence[Pair]) -> int:
    """How far the stride is from how often the one size goes into the other, rounded either way.

    Where the smaller is 1, no stride shows, and 1 says so; an operation that makes sizes larger
    where it is for smaller ones, or the other way round, is as far off as it goes beyond.
    """
    off, s = 0, found.stride
    for n, o in sizes:
        small, large = (n, o) if found.model.op == "deconv" else (o, n)
        if small == 1:
            off += s - 1
        else:
            off += max(large // small - s, s - -(-large // small), -(-small // large) - 1)
    return off


def _gaps(found: Found | Shape, sizes: Pairs) -> int:
    """Input cells between the windows."""
    if found.model.op == "deconv":
        return 0
    between = unread_between(found.kernel, found.stride, found.dilation)
    return sum(between * (o - 1) for _, o in sizes)


def _unevenness(found: Found | Shape, sizes: Sequence[Pair]) -> int:
    """Coverage of a transposed convolution: 0 even, 1 uneven, 2 with outputs that get nothing."""
    if found.model.op != "deconv" or all(n == 1 for n, _ in sizes):
        return 0
    taps = [count for count, _ in taps_by_phase(found.kernel, found.stride, found.dilation)]
    return 0 if len(taps) == 1 else 2 if 0 in taps else 1


def _covered(found: Found) -> Iterator[str]:
    match _unevenness(found, found.sizes):
        case 0:
            yield "even coverage"
        case 1:
            yield "uneven coverage (checkerboard)"
        case _:
            yield "outputs without input"


def _read(found: Found) -> Iterator[str]:
    """What is not read: real cells first, then cells of padding."""
    k, s, d = found.kernel, found.stride, found.dilation
    high = max(found.padding[1], 0)
    rests = [max(rest, 0) for rest in found.rests()]
    tail = max(rest - high for rest in rests)
    between = unread_between(k, s, d) if any(o > 1 for _, o in found.sizes) else 0
    holes = unread_cells(found.worked) if between or d > 1 else None
    if between and holes != 0:
        yield f"{between} of every {s} input cells unread"
    elif holes or tail > 0:
        yield f"{counted(holes or tail, 'input cell')} unread"
    elif any(rests):
        yield f"{counted(max(rests), 'padded cell')} unread"
    else:
        yield "no unread cell"


def _outside(found: Found) -> Iterator[str]:
    """Crops, and outputs that see only padding, or none of a transposed convolution's inputs."""
    worked = found.worked
    window = worked.window
    crops = sum(max(-side, 0) for side in (window.padding_low, window.padding_high))
    if crops:
        yield f"crops {counted(crops)}"
    unseen = blind(worked)
    if unseen and found.model.op != "deconv":
        yield f"{counted(unseen, 'output')} see{'s' if unseen == 1 else ''} only padding"
    elif unseen and _unevenness(found, found.sizes) < 2:  # of the others coverage has told
        yield f"{counted(unseen, 'output')} without input"
