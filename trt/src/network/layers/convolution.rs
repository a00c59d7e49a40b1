//! Convolution and transposed convolution.

use super::{add_layer, layer_type};
use crate::network::{Network, Tensor, Weights};
use crate::{Dims, PaddingMode, Result};

layer_type! {
    /// Convolution over the last two or three dimensions, with bias.
    ///
    /// Input 1 and 2, if set with [`Layer::set_input`](crate::network::Layer::set_input), replace kernel and bias.
    /// Follows [`IConvolutionLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Convolution.html).
    Convolution {
        /// Number of output channels.
        num_output_maps, set_num_output_maps: i64 = NB_OUTPUT_MAPS;
        /// Number of groups of channels that are convolved apart.
        num_groups, set_num_groups: i64 = NB_GROUPS;
        /// Kernel, `[out, in / groups, *kernel size]`; the setter copies it.
        kernel, set_kernel: Weights = KERNEL;
        /// Bias, `[out]`, or empty; the setter copies it.
        bias, set_bias: Weights = BIAS;
        /// Size of the kernel in each spatial dimension.
        kernel_size, set_kernel_size: Dims = KERNEL_SIZE;
        /// Step in each spatial dimension.
        stride, set_stride: Dims = STRIDE;
        /// Distance of kernel elements in each spatial dimension.
        dilation, set_dilation: Dims = DILATION;
        /// Zeros on both sides of each spatial dimension.
        padding, set_padding: Dims = PADDING;
        /// Zeros before each spatial dimension.
        pre_padding, set_pre_padding: Dims = PRE_PADDING;
        /// Zeros after each spatial dimension.
        post_padding, set_post_padding: Dims = POST_PADDING;
        /// How the paddings give the output size.
        padding_mode, set_padding_mode: PaddingMode = PADDING_MODE;
    }
}

layer_type! {
    /// Transposed convolution over the last two or three dimensions, with bias.
    ///
    /// Padding cuts the output instead of extending the input.
    /// Follows [`IDeconvolutionLayer`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Deconvolution.html).
    Deconvolution {
        /// Number of output channels.
        num_output_maps, set_num_output_maps: i64 = NB_OUTPUT_MAPS;
        /// Number of groups of channels that are convolved apart.
        num_groups, set_num_groups: i64 = NB_GROUPS;
        /// Kernel, `[in, out / groups, *kernel size]`; the setter copies it.
        kernel, set_kernel: Weights = KERNEL;
        /// Bias, `[out]`, or empty; the setter copies it.
        bias, set_bias: Weights = BIAS;
        /// Size of the kernel in each spatial dimension.
        kernel_size, set_kernel_size: Dims = KERNEL_SIZE;
        /// Step in each spatial dimension.
        stride, set_stride: Dims = STRIDE;
        /// Distance of kernel elements in each spatial dimension.
        dilation, set_dilation: Dims = DILATION;
        /// Elements cut from both sides of each spatial dimension.
        padding, set_padding: Dims = PADDING;
        /// Elements cut before each spatial dimension.
        pre_padding, set_pre_padding: Dims = PRE_PADDING;
        /// Elements cut after each spatial dimension.
        post_padding, set_post_padding: Dims = POST_PADDING;
        /// How the paddings give the output size.
        padding_mode, set_padding_mode: PaddingMode = PADDING_MODE;
    }
}

impl<'a> Network<'a> {
    /// Adds a convolution; stride, padding, dilation and groups are set on the layer.
    ///
    /// Empty `kernel` weights leave the kernel to input 1 of the layer.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_convolution(
        &self,
        input: Tensor<'_>,
        num_output_maps: i64,
        kernel_size: &[i64],
        kernel: Weights<'a>,
        bias: Option<Weights<'a>>,
    ) -> Result<Convolution<'_>> {
        let kernel_size = Dims::new(kernel_size)?.to_raw();
        let bias = bias.unwrap_or(Weights::empty(kernel.dtype())).to_raw()?;
        let kernel = kernel.to_raw()?;
        add_layer!(self.add_convolution(input.raw(), num_output_maps, &kernel_size, kernel, bias) of &[input]).map(Convolution)
    }

    /// Adds a transposed convolution; stride, padding, dilation and groups are set on the layer.
    ///
    /// Empty `kernel` weights leave the kernel to input 1 of the layer.
    ///
    /// # Errors
    /// TensorRT refuses the arguments, a tensor is of another network, or the library has no such layer.
    pub fn add_deconvolution(
        &self,
        input: Tensor<'_>,
        num_output_maps: i64,
        kernel_size: &[i64],
        kernel: Weights<'a>,
        bias: Option<Weights<'a>>,
    ) -> Result<Deconvolution<'_>> {
        let kernel_size = Dims::new(kernel_size)?.to_raw();
        let bias = bias.unwrap_or(Weights::empty(kernel.dtype())).to_raw()?;
        let kernel = kernel.to_raw()?;
        add_layer!(self.add_deconvolution(input.raw(), num_output_maps, &kernel_size, kernel, bias) of &[input]).map(Deconvolution)
    }
}
