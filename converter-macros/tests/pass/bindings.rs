#[path = "../stub/mod.rs"]
mod stub;
use converter_macros::converter;
use stub::{Call, Context, Result, Tensor};

fn accepts(_call: &Call) -> std::result::Result<(), String> {
    Ok(())
}

/// Every way to take an argument.
#[converter("torch.nn.ReLU.forward", "torch.relu", "torch.ops.mypkg.relu.default", when = accepts, crate = crate::stub)]
fn relu(
    _ctx: &mut Context,
    input: &Tensor,
    #[name("self")] same: Tensor,
    list: &[Tensor],
    other: Option<&Tensor>,
    dims: Option<&[i64]>,
    #[default(-1)] dim: i64,
    #[default("none")] mode: &str,
    text: Option<&str>,
    // Named like the function.
    relu: Vec<i64>,
) -> Result<Tensor> {
    assert_eq!((*input, list.len(), other, dims.map(<[_]>::len), dim, mode, text, relu.len()), (same, 0, None, Some(0), -1, "none", None, 0));
    Ok(*input)
}

#[converter("mypkg.MyBlock.forward", crate = crate::stub)]
fn my_block(_ctx: &mut Context) -> Result<()> {
    Ok(())
}

/// Only one of the operators has `alpha`; `input` also stands for `self`.
#[converter("aten.add.Tensor", "aten.maximum.default", crate = crate::stub)]
fn add(_ctx: &mut Context, input: &Tensor, #[default(1)] alpha: i64) -> Result<Tensor> {
    assert_eq!(alpha, 1);
    Ok(*input)
}

fn main() {
    stub::run("add").unwrap();
    stub::run("relu").unwrap();
    stub::run("my_block").unwrap();
}
