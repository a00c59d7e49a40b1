// What is read from feature maps inside boxes ("regions of interest"): RoiAlign and RoiPool as torchvision has them
// (https://docs.pytorch.org/vision/stable/generated/torchvision.ops.roi_align.html, .../torchvision.ops.roi_pool.html),
// RoiExtractor as mmdetection's SingleRoIExtractor, DeformablePool as mmcv's deform_roi_pool.
//
// A block owns one region and a chunk of channels. Where samples lie depends on the region alone, so RoiAlign's block
// computes their taps once, per axis, into shared memory.
#include "common.cuh"

#include <algorithm>

namespace plugins_cuda {
namespace {

constexpr int MAX_LEVELS = 10;

struct RoiAlignArgs {
    Tensor rois;                   // [regions, 5]: item of the batch, x1, y1, x2, y2
    Tensor features[MAX_LEVELS];   // [batch, channels, height, width], one for each level
    Tensor output;                 // [regions, channels, height, width]
    float scales[MAX_LEVELS];      // from the boxes' units to a level's pixels
    int32_t levels;
    int32_t sampling_ratio;        // samples of a bin along each axis; 0: one per pixel
    int32_t aligned;               // shift by half a pixel; otherwise boxes are at least one pixel large
    float finest_scale;            // boxes below twice this size are read from level 0
    float roi_scale_factor;        // boxes grow by this about their centres where it is positive
};

struct RoiPoolArgs {
    Tensor input, rois, output;
    float scale;
};

struct DeformablePoolArgs {
    Tensor input, rois;
    Tensor offset;                 // [regions, 2, height, width], x before y; no data: none
    Tensor output;
    float scale;
    int32_t sampling_ratio;
    float gamma;                   // of an offset, in units of the region's size
};

// Two neighbours along one axis; both are -1 where the sample lies outside and counts as zero.
struct alignas(16) Taps {
    int32_t low, high;
    float low_weight, high_weight;
};

__host__ __device__ inline Taps taps_at(float x, int32_t size) {
    if (x < -1 || x > size) return {-1, -1, 0, 0};
    x = x <= 0 ? 0 : x;
    const int32_t low = static_cast<int32_t>(x);
    if (low >= size - 1) return {size - 1, size - 1, 1, 0};
    return {low, low + 1, 1 - (x - low), x - low};
}

// A region along one axis: bins of equal size, each with the same number of samples.
struct Span {
    float start, bin;
    int32_t samples;

    __host__ __device__ float sample(int32_t index) const {
        const int32_t in_bin = index % samples;
        return start + index / samples * bin + (in_bin + .5f) * bin / samples;
    }
};

__host__ __device__ inline Span span(float low, float high, float scale, float shift, float smallest, int32_t bins, int32_t ratio) {
    const float start = low * scale - shift;
    const float length = fmaxf(high * scale - shift - start, smallest);
    const float bin = length / bins;
    // fmaxf makes 0 of NaN.
    const float samples = ratio > 0 ? ratio : fminf(fmaxf(ceilf(bin), 0), 1e6f);
    return {start, bin, static_cast<int32_t>(samples)};
}

// mmdetection's rule: the level doubles with the size of the box.
__host__ __device__ inline int32_t level_of(float width, float height, float finest_scale, int32_t levels) {
    const float level = floorf(log2f(sqrtf(width * height) / finest_scale + 1e-6f));
    return static_cast<int32_t>(fminf(fmaxf(level, 0), levels - 1));
}

// One channel at a sample. Reads somewhere in any case, so that no branch keeps loads from being in flight together.
template <typename T>
__device__ inline float sample_at(const T* plane, int32_t width, const Taps& y, const Taps& x) {
    const T* low = plane + static_cast<int64_t>(max(y.low, 0)) * width;
    const T* high = plane + static_cast<int64_t>(max(y.high, 0)) * width;
    const int32_t left = max(x.low, 0), right = max(x.high, 0);
    const float value = y.low_weight * (x.low_weight * widen(low[left]) + x.high_weight * widen(low[right])) +
                        y.high_weight * (x.low_weight * widen(high[left]) + x.high_weight * widen(high[right]));
    return (y.low | x.low) >= 0 ? value : 0;
}

// Samples of a region along one axis whose taps fit a block's table.
constexpr int TABLE = 512;

// SAMPLES is the number along each axis of a bin where it is known and the tables hold all of them, 0 elsewhere.
template <typename T, int SAMPLES>
__global__ void __launch_bounds__(THREADS) roi_align(RoiAlignArgs a, int32_t channels_per_block) {
    __shared__ Taps table_y[TABLE], table_x[TABLE];
    const int32_t bins_y = a.output.dims[2], bins_x = a.output.dims[3];
    const int64_t channels = a.output.dims[1];
    const int64_t region = blockIdx.x;
    const auto roi = [&](int i) { return real_at(a.rois, region * 5 + i); };
    float x1 = roi(1), y1 = roi(2), x2 = roi(3), y2 = roi(4);
    const int32_t level = a.levels == 1 ? 0 : level_of(x2 - x1, y2 - y1, a.finest_scale, a.levels);
    if (a.roi_scale_factor > 0) {
        const float x = (x1 + x2) * .5f, y = (y1 + y2) * .5f;
        const float half_width = (x2 - x1) * a.roi_scale_factor * .5f, half_height = (y2 - y1) * a.roi_scale_factor * .5f;
        x1 = x - half_width, x2 = x + half_width, y1 = y - half_height, y2 = y + half_height;
    }
    const Tensor& feature = a.features[level];
    const int32_t height = feature.dims[2], width = feature.dims[3];
    const float shift = a.aligned ? .5f : 0.f, smallest = a.aligned ? -INFINITY : 1.f;
    Span along_y = span(y1, y2, a.scales[level], shift, smallest, bins_y, a.sampling_ratio);
    Span along_x = span(x1, x2, a.scales[level], shift, smallest, bins_x, a.sampling_ratio);
    if constexpr (SAMPLES > 0) along_y.samples = along_x.samples = SAMPLES;
    const int32_t samples_y = along_y.samples, samples_x = along_x.samples;

    // A region of an item that does not exist reads as zeros.
    const float item = roi(0);
    const bool exists = item >= 0 && item < feature.dims[0] && height > 0 && width > 0;
    const bool in_table_y = SAMPLES > 0 || static_cast<int64_t>(bins_y) * samples_y <= TABLE;
    const bool in_table_x = SAMPLES > 0 || static_cast<int64_t>(bins_x) * samples_x <= TABLE;
    if (in_table_y) {
        for (int32_t i = threadIdx.x; i < bins_y * samples_y; i += THREADS) table_y[i] = taps_at(along_y.sample(i), height);
    }
    if (in_table_x) {
        for (int32_t i = threadIdx.x; i < bins_x * samples_x; i += THREADS) table_x[i] = taps_at(along_x.sample(i), width);
    }
    __syncthreads();

    const int64_t plane = static_cast<int64_t>(height) * width;
    const int64_t first = static_cast<int64_t>(blockIdx.y) * channels_per_block;
    const int32_t bins = bins_y * bins_x;
    const int64_t count = min(static_cast<int64_t>(channels_per_block), channels - first) * bins;
    const float scale = 1.f / fmaxf(static_cast<float>(samples_y) * samples_x, 1.f);
    const T* input = feature.as<const T>() + (static_cast<int64_t>(exists ? item : 0) * channels + first) * plane;
    T* output = a.output.as<T>() + (region * channels + first) * bins;
    for (int64_t i = threadIdx.x; i < count; i += THREADS) {
        const int32_t index = static_cast<int32_t>(i), channel = index / bins, bin = index - channel * bins;
        const int32_t bin_y = bin / bins_x, bin_x = bin - bin_y * bins_x;
        const T* source = input + channel * plane;
        float sum = 0;
        if (exists) {
#pragma unroll
            for (int32_t sy = 0; sy < samples_y; ++sy) {
                const int32_t at_y = bin_y * samples_y + sy;
                const Taps y = in_table_y ? table_y[at_y] : taps_at(along_y.sample(at_y), height);
#pragma unroll
                for (int32_t sx = 0; sx < samples_x; ++sx) {
                    const int32_t at_x = bin_x * samples_x + sx;
                    const Taps x = in_table_x ? table_x[at_x] : taps_at(along_x.sample(at_x), width);
                    sum += sample_at(source, width, y, x);
                }
            }
        }
        output[i] = narrow<T>(sum * scale);
    }
}

// How a region's channels are spread over blocks: many regions fill the device by themselves.
Shape region_blocks(int64_t regions, int64_t channels, int32_t* channels_per_block) {
    const int64_t chunks = std::max<int64_t>(ceil_div<int64_t>(channels, 64), ceil_div<int64_t>(2048, std::max<int64_t>(regions, 1)));
    *channels_per_block = static_cast<int32_t>(std::max<int64_t>(ceil_div(channels, chunks), std::min<int64_t>(channels, 4)));
    const int64_t blocks = channels > 0 ? ceil_div<int64_t>(channels, *channels_per_block) : 0;
    return {dim3(static_cast<unsigned>(regions), static_cast<unsigned>(blocks)), dim3(THREADS)};
}

cudaError_t launch_roi_align(const RoiAlignArgs& a, cudaStream_t stream) {
    if (a.output.count() == 0) return cudaSuccess;
    int32_t channels_per_block;
    const Shape shape = region_blocks(a.output.dims[0], a.output.dims[1], &channels_per_block);
    return for_real(a.output.type, [&](auto tag) {
        using T = typename decltype(tag)::type;
        const bool fits = std::max(a.output.dims[2], a.output.dims[3]) * 2 <= TABLE;
        if (a.sampling_ratio == 2 && fits) return launch(roi_align<T, 2>, shape, stream, a, channels_per_block);
        return launch(roi_align<T, 0>, shape, stream, a, channels_per_block);
    });
}

// A bin's pixels along one axis, cut off at the image: [first, last).
__host__ __device__ inline void bin_pixels(
    int32_t bin, int32_t bins, float low, float high, float scale, int32_t size, int32_t* first, int32_t* last) {
    // Boxes end on pixels, the last one included; halves round away from zero.
    const float start = roundf(low * scale), length = fmaxf(roundf(high * scale) - start + 1, 1);
    const float step = length / bins;
    *first = static_cast<int32_t>(fminf(fmaxf(floorf(bin * step) + start, 0), size));
    *last = static_cast<int32_t>(fminf(fmaxf(ceilf((bin + 1) * step) + start, 0), size));
}

template <typename T>
__global__ void __launch_bounds__(THREADS) roi_pool(RoiPoolArgs a, int32_t channels_per_block) {
    const int32_t height = a.input.dims[2], width = a.input.dims[3];
    const int32_t bins_y = a.output.dims[2], bins_x = a.output.dims[3], bins = bins_y * bins_x;
    const int64_t channels = a.output.dims[1], region = blockIdx.x;
    const auto roi = [&](int i) { return real_at(a.rois, region * 5 + i); };
    const float item = roi(0);
    const bool exists = item >= 0 && item < a.input.dims[0];

    const int64_t plane = static_cast<int64_t>(height) * width;
    const int64_t chunk = static_cast<int64_t>(blockIdx.y) * channels_per_block;
    const int64_t count = min(static_cast<int64_t>(channels_per_block), channels - chunk) * bins;
    const T* input = a.input.as<const T>() + (static_cast<int64_t>(exists ? item : 0) * channels + chunk) * plane;
    T* output = a.output.as<T>() + (region * channels + chunk) * bins;
    for (int64_t i = threadIdx.x; i < count; i += THREADS) {
        const int32_t index = static_cast<int32_t>(i), channel = index / bins, bin = index - channel * bins;
        int32_t top = 0, bottom = 0, left = 0, right = 0;
        if (exists) {
            bin_pixels(bin / bins_x, bins_y, roi(2), roi(4), a.scale, height, &top, &bottom);
            bin_pixels(bin % bins_x, bins_x, roi(1), roi(3), a.scale, width, &left, &right);
        }
        // As torchvision: 0 for an empty bin, and NaN is never the largest.
        const T* source = input + channel * plane;
        float largest = top < bottom && left < right ? -3.402823466e38f : 0.f;
        for (int32_t y = top; y < bottom; ++y) {
            const T* row = source + static_cast<int64_t>(y) * width;
            for (int32_t x = left; x < right; ++x) largest = fmaxf(largest, widen(row[x]));
        }
        output[i] = narrow<T>(largest);
    }
}

cudaError_t launch_roi_pool(const RoiPoolArgs& a, cudaStream_t stream) {
    if (a.output.count() == 0) return cudaSuccess;
    int32_t channels_per_block;
    const Shape shape = region_blocks(a.output.dims[0], a.output.dims[1], &channels_per_block);
    return for_real(a.output.type, [&](auto tag) {
        return launch(roi_pool<typename decltype(tag)::type>, shape, stream, a, channels_per_block);
    });
}

// A thread owns one bin and CHANNELS channels, since every bin has a place of its own.
template <typename T, int CHANNELS>
__global__ void __launch_bounds__(THREADS) deformable_pool(DeformablePoolArgs a) {
    const int32_t height = a.input.dims[2], width = a.input.dims[3];
    const int32_t bins_y = a.output.dims[2], bins_x = a.output.dims[3], bins = bins_y * bins_x;
    const int64_t channels = a.output.dims[1], chunks = ceil_div<int64_t>(channels, CHANNELS);
    const int64_t plane = static_cast<int64_t>(height) * width;
    PLUGINS_CUDA_FOR_EACH(int64_t, i, a.output.dims[0] * chunks * bins) {
        const int32_t bin = static_cast<int32_t>(i % bins);
        const int64_t first = i / bins % chunks * CHANNELS, region = i / bins / chunks;
        const auto roi = [&](int i) { return real_at(a.rois, region * 5 + i); };
        Span along_x = span(roi(1), roi(3), a.scale, .5f, -INFINITY, bins_x, a.sampling_ratio);
        Span along_y = span(roi(2), roi(4), a.scale, .5f, -INFINITY, bins_y, a.sampling_ratio);
        if (a.offset.data != nullptr) {
            const T* offset = a.offset.as<const T>() + region * 2 * bins + bin;
            along_x.start += a.gamma * (along_x.bin * bins_x) * widen(offset[0]);
            along_y.start += a.gamma * (along_y.bin * bins_y) * widen(offset[bins]);
        }

        const float item = roi(0);
        const bool exists = item >= 0 && item < a.input.dims[0] && plane > 0;
        const T* input = a.input.as<const T>() + (static_cast<int64_t>(exists ? item : 0) * channels + first) * plane;
        const int32_t count = static_cast<int32_t>(min(static_cast<int64_t>(CHANNELS), channels - first));
        float sums[CHANNELS] = {};
        for (int32_t sy = 0; exists && sy < along_y.samples; ++sy) {
            const Taps y = taps_at(along_y.sample(bin / bins_x * along_y.samples + sy), height);
            for (int32_t sx = 0; sx < along_x.samples; ++sx) {
                const Taps x = taps_at(along_x.sample(bin % bins_x * along_x.samples + sx), width);
#pragma unroll
                for (int32_t c = 0; c < CHANNELS; ++c) {
                    if (c < count) sums[c] += sample_at(input + c * plane, width, y, x);
                }
            }
        }
        const float scale = 1.f / fmaxf(static_cast<float>(along_y.samples) * along_x.samples, 1.f);
        T* output = a.output.as<T>() + (region * channels + first) * bins + bin;
#pragma unroll
        for (int32_t c = 0; c < CHANNELS; ++c) {
            if (c < count) output[static_cast<int64_t>(c) * bins] = narrow<T>(sums[c] * scale);
        }
    }
}

cudaError_t launch_deformable_pool(const DeformablePoolArgs& a, cudaStream_t stream) {
    constexpr int CHANNELS = 8;
    const int64_t items = a.output.dims[0] * ceil_div<int64_t>(a.output.dims[1], CHANNELS) * a.output.count(2, 4);
    return for_real(a.output.type, [&](auto tag) {
        return launch(deformable_pool<typename decltype(tag)::type, CHANNELS>, one_each(items), stream, a);
    });
}

}  // namespace

PLUGINS_CUDA_LAUNCHER(roi_align, RoiAlignArgs)
PLUGINS_CUDA_LAUNCHER(roi_pool, RoiPoolArgs)
PLUGINS_CUDA_LAUNCHER(deformable_pool, DeformablePoolArgs)

}  // namespace plugins_cuda
