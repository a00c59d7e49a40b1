//! Layers from an ONNX file, by NVIDIA's own parser.

use std::path::Path;
use std::ptr::NonNull;

use trt_sys::TrtOnnxParser;

use super::Network;
use crate::error::c_path;
use crate::library::entry;
use crate::{Error, Library, Result};

/// Keeps the weights of what it parsed.
pub(super) struct Parser {
    raw: NonNull<TrtOnnxParser>,
    library: Library,
}

impl Network<'_> {
    /// Adds what an ONNX file describes to this network, which must be empty: inputs, layers and outputs.
    ///
    /// The parser is a library of its own that comes beside TensorRT (`libnvonnxparser.so`) and is loaded by the first call.
    /// Follows [`nvonnxparser::IParser::parseFromFile`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/c-api/classnvonnxparser_1_1_i_parser.html).
    ///
    /// # Errors
    /// [`Error::Load`] without the parser's library; [`Error::Unsupported`] where this program was compiled without
    /// `NvOnnxParser.h`; a file that is missing, damaged or no ONNX model, or has an operator that the parser does not know,
    /// with the parser's words.
    pub fn parse_onnx(&self, file: impl AsRef<Path>) -> Result<()> {
        let file = file.as_ref();
        if self.num_layers() > 0 {
            return Err(Error::invalid(
                "the network",
                "has layers already; an ONNX file needs an empty one",
            ));
        }
        let library = self.library();
        let what = "parsing ONNX";
        let create = entry!(library, onnx_parser_create, what)?;
        let parse = entry!(library, onnx_parser_parse, what)?;
        let path = c_path(file)?;
        let factory = library.raw().create_onnx_parser()?;
        let mut raw = std::ptr::null_mut();
        library.check(&"creating the ONNX parser", || {
            // SAFETY: the network is alive, the logger lives forever, the factory is of the library that belongs to this one.
            unsafe { create(factory, self.raw(), library.logger(), &mut raw) }
        })?;
        // Also after a failure the network may refer to weights of the parser.
        self.parsers.borrow_mut().push(Parser {
            raw: library.created("the ONNX parser", raw)?,
            library: library.clone(),
        });
        let what = std::fmt::from_fn(|f| write!(f, "parsing {}", file.display()));
        // SAFETY: parser and network are alive; the path ends with NUL.
        library.check(&what, || unsafe { parse(raw, path.as_ptr()) })?;
        // The parser takes many a file that is no ONNX for an empty model.
        if self.outputs().next().is_none() {
            return Err(Error::invalid(
                file.display().to_string(),
                "describes no output; expected an ONNX model",
            ));
        }
        Ok(())
    }
}

impl Drop for Parser {
    fn drop(&mut self) {
        if let Some(destroy) = self.library.api().onnx_parser_destroy {
            // SAFETY: created once, destroyed once, here, while its network is alive and built no more.
            unsafe { destroy(self.raw.as_ptr()) };
        }
    }
}
