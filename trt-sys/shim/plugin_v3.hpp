// A plugin of the caller as TensorRT 10 and later want it.
#pragma once

#include "plugin_tensors.hpp"

namespace TRT_SHIM_NAMESPACE {

#if TRT_HAS_IPluginV3OneBuildV2
using PluginBuild = IPluginV3OneBuildV2;
#else
using PluginBuild = IPluginV3OneBuild;
#endif

class PluginV3 final : public IPluginV3, public IPluginV3OneCore, public PluginBuild, public IPluginV3OneRuntime {
public:
    explicit PluginV3(TrtPluginObject const &object) : mState(object) {}

    IPluginCapability *getCapabilityInterface(PluginCapabilityType type) noexcept override {
        switch (type) {
        case PluginCapabilityType::kCORE: return static_cast<IPluginV3OneCore *>(this);
        case PluginCapabilityType::kBUILD: return static_cast<PluginBuild *>(this);
        case PluginCapabilityType::kRUNTIME: return static_cast<IPluginV3OneRuntime *>(this);
        }
        return nullptr;
    }

    IPluginV3 *clone() noexcept override { return copy(mState->functions->clone); }

    char const *getPluginName() const noexcept override { return mState->name; }
    char const *getPluginVersion() const noexcept override { return mState->version; }
    char const *getPluginNamespace() const noexcept override { return mState->name_space; }

    int32_t configurePlugin(DynamicPluginTensorDesc const *, int32_t nbInputs, DynamicPluginTensorDesc const *,
                            int32_t) noexcept override {
        mState.nb_inputs = nbInputs;
        return 0;
    }

    int32_t getOutputDataTypes(DataType *outputs, int32_t nbOutputs, DataType const *inputs,
                               int32_t nbInputs) const noexcept override {
        return attempt(1, [&] {
            check_outputs(nbOutputs);
            std::vector<DataType> const types = output_types(*mState, inputs, nbInputs);
            std::copy(types.begin(), types.end(), outputs);
            return 0;
        });
    }

    int32_t getOutputShapes(DimsExprs const *inputs, int32_t nbInputs, DimsExprs const *shapeInputs, int32_t nbShapeInputs,
                            DimsExprs *outputs, int32_t nbOutputs, IExprBuilder &builder) noexcept override {
        return attempt(1, [&] {
            check_outputs(nbOutputs);
            std::vector<DimsExprs> const shapes =
                output_shapes(*mState, inputs, nbInputs, shapeInputs, nbShapeInputs, builder);
            std::copy(shapes.begin(), shapes.end(), outputs);
            return 0;
        });
    }

    bool supportsFormatCombination(int32_t position, DynamicPluginTensorDesc const *tensors, int32_t nbInputs,
                                   int32_t) noexcept override {
        return attempt(false, [&] {
            mState.nb_inputs = nbInputs;
            std::vector<TrtPluginTensor> known;
            for (int32_t i = 0; i <= position; ++i) {
                known.push_back(plugin_tensor(tensors[i].desc));
            }
            return mState.supports(known);
        });
    }

    int32_t getNbOutputs() const noexcept override { return mState->nb_outputs; }

    std::size_t getWorkspaceSize(DynamicPluginTensorDesc const *inputs, int32_t nbInputs, DynamicPluginTensorDesc const *outputs,
                                 int32_t nbOutputs) const noexcept override {
        return attempt(IMPOSSIBLE_WORKSPACE, [&] {
            return mState.workspace(largest_tensors(inputs, nbInputs), largest_tensors(outputs, nbOutputs));
        });
    }

    char const *getTimingCacheID() noexcept override { return mState->timing_id; }
    char const *getMetadataString() noexcept override { return mState->metadata; }

#if TRT_HAS_IPluginV3OneBuildV2
    int32_t getAliasedInput(int32_t output) noexcept override {
        return mState->functions->aliased_input(mState->plugin, output);
    }
#endif

    int32_t onShapeChange(PluginTensorDesc const *, int32_t nbInputs, PluginTensorDesc const *, int32_t) noexcept override {
        mState.nb_inputs = nbInputs;
        return 0;
    }

    int32_t enqueue(PluginTensorDesc const *inputDescs, PluginTensorDesc const *outputDescs, void const *const *inputs,
                    void *const *outputs, void *workspace, cudaStream_t stream) noexcept override {
        return attempt(1, [&] { return mState.enqueue(inputDescs, outputDescs, inputs, outputs, workspace, stream); });
    }

    IPluginV3 *attachToContext(IPluginResourceContext *) noexcept override { return copy(mState->functions->attach); }

    PluginFieldCollection const *getFieldsToSerialize() noexcept override {
        // A length of 32 bits.
        return attempt<PluginFieldCollection const *>(nullptr, [&] {
            mField = PluginField(TRT_PLUGIN_DATA_FIELD, mState->data, PluginFieldType::kUNKNOWN,
                                 checked_integer<int32_t>(mState->size));
            mFields = {1, &mField};
            return &mFields;
        });
    }

private:
    IPluginV3 *copy(int32_t (*function)(void const *, TrtPluginObject *)) noexcept {
        return attempt<IPluginV3 *>(nullptr, [&] {
            auto *out = new PluginV3(mState.copy(function));
            out->mState.nb_inputs = mState.nb_inputs;
            return out;
        });
    }

    void check_outputs(int32_t nbOutputs) const {
        if (nbOutputs != mState->nb_outputs) {
            failed("TensorRT expects another number of outputs than the plugin has");
        }
    }

    PluginState mState;
    PluginField mField;
    PluginFieldCollection mFields{};
};

class CreatorV3 final : public IPluginCreatorV3One {
public:
    explicit CreatorV3(TrtPluginKind const &kind) : mKind(kind) {
        for (int32_t i = 0; i < kind.nb_fields; ++i) {
            TrtPluginField const &field = kind.fields[i];
            mFields.emplace_back(field.name, field.data, static_cast<PluginFieldType>(field.type), field.length);
        }
        mCollection = {static_cast<int32_t>(mFields.size()), mFields.data()};
    }

    IPluginV3 *createPlugin(char const *, PluginFieldCollection const *collection, TensorRTPhase) noexcept override {
        return attempt<IPluginV3 *>(nullptr, [&] { return new PluginV3(create(mKind, collection)); });
    }

    PluginFieldCollection const *getFieldNames() noexcept override { return &mCollection; }
    char const *getPluginName() const noexcept override { return mKind.name; }
    char const *getPluginVersion() const noexcept override { return mKind.version; }
    char const *getPluginNamespace() const noexcept override { return mKind.name_space; }

private:
    TrtPluginKind mKind;
    std::vector<PluginField> mFields;
    PluginFieldCollection mCollection{};
};

} // namespace TRT_SHIM_NAMESPACE
