//! What a node is, roughly: one color each.

use serde::Serialize;

/// A family of operations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// An input of the model.
    Input,
    /// An output of the model.
    Output,
    /// Convolutions, matrix products, attention.
    Product,
    /// Normalization.
    Norm,
    /// Functions element by element.
    Pointwise,
    /// Pooling, reductions, sorting.
    Reduce,
    /// What only moves or selects elements.
    Move,
    /// Constants and what is computed from sizes alone.
    Constant,
    /// Casts and quantization.
    Cast,
    /// Everything else.
    #[default]
    Other,
}

/// Parts of the names of operators and layers, in lower case; the first that is found decides.
const PARTS: [(Family, &[&str]); 7] = [
    (Family::Cast, &["cast", "_to_copy", "quant", "identity"]),
    (Family::Norm, &["norm", "lrn"]),
    (
        Family::Product,
        &[
            "conv",
            "linear",
            "matmul",
            "matrixmult",
            "mm",
            "attention",
            "einsum",
            "deconvolution",
            "bilinear_form",
        ],
    ),
    (
        Family::Reduce,
        &[
            "pool",
            "reduce",
            "mean",
            "sum.",
            "sum_",
            "amax",
            "amin",
            "argm",
            "topk",
            "sort",
            "prod",
            "any",
            "all",
            "var.",
            "cumulative",
            "cumsum",
            "nms",
        ],
    ),
    (
        Family::Move,
        &[
            "shuffle",
            "slice",
            "gather",
            "scatter",
            "concat",
            "cat.",
            "stack",
            "view",
            "reshape",
            "permute",
            "transpose",
            "squeeze",
            "expand",
            "flatten",
            "select",
            "index",
            "split",
            "chunk",
            "pad",
            "resize",
            "upsample",
            "interpolate",
            "roll",
            "flip",
            "repeat",
            "copy",
            "clone",
            "grid_sampl",
            "gridsample",
            "pixel_shuffle",
        ],
    ),
    (
        Family::Constant,
        &[
            "constant", "shape", "full", "arange", "zeros", "ones", "fill", "sym_size",
        ],
    ),
    (
        Family::Pointwise,
        &[
            "elementwise",
            "unary",
            "activation",
            "relu",
            "sigmoid",
            "tanh",
            "silu",
            "gelu",
            "hardswish",
            "softmax",
            "add",
            "sub",
            "mul",
            "div",
            "exp",
            "log",
            "sqrt",
            "pow",
            "clamp",
            "hardtanh",
            "max",
            "min",
            "neg",
            "abs",
            "where",
            "scale",
            "floor",
            "ceil",
            "round",
            "sin",
            "cos",
            "eq.",
            "ne.",
            "lt.",
            "gt.",
            "le.",
            "ge.",
        ],
    ),
];

impl Family {
    /// The family of an operator (`aten.conv2d.default`) or a kind of layer (`Convolution`).
    pub(super) fn of(name: &str) -> Self {
        let name = name.to_lowercase();
        let is_part = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
        let found = PARTS.iter().find(|(_, parts)| is_part(parts));
        found.map_or(Self::Other, |(family, _)| *family)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_and_layers_of_one_sort_have_one_family() {
        for (family, names) in [
            (
                Family::Product,
                [
                    "aten.conv2d.default",
                    "Convolution",
                    "aten.linear.default",
                    "MatrixMultiply",
                ],
            ),
            (
                Family::Norm,
                [
                    "aten.layer_norm.default",
                    "aten.batch_norm.default",
                    "Normalization",
                    "Lrn",
                ],
            ),
            (
                Family::Pointwise,
                [
                    "aten.relu.default",
                    "aten.add.Tensor",
                    "ElementWise",
                    "Activation",
                ],
            ),
            (
                Family::Reduce,
                [
                    "aten.mean.dim",
                    "aten.max_pool2d.default",
                    "Pooling",
                    "Reduce",
                ],
            ),
            (
                Family::Move,
                [
                    "aten.view.default",
                    "aten.cat.default",
                    "Shuffle",
                    "Concatenation",
                ],
            ),
            (
                Family::Cast,
                ["aten._to_copy.default", "Cast", "Quantize", "Dequantize"],
            ),
        ] {
            for name in names {
                assert_eq!(Family::of(name), family, "{name}");
            }
        }
        assert_eq!(Family::of("mypkg.fancy.default"), Family::Other);
    }
}
