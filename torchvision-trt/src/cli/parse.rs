//! The notations of the command line.

use crate::module::ShapeRange;

/// `NAME=SHAPE` or `NAME=MIN:OPT:MAX`, each shape as `1x3x224x224`.
pub(super) fn shape_argument(text: &str) -> Result<(String, ShapeRange), String> {
    let expected = "expected NAME=MIN:OPT:MAX with shapes as 1x3x224x224, or NAME=SHAPE";
    let (name, shapes) = text.split_once('=').ok_or(expected)?;
    let shapes = shapes
        .split(':')
        .map(shape)
        .collect::<Option<Vec<_>>>()
        .ok_or(expected)?;
    let (min, opt, max) = match <[_; 3]>::try_from(shapes) {
        Ok([min, opt, max]) => (min, opt, max),
        Err(shapes) => match <[_; 1]>::try_from(shapes) {
            Ok([shape]) => (shape.clone(), shape.clone(), shape),
            Err(_) => return Err(expected.into()),
        },
    };
    if min.len() != opt.len() || opt.len() != max.len() {
        return Err("the three shapes differ in their number of dimensions".into());
    }
    if let Some(axis) =
        (0..min.len()).find(|&axis| !(min[axis] <= opt[axis] && opt[axis] <= max[axis]))
    {
        return Err(format!(
            "dimension {axis} is not in order: {} <= {} <= {}",
            min[axis], opt[axis], max[axis]
        ));
    }
    Ok((name.to_owned(), ShapeRange { min, opt, max }))
}

fn shape(text: &str) -> Option<Vec<i64>> {
    text.split('x')
        .map(|size| size.parse().ok().filter(|&size| size >= 0))
        .collect()
}

/// `1x3x224x224`; a dynamic size is `?`.
pub(super) fn format_shape(shape: &[i64]) -> String {
    let sizes = shape.iter().map(|&size| {
        if size < 0 {
            "?".into()
        } else {
            size.to_string()
        }
    });
    sizes.collect::<Vec<_>>().join("x")
}

/// A number of bytes: `1073741824`, `1GiB`, `512MiB`, `64KiB`.
pub(super) fn bytes(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let factor: u64 = match &text[digits.len()..] {
        "" | "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return Err("expected a number of bytes, KiB, MiB or GiB".into()),
    };
    let number: f64 = digits
        .parse()
        .map_err(|_| "expected a number as 1GiB or 512MiB".to_owned())?;
    let bytes = number * factor as f64;
    if !(0.0..1e18).contains(&bytes) {
        return Err("not a possible size of memory".into());
    }
    Ok(bytes as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes() {
        let (name, range) = shape_argument("x=1x3:4x3:16x3").unwrap();
        assert_eq!(
            (name.as_str(), range.min, range.opt, range.max),
            ("x", vec![1, 3], vec![4, 3], vec![16, 3])
        );
        let (_, range) = shape_argument("image=2x8").unwrap();
        assert_eq!((range.min, range.max), (vec![2, 8], vec![2, 8]));
        for wrong in [
            "x",
            "x=",
            "x=1:2",
            "x=1x3:4:16",
            "x=1xa",
            "x=-1",
            "x=4:2:8",
            "x=1:2:3:4",
        ] {
            assert!(shape_argument(wrong).is_err(), "{wrong}");
        }
        assert_eq!(format_shape(&[-1, 3, 224]), "?x3x224");
    }

    #[test]
    fn memory() {
        assert_eq!(bytes("1GiB"), Ok(1 << 30));
        assert_eq!(bytes("0.5KiB"), Ok(512));
        assert_eq!(bytes("123"), Ok(123));
        for wrong in ["", "GiB", "1GB", "-1", "1e30", "nan"] {
            assert!(bytes(wrong).is_err(), "{wrong}");
        }
    }
}
