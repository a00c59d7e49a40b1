// x less the mean of all its elements.
#include "reduce.cuh"

namespace plugins_cuda {
namespace {

// Sums of the blocks, as src/centered.rs provides memory for them.
constexpr int MAX_SUMS = 1024;

template <typename T, int V>
__global__ void sums(const T* input, int64_t count, double* partial) {
    const auto* packs = reinterpret_cast<const Pack<T, V>*>(input);
    float sum = 0;
    PLUGINS_CUDA_FOR_EACH(int64_t, i, count / V) {
        const Pack<T, V> pack = packs[i];
#pragma unroll
        for (int j = 0; j < V; ++j) sum += widen(pack.values[j]);
    }
    const int64_t tail = count / V * V + threadIdx.x;
    if (blockIdx.x == 0 && tail < count) sum += widen(input[tail]);
    const double total = block_reduce(static_cast<double>(sum), 0.0, Add());
    if (threadIdx.x == 0) partial[blockIdx.x] = total;
}

template <typename T, int V>
__global__ void subtract(T* output, const T* input, int64_t count, const double* partial, int parts) {
    double total = 0;
    for (int i = threadIdx.x; i < parts; i += blockDim.x) total += partial[i];
    const auto mean = static_cast<float>(block_reduce(total, 0.0, Add()) / static_cast<double>(count));
    // Backwards, since the cache holds what was summed last.
    PLUGINS_CUDA_FOR_EACH(int64_t, from_end, count / V) {
        const int64_t i = count / V - 1 - from_end;
        Pack<T, V> pack = reinterpret_cast<const Pack<T, V>*>(input)[i];
#pragma unroll
        for (int j = 0; j < V; ++j) pack.values[j] = narrow<T>(widen(pack.values[j]) - mean);
        reinterpret_cast<Pack<T, V>*>(output)[i] = pack;
    }
    const int64_t tail = count / V * V + threadIdx.x;
    if (blockIdx.x == 0 && tail < count) output[tail] = narrow<T>(widen(input[tail]) - mean);
}

template <typename T, int V>
cudaError_t run(const Tensor& input, const Tensor& output, double* partial, cudaStream_t stream) {
    const int64_t count = input.count();
    Shape shape = one_each(ceil_div<int64_t>(count, V));
    if (shape.blocks.x > MAX_SUMS) shape.blocks.x = MAX_SUMS;
    const int parts = static_cast<int>(shape.blocks.x);
    const cudaError_t status = launch(sums<T, V>, shape, stream, input.as<const T>(), count, partial);
    if (status != cudaSuccess) return status;
    return launch(subtract<T, V>, shape, stream, output.as<T>(), input.as<const T>(), count, partial, parts);
}

}  // namespace

struct CenteredArgs {
    Tensor input;
    Tensor output;
    double* partial;
};

cudaError_t launch_centered(const CenteredArgs& args, cudaStream_t stream) {
    if (args.input.count() == 0) return cudaSuccess;
    const bool aligned = is_aligned(args.input.data, 16) && is_aligned(args.output.data, 16);
    return for_real(args.input.type, [&](auto tag) {
        using T = typename decltype(tag)::type;
        constexpr int V = 16 / sizeof(T);
        return aligned ? run<T, V>(args.input, args.output, args.partial, stream)
                       : run<T, 1>(args.input, args.output, args.partial, stream);
    });
}

PLUGINS_CUDA_LAUNCHER(centered, CenteredArgs)

}  // namespace plugins_cuda
