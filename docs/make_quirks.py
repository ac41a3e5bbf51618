"""Make ``docs/frameworks.md``: where the frameworks differ, from what they answered.

Law: an answer on the page is a recorded one, found in ``tests/golden`` by its call and input; of
arrays, what they show is worked out here by brute force, without convcalc. A test runs this file
and compares. Run

    python docs/make_quirks.py [FOLDER]
"""

import json
import re
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

HERE = Path(__file__).parent
GOLDEN = HERE.parent / "tests" / "golden"
LONGEST_MESSAGE = 160  # what the recorders keep of one

Row: TypeAlias = dict[str, Any]
Read: TypeAlias = Callable[[Row], str]


class Case(NamedTuple):
    """One row of a table: a recorded call. ``asks`` narrows it where the call is recorded often."""

    call: str
    asks: Mapping[str, Any] = MappingProxyType({})


class Quirk(NamedTuple):
    """One difference: a heading, what it is about, the rows, and what to read from an array."""

    title: str
    words: str
    cases: tuple[Case, ...]
    read: Read | None = None


HEAD = """\
# Where the frameworks differ

The same words mean different sizes and different values. Every answer below was given by the
framework itself, in the version that stands beside it, and recorded in `tests/golden`;
`docs/make_quirks.py` makes this page from the records. `convcalc out` gives these answers for a
LAYER in a framework's words (an empty output is an error there), and `convcalc port` keeps the values
from one framework to another.

n is the input size, k the kernel, s the stride, d the dilation, p the padding. ONNX nodes are written
short: `Conv(kernel_shape=[3])` is `onnx.helper.make_node('Conv', ['x', 'w'], ['y'], kernel_shape=[3])`.
"""


def node(operation: str, attributes: str) -> str:
    """The recorded call of an ONNX node."""
    inputs = "['x']" if "Pool" in operation else "['x', 'w']"
    return f"onnx.helper.make_node('{operation}', {inputs}, ['y'], {attributes})"


def windows(row: Row) -> Iterator[tuple[int, int]]:
    """Each padding (before, after) with which a convolution gives the recorded values."""
    x, w, y, stride = flat(row["x"]), flat(row["w"]), flat(row["y"]), row["stride"]
    for low, high in product(range(len(w)), repeat=2):
        padded = [0] * low + x + [0] * high
        starts = range(0, len(padded) - len(w) + 1, stride)
        if len(padded) - len(w) == stride * (len(y) - 1) and y == [
            dot(padded[start : start + len(w)], w) for start in starts
        ]:
            yield low, high


def padding(row: Row) -> str:
    """How a convolution padded."""
    ((low, high),) = set(windows(row))
    return f"{low} before, {high} after"


def stamps(row: Row) -> Iterator[tuple[bool, int, int]]:
    """Whether the kernel was rotated, and the cells dropped before and after, as recorded."""
    x, w, y, stride = flat(row["x"]), flat(row["w"]), flat(row["y"]), row["stride"]
    for rotated in (False, True):
        kernel = w[::-1] if rotated else w
        full = [0] * (stride * (len(x) - 1) + len(w))
        for place, value in enumerate(x):
            for tap, weight in enumerate(kernel):
                full[stride * place + tap] += value * weight
        for low in range(len(full)):
            kept = full[low : low + len(y)]
            # Below 0: cells that no stamp reaches.
            kept += [0] * (len(y) - len(kept))
            if kept == y and low < len(w):
                yield rotated, low, len(full) - low - len(y)


def stamping(row: Row) -> str:
    """How a transposed convolution stamped its kernel."""
    (rotated,) = {rotated for rotated, _, _ in stamps(row)}
    return "kernel rotated" if rotated else "kernel as it is"


def crop(row: Row) -> str:
    """What a transposed convolution dropped of all that its stamps reach."""
    ((low, high),) = {(low, high) for _, low, high in stamps(row)}
    return f"{low} dropped before, {high} after"


def last(row: Row) -> str:
    """The cell that output padding adds."""
    x, w, y = flat(row["x"]), flat(row["w"]), flat(row["y"])
    return f"x = {x}, kernel {w}: {y}"


def counting(row: Row) -> str:
    """Whether an average counts the cells of the padding."""
    x, y, size = flat(row["x"]), flat(row["y"]), row["size"]
    ways = set()
    for low, high in product(range(size), repeat=2):
        cells = [None] * low + x + [None] * high
        if len(cells) - size + 1 != len(y):
            continue
        seen = [cells[start : start + size] for start in range(len(y))]
        sums = [sum(cell or 0 for cell in each) for each in seen]
        counts = [sum(cell is not None for cell in each) for each in seen]
        if [total / size for total in sums] == y:
            ways.add("counted")
        if all(counts) and [total / n for total, n in zip(sums, counts, strict=True)] == y:
            ways.add("not counted")
    (way,) = ways
    return f"padding {way}"


def dot(left: Iterable[int], right: Iterable[int]) -> int:
    """The sum of products."""
    return sum(a * b for a, b in zip(left, right, strict=True))


def flat(nested: object) -> list[int]:
    """The numbers of a nested list."""
    if isinstance(nested, list):
        return [number for part in nested for number in flat(part)]
    assert isinstance(nested, int)
    return [nested]


def at(n: int, *calls: str, **asks: object) -> tuple[Case, ...]:
    """Calls that were recorded on an input of size n."""
    return tuple(Case(call, {"input": [n], **asks}) for call in calls)


LAX = "jax.lax.conv_general_dilated(x, w, (%d,), %s)"
LAX_T = "jax.lax.conv_transpose(x, w, (%d,), %s)"

QUIRKS = (
    Quirk(
        "Same padding, even kernel: the side of the extra cell",
        "k = 2 and s = 1 need one cell of padding. All put it after, but for the modes that say "
        "lower.",
        (
            Case("nn.Conv1d(1, 1, 2, padding='same', bias=False)", {"k": 2, "stride": 1}),
            Case("layers.Conv1D(1, 2, padding='same', use_bias=False)", {"k": 2, "stride": 1}),
            Case(LAX % (1, "'SAME'"), {"k": 2, "stride": 1}),
            Case(LAX % (1, "'SAME_LOWER'"), {"k": 2, "stride": 1}),
            Case(node("Conv", "kernel_shape=[2], auto_pad='SAME_UPPER'"), {"k": 2, "stride": 1}),
            Case(node("Conv", "kernel_shape=[2], auto_pad='SAME_LOWER'"), {"k": 2, "stride": 1}),
        ),
        padding,
    ),
    Quirk(
        "Same padding with a stride",
        "PyTorch refuses it. The others give n/s, rounded up.",
        (
            Case("nn.Conv2d(2, 4, (3, 4), stride=2, padding='same')", {"input": [7, 8]}),
            *at(5, "layers.Conv1D(4, 3, strides=2, padding='same')"),
            *at(5, LAX % (2, "'SAME'"), kernel=[3]),
            *at(6, node("Conv", "kernel_shape=[3], strides=[2], auto_pad='SAME_UPPER'")),
        ),
    ),
    Quirk(
        "Same padding with a stride depends on the input size",
        "k = 3, s = 2: an odd n is padded on both sides, an even n only after. A layer with padding "
        "1 begins in the padding for every n: the sizes are equal, the values are not. (What no "
        "window reaches is not counted.)",
        (
            Case(
                "layers.Conv1D(1, 3, strides=2, padding='same', use_bias=False)",
                {"n": 7, "k": 3, "stride": 2},
            ),
            Case(
                "layers.Conv1D(1, 3, strides=2, padding='same', use_bias=False)",
                {"n": 6, "k": 3, "stride": 2},
            ),
            Case(LAX % (2, "'SAME'"), {"n": 6, "k": 3, "stride": 2}),
            Case(
                "nn.Conv1d(1, 1, 3, stride=2, padding=1, bias=False)", {"n": 6, "k": 3, "stride": 2}
            ),
        ),
        padding,
    ),
    Quirk(
        "Floor: the last cells that a stride drops",
        "k = 3, s = 2: inputs of 5 and 6 give 2 everywhere. No framework rounds a convolution up.",
        (
            *at(5, "nn.Conv1d(2, 4, 3, stride=2)"),
            *at(6, "nn.Conv1d(2, 4, 3, stride=2)", "layers.Conv1D(4, 3, strides=2)"),
            *at(5, LAX % (2, "'VALID'"), kernel=[3]),
            *at(6, node("Conv", "kernel_shape=[3], strides=[2]")),
        ),
    ),
    Quirk(
        "A kernel larger than its input",
        "Refused, or an empty output.",
        (
            *at(2, "nn.Conv1d(2, 4, 3)", "layers.Conv1D(4, 3)"),
            *at(2, LAX % (1, "'VALID'"), kernel=[3]),
            *at(2, node("Conv", "kernel_shape=[3]")),
            *at(2, "nn.MaxPool1d(3)", "layers.MaxPooling1D(3)", "nn.max_pool(x, (3,))"),
            *at(2, node("MaxPool", "kernel_shape=[3]")),
        ),
    ),
    Quirk(
        "Negative padding",
        "A crop. Only JAX takes it: k = 3, one cell cut in front of 5.",
        (
            *at(5, "nn.Conv1d(2, 4, 3, padding=-1)"),
            *at(5, LAX % (1, "((-1, 0),)"), kernel=[3]),
            *at(5, node("Conv", "kernel_shape=[3], pads=[-1, -1]")),
        ),
    ),
    Quirk(
        "Stride and dilation together",
        "Keras refuses the pair, in both directions.",
        (
            *at(
                6,
                "nn.Conv1d(2, 4, 3, stride=2, dilation=2)",
                "layers.Conv1D(4, 3, strides=2, dilation_rate=2)",
            ),
            *at(5, LAX % (2, "'VALID', rhs_dilation=(2,)"), kernel=[3]),
            *at(6, node("Conv", "kernel_shape=[3], strides=[2], dilations=[2]")),
            *at(4, "layers.Conv1DTranspose(4, 3, strides=2, dilation_rate=2)"),
        ),
    ),
    Quirk(
        "Causal padding",
        "k_e-1 cells, all in front: Keras and Flax have it, on one axis.",
        (
            *at(5, "layers.Conv1D(4, 3, padding='causal')"),
            *at(5, "nn.Conv(features=4, kernel_size=(3,), padding='CAUSAL')"),
        ),
    ),
    Quirk(
        "Transposed, no padding, stride larger than the kernel",
        "k = 2, s = 3: Keras and JAX make s(n-1) + max(k, s), a cell that no tap reaches at the end; "
        "PyTorch and ONNX make s(n-1) + k.",
        (
            *at(
                1,
                "nn.ConvTranspose1d(2, 4, 2, stride=3)",
                "layers.Conv1DTranspose(4, 2, strides=3)",
            ),
            *at(1, LAX_T % (3, "'VALID'"), kernel=[2]),
            *at(1, node("ConvTranspose", "kernel_shape=[2], strides=[3]")),
        ),
    ),
    Quirk(
        "Transposed same: n times s, and not always",
        "PyTorch has no such word. Keras and JAX make n*s. ONNX only crops, so with k = 2, s = 3 "
        "there is nothing to add the last cell: 11.",
        (
            Case("nn.ConvTranspose2d(2, 4, 3, padding='same')", {"input": [5, 5]}),
            *at(4, "layers.Conv1DTranspose(4, 2, strides=3, padding='same')"),
            *at(4, LAX_T % (3, "'SAME'"), kernel=[2]),
            *at(4, node("ConvTranspose", "kernel_shape=[2], strides=[3], auto_pad='SAME_UPPER'")),
        ),
    ),
    Quirk(
        "Transposed same: which side is cropped",
        "k - s = 1: one cell is too many. Keras, JAX and SAME_UPPER drop it behind, SAME_LOWER "
        "in front. PyTorch's padding=1, output_padding=1 has the same size and drops the first "
        "cell: every value is shifted by one.",
        (
            Case(
                "layers.Conv1DTranspose(1, 4, strides=3, padding='same', use_bias=False)",
                {"k": 4, "stride": 3},
            ),
            Case(LAX_T % (2, "'SAME', transpose_kernel=True"), {"k": 3, "stride": 2}),
            Case(
                node("ConvTranspose", "kernel_shape=[3], strides=[2], auto_pad='SAME_UPPER'"),
                {"k": 3, "stride": 2},
            ),
            Case(
                node("ConvTranspose", "kernel_shape=[3], strides=[2], auto_pad='SAME_LOWER'"),
                {"k": 3, "stride": 2},
            ),
            Case(
                "nn.ConvTranspose1d(1, 1, 3, stride=2, padding=1, output_padding=1, bias=False)",
                {"k": 3, "stride": 2},
            ),
        ),
        crop,
    ),
    Quirk(
        "Transposed, explicit padding: whose padding it is",
        "k = 4, s = 2. PyTorch and ONNX mean the convolution that is transposed, and crop: larger "
        "padding, smaller output. JAX and Flax mean the stretched input, and pad: 1 there is "
        "what PyTorch calls k-1-1 = 2. `use_consistent_padding` makes JAX mean what PyTorch means.",
        (
            *at(5, "nn.ConvTranspose1d(2, 4, 4, stride=2, padding=1)"),
            *at(4, node("ConvTranspose", "kernel_shape=[4], strides=[2], pads=[1, 1]")),
            *at(4, LAX_T % (2, "((1, 1),)"), kernel=[4]),
            *at(4, LAX_T % (2, "((1, 1),), use_consistent_padding=True"), kernel=[4]),
        ),
    ),
    Quirk(
        "Transposed: is the kernel rotated?",
        "PyTorch, Keras and ONNX stamp the kernel as it is. JAX and Flax stamp it rotated, unless "
        "`transpose_kernel=True`.",
        (
            Case("nn.ConvTranspose1d(1, 1, 3, bias=False)", {"k": 3, "stride": 1}),
            Case("layers.Conv1DTranspose(1, 3, use_bias=False)", {"k": 3, "stride": 1}),
            Case(
                node("ConvTranspose", "kernel_shape=[3], strides=[2], auto_pad='SAME_UPPER'"),
                {"k": 3, "stride": 2},
            ),
            Case(LAX_T % (1, "'VALID'"), {"k": 3, "stride": 1}),
            Case(LAX_T % (1, "'VALID', transpose_kernel=True"), {"k": 3, "stride": 1}),
            Case(
                "nn.ConvTranspose(features=1, kernel_size=(3,), padding='VALID', use_bias=False)",
                {"k": 3, "stride": 1},
            ),
            Case(
                "nn.ConvTranspose(features=1, kernel_size=(3,), padding='VALID', transpose_kernel=True, use_bias=False)",
                {"k": 3, "stride": 1},
            ),
        ),
        stamping,
    ),
    Quirk(
        "Output padding reveals, it does not pad",
        "The cells at the end are computed like all others where the kernel reaches them: with "
        "padding=1 the added cell is the one that padding had cropped. Only beyond the kernel's "
        "reach they are 0.",
        (
            Case("nn.ConvTranspose1d(1, 1, 3, stride=2, padding=1, bias=False)", {"k": 3}),
            Case(
                "nn.ConvTranspose1d(1, 1, 3, stride=2, padding=1, output_padding=1, bias=False)",
                {"k": 3},
            ),
            Case("nn.ConvTranspose1d(1, 1, 3, stride=2, output_padding=1, bias=False)", {"k": 3}),
        ),
        last,
    ),
    Quirk(
        "Output padding: how large it may be",
        "Smaller than the stride or the dilation in PyTorch, smaller than the stride in Keras. "
        "onnxruntime says what PyTorch says, and refuses a = s = 1 all the same. Below: 1 with s = 1, d = 2, then 2 with s = 2.",
        (
            *at(5, "nn.ConvTranspose1d(2, 4, 3, output_padding=1, dilation=2)"),
            *at(4, "layers.Conv1DTranspose(4, 3, output_padding=1, dilation_rate=2)"),
            *at(4, node("ConvTranspose", "kernel_shape=[3], dilations=[2], output_padding=[1]")),
            *at(5, "nn.ConvTranspose1d(2, 4, 3, stride=2, output_padding=2)"),
            *at(4, "layers.Conv1DTranspose(4, 3, strides=2, output_padding=2)"),
            *at(4, node("ConvTranspose", "kernel_shape=[3], strides=[2], output_padding=[2]")),
        ),
    ),
    Quirk(
        "Output padding with same",
        "In Keras it takes the place of n*s: s(n-1) + (1 for odd k) + a, so that 0 is not the same as "
        "leaving it out. onnxruntime stays with n*s.",
        (
            *at(4, "layers.Conv1DTranspose(4, 3, strides=2, padding='same')"),
            *at(4, "layers.Conv1DTranspose(4, 3, strides=2, padding='same', output_padding=0)"),
            *at(4, "layers.Conv1DTranspose(4, 3, strides=2, padding='same', output_padding=1)"),
            *at(
                4,
                node(
                    "ConvTranspose",
                    "kernel_shape=[3], strides=[2], auto_pad='SAME_UPPER', output_padding=[1]",
                ),
            ),
        ),
    ),
    Quirk(
        "Asking for an output size",
        "PyTorch's forward call takes `output_size`, ONNX has `output_shape`. PyTorch takes only "
        "sizes that some output padding gives; onnxruntime crops and adds, up to one stride.",
        (
            *at(3, "nn.ConvTranspose1d(2, 4, 3, stride=2)", output_size=[6]),
            *at(3, "nn.ConvTranspose1d(2, 4, 3, stride=2)", output_size=[8]),
            *at(3, "nn.ConvTranspose1d(2, 4, 3, stride=2)", output_size=[9]),
            *at(3, node("ConvTranspose", "kernel_shape=[3], strides=[2], output_shape=[6]")),
            *at(3, node("ConvTranspose", "kernel_shape=[3], strides=[2], output_shape=[8]")),
            *at(3, node("ConvTranspose", "kernel_shape=[3], strides=[2], output_shape=[9]")),
        ),
    ),
    Quirk(
        "Pools: the stride that is not written",
        "The kernel in PyTorch and Keras, 1 in Flax and ONNX.",
        (
            *at(5, "nn.MaxPool1d(2)", "layers.MaxPooling1D(2)", "nn.max_pool(x, (2,))"),
            *at(5, node("MaxPool", "kernel_shape=[2]")),
        ),
    ),
    Quirk(
        "Pools: how much padding",
        "At most half of the kernel in PyTorch, less than the kernel in ONNX; Keras has only its "
        "names. Below: 2 with k = 3, then 3.",
        (
            *at(5, "nn.MaxPool1d(3, padding=2)", "nn.AvgPool1d(3, padding=2)"),
            *at(5, node("MaxPool", "kernel_shape=[3], pads=[2, 2]")),
            *at(5, node("MaxPool", "kernel_shape=[3], pads=[3, 3]")),
        ),
    ),
    Quirk(
        "Pools in ceil mode: the last window",
        "A window that would begin in the padding behind is dropped, so the plain ceiling is one too "
        "many: 5 with k = 2, s = 2, p = 1 gives 3, not 4. onnxruntime drops it in every opset; onnx's "
        "own shape inference does not up to MaxPool 12 and AveragePool 19.",
        (
            *at(5, "nn.MaxPool1d(2, padding=1, ceil_mode=True)"),
            *at(
                5,
                node("MaxPool", "kernel_shape=[2], strides=[2], pads=[1, 1], ceil_mode=1"),
                opset=12,
            ),
            *at(
                5,
                node("AveragePool", "kernel_shape=[2], strides=[2], pads=[1, 1], ceil_mode=1"),
                opset=19,
            ),
            *at(
                5,
                node("MaxPool", "kernel_shape=[2], strides=[2], pads=[1, 1], ceil_mode=1"),
                opset=22,
            ),
        ),
    ),
    Quirk(
        "Average pools: does the padding count?",
        "Counted in PyTorch and Flax, not in Keras and ONNX, where nothing else is said.",
        (
            Case("nn.AvgPool1d(2, stride=1, padding=1)", {"size": 2}),
            Case("nn.AvgPool1d(2, stride=1, padding=1, count_include_pad=False)", {"size": 2}),
            Case("layers.AveragePooling1D(2, strides=1, padding='same')", {"size": 2}),
            Case("nn.avg_pool(x, (2,), padding='SAME')", {"size": 2}),
            Case("nn.avg_pool(x, (2,), padding='SAME', count_include_pad=False)", {"size": 2}),
            Case(node("AveragePool", "kernel_shape=[2], auto_pad='SAME_UPPER'"), {"size": 2}),
            Case(
                node("AveragePool", "kernel_shape=[2], auto_pad='SAME_LOWER', count_include_pad=1"),
                {"size": 2},
            ),
        ),
        counting,
    ),
    Quirk(
        "ONNX: auto_pad with dilations",
        "onnxruntime refuses it for a convolution and forgets the dilation for a pool; shape "
        "inference follows the words. `convcalc` refuses both.",
        (
            *at(
                6,
                node("Conv", "kernel_shape=[3], strides=[2], dilations=[2], auto_pad='SAME_UPPER'"),
            ),
            *at(
                8,
                node(
                    "MaxPool", "kernel_shape=[2], strides=[1], dilations=[2], auto_pad='SAME_UPPER'"
                ),
            ),
        ),
    ),
)


@cache
def table(name: str) -> tuple[Row, ...]:
    """A recorded table: the header, then the rows."""
    text = (GOLDEN / f"{name}.jsonl").read_text(encoding="utf-8")
    return tuple(json.loads(line) for line in text.splitlines())


def framework(call: str) -> tuple[str, str]:
    """The table that holds a call, and who answered, with the version."""
    if "make_node" in call:
        return "onnx", f"onnxruntime {table('onnx')[0]['versions']['onnxruntime']}"
    if call.startswith("layers."):
        return "keras", f"Keras {table('keras')[0]['versions']['keras']}"
    versions = table("jax")[0]["versions"]
    if call.startswith("jax."):
        return "jax", f"JAX {versions['jax']}"
    if re.match(r"nn\.(Conv\(|ConvTranspose\(|max_pool|avg_pool)", call):
        return "jax", f"Flax {versions['flax']}"
    torch = table("pytorch")[0]["versions"]["torch"].partition("+")[0]
    return "pytorch", f"PyTorch {torch}"


def short(call: str) -> str:
    """A call as it stands on the page."""
    found = re.fullmatch(r"onnx\.helper\.make_node\('(\w+)', \[.*?\], \['y'\], (.*)\)", call)
    return f"{found[1]}({found[2]})" if found else call


def lines(quirk: Quirk) -> Iterator[tuple[str, ...]]:
    """Who, the call, the input and the answer, for each case of a quirk."""
    for case in quirk.cases:
        name, who = framework(case.call)
        if quirk.read is not None:
            row = telling(name, case, quirk.read)
            yield who, f"`{short(case.call)}`", str(len(flat(row["x"]))), quirk.read(row)
            continue
        row = recorded(name, case)
        call = f"`{short(case.call)}`"
        if "output_size" in row:
            call += f", `output_size={row['output_size']}`"
        if "kernel" in row:
            call += f", k = {size(row['kernel'])}"
        if "opset" in case.asks:
            call += f", opset {row['opset']}"
        answer = size(row["output"]) if "output" in row else f"refused: {quoted(row['error'])}"
        yield who, call, size(row["input"]), answer
        if row.get("inferred", row.get("output")) != row.get("output"):
            inference = f"onnx {table('onnx')[0]['versions']['onnx']}, shape inference"
            yield inference, call, size(row["input"]), size(row["inferred"]) or "no answer"


def quoted(message: str) -> str:
    """A message, which may hold backticks, as code; the records cut long ones."""
    return f"`` {message}{' ...' if len(message) >= LONGEST_MESSAGE else ''} ``"


def recorded(name: str, case: Case) -> Row:
    """The recorded answer of a call; the newest opset's where several were asked."""
    wanted: Row = {"call": case.call, "output_size": None, **case.asks}
    for row in reversed(table(name)[1:]):
        if all(row.get(key) == value for key, value in wanted.items()):
            return row
    raise LookupError(f"not recorded: {case}")


def telling(name: str, case: Case, read: Read) -> Row:
    """The first recorded array of a call from which exactly one answer can be read."""
    for row in table(f"{name}-values")[1:]:
        whole = {"n": len(flat(row["x"])), "k": len(flat(row.get("w", []))), **row}
        asks = {key: value for key, value in case.asks.items() if key in ("n", "k")}
        if row["call"] == case.call and all(whole[key] == value for key, value in asks.items()):
            whole |= case.asks
            try:
                read(whole)
            except ValueError:
                continue
            return whole
    raise LookupError(f"no recorded array tells: {case}")


def size(sizes: list[int]) -> str:
    """A size as the command line writes it."""
    return "x".join(map(str, sizes))


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    contents = "\n".join(f"- [{quirk.title}](#{anchor(quirk.title)})" for quirk in QUIRKS)
    parts.append(f"\n{contents}\n")
    for quirk in QUIRKS:
        answer = "answer" if quirk.read is None else "what the values show"
        rows = [("framework", "call", "n", answer), ("---", "---", "---", "---"), *lines(quirk)]
        body = "\n".join(f"| {' | '.join(row)} |" for row in rows)
        parts.append(f"\n## {quirk.title}\n\n{fill(quirk.words)}\n\n{body}\n")
    return "".join(parts)


def fill(words: str) -> str:
    """Lines of at most 100 characters."""
    return textwrap.fill(words, 100, break_on_hyphens=False, break_long_words=False)


def anchor(title: str) -> str:
    """The name that GitHub gives to a heading."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def make(folder: Path) -> None:
    """Write ``frameworks.md`` into ``folder``."""
    (folder / "frameworks.md").write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
