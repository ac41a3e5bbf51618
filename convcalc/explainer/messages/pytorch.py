"""What PyTorch says.

Law: (version, kind, text); the holes are described in ``messages``.
"""

NOW = "2.13.0"

MESSAGES = (
    (
        NOW,
        "kernel larger than input",
        (
            "Calculated padded input size per channel: <padded>. Kernel size: <kernel>. "
            "Kernel size can't be greater than actual input size"
        ),
    ),
    (
        NOW,
        "output too small",
        "Given input size: <input>. Calculated output size: <output>. Output size is too small",
    ),
    (NOW, "output too small", "max_pool1d() Invalid computed output size: <output>"),
    (
        NOW,
        "output too small",
        (
            "input image (T: <input> H: <input> W: <input>) smaller than kernel size "
            "(kT: <kernel> kH: <kernel> kW: <kernel>)"
        ),
    ),
    (
        NOW,
        "output too small",
        (
            "Given input size per channel: <input>. Calculated output size per channel: <output>. "
            "Output size is too small"
        ),
    ),
    (
        NOW,
        "output too small",
        (
            "Input and output sizes should be greater than 0, but got input (H: <input>, W: <input>) "
            "output (H: <output>, W: <output>)"
        ),
    ),
    (
        NOW,
        "output padding out of range",
        (
            "output padding must be smaller than either stride or dilation, but got "
            "output_padding_depth: <output_padding> output_padding_height: <output_padding> "
            "output_padding_width: <output_padding> stride_depth: <stride> stride_height: <stride> "
            "stride_width: <stride> dilation_depth: <dilation> dilation_height: <dilation> "
            "dilation_width: <dilation>"
        ),
    ),
    (
        NOW,
        "output padding out of range",
        (
            "output padding must be smaller than either stride or dilation, but got "
            "output_padding_height: <output_padding> output_padding_width: <output_padding> "
            "stride_height: <stride> stride_width: <stride> dilation_height: <dilation> "
            "dilation_width: <dilation>"
        ),
    ),
    (
        NOW,
        "output_size out of range",
        (
            "requested an output size of <output>, but valid sizes range from <least> to <greatest> "
            "(for an input of torch.Size(<input>))"
        ),
    ),
    (NOW, "same with stride", "padding='same' is not supported for strided convolutions"),
    (
        NOW,
        "padding by name",
        "conv_transpose<rank>d(): argument 'padding' ... must be tuple of ints, ... of type str",
    ),
    (NOW, "padding by name", "Invalid padding string '<name$>', should be one of"),
    (NOW, "padding mode", 'Only "zeros" padding mode is supported for <layer$>'),
    (
        NOW,
        "padding larger than half the kernel",
        (
            "pad should be at most half of effective kernel size, but got pad=<padding>, "
            "kernel_size=<kernel> and dilation=<dilation>"
        ),
    ),
    (
        NOW,
        "padding larger than half the kernel",
        (
            "pad should be smaller than or equal to half of kernel size, but got padW = <padding>, "
            "padH = <padding>, kW = <kernel>, kH = <kernel>"
        ),
    ),
    (
        "0.4, github.com/yifanjiang19/Pedestrian-Synthesis-GAN/issues/29",
        "padding larger than half the kernel",
        (
            "pad should be smaller than half of kernel size, but got padW = <padding>, "
            "padH = <padding>, kW = <kernel>, kH = <kernel>"
        ),
    ),
    (
        NOW,
        "padding larger than half the kernel",
        (
            "max_pool1d() padding should be at most half of kernel size, but got padding=<padding> "
            "and kernel_size=<kernel>"
        ),
    ),
    (
        NOW,
        "padding larger than the input",
        (
            "Padding size should be less than the corresponding input dimension, but got: padding "
            "<padding> at dimension <axis> of input <input>"
        ),
    ),
    (
        NOW,
        "padding larger than the input",
        "Padding value causes wrapping around more than once.",
    ),
    (NOW, "negative padding", "negative padding is not supported"),
    (NOW, "negative padding", "pad must be non-negative, but got pad: <padding>"),
    (NOW, "negative padding", "max_pool1d() padding must be non-negative, but got <padding>"),
    (
        NOW,
        "sizes do not fit: cat",
        (
            "Sizes of tensors must match except in dimension <axis>. Expected size <expected> but got "
            "size <got> for tensor number <tensor> in the list"
        ),
    ),
    (
        "1.4, github.com/yuhaozhang/tacred-relation/issues/10",
        "sizes do not fit: cat",
        (
            "Sizes of tensors must match except in dimension <axis>. Got <expected> and <got> in "
            "dimension <at>"
        ),
    ),
    (
        "1.6, github.com/sg-nm/cgp-cnn/issues/11",
        "sizes do not fit: cat",
        "Sizes of tensors must match except in dimension <axis>. Got <expected> and <got>",
    ),
    (
        NOW,
        "sizes do not fit: add",
        (
            "The size of tensor a (<a>) must match the size of tensor b (<b>) at non-singleton "
            "dimension <axis>"
        ),
    ),
    (
        NOW,
        "sizes do not fit: expand",
        (
            "The expanded size of the tensor (<target>) must match the existing size (<existing>) at "
            "non-singleton dimension <axis>. Target sizes: <to>. Tensor sizes: <shape>"
        ),
    ),
    (
        NOW,
        "sizes do not fit: stack",
        (
            "stack expects each tensor to be equal size, but got <first> at entry 0 and <second> at "
            "entry <tensor>"
        ),
    ),
    (
        NOW,
        "sizes do not fit: loss",
        (
            "Using a target size (torch.Size(<target>)) that is different to the input size "
            "(torch.Size(<input>))"
        ),
    ),
    (
        NOW,
        "sizes do not fit: loss",
        "Target size (torch.Size(<target>)) must be the same as input size (torch.Size(<input>))",
    ),
    (NOW, "sizes do not fit: loss", "size mismatch (got input: <input> , target: <target>"),
    (
        NOW,
        "sizes do not fit: batch",
        "Expected input batch_size (<input>) to match target batch_size (<target>)",
    ),
    (NOW, "linear features", "mat1 and mat2 shapes cannot be multiplied (<got> and <weight>)"),
    (
        "1.4, github.com/dranaju/project/issues/1",
        "linear features",
        "size mismatch, m1: <got>, m2: <weight>",
    ),
    (
        NOW,
        "wrong channels",
        (
            "Given groups=<groups>, weight of size <weight>, expected input<input> to have <expected> "
            "channels, but got <got> channels instead"
        ),
    ),
    (
        NOW,
        "wrong channels",
        (
            "Given transposed=1, weight of size <weight>, expected input<input> to have <expected> "
            "channels, but got <got> channels instead"
        ),
    ),
    (NOW, "wrong channels", "in_channels must be divisible by groups"),
    (NOW, "wrong channels", "out_channels must be divisible by groups"),
    (NOW, "wrong channels", "running_mean should contain <got> elements not <expected>"),
    (
        NOW,
        "one value per channel",
        "Expected more than 1 value per channel when training, got input size torch.Size(<input>)",
    ),
    (
        NOW,
        "wrong number of axes",
        "(unbatched) or <rank>D (batched) input to <layer$>, but got input of size: <input>",
    ),
    (NOW, "wrong number of axes", "expected <rank>D input (got <got>D input)"),
    (
        NOW,
        "wrong number of axes",
        "non-empty <unbatched>D or <rank>D (batch mode) tensor expected for input",
    ),
    (NOW, "stride of zero", "non-positive stride is not supported"),
    (NOW, "stride of zero", "stride should not be zero"),
    (NOW, "negative dimension", "zeros: Dimension size must be non-negative"),
    (NOW, "negative dimension", "narrow(): length must be non-negative"),
    (
        "1.8, github.com/FoundationVision/ByteTrack/issues/155",
        "negative dimension",
        "Trying to create tensor with negative dimension <got>: <shape>",
    ),
    (NOW, "view", "shape '<shape>' is invalid for input of size <input>"),
)
