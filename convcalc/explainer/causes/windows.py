"""Nothing comes out: the window is larger than what it slides over, or everything is cropped.

Law: the layer that the message describes is built and worked out; what it leaves open is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from convcalc.errors import SizeError
from convcalc.explainer.arithmetic import (
    Found,
    code,
    counted,
    fits,
    follow,
    option,
    outputs,
    steps_of,
)
from convcalc.explainer.reading import Said
from convcalc.layers import Conv, Pool, TransposedConv, axes, output_shape
from convcalc.layers.axis import spread, write

PICTURE = 4  # channels at most: grey, red-green-blue, and alpha
DEEP = "deep in a network it means that the input is too small for so many strides and pools"


def kernel_larger(said: Said) -> Found:
    """A convolution whose kernel has no place on its padded input."""
    match said.message.framework:
        case "pytorch" if "kernel" not in said.numbers:
            return Found(
                "the kernel is larger than the padded input; the sentence before, with both sizes "
                "in numbers, is missing",
                (DEEP,),
                (
                    "padding=(kernel_size-1)//2, so that the size stays",
                    "a larger input, or one stride or pool less before this layer",
                    "the whole message here, for repairs with numbers",
                ),
                commands=("convcalc out --op conv --k 3 --p 1 --n 2", follow()),
            )
        case "pytorch" if "dilation" in said.numbers:  # Unfold tells all but its stride
            return _too_large(window(said), said.alike("input", "kernel")[0], False)
        case "pytorch":
            # What PyTorch calls the kernel's size is its reach, k_e = d*(k-1)+1.
            kernel, padded = said.alike("kernel", "padded")
            return _too_large(Conv(tuple(kernel)), padded, True)
        case "keras":
            return _keras_conv(said)
        case _:
            sizes = said.shape("input")
            return Found(
                f"the kernel of this {said.words['op']} node is larger than its input of "
                f"{write(sizes)} with the padding; onnxruntime does not say how large it is",
                (DEEP,),
                (
                    f"kernel_shape={list(sizes)} at most, with dilations of 1 and no pads",
                    "larger pads: each cell on both sides makes room for 2 more of the kernel",
                    f"a larger input: more than {write(sizes)} here",
                ),
                commands=(
                    f"convcalc out --op conv --k 3 --p 1 --n {write(sizes)}",
                    "convcalc net model.onnx --sizes 1..512",
                ),
            )


def window(said: Said) -> Conv:
    """A convolution with the window of a fold or an unfold, as far as the message tells it."""
    kernel, padding, dilation = map(tuple, said.alike("kernel", "padding", "dilation"))
    stride = tuple(said.shape("stride")) if "stride" in said.numbers else 1
    return Conv(kernel, stride, padding, dilation)


def output_small(said: Said) -> Found:
    """A pool, a transposed convolution or a resize of which nothing is left."""
    match said.message.framework:
        case "onnxruntime":
            return _onnx(said)
        case "keras" if "kernel" not in said.numbers:
            return _keras_downsampled(said)
        case "keras":
            return _keras_pool(said)
        case _ if "kernel" in said.numbers:
            return _average_pool(said)
        case _ if "input" not in said.numbers:
            return _unknown_pool()
        case _:
            sizes, gave = said.alike("input", "output")
    if "per channel" in said.text:
        found = _all_cropped(sizes, gave)
    elif "greater than 0" in said.text:
        found = _resized_away(sizes, gave)
    else:
        found = _small_pool(sizes[1:], gave[1:])
    return found


def negative(said: Said) -> Found:
    """A dimension that would be negative."""
    if "cropping" in said.numbers:
        return _cropped_away(said)
    if "kernel" in said.numbers:
        stride = said.number("stride") if "stride" in said.numbers else 1
        found = _too_large(Conv(said.number("kernel"), stride), [said.number("input")], False)
        if said.number("input") > 1:
            return found
        batch = "or the batch is missing: then an axis of channels or batch is read as a size"
        return found._replace(
            reasons=(*found.reasons, batch),
            repairs=(*found.repairs, "x[None], or np.expand_dims(x, 0), where x has no batch"),
        )
    # The sizes are None where the message does not tell them.
    sizes = [n for n in said.shape("shape") if n < 0] if "shape" in said.numbers else []
    shown = f" ({', '.join(map(str, sizes))})" if sizes else ""
    resize = (
        "resize or crop to another tensor's size: F.interpolate(x, size=y.shape[2:])"
        if said.message.framework == "pytorch"
        else "resize or crop to another tensor's size instead of a computed one"
    )
    return Found(
        f"a size was negative{shown}: it was calculated outside of a layer, or a crop took more "
        "cells than there are",
        ("a crop of c cells leaves n-c: at most n-1 may go, both sides together",),
        (resize, "print the shapes before that line: one of them is smaller than it was thought"),
        commands=("convcalc out --op conv --k 1 --p -1 --n 4", follow()),
    )


def _too_large(
    layer: Conv | Pool, sizes: Sequence[int], padded: bool, name: str = "kernel_size"
) -> Found:
    """A window on sizes of which one is too small.

    ``padded``: the padding is in the sizes already, and the framework is PyTorch; ``name`` is what
    the framework calls the kernel.
    """
    worked = [
        layer.work_out(axis, n) for axis, n in zip(axes(layer, len(sizes)), sizes, strict=True)
    ]
    reach = [each.window.effective_kernel for each in worked]
    room = [each.window.padded(each.n) for each in worked]
    missing = [max(k_e - n_p, 0) for k_e, n_p in zip(reach, room, strict=True)]
    needed = [n + cells for n, cells in zip(sizes, missing, strict=True)]
    repairs = []
    if padded:
        more = [(cells + 1) // 2 for cells in missing]
        shown = write(outputs(replace(layer, padding=tuple(more)), sizes))
        repairs.append(
            f"padding={code(more)} where it is 0 now, else {counted(max(more))} more on each side: "
            f"{shown} comes out with stride 1"
        )
    elif isinstance(layer.padding, str | int):
        shown = write(output_shape(replace(layer, padding="same"), tuple(sizes)))
        repairs.append(f'padding="same": {shown} comes out')
    repairs.append(
        f"an input of {write(needed)} or more, {counted(max(missing), 'cell')} more than now: "
        f"{write(outputs(layer, needed))} comes out"
    )
    kernel = [
        min(k, (n - 1) // d + 1)
        for k, n, d in zip(
            spread(layer.kernel, len(sizes)),
            room,
            spread(layer.dilation, len(sizes)),
            strict=True,
        )
    ]
    if min(room) > 0:
        shown = write(outputs(replace(layer, kernel=tuple(kernel)), sizes))
        repairs.append(f"{name}={code(kernel)} or less: {shown} comes out")
    reasons = [DEEP]
    k_e, n_p = max(zip(reach, room, strict=True), key=lambda pair: pair[0] - pair[1])
    if padded and k_e % 2 and k_e > 3:
        reasons.append(
            f"{k_e} may be a kernel of 3 with dilation {(k_e - 1) // 2}: k_e = d*(k-1)+1"
        )
        if n_p > 2 and fits(Conv(3, dilation=(n_p - 1) // 2), [n_p]):
            repairs.append(f"dilation={(n_p - 1) // 2} or less, where the kernel is 3")
    n = write(sizes)
    return Found(
        f"the kernel reaches over {write(reach)} cells and the "
        f"{'padded ' if padded else ''}input has {write(room)}: it fits nowhere, "
        f"{counted(max(missing), 'cell')} {'is' if max(missing) == 1 else 'are'} missing",
        tuple(reasons),
        tuple(repairs),
        steps_of(layer, sizes),
        (
            f"convcalc out --op {layer.op} --k {option(kernel)} --n {n}",
            f"convcalc solve --n {n} --out {n} --op {layer.op} --s 1",
            follow(),
        ),
    )


def _keras_conv(said: Said) -> Found:
    """Keras tells the whole layer; the kernel's shape is (k..., in, out)."""
    *kernel, _, _ = said.shape("weight", 3)
    layer = Conv(
        tuple(kernel),
        tuple(said.shape("stride")),
        said.words["padding"],
        tuple(said.shape("dilation")),
    )
    size = _keras_size(said, len(kernel))
    found = _too_large(layer, size, False)
    shape = said.entries("input")
    if size == shape[1:-1] and (shape[1] or 9) <= PICTURE < min(n or 0 for n in shape[2:]):
        order = ", ".join(map(str, [0, *range(2, len(shape)), 1]))
        moved = f"tf.transpose(x, ({order})): it looks like channels first"
        found = found._replace(repairs=(moved, *found.repairs))
    order = "first" if size == said.entries("input")[2:] else "last"
    return found._replace(
        reasons=(*found.reasons, f"the input's axes are read as batch and channels {order}")
    )


def _keras_pool(said: Said) -> Found:
    kernel, stride = said.shape("kernel"), said.shape("stride")
    pool = Pool(tuple(kernel), tuple(stride), said.words["padding"])
    return _too_large(pool, _keras_size(said, len(kernel)), False, "pool_size")


def _keras_downsampled(said: Said) -> Found:
    """Keras 2 tells the layer's name and its input, not its kernel."""
    size = [1 if n is None else n for n in said.entries("input")[1:-1]]
    if not size:
        raise SizeError("the input has no axis in space")
    shown = write(size)
    return Found(
        f"the kernel of {said.words['layer']} is larger than its input of {shown}: nothing comes "
        "out; Keras does not say how large it is",
        (DEEP, "the input's axes are read as batch and channels last"),
        (
            f'padding="same": with stride 1 {shown} comes out',
            f"kernel_size={min(size)} or less",
            "a larger input of the network, or one stride or pool less before this layer",
        ),
        commands=(f"convcalc out --op conv --k 3 --p same --n {shown}", follow()),
    )


def _keras_size(said: Said, rank: int) -> list[int]:
    """The spatial axes: the last entry is the channels, or the second in channels_first."""
    shape = said.entries("input")
    if len(shape) != rank + 2:
        raise SizeError(f"an input of {rank + 2} axes, got {shape}")
    weight = said.shape("weight") if "weight" in said.numbers else []
    first = bool(weight) and shape[1] == weight[-2] != shape[-1]
    return [1 if n is None else n for n in (shape[2:] if first else shape[1:-1])]


def _small_pool(sizes: Sequence[int], gave: Sequence[int]) -> Found:
    """PyTorch tells the input and the output of a pool, not its kernel."""
    if len(sizes) == 2 and sizes[0] == gave[0] == 1:  # a 1-D pool is told with a height of 1
        sizes, gave = sizes[1:], gave[1:]
    gone = [n for n, o in zip(sizes, gave, strict=True) if o < 1]
    if not gone:
        raise SizeError(f"{write(gave)} would come out: something is left on every axis")
    n = min(gone)
    pool = Pool(n + 1)
    flat = [1 if n == 1 else 2 for n in sizes]
    (ceil,) = output_shape(replace(pool, ceil=True), n)
    (fitting,) = output_shape(Pool(n), n)
    return Found(
        f"the pool's kernel is larger than its input of {write(sizes)} with the padding: "
        f"{write(gave)} would come out; with no padding the kernel is {n + 1} or more",
        (DEEP,),
        (
            *[f"kernel_size={n} or less: {fitting} comes out of {n}"][: n > 1],
            *[f"kernel_size={code(flat)}, for a kernel of 2: an axis of 1 is left as it is"][
                : 1 in flat and 2 in flat
            ],
            f"ceil_mode=True, where the stride is the kernel (the default): {ceil} comes out",
            "leave this pool out, or the last one before it: each pool of 2 halves the size",
            f"a larger input: as large as the kernel here, more than {n}",
        ),
        steps_of(pool, [n]),
        (
            f"convcalc out --op maxpool --k {n + 1} --n {n} --ceil",
            f"convcalc solve --n {n} --out 1 --op maxpool",
            follow(),
        ),
    )


def _unknown_pool() -> Found:
    return Found(
        "the pool's kernel is larger than its padded input: nothing would come out; PyTorch does "
        "not say which sizes these are",
        (DEEP,),
        (
            "kernel_size no larger than the input",
            "ceil_mode=True, where the stride is the kernel (the default): 1 comes out",
            "a larger input: as large as the kernel here",
        ),
        commands=("convcalc out --op maxpool --k 4 --n 2 --ceil", follow()),
    )


def _average_pool(said: Said) -> Found:
    """AvgPool3d compares the input with the kernel before it pads."""
    kernel, sizes = said.alike("kernel", "input")
    fitting = [min(k, n) for k, n in zip(kernel, sizes, strict=True)]
    needed = [max(k, n) for k, n in zip(kernel, sizes, strict=True)]
    return Found(
        f"AvgPool3d wants an input at least as large as its kernel, before the padding: the input "
        f"is {write(sizes)}, the kernel {write(kernel)}",
        ("max pools and convolutions compare after the padding; here padding does not help",),
        (
            (
                f"kernel_size={code(fitting)}: "
                f"{write(output_shape(Pool(tuple(fitting), 1), tuple(sizes)))} comes out with "
                "stride 1"
            ),
            "F.pad the input before the pool, instead of padding=",
            f"an input of {write(needed)} or more",
        ),
        steps_of(Pool(tuple(kernel), 1, kind="avg"), sizes),
        (
            f"convcalc out --op avgpool --k {option(fitting)} --s 1 --n {write(sizes)}",
            follow(),
        ),
    )


def _all_cropped(sizes: Sequence[int], gave: Sequence[int]) -> Found:
    """A transposed convolution whose padding crops everything; its padding is not told."""
    less = max((2 - o) // 2 for o in gave)
    wanted = max(1 - o for o in gave)
    example = _example(sizes, gave)
    repairs = [
        (
            f"padding smaller by {less}: {write([o + 2 * less for o in gave])} comes out, each "
            "cell of "
            "padding crops 2"
        ),
        f"kernel_size larger by {wanted}: {write([o + wanted for o in gave])} comes out",
    ]
    if example is not None:
        more = tuple(n + wanted for n in sizes)
        repairs.append(
            f"an input of {write(more)}: {write(output_shape(example, more))} comes out with "
            "stride 1 (a larger stride needs less)"
        )
    return Found(
        f"the padding crops more than the transposed convolution makes of {write(sizes)}: "
        f"{' x '.join(map(str, gave))} would come out",
        ("o = s*(n-1)+k_e-2*p+a: a transposed convolution's padding takes cells away",),
        tuple(repairs),
        steps_of(example, sizes) if example is not None else (),
        (
            "convcalc equiv --k 3 --p 3 --from deconv",
            f"convcalc solve --n {write(sizes)} --out {write(sizes)} --op deconv --s 1",
        ),
    )


def _example(sizes: Sequence[int], gave: Sequence[int]) -> TransposedConv | None:
    """The smallest layer of stride 1 that does the same: k-2p = o-(n-1) on every axis."""
    for kernel in (3, 2, 4, 1):
        paddings = [n - 1 + kernel - o for n, o in zip(sizes, gave, strict=True)]
        if all(twice % 2 == 0 and twice >= 0 for twice in paddings):
            return TransposedConv(kernel, padding=tuple(twice // 2 for twice in paddings))
    return None


def _resized_away(sizes: Sequence[int], gave: Sequence[int]) -> Found:
    return Found(
        f"the resize from {write(sizes)} to {write(gave)} leaves nothing: the size times the scale "
        "factor, rounded down, is 0",
        (DEEP,),
        (
            f"size={code([max(o, 1) for o in gave])} instead of scale_factor",
            "a larger input, or one resize less before it",
        ),
        commands=(f"convcalc out --op maxpool --k 2 --n {write(sizes)} --ceil", follow()),
    )


def _cropped_away(said: Said) -> Found:
    sizes = [1 if n is None else n for n in said.entries("input")[1:-1]]
    crops = said.pairs("cropping")
    allowed = [(n - 1) // 2 for n in sizes]
    totals = "x".join(str(low + high) for low, high in crops)
    return Found(
        f"the crop takes {totals} cells of an input of {write(sizes)}: nothing is left",
        ("at most n-1 cells may go, both sides together",),
        (
            (
                f"cropping={code(allowed)} or less: "
                f"{write(output_shape(Conv(1, padding=tuple(-c for c in allowed)), tuple(sizes)))} "
                "is left"
            ),
            f"an input of {write([low + high + 1 for low, high in crops])} or more",
        ),
        commands=(
            f"convcalc out --op conv --k 1 --p {option([-c for c in allowed])} --n {write(sizes)}",
        ),
    )


def _onnx(said: Said) -> Found:
    if "input" in said.numbers:
        sizes = said.shape("input")
        return Found(
            f"the pads crop more than this ConvTranspose makes of {write(sizes)}: on axis "
            f"{said.number('axis')} nothing is left",
            ("o = s*(n-1)+k_e-pads+a: a transposed convolution's pads take cells away",),
            (
                "smaller pads: each cell less on both sides gives 2 more",
                "output_shape=[...] instead of pads",
            ),
            commands=("convcalc equiv --k 3 --p 3 --from deconv",),
        )
    return Found(
        f"the kernel of this {said.words['op']} node is larger than its padded input: a negative "
        "size would come out; onnxruntime does not say which sizes these are",
        (DEEP,),
        (
            "kernel_shape no larger than the input with its pads",
            "a larger input of the network",
        ),
        commands=(
            "convcalc out --op maxpool --k 4 --s 1 --p 1 --n 2",
            "convcalc net model.onnx --sizes 1..512",
        ),
    )
