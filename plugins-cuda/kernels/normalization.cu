// Group and layer normalization: rows are brought to mean 0 and variance 1, then scaled and shifted.
//
// A row that fits into the registers of a warp or a block or into shared memory, as it lies in memory, is read once; a longer one
// is cut into chunks that blocks work on side by side: one pass for their means and squared deviations, one to normalize.
#include "reduce.cuh"
#include "row.cuh"

#include <cuda_pipeline.h>

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

constexpr int SHARED_THREADS = 512;
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

inline __device__ float square(float value) { return value * value; }

// Sum over the warp or the block that works on a row.
template <bool BLOCK>
__device__ float row_sum(float value) {
    if constexpr (BLOCK) {
        return block_reduce(value, 0.0f, Add());
    } else {
        return warp_reduce(value, Add());
    }
}

// Where a thread keeps its packs of a row, as they lie in memory: in registers,
template <typename T, int V, int COUNT>
struct InRegisters {
    using Element = T;
    static constexpr int ELEMENTS = V, PACKS = COUNT;
    Packed<T, V> packs[PACKS];

    __device__ void load(const T* input, const Row<V>& row, uint32_t first, uint32_t distance) {
        row.load(input, first, distance, narrow<T>(0), packs);
    }

    __device__ const Packed<T, V>& operator[](int i) const { return packs[i]; }
    __device__ void stay() { stay_packed(packs); }
};

// or, of rows of whole packs, in shared memory, which has room for more. Nobody reads what another thread has copied.
template <typename T, int V, int COUNT>
struct InShared {
    using Element = T;
    static constexpr int ELEMENTS = V, PACKS = COUNT;
    T* own;  // the thread's first pack
    uint32_t distance;

    __device__ void load(const T* input, const Row<V>& row, uint32_t first, uint32_t distance) {
        this->distance = distance;
        own += threadIdx.x * V;
#pragma unroll
        for (int i = 0; i < PACKS; ++i) {
            const uint32_t pack = first + i * distance;
            T* to = own + i * distance * V;
            if (row.has_some(pack)) {
                __pipeline_memcpy_async(to, input + row.start + pack * V, 16);
            } else {
                *reinterpret_cast<uint4*>(to) = uint4{};
            }
        }
        __pipeline_commit();
        __pipeline_wait_prior(0);
    }

    __device__ Packed<T, V> operator[](int i) const {
        Packed<T, V> pack;
        pack.load_whole(own + i * distance * V);
        return pack;
    }

    __device__ void stay() {}
};

// What a thread holds of a row: pack `first` and those `distance` apart after it.
template <typename Place, bool BLOCK>
struct Held {
    using T = typename Place::Element;
    static constexpr int V = Place::ELEMENTS, PACKS = Place::PACKS;
    const Row<V>& row;
    uint32_t first, distance;
    Place packs;

    __device__ Held(const T* input, const Row<V>& row, uint32_t first, uint32_t distance, Place place = {})
        : row(row), first(first), distance(distance), packs(place) {
        packs.load(input, row, first, distance);
    }

    // The mean first, then the deviations from it, so that nothing cancels; `count` elements are held by all threads.
    __device__ Moments moments(uint32_t count) {
        float sum = 0;
#pragma unroll
        for (int i = 0; i < PACKS; ++i) {
            const Pack<T, V> pack = packs[i].unpacked();
#pragma unroll
            for (int j = 0; j < V; ++j) sum += widen(pack.values[j]);
        }
        const float mean = count > 0 ? row_sum<BLOCK>(sum) / static_cast<float>(count) : 0.0f;
        packs.stay();
        float squares = 0;
#pragma unroll
        for (int i = 0; i < PACKS; ++i) {
            const uint32_t pack = first + i * distance;
            const Pack<T, V> items = packs[i].unpacked();
            if (row.is_whole(pack) && row.has_some(pack)) {
#pragma unroll
                for (int j = 0; j < V; ++j) squares += square(widen(items.values[j]) - mean);
            } else {
#pragma unroll
                for (int j = 0; j < V; ++j) {
                    const float deviation = square(widen(items.values[j]) - mean);
                    squares += row.has(pack * V + j) ? deviation : 0.0f;
                }
            }
        }
        packs.stay();
        return {mean, row_sum<BLOCK>(squares)};
    }

    // The weights of a pack, of which `first` is the row's first.
    template <Weights WEIGHTS>
    __device__ auto weights_of(const T* weights, uint32_t pack, int64_t first, const Affine<T>& affine) const {
        if constexpr (WEIGHTS == EACH) {
            Pack<T, V> each;
#pragma unroll
            for (int j = 0; j < V; ++j) {
                uint32_t position = pack * V + j;
                if (!row.has(position)) continue;
                position -= row.begin;
                each.values[j] = weights[first + affine.inner.divide(position)];
            }
            return each;
        } else {
            uint32_t position = pack * V;
            const int64_t at = first + (WEIGHTS == ALIGNED ? position : affine.inner.divide(position));
            return *reinterpret_cast<const Pack<T, WEIGHTS == ONE ? 1 : V>*>(weights + at);
        }
    }

    // `weights` is the first weight of the row.
    template <Weights WEIGHTS>
    __device__ void store(T* output, float mean, float scale, int64_t weights, const Affine<T>& affine) const {
        constexpr int N = WEIGHTS == ONE ? 1 : V;
#pragma unroll
        for (int i = 0; i < PACKS; ++i) {
            const uint32_t pack = first + i * distance;
            if (!row.has_some(pack)) continue;
            float results[V];
            const Pack<T, V> items = packs[i].unpacked();
#pragma unroll
            for (int j = 0; j < V; ++j) results[j] = (widen(items.values[j]) - mean) * scale;
            if (affine.weight != nullptr) {
                const auto weight = weights_of<WEIGHTS>(affine.weight, pack, weights, affine);
#pragma unroll
                for (int j = 0; j < V; ++j) results[j] *= widen(weight.values[j % N]);
            }
            if (affine.bias != nullptr) {
                const auto bias = weights_of<WEIGHTS>(affine.bias, pack, weights, affine);
#pragma unroll
                for (int j = 0; j < V; ++j) results[j] += widen(bias.values[j % N]);
            }
            row.store(output, pack, narrow_all<T, V>(results));
        }
    }
};

// The most threads of a block for one row. Without a weight for each element a thread needs few enough registers for twice as many.
template <Weights WEIGHTS>
constexpr int MOST_THREADS = WEIGHTS == ONE ? 1024 : 512;

// Blocks of warps' rows, small ones so that registers are well used, of which so many at least share a multiprocessor where a
// thread has no more than four packs.
constexpr int WARPS_THREADS = 128;
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ == 750
constexpr int MOST_BLOCKS = 1024 / WARPS_THREADS;
#else
constexpr int MOST_BLOCKS = 10;
#endif
template <Weights WEIGHTS, int PACKS>
constexpr int WARPS_BLOCKS = PACKS > 4 || WEIGHTS == EACH ? 1 : MOST_BLOCKS;

// A row for each block or each warp.
template <typename T, int V, int PACKS, bool BLOCK, Weights WEIGHTS>
__global__ void __launch_bounds__(BLOCK ? MOST_THREADS<WEIGHTS> : WARPS_THREADS, BLOCK ? 1 : WARPS_BLOCKS<WEIGHTS, PACKS>)
    rows(T* output, const T* input, int64_t count, uint32_t length, bool aligned, float eps, Affine<T> affine) {
    const uint32_t threads = BLOCK ? blockDim.x : WARP;
    const int64_t number = static_cast<int64_t>(blockIdx.x) * (blockDim.x / threads) + threadIdx.x / threads;
    if (number >= count) return;  // all threads of a row together
    const Row<V> row(number * length, length, count * length, aligned);
    Held<InRegisters<T, V, PACKS>, BLOCK> held(input, row, threadIdx.x % threads, threads);
    const Moments moments = held.moments(length);
    const float scale = rsqrtf(moments.squares / static_cast<float>(length) + eps);
    held.template store<WEIGHTS>(output, moments.mean, scale, affine.first(number), affine);
}

// A row of whole packs for each block, held in shared memory: two blocks on a multiprocessor, of which one reads while the other
// one writes.
template <typename T, int PACKS, Weights WEIGHTS>
__global__ void __launch_bounds__(SHARED_THREADS, 2) shared_rows(T* output, const T* input, uint32_t length, float eps, Affine<T> affine) {
    constexpr int V = 16 / sizeof(T);
    PLUGINS_CUDA_DYNAMIC_SHARED(shared);
    const int64_t count = gridDim.x;
    const Row<V> row(blockIdx.x * static_cast<int64_t>(length), length, count * length, true);
    Held<InShared<T, V, PACKS>, true> held(input, row, threadIdx.x, SHARED_THREADS, {reinterpret_cast<T*>(shared)});
    const Moments moments = held.moments(length);
    const float scale = rsqrtf(moments.squares / static_cast<float>(length) + eps);
    held.template store<WEIGHTS>(output, moments.mean, scale, affine.first(blockIdx.x), affine);
}

// Elements of the row in its chunk number `chunk`.
template <int V>
__device__ uint32_t chunk_length(const Row<V>& row, uint32_t chunk) {
    const uint32_t first = max(chunk * CHUNK, row.begin), end = min((chunk + 1) * CHUNK, row.end);
    return first < end ? end - first : 0;
}

template <typename T>
using Chunk = Held<InRegisters<T, 16 / sizeof(T), CHUNK / CHUNK_THREADS * sizeof(T) / 16>, true>;

// Row `number`, where there is a block for each chunk of each row.
template <typename T>
__device__ Row<16 / sizeof(T)> chunked_row(uint32_t number, uint32_t length, bool aligned, uint32_t chunks) {
    const int64_t rows = gridDim.x / chunks;
    return {static_cast<int64_t>(number) * length, length, rows * length, aligned};
}

template <typename T>
__global__ void __launch_bounds__(CHUNK_THREADS)
    chunk_moments(float2* moments, const T* input, uint32_t length, bool aligned, uint32_t chunks) {
    const uint32_t chunk = blockIdx.x % chunks;
    const auto row = chunked_row<T>(blockIdx.x / chunks, length, aligned, chunks);
    Chunk<T> held(input, row, chunk * (CHUNK * sizeof(T) / 16) + threadIdx.x, CHUNK_THREADS);
    const Moments own = held.moments(chunk_length(row, chunk));
    if (threadIdx.x == 0) moments[blockIdx.x] = make_float2(own.mean, own.squares);
}

template <typename T, Weights WEIGHTS>
__global__ void __launch_bounds__(CHUNK_THREADS) chunks_normalized(
    T* output, const T* input, uint32_t length, bool aligned, uint32_t chunks, float eps, const float2* moments, Affine<T> affine) {
    // Backwards, since the cache holds what was read last.
    const uint32_t block = gridDim.x - 1 - blockIdx.x, number = block / chunks, chunk = block % chunks;
    const auto row = chunked_row<T>(number, length, aligned, chunks);
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

template <typename T>
Affine<T> affine_of(const NormalizationArgs& args) {
    return {args.weight.as<const T>(), args.bias.as<const T>(), args.groups, args.length / args.inner, Divider<uint32_t>(args.inner)};
}

inline dim3 blocks(int64_t count) { return dim3(static_cast<unsigned>(count)); }

template <typename T, int V, int PACKS, bool BLOCK, Weights WEIGHTS>
cudaError_t launch_rows(const NormalizationArgs& args, bool aligned, int threads, cudaStream_t stream) {
    const Shape shape = {blocks(BLOCK ? args.rows : ceil_div<int64_t>(args.rows, threads / WARP)), dim3(threads)};
    return launch(rows<T, V, PACKS, BLOCK, WEIGHTS>, shape, stream, args.output.as<T>(), args.input.as<const T>(), args.rows,
                  static_cast<uint32_t>(args.length), aligned, args.eps, affine_of<T>(args));
}

// Rows that packs and weights do not share: element by element, as long as a warp holds them. Neighbours in memory are still
// neighbouring threads', and nothing is looked up or taken apart.
constexpr int64_t MOST_ELEMENTS = 32 * WARP;

template <typename T, Weights WEIGHTS>
cudaError_t run_elements(const NormalizationArgs& args, cudaStream_t stream) {
    if (args.length <= 2 * WARP) return launch_rows<T, 1, 2, false, WEIGHTS>(args, true, WARPS_THREADS, stream);
    if (args.length <= 8 * WARP) return launch_rows<T, 1, 8, false, WEIGHTS>(args, true, WARPS_THREADS, stream);
    if (args.length <= 16 * WARP) return launch_rows<T, 1, 16, false, WEIGHTS>(args, true, WARPS_THREADS, stream);
    if (args.length <= 24 * WARP) return launch_rows<T, 1, 24, false, WEIGHTS>(args, true, WARPS_THREADS, stream);
    return launch_rows<T, 1, 32, false, WEIGHTS>(args, true, WARPS_THREADS, stream);
}

// Returns whether two blocks with so many packs for each thread fit into a multiprocessor, and whether a row of whole packs fits
// into those, and launches then.
template <typename T, int PACKS, Weights WEIGHTS>
bool run_shared(const NormalizationArgs& args, cudaStream_t stream, cudaError_t& status) {
    constexpr int BYTES = SHARED_THREADS * PACKS * 16, RESERVED = 2048;  // by the device and for reductions
    if (args.length * static_cast<int64_t>(sizeof(T)) > BYTES) return false;
    const auto kernel = shared_rows<T, PACKS, WEIGHTS>;
    int device = 0, shared = 0;
    status = cudaGetDevice(&device);
    if (status == cudaSuccess) status = cudaDeviceGetAttribute(&shared, cudaDevAttrMaxSharedMemoryPerMultiprocessor, device);
    if (status == cudaSuccess && shared < 2 * (BYTES + RESERVED)) return false;
    if (status == cudaSuccess) status = allow_shared(kernel, BYTES);
    if (status == cudaSuccess) {
        status = launch(kernel, {blocks(args.rows), dim3(SHARED_THREADS), BYTES}, stream, args.output.as<T>(), args.input.as<const T>(),
                        static_cast<uint32_t>(args.length), args.eps, affine_of<T>(args));
    }
    return true;
}

template <typename T, Weights WEIGHTS>
cudaError_t run(const NormalizationArgs& args, bool aligned, cudaStream_t stream) {
    constexpr int V = 16 / sizeof(T);
    const int64_t packs = packs_of_row<V>(args.length);
    if (packs <= 1 * WARP) return launch_rows<T, V, 1, false, WEIGHTS>(args, aligned, WARPS_THREADS, stream);
    if (packs <= 2 * WARP) return launch_rows<T, V, 2, false, WEIGHTS>(args, aligned, WARPS_THREADS, stream);
    if (packs <= 3 * WARP) return launch_rows<T, V, 3, false, WEIGHTS>(args, aligned, WARPS_THREADS, stream);
    if (packs <= 4 * WARP) return launch_rows<T, V, 4, false, WEIGHTS>(args, aligned, WARPS_THREADS, stream);
    if (packs <= 8 * WARP) return launch_rows<T, V, 8, false, WEIGHTS>(args, aligned, WARPS_THREADS, stream);
    if (packs <= 4 * 256) return launch_rows<T, V, 4, true, WEIGHTS>(args, aligned, 256, stream);
    if (packs <= 4 * 512) return launch_rows<T, V, 4, true, WEIGHTS>(args, aligned, 512, stream);
    if (packs <= 8 * 512) return launch_rows<T, V, 8, true, WEIGHTS>(args, aligned, 512, stream);
    if constexpr (WEIGHTS != EACH) {
        cudaError_t status = cudaSuccess;
        if (aligned && (run_shared<T, 10, WEIGHTS>(args, stream, status) || run_shared<T, 14, WEIGHTS>(args, stream, status))) return status;
    }
    constexpr int MOST = MOST_THREADS<WEIGHTS>;
    if (packs <= 8 * MOST) return launch_rows<T, V, 8, true, WEIGHTS>(args, aligned, MOST, stream);
    const T* input = args.input.as<const T>();
    T* output = args.output.as<T>();
    const auto length = static_cast<uint32_t>(args.length);
    const auto chunks = static_cast<uint32_t>(ceil_div<int64_t>(args.length + V - 1, CHUNK));
    const Shape shape = {blocks(args.rows * chunks), dim3(CHUNK_THREADS)};
    const cudaError_t status = launch(chunk_moments<T>, shape, stream, args.workspace, input, length, aligned, chunks);
    if (status != cudaSuccess) return status;
    return launch(
        chunks_normalized<T, WEIGHTS>, shape, stream, output, input, length, aligned, chunks, args.eps, args.workspace, affine_of<T>(args));
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
        if (args.length <= MOST_ELEMENTS) {
            return args.inner == 1 ? run_elements<T, ALIGNED>(args, stream) : run_elements<T, ONE>(args, stream);
        }
        return run<T, EACH>(args, aligned, stream);
    });
}

PLUGINS_CUDA_LAUNCHER(normalization, NormalizationArgs)

}  // namespace plugins_cuda
