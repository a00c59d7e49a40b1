// torch.cummax and torch.cummin.
#include "scan.cuh"

#include <limits>

namespace plugins_cuda {

struct CumMaxMinArgs {
    Tensor input;
    Tensor values;
    Tensor indices;
    int32_t minimum;
    ScanShape shape;
};

namespace {

template <typename T>
struct Targets {
    T* values;
    int32_t* indices;
};

// Among equals the last, and NaN before all else: the later of two wins unless it is worse than the earlier.
template <typename T, bool MINIMUM>
struct Extreme {
    using Input = T;
    using Output = Targets<T>;
    // 16 bytes of the larger of value and index.
    static constexpr int V = sizeof(T) == 8 ? 2 : 4;
    using Value = typename Compute<T>::type;
    struct State {
        Value value;
        int32_t index;
    };

    // No value is worse than this one, and all that come later win against their equals.
    using Limits = std::numeric_limits<Value>;
    static constexpr Value LARGEST = Limits::has_infinity ? Limits::infinity() : Limits::max();
    static constexpr Value SMALLEST = Limits::has_infinity ? -Limits::infinity() : Limits::min();
    static constexpr Value WORST = MINIMUM ? LARGEST : SMALLEST;

    __device__ static State neutral() { return {WORST, -1}; }
    __device__ static T filler() { return narrow<T>(WORST); }

    __device__ static State combine(const State& earlier, const State& later) {
        const bool better = MINIMUM ? later.value <= earlier.value : later.value >= earlier.value;
        return later.value != later.value || better ? later : earlier;
    }

    __device__ static State load(T value, int64_t position) { return {widen(value), static_cast<int32_t>(position)}; }

    __device__ static void store(const Output& output, const Row<V>& row, uint32_t pack, const State (&results)[V]) {
        Value values[V];
        Pack<int32_t, V> indices;
#pragma unroll
        for (int i = 0; i < V; ++i) {
            values[i] = results[i].value;
            indices.values[i] = results[i].index;
        }
        row.store(output.values, pack, narrow_all<T, V>(values));
        row.store(output.indices, pack, indices);
    }

    __device__ static void store(const Output& output, int64_t at, const State& result) {
        output.values[at] = narrow<T>(result.value);
        output.indices[at] = result.index;
    }
};

template <typename T, bool MINIMUM>
cudaError_t run(const CumMaxMinArgs& args, cudaStream_t stream) {
    using Op = Extreme<T, MINIMUM>;
    const bool aligned = is_aligned(args.input.data, Op::V * sizeof(T)) && is_aligned(args.values.data, Op::V * sizeof(T)) &&
                         is_aligned(args.indices.data, Op::V * sizeof(int32_t));
    const Targets<T> output = {args.values.as<T>(), args.indices.as<int32_t>()};
    return scan::run<Op>(output, args.input.as<const T>(), args.shape, aligned, stream);
}

}  // namespace

cudaError_t launch_cum_max_min(const CumMaxMinArgs& args, cudaStream_t stream) {
    if (args.input.count() == 0) return cudaSuccess;
    return for_number(args.input.type, [&](auto tag) {
        using T = typename decltype(tag)::type;
        return args.minimum != 0 ? run<T, true>(args, stream) : run<T, false>(args, stream);
    });
}

PLUGINS_CUDA_LAUNCHER(cum_max_min, CumMaxMinArgs)

}  // namespace plugins_cuda
