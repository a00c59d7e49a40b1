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

    void push(int64_t size, int64_t stride) {
        sizes[rank] = size;
        strides[rank] = stride;
        ++rank;
    }
};

// Fills `output` with the elements of `element` bytes that `view` names.
cudaError_t strided_copy(void* output, const void* input, size_t element, View view, cudaStream_t stream);

}  // namespace plugins_cuda
