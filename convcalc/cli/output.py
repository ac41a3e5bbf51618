"""Where a report meets the outside: which format, how wide, which colours, which characters.

Law: results go to stdout whole or not at all; only this file asks what stdout is. NO_COLOR beats
FORCE_COLOR; what is piped is never cut or wrapped; what stdout cannot encode is written in ASCII.
"""

import os
import shutil
import stat
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Literal, NamedTuple

from convcalc.cli.ending import Undone
from convcalc.derivation import Report
from convcalc.errors import ParameterError
from convcalc.layers.axis import nearest
from convcalc.page import Page
from convcalc.renderers import FORMATS

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

UNLIMITED = 1_000_000
NEEDED = "⌊⌋×→↔−╭│"


def read_format(text: str | None, quiet: bool, formats: dict[str, str] = FORMATS) -> str:
    """The canonical name of an output format, one of ``formats``."""
    if text is None:
        return "table"
    if quiet:
        raise ParameterError(f"--quiet prints the bare answer, --format {text} more: give only one")
    text = text.lower()
    if text not in formats:
        raise ParameterError(
            f"--format: unknown format {text!r}{nearest(text, formats)}; valid: "
            f"{', '.join(formats)}"
        )
    return text


def print_report(report: Report, format_name: str) -> None:
    """Write the report to stdout in one of ``FORMATS``."""
    from convcalc.pages.report import page

    print_page(page(report), format_name)


def print_page(page: Page, format_name: str) -> None:
    """Write the page to stdout in one of ``FORMATS``."""
    render = import_module(f"convcalc.renderers.{format_name}").render
    rendered = render(page, ascii_only=terminal().ascii_only)
    if isinstance(rendered, str):
        sys.stdout.write(rendered + "\n")
    else:
        print_rich(rendered)


class Terminal(NamedTuple):
    """What stdout is: its width and height (None: a pipe, which has none), colours, characters."""

    width: int | None
    height: int | None
    coloured: bool
    ascii_only: bool


def terminal() -> Terminal:
    """Look at stdout and at what the environment asks for."""
    width, height = shutil.get_terminal_size() if sys.stdout.isatty() else (None, None)
    return Terminal(width, height, _coloured(), not _can_encode())


def is_file() -> bool:
    """Whether stdout is a file on a disk, so that the screen is free."""
    try:
        return stat.S_ISREG(os.fstat(sys.stdout.fileno()).st_mode)
    except OSError:  # as in a notebook, which has no such number
        return False


def console() -> "Console":
    """A Rich console that obeys this file's law."""
    from rich.console import Console

    is_a = terminal()
    # Left to itself, Rich refuses colour and width to TERM=dumb, even where they are asked for.
    dumb = os.environ.get("TERM") in ("dumb", "unknown")
    colours: Literal["auto", "standard"] = "standard" if dumb else "auto"
    return Console(
        width=UNLIMITED if is_a.width is None else is_a.width,
        height=is_a.height or 25,
        color_system=colours if is_a.coloured else None,
        force_terminal=is_a.coloured,
        no_color=not is_a.coloured,
        legacy_windows=False,
        highlight=False,
        emoji=False,
    )


def cursor_of(console: "Console") -> Undone:
    """A block in which Rich hides the cursor; where the program is ended, it is seen again."""

    def show() -> None:
        # Not by the console, which may be in the middle of a line.
        if console.is_terminal and not console.is_dumb_terminal:
            os.write(console.file.fileno(), b"\x1b[?25h")

    return Undone(show)


def print_rich(shown: "RenderableType") -> None:
    """Write what Rich lays out to stdout."""
    is_a, screen = terminal(), console()
    from rich.console import Group

    # In a group a text keeps its own wrapping; what is wider than the window is not cut.
    whole = Group(shown)
    if is_a.width is not None or is_a.coloured:
        screen.print(whole, crop=False)
        return
    with screen.capture() as capture:
        screen.print(whole, crop=False)
    # Rich pads every line to the width of its table; in a file that is only noise.
    lines = (line.rstrip() for line in capture.get().splitlines())
    sys.stdout.write("\n".join(lines) + "\n")


def _coloured() -> bool:
    """Colour on a terminal, or where FORCE_COLOR asks for it; never where NO_COLOR is set."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") not in ("dumb", "unknown")


def _can_encode() -> bool:
    try:
        NEEDED.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
