"""Every benchmark, one after the other, as benchmarks/README.md has them.

Law: each runs in a process of its own, so that none warms up another. Run with the interpreter of
the environment in which convcalc is installed; one that has PyTorch can be named beside it:

    python benchmarks/all.py [--torch PYTHON]
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
NAMES = ("startup", "tab", "numeric", "network", "solve", "sweep", "figures")


def main() -> None:
    """Run them all; the status is 1 if one of them failed."""
    parser = argparse.ArgumentParser(description="run every benchmark")
    parser.add_argument("--torch", metavar="PYTHON", default=sys.executable)
    torch = parser.parse_args().torch
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    failed = []
    for name in NAMES:
        print(f"\n== {name}", flush=True)
        # These are compared with PyTorch; all else is measured where it is installed.
        python = torch if name in ("numeric", "sweep") else sys.executable
        done = subprocess.run([python, HERE / f"{name}.py"], check=False, env=environment)
        failed += [name] * (done.returncode != 0)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
