"""A layer of one framework in the words of another, with the same values.

Law: a port is text. Nothing here imports a framework or runs what it writes; ``plan`` says what
the layer computes, ``notes`` says why and what not to do. A target is one file here and one line in
``TARGETS``: a module with ``WRITERS``, which has for each kind of plan the function that writes it,
``why(plan)``, its own reason where no single layer does it, and ``remarks(plan)``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module
from typing import NamedTuple

from convcalc.dialects import framework, read
from convcalc.errors import PortError
from convcalc.layers import Layer
from convcalc.layers.axis import PerAxis
from convcalc.ports.code import Written
from convcalc.ports.plan import Ints, Plan, plan

TARGETS = {
    "pytorch": "PyTorch",
    "keras": "Keras",
    "flax": "Flax",
    "jax": "jax.lax",
    "onnx": "ONNX",
}


class Port(NamedTuple):
    """A layer written for another framework: code, and the conversion of its kernel.

    ``source`` and ``target`` are dialects ("from" and "to" in JSON). ``call`` is the target's own
    layer in one line, ``output`` its size where an input size was given.

    >>> answer = port("nn.Conv2d(3, 8, 3, stride=2)", "keras", 9)
    >>> answer.single_layer, answer.call, answer.output
    (True, 'layers.Conv2D(8, 3, strides=2)', (4, 4))
    """

    source: str
    target: str
    single_layer: bool
    code: str
    weights: str
    needs_input_size: bool
    notes: tuple[str, ...]
    call: str = ""
    output: Ints | None = None

    def document(self) -> dict[str, object]:
        """The port as JSON holds it."""
        return {
            "from": self.source,
            "to": self.target,
            "single_layer": self.single_layer,
            "code": self.code,
            "weights": self.weights,
            "needs_input_size": self.needs_input_size,
            "notes": list(self.notes),
        }

    def _repr_html_(self) -> str:
        """As a notebook shows it."""
        from convcalc.notebook import html

        return html(self)

    def _repr_markdown_(self) -> str:
        """As a notebook shows it that becomes text."""
        from convcalc.notebook import markdown

        return markdown(self)


def port(
    layer: Layer | str,
    to: str,
    size: int | Sequence[int] | None = None,
    *,
    kernel: PerAxis | None = None,
) -> Port:
    """The code that gives the same values as ``layer`` in the framework ``to``.

    ``layer`` is a layer or a line of framework code, ``to`` one of pytorch, keras, flax, jax, onnx,
    ``size`` the input size (spatial axes only) where the answer depends on it, ``kernel`` the
    kernel size of a function that takes it from its weight.

    Formula: a transposed convolution stamps ``w[t]`` at ``s*i + d*t`` of ``s(n-1) + k_e`` cells
    and drops ``p_lo`` of them in front and ``p_hi - a`` behind; one layer of PyTorch can do that
    exactly when ``0 <= p_lo - (p_hi - a) < max(s, d)``. Shapes: ``code`` reads and gives
    (batch, channels, spatial) for pytorch, jax and onnx, (batch, spatial, channels) for keras and
    flax; ``weights`` converts the kernel from the source's layout to the target's.

    Raises ParseError for text that is no layer, SizeError for a size that the source refuses,
    ConvcalcError for what is not one layer. Source: the recorded answers of the frameworks.

    >>> answer = port("layers.Conv2DTranspose(8, 3, strides=2, padding='same')", "pytorch")
    >>> answer.single_layer
    False
    >>> print(answer.code)
    import torch.nn.functional as F
    <BLANKLINE>
    <BLANKLINE>
    def layer(x, weight, bias=None):
        \"\"\"nn.ConvTranspose2d(in_channels, 8, 3, stride=2), then [:, :, :-1, :-1]\"\"\"
        y = F.conv_transpose2d(x, weight, bias, stride=2)
        return y[:, :, :-1, :-1]
    <BLANKLINE>
    """
    to = framework(to, TARGETS, "to")
    if isinstance(layer, str):
        layer = read(layer, kernel=kernel)
    made = plan(layer, size)
    target = import_module(f"convcalc.ports.{to}")
    if made.kind not in target.WRITERS:
        raise PortError(f"no code of {TARGETS[to]} is known for {layer.title}")
    write: Callable[[Plan], Written] = target.WRITERS[made.kind]
    written = write(made)
    anywhere = plan(replace(layer, rank=made.rank))
    numbers = made.size is not None and write(anywhere).code != written.code
    from convcalc.ports.notes import remarks

    return Port(
        made.origin.dialect,
        to,
        written.single,
        written.code,
        written.weights,
        written.needs_size,
        remarks(made, written, target, TARGETS[to], numbers=numbers),
        written.call,
        None if made.size is None else _output(layer, made.size),
    )


def _output(layer: Layer, size: Ints) -> Ints:
    from convcalc.layers import output_shape

    return output_shape(layer, size)
