"""Records what Keras says of the models in keras_modules.txt: output, trained parameters, sizes.

    python tests/golden/record_keras_modules.py        # in an environment with Keras

The models are built for every size of 1..80, all axes alike, as the text is with that size in it.
Shapes are written channels first, as convcalc shows them; Keras has them channels last.
"""

import json
import os
import re
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import tensorflow as tf

HERE = Path(__file__).parent
LAST = 80


def built(text: str, shape: tuple[int, ...]) -> keras.Model:
    """The model of a text, built for an input of ``shape``, channels last."""
    names: dict[str, object] = {"keras": keras, "layers": keras.layers, "tf": tf}
    names |= {word: getattr(keras.layers, word) for word in dir(keras.layers)}
    names["Sequential"] = keras.Sequential
    exec(text, names)  # noqa: S102 (our own text)
    model = names["model"]
    assert isinstance(model, keras.Model)
    if not model.inputs if isinstance(model, keras.Sequential) else type(model) is not keras.Model:
        model(tf.zeros((1, *shape)))
    return model


def given(model: keras.Model, shape: tuple[int, ...]) -> tuple[int, ...]:
    """What comes out, channels first."""
    *axes, channels = model(tf.zeros((1, *shape))).shape[1:]
    return channels, *axes


def sized(text: str, old: tuple[int, ...], new: tuple[int, ...]) -> str:
    """A text with another size of its input."""
    return re.sub(re.escape(", ".join(map(str, old))), ", ".join(map(str, new)), text)


def runs(text: str, shape: tuple[int, ...], n: int) -> bool:
    """Whether a model for another size can be built and gives something."""
    new = (*[n] * (len(shape) - 1), shape[-1])
    try:
        return 0 not in given(built(sized(text, shape, new), new), new)
    except (ValueError, tf.errors.OpError):
        return False


def main() -> None:
    """Write keras_modules.jsonl."""
    lines = []
    for part in (HERE / "keras_modules.txt").read_text().split("# ==== ")[1:]:
        head, _, text = part.partition("\n")
        name, size = head.split()
        channels, *axes = map(int, size.split("x"))
        shape = (*axes, channels)
        model = built(text, shape)
        row = {
            "name": name,
            "input": (channels, *axes),
            "output": given(model, shape),
            "parameters": sum(each.value.numpy().size for each in model.trainable_variables),
            "legal": [n for n in range(1, LAST + 1) if axes and runs(text, shape, n)],
            "keras": keras.__version__,
        }
        print(name, row["output"], row["parameters"], len(row["legal"]), flush=True)
        lines.append(json.dumps(row))
        keras.backend.clear_session()
    (HERE / "keras_modules.jsonl").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
