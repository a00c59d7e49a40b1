// torch.gather.
#include "common.cuh"

#include <climits>

namespace plugins_cuda {

struct GatherArgs {
    Tensor input;
    Tensor index;
    Tensor output;
    int32_t dim;
};

namespace {

template <typename Index, int RANK>
struct Steps {
    Divider<Index> sizes[RANK];
    int64_t strides[RANK];  // of the input; 0 along the gathered dimension
    int64_t stride;         // of the input along the gathered dimension
    int64_t size;           // of the input along the gathered dimension
};

template <typename T, typename I, typename Index, int RANK>
__global__ void gather(T* output, const T* input, const I* index, Steps<Index, RANK> steps, int64_t count) {
    PLUGINS_CUDA_FOR_EACH(Index, i, count) {
        const int64_t chosen = index[i];
        Index rest = i;
        int64_t source = chosen * steps.stride;
#pragma unroll
        for (int axis = RANK - 1; axis > 0; --axis) {
            Index position = rest;
            rest = steps.sizes[axis].divide(position);
            source += static_cast<int64_t>(position) * steps.strides[axis];
        }
        source += static_cast<int64_t>(rest) * steps.strides[0];
        T value;
        memset(&value, 0xff, sizeof(T));  // for an index out of range: NaN, or -1
        if (chosen >= 0 && chosen < steps.size) value = input[source];
        output[i] = value;
    }
}

template <typename T, typename I, typename Index, int RANK>
cudaError_t run(const GatherArgs& args, int rank, const int64_t* sizes, const int64_t* strides, cudaStream_t stream) {
    Steps<Index, RANK> steps;
    for (int axis = 0; axis < RANK; ++axis) {
        const int from = axis - (RANK - rank);
        steps.sizes[axis] = Divider<Index>(from < 0 ? 1 : sizes[from]);
        steps.strides[axis] = from < 0 ? 0 : strides[from];
    }
    const Tensor& input = args.input;
    steps.stride = input.rank == 0 ? 1 : input.count(args.dim + 1, input.rank);
    steps.size = input.rank == 0 ? 1 : input.dims[args.dim];
    const int64_t count = args.output.count();
    return launch(gather<T, I, Index, RANK>, one_each(count), stream, args.output.as<T>(), input.as<const T>(),
                  args.index.as<const I>(), steps, count);
}

}  // namespace

cudaError_t launch_gather(const GatherArgs& args, cudaStream_t stream) {
    const int64_t count = args.output.count();
    if (count == 0) return cudaSuccess;
    // Dimensions that lie together in index and input are one.
    const Tensor& input = args.input;
    int64_t sizes[MAX_RANK], strides[MAX_RANK];
    int rank = 0;
    for (int dim = 0; dim < input.rank; ++dim) {
        const int64_t size = args.index.dims[dim], stride = dim == args.dim ? 0 : input.count(dim + 1, input.rank);
        if (size == 1) continue;
        if (rank > 0 && strides[rank - 1] == stride * size) {
            sizes[rank - 1] *= size;
            strides[rank - 1] = stride;
        } else {
            sizes[rank] = size;
            strides[rank++] = stride;
        }
    }
    return for_bytes(size_of(input.type), [&](auto tag) {
        using T = typename decltype(tag)::type;
        return for_index(args.index.type, [&](auto index_tag) {
            using I = typename decltype(index_tag)::type;
            if (count > INT_MAX) return run<T, I, int64_t, MAX_RANK>(args, rank, sizes, strides, stream);
            if (rank <= 3) return run<T, I, uint32_t, 3>(args, rank, sizes, strides, stream);
            return run<T, I, uint32_t, MAX_RANK>(args, rank, sizes, strides, stream);
        });
    });
}

PLUGINS_CUDA_LAUNCHER(gather, GatherArgs)

}  // namespace plugins_cuda
