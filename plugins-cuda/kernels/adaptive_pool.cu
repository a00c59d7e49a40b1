// Adaptive pooling: windows that cover the input evenly, whatever the ratio of the sizes.
#include "reduce.cuh"

#include <climits>

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
constexpr int64_t MAX_WIDTH = 8192;         // of an input row whose combined columns fit into shared memory
constexpr int64_t MANY_COLUMNS = 1 << 18;

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
__device__ Window<Index> window_of(Index output, const Sizes<Index>& sizes) {
    Window<Index> window;
#pragma unroll
    for (int dim = MAX_SPATIAL - 1; dim >= 0; --dim) {
        Index position = output;
        output = sizes.by_out[dim].divide(position);
        Index start = position * sizes.in[dim], end = start + sizes.in[dim] + sizes.out[dim] - 1;
        window.start[dim] = sizes.by_out[dim].divide(start);
        window.size[dim] = sizes.by_out[dim].divide(end) - window.start[dim];
    }
    window.plane = static_cast<int64_t>(output) * sizes.in[0] * sizes.in[1] * sizes.in[2];
    return window;
}

template <typename Index>
__device__ float elements(const Window<Index>& window) {
    return static_cast<float>(window.size[0]) * static_cast<float>(window.size[1]) * static_cast<float>(window.size[2]);
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

// Rows of windows (all outputs of one height), each of them the input's rows that it covers, and how blocks take them.
template <typename Index>
struct Bands {
    Divider<Index> by_packs;  // of an input row
    Divider<Index> by_width;  // of the output
    int64_t count;
    int of_block;
};

// Threads first combine the rows of a band, V columns each, into shared memory; then others the columns of a window. So the input
// is read as it lies in memory, whatever the windows.
template <typename T, int V, typename Pool, typename Index>
__global__ void __launch_bounds__(THREADS) bands(T* output, const T* input, Sizes<Index> sizes, Bands<Index> bands) {
    PLUGINS_CUDA_DYNAMIC_SHARED(shared);
    auto* columns = reinterpret_cast<float*>(shared);
    const int64_t first = static_cast<int64_t>(blockIdx.x) * bands.of_block;
    const Index here = static_cast<Index>(min(static_cast<int64_t>(bands.of_block), bands.count - first));
    const Index width = sizes.in[2], out_width = sizes.out[2];
    for (Index i = threadIdx.x; i < here * bands.by_packs.divisor(); i += THREADS) {
        Index pack = i;
        const Index band = bands.by_packs.divide(pack);
        const Window<Index> window = window_of(static_cast<Index>((first + band) * out_width), sizes);
        float results[V];
#pragma unroll
        for (float& result : results) result = Pool::START;
        for (Index z = 0; z < window.size[0]; ++z) {
            const T* from =
                input + window.plane + (static_cast<int64_t>(window.start[0] + z) * sizes.in[1] + window.start[1]) * width + pack * V;
#pragma unroll 4
            for (Index y = 0; y < window.size[1]; ++y, from += width) {
                const auto values = *reinterpret_cast<const Pack<T, V>*>(from);
#pragma unroll
                for (int j = 0; j < V; ++j) results[j] = Pool::combine(results[j], widen(values.values[j]));
            }
        }
#pragma unroll
        for (int j = 0; j < V; ++j) columns[band * width + pack * V + j] = results[j];
    }
    __syncthreads();
    for (Index i = threadIdx.x; i < here * out_width; i += THREADS) {
        Index position = i;
        const Index band = bands.by_width.divide(position);
        const Window<Index> window = window_of(static_cast<Index>(first * out_width + i), sizes);
        float result = Pool::START;
        for (Index x = 0; x < window.size[2]; ++x) result = Pool::combine(result, columns[band * width + window.start[2] + x]);
        output[first * out_width + i] = narrow<T>(Pool::finish(result, elements(window)));
    }
}

// A warp for each output, whose lanes share the window: for windows that are large where bands are few, and very wide rows.
template <typename T, typename Pool, typename Index>
__global__ void large_windows(T* output, const T* input, Sizes<Index> sizes, int64_t count) {
    const int lane = threadIdx.x % WARP;
    const int64_t warps = static_cast<int64_t>(gridDim.x) * (blockDim.x / WARP);
    for (int64_t i = static_cast<int64_t>(blockIdx.x) * (blockDim.x / WARP) + threadIdx.x / WARP; i < count; i += warps) {
        const Window<Index> window = window_of(static_cast<Index>(i), sizes);
        float result = Pool::START;
        if (window.size[2] == sizes.in[2] && window.size[1] == sizes.in[1]) {
            // Whole planes lie together.
            const int64_t plane = static_cast<int64_t>(sizes.in[1]) * sizes.in[2];
            const T* start = input + window.plane + window.start[0] * plane;
            for (int64_t j = lane; j < window.size[0] * plane; j += WARP) result = Pool::combine(result, widen(start[j]));
        } else {
            // Lanes walk along rows, over several rows at a time where those are short.
            const Index rows = window.size[0] * window.size[1];
            Index per_row = 1;
            while (per_row < WARP && per_row < window.size[2]) per_row *= 2;
            const Index at_a_time = WARP / per_row, x0 = lane % per_row;
            for (Index row = lane / per_row; row < rows; row += at_a_time) {
                const Index z = window.start[0] + row / window.size[1], y = window.start[1] + row % window.size[1];
                const T* start = input + window.plane + (static_cast<int64_t>(z) * sizes.in[1] + y) * sizes.in[2] + window.start[2];
                for (Index x = x0; x < window.size[2]; x += per_row) result = Pool::combine(result, widen(start[x]));
            }
        }
        result = warp_reduce(result, [](float a, float b) { return Pool::combine(a, b); });
        if (lane == 0) output[i] = narrow<T>(Pool::finish(result, elements(window)));
    }
}

template <typename T, typename Pool, typename Index>
cudaError_t run(const AdaptivePoolArgs& args, cudaStream_t stream) {
    Sizes<Index> sizes;
    for (int dim = 0; dim < MAX_SPATIAL; ++dim) {
        const int at = args.input.rank - MAX_SPATIAL + dim;
        const bool pooled = dim >= MAX_SPATIAL - args.spatial;
        const int64_t in = pooled ? args.input.dims[at] : 1, out = pooled ? args.output.dims[at] : 1;
        sizes.in[dim] = static_cast<Index>(in);
        sizes.out[dim] = static_cast<Index>(out);
        sizes.by_out[dim] = Divider<Index>(out);
    }
    const T* input = args.input.as<const T>();
    T* output = args.output.as<T>();
    const int64_t count = args.output.count(), width = static_cast<int64_t>(sizes.in[2]);
    // Bands with threads for the whole device, or no fewer than there are windows.
    const int64_t of_input = count / static_cast<int64_t>(sizes.out[2]), columns = of_input * width;
    if (width > MAX_WIDTH || (columns < MANY_COLUMNS && columns < count * WARP)) {
        return launch(large_windows<T, Pool, Index>, one_each(count * WARP), stream, output, input, sizes, count);
    }
    const auto in_packs = [&](auto kernel, int64_t v) {
        const int64_t packs = width / v, of_block = packs < THREADS ? THREADS / packs : 1;
        const Bands<Index> bands = {Divider<Index>(packs), Divider<Index>(sizes.out[2]), of_input, static_cast<int>(of_block)};
        const Shape shape = {dim3(static_cast<unsigned>(ceil_div(of_input, of_block))), dim3(THREADS), of_block * width * sizeof(float)};
        return launch(kernel, shape, stream, output, input, sizes, bands);
    };
    // The most neighbours that every row has whole and aligned.
    constexpr int V = 16 / sizeof(T);
    if (width % V == 0 && is_aligned(input, 16)) return in_packs(bands<T, V, Pool, Index>, V);
    if (width % (V / 2) == 0 && is_aligned(input, 8)) return in_packs(bands<T, V / 2, Pool, Index>, V / 2);
    return in_packs(bands<T, 1, Pool, Index>, 1);
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
