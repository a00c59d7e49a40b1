#[path = "../stub/mod.rs"]
mod stub;
use converter_macros::converter;
use stub::{Context, Result, Tensor};

#[converter("aten.relu.default", crate = crate::stub)]
struct Relu;

fn main() {
    let _ = (Relu, stub::run("relu"), Tensor);
    let _: Option<Result<Context>> = None;
}
