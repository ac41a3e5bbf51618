"""Many settings at once: every combination of the values of each parameter.

Law: the layers' own formulas, on arrays; no second equation. A combination that is not valid is
marked with the reason, never dropped in silence; no number leaves int64 unseen.
"""

from convcalc.grid.given import sweep
from convcalc.grid.points import WHY, Piece, Sweep

__all__ = ["WHY", "Piece", "Sweep", "sweep"]
