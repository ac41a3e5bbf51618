"""A linear layer, a view or a reshape that meets another number of features.

Law: features are told apart into channels and a square; where several ways fit, all are told.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd, isqrt, prod
from typing import NamedTuple

from convcalc.errors import SizeError
from convcalc.explainer.arithmetic import Found, counted, follow, layer_between
from convcalc.explainer.reading import Said
from convcalc.explainer.words import parameters

MOST_WAYS = 3
MOST_FEATURES = 10**9  # beyond it no number is taken apart
LARGEST_BATCH = 64
MOST_CHANNELS = 2048  # that layers are mostly given
FLATTENED = "a linear layer's features are channels x height x width of what is flattened before it"


class Square(NamedTuple):
    """The same channels, with one square in what came and another in what was expected."""

    channels: int
    side: int
    wanted: int

    def __str__(self) -> str:
        return (
            f"{self.channels}x{self.side}x{self.side} instead of "
            f"{self.channels}x{self.wanted}x{self.wanted}"
        )


def squares(got: int, expected: int) -> list[Square]:
    """Every way to see ``got`` and ``expected`` as squares of the same channels, likeliest first.

    Layers are mostly given channels that powers of 2 divide, and sizes that end odd.

    >>> squares(576, 400)[0]
    Square(channels=16, side=6, wanted=5)
    >>> squares(802816, 3136)[0]
    Square(channels=64, side=112, wanted=7)
    """
    if not 0 < min(got, expected) <= max(got, expected) <= MOST_FEATURES:
        return []
    found = []
    for channels in _divisors(gcd(got, expected)):
        side, wanted = isqrt(got // channels), isqrt(expected // channels)
        fits = channels * side * side == got and channels * wanted * wanted == expected
        if fits and side != wanted:
            found.append(Square(channels, side, wanted))
    return sorted(found, key=_unlikely)


def _unlikely(way: Square) -> tuple[bool, int, int]:
    power_of_two = way.channels & -way.channels
    return way.channels > MOST_CHANNELS, -power_of_two, way.channels


def _divisors(number: int) -> Iterator[int]:
    for low in range(1, isqrt(number) + 1):
        if number % low == 0:
            yield low
            if low * low != number:
                yield number // low


def linear(said: Said) -> Found:
    """A linear layer that got another number of features than its weight has."""
    if "first two dimensions" in said.text:
        return _matrices(said)
    if "got" not in said.numbers:
        return Found(
            "a MatMul node got matrices whose inner sizes differ; onnxruntime does not tell them",
            (FLATTENED,),
            ("print the shapes of its inputs: columns of the first, rows of the second",),
            commands=("convcalc net model.onnx",),
        )
    rows, got, expected, outputs = _product(said)
    framework = said.message.framework
    if got == 0:
        return _nothing("features", f"{expected} were expected")
    if rows * got % expected == expected % got == 0 and got < expected and framework == "pytorch":
        return _not_flattened(rows, got, expected, outputs)
    ways = squares(got, expected)
    reasons, first = [FLATTENED], []
    if len(ways) > 1:
        others = ", ".join(str(way) for way in ways[1:MOST_WAYS])
        reasons.append(f"as features alone it could also be {others}")
    if rows == 1 and got > expected and got % expected == 0 and framework == "pytorch":
        samples = got // expected
        reasons.append(f"or the batch was flattened as well: {got} = {samples}*{expected}")
        first.append(f"torch.flatten(x, 1) where the batch is {samples}: {samples}x{expected}")
    if framework in ("keras", "jax") and got < expected and expected % got == 0:
        reasons.append(f"or it was not flattened before: its last axis alone is {got}")
        call = "layers.Flatten()" if framework == "keras" else "x.reshape(x.shape[0], -1)"
        first.append(f"{call} before it, where more axes than batch and features come")
    if not ways:
        reasons.append("outside of such a layer: columns of the first matrix, rows of the second")
    repairs = [*first, _other_features(framework, got, outputs)]
    commands = []
    for way in ways[:1]:
        repairs += _other_size(framework, way, expected)
        commands.append(f"convcalc solve --n {way.side} --out {way.wanted} --op conv")
    return Found(
        f"{counted(got, 'feature')} came, {expected} were expected"
        + (f"; perhaps {ways[0]}, from an input of another size" if ways else ""),
        tuple(reasons),
        tuple(repairs),
        commands=(*commands, follow("--n 3x224x224"), follow()),
    )


def _nothing(things: str, wanted: str) -> Found:
    return Found(
        f"there are 0 {things}, {wanted}: a layer before it gave nothing",
        ("JAX lets a window that is larger than its input through, with a size of 0",),
        ("a smaller kernel or a larger input before it: print the shapes on the way",),
        commands=(follow(),),
    )


def _matrices(said: Said) -> Found:
    """Batches of matrices: PyTorch tells batch and rows of the second."""
    (batch, inner, *_), (came, rows, *_) = said.shape("expected", 2), said.shape("got", 2)
    wrong = [f"a batch of {came}, not {batch}"] * (batch != came)
    wrong += [f"{rows} rows, not {inner}"] * (inner != rows)
    return Found(
        f"the second matrix of a batched product has {' and '.join(wrong)}",
        ("each of the first batch has as many columns as each of the second has rows",),
        ("y.transpose(-2, -1), where the second is the wrong way round",)
        if inner != rows
        else ("as many matrices in both, or y[None] for one that all share",),
        commands=(follow(),),
    )


def _product(said: Said) -> tuple[int, int, int, int | None]:
    """Rows, features that came, features that were expected, and outputs where they are told."""
    got = said.shape("got")
    outputs: int | None
    features = said.shape("features")[0] if "features" in said.numbers else None
    if "weight" in said.numbers:
        *_, expected, outputs = said.shape("weight", 2)
        if features == expected != outputs:  # the weight of a Gemm with transB=1 is (out, in)
            expected, outputs = outputs, expected
        rows = got[0] if len(got) > 1 else 1
    else:
        rows, expected, outputs = 1, said.shape("expected")[0], features
    if min(rows, expected) < 1 or got[-1] < 0:
        raise SizeError(f"a product of {rows}x{got[-1]} with {expected} rows")
    return rows, got[-1], expected, outputs


def _not_flattened(rows: int, got: int, expected: int, outputs: int | None) -> Found:
    batch = rows * got // expected
    alone = batch == 1  # all that came is one sample
    return Found(
        f"{counted(got, 'feature')} came, {expected} were expected; likely the input was not "
        f"flattened{', or has no batch' * alone}: {rows}x{got} are {batch}x{expected} cells, "
        f"{expected} for each sample",
        ("a linear layer works along the last axis alone, all others are counted as rows",),
        (
            *["x.unsqueeze(0) on the network's input, where it has no batch"][: int(alone)],
            f"x = torch.flatten(x, 1) before it: {batch}x{expected}",
            "nn.Flatten() before it, in an nn.Sequential",
            f"{_other_features('pytorch', got, outputs)} (where nothing was to be flattened)",
        ),
        commands=(follow("--n 3x224x224"),),
    )


def _other_features(framework: str, got: int, outputs: int | None) -> str:
    out = "out_features" if outputs is None else str(outputs)
    match framework:
        case "pytorch":
            return f"nn.Linear({got}, {out}), or nn.LazyLinear({out}) for whatever comes"
        case "keras":
            return f"Dense built anew on this input: its kernel then is {got}x{out}"
        case "jax":
            return f"the layer initialised anew on this input: its kernel then is {got}x{out}"
        case _:
            return f"a weight of {got}x{out}: the model exported anew for this input size"


def _other_size(framework: str, way: Square, expected: int) -> Iterator[str]:
    channels, side, wanted = way
    square = f"{channels}x{wanted}x{wanted} = {expected}"
    pool = {
        "pytorch": f"nn.AdaptiveAvgPool2d({wanted})",
        "keras": f"layers.AdaptiveAveragePooling2D({wanted})",
    }.get(framework, f"a resize to {wanted}x{wanted}")
    yield f"{pool} before the flattening: {square}, whatever the input size"
    best = layer_between(side, wanted, op="conv" if side > wanted else "deconv")
    if best is not None and framework == "pytorch":
        kind = "Conv2d" if side > wanted else "ConvTranspose2d"
        yield (
            f"nn.{kind}({channels}, {channels}, {parameters(framework, best)}) before the "
            f"flattening: {side}x{side} -> {wanted}x{wanted}, {square}"
        )
    yield f"an input of the network for which {wanted}x{wanted} comes here instead of {side}x{side}"


def attention(said: Said) -> Found:
    """An attention layer that got other features, or whose heads do not share them."""
    if "got" not in said.numbers:
        return Found(
            "embed_dim must be a multiple of num_heads: each head takes embed_dim/num_heads of it",
            repairs=("num_heads that divides embed_dim", "embed_dim rounded up to a multiple"),
            commands=(follow(),),
        )
    got, expected = said.number("got", 1), said.number("expected", 1)
    return Found(
        f"{counted(got, 'feature')} came, the attention was made for {expected}",
        ("features are the last axis: (length, batch, features), whatever batch_first says",),
        (
            f"nn.Linear({got}, {expected}) before it, or embed_dim={got}",
            "x.flatten(2).transpose(1, 2), where x is (N, C, H, W): (N, H*W, C)",
        ),
        commands=(follow(),),
    )


def reshaped(said: Said) -> Found:
    """A view or reshape to another number of cells."""
    cells, shape, wanted = _cells(said)
    if cells == 0:
        return _nothing("cells", f"the new shape holds {wanted}")
    open_axis = any(n < 0 for n in shape)
    inside = _without_batch(said)
    rows = len(shape) > 1 and not inside
    features = prod(n for n in shape[1:] if n > 0) if rows else wanted
    batches = _batches(said, cells, shape)
    ways = sorted(
        (
            (batch, way)
            for batch in batches
            for way in squares(cells // batch, features)[:1]
            if cells % batch == 0
        ),
        key=lambda each: abs(each[1].side - each[1].wanted),
    )[:MOST_WAYS]
    reasons = [
        f"perhaps {cells} = {batch} x {way.channels}x{way.side}x{way.side}, where {features} = "
        f"{way.channels}x{way.wanted}x{way.wanted} (channels x height x width, batch {batch})"
        for batch, way in ways
    ]
    if open_axis:
        left = f"{cells} = {cells // wanted}*{wanted}+{cells % wanted}"
        cause = f"{cells} cells do not go into rows of {wanted}: {left}"
    else:
        cause = f"there are {cells} cells, the new shape holds {wanted}"
    repairs = [_keep_batch(said.message.framework)] if len(shape) <= 2 else []
    told = prod(n for n in shape[:-1] if n > 0)
    if len(shape) > 2 and shape[-1] > 0 and cells % told == 0 and not open_axis:
        repairs.append(
            f"{cells // told} instead of {shape[-1]} on the last axis: {told}*{cells // told}"
        )
    if inside and not open_axis:
        before = (
            f"layers.Dense({wanted})"
            if said.message.framework == "keras"
            else f"nn.Linear(in_features, {wanted})"
        )
        repairs.append(f"{wanted} cells before it, such as {before}")
    if len(shape) > 1 and shape[0] > 1 and cells % shape[0] and not inside:
        repairs.append(
            f"the batch of the input, not {shape[0]}, where that is a batch size that is written: "
            "the last batch of the data may be smaller (drop_last=True)"
        )
    if rows and len(shape) == 2 and len(batches) == 1 and cells % batches[0] == 0:
        new = cells // batches[0]
        repairs.append(
            f"{counted(new, 'feature')} instead of {features}, here and in the linear layer "
            "after it"
        )
    repairs += [
        f"an input of the network for which {way.wanted}x{way.wanted} comes here instead of "
        f"{way.side}x{way.side}" + ("" if len(ways) == 1 else f" (where the batch is {batch})")
        for batch, way in ways[:1]
    ]
    return Found(
        cause,
        (FLATTENED,) * (not ways and len(shape) <= 2) + tuple(reasons),
        tuple(repairs) or ("print the shape before that line",),
        commands=(follow("--n 3x224x224"), follow()),
    )


def _cells(said: Said) -> tuple[int, list[int], int]:
    """The cells that there are, the shape that is wanted (if it is told), and its cells."""
    numbers = said.numbers
    shape = said.shape("shape", 0) if "shape" in numbers else []
    cells = said.number("values") if "values" in numbers else prod(said.shape("input"))
    known = said.number("wanted") if "wanted" in numbers else prod(n for n in shape if n > 0)
    if known < 1:
        raise SizeError(f"the new shape holds {known} cells")
    return cells, shape, known


def _without_batch(said: Said) -> bool:
    """Whether the shape is that of one sample: of a Reshape layer, of an Unflatten."""
    return "unflatten" in said.text or (
        said.message.framework == "keras" and "input" in said.numbers
    )


def _batches(said: Said, cells: int, shape: list[int]) -> list[int]:
    """The batches that there may be: one that is told, or all that divide the cells."""
    if _without_batch(said):
        return [1]
    if len(shape) > 1 and shape[0] > 0:
        return shape[:1]
    return [batch for batch in range(1, LARGEST_BATCH + 1) if cells % batch == 0]


def _keep_batch(framework: str) -> str:
    call = {
        "pytorch": "x.flatten(1), or x.view(x.size(0), -1)",
        "keras": "layers.Flatten(), or reshape(x, (x.shape[0], -1))",
    }.get(framework, "x.reshape(x.shape[0], -1)")
    return f"{call}: the batch stays, whatever the features are"
