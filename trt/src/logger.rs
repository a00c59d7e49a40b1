//! TensorRT's log: forwarded to `tracing`, and its tail kept for the error of the call that caused it.
//!
//! Messages carry the target `tensorrt`, so `RUST_LOG=tensorrt=warn` or the like filters them. TensorRT keeps one
//! logger for a process whatever it is given, so there is one here.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::ffi::{CStr, c_char, c_void};
use std::panic::catch_unwind;

use trt_sys::TrtSeverity;

/// How many lines of the log an error shows.
const TAIL_LINES: usize = 16;

/// Errors and warnings that TensorRT logged on one thread during one call.
#[derive(Default)]
pub(crate) struct Tail {
    lines: VecDeque<String>,
    has_error: bool,
}

impl Tail {
    fn push(&mut self, severity: TrtSeverity, message: String) {
        self.has_error |= is_error(severity);
        if self.lines.len() == TAIL_LINES {
            self.lines.pop_front();
        }
        self.lines.push_back(message);
    }

    /// Whether an error was among the messages.
    pub(crate) fn has_error(&self) -> bool {
        self.has_error
    }

    /// The last lines, oldest first.
    pub(crate) fn into_text(self) -> String {
        Vec::from(self.lines).join("\n")
    }
}

thread_local! {
    static TAIL: RefCell<Tail> = RefCell::default();
}

/// Takes what was logged on this thread since the last time.
pub(crate) fn take_tail() -> Tail {
    TAIL.take()
}

fn is_error(severity: TrtSeverity) -> bool {
    matches!(severity, TrtSeverity::INTERNAL_ERROR | TrtSeverity::ERROR)
}

/// Receives TensorRT's messages, from any thread.
///
/// # Safety
/// `message` is null or a string that ends with NUL and stays valid during the call.
pub(crate) unsafe extern "C" fn receive(
    _user: *mut c_void,
    severity: TrtSeverity,
    message: *const c_char,
) {
    if message.is_null() {
        return;
    }
    // SAFETY: the caller's promise above.
    let message = unsafe { CStr::from_ptr(message) }.to_string_lossy();
    // A subscriber's panic must not unwind into TensorRT, and has nowhere else to go.
    let _ = catch_unwind(|| {
        match severity {
            TrtSeverity::INTERNAL_ERROR | TrtSeverity::ERROR => {
                tracing::error!(target: "tensorrt", "{message}");
            }
            TrtSeverity::WARNING => tracing::warn!(target: "tensorrt", "{message}"),
            TrtSeverity::INFO => tracing::info!(target: "tensorrt", "{message}"),
            _ => tracing::trace!(target: "tensorrt", "{message}"),
        }
        if is_error(severity) || severity == TrtSeverity::WARNING {
            // The thread may be ending, or inside of this very function through a subscriber that calls TensorRT.
            let _ = TAIL.try_with(|tail| {
                if let Ok(mut tail) = tail.try_borrow_mut() {
                    tail.push(severity, message.trim_end().to_owned());
                }
            });
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(severity: TrtSeverity, message: &CStr) {
        // SAFETY: the string is valid and ends with NUL.
        unsafe { receive(std::ptr::null_mut(), severity, message.as_ptr()) }
    }

    #[test]
    fn the_tail_keeps_the_last_errors_and_warnings_of_this_thread() {
        take_tail();
        for _ in 0..TAIL_LINES {
            log(TrtSeverity::WARNING, c"old");
        }
        log(TrtSeverity::INFO, c"not kept");
        std::thread::spawn(|| log(TrtSeverity::ERROR, c"elsewhere"))
            .join()
            .unwrap();
        log(TrtSeverity::ERROR, c"new\n");
        let tail = take_tail();
        assert!(tail.has_error());
        let text = tail.into_text();
        assert_eq!(text.lines().count(), TAIL_LINES);
        assert_eq!(text.lines().last(), Some("new"));
        assert!(!take_tail().has_error());
    }

    #[test]
    fn a_message_that_is_not_utf8_or_null_is_harmless() {
        take_tail();
        log(TrtSeverity::ERROR, c"\xff");
        // SAFETY: null is allowed.
        unsafe { receive(std::ptr::null_mut(), TrtSeverity::ERROR, std::ptr::null()) };
        assert_eq!(take_tail().into_text(), "\u{fffd}");
    }
}
