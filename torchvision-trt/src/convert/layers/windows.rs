//! Windows over tensors by index: which elements each one holds.

use trt::{DataType, ElementWiseOperation, ReduceOperation};

use crate::convert::tensor::{Scalar, Size, Tensor};
use crate::convert::{Context, Result};

/// As many dimensions may a gather layer's output have, by TensorRT 10.6.
const MAX_GATHERED: usize = 7;

/// Windows along one axis, as tensors of `[windows, elements]`.
#[derive(Clone, Copy, Debug)]
pub struct AxisWindows {
    /// Index of each element, never outside of the axis.
    pub places: Tensor,
    /// Where an element is one of the window, not of the padding or beyond the window's end; `None` if all are.
    pub inside: Option<Tensor>,
}

impl<'n, 'w> Context<'n, 'w> {
    /// `count` windows of `kernel` elements, which stand `dilation` apart; the first begins `padding` before the axis of size `n`,
    /// each other `stride` after the one before.
    ///
    /// # Errors
    /// When TensorRT refuses a layer.
    pub fn sliding_windows(
        &mut self,
        n: &Size,
        count: &Size,
        [kernel, stride, padding, dilation]: [i64; 4],
    ) -> Result<AxisWindows> {
        let starts = self.arange(&Size::Static(-padding), stride, count)?;
        let starts = self.unsqueeze(&starts, 1)?;
        let steps = self.arange(&Size::Static(0), dilation, &Size::Static(kernel))?;
        let places = self.add(&starts, &steps)?;
        let last = match (n, count) {
            (Size::Static(n), Size::Static(count)) => {
                Some((count - 1) * stride - padding + (kernel - 1) * dilation < *n)
            }
            _ => None,
        };
        if padding == 0 && last == Some(true) {
            return Ok(AxisWindows {
                places,
                inside: None,
            });
        }
        let before = self.compare(ElementWiseOperation::Less, &places, 0)?;
        let beyond = self.compare(
            ElementWiseOperation::Greater,
            &places,
            Scalar::from(n.plus(-1)),
        )?;
        let outside = self.either(&before, &beyond)?;
        let inside = Some(self.not(&outside)?);
        let places = self.maximum(&places, 0)?;
        let places = self.minimum(&places, Scalar::from(n.plus(-1)))?;
        Ok(AxisWindows { places, inside })
    }

    /// The windows of adaptive pooling: `bins` over an axis of size `n`, which overlap where it does not divide.
    ///
    /// # Errors
    /// When TensorRT refuses a layer.
    pub fn adaptive_windows(&mut self, n: &Size, bins: i64) -> Result<AxisWindows> {
        let bin = self.arange(&Size::Static(0), 1, &Size::Static(bins))?;
        let bin = self.unsqueeze(&bin, 1)?;
        let start = self.mul(&bin, Scalar::from(n.clone()))?;
        let start = self.elementwise(ElementWiseOperation::FloorDiv, &start, bins)?;
        let next = self.add(&bin, 1)?;
        let end = self.mul(&next, Scalar::from(n.clone()))?;
        let end = self.add(&end, bins - 1)?;
        let end = self.elementwise(ElementWiseOperation::FloorDiv, &end, bins)?;
        // No bin is longer than this.
        let longest = n.plus(bins - 1).floor_div(bins).plus(1);
        let steps = self.arange(&Size::Static(0), 1, &longest)?;
        let places = self.add(&start, &steps)?;
        let inside = Some(self.compare(ElementWiseOperation::Less, &places, &end)?);
        let places = self.minimum(&places, Scalar::from(n.plus(-1)))?;
        Ok(AxisWindows { places, inside })
    }

    /// The elements of windows along an axis, which gives way to two: windows, elements.
    ///
    /// # Errors
    /// When TensorRT refuses the types.
    pub fn windowed(
        &mut self,
        tensor: &Tensor,
        axis: usize,
        windows: &AxisWindows,
    ) -> Result<Tensor> {
        self.gather_slices(tensor, &windows.places, axis)
    }

    /// Maxima over windows along the last axes, and the index of each among all elements of those axes: of the first, where several
    /// are greatest.
    ///
    /// # Errors
    /// When TensorRT refuses the types.
    pub fn max_of_windows(
        &mut self,
        input: &Tensor,
        windows: &[AxisWindows],
    ) -> Result<(Tensor, Tensor)> {
        let first = input.rank() - windows.len();
        if input.rank() + windows.len() > MAX_GATHERED && first > 1 {
            let sizes = self.sizes(input)?;
            let mut merged = vec![Size::product(&sizes[..first])];
            merged.extend_from_slice(&sizes[first..]);
            let input = self.reshape(input, &merged)?;
            let (greatest, indices) = self.max_of_windows(&input, windows)?;
            let mut apart = |tensor: &Tensor| -> Result<Tensor> {
                let mut apart = sizes[..first].to_vec();
                apart.extend_from_slice(&self.sizes(tensor)?[1..]);
                self.reshape(tensor, &apart)
            };
            return Ok((apart(&greatest)?, apart(&indices)?));
        }
        let sizes = self.sizes(input)?[first..].to_vec();
        let mut x = *input;
        let mut index: Option<Tensor> = None;
        let mut inside: Option<Tensor> = None;
        for (i, window) in windows.iter().enumerate() {
            x = self.windowed(&x, first + 2 * i, window)?;
            let places = self.with_ones_behind(&window.places, 2 * (windows.len() - i - 1))?;
            index = Some(match index {
                Some(index) => {
                    let rows = self.mul(&index, Scalar::from(sizes[i].clone()))?;
                    self.add(&rows, &places)?
                }
                None => places,
            });
            if let Some(mask) = &window.inside {
                let mask = self.with_ones_behind(mask, 2 * (windows.len() - i - 1))?;
                inside = Some(match inside {
                    Some(inside) => self.both(&inside, &mask)?,
                    None => mask,
                });
            }
        }
        if let Some(inside) = &inside {
            x = self.select_where(inside, &x, lowest(x.dtype))?;
        }
        let axes: Vec<usize> = (0..windows.len()).map(|i| first + 2 * i + 1).collect();
        let greatest = self.reduce(ReduceOperation::Max, &x, &axes, true)?;
        let mut best = self.compare(ElementWiseOperation::Equal, &x, &greatest)?;
        if let Some(inside) = &inside {
            best = self.both(&best, inside)?;
        }
        let index = index.unwrap_or(x);
        let candidates = self.select_where(&best, &index, i64::from(i32::MAX))?;
        let indices = self.reduce(ReduceOperation::Min, &candidates, &axes, false)?;
        Ok((self.squeeze(&greatest, &axes)?, indices))
    }

    /// Sizes of 1 put behind the others.
    pub(super) fn with_ones_behind(&mut self, tensor: &Tensor, ones: usize) -> Result<Tensor> {
        let mut sizes = self.sizes(tensor)?;
        sizes.extend(vec![Size::Static(1); ones]);
        self.reshape(tensor, &sizes)
    }

    /// Logical or.
    ///
    /// # Errors
    /// When TensorRT refuses the shapes.
    pub fn either(&mut self, a: &Tensor, b: &Tensor) -> Result<Tensor> {
        self.elementwise_in(
            DataType::Bool,
            ElementWiseOperation::Or,
            &[a.into(), b.into()],
        )
    }

    /// Logical and.
    ///
    /// # Errors
    /// When TensorRT refuses the shapes.
    pub fn both(&mut self, a: &Tensor, b: &Tensor) -> Result<Tensor> {
        self.elementwise_in(
            DataType::Bool,
            ElementWiseOperation::And,
            &[a.into(), b.into()],
        )
    }
}

/// What no element of the type is less than.
pub(super) fn lowest(dtype: DataType) -> Scalar {
    if dtype.is_float() {
        Scalar::Float(f64::NEG_INFINITY)
    } else if dtype == DataType::UInt8 {
        Scalar::Int(0)
    } else {
        Scalar::Int(i64::from(i32::MIN))
    }
}
