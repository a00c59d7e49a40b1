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

// A thread for each output.
template <typename T, typename Pool, typename Index>
__global__ void small_windows(T* output, const T* input, Sizes<Index> sizes, int64_t count) {
    PLUGINS_CUDA_FOR_EACH(Index, i, count) {
        const Window<Index> window = window_of(i, sizes);
        float result = Pool::START;
        for (Index z = 0; z < window.size[0]; ++z) {
            for (Index y = 0; y < window.size[1]; ++y) {
                const T* row = input + window.plane +
                               (static_cast<int64_t>(window.start[0] + z) * sizes.in[1] + window.start[1] + y) * sizes.in[2] +
                               window.start[2];
                for (Index x = 0; x < window.size[2]; ++x) result = Pool::combine(result, widen(row[x]));
            }
        }
        const float elements = static_cast<float>(window.size[0]) * static_cast<float>(window.size[1]) * static_cast<float>(window.size[2]);
        output[i] = narrow<T>(Pool::finish(result, elements));
    }
}

// A warp for each output, whose lanes share the window.
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
        const float elements = static_cast<float>(window.size[0]) * static_cast<float>(window.size[1]) * static_cast<float>(window.size[2]);
        if (lane == 0) output[i] = narrow<T>(Pool::finish(result, elements));
    }
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
    const int64_t count = args.output.count();
    if (window < WARP) {
        return launch(small_windows<T, Pool, Index>, one_each(count), stream, args.output.as<T>(), args.input.as<const T>(), sizes, count);
    }
    return launch(
        large_windows<T, Pool, Index>, one_each(count * WARP), stream, args.output.as<T>(), args.input.as<const T>(), sizes, count);
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
