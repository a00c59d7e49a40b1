// Execution context: what all versions have in common, and the parts by tensor name of TensorRT 8.5 and newer.
#include "bind.hpp"
#include "objects.hpp"

namespace TRT_SHIM_NAMESPACE {

void fill_context_bindings(TrtApi &api);

namespace {

void set_profiler(Context &context, TrtProfilerCallback callback, void *user) {
    auto profiler = std::make_unique<Profiler>(callback, user);
    context.context->setProfiler(profiler.get());
    context.profiler = std::move(profiler);
}

void set_device_memory(IExecutionContext &context, void *memory, int64_t bytes) {
#if TRT_HAS_setDeviceMemoryV2
    context.setDeviceMemoryV2(memory, bytes);
#else
    static_cast<void>(bytes);
    context.setDeviceMemory(memory);
#endif
}

#if TRT_NAMED_IO
void infer_shapes(IExecutionContext &context, char const **names, int32_t capacity, int32_t *count) {
    int32_t const missing = context.inferShapes(names == nullptr ? 0 : capacity, names);
    if (missing < 0) {
        failed("TensorRT cannot infer the shapes of the outputs");
    }
    *count = missing;
}

// An address that is not set yet is null, which is no failure. It comes back const, whatever it was set with.
Optional<void> get_address(IExecutionContext &context, char const *name) {
    return {const_cast<void *>(context.getTensorAddress(name))};
}

void set_output_allocator(Context &context, char const *name, TrtOutputAllocatorCallbacks const *callbacks) {
    auto allocator = callbacks == nullptr ? nullptr : std::make_unique<OutputAllocator>(*callbacks);
    if (!context.context->setOutputAllocator(name, allocator.get())) {
        invalid(std::string("the engine has no output named ") + name);
    }
    context.allocators[name] = std::move(allocator);
}
#endif

#if TRT_HAS_setAuxStreams
void set_aux_streams(IExecutionContext &context, void *const *streams, int32_t count) {
    std::vector<cudaStream_t> handles;
    for (int32_t i = 0; i < count; ++i) {
        handles.push_back(static_cast<cudaStream_t>(streams[i]));
    }
    context.setAuxStreams(handles.data(), count);
}
#endif

#if TRT_HAS_IDebugListener
void set_debug_listener(Context &context, TrtDebugCallback callback, void *user) {
    auto listener = callback == nullptr ? nullptr : std::make_unique<DebugListener>(callback, user);
    result(context.context->setDebugListener(listener.get()));
    context.listener = std::move(listener);
}

#endif

} // namespace

void fill_context(TrtApi &api) {
    using C = IExecutionContext;
    api.context_destroy = destroy<TrtContext>;
    bind<&C::getName>(api.context_name);
    bind<&C::setName>(api.context_set_name);
    bind<&C::getOptimizationProfile>(api.context_profile);
    bind<&C::setOptimizationProfileAsync>(api.context_set_profile);
    bind<&C::allInputDimensionsSpecified>(api.context_all_input_dimensions_specified);
    bind<set_device_memory>(api.context_set_device_memory);
    bind<set_profiler>(api.context_set_profiler);
    bind<&C::setEnqueueEmitsProfile>(api.context_set_enqueue_emits_profile);
    bind<&C::reportToProfiler>(api.context_report_to_profiler);
    bind<&C::setDebugSync>(api.context_set_debug_sync);
#if TRT_NAMED_IO
    bind<&C::setInputShape>(api.context_set_input_shape);
    bind<&C::getTensorShape>(api.context_tensor_shape);
    bind<&C::getTensorStrides>(api.context_tensor_strides);
    bind<infer_shapes>(api.context_infer_shapes);
    bind<&C::setTensorAddress>(api.context_set_address);
    bind<get_address>(api.context_address);
    bind<&C::enqueueV3>(api.context_enqueue);
    bind<&C::setInputConsumedEvent>(api.context_set_input_consumed_event);
    bind<set_output_allocator>(api.context_set_output_allocator);
    bind<&C::getMaxOutputSize>(api.context_max_output_size);
#else
    fill_context_bindings(api);
#endif
#if TRT_HAS_updateDeviceMemorySizeForShapes
    bind<&C::updateDeviceMemorySizeForShapes>(api.context_update_device_memory_size);
#endif
#if TRT_HAS_setAuxStreams
    bind<set_aux_streams>(api.context_set_aux_streams);
#endif
#if TRT_HAS_IDebugListener
    bind<set_debug_listener>(api.context_set_debug_listener);
    bind<&C::setTensorDebugState>(api.context_set_debug_state);
    bind<&C::setAllTensorsDebugState>(api.context_set_all_debug_states);
#endif
#if TRT_HAS_setNvtxVerbosity
    bind<&C::setNvtxVerbosity>(api.context_set_nvtx_verbosity);
#endif
#if TRT_HAS_setPersistentCacheLimit
    bind<&C::setPersistentCacheLimit>(api.context_set_persistent_cache_limit);
#endif
#if TRT_HAS_isStreamCapturable
    bind<&C::isStreamCapturable>(api.context_is_capturable);
#endif
}

} // namespace TRT_SHIM_NAMESPACE
