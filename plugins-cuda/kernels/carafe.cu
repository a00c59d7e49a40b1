// CarafeFeatureReassemble: content-aware upsampling as mmcv's carafe (https://arxiv.org/abs/1905.02188).
//
// Each position of the output weights a square window of the input with a kernel of its own. A thread owns one position and
// goes through the channels of a chunk, which share the kernel; where its size is known, the kernel stays in registers.
#include "common.cuh"

#include <algorithm>

namespace plugins_cuda {
namespace {

struct CarafeArgs {
    Tensor features;   // [batch, channels, height, width]
    Tensor masks;      // [batch, groups * size * size, scale * height, scale * width]
    Tensor output;     // [batch, channels, scale * height, scale * width]
    int32_t size, groups, scale;
};

// SIZE is the kernel's where it is known, 0 elsewhere.
template <typename T, int SIZE>
__global__ void __launch_bounds__(THREADS) carafe(CarafeArgs a, int64_t channels_of_chunk, int64_t chunks_of_group) {
    const int32_t height = a.features.dims[2], width = a.features.dims[3];
    const int32_t out_width = a.output.dims[3], size = SIZE > 0 ? SIZE : a.size;
    const int64_t channels = a.output.dims[1], plane = static_cast<int64_t>(height) * width, out_plane = a.output.dims[2] * out_width;
    const int64_t group = blockIdx.y / chunks_of_group, of_group = channels / a.groups;
    const int64_t first = blockIdx.y % chunks_of_group * channels_of_chunk, last = min(first + channels_of_chunk, of_group);
    PLUGINS_CUDA_FOR_EACH(int64_t, i, a.output.dims[0] * out_plane) {
        const int64_t item = i / out_plane, position = i - item * out_plane;
        const int32_t top = static_cast<int32_t>(position / out_width) / a.scale - (size - 1) / 2;
        const int32_t left = static_cast<int32_t>(position % out_width) / a.scale - (size - 1) / 2;
        const T* mask = a.masks.as<const T>() + (item * a.groups + group) * size * size * out_plane + position;
        float kernel[SIZE > 0 ? SIZE * SIZE : 1];
        if constexpr (SIZE > 0) {
#pragma unroll
            for (int k = 0; k < SIZE * SIZE; ++k) kernel[k] = widen(mask[k * out_plane]);
        }
        const T* feature = a.features.as<const T>() + (item * channels + group * of_group + first) * plane;
        T* output = a.output.as<T>() + (item * channels + group * of_group + first) * out_plane + position;
        for (int64_t c = first; c < last; ++c) {
            float sum = 0;
#pragma unroll(SIZE > 0 ? SIZE : 1)
            for (int ky = 0; ky < size; ++ky) {
#pragma unroll(SIZE > 0 ? SIZE : 1)
                for (int kx = 0; kx < size; ++kx) {
                    const int32_t y = top + ky, x = left + kx, k = ky * size + kx;
                    if (y < 0 || y >= height || x < 0 || x >= width) continue;
                    sum += (SIZE > 0 ? kernel[SIZE > 0 ? k : 0] : widen(mask[k * out_plane])) *
                           widen(feature[static_cast<int64_t>(y) * width + x]);
                }
            }
            *output = narrow<T>(sum);
            feature += plane;
            output += out_plane;
        }
    }
}

cudaError_t launch_carafe(const CarafeArgs& a, cudaStream_t stream) {
    if (a.output.count() == 0) return cudaSuccess;
    const int64_t of_group = a.output.dims[1] / a.groups;
    Shape shape = one_each(a.output.dims[0] * a.output.count(2, 4));
    // Enough blocks to fill a large device, but several channels for each kernel that is read.
    const int64_t wanted = std::max<int64_t>(1, ceil_div<int64_t>(2048, int64_t{shape.blocks.x} * a.groups));
    const int64_t of_chunk = ceil_div(of_group, std::min(wanted, ceil_div<int64_t>(of_group, 8)));
    const int64_t chunks = ceil_div(of_group, of_chunk);
    shape.blocks.y = static_cast<unsigned>(chunks * a.groups);
    return for_real(a.output.type, [&](auto tag) {
        using T = typename decltype(tag)::type;
        switch (a.size) {
            case 3: return launch(carafe<T, 3>, shape, stream, a, of_chunk, chunks);
            case 5: return launch(carafe<T, 5>, shape, stream, a, of_chunk, chunks);
            default: return launch(carafe<T, 0>, shape, stream, a, of_chunk, chunks);
        }
    });
}

}  // namespace

PLUGINS_CUDA_LAUNCHER(carafe, CarafeArgs)

}  // namespace plugins_cuda
