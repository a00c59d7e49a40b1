//! Pooling over windows, with PyTorch's rules for sizes and counts, and adaptive pooling.

use plugins_cuda::AdaptivePool;
use trt::plugin::Fields;
use trt::{DataType, ElementWiseOperation, PaddingMode, PoolingType, ReduceOperation, SampleMode};

use super::convolution::widened;
use super::windows::{AxisWindows, lowest};
use crate::convert::tensor::{Scalar, Size, Tensor};
use crate::convert::{Context, Error, Result};

/// Windows of a pooling; one number for each spatial dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolWindow {
    /// Size of the window.
    pub kernel: Vec<i64>,
    /// Step.
    pub stride: Vec<i64>,
    /// Elements around the input that do not count as such.
    pub padding: Vec<i64>,
    /// Distance of the window's elements.
    pub dilation: Vec<i64>,
    /// Whether a window may begin inside and end outside of the padded input.
    pub ceil_mode: bool,
}

impl PoolWindow {
    /// The window with PyTorch's defaults filled in: a list of one is repeated, an empty stride is the kernel size.
    ///
    /// # Errors
    /// When a list has another length than `n`, or the padding is more than half of the window.
    pub fn new(
        n: usize,
        kernel: &[i64],
        stride: &[i64],
        padding: &[i64],
        dilation: &[i64],
        ceil_mode: bool,
    ) -> Result<Self> {
        use super::convolution::spatial;
        let kernel = spatial(kernel, n, "kernel_size")?;
        let stride = if stride.is_empty() {
            kernel.clone()
        } else {
            spatial(stride, n, "stride")?
        };
        let (padding, dilation) = (
            spatial(padding, n, "padding")?,
            spatial(dilation, n, "dilation")?,
        );
        for (k, p) in kernel.iter().zip(&padding) {
            if p * 2 > *k {
                return Err(Error::new(format!(
                    "padding {p} is more than half of the kernel size {k}"
                )));
            }
        }
        Ok(Self {
            kernel,
            stride,
            padding,
            dilation,
            ceil_mode,
        })
    }

    /// Extent of the window along dimension `i`.
    fn extent(&self, i: usize) -> i64 {
        self.dilation[i] * (self.kernel[i] - 1) + 1
    }

    /// Number of windows along dimension `i` for an input size.
    fn count(&self, i: usize, n: &Size) -> Size {
        let (stride, padding) = (self.stride[i], self.padding[i]);
        let room = n.plus(2 * padding - self.extent(i));
        if !self.ceil_mode {
            return room.floor_div(stride).plus(1);
        }
        let count = room.plus(stride - 1).floor_div(stride).plus(1);
        // A window that would begin in the padding after the input is dropped.
        if self.never_drops(i) {
            count
        } else {
            count.min(n.plus(padding - 1).floor_div(stride).plus(1))
        }
    }

    /// With ceil_mode the last window begins before `n + 2p - extent + stride`; that is inside for short steps.
    fn never_drops(&self, i: usize) -> bool {
        self.padding[i] + self.stride[i] <= self.extent(i)
    }
}

impl<'n, 'w> Context<'n, 'w> {
    /// Max pooling over the last dimensions ([torch.nn.functional.max_pool2d] and its siblings).
    ///
    /// [torch.nn.functional.max_pool2d]: https://docs.pytorch.org/docs/2.11/generated/torch.nn.functional.max_pool2d.html
    ///
    /// # Errors
    /// When the sizes do not fit.
    pub fn max_pool(&mut self, input: &Tensor, window: &PoolWindow) -> Result<Tensor> {
        if window.dilation.iter().any(|d| *d != 1) || !input.dtype.is_float() {
            return self.max_pool_by_axes(input, window);
        }
        self.pool(input, window, PoolingType::Max, true)
    }

    /// Max pooling with the index of each maximum among the elements of its channel.
    ///
    /// # Errors
    /// When the sizes do not fit.
    pub fn max_pool_with_indices(
        &mut self,
        input: &Tensor,
        window: &PoolWindow,
    ) -> Result<(Tensor, Tensor)> {
        let windows = self.pool_windows(input, window)?;
        self.max_of_windows(input, &windows)
    }

    fn pool_windows(&mut self, input: &Tensor, window: &PoolWindow) -> Result<Vec<AxisWindows>> {
        let first = input.rank() - window.kernel.len().min(input.rank());
        let sizes = self.sizes(input)?[first..].to_vec();
        let geometry = |i: usize| {
            [
                window.kernel[i],
                window.stride[i],
                window.padding[i],
                window.dilation[i],
            ]
        };
        sizes
            .iter()
            .enumerate()
            .map(|(i, n)| self.sliding_windows(n, &window.count(i, n), geometry(i)))
            .collect()
    }

    /// Adaptive max pooling with the index of each maximum among the elements of its channel.
    ///
    /// # Errors
    /// When the sizes do not fit, or the output's are not known at conversion.
    pub fn adaptive_max_pool_with_indices(
        &mut self,
        input: &Tensor,
        output: &[Size],
    ) -> Result<(Tensor, Tensor)> {
        let first = input.rank() - output.len().min(input.rank());
        let sizes = self.sizes(input)?[first..].to_vec();
        let windows = sizes
            .iter()
            .zip(output)
            .map(|(n, bins)| match bins {
                // A bin for each element.
                bins if bins == n => self.sliding_windows(n, n, [1, 1, 0, 1]),
                Size::Static(bins) => self.adaptive_windows(n, *bins),
                bins => Err(Error::new(format!(
                    "adaptive pooling of a size {n} to {bins}: export with fixed sizes"
                ))),
            })
            .collect::<Result<Vec<_>>>()?;
        self.max_of_windows(input, &windows)
    }

    /// Average pooling over the last dimensions ([torch.nn.functional.avg_pool2d] and its siblings).
    ///
    /// [torch.nn.functional.avg_pool2d]: https://docs.pytorch.org/docs/2.11/generated/torch.nn.functional.avg_pool2d.html
    ///
    /// # Errors
    /// When the sizes do not fit, or the divisor is 0.
    pub fn avg_pool(
        &mut self,
        input: &Tensor,
        window: &PoolWindow,
        count_include_pad: bool,
        divisor: Option<i64>,
    ) -> Result<Tensor> {
        let input = &self.computable(input)?;
        if let Some(divisor) = divisor {
            if divisor == 0 {
                return Err(Error::new("divisor_override must not be 0"));
            }
            let average = if window.ceil_mode {
                self.avg_pool_beyond_the_end(input, window)?
            } else {
                self.pool(input, window, PoolingType::Average, false)?
            };
            let volume: i64 = window.kernel.iter().product();
            return if divisor == volume {
                Ok(average)
            } else {
                self.mul(&average, volume as f64 / divisor as f64)
            };
        }
        let padded = window.padding.iter().any(|p| *p > 0);
        if count_include_pad && padded && window.ceil_mode {
            // Elements beyond the padding do not count, those of the padding do: so the padding becomes part of the input.
            let spatial = window.kernel.len();
            let border = [vec![0; input.rank() - spatial], window.padding.clone()].concat();
            let sizes = self.sizes(input)?[input.rank() - spatial..].to_vec();
            let counts: Vec<Size> = (0..spatial).map(|i| window.count(i, &sizes[i])).collect();
            let input = self.pad(input, &border, &border, SampleMode::Fill, &Scalar::Int(0))?;
            let window = PoolWindow {
                padding: vec![0; spatial],
                ..window.clone()
            };
            return self.pool_to(&input, &window, PoolingType::Average, true, &counts);
        }
        // Without padding, what lies outside is only what rounding up reaches, which never counts.
        self.pool(
            input,
            window,
            PoolingType::Average,
            !count_include_pad || !padded,
        )
    }

    /// Averages in which what rounding up reaches counts as zeros: they are added to the input, so that no rounding is left.
    fn avg_pool_beyond_the_end(&mut self, input: &Tensor, window: &PoolWindow) -> Result<Tensor> {
        let spatial = window.kernel.len();
        let first = input.rank() - spatial.min(input.rank());
        let sizes = self.sizes(input)?[first..].to_vec();
        let after = window
            .padding
            .iter()
            .zip(&window.stride)
            .map(|(p, s)| p + s - 1)
            .collect();
        let borders =
            [window.padding.clone(), after].map(|border| [vec![0; first], border].concat());
        let padded = self.pad(
            input,
            &borders[0],
            &borders[1],
            SampleMode::Fill,
            &Scalar::Int(0),
        )?;
        let whole = PoolWindow {
            padding: vec![0; spatial],
            ceil_mode: false,
            ..window.clone()
        };
        let mut result = self.pool(&padded, &whole, PoolingType::Average, false)?;
        for (i, size) in sizes
            .iter()
            .enumerate()
            .filter(|(i, _)| !window.never_drops(*i))
        {
            result = self.slice_axis(
                &result,
                first + i,
                &Size::Static(0),
                &window.count(i, size),
                1,
            )?;
        }
        Ok(result)
    }

    fn pool(
        &mut self,
        input: &Tensor,
        window: &PoolWindow,
        kind: PoolingType,
        exclude_padding: bool,
    ) -> Result<Tensor> {
        let spatial = window.kernel.len();
        if input.rank() < spatial + 1 {
            return Err(Error::new(format!(
                "pooling over {spatial} dimensions of a tensor with {}",
                input.rank()
            )));
        }
        let sizes = self.sizes(input)?[input.rank() - spatial..].to_vec();
        let counts: Vec<Size> = (0..spatial).map(|i| window.count(i, &sizes[i])).collect();
        self.pool_to(input, window, kind, exclude_padding, &counts)
    }

    /// Pools to known numbers of windows: TensorRT's own rounding keeps windows that PyTorch drops.
    fn pool_to(
        &mut self,
        input: &Tensor,
        window: &PoolWindow,
        kind: PoolingType,
        exclude_padding: bool,
        counts: &[Size],
    ) -> Result<Tensor> {
        let spatial = window.kernel.len();
        let line = spatial == 1;
        let unbatched = input.rank() == spatial + 1;
        let mut x = if unbatched {
            self.unsqueeze(input, 0)?
        } else {
            *input
        };
        if line {
            x = self.unsqueeze(&x, 2)?;
        }
        let sizes = self.sizes(&x)?;
        let sizes = &sizes[sizes.len() - spatial..];
        let raw = self.raw(&x)?;
        let layer = self
            .network()
            .add_pooling(raw, kind, &widened(&window.kernel, line, 1))?;
        layer.set_stride(&widened(&window.stride, line, 1))?;
        layer.set_pre_padding(&widened(&window.padding, line, 0))?;
        if kind == PoolingType::Average {
            layer.set_average_count_excludes_padding(exclude_padding)?;
        }
        // Padding after the input that makes exactly the windows wanted.
        let after: Option<Vec<i64>> = (0..spatial)
            .map(|i| {
                let end = (counts[i].as_static()? - 1) * window.stride[i] + window.kernel[i];
                Some((end - sizes[i].as_static()? - window.padding[i]).max(0))
            })
            .collect();
        let rounds_up = window.ceil_mode && after.is_none();
        match after {
            Some(after) => layer.set_post_padding(&widened(&after, line, 0))?,
            None => {
                layer.set_post_padding(&widened(&window.padding, line, 0))?;
                if rounds_up {
                    layer.set_padding_mode(PaddingMode::ExplicitRoundUp)?;
                }
            }
        }
        let mut result = self.output(&layer)?;
        if line {
            result = self.squeeze(&result, &[2])?;
        }
        if rounds_up {
            for (i, count) in counts
                .iter()
                .enumerate()
                .filter(|(i, _)| !window.never_drops(*i))
            {
                let axis = result.rank() - spatial + i;
                result = self.slice_axis(&result, axis, &Size::Static(0), count, 1)?;
            }
        }
        if unbatched {
            self.squeeze(&result, &[0])
        } else {
            Ok(result)
        }
    }

    /// Max pooling one dimension after the other: for dilated windows and for integers.
    fn max_pool_by_axes(&mut self, input: &Tensor, window: &PoolWindow) -> Result<Tensor> {
        let first = input.rank() - window.kernel.len();
        let windows = self.pool_windows(input, window)?;
        let mut result = *input;
        for (i, windows) in windows.iter().enumerate() {
            result = self.max_of_axis(&result, first + i, windows)?;
        }
        Ok(result)
    }

    fn max_of_axis(
        &mut self,
        input: &Tensor,
        axis: usize,
        windows: &AxisWindows,
    ) -> Result<Tensor> {
        let mut x = self.windowed(input, axis, windows)?;
        if let Some(inside) = &windows.inside {
            let inside = self.with_ones_behind(inside, input.rank() - axis - 1)?;
            x = self.select_where(&inside, &x, lowest(x.dtype))?;
        }
        self.reduce(ReduceOperation::Max, &x, &[axis + 1], false)
    }

    /// Average pooling to given sizes, whatever the input sizes ([torch.nn.functional.adaptive_avg_pool2d] and its siblings).
    ///
    /// [torch.nn.functional.adaptive_avg_pool2d]: https://docs.pytorch.org/docs/2.11/generated/torch.nn.AdaptiveAvgPool2d.html
    ///
    /// # Errors
    /// When the sizes do not fit.
    pub fn adaptive_avg_pool(&mut self, input: &Tensor, output: &[Size]) -> Result<Tensor> {
        let input = &self.computable(input)?;
        self.adaptive_pool(input, output, ReduceOperation::Avg)
    }

    /// Max pooling to given sizes, see [`adaptive_avg_pool`](Self::adaptive_avg_pool).
    ///
    /// # Errors
    /// When the sizes do not fit, or depend on the input in a way that no layer computes.
    pub fn adaptive_max_pool(&mut self, input: &Tensor, output: &[Size]) -> Result<Tensor> {
        self.adaptive_pool(input, output, ReduceOperation::Max)
    }

    fn adaptive_pool(
        &mut self,
        input: &Tensor,
        output: &[Size],
        operation: ReduceOperation,
    ) -> Result<Tensor> {
        let spatial = output.len();
        if input.rank() < spatial + 1 {
            return Err(Error::new(format!(
                "pooling over {spatial} dimensions of a tensor with {}",
                input.rank()
            )));
        }
        let first = input.rank() - spatial;
        let sizes = self.sizes(input)?[first..].to_vec();
        let one = Size::Static(1);
        if output.iter().all(|o| *o == one) {
            return self.reduce(
                operation,
                input,
                &(first..input.rank()).collect::<Vec<_>>(),
                true,
            );
        }
        // Bins of one size are an ordinary pooling.
        let bin = |(n, o): (&Size, &Size)| match (n, o) {
            (n, o) if n == o => Some(1),
            (Size::Static(n), Size::Static(o)) if *o > 0 && n % o == 0 => Some(n / o),
            _ => None,
        };
        if let Some(kernel) = sizes
            .iter()
            .zip(output)
            .map(bin)
            .collect::<Option<Vec<i64>>>()
        {
            if kernel.iter().all(|k| *k == 1) {
                return Ok(*input);
            }
            let window = PoolWindow::new(spatial, &kernel, &[], &[0], &[1], false)?;
            return match operation {
                ReduceOperation::Max => self.max_pool(input, &window),
                _ => self.avg_pool(input, &window, true, None),
            };
        }
        if self.may_use_plugins()
            && input.dtype.is_float()
            && let Some(bins) = sizes.iter().zip(output).map(fixed_bins).collect()
        {
            return self.pool_uneven_bins(input, bins, operation);
        }
        let mut result = *input;
        for (i, (n, bins)) in sizes.iter().zip(output).enumerate() {
            let axis = first + i;
            result = match (operation, n, bins) {
                _ if *bins == one => self.reduce(operation, &result, &[axis], true)?,
                _ if n == bins => result,
                (ReduceOperation::Max, Size::Static(n), Size::Static(bins)) => {
                    self.max_of_bins(&result, axis, *n, *bins)?
                }
                (ReduceOperation::Max, n, Size::Static(bins)) => {
                    let windows = self.adaptive_windows(n, *bins)?;
                    self.max_of_axis(&result, axis, &windows)?
                }
                (ReduceOperation::Avg, n, Size::Static(bins)) => {
                    self.mean_of_bins(&result, axis, n, *bins)?
                }
                (_, n, bins) => {
                    return Err(Error::new(format!(
                        "adaptive pooling of a size {n} to {bins}: export with fixed sizes"
                    )));
                }
            };
        }
        Ok(result)
    }

    /// By a plugin: each axis to a number of bins, 0 for as many as there are elements.
    fn pool_uneven_bins(
        &mut self,
        input: &Tensor,
        bins: Vec<i64>,
        operation: ReduceOperation,
    ) -> Result<Tensor> {
        let fields = Fields::new()
            .with("output_size", bins)
            .with("pooling_type", operation == ReduceOperation::Avg);
        let [pooled] = self.add_plugin::<AdaptivePool, _>(&fields, &[*input])?;
        Ok(pooled)
    }

    fn max_of_bins(&mut self, input: &Tensor, axis: usize, n: i64, bins: i64) -> Result<Tensor> {
        let mut parts = Vec::with_capacity(bins as usize);
        for bin in 0..bins {
            let (start, end) = bin_bounds(bin, n, bins);
            let part = self.slice_axis(
                input,
                axis,
                &Size::Static(start),
                &Size::Static(end - start),
                1,
            )?;
            parts.push(self.reduce(ReduceOperation::Max, &part, &[axis], true)?);
        }
        self.concat(&parts, axis)
    }

    /// Means over bins as a product with the matrix that averages each bin.
    fn mean_of_bins(&mut self, input: &Tensor, axis: usize, n: &Size, bins: i64) -> Result<Tensor> {
        let matrix = match n {
            Size::Static(n) => {
                let mut matrix = vec![0.0; (n * bins) as usize];
                for bin in 0..bins {
                    let (start, end) = bin_bounds(bin, *n, bins);
                    (start..end).for_each(|i| {
                        matrix[(i * bins + bin) as usize] = 1.0 / (end - start) as f64
                    });
                }
                self.numbers_constant(&matrix, &[*n, bins], input.dtype)?
            }
            dynamic => self.bin_matrix(dynamic, bins, input.dtype)?,
        };
        self.product_along(input, axis, &matrix)
    }

    /// The averaging matrix for a size that is known only while the engine runs: element `[i, b]` is 1 / size of bin `b` if it
    /// holds `i`, that is `b * n // bins <= i` and `i * bins < (b + 1) * n`.
    fn bin_matrix(&mut self, n: &Size, bins: i64, dtype: DataType) -> Result<Tensor> {
        use ElementWiseOperation as Op;
        let size = Scalar::Size(n.clone());
        let i = self.arange(&Size::Static(0), 1, n)?;
        let i = self.unsqueeze(&i, 1)?;
        let numbers: Vec<f64> = (0..bins).map(|b| b as f64).collect();
        let index = self.index_type();
        let b = self.numbers_constant(&numbers, &[1, bins], index)?;
        let start = self.mul(&b, size.clone())?;
        let start = self.elementwise(Op::FloorDiv, &start, bins)?;
        let next = self.add(&b, 1)?;
        let end = self.mul(&next, size)?;
        let position = self.mul(&i, bins)?;
        let before = self.compare(Op::Less, &i, &start)?;
        let reached = self.not(&before)?;
        let inside = self.compare(Op::Less, &position, &end)?;
        let held = self.elementwise_in(
            DataType::Bool,
            Op::And,
            &[(&reached).into(), (&inside).into()],
        )?;
        let held = self.cast(&held, dtype)?;
        let count = self.reduce(ReduceOperation::Sum, &held, &[0], true)?;
        self.div(&held, &count)
    }
}

/// How many bins an axis is to have, 0 for one for each element.
fn fixed_bins((n, bins): (&Size, &Size)) -> Option<i64> {
    match bins.as_static() {
        None if n == bins => Some(0),
        bins => bins.filter(|bins| *bins > 0),
    }
}

/// First element of a bin and the one after its last, as PyTorch has them.
fn bin_bounds(bin: i64, n: i64, bins: i64) -> (i64, i64) {
    (bin * n / bins, ((bin + 1) * n + bins - 1) / bins)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(k: i64, s: i64, p: i64, ceil: bool, n: i64) -> i64 {
        let window = PoolWindow::new(1, &[k], &[s], &[p], &[1], ceil).unwrap();
        window.count(0, &Size::Static(n)).as_static().unwrap()
    }

    #[test]
    fn windows_are_counted_as_in_pytorch() {
        assert_eq!(count(3, 2, 1, false, 112), 56);
        assert_eq!(count(3, 2, 0, true, 112), 56);
        assert_eq!(count(2, 2, 0, true, 7), 4);
        // The third window would begin at 4, in the padding after an input of 3.
        assert_eq!(count(2, 2, 1, true, 3), 2);
        // One that begins on the last element stays.
        assert_eq!(count(2, 3, 0, true, 4), 2);
        assert_eq!(count(1, 3, 0, true, 3), 1);
    }

    #[test]
    fn bins_overlap_as_in_pytorch() {
        let bounds: Vec<_> = (0..3).map(|b| bin_bounds(b, 7, 3)).collect();
        assert_eq!(bounds, [(0, 3), (2, 5), (4, 7)]);
    }
}
