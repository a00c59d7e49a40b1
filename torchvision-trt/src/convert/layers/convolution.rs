//! Convolutions of one to three spatial dimensions.

use trt::{DataType, SampleMode, Weights};

use crate::convert::tensor::{Scalar, Size, Tensor};
use crate::convert::{Context, Error, Result};

/// Geometry of a convolution; one number for each spatial dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Padding {
    /// Elements before.
    pub before: Vec<i64>,
    /// Elements after.
    pub after: Vec<i64>,
}

impl Padding {
    /// The same on both sides.
    pub fn symmetric(padding: &[i64]) -> Self {
        Self {
            before: padding.to_vec(),
            after: padding.to_vec(),
        }
    }
}

/// A PyTorch list for `n` spatial dimensions: a list of one stands for all.
pub(crate) fn spatial(list: &[i64], n: usize, what: &str) -> Result<Vec<i64>> {
    match list {
        [one] => Ok(vec![*one; n]),
        list if list.len() == n => Ok(list.to_vec()),
        list => Err(Error::new(format!("{what} {list:?}: expected {n} numbers"))),
    }
}

/// A kernel with its bias, as the layer takes them.
struct Kernel<'n, 'w> {
    size: Vec<i64>,
    weights: Weights<'w>,
    bias: Option<Weights<'w>>,
    /// Kernel and bias that are computed while the engine runs.
    tensors: [Option<trt::Tensor<'n>>; 2],
}

impl<'n, 'w> Context<'n, 'w> {
    /// Convolution ([torch.nn.functional.conv2d] and its siblings) of `[N, C, …]` or `[C, …]`.
    ///
    /// [torch.nn.functional.conv2d]: https://docs.pytorch.org/docs/2.11/generated/torch.nn.functional.conv2d.html
    ///
    /// # Errors
    /// When the sizes do not fit.
    #[expect(clippy::too_many_arguments, reason = "they are PyTorch's")]
    pub fn convolution(
        &mut self,
        input: &Tensor,
        weight: &Tensor,
        bias: Option<&Tensor>,
        stride: &[i64],
        padding: &Padding,
        dilation: &[i64],
        groups: i64,
    ) -> Result<Tensor> {
        self.spatially(input, weight, |ctx, x, line| {
            let maps = ctx.dims(weight)?[0];
            let kernel = ctx.kernel(x, weight, bias, line)?;
            let raw = ctx.raw(x)?;
            let layer = ctx.network().add_convolution(
                raw,
                maps,
                &kernel.size,
                kernel.weights,
                kernel.bias,
            )?;
            layer.set_stride(&widened(stride, line, 1))?;
            layer.set_pre_padding(&widened(&padding.before, line, 0))?;
            layer.set_post_padding(&widened(&padding.after, line, 0))?;
            layer.set_dilation(&widened(dilation, line, 1))?;
            layer.set_num_groups(groups)?;
            for (i, tensor) in kernel.tensors.iter().enumerate() {
                if let Some(tensor) = tensor {
                    layer.set_input(i + 1, *tensor)?;
                }
            }
            ctx.output(&layer)
        })
    }

    /// Transposed convolution ([torch.nn.functional.conv_transpose2d] and its siblings).
    ///
    /// [torch.nn.functional.conv_transpose2d]: https://docs.pytorch.org/docs/2.11/generated/torch.nn.functional.conv_transpose2d.html
    ///
    /// # Errors
    /// When the sizes do not fit.
    #[expect(clippy::too_many_arguments, reason = "they are PyTorch's")]
    pub fn transposed_convolution(
        &mut self,
        input: &Tensor,
        weight: &Tensor,
        bias: Option<&Tensor>,
        stride: &[i64],
        padding: &[i64],
        output_padding: &[i64],
        groups: i64,
        dilation: &[i64],
    ) -> Result<Tensor> {
        // TensorRT-RTX has no kernel in this type.
        if input.dtype == DataType::BFloat16 {
            let wide = self.cast(input, DataType::Float)?;
            let result = self.transposed_convolution(
                &wide,
                weight,
                bias,
                stride,
                padding,
                output_padding,
                groups,
                dilation,
            )?;
            return self.cast(&result, DataType::BFloat16);
        }
        // Nor does it have one for both: the kernel is spread out instead.
        let both = stride.iter().any(|s| *s > 1) && dilation.iter().any(|d| *d > 1);
        if both {
            let weight = self.dilated(weight, dilation)?;
            let ones = vec![1; dilation.len()];
            return self.transposed_convolution(
                input,
                &weight,
                bias,
                stride,
                padding,
                output_padding,
                groups,
                &ones,
            );
        }
        // `padding` cuts the full result, `output_padding` cuts less at the end. Where that leaves more than there is,
        // the rest is zeros plus the bias.
        let after: Vec<i64> = padding
            .iter()
            .zip(output_padding)
            .map(|(p, o)| (p - o).max(0))
            .collect();
        let missing: Vec<i64> = padding
            .iter()
            .zip(output_padding)
            .map(|(p, o)| (o - p).max(0))
            .collect();
        let extended = missing.iter().any(|n| *n > 0);
        self.spatially(input, weight, |ctx, x, line| {
            let maps = ctx.dims(weight)?[1] * groups;
            let kernel = ctx.kernel(x, weight, bias.filter(|_| !extended), line)?;
            let raw = ctx.raw(x)?;
            let layer = ctx.network().add_deconvolution(
                raw,
                maps,
                &kernel.size,
                kernel.weights,
                kernel.bias,
            )?;
            layer.set_stride(&widened(stride, line, 1))?;
            layer.set_pre_padding(&widened(padding, line, 0))?;
            layer.set_post_padding(&widened(&after, line, 0))?;
            layer.set_dilation(&widened(dilation, line, 1))?;
            layer.set_num_groups(groups)?;
            for (i, tensor) in kernel.tensors.iter().enumerate() {
                if let Some(tensor) = tensor {
                    layer.set_input(i + 1, *tensor)?;
                }
            }
            let result = ctx.output(&layer)?;
            if !extended {
                return Ok(result);
            }
            let mut ends = vec![0; 2];
            ends.extend(widened(&missing, line, 0));
            let result = ctx.pad(
                &result,
                &vec![0; ends.len()],
                &ends,
                SampleMode::Fill,
                &Scalar::Int(0),
            )?;
            match bias {
                Some(bias) => {
                    let mut sizes = vec![Size::Static(1); result.rank()];
                    sizes[1] = Size::Static(maps);
                    let bias = ctx.reshape(bias, &sizes)?;
                    ctx.add(&result, &bias)
                }
                None => Ok(result),
            }
        })
    }

    /// A kernel with zeros between its elements.
    fn dilated(&mut self, weight: &Tensor, dilation: &[i64]) -> Result<Tensor> {
        let mut kernel = *weight;
        for (i, dilation) in dilation.iter().enumerate().filter(|(_, d)| **d > 1) {
            let axis = 2 + i;
            let column = self.unsqueeze(&kernel, axis + 1)?;
            let none = vec![0; column.rank()];
            let mut after = none.clone();
            after[axis + 1] = dilation - 1;
            let zero = Scalar::Int(0);
            let spread = self.pad(&column, &none, &after, SampleMode::Fill, &zero)?;
            let mut sizes = self.sizes(&kernel)?;
            sizes[axis] = sizes[axis].times(*dilation);
            let spread = self.reshape(&spread, &sizes)?;
            let extent = sizes[axis].plus(1 - dilation);
            kernel = self.slice_axis(&spread, axis, &Size::Static(0), &extent, 1)?;
        }
        Ok(kernel)
    }

    /// Runs `layer` on an input with a batch and at least two spatial dimensions, which are taken off again.
    /// `line` says that the first of them was added.
    fn spatially(
        &mut self,
        input: &Tensor,
        weight: &Tensor,
        layer: impl FnOnce(&mut Self, &Tensor, bool) -> Result<Tensor>,
    ) -> Result<Tensor> {
        let n = weight.rank().saturating_sub(2);
        if !(1..=3).contains(&n) || !(n + 1..=n + 2).contains(&input.rank()) {
            return Err(Error::new(format!(
                "a convolution of an input with {} dimensions by a weight with {}: expected [N, C, …] or [C, …] and [O, C, …] with one to three spatial dimensions",
                input.rank(),
                weight.rank()
            )));
        }
        let (unbatched, line) = (input.rank() == n + 1, n == 1);
        let mut x = if unbatched {
            self.unsqueeze(input, 0)?
        } else {
            *input
        };
        if line {
            x = self.unsqueeze(&x, 2)?;
        }
        let mut result = layer(self, &x, line)?;
        if line {
            result = self.squeeze(&result, &[2])?;
        }
        if unbatched {
            self.squeeze(&result, &[0])
        } else {
            Ok(result)
        }
    }

    fn kernel(
        &mut self,
        x: &Tensor,
        weight: &Tensor,
        bias: Option<&Tensor>,
        line: bool,
    ) -> Result<Kernel<'n, 'w>> {
        let none = Weights::empty(x.dtype);
        let weight = self.cast(weight, x.dtype)?;
        let size = widened(&self.dims(&weight)?[2..], line, 1);
        let bias = bias.map(|b| self.cast(b, x.dtype)).transpose()?;
        let constant_bias = bias.map(|b| self.weights(&b)).transpose()?.flatten();
        if let (Some(weights), true) = (
            self.weights(&weight)?,
            bias.is_none() || constant_bias.is_some(),
        ) {
            return Ok(Kernel {
                size,
                weights,
                bias: constant_bias,
                tensors: [None, None],
            });
        }
        let weight = if line {
            self.unsqueeze(&weight, 2)?
        } else {
            weight
        };
        // TensorRT convolves in int8 where the kernel comes out of a dequantization and the bias is a constant of the layer.
        let computed_bias = bias.filter(|_| constant_bias.is_none());
        let tensors = [
            Some(self.raw(&weight)?),
            computed_bias.map(|b| self.raw(&b)).transpose()?,
        ];
        Ok(Kernel {
            size,
            weights: none,
            bias: constant_bias,
            tensors,
        })
    }

    /// Types that TensorRT convolves and pools in.
    pub(super) fn computable(&mut self, tensor: &Tensor) -> Result<Tensor> {
        if tensor.dtype.is_float() {
            Ok(*tensor)
        } else {
            self.cast(tensor, DataType::Float)
        }
    }
}

/// Numbers for two spatial dimensions from those for one, if one was added in front.
pub(super) fn widened(list: &[i64], line: bool, first: i64) -> Vec<i64> {
    if line {
        [&[first], list].concat()
    } else {
        list.to_vec()
    }
}
