"""The Typer application, put together from the modules of the commands.

Law: a command is one module here, named as the command, with a function of that name and its
``EXAMPLES``, and one line in ``COMMANDS``, which says the question that it answers.
"""

import inspect
from importlib import import_module

import typer

from convcalc import __version__
from convcalc.cli.manners import Command, Program, help_text

COMMANDS = {
    "out": "What size comes out of a layer, and why?",
    "equiv": "Which paddings of conv and deconv match, and are they the same?",
    "draw": "What does it look like?",
    "port": "What is this layer in another framework, exactly?",
    "solve": "Which parameters take me from this size to that one?",
    "net": "What does a whole network do to sizes, and what does it cost?",
    "sweep": "How does the size vary over many settings?",
    "explain": "What does this error message want from me?",
    "completions": "How does TAB complete all this in my shell?",
}

SUMMARY = """\
Sizes and paddings of convolutions, transposed convolutions and pools.
"""

EXAMPLES = """\
convcalc out --k 3 --p 2 --s 3 --n 32      try this first
convcalc out "nn.Conv2d(3, 8, 3)" --n 32   or a layer as you have it
convcalc out -h                            every help begins with examples
"""


def build(names: tuple[str, ...] = tuple(COMMANDS)) -> typer.Typer:
    """The Typer application with the commands ``names``.

    Start-up is what a person waits for, so one that will run needs only ``asked`` to be built.
    """
    app = typer.Typer(
        cls=Program,
        help=help_text(SUMMARY, EXAMPLES),
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
        words = inspect.cleandoc(command.__doc__ or "")  # which python -OO leaves out
        app.command(
            name, cls=Command, help=help_text(words, module.EXAMPLES), short_help=COMMANDS[name]
        )(command)
    return app


def asked(arguments: list[str]) -> tuple[str, ...]:
    """The command that ``arguments`` name, where they begin with one; else every command."""
    names = tuple(COMMANDS)
    return (arguments[0],) if arguments and arguments[0] in names else names


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
