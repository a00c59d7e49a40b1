//! Sampling at the coordinates of a grid ([torch.nn.functional.grid_sample]).
//!
//! [torch.nn.functional.grid_sample]: https://docs.pytorch.org/docs/2.11/generated/torch.nn.functional.grid_sample.html

use plugins_cuda::GridSample;
use trt::plugin::Fields;
use trt::{DataType, InterpolationMode, MatrixOperation, SampleMode, UnaryOperation};

use crate::convert::{Context, Error, Result, Scalar, Size, Tensor, converter};

/// Values of images or volumes at the coordinates of a grid.
///
/// Plugin: GridSample, for volumes, and on TensorRT before 8.5.
///
/// Restriction: without the plugin memory for eight elements of each channel and place in a volume.
#[converter("aten.grid_sampler.default", "aten.grid_sampler_2d.default", "aten.grid_sampler_3d.default", "torch.nn.functional.grid_sample", crate = crate)]
fn grid_sample(
    ctx: &mut Context,
    input: &Tensor,
    grid: &Tensor,
    #[default(0)] interpolation_mode: i64,
    #[default(0)] padding_mode: i64,
    #[default(false)] align_corners: bool,
) -> Result<Tensor> {
    let mode = match interpolation_mode {
        0 => InterpolationMode::Linear,
        1 => InterpolationMode::Nearest,
        2 => InterpolationMode::Cubic,
        other => {
            return Err(Error::new(format!(
                "interpolation_mode {other}: expected 0 (bilinear), 1 (nearest) or 2 (bicubic)"
            )));
        }
    };
    let outside = match padding_mode {
        0 => SampleMode::Fill,
        1 => SampleMode::Clamp,
        2 => SampleMode::Reflect,
        other => {
            return Err(Error::new(format!(
                "padding_mode {other}: expected 0 (zeros), 1 (border) or 2 (reflection)"
            )));
        }
    };
    let plugin = |ctx: &mut Context| {
        let fields = Fields::new()
            .with("mode", interpolation_mode)
            .with("padding_mode", padding_mode)
            .with("align_corners", align_corners);
        let [values] = ctx.add_plugin::<GridSample, _>(&fields, &[*input, *grid])?;
        Ok(values)
    };
    if input.rank() == 5 && mode != InterpolationMode::Cubic {
        return match ctx.may_use_plugins() {
            true => plugin(ctx),
            false => sample_volumes(ctx, input, grid, mode, outside, align_corners),
        };
    }
    let own_type = ctx.cast(grid, input.dtype())?;
    let raws = [ctx.raw(input)?, ctx.raw(&own_type)?];
    let layer = match ctx.network().add_grid_sample(raws[0], raws[1]) {
        Err(trt::Error::Unsupported { .. }) if ctx.may_use_plugins() => return plugin(ctx),
        added => added?,
    };
    layer.set_interpolation_mode(mode)?;
    layer.set_sample_mode(outside)?;
    layer.set_align_corners(align_corners)?;
    ctx.output(&layer)
}

/// TensorRT samples images only; of volumes the elements around each place are gathered.
fn sample_volumes(
    ctx: &mut Context,
    input: &Tensor,
    grid: &Tensor,
    mode: InterpolationMode,
    outside: SampleMode,
    align_corners: bool,
) -> Result<Tensor> {
    let sizes = ctx.sizes(input)?;
    let mut axes = Vec::with_capacity(3);
    for (i, n) in sizes[2..].iter().enumerate() {
        // The grid's coordinates begin with the last dimension.
        let coordinate = ctx.float_column(grid, 2 - i as i64)?;
        let mut place = place(ctx, &coordinate, n, align_corners)?;
        if outside == SampleMode::Reflect {
            place = reflected(ctx, &place, n, align_corners)?;
        }
        if outside != SampleMode::Fill {
            place = ctx.maximum(&place, 0.0)?;
            place = ctx.minimum(&place, Scalar::from(n.plus(-1)))?;
        }
        let taps = match mode {
            InterpolationMode::Nearest => ctx.nearest_taps(&place, n)?,
            _ => ctx.linear_taps(&place, n)?,
        };
        axes.push((n.clone(), taps));
    }
    let rows = ctx.pixel_rows(input)?;
    let image = ctx.arange(&Size::Static(0), 1, &sizes[0])?;
    let ones = vec![Size::Static(1); 3];
    let image = ctx.reshape(&image, &[vec![sizes[0].clone()], ones].concat())?;
    let values = ctx.interpolated(&rows, &image, &axes)?;
    ctx.permute(&values, &[0, 4, 1, 2, 3])
}

/// Coordinates from -1 to 1 as places from the first to the last element: their centres, or their outer borders.
fn place(ctx: &mut Context, coordinate: &Tensor, n: &Size, align_corners: bool) -> Result<Tensor> {
    let from_zero = ctx.add(coordinate, 1.0)?;
    let span = if align_corners { n.plus(-1) } else { n.clone() };
    let doubled = ctx.mul(&from_zero, Scalar::from(span))?;
    let doubled = if align_corners {
        doubled
    } else {
        ctx.sub(&doubled, 1.0)?
    };
    ctx.mul(&doubled, 0.5)
}

/// Places reflected at the centres of the outermost elements, or at the outer borders, until they are between them.
fn reflected(ctx: &mut Context, place: &Tensor, n: &Size, align_corners: bool) -> Result<Tensor> {
    let (low, span) = if align_corners {
        (0.0, n.plus(-1))
    } else {
        (-0.5, n.clone())
    };
    // A single element: whatever the period, the place ends at it when it is clamped.
    let period = Scalar::from(span.times(2).max(1));
    let shifted = ctx.sub(place, low)?;
    let shifted = ctx.unary(UnaryOperation::Abs, &shifted)?;
    let turns = ctx.div(&shifted, period.clone())?;
    let turns = ctx.unary(UnaryOperation::Floor, &turns)?;
    let turned = ctx.mul(&turns, period)?;
    let phase = ctx.sub(&shifted, &turned)?;
    let centred = ctx.sub(&phase, Scalar::from(span.clone()))?;
    let distance = ctx.unary(UnaryOperation::Abs, &centred)?;
    let mirrored = ctx.elementwise(
        trt::ElementWiseOperation::Sub,
        Scalar::from(span),
        &distance,
    )?;
    ctx.add(&mirrored, low)
}

/// The grid of an affine transformation ([torch.nn.functional.affine_grid]).
///
/// Restriction: height, width and depth known at conversion.
///
/// [torch.nn.functional.affine_grid]: https://docs.pytorch.org/docs/2.11/generated/torch.nn.functional.affine_grid.html
#[converter("aten.affine_grid_generator.default", "torch.affine_grid_generator", "torch.nn.functional.affine_grid", crate = crate)]
fn affine_grid(
    ctx: &mut Context,
    theta: &Tensor,
    size: &[Size],
    align_corners: bool,
) -> Result<Tensor> {
    let Some(spatial) = size
        .get(2..)
        .and_then(|s| s.iter().map(Size::as_static).collect::<Option<Vec<i64>>>())
    else {
        return Err(Error::new(
            "the grid's height and width must be known at conversion",
        ));
    };
    // Rows of homogeneous coordinates, the last dimension first.
    let count: i64 = spatial.iter().product();
    let width = spatial.len() + 1;
    let mut points = Vec::with_capacity(count as usize * width);
    for point in 0..count {
        let mut rest = point;
        for n in spatial.iter().rev() {
            points.push(coordinate(rest % n, *n, align_corners));
            rest /= n;
        }
        points.push(1.0);
    }
    let points = ctx.numbers_constant(&points, &[1, count, width as i64], DataType::Float)?;
    let points = ctx.cast(&points, theta.dtype())?;
    let grid = ctx.matrix_product(
        &points,
        MatrixOperation::None,
        theta,
        MatrixOperation::Transpose,
    )?;
    let mut sizes = vec![size[0].clone()];
    sizes.extend(spatial.iter().map(|n| Size::Static(*n)));
    sizes.push(Size::Static(width as i64 - 1));
    ctx.reshape(&grid, &sizes)
}

/// Element `i` of `n` from -1 to 1: its centre, the outermost borders being -1 and 1, or the outermost centres.
fn coordinate(i: i64, n: i64, align_corners: bool) -> f64 {
    match (align_corners, n) {
        (true, 1) => 0.0,
        (true, n) => 2.0 * i as f64 / (n - 1) as f64 - 1.0,
        (false, n) => (2 * i + 1) as f64 / n as f64 - 1.0,
    }
}
