"""Files that a command writes, and stdin, which it reads where ``-`` stands for a file.

Law: a file is written whole or not at all, and an existing one is only replaced when asked. Who
types at a terminal is told that it is his turn.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from convcalc.cli.ending import Undone
from convcalc.errors import ConvcalcError, ParameterError


def check_target(path: Path, endings: dict[str, str], force: bool) -> str:
    """The ending of ``path``, refused before any work where it could not be written."""
    ending = path.suffix.lower()
    if ending not in endings:
        raise ParameterError(
            f"--output: cannot tell the format of {path.name!r}; valid endings: "
            f"{', '.join(endings)}"
        )
    try:
        if path.is_dir():
            raise ParameterError(f"--output: {path} is a folder")
        if path.exists() and not force:
            raise ParameterError(f"--output: {path} exists; give --force to replace it")
        if not path.parent.is_dir():
            raise ParameterError(f"--output: there is no folder {path.parent}")
    except OSError as error:  # such as a name that is too long
        raise ParameterError(f"--output: {path}: {error.strerror}") from None
    return ending


def read_stdin(most: int, *, last: bool = False) -> bytes:
    """All of stdin, up to ``most`` bytes; with ``last`` the last ones, whatever came before."""
    if sys.stdin is None:
        raise ParameterError("- reads stdin, and stdin is closed")
    if sys.stdin.isatty():
        end = "Ctrl-Z and Enter" if os.name == "nt" else "Ctrl-D"
        print(f"convcalc: reading what you type; end with {end} on a new line", file=sys.stderr)
    try:
        data = more = sys.stdin.buffer.read(most)
        while last and len(more) == most:  # less is the end, after which a terminal asks again
            more = sys.stdin.buffer.read(most)
            data = (data + more)[-most:]
        return data
    except OSError as error:  # such as a folder
        raise ConvcalcError(f"cannot read stdin: {error.strerror}") from None


def write_whole(path: Path, data: bytes) -> None:
    """Write ``data``, so that ``path`` is never half a file."""
    with whole_file(path) as file:
        file.write(data)


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A file to write to, which gets the name ``path`` when everything has been written.

    Whatever stops the writing before, an error, Control-C or a signal, nothing is left behind.
    """
    part = path.parent / f".convcalc.{os.urandom(8).hex()}"
    with Undone(lambda: part.unlink(missing_ok=True)):
        try:
            with part.open("xb") as file:
                yield file
            part.replace(path)
        except OSError as error:
            raise ConvcalcError(f"--output: cannot write {path}: {error.strerror}") from None
        finally:
            part.unlink(missing_ok=True)
