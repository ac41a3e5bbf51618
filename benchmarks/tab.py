"""How long a TAB takes in each shell: with the static script, and with Typer's own mechanism.

Law: the time is the person's, from the key to the answer on the terminal, in a real shell. Typer
starts Python at every TAB; the script must stay far below what a hand notices (50 ms).

    python benchmarks/tab.py
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT))

from convcalc.cli.completions import SCRIPTS  # noqa: E402
from tests.terminals import COMMANDS, Terminal  # noqa: E402

# Typer offers no values, so this is a question that both can answer: the line, and its end.
LINE, LAST_WORD, ANSWER = "convcalc out --fo", "--fo", "--format"
TABS = 31
TABS_OF_TYPER = 9

TYPER_PROGRAM = """\
#!{python}
from typer.completion import completion_init
from typer.core import TyperGroup
from typer.main import get_command
from convcalc.cli.app import build

completion_init()
TyperGroup.main(get_command(build()), prog_name="convcalc")
"""


def main() -> None:
    """Print the medians of all shells that are installed."""
    print(f"{'shell':8}{'script':>10}{'Typer':>10}   median ms from TAB to the answer")
    for shell in filter(shutil.which, COMMANDS):
        with TemporaryDirectory() as home, TemporaryDirectory() as programs:
            script = ROOT / "completions" / SCRIPTS[shell]
            ours = time_of_a_tab(shell, Path(home), script, TABS)
            script = install_typer_completion(shell, Path(programs))
            load = (
                "autoload -Uz compinit; compinit -u -D; source {script}" if shell == "zsh" else ""
            )
            typers = time_of_a_tab(shell, Path(home), script, TABS_OF_TYPER, load)
        print(f"{shell:8}{ours:10.1f}{typers:10.1f}")


def time_of_a_tab(shell: str, home: Path, script: Path, tabs: int, load: str = "") -> float:
    """The median time of one TAB in milliseconds; the first, which loads functions, is left out."""
    times = []
    with Terminal(shell, home, script, load=load, programs=script.parent) as terminal:
        for _ in range(tabs + 1):
            terminal.type(LINE)
            terminal.wait_for(LAST_WORD)
            start = perf_counter()
            terminal.answer(ANSWER)
            times.append(1000 * (perf_counter() - start))
            terminal.clear()
    return median(times[1:])


def install_typer_completion(shell: str, programs: Path) -> Path:
    """Typer's script for ``shell``, beside a ``convcalc`` that answers it."""
    program = programs / "convcalc"
    program.write_text(TYPER_PROGRAM.format(python=sys.executable))
    program.chmod(0o755)
    environment = os.environ | {"_CONVCALC_COMPLETE": f"source_{shell}"}
    script = programs / SCRIPTS[shell]
    with script.open("w") as file:
        subprocess.run([program], env=environment, stdout=file, check=True)
    return script


if __name__ == "__main__":
    main()
