"""What PyTorch says.

Law: a block for each message: its kind and the version that said it, then its text with holes (see
``messages``); lines are joined by a space.
"""

MESSAGES = r"""
kernel larger than input | PyTorch 2.13.0
Calculated padded input size per channel: <padded>. Kernel size: <kernel>. Kernel size can't be
greater than actual input size

kernel larger than input | PyTorch 2.13.0, its last sentence alone
Kernel size can't be greater than actual input size

output too small | PyTorch 2.13.0
Given input size: <input>. Calculated output size: <output>. Output size is too small

output too small | PyTorch 2.13.0
max_pool1d() Invalid computed output size: <output>

output too small | PyTorch 2.13.0
input image (T: <input> H: <input> W: <input>) smaller than kernel size (kT: <kernel> kH:
<kernel> kW: <kernel>)

output too small | PyTorch 2.13.0
Given input size per channel: <input>. Calculated output size per channel: <output>. Output size
is too small

output too small | PyTorch 2.13.0
Input and output sizes should be greater than 0, but got input (H: <input>, W: <input>) output
(H: <output>, W: <output>)

output padding out of range | PyTorch 2.13.0
output padding must be smaller than either stride or dilation, but got output_padding_depth:
<output_padding> output_padding_height: <output_padding> output_padding_width: <output_padding>
stride_depth: <stride> stride_height: <stride> stride_width: <stride> dilation_depth: <dilation>
dilation_height: <dilation> dilation_width: <dilation>

output padding out of range | PyTorch 2.13.0
output padding must be smaller than either stride or dilation, but got output_padding_height:
<output_padding> output_padding_width: <output_padding> stride_height: <stride> stride_width:
<stride> dilation_height: <dilation> dilation_width: <dilation>

output_size out of range | PyTorch 2.13.0
requested an output size of <output>, but valid sizes range from <least> to <greatest> (for an
input of torch.Size(<input>))

same with stride | PyTorch 2.13.0
padding='same' is not supported for strided convolutions

padding by name | PyTorch 2.13.0
conv_transpose<rank>d(): argument 'padding' ... must be tuple of ints, ... of type str

padding by name | PyTorch 2.13.0
Invalid padding string '<name$>', should be one of

padding mode | PyTorch 2.13.0
Only "zeros" padding mode is supported for <layer$>

padding larger than half the kernel | PyTorch 2.13.0
pad should be at most half of effective kernel size, but got pad=<padding>, kernel_size=<kernel>
and dilation=<dilation>

padding larger than half the kernel | PyTorch 2.13.0
pad should be smaller than or equal to half of kernel size, but got padW = <padding>, padH =
<padding>, kW = <kernel>, kH = <kernel>

padding larger than half the kernel | PyTorch 0.4, yifanjiang19/Pedestrian-Synthesis-GAN/issues/29
pad should be smaller than half of kernel size, but got padW = <padding>, padH = <padding>, kW =
<kernel>, kH = <kernel>

padding larger than half the kernel | PyTorch 2.13.0
max_pool1d() padding should be at most half of kernel size, but got padding=<padding> and
kernel_size=<kernel>

padding larger than the input | PyTorch 2.13.0
Padding size should be less than the corresponding input dimension, but got: padding <padding>
at dimension <axis> of input <input>

padding larger than the input | PyTorch 2.13.0
Padding value causes wrapping around more than once.

negative padding | PyTorch 2.13.0
negative padding is not supported

negative padding | PyTorch 2.13.0
pad must be non-negative, but got pad: <padding>

negative padding | PyTorch 2.13.0
max_pool1d() padding must be non-negative, but got <padding>

sizes do not fit: cat | PyTorch 2.13.0
Sizes of tensors must match except in dimension <axis>. Expected size <expected> but got size
<got> for tensor number <tensor> in the list

sizes do not fit: cat | PyTorch 1.4, yuhaozhang/tacred-relation/issues/10
Sizes of tensors must match except in dimension <axis>. Got <expected> and <got> in dimension
<at>

sizes do not fit: cat | PyTorch 1.6, sg-nm/cgp-cnn/issues/11
Sizes of tensors must match except in dimension <axis>. Got <expected> and <got>

sizes do not fit: cat | PyTorch 2.13.0, its last sentence alone
Expected size <expected> but got size <got>

sizes do not fit: cat | PyTorch 2.13.0, its last sentence as people quote it
Expected size <expected> but got <got>

sizes do not fit: add | PyTorch 2.13.0
The size of tensor a (<a>) must match the size of tensor b (<b>) at non-singleton dimension
<axis>

sizes do not fit: expand | PyTorch 2.13.0
The expanded size of the tensor (<target>) must match the existing size (<existing>) at
non-singleton dimension <axis>. Target sizes: <to>. Tensor sizes: <shape>

sizes do not fit: stack | PyTorch 2.13.0
stack expects each tensor to be equal size, but got <first> at entry 0 and <second> at entry
<tensor>

sizes do not fit: loss | PyTorch 2.13.0
Using a target size (torch.Size(<target>)) that is different to the input size
(torch.Size(<input>))

sizes do not fit: loss | PyTorch 2.13.0
Target size (torch.Size(<target>)) must be the same as input size (torch.Size(<input>))

sizes do not fit: loss | PyTorch 2.13.0
size mismatch (got input: <input> , target: <target>

sizes do not fit: batch | PyTorch 2.13.0
Expected input batch_size (<input>) to match target batch_size (<target>)

linear features | PyTorch 2.13.0
mat1 and mat2 shapes cannot be multiplied (<got> and <weight>)

linear features | PyTorch 1.4, dranaju/project/issues/1
size mismatch, m1: <got>, m2: <weight>

wrong channels | PyTorch 2.13.0
Given groups=<groups>, weight of size <weight>, expected input<input> to have <expected>
channels, but got <got> channels instead

wrong channels | PyTorch 2.13.0
Given transposed=1, weight of size <weight>, expected input<input> to have <expected> channels,
but got <got> channels instead

wrong channels | PyTorch 2.13.0
in_channels must be divisible by groups

wrong channels | PyTorch 2.13.0
out_channels must be divisible by groups

wrong channels | PyTorch 2.13.0
running_mean should contain <got> elements not <expected>

wrong channels | PyTorch 2.13.0
Expected weight to be a vector of size equal to the number of channels in input, but got weight of
shape <normalised> and input of shape <input>

one value per channel | PyTorch 2.13.0
Expected more than 1 value per channel when training, got input size torch.Size(<input>)

wrong number of axes | PyTorch 2.13.0
(unbatched) or <rank>D (batched) input to <layer$>, but got input of size: <input>

wrong number of axes | PyTorch 2.13.0
expected <rank>D input (got <got>D input)

wrong number of axes | PyTorch 2.13.0
non-empty <unbatched>D or <rank>D (batch mode) tensor expected for input

stride of zero | PyTorch 2.13.0
non-positive stride is not supported

stride of zero | PyTorch 2.13.0
stride should not be zero

negative dimension | PyTorch 2.13.0
zeros: Dimension size must be non-negative

negative dimension | PyTorch 2.13.0
narrow(): length must be non-negative

negative dimension | PyTorch 1.8, FoundationVision/ByteTrack/issues/155
Trying to create tensor with negative dimension <got>: <shape>

view | PyTorch 2.13.0
shape '<shape>' is invalid for input of size <input>

view of a strided tensor | PyTorch 2.13.0
view size is not compatible with input tensor's size and stride

weights of another model | PyTorch 2.13.0
size mismatch for <name$> copying a param with shape torch.Size(<got>) from checkpoint, the shape in
current model is torch.Size(<expected>)

layer normalisation | PyTorch 2.13.0
Given normalized_shape=<expected>, expected input with shape ..., but got input of size<input>

kernel larger than input | PyTorch 2.13.0
Given input with spatial size <input>, kernel_size=<kernel>, dilation=<dilation>, padding=<padding>,
calculated shape of the array of sliding blocks as <output>, but its components must be at least one

fold | PyTorch 2.13.0
Given output_size=<output>, kernel_size=<kernel>, dilation=<dilation>, padding=<padding>,
stride=<stride>, expected size of input's dimension <axis> to match the calculated number of sliding
blocks ... = <expected>, but got input.size(<place>)=<got>.

pixel shuffle | PyTorch 2.13.0
pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of
upscale_factor, but input.size(-3)=<got> is not divisible by <factor>

pixel shuffle | PyTorch 2.13.0
pixel_unshuffle expects <side$> to be divisible by downscale_factor, but input.size(<axis>)=<got> is
not divisible by <factor>

max unpooling | PyTorch 2.13.0
Expected shape of indices to be same as that of the input tensor (<input>) but got indices tensor
with shape: <got>

max unpooling to a size | PyTorch 2.13.0
invalid output_size "<output>" (dim <axis> must be between <least> and <greatest>)

linear features | PyTorch 2.13.0
Expected size for first two dimensions of batch2 tensor to be: <expected> but got: <got>.

labels with channels | PyTorch 2.13.0
only batches of spatial targets supported (3D tensors) but got targets of dimension: <got>

labels with channels | PyTorch 2.13.0
0D or 1D target tensor expected, multi-target not supported

one value per channel | PyTorch 2.13.0
Expected more than 1 spatial element when training, got input size torch.Size(<input>)

wrong channels | PyTorch 2.13.0
num_channels (<got>) must be divisible by num_groups (<groups>)

wrong number of axes | PyTorch 2.13.0
Tensors must have same number of dimensions: got <a> and <b>

wrong number of axes | PyTorch 2.13.0
expected 2D or <rank>D input (got <got>D input)

wrong number of axes | PyTorch 2.13.0
Got <got>D input, but ... mode needs <rank>D input

wrong number of entries | PyTorch 2.13.0
expected <name$> to be a single integer value or a list of <rank> values to match the convolution
dimensions, but got ...=<got>

wrong number of entries | PyTorch 2.13.0
must have the same number of spatial dimensions, but got input with spatial dimensions of <input>
and output size of <got>.

linear features | PyTorch 2.13.0, torch.compile
a and b must have same reduction dim, but got <got> X <weight>.

sizes do not fit: cat | PyTorch 2.13.0, torch.compile
Sizes of tensors must match except in dimension <axis>. Expected <expected> in dimension <at> but
got <got> for tensor number <tensor> in the list

sizes do not fit: add | PyTorch 2.13.0, torch.compile
Attempting to broadcast a dimension of length <got> at <axis>! Mismatching argument at index
<tensor> had torch.Size(<shapes>); but expected shape should be broadcastable to <shapes>

labels of another size | PyTorch 2.13.0
Expected target size <expected>, got <got>

view | PyTorch 2.13.0
unflatten: Provided sizes <shape> don't multiply up to the size of dim <axis> (<values>) in the
input tensor

attention | PyTorch 2.13.0
was expecting embedding dimension of <expected>, but got <got>

attention | PyTorch 2.13.0
embed_dim must be divisible by num_heads
"""
