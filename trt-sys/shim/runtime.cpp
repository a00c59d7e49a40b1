// Runtime, runtime configuration and cache, inspector.
#include "bind.hpp"
#include "objects.hpp"

namespace TRT_SHIM_NAMESPACE {
namespace {

TrtStatus runtime_create(TrtCreateFromLogger factory, TrtLogger *logger, TrtRuntime **out) noexcept {
    return guard([&] {
        if (factory == nullptr) {
            invalid("the factory of the runtime is null");
        }
        result(static_cast<IRuntime *>(factory(static_cast<ILogger *>(&native(logger)), NV_TENSORRT_VERSION)), out);
    });
}

ICudaEngine *deserialize(IRuntime &runtime, void const *plan, std::size_t size) {
    if (plan == nullptr || size == 0) {
        invalid("the plan is empty");
    }
    return runtime.deserializeCudaEngine(plan, size);
}

#if TRT_HAS_getEngineValidity
void engine_validity(IRuntime &runtime, void const *plan, std::size_t size, TrtEngineValidity *out, uint64_t *diagnostics) {
    *out = static_cast<TrtEngineValidity>(runtime.getEngineValidity(plan, checked_integer<int64_t>(size), diagnostics));
}
#endif

bool set_context(IEngineInspector &inspector, TrtContext const *context) {
    return inspector.setExecutionContext(context == nullptr ? nullptr : native(context).context.get());
}

} // namespace

void fill_runtime(TrtApi &api) {
    api.runtime_create = runtime_create;
    api.runtime_destroy = destroy<TrtRuntime>;
    bind<deserialize>(api.runtime_deserialize);
    bind<&IRuntime::setDLACore>(api.runtime_set_dla_core);
    bind<&IRuntime::getNbDLACores>(api.runtime_nb_dla_cores);
#if TRT_HAS_setMaxThreads
    bind<&IRuntime::setMaxThreads>(api.runtime_set_max_threads);
#endif
#if TRT_HAS_setEngineHostCodeAllowed
    bind<&IRuntime::setEngineHostCodeAllowed>(api.runtime_set_host_code_allowed);
#endif
#if TRT_HAS_getEngineValidity
    bind<engine_validity>(api.runtime_engine_validity);
#endif

#if TRT_HAS_IRuntimeConfig
    api.runtime_config_destroy = destroy<TrtRuntimeConfig>;
    bind<&IRuntimeConfig::setExecutionContextAllocationStrategy>(api.runtime_config_set_allocation);
#endif
#if TRT_HAS_IRuntimeCache
    bind<&IRuntimeConfig::setDynamicShapesKernelSpecializationStrategy>(api.runtime_config_set_kernel_specialization);
    bind<&IRuntimeConfig::createRuntimeCache>(api.runtime_config_create_cache);
    bind<&IRuntimeConfig::setRuntimeCache>(api.runtime_config_set_cache);
    api.runtime_cache_destroy = destroy<TrtRuntimeCache>;
    bind<&IRuntimeCache::serialize>(api.runtime_cache_serialize);
    bind<&IRuntimeCache::deserialize>(api.runtime_cache_deserialize);
#endif
#if TRT_HAS_setCudaGraphStrategy
    bind<&IRuntimeConfig::setCudaGraphStrategy>(api.runtime_config_set_cuda_graph_strategy);
#endif

    api.inspector_destroy = destroy<TrtInspector>;
    bind<set_context>(api.inspector_set_context);
    bind<&IEngineInspector::getLayerInformation>(api.inspector_layer);
    bind<&IEngineInspector::getEngineInformation>(api.inspector_engine);
}

} // namespace TRT_SHIM_NAMESPACE
