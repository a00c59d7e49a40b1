//! Padding ([torch.nn.functional.pad](https://docs.pytorch.org/docs/2.11/generated/torch.nn.functional.pad.html)).

use trt::SampleMode;

use crate::convert::{Context, Error, Result, Scalar, Size, Tensor, converter};

/// Elements added around a tensor, from the last dimension to the first; negative numbers cut off.
#[converter("aten.pad.default", "torch.nn.functional.pad", crate = crate)]
fn pad(
    ctx: &mut Context,
    input: &Tensor,
    pad: &[Size],
    #[default("constant")] mode: &str,
    value: Option<Scalar>,
) -> Result<Tensor> {
    let mode = match mode {
        "constant" => SampleMode::Fill,
        "reflect" => SampleMode::Reflect,
        "replicate" => SampleMode::Clamp,
        "circular" => SampleMode::Wrap,
        other => {
            return Err(Error::new(format!(
                "padding mode {other:?}: expected \"constant\", \"reflect\", \"replicate\" or \"circular\""
            )));
        }
    };
    padded(ctx, input, pad, mode, &value.unwrap_or(Scalar::Int(0)))
}

/// A constant around a tensor.
#[converter(
    "aten.constant_pad_nd.default", "torch.nn.ConstantPad1d.forward", "torch.nn.ConstantPad2d.forward", "torch.nn.ConstantPad3d.forward",
    "torch.nn.ZeroPad1d.forward", "torch.nn.ZeroPad2d.forward", "torch.nn.ZeroPad3d.forward", crate = crate
)]
fn constant_pad(
    ctx: &mut Context,
    input: &Tensor,
    pad: &[Size],
    #[default(Scalar::Int(0))] value: Scalar,
) -> Result<Tensor> {
    padded(ctx, input, pad, SampleMode::Fill, &value)
}

/// Reflections at the border, which is not repeated.
#[converter("aten.reflection_pad1d.default", "aten.reflection_pad2d.default", "aten.reflection_pad3d.default", crate = crate)]
fn reflection_pad(ctx: &mut Context, input: &Tensor, padding: &[Size]) -> Result<Tensor> {
    padded(ctx, input, padding, SampleMode::Reflect, &Scalar::Int(0))
}

/// The border repeated.
#[converter("aten.replication_pad1d.default", "aten.replication_pad2d.default", "aten.replication_pad3d.default", crate = crate)]
fn replication_pad(ctx: &mut Context, input: &Tensor, padding: &[Size]) -> Result<Tensor> {
    padded(ctx, input, padding, SampleMode::Clamp, &Scalar::Int(0))
}

/// The tensor repeated around itself.
#[converter("aten._pad_circular.default", crate = crate)]
fn circular_pad(ctx: &mut Context, input: &Tensor, pad: &[Size]) -> Result<Tensor> {
    padded(ctx, input, pad, SampleMode::Wrap, &Scalar::Int(0))
}

/// `pad` is in pairs from the last dimension on.
fn padded(
    ctx: &mut Context,
    input: &Tensor,
    pad: &[Size],
    mode: SampleMode,
    value: &Scalar,
) -> Result<Tensor> {
    let rank = input.rank();
    if !pad.len().is_multiple_of(2) || pad.len() / 2 > rank {
        return Err(Error::new(format!(
            "{} numbers of padding for a tensor with {rank} dimensions: expected a pair for each of the last ones",
            pad.len()
        )));
    }
    let none = vec![Size::Static(0); rank];
    let (mut before, mut after) = (none.clone(), none);
    for (i, pair) in pad.chunks_exact(2).enumerate() {
        before[rank - 1 - i] = pair[0].clone();
        after[rank - 1 - i] = pair[1].clone();
    }
    if mode == SampleMode::Wrap {
        // What is cut off does not come back on the other side.
        let part = |n: &Size, grows: bool| match n {
            Size::Static(n) if (*n > 0) != grows => Size::Static(0),
            Size::Symbolic(_) if !grows => Size::Static(0),
            n => n.clone(),
        };
        let parts = |grows| {
            let of = |list: &[Size]| list.iter().map(|n| part(n, grows)).collect::<Vec<_>>();
            (of(&before), of(&after))
        };
        let (cut, grown) = (parts(false), parts(true));
        let zero = Scalar::Int(0);
        let kept = ctx.pad_sizes(input, &cut.0, &cut.1, SampleMode::Fill, &zero)?;
        return ctx.pad_sizes(&kept, &grown.0, &grown.1, mode, &zero);
    }
    ctx.pad_sizes(input, &before, &after, mode, value)
}
