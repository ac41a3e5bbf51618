"""A proof in words and for machines.

Law: nothing here computes; every number comes from the proof.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from convcalc.derivation import Derivation, Remark, Report
from convcalc.layers import work_out
from convcalc.layers.axis import write
from convcalc.proof.records import Claim, Proof


def attach(report: Report, proofs: Sequence[Proof]) -> Report:
    """The report with the proofs after its answer: as words, and in its head for machines.

    >>> from convcalc.layers import Conv, answer
    >>> from convcalc.proof import prove
    >>> report = attach(answer([Conv(3)], 5), [prove(Conv(3), 5)])
    >>> report.appendix[0].answer
    'all 73 cells equal'
    >>> report.head["proof"]["holds"]
    True
    """
    data = {
        "seed": proofs[0].seed,
        "holds": all(proof.holds for proof in proofs),
        "layers": [_data(proof) for proof in proofs],
    }
    return report._replace(
        head={**report.head, "proof": data}, appendix=tuple(explain(proof) for proof in proofs)
    )


def explain(proof: Proof) -> Derivation:
    """A proof in words: the arrays, each claim with its cells, and which size was proved."""
    arrays = f"random integers, seed {proof.seed}: x = {write(proof.x)}"
    if proof.w is not None and proof.rotated is not None:
        arrays += (
            f", kernel = {write(proof.w)}, rotated and swapped {write(proof.rotated)}, "
            f"groups = {proof.groups}"
        )
    cells = sum(claim.cells for claim in proof.claims)
    different = sum(claim.different for claim in proof.claims)
    return Derivation(
        title=f"proof ({proof.layer.title})",
        question=arrays,
        answer=f"{different} of {cells} cells DIFFER" if different else f"all {cells} cells equal",
        facts=tuple(map(sentence, proof.claims)),
        notes=tuple(_which_size(proof)),
    )


def sentence(claim: Claim) -> str:
    """One claim with its numbers; a difference with its place and both values.

    >>> from convcalc.proof.records import Difference
    >>> sentence(Claim("a", "b", (2, 3), 6, 1, Difference((1, 2), 7, 8)))
    'a equals b: 2x3, 1 of 6 cells DIFFER, first at [1, 2]: 7 against 8'
    """
    words = f"{claim.left} equals {claim.right}: " + (
        f"{write(claim.shape)}, " if claim.shape else ""
    )
    if claim.first is None:
        return words + ("equal" if claim.cells == 1 else f"all {claim.cells} cells equal")
    values = (claim.first.left, claim.first.right)
    left, right = ("no cell" if value is None else str(value) for value in values)
    return (
        f"{words}{claim.different} of {claim.cells} cells DIFFER, first at "
        f"{list(claim.first.index)}: {left} against {right}"
    )


def _which_size(proof: Proof) -> Iterator[Remark]:
    used = write(proof.size)
    if proof.asked is None:
        yield Remark(
            "proof-size",
            f"no input size was given: proved on n = {used}, the smallest with both borders and "
            "an interior; another size may be given",
        )
    elif proof.asked != proof.size:
        strides = write([work.window.stride for work in work_out(proof.layer, proof.size)])
        yield Remark(
            "proof-size",
            f"the arrays for n = {write(proof.asked)} would be too large: proved on n = {used}, "
            "where every axis that was made smaller has both borders, an interior, and the same "
            f"phase modulo {strides}",
        )


def _data(proof: Proof) -> dict[str, object]:
    """A proof for machines."""
    return {
        "op": proof.layer.op,
        "x": proof.x,
        "kernel": proof.w,
        "rotated_kernel": proof.rotated,
        "groups": proof.groups,
        "asked": proof.asked,
        "size": proof.size,
        "claims": [
            {**claim._asdict(), "first": claim.first and asdict(claim.first)}
            for claim in proof.claims
        ],
    }
