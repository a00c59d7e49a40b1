// BatchedNMS: suppression class by class and the best of all classes, as TensorRT's BatchedNMS_TRT
// (https://github.com/NVIDIA/TensorRT/tree/main/plugin/batchedNMSPlugin).
//
// A class of an item is a segment: its scores above the threshold are gathered and sorted, one block keeps its boxes, and what
// all segments of an item keep is gathered and sorted again.
#include "nms.cuh"

#include <algorithm>

#include <cub/device/device_segmented_sort.cuh>

namespace plugins_cuda {
namespace {

struct BatchedNmsArgs {
    Tensor boxes;          // [batch, boxes, classes or 1, 4]
    Tensor scores;         // [batch, boxes, classes]
    Tensor count;          // [batch, 1] of int32
    Tensor kept_boxes;     // [batch, keep, 4]
    Tensor kept_scores;    // [batch, keep]
    Tensor kept_classes;   // [batch, keep]; -1 where fewer are kept
    int32_t background;    // a class to leave out; -1: none
    int32_t top;           // boxes of a class that are looked at
    float score_threshold, iou_threshold;
    int32_t is_normalized; // otherwise boxes are pixels, the last one included
    int32_t clip;          // kept boxes into [0, 1]
    void* workspace;
};

struct BatchedNmsWorkspaceArgs {
    int64_t batch, boxes, classes;
    int64_t* bytes;        // on the host
};

// What is sorted: keys of scores, and boxes by number, later `class * boxes + box`.
struct Entries {
    uint32_t* keys;
    int32_t* numbers;
};

struct Workspace {
    Entries found, sorted;                // room for all boxes of all segments
    int32_t *class_first, *class_last;    // of each segment
    int32_t* class_kept;
    int32_t *item_first, *item_last;
    void* sorting;
    size_t sorting_bytes, bytes;
};

cudaError_t sort(size_t& bytes, void* temporary, Entries from, Entries to, int64_t entries, int64_t segments,
                 const int32_t* first, const int32_t* last, cudaStream_t stream) {
    return cub::DeviceSegmentedSort::StableSortPairsDescending(
        temporary, bytes, from.keys, to.keys, from.numbers, to.numbers, static_cast<int>(entries), static_cast<int>(segments), first,
        last, stream);
}

cudaError_t lay_out(void* start, int64_t batch, int64_t boxes, int64_t classes, Workspace* w) {
    const int64_t segments = batch * classes, entries = segments * boxes;
    Allocator allocator{static_cast<char*>(start)};
    for (Entries* e : {&w->found, &w->sorted}) {
        e->keys = allocator.take<uint32_t>(entries);
        e->numbers = allocator.take<int32_t>(entries);
    }
    for (int32_t** each : {&w->class_first, &w->class_last, &w->class_kept}) *each = allocator.take<int32_t>(segments);
    for (int32_t** each : {&w->item_first, &w->item_last}) *each = allocator.take<int32_t>(batch);
    size_t of_classes = 0, of_items = 0;
    cudaError_t status = sort(of_classes, nullptr, w->found, w->sorted, entries, segments, w->class_first, w->class_last, nullptr);
    if (status != cudaSuccess) return status;
    status = sort(of_items, nullptr, w->found, w->sorted, entries, batch, w->item_first, w->item_last, nullptr);
    w->sorting_bytes = std::max(of_classes, of_items);
    w->sorting = allocator.take<char>(w->sorting_bytes);
    w->bytes = allocator.next - static_cast<char*>(start);
    return status;
}

constexpr int GATHERERS = 1024;

// A block gathers up to 32 classes of an item; neighbouring threads read neighbouring classes. Each thread goes through a stretch
// of boxes of one class twice: to count what it finds, and to put it behind what earlier stretches found.
template <typename T>
__global__ void __launch_bounds__(GATHERERS) find_candidates(BatchedNmsArgs a, int32_t log_classes_of_block, Workspace w) {
    __shared__ int32_t counts[GATHERERS];
    const int32_t boxes = a.scores.dims[1], classes = a.scores.dims[2];
    const int32_t width = 1 << log_classes_of_block, stretches = GATHERERS >> log_classes_of_block;
    const int32_t lane = threadIdx.x & (width - 1), stretch = threadIdx.x >> log_classes_of_block;
    const int32_t item = blockIdx.y, label = blockIdx.x * width + lane;
    const bool wanted = label < classes && label != a.background;
    const int32_t length = (boxes + stretches - 1) / stretches;
    const int32_t first = min(stretch * length, boxes), last = wanted ? min(first + length, boxes) : first;
    const T* scores = a.scores.as<const T>() + (static_cast<int64_t>(item) * boxes) * classes + label;

    int32_t count = 0;
    for (int32_t i = first; i < last; ++i) count += widen(scores[static_cast<int64_t>(i) * classes]) > a.score_threshold;
    counts[threadIdx.x] = count;
    __syncthreads();
    int32_t before = 0, total = 0;
    for (int32_t s = 0; s < stretches; ++s) {
        const int32_t found = counts[s * width + lane];
        before += s < stretch ? found : 0;
        total += found;
    }
    if (label >= classes) return;
    const int32_t segment = item * classes + label, start = segment * boxes;
    if (stretch == 0) {
        w.class_first[segment] = start;
        w.class_last[segment] = start + total;
    }
    int32_t to = start + before;
    for (int32_t i = first; i < last; ++i) {
        const float score = widen(scores[static_cast<int64_t>(i) * classes]);
        if (!(score > a.score_threshold)) continue;
        w.found.keys[to] = sort_key(score);
        w.found.numbers[to] = i;
        ++to;
    }
}

// A block keeps the boxes of a segment, a word at a time, and writes them back to the front of `found`.
template <typename T>
__global__ void __launch_bounds__(THREADS) suppress(BatchedNmsArgs a, Workspace w) {
    constexpr int LANES_OF_BOX = THREADS / WORD;
    __shared__ Box boxes[WORD];
    __shared__ float areas[WORD];
    __shared__ uint32_t removers[WORD][2];
    __shared__ bool hit[WORD];
    __shared__ int32_t kept_count;
    const int32_t per_item = a.scores.dims[1], classes = a.scores.dims[2], shared_classes = a.boxes.dims[2];
    const int32_t segment = blockIdx.x, item = segment / classes, label = segment % classes;
    const int32_t first = w.class_first[segment], count = min(w.class_last[segment] - first, a.top);
    const float extra = a.is_normalized ? 0 : 1;
    const T* source = a.boxes.as<const T>() + (static_cast<int64_t>(item) * per_item * shared_classes + (shared_classes > 1 ? label : 0)) * 4;
    const auto read = [&](int32_t number) { return Box::read(source + static_cast<int64_t>(number) * shared_classes * 4); };

    int32_t kept = 0;
    for (int32_t start = 0; start < count; start += WORD) {
        const int32_t in_word = min(WORD, count - start);
        if (threadIdx.x < in_word) {
            boxes[threadIdx.x] = read(w.sorted.numbers[first + start + threadIdx.x]);
            areas[threadIdx.x] = boxes[threadIdx.x].area(extra);
        }
        if (threadIdx.x < WORD) {
            removers[threadIdx.x][0] = removers[threadIdx.x][1] = 0;
        }
        __syncthreads();
        // Each box against what is kept so far and against the earlier ones of its word.
        const int32_t mine = threadIdx.x / LANES_OF_BOX, lane = threadIdx.x % LANES_OF_BOX;
        bool removed = mine >= in_word;
        if (!removed) {
            const Box box = boxes[mine];
            const float area = areas[mine];
            for (int32_t k = lane; k < kept && !removed; k += LANES_OF_BOX) {
                const Box other = read(w.found.numbers[first + k]);
                removed = overlap(other, box, other.area(extra), area, extra, a.iou_threshold);
            }
            for (int32_t k = lane; k < mine; k += LANES_OF_BOX) {
                if (overlap(boxes[k], box, areas[k], area, extra, a.iou_threshold)) atomicOr(&removers[mine][k / 32], 1u << k % 32);
            }
        }
        const uint32_t lanes = __ballot_sync(~0u, removed) >> (threadIdx.x % 32 / LANES_OF_BOX * LANES_OF_BOX);
        if (lane == 0) hit[mine] = (lanes & ((1u << LANES_OF_BOX) - 1)) != 0;
        __syncthreads();
        if (threadIdx.x < 32) {
            const int32_t low = threadIdx.x, high = threadIdx.x + 32;
            const auto by = [&](int32_t box) { return static_cast<uint64_t>(removers[box][1]) << 32 | removers[box][0]; };
            const uint64_t alive = static_cast<uint64_t>(__ballot_sync(~0u, !hit[high])) << 32 | __ballot_sync(~0u, !hit[low]);
            const uint64_t found = keep(alive, by(low), by(high));
            for (int32_t bit : {low, high}) {
                if (!(found >> bit & 1)) continue;
                const int32_t to = first + kept + __popcll(found & ((uint64_t{1} << bit) - 1));
                w.found.keys[to] = w.sorted.keys[first + start + bit];
                w.found.numbers[to] = w.sorted.numbers[first + start + bit];
            }
            if (threadIdx.x == 0) kept_count = kept + __popcll(found);
        }
        __syncthreads();
        kept = kept_count;
    }
    if (threadIdx.x == 0) w.class_kept[segment] = kept;
}

// Moves what an item's classes kept to the front of the item's part of `sorted`, classes in their order.
__global__ void __launch_bounds__(THREADS) gather_kept(int32_t boxes, int32_t classes, Workspace w) {
    const int32_t item = blockIdx.x;
    const int32_t start = item * classes * boxes;
    int32_t to = start;
    for (int32_t label = 0; label < classes; ++label) {
        const int32_t segment = item * classes + label, from = segment * boxes, count = w.class_kept[segment];
        for (int32_t i = threadIdx.x; i < count; i += THREADS) {
            w.sorted.keys[to + i] = w.found.keys[from + i];
            w.sorted.numbers[to + i] = label * boxes + w.found.numbers[from + i];
        }
        to += count;
    }
    if (threadIdx.x == 0) {
        w.item_first[item] = start;
        w.item_last[item] = to;
    }
}

template <typename T>
__global__ void __launch_bounds__(THREADS) write_kept(BatchedNmsArgs a, Workspace w) {
    const int64_t boxes = a.scores.dims[1], classes = a.scores.dims[2], keep = a.kept_scores.dims[1], shared_classes = a.boxes.dims[2];
    PLUGINS_CUDA_FOR_EACH(int64_t, i, a.count.dims[0] * max(keep, int64_t{1})) {
        const int64_t item = i / max(keep, int64_t{1}), rank = i % max(keep, int64_t{1});
        const int32_t first = w.item_first[item];
        const int64_t count = min(static_cast<int64_t>(w.item_last[item] - first), keep);
        if (rank == 0) a.count.as<int32_t>()[item] = static_cast<int32_t>(count);
        if (keep == 0) continue;
        T* box = a.kept_boxes.as<T>() + i * 4;
        if (rank >= count) {
            for (int k = 0; k < 4; ++k) box[k] = narrow<T>(0);
            a.kept_scores.as<T>()[i] = narrow<T>(0);
            a.kept_classes.as<T>()[i] = narrow<T>(-1);
            continue;
        }
        const int64_t number = w.found.numbers[first + rank], label = number / boxes, at = item * boxes + number % boxes;
        const T* from = a.boxes.as<const T>() + (at * shared_classes + (shared_classes > 1 ? label : 0)) * 4;
        for (int k = 0; k < 4; ++k) {
            const float corner = widen(from[k]);
            box[k] = narrow<T>(a.clip ? fminf(fmaxf(corner, 0), 1) : corner);
        }
        a.kept_scores.as<T>()[i] = a.scores.as<const T>()[at * classes + label];
        a.kept_classes.as<T>()[i] = narrow<T>(static_cast<float>(label));
    }
}

template <typename T>
cudaError_t launch_typed(const BatchedNmsArgs& a, cudaStream_t stream) {
    const int64_t batch = a.scores.dims[0], boxes = a.scores.dims[1], classes = a.scores.dims[2];
    const int64_t segments = batch * classes, entries = segments * boxes;
    if (batch == 0) return cudaSuccess;
    Workspace w;
    cudaError_t status = lay_out(a.workspace, batch, boxes, classes, &w);
    const auto then = [&](auto&& next) {
        if (status == cudaSuccess) status = next();
    };
    if (entries > 0) {
        int32_t log_width = 0;
        while (log_width < 5 && (1 << log_width) < classes) ++log_width;
        const dim3 blocks(static_cast<unsigned>(ceil_div<int64_t>(classes, 1 << log_width)), static_cast<unsigned>(batch));
        then([&] { return launch(find_candidates<T>, {blocks, dim3(GATHERERS)}, stream, a, log_width, w); });
        then([&] {
            return sort(w.sorting_bytes, w.sorting, w.found, w.sorted, entries, segments, w.class_first, w.class_last, stream);
        });
        then([&] { return launch(suppress<T>, {dim3(static_cast<unsigned>(segments)), dim3(THREADS)}, stream, a, w); });
    }
    const Shape items{dim3(static_cast<unsigned>(batch)), dim3(THREADS)};
    then([&] { return launch(gather_kept, items, stream, static_cast<int32_t>(boxes), static_cast<int32_t>(entries > 0 ? classes : 0), w); });
    if (entries > 0) {
        then([&] { return sort(w.sorting_bytes, w.sorting, w.sorted, w.found, entries, batch, w.item_first, w.item_last, stream); });
    }
    const int64_t slots = batch * std::max<int64_t>(a.kept_scores.dims[1], 1);
    then([&] { return launch(write_kept<T>, one_each(slots), stream, a, w); });
    return status;
}

cudaError_t launch_batched_nms(const BatchedNmsArgs& a, cudaStream_t stream) {
    return for_real(a.scores.type, [&](auto tag) { return launch_typed<typename decltype(tag)::type>(a, stream); });
}

cudaError_t launch_batched_nms_workspace(const BatchedNmsWorkspaceArgs& a, cudaStream_t) {
    Workspace w;
    const cudaError_t status = lay_out(nullptr, a.batch, a.boxes, a.classes, &w);
    *a.bytes = static_cast<int64_t>(w.bytes);
    return status;
}

}  // namespace

PLUGINS_CUDA_LAUNCHER(batched_nms, BatchedNmsArgs)
PLUGINS_CUDA_LAUNCHER(batched_nms_workspace, BatchedNmsWorkspaceArgs)

}  // namespace plugins_cuda
