#[path = "../stub/mod.rs"]
mod stub;
use converter_macros::converter;
use stub::{Context, Result, Tensor};

#[converter("aten.add.Tensor", crate = crate::stub)]
fn add(_ctx: &mut Context, input: &Tensor, #[default(1)] scaling: i64) -> Result<Tensor> {
    Ok(*input)
}

fn main() {}
