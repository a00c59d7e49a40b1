//! What the progress callback borrows must live as long as the config may call it.

use trt::{Builder, Library};

fn main() {
    let builder = Builder::new(&Library::load().unwrap()).unwrap();
    let config = builder.config().unwrap();
    {
        let mut steps = 0;
        config
            .set_progress(|_| {
                steps += 1;
                true
            })
            .unwrap();
    }
    drop(config);
}
