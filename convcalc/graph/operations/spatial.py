"""Operations along spatial axes without weights: global pools, resizing, padding, crops.

Law: each is a size and a ``Reach`` for every spatial axis; channels stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from convcalc.graph.operations.base import (
    Check,
    Followed,
    Move,
    Shape,
    dimension,
    need_rank,
    written,
)
from convcalc.graph.reach import UNKNOWN, Reach, adaptive, resized, shifted, whole


@dataclass(frozen=True)
class GlobalPool:
    """One number for the whole of each channel; ``keep`` leaves its axes with size 1.

    ``over`` lists the dimensions that vanish; None: all spatial axes.
    """

    kind: str = "avg"
    keep: bool = True
    over: tuple[int, ...] | None = None

    @property
    def op(self) -> str:
        """``globalavgpool`` and so on."""
        return f"global{self.kind}pool"

    def follow(self, shapes: Sequence[Shape], check: Check) -> Followed:
        """(N, C, ...) gives (N, C, 1, ...) or (N, C)."""
        shape = shapes[0]
        if self.over is None:
            need_rank(shape, 1, "a global pool", check)
        dims = len(shape)
        over = (
            range(2, dims)
            if self.over is None
            else sorted({dimension(d, dims, self.op) for d in self.over})
        )
        if self.keep:
            out = tuple(1 if place in over else size for place, size in enumerate(shape))
            if not check.exact:
                return Followed(out)
            return Followed(
                out,
                (tuple((i, whole(n) if i in over else None) for i, n in enumerate(shape)),),
            )
        kept = [place for place in range(dims) if place not in over]
        moved: Move = tuple((kept.index(i) if i in kept else None, None) for i in range(dims))
        return Followed(tuple(shape[place] for place in kept), (moved,))


@dataclass(frozen=True)
class AdaptivePool:
    """A pool with the output size given; None keeps that axis."""

    sizes: tuple[int | None, ...]
    kind: str = "avg"

    @property
    def op(self) -> str:
        """``adaptiveavgpool`` or ``adaptivemaxpool``."""
        return f"adaptive{self.kind}pool"

    def follow(self, shapes: Sequence[Shape], check: Check) -> Followed:
        """The sizes asked for, whatever comes in."""
        shape = shapes[0]
        check(
            len(shape) == len(self.sizes) + 2,
            lambda: (
                f"{self.op} is for {len(self.sizes)} spatial axes after the channels, its input is "
                f"{written(shape)}"
            ),
        )
        sizes = [n if size is None else size for n, size in zip(shape[2:], self.sizes, strict=True)]
        out = (*shape[:2], *sizes)
        return _followed(shape, out, adaptive, check)


@dataclass(frozen=True)
class Resize:
    """Upsampling (or downsampling) by interpolation, to a factor or to a size.

    ``like`` takes the sizes of a second input: all that are spatial (0), or so many of the last.
    """

    factors: tuple[int, ...] | None = None
    sizes: tuple[int, ...] | None = None
    mode: str = "nearest"
    corners: bool = False
    known: bool = True  # False: which cells are read is not known
    like: int | None = None

    op = "upsample"

    def follow(self, shapes: Sequence[Shape], check: Check) -> Followed:
        """Each spatial size times its factor, or the size asked for."""
        shape = shapes[0]
        need_rank(shape, 1, "upsampling", check)
        rank = len(shape) - 2
        wanted = self.factors or self.sizes or ()
        if self.like is not None:
            wanted = shapes[1][2:]
            check(
                self.like in (0, len(wanted)),
                lambda: f"the last {self.like} sizes of {written(shapes[1])} are not its axes",
            )
        values = wanted * rank if len(wanted) == 1 else wanted
        check(
            len(values) == rank,
            lambda: (
                f"upsampling is given for {len(values)} axes, its input {written(shape)} has {rank}"
            ),
        )
        if self.factors:
            sizes = [n * factor for n, factor in zip(shape[2:], values, strict=True)]
        else:
            sizes = list(values)
            for size in sizes:
                check(size >= 1, partial("upsampling to a size of {}".format, size))
        out = (*shape[:2], *sizes)

        def reach(n: int, o: int) -> Reach:
            return resized(n, o, self.mode, corners=self.corners) if self.known else UNKNOWN

        followed = _followed(shape, out, reach, check)
        return followed._replace(moves=(*followed.moves, *[()] * (len(shapes) - 1)))


@dataclass(frozen=True)
class Pad:
    """Cells added before and after the last dimensions; negative: cut off.

    ``pairs`` are for the last dimensions in order: for two of them ((top, bottom), (left, right)).
    """

    pairs: tuple[tuple[int, int], ...]
    mode: str = "zeros"
    op: str = "pad"

    def follow(self, shapes: Sequence[Shape], check: Check) -> Followed:
        """Each size plus both of its pads."""
        shape = shapes[0]
        first = len(shape) - len(self.pairs)
        check(
            first >= 0,
            lambda: f"{self.op} is for {len(self.pairs)} dimensions, its input is {written(shape)}",
        )
        pairs = ((0, 0),) * first + self.pairs
        out = tuple(n + low + high for n, (low, high) in zip(shape, pairs, strict=True))
        for place, size in enumerate(out):
            check(
                size >= 1,
                partial(_nothing_left, self.op, shape[place], pairs[place], size),
            )
        if self.mode in ("reflect", "circular"):
            most = -1 if self.mode == "reflect" else 0
            for n, pair in zip(shape, pairs, strict=True):
                for cells in pair:
                    check(cells <= n + most, partial(_too_far, self.mode, cells, n))
        if not check.exact:
            return Followed(out)
        move: Move = tuple(
            (i, shifted(low, self.mode) if low or high else None)
            for i, (low, high) in enumerate(pairs)
        )
        return Followed(out, (move,))


@dataclass(frozen=True)
class CropLike:
    """The first input cut, around its centre, to the spatial sizes of the second.

    Formula: ``floor((n-m)/2)`` cells before, the rest after; ``sizes`` instead of a second input.
    """

    sizes: tuple[int, ...] | None = None

    op = "crop"

    def follow(self, shapes: Sequence[Shape], check: Check) -> Followed:
        """The second's sizes with the first's channels."""
        shape = shapes[0]
        rank = len(shape) - 2
        sizes = shapes[1][2:] if self.sizes is None else self.sizes
        sizes = sizes * rank if len(sizes) == 1 else sizes
        check(
            rank > 0 and len(sizes) == rank,
            lambda: f"a crop to {len(sizes)} axes of an input {written(shape)}",
        )
        for n, size in zip(shape[2:], sizes, strict=True):
            check(
                n >= size,
                partial(_too_small, n, size, shape, sizes),
            )
        moves: list[Move] = [None] * len(shapes)
        if check.exact:
            cut = zip(shape[2:], sizes, strict=True)
            moves[0] = (
                (0, None),
                (1, None),
                *((i, shifted(-((n - size) // 2))) for i, (n, size) in enumerate(cut, start=2)),
            )
        if len(shapes) > 1:
            moves[1] = ()  # gives its size and nothing else
        return Followed((*shape[:2], *sizes), tuple(moves))


def _nothing_left(op: str, n: int, pair: tuple[int, int], size: int) -> str:
    return f"{op} leaves {size} cells of {n}: {pair[0]:+d}{pair[1]:+d}"


def _too_far(mode: str, padding: int, n: int) -> str:
    return f"{mode} padding of {padding} is more than an input of {n} has"


def _too_small(n: int, size: int, shape: Shape, sizes: Sequence[int]) -> str:
    to = "x".join(map(str, sizes))
    return f"nothing to crop: {n} is smaller than {size} ({written(shape)} to {to})"


def _followed(shape: Shape, out: Shape, reach: object, check: Check) -> Followed:
    """An operation whose reach on each spatial axis follows from the two sizes."""
    if not check.exact:
        return Followed(out)
    assert callable(reach)
    found = [reach(n, o) for n, o in zip(shape[2:], out[2:], strict=True)]
    move: Move = ((0, None), (1, None), *enumerate(found, start=2))
    return Followed(out, (move,))


@dataclass(frozen=True)
class PixelShuffle:
    """Channels become cells: r*r channels (on two axes) one block of r by r; ``back`` undoes it."""

    factor: int
    back: bool = False

    op = "pixelshuffle"

    def follow(self, shapes: Sequence[Shape], check: Check) -> Followed:
        """Source: PyTorch, ``PixelShuffle`` and ``PixelUnshuffle``."""
        shape, factor = shapes[0], self.factor
        need_rank(shape, 2, "a pixel shuffle", check)
        block = factor ** (len(shape) - 2)
        if not self.back:
            check(
                shape[1] % block == 0,
                lambda: f"{shape[1]} channels do not divide into blocks of {block}",
            )
            out = (shape[0], shape[1] // block, *(n * factor for n in shape[2:]))
            return _followed(shape, out, partial(resized, mode="nearest"), check)
        for n in shape[2:]:
            check(n % factor == 0, partial(_uneven, n, factor))
        out = (shape[0], shape[1] * block, *(n // factor for n in shape[2:]))
        return _followed(shape, out, lambda _n, _o: Reach(1, factor, (range(factor),)), check)


def _uneven(n: int, factor: int) -> str:
    return f"a size of {n} does not divide into blocks of {factor}"
