// A library that is TensorRT as far as plugins see it: a registry, and functions by which a test calls a plugin through
// TensorRT's own interfaces as TensorRT does. Compiled from NVIDIA's headers, one library for each version.
#include <NvInfer.h>

#include <algorithm>
#include <cstring>
#include <dlfcn.h>
#include <map>
#include <memory>
#include <string>
#include <vector>

using namespace nvinfer1;

#define V3 (NV_TENSORRT_MAJOR >= 10)

#if V3
using AnyCreator = IPluginCreatorInterface;
using Creator = IPluginCreatorV3One;
using Plugin = IPluginV3;
#else
using AnyCreator = IPluginCreator;
using Creator = IPluginCreator;
using Plugin = IPluginV2DynamicExt;
#endif

namespace {

// An expression that knows its value, and whether TensorRT would know it during the build.
class Expression final : public IDimensionExpr, private apiv::VDimensionExpr {
public:
    Expression(int64_t value, bool known, bool size) : mValue(value), mKnown(known), mSize(size) { mImpl = this; }
    int64_t value() const { return mValue; }

private:
    bool isConstant() const override { return mKnown; }
#if V3
    int64_t getConstantValue() const override { return mValue; }
    bool isSizeTensor() const override { return mSize; }
#else
    int32_t getConstantValue() const override { return static_cast<int32_t>(mValue); }
#endif
    int64_t mValue;
    bool mKnown;
    bool mSize;
};

class Builder final : public IExprBuilder, private apiv::VExprBuilder {
public:
    Builder() { mImpl = this; }

    IDimensionExpr const *make(int64_t value, bool known, bool size = false) {
        mExpressions.push_back(std::make_unique<Expression>(value, known, size));
        return mExpressions.back().get();
    }

private:
#if V3
    IDimensionExpr const *constant(int64_t value) override { return make(value, true); }
    // The value of the size tensor is its upper bound here.
    IDimensionExpr const *declareSizeTensor(int32_t, IDimensionExpr const &, IDimensionExpr const &upper) override {
        return make(static_cast<Expression const &>(upper).value(), false, true);
    }
#else
    IDimensionExpr const *constant(int32_t value) override { return make(value, true); }
#endif
    IDimensionExpr const *operation(DimensionOperation op, IDimensionExpr const &first, IDimensionExpr const &second) override {
        int64_t const a = static_cast<Expression const &>(first).value();
        int64_t const b = static_cast<Expression const &>(second).value();
        bool const known = first.isConstant() && second.isConstant();
        switch (op) {
        case DimensionOperation::kSUM: return make(a + b, known);
        case DimensionOperation::kPROD: return make(a * b, known);
        case DimensionOperation::kMAX: return make(std::max(a, b), known);
        case DimensionOperation::kMIN: return make(std::min(a, b), known);
        case DimensionOperation::kSUB: return make(a - b, known);
        case DimensionOperation::kEQUAL: return make(a == b, known);
        case DimensionOperation::kLESS: return make(a < b, known);
        case DimensionOperation::kFLOOR_DIV: return make(a / b, known);
        case DimensionOperation::kCEIL_DIV: return make((a + b - 1) / b, known);
        }
        return nullptr;
    }

    std::vector<std::unique_ptr<Expression>> mExpressions;
};

class Registry final : public IPluginRegistry {
public:
    Creator *find(char const *name, char const *version, char const *name_space) const {
        for (AnyCreator *any : mCreators) {
            auto *creator = static_cast<Creator *>(any);
            if (std::strcmp(creator->getPluginName(), name) == 0 && std::strcmp(creator->getPluginVersion(), version) == 0 &&
                std::strcmp(creator->getPluginNamespace(), name_space) == 0) {
                return creator;
            }
        }
        return nullptr;
    }

    bool registerCreator(AnyCreator &any, char const *name_space) noexcept override {
        auto &creator = static_cast<Creator &>(any);
#if V3
        if (std::strcmp(any.getInterfaceInfo().kind, "PLUGIN CREATOR_V3ONE") != 0) {
            return false;
        }
#else
        creator.setPluginNamespace(name_space);
#endif
        if (find(creator.getPluginName(), creator.getPluginVersion(), name_space) != nullptr) {
            return false;
        }
        mCreators.push_back(&any);
        return true;
    }

    bool deregisterCreator(AnyCreator const &creator) noexcept override {
        auto const found = std::find(mCreators.begin(), mCreators.end(), &creator);
        if (found == mCreators.end()) {
            return false;
        }
        mCreators.erase(found);
        return true;
    }

    void setErrorRecorder(IErrorRecorder *) noexcept override {}
    IErrorRecorder *getErrorRecorder() const noexcept override { return nullptr; }

#if V3
    AnyCreator *const *getAllCreators(int32_t *count) const noexcept override { return list(count); }
    AnyCreator *getCreator(char const *name, char const *version, char const *name_space) noexcept override {
        return find(name, version, name_space);
    }
    bool isParentSearchEnabled() const override { return true; }
    void setParentSearchEnabled(bool) override {}

    // As the Developer Guide has it: `setLoggerFinder` is told, and what `getCreators` lists is registered.
    PluginLibraryHandle loadLibrary(char const *path) noexcept override {
        void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
        if (handle == nullptr) {
            return nullptr;
        }
        auto const finder = reinterpret_cast<void (*)(ILoggerFinder *)>(dlsym(handle, "setLoggerFinder"));
        auto const get = reinterpret_cast<AnyCreator *const *(*)(int32_t &)>(dlsym(handle, "getCreators"));
        if (finder == nullptr || get == nullptr) {
            return nullptr;
        }
        finder(nullptr);
        int32_t count = 0;
        AnyCreator *const *creators = get(count);
        for (int32_t i = 0; i < count; ++i) {
            if (!registerCreator(*creators[i], static_cast<Creator *>(creators[i])->getPluginNamespace())) {
                return nullptr;
            }
            mLoaded.push_back(creators[i]);
        }
        return handle;
    }

    void deregisterLibrary(PluginLibraryHandle handle) noexcept override {
        for (AnyCreator *creator : mLoaded) {
            deregisterCreator(*creator);
        }
        mLoaded.clear();
        dlclose(handle);
    }

    IPluginResource *acquirePluginResource(char const *, IPluginResource *) noexcept override { return nullptr; }
    int32_t releasePluginResource(char const *) noexcept override { return 1; }
#if NV_TENSORRT_MAJOR >= 11
    AnyCreator *const *getAllCreatorsRecursive(int32_t *count) noexcept override { return list(count); }
#else
    bool registerCreator(IPluginCreator &, char const *) noexcept override { return false; }
    IPluginCreator *const *getPluginCreatorList(int32_t *count) const noexcept override { return *count = 0, nullptr; }
    IPluginCreator *getPluginCreator(char const *, char const *, char const *) noexcept override { return nullptr; }
    bool deregisterCreator(IPluginCreator const &) noexcept override { return false; }
#endif
#else
    IPluginCreator *const *getPluginCreatorList(int32_t *count) const noexcept override { return list(count); }
    IPluginCreator *getPluginCreator(char const *name, char const *version, char const *name_space) noexcept override {
        return find(name, version, name_space);
    }
#endif

private:
    AnyCreator *const *list(int32_t *count) const {
        *count = static_cast<int32_t>(mCreators.size());
        return mCreators.data();
    }

    std::vector<AnyCreator *> mCreators;
    std::vector<AnyCreator *> mLoaded;
};

Registry registry;

class Logger final : public ILogger {
public:
    void log(Severity severity, char const *message) noexcept override {
        text += std::to_string(static_cast<int32_t>(severity)) + " " + message + "\n";
    }

    std::string text;
};

Logger logger;

#if V3
IPluginV3OneBuild &build(Plugin *plugin) {
    return *static_cast<IPluginV3OneBuild *>(plugin->getCapabilityInterface(PluginCapabilityType::kBUILD));
}

IPluginV3OneRuntime &runtime(Plugin *plugin) {
    return *static_cast<IPluginV3OneRuntime *>(plugin->getCapabilityInterface(PluginCapabilityType::kRUNTIME));
}
#endif

} // namespace

// The test's view of a tensor: -1 in `declared` is a size that the build does not know; `actual` has all of them.
struct Tensor {
    int32_t rank;
    int32_t dtype;
    int32_t format;
    int64_t declared[8];
    int64_t actual[8];
    void *address;
};

namespace {

PluginTensorDesc desc(Tensor const &tensor, int64_t const (&sizes)[8]) {
    PluginTensorDesc out{};
    out.dims.nbDims = tensor.rank;
    std::copy(sizes, sizes + 8, out.dims.d);
    out.type = static_cast<DataType>(tensor.dtype);
    out.format = static_cast<TensorFormat>(tensor.format);
    out.scale = -1.0F;
    return out;
}

std::vector<PluginTensorDesc> descs(Tensor const *tensors, int32_t count) {
    std::vector<PluginTensorDesc> out;
    for (int32_t i = 0; i < count; ++i) {
        out.push_back(desc(tensors[i], tensors[i].actual));
    }
    return out;
}

std::vector<DynamicPluginTensorDesc> dynamic(Tensor const *tensors, int32_t count) {
    std::vector<DynamicPluginTensorDesc> out;
    for (int32_t i = 0; i < count; ++i) {
        DynamicPluginTensorDesc one{};
        one.desc = desc(tensors[i], tensors[i].declared);
        one.min = one.max = desc(tensors[i], tensors[i].actual).dims;
        out.push_back(one);
    }
    return out;
}

DimsExprs expressions(Builder &builder, Tensor const &tensor) {
    DimsExprs out{};
    out.nbDims = tensor.rank;
    for (int32_t i = 0; i < tensor.rank; ++i) {
        out.d[i] = builder.make(tensor.actual[i], tensor.declared[i] >= 0);
    }
    return out;
}

void read(DimsExprs const &shape, Tensor &out) {
    out.rank = shape.nbDims;
    for (int32_t i = 0; i < shape.nbDims; ++i) {
        out.actual[i] = static_cast<Expression const *>(shape.d[i])->value();
        out.declared[i] = shape.d[i]->isConstant() ? out.actual[i] : -1;
    }
}

} // namespace

extern "C" {

int32_t getInferLibVersion() noexcept { return NV_TENSORRT_VERSION; }
void *createInferBuilder_INTERNAL(void *, int32_t) noexcept { return nullptr; }
void *createInferRuntime_INTERNAL(void *, int32_t) noexcept { return nullptr; }
void *createInferRefitter_INTERNAL(void *, void *, int32_t) noexcept { return nullptr; }
IPluginRegistry *getPluginRegistry() noexcept { return &registry; }
ILogger *getLogger() noexcept { return &logger; }

// What was logged: the severity's number and the message, one to a line.
char const *fake_log() { return logger.text.c_str(); }

int32_t fake_num_outputs(Plugin *plugin) {
#if V3
    return build(plugin).getNbOutputs();
#else
    return plugin->getNbOutputs();
#endif
}

Creator *fake_find(char const *name) { return registry.find(name, "1", ""); }

Plugin *fake_create(Creator *creator, PluginField const *fields, int32_t count) {
    PluginFieldCollection const collection{count, fields};
#if V3
    return creator->createPlugin("layer", &collection, TensorRTPhase::kBUILD);
#else
    return static_cast<Plugin *>(creator->createPlugin("layer", &collection));
#endif
}

// Names and types of the announced fields, one to a line.
int32_t fake_fields(char const *name, char *out, int32_t capacity) {
    std::string text;
    PluginFieldCollection const &fields = *registry.find(name, "1", "")->getFieldNames();
    for (int32_t i = 0; i < fields.nbFields; ++i) {
        PluginField const &field = fields.fields[i];
        text += std::string(field.name) + " " + std::to_string(static_cast<int32_t>(field.type)) + " " +
                std::to_string(field.length) + (field.data == nullptr ? " required\n" : "\n");
    }
    std::strncpy(out, text.c_str(), capacity);
    return static_cast<int32_t>(text.size());
}

int32_t fake_types(Plugin *plugin, int32_t const *inputs, int32_t nbInputs, int32_t *outputs, int32_t nbOutputs) {
    auto const *in = reinterpret_cast<DataType const *>(inputs);
    auto *out = reinterpret_cast<DataType *>(outputs);
#if V3
    if (build(plugin).getNbOutputs() != nbOutputs) {
        return -1;
    }
    return build(plugin).getOutputDataTypes(out, nbOutputs, in, nbInputs);
#else
    if (plugin->getNbOutputs() != nbOutputs) {
        return -1;
    }
    for (int32_t i = 0; i < nbOutputs; ++i) {
        out[i] = plugin->getOutputDataType(i, in, nbInputs);
    }
    return 0;
#endif
}

int32_t fake_shapes(Plugin *plugin, Tensor const *inputs, int32_t nbInputs, Tensor const *shapeInputs, int32_t nbShapeInputs,
                    Tensor *outputs, int32_t nbOutputs) {
    Builder builder;
    std::vector<DimsExprs> in, values, out(nbOutputs);
    for (int32_t i = 0; i < nbInputs; ++i) {
        in.push_back(expressions(builder, inputs[i]));
    }
    for (int32_t i = 0; i < nbShapeInputs; ++i) {
        values.push_back(expressions(builder, shapeInputs[i]));
    }
#if V3
    int32_t const status =
        build(plugin).getOutputShapes(in.data(), nbInputs, values.data(), nbShapeInputs, out.data(), nbOutputs, builder);
    if (status != 0) {
        return status;
    }
#else
    for (int32_t i = 0; i < nbOutputs; ++i) {
        out[i] = plugin->getOutputDimensions(i, in.data(), nbInputs, builder);
        if (out[i].nbDims < 0) {
            return 1;
        }
    }
#endif
    for (int32_t i = 0; i < nbOutputs; ++i) {
        read(out[i], outputs[i]);
    }
    return 0;
}

int32_t fake_supports(Plugin *plugin, int32_t position, Tensor const *tensors, int32_t nbInputs, int32_t nbOutputs) {
#if V3
    auto const all = dynamic(tensors, nbInputs + nbOutputs);
    return build(plugin).supportsFormatCombination(position, all.data(), nbInputs, nbOutputs);
#else
    auto const all = descs(tensors, nbInputs + nbOutputs);
    return plugin->supportsFormatCombination(position, all.data(), nbInputs, nbOutputs);
#endif
}

uint64_t fake_workspace(Plugin *plugin, Tensor const *inputs, int32_t nbInputs, Tensor const *outputs, int32_t nbOutputs) {
    auto const in = dynamic(inputs, nbInputs), out = dynamic(outputs, nbOutputs);
#if V3
    build(plugin).configurePlugin(in.data(), nbInputs, out.data(), nbOutputs);
    return build(plugin).getWorkspaceSize(in.data(), nbInputs, out.data(), nbOutputs);
#else
    plugin->configurePlugin(in.data(), nbInputs, out.data(), nbOutputs);
    return plugin->getWorkspaceSize(descs(inputs, nbInputs).data(), nbInputs, descs(outputs, nbOutputs).data(), nbOutputs);
#endif
}

int32_t fake_enqueue(Plugin *plugin, Tensor const *inputs, int32_t nbInputs, Tensor const *outputs, int32_t nbOutputs,
                     void *workspace, void *stream) {
    auto const in = descs(inputs, nbInputs), out = descs(outputs, nbOutputs);
    std::vector<void const *> from;
    std::vector<void *> to;
    for (int32_t i = 0; i < nbInputs; ++i) {
        from.push_back(inputs[i].address);
    }
    for (int32_t i = 0; i < nbOutputs; ++i) {
        to.push_back(outputs[i].address);
    }
    auto const queue = static_cast<cudaStream_t>(stream);
#if V3
    runtime(plugin).onShapeChange(in.data(), nbInputs, out.data(), nbOutputs);
    return runtime(plugin).enqueue(in.data(), out.data(), from.data(), to.data(), workspace, queue);
#else
    // Not configured here: TensorRT 8 does not do so again for an engine of static shapes.
    return plugin->enqueue(in.data(), out.data(), from.data(), to.data(), workspace, queue);
#endif
}

Plugin *fake_clone(Plugin *plugin) { return plugin->clone(); }

Plugin *fake_attach(Plugin *plugin) {
#if V3
    return runtime(plugin).attachToContext(nullptr);
#else
    Plugin *out = plugin->clone();
    out->attachToContext(nullptr, nullptr, nullptr);
    return out;
#endif
}

void fake_destroy(Plugin *plugin) {
#if V3
    delete plugin;
#else
    plugin->destroy();
#endif
}

// What a plan keeps of a plugin: one byte of length, its name, its data.
int64_t fake_serialize(Plugin *plugin, char *out) {
#if V3
    auto &core = *static_cast<IPluginV3OneCore *>(plugin->getCapabilityInterface(PluginCapabilityType::kCORE));
    std::string const name = core.getPluginName();
    PluginFieldCollection const &fields = *runtime(plugin).getFieldsToSerialize();
    if (fields.nbFields != 1 || fields.fields[0].type != PluginFieldType::kUNKNOWN) {
        return -1;
    }
    std::string const field = fields.fields[0].name;
    std::string data(1, static_cast<char>(field.size()));
    data += field;
    data.append(static_cast<char const *>(fields.fields[0].data), fields.fields[0].length);
#else
    std::string const name = plugin->getPluginType();
    std::string data(plugin->getSerializationSize(), 0);
    plugin->serialize(&data[0]);
#endif
    out[0] = static_cast<char>(name.size());
    std::copy(name.begin(), name.end(), out + 1);
    std::copy(data.begin(), data.end(), out + 1 + name.size());
    return static_cast<int64_t>(1 + name.size() + data.size());
}

Plugin *fake_deserialize(char const *bytes, int64_t size) {
    std::string const name(bytes + 1, bytes[0]);
    std::string const data(bytes + 1 + name.size(), size - 1 - name.size());
    Creator *creator = registry.find(name.c_str(), "1", "");
    if (creator == nullptr) {
        return nullptr;
    }
#if V3
    std::string const field_name = data.substr(1, data[0]);
    std::string const value = data.substr(1 + field_name.size());
    PluginField const field(field_name.c_str(), value.data(), PluginFieldType::kUNKNOWN, static_cast<int32_t>(value.size()));
    PluginFieldCollection const fields{1, &field};
    return creator->createPlugin(name.c_str(), &fields, TensorRTPhase::kRUNTIME);
#else
    return static_cast<Plugin *>(creator->deserializePlugin(name.c_str(), data.data(), data.size()));
#endif
}

// Timing id and metadata as TensorRT 10 reads them; empty before.
char const *fake_timing_id(Plugin *plugin) {
#if V3
    return build(plugin).getTimingCacheID();
#else
    return "";
#endif
}

int32_t fake_aliased_input(Plugin *plugin, int32_t output) {
#if V3
    auto &capability = build(plugin);
    if (capability.getInterfaceInfo().major < 2) {
        return -2;
    }
    return static_cast<IPluginV3OneBuildV2 &>(capability).getAliasedInput(output);
#else
    return -2;
#endif
}

} // extern "C"
