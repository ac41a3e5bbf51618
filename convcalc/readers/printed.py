"""The output of ``print(model)`` in PyTorch, taken as a chain.

Law: a printed model says which layers there are, not how they are wired; so they are run in the
order of printing, and the answer says that this is assumed. A module that holds others is followed
through them; its own name says nothing about sizes.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from convcalc.dialects.call import parse_call
from convcalc.dialects.plain import read_operation
from convcalc.errors import ParseError
from convcalc.graph.model import Graph
from convcalc.graph.operations import (
    AdaptivePool,
    Flatten,
    GlobalPool,
    Linear,
    Operation,
    Windowed,
)
from convcalc.readers.building import MOST_LAYERS, Builder, at_line

NOTE = (
    "the order of printing is assumed to be the order of running: skips, branches and layers that "
    "are used twice are not printed; write the network as a program where it has them"
)
_ENTRY = re.compile(
    r"\(([\w.-]+)\): (?:([0-9]{1,9}) x )?(.*)\Z"
)  # of a line without spaces around it
_MOST_COPIES = 10_000
_OPEN = re.compile(r"[\w.]+\(\Z")
_LOSS = re.compile(r"\w+Loss\(")  # stands in a model that is trained, and is no part of it
_UNQUOTED = re.compile(r"\b(padding|padding_mode|mode)=([a-z]\w*)")


def looks_printed(text: str) -> bool:
    r"""Whether a text is a printed model: ``Name(`` first, then ``(name): Layer``.

    >>> looks_printed("Net(\n  (conv): Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1))\n)")
    True
    """
    lines = [line for line in text.splitlines() if line.strip()][:2]
    return any(_ENTRY.match(line.strip()) for line in lines)


def read_printed(text: str, identity: Collection[str] = ()) -> Graph:
    """The chain of a printed model; ``identity`` names what changes no shape.

    Raises ParseError with the line for what is not known.
    """
    reader = _Printed(text, identity)
    reader.block(0, "")
    reader.builder.notes.append(NOTE)
    return reader.builder.graph(text)._replace(assumed=True)


class _Printed:
    def __init__(self, text: str, identity: Collection[str]) -> None:
        self.text, self.identity = text, frozenset(identity)
        self.lines = text.splitlines(keepends=True)
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line))
        self.builder = Builder()
        self.read: dict[str, Operation] = {}
        self.depth = 0
        self.copies = 1  # of the line that is read, with those of the blocks around it
        self.visited = 0
        self.spatial = False  # whether axes are left that a flatten would merge

    def block(self, number: int, prefix: str) -> int:
        """Follow the lines of one module from ``number``; the line after its end."""
        self.depth += 1
        if self.depth > 100:
            raise self.fault(number, "nested too deeply")
        while number < len(self.lines):
            line = self.lines[number].strip()
            entry = _ENTRY.match(line)
            if line == ")":
                number += 1
                if prefix:
                    break
            elif entry is not None:
                number = self.entry(number, entry, prefix)
            elif not line or _OPEN.match(line) or prefix:
                number += 1  # the model's own name, or what a module says of itself
            else:
                self.leaf(number, line, "")
                number += 1
        else:
            if prefix:
                raise self.fault(len(self.lines) - 1, f"the text ends inside of {prefix}")
        self.depth -= 1
        return number

    def entry(self, number: int, entry: re.Match[str], prefix: str) -> int:
        name, times, words = entry.groups()
        count = int(times or 1)
        if count > _MOST_COPIES:
            raise self.fault(
                number, f"{count} copies of a layer are too many, at most {_MOST_COPIES}"
            )
        copies = self.copies
        self.copies *= count
        if self.copies > MOST_LAYERS:
            raise self.fault(number, f"more than {MOST_LAYERS} layers")
        end = number + 1
        first = re.match(r"[0-9]{1,9}", name)  # of "0-3", the names of the copies
        for copy in range(count):
            self.visited += 1
            if self.visited > MOST_LAYERS:  # copies of copies that hold nothing count too
                raise self.fault(number, f"more than {MOST_LAYERS} layers")
            own = str(int(first[0]) + copy) if times and first else name
            path = f"{prefix}.{own}" if prefix else own
            if _OPEN.match(words):
                end = self.block(number + 1, path)
            elif words not in ("Sequential()", "ModuleList()"):
                self.leaf(number, words, path)
        self.copies = copies
        return end

    def flat(self, operation: Operation, where: str) -> None:
        """A function is never printed; before a linear layer it was most likely flatten."""
        if isinstance(operation, Linear) and self.spatial:
            self.builder.add(Flatten(), [self.builder.last], "flatten", where)
            self.builder.notes.append(
                f"{where}: a flatten before the linear layer is assumed, since functions are not "
                "printed"
            )
        if isinstance(operation, Flatten | Linear):
            self.spatial = False
        elif isinstance(operation, AdaptivePool | GlobalPool | Windowed):
            self.spatial = True

    def leaf(self, number: int, words: str, path: str) -> None:
        if _LOSS.match(words):
            return
        quoted = _UNQUOTED.sub(r"\1='\2'", words)
        if quoted not in self.read:
            try:
                self.read[quoted] = read_operation(parse_call(quoted), self.identity)
            except ParseError as error:
                start = self.starts[number] + max(self.lines[number].find(words), 0)
                shift = 0 if quoted == words else len(quoted)  # a moved caret would point wrongly
                raise at_line(
                    self.text,
                    number + 1,
                    error.message,
                    start + (0 if shift else error.start),
                    start + (len(words) if shift else error.end),
                ) from None
        try:
            where = f"line {number + 1}"
            self.flat(self.read[quoted], where)
            self.builder.add(self.read[quoted], [self.builder.last], path or None, where)
        except ValueError as error:
            raise self.fault(number, str(error)) from None

    def fault(self, number: int, message: str) -> ParseError:
        start = self.starts[number]
        return at_line(self.text, number + 1, message, start, start + len(self.lines[number]))
