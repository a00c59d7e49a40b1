// torch.nn.functional.unfold: the blocks that a convolution would see, as columns.
#include "row.cuh"

#include <climits>
#include <type_traits>

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
    Divider<Index> across;  // blocks (in packs), then down, then the kernel's rows
    Divider<Index> down;
    Divider<Index> kernel_height;
    Index kernel_width;
    Index blocks;  // of an image
    Index height;
    Index width;
    Index dilation[2];
    Index padding[2];
    Index stride[2];
};

// A thread has V neighbouring blocks and a row of the kernel, whose elements it writes one after the other: they come from
// nearly the same places, and with SLIDES (stride and dilation across are 1) from the same ones but for one. A coordinate before
// the image is a large one as an unsigned number.
template <typename T, int V, bool SLIDES, typename Index>
__global__ void unfold(T* output, const T* input, Geometry<Index> geometry, int64_t packs) {
    const auto is_below = [](Index position, Index size) {
        using Unsigned = std::make_unsigned_t<Index>;
        return static_cast<Unsigned>(position) < static_cast<Unsigned>(size);
    };
    PLUGINS_CUDA_FOR_EACH(Index, pack, packs) {
        Index across = pack, down, ky;
        down = geometry.across.divide(across);
        ky = geometry.down.divide(down);
        const Index row = ky;  // of all planes' kernels
        const Index plane = geometry.kernel_height.divide(ky);
        const Index y = down * geometry.stride[0] - geometry.padding[0] + ky * geometry.dilation[0];
        Index x = across * V * geometry.stride[1] - geometry.padding[1];
        const bool in_height = is_below(y, geometry.height);
        const T* from = input + (in_height ? (static_cast<int64_t>(plane) * geometry.height + y) * geometry.width : 0);
        const Index first = down * (geometry.across.divisor() * V) + across * V;
        T* to = output + static_cast<int64_t>(row) * geometry.kernel_width * geometry.blocks + first;
        // Memory that no store changes, so that loads need not wait for those.
        const auto element = [&](Index at) { return in_height && is_below(at, geometry.width) ? __ldg(from + at) : T{}; };
        T values[V];
        if constexpr (SLIDES) {
#pragma unroll
            for (int i = 0; i + 1 < V; ++i) values[i + 1] = element(x + i);
            x += V - 1;
        }
#pragma unroll 3
        for (Index kx = 0; kx < geometry.kernel_width; ++kx) {
            if constexpr (SLIDES) {
#pragma unroll
                for (int i = 0; i + 1 < V; ++i) values[i] = values[i + 1];
                values[V - 1] = element(x++);
            } else {
#pragma unroll
                for (int i = 0; i < V; ++i) values[i] = element(x + i * geometry.stride[1]);
                x += geometry.dilation[1];
            }
            Pack<T, V> pack;
#pragma unroll
            for (int i = 0; i < V; ++i) pack.values[i] = values[i];
            store_whole(to, pack);
            to += geometry.blocks;
        }
    }
}

template <typename T, int V, typename Index>
cudaError_t run(const UnfoldArgs& args, cudaStream_t stream) {
    Geometry<Index> geometry;
    geometry.across = Divider<Index>(args.blocks[1] / V);
    geometry.down = Divider<Index>(args.blocks[0]);
    geometry.kernel_height = Divider<Index>(args.kernel[0]);
    geometry.kernel_width = static_cast<Index>(args.kernel[1]);
    geometry.blocks = static_cast<Index>(args.blocks[0] * args.blocks[1]);
    geometry.height = static_cast<Index>(args.input.dims[2]);
    geometry.width = static_cast<Index>(args.input.dims[3]);
    for (int i = 0; i < 2; ++i) {
        geometry.dilation[i] = static_cast<Index>(args.dilation[i]);
        geometry.padding[i] = static_cast<Index>(args.padding[i]);
        geometry.stride[i] = static_cast<Index>(args.stride[i]);
    }
    const int64_t packs = args.output.count() / V / args.kernel[1];
    const auto kernel = args.stride[1] == 1 && args.dilation[1] == 1 ? unfold<T, V, true, Index> : unfold<T, V, false, Index>;
    return launch(kernel, one_each(packs), stream, args.output.as<T>(), args.input.as<const T>(), geometry, packs);
}

}  // namespace

cudaError_t launch_unfold(const UnfoldArgs& args, cudaStream_t stream) {
    if (args.output.count() == 0) return cudaSuccess;
    // Coordinates around the image, too, are numbers that 32 bits hold.
    bool small = args.output.count() <= INT_MAX;
    for (int i = 0; i < 2; ++i) small &= args.input.dims[2 + i] + 2 * args.padding[i] <= INT_MAX / 2;
    return for_bytes(size_of(args.input.type), [&](auto tag) {
        using T = typename decltype(tag)::type;
        if (!small) return run<T, 1, int64_t>(args, stream);
        // Packs of 16 bytes, and half of that where rows of blocks divide only into those.
        constexpr int V = sizeof(T) > 1 ? 16 / sizeof(T) : 8, HALF = V > 1 ? V / 2 : 1;
        const auto in_packs = [&](int v) { return args.blocks[1] % v == 0 && is_aligned(args.output.data, v * sizeof(T)); };
        if (in_packs(V)) return run<T, V, uint32_t>(args, stream);
        return in_packs(HALF) ? run<T, HALF, uint32_t>(args, stream) : run<T, 1, uint32_t>(args, stream);
    });
}

PLUGINS_CUDA_LAUNCHER(unfold, UnfoldArgs)

}  // namespace plugins_cuda
