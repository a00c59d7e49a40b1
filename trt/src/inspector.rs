//! What an engine consists of, in TensorRT's own words.

use std::ptr::NonNull;

use trt_sys::TrtInspector;

use crate::enums::native_enum;
use crate::library::{entry, text};
use crate::{Context, Engine, Result};

native_enum! {
    /// The form of layer information.
    LayerInformationFormat: TrtLayerInformationFormat, "layer information format" {
        /// One line of text.
        OneLine = ONELINE,
        /// JSON.
        Json = JSON,
    }
}

/// Reads layer information from an engine. How much there is depends on the profiling verbosity of the build.
///
/// Follows [`nvinfer1::IEngineInspector`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/c-api/classnvinfer1_1_1_i_engine_inspector.html).
#[derive(Debug)]
pub struct Inspector<'c> {
    engine: Engine,
    raw: NonNull<TrtInspector>,
    /// Keeps the context alive and unchanged whose shapes the answers show.
    context: Option<&'c Context>,
}

impl Engine {
    /// An inspector of this engine.
    ///
    /// # Errors
    /// TensorRT's refusal, a library without inspector.
    pub fn inspector(&self) -> Result<Inspector<'static>> {
        let library = self.library();
        let what = "creating an inspector";
        let create = entry!(library, engine_create_inspector, what)?;
        let mut raw = std::ptr::null_mut();
        let _making = self.lock();
        // SAFETY: a live engine, valid out-pointer.
        library.check(&what, || unsafe { create(self.raw(), &mut raw) })?;
        Ok(Inspector {
            engine: self.clone(),
            raw: library.created(what, raw)?,
            context: None,
        })
    }
}

impl Context {
    /// An inspector that shows the shapes of this context.
    ///
    /// # Errors
    /// TensorRT's refusal, a library without inspector.
    pub fn inspector(&self) -> Result<Inspector<'_>> {
        let mut inspector: Inspector<'_> = self.engine().inspector()?;
        let library = self.engine().library();
        let what = "inspecting a context";
        let set = entry!(library, inspector_set_context, what)?;
        // SAFETY: both are live, and the borrow keeps the context alive as long as the inspector.
        library.check(&what, || unsafe { set(inspector.raw.as_ptr(), self.raw()) })?;
        inspector.context = Some(self);
        Ok(inspector)
    }
}

impl Inspector<'_> {
    /// All layers.
    ///
    /// # Errors
    /// TensorRT's refusal.
    pub fn engine_information(&self, format: LayerInformationFormat) -> Result<String> {
        let library = self.engine.library();
        let what = "the engine's layer information";
        let get = entry!(library, inspector_engine, what)?;
        self.read(what, |out| {
            // SAFETY: a live inspector, valid out-pointer.
            unsafe { get(self.raw.as_ptr(), format.to_raw(), out) }
        })
    }

    /// One layer, by its position.
    ///
    /// # Errors
    /// TensorRT's refusal, as for a position past the last layer.
    pub fn layer_information(
        &self,
        index: usize,
        format: LayerInformationFormat,
    ) -> Result<String> {
        let library = self.engine.library();
        let what = "a layer's information";
        let get = entry!(library, inspector_layer, what)?;
        let index = i32::try_from(index).unwrap_or(i32::MAX);
        self.read(what, |out| {
            // SAFETY: a live inspector, valid out-pointer; TensorRT refuses a wrong position.
            unsafe { get(self.raw.as_ptr(), index, format.to_raw(), out) }
        })
    }

    fn read(
        &self,
        what: &str,
        get: impl FnOnce(*mut *const std::ffi::c_char) -> trt_sys::TrtStatus,
    ) -> Result<String> {
        let mut information = std::ptr::null();
        self.engine
            .library()
            .check_log(&what, || get(&mut information))?;
        // SAFETY: null or a string that lives until the next call on this inspector, which is not shared.
        Ok(unsafe { text(information) })
    }
}

impl Drop for Inspector<'_> {
    fn drop(&mut self) {
        if let Some(destroy) = self.engine.library().api().inspector_destroy {
            let _making = self.engine.lock();
            // SAFETY: ours alone; the engine and context still live.
            unsafe { destroy(self.raw.as_ptr()) };
        }
    }
}
