// Running results along one dimension, of any associative operation.
//
// An operation is a struct with `State`, `neutral()`, `combine(earlier, later)`, `load(input, position)`, `store(...)`, `filler()`,
// and V, the elements of its packs. Whatever follows a neutral state or an element `filler()` has the same result as without it;
// such elements stand for those of a pack that are not in the row. The order in which results are combined depends on the shape alone, so that repeated runs agree in every
// bit.
//
// A row is a warp's or a block's work. Few long rows are cut into tiles: the block of a tile looks back at the results of those
// before it, so that everything is read once. Columns that are few are cut into chunks: one pass for the results of chunks, one
// over those, one that starts each chunk with the result of all before it.
#pragma once

#include <algorithm>

#include "reduce.cuh"
#include "row.cuh"

namespace plugins_cuda {

// The tensor as [outer, n, inner]; the same struct as in src/scan.rs.
struct ScanShape {
    int64_t outer;
    int64_t n;
    int64_t inner;
    int64_t chunks;  // several: rows are cut into tiles, columns into so many chunks
    int64_t chunk;   // elements of a chunk of a column; the last one may be shorter
    void* workspace;
};

namespace scan {

constexpr int ITEMS = 8;  // elements of a column that a thread takes at a time
constexpr int PACKS = 4;  // of a row that a thread takes at a time

// Of a tile a thread takes more, where it has the registers: the larger the tiles, the fewer wait for each other.
template <typename Op>
constexpr int TILE_PACKS = sizeof(typename Op::State) > sizeof(uint32_t) ? PACKS : 2 * PACKS;

template <typename Op>
constexpr int TILE = THREADS * TILE_PACKS<Op> * Op::V;

// f(word) for all words of a state, for what moves only those.
template <typename State, typename F>
__device__ State map_words(const State& state, F f) {
    static_assert(sizeof(State) % sizeof(uint32_t) == 0);
    uint32_t words[sizeof(State) / sizeof(uint32_t)];
    memcpy(words, &state, sizeof(State));
#pragma unroll
    for (auto& word : words) word = f(word);
    State result;
    memcpy(&result, words, sizeof(State));
    return result;
}

// The results up to this lane, of `lanes` lanes side by side that work on one row: a power of two.
template <typename Op>
__device__ typename Op::State warp_scan(typename Op::State own, int lanes) {
    for (int distance = 1; distance < lanes; distance *= 2) {
        const auto before = map_words(own, [&](uint32_t word) { return __shfl_up_sync(0xffffffff, word, distance, lanes); });
        if ((threadIdx.x & (lanes - 1)) >= static_cast<unsigned>(distance)) own = Op::combine(before, own);
    }
    return own;
}

// The result of all lanes before this one, and in `total` that of all lanes.
template <typename Op>
__device__ typename Op::State warp_prefix(typename Op::State own, int lanes, typename Op::State& total) {
    const auto upto = warp_scan<Op>(own, lanes);
    total = map_words(upto, [&](uint32_t word) { return __shfl_sync(0xffffffff, word, lanes - 1, lanes); });
    const auto before = map_words(upto, [&](uint32_t word) { return __shfl_up_sync(0xffffffff, word, 1, lanes); });
    return (threadIdx.x & (lanes - 1)) == 0 ? Op::neutral() : before;
}

// The result of all warps of the block before this one, of which each has one, and in `total` that of all warps.
template <typename Op>
__device__ typename Op::State block_prefix(typename Op::State of_warp, typename Op::State& total) {
    __shared__ typename Op::State of_warps[WARP];
    const int warp = threadIdx.x / WARP, warps = blockDim.x / WARP;
    __syncthreads();  // until nobody reads what an earlier call left
    if (threadIdx.x % WARP == 0) of_warps[warp] = of_warp;
    __syncthreads();
    typename Op::State before = total = Op::neutral();
    for (int i = 0; i < warps; ++i) {
        if (i == warp) before = total;
        total = Op::combine(total, of_warps[i]);
    }
    return before;
}

// What `lanes` threads hold of a row: packs side by side, as often as there are COUNT.
template <typename Op, int COUNT>
struct Held {
    using State = typename Op::State;
    const Row<Op::V>& row;
    const uint32_t first;  // this thread's first pack
    const int lanes;
    const int64_t offset;  // along the dimension, of the row's position 0
    Packed<typename Op::Input, Op::V> packs[COUNT];
    State before[COUNT];  // results of what these threads hold before a pack
    State total;          // of all that they hold

    __device__ Held(const typename Op::Input* input, const Row<Op::V>& row, uint32_t first, int lanes, int64_t offset)
        : row(row), first(first), lanes(lanes), offset(offset) {
        row.load(input, first, lanes, Op::filler(), packs);
        total = Op::neutral();
#pragma unroll
        for (int i = 0; i < COUNT; ++i) {
            State own = Op::neutral();
#pragma unroll
            for (int j = 0; j < Op::V; ++j) own = Op::combine(own, item(i, j));
            State of_pack;
            before[i] = Op::combine(total, warp_prefix<Op>(own, lanes, of_pack));
            total = Op::combine(total, of_pack);
        }
        stay_packed(packs);
    }

    __device__ State item(int i, int j) const {
        return Op::load(packs[i].unpacked().values[j], offset + ((first + i * lanes) * Op::V + j));
    }

    // `earlier`: the result of all before what these threads hold.
    __device__ void store(const typename Op::Output& output, const State& earlier) const {
#pragma unroll
        for (int i = 0; i < COUNT; ++i) {
            const uint32_t pack = first + i * lanes;
            if (!row.has_some(pack)) continue;
            State carry = Op::combine(earlier, before[i]), results[Op::V];
#pragma unroll
            for (int j = 0; j < Op::V; ++j) results[j] = carry = Op::combine(carry, item(i, j));
            Op::store(output, row, pack, results);
        }
    }
};

// A row for each `lanes` lanes.
template <typename Op, int COUNT>
__global__ void __launch_bounds__(THREADS)
    short_rows(typename Op::Output output, const typename Op::Input* input, ScanShape shape, int lanes, bool aligned) {
    const int64_t number = static_cast<int64_t>(blockIdx.x) * (THREADS / lanes) + threadIdx.x / lanes;
    // Threads past the last row shuffle with the others.
    const Row<Op::V> row(
        number * shape.n, number < shape.outer ? static_cast<uint32_t>(shape.n) : 0, shape.outer * shape.n, aligned);
    const Held<Op, COUNT> held(input, row, threadIdx.x & (lanes - 1), lanes, -static_cast<int64_t>(row.begin));
    if (number < shape.outer) held.store(output, Op::neutral());
}

// What this thread's warp, whose threads take COUNT packs each, has of a tile's.
template <int COUNT>
__device__ uint32_t first_pack() {
    return threadIdx.x / WARP * (WARP * COUNT) + threadIdx.x % WARP;
}

// The part of row `number` from `first` on, which a tile of so many elements begins with, to the end of the tile.
template <typename Op>
__device__ Row<Op::V> tile_of_row(const ScanShape& shape, int64_t number, int64_t first, int tile, bool aligned) {
    const int64_t start = number * shape.n, in_pack = (start + first) % Op::V;
    const int64_t end = min(first + tile - in_pack, shape.n);
    return Row<Op::V>(start + first, static_cast<uint32_t>(max(end - first, int64_t{0})), shape.outer * shape.n, aligned);
}

// A row for each block, a tile at a time.
template <typename Op>
__global__ void __launch_bounds__(THREADS)
    long_rows(typename Op::Output output, const typename Op::Input* input, ScanShape shape, bool aligned) {
    auto carry = Op::neutral();
    for (int64_t first = 0; first < shape.n;) {
        const auto row = tile_of_row<Op>(shape, blockIdx.x, first, blockDim.x * PACKS * Op::V, aligned);
        const Held<Op, PACKS> held(input, row, first_pack<PACKS>(), WARP, first - row.begin);
        typename Op::State total;
        held.store(output, Op::combine(carry, block_prefix<Op>(held.total, total)));
        carry = Op::combine(carry, total);
        first += row.end - row.begin;
    }
}

// How the blocks of tiles learn of the results before theirs: a tile tells its own, the last tile of a group the group's. A tile
// waits for the tiles of its group and of the one before, which run beside it, and for the groups before those, which are long
// done. The same results are always combined in the same order. (Looking back until somebody has summed everything up, as CUB
// does, combines what is there.)
template <typename State>
struct LookBack {
    static constexpr int GROUP = THREADS / 4;  // tiles: a thread for each of two groups, and for as many groups before
    static constexpr int WORDS = sizeof(State) / sizeof(uint32_t);
    static constexpr uint64_t TOLD = uint64_t{1} << 32;

    // Each word moves together with the bit that tells that it is there, so that nobody needs a fence.
    struct Result {
        uint64_t words[WORDS];
    };

    int64_t tiles, groups;  // of a row
    Result *of_tiles, *of_groups;
    uint32_t* started;
    int64_t flags;  // words to clear, from `of_tiles` on

    LookBack(void* workspace, int64_t rows, int64_t tiles) : tiles(tiles), groups(ceil_div<int64_t>(tiles, GROUP)) {
        of_tiles = static_cast<Result*>(workspace);
        of_groups = of_tiles + rows * tiles;
        started = reinterpret_cast<uint32_t*>(of_groups + rows * groups);
        flags = started + 1 - static_cast<uint32_t*>(workspace);
    }

    static __device__ void tell(Result& to, const State& result) {
        volatile uint64_t* next = to.words;
        map_words(result, [&](uint32_t word) {
            *next++ = TOLD | word;
            return word;
        });
    }

    // Those that ask without a pause keep those that tell from memory.
    static __device__ void pause() {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 700
        __nanosleep(64);
#endif
    }

    static __device__ State wait(const Result& from) {
        const volatile uint64_t* next = from.words;
        return map_words(State{}, [&](uint32_t) {
            uint64_t word;
            while ((word = *next) < TOLD) pause();
            ++next;
            return static_cast<uint32_t>(word);
        });
    }

    // The result of all tiles of the row before this one, whose own is `total`. The block calls it together.
    template <typename Op>
    __device__ State before(int64_t row, int64_t tile, const State& total) const {
        Result* const row_tiles = of_tiles + row * tiles;
        Result* const row_groups = of_groups + row * groups;
        const int64_t group = tile / GROUP;
        const int thread = threadIdx.x;
        if (thread == 0) tell(row_tiles[tile], total);
        if (tile % GROUP == GROUP - 1) {
            const bool waits = thread < GROUP - 1;
            const State of_group = sum<Op>(waits ? wait(row_tiles[group * GROUP + thread]) : thread < GROUP ? total : Op::neutral());
            if (thread == 0) tell(row_groups[group], of_group);
        }
        // First the groups that are done, then tiles.
        const int64_t done = max(group - 1, int64_t{0}), results = done + tile - done * GROUP;
        const int64_t each = ceil_div<int64_t>(results, THREADS), end = min((thread + 1) * each, results);
        State earlier = Op::neutral();
        for (int64_t i = thread * each; i < end; ++i) {
            earlier = Op::combine(earlier, wait(i < done ? row_groups[i] : row_tiles[done * GROUP + i - done]));
        }
        return sum<Op>(earlier);
    }

    template <typename Op>
    static __device__ State sum(const State& own) {
        State of_warp, of_block;
        warp_prefix<Op>(own, WARP, of_warp);
        block_prefix<Op>(of_warp, of_block);
        return of_block;
    }
};

static __global__ void clear(uint32_t* words, int64_t count) {
    PLUGINS_CUDA_FOR_EACH(int64_t, i, count) words[i] = 0;
}

// A tile of a row for each block, of which enough run that some read while others wait.
template <typename Op>
__global__ void __launch_bounds__(THREADS, sizeof(typename Op::State) > 8 ? 3 : 4) tiles_of_rows(
    typename Op::Output output, const typename Op::Input* input, ScanShape shape, bool aligned, LookBack<typename Op::State> look_back) {
    // Numbered as they start, since those that wait may keep others from starting.
    __shared__ uint32_t number;
    if (threadIdx.x == 0) number = atomicAdd(look_back.started, 1u);
    __syncthreads();
    const int64_t of_row = number / look_back.tiles, tile = number % look_back.tiles;
    // All tiles but the first begin where packs do.
    const int64_t in_pack = of_row * shape.n % Op::V, first = tile == 0 ? 0 : tile * TILE<Op> - in_pack;
    const auto row = tile_of_row<Op>(shape, of_row, first, TILE<Op>, aligned);
    const Held<Op, TILE_PACKS<Op>> held(input, row, first_pack<TILE_PACKS<Op>>(), WARP, first - row.begin);
    typename Op::State total;
    const auto in_tile = block_prefix<Op>(held.total, total);
    const auto before = look_back.template before<Op>(of_row, tile, total);
    held.store(output, Op::combine(before, in_tile));
}

// A thread for each chunk of a column; neighbours in memory are neighbouring columns.
template <typename Op, bool TOTALS>
__global__ void chunks_of_columns(typename Op::Output output, const typename Op::Input* input, ScanShape shape) {
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
                if constexpr (!TOTALS) Op::store(output, at + j * shape.inner, carry);
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

template <typename Op>
cudaError_t columns(typename Op::Output output, const typename Op::Input* input, const ScanShape& shape, cudaStream_t stream) {
    const Shape threads = one_each(shape.outer * shape.chunks * shape.inner);
    if (shape.chunks > 1) {
        cudaError_t status = launch(chunks_of_columns<Op, true>, threads, stream, output, input, shape);
        if (status == cudaSuccess) status = launch(prefixes<Op>, one_each(shape.outer * shape.inner), stream, shape);
        if (status != cudaSuccess) return status;
    }
    return launch(chunks_of_columns<Op, false>, threads, stream, output, input, shape);
}

// `aligned`: all tensors are aligned to packs.
template <typename Op>
cudaError_t run(typename Op::Output output, const typename Op::Input* input, const ScanShape& shape, bool aligned, cudaStream_t stream) {
    const auto blocks = [](int64_t count) { return dim3(static_cast<unsigned>(count)); };
    if (shape.inner > 1) return columns<Op>(output, input, shape, stream);
    const int64_t packs = packs_of_row<Op::V>(shape.n);
    if (packs <= WARP) {
        int lanes = 1;
        while (lanes < packs) lanes *= 2;
        const dim3 count = blocks(ceil_div<int64_t>(shape.outer, THREADS / lanes));
        return launch(short_rows<Op, 1>, {count, dim3(THREADS)}, stream, output, input, shape, lanes, aligned);
    }
    // One more for rows that begin within a pack.
    if (packs <= WARP * (PACKS + 1)) {
        const dim3 count = blocks(ceil_div<int64_t>(shape.outer, THREADS / WARP));
        const auto kernel = packs <= WARP * PACKS ? short_rows<Op, PACKS> : short_rows<Op, PACKS + 1>;
        return launch(kernel, {count, dim3(THREADS)}, stream, output, input, shape, WARP, aligned);
    }
    if (shape.chunks == 1) {
        const int64_t warps = std::min<int64_t>(ceil_div<int64_t>(packs, WARP * PACKS), THREADS / WARP);
        const dim3 threads(static_cast<unsigned>(warps * WARP));
        return launch(long_rows<Op>, {blocks(shape.outer), threads}, stream, output, input, shape, aligned);
    }
    const LookBack<typename Op::State> look_back(shape.workspace, shape.outer, ceil_div<int64_t>(shape.n + Op::V - 1, TILE<Op>));
    const cudaError_t status = launch(clear, one_each(look_back.flags), stream, static_cast<uint32_t*>(shape.workspace), look_back.flags);
    if (status != cudaSuccess) return status;
    return launch(
        tiles_of_rows<Op>, {blocks(shape.outer * look_back.tiles), dim3(THREADS)}, stream, output, input, shape, aligned, look_back);
}

}  // namespace scan
}  // namespace plugins_cuda
