// TorchNMS: torchvision.ops.nms (https://docs.pytorch.org/vision/stable/generated/torchvision.ops.nms.html), for any
// number of boxes.
//
// Boxes are sorted and then taken a chunk at a time: all pairs of the chunk are compared, one block walks through it in
// order, and what it keeps removes boxes of later chunks. So memory is linear in the number of boxes, and pairs of boxes that
// are gone already are not compared. Nothing waits for the host.
#include "nms.cuh"

#include <algorithm>

#include <cub/device/device_radix_sort.cuh>

namespace plugins_cuda {
namespace {

struct NmsArgs {
    Tensor boxes;        // [boxes, 4]: x1, y1, x2, y2
    Tensor scores;       // [boxes]
    Tensor indices;      // [boxes] of int32: the kept boxes by falling score, then -1
    Tensor count;        // int32: how many are kept
    float threshold;
    void* workspace;
};

struct NmsWorkspaceArgs {
    int64_t boxes;
    int64_t* bytes;      // on the host
};

constexpr int CHUNK = 4096;
constexpr int CHUNK_WORDS = CHUNK / WORD;

struct Workspace {
    uint32_t *keys, *sorted_keys;
    int32_t *numbers, *order;     // of boxes, before and after sorting
    Box* sorted;
    uint8_t* removed;             // for each sorted box
    uint64_t* removers;           // for each box of a chunk, the earlier ones of the chunk that would remove it
    Box* kept;                    // of a chunk
    int32_t* kept_count;
    void* sorting;
    size_t sorting_bytes, bytes;
};

cudaError_t lay_out(void* start, int64_t boxes, Workspace* w) {
    Allocator allocator{static_cast<char*>(start)};
    w->keys = allocator.take<uint32_t>(boxes);
    w->sorted_keys = allocator.take<uint32_t>(boxes);
    w->numbers = allocator.take<int32_t>(boxes);
    w->order = allocator.take<int32_t>(boxes);
    w->sorted = allocator.take<Box>(boxes);
    w->removed = allocator.take<uint8_t>(boxes);
    w->removers = allocator.take<uint64_t>(std::min<int64_t>(boxes, CHUNK) * CHUNK_WORDS);
    w->kept = allocator.take<Box>(CHUNK);
    w->kept_count = allocator.take<int32_t>(1);
    w->sorting_bytes = 0;
    const cudaError_t status = cub::DeviceRadixSort::SortPairsDescending(
        nullptr, w->sorting_bytes, w->keys, w->sorted_keys, w->numbers, w->order, static_cast<int>(boxes));
    w->sorting = allocator.take<char>(w->sorting_bytes);
    w->bytes = allocator.next - static_cast<char*>(start);
    return status;
}

template <typename T>
__global__ void __launch_bounds__(THREADS) number_boxes(const T* scores, int32_t boxes, Workspace w) {
    PLUGINS_CUDA_FOR_EACH(int32_t, i, boxes) {
        w.keys[i] = sort_key(widen(scores[i]));
        w.numbers[i] = i;
    }
}

// Also puts everything that is counted or marked later into its first state.
template <typename T>
__global__ void __launch_bounds__(THREADS) sort_boxes(const T* boxes, int32_t count, Workspace w, int32_t* indices, int32_t* kept) {
    PLUGINS_CUDA_FOR_EACH(int32_t, i, count) {
        w.sorted[i] = Box::read(boxes + static_cast<int64_t>(w.order[i]) * 4);
        w.removed[i] = 0;
        indices[i] = -1;
    }
    if (blockIdx.x == 0 && threadIdx.x == 0) *kept = 0;
}

// Block (row, column) of the lower triangle compares a word of boxes with an earlier one.
__global__ void __launch_bounds__(WORD) compare(int32_t start, int32_t boxes, float threshold, Workspace w) {
    const int32_t row_word = blockIdx.y, column_word = blockIdx.x;
    if (column_word > row_word) return;
    __shared__ Box others[WORD];
    __shared__ float areas[WORD];
    const int32_t first_other = start + column_word * WORD;
    const int32_t other_count = min(WORD, boxes - first_other);
    if (threadIdx.x < other_count) {
        others[threadIdx.x] = w.sorted[first_other + threadIdx.x];
        areas[threadIdx.x] = others[threadIdx.x].area(0);
    }
    __syncthreads();
    const int32_t row = row_word * WORD + threadIdx.x;
    if (start + row >= boxes || w.removed[start + row]) return;
    const Box box = w.sorted[start + row];
    const float area = box.area(0);
    // A box is not compared with itself or with later ones.
    const int32_t earlier = min(other_count, start + row - first_other);
    uint64_t bits = 0;
    for (int32_t i = 0; i < earlier; ++i) {
        if (overlap(others[i], box, areas[i], area, 0, threshold)) bits |= uint64_t{1} << i;
    }
    w.removers[static_cast<int64_t>(row) * CHUNK_WORDS + column_word] = bits;
}

constexpr int WALKERS = 1024;
constexpr int LANES_OF_BOX = WALKERS / WORD;

// One block walks through a chunk, a word at a time.
__global__ void __launch_bounds__(WALKERS) walk(int32_t start, int32_t boxes, Workspace w, int32_t* indices, int32_t* count) {
    constexpr int WORDS_OF_LANE = CHUNK_WORDS / LANES_OF_BOX;
    __shared__ uint64_t kept[CHUNK_WORDS];
    __shared__ bool hit[WORD];
    const int32_t in_chunk = min(CHUNK, boxes - start), words = (in_chunk + WORD - 1) / WORD;
    const int32_t box = threadIdx.x / LANES_OF_BOX, lane = threadIdx.x % LANES_OF_BOX;
    const int32_t before = *count;
    int32_t in_this_chunk = 0;
    for (int32_t word = 0; word < words; ++word) {
        // What does not depend on the words before is read while they are decided.
        const int32_t row = word * WORD + box;
        const bool gone = row >= in_chunk || w.removed[start + row];
        uint64_t removers[WORDS_OF_LANE], own[2] = {};
#pragma unroll
        for (int32_t i = 0; i < WORDS_OF_LANE; ++i) {
            const int32_t at = lane + i * LANES_OF_BOX;
            removers[i] = !gone && at < word ? w.removers[static_cast<int64_t>(row) * CHUNK_WORDS + at] : 0;
        }
        if (threadIdx.x < 32) {
            for (int32_t i = 0; i < 2; ++i) {
                const int32_t mine = word * WORD + i * 32 + threadIdx.x;
                if (mine < in_chunk && !w.removed[start + mine]) own[i] = w.removers[static_cast<int64_t>(mine) * CHUNK_WORDS + word];
            }
        }
        __syncthreads();
        bool removed = gone;
#pragma unroll
        for (int32_t i = 0; i < WORDS_OF_LANE; ++i) {
            const int32_t at = lane + i * LANES_OF_BOX;
            removed |= at < word && (removers[i] & kept[at]) != 0;
        }
        const uint32_t lanes = __ballot_sync(~0u, removed) >> (threadIdx.x % 32 / LANES_OF_BOX * LANES_OF_BOX);
        if (lane == 0) hit[box] = (lanes & ((1u << LANES_OF_BOX) - 1)) != 0;
        __syncthreads();
        if (threadIdx.x < 32) {
            const uint64_t low = __ballot_sync(~0u, !hit[threadIdx.x]), high = __ballot_sync(~0u, !hit[threadIdx.x + 32]);
            const uint64_t found = keep(high << 32 | low, own[0], own[1]);
            for (int32_t i = 0; i < 2; ++i) {
                const int32_t bit = i * 32 + threadIdx.x;
                if (!(found >> bit & 1)) continue;
                const int32_t rank = in_this_chunk + __popcll(found & ((uint64_t{1} << bit) - 1));
                indices[before + rank] = w.order[start + word * WORD + bit];
                w.kept[rank] = w.sorted[start + word * WORD + bit];
            }
            in_this_chunk += __popcll(found);
            if (threadIdx.x == 0) kept[word] = found;
        }
    }
    if (threadIdx.x == 0) {
        *w.kept_count = in_this_chunk;
        *count = before + in_this_chunk;
    }
}

// How many of a chunk's kept boxes a thread compares a later box with.
constexpr int KEPT_AT_ONCE = 512;

__global__ void __launch_bounds__(THREADS) remove_later(int32_t start, int32_t boxes, float threshold, Workspace w) {
    const int32_t i = start + static_cast<int32_t>(blockIdx.x) * THREADS + threadIdx.x;
    if (i >= boxes || w.removed[i]) return;
    const Box box = w.sorted[i];
    const float area = box.area(0);
    const int32_t first = blockIdx.y * KEPT_AT_ONCE, last = min(first + KEPT_AT_ONCE, *w.kept_count);
    for (int32_t k = first; k < last; ++k) {
        const Box other = w.kept[k];
        if (overlap(other, box, other.area(0), area, 0, threshold)) {
            w.removed[i] = 1;
            return;
        }
    }
}

template <typename T>
cudaError_t launch_typed(const NmsArgs& a, cudaStream_t stream) {
    const int32_t boxes = static_cast<int32_t>(a.boxes.dims[0]);
    int32_t* indices = a.indices.as<int32_t>();
    int32_t* count = a.count.as<int32_t>();
    Workspace w;
    cudaError_t status = lay_out(a.workspace, boxes, &w);
    const auto then = [&](auto&& next) {
        if (status == cudaSuccess) status = next();
    };
    if (boxes > 0) {
        then([&] { return launch(number_boxes<T>, one_each(boxes), stream, a.scores.as<const T>(), boxes, w); });
        then([&] {
            return cub::DeviceRadixSort::SortPairsDescending(
                w.sorting, w.sorting_bytes, w.keys, w.sorted_keys, w.numbers, w.order, boxes, 0, 32, stream);
        });
    }
    then([&] {
        return launch(sort_boxes<T>, one_each(std::max(boxes, 1)), stream, a.boxes.as<const T>(), boxes, w, indices, count);
    });
    for (int64_t start = 0; start < boxes; start += CHUNK) {
        const int32_t first = static_cast<int32_t>(start);
        const int64_t later = boxes - start - CHUNK;
        const unsigned words = static_cast<unsigned>(ceil_div<int64_t>(std::min<int64_t>(CHUNK, boxes - start), WORD));
        then([&] { return launch(compare, {dim3(words, words), dim3(WORD)}, stream, first, boxes, a.threshold, w); });
        then([&] { return launch(walk, {dim3(1), dim3(WALKERS)}, stream, first, boxes, w, indices, count); });
        if (later <= 0) continue;
        const dim3 blocks(static_cast<unsigned>(ceil_div<int64_t>(later, THREADS)), CHUNK / KEPT_AT_ONCE);
        then([&] { return launch(remove_later, {blocks, dim3(THREADS)}, stream, first + CHUNK, boxes, a.threshold, w); });
    }
    return status;
}

cudaError_t launch_nms(const NmsArgs& a, cudaStream_t stream) {
    return for_real(a.boxes.type, [&](auto tag) { return launch_typed<typename decltype(tag)::type>(a, stream); });
}

cudaError_t launch_nms_workspace(const NmsWorkspaceArgs& a, cudaStream_t) {
    Workspace w;
    const cudaError_t status = lay_out(nullptr, a.boxes, &w);
    *a.bytes = static_cast<int64_t>(w.bytes);
    return status;
}

}  // namespace

PLUGINS_CUDA_LAUNCHER(nms, NmsArgs)
PLUGINS_CUDA_LAUNCHER(nms_workspace, NmsWorkspaceArgs)

}  // namespace plugins_cuda
