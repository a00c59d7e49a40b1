//! The builder: from a network to a plan.

use std::cell::RefCell;
use std::fmt;
use std::ptr::NonNull;
use std::sync::Arc;

use trt_sys::{TrtBuilder, TrtStatus, TrtTimingCache};

use crate::library::entry;
use crate::network::Arena;
use crate::{Config, Error, Library, Network, NetworkOptions, OptimizationProfile, Plan, Result};

/// Creates networks and configs, and builds plans from them.
///
/// Networks, configs and profiles borrow it. A builder can move to another thread, but serves one at a time.
/// Follows [`IBuilder`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/c-api/classnvinfer1_1_1_i_builder.html).
pub struct Builder {
    handle: NonNull<TrtBuilder>,
    library: Library,
    arena: Arc<Arena>,
    /// "The lifetime of the ITimingCache must exceed the lifetime of all builders that use it."
    timing_caches: RefCell<Vec<NonNull<TrtTimingCache>>>,
}

// SAFETY: nothing in IBuilder is bound to a thread; it is not Sync, so only one thread uses it at a time.
unsafe impl Send for Builder {}

impl Builder {
    /// Creates a builder.
    ///
    /// # Errors
    /// TensorRT cannot start; TensorRT (not RTX) does so only where there is a GPU.
    pub fn new(library: &Library) -> Result<Self> {
        let what = "creating the builder";
        let create = entry!(library, builder_create, what)?;
        let mut handle = std::ptr::null_mut();
        library.check(&what, || {
            // SAFETY: the factory is that of the library which the table was made for; the logger lives forever.
            unsafe {
                create(
                    library.raw().create_builder(),
                    library.logger(),
                    &mut handle,
                )
            }
        })?;
        Ok(Self {
            handle: library.created(what, handle)?,
            library: library.clone(),
            arena: Arc::default(),
            timing_caches: RefCell::default(),
        })
    }

    /// The library this builder comes from.
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// Creates an empty network, with the batch as a dimension like any other.
    ///
    /// # Errors
    /// The loaded library has no networks with this kind of typing.
    pub fn network(&self, options: NetworkOptions) -> Result<Network<'_>> {
        let what = if options.strongly_typed {
            "a strongly typed network"
        } else {
            "a weakly typed network"
        };
        let create = entry!(self.library, builder_create_network, what)?;
        let handle = self.create(what, |builder, out| {
            // SAFETY: the builder is alive.
            unsafe { create(builder, options.strongly_typed.into(), out) }
        })?;
        // SAFETY: the network was just created by this builder.
        Ok(unsafe { Network::from_raw(handle, self) })
    }

    /// Creates a config with TensorRT's defaults.
    ///
    /// # Errors
    /// TensorRT is out of memory.
    pub fn config(&self) -> Result<Config<'_>> {
        let what = "a builder config";
        let create = entry!(self.library, builder_create_config, what)?;
        // SAFETY: the builder is alive.
        let handle = self.create(what, |builder, out| unsafe { create(builder, out) })?;
        // SAFETY: the config was just created by this builder.
        Ok(unsafe { Config::from_raw(handle, self) })
    }

    /// Creates an empty optimization profile.
    ///
    /// # Errors
    /// TensorRT is out of memory.
    pub fn optimization_profile(&self) -> Result<OptimizationProfile<'_>> {
        let what = "an optimization profile";
        let create = entry!(self.library, builder_create_profile, what)?;
        // SAFETY: the builder is alive.
        let handle = self.create(what, |builder, out| unsafe { create(builder, out) })?;
        // SAFETY: the profile was just created by this builder and lives as long.
        Ok(unsafe { OptimizationProfile::from_raw(handle, self) })
    }

    /// Builds a plan, which can take from a fraction of a second to many minutes.
    ///
    /// # Errors
    /// The network is not valid, nothing implements one of its layers, the config asks for something the library
    /// cannot do, or progress was cancelled; the error has the tail of TensorRT's log.
    pub fn build(&self, network: &Network<'_>, config: &Config<'_>) -> Result<Plan> {
        self.check_own(network, config)?;
        let what = "building the engine";
        let build = entry!(self.library, builder_build, what)?;
        let handle = self.create(what, |builder, out| {
            // SAFETY: builder, network and config are alive, the latter two of this builder; weights live as long as
            // the network.
            unsafe { build(builder, network.raw(), config.raw(), out) }
        })?;
        // SAFETY: the plan was just created.
        unsafe { Plan::from_raw(handle, &self.library) }
    }

    /// Whether the network is within what the config allows, a DLA for example.
    ///
    /// # Errors
    /// Network or config are of another builder.
    pub fn is_network_supported(&self, network: &Network<'_>, config: &Config<'_>) -> Result<bool> {
        self.check_own(network, config)?;
        let what = "Builder::is_network_supported";
        let get = entry!(self.library, builder_is_network_supported, what)?;
        let mut supported = 0;
        self.library.check(&what, || {
            // SAFETY: builder, network and config are alive, the latter two of this builder.
            unsafe { get(self.raw(), network.raw(), config.raw(), &mut supported) }
        })?;
        Ok(supported != 0)
    }

    /// Number of DLAs.
    ///
    /// # Errors
    /// The loaded library knows no DLA.
    pub fn num_dla_cores(&self) -> Result<usize> {
        self.number(
            "Builder::num_dla_cores",
            self.library.api().builder_nb_dla_cores,
        )
    }

    /// Greatest number of threads that a build may use.
    ///
    /// # Errors
    /// The loaded library does not tell.
    pub fn max_threads(&self) -> Result<usize> {
        self.number(
            "Builder::max_threads",
            self.library.api().builder_max_threads,
        )
    }

    /// Sets [`max_threads`](Self::max_threads).
    ///
    /// # Errors
    /// TensorRT refuses the number.
    pub fn set_max_threads(&self, threads: usize) -> Result<()> {
        let what = "Builder::set_max_threads";
        let threads = i32::try_from(threads).unwrap_or(i32::MAX);
        let set = entry!(self.library, builder_set_max_threads, what)?;
        // SAFETY: the builder is alive.
        self.library
            .check_log(&what, || unsafe { set(self.raw(), threads) })
    }

    pub(crate) fn arena(&self) -> &Arc<Arena> {
        &self.arena
    }

    /// Takes over a timing cache, to destroy it after the builder.
    pub(crate) fn keep_timing_cache(&self, cache: NonNull<TrtTimingCache>) {
        self.timing_caches.borrow_mut().push(cache);
    }

    fn raw(&self) -> *mut TrtBuilder {
        self.handle.as_ptr()
    }

    fn check_own(&self, network: &Network<'_>, config: &Config<'_>) -> Result<()> {
        let own = |builder| std::ptr::eq::<Self>(self, builder);
        if own(network.builder()) && own(config.builder()) {
            return Ok(());
        }
        Err(Error::invalid(
            "network or config",
            "comes from another builder",
        ))
    }

    fn create<T>(
        &self,
        what: &'static str,
        call: impl FnOnce(*mut TrtBuilder, *mut *mut T) -> TrtStatus,
    ) -> Result<NonNull<T>> {
        let mut created = std::ptr::null_mut();
        self.library
            .check(&what, || call(self.raw(), &mut created))?;
        self.library.created(what, created)
    }

    fn number(
        &self,
        what: &'static str,
        get: Option<unsafe extern "C" fn(*mut TrtBuilder, *mut i32) -> TrtStatus>,
    ) -> Result<usize> {
        let get = get.ok_or_else(|| self.library.unsupported(what))?;
        let mut number = 0;
        self.library.check(&what, || {
            // SAFETY: the builder is alive.
            unsafe { get(self.raw(), &mut number) }
        })?;
        Ok(usize::try_from(number).unwrap_or(0))
    }
}

impl Drop for Builder {
    fn drop(&mut self) {
        let api = self.library.api();
        // SAFETY: networks and configs borrow the builder, so they are gone; each object is destroyed once, here, the
        // caches after the builder.
        unsafe {
            if let Some(destroy) = api.builder_destroy {
                destroy(self.raw());
            }
            if let Some(destroy) = api.timing_cache_destroy {
                for cache in self.timing_caches.get_mut() {
                    destroy(cache.as_ptr());
                }
            }
        }
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Builder({})", self.library)
    }
}
