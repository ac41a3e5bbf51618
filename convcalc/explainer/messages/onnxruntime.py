"""What onnxruntime says, and the shape inference of ONNX before it.

Law: (version, kind, text); the holes are described in ``messages``.
"""

NOW = "1.32.0"

MESSAGES = (
    (
        NOW,
        "kernel larger than input",
        (
            "Non-zero status code returned while running <op$> node. Name:... Status Message: Invalid "
            "input shape: <input>"
        ),
    ),
    (
        NOW,
        "output too small",
        (
            "Non-zero status code returned while running <op$> node. Name:... Status Message: ... "
            "out_size >= 0 was false. Calculated output dimension is negative."
        ),
    ),
    (
        NOW,
        "output too small",
        "Computed output dimension is <= 0 for dim <axis>. Input shape: <input>",
    ),
    (
        NOW,
        "output padding out of range",
        (
            "output_padding[<axis>] (<output_padding>) must be less than max(stride, dilation) "
            "(<limit>) for spatial dimension"
        ),
    ),
    (
        NOW,
        "output padding out of range",
        (
            "Computed output shape is inconsistent with input spatial dimensions. output_padding "
            "(<output_padding>) may be too large for stride (<stride>). Expected input size "
            "<expected> but got <got>."
        ),
    ),
    (
        NOW,
        "output_shape out of range",
        (
            "Explicit output_shape is inconsistent with input spatial dimensions and convolution "
            "parameters. Expected input size <expected> but got <got> (output_size=<output>, "
            "kernel=<kernel>, stride=<stride>, dilation=<dilation>, output_padding=<output_padding>)."
        ),
    ),
    (
        NOW,
        "padding larger than the kernel",
        "was false. Pad should be smaller than kernel.",
    ),
    (NOW, "padding by name", "Unknown AutoPadType String"),
    (
        NOW,
        "padding by name",
        "A Conv/ConvTranspose node has both 'auto_pad' and 'pads' attributes",
    ),
    (
        NOW,
        "same with dilation",
        "Dilation not supported for AutoPadType::SAME_UPPER or AutoPadType::SAME_LOWER.",
    ),
    (
        NOW,
        "wrong channels",
        (
            "Input channels C is not equal to kernel channels * group. C: <got> kernel channels: "
            "<weight> group: <groups>"
        ),
    ),
    (
        NOW,
        "wrong channels",
        (
            "filter number not equal to input channel number. filter_number: <expected> "
            "num_input_channels: <got>"
        ),
    ),
    (
        NOW,
        "wrong number of axes",
        "Op (<op$>) [ShapeInferenceError] Attribute <attribute$> has incorrect size",
    ),
    (
        NOW,
        "wrong number of axes",
        "X num_dims does not match W num_dims. X: <input> W: <weight>",
    ),
    (
        NOW,
        "wrong number of axes",
        "All inputs to Concat must have same rank. Input <tensor> has rank <got> != <rank>",
    ),
    (
        NOW,
        "stride of zero",
        "Op (<op$>) [ShapeInferenceError] Attribute strides must only contain positive values",
    ),
    (
        NOW,
        "sizes do not fit: concat",
        (
            "Non concat axis dimensions must match: Axis <axis> has mismatched dimensions of <got> "
            "and <expected>"
        ),
    ),
    (
        NOW,
        "sizes do not fit: add",
        "Attempting to broadcast an axis by a dimension other than 1. <a> by <b>",
    ),
    (NOW, "linear features", "MatMul dimension mismatch"),
    (NOW, "linear features", "GEMM: Dimension mismatch, W: <weight> K: <got> N:"),
    (
        NOW,
        "wrong input shape",
        (
            "Got invalid dimensions for input: <input$> for the following indices index: <axes> Got: "
            "<got> Expected: <expected> index: <axes> Got: <got> Expected: <expected>"
        ),
    ),
    (
        NOW,
        "wrong input shape",
        (
            "Got invalid dimensions for input: <input$> for the following indices index: <axes> Got: "
            "<got> Expected: <expected>"
        ),
    ),
)
