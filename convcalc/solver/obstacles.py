"""Where nothing fits: what stands in the way, and the layer that comes closest.

Law: nothing is claimed that was not worked out: an obstacle is a given value without which there
is a solution, and that solution is shown; the closest layer stands beside its own output.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convcalc.errors import ParameterError
from convcalc.layers.axis import PerAxis
from convcalc.solver.families import Found
from convcalc.solver.nearest import closest, wanted, wanted_kernel
from convcalc.solver.question import Question, on_axes
from convcalc.solver.search import looked_for, looking, of_axis, search
from convcalc.solver.solution import Solution, solution, write_solution
from convcalc.solver.space import FREE_KERNEL, Given, Space


def obstacles(
    question: Question, where: Sequence[tuple[Space, ...]], op: str | None, given: Given
) -> Iterator[str]:
    """What the sizes want; and each given value without which there is a solution, with that."""
    for each in where:
        for axis, space in enumerate(on_axes(each, question.rank)):
            pairs = question.of_axis(axis)
            words = wanted(space, pairs)
            if words is not None and not of_axis(space, pairs, 1).total:
                which = [space.op] if len(where) > 1 else []
                which += [f"axis {axis + 1}"] if question.rank > 1 else []
                yield ": ".join([", ".join(which), words]) if which else words
    if len(question.pairs) > 1:
        alone = [(pair, question._replace(pairs=(pair,))) for pair in question.pairs]
        found = [(pair, _best(other, op, given, given)) for pair, other in alone]
        if all(best for _, best in found):
            each_alone = (f"{_said(n)} -> {_said(o)}: {best}" for (n, o), best in found)
            yield f"the pairs want different layers: {'; '.join(each_alone)}"
    for words, other_op, *others in _changes(question, op, given):
        best = next(filter(None, (_best(question, other_op, given, other) for other in others)), "")
        if best:
            yield f"{words}: {best}"


def _best(question: Question, op: str | None, given: Given, other: Given) -> str:
    """The best layer of another question, as options; nothing where there is none."""
    # A padding that sees only zeros would explain nothing but a given padding.
    find = looked_for if given.padding is not None and other.padding is None else search
    try:
        asked, where = looking(question, op, other)
        best = find(asked, where, 1).best
        if not best and other.kernel is None and (given.kernel is not None or other == given):
            for name, kernel in _larger(asked, where):
                wide = looking(question, name, other._replace(kernel=kernel))
                best = best or search(*wide, 1).best
    except ParameterError:  # such as a space that only the value in question kept small
        return ""
    return write_solution(best[0], sized=question.sized) if best else ""


def _larger(
    question: Question, where: Sequence[tuple[Space, ...]]
) -> Iterator[tuple[str, PerAxis]]:
    """For each operation the kernels that the sizes want, where these are beyond those of free."""
    for each in where:
        kernels = tuple(
            wanted_kernel(space, question.of_axis(axis))
            for axis, space in enumerate(on_axes(each, question.rank))
        )
        if min(kernels) > 0 and max(kernels) > FREE_KERNEL:
            yield each[0].op, kernels if len(set(kernels)) > 1 else kernels[0]


def _changes(
    question: Question, op: str | None, given: Given
) -> Iterator[tuple[str, str | None, *tuple[Given, ...]]]:
    """Questions that ask for a little less, in words: for each, what to ask for instead."""
    if not given.asymmetric and (given.padding is None or isinstance(given.padding, int | range)):
        words = "parity: equal sides make an even total; with sides that differ"
        yield words, op, given._replace(asymmetric=True)
    for name in ("padding", "output_padding", "stride", "dilation", "kernel"):
        value = getattr(given, name)
        if name == "kernel" and value is None:
            yield f"kernels up to {FREE_KERNEL} stand in the way; with a larger one", op, given
        if value is not None:
            words = f"{name.replace('_', ' ')} {_said(value)} stands in the way; without it"
            near = [range(value - 1, value + 2)] if isinstance(value, int) and value > 1 else []
            yield words, op, *(Given(**given._asdict() | {name: each}) for each in (*near, None))
    if op in ("maxpool", "avgpool") and not given.ceil:
        yield "floor mode stands in the way; in ceil mode", op, given._replace(ceil=True)
    other = "conv" if op == "deconv" else "deconv"
    n, o = question.pairs[0]
    if op is not None and any(
        size is not None and (out < size if other == "conv" else out > size)
        for size, out in zip(n, o, strict=True)
    ):
        words = f"op {op} stands in the way; a {other} leads there"
        yield words, other, given._replace(output_padding=None, ceil=False)


def nearest(question: Question, where: Sequence[tuple[Space, ...]]) -> Solution | None:
    """The layer that comes closest, every axis on its own where there are several spaces."""
    best: tuple[int, tuple[Found, ...]] | None = None
    for each in where:
        shared = question.of_all if len(each) == 1 else None
        axes = [shared] if shared else [question.of_axis(axis) for axis in range(question.rank)]
        found = [
            closest(space, pairs)
            for space, pairs in zip(on_axes(each, len(axes)), axes, strict=True)
        ]
        misses = [miss for miss in found if miss is not None]
        off = sum(miss.off for miss in misses)
        if len(misses) == len(found) and (best is None or off < best[0]):
            best = off, tuple(miss.found for miss in misses)
    return None if best is None else solution(question, best[1])


def _said(value: object) -> str:
    """A given value, or sizes, as they are typed."""
    if isinstance(value, range):
        return f"{value.start}..{value.stop - 1}"
    if isinstance(value, tuple):
        return "x".join(map(_said, value))
    return str(value)
