// Builder configuration. Flags, features and tactic sources have other numbers in every version, so they go by name.
#include "bind.hpp"
#include "objects.hpp"

namespace TRT_SHIM_NAMESPACE {
namespace {

BuilderFlag builder_flag(TrtBuilderFlag flag) {
    switch (flag) {
#if TRT_HAS_kFP16
    case TRT_BUILDER_FLAG_FP16: return BuilderFlag::kFP16;
    case TRT_BUILDER_FLAG_INT8: return BuilderFlag::kINT8;
    case TRT_BUILDER_FLAG_OBEY_PRECISION_CONSTRAINTS: return BuilderFlag::kOBEY_PRECISION_CONSTRAINTS;
    case TRT_BUILDER_FLAG_PREFER_PRECISION_CONSTRAINTS: return BuilderFlag::kPREFER_PRECISION_CONSTRAINTS;
    case TRT_BUILDER_FLAG_REJECT_EMPTY_ALGORITHMS: return BuilderFlag::kREJECT_EMPTY_ALGORITHMS;
#if TRT_HAS_kFP8
    case TRT_BUILDER_FLAG_FP8: return BuilderFlag::kFP8;
#endif
#if TRT_HAS_kBF16
    case TRT_BUILDER_FLAG_BF16: return BuilderFlag::kBF16;
#endif
#if TRT_HAS_kINT4
    case TRT_BUILDER_FLAG_INT4: return BuilderFlag::kINT4;
#endif
#endif
    case TRT_BUILDER_FLAG_TF32: return BuilderFlag::kTF32;
    case TRT_BUILDER_FLAG_DEBUG: return BuilderFlag::kDEBUG;
    case TRT_BUILDER_FLAG_GPU_FALLBACK: return BuilderFlag::kGPU_FALLBACK;
    case TRT_BUILDER_FLAG_REFIT: return BuilderFlag::kREFIT;
    case TRT_BUILDER_FLAG_DISABLE_TIMING_CACHE: return BuilderFlag::kDISABLE_TIMING_CACHE;
    case TRT_BUILDER_FLAG_SPARSE_WEIGHTS: return BuilderFlag::kSPARSE_WEIGHTS;
    case TRT_BUILDER_FLAG_SAFETY_SCOPE: return BuilderFlag::kSAFETY_SCOPE;
    case TRT_BUILDER_FLAG_DIRECT_IO: return BuilderFlag::kDIRECT_IO;
#if TRT_HAS_kREFIT_IDENTICAL
    case TRT_BUILDER_FLAG_REFIT_IDENTICAL: return BuilderFlag::kREFIT_IDENTICAL;
#endif
#if TRT_HAS_kREFIT_INDIVIDUAL
    case TRT_BUILDER_FLAG_REFIT_INDIVIDUAL: return BuilderFlag::kREFIT_INDIVIDUAL;
#endif
#if TRT_HAS_kSTRIP_PLAN
    case TRT_BUILDER_FLAG_STRIP_PLAN: return BuilderFlag::kSTRIP_PLAN;
#endif
#if TRT_HAS_kEDITABLE_TIMING_CACHE
    case TRT_BUILDER_FLAG_EDITABLE_TIMING_CACHE: return BuilderFlag::kEDITABLE_TIMING_CACHE;
#endif
#if TRT_HAS_kERROR_ON_TIMING_CACHE_MISS
    case TRT_BUILDER_FLAG_ERROR_ON_TIMING_CACHE_MISS: return BuilderFlag::kERROR_ON_TIMING_CACHE_MISS;
#endif
#if TRT_HAS_kDISABLE_COMPILATION_CACHE
    case TRT_BUILDER_FLAG_DISABLE_COMPILATION_CACHE: return BuilderFlag::kDISABLE_COMPILATION_CACHE;
#endif
#if TRT_HAS_kVERSION_COMPATIBLE
    case TRT_BUILDER_FLAG_VERSION_COMPATIBLE: return BuilderFlag::kVERSION_COMPATIBLE;
    case TRT_BUILDER_FLAG_EXCLUDE_LEAN_RUNTIME: return BuilderFlag::kEXCLUDE_LEAN_RUNTIME;
#endif
#if TRT_HAS_kWEIGHT_STREAMING
    case TRT_BUILDER_FLAG_WEIGHT_STREAMING: return BuilderFlag::kWEIGHT_STREAMING;
#endif
#if TRT_HAS_kSTRICT_NANS
    case TRT_BUILDER_FLAG_STRICT_NANS: return BuilderFlag::kSTRICT_NANS;
#endif
#if TRT_HAS_kMONITOR_MEMORY
    case TRT_BUILDER_FLAG_MONITOR_MEMORY: return BuilderFlag::kMONITOR_MEMORY;
#endif
#if TRT_HAS_kDISTRIBUTIVE_INDEPENDENCE
    case TRT_BUILDER_FLAG_DISTRIBUTIVE_INDEPENDENCE: return BuilderFlag::kDISTRIBUTIVE_INDEPENDENCE;
#endif
#if TRT_HAS_kREQUIRE_USER_ALLOCATION
    case TRT_BUILDER_FLAG_REQUIRE_USER_ALLOCATION: return BuilderFlag::kREQUIRE_USER_ALLOCATION;
#endif
    default: unsupported("this TensorRT has no such builder flag");
    }
}

void set_flag(IBuilderConfig &config, TrtBuilderFlag flag, int32_t on) {
    on != 0 ? config.setFlag(builder_flag(flag)) : config.clearFlag(builder_flag(flag));
}

bool get_flag(IBuilderConfig &config, TrtBuilderFlag flag) { return config.getFlag(builder_flag(flag)); }

struct TacticSourceName {
    TrtTacticSource ours;
    TacticSource theirs;
};

constexpr TacticSourceName kTacticSources[] = {
#if TRT_HAS_kCUBLAS
    {TRT_TACTIC_SOURCE_CUBLAS, TacticSource::kCUBLAS},
    {TRT_TACTIC_SOURCE_CUBLAS_LT, TacticSource::kCUBLAS_LT},
    {TRT_TACTIC_SOURCE_CUDNN, TacticSource::kCUDNN},
#endif
#if TRT_HAS_kEDGE_MASK_CONVOLUTIONS
    {TRT_TACTIC_SOURCE_EDGE_MASK_CONVOLUTIONS, TacticSource::kEDGE_MASK_CONVOLUTIONS},
#endif
#if TRT_HAS_kJIT_CONVOLUTIONS
    {TRT_TACTIC_SOURCE_JIT_CONVOLUTIONS, TacticSource::kJIT_CONVOLUTIONS},
#endif
};

void set_tactic_sources(IBuilderConfig &config, int64_t bits) {
    TacticSources sources = 0;
    for (auto const &source : kTacticSources) {
        int64_t const bit = int64_t{1} << source.ours;
        if ((bits & bit) != 0) {
            sources |= 1U << static_cast<uint32_t>(source.theirs);
            bits &= ~bit;
        }
    }
    if (bits != 0) {
        unsupported("this TensorRT lacks one of the tactic sources");
    }
    result(config.setTacticSources(sources));
}

int64_t tactic_sources(IBuilderConfig &config) {
    int64_t bits = 0;
    for (auto const &source : kTacticSources) {
        if ((config.getTacticSources() >> static_cast<uint32_t>(source.theirs) & 1U) != 0) {
            bits |= int64_t{1} << source.ours;
        }
    }
    return bits;
}

// Calls a setter that takes one number or enumeration, with the number that came through C.
template <auto Setter>
void set_scalar(IBuilderConfig &config, int64_t value) {
    using S = Signature<decltype(Setter)>;
    auto const converted = argument<std::decay_t<std::tuple_element_t<0, typename S::Arguments>>>(value);
    if constexpr (std::is_void_v<typename S::Result>) {
        (config.*Setter)(converted);
    } else {
        result((config.*Setter)(converted));
    }
}

template <auto Getter>
int64_t get_scalar(IBuilderConfig &config) {
    return static_cast<int64_t>((config.*Getter)());
}

struct Option {
    TrtConfigOption option;
    void (*set)(IBuilderConfig &, int64_t);
    int64_t (*get)(IBuilderConfig &);
};

#define OPTION(name, setter, getter)                                                                                   \
    { TRT_CONFIG_OPTION_##name, set_scalar<&IBuilderConfig::setter>, get_scalar<&IBuilderConfig::getter> }

constexpr Option kOptions[] = {
    OPTION(AVG_TIMING_ITERATIONS, setAvgTimingIterations, getAvgTimingIterations),
    OPTION(PROFILING_VERBOSITY, setProfilingVerbosity, getProfilingVerbosity),
    OPTION(ENGINE_CAPABILITY, setEngineCapability, getEngineCapability),
    OPTION(DEFAULT_DEVICE_TYPE, setDefaultDeviceType, getDefaultDeviceType),
    OPTION(DLA_CORE, setDLACore, getDLACore),
    {TRT_CONFIG_OPTION_TACTIC_SOURCES, set_tactic_sources, tactic_sources},
#if TRT_HAS_setBuilderOptimizationLevel
    OPTION(OPTIMIZATION_LEVEL, setBuilderOptimizationLevel, getBuilderOptimizationLevel),
#endif
#if TRT_HAS_setMaxAuxStreams
    OPTION(MAX_AUX_STREAMS, setMaxAuxStreams, getMaxAuxStreams),
#endif
#if TRT_HAS_setMaxNbTactics
    OPTION(MAX_NB_TACTICS, setMaxNbTactics, getMaxNbTactics),
#endif
#if TRT_HAS_setHardwareCompatibilityLevel
    OPTION(HARDWARE_COMPATIBILITY, setHardwareCompatibilityLevel, getHardwareCompatibilityLevel),
#endif
#if TRT_HAS_setRuntimePlatform
    OPTION(RUNTIME_PLATFORM, setRuntimePlatform, getRuntimePlatform),
#endif
#if TRT_HAS_setTilingOptimizationLevel
    OPTION(TILING_LEVEL, setTilingOptimizationLevel, getTilingOptimizationLevel),
    OPTION(L2_LIMIT_FOR_TILING, setL2LimitForTiling, getL2LimitForTiling),
#endif
};

Option const &find(TrtConfigOption option) {
    for (auto const &candidate : kOptions) {
        if (candidate.option == option) {
            return candidate;
        }
    }
    unsupported("this TensorRT has no such option of the builder configuration");
}

void set_option(IBuilderConfig &config, TrtConfigOption option, int64_t value) { find(option).set(config, value); }

int64_t get_option(IBuilderConfig &config, TrtConfigOption option) { return find(option).get(config); }

#if TRT_HAS_setMemoryPoolLimit
void set_pool(IBuilderConfig &config, MemoryPoolType pool, uint64_t bytes) { config.setMemoryPoolLimit(pool, bytes); }

uint64_t get_pool(IBuilderConfig &config, MemoryPoolType pool) { return config.getMemoryPoolLimit(pool); }
#else
void check_pool(TrtMemoryPool pool) {
    if (pool != TRT_MEMORY_POOL_WORKSPACE) {
        unsupported("this TensorRT has a limit for the workspace only");
    }
}

void set_pool(IBuilderConfig &config, TrtMemoryPool pool, uint64_t bytes) {
    check_pool(pool);
    config.setMaxWorkspaceSize(bytes);
}

uint64_t get_pool(IBuilderConfig &config, TrtMemoryPool pool) {
    check_pool(pool);
    return config.getMaxWorkspaceSize();
}
#endif

#if TRT_HAS_setPreviewFeature
PreviewFeature preview_feature(TrtPreviewFeature feature) {
    switch (feature) {
#if TRT_HAS_kPROFILE_SHARING_0806
    case TRT_PREVIEW_FEATURE_PROFILE_SHARING: return PreviewFeature::kPROFILE_SHARING_0806;
#endif
#if TRT_HAS_kALIASED_PLUGIN_IO_10_03
    case TRT_PREVIEW_FEATURE_ALIASED_PLUGIN_IO: return PreviewFeature::kALIASED_PLUGIN_IO_10_03;
#endif
#if TRT_HAS_kRUNTIME_ACTIVATION_RESIZE_10_10
    case TRT_PREVIEW_FEATURE_RUNTIME_ACTIVATION_RESIZE: return PreviewFeature::kRUNTIME_ACTIVATION_RESIZE_10_10;
#endif
    default: unsupported("this TensorRT has no such preview feature");
    }
}

void set_preview(IBuilderConfig &config, TrtPreviewFeature feature, int32_t on) {
    config.setPreviewFeature(preview_feature(feature), on != 0);
}

bool get_preview(IBuilderConfig &config, TrtPreviewFeature feature) {
    return config.getPreviewFeature(preview_feature(feature));
}
#endif

int32_t add_profile(IBuilderConfig &config, IOptimizationProfile &profile) {
    int32_t const index = config.addOptimizationProfile(&profile);
    if (index < 0) {
        failed("TensorRT refused the optimization profile");
    }
    return index;
}

#if TRT_HAS_IProgressMonitor
void set_progress(Config &config, TrtProgressCallbacks const *callbacks) {
    auto monitor = callbacks == nullptr ? nullptr : std::make_unique<ProgressMonitor>(*callbacks);
    config.config->setProgressMonitor(monitor.get());
    config.progress = std::move(monitor);
}
#endif

#if TRT_HAS_setComputeCapability
void set_compute_capabilities(IBuilderConfig &config, int32_t const *sm, int32_t count) {
    if (sm == nullptr || count < 1) {
        invalid("no compute capability is given");
    }
    result(config.setNbComputeCapabilities(count));
    for (int32_t i = 0; i < count; ++i) {
        if (!config.setComputeCapability(static_cast<ComputeCapability>(sm[i]), i)) {
            unsupported("this TensorRT cannot build for sm_" + std::to_string(sm[i]));
        }
    }
}

void compute_capabilities(IBuilderConfig &config, int32_t *sm, int32_t capacity, int32_t *count) {
    *count = config.getNbComputeCapabilities();
    for (int32_t i = 0; i < *count && i < capacity; ++i) {
        sm[i] = static_cast<int32_t>(config.getComputeCapability(i));
    }
}
#endif

#if !TRT_SHIM_RTX
ITimingCache *create_timing_cache(IBuilderConfig &config, void const *data, std::size_t size) {
    return config.createTimingCache(data, size);
}

bool set_timing_cache(IBuilderConfig &config, ITimingCache &cache, bool ignore_mismatch) {
    return config.setTimingCache(cache, ignore_mismatch);
}
#endif

} // namespace

void fill_config(TrtApi &api) {
    api.config_destroy = destroy<TrtConfig>;
    bind<set_option>(api.config_set);
    bind<get_option>(api.config_get);
    bind<set_flag>(api.config_set_flag);
    bind<get_flag>(api.config_get_flag);
    bind<set_pool>(api.config_set_memory_pool_limit);
    bind<get_pool>(api.config_get_memory_pool_limit);
#if TRT_HAS_setPreviewFeature
    bind<set_preview>(api.config_set_preview_feature);
    bind<get_preview>(api.config_get_preview_feature);
#endif
    bind<add_profile>(api.config_add_profile);
    bind<&IBuilderConfig::getNbOptimizationProfiles>(api.config_nb_profiles);
    bind<&IBuilderConfig::setProfileStream>(api.config_set_profile_stream);
#if TRT_HAS_IProgressMonitor
    bind<set_progress>(api.config_set_progress);
#endif
    bind<&IBuilderConfig::setDeviceType>(api.config_set_layer_device);
    bind<&IBuilderConfig::getDeviceType>(api.config_get_layer_device);
    bind<&IBuilderConfig::resetDeviceType>(api.config_reset_layer_device);
    bind<&IBuilderConfig::canRunOnDLA>(api.config_can_run_on_dla);
#if TRT_HAS_setComputeCapability
    bind<set_compute_capabilities>(api.config_set_compute_capabilities);
    bind<compute_capabilities>(api.config_get_compute_capabilities);
#endif
#if !TRT_SHIM_RTX
    bind<create_timing_cache>(api.config_create_timing_cache);
    bind<set_timing_cache>(api.config_set_timing_cache);
#endif
    bind<&IBuilderConfig::reset>(api.config_reset);
}

} // namespace TRT_SHIM_NAMESPACE
