"""What JAX says, and Flax above it.

Law: a block for each message: its kind and the version that said it, then its text with holes (see
``messages``); lines are joined by a space.
"""

MESSAGES = r"""
wrong channels | JAX 0.10.2
conv_general_dilated lhs feature dimension size divided by feature_group_count must equal the
rhs input feature dimension size, but <got> // <groups> != <per_group>.

wrong channels | JAX 0.10.2
conv_general_dilated rhs output feature dimension size must be a multiple of feature_group_count,
but <got> is not a multiple of <groups>.

wrong channels | JAX 0.10.2
conv_general_dilated feature_group_count must divide lhs feature dimension size, but <groups>
does not divide <got>.

padding by name | JAX 0.10.2
Unrecognized padding type: expected 'VALID', 'SAME', or 'SAME_LOWER', got <name$>

padding by name | JAX 0.10.2
String padding is not implemented for transposed convolution using this op.

negative padding | JAX 0.10.2
Negative padding is larger than the size of the corresponding dimension: got padding=<padding*>
for lhs_shape[2:]=<input>

stride of zero | JAX 0.10.2
expects window to have positive stride for <axis>-th window dimension, but got <stride>.

stride of zero | JAX 0.10.2
reduce_window window_strides must have every element be strictly positive, got <stride>.

wrong number of axes | JAX 0.10.2
conv_general_dilated window and window_strides must have the same number of dimensions, but got
<rank> and <got>

wrong number of axes | Flax 0.12.8
Invalid padding format: <padding>, should be str, int, or a sequence of len <rank> where each
element is an int or pair of ints.

wrong number of axes | JAX 0.10.2
convolution requires lhs and rhs ndim to be equal, got <got> and <rank>.

causal with two axes | Flax 0.12.8
Causal padding is only implemented for 1D convolutions.

linear features | Flax 0.12.8
For parameter "kernel" in "...", the given initializer is expected to generate shape (<got>,
<features>), but the existing parameter it received has shape (<expected>, <features>).

wrong channels | Flax 0.12.8
For parameter "scale" in "...", the given initializer is expected to generate shape (<got>,), but
the existing parameter it received has shape (<expected>,).

wrong channels | Flax 0.12.8
For parameter "kernel" in "...", the given initializer is expected to generate shape
<generated>, but the existing parameter it received has shape <existing>.

linear features | JAX 0.10.2
dot_general requires contracting dimensions to have the same shape, got <got> and <expected>.

sizes do not fit: concatenate | JAX 0.10.2
Cannot concatenate arrays with shapes that differ in dimensions other than the one being
concatenated: concatenating along dimension <axis> for shapes <shapes*>

sizes do not fit: add | JAX 0.10.2
<operation$> got incompatible shapes for broadcasting: <shapes*>

sizes do not fit: add | JAX 0.10.2
Incompatible shapes for broadcasting: shapes=<shapes*>

sizes do not fit: add | JAX 0.3, jax-ml/jax/pull/12308
Incompatible shapes for broadcasting: <shapes*>

sizes do not fit: stack | JAX 0.10.2
All input arrays must have the same shape. Got <shapes*>

negative dimension | JAX 0.10.2
<operation$> shape must have every element be nonnegative, got <shape>.

reshape | JAX 0.10.2
cannot reshape array of shape <input> (size <values>) into shape <shape>

sizes do not fit: concatenate | JAX 0.10.2
Cannot concatenate arrays with different numbers of dimensions: got <shapes*>

wrong number of axes | JAX 0.10.2
Wrong number of explicit pads for convolution: expected <rank>, got <got>.
"""
