"""Writes the completion scripts of bash, zsh, fish and PowerShell from the Typer application.

Law: the application alone says which commands and options there are, and an option's metavar says
what it takes: one of VALUES, a FILE, or else something that only the person can know. A script
holds all of this as text, so a TAB starts no Python; file names are offered for a FILE, never else.

    python completions/generate.py            write the scripts
    python completions/generate.py --check    exit 1 and say which are out of date
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Iterable, Iterator
from difflib import ndiff
from pathlib import Path
from shlex import quote
from typing import NamedTuple

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from convcalc.cli.app import build
from convcalc.cli.completions import SCRIPTS
from convcalc.cli.equiv import SOURCES
from convcalc.cli.options import OPERATIONS
from convcalc.cli.port import NAMES
from convcalc.cli.sweep import ROW_FORMATS
from convcalc.dialects import DIALECTS
from convcalc.layers.axis import PADDING_NAMES
from convcalc.pictures.figures import FIGURES
from convcalc.pictures.picture import PROJECTIONS, VIEWS
from convcalc.ports import TARGETS
from convcalc.renderers import FORMATS

HERE = Path(__file__).parent

FILE = "FILE"
COMMAND = "COMMAND"

# What is offered where a metavar stands, in this order, and a word about each. The numbers are
# only the usual ones: any other may be typed.
VALUES = {
    "K": {
        "1": "one tap: mixes channels only",
        "3": "three taps, the usual",
        "5": "five taps",
        "7": "seven taps, as in first layers",
    },
    "S": {
        "1": "every position",
        "2": "halves the size; a deconvolution's doubles it",
        "3": "a third of the size; a deconvolution's triples it",
    },
    "P": {
        "0": "none",
        "1": "keeps the size where k = 3, s = 1",
        "2": "keeps the size where k = 5, s = 1",
        "3": "keeps the size where k = 7, s = 1",
    }
    | PADDING_NAMES,
    "D": {"1": "taps side by side", "2": "every other cell"},
    "A": {"0": "none", "1": "restores an even size that stride 2 has halved"},
    "N": {"32": "CIFAR", "64": "Tiny ImageNet", "224": "ImageNet"},
    "OP": OPERATIONS,
    "SOURCE": SOURCES,
    "DIALECT": DIALECTS,
    "FRAMEWORK": TARGETS,
    "TARGET": NAMES,
    "FORMAT": FORMATS,
    "ROWS": ROW_FORMATS,
    "IMAGE": {
        "3x224x224": "ImageNet",
        "3x32x32": "CIFAR",
        "1x28x28": "MNIST",
        "3x512x512": "a large square",
    },
    "RANGE": {"1..1024": "every square input up to 1024", "1..256": "every one up to 256"},
    "SHELL": SCRIPTS,
    "VIEW": VIEWS,
    "PROJECTION": PROJECTIONS,
    "FIGURE": {"list": "all of them"} | dict.fromkeys(FIGURES, "figure of the guide"),
}


class Option(NamedTuple):
    """One option: all its spellings, the short ones first, and its metavar, empty for a flag."""

    names: tuple[str, ...]
    takes: str
    help: str
    recurs: bool


class Argument(NamedTuple):
    """An argument; ``place`` counts from 0, ``*`` is every place."""

    place: str
    takes: str

    @property
    def offered(self) -> bool:
        """Whether TAB has something for it."""
        return self.takes in (FILE, COMMAND, *VALUES)


class Command(NamedTuple):
    """One command; the one without a name is the program, and its argument is a COMMAND."""

    name: str
    options: tuple[Option, ...]
    arguments: tuple[Argument, ...]


class Application(NamedTuple):
    """All that a script knows: the commands, and by metavar the values with their descriptions."""

    commands: tuple[Command, ...]
    values: dict[str, dict[str, str]]


def scripts(app: typer.Typer) -> dict[str, str]:
    """The scripts for ``app``, by file name."""
    application = read(app)
    return {
        SCRIPTS[shell]: _fill(_template(shell), blocks(application))
        for shell, blocks in BLOCKS.items()
    }


def read(app: typer.Typer) -> Application:
    """What there is to complete in ``app``."""
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    context = group.make_context("", [], resilient_parsing=True)
    commands = [Command("", _options(group.get_params(context)), (Argument("0", COMMAND),))]
    names = {}
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert isinstance(command, TyperCommand)
        inner = command.make_context(name, [], parent=context, resilient_parsing=True)
        parameters = command.get_params(inner)
        commands.append(Command(name, _options(parameters), _arguments(parameters)))
        names[name] = _first_clause(command.get_short_help_str(limit=1000))
    return Application(tuple(commands), {COMMAND: names, **VALUES})


def _options(parameters: Iterable[object]) -> tuple[Option, ...]:
    return tuple(
        Option(
            # By length, since Click keeps the names of --help in a set.
            tuple(sorted((*parameter.opts, *parameter.secondary_opts), key=len)),
            "" if parameter.is_flag or parameter.count else parameter.metavar or "VALUE",
            _first_clause(parameter.help or ""),
            parameter.multiple,
        )
        for parameter in parameters
        if isinstance(parameter, TyperOption) and not parameter.hidden
    )


def _arguments(parameters: Iterable[object]) -> tuple[Argument, ...]:
    arguments = [each for each in parameters if isinstance(each, TyperArgument)]
    return tuple(
        Argument("*" if argument.nargs == -1 else str(place), argument.metavar or "VALUE")
        for place, argument in enumerate(arguments)
    )


def _first_clause(text: str) -> str:
    """As much of a help text as has room beside a word in a menu."""
    return re.split(r"[.;:](?:\s|$)", text, maxsplit=1)[0]


def _template(shell: str) -> str:
    return (HERE / "templates" / SCRIPTS[shell]).read_text(encoding="utf-8")


def _fill(template: str, blocks: dict[str, list[str]]) -> str:
    """Put each block of lines where the template says ``@NAME@``, indented as that is."""

    def block(match: re.Match[str]) -> str:
        return "\n".join(match[1] + line for line in blocks[match[2]])

    return re.sub(r"^( *)@([A-Z]+)@$", block, template, flags=re.MULTILINE)


def _bash(app: Application) -> dict[str, list[str]]:
    return {
        "TAKES": [
            f"{' | '.join(quote(f'{command.name} {name}') for name in option.names)}) "
            f"takes={quote(option.takes)} ;;"
            for command, option in _each_option(app)
            if option.takes
        ],
        "ARGUMENTS": [
            f"{quote(command.name + ' ')}{argument.place}) takes={argument.takes} ;;"
            for command in app.commands
            for argument in command.arguments
            if argument.offered
        ],
        "VALUES": [f"{kind}) offer={quote(' '.join(values))} ;;" for kind, values in _used(app)],
        "OPTIONS": [
            f"{quote(command.name)}) offer={quote(' '.join(_spellings(command)))} ;;"
            for command in app.commands
        ],
    }


def _zsh(app: Application) -> dict[str, list[str]]:
    def specification(option: Option) -> str:
        # k+ takes its value in the same word or the next; kernel= after the sign or in the next.
        names = [
            name + ("" if not option.takes else "=" if name.startswith("--") else "+")
            for name in option.names
        ]
        spelled = f"{{{','.join(names)}}}" if len(names) > 1 else names[0]
        others = "*" if option.recurs else f"({' '.join(option.names)})"
        value = f":{option.takes}:{action(option.takes)}" if option.takes else ""
        words = re.sub(r"[][\\]", r"\\\g<0>", option.help)
        return f"{quote(others)}{spelled}{quote(f'[{words}]{value}')}"

    def action(takes: str) -> str:
        if takes == FILE:
            return "_files"
        # The space keeps _arguments from adding arguments of its own.
        return f" _convcalc_values {takes}" if takes in app.values else " "

    def place(argument: Argument) -> str:
        return "*" if argument.place == "*" else str(int(argument.place) + 1)

    def specifications(command: Command) -> list[str]:
        # Without its place named, zsh completes nothing after an argument.
        arguments = [
            quote(f"{place(argument)}:{argument.takes}:{action(argument.takes)}")
            for argument in command.arguments
        ]
        return [*map(specification, command.options), *arguments]

    program, *commands = app.commands
    return {
        "VALUES": [
            line
            for kind, values in _used(app)
            for line in (
                f"{kind}) values=(",
                *(
                    "  " + quote(f"{value}:{text}" if text else value)
                    for value, text in values.items()
                ),
                ") ;;",
            )
        ],
        "PROGRAM": [f"{each} \\" for each in specifications(program)],
        "COMMANDS": [
            line
            for command in commands
            for line in (
                f"{command.name}) options=(",
                *(f"  {each}" for each in specifications(command)),
                ") ;;",
            )
        ],
    }


def _fish(app: Application) -> dict[str, list[str]]:
    def quoted(text: str) -> str:
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

    def offer(takes: str) -> str:
        """A required value without file names, with them, or none at all."""
        if takes == FILE:
            return " -rF"
        values = f"ka '(__convcalc_values {takes})'" if takes in app.values else ""
        return f" -x{values}" if takes else ""

    def spelled(name: str) -> str:
        return f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}"

    def at(command: Command, place: str = "") -> str:
        condition = f'__convcalc_at "{command.name}" "{place}"'.removesuffix(' ""')
        return f"complete -c convcalc -n {quoted(condition)}"

    return {
        "VALUED": [
            line
            for command in app.commands
            if command.name and any(argument.offered for argument in command.arguments)
            for line in (
                f"case {command.name}",
                f"    set valued {' '.join(_valued(command))}".rstrip(),
            )
        ],
        "VALUES": [
            line
            for kind, values in _used(app)
            for line in (
                f"case {kind}",
                *(f"    echo {value}\\t{quoted(text)}" for value, text in values.items()),
            )
        ],
        "COMPLETE": [
            line
            for command in app.commands
            for line in (
                "",
                *(
                    f"{at(command, argument.place)}{offer(argument.takes)}"
                    for argument in command.arguments
                    if argument.offered
                ),
                *(
                    f"{at(command)} {' '.join(map(spelled, option.names))}"
                    f"{offer(option.takes)} -d {quoted(option.help)}"
                    for option in command.options
                ),
            )
        ],
    }


def _powershell(app: Application) -> dict[str, list[str]]:
    def table(rows: Iterable[tuple[str, ...]]) -> list[str]:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        return text.getvalue().splitlines()

    return {
        "OPTIONS": table(
            (command.name, name, option.takes, option.help)
            for command, option in _each_option(app)
            for name in option.names
        ),
        "ARGUMENTS": table(
            (command.name, *argument)
            for command in app.commands
            for argument in command.arguments
            if argument.offered
        ),
        "VALUES": table(
            (kind, value, text) for kind, values in _used(app) for value, text in values.items()
        ),
    }


BLOCKS = {"bash": _bash, "zsh": _zsh, "fish": _fish, "powershell": _powershell}


def _each_option(app: Application) -> Iterator[tuple[Command, Option]]:
    return ((command, option) for command in app.commands for option in command.options)


def _valued(command: Command) -> list[str]:
    return [name for option in command.options if option.takes for name in option.names]


def _spellings(command: Command) -> list[str]:
    return [name for option in command.options for name in option.names]


def _used(app: Application) -> list[tuple[str, dict[str, str]]]:
    """The values that some option or argument of ``app`` takes."""
    used = {option.takes for _, option in _each_option(app)}
    used |= {argument.takes for command in app.commands for argument in command.arguments}
    return [(kind, values) for kind, values in app.values.items() if kind in used]


def main(arguments: list[str]) -> int:
    """Write the scripts, or compare them; the exit status."""
    stale = 0
    for name, text in scripts(build()).items():
        path = HERE / name
        if "--check" not in arguments:
            path.write_text(text, encoding="utf-8", newline="\n")
            continue
        committed = path.read_text(encoding="utf-8") if path.exists() else ""
        if committed != text:
            signs = [line[0] for line in ndiff(committed.splitlines(), text.splitlines())]
            print(f"{name} is out of date: +{signs.count('+')} -{signs.count('-')} lines")
            stale = 1
    if stale:
        print("run: python completions/generate.py")
    return stale


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
