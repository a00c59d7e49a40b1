//! Enumerations of layers.

use super::native_enum;

native_enum! {
    /// What a layer computes.
    LayerKind: TrtLayerKind, "layer kind" {
        /// A kind that this crate does not know.
        Unknown = UNKNOWN,
        /// Convolution with weights.
        Convolution = CONVOLUTION,
        /// Conversion of the element type.
        Cast = CAST,
        /// Activation function.
        Activation = ACTIVATION,
        /// Pooling window.
        Pooling = POOLING,
        /// Local response normalization.
        Lrn = LRN,
        /// Shift, scale and power by tensor, channel or element.
        Scale = SCALE,
        /// Softmax.
        SoftMax = SOFTMAX,
        /// Transposed convolution.
        Deconvolution = DECONVOLUTION,
        /// Concatenation.
        Concatenation = CONCATENATION,
        /// Operation on two tensors, element by element.
        ElementWise = ELEMENTWISE,
        /// Plugin of the first generation.
        Plugin = PLUGIN,
        /// Operation on one tensor, element by element.
        Unary = UNARY,
        /// Zero padding of two dimensions.
        Padding = PADDING,
        /// Transpose, reshape, transpose.
        Shuffle = SHUFFLE,
        /// Reduction along axes.
        Reduce = REDUCE,
        /// Largest or smallest elements.
        TopK = TOPK,
        /// Gather by indices.
        Gather = GATHER,
        /// Matrix product.
        MatrixMultiply = MATRIX_MULTIPLY,
        /// Softmax over rows of different lengths.
        RaggedSoftMax = RAGGED_SOFTMAX,
        /// Constant.
        Constant = CONSTANT,
        /// Identity.
        Identity = IDENTITY,
        /// Plugin of the second generation.
        PluginV2 = PLUGIN_V2,
        /// Strided slice.
        Slice = SLICE,
        /// Shape of a tensor as a tensor.
        Shape = SHAPE,
        /// Leaky ReLU with one slope per element.
        ParametricRelu = PARAMETRIC_RELU,
        /// Resize by interpolation.
        Resize = RESIZE,
        /// When a loop ends.
        TripLimit = TRIP_LIMIT,
        /// Value carried from one iteration of a loop to the next.
        Recurrence = RECURRENCE,
        /// Slices of a tensor, one for each iteration of a loop.
        Iterator = ITERATOR,
        /// Result of a loop.
        LoopOutput = LOOP_OUTPUT,
        /// Choice between two tensors, element by element.
        Select = SELECT,
        /// Generated numbers.
        Fill = FILL,
        /// Quantization.
        Quantize = QUANTIZE,
        /// Dequantization.
        Dequantize = DEQUANTIZE,
        /// Condition of an if-conditional.
        Condition = CONDITION,
        /// Input of an if-conditional.
        ConditionalInput = CONDITIONAL_INPUT,
        /// Output of an if-conditional.
        ConditionalOutput = CONDITIONAL_OUTPUT,
        /// Scatter by indices.
        Scatter = SCATTER,
        /// Einstein summation.
        Einsum = EINSUM,
        /// Assertion.
        Assertion = ASSERTION,
        /// One-hot encoding.
        OneHot = ONE_HOT,
        /// Indices of elements that are not zero.
        NonZero = NON_ZERO,
        /// Sampling at given coordinates.
        GridSample = GRID_SAMPLE,
        /// Non-maximum suppression.
        Nms = NMS,
        /// Reversal of the start of each sequence.
        ReverseSequence = REVERSE_SEQUENCE,
        /// Layer, instance or group normalization.
        Normalization = NORMALIZATION,
        /// Plugin of the third generation.
        PluginV3 = PLUGIN_V3,
        /// Removal of dimensions of size 1.
        Squeeze = SQUEEZE,
        /// Insertion of dimensions of size 1.
        Unsqueeze = UNSQUEEZE,
        /// Cumulative sum.
        Cumulative = CUMULATIVE,
        /// Quantization with scales computed from the data.
        DynamicQuantize = DYNAMIC_QUANTIZE,
        /// Input of an attention.
        AttentionInput = ATTENTION_INPUT,
        /// Output of an attention.
        AttentionOutput = ATTENTION_OUTPUT,
        /// Rotary position embedding.
        RotaryEmbedding = ROTARY_EMBEDDING,
        /// Update of a key-value cache.
        KvCacheUpdate = KV_CACHE_UPDATE,
        /// Mixture of experts.
        MixtureOfExperts = MOE,
        /// Collective operation of several devices.
        DistCollective = DIST_COLLECTIVE,
    }
}

native_enum! {
    /// Function of an [`Activation`](crate::layers::Activation); `a` is alpha, `b` is beta.
    ActivationType: TrtActivationType, "activation type" {
        /// `max(x, 0)`
        Relu = RELU,
        /// `1 / (1 + exp(-x))`
        Sigmoid = SIGMOID,
        /// `tanh(x)`
        Tanh = TANH,
        /// `x >= 0 ? x : a * x`
        LeakyRelu = LEAKY_RELU,
        /// `x >= 0 ? x : a * (exp(x) - 1)`
        Elu = ELU,
        /// `x > 0 ? b * x : b * (a * exp(x) - a)`
        Selu = SELU,
        /// `x / (1 + |x|)`
        Softsign = SOFTSIGN,
        /// `a * log(exp(b * x) + 1)`
        Softplus = SOFTPLUS,
        /// `max(a, min(b, x))`
        Clip = CLIP,
        /// `max(0, min(1, a * x + b))`
        HardSigmoid = HARD_SIGMOID,
        /// `a * tanh(b * x)`
        ScaledTanh = SCALED_TANH,
        /// `x > a ? x : 0`
        ThresholdedRelu = THRESHOLDED_RELU,
        /// `0.5 * x * (1 + erf(sqrt(0.5) * x))`
        GeluErf = GELU_ERF,
        /// `0.5 * x * (1 + tanh(sqrt(2 / pi) * (0.044715 * x^3 + x)))`
        GeluTanh = GELU_TANH,
    }
}

native_enum! {
    /// How the paddings of a convolution or pooling give the output size.
    PaddingMode: TrtPaddingMode, "padding mode" {
        /// Explicit padding, output size rounded down.
        ExplicitRoundDown = EXPLICIT_ROUND_DOWN,
        /// Explicit padding, output size rounded up.
        ExplicitRoundUp = EXPLICIT_ROUND_UP,
        /// Same size, the odd element after.
        SameUpper = SAME_UPPER,
        /// Same size, the odd element before.
        SameLower = SAME_LOWER,
    }
}

native_enum! {
    /// What a [`Pooling`](crate::layers::Pooling) window computes.
    PoolingType: TrtPoolingType, "pooling type" {
        /// Maximum.
        Max = MAX,
        /// Average.
        Average = AVERAGE,
        /// `(1 - blend) * max + blend * average`
        MaxAverageBlend = MAX_AVERAGE_BLEND,
    }
}

native_enum! {
    /// How many coefficients a [`Scale`](crate::layers::Scale) has.
    ScaleMode: TrtScaleMode, "scale mode" {
        /// One for the tensor.
        Uniform = UNIFORM,
        /// One for each channel.
        Channel = CHANNEL,
        /// One for each element.
        ElementWise = ELEMENTWISE,
    }
}

native_enum! {
    /// Operation on two tensors, element by element, with broadcast of dimensions of size 1.
    ElementWiseOperation: TrtElementWiseOperation, "element-wise operation" {
        /// `a + b`
        Sum = SUM,
        /// `a * b`
        Prod = PROD,
        /// `max(a, b)`
        Max = MAX,
        /// `min(a, b)`
        Min = MIN,
        /// `a - b`
        Sub = SUB,
        /// `a / b`
        Div = DIV,
        /// `a` to the power of `b`
        Pow = POW,
        /// `floor(a / b)`
        FloorDiv = FLOOR_DIV,
        /// Logical and of truth values.
        And = AND,
        /// Logical or of truth values.
        Or = OR,
        /// Logical exclusive or of truth values.
        Xor = XOR,
        /// `a == b`
        Equal = EQUAL,
        /// `a > b`
        Greater = GREATER,
        /// `a < b`
        Less = LESS,
    }
}

native_enum! {
    /// How a [`Gather`](crate::layers::Gather) reads its indices; follows ONNX.
    GatherMode: TrtGatherMode, "gather mode" {
        /// ONNX Gather.
        Default = DEFAULT,
        /// ONNX GatherElements.
        Element = ELEMENT,
        /// ONNX GatherND.
        Nd = ND,
    }
}

native_enum! {
    /// How a [`Scatter`](crate::layers::Scatter) reads its indices; follows ONNX.
    ScatterMode: TrtScatterMode, "scatter mode" {
        /// ONNX ScatterElements.
        Element = ELEMENT,
        /// ONNX ScatterND.
        Nd = ND,
    }
}

native_enum! {
    /// Operation on one tensor, element by element.
    UnaryOperation: TrtUnaryOperation, "unary operation" {
        /// `exp(x)`
        Exp = EXP,
        /// Natural logarithm.
        Log = LOG,
        /// Square root.
        Sqrt = SQRT,
        /// `1 / x`
        Recip = RECIP,
        /// `|x|`
        Abs = ABS,
        /// `-x`
        Neg = NEG,
        /// Sine.
        Sin = SIN,
        /// Cosine.
        Cos = COS,
        /// Tangent.
        Tan = TAN,
        /// Hyperbolic sine.
        Sinh = SINH,
        /// Hyperbolic cosine.
        Cosh = COSH,
        /// Inverse sine.
        Asin = ASIN,
        /// Inverse cosine.
        Acos = ACOS,
        /// Inverse tangent.
        Atan = ATAN,
        /// Inverse hyperbolic sine.
        Asinh = ASINH,
        /// Inverse hyperbolic cosine.
        Acosh = ACOSH,
        /// Inverse hyperbolic tangent.
        Atanh = ATANH,
        /// Round up.
        Ceil = CEIL,
        /// Round down.
        Floor = FLOOR,
        /// Gauss error function.
        Erf = ERF,
        /// Logical not.
        Not = NOT,
        /// -1, 0 or 1.
        Sign = SIGN,
        /// Round to nearest, ties to even.
        Round = ROUND,
        /// Whether infinite.
        IsInf = ISINF,
        /// Whether not a number.
        IsNan = ISNAN,
    }
}

native_enum! {
    /// How a [`Reduce`](crate::layers::Reduce) combines elements.
    ReduceOperation: TrtReduceOperation, "reduce operation" {
        /// Sum.
        Sum = SUM,
        /// Product.
        Prod = PROD,
        /// Maximum.
        Max = MAX,
        /// Minimum.
        Min = MIN,
        /// Average.
        Avg = AVG,
        /// None, for collective operations that reduce nothing.
        None = NONE,
    }
}

native_enum! {
    /// Which elements a [`TopK`](crate::layers::TopK) returns.
    TopKOperation: TrtTopKOperation, "top-k operation" {
        /// The largest.
        Max = MAX,
        /// The smallest.
        Min = MIN,
    }
}

native_enum! {
    /// How an operand of a [`MatrixMultiply`](crate::layers::MatrixMultiply) is read.
    MatrixOperation: TrtMatrixOperation, "matrix operation" {
        /// As a stack of matrices.
        None = NONE,
        /// As a stack of transposed matrices.
        Transpose = TRANSPOSE,
        /// As a stack of vectors.
        Vector = VECTOR,
    }
}

native_enum! {
    /// What is read outside of the bounds of a tensor.
    SampleMode: TrtSampleMode, "sample mode" {
        /// Out of bounds is an error.
        StrictBounds = STRICT_BOUNDS,
        /// Coordinates wrap around.
        Wrap = WRAP,
        /// Coordinates are clamped to the bounds.
        Clamp = CLAMP,
        /// A fill value.
        Fill = FILL,
        /// Coordinates are reflected at the bounds.
        Reflect = REFLECT,
    }
}

native_enum! {
    /// How values between elements are computed.
    InterpolationMode: TrtInterpolationMode, "interpolation mode" {
        /// Nearest element.
        Nearest = NEAREST,
        /// Linear, by dimension.
        Linear = LINEAR,
        /// Cubic, by dimension.
        Cubic = CUBIC,
    }
}

native_enum! {
    /// Which input coordinate an output coordinate of a [`Resize`](crate::layers::Resize) stands for.
    ResizeCoordinateTransformation: TrtResizeCoordinateTransformation, "resize coordinate transformation" {
        /// Centres of the corner elements are aligned.
        AlignCorners = ALIGN_CORNERS,
        /// `x / scale`
        Asymmetric = ASYMMETRIC,
        /// `(x + 0.5) / scale - 0.5`
        HalfPixel = HALF_PIXEL,
    }
}

native_enum! {
    /// Which input element a [`Resize`](crate::layers::Resize) to a single element reads.
    ResizeSelector: TrtResizeSelector, "resize selector" {
        /// By the coordinate transformation.
        Formula = FORMULA,
        /// The first.
        Upper = UPPER,
    }
}

native_enum! {
    /// How a nearest-neighbour [`Resize`](crate::layers::Resize) rounds coordinates.
    ResizeRoundMode: TrtResizeRoundMode, "resize round mode" {
        /// Ties up.
        HalfUp = HALF_UP,
        /// Ties down.
        HalfDown = HALF_DOWN,
        /// Down.
        Floor = FLOOR,
        /// Up.
        Ceil = CEIL,
    }
}

native_enum! {
    /// What a loop returns.
    LoopOutputKind: TrtLoopOutput, "loop output" {
        /// The value of the last iteration.
        LastValue = LAST_VALUE,
        /// The values of all iterations.
        Concatenate = CONCATENATE,
        /// The values of all iterations, last one first.
        Reverse = REVERSE,
    }
}

native_enum! {
    /// When a loop ends.
    TripLimitKind: TrtTripLimit, "trip limit" {
        /// After a number of iterations.
        Count = COUNT,
        /// When a condition becomes false.
        While = WHILE,
    }
}

native_enum! {
    /// What a [`Fill`](crate::layers::Fill) generates.
    FillOperation: TrtFillOperation, "fill operation" {
        /// `alpha + i * beta`
        Linspace = LINSPACE,
        /// Uniformly distributed random numbers between alpha and beta.
        RandomUniform = RANDOM_UNIFORM,
        /// Normally distributed random numbers with mean alpha and standard deviation beta.
        RandomNormal = RANDOM_NORMAL,
    }
}

native_enum! {
    /// How boxes are given to an [`Nms`](crate::layers::Nms).
    BoundingBoxFormat: TrtBoundingBoxFormat, "bounding box format" {
        /// `(x1, y1, x2, y2)`
        CornerPairs = CORNER_PAIRS,
        /// `(x_center, y_center, width, height)`
        CenterSizes = CENTER_SIZES,
    }
}

native_enum! {
    /// What a [`Cumulative`](crate::layers::Cumulative) accumulates.
    CumulativeOperation: TrtCumulativeOperation, "cumulative operation" {
        /// Sum.
        Sum = SUM,
    }
}

native_enum! {
    /// How an [`Attention`](crate::layers::Attention) normalizes the scores.
    AttentionNormalization: TrtAttentionNormalization, "attention normalization" {
        /// Not at all.
        None = NONE,
        /// Softmax.
        SoftMax = SOFTMAX,
    }
}

native_enum! {
    /// Which mask an [`Attention`](crate::layers::Attention) applies by itself.
    CausalMask: TrtCausalMask, "causal mask" {
        /// None.
        None = NONE,
        /// A triangle from the upper left corner.
        UpperLeft = UPPER_LEFT,
        /// A triangle from the lower right corner.
        LowerRight = LOWER_RIGHT,
    }
}

native_enum! {
    /// How sequences of different lengths lie in the tensors of an attention.
    AttentionForm: TrtAttentionForm, "attention form" {
        /// Padded: batch, head, position, channel.
        PaddedBhnd = PADDED_BHND,
        /// Packed: position, head, channel.
        PackedNhd = PACKED_NHD,
    }
}

native_enum! {
    /// How a [`KvCacheUpdate`](crate::layers::KvCacheUpdate) places entries.
    KvCacheMode: TrtKvCacheMode, "key-value cache mode" {
        /// One after another.
        Linear = LINEAR,
    }
}

native_enum! {
    /// Activation inside of a [`MixtureOfExperts`](crate::layers::MixtureOfExperts).
    MoeActivation: TrtMoeActivation, "mixture-of-experts activation" {
        /// None.
        None = NONE,
        /// SiLU.
        Silu = SILU,
    }
}

native_enum! {
    /// What a [`DistCollective`](crate::layers::DistCollective) does among devices; follows NCCL.
    CollectiveOperation: TrtCollectiveOperation, "collective operation" {
        /// Every device gets the reduction.
        AllReduce = ALL_REDUCE,
        /// Every device gets all parts.
        AllGather = ALL_GATHER,
        /// Every device gets the tensor of the root.
        Broadcast = BROADCAST,
        /// The root gets the reduction.
        Reduce = REDUCE,
        /// Every device gets a part of the reduction.
        ReduceScatter = REDUCE_SCATTER,
        /// Every device sends a part to every other.
        AllToAll = ALL_TO_ALL,
        /// The root gets all parts.
        Gather = GATHER,
        /// Every device gets a part from the root.
        Scatter = SCATTER,
    }
}
