// A row of a tensor in packs of 16 bytes or so, which are what memory-bound kernels move.
#pragma once

#include "common.cuh"

namespace plugins_cuda {

// A row in packs of V elements that are aligned in memory although the row may begin and end within one. Positions count from
// the first pack's first element; those from `begin` up to `end` are the row's, the others are its neighbours' and neither read
// nor written.
template <int V>
struct Row {
    int64_t start;  // in the tensor, of position 0
    uint32_t begin;
    uint32_t end;
    bool aligned;  // position 0 is where packs are aligned, in all tensors that have this row
    bool even;     // all packs are whole

    // The row of `length` elements from element `first` on; `aligned`: the tensors themselves are aligned to packs.
    __device__ Row(int64_t first, uint32_t length, bool aligned)
        : start(first - first % V), begin(static_cast<uint32_t>(first % V)), end(begin + length), aligned(aligned),
          even(aligned && begin == 0 && length % V == 0) {}

    __device__ bool has(uint32_t position) const { return position >= begin && position < end; }
    __device__ bool has_some(uint32_t pack) const { return pack * V < end; }
    __device__ bool is_whole(uint32_t pack) const {
        return even || (aligned && pack * V >= begin && pack * V + V <= end);
    }

    // Pack `first` and those `distance` apart after it; zeros for what is not in the row. All are on their way before the first
    // is waited for.
    template <typename T, int PACKS>
    __device__ void load(const T* tensor, uint32_t first, uint32_t distance, Pack<T, V> (&packs)[PACKS]) const {
        const T* from = tensor + start;
#pragma unroll
        for (auto& pack : packs) memset(&pack, 0, sizeof pack);
        if (even) {
#pragma unroll
            for (int i = 0; i < PACKS; ++i) {
                const uint32_t pack = first + i * distance;
                if (has_some(pack)) packs[i] = *reinterpret_cast<const Pack<T, V>*>(from + pack * V);
            }
        } else {
#pragma unroll
            for (int i = 0; i < PACKS; ++i) {
                const uint32_t pack = first + i * distance;
                if (is_whole(pack)) {
                    packs[i] = *reinterpret_cast<const Pack<T, V>*>(from + pack * V);
                } else {
#pragma unroll
                    for (int j = 0; j < V; ++j) {
                        if (has(pack * V + j)) packs[i].values[j] = from[pack * V + j];
                    }
                }
            }
        }
    }

    template <typename T>
    __device__ void store(T* tensor, uint32_t pack, const Pack<T, V>& values) const {
        T* to = tensor + start;
        if (is_whole(pack)) {
            *reinterpret_cast<Pack<T, V>*>(to + pack * V) = values;
        } else {
#pragma unroll
            for (int j = 0; j < V; ++j) {
                if (has(pack * V + j)) to[pack * V + j] = values.values[j];
            }
        }
    }
};

// The most packs that a row of `length` elements has, wherever it begins.
template <int V>
__host__ __device__ constexpr int64_t packs_of_row(int64_t length) {
    return length % V == 0 ? length / V : length / V + 2;
}

}  // namespace plugins_cuda
