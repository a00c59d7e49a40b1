//! Elements gathered into places given by index: sums, products, extremes and means. TensorRT has no such layer, so every place
//! compares its number with all indices, and reduces the sources that are its own.

use trt::{DataType, ElementWiseOperation, ReduceOperation};

use super::scatter::{corner, source, updates};
use crate::convert::{Context, Error, Operand, Result, Scalar, Size, Tensor, converter};

/// How the elements of one place are brought together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Reduction {
    Sum,
    Product,
    Mean,
    Max,
    Min,
}

impl Reduction {
    fn from_name(name: &str) -> Result<Self> {
        Ok(match name {
            "add" | "sum" => Self::Sum,
            "multiply" | "prod" => Self::Product,
            "mean" => Self::Mean,
            "amax" => Self::Max,
            "amin" => Self::Min,
            other => return Err(Error::new(format!("reduction {other:?} is not known"))),
        })
    }

    fn layers(self) -> (ReduceOperation, ElementWiseOperation) {
        match self {
            Self::Sum | Self::Mean => (ReduceOperation::Sum, ElementWiseOperation::Sum),
            Self::Product => (ReduceOperation::Prod, ElementWiseOperation::Prod),
            Self::Max => (ReduceOperation::Max, ElementWiseOperation::Max),
            Self::Min => (ReduceOperation::Min, ElementWiseOperation::Min),
        }
    }

    /// What changes nothing.
    pub(super) fn neutral(self, dtype: DataType) -> Scalar {
        let (least, greatest) = match dtype {
            DataType::Int64 => (Scalar::Int(i64::MIN), Scalar::Int(i64::MAX)),
            DataType::Int32 => (Scalar::Int(i32::MIN.into()), Scalar::Int(i32::MAX.into())),
            _ => (
                Scalar::Float(f64::NEG_INFINITY),
                Scalar::Float(f64::INFINITY),
            ),
        };
        match self {
            Self::Sum | Self::Mean => Scalar::Int(0),
            Self::Product => Scalar::Int(1),
            Self::Max => least,
            Self::Min => greatest,
        }
    }
}

/// `src` brought into `input` along an axis at `index`, which has the rank of both and may be smaller; it broadcasts if it has
/// sizes of 1 where `src` has others.
pub(super) fn accumulate(
    ctx: &mut Context,
    input: &Tensor,
    axis: usize,
    index: &Tensor,
    src: &Tensor,
    reduction: Reduction,
    include_self: bool,
) -> Result<Tensor> {
    let dtype = match input.dtype() {
        DataType::Bool | DataType::UInt8 | DataType::Int8 => DataType::Int32,
        other => other,
    };
    let sizes = ctx.sizes(input)?;
    let wanted = ctx.sizes(src)?;
    if wanted.contains(&Size::Static(0)) {
        return Ok(*input);
    }
    let (x, src) = (ctx.cast(input, dtype)?, ctx.cast(src, dtype)?);
    let x = corner(ctx, &x, &wanted, Some(axis))?;

    let mut line = vec![Size::Static(1); sizes.len() + 1];
    line[axis] = sizes[axis].clone();
    let places = ctx.arange(&Size::Static(0), 1, &sizes[axis])?;
    let places = ctx.reshape(&places, &line)?;
    let index = ctx.unsqueeze(index, axis)?;
    let own = ctx.compare(ElementWiseOperation::Equal, &places, &index)?;
    let src = ctx.unsqueeze(&src, axis)?;
    let neutral = ctx.scalar(&reduction.neutral(dtype), dtype, 0)?;
    let chosen = ctx.select_where(&own, &src, &neutral)?;
    let (reduce, combine) = reduction.layers();
    let mut result = ctx.reduce(reduce, &chosen, &[axis + 1], false)?;
    if include_self {
        result = ctx.elementwise(combine, &x, &result)?;
    }
    if reduction == Reduction::Mean || !include_self {
        let own = ctx.cast(&own, dtype)?;
        let count = ctx.reduce(ReduceOperation::Sum, &own, &[axis + 1], false)?;
        if reduction == Reduction::Mean {
            let divisor = if include_self {
                ctx.add(&count, 1)?
            } else {
                ctx.maximum(&count, 1)?
            };
            result = if dtype.is_float() {
                ctx.div(&result, &divisor)?
            } else {
                ctx.floor_div(&result, &divisor)?
            };
        }
        if !include_self {
            let untouched = ctx.compare(ElementWiseOperation::Equal, &count, 0)?;
            result = ctx.select_where(&untouched, &x, &result)?;
        }
    }
    let result = if input.dtype() == DataType::Bool {
        ctx.truth(&result)?
    } else {
        ctx.cast(&result, input.dtype())?
    };
    put_corner(ctx, input, &result, axis)
}

/// A tensor with its corner replaced; along `axis` both have one size.
fn put_corner(ctx: &mut Context, tensor: &Tensor, part: &Tensor, axis: usize) -> Result<Tensor> {
    let (sizes, small) = (ctx.sizes(tensor)?, ctx.sizes(part)?);
    let mut result = *part;
    for a in (0..sizes.len())
        .rev()
        .filter(|a| *a != axis && sizes[*a] != small[*a])
    {
        let mut starts = vec![Size::Static(0); sizes.len()];
        let mut rest = sizes.clone();
        rest[..a].clone_from_slice(&small[..a]);
        starts[a] = small[a].clone();
        rest[a] = sizes[a].minus(small[a].clone());
        rest[axis] = sizes[axis].clone();
        let rest = ctx.strided_slice(tensor, &starts, &rest, &vec![1; sizes.len()])?;
        result = ctx.concat(&[result, rest], a)?;
    }
    Ok(result)
}

fn scatter_into(
    ctx: &mut Context,
    input: &Tensor,
    dim: i64,
    index: &Tensor,
    src: &Operand,
    reduction: Reduction,
    include_self: bool,
) -> Result<Tensor> {
    let axis = input.axis(dim)?;
    let (x, index) = (ctx.with_rank(input, 1)?, ctx.with_rank(index, 1)?);
    let wanted = ctx.sizes(&index)?;
    let src = updates(ctx, src, &wanted, x.dtype())?;
    let result = accumulate(ctx, &x, axis, &index, &src, reduction, include_self)?;
    let sizes = ctx.sizes(input)?;
    ctx.reshape(&result, &sizes)
}

/// The elements of `src` added along a dimension at `index`.
///
/// Restriction: takes memory for each pair of an index and a place it may name.
#[converter("aten.scatter_add.default", "torch.scatter_add", "torch.Tensor.scatter_add", crate = crate)]
fn scatter_add(
    ctx: &mut Context,
    input: &Tensor,
    dim: i64,
    index: &Tensor,
    src: Operand,
) -> Result<Tensor> {
    scatter_into(ctx, input, dim, index, &src, Reduction::Sum, true)
}

/// The elements of `src`, or a number, added or multiplied along a dimension at `index`.
///
/// Restriction: takes memory for each pair of an index and a place it may name.
#[converter("aten.scatter.reduce", "aten.scatter.value_reduce", crate = crate)]
fn scatter_with(
    ctx: &mut Context,
    input: &Tensor,
    dim: i64,
    index: &Tensor,
    src: Option<Operand>,
    value: Option<Operand>,
    reduce: &str,
) -> Result<Tensor> {
    let reduction = Reduction::from_name(reduce)?;
    scatter_into(
        ctx,
        input,
        dim,
        index,
        &source(src, value)?,
        reduction,
        true,
    )
}

/// The elements of `src` brought into the input along a dimension at `index`: `sum`, `prod`, `mean`, `amax` or `amin`.
///
/// Restriction: takes memory for each pair of an index and a place it may name.
#[converter("aten.scatter_reduce.two", "torch.scatter_reduce", "torch.Tensor.scatter_reduce", crate = crate)]
fn scatter_reduce(
    ctx: &mut Context,
    input: &Tensor,
    dim: i64,
    index: &Tensor,
    src: Operand,
    reduce: &str,
    #[default(true)] include_self: bool,
) -> Result<Tensor> {
    let reduction = Reduction::from_name(reduce)?;
    scatter_into(ctx, input, dim, index, &src, reduction, include_self)
}

/// Slices added along a dimension at `index`, times `alpha`.
///
/// Restriction: takes memory for each pair of an index and a place it may name.
#[converter("aten.index_add.default", "torch.index_add", "torch.Tensor.index_add", crate = crate)]
fn index_add(
    ctx: &mut Context,
    input: &Tensor,
    dim: i64,
    index: &Tensor,
    source: &Tensor,
    #[default(Scalar::Int(1))] alpha: Scalar,
) -> Result<Tensor> {
    let source = ctx.cast(source, input.dtype())?;
    let source = if alpha.as_f64() == Some(1.0) {
        source
    } else {
        let alpha = ctx.scalar(&alpha, input.dtype(), 0)?;
        ctx.mul(&source, &alpha)?
    };
    slices_into(ctx, input, dim, index, &source, Reduction::Sum, true)
}

/// Slices brought into the input along a dimension at `index`: `prod`, `mean`, `amax` or `amin`.
///
/// Restriction: takes memory for each pair of an index and a place it may name.
#[converter("aten.index_reduce.default", "torch.index_reduce", "torch.Tensor.index_reduce", crate = crate)]
fn index_reduce(
    ctx: &mut Context,
    input: &Tensor,
    dim: i64,
    index: &Tensor,
    source: &Tensor,
    reduce: &str,
    #[default(true)] include_self: bool,
) -> Result<Tensor> {
    let reduction = Reduction::from_name(reduce)?;
    slices_into(ctx, input, dim, index, source, reduction, include_self)
}

fn slices_into(
    ctx: &mut Context,
    input: &Tensor,
    dim: i64,
    index: &Tensor,
    source: &Tensor,
    reduction: Reduction,
    include_self: bool,
) -> Result<Tensor> {
    let axis = input.axis(dim)?;
    let x = ctx.with_rank(input, 1)?;
    let source = ctx.with_rank(source, x.rank())?;
    let index = ctx.with_rank(index, 1)?;
    let mut line = vec![Size::Static(1); x.rank()];
    line[axis] = ctx.sizes(&index)?[0].clone();
    let index = ctx.reshape(&index, &line)?;
    let result = accumulate(ctx, &x, axis, &index, &source, reduction, include_self)?;
    let sizes = ctx.sizes(input)?;
    ctx.reshape(&result, &sizes)
}
