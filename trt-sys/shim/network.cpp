// Network, its tensors, loops and conditionals.
#include "bind.hpp"

namespace TRT_SHIM_NAMESPACE {
namespace {

#if TRT_HAS_dynamicRangeIsSet
void dynamic_range(ITensor &tensor, float *min, float *max, int32_t *is_set) {
    *is_set = tensor.dynamicRangeIsSet() ? 1 : 0;
    *min = tensor.getDynamicRangeMin();
    *max = tensor.getDynamicRangeMax();
}
#endif

// An absent name is null, which is no failure.
#if TRT_HAS_setDimensionName
char const *dimension_name(ITensor &tensor, int32_t index) { return tensor.getDimensionName(index); }
#endif

void fill_tensor(TrtApi &api) {
    bind<&ITensor::getName>(api.tensor_name);
    bind<&ITensor::setName>(api.tensor_set_name);
    bind<&ITensor::getDimensions>(api.tensor_dims);
    bind<&ITensor::setDimensions>(api.tensor_set_dims);
    bind<&ITensor::getType>(api.tensor_dtype);
#if TRT_HAS_setDimensionName
    bind<dimension_name>(api.tensor_dimension_name);
    bind<&ITensor::setDimensionName>(api.tensor_set_dimension_name);
#endif
    bind<&ITensor::isNetworkInput>(api.tensor_is_network_input);
    bind<&ITensor::isNetworkOutput>(api.tensor_is_network_output);
    bind<&ITensor::isShapeTensor>(api.tensor_is_shape_tensor);
    bind<&ITensor::isExecutionTensor>(api.tensor_is_execution_tensor);
    bind<&ITensor::getAllowedFormats>(api.tensor_allowed_formats);
    bind<&ITensor::setAllowedFormats>(api.tensor_set_allowed_formats);
#if !TRT_SHIM_RTX
    bind<&ITensor::getLocation>(api.tensor_location);
#endif
#if TRT_HAS_dynamicRangeIsSet
    bind<&ITensor::setType>(api.tensor_set_dtype);
    bind<dynamic_range>(api.tensor_dynamic_range);
    bind<&ITensor::setDynamicRange>(api.tensor_set_dynamic_range);
    bind<&ITensor::resetDynamicRange>(api.tensor_reset_dynamic_range);
#endif
}

void fill_control_flow(TrtApi &api) {
    bind<&ILoop::getName>(api.loop_name);
    bind<&ILoop::setName>(api.loop_set_name);
    bind<&ILoop::addRecurrence>(api.loop_add_recurrence);
    bind<&ILoop::addTripLimit>(api.loop_add_trip_limit);
    bind<&ILoop::addIterator>(api.loop_add_iterator);
    bind<&ILoop::addLoopOutput>(api.loop_add_output);
    bind<&IIfConditional::getName>(api.conditional_name);
    bind<&IIfConditional::setName>(api.conditional_set_name);
    bind<&IIfConditional::setCondition>(api.conditional_set_condition);
    bind<&IIfConditional::addInput>(api.conditional_add_input);
    bind<&IIfConditional::addOutput>(api.conditional_add_output);
}

} // namespace

void fill_network(TrtApi &api) {
    using N = INetworkDefinition;
    api.network_destroy = destroy<TrtNetwork>;
    bind<&N::getName>(api.network_name);
    bind<&N::setName>(api.network_set_name);
    bind<&N::getNbLayers>(api.network_nb_layers);
    bind<&N::getLayer>(api.network_layer);
    bind<&N::getNbInputs>(api.network_nb_inputs);
    bind<&N::getInput>(api.network_input);
    bind<&N::getNbOutputs>(api.network_nb_outputs);
    bind<&N::getOutput>(api.network_output);
    bind<&N::addInput>(api.network_add_input);
    bind<&N::markOutput>(api.network_mark_output);
    bind<&N::unmarkOutput>(api.network_unmark_output);
    bind<&N::markOutputForShapes>(api.network_mark_output_for_shapes);
    bind<&N::unmarkOutputForShapes>(api.network_unmark_output_for_shapes);
#if TRT_HAS_markDebug
    bind<&N::markDebug>(api.network_mark_debug);
    bind<&N::unmarkDebug>(api.network_unmark_debug);
#endif
    bind<&N::removeTensor>(api.network_remove_tensor);
    bind<&N::setWeightsName>(api.network_set_weights_name);
#if TRT_HAS_markWeightsRefittable
    bind<&N::markWeightsRefittable>(api.network_mark_weights_refittable);
    bind<&N::unmarkWeightsRefittable>(api.network_unmark_weights_refittable);
#endif
    fill_tensor(api);
    fill_control_flow(api);
}

} // namespace TRT_SHIM_NAMESPACE
