//! Normalizations ([torch.nn.functional](https://docs.pytorch.org/docs/2.11/nn.functional.html#normalization-functions)).

use trt::{DataType, ElementWiseOperation, ReduceOperation, UnaryOperation};

use crate::convert::{Context, Error, Result, Size, Tensor, converter};

/// Normalization by running statistics, or by those of the batch in training mode.
#[converter(
    "aten.batch_norm.default", "aten.native_batch_norm.default", "aten._native_batch_norm_legit.default",
    "aten._native_batch_norm_legit_no_training.default", "aten._native_batch_norm_legit.no_stats", "aten._native_batch_norm_legit_functional.default",
    "aten.cudnn_batch_norm.default", "aten._batch_norm_no_update.default",
    "torch.nn.BatchNorm1d.forward", "torch.nn.BatchNorm2d.forward", "torch.nn.BatchNorm3d.forward",
    "torch.batch_norm", "torch.nn.functional.batch_norm", crate = crate
)]
#[expect(clippy::too_many_arguments, reason = "they are PyTorch's")]
fn batch_norm(
    ctx: &mut Context,
    input: &Tensor,
    weight: Option<&Tensor>,
    bias: Option<&Tensor>,
    running_mean: Option<&Tensor>,
    running_var: Option<&Tensor>,
    #[default(false)] training: bool,
    #[default(1e-5)] eps: f64,
) -> Result<Tensor> {
    let (Some(mean), Some(var), false) = (running_mean, running_var, training) else {
        return normalize_by_batch(ctx, input, weight, bias, eps);
    };
    let constants = [Some(mean), Some(var), weight, bias].map(|t| t.map(|t| ctx.numbers(t)));
    if let [
        Some(Some(mean)),
        Some(Some(var)),
        weight @ (None | Some(Some(_))),
        bias @ (None | Some(Some(_))),
    ] = constants
    {
        let (weight, bias) = (weight.flatten(), bias.flatten());
        let scale: Vec<f64> = (0..var.len())
            .map(|c| weight.as_ref().map_or(1.0, |w| w[c]) / (var[c] + eps).sqrt())
            .collect();
        let shift: Vec<f64> = (0..var.len())
            .map(|c| bias.as_ref().map_or(0.0, |b| b[c]) - mean[c] * scale[c])
            .collect();
        return ctx.channel_scale(input, &scale, &shift);
    }
    // Statistics that are computed while the engine runs.
    let wide = ctx.cast(input, DataType::Float)?;
    let mean = ctx.along_channels(mean, input.rank())?;
    let var = ctx.along_channels(var, input.rank())?;
    let centred = ctx.sub(&wide, &mean)?;
    let var = ctx.add(&var, eps)?;
    let deviation = ctx.unary(UnaryOperation::Sqrt, &var)?;
    let result = ctx.div(&centred, &deviation)?;
    let result = affine(ctx, &result, weight, bias)?;
    ctx.cast(&result, input.dtype())
}

fn normalize_by_batch(
    ctx: &mut Context,
    input: &Tensor,
    weight: Option<&Tensor>,
    bias: Option<&Tensor>,
    eps: f64,
) -> Result<Tensor> {
    let axes: Vec<usize> = (0..input.rank()).filter(|a| *a != 1).collect();
    let normal = ctx.normalize(input, &axes, None, None, eps)?;
    affine(ctx, &normal, weight, bias)
}

/// `x * weight + bias` along the channels, in the dtype of `x`.
fn affine(
    ctx: &mut Context,
    x: &Tensor,
    weight: Option<&Tensor>,
    bias: Option<&Tensor>,
) -> Result<Tensor> {
    let mut result = *x;
    if let Some(weight) = weight {
        let weight = ctx.cast(weight, x.dtype())?;
        let weight = ctx.along_channels(&weight, x.rank())?;
        result = ctx.mul(&result, &weight)?;
    }
    if let Some(bias) = bias {
        let bias = ctx.cast(bias, x.dtype())?;
        let bias = ctx.along_channels(&bias, x.rank())?;
        result = ctx.add(&result, &bias)?;
    }
    Ok(result)
}

/// Normalization over the last dimensions.
#[converter("aten.layer_norm.default", "torch.nn.LayerNorm.forward", "torch.layer_norm", "torch.nn.functional.layer_norm", crate = crate)]
fn layer_norm(
    ctx: &mut Context,
    input: &Tensor,
    normalized_shape: Vec<Size>,
    weight: Option<&Tensor>,
    bias: Option<&Tensor>,
    #[default(1e-5)] eps: f64,
) -> Result<Tensor> {
    let axes: Vec<usize> =
        (input.rank() - normalized_shape.len().min(input.rank())..input.rank()).collect();
    ctx.normalize(input, &axes, weight, bias, eps)
}

/// Normalization over the last dimensions, as core ATen has it: with mean and inverse deviation.
#[converter("aten.native_layer_norm.default", crate = crate)]
fn native_layer_norm(
    ctx: &mut Context,
    input: &Tensor,
    normalized_shape: Vec<Size>,
    weight: Option<&Tensor>,
    bias: Option<&Tensor>,
    eps: f64,
) -> Result<Vec<Tensor>> {
    let first = input.rank() - normalized_shape.len().min(input.rank());
    let mut outputs = vec![layer_norm(ctx, input, normalized_shape, weight, bias, eps)?];
    if reads_statistics(ctx) {
        let axes: Vec<usize> = (first..input.rank()).collect();
        outputs.extend(statistics(ctx, input, &axes, eps)?);
    }
    Ok(outputs)
}

fn reads_statistics(ctx: &Context) -> bool {
    ctx.call().reads_output(1) || ctx.call().reads_output(2)
}

/// Mean and inverse deviation over axes, which stay with a size of 1.
fn statistics(ctx: &mut Context, x: &Tensor, axes: &[usize], eps: f64) -> Result<[Tensor; 2]> {
    let wide = ctx.cast(x, DataType::Float)?;
    let (variance, mean) = ctx.variance(&wide, axes, 0.0, true)?;
    let variance = ctx.add(&variance, eps)?;
    let deviation = ctx.unary(UnaryOperation::Sqrt, &variance)?;
    let inverse = ctx.unary(UnaryOperation::Recip, &deviation)?;
    Ok([ctx.cast(&mean, x.dtype())?, ctx.cast(&inverse, x.dtype())?])
}

/// Division by the root of the mean square over the last dimensions.
#[converter("aten.rms_norm.default", "torch.nn.RMSNorm.forward", "torch.rms_norm", "torch.nn.functional.rms_norm", crate = crate)]
fn rms_norm(
    ctx: &mut Context,
    input: &Tensor,
    normalized_shape: Vec<Size>,
    weight: Option<&Tensor>,
    eps: Option<f64>,
) -> Result<Tensor> {
    let axes: Vec<usize> =
        (input.rank() - normalized_shape.len().min(input.rank())..input.rank()).collect();
    let eps = eps.unwrap_or(match input.dtype() {
        DataType::Half => 2f64.powi(-10),
        DataType::BFloat16 => 2f64.powi(-7),
        _ => f64::from(f32::EPSILON),
    });
    let wide = ctx.cast(input, DataType::Float)?;
    let squares = ctx.mul(&wide, &wide)?;
    let mean = ctx.reduce(trt::ReduceOperation::Avg, &squares, &axes, true)?;
    let mean = ctx.add(&mean, eps)?;
    let root = ctx.unary(UnaryOperation::Sqrt, &mean)?;
    let mut result = ctx.div(&wide, &root)?;
    if let Some(weight) = weight {
        result = ctx.mul(&result, weight)?;
    }
    ctx.cast(&result, input.dtype())
}

/// Normalization over groups of channels.
#[converter("aten.group_norm.default", "torch.nn.GroupNorm.forward", "torch.group_norm", "torch.nn.functional.group_norm", crate = crate)]
fn group_norm(
    ctx: &mut Context,
    input: &Tensor,
    num_groups: i64,
    weight: Option<&Tensor>,
    bias: Option<&Tensor>,
    #[default(1e-5)] eps: f64,
) -> Result<Tensor> {
    let sizes = ctx.sizes(input)?;
    let tall = grouped(ctx, input, num_groups)?;
    let normal = ctx.normalize(&tall, &[2, 3], None, None, eps)?;
    let normal = ctx.reshape(&normal, &sizes)?;
    affine(ctx, &normal, weight, bias)
}

/// `[N, groups, channels in a group, …]`: a group's elements are the axes from 2 on.
fn grouped(ctx: &mut Context, input: &Tensor, groups: i64) -> Result<Tensor> {
    let sizes = ctx.sizes(input)?;
    let Some(channels) = sizes
        .get(1)
        .and_then(Size::as_static)
        .filter(|c| groups > 0 && c % groups == 0)
    else {
        return Err(Error::new(format!(
            "{groups} groups of the channels of a tensor with {} dimensions",
            input.rank()
        )));
    };
    let mut grouped = vec![
        sizes[0].clone(),
        Size::Static(groups),
        Size::Static(channels / groups),
    ];
    grouped.push(Size::product(&sizes[2..]));
    ctx.reshape(input, &grouped)
}

/// Normalization over groups of channels, as core ATen has it: with mean and inverse deviation.
#[converter("aten.native_group_norm.default", crate = crate)]
fn native_group_norm(
    ctx: &mut Context,
    input: &Tensor,
    weight: Option<&Tensor>,
    bias: Option<&Tensor>,
    group: i64,
    eps: f64,
) -> Result<Vec<Tensor>> {
    let mut outputs = vec![group_norm(ctx, input, group, weight, bias, eps)?];
    if reads_statistics(ctx) {
        let tall = grouped(ctx, input, group)?;
        for statistic in statistics(ctx, &tall, &[2, 3], eps)? {
            outputs.push(ctx.squeeze(&statistic, &[2, 3])?);
        }
    }
    Ok(outputs)
}

/// Normalization of each channel of each item, or by running statistics.
#[converter(
    "aten.instance_norm.default", "torch.nn.InstanceNorm1d.forward", "torch.nn.InstanceNorm2d.forward",
    "torch.nn.InstanceNorm3d.forward", "torch.instance_norm", "torch.nn.functional.instance_norm", crate = crate
)]
#[expect(clippy::too_many_arguments, reason = "they are PyTorch's")]
fn instance_norm(
    ctx: &mut Context,
    input: &Tensor,
    weight: Option<&Tensor>,
    bias: Option<&Tensor>,
    running_mean: Option<&Tensor>,
    running_var: Option<&Tensor>,
    #[default(true)] use_input_stats: bool,
    #[default(1e-5)] eps: f64,
) -> Result<Tensor> {
    if !use_input_stats {
        return batch_norm(
            ctx,
            input,
            weight,
            bias,
            running_mean,
            running_var,
            false,
            eps,
        );
    }
    let axes: Vec<usize> = (2..input.rank()).collect();
    let normal = ctx.normalize(input, &axes, None, None, eps)?;
    affine(ctx, &normal, weight, bias)
}

/// Each slice along a dimension, scaled down to the norm `maxnorm` where its p-norm is above.
#[converter("aten.renorm.default", "torch.renorm", "torch.Tensor.renorm", crate = crate)]
fn renorm(ctx: &mut Context, input: &Tensor, p: f64, dim: i64, maxnorm: f64) -> Result<Tensor> {
    let kept = input.axis(dim)?;
    let others: Vec<usize> = (0..input.rank()).filter(|axis| *axis != kept).collect();
    let wide = ctx.cast(input, DataType::Float)?;
    let magnitude = ctx.unary(UnaryOperation::Abs, &wide)?;
    let norm = if p == f64::INFINITY {
        ctx.reduce(ReduceOperation::Max, &magnitude, &others, true)?
    } else {
        let powers = ctx.elementwise(ElementWiseOperation::Pow, &magnitude, p)?;
        let sum = ctx.reduce(ReduceOperation::Sum, &powers, &others, true)?;
        ctx.elementwise(ElementWiseOperation::Pow, &sum, 1.0 / p)?
    };
    // PyTorch keeps clear of a division by zero in this way.
    let divisor = ctx.add(&norm, 1e-7)?;
    let factor = ctx.div(maxnorm, &divisor)?;
    let above = ctx.compare(ElementWiseOperation::Greater, &norm, maxnorm)?;
    let factor = ctx.select_where(&above, &factor, 1.0)?;
    let result = ctx.mul(&wide, &factor)?;
    ctx.cast(&result, input.dtype())
}
