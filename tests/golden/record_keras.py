"""Keras's own answers: sizes (keras.jsonl) and values (keras-values.jsonl), from real calls.

Law: what stands in these files came out of Keras, from the very call that stands beside it.
The backend is TensorFlow unless KERAS_BACKEND says otherwise; it stands in the first line, and
other backends differ in what they refuse. Where only TensorFlow's CPU kernel lacks something that
its other kernels have (dilated transposed convolution, channels first), the same call runs
compiled by XLA and the row says `"compiled": true`.
Rerun with Keras installed: `python tests/golden/record_keras.py`
"""

import os
import random
from collections.abc import Iterator
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import keras
import numpy as np
from keras import layers
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

CONV = {"strides": 1, "padding": "valid", "dilation_rate": 1, "groups": 1, "output_padding": None}
POOL = {"strides": None, "padding": "valid"}
ONLY_ON_CPU = ("Current CPU implementation", "on the CPU", "only supports NHWC")


def main() -> None:
    """Record the two files."""
    keras.utils.set_random_seed(0)
    versions = {"keras": keras.__version__, "backend": keras.backend.backend()}
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        tf.config.threading.set_inter_op_parallelism_threads(1)
        tf.config.threading.set_intra_op_parallelism_threads(1)
        versions["tensorflow"] = tf.__version__
    write("keras.jsonl", "keras", versions, size_rows())
    write(
        "keras-values.jsonl",
        "keras",
        versions,
        value_rows(),
        layout="x N,spatial,C; w as the layer's kernel",
    )


def build(call: str) -> Any:
    """The layer that the text of a call makes."""
    return eval(call, {"layers": layers})


def arranged(layer: Any, sizes: list[int] | Sizes, channels: int) -> Sizes:
    """The shape of a batch of one in the layout that the layer reads."""
    first = getattr(layer, "data_format", "channels_last") == "channels_first"
    return (1, channels, *sizes) if first else (1, *sizes, channels)


def spatial(layer: Any, shape: Any) -> Sizes:
    """The spatial sizes of what the layer gave."""
    return (
        tuple(shape[2:])
        if getattr(layer, "data_format", "channels_last") == "channels_first"
        else tuple(shape[1:-1])
    )


def answer(layer: Any, x: Any, row: Row) -> Any:
    """What the layer gives for x; compiled, and the row says so, where only the kernel for the
    CPU is missing.
    """
    try:
        return layer(x)
    except Exception as error:
        if not any(words in str(error) for words in ONLY_ON_CPU):
            raise
        import tensorflow as tf

        row["compiled"] = True
        return tf.function(layer, jit_compile=True, autograph=False)(tf.constant(x))


def sized(call: str, sizes: list[int]) -> Row:
    """A row of the table of sizes, from a real call."""
    row: Row = {"call": call, "input": sizes}

    def run() -> Sizes:
        layer = build(call)
        return spatial(
            layer, answer(layer, np.zeros(arranged(layer, sizes, 2), "float32"), row).shape
        )

    answered = outcome(run)
    return row | answered


# Sizes -------------------------------------------------------------------------------------------


def size_rows() -> Iterator[Row]:
    """Every small corner of one axis, what Keras refuses, then random layers of two and three
    axes.
    """
    for v in grid(
        k=(1, 2, 3, 4), s=(1, 2, 3), pad=("valid", "same", "causal"), d=(1, 2), n=(1, 2, 5, 6)
    ):
        yield sized(spell("layers.Conv1D", 4, v["k"], **conv_words(v)), [v["n"]])
    for v in grid(
        k=(1, 2, 3, 4, 5),
        s=(1, 2, 3, 4),
        pad=("valid", "same"),
        a=(None, 0, 1, 2, 3),
        d=(1, 2, 3),
        n=(1, 4),
    ):
        yield sized(spell("layers.Conv1DTranspose", 4, v["k"], **conv_words(v)), [v["n"]])
    for v in grid(
        kind=("Max", "Average"),
        k=(1, 2, 3, 4),
        s=(None, 1, 2, 3),
        pad=("valid", "same"),
        n=(1, 2, 5, 6),
    ):
        words = given(POOL, strides=v["s"], padding=v["pad"])
        yield sized(spell(f"layers.{v['kind']}Pooling1D", v["k"], **words), [v["n"]])
    for v in grid(k=(1, 2, 3), s=(1, 2, 3), pad=("valid", "same"), d=(1, 2), n=(2, 7)):
        yield sized(spell("layers.DepthwiseConv1D", v["k"], **conv_words(v)), [v["n"]])
        yield sized(spell("layers.SeparableConv1D", 4, v["k"], **conv_words(v)), [v["n"]])
    for v in grid(k=(2, 3), s=(1, 2), pad=("valid", "same"), d=(1, 2)):
        yield sized(spell("layers.DepthwiseConv2D", v["k"], **conv_words(v)), [6, 7])
        yield sized(spell("layers.SeparableConv2D", 4, v["k"], **conv_words(v)), [6, 7])
        for axes in (2, 3):
            sizes = [6, 7, 5][:axes]
            yield sized(spell(f"layers.Conv{axes}D", 4, v["k"], **conv_words(v)), sizes)
            yield sized(spell(f"layers.Conv{axes}DTranspose", 4, v["k"], **conv_words(v)), sizes)
            yield sized(
                spell(
                    f"layers.Conv{axes}D", 4, v["k"], **conv_words(v), data_format="channels_first"
                ),
                sizes,
            )
            yield sized(
                spell(
                    f"layers.Conv{axes}DTranspose",
                    4,
                    v["k"],
                    **conv_words(v),
                    data_format="channels_first",
                ),
                sizes,
            )
    yield from refused_rows()
    yield from plain_rows()
    rng = random.Random(11)
    for axes, count in ((1, 60), (2, 500), (3, 250)):
        for _ in range(count):
            yield random_layer(rng, axes)


def conv_words(v: Row) -> Row:
    """The arguments of a convolution that differ from the defaults."""
    return given(
        CONV, strides=v["s"], padding=v["pad"], output_padding=v.get("a"), dilation_rate=v["d"]
    )


def refused_rows() -> Iterator[Row]:
    """Values that no layer takes, and a few that one could expect it not to take."""
    for bad in (0, -1):
        for name in ("layers.Conv1D", "layers.Conv1DTranspose"):
            yield sized(spell(name, 4, bad), [5])
            yield sized(spell(name, 4, 3, strides=bad), [5])
            yield sized(spell(name, 4, 3, dilation_rate=bad), [5])
        for name in ("layers.MaxPooling1D", "layers.AveragePooling1D"):
            yield sized(spell(name, bad), [5])
            yield sized(spell(name, 2, strides=bad), [5])
        yield sized(spell("layers.Conv1DTranspose", 4, 3, strides=2, output_padding=bad), [5])
        yield sized(spell("layers.Conv1D", 4, 3, groups=bad), [5])
    for pad in ("causal", "full", "SAME", "Valid", 1, (1, 1)):
        for name in (
            "layers.Conv1D",
            "layers.Conv2D",
            "layers.Conv2DTranspose",
            "layers.Conv1DTranspose",
        ):
            yield sized(spell(name, 4, 3, padding=pad), [5, 5][: int(name[11])])
        yield sized(spell("layers.MaxPooling2D", 2, padding=pad), [5, 5])
        yield sized(spell("layers.DepthwiseConv2D", 2, padding=pad), [5, 5])
    wrong: list[Row] = [{"kernel_size": (3,)}, {"kernel_size": (3, 3, 3)}, {"strides": (1, 2, 1)}]
    for words in [*wrong, {"groups": 3}, {"groups": 2}]:
        yield sized(spell("layers.Conv2D", 4, **({"kernel_size": 3} | words)), [6, 6])
    some: list[Row] = [{"output_padding": 1}, {"output_padding": (1, 0)}, {"dilation_rate": (2, 1)}]
    for words in [*some, {"output_padding": 1, "strides": 2}]:
        yield sized(spell("layers.Conv2DTranspose", 4, 3, **words), [6, 6])
        yield sized(spell("layers.Conv2DTranspose", 4, 3, **words, padding="same"), [6, 6])
    for s, d in ((2, (1, 2)), ((1, 2), 2), ((1, 2), (2, 1)), ((2, 1), (2, 1)), ((1, 2), (1, 2))):
        for name in ("layers.Conv2D", "layers.Conv2DTranspose", "layers.SeparableConv2D"):
            yield sized(spell(name, 4, 3, strides=s, dilation_rate=d), [8, 8])
            yield sized(spell(name, 4, 3, strides=s, padding="same", dilation_rate=d), [8, 8])
        yield sized(spell("layers.DepthwiseConv2D", 3, strides=s, dilation_rate=d), [8, 8])
    for s in (2, (1, 2), (2, 1)):
        yield sized(spell("layers.DepthwiseConv2D", 3, strides=s), [8, 8])
        yield sized(spell("layers.SeparableConv2D", 4, 3, strides=s, padding="same"), [8, 8])


def plain_rows() -> Iterator[Row]:
    """Layers whose size rule is one line: padding, cropping, upsampling."""
    for v in grid(p=(1, (1, 2), ((1, 0), (0, 2)))):
        yield sized(spell("layers.ZeroPadding2D", v["p"]), [5, 6])
        yield sized(spell("layers.Cropping2D", v["p"]), [5, 6])
    for p in (1, (1, 2), (0, 1)):
        yield sized(spell("layers.ZeroPadding1D", p), [5])
        yield sized(spell("layers.Cropping1D", p), [5])
    for f in (1, 2, 3):
        yield sized(spell("layers.UpSampling1D", f), [5])
        yield sized(spell("layers.UpSampling2D", (f, 2)), [5, 6])
        yield sized(spell("layers.UpSampling3D", f), [2, 3, 4])


def random_layer(rng: random.Random, axes: int) -> Row:
    """A random layer, in the mixture of positions and names that people write."""

    def some(low: int, high: int) -> Any:
        values = tuple(rng.randint(low, high) for _ in range(axes))
        return one_or_all(rng, values if rng.random() < 0.5 else (values[0],) * axes)

    sizes = [rng.randint(1, (40, 24, 9)[axes - 1]) for _ in range(axes)]
    kernel, strides, dilation = some(1, 5), some(1, 4), some(1, 3)
    strides, dilation = rng.choice(((strides, 1), (strides, 1), (1, dilation), (strides, dilation)))
    padding = rng.choice(("valid", "same"))
    kinds = (
        "Conv",
        "ConvTranspose",
        "ConvTranspose",
        "MaxPooling",
        "AveragePooling",
        "DepthwiseConv",
        "SeparableConv",
    )
    kind = rng.choice(kinds[: 7 if axes < 3 else 5])
    name = f"layers.Conv{axes}DTranspose" if kind == "ConvTranspose" else f"layers.{kind}{axes}D"
    if "Pooling" in kind:
        words = given(
            {} if rng.random() < 0.2 else POOL, strides=rng.choice((None, strides)), padding=padding
        )
        return sized(
            spell(name, kernel, **words)
            if rng.random() < 0.5
            else spell(name, pool_size=kernel, **words),
            sizes,
        )
    words = {"strides": strides, "padding": padding, "dilation_rate": dilation}
    if kind == "ConvTranspose":
        words["output_padding"] = rng.choice((None, None, some(0, 2)))
    if kind == "Conv":
        words["groups"] = rng.choice((1, 1, 1, 2))
    words = given({} if rng.random() < 0.15 else CONV, **words)
    filters = () if kind == "DepthwiseConv" else (4,)
    style = rng.random()
    if style < 0.2 and "strides" in words and kind != "DepthwiseConv":
        strides = words.pop("strides")
        return sized(spell(name, *filters, kernel, strides, **words), sizes)
    if style < 0.7:
        return sized(
            spell(name, *filters, kernel, **words, use_bias=False, activation="relu"), sizes
        )
    first = {"filters": 4} if filters else {}
    return sized(spell(name, **first, kernel_size=kernel, **words), sizes)


# Values ------------------------------------------------------------------------------------------


def value_rows() -> Iterator[Row]:
    """Small integer arrays through layers: which cell goes where, not only how many."""
    rng = random.Random(12)
    for v in grid(
        k=(1, 2, 3, 4), s=(1, 2, 3), pad=("valid", "same", "causal"), d=(1, 2, 3), n=(6,)
    ):
        yield from valued(
            rng, spell("layers.Conv1D", 1, v["k"], **conv_words(v), use_bias=False), [v["n"]], 1
        )
    for v in grid(k=(2, 3, 4, 5), s=(2, 3, 4), pad=("same",), d=(1,), n=(1, 4, 7)):
        yield from valued(
            rng, spell("layers.Conv1D", 1, v["k"], **conv_words(v), use_bias=False), [v["n"]], 1
        )
    for v in grid(
        k=(1, 2, 3, 4, 5), s=(1, 2, 3, 4), pad=("valid", "same"), a=(None, 0, 1, 2), d=(1,), n=(3,)
    ):
        yield from valued(
            rng,
            spell("layers.Conv1DTranspose", 1, v["k"], **conv_words(v), use_bias=False),
            [v["n"]],
            1,
        )
    for v in grid(
        k=(1, 2, 3, 4), s=(1, 2), pad=("valid", "same"), a=(None, 0, 1), d=(2, 3), n=(4,)
    ):
        yield from valued(
            rng,
            spell("layers.Conv1DTranspose", 1, v["k"], **conv_words(v), use_bias=False),
            [v["n"]],
            1,
        )
    for v in grid(
        kind=("Max", "Average"), k=(1, 2, 3, 4), s=(None, 1, 2, 3), pad=("valid", "same"), n=(6,)
    ):
        call = spell(
            f"layers.{v['kind']}Pooling1D", v["k"], **given(POOL, strides=v["s"], padding=v["pad"])
        )
        yield from valued(rng, call, [v["n"]], 1, 12)
    for v in grid(
        kind=("Max", "Average"), k=((2, 3), 2), s=(None, 1, (2, 1)), pad=("valid", "same")
    ):
        call = spell(
            f"layers.{v['kind']}Pooling2D", v["k"], **given(POOL, strides=v["s"], padding=v["pad"])
        )
        yield from valued(rng, call, [3, 4], 1, 12)
    for v in grid(
        ends=((2, 2, 1), (2, 4, 2), (4, 4, 4), (3, 6, 3), (4, 2, 2)),
        s=(1, 2),
        pad=("same",),
        d=(1,),
    ):
        fan_in, fan_out, groups = v["ends"]
        call = spell(
            "layers.Conv1D",
            fan_out,
            3,
            **conv_words(v),
            **given(CONV, groups=groups),
            use_bias=False,
        )
        yield from valued(rng, call, [4], fan_in)
    for v in grid(k=(2, 3), s=(1, 2), pad=("valid", "same"), d=(1,), fan_in=(1, 2, 3)):
        yield from valued(
            rng,
            spell("layers.Conv1DTranspose", 2, v["k"], **conv_words(v), use_bias=False),
            [3],
            v["fan_in"],
        )
    for v in grid(k=(2, 3), s=(1, 2), pad=("valid", "same"), d=(1, 2), multiplier=(1, 2)):
        words = given({"depth_multiplier": 1}, depth_multiplier=v["multiplier"])
        yield from valued(
            rng,
            spell("layers.DepthwiseConv2D", v["k"], **conv_words(v), **words, use_bias=False),
            [3, 4],
            2,
        )
        yield from valued(
            rng,
            spell("layers.DepthwiseConv1D", v["k"], **conv_words(v), **words, use_bias=False),
            [5],
            2,
        )
    for v in grid(k=((2, 3), (3, 2)), s=(1, 2), pad=("valid", "same"), d=(1, 2)):
        yield from valued(
            rng, spell("layers.Conv2D", 2, v["k"], **conv_words(v), use_bias=False), [4, 5], 1
        )
    for v in grid(
        k=((2, 3), (3, 2)), s=(1, 2, (1, 3)), pad=("valid", "same"), a=(None, 0, (0, 1)), d=(1, 2)
    ):
        yield from valued(
            rng,
            spell("layers.Conv2DTranspose", 1, v["k"], **conv_words(v), use_bias=False),
            [2, 3],
            2,
        )
    for v in grid(k=(2,), s=(1, 2), pad=("valid", "same"), a=(None, 0, 1), d=(1,)):
        if v["a"] is None:
            yield from valued(
                rng,
                spell("layers.Conv3D", 1, v["k"], **conv_words(v), use_bias=False),
                [2, 3, 2],
                1,
            )
        yield from valued(
            rng,
            spell("layers.Conv3DTranspose", 1, v["k"], **conv_words(v), use_bias=False),
            [2, 1, 2],
            1,
        )


def valued(
    rng: random.Random, call: str, sizes: list[int], channels: int, scale: int = 1
) -> Iterator[Row]:
    """A row of the table of values, or nothing when Keras refuses the call: the table of sizes
    has those.
    """
    try:
        layer = build(call)
        shape = arranged(layer, sizes, channels)
        layer.build(shape)
        row: Row = {"call": call, "x": integers(rng, shape, scale)}
        if layer.weights:
            row["w"] = weights(rng, tuple(layer.weights[0].shape))
            layer.set_weights([np.array(row["w"], "float32")])
        row["y"] = plain(np.asarray(answer(layer, np.array(row["x"], "float32"), row)).tolist())
    except Exception:
        return
    yield row


if __name__ == "__main__":
    main()
