//! A network must not outlive the builder that it comes from.

use trt::{Builder, Library, NetworkOptions};

fn main() {
    let library = Library::load().unwrap();
    let network;
    {
        let builder = Builder::new(&library).unwrap();
        network = builder.network(NetworkOptions::strongly_typed()).unwrap();
    }
    drop(network);
}
