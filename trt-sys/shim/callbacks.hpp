// TensorRT's callback interfaces, each forwarding to a C function.
#pragma once

#include "common.hpp"

namespace TRT_SHIM_NAMESPACE {

class Logger final : public ILogger {
public:
    Logger(TrtLogCallback callback, void *user) : mCallback(callback), mUser(user) {
        if (callback == nullptr) {
            invalid("the log callback is null");
        }
    }

    void log(Severity severity, char const *message) noexcept override {
        mCallback(mUser, static_cast<TrtSeverity>(severity), message);
    }

private:
    TrtLogCallback mCallback;
    void *mUser;
};

class Profiler final : public IProfiler {
public:
    Profiler(TrtProfilerCallback callback, void *user) : mCallback(callback), mUser(user) {}

    void reportLayerTime(char const *layer, float milliseconds) noexcept override { mCallback(mUser, layer, milliseconds); }

private:
    TrtProfilerCallback mCallback;
    void *mUser;
};

#if TRT_HAS_IProgressMonitor
class ProgressMonitor final : public IProgressMonitor {
public:
    explicit ProgressMonitor(TrtProgressCallbacks const &callbacks) : mCallbacks(callbacks) {}

    void phaseStart(char const *phase, char const *parent, int32_t nbSteps) noexcept override {
        mCallbacks.phase_start(mCallbacks.user, phase, parent, nbSteps);
    }

    bool stepComplete(char const *phase, int32_t step) noexcept override {
        return mCallbacks.step(mCallbacks.user, phase, step) != 0;
    }

    void phaseFinish(char const *phase) noexcept override { mCallbacks.phase_finish(mCallbacks.user, phase); }

private:
    TrtProgressCallbacks mCallbacks;
};
#endif

#if TRT_HAS_IOutputAllocator
class OutputAllocator final : public IOutputAllocator {
public:
    explicit OutputAllocator(TrtOutputAllocatorCallbacks const &callbacks) : mCallbacks(callbacks) {}

#if TRT_HAS_reallocateOutputAsync
    void *reallocateOutputAsync(char const *name, void *current, uint64_t size, uint64_t alignment,
                                cudaStream_t stream) noexcept override {
        return mCallbacks.reallocate(mCallbacks.user, name, current, size, alignment, stream);
    }
#else
    void *reallocateOutput(char const *name, void *current, uint64_t size, uint64_t alignment) noexcept override {
        return mCallbacks.reallocate(mCallbacks.user, name, current, size, alignment, nullptr);
    }
#endif

    void notifyShape(char const *name, Dims const &dims) noexcept override {
        TrtDims const shape = from_dims(dims);
        mCallbacks.notify_shape(mCallbacks.user, name, &shape);
    }

private:
    TrtOutputAllocatorCallbacks mCallbacks;
};
#endif

#if TRT_HAS_IDebugListener
class DebugListener final : public IDebugListener {
public:
    DebugListener(TrtDebugCallback callback, void *user) : mCallback(callback), mUser(user) {}

    bool processDebugTensor(void const *address, TensorLocation location, DataType type, Dims const &dims, char const *name,
                            cudaStream_t stream) override {
        TrtDims const shape = from_dims(dims);
        return mCallback(mUser, name, static_cast<TrtDataType>(type), &shape, static_cast<TrtTensorLocation>(location),
                         address, stream) != 0;
    }

private:
    TrtDebugCallback mCallback;
    void *mUser;
};
#endif

} // namespace TRT_SHIM_NAMESPACE
