// Adaptive pooling: windows that cover the input evenly, whatever the ratio of the sizes.
#include "reduce.cuh"
#include "row.cuh"

#include <algorithm>
#include <climits>

#include <cuda_pipeline.h>

namespace plugins_cuda {

struct AdaptivePoolArgs {
    Tensor input;
    Tensor output;
    // The last so many dimensions are pooled, 1 to 3.
    int32_t spatial;
    int32_t average;
};

namespace {

constexpr int MAX_SPATIAL = 3;
constexpr int64_t MAX_WIDTH = 8192;     // columns of the input that a block has in shared memory
// Windows of so many elements are shared by threads where the columns above them are fewer than the device has threads.
constexpr int64_t LARGE_WINDOW = 1024;
constexpr int64_t MANY_COLUMNS = 1 << 18;
// Planes of so few elements that become one output each are staged in shared memory, so many bytes at a time: of these, a
// multiprocessor has those of eight blocks under way.
constexpr int64_t SMALL_PLANE = 128;
constexpr int64_t STAGED_BYTES = 25 << 10;
constexpr int64_t MANY_BLOCKS = 1 << 10;  // of which more would not be busy sooner

template <typename Index>
struct Sizes {
    Index in[MAX_SPATIAL];
    Index out[MAX_SPATIAL];
    Divider<Index> by_out[MAX_SPATIAL];
};

template <typename Index>
struct Window {
    Index start[MAX_SPATIAL];
    Index size[MAX_SPATIAL];
    int64_t plane;
};

// The window of an output: from floor(i * in / out) to ceil((i + 1) * in / out) in each dimension.
template <typename Index>
__device__ void window_along(int dim, Index position, const Sizes<Index>& sizes, Window<Index>& window) {
    Index start = position * sizes.in[dim], end = start + sizes.in[dim] + sizes.out[dim] - 1;
    window.start[dim] = sizes.by_out[dim].divide(start);
    window.size[dim] = sizes.by_out[dim].divide(end) - window.start[dim];
}

template <typename Index>
__device__ Window<Index> window_of(Index output, const Sizes<Index>& sizes) {
    Window<Index> window;
#pragma unroll
    for (int dim = MAX_SPATIAL - 1; dim >= 0; --dim) {
        Index position = output;
        output = sizes.by_out[dim].divide(position);
        window_along(dim, position, sizes, window);
    }
    window.plane = static_cast<int64_t>(output) * sizes.in[0] * sizes.in[1] * sizes.in[2];
    return window;
}

struct Maximum {
    static constexpr float START = -INFINITY;
    __device__ static float combine(float a, float b) { return Largest()(a, b); }
    __device__ static float finish(float value, float) { return value; }
};

struct Average {
    static constexpr float START = 0;
    __device__ static float combine(float a, float b) { return a + b; }
    __device__ static float finish(float value, float count) { return value / count; }
};

// Rows of windows (all outputs of one height), each of them the input's rows that it covers, and how blocks take them: several at
// a time, or one in segments of so many outputs that their input fits into shared memory.
template <typename Index>
struct Bands {
    int64_t count;
    int of_block;
    Index segment;
    Divider<Index> segments;
    Divider<Index> packs;  // of an input row
};

// Threads first combine the rows of a band, V columns each, into shared memory; then others the columns of a window. So the input
// is read as it lies in memory, whatever the windows.
template <typename T, int V, typename Pool, typename Index>
__global__ void __launch_bounds__(THREADS) pool_bands(T* output, const T* input, Sizes<Index> sizes, Bands<Index> bands) {
    PLUGINS_CUDA_DYNAMIC_SHARED(shared);
    auto* rows = reinterpret_cast<float*>(shared);  // of each band's windows
    float* columns = rows + bands.of_block;
    const Index width = sizes.in[2], out_width = sizes.out[2];
    Index segment = blockIdx.x;
    const int64_t first = static_cast<int64_t>(bands.segments.divide(segment)) * bands.of_block;
    const Index here = static_cast<Index>(min(static_cast<int64_t>(bands.of_block), bands.count - first));
    const Index first_out = segment * bands.segment, outputs = min(bands.segment, out_width - first_out);
    Index start = 0, packs = bands.packs.divisor();
    if (bands.segments.divisor() > 1) {
        Window<Index> left, right;
        window_along(2, first_out, sizes, left);
        window_along(2, first_out + outputs - 1, sizes, right);
        start = left.start[2] / V * V;
        packs = ceil_div<Index>(right.start[2] + right.size[2] - start, V);
    }
    const Index pitch = packs * V;
    for (Index i = threadIdx.x; i < here * packs; i += THREADS) {
        Index pack = i;
        const Index band = here == 1 ? 0 : bands.packs.divide(pack);
        const Window<Index> window = window_of(static_cast<Index>((first + band) * out_width), sizes);
        float results[V];
#pragma unroll
        for (float& result : results) result = Pool::START;
        for (Index z = 0; z < window.size[0]; ++z) {
            const int64_t row = static_cast<int64_t>(window.start[0] + z) * sizes.in[1] + window.start[1];
            const T* from = input + window.plane + row * width + start + pack * V;
#pragma unroll 4
            for (Index y = 0; y < window.size[1]; ++y, from += width) {
                const auto values = *reinterpret_cast<const Pack<T, V>*>(from);
#pragma unroll
                for (int j = 0; j < V; ++j) results[j] = Pool::combine(results[j], widen(values.values[j]));
            }
        }
#pragma unroll
        for (int j = 0; j < V; ++j) columns[band * pitch + pack * V + j] = results[j];
        if (pack == 0) rows[band] = static_cast<float>(window.size[0]) * static_cast<float>(window.size[1]);
    }
    __syncthreads();
    for (Index i = threadIdx.x; i < here * outputs; i += THREADS) {
        Index position = i;
        const Index band = here == 1 ? 0 : sizes.by_out[2].divide(position);
        Window<Index> window;
        window_along(2, first_out + position, sizes, window);
        const float* from = columns + band * pitch + window.start[2] - start;
        float result = Pool::START;
        for (Index x = 0; x < window.size[2]; ++x) result = Pool::combine(result, from[x]);
        output[first * out_width + first_out + i] = narrow<T>(Pool::finish(result, rows[band] * static_cast<float>(window.size[2])));
    }
}

// A block for each output, whose threads share the window: for large windows where bands are few.
template <typename T, typename Pool, typename Index>
__global__ void __launch_bounds__(THREADS) large_windows(T* output, const T* input, Sizes<Index> sizes, int64_t count) {
    for (int64_t i = blockIdx.x; i < count; i += gridDim.x) {
        const Window<Index> window = window_of(static_cast<Index>(i), sizes);
        float result = Pool::START;
        // Threads walk along rows, over several rows at a time where those are short.
        const Index rows = window.size[0] * window.size[1];
        Index per_row = 1;
        while (per_row < THREADS && per_row < window.size[2]) per_row *= 2;
        for (Index row = threadIdx.x / per_row; row < rows; row += THREADS / per_row) {
            const Index z = window.start[0] + row / window.size[1], y = window.start[1] + row % window.size[1];
            const T* from = input + window.plane + (static_cast<int64_t>(z) * sizes.in[1] + y) * sizes.in[2] + window.start[2];
#pragma unroll 4
            for (Index x = threadIdx.x % per_row; x < window.size[2]; x += per_row) result = Pool::combine(result, widen(from[x]));
        }
        result = block_reduce(result, Pool::START, [](float a, float b) { return Pool::combine(a, b); });
        const float elements = static_cast<float>(rows) * static_cast<float>(window.size[2]);
        if (threadIdx.x == 0) output[i] = narrow<T>(Pool::finish(result, elements));
    }
}

// Windows all of one size, WIDTH columns, that packs of a row hold whole: then rows of windows follow each other in memory, also
// from one plane to the next, and a thread makes the outputs of a pack of columns.
template <typename T, int WIDTH, typename Pool>
__global__ void __launch_bounds__(THREADS)
    even_windows(T* output, const T* input, Divider<uint32_t> packs_of_row, uint32_t height, int64_t packs) {
    constexpr int V = 16 / sizeof(T), OUTPUTS = V / WIDTH;
    const auto pitch = static_cast<int64_t>(packs_of_row.divisor());
    PLUGINS_CUDA_FOR_EACH(uint32_t, i, packs) {
        uint32_t across = i;
        const uint32_t row = packs_of_row.divide(across);
        const auto* from = reinterpret_cast<const Pack<T, V>*>(input) + row * (pitch * height) + across;
        float results[OUTPUTS];
#pragma unroll
        for (float& result : results) result = Pool::START;
#pragma unroll 4
        for (uint32_t y = 0; y < height; ++y, from += pitch) {
            const Pack<T, V> values = *from;
#pragma unroll
            for (int j = 0; j < V; ++j) results[j / WIDTH] = Pool::combine(results[j / WIDTH], widen(values.values[j]));
        }
#pragma unroll
        for (float& result : results) result = Pool::finish(result, static_cast<float>(height) * WIDTH);
        store_whole(output + static_cast<int64_t>(i) * OUTPUTS, narrow_all<T, OUTPUTS>(results));
    }
}

// Small planes that become one output each: they are read as they lie in memory, whatever their length, those of a block all at
// once. Then `lanes` threads, a power of two, take a plane, as often as there are more.
template <typename T, typename Pool>
__global__ void __launch_bounds__(THREADS)
    small_planes(T* output, const T* input, int64_t planes, uint32_t length, int lanes, int of_block) {
    constexpr uint32_t V = 16 / sizeof(T);
    PLUGINS_CUDA_DYNAMIC_SHARED(shared);
    auto* staged = reinterpret_cast<T*>(shared);
    const int64_t first = static_cast<int64_t>(blockIdx.x) * of_block;
    const auto here = static_cast<int>(min(static_cast<int64_t>(of_block), planes - first));
    const uint32_t elements = here * length, packs = elements / V;
    const T* from = input + first * length;
#pragma unroll 4
    for (uint32_t i = threadIdx.x; i < packs; i += THREADS) __pipeline_memcpy_async(staged + i * V, from + i * V, 16);
    __pipeline_commit();
    for (uint32_t i = packs * V + threadIdx.x; i < elements; i += THREADS) staged[i] = from[i];
    __pipeline_wait_prior(0);
    __syncthreads();
    const int lane = threadIdx.x & (lanes - 1);
    for (int plane = threadIdx.x / lanes; plane < of_block; plane += THREADS / lanes) {
        float result = Pool::START;
        if (plane < here) {
#pragma unroll 8
            for (uint32_t i = lane; i < length; i += lanes) result = Pool::combine(result, widen(staged[plane * length + i]));
        }
        for (int distance = lanes / 2; distance > 0; distance /= 2) {
            result = Pool::combine(result, __shfl_xor_sync(0xffffffff, result, distance));
        }
        if (lane == 0 && plane < here) output[first + plane] = narrow<T>(Pool::finish(result, static_cast<float>(length)));
    }
}

// Returns whether windows are even, and launches then.
template <typename T, int WIDTH, typename Pool>
bool run_even(const AdaptivePoolArgs& args, const Sizes<uint32_t>& sizes, cudaStream_t stream, cudaError_t& status) {
    constexpr int V = 16 / sizeof(T);
    if constexpr (WIDTH > V) {
        return false;
    } else {
        const bool even = sizes.in[0] == sizes.out[0] && sizes.in[1] % sizes.out[1] == 0 && sizes.in[2] == sizes.out[2] * WIDTH;
        if (!even || sizes.in[2] % V != 0 || !is_aligned(args.input.data, 16) || !is_aligned(args.output.data, 16)) return false;
        const int64_t packs = args.output.count() * WIDTH / V;
        status = launch(even_windows<T, WIDTH, Pool>, one_each(packs), stream, args.output.as<T>(), args.input.as<const T>(),
                        Divider<uint32_t>(sizes.in[2] / V), sizes.in[1] / sizes.out[1], packs);
        return true;
    }
}

template <typename T, typename Pool>
cudaError_t run_small_planes(const AdaptivePoolArgs& args, int64_t length, cudaStream_t stream) {
    const int64_t planes = args.output.count(), bytes = length * static_cast<int64_t>(sizeof(T));
    // Two threads read what lies side by side in a bank.
    int lanes = sizeof(T) < sizeof(uint32_t) ? 2 : 1;
    // What fits, and blocks for all of a device.
    while (THREADS / lanes * bytes > STAGED_BYTES) lanes *= 2;
    while (lanes < 8 && planes * lanes < (1 << 17)) lanes *= 2;
    int of_block = THREADS / lanes;
    while (2 * of_block * bytes <= STAGED_BYTES && planes / (2 * of_block) >= MANY_BLOCKS) of_block *= 2;
    const Shape shape = {dim3(static_cast<unsigned>(ceil_div<int64_t>(planes, of_block))), dim3(THREADS), static_cast<size_t>(of_block * bytes)};
    const cudaError_t allowed = allow_shared(small_planes<T, Pool>, STAGED_BYTES);
    if (allowed != cudaSuccess) return allowed;
    return launch(small_planes<T, Pool>, shape, stream, args.output.as<T>(), args.input.as<const T>(), planes,
                  static_cast<uint32_t>(length), lanes, of_block);
}

template <typename T, typename Pool, typename Index>
cudaError_t run(const AdaptivePoolArgs& args, cudaStream_t stream) {
    Sizes<Index> sizes;
    int64_t window = 1;
    for (int dim = 0; dim < MAX_SPATIAL; ++dim) {
        const int at = args.input.rank - MAX_SPATIAL + dim;
        const bool pooled = dim >= MAX_SPATIAL - args.spatial;
        const int64_t in = pooled ? args.input.dims[at] : 1, out = pooled ? args.output.dims[at] : 1;
        sizes.in[dim] = static_cast<Index>(in);
        sizes.out[dim] = static_cast<Index>(out);
        sizes.by_out[dim] = Divider<Index>(out);
        window *= ceil_div(in, out);
    }
    const T* input = args.input.as<const T>();
    T* output = args.output.as<T>();
    const int64_t count = args.output.count(), out_width = static_cast<int64_t>(sizes.out[2]), width = static_cast<int64_t>(sizes.in[2]);
    const int64_t bands = count / out_width, across = ceil_div(width, out_width);
    // As many outputs of a wide row as have their input in MAX_WIDTH.
    const int64_t segment = width <= MAX_WIDTH ? out_width : (MAX_WIDTH - 2 * across - 32) * out_width / width;
    if (segment < 1 || (bands * width < MANY_COLUMNS && window >= LARGE_WINDOW)) {
        return launch(large_windows<T, Pool, Index>, one_each(count * THREADS), stream, output, input, sizes, count);
    }
    if constexpr (std::is_same_v<Index, uint32_t>) {
        cudaError_t status = cudaSuccess;
        if (run_even<T, 2, Pool>(args, sizes, stream, status) || run_even<T, 4, Pool>(args, sizes, stream, status) ||
            run_even<T, 8, Pool>(args, sizes, stream, status)) {
            return status;
        }
        const int64_t plane = args.input.count(args.input.rank - args.spatial, args.input.rank);
        if (sizes.out[0] * sizes.out[1] * sizes.out[2] == 1 && plane <= SMALL_PLANE && is_aligned(input, 16)) return run_small_planes<T, Pool>(args, plane, stream);
    }
    const auto in_packs = [&](auto kernel, int64_t v) {
        const int64_t packs = width / v, segments = ceil_div(out_width, segment);
        const int64_t of_block = segments == 1 && packs < THREADS ? THREADS / packs : 1;
        const Bands<Index> how = {bands, static_cast<int>(of_block), static_cast<Index>(segment), Divider<Index>(segments), Divider<Index>(packs)};
        const dim3 blocks(static_cast<unsigned>(ceil_div(bands, of_block) * segments));
        const size_t shared = of_block * (std::min(width, MAX_WIDTH) + 1) * sizeof(float);
        return launch(kernel, {blocks, dim3(THREADS), shared}, stream, output, input, sizes, how);
    };
    // The most neighbours that every row has whole and aligned.
    constexpr int V = 16 / sizeof(T);
    if (width % V == 0 && is_aligned(input, 16)) return in_packs(pool_bands<T, V, Pool, Index>, V);
    if (width % (V / 2) == 0 && is_aligned(input, 8)) return in_packs(pool_bands<T, V / 2, Pool, Index>, V / 2);
    return in_packs(pool_bands<T, 1, Pool, Index>, 1);
}

template <typename T, typename Pool>
cudaError_t run(const AdaptivePoolArgs& args, cudaStream_t stream) {
    bool small = args.output.count() <= INT_MAX;
    for (int dim = args.input.rank - args.spatial; dim < args.input.rank; ++dim) {
        small &= args.input.dims[dim] <= INT_MAX / (args.output.dims[dim] + 2);
    }
    return small ? run<T, Pool, uint32_t>(args, stream) : run<T, Pool, int64_t>(args, stream);
}

}  // namespace

cudaError_t launch_adaptive_pool(const AdaptivePoolArgs& args, cudaStream_t stream) {
    if (args.output.count() == 0) return cudaSuccess;
    return for_real(args.input.type, [&](auto tag) {
        using T = typename decltype(tag)::type;
        return args.average != 0 ? run<T, Average>(args, stream) : run<T, Maximum>(args, stream);
    });
}

PLUGINS_CUDA_LAUNCHER(adaptive_pool, AdaptivePoolArgs)

}  // namespace plugins_cuda
