// What the kernels use of CUB's sorts.
#pragma once

#include <algorithm>
#include <numeric>
#include <vector>

#include <cuda_runtime.h>

namespace cub {
namespace emulated {

template <typename Key, typename Value>
void sort_descending(const Key* keys, Key* sorted_keys, const Value* values, Value* sorted_values, int count) {
    std::vector<int> order(count);
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return keys[a] > keys[b]; });
    for (int i = 0; i < count; ++i) {
        sorted_keys[i] = keys[order[i]];
        sorted_values[i] = values[order[i]];
    }
}

}  // namespace emulated

struct DeviceRadixSort {
    template <typename Key, typename Value>
    static cudaError_t SortPairsDescending(void* temporary, size_t& bytes, const Key* keys, Key* sorted_keys, const Value* values,
                                           Value* sorted_values, int count, int = 0, int = 0, cudaStream_t = nullptr) {
        bytes = 1;
        if (temporary != nullptr) emulated::sort_descending(keys, sorted_keys, values, sorted_values, count);
        return cudaSuccess;
    }
};

struct DeviceSegmentedSort {
    template <typename Key, typename Value>
    static cudaError_t StableSortPairsDescending(void* temporary, size_t& bytes, const Key* keys, Key* sorted_keys, const Value* values,
                                                 Value* sorted_values, int, int segments, const int* first, const int* last, cudaStream_t) {
        bytes = 1;
        for (int s = 0; temporary != nullptr && s < segments; ++s) {
            const int start = first[s], count = last[s] - start;
            emulated::sort_descending(keys + start, sorted_keys + start, values + start, sorted_values + start, count);
        }
        return cudaSuccess;
    }
};

}  // namespace cub
