//! Where a TensorRT library may be.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::bindings::TrtProduct;

/// Environment variable that names the file of the TensorRT library to use.
pub const LIBRARY_VARIABLE: &str = "TENSORRT_LIBRARY";

/// Beginnings of the file names: `libnvinfer.so`, `libnvinfer.so.10`, but not `libnvinfer_plugin.so`.
const FILE_NAMES: [&str; 2] = ["libnvinfer.so", "libtensorrt_rtx.so"];

/// What the system's loader is asked for, newest first.
const SYSTEM_NAMES: [&str; 5] = [
    "libnvinfer.so.11",
    "libnvinfer.so.10",
    "libnvinfer.so.8",
    "libtensorrt_rtx.so.1",
    "libtensorrt_rtx.so",
];

/// The file that the user asked for, if any.
pub(crate) fn chosen() -> Option<PathBuf> {
    env::var_os(LIBRARY_VARIABLE)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

/// Where the ONNX parser of a library is: a file beside it, else a name for the system's loader.
pub(crate) fn onnx_parser(library: &Path, product: TrtProduct, major: i32) -> PathBuf {
    let name = match product {
        TrtProduct::TENSORRT_RTX => "libtensorrt_onnxparser_rtx.so",
        _ => "libnvonnxparser.so",
    };
    let versioned = format!("{name}.{major}");
    let folder = library.parent().into_iter().flat_map(fs::read_dir);
    let mut beside: Vec<_> = folder
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            file == name || file == versioned || file.starts_with(&format!("{versioned}."))
        })
        .collect();
    beside.sort();
    beside.pop().unwrap_or_else(|| versioned.into())
}

/// Library files that exist, and names for the system's loader, in the order to try them.
pub(crate) struct Candidates {
    pub(crate) files: Vec<PathBuf>,
    pub(crate) system: &'static [&'static str],
    /// All places looked at, for the error message.
    pub(crate) searched: Vec<String>,
}

pub(crate) fn candidates() -> Candidates {
    let mut found = Candidates {
        files: Vec::new(),
        system: &SYSTEM_NAMES,
        searched: vec![LIBRARY_VARIABLE.to_owned()],
    };

    let starts = [env::current_exe().ok(), env::current_dir().ok()];
    for ancestor in starts.iter().flatten().flat_map(|start| start.ancestors()) {
        for dir in subfolders(&ancestor.join(".deps"), "tensorrt") {
            found.look_into(&dir);
        }
    }
    found
        .searched
        .push(".deps/tensorrt-rtx above the program and above the current folder".to_owned());

    for packages in site_packages() {
        for dir in subfolders(&packages, "tensorrt") {
            found.look_into(&dir);
        }
    }
    found
        .searched
        .push("the packages tensorrt_libs and tensorrt_rtx of Python".to_owned());

    found
        .searched
        .push(format!("{} of the system's loader", SYSTEM_NAMES.join(" ")));
    found
}

impl Candidates {
    fn look_into(&mut self, dir: &Path) {
        for prefix in FILE_NAMES {
            // The longest name is the real file rather than a link to it.
            let library = entries(dir)
                .into_iter()
                .filter(|path| {
                    path.file_name()
                        .is_some_and(|name| is_library(&name.to_string_lossy(), prefix))
                })
                .max_by_key(|path| path.as_os_str().len());
            if let Some(path) = library
                && !self.files.contains(&path)
            {
                self.files.push(path);
            }
        }
    }
}

/// `prefix`, perhaps with a version behind it.
fn is_library(name: &str, prefix: &str) -> bool {
    name.strip_prefix(prefix)
        .is_some_and(|version| version.chars().all(|c| c == '.' || c.is_ascii_digit()))
}

/// Folders in `dir` whose names start with `prefix`, sorted.
fn subfolders(dir: &Path, prefix: &str) -> Vec<PathBuf> {
    let mut out = entries(dir);
    out.retain(|path| {
        path.file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with(prefix))
            && path.is_dir()
    });
    out
}

fn entries(dir: &Path) -> Vec<PathBuf> {
    let mut out: Vec<PathBuf> = fs::read_dir(dir)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    out.sort();
    out
}

/// Package folders of the active Python environment, the user's and the system's.
fn site_packages() -> Vec<PathBuf> {
    let active = ["VIRTUAL_ENV", "CONDA_PREFIX"]
        .into_iter()
        .filter_map(env::var_os);
    let user = env::var_os("HOME").map(|home| Path::new(&home).join(".local").into_os_string());
    let system = ["/usr/local", "/usr"].map(OsString::from);

    let mut out = Vec::new();
    for prefix in active.chain(user).chain(system) {
        for python in subfolders(&Path::new(&prefix).join("lib"), "python3") {
            out.push(python.join("site-packages"));
            out.push(python.join("dist-packages"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_real_file_wins_over_links_and_other_libraries_do_not_count()
    -> Result<(), Box<dyn std::error::Error>> {
        let dir = env::temp_dir().join(format!("trt-sys-search-{}", std::process::id()));
        fs::create_dir_all(&dir)?;
        for name in [
            "libnvinfer.so",
            "libnvinfer.so.10",
            "libnvinfer.so.10.6.0",
            "libnvinfer_plugin.so.10.6.0.12",
            "libnvinfer.so.txt",
        ] {
            fs::write(dir.join(name), "")?;
        }
        let mut found = Candidates {
            files: Vec::new(),
            system: &[],
            searched: Vec::new(),
        };
        found.look_into(&dir);
        found.look_into(&dir);
        fs::remove_dir_all(&dir)?;
        assert_eq!(found.files, [dir.join("libnvinfer.so.10.6.0")]);
        Ok(())
    }
}
