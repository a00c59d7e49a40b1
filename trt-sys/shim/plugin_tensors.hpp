// What plugins are told about tensors and sizes, from TensorRT's terms to C and back.
#pragma once

#include <vector>

#include "bind.hpp"

namespace TRT_SHIM_NAMESPACE {

inline TrtPluginTensor plugin_tensor(PluginTensorDesc const &desc, void const *address = nullptr) {
    return {from_dims(desc.dims), static_cast<TrtDataType>(desc.type), static_cast<TrtTensorFormat>(desc.format), desc.scale, address};
}

inline std::vector<TrtPluginTensor> plugin_tensors(PluginTensorDesc const *descs, void const *const *addresses, int32_t count) {
    std::vector<TrtPluginTensor> out;
    for (int32_t i = 0; i < count; ++i) {
        out.push_back(plugin_tensor(descs[i], addresses == nullptr ? nullptr : addresses[i]));
    }
    return out;
}

// With the largest sizes of the profile.
inline std::vector<TrtPluginTensor> largest_tensors(DynamicPluginTensorDesc const *descs, int32_t count) {
    std::vector<TrtPluginTensor> out;
    for (int32_t i = 0; i < count; ++i) {
        TrtPluginTensor tensor = plugin_tensor(descs[i].desc);
        for (int32_t axis = 0; axis < descs[i].max.nbDims && axis < tensor.dims.rank; ++axis) {
            if (tensor.dims.d[axis] < 0) {
                tensor.dims.d[axis] = descs[i].max.d[axis];
            }
        }
        out.push_back(tensor);
    }
    return out;
}

inline TrtSizeExpression const *handle(IDimensionExpr const *expression) {
    return reinterpret_cast<TrtSizeExpression const *>(expression);
}

inline IDimensionExpr const *expression(TrtSizeExpression const *handle) {
    return reinterpret_cast<IDimensionExpr const *>(handle);
}

inline std::vector<TrtSizes> sizes(DimsExprs const *shapes, int32_t count) {
    std::vector<TrtSizes> out;
    for (int32_t i = 0; i < count; ++i) {
        if (shapes[i].nbDims < 0 || shapes[i].nbDims > TRT_MAX_RANK) {
            invalid("the rank of an input is " + std::to_string(shapes[i].nbDims));
        }
        TrtSizes one{};
        one.rank = shapes[i].nbDims;
        for (int32_t axis = 0; axis < one.rank; ++axis) {
            IDimensionExpr const &size = *shapes[i].d[axis];
            one.d[axis].expression = handle(&size);
            one.d[axis].is_known = size.isConstant() ? 1 : 0;
            one.d[axis].value = size.isConstant() ? size.getConstantValue() : 0;
        }
        out.push_back(one);
    }
    return out;
}

inline DimsExprs shape(TrtSizes const &sizes) {
    DimsExprs out{};
    out.nbDims = sizes.rank;
    for (int32_t axis = 0; axis < sizes.rank; ++axis) {
        if (sizes.d[axis].expression == nullptr) {
            invalid("a plugin gave no expression for a size");
        }
        out.d[axis] = expression(sizes.d[axis].expression);
    }
    return out;
}

inline TrtSizeBuilder size_builder(IExprBuilder &builder) {
    TrtSizeBuilder out{};
    out.builder = &builder;
    out.constant = [](void *builder, int64_t value) {
        using Value = Signature<decltype(&IExprBuilder::constant)>::Arguments;
        auto const narrow = static_cast<std::tuple_element_t<0, Value>>(value);
        return narrow == value ? handle(static_cast<IExprBuilder *>(builder)->constant(narrow)) : nullptr;
    };
    out.operation = [](void *builder, TrtDimensionOperation operation, TrtSizeExpression const *first,
                       TrtSizeExpression const *second) {
        return handle(static_cast<IExprBuilder *>(builder)->operation(static_cast<DimensionOperation>(operation),
                                                                       *expression(first), *expression(second)));
    };
#if TRT_HAS_declareSizeTensor
    out.of_output = [](void *builder, int32_t output, TrtSizeExpression const *expected, TrtSizeExpression const *limit) {
        return handle(static_cast<IExprBuilder *>(builder)->declareSizeTensor(output, *expression(expected), *expression(limit)));
    };
#endif
    return out;
}

// Shapes of all outputs of a plugin.
inline std::vector<DimsExprs> output_shapes(TrtPluginObject const &object, DimsExprs const *inputs, int32_t nbInputs,
                                            DimsExprs const *shapeInputs, int32_t nbShapeInputs, IExprBuilder &builder) {
    std::vector<TrtSizes> const in = sizes(inputs, nbInputs);
    std::vector<TrtSizes> const values = sizes(shapeInputs, nbShapeInputs);
    std::vector<TrtSizes> out(object.nb_outputs);
    TrtSizeBuilder const c_builder = size_builder(builder);
    if (object.functions->output_shapes(object.plugin, in.data(), nbInputs, values.data(), nbShapeInputs, &c_builder, out.data(),
                                        object.nb_outputs) != 0) {
        failed("the plugin cannot infer shapes");
    }
    std::vector<DimsExprs> shapes;
    for (TrtSizes const &one : out) {
        shapes.push_back(shape(one));
    }
    return shapes;
}

// Types of all outputs of a plugin.
inline std::vector<DataType> output_types(TrtPluginObject const &object, DataType const *inputs, int32_t nbInputs) {
    std::vector<TrtDataType> in;
    for (int32_t i = 0; i < nbInputs; ++i) {
        in.push_back(static_cast<TrtDataType>(inputs[i]));
    }
    std::vector<TrtDataType> out(object.nb_outputs);
    if (object.functions->output_types(object.plugin, in.data(), nbInputs, out.data(), object.nb_outputs) != 0) {
        failed("the plugin does not take these types");
    }
    std::vector<DataType> types;
    for (TrtDataType const type : out) {
        types.push_back(checked_enum<DataType>(type));
    }
    return types;
}

// `getWorkspaceSize` has no value for failure. Nothing can be allocated of this size, and rounding it up does not make it 0.
constexpr std::size_t IMPOSSIBLE_WORKSPACE = std::size_t{1} << 60;

// Runs the body of a method that TensorRT calls; what it throws becomes the value that means failure.
template <class Result, class Body>
Result attempt(Result failure, Body &&body) noexcept {
    Result out = failure;
    if (guard([&] { out = body(); }) != TRT_STATUS_OK) {
        return failure;
    }
    return out;
}

// A plugin of the caller, with what TensorRT's own classes do not tell the methods that need it.
class PluginState {
public:
    explicit PluginState(TrtPluginObject const &object) : mObject(object) {}
    PluginState(PluginState const &) = delete;
    PluginState &operator=(PluginState const &) = delete;
    ~PluginState() { mObject.functions->destroy(mObject.plugin); }

    TrtPluginObject const &operator*() const noexcept { return mObject; }
    TrtPluginObject const *operator->() const noexcept { return &mObject; }

    // A copy of the plugin, made by `clone` or `attach`.
    TrtPluginObject copy(int32_t (*function)(void const *, TrtPluginObject *)) const {
        TrtPluginObject out{};
        if (function(mObject.plugin, &out) != 0) {
            failed("the plugin cannot be copied");
        }
        return out;
    }

    void replace(TrtPluginObject const &object) noexcept {
        mObject.functions->destroy(mObject.plugin);
        mObject = object;
    }

    bool supports(std::vector<TrtPluginTensor> const &tensors) const {
        return mObject.functions->supports(mObject.plugin, tensors.data(), static_cast<int32_t>(tensors.size()), nb_inputs) == 1;
    }

    std::size_t workspace(std::vector<TrtPluginTensor> const &inputs, std::vector<TrtPluginTensor> const &outputs) const {
        uint64_t bytes = 0;
        if (mObject.functions->workspace(mObject.plugin, inputs.data(), static_cast<int32_t>(inputs.size()), outputs.data(),
                                         static_cast<int32_t>(outputs.size()), &bytes) != 0) {
            failed("the plugin cannot tell its workspace");
        }
        return checked_integer<std::size_t>(bytes);
    }

    int32_t enqueue(PluginTensorDesc const *inputDescs, PluginTensorDesc const *outputDescs, void const *const *inputs,
                    void *const *outputs, void *workspace, cudaStream_t stream) const {
        if (nb_inputs < 0) {
            failed("TensorRT has not told the plugin its number of inputs");
        }
        std::vector<TrtPluginTensor> const in = plugin_tensors(inputDescs, inputs, nb_inputs);
        std::vector<TrtPluginTensor> const out = plugin_tensors(outputDescs, outputs, mObject.nb_outputs);
        return mObject.functions->enqueue(mObject.plugin, in.data(), nb_inputs, out.data(), mObject.nb_outputs, workspace, stream);
    }

    // `enqueue` is not told; whatever comes before it is.
    int32_t nb_inputs = -1;

private:
    TrtPluginObject mObject;
};

// A plugin made from fields: a user's, or the one of a plan.
inline TrtPluginObject create(TrtPluginKind const &kind, PluginFieldCollection const *collection) {
    std::vector<TrtPluginField> fields;
    for (int32_t i = 0; collection != nullptr && i < collection->nbFields; ++i) {
        PluginField const &field = collection->fields[i];
        fields.push_back({field.name, field.data, static_cast<TrtPluginFieldType>(field.type), field.length});
    }
    TrtPluginObject out{};
    if (kind.create(kind.user, fields.data(), static_cast<int32_t>(fields.size()), &out) != 0) {
        failed("the plugin cannot be created");
    }
    return out;
}

} // namespace TRT_SHIM_NAMESPACE
