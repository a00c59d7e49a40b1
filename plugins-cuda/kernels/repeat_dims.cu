// torch.Tensor.repeat.
#include "strided_copy.cuh"

namespace plugins_cuda {

struct RepeatDimsArgs {
    Tensor input;
    Tensor output;
    // How often, for each dimension of the output, of which the last ones are the input's.
    int64_t repeats[MAX_RANK];
};

cudaError_t launch_repeat_dims(const RepeatDimsArgs& args, cudaStream_t stream) {
    const Tensor& input = args.input;
    const int added = args.output.rank - input.rank;
    View view;
    for (int dim = 0; dim < args.output.rank; ++dim) {
        view.push(args.repeats[dim], 0);
        const int from = dim - added;
        if (from >= 0) view.push(input.dims[from], input.count(from + 1, input.rank));
    }
    return strided_copy(args.output.data, input.data, size_of(input.type), view, stream);
}

PLUGINS_CUDA_LAUNCHER(repeat_dims, RepeatDimsArgs)

}  // namespace plugins_cuda
