"""From sizes to parameters: which layers lead from this input size to that output size.

Law: everything that fits is counted, by closed forms (``families``), and the best of it, in one
order (``rank``), is listed; what was looked at is said. Where nothing fits, ``obstacles`` says what
stands in the way.
"""

from __future__ import annotations

from collections.abc import Sequence

from convcalc.errors import ParameterError
from convcalc.layers.axis import PerAxis
from convcalc.solver.question import Question, SizePair, ask
from convcalc.solver.search import looked_for, looking, search
from convcalc.solver.solution import Solution, Solutions, write_layer, write_solution
from convcalc.solver.space import Given, Paddings, Values

__all__ = ["Solution", "Solutions", "solve", "write_layer", "write_solution"]

MOST_LISTED = 10_000


def solve(
    size: PerAxis | None = None,
    output: PerAxis | None = None,
    *,
    op: str | None = None,
    kernel: Values | None = None,
    stride: Values | None = None,
    padding: Paddings | None = None,
    dilation: Values | None = None,
    output_padding: Values | None = None,
    ceil: bool = False,
    pairs: Sequence[SizePair] | None = None,
    asymmetric: bool = False,
    limit: int = 10,
) -> Solutions:
    """The layers that lead from ``size`` to ``output``: counted, and the best ``limit`` listed.

    Formula, per axis: a convolution has ``n = s(o-1) + k_e - p_lo - p_hi + rest`` with ``0 <= rest
    < s``, a transposed one ``o = s(n-1) + k_e - p_lo - p_hi + a`` with ``0 <= a < max(s, d)``. The
    cost follows the kernels, strides and dilations looked at, never the sizes.

    Sizes are spatial, in cells, one number or one per axis; without ``size`` the input size is
    asked for too. ``pairs`` of sizes, instead of both, must all hold for one layer. ``op`` is conv,
    deconv, maxpool or avgpool; None looks at conv and deconv. A parameter is a number, a ``range``
    of numbers, a tuple of them with one per axis, or None: free. A padding may also be ``(before,
    after)`` for an axis, or a name. ``asymmetric`` lets the sides of a padding differ.

    What is given is kept to the letter (a pool's padding stays within floor(k/2)). What is free
    is looked for in: kernels 1..16, and n/o (for a transposed convolution o/n, rounded down) and
    twice that where these are larger; dilations 1..4 (1 for a pool, for a kernel of 1, and where
    the input size is asked for); every output padding; every stride that the sizes leave (where any
    larger one does the same, the two least; where more than 64, those around n/o or o/n; where n is
    asked for, 1..16); paddings 0..k_e-1, a pool's 0..floor(k/2), and where that gives nothing for a
    given stride, whatever padding the sizes want.

    With several axes, values that are not given per axis are first looked for as one layer with
    the same values on every axis; where there is none, where values are given per axis, or where
    input sizes of unlike outputs are asked for, every axis is solved on its own, and the solutions
    are all combinations.

    The order: no unread input cells, the stride that the sizes suggest, even coverage, no crop and
    no output that sees only padding, a padding that is not lopsided, no dilation, no unread
    padding, sides that are the same, a layer of PyTorch and Keras, a small effective kernel, a
    small output padding, stride and padding.

    Raises ParameterError for values that no layer takes, for questions without an output, and for
    more than 30,000 combinations to look at. Source: Dumoulin & Visin, relationship 14.

    >>> found = solve(7, 14, op="deconv", kernel=4, stride=2)
    >>> found.total, found.best[0].layer
    (6, TransposedConv(kernel=4, stride=2, padding=1, dilation=1, output_padding=0, \
output_size=None, rank=1))
    >>> found = solve(None, 12, op="conv", kernel=3, stride=3, padding=2)
    >>> [each.input for each in found.best]
    [(32,), (33,), (34,)]
    """
    if not isinstance(limit, int) or not 1 <= limit <= MOST_LISTED:
        raise ParameterError(f"limit must be 1..{MOST_LISTED}: got {limit}")
    question = ask(size, output, pairs)
    given = Given(kernel, stride, padding, dilation, output_padding, asymmetric, ceil)
    question, where = looking(question, op, given)
    found = looked_for(question, where, limit)
    if found.total:
        return found._replace(asymmetric=_asymmetric(question, op, given, found.best[0]))
    from convcalc.solver.obstacles import nearest, obstacles

    return found._replace(
        obstacles=tuple(obstacles(question, where, op, given)), nearest=nearest(question, where)
    )


def _asymmetric(
    question: Question, op: str | None, given: Given, best: Solution
) -> Solution | None:
    """A layer whose sides differ that ranks before the best of those whose sides do not."""
    free = given.padding is None or isinstance(given.padding, range)
    if given.asymmetric or not free or not question.sized:
        return None
    found = search(*looking(question, op, given._replace(asymmetric=True)), 1).best
    return found[0] if found and found[0].layer != best.layer else None
