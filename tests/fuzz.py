"""Everything that can be typed at convcalc or given to it to read, at random, and what must hold.

Law: the status is 0, 1 or 2; nothing stands on stdout with 2; no answer takes more than ``SECONDS``
or ``MEGABYTES``; there is no traceback, no warning, no half file, and nothing is written outside
the folder of the run. A line that breaks it is printed as short as it still does.

    python -m tests.fuzz --lines 20000 --seed 0       command lines
    python -m tests.fuzz --texts 1000                 of each kind of content, see fuzz_parsers

A line can be tried again by its number: ``--first NUMBER --lines 1``.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import re
import resource
import shlex
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from convcalc.cli import main

from .fuzz_lines import FILES, NETWORKS, PLAIN, Lines, Typed, shorter

SECONDS = 2.0
SECONDS_OF_A_FILE = 20.0  # a moving picture has hundreds of frames, and tells how far it is
MEGABYTES = 500
LONGEST_ANSWER = 2_000_000  # bytes; whoever reads has then seen enough
LONGEST_FILE = 50_000_000  # bytes; then the disk is full
LONGEST_MESSAGE = 5_000  # characters of what a person is told about a mistake


running: list[Typed] = []  # the line that runs


class TooSlowError(BaseException):
    """No answer in ``SECONDS`` of processor time."""


class Screen(io.BytesIO):
    """Stdout: a file or a terminal, whose reader goes away when he has seen enough."""

    full = False

    def write(self, some: Any) -> int:
        if self.tell() > LONGEST_ANSWER:
            self.full = True
            raise BrokenPipeError
        return super().write(some)


class Words(io.TextIOWrapper):
    """A text stream that is a terminal where ``is_terminal``."""

    is_terminal = False

    def isatty(self) -> bool:
        return self.is_terminal


class Ran(NamedTuple):
    """How a line ended; ``fault`` says what must not be."""

    status: int | None
    fault: str
    detail: str = ""


def run(typed: Typed) -> Ran:
    """Run one line and judge it."""
    screen, told = Screen(), io.BytesIO()
    stdout = Words(screen, encoding=typed.encoding, errors="backslashreplace")
    stderr = Words(told, encoding=typed.encoding, errors="backslashreplace")
    stdout.is_terminal = stderr.is_terminal = typed.is_terminal
    stdin = io.TextIOWrapper(io.BytesIO(typed.stdin), encoding="utf-8")
    clean = {
        name: value
        for name, value in os.environ.items()
        if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "TERM")
    }
    status: int | None = None
    fault = detail = ""
    with (
        mock.patch.multiple(
            sys, argv=["convcalc", *typed.words], stdout=stdout, stderr=stderr, stdin=stdin
        ),
        mock.patch.dict(os.environ, {**clean, **dict(typed.environment)}, clear=True),
    ):
        running.append(typed)
        try:
            with limited(SECONDS_OF_A_FILE if writes(typed.words) else SECONDS):
                try:
                    main()
                except SystemExit as stopped:
                    code = stopped.code
                    status = code if isinstance(code, int) else int(code is not None)
                stdout.flush()
        except BrokenPipeError:
            status = 1
            fault = "" if screen.full else "BrokenPipeError"
        except TooSlowError:
            fault, detail = "too slow", traceback.format_exc(limit=-8)
        except BaseException as error:
            fault, detail = type(error).__name__, traceback.format_exc(limit=-8)
        finally:
            running.clear()
        stderr.flush()
    out, err = screen.getvalue(), told.getvalue().decode(typed.encoding)
    return Ran(status, fault, detail) if fault else judge(typed, status, out, err, screen.full)


def judge(typed: Typed, status: int | None, out: bytes, err: str, full: bool) -> Ran:
    """Whether a line that ended on its own ended well."""

    def bad(fault: str) -> Ran:
        return Ran(status, fault, f"stdout {out[:300]!r}\nstderr {err[:1500]}")

    given = " ".join(typed.words) + typed.stdin.decode(errors="replace")
    if status not in (0, 1, 2):
        return bad(f"status {status}")
    if status == 2 and out:
        return bad("stdout with status 2")
    message = " ".join(err.split())  # on a terminal it may be wrapped, and come after a progress
    if status == 2 and "convcalc: error: " not in message and not message.startswith("Usage: "):
        return bad("no message")
    if status and len(err) > LONGEST_MESSAGE and "Usage: " not in err and not full:
        return bad("a message too long to read")
    if not out and not err:
        return bad("nothing said")
    for word in ("Traceback (most recent", "Warning: ", "Exception ignored"):
        if word in err and word not in given:
            return bad(word)
    if any(ord(sign) < 32 and sign not in "\n\r\x1b" for sign in err):
        return bad("control characters in a message")
    screened = given.isascii() and "\\" not in given and typed.encoding != "utf-8"
    if screened and b"json" not in given.encode() and re.search(rb"\\[ux][0-9a-f]{2}", out):
        return bad("a sign that the screen does not have")
    if any(path.name.startswith(".convcalc.") for path in Path().iterdir()):
        return bad("half a file")
    if status == 0 and not full and not typed.is_terminal and typed.encoding == "utf-8":
        try:
            check_form(typed.words, out.decode())
        except ValueError as error:
            return bad(f"not its format: {error}")
    return Ran(status, "")


def check_form(words: tuple[str, ...], out: str) -> None:
    """What is for programs can be read by them."""
    if out.startswith("Usage: ") or writes(words):
        return
    for option, value in zip(words, (*words[1:], ""), strict=True):
        if option in ("-f", "--format"):
            match value.lower():
                case "json":
                    json.loads(out, parse_constant=not_json)
                case "jsonl":
                    for line in out.splitlines():
                        json.loads(line, parse_constant=not_json)
                case "csv":
                    widths = Counter(map(len, csv.reader(io.StringIO(out))))
                    if not widths:
                        raise ValueError("no heading")


def not_json(word: str) -> None:
    raise ValueError(f"{word} is not JSON")


def writes(words: tuple[str, ...]) -> bool:
    """Whether a file may be asked for; ``--output-padding`` and ``--op`` ask for none."""
    return any(re.match(r"--output(=|$)|-q*o", word) for word in words)


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Stop after so much processor time."""

    late = False  # what is raised may be caught, or dropped

    def stop(*_: object) -> None:
        nonlocal late
        late = True
        raise TooSlowError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds, 0.5)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    if late:
        raise TooSlowError


def shrunk(typed: Typed, fault: str) -> Typed:
    """The shortest line near it that still has the fault."""
    end = time.monotonic() + 10
    found = True
    while found and time.monotonic() < end:
        found = False
        for simpler in shorter(typed):
            if simpler != typed and run_tidily(simpler).fault == fault:
                typed, found = simpler, True
                break
    return typed


def run_tidily(typed: Typed) -> Ran:
    """Run one line in a folder that holds nothing that another has written, but for ``a.svg``."""
    ran = run(typed)
    for path in Path().iterdir():
        if path.name not in (FILES, "a.svg"):
            path.unlink()
    return ran


def prepare(folder: Path) -> None:
    """Make the folder where lines run, and the limits of this process; neither is undone."""
    os.chdir(folder)
    given = folder / FILES
    given.mkdir()
    files = {**NETWORKS, "plain.txt": PLAIN.encode(), "empty": b"", "bytes": bytes(range(256))}
    for name, content in files.items():
        (given / name).write_bytes(content)
    try:
        import onnx

        inner: Any = onnx.helper
        node = inner.make_node("MaxPool", ["x"], ["y"], kernel_shape=[2, 2])
        images = [inner.make_tensor_value_info(name, 1, ["N", 3, 8, 8]) for name in "xy"]
        model = inner.make_model(inner.make_graph([node], "g", images[:1], images[1:]))
        (given / "model.onnx").write_bytes(model.SerializeToString())
    except ImportError:
        pass
    forbid_writing_elsewhere(folder)
    time.sleep = lambda _: None  # moving pictures
    warnings.simplefilter("always")
    # What is imported late takes its place before places are counted.
    for line in (
        "out --k 3 --n 9 --prove",
        "sweep --k 1..9 --n 1..9 -o a.npz",
        "draw --k 3 --n 5 -o a.gif",
    ):
        run_tidily(Typed(tuple(line.split())))
    limit_memory()
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (LONGEST_FILE, hard))


def limit_memory() -> None:
    """From now on this process gets ``MEGABYTES`` more, then MemoryError."""
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (size + MEGABYTES * 1_000_000, hard))


def forbid_writing_elsewhere(folder: Path) -> None:
    """As if everything outside ``folder``, and what is to be read in it, were read-only."""
    writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if not running:
            return
        if event in ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink"):
            paths = [path for path in arguments[:2] if isinstance(path, str | bytes)]
        elif event == "open" and isinstance(arguments[0], str | bytes) and arguments[2] & writing:
            paths = [arguments[0]]
        else:
            return
        for path in paths:
            place = Path(os.path.realpath(os.fsdecode(path)))
            if folder not in (place, place.parent):
                raise PermissionError(13, "Permission denied", path)

    sys.addaudithook(watch)


def fuzz(count: int, seed: int, first: int = 0) -> int:
    """Run ``count`` lines; how many kinds of fault there were."""
    lines = Lines()
    statuses: Counter[int | None] = Counter()
    faults: dict[tuple[str, str], int] = {}
    slowest, start = (0.0, 0), time.monotonic()
    for which in range(first, first + count):
        typed = lines.line(seed, which)
        begun = time.process_time()
        ran = run_tidily(typed)
        slowest = max(slowest, (time.process_time() - begun, which))
        statuses[ran.status] += 1
        if not ran.fault:
            continue
        # One of each kind, from each place, is enough to mend it.
        kind = (ran.fault, (typed.words or ("",))[0] + "".join(ran.detail.splitlines()[-3:-2]))
        faults[kind] = faults.get(kind, 0) + 1
        if faults[kind] > 1:
            continue
        short = shrunk(typed, ran.fault)
        say(
            f"\n{ran.fault}: line {which} of seed {seed}\n  convcalc {shlex.join(short.words)[:2000]}"
        )
        say(f"  {short._replace(words=())}\n{run_tidily(short).detail}")
    say(
        f"{count} lines of seed {seed} in {time.monotonic() - start:.0f} s: statuses "
        f"{dict(sorted(statuses.items(), key=str))}; the slowest {slowest[0]:.2f} s (line "
        f"{slowest[1]}); {len(faults)} kinds of fault, {sum(faults.values())} lines"
    )
    return len(faults)


def say(words: str) -> None:
    sys.__stdout__.write(words.encode(errors="backslashreplace").decode() + "\n")  # type: ignore[union-attr]
    sys.__stdout__.flush()  # type: ignore[union-attr]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("lines", "texts", "seed", "first"):
        parser.add_argument(f"--{name}", type=int, default=0)
    wanted = parser.parse_args()
    if wanted.texts:
        from .fuzz_parsers import SUBJECTS
        from .fuzz_parsers import fuzz as fuzz_texts

        limit_memory()
        for each in SUBJECTS:
            fuzz_texts(each, wanted.texts)
            say(f"{each}: fine")
    if wanted.lines:
        with tempfile.TemporaryDirectory() as made:
            prepare(Path(made).resolve())
            found = fuzz(wanted.lines, wanted.seed, wanted.first)
        sys.exit(min(found, 1))
