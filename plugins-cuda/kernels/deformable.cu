// DeformableConv and ModulatedDeformableConv: torchvision's deform_conv2d without and with a mask
// (https://docs.pytorch.org/vision/stable/generated/torchvision.ops.deform_conv2d.html).
//
// An implicit matrix product, output[filter, pixel] = sum over k of weight[filter, k] * sample[k, pixel], where k counts
// the kernel's positions and, fastest, the channels of a group. The samples never go through memory: each block
// interpolates its tile of them into shared memory while the tile before is multiplied.
//
// For that the input is rearranged to have its channels last, so that one tap serves a vector of channels. Channels that
// share a group and an offset group form a segment, and segments are padded with zeros to whole vectors.
#include "common.cuh"

#include <algorithm>
#include <numeric>

#include <cuda_pipeline.h>

#include "row.cuh"
#include "tile.cuh"

namespace plugins_cuda {
namespace {

struct DeformableConvArgs {
    Tensor input;      // [batch, channels, height, width]
    Tensor offset;     // [batch, offset groups * kernel height * kernel width * 2, out height, out width], y before x
    Tensor mask;       // [batch, offset groups * kernel height * kernel width, out height, out width]; no data: ones
    Tensor weight;     // [filters, channels / groups, kernel height, kernel width]
    Tensor bias;       // [filters]; no data: zeros
    Tensor output;     // [batch, filters, out height, out width]
    void* workspace;   // the input, then the weight, rearranged; see `workspace` in src/deformable.rs
    int32_t stride[2], padding[2], dilation[2];
    int32_t groups, offset_groups;
};

constexpr int VECTOR_BYTES = 16;
// A block multiplies tiles of its filters and PIXELS pixels, and K_BYTES of the sum at a time.
constexpr int PIXELS = 64;
constexpr int K_BYTES = 64;

template <typename T>
constexpr int VECTOR = VECTOR_BYTES / sizeof(T);

// How channels are laid out after rearranging.
struct Layout {
    int64_t segment;           // channels of a segment
    int64_t padded_segment;    // with the zeros
    int64_t padded_channels;   // of all groups
};

Layout layout(const DeformableConvArgs& a, int vector) {
    const int64_t channels = a.input.dims[1];
    const int64_t segment = std::gcd(channels / a.groups, channels / a.offset_groups);
    const int64_t padded = ceil_div<int64_t>(segment, vector) * vector;
    return {segment, padded, channels / segment * padded};
}

// [batch, channels, pixels] -> [batch, pixels, padded channels], by tiles of EDGE * EDGE.
template <typename T>
__global__ void __launch_bounds__(THREADS) channels_last(const T* input, T* output, int64_t channels, int64_t pixels, Layout to) {
    constexpr int EDGE = 32;
    __shared__ T tile[EDGE][EDGE + 2];
    const int32_t lane = threadIdx.x % EDGE, row = threadIdx.x / EDGE;
    const int64_t first_pixel = static_cast<int64_t>(blockIdx.x) * EDGE, first_channel = static_cast<int64_t>(blockIdx.y) * EDGE;
    input += blockIdx.z * channels * pixels;
    output += blockIdx.z * to.padded_channels * pixels;
    for (int32_t r = row; r < EDGE; r += THREADS / EDGE) {
        const int64_t padded = first_channel + r, in_segment = padded % to.padded_segment;
        const int64_t channel = padded / to.padded_segment * to.segment + in_segment;
        const bool valid = in_segment < to.segment && channel < channels && first_pixel + lane < pixels;
        tile[r][lane] = valid ? input[channel * pixels + first_pixel + lane] : narrow<T>(0);
    }
    __syncthreads();
    for (int32_t r = row; r < EDGE; r += THREADS / EDGE) {
        if (first_pixel + r < pixels && first_channel + lane < to.padded_channels) {
            output[(first_pixel + r) * to.padded_channels + first_channel + lane] = tile[lane][r];
        }
    }
}

// [filters, channels of a group, positions] -> [filters, positions, padded channels of a group].
template <typename T>
__global__ void __launch_bounds__(THREADS)
    weight_channels_last(const T* input, T* output, int64_t filters, int64_t channels, int64_t positions, Layout to, int64_t padded) {
    PLUGINS_CUDA_FOR_EACH(int64_t, i, filters * positions * padded) {
        const int64_t at = i % padded, in_segment = at % to.padded_segment;
        const int64_t channel = at / to.padded_segment * to.segment + in_segment;
        const int64_t position = i / padded % positions, filter = i / padded / positions;
        output[i] = in_segment < to.segment ? input[(filter * channels + channel) * positions + position] : narrow<T>(0);
    }
}

// What a block needs to know, in the types it computes with.
template <typename T>
struct Problem {
    const T *input, *weight;             // rearranged
    const T *offset, *mask, *bias;
    T* output;
    int64_t pixels;                      // of the output, of all items
    int32_t out_width, out_pixels;       // of one item
    int32_t height, width;
    Divider<uint32_t> kernel_width;
    int32_t positions;
    int32_t stride[2], padding[2], dilation[2];
    int32_t filters, group_filters;
    int32_t padded_channels, group_channels;          // after padding
    Divider<uint32_t> padded_segment, segments_per_offset_group;
    int32_t offset_groups;
    int32_t depth;                       // positions * group_channels, what is summed over
};

// Walks through the samples of one pixel of the output, a vector of channels at a time.
template <typename T>
struct Sampler {
    const Problem<T>& p;
    const T* input;                      // the item's first channel of the group
    const T *offset, *mask;              // the item's, at this pixel
    int32_t first_segment;               // of the group
    int32_t y, x;                        // of the kernel's first position, without offset
    int32_t position, channel;
    int32_t at = -1;                     // what `taps` and `weights` are for
    int32_t taps[4];                     // -1: outside, or a pixel past the end
    float weights[4];

    __device__ Sampler(const Problem<T>& p, int64_t pixel, int32_t group, int32_t first) : p(p) {
        const bool valid = pixel < p.pixels;
        const int64_t item = valid ? pixel / p.out_pixels : 0;
        const int32_t in_item = valid ? static_cast<int32_t>(pixel - item * p.out_pixels) : 0;
        input = p.input + item * p.height * p.width * p.padded_channels + group * p.group_channels;
        offset = p.offset + item * p.offset_groups * p.positions * 2 * p.out_pixels + in_item;
        mask = p.mask == nullptr ? nullptr : p.mask + item * p.offset_groups * p.positions * p.out_pixels + in_item;
        first_segment = group * (p.group_channels / static_cast<int32_t>(p.padded_segment.divisor()));
        y = in_item / p.out_width * p.stride[0] - p.padding[0];
        x = in_item % p.out_width * p.stride[1] - p.padding[1];
        position = first / p.group_channels;
        channel = first % p.group_channels;
    }

    __device__ void advance(int32_t channels) {
        channel += channels;
        while (channel >= p.group_channels) {
            channel -= p.group_channels;
            ++position;
        }
    }

    // Starts to read the four neighbours of the vector here.
    __device__ void read(uint4 (&values)[4]) {
        if (position < p.positions) find_taps();
#pragma unroll
        for (int i = 0; i < 4; ++i) {
            const bool valid = position < p.positions && taps[i] >= 0;
            values[i] = valid ? __ldg(reinterpret_cast<const uint4*>(input + taps[i] + channel)) : uint4{};
        }
    }

    // The vector as it goes into the product.
    __device__ uint4 interpolate(const uint4 (&values)[4]) const {
        float sums[VECTOR<T>];
#pragma unroll
        for (int v = 0; v < VECTOR<T>; ++v) {
            sums[v] = 0;
#pragma unroll
            for (int i = 0; i < 4; ++i) sums[v] += weights[i] * widen(reinterpret_cast<const T*>(&values[i])[v]);
        }
        const auto pack = narrow_all<T, VECTOR<T>>(sums);
        uint4 result;
        memcpy(&result, &pack, sizeof result);
        return position < p.positions ? result : uint4{};
    }

    __device__ void find_taps() {
        uint32_t in_segment = channel;
        uint32_t segment = first_segment + p.padded_segment.divide(in_segment);
        const int32_t offset_group = p.segments_per_offset_group.divide(segment);
        const int32_t here = offset_group * p.positions + position;
        if (here == at) return;
        at = here;
        const int64_t plane = p.out_pixels;
        uint32_t column = position;
        const int32_t row = p.kernel_width.divide(column);
        const float py = y + row * p.dilation[0] + widen(offset[2 * here * plane]);
        const float px = x + static_cast<int32_t>(column) * p.dilation[1] + widen(offset[(2 * here + 1) * plane]);
        const float strength = mask == nullptr ? 1.f : widen(mask[here * plane]);
        // A sample outside is zero; one that is not a number is not outside.
        const bool outside = py <= -1 || py >= p.height || px <= -1 || px >= p.width;
        const float fy = outside ? 0.f : floorf(py), fx = outside ? 0.f : floorf(px);
        const int32_t top = static_cast<int32_t>(fmaxf(fy, -1)), left = static_cast<int32_t>(fmaxf(fx, -1));
        const float dy = outside ? 0.f : py - fy, dx = outside ? 0.f : px - fx;
#pragma unroll
        for (int i = 0; i < 4; ++i) {
            const int32_t tap_y = top + i / 2, tap_x = left + i % 2;
            const bool valid = !outside && tap_y >= 0 && tap_y < p.height && tap_x >= 0 && tap_x < p.width;
            taps[i] = valid ? (tap_y * p.width + tap_x) * p.padded_channels : -1;
            weights[i] = strength * (i / 2 ? dy : 1 - dy) * (i % 2 ? dx : 1 - dx);
        }
    }
};

template <typename T, int FILTERS>
constexpr size_t shared_bytes() {
    return 2 * (FILTERS + PIXELS) * Tile<T, FILTERS>::PITCH * sizeof(T);
}

template <typename T, int FILTERS>
__global__ void __launch_bounds__(THREADS, 2) deformable_conv(Problem<T> p) {
    using BlockTile = Tile<T, FILTERS>;
    constexpr int K = K_BYTES / sizeof(T), PITCH = BlockTile::PITCH;
    constexpr int VECTORS = K / VECTOR<T>;
    static_assert(PIXELS * VECTORS == THREADS, "each thread interpolates one vector of a tile");
    PLUGINS_CUDA_DYNAMIC_SHARED(shared);
    const auto weights = [&](int32_t step) { return reinterpret_cast<T*>(shared) + step % 2 * FILTERS * PITCH; };
    const auto samples = [&](int32_t step) { return weights(2) + (2 * FILTERS + step % 2 * PIXELS) * PITCH; };

    const int32_t group_tiles = ceil_div(p.group_filters, FILTERS);
    const int32_t group = blockIdx.y / group_tiles, first_filter = blockIdx.y % group_tiles * FILTERS;
    const int64_t first_pixel = static_cast<int64_t>(blockIdx.x) * PIXELS;
    const int32_t row = threadIdx.x / VECTORS, k = threadIdx.x % VECTORS * VECTOR<T>;

    const auto copy_weights = [&](int32_t step) {
        T* to = weights(step);
        const int32_t at = step * K + k;
#pragma unroll
        for (int32_t r = row; r < FILTERS; r += PIXELS) {
            const int32_t filter = first_filter + r;
            const bool valid = filter < p.group_filters && at < p.depth;
            const T* from = p.weight;
            if (valid) from += static_cast<int64_t>(group * p.group_filters + filter) * p.depth + at;
            __pipeline_memcpy_async(to + r * PITCH + k, from, VECTOR_BYTES, valid ? 0 : VECTOR_BYTES);
        }
        __pipeline_commit();
    };
    Sampler<T> sampler(p, first_pixel + row, group, k);
    uint4 values[4];
    const auto put_samples = [&](int32_t step) {
        *reinterpret_cast<uint4*>(samples(step) + row * PITCH + k) = sampler.interpolate(values);
    };

    BlockTile tile;
    tile.clear();
    copy_weights(0);
    sampler.read(values);
    put_samples(0);
    __pipeline_wait_prior(0);
    __syncthreads();
    const int32_t steps = ceil_div(p.depth, K);
    for (int32_t step = 0; step < steps; ++step) {
        const bool more = step + 1 < steps;
        if (more) {
            copy_weights(step + 1);
            sampler.advance(K);
            sampler.read(values);
        }
        tile.multiply(weights(step), samples(step));
        if (more) put_samples(step + 1);
        __pipeline_wait_prior(0);
        __syncthreads();
    }

    // A lane writes one pixel, so that a warp's stores are neighbours.
    const int64_t pixel = first_pixel + tile.column();
    const int64_t item = pixel / p.out_pixels;
    T* output = p.output + (item * p.filters + group * p.group_filters) * p.out_pixels + (pixel - item * p.out_pixels);
    tile.for_each_row(reinterpret_cast<float*>(shared), [&](int32_t tile_row, float value) {
        const int32_t filter = first_filter + tile_row;
        if (filter >= p.group_filters || pixel >= p.pixels) return;
        if (p.bias != nullptr) value += widen(p.bias[group * p.group_filters + filter]);
        output[static_cast<int64_t>(filter) * p.out_pixels] = narrow<T>(value);
    });
}

// The largest tile that still gives every multiprocessor a block: a larger one interpolates each sample less often.
template <typename T>
cudaError_t launch_tiles(const Problem<T>& p, int32_t groups, cudaStream_t stream) {
    int device = 0, processors = 0, shared = 0;
    cudaError_t status = cudaGetDevice(&device);
    if (status == cudaSuccess) status = cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, device);
    if (status == cudaSuccess) status = cudaDeviceGetAttribute(&shared, cudaDevAttrMaxSharedMemoryPerBlockOptin, device);
    if (status != cudaSuccess) return status;
    const int64_t columns = ceil_div<int64_t>(p.pixels, PIXELS);
    const auto blocks = [&](int filters) {
        const int64_t rows = static_cast<int64_t>(groups) * ceil_div(p.group_filters, filters);
        return dim3(static_cast<unsigned>(columns), static_cast<unsigned>(rows));
    };
    const auto suits = [&](int filters, size_t bytes) {
        const dim3 count = blocks(filters);
        return p.group_filters > filters / 2 && bytes <= static_cast<size_t>(shared) &&
               static_cast<int64_t>(count.x) * count.y >= processors;
    };
    const auto start = [&](auto filters) {
        constexpr int FILTERS = decltype(filters)::value;
        constexpr size_t bytes = shared_bytes<T, FILTERS>();
        const auto kernel = deformable_conv<T, FILTERS>;
        const cudaError_t allowed =
            cudaFuncSetAttribute(reinterpret_cast<const void*>(kernel), cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(bytes));
        if (allowed != cudaSuccess) return allowed;
        return launch(kernel, {blocks(FILTERS), dim3(THREADS), bytes}, stream, p);
    };
    if (suits(256, shared_bytes<T, 256>())) return start(std::integral_constant<int, 256>{});
    if (suits(128, shared_bytes<T, 128>())) return start(std::integral_constant<int, 128>{});
    return start(std::integral_constant<int, 64>{});
}

template <typename T>
cudaError_t launch_typed(const DeformableConvArgs& a, cudaStream_t stream) {
    const int64_t batch = a.input.dims[0], channels = a.input.dims[1], in_pixels = a.input.count(2, 4);
    const int64_t filters = a.weight.dims[0], group_channels = a.weight.dims[1], positions = a.weight.count(2, 4);
    const Layout to = layout(a, VECTOR<T>);
    const int64_t padded_group = to.padded_channels / a.groups;

    T* input = static_cast<T*>(a.workspace);
    const int64_t bytes = batch * in_pixels * to.padded_channels * sizeof(T);
    T* weight = reinterpret_cast<T*>(static_cast<char*>(a.workspace) + ceil_div<int64_t>(bytes, 256) * 256);
    const dim3 tiles(static_cast<unsigned>(ceil_div<int64_t>(in_pixels, 32)),
                     static_cast<unsigned>(ceil_div<int64_t>(to.padded_channels, 32)), static_cast<unsigned>(batch));
    cudaError_t status = launch(channels_last<T>, {tiles, dim3(THREADS)}, stream, a.input.as<const T>(), input, channels, in_pixels, to);
    if (status != cudaSuccess) return status;
    status = launch(weight_channels_last<T>, one_each(filters * positions * padded_group), stream, a.weight.as<const T>(), weight,
                    filters, group_channels, positions, to, padded_group);
    if (status != cudaSuccess) return status;

    Problem<T> p{};
    p.input = input;
    p.weight = weight;
    p.offset = a.offset.as<const T>();
    p.mask = a.mask.as<const T>();
    p.bias = a.bias.as<const T>();
    p.output = a.output.as<T>();
    p.pixels = batch * a.output.count(2, 4);
    p.out_width = static_cast<int32_t>(a.output.dims[3]);
    p.out_pixels = static_cast<int32_t>(a.output.count(2, 4));
    p.height = static_cast<int32_t>(a.input.dims[2]);
    p.width = static_cast<int32_t>(a.input.dims[3]);
    p.kernel_width = Divider<uint32_t>(a.weight.dims[3]);
    p.positions = static_cast<int32_t>(positions);
    for (int i = 0; i < 2; ++i) {
        p.stride[i] = a.stride[i];
        p.padding[i] = a.padding[i];
        p.dilation[i] = a.dilation[i];
    }
    p.filters = static_cast<int32_t>(filters);
    p.group_filters = static_cast<int32_t>(filters / a.groups);
    p.padded_channels = static_cast<int32_t>(to.padded_channels);
    p.group_channels = static_cast<int32_t>(padded_group);
    p.padded_segment = Divider<uint32_t>(to.padded_segment);
    p.segments_per_offset_group = Divider<uint32_t>(channels / a.offset_groups / to.segment);
    p.offset_groups = a.offset_groups;
    p.depth = static_cast<int32_t>(positions * padded_group);
    return launch_tiles(p, a.groups, stream);
}

cudaError_t launch_deformable_conv(const DeformableConvArgs& a, cudaStream_t stream) {
    if (a.output.count() == 0) return cudaSuccess;
    return for_real(a.input.type, [&](auto tag) { return launch_typed<typename decltype(tag)::type>(a, stream); });
}

}  // namespace

PLUGINS_CUDA_LAUNCHER(deformable_conv, DeformableConvArgs)

}  // namespace plugins_cuda
