//! Norms and distances ([torch.linalg.vector_norm](https://docs.pytorch.org/docs/2.11/generated/torch.linalg.vector_norm.html)).

use trt::{DataType, ElementWiseOperation as Op, ReduceOperation as Reduce, UnaryOperation};

use super::reduce::axes_or_all;
use crate::convert::{Context, Error, Result, Size, Tensor, converter};
use crate::graph::Argument;

/// Vector norm over some or all dimensions.
#[converter("aten.linalg_vector_norm.default", "torch.linalg.vector_norm", crate = crate)]
fn vector_norm(
    ctx: &mut Context,
    input: &Tensor,
    #[default(2.0)] ord: f64,
    dim: Option<&[i64]>,
    #[default(false)] keepdim: bool,
) -> Result<Tensor> {
    let dtype = ctx.output_dtype(0)?;
    let x = ctx.cast(input, dtype)?;
    let axes = axes_or_all(&x, dim)?;
    length(ctx, &x, ord, &axes, keepdim)
}

/// The norm of vectors of floats over axes.
fn length(
    ctx: &mut Context,
    x: &Tensor,
    ord: f64,
    axes: &[usize],
    keepdim: bool,
) -> Result<Tensor> {
    let magnitude = ctx.unary(UnaryOperation::Abs, x)?;
    if ord == f64::INFINITY {
        return ctx.reduce(Reduce::Max, &magnitude, axes, keepdim);
    }
    if ord == f64::NEG_INFINITY {
        return ctx.reduce(Reduce::Min, &magnitude, axes, keepdim);
    }
    if ord == 0.0 {
        let nonzero = ctx.truth(x)?;
        let ones = ctx.cast(&nonzero, x.dtype())?;
        return ctx.reduce(Reduce::Sum, &ones, axes, keepdim);
    }
    if ord == 1.0 {
        return ctx.reduce(Reduce::Sum, &magnitude, axes, keepdim);
    }
    let operands = [(&magnitude).into(), ord.into()];
    let powers = if ord == 2.0 {
        ctx.mul(x, x)?
    } else {
        ctx.elementwise_in(x.dtype(), Op::Pow, &operands)?
    };
    let sum = ctx.reduce(Reduce::Sum, &powers, axes, keepdim)?;
    if ord == 2.0 {
        ctx.unary(UnaryOperation::Sqrt, &sum)
    } else {
        ctx.elementwise_in(x.dtype(), Op::Pow, &[(&sum).into(), (1.0 / ord).into()])
    }
}

/// p-norm over some or all dimensions, by its older name.
#[converter("aten.norm.ScalarOpt_dim", "aten.norm.Scalar", "aten.norm.ScalarOpt_dim_dtype", "aten.norm.ScalarOpt_dtype", "torch.norm", crate = crate)]
fn norm(
    ctx: &mut Context,
    input: &Tensor,
    p: Option<f64>,
    dim: Option<&[i64]>,
    #[default(false)] keepdim: bool,
) -> Result<Tensor> {
    vector_norm(ctx, input, p.unwrap_or(2.0), dim, keepdim)
}

/// Norm of vectors, or of matrices where an order is given and there are two dimensions.
///
/// Restriction: of matrices not the orders 2, -2 and "nuc", which need singular values.
#[converter("aten.linalg_norm.default", "aten.linalg_norm.ord_str", "torch.linalg.norm", crate = crate)]
fn linalg_norm(
    ctx: &mut Context,
    input: &Tensor,
    ord: Argument,
    dim: Option<&[i64]>,
    #[default(false)] keepdim: bool,
) -> Result<Tensor> {
    let dims: Vec<i64> = match dim {
        Some(dims) => dims.to_vec(),
        None => (0..input.rank() as i64).collect(),
    };
    match order(&ord)? {
        None => vector_norm(ctx, input, 2.0, dim, keepdim),
        Some(Order::Number(ord)) if dims.len() < 2 => {
            vector_norm(ctx, input, ord, Some(&dims), keepdim)
        }
        Some(order) => norm_of_matrices(ctx, input, &order, &dims, keepdim),
    }
}

/// Norm of matrices.
///
/// Restriction: not the orders 2, -2 and "nuc", which need singular values.
#[converter("aten.linalg_matrix_norm.default", "aten.linalg_matrix_norm.str_ord", "torch.linalg.matrix_norm", crate = crate)]
fn matrix_norm(
    ctx: &mut Context,
    input: &Tensor,
    ord: Argument,
    #[default(vec![-2, -1])] dim: Vec<i64>,
    #[default(false)] keepdim: bool,
) -> Result<Tensor> {
    let order = order(&ord)?.unwrap_or(Order::Frobenius);
    norm_of_matrices(ctx, input, &order, &dim, keepdim)
}

enum Order {
    Number(f64),
    Frobenius,
}

fn order(argument: &Argument) -> Result<Option<Order>> {
    Ok(Some(match argument {
        Argument::None => return Ok(None),
        Argument::Int(n) => Order::Number(*n as f64),
        Argument::Float(x) => Order::Number(*x),
        Argument::Str(name) if name == "fro" => Order::Frobenius,
        other => return Err(Error::new(format!("a norm of order {other:?}"))),
    }))
}

fn norm_of_matrices(
    ctx: &mut Context,
    input: &Tensor,
    order: &Order,
    dims: &[i64],
    keepdim: bool,
) -> Result<Tensor> {
    let ord = match order {
        Order::Frobenius => return vector_norm(ctx, input, 2.0, Some(dims), keepdim),
        Order::Number(ord) => *ord,
    };
    let [rows, columns] = input.axes(dims)?[..] else {
        return Err(Error::new(format!("a norm of matrices over {dims:?}")));
    };
    // Sums along columns for 1, along rows for infinity; the greatest of them, or the smallest for negative orders.
    let (summed, chosen) = match ord.abs() {
        1.0 => (rows, columns),
        f64::INFINITY => (columns, rows),
        _ => {
            return Err(Error::new(format!(
                "a norm of matrices of order {ord}, which needs singular values"
            )));
        }
    };
    let dtype = ctx.output_dtype(0)?;
    let x = ctx.cast(input, dtype)?;
    let sums = length(ctx, &x, 1.0, &[summed], true)?;
    let extreme = if ord > 0.0 { Reduce::Max } else { Reduce::Min };
    let norm = ctx.reduce(extreme, &sums, &[chosen], true)?;
    if keepdim {
        Ok(norm)
    } else {
        ctx.squeeze(&norm, &[rows, columns])
    }
}

/// Norm of the difference.
#[converter("aten.dist.default", "torch.dist", crate = crate)]
fn dist(
    ctx: &mut Context,
    input: &Tensor,
    other: &Tensor,
    #[default(2.0)] p: f64,
) -> Result<Tensor> {
    let difference = ctx.sub(input, other)?;
    let axes: Vec<usize> = (0..difference.rank()).collect();
    length(ctx, &difference, p, &axes, false)
}

/// Distances of each row of one matrix to each of another.
#[converter("aten.cdist.default", "aten._cdist_forward.default", "torch.cdist", crate = crate)]
fn cdist(ctx: &mut Context, x1: &Tensor, x2: &Tensor, #[default(2.0)] p: f64) -> Result<Tensor> {
    let x1 = ctx.unsqueeze(x1, x1.rank() - 1)?;
    let x2 = ctx.unsqueeze(x2, x2.rank() - 2)?;
    let difference = ctx.sub(&x1, &x2)?;
    length(ctx, &difference, p, &[difference.rank() - 1], false)
}

/// Distances of each two rows of a matrix.
///
/// Restriction: a number of rows that is known at conversion.
#[converter("aten.pdist.default", "aten._pdist_forward.default", "torch.nn.functional.pdist", crate = crate)]
fn pdist(ctx: &mut Context, input: &Tensor, #[default(2.0)] p: f64) -> Result<Tensor> {
    let Size::Static(rows) = ctx.sizes(input)?[0] else {
        return Err(Error::new(
            "pdist of a number of rows that depends on the input",
        ));
    };
    let pairs = || (0..rows).flat_map(|i| (i + 1..rows).map(move |j| (i, j)));
    let side = |ctx: &mut Context, of: fn((i64, i64)) -> i64| {
        let indices: Vec<f64> = pairs().map(|pair| of(pair) as f64).collect();
        let indices = ctx.numbers_constant(&indices, &[indices.len() as i64], DataType::Int32)?;
        ctx.gather_slices(input, &indices, 0)
    };
    let (a, b) = (side(ctx, |pair| pair.0)?, side(ctx, |pair| pair.1)?);
    let difference = ctx.sub(&a, &b)?;
    length(ctx, &difference, p, &[1], false)
}

/// Norm of the difference of vectors along the last dimension, with `eps` added to each component.
#[converter("aten.pairwise_distance.default", "torch.nn.functional.pairwise_distance", crate = crate)]
fn pairwise_distance(
    ctx: &mut Context,
    x1: &Tensor,
    x2: &Tensor,
    #[default(2.0)] p: f64,
    #[default(1e-6)] eps: f64,
    #[default(false)] keepdim: bool,
) -> Result<Tensor> {
    let difference = ctx.sub(x1, x2)?;
    let difference = ctx.add(&difference, eps)?;
    length(ctx, &difference, p, &[difference.axis(-1)?], keepdim)
}

/// Cosine of the angle between vectors along a dimension.
#[converter("aten.cosine_similarity.default", "torch.cosine_similarity", "torch.nn.functional.cosine_similarity", "torch.nn.CosineSimilarity.forward", crate = crate)]
fn cosine_similarity(
    ctx: &mut Context,
    x1: &Tensor,
    x2: &Tensor,
    #[default(1)] dim: i64,
    #[default(1e-8)] eps: f64,
) -> Result<Tensor> {
    let dtype = ctx.output_dtype(0)?;
    let rank = x1.rank().max(x2.rank());
    let axis = crate::convert::axis(dim, rank)?;
    let (x1, x2) = (ctx.with_rank(x1, rank)?, ctx.with_rank(x2, rank)?);
    // A vector that broadcasts along the dimension is as long as the other one.
    let (a, b) = (ctx.sizes(&x1)?[axis].clone(), ctx.sizes(&x2)?[axis].clone());
    let width = if a == Size::Static(1) { b } else { a };
    let mut unit = |x: &Tensor| -> Result<Tensor> {
        let x = ctx.cast(x, dtype)?;
        let mut sizes = ctx.sizes(&x)?;
        sizes[axis] = width.clone();
        let x = ctx.expand(&x, &sizes)?;
        let length = length(ctx, &x, 2.0, &[axis], true)?;
        let length = ctx.maximum(&length, eps)?;
        ctx.div(&x, &length)
    };
    let (a, b) = (unit(&x1)?, unit(&x2)?);
    let product = ctx.mul(&a, &b)?;
    ctx.reduce(Reduce::Sum, &product, &[axis], false)
}

/// Cross product of vectors along a dimension of 3, by default the last one.
#[converter("aten.linalg_cross.default", "torch.linalg.cross", crate = crate)]
fn linalg_cross(
    ctx: &mut Context,
    input: &Tensor,
    other: &Tensor,
    #[default(-1)] dim: i64,
) -> Result<Tensor> {
    let rank = input.rank().max(other.rank());
    let axis = crate::convert::axis(dim, rank)?;
    let (a, b) = (ctx.with_rank(input, rank)?, ctx.with_rank(other, rank)?);
    let (a, b) = (components(ctx, &a, axis)?, components(ctx, &b, axis)?);
    let mut part = |i: usize, j: usize| -> Result<Tensor> {
        let positive = ctx.mul(&a[i], &b[j])?;
        let negative = ctx.mul(&a[j], &b[i])?;
        ctx.sub(&positive, &negative)
    };
    let parts = [part(1, 2)?, part(2, 0)?, part(0, 1)?];
    ctx.concat(&parts, axis)
}

/// Cross product of vectors along a dimension of 3, by default the first such.
#[converter("aten.cross.default", "torch.cross", crate = crate)]
fn cross(ctx: &mut Context, input: &Tensor, other: &Tensor, dim: Option<i64>) -> Result<Tensor> {
    let dim = match dim {
        Some(dim) => dim,
        None => {
            let sizes = ctx.sizes(input)?;
            let first = sizes.iter().position(|size| *size == Size::Static(3));
            first.ok_or_else(|| Error::new("a cross product without a dimension of 3"))? as i64
        }
    };
    linalg_cross(ctx, input, other, dim)
}

fn components(ctx: &mut Context, x: &Tensor, axis: usize) -> Result<Vec<Tensor>> {
    ctx.split(x, axis, &[1, 1, 1].map(Size::Static))
}
