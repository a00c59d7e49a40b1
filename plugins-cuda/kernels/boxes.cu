// Anchors and boxes of dense detectors: GridAnchor as mmdetection's AnchorGenerator.single_level_grid_priors, Delta2BBox as its
// heads decode them (DeltaXYWHBBoxCoder, https://mmdetection.readthedocs.io).
#include "common.cuh"

namespace plugins_cuda {
namespace {

struct GridAnchorArgs {
    Tensor base;       // [anchors, 4]
    Tensor output;     // [height * width * anchors, 4]
    int64_t width;     // of the feature map
    float stride[2];   // along x and y
};

struct Delta2BBoxArgs {
    Tensor scores;       // [batch, anchors * classes, height, width]
    Tensor deltas;       // [batch, anchors * 4, height, width]
    Tensor anchors;      // [height * width * anchors, 4]
    Tensor image_shape;  // int32, height and width last; no data: boxes are not clipped
    Tensor out_scores;   // [batch, boxes, classes], zeros behind the last
    Tensor out_boxes;    // [batch, boxes, 1, 4], the same
    int32_t classes;
    int32_t use_sigmoid; // otherwise softmax
    float means[4], deviations[4];
};

template <typename T>
__global__ void __launch_bounds__(THREADS) grid_anchor(GridAnchorArgs a) {
    const int64_t anchors = a.base.dims[0];
    PLUGINS_CUDA_FOR_EACH(int64_t, i, a.output.dims[0]) {
        const int64_t position = i / anchors;
        const float x = position % a.width * a.stride[0], y = position / a.width * a.stride[1];
        const T* base = a.base.as<const T>() + i % anchors * 4;
        T* out = a.output.as<T>() + i * 4;
        for (int k = 0; k < 4; ++k) out[k] = narrow<T>(widen(base[k]) + (k % 2 ? y : x));
    }
}

__host__ __device__ inline float clamp(float x, float low, float high) {
    // Unlike fminf and fmaxf, keeps NaN.
    return x < low ? low : x > high ? high : x;
}

// A thread owns a box: neighbours along the width read neighbours.
template <typename T>
__global__ void __launch_bounds__(THREADS) delta2bbox(Delta2BBoxArgs a) {
    const int64_t pixels = a.deltas.dims[2] * a.deltas.dims[3], anchors = a.deltas.dims[1] / 4;
    const int64_t boxes = a.out_boxes.dims[1], decoded = pixels * anchors;
    PLUGINS_CUDA_FOR_EACH(int64_t, i, a.out_boxes.dims[0] * boxes) {
        const int64_t item = i / boxes, in_item = i % boxes;
        if (in_item >= decoded) {
            for (int64_t c = 0; c < a.classes; ++c) a.out_scores.as<T>()[i * a.classes + c] = narrow<T>(0);
            for (int k = 0; k < 4; ++k) a.out_boxes.as<T>()[i * 4 + k] = narrow<T>(0);
            continue;
        }
        const int64_t anchor = in_item / pixels, pixel = in_item % pixels;
        const int64_t row = pixel * anchors + anchor, to = item * boxes + row;

        const T* from = a.scores.as<const T>() + (item * anchors + anchor) * a.classes * pixels + pixel;
        T* scores = a.out_scores.as<T>() + to * a.classes;
        if (a.use_sigmoid) {
            for (int64_t c = 0; c < a.classes; ++c) scores[c] = narrow<T>(1 / (1 + expf(-widen(from[c * pixels]))));
        } else {
            float largest = -INFINITY, sum = 0;
            for (int64_t c = 0; c < a.classes; ++c) largest = fmaxf(largest, widen(from[c * pixels]));
            for (int64_t c = 0; c < a.classes; ++c) sum += expf(widen(from[c * pixels]) - largest);
            for (int64_t c = 0; c < a.classes; ++c) scores[c] = narrow<T>(expf(widen(from[c * pixels]) - largest) / sum);
        }

        float delta[4];
        for (int k = 0; k < 4; ++k) {
            const float raw = widen(a.deltas.as<const T>()[((item * anchors + anchor) * 4 + k) * pixels + pixel]);
            delta[k] = raw * a.deviations[k] + a.means[k];
        }
        const T* corners = a.anchors.as<const T>() + row * 4;
        T* out = a.out_boxes.as<T>() + to * 4;
        for (int k = 0; k < 2; ++k) {
            // |log(16 / 1000)|: a box is at most 62.5 times its anchor.
            constexpr float MOST = 4.135166556742356f;
            const float low = widen(corners[k]), high = widen(corners[k + 2]);
            const float centre = (low + high) * .5f + (high - low) * delta[k];
            const float half_size = (high - low) * expf(clamp(delta[k + 2], -MOST, MOST)) * .5f;
            float ends[2] = {centre - half_size, centre + half_size};
            if (a.image_shape.data != nullptr) {
                const float size = a.image_shape.as<const int32_t>()[a.image_shape.dims[0] - 1 - k];
                for (float& end : ends) end = clamp(end, 0, size);
            }
            out[k] = narrow<T>(ends[0]);
            out[k + 2] = narrow<T>(ends[1]);
        }
    }
}

cudaError_t launch_grid_anchor(const GridAnchorArgs& a, cudaStream_t stream) {
    return for_real(a.output.type, [&](auto tag) {
        return launch(grid_anchor<typename decltype(tag)::type>, one_each(a.output.dims[0]), stream, a);
    });
}

cudaError_t launch_delta2bbox(const Delta2BBoxArgs& a, cudaStream_t stream) {
    return for_real(a.out_boxes.type, [&](auto tag) {
        return launch(delta2bbox<typename decltype(tag)::type>, one_each(a.out_boxes.dims[0] * a.out_boxes.dims[1]), stream, a);
    });
}

}  // namespace

PLUGINS_CUDA_LAUNCHER(grid_anchor, GridAnchorArgs)
PLUGINS_CUDA_LAUNCHER(delta2bbox, Delta2BBoxArgs)

}  // namespace plugins_cuda
