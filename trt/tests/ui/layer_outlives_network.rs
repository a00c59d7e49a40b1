//! A layer must not outlive its network.

use trt::{ActivationType, Builder, DataType, Library, NetworkOptions};

fn main() {
    let builder = Builder::new(&Library::load().unwrap()).unwrap();
    let layer = {
        let network = builder.network(NetworkOptions::strongly_typed()).unwrap();
        let tensor = network.add_input("x", DataType::Float, &[1]).unwrap();
        network.add_activation(tensor, ActivationType::Relu).unwrap()
    };
    layer.name();
}
