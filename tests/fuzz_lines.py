"""Command lines that someone might type: from the grammar itself, then spoilt.

Law: commands, options and arguments are asked of the Typer application, so a new one is tried
without a change here. What a metavar may stand for is in ``VALUES``; of one that is not there, the
words of its help are tried, and the values of all others.
"""

from __future__ import annotations

import importlib
import json
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import typer

from convcalc.cli.app import COMMANDS, build
from convcalc.cli.manners import examples_of
from convcalc.grid.where import SYMBOLS
from convcalc.layers.axis import PADDING_NAMES
from convcalc.pictures.figures import FIGURES

ROOT = Path(__file__).parent.parent
GOLDEN = ROOT / "tests" / "golden"
FILES = "given"  # the folder of the files that may be read


def recorded(kind: str) -> list[str]:
    """The calls of the golden tables, or the messages of the golden errors, each once."""
    names = ("pytorch", "keras", "jax", "onnx") if kind == "call" else ("errors",)
    texts = ((GOLDEN / f"{name}.jsonl").read_text(encoding="utf-8") for name in names)
    lines = (line for text in texts for line in text.splitlines())
    return list(dict.fromkeys(row[kind] for row in map(json.loads, lines) if kind in row))


CALLS = recorded("call")
MESSAGES = recorded("message")
NETWORKS = {
    path.name: path.read_bytes() for path in sorted((ROOT / "docs" / "examples").glob("*.txt"))
}
IMAGES = ("3x32x32", "1x572x572", "3x224x224", "3x8x8", f"3x{10**30}x{10**30}")
PLAIN = "nn.Conv2d(3, 8, 3)\nnn.ReLU()\nnn.MaxPool2d(2)\n"

# Also what other programs choke on: an empty word, signs that are no digits, bytes that are no
# UTF-8, a marker of direction, an escape sequence, more digits than Python reads.
ODD = [
    "", " ", "-", "--", "---", "=", "x", ",", ":", "..", "1..", "..1", "0x10", "1e3", "3.0", "+3",
    "-0", "٣", "²", "３", "\udcff", "\u202e3", "\x1b[31m", "\x7f", "\t", "\n", "a\nb", "\ufeff3", "é", "🦜",
    "9" * 5000, "-" + "9" * 5000, "3x" * 40 + "3", "1," * 900 + "1", "(" * 300, "[" * 3000, "%s", "{0}",
    "None", "nan", "inf", "true", "*", "'", '"', "\\", "$HOME", "--help", "-h", "-V", "-qf", "-k3", "--k=3",
]  # fmt: skip


def number(pick: Random) -> int:
    """Mostly small, now and then absurd."""
    chance = pick.random()
    if chance < 0.93:
        return pick.randint(1, 6)
    if chance < 0.97:
        return pick.choice([0, -1, -2, 16, 32, 64, 224, 1000])
    near = pick.choice([2**31, 2**32, 2**63, 10**6, 10**9, 10**30, 10**300, 10**999])
    return pick.choice([1, 1, -1]) * (near + pick.randint(-1, 1))


def axes(pick: Random, one: Callable[[Random], Any] = number) -> str:
    """One value, or one for each of some axes."""
    many = pick.choices([1, 2, 3, 4], [25, 3, 0.5, 0.1])[0]
    return pick.choice("xx,").join(str(one(pick)) for _ in range(many))


def span(pick: Random) -> str:
    """A range; two of them leave at most some 10^5 combinations, or far too many."""
    first = pick.choice([1, 1, 2, number(pick)])
    last = first + pick.choice([0, 1, 3, 8, 30, -2, 10**12, 10**300])
    step = pick.choice(["", "", "", f"..{pick.choice([1, 2, 5, 0, -1, 10**30])}"])
    return f"{first}..{last}{step}"


def setting(pick: Random) -> str:
    return span(pick) if pick.random() < 0.06 else axes(pick)


def padding(pick: Random) -> str:
    chance = pick.random()
    if chance < 0.25:
        return pick.choice([*PADDING_NAMES, "SAME_LOWER", "sane"])
    if chance < 0.45:
        return axes(pick, lambda pick: f"{number(pick)}:{number(pick)}")
    return setting(pick) if chance < 0.7 else str(pick.randint(-1, 3))


def condition(pick: Random, depth: int = 0) -> str:
    if depth > 2 or pick.random() < 0.3:
        return pick.choice([*SYMBOLS, str(number(pick)), str(pick.randint(0, 9))])
    sign = pick.choice(["+", "-", "*", "//", "%", "<", "<=", "==", "!=", ">", "and", "or", "**"])
    left, right = condition(pick, depth + 1), condition(pick, depth + 1)
    return pick.choice(["{} {} {}", "({} {} {})", "not {} {} {}"]).format(left, sign, right)


def renumbered(text: str, pick: Random) -> str:
    """Every second time with other numbers, some of them."""
    if pick.random() < 0.5:
        return text
    return re.sub(
        r"\d+", lambda found: str(number(pick)) if pick.random() < 0.3 else found[0], text
    )


def layer(pick: Random) -> str:
    """A recorded call, or ``-``."""
    return "-" if pick.random() < 0.1 else renumbered(pick.choice(CALLS), pick)


def words_of_error(pick: Random) -> str:
    return "-" if pick.random() < 0.1 else renumbered(pick.choice(MESSAGES), pick)


def network(pick: Random) -> str:
    """An example, some of its lines twice, gone or elsewhere."""
    lines = pick.choice([PLAIN.encode(), *NETWORKS.values()]).decode().splitlines(keepends=True)
    for _ in range(pick.choice([0, 0, 1, 2])):
        here, there = pick.randrange(len(lines)), pick.randrange(len(lines))
        match pick.randrange(3):
            case 0:
                lines.insert(there, lines[here])
            case 1:
                lines[here], lines[there] = lines[there], lines[here]
            case _ if len(lines) > 1:
                del lines[here]
    return renumbered("".join(lines), pick)


def file(pick: Random) -> str:
    """A file to read or to write; both are tried where the other is meant."""
    if pick.random() < 0.15:
        return "-"
    if pick.random() < 0.5:
        inside = [*NETWORKS, "plain.txt", "model.onnx", "empty", "bytes", "missing"]
        return pick.choice(["-", FILES, *(f"{FILES}/{name}" for name in inside)])
    endings = [
        "svg",
        "png",
        "gif",
        "html",
        "txt",
        "md",
        "tex",
        "json",
        "jsonl",
        "csv",
        "npz",
        "npy",
        "SVG",
        "xlsx",
    ]
    return pick.choice(["a", "a", "b", "ü", "no/a", "x" * 300]) + "." + pick.choice(endings)


VALUES: dict[str, Callable[[Random], str]] = {
    **dict.fromkeys(["K", "S", "D", "A"], setting),
    "N": lambda pick: (
        setting(pick) if pick.random() < 0.4 else str(pick.choice([8, 9, 16, 32, 33]))
    ),
    "IMAGE": lambda pick: axes(pick) if pick.random() < 0.3 else pick.choice(IMAGES),
    "POSITION": axes,
    "SHAPE": lambda pick: pick.choice(["", "", "conv=", "0=", "=", "relu=1="]) + axes(pick),
    "P": padding,
    "PAIRS": lambda pick: ",".join(
        f"{axes(pick)}:{axes(pick)}" for _ in range(pick.choice([1, 1, 2, 3]))
    ),
    "RANGE": lambda pick: axes(pick, span),
    **dict.fromkeys(["SEED", "COUNT", "I", "OPSET"], lambda pick: str(number(pick))),
    "CONDITION": condition,
    "LAYER": layer,
    "TEXT": words_of_error,
    "FILE": file,
    "FIGURE": lambda pick: pick.choice([*FIGURES, "list", "padding"]),
    "DIM": lambda pick: f"{pick.choice(['N', 'batch', ''])}={number(pick)}",
    "NAME": lambda pick: pick.choice(["conv", "0", "x", "nn.ReLU", "ReLU", "conv2d"]),
}


class Parameter(NamedTuple):
    """An option or an argument as the application declares it."""

    names: tuple[str, ...]  # of an option; an argument has none
    metavar: str
    words: tuple[str, ...]  # of its help
    is_flag: bool
    needed: bool

    def value(self, pick: Random) -> str:
        chance = pick.random()
        own = VALUES.get(self.metavar)
        if self.words and (chance < 0.02 or (own is None and chance < 0.85)):
            return pick.choice(self.words)
        if own is None or chance > 0.98:
            return pick.choice(ODD) if chance > 0.99 else pick.choice([*VALUES.values()])(pick)
        return own(pick)

    def typed(self, pick: Random) -> list[str]:
        """The words that give it."""
        if not self.names:
            return [self.value(pick)]
        name = pick.choice(self.names)
        if self.is_flag:
            return [name]
        value = self.value(pick)
        if pick.random() < 0.1:
            return [f"{name}={value}" if name.startswith("--") else name + value]
        return [name, value]


def grammar() -> dict[str, list[Parameter]]:
    """Every command with its parameters."""
    group: Any = typer.main.get_command(build())
    return {
        name: [
            Parameter(
                tuple(each.opts) if each.param_type_name == "option" else (),
                each.metavar or "",
                tuple(re.findall(r"[a-z][a-z0-9]+", each.help or "")),
                bool(getattr(each, "is_flag", False)),
                each.required,
            )
            for each in command.params
        ]
        for name, command in group.commands.items()
    }


def samples() -> list[list[str]]:
    """The lines that stand in the helps and in the documents."""
    texts: list[str] = []
    for name in COMMANDS:
        found, _ = examples_of(importlib.import_module(f"convcalc.cli.{name}").EXAMPLES)
        texts += [line for line, _ in found if line.startswith("convcalc ")]
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        texts += re.findall(r"^\$ (convcalc .*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    lines = []
    for text in texts:
        words = shlex.split(text)[1:]
        ends = [at for at, word in enumerate(words) if re.match(r"[|<>&\\]|\d>", word)]
        lines.append([_found(word) for word in words[: min(ends, default=None)]])
    return lines


def _found(word: str) -> str:
    """The same word, where it is a file one that is there."""
    name = word.rpartition("/")[2]
    if name in ("network.txt", "net.txt", "model.txt"):
        name = "plain.txt"
    return f"{FILES}/{name}" if name in (*NETWORKS, "plain.txt", "model.onnx") else word


class Typed(NamedTuple):
    """A command line, what stdin brings, and what the terminal is."""

    words: tuple[str, ...]
    stdin: bytes = b""
    is_terminal: bool = False
    encoding: str = "utf-8"
    environment: tuple[tuple[str, str], ...] = ()


class Lines:
    """Any number of lines; the same number and seed make the same one."""

    def __init__(self) -> None:
        self.grammar = grammar()
        self.samples = samples()
        self.options = [each for all_ in self.grammar.values() for each in all_ if each.names]

    def line(self, seed: int, which: int) -> Typed:
        pick = Random(f"{seed} {which}")  # noqa: S311 (nothing here is secret)
        words = self._sample(pick) if pick.random() < 0.6 else self._built(pick)
        for _ in range(pick.choices([0, 1, 2, 4], [12, 3, 1, 0.5])[0]):
            words = self._spoilt(words, pick)
        environment = {}
        is_terminal = pick.random() < 0.3
        if is_terminal:
            environment["COLUMNS"] = str(pick.choice([1, 20, 40, 60, 80, 137, 200, 300, 0]))
            environment["TERM"] = pick.choice(["xterm", "xterm-256color", "dumb", "unknown"])
        if pick.random() < 0.15:
            environment[pick.choice(["NO_COLOR", "FORCE_COLOR"])] = pick.choice(["1", ""])
        return Typed(
            # A real command line cannot hold it.
            tuple(word.replace("\0", "") for word in words),
            self._stdin(pick) if "-" in words else b"",
            is_terminal,
            pick.choices(["utf-8", "ascii", "latin-1", "cp1252"], [12, 1, 1, 1])[0],
            tuple(environment.items()),
        )

    def _built(self, pick: Random) -> list[str]:
        """A command with some of its options."""
        name = pick.choice([*self.grammar])
        parts = []
        whole = not any(each.names for each in self.grammar[name] if each.needed)
        layer = pick.random() < 0.4  # which says most of what the options could
        for each in self.grammar[name]:
            if each.needed or (whole and each.metavar == "N"):
                chance = 0.95
            elif not each.names:
                chance = layer * 0.95
            elif each.metavar == "K":
                chance = 0.05 if layer else 0.95
            else:
                chance = 0.05 if layer else 0.15
            while pick.random() < chance:
                parts.append(each.typed(pick))
                chance = 0.01
        pick.shuffle(parts)
        return [name, *(word for part in parts for word in part)]

    def _sample(self, pick: Random) -> list[str]:
        """A line of the documents, some of its values replaced by others."""
        words = list(pick.choice(self.samples))
        known = self.grammar.get(words[0], [])
        for place in range(1, len(words)):
            for each in known:
                if words[place - 1] in each.names and not each.is_flag and pick.random() < 0.2:
                    words[place] = each.value(pick)
        if known and pick.random() < 0.2:
            words += pick.choice(known).typed(pick)
        return words

    def _spoilt(self, words: list[str], pick: Random) -> list[str]:
        """One slip, or one attempt to do harm."""
        words = words or [""]
        place = pick.randrange(len(words))
        word = words[place]
        at = pick.randint(0, len(word))
        match pick.randrange(12):
            case 0:
                new: list[str] = []
            case 1:
                new = [word, word]
            case 2:
                return pick.sample(words, len(words))
            case 3:
                new = [word[:at] + word[at + 1 :]]
            case 4:
                new = [word[:at] + pick.choice(ODD) + word[at:]]
            case 5:
                new = [pick.choice(ODD)]
            case 6:
                new = [str(number(pick))]
            case 7:
                new = [*pick.choice(self.options).typed(pick), word]
            case 8:
                new = [word, *pick.choice(self.grammar.get(words[0]) or self.options).typed(pick)]
            case 9:
                new = [word[:at] + chr(pick.choice([1, 7, 27, 0x300, 0x200B, 0x1F9A0])) + word[at:]]
            case 10:
                new = [word.swapcase()]
            case _:
                new = [word[:at], word[at:]]
        return [*words[:place], *new, *words[place + 1 :]]

    def _stdin(self, pick: Random) -> bytes:
        given = pick.choice([layer, words_of_error, network, network])
        content = given(pick).encode()
        at = pick.randint(0, len(content))
        match pick.randrange(6):
            case 0:
                return content[:at]
            case 1:
                return content[:at] + pick.choice(ODD).encode(errors="replace") + content[at:]
            case 2:
                return content[:at] + pick.randbytes(8) + content[at:]
            case _:
                return content


def shorter(typed: Typed) -> Iterator[Typed]:
    """Lines that are simpler, the simplest first."""
    yield typed._replace(is_terminal=False, encoding="utf-8", environment=())
    words = typed.words
    for place in range(len(words) - 1, -1, -1):
        yield typed._replace(words=words[:place] + words[place + 1 :])
        if place:
            yield typed._replace(words=words[: place - 1] + words[place + 1 :])
    for place, word in enumerate(words):
        half = len(word) // 2
        for new in (word[:half], word[half:], word[:-1], word[1:]):
            if new and new != word:
                yield typed._replace(words=(*words[:place], new, *words[place + 1 :]))
    if typed.stdin:
        half = len(typed.stdin) // 2
        yield typed._replace(stdin=typed.stdin[:half])
        yield typed._replace(stdin=typed.stdin[half:])
