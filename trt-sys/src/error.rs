//! Why no TensorRT library could be loaded.

use std::path::PathBuf;

use crate::bindings::{TrtApi, TrtProduct};
use crate::search::LIBRARY_VARIABLE;
use crate::tables::tables;

/// Why no TensorRT library could be loaded, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// No library in any of the places.
    #[error(
        "no TensorRT library found. Looked at: {}. Ways out: run `cargo xtask setup` in the project; or install TensorRT \
         (https://docs.nvidia.com/deeplearning/tensorrt/latest/installing-tensorrt/installing.html); or set {LIBRARY_VARIABLE} \
         to the file of libnvinfer.so or libtensorrt_rtx.so",
        searched.join(", ")
    )]
    NotFound {
        /// Folders and names that were tried, in order.
        searched: Vec<String>,
    },

    /// The file is no shared library, is for another machine, or lacks something it depends on.
    #[error("cannot open {} as a TensorRT library: {reason}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// The words of the system's loader.
        reason: String,
    },

    /// The file is a shared library, but not TensorRT.
    #[error(
        "{} has no function {symbol}, so it is not TensorRT; expected libnvinfer.so or libtensorrt_rtx.so",
        path.display()
    )]
    MissingSymbol {
        /// The file.
        path: PathBuf,
        /// The function that was looked for.
        symbol: &'static str,
    },

    /// This program was compiled without the headers of that TensorRT.
    #[error(
        "{} is {library}, but this program was compiled for {}. Set TENSORRT_INCLUDE to the folder with the NvInfer.h of {library} \
         and compile again, or load another TensorRT with {LIBRARY_VARIABLE}",
        path.display(),
        compiled()
    )]
    NoTable {
        /// The file.
        path: PathBuf,
        /// Product and version of the library.
        library: String,
    },

    /// The library is older than the headers of its product and major version that this program was compiled with.
    #[error(
        "{} is {library}, older than the headers {headers} that this program was compiled with. Set TENSORRT_INCLUDE to the folder \
         with the NvInfer.h of {library} and compile again, or install a newer TensorRT",
        path.display()
    )]
    TooOld {
        /// The file.
        path: PathBuf,
        /// Product and version of the library.
        library: String,
        /// Version of the headers.
        headers: String,
    },
}

/// "TensorRT 10.6, TensorRT-RTX 1.7", or "no TensorRT at all".
fn compiled() -> String {
    let names: Vec<String> = tables().map(describe).collect();
    if names.is_empty() {
        "no TensorRT at all (no headers were found)".to_owned()
    } else {
        names.join(", ")
    }
}

fn describe(table: &TrtApi) -> String {
    format!(
        "{} {}.{}",
        product_name(table.product),
        table.major,
        table.minor
    )
}

pub(crate) fn product_name(product: TrtProduct) -> &'static str {
    match product {
        TrtProduct::TENSORRT_RTX => "TensorRT-RTX",
        _ => "TensorRT",
    }
}
