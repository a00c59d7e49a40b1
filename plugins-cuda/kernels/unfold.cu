// torch.nn.functional.unfold: the blocks that a convolution would see, as columns.
#include "common.cuh"

#include <climits>

namespace plugins_cuda {

struct UnfoldArgs {
    Tensor input;   // N, C, H, W
    Tensor output;  // N, C * kernel height * kernel width, blocks
    int64_t kernel[2];
    int64_t dilation[2];
    int64_t padding[2];
    int64_t stride[2];
    // Number of blocks, down and across.
    int64_t blocks[2];
};

namespace {

template <typename Index>
struct Geometry {
    Divider<Index> across;  // blocks (in packs), then down, then the kernel's columns and rows
    Divider<Index> down;
    Divider<Index> kernel_width;
    Divider<Index> kernel_height;
    int64_t height;
    int64_t width;
    int64_t dilation[2];
    int64_t padding[2];
    int64_t stride[2];
};

// A thread writes V neighbouring blocks' elements.
template <typename T, int V, typename Index>
__global__ void unfold(T* output, const T* input, Geometry<Index> geometry, int64_t packs) {
    PLUGINS_CUDA_FOR_EACH(Index, pack, packs) {
        Index across = pack, down, kx, ky;
        down = geometry.across.divide(across);
        kx = geometry.down.divide(down);
        ky = geometry.kernel_width.divide(kx);
        const int64_t plane = geometry.kernel_height.divide(ky);
        const int64_t y = down * geometry.stride[0] - geometry.padding[0] + ky * geometry.dilation[0];
        const int64_t x = static_cast<int64_t>(across) * V * geometry.stride[1] - geometry.padding[1] + kx * geometry.dilation[1];
        const T* row = input + (plane * geometry.height + y) * geometry.width;
        Pack<T, V> values = {};
        if (y >= 0 && y < geometry.height) {
#pragma unroll
            for (int i = 0; i < V; ++i) {
                const int64_t at = x + i * geometry.stride[1];
                if (at >= 0 && at < geometry.width) values.values[i] = row[at];
            }
        }
        reinterpret_cast<Pack<T, V>*>(output)[pack] = values;
    }
}

template <typename T, int V, typename Index>
cudaError_t run(const UnfoldArgs& args, cudaStream_t stream) {
    Geometry<Index> geometry;
    geometry.across = Divider<Index>(args.blocks[1] / V);
    geometry.down = Divider<Index>(args.blocks[0]);
    geometry.kernel_width = Divider<Index>(args.kernel[1]);
    geometry.kernel_height = Divider<Index>(args.kernel[0]);
    geometry.height = args.input.dims[2];
    geometry.width = args.input.dims[3];
    for (int i = 0; i < 2; ++i) {
        geometry.dilation[i] = args.dilation[i];
        geometry.padding[i] = args.padding[i];
        geometry.stride[i] = args.stride[i];
    }
    const int64_t packs = args.output.count() / V;
    return launch(unfold<T, V, Index>, one_each(packs), stream, args.output.as<T>(), args.input.as<const T>(), geometry, packs);
}

}  // namespace

cudaError_t launch_unfold(const UnfoldArgs& args, cudaStream_t stream) {
    if (args.output.count() == 0) return cudaSuccess;
    return for_bytes(size_of(args.input.type), [&](auto tag) {
        using T = typename decltype(tag)::type;
        constexpr int V = 16 / sizeof(T) > 4 ? 4 : 16 / sizeof(T);
        const bool packs = args.blocks[1] % V == 0 && is_aligned(args.output.data, V * sizeof(T));
        if (args.output.count() > INT_MAX) return run<T, 1, int64_t>(args, stream);
        return packs ? run<T, V, uint32_t>(args, stream) : run<T, 1, uint32_t>(args, stream);
    });
}

PLUGINS_CUDA_LAUNCHER(unfold, UnfoldArgs)

}  // namespace plugins_cuda
