//! How to build: memory, precision, targets, caches.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::ptr::NonNull;

use trt_sys::{TrtConfig, TrtConfigOption, TrtStatus, TrtTimingCache};

use crate::enums::Numbered;
use crate::library::entry;
use crate::progress::{Progress, ProgressMonitor};
use crate::{
    Builder, BuilderFlag, ComputeCapability, DeviceType, EngineCapability, Error,
    HardwareCompatibility, Layer, MemoryPool, OptimizationProfile, Plan, PreviewFeature,
    ProfilingVerbosity, Result, RuntimePlatform, TilingLevel, TimingCache,
};

/// Options of a build.
///
/// Follows [`IBuilderConfig`](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/c-api/classnvinfer1_1_1_i_builder_config.html).
pub struct Config<'b> {
    handle: NonNull<TrtConfig>,
    builder: &'b Builder,
    timing_cache: Cell<Option<NonNull<TrtTimingCache>>>,
    progress: RefCell<Option<Box<ProgressMonitor<'b>>>>,
}

/// Getters and setters of scalar options.
macro_rules! options {
    ($($(#[$doc:meta])* $get:ident, $set:ident: $type:ty = $option:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        /// The loaded library does not have this option, or returned a value that this crate does not know.
        pub fn $get(&self) -> Result<$type> {
            let get = entry!(self.builder.library(), config_get, stringify!($get))?;
            let mut value = 0;
            self.check(concat!("Config::", stringify!($get)), || {
                // SAFETY: the config is alive.
                unsafe { get(self.raw(), TrtConfigOption::$option, &mut value) }
            })?;
            <$type>::from_number(value)
        }

        #[doc = concat!("Sets [`", stringify!($get), "`](Self::", stringify!($get), ").")]
        ///
        /// # Errors
        /// TensorRT refuses the value, or the loaded library does not have this option.
        pub fn $set(&self, value: $type) -> Result<()> {
            let set = entry!(self.builder.library(), config_set, stringify!($set))?;
            self.check(concat!("Config::", stringify!($set)), || {
                // SAFETY: the config is alive.
                unsafe { set(self.raw(), TrtConfigOption::$option, value.number()) }
            })
        }
    )*};
}

impl<'b> Config<'b> {
    /// # Safety
    /// `handle` is a config of `builder` that nobody else destroys.
    pub(crate) unsafe fn from_raw(handle: NonNull<TrtConfig>, builder: &'b Builder) -> Self {
        Self {
            handle,
            builder,
            timing_cache: Cell::default(),
            progress: RefCell::default(),
        }
    }

    pub(crate) fn raw(&self) -> *mut TrtConfig {
        self.handle.as_ptr()
    }

    /// The builder this config comes from.
    pub fn builder(&self) -> &'b Builder {
        self.builder
    }

    options! {
        /// How long to search for fast tactics, from 0 to 5; 3 by default.
        optimization_level, set_optimization_level: i32 = OPTIMIZATION_LEVEL;
        /// How often a tactic is timed for an average.
        average_timing_iterations, set_average_timing_iterations: i32 = AVG_TIMING_ITERATIONS;
        /// Greatest number of streams beside the one that the engine is enqueued on; -1 leaves it to TensorRT.
        max_aux_streams, set_max_aux_streams: i32 = MAX_AUX_STREAMS;
        /// Greatest number of tactics that are timed for a layer; -1 leaves it to TensorRT.
        max_tactics, set_max_tactics: i32 = MAX_NB_TACTICS;
        /// How much of the network the engine can tell.
        profiling_verbosity, set_profiling_verbosity: ProfilingVerbosity = PROFILING_VERBOSITY;
        /// On which other GPUs the engine runs.
        hardware_compatibility, set_hardware_compatibility: HardwareCompatibility = HARDWARE_COMPATIBILITY;
        /// Which runtime the engine is for.
        engine_capability, set_engine_capability: EngineCapability = ENGINE_CAPABILITY;
        /// What layers run on unless told otherwise.
        default_device_type, set_default_device_type: DeviceType = DEFAULT_DEVICE_TYPE;
        /// Which DLA to build for; -1 for none.
        dla_core, set_dla_core: i32 = DLA_CORE;
        /// The operating system the engine is for.
        runtime_platform, set_runtime_platform: RuntimePlatform = RUNTIME_PLATFORM;
        /// How long to search for tilings.
        tiling_level, set_tiling_level: TilingLevel = TILING_LEVEL;
        /// How many bytes of the L2 cache tilings may use; -1 leaves it to TensorRT.
        l2_limit_for_tiling, set_l2_limit_for_tiling: i64 = L2_LIMIT_FOR_TILING;
        /// Libraries that tactics may come from: bits 0 cuBLAS, 1 cuBLASLt, 2 cuDNN, 3 edge mask convolutions, 4 compiled convolutions.
        tactic_sources, set_tactic_sources: i64 = TACTIC_SOURCES;
    }

    /// Whether a flag is set.
    ///
    /// # Errors
    /// The loaded library does not have this flag.
    pub fn flag(&self, flag: BuilderFlag) -> Result<bool> {
        let get = entry!(
            self.builder.library(),
            config_get_flag,
            format!("builder flag {flag}")
        )?;
        let mut on = 0;
        // SAFETY: the config is alive.
        self.check_for("builder flag", &flag, || unsafe {
            get(self.raw(), flag.to_raw(), &mut on)
        })?;
        Ok(on != 0)
    }

    /// Sets or clears a flag.
    ///
    /// # Errors
    /// The loaded library does not have this flag.
    pub fn set_flag(&self, flag: BuilderFlag, on: bool) -> Result<()> {
        let set = entry!(
            self.builder.library(),
            config_set_flag,
            format!("builder flag {flag}")
        )?;
        // SAFETY: the config is alive.
        self.check_for("builder flag", &flag, || unsafe {
            set(self.raw(), flag.to_raw(), on.into())
        })
    }

    /// How many bytes of a kind of memory may be used.
    ///
    /// # Errors
    /// The loaded library does not have this kind.
    pub fn memory_pool_limit(&self, pool: MemoryPool) -> Result<u64> {
        let get = entry!(
            self.builder.library(),
            config_get_memory_pool_limit,
            format!("memory pool {pool}")
        )?;
        let mut bytes = 0;
        // SAFETY: the config is alive.
        self.check_for("memory pool", &pool, || unsafe {
            get(self.raw(), pool.to_raw(), &mut bytes)
        })?;
        Ok(bytes)
    }

    /// Limits a kind of memory, in bytes.
    ///
    /// # Errors
    /// TensorRT refuses the size, or does not have this kind.
    pub fn set_memory_pool_limit(&self, pool: MemoryPool, bytes: u64) -> Result<()> {
        let set = entry!(
            self.builder.library(),
            config_set_memory_pool_limit,
            format!("memory pool {pool}")
        )?;
        // SAFETY: the config is alive.
        self.check_for("memory pool", &pool, || unsafe {
            set(self.raw(), pool.to_raw(), bytes)
        })
    }

    /// Whether a preview feature is on.
    ///
    /// # Errors
    /// The loaded library does not have this feature.
    pub fn preview_feature(&self, feature: PreviewFeature) -> Result<bool> {
        let get = entry!(
            self.builder.library(),
            config_get_preview_feature,
            format!("preview feature {feature}")
        )?;
        let mut on = 0;
        self.check_for("preview feature", &feature, || {
            // SAFETY: the config is alive.
            unsafe { get(self.raw(), feature.to_raw(), &mut on) }
        })?;
        Ok(on != 0)
    }

    /// Switches a preview feature.
    ///
    /// # Errors
    /// The loaded library does not have this feature.
    pub fn set_preview_feature(&self, feature: PreviewFeature, on: bool) -> Result<()> {
        let set = entry!(
            self.builder.library(),
            config_set_preview_feature,
            format!("preview feature {feature}")
        )?;
        self.check_for("preview feature", &feature, || {
            // SAFETY: the config is alive.
            unsafe { set(self.raw(), feature.to_raw(), on.into()) }
        })
    }

    /// The architectures that are built for; empty for the GPU at hand.
    ///
    /// # Errors
    /// The loaded library builds for the GPU at hand only.
    pub fn compute_capabilities(&self) -> Result<Vec<ComputeCapability>> {
        let what = "Config::compute_capabilities";
        let get = entry!(
            self.builder.library(),
            config_get_compute_capabilities,
            what
        )?;
        let (mut numbers, mut count) = ([0; 32], 0);
        self.check(what, || {
            // SAFETY: the config is alive; the array has the length that is given.
            unsafe {
                get(
                    self.raw(),
                    numbers.as_mut_ptr(),
                    numbers.len() as i32,
                    &mut count,
                )
            }
        })?;
        let count = usize::try_from(count).unwrap_or(0);
        numbers
            .iter()
            .take(count)
            .map(|&number| ComputeCapability::from_number(number))
            .collect()
    }

    /// Sets the architectures to build for, which need not be there: TensorRT-RTX builds for them on any host.
    ///
    /// # Errors
    /// None is given, the loaded library cannot build for one of them, or builds for the GPU at hand only.
    pub fn set_compute_capabilities(&self, targets: &[ComputeCapability]) -> Result<()> {
        if targets.is_empty() {
            return Err(Error::invalid(
                "architectures to build for",
                "none is given, expected at least one, such as sm_86",
            ));
        }
        let library = self.builder.library();
        let names = || {
            targets
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(", ")
        };
        let set = entry!(
            library,
            config_set_compute_capabilities,
            format!("building for {}", names())
        )?;
        let numbers: Vec<_> = targets.iter().map(|target| target.number()).collect();
        let what = fmt::from_fn(|f| write!(f, "building for {}", names()));
        // SAFETY: the config is alive; the array has the length that is given.
        library.check_log(&what, || unsafe {
            set(self.raw(), numbers.as_ptr(), numbers.len() as i32)
        })
    }

    /// Adds a profile of input shapes; networks with dynamic inputs need one. Returns its index in the engine.
    ///
    /// # Errors
    /// The profile is of another builder, or lacks a shape, or has shapes that do not fit.
    pub fn add_profile(&self, profile: &OptimizationProfile<'_>) -> Result<usize> {
        self.check_builder("optimization profile", profile.builder())?;
        let add = entry!(
            self.builder.library(),
            config_add_profile,
            "Config::add_profile"
        )?;
        let mut index = -1;
        self.check("Config::add_profile", || {
            // SAFETY: config and profile are alive and of the same builder.
            unsafe { add(self.raw(), profile.raw(), &mut index) }
        })?;
        usize::try_from(index)
            .map_err(|_| Error::invalid("optimization profile", "TensorRT did not accept it"))
    }

    /// Starts from the timings of earlier builds; `ignore_mismatch` also accepts those of another GPU.
    ///
    /// # Errors
    /// The cache is damaged or of another library or GPU.
    pub fn set_timing_cache(&self, cache: &TimingCache, ignore_mismatch: bool) -> Result<()> {
        let what = "Config::set_timing_cache";
        let set = entry!(self.builder.library(), config_set_timing_cache, what)?;
        let native = self.native_timing_cache(cache, what)?;
        self.check(what, || {
            // SAFETY: the config is alive, and the cache lives as long as the builder.
            unsafe { set(self.raw(), native.as_ptr(), ignore_mismatch.into()) }
        })?;
        self.timing_cache.set(Some(native));
        Ok(())
    }

    /// Adds the timings of other builds, which went on beside this one for example, to those of
    /// [`timing_cache`](Self::timing_cache).
    ///
    /// # Errors
    /// No cache was set, or the other one is damaged or of another library or GPU.
    pub fn add_timings(&self, cache: &TimingCache) -> Result<()> {
        let what = "Config::add_timings";
        let combine = entry!(self.builder.library(), timing_cache_combine, what)?;
        let all = self.known_timings()?;
        let others = self.native_timing_cache(cache, what)?;
        self.check(what, || {
            // SAFETY: both caches live as long as the builder.
            unsafe { combine(all.as_ptr(), others.as_ptr(), false.into()) }
        })
    }

    /// A cache in TensorRT's own form, which lives as long as the builder.
    fn native_timing_cache(
        &self,
        cache: &TimingCache,
        what: &'static str,
    ) -> Result<NonNull<TrtTimingCache>> {
        let create = entry!(self.builder.library(), config_create_timing_cache, what)?;
        let bytes = cache.bytes();
        let mut native = std::ptr::null_mut();
        self.check(what, || {
            // SAFETY: the config is alive; TensorRT copies the bytes.
            unsafe { create(self.raw(), bytes.as_ptr().cast(), bytes.len(), &mut native) }
        })?;
        let native = NonNull::new(native)
            .ok_or_else(|| Error::invalid("timing cache", "TensorRT cannot read it"))?;
        self.builder.keep_timing_cache(native);
        Ok(native)
    }

    fn known_timings(&self) -> Result<NonNull<TrtTimingCache>> {
        self.timing_cache
            .get()
            .ok_or_else(|| Error::invalid("timing cache", "none was set before the build"))
    }

    /// The timings known after a build: those that it was given with
    /// [`set_timing_cache`](Self::set_timing_cache), and new ones.
    ///
    /// # Errors
    /// No cache was set.
    pub fn timing_cache(&self) -> Result<TimingCache> {
        let what = "Config::timing_cache";
        let library = self.builder.library();
        let serialize = entry!(library, timing_cache_serialize, what)?;
        let native = self.known_timings()?;
        let mut memory = std::ptr::null_mut();
        // SAFETY: the cache lives as long as the builder.
        self.check(what, || unsafe { serialize(native.as_ptr(), &mut memory) })?;
        let memory = NonNull::new(memory)
            .ok_or_else(|| Error::invalid("timing cache", "TensorRT returned nothing"))?;
        // SAFETY: the memory was just created.
        let bytes = unsafe { Plan::from_raw(memory, library)? };
        Ok(TimingCache::from_bytes(bytes.to_vec()))
    }

    /// Shows progress. `step` gets every step and says whether to go on; `false` cancels the build.
    ///
    /// # Errors
    /// The loaded library does not report progress.
    pub fn set_progress(&self, step: impl FnMut(&Progress<'_>) -> bool + Send + 'b) -> Result<()> {
        let set = entry!(
            self.builder.library(),
            config_set_progress,
            "Config::set_progress"
        )?;
        let monitor = Box::new(ProgressMonitor::new(step));
        let callbacks = monitor.callbacks();
        // Not the log: whatever it says, the config has the monitor once the call succeeds.
        self.builder.library().check(&"Config::set_progress", || {
            // SAFETY: the config is alive; the monitor stays where it is until another one, or the config, replaces it.
            unsafe { set(self.raw(), &callbacks) }
        })?;
        self.progress.replace(Some(monitor));
        Ok(())
    }

    /// What a layer runs on.
    ///
    /// # Errors
    /// The layer is of another builder, or the loaded library knows no devices.
    pub fn layer_device(&self, layer: &Layer<'_>) -> Result<DeviceType> {
        let what = "Config::layer_device";
        self.check_layer(layer)?;
        let get = entry!(self.builder.library(), config_get_layer_device, what)?;
        let mut device = DeviceType::Gpu.to_raw();
        // SAFETY: config and layer are alive.
        self.check(what, || unsafe {
            get(self.raw(), layer.raw(), &mut device)
        })?;
        DeviceType::try_from(device)
    }

    /// Chooses what a layer runs on; `None` for [`default_device_type`](Self::default_device_type).
    ///
    /// # Errors
    /// The layer is of another builder, or the loaded library knows no such device.
    pub fn set_layer_device(&self, layer: &Layer<'_>, device: Option<DeviceType>) -> Result<()> {
        let what = "Config::set_layer_device";
        self.check_layer(layer)?;
        let library = self.builder.library();
        match device {
            Some(device) => {
                let set = entry!(library, config_set_layer_device, what)?;
                // SAFETY: config and layer are alive.
                self.check(what, || unsafe {
                    set(self.raw(), layer.raw(), device.to_raw())
                })
            }
            None => {
                let reset = entry!(library, config_reset_layer_device, what)?;
                // SAFETY: config and layer are alive.
                self.check(what, || unsafe { reset(self.raw(), layer.raw()) })
            }
        }
    }

    /// Whether a layer can run on a DLA.
    ///
    /// # Errors
    /// The layer is of another builder, or the loaded library knows no DLA.
    pub fn can_run_on_dla(&self, layer: &Layer<'_>) -> Result<bool> {
        let what = "Config::can_run_on_dla";
        self.check_layer(layer)?;
        let can = entry!(self.builder.library(), config_can_run_on_dla, what)?;
        let mut answer = 0;
        // SAFETY: config and layer are alive.
        self.check(what, || unsafe {
            can(self.raw(), layer.raw(), &mut answer)
        })?;
        Ok(answer != 0)
    }

    /// Refuses an object of another builder.
    pub(crate) fn check_builder(&self, what: &str, builder: &Builder) -> Result<()> {
        if std::ptr::eq(self.builder, builder) {
            return Ok(());
        }
        Err(of_another_builder(what))
    }

    /// Refuses a layer of another builder, which may be one of another library.
    fn check_layer(&self, layer: &Layer<'_>) -> Result<()> {
        if layer.network().is_of(self.builder) {
            return Ok(());
        }
        Err(of_another_builder(format!("layer `{}`", layer.name())))
    }

    pub(crate) fn check(&self, what: &'static str, call: impl FnOnce() -> TrtStatus) -> Result<()> {
        self.builder.library().check_log(&what, call)
    }

    fn check_for(
        &self,
        what: &'static str,
        value: &dyn fmt::Display,
        call: impl FnOnce() -> TrtStatus,
    ) -> Result<()> {
        let what = fmt::from_fn(|f| write!(f, "{what} {value}"));
        self.builder.library().check_log(&what, call)
    }
}

fn of_another_builder(what: impl Into<String>) -> Error {
    Error::invalid(what, "comes from another builder than the config")
}

impl Drop for Config<'_> {
    fn drop(&mut self) {
        if let Some(destroy) = self.builder.library().api().config_destroy {
            // SAFETY: created by the builder, which is alive; destroyed once, here, before the progress monitor.
            unsafe { destroy(self.raw()) };
        }
    }
}

impl fmt::Debug for Config<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("optimization_level", &self.optimization_level().ok())
            .field("compute_capabilities", &self.compute_capabilities().ok())
            .finish_non_exhaustive()
    }
}
