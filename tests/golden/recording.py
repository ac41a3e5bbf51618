"""What the recorders of golden data share: the text of a call, small arrays, and the files.

Every recorder evaluates the very text that it records, so text and behaviour cannot differ.
Random choices come from `random.Random` with a fixed seed: the same framework versions give the
same files.
"""

import itertools
import json
import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

Row: TypeAlias = dict[str, Any]
Sizes: TypeAlias = tuple[int, ...]

HERE = Path(__file__).resolve().parent
RECORDED = "2026-11"
PREAMBLE = "|".join(
    (
        r"\x1b\[\d+m",
        r"\{\{function_node .*?\}\} *",
        r"^\[ONNXRuntimeError\].*?(Status Message|initialization): ",
        r"/onnxruntime_src.* was false\. ",
    )
)


def write(
    name: str, framework: str, versions: dict[str, str], rows: Iterable[Row], **header: Any
) -> None:
    """Write `name` next to this file: one header line, then one compact JSON object a line,
    repeated rows once.
    """
    first = {"framework": framework, "versions": versions, "recorded": RECORDED, **header}
    lines = dict.fromkeys(json.dumps(row, separators=(",", ":")) for row in rows)
    text = "\n".join([json.dumps(first), *lines]) + "\n"
    (HERE / name).write_text(text, encoding="utf-8")
    print(f"{name}: {len(lines)} rows, {len(text) // 1000} kB")


def spell(name: str, *positional: Any, **keywords: Any) -> str:
    """The text of a call: `spell("nn.Conv1d", 2, 4, 3, stride=2)` is `nn.Conv1d(2, 4, 3,
    stride=2)`.
    """
    words = [repr(value) for value in positional]
    words += [f"{key}={value!r}" for key, value in keywords.items()]
    return f"{name}({', '.join(words)})"


def given(defaults: Row, **values: Any) -> Row:
    """The values that differ from the defaults: what a person would bother to write."""
    return {
        key: value for key, value in values.items() if key not in defaults or defaults[key] != value
    }


def grid(**axes: Iterable[Any]) -> Iterator[Row]:
    """Every combination of the values, the last name fastest."""
    for values in itertools.product(*axes.values()):
        yield dict(zip(axes, values, strict=True))


def outcome(run: Callable[[], Sequence[int]]) -> Row:
    """`{"output": sizes}`, or `{"error": first line of the message}` when the framework refuses."""
    try:
        return {"output": [int(size) for size in run()]}
    except Exception as error:
        return {"error": first_line(error)}


def first_line(error: Exception, limit: int = 160) -> str:
    """The first line of a message that says something (no colour codes, no preamble of a
    wrapper), cut to `limit` characters.
    """
    text = re.sub(PREAMBLE, "", str(error))
    lines = [
        line.strip()
        for line in text.splitlines()
        if line.strip() and not line.startswith("Exception encountered")
    ]
    return (lines[0] if lines else type(error).__name__)[:limit]


def integers(rng: random.Random, shape: Sequence[int], scale: int = 1) -> Any:
    """A nested list of integers in -4..4, times `scale`."""
    if not shape:
        return scale * rng.randint(-4, 4)
    return [integers(rng, shape[1:], scale) for _ in range(shape[0])]


def weights(rng: random.Random, shape: Sequence[int]) -> Any:
    """A nested list of integers in -4..4 without zero: every weight shows in what it touches."""
    if not shape:
        return rng.choice((-4, -3, -2, -1, 1, 2, 3, 4))
    return [weights(rng, shape[1:]) for _ in range(shape[0])]


def plain(value: Any) -> Any:
    """A nested list with an int for every whole number and null for a maximum over no cell at
    all (-inf).
    """
    if isinstance(value, list):
        return [plain(item) for item in value]
    if value in (float("-inf"), float("inf")):
        return None
    return int(value) if value == int(value) else float(value)


def one_or_all(rng: random.Random, values: Sizes) -> int | Sizes:
    """A value for every axis as a framework takes it: one number when all are equal (half of
    the time), or a tuple.
    """
    return values[0] if len(set(values)) == 1 and rng.random() < 0.5 else values
