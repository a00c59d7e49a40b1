//! Plugins in a network.

use std::fmt;

use trt_sys::{TrtPlugin, TrtTensor};

use super::{Layer, Network, Tensor};
use crate::library::entry;
use crate::plugin::{self, AnyPlugin, LibraryPlugin};
use crate::{Error, Result};

impl Network<'_> {
    /// Adds a plugin, and registers it, so that the plan can be loaded in this process. `shape_inputs` are tensors
    /// whose values the plugin needs to infer shapes; its kernels do not see them.
    ///
    /// The network keeps a copy.
    ///
    /// # Errors
    /// [`Error::Plugin`] with the plugin's words when it refuses the inputs; TensorRT's refusal; a tensor of another
    /// network; [`Error::Unsupported`] on TensorRT-RTX, and for shape inputs on TensorRT 8.
    pub fn add_plugin(
        &self,
        inputs: &[Tensor<'_>],
        shape_inputs: &[Tensor<'_>],
        plugin: &AnyPlugin,
    ) -> Result<Layer<'_>> {
        let library = self.library();
        let name = plugin.registration().name();
        let what = fmt::from_fn(|f| write!(f, "adding the plugin {name}"));
        let create = entry!(library, plugin_create, &what)?;
        library.plugins()?.register(&[*plugin.registration()])?;
        let object =
            plugin::object(plugin.clone()).map_err(|source| Error::plugin(name, source, &what))?;
        let mut raw = std::ptr::null_mut();
        // SAFETY: the object is taken over.
        library.check(&what, || unsafe { create(&object, &mut raw) })?;
        let raw = library.created("a plugin", raw)?;
        let layer = self.add_raw_plugin(inputs, shape_inputs, raw.as_ptr());
        if let Some(destroy) = library.api().plugin_destroy {
            // SAFETY: created above, destroyed once; the network has cloned it.
            unsafe { destroy(raw.as_ptr()) };
        }
        layer
    }

    /// Adds a plugin that a creator in the registry has made, such as one of NVIDIA's.
    ///
    /// # Errors
    /// TensorRT's or the plugin's refusal, a tensor of another network, a plugin of another TensorRT.
    pub fn add_library_plugin(
        &self,
        inputs: &[Tensor<'_>],
        shape_inputs: &[Tensor<'_>],
        plugin: &LibraryPlugin,
    ) -> Result<Layer<'_>> {
        self.add_raw_plugin(inputs, shape_inputs, plugin.raw_for(self.library())?)
    }

    fn add_raw_plugin(
        &self,
        inputs: &[Tensor<'_>],
        shape_inputs: &[Tensor<'_>],
        plugin: *const TrtPlugin,
    ) -> Result<Layer<'_>> {
        let what = "add_plugin";
        let add = entry!(self.core.library, add_plugin, what)?;
        let raw = |tensors: &[Tensor<'_>]| -> Vec<*mut TrtTensor> {
            tensors.iter().map(Tensor::raw).collect()
        };
        let (values, shapes) = (raw(inputs), raw(shape_inputs));
        let layer = self
            .core
            .add(what, &[inputs, shape_inputs].concat(), |network, out| {
                // SAFETY: the network is alive, `add` has checked that the tensors belong to it, the plugin is alive.
                unsafe {
                    add(
                        network,
                        values.as_ptr(),
                        values.len() as i32,
                        shapes.as_ptr(),
                        shapes.len() as i32,
                        plugin,
                        out,
                    )
                }
            })?;
        // SAFETY: the layer was just added to this network.
        Ok(unsafe { Layer::from_raw(layer, &self.core) })
    }
}
