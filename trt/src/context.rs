//! An execution context: one run of an engine at a time.

use std::ffi::c_void;
use std::fmt;
use std::ptr::NonNull;
use std::sync::Arc;

use trt_sys::{TrtContext, TrtDims};

use crate::cuda::{self, DeviceBuffer, Event, Graph, Stream};
use crate::engine::{TensorInfo, TensorMode};
use crate::error::c_string;
use crate::library::entry;
use crate::output_allocator::OutputAllocator;
use crate::profiler::{self, LayerTime, Profiler};
use crate::{Dims, Engine, Error, Result};

/// Runs an engine: holds the shapes, addresses and scratch memory of one run at a time. It can move to another thread
/// but not be shared; make one for each thread or stream.
///
/// Follows [`nvinfer1::IExecutionContext`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/c-api/classnvinfer1_1_1_i_execution_context.html).
pub struct Context {
    engine: Engine,
    raw: NonNull<TrtContext>,
    /// For each tensor of the engine whether it has an address.
    bound: Vec<bool>,
    /// For each tensor of the engine; TensorRT knows their addresses.
    allocators: Vec<Option<Box<OutputAllocator>>>,
    /// TensorRT knows its address.
    profiler: Option<Box<Profiler>>,
    memory: Option<Arc<DeviceBuffer>>,
    /// True when work may be under way.
    used: bool,
}

// SAFETY: a context may be used from any thread, one at a time (TensorRT Developer Guide, "Thread Safety"). It is not
// `Sync`: the raw pointer sees to that.
unsafe impl Send for Context {}

impl Context {
    pub(crate) fn new(engine: Engine, raw: NonNull<TrtContext>) -> Self {
        Self {
            bound: vec![false; engine.tensors().len()],
            allocators: engine.tensors().iter().map(|_| None).collect(),
            engine,
            raw,
            profiler: None,
            memory: None,
            used: false,
        }
    }

    /// The engine.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Names the context for logs and profiles.
    ///
    /// # Errors
    /// A name with a NUL.
    pub fn set_name(&mut self, name: &str) -> Result<()> {
        let library = self.engine.library();
        let set = entry!(library, context_set_name, "naming a context")?;
        let name = c_string(name)?;
        // SAFETY: a live context; TensorRT copies the name.
        library.check(&"naming a context", || unsafe {
            set(self.raw.as_ptr(), name.as_ptr())
        })
    }

    /// Chooses the optimization profile. Input shapes have to be set again afterwards, and work on other streams has
    /// to wait for `stream`.
    ///
    /// # Errors
    /// A number that is no profile.
    pub fn set_profile(&mut self, profile: usize, stream: &Stream) -> Result<()> {
        if profile >= self.engine.num_profiles() {
            return Err(Error::invalid(
                format!("profile {profile}"),
                format!("the engine has {}", self.engine.num_profiles()),
            ));
        }
        self.check_stream(stream)?;
        let library = self.engine.library();
        let set = entry!(library, context_set_profile, "choosing a profile")?;
        self.engine.device().make_current()?;
        self.used = true;
        library.check(&"choosing a profile", || {
            // SAFETY: a live context and stream.
            unsafe { set(self.raw.as_ptr(), profile as i32, stream.as_raw()) }
        })
    }

    /// Sets the shape of an input. Not needed for inputs without dynamic sizes.
    ///
    /// # Errors
    /// A name that is no input, a shape that does not fit the engine or lies outside of the profile.
    pub fn set_input_shape(&mut self, name: &str, shape: &[i64]) -> Result<()> {
        let library = self.engine.library();
        let tensor = self.tensor_of_mode(name, TensorMode::Input)?;
        let dims = Dims::new(shape)?.to_raw();
        let set = entry!(library, context_set_input_shape, "setting an input shape")?;
        library.check(
            &format_args!("setting the shape {shape:?} of input `{name}`"),
            || {
                // SAFETY: a live context, a C string, valid dims.
                unsafe { set(self.raw.as_ptr(), tensor.c_name.as_ptr(), &dims) }
            },
        )
    }

    /// The shape of an input or output for the present input shapes; -1 for sizes that are not known yet, as those
    /// that depend on the data.
    ///
    /// # Errors
    /// An unknown name; shapes that do not fit together.
    pub fn tensor_shape(&self, name: &str) -> Result<Dims> {
        let library = self.engine.library();
        let tensor = self.engine.tensor(name)?;
        let get = entry!(library, context_tensor_shape, "a tensor's shape")?;
        let mut dims = TrtDims {
            rank: -1,
            d: [0; 8],
        };
        library.check(&format_args!("the shape of tensor `{name}`"), || {
            // SAFETY: a live context, a C string, valid out-pointer.
            unsafe { get(self.raw.as_ptr(), tensor.c_name.as_ptr(), &mut dims) }
        })?;
        Dims::from_raw(&dims).ok_or_else(|| Error::Shape {
            what: format!("tensor `{name}`"),
            detail: "the input shapes do not fit together".into(),
        })
    }

    /// Computes all shapes from the input shapes and the values of shape inputs.
    ///
    /// # Errors
    /// [`Error::Invalid`] names the inputs whose shape or value is missing.
    pub fn infer_shapes(&mut self) -> Result<()> {
        let library = self.engine.library();
        let infer = entry!(library, context_infer_shapes, "inferring shapes")?;
        let mut names = vec![std::ptr::null(); self.engine.tensors().len()];
        let mut count = 0;
        library.check(&"inferring shapes", || {
            // SAFETY: a live context, room for as many names as said, valid out-pointer.
            unsafe {
                infer(
                    self.raw.as_ptr(),
                    names.as_mut_ptr(),
                    names.len() as i32,
                    &mut count,
                )
            }
        })?;
        if count == 0 {
            return Ok(());
        }
        let written = usize::try_from(count).unwrap_or(0).min(names.len());
        let missing: Vec<_> = names[..written]
            .iter()
            // SAFETY: the entries written are names that live as long as the engine.
            .map(|name| unsafe { crate::library::text(*name) })
            .collect();
        Err(Error::invalid(
            "input shapes",
            format!("not set for {}", missing.join(", ")),
        ))
    }

    /// Sets the memory of an input or output: a device address, or a host address where the tensor's location is the
    /// host. It stays set for later runs.
    ///
    /// # Errors
    /// An unknown name; an address that is not aligned to 256 bytes.
    ///
    /// # Safety
    /// From the next [`enqueue`](Self::enqueue) until the work of the last one is done, `address` points to memory of
    /// the engine's device large enough for the tensor's shape, and nothing else writes to it (or, for an output,
    /// reads it) meanwhile. Where the tensor's [`location`](TensorInfo::location) is the host, the memory is there from
    /// this call on until another address is set or the context dropped: any method may read the values. Null takes the
    /// address away.
    pub unsafe fn set_address(&mut self, name: &str, address: *mut c_void) -> Result<()> {
        let library = self.engine.library();
        let index = self.index(name)?;
        let tensor = &self.engine.tensors()[index];
        let set = entry!(library, context_set_address, "setting an address")?;
        library.check(
            &format_args!("setting the address of tensor `{name}`"),
            || {
                // SAFETY: a live context, a C string; the memory is the caller's promise.
                unsafe { set(self.raw.as_ptr(), tensor.c_name.as_ptr(), address) }
            },
        )?;
        self.bound[index] = !address.is_null();
        Ok(())
    }

    /// Lets the context allocate an output itself during the run, as outputs need whose shape depends on the data.
    /// [`allocated_shape`](Self::allocated_shape) and [`read_allocated`](Self::read_allocated) give the result.
    ///
    /// # Errors
    /// A name that is no output, a library without output allocators (TensorRT 8.2).
    pub fn allocate_output(&mut self, name: &str) -> Result<()> {
        let index = self.index(name)?;
        let library = self.engine.library();
        let tensor = self.tensor_of_mode(name, TensorMode::Output)?;
        let set = entry!(
            library,
            context_set_output_allocator,
            "data-dependent output shapes"
        )?;
        let allocator = Box::new(OutputAllocator::new(self.engine.device()));
        library.check(
            &format_args!("setting the allocator of output `{name}`"),
            || {
                // SAFETY: a live context; the callbacks are copied, their user data lives in a box until the context is
                // destroyed or the next allocator is set.
                unsafe {
                    set(
                        self.raw.as_ptr(),
                        tensor.c_name.as_ptr(),
                        &allocator.callbacks(),
                    )
                }
            },
        )?;
        self.allocators[index] = Some(allocator);
        Ok(())
    }

    /// The shape that the last run gave an output set up by [`allocate_output`](Self::allocate_output); known when
    /// [`enqueue`](Self::enqueue) has returned. `None` before the first run.
    ///
    /// # Errors
    /// An unknown name, or an output that is not allocated by the context.
    pub fn allocated_shape(&self, name: &str) -> Result<Option<Dims>> {
        Ok(self.allocator(name)?.shape())
    }

    /// Copies an output set up by [`allocate_output`](Self::allocate_output) to the host, after waiting for `stream`.
    /// `bytes` has the size of [`allocated_shape`](Self::allocated_shape).
    ///
    /// # Errors
    /// An unknown name, more bytes than the output has, failures of the work waited for.
    pub fn read_allocated(&self, name: &str, bytes: &mut [u8], stream: &Stream) -> Result<()> {
        self.check_stream(stream)?;
        Ok(self.allocator(name)?.read(bytes, stream)?)
    }

    /// Device address and size of an output set up by [`allocate_output`](Self::allocate_output); valid until the
    /// next run. `None` before the first run.
    ///
    /// # Errors
    /// An unknown name, or an output that is not allocated by the context.
    pub fn allocated_memory(&self, name: &str) -> Result<Option<(u64, usize)>> {
        Ok(self.allocator(name)?.memory())
    }

    /// Gives scratch memory to a context made by [`Engine::context_without_memory`]. Contexts may share a block as
    /// long as their runs do not overlap.
    ///
    /// # Errors
    /// Less memory than [`Engine::device_memory_size`], or of another device.
    ///
    /// # Safety
    /// Nothing else, also no other context, uses the block while a run of this context is under way.
    pub unsafe fn set_device_memory(&mut self, memory: &Arc<DeviceBuffer>) -> Result<()> {
        let needed = self.engine.device_memory_size()?;
        if memory.len() < needed {
            return Err(Error::invalid(
                "device memory",
                format!("{} bytes, the engine needs {needed}", memory.len()),
            ));
        }
        let device = self.engine.device();
        device.check_same("device memory", memory.device())?;
        let library = self.engine.library();
        let set = entry!(library, context_set_device_memory, "shared device memory")?;
        library.check_log(&"setting device memory", || {
            // SAFETY: a live context; the block is large enough and kept alive by the Arc.
            unsafe { set(self.raw.as_ptr(), memory.as_ptr(), memory.len() as i64) }
        })?;
        self.memory = Some(Arc::clone(memory));
        Ok(())
    }

    /// Lets `event` happen once the inputs have been read and may be overwritten; `None` takes it away.
    ///
    /// # Errors
    /// A library without this.
    ///
    /// # Safety
    /// The event lives until the last run that signals it is done.
    pub unsafe fn set_input_consumed_event(&mut self, event: Option<&Event>) -> Result<()> {
        let library = self.engine.library();
        let set = entry!(
            library,
            context_set_input_consumed_event,
            "an input-consumed event"
        )?;
        let event = event.map_or(std::ptr::null_mut(), Event::as_raw);
        // SAFETY: a live context; the event is the caller's promise.
        library.check(&"setting the input-consumed event", || unsafe {
            set(self.raw.as_ptr(), event)
        })
    }

    /// Puts a run on a stream. All inputs need a shape and an address, all outputs an address or
    /// [`allocate_output`](Self::allocate_output). The first run after a change of shapes also updates what depends
    /// on them.
    ///
    /// # Errors
    /// A stream of another device, missing shapes or addresses, lack of memory.
    pub fn enqueue(&mut self, stream: &Stream) -> Result<()> {
        self.check_stream(stream)?;
        let library = self.engine.library();
        let enqueue = entry!(library, context_enqueue, "running")?;
        let unbound = |index: &usize| !self.bound[*index] && self.allocators[*index].is_none();
        if let Some(index) = (0..self.bound.len()).find(unbound) {
            let name = &self.engine.tensors()[index].name;
            return Err(Error::invalid(
                format!("tensor `{name}`"),
                "has no address; call `set_address` first",
            ));
        }
        self.engine.device().make_current()?;
        for allocator in self.allocators.iter().flatten() {
            allocator.start();
        }
        self.used = true;
        library
            .check(&"running the engine", || {
                // SAFETY: a live context and stream; the addresses are valid by the promise of `set_address`.
                unsafe { enqueue(self.raw.as_ptr(), stream.as_raw()) }
            })
            .map_err(|error| {
                let allocators = self.allocators.iter().flatten();
                allocators
                    .filter_map(|a| a.take_error())
                    .next()
                    .map_or(error, Into::into)
            })
    }

    /// Records a run as a CUDA graph instead of running it. Run once with [`enqueue`](Self::enqueue) after the last
    /// change of shapes or addresses before. A later change of shapes, addresses or profile makes the graph invalid.
    ///
    /// # Errors
    /// As [`enqueue`](Self::enqueue), and an engine that cannot be captured, as with data-dependent shapes.
    pub fn capture(&mut self, stream: &Stream) -> Result<Graph> {
        Graph::capture(stream, || self.enqueue(stream))
    }

    /// Starts or stops measuring the time of each layer; [`enqueue`](Self::enqueue) then waits for the run. TensorRT keeps a
    /// profiler for good: a context that has had one may stay slower than another.
    ///
    /// # Errors
    /// TensorRT's refusal.
    pub fn set_profiling(&mut self, on: bool) -> Result<()> {
        self.wait()?;
        let library = self.engine.library();
        if on && self.profiler.is_none() {
            let set = entry!(library, context_set_profiler, "profiling")?;
            let profiler = Box::new(Profiler::default());
            library.check(&"setting the profiler", || {
                // SAFETY: a live context; the user data lives in a box that the context keeps until it is destroyed.
                unsafe { set(self.raw.as_ptr(), Some(profiler::report), profiler.user()) }
            })?;
            self.profiler = Some(profiler);
        }
        let Some(profiler) = &self.profiler else {
            return Ok(());
        };
        let emit = entry!(library, context_set_enqueue_emits_profile, "profiling")?;
        library.check(&"switching the profiler", || {
            // SAFETY: a live context.
            unsafe { emit(self.raw.as_ptr(), on.into()) }
        })?;
        profiler.take();
        Ok(())
    }

    /// The layer times of the runs since the last call, in order of execution; empty without
    /// [`set_profiling`](Self::set_profiling).
    pub fn take_layer_times(&mut self) -> Vec<LayerTime> {
        self.profiler
            .as_ref()
            .map(|profiler| profiler.take())
            .unwrap_or_default()
    }

    pub(crate) fn raw(&self) -> *mut TrtContext {
        self.raw.as_ptr()
    }

    /// Waits for all work on the device when some of it may be this context's.
    fn wait(&mut self) -> cuda::Result<()> {
        if std::mem::take(&mut self.used) {
            self.engine.device().synchronize()?;
        }
        Ok(())
    }

    fn check_stream(&self, stream: &Stream) -> Result<()> {
        let device = self.engine.device();
        Ok(device.check_same("stream", stream.device())?)
    }

    fn index(&self, name: &str) -> Result<usize> {
        let named = |tensor: &TensorInfo| tensor.name == name;
        match self.engine.tensors().iter().position(named) {
            Some(index) => Ok(index),
            // For the message.
            None => self.engine.tensor(name).map(|_| 0),
        }
    }

    fn tensor_of_mode(&self, name: &str, mode: TensorMode) -> Result<&TensorInfo> {
        let tensor = self.engine.tensor(name)?;
        if tensor.mode == mode {
            return Ok(tensor);
        }
        Err(Error::invalid(
            format!("tensor `{name}`"),
            format!("is an {}, expected an {}", tensor.mode, mode).to_lowercase(),
        ))
    }

    fn allocator(&self, name: &str) -> Result<&OutputAllocator> {
        self.allocators[self.index(name)?]
            .as_deref()
            .ok_or_else(|| {
                Error::invalid(
                    format!("output `{name}`"),
                    "is not allocated by the context; call `allocate_output` first",
                )
            })
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // TensorRT frees memory that a run under way still uses, and does so on the current device.
        let ready = self
            .wait()
            .and_then(|()| self.engine.device().make_current());
        if let Err(error) = ready {
            tracing::error!("{error}");
        }
        if let Some(destroy) = self.engine.library().api().context_destroy {
            let _making = self.engine.lock();
            // SAFETY: ours alone. The engine, allocators, profiler and memory are fields and so dropped afterwards.
            unsafe { destroy(self.raw.as_ptr()) };
        }
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("engine", &self.engine)
            .finish_non_exhaustive()
    }
}
