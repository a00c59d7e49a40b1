// Engine. With TensorRT 8 its inputs and outputs are bindings: the tensors times the number of profiles.
#include "bind.hpp"
#include "objects.hpp"

namespace TRT_SHIM_NAMESPACE {
namespace {

void check_profile(ICudaEngine const &engine, int32_t profile) {
    if (profile < 0 || profile >= engine.getNbOptimizationProfiles()) {
        invalid("the engine has no optimization profile " + std::to_string(profile));
    }
}

#if TRT_NAMED_IO
int32_t nb_io_tensors(ICudaEngine &engine) { return engine.getNbIOTensors(); }

void tensor_info(ICudaEngine &engine, int32_t index, int32_t profile, TrtTensorInfo *out) {
    check_profile(engine, profile);
    char const *name = engine.getIOTensorName(index);
    if (name == nullptr) {
        invalid("the engine has no tensor " + std::to_string(index));
    }
    out->name = name;
    out->format_desc = engine.getTensorFormatDesc(name, profile);
    out->mode = static_cast<TrtTensorMode>(engine.getTensorIOMode(name));
    out->dtype = static_cast<TrtDataType>(engine.getTensorDataType(name));
    out->location = static_cast<TrtTensorLocation>(engine.getTensorLocation(name));
    out->format = static_cast<TrtTensorFormat>(engine.getTensorFormat(name, profile));
    out->is_shape_inference_io = engine.isShapeInferenceIO(name) ? 1 : 0;
    out->bytes_per_component = engine.getTensorBytesPerComponent(name, profile);
    out->components_per_element = engine.getTensorComponentsPerElement(name, profile);
    out->vectorized_dim = engine.getTensorVectorizedDim(name, profile);
    out->dims = from_dims(engine.getTensorShape(name));
}

void check_input(ICudaEngine &engine, char const *name) {
    if (engine.getTensorIOMode(name) != TensorIOMode::kINPUT) {
        invalid(std::string("the engine has no input named ") + name);
    }
}

Dims profile_shape(ICudaEngine &engine, char const *name, int32_t profile, OptProfileSelector select) {
    check_profile(engine, profile);
    check_input(engine, name);
    return engine.getProfileShape(name, profile, select);
}

auto profile_values_of(ICudaEngine &engine, char const *name, int32_t profile, OptProfileSelector select) {
    check_input(engine, name);
#if TRT_HAS_getProfileTensorValuesV2
    return engine.getProfileTensorValuesV2(name, profile, select);
#else
    return engine.getProfileTensorValues(name, profile, select);
#endif
}

Dims tensor_shape(ICudaEngine &engine, char const *name) { return engine.getTensorShape(name); }
#else
int32_t nb_io_tensors(ICudaEngine &engine) { return engine.getNbBindings() / engine.getNbOptimizationProfiles(); }

void tensor_info(ICudaEngine &engine, int32_t index, int32_t profile, TrtTensorInfo *out) {
    check_profile(engine, profile);
    if (index < 0 || index >= nb_io_tensors(engine)) {
        invalid("the engine has no tensor " + std::to_string(index));
    }
    int32_t const binding = index + profile * nb_io_tensors(engine);
    bool const shape = engine.isShapeBinding(index);
    out->name = engine.getBindingName(index);
    out->format_desc = engine.getBindingFormatDesc(binding);
    out->mode = engine.bindingIsInput(index) ? TRT_TENSOR_MODE_INPUT : TRT_TENSOR_MODE_OUTPUT;
    out->dtype = static_cast<TrtDataType>(engine.getBindingDataType(index));
    // Values of a shape input are read by the CPU; a binding that is also an execution tensor lives on the device.
    out->location = shape ? TRT_TENSOR_LOCATION_HOST : static_cast<TrtTensorLocation>(engine.getLocation(index));
    out->format = static_cast<TrtTensorFormat>(engine.getBindingFormat(binding));
    out->is_shape_inference_io = shape ? 1 : 0;
    out->bytes_per_component = engine.getBindingBytesPerComponent(binding);
    out->components_per_element = engine.getBindingComponentsPerElement(binding);
    out->vectorized_dim = engine.getBindingVectorizedDim(binding);
    out->dims = from_dims(engine.getBindingDimensions(index));
}

int32_t input_binding(ICudaEngine &engine, char const *name, int32_t profile) {
    int32_t const index = engine.getBindingIndex(name);
    if (index < 0 || !engine.bindingIsInput(index)) {
        invalid(std::string("the engine has no input named ") + name);
    }
    return index % nb_io_tensors(engine) + profile * nb_io_tensors(engine);
}

Dims profile_shape(ICudaEngine &engine, char const *name, int32_t profile, OptProfileSelector select) {
    check_profile(engine, profile);
    return engine.getProfileDimensions(input_binding(engine, name, profile), profile, select);
}

int32_t const *profile_values_of(ICudaEngine &engine, char const *name, int32_t profile, OptProfileSelector select) {
    int32_t const binding = input_binding(engine, name, profile);
    return engine.isShapeBinding(binding) ? engine.getProfileShapeValues(profile, binding, select) : nullptr;
}

Dims tensor_shape(ICudaEngine &engine, char const *name) {
    return engine.getBindingDimensions(input_binding(engine, name, 0));
}
#endif

void profile_values(ICudaEngine &engine, char const *name, int32_t profile, OptProfileSelector select, int64_t *values,
                    int32_t capacity, int32_t *count) {
    check_profile(engine, profile);
    auto const *source = profile_values_of(engine, name, profile, select);
    if (source == nullptr) {
        invalid(std::string(name) + " has no values in an optimization profile: it is no shape tensor");
    }
    Dims const shape = tensor_shape(engine, name);
    int64_t total = 1;
    for (int32_t i = 0; i < shape.nbDims; ++i) {
        total *= shape.d[i];
    }
    *count = checked_integer<int32_t>(total);
    for (int32_t i = 0; i < *count && i < capacity; ++i) {
        values[i] = source[i];
    }
}

#if TRT_HAS_getDeviceMemorySizeV2
int64_t device_memory_size(ICudaEngine &engine) { return engine.getDeviceMemorySizeV2(); }

int64_t device_memory_size_for_profile(ICudaEngine &engine, int32_t profile) {
    check_profile(engine, profile);
    return engine.getDeviceMemorySizeForProfileV2(profile);
}
#else
int64_t device_memory_size(ICudaEngine &engine) { return static_cast<int64_t>(engine.getDeviceMemorySize()); }
#endif

IHostMemory *serialize(ICudaEngine &engine, uint32_t flags) {
    if (flags == 0) {
        return engine.serialize();
    }
#if TRT_HAS_ISerializationConfig
    std::unique_ptr<ISerializationConfig> config(engine.createSerializationConfig());
    if (config == nullptr || (flags >> EnumMax<SerializationFlag>()) != 0) {
        unsupported("this TensorRT lacks one of the serialization flags");
    }
    result(config->setFlags(flags));
    return engine.serializeWithConfig(*config);
#else
    unsupported("this TensorRT has no serialization flags");
#endif
}

Context *wrap(ICudaEngine &engine, IExecutionContext *raw) {
    std::unique_ptr<IExecutionContext> context(raw);
    if (context == nullptr) {
        failed("TensorRT created no execution context");
    }
    auto out = std::make_unique<Context>();
#if !TRT_NAMED_IO
    out->addresses.resize(static_cast<std::size_t>(nb_io_tensors(engine)));
    out->bindings.resize(static_cast<std::size_t>(engine.getNbBindings()));
#else
    static_cast<void>(engine);
#endif
    out->context = std::move(context);
    return out.release();
}

#if TRT_HAS_ExecutionContextAllocationStrategy
Context *create_context(ICudaEngine &engine, ExecutionContextAllocationStrategy strategy) {
    return wrap(engine, engine.createExecutionContext(strategy));
}
#else
Context *create_context(ICudaEngine &engine, TrtContextAllocation strategy) {
    switch (strategy) {
    case TRT_CONTEXT_ALLOCATION_STATIC: return wrap(engine, engine.createExecutionContext());
    case TRT_CONTEXT_ALLOCATION_USER_MANAGED: return wrap(engine, engine.createExecutionContextWithoutDeviceMemory());
    default: unsupported("this TensorRT has no such allocation strategy");
    }
}
#endif

#if TRT_HAS_IRuntimeConfig
Context *create_context_with(ICudaEngine &engine, IRuntimeConfig &config) {
    return wrap(engine, engine.createExecutionContext(&config));
}
#endif

} // namespace

void fill_engine(TrtApi &api) {
    using E = ICudaEngine;
    api.engine_destroy = destroy<TrtEngine>;
    bind<&E::getName>(api.engine_name);
    bind<&E::getNbLayers>(api.engine_nb_layers);
    bind<&E::getNbOptimizationProfiles>(api.engine_nb_profiles);
    bind<nb_io_tensors>(api.engine_nb_io_tensors);
    bind<tensor_info>(api.engine_tensor_info);
    bind<profile_shape>(api.engine_profile_shape);
    bind<profile_values>(api.engine_profile_values);
    bind<device_memory_size>(api.engine_device_memory_size);
#if TRT_HAS_getDeviceMemorySizeV2
    bind<device_memory_size_for_profile>(api.engine_device_memory_size_for_profile);
#endif
    bind<&E::isRefittable>(api.engine_is_refittable);
    bind<&E::getEngineCapability>(api.engine_capability);
    bind<&E::getProfilingVerbosity>(api.engine_profiling_verbosity);
#if TRT_HAS_getHardwareCompatibilityLevel
    bind<&E::getHardwareCompatibilityLevel>(api.engine_hardware_compatibility);
#endif
#if TRT_HAS_getNbAuxStreams
    bind<&E::getNbAuxStreams>(api.engine_nb_aux_streams);
#endif
    bind<serialize>(api.engine_serialize);
#if TRT_HAS_setWeightStreamingBudgetV2
    bind<&E::getStreamableWeightsSize>(api.engine_streamable_weights_size);
    bind<&E::setWeightStreamingBudgetV2>(api.engine_set_weight_streaming_budget);
    bind<&E::getWeightStreamingBudgetV2>(api.engine_weight_streaming_budget);
#endif
    bind<create_context>(api.engine_create_context);
#if TRT_HAS_IRuntimeConfig
    bind<create_context_with>(api.engine_create_context_with);
    bind<&E::createRuntimeConfig>(api.engine_create_runtime_config);
#endif
    bind<&E::createEngineInspector>(api.engine_create_inspector);
}

} // namespace TRT_SHIM_NAMESPACE
