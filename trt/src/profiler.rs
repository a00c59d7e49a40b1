//! Times of single layers.

use std::ffi::{CStr, c_char, c_void};
use std::ptr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The time that one layer took in one run.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerTime {
    /// The layer's name; fused layers have the names of their parts.
    pub layer: String,
    /// Time on the device.
    pub time: Duration,
}

/// Collects what TensorRT reports. Boxed by its owner: TensorRT keeps its address.
#[derive(Debug, Default)]
pub(crate) struct Profiler(Mutex<Vec<LayerTime>>);

impl Profiler {
    /// The pointer that goes with [`report`].
    pub(crate) fn user(&self) -> *mut c_void {
        ptr::from_ref(self).cast_mut().cast()
    }

    /// What was reported since the last time.
    pub(crate) fn take(&self) -> Vec<LayerTime> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Receives a layer's time.
///
/// # Safety
/// `user` is the address of a live [`Profiler`], `layer` null or a C string.
pub(crate) unsafe extern "C" fn report(user: *mut c_void, layer: *const c_char, milliseconds: f32) {
    if layer.is_null() {
        return;
    }
    // SAFETY: the caller's promise.
    let (profiler, layer) = unsafe { (&*user.cast::<Profiler>(), CStr::from_ptr(layer)) };
    let time = Duration::try_from_secs_f64(f64::from(milliseconds) / 1e3).unwrap_or_default();
    let layer = layer.to_string_lossy().into_owned();
    profiler
        .0
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(LayerTime { layer, time });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_kept_in_order_until_taken() {
        let profiler = Box::new(Profiler::default());
        for (layer, time) in [(c"conv", 1.5), (c"relu", f32::NAN), (c"\xff", -1.0)] {
            // SAFETY: the profiler lives, the name is a C string.
            unsafe { report(profiler.user(), layer.as_ptr(), time) };
        }
        // SAFETY: null is allowed.
        unsafe { report(profiler.user(), std::ptr::null(), 1.0) };
        let times = profiler.take();
        assert_eq!(times.len(), 3);
        assert_eq!(times[0].layer, "conv");
        assert_eq!(times[0].time, Duration::from_micros(1500));
        assert_eq!(
            (times[1].time, times[2].time),
            (Duration::ZERO, Duration::ZERO)
        );
        assert!(profiler.take().is_empty());
    }
}
