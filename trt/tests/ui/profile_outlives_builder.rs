//! An optimization profile must not outlive the builder that it comes from.

use trt::{Builder, Library};

fn main() {
    let builder = Builder::new(&Library::load().unwrap()).unwrap();
    let profile = builder.optimization_profile().unwrap();
    drop(builder);
    profile.is_valid().unwrap();
}
