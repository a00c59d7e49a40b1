// Refitter: new weights for an engine that was built for it.
#include "bind.hpp"
#include "callbacks.hpp"

#include <vector>

namespace TRT_SHIM_NAMESPACE {
namespace {

TrtStatus refitter_create(TrtCreateFromEngine factory, TrtEngine *engine, TrtLogger *logger, TrtRefitter **out) noexcept {
    return guard([&] {
        if (factory == nullptr) {
            invalid("the factory of the refitter is null");
        }
        ILogger *const log = &native(logger);
        result(static_cast<IRefitter *>(factory(&native(engine), log, NV_TENSORRT_VERSION)), out);
    });
}

using ListRoles = int32_t (IRefitter::*)(int32_t, char const **, WeightsRole *) noexcept;

template <ListRoles List>
void list_roles(IRefitter &refitter, int32_t capacity, char const **layers, TrtWeightsRole *roles, int32_t *count) {
    *count = (refitter.*List)(0, nullptr, nullptr);
    std::vector<char const *> names(static_cast<std::size_t>(*count));
    std::vector<WeightsRole> kinds(names.size());
    (refitter.*List)(*count, names.data(), kinds.data());
    for (int32_t i = 0; i < *count && i < capacity; ++i) {
        layers[i] = names[static_cast<std::size_t>(i)];
        roles[i] = static_cast<TrtWeightsRole>(kinds[static_cast<std::size_t>(i)]);
    }
}

using ListNames = int32_t (IRefitter::*)(int32_t, char const **) noexcept;

template <ListNames List>
void list_names(IRefitter &refitter, int32_t capacity, char const **names, int32_t *count) {
    *count = (refitter.*List)(0, nullptr);
    std::vector<char const *> all(static_cast<std::size_t>(*count));
    (refitter.*List)(*count, all.data());
    for (int32_t i = 0; i < *count && i < capacity; ++i) {
        names[i] = all[static_cast<std::size_t>(i)];
    }
}

bool set_named_weights(IRefitter &refitter, char const *name, Weights weights) {
    return refitter.setNamedWeights(name, weights);
}

} // namespace

void fill_refitter(TrtApi &api) {
    api.refitter_create = refitter_create;
    api.refitter_destroy = destroy<TrtRefitter>;
    bind<&IRefitter::setWeights>(api.refitter_set_weights);
    bind<set_named_weights>(api.refitter_set_named_weights);
    bind<list_roles<&IRefitter::getMissing>>(api.refitter_missing);
    bind<list_roles<&IRefitter::getAll>>(api.refitter_all);
    bind<list_names<&IRefitter::getMissingWeights>>(api.refitter_missing_weights);
    bind<list_names<&IRefitter::getAllWeights>>(api.refitter_all_weights);
#if TRT_HAS_getWeightsPrototype
    bind<&IRefitter::getWeightsPrototype>(api.refitter_weights_prototype);
#endif
#if TRT_HAS_setWeightsValidation
    bind<&IRefitter::setWeightsValidation>(api.refitter_set_validation);
#endif
#if TRT_HAS_setMaxThreads
    bind<&IRefitter::setMaxThreads>(api.refitter_set_max_threads);
#endif
    bind<&IRefitter::refitCudaEngine>(api.refitter_refit);
#if TRT_HAS_refitCudaEngineAsync
    bind<&IRefitter::refitCudaEngineAsync>(api.refitter_refit_async);
#endif
}

} // namespace TRT_SHIM_NAMESPACE
