"""The command line: one file for each command, and the boundary where errors become statuses.

Law: a command reads its options, makes one call of the core, and prints one result. Status 0:
answered; 1: the honest answer is no; 2: the input is wrong. Never a traceback.
"""

import errno
import gc
import io
import os
import sys

from convcalc.cli.ending import end_when_told
from convcalc.errors import ConvcalcError

MOST_DIGITS = 100_000  # of a number that is read or shown; a longer one would take seconds


def run() -> None:
    """The console script: ``main``, then a quick end.

    An interpreter that takes itself apart module by module needs a tenth of the time of a whole
    answer. Nothing here is left to do at exit but to flush, so the process just ends.
    """
    end_when_told()
    status = 1
    if sys.stderr is None:  # or print would turn to stdout
        sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115 (pathlib is imported late)
    try:
        if sys.stdout is None:
            raise OSError(errno.EBADF, "stdout is closed")
        # A name of the user's that stdout cannot encode is no reason to say nothing.
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")
        try:
            main()
        except SystemExit as stopped:
            code = stopped.code
            status = code if isinstance(code, int) else int(code is not None)
        sys.stdout.flush()
    except BrokenPipeError:
        status = 1  # who reads has seen enough
    except OSError as error:
        print(f"convcalc: error: cannot write the answer: {error.strerror}", file=sys.stderr)
        status = 1
    os._exit(status)


def main() -> None:
    """Run the command that ``sys.argv`` asks for; always ends in SystemExit."""
    # Most of a quick answer is importing, which leaves no garbage to look for: a tenth of the time.
    gc.disable()
    # Numbers of 1000 digits may be typed, and a network multiplies many of them.
    sys.set_int_max_str_digits(MOST_DIGITS)
    try:
        from convcalc.cli.app import asked, build

        build(asked(sys.argv[1:]))(prog_name="convcalc")
    except ConvcalcError as error:
        _tell(error)
        sys.exit(2)
    finally:
        gc.enable()


def _tell(error: ConvcalcError) -> None:
    """The message on stderr: on a terminal its sentence is wrapped, pasted text and notes never."""
    from convcalc.cli.telling import readable, tell

    sentence, newline, excerpt = readable(f"convcalc: error: {error}").partition("\n")
    if sys.stderr.isatty():
        from shutil import get_terminal_size
        from textwrap import TextWrapper

        width = get_terminal_size().columns
        wrapper = TextWrapper(width, break_long_words=False, break_on_hyphens=False)
        sentence = wrapper.fill(sentence)
    tell("\n".join([sentence + newline + excerpt, *getattr(error, "__notes__", ())]))
