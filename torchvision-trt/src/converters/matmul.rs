//! Matrix products ([torch](https://docs.pytorch.org/docs/2.11/torch.html#blas-and-lapack-operations)).

use trt::MatrixOperation;

use crate::convert::{Context, Result, Scalar, Tensor, converter};

/// `input @ weight.T + bias`
#[converter("aten.linear.default", "torch.nn.Linear.forward", "torch.nn.functional.linear", crate = crate)]
fn linear(
    ctx: &mut Context,
    input: &Tensor,
    weight: &Tensor,
    bias: Option<&Tensor>,
) -> Result<Tensor> {
    ctx.linear(input, weight, bias)
}

/// Matrix product with PyTorch's rules for vectors and stacks.
#[converter(
    "aten.matmul.default", "aten.mm.default", "aten.bmm.default", "aten.mv.default", "aten.dot.default", "aten.vdot.default", "aten.linalg_matmul.default",
    "torch.matmul", "torch.mm", "torch.bmm", "torch.Tensor.matmul", "torch.Tensor.bmm", "torch.dot", "torch.vdot", "torch.mv", "torch.Tensor.__matmul__", crate = crate
)]
fn matmul(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    // The second operand goes by a different name in each of these.
    let name = ctx.kwargs().get(1).map_or("other", |(name, _)| *name);
    let other: Tensor = ctx.arg(name)?;
    ctx.matmul(input, &other)
}

/// `beta * input + alpha * (mat1 @ mat2)`
#[converter("aten.addmm.default", "torch.addmm", crate = crate)]
fn addmm(
    ctx: &mut Context,
    input: &Tensor,
    mat1: &Tensor,
    mat2: &Tensor,
    #[default(Scalar::Int(1))] beta: Scalar,
    #[default(Scalar::Int(1))] alpha: Scalar,
) -> Result<Tensor> {
    let product = ctx.matmul(mat1, mat2)?;
    weighted_sum(ctx, input, &beta, &product, &alpha)
}

/// `beta * input + alpha * (batch1 @ batch2)`
#[converter("aten.baddbmm.default", "torch.baddbmm", crate = crate)]
fn baddbmm(
    ctx: &mut Context,
    input: &Tensor,
    batch1: &Tensor,
    batch2: &Tensor,
    #[default(Scalar::Int(1))] beta: Scalar,
    #[default(Scalar::Int(1))] alpha: Scalar,
) -> Result<Tensor> {
    let product = ctx.matmul(batch1, batch2)?;
    weighted_sum(ctx, input, &beta, &product, &alpha)
}

pub(super) fn weighted_sum(
    ctx: &mut Context,
    input: &Tensor,
    beta: &Scalar,
    product: &Tensor,
    alpha: &Scalar,
) -> Result<Tensor> {
    let one = |s: &Scalar| s.as_f64() == Some(1.0);
    let product = if one(alpha) {
        *product
    } else {
        ctx.mul(product, alpha.clone())?
    };
    // With beta 0 PyTorch ignores the input, NaN or not.
    if beta.as_f64() == Some(0.0) {
        return Ok(product);
    }
    let input = if one(beta) {
        *input
    } else {
        ctx.mul(input, beta.clone())?
    };
    ctx.add(&input, &product)
}

/// Products of all pairs of elements of two vectors.
#[converter("aten.outer.default", "aten.ger.default", "torch.outer", crate = crate)]
fn outer(ctx: &mut Context, input: &Tensor, vec2: &Tensor) -> Result<Tensor> {
    let column = ctx.unsqueeze(input, 1)?;
    ctx.mul(&column, vec2)
}

/// Einstein summation, as matrix products of two operands after another.
#[converter("aten.einsum.default", "torch.einsum", crate = crate)]
fn einsum(ctx: &mut Context, equation: &str, tensors: &[Tensor]) -> Result<Tensor> {
    ctx.einsum(equation, tensors)
}

/// Bilinear form `x1ᵀ A x2 + b` for each output feature.
#[converter("aten.bilinear.default", "torch.nn.Bilinear.forward", crate = crate)]
fn bilinear(
    ctx: &mut Context,
    input1: &Tensor,
    input2: &Tensor,
    weight: &Tensor,
    bias: Option<&Tensor>,
) -> Result<Tensor> {
    // [..., 1, 1, in1] @ [out, in1, in2] @ [..., 1, in2, 1]
    let rank = input1.rank();
    let row = ctx.unsqueeze(input1, rank - 1)?;
    let row = ctx.unsqueeze(&row, rank - 1)?;
    let left = ctx.matmul(&row, weight)?;
    let column = ctx.unsqueeze(input2, rank - 1)?;
    let column = ctx.unsqueeze(&column, rank - 1)?;
    let product = ctx.matrix_product(
        &left,
        MatrixOperation::None,
        &column,
        MatrixOperation::Transpose,
    )?;
    let result = ctx.squeeze(&product, &[rank, rank + 1])?;
    match bias {
        Some(bias) => ctx.add(&result, bias),
        None => Ok(result),
    }
}
