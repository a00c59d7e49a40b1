#[path = "../stub/mod.rs"]
mod stub;
use converter_macros::converter;
use stub::{Context, Result, Tensor};

#[converter("aten.relu.default", wen = accepts, crate = crate::stub)]
fn relu(_ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    Ok(*input)
}

fn main() {}
