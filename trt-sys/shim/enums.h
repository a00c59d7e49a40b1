/* Enumerations of the shim's C interface.
 *
 * The numbering is ours and never changes; each table maps it to the numbering of the TensorRT it was compiled for. Where
 * NVIDIA's headers agree among themselves the numbers are the same, which the implementation checks with static_assert.
 * A value that a TensorRT version lacks gives TRT_STATUS_UNSUPPORTED. */
#ifndef TRT_SHIM_ENUMS_H
#define TRT_SHIM_ENUMS_H

/* Result of every call. Text for the last failure of the calling thread: TrtApi::last_error. */
typedef enum TrtStatus {
    TRT_STATUS_OK = 0,
    TRT_STATUS_EXCEPTION = -1,        /* a C++ exception reached the edge of the shim */
    TRT_STATUS_FAILED = -2,           /* TensorRT returned null or false; its log says why */
    TRT_STATUS_UNSUPPORTED = -3,      /* this TensorRT does not know the option, value or property */
    TRT_STATUS_INVALID_ARGUMENT = -4, /* null handle, rank out of range, wrong type of value, ... */
} TrtStatus;

typedef enum TrtProduct { TRT_PRODUCT_TENSORRT = 0, TRT_PRODUCT_TENSORRT_RTX = 1 } TrtProduct;

typedef enum TrtSeverity {
    TRT_SEVERITY_INTERNAL_ERROR = 0,
    TRT_SEVERITY_ERROR = 1,
    TRT_SEVERITY_WARNING = 2,
    TRT_SEVERITY_INFO = 3,
    TRT_SEVERITY_VERBOSE = 4,
} TrtSeverity;

typedef enum TrtDataType {
    TRT_DATA_TYPE_FLOAT = 0,
    TRT_DATA_TYPE_HALF = 1,
    TRT_DATA_TYPE_INT8 = 2,
    TRT_DATA_TYPE_INT32 = 3,
    TRT_DATA_TYPE_BOOL = 4,
    TRT_DATA_TYPE_UINT8 = 5,
    TRT_DATA_TYPE_FP8 = 6,
    TRT_DATA_TYPE_BF16 = 7,
    TRT_DATA_TYPE_INT64 = 8,
    TRT_DATA_TYPE_INT4 = 9,
    TRT_DATA_TYPE_FP4 = 10,
    TRT_DATA_TYPE_E8M0 = 11,
} TrtDataType;

typedef enum TrtTensorFormat {
    TRT_TENSOR_FORMAT_LINEAR = 0,
    TRT_TENSOR_FORMAT_CHW2 = 1,
    TRT_TENSOR_FORMAT_HWC8 = 2,
    TRT_TENSOR_FORMAT_CHW4 = 3,
    TRT_TENSOR_FORMAT_CHW16 = 4,
    TRT_TENSOR_FORMAT_CHW32 = 5,
    TRT_TENSOR_FORMAT_DHWC8 = 6,
    TRT_TENSOR_FORMAT_CDHW32 = 7,
    TRT_TENSOR_FORMAT_HWC = 8,
    TRT_TENSOR_FORMAT_DLA_LINEAR = 9,
    TRT_TENSOR_FORMAT_DLA_HWC4 = 10,
    TRT_TENSOR_FORMAT_HWC16 = 11,
    TRT_TENSOR_FORMAT_DHWC = 12,
} TrtTensorFormat;

typedef enum TrtTensorMode { TRT_TENSOR_MODE_NONE = 0, TRT_TENSOR_MODE_INPUT = 1, TRT_TENSOR_MODE_OUTPUT = 2 } TrtTensorMode;

typedef enum TrtTensorLocation { TRT_TENSOR_LOCATION_DEVICE = 0, TRT_TENSOR_LOCATION_HOST = 1 } TrtTensorLocation;

typedef enum TrtDeviceType { TRT_DEVICE_TYPE_GPU = 0, TRT_DEVICE_TYPE_DLA = 1 } TrtDeviceType;

typedef enum TrtProfileSelector {
    TRT_PROFILE_SELECTOR_MIN = 0,
    TRT_PROFILE_SELECTOR_OPT = 1,
    TRT_PROFILE_SELECTOR_MAX = 2,
} TrtProfileSelector;

typedef enum TrtWeightsRole {
    TRT_WEIGHTS_ROLE_KERNEL = 0,
    TRT_WEIGHTS_ROLE_BIAS = 1,
    TRT_WEIGHTS_ROLE_SHIFT = 2,
    TRT_WEIGHTS_ROLE_SCALE = 3,
    TRT_WEIGHTS_ROLE_CONSTANT = 4,
    TRT_WEIGHTS_ROLE_ANY = 5,
} TrtWeightsRole;

/* Kind of a layer; numbers differ among TensorRT versions, these do not. */
typedef enum TrtLayerKind {
    TRT_LAYER_KIND_UNKNOWN = 0, /* a layer type that the shim does not know */
    TRT_LAYER_KIND_ACTIVATION = 1,
    TRT_LAYER_KIND_ASSERTION = 2,
    TRT_LAYER_KIND_ATTENTION_INPUT = 3,
    TRT_LAYER_KIND_ATTENTION_OUTPUT = 4,
    TRT_LAYER_KIND_CAST = 5,
    TRT_LAYER_KIND_CONCATENATION = 6,
    TRT_LAYER_KIND_CONDITION = 7,
    TRT_LAYER_KIND_CONDITIONAL_INPUT = 8,
    TRT_LAYER_KIND_CONDITIONAL_OUTPUT = 9,
    TRT_LAYER_KIND_CONSTANT = 10,
    TRT_LAYER_KIND_CONVOLUTION = 11,
    TRT_LAYER_KIND_CUMULATIVE = 12,
    TRT_LAYER_KIND_DECONVOLUTION = 13,
    TRT_LAYER_KIND_DEQUANTIZE = 14,
    TRT_LAYER_KIND_DIST_COLLECTIVE = 15,
    TRT_LAYER_KIND_DYNAMIC_QUANTIZE = 16,
    TRT_LAYER_KIND_EINSUM = 17,
    TRT_LAYER_KIND_ELEMENTWISE = 18,
    TRT_LAYER_KIND_FILL = 19,
    TRT_LAYER_KIND_GATHER = 20,
    TRT_LAYER_KIND_GRID_SAMPLE = 21,
    TRT_LAYER_KIND_IDENTITY = 22,
    TRT_LAYER_KIND_ITERATOR = 23,
    TRT_LAYER_KIND_KV_CACHE_UPDATE = 24,
    TRT_LAYER_KIND_LOOP_OUTPUT = 25,
    TRT_LAYER_KIND_LRN = 26,
    TRT_LAYER_KIND_MATRIX_MULTIPLY = 27,
    TRT_LAYER_KIND_MOE = 28,
    TRT_LAYER_KIND_NMS = 29,
    TRT_LAYER_KIND_NON_ZERO = 30,
    TRT_LAYER_KIND_NORMALIZATION = 31,
    TRT_LAYER_KIND_ONE_HOT = 32,
    TRT_LAYER_KIND_PADDING = 33,
    TRT_LAYER_KIND_PARAMETRIC_RELU = 34,
    TRT_LAYER_KIND_PLUGIN = 35,
    TRT_LAYER_KIND_PLUGIN_V2 = 36,
    TRT_LAYER_KIND_PLUGIN_V3 = 37,
    TRT_LAYER_KIND_POOLING = 38,
    TRT_LAYER_KIND_QUANTIZE = 39,
    TRT_LAYER_KIND_RAGGED_SOFTMAX = 40,
    TRT_LAYER_KIND_RECURRENCE = 41,
    TRT_LAYER_KIND_REDUCE = 42,
    TRT_LAYER_KIND_RESIZE = 43,
    TRT_LAYER_KIND_REVERSE_SEQUENCE = 44,
    TRT_LAYER_KIND_ROTARY_EMBEDDING = 45,
    TRT_LAYER_KIND_SCALE = 46,
    TRT_LAYER_KIND_SCATTER = 47,
    TRT_LAYER_KIND_SELECT = 48,
    TRT_LAYER_KIND_SHAPE = 49,
    TRT_LAYER_KIND_SHUFFLE = 50,
    TRT_LAYER_KIND_SLICE = 51,
    TRT_LAYER_KIND_SOFTMAX = 52,
    TRT_LAYER_KIND_SQUEEZE = 53,
    TRT_LAYER_KIND_TOPK = 54,
    TRT_LAYER_KIND_TRIP_LIMIT = 55,
    TRT_LAYER_KIND_UNARY = 56,
    TRT_LAYER_KIND_UNSQUEEZE = 57,
} TrtLayerKind;

typedef enum TrtActivationType {
    TRT_ACTIVATION_TYPE_RELU = 0,
    TRT_ACTIVATION_TYPE_SIGMOID = 1,
    TRT_ACTIVATION_TYPE_TANH = 2,
    TRT_ACTIVATION_TYPE_LEAKY_RELU = 3,
    TRT_ACTIVATION_TYPE_ELU = 4,
    TRT_ACTIVATION_TYPE_SELU = 5,
    TRT_ACTIVATION_TYPE_SOFTSIGN = 6,
    TRT_ACTIVATION_TYPE_SOFTPLUS = 7,
    TRT_ACTIVATION_TYPE_CLIP = 8,
    TRT_ACTIVATION_TYPE_HARD_SIGMOID = 9,
    TRT_ACTIVATION_TYPE_SCALED_TANH = 10,
    TRT_ACTIVATION_TYPE_THRESHOLDED_RELU = 11,
    TRT_ACTIVATION_TYPE_GELU_ERF = 12,
    TRT_ACTIVATION_TYPE_GELU_TANH = 13,
} TrtActivationType;

typedef enum TrtElementWiseOperation {
    TRT_ELEMENT_WISE_OPERATION_SUM = 0,
    TRT_ELEMENT_WISE_OPERATION_PROD = 1,
    TRT_ELEMENT_WISE_OPERATION_MAX = 2,
    TRT_ELEMENT_WISE_OPERATION_MIN = 3,
    TRT_ELEMENT_WISE_OPERATION_SUB = 4,
    TRT_ELEMENT_WISE_OPERATION_DIV = 5,
    TRT_ELEMENT_WISE_OPERATION_POW = 6,
    TRT_ELEMENT_WISE_OPERATION_FLOOR_DIV = 7,
    TRT_ELEMENT_WISE_OPERATION_AND = 8,
    TRT_ELEMENT_WISE_OPERATION_OR = 9,
    TRT_ELEMENT_WISE_OPERATION_XOR = 10,
    TRT_ELEMENT_WISE_OPERATION_EQUAL = 11,
    TRT_ELEMENT_WISE_OPERATION_GREATER = 12,
    TRT_ELEMENT_WISE_OPERATION_LESS = 13,
} TrtElementWiseOperation;

typedef enum TrtUnaryOperation {
    TRT_UNARY_OPERATION_EXP = 0,
    TRT_UNARY_OPERATION_LOG = 1,
    TRT_UNARY_OPERATION_SQRT = 2,
    TRT_UNARY_OPERATION_RECIP = 3,
    TRT_UNARY_OPERATION_ABS = 4,
    TRT_UNARY_OPERATION_NEG = 5,
    TRT_UNARY_OPERATION_SIN = 6,
    TRT_UNARY_OPERATION_COS = 7,
    TRT_UNARY_OPERATION_TAN = 8,
    TRT_UNARY_OPERATION_SINH = 9,
    TRT_UNARY_OPERATION_COSH = 10,
    TRT_UNARY_OPERATION_ASIN = 11,
    TRT_UNARY_OPERATION_ACOS = 12,
    TRT_UNARY_OPERATION_ATAN = 13,
    TRT_UNARY_OPERATION_ASINH = 14,
    TRT_UNARY_OPERATION_ACOSH = 15,
    TRT_UNARY_OPERATION_ATANH = 16,
    TRT_UNARY_OPERATION_CEIL = 17,
    TRT_UNARY_OPERATION_FLOOR = 18,
    TRT_UNARY_OPERATION_ERF = 19,
    TRT_UNARY_OPERATION_NOT = 20,
    TRT_UNARY_OPERATION_SIGN = 21,
    TRT_UNARY_OPERATION_ROUND = 22,
    TRT_UNARY_OPERATION_ISINF = 23,
    TRT_UNARY_OPERATION_ISNAN = 24,
} TrtUnaryOperation;

typedef enum TrtReduceOperation {
    TRT_REDUCE_OPERATION_SUM = 0,
    TRT_REDUCE_OPERATION_PROD = 1,
    TRT_REDUCE_OPERATION_MAX = 2,
    TRT_REDUCE_OPERATION_MIN = 3,
    TRT_REDUCE_OPERATION_AVG = 4,
    TRT_REDUCE_OPERATION_NONE = 5, /* collectives only */
} TrtReduceOperation;

typedef enum TrtPoolingType {
    TRT_POOLING_TYPE_MAX = 0,
    TRT_POOLING_TYPE_AVERAGE = 1,
    TRT_POOLING_TYPE_MAX_AVERAGE_BLEND = 2,
} TrtPoolingType;

typedef enum TrtPaddingMode {
    TRT_PADDING_MODE_EXPLICIT_ROUND_DOWN = 0,
    TRT_PADDING_MODE_EXPLICIT_ROUND_UP = 1,
    TRT_PADDING_MODE_SAME_UPPER = 2,
    TRT_PADDING_MODE_SAME_LOWER = 3,
} TrtPaddingMode;

typedef enum TrtScaleMode {
    TRT_SCALE_MODE_UNIFORM = 0,
    TRT_SCALE_MODE_CHANNEL = 1,
    TRT_SCALE_MODE_ELEMENTWISE = 2,
} TrtScaleMode;

typedef enum TrtGatherMode { TRT_GATHER_MODE_DEFAULT = 0, TRT_GATHER_MODE_ELEMENT = 1, TRT_GATHER_MODE_ND = 2 } TrtGatherMode;

typedef enum TrtScatterMode { TRT_SCATTER_MODE_ELEMENT = 0, TRT_SCATTER_MODE_ND = 1 } TrtScatterMode;

typedef enum TrtTopKOperation { TRT_TOP_K_OPERATION_MAX = 0, TRT_TOP_K_OPERATION_MIN = 1 } TrtTopKOperation;

typedef enum TrtMatrixOperation {
    TRT_MATRIX_OPERATION_NONE = 0,
    TRT_MATRIX_OPERATION_TRANSPOSE = 1,
    TRT_MATRIX_OPERATION_VECTOR = 2,
} TrtMatrixOperation;

/* Out-of-bounds reads of slice and grid sample layers. */
typedef enum TrtSampleMode {
    TRT_SAMPLE_MODE_STRICT_BOUNDS = 0,
    TRT_SAMPLE_MODE_WRAP = 1,
    TRT_SAMPLE_MODE_CLAMP = 2,
    TRT_SAMPLE_MODE_FILL = 3,
    TRT_SAMPLE_MODE_REFLECT = 4,
} TrtSampleMode;

typedef enum TrtInterpolationMode {
    TRT_INTERPOLATION_MODE_NEAREST = 0,
    TRT_INTERPOLATION_MODE_LINEAR = 1,
    TRT_INTERPOLATION_MODE_CUBIC = 2,
} TrtInterpolationMode;

typedef enum TrtResizeCoordinateTransformation {
    TRT_RESIZE_COORDINATE_TRANSFORMATION_ALIGN_CORNERS = 0,
    TRT_RESIZE_COORDINATE_TRANSFORMATION_ASYMMETRIC = 1,
    TRT_RESIZE_COORDINATE_TRANSFORMATION_HALF_PIXEL = 2,
} TrtResizeCoordinateTransformation;

typedef enum TrtResizeSelector { TRT_RESIZE_SELECTOR_FORMULA = 0, TRT_RESIZE_SELECTOR_UPPER = 1 } TrtResizeSelector;

typedef enum TrtResizeRoundMode {
    TRT_RESIZE_ROUND_MODE_HALF_UP = 0,
    TRT_RESIZE_ROUND_MODE_HALF_DOWN = 1,
    TRT_RESIZE_ROUND_MODE_FLOOR = 2,
    TRT_RESIZE_ROUND_MODE_CEIL = 3,
} TrtResizeRoundMode;

typedef enum TrtFillOperation {
    TRT_FILL_OPERATION_LINSPACE = 0,
    TRT_FILL_OPERATION_RANDOM_UNIFORM = 1,
    TRT_FILL_OPERATION_RANDOM_NORMAL = 2,
} TrtFillOperation;

typedef enum TrtLoopOutput {
    TRT_LOOP_OUTPUT_LAST_VALUE = 0,
    TRT_LOOP_OUTPUT_CONCATENATE = 1,
    TRT_LOOP_OUTPUT_REVERSE = 2,
} TrtLoopOutput;

typedef enum TrtTripLimit { TRT_TRIP_LIMIT_COUNT = 0, TRT_TRIP_LIMIT_WHILE = 1 } TrtTripLimit;

typedef enum TrtBoundingBoxFormat {
    TRT_BOUNDING_BOX_FORMAT_CORNER_PAIRS = 0,
    TRT_BOUNDING_BOX_FORMAT_CENTER_SIZES = 1,
} TrtBoundingBoxFormat;

typedef enum TrtCumulativeOperation { TRT_CUMULATIVE_OPERATION_SUM = 0 } TrtCumulativeOperation;

typedef enum TrtAttentionNormalization {
    TRT_ATTENTION_NORMALIZATION_NONE = 0,
    TRT_ATTENTION_NORMALIZATION_SOFTMAX = 1,
} TrtAttentionNormalization;

typedef enum TrtCausalMask {
    TRT_CAUSAL_MASK_NONE = 0,
    TRT_CAUSAL_MASK_UPPER_LEFT = 1,
    TRT_CAUSAL_MASK_LOWER_RIGHT = 2,
} TrtCausalMask;

typedef enum TrtAttentionForm { TRT_ATTENTION_FORM_PADDED_BHND = 0, TRT_ATTENTION_FORM_PACKED_NHD = 1 } TrtAttentionForm;

typedef enum TrtKvCacheMode { TRT_KV_CACHE_MODE_LINEAR = 0 } TrtKvCacheMode;

typedef enum TrtMoeActivation { TRT_MOE_ACTIVATION_NONE = 0, TRT_MOE_ACTIVATION_SILU = 1 } TrtMoeActivation;

typedef enum TrtCollectiveOperation {
    TRT_COLLECTIVE_OPERATION_ALL_REDUCE = 0,
    TRT_COLLECTIVE_OPERATION_ALL_GATHER = 1,
    TRT_COLLECTIVE_OPERATION_BROADCAST = 2,
    TRT_COLLECTIVE_OPERATION_REDUCE = 3,
    TRT_COLLECTIVE_OPERATION_REDUCE_SCATTER = 4,
    TRT_COLLECTIVE_OPERATION_ALL_TO_ALL = 5,
    TRT_COLLECTIVE_OPERATION_GATHER = 6,
    TRT_COLLECTIVE_OPERATION_SCATTER = 7,
} TrtCollectiveOperation;

/* A property of a layer or an attention block, read and written with layer_get, layer_set, attention_get, attention_set.
 * The type of its value is in brackets; enumerations and booleans travel as integers. Which kind has which property:
 * layer_properties.inc. */
typedef enum TrtProperty {
    TRT_PROPERTY_ACTIVATION_TYPE = 0,            /* [integer TrtActivationType, or TrtMoeActivation for MoE] */
    TRT_PROPERTY_ALIGN_CORNERS = 1,              /* [integer 0 or 1] */
    TRT_PROPERTY_ALPHA = 2,                      /* [real] */
    TRT_PROPERTY_ALPHA_INT64 = 3,                /* [integer] fill */
    TRT_PROPERTY_AVERAGE_COUNT_EXCLUDES_PADDING = 4, /* [integer 0 or 1] */
    TRT_PROPERTY_AXES = 5,                       /* [integer bit mask; dims for slice] */
    TRT_PROPERTY_AXIS = 6,                       /* [integer] */
    TRT_PROPERTY_BATCH_AXIS = 7,                 /* [integer] */
    TRT_PROPERTY_BETA = 8,                       /* [real] */
    TRT_PROPERTY_BETA_INT64 = 9,                 /* [integer] fill */
    TRT_PROPERTY_BIAS = 10,                      /* [weights] */
    TRT_PROPERTY_BLEND_FACTOR = 11,              /* [real] */
    TRT_PROPERTY_BLOCK_SHAPE = 12,               /* [dims] */
    TRT_PROPERTY_BLOCK_SIZE = 13,                /* [integer] */
    TRT_PROPERTY_BOUNDING_BOX_FORMAT = 14,       /* [integer TrtBoundingBoxFormat] */
    TRT_PROPERTY_CACHE_MODE = 15,                /* [integer TrtKvCacheMode] */
    TRT_PROPERTY_CAUSAL_KIND = 16,               /* [integer TrtCausalMask] */
    TRT_PROPERTY_CHANNEL_AXIS = 17,              /* [integer] */
    TRT_PROPERTY_COMPUTE_PRECISION = 18,         /* [integer TrtDataType] weakly typed networks only */
    TRT_PROPERTY_COORDINATE_TRANSFORMATION = 19, /* [integer TrtResizeCoordinateTransformation] */
    TRT_PROPERTY_CUBIC_COEFFICIENT = 20,         /* [real] */
    TRT_PROPERTY_DECOMPOSABLE = 21,              /* [integer 0 or 1] */
    TRT_PROPERTY_DILATION = 22,                  /* [dims] */
    TRT_PROPERTY_DIMENSIONS = 23,                /* [dims] */
    TRT_PROPERTY_EPSILON = 24,                   /* [real] */
    TRT_PROPERTY_EQUATION = 25,                  /* [text] */
    TRT_PROPERTY_EXCLUDE_OUTSIDE = 26,           /* [integer 0 or 1] */
    TRT_PROPERTY_EXCLUSIVE = 27,                 /* [integer 0 or 1] */
    TRT_PROPERTY_FIRST_TRANSPOSE = 28,           /* [dims: permutation; rank may exceed the tensor's when read] */
    TRT_PROPERTY_INDICES_TYPE = 29,              /* [integer TrtDataType] */
    TRT_PROPERTY_INTERLEAVED = 30,               /* [integer 0 or 1] */
    TRT_PROPERTY_INTERPOLATION_MODE = 31,        /* [integer TrtInterpolationMode] */
    TRT_PROPERTY_IS_ALPHA_BETA_INT64 = 32,       /* [integer 0 or 1] read-only */
    TRT_PROPERTY_IS_V2 = 33,                     /* [integer 0 or 1] read-only */
    TRT_PROPERTY_K = 34,                         /* [integer for top-k, real for LRN] */
    TRT_PROPERTY_KEEP_DIMENSIONS = 35,           /* [integer 0 or 1] */
    TRT_PROPERTY_KERNEL = 36,                    /* [weights] */
    TRT_PROPERTY_KERNEL_SIZE = 37,               /* [dims] */
    TRT_PROPERTY_KEY_VALUE_FORM = 38,            /* [integer TrtAttentionForm] */
    TRT_PROPERTY_KEY_VALUE_LENGTHS = 39,         /* [tensor] */
    TRT_PROPERTY_LOOP_OUTPUT = 40,               /* [integer TrtLoopOutput] read-only */
    TRT_PROPERTY_MASK = 41,                      /* [tensor] */
    TRT_PROPERTY_MESSAGE = 42,                   /* [text] */
    TRT_PROPERTY_MODE = 43,                      /* [integer TrtScaleMode, TrtGatherMode, TrtScatterMode, TrtSampleMode] */
    TRT_PROPERTY_NB_ELEMENTWISE_DIMS = 44,       /* [integer] */
    TRT_PROPERTY_NB_GROUPS = 45,                 /* [integer] */
    TRT_PROPERTY_NB_OUTPUT_MAPS = 46,            /* [integer] */
    TRT_PROPERTY_NEAREST_ROUNDING = 47,          /* [integer TrtResizeRoundMode] */
    TRT_PROPERTY_NORMALIZATION_OPERATION = 48,   /* [integer TrtAttentionNormalization] */
    TRT_PROPERTY_NORMALIZATION_QUANTIZE_SCALE = 49,   /* [tensor] */
    TRT_PROPERTY_NORMALIZATION_QUANTIZE_TO_TYPE = 50, /* [integer TrtDataType] */
    TRT_PROPERTY_OPERATION = 51,                 /* [integer, the enumeration of the kind] */
    TRT_PROPERTY_OPERATION_0 = 52,               /* [integer TrtMatrixOperation] of input 0 */
    TRT_PROPERTY_OPERATION_1 = 53,               /* [integer TrtMatrixOperation] of input 1 */
    TRT_PROPERTY_OUTPUT_DIMENSIONS = 54,         /* [dims] */
    TRT_PROPERTY_PADDING = 55,                   /* [dims] symmetric */
    TRT_PROPERTY_PADDING_MODE = 56,              /* [integer TrtPaddingMode] */
    TRT_PROPERTY_POOLING_TYPE = 57,              /* [integer TrtPoolingType] */
    TRT_PROPERTY_POST_PADDING = 58,              /* [dims] */
    TRT_PROPERTY_POWER = 59,                     /* [weights] */
    TRT_PROPERTY_PRE_PADDING = 60,               /* [dims] */
    TRT_PROPERTY_QUANTIZATION_BLOCK_SHAPE = 61,  /* [dims] */
    TRT_PROPERTY_QUANTIZATION_TO_TYPE = 62,      /* [integer TrtDataType] */
    TRT_PROPERTY_QUERY_FORM = 63,                /* [integer TrtAttentionForm] */
    TRT_PROPERTY_QUERY_LENGTHS = 64,             /* [tensor] */
    TRT_PROPERTY_REDUCE_AXES = 65,               /* [integer bit mask] */
    TRT_PROPERTY_RESHAPE_DIMENSIONS = 66,        /* [dims] */
    TRT_PROPERTY_REVERSE = 67,                   /* [integer 0 or 1] */
    TRT_PROPERTY_ROTARY_EMBEDDING_DIM = 68,      /* [integer] */
    TRT_PROPERTY_SAMPLE_MODE = 69,               /* [integer TrtSampleMode] */
    TRT_PROPERTY_SCALE = 70,                     /* [weights] */
    TRT_PROPERTY_SCALES = 71,                    /* [floats] */
    TRT_PROPERTY_SCALE_TYPE = 72,                /* [integer TrtDataType] */
    TRT_PROPERTY_SECOND_TRANSPOSE = 73,          /* [dims: permutation] */
    TRT_PROPERTY_SELECTOR_FOR_SINGLE_PIXEL = 74, /* [integer TrtResizeSelector] */
    TRT_PROPERTY_SEQUENCE_AXIS = 75,             /* [integer] */
    TRT_PROPERTY_SHIFT = 76,                     /* [weights] */
    TRT_PROPERTY_SIZE = 77,                      /* [dims] */
    TRT_PROPERTY_START = 78,                     /* [dims] */
    TRT_PROPERTY_STRIDE = 79,                    /* [dims] */
    TRT_PROPERTY_SWIGLU_ALPHA = 80,              /* [real] */
    TRT_PROPERTY_SWIGLU_BETA = 81,               /* [real] */
    TRT_PROPERTY_SWIGLU_LIMIT = 82,              /* [real] */
    TRT_PROPERTY_TO_TYPE = 83,                   /* [integer TrtDataType] */
    TRT_PROPERTY_TOP_K_BOX_LIMIT = 84,           /* [integer] */
    TRT_PROPERTY_TRIP_LIMIT = 85,                /* [integer TrtTripLimit] read-only */
    TRT_PROPERTY_UPDATE_FORM = 86,               /* [integer TrtAttentionForm] */
    TRT_PROPERTY_UPDATE_LENGTHS = 87,            /* [tensor] */
    TRT_PROPERTY_WEIGHTS = 88,                   /* [weights] */
    TRT_PROPERTY_WINDOW_SIZE = 89,               /* [dims; integer for LRN] */
    TRT_PROPERTY_ZERO_IS_PLACEHOLDER = 90,       /* [integer 0 or 1] */
    TRT_PROPERTY_NB_RANKS = 91,                  /* [integer] any layer, multi-device only */
    TRT_PROPERTY_DYNAMIC_QUANTIZE_SCALE_TYPE = 92, /* [integer TrtDataType] MoE */
} TrtProperty;

typedef enum TrtBuilderFlag {
    TRT_BUILDER_FLAG_FP16 = 0, /* precision flags: weakly typed networks only */
    TRT_BUILDER_FLAG_BF16 = 1,
    TRT_BUILDER_FLAG_INT8 = 2,
    TRT_BUILDER_FLAG_FP8 = 3,
    TRT_BUILDER_FLAG_INT4 = 4,
    TRT_BUILDER_FLAG_OBEY_PRECISION_CONSTRAINTS = 5,
    TRT_BUILDER_FLAG_PREFER_PRECISION_CONSTRAINTS = 6,
    TRT_BUILDER_FLAG_TF32 = 7, /* on by default */
    TRT_BUILDER_FLAG_DEBUG = 8,
    TRT_BUILDER_FLAG_GPU_FALLBACK = 9,
    TRT_BUILDER_FLAG_REFIT = 10,
    TRT_BUILDER_FLAG_REFIT_IDENTICAL = 11,
    TRT_BUILDER_FLAG_REFIT_INDIVIDUAL = 12,
    TRT_BUILDER_FLAG_STRIP_PLAN = 13,
    TRT_BUILDER_FLAG_DISABLE_TIMING_CACHE = 14,
    TRT_BUILDER_FLAG_EDITABLE_TIMING_CACHE = 15,
    TRT_BUILDER_FLAG_ERROR_ON_TIMING_CACHE_MISS = 16,
    TRT_BUILDER_FLAG_DISABLE_COMPILATION_CACHE = 17,
    TRT_BUILDER_FLAG_SPARSE_WEIGHTS = 18,
    TRT_BUILDER_FLAG_SAFETY_SCOPE = 19,
    TRT_BUILDER_FLAG_DIRECT_IO = 20,
    TRT_BUILDER_FLAG_REJECT_EMPTY_ALGORITHMS = 21,
    TRT_BUILDER_FLAG_VERSION_COMPATIBLE = 22,
    TRT_BUILDER_FLAG_EXCLUDE_LEAN_RUNTIME = 23,
    TRT_BUILDER_FLAG_WEIGHT_STREAMING = 24,
    TRT_BUILDER_FLAG_STRICT_NANS = 25,
    TRT_BUILDER_FLAG_MONITOR_MEMORY = 26,
    TRT_BUILDER_FLAG_DISTRIBUTIVE_INDEPENDENCE = 27,
    TRT_BUILDER_FLAG_REQUIRE_USER_ALLOCATION = 28,
} TrtBuilderFlag;

typedef enum TrtMemoryPool {
    TRT_MEMORY_POOL_WORKSPACE = 0,
    TRT_MEMORY_POOL_DLA_MANAGED_SRAM = 1,
    TRT_MEMORY_POOL_DLA_LOCAL_DRAM = 2,
    TRT_MEMORY_POOL_DLA_GLOBAL_DRAM = 3,
    TRT_MEMORY_POOL_TACTIC_DRAM = 4,
    TRT_MEMORY_POOL_TACTIC_SHARED_MEMORY = 5,
} TrtMemoryPool;

typedef enum TrtPreviewFeature {
    TRT_PREVIEW_FEATURE_PROFILE_SHARING = 0,
    TRT_PREVIEW_FEATURE_ALIASED_PLUGIN_IO = 1,
    TRT_PREVIEW_FEATURE_RUNTIME_ACTIVATION_RESIZE = 2,
} TrtPreviewFeature;

typedef enum TrtProfilingVerbosity {
    TRT_PROFILING_VERBOSITY_LAYER_NAMES_ONLY = 0,
    TRT_PROFILING_VERBOSITY_NONE = 1,
    TRT_PROFILING_VERBOSITY_DETAILED = 2,
} TrtProfilingVerbosity;

typedef enum TrtHardwareCompatibility {
    TRT_HARDWARE_COMPATIBILITY_NONE = 0,
    TRT_HARDWARE_COMPATIBILITY_AMPERE_PLUS = 1,
    TRT_HARDWARE_COMPATIBILITY_SAME_COMPUTE_CAPABILITY = 2,
} TrtHardwareCompatibility;

typedef enum TrtEngineCapability {
    TRT_ENGINE_CAPABILITY_STANDARD = 0,
    TRT_ENGINE_CAPABILITY_SAFETY = 1,
    TRT_ENGINE_CAPABILITY_DLA_STANDALONE = 2,
} TrtEngineCapability;

typedef enum TrtRuntimePlatform {
    TRT_RUNTIME_PLATFORM_SAME_AS_BUILD = 0,
    TRT_RUNTIME_PLATFORM_WINDOWS_AMD64 = 1,
} TrtRuntimePlatform;

typedef enum TrtTilingLevel {
    TRT_TILING_LEVEL_NONE = 0,
    TRT_TILING_LEVEL_FAST = 1,
    TRT_TILING_LEVEL_MODERATE = 2,
    TRT_TILING_LEVEL_FULL = 3,
} TrtTilingLevel;

/* Bits of TRT_CONFIG_OPTION_TACTIC_SOURCES are 1 << one of these. */
typedef enum TrtTacticSource {
    TRT_TACTIC_SOURCE_CUBLAS = 0,
    TRT_TACTIC_SOURCE_CUBLAS_LT = 1,
    TRT_TACTIC_SOURCE_CUDNN = 2,
    TRT_TACTIC_SOURCE_EDGE_MASK_CONVOLUTIONS = 3,
    TRT_TACTIC_SOURCE_JIT_CONVOLUTIONS = 4,
} TrtTacticSource;

/* A scalar option of the builder configuration, read and written with config_get and config_set as int64_t. */
typedef enum TrtConfigOption {
    TRT_CONFIG_OPTION_AVG_TIMING_ITERATIONS = 0,
    TRT_CONFIG_OPTION_OPTIMIZATION_LEVEL = 1,      /* 0 to 5 */
    TRT_CONFIG_OPTION_MAX_AUX_STREAMS = 2,         /* -1: TensorRT decides */
    TRT_CONFIG_OPTION_MAX_NB_TACTICS = 3,          /* -1: TensorRT decides */
    TRT_CONFIG_OPTION_PROFILING_VERBOSITY = 4,     /* TrtProfilingVerbosity */
    TRT_CONFIG_OPTION_HARDWARE_COMPATIBILITY = 5,  /* TrtHardwareCompatibility */
    TRT_CONFIG_OPTION_ENGINE_CAPABILITY = 6,       /* TrtEngineCapability */
    TRT_CONFIG_OPTION_DEFAULT_DEVICE_TYPE = 7,     /* TrtDeviceType */
    TRT_CONFIG_OPTION_DLA_CORE = 8,                /* -1: none */
    TRT_CONFIG_OPTION_RUNTIME_PLATFORM = 9,        /* TrtRuntimePlatform */
    TRT_CONFIG_OPTION_TILING_LEVEL = 10,           /* TrtTilingLevel */
    TRT_CONFIG_OPTION_L2_LIMIT_FOR_TILING = 11,    /* bytes; -1: TensorRT decides */
    TRT_CONFIG_OPTION_TACTIC_SOURCES = 12,         /* bits of TrtTacticSource */
} TrtConfigOption;

typedef enum TrtContextAllocation {
    TRT_CONTEXT_ALLOCATION_STATIC = 0,
    TRT_CONTEXT_ALLOCATION_ON_PROFILE_CHANGE = 1,
    TRT_CONTEXT_ALLOCATION_USER_MANAGED = 2,
} TrtContextAllocation;

/* TensorRT-RTX: how kernels are specialized for concrete shapes at run time. */
typedef enum TrtKernelSpecialization {
    TRT_KERNEL_SPECIALIZATION_LAZY = 0,
    TRT_KERNEL_SPECIALIZATION_EAGER = 1,
    TRT_KERNEL_SPECIALIZATION_NONE = 2,
} TrtKernelSpecialization;

/* TensorRT-RTX: CUDA graph captured by TensorRT itself. */
typedef enum TrtCudaGraphStrategy {
    TRT_CUDA_GRAPH_STRATEGY_DISABLED = 0,
    TRT_CUDA_GRAPH_STRATEGY_WHOLE_GRAPH_CAPTURE = 1,
} TrtCudaGraphStrategy;

typedef enum TrtLayerInformationFormat {
    TRT_LAYER_INFORMATION_FORMAT_ONELINE = 0,
    TRT_LAYER_INFORMATION_FORMAT_JSON = 1,
} TrtLayerInformationFormat;

/* Bits of engine_serialize's flags are 1 << one of these. */
typedef enum TrtSerializationFlag {
    TRT_SERIALIZATION_FLAG_EXCLUDE_WEIGHTS = 0,
    TRT_SERIALIZATION_FLAG_EXCLUDE_LEAN_RUNTIME = 1,
    TRT_SERIALIZATION_FLAG_INCLUDE_REFIT = 2,
} TrtSerializationFlag;

typedef enum TrtEngineValidity {
    TRT_ENGINE_VALIDITY_VALID = 0,
    TRT_ENGINE_VALIDITY_SUBOPTIMAL = 1,
    TRT_ENGINE_VALIDITY_INVALID = 2,
} TrtEngineValidity;

/* Operations on sizes in the shape inference of a plugin. */
typedef enum TrtDimensionOperation {
    TRT_DIMENSION_OPERATION_SUM = 0,
    TRT_DIMENSION_OPERATION_PROD = 1,
    TRT_DIMENSION_OPERATION_MAX = 2,
    TRT_DIMENSION_OPERATION_MIN = 3,
    TRT_DIMENSION_OPERATION_SUB = 4,
    TRT_DIMENSION_OPERATION_EQUAL = 5,
    TRT_DIMENSION_OPERATION_LESS = 6,
    TRT_DIMENSION_OPERATION_FLOOR_DIV = 7,
    TRT_DIMENSION_OPERATION_CEIL_DIV = 8,
} TrtDimensionOperation;

/* Type of the values of a plugin's field. */
typedef enum TrtPluginFieldType {
    TRT_PLUGIN_FIELD_TYPE_FLOAT16 = 0,
    TRT_PLUGIN_FIELD_TYPE_FLOAT32 = 1,
    TRT_PLUGIN_FIELD_TYPE_FLOAT64 = 2,
    TRT_PLUGIN_FIELD_TYPE_INT8 = 3,
    TRT_PLUGIN_FIELD_TYPE_INT16 = 4,
    TRT_PLUGIN_FIELD_TYPE_INT32 = 5,
    TRT_PLUGIN_FIELD_TYPE_CHAR = 6,
    TRT_PLUGIN_FIELD_TYPE_DIMS = 7,
    TRT_PLUGIN_FIELD_TYPE_UNKNOWN = 8, /* bytes */
    TRT_PLUGIN_FIELD_TYPE_BF16 = 9,
    TRT_PLUGIN_FIELD_TYPE_INT64 = 10,
} TrtPluginFieldType;

#endif
