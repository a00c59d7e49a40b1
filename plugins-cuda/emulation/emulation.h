// CUDA's kernel language for a C++ compiler: kernels run on the CPU, one block after another, so that their arithmetic can be
// tested where there is no GPU. Included before every kernel (`-include`).
//
// The threads of a block are fibers that run one at a time and change at barriers and shuffles. Missing are what the kernels do
// not use, the memory model, and time.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>

#include <cuda_runtime.h>

#undef __global__
#undef __device__
#undef __host__
#undef __shared__
#undef __launch_bounds__
#define __global__
#define __device__
#define __host__
// One block runs at a time.
#define __shared__ static
#define __launch_bounds__(...)

#define PLUGINS_CUDA_EMULATION

namespace emulation {

struct Place {
    uint3 thread;
    uint3 block;
    dim3 threads;
    dim3 blocks;
};

// Where the running thread is.
extern Place place;

// Runs `thread` for every thread of the launch.
void run(dim3 blocks, dim3 threads, const std::function<void()>& thread);

// Wait for the other threads of the block or of the warp.
void wait_for_block();
void wait_for_warp();

// The words that the threads of the warp show each other, and the number of the running thread in it.
constexpr int LANES = 32;
unsigned long long& word(int lane);
int lane();

template <typename T>
T exchange(T value, int from) {
    static_assert(sizeof(T) <= sizeof(unsigned long long));
    unsigned long long bits = 0;
    std::memcpy(&bits, &value, sizeof(T));
    word(lane()) = bits;
    wait_for_warp();
    bits = word(from >= 0 && from < LANES ? from : lane());
    wait_for_warp();
    std::memcpy(&value, &bits, sizeof(T));
    return value;
}

}  // namespace emulation

#define threadIdx (::emulation::place.thread)
#define blockIdx (::emulation::place.block)
#define blockDim (::emulation::place.threads)
#define gridDim (::emulation::place.blocks)

using std::max;
using std::min;

inline void __syncthreads() { emulation::wait_for_block(); }
inline void __threadfence() {}
inline void __syncwarp(unsigned = 0xffffffff) { emulation::wait_for_warp(); }

template <typename T>
T __shfl_sync(unsigned, T value, int from, int width = 32) {
    const int first = emulation::lane() / width * width;
    return emulation::exchange(value, first + from % width);
}

template <typename T>
T __shfl_up_sync(unsigned, T value, unsigned distance, int width = 32) {
    const int position = emulation::lane() % width, from = position - static_cast<int>(distance);
    return emulation::exchange(value, emulation::lane() + (from < 0 ? 0 : -static_cast<int>(distance)));
}

template <typename T>
T __shfl_down_sync(unsigned, T value, unsigned distance, int width = 32) {
    const int position = emulation::lane() % width, from = position + static_cast<int>(distance);
    return emulation::exchange(value, emulation::lane() + (from >= width ? 0 : static_cast<int>(distance)));
}

template <typename T>
T __shfl_xor_sync(unsigned, T value, int mask, int width = 32) {
    const int from = emulation::lane() ^ mask;
    return emulation::exchange(value, from / width == emulation::lane() / width ? from : emulation::lane());
}

inline unsigned __ballot_sync(unsigned, int predicate) {
    unsigned votes = 0;
    for (int from = 0; from < emulation::LANES; ++from) {
        votes |= emulation::exchange(predicate != 0 ? 1u : 0u, from) << from;
    }
    return votes;
}

template <typename T>
T atomicAdd(T* address, T value) {
    const T before = *address;
    *address += value;
    return before;
}

template <typename T>
T atomicOr(T* address, T value) {
    const T before = *address;
    *address |= value;
    return before;
}

inline int __popcll(unsigned long long bits) { return __builtin_popcountll(bits); }

template <typename T>
T __ldg(const T* address) {
    return *address;
}

inline float rsqrtf(float value) { return 1.0f / std::sqrt(value); }
