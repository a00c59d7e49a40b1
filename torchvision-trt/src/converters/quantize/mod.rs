//! Quantization: fake, and with integers in between. TensorRT computes in int8 between its own quantize and dequantize layers, which
//! have no zero point; every other kind is computed in floats.

mod decomposed;
mod fake;

use trt::{DataType, ElementWiseOperation, UnaryOperation};

use crate::convert::{Context, Result, Size, Tensor};

/// The values that a quantization leaves: `scale * (q - zero_point)` for integers `min <= q <= max`.
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

    fn symmetric(ctx: &Context, scale: &Tensor, axis: Option<usize>, range: [i64; 2]) -> Self {
        Self {
            zero_point: Parameter::Known(vec![0.0]),
            fractional: false,
            ..Self::of_tensors(ctx, scale, scale, axis, range)
        }
    }

    fn round(&self, ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
        let x = ctx.cast(input, DataType::Float)?;
        let rounded = match self.int8_scale() {
            // TensorRT does not quantize a tensor without dimensions.
            Some(scale) if x.rank() > 0 => self.round_by_int8(ctx, &x, scale)?,
            _ => {
                let integers = self.integers(ctx, &x)?;
                let integers = self.clamped(ctx, &integers)?;
                self.scaled(ctx, &integers)?
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
        let x = self.above_lowest(ctx, x, scale)?;
        let (scale, axis) = self.layer_scale(ctx, scale)?;
        let int8 = quantize_layer(ctx, &x, scale, axis)?;
        dequantize_layer(ctx, int8, scale, axis)
    }

    /// What keeps a quantization within its range where that ends at -127: TensorRT's goes to -128.
    fn above_lowest(&self, ctx: &mut Context, x: &Tensor, scale: &[f64]) -> Result<Tensor> {
        if self.range[0] != -127 {
            return Ok(*x);
        }
        let lowest: Vec<_> = scale.iter().map(|scale| -127.0 * scale).collect();
        let lowest = self.along_axis(ctx, &Parameter::Known(lowest), x.rank())?;
        ctx.maximum(x, &lowest)
    }

    /// Scales as TensorRT's layers take them: one without dimensions, or one for each index along an axis.
    fn layer_scale<'n>(
        &self,
        ctx: &mut Context<'n, '_>,
        scale: &[f64],
    ) -> Result<(trt::Tensor<'n>, Option<i64>)> {
        let (shape, axis) = match self.axis {
            Some(axis) => (vec![scale.len() as i64], Some(axis as i64)),
            None => (vec![], None),
        };
        let scale = ctx.numbers_constant(scale, &shape, DataType::Float)?;
        Ok((ctx.raw(&scale)?, axis))
    }

    fn clamped(&self, ctx: &mut Context, integers: &Tensor) -> Result<Tensor> {
        let [min, max] = self.range;
        let integers = ctx.maximum(integers, min as f64)?;
        ctx.minimum(&integers, max as f64)
    }

    /// The values that integers, given as floats, stand for.
    fn scaled(&self, ctx: &mut Context, integers: &Tensor) -> Result<Tensor> {
        let zero_point = self.along_axis(ctx, &self.zero_point, integers.rank())?;
        let scale = self.along_axis(ctx, &self.scale, integers.rank())?;
        let steps = ctx.sub(integers, &zero_point)?;
        ctx.mul(&steps, &scale)
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

fn quantize_layer<'n>(
    ctx: &mut Context<'n, '_>,
    x: &Tensor,
    scale: trt::Tensor<'n>,
    axis: Option<i64>,
) -> Result<trt::Tensor<'n>> {
    let x = ctx.raw(x)?;
    let layer = ctx.network().add_quantize(x, scale, DataType::Int8)?;
    if let Some(axis) = axis {
        layer.set_axis(axis)?;
    }
    Ok(layer.output(0))
}

fn dequantize_layer<'n>(
    ctx: &mut Context<'n, '_>,
    int8: trt::Tensor<'n>,
    scale: trt::Tensor<'n>,
    axis: Option<i64>,
) -> Result<Tensor> {
    let layer = ctx.network().add_dequantize(int8, scale, DataType::Float)?;
    if let Some(axis) = axis {
        layer.set_axis(axis)?;
    }
    ctx.output(&layer)
}
