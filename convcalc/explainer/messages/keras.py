"""What Keras says, and TensorFlow under it.

Law: (version, kind, text); the holes are described in ``messages``.
"""

KERAS = "Keras 3.15.1"
TENSORFLOW = "TensorFlow 2.21.0"

MESSAGES = (
    (
        KERAS,
        "kernel larger than input",
        (
            "Computed output size would be zero or negative. Received `inputs shape=<input>`, "
            "`kernel shape=<weight>`, `dilation_rate=<dilation>`, `strides=<stride>`, "
            "`padding=<padding$>`."
        ),
    ),
    (
        KERAS,
        "output too small",
        (
            "Computed output size would be zero or negative. Received: `inputs.shape=<input>`, "
            "`pool_size=<kernel>`, `strides=<stride>`, `padding=<padding$>`."
        ),
    ),
    (
        KERAS,
        "output padding out of range",
        (
            "`output_padding` must be strictly less than `strides` for all dimensions. At dimension "
            "<axis>, `output_padding` is ... Received: output_padding=<output_padding>, "
            "strides=<stride>"
        ),
    ),
    (
        "Keras 2.4, Conv2DTranspose",
        "output padding out of range",
        "Stride <stride> must be greater than output padding <output_padding>",
    ),
    (
        "Keras 2.9, Conv2DTranspose",
        "output padding out of range",
        (
            "Strides must be greater than output padding. Received strides=<stride>, "
            "output_padding=<output_padding>."
        ),
    ),
    (
        TENSORFLOW,
        "out_backprop",
        (
            "Size of out_backprop doesn't match computed: actual = <actual>, computed = <computed> "
            "spatial_dim: <axis> input: <input> filter: <kernel> output: <output> stride: <stride> "
            "dilation: <dilation>"
        ),
    ),
    (
        KERAS,
        "strides with dilation",
        (
            "`strides > 1` not supported in conjunction with `dilation_rate > 1`. Received: "
            "strides=<stride> and dilation_rate=<dilation>"
        ),
    ),
    (
        KERAS,
        "padding by name",
        "The `padding` argument must be a list/tuple or one of {...}. Received: <name$>",
    ),
    (KERAS, "padding by name", "AttributeError: 'int' object has no attribute 'lower'"),
    (
        KERAS,
        "sizes do not fit: concatenate",
        (
            "A `Concatenate` layer requires inputs with matching shapes except for the concatenation "
            "axis. Received: input_shape=<shapes*>"
        ),
    ),
    (
        "Keras 2.2, github.com/voxelmorph/voxelmorph/issues/105",
        "sizes do not fit: concatenate",
        (
            "A `Concatenate` layer requires inputs with matching shapes except for the concat axis. "
            "Got inputs shapes: <shapes*>"
        ),
    ),
    (
        TENSORFLOW,
        "sizes do not fit: concatenate",
        (
            "ConcatOp : Dimension <axis> in both shapes must be equal: shape[0] = <shapes> vs. "
            "shape[<tensor>] = <shapes>"
        ),
    ),
    (
        TENSORFLOW,
        "sizes do not fit: concatenate",
        (
            "Dimension <axis> in both shapes must be equal, but are <a> and <b>. Shapes are <shapes> "
            "and <shapes>."
        ),
    ),
    (
        TENSORFLOW,
        "sizes do not fit: stack",
        (
            "Shapes of all inputs must match: values[0].shape = <shapes> != values[<tensor>].shape = "
            "<shapes>"
        ),
    ),
    (
        KERAS,
        "sizes do not fit: add",
        "Inputs have incompatible shapes. Received shapes <shapes> and <shapes>",
    ),
    (
        "Keras 2.9, github.com/keras-team/keras/issues/16925",
        "sizes do not fit: add",
        "Operands could not be broadcast together with shapes <shapes> <shapes>",
    ),
    (TENSORFLOW, "sizes do not fit: add", "Incompatible shapes: <shapes> vs. <shapes>"),
    (
        KERAS,
        "sizes do not fit: loss",
        (
            "Arguments `target` and `output` must have the same shape. Received: "
            "target.shape=<target>, output.shape=<input>"
        ),
    ),
    (
        KERAS,
        "sizes do not fit: loss",
        (
            "Arguments `target` and `output` must have the same shape up until the last dimension: "
            "target.shape=<target>, output.shape=<input>"
        ),
    ),
    (
        TENSORFLOW,
        "linear features",
        "Matrix size-incompatible: In[0]: <got>, In[1]: <weight>",
    ),
    (
        TENSORFLOW,
        "linear features",
        (
            "Dimensions must be equal, but are <a> and <b> for '{{node ...}} = MatMul[...]...' with "
            "input shapes: <got>, <weight>."
        ),
    ),
    (
        TENSORFLOW,
        "sizes do not fit: add",
        (
            "Dimensions must be equal, but are <a> and <b> for '{{node ...}} = ...' with input "
            "shapes: <shapes>, <shapes>."
        ),
    ),
    (
        KERAS,
        "linear features",
        (
            "is incompatible with the layer: expected axis -1 of input shape to have value "
            "<expected>, but received input with shape (<batch>, <got>)"
        ),
    ),
    (
        "Keras 2.4, github.com/tensorflow/tensorflow/issues/46478",
        "linear features",
        (
            "is incompatible with the layer: expected axis -1 of input shape to have value "
            "<expected> but received input with shape (<batch>, <got>)"
        ),
    ),
    (
        "Keras 2.3, github.com/pearsonkyle/Artificial-Art/issues/3",
        "linear features",
        (
            "is incompatible with the layer: expected axis -1 of input shape to have value "
            "<expected> but received input with shape [<batch>, <got>]"
        ),
    ),
    (
        KERAS,
        "wrong channels",
        (
            "is incompatible with the layer: expected axis <axis> of input shape to have value "
            "<expected>, but received input with shape <input>"
        ),
    ),
    (
        "Keras 2.4, github.com/tensorflow/tensorflow/issues/46076",
        "wrong channels",
        (
            "is incompatible with the layer: expected axis <axis> of input shape to have value "
            "<expected> but received input with shape <input>"
        ),
    ),
    (
        TENSORFLOW,
        "wrong channels",
        "input depth must be evenly divisible by filter depth: <got> vs <expected>",
    ),
    (
        KERAS,
        "wrong number of axes",
        (
            "is incompatible with the layer: expected min_ndim=<rank>, found ndim=<got>. Full shape "
            "received: <input>"
        ),
    ),
    (
        KERAS,
        "wrong number of axes",
        (
            "is incompatible with the layer: expected ndim=<rank>, found ndim=<got>. Full shape "
            "received: <input>"
        ),
    ),
    (
        KERAS,
        "wrong input shape",
        "is incompatible with the layer: expected shape=<expected>, found shape=<got>",
    ),
    (
        TENSORFLOW,
        "negative dimension",
        (
            "Computed output size would be negative: <output> [input_size: <input>, "
            "effective_filter_size: <kernel>, stride: <stride>]"
        ),
    ),
    (
        TENSORFLOW,
        "negative dimension",
        "Negative dimension size caused by subtracting <kernel> from <input> for '{{node",
    ),
    (
        "TensorFlow 1.13, github.com/keras-team/keras/issues/12951",
        "negative dimension",
        "Negative dimension size caused by subtracting <kernel> from <input> for",
    ),
    (
        KERAS,
        "negative dimension",
        (
            "Values in `cropping` argument should be smaller than the corresponding spatial dimension "
            "of the input. Received: input_shape=<input>, cropping=<cropping*>"
        ),
    ),
    (
        KERAS,
        "negative dimension",
        (
            "Values in `cropping` argument should be smaller than the corresponding spatial dimension "
            "of the input. Received: inputs.shape=<input>, cropping=<cropping*>"
        ),
    ),
    (
        KERAS,
        "stride of zero",
        (
            "The `strides` argument must be a tuple of <rank> integers. Received strides=<stride>, "
            "including values"
        ),
    ),
    (
        KERAS,
        "reshape",
        (
            "The total size of the tensor must be unchanged. Received: input_shape=<input>, "
            "target_shape=<shape>"
        ),
    ),
    (
        TENSORFLOW,
        "reshape",
        "Input to reshape is a tensor with <values> values, but the requested shape has <wanted>",
    ),
    (
        TENSORFLOW,
        "reshape",
        "Cannot reshape a tensor with <values> elements to shape <shape> (<wanted> elements)",
    ),
)
