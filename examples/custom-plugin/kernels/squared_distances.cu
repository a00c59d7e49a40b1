// From each row of `x` to each row of `centres`: one thread computes one distance.
#include <cstdint>
#include <cuda_runtime.h>

struct Arguments {
    const float* x;        // [rows, features]
    const float* centres;  // [count, features]
    float* distances;      // [rows, count]
    int64_t rows, count, features;
    int32_t root;
};

__global__ void distances(Arguments a) {
    const int64_t step = int64_t(gridDim.x) * blockDim.x;
    for (int64_t i = int64_t(blockIdx.x) * blockDim.x + threadIdx.x; i < a.rows * a.count; i += step) {
        const float* x = a.x + i / a.count * a.features;
        const float* centre = a.centres + i % a.count * a.features;
        float sum = 0;
        for (int64_t f = 0; f < a.features; ++f) {
            const float difference = x[f] - centre[f];
            sum += difference * difference;
        }
        a.distances[i] = a.root ? sqrtf(sum) : sum;
    }
}

extern "C" int32_t launch_distances(const Arguments* arguments, cudaStream_t stream) {
    const int64_t threads = 256, elements = arguments->rows * arguments->count;
    if (elements == 0) return cudaSuccess;
    const int64_t blocks = (elements + threads - 1) / threads;
    distances<<<unsigned(blocks < 65535 ? blocks : 65535), threads, 0, stream>>>(*arguments);
    return cudaGetLastError();
}
