// torch.gather.
#include "strided_copy.cuh"

#include <climits>

namespace plugins_cuda {

struct GatherArgs {
    Tensor input;
    Tensor index;
    Tensor output;
    int32_t dim;
};

namespace {

// A thread has V neighbours of the output, whose elements come from memory side by side. `walk` says where the input has them
// without the gathered dimension, along which it has `size` elements at a distance of `stride`.
template <typename T, typename I, int V, typename Index, int RANK>
__global__ void gather(T* output, const T* input, const I* index, Walk<Index, RANK> walk, int64_t size, int64_t stride, int64_t count) {
    PLUGINS_CUDA_FOR_EACH(Index, pack, ceil_div<int64_t>(count, V)) {
        const Index first = pack * V, end = static_cast<Index>(count);
        Pack<I, V> chosen;
        if (first + V <= end) {
            chosen = *reinterpret_cast<const Pack<I, V>*>(index + first);
        } else {
#pragma unroll
            for (int i = 0; i < V; ++i) chosen.values[i] = first + i < end ? index[first + i] : 0;
        }
        int64_t sources[V];
        walk.template sources<V>(first, end, sources);
        Pack<T, V> values;
        memset(&values, 0xff, sizeof values);  // for an index out of range: NaN, or -1
#pragma unroll
        for (int i = 0; i < V; ++i) {
            const int64_t at = chosen.values[i];
            if (at >= 0 && at < size) values.values[i] = input[sources[i] + at * stride];
        }
        store_pack<T, V, Index>(output, first, end, values);
    }
}

template <typename T, typename I, int V, typename Index, int RANK>
cudaError_t run(const GatherArgs& args, const View& view, cudaStream_t stream) {
    const Tensor& input = args.input;
    const bool scalar = input.rank == 0;
    const int64_t size = scalar ? 1 : input.dims[args.dim], stride = scalar ? 1 : input.count(args.dim + 1, input.rank);
    const int64_t count = args.output.count();
    return launch(gather<T, I, V, Index, RANK>, one_each(ceil_div<int64_t>(count, V)), stream, args.output.as<T>(),
                  input.as<const T>(), args.index.as<const I>(), Walk<Index, RANK>(view), size, stride, count);
}

}  // namespace

cudaError_t launch_gather(const GatherArgs& args, cudaStream_t stream) {
    const int64_t count = args.output.count();
    if (count == 0) return cudaSuccess;
    const Tensor& input = args.input;
    View view;
    for (int dim = 0; dim < input.rank; ++dim) {
        view.push(args.index.dims[dim], dim == args.dim ? 0 : input.count(dim + 1, input.rank));
    }
    return for_bytes(size_of(input.type), [&](auto tag) {
        using T = typename decltype(tag)::type;
        return for_index(args.index.type, [&](auto index_tag) {
            using I = typename decltype(index_tag)::type;
            constexpr int V = 4;
            const bool packs = is_aligned(args.output.data, V * sizeof(T)) && is_aligned(args.index.data, V * sizeof(I));
            if (count > INT_MAX) return run<T, I, 1, int64_t, MAX_RANK>(args, view, stream);
            if (!packs) return run<T, I, 1, uint32_t, MAX_RANK>(args, view, stream);
            if (view.rank <= 3) return run<T, I, V, uint32_t, 3>(args, view, stream);
            return run<T, I, V, uint32_t, MAX_RANK>(args, view, stream);
        });
    });
}

PLUGINS_CUDA_LAUNCHER(gather, GatherArgs)

}  // namespace plugins_cuda
