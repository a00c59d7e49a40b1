//! Tensors made from literals, or from no more than the shape of another tensor.

use super::Call;
use super::array::Array;

pub(super) fn evaluate(operator: &str, call: &Call<'_>) -> Option<Array> {
    let [output] = call.outputs else { return None };
    let fill = |x: f64| Some(Array::from_fn(output.dtype, &output.shape, |_| x));
    let count = output.shape.first().copied().unwrap_or(1);
    match operator {
        "zeros.default" | "zeros_like.default" | "new_zeros.default" => fill(0.0),
        "ones.default" | "ones_like.default" | "new_ones.default" => fill(1.0),
        // Whatever memory holds: zeros are as good.
        "empty.memory_format" | "empty_like.default" | "new_empty.default" | "zero.default" => {
            fill(0.0)
        }
        "full.default" | "full_like.default" | "new_full.default" => {
            fill(call.number("fill_value")?)
        }
        "fill.Scalar" => fill(call.number("value")?),
        "scalar_tensor.default" => fill(call.number("s")?),
        "arange.default" => Some(Array::from_fn(output.dtype, &output.shape, |i| i as f64)),
        "arange.start" | "arange.start_step" => {
            let (start, step) = (call.number("start")?, call.number("step").unwrap_or(1.0));
            Some(Array::from_fn(output.dtype, &output.shape, |i| {
                start + i as f64 * step
            }))
        }
        "linspace.default" => {
            let (start, end) = (call.number("start")?, call.number("end")?);
            let step = if count > 1 {
                (end - start) / (count - 1) as f64
            } else {
                0.0
            };
            // Symmetric about the middle, as PyTorch computes it.
            let value = |i: i64| {
                if i < count / 2 || count == 1 {
                    start + step * i as f64
                } else {
                    end - step * (count - 1 - i) as f64
                }
            };
            Some(Array::from_fn(output.dtype, &output.shape, |i| {
                value(i as i64)
            }))
        }
        "eye.default" | "eye.m" => {
            let columns = *output.shape.get(1)? as usize;
            Some(Array::from_fn(output.dtype, &output.shape, |i| {
                f64::from(u8::from(i / columns == i % columns))
            }))
        }
        "tril_indices.default" | "triu_indices.default" => {
            let (rows, columns) = (call.int("row")?, call.int("col")?);
            let offset = call.int("offset")?;
            let inside = |row: i64, column: i64| match operator.starts_with("tril") {
                true => column - row <= offset,
                false => column - row >= offset,
            };
            let places: Vec<(i64, i64)> = (0..rows)
                .flat_map(|row| (0..columns).map(move |column| (row, column)))
                .filter(|(row, column)| inside(*row, *column))
                .collect();
            let numbers = places.iter().map(|p| p.0).chain(places.iter().map(|p| p.1));
            let numbers: Vec<i64> = numbers.collect();
            (output.shape == [2, places.len() as i64])
                .then(|| Array::from_fn(output.dtype, &output.shape, |i| numbers[i] as f64))
        }
        _ => None,
    }
}
