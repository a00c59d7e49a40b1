//! Fake quantization, as quantization-aware training leaves it in a model
//! ([torch.fake_quantize_per_tensor_affine](https://docs.pytorch.org/docs/2.11/generated/torch.fake_quantize_per_tensor_affine.html)).

use trt::{DataType, ElementWiseOperation, UnaryOperation};

use crate::convert::{Context, Result, Size, Tensor, converter};

/// Rounds to multiples of `scale`: a quantization to int8 and back where TensorRT has it, so that it may compute in int8.
#[converter("aten.fake_quantize_per_tensor_affine.default", crate = crate)]
fn per_tensor(
    ctx: &mut Context,
    input: &Tensor,
    scale: f64,
    zero_point: i64,
    quant_min: i64,
    quant_max: i64,
) -> Result<Tensor> {
    Grid::of_numbers(scale, zero_point, [quant_min, quant_max]).round(ctx, input)
}

/// As `fake_quantize_per_tensor_affine`, with a mask of the elements that are not clamped.
#[converter("aten.fake_quantize_per_tensor_affine_cachemask.default", crate = crate)]
fn per_tensor_with_mask(
    ctx: &mut Context,
    input: &Tensor,
    scale: f64,
    zero_point: i64,
    quant_min: i64,
    quant_max: i64,
) -> Result<(Tensor, Tensor)> {
    let grid = Grid::of_numbers(scale, zero_point, [quant_min, quant_max]);
    Ok((grid.round(ctx, input)?, grid.mask(ctx, input)?))
}

/// As `fake_quantize_per_tensor_affine`, with scale and zero point in tensors of one element.
#[converter("aten.fake_quantize_per_tensor_affine.tensor_qparams", crate = crate)]
fn per_tensor_of_tensors(
    ctx: &mut Context,
    input: &Tensor,
    scale: &Tensor,
    zero_point: &Tensor,
    quant_min: i64,
    quant_max: i64,
) -> Result<Tensor> {
    Grid::of_tensors(ctx, scale, zero_point, None, [quant_min, quant_max]).round(ctx, input)
}

/// Fake quantization with a scale and a zero point for each index along an axis.
#[converter("aten.fake_quantize_per_channel_affine.default", crate = crate)]
fn per_channel(
    ctx: &mut Context,
    input: &Tensor,
    scale: &Tensor,
    zero_point: &Tensor,
    axis: i64,
    quant_min: i64,
    quant_max: i64,
) -> Result<Tensor> {
    let axis = Some(input.axis(axis)?);
    Grid::of_tensors(ctx, scale, zero_point, axis, [quant_min, quant_max]).round(ctx, input)
}

/// As `fake_quantize_per_channel_affine`, with a mask of the elements that are not clamped.
#[converter("aten.fake_quantize_per_channel_affine_cachemask.default", crate = crate)]
fn per_channel_with_mask(
    ctx: &mut Context,
    input: &Tensor,
    scale: &Tensor,
    zero_point: &Tensor,
    axis: i64,
    quant_min: i64,
    quant_max: i64,
) -> Result<(Tensor, Tensor)> {
    let axis = Some(input.axis(axis)?);
    let grid = Grid::of_tensors(ctx, scale, zero_point, axis, [quant_min, quant_max]);
    Ok((grid.round(ctx, input)?, grid.mask(ctx, input)?))
}

/// The values that a fake quantization leaves: `scale * (q - zero_point)` for integers `min <= q <= max`.
struct Grid {
    scale: Parameter,
    zero_point: Parameter,
    /// The axis along which scales and zero points lie, where there are several.
    axis: Option<usize>,
    /// Zero points that are floats are added before rounding.
    fractional: bool,
    range: [i64; 2],
}

enum Parameter {
    Known(Vec<f64>),
    Computed(Tensor),
}

impl Grid {
    fn of_numbers(scale: f64, zero_point: i64, range: [i64; 2]) -> Self {
        Self {
            scale: Parameter::Known(vec![scale]),
            zero_point: Parameter::Known(vec![zero_point as f64]),
            axis: None,
            fractional: false,
            range,
        }
    }

    fn of_tensors(
        ctx: &Context,
        scale: &Tensor,
        zero_point: &Tensor,
        axis: Option<usize>,
        range: [i64; 2],
    ) -> Self {
        let parameter = |tensor| match ctx.numbers(tensor) {
            Some(numbers) => Parameter::Known(numbers),
            None => Parameter::Computed(*tensor),
        };
        Self {
            scale: parameter(scale),
            zero_point: parameter(zero_point),
            axis,
            fractional: zero_point.dtype().is_float(),
            range,
        }
    }

    fn round(&self, ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
        let x = ctx.cast(input, DataType::Float)?;
        let rounded = match self.int8_scale() {
            // TensorRT quantizes neither a tensor without dimensions nor a vector by channels.
            Some(scale) if x.rank() > usize::from(self.axis.is_some()) => {
                self.round_by_int8(ctx, &x, scale)?
            }
            _ => {
                let integers = self.integers(ctx, &x)?;
                let [min, max] = self.range;
                let integers = ctx.maximum(&integers, min as f64)?;
                let integers = ctx.minimum(&integers, max as f64)?;
                let zero_point = self.along_axis(ctx, &self.zero_point, x.rank())?;
                let scale = self.along_axis(ctx, &self.scale, x.rank())?;
                let steps = ctx.sub(&integers, &zero_point)?;
                ctx.mul(&steps, &scale)?
            }
        };
        ctx.cast(&rounded, input.dtype())
    }

    /// The scale if TensorRT's quantization to int8 is this one: it has no zero point.
    fn int8_scale(&self) -> Option<&[f64]> {
        match (&self.scale, &self.zero_point, self.range) {
            (Parameter::Known(scale), Parameter::Known(zeros), [-128 | -127, 127])
                if zeros.iter().all(|&zero| zero == 0.0) =>
            {
                Some(scale)
            }
            _ => None,
        }
    }

    fn round_by_int8(&self, ctx: &mut Context, x: &Tensor, scale: &[f64]) -> Result<Tensor> {
        let mut x = *x;
        if self.range[0] == -127 {
            let lowest: Vec<_> = scale.iter().map(|scale| -127.0 * scale).collect();
            let lowest = self.along_axis(ctx, &Parameter::Known(lowest), x.rank())?;
            x = ctx.maximum(&x, &lowest)?;
        }
        let (shape, axis) = match self.axis {
            Some(axis) => (vec![scale.len() as i64], Some(axis as i64)),
            None => (vec![], None),
        };
        let scale = ctx.numbers_constant(scale, &shape, DataType::Float)?;
        let (x, scale) = (ctx.raw(&x)?, ctx.raw(&scale)?);
        let quantize = ctx.network().add_quantize(x, scale, DataType::Int8)?;
        // Before another layer asks for the output: TensorRT judges scales by the axis.
        if let Some(axis) = axis {
            quantize.set_axis(axis)?;
        }
        let dequantize =
            ctx.network()
                .add_dequantize(quantize.output(0), scale, DataType::Float)?;
        if let Some(axis) = axis {
            dequantize.set_axis(axis)?;
        }
        ctx.output(&dequantize)
    }

    /// The nearest integers, not yet clamped; multiplied by the reciprocal of the scale, as PyTorch does.
    fn integers(&self, ctx: &mut Context, x: &Tensor) -> Result<Tensor> {
        let reciprocal = match &self.scale {
            Parameter::Known(scale) => {
                let reciprocals = scale.iter().map(|&scale| f64::from(1.0 / scale as f32));
                self.along_axis(ctx, &Parameter::Known(reciprocals.collect()), x.rank())?
            }
            computed => {
                let scale = self.along_axis(ctx, computed, x.rank())?;
                ctx.unary(UnaryOperation::Recip, &scale)?
            }
        };
        let steps = ctx.mul(x, &reciprocal)?;
        let zero_point = self.along_axis(ctx, &self.zero_point, x.rank())?;
        if self.fractional {
            let shifted = ctx.add(&steps, &zero_point)?;
            return ctx.unary(UnaryOperation::Round, &shifted);
        }
        let rounded = ctx.unary(UnaryOperation::Round, &steps)?;
        ctx.add(&rounded, &zero_point)
    }

    fn mask(&self, ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
        let x = ctx.cast(input, DataType::Float)?;
        let integers = self.integers(ctx, &x)?;
        let [min, max] = self.range;
        let above = ctx.compare(ElementWiseOperation::Greater, &integers, min as f64 - 0.5)?;
        let below = ctx.compare(ElementWiseOperation::Less, &integers, max as f64 + 0.5)?;
        ctx.elementwise(ElementWiseOperation::And, &above, &below)
    }

    /// A parameter shaped to broadcast over the input.
    fn along_axis(&self, ctx: &mut Context, parameter: &Parameter, rank: usize) -> Result<Tensor> {
        let mut shape = vec![1; rank];
        match parameter {
            Parameter::Known(numbers) => {
                if let Some(axis) = self.axis {
                    shape[axis] = numbers.len() as i64;
                }
                ctx.numbers_constant(numbers, &shape, DataType::Float)
            }
            Parameter::Computed(tensor) => {
                let mut sizes: Vec<Size> = shape.into_iter().map(Size::from).collect();
                if let (Some(axis), [size]) = (self.axis, ctx.sizes(tensor)?.as_slice()) {
                    sizes[axis] = size.clone();
                }
                let tensor = ctx.cast(tensor, DataType::Float)?;
                ctx.reshape(&tensor, &sizes)
            }
        }
    }
}
