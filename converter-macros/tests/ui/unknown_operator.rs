#[path = "../stub/mod.rs"]
mod stub;
use converter_macros::converter;
use stub::{Context, Result, Tensor};

#[converter("aten.hardswihs.default", crate = crate::stub)]
fn hardswish(_ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    Ok(*input)
}

fn main() {}
