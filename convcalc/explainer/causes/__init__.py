"""Why a message came: one function for each kind, which turns its numbers into an answer.

Law: a kind of message is one entry here; kinds that a framework splits (cat, add, stack, ...) share
one function.
"""

from __future__ import annotations

from collections.abc import Callable

from convcalc.errors import ConvcalcError
from convcalc.explainer.arithmetic import Found
from convcalc.explainer.causes import (
    channels,
    features,
    joins,
    paddings,
    ranks,
    rearranged,
    transposed,
    windows,
)
from convcalc.explainer.reading import Said

CAUSES: dict[str, Callable[[Said], Found]] = {
    "kernel larger than input": windows.kernel_larger,
    "output too small": windows.output_small,
    "negative dimension": windows.negative,
    "output padding out of range": transposed.output_padding,
    "output_size out of range": transposed.output_size,
    "output_shape out of range": transposed.output_shape_of_node,
    "out_backprop": transposed.out_backprop,
    "strides with dilation": transposed.strides_with_dilation,
    "sizes do not fit": joins.sizes,
    "linear features": features.linear,
    "view": features.reshaped,
    "reshape": features.reshaped,
    "wrong channels": channels.channels,
    "wrong number of axes": ranks.axes,
    "wrong number of entries": ranks.entries,
    "labels with channels": ranks.labels,
    "labels of another size": ranks.labels_size,
    "attention": features.attention,
    "fold": rearranged.fold,
    "pixel shuffle": rearranged.pixels,
    "max unpooling": rearranged.unpooling,
    "max unpooling to a size": rearranged.unpooled_size,
    "view of a strided tensor": rearranged.strided,
    "weights of another model": rearranged.stored,
    "layer normalisation": rearranged.normalised,
    "wrong input shape": ranks.input_shape,
    "one value per channel": ranks.one_value,
    "same with stride": paddings.same_with_stride,
    "same with dilation": paddings.same_with_dilation,
    "padding by name": paddings.by_name,
    "padding mode": paddings.mode,
    "padding larger than half the kernel": paddings.beyond_half,
    "padding larger than the kernel": paddings.beyond_kernel,
    "padding larger than the input": paddings.beyond_input,
    "negative padding": paddings.negative,
    "stride of zero": paddings.stride_of_zero,
    "causal with two axes": paddings.causal,
}


def cause_of(said: Said) -> Found:
    """The answer to a message that was recognised."""
    try:
        return CAUSES[said.message.kind.partition(":")[0]](said)
    except ConvcalcError as error:
        # Numbers that no framework writes together, such as a kernel of 0: a text that was edited.
        return Found(f"the numbers of this message describe no layer: {error}")
