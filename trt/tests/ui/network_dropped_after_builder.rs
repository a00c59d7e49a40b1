//! Not even to be dropped: the builder's end would come first.

use trt::{Builder, Library, NetworkOptions};

fn main() {
    let library = Library::load().unwrap();
    let _network;
    let builder = Builder::new(&library).unwrap();
    _network = builder.network(NetworkOptions::strongly_typed()).unwrap();
}
