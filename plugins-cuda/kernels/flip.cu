// torch.flip.
#include "strided_copy.cuh"

namespace plugins_cuda {

struct FlipArgs {
    Tensor input;
    Tensor output;
    // Bit i: dimension i runs backwards.
    uint32_t flipped;
};

cudaError_t launch_flip(const FlipArgs& args, cudaStream_t stream) {
    const Tensor& input = args.input;
    View view;
    for (int dim = 0; dim < input.rank; ++dim) {
        const int64_t size = input.dims[dim], stride = input.count(dim + 1, input.rank);
        const bool flipped = (args.flipped >> dim & 1) != 0;
        view.push(size, flipped ? -stride : stride);
        if (flipped) view.offset += (size - 1) * stride;
    }
    return strided_copy(args.output.data, input.data, size_of(input.type), view, stream);
}

PLUGINS_CUDA_LAUNCHER(flip, FlipArgs)

}  // namespace plugins_cuda
