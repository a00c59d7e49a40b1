// What all files of the shim share: error handling at the edge, and how C handles name TensorRT objects.
//
// Every file is compiled once per header set. `trt_shim_config.h` is generated for each: it renames `nvinfer1` and this
// namespace after the set, so that two sets cannot collide at link time, and says which names the headers know (TRT_HAS_x).
#pragma once

#include "trt_shim_config.h"

#include <NvInfer.h>

#include <cstdarg>
#include <cstdio>
#include <exception>
#include <string>

#include "shim.h"

// TensorRT 8.4 and older: inputs and outputs are numbered bindings instead of names.
#define TRT_NAMED_IO TRT_HAS_getNbIOTensors

namespace TRT_SHIM_NAMESPACE {

using namespace nvinfer1;

struct Failure {
    TrtStatus status;
    std::string text;
};

// Text of the last failure on this thread.
extern thread_local char last_error[1024];

inline void set_last_error(char const *text) noexcept { std::snprintf(last_error, sizeof last_error, "%s", text); }

[[noreturn]] inline void unsupported(std::string what) { throw Failure{TRT_STATUS_UNSUPPORTED, std::move(what)}; }

[[noreturn]] inline void invalid(std::string what) { throw Failure{TRT_STATUS_INVALID_ARGUMENT, std::move(what)}; }

[[noreturn]] inline void failed(std::string what) { throw Failure{TRT_STATUS_FAILED, std::move(what)}; }

// Runs one entry of the table: nothing gets out of it but a status.
template <class Body>
TrtStatus guard(Body &&body) noexcept {
    try {
        body();
        return TRT_STATUS_OK;
    } catch (Failure const &failure) {
        set_last_error(failure.text.c_str());
        return failure.status;
    } catch (std::exception const &exception) {
        set_last_error(exception.what());
    } catch (...) {
        set_last_error("an exception of unknown type");
    }
    return TRT_STATUS_EXCEPTION;
}

struct Config;
struct Context;
struct Plugin;
class Logger;

// The C++ object behind a C handle, and back.
template <class Handle>
struct NativeOf;
template <class Native>
struct HandleOf;

#define TRT_SHIM_HANDLE(handle, native)                                                                                \
    template <>                                                                                                        \
    struct NativeOf<handle> {                                                                                          \
        using type = native;                                                                                           \
    };                                                                                                                 \
    template <>                                                                                                        \
    struct HandleOf<native> {                                                                                          \
        using type = handle;                                                                                           \
    };

TRT_SHIM_HANDLE(TrtLogger, Logger)
TRT_SHIM_HANDLE(TrtBuilder, IBuilder)
TRT_SHIM_HANDLE(TrtConfig, Config)
TRT_SHIM_HANDLE(TrtOptimizationProfile, IOptimizationProfile)
TRT_SHIM_HANDLE(TrtTimingCache, ITimingCache)
TRT_SHIM_HANDLE(TrtHostMemory, IHostMemory)
TRT_SHIM_HANDLE(TrtNetwork, INetworkDefinition)
TRT_SHIM_HANDLE(TrtTensor, ITensor)
TRT_SHIM_HANDLE(TrtLayer, ILayer)
TRT_SHIM_HANDLE(TrtLoop, ILoop)
TRT_SHIM_HANDLE(TrtConditional, IIfConditional)
#if TRT_HAS_IAttention
TRT_SHIM_HANDLE(TrtAttention, IAttention)
#endif
TRT_SHIM_HANDLE(TrtRuntime, IRuntime)
TRT_SHIM_HANDLE(TrtEngine, ICudaEngine)
TRT_SHIM_HANDLE(TrtContext, Context)
#if TRT_HAS_IRuntimeConfig
TRT_SHIM_HANDLE(TrtRuntimeConfig, IRuntimeConfig)
#endif
#if TRT_HAS_IRuntimeCache
TRT_SHIM_HANDLE(TrtRuntimeCache, IRuntimeCache)
#endif
TRT_SHIM_HANDLE(TrtRefitter, IRefitter)
TRT_SHIM_HANDLE(TrtInspector, IEngineInspector)
#if TRT_HAS_addPluginV3
using PluginCreator = IPluginCreatorInterface;
#else
using PluginCreator = IPluginCreator;
#endif
TRT_SHIM_HANDLE(TrtPlugin, Plugin)
TRT_SHIM_HANDLE(TrtPluginCreator, PluginCreator)
TRT_SHIM_HANDLE(TrtPluginRegistry, IPluginRegistry)

template <class Handle>
using Native = typename NativeOf<std::remove_const_t<Handle>>::type;

template <class Handle>
Native<Handle> &native(Handle *handle) {
    if (handle == nullptr) {
        invalid("a handle is null");
    }
    // TensorRT's own getters are not always const, so constness ends here.
    return *reinterpret_cast<Native<Handle> *>(const_cast<std::remove_const_t<Handle> *>(handle));
}

template <class Handle>
void destroy(Handle *handle) noexcept {
    delete reinterpret_cast<Native<Handle> *>(handle);
}

Dims to_dims(TrtDims const &dims);
TrtDims from_dims(Dims const &dims) noexcept;
Weights to_weights(TrtWeights const &weights);
TrtWeights from_weights(Weights const &weights) noexcept;

// Each area fills in its entries of the table.
void fill_builder(TrtApi &api);
void fill_config(TrtApi &api);
void fill_network(TrtApi &api);
void fill_add_layers(TrtApi &api);
void fill_layers(TrtApi &api);
void fill_attention(TrtApi &api);
void fill_runtime(TrtApi &api);
void fill_engine(TrtApi &api);
void fill_context(TrtApi &api);
void fill_refitter(TrtApi &api);
void fill_onnx(TrtApi &api);
void fill_plugins(TrtApi &api);

} // namespace TRT_SHIM_NAMESPACE
