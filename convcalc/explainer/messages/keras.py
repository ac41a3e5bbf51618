"""What Keras says, and TensorFlow under it.

Law: a block for each message: its kind and the version that said it, then its text with holes (see
``messages``); lines are joined by a space.
"""

MESSAGES = r"""
kernel larger than input | Keras 3.15.1
Computed output size would be zero or negative. Received `inputs shape=<input>`, `kernel
shape=<weight>`, `dilation_rate=<dilation>`, `strides=<stride>`, `padding=<padding$>`.

output too small | Keras 3.15.1
Computed output size would be zero or negative. Received: `inputs.shape=<input>`,
`pool_size=<kernel>`, `strides=<stride>`, `padding=<padding$>`.

output padding out of range | Keras 3.15.1
`output_padding` must be strictly less than `strides` for all dimensions. At dimension <axis>,
`output_padding` is ... Received: output_padding=<output_padding>, strides=<stride>

output padding out of range | Keras 2.4, Conv2DTranspose
Stride <stride> must be greater than output padding <output_padding>

output padding out of range | Keras 2.9, Conv2DTranspose
Strides must be greater than output padding. Received strides=<stride>,
output_padding=<output_padding>.

out_backprop | TensorFlow 2.21.0
Size of out_backprop doesn't match computed: actual = <actual>, computed = <computed>
spatial_dim: <axis> input: <input> filter: <kernel> output: <output> stride: <stride> dilation:
<dilation>

strides with dilation | Keras 3.15.1
`strides > 1` not supported in conjunction with `dilation_rate > 1`. Received: strides=<stride>
and dilation_rate=<dilation>

padding by name | Keras 3.15.1
The `padding` argument must be a list/tuple or one of {...}. Received: <name$>

padding by name | Keras 3.15.1
AttributeError: 'int' object has no attribute 'lower'

sizes do not fit: concatenate | Keras 3.15.1
A `Concatenate` layer requires inputs with matching shapes except for the concatenation axis.
Received: input_shape=<shapes*>

sizes do not fit: concatenate | Keras 2.2, voxelmorph/voxelmorph/issues/105
A `Concatenate` layer requires inputs with matching shapes except for the concat axis. Got
inputs shapes: <shapes*>

sizes do not fit: concatenate | TensorFlow 2.21.0
ConcatOp : Dimension <axis> in both shapes must be equal: shape[0] = <shapes> vs.
shape[<tensor>] = <shapes>

sizes do not fit: concatenate | TensorFlow 2.21.0
Dimension <axis> in both shapes must be equal, but are <a> and <b>. Shapes are ... for '{{node ...}}
= ConcatV2[...' with input shapes: <shapes>, <shapes>,

sizes do not fit: stack | TensorFlow 2.21.0
Shapes of all inputs must match: values[0].shape = <shapes> != values[<tensor>].shape = <shapes>

sizes do not fit: add | Keras 3.15.1
Inputs have incompatible shapes. Received shapes <shapes> and <shapes>

sizes do not fit: add | Keras 2.9, keras-team/keras/issues/16925
Operands could not be broadcast together with shapes <shapes> <shapes>

sizes do not fit: add | TensorFlow 2.21.0
Incompatible shapes: <shapes> vs. <shapes>

sizes do not fit: loss | Keras 3.15.1
Arguments `target` and `output` must have the same shape. Received: target.shape=<target>,
output.shape=<input>

sizes do not fit: loss | Keras 3.15.1
Arguments `target` and `output` must have the same shape up until the last dimension:
target.shape=<target>, output.shape=<input>

linear features | TensorFlow 2.21.0
Matrix size-incompatible: In[0]: <got>, In[1]: <weight>

linear features | TensorFlow 2.21.0
Dimensions must be equal, but are <a> and <b> for '{{node ...}} = MatMul[...]...' with input
shapes: <got>, <weight>.

sizes do not fit: add | TensorFlow 2.21.0
Dimensions must be equal, but are <a> and <b> for '{{node ...}} = ...' with input shapes:
<shapes>, <shapes>.

linear features | Keras 3.15.1
is incompatible with the layer: expected axis -1 of input shape to have value <expected>, but
received input with shape (<batch>, <got>)

linear features | Keras 2.4, tensorflow/tensorflow/issues/46478
is incompatible with the layer: expected axis -1 of input shape to have value <expected> but
received input with shape (<batch>, <got>)

linear features | Keras 2.3, pearsonkyle/Artificial-Art/issues/3
is incompatible with the layer: expected axis -1 of input shape to have value <expected> but
received input with shape [<batch>, <got>]

wrong channels | Keras 3.15.1
is incompatible with the layer: expected axis <axis> of input shape to have value <expected>,
but received input with shape <input>

wrong channels | Keras 2.4, tensorflow/tensorflow/issues/46076
is incompatible with the layer: expected axis <axis> of input shape to have value <expected> but
received input with shape <input>

wrong channels | TensorFlow 2.21.0
input depth must be evenly divisible by filter depth: <got> vs <expected>

wrong number of axes | Keras 3.15.1
is incompatible with the layer: expected min_ndim=<rank>, found ndim=<got>. Full shape received:
<input>

wrong number of axes | Keras 3.15.1
is incompatible with the layer: expected ndim=<rank>, found ndim=<got>. Full shape received:
<input>

wrong input shape | Keras 3.15.1
is incompatible with the layer: expected shape=<expected>, found shape=<got>

negative dimension | TensorFlow 2.21.0
Computed output size would be negative: <output> [input_size: <input>, effective_filter_size:
<kernel>, stride: <stride>]

negative dimension | TensorFlow 2.21.0
Negative dimension size caused by subtracting <kernel> from <input> for '{{node

negative dimension | TensorFlow 1.13, keras-team/keras/issues/12951
Negative dimension size caused by subtracting <kernel> from <input> for

negative dimension | Keras 3.15.1
Values in `cropping` argument should be smaller than the corresponding spatial dimension of the
input. Received: input_shape=<input>, cropping=<cropping*>

negative dimension | Keras 3.15.1
Values in `cropping` argument should be smaller than the corresponding spatial dimension of the
input. Received: inputs.shape=<input>, cropping=<cropping*>

stride of zero | Keras 3.15.1
The `strides` argument must be a tuple of <rank> integers. Received strides=<stride>, including
values

reshape | Keras 3.15.1
The total size of the tensor must be unchanged. Received: input_shape=<input>,
target_shape=<shape>

reshape | TensorFlow 2.21.0
Input to reshape is a tensor with <values> values, but the requested shape has <wanted>

reshape | TensorFlow 2.21.0
Cannot reshape a tensor with <values> elements to shape <shape> (<wanted> elements)

reshape | TensorFlow 2.21.0
Input to reshape is a tensor with <values> values, but the requested shape requires a multiple of
<wanted>

reshape | TensorFlow 2.21.0
Dimension size must be evenly divisible by <wanted> but is <values> for '{{node ...}} = Reshape[

reshape | Keras 3.15.1
the input size cannot by divided by the specified dimensions in target_shape. Received:
input_shape=<input>, target_shape=<shape>

reshape | Keras 2.15.0
total size of new array must be unchanged, input_shape = <input>, output_shape = <shape>

output too small | Keras 2.15.0
One of the dimensions in the output is <= 0 due to downsampling in <layer$> Consider increasing the
input size. Received input shape <input> which would produce output shape with a zero or negative
value in a dimension.

sizes do not fit: add | Keras 3.15.1
Cannot broadcast shape, the failure dim has value <a>, which cannot be broadcasted to <b>. Input
shapes are: <shapes> and <shapes>.

wrong input shape | Keras 3.15.1
Expected shape <expected>, but input has incompatible shape <got>

wrong channels | Keras 3.15.1
The number of input channels must be evenly divisible by the number of groups. Received
groups=<groups>, but the input has <got> channels

wrong channels | Keras 3.15.1
The number of filters must be evenly divisible by the number of groups. Received: groups=<groups>,
filters=<got>

negative dimension | Keras 3.15.1
layer must be smaller than the input length. Received: input_shape=<input>, cropping=<cropping>

sizes do not fit: loss | Keras 3.15.1
Arguments `target` and `output` must have the same rank (ndim). Received: target.shape=<target>,
output.shape=<input>

sizes do not fit: sparse loss | Keras 3.15.1
Argument `output` must have rank (ndim) `target.ndim - 1`. Received: target.shape=<target>,
output.shape=<input>
"""
