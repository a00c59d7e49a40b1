// Group and layer normalization: rows are brought to mean 0 and variance 1, then scaled and shifted.
//
// A row that fits into the registers of a warp or a block, as it lies in memory, is read once; a longer one is cut into chunks
// that blocks work on side by side: one pass for their means and squared deviations, one to normalize.
#include "reduce.cuh"
#include "row.cuh"

namespace plugins_cuda {

struct NormalizationArgs {
    Tensor input;
    Tensor output;
    // Without memory: not scaled, not shifted.
    Tensor weight;
    Tensor bias;
    // rows * (ceil(length / CHUNK) + 1) pairs for rows longer than CHUNK - 16.
    float2* workspace;
    int64_t rows;
    int64_t length;
    // Row r has the weights of group r % groups, each for `inner` neighbours.
    int64_t groups;
    int64_t inner;
    float eps;
};

namespace {

constexpr int CHUNK_THREADS = 512;
constexpr int CHUNK = 16384;  // as in src/normalization.rs; at most eight packs a thread

// Where a pack's weights are: side by side and aligned, one for all of it, or to be looked up for each element.
enum Weights { ALIGNED, ONE, EACH };

template <typename T>
struct Affine {
    const T* weight;
    const T* bias;
    int64_t groups;
    int64_t per_group;
    Divider<uint32_t> inner;

    __device__ int64_t first(int64_t row) const { return row % groups * per_group; }
};

struct Moments {
    float mean;
    float squares;  // sum of squared deviations from the mean
};

// Sum over the warp or the block that works on a row.
template <bool BLOCK>
__device__ float row_sum(float value) {
    if constexpr (BLOCK) {
        return block_reduce(value, 0.0f, Add());
    } else {
        return warp_reduce(value, Add());
    }
}

// What a thread holds of a row: pack `first` and those `distance` apart after it.
template <typename T, int PACKS, bool BLOCK>
struct Held {
    static constexpr int V = 16 / sizeof(T);
    const Row<V>& row;
    uint32_t first, distance;
    Packed<T, V> packs[PACKS];

    __device__ Held(const T* input, const Row<V>& row, uint32_t first, uint32_t distance) : row(row), first(first), distance(distance) {
        row.load(input, first, distance, narrow<T>(0), packs);
    }

    // The mean first, then the deviations from it, so that nothing cancels; `count` elements are held by all threads.
    __device__ Moments moments(uint32_t count) {
        float sum = 0;
#pragma unroll
        for (int i = 0; i < PACKS; ++i) {
#pragma unroll
            for (int j = 0; j < V; ++j) sum += widen(packs[i].unpacked().values[j]);
        }
        const float mean = count > 0 ? row_sum<BLOCK>(sum) / static_cast<float>(count) : 0.0f;
        stay_packed(packs);
        float squares = 0;
#pragma unroll
        for (int i = 0; i < PACKS; ++i) {
            const uint32_t position = (first + i * distance) * V;
#pragma unroll
            for (int j = 0; j < V; ++j) {
                const float deviation = widen(packs[i].unpacked().values[j]) - mean;
                squares += row.has(position + j) ? deviation * deviation : 0.0f;
            }
        }
        stay_packed(packs);
        return {mean, row_sum<BLOCK>(squares)};
    }

    // `weights` is the first weight of the row.
    template <Weights WEIGHTS>
    __device__ void store(T* output, float mean, float scale, int64_t weights, const Affine<T>& affine) const {
        constexpr int N = WEIGHTS == ONE ? 1 : V;
#pragma unroll
        for (int i = 0; i < PACKS; ++i) {
            const uint32_t pack = first + i * distance;
            if (!row.has_some(pack)) continue;
            Pack<T, N> weight, bias;
            if constexpr (WEIGHTS == EACH) {
#pragma unroll
                for (int j = 0; j < V; ++j) {
                    uint32_t position = pack * V + j;
                    if (!row.has(position)) continue;
                    position -= row.begin;
                    const int64_t at = weights + affine.inner.divide(position);
                    if (affine.weight != nullptr) weight.values[j] = affine.weight[at];
                    if (affine.bias != nullptr) bias.values[j] = affine.bias[at];
                }
            } else {
                uint32_t position = pack * V;
                const int64_t at = weights + (WEIGHTS == ALIGNED ? position : affine.inner.divide(position));
                if (affine.weight != nullptr) weight = *reinterpret_cast<const Pack<T, N>*>(affine.weight + at);
                if (affine.bias != nullptr) bias = *reinterpret_cast<const Pack<T, N>*>(affine.bias + at);
            }
            Pack<T, V> result;
#pragma unroll
            for (int j = 0; j < V; ++j) {
                float value = (widen(packs[i].unpacked().values[j]) - mean) * scale;
                if (affine.weight != nullptr) value *= widen(weight.values[j % N]);
                if (affine.bias != nullptr) value += widen(bias.values[j % N]);
                result.values[j] = narrow<T>(value);
            }
            row.store(output, pack, result);
        }
    }
};

// The most threads of a block for one row. Without a weight for each element a thread needs few enough registers for twice as many.
template <Weights WEIGHTS>
constexpr int MOST_THREADS = WEIGHTS == ONE ? 1024 : 512;

// A row for each block or each warp.
template <typename T, int PACKS, bool BLOCK, Weights WEIGHTS>
__global__ void __launch_bounds__(BLOCK ? MOST_THREADS<WEIGHTS> : THREADS)
    rows(T* output, const T* input, int64_t count, uint32_t length, bool aligned, float eps, Affine<T> affine) {
    const uint32_t threads = BLOCK ? blockDim.x : WARP;
    const int64_t number = static_cast<int64_t>(blockIdx.x) * (blockDim.x / threads) + threadIdx.x / threads;
    if (number >= count) return;  // all threads of a row together
    const Row<16 / sizeof(T)> row(number * length, length, aligned);
    Held<T, PACKS, BLOCK> held(input, row, threadIdx.x % threads, threads);
    const Moments moments = held.moments(length);
    const float scale = rsqrtf(moments.squares / static_cast<float>(length) + eps);
    held.template store<WEIGHTS>(output, moments.mean, scale, affine.first(number), affine);
}

// Elements of the row in its chunk number `chunk`.
template <int V>
__device__ uint32_t chunk_length(const Row<V>& row, uint32_t chunk) {
    const uint32_t first = max(chunk * CHUNK, row.begin), end = min((chunk + 1) * CHUNK, row.end);
    return first < end ? end - first : 0;
}

template <typename T>
using Chunk = Held<T, CHUNK / CHUNK_THREADS * sizeof(T) / 16, true>;

template <typename T>
__global__ void __launch_bounds__(CHUNK_THREADS)
    chunk_moments(float2* moments, const T* input, uint32_t length, bool aligned, uint32_t chunks) {
    const uint32_t chunk = blockIdx.x % chunks;
    const Row<16 / sizeof(T)> row(static_cast<int64_t>(blockIdx.x / chunks) * length, length, aligned);
    Chunk<T> held(input, row, chunk * (CHUNK * sizeof(T) / 16) + threadIdx.x, CHUNK_THREADS);
    const Moments own = held.moments(chunk_length(row, chunk));
    if (threadIdx.x == 0) moments[blockIdx.x] = make_float2(own.mean, own.squares);
}

template <typename T, Weights WEIGHTS>
__global__ void __launch_bounds__(CHUNK_THREADS) chunks_normalized(
    T* output, const T* input, uint32_t length, bool aligned, uint32_t chunks, float eps, const float2* moments, Affine<T> affine) {
    // Backwards, since the cache holds what was read last.
    const uint32_t block = gridDim.x - 1 - blockIdx.x, number = block / chunks, chunk = block % chunks;
    const Row<16 / sizeof(T)> row(static_cast<int64_t>(number) * length, length, aligned);
    const float2* of_row = moments + static_cast<int64_t>(number) * chunks;
    Chunk<T> held(input, row, chunk * (CHUNK * sizeof(T) / 16) + threadIdx.x, CHUNK_THREADS);
    float sum = 0;
    for (uint32_t i = threadIdx.x; i < chunks; i += CHUNK_THREADS) {
        sum += of_row[i].x * static_cast<float>(chunk_length(row, i));
    }
    const float mean = block_reduce(sum, 0.0f, Add()) / static_cast<float>(length);
    float squares = 0;
    for (uint32_t i = threadIdx.x; i < chunks; i += CHUNK_THREADS) {
        const float deviation = of_row[i].x - mean;
        squares += of_row[i].y + deviation * deviation * static_cast<float>(chunk_length(row, i));
    }
    const float scale = rsqrtf(block_reduce(squares, 0.0f, Add()) / static_cast<float>(length) + eps);
    held.template store<WEIGHTS>(output, mean, scale, affine.first(number), affine);
}

template <typename T, Weights WEIGHTS>
cudaError_t run(const NormalizationArgs& args, bool aligned, cudaStream_t stream) {
    constexpr int V = 16 / sizeof(T);
    const T* input = args.input.as<const T>();
    T* output = args.output.as<T>();
    const Affine<T> affine = {args.weight.as<const T>(), args.bias.as<const T>(), args.groups, args.length / args.inner,
                              Divider<uint32_t>(args.inner)};
    const auto length = static_cast<uint32_t>(args.length);
    const auto blocks = [](int64_t count) { return dim3(static_cast<unsigned>(count)); };
    const auto launch_rows = [&](auto kernel, int threads, int rows_of_block) {
        return launch(kernel, {blocks(ceil_div<int64_t>(args.rows, rows_of_block)), dim3(threads)}, stream, output, input, args.rows,
                      length, aligned, args.eps, affine);
    };
    const int64_t packs = packs_of_row<V>(args.length);
    constexpr int WARPS = THREADS / WARP;
    if (packs <= 1 * WARP) return launch_rows(rows<T, 1, false, WEIGHTS>, THREADS, WARPS);
    if (packs <= 2 * WARP) return launch_rows(rows<T, 2, false, WEIGHTS>, THREADS, WARPS);
    if (packs <= 4 * WARP) return launch_rows(rows<T, 4, false, WEIGHTS>, THREADS, WARPS);
    if (packs <= 8 * WARP) return launch_rows(rows<T, 8, false, WEIGHTS>, THREADS, WARPS);
    if (packs <= 4 * 256) return launch_rows(rows<T, 4, true, WEIGHTS>, 256, 1);
    if (packs <= 4 * 512) return launch_rows(rows<T, 4, true, WEIGHTS>, 512, 1);
    if (packs <= 8 * 512) return launch_rows(rows<T, 8, true, WEIGHTS>, 512, 1);
    if (packs <= 8 * MOST_THREADS<WEIGHTS>) return launch_rows(rows<T, 8, true, WEIGHTS>, MOST_THREADS<WEIGHTS>, 1);
    const auto chunks = static_cast<uint32_t>(ceil_div<int64_t>(args.length + V - 1, CHUNK));
    const Shape shape = {blocks(args.rows * chunks), dim3(CHUNK_THREADS)};
    const cudaError_t status = launch(chunk_moments<T>, shape, stream, args.workspace, input, length, aligned, chunks);
    if (status != cudaSuccess) return status;
    return launch(
        chunks_normalized<T, WEIGHTS>, shape, stream, output, input, length, aligned, chunks, args.eps, args.workspace, affine);
}

}  // namespace

cudaError_t launch_normalization(const NormalizationArgs& args, cudaStream_t stream) {
    if (args.rows == 0 || args.length == 0) return cudaSuccess;
    return for_real(args.input.type, [&](auto tag) {
        using T = typename decltype(tag)::type;
        constexpr int V = 16 / sizeof(T);
        const bool aligned = is_aligned(args.input.data, 16) && is_aligned(args.output.data, 16);
        // Packs of the row and packs of the weights begin together.
        const bool even = args.length % V == 0;
        const bool weights_aligned = is_aligned(args.weight.data, 16) && is_aligned(args.bias.data, 16);
        if (args.inner == 1 && even && weights_aligned) return run<T, ALIGNED>(args, aligned, stream);
        if (args.inner % V == 0) return run<T, ONE>(args, aligned, stream);
        return run<T, EACH>(args, aligned, stream);
    });
}

PLUGINS_CUDA_LAUNCHER(normalization, NormalizationArgs)

}  // namespace plugins_cuda
