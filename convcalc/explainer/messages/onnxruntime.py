"""What onnxruntime says, and the shape inference of ONNX before it.

Law: a block for each message: its kind and the version that said it, then its text with holes (see
``messages``); lines are joined by a space.
"""

MESSAGES = r"""
kernel larger than input | onnxruntime 1.32.0
Non-zero status code returned while running <op$> node. Name:... Status Message: Invalid input
shape: <input>

output too small | onnxruntime 1.32.0
Non-zero status code returned while running <op$> node. Name:... Status Message: ... out_size >=
0 was false. Calculated output dimension is negative.

output too small | onnxruntime 1.32.0
Computed output dimension is <= 0 for dim <axis>. Input shape: <input>

output padding out of range | onnxruntime 1.32.0
output_padding[<axis>] (<output_padding>) must be less than max(stride, dilation) (<limit>) for
spatial dimension

output padding out of range | onnxruntime 1.32.0
Computed output shape is inconsistent with input spatial dimensions. output_padding
(<output_padding>) may be too large for stride (<stride>). Expected input size <expected> but
got <got>.

output_shape out of range | onnxruntime 1.32.0
Explicit output_shape is inconsistent with input spatial dimensions and convolution parameters.
Expected input size <expected> but got <got> (output_size=<output>, kernel=<kernel>,
stride=<stride>, dilation=<dilation>, output_padding=<output_padding>).

padding larger than the kernel | onnxruntime 1.32.0
was false. Pad should be smaller than kernel.

padding by name | onnxruntime 1.32.0
Unknown AutoPadType String

padding by name | onnxruntime 1.32.0
A Conv/ConvTranspose node has both 'auto_pad' and 'pads' attributes

same with dilation | onnxruntime 1.32.0
Dilation not supported for AutoPadType::SAME_UPPER or AutoPadType::SAME_LOWER.

wrong channels | onnxruntime 1.32.0
Input channels C is not equal to kernel channels * group. C: <got> kernel channels: <per_group>
group: <groups>

wrong channels | onnxruntime 1.32.0
filter number not equal to input channel number. filter_number: <expected> num_input_channels:
<got>

wrong number of axes | onnxruntime 1.32.0
Op (<op$>) [ShapeInferenceError] Attribute <attribute$> has incorrect size

wrong number of axes | onnxruntime 1.32.0
X num_dims does not match W num_dims. X: <input> W: <weight>

wrong number of axes | onnxruntime 1.32.0
All inputs to Concat must have same rank. Input <tensor> has rank <got> != <rank>

stride of zero | onnxruntime 1.32.0
Op (<op$>) [ShapeInferenceError] Attribute strides must only contain positive values

sizes do not fit: concat | onnxruntime 1.32.0
Non concat axis dimensions must match: Axis <axis> has mismatched dimensions of <got> and
<expected>

sizes do not fit: add | onnxruntime 1.32.0
Attempting to broadcast an axis by a dimension other than 1. <a> by <b>

linear features | onnxruntime 1.32.0
MatMul dimension mismatch

linear features | onnxruntime 1.32.0
GEMM: Dimension mismatch, W: <weight> K: <got> N:<features>

wrong input shape | onnxruntime 1.32.0
Got invalid dimensions for input: <input$> for the following indices index: <axes> Got: <got>
Expected: <expected> index: <axes> Got: <got> Expected: <expected> index: <axes> Got: <got>
Expected: <expected>

wrong input shape | onnxruntime 1.32.0
Got invalid dimensions for input: <input$> for the following indices index: <axes> Got: <got>
Expected: <expected> index: <axes> Got: <got> Expected: <expected>

wrong input shape | onnxruntime 1.32.0
Got invalid dimensions for input: <input$> for the following indices index: <axes> Got: <got>
Expected: <expected>

reshape | onnxruntime 1.32.0
The input tensor cannot be reshaped to the requested shape. Input shape:<input>, requested
shape:<shape>

wrong number of axes | onnxruntime 1.32.0
Invalid rank for input: <input$> Got: <got> Expected: <rank>

wrong channels | onnxruntime 1.32.0
Output channels M is not divisible by group. M: <got> group: <groups>

linear features | onnxruntime 1.32.0
[ShapeInferenceError] Incompatible dimensions for matrix multiplication
"""
