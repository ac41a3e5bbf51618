"""An output and a target of which the loss wants other axes.

Law: what the loss wants is what its message says; which of the two is wrong, it does not say.
"""

from __future__ import annotations

from math import prod

from convcalc.explainer.arithmetic import Found, follow, shown
from convcalc.explainer.causes.unlike import axis_of_one, ranks, written
from convcalc.explainer.reading import Said

ALIKE = "this loss wants an output and a target of the same shape"
NUMBERED = "this loss wants class numbers: the target has an axis less than the output"


def losses(said: Said, output: list[int | None], target: list[int | None]) -> Found:
    """An output and a target that have not the axes that the loss wants."""
    sparse = "sparse" in said.message.kind
    if not sparse and axis_of_one(output, target) is not None:
        found = ranks([output, target], "loss")
        assert found is not None
        return found
    keras = said.message.framework == "keras"
    classes = len(output) - 1 if keras else 1
    repairs: tuple[str, ...]
    if sparse and len(target) == len(output):
        repairs = (
            "loss='categorical_crossentropy', where the target is one-hot",
            "y.argmax(-1), the class numbers of a one-hot target",
        )
    elif not sparse and len(output) > 1 and output[:classes] + output[classes + 1 :] == target:
        repairs = _numbers(output, classes, keras)
    elif keras and len(output) > 2 and (sparse or output[-1:] == target[-1:]):
        rows = f"{shown(output[1:-1])} rows of {output[-1]} come for each sample"
        repairs = (f"layers.Flatten() or a global pooling before the last Dense: now {rows}",)
    elif len(output) > len(target) and output[: len(target)] == target:
        rest = output[len(target) :]
        many = f"{shown(rest)} = {prod(n or 1 for n in rest)} numbers stand for one of the target"
        repairs = (f"a larger kernel, one more stride, or a global pooling: now {many}",)
    else:
        repairs = ("print both shapes before that line",)
    return Found(
        f"the output is {written(output)}, the target {written(target)}",
        (NUMBERED if sparse else ALIKE,),
        repairs,
        commands=(follow(),),
    )


def _numbers(output: list[int | None], classes: int, keras: bool) -> tuple[str, str]:
    """A target of class numbers, for a loss that wants them one-hot."""
    many = output[classes]
    if keras:
        return (
            "loss='sparse_categorical_crossentropy', where the target holds class numbers",
            f"keras.utils.to_categorical(y, {many}), the one-hot target of class numbers",
        )
    hot = f"F.one_hot(target.long(), {many}){'.movedim(-1, 1)' * (len(output) > 2)}.float()"
    return (
        "nn.CrossEntropyLoss(), where the target holds class numbers",
        f"{hot}, the one-hot target of class numbers",
    )
