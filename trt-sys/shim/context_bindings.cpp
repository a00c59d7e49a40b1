// Execution context of TensorRT 8.4 and older: names become numbered bindings. Bindings are numbered profile by profile, so
// tensor i of profile p is binding i + p * n; addresses are kept by tensor and placed when work is enqueued.
#include "bind.hpp"
#include "objects.hpp"

namespace TRT_SHIM_NAMESPACE {

#if !TRT_NAMED_IO
namespace {

std::size_t tensor_index(Context &context, char const *name) {
    int32_t const binding = context.context->getEngine().getBindingIndex(name);
    if (binding < 0) {
        invalid(std::string("the engine has no tensor named ") + name);
    }
    return static_cast<std::size_t>(binding) % context.addresses.size();
}

// The binding of a tensor in the profile that is in use.
int32_t binding(Context &context, std::size_t tensor) {
    int32_t const profile = context.context->getOptimizationProfile();
    return static_cast<int32_t>(tensor + static_cast<std::size_t>(profile < 0 ? 0 : profile) * context.addresses.size());
}

int32_t binding(Context &context, char const *name) { return binding(context, tensor_index(context, name)); }

bool set_input_shape(Context &context, char const *name, Dims const &dims) {
    return context.context->setBindingDimensions(binding(context, name), dims);
}

Dims tensor_shape(Context &context, char const *name) { return context.context->getBindingDimensions(binding(context, name)); }

Dims tensor_strides(Context &context, char const *name) { return context.context->getStrides(binding(context, name)); }

bool is_missing(Context &context, std::size_t tensor) {
    ICudaEngine const &engine = context.context->getEngine();
    int32_t const number = binding(context, tensor);
    if (!engine.bindingIsInput(number)) {
        return false;
    }
    if (engine.isShapeBinding(number) && context.addresses[tensor] == nullptr) {
        return true;
    }
    Dims const dims = context.context->getBindingDimensions(number);
    for (int32_t i = 0; i < dims.nbDims; ++i) {
        if (dims.d[i] < 0) {
            return true;
        }
    }
    return false;
}

void infer_shapes(Context &context, char const **names, int32_t capacity, int32_t *count) {
    int32_t missing = 0;
    for (std::size_t tensor = 0; tensor < context.addresses.size(); ++tensor) {
        if (is_missing(context, tensor)) {
            if (names != nullptr && missing < capacity) {
                names[missing] = context.context->getEngine().getBindingName(static_cast<int32_t>(tensor));
            }
            ++missing;
        }
    }
    *count = missing;
}

void set_address(Context &context, char const *name, void *address) {
    std::size_t const tensor = tensor_index(context, name);
    context.addresses[tensor] = address;
    int32_t const number = binding(context, tensor);
    ICudaEngine const &engine = context.context->getEngine();
    // The values of a shape input are read here and now, from the host.
    if (address != nullptr && engine.isShapeBinding(number) && engine.bindingIsInput(number)) {
        result(context.context->setInputShapeBinding(number, static_cast<int32_t const *>(address)));
    }
}

Optional<void> get_address(Context &context, char const *name) { return {context.addresses[tensor_index(context, name)]}; }

bool enqueue(Context &context, cudaStream_t stream) {
    for (std::size_t tensor = 0; tensor < context.addresses.size(); ++tensor) {
        context.bindings[static_cast<std::size_t>(binding(context, tensor))] = context.addresses[tensor];
    }
    cudaEvent_t *const consumed = context.input_consumed == nullptr ? nullptr : &context.input_consumed;
    return context.context->enqueueV2(context.bindings.data(), stream, consumed);
}

void set_input_consumed_event(Context &context, cudaEvent_t event) { context.input_consumed = event; }

} // namespace

void fill_context_bindings(TrtApi &api) {
    bind<set_input_shape>(api.context_set_input_shape);
    bind<tensor_shape>(api.context_tensor_shape);
    bind<tensor_strides>(api.context_tensor_strides);
    bind<infer_shapes>(api.context_infer_shapes);
    bind<set_address>(api.context_set_address);
    bind<get_address>(api.context_address);
    bind<enqueue>(api.context_enqueue);
    bind<set_input_consumed_event>(api.context_set_input_consumed_event);
}
#endif

} // namespace TRT_SHIM_NAMESPACE
