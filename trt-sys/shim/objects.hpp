// Objects of TensorRT that need something of ours beside them for as long as they live.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "callbacks.hpp"

namespace TRT_SHIM_NAMESPACE {

// Members die in reverse order: TensorRT's object first, then what it refers to.
struct Config {
#if TRT_HAS_IProgressMonitor
    std::unique_ptr<ProgressMonitor> progress;
#endif
    std::unique_ptr<IBuilderConfig> config;

    operator IBuilderConfig &() { return *config; }
};

struct Context {
    std::unique_ptr<Profiler> profiler;
#if TRT_HAS_IOutputAllocator
    std::map<std::string, std::unique_ptr<OutputAllocator>> allocators;
#endif
#if TRT_HAS_IDebugListener
    std::unique_ptr<DebugListener> listener;
#endif
#if !TRT_NAMED_IO
    std::vector<void *> addresses; // by binding of profile 0
    std::vector<void *> bindings;  // what enqueueV2 takes, sized for all profiles
    cudaEvent_t input_consumed = nullptr;
#endif
    std::unique_ptr<IExecutionContext> context;

    operator IExecutionContext &() { return *context; }
};

} // namespace TRT_SHIM_NAMESPACE
