//! New tensors ([torch](https://docs.pytorch.org/docs/2.11/torch.html#creation-ops)). Those of fixed sizes are constants before
//! conversion; these remain where sizes depend on the input.

use crate::convert::{Context, Error, Operand, Result, Scalar, Size, Tensor, converter};

/// A number in the shape and dtype that the program gives for the result.
fn filled(ctx: &mut Context, value: &Scalar) -> Result<Tensor> {
    let (dtype, sizes) = (ctx.output_dtype(0)?, ctx.output_sizes(0)?);
    let one = ctx.scalar(value, dtype, sizes.len())?;
    ctx.expand(&one, &sizes)
}

/// Filled with a number.
#[converter("aten.full.default", "aten.full_like.default", "aten.new_full.default", "torch.full", "torch.full_like", "torch.Tensor.new_full", crate = crate)]
fn full(ctx: &mut Context, fill_value: Scalar) -> Result<Tensor> {
    filled(ctx, &fill_value)
}

/// Filled with 0; memory that PyTorch leaves undefined as well.
#[converter(
    "aten.zeros.default", "aten.zeros_like.default", "aten.new_zeros.default", "aten.empty.memory_format", "aten.empty_like.default",
    "aten.new_empty.default", "aten.zero.default", "torch.zeros", "torch.zeros_like", "torch.Tensor.new_zeros", crate = crate
)]
fn zeros(ctx: &mut Context) -> Result<()> {
    let result = filled(ctx, &Scalar::Int(0))?;
    ctx.set_output([result]);
    Ok(())
}

/// Filled with 1.
#[converter("aten.ones.default", "aten.ones_like.default", "aten.new_ones.default", "torch.ones", "torch.ones_like", "torch.Tensor.new_ones", crate = crate)]
fn ones(ctx: &mut Context) -> Result<()> {
    let result = filled(ctx, &Scalar::Int(1))?;
    ctx.set_output([result]);
    Ok(())
}

/// The input's shape and dtype filled with a value.
#[converter("aten.fill.Scalar", "aten.fill.Tensor", "torch.Tensor.fill_", crate = crate)]
fn fill(ctx: &mut Context, value: Operand) -> Result<Tensor> {
    match value {
        Operand::Scalar(scalar) => filled(ctx, &scalar),
        Operand::Tensor(tensor) => {
            let (dtype, sizes) = (ctx.output_dtype(0)?, ctx.output_sizes(0)?);
            let cast = ctx.cast(&tensor, dtype)?;
            ctx.expand(&cast, &sizes)
        }
    }
}

/// A number as a tensor.
#[converter("aten.scalar_tensor.default", "torch.scalar_tensor", crate = crate)]
fn scalar_tensor(ctx: &mut Context, s: Scalar) -> Result<Tensor> {
    filled(ctx, &s)
}

/// `start, start + step, …` below `end`.
///
/// Restriction: `start` and `step` known at conversion.
#[converter("aten.arange.default", "aten.arange.start", "aten.arange.start_step", "torch.arange", crate = crate)]
fn arange(ctx: &mut Context, start: Option<Scalar>, step: Option<Scalar>) -> Result<Tensor> {
    let (dtype, count) = (ctx.output_dtype(0)?, ctx.output_sizes(0)?[0].clone());
    let known = |s: Option<Scalar>, default: f64| s.map_or(Some(default), |s| s.as_f64());
    let (Some(start), Some(step)) = (known(start, 0.0), known(step, 1.0)) else {
        return Err(Error::new(
            "arange whose start or step depends on input sizes",
        ));
    };
    if start.fract() == 0.0 && step.fract() == 0.0 {
        let numbers = ctx.arange(&Size::Static(start as i64), step as i64, &count)?;
        return ctx.cast(&numbers, dtype);
    }
    let index = ctx.arange(&Size::Static(0), 1, &count)?;
    let index = ctx.cast(&index, dtype)?;
    let scaled = ctx.mul(&index, step)?;
    ctx.add(&scaled, start)
}
