//! Builds an engine with one ReLU for RTX 30 GPUs, on any host that has TensorRT-RTX: no GPU is needed.
//!
//! ```text
//! cargo run -p trt --example build_relu -- relu.engine
//! ```

use trt::{ActivationType, Builder, ComputeCapability, DataType, Library, NetworkOptions, Product};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: build_relu FILE")?;
    let library = Library::load()?;
    println!("{library} from {}", library.path().display());

    let builder = Builder::new(&library)?;
    let network = builder.network(NetworkOptions::strongly_typed())?;
    let input = network.add_input("input", DataType::Float, &[-1, 3, 224, 224])?;
    let relu = network.add_activation(input, ActivationType::Relu)?;
    relu.set_name("relu")?;
    let output = relu.output(0);
    output.set_name("output")?;
    network.mark_output(output)?;
    println!("output: {} {}", output.dtype()?, output.dims()?);

    let profile = builder.optimization_profile()?;
    profile.set_shape(
        "input",
        &[1, 3, 224, 224],
        &[8, 3, 224, 224],
        &[16, 3, 224, 224],
    )?;
    let config = builder.config()?;
    config.add_profile(&profile)?;
    if library.product() == Product::TensorRtRtx {
        config.set_compute_capabilities(&[ComputeCapability::new(8, 6)])?;
    }
    let plan = builder.build(&network, &config)?;
    plan.save(&path)?;
    println!("{path}: {} bytes", plan.len());
    Ok(())
}
