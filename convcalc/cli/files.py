"""Files that a command writes.

Law: a file is written whole or not at all, and an existing one is only replaced when asked.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, cast

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
        if path.exists() and not force:
            raise ParameterError(f"--output: {path} exists; give --force to replace it")
        if not path.parent.is_dir():
            raise ParameterError(f"--output: there is no folder {path.parent}")
    except OSError as error:  # such as a name that is too long
        raise ParameterError(f"--output: {path}: {error.strerror}") from None
    return ending


def write_whole(path: Path, data: bytes) -> None:
    """Write ``data``, so that ``path`` is never half a file."""
    with whole_file(path) as file:
        file.write(data)


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A file to write to, which gets the name ``path`` when everything has been written.

    Whatever stops the writing before, an error or Control-C, nothing is left behind.
    """
    name = None
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=".convcalc.", delete=False) as file:
            name = Path(file.name)
            yield cast("IO[bytes]", file)
        # A temporary file is private; what is asked for follows the user's own mask.
        mask = os.umask(0)
        os.umask(mask)
        name.chmod(0o666 & ~mask)
        name.replace(path)
    except OSError as error:
        raise ConvcalcError(f"--output: cannot write {path}: {error.strerror}") from None
    finally:
        if name is not None:
            name.unlink(missing_ok=True)
