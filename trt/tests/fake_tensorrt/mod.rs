//! The library of `fake.cpp`, for each version of TensorRT with plugins that this program has a table for.

#![allow(dead_code, reason = "each test program uses a part of it")]

use std::env;
use std::ffi::{CStr, CString, c_char, c_void};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::ptr::NonNull;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use trt::plugin::{FieldType, Fields, TensorFormat, Value};
use trt::{DataType, Library};

/// A tensor as `fake.cpp` sees it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tensor {
    rank: i32,
    dtype: i32,
    format: i32,
    declared: [i64; 8],
    actual: [i64; 8],
    address: *mut c_void,
}

impl Tensor {
    pub(crate) fn new(dtype: DataType, dims: &[i64]) -> Self {
        let mut sizes = [0; 8];
        sizes[..dims.len()].copy_from_slice(dims);
        Self {
            rank: dims.len() as i32,
            dtype: number(dtype),
            format: 0,
            declared: sizes,
            actual: sizes,
            address: std::ptr::null_mut(),
        }
    }

    /// With sizes that the build does not know.
    pub(crate) fn unknown(mut self, axes: &[usize]) -> Self {
        for &axis in axes {
            self.declared[axis] = -1;
        }
        self
    }

    pub(crate) fn format(mut self, format: TensorFormat) -> Self {
        self.format = TensorFormat::ALL.iter().position(|&f| f == format).unwrap() as i32;
        self
    }

    pub(crate) fn raw_type(mut self, dtype: i32) -> Self {
        self.dtype = dtype;
        self
    }

    pub(crate) fn at(mut self, address: *mut c_void) -> Self {
        self.address = address;
        self
    }

    pub(crate) fn actual(&self) -> &[i64] {
        &self.actual[..self.rank as usize]
    }

    pub(crate) fn declared(&self) -> &[i64] {
        &self.declared[..self.rank as usize]
    }
}

/// TensorRT's number, which is the place in the list.
fn number(dtype: DataType) -> i32 {
    DataType::ALL
        .iter()
        .position(|&known| known == dtype)
        .unwrap() as i32
}

/// `nvinfer1::PluginField`.
#[repr(C)]
struct RawField {
    name: *const c_char,
    data: *const c_void,
    kind: i32,
    length: i32,
}

pub(crate) struct Fake {
    library: Library,
    code: libloading::Library,
}

/// A plugin that the fake TensorRT holds.
pub(crate) struct Held<'f> {
    fake: &'f Fake,
    raw: *mut c_void,
}

/// A function of `fake.cpp`.
macro_rules! call {
    ($fake:expr, $name:ident($($argument:expr),* $(,)?): fn($($type:ty),*) $(-> $result:ty)?) => {{
        // SAFETY: the signature is that of `fake.cpp`; pointers are valid during the call.
        unsafe {
            let function: libloading::Symbol<'_, unsafe extern "C" fn($($type),*) $(-> $result)?> =
                $fake.code.get(stringify!($name)).unwrap();
            function($($argument),*)
        }
    }};
}

impl Fake {
    fn open(file: &Path) -> Self {
        Self {
            library: Library::open(file).unwrap(),
            // SAFETY: our own library, which has no initialisers of note.
            code: unsafe { libloading::Library::new(file) }.unwrap(),
        }
    }

    pub(crate) fn library(&self) -> &Library {
        &self.library
    }

    pub(crate) fn is_v3(&self) -> bool {
        self.library.version().major >= 10
    }

    pub(crate) fn create(&self, name: &str, fields: &Fields) -> Option<Held<'_>> {
        self.create_by(self.find(name)?, fields)
    }

    /// A creator that is registered now.
    pub(crate) fn find(&self, name: &str) -> Option<NonNull<c_void>> {
        let name = CString::new(name).unwrap();
        NonNull::new(call!(self, fake_find(name.as_ptr()): fn(*const c_char) -> *mut c_void))
    }

    pub(crate) fn create_by(&self, creator: NonNull<c_void>, fields: &Fields) -> Option<Held<'_>> {
        let encoded: Vec<_> = fields.iter().map(encode).collect();
        let raw: Vec<_> = encoded
            .iter()
            .map(|(name, kind, length, bytes)| RawField {
                name: name.as_ptr(),
                data: bytes.as_ptr().cast(),
                kind: *kind,
                length: *length,
            })
            .collect();
        self.clear();
        let plugin = call!(self, fake_create(creator.as_ptr(), raw.as_ptr(), raw.len() as i32): fn(*mut c_void, *const RawField, i32) -> *mut c_void);
        self.hold(plugin)
    }

    pub(crate) fn deserialize(&self, bytes: &[u8]) -> Option<Held<'_>> {
        let plugin = call!(self, fake_deserialize(bytes.as_ptr(), bytes.len() as i64): fn(*const u8, i64) -> *mut c_void);
        self.hold(plugin)
    }

    pub(crate) fn fields(&self, name: &str) -> String {
        let name = CString::new(name).unwrap();
        let mut text = vec![0; 1024];
        let length = call!(self, fake_fields(name.as_ptr(), text.as_mut_ptr(), 1024): fn(*const c_char, *mut u8, i32) -> i32);
        String::from_utf8(text[..length as usize].to_vec()).unwrap()
    }

    /// What was logged to the process's logger.
    pub(crate) fn log(&self) -> String {
        let text = call!(self, fake_log(): fn() -> *const c_char);
        // SAFETY: a string that lives until something is logged.
        unsafe { CStr::from_ptr(text) }.to_str().unwrap().to_owned()
    }

    /// What a plugin said when it failed, as a call of TensorRT's would.
    pub(crate) fn failure(&self) -> String {
        trt::plugin::take_failure().map_or_else(String::new, |(plugin, error)| {
            format!("plugin {plugin}: {error}")
        })
    }

    fn clear(&self) {
        self.failure();
    }

    fn hold(&self, raw: *mut c_void) -> Option<Held<'_>> {
        (!raw.is_null()).then(|| Held { fake: self, raw })
    }
}

impl<'f> Held<'f> {
    fn num_outputs(&self) -> usize {
        let count = call!(self.fake, fake_num_outputs(self.raw): fn(*mut c_void) -> i32);
        usize::try_from(count).unwrap()
    }

    pub(crate) fn types(&self, inputs: &[DataType]) -> Result<Vec<DataType>, String> {
        let inputs: Vec<i32> = inputs.iter().copied().map(number).collect();
        let mut outputs = vec![-1; self.num_outputs()];
        self.fake.clear();
        let status = call!(self.fake, fake_types(self.raw, inputs.as_ptr(), inputs.len() as i32, outputs.as_mut_ptr(), outputs.len() as i32): fn(*mut c_void, *const i32, i32, *mut i32, i32) -> i32);
        // Before TensorRT 10 this method has no way to fail but the plugin's own.
        match (status, self.fake.failure()) {
            (0, failure) if failure.is_empty() => Ok(outputs
                .iter()
                .map(|&number| DataType::ALL[number as usize])
                .collect()),
            (_, failure) => Err(failure),
        }
    }

    pub(crate) fn shapes(
        &self,
        inputs: &[Tensor],
        values: &[Tensor],
    ) -> Result<Vec<Tensor>, String> {
        // Values of a shape tensor are passed in the place of sizes.
        let mut outputs = vec![Tensor::new(DataType::Float, &[]); self.num_outputs()];
        self.fake.clear();
        let status = call!(
            self.fake,
            fake_shapes(self.raw, inputs.as_ptr(), inputs.len() as i32, values.as_ptr(), values.len() as i32, outputs.as_mut_ptr(), outputs.len() as i32):
                fn(*mut c_void, *const Tensor, i32, *const Tensor, i32, *mut Tensor, i32) -> i32
        );
        if status == 0 {
            Ok(outputs)
        } else {
            Err(self.fake.failure())
        }
    }

    pub(crate) fn supports(&self, position: i32, tensors: &[Tensor], inputs: i32) -> bool {
        call!(self.fake, fake_supports(self.raw, position, tensors.as_ptr(), inputs, tensors.len() as i32 - inputs): fn(*mut c_void, i32, *const Tensor, i32, i32) -> i32)
            == 1
    }

    pub(crate) fn workspace(&self, inputs: &[Tensor], outputs: &[Tensor]) -> u64 {
        call!(
            self.fake,
            fake_workspace(self.raw, inputs.as_ptr(), inputs.len() as i32, outputs.as_ptr(), outputs.len() as i32):
                fn(*mut c_void, *const Tensor, i32, *const Tensor, i32) -> u64
        )
    }

    /// With a workspace at address 4096 and the stream 77.
    pub(crate) fn enqueue(&self, inputs: &[Tensor], outputs: &[Tensor]) -> Result<(), String> {
        self.fake.clear();
        let status = call!(
            self.fake,
            fake_enqueue(self.raw, inputs.as_ptr(), inputs.len() as i32, outputs.as_ptr(), outputs.len() as i32, 4096, 77):
                fn(*mut c_void, *const Tensor, i32, *const Tensor, i32, usize, usize) -> i32
        );
        if status == 0 {
            Ok(())
        } else {
            Err(self.fake.failure())
        }
    }

    pub(crate) fn copy(&self) -> Option<Held<'f>> {
        self.fake
            .hold(call!(self.fake, fake_clone(self.raw): fn(*mut c_void) -> *mut c_void))
    }

    pub(crate) fn attach(&self) -> Option<Held<'f>> {
        self.fake
            .hold(call!(self.fake, fake_attach(self.raw): fn(*mut c_void) -> *mut c_void))
    }

    pub(crate) fn serialize(&self) -> Vec<u8> {
        let mut bytes = vec![0; 4096];
        let length = call!(self.fake, fake_serialize(self.raw, bytes.as_mut_ptr()): fn(*mut c_void, *mut u8) -> i64);
        bytes.truncate(usize::try_from(length).unwrap());
        bytes
    }

    pub(crate) fn timing_id(&self) -> String {
        let id = call!(self.fake, fake_timing_id(self.raw): fn(*mut c_void) -> *const c_char);
        // SAFETY: a string that lives as long as the plugin.
        unsafe { CStr::from_ptr(id) }.to_str().unwrap().to_owned()
    }

    pub(crate) fn aliased_input(&self, output: i32) -> i32 {
        call!(self.fake, fake_aliased_input(self.raw, output): fn(*mut c_void, i32) -> i32)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        call!(self.fake, fake_destroy(self.raw): fn(*mut c_void));
    }
}

/// Name, type, number of elements and bytes, as a C++ program passes them.
fn encode((name, value): (&str, &Value)) -> (CString, i32, i32, Vec<u8>) {
    let (kind, length, bytes): (i32, usize, Vec<u8>) = match value {
        Value::Ints(values) => (
            5,
            values.len(),
            values
                .iter()
                .flat_map(|&v| (v as i32).to_ne_bytes())
                .collect(),
        ),
        Value::Floats(values) => (
            1,
            values.len(),
            values
                .iter()
                .flat_map(|&v| (v as f32).to_ne_bytes())
                .collect(),
        ),
        Value::Text(text) => (6, text.len() + 1, [text.as_bytes(), b"\0"].concat()),
        Value::Bytes(bytes) => (8, bytes.len(), bytes.clone()),
    };
    assert_ne!(value.kind(), FieldType::Bytes, "the tests pass none");
    (CString::new(name).unwrap(), kind, length as i32, bytes)
}

/// The name by which a program knows that version.
fn soname(tag: &str) -> String {
    format!("libnvinfer.so.{}", tag.trim_start_matches("trt"))
}

/// All fakes, for one test at a time. Says so when there is none.
pub(crate) fn fakes() -> MutexGuard<'static, Vec<Fake>> {
    static FAKES: OnceLock<Mutex<Vec<Fake>>> = OnceLock::new();
    let fakes = FAKES.get_or_init(|| {
        // An open library needs no file.
        let folder = tempfile::tempdir().unwrap();
        let open = |(tag, dir): &(String, PathBuf)| Fake::open(&compile(tag, dir, folder.path()));
        let fakes: Vec<_> = headers().iter().map(open).collect();
        if fakes.is_empty() {
            println!("skipped: no headers of a TensorRT with plugins; see TENSORRT_INCLUDE in CONTRIBUTING.md");
        }
        Mutex::new(fakes)
    });
    fakes.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One fake, for a process with no other.
pub(crate) fn only(tag: &str) -> Fake {
    let folder = tempfile::tempdir().unwrap();
    let headers = headers();
    let (_, dir) = headers.iter().find(|(known, _)| known == tag).unwrap();
    Fake::open(&compile(tag, dir, folder.path()))
}

/// The headers that the tables with plugins were compiled from.
pub(crate) fn headers() -> Vec<(String, PathBuf)> {
    let variable = env::var_os("TENSORRT_INCLUDE").unwrap_or_default();
    let prepared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.deps/headers");
    let prepared = prepared
        .read_dir()
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    let system = [
        "/usr/include/x86_64-linux-gnu",
        "/usr/include/aarch64-linux-gnu",
        "/usr/include",
    ];
    let dirs: Vec<PathBuf> = env::split_paths(&variable)
        .chain(prepared)
        .chain(system.map(PathBuf::from))
        .collect();
    trt_sys::tables()
        .filter(|table| table.add_plugin.is_some())
        .filter_map(|table| {
            let wanted = [table.major, table.minor, table.patch];
            let dir = dirs.iter().find(|dir| version(dir) == Some(wanted))?;
            Some((format!("trt{}", table.major), dir.clone()))
        })
        .collect()
}

/// The version that a folder of headers states.
fn version(dir: &Path) -> Option<[i32; 3]> {
    let text = std::fs::read_to_string(dir.join("NvInferVersion.h")).ok()?;
    let number = |names: [&str; 2]| {
        names.iter().find_map(|name| {
            text.lines().find_map(|line| {
                let mut words = line.split_whitespace();
                let is_it = words.next() == Some("#define") && words.next() == Some(name);
                is_it.then(|| words.next()?.parse().ok()).flatten()
            })
        })
    };
    Some([
        number(["NV_TENSORRT_MAJOR", "TRT_MAJOR_ENTERPRISE"])?,
        number(["NV_TENSORRT_MINOR", "TRT_MINOR_ENTERPRISE"])?,
        number(["NV_TENSORRT_PATCH", "TRT_PATCH_ENTERPRISE"])?,
    ])
}

fn compile(tag: &str, headers: &Path, folder: &Path) -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let out = folder.join(format!("libfake_{tag}.so"));
    let compiler = env::var("CXX").unwrap_or_else(|_| "c++".to_owned());
    let mut words = compiler.split_whitespace();
    let status = Command::new(words.next().unwrap())
        .args(words)
        .args([
            "-std=c++17",
            "-shared",
            "-fPIC",
            "-Wno-deprecated-declarations",
            "-I",
        ])
        .arg(here.join("../trt-sys/shim/stub"))
        .arg("-isystem")
        .arg(headers)
        .arg(here.join("tests/fake_tensorrt/fake.cpp"))
        .arg(format!("-Wl,-soname,{}", soname(tag)))
        .arg("-o")
        .arg(&out)
        .arg("-ldl")
        .status()
        .expect("a C++ compiler has compiled the shim");
    assert!(
        status.success(),
        "fake.cpp does not compile with {}",
        headers.display()
    );
    out
}
