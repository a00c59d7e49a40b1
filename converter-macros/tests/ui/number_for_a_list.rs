#[path = "../stub/mod.rs"]
mod stub;
use converter_macros::converter;
use stub::{Context, Result, Tensor};

#[converter("aten.permute.default", crate = crate::stub)]
fn permute(_ctx: &mut Context, input: &Tensor, dims: i64) -> Result<Tensor> {
    Ok(*input)
}

fn main() {}
