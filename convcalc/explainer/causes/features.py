"""A linear layer, a view or a reshape that meets another number of features.

Law: features are told apart into channels and a square; where several ways fit, all are told.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd, isqrt

from convcalc.explainer.arithmetic import Found, counted, follow
from convcalc.explainer.reading import Said
from convcalc.layers.axis import write

MOST_WAYS = 3


def linear(said: Said) -> Found:
    """A linear layer that got another number of features than its weight has."""
    numbers = said.numbers
    if "got" not in numbers:
        return Found(
            "a matrix product got another number of features than its weight has; onnxruntime does "
            "not say which (the inner sizes of a MatMul must agree)",
            repairs=(
                "print the shapes of both inputs of the MatMul node: the inner two must agree",
            ),
            commands=("convcalc net model.onnx",),
        )
    rows, got, expected, outputs = _products(said)
    flat = _not_flattened(said, rows, got, expected)
    if flat is not None:
        return flat
    ways = list(_squares(got, expected))
    told = "; ".join(_way(got, expected, *way) for way in ways)
    reasons = [told] if told else [f"{got} and {expected} are no squares of the same channels"]
    reasons.append("a linear layer's features are channels x height x width of what is flattened")
    repairs = _linear_words(said, got, outputs)
    for channels, _, wanted in ways[:1]:
        repairs.append(_adaptive(said.message.framework, wanted, channels, expected))
        side = isqrt(got // channels)
        repairs.append(
            f"an input of the network for which {wanted}x{wanted} comes here instead of "
            f"{side}x{side}, or a padding before it that makes up for it"
        )
    commands = [follow("--n 3x224x224"), follow("--sizes 1..512")]
    commands += [
        f"convcalc solve --n {side} --out {wanted} --op conv" for _, side, wanted in ways[:1]
    ]
    return Found(
        f"{counted(got, 'feature')} came, {expected} were expected"
        + (f": {_short(*ways[0])}" if ways else ""),
        tuple(reasons),
        tuple(repairs),
        commands=tuple(commands),
    )


def _products(said: Said) -> tuple[int, int, int, int | None]:
    """Rows, features that came, features expected, and outputs where they are told."""
    got = said.shape("got")
    if "weight" in said.numbers:
        weight = said.shape("weight")
        return got[0], got[-1], weight[0], weight[-1]
    outputs = said.shape("features")[0] if "features" in said.numbers else None
    return 1, got[-1], said.shape("expected")[0], outputs


def _not_flattened(said: Said, rows: int, got: int, expected: int) -> Found | None:
    """A tensor of several axes that should have been flattened first."""
    cells = rows * got
    if rows < 2 or said.message.framework != "pytorch" or cells % expected or got >= expected:
        return None
    batch = cells // expected
    return Found(
        f"the input was not flattened: {rows}x{got} = {cells} cells are {batch} x {expected}, and "
        f"{expected} features are expected",
        ("a linear layer works along the last axis alone; the others are counted as rows",),
        (
            f"x = torch.flatten(x, 1) before it: {batch} x {expected}",
            "nn.Flatten() before it, in an nn.Sequential",
        ),
        commands=(follow("--n 3x224x224"),),
    )


def _linear_words(said: Said, got: int, outputs: int | None) -> list[str]:
    out = str(outputs) if outputs is not None else "out_features"
    match said.message.framework:
        case "pytorch":
            return [
                f"nn.Linear({got}, {out})",
                f"nn.LazyLinear({out}), which takes its features from the first input",
            ]
        case "keras":
            return [f"build the model anew on this input: Dense then has {got} features"]
        case "jax":
            return [f"initialise anew on this input: the kernel is then {got}x{out}"]
        case _:
            return [f"a weight of {got}x{out}: export the model for this input size"]


def _adaptive(framework: str, wanted: int, channels: int, expected: int) -> str:
    words = f"{channels}x{wanted}x{wanted} = {expected}, whatever the input size"
    if framework == "pytorch":
        return f"nn.AdaptiveAvgPool2d({wanted}) before the flattening: {words}"
    if framework == "keras":
        return f"layers.AdaptiveAveragePooling2D({wanted}) before the flattening: {words}"
    return f"a resize or pool to {wanted}x{wanted} before the flattening: {words}"


def _squares(got: int, expected: int) -> Iterator[tuple[int, int, int]]:
    """Channels and the two sides with got = c*side^2 and expected = c*wanted^2, most first."""
    found = []
    both = gcd(got, expected)
    for channels in _divisors(both):
        side, wanted = isqrt(got // channels), isqrt(expected // channels)
        if channels * side * side == got and channels * wanted * wanted == expected:
            found.append((channels, side, wanted))
    yield from sorted(found, reverse=True)[:MOST_WAYS]


def _divisors(number: int) -> Iterator[int]:
    if not 0 < number <= 10**9:  # beyond that nobody's features are meant
        return
    for low in range(1, isqrt(number) + 1):
        if number % low == 0:
            yield low
            if low * low != number:
                yield number // low


def _way(got: int, expected: int, channels: int, side: int, wanted: int) -> str:
    return (
        f"{got} = {channels}x{side}x{side} and {expected} = {channels}x{wanted}x{wanted} "
        f"(channels x height x width)"
    )


def _short(channels: int, side: int, wanted: int) -> str:
    return (
        f"{channels} channels of {side}x{side} instead of {wanted}x{wanted}, an input of another "
        "size than the layer was made for"
    )


def reshaped(said: Said) -> Found:
    """A view or reshape to another number of cells."""
    framework = said.message.framework
    cells, shape, wanted = _cells(said)
    features = shape[-1] if shape and shape[-1] > 0 else wanted
    shown = f" into {write(shape)}" if shape else ""
    known = [n for n in shape if n > 0] if shape else []
    product = 1
    for n in known:
        product *= n
    product = product if known else wanted
    open_axis = bool(shape) and any(n < 0 for n in shape)
    reasons = []
    if open_axis:
        reasons.append(
            f"{cells} is no multiple of {product}: {cells} = {cells // product}*"
            f"{product}+{cells % product}"
        )
    else:
        reasons.append(
            f"{write(shape) if shape else wanted} holds {product} cells, there are {cells}"
        )
    ways = [
        (batch, *way)
        for batch in sorted(_divisors(cells))
        if batch <= 64 and cells // batch >= 1
        for way in list(_squares(cells // batch, features))[:1]
        if way[1] != way[2]
    ][:MOST_WAYS]
    reasons += [
        f"{cells} = {batch} x {channels}x{side}x{side}, where {features} = "
        f"{channels}x{wanted_side}x{wanted_side}, in a batch of {batch}"
        for batch, channels, side, wanted_side in ways
    ]
    if framework == "pytorch":
        repairs = [
            "x.flatten(1), or x.view(x.size(0), -1): keeps the batch, whatever the features are",
        ]
    elif framework == "keras":
        repairs = ["layers.Flatten(), or reshape(x, (x.shape[0], -1)): keeps the batch"]
    else:
        repairs = ["x.reshape(x.shape[0], -1): keeps the batch, whatever the features are"]
    for batch, *_ in ways[:1]:
        repairs.append(
            f"the linear layer after it with {cells // batch} features instead of {features}, in a "
            f"batch of {batch}"
        )
    if not ways and shape and not open_axis:
        first = shape[0] if len(shape) > 1 and shape[0] > 0 else 1
        if cells % first == 0:
            repairs.append(f"the shape {first}x{cells // first}")
    return Found(
        f"{cells} cells do not go{shown}"
        + (f": {product} each are wanted" if open_axis else f": {product} are wanted"),
        tuple(reasons),
        tuple(repairs),
        commands=(follow("--n 3x224x224"), follow("--sizes 1..512")),
    )


def _cells(said: Said) -> tuple[int, list[int], int]:
    """The cells that there are, the shape that is wanted, and its cells."""
    numbers = said.numbers
    shape = said.shape("shape") if "shape" in numbers else []
    if "values" in numbers:
        cells = said.number("values")
    else:
        cells = 1
        for n in said.shape("input"):
            cells *= n
    if "wanted" in numbers:
        return cells, shape, said.number("wanted")
    wanted = 1
    for n in shape:
        wanted *= max(n, 1)
    return cells, shape, wanted
