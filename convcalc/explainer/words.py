"""How each framework writes what a repair says: parameters, a padding, a crop.

Law: nothing here decides a size; it is only written down.
"""

from __future__ import annotations

from collections.abc import Sequence

from convcalc.explainer.arithmetic import code
from convcalc.layers import Layer, axes

PARAMETERS = {
    "pytorch": ("kernel_size", "stride", "padding", "dilation", "output_padding"),
    "keras": ("kernel_size", "strides", "padding", "dilation_rate", "output_padding"),
    "jax": ("kernel_size", "strides", "padding", "kernel_dilation", "output_padding"),
    "onnxruntime": ("kernel_shape", "strides", "pads", "dilations", "output_padding"),
}
ROUNDED_UP = {
    "pytorch": "ceil_mode=True",
    "keras": "padding='same'",
    "jax": "padding='SAME'",
    "onnxruntime": "ceil_mode=1",
}
KEPT = {  # for a kernel of 3 with stride 1
    "pytorch": "padding=1",
    "keras": "padding='same'",
    "jax": "padding='SAME'",
    "onnxruntime": "pads of 1",
}


def parameters(framework: str, layer: Layer) -> str:
    """A layer's parameters as arguments; those that every framework defaults to are left out.

    >>> from convcalc.layers import TransposedConv
    >>> parameters("pytorch", TransposedConv(4, 2, 1))
    'kernel_size=4, stride=2, padding=1'
    """
    each = axes(layer, layer.rank or 1)
    paddings = [axis.padding if isinstance(axis.padding, tuple) else (0, 0) for axis in each]
    values = [
        [axis.kernel for axis in each],
        [axis.stride for axis in each],
        [low for low, _ in paddings],
        [axis.dilation for axis in each],
        [axis.output_padding for axis in each],
    ]
    defaults = (None, 1, 0, 1, 0)
    return ", ".join(
        f"{name}={code(value)}"
        for name, value, default in zip(PARAMETERS[framework], values, defaults, strict=True)
        if set(value) != {default}
    )


def padded(framework: str, name: str, sides: Sequence[tuple[int, int]], lead: int) -> str:
    """The call that pads ``name``: ``sides`` of every axis, ``lead`` of them before those in space.

    >>> padded("pytorch", "b", [(0, 0), (0, 0), (0, 1), (0, 0)], 2)
    'F.pad(b, (0, 0, 0, 1))'
    >>> padded("keras", "b", [(0, 0), (0, 1), (0, 1), (0, 0)], 1)
    'layers.ZeroPadding2D(((0, 1), (0, 1)))(b)'
    """
    match framework:
        case "pytorch":
            first = next((axis for axis, each in enumerate(sides[:lead]) if any(each)), lead)
            order = [str(number) for low_high in reversed(sides[first:]) for number in low_high]
            return f"F.pad({name}, ({', '.join(order)}))"
        case "keras" if lead == 1 and len(sides) > 2:
            space = [str(each) for each in sides[1:-1]]
            inner = f"({', '.join(space)})" if len(space) > 1 else space[0]
            return f"layers.ZeroPadding{len(space)}D({inner})({name})"
        case "onnxruntime":
            ends = [str(low) for low, _ in sides] + [str(high) for _, high in sides]
            return f"a Pad node with pads=[{', '.join(ends)}] after {name}"
        case _:
            function = "tf.pad" if framework == "keras" else "jnp.pad"
            return f"{function}({name}, ({', '.join(map(str, sides))}))"


def cropped(framework: str, name: str, spans: Sequence[tuple[int, int] | None]) -> str:
    """The slice that crops ``name`` to ``(first, size)`` on every axis that is not None.

    >>> cropped("pytorch", "a", [None, None, (0, 63), (1, 30)])
    'a[:, :, :63, 1:31]'
    """
    if framework == "onnxruntime":
        told = [(axis, each) for axis, each in enumerate(spans) if each is not None]
        starts = [first for _, (first, _) in told]
        ends = [first + size for _, (first, size) in told]
        axes_of_it = [axis for axis, _ in told]
        return f"a Slice node with starts={starts}, ends={ends}, axes={axes_of_it} after {name}"
    words = [":" if each is None else f"{each[0] or ''}:{each[0] + each[1]}" for each in spans]
    return f"{name}[{', '.join(words)}]"
