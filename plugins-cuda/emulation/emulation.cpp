#include "emulation.h"

#include <deque>
#include <mutex>
#include <vector>

#include <setjmp.h>
#include <ucontext.h>

namespace emulation {

Place place;

namespace {

constexpr size_t STACK = 64 * 1024;

struct Barrier {
    int live = 0;
    int arrived = 0;
    unsigned generation = 0;

    void release_if_all() {
        if (live > 0 && arrived == live) {
            arrived = 0;
            ++generation;
        }
    }
};

// A stack and where to go on with it. Contexts begin fibers, jumps change them: a context costs two calls of the kernel.
struct Fiber {
    jmp_buf position;
    bool begun = false;
    std::vector<char> stack = std::vector<char>(STACK);
    uint3 thread;
    bool done = false;
};

struct Warp {
    Barrier barrier;
    unsigned long long words[LANES] = {};
};

jmp_buf scheduler;
std::deque<Fiber> fibers;
std::vector<Warp> warps;
Barrier block;
size_t running;
const std::function<void()>* body;

void finish(Barrier& barrier) {
    --barrier.live;
    barrier.release_if_all();
}

void pause() {
    if (_setjmp(fibers[running].position) == 0) _longjmp(scheduler, 1);
}

void proceed(Fiber& fiber, void (*enter)()) {
    if (_setjmp(scheduler) != 0) return;
    if (fiber.begun) _longjmp(fiber.position, 1);
    fiber.begun = true;
    ucontext_t context;
    getcontext(&context);
    context.uc_stack.ss_sp = fiber.stack.data();
    context.uc_stack.ss_size = STACK;
    context.uc_link = nullptr;
    makecontext(&context, enter, 0);
    setcontext(&context);
}

// A fiber is one thread of a block after the other.
void enter() {
    while (true) {
        (*body)();
        fibers[running].done = true;
        finish(block);
        finish(warps[running / LANES].barrier);
        pause();
    }
}

void wait(Barrier& barrier) {
    const unsigned generation = barrier.generation;
    ++barrier.arrived;
    barrier.release_if_all();
    while (barrier.generation == generation) pause();
}

void run_block(dim3 threads) {
    const size_t count = static_cast<size_t>(threads.x) * threads.y * threads.z;
    if (fibers.size() < count) fibers.resize(count);
    warps.assign((count + LANES - 1) / LANES, Warp());
    block = Barrier();
    block.live = static_cast<int>(count);
    for (size_t i = 0; i < count; ++i) {
        Fiber& fiber = fibers[i];
        fiber.thread = make_uint3(i % threads.x, i / threads.x % threads.y, i / threads.x / threads.y);
        fiber.done = false;
        ++warps[i / LANES].barrier.live;
    }
    for (bool all_done = false; !all_done;) {
        all_done = true;
        for (size_t i = 0; i < count; ++i) {
            if (fibers[i].done) continue;
            all_done = false;
            running = i;
            place.thread = fibers[i].thread;
            proceed(fibers[i], enter);
        }
    }
}

}  // namespace

void run(dim3 blocks, dim3 threads, const std::function<void()>& thread) {
    // One device for all threads of the host. One each would put all shared memory of all kernels on each thread's stack.
    static std::mutex device;
    const std::lock_guard<std::mutex> lock(device);
    body = &thread;
    place.blocks = blocks;
    place.threads = threads;
    for (unsigned z = 0; z < blocks.z; ++z) {
        for (unsigned y = 0; y < blocks.y; ++y) {
            for (unsigned x = 0; x < blocks.x; ++x) {
                place.block = make_uint3(x, y, z);
                run_block(threads);
            }
        }
    }
}

void wait_for_block() { wait(block); }
void wait_for_warp() { wait(warps[running / LANES].barrier); }
unsigned long long& word(int lane) { return warps[running / LANES].words[lane]; }
int lane() { return static_cast<int>(running % LANES); }

}  // namespace emulation

// The functions of the CUDA runtime that launchers call.
extern "C" {
const char* cudaGetErrorString(cudaError_t) { return "refused by, or lacking in, the emulation"; }
cudaError_t cudaMemsetAsync(void* memory, int value, size_t bytes, cudaStream_t) {
    std::memset(memory, value, bytes);
    return cudaSuccess;
}
cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind, cudaStream_t) {
    std::memcpy(to, from, bytes);
    return cudaSuccess;
}
}

// What launchers ask about the device: it has one multiprocessor and enough of all else.
extern "C" cudaError_t cudaGetDevice(int* device) {
    *device = 0;
    return cudaSuccess;
}

extern "C" cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int) {
    *value = attribute == cudaDevAttrMultiProcessorCount ? 1 : 1 << 20;
    return cudaSuccess;
}

extern "C" cudaError_t cudaFuncSetAttribute(const void*, cudaFuncAttribute, int) { return cudaSuccess; }
