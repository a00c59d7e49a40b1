//! Opening a TensorRT library and picking the function table that fits it.

use std::ffi::c_void;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

use crate::bindings::{
    TrtApi, TrtCreateFromEngine, TrtCreateFromLogger, TrtCreateFromNetwork, TrtPluginRegistry,
    TrtProduct,
};
use crate::error::{LoadError, product_name};
use crate::search;
use crate::tables::tables;

/// A TensorRT library that is open, with the table compiled for it. It stays open until the process ends: TensorRT's own threads
/// and the objects it made refer to its code.
#[derive(Debug)]
pub struct Library {
    _handle: ManuallyDrop<libloading::Library>,
    path: PathBuf,
    version: Version,
    api: &'static TrtApi,
    create_builder: TrtCreateFromLogger,
    create_runtime: TrtCreateFromLogger,
    create_refitter: TrtCreateFromEngine,
    plugin_registry: Option<unsafe extern "C" fn() -> *mut TrtPluginRegistry>,
    logger: Option<unsafe extern "C" fn() -> *mut c_void>,
}

impl Library {
    /// Opens the first library that fits: the file in the environment variable `TENSORRT_LIBRARY` (then nothing else is tried);
    /// `.deps/tensorrt-rtx` in a folder above the running program, then above the current folder; Python's site-packages; the
    /// system's loader.
    ///
    /// # Errors
    /// [`LoadError::NotFound`] with the ways out; or, when libraries exist but none fits, the error of the first of them.
    pub fn load() -> Result<Self, LoadError> {
        if let Some(path) = search::chosen() {
            return Self::open(&path);
        }
        let candidates = search::candidates();
        let mut first_error = None;
        for file in &candidates.files {
            match Self::open(file) {
                Ok(library) => return Ok(library),
                Err(error) => first_error = first_error.or(Some(error)),
            }
        }
        for name in candidates.system {
            match Self::open(Path::new(name)) {
                Ok(library) => return Ok(library),
                // The loader does not tell "not there" from "broken", and most of these names are not there.
                Err(LoadError::Open { .. }) => {}
                Err(error) => first_error = first_error.or(Some(error)),
            }
        }
        Err(first_error.unwrap_or(LoadError::NotFound {
            searched: candidates.searched,
        }))
    }

    /// The library with plugins that this process has loaded already, if there is one: this code may be in a library of
    /// plugins that another program has opened.
    pub fn loaded() -> Option<Self> {
        let mut tables: Vec<_> = tables()
            .filter(|table| table.add_plugin.is_some())
            .collect();
        tables.sort_by_key(|table| std::cmp::Reverse(table.major));
        tables.iter().find_map(|table| {
            let name = format!("libnvinfer.so.{}", table.major);
            let flags = libc::RTLD_NOW | libc::RTLD_NOLOAD;
            // SAFETY: nothing is loaded, so no initialiser runs.
            unsafe { libloading::os::unix::Library::open(Some(&name), flags) }.ok()?;
            Self::open(Path::new(&name)).ok()
        })
    }

    /// Whether a function of this library is calling, however many functions lie between.
    pub fn is_calling(&self) -> bool {
        const DEPTH: usize = 64;
        let own = object_of(
            self.create_builder
                .map_or(std::ptr::null(), |function| function as *const c_void),
        );
        let mut frames = [std::ptr::null_mut(); DEPTH];
        // SAFETY: the array has that many places.
        let count = unsafe { libc::backtrace(frames.as_mut_ptr(), DEPTH as libc::c_int) };
        let frames = frames.iter().take(usize::try_from(count).unwrap_or(0));
        own.is_some() && frames.into_iter().any(|&frame| object_of(frame) == own)
    }

    /// Opens one file; a bare file name is looked up by the system's loader.
    ///
    /// # Errors
    /// The file cannot be opened, is not TensorRT, or is a TensorRT that this program was not compiled for.
    pub fn open(path: &Path) -> Result<Self, LoadError> {
        // SAFETY: the initialisers of NVIDIA's libraries expect nothing of the process; any other file is the user's own choice,
        // as it would be with LD_PRELOAD.
        let handle =
            unsafe { libloading::Library::new(path) }.map_err(|error| LoadError::Open {
                path: path.to_owned(),
                reason: chain(&error),
            })?;
        // Closing a library that others may have opened before us is harmless; running its finalisers is not.
        let handle = ManuallyDrop::new(handle);

        let version: unsafe extern "C" fn() -> i32 = symbol(&handle, path, "getInferLibVersion")?;
        // SAFETY: `int32_t getInferLibVersion() noexcept` in all versions of NvInferRuntimeBase.h and its forerunner.
        let version = Version::decode(unsafe { version() });
        let api = table_for(version, path)?;

        // SAFETY (of the types): `void* createInferBuilder_INTERNAL(void* logger, int32_t version) noexcept` and its siblings have
        // been declared so in NvInfer.h and NvInferRuntime.h of every version that a table can be compiled for.
        Ok(Self {
            create_builder: Some(symbol(&handle, path, "createInferBuilder_INTERNAL")?),
            create_runtime: Some(symbol(&handle, path, "createInferRuntime_INTERNAL")?),
            create_refitter: Some(symbol(&handle, path, "createInferRefitter_INTERNAL")?),
            // `IPluginRegistry* getPluginRegistry() noexcept`; a product without plugins needs not have it.
            plugin_registry: symbol(&handle, path, "getPluginRegistry").ok(),
            // `ILogger* getLogger() noexcept`.
            logger: symbol(&handle, path, "getLogger").ok(),
            _handle: handle,
            path: path.to_owned(),
            version,
            api,
        })
    }

    /// The table of functions for this library.
    pub fn api(&self) -> &'static TrtApi {
        self.api
    }

    /// Major, minor and patch version that the library itself reports.
    pub fn version(&self) -> (i32, i32, i32) {
        (self.version.major, self.version.minor, self.version.patch)
    }

    /// The file, or the name under which the system's loader found it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The factory for [`TrtApi::builder_create`].
    pub fn create_builder(&self) -> TrtCreateFromLogger {
        self.create_builder
    }

    /// The factory for [`TrtApi::runtime_create`].
    pub fn create_runtime(&self) -> TrtCreateFromLogger {
        self.create_runtime
    }

    /// The registry of plugins, for the entries of [`TrtApi`] that take one; null where the library has none.
    pub fn plugin_registry(&self) -> *mut TrtPluginRegistry {
        self.plugin_registry.map_or(std::ptr::null_mut(), |get| {
            // SAFETY: the function takes nothing and returns a registry that lives as long as the library, or null.
            unsafe { get() }
        })
    }

    /// The logger (`ILogger`) that the process has given TensorRT, for [`TrtApi::log`]; null when there is none.
    pub fn process_logger(&self) -> *mut c_void {
        self.logger.map_or(std::ptr::null_mut(), |get| {
            // SAFETY: the function takes nothing and returns the logger or null.
            unsafe { get() }
        })
    }

    /// The factory for [`TrtApi::onnx_parser_create`], from the parser's own library: a file beside this one, or what the
    /// system's loader finds. It stays open until the process ends.
    ///
    /// # Errors
    /// The library of the parser is not there or cannot be opened.
    pub fn create_onnx_parser(&self) -> Result<TrtCreateFromNetwork, LoadError> {
        let path = search::onnx_parser(&self.path, self.version.product(), self.version.major);
        // SAFETY: as for TensorRT itself, which it comes with.
        let handle =
            unsafe { libloading::Library::new(&path) }.map_err(|error| LoadError::Open {
                path: path.clone(),
                reason: chain(&error),
            })?;
        let handle = ManuallyDrop::new(handle);
        // SAFETY (of the type): `void* createNvOnnxParser_INTERNAL(void* network, void* logger, int version) noexcept` in
        // NvOnnxParser.h of every version that a table can be compiled for.
        Ok(Some(symbol(&handle, &path, "createNvOnnxParser_INTERNAL")?))
    }

    /// The factory for [`TrtApi::refitter_create`].
    pub fn create_refitter(&self) -> TrtCreateFromEngine {
        self.create_refitter
    }
}

/// The table of the library's product and major version.
///
/// Within a major version NVIDIA only appends to the virtual tables, so a library newer than the headers works: TensorRT 8.6 with
/// the table of 8.2. An older one lacks the ends of those tables, and its factories do not object (they ignore the version they
/// are given), so it is refused here.
fn table_for(library: Version, path: &Path) -> Result<&'static TrtApi, LoadError> {
    let api = tables()
        .find(|table| table.product == library.product() && table.major == library.major)
        .ok_or_else(|| LoadError::NoTable {
            path: path.to_owned(),
            library: library.to_string(),
        })?;
    if library.minor < api.minor {
        return Err(LoadError::TooOld {
            path: path.to_owned(),
            library: library.to_string(),
            headers: format!("{}.{}.{}", api.major, api.minor, api.patch),
        });
    }
    Ok(api)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Version {
    major: i32,
    minor: i32,
    patch: i32,
}

impl Version {
    /// From `NV_TENSORRT_VERSION`: major * 10000 + minor * 100 + patch, before TensorRT 10 major * 1000 + minor * 100 + patch.
    fn decode(number: i32) -> Self {
        let unit = if number < 10_000 { 1_000 } else { 10_000 };
        Self {
            major: number / unit,
            minor: number % unit / 100,
            patch: number % 100,
        }
    }

    /// TensorRT-RTX counts from 1; TensorRT was at 8 when the first table could be compiled for it.
    fn product(self) -> TrtProduct {
        if self.major < 8 {
            TrtProduct::TENSORRT_RTX
        } else {
            TrtProduct::TENSORRT
        }
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} {}.{}.{}",
            product_name(self.product()),
            self.major,
            self.minor,
            self.patch
        )
    }
}

/// Where the library or program that an address lies in begins.
fn object_of(address: *const c_void) -> Option<usize> {
    // SAFETY: a structure of pointers, for which zero is a value.
    let mut info: libc::Dl_info = unsafe { std::mem::zeroed() };
    // SAFETY: any address may be asked for.
    (unsafe { libc::dladdr(address, &mut info) } != 0).then_some(info.dli_fbase as usize)
}

/// Keeps the library that holds this code in memory until the process ends, whoever closes it.
pub fn keep_loaded() {
    // SAFETY: as above; the name lives as long as the library.
    unsafe {
        let mut info: libc::Dl_info = std::mem::zeroed();
        if libc::dladdr(keep_loaded as *const c_void, &mut info) != 0 && !info.dli_fname.is_null() {
            libc::dlopen(
                info.dli_fname,
                libc::RTLD_NOW | libc::RTLD_NOLOAD | libc::RTLD_NODELETE,
            );
        }
    }
}

fn symbol<T: Copy>(
    handle: &libloading::Library,
    path: &Path,
    name: &'static str,
) -> Result<T, LoadError> {
    // SAFETY: the caller names the type of the function as TensorRT's headers declare it.
    let symbol = unsafe { handle.get::<T>(name) };
    symbol
        .map(|symbol| *symbol)
        .map_err(|_| LoadError::MissingSymbol {
            path: path.to_owned(),
            symbol: name,
        })
}

/// An error with its causes, which hold what `dlopen` said.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_the_numbers_of_all_generations() {
        let parts = |number| {
            let version = Version::decode(number);
            (
                version.major,
                version.minor,
                version.patch,
                version.product(),
            )
        };
        assert_eq!(parts(8201), (8, 2, 1, TrtProduct::TENSORRT));
        assert_eq!(parts(8601), (8, 6, 1, TrtProduct::TENSORRT));
        assert_eq!(parts(100_600), (10, 6, 0, TrtProduct::TENSORRT));
        assert_eq!(parts(110_402), (11, 4, 2, TrtProduct::TENSORRT));
        assert_eq!(parts(10_701), (1, 7, 1, TrtProduct::TENSORRT_RTX));
    }

    #[test]
    fn refuses_a_library_without_a_table_or_older_than_its_headers() {
        let path = Path::new("libnvinfer.so");
        let unknown = Version {
            major: 99,
            minor: 0,
            patch: 0,
        };
        let error = table_for(unknown, path)
            .expect_err("there are no headers of version 99")
            .to_string();
        assert!(
            error.contains("TensorRT 99.0.0") && error.contains("TENSORRT_INCLUDE"),
            "{error}"
        );

        for table in tables().filter(|table| table.minor > 0) {
            let older = Version {
                major: table.major,
                minor: table.minor - 1,
                patch: 0,
            };
            assert!(matches!(
                table_for(older, path),
                Err(LoadError::TooOld { .. })
            ));
            let newer = Version {
                major: table.major,
                minor: table.minor + 1,
                patch: 0,
            };
            assert!(table_for(newer, path).is_ok_and(|found| std::ptr::eq(found, table)));
        }
    }
}
