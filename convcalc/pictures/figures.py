"""The figures of the guide, by the names they have in github.com/vdumoulin/conv_arithmetic.

Law: a figure is a layer and a size; nothing of it is drawn by hand.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import NamedTuple

from convcalc.errors import ParameterError
from convcalc.layers import Conv, Layer, Pool, TransposedConv


class Figure(NamedTuple):
    """One figure: what it draws, and whether its cells have numbers."""

    layer: Layer
    n: int
    values: bool = False

    @property
    def options(self) -> str:
        """The options of ``convcalc draw`` that draw the same."""
        layer = self.layer
        words = [f"--op {layer.op} --k {layer.kernel} --s {layer.stride} --p {layer.padding}"]
        if layer.dilation != 1:
            words.append(f"--d {layer.dilation}")
        if isinstance(layer, TransposedConv) and layer.output_padding:
            words.append(f"--a {layer.output_padding}")
        words.append(f"--n {self.n}x{self.n} --projection isometric")
        return " ".join([*words, "--values"] if self.values else words)


# n, p, k, s of the convolution; the transposed figure leads its output back to n.
_CONVOLUTIONS = {
    "no_padding_no_strides": (4, 0, 3, 1),
    "arbitrary_padding_no_strides": (5, 2, 4, 1),
    "same_padding_no_strides": (5, 1, 3, 1),
    "full_padding_no_strides": (5, 2, 3, 1),
    "no_padding_strides": (5, 0, 3, 2),
    "padding_strides": (5, 1, 3, 2),
    "padding_strides_odd": (6, 1, 3, 2),
}


def _transposed(n: int, p: int, k: int, s: int) -> Figure:
    rest = (n + 2 * p - k) % s
    return Figure(TransposedConv(k, s, p, output_padding=rest), (n + 2 * p - k) // s + 1)


FIGURES = {
    **{name: Figure(Conv(k, s, p), n) for name, (n, p, k, s) in _CONVOLUTIONS.items()},
    **{f"{name}_transposed": _transposed(*numbers) for name, numbers in _CONVOLUTIONS.items()},
    "dilation": Figure(Conv(3, dilation=2), 7),
    "numerical_no_padding_no_strides": Figure(Conv(3), 5, values=True),
    "numerical_padding_strides": Figure(Conv(3, 2, 1), 5, values=True),
    "numerical_average_pooling": Figure(Pool(3, 1, kind="avg"), 5, values=True),
    "numerical_max_pooling": Figure(Pool(3, 1), 5, values=True),
}


def figure(name: str) -> Figure:
    """A figure of the guide by its name.

    Raises ParameterError for an unknown name, with the nearest known one.

    >>> figure("padding_strides_odd_transposed").options
    '--op deconv --k 3 --s 2 --p 1 --a 1 --n 3x3 --projection isometric'
    """
    if name not in FIGURES:
        close = get_close_matches(name, [*FIGURES, "list"], n=1, cutoff=0.4)
        hint = f" (did you mean {close[0]}?)" if close else ""
        raise ParameterError(
            f"--figure: unknown figure {name!r}{hint}; --figure list lists all {len(FIGURES)}"
        )
    return FIGURES[name]
