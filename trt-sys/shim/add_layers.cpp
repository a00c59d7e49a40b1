// Everything that adds something to a network.
#include "bind.hpp"

#include <vector>

namespace TRT_SHIM_NAMESPACE {
namespace {

using N = INetworkDefinition;

std::vector<ITensor *> tensors(TrtTensor *const *inputs, int32_t count) {
    if (inputs == nullptr || count < 1) {
        invalid("no input tensors are given");
    }
    std::vector<ITensor *> out;
    for (int32_t i = 0; i < count; ++i) {
        out.push_back(&native(inputs[i]));
    }
    return out;
}

IConcatenationLayer *concatenation(N &network, TrtTensor *const *inputs, int32_t count) {
    return network.addConcatenation(tensors(inputs, count).data(), count);
}

IEinsumLayer *einsum(N &network, TrtTensor *const *inputs, int32_t count, char const *equation) {
    return network.addEinsum(tensors(inputs, count).data(), count, equation);
}

// Before it could be chosen, the type of an operation's output was fixed.
[[maybe_unused]] void require(DataType wanted, DataType only, char const *what) {
    if (wanted != only) {
        unsupported(std::string("this TensorRT has one type only for the ") + what);
    }
}

IFillLayer *fill(N &network, Dims const &dims, FillOperation operation, DataType output) {
#if TRT_HAS_setAlphaInt64
    return network.addFill(dims, operation, output);
#else
    IFillLayer *layer = network.addFill(dims, operation);
    if (layer != nullptr && output != DataType::kFLOAT) {
        layer->setOutputType(0, output);
    }
    return layer;
#endif
}

IQuantizeLayer *quantize(N &network, ITensor &input, ITensor &scale, DataType output) {
#if TRT_HAS_kFP8
    return network.addQuantize(input, scale, output);
#else
    require(output, DataType::kINT8, "output of a quantize layer");
    return network.addQuantize(input, scale);
#endif
}

IDequantizeLayer *dequantize(N &network, ITensor &input, ITensor &scale, DataType output) {
#if TRT_HAS_kFP8
    return network.addDequantize(input, scale, output);
#else
    require(output, DataType::kFLOAT, "output of a dequantize layer");
    return network.addDequantize(input, scale);
#endif
}

// Indices are int32 unless the layer is told otherwise.
template <class Layer>
Layer *with_indices(Layer *layer, DataType indices) {
#if TRT_HAS_setIndicesType
    if (layer != nullptr && indices != DataType::kINT32) {
        result(layer->setIndicesType(indices));
    }
#else
    require(indices, DataType::kINT32, "indices of this layer");
#endif
    return layer;
}

ITopKLayer *topk(N &network, ITensor &input, TopKOperation operation, int32_t k, uint32_t axes, DataType indices) {
    return with_indices(network.addTopK(input, operation, k, axes), indices);
}

#if TRT_HAS_addNonZero
INonZeroLayer *non_zero(N &network, ITensor &input, DataType indices) {
    return with_indices(network.addNonZero(input), indices);
}
#endif

#if TRT_HAS_addNMS
INMSLayer *nms(N &network, ITensor &boxes, ITensor &scores, ITensor &max_output_boxes, DataType indices) {
    return with_indices(network.addNMS(boxes, scores, max_output_boxes), indices);
}
#endif

#if TRT_HAS_addSqueeze
ISqueezeLayer *squeeze(N &network, ITensor &input, ITensor &axes) { return network.addSqueeze(input, axes); }
#endif

#if TRT_HAS_addAttentionV2
IAttention *attention(N &network, ITensor &query, ITensor &key, ITensor &value, AttentionNormalizationOp operation,
                      CausalMaskKind causal) {
    return network.addAttentionV2(query, key, value, operation, causal);
}
#elif TRT_HAS_IAttention
IAttention *attention(N &network, ITensor &query, ITensor &key, ITensor &value, AttentionNormalizationOp operation,
                      TrtCausalMask causal) {
    if (causal == TRT_CAUSAL_MASK_LOWER_RIGHT) {
        unsupported("this TensorRT aligns a causal mask at the upper left only");
    }
    return network.addAttention(query, key, value, operation, causal != TRT_CAUSAL_MASK_NONE);
}
#endif

#if TRT_HAS_addDistCollective
IDistCollectiveLayer *dist_collective(N &network, ITensor &input, CollectiveOperation collective, ReduceOperation reduce,
                                      int64_t root, int64_t const *groups, int64_t group_size) {
    // TensorRT does not write to the groups.
    return network.addDistCollective(input, collective, reduce, root, const_cast<int64_t *>(groups), group_size);
}
#endif

} // namespace

void fill_add_layers(TrtApi &api) {
    bind<&N::addActivation>(api.add_activation);
    bind<&N::addAssertion>(api.add_assertion);
    bind<concatenation>(api.add_concatenation);
    bind<&N::addIfConditional>(api.add_conditional);
    bind<&N::addConstant>(api.add_constant);
    bind<&N::addConvolutionNd>(api.add_convolution);
    bind<&N::addDeconvolutionNd>(api.add_deconvolution);
    bind<dequantize>(api.add_dequantize);
    bind<einsum>(api.add_einsum);
    bind<&N::addElementWise>(api.add_elementwise);
    bind<fill>(api.add_fill);
    bind<&N::addGatherV2>(api.add_gather);
    bind<&N::addIdentity>(api.add_identity);
    bind<&N::addLoop>(api.add_loop);
    bind<&N::addLRN>(api.add_lrn);
    bind<&N::addMatrixMultiply>(api.add_matrix_multiply);
    bind<&N::addPaddingNd>(api.add_padding);
    bind<&N::addParametricReLU>(api.add_parametric_relu);
    bind<&N::addPoolingNd>(api.add_pooling);
    bind<quantize>(api.add_quantize);
    bind<&N::addRaggedSoftMax>(api.add_ragged_softmax);
    bind<&N::addReduce>(api.add_reduce);
    bind<&N::addResize>(api.add_resize);
    bind<&N::addScaleNd>(api.add_scale);
    bind<&N::addScatter>(api.add_scatter);
    bind<&N::addSelect>(api.add_select);
    bind<&N::addShape>(api.add_shape);
    bind<&N::addShuffle>(api.add_shuffle);
    bind<&N::addSlice>(api.add_slice);
    bind<&N::addSoftMax>(api.add_softmax);
    bind<topk>(api.add_topk);
    bind<&N::addUnary>(api.add_unary);
#if TRT_HAS_IAttention
    bind<attention>(api.add_attention);
#endif
#if TRT_HAS_addCast
    bind<&N::addCast>(api.add_cast);
#endif
#if TRT_HAS_addCumulative
    bind<&N::addCumulative>(api.add_cumulative);
#endif
#if TRT_HAS_addDistCollective
    bind<dist_collective>(api.add_dist_collective);
#endif
#if TRT_HAS_addDynamicQuantize
    bind<&N::addDynamicQuantize>(api.add_dynamic_quantize);
#endif
#if TRT_HAS_addDynamicQuantizeV2
    bind<&N::addDynamicQuantizeV2>(api.add_dynamic_quantize_v2);
#endif
#if TRT_HAS_addGridSample
    bind<&N::addGridSample>(api.add_grid_sample);
#endif
#if TRT_HAS_addKVCacheUpdate
    bind<&N::addKVCacheUpdate>(api.add_kv_cache_update);
#endif
#if TRT_HAS_addMoE
    bind<&N::addMoE>(api.add_moe);
#endif
#if TRT_HAS_addNMS
    bind<nms>(api.add_nms);
#endif
#if TRT_HAS_addNonZero
    bind<non_zero>(api.add_non_zero);
#endif
#if TRT_HAS_addNormalization
    bind<&N::addNormalization>(api.add_normalization);
#endif
#if TRT_HAS_addNormalizationV2
    bind<&N::addNormalizationV2>(api.add_normalization_v2);
#endif
#if TRT_HAS_addOneHot
    bind<&N::addOneHot>(api.add_one_hot);
#endif
#if TRT_HAS_addReverseSequence
    bind<&N::addReverseSequence>(api.add_reverse_sequence);
#endif
#if TRT_HAS_addRotaryEmbedding
    bind<&N::addRotaryEmbedding>(api.add_rotary_embedding);
#endif
#if TRT_HAS_addSqueeze
    bind<squeeze>(api.add_squeeze);
    bind<&N::addUnsqueeze>(api.add_unsqueeze);
#endif
}

} // namespace TRT_SHIM_NAMESPACE
