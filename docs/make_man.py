"""Writes the manual page, docs/convcalc.1, from the Typer application.

Law: the application alone says which commands and options there are; here are only the sections
that no command has: status, streams, environment.

    python docs/make_man.py            write the page
    python docs/make_man.py --check    exit 1 if it is out of date
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from typer.core import TyperCommand, TyperGroup

from convcalc import __version__
from convcalc.cli.app import COMMANDS, build
from convcalc.cli.manners import examples_of, records

if TYPE_CHECKING:
    from typer._click import Context

PAGE = Path(__file__).with_name("convcalc.1")

# Signs that a typesetter would draw as others; a page has to be copied from.
SIGNS = str.maketrans(
    {"\\": r"\e", "-": r"\-", "'": r"\(aq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti"}
)

REST = {
    "EXIT STATUS": {
        "0": "Answered.",
        "1": "The honest answer is no: sizes do not fit, a proof fails, nothing is the same layer.",
        "2": "The input is wrong; one message on standard error says what would be valid.",
        "130": "Interrupted with Ctrl-C; no file is left half written.",
        "129, 143": "The terminal was closed, or SIGTERM; likewise.",
    },
    "ENVIRONMENT": {
        "NO_COLOR": "Never colour.",
        "FORCE_COLOR": "Colour also what is piped.",
        "COLUMNS": "The width of the terminal; piped output is never wrapped.",
        "PYTHONIOENCODING": "The encoding of the streams; where it lacks the signs, ASCII is used.",
    },
}
SOURCES = """\
Vincent Dumoulin and Francesco Visin, A guide to convolution arithmetic for deep learning,
arXiv 1603.07285. Every step of an answer names its own source.
"""


def page(app: typer.Typer) -> str:
    """The whole page, in the macros of man(7)."""
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    context = group.make_context("convcalc", [], resilient_parsing=True)
    examples, summary = examples_of(group.help or "")
    lines = [
        r".\" Written by docs/make_man.py; change the commands, not this page.",
        f'.TH CONVCALC 1 "" "convcalc {__version__}" "User Commands"',
        ".ad l",  # ragged, as a terminal reads best
        ".SH NAME",
        rf"convcalc \- {_text(summary.strip().rstrip('.').lower())}",
        ".SH SYNOPSIS",
        r".B convcalc",
        r"\fICOMMAND\fR [\fIOPTIONS\fR] [\fIARGUMENT\fR]",
        ".SH EXAMPLES",
        *_examples(examples),
        ".SH COMMANDS",
        *_tagged({name: COMMANDS[name] for name in group.list_commands(context)}),
    ]
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert isinstance(command, TyperCommand)
        lines += _command(command, context)
    for heading, entries in REST.items():
        lines += [f".SH {heading}", *_tagged(entries)]
    lines += [".SH SOURCES", *map(_text, SOURCES.splitlines())]
    return "\n".join(lines) + "\n"


def _command(command: TyperCommand, parent: Context) -> Iterator[str]:
    """The section of one command: its usage, examples, words, arguments and options."""
    context = command.make_context(command.name, [], parent=parent, resilient_parsing=True)
    examples, words = examples_of(command.help or "")
    pieces = " ".join(command.collect_usage_pieces(context))
    name = _text(command.name or "")
    yield f'.SH "CONVCALC {name.upper()}"'
    yield f".B convcalc {name}"
    yield _text(pieces)
    yield from _examples(examples)
    for paragraph in words.split("\n\n"):
        yield ".PP"
        yield from map(_text, paragraph.splitlines())
    for kind in ("argument", "option"):
        for names, help_text in records(command, context, kind):
            # What an option takes stands last, in capitals.
            option, _, takes = names.rpartition(" ")
            yield ".TP"
            if option and takes.isupper():
                yield rf"\fB{_text(option)}\fR \fI{_text(takes)}\fR"
            else:
                yield rf"\fB{_text(names)}\fR"
            yield _text(help_text)


def _examples(examples: list[tuple[str, str]]) -> Iterator[str]:
    """Lines to copy, each with its comment below it, so that a narrow page holds them."""
    yield ".PP"
    yield ".EX"
    for line, comment in examples:
        yield _text(line)
        if comment:
            yield f"      {_text(comment)}"
    yield ".EE"


def _tagged(entries: dict[str, str]) -> Iterator[str]:
    for name, words in entries.items():
        yield ".TP"
        yield rf"\fB{_text(name)}\fR"
        yield _text(words)


def _text(words: str) -> str:
    """Words as roff, where a backslash, a dash, quotes and a first dot mean something else."""
    escaped = words.translate(SIGNS)
    return rf"\&{escaped}" if escaped.startswith(".") else escaped


def main(arguments: list[str]) -> int:
    """Write the page, or compare it; the exit status."""
    text = page(build())
    if "--check" not in arguments:
        PAGE.write_text(text, encoding="utf-8", newline="\n")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        print(f"{PAGE.name} is out of date; run: python docs/make_man.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
