//! Progress of a build.

use std::ffi::{c_char, c_void};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

use trt_sys::TrtProgressCallbacks;

use crate::library::text;

/// A step of a build. Phases are nested, and may overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress<'a> {
    /// A phase begins.
    Started {
        /// Its name.
        phase: &'a str,
        /// The phase it is a part of.
        parent: Option<&'a str>,
        /// Number of its steps.
        steps: usize,
    },
    /// A step of a phase is done.
    Step {
        /// Name of the phase.
        phase: &'a str,
        /// Number of the step, from 0.
        step: usize,
    },
    /// A phase is over.
    Finished {
        /// Its name.
        phase: &'a str,
    },
}

type Callback<'b> = Box<dyn FnMut(&Progress<'_>) -> bool + Send + 'b>;

/// What TensorRT calls. Behind a lock, for "the implementation of IProgressMonitor must be thread-safe".
pub(crate) struct ProgressMonitor<'b>(Mutex<Callback<'b>>);

impl<'b> ProgressMonitor<'b> {
    pub(crate) fn new(callback: impl FnMut(&Progress<'_>) -> bool + Send + 'b) -> Self {
        Self(Mutex::new(Box::new(callback)))
    }

    /// The callbacks, which may be used as long as `self` exists and does not move.
    pub(crate) fn callbacks(&self) -> TrtProgressCallbacks {
        TrtProgressCallbacks {
            user: std::ptr::from_ref(self).cast_mut().cast(),
            phase_start: Some(phase_start),
            step: Some(step),
            phase_finish: Some(phase_finish),
        }
    }

    /// Whether to go on. A panic cancels the build, for it must not unwind into TensorRT.
    fn report(&self, progress: &Progress<'_>) -> bool {
        let mut callback = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        catch_unwind(AssertUnwindSafe(|| callback(progress))).unwrap_or(false)
    }
}

impl fmt::Debug for ProgressMonitor<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProgressMonitor")
    }
}

/// # Safety
/// `user` is a [`ProgressMonitor`] that is alive, the names are null or C strings; the same for the functions below.
unsafe extern "C" fn phase_start(
    user: *mut c_void,
    phase: *const c_char,
    parent: *const c_char,
    steps: i32,
) {
    // SAFETY: the caller's promise.
    let (monitor, phase, parent) = unsafe {
        (
            &*user.cast::<ProgressMonitor<'_>>(),
            text(phase),
            text(parent),
        )
    };
    monitor.report(&Progress::Started {
        phase: &phase,
        parent: (!parent.is_empty()).then_some(&parent),
        steps: usize::try_from(steps).unwrap_or(0),
    });
}

unsafe extern "C" fn step(user: *mut c_void, phase: *const c_char, step: i32) -> i32 {
    // SAFETY: the caller's promise.
    let (monitor, phase) = unsafe { (&*user.cast::<ProgressMonitor<'_>>(), text(phase)) };
    let step = usize::try_from(step).unwrap_or(0);
    monitor
        .report(&Progress::Step {
            phase: &phase,
            step,
        })
        .into()
}

unsafe extern "C" fn phase_finish(user: *mut c_void, phase: *const c_char) {
    // SAFETY: the caller's promise.
    let (monitor, phase) = unsafe { (&*user.cast::<ProgressMonitor<'_>>(), text(phase)) };
    monitor.report(&Progress::Finished { phase: &phase });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_cancels_and_does_not_unwind() {
        let monitor = ProgressMonitor::new(|progress| match progress {
            Progress::Step { step: 0, .. } => true,
            _ => panic!("expected by the test"),
        });
        let callbacks = monitor.callbacks();
        let step = callbacks.step.unwrap();
        // SAFETY: the monitor is alive, the name a C string.
        unsafe {
            assert_eq!(step(callbacks.user, c"phase".as_ptr(), 0), 1);
            assert_eq!(step(callbacks.user, c"phase".as_ptr(), 1), 0);
        }
    }
}
