// torch.bmm: products of matrices, batch by batch.
//
// A block computes a tile of the result from tiles in shared memory, a thread 8 x 8 elements of it in registers, in single
// precision whatever the type. It uses no tensor cores: TensorRT's own matrix product is faster in half precision.
#include "common.cuh"

namespace plugins_cuda {

struct BmmArgs {
    Tensor a;  // batch, m, k
    Tensor b;  // batch, k, n
    Tensor output;
};

namespace {

constexpr int TILE = 128;   // rows and columns of a block's tile
constexpr int DEPTH = 8;    // of k at a time
constexpr int EACH = 8;     // rows and columns of a thread
constexpr int SIDE = TILE / EACH;

template <typename T>
__global__ void __launch_bounds__(SIDE* SIDE) bmm(T* output, const T* a, const T* b, int64_t m, int64_t n, int64_t k, int64_t across) {
    __shared__ float a_tile[DEPTH][TILE + 4];  // transposed; the margin spreads the banks of its writes
    __shared__ float b_tile[DEPTH][TILE];
    const int thread = threadIdx.x, row = thread / SIDE, column = thread % SIDE;
    const int64_t first_row = blockIdx.x / across * TILE, first_column = blockIdx.x % across * TILE;
    const int64_t batch = blockIdx.y;
    const T* a_matrix = a + batch * m * k;
    const T* b_matrix = b + batch * k * n;
    float sums[EACH][EACH] = {};
    for (int64_t start = 0; start < k; start += DEPTH) {
#pragma unroll
        for (int i = thread; i < TILE * DEPTH; i += SIDE * SIDE) {
            const int64_t y = first_row + i / DEPTH, x = start + i % DEPTH;
            a_tile[i % DEPTH][i / DEPTH] = y < m && x < k ? widen(a_matrix[y * k + x]) : 0.0f;
        }
#pragma unroll
        for (int i = thread; i < TILE * DEPTH; i += SIDE * SIDE) {
            const int64_t y = start + i / TILE, x = first_column + i % TILE;
            b_tile[i / TILE][i % TILE] = y < k && x < n ? widen(b_matrix[y * n + x]) : 0.0f;
        }
        __syncthreads();
#pragma unroll
        for (int depth = 0; depth < DEPTH; ++depth) {
            float left[EACH], right[EACH];
#pragma unroll
            for (int i = 0; i < EACH; ++i) left[i] = a_tile[depth][row * EACH + i];
#pragma unroll
            for (int i = 0; i < EACH; ++i) right[i] = b_tile[depth][column + i * SIDE];
#pragma unroll
            for (int i = 0; i < EACH; ++i) {
#pragma unroll
                for (int j = 0; j < EACH; ++j) sums[i][j] += left[i] * right[j];
            }
        }
        __syncthreads();
    }
#pragma unroll
    for (int i = 0; i < EACH; ++i) {
#pragma unroll
        for (int j = 0; j < EACH; ++j) {
            const int64_t y = first_row + row * EACH + i, x = first_column + column + j * SIDE;
            if (y < m && x < n) output[(batch * m + y) * n + x] = narrow<T>(sums[i][j]);
        }
    }
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
        for (int64_t first = 0; first < batch; first += MOST) {
            const int64_t here = batch - first < MOST ? batch - first : MOST;
            const Shape shape = {dim3(static_cast<unsigned>(across * down), static_cast<unsigned>(here)), dim3(SIDE * SIDE)};
            const cudaError_t status = launch(bmm<T>, shape, stream, args.output.as<T>() + first * m * n,
                                              args.a.as<const T>() + first * m * k, args.b.as<const T>() + first * k * n, m, n, k, across);
            if (status != cudaSuccess) return status;
        }
        return cudaSuccess;
    });
}

PLUGINS_CUDA_LAUNCHER(bmm, BmmArgs)

}  // namespace plugins_cuda
