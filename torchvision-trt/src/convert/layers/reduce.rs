//! Reductions, softmax, selection of extreme elements.

use plugins_cuda::TorchCum;
use trt::plugin::Fields;
use trt::{Axes, CumulativeOperation, DataType, ReduceOperation, TopKOperation, UnaryOperation};

use super::sort::TOPK_LIMIT;
use crate::convert::tensor::{Scalar, Size, Tensor};
use crate::convert::{Context, Result};

impl<'n, 'w> Context<'n, 'w> {
    /// A reduction over axes; over none it is the tensor itself. A sum of nothing is 0, a product 1, a mean NaN.
    ///
    /// # Errors
    /// When TensorRT does not have it for the type.
    pub fn reduce(
        &mut self,
        operation: ReduceOperation,
        tensor: &Tensor,
        axes: &[usize],
        keep: bool,
    ) -> Result<Tensor> {
        if axes.is_empty() || tensor.rank() == 0 {
            return Ok(*tensor);
        }
        if matches!(tensor.dtype, DataType::Bool | DataType::UInt8) {
            // TensorRT reduces neither; extremes of truth values are those of 0 and 1.
            let wide = self.cast(tensor, DataType::Int32)?;
            let reduced = self.reduce(operation, &wide, axes, keep)?;
            return self.cast(&reduced, tensor.dtype);
        }
        let neutral = match operation {
            ReduceOperation::Sum => Some(Scalar::Int(0)),
            ReduceOperation::Prod => Some(Scalar::Int(1)),
            ReduceOperation::Avg => Some(Scalar::Float(f64::NAN)),
            _ => None,
        };
        let mut sizes = self.sizes(tensor)?;
        if let Some(neutral) = neutral
            && axes.iter().any(|axis| sizes[*axis] == Size::Static(0))
        {
            // TensorRT reduces nothing that is empty.
            axes.iter().for_each(|axis| sizes[*axis] = Size::Static(1));
            let number = self.scalar(&neutral, tensor.dtype, 0)?;
            let result = self.expand(&number, &sizes)?;
            return if keep {
                Ok(result)
            } else {
                self.squeeze(&result, axes)
            };
        }
        let raw = self.raw(tensor)?;
        let layer =
            self.network()
                .add_reduce(raw, operation, Axes::new(axes.iter().copied()), keep)?;
        self.output(&layer)
    }

    /// Variance over axes; `correction` is subtracted from the number of elements that the squares are divided by
    /// ([torch.var](https://docs.pytorch.org/docs/2.11/generated/torch.var.html)). Gives the mean as well.
    ///
    /// # Errors
    /// When TensorRT refuses a layer.
    pub fn variance(
        &mut self,
        tensor: &Tensor,
        axes: &[usize],
        correction: f64,
        keep: bool,
    ) -> Result<(Tensor, Tensor)> {
        let mean = self.reduce(ReduceOperation::Avg, tensor, axes, true)?;
        let centred = self.sub(tensor, &mean)?;
        let squares = self.mul(&centred, &centred)?;
        let sizes = self.sizes(tensor)?;
        let count = axes
            .iter()
            .fold(Size::Static(1), |n, a| n.times(sizes[*a].clone()));
        let variance = if correction == 0.0 {
            self.reduce(ReduceOperation::Avg, &squares, axes, keep)?
        } else {
            let sum = self.reduce(ReduceOperation::Sum, &squares, axes, keep)?;
            let count = self.scalar(&count_scalar(count), tensor.dtype, sum.rank())?;
            // PyTorch divides by max(0, n - correction).
            let divisor = self.sub(&count, correction)?;
            let divisor = self.maximum(&divisor, 0.0)?;
            self.div(&sum, &divisor)?
        };
        let mean = if keep {
            mean
        } else {
            self.squeeze(&mean, axes)?
        };
        Ok((variance, mean))
    }

    /// Running sum along an axis.
    ///
    /// # Errors
    /// When TensorRT refuses the type, or has neither such a layer nor plugins, and the axis no upper bound.
    pub fn cumulative_sum(&mut self, tensor: &Tensor, axis: usize) -> Result<Tensor> {
        let raw = self.raw(tensor)?;
        let raw_axis = self.numbers_constant(&[axis as f64], &[], DataType::Int32)?;
        let raw_axis = self.raw(&raw_axis)?;
        let sum = CumulativeOperation::Sum;
        match self
            .network()
            .add_cumulative(raw, raw_axis, sum, false, false)
        {
            Ok(layer) => self.output(&layer),
            // TensorRT before 10.7.
            Err(trt::Error::Unsupported { .. }) => self.running(tensor, axis, false),
            Err(other) => Err(other.into()),
        }
    }

    /// Running sum or product along an axis without TensorRT's layer: by a plugin, else by shifted steps.
    pub(crate) fn running(
        &mut self,
        tensor: &Tensor,
        axis: usize,
        product: bool,
    ) -> Result<Tensor> {
        if self.may_use_plugins() && !matches!(tensor.dtype, DataType::Bool | DataType::UInt8) {
            let fields = Fields::new()
                .with("dim", axis as i64)
                .with("cum_type", product);
            let [results] = self.add_plugin::<TorchCum, _>(&fields, &[*tensor])?;
            return Ok(results);
        }
        let neutral = Scalar::Int(product.into());
        self.scan(*tensor, axis, |ctx, results, behind| {
            let before = behind.of(ctx, results, Some(&neutral))?;
            match product {
                true => ctx.mul(results, &before),
                false => ctx.add(results, &before),
            }
        })
    }

    /// Softmax along an axis ([torch.softmax](https://docs.pytorch.org/docs/2.11/generated/torch.nn.functional.softmax.html)).
    ///
    /// # Errors
    /// When TensorRT refuses the type.
    pub fn softmax(&mut self, tensor: &Tensor, axis: usize) -> Result<Tensor> {
        if tensor.rank() == 0 {
            // 1, but NaN of what is not finite.
            let zero = self.sub(tensor, tensor)?;
            return self.unary(UnaryOperation::Exp, &zero);
        }
        // TensorRT wants two dimensions.
        let (wide, axis_in_wide) = if tensor.rank() == 1 {
            (self.unsqueeze(tensor, 0)?, 1)
        } else {
            (*tensor, axis)
        };
        let raw = self.raw(&wide)?;
        let layer = self.network().add_softmax(raw, axis_in_wide)?;
        let result = self.output(&layer)?;
        if tensor.rank() == 1 {
            self.squeeze(&result, &[0])
        } else {
            Ok(result)
        }
    }

    /// `log(softmax(x))` without overflow: `x - max - log(sum(exp(x - max)))`.
    ///
    /// # Errors
    /// When TensorRT refuses the type.
    pub fn log_softmax(&mut self, tensor: &Tensor, axis: usize) -> Result<Tensor> {
        let max = self.reduce(ReduceOperation::Max, tensor, &[axis], true)?;
        let shifted = self.sub(tensor, &max)?;
        let exp = self.unary(UnaryOperation::Exp, &shifted)?;
        let sum = self.reduce(ReduceOperation::Sum, &exp, &[axis], true)?;
        let log = self.unary(UnaryOperation::Log, &sum)?;
        self.sub(&shifted, &log)
    }

    /// The `k` largest or smallest elements along an axis, sorted, with their `int64` indices. More than TensorRT gives at once are
    /// the first of all in order, where the axis's size is known.
    ///
    /// # Errors
    /// When TensorRT refuses `k` or the type.
    pub fn topk(
        &mut self,
        operation: TopKOperation,
        tensor: &Tensor,
        k: &Size,
        axis: usize,
    ) -> Result<(Tensor, Tensor)> {
        if matches!(tensor.dtype, DataType::Bool | DataType::UInt8) {
            let wide = self.cast(tensor, DataType::Int32)?;
            let (values, indices) = self.topk(operation, &wide, k, axis)?;
            return Ok((self.cast(&values, tensor.dtype)?, indices));
        }
        if k.as_static().is_some_and(|k| k > TOPK_LIMIT)
            && let Some(Size::Static(_)) = self.sizes(tensor)?.get(axis)
        {
            let (values, indices) = self.sort(operation, tensor, axis, false)?;
            let zero = Size::Static(0);
            return Ok((
                self.slice_axis(&values, axis, &zero, k, 1)?,
                self.slice_axis(&indices, axis, &zero, k, 1)?,
            ));
        }
        // TensorRT wants two dimensions.
        let (wide, axis) = match tensor.rank() {
            0 | 1 => (self.with_rank(tensor, 2)?, 1),
            _ => (*tensor, axis),
        };
        let raw = self.raw(&wide)?;
        let layer = self.network().add_topk(
            raw,
            operation,
            k.as_static().unwrap_or(1),
            Axes::new([axis]),
            DataType::Int32,
        )?;
        if k.as_static().is_none() {
            let k = self.size_tensor(std::slice::from_ref(k))?;
            let k = self.reshape(&k, &[])?;
            let k = self.cast(&k, DataType::Int32)?;
            let k = self.raw(&k)?;
            layer.set_input(1, k)?;
        }
        let (values, indices) = (self.wrap(layer.output(0))?, self.wrap(layer.output(1))?);
        let indices = self.cast(&indices, self.index_type())?;
        let added: Vec<usize> = (0..wide.rank() - tensor.rank()).collect();
        // The added axes stand in front, except that of a scalar, where all are of size 1.
        Ok((
            self.squeeze(&values, &added)?,
            self.squeeze(&indices, &added)?,
        ))
    }
}

fn count_scalar(count: Size) -> Scalar {
    match count {
        Size::Static(n) => Scalar::Float(n as f64),
        dynamic => Scalar::Size(dynamic),
    }
}
