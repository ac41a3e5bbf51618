"""Why."""
from convcalc.ports.code import Written
from convcalc.ports.plan import Plan


def remarks(plan: Plan, written: Written, to: str) -> tuple[str, ...]:
    return ()
