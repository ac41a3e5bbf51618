"""How every command behaves at a terminal: its help, its mistakes, its end.

Law: Typer parses, this file speaks. Help begins with examples and fits the window; a mistake is one
message and, where an option is at fault, that option's line of the help; Ctrl-C is left to ``run``.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

import typer
from typer._click.exceptions import NoArgsIsHelpError, UsageError
from typer.core import TyperCommand, TyperGroup, TyperOption

from convcalc.errors import ConvcalcError, ParameterError

if TYPE_CHECKING:
    from typer._click import Context, HelpFormatter

WIDEST = 80  # columns of a help text: longer lines are hard to read
NARROWEST = 24
ONE_FOR_EACH_AXIS = ("K", "S", "P", "D", "A", "N")  # metavars


def help_text(words: str, examples: str) -> str:
    """What Typer is given as help: the examples, marked as lines that must not be wrapped."""
    return f"\b\n{examples.rstrip()}\n\n{words}"


def examples_of(text: str) -> tuple[list[tuple[str, str]], str]:
    r"""The examples of a help text, each with its comment, and the words after them.

    >>> examples_of(help_text("What it does.", "convcalc out --k 3    every step\n"))
    ([('convcalc out --k 3', 'every step')], 'What it does.')
    """
    examples, _, words = text.removeprefix("\b\n").partition("\n\n")
    parts = (re.split(r"\s{2,}", line, maxsplit=1) for line in examples.splitlines())
    return [(part[0], part[1] if len(part) > 1 else "") for part in parts], words


class Command(TyperCommand):
    """A command of convcalc."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """As Typer does, but no option that takes one value is given twice."""
        typed = list(args)
        try:
            rest = super().parse_args(ctx, args)
        except UsageError as error:
            error.ctx = ctx  # which the parser does not always know
            raise
        _refuse_repeated(self, ctx, typed)
        return rest

    def collect_usage_pieces(self, ctx: Context) -> list[str]:
        """``FILE`` and ``[LAYER]``; some versions of Typer write ``{FILE}``."""
        return [piece.strip("{}") for piece in super().collect_usage_pieces(ctx)]

    def invoke(self, ctx: Context) -> object:
        """Run it; an error about a parameter gets that option's line.

        It begins with the parameter's name, or it ends with what to give: ``identity DropPath``.
        """
        try:
            return super().invoke(ctx)
        except ConvcalcError as error:
            sentence = str(error).partition("\n")[0]
            named = re.match(
                r"(--[a-z-]+|[a-z_]{2,})(?: \S+)?(?::| must | does | is missing)", sentence
            )
            advised = re.search(r"(?:: |, as )([a-z]+) (\S+)$", sentence)
            lines = [
                named and option_line(ctx, f"--{named[1].lstrip('-').replace('_', '-')}"),
                advised and option_line(ctx, f"--{advised[1]}", advised[2]),
            ]
            for line in filter(None, lines):
                error.add_note(line)
            raise

    def format_help_text(self, ctx: Context, formatter: HelpFormatter) -> None:  # noqa: ARG002
        """Examples first."""
        _write_text(self.help or "", formatter)

    def format_options(self, ctx: Context, formatter: HelpFormatter) -> None:
        """The arguments and options, in columns that leave room for words."""
        _write_parameters(self, ctx, formatter)


class Program(TyperGroup):
    """convcalc, of which each command is one."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,  # noqa: ARG002 (completion scripts start no Python)
        standalone_mode: bool = True,  # noqa: ARG002
        windows_expand_args: bool = True,  # noqa: ARG002 (a LAYER with a star is no file)
        **extra: object,  # noqa: ARG002
    ) -> NoReturn:
        """Parse and run; ends in SystemExit or ConvcalcError, and lets Ctrl-C and OSError pass."""
        width = max(NARROWEST, min(shutil.get_terminal_size().columns, WIDEST))
        typed = sys.argv[1:] if args is None else list(args)
        try:
            with self.make_context(prog_name, list(typed), terminal_width=width) as ctx:
                self.invoke(ctx)
        except typer.Exit as stopped:
            sys.exit(stopped.exit_code)
        except NoArgsIsHelpError as error:
            print(error.message, file=sys.stderr)
            sys.exit(2)
        except UsageError as error:
            from convcalc.cli.mistakes import said

            message, note = said(error, typed)
            told = ParameterError(message)
            if note:
                told.add_note(note)
            raise told from None
        sys.exit(0)

    def format_help_text(self, ctx: Context, formatter: HelpFormatter) -> None:  # noqa: ARG002
        """Examples first."""
        _write_text(self.help or "", formatter)

    def format_options(self, ctx: Context, formatter: HelpFormatter) -> None:
        """The questions that the commands answer, then the options."""
        self.format_commands(ctx, formatter)
        _write_parameters(self, ctx, formatter)


def option_line(ctx: Context, name: str, value: str = "") -> str:
    """The line of the help about the option ``name``, with ``value`` if there is one to give.

    Empty where there is no such option.
    """
    for option in ctx.command.get_params(ctx):
        if name in option.opts and (record := option.get_help_record(ctx)):
            formatter = ctx.make_formatter()
            formatter.indent()
            typed, words = record
            formatter.write_dl(
                [(f"{name} {value}" if value else typed, words)], _first_column(formatter)
            )
            return formatter.getvalue().rstrip("\n")
    return ""


def records(command: TyperCommand | TyperGroup, ctx: Context, kind: str) -> list[tuple[str, str]]:
    """The names and the help of a command's parameters; ``kind`` is argument or option."""
    return [
        # Some versions of Typer write [LAYER] here, others LAYER.
        (record[0].strip("[]{}"), record[1])
        for parameter in command.get_params(ctx)
        if parameter.param_type_name == kind and (record := parameter.get_help_record(ctx))
    ]


def _write_text(text: str, formatter: HelpFormatter) -> None:
    """Examples, a comment below its line where the window is too narrow; then the words."""
    from textwrap import wrap

    examples, words = examples_of(text)
    longest = max((len(line) for line, comment in examples if comment), default=0)
    widest = max((len(comment) for _, comment in examples), default=0)
    formatter.write_paragraph()
    for line, comment in examples:
        if 2 + longest + 3 + widest <= formatter.width:
            formatter.write(f"  {line:<{longest}}   {comment}".rstrip() + "\n")
            continue
        formatter.write(f"  {line}\n")
        for part in wrap(comment, formatter.width - 6):
            formatter.write(f"      {part}\n")
    if words:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(words)


def _write_parameters(
    command: TyperCommand | TyperGroup, ctx: Context, formatter: HelpFormatter
) -> None:
    for kind in ("argument", "option"):
        found = records(command, ctx, kind)
        if found:
            with formatter.section(f"{kind.capitalize()}s"):
                formatter.write_dl(found, _first_column(formatter))


def _first_column(formatter: HelpFormatter) -> int:
    return min(30, formatter.width * 3 // 8)


def _refuse_repeated(command: TyperCommand, ctx: Context, typed: list[str]) -> None:
    """An option that takes one value is given once; the last one would win without a word."""
    parser = command.make_parser(ctx)
    single = [
        each
        for each in command.params
        if isinstance(each, TyperOption) and not (each.is_flag or each.multiple)
    ]
    for option in single:
        parser.add_option(option, option.opts, option.name, action="append")
    found, _, _ = parser.parse_args(typed)
    for option in single:
        values: list[str] = found.get(option.name or "", [])
        name = option.opts[0]
        if len(values) > 1:
            fault = f"{name} takes one value, got {len(values)}: {' and '.join(values)}"
            if option.metavar in ONE_FOR_EACH_AXIS and all(map(str.isdigit, values)):
                fault += f"; one for each axis is {name} {'x'.join(values)}"
        elif values and re.fullmatch(r"--[a-z][a-z-]*", values[0]):
            fault = f"{name} needs a value, but {values[0]} follows"
        else:
            continue
        error = ParameterError(fault)
        error.add_note(option_line(ctx, name))
        raise error
