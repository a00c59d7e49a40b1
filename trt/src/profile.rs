//! Ranges of input shapes.

use std::fmt;
use std::ptr::NonNull;

use trt_sys::{TrtOptimizationProfile, TrtProfileSelector};

use crate::error::c_string;
use crate::library::entry;
use crate::{Builder, Dims, Error, ProfileShape, Result};

/// The shapes that the dynamic inputs of a network can have: least, most usual, greatest.
///
/// Follows [`IOptimizationProfile`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/c-api/classnvinfer1_1_1_i_optimization_profile.html).
#[derive(Clone, Copy)]
pub struct OptimizationProfile<'b> {
    handle: NonNull<TrtOptimizationProfile>,
    builder: &'b Builder,
}

const SELECTORS: [TrtProfileSelector; 3] = [
    TrtProfileSelector::MIN,
    TrtProfileSelector::OPT,
    TrtProfileSelector::MAX,
];

impl<'b> OptimizationProfile<'b> {
    /// # Safety
    /// `handle` is a profile of `builder`.
    pub(crate) unsafe fn from_raw(
        handle: NonNull<TrtOptimizationProfile>,
        builder: &'b Builder,
    ) -> Self {
        Self { handle, builder }
    }

    pub(crate) fn raw(&self) -> *mut TrtOptimizationProfile {
        self.handle.as_ptr()
    }

    pub(crate) fn builder(&self) -> &'b Builder {
        self.builder
    }

    /// Sets the shapes of an input.
    ///
    /// # Errors
    /// The shapes are of different rank, negative, or not in ascending order.
    pub fn set_shape(&self, input: &str, min: &[i64], opt: &[i64], max: &[i64]) -> Result<()> {
        check_order(input, min, opt, max)?;
        if min.iter().any(|&size| size < 0) {
            return Err(Error::Shape {
                what: format!("input `{input}`"),
                detail: format!("the least is {min:?}, expected sizes of 0 or more"),
            });
        }
        let set = entry!(
            self.builder.library(),
            profile_set_shape,
            "OptimizationProfile::set_shape"
        )?;
        let name = c_string(input)?;
        for (selector, shape) in SELECTORS.into_iter().zip([min, opt, max]) {
            let shape = Dims::new(shape)?.to_raw();
            self.check("set_shape", input, || {
                // SAFETY: the profile lives as long as its builder; the pointers are valid during the call.
                unsafe { set(self.raw(), name.as_ptr(), selector, &shape) }
            })?;
        }
        Ok(())
    }

    /// The shapes that were set for an input.
    ///
    /// # Errors
    /// None were set.
    pub fn shape(&self, input: &str) -> Result<ProfileShape> {
        let get = entry!(
            self.builder.library(),
            profile_get_shape,
            "OptimizationProfile::shape"
        )?;
        let name = c_string(input)?;
        let mut shapes = [Dims::default(); 3];
        for (selector, shape) in SELECTORS.into_iter().zip(&mut shapes) {
            let mut dims = trt_sys::TrtDims::default();
            self.check("shape", input, || {
                // SAFETY: the profile lives as long as its builder; the pointers are valid during the call.
                unsafe { get(self.raw(), name.as_ptr(), selector, &mut dims) }
            })?;
            *shape = Dims::from_raw(&dims).ok_or_else(|| {
                Error::invalid(
                    format!("optimization profile of input `{input}`"),
                    "has no shapes",
                )
            })?;
        }
        let [min, opt, max] = shapes;
        Ok(ProfileShape { min, opt, max })
    }

    /// Sets the values of an input that is a shape tensor.
    ///
    /// # Errors
    /// The values are of different number, or not in ascending order.
    pub fn set_shape_values(
        &self,
        input: &str,
        min: &[i64],
        opt: &[i64],
        max: &[i64],
    ) -> Result<()> {
        check_order(input, min, opt, max)?;
        let set = entry!(
            self.builder.library(),
            profile_set_values,
            "OptimizationProfile::set_shape_values"
        )?;
        let name = c_string(input)?;
        let count = i32::try_from(min.len())
            .map_err(|_| Error::invalid(format!("values of input `{input}`"), "are too many"))?;
        for (selector, values) in SELECTORS.into_iter().zip([min, opt, max]) {
            self.check("set_shape_values", input, || {
                // SAFETY: the profile lives as long as its builder; all three slices have `count` values.
                unsafe { set(self.raw(), name.as_ptr(), selector, values.as_ptr(), count) }
            })?;
        }
        Ok(())
    }

    /// Whether least, usual and greatest shapes fit together; TensorRT checks the rest in the build.
    ///
    /// # Errors
    /// The loaded library does not tell.
    pub fn is_valid(&self) -> Result<bool> {
        let get = entry!(
            self.builder.library(),
            profile_is_valid,
            "OptimizationProfile::is_valid"
        )?;
        let mut valid = 0;
        self.builder
            .library()
            .check(&"OptimizationProfile::is_valid", || {
                // SAFETY: the profile lives as long as its builder.
                unsafe { get(self.raw(), &mut valid) }
            })?;
        Ok(valid != 0)
    }

    /// Sets how much memory, beyond the least, the builder may use for this profile: from 0 to 1.
    ///
    /// # Errors
    /// TensorRT refuses the number.
    pub fn set_extra_memory_target(&self, target: f32) -> Result<()> {
        let what = "OptimizationProfile::set_extra_memory_target";
        let set = entry!(
            self.builder.library(),
            profile_set_extra_memory_target,
            what
        )?;
        // SAFETY: the profile lives as long as its builder.
        self.builder
            .library()
            .check_log(&what, || unsafe { set(self.raw(), target) })
    }

    fn check(
        &self,
        what: &str,
        input: &str,
        call: impl FnOnce() -> trt_sys::TrtStatus,
    ) -> Result<()> {
        let what = fmt::from_fn(|f| write!(f, "OptimizationProfile::{what} of input `{input}`"));
        self.builder.library().check_log(&what, call)
    }
}

/// TensorRT would notice only in the build, and not say which input it is about.
fn check_order(input: &str, min: &[i64], opt: &[i64], max: &[i64]) -> Result<()> {
    let same_length = min.len() == opt.len() && opt.len() == max.len();
    let ascending = std::iter::zip(min, opt).all(|(a, b)| a <= b)
        && std::iter::zip(opt, max).all(|(a, b)| a <= b);
    if same_length && ascending {
        return Ok(());
    }
    Err(Error::Shape {
        what: format!("input `{input}`"),
        detail: format!("{min:?} <= {opt:?} <= {max:?} must hold in each dimension"),
    })
}

impl fmt::Debug for OptimizationProfile<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OptimizationProfile")
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_must_ascend() {
        assert!(check_order("x", &[1, 3], &[2, 3], &[4, 3]).is_ok());
        let error = check_order("x", &[1, 3], &[8, 3], &[4, 3]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "shape of input `x`: [1, 3] <= [8, 3] <= [4, 3] must hold in each dimension"
        );
        assert!(check_order("x", &[1], &[1, 2], &[1, 2]).is_err());
    }
}
