// torch.nn.functional.embedding: rows of a table.
#include "common.cuh"

#include <climits>

namespace plugins_cuda {

struct EmbeddingArgs {
    Tensor indices;
    Tensor weight;
    Tensor output;
};

namespace {

// `width` is the length of a row in elements of T, `length` the number of rows of the table.
template <typename T, typename I, typename Index>
__global__ void rows(T* output, const I* indices, const T* weight, Divider<Index> width, int64_t row_width, int64_t length, int64_t count) {
    PLUGINS_CUDA_FOR_EACH(Index, i, count) {
        Index column = i;
        const int64_t chosen = indices[width.divide(column)];
        T value;
        memset(&value, 0xff, sizeof(T));  // for an index out of range: NaN, or -1
        if (chosen >= 0 && chosen < length) value = weight[chosen * row_width + column];
        output[i] = value;
    }
}

}  // namespace

cudaError_t launch_embedding(const EmbeddingArgs& args, cudaStream_t stream) {
    if (args.output.count() == 0) return cudaSuccess;
    // Rows of 16 bytes at a time where they are multiples of it.
    size_t bytes = size_of(args.weight.type);
    int64_t width = args.weight.dims[1];
    while (bytes < 16 && width % 2 == 0 && is_aligned(args.output.data, 2 * bytes) && is_aligned(args.weight.data, 2 * bytes)) {
        width /= 2;
        bytes *= 2;
    }
    const int64_t count = args.indices.count() * width;
    return for_bytes(bytes, [&](auto tag) {
        using T = typename decltype(tag)::type;
        return for_index(args.indices.type, [&](auto index_tag) {
            using I = typename decltype(index_tag)::type;
            T* output = args.output.as<T>();
            const I* indices = args.indices.as<const I>();
            const T* weight = args.weight.as<const T>();
            const int64_t length = args.weight.dims[0];
            if (count > INT_MAX) {
                return launch(rows<T, I, int64_t>, one_each(count), stream, output, indices, weight, Divider<int64_t>(width), width, length, count);
            }
            return launch(rows<T, I, uint32_t>, one_each(count), stream, output, indices, weight, Divider<uint32_t>(width), width, length, count);
        });
    });
}

PLUGINS_CUDA_LAUNCHER(embedding, EmbeddingArgs)

}  // namespace plugins_cuda
