// GridSample: PyTorch's grid_sample in two and three dimensions
// (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.grid_sample.html).
//
// A thread owns one position of the output: it turns the position's coordinates into taps and weights once, and uses
// them for all channels of its block. The interpolations are separable, so taps are kept per axis.
#include "common.cuh"

#include <algorithm>
#include <climits>

namespace plugins_cuda {
namespace {

enum Mode : int32_t { BILINEAR = 0, NEAREST = 1, BICUBIC = 2 };
enum Padding : int32_t { ZEROS = 0, BORDER = 1, REFLECTION = 2 };

struct GridSampleArgs {
    Tensor input;   // [batch, channels, (depth,) height, width]
    Tensor grid;    // [batch, (out depth,) out height, out width, 2 or 3]
    Tensor output;  // [batch, channels, (out depth,) out height, out width]
    int32_t mode, padding, align_corners;
};

// The taps along one axis; an index of -1 lies outside and counts as zero.
template <int TAPS>
struct Axis {
    int32_t index[TAPS];
    float weight[TAPS];
};

__host__ __device__ inline float reflect(float x, float twice_low, float twice_high) {
    if (twice_low == twice_high) return 0;
    const float low = twice_low / 2, span = (twice_high - twice_low) / 2;
    x = fabsf(x - low);
    const float rest = fmodf(x, span);
    const bool even = fmodf(floorf(x / span), 2) == 0;
    return (even ? rest : span - rest) + low;
}

// The coordinate after padding. NaN becomes 0 where it is clamped, and something outside where it is not.
__host__ __device__ inline float pad(float x, int32_t size, int32_t padding, bool align_corners) {
    if (padding == REFLECTION) {
        x = align_corners ? reflect(x, 0, 2.f * (size - 1)) : reflect(x, -1, 2.f * size - 1);
    }
    if (padding != ZEROS) x = fminf(fmaxf(x, 0), size - 1);
    // What does not fit an integer is outside in any case.
    return fabsf(x) < 1e9f ? x : -100.f;
}

__host__ __device__ inline int32_t inside(float x, int32_t size) {
    return x >= 0 && x < size ? static_cast<int32_t>(x) : -1;
}

template <int TAPS>
__host__ __device__ inline Axis<TAPS> axis(float x, int32_t size, int32_t padding, bool align_corners) {
    x = align_corners ? (x + 1) / 2 * (size - 1) : ((x + 1) * size - 1) / 2;
    Axis<TAPS> taps;
    if constexpr (TAPS == 1) {
        taps.index[0] = inside(rintf(pad(x, size, padding, align_corners)), size);
        taps.weight[0] = 1;
    } else if constexpr (TAPS == 2) {
        x = pad(x, size, padding, align_corners);
        const float first = floorf(x);
        taps.index[0] = inside(first, size);
        taps.index[1] = inside(first + 1, size);
        taps.weight[0] = first + 1 - x;
        taps.weight[1] = x - first;
    } else {
        // Keys' cubic convolution; each tap is padded by itself.
        constexpr float A = -0.75f;
        const auto near = [](float d) { return ((A + 2) * d - (A + 3)) * d * d + 1; };
        const auto far = [](float d) { return ((A * d - 5 * A) * d + 8 * A) * d - 4 * A; };
        const float first = floorf(x) - 1, t = x - floorf(x);
        for (int i = 0; i < TAPS; ++i) {
            taps.index[i] = inside(pad(first + i, size, padding, align_corners), size);
        }
        taps.weight[0] = far(t + 1);
        taps.weight[1] = near(t);
        taps.weight[2] = near(1 - t);
        taps.weight[3] = far(2 - t);
    }
    return taps;
}

// The sum over all taps, in a plane of `height` rows of `width` elements (times the depth).
template <typename T, int DEPTH_TAPS, int TAPS>
__device__ inline float interpolate(
    const T* plane, int32_t height, int32_t width, const Axis<DEPTH_TAPS>& z, const Axis<TAPS>& y, const Axis<TAPS>& x) {
    float sum = 0;
#pragma unroll
    for (int k = 0; k < DEPTH_TAPS; ++k) {
#pragma unroll
        for (int j = 0; j < TAPS; ++j) {
            float row = 0;
#pragma unroll
            for (int i = 0; i < TAPS; ++i) {
                const bool valid = (z.index[k] | y.index[j] | x.index[i]) >= 0;
                const int32_t offset = (z.index[k] * height + y.index[j]) * width + x.index[i];
                row += x.weight[i] * (valid ? widen(plane[offset]) : 0.f);
            }
            sum += z.weight[k] * y.weight[j] * row;
        }
    }
    return sum;
}

// How blocks cover the output: tiles of `1 << log_columns` positions of a row by rows, so that neighbours share what
// they read. Rows run on over depth and batch. blockIdx.y counts chunks of channels.
struct Tiling {
    int32_t log_columns;
    Divider<uint32_t> column_tiles, item_rows;
    uint32_t rows;
    int32_t channels_per_block;
};

// AT_ONCE: channels that are read before the first of them is written.
template <typename T, int DIMS, int TAPS, int AT_ONCE>
__global__ void __launch_bounds__(THREADS) grid_sample(GridSampleArgs a, Tiling tiling) {
    constexpr int DEPTH_TAPS = DIMS == 3 ? TAPS : 1;
    const int64_t out_width = a.output.dims[DIMS + 1];
    uint32_t column_tile = blockIdx.x;
    const uint32_t row_tile = tiling.column_tiles.divide(column_tile);
    const uint32_t column = (column_tile << tiling.log_columns) + (threadIdx.x & ((1 << tiling.log_columns) - 1));
    const uint32_t row = row_tile * (THREADS >> tiling.log_columns) + (threadIdx.x >> tiling.log_columns);
    if (column >= out_width || row >= tiling.rows) return;

    const int32_t width = a.input.dims[DIMS + 1], height = a.input.dims[DIMS];
    const int64_t position = row * out_width + column;
    const auto x = axis<TAPS>(real_at(a.grid, position * DIMS), width, a.padding, a.align_corners);
    const auto y = axis<TAPS>(real_at(a.grid, position * DIMS + 1), height, a.padding, a.align_corners);
    Axis<DEPTH_TAPS> z{};
    int64_t in_plane = static_cast<int64_t>(height) * width, out_plane = out_width * a.output.dims[DIMS];
    if constexpr (DIMS == 3) {
        z = axis<TAPS>(real_at(a.grid, position * DIMS + 2), a.input.dims[2], a.padding, a.align_corners);
        in_plane *= a.input.dims[2];
        out_plane *= a.output.dims[2];
    } else {
        z.weight[0] = 1;
    }

    const int64_t channels = a.input.dims[1];
    uint32_t in_item = row;
    const int64_t item = tiling.item_rows.divide(in_item);
    const int32_t c = blockIdx.y * tiling.channels_per_block;
    int32_t left = min(tiling.channels_per_block, static_cast<int32_t>(channels) - c);
    const T* input = a.input.as<const T>() + (item * channels + c) * in_plane;
    T* output = a.output.as<T>() + (item * channels + c) * out_plane + (in_item * out_width + column);
    for (; left > 0; left -= AT_ONCE) {
        // Where fewer channels are left, the last one is read again, since a branch would have its loads wait for each other.
        const int here = min(AT_ONCE, left);
        float sums[AT_ONCE];
#pragma unroll
        for (int i = 0; i < AT_ONCE; ++i) sums[i] = interpolate(input + min(i, here - 1) * in_plane, height, width, z, y, x);
#pragma unroll
        for (int i = 0; i < AT_ONCE; ++i) {
            if (i < here) output[i * out_plane] = narrow<T>(sums[i]);
        }
        input += AT_ONCE * in_plane;
        output += AT_ONCE * out_plane;
    }
}

template <typename T, int DIMS, int TAPS, int AT_ONCE>
cudaError_t launch_tiles(const GridSampleArgs& a, cudaStream_t stream) {
    const int64_t channels = a.output.dims[1], width = a.output.dims[DIMS + 1];
    const int64_t rows = a.output.dims[0] * a.output.count(2, DIMS + 1);
    if (a.output.count() == 0) return cudaSuccess;
    if (rows > INT_MAX || channels > INT_MAX) return cudaErrorInvalidValue;
    int32_t log_columns = 0;
    while (log_columns < 5 && (1 << log_columns) < width) ++log_columns;
    const int64_t column_tiles = ceil_div<int64_t>(width, 1 << log_columns);
    const int64_t tiles = column_tiles * ceil_div<int64_t>(rows, THREADS >> log_columns);
    // Enough blocks to fill a large device a few times, but several channels each.
    const int64_t chunks = std::max<int64_t>(1, std::min(ceil_div<int64_t>(2048, tiles), ceil_div<int64_t>(channels, 8)));
    const int64_t channels_per_block = ceil_div<int64_t>(ceil_div(channels, chunks), AT_ONCE) * AT_ONCE;
    const dim3 blocks(static_cast<unsigned>(tiles), static_cast<unsigned>(ceil_div(channels, channels_per_block)));
    const Tiling tiling = {log_columns, Divider<uint32_t>(column_tiles), Divider<uint32_t>(a.output.count(2, DIMS + 1)),
                           static_cast<uint32_t>(rows), static_cast<int32_t>(channels_per_block)};
    return launch(grid_sample<T, DIMS, TAPS, AT_ONCE>, {blocks, THREADS}, stream, a, tiling);
}

template <typename T, int DIMS, int TAPS>
cudaError_t launch_mode(const GridSampleArgs& a, cudaStream_t stream) {
    constexpr int AT_ONCE = TAPS == 1 ? 4 : TAPS == 2 && DIMS == 2 ? 4 : TAPS == 2 ? 2 : 1;
    // Images have three channels, fields two.
    if constexpr (AT_ONCE == 4) {
        if (a.output.dims[1] == 3) return launch_tiles<T, DIMS, TAPS, 3>(a, stream);
    }
    if constexpr (AT_ONCE > 2) {
        if (a.output.dims[1] <= 2) return launch_tiles<T, DIMS, TAPS, 2>(a, stream);
    }
    return launch_tiles<T, DIMS, TAPS, AT_ONCE>(a, stream);
}

cudaError_t launch_grid_sample(const GridSampleArgs& a, cudaStream_t stream) {
    return for_real(a.input.type, [&](auto tag) {
        using T = typename decltype(tag)::type;
        const bool volume = a.input.rank == 5;
        switch (a.mode) {
            case BILINEAR: return volume ? launch_mode<T, 3, 2>(a, stream) : launch_mode<T, 2, 2>(a, stream);
            case NEAREST: return volume ? launch_mode<T, 3, 1>(a, stream) : launch_mode<T, 2, 1>(a, stream);
            case BICUBIC: return volume ? cudaErrorInvalidValue : launch_mode<T, 2, 4>(a, stream);
            default: return cudaErrorInvalidValue;
        }
    });
}

}  // namespace

PLUGINS_CUDA_LAUNCHER(grid_sample, GridSampleArgs)

}  // namespace plugins_cuda
