// Running results along one dimension, of any associative operation.
//
// An operation is a struct with `State`, `neutral()`, `combine(earlier, later)`, `load(input, position)` and `store(...)`. A
// dimension of few rows or columns is cut into chunks, which blocks work on side by side: one pass for the results of chunks, one
// over those, one that starts each chunk with the result of all before it.
#pragma once

#include "reduce.cuh"

namespace plugins_cuda {

// The tensor as [outer, n, inner]; the same struct as in src/scan.rs.
struct ScanShape {
    int64_t outer;
    int64_t n;
    int64_t inner;
    int64_t chunks;
    int64_t chunk;  // elements of a chunk along n; the last one may be shorter
    // outer * chunks * inner states, when there are several chunks
    void* workspace;
};

namespace scan {

constexpr int ITEMS = 8;  // elements that a thread takes at a time
constexpr int TILE = THREADS * ITEMS;

// The state of the lane `distance` before this one.
template <typename State>
__device__ State shuffle_up(const State& state, int distance) {
    static_assert(sizeof(State) % sizeof(uint32_t) == 0);
    uint32_t words[sizeof(State) / sizeof(uint32_t)];
    memcpy(words, &state, sizeof(State));
#pragma unroll
    for (auto& word : words) word = __shfl_up_sync(0xffffffff, word, distance);
    State result;
    memcpy(&result, words, sizeof(State));
    return result;
}

// The results of all threads before this one in the block; `total` of all threads.
template <typename Op>
__device__ typename Op::State block_prefix(typename Op::State own, typename Op::State& total) {
    using State = typename Op::State;
    __shared__ State of_warps[WARP];
    const int lane = threadIdx.x % WARP, warp = threadIdx.x / WARP, warps = blockDim.x / WARP;
    State upto = own;
#pragma unroll
    for (int distance = 1; distance < WARP; distance *= 2) {
        const State before = shuffle_up(upto, distance);
        if (lane >= distance) upto = Op::combine(before, upto);
    }
    State before = shuffle_up(upto, 1);
    if (lane == 0) before = Op::neutral();
    __syncthreads();  // until nobody reads what an earlier call left
    if (lane == WARP - 1) of_warps[warp] = upto;
    __syncthreads();
    State earlier = Op::neutral();
    total = Op::neutral();
    for (int i = 0; i < warps; ++i) {
        if (i == warp) earlier = total;
        total = Op::combine(total, of_warps[i]);
    }
    return Op::combine(earlier, before);
}

// A block for each chunk of a row (inner is 1). With `TOTALS` only the chunk's result is written, to the workspace.
template <typename Op, int V, bool TOTALS>
__global__ void rows(typename Op::Output output, const typename Op::Input* input, ScanShape shape) {
    using State = typename Op::State;
    auto* states = static_cast<State*>(shape.workspace);
    const int64_t row = blockIdx.x / shape.chunks, first = blockIdx.x % shape.chunks * shape.chunk;
    const int64_t end = first + shape.chunk < shape.n ? first + shape.chunk : shape.n, start_of_row = row * shape.n;
    State carry = !TOTALS && shape.chunks > 1 ? states[blockIdx.x] : Op::neutral();
    for (int64_t tile = first; tile < end; tile += TILE) {
        const int64_t start = tile + static_cast<int64_t>(threadIdx.x) * ITEMS;
        State items[ITEMS];
#pragma unroll
        for (int i = 0; i < ITEMS; i += V) {
            Pack<typename Op::Input, V> pack;
            if (start + i < end) pack = *reinterpret_cast<const Pack<typename Op::Input, V>*>(input + start_of_row + start + i);
#pragma unroll
            for (int j = 0; j < V; ++j) {
                items[i + j] = start + i < end ? Op::load(pack.values[j], start + i + j) : Op::neutral();
            }
        }
#pragma unroll
        for (int i = 1; i < ITEMS; ++i) items[i] = Op::combine(items[i - 1], items[i]);
        State total;
        const State before = Op::combine(carry, block_prefix<Op>(items[ITEMS - 1], total));
        if constexpr (!TOTALS) {
#pragma unroll
            for (int i = 0; i < ITEMS; i += V) {
                if (start + i >= end) continue;
                State results[V];
#pragma unroll
                for (int j = 0; j < V; ++j) results[j] = Op::combine(before, items[i + j]);
                Op::template store<V>(output, start_of_row + start + i, results);
            }
        }
        carry = Op::combine(carry, total);
    }
    if (TOTALS && threadIdx.x == 0) states[blockIdx.x] = carry;
}

// A thread for each chunk of a column; neighbours in memory are neighbouring columns.
template <typename Op, bool TOTALS>
__global__ void columns(typename Op::Output output, const typename Op::Input* input, ScanShape shape) {
    using State = typename Op::State;
    auto* states = static_cast<State*>(shape.workspace);
    PLUGINS_CUDA_FOR_EACH(int64_t, i, shape.outer * shape.chunks * shape.inner) {
        const int64_t column = i % shape.inner, chunk = i / shape.inner % shape.chunks, outer = i / shape.inner / shape.chunks;
        const int64_t first = chunk * shape.chunk, end = first + shape.chunk < shape.n ? first + shape.chunk : shape.n;
        State carry = !TOTALS && shape.chunks > 1 ? states[i] : Op::neutral();
        int64_t at = (outer * shape.n + first) * shape.inner + column;
        // Several loads are under way at a time; behind a store they would wait for it.
        for (int64_t start = first; start < end; start += ITEMS) {
            typename Op::Input items[ITEMS];
#pragma unroll
            for (int j = 0; j < ITEMS; ++j) {
                if (start + j < end) items[j] = input[at + j * shape.inner];
            }
#pragma unroll
            for (int j = 0; j < ITEMS; ++j) {
                if (start + j >= end) break;
                carry = Op::combine(carry, Op::load(items[j], start + j));
                if constexpr (!TOTALS) Op::template store<1>(output, at + j * shape.inner, &carry);
            }
            at += ITEMS * shape.inner;
        }
        if (TOTALS) states[i] = carry;
    }
}

// Makes of each chunk's result that of all chunks before it.
template <typename Op>
__global__ void prefixes(ScanShape shape) {
    using State = typename Op::State;
    PLUGINS_CUDA_FOR_EACH(int64_t, i, shape.outer * shape.inner) {
        State* state = static_cast<State*>(shape.workspace) + i / shape.inner * shape.chunks * shape.inner + i % shape.inner;
        State carry = Op::neutral();
        for (int64_t chunk = 0; chunk < shape.chunks; ++chunk, state += shape.inner) {
            const State own = *state;
            *state = carry;
            carry = Op::combine(carry, own);
        }
    }
}

template <typename Op, int V, bool TOTALS>
cudaError_t pass(typename Op::Output output, const typename Op::Input* input, const ScanShape& shape, cudaStream_t stream) {
    // A short row is a thread's work, of which neighbours share cache lines.
    if (shape.inner > 1 || shape.n <= 2 * ITEMS) {
        return launch(columns<Op, TOTALS>, one_each(shape.outer * shape.chunks * shape.inner), stream, output, input, shape);
    }
    const dim3 blocks(static_cast<unsigned>(shape.outer * shape.chunks));
    return launch(rows<Op, V, TOTALS>, {blocks, dim3(THREADS)}, stream, output, input, shape);
}

template <typename Op, int V>
cudaError_t run(typename Op::Output output, const typename Op::Input* input, const ScanShape& shape, cudaStream_t stream) {
    if (shape.chunks > 1) {
        cudaError_t status = pass<Op, V, true>(output, input, shape, stream);
        if (status != cudaSuccess) return status;
        status = launch(prefixes<Op>, one_each(shape.outer * shape.inner), stream, shape);
        if (status != cudaSuccess) return status;
    }
    return pass<Op, V, false>(output, input, shape, stream);
}

// Whether packs of so many bytes lie within rows and are aligned.
inline bool packs_fit(const ScanShape& shape, const Tensor& tensor, int elements) {
    return shape.n % elements == 0 && is_aligned(tensor.data, elements * size_of(tensor.type));
}

}  // namespace scan
}  // namespace plugins_cuda
