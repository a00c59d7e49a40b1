#include "strided_copy.cuh"

#include <climits>

namespace plugins_cuda {
namespace {

template <typename Index, int RANK>
struct Walk {
    Divider<Index> sizes[RANK];
    int64_t strides[RANK];
    int64_t offset;
};

// A thread writes V neighbours of one row at once.
template <typename T, int V, typename Index, int RANK>
__global__ void copy(T* output, const T* input, Walk<Index, RANK> walk, int64_t packs) {
    PLUGINS_CUDA_FOR_EACH(Index, pack, packs) {
        Index rest = pack;
        int64_t source = walk.offset;
        // The innermost axis counts packs.
#pragma unroll
        for (int axis = RANK - 1; axis > 0; --axis) {
            Index position = rest;
            rest = walk.sizes[axis].divide(position);
            source += static_cast<int64_t>(position) * (axis == RANK - 1 ? V : 1) * walk.strides[axis];
        }
        source += static_cast<int64_t>(rest) * (RANK == 1 ? V : 1) * walk.strides[0];
        Pack<T, V> values;
#pragma unroll
        for (int i = 0; i < V; ++i) values.values[i] = input[source + i * walk.strides[RANK - 1]];
        reinterpret_cast<Pack<T, V>*>(output)[pack] = values;
    }
}

// Leaves out axes of one element and joins axes that lie in memory as one does.
View simplified(const View& view) {
    View result;
    result.offset = view.offset;
    for (int axis = 0; axis < view.rank; ++axis) {
        const int64_t size = view.sizes[axis], stride = view.strides[axis];
        if (size == 1) continue;
        if (result.rank > 0 && result.strides[result.rank - 1] == stride * size) {
            result.sizes[result.rank - 1] *= size;
            result.strides[result.rank - 1] = stride;
        } else {
            result.push(size, stride);
        }
    }
    if (result.rank == 0) result.push(1, 1);
    return result;
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
cudaError_t run(void* output, const void* input, const View& view, cudaStream_t stream) {
    Walk<Index, RANK> walk;
    walk.offset = view.offset;
    int64_t packs = 1;
    for (int axis = 0; axis < RANK; ++axis) {
        const int from = axis - (RANK - view.rank);
        int64_t size = from < 0 ? 1 : view.sizes[from];
        if (axis == RANK - 1) size /= V;
        packs *= size;
        walk.sizes[axis] = Divider<Index>(size);
        walk.strides[axis] = from < 0 ? 0 : view.strides[from];
    }
    return launch(
        copy<T, V, Index, RANK>, one_each(packs), stream, static_cast<T*>(output), static_cast<const T*>(input), walk, packs);
}

template <typename T, int V>
cudaError_t run(void* output, const void* input, const View& view, int64_t elements, cudaStream_t stream) {
    if (elements > INT_MAX) return run<T, V, int64_t, View::MAX_AXES>(output, input, view, stream);
    if (view.rank <= 2) return run<T, V, uint32_t, 2>(output, input, view, stream);
    if (view.rank <= 4) return run<T, V, uint32_t, 4>(output, input, view, stream);
    return run<T, V, uint32_t, View::MAX_AXES>(output, input, view, stream);
}

}  // namespace

cudaError_t strided_copy(void* output, const void* input, size_t element, View view, cudaStream_t stream) {
    int64_t elements = 1;
    for (int axis = 0; axis < view.rank; ++axis) elements *= view.sizes[axis];
    if (elements == 0) return cudaSuccess;
    view = simplified(view);
    while (element < 16 && can_double(view, output, input, element)) {
        const int inner = view.rank - 1;
        view.sizes[inner] /= 2;
        view.offset /= 2;
        for (int axis = 0; axis < inner; ++axis) view.strides[axis] /= 2;
        element *= 2;
        elements /= 2;
    }
    return for_bytes(element, [&](auto tag) {
        using T = typename decltype(tag)::type;
        constexpr int V = 16 / sizeof(T);
        const bool packs = view.sizes[view.rank - 1] % V == 0 && is_aligned(output, 16);
        return packs ? run<T, V>(output, input, view, elements, stream) : run<T, 1>(output, input, view, elements, stream);
    });
}

}  // namespace plugins_cuda
