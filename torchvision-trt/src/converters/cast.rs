//! Conversions of the element type, and operators that change nothing.

use crate::convert::{Context, Result, Tensor, converter};

/// The input in the dtype that the program gives for the result.
#[converter(
    "aten.to.dtype", "aten.to.dtype_layout", "aten.to.device", "aten.to.other", "aten._to_copy.default", "aten.type_as.default",
    "torch.Tensor.to", "torch.Tensor.float", "torch.Tensor.half", "torch.Tensor.int",
    "torch.Tensor.long", "torch.Tensor.bool", "torch.Tensor.type_as", crate = crate
)]
fn to(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let dtype = ctx.output_dtype(0)?;
    if dtype == trt::DataType::Bool {
        // TensorRT cuts a float to an integer first; what is not zero must be true.
        return ctx.truth(input);
    }
    ctx.cast(input, dtype)
}

/// The input in the dtype that the program gives for the result.
#[converter("prims.convert_element_type.default", crate = crate)]
fn convert_element_type(ctx: &mut Context, a: &Tensor) -> Result<Tensor> {
    to(ctx, a)
}

/// The input itself: memory formats and sharing of storage have no meaning in a network.
#[converter(
    "aten.alias.default", "aten.alias_copy.default", "aten.clone.default", "aten.contiguous.default", "aten.detach.default", "aten.detach_copy.default",
    "aten.lift_fresh.default", "aten.lift_fresh_copy.default", "aten.positive.default", "aten.resolve_conj.default", "aten.resolve_neg.default",
    "aten.real.default", "aten.conj.default", "aten.conj_physical.default", "aten._conj_physical.default", "torch.nn.Identity.forward",
    "torch.clone", "torch.Tensor.clone", "torch.Tensor.contiguous", "torch.Tensor.detach", crate = crate
)]
fn identity(_ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    Ok(*input)
}

/// The source in the destination's shape and dtype.
#[converter("aten.copy.default", "torch.Tensor.copy_", crate = crate)]
fn copy(ctx: &mut Context, input: &Tensor, src: &Tensor) -> Result<Tensor> {
    let cast = ctx.cast(src, input.dtype())?;
    let sizes = ctx.sizes(input)?;
    ctx.expand(&cast, &sizes)
}
