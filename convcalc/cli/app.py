"""The Typer application, put together from the modules of the commands.

Law: a command is one module here, named as the command, with a function of that name and its
``EXAMPLES``, and one name in ``COMMANDS``.
"""

import inspect
from importlib import import_module

import typer

from convcalc import __version__

COMMANDS = ("out", "equiv", "draw", "port", "solve", "net", "sweep", "completions")

SUMMARY = """\
Shapes and paddings of convolutions and transposed convolutions, derived step by step.
"""

EXAMPLES = """\
convcalc out --k 3 --p 2 --s 3 --n 32                  what size comes out, and why
convcalc equiv --k 3 --p 0                             which deconvolution padding is the same
convcalc draw --op deconv --k 3 --s 2 --n 3x3          what it looks like
convcalc solve --n 7 --out 14 --op deconv              which parameters take 7 to 14
convcalc net network.txt --n 3x224x224                 a whole network, layer by layer
convcalc sweep --n 1..16 --k 1..7 --s 2 --p 1          many settings at once
"""


def build(names: tuple[str, ...] = COMMANDS) -> typer.Typer:
    """The Typer application with the commands ``names``.

    Start-up is what a person waits for, so one that will run needs only ``asked`` to be built.
    """
    app = typer.Typer(
        help=_help(SUMMARY, EXAMPLES),
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_global_options)
    for name in names:
        module = import_module(f"convcalc.cli.{name}")
        command = getattr(module, name)
        words = inspect.cleandoc(command.__doc__)
        app.command(name, help=_help(words, module.EXAMPLES), short_help=words.partition("\n")[0])(
            command
        )
    return app


def asked(arguments: list[str]) -> tuple[str, ...]:
    """The command that ``arguments`` name, where they begin with one; else every command."""
    return (arguments[0],) if arguments and arguments[0] in COMMANDS else COMMANDS


def _help(words: str, examples: str) -> str:
    """A help text that begins with examples, which Click must not re-wrap."""
    indented = "\n".join(f"  {line}" for line in examples.splitlines())
    return f"\b\n{indented}\n\n{words}"


def _print_version(asked: bool) -> None:
    if asked:
        print(f"convcalc {__version__}")
        raise typer.Exit


def _global_options(
    version: bool = typer.Option(
        False, "-V", "--version", is_eager=True, callback=_print_version, help="Print the version."
    ),
) -> None:
    """Options before the command; ``version`` acts in its callback."""
