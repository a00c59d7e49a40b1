// torch.cumsum and torch.cumprod.
#include "scan.cuh"

namespace plugins_cuda {

struct CumArgs {
    Tensor input;
    Tensor output;
    int32_t product;
    ScanShape shape;
};

namespace {

// Integers wrap around.
inline __device__ int32_t wrapping(uint32_t value) { return static_cast<int32_t>(value); }
inline __device__ int64_t wrapping(uint64_t value) { return static_cast<int64_t>(value); }

struct Sum {
    static constexpr int NEUTRAL = 0;
    __device__ static float apply(float a, float b) { return a + b; }
    __device__ static int32_t apply(int32_t a, int32_t b) { return wrapping(static_cast<uint32_t>(a) + static_cast<uint32_t>(b)); }
    __device__ static int64_t apply(int64_t a, int64_t b) { return wrapping(static_cast<uint64_t>(a) + static_cast<uint64_t>(b)); }
};

struct Product {
    static constexpr int NEUTRAL = 1;
    __device__ static float apply(float a, float b) { return a * b; }
    __device__ static int32_t apply(int32_t a, int32_t b) { return wrapping(static_cast<uint32_t>(a) * static_cast<uint32_t>(b)); }
    __device__ static int64_t apply(int64_t a, int64_t b) { return wrapping(static_cast<uint64_t>(a) * static_cast<uint64_t>(b)); }
};

template <typename T, typename Operator>
struct Cumulative {
    using Input = T;
    using Output = T*;
    static constexpr int V = 16 / sizeof(T);
    using State = typename Compute<T>::type;

    __device__ static State neutral() { return static_cast<State>(Operator::NEUTRAL); }
    __device__ static T filler() { return narrow<T>(neutral()); }
    __device__ static State combine(State earlier, State later) { return Operator::apply(earlier, later); }
    __device__ static State load(T value, int64_t) { return widen(value); }

    __device__ static void store(T* output, const Row<V>& row, uint32_t pack, const State (&results)[V]) {
        row.store(output, pack, narrow_all<T, V>(results));
    }

    __device__ static void store(T* output, int64_t at, State result) { output[at] = narrow<T>(result); }
};

template <typename T, typename Operator>
cudaError_t run(const CumArgs& args, cudaStream_t stream) {
    const bool aligned = is_aligned(args.input.data, 16) && is_aligned(args.output.data, 16);
    return scan::run<Cumulative<T, Operator>>(args.output.as<T>(), args.input.as<const T>(), args.shape, aligned, stream);
}

}  // namespace

cudaError_t launch_cum(const CumArgs& args, cudaStream_t stream) {
    if (args.input.count() == 0) return cudaSuccess;
    return for_number(args.input.type, [&](auto tag) {
        using T = typename decltype(tag)::type;
        return args.product != 0 ? run<T, Product>(args, stream) : run<T, Sum>(args, stream);
    });
}

PLUGINS_CUDA_LAUNCHER(cum, CumArgs)

}  // namespace plugins_cuda
