"""PyTorch's own answers: pytorch.jsonl (sizes), pytorch-values.jsonl, torch-numeric.jsonl.

Law: what stands in these files came out of PyTorch, from the very call that stands beside it;
torch-numeric.jsonl spells every parameter out instead, for testing a numeric engine.
Rerun with PyTorch installed: `python tests/golden/record_pytorch.py`
"""

import math
import random
from collections.abc import Iterator
from typing import Any

import torch
import torch.nn.functional as F
from recording import (
    Row,
    Sizes,
    given,
    grid,
    integers,
    one_or_all,
    outcome,
    plain,
    spell,
    weights,
    write,
)
from torch import nn

VERSIONS = {"torch": torch.__version__}
CONV = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1, "padding_mode": "zeros"}
TRANSPOSED = {"stride": 1, "padding": 0, "output_padding": 0, "groups": 1, "dilation": 1}
POOL = {"stride": None, "padding": 0, "dilation": 1, "ceil_mode": False, "count_include_pad": True}


def main() -> None:
    """Record the three files."""
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(0)
    write(
        "torch-numeric.jsonl",
        "pytorch",
        VERSIONS,
        numeric_rows(),
        layout="x N,C,spatial; w as F.conv / F.conv_transpose",
    )
    write("pytorch.jsonl", "pytorch", VERSIONS, size_rows())
    write(
        "pytorch-values.jsonl",
        "pytorch",
        VERSIONS,
        value_rows(),
        layout="x N,C,spatial; w as the layer's weight",
    )


# A table for a numeric engine --------------------------------------------------------------------


def numeric_rows() -> Iterator[Row]:
    """Random operations of one to three axes, every parameter spelt out."""
    rng = random.Random(1)
    for axes, count in ((1, 150), (2, 110), (3, 50)):
        for op in ("conv", "conv_transpose", "max_pool", "avg_pool"):
            made = 0
            while made < count // (3 if "pool" not in op else 6):
                row = numeric_row(rng, op, axes)
                if row is not None:
                    made += 1
                    yield row


def numeric_row(rng: random.Random, op: str, axes: int) -> Row | None:
    """One random operation, or None when PyTorch refuses it or its arrays are long."""

    def each(low: int, high: int) -> list[int]:
        return [rng.randint(low, high) for _ in range(axes)]

    kernel, stride, dilation = each(1, 4 - (axes == 3)), each(1, 3), each(1, 3 - (axes == 3))
    pool, ceil = "pool" in op, "pool" in op and rng.random() < 0.5
    padding = [rng.randint(0, k // 2) for k in kernel] if pool else each(0, 3 - (axes > 1))
    output_padding = [0] * axes
    if op == "conv_transpose":
        output_padding = [
            rng.randint(0, max(s, d) - 1) for s, d in zip(stride, dilation, strict=True)
        ]
    groups = 1 if pool else rng.choice((1, 1, 2, 3, 4) if axes < 3 else (1, 1, 2))
    channels_in = (
        rng.choice((1, 2)) if pool else groups * rng.choice((1, 2) if groups < 3 else (1,))
    )
    channels_out = groups * rng.choice((1, 2) if groups < 3 else (1,))
    sizes = each(1, (10, 7, 4)[axes - 1])
    x = integers(
        rng,
        (rng.choice((1, 1, 2)), channels_in, *sizes),
        divisor(kernel) if op == "avg_pool" else 1,
    )
    include = rng.random() < 0.5 if op == "avg_pool" else True
    args: Row = {
        "kernel": kernel,
        "stride": stride,
        "padding": padding,
        "dilation": dilation,
        "output_padding": output_padding,
    }
    args |= {"groups": groups, "ceil": ceil, "count_include_pad": include}
    if op == "avg_pool":
        args["dilation"] = [1] * axes
    row: Row = {"op": op, "args": args, "x": x}
    tensor = torch.tensor(x, dtype=torch.float64)
    function = getattr(F, f"{op}{axes}d")
    keywords: dict[str, Any] = {"stride": stride, "padding": padding}
    if op != "avg_pool":
        keywords["dilation"] = dilation
    if pool:
        keywords |= {"kernel_size": kernel, "ceil_mode": ceil}
        keywords |= {"count_include_pad": include} if op == "avg_pool" else {}
    else:
        ends = (
            (channels_in, channels_out // groups)
            if op == "conv_transpose"
            else (channels_out, channels_in // groups)
        )
        row["w"] = integers(rng, (*ends, *kernel))
        keywords |= {"weight": torch.tensor(row["w"], dtype=torch.float64), "groups": groups}
        keywords |= {"output_padding": output_padding} if op == "conv_transpose" else {}
    try:
        y = function(tensor, **keywords)
    except (RuntimeError, ValueError):
        return None
    row["y"] = plain(y.tolist())
    return row if y.numel() <= 400 and tensor.numel() <= 400 else None


def divisor(kernel: Any) -> int:
    """A number that every count of cells under a clipped window divides: averages of its
    multiples are whole.
    """
    sizes = (kernel,) if isinstance(kernel, int) else kernel
    counts = [math.prod(parts) for parts in grid_of_counts(tuple(sizes))]
    return math.lcm(*counts)


def grid_of_counts(sizes: Sizes) -> Iterator[Sizes]:
    """Every number of cells, per axis, that a window can be clipped to."""
    if not sizes:
        yield ()
        return
    for rest in grid_of_counts(sizes[1:]):
        for count in range(1, sizes[0] + 1):
            yield (count, *rest)


# Sizes -------------------------------------------------------------------------------------------


def size_rows() -> Iterator[Row]:
    """Every small corner of one axis, what PyTorch refuses, then random layers of two and three
    axes.
    """
    for v in grid(k=(1, 2, 3, 4), s=(1, 2, 3), p=(0, 1, 2), d=(1, 2), n=(1, 2, 3, 5, 6)):
        yield sized(
            spell(
                "nn.Conv1d",
                2,
                4,
                v["k"],
                **given(CONV, stride=v["s"], padding=v["p"], dilation=v["d"]),
            ),
            [v["n"]],
        )
    for v in grid(k=(1, 2, 3, 4), s=(1, 2, 3), p=(0, 1, 3), a=(0, 1, 2), d=(1, 2), n=(1, 2, 5)):
        words = given(
            TRANSPOSED, stride=v["s"], padding=v["p"], output_padding=v["a"], dilation=v["d"]
        )
        yield sized(spell("nn.ConvTranspose1d", 2, 4, v["k"], **words), [v["n"]])
    for v in grid(
        k=(1, 2, 3, 4, 5),
        s=(None, 1, 2, 3),
        p=(0, 1, 2, 3),
        d=(1, 2),
        ceil=(False, True),
        n=(2, 5, 6),
    ):
        words = given(POOL, stride=v["s"], padding=v["p"], dilation=v["d"], ceil_mode=v["ceil"])
        yield sized(spell("nn.MaxPool1d", v["k"], **words), [v["n"]])
    for v in grid(
        k=(1, 2, 3, 4), s=(None, 1, 2, 3), p=(0, 1, 2, 3), ceil=(False, True), n=(1, 2, 5, 6)
    ):
        words = given(POOL, stride=v["s"], padding=v["p"], ceil_mode=v["ceil"])
        yield sized(spell("nn.AvgPool1d", v["k"], **words), [v["n"]])
    for v in grid(k=(2, 3), s=(None, 1, 2, 4), ceil=(False, True), n=(1, 2, 5, 7)):
        yield sized(
            spell("nn.LPPool1d", 2, v["k"], **given(POOL, stride=v["s"], ceil_mode=v["ceil"])),
            [v["n"]],
        )
    yield from ceil_vectors()
    yield from string_rows()
    yield from refused_rows()
    yield from output_size_rows()
    rng = random.Random(2)
    for axes, count in ((1, 60), (2, 330), (3, 160)):
        for _ in range(count):
            yield random_layer(rng, axes)
        for _ in range(count // 2):
            yield random_functional(rng, axes)


def sized(
    call: str,
    sizes: list[int],
    kernel: list[int] | None = None,
    output_size: list[int] | None = None,
) -> Row:
    """A row of the table of sizes; `kernel` where the call does not say it, `output_size` for
    the argument of the forward call.
    """
    extra = given({"kernel": None, "output_size": None}, kernel=kernel, output_size=output_size)

    def run() -> Sizes:
        if kernel is not None:
            return tuple(
                answer(call, torch.zeros(1, 4, *sizes), functional_weight(call, kernel)).shape[2:]
            )
        layer = build(call)
        return tuple(
            forward(
                layer, torch.zeros(1, getattr(layer, "in_channels", 2) or 2, *sizes), output_size
            ).shape[2:]
        )

    return {"call": call, **extra, "input": sizes, **outcome(run)}


def functional_weight(call: str, kernel: list[int]) -> torch.Tensor | None:
    """Weights for four input channels and the groups of the call; none for a pool, whose call
    says the kernel.
    """
    groups = int(call.partition("groups=")[2].partition(")")[0].partition(",")[0] or 1)
    return torch.zeros(4, 4 if "transpose" in call else 4 // groups, *kernel)


def build(call: str) -> Any:
    """The layer that the text of a call makes."""
    return eval(call, {"nn": nn})


def forward(layer: Any, x: torch.Tensor, output_size: list[int] | None = None) -> torch.Tensor:
    """What the layer gives for x."""
    with torch.no_grad():
        return layer(x) if output_size is None else layer(x, output_size=output_size)


def answer(call: str, x: torch.Tensor, w: torch.Tensor | None) -> torch.Tensor:
    """What the text of a functional call gives for x and w."""
    return eval(call, {"F": F, "x": x, "w": w})


def ceil_vectors() -> Iterator[Row]:
    """Where rounding up leaves a window that starts behind the input, and where it does not."""
    for n, k, s, p in (
        (5, 2, 2, 1),
        (9, 4, 4, 2),
        (2, 3, 3, 1),
        (6, 3, 2, 1),
        (7, 3, 4, 1),
        (112, 3, 2, 0),
        (3, 2, 5, 1),
        (1, 2, 2, 1),
    ):
        for name in ("nn.MaxPool2d", "nn.AvgPool2d"):
            yield sized(spell(name, k, s, padding=p, ceil_mode=True), [n, n + 1])


def string_rows() -> Iterator[Row]:
    """Padding by name, padding modes, lazy layers."""
    for v in grid(pad=("same", "valid"), k=(1, 2, 3, 4, 5), d=(1, 2, 3), n=(1, 4, 9)):
        yield sized(
            spell("nn.Conv1d", 2, 4, v["k"], **given(CONV, padding=v["pad"], dilation=v["d"])),
            [v["n"]],
        )
    for v in grid(pad=("same", "valid"), k=((3, 4), (2, 5)), s=(1, 2, (1, 2), (1, 1)), n=([7, 8],)):
        yield sized(
            spell("nn.Conv2d", 2, 4, v["k"], **given(CONV, stride=v["s"], padding=v["pad"])), v["n"]
        )
        yield sized(
            spell("F.conv2d", *map(Verbatim, "xw"), **given(CONV, stride=v["s"], padding=v["pad"])),
            v["n"],
            list(v["k"]),
        )
    for v in grid(
        mode=("zeros", "reflect", "replicate", "circular"),
        pad=(1, 2, 3, 5, "same", "valid"),
        s=(1, 2),
        n=(1, 2, 4, 6),
    ):
        yield sized(
            spell("nn.Conv1d", 2, 4, 3, stride=v["s"], padding=v["pad"], padding_mode=v["mode"]),
            [v["n"]],
        )
    for v in grid(mode=("reflect", "replicate", "circular"), k=(2, (4, 3)), d=(1, 2)):
        yield sized(
            spell(
                "nn.Conv2d", 2, 4, v["k"], padding="same", dilation=v["d"], padding_mode=v["mode"]
            ),
            [7, 9],
        )
    for mode in ("reflect", "replicate", "circular"):
        yield sized(spell("nn.ConvTranspose2d", 2, 4, 3, padding=1, padding_mode=mode), [5, 5])
    for pad in ("same", "valid", "full", "SAME", ""):
        yield sized(spell("nn.ConvTranspose2d", 2, 4, 3, padding=pad), [5, 5])
        yield sized(spell("nn.Conv2d", 2, 4, 3, padding=pad), [5, 5])
        yield sized(spell("nn.MaxPool2d", 2, padding=pad), [5, 5])
    for axes, name in grid_pairs((1, 2, 3), ("nn.LazyConv", "nn.LazyConvTranspose")):
        for v in grid(s=(1, 2), p=(0, 1), n=(1, 5)):
            yield sized(
                spell(f"{name}{axes}d", 4, 3, stride=v["s"], padding=v["p"]),
                [v["n"] + axis for axis in range(axes)],
            )


class Verbatim(str):
    """A word of a call that stands without quotes."""

    def __repr__(self) -> str:
        return str(self)


def grid_pairs(axes: Any, names: Any) -> Iterator[tuple[int, str]]:
    """Every number of axes with every name."""
    for count in axes:
        for name in names:
            yield count, name


def refused_rows() -> Iterator[Row]:
    """Values that no layer takes, and a few that one could expect it not to take."""
    for bad in (0, -1):
        yield sized(spell("nn.Conv1d", 2, 4, bad), [5])
        yield sized(spell("nn.ConvTranspose1d", 2, 4, bad), [5])
        yield sized(spell("nn.MaxPool1d", bad), [5])
        yield sized(spell("nn.AvgPool1d", bad), [5])
        for word in ("stride", "padding", "dilation", "groups"):
            yield sized(spell("nn.Conv1d", 2, 4, 3, **{word: bad}), [5])
            yield sized(spell("nn.ConvTranspose1d", 2, 4, 3, **{word: bad}), [5])
        for word in ("stride", "padding", "dilation"):
            yield sized(spell("nn.MaxPool1d", 3, **{word: bad}), [5])
            yield sized(spell("nn.MaxPool2d", 3, **{word: bad}), [5, 5])
        for word in ("stride", "padding"):
            yield sized(spell("nn.AvgPool1d", 3, **{word: bad}), [5])
            yield sized(spell("nn.AvgPool2d", 3, **{word: bad}), [5, 5])
        yield sized(spell("nn.ConvTranspose1d", 2, 4, 3, output_padding=bad), [5])
    for k, p, d in ((3, 1, 2), (3, 2, 2), (3, 2, 3), (2, 1, 3), (5, 3, 2), (4, 2, 2), (4, 3, 2)):
        for axes in (1, 2, 3):
            yield sized(
                spell(f"nn.MaxPool{axes}d", k, stride=1, padding=p, dilation=d),
                [9 + axis for axis in range(axes)],
            )
    for words in (
        {"kernel_size": (3, 3, 3)},
        {"stride": (1, 2, 1)},
        {"padding": (1, 1, 1)},
        {"groups": 3},
        {"kernel_size": (3,)},
    ):
        yield sized(spell("nn.Conv2d", 2, 4, **({"kernel_size": 3} | words)), [6, 6])
        yield sized(spell("nn.ConvTranspose2d", 2, 4, **({"kernel_size": 3} | words)), [6, 6])
    for n in ([0], [1], [2]):
        yield sized(spell("nn.Conv1d", 2, 4, 3, padding=1), n)
        yield sized(spell("nn.Conv1d", 2, 4, 3), n)
        yield sized(spell("nn.ConvTranspose1d", 2, 4, 3), n)
        yield sized(spell("nn.MaxPool1d", 3), n)
        yield sized(spell("nn.MaxPool2d", 2, padding=1), [*n, 5])
        yield sized(spell("nn.AvgPool2d", 3, padding=1, ceil_mode=True), [*n, 5])


def output_size_rows() -> Iterator[Row]:
    """The size that is asked of a transposed convolution when it is called."""
    for v in grid(k=(2, 3), s=(1, 2, 3), p=(0, 1), d=(1, 2), n=(3,)):
        smallest = (v["n"] - 1) * v["s"] - 2 * v["p"] + v["d"] * (v["k"] - 1) + 1
        call = spell(
            "nn.ConvTranspose1d",
            2,
            4,
            v["k"],
            **given(TRANSPOSED, stride=v["s"], padding=v["p"], dilation=v["d"]),
        )
        for size in range(max(smallest - 1, 0), smallest + v["s"] + 1):
            yield sized(call, [v["n"]], output_size=[size])
    for wanted in ([9, 10], [10, 9], [10, 10], [8, 10], [11, 9], [10]):
        yield sized(
            spell("nn.ConvTranspose2d", 2, 4, 3, stride=2, padding=1), [5, 5], output_size=wanted
        )
        yield sized(
            spell("nn.ConvTranspose2d", 2, 4, 3, stride=2, padding=1, output_padding=1),
            [5, 5],
            output_size=wanted,
        )


def random_layer(rng: random.Random, axes: int) -> Row:
    """A random layer, in the mixture of positions and names that people write."""

    def each(low: int, high: int) -> Sizes:
        return tuple(rng.randint(low, high) for _ in range(axes))

    def some(low: int, high: int) -> Any:
        return one_or_all(
            rng, each(low, high) if rng.random() < 0.6 else (rng.randint(low, high),) * axes
        )

    sizes = list(each(1, (40, 24, 9)[axes - 1]))
    kernel, stride, padding, dilation = some(1, 5), some(1, 4), some(0, 3), some(1, 3)
    keep = rng.random() < 0.15
    kind = rng.choice(("Conv", "Conv", "ConvTranspose", "ConvTranspose", "MaxPool", "AvgPool"))
    name, groups = f"nn.{kind}{axes}d", rng.choice((1, 1, 1, 2))
    match kind:
        case "Conv":
            words = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
            words = words if keep else given(CONV, **words)
        case "ConvTranspose":
            words = {
                "stride": stride,
                "padding": padding,
                "output_padding": some(0, 2),
                "groups": groups,
            }
            words |= {"bias": False, "dilation": dilation}
            words = words if keep else given(TRANSPOSED | {"bias": True}, **words)
        case _:
            words = {"stride": stride, "padding": some(0, 2)}
            words |= (
                {"dilation": dilation}
                if kind == "MaxPool"
                else {"count_include_pad": rng.random() < 0.5}
            )
            words = given({} if keep else POOL, **words, ceil_mode=rng.random() < 0.5)
    channels = () if "Pool" in kind else (2, 4)
    positional = rng.choice((0, 0, 1, 2))
    inner = list(words.items())
    order = ["stride", "padding"]
    front = [value for (key, value), word in zip(inner, order, strict=False) if key == word][
        :positional
    ]
    if [key for key, _ in inner[: len(front)]] != order[: len(front)]:
        front = []
    if front or rng.random() < 0.6:
        return sized(spell(name, *channels, kernel, *front, **dict(inner[len(front) :])), sizes)
    return sized(spell(name, *channels, kernel_size=kernel, **words), sizes)


def random_functional(rng: random.Random, axes: int) -> Row:
    """A random functional call; the kernel of a convolution is the shape of w and stands in the
    row.
    """

    def some(low: int, high: int) -> Any:
        values = tuple(rng.randint(low, high) for _ in range(axes))
        return one_or_all(rng, values if rng.random() < 0.5 else (values[0],) * axes)

    sizes = [rng.randint(1, (40, 20, 8)[axes - 1]) for _ in range(axes)]
    kernel = [rng.randint(1, 4) for _ in range(axes)]
    kind = rng.choice(("conv", "conv_transpose", "max_pool", "avg_pool"))
    words = {"stride": some(1, 3), "padding": some(0, 2)}
    if kind in ("conv", "conv_transpose"):
        words |= {"dilation": some(1, 2), "groups": rng.choice((1, 1, 2, 4))}
        words |= {"output_padding": some(0, 1)} if kind == "conv_transpose" else {}
        given_words = given(TRANSPOSED, **words)
        return sized(
            spell(f"F.{kind}{axes}d", Verbatim("x"), Verbatim("w"), **given_words), sizes, kernel
        )
    words |= {"ceil_mode": rng.random() < 0.5} | (
        {"dilation": some(1, 2)} if kind == "max_pool" else {}
    )
    first = one_or_all(rng, tuple(kernel)) if axes > 1 else kernel[0]
    call = spell(f"F.{kind}{axes}d", Verbatim("x"), first, **given(POOL, **words))
    return {
        "call": call,
        "input": sizes,
        **outcome(lambda: answer(call, torch.zeros(1, 4, *sizes), None).shape[2:]),
    }


# Values ------------------------------------------------------------------------------------------


def value_rows() -> Iterator[Row]:
    """Small integer arrays through layers: which cell goes where, not only how many."""
    rng = random.Random(3)
    for v in grid(k=(1, 2, 3, 4), s=(1, 2, 3), p=(0, 1, 2), d=(1, 2)):
        yield from valued(rng, spell("nn.Conv1d", 1, 1, v["k"], **conv_words(v)), [6])
    for v in grid(k=(1, 2, 3), s=(1, 2, 3), p=(0, 1), d=(1, 2), a=(0, 1)):
        words = given(
            TRANSPOSED, stride=v["s"], padding=v["p"], output_padding=v["a"], dilation=v["d"]
        )
        yield from valued(rng, spell("nn.ConvTranspose1d", 1, 1, v["k"], **words, bias=False), [4])
    for v in grid(k=(2, 3, 4, 5), d=(1, 2), mode=("zeros", "reflect", "replicate", "circular")):
        words = given(CONV, padding="same", dilation=v["d"], padding_mode=v["mode"])
        yield from valued(rng, spell("nn.Conv1d", 1, 1, v["k"], **words, bias=False), [9])
    for v in grid(p=(1, 2, 4), s=(1, 2), mode=("reflect", "replicate", "circular")):
        yield from valued(
            rng,
            spell(
                "nn.Conv1d",
                1,
                1,
                3,
                stride=v["s"],
                padding=v["p"],
                padding_mode=v["mode"],
                bias=False,
            ),
            [5],
        )
    for mode in ("reflect", "replicate", "circular"):
        call = spell("nn.Conv2d", 1, 1, (2, 3), padding=(1, 2), padding_mode=mode, bias=False)
        yield from valued(rng, call, [3, 4])
        yield from valued(
            rng,
            spell("nn.Conv2d", 1, 1, (2, 4), padding="same", padding_mode=mode, bias=False),
            [4, 5],
        )
    for v in grid(k=(2, 3, 4), s=(None, 1, 2, 3), p=(0, 1), ceil=(False, True)):
        words = given(POOL, stride=v["s"], padding=v["p"], ceil_mode=v["ceil"])
        yield from valued(rng, spell("nn.MaxPool1d", v["k"], **words), [7])
        yield from valued(rng, spell("nn.AvgPool1d", v["k"], **words), [7], divisor(v["k"]))
        yield from valued(
            rng,
            spell("nn.AvgPool1d", v["k"], **words, count_include_pad=False),
            [7],
            divisor(v["k"]),
        )
    for v in grid(k=(2, 3), p=(0, 1), ceil=(False, True), d=(2, 3)):
        yield from valued(
            rng,
            spell(
                "nn.MaxPool1d",
                v["k"],
                stride=2,
                padding=v["p"],
                dilation=v["d"],
                ceil_mode=v["ceil"],
            ),
            [8],
        )
    for v in grid(ends=((2, 2, 1), (2, 4, 2), (4, 4, 4), (3, 6, 3), (4, 2, 2)), s=(1, 2)):
        fan_in, fan_out, groups = v["ends"]
        words = given(CONV, stride=v["s"], padding=1, groups=groups)
        yield from valued(rng, spell("nn.Conv1d", fan_in, fan_out, 3, **words, bias=False), [4])
        yield from valued(
            rng, spell("nn.ConvTranspose1d", fan_in, fan_out, 3, **words, bias=False), [3]
        )
    for v in grid(k=((2, 3), (3, 1)), s=((1, 2), 2), p=((0, 1), 1), d=(1, (2, 1))):
        words = given(CONV, stride=v["s"], padding=v["p"], dilation=v["d"])
        yield from valued(rng, spell("nn.Conv2d", 1, 2, v["k"], **words, bias=False), [5, 4])
        yield from valued(
            rng, spell("nn.ConvTranspose2d", 2, 1, v["k"], **words, bias=False), [2, 3]
        )
    for v in grid(k=(2, (3, 2)), s=(2, (1, 3)), p=(0, 1), ceil=(False, True)):
        yield from valued(
            rng,
            spell("nn.MaxPool2d", v["k"], stride=v["s"], padding=v["p"], ceil_mode=v["ceil"]),
            [4, 5],
        )
        words = {"stride": v["s"], "padding": v["p"], "ceil_mode": v["ceil"]}
        for include in (True, False):
            call = spell("nn.AvgPool2d", v["k"], **words, count_include_pad=include)
            yield from valued(rng, call, [4, 5], divisor(v["k"]))
    yield from valued(rng, "nn.AvgPool2d(2, divisor_override=3)", [4, 4], 3)
    for v in grid(s=(1, 2), p=(0, 1), d=(1, 2)):
        words = given(CONV, stride=v["s"], padding=v["p"], dilation=v["d"])
        yield from valued(rng, spell("nn.Conv3d", 1, 1, (2, 1, 2), **words, bias=False), [3, 2, 3])
        yield from valued(
            rng, spell("nn.ConvTranspose3d", 1, 1, (2, 1, 2), **words, bias=False), [2, 2, 2]
        )
    for size in (5, 6, 7):
        yield from valued(
            rng, "nn.ConvTranspose1d(1, 1, 3, stride=3, padding=1, bias=False)", [3], 1, [size + 2]
        )
    for v in grid(s=(1, 2), p=(0, 1), d=(1, 2)):
        words = given(CONV, stride=v["s"], padding=v["p"], dilation=v["d"])
        yield functional_values(
            rng, spell("F.conv1d", Verbatim("x"), Verbatim("w"), **words), [5], [1, 1, 3]
        )
        yield functional_values(
            rng, spell("F.conv_transpose1d", Verbatim("x"), Verbatim("w"), **words), [4], [1, 1, 3]
        )


def conv_words(v: Row) -> Row:
    """The arguments of an ordinary convolution without bias."""
    return given(CONV, stride=v["s"], padding=v["p"], dilation=v["d"]) | {"bias": False}


def valued(
    rng: random.Random,
    call: str,
    sizes: list[int],
    scale: int = 1,
    output_size: list[int] | None = None,
) -> Iterator[Row]:
    """A row of the table of values, or nothing when PyTorch refuses the call: the table of
    sizes has those.
    """
    layer = build(call)
    row: Row = {"call": call, **given({"output_size": None}, output_size=output_size)}
    row["x"] = integers(rng, (1, getattr(layer, "in_channels", 1), *sizes), scale)
    if hasattr(layer, "weight"):
        row["w"] = weights(rng, tuple(layer.weight.shape))
        layer.weight.data = torch.tensor(row["w"], dtype=torch.float64)
    try:
        row["y"] = plain(
            forward(layer, torch.tensor(row["x"], dtype=torch.float64), output_size).tolist()
        )
    except (RuntimeError, ValueError):
        return
    yield row


def functional_values(rng: random.Random, call: str, sizes: list[int], shape: list[int]) -> Row:
    """A row of the table of values for a functional call."""
    row: Row = {"call": call, "x": integers(rng, (1, 1, *sizes)), "w": weights(rng, shape)}
    x, w = (torch.tensor(row[name], dtype=torch.float64) for name in "xw")
    return row | {"y": plain(answer(call, x, w).tolist())}


if __name__ == "__main__":
    main()
