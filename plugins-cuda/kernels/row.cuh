// A row of a tensor in packs of 16 bytes or so, which are what memory-bound kernels move.
#pragma once

#include "common.cuh"

namespace plugins_cuda {

// A pack as it lies in memory, word by word: short types take half the registers of what they become.
template <typename T, int V>
struct Packed {
    static constexpr int WORDS = ceil_div<int>(V * sizeof(T), sizeof(uint32_t));
    uint32_t words[WORDS];

    // Word by word, since values that come one by one would take a register each until all are there.
    __device__ void set(int i, T value) {
        if constexpr (sizeof(T) == 2 && V > 1) {
            uint16_t bits;
            memcpy(&bits, &value, sizeof bits);
            uint32_t& word = words[i / 2];
            word = i % 2 == 0 ? (word & 0xffff0000u) | bits : (word & 0xffffu) | static_cast<uint32_t>(bits) << 16;
        } else if constexpr (V == 1) {
            words[0] = 0;
            memcpy(words, &value, sizeof value);
        } else {
            memcpy(words + i * (sizeof(T) / sizeof(uint32_t)), &value, sizeof value);
        }
    }

    __device__ void load_whole(const T* from) {
        const auto whole = *reinterpret_cast<const typename Word<sizeof(Pack<T, V>)>::type*>(from);
        if constexpr (V == 1) {
            T value;
            memcpy(&value, &whole, sizeof value);
            set(0, value);
        } else {
            memcpy(words, &whole, sizeof whole);
        }
    }

    __device__ Pack<T, V> unpacked() const {
        Pack<T, V> pack;
        memcpy(&pack, words, sizeof pack);
        return pack;
    }

    // Makes the compiler forget what it has computed of the pack, so that it keeps this in registers and not that.
    __device__ void stay_packed() {
#ifdef __CUDA_ARCH__
#pragma unroll
        for (auto& word : words) asm volatile("" : "+r"(word));
#endif
    }
};

// The results in the type that memory has, two conversions at a time.
template <typename T, int V>
__device__ inline Pack<T, V> narrow_all(const typename Compute<T>::type (&results)[V]) {
    Pack<T, V> pack;
    if constexpr (sizeof(T) == 2 && V % 2 == 0) {
#pragma unroll
        for (int i = 0; i < V; i += 2) {
            const auto two = narrow_two<T>(results[i], results[i + 1]);
            pack.values[i] = two.x;
            pack.values[i + 1] = two.y;
        }
    } else {
#pragma unroll
        for (int i = 0; i < V; ++i) pack.values[i] = narrow<T>(results[i]);
    }
    return pack;
}

// Writes a pack in one access. Left to itself the compiler may take it apart, where it has code for single elements beside it.
template <typename T, int V>
__device__ inline void store_whole(T* to, const Pack<T, V>& pack) {
    using Whole = typename Word<sizeof pack>::type;
    Whole whole;
    memcpy(&whole, &pack, sizeof pack);
#ifdef __CUDA_ARCH__
    __stwb(reinterpret_cast<Whole*>(to), whole);
#else
    *reinterpret_cast<Whole*>(to) = whole;
#endif
}

template <typename T, int V, int PACKS>
__device__ inline void stay_packed(Packed<T, V> (&packs)[PACKS]) {
#pragma unroll
    for (int i = 0; i < PACKS; ++i) packs[i].stay_packed();
}

// A row in packs of V elements that are aligned in memory although the row may begin and end within one. Positions count from
// the first pack's first element; those from `begin` up to `end` are the row's, the others are its neighbours', which are not
// written, and read only to be forgotten.
template <int V>
struct Row {
    int64_t start;  // in the tensor, of position 0
    uint32_t begin;
    uint32_t end;
    uint32_t readable;  // packs up to this position lie in the tensor
    bool aligned;  // position 0 is where packs are aligned, in all tensors that have this row
    bool even;     // all packs are whole

    // The row of `length` elements from element `first` on, in tensors of `elements`; `aligned`: the tensors themselves are
    // aligned to packs.
    __device__ Row(int64_t first, uint32_t length, int64_t elements, bool aligned)
        : start(first - first % V), begin(static_cast<uint32_t>(first % V)), end(begin + length),
          readable(static_cast<uint32_t>(min(max(elements - start, int64_t{0}), static_cast<int64_t>(end) + V))),
          aligned(aligned), even(aligned && begin == 0 && length % V == 0) {}

    __device__ bool has(uint32_t position) const { return position >= begin && position < end; }
    __device__ bool has_some(uint32_t pack) const { return pack * V < end; }
    __device__ bool is_whole(uint32_t pack) const {
        return even || (aligned && pack * V >= begin && pack * V + V <= end);
    }

    // Pack `first` and those `distance` apart after it; `filler` for what is not in the row. All are on their way before the first
    // is waited for.
    template <typename T, int PACKS>
    __device__ void load(const T* tensor, uint32_t first, uint32_t distance, T filler, Packed<T, V> (&packs)[PACKS]) const {
        const T* from = tensor + start;
#pragma unroll
        for (int i = 0; i < PACKS; ++i) {
#pragma unroll
            for (int j = 0; j < V; ++j) packs[i].set(j, filler);
        }
        if (aligned) {
#pragma unroll
            for (int i = 0; i < PACKS; ++i) {
                const uint32_t at = first + i * distance;
                if (has_some(at) && at * V + V <= readable) packs[i].load_whole(from + at * V);
            }
        }
        if (!even) {
#pragma unroll
            for (int i = 0; i < PACKS; ++i) {
                const uint32_t at = first + i * distance;
                if (!has_some(at) || is_whole(at)) continue;
                const bool is_read = aligned && at * V + V <= readable;
#pragma unroll
                for (int j = 0; j < V; ++j) {
                    if (!has(at * V + j)) {
                        packs[i].set(j, filler);
                    } else if (!is_read) {
                        packs[i].set(j, from[at * V + j]);
                    }
                }
                packs[i].stay_packed();
            }
        }
        stay_packed(packs);
    }

    template <typename T>
    __device__ void store(T* tensor, uint32_t pack, const Pack<T, V>& values) const {
        T* to = tensor + start;
        if (is_whole(pack)) {
            store_whole(to + pack * V, values);
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
