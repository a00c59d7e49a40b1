#![allow(unused_variables)]
#[path = "../stub/mod.rs"]
mod stub;
use converter_macros::converter;
use stub::{Context, Result, Tensor};

#[converter("aten.relu.default", crate = crate::stub)]
fn relu(_ctx: &mut Context, input: &Tensor) -> Result<f32> {
    Ok(0.0)
}

fn main() {}
