"""Pseudo-terminals: real shells, in which tests and benchmarks press TAB, and convcalc alone.

Law: a shell starts in a home of its own, so no one's settings matter; nothing waits for time to
pass, only for words to appear.
"""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import termios
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import NamedTuple, Self

PATIENCE = 30.0  # seconds; only a word that never comes takes so long
PROMPT = "ready>"
FINISHED = "finished"

COMMANDS = {
    "bash": ("bash", "--noprofile", "-i"),
    "zsh": ("zsh", "--no-globalrcs", "-i"),
    "fish": ("fish", "-i"),
}
LOAD = {
    "bash": "source {script}",
    "zsh": "fpath=({script.parent} $fpath); autoload -Uz compinit; compinit -u -D",
    "fish": "source {script}",
}
# The start-up file of each shell. A shell answers its keys one by one, so when Control-G, which
# empties the line, says FINISHED, all that a TAB before it had to show has been shown.
START = {
    "bash": (
        ".bashrc",
        f"""\
PS1='{PROMPT} '
bind 'set show-all-if-ambiguous on'
bind 'set page-completions off'
bind 'set enable-bracketed-paste off'
bind -x '"\\C-g": READLINE_LINE=; READLINE_POINT=0; echo {FINISHED}'
""",
    ),
    "zsh": (
        ".zshrc",
        f"""\
PS1='{PROMPT} '
unset zle_bracketed_paste
finish() {{ BUFFER=; zle -Rc; zle -I; print {FINISHED} }}
zle -N finish
bindkey '^G' finish
""",
    ),
    "fish": (
        ".config/fish/config.fish",
        f"""\
function fish_prompt; echo -n '{PROMPT} '; end
set -g fish_greeting
set -g fish_autosuggestion_enabled 0
bind \\cg 'commandline ""; echo {FINISHED}; commandline -f repaint'
""",
    ),
}


# A new session owns the terminal that it opens first, and so can stop and resume its jobs.
OPENS = ("sh", "-c", 'exec "$@" <>"$0" >&0 2>&0')


class Shown(NamedTuple):
    """How a command ended, and all that its terminal received."""

    status: int
    text: str


def on_terminal(
    *arguments: str, columns: int = 80, keys: str = "", after: str = "", **environment: str
) -> Shown:
    """convcalc with a terminal of 24 lines as stdin, stdout and stderr.

    ``keys`` are pressed as soon as the words ``after`` stand there.
    """
    clean = {
        name: value
        for name, value in os.environ.items()
        if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES")
    }
    ours, theirs = os.openpty()
    termios.tcsetwinsize(theirs, (24, columns))
    with subprocess.Popen(
        (*OPENS, os.ttyname(theirs), sys.executable, "-m", "convcalc", *arguments),
        env={**clean, "TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8", **environment},
        start_new_session=True,
    ) as process:
        shown = b""
        end = monotonic() + PATIENCE
        while process.poll() is None or select.select([ours], [], [], 0)[0]:
            if monotonic() > end:
                process.kill()
                raise TimeoutError(f"it still runs; the terminal shows:\n{shown.decode()}")
            if select.select([ours], [], [], 0.02)[0]:
                shown += os.read(ours, 65536)
            if keys and after.encode() in shown:
                os.write(ours, keys.encode())
                keys = ""
    os.close(theirs)
    os.close(ours)
    return Shown(process.returncode, shown.decode(errors="replace").replace("\r\n", "\n"))


class Terminal:
    """A ``shell`` that has loaded the completion ``script``, with ``home`` as home and folder.

    ``load`` is the line that loads it; programs in ``programs`` hide those of the same name.
    """

    def __init__(
        self, shell: str, home: Path, script: Path, *, load: str = "", programs: Path | None = None
    ) -> None:
        name, start = START[shell]
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(start + (load or LOAD[shell]).format(script=script) + "\n")
        # Where this folder is missing, fish fills it from the manual pages, with Python.
        (home / ".local/share/fish/generated_completions").mkdir(parents=True, exist_ok=True)
        path = os.environ["PATH"]
        environment = {
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "PATH": path if programs is None else f"{programs}{os.pathsep}{path}",
            "TERM": "xterm",
        }
        self._keyboard, self._screen = os.openpty()
        termios.tcsetwinsize(self._screen, (100, 200))
        opens = (*OPENS, os.ttyname(self._screen))
        self._shell = subprocess.Popen(
            (*opens, *COMMANDS[shell]), cwd=home, env=environment, start_new_session=True
        )
        self._shown = b""
        self.wait_for(PROMPT)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._shell.kill()
        self._shell.wait()
        os.close(self._screen)
        os.close(self._keyboard)

    def tab(self, line: str, *expected: str) -> str:
        """What TAB after ``line`` makes the terminal show, the ``expected`` words among it."""
        self.type(line)
        self.answer(*expected)
        return self.clear()

    def type(self, line: str) -> None:
        """Type ``line`` on the empty line."""
        self._shown = b""
        self._press(line)

    def answer(self, *expected: str) -> None:
        """Press TAB; return as soon as the ``expected`` words can be seen."""
        self._press("\t")
        self.wait_for(*expected)

    def clear(self) -> str:
        """Empty the line; what has been shown since it was typed."""
        self._press("\a")
        self.wait_for(FINISHED)
        shown, _, self._shown = self._shown.partition(FINISHED.encode())
        self.wait_for(PROMPT)
        return _text(shown)

    def _press(self, keys: str) -> None:
        os.write(self._keyboard, keys.encode())

    def wait_for(self, *words: str) -> None:
        """Return as soon as all the ``words`` can be seen; TimeoutError if one never comes."""
        end = monotonic() + PATIENCE
        while missing := [word for word in words if not shows(_text(self._shown), word)]:
            if not select.select([self._keyboard], [], [], max(0.0, end - monotonic()))[0]:
                raise TimeoutError(
                    f"{missing} did not appear; the terminal shows:\n{_text(self._shown)}"
                )
            self._shown += os.read(self._keyboard, 65536)


def _text(shown: bytes) -> str:
    """What is shown, without titles and colours; where the cursor jumps stands a space."""
    text = re.sub(r"\x1b(\].*?(\a|\x1b\\)|\[[0-9;]*m|\(B)", "", shown.decode(errors="replace"))
    return re.sub(r"\x1b(\[[0-9;?]*[A-Za-z]|.)", " ", text)


def shows(text: str, word: str) -> bool:
    """Whether ``word`` stands in ``text``, and not only as a part of a longer one."""
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None
