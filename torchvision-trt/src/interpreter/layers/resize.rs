//! [Resize](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Resize.html), one dimension at a time.

use tch::{Kind, Tensor};
use trt::layers::Resize;
use trt::{InterpolationMode, ResizeCoordinateTransformation, ResizeRoundMode, ResizeSelector};

use crate::interpreter::call::Call;
use crate::interpreter::error::{Failure, Result};
use crate::interpreter::value;

pub(super) fn resize(call: &Call, layer: &Resize<'_>) -> Result<Tensor> {
    let x = call.input(0)?;
    let from = x.size();
    let to = output_size(call, layer, &from)?;
    if to.len() != from.len() {
        return Err(Failure::invalid(format!(
            "output of rank {} for an input of rank {}",
            to.len(),
            from.len()
        )));
    }
    let settings = Settings {
        mode: layer.interpolation_mode()?,
        transformation: layer.coordinate_transformation()?,
        selector: layer.selector_for_single_pixel()?,
        rounding: layer.nearest_rounding()?,
        cubic: layer.cubic_coefficient()?,
        exclude_outside: layer.exclude_outside()?,
    };
    let mut result = x.shallow_clone();
    for (axis, (&from, &to)) in from.iter().zip(&to).enumerate() {
        // At equal lengths each transformation maps an element onto itself.
        if from != to {
            result = settings.resize(&result, axis as i64, from, to)?;
        }
    }
    Ok(result)
}

fn output_size(call: &Call, layer: &Resize<'_>, from: &[i64]) -> Result<Vec<i64>> {
    if let Some(sizes) = call.optional(1) {
        return value::integers(sizes);
    }
    let scales = layer.scales()?;
    if scales.is_empty() {
        return Ok(layer.output_dimensions()?.to_vec());
    }
    let exact: Vec<f64> = from
        .iter()
        .zip(&scales)
        .map(|(&size, &scale)| size as f64 * f64::from(scale))
        .collect();
    if exact.iter().any(|size| size.fract() != 0.0) {
        // Whether coordinates follow the given scale or the ratio of the rounded lengths is not documented.
        return Err(Failure::unsupported(format!(
            "resizing {from:?} by {scales:?}, which gives no whole lengths,"
        )));
    }
    Ok(exact.into_iter().map(|size| size as i64).collect())
}

struct Settings {
    mode: InterpolationMode,
    transformation: ResizeCoordinateTransformation,
    selector: ResizeSelector,
    rounding: ResizeRoundMode,
    cubic: f64,
    exclude_outside: bool,
}

impl Settings {
    fn resize(&self, x: &Tensor, axis: i64, from: i64, to: i64) -> Result<Tensor> {
        if from == 0 {
            return Err(Failure::unsupported("resizing of an empty dimension"));
        }
        let places: Vec<f64> = (0..to).map(|index| self.place(index, from, to)).collect();
        match self.mode {
            InterpolationMode::Nearest => {
                let nearest: Vec<i64> = places
                    .iter()
                    .map(|&place| (self.round(place) as i64).clamp(0, from - 1))
                    .collect();
                Ok(x.f_index_select(axis, &Tensor::f_from_slice(&nearest)?)?)
            }
            InterpolationMode::Linear => taps(
                x,
                axis,
                from,
                &places,
                0..2,
                |t| (1.0 - t.abs()).max(0.0),
                false,
            ),
            InterpolationMode::Cubic => taps(
                x,
                axis,
                from,
                &places,
                -1..3,
                |t| cubic(self.cubic, t),
                self.exclude_outside,
            ),
        }
    }

    /// Where in the input an element of the output lies, in elements. Each formula divides once, so whole results are exact.
    fn place(&self, index: i64, from: i64, to: i64) -> f64 {
        let (index, from, to) = (index as f64, from as f64, to as f64);
        if to == 1.0 && self.selector == ResizeSelector::Upper {
            return 0.0;
        }
        match self.transformation {
            ResizeCoordinateTransformation::AlignCorners if to == 1.0 => 0.0,
            ResizeCoordinateTransformation::AlignCorners => index * (from - 1.0) / (to - 1.0),
            ResizeCoordinateTransformation::Asymmetric => index * from / to,
            ResizeCoordinateTransformation::HalfPixel => {
                ((2.0 * index + 1.0) * from - to) / (2.0 * to)
            }
        }
    }

    fn round(&self, place: f64) -> f64 {
        match self.rounding {
            ResizeRoundMode::HalfUp => (place + 0.5).floor(),
            ResizeRoundMode::HalfDown => (place - 0.5).ceil(),
            ResizeRoundMode::Floor => place.floor(),
            ResizeRoundMode::Ceil => place.ceil(),
        }
    }
}

/// Sums the neighbours `offsets` of each place, weighted by their distance. Beyond the ends the outermost element goes on,
/// or, with `exclude_outside`, the weights inside make up for those outside.
fn taps(
    x: &Tensor,
    axis: i64,
    from: i64,
    places: &[f64],
    offsets: std::ops::Range<i64>,
    weight: impl Fn(f64) -> f64,
    exclude_outside: bool,
) -> Result<Tensor> {
    let inside = |index: i64| (0..from).contains(&index);
    let weight_of = |place: f64, offset: i64| {
        let index = place.floor() as i64 + offset;
        if exclude_outside && !inside(index) {
            0.0
        } else {
            weight(place - index as f64)
        }
    };
    let mut shape = vec![1; x.dim()];
    shape[axis as usize] = places.len() as i64;
    let mut sum: Option<Tensor> = None;
    for offset in offsets.clone() {
        let indices: Vec<i64> = places
            .iter()
            .map(|place| (place.floor() as i64 + offset).clamp(0, from - 1))
            .collect();
        let weights: Vec<f64> = places
            .iter()
            .map(|&place| {
                let total: f64 = offsets.clone().map(|offset| weight_of(place, offset)).sum();
                let weight = weight_of(place, offset);
                if exclude_outside {
                    weight / total
                } else {
                    weight
                }
            })
            .collect();
        let weights = Tensor::f_from_slice(&weights)?
            .f_to_kind(Kind::Float)?
            .f_reshape(&shape)?;
        let term = x
            .f_index_select(axis, &Tensor::f_from_slice(&indices)?)?
            .f_mul(&weights)?;
        sum = Some(match sum {
            Some(sum) => sum.f_add(&term)?,
            None => term,
        });
    }
    sum.ok_or_else(|| Failure::invalid("interpolation without neighbours"))
}

/// Weight of a neighbour at distance `t` in cubic convolution with coefficient `a`.
fn cubic(a: f64, t: f64) -> f64 {
    let t = t.abs();
    if t <= 1.0 {
        ((a + 2.0) * t - (a + 3.0)) * t * t + 1.0
    } else if t < 2.0 {
        ((a * t - 5.0 * a) * t + 8.0 * a) * t - 4.0 * a
    } else {
        0.0
    }
}
