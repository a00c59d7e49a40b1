// Attention blocks: several layers that TensorRT configures through one object.
#include "property.hpp"

namespace TRT_SHIM_NAMESPACE {

#if TRT_HAS_IAttention
namespace {

void get(IAttention &attention, TrtProperty property, TrtValue *out) {
    switch (property) {
#define PROPERTY(property, getter, setter)                                                                             \
    case TRT_PROPERTY_##property: return read<&IAttention::getter>(attention, out);
#include "attention_properties.inc"
#undef PROPERTY
    default: unsupported("an attention block has no such property in this TensorRT");
    }
}

void set(IAttention &attention, TrtProperty property, TrtValue const *value) {
    if (value == nullptr) {
        invalid("the value of the property is null");
    }
    switch (property) {
#define PROPERTY(property, getter, setter)                                                                             \
    case TRT_PROPERTY_##property: return write<&IAttention::setter>(attention, *value);
#include "attention_properties.inc"
#undef PROPERTY
    default: unsupported("an attention block has no such property in this TensorRT");
    }
}

Optional<ITensor> input(IAttention &attention, int32_t index) { return {attention.getInput(index)}; }

IAttention *attention_of(ILayer &layer) {
    switch (layer.getType()) {
    case LayerType::kATTENTION_INPUT:
    case LayerType::kATTENTION_OUTPUT: return static_cast<IAttentionBoundaryLayer &>(layer).getAttention();
    default: invalid("the layer is not at the boundary of an attention block");
    }
}

} // namespace

void fill_attention(TrtApi &api) {
    bind<attention_of>(api.layer_attention);
    bind<&IAttention::getName>(api.attention_name);
    bind<&IAttention::setName>(api.attention_set_name);
// The metadata came with multi-device support.
#if TRT_HAS_setNbRanks
    bind<&IAttention::getMetadata>(api.attention_metadata);
    bind<&IAttention::setMetadata>(api.attention_set_metadata);
#endif
    bind<&IAttention::getNbInputs>(api.attention_nb_inputs);
    bind<input>(api.attention_input);
    bind<&IAttention::setInput>(api.attention_set_input);
    bind<&IAttention::getNbOutputs>(api.attention_nb_outputs);
    bind<&IAttention::getOutput>(api.attention_output);
    bind<get>(api.attention_get);
    bind<set>(api.attention_set);
}
#else
void fill_attention(TrtApi &) {}
#endif

} // namespace TRT_SHIM_NAMESPACE
