//! A session: runs a module on one stream.

use std::sync::Arc;

use trt::cuda::{DeviceBuffer, Stream};
use trt::{Dims, LayerTime, Product};

use super::TrtModule;
use super::error::{Error, Result};
use super::lru::Lru;
use super::run::Run;
use super::signature::{Call, Placed, Signature};
use super::staging::Staging;
use super::tensor::{BufferMut, BufferRef, DeviceTensor, TensorView};

/// How a session runs.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SessionOptions {
    /// Record each combination of input shapes as a CUDA graph at its second run and launch that from then on.
    /// Default: true.
    pub cuda_graphs: bool,
    /// For how many combinations of input shapes contexts and graphs are kept; the longest unused goes first.
    /// Default: 8.
    pub max_shapes: usize,
}

impl Default for SessionOptions {
    fn default() -> Self {
        Self {
            cuda_graphs: true,
            max_shapes: 8,
        }
    }
}

/// Runs a [`TrtModule`] on one stream; it can move to another thread. Several sessions of one module share the engine
/// and its weights and can run at the same time. (TensorRT 8 allows only one session at a time for an engine with
/// dynamic shapes.)
///
/// A call allocates nothing once its shapes have been seen.
#[derive(Debug)]
pub struct Session {
    // The contexts wait for the device when they drop, so they go before the memory they use.
    runs: Lru<Vec<Dims>, Run>,
    module: TrtModule,
    options: SessionOptions,
    call: Call,
    output_order: Vec<usize>,
    /// Device addresses of the present call: inputs, then outputs.
    addresses: Vec<u64>,
    inputs: Vec<Staging>,
    outputs: Vec<Staging>,
    /// Shapes of the outputs of the last host run.
    output_shapes: Vec<Dims>,
    scratch: Option<Arc<DeviceBuffer>>,
    #[cfg(feature = "tch")]
    pub(super) events: Option<(trt::cuda::Event, trt::cuda::Event)>,
    stream: Stream,
}

impl Session {
    pub(super) fn new(module: &TrtModule, stream: Stream, options: SessionOptions) -> Result<Self> {
        let engine = module.engine();
        if stream.device() != engine.device() {
            return Err(trt::cuda::Error::WrongDevice {
                what: "stream",
                expected: engine.device().ordinal(),
                found: stream.device().ordinal(),
            }
            .into());
        }
        let signature = module.signature();
        let dynamic = signature.inputs.iter().any(|spec| spec.shape.is_dynamic());
        let library = engine.library();
        // Before TensorRT 10 an optimization profile serves one context at a time.
        let one_context =
            dynamic && library.product() == Product::TensorRt && library.version().major < 10;
        Ok(Self {
            runs: Lru::new(if one_context { 1 } else { options.max_shapes }),
            call: Call::default(),
            output_order: Vec::new(),
            addresses: Vec::new(),
            inputs: signature
                .inputs
                .iter()
                .map(|_| Staging::default())
                .collect(),
            outputs: signature
                .outputs
                .iter()
                .map(|_| Staging::default())
                .collect(),
            output_shapes: vec![Dims::default(); signature.outputs.len()],
            scratch: None,
            #[cfg(feature = "tch")]
            events: None,
            module: module.clone(),
            options,
            stream,
        })
    }

    /// The module.
    #[must_use]
    pub fn module(&self) -> &TrtModule {
        &self.module
    }

    /// The stream that runs are put on.
    #[must_use]
    pub fn stream(&self) -> &Stream {
        &self.stream
    }

    /// For how many combinations of input shapes contexts are kept now.
    #[must_use]
    pub fn num_shapes(&self) -> usize {
        self.runs.len()
    }

    /// True when the last call's shapes have a CUDA graph.
    #[must_use]
    pub fn has_graph(&self) -> bool {
        self.graph_nodes().is_some()
    }

    /// Kernels and copies in the CUDA graph of the last call's shapes, if they have one.
    #[must_use]
    pub fn graph_nodes(&self) -> Option<usize> {
        self.runs.latest().and_then(Run::graph_nodes)
    }

    /// Runs on tensors in host memory and waits. Arguments are checked before any CUDA call; their order does not
    /// matter. The outputs stay valid until the next call.
    ///
    /// # Errors
    /// A wrong name, type, shape or length; a shape outside of the profile; lack of device memory; failures of the run.
    pub fn run(&mut self, inputs: &[(&str, TensorView<'_>)]) -> Result<Outputs<'_>> {
        let module = self.module.clone();
        module.signature().check(inputs, &mut self.call)?;
        let done = self.run_staged(module.signature(), inputs);
        // Also after a failure: copies may be under way.
        let waited = self.stream.synchronize();
        done?;
        waited?;
        for index in 0..module.outputs().len() {
            self.read_allocated(module.signature(), index)?;
        }
        Ok(Outputs(self))
    }

    fn run_staged(
        &mut self,
        signature: &Signature,
        inputs: &[(&str, TensorView<'_>)],
    ) -> Result<()> {
        self.select(signature)?;
        let device = self.module.engine().device();
        let Some(run) = self.runs.latest_mut() else {
            return Ok(());
        };
        self.addresses.clear();
        for (staging, &position) in self.inputs.iter_mut().zip(&self.call.order) {
            let bytes = inputs[position].1.bytes();
            self.addresses.push(staging.reserve(device, bytes.len())?);
            // SAFETY: room was made; every host run ends with waiting for the stream.
            unsafe { staging.upload(bytes, &self.stream)? };
        }
        for ((staging, &shape), spec) in self
            .outputs
            .iter_mut()
            .zip(&run.output_shapes)
            .zip(&signature.outputs)
        {
            let len = size_of_shape(spec.dtype, shape);
            self.addresses.push(match len {
                Some(len) => staging.reserve(device, len)?,
                None => 0,
            });
        }
        // SAFETY: the staging memory has the sizes of these shapes and lives as long as the session.
        unsafe { run.enqueue(signature, &self.addresses, &self.stream)? };
        self.output_shapes.copy_from_slice(&run.output_shapes);
        for ((staging, &shape), spec) in self
            .outputs
            .iter_mut()
            .zip(&run.output_shapes)
            .zip(&signature.outputs)
        {
            if let Some(len) = size_of_shape(spec.dtype, shape) {
                // SAFETY: room was made; the stream is waited for before the bytes are read.
                unsafe { staging.download(len, &self.stream)? };
            }
        }
        Ok(())
    }

    /// Fetches an output if its shape came out of the run; whether it did.
    fn read_allocated(&mut self, signature: &Signature, index: usize) -> Result<bool> {
        let spec = &signature.outputs[index];
        let Some(run) = self.runs.latest() else {
            return Ok(false);
        };
        if !run.output_shapes[index].is_dynamic() {
            return Ok(false);
        }
        let context = run.context();
        let shape = context
            .allocated_shape(&spec.name)?
            .filter(|shape| !shape.is_dynamic());
        let shape = shape.ok_or_else(|| Error::DataDependent {
            name: spec.path.clone(),
        })?;
        let len = size_of_shape(spec.dtype, shape).unwrap_or(0);
        self.outputs[index].reserve(self.module.engine().device(), len)?;
        context.read_allocated(&spec.name, self.outputs[index].bytes_mut(len), &self.stream)?;
        self.output_shapes[index] = shape;
        Ok(true)
    }

    /// Runs on device buffers and waits. The outputs need the shapes that [`output_shapes`](Self::output_shapes)
    /// gives; buffers may be longer. Outputs whose shape depends on the data are left out: the engine allocates them, and
    /// [`allocated`](Self::allocated) fetches them.
    ///
    /// # Errors
    /// As [`run`](Self::run); buffers of another device; memory for an output whose shape depends on the data.
    pub fn run_buffers(
        &mut self,
        inputs: &[(&str, BufferRef<'_>)],
        outputs: &mut [(&str, BufferMut<'_>)],
    ) -> Result<()> {
        // SAFETY: the buffers are borrowed, the outputs exclusively, until the stream has been waited for.
        let done = unsafe { self.enqueue_placed(inputs, outputs) };
        let waited = self.stream.synchronize();
        done?;
        Ok(waited?)
    }

    /// Waits for the last run and fetches an output that the engine allocated, since its shape depends on the data. Valid
    /// until the next call.
    ///
    /// # Errors
    /// An unknown name; an output that is in memory of the caller; no run before; failures of the work waited for.
    pub fn allocated(&mut self, name: &str) -> Result<TensorView<'_>> {
        let module = self.module.clone();
        let index = super::check::position("output", module.outputs(), name)?;
        if self.read_allocated(module.signature(), index)? {
            return self.output(index);
        }
        let problem = match self.runs.latest() {
            Some(_) => "is in the memory that the run was given",
            None => "is not there before the first run",
        };
        Err(Error::Placement {
            name: module.outputs()[index].path.clone(),
            detail: problem.to_owned(),
        })
    }

    /// What was fetched of an output.
    fn output(&self, index: usize) -> Result<TensorView<'_>> {
        let dtype = self.module.outputs()[index].dtype;
        let shape = self.output_shapes[index];
        let len = size_of_shape(dtype, shape).unwrap_or(0);
        TensorView::from_bytes(dtype, self.outputs[index].bytes(len), &shape)
    }

    /// As [`run_buffers`](Self::run_buffers), without CUDA graph; gives the time of each layer, as TensorRT fused them.
    ///
    /// # Errors
    /// As [`run_buffers`](Self::run_buffers).
    pub fn layer_times(
        &mut self,
        inputs: &[(&str, BufferRef<'_>)],
        outputs: &mut [(&str, BufferMut<'_>)],
    ) -> Result<Vec<LayerTime>> {
        let module = self.module.clone();
        self.place(module.signature(), inputs, outputs)?;
        match self.runs.latest_mut() {
            // SAFETY: types, shapes and lengths were checked; the buffers are borrowed, the outputs exclusively, until the
            // run is over, which is waited for.
            Some(run) => unsafe {
                run.layer_times(module.signature(), &self.addresses, &self.stream)
            },
            None => Ok(Vec::new()),
        }
    }

    /// Puts a run on the stream and returns at once.
    ///
    /// # Errors
    /// As [`run_buffers`](Self::run_buffers).
    ///
    /// # Safety
    /// Until the work on the stream is done, the addresses are memory of the engine's device with at least the given
    /// lengths, nothing else writes to the inputs, and nothing else uses the outputs.
    pub unsafe fn enqueue(
        &mut self,
        inputs: &[(&str, DeviceTensor)],
        outputs: &[(&str, DeviceTensor)],
    ) -> Result<()> {
        // SAFETY: the caller's promise.
        unsafe { self.enqueue_placed(inputs, outputs) }
    }

    /// # Safety
    /// As [`enqueue`](Self::enqueue).
    pub(super) unsafe fn enqueue_placed<I: Placed, O: Placed>(
        &mut self,
        inputs: &[(&str, I)],
        outputs: &[(&str, O)],
    ) -> Result<()> {
        let module = self.module.clone();
        self.place(module.signature(), inputs, outputs)?;
        match self.runs.latest_mut() {
            // SAFETY: the caller's promise; types, shapes and lengths were checked.
            Some(run) => unsafe { run.enqueue(module.signature(), &self.addresses, &self.stream) },
            None => Ok(()),
        }
    }

    /// Checks a call, makes the run for its shapes the latest and collects its addresses.
    fn place<I: Placed, O: Placed>(
        &mut self,
        signature: &Signature,
        inputs: &[(&str, I)],
        outputs: &[(&str, O)],
    ) -> Result<()> {
        signature.check(inputs, &mut self.call)?;
        self.select(signature)?;
        let shapes = self.runs.latest().map(|run| &run.output_shapes);
        let shapes = shapes.map_or(&[][..], Vec::as_slice);
        signature.check_outputs(outputs, shapes, &mut self.output_order)?;
        self.addresses.clear();
        self.addresses.extend(
            self.call
                .order
                .iter()
                .map(|&position| inputs[position].1.address()),
        );
        self.addresses.extend(
            self.output_order
                .iter()
                .map(|&position| outputs.get(position).map_or(0, |(_, o)| o.address())),
        );
        Ok(())
    }

    /// The shapes that the outputs have for these input shapes, in the signature's order; -1 for sizes that depend on
    /// the data.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn output_shapes(&mut self, inputs: &[(&str, &[i64])]) -> Result<Vec<Dims>> {
        let module = self.module.clone();
        module.signature().check(inputs, &mut self.call)?;
        self.output_shapes_of_call(module.signature())
    }

    /// As [`output_shapes`](Self::output_shapes), for the call checked last.
    pub(super) fn output_shapes_of_call(&mut self, signature: &Signature) -> Result<Vec<Dims>> {
        self.select(signature)?;
        Ok(self
            .runs
            .latest()
            .map(|run| run.output_shapes.clone())
            .unwrap_or_default())
    }

    #[cfg(feature = "tch")]
    pub(super) fn check<T: super::signature::Describe>(
        &mut self,
        inputs: &[(&str, T)],
    ) -> Result<()> {
        let module = self.module.clone();
        module.signature().check(inputs, &mut self.call)
    }

    /// Makes the run for the shapes of `self.call` the latest.
    fn select(&mut self, signature: &Signature) -> Result<()> {
        if self.runs.touch(self.call.shapes.as_slice()) {
            return Ok(());
        }
        let engine = self.module.engine();
        let scratch = match &self.scratch {
            Some(scratch) => scratch,
            None => {
                let memory = DeviceBuffer::new(engine.device(), engine.device_memory_size()?)?;
                self.scratch.insert(Arc::new(memory))
            }
        };
        self.runs.make_room();
        // SAFETY: only runs of this session use the scratch memory, all on this stream.
        let run = unsafe {
            Run::new(
                engine,
                signature,
                &self.call,
                &self.stream,
                scratch,
                self.options.cuda_graphs,
            )?
        };
        self.runs.insert(self.call.shapes.clone(), run);
        Ok(())
    }
}

fn size_of_shape(dtype: trt::DataType, shape: Dims) -> Option<usize> {
    shape.volume().and_then(|volume| dtype.bytes_for(volume))
}

/// The outputs of a host run, valid until the session's next call.
#[derive(Debug)]
pub struct Outputs<'s>(&'s Session);

impl Outputs<'_> {
    /// The output of this name (its path in the output tree, or its name in the engine).
    ///
    /// # Errors
    /// [`Error::UnknownName`] with the names there are.
    pub fn get(&self, name: &str) -> Result<TensorView<'_>> {
        let specs = self.0.module.outputs();
        self.0
            .output(super::check::position("output", specs, name)?)
    }

    /// All outputs by path, in the signature's order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, TensorView<'_>)> {
        let specs = self.0.module.outputs().iter().enumerate();
        specs.filter_map(|(index, spec)| Some((spec.path.as_str(), self.0.output(index).ok()?)))
    }
}
