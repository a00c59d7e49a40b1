// A plugin of the caller as TensorRT 8 wants it.
#pragma once

#include <cstring>

#include "plugin_tensors.hpp"

namespace TRT_SHIM_NAMESPACE {

class PluginV2 final : public IPluginV2DynamicExt {
public:
    explicit PluginV2(TrtPluginObject const &object, int32_t nbInputs = -1) : mState(object), mNamespace(object.name_space) {
        mState.nb_inputs = nbInputs;
    }

    char const *getPluginType() const noexcept override { return mState->name; }
    char const *getPluginVersion() const noexcept override { return mState->version; }
    void setPluginNamespace(char const *name) noexcept override {
        attempt(0, [&] { mNamespace = name == nullptr ? "" : name; return 0; });
    }
    char const *getPluginNamespace() const noexcept override { return mNamespace.c_str(); }
    int32_t getNbOutputs() const noexcept override { return mState->nb_outputs; }
    int32_t initialize() noexcept override { return 0; }
    void terminate() noexcept override {}
    void destroy() noexcept override { delete this; }

    IPluginV2DynamicExt *clone() const noexcept override {
        return attempt<PluginV2 *>(nullptr, [&] {
            auto *out = new PluginV2(mState.copy(mState->functions->clone), mState.nb_inputs);
            out->mNamespace = mNamespace;
            return out;
        });
    }

    // TensorRT has cloned the plugin for the context before it calls this.
    void attachToContext(cudnnContext *, cublasContext *, IGpuAllocator *) noexcept override {
        attempt(0, [&] { mState.replace(mState.copy(mState->functions->attach)); return 0; });
    }

    DataType getOutputDataType(int32_t index, DataType const *inputs, int32_t nbInputs) const noexcept override {
        // There is no value for failure; the caller learns of it from the plugin.
        return attempt(DataType::kFLOAT, [&] { return output_types(*mState, inputs, nbInputs).at(index); });
    }

    DimsExprs getOutputDimensions(int32_t index, DimsExprs const *inputs, int32_t nbInputs, IExprBuilder &builder) noexcept override {
        return attempt(DimsExprs{-1, {}}, [&] { return output_shapes(*mState, inputs, nbInputs, nullptr, 0, builder).at(index); });
    }

    bool supportsFormatCombination(int32_t position, PluginTensorDesc const *tensors, int32_t nbInputs, int32_t) noexcept override {
        return attempt(false, [&] {
            mState.nb_inputs = nbInputs;
            return mState.supports(plugin_tensors(tensors, nullptr, position + 1));
        });
    }

    void configurePlugin(DynamicPluginTensorDesc const *, int32_t nbInputs, DynamicPluginTensorDesc const *, int32_t) noexcept override {
        mState.nb_inputs = nbInputs;
    }

    std::size_t getWorkspaceSize(PluginTensorDesc const *inputs, int32_t nbInputs, PluginTensorDesc const *outputs,
                                 int32_t nbOutputs) const noexcept override {
        return attempt(IMPOSSIBLE_WORKSPACE, [&] {
            return mState.workspace(plugin_tensors(inputs, nullptr, nbInputs), plugin_tensors(outputs, nullptr, nbOutputs));
        });
    }

    int32_t enqueue(PluginTensorDesc const *inputDescs, PluginTensorDesc const *outputDescs, void const *const *inputs,
                    void *const *outputs, void *workspace, cudaStream_t stream) noexcept override {
        return attempt(1, [&] { return mState.enqueue(inputDescs, outputDescs, inputs, outputs, workspace, stream); });
    }

    // The number of inputs, then the plugin's data: an engine of static shapes is not configured again.
    std::size_t getSerializationSize() const noexcept override { return sizeof(int32_t) + mState->size; }

    void serialize(void *buffer) const noexcept override {
        std::memcpy(buffer, &mState.nb_inputs, sizeof(int32_t));
        if (mState->size != 0) {
            std::memcpy(static_cast<char *>(buffer) + sizeof(int32_t), mState->data, mState->size);
        }
    }

private:
    ~PluginV2() noexcept override = default;

    PluginState mState;
    std::string mNamespace;
};

class CreatorV2 final : public IPluginCreator {
public:
    explicit CreatorV2(TrtPluginKind const &kind) : mKind(kind), mNamespace(kind.name_space) {
        for (int32_t i = 0; i < kind.nb_fields; ++i) {
            TrtPluginField const &field = kind.fields[i];
            mFields.emplace_back(field.name, field.data, static_cast<PluginFieldType>(field.type), field.length);
        }
        mCollection = {static_cast<int32_t>(mFields.size()), mFields.data()};
    }

    char const *getPluginName() const noexcept override { return mKind.name; }
    char const *getPluginVersion() const noexcept override { return mKind.version; }
    PluginFieldCollection const *getFieldNames() noexcept override { return &mCollection; }
    void setPluginNamespace(char const *name) noexcept override {
        attempt(0, [&] { mNamespace = name == nullptr ? "" : name; return 0; });
    }
    char const *getPluginNamespace() const noexcept override { return mNamespace.c_str(); }

    IPluginV2 *createPlugin(char const *, PluginFieldCollection const *collection) noexcept override {
        return attempt<IPluginV2 *>(nullptr, [&] { return made(new PluginV2(create(mKind, collection))); });
    }

    IPluginV2 *deserializePlugin(char const *, void const *data, std::size_t size) noexcept override {
        return attempt<IPluginV2 *>(nullptr, [&] {
            if (data == nullptr || size < sizeof(int32_t)) {
                invalid("the plan holds too few bytes for the plugin");
            }
            int32_t nbInputs = 0;
            std::memcpy(&nbInputs, data, sizeof nbInputs);
            PluginField const field(TRT_PLUGIN_DATA_FIELD, static_cast<char const *>(data) + sizeof nbInputs,
                                    PluginFieldType::kUNKNOWN, checked_integer<int32_t>(size - sizeof nbInputs));
            PluginFieldCollection const collection{1, &field};
            return made(new PluginV2(create(mKind, &collection), nbInputs));
        });
    }

private:
    PluginV2 *made(PluginV2 *plugin) const {
        plugin->setPluginNamespace(mNamespace.c_str());
        return plugin;
    }

    TrtPluginKind mKind;
    std::string mNamespace;
    std::vector<PluginField> mFields;
    PluginFieldCollection mCollection{};
};

} // namespace TRT_SHIM_NAMESPACE
