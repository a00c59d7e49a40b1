// Layers after creation: kind, connections, properties, precision.
#include "property.hpp"

namespace TRT_SHIM_NAMESPACE {
namespace {

TrtLayerKind kind(ILayer &layer) {
    switch (layer.getType()) {
    case LayerType::kACTIVATION: return TRT_LAYER_KIND_ACTIVATION;
    case LayerType::kASSERTION: return TRT_LAYER_KIND_ASSERTION;
    case LayerType::kCONCATENATION: return TRT_LAYER_KIND_CONCATENATION;
    case LayerType::kCONDITION: return TRT_LAYER_KIND_CONDITION;
    case LayerType::kCONDITIONAL_INPUT: return TRT_LAYER_KIND_CONDITIONAL_INPUT;
    case LayerType::kCONDITIONAL_OUTPUT: return TRT_LAYER_KIND_CONDITIONAL_OUTPUT;
    case LayerType::kCONSTANT: return TRT_LAYER_KIND_CONSTANT;
    case LayerType::kCONVOLUTION: return TRT_LAYER_KIND_CONVOLUTION;
    case LayerType::kDECONVOLUTION: return TRT_LAYER_KIND_DECONVOLUTION;
    case LayerType::kDEQUANTIZE: return TRT_LAYER_KIND_DEQUANTIZE;
    case LayerType::kEINSUM: return TRT_LAYER_KIND_EINSUM;
    case LayerType::kELEMENTWISE: return TRT_LAYER_KIND_ELEMENTWISE;
    case LayerType::kFILL: return TRT_LAYER_KIND_FILL;
    case LayerType::kGATHER: return TRT_LAYER_KIND_GATHER;
    case LayerType::kIDENTITY: return TRT_LAYER_KIND_IDENTITY;
    case LayerType::kITERATOR: return TRT_LAYER_KIND_ITERATOR;
    case LayerType::kLOOP_OUTPUT: return TRT_LAYER_KIND_LOOP_OUTPUT;
    case LayerType::kLRN: return TRT_LAYER_KIND_LRN;
    case LayerType::kMATRIX_MULTIPLY: return TRT_LAYER_KIND_MATRIX_MULTIPLY;
    case LayerType::kPADDING: return TRT_LAYER_KIND_PADDING;
    case LayerType::kPARAMETRIC_RELU: return TRT_LAYER_KIND_PARAMETRIC_RELU;
    case LayerType::kPLUGIN: return TRT_LAYER_KIND_PLUGIN;
    case LayerType::kPLUGIN_V2: return TRT_LAYER_KIND_PLUGIN_V2;
    case LayerType::kPOOLING: return TRT_LAYER_KIND_POOLING;
    case LayerType::kQUANTIZE: return TRT_LAYER_KIND_QUANTIZE;
    case LayerType::kRAGGED_SOFTMAX: return TRT_LAYER_KIND_RAGGED_SOFTMAX;
    case LayerType::kRECURRENCE: return TRT_LAYER_KIND_RECURRENCE;
    case LayerType::kREDUCE: return TRT_LAYER_KIND_REDUCE;
    case LayerType::kRESIZE: return TRT_LAYER_KIND_RESIZE;
    case LayerType::kSCALE: return TRT_LAYER_KIND_SCALE;
    case LayerType::kSCATTER: return TRT_LAYER_KIND_SCATTER;
    case LayerType::kSELECT: return TRT_LAYER_KIND_SELECT;
    case LayerType::kSHAPE: return TRT_LAYER_KIND_SHAPE;
    case LayerType::kSHUFFLE: return TRT_LAYER_KIND_SHUFFLE;
    case LayerType::kSLICE: return TRT_LAYER_KIND_SLICE;
    case LayerType::kSOFTMAX: return TRT_LAYER_KIND_SOFTMAX;
    case LayerType::kTOPK: return TRT_LAYER_KIND_TOPK;
    case LayerType::kTRIP_LIMIT: return TRT_LAYER_KIND_TRIP_LIMIT;
    case LayerType::kUNARY: return TRT_LAYER_KIND_UNARY;
#if TRT_HAS_IAttention
    case LayerType::kATTENTION_INPUT: return TRT_LAYER_KIND_ATTENTION_INPUT;
    case LayerType::kATTENTION_OUTPUT: return TRT_LAYER_KIND_ATTENTION_OUTPUT;
#endif
#if TRT_HAS_addCast
    case LayerType::kCAST: return TRT_LAYER_KIND_CAST;
#endif
#if TRT_HAS_addCumulative
    case LayerType::kCUMULATIVE: return TRT_LAYER_KIND_CUMULATIVE;
#endif
#if TRT_HAS_addDistCollective
    case LayerType::kDIST_COLLECTIVE: return TRT_LAYER_KIND_DIST_COLLECTIVE;
#endif
#if TRT_HAS_addDynamicQuantize
    case LayerType::kDYNAMIC_QUANTIZE: return TRT_LAYER_KIND_DYNAMIC_QUANTIZE;
#endif
#if TRT_HAS_addGridSample
    case LayerType::kGRID_SAMPLE: return TRT_LAYER_KIND_GRID_SAMPLE;
#endif
#if TRT_HAS_addKVCacheUpdate
    case LayerType::kKVCACHE_UPDATE: return TRT_LAYER_KIND_KV_CACHE_UPDATE;
#endif
#if TRT_HAS_addMoE
    case LayerType::kMOE: return TRT_LAYER_KIND_MOE;
#endif
#if TRT_HAS_addNMS
    case LayerType::kNMS: return TRT_LAYER_KIND_NMS;
#endif
#if TRT_HAS_addNonZero
    case LayerType::kNON_ZERO: return TRT_LAYER_KIND_NON_ZERO;
#endif
#if TRT_HAS_addNormalization
    case LayerType::kNORMALIZATION: return TRT_LAYER_KIND_NORMALIZATION;
#endif
#if TRT_HAS_addOneHot
    case LayerType::kONE_HOT: return TRT_LAYER_KIND_ONE_HOT;
#endif
#if TRT_HAS_kPLUGIN_V3
    case LayerType::kPLUGIN_V3: return TRT_LAYER_KIND_PLUGIN_V3;
#endif
#if TRT_HAS_addReverseSequence
    case LayerType::kREVERSE_SEQUENCE: return TRT_LAYER_KIND_REVERSE_SEQUENCE;
#endif
#if TRT_HAS_addRotaryEmbedding
    case LayerType::kROTARY_EMBEDDING: return TRT_LAYER_KIND_ROTARY_EMBEDDING;
#endif
#if TRT_HAS_addSqueeze
    case LayerType::kSQUEEZE: return TRT_LAYER_KIND_SQUEEZE;
    case LayerType::kUNSQUEEZE: return TRT_LAYER_KIND_UNSQUEEZE;
#endif
    default: return TRT_LAYER_KIND_UNKNOWN;
    }
}

template <int32_t Index>
MatrixOperation matrix_operation(IMatrixMultiplyLayer &layer) {
    return layer.getOperation(Index);
}

template <int32_t Index>
void set_matrix_operation(IMatrixMultiplyLayer &layer, MatrixOperation operation) {
    layer.setOperation(Index, operation);
}

TrtFloats resize_scales(IResizeLayer &layer) {
    TrtFloats out{};
    // First the number: TensorRT copies nothing when it is asked for another. -1 stands for "not set".
    int32_t const count = layer.getScales(0, nullptr);
    if (count > 0 && count <= TRT_MAX_RANK) {
        out.count = count;
        layer.getScales(count, out.values);
    }
    return out;
}

void set_resize_scales(IResizeLayer &layer, TrtFloats scales) {
    if (scales.count < 0 || scales.count > TRT_MAX_RANK) {
        invalid("there can be at most 8 scales");
    }
    layer.setScales(scales.values, scales.count);
}

[[noreturn]] void no_property() { unsupported("this kind of layer has no such property in this TensorRT"); }

void get(ILayer &layer, TrtProperty property, TrtValue *out) {
#if TRT_HAS_setNbRanks
    if (property == TRT_PROPERTY_NB_RANKS) {
        return read<&ILayer::getNbRanks>(layer, out);
    }
#endif
    switch (property_key(kind(layer), property)) {
#define PROPERTY(kind, property, getter, setter) READ_ONLY(kind, property, getter)
#define READ_ONLY(kind, property, getter)                                                                              \
    case property_key(TRT_LAYER_KIND_##kind, TRT_PROPERTY_##property): return read<getter>(layer, out);
#include "layer_properties.inc"
#undef READ_ONLY
#undef PROPERTY
    default: no_property();
    }
}

void set(ILayer &layer, TrtProperty property, TrtValue const *value) {
    if (value == nullptr) {
        invalid("the value of the property is null");
    }
#if TRT_HAS_setNbRanks
    if (property == TRT_PROPERTY_NB_RANKS) {
        return write<&ILayer::setNbRanks>(layer, *value);
    }
#endif
    switch (property_key(kind(layer), property)) {
#define PROPERTY(kind, property, getter, setter)                                                                       \
    case property_key(TRT_LAYER_KIND_##kind, TRT_PROPERTY_##property): return write<setter>(layer, *value);
#define READ_ONLY(kind, property, getter)
#include "layer_properties.inc"
#undef READ_ONLY
#undef PROPERTY
    default: no_property();
    }
}

Optional<ITensor> input(ILayer &layer, int32_t index) { return {layer.getInput(index)}; }

ILoop *loop(ILayer &layer) {
    switch (layer.getType()) {
    case LayerType::kITERATOR:
    case LayerType::kLOOP_OUTPUT:
    case LayerType::kRECURRENCE:
    case LayerType::kTRIP_LIMIT: return static_cast<ILoopBoundaryLayer &>(layer).getLoop();
    default: invalid("the layer is not at the boundary of a loop");
    }
}

IIfConditional *conditional(ILayer &layer) {
    switch (layer.getType()) {
    case LayerType::kCONDITION:
    case LayerType::kCONDITIONAL_INPUT:
    case LayerType::kCONDITIONAL_OUTPUT: return static_cast<IIfConditionalBoundaryLayer &>(layer).getConditional();
    default: invalid("the layer is not at the boundary of a conditional");
    }
}

#if TRT_HAS_setPrecision
void precision(ILayer &layer, TrtDataType *out, int32_t *is_set) {
    *is_set = layer.precisionIsSet() ? 1 : 0;
    *out = static_cast<TrtDataType>(layer.getPrecision());
}

void set_precision(ILayer &layer, TrtDataType const *type) {
    type == nullptr ? layer.resetPrecision() : layer.setPrecision(checked_enum<DataType>(*type));
}

void set_output_type(ILayer &layer, int32_t index, TrtDataType const *type) {
    type == nullptr ? layer.resetOutputType(index) : layer.setOutputType(index, checked_enum<DataType>(*type));
}
#endif

#if TRT_HAS_addMoE
// The layer, if it is a mixture of experts.
IMoELayer &moe(ILayer &layer) {
    if (layer.getType() != LayerType::kMOE) {
        invalid("the layer is not a mixture of experts");
    }
    return static_cast<IMoELayer &>(layer);
}

void moe_weights(ILayer &layer, ITensor &gate, ITensor &up, ITensor &down, MoEActType activation) {
    moe(layer).setGatedWeights(gate, up, down, activation);
}

void moe_biases(ILayer &layer, ITensor &gate, ITensor &up, ITensor &down) { moe(layer).setGatedBiases(gate, up, down); }

void moe_static(ILayer &layer, ITensor &scale, DataType type) { moe(layer).setQuantizationStatic(scale, type); }

void moe_dynamic(ILayer &layer, ITensor &scale, DataType type, Dims const &block_shape, DataType scale_type) {
    moe(layer).setQuantizationDynamicDblQ(scale, type, block_shape, scale_type);
}
#endif

} // namespace

void fill_layers(TrtApi &api) {
    bind<kind>(api.layer_kind);
    bind<&ILayer::getName>(api.layer_name);
    bind<&ILayer::setName>(api.layer_set_name);
#if TRT_HAS_setMetadata
    bind<&ILayer::getMetadata>(api.layer_metadata);
    bind<&ILayer::setMetadata>(api.layer_set_metadata);
#endif
    bind<&ILayer::getNbInputs>(api.layer_nb_inputs);
    bind<input>(api.layer_input);
    bind<&ILayer::setInput>(api.layer_set_input);
    bind<&ILayer::getNbOutputs>(api.layer_nb_outputs);
    bind<&ILayer::getOutput>(api.layer_output);
    bind<get>(api.layer_get);
    bind<set>(api.layer_set);
    bind<loop>(api.layer_loop);
    bind<conditional>(api.layer_conditional);
    bind<&ILayer::getOutputType>(api.layer_output_type);
#if TRT_HAS_setPrecision
    bind<precision>(api.layer_precision);
    bind<set_precision>(api.layer_set_precision);
    bind<set_output_type>(api.layer_set_output_type);
#endif
#if TRT_HAS_addMoE
    bind<moe_weights>(api.moe_set_gated_weights);
    bind<moe_biases>(api.moe_set_gated_biases);
    bind<moe_static>(api.moe_set_static_quantization);
    bind<moe_dynamic>(api.moe_set_dynamic_quantization);
#endif
}

} // namespace TRT_SHIM_NAMESPACE
