// Plugins, their creators and the registry.
#include "bind.hpp"

#if TRT_HAS_addPluginV3
#include "plugin_v3.hpp"
#elif TRT_HAS_addPluginV2
#include "plugin_v2.hpp"
#endif

#include <cstring>
#include <memory>

namespace TRT_SHIM_NAMESPACE {

#if TRT_HAS_addPluginV2

// A plugin of ours or of a foreign library, which may be of either generation.
struct Plugin {
    IPluginV2 *v2 = nullptr;
#if TRT_HAS_addPluginV3
    std::unique_ptr<IPluginV3> v3;
#endif

    ~Plugin() {
        if (v2 != nullptr) {
            v2->destroy();
        }
    }
};

namespace {

std::vector<ITensor *> tensors(TrtTensor *const *handles, int32_t count) {
    std::vector<ITensor *> out;
    for (int32_t i = 0; i < count; ++i) {
        out.push_back(&native(handles[i]));
    }
    return out;
}

#if TRT_HAS_addPluginV3
using OwnPlugin = PluginV3;
using OwnCreator = CreatorV3;

bool is_v3(IPluginCreatorInterface &creator) { return std::strcmp(creator.getInterfaceInfo().kind, "PLUGIN CREATOR_V3ONE") == 0; }

bool is_v2(IPluginCreatorInterface &creator) { return std::strcmp(creator.getInterfaceInfo().kind, "PLUGIN CREATOR_V1") == 0; }

template <class Creator>
TrtPluginCreatorInfo info_of(Creator &creator) {
    return {creator.getPluginName(), creator.getPluginVersion(), creator.getPluginNamespace()};
}

void info(PluginCreator &creator, TrtPluginCreatorInfo *out) {
    if (is_v3(creator)) {
        *out = info_of(static_cast<IPluginCreatorV3One &>(creator));
    } else if (is_v2(creator)) {
        *out = info_of(static_cast<IPluginCreator &>(creator));
    } else {
        unsupported(std::string("a plugin creator of the kind ") + creator.getInterfaceInfo().kind);
    }
}

std::unique_ptr<Plugin> own(TrtPluginObject const &object) {
    auto out = std::make_unique<Plugin>();
    out->v3 = std::make_unique<OwnPlugin>(object);
    return out;
}

std::unique_ptr<Plugin> make(PluginCreator &creator, char const *layer, PluginFieldCollection const &fields) {
    auto out = std::make_unique<Plugin>();
    if (is_v3(creator)) {
        out->v3.reset(static_cast<IPluginCreatorV3One &>(creator).createPlugin(layer, &fields, TensorRTPhase::kBUILD));
    } else if (is_v2(creator)) {
        out->v2 = static_cast<IPluginCreator &>(creator).createPlugin(layer, &fields);
    }
    if (out->v3 == nullptr && out->v2 == nullptr) {
        failed("the creator made no plugin of these fields");
    }
    return out;
}

Optional<PluginCreator> find(IPluginRegistry &registry, char const *name, char const *version, char const *name_space) {
    return {registry.getCreator(name, version, name_space)};
}

PluginCreator *const *all(IPluginRegistry &registry, int32_t *count) { return registry.getAllCreators(count); }

#else
using OwnPlugin = PluginV2;
using OwnCreator = CreatorV2;

void info(PluginCreator &creator, TrtPluginCreatorInfo *out) {
    *out = {creator.getPluginName(), creator.getPluginVersion(), creator.getPluginNamespace()};
}

std::unique_ptr<Plugin> own(TrtPluginObject const &object) {
    auto out = std::make_unique<Plugin>();
    out->v2 = new OwnPlugin(object);
    return out;
}

std::unique_ptr<Plugin> make(PluginCreator &creator, char const *layer, PluginFieldCollection const &fields) {
    auto out = std::make_unique<Plugin>();
    out->v2 = creator.createPlugin(layer, &fields);
    if (out->v2 == nullptr) {
        failed("the creator made no plugin of these fields");
    }
    return out;
}

Optional<PluginCreator> find(IPluginRegistry &registry, char const *name, char const *version, char const *name_space) {
    return {registry.getPluginCreator(name, version, name_space)};
}

PluginCreator *const *all(IPluginRegistry &registry, int32_t *count) { return registry.getPluginCreatorList(count); }
#endif

TrtStatus plugin_create(TrtPluginObject const *object, TrtPlugin **out) {
    return guard([&] { *out = reinterpret_cast<TrtPlugin *>(own(*object).release()); });
}

TrtStatus creator_create(TrtPluginKind const *kind, TrtPluginCreator **out) {
    return guard([&] { *out = reinterpret_cast<TrtPluginCreator *>(static_cast<PluginCreator *>(new OwnCreator(*kind))); });
}

TrtStatus creator_make(TrtPluginCreator *creator, char const *layer, TrtPluginField const *fields, int32_t count, TrtPlugin **out) {
    return guard([&] {
        std::vector<PluginField> list;
        for (int32_t i = 0; i < count; ++i) {
            list.emplace_back(fields[i].name, fields[i].data, static_cast<PluginFieldType>(fields[i].type), fields[i].length);
        }
        PluginFieldCollection const collection{count, list.data()};
        *out = reinterpret_cast<TrtPlugin *>(make(native(creator), layer, collection).release());
    });
}

TrtStatus add_plugin(TrtNetwork *network, TrtTensor *const *inputs, int32_t nb_inputs, TrtTensor *const *shape_inputs,
                     int32_t nb_shape_inputs, TrtPlugin const *handle, TrtLayer **out) {
    return guard([&] {
        Plugin &plugin = native(handle);
        std::vector<ITensor *> const in = tensors(inputs, nb_inputs);
        ILayer *layer = nullptr;
#if TRT_HAS_addPluginV3
        if (plugin.v3 != nullptr) {
            std::vector<ITensor *> const values = tensors(shape_inputs, nb_shape_inputs);
            layer = native(network).addPluginV3(in.data(), nb_inputs, values.data(), nb_shape_inputs, *plugin.v3);
        }
#endif
        if (plugin.v2 != nullptr) {
            if (nb_shape_inputs != 0) {
                unsupported("shape inputs of a plugin of the second generation");
            }
            layer = native(network).addPluginV2(in.data(), nb_inputs, *plugin.v2);
        }
        (void)shape_inputs;
        if (layer == nullptr) {
            failed("TensorRT returned no layer");
        }
        *out = reinterpret_cast<TrtLayer *>(layer);
    });
}

bool register_creator(IPluginRegistry &registry, PluginCreator &creator) {
    TrtPluginCreatorInfo own{};
    info(creator, &own);
    return registry.registerCreator(creator, own.name_space);
}

bool deregister_creator(IPluginRegistry &registry, PluginCreator const &creator) { return registry.deregisterCreator(creator); }

TrtStatus creators(TrtPluginRegistry const *registry, int32_t capacity, TrtPluginCreator **out, int32_t *count) {
    return guard([&] {
        int32_t found = 0;
        PluginCreator *const *const list = all(native(registry), &found);
        found = list == nullptr ? 0 : found;
        for (int32_t i = 0; i < found && i < capacity; ++i) {
            out[i] = reinterpret_cast<TrtPluginCreator *>(list[i]);
        }
        *count = found;
    });
}

#if TRT_HAS_loadLibrary
void *load_library(IPluginRegistry &registry, char const *path) {
    void *handle = registry.loadLibrary(path);
    if (handle == nullptr) {
        failed("TensorRT loads no plugins from it");
    }
    return handle;
}

TrtStatus unload_library(TrtPluginRegistry *registry, void *handle) {
    return guard([&] { native(registry).deregisterLibrary(handle); });
}
#endif

} // namespace

void fill_plugins(TrtApi &api) {
    api.plugin_create = plugin_create;
    api.plugin_destroy = destroy<TrtPlugin>;
    api.add_plugin = add_plugin;
    api.plugin_creator_create = creator_create;
    api.plugin_creator_destroy = destroy<TrtPluginCreator>;
    bind<info>(api.plugin_creator_info);
    api.plugin_creator_make = creator_make;
    bind<register_creator>(api.registry_register);
    bind<deregister_creator>(api.registry_deregister);
    bind<find>(api.registry_find);
    api.registry_creators = creators;
#if TRT_HAS_loadLibrary
    bind<load_library>(api.registry_load_library);
    api.registry_unload_library = unload_library;
#endif
}

#else

struct Plugin {};

void fill_plugins(TrtApi &) {}

#endif

} // namespace TRT_SHIM_NAMESPACE
