//! A tensor must not outlive its network.

use trt::{Builder, DataType, Library, NetworkOptions};

fn main() {
    let builder = Builder::new(&Library::load().unwrap()).unwrap();
    let network = builder.network(NetworkOptions::strongly_typed()).unwrap();
    let tensor = network.add_input("x", DataType::Float, &[1]).unwrap();
    drop(network);
    tensor.name();
}
