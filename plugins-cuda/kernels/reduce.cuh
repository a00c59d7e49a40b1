// Sums and the like over a warp and over a block.
#pragma once

#include "common.cuh"

namespace plugins_cuda {

constexpr int WARP = 32;

struct Add {
    template <typename T>
    __device__ T operator()(T a, T b) const {
        return a + b;
    }
};

// NaN wins, as in PyTorch.
struct Largest {
    __device__ float operator()(float a, float b) const {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
        asm("max.NaN.f32 %0, %0, %1;" : "+f"(a) : "f"(b));
        return a;
#else
        return b > a || b != b ? b : a;
#endif
    }
};

// Every thread of the warp gets the result.
template <typename T, typename Op>
__device__ T warp_reduce(T value, Op op) {
#pragma unroll
    for (int distance = WARP / 2; distance > 0; distance /= 2) {
        value = op(value, __shfl_xor_sync(0xffffffff, value, distance));
    }
    return value;
}

// Every thread of the block, of whole warps in one dimension, gets the result.
template <typename T, typename Op>
__device__ T block_reduce(T value, T neutral, Op op) {
    __shared__ T partial[WARP];
    const int warp = threadIdx.x / WARP, lane = threadIdx.x % WARP;
    value = warp_reduce(value, op);
    __syncthreads();  // until nobody reads what an earlier reduction left
    if (lane == 0) partial[warp] = value;
    __syncthreads();
    return warp_reduce(lane < static_cast<int>(blockDim.x) / WARP ? partial[lane] : neutral, op);
}

}  // namespace plugins_cuda
