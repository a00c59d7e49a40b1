//! What a library of plugins exports, behind [`plugin_library!`](crate::plugin_library).

use std::ffi::{CString, c_void};
use std::panic::catch_unwind;
use std::ptr;
use std::sync::OnceLock;

use trt_sys::{TrtApi, TrtSeverity};

use super::Registration;
use super::ffi::Kind;
use crate::Library;

/// Makes a `cdylib` crate a library of plugins, which C++ and Python programs load without knowing of Rust.
///
/// It exports what TensorRT looks for: `getCreators` and `setLoggerFinder` (`trtexec --dynamicPlugins`, Python's
/// `IPluginRegistry.load_library`), `getPluginCreators` for TensorRT 8.6; and, under the name given, a function like
/// `initLibNvInferPlugins`, `bool init(void* logger, const char* namespace)`, for programs that load it themselves. A
/// program that only opens it (`trtexec --staticPlugins`, DeepStream, Triton) has the plugins at once, when it has
/// loaded TensorRT before. Failures of plugins go to the logger of the program.
///
/// The library holds plugins for each version of TensorRT whose headers its build found, and takes those of the one
/// that the program has loaded.
///
/// ```
/// # use trt::DataType;
/// # use trt::plugin::{Call, Field, Fields, Plugin, Registration, Result, SymbolicShape, TensorInfo};
/// # struct Identity;
/// # impl Plugin for Identity {
/// #     const NAME: &'static str = "Identity";
/// #     fn fields() -> &'static [Field] { &[] }
/// #     fn new(_: &Fields) -> Result<Self> { Ok(Self) }
/// #     fn values(&self) -> Fields { Fields::new() }
/// #     fn output_types(&self, inputs: &[DataType]) -> Result<Vec<DataType>> { Ok(inputs.to_vec()) }
/// #     fn output_shapes(&self, inputs: &[SymbolicShape], _: &[SymbolicShape]) -> Result<Vec<SymbolicShape>> { Ok(inputs.to_vec()) }
/// #     fn supports(&self, _: usize, _: &[TensorInfo], _: usize) -> bool { true }
/// #     fn enqueue(&self, call: &Call<'_>) -> Result<()> { call.copy(0, 0) }
/// # }
/// static ALL: &[Registration] = &[Registration::of::<Identity>()];
///
/// trt::plugin_library!(ALL, init = initLibMyPlugins);
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! plugin_library {
    ($plugins:expr, init = $init:ident) => {
        /// The plugins as TensorRT 10 and later load them.
        ///
        /// # Safety
        /// `count` is valid for a write.
        #[unsafe(no_mangle)]
        #[allow(non_snake_case, reason = "TensorRT gives the name")]
        pub unsafe extern "C" fn getCreators(count: *mut i32) -> *const *mut ::std::ffi::c_void {
            // SAFETY: the caller's promise.
            unsafe { $crate::plugin::exports::creators($plugins, 10.., count) }
        }

        /// The plugins as TensorRT 8 loads them.
        ///
        /// # Safety
        /// `count` is valid for a write.
        #[unsafe(no_mangle)]
        #[allow(non_snake_case, reason = "TensorRT gives the name")]
        pub unsafe extern "C" fn getPluginCreators(
            count: *mut i32,
        ) -> *const *mut ::std::ffi::c_void {
            // SAFETY: the caller's promise.
            unsafe { $crate::plugin::exports::creators($plugins, ..10, count) }
        }

        /// TensorRT asks for this function to be there; the plugins use the logger of the process.
        #[unsafe(no_mangle)]
        #[allow(non_snake_case, reason = "TensorRT gives the name")]
        pub extern "C" fn setLoggerFinder(_finder: *mut ::std::ffi::c_void) {}

        /// Registers the plugins in the TensorRT that the process has loaded, under their own namespaces.
        #[unsafe(no_mangle)]
        #[allow(non_snake_case, reason = "after TensorRT's initLibNvInferPlugins")]
        pub extern "C" fn $init(
            _logger: *mut ::std::ffi::c_void,
            _namespace: *const ::std::ffi::c_char,
        ) -> bool {
            $crate::plugin::exports::register($plugins)
        }

        #[used]
        #[unsafe(link_section = ".init_array")]
        static REGISTER_AT_LOAD: extern "C" fn() = {
            extern "C" fn at_load() {
                $crate::plugin::exports::at_load($plugins);
            }
            at_load
        };
    };
}

/// The TensorRT of the process that has loaded this library of plugins; set by the first function below.
static HOST: OnceLock<Option<Library>> = OnceLock::new();

fn host() -> Option<&'static Library> {
    HOST.get_or_init(Library::loaded).as_ref()
}

/// Writes a line to the logger of the program that has loaded this library; nothing in a program of ours.
pub(super) fn report(text: &str) {
    let Some(library) = HOST.get().and_then(Option::as_ref) else {
        return;
    };
    if let (Some(log), Ok(text)) = (library.api().log, CString::new(text)) {
        // SAFETY: TensorRT's logger is alive as long as TensorRT is used, or null, which is refused.
        unsafe {
            log(
                library.raw().process_logger(),
                TrtSeverity::ERROR,
                text.as_ptr(),
            )
        };
    }
}

/// Creators, for a TensorRT of one of these major versions. They live as long as the process.
///
/// # Safety
/// `count` is valid for a write.
pub unsafe fn creators(
    plugins: &[Registration],
    majors: impl std::ops::RangeBounds<i32>,
    count: *mut i32,
) -> *const *mut c_void {
    let creators = catch_unwind(std::panic::AssertUnwindSafe(|| made(plugins))).unwrap_or(&[]);
    let own = table().is_some_and(|table| majors.contains(&table.major));
    let creators = if own { creators } else { &[] };
    // SAFETY: the caller's promise.
    unsafe { *count = creators.len() as i32 };
    creators.as_ptr().cast()
}

/// The table for the TensorRT of the process; where it goes by a name that is not known, of the oldest that asks.
fn table() -> Option<&'static TrtApi> {
    host().map(Library::api).or_else(|| {
        trt_sys::tables()
            .filter(|table| table.add_plugin.is_some() && table.major >= 10)
            .min_by_key(|table| table.major)
    })
}

/// `IPluginCreatorInterface*` or `IPluginCreator*`.
#[derive(Clone, Copy)]
#[repr(transparent)]
struct Creator(#[allow(dead_code, reason = "TensorRT reads it")] *mut c_void);

// SAFETY: TensorRT uses creators from any thread; ours are immutable.
unsafe impl Send for Creator {}
// SAFETY: as above.
unsafe impl Sync for Creator {}

fn made(plugins: &[Registration]) -> &'static [Creator] {
    static CREATORS: OnceLock<Vec<Creator>> = OnceLock::new();
    CREATORS.get_or_init(|| {
        trt_sys::keep_loaded();
        let make = |plugin: &Registration| {
            let create = table()?.plugin_creator_create?;
            let kind: &'static Kind = Box::leak(Kind::new(*plugin).ok()?);
            let mut creator = ptr::null_mut();
            // SAFETY: the kind lives as long as the process.
            unsafe { create(&kind.raw(), &mut creator) };
            (!creator.is_null()).then_some(Creator(creator.cast()))
        };
        plugins.iter().filter_map(make).collect()
    })
}

/// Registers plugins in the TensorRT that the process has loaded; whether it could.
pub fn register(plugins: &[Registration]) -> bool {
    trt_sys::keep_loaded();
    catch_unwind(std::panic::AssertUnwindSafe(|| {
        let Some(library) = host() else {
            return false;
        };
        let registered = library
            .plugins()
            .and_then(|registry| registry.register(plugins));
        if let Err(error) = &registered {
            report(&error.to_string());
        }
        registered.is_ok()
    }))
    .unwrap_or(false)
}

/// Registers plugins as the library of them is loaded, but not where TensorRT itself loads it to register them.
pub fn at_load(plugins: &[Registration]) {
    let is_there = Library::loaded().is_some_and(|library| !library.raw().is_calling());
    if is_there {
        register(plugins);
    }
}
