// A block's tile of a matrix product, ROWS * 64, accumulated in float by eight warps.
//
// Both factors lie in shared memory with the summed index fastest, 64 bytes of it at a time, rows PITCH elements apart.
// Half and bfloat16 go through the tensor cores. Float, which shall keep its precision, and everything where the device has no such
// units go through ordinary arithmetic. (Factors split in two TF32 numbers keep single precision, too, but splitting them costs
// more than the tensor cores save.)
#pragma once

#include "common.cuh"

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 700
#include <mma.h>
#endif

namespace plugins_cuda {

// A warp has WARP_COLUMNS columns and a quarter of the rows, in strips of STRIP rows.
constexpr int WARP_COLUMNS = 32;
constexpr int STRIP = 16;

template <typename T, int ROWS>
struct TileShape {
    static constexpr int K = 64 / sizeof(T);
    // 16 bytes more than needed, so that rows start in different banks.
    static constexpr int PITCH = K + 16 / sizeof(T);
    static constexpr int WARP_ROWS = ROWS / 4;
    static constexpr int STRIPS = WARP_ROWS / STRIP;
    static_assert(WARP_ROWS % STRIP == 0, "rows divide into strips");

    static __device__ int32_t warp_row() { return threadIdx.x / 64 * WARP_ROWS; }
    static __device__ int32_t warp_column() { return threadIdx.x / 32 % 2 * WARP_COLUMNS; }
    // The column whose values this thread gets from for_each_row.
    static __device__ int32_t column() { return warp_column() + threadIdx.x % 32; }

    // Calls f(row, value) for all rows of column(); put(strip, to, pitch) writes a strip of the warp's accumulators. Uses
    // 18 KB of shared memory, which nothing else may need any more.
    template <typename Put, typename F>
    static __device__ void for_each_row(float* shared, Put put, F f) {
        constexpr int STRIP_PITCH = WARP_COLUMNS + 4;
        float* strip = shared + threadIdx.x / 32 * STRIP * STRIP_PITCH;
#pragma unroll
        for (int s = 0; s < STRIPS; ++s) {
            put(s, strip, STRIP_PITCH);
            __syncwarp();
            for (int r = 0; r < STRIP; ++r) {
                f(warp_row() + s * STRIP + r, strip[r * STRIP_PITCH + threadIdx.x % 32]);
            }
            __syncwarp();
        }
    }
};

// Without tensor cores: a lane has every eighth row of its warp's and every fourth column, so that lanes read neighbouring rows,
// which are in different banks.
template <typename T, int ROWS>
struct Tile : TileShape<T, ROWS> {
    using Base = TileShape<T, ROWS>;
    static constexpr int DOWN = 8, ACROSS = 32 / DOWN;  // lanes
    static constexpr int LANE_ROWS = Base::WARP_ROWS / DOWN, LANE_COLUMNS = WARP_COLUMNS / ACROSS;
    float sums[LANE_ROWS][LANE_COLUMNS];

    static __device__ int32_t lane_row() { return threadIdx.x % 32 / ACROSS; }
    static __device__ int32_t lane_column() { return threadIdx.x % ACROSS; }

    __device__ void clear() {
#pragma unroll
        for (int i = 0; i < LANE_ROWS * LANE_COLUMNS; ++i) sums[i / LANE_COLUMNS][i % LANE_COLUMNS] = 0;
    }

    __device__ void multiply(const T* a, const T* b) {
        constexpr int V = 8 / sizeof(T);
        using Vector = Pack<T, V>;
        a += (Base::warp_row() + lane_row()) * Base::PITCH;
        b += (Base::warp_column() + lane_column()) * Base::PITCH;
#pragma unroll 1
        for (int k = 0; k < Base::K; k += V) {
            Vector right[LANE_COLUMNS];
#pragma unroll
            for (int c = 0; c < LANE_COLUMNS; ++c) right[c] = *reinterpret_cast<const Vector*>(b + c * ACROSS * Base::PITCH + k);
#pragma unroll
            for (int r = 0; r < LANE_ROWS; ++r) {
                const Vector left = *reinterpret_cast<const Vector*>(a + r * DOWN * Base::PITCH + k);
#pragma unroll
                for (int i = 0; i < LANE_COLUMNS * V; ++i) {
                    const int c = i % LANE_COLUMNS, v = i / LANE_COLUMNS;
                    sums[r][c] += widen(left.values[v]) * widen(right[c].values[v]);
                }
            }
        }
    }

    template <typename F>
    __device__ void for_each_row(float* shared, F f) {
        const auto put = [this](int s, float* to, int pitch) {
            constexpr int OF_STRIP = STRIP / DOWN;
#pragma unroll
            for (int i = 0; i < OF_STRIP * LANE_COLUMNS; ++i) {
                const int r = i / LANE_COLUMNS, c = i % LANE_COLUMNS;
                to[(lane_row() + r * DOWN) * pitch + lane_column() + c * ACROSS] = sums[s * OF_STRIP + r][c];
            }
        };
        Base::for_each_row(shared, put, f);
    }
};

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 700

// On tensor cores.
template <typename T, int ROWS>
struct TensorTile : TileShape<T, ROWS> {
    using Base = TileShape<T, ROWS>;
    static constexpr int COLUMNS = WARP_COLUMNS / 16;
    using Sums = nvcuda::wmma::fragment<nvcuda::wmma::accumulator, 16, 16, 16, float>;
    Sums sums[Base::STRIPS][COLUMNS];

    __device__ void clear() {
#pragma unroll
        for (auto& strip : sums) {
#pragma unroll
            for (auto& sum : strip) nvcuda::wmma::fill_fragment(sum, 0.f);
        }
    }

    template <typename F>
    __device__ void for_each_row(float* shared, F f) {
        const auto put = [this](int s, float* to, int pitch) {
#pragma unroll
            for (int c = 0; c < COLUMNS; ++c) {
                nvcuda::wmma::store_matrix_sync(to + c * 16, sums[s][c], pitch, nvcuda::wmma::mem_row_major);
            }
        };
        Base::for_each_row(shared, put, f);
    }

    __device__ void multiply(const T* a, const T* b) {
        using namespace nvcuda::wmma;
        a += Base::warp_row() * Base::PITCH;
        b += Base::warp_column() * Base::PITCH;
#pragma unroll
        for (int k = 0; k < Base::K; k += 16) {
            fragment<matrix_b, 16, 16, 16, T, col_major> right[COLUMNS];
#pragma unroll
            for (int c = 0; c < COLUMNS; ++c) load_matrix_sync(right[c], b + c * 16 * Base::PITCH + k, Base::PITCH);
#pragma unroll
            for (int s = 0; s < Base::STRIPS; ++s) {
                fragment<matrix_a, 16, 16, 16, T, row_major> left;
                load_matrix_sync(left, a + s * STRIP * Base::PITCH + k, Base::PITCH);
#pragma unroll
                for (int c = 0; c < COLUMNS; ++c) mma_sync(sums[s][c], left, right[c], sums[s][c]);
            }
        }
    }
};

template <int ROWS>
struct Tile<__half, ROWS> : TensorTile<__half, ROWS> {};

#endif

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800

template <int ROWS>
struct Tile<__nv_bfloat16, ROWS> : TensorTile<__nv_bfloat16, ROWS> {};

#endif

}  // namespace plugins_cuda
