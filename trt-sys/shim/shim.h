/* The C interface to TensorRT: one table of function pointers per set of NVIDIA headers.
 *
 * Rules that hold for every entry
 *  - Nothing throws: an entry returns TrtStatus; on failure TrtApi::last_error has the text for the calling thread.
 *  - An entry that this TensorRT version lacks is null.
 *  - Results come through the last, non-null pointer arguments, written only when the status is TRT_STATUS_OK.
 *  - `*_create*`, `builder_build*`, `*_serialize` and `runtime_deserialize` give an object that the caller ends with the matching
 *    `*_destroy` (null is allowed there), always before the object it came from, the logger last. Networks, configs and
 *    profiles go before their builder, engines before their runtime, contexts, refitters and inspectors before their engine.
 *  - Tensors, layers, loops, conditionals and attention blocks belong to their network and die with it.
 *  - Strings handed in are copied by TensorRT. Strings handed out belong to their object and live until that name
 *    changes or the object dies; inspector texts live until the next call on the same inspector.
 *  - Weights are borrowed: their bytes must stay valid and unchanged until the network's last build is over (refit: until the
 *    refit is over).
 *  - Callbacks must not unwind; their `user` pointer must stay valid as long as they are set.
 *  - Objects are used by one thread at a time unless TensorRT's documentation of the class says otherwise. */
#ifndef TRT_SHIM_H
#define TRT_SHIM_H

#include <stddef.h>
#include <stdint.h>

#include "enums.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TRT_MAX_RANK 8

typedef struct TrtLogger TrtLogger;
typedef struct TrtBuilder TrtBuilder;
typedef struct TrtConfig TrtConfig;
typedef struct TrtOptimizationProfile TrtOptimizationProfile;
typedef struct TrtTimingCache TrtTimingCache;
typedef struct TrtHostMemory TrtHostMemory;
typedef struct TrtNetwork TrtNetwork;
typedef struct TrtOnnxParser TrtOnnxParser;
typedef struct TrtTensor TrtTensor;
typedef struct TrtLayer TrtLayer;
typedef struct TrtLoop TrtLoop;
typedef struct TrtConditional TrtConditional;
typedef struct TrtAttention TrtAttention;
typedef struct TrtRuntime TrtRuntime;
typedef struct TrtEngine TrtEngine;
typedef struct TrtContext TrtContext;
typedef struct TrtRuntimeConfig TrtRuntimeConfig;
typedef struct TrtRuntimeCache TrtRuntimeCache;
typedef struct TrtRefitter TrtRefitter;
typedef struct TrtInspector TrtInspector;
typedef struct TrtPlugin TrtPlugin;
typedef struct TrtPluginCreator TrtPluginCreator;
typedef struct TrtPluginRegistry TrtPluginRegistry;
typedef struct TrtSizeExpression TrtSizeExpression;

/* A shape, or any short list of sizes; -1 is a dynamic dimension; rank -1 an invalid shape, as TensorRT reports it. */
typedef struct TrtDims {
    int32_t rank;
    int64_t d[TRT_MAX_RANK];
} TrtDims;

/* `count` elements of `dtype`, borrowed. No weights: count 0. */
typedef struct TrtWeights {
    TrtDataType dtype;
    const void *values;
    int64_t count;
} TrtWeights;

typedef struct TrtFloats {
    int32_t count;
    float values[TRT_MAX_RANK];
} TrtFloats;

/* Which member of TrtValueData is meant. */
typedef enum TrtValueKind {
    TRT_VALUE_KIND_NONE = 0,
    TRT_VALUE_KIND_INTEGER = 1, /* integers, booleans, enumerations */
    TRT_VALUE_KIND_REAL = 2,
    TRT_VALUE_KIND_DIMS = 3,
    TRT_VALUE_KIND_WEIGHTS = 4,
    TRT_VALUE_KIND_TEXT = 5, /* NUL-terminated */
    TRT_VALUE_KIND_FLOATS = 6,
    TRT_VALUE_KIND_TENSOR = 7, /* null: none */
} TrtValueKind;

typedef union TrtValueData {
    int64_t integer;
    double real;
    TrtDims dims;
    TrtWeights weights;
    const char *text;
    TrtFloats floats;
    TrtTensor *tensor;
} TrtValueData;

typedef struct TrtValue {
    TrtValueKind kind;
    TrtValueData data;
} TrtValue;

/* An input or output of an engine, for one optimization profile. Strings live as long as the engine. */
typedef struct TrtTensorInfo {
    const char *name;
    const char *format_desc;
    TrtTensorMode mode;
    TrtDataType dtype;
    TrtTensorLocation location; /* host: its address is read by the CPU */
    TrtTensorFormat format;
    int32_t is_shape_inference_io;
    int32_t bytes_per_component;
    int32_t components_per_element;
    int32_t vectorized_dim; /* -1: not vectorized */
    TrtDims dims;
} TrtTensorInfo;

typedef void (*TrtLogCallback)(void *user, TrtSeverity severity, const char *message);

typedef void (*TrtProfilerCallback)(void *user, const char *layer, float milliseconds);

/* Progress of a build. `step` returns 0 to cancel the build. `parent` may be null. */
typedef struct TrtProgressCallbacks {
    void *user;
    void (*phase_start)(void *user, const char *phase, const char *parent, int32_t nb_steps);
    int32_t (*step)(void *user, const char *phase, int32_t step);
    void (*phase_finish)(void *user, const char *phase);
} TrtProgressCallbacks;

/* Outputs whose shape depends on the data. `reallocate` gives device memory of at least `size` bytes aligned to `alignment`
 * (null: failure); `current` is the address in use, or null. `notify_shape` tells the final shape. `stream` is a cudaStream_t. */
typedef struct TrtOutputAllocatorCallbacks {
    void *user;
    void *(*reallocate)(void *user, const char *name, void *current, uint64_t size, uint64_t alignment, void *stream);
    void (*notify_shape)(void *user, const char *name, const TrtDims *dims);
} TrtOutputAllocatorCallbacks;

/* A tensor marked for debugging was computed; `address` is on the device or host according to `location`. 0: failure. */
typedef int32_t (*TrtDebugCallback)(void *user, const char *name, TrtDataType dtype, const TrtDims *dims, TrtTensorLocation location,
                                    const void *address, void *stream);

/* A plugin's view of one of its tensors. */
typedef struct TrtPluginTensor {
    TrtDims dims; /* -1: known at run time; for the workspace the largest */
    TrtDataType dtype;
    TrtTensorFormat format;
    float scale;
    const void *address; /* on the device; null but in enqueue */
} TrtPluginTensor;

/* A size in shape inference: TensorRT's expression, and its value when that is known already. */
typedef struct TrtSize {
    const TrtSizeExpression *expression;
    int64_t value;
    int32_t is_known;
} TrtSize;

typedef struct TrtSizes {
    int32_t rank;
    TrtSize d[TRT_MAX_RANK];
} TrtSizes;

/* Makes expressions, during the call that it is handed to. A null result is a failure. `of_output` is null on TensorRT 8. */
typedef struct TrtSizeBuilder {
    void *builder;
    const TrtSizeExpression *(*constant)(void *builder, int64_t);
    const TrtSizeExpression *(*operation)(void *builder, TrtDimensionOperation, const TrtSizeExpression *, const TrtSizeExpression *);
    const TrtSizeExpression *(*of_output)(void *builder, int32_t output, const TrtSizeExpression *expected,
                                          const TrtSizeExpression *limit);
} TrtSizeBuilder;

/* The one field that a plugin of ours keeps in a plan: TRT_PLUGIN_FIELD_TYPE_UNKNOWN, the bytes of TrtPluginObject::data. */
#define TRT_PLUGIN_DATA_FIELD "trt-rs"

/* `length` values of `type`; null `data`: none. */
typedef struct TrtPluginField {
    const char *name;
    const void *data;
    TrtPluginFieldType type;
    int32_t length;
} TrtPluginField;

struct TrtPluginFunctions;

/* A plugin of the caller. Names, texts and data live as long as `plugin`, `functions` forever. */
typedef struct TrtPluginObject {
    void *plugin;
    const struct TrtPluginFunctions *functions;
    const char *name;
    const char *version;
    const char *name_space;
    const char *timing_id; /* null: keep timings out of the timing cache */
    const char *metadata;
    const void *data; /* what a plan keeps */
    uint64_t size;
    int32_t nb_outputs;
} TrtPluginObject;

/* What a plugin does, called from any thread. An int32_t result is 0 for success. Nothing unwinds; the caller keeps the reason. */
typedef struct TrtPluginFunctions {
    int32_t (*clone)(const void *plugin, TrtPluginObject *out);
    int32_t (*attach)(const void *plugin, TrtPluginObject *out); /* a clone for one execution context */
    void (*destroy)(void *plugin);
    int32_t (*output_types)(const void *plugin, const TrtDataType *inputs, int32_t nb_inputs, TrtDataType *outputs,
                            int32_t nb_outputs);
    int32_t (*output_shapes)(const void *plugin, const TrtSizes *inputs, int32_t nb_inputs, const TrtSizes *shape_inputs,
                             int32_t nb_shape_inputs, const TrtSizeBuilder *builder, TrtSizes *outputs, int32_t nb_outputs);
    int32_t (*supports)(const void *plugin, const TrtPluginTensor *tensors, int32_t count, int32_t nb_inputs); /* 1: yes */
    int32_t (*workspace)(const void *plugin, const TrtPluginTensor *inputs, int32_t nb_inputs, const TrtPluginTensor *outputs,
                         int32_t nb_outputs, uint64_t *bytes);
    int32_t (*enqueue)(const void *plugin, const TrtPluginTensor *inputs, int32_t nb_inputs, const TrtPluginTensor *outputs,
                       int32_t nb_outputs, void *workspace, void *stream);
    int32_t (*aliased_input)(const void *plugin, int32_t output); /* -1: none */
} TrtPluginFunctions;

/* A kind of plugin of the caller. Everything lives as long as the creator. `create` fills in `out` and returns 0. */
typedef struct TrtPluginKind {
    void *user;
    const char *name;
    const char *version;
    const char *name_space;
    const TrtPluginField *fields;
    int32_t nb_fields;
    int32_t (*create)(void *user, const TrtPluginField *fields, int32_t nb_fields, TrtPluginObject *out);
} TrtPluginKind;

/* Strings live as long as the creator. */
typedef struct TrtPluginCreatorInfo {
    const char *name;
    const char *version;
    const char *name_space;
} TrtPluginCreatorInfo;

/* Factories that the loader looked up in the library. */
typedef void *(*TrtCreateFromLogger)(void *logger, int32_t version);                 /* createInfer{Builder,Runtime}_INTERNAL */
typedef void *(*TrtCreateFromEngine)(void *engine, void *logger, int32_t version);   /* createInferRefitter_INTERNAL */
typedef void *(*TrtCreateFromNetwork)(void *network, void *logger, int32_t version); /* createNvOnnxParser_INTERNAL */

#define TRT_FN(name, ...) TrtStatus (*name)(__VA_ARGS__)

typedef struct TrtApi {
    /* Headers this table was compiled from. */
    TrtProduct product;
    int32_t major;
    int32_t minor;
    int32_t patch;
    /* Which networks network_create makes: 1 or 0. */
    int32_t strongly_typed;
    int32_t weakly_typed;

    /* Text of the last failure on this thread, or ""; valid until the next failing call on this thread. */
    const char *(*last_error)(void);

    /* Logger. TensorRT keeps one per process; let it outlive everything else. The callback may come from any thread. */
    TRT_FN(logger_create, TrtLogCallback callback, void *user, TrtLogger **out);
    void (*logger_destroy)(TrtLogger *);
    TRT_FN(log, void *logger, TrtSeverity, const char *message); /* to an ILogger that is not ours */

    /* Host memory: a plan, a serialized cache. */
    TRT_FN(host_memory_data, const TrtHostMemory *, const void **data, size_t *size);
    void (*host_memory_destroy)(TrtHostMemory *);

    /* Builder. */
    TRT_FN(builder_create, TrtCreateFromLogger factory, TrtLogger *, TrtBuilder **out);
    void (*builder_destroy)(TrtBuilder *);
    TRT_FN(builder_create_config, TrtBuilder *, TrtConfig **out);
    TRT_FN(builder_create_network, TrtBuilder *, int32_t strongly_typed, TrtNetwork **out);
    TRT_FN(builder_create_profile, TrtBuilder *, TrtOptimizationProfile **out); /* lives as long as the builder */
    TRT_FN(builder_nb_dla_cores, TrtBuilder *, int32_t *out);
    TRT_FN(builder_set_max_threads, TrtBuilder *, int32_t);
    TRT_FN(builder_max_threads, TrtBuilder *, int32_t *out);
    TRT_FN(builder_reset, TrtBuilder *);
    TRT_FN(builder_is_network_supported, TrtBuilder *, const TrtNetwork *, const TrtConfig *, int32_t *out);
    TRT_FN(builder_build, TrtBuilder *, TrtNetwork *, TrtConfig *, TrtHostMemory **plan);

    /* Builder configuration. */
    void (*config_destroy)(TrtConfig *);
    TRT_FN(config_set, TrtConfig *, TrtConfigOption, int64_t value);
    TRT_FN(config_get, const TrtConfig *, TrtConfigOption, int64_t *out);
    TRT_FN(config_set_flag, TrtConfig *, TrtBuilderFlag, int32_t on);
    TRT_FN(config_get_flag, const TrtConfig *, TrtBuilderFlag, int32_t *out);
    TRT_FN(config_set_memory_pool_limit, TrtConfig *, TrtMemoryPool, uint64_t bytes);
    TRT_FN(config_get_memory_pool_limit, const TrtConfig *, TrtMemoryPool, uint64_t *out);
    TRT_FN(config_set_preview_feature, TrtConfig *, TrtPreviewFeature, int32_t on);
    TRT_FN(config_get_preview_feature, const TrtConfig *, TrtPreviewFeature, int32_t *out);
    TRT_FN(config_add_profile, TrtConfig *, const TrtOptimizationProfile *, int32_t *index);
    TRT_FN(config_nb_profiles, const TrtConfig *, int32_t *out);
    TRT_FN(config_set_profile_stream, TrtConfig *, void *stream);
    TRT_FN(config_set_progress, TrtConfig *, const TrtProgressCallbacks *); /* copied; null: none */
    TRT_FN(config_set_layer_device, TrtConfig *, const TrtLayer *, TrtDeviceType);
    TRT_FN(config_get_layer_device, const TrtConfig *, const TrtLayer *, TrtDeviceType *out);
    TRT_FN(config_reset_layer_device, TrtConfig *, const TrtLayer *);
    TRT_FN(config_can_run_on_dla, const TrtConfig *, const TrtLayer *, int32_t *out);
    TRT_FN(config_set_compute_capabilities, TrtConfig *, const int32_t *sm, int32_t count); /* 86 for sm_86 */
    TRT_FN(config_get_compute_capabilities, const TrtConfig *, int32_t *sm, int32_t capacity, int32_t *count);
    TRT_FN(config_create_timing_cache, TrtConfig *, const void *data, size_t size, TrtTimingCache **out);
    /* The cache must live until the build is over. */
    TRT_FN(config_set_timing_cache, TrtConfig *, const TrtTimingCache *, int32_t ignore_mismatch);
    TRT_FN(config_reset, TrtConfig *);

    /* Timing cache. */
    void (*timing_cache_destroy)(TrtTimingCache *);
    TRT_FN(timing_cache_serialize, const TrtTimingCache *, TrtHostMemory **out);
    TRT_FN(timing_cache_combine, TrtTimingCache *, const TrtTimingCache *other, int32_t ignore_mismatch);
    TRT_FN(timing_cache_reset, TrtTimingCache *);

    /* Optimization profile. */
    TRT_FN(profile_set_shape, TrtOptimizationProfile *, const char *input, TrtProfileSelector, const TrtDims *);
    TRT_FN(profile_get_shape, const TrtOptimizationProfile *, const char *input, TrtProfileSelector, TrtDims *out);
    TRT_FN(profile_set_values, TrtOptimizationProfile *, const char *input, TrtProfileSelector, const int64_t *values, int32_t count);
    TRT_FN(profile_set_extra_memory_target, TrtOptimizationProfile *, float);
    TRT_FN(profile_is_valid, const TrtOptimizationProfile *, int32_t *out);

    /* Network. */
    void (*network_destroy)(TrtNetwork *);
    TRT_FN(network_name, const TrtNetwork *, const char **out);
    TRT_FN(network_set_name, TrtNetwork *, const char *);
    TRT_FN(network_nb_layers, const TrtNetwork *, int32_t *out);
    TRT_FN(network_layer, const TrtNetwork *, int32_t index, TrtLayer **out);
    TRT_FN(network_nb_inputs, const TrtNetwork *, int32_t *out);
    TRT_FN(network_input, const TrtNetwork *, int32_t index, TrtTensor **out);
    TRT_FN(network_nb_outputs, const TrtNetwork *, int32_t *out);
    TRT_FN(network_output, const TrtNetwork *, int32_t index, TrtTensor **out);
    TRT_FN(network_add_input, TrtNetwork *, const char *name, TrtDataType, const TrtDims *, TrtTensor **out);
    TRT_FN(network_mark_output, TrtNetwork *, TrtTensor *);
    TRT_FN(network_unmark_output, TrtNetwork *, TrtTensor *);
    TRT_FN(network_mark_output_for_shapes, TrtNetwork *, TrtTensor *);
    TRT_FN(network_unmark_output_for_shapes, TrtNetwork *, TrtTensor *);
    TRT_FN(network_mark_debug, TrtNetwork *, TrtTensor *);
    TRT_FN(network_unmark_debug, TrtNetwork *, TrtTensor *);
    TRT_FN(network_remove_tensor, TrtNetwork *, TrtTensor *);
    TRT_FN(network_set_weights_name, TrtNetwork *, TrtWeights, const char *);
    TRT_FN(network_mark_weights_refittable, TrtNetwork *, const char *name);
    TRT_FN(network_unmark_weights_refittable, TrtNetwork *, const char *name);

    /* Layers; parameters as in the INetworkDefinition method of that name. Optional weights: count 0. Axes are bit masks. */
    TRT_FN(add_activation, TrtNetwork *, TrtTensor *, TrtActivationType, TrtLayer **out);
    TRT_FN(add_assertion, TrtNetwork *, TrtTensor *condition, const char *message, TrtLayer **out);
    TRT_FN(add_attention, TrtNetwork *, TrtTensor *query, TrtTensor *key, TrtTensor *value, TrtAttentionNormalization, TrtCausalMask,
           TrtAttention **out);
    TRT_FN(add_cast, TrtNetwork *, TrtTensor *, TrtDataType, TrtLayer **out);
    TRT_FN(add_concatenation, TrtNetwork *, TrtTensor *const *inputs, int32_t count, TrtLayer **out);
    TRT_FN(add_conditional, TrtNetwork *, TrtConditional **out);
    TRT_FN(add_constant, TrtNetwork *, const TrtDims *, TrtWeights, TrtLayer **out);
    TRT_FN(add_convolution, TrtNetwork *, TrtTensor *, int64_t nb_output_maps, const TrtDims *kernel_size, TrtWeights kernel,
           TrtWeights bias, TrtLayer **out);
    TRT_FN(add_cumulative, TrtNetwork *, TrtTensor *, TrtTensor *axis, TrtCumulativeOperation, int32_t exclusive, int32_t reverse,
           TrtLayer **out);
    TRT_FN(add_deconvolution, TrtNetwork *, TrtTensor *, int64_t nb_output_maps, const TrtDims *kernel_size, TrtWeights kernel,
           TrtWeights bias, TrtLayer **out);
    TRT_FN(add_dequantize, TrtNetwork *, TrtTensor *, TrtTensor *scale, TrtDataType output, TrtLayer **out);
    TRT_FN(add_dist_collective, TrtNetwork *, TrtTensor *, TrtCollectiveOperation, TrtReduceOperation, int64_t root,
           const int64_t *groups, int64_t group_size, TrtLayer **out);
    TRT_FN(add_dynamic_quantize, TrtNetwork *, TrtTensor *, int32_t axis, int32_t block_size, TrtDataType output, TrtDataType scale,
           TrtLayer **out);
    TRT_FN(add_dynamic_quantize_v2, TrtNetwork *, TrtTensor *, const TrtDims *block_shape, TrtDataType output, TrtDataType scale,
           TrtLayer **out);
    TRT_FN(add_einsum, TrtNetwork *, TrtTensor *const *inputs, int32_t count, const char *equation, TrtLayer **out);
    TRT_FN(add_elementwise, TrtNetwork *, TrtTensor *, TrtTensor *, TrtElementWiseOperation, TrtLayer **out);
    TRT_FN(add_fill, TrtNetwork *, const TrtDims *, TrtFillOperation, TrtDataType output, TrtLayer **out);
    TRT_FN(add_gather, TrtNetwork *, TrtTensor *data, TrtTensor *indices, TrtGatherMode, TrtLayer **out);
    TRT_FN(add_grid_sample, TrtNetwork *, TrtTensor *, TrtTensor *grid, TrtLayer **out);
    TRT_FN(add_identity, TrtNetwork *, TrtTensor *, TrtLayer **out);
    TRT_FN(add_kv_cache_update, TrtNetwork *, TrtTensor *cache, TrtTensor *update, TrtTensor *write_indices, TrtKvCacheMode,
           TrtLayer **out);
    TRT_FN(add_loop, TrtNetwork *, TrtLoop **out);
    TRT_FN(add_lrn, TrtNetwork *, TrtTensor *, int64_t window, float alpha, float beta, float k, TrtLayer **out);
    TRT_FN(add_matrix_multiply, TrtNetwork *, TrtTensor *, TrtMatrixOperation, TrtTensor *, TrtMatrixOperation, TrtLayer **out);
    TRT_FN(add_moe, TrtNetwork *, TrtTensor *hidden, TrtTensor *selected_experts, TrtTensor *scores, TrtLayer **out);
    TRT_FN(add_nms, TrtNetwork *, TrtTensor *boxes, TrtTensor *scores, TrtTensor *max_output_boxes_per_class, TrtDataType indices,
           TrtLayer **out);
    TRT_FN(add_non_zero, TrtNetwork *, TrtTensor *, TrtDataType indices, TrtLayer **out);
    TRT_FN(add_normalization, TrtNetwork *, TrtTensor *, TrtTensor *scale, TrtTensor *bias, uint32_t axes, TrtLayer **out);
    TRT_FN(add_normalization_v2, TrtNetwork *, TrtTensor *, TrtTensor *scale, TrtTensor *bias, uint32_t axes, TrtLayer **out);
    TRT_FN(add_one_hot, TrtNetwork *, TrtTensor *indices, TrtTensor *values, TrtTensor *depth, int32_t axis, TrtLayer **out);
    TRT_FN(add_padding, TrtNetwork *, TrtTensor *, const TrtDims *pre, const TrtDims *post, TrtLayer **out);
    TRT_FN(add_parametric_relu, TrtNetwork *, TrtTensor *, TrtTensor *slope, TrtLayer **out);
    TRT_FN(add_pooling, TrtNetwork *, TrtTensor *, TrtPoolingType, const TrtDims *window, TrtLayer **out);
    TRT_FN(add_quantize, TrtNetwork *, TrtTensor *, TrtTensor *scale, TrtDataType output, TrtLayer **out);
    TRT_FN(add_ragged_softmax, TrtNetwork *, TrtTensor *, TrtTensor *bounds, TrtLayer **out);
    TRT_FN(add_reduce, TrtNetwork *, TrtTensor *, TrtReduceOperation, uint32_t axes, int32_t keep_dimensions, TrtLayer **out);
    TRT_FN(add_resize, TrtNetwork *, TrtTensor *, TrtLayer **out);
    TRT_FN(add_reverse_sequence, TrtNetwork *, TrtTensor *, TrtTensor *lengths, TrtLayer **out);
    TRT_FN(add_rotary_embedding, TrtNetwork *, TrtTensor *, TrtTensor *cos, TrtTensor *sin, int32_t interleaved, int32_t dim,
           TrtLayer **out);
    TRT_FN(add_scale, TrtNetwork *, TrtTensor *, TrtScaleMode, TrtWeights shift, TrtWeights scale, TrtWeights power,
           int32_t channel_axis, TrtLayer **out);
    TRT_FN(add_scatter, TrtNetwork *, TrtTensor *data, TrtTensor *indices, TrtTensor *updates, TrtScatterMode, TrtLayer **out);
    TRT_FN(add_select, TrtNetwork *, TrtTensor *condition, TrtTensor *then_value, TrtTensor *else_value, TrtLayer **out);
    TRT_FN(add_shape, TrtNetwork *, TrtTensor *, TrtLayer **out); /* int64 output on TensorRT 10+ and RTX, int32 before */
    TRT_FN(add_shuffle, TrtNetwork *, TrtTensor *, TrtLayer **out);
    TRT_FN(add_slice, TrtNetwork *, TrtTensor *, const TrtDims *start, const TrtDims *size, const TrtDims *stride, TrtLayer **out);
    TRT_FN(add_softmax, TrtNetwork *, TrtTensor *, TrtLayer **out);
    TRT_FN(add_squeeze, TrtNetwork *, TrtTensor *, TrtTensor *axes, TrtLayer **out);
    TRT_FN(add_topk, TrtNetwork *, TrtTensor *, TrtTopKOperation, int32_t k, uint32_t axes, TrtDataType indices, TrtLayer **out);
    TRT_FN(add_unary, TrtNetwork *, TrtTensor *, TrtUnaryOperation, TrtLayer **out);
    TRT_FN(add_unsqueeze, TrtNetwork *, TrtTensor *, TrtTensor *axes, TrtLayer **out);

    /* Layers after creation. `layer_input` gives null for an optional input that is not set. */
    TRT_FN(layer_kind, const TrtLayer *, TrtLayerKind *out);
    TRT_FN(layer_name, const TrtLayer *, const char **out);
    TRT_FN(layer_set_name, TrtLayer *, const char *);
    TRT_FN(layer_metadata, const TrtLayer *, const char **out);
    TRT_FN(layer_set_metadata, TrtLayer *, const char *);
    TRT_FN(layer_nb_inputs, const TrtLayer *, int32_t *out);
    TRT_FN(layer_input, const TrtLayer *, int32_t index, TrtTensor **out);
    TRT_FN(layer_set_input, TrtLayer *, int32_t index, TrtTensor *);
    TRT_FN(layer_nb_outputs, const TrtLayer *, int32_t *out);
    TRT_FN(layer_output, const TrtLayer *, int32_t index, TrtTensor **out);
    TRT_FN(layer_get, const TrtLayer *, TrtProperty, TrtValue *out);
    TRT_FN(layer_set, TrtLayer *, TrtProperty, const TrtValue *);
    TRT_FN(layer_loop, const TrtLayer *, TrtLoop **out);               /* boundary layers of a loop only */
    TRT_FN(layer_conditional, const TrtLayer *, TrtConditional **out); /* boundary layers of a conditional only */
    TRT_FN(layer_attention, const TrtLayer *, TrtAttention **out);     /* boundary layers of an attention block only */
    /* Precision of weakly typed networks; a null pointer as type takes the constraint away. */
    TRT_FN(layer_precision, const TrtLayer *, TrtDataType *out, int32_t *is_set);
    TRT_FN(layer_set_precision, TrtLayer *, const TrtDataType *);
    TRT_FN(layer_output_type, const TrtLayer *, int32_t index, TrtDataType *out);
    TRT_FN(layer_set_output_type, TrtLayer *, int32_t index, const TrtDataType *);

    /* Control flow. */
    TRT_FN(loop_name, const TrtLoop *, const char **out);
    TRT_FN(loop_set_name, TrtLoop *, const char *);
    TRT_FN(loop_add_recurrence, TrtLoop *, TrtTensor *initial, TrtLayer **out);
    TRT_FN(loop_add_trip_limit, TrtLoop *, TrtTensor *, TrtTripLimit, TrtLayer **out);
    TRT_FN(loop_add_iterator, TrtLoop *, TrtTensor *, int32_t axis, int32_t reverse, TrtLayer **out);
    TRT_FN(loop_add_output, TrtLoop *, TrtTensor *, TrtLoopOutput, int32_t axis, TrtLayer **out);
    TRT_FN(conditional_name, const TrtConditional *, const char **out);
    TRT_FN(conditional_set_name, TrtConditional *, const char *);
    TRT_FN(conditional_set_condition, TrtConditional *, TrtTensor *, TrtLayer **out);
    TRT_FN(conditional_add_input, TrtConditional *, TrtTensor *, TrtLayer **out);
    TRT_FN(conditional_add_output, TrtConditional *, TrtTensor *then_value, TrtTensor *else_value, TrtLayer **out);

    /* Attention block (not a layer in TensorRT's terms). */
    TRT_FN(attention_name, const TrtAttention *, const char **out);
    TRT_FN(attention_set_name, TrtAttention *, const char *);
    TRT_FN(attention_metadata, const TrtAttention *, const char **out);
    TRT_FN(attention_set_metadata, TrtAttention *, const char *);
    TRT_FN(attention_nb_inputs, const TrtAttention *, int32_t *out);
    TRT_FN(attention_input, const TrtAttention *, int32_t index, TrtTensor **out);
    TRT_FN(attention_set_input, TrtAttention *, int32_t index, TrtTensor *);
    TRT_FN(attention_nb_outputs, const TrtAttention *, int32_t *out);
    TRT_FN(attention_output, const TrtAttention *, int32_t index, TrtTensor **out);
    TRT_FN(attention_get, const TrtAttention *, TrtProperty, TrtValue *out);
    TRT_FN(attention_set, TrtAttention *, TrtProperty, const TrtValue *);

    /* Mixture of experts: what is more than a property. */
    TRT_FN(moe_set_gated_weights, TrtLayer *, TrtTensor *gate, TrtTensor *up, TrtTensor *down, TrtMoeActivation);
    TRT_FN(moe_set_gated_biases, TrtLayer *, TrtTensor *gate, TrtTensor *up, TrtTensor *down);
    TRT_FN(moe_set_static_quantization, TrtLayer *, TrtTensor *scale, TrtDataType);
    TRT_FN(moe_set_dynamic_quantization, TrtLayer *, TrtTensor *scale, TrtDataType, const TrtDims *block_shape, TrtDataType scale_type);

    /* Tensor of a network. */
    TRT_FN(tensor_name, const TrtTensor *, const char **out);
    TRT_FN(tensor_set_name, TrtTensor *, const char *);
    TRT_FN(tensor_dims, const TrtTensor *, TrtDims *out); /* rank -1: the layers before it do not fit together */
    TRT_FN(tensor_set_dims, TrtTensor *, const TrtDims *);
    TRT_FN(tensor_dtype, const TrtTensor *, TrtDataType *out);
    TRT_FN(tensor_set_dtype, TrtTensor *, TrtDataType); /* inputs and outputs of weakly typed networks */
    TRT_FN(tensor_dimension_name, const TrtTensor *, int32_t index, const char **out); /* null: no name */
    TRT_FN(tensor_set_dimension_name, TrtTensor *, int32_t index, const char *);
    TRT_FN(tensor_is_network_input, const TrtTensor *, int32_t *out);
    TRT_FN(tensor_is_network_output, const TrtTensor *, int32_t *out);
    TRT_FN(tensor_is_shape_tensor, const TrtTensor *, int32_t *out);
    TRT_FN(tensor_is_execution_tensor, const TrtTensor *, int32_t *out);
    TRT_FN(tensor_allowed_formats, const TrtTensor *, uint32_t *out); /* bits 1 << TrtTensorFormat */
    TRT_FN(tensor_set_allowed_formats, TrtTensor *, uint32_t);
    TRT_FN(tensor_location, const TrtTensor *, TrtTensorLocation *out);
    TRT_FN(tensor_dynamic_range, const TrtTensor *, float *min, float *max, int32_t *is_set); /* weakly typed networks */
    TRT_FN(tensor_set_dynamic_range, TrtTensor *, float min, float max);
    TRT_FN(tensor_reset_dynamic_range, TrtTensor *);

    /* Runtime. */
    TRT_FN(runtime_create, TrtCreateFromLogger factory, TrtLogger *, TrtRuntime **out);
    void (*runtime_destroy)(TrtRuntime *);
    TRT_FN(runtime_deserialize, TrtRuntime *, const void *plan, size_t size, TrtEngine **out); /* the bytes are not kept */
    TRT_FN(runtime_set_dla_core, TrtRuntime *, int32_t);
    TRT_FN(runtime_nb_dla_cores, const TrtRuntime *, int32_t *out);
    TRT_FN(runtime_set_max_threads, TrtRuntime *, int32_t);
    TRT_FN(runtime_set_host_code_allowed, TrtRuntime *, int32_t); /* version-compatible plans carry code */
    TRT_FN(runtime_engine_validity, const TrtRuntime *, const void *plan, size_t size, TrtEngineValidity *out, uint64_t *diagnostics);

    /* Engine. */
    void (*engine_destroy)(TrtEngine *);
    TRT_FN(engine_name, const TrtEngine *, const char **out);
    TRT_FN(engine_nb_layers, const TrtEngine *, int32_t *out);
    TRT_FN(engine_nb_profiles, const TrtEngine *, int32_t *out);
    TRT_FN(engine_nb_io_tensors, const TrtEngine *, int32_t *out);
    TRT_FN(engine_tensor_info, const TrtEngine *, int32_t index, int32_t profile, TrtTensorInfo *out);
    TRT_FN(engine_profile_shape, const TrtEngine *, const char *input, int32_t profile, TrtProfileSelector, TrtDims *out);
    /* Values of a shape tensor; writes at most `capacity`, gives the full count. */
    TRT_FN(engine_profile_values, const TrtEngine *, const char *input, int32_t profile, TrtProfileSelector, int64_t *values,
           int32_t capacity, int32_t *count);
    TRT_FN(engine_device_memory_size, const TrtEngine *, int64_t *out); /* bytes of scratch, the largest over all profiles */
    TRT_FN(engine_device_memory_size_for_profile, const TrtEngine *, int32_t profile, int64_t *out);
    TRT_FN(engine_is_refittable, const TrtEngine *, int32_t *out);
    TRT_FN(engine_capability, const TrtEngine *, TrtEngineCapability *out);
    TRT_FN(engine_profiling_verbosity, const TrtEngine *, TrtProfilingVerbosity *out);
    TRT_FN(engine_hardware_compatibility, const TrtEngine *, TrtHardwareCompatibility *out);
    TRT_FN(engine_nb_aux_streams, const TrtEngine *, int32_t *out);
    TRT_FN(engine_serialize, const TrtEngine *, uint32_t flags, TrtHostMemory **out);
    TRT_FN(engine_streamable_weights_size, const TrtEngine *, int64_t *out);
    TRT_FN(engine_set_weight_streaming_budget, TrtEngine *, int64_t bytes);
    TRT_FN(engine_weight_streaming_budget, const TrtEngine *, int64_t *out);
    TRT_FN(engine_create_context, TrtEngine *, TrtContextAllocation, TrtContext **out);
    TRT_FN(engine_create_context_with, TrtEngine *, TrtRuntimeConfig *, TrtContext **out);
    TRT_FN(engine_create_runtime_config, TrtEngine *, TrtRuntimeConfig **out);
    TRT_FN(engine_create_inspector, const TrtEngine *, TrtInspector **out);

    /* Runtime configuration of a context and TensorRT-RTX's cache of kernels compiled on the device. */
    void (*runtime_config_destroy)(TrtRuntimeConfig *);
    TRT_FN(runtime_config_set_allocation, TrtRuntimeConfig *, TrtContextAllocation);
    TRT_FN(runtime_config_set_kernel_specialization, TrtRuntimeConfig *, TrtKernelSpecialization);
    TRT_FN(runtime_config_set_cuda_graph_strategy, TrtRuntimeConfig *, TrtCudaGraphStrategy);
    TRT_FN(runtime_config_create_cache, const TrtRuntimeConfig *, TrtRuntimeCache **out);
    TRT_FN(runtime_config_set_cache, TrtRuntimeConfig *, const TrtRuntimeCache *);
    void (*runtime_cache_destroy)(TrtRuntimeCache *);
    TRT_FN(runtime_cache_serialize, const TrtRuntimeCache *, TrtHostMemory **out);
    TRT_FN(runtime_cache_deserialize, TrtRuntimeCache *, const void *data, size_t size);

    /* Execution context. Addresses are device pointers, host pointers for tensors whose location is the host. On TensorRT 8 the
     * shim keeps the addresses by name and hands them over as bindings. */
    void (*context_destroy)(TrtContext *);
    TRT_FN(context_name, const TrtContext *, const char **out);
    TRT_FN(context_set_name, TrtContext *, const char *);
    TRT_FN(context_profile, const TrtContext *, int32_t *out);
    TRT_FN(context_set_profile, TrtContext *, int32_t index, void *stream);
    TRT_FN(context_set_input_shape, TrtContext *, const char *name, const TrtDims *);
    TRT_FN(context_tensor_shape, const TrtContext *, const char *name, TrtDims *out); /* -1: not known yet */
    TRT_FN(context_tensor_strides, const TrtContext *, const char *name, TrtDims *out);
    TRT_FN(context_all_input_dimensions_specified, const TrtContext *, int32_t *out);
    /* Names of inputs that still miss a shape or value, at most `capacity`; *count is how many there are (0: all shapes known). */
    TRT_FN(context_infer_shapes, TrtContext *, const char **names, int32_t capacity, int32_t *count);
    TRT_FN(context_set_address, TrtContext *, const char *name, void *);
    TRT_FN(context_address, const TrtContext *, const char *name, void **out);
    TRT_FN(context_enqueue, TrtContext *, void *stream);
    TRT_FN(context_set_input_consumed_event, TrtContext *, void *event); /* null: none */
    TRT_FN(context_set_output_allocator, TrtContext *, const char *name, const TrtOutputAllocatorCallbacks *); /* copied; null: none */
    TRT_FN(context_max_output_size, const TrtContext *, const char *name, int64_t *bytes);
    TRT_FN(context_update_device_memory_size, TrtContext *, uint64_t *bytes);
    TRT_FN(context_set_device_memory, TrtContext *, void *, int64_t bytes);
    TRT_FN(context_set_aux_streams, TrtContext *, void *const *streams, int32_t count);
    TRT_FN(context_set_profiler, TrtContext *, TrtProfilerCallback, void *user); /* not null: TensorRT takes no profiler back */
    TRT_FN(context_set_enqueue_emits_profile, TrtContext *, int32_t);
    TRT_FN(context_report_to_profiler, const TrtContext *);
    TRT_FN(context_set_debug_sync, TrtContext *, int32_t);
    TRT_FN(context_set_debug_listener, TrtContext *, TrtDebugCallback, void *user); /* null: none */
    TRT_FN(context_set_debug_state, TrtContext *, const char *name, int32_t on);
    TRT_FN(context_set_all_debug_states, TrtContext *, int32_t on);
    TRT_FN(context_set_nvtx_verbosity, TrtContext *, TrtProfilingVerbosity);
    TRT_FN(context_set_persistent_cache_limit, TrtContext *, uint64_t bytes);
    TRT_FN(context_is_capturable, const TrtContext *, void *stream, int32_t *out);

    /* Engine inspector. */
    void (*inspector_destroy)(TrtInspector *);
    TRT_FN(inspector_set_context, TrtInspector *, const TrtContext *); /* null: none */
    TRT_FN(inspector_layer, const TrtInspector *, int32_t index, TrtLayerInformationFormat, const char **out);
    TRT_FN(inspector_engine, const TrtInspector *, TrtLayerInformationFormat, const char **out);

    /* Refitter. The listings write at most `capacity` entries and give the full count; names live as long as the refitter. */
    TRT_FN(refitter_create, TrtCreateFromEngine factory, TrtEngine *, TrtLogger *, TrtRefitter **out);
    void (*refitter_destroy)(TrtRefitter *);
    TRT_FN(refitter_set_weights, TrtRefitter *, const char *layer, TrtWeightsRole, TrtWeights);
    TRT_FN(refitter_set_named_weights, TrtRefitter *, const char *name, TrtWeights);
    TRT_FN(refitter_missing, TrtRefitter *, int32_t capacity, const char **layers, TrtWeightsRole *roles, int32_t *count);
    TRT_FN(refitter_all, TrtRefitter *, int32_t capacity, const char **layers, TrtWeightsRole *roles, int32_t *count);
    TRT_FN(refitter_missing_weights, TrtRefitter *, int32_t capacity, const char **names, int32_t *count);
    TRT_FN(refitter_all_weights, TrtRefitter *, int32_t capacity, const char **names, int32_t *count);
    TRT_FN(refitter_weights_prototype, const TrtRefitter *, const char *name, TrtWeights *out); /* dtype and count; values null */
    TRT_FN(refitter_set_validation, TrtRefitter *, int32_t);
    TRT_FN(refitter_set_max_threads, TrtRefitter *, int32_t);
    TRT_FN(refitter_refit, TrtRefitter *);
    TRT_FN(refitter_refit_async, TrtRefitter *, void *stream);

    /* Parser of ONNX files, from the library that comes beside TensorRT. It adds to the network, which reads weights that the
     * parser owns: destroy it before the network, and after its last build. */
    TRT_FN(onnx_parser_create, TrtCreateFromNetwork factory, TrtNetwork *, TrtLogger *, TrtOnnxParser **out);
    void (*onnx_parser_destroy)(TrtOnnxParser *);
    TRT_FN(onnx_parser_parse, TrtOnnxParser *, const char *file);

    /* Plugins; null on TensorRT-RTX. `plugin_create` takes `object` over. A network clones the plugin that is
     * added to it. Before TensorRT 10 there are no shape inputs. */
    TRT_FN(plugin_create, const TrtPluginObject *object, TrtPlugin **out);
    void (*plugin_destroy)(TrtPlugin *);
    TRT_FN(add_plugin, TrtNetwork *, TrtTensor *const *inputs, int32_t nb_inputs, TrtTensor *const *shape_inputs,
           int32_t nb_shape_inputs, const TrtPlugin *, TrtLayer **out);

    /* Creators. A creator of ours must be deregistered before it is destroyed; found ones belong to the registry. */
    TRT_FN(plugin_creator_create, const TrtPluginKind *, TrtPluginCreator **out);
    void (*plugin_creator_destroy)(TrtPluginCreator *);
    TRT_FN(plugin_creator_info, const TrtPluginCreator *, TrtPluginCreatorInfo *out);
    TRT_FN(plugin_creator_make, TrtPluginCreator *, const char *layer, const TrtPluginField *, int32_t nb_fields, TrtPlugin **out);

    /* The registry, from the library's getPluginRegistry. */
    TRT_FN(registry_register, TrtPluginRegistry *, TrtPluginCreator *);
    TRT_FN(registry_deregister, TrtPluginRegistry *, const TrtPluginCreator *);
    TRT_FN(registry_find, TrtPluginRegistry *, const char *name, const char *version, const char *name_space,
           TrtPluginCreator **out); /* null: none */
    /* Writes at most `capacity` creators and gives the full count. */
    TRT_FN(registry_creators, const TrtPluginRegistry *, int32_t capacity, TrtPluginCreator **creators, int32_t *count);
    TRT_FN(registry_load_library, TrtPluginRegistry *, const char *path, void **handle);
    TRT_FN(registry_unload_library, TrtPluginRegistry *, void *handle);
} TrtApi;

#undef TRT_FN

#ifdef __cplusplus
}
#endif

#endif
