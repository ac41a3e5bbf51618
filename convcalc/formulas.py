"""Every formula, once: how it is written, what it means, where it comes from, its function.

Law: no size is computed anywhere by an expression that is not a function of this file.

``text`` is the formula in Python's own notation, so that ``text`` with numbers put in is an
expression whose value anybody can check; ``latex`` is the same for paper, its symbols in angle
brackets. The functions use ``+ - * // %`` and comparisons alone: Python integers of any size
give exact answers, and int64 arrays work as well.

Symbols, per spatial axis: n input size, o output size, k kernel size, s stride, d dilation,
p padding (p_lo and p_hi where the two sides differ), a output padding, k_e effective kernel,
n_s stretched input, n_p padded input; p' is the padding of the convolution that does the work
of a transposed convolution.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

# Dumoulin & Visin, A guide to convolution arithmetic for deep learning (arXiv 1603.07285, 2016);
# iioSnail, Deconvolution popular detailed analysis and nn.ConvTranspose2d (2022); the others are
# the frameworks' own functions and documentation.
GUIDE = "Dumoulin & Visin"
ARTICLE = "iioSnail"
XLA = "OpenXLA, window_util"
TENSORFLOW = "TensorFlow, SAME padding"
PYTORCH_POOL = "PyTorch, pooling_output_shape"
PYTORCH_TRANSPOSED = "PyTorch, ConvTranspose"

# Plain patterns: compiled at their first use, which a bare answer never reaches.
SYMBOL = r"[A-Za-z]+'?(?:_[a-z]+)?"
_FLOOR = r"(\((?:[^()]|\([^()]*\))*\)|[\w']+)//([\w']+)"


class Formula(NamedTuple):
    """One formula: ``symbol = text``, over the symbols in ``inputs``.

    One function may have several writings: where both sides have the same padding a person
    writes ``n+2*p``, so ``PADDED_EVENLY`` names both of ``PADDED``'s inputs ``p``; where the
    stride is 1 a person leaves it out, so ``STRETCHED_POSITIONS`` does not mention it.

    >>> EFFECTIVE_KERNEL.function(2, 3)
    5
    >>> EFFECTIVE_KERNEL.symbol, EFFECTIVE_KERNEL.text
    ('k_e', 'd*(k-1)+1')
    """

    symbol: str
    inputs: tuple[str, ...]
    text: str
    latex: str
    meaning: str
    source: str
    function: Callable[..., int]

    def __repr__(self) -> str:
        """The formula itself, the same in every run.

        >>> EFFECTIVE_KERNEL
        <k_e = d*(k-1)+1>
        """
        return f"<{self.symbol} = {self.text}>"

    def substituted(self, values: tuple[int, ...]) -> str:
        """The formula with ``values``, in the order of ``inputs``, in place of its symbols.

        >>> EFFECTIVE_KERNEL.substituted((1, 3))
        '1*(3-1)+1'
        """
        return put_in(self.text, dict(zip(self.inputs, values, strict=True)))

    def pretty(self, values: tuple[int, ...] | None = None) -> str:
        """As a person writes it, with floor brackets and signs for times; with numbers if given.

        >>> POSITIONS.pretty()
        '⌊(n_p−k_e)/s⌋+1'
        >>> POSITIONS.pretty((36, 3, 3))
        '⌊(36−3)/3⌋+1'
        """
        text = re.sub(_FLOOR, r"⌊\1/\2⌋", self.text).replace("*", "×").replace("%", " mod ")
        if values is not None:
            text = put_in(text, dict(zip(self.inputs, values, strict=True)))
        return text.replace("-", "−")

    def typeset(self, values: tuple[int, ...] | None = None) -> str:
        """The formula in LaTeX, with numbers if given."""
        if values is None:
            filled = {name: latex_symbol(name) for name in self.inputs}
        else:
            filled = {
                name: bracketed(value) for name, value in zip(self.inputs, values, strict=True)
            }
        return re.sub(r"<([^<>\s]+)>", lambda match: filled[match.group(1)], self.latex)


def put_in(text: str, values: dict[str, int]) -> str:
    """``text`` with each symbol that has a value replaced by it."""

    def value_or_word(match: re.Match[str]) -> str:
        word = match.group()
        return bracketed(values[word]) if word in values else word

    return re.sub(SYMBOL, value_or_word, text)


def bracketed(value: int) -> str:
    """A number as it stands inside a formula: a negative one in brackets."""
    return f"({value})" if value < 0 else str(value)


def latex_symbol(symbol: str) -> str:
    r"""A symbol of this file in LaTeX.

    >>> print(latex_symbol("p'_lo"))
    p'_{\mathrm{lo}}
    """
    name, _, index = symbol.partition("_")
    return f"{name}_{{\\mathrm{{{index}}}}}" if index else name


EFFECTIVE_KERNEL = Formula(
    "k_e",
    ("d", "k"),
    "d*(k-1)+1",
    r"<d>\,(<k>-1)+1",
    "effective kernel: from the first tap to the last",
    f"{GUIDE}, relationship 15",
    lambda d, k: d * (k - 1) + 1,
)

# --- convolution and pooling -------------------------------------------------------------------

PADDED = Formula(
    "n_p",
    ("n", "p_lo", "p_hi"),
    "n+p_lo+p_hi",
    r"<n>+<p_lo>+<p_hi>",
    "padded input",
    f"{GUIDE}, relationship 6",
    lambda n, p_lo, p_hi: n + p_lo + p_hi,
)
PADDED_EVENLY = PADDED._replace(inputs=("n", "p", "p"), text="n+2*p", latex=r"<n>+2\cdot <p>")
POSITIONS = Formula(
    "o",
    ("n_p", "k_e", "s"),
    "(n_p-k_e)//s+1",
    r"\left\lfloor\frac{<n_p>-<k_e>}{<s>}\right\rfloor+1",
    "output: positions of the kernel on the padded input",
    f"{GUIDE}, relationships 6 and 15",
    lambda n_p, k_e, s: (n_p - k_e) // s + 1,
)

# --- transposed convolution --------------------------------------------------------------------

STRETCHED = Formula(
    "n_s",
    ("s", "n"),
    "s*(n-1)+1",
    r"<s>\,(<n>-1)+1",
    "stretched input: s-1 zeros between neighbours",
    f"{GUIDE}, relationship 12; {ARTICLE}",
    lambda s, n: (s * (n - 1) + 1) * (n > 0),
)
DIRECT_PADDING = Formula(
    "p'",
    ("k_e", "p"),
    "k_e-1-p",
    r"<k_e>-1-<p>",
    "padding of the direct form, each side",
    f"{GUIDE}, relationships 9 and 13; {ARTICLE}",
    lambda k_e, p: k_e - 1 - p,
)
DIRECT_PADDING_LOW = DIRECT_PADDING._replace(
    symbol="p'_lo",
    inputs=("k_e", "p_lo"),
    text="k_e-1-p_lo",
    latex=r"<k_e>-1-<p_lo>",
    meaning="padding of the direct form, before",
)
DIRECT_PADDING_HIGH = DIRECT_PADDING._replace(
    symbol="p'_hi",
    inputs=("k_e", "p_hi", "a"),
    text="k_e-1-p_hi+a",
    latex=r"<k_e>-1-<p_hi>+<a>",
    meaning="padding of the direct form, after",
    source=f"{GUIDE}, relationship 14",
    function=lambda k_e, p_hi, a: k_e - 1 - p_hi + a,
)
OTHER_PADDING = DIRECT_PADDING._replace(meaning="padding of the other operation, each side")
OTHER_PADDING_LOW = DIRECT_PADDING_LOW._replace(meaning="padding of the other operation, before")
OTHER_PADDING_HIGH = DIRECT_PADDING._replace(
    symbol="p'_hi",
    inputs=("k_e", "p_hi"),
    text="k_e-1-p_hi",
    latex=r"<k_e>-1-<p_hi>",
    meaning="padding of the other operation, after",
)
STRETCHED_PADDED = PADDED._replace(
    inputs=("n_s", "p'_lo", "p'_hi"),
    text="n_s+p'_lo+p'_hi",
    latex=r"<n_s>+<p'_lo>+<p'_hi>",
    meaning="stretched and padded input",
    source=XLA,
)
INPUT_STRETCHED = STRETCHED._replace(
    inputs=("b", "n"),
    text="b*(n-1)+1",
    latex=r"<b>\,(<n>-1)+1",
    meaning="stretched input: b-1 zeros between neighbours (input dilation b)",
    source=XLA,
)
INPUT_STRETCHED_PADDED = PADDED._replace(
    inputs=("n_s", "p_lo", "p_hi"),
    text="n_s+p_lo+p_hi",
    latex=r"<n_s>+<p_lo>+<p_hi>",
    meaning="stretched and padded input",
    source=XLA,
)
INPUT_STRETCHED_PADDED_EVENLY = INPUT_STRETCHED_PADDED._replace(
    inputs=("n_s", "p", "p"), text="n_s+2*p", latex=r"<n_s>+2\cdot <p>"
)
STRETCHED_PADDED_EVENLY = PADDED._replace(
    inputs=("n_s", "p'", "p'"),
    text="n_s+2*p'",
    latex=r"<n_s>+2\cdot <p'>",
    meaning="stretched and padded input",
    source=XLA,
)
STRETCHED_POSITIONS = POSITIONS._replace(
    text="n_p-k_e+1",
    latex=r"<n_p>-<k_e>+1",
    meaning="output: positions of the kernel, slid with stride 1",
    source=f"{GUIDE}, relationship 13; {ARTICLE}",
)
CLOSED_FORM = Formula(
    "o",
    ("s", "n", "k_e", "p_lo", "p_hi", "a"),
    "s*(n-1)+k_e-p_lo-p_hi+a",
    r"<s>\,(<n>-1)+<k_e>-<p_lo>-<p_hi>+<a>",
    "cross-check: the closed form",
    f"{GUIDE}, relationship 14; {PYTORCH_TRANSPOSED}",
    lambda s, n, k_e, p_lo, p_hi, a: s * (n - 1) + k_e - p_lo - p_hi + a,
)
CLOSED_FORM_EVENLY = CLOSED_FORM._replace(
    inputs=("s", "n", "k_e", "p", "p", "a"),
    text="s*(n-1)+k_e-2*p+a",
    latex=r"<s>\,(<n>-1)+<k_e>-2\cdot <p>+<a>",
)

# --- the transposed partner of a convolution ---------------------------------------------------

PARTNER_OUTPUT_PADDING = Formula(
    "a",
    ("n", "p_lo", "p_hi", "k_e", "s"),
    "(n+p_lo+p_hi-k_e)%s",
    r"(<n>+<p_lo>+<p_hi>-<k_e>)\bmod <s>",
    "output padding of the partner: what the stride left over",
    f"{GUIDE}, relationship 14",
    lambda n, p_lo, p_hi, k_e, s: (n + p_lo + p_hi - k_e) % s,
)
PARTNER_OUTPUT_PADDING_EVENLY = PARTNER_OUTPUT_PADDING._replace(
    inputs=("n", "p", "p", "k_e", "s"),
    text="(n+2*p-k_e)%s",
    latex=r"(<n>+2\cdot <p>-<k_e>)\bmod <s>",
)
PARTNER_SIZE = Formula(
    "n_a",
    ("n", "a"),
    "n-a",
    r"<n>-<a>",
    "what the partner gives without output padding",
    f"{GUIDE}, relationship 13",
    lambda n, a: n - a,
)
LEAST_SIZE = Formula(
    "n_min",
    ("n", "a"),
    "max(n-a,1)",
    r"\max(<n>-<a>,\,1)",
    "smallest input size with the same output size",
    f"{GUIDE}, section 4.6",
    lambda n, a: n - a + (1 - n + a) * (n - a < 1),
)
GREATEST_SIZE = Formula(
    "n_max",
    ("n", "a", "s"),
    "n-a+s-1",
    r"<n>-<a>+<s>-1",
    "largest input size with the same output size",
    f"{GUIDE}, section 4.6",
    lambda n, a, s: n - a + s - 1,
)

SAME_LEAST_SIZE = LEAST_SIZE._replace(
    inputs=("s", "o"),
    text="s*(o-1)+1",
    latex=r"<s>\,(<o>-1)+1",
    source=TENSORFLOW,
    function=lambda s, o: s * (o - 1) + 1,
)
SAME_GREATEST_SIZE = GREATEST_SIZE._replace(
    inputs=("s", "o"),
    text="s*o",
    latex=r"<s>\cdot <o>",
    source=TENSORFLOW,
    function=lambda s, o: s * o,
)

# --- padding names become numbers --------------------------------------------------------------

SAME_OUTPUT = Formula(
    "o_t",
    ("n", "s"),
    "(n+s-1)//s",
    r"\left\lfloor\frac{<n>+<s>-1}{<s>}\right\rfloor",
    "output that 'same' asks for: n/s, rounded up",
    TENSORFLOW,
    lambda n, s: (n + s - 1) // s,
)
SAME_TOTAL = Formula(
    "p_t",
    ("o_t", "s", "k_e", "n"),
    "max((o_t-1)*s+k_e-n,0)",
    r"\max\bigl((<o_t>-1)\cdot <s>+<k_e>-<n>,\,0\bigr)",
    "padding that it takes, both sides together",
    TENSORFLOW,
    lambda o_t, s, k_e, n: ((o_t - 1) * s + k_e - n) * ((o_t - 1) * s + k_e > n),
)
SAME_CROP = Formula(
    "p_t",
    ("k_e", "s"),
    "max(k_e-s,0)",
    r"\max(<k_e>-<s>,\,0)",
    "cells that 'same' crops to leave n*s, both sides together",
    f"{TENSORFLOW}; Keras, Conv2DTranspose; ONNX, auto_pad",
    lambda k_e, s: (k_e - s) * (k_e > s),
)
SAME_OUTPUT_PADDING = Formula(
    "a",
    ("p_t", "k_e", "s"),
    "p_t-k_e+s",
    r"<p_t>-<k_e>+<s>",
    "output padding that fills up to n*s",
    f"{TENSORFLOW}; Keras, Conv2DTranspose",
    lambda p_t, k_e, s: p_t - k_e + s,
)
SMALL_HALF_LOW = Formula(
    "p_lo",
    ("p_t",),
    "p_t//2",
    r"\left\lfloor\frac{<p_t>}{2}\right\rfloor",
    "before: the smaller half",
    f"{TENSORFLOW}; ONNX, SAME_UPPER",
    lambda p_t: p_t // 2,
)
LARGE_HALF_HIGH = Formula(
    "p_hi",
    ("p_t",),
    "p_t-p_t//2",
    r"<p_t>-\left\lfloor\frac{<p_t>}{2}\right\rfloor",
    "after: the larger half",
    f"{TENSORFLOW}; ONNX, SAME_UPPER",
    lambda p_t: p_t - p_t // 2,
)
LARGE_HALF_LOW = LARGE_HALF_HIGH._replace(
    symbol="p_lo", meaning="before: the larger half", source="ONNX, SAME_LOWER"
)
SMALL_HALF_HIGH = SMALL_HALF_LOW._replace(
    symbol="p_hi", meaning="after: the smaller half", source="ONNX, SAME_LOWER"
)
TARGET_TOTAL = Formula(
    "p_t",
    ("s", "n", "k_e", "a", "o_t"),
    "max(s*(n-1)+k_e+a-o_t,0)",
    r"\max\bigl(<s>\cdot (<n>-1)+<k_e>+<a>-<o_t>,\,0\bigr)",
    "cells to crop to the output size that is asked for, both sides together",
    "ONNX, ConvTranspose output_shape",
    lambda s, n, k_e, a, o_t: (s * (n - 1) + k_e + a - o_t) * (s * (n - 1) + k_e + a > o_t),
)
TARGET_OUTPUT_PADDING = Formula(
    "a",
    ("o_t", "p_t", "s", "n", "k_e"),
    "o_t+p_t-s*(n-1)-k_e",
    r"<o_t>+<p_t>-<s>\cdot (<n>-1)-<k_e>",
    "output padding that it takes",
    "ONNX, ConvTranspose output_shape",
    lambda o_t, p_t, s, n, k_e: o_t + p_t - s * (n - 1) - k_e,
)
HALF_PADDING = Formula(
    "p",
    ("k",),
    "k//2",
    r"\left\lfloor\frac{<k>}{2}\right\rfloor",
    "half padding, each side",
    f"{GUIDE}, relationship 3",
    lambda k: k // 2,
)
FULL_PADDING = Formula(
    "p",
    ("k_e",),
    "k_e-1",
    r"<k_e>-1",
    "full padding, each side",
    f"{GUIDE}, relationship 4",
    lambda k_e: k_e - 1,
)
CAUSAL_PADDING = FULL_PADDING._replace(
    symbol="p_lo",
    meaning="causal padding, before only (p_hi = 0)",
    source="Keras, Conv1D with causal padding",
)

# --- ceil mode of pools ------------------------------------------------------------------------

CEIL_MISSING = Formula(
    "r",
    ("k_e", "n", "p_lo", "p_hi", "s"),
    "(k_e-n-p_lo-p_hi)%s",
    r"(<k_e>-<n>-<p_lo>-<p_hi>)\bmod <s>",
    "ceil mode: cells missing for one more window",
    PYTORCH_POOL,
    lambda k_e, n, p_lo, p_hi, s: (k_e - n - p_lo - p_hi) % s,
)
CEIL_START = Formula(
    "w",
    ("n", "p_lo", "p_hi", "r", "k_e"),
    "n+p_lo+p_hi+r-k_e",
    r"<n>+<p_lo>+<p_hi>+<r>-<k_e>",
    "where that window would start",
    PYTORCH_POOL,
    lambda n, p_lo, p_hi, r, k_e: n + p_lo + p_hi + r - k_e,
)
CEIL_EXTRA = Formula(
    "e",
    ("r", "w", "n", "p_lo"),
    "r*(w<n+p_lo)",
    r"<r>\cdot[<w>\mathbin{<}<n>+<p_lo>]",
    "cells added at the end; none where that window starts past the input",
    PYTORCH_POOL,
    lambda r, w, n, p_lo: r * (w < n + p_lo),
)
CEIL_HIGH = Formula(
    "p_hi",
    ("p", "e"),
    "p+e",
    r"<p>+<e>",
    "padding after, with the cells that ceil mode adds",
    PYTORCH_POOL,
    lambda p, e: p + e,
)
