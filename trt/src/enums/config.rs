//! Enumerations of the builder config.

use super::native_enum;

native_enum! {
    /// Something the builder may or must do.
    BuilderFlag: TrtBuilderFlag, "builder flag" {
        /// Half precision may be chosen (weakly typed networks).
        Fp16 = FP16,
        /// Brain floating point may be chosen (weakly typed networks).
        Bf16 = BF16,
        /// 8-bit integers may be chosen (weakly typed networks).
        Int8 = INT8,
        /// 8-bit floating point may be chosen (weakly typed networks).
        Fp8 = FP8,
        /// 4-bit integers may be chosen (weakly typed networks).
        Int4 = INT4,
        /// Precisions of layers must be obeyed.
        ObeyPrecisionConstraints = OBEY_PRECISION_CONSTRAINTS,
        /// Precisions of layers are obeyed where that is possible.
        PreferPrecisionConstraints = PREFER_PRECISION_CONSTRAINTS,
        /// Single precision products may round their operands to 10 bits of mantissa; on by default.
        Tf32 = TF32,
        /// The engine synchronizes after each layer.
        Debug = DEBUG,
        /// Layers that cannot run on a DLA run on the GPU.
        GpuFallback = GPU_FALLBACK,
        /// Weights can be replaced.
        Refit = REFIT,
        /// Weights can be replaced by those they were built with.
        RefitIdentical = REFIT_IDENTICAL,
        /// Weights that were marked can be replaced.
        RefitIndividual = REFIT_INDIVIDUAL,
        /// The plan has no weights; they are put in by refitting.
        StripPlan = STRIP_PLAN,
        /// Timings are not kept from one build to the next.
        DisableTimingCache = DISABLE_TIMING_CACHE,
        /// The timing cache can be edited.
        EditableTimingCache = EDITABLE_TIMING_CACHE,
        /// A tactic that the timing cache lacks is an error.
        ErrorOnTimingCacheMiss = ERROR_ON_TIMING_CACHE_MISS,
        /// Compiled kernels are not kept from one build to the next.
        DisableCompilationCache = DISABLE_COMPILATION_CACHE,
        /// Structured sparsity of weights may be used.
        SparseWeights = SPARSE_WEIGHTS,
        /// Only what the safety runtime can do.
        SafetyScope = SAFETY_SCOPE,
        /// No reformatting of inputs and outputs.
        DirectIo = DIRECT_IO,
        /// No empty list of algorithms.
        RejectEmptyAlgorithms = REJECT_EMPTY_ALGORITHMS,
        /// The plan runs on later versions of the library, too.
        VersionCompatible = VERSION_COMPATIBLE,
        /// A version-compatible plan without the runtime in it.
        ExcludeLeanRuntime = EXCLUDE_LEAN_RUNTIME,
        /// Weights can stay in host memory and be streamed.
        WeightStreaming = WEIGHT_STREAMING,
        /// NaNs are propagated, also where that is slower.
        StrictNans = STRICT_NANS,
        /// The log tells how much memory the build takes.
        MonitorMemory = MONITOR_MEMORY,
        /// Results do not depend on the size of dimensions that layers treat alike.
        DistributiveIndependence = DISTRIBUTIVE_INDEPENDENCE,
        /// Outputs of unknown size need an allocator.
        RequireUserAllocation = REQUIRE_USER_ALLOCATION,
    }
}

native_enum! {
    /// Memory that the builder may use or the engine need.
    MemoryPool: TrtMemoryPool, "memory pool" {
        /// Scratch memory of layers, on the device.
        Workspace = WORKSPACE,
        /// Fast memory of a DLA.
        DlaManagedSram = DLA_MANAGED_SRAM,
        /// Host memory of a DLA, for intermediate results.
        DlaLocalDram = DLA_LOCAL_DRAM,
        /// Host memory of a DLA, for weights.
        DlaGlobalDram = DLA_GLOBAL_DRAM,
        /// Device memory for timing tactics.
        TacticDram = TACTIC_DRAM,
        /// Shared memory of kernels.
        TacticSharedMemory = TACTIC_SHARED_MEMORY,
    }
}

native_enum! {
    /// How much of the network an engine can tell.
    ProfilingVerbosity: TrtProfilingVerbosity, "profiling verbosity" {
        /// Names of layers.
        LayerNamesOnly = LAYER_NAMES_ONLY,
        /// Nothing.
        None = NONE,
        /// Everything.
        Detailed = DETAILED,
    }
}

native_enum! {
    /// On which GPUs, besides the one it is built for, an engine runs.
    HardwareCompatibility: TrtHardwareCompatibility, "hardware compatibility" {
        /// None.
        None = NONE,
        /// Ampere and later.
        AmperePlus = AMPERE_PLUS,
        /// Those of the same compute capability.
        SameComputeCapability = SAME_COMPUTE_CAPABILITY,
    }
}

native_enum! {
    /// Which runtime an engine is for.
    EngineCapability: TrtEngineCapability, "engine capability" {
        /// The usual one.
        Standard = STANDARD,
        /// The safety runtime.
        Safety = SAFETY,
        /// A DLA without TensorRT.
        DlaStandalone = DLA_STANDALONE,
    }
}

native_enum! {
    /// The operating system an engine is for.
    RuntimePlatform: TrtRuntimePlatform, "runtime platform" {
        /// That of the build.
        SameAsBuild = SAME_AS_BUILD,
        /// Windows on x86-64.
        WindowsAmd64 = WINDOWS_AMD64,
    }
}

native_enum! {
    /// How long to search for ways to keep intermediate results in the L2 cache.
    TilingLevel: TrtTilingLevel, "tiling level" {
        /// Not at all.
        None = NONE,
        /// Short.
        Fast = FAST,
        /// Longer.
        Moderate = MODERATE,
        /// Everything.
        Full = FULL,
    }
}

native_enum! {
    /// What a layer runs on.
    DeviceType: TrtDeviceType, "device type" {
        /// The GPU.
        Gpu = GPU,
        /// A deep learning accelerator of a Jetson or DRIVE.
        Dla = DLA,
    }
}

native_enum! {
    /// A behaviour that later versions of TensorRT will have by default.
    PreviewFeature: TrtPreviewFeature, "preview feature" {
        /// Contexts share optimization profiles.
        ProfileSharing = PROFILE_SHARING,
        /// Outputs of plugins may lie where their inputs do.
        AliasedPluginIo = ALIASED_PLUGIN_IO,
        /// Memory of activations can be resized at run time.
        RuntimeActivationResize = RUNTIME_ACTIVATION_RESIZE,
    }
}
