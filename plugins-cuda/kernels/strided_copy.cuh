// Copies elements to a contiguous output from an input with any strides: flips, repetitions, expansions.
#pragma once

#include "common.cuh"

namespace plugins_cuda {

// How an output reads its input: output element (i0, i1, ...) is input element offset + i0 * stride0 + i1 * stride1 + ...
struct View {
    static constexpr int MAX_AXES = 2 * MAX_RANK;

    int rank = 0;
    int64_t offset = 0;
    int64_t sizes[MAX_AXES];
    int64_t strides[MAX_AXES];

    // An axis within those so far; axes of one element are left out, and those that lie in memory as one are joined.
    void push(int64_t size, int64_t stride) {
        if (size == 1) return;
        if (rank > 0 && strides[rank - 1] == stride * size) {
            sizes[rank - 1] *= size;
            strides[rank - 1] = stride;
        } else {
            sizes[rank] = size;
            strides[rank] = stride;
            ++rank;
        }
    }
};

// A view as a thread walks it: its axes are the last ones of RANK.
template <typename Index, int RANK>
struct Walk {
    Divider<Index> sizes[RANK];
    int64_t strides[RANK];
    int64_t offset;

    explicit Walk(const View& view) : offset(view.offset) {
        for (int axis = 0; axis < RANK; ++axis) {
            const int from = axis - (RANK - view.rank);
            sizes[axis] = Divider<Index>(from < 0 ? 1 : view.sizes[from]);
            strides[axis] = from < 0 ? 0 : view.strides[from];
        }
    }

    // The input element that output element `i` reads; `left` is how many output elements its row has from there on.
    __device__ int64_t source(Index i, Index& left) const {
        int64_t at = offset;
#pragma unroll
        for (int axis = RANK - 1; axis > 0; --axis) {
            Index position = i;
            i = sizes[axis].divide(position);
            at += static_cast<int64_t>(position) * strides[axis];
            if (axis == RANK - 1) left = sizes[axis].divisor() - position;
        }
        return at + static_cast<int64_t>(i) * strides[0];
    }

    // The same for V neighbours of the output, which has `count` elements. Rows need not be multiples of V.
    template <int V>
    __device__ void sources(Index first, Index count, int64_t (&at)[V]) const {
        Index left;
        at[0] = source(first, left);
        if (left >= static_cast<Index>(V)) {
#pragma unroll
            for (int i = 1; i < V; ++i) at[i] = at[0] + i * strides[RANK - 1];
        } else {
#pragma unroll
            for (int i = 1; i < V; ++i) at[i] = source(first + i < count ? first + i : count - 1, left);
        }
    }
};

// Writes V neighbours from `first` on, or those of them that the tensor of `count` elements has.
template <typename T, int V, typename Index>
__device__ inline void store_pack(T* output, Index first, Index count, const Pack<T, V>& pack) {
    if (first + V <= count) {
        *reinterpret_cast<Pack<T, V>*>(output + first) = pack;
    } else {
#pragma unroll
        for (int i = 0; i < V; ++i) {
            if (first + i < count) output[first + i] = pack.values[i];
        }
    }
}

// Fills `output` with the elements of `element` bytes that `view` names.
cudaError_t strided_copy(void* output, const void* input, size_t element, View view, cudaStream_t stream);

}  // namespace plugins_cuda
