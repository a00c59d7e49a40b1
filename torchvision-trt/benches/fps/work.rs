//! What a network has to compute and to move at the least.

use serde::{Deserialize, Serialize};
use trt::{Layer, MatrixOperation, Network, Result, TypedLayer};

use super::limits::Limits;
use super::setting::Precision;

/// Counts of a network, of one run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Work {
    /// Layers before TensorRT fuses them.
    pub(super) layers: usize,
    /// Multiplications and additions of convolutions, matrix products and attention; nothing else counts.
    pub(super) flops: f64,
    /// Constants and kernels.
    pub(super) weights: f64,
    /// Bytes of inputs and outputs.
    pub(super) io_bytes: f64,
}

/// Counts a network of fixed shapes.
///
/// # Errors
/// TensorRT's refusal to tell.
pub(super) fn count(network: &Network<'_>) -> Result<Work> {
    let mut work = Work {
        layers: network.num_layers(),
        ..Work::default()
    };
    for tensor in network.inputs().chain(network.outputs()) {
        let bytes = tensor
            .dims()?
            .volume()
            .and_then(|volume| tensor.dtype().ok()?.bytes_for(volume));
        work.io_bytes += bytes.unwrap_or(0) as f64;
    }
    for layer in network.layers() {
        match layer.typed() {
            TypedLayer::Convolution(convolution) => {
                let outputs = volume(&layer, None)?;
                let channels = dims(&layer, 0)?.get(1).copied().unwrap_or(1) as f64;
                let size = convolution.kernel_size()?.volume().unwrap_or(1) as f64;
                let groups = convolution.num_groups()? as f64;
                work.flops += 2.0 * outputs * channels / groups * size;
                work.weights += convolution.kernel()?.len() as f64;
            }
            TypedLayer::Deconvolution(convolution) => {
                let inputs = volume(&layer, Some(0))?;
                let channels = convolution.num_output_maps()? as f64;
                let size = convolution.kernel_size()?.volume().unwrap_or(1) as f64;
                let groups = convolution.num_groups()? as f64;
                work.flops += 2.0 * inputs * channels / groups * size;
                work.weights += convolution.kernel()?.len() as f64;
            }
            TypedLayer::MatrixMultiply(product) => {
                let factor = dims(&layer, 0)?;
                let back = match product.operation0()? {
                    MatrixOperation::Transpose => 2,
                    _ => 1,
                };
                let shared = factor
                    .len()
                    .checked_sub(back)
                    .map_or(1, |axis| factor[axis]);
                work.flops += 2.0 * volume(&layer, None)? * shared as f64;
            }
            TypedLayer::AttentionInput(_) => {
                // Two products: scores, and their use.
                let keys = dims(&layer, 1)?;
                let keys = keys.len().checked_sub(2).map_or(1, |axis| keys[axis]);
                work.flops += 4.0 * volume(&layer, Some(0))? * keys as f64;
            }
            TypedLayer::Constant(constant) => work.weights += constant.weights()?.len() as f64,
            _ => {}
        }
    }
    Ok(work)
}

/// The shape of an input of a layer.
fn dims(layer: &Layer<'_>, input: usize) -> Result<Vec<i64>> {
    layer
        .input(input)
        .map_or(Ok(Vec::new()), |tensor| Ok(tensor.dims()?.to_vec()))
}

/// Elements of an input of a layer, or of its first output.
fn volume(layer: &Layer<'_>, input: Option<usize>) -> Result<f64> {
    let tensor = match input {
        Some(input) => layer.input(input),
        None => Some(layer.output(0)),
    };
    let volume = tensor.map(|tensor| tensor.dims()).transpose()?;
    Ok(volume.and_then(|dims| dims.volume()).unwrap_or(0) as f64)
}

/// Milliseconds that a run takes at the least, by what limits it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Roofline {
    /// The operations, at the rate of a large matrix product.
    pub(super) compute_ms: f64,
    /// Weights, inputs and outputs, each once, at the rate of a large copy.
    pub(super) memory_ms: f64,
    /// Kernels, at what one costs in a CUDA graph.
    pub(super) launch_ms: f64,
}

impl Roofline {
    pub(super) fn new(
        work: &Work,
        precision: Precision,
        launches: usize,
        limits: &Limits,
    ) -> Option<Self> {
        let rate = limits.flops_per_second(precision)?;
        let bytes = work.weights * precision.weight_bytes() + work.io_bytes;
        Some(Self {
            compute_ms: 1e3 * work.flops / rate,
            memory_ms: 1e3 * bytes / limits.bytes_per_second,
            launch_ms: 1e3 * launches as f64 * limits.launch_seconds,
        })
    }

    /// The largest of the three.
    pub(super) fn milliseconds(&self) -> f64 {
        self.compute_ms.max(self.memory_ms).max(self.launch_ms)
    }
}

#[cfg(test)]
mod tests {
    use trt::{Builder, DataType, Library, NetworkOptions, Weights};

    use super::*;

    #[test]
    fn counts_convolutions_and_products() {
        let library = Library::load().expect("tests need TensorRT: run `cargo xtask setup`");
        let builder = Builder::new(&library).unwrap();
        let network = builder.network(NetworkOptions::strongly_typed()).unwrap();
        let x = network
            .add_input("x", DataType::Float, &[2, 4, 8, 8])
            .unwrap();
        let kernel = Weights::from(network.keep(vec![0.5f32; 6 * 2 * 3 * 3]));
        let convolution = network
            .add_convolution(x, 6, &[3, 3], kernel, None)
            .unwrap();
        convolution.set_num_groups(2).unwrap();
        let values = Weights::from(network.keep(vec![0.5f32; 2 * 6 * 5 * 6]));
        let b = network
            .add_constant(&[2, 6, 5, 6], values)
            .unwrap()
            .output(0);
        // Of [2, 6, 6, 6] and the transpose of [2, 6, 5, 6].
        let product = network
            .add_matrix_multiply(
                convolution.output(0),
                MatrixOperation::None,
                b,
                MatrixOperation::Transpose,
            )
            .unwrap();
        network.mark_output(product.output(0)).unwrap();
        let work = count(&network).unwrap();
        let convolved = 2.0 * (2 * 6 * 6 * 6) as f64 * (2 * 9) as f64;
        let multiplied = 2.0 * (2 * 6 * 6 * 5) as f64 * 6.0;
        assert_eq!(work.flops, convolved + multiplied);
        assert_eq!(work.weights, (6 * 2 * 9 + 2 * 6 * 5 * 6) as f64);
        assert_eq!(work.io_bytes, (4 * (2 * 4 * 8 * 8 + 2 * 6 * 6 * 5)) as f64);
        assert_eq!(work.layers, 3);
    }

    #[test]
    fn the_largest_time_limits() {
        let limits = Limits {
            matmul: [(Precision::Fp16, 1e12)].into(),
            bytes_per_second: 1e9,
            launch_seconds: 1e-6,
        };
        let work = Work {
            flops: 2e9,
            weights: 5e5,
            io_bytes: 5e5,
            ..Work::default()
        };
        let roofline = Roofline::new(&work, Precision::Fp16, 100, &limits).unwrap();
        assert_eq!(roofline.compute_ms, 2.0);
        assert_eq!(roofline.memory_ms, 1.5);
        assert!((roofline.launch_ms - 0.1).abs() < 1e-12);
        assert_eq!(roofline.milliseconds(), 2.0);
        assert!(Roofline::new(&work, Precision::Bf16, 1, &limits).is_none());
    }
}
