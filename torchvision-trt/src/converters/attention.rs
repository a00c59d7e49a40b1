//! Attention.

use trt::{DataType, ElementWiseOperation, MatrixOperation};

use crate::convert::{Context, Result, Size, Tensor, converter};

/// `softmax(query @ keyᵀ * scale + mask) @ value`
/// ([torch.nn.functional.scaled_dot_product_attention](https://docs.pytorch.org/docs/2.11/generated/torch.nn.functional.scaled_dot_product_attention.html)).
///
/// Restriction: no dropout.
#[converter(
    "aten.scaled_dot_product_attention.default", "aten._scaled_dot_product_flash_attention_for_cpu.default",
    "torch.nn.functional.scaled_dot_product_attention", when = without_dropout, crate = crate
)]
#[expect(clippy::too_many_arguments, reason = "they are PyTorch's")]
fn attention(
    ctx: &mut Context,
    query: &Tensor,
    key: &Tensor,
    value: &Tensor,
    attn_mask: Option<&Tensor>,
    #[default(false)] is_causal: bool,
    scale: Option<f64>,
    #[default(false)] enable_gqa: bool,
) -> Result<Tensor> {
    let (key, value) = if enable_gqa {
        (grouped(ctx, query, key)?, grouped(ctx, query, value)?)
    } else {
        (*key, *value)
    };
    let width = ctx.sizes(query)?.last().and_then(Size::as_static);
    let scale = match (scale, width) {
        (Some(scale), _) => scale,
        (None, Some(width)) => 1.0 / (width as f64).sqrt(),
        (None, None) => {
            return Err(crate::convert::Error::new(
                "attention over a width that depends on the input needs a scale",
            ));
        }
    };
    // Half of the scale on each side keeps half-precision products in range, as PyTorch's own does.
    let half_scale = scale.abs().sqrt();
    let query = ctx.mul(query, half_scale.copysign(scale))?;
    let key = ctx.mul(&key, half_scale)?;
    let mut scores = ctx.matrix_product(
        &query,
        MatrixOperation::None,
        &key,
        MatrixOperation::Transpose,
    )?;
    if is_causal {
        let visible = ctx.diagonal_mask(&scores, 0, true)?;
        scores = ctx.select_where(&visible, &scores, hidden(&scores))?;
    }
    let mut visible = None;
    if let Some(mask) = attn_mask {
        if mask.dtype() != DataType::Bool {
            scores = ctx.add(&scores, mask)?;
        }
        if mask.dtype() == DataType::Bool || may_hide_all(ctx, mask) {
            let mask = if mask.dtype() == DataType::Bool {
                *mask
            } else {
                ctx.compare(ElementWiseOperation::Greater, mask, f64::NEG_INFINITY)?
            };
            scores = ctx.select_where(&mask, &scores, hidden(&scores))?;
            visible = Some(mask);
        }
    }
    let mut weights = ctx.softmax(&scores, scores.axis(-1)?)?;
    // Where a query sees no key at all, PyTorch gives zeros.
    if let (Some(visible), Some(mask)) = (visible, attn_mask)
        && may_hide_all(ctx, mask)
    {
        weights = ctx.select_where(&visible, &weights, 0.0)?;
    }
    ctx.matmul(&weights, &value)
}

/// Attention as programs exported on a GPU have it in core ATen.
///
/// Restriction: no dropout; its other outputs, made for gradients, must not be used.
#[converter(
    "aten._scaled_dot_product_efficient_attention.default", when = without_dropout, crate = crate
)]
fn efficient_attention(
    ctx: &mut Context,
    query: &Tensor,
    key: &Tensor,
    value: &Tensor,
    attn_bias: Option<&Tensor>,
    #[default(false)] is_causal: bool,
    scale: Option<f64>,
) -> Result<Tensor> {
    attention(ctx, query, key, value, attn_bias, is_causal, scale, false)
}

/// The score of a key that must not be seen: finite, so that a row of them stays without NaN.
fn hidden(scores: &Tensor) -> f64 {
    if scores.dtype() == DataType::Half {
        -65504.0
    } else {
        f64::from(f32::MIN)
    }
}

/// False if a mask is known, and leaves each query a key to see.
fn may_hide_all(ctx: &Context, mask: &Tensor) -> bool {
    let keys = ctx.dims(mask).ok().and_then(|dims| dims.last().copied());
    let (Some(numbers), Some(keys)) = (ctx.numbers(mask), keys.filter(|k| *k > 0)) else {
        return true;
    };
    let hides = |x: &f64| {
        if mask.dtype() == DataType::Bool {
            *x == 0.0
        } else {
            *x == f64::NEG_INFINITY
        }
    };
    numbers
        .chunks(keys as usize)
        .any(|row| row.iter().all(hides))
}

/// Heads of keys and values repeated to those of the query.
fn grouped(ctx: &mut Context, query: &Tensor, tensor: &Tensor) -> Result<Tensor> {
    let axis = tensor.axis(-3)?;
    let (heads, mut sizes) = (
        ctx.sizes(query)?[query.axis(-3)?].as_static(),
        ctx.sizes(tensor)?,
    );
    let (Some(heads), Some(own)) = (heads, sizes[axis].as_static()) else {
        return Ok(*tensor);
    };
    if heads == own || own == 0 {
        return Ok(*tensor);
    }
    let column = ctx.unsqueeze(tensor, axis + 1)?;
    let mut wide = sizes.clone();
    wide.insert(axis + 1, Size::Static(heads / own));
    let wide = ctx.expand(&column, &wide)?;
    sizes[axis] = Size::Static(heads);
    ctx.reshape(&wide, &sizes)
}

fn without_dropout(call: &crate::convert::Call) -> std::result::Result<(), String> {
    match call.arg("dropout_p") {
        Some(crate::graph::Argument::Float(p)) if *p != 0.0 => Err(format!(
            "it drops out {p} of the weights: call model.eval() before torch.export.export"
        )),
        _ => Ok(()),
    }
}
