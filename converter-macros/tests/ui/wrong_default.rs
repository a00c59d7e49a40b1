#![allow(unused_variables)]
#[path = "../stub/mod.rs"]
mod stub;
use converter_macros::converter;
use stub::{Context, Result, Tensor};

#[converter("aten.softmax.int", crate = crate::stub)]
fn softmax(_ctx: &mut Context, input: &Tensor, #[default("one")] dim: i64) -> Result<Tensor> {
    Ok(*input)
}

fn main() {}
