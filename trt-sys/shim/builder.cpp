// Builder, optimization profile, timing cache.
#include "bind.hpp"
#include "objects.hpp"

namespace TRT_SHIM_NAMESPACE {
namespace {

TrtStatus builder_create(TrtCreateFromLogger factory, TrtLogger *logger, TrtBuilder **out) noexcept {
    return guard([&] {
        if (factory == nullptr) {
            invalid("the factory of the builder is null");
        }
        result(static_cast<IBuilder *>(factory(static_cast<ILogger *>(&native(logger)), NV_TENSORRT_VERSION)), out);
    });
}

Config *create_config(IBuilder &builder) {
    std::unique_ptr<IBuilderConfig> config(builder.createBuilderConfig());
    if (config == nullptr) {
        failed("TensorRT created no builder configuration");
    }
    auto out = std::make_unique<Config>();
    out->config = std::move(config);
    return out.release();
}

INetworkDefinition *create_network(IBuilder &builder, bool strongly_typed) {
    NetworkDefinitionCreationFlags flags = 0;
#if TRT_HAS_kEXPLICIT_BATCH
    flags |= 1U << static_cast<uint32_t>(NetworkDefinitionCreationFlag::kEXPLICIT_BATCH);
#endif
    if (strongly_typed) {
#if TRT_HAS_kSTRONGLY_TYPED
        flags |= 1U << static_cast<uint32_t>(NetworkDefinitionCreationFlag::kSTRONGLY_TYPED);
#else
        unsupported("this TensorRT has no strongly typed networks");
#endif
    } else if (!TRT_HAS_kFP16) {
        unsupported("this TensorRT has strongly typed networks only");
    }
    return builder.createNetworkV2(flags);
}

bool is_network_supported(IBuilder &builder, INetworkDefinition &network, Config &config) {
    return builder.isNetworkSupported(network, *config.config);
}

IHostMemory *build(IBuilder &builder, INetworkDefinition &network, Config &config) {
    return builder.buildSerializedNetwork(network, *config.config);
}

bool set_shape(IOptimizationProfile &profile, char const *input, OptProfileSelector select, Dims const &dims) {
    return profile.setDimensions(input, select, dims);
}

bool set_values(IOptimizationProfile &profile, char const *input, OptProfileSelector select, int64_t const *values,
                int32_t count) {
    if (count < 0 || values == nullptr) {
        invalid("no values for the shape tensor");
    }
#if TRT_HAS_setShapeValuesV2
    return profile.setShapeValuesV2(input, select, values, count);
#else
    std::vector<int32_t> narrow;
    for (int32_t i = 0; i < count; ++i) {
        narrow.push_back(checked_integer<int32_t>(values[i]));
    }
    return profile.setShapeValues(input, select, narrow.data(), count);
#endif
}

} // namespace

void fill_builder(TrtApi &api) {
    api.builder_create = builder_create;
    api.builder_destroy = destroy<TrtBuilder>;
    bind<create_config>(api.builder_create_config);
    bind<create_network>(api.builder_create_network);
    bind<&IBuilder::createOptimizationProfile>(api.builder_create_profile);
    bind<&IBuilder::getNbDLACores>(api.builder_nb_dla_cores);
#if TRT_HAS_setMaxThreads
    bind<&IBuilder::setMaxThreads>(api.builder_set_max_threads);
    bind<&IBuilder::getMaxThreads>(api.builder_max_threads);
#endif
    bind<&IBuilder::reset>(api.builder_reset);
    bind<is_network_supported>(api.builder_is_network_supported);
    bind<build>(api.builder_build);

    bind<set_shape>(api.profile_set_shape);
    bind<&IOptimizationProfile::getDimensions>(api.profile_get_shape);
    bind<set_values>(api.profile_set_values);
    bind<&IOptimizationProfile::setExtraMemoryTarget>(api.profile_set_extra_memory_target);
    bind<&IOptimizationProfile::isValid>(api.profile_is_valid);

// TensorRT-RTX only declares the class.
#if !TRT_SHIM_RTX
    api.timing_cache_destroy = destroy<TrtTimingCache>;
    bind<&ITimingCache::serialize>(api.timing_cache_serialize);
    bind<&ITimingCache::combine>(api.timing_cache_combine);
    bind<&ITimingCache::reset>(api.timing_cache_reset);
#endif
}

} // namespace TRT_SHIM_NAMESPACE
