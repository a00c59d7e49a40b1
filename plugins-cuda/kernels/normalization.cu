// Group and layer normalization: rows are brought to mean 0 and variance 1, then scaled and shifted.
//
// A row that fits into the registers of a warp or a block is read once; a longer one is cut into chunks that blocks work on side by
// side: one pass for their means and squared deviations, one to normalize.
#include "reduce.cuh"

namespace plugins_cuda {

struct NormalizationArgs {
    Tensor input;
    Tensor output;
    // Without memory: not scaled, not shifted.
    Tensor weight;
    Tensor bias;
    // rows * ceil(length / CHUNK) pairs for rows longer than CHUNK.
    float2* workspace;
    int64_t rows;
    int64_t length;
    // Row r has the weights of group r % groups, each for `inner` neighbours.
    int64_t groups;
    int64_t inner;
    float eps;
};

namespace {

constexpr int ITEMS = 32;      // elements of a thread
constexpr int WIDE = 512;      // threads of a block for one row or chunk
constexpr int CHUNK = WIDE * ITEMS;  // as in src/normalization.rs

template <typename T>
struct Affine {
    const T* weight;
    const T* bias;
    int64_t groups;
    int64_t per_group;
    Divider<uint32_t> inner;
};

struct Moments {
    float mean;
    float squares;  // sum of squared deviations from the mean
};

template <int THREADS_PER_ROW>
__device__ float row_sum(float value) {
    if constexpr (THREADS_PER_ROW == WARP) {
        return warp_reduce(value, Add());
    } else {
        return block_reduce(value, 0.0f, Add());
    }
}

// What one thread holds of a row, in packs at a distance of all threads' packs.
template <typename T, int V, int THREADS_PER_ROW>
struct Held {
    static constexpr int PACKS = ITEMS / V;
    float values[ITEMS];

    __device__ void load(const T* row, int length) {
        const int thread = threadIdx.x % THREADS_PER_ROW;
#pragma unroll
        for (int i = 0; i < PACKS; ++i) {
            const int start = (i * THREADS_PER_ROW + thread) * V;
            Pack<T, V> pack;
            if (start < length) pack = *reinterpret_cast<const Pack<T, V>*>(row + start);
#pragma unroll
            for (int j = 0; j < V; ++j) values[i * V + j] = start < length ? widen(pack.values[j]) : 0.0f;
        }
    }

    // The mean first, then the deviations from it, so that nothing cancels.
    __device__ Moments moments(int length) const {
        float sum = 0;
#pragma unroll
        for (int i = 0; i < ITEMS; ++i) sum += values[i];
        const float mean = row_sum<THREADS_PER_ROW>(sum) / static_cast<float>(length);
        const int thread = threadIdx.x % THREADS_PER_ROW;
        float squares = 0;
#pragma unroll
        for (int i = 0; i < ITEMS; ++i) {
            const float deviation = values[i] - mean;
            const int position = (i / V * THREADS_PER_ROW + thread) * V + i % V;
            squares += position < length ? deviation * deviation : 0.0f;
        }
        return {mean, row_sum<THREADS_PER_ROW>(squares)};
    }

    // `first` is the position in its row of the first element of what all threads hold.
    template <bool EACH>
    __device__ void store(T* row, int length, int64_t first, float mean, float scale, int64_t weights, const Affine<T>& affine) const {
        const int thread = threadIdx.x % THREADS_PER_ROW;
#pragma unroll
        for (int i = 0; i < PACKS; ++i) {
            const int start = (i * THREADS_PER_ROW + thread) * V;
            if (start >= length) continue;
            // With a weight for each element a pack has V weights, otherwise its elements share one.
            uint32_t position = static_cast<uint32_t>(first + start);
            const int64_t at = weights + (EACH ? position : affine.inner.divide(position));
            Pack<T, EACH ? V : 1> weight, bias;
            if (affine.weight != nullptr) weight = *reinterpret_cast<const Pack<T, EACH ? V : 1>*>(affine.weight + at);
            if (affine.bias != nullptr) bias = *reinterpret_cast<const Pack<T, EACH ? V : 1>*>(affine.bias + at);
            Pack<T, V> pack;
#pragma unroll
            for (int j = 0; j < V; ++j) {
                float value = (values[i * V + j] - mean) * scale;
                if (affine.weight != nullptr) value *= widen(weight.values[EACH ? j : 0]);
                if (affine.bias != nullptr) value += widen(bias.values[EACH ? j : 0]);
                pack.values[j] = narrow<T>(value);
            }
            *reinterpret_cast<Pack<T, V>*>(row + start) = pack;
        }
    }
};

// A row for each THREADS_PER_ROW threads.
template <typename T, int V, int THREADS_PER_ROW, bool EACH>
__global__ void rows(T* output, const T* input, int64_t count, int length, float eps, Affine<T> affine) {
    const int64_t row = static_cast<int64_t>(blockIdx.x) * (blockDim.x / THREADS_PER_ROW) + threadIdx.x / THREADS_PER_ROW;
    if (row >= count) return;  // all threads of a row together
    Held<T, V, THREADS_PER_ROW> held;
    held.load(input + row * length, length);
    const Moments moments = held.moments(length);
    const float scale = rsqrtf(moments.squares / static_cast<float>(length) + eps);
    held.template store<EACH>(
        output + row * length, length, 0, moments.mean, scale, row % affine.groups * affine.per_group, affine);
}

// Elements in the chunk of a row that the block works on.
__device__ inline int chunk_length(int64_t length, int64_t first) {
    return static_cast<int>(length - first < CHUNK ? length - first : CHUNK);
}

template <typename T, int V>
__global__ void chunk_moments(float2* moments, const T* input, int64_t length, int chunks) {
    const int64_t row = blockIdx.x / chunks, first = static_cast<int64_t>(blockIdx.x % chunks) * CHUNK;
    const int here = chunk_length(length, first);
    Held<T, V, WIDE> held;
    held.load(input + row * length + first, here);
    const Moments own = held.moments(here);
    if (threadIdx.x == 0) moments[blockIdx.x] = make_float2(own.mean, own.squares);
}

template <typename T, int V, bool EACH>
__global__ void chunks_normalized(
    T* output, const T* input, int64_t length, int chunks, float eps, const float2* moments, Affine<T> affine) {
    // Backwards, since the cache holds what was read last.
    const unsigned block = gridDim.x - 1 - blockIdx.x;
    const int64_t row = block / chunks, first = static_cast<int64_t>(block % chunks) * CHUNK;
    const int here = chunk_length(length, first);
    const float2* of_row = moments + row * chunks;
    float sum = 0;
    for (int i = threadIdx.x; i < chunks; i += WIDE) {
        sum += of_row[i].x * static_cast<float>(chunk_length(length, static_cast<int64_t>(i) * CHUNK));
    }
    const float mean = block_reduce(sum, 0.0f, Add()) / static_cast<float>(length);
    float squares = 0;
    for (int i = threadIdx.x; i < chunks; i += WIDE) {
        const float deviation = of_row[i].x - mean;
        squares += of_row[i].y + deviation * deviation * static_cast<float>(chunk_length(length, static_cast<int64_t>(i) * CHUNK));
    }
    const float scale = rsqrtf(block_reduce(squares, 0.0f, Add()) / static_cast<float>(length) + eps);
    Held<T, V, WIDE> held;
    held.load(input + row * length + first, here);
    held.template store<EACH>(
        output + row * length + first, here, first, mean, scale, row % affine.groups * affine.per_group, affine);
}

template <typename T, int V, bool EACH>
cudaError_t run(const NormalizationArgs& args, cudaStream_t stream) {
    const T* input = args.input.as<const T>();
    T* output = args.output.as<T>();
    const Affine<T> affine = {args.weight.as<const T>(), args.bias.as<const T>(), args.groups, args.length / args.inner,
                              Divider<uint32_t>(args.inner)};
    const auto blocks = [](int64_t count) { return dim3(static_cast<unsigned>(count)); };
    const int length = static_cast<int>(args.length);
    if (args.length <= WARP * ITEMS) {
        const int64_t count = ceil_div<int64_t>(args.rows, THREADS / WARP);
        return launch(
            rows<T, V, WARP, EACH>, {blocks(count), dim3(THREADS)}, stream, output, input, args.rows, length, args.eps, affine);
    }
    if (args.length <= CHUNK) {
        return launch(
            rows<T, V, WIDE, EACH>, {blocks(args.rows), dim3(WIDE)}, stream, output, input, args.rows, length, args.eps, affine);
    }
    const int chunks = static_cast<int>(ceil_div<int64_t>(args.length, CHUNK));
    const Shape shape = {blocks(args.rows * chunks), dim3(WIDE)};
    const cudaError_t status = launch(chunk_moments<T, V>, shape, stream, args.workspace, input, args.length, chunks);
    if (status != cudaSuccess) return status;
    return launch(chunks_normalized<T, V, EACH>, shape, stream, output, input, args.length, chunks, args.eps, args.workspace, affine);
}

}  // namespace

cudaError_t launch_normalization(const NormalizationArgs& args, cudaStream_t stream) {
    if (args.rows == 0 || args.length == 0) return cudaSuccess;
    return for_real(args.input.type, [&](auto tag) {
        using T = typename decltype(tag)::type;
        constexpr int V = 16 / sizeof(T);
        const bool each = args.inner == 1;
        const bool packs = args.length % V == 0 && (each || args.inner % V == 0) && is_aligned(args.input.data, 16) &&
                           is_aligned(args.output.data, 16) && is_aligned(args.weight.data, 16) &&
                           is_aligned(args.bias.data, 16) && (!each || args.length / args.inner % V == 0);
        if (each) return packs ? run<T, V, true>(args, stream) : run<T, 1, true>(args, stream);
        return packs ? run<T, V, false>(args, stream) : run<T, 1, false>(args, stream);
    });
}

PLUGINS_CUDA_LAUNCHER(normalization, NormalizationArgs)

}  // namespace plugins_cuda
