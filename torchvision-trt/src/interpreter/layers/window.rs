//! Padding and output sizes of layers that slide a window, as documented at
//! [`PaddingMode`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/c-api/namespacenvinfer1.html).

use trt::{Dims, PaddingMode};

use crate::interpreter::error::{Failure, Result};

/// How a window slides along one dimension.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    /// Elements of the input.
    pub(super) input: i64,
    /// Elements from the first to the last that one window covers.
    pub(super) extent: i64,
    /// Elements added before the input.
    pub(super) pre: i64,
    /// Elements added after the input, as the layer asks for.
    pub(super) post: i64,
    /// Number of window positions.
    pub(super) output: i64,
    stride: i64,
}

impl Window {
    /// Elements to add after the input so that exactly `output` windows fit; negative to drop what no window reaches.
    pub(super) fn post_to_fit(&self) -> i64 {
        (self.output - 1) * self.stride + self.extent - self.input - self.pre
    }
}

/// The windows over all spatial dimensions `input`.
pub(super) fn windows(
    input: &[i64],
    extent: &[i64],
    stride: &Dims,
    mode: PaddingMode,
    explicit: (Dims, Dims),
) -> Result<Vec<Window>> {
    if input.len() != extent.len() || stride.len() != extent.len() {
        return Err(Failure::invalid(format!(
            "window has {} dimensions and stride {}, the input has {} spatial ones",
            extent.len(),
            stride.len(),
            input.len()
        )));
    }
    (0..input.len())
        .map(|i| {
            let (input, extent, stride) = (input[i], extent[i], stride[i]);
            let explicit = || -> Result<(i64, i64)> {
                match (explicit.0.get(i), explicit.1.get(i)) {
                    (Some(&pre), Some(&post)) => Ok((pre, post)),
                    _ => Err(Failure::invalid(format!("no padding for spatial dimension {i}"))),
                }
            };
            let (pre, post, output) = match mode {
                PaddingMode::ExplicitRoundDown => {
                    let (pre, post) = explicit()?;
                    (pre, post, (input + pre + post - extent).div_euclid(stride) + 1)
                }
                PaddingMode::ExplicitRoundUp => {
                    let (pre, post) = explicit()?;
                    (pre, post, -(-(input + pre + post - extent)).div_euclid(stride) + 1)
                }
                PaddingMode::SameUpper | PaddingMode::SameLower => {
                    let total = (input - 1).div_euclid(stride) * stride + extent - input;
                    if total < 0 {
                        return Err(Failure::unsupported(format!(
                            "padding mode {mode} with a stride of {stride} beyond the window of {extent}"
                        )));
                    }
                    let (small, large) = (total / 2, total - total / 2);
                    let output = -(-input).div_euclid(stride);
                    match mode {
                        PaddingMode::SameUpper => (small, large, output),
                        _ => (large, small, output),
                    }
                }
            };
            Ok(Window { input, extent, pre, post, output, stride })
        })
        .collect()
}

/// Padding in libtorch's order: last dimension first, before and after in turn.
pub(super) fn torch_padding(pairs: impl DoubleEndedIterator<Item = (i64, i64)>) -> Vec<i64> {
    pairs.rev().flat_map(|(pre, post)| [pre, post]).collect()
}
