"""Channels that are not those of the layer.

Law: which axis holds the channels follows from the framework; where the numbers speak for another
layout, that is told first.
"""

from __future__ import annotations

from math import gcd, prod

from convcalc.errors import SizeError
from convcalc.explainer.arithmetic import Found, code, counted, follow, shown
from convcalc.explainer.reading import Said

GROUPS = {
    "pytorch": "groups",
    "keras": "groups",
    "jax": "feature_group_count",
    "onnxruntime": "group",
}
UNSHARED = (
    "divisible by groups",
    "divisible by num_groups",
    "by the number of groups",
    "must divide",
    "must be a multiple of feature_group_count",
    "divisible by group.",
)
NO_SIZE = "channels change no size: strides and paddings are not to blame"


def channels(said: Said) -> Found:
    """A layer that got another number of channels than its weight has."""
    numbers, framework = said.numbers, said.message.framework
    if any(words in said.text for words in UNSHARED):
        return _groups(said)
    got, expected = _got_and_expected(said)
    shape = said.entries("input") if "input" in numbers else []
    layout, repairs = _layout(shape, expected, framework)
    groups = said.number("groups") if "per_group" in numbers else 1
    shared = f" ({groups} groups of {expected // groups})" if groups > 1 else ""
    if framework == "keras" and len(shape) > 2 and prod(n or 0 for n in shape[1:]) == expected:
        repairs.append(f"layers.Flatten() before it, where it is a Dense: {expected} features then")
    repairs += _layer(said, got, expected)
    first = framework in ("pytorch", "onnxruntime")
    if got == 1 and expected > 1:
        repairs.append(
            f"repeat the one channel {expected} times: "
            + (f"x.repeat(1, {expected}, 1, 1)" if first else f"np.repeat(x, {expected}, axis=-1)")
        )
    if (got, expected) == (3, 1):
        repairs.append(
            "a grey picture of the coloured one: "
            + ("x.mean(1, keepdim=True)" if first else "x.mean(-1, keepdims=True)")
        )
    if (got, expected) == (4, 3):
        repairs.append(
            f"leave the fourth channel (alpha) out: {'x[:, :3]' if first else 'x[..., :3]'}"
        )
    return Found(
        f"{counted(got, 'channel')} came, {expected} were expected{shared}"
        + (f": {shown(shape)} {layout}" if layout else ""),
        (NO_SIZE,),
        tuple(repairs),
        commands=(follow(f"--n {expected}x224x224"),),
    )


def _layout(shape: list[int | None], expected: int, framework: str) -> tuple[str, list[str]]:
    """Where the numbers speak for the channels on another axis: the words, and the repairs."""
    rank = len(shape)
    if rank <= 2 or framework not in ("pytorch", "keras"):
        return "", []
    torch = framework == "pytorch"
    home, other = (1, rank - 1) if torch else (rank - 1, 1)
    # A square image with as many cells as channels are expected says nothing.
    rest = [n for axis, n in enumerate(shape) if axis not in (0, home)]
    if shape[other] == expected and (rank == 3 or rest.count(expected) == 1):
        order = [0, rank - 1, *range(1, rank - 1)] if torch else [0, *range(2, rank), 1]
        written = ", ".join(map(str, order))
        if not torch:
            moved = f"tf.transpose(x, ({written})): the channels from the second axis to the last"
            return "looks like channels first", [moved]
        repairs = [f"x.permute({written}): the channels from the last axis to the second"]
        if shape[0] == 1:
            bare = ", ".join(str(axis - 1) for axis in order[1:])
            repairs[0] += f" (x.permute({bare}) where x has no batch)"
        return "looks like channels last", repairs
    # PyTorch puts a 1 before a tensor without a batch; two to four channels may be a picture's.
    if torch and shape[0] == expected == 1 and (rank != 4 or (shape[1] or 0) > 4):
        moved = shown([shape[1], 1, *shape[2:]])
        return "may be a batch without the axis of channels", [f"x.unsqueeze(1) on it: {moved}"]
    if torch and rank == 5 and shape[2] == expected:
        return "looks like frames before channels", ["x.transpose(1, 2): channels, then frames"]
    return "", []


def _got_and_expected(said: Said) -> tuple[int, int]:
    numbers = said.numbers
    if "generated" in numbers:  # Flax: (k..., in, out)
        return said.shape("generated", 2)[-2], said.shape("existing", 2)[-2]
    if "normalised" in numbers:  # PyTorch's GroupNorm: the second axis
        return said.shape("input", 2)[1], said.shape("normalised")[0]
    if "got" not in numbers:  # Keras: the axis of the input's shape, counted from its end
        shape = said.entries("input")
        got = shape[said.number("axis", -len(shape), len(shape) - 1)]
        if got is None:
            raise SizeError("the channels that came are open")
        return got, said.number("expected")
    if "per_group" in numbers:  # a weight holds the channels of one group
        return said.number("got"), said.number("per_group") * said.number("groups")
    return said.number("got"), said.number("expected")


def _layer(said: Said, got: int, expected: int) -> list[str]:
    """The layer with the channels that came."""
    match said.message.framework:
        case "pytorch" if "normalised" in said.numbers:
            return [f"nn.GroupNorm(num_groups, {got}): what the layer before it gives"]
        case "pytorch" if "running_mean" in said.text:
            return [
                f"num_features={got} in the batch normalisation: what the layer before it gives"
            ]
        case "pytorch":
            return _convolution(said, got, expected)
        case "keras":
            return [
                f"build the model anew on this input: the layer then has {counted(got, 'channel')}",
                f"or layers.Conv2D({expected}, 1) before it: {got} -> {expected} channels",
            ]
        case "jax":
            lax = "in jax.lax, dimension_numbers=('NHWC', 'HWIO', 'NHWC') where they are last"
            return [
                f"initialise the layer on {counted(got, 'channel')} (nnx: in_features={got})",
                "the channels on the last axis, the one that Flax reads as channels",
                *[lax][: "per_group" in said.numbers],
            ]
        case _:
            groups = said.number("groups", 1) if "groups" in said.numbers else 1
            return [
                f"an input of {counted(expected, 'channel')}: what the model was exported for",
                f"a weight with {counted(got // groups if got % groups == 0 else got, 'channel')}",
            ]


def _convolution(said: Said, got: int, expected: int) -> list[str]:
    """PyTorch's convolution with the channels that came; its weight tells the rest of it."""
    transposed = "transposed" in said.text
    groups = said.number("groups", 1) if "groups" in said.numbers else 1
    first, second, *kernel_size = said.shape("weight", 3)
    rank, kernel = len(kernel_size), code(kernel_size)
    name = f"nn.ConvTranspose{rank}d" if transposed else f"nn.Conv{rank}d"
    given = f"an input of {counted(expected, 'channel')}"
    if got < 1 or got % groups:
        if got < 1 or transposed or second != 1:
            return [given]
        out = first if first % got == 0 else got
        return [
            given,
            f"{name}({got}, {out}, {kernel}, groups={got}, ...): one group for each channel",
        ]
    out = second if transposed else first
    more = f", groups={groups}" if groups > 1 else ""
    return [
        f"{name}({got}, {out}, {kernel}{more}, ...): in_channels={got}, the rest as it is",
        f"or {given}: nn.Conv{rank}d({got}, {expected}, 1) before it",
    ]


def _groups(said: Said) -> Found:
    if "groups" in said.numbers:
        got, groups, framework = (
            said.number("got", 1),
            said.number("groups", 1),
            said.message.framework,
        )
        fitting = gcd(got, groups)
        more = got + -got % groups
        return Found(
            f"{counted(got, 'channel')} cannot be shared among {groups} groups: {got} = "
            f"{got // groups}*{groups}+{got % groups}",
            (NO_SIZE,),
            (
                f"{'num_groups' if 'num_groups' in said.text else GROUPS[framework]}={fitting}",
                f"{more} channels, a multiple of {groups}",
            ),
            commands=(follow(),),
        )
    which = "in_channels" if "in_channels" in said.text else "out_channels"
    return Found(
        f"{which} must be a multiple of groups: each group takes in_channels/groups channels and "
        "gives out_channels/groups",
        (NO_SIZE,),
        (
            f"{which} rounded up to a multiple of groups (4 channels in 3 groups: 6)",
            "groups=1, or a number that divides both in_channels and out_channels",
        ),
        commands=(follow(),),
    )
