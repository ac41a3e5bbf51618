"""How far a long answer is, on stderr.

Law: only a terminal sees it; a file or a pipe stays clean, and what is short has none.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SHORT = 100_000  # steps that are taken before a bar is seen


@contextmanager
def progress(words: str, total: int, shown: bool = True) -> Iterator[Callable[[int], object]]:
    """A bar on stderr while the block runs, where ``shown`` and stderr is a terminal.

    The block calls what it gets with the number of steps it has taken since.
    """
    if not shown or total < SHORT or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from convcalc.cli.output import cursor_of

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with cursor_of(console), Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(words, total=total)
        yield lambda steps: bar.advance(task, steps)
