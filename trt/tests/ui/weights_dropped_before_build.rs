//! Weights must live until the build is over.

use trt::{Builder, Library, NetworkOptions, Weights};

fn main() {
    let builder = Builder::new(&Library::load().unwrap()).unwrap();
    let network = builder.network(NetworkOptions::strongly_typed()).unwrap();
    {
        let values = vec![1.0f32; 4];
        network.add_constant(&[4], Weights::from(&values)).unwrap();
    }
    let config = builder.config().unwrap();
    builder.build(&network, &config).unwrap();
}
