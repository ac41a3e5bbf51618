"""Axes and shapes that are not those of the layer or the model.

Law: the batch and the channels count as axes here, as the frameworks count them.
"""

from __future__ import annotations

from math import prod

from convcalc.errors import SizeError
from convcalc.explainer.arithmetic import Found, code, counted, follow, shown
from convcalc.explainer.causes.meeting import MOST_AXES
from convcalc.explainer.reading import Said
from convcalc.layers.axis import write


def axes(said: Said) -> Found:
    """An input, a stride or a padding with another number of axes."""
    numbers, framework = said.numbers, said.message.framework
    if framework == "onnxruntime" and "Invalid rank" not in said.text:
        return _onnx_axes(said)
    if "number of dimensions: got" in said.text:
        n, m = said.number("a"), said.number("b")
        return Found(
            f"one tensor has {counted(n, 'axis', 'axes')}, the other {m}",
            ("a concatenation joins tensors that agree on every axis but one",),
            (f"unsqueeze(dim), or x[..., None], on the one with {min(n, m)}",),
            commands=(follow(),),
        )
    if framework == "jax" and ("ndim" not in said.text):
        rank = said.number("rank", 1, MOST_AXES)
        got = len(said.shape("padding")) if "padding" in numbers else said.number("got")
        what = "padding" if "pad" in said.text else "strides"
        one = "((1, 1), (1, 1))" if what == "padding" else "(2, 2)"
        return Found(
            f"{what} has {counted(got, 'entry', 'entries')}, the kernel "
            f"{counted(rank, 'axis', 'axes')}",
            ("in Flax and jax.lax every argument has one entry for each spatial axis",),
            (
                f"{what} with {rank} entries, such as {one}"
                if rank == 2
                else f"{what} with {rank} entries",
            ),
            commands=("convcalc out --op conv --k 3x3 --s 2x2 --p 1x1 --n 32x32",),
        )
    shape = said.entries("input") if "input" in numbers else []
    got = len(shape) or (said.number("got") if "got" in numbers else 0)
    wanted = said.number("rank")
    came = f"{counted(got, 'axis', 'axes')} came" if got else "another number of axes came"
    told = f" ({shown(shape)})" if shape else ""
    # So PyTorch's batch normalisation says it.
    norm = f"BatchNorm{max(got - 2, 1)}d" if "input (got" in said.text and 2 <= got <= 5 else ""
    repairs = _axis_repairs(framework, got, wanted, shape, norm)
    return Found(
        f"{came}{told}, {wanted} are expected: batch, channels and "
        f"{counted(wanted - 2, 'spatial axis', 'spatial axes')}",
        ("frameworks count the batch and the channels as axes, convcalc only those in space",),
        tuple(repairs),
        commands=(follow("--n 3x224x224"),),
    )


def entries(said: Said) -> Found:
    """An argument with another number of entries than there are axes in space."""
    rank = said.number("rank", 1, MOST_AXES) if "rank" in said.numbers else len(said.shape("input"))
    entries = said.shape("got")
    name = said.words.get("name", "size")
    wanted = code([entries[0]] * rank) if len(set(entries)) == 1 else f"{rank} numbers"
    return Found(
        f"{name} has {counted(len(entries), 'entry', 'entries')}, {list(entries)}, for "
        f"{counted(rank, 'spatial axis', 'spatial axes')}",
        ("batch and channels are not counted here: one entry for each spatial axis",),
        (
            f"{name}={wanted}",
            f"or a layer and an input for {counted(len(entries), 'spatial axis', 'spatial axes')}",
        ),
        commands=("convcalc out --op conv --k 3x3 --s 2x2 --p 1x1 --n 32x32",),
    )


def labels(said: Said) -> Found:
    """A target with an axis that class numbers do not have."""
    many = f"{said.number('got')} axes" if "got" in said.numbers else "too many axes"
    return Found(
        f"the target has {many}; class numbers have no axis of channels",
        (
            "cross entropy wants (N, H, W) for an output of (N, C, H, W), (N,) for (N, C)",
            "a target of probabilities must have the shape of the output",
        ),
        ("target.squeeze(1), where that axis is 1", "target.argmax(1), where it is one-hot"),
        commands=(follow(),),
    )


def labels_size(said: Said) -> Found:
    """Class numbers in another shape than the output without its classes."""
    expected, got = said.shape("expected"), said.shape("got")
    moved = len(got) == len(expected)
    return Found(
        f"the target is {write(got)}, for this output it must be {write(expected)}",
        ("of an output (N, C, ...) axis 1 is the classes, a target (N, ...) has the other axes",),
        (
            *["output.movedim(-1, 1), where the classes are its last axis"][: int(moved)],
            f"a target of {write(expected)}",
        ),
        commands=(follow(),),
    )


def _axis_repairs(
    framework: str, got: int, wanted: int, shape: list[int | None], norm: str
) -> list[str]:
    """The axis that is missing or too many, and the layer for the axes that came."""
    missing = wanted - got
    spatial = counted(got - 2, "spatial axis", "spatial axes")
    repairs = []
    if framework == "pytorch":
        if norm:
            repairs.append(f"nn.{norm}: it takes {got} axes")
        if missing == 1:
            repairs.append("x.unsqueeze(0) where the batch is missing, x.unsqueeze(1) the channels")
        if missing == 2 and got == 2:
            repairs += [
                f"x[:, :, None, None] where the two are batch and channels: {shown(shape)}x1x1"
                if shape
                else "x[:, :, None, None] where the two are batch and channels",
                "x[None, None] where they are height and width",
            ]
        if got - wanted == 1 or not got:
            repairs.append("x.squeeze(dim) or x.flatten(0, 1) where an axis of 1 is too many")
        if 3 <= got <= 5 and not norm:
            repairs.append(f"the layer for {spatial}: nn.Conv{got - 2}d, nn.MaxPool{got - 2}d")
    else:
        if missing == 1:
            repairs.append(
                "np.expand_dims(x, -1) where the channels are missing, (x, 0) where the batch is"
                if framework == "keras"
                else "x[None] where the batch is missing, x[..., None] the channels"
            )
        if 3 <= got <= 5 and framework == "keras":
            repairs.append(f"the layer for {spatial}: Conv{got - 2}D, MaxPooling{got - 2}D")
    if not repairs:
        repairs.append(f"an input of {wanted} axes: batch, channels and {wanted - 2} in space")
    return repairs


def _onnx_axes(said: Said) -> Found:
    if "attribute" in said.words:
        name = said.words["attribute"]
        twice = " (pads: two for each axis, all beginnings first)" if name == "pads" else ""
        return Found(
            f"{name} of this {said.words['op']} node has not one number for each spatial "
            f"axis{twice}",
            ("with two spatial axes: kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]",),
            (f"{name} with as many numbers as there are spatial axes, pads with twice as many",),
            commands=("convcalc out --op conv --k 3x3 --s 2x2 --p 1 --n 32x32",),
        )
    if "weight" in said.numbers:
        x, w = said.shape("input"), said.shape("weight")
        return Found(
            f"the input has {len(x)} axes ({write(x)}), the weight {len(w)} ({write(w)})",
            ("both have batch or output channels, channels, and the same axes in space",),
            (f"an input with {len(w) - 2} axes in space, or a kernel with {len(x) - 2}",),
            commands=("convcalc net model.onnx",),
        )
    got, wanted = said.number("got"), said.number("rank")
    return Found(
        f"input {said.number('tensor')} of the Concat node has {got} axes, the first {wanted}",
        ("a concatenation joins tensors that agree on every axis but one",),
        ("an Unsqueeze node before it, where an axis of 1 is missing",),
        commands=("convcalc net model.onnx",),
    )


def input_shape(said: Said) -> Found:
    """A model that was made for one input size only."""
    got = _sizes(said, "got")
    expected = _sizes(said, "expected")
    if len(got) + 1 == len(expected) and expected[-1] == 1 and got[1:] != expected[1:-1]:
        got = [*got, 1]  # Keras lets a last axis of 1 be missing, and tells the shape without it
    if len(got) != len(expected):
        return _other_rank(got, expected)
    pairs = [
        (n, m)
        for n, m in zip(got, expected, strict=False)
        if n is not None and m is not None and n != m
    ]
    places = said.shape("axes") if "axes" in said.numbers else []
    if 1 in places:
        return _other_channels(places, got, expected)
    if places == [0] and pairs:
        n, m = pairs[0]
        return Found(
            f"the model was made for a batch of {m}, a batch of {n} came",
            ("axis 0 is the batch",),
            (
                f"batches of {m}",
                "export with an open batch: torch.onnx.export(..., dynamic_shapes=...)",
            ),
            commands=(follow(),),
        )
    came, wanted = write([n for n, _ in pairs]), write([m for _, m in pairs])
    n, m = pairs[0] if pairs else (0, 0)
    resize = (
        f"pad by {m - n} or resize the input" if n < m else f"crop by {n - m} or resize the input"
    )
    anew = (
        "keras.Input((None, None, channels)), where the model has no Flatten before a Dense"
        if said.message.framework == "keras"
        else "export with open sizes: torch.onnx.export(..., dynamic_shapes=...)"
    )
    return Found(
        f"the model was made for an input of {wanted}, {came} came",
        ("the model fixes its input size; its layers alone might take others",),
        (f"{resize} to {wanted}", anew),
        commands=(
            "convcalc net model.onnx --sizes 1..512"
            if said.message.framework == "onnxruntime"
            else follow(),
        ),
    )


def _other_channels(places: list[int], got: list[int | None], expected: list[int | None]) -> Found:
    """Axis 1, the channels of ONNX, differs, and perhaps others with it."""
    last = max(places)
    if not len(places) == len(got) == len(expected) or last >= MOST_AXES:
        raise SizeError(f"axes {places}: got {got}, expected {expected}")
    told = dict(zip(places, zip(got, expected, strict=True), strict=True))
    swapped = last > 1 and told[last][0] == told[1][1]
    order = [0, last, *range(1, last)]
    came, wanted = (write([n or 0 for n in each]) for each in (got, expected))
    return Found(
        f"axis {', '.join(map(str, places))} is {came}, the model was made for {wanted}; axis 1 "
        "is the channels" + (", which seem to be the last axis of what came" if swapped else ""),
        ("channels change no size: a resize does not help there",),
        (f"x.transpose({', '.join(map(str, order))}): the channels from the last axis to axis 1",)
        if swapped
        else (f"an input of {told[1][1]} channels: what the model was exported for",),
        commands=(follow(f"--n {told[1][1]}x224x224"),),
    )


def _other_rank(got: list[int | None], expected: list[int | None]) -> Found:
    missing = expected[1:] == got
    cells = prod(n or 1 for n in got[1:])
    repairs = ["x[None], or np.expand_dims(x, 0): a batch of 1"] if missing else []
    if len(expected) == 2 and expected[1] == cells:
        repairs.append(f"x.reshape(x.shape[0], -1), or layers.Flatten() in the model: {cells}")
    return Found(
        f"{counted(len(got), 'axis', 'axes')} came, {shown(got)}, {len(expected)} were expected, "
        f"{shown(expected)}" + (": the batch is missing" if missing else ""),
        ("the batch counts as an axis",),
        tuple(repairs) or (f"an input of {len(expected)} axes",),
        commands=(follow(),),
    )


def _sizes(said: Said, name: str) -> list[int | None]:
    found = said.numbers[name]
    return [found] if isinstance(found, int) else said.entries(name)


def one_value(said: Said) -> Found:
    """Batch normalisation over a single value."""
    shape = said.shape("input")
    return Found(
        f"batch normalisation got one value per channel, {write(shape)}: a batch of "
        f"{shape[0]} and {write(shape[2:]) if len(shape) > 2 else 1} in space",
        (
            (
                "its mean and variance are taken over batch and space together, which must be more "
                "than one value in training"
            ),
        ),
        (
            "a batch of 2 or more (drop_last=True, where the last batch is the small one)",
            *["a larger input, so that more than 1x1 is left here"][: len(shape) > 2],
            "model.eval(), where nothing is trained",
        ),
        commands=(follow(), "convcalc out --op conv --k 3 --s 2 --p 1 --n 1"),
    )
