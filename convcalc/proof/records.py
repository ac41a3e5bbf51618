"""What a proof is made of: claims that two roads agree in every cell, and the whole proof.

Law: plain records; who makes them compares, who shows them only reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from convcalc.layers import Layer


@dataclass(frozen=True)
class Difference:
    """The first cell in which two roads differ; None where one of them has no such cell."""

    index: tuple[int, ...]
    left: int | float | None
    right: int | float | None


class Claim(NamedTuple):
    """Two roads compared: what equals what, its shape, and in how many cells it does not."""

    left: str
    right: str
    shape: tuple[int, ...]
    cells: int
    different: int
    first: Difference | None


# A batch of 2, and 2 groups of 2 channels in and 3 out: what is not rotated, or not swapped within
# its group, cannot go unnoticed.
BATCH, GROUPS, INWARD, OUTWARD = 2, 2, 2, 3


class Proof(NamedTuple):
    """One layer proved: the shapes of its arrays, in PyTorch's layouts, and every claim.

    ``size`` is the input size used (spatial axes), ``asked`` the one that was asked for; they
    differ where that would be too large, and ``asked`` is None where none was given. A pool has
    no kernel, so no ``w``; ``rotated`` is the kernel of the other operation.
    """

    layer: Layer
    seed: int
    groups: int
    asked: tuple[int, ...] | None
    size: tuple[int, ...]
    x: tuple[int, ...]
    w: tuple[int, ...] | None
    rotated: tuple[int, ...] | None
    claims: tuple[Claim, ...]

    @property
    def holds(self) -> bool:
        """Whether every cell of every claim is equal."""
        return not any(claim.different for claim in self.claims)

    def _repr_html_(self) -> str:
        """As a notebook shows it."""
        from convcalc.notebook import html
        from convcalc.proof.words import explain

        return html(explain(self))
