#[path = "../stub/mod.rs"]
mod stub;
use converter_macros::converter;
use stub::{Context, Result, Tensor};

#[converter("aten.cat.default", crate = crate::stub)]
fn cat(_ctx: &mut Context, #[name("tensors")] input: &Tensor) -> Result<Tensor> {
    Ok(*input)
}

fn main() {}
