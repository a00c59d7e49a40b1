//! Products of vectors and matrices beyond plain ones ([torch](https://docs.pytorch.org/docs/2.11/torch.html#blas-and-lapack-operations)).

use trt::{ReduceOperation, UnaryOperation};

use super::matmul::weighted_sum;
use crate::convert::{Call, Context, Error, Result, Scalar, Size, Tensor, converter};
use crate::graph::Argument;

/// `beta * input + alpha * (mat @ vec)`
#[converter("aten.addmv.default", "torch.addmv", crate = crate)]
fn addmv(
    ctx: &mut Context,
    input: &Tensor,
    mat: &Tensor,
    vec: &Tensor,
    #[default(Scalar::Int(1))] beta: Scalar,
    #[default(Scalar::Int(1))] alpha: Scalar,
) -> Result<Tensor> {
    let product = ctx.matmul(mat, vec)?;
    weighted_sum(ctx, input, &beta, &product, &alpha)
}

/// `beta * input + alpha * outer(vec1, vec2)`
#[converter("aten.addr.default", "torch.addr", crate = crate)]
fn addr(
    ctx: &mut Context,
    input: &Tensor,
    vec1: &Tensor,
    vec2: &Tensor,
    #[default(Scalar::Int(1))] beta: Scalar,
    #[default(Scalar::Int(1))] alpha: Scalar,
) -> Result<Tensor> {
    let column = ctx.unsqueeze(vec1, 1)?;
    let product = ctx.mul(&column, vec2)?;
    weighted_sum(ctx, input, &beta, &product, &alpha)
}

/// `beta * input + alpha * sum(batch1 @ batch2)`
#[converter("aten.addbmm.default", "torch.addbmm", crate = crate)]
fn addbmm(
    ctx: &mut Context,
    input: &Tensor,
    batch1: &Tensor,
    batch2: &Tensor,
    #[default(Scalar::Int(1))] beta: Scalar,
    #[default(Scalar::Int(1))] alpha: Scalar,
) -> Result<Tensor> {
    let products = ctx.matmul(batch1, batch2)?;
    let product = ctx.reduce(ReduceOperation::Sum, &products, &[0], false)?;
    weighted_sum(ctx, input, &beta, &product, &alpha)
}

/// Sums of products over the last dimension of both.
#[converter("aten.inner.default", "torch.inner", crate = crate)]
fn inner(ctx: &mut Context, input: &Tensor, other: &Tensor) -> Result<Tensor> {
    if input.rank() == 0 || other.rank() == 0 {
        return ctx.mul(input, other);
    }
    tensordot(
        ctx,
        input,
        other,
        &[input.rank() as i64 - 1],
        &[other.rank() as i64 - 1],
    )
}

/// Sums of products along a dimension, the others broadcast.
#[converter("aten.linalg_vecdot.default", "torch.linalg.vecdot", crate = crate)]
fn vecdot(ctx: &mut Context, x: &Tensor, y: &Tensor, #[default(-1)] dim: i64) -> Result<Tensor> {
    let products = ctx.mul(x, y)?;
    let axis = products.axis(dim)?;
    ctx.reduce(ReduceOperation::Sum, &products, &[axis], false)
}

/// Sums of products over given dimensions of each.
#[converter("aten.tensordot.default", "torch.tensordot", crate = crate)]
fn tensordot(
    ctx: &mut Context,
    input: &Tensor,
    other: &Tensor,
    dims_self: &[i64],
    dims_other: &[i64],
) -> Result<Tensor> {
    let (left, right) = (input.axes(dims_self)?, other.axes(dims_other)?);
    let rest = |tensor: &Tensor, gone: &[usize]| -> Vec<usize> {
        (0..tensor.rank()).filter(|a| !gone.contains(a)).collect()
    };
    let (rows, columns) = (rest(input, &left), rest(other, &right));
    let a = ctx.permute(input, &[rows.clone(), left.clone()].concat())?;
    let b = ctx.permute(other, &[right, columns].concat())?;
    let (from, to) = (ctx.sizes(&a)?, ctx.sizes(&b)?);
    let (from, summed) = from.split_at(rows.len());
    let to = &to[left.len()..];
    let a = ctx.reshape(&a, &[Size::product(from), Size::product(summed)])?;
    let b = ctx.reshape(&b, &[Size::product(summed), Size::product(to)])?;
    let product = ctx.matmul(&a, &b)?;
    ctx.reshape(&product, &[from, to].concat())
}

/// Products of all pairs of elements, in blocks.
#[converter("aten.kron.default", "torch.kron", crate = crate)]
fn kron(ctx: &mut Context, input: &Tensor, other: &Tensor) -> Result<Tensor> {
    let rank = input.rank().max(other.rank());
    let (a, b) = (ctx.with_rank(input, rank)?, ctx.with_rank(other, rank)?);
    let (blocks, inside) = (ctx.sizes(&a)?, ctx.sizes(&b)?);
    let one = Size::Static(1);
    let outer: Vec<Size> = blocks
        .iter()
        .flat_map(|n| [n.clone(), one.clone()])
        .collect();
    let inner: Vec<Size> = inside
        .iter()
        .flat_map(|n| [one.clone(), n.clone()])
        .collect();
    let (a, b) = (ctx.reshape(&a, &outer)?, ctx.reshape(&b, &inner)?);
    let products = ctx.mul(&a, &b)?;
    let sizes: Vec<Size> = blocks
        .iter()
        .zip(&inside)
        .map(|(a, b)| a.times(b.clone()))
        .collect();
    ctx.reshape(&products, &sizes)
}

/// Product of several matrices; the first and the last may be vectors.
#[converter("aten.linalg_multi_dot.default", "torch.linalg.multi_dot", crate = crate)]
fn multi_dot(ctx: &mut Context, tensors: &[Tensor]) -> Result<Tensor> {
    let (first, rest) = tensors
        .split_first()
        .ok_or_else(|| Error::new("a product of no matrices"))?;
    rest.iter()
        .try_fold(*first, |product, next| ctx.matmul(&product, next))
}

/// Product of several matrices, by its older name.
#[converter("aten.chain_matmul.default", "torch.chain_matmul", crate = crate)]
fn chain_matmul(ctx: &mut Context, matrices: &[Tensor]) -> Result<Tensor> {
    multi_dot(ctx, matrices)
}

/// A square matrix multiplied by itself.
///
/// Restriction: exponents above 0.
#[converter("aten.matrix_power.default", "aten.linalg_matrix_power.default", "torch.matrix_power", "torch.linalg.matrix_power", when = positive_power, crate = crate)]
fn matrix_power(ctx: &mut Context, input: &Tensor, n: i64) -> Result<Tensor> {
    let (mut power, mut result, mut left) = (*input, None, n);
    while left > 0 {
        if left % 2 == 1 {
            result = Some(match result {
                Some(result) => ctx.matmul(&result, &power)?,
                None => power,
            });
        }
        left /= 2;
        if left > 0 {
            power = ctx.matmul(&power, &power)?;
        }
    }
    result.ok_or_else(|| Error::new("a matrix to the power of 0"))
}

fn positive_power(call: &Call) -> std::result::Result<(), String> {
    match call.arg("n") {
        Some(Argument::Int(n)) if *n > 0 => Ok(()),
        _ => Err("only exponents above 0: TensorRT has no inverse of a matrix".into()),
    }
}

fn length(ctx: &mut Context, x: &Tensor, axes: &[usize]) -> Result<Tensor> {
    let squares = ctx.mul(x, x)?;
    let sum = ctx.reduce(ReduceOperation::Sum, &squares, axes, true)?;
    ctx.unary(UnaryOperation::Sqrt, &sum)
}

/// `v * (g / norm(v))`, the norm over all dimensions but one.
#[converter("aten._weight_norm.default", "aten._weight_norm_interface.default", crate = crate)]
fn weight_norm(
    ctx: &mut Context,
    v: &Tensor,
    g: &Tensor,
    #[default(0)] dim: i64,
) -> Result<Tensor> {
    // -1 stands for all dimensions here.
    let kept = usize::try_from(dim).ok();
    let axes: Vec<usize> = (0..v.rank()).filter(|a| Some(*a) != kept).collect();
    let norm = length(ctx, v, &axes)?;
    let scale = ctx.div(g, &norm)?;
    ctx.mul(v, &scale)
}

/// Sum over dimensions of the product of three tensors, each with new dimensions to broadcast: what a bilinear form comes to.
#[converter("aten._trilinear.default", crate = crate)]
#[expect(clippy::too_many_arguments, reason = "they are PyTorch's")]
fn trilinear(
    ctx: &mut Context,
    i1: &Tensor,
    i2: &Tensor,
    i3: &Tensor,
    expand1: &[i64],
    expand2: &[i64],
    expand3: &[i64],
    sumdim: &[i64],
) -> Result<Tensor> {
    let mut product: Option<Tensor> = None;
    for (tensor, dims) in [(i1, expand1), (i2, expand2), (i3, expand3)] {
        let mut tensor = *tensor;
        for dim in dims {
            tensor = ctx.unsqueeze(&tensor, usize::try_from(*dim).unwrap_or(0))?;
        }
        product = Some(match product {
            Some(product) => ctx.mul(&product, &tensor)?,
            None => tensor,
        });
    }
    let product = product.unwrap_or(*i1);
    let axes = product.axes(sumdim)?;
    ctx.reduce(ReduceOperation::Sum, &product, &axes, false)
}

/// Convolution over time of a [time, batch, channels] tensor.
#[converter("aten.conv_tbc.default", "torch.conv_tbc", crate = crate)]
fn conv_tbc(
    ctx: &mut Context,
    input: &Tensor,
    weight: &Tensor,
    bias: &Tensor,
    #[default(0)] pad: i64,
) -> Result<Tensor> {
    let x = ctx.permute(input, &[1, 2, 0])?;
    let kernel = ctx.permute(weight, &[2, 1, 0])?;
    let padding = crate::convert::Padding::symmetric(&[pad]);
    let y = ctx.convolution(&x, &kernel, Some(bias), &[1], &padding, &[1], 1)?;
    ctx.permute(&y, &[2, 0, 1])
}
