"""The command line: one file for each command, and the boundary where errors become statuses.

Law: a command reads its options, makes one call of the core, and prints one result. Status 0:
answered; 1: the honest answer is no; 2: the input is wrong. Never a traceback.
"""

import gc
import sys

from convcalc.errors import ConvcalcError


def main() -> None:
    """The console script."""
    # Most of a quick answer is importing, which leaves no garbage to look for: a tenth of the time.
    gc.disable()
    try:
        from convcalc.cli.app import asked, build

        build(asked(sys.argv[1:]))(prog_name="convcalc")
    except ConvcalcError as error:
        print(f"convcalc: error: {error}", file=sys.stderr)
        sys.exit(2)
    finally:
        gc.enable()
