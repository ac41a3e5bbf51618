"""What JAX says, and Flax above it.

Law: (version, kind, text); the holes are described in ``messages``.
"""

JAX = "JAX 0.10.2"
FLAX = "Flax 0.12.8"

MESSAGES = (
    (
        JAX,
        "wrong channels",
        (
            "conv_general_dilated lhs feature dimension size divided by feature_group_count must "
            "equal the rhs input feature dimension size, but <got> // <groups> != <expected>."
        ),
    ),
    (
        JAX,
        "wrong channels",
        (
            "conv_general_dilated feature_group_count must divide lhs feature dimension size, but "
            "<groups> does not divide <got>."
        ),
    ),
    (
        JAX,
        "padding by name",
        "Unrecognized padding type: expected 'VALID', 'SAME', or 'SAME_LOWER', got <name$>",
    ),
    (
        JAX,
        "padding by name",
        "String padding is not implemented for transposed convolution using this op.",
    ),
    (
        JAX,
        "negative padding",
        (
            "Negative padding is larger than the size of the corresponding dimension: got "
            "padding=<padding*> for lhs_shape[2:]=<input>"
        ),
    ),
    (
        JAX,
        "stride of zero",
        "expects window to have positive stride for <axis>-th window dimension, but got <stride>.",
    ),
    (
        JAX,
        "stride of zero",
        "reduce_window window_strides must have every element be strictly positive, got <stride>.",
    ),
    (
        JAX,
        "wrong number of axes",
        (
            "conv_general_dilated window and window_strides must have the same number of dimensions, "
            "but got <rank> and <got>"
        ),
    ),
    (
        FLAX,
        "wrong number of axes",
        (
            "Invalid padding format: <padding>, should be str, int, or a sequence of len <rank> where "
            "each element is an int or pair of ints."
        ),
    ),
    (
        JAX,
        "wrong number of axes",
        "convolution requires lhs and rhs ndim to be equal, got <got> and <rank>.",
    ),
    (FLAX, "causal with two axes", "Causal padding is only implemented for 1D convolutions."),
    (
        FLAX,
        "linear features",
        (
            'For parameter "kernel" in "...", the given initializer is expected to generate shape '
            "(<got>, <features>), but the existing parameter it received has shape "
            "(<expected>, <features>)."
        ),
    ),
    (
        FLAX,
        "wrong channels",
        (
            'For parameter "kernel" in "...", the given initializer is expected to generate shape '
            "<generated>, but the existing parameter it received has shape <existing>."
        ),
    ),
    (
        JAX,
        "linear features",
        (
            "dot_general requires contracting dimensions to have the same shape, got <got> and "
            "<expected>."
        ),
    ),
    (
        JAX,
        "sizes do not fit: concatenate",
        (
            "Cannot concatenate arrays with shapes that differ in dimensions other than the one being "
            "concatenated: concatenating along dimension <axis> for shapes <shapes*>"
        ),
    ),
    (
        JAX,
        "sizes do not fit: add",
        "<operation$> got incompatible shapes for broadcasting: <shapes*>",
    ),
    (
        JAX,
        "sizes do not fit: add",
        "Incompatible shapes for broadcasting: shapes=<shapes*>",
    ),
    (
        "JAX 0.3, github.com/jax-ml/jax/pull/12308",
        "sizes do not fit: add",
        "Incompatible shapes for broadcasting: <shapes*>",
    ),
    (
        JAX,
        "sizes do not fit: stack",
        "All input arrays must have the same shape. Got <shapes*>",
    ),
    (
        JAX,
        "negative dimension",
        "<operation$> shape must have every element be nonnegative, got <shape>.",
    ),
    (
        JAX,
        "reshape",
        "cannot reshape array of shape <input> (size <values>) into shape <shape>",
    ),
)
