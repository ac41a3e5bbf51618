"""What a framework's error message wants: recognised, its numbers, its arithmetic, its repairs.

The messages are those that the frameworks wrote (tests/golden/errors.jsonl); their numbers were
read off the code that provoked them (error_numbers.jsonl). With ``-m live`` in a framework's
environment the message is provoked anew, and the repaired code is run:

    PYTHONPATH=. <the framework's python> -m pytest -m live tests/test_explain.py
"""

import importlib.util
import json
import random
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import convcalc
from convcalc.cli.app import COMMANDS
from convcalc.explainer.causes import CAUSES
from convcalc.explainer.causes.parting import depth_of, pools, stories
from convcalc.explainer.messages import FRAMEWORKS, Message, messages
from convcalc.explainer.reading import read_message

from .conftest import Convcalc

GOLDEN = Path(__file__).parent / "golden"


def read(name: str) -> list[dict[str, Any]]:
    """The rows of a golden file, without the line that says what it is."""
    lines = (GOLDEN / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines[1:]]


ROWS = read("errors.jsonl")
IDS = [row["code"][:70] for row in ROWS]
NUMBERS = {row["code"]: row["numbers"] for row in read("error_numbers.jsonl")}
CAT = (
    "RuntimeError: Sizes of tensors must match except in dimension 1. "
    "Expected size 64 but got size 63 for tensor number 1 in the list."
)


def words(explanation: convcalc.Explanation) -> str:
    return "\n".join([explanation.cause, *explanation.reasons, *explanation.repairs])


@pytest.mark.parametrize("size", [7, 8, 10**30])
def test_sizes_that_are_said_to_differ_and_do_not(size: int) -> None:
    found = convcalc.explain(CAT.replace("64", str(size)).replace("63", str(size)))
    assert found.recognised
    assert "every axis that is told agrees" in found.cause


# --- recognising -------------------------------------------------------------------------------


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_recorded_messages_are_recognised(row: dict[str, str]) -> None:
    found = convcalc.explain(row["message"])
    assert found.recognised
    assert (found.framework, found.kind) == (row["framework"], row["kind"])
    assert dict(found.numbers) == NUMBERS.get(row["code"], {})
    assert found.cause
    assert found.repairs
    assert found.commands
    assert "describe no layer" not in found.cause
    assert found.seen is not None
    version = dict(re.findall(r"(\w+) ([\d.]+)", row["version"])).values()
    versions = [*version, row["version"].partition("+")[0]]
    assert any(each in found.seen for each in versions)


def test_every_kind_has_a_cause_and_every_message_a_kind() -> None:
    kinds = {message.kind.partition(":")[0] for message in messages()}
    assert kinds == set(CAUSES)
    assert {row["kind"] for row in ROWS} <= {message.kind for message in messages()}
    assert {message.framework for message in messages()} == set(FRAMEWORKS)


@pytest.mark.parametrize(
    "quoted", ["Expected size 64 but got size 63", "Expected size 64 but got 63"]
)
def test_a_message_may_be_quoted_in_part(quoted: str) -> None:
    whole, part = convcalc.explain(CAT), convcalc.explain(quoted)
    assert dict(part.numbers) == {"expected": 64, "got": 63}
    assert (part.kind, part.cause, part.repairs) == (whole.kind, whole.cause, whole.repairs)


OLDER = read("errors_older.jsonl")


@pytest.mark.parametrize("row", OLDER, ids=[row["message"][:60] for row in OLDER])
def test_older_wordings_are_recognised(row: dict[str, str]) -> None:
    found = convcalc.explain(row["message"])
    assert (found.recognised, found.kind) == (True, row["kind"])
    assert found.repairs


def other(value: Any, pick: random.Random) -> Any:
    """Other numbers of the same signs in the same shape."""
    if isinstance(value, list):
        return [other(each, pick) for each in value]
    return value if value is None else pick.randint(2, 10**12) * (-1 if value < 0 else 1)


def write(value: Any) -> str:
    if isinstance(value, list):
        return f"({', '.join(map(write, value))}{',' if len(value) == 1 else ''})"
    return str(value)


def filled(template: str, numbers: dict[str, Any]) -> str:
    """The message with these numbers in its holes."""
    used: dict[str, int] = {}

    def fill(match: re.Match[str]) -> str:
        name, sort = match[1], match[2]
        if name is None:
            return "anything 7 at all"
        if sort == "$":
            return "word"
        value = numbers[name]
        if template.count(f"<{name}>") > 1:
            value = value[used.setdefault(name, 0)]
            used[name] += 1
        return write(value)

    return re.sub(r"<([a-z_]+)([*$]?)>|\.\.\.", fill, template)


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_other_numbers_are_extracted_as_well(row: dict[str, str]) -> None:
    said = read_message(row["message"])
    assert said is not None
    pick = random.Random(row["code"])  # noqa: S311
    numbers = other(list(NUMBERS.get(row["code"], {}).values()), pick)
    numbers = dict(zip(NUMBERS.get(row["code"], {}), numbers, strict=True))
    again = read_message(f"before 5: {filled(said.message.text, numbers)} after, line 9")
    assert again is not None
    assert (again.message.kind, dict(again.numbers)) == (said.message.kind, numbers)
    assert convcalc.explain(filled(said.message.text, numbers)).recognised  # whatever they are


HOSTILE = [-(10**30), -1, 0, 1, 2, 3, 7, 64, 10**12, 10**300]


def hostile(template: str, pick: random.Random) -> str:
    """The message with numbers and shapes that no framework writes together."""

    def shape() -> str:
        numbers = pick.choices([*HOSTILE, None], k=pick.choice([0, 1, 2, 3, 4, 4, 6]))
        return f"({', '.join(map(str, numbers))})"

    def fill(match: re.Match[str]) -> str:
        match match[2]:
            case None:
                return "anything"
            case "$":
                return pick.choice(["word", "same", "pads"])
            case "*":
                return f"[{', '.join(shape() for _ in range(pick.randrange(4)))}]"
            case _:
                return pick.choice([shape(), str(pick.choice(HOSTILE))])

    return re.sub(r"<([a-z_]+)([*$]?)>|\.\.\.", fill, template)


@pytest.mark.parametrize("message", messages(), ids=lambda message: message.text[:50])
def test_hostile_numbers_have_an_answer(message: Message) -> None:
    pick = random.Random(message.text)  # noqa: S311
    for _ in range(3):
        found = convcalc.explain(hostile(message.text, pick))
        assert found.cause
        assert found.commands or "describe no layer" in found.cause


def test_a_fault_of_a_cause_is_not_blamed_on_the_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CAUSES, "sizes do not fit", lambda said: said.number("missing"))
    with pytest.raises(KeyError):
        convcalc.explain(CAT)


def disguises(text: str) -> dict[str, str]:
    """The same message as terminals, mails and test runners show it."""
    wrapped = re.sub(r"(.{1,57}) ", r"\1\n", text)
    hard = "\n".join(text[at : at + 40] for at in range(0, len(text), 40))
    return {
        "colours": "\x1b[1;31m" + text.replace(": ", ":\x1b[0m ", 1) + "\x1b[0m",
        "windows": wrapped.replace("\n", "\r\n"),
        "quoted": "\n".join(f"> > {line}" for line in wrapped.split("\n")),
        "pytest": "\n".join(f"E       {line}" for line in wrapped.split("\n")),
        "panel": "\n".join(f"│ {line:<60} │" for line in wrapped.split("\n")),
        "cut at the terminal's edge": hard,
        "pretty apostrophes": text.replace("'", "’"),
        "traceback": (
            'Traceback (most recent call last):\n  File "/home/a/net.py", line 12, in forward\n'
            f"    return torch.cat([up, skip], 1)\n{text}\n\nThe above was logged at 12:30:05"
        ),
    }


@pytest.mark.parametrize("row", ROWS[::4], ids=IDS[::4])
def test_what_stands_around_a_message_does_not_hurt(row: dict[str, str]) -> None:
    for name, text in disguises(row["message"]).items():
        said = read_message(text)
        assert said is not None, name
        assert said.message.kind == row["kind"], name
        assert said.numbers == NUMBERS.get(row["code"], {}), name


def test_the_last_message_of_a_text_counts() -> None:
    text = "\nDuring handling of the above exception, another exception occurred:\n".join(
        [ROWS[0]["message"], ROWS[20]["message"], CAT]
    )
    assert convcalc.explain(text).numbers == convcalc.explain(CAT).numbers


@settings(max_examples=30)
@given(st.text("aZ 09\n\t\x1b[](){}<>'\",.:;-+*=%\u2502\u2019\xdf", max_size=300))
def test_random_text_is_not_recognised(text: str) -> None:
    if text.strip() and "\0" not in text:
        assert not convcalc.explain(text).recognised


SOME_WORDS = sorted({word for row in ROWS for word in row["message"].split()})


@settings(max_examples=30)
@given(st.lists(st.sampled_from(SOME_WORDS), min_size=1, max_size=40))
def test_the_words_of_messages_in_any_order_are_not_recognised(shuffled: list[str]) -> None:
    text = " ".join(shuffled)
    # A message that is one of these words, or two, is not what is meant here.
    assert len(shuffled) < 5 or not convcalc.explain(text).recognised


@pytest.mark.parametrize(
    "text",
    [
        "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 7.79 GiB",
        "Input type (double) and bias type (float) should be the same",
        "mat1 and mat2 must have the same dtype, but got Long and Float",
        "index 7 is out of bounds for dimension 1 with size 5",
        "Dimension out of range (expected to be in range of [-2, 1], but got 5)",
        "element 0 of tensors does not require grad and does not have a grad_fn",
        "input.size(-1) must be equal to input_size. Expected 10, got 11",
        "Gradient only defined for scalar-output functions. Output had shape: (2,).",
        "The pool is closed and the kernel crashed: 64 by 63 in the size of tensor a.",
    ],
)
def test_other_errors_of_the_frameworks_are_not_recognised(text: str) -> None:
    assert not convcalc.explain(f"RuntimeError: {text}").recognised


# What an answer must tell first, and must not claim.
TOLD = [
    ("torch.zeros(1, 64, 28, 28) + torch.zeros(1, 64, 56, 56)", "kernel_size=1, stride=2", "F.pad"),
    ("torch.zeros(1, 3, 64, 64) - torch.zeros(3)", "b.reshape(-1, 1, 1)", "were lost"),
    ("torch.cat([torch.zeros(2, 8, 4, 4), torch.zeros(1, 8, 4, 4)], 1)", "expand(2, -1", "k = 3"),
    (
        "torch.cat([torch.zeros(1, 8, 12, 12), torch.zeros(1, 8, 13, 12)], 3)",
        "F.pad(a, (0, 0, 0, 1))",
        "where height and width differ alike",
    ),
    ("nn.BCEWithLogitsLoss()(torch.zeros(4, 1), torch.zeros(4))", "squeeze(1)", "agrees"),
    ("torch.stack([torch.zeros(3, 64, 64), torch.zeros(1, 64, 64)])", "'RGB'", "F.pad"),
    (
        "nn.Linear(3136, 10)(torch.zeros(4, 64 * 112 * 112))",
        "perhaps 64x112x112 instead of 64x7x7",
        "3136x1",
    ),
    ("nn.Linear(1176, 10)(torch.zeros(4, 24, 7, 7).flatten())", "flatten(x, 1)", "lost"),
    ("nn.Conv1d(1, 16, 80)(torch.zeros(8, 16000))", "x.unsqueeze(1)", "channels last"),
    ("nn.Conv2d(8, 8, 3, groups=8)(torch.zeros(1, 4, 8, 8))", "8 channels", "channels last"),
    ("nn.ConvTranspose2d(100, 512, 4)(torch.zeros(8, 100))", "8x100x1x1", "lost"),
    ("torch.zeros(16, 400).view(16, 20, 21)", "20 instead of 21", "flatten"),
    ("nn.Fold((4, 5), (2, 2))(torch.zeros(1, 12, 30))", "padding=1", "lost"),
    ("tf.matmul(tf.zeros((2, 3, 4)), tf.zeros((2, 5, 6)))", "4 features came, 5", "2 were"),
    ("nn.max_pool(jnp.zeros((1, 2, 2, 3)), (3, 3)).reshape(1, 27)", "gave nothing", "0x0"),
    ("jnp.zeros((1, 8, 8, 64)) - jnp.zeros((1, 1, 1, 32))", "64 where tensor 1 has 32", "8x8"),
    ("run('Relu', [4, 3, 8, 8], declared=[1, 3, 8, 8])", "a batch of 1", "crop"),
]


@pytest.mark.parametrize(("code", "told", "untold"), TOLD, ids=[code[:60] for code, *_ in TOLD])
def test_what_is_told_and_what_is_not_claimed(code: str, told: str, untold: str) -> None:
    (said,) = {row["message"] for row in ROWS if row["code"] == code}
    answer = words(convcalc.explain(said))
    assert told in answer
    assert untold not in answer


def test_a_megabyte_of_near_misses_takes_no_second() -> None:
    halves = [message.text[: len(message.text) * 2 // 3] for message in messages()]
    numbers = [re.sub(r"<[a-z_]+[*$]?>", "(1, 2, 3)", half) for half in halves]
    longest = max(len("".join(numbers)), 1)
    for text in (
        "\n".join(numbers) * (1_000_000 // longest),
        "Given groups=1, weight of size [" * 31_000,
        "A `Concatenate` layer requires inputs with matching shapes except for the concatenation "
        "axis. Received: input_shape=" + "[(" * 450_000,
        "(1, 2, 3), " * 90_000,
        "\x1b[" * 500_000,
        "9" * 1_000_000,
    ):
        began = time.process_time()
        assert not convcalc.explain(text).recognised
        assert time.process_time() - began < 10  # of a hundredth: patterns call nothing to count


# --- arithmetic --------------------------------------------------------------------------------


EQUATION = re.compile(r"(?<![\w=>.*+-])([\d(][\d()*+-]*) = (\d[\d*+-]*)(?!\d| ?x)")


def equations(text: str) -> list[tuple[int, int]]:
    """Both sides of every equation of numbers in a text, worked out by Python."""
    return [(eval(left), eval(right)) for left, right in EQUATION.findall(text)]  # noqa: S307


def test_every_equation_that_is_told_holds() -> None:
    told = [both for row in ROWS for both in equations(words(convcalc.explain(row["message"])))]
    assert len(told) > 20
    assert all(left == right for left, right in told)


def test_every_step_is_its_formula() -> None:
    for row in ROWS:
        for _, steps in convcalc.explain(row["message"]).steps:
            for step in steps:
                assert step.formula.function(*step.values) == step.value


def test_what_makes_63_next_to_64() -> None:
    found = convcalc.explain(CAT)
    told = words(found)
    assert "63 is what a pool or stride of 2 makes of 126 and 127; 64 needs 128 or 129" in told
    assert "ceil_mode=True on 127" in told
    assert [n for n in range(1, 200) if n // 2 == 63] == [126, 127]
    assert [n for n in range(1, 200) if n // 2 == 64] == [128, 129]
    assert -(-127 // 2) == 64
    assert "2*(32-1)+3-2*1 = 63" in told
    assert "output_padding=1" in told
    assert "F.pad(b, (0, 1, 0, 1))" in told
    assert "a[:, :, :63, :63]" in told
    assert "multiples of 2^depth" in told
    assert any(command.startswith("convcalc net") for command in found.commands)


@settings(max_examples=25)
@given(st.integers(1, 400), st.integers(1, 300), st.sampled_from(sorted(FRAMEWORKS)))
def test_stories_of_two_sizes_hold(small: int, lost: int, framework: str) -> None:
    large = small + lost
    told = pools(small, large, framework)
    assert told is not None
    less, more, rounded = re.fullmatch(
        rf"{small} is what a pool or stride of 2 makes of (\d+ and \d+); {large} needs (\d+ or \d+)"
        r"(?:, or \S+ on (\d+))?",
        told,
    ).groups()  # type: ignore[union-attr]
    halves = {o: [n for n in range(2 * o + 3) if n // 2 == o] for o in (small, large)}
    assert [*map(int, less.split(" and "))] == halves[small]
    assert [*map(int, more.split(" or "))] == halves[large]
    fitting = [n for n in halves[small] if -(-n // 2) == large]
    assert fitting == ([int(rounded)] if rounded else [])
    depth = depth_of(small, large)
    floored = [d for d in range(1, 7) if large >> d and (large >> d) << d == small]
    assert depth == (floored[0] if floored else None)
    for story in stories(small, large, framework):
        for text in (story.words, *story.repairs):
            assert all(left == right for left, right in equations(text))
        assert all(str(large) in repair for repair in story.repairs)


@given(
    st.lists(st.tuples(st.integers(1, 40), st.integers(1, 9)), min_size=1, max_size=3),
)
def test_repairs_of_a_kernel_that_is_too_large_fit(sizes: list[tuple[int, int]]) -> None:
    padded = [n for n, _ in sizes]
    kernel = [n + more for n, more in sizes]
    shown = [" x ".join(map(str, values)) for values in (padded, kernel)]
    found = convcalc.explain(
        f"Calculated padded input size per channel: ({shown[0]}). Kernel size: ({shown[1]}). "
        "Kernel size can't be greater than actual input size"
    )

    def positions(n: int, k: int) -> int:
        return len(range(n - k + 1))

    told = dict(
        re.findall(
            r"^(padding|an input of|kernel_size)[ =](\S.*?) (?:where|or)",
            words(found),
            re.MULTILINE,
        )
    )
    more, needed, smaller = (
        [int(n) for n in re.findall(r"\d+", told[name])]
        for name in ("padding", "an input of", "kernel_size")
    )
    for axis, (n, k) in enumerate(zip(padded, kernel, strict=True)):
        p = more[axis % len(more)]
        assert positions(n + 2 * p, k) >= 1 > positions(n + 2 * p - 2, k)
        assert positions(needed[axis], k) == 1
        assert positions(n, smaller[axis % len(smaller)]) == 1


def test_what_an_output_size_may_be() -> None:
    """Brute force over every layer of PyTorch's range: only 7 and 8 come from 4."""
    found = convcalc.explain(ROWS[12]["message"])
    made = {2 * (4 - 1) + 3 - 2 * 1 + a for a in (0, 1)}
    assert made == {7, 8}
    assert "this layer makes 7x7 to 8x8" in found.cause
    from_five = {2 * (5 - 1) + 3 - 2 * 1 + a for a in (0, 1)}
    assert 9 in from_five
    assert "an input of 5x5" in words(found)


@pytest.mark.parametrize(
    ("a", "b", "pad", "crop"),
    [
        ("(1, 12, 12, 8)", "(1, 13, 12, 8)", "((0, 0), (0, 1), (0, 0), (0, 0))", "b[:, :12, :, :]"),
        (
            "(1, 64, 56, 8)",
            "(1, 64, 64, 8)",
            "((0, 0), (0, 0), (4, 4), (0, 0))",
            "b[:, :, 4:60, :]",
        ),
    ],
)
def test_only_the_axes_that_differ_are_padded_or_cropped(
    a: str, b: str, pad: str, crop: str
) -> None:
    told = words(
        convcalc.explain(f"TypeError: add got incompatible shapes for broadcasting: {a}, {b}.")
    )
    assert f"jnp.pad(a, {pad})" in told
    assert crop in told


def test_layouts_are_told_apart() -> None:
    add = "Inputs have incompatible shapes. Received shapes (12, 12, 8) and (12, 12, 16)"
    assert "channels" in convcalc.explain(add).cause
    first = convcalc.explain(
        "ValueError: Computed output size would be zero or negative. Received `inputs shape=(1, 3, "
        "5, 6)`, `kernel shape=(7, 7, 3, 8)`, `dilation_rate=[1 1]`, `strides=(1, 1)`, "
        "`padding=valid`."
    )
    assert "5x6" in first.cause
    assert "channels first" in words(first)
    batch = (
        "The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 0"
    )
    assert "batch" in convcalc.explain(batch).cause


# --- the command -------------------------------------------------------------------------------


# One for each way to ask: the numbers in it differ from message to message.
COMMAND_LINES = {
    re.sub(r"\d+(x\d+)*", "N", command): command
    for row in ROWS
    for command in convcalc.explain(row["message"]).commands
}


def split(line: str) -> list[str]:
    return [
        piece[1:-1] if piece.startswith('"') else piece
        for piece in re.findall(r'"[^"]*"|\S+', line)
    ]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of its own for the network that the commands ask about."""
    monkeypatch.chdir(tmp_path)


def write_network(line: str) -> None:
    """A small network with the channels that the command gives its input."""
    told = re.search(r"--n (\d+)x\d+x", line)
    channels = told[1] if told else "3"
    lines = (
        f"nn.Conv2d({channels}, 8, 3, padding=1)\nnn.MaxPool2d(2)\nnn.Upsample(scale_factor=2)\n"
    )
    Path("network.txt").write_text(lines)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "line", sorted(line for line in COMMAND_LINES.values() if "model.onnx" not in line)
)
def test_the_commands_run(convcalc: Convcalc, line: str) -> None:
    program, command, *rest = split(line)
    assert program == "convcalc"
    assert command in COMMANDS
    write_network(line)
    ran = convcalc(command, *rest)
    assert ran.status == 0, ran.err


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "text",
    [
        "ValueError: the sizes 126 and 64 do not go together",
        "shapes (1, 3, 224, 224) and (1, 3, 112, 112)",
        "nothing at all",
        "expected 64x48, got 32x24 at line 12 of net.py, 0.5 s",
    ],
)
def test_an_unknown_message_says_so(convcalc: Convcalc, text: str) -> None:
    ran = convcalc("explain", text, "-f", "json")
    assert ran.status == 1
    assert ran.err == ""
    shown = json.loads(ran.out)
    assert shown["recognised"] is False
    assert shown["framework"] is None
    assert shown["commands"]
    assert shown["repairs"] == []
    for line in shown["commands"]:
        _, command, *rest = split(line)
        write_network(line)
        assert convcalc(command, *rest).status == 0, line
    assert convcalc("explain", text, "-q").status == 1


def test_sizes_of_an_unknown_message() -> None:
    found = convcalc.explain("at 12:30 line 7: (1, 3, 64, 48) is not 32x24 nor 100, by 0.5 (v2.1)")
    assert found.numbers == {"sizes": [[1, 3, 64, 48], [32, 24], [100]]}


def test_the_contract_of_json(convcalc: Convcalc) -> None:
    ran = convcalc("explain", CAT, "-f", "json")
    assert ran.status == 0
    shown = json.loads(ran.out)
    assert shown["recognised"] is True
    assert shown["framework"] == "pytorch"
    assert shown["kind"] == "sizes do not fit: cat"
    assert shown["numbers"] == {"axis": 1, "expected": 64, "got": 63, "tensor": 1}
    assert isinstance(shown["cause"], str)
    assert all(isinstance(repair, str) for repair in shown["repairs"])


@pytest.mark.parametrize("name", ["table", "text", "markdown", "latex", "json", "csv"])
def test_every_format_tells_cause_and_repairs(convcalc: Convcalc, name: str) -> None:
    ran = convcalc("explain", CAT, "-f", name)
    assert ran.status == 0
    assert ran.err == ""
    for piece in ("63", "64", "126", "127", "net"):
        assert piece in ran.out


def test_quiet_is_the_cause_in_one_line(convcalc: Convcalc) -> None:
    ran = convcalc("explain", CAT, "-q")
    assert ran.status == 0
    assert ran.out == convcalc_cause(CAT) + "\n"
    assert ran.out.count("\n") == 1


def convcalc_cause(text: str) -> str:
    return convcalc.explain(text).cause


def test_stdin_may_hold_a_long_log() -> None:
    log = b"step 17, loss 0.25\n" * 60_000 + b"\xff\xfe\n" + CAT.encode()
    ran = subprocess.run(
        [sys.executable, "-m", "convcalc", "explain", "-", "-q"],
        input=log,
        capture_output=True,
        check=False,
    )
    assert ran.returncode == 0
    assert "tensor 0 has 64 where tensor 1 has 63" in ran.stdout.decode()


@pytest.mark.parametrize(
    ("data", "piece"), [(b"", "no text"), (b" \n\t", "no text"), (b"a\0b", "zero bytes")]
)
def test_no_text_is_refused(data: bytes, piece: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "convcalc", "explain", "-"],
        input=data,
        capture_output=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert piece in ran.stderr.decode()
    assert "Traceback" not in ran.stderr.decode()


# --- the real frameworks -----------------------------------------------------------------------


REPAIRED = read("errors_repaired.jsonl")
REPAIRS = [row["repaired"][:60] for row in REPAIRED]
MODULES = {"pytorch": "torch"}


@pytest.mark.parametrize("row", REPAIRED, ids=REPAIRS)
def test_the_repairs_that_are_run_are_told(row: dict[str, str]) -> None:
    recorded = [each["message"] for each in ROWS if each["code"] == row["code"]]
    for message in recorded:
        assert any(row["repair"] in repair for repair in convcalc.explain(message).repairs)


@pytest.mark.live
@pytest.mark.parametrize("row", REPAIRED, ids=REPAIRS)
def test_live_repairs_repair(row: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    framework = row["framework"]
    if importlib.util.find_spec(MODULES.get(framework, framework)) is None:
        pytest.skip(f"{framework} is not installed")
    monkeypatch.syspath_prepend(str(GOLDEN))
    recorder = importlib.import_module("record_errors")
    names, _ = recorder.surroundings(framework)
    said = recorder.message(row["code"], names)
    assert said is not None
    assert any(row["repair"] in repair for repair in convcalc.explain(said).repairs)
    assert recorder.message(row["repaired"], names) is None
