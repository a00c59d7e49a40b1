//! Softmax ([torch.nn.functional.softmax](https://docs.pytorch.org/docs/2.11/generated/torch.nn.functional.softmax.html)).

use crate::convert::{Context, Result, Tensor, converter};

/// Softmax along a dimension, in the dtype that the program gives for the result.
#[converter("aten.softmax.int", "aten._softmax.default", "aten.special_softmax.default", "torch.nn.Softmax.forward", "torch.softmax", "torch.nn.functional.softmax", crate = crate)]
fn softmax(ctx: &mut Context, input: &Tensor, dim: i64) -> Result<Tensor> {
    let dtype = ctx.output_dtype(0)?;
    let input = ctx.cast(input, dtype)?;
    ctx.softmax(&input, input.axis(dim)?)
}

/// Logarithm of the softmax along a dimension.
#[converter("aten.log_softmax.int", "aten._log_softmax.default", "aten.special_log_softmax.default", "torch.nn.LogSoftmax.forward", "torch.log_softmax", "torch.nn.functional.log_softmax", crate = crate)]
fn log_softmax(ctx: &mut Context, input: &Tensor, dim: i64) -> Result<Tensor> {
    let dtype = ctx.output_dtype(0)?;
    let input = ctx.cast(input, dtype)?;
    ctx.log_softmax(&input, input.axis(dim)?)
}
