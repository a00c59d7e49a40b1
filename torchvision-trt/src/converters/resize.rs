//! Resizing and sampling ([torch.nn.functional.interpolate](https://docs.pytorch.org/docs/2.11/generated/torch.nn.functional.interpolate.html)).

use trt::{InterpolationMode, ResizeCoordinateTransformation, ResizeRoundMode, ResizeSelector};

use crate::convert::{Context, Error, Filter, Result, Size, Tensor, converter, resamplings};

/// How output coordinates become input coordinates, and what is read there.
struct Rule {
    mode: InterpolationMode,
    transformation: ResizeCoordinateTransformation,
    rounding: ResizeRoundMode,
}

/// Nearest element: the one at or before the coordinate.
#[converter(
    "aten.upsample_nearest1d.default", "aten.upsample_nearest1d.vec", "aten.upsample_nearest2d.default", "aten.upsample_nearest2d.vec",
    "aten.upsample_nearest3d.default", "aten.upsample_nearest3d.vec", crate = crate
)]
fn nearest(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let transformation = ResizeCoordinateTransformation::Asymmetric;
    resize(
        ctx,
        input,
        &Rule {
            mode: InterpolationMode::Nearest,
            transformation,
            rounding: ResizeRoundMode::Floor,
        },
    )
}

/// Nearest element by the centres of elements.
#[converter(
    "aten._upsample_nearest_exact1d.default", "aten._upsample_nearest_exact1d.vec", "aten._upsample_nearest_exact2d.default",
    "aten._upsample_nearest_exact2d.vec", "aten._upsample_nearest_exact3d.default", "aten._upsample_nearest_exact3d.vec", crate = crate
)]
fn nearest_exact(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let transformation = ResizeCoordinateTransformation::HalfPixel;
    // The coordinate (i + 0.5) * scale - 0.5 rounded half up is (i + 0.5) * scale rounded down.
    resize(
        ctx,
        input,
        &Rule {
            mode: InterpolationMode::Nearest,
            transformation,
            rounding: ResizeRoundMode::HalfUp,
        },
    )
}

/// Linear interpolation along each spatial dimension.
#[converter(
    "aten.upsample_linear1d.default", "aten.upsample_linear1d.vec", "aten.upsample_bilinear2d.default", "aten.upsample_bilinear2d.vec",
    "aten.upsample_trilinear3d.default", "aten.upsample_trilinear3d.vec", crate = crate
)]
fn linear(ctx: &mut Context, input: &Tensor, align_corners: bool) -> Result<Tensor> {
    resize(
        ctx,
        input,
        &Rule {
            mode: InterpolationMode::Linear,
            transformation: corners(align_corners),
            rounding: ResizeRoundMode::Floor,
        },
    )
}

/// Cubic interpolation along both spatial dimensions, with PyTorch's coefficient of -0.75.
#[converter("aten.upsample_bicubic2d.default", "aten.upsample_bicubic2d.vec", crate = crate)]
fn cubic(ctx: &mut Context, input: &Tensor, align_corners: bool) -> Result<Tensor> {
    resize(
        ctx,
        input,
        &Rule {
            mode: InterpolationMode::Cubic,
            transformation: corners(align_corners),
            rounding: ResizeRoundMode::Floor,
        },
    )
}

/// Linear interpolation with filters that widen where the result is smaller, so that every element counts.
///
/// Restriction: sizes known at conversion.
#[converter("aten._upsample_bilinear2d_aa.default", "aten._upsample_bilinear2d_aa.vec", crate = crate)]
fn linear_antialiased(ctx: &mut Context, input: &Tensor, align_corners: bool) -> Result<Tensor> {
    antialiased(ctx, input, Filter::Linear, align_corners)
}

/// Cubic interpolation with filters that widen where the result is smaller, with a coefficient of -0.5.
///
/// Restriction: sizes known at conversion.
#[converter("aten._upsample_bicubic2d_aa.default", "aten._upsample_bicubic2d_aa.vec", crate = crate)]
fn cubic_antialiased(ctx: &mut Context, input: &Tensor, align_corners: bool) -> Result<Tensor> {
    antialiased(ctx, input, Filter::Cubic, align_corners)
}

fn antialiased(
    ctx: &mut Context,
    input: &Tensor,
    filter: Filter,
    align_corners: bool,
) -> Result<Tensor> {
    let (own, target) = (ctx.sizes(input)?, ctx.output_sizes(0)?);
    let factors = scales(ctx, 2)?;
    let Some(axes) = resamplings(&own[2..], &target[2..], factors.as_deref()) else {
        return Err(Error::new(
            "antialiased resizing between sizes that are not known at conversion: export with fixed sizes, or leave antialias out",
        ));
    };
    let mut result = ctx.as_float(input)?;
    for (i, axis) in axes.iter().enumerate().filter(|(_, a)| a.from != a.to) {
        let weights = axis.smooth_weights(filter, align_corners);
        result = ctx.mix(&result, 2 + i, &weights, axis.to)?;
    }
    Ok(result)
}

fn corners(align: bool) -> ResizeCoordinateTransformation {
    if align {
        ResizeCoordinateTransformation::AlignCorners
    } else {
        ResizeCoordinateTransformation::HalfPixel
    }
}

/// The scale factors that the caller gave. PyTorch then uses them for coordinates instead of the quotient of the sizes.
fn scales(ctx: &mut Context, spatial: usize) -> Result<Option<Vec<f64>>> {
    let list: Option<Vec<f64>> = optional(ctx, "scale_factors")?;
    if list.is_some() {
        return Ok(list);
    }
    let names: &[&str] = match spatial {
        1 => &["scales"],
        2 => &["scales_h", "scales_w"],
        _ => &["scales_d", "scales_h", "scales_w"],
    };
    names.iter().map(|name| optional(ctx, name)).collect()
}

fn optional<T: crate::convert::FromArgument>(ctx: &mut Context, name: &str) -> Result<Option<T>> {
    ctx.arg(name)
}

fn resize(ctx: &mut Context, input: &Tensor, rule: &Rule) -> Result<Tensor> {
    let spatial = input.rank().saturating_sub(2);
    let target = ctx.output_sizes(0)?;
    let own = ctx.sizes(input)?;
    if own == target {
        return Ok(*input);
    }
    let scales = scales(ctx, spatial)?;
    let aligned = rule.transformation == ResizeCoordinateTransformation::AlignCorners;
    // A factor that does not lead to a whole size shifts coordinates against the quotient of the sizes.
    let exact = |i: usize, scale: f64| match own[2 + i].as_static() {
        Some(n) => (n as f64 * scale).fract() == 0.0,
        None => scale.fract() == 0.0,
    };
    let scales = scales.filter(|s| !aligned && s.iter().enumerate().any(|(i, s)| !exact(i, *s)));
    let x = ctx.as_float(input)?;
    if let Some(result) = resize_by_axes(ctx, &x, rule, &own, &target, scales.as_deref())? {
        return like(ctx, &result, input, rule);
    }
    let raw = ctx.raw(&x)?;
    let layer = ctx.network().add_resize(raw)?;
    layer.set_interpolation_mode(rule.mode)?;
    layer.set_coordinate_transformation(rule.transformation)?;
    layer.set_selector_for_single_pixel(ResizeSelector::Formula)?;
    layer.set_nearest_rounding(rule.rounding)?;
    if rule.mode == InterpolationMode::Cubic {
        layer.set_cubic_coefficient(-0.75)?;
    }
    let known: Option<Vec<i64>> = target.iter().map(Size::as_static).collect();
    match (scales, known) {
        (Some(scales), _) => {
            let all: Vec<f32> = [1.0, 1.0]
                .into_iter()
                .chain(scales.into_iter().map(|s| s as f32))
                .collect();
            layer.set_scales(&all)?;
        }
        (None, Some(sizes)) => layer.set_output_dimensions(&sizes)?,
        (None, None) => {
            let sizes = ctx.size_tensor(&target)?;
            let sizes = ctx.raw(&sizes)?;
            layer.set_input(1, sizes)?;
        }
    }
    let result = ctx.output(&layer)?;
    like(ctx, &result, input, rule)
}

/// Moved elements keep their type.
fn like(ctx: &mut Context, result: &Tensor, input: &Tensor, rule: &Rule) -> Result<Tensor> {
    if rule.mode == InterpolationMode::Nearest {
        ctx.cast(result, input.dtype())
    } else {
        Ok(*result)
    }
}

/// Axis by axis, if the sizes are known and TensorRT's layer would read other elements than PyTorch: with a factor that leads to no
/// whole size, or where PyTorch's single precision tells.
fn resize_by_axes(
    ctx: &mut Context,
    x: &Tensor,
    rule: &Rule,
    own: &[Size],
    target: &[Size],
    factors: Option<&[f64]>,
) -> Result<Option<Tensor>> {
    let Some(axes) = resamplings(&own[2..], &target[2..], factors) else {
        return Ok(None);
    };
    let centred = rule.rounding == ResizeRoundMode::HalfUp;
    let aligned = rule.transformation == ResizeCoordinateTransformation::AlignCorners;
    let nearest = rule.mode == InterpolationMode::Nearest;
    let agrees = axes
        .iter()
        .all(|axis| !nearest || axis.nearest(centred) == axis.nearest_of_layer(centred));
    if factors.is_none() && agrees {
        return Ok(None);
    }
    let mut result = *x;
    for (i, axis) in axes.iter().enumerate().filter(|(_, a)| a.from != a.to) {
        let weights = match rule.mode {
            InterpolationMode::Nearest => {
                result = ctx.pick(&result, 2 + i, &axis.nearest(centred))?;
                continue;
            }
            InterpolationMode::Linear => axis.weights(Filter::Linear, aligned),
            InterpolationMode::Cubic => axis.weights(Filter::Cubic, aligned),
        };
        result = ctx.mix(&result, 2 + i, &weights, axis.to)?;
    }
    Ok(Some(result))
}
