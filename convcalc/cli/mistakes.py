"""What a command line that cannot be parsed is told. Imported only then.

Law: a mistake is told with what is nearest to it, never with a page of usage.
"""

from __future__ import annotations

import re
from difflib import get_close_matches

from typer._click.exceptions import (
    BadOptionUsage,
    MissingParameter,
    NoSuchOption,
    UsageError,
)

from convcalc.cli.manners import examples_of, option_line
from convcalc.cli.options import OPERATIONS
from convcalc.renderers import FORMATS


def said(error: UsageError, typed: list[str]) -> tuple[str, str]:
    """The message about ``error`` and the lines of help that go with it.

    ``typed`` are the words after ``convcalc``.
    """
    ctx = error.ctx
    assert ctx is not None  # the command and the program see to it
    if ctx.parent is None:
        return _no_command(error, typed)
    message = error.format_message()
    message = message[:1].lower() + message[1:]
    note = f"  {ctx.get_usage()}"
    match error:
        case NoSuchOption(option_name=name):
            names = [spelled for each in ctx.command.get_params(ctx) for spelled in each.opts]
            near = _nearest_option(name, names, typed)
            message = f"no such option: {name}"
            if near is not None:
                message += f" (did you mean {near}?)"
                note = option_line(ctx, near.partition(" ")[0])
        case BadOptionUsage(option_name=name):
            message = message.rstrip(".").replace(repr(name), name)
            note = option_line(ctx, name)
        case MissingParameter(param=parameter) if parameter is not None:
            message = f"{parameter.make_metavar(ctx).strip('{}')} is missing"
        case _ if extra := re.search(r"unexpected extra argument\S* \((.*)\)$", message, re.DOTALL):
            takes = [each for each in ctx.command.params if each.param_type_name == "argument"]
            rule = "sizes and parameters are options"
            if takes:
                name = takes[0].make_metavar(ctx).strip("[]{}")
                rule = f"{name} is one argument, in quotes where it has spaces"
            message = f"too many arguments: {extra[1]}; {rule}"
            note = f"  as in: {examples_of(ctx.command.help or '')[0][0][0]}"
    return message, note


def _no_command(error: UsageError, typed: list[str]) -> tuple[str, str]:
    """What a first word that is no command might have meant."""
    from convcalc.cli.app import COMMANDS

    commands = f"  commands: {', '.join(COMMANDS)}\n  convcalc -h says what each answers"
    word = error.option_name if isinstance(error, NoSuchOption) else typed[0] if typed else ""
    near = ""
    if word.startswith("-"):
        close = get_close_matches(word, ["--version", "--help"], n=1)
        hint = "; options stand after a command, as in convcalc out --k 3 --n 32"
    elif "(" in word:
        close = []
        hint = '; a layer stands after one, as in convcalc out "nn.Conv2d(3, 8, 3)" --n 32'
    else:
        close = get_close_matches(word.lower(), list(COMMANDS), n=1)
        hint = ""
    if word in ("help", "version"):
        near = f"convcalc --{word}"
    elif word.lower() in OPERATIONS:
        near = f"convcalc out --op {word.lower()}"
    elif close:
        near = close[0]
    kind = "option" if word.startswith("-") else "command"
    return f"no such {kind}: {word}" + (f" (did you mean {near}?)" if near else hint), commands


def _nearest_option(name: str, names: list[str], typed: list[str]) -> str | None:
    """The option that ``name`` may have meant: ``-kernel`` lacks a dash, ``--json`` is a format."""
    if not name.startswith("--"):
        whole = [f"-{word.partition('=')[0]}" for word in typed if word.startswith(name)]
        return next((word for word in whole if word in names), None)
    word = name[2:].lower()
    if word in FORMATS and "--format" in names:
        return f"--format {word}"
    # Without the dashes, which every name shares.
    close = get_close_matches(word, [each[2:] for each in names if len(each) > 3], n=1)
    return f"--{close[0]}" if close else None
