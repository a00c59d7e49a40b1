#include "strided_copy.cuh"

#include <algorithm>
#include <climits>

namespace plugins_cuda {
namespace {

// A thread writes V neighbours at once, the same ones into each of `copies`, which are `count` elements apart.
template <typename T, int V, typename Index, int RANK>
__global__ void copy(T* output, const T* input, Walk<Index, RANK> walk, int64_t count, int64_t copies) {
    PLUGINS_CUDA_FOR_EACH(Index, pack, ceil_div<int64_t>(count, V)) {
        const Index first = pack * V;
        int64_t sources[V];
        walk.template sources<V>(first, static_cast<Index>(count), sources);
        Pack<T, V> values;
#pragma unroll
        for (int i = 0; i < V; ++i) values.values[i] = input[sources[i]];
        for (int64_t i = 0; i < copies; ++i) {
            store_pack<T, V, Index>(output + i * count, first, static_cast<Index>(count), values);
        }
    }
}

// Whether two neighbours can be taken for one element of twice the size.
bool can_double(const View& view, const void* output, const void* input, size_t element) {
    const int inner = view.rank - 1;
    if (view.strides[inner] != 1 || view.sizes[inner] % 2 != 0 || view.offset % 2 != 0) return false;
    for (int axis = 0; axis < inner; ++axis) {
        if (view.strides[axis] % 2 != 0) return false;
    }
    return is_aligned(output, 2 * element) && is_aligned(input, 2 * element);
}

template <typename T, int V, typename Index, int RANK>
cudaError_t run(void* output, const void* input, const View& view, int64_t count, int64_t copies, cudaStream_t stream) {
    return launch(copy<T, V, Index, RANK>, one_each(ceil_div<int64_t>(count, V)), stream, static_cast<T*>(output),
                  static_cast<const T*>(input), Walk<Index, RANK>(view), count, copies);
}

template <typename T, int V>
cudaError_t run(void* output, const void* input, const View& view, int64_t count, int64_t copies, cudaStream_t stream) {
    if (count > INT_MAX) return run<T, V, int64_t, View::MAX_AXES>(output, input, view, count, copies, stream);
    if (view.rank <= 2) return run<T, V, uint32_t, 2>(output, input, view, count, copies, stream);
    if (view.rank <= 4) return run<T, V, uint32_t, 4>(output, input, view, count, copies, stream);
    return run<T, V, uint32_t, View::MAX_AXES>(output, input, view, count, copies, stream);
}

// What is repeated as a whole is read once where it has so many bytes: the cache may not hold it until it is read again, and it
// has work for all multiprocessors.
constexpr int64_t READ_ONCE = 1 << 20;

}  // namespace

cudaError_t strided_copy(void* output, const void* input, size_t element, View view, cudaStream_t stream) {
    int64_t count = 1;
    for (int axis = 0; axis < view.rank; ++axis) count *= view.sizes[axis];
    if (count == 0) return cudaSuccess;
    if (view.rank == 0) view = View{1, view.offset, {1}, {1}};
    while (element < 16 && can_double(view, output, input, element)) {
        const int inner = view.rank - 1;
        view.sizes[inner] /= 2;
        view.offset /= 2;
        for (int axis = 0; axis < inner; ++axis) view.strides[axis] /= 2;
        element *= 2;
        count /= 2;
    }
    int64_t copies = 1;
    const int64_t once = count / view.sizes[0] * static_cast<int64_t>(element);
    if (view.rank > 1 && view.strides[0] == 0 && once >= READ_ONCE && once % 16 == 0) {
        copies = view.sizes[0];
        count /= copies;
        --view.rank;
        std::copy_n(view.sizes + 1, view.rank, view.sizes);
        std::copy_n(view.strides + 1, view.rank, view.strides);
    }
    return for_bytes(element, [&](auto tag) {
        using T = typename decltype(tag)::type;
        constexpr int V = 16 / sizeof(T);
        return is_aligned(output, 16) ? run<T, V>(output, input, view, count, copies, stream)
                                      : run<T, 1>(output, input, view, count, copies, stream);
    });
}

}  // namespace plugins_cuda
