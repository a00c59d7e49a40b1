//! New tensors ([torch](https://docs.pytorch.org/docs/2.11/torch.html#creation-ops)). Those of fixed sizes are constants before
//! conversion; these remain where sizes depend on the input.

use trt::ElementWiseOperation;

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
    "aten.new_empty.default", "aten.empty_strided.default", "aten.new_empty_strided.default", "aten.zero.default", "torch.zeros", "torch.zeros_like", "torch.Tensor.new_zeros", crate = crate
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
/// Restriction: a `step` known at conversion, and a `start` that is known or an integer.
#[converter("aten.arange.default", "aten.arange.start", "aten.arange.start_step", "torch.arange", crate = crate)]
fn arange(ctx: &mut Context, start: Option<Scalar>, step: Option<Scalar>) -> Result<Tensor> {
    let (dtype, count) = (ctx.output_dtype(0)?, ctx.output_sizes(0)?[0].clone());
    let Some(step) = step.map_or(Some(1.0), |step| step.as_f64()) else {
        return Err(Error::new("arange whose step depends on input sizes"));
    };
    let start = start.unwrap_or(Scalar::Int(0));
    let whole = match &start {
        Scalar::Size(size) => Some(size.clone()),
        number => number
            .as_f64()
            .filter(|x| x.fract() == 0.0)
            .map(|x| Size::Static(x as i64)),
    };
    if let (Some(start), 0.0) = (whole, step.fract()) {
        let numbers = ctx.arange(&start, step as i64, &count)?;
        return ctx.cast(&numbers, dtype);
    }
    let index = ctx.arange(&Size::Static(0), 1, &count)?;
    let index = ctx.cast(&index, dtype)?;
    let scaled = ctx.mul(&index, step)?;
    ctx.add(&scaled, start)
}

/// Ones on the diagonal of a matrix of zeros.
#[converter("aten.eye.default", "aten.eye.m", "torch.eye", crate = crate)]
fn eye(ctx: &mut Context) -> Result<()> {
    let (dtype, sizes) = (ctx.output_dtype(0)?, ctx.output_sizes(0)?);
    let row = ctx.arange(&Size::Static(0), 1, &sizes[0])?;
    let row = ctx.unsqueeze(&row, 1)?;
    let column = ctx.arange(&Size::Static(0), 1, &sizes[1])?;
    let diagonal = ctx.compare(ElementWiseOperation::Equal, &row, &column)?;
    let result = ctx.cast(&diagonal, dtype)?;
    ctx.set_output([result]);
    Ok(())
}
