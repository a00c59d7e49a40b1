#[path = "../stub/mod.rs"]
mod stub;
use converter_macros::converter;
use stub::{Context, Result, Tensor};

#[converter("relu", "aten.relu", crate = crate::stub)]
async fn relu(_ctx: &mut Context, (a, _b): (i64, i64)) -> i64 {
    a
}

fn main() {
    let _: Option<Result<Tensor>> = None;
}
