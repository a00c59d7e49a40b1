//! A function cannot sneak in weights that live shorter than the network.

use trt::{Network, Weights};

fn sneak<'short, 'long: 'short>(network: &'short Network<'long>, values: &'short [f32]) {
    network.add_constant(&[4], Weights::from(values)).unwrap();
}

fn main() {}
