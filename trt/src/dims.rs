//! Shapes of up to eight dimensions.

use std::fmt;
use std::ops::Deref;

use crate::{Error, Result};

/// A shape, or another list of up to eight numbers by dimension such as strides or a permutation.
///
/// In the shape of a tensor `-1` stands for a size known only at run time. Follows
/// [`nvinfer1::Dims`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/c-api/classnvinfer1_1_1_dims64.html).
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Dims {
    rank: usize,
    sizes: [i64; Dims::MAX_RANK],
}

impl Dims {
    /// TensorRT's limit on the number of dimensions.
    pub const MAX_RANK: usize = 8;

    /// A shape from its sizes.
    ///
    /// # Errors
    /// [`Error::Shape`] with more than [`Dims::MAX_RANK`] sizes.
    pub fn new(sizes: &[i64]) -> Result<Self> {
        if sizes.len() > Self::MAX_RANK {
            return Err(Error::Shape {
                what: format!("{sizes:?}"),
                detail: format!(
                    "has {} dimensions, TensorRT allows at most {}",
                    sizes.len(),
                    Self::MAX_RANK
                ),
            });
        }
        let mut dims = Self {
            rank: sizes.len(),
            ..Self::default()
        };
        dims.sizes[..sizes.len()].copy_from_slice(sizes);
        Ok(dims)
    }

    /// Number of elements; `None` while a size is unknown (`-1`) or when the product overflows.
    pub fn volume(&self) -> Option<usize> {
        self.iter().try_fold(1usize, |volume, &size| {
            volume.checked_mul(usize::try_from(size).ok()?)
        })
    }

    /// Whether a size is known only at run time.
    pub fn is_dynamic(&self) -> bool {
        self.contains(&-1)
    }

    pub(crate) fn to_raw(self) -> trt_sys::TrtDims {
        trt_sys::TrtDims {
            rank: self.rank as i32,
            d: self.sizes,
        }
    }

    /// `None` for rank -1, by which TensorRT says that it could not infer a shape.
    pub(crate) fn from_raw(raw: &trt_sys::TrtDims) -> Option<Self> {
        let rank = usize::try_from(raw.rank).ok()?;
        Self::new(raw.d.get(..rank)?).ok()
    }
}

impl Deref for Dims {
    type Target = [i64];

    fn deref(&self) -> &[i64] {
        &self.sizes[..self.rank]
    }
}

macro_rules! from_array {
    ($($rank:literal)*) => {$(
        impl From<[i64; $rank]> for Dims {
            fn from(array: [i64; $rank]) -> Self {
                let mut sizes = [0; Self::MAX_RANK];
                sizes[..$rank].copy_from_slice(&array);
                Self { rank: $rank, sizes }
            }
        }
    )*};
}
from_array!(0 1 2 3 4 5 6 7 8);

impl TryFrom<&[i64]> for Dims {
    type Error = Error;

    fn try_from(sizes: &[i64]) -> Result<Self> {
        Self::new(sizes)
    }
}

impl PartialEq<[i64]> for Dims {
    fn eq(&self, other: &[i64]) -> bool {
        **self == *other
    }
}

impl<const N: usize> PartialEq<[i64; N]> for Dims {
    fn eq(&self, other: &[i64; N]) -> bool {
        **self == *other
    }
}

impl<T: ?Sized> PartialEq<&T> for Dims
where
    Self: PartialEq<T>,
{
    fn eq(&self, other: &&T) -> bool {
        *self == **other
    }
}

impl fmt::Debug for Dims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl fmt::Display for Dims {
    /// `1x3x224x224`, with `?` for unknown sizes; `scalar` for rank 0.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("scalar");
        }
        for (i, &size) in self.iter().enumerate() {
            if i > 0 {
                f.write_str("x")?;
            }
            if size < 0 {
                f.write_str("?")?;
            } else {
                write!(f, "{size}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn volume_needs_known_sizes_that_do_not_overflow() {
        assert_eq!(Dims::from([2, 3, 4]).volume(), Some(24));
        assert_eq!(Dims::from([]).volume(), Some(1));
        assert_eq!(Dims::from([-1, 3]).volume(), None);
        assert_eq!(Dims::from([i64::MAX, 3]).volume(), None);
    }

    #[test]
    fn nine_dimensions_are_refused() {
        assert!(matches!(Dims::new(&[1; 9]), Err(Error::Shape { .. })));
        assert_eq!(Dims::new(&[1; 8]).unwrap().len(), 8);
    }

    #[test]
    fn shows_unknown_sizes() {
        assert_eq!(Dims::from([-1, 3, 224]).to_string(), "?x3x224");
        assert_eq!(Dims::from([]).to_string(), "scalar");
    }

    #[test]
    fn a_failed_shape_inference_is_none() {
        let raw = trt_sys::TrtDims {
            rank: -1,
            d: [0; 8],
        };
        assert_eq!(Dims::from_raw(&raw), None);
    }
}
