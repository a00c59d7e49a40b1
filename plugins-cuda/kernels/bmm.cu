// torch.bmm: products of matrices, batch by batch.
//
// A block computes a tile of the result from tiles in shared memory, which the next ones reach while it multiplies. Half and
// bfloat16 go through the tensor cores where the device has them; float, which shall keep its precision, and everything else through
// ordinary arithmetic, a thread 8 x 8 elements in registers.
#include "common.cuh"

#include <cuda_pipeline.h>

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 700
#include <mma.h>
#endif

namespace plugins_cuda {

struct BmmArgs {
    Tensor a;  // batch, m, k
    Tensor b;  // batch, k, n
    Tensor output;
};

namespace {

constexpr int TILE = 128;  // rows and columns of a block's tile

// The matrices of one product.
template <typename T>
struct Matrices {
    T* output;
    const T* a;
    const T* b;
    int64_t m, n, k;
    // Rows consist of whole, aligned packs of 16 bytes.
    bool a_packs, b_packs;
    int64_t across;  // tiles
};

// V neighbours of a row, zeros where the matrix ends.
template <int V, typename T>
__device__ Pack<T, V> neighbours(const T* matrix, int64_t rows, int64_t columns, int64_t row, int64_t column, bool packs) {
    Pack<T, V> pack;
    memset(&pack, 0, sizeof pack);
    if (row >= rows) return pack;
    const T* from = matrix + row * columns + column;
    if (packs) {
        if (column < columns) pack = *reinterpret_cast<const Pack<T, V>*>(from);
    } else {
#pragma unroll
        for (int i = 0; i < V; ++i) {
            if (column + i < columns) pack.values[i] = from[i];
        }
    }
    return pack;
}

// Writes V neighbours of a row of the result, as far as it has them.
template <int V, typename T>
__device__ void write(const Matrices<T>& p, int64_t row, int64_t column, const float (&sums)[V]) {
    if (row >= p.m || column >= p.n) return;
    T* to = p.output + row * p.n + column;
    Pack<T, V> pack;
#pragma unroll
    for (int i = 0; i < V; ++i) pack.values[i] = narrow<T>(sums[i]);
    if (p.b_packs) {
        *reinterpret_cast<Pack<T, V>*>(to) = pack;
    } else {
#pragma unroll
        for (int i = 0; i < V; ++i) {
            if (column + i < p.n) to[i] = pack.values[i];
        }
    }
}

// The product in single precision: a thread has 2 x 2 squares of 4 x 4 elements, half a tile apart.
template <typename T>
struct Plain {
    static constexpr int DEPTH = 16;  // of k at a time
    static constexpr int PITCH = TILE + 4;

    struct Stage {
        float a[DEPTH][PITCH];  // transposed
        float b[DEPTH][PITCH];
    };
    static constexpr size_t SHARED = 2 * sizeof(Stage);

    static __device__ void run(unsigned char* shared, const Matrices<T>& p, int64_t first_row, int64_t first_column) {
        constexpr int V = 4, LOADS = TILE * DEPTH / V / THREADS;
        constexpr int SIDE = 16;  // threads along each side of half a tile
        auto* stages = reinterpret_cast<Stage*>(shared);
        const int thread = threadIdx.x, y = thread / SIDE * V, x = thread % SIDE * V;
        Pack<T, V> a[LOADS], b[LOADS];
        const auto read = [&](int64_t start) {
#pragma unroll
            for (int i = 0; i < LOADS; ++i) {
                const int at = thread + i * THREADS, row = at / (DEPTH / V), depth = at / (TILE / V);
                a[i] = neighbours<V>(p.a, p.m, p.k, first_row + row, start + at % (DEPTH / V) * V, p.a_packs);
                b[i] = neighbours<V>(p.b, p.k, p.n, start + depth, first_column + at % (TILE / V) * V, p.b_packs);
            }
        };
        const auto put = [&](Stage& stage) {
#pragma unroll
            for (int i = 0; i < LOADS; ++i) {
                const int at = thread + i * THREADS;
#pragma unroll
                for (int j = 0; j < V; ++j) stage.a[at % (DEPTH / V) * V + j][at / (DEPTH / V)] = widen(a[i].values[j]);
#pragma unroll
                for (int j = 0; j < V; ++j) stage.b[at / (TILE / V)][at % (TILE / V) * V + j] = widen(b[i].values[j]);
            }
        };
        float sums[2][2][V][V] = {};
        read(0);
        put(stages[0]);
        __syncthreads();
        for (int64_t start = 0; start < p.k; start += DEPTH) {
            const int now = start / DEPTH % 2;
            const bool more = start + DEPTH < p.k;
            if (more) read(start + DEPTH);
#pragma unroll
            for (int depth = 0; depth < DEPTH; ++depth) {
                using Four = Pack<float, V>;
                Four left[2], right[2];
#pragma unroll
                for (int half = 0; half < 2; ++half) {
                    left[half] = *reinterpret_cast<const Four*>(&stages[now].a[depth][y + half * TILE / 2]);
                    right[half] = *reinterpret_cast<const Four*>(&stages[now].b[depth][x + half * TILE / 2]);
                }
#pragma unroll
                for (int i = 0; i < 4 * V * V; ++i) {
                    const int h = i / V / V / 2, w = i / V / V % 2, r = i / V % V, c = i % V;
                    sums[h][w][r][c] += left[h].values[r] * right[w].values[c];
                }
            }
            if (more) put(stages[1 - now]);
            __syncthreads();
        }
#pragma unroll
        for (int i = 0; i < 4 * V; ++i) {
            const int h = i / V / 2, w = i / V % 2, r = i % V;
            write<V>(p, first_row + y + h * TILE / 2 + r, first_column + x + w * TILE / 2, sums[h][w][r]);
        }
    }
};

// The product on tensor cores, which accumulate in single precision: a warp has 64 x 32 elements.
template <typename T>
struct Tensors {
    static constexpr int DEPTH = 32;
    static constexpr int STAGES = 3;
    static constexpr int V = 8;
    static constexpr int EDGE = 16;  // of what one instruction multiplies
    static constexpr int WARP_COLUMNS = 32;

    // Rows end with 16 bytes more than needed, so that they start in different banks.
    struct alignas(32) Stage {
        T a[TILE][DEPTH + V];
        T b[DEPTH][TILE + V];
    };
    using Strip = float[EDGE][WARP_COLUMNS + 4];
    static constexpr size_t SHARED = STAGES * sizeof(Stage);
    static_assert(THREADS / 32 * sizeof(Strip) <= SHARED, "strips take the place of stages");

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 700
    static __device__ void copy(T* to, const T* matrix, int64_t rows, int64_t columns, int64_t row, int64_t column, bool packs) {
        if (packs) {
            const bool valid = row < rows && column < columns;
            __pipeline_memcpy_async(to, valid ? matrix + row * columns + column : matrix, 16, valid ? 0 : 16);
        } else {
            *reinterpret_cast<Pack<T, V>*>(to) = neighbours<V>(matrix, rows, columns, row, column, false);
        }
    }

    static __device__ void run(unsigned char* shared, const Matrices<T>& p, int64_t first_row, int64_t first_column) {
        using namespace nvcuda::wmma;
        constexpr int LOADS = TILE * DEPTH / V / THREADS, WARP_ROWS = 64;
        auto* stages = reinterpret_cast<Stage*>(shared);
        const int thread = threadIdx.x, warp = thread / 32, lane = thread % 32;
        const int y = warp / (TILE / WARP_COLUMNS) * WARP_ROWS, x = warp % (TILE / WARP_COLUMNS) * WARP_COLUMNS;
        const auto read = [&](int64_t step) {
            Stage& stage = stages[step % STAGES];
            const int64_t start = step * DEPTH;
#pragma unroll
            for (int i = 0; i < LOADS; ++i) {
                const int at = thread + i * THREADS;
                const int row = at / (DEPTH / V), in_row = at % (DEPTH / V) * V;
                copy(&stage.a[row][in_row], p.a, p.m, p.k, first_row + row, start + in_row, p.a_packs);
                const int depth = at / (TILE / V), column = at % (TILE / V) * V;
                copy(&stage.b[depth][column], p.b, p.k, p.n, start + depth, first_column + column, p.b_packs);
            }
        };
        fragment<accumulator, EDGE, EDGE, EDGE, float> sums[WARP_ROWS / EDGE][WARP_COLUMNS / EDGE];
#pragma unroll
        for (auto& row : sums) {
#pragma unroll
            for (auto& sum : row) fill_fragment(sum, 0.0f);
        }
        const int64_t steps = ceil_div<int64_t>(p.k, DEPTH);
#pragma unroll
        for (int step = 0; step < STAGES - 1; ++step) {
            if (step < steps) read(step);
            __pipeline_commit();
        }
        for (int64_t step = 0; step < steps; ++step) {
            // The stage of this step is there, and nobody reads that of the step before any more.
            __pipeline_wait_prior(STAGES - 2);
            __syncthreads();
            if (step + STAGES - 1 < steps) read(step + STAGES - 1);
            __pipeline_commit();
            const Stage& stage = stages[step % STAGES];
#pragma unroll
            for (int depth = 0; depth < DEPTH; depth += EDGE) {
                fragment<matrix_a, EDGE, EDGE, EDGE, T, row_major> left[WARP_ROWS / EDGE];
                fragment<matrix_b, EDGE, EDGE, EDGE, T, row_major> right[WARP_COLUMNS / EDGE];
#pragma unroll
                for (int r = 0; r < WARP_ROWS / EDGE; ++r) load_matrix_sync(left[r], &stage.a[y + r * EDGE][depth], DEPTH + V);
#pragma unroll
                for (int c = 0; c < WARP_COLUMNS / EDGE; ++c) load_matrix_sync(right[c], &stage.b[depth][x + c * EDGE], TILE + V);
#pragma unroll
                for (int r = 0; r < WARP_ROWS / EDGE; ++r) {
#pragma unroll
                    for (int c = 0; c < WARP_COLUMNS / EDGE; ++c) mma_sync(sums[r][c], left[r], right[c], sums[r][c]);
                }
            }
        }
        __pipeline_wait_prior(0);
        __syncthreads();
        // Through shared memory, since only the tensor cores know which thread has what.
        Strip& strip = reinterpret_cast<Strip*>(shared)[warp];
#pragma unroll
        for (int r = 0; r < WARP_ROWS / EDGE; ++r) {
#pragma unroll
            for (int c = 0; c < WARP_COLUMNS / EDGE; ++c) store_matrix_sync(&strip[0][c * EDGE], sums[r][c], WARP_COLUMNS + 4, mem_row_major);
            __syncwarp();
            for (int at = lane; at < EDGE * WARP_COLUMNS / V; at += 32) {
                const int row = at / (WARP_COLUMNS / V), column = at % (WARP_COLUMNS / V) * V;
                float values[V];
                for (int i = 0; i < V; ++i) values[i] = strip[row][column + i];
                write<V>(p, first_row + y + r * EDGE + row, first_column + x + column, values);
            }
            __syncwarp();
        }
    }
#endif
};

// What the code that is being compiled multiplies with.
template <typename T>
struct Product : Plain<T> {};
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 700
template <>
struct Product<__half> : Tensors<__half> {};
#endif
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
template <>
struct Product<__nv_bfloat16> : Tensors<__nv_bfloat16> {};
#endif

template <typename T>
__global__ void __launch_bounds__(THREADS, 2) bmm(Matrices<T> p) {
    PLUGINS_CUDA_DYNAMIC_SHARED(shared);
    p.output += blockIdx.y * p.m * p.n;
    p.a += blockIdx.y * p.m * p.k;
    p.b += blockIdx.y * p.k * p.n;
    Product<T>::run(shared, p, blockIdx.x / p.across * TILE, blockIdx.x % p.across * TILE);
}

// Shared memory of a block, for either kind of product where a block can have that much: devices without tensor cores cannot.
template <typename T>
cudaError_t shared_bytes(size_t* bytes) {
    *bytes = Plain<T>::SHARED;
    if (sizeof(T) == 2) {
        int device = 0, most = 0;
        cudaError_t status = cudaGetDevice(&device);
        if (status == cudaSuccess) status = cudaDeviceGetAttribute(&most, cudaDevAttrMaxSharedMemoryPerBlockOptin, device);
        if (status != cudaSuccess) return status;
        if (static_cast<size_t>(most) >= Tensors<T>::SHARED) *bytes = Tensors<T>::SHARED;
    }
    return cudaFuncSetAttribute(
        reinterpret_cast<const void*>(bmm<T>), cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(*bytes));
}

}  // namespace

cudaError_t launch_bmm(const BmmArgs& args, cudaStream_t stream) {
    if (args.output.count() == 0) return cudaSuccess;
    const int64_t batch = args.a.dims[0], m = args.a.dims[1], k = args.a.dims[2], n = args.b.dims[2];
    const int64_t across = ceil_div<int64_t>(n, TILE), down = ceil_div<int64_t>(m, TILE);
    // The grid's second dimension ends at 65535.
    constexpr int64_t MOST = 65535;
    return for_real(args.a.type, [&](auto tag) {
        using T = typename decltype(tag)::type;
        size_t shared = 0;
        cudaError_t status = shared_bytes<T>(&shared);
        const auto are_packs = [](int64_t row, const Tensor& tensor) { return row % (16 / sizeof(T)) == 0 && is_aligned(tensor.data, 16); };
        const bool a_packs = are_packs(k, args.a), b_packs = are_packs(n, args.b) && is_aligned(args.output.data, 16);
        for (int64_t first = 0; first < batch && status == cudaSuccess; first += MOST) {
            const int64_t here = batch - first < MOST ? batch - first : MOST;
            const Shape shape = {dim3(static_cast<unsigned>(across * down), static_cast<unsigned>(here)), dim3(THREADS), shared};
            const Matrices<T> matrices = {args.output.as<T>() + first * m * n, args.a.as<const T>() + first * m * k,
                                          args.b.as<const T>() + first * k * n, m, n, k, a_packs, b_packs, across};
            status = launch(bmm<T>, shape, stream, matrices);
        }
        return status;
    });
}

PLUGINS_CUDA_LAUNCHER(bmm, BmmArgs)

}  // namespace plugins_cuda
