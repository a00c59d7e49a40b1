// torch.meshgrid with indexing "ij": of vectors, or of evenly spaced numbers.
#include "strided_copy.cuh"

#include <climits>

namespace plugins_cuda {

// One of the grids: `output` holds along dimension `dim` the elements of `vector` or, where that has no memory, the numbers
// start, start + step, ...
struct MeshGridArgs {
    Tensor vector;
    Tensor output;
    int32_t dim;
    double start;
    double step;
};

namespace {

template <typename T, typename Index>
__global__ void spaced(T* output, Divider<Index> inner, Divider<Index> size, double start, double step, int64_t count) {
    PLUGINS_CUDA_FOR_EACH(Index, i, count) {
        Index rest = i;
        Index position = inner.divide(rest);
        size.divide(position);
        output[i] = narrow<T>(static_cast<typename Compute<T>::type>(start + step * static_cast<double>(position)));
    }
}

}  // namespace

cudaError_t launch_mesh_grid(const MeshGridArgs& args, cudaStream_t stream) {
    const Tensor& output = args.output;
    const int64_t count = output.count(), inner = output.count(args.dim + 1, output.rank), size = output.dims[args.dim];
    if (count == 0) return cudaSuccess;
    if (args.vector.data != nullptr) {
        View view;
        view.push(output.count(0, args.dim), 0);
        view.push(size, 1);
        view.push(inner, 0);
        return strided_copy(output.data, args.vector.data, size_of(output.type), view, stream);
    }
    return for_number(output.type, [&](auto tag) {
        using T = typename decltype(tag)::type;
        if (count > INT_MAX) {
            return launch(spaced<T, int64_t>, one_each(count), stream, output.as<T>(), Divider<int64_t>(inner), Divider<int64_t>(size),
                          args.start, args.step, count);
        }
        return launch(spaced<T, uint32_t>, one_each(count), stream, output.as<T>(), Divider<uint32_t>(inner), Divider<uint32_t>(size),
                      args.start, args.step, count);
    });
}

PLUGINS_CUDA_LAUNCHER(mesh_grid, MeshGridArgs)

}  // namespace plugins_cuda
