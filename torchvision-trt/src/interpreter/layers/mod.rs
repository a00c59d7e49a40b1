//! What each layer computes, one file for each family.

mod activation;
mod convolution;
mod elementwise;
mod generate;
mod indexing;
mod linear;
mod nms;
mod normalization;
mod pooling;
mod quantize;
mod reduce;
mod resample;
mod resize;
mod shape;
mod window;

use tch::Tensor;
use trt::TypedLayer;

use super::call::Call;
use super::error::{Failure, Result};

/// Computes a layer's outputs, in the types that the computation gives; the caller rounds them to the declared types.
pub(super) fn compute(layer: &TypedLayer<'_>, call: &Call) -> Result<Vec<Tensor>> {
    use TypedLayer as L;
    let output = match layer {
        L::Activation(layer) => activation::activation(call, layer),
        L::Assertion(layer) => return generate::assertion(call, layer).map(|()| Vec::new()),
        L::Cast(_) | L::Identity(_) => call.input(0).map(Tensor::shallow_clone),
        L::Concatenation(layer) => shape::concatenation(call, layer),
        L::Constant(layer) => generate::constant(layer),
        L::Convolution(layer) => convolution::convolution(call, layer),
        L::Cumulative(layer) => reduce::cumulative(call, layer),
        L::Deconvolution(layer) => convolution::deconvolution(call, layer),
        L::Dequantize(layer) => quantize::dequantize(call, layer),
        L::Einsum(layer) => linear::einsum(call, layer),
        L::ElementWise(layer) => elementwise::elementwise(call, layer),
        L::Fill(layer) => generate::fill(call, layer),
        L::Gather(layer) => indexing::gather(call, layer),
        L::GridSample(layer) => resample::grid_sample(call, layer),
        L::MatrixMultiply(layer) => linear::matrix_multiply(call, layer),
        L::Nms(layer) => return nms::nms(call, layer),
        L::NonZero(_) => indexing::non_zero(call),
        L::Normalization(layer) => normalization::normalization(call, layer),
        L::OneHot(layer) => indexing::one_hot(call, layer),
        L::Padding(layer) => shape::padding(call, layer),
        L::ParametricRelu(_) => activation::parametric_relu(call),
        L::Pooling(layer) => pooling::pooling(call, layer),
        L::Quantize(layer) => quantize::quantize(call, layer),
        L::Reduce(layer) => reduce::reduce(call, layer),
        L::Resize(layer) => resize::resize(call, layer),
        L::ReverseSequence(layer) => indexing::reverse_sequence(call, layer),
        L::Scale(layer) => normalization::scale(call, layer),
        L::Scatter(layer) => indexing::scatter(call, layer),
        L::Select(_) => elementwise::select(call),
        L::Shape(_) => shape::shape(call),
        L::Shuffle(layer) => shape::shuffle(call, layer),
        L::Slice(layer) => resample::slice(call, layer),
        L::SoftMax(layer) => reduce::softmax(call, layer),
        L::Squeeze(_) => shape::squeeze(call),
        L::TopK(layer) => return reduce::top_k(call, layer),
        L::Unary(layer) => elementwise::unary(call, layer),
        L::Unsqueeze(_) => shape::unsqueeze(call),
        _ => Err(Failure::unsupported("this kind of layer")),
    };
    output.map(|output| vec![output])
}
