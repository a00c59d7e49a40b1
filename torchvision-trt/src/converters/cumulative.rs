//! Running sums, products and extremes along a dimension
//! ([torch.cumsum](https://docs.pytorch.org/docs/2.11/generated/torch.cumsum.html)).

use plugins_cuda::TorchCumMaxMin;
use trt::plugin::Fields;
use trt::{DataType, ElementWiseOperation as Op};

use crate::convert::{Context, Error, Result, Scalar, Size, Tensor, converter};

/// Running sum along a dimension.
///
/// Plugin: TorchCum, before TensorRT 10.7.
#[converter("aten.cumsum.default", "torch.cumsum", crate = crate)]
fn cumsum(ctx: &mut Context, input: &Tensor, dim: i64) -> Result<Tensor> {
    let dtype = ctx.output_dtype(0)?;
    let x = ctx.cast(input, dtype)?;
    if x.rank() == 0 {
        return Ok(x);
    }
    ctx.cumulative_sum(&x, input.axis(dim)?)
}

/// Running product along a dimension.
///
/// Plugin: TorchCum.
///
/// Restriction: without the plugin along a dimension whose size is known, or has an upper bound in the program.
#[converter("aten.cumprod.default", "torch.cumprod", "torch.Tensor.cumprod", crate = crate)]
fn cumprod(ctx: &mut Context, input: &Tensor, dim: i64) -> Result<Tensor> {
    let dtype = ctx.output_dtype(0)?;
    let x = ctx.cast(input, dtype)?;
    if x.rank() == 0 {
        return Ok(x);
    }
    ctx.running(&x, input.axis(dim)?, true)
}

/// Logarithm of the running sum of exponentials along a dimension.
///
/// Restriction: along a dimension whose size is known, or has an upper bound in the program.
#[converter("aten.logcumsumexp.default", "torch.logcumsumexp", crate = crate)]
fn logcumsumexp(ctx: &mut Context, input: &Tensor, dim: i64) -> Result<Tensor> {
    if input.rank() == 0 {
        return Ok(*input);
    }
    ctx.scan(*input, input.axis(dim)?, |ctx, sum, behind| {
        let before = behind.of(ctx, sum, Some(&Scalar::Float(f64::NEG_INFINITY)))?;
        ctx.log_add_exp(sum, &before)
    })
}

/// Running maximum along a dimension, and where it is last.
///
/// Plugin: TorchCumMaxMin.
///
/// Restriction: without the plugin along a dimension whose size is known, or has an upper bound in the program.
#[converter("aten.cummax.default", "torch.cummax", "torch.Tensor.cummax", crate = crate)]
fn cummax(ctx: &mut Context, input: &Tensor, dim: i64) -> Result<(Tensor, Tensor)> {
    running_extreme(ctx, Op::Less, input, dim)
}

/// Running minimum along a dimension, and where it is last.
///
/// Plugin: TorchCumMaxMin.
///
/// Restriction: without the plugin along a dimension whose size is known, or has an upper bound in the program.
#[converter("aten.cummin.default", "torch.cummin", "torch.Tensor.cummin", crate = crate)]
fn cummin(ctx: &mut Context, input: &Tensor, dim: i64) -> Result<(Tensor, Tensor)> {
    running_extreme(ctx, Op::Greater, input, dim)
}

/// `worse` says when an element leaves the one before it in place.
fn running_extreme(
    ctx: &mut Context,
    worse: Op,
    input: &Tensor,
    dim: i64,
) -> Result<(Tensor, Tensor)> {
    let axis = input.axis(dim)?;
    let sizes = ctx.sizes(input)?;
    let index_type = ctx.output_dtype(1)?;
    if input.rank() == 0 {
        return Ok((*input, ctx.numbers_constant(&[0.0], &[], index_type)?));
    }
    let computed = match input.dtype() {
        DataType::Bool | DataType::UInt8 => DataType::Int32,
        other => other,
    };
    let x = ctx.cast(input, computed)?;
    if ctx.may_use_plugins() {
        let fields = Fields::new()
            .with("dim", dim)
            .with("cum_type", worse == Op::Greater);
        let [values, indices] = ctx.add_plugin::<TorchCumMaxMin, _>(&fields, &[x])?;
        return Ok((
            ctx.cast(&values, input.dtype())?,
            ctx.cast(&indices, index_type)?,
        ));
    }
    let positions = ctx.places(&x, axis)?;
    let positions = ctx.expand(&positions, &sizes)?;
    // Before the first element comes itself, which changes nothing.
    let (values, indices) = ctx.scan((x, positions), axis, |ctx, (values, indices), behind| {
        let (before, index) = (
            behind.of(ctx, values, None)?,
            behind.of(ctx, indices, None)?,
        );
        let mut keeps = ctx.compare(worse, values, &before)?;
        if values.dtype().is_float() {
            // NaN stays until the next NaN.
            let was = ctx.compare(Op::Equal, &before, &before)?;
            let was_nan = ctx.not(&was)?;
            let number = ctx.compare(Op::Equal, values, values)?;
            let stays = ctx.elementwise_in(
                DataType::Bool,
                Op::And,
                &[(&was_nan).into(), (&number).into()],
            )?;
            keeps =
                ctx.elementwise_in(DataType::Bool, Op::Or, &[(&keeps).into(), (&stays).into()])?;
        }
        Ok((
            ctx.select_where(&keeps, &before, values)?,
            ctx.select_where(&keeps, &index, indices)?,
        ))
    })?;
    Ok((
        ctx.cast(&values, input.dtype())?,
        ctx.cast(&indices, index_type)?,
    ))
}

/// Differences of neighbours along a dimension, `n` times.
#[converter("aten.diff.default", "torch.diff", crate = crate)]
fn diff(
    ctx: &mut Context,
    input: &Tensor,
    #[default(1)] n: i64,
    #[default(-1)] dim: i64,
    prepend: Option<&Tensor>,
    append: Option<&Tensor>,
) -> Result<Tensor> {
    if input.rank() == 0 {
        return Err(Error::new("diff of a tensor without dimensions"));
    }
    let axis = input.axis(dim)?;
    let parts: Vec<Tensor> = [prepend, Some(input), append]
        .into_iter()
        .flatten()
        .copied()
        .collect();
    let mut x = ctx.concat(&parts, axis)?;
    for _ in 0..n {
        let count = ctx.sizes(&x)?[axis].plus(-1);
        let next = ctx.slice_axis(&x, axis, &Size::Static(1), &count, 1)?;
        let first = ctx.slice_axis(&x, axis, &Size::Static(0), &count, 1)?;
        x = if x.dtype() == DataType::Bool {
            ctx.elementwise_in(DataType::Bool, Op::Xor, &[(&next).into(), (&first).into()])?
        } else {
            ctx.sub(&next, &first)?
        };
    }
    Ok(x)
}
