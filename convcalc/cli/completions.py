"""``convcalc completions``: the completion script of a shell."""

from typing import Annotated

import typer

from convcalc.errors import ConvcalcError, ParameterError
from convcalc.layers.axis import nearest

SCRIPTS = {
    "bash": "convcalc.bash",
    "zsh": "_convcalc",
    "fish": "convcalc.fish",
    "powershell": "convcalc.ps1",
}

EXAMPLES = """\
source <(convcalc completions bash)                    in ~/.bashrc
mkdir -p ~/.zfunc ~/.config/fish/completions           once
convcalc completions zsh > ~/.zfunc/_convcalc          with ~/.zfunc in $fpath
convcalc completions fish > ~/.config/fish/completions/convcalc.fish
convcalc completions powershell | Out-String | Invoke-Expression
"""

ShellArgument = Annotated[str, typer.Argument(metavar="SHELL", help=f"{', '.join(SCRIPTS)}.")]


def completions(shell: ShellArgument) -> None:
    """Print the completion script of a shell; pressing TAB then starts no Python."""
    if shell not in SCRIPTS:
        raise ParameterError(
            f"unknown shell {shell!r}{nearest(shell, SCRIPTS)}; valid: {', '.join(SCRIPTS)}"
        )
    from pathlib import Path

    # In a wheel the scripts lie inside the package, in a checkout beside it.
    package = Path(__file__).parent.parent
    for folder in (package / "completions", package.parent / "completions"):
        script = folder / SCRIPTS[shell]
        if script.is_file():
            print(script.read_text(encoding="utf-8"), end="")
            return
    raise ConvcalcError(f"the completion script for {shell} is missing from this installation")
