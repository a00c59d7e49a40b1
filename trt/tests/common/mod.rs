//! A real TensorRT, which `cargo xtask setup` provides; without one these tests fail and say so.

#![allow(dead_code, reason = "each test program uses a part of it")]

pub(crate) mod gpu;

use trt::{
    Builder, ComputeCapability, Config, DataType, Library, Network, NetworkOptions, Plan, Product,
    Result, Tensor,
};

/// A builder of the library at hand.
pub(crate) fn builder() -> Builder {
    let library = Library::load().expect("tests need TensorRT: run `cargo xtask setup`");
    Builder::new(&library).expect("TensorRT-RTX needs no GPU to build")
}

/// A strongly typed network.
pub(crate) fn network(builder: &Builder) -> Network<'_> {
    builder.network(NetworkOptions::strongly_typed()).unwrap()
}

/// A config for one architecture that needs not be there.
pub(crate) fn config(builder: &Builder) -> Config<'_> {
    let config = builder.config().unwrap();
    if builder.library().product() == Product::TensorRtRtx {
        config
            .set_compute_capabilities(&[ComputeCapability::new(8, 6)])
            .unwrap();
    }
    config.set_optimization_level(0).unwrap();
    config
}

/// Builds what `add` adds to a network with an input of the given shape, and marks what it returns.
pub(crate) fn build(
    dtype: DataType,
    dims: &[i64],
    add: impl for<'n> FnOnce(&'n Network<'_>, Tensor<'n>) -> Result<Vec<Tensor<'n>>>,
) -> Result<Plan> {
    let builder = builder();
    let network = network(&builder);
    let input = network.add_input("input", dtype, dims)?;
    for output in add(&network, input)? {
        network.mark_output(output)?;
    }
    builder.build(&network, &config(&builder))
}
