//! Normalization layers.

use trt::{Axes, DataType, ScaleMode, UnaryOperation, Weights};

use crate::convert::tensor::{Size, Tensor};
use crate::convert::{Context, Result, weights};

/// Largest finite number of a half.
const HALF_MAX: f64 = 65504.0;

impl<'n, 'w> Context<'n, 'w> {
    /// `x * scale + shift` along axis 1, by constants.
    ///
    /// # Errors
    /// When TensorRT refuses the layer.
    pub fn channel_scale(&mut self, x: &Tensor, scale: &[f64], shift: &[f64]) -> Result<Tensor> {
        // In half precision the coefficients of a channel with a tiny variance may overflow.
        let overflows = scale.iter().chain(shift).any(|c| c.abs() > HALF_MAX);
        if x.dtype == DataType::Half && overflows {
            let wide = self.cast(x, DataType::Float)?;
            let result = self.channel_scale(&wide, scale, shift)?;
            return self.cast(&result, DataType::Half);
        }
        // TensorRT wants at least four dimensions.
        let sizes = self.sizes(x)?;
        let mut wide = sizes.clone();
        wide.resize(sizes.len().max(4), Size::Static(1));
        let tall = self.reshape(x, &wide)?;
        let coefficients = |numbers: &[f64]| -> Result<Weights<'w>> {
            Ok(Weights::new(
                x.dtype,
                self.network().keep(weights::encoded(numbers, x.dtype)?),
            ))
        };
        let (scale, shift) = (coefficients(scale)?, coefficients(shift)?);
        let raw = self.raw(&tall)?;
        let layer =
            self.network()
                .add_scale(raw, ScaleMode::Channel, Some(shift), Some(scale), None, 1)?;
        let result = self.output_like(&layer, &tall)?;
        self.reshape(&result, &sizes)
    }

    /// `(x - mean) / sqrt(var + eps) * weight + bias` with mean and variance over `axes`; `weight` and `bias` broadcast.
    /// Computed in single precision at least.
    ///
    /// # Errors
    /// When TensorRT refuses a layer.
    pub fn normalize(
        &mut self,
        x: &Tensor,
        axes: &[usize],
        weight: Option<&Tensor>,
        bias: Option<&Tensor>,
        eps: f64,
    ) -> Result<Tensor> {
        let rank = x.rank();
        let mut affine = |tensor: Option<&Tensor>, neutral: f64| -> Result<trt::Tensor<'n>> {
            let tensor = match tensor {
                Some(tensor) => self.cast(tensor, x.dtype)?,
                None => self.numbers_constant(&[neutral], &[1], x.dtype)?,
            };
            let tensor = self.with_rank(&tensor, rank)?;
            self.raw(&tensor)
        };
        if let (Ok(scale), Ok(shift)) = (affine(weight, 1.0), affine(bias, 0.0)) {
            let raw = self.raw(x)?;
            match self.network().add_normalization(
                raw,
                scale,
                shift,
                Axes::new(axes.iter().copied()),
            ) {
                Ok(layer) => {
                    layer.set_epsilon(eps)?;
                    return self.output(&layer);
                }
                // TensorRT before 8.6.
                Err(trt::Error::Unsupported { .. }) => {}
                Err(other) => return Err(other.into()),
            }
        }
        self.normalize_by_parts(x, axes, weight, bias, eps)
    }

    fn normalize_by_parts(
        &mut self,
        x: &Tensor,
        axes: &[usize],
        weight: Option<&Tensor>,
        bias: Option<&Tensor>,
        eps: f64,
    ) -> Result<Tensor> {
        let wide = self.cast(x, DataType::Float)?;
        let (variance, mean) = self.variance(&wide, axes, 0.0, true)?;
        let centred = self.sub(&wide, &mean)?;
        let variance = self.add(&variance, eps)?;
        let deviation = self.unary(UnaryOperation::Sqrt, &variance)?;
        let mut result = self.div(&centred, &deviation)?;
        if let Some(weight) = weight {
            result = self.mul(&result, weight)?;
        }
        if let Some(bias) = bias {
            result = self.add(&result, bias)?;
        }
        self.cast(&result, x.dtype)
    }

    /// A tensor of one dimension spread along axis 1 of tensors with `rank` dimensions.
    ///
    /// # Errors
    /// When TensorRT refuses the reshape.
    pub fn along_channels(&mut self, tensor: &Tensor, rank: usize) -> Result<Tensor> {
        let mut sizes = vec![Size::Static(1); rank];
        sizes[1] = self.sizes(tensor)?[0].clone();
        self.reshape(tensor, &sizes)
    }
}
