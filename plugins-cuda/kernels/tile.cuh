// A block's tile of a matrix product, ROWS * 64, accumulated in float by eight warps.
//
// Both factors lie in shared memory with the summed index fastest, 64 bytes of it at a time, rows PITCH elements apart.
// Half and bfloat16 go through the tensor cores; float does so as well, each factor split in two TF32 numbers, which keeps
// single precision. Where the device has no such units, threads multiply by themselves.
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

// Without tensor cores: a lane has one column and all rows of its warp.
template <typename T, int ROWS>
struct Tile : TileShape<T, ROWS> {
    using Base = TileShape<T, ROWS>;
    float sums[Base::WARP_ROWS];

    __device__ void clear() {
#pragma unroll
        for (float& sum : sums) sum = 0;
    }

    __device__ void multiply(const T* a, const T* b) {
        constexpr int V = 16 / sizeof(T);
        using Vector = Pack<T, V>;
        a += Base::warp_row() * Base::PITCH;
        b += Base::column() * Base::PITCH;
        for (int k = 0; k < Base::K; k += V) {
            const Vector right = *reinterpret_cast<const Vector*>(b + k);
#pragma unroll
            for (int r = 0; r < Base::WARP_ROWS; ++r) {
                const Vector left = *reinterpret_cast<const Vector*>(a + r * Base::PITCH + k);
#pragma unroll
                for (int v = 0; v < V; ++v) sums[r] += widen(left.values[v]) * widen(right.values[v]);
            }
        }
    }

    template <typename F>
    __device__ void for_each_row(float* shared, F f) {
        const auto put = [this](int s, float* to, int pitch) {
#pragma unroll
            for (int r = 0; r < STRIP; ++r) to[r * pitch + threadIdx.x % 32] = sums[s * STRIP + r];
        };
        Base::for_each_row(shared, put, f);
    }
};

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 700

// The accumulators of a warp on tensor cores.
template <typename T, int ROWS, int STEP>
struct TensorTile : TileShape<T, ROWS> {
    using Base = TileShape<T, ROWS>;
    static constexpr int COLUMNS = WARP_COLUMNS / 16;
    using Sums = nvcuda::wmma::fragment<nvcuda::wmma::accumulator, 16, 16, STEP, float>;
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
};

// Half and bfloat16.
template <typename T, int ROWS>
struct ShortTile : TensorTile<T, ROWS, 16> {
    using Base = TensorTile<T, ROWS, 16>;

    __device__ void multiply(const T* a, const T* b) {
        using namespace nvcuda::wmma;
        a += Base::warp_row() * Base::PITCH;
        b += Base::warp_column() * Base::PITCH;
#pragma unroll
        for (int k = 0; k < Base::K; k += 16) {
            fragment<matrix_b, 16, 16, 16, T, col_major> right[Base::COLUMNS];
#pragma unroll
            for (int c = 0; c < Base::COLUMNS; ++c) load_matrix_sync(right[c], b + c * 16 * Base::PITCH + k, Base::PITCH);
#pragma unroll
            for (int s = 0; s < Base::STRIPS; ++s) {
                fragment<matrix_a, 16, 16, 16, T, row_major> left;
                load_matrix_sync(left, a + s * STRIP * Base::PITCH + k, Base::PITCH);
#pragma unroll
                for (int c = 0; c < Base::COLUMNS; ++c) mma_sync(this->sums[s][c], left, right[c], this->sums[s][c]);
            }
        }
    }
};

template <int ROWS>
struct Tile<__half, ROWS> : ShortTile<__half, ROWS> {};

#endif

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800

template <int ROWS>
struct Tile<__nv_bfloat16, ROWS> : ShortTile<__nv_bfloat16, ROWS> {};

template <int ROWS>
struct Tile<float, ROWS> : TensorTile<float, ROWS, 8> {
    using Base = TensorTile<float, ROWS, 8>;
    static constexpr int STEPS = Base::K / 8;

    // x = high + low, up to 2^-22 of x.
    template <typename Fragment>
    struct Split {
        Fragment high, low;

        __device__ void load(const float* from) {
            nvcuda::wmma::load_matrix_sync(low, from, Base::PITCH);
#pragma unroll
            for (int i = 0; i < low.num_elements; ++i) {
                high.x[i] = nvcuda::wmma::__float_to_tf32(low.x[i]);
                low.x[i] = nvcuda::wmma::__float_to_tf32(low.x[i] - high.x[i]);
            }
        }
    };

    __device__ void multiply(const float* a, const float* b) {
        using namespace nvcuda::wmma;
        a += Base::warp_row() * Base::PITCH;
        b += Base::warp_column() * Base::PITCH;
        Split<fragment<matrix_b, 16, 16, 8, precision::tf32, col_major>> right[STEPS][Base::COLUMNS];
#pragma unroll
        for (int k = 0; k < STEPS; ++k) {
#pragma unroll
            for (int c = 0; c < Base::COLUMNS; ++c) right[k][c].load(b + c * 16 * Base::PITCH + k * 8);
        }
#pragma unroll
        for (int s = 0; s < Base::STRIPS; ++s) {
            // The units round their sums towards zero, so long sums are added up outside of them.
            typename Base::Sums sums[Base::COLUMNS];
#pragma unroll
            for (auto& sum : sums) fill_fragment(sum, 0.f);
#pragma unroll
            for (int k = 0; k < STEPS; ++k) {
                Split<fragment<matrix_a, 16, 16, 8, precision::tf32, row_major>> left;
                left.load(a + s * STRIP * Base::PITCH + k * 8);
#pragma unroll
                for (int c = 0; c < Base::COLUMNS; ++c) mma_sync(sums[c], left.low, right[k][c].high, sums[c]);
#pragma unroll
                for (int c = 0; c < Base::COLUMNS; ++c) mma_sync(sums[c], left.high, right[k][c].low, sums[c]);
#pragma unroll
                for (int c = 0; c < Base::COLUMNS; ++c) mma_sync(sums[c], left.high, right[k][c].high, sums[c]);
            }
#pragma unroll
            for (int c = 0; c < Base::COLUMNS; ++c) {
#pragma unroll
                for (int i = 0; i < sums[c].num_elements; ++i) this->sums[s][c].x[i] += sums[c].x[i];
            }
        }
    }
};

#endif

}  // namespace plugins_cuda
