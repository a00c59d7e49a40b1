//! A config must not outlive the builder that it comes from.

use trt::{Builder, Library};

fn main() {
    let library = Library::load().unwrap();
    let config = {
        let builder = Builder::new(&library).unwrap();
        builder.config().unwrap()
    };
    drop(config);
}
