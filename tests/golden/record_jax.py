"""JAX's and Flax's own answers: sizes (jax.jsonl) and values (jax-values.jsonl).

Law: what stands in these files came out of JAX, from the very call that stands beside it:
`jax.lax...` with x and w, `nn...` of flax.linen, `nnx...` of flax.nnx with rngs.
Sizes are evaluated abstractly, values really.
Rerun with jax and flax installed: `python tests/golden/record_jax.py`
"""

import os
import random
from collections.abc import Iterator
from typing import Any

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import flax
import jax
import jax.numpy as jnp
from flax import linen as nn
from flax import nnx
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

VERSIONS = {"jax": jax.__version__, "flax": flax.__version__}
CONV = "jax.lax.conv_general_dilated"
TRANSPOSED = "jax.lax.conv_transpose"
LAX: Row = {
    "lhs_dilation": None,
    "rhs_dilation": None,
    "feature_group_count": 1,
    "transpose_kernel": False,
    "use_consistent_padding": False,
}
FLAX: Row = {
    "strides": 1,
    "padding": "SAME",
    "kernel_dilation": 1,
    "input_dilation": 1,
    "feature_group_count": 1,
    "transpose_kernel": False,
}


class Word(str):
    """A word of a call that stands without quotes."""

    def __repr__(self) -> str:
        return str(self)


X, W, RNGS = Word("x"), Word("w"), Word("rngs")


def main() -> None:
    """Record the two files."""
    layout = (
        "conv_general_dilated: x N,C,spatial and w out,in,spatial; "
        "others: x N,spatial,C and w spatial,in,out (out,in with transpose_kernel)"
    )
    write("jax.jsonl", "jax", VERSIONS, size_rows())
    write("jax-values.jsonl", "jax", VERSIONS, value_rows(), layout=layout)


def answer(call: str, x: Any, w: Any = None) -> Any:
    """What the text of a call gives for x (and w): a layer is applied, a function has been
    called by its text.
    """
    names = {"jax": jax, "nn": nn, "nnx": nnx, "x": x, "w": w}
    if call.startswith("nnx.") and "rngs" in call:
        layer = eval(call, names | {"rngs": nnx.Rngs(0)})
        if w is not None:
            layer.kernel.set_value(w)
        return layer(x)
    value = eval(call, names)
    if not isinstance(value, nn.Module):
        return value
    return (
        value.apply({"params": {"kernel": w}}, x)
        if w is not None
        else value.init_with_output(jax.random.key(0), x)[0]
    )


def sized(
    call: str, sizes: list[int], kernel: list[int] | None = None, really: bool = False
) -> Row:
    """A row of the table of sizes; `kernel` is the shape of w where the call does not say it.

    `really` runs the call: abstract evaluation gives a size even for a stride of 0.
    """
    first = CONV in call
    x = jax.ShapeDtypeStruct((1, 2, *sizes) if first else (1, *sizes, 2), jnp.float32)
    groups = number_after("feature_group_count=", call)
    w = None
    if kernel is not None:
        w = jax.ShapeDtypeStruct(
            (4, 2 // groups, *kernel) if first else (*kernel, *ends_of(call, 2, 4)), jnp.float32
        )

    def run() -> Sizes:
        if really:
            shape = answer(
                call, jnp.zeros(x.shape), None if w is None else jnp.zeros(w.shape)
            ).shape
        else:
            shape = jax.eval_shape(lambda a, b: answer(call, a, b), x, w).shape
        return tuple(shape[2:]) if first else tuple(shape[1:-1])

    return {"call": call, **given({"kernel": None}, kernel=kernel), "input": sizes, **outcome(run)}


def number_after(word: str, call: str, default: int = 1) -> int:
    """The number that follows a word in the text of a call."""
    return int(call.partition(word)[2].partition(")")[0].partition(",")[0] or default)


def ends_of(call: str, fan_in: int, fan_out: int) -> Sizes:
    """The last two sizes of the kernel of a transposed convolution."""
    return (fan_out, fan_in) if "transpose_kernel=True" in call else (fan_in, fan_out)


def tuple_of(value: int | None) -> Sizes | None:
    """A tuple of one number, or None."""
    return None if value is None else (value,)


# Sizes -------------------------------------------------------------------------------------------


def size_rows() -> Iterator[Row]:
    """Every small corner of one axis, what JAX refuses, then random calls of two and three axes."""
    pads = ("VALID", "SAME", "SAME_LOWER", ((1, 1),), ((0, 2),), ((-1, 0),))
    for v in grid(k=(1, 2, 3, 4), s=(1, 2, 3), pad=pads, d=(None, 2), n=(1, 2, 5)):
        words = given(LAX, rhs_dilation=tuple_of(v["d"]))
        yield sized(spell(CONV, X, W, (v["s"],), v["pad"], **words), [v["n"]], [v["k"]])
    for v in grid(
        k=(1, 2, 3), b=(2, 3), s=(1, 2), pad=("VALID", "SAME", ((1, 2),), ((-1, 1),)), n=(0, 1, 4)
    ):
        yield sized(
            spell(CONV, X, W, (v["s"],), v["pad"], lhs_dilation=(v["b"],)), [v["n"]], [v["k"]]
        )
    for v in grid(
        k=(1, 2, 3, 4, 5),
        s=(1, 2, 3, 4),
        pad=("SAME", "VALID", ((1, 1),), ((2, 0),)),
        d=(None, 2),
        n=(1, 4),
    ):
        words = given(LAX, rhs_dilation=tuple_of(v["d"]))
        yield sized(spell(TRANSPOSED, X, W, (v["s"],), v["pad"], **words), [v["n"]], [v["k"]])
    for v in grid(
        k=(1, 2, 3, 4),
        s=(1, 2, 3),
        pad=("SAME", "VALID", ((1, 1),), ((0, 1),), ((2, 0),)),
        d=(None, 2),
        n=(1, 4),
    ):
        words = given(LAX, rhs_dilation=tuple_of(v["d"])) | {"use_consistent_padding": True}
        yield sized(spell(TRANSPOSED, X, W, (v["s"],), v["pad"], **words), [v["n"]], [v["k"]])
    names = ("SAME", "VALID", "CIRCULAR", "REFLECT", "CAUSAL", "SAME_LOWER", 1, ((0, 1),))
    for v in grid(k=(1, 2, 3, 4), s=(1, 2, 3), pad=names, d=(1, 2), n=(1, 5)):
        yield sized(linen("nn.Conv", (v["k"],), v), [v["n"]])
    for v in grid(
        k=(1, 2, 3, 4, 5),
        s=(1, 2, 3),
        pad=("SAME", "VALID", "CIRCULAR", 1, ((0, 2),)),
        d=(1, 2),
        n=(1, 4),
    ):
        yield sized(linen("nn.ConvTranspose", (v["k"],), v, one=True), [v["n"]])
    for v in grid(
        k=(1, 2, 3, 4),
        s=(1, 2, 3),
        pad=("SAME", "VALID", "CIRCULAR", "CAUSAL", 1),
        d=(1,),
        n=(1, 5),
    ):
        yield sized(nnx_text("nnx.Conv", (v["k"],), v), [v["n"]])
        yield sized(nnx_text("nnx.ConvTranspose", (v["k"],), v), [v["n"]])
    for v in grid(
        name=("nn.max_pool", "nn.avg_pool"),
        k=(1, 2, 3),
        s=(None, 2, 3),
        pad=("VALID", "SAME", ((1, 1),), ((0, 2),)),
        n=(1, 2, 5),
    ):
        words = given(
            {"strides": None, "padding": "VALID"}, strides=tuple_of(v["s"]), padding=v["pad"]
        )
        yield sized(spell(v["name"], X, (v["k"],), **words), [v["n"]])
    yield from refused_rows()
    rng = random.Random(31)
    for axes, count in ((1, 60), (2, 420), (3, 220)):
        for _ in range(count):
            yield random_call(rng, axes)


def linen(name: str, kernel: Sizes, v: Row, one: bool = False, **more: Any) -> str:
    """A layer of flax.linen; `one` writes one number a stride as a tuple, which its transposed
    convolution needs.
    """
    strides = tuple_of(v["s"]) if one and v["s"] != 1 else v["s"]
    dilation = tuple_of(v["d"]) if one and v["d"] != 1 else v["d"]
    words = given(FLAX, strides=strides, padding=v["pad"], kernel_dilation=dilation)
    return spell(name, features=4, kernel_size=kernel, **words, **more)


def nnx_text(name: str, kernel: Sizes, v: Row, ends: Sizes = (2, 4), **more: Any) -> str:
    """A layer of flax.nnx."""
    words = given(FLAX, strides=v["s"], padding=v["pad"], kernel_dilation=v["d"])
    return spell(
        name,
        in_features=ends[0],
        out_features=ends[1],
        kernel_size=kernel,
        **words,
        **more,
        rngs=RNGS,
    )


def refused_rows() -> Iterator[Row]:
    """Values that JAX does not take, and a few that one could expect it not to take."""
    for bad in (0, -1):
        names = ("strides", "kernel_dilation", "input_dilation", "feature_group_count", "padding")
        words: Row
        for words in ({name: bad} for name in names):
            yield sized(spell("nn.Conv", features=4, kernel_size=(3,), **words), [5], really=True)
        more: list[Row] = [{"strides": (bad,)}, {"kernel_dilation": (bad,)}, {"padding": bad}]
        for words in more:
            yield sized(spell("nn.ConvTranspose", features=4, kernel_size=(3,), **words), [5])
        yield sized(spell("nn.Conv", features=4, kernel_size=(bad,)), [5])
        yield sized(spell(CONV, X, W, (bad,), "VALID"), [5], [3], really=True)
        yield sized(spell(CONV, X, W, (1,), "VALID", rhs_dilation=(bad,)), [5], [3])
        yield sized(spell(CONV, X, W, (1,), "VALID", lhs_dilation=(bad,)), [5], [3])
        yield sized(spell(TRANSPOSED, X, W, (bad,), "SAME"), [5], [3])
        yield sized(spell("nn.max_pool", X, (bad,)), [5])
        yield sized(spell("nn.max_pool", X, (2,), strides=(bad,)), [5])
    for pad in (
        "same",
        "FULL",
        "CAUSAL",
        "REFLECT",
        "CIRCULAR",
        "SAME_LOWER",
        (1,),
        ((1,),),
        (1, 1),
        [(1, 2)],
        2,
    ):
        yield sized(spell("nn.Conv", features=4, kernel_size=(3,), padding=pad), [5])
        yield sized(spell("nn.Conv", features=4, kernel_size=(3, 3), padding=pad), [5, 5])
        yield sized(spell("nn.ConvTranspose", features=4, kernel_size=(3,), padding=pad), [5])
        yield sized(spell("nn.ConvTranspose", features=4, kernel_size=(3, 3), padding=pad), [5, 5])
        yield sized(spell(CONV, X, W, (1,), pad), [5], [3])
        yield sized(spell(TRANSPOSED, X, W, (2,), pad), [5], [3])
        yield sized(spell("nn.max_pool", X, (2,), padding=pad), [5])
        yield sized(spell("nn.avg_pool", X, (2,), padding=pad, count_include_pad=False), [5])
    for kernel in (3, (3,), (3, 3)):
        sizes = [5] * (1 if isinstance(kernel, int) else len(kernel))
        yield sized(spell("nn.Conv", features=4, kernel_size=kernel), sizes)
        yield sized(spell("nn.ConvTranspose", features=4, kernel_size=kernel), sizes)
        yield sized(spell("nn.Conv", 4, kernel), sizes)
        yield sized(spell("nnx.Conv", 2, 4, kernel_size=kernel, rngs=RNGS), sizes)
        yield sized(spell("nnx.Conv", 2, 4, kernel, rngs=RNGS), sizes)
    for strides in (2, (2,), (2, 1), None):
        yield sized(spell("nn.Conv", features=4, kernel_size=(3, 3), strides=strides), [7, 7])
        yield sized(
            spell("nn.ConvTranspose", features=4, kernel_size=(3, 3), strides=strides), [7, 7]
        )
        yield sized(spell("nnx.ConvTranspose", 2, 4, (3, 3), strides=strides, rngs=RNGS), [7, 7])
        yield sized(spell("nn.max_pool", X, (2, 2), strides=strides), [7, 7])
    for groups in (2, 3):
        yield sized(spell("nn.Conv", features=4, kernel_size=(3,), feature_group_count=groups), [5])
        yield sized(spell(CONV, X, W, (1,), "SAME", feature_group_count=groups), [5], [3])
    for name in ("nn.Conv", "nn.ConvLocal"):
        for pad in ("SAME", "VALID", "CIRCULAR", "CAUSAL"):
            yield sized(spell(name, features=4, kernel_size=(4,), strides=2, padding=pad), [9])
            yield sized(
                spell(name, features=4, kernel_size=(3,), strides=2, padding=pad, input_dilation=2),
                [9],
            )
    for v in grid(pad=("SAME", "VALID", 1), s=((1,), (2,)), k=(3, 4)):
        yield sized(
            spell(
                "nn.ConvTranspose",
                features=4,
                kernel_size=(v["k"],),
                strides=v["s"],
                padding=v["pad"],
                transpose_kernel=True,
            ),
            [5],
        )


def random_call(rng: random.Random, axes: int) -> Row:
    """A random call with values of its own on every axis."""

    def each(low: int, high: int) -> Sizes:
        return tuple(rng.randint(low, high) for _ in range(axes))

    sizes, kernel, strides = list(each(1, (40, 24, 9)[axes - 1])), each(1, 5), each(1, 4)
    dilation = rng.choice((None, None, each(1, 3)))
    pairs = tuple((rng.randint(0, 3), rng.randint(0, 3)) for _ in range(axes))
    kind = rng.choice(
        (
            CONV,
            TRANSPOSED,
            "nn.Conv",
            "nn.Conv",
            "nn.ConvTranspose",
            "nnx.Conv",
            "nnx.ConvTranspose",
            "pool",
        )
    )
    words: Row
    match kind:
        case "jax.lax.conv_general_dilated":
            words = {
                "rhs_dilation": dilation,
                "lhs_dilation": rng.choice((None, None, each(1, 3))),
                "feature_group_count": rng.choice((1, 1, 2)),
            }
            pad = rng.choice(("SAME", "VALID", "SAME_LOWER", pairs))
            return sized(
                spell(kind, X, W, strides, pad, **given(LAX, **words)), sizes, list(kernel)
            )
        case "jax.lax.conv_transpose":
            words = {
                "rhs_dilation": dilation,
                "use_consistent_padding": rng.random() < 0.3,
                "transpose_kernel": rng.random() < 0.3,
            }
            return sized(
                spell(
                    kind, X, W, strides, rng.choice(("SAME", "VALID", pairs)), **given(LAX, **words)
                ),
                sizes,
                list(kernel),
            )
        case "pool":
            words = given(
                {"strides": None},
                strides=rng.choice((None, strides)),
                padding=rng.choice(("SAME", "VALID", pairs)),
            )
            name = rng.choice(("nn.max_pool", "nn.avg_pool"))
            more = (
                {"count_include_pad": False} if name == "nn.avg_pool" and rng.random() < 0.5 else {}
            )
            return sized(spell(name, X, kernel, **words, **more), sizes)
    names = ("SAME", "VALID", "CIRCULAR", pairs, 1) + (
        () if "Transpose" in kind else ("REFLECT", "SAME_LOWER", 2)
    )
    words = {
        "strides": strides if "nn.ConvT" in kind else one_or_all(rng, strides),
        "padding": rng.choice(names),
    }
    words |= {} if dilation is None else {"kernel_dilation": dilation}
    if "Transpose" in kind:
        words["transpose_kernel"] = rng.random() < 0.2
    else:
        words["feature_group_count"] = rng.choice((1, 1, 2))
    words = given({} if rng.random() < 0.1 else FLAX, **words)
    if kind.startswith("nnx"):
        return sized(
            spell(kind, in_features=2, out_features=4, kernel_size=kernel, **words, rngs=RNGS),
            sizes,
        )
    return sized(spell(kind, features=4, kernel_size=kernel, **words, use_bias=False), sizes)


# Values ------------------------------------------------------------------------------------------


def value_rows() -> Iterator[Row]:
    """Small integer arrays through calls: which cell goes where, not only how many."""
    rng = random.Random(32)
    for v in grid(k=(2, 3, 4), s=(1, 2, 3), pad=("SAME", "SAME_LOWER", ((2, 0),)), d=(None, 2)):
        call = spell(CONV, X, W, (v["s"],), v["pad"], **given(LAX, rhs_dilation=tuple_of(v["d"])))
        yield from valued(rng, call, [6], (1, 1), [v["k"]])
    for v in grid(k=(2, 3), s=(1, 2), pad=("VALID", "SAME", ((2, 1),), ((-1, 2),)), b=(2, 3)):
        yield from valued(
            rng,
            spell(CONV, X, W, (v["s"],), v["pad"], lhs_dilation=(v["b"],)),
            [4],
            (1, 1),
            [v["k"]],
        )
    for v in grid(
        k=(1, 2, 3, 4, 5), s=(1, 2, 3, 4), pad=("SAME", "VALID", ((1, 2),)), turned=(False, True)
    ):
        call = spell(
            TRANSPOSED, X, W, (v["s"],), v["pad"], **given(LAX, transpose_kernel=v["turned"])
        )
        yield from valued(rng, call, [3], (1, 1), [v["k"]])
    for v in grid(
        k=(2, 3),
        s=(1, 2, 3),
        pad=("SAME", "VALID", ((1, 0),)),
        turned=(False, True),
        consistent=(False, True),
    ):
        words = given(
            LAX,
            rhs_dilation=(2,),
            transpose_kernel=v["turned"],
            use_consistent_padding=v["consistent"],
        )
        yield from valued(
            rng, spell(TRANSPOSED, X, W, (v["s"],), v["pad"], **words), [3], (1, 1), [v["k"]]
        )
    for v in grid(
        k=(2, 3, 4), s=(1, 2), pad=(((0, 0),), ((1, 1),), ((0, 1),)), turned=(False, True)
    ):
        words = given(LAX, transpose_kernel=v["turned"]) | {"use_consistent_padding": True}
        yield from valued(
            rng, spell(TRANSPOSED, X, W, (v["s"],), v["pad"], **words), [3], (1, 1), [v["k"]]
        )
    names = ("SAME", "VALID", "CIRCULAR", "REFLECT", "CAUSAL", "SAME_LOWER", ((1, 0),))
    for v in grid(k=(2, 3, 4), s=(1, 2), pad=names, d=(1, 2)):
        yield from valued(
            rng,
            linen("nn.Conv", (v["k"],), v, use_bias=False).replace("=4", "=1", 1),
            [7],
            (1, 1),
            [v["k"]],
        )
    for v in grid(
        k=(2, 3, 4, 5),
        s=(1, 2, 3),
        pad=("SAME", "VALID", "CIRCULAR", 1),
        d=(1, 2),
        turned=(False, True),
    ):
        if v["turned"] and v["d"] == 2:
            continue
        call = linen(
            "nn.ConvTranspose",
            (v["k"],),
            v,
            one=True,
            **given(FLAX, transpose_kernel=v["turned"]),
            use_bias=False,
        )
        yield from valued(rng, call.replace("=4", "=1", 1), [4], (1, 1), [v["k"]])
    for v in grid(k=(2, 3), s=(1, 2), pad=("SAME", "CIRCULAR", ((0, 1),)), d=(1,)):
        yield from valued(
            rng, nnx_text("nnx.Conv", (v["k"],), v, (2, 1), use_bias=False), [4], (2, 1), [v["k"]]
        )
        for turned in (False, True):
            call = nnx_text(
                "nnx.ConvTranspose",
                (v["k"],),
                v,
                (2, 1),
                **given(FLAX, transpose_kernel=turned),
                use_bias=False,
            )
            yield from valued(rng, call, [3], (2, 1), [v["k"]])
    for v in grid(k=(2, 3), s=(None, 2, 3), pad=("VALID", "SAME", ((1, 0),))):
        words = given(
            {"strides": None, "padding": "VALID"}, strides=tuple_of(v["s"]), padding=v["pad"]
        )
        yield from valued(rng, spell("nn.max_pool", X, (v["k"],), **words), [6], (1, 1), None)
        for include in (True, False):
            more = given({"count_include_pad": True}, count_include_pad=include)
            yield from valued(
                rng, spell("nn.avg_pool", X, (v["k"],), **words, **more), [6], (1, 1), None, 12
            )
    for groups, fan_in, fan_out in ((1, 2, 2), (2, 2, 4), (4, 4, 4), (3, 3, 6), (2, 4, 2)):
        call = spell(
            "nn.Conv",
            features=fan_out,
            kernel_size=(3,),
            feature_group_count=groups,
            use_bias=False,
        )
        yield from valued(rng, call, [4], (fan_in // groups, fan_out), [3], 1, fan_in)
    for v in grid(k=((2, 3), (3, 2)), s=((1, 2), (2, 2)), pad=("SAME", "VALID", ((0, 1), (1, 0)))):
        words = given(FLAX, strides=v["s"], padding=v["pad"]) | {"use_bias": False}
        yield from valued(
            rng,
            spell("nn.Conv", features=2, kernel_size=v["k"], **words),
            [4, 5],
            (1, 2),
            list(v["k"]),
        )
        yield from valued(
            rng,
            spell("nn.ConvTranspose", features=1, kernel_size=v["k"], **words),
            [2, 3],
            (2, 1),
            list(v["k"]),
        )
        yield from valued(
            rng,
            spell(TRANSPOSED, X, W, v["s"], v["pad"], transpose_kernel=True),
            [2, 3],
            (2, 1),
            list(v["k"]),
        )
        yield from valued(rng, spell(CONV, X, W, v["s"], v["pad"]), [4, 5], (1, 2), list(v["k"]))
    for pad in ("SAME", "VALID", "CIRCULAR"):
        words = {"strides": (1, 2, 2), "padding": pad, "use_bias": False}
        yield from valued(
            rng,
            spell("nn.Conv", features=1, kernel_size=(2, 1, 2), **words),
            [3, 2, 3],
            (1, 1),
            [2, 1, 2],
        )
        yield from valued(
            rng,
            spell("nn.ConvTranspose", features=1, kernel_size=(2, 1, 2), **words),
            [2, 1, 2],
            (1, 1),
            [2, 1, 2],
        )


def valued(
    rng: random.Random,
    call: str,
    sizes: list[int],
    ends: Sizes,
    kernel: list[int] | None,
    scale: int = 1,
    channels: int | None = None,
) -> Iterator[Row]:
    """A row of the table of values (`ends`: channels in and out of w), or nothing when JAX
    refuses the call.
    """
    channels = channels or ends[0]
    row: Row = {
        "call": call,
        "x": integers(rng, (1, channels, *sizes) if CONV in call else (1, *sizes, channels), scale),
    }
    if kernel is not None:
        row["w"] = weights(
            rng, (*ends[::-1], *kernel) if CONV in call else (*kernel, *ends_of(call, *ends))
        )
    x = jnp.array(row["x"], jnp.float32)
    w = jnp.array(row["w"], jnp.float32) if kernel is not None else None
    try:
        y = answer(call, x, w)
    except Exception:
        return
    if y.size:
        yield row | {"y": plain(y.tolist())}


if __name__ == "__main__":
    main()
