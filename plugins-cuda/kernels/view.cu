// The same elements under another shape.
#include "strided_copy.cuh"

namespace plugins_cuda {

struct ViewArgs {
    Tensor input;
    Tensor output;
};

cudaError_t launch_view(const ViewArgs& args, cudaStream_t stream) {
    View view;
    view.push(args.input.count(), 1);
    return strided_copy(args.output.data, args.input.data, size_of(args.input.type), view, stream);
}

PLUGINS_CUDA_LAUNCHER(view, ViewArgs)

}  // namespace plugins_cuda
