// What the kinds of non-maximum suppression share.
#pragma once

#include "common.cuh"

namespace plugins_cuda {

// Boxes are compared 64 at a time, a bit for each.
constexpr int WORD = 64;

// A number that orders as the score does, with NaN above all and the zeros equal, as PyTorch's sort has it.
__host__ __device__ inline uint32_t sort_key(float score) {
    if (score != score) return 0xffffffffu;
    if (score == 0) return 0x80000000u;
    uint32_t bits;
#ifdef __CUDA_ARCH__
    bits = __float_as_uint(score);
#else
    __builtin_memcpy(&bits, &score, sizeof bits);
#endif
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

// The corners of a box; `extra` is what its last pixel adds to its sides.
struct alignas(16) Box {
    float x1, y1, x2, y2;

    template <typename T>
    static __host__ __device__ Box read(const T* from) {
        return {widen(from[0]), widen(from[1]), widen(from[2]), widen(from[3])};
    }

    __host__ __device__ float area(float extra) const { return (x2 - x1 + extra) * (y2 - y1 + extra); }
};

// Whether the intersection is more than `threshold` of the union.
__host__ __device__ inline bool overlap(const Box& a, const Box& b, float area_a, float area_b, float extra, float threshold) {
    const float width = fmaxf(fminf(a.x2, b.x2) - fmaxf(a.x1, b.x1) + extra, 0);
    const float height = fmaxf(fminf(a.y2, b.y2) - fmaxf(a.y1, b.y1) + extra, 0);
    const float both = width * height;
    // Most pairs have nothing in common; a division costs more than all the rest.
    if (both == 0 && threshold >= 0) return false;
    return both / (area_a + area_b - both) > threshold;
}

// Goes through a word of boxes in order and returns those that are kept. `alive`: not removed by boxes of other words.
// Each lane has two boxes, its own and the one 32 further on, with the bits of the earlier ones that would remove them. A box
// is decided as soon as those are, so the whole warp needs as many rounds as the longest chain of such boxes has members.
__device__ inline uint64_t keep(uint64_t alive, uint64_t removers, uint64_t removers_32) {
    const int32_t lane = threadIdx.x % 32;
    const uint64_t bit = uint64_t{1} << lane, bit_32 = bit << 32;
    uint64_t open = alive, kept = 0;
    while (open != 0) {
        const auto decide = [&](uint64_t box, uint64_t by) {
            const bool is_open = open & box, removed = by & kept, waits = by & open;
            return is_open ? removed ? 1 : waits ? 0 : 2 : 0;
        };
        const int32_t low = decide(bit, removers), high = decide(bit_32, removers_32);
        const auto both = [&](int32_t what) {
            return static_cast<uint64_t>(__ballot_sync(~0u, high == what)) << 32 | __ballot_sync(~0u, low == what);
        };
        const uint64_t removed = both(1), found = both(2);
        kept |= found;
        open &= ~(removed | found);
    }
    return kept;
}

// Places in a workspace, one behind the other.
struct Allocator {
    char* next;

    template <typename T>
    T* take(int64_t count) {
        T* here = reinterpret_cast<T*>(next);
        next += (count * sizeof(T) + 255) / 256 * 256;
        return here;
    }
};

}  // namespace plugins_cuda
