"""How the program ends when it is told to: Ctrl-C, a closed terminal, SIGTERM.

Law: one handler ends the process at once, with 128 and the signal's number, as a shell counts it.
It raises nothing: Python drops an exception that comes while it frees an object, and runs on. What
has to be undone first is said beforehand, where it is done. This file imports next to nothing,
since until it is called Ctrl-C is answered by Python.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from collections.abc import Callable
else:
    import _signal as signal  # which is signal, but for the names of its numbers

_undoing: list[Callable[[], object]] = []


def end_when_told() -> None:
    """From now on; a signal that is ignored, as under nohup, stays so."""
    usual = (signal.SIG_DFL, signal.default_int_handler)
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) in usual:
            signal.signal(number, _end)


class Undone:
    """A block in which ``undo`` is called where the program is ended."""

    def __init__(self, undo: Callable[[], object]) -> None:
        self.undo = undo

    def __enter__(self) -> None:
        _undoing.append(self.undo)

    def __exit__(self, *_: object) -> None:
        _undoing.remove(self.undo)


def _end(number: int, _: object) -> None:
    try:
        for undo in reversed(_undoing):
            try:
                undo()
            except OSError:
                continue
        if os.isatty(2):
            os.write(2, b"\n")  # the prompt begins a line of its own
    finally:
        os._exit(128 + number)
