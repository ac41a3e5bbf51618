"""``--prove``: the layers of an answer run on random integers, after the answer itself.

Law: numpy is imported here or nowhere on the command line, and only where a proof is asked for.
A difference is shown like any result, and the status is 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from convcalc.cli.telling import tell
from convcalc.derivation import Report
from convcalc.errors import ParameterError
from convcalc.layers import Layer
from convcalc.readers.values import read_sizes

if TYPE_CHECKING:
    from convcalc.proof import Proof


def read_seed(text: str | None, prove: bool) -> int:
    """The seed of the random integers of a proof."""
    if text is None:
        return 0
    if not prove:
        raise ParameterError(f"--seed {text} is for the integers of a proof: give --prove with it")
    seed = read_sizes("--seed", text)
    if isinstance(seed, tuple) or seed < 0:
        raise ParameterError(f"--seed must be one whole number of at least 0: got {text}")
    return seed


def prove_layers(
    layers: Sequence[Layer], size: tuple[int, ...] | None, seed: int, *, partner: bool = False
) -> list[Proof]:
    """The proof of each layer on its own."""
    from convcalc.proof import prove

    return [prove(layer, size, seed, partner=partner) for layer in layers]


def with_proofs(report: Report, proofs: Sequence[Proof]) -> Report:
    """The report, with the proofs after it where there are any."""
    if not proofs:
        return report
    from convcalc.proof import attach

    return attach(report, proofs)


def conclude(proofs: Sequence[Proof], quiet: bool) -> None:
    """End with status 1 where a proof fails; after a bare answer stderr says why."""
    failed = [claim for proof in proofs for claim in proof.claims if claim.different]
    if not failed:
        return
    if quiet:
        from convcalc.proof import sentence

        tell(f"convcalc: the proof fails: {sentence(failed[0])}")
    raise typer.Exit(1)
