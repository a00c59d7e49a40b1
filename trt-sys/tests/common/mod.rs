//! What the tests share: a library that builds here, a logger that remembers, and calls that check their status.

use std::ffi::{CStr, c_char, c_void};
use std::path::Path;
use std::sync::Mutex;

use trt_sys::*;

/// TensorRT-RTX, or `None` after saying so: it is the one that builds without a GPU.
pub(crate) fn rtx() -> Option<Library> {
    let prepared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.deps/tensorrt-rtx");
    let library = match Library::load() {
        Ok(library) => library,
        Err(error) if prepared.exists() => panic!("{} exists, but: {error}", prepared.display()),
        Err(error) => {
            println!("SKIPPED: {error}");
            return None;
        }
    };
    if library.api().product != TrtProduct::TENSORRT_RTX {
        println!(
            "SKIPPED: {} builds only where there is a GPU",
            library.path().display()
        );
        return None;
    }
    Some(library)
}

pub(crate) static LOG: Mutex<Vec<(TrtSeverity, String)>> = Mutex::new(Vec::new());

pub(crate) unsafe extern "C" fn log(_: *mut c_void, severity: TrtSeverity, message: *const c_char) {
    // SAFETY: TensorRT hands over a string that ends with NUL.
    let message = unsafe { CStr::from_ptr(message) }
        .to_string_lossy()
        .into_owned();
    LOG.lock()
        .expect("no test panics while it logs")
        .push((severity, message));
}

/// Calls an entry with an out parameter last, and gives what it wrote.
macro_rules! call {
    ($api:expr, $entry:ident $(, $argument:expr)*) => {{
        let mut out = Default::default();
        // SAFETY: the arguments follow the rules of shim.h; the objects are alive.
        let status = unsafe { $api.$entry.expect(stringify!($entry))($($argument,)* &mut out) };
        assert_eq!(status, TrtStatus::OK, "{}: {} {:?}", stringify!($entry), last_error($api), LOG.lock().unwrap());
        out
    }};
}

/// The same for entries that give a handle.
macro_rules! create {
    ($api:expr, $entry:ident $(, $argument:expr)*) => {{
        let mut out = ptr::null_mut();
        // SAFETY: as above.
        let status = unsafe { $api.$entry.expect(stringify!($entry))($($argument,)* &mut out) };
        assert_eq!(status, TrtStatus::OK, "{}: {} {:?}", stringify!($entry), last_error($api), LOG.lock().unwrap());
        out
    }};
}

/// The same for entries without result.
macro_rules! run {
    ($api:expr, $entry:ident $(, $argument:expr)*) => {
        // SAFETY: as above.
        unsafe { $api.$entry.expect(stringify!($entry))($($argument),*) }
    };
}

pub(crate) fn last_error(api: &TrtApi) -> String {
    // SAFETY: the table gives a string that is valid until the next failing call of this thread.
    unsafe { CStr::from_ptr(api.last_error.expect("last_error")()) }
        .to_string_lossy()
        .into_owned()
}

pub(crate) fn dims(sizes: &[i64]) -> TrtDims {
    let mut out = TrtDims {
        rank: sizes.len() as i32,
        ..Default::default()
    };
    out.d[..sizes.len()].copy_from_slice(sizes);
    out
}
