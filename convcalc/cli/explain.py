"""``convcalc explain``: what an error message of a framework wants."""

import os
from typing import Annotated

import typer

from convcalc.cli.files import read_stdin
from convcalc.cli.options import FormatOption, QuietOption
from convcalc.cli.output import print_page, read_format
from convcalc.errors import ParameterError
from convcalc.explainer import explain as explanation_of
from convcalc.explainer.reading import LONGEST_TEXT

EXAMPLES = """\
convcalc explain "mat1 and mat2 shapes cannot be multiplied (1x36 and 25x10)"
convcalc explain "negative padding is not supported" -q   the cause alone
convcalc explain - < traceback.txt                        its last message
python train.py 2>&1 | convcalc explain -
"""

TextArgument = Annotated[
    str,
    typer.Argument(metavar="TEXT", help="An error message, or a whole traceback; - reads stdin."),
]


def explain(
    text: TextArgument,
    format_name: FormatOption = None,
    quiet: QuietOption = False,
) -> None:
    """What an error message means, with its numbers worked out again, and the smallest repairs.

    Known are the messages that mistakes of size cause in PyTorch, TensorFlow and Keras, JAX and
    Flax, and onnxruntime; the last one in the text counts. The status of an unknown one is 1.
    """
    chosen = read_format(format_name, quiet)
    if os.path.isfile(text):  # noqa: PTH113 (Path.is_file fails on a long text)
        raise ParameterError(f"{text} is a file: to read it, give - < {text}")
    found = explanation_of(_stdin() if text == "-" else text)
    if quiet:
        print(found.cause)
    else:
        from convcalc.pages.explain import page

        print_page(page(found), chosen)
    if not found.recognised:
        raise typer.Exit(1)


def _stdin() -> str:
    """The end of what stdin brings: of a long log, the last message counts."""
    data = read_stdin(4 * LONGEST_TEXT, last=True)  # a character has up to 4 bytes
    if b"\0" in data:
        raise ParameterError("stdin is not text, it holds zero bytes: pipe an error message in")
    return data.decode("utf-8", errors="replace")[-LONGEST_TEXT:]
