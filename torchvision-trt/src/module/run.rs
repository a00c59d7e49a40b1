//! One context set up for certain input shapes, with its CUDA graph.

use std::ffi::c_void;
use std::sync::Arc;

use trt::cuda::{DeviceBuffer, Graph, Stream};
use trt::{Context, Dims, Engine, LayerTime};

use super::error::Result;
use super::signature::{Call, Signature};

/// A context for certain input shapes. TensorRT asks for one context per captured graph; all of a session share the
/// scratch memory, since they run one after the other on its stream.
#[derive(Debug)]
pub(super) struct Run {
    context: Context,
    /// The shapes of the outputs; -1 for sizes that depend on the data.
    pub(super) output_shapes: Vec<Dims>,
    /// What the context's tensors are bound to: inputs, then outputs; 0 for outputs that the context allocates.
    addresses: Vec<u64>,
    graph: Option<Graph>,
    capturable: bool,
}

impl Run {
    /// # Safety
    /// `scratch` is used by runs on `stream` only.
    pub(super) unsafe fn new(
        engine: &Engine,
        signature: &Signature,
        call: &Call,
        stream: &Stream,
        scratch: &Arc<DeviceBuffer>,
        use_graphs: bool,
    ) -> Result<Self> {
        let mut context = engine.context_without_memory()?;
        if engine.num_profiles() > 1 {
            context.set_profile(call.profile, stream)?;
        }
        for (spec, shape) in signature.inputs.iter().zip(&call.shapes) {
            if spec.shape.is_dynamic() {
                context.set_input_shape(&spec.name, shape)?;
            }
        }
        // SAFETY: the caller's promise.
        unsafe { context.set_device_memory(scratch)? };
        let mut output_shapes = Vec::new();
        for spec in &signature.outputs {
            let shape = context.tensor_shape(&spec.name)?;
            if shape.is_dynamic() {
                context.allocate_output(&spec.name)?;
            }
            output_shapes.push(shape);
        }
        Ok(Self {
            context,
            addresses: Vec::new(),
            graph: None,
            capturable: use_graphs && !output_shapes.iter().any(Dims::is_dynamic),
            output_shapes,
        })
    }

    /// Puts a run with these addresses on the stream. The first run with new addresses is a plain one, which TensorRT
    /// wants before a capture; the second records a graph that further ones launch.
    ///
    /// # Safety
    /// The addresses are good for the shapes until the work is done: see [`Context::set_address`].
    pub(super) unsafe fn enqueue(
        &mut self,
        signature: &Signature,
        addresses: &[u64],
        stream: &Stream,
    ) -> Result<()> {
        if self.addresses != addresses {
            // SAFETY: the caller's promise.
            unsafe { self.bind(signature, addresses)? };
            return Ok(self.context.enqueue(stream)?);
        }
        if self.graph.is_none() && self.capturable {
            match self.context.capture(stream) {
                Ok(graph) => self.graph = Some(graph),
                Err(error) => {
                    tracing::warn!("this engine runs without CUDA graph: {error}");
                    self.capturable = false;
                }
            }
        }
        match &mut self.graph {
            // SAFETY: the graph refers to the context, which lives beside it, the scratch memory, which the context
            // keeps, and the addresses, which the caller vouches for.
            Some(graph) => unsafe { graph.launch(stream)? },
            None => self.context.enqueue(stream)?,
        }
        Ok(())
    }

    /// A run without graph that measures each layer, and waits.
    ///
    /// # Safety
    /// As [`enqueue`](Self::enqueue).
    pub(super) unsafe fn layer_times(
        &mut self,
        signature: &Signature,
        addresses: &[u64],
        stream: &Stream,
    ) -> Result<Vec<LayerTime>> {
        // SAFETY: the caller's promise.
        unsafe { self.bind(signature, addresses)? };
        self.context.set_profiling(true)?;
        let ran = self.context.enqueue(stream);
        let waited = stream.synchronize();
        let times = self.context.take_layer_times();
        self.context.set_profiling(false)?;
        ran?;
        waited?;
        Ok(times)
    }

    /// Gives the context its addresses; a graph of others is no longer valid.
    ///
    /// # Safety
    /// As [`enqueue`](Self::enqueue).
    unsafe fn bind(&mut self, signature: &Signature, addresses: &[u64]) -> Result<()> {
        self.graph = None;
        self.addresses.clear();
        let specs = signature.inputs.iter().chain(&signature.outputs);
        for (spec, &address) in specs.zip(addresses) {
            if address != 0 {
                // SAFETY: the caller's promise.
                unsafe {
                    self.context
                        .set_address(&spec.name, address as *mut c_void)?
                };
            }
        }
        self.addresses.extend_from_slice(addresses);
        Ok(())
    }

    /// The context.
    pub(super) fn context(&self) -> &Context {
        &self.context
    }

    /// Nodes of the graph that has been recorded.
    pub(super) fn graph_nodes(&self) -> Option<usize> {
        self.graph.as_ref().map(Graph::num_nodes)
    }
}
