"""What a person waits for: whole commands against a bare interpreter, side by side.

Law: byte-code is compiled first, the runs alternate, and what is printed is the median of each
and its ratio to ``python -c pass`` in the same environment. Run with the interpreter of the
environment in which convcalc is installed (not editable, for the figures a user sees):

    python benchmarks/startup.py [--runs 31]
"""

import argparse
import compileall
import os
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

OUT = ["out", "--k", "3", "--p", "2", "--s", "3", "--n", "32"]

# The table of ``convcalc out --op deconv``, typed in by hand and printed by argparse and Rich.
ARGPARSE_AND_RICH = """
import argparse
parser = argparse.ArgumentParser()
commands = parser.add_subparsers()
out = commands.add_parser("out")
for name in "kpsn":
    out.add_argument(f"--{name}", type=int)
arguments = parser.parse_args()
from rich import box
from rich.columns import Columns
from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text
def table(rows):
    result = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("formula", "with numbers", "value", "meaning"):
        result.add_column(heading, overflow="fold")
    for row in rows:
        result.add_row(*map(Text, row))
    return result
conv = [("k_e = d*(k-1)+1", "1*(3-1)+1", "3", "effective kernel"),
        ("n_p = n+2*p", "32+2*2", "36", "padded input"),
        ("o = floor((n_p-k_e)/s)+1", "floor((36-3)/3)+1", "12", "output")]
deconv = [("k_e = d*(k-1)+1", "1*(3-1)+1", "3", "effective kernel"),
          ("p' = k_e-1-p", "3-1-2", "0", "padding of the direct form"),
          ("n_s = s*(n-1)+1", "3*(32-1)+1", "94", "stretched input"),
          ("n_p = n_s+2*p'", "94+2*0", "94", "stretched and padded input"),
          ("o = n_p-k_e+1", "94-3+1", "92", "output"),
          ("o = s*(n-1)+k_e-2*p+a", "3*(32-1)+3-2*2+0", "92", "cross-check")]
answers = [Panel(Text("32 -> 12"), title=Text("convolution"), expand=False),
           Panel(Text("32 -> 92"), title=Text("transposed convolution"), expand=False)]
Console(width=120).print(Group(Columns(answers), table(conv), table(deconv)))
"""

TYPER_ALONE = """
import typer
app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)
@app.command()
def out(k: str = typer.Option(..., "--k")) -> None:
    print(k)
app()
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="start-up of convcalc against python -c pass")
    parser.add_argument("--runs", type=int, default=31)
    runs = parser.parse_args().runs
    environment = {
        name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }
    for path in (sysconfig.get_path("purelib"), Path(__file__).parent.parent / "convcalc"):
        compileall.compile_dir(path, quiet=2)
    convcalc = [sys.executable, str(Path(sysconfig.get_path("scripts")) / "convcalc")]
    with tempfile.TemporaryDirectory() as folder:
        rich_script, typer_script = Path(folder) / "with_rich.py", Path(folder) / "with_typer.py"
        rich_script.write_text(ARGPARSE_AND_RICH, encoding="utf-8")
        typer_script.write_text(TYPER_ALONE, encoding="utf-8")
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "Typer, nothing else": [sys.executable, str(typer_script), "--k", "3"],
            "argparse and Rich table": [sys.executable, str(rich_script), *OUT],
            "convcalc out -q": [*convcalc, *OUT, "-q"],
            "convcalc out -f text": [*convcalc, *OUT, "-f", "text"],
            "convcalc out (Rich table)": [*convcalc, *OUT],
            "convcalc equiv -q": [*convcalc, "equiv", "--k", "3", "-q"],
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(runs):
            for name, command in commands.items():
                start = time.perf_counter()
                subprocess.run(command, stdout=subprocess.DEVNULL, check=True, env=environment)
                times[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(values) for name, values in times.items()}
    bare, rich = medians["python -c pass"], medians["argparse and Rich table"]
    print(f"{'command':<28}{'ms':>8}{'ratio':>8}   (median of {runs}, alternating)")
    for name, median in medians.items():
        print(f"{name:<28}{median * 1000:>8.1f}{median / bare:>8.2f}")
    table = medians["convcalc out (Rich table)"]
    print(f"Rich table against argparse and Rich: {table / rich:.2f}")


if __name__ == "__main__":
    main()
