// GENERATED from shim/shim.h by `cargo xtask codegen`. Do not edit.

#![allow(missing_docs, non_camel_case_types)]
// bindgen's `Default` zeroes structs of integers and pointers, without a comment at each.
#![allow(clippy::undocumented_unsafe_blocks)]

pub const TRT_MAX_RANK: u32 = 8;
pub const TRT_PLUGIN_DATA_FIELD: &[u8; 7] = b"trt-rs\0";
impl TrtStatus {
    pub const OK: TrtStatus = TrtStatus(0);
    pub const EXCEPTION: TrtStatus = TrtStatus(-1);
    pub const FAILED: TrtStatus = TrtStatus(-2);
    pub const UNSUPPORTED: TrtStatus = TrtStatus(-3);
    pub const INVALID_ARGUMENT: TrtStatus = TrtStatus(-4);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtStatus(pub ::std::os::raw::c_int);
impl TrtProduct {
    pub const TENSORRT: TrtProduct = TrtProduct(0);
    pub const TENSORRT_RTX: TrtProduct = TrtProduct(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtProduct(pub ::std::os::raw::c_uint);
impl TrtSeverity {
    pub const INTERNAL_ERROR: TrtSeverity = TrtSeverity(0);
    pub const ERROR: TrtSeverity = TrtSeverity(1);
    pub const WARNING: TrtSeverity = TrtSeverity(2);
    pub const INFO: TrtSeverity = TrtSeverity(3);
    pub const VERBOSE: TrtSeverity = TrtSeverity(4);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtSeverity(pub ::std::os::raw::c_uint);
impl TrtDataType {
    pub const FLOAT: TrtDataType = TrtDataType(0);
    pub const HALF: TrtDataType = TrtDataType(1);
    pub const INT8: TrtDataType = TrtDataType(2);
    pub const INT32: TrtDataType = TrtDataType(3);
    pub const BOOL: TrtDataType = TrtDataType(4);
    pub const UINT8: TrtDataType = TrtDataType(5);
    pub const FP8: TrtDataType = TrtDataType(6);
    pub const BF16: TrtDataType = TrtDataType(7);
    pub const INT64: TrtDataType = TrtDataType(8);
    pub const INT4: TrtDataType = TrtDataType(9);
    pub const FP4: TrtDataType = TrtDataType(10);
    pub const E8M0: TrtDataType = TrtDataType(11);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtDataType(pub ::std::os::raw::c_uint);
impl TrtTensorFormat {
    pub const LINEAR: TrtTensorFormat = TrtTensorFormat(0);
    pub const CHW2: TrtTensorFormat = TrtTensorFormat(1);
    pub const HWC8: TrtTensorFormat = TrtTensorFormat(2);
    pub const CHW4: TrtTensorFormat = TrtTensorFormat(3);
    pub const CHW16: TrtTensorFormat = TrtTensorFormat(4);
    pub const CHW32: TrtTensorFormat = TrtTensorFormat(5);
    pub const DHWC8: TrtTensorFormat = TrtTensorFormat(6);
    pub const CDHW32: TrtTensorFormat = TrtTensorFormat(7);
    pub const HWC: TrtTensorFormat = TrtTensorFormat(8);
    pub const DLA_LINEAR: TrtTensorFormat = TrtTensorFormat(9);
    pub const DLA_HWC4: TrtTensorFormat = TrtTensorFormat(10);
    pub const HWC16: TrtTensorFormat = TrtTensorFormat(11);
    pub const DHWC: TrtTensorFormat = TrtTensorFormat(12);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtTensorFormat(pub ::std::os::raw::c_uint);
impl TrtTensorMode {
    pub const NONE: TrtTensorMode = TrtTensorMode(0);
    pub const INPUT: TrtTensorMode = TrtTensorMode(1);
    pub const OUTPUT: TrtTensorMode = TrtTensorMode(2);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtTensorMode(pub ::std::os::raw::c_uint);
impl TrtTensorLocation {
    pub const DEVICE: TrtTensorLocation = TrtTensorLocation(0);
    pub const HOST: TrtTensorLocation = TrtTensorLocation(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtTensorLocation(pub ::std::os::raw::c_uint);
impl TrtDeviceType {
    pub const GPU: TrtDeviceType = TrtDeviceType(0);
    pub const DLA: TrtDeviceType = TrtDeviceType(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtDeviceType(pub ::std::os::raw::c_uint);
impl TrtProfileSelector {
    pub const MIN: TrtProfileSelector = TrtProfileSelector(0);
    pub const OPT: TrtProfileSelector = TrtProfileSelector(1);
    pub const MAX: TrtProfileSelector = TrtProfileSelector(2);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtProfileSelector(pub ::std::os::raw::c_uint);
impl TrtWeightsRole {
    pub const KERNEL: TrtWeightsRole = TrtWeightsRole(0);
    pub const BIAS: TrtWeightsRole = TrtWeightsRole(1);
    pub const SHIFT: TrtWeightsRole = TrtWeightsRole(2);
    pub const SCALE: TrtWeightsRole = TrtWeightsRole(3);
    pub const CONSTANT: TrtWeightsRole = TrtWeightsRole(4);
    pub const ANY: TrtWeightsRole = TrtWeightsRole(5);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtWeightsRole(pub ::std::os::raw::c_uint);
impl TrtLayerKind {
    pub const UNKNOWN: TrtLayerKind = TrtLayerKind(0);
    pub const ACTIVATION: TrtLayerKind = TrtLayerKind(1);
    pub const ASSERTION: TrtLayerKind = TrtLayerKind(2);
    pub const ATTENTION_INPUT: TrtLayerKind = TrtLayerKind(3);
    pub const ATTENTION_OUTPUT: TrtLayerKind = TrtLayerKind(4);
    pub const CAST: TrtLayerKind = TrtLayerKind(5);
    pub const CONCATENATION: TrtLayerKind = TrtLayerKind(6);
    pub const CONDITION: TrtLayerKind = TrtLayerKind(7);
    pub const CONDITIONAL_INPUT: TrtLayerKind = TrtLayerKind(8);
    pub const CONDITIONAL_OUTPUT: TrtLayerKind = TrtLayerKind(9);
    pub const CONSTANT: TrtLayerKind = TrtLayerKind(10);
    pub const CONVOLUTION: TrtLayerKind = TrtLayerKind(11);
    pub const CUMULATIVE: TrtLayerKind = TrtLayerKind(12);
    pub const DECONVOLUTION: TrtLayerKind = TrtLayerKind(13);
    pub const DEQUANTIZE: TrtLayerKind = TrtLayerKind(14);
    pub const DIST_COLLECTIVE: TrtLayerKind = TrtLayerKind(15);
    pub const DYNAMIC_QUANTIZE: TrtLayerKind = TrtLayerKind(16);
    pub const EINSUM: TrtLayerKind = TrtLayerKind(17);
    pub const ELEMENTWISE: TrtLayerKind = TrtLayerKind(18);
    pub const FILL: TrtLayerKind = TrtLayerKind(19);
    pub const GATHER: TrtLayerKind = TrtLayerKind(20);
    pub const GRID_SAMPLE: TrtLayerKind = TrtLayerKind(21);
    pub const IDENTITY: TrtLayerKind = TrtLayerKind(22);
    pub const ITERATOR: TrtLayerKind = TrtLayerKind(23);
    pub const KV_CACHE_UPDATE: TrtLayerKind = TrtLayerKind(24);
    pub const LOOP_OUTPUT: TrtLayerKind = TrtLayerKind(25);
    pub const LRN: TrtLayerKind = TrtLayerKind(26);
    pub const MATRIX_MULTIPLY: TrtLayerKind = TrtLayerKind(27);
    pub const MOE: TrtLayerKind = TrtLayerKind(28);
    pub const NMS: TrtLayerKind = TrtLayerKind(29);
    pub const NON_ZERO: TrtLayerKind = TrtLayerKind(30);
    pub const NORMALIZATION: TrtLayerKind = TrtLayerKind(31);
    pub const ONE_HOT: TrtLayerKind = TrtLayerKind(32);
    pub const PADDING: TrtLayerKind = TrtLayerKind(33);
    pub const PARAMETRIC_RELU: TrtLayerKind = TrtLayerKind(34);
    pub const PLUGIN: TrtLayerKind = TrtLayerKind(35);
    pub const PLUGIN_V2: TrtLayerKind = TrtLayerKind(36);
    pub const PLUGIN_V3: TrtLayerKind = TrtLayerKind(37);
    pub const POOLING: TrtLayerKind = TrtLayerKind(38);
    pub const QUANTIZE: TrtLayerKind = TrtLayerKind(39);
    pub const RAGGED_SOFTMAX: TrtLayerKind = TrtLayerKind(40);
    pub const RECURRENCE: TrtLayerKind = TrtLayerKind(41);
    pub const REDUCE: TrtLayerKind = TrtLayerKind(42);
    pub const RESIZE: TrtLayerKind = TrtLayerKind(43);
    pub const REVERSE_SEQUENCE: TrtLayerKind = TrtLayerKind(44);
    pub const ROTARY_EMBEDDING: TrtLayerKind = TrtLayerKind(45);
    pub const SCALE: TrtLayerKind = TrtLayerKind(46);
    pub const SCATTER: TrtLayerKind = TrtLayerKind(47);
    pub const SELECT: TrtLayerKind = TrtLayerKind(48);
    pub const SHAPE: TrtLayerKind = TrtLayerKind(49);
    pub const SHUFFLE: TrtLayerKind = TrtLayerKind(50);
    pub const SLICE: TrtLayerKind = TrtLayerKind(51);
    pub const SOFTMAX: TrtLayerKind = TrtLayerKind(52);
    pub const SQUEEZE: TrtLayerKind = TrtLayerKind(53);
    pub const TOPK: TrtLayerKind = TrtLayerKind(54);
    pub const TRIP_LIMIT: TrtLayerKind = TrtLayerKind(55);
    pub const UNARY: TrtLayerKind = TrtLayerKind(56);
    pub const UNSQUEEZE: TrtLayerKind = TrtLayerKind(57);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtLayerKind(pub ::std::os::raw::c_uint);
impl TrtActivationType {
    pub const RELU: TrtActivationType = TrtActivationType(0);
    pub const SIGMOID: TrtActivationType = TrtActivationType(1);
    pub const TANH: TrtActivationType = TrtActivationType(2);
    pub const LEAKY_RELU: TrtActivationType = TrtActivationType(3);
    pub const ELU: TrtActivationType = TrtActivationType(4);
    pub const SELU: TrtActivationType = TrtActivationType(5);
    pub const SOFTSIGN: TrtActivationType = TrtActivationType(6);
    pub const SOFTPLUS: TrtActivationType = TrtActivationType(7);
    pub const CLIP: TrtActivationType = TrtActivationType(8);
    pub const HARD_SIGMOID: TrtActivationType = TrtActivationType(9);
    pub const SCALED_TANH: TrtActivationType = TrtActivationType(10);
    pub const THRESHOLDED_RELU: TrtActivationType = TrtActivationType(11);
    pub const GELU_ERF: TrtActivationType = TrtActivationType(12);
    pub const GELU_TANH: TrtActivationType = TrtActivationType(13);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtActivationType(pub ::std::os::raw::c_uint);
impl TrtElementWiseOperation {
    pub const SUM: TrtElementWiseOperation = TrtElementWiseOperation(0);
    pub const PROD: TrtElementWiseOperation = TrtElementWiseOperation(1);
    pub const MAX: TrtElementWiseOperation = TrtElementWiseOperation(2);
    pub const MIN: TrtElementWiseOperation = TrtElementWiseOperation(3);
    pub const SUB: TrtElementWiseOperation = TrtElementWiseOperation(4);
    pub const DIV: TrtElementWiseOperation = TrtElementWiseOperation(5);
    pub const POW: TrtElementWiseOperation = TrtElementWiseOperation(6);
    pub const FLOOR_DIV: TrtElementWiseOperation = TrtElementWiseOperation(7);
    pub const AND: TrtElementWiseOperation = TrtElementWiseOperation(8);
    pub const OR: TrtElementWiseOperation = TrtElementWiseOperation(9);
    pub const XOR: TrtElementWiseOperation = TrtElementWiseOperation(10);
    pub const EQUAL: TrtElementWiseOperation = TrtElementWiseOperation(11);
    pub const GREATER: TrtElementWiseOperation = TrtElementWiseOperation(12);
    pub const LESS: TrtElementWiseOperation = TrtElementWiseOperation(13);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtElementWiseOperation(pub ::std::os::raw::c_uint);
impl TrtUnaryOperation {
    pub const EXP: TrtUnaryOperation = TrtUnaryOperation(0);
    pub const LOG: TrtUnaryOperation = TrtUnaryOperation(1);
    pub const SQRT: TrtUnaryOperation = TrtUnaryOperation(2);
    pub const RECIP: TrtUnaryOperation = TrtUnaryOperation(3);
    pub const ABS: TrtUnaryOperation = TrtUnaryOperation(4);
    pub const NEG: TrtUnaryOperation = TrtUnaryOperation(5);
    pub const SIN: TrtUnaryOperation = TrtUnaryOperation(6);
    pub const COS: TrtUnaryOperation = TrtUnaryOperation(7);
    pub const TAN: TrtUnaryOperation = TrtUnaryOperation(8);
    pub const SINH: TrtUnaryOperation = TrtUnaryOperation(9);
    pub const COSH: TrtUnaryOperation = TrtUnaryOperation(10);
    pub const ASIN: TrtUnaryOperation = TrtUnaryOperation(11);
    pub const ACOS: TrtUnaryOperation = TrtUnaryOperation(12);
    pub const ATAN: TrtUnaryOperation = TrtUnaryOperation(13);
    pub const ASINH: TrtUnaryOperation = TrtUnaryOperation(14);
    pub const ACOSH: TrtUnaryOperation = TrtUnaryOperation(15);
    pub const ATANH: TrtUnaryOperation = TrtUnaryOperation(16);
    pub const CEIL: TrtUnaryOperation = TrtUnaryOperation(17);
    pub const FLOOR: TrtUnaryOperation = TrtUnaryOperation(18);
    pub const ERF: TrtUnaryOperation = TrtUnaryOperation(19);
    pub const NOT: TrtUnaryOperation = TrtUnaryOperation(20);
    pub const SIGN: TrtUnaryOperation = TrtUnaryOperation(21);
    pub const ROUND: TrtUnaryOperation = TrtUnaryOperation(22);
    pub const ISINF: TrtUnaryOperation = TrtUnaryOperation(23);
    pub const ISNAN: TrtUnaryOperation = TrtUnaryOperation(24);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtUnaryOperation(pub ::std::os::raw::c_uint);
impl TrtReduceOperation {
    pub const SUM: TrtReduceOperation = TrtReduceOperation(0);
    pub const PROD: TrtReduceOperation = TrtReduceOperation(1);
    pub const MAX: TrtReduceOperation = TrtReduceOperation(2);
    pub const MIN: TrtReduceOperation = TrtReduceOperation(3);
    pub const AVG: TrtReduceOperation = TrtReduceOperation(4);
    pub const NONE: TrtReduceOperation = TrtReduceOperation(5);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtReduceOperation(pub ::std::os::raw::c_uint);
impl TrtPoolingType {
    pub const MAX: TrtPoolingType = TrtPoolingType(0);
    pub const AVERAGE: TrtPoolingType = TrtPoolingType(1);
    pub const MAX_AVERAGE_BLEND: TrtPoolingType = TrtPoolingType(2);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtPoolingType(pub ::std::os::raw::c_uint);
impl TrtPaddingMode {
    pub const EXPLICIT_ROUND_DOWN: TrtPaddingMode = TrtPaddingMode(0);
    pub const EXPLICIT_ROUND_UP: TrtPaddingMode = TrtPaddingMode(1);
    pub const SAME_UPPER: TrtPaddingMode = TrtPaddingMode(2);
    pub const SAME_LOWER: TrtPaddingMode = TrtPaddingMode(3);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtPaddingMode(pub ::std::os::raw::c_uint);
impl TrtScaleMode {
    pub const UNIFORM: TrtScaleMode = TrtScaleMode(0);
    pub const CHANNEL: TrtScaleMode = TrtScaleMode(1);
    pub const ELEMENTWISE: TrtScaleMode = TrtScaleMode(2);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtScaleMode(pub ::std::os::raw::c_uint);
impl TrtGatherMode {
    pub const DEFAULT: TrtGatherMode = TrtGatherMode(0);
    pub const ELEMENT: TrtGatherMode = TrtGatherMode(1);
    pub const ND: TrtGatherMode = TrtGatherMode(2);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtGatherMode(pub ::std::os::raw::c_uint);
impl TrtScatterMode {
    pub const ELEMENT: TrtScatterMode = TrtScatterMode(0);
    pub const ND: TrtScatterMode = TrtScatterMode(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtScatterMode(pub ::std::os::raw::c_uint);
impl TrtTopKOperation {
    pub const MAX: TrtTopKOperation = TrtTopKOperation(0);
    pub const MIN: TrtTopKOperation = TrtTopKOperation(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtTopKOperation(pub ::std::os::raw::c_uint);
impl TrtMatrixOperation {
    pub const NONE: TrtMatrixOperation = TrtMatrixOperation(0);
    pub const TRANSPOSE: TrtMatrixOperation = TrtMatrixOperation(1);
    pub const VECTOR: TrtMatrixOperation = TrtMatrixOperation(2);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtMatrixOperation(pub ::std::os::raw::c_uint);
impl TrtSampleMode {
    pub const STRICT_BOUNDS: TrtSampleMode = TrtSampleMode(0);
    pub const WRAP: TrtSampleMode = TrtSampleMode(1);
    pub const CLAMP: TrtSampleMode = TrtSampleMode(2);
    pub const FILL: TrtSampleMode = TrtSampleMode(3);
    pub const REFLECT: TrtSampleMode = TrtSampleMode(4);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtSampleMode(pub ::std::os::raw::c_uint);
impl TrtInterpolationMode {
    pub const NEAREST: TrtInterpolationMode = TrtInterpolationMode(0);
    pub const LINEAR: TrtInterpolationMode = TrtInterpolationMode(1);
    pub const CUBIC: TrtInterpolationMode = TrtInterpolationMode(2);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtInterpolationMode(pub ::std::os::raw::c_uint);
impl TrtResizeCoordinateTransformation {
    pub const ALIGN_CORNERS: TrtResizeCoordinateTransformation =
        TrtResizeCoordinateTransformation(0);
    pub const ASYMMETRIC: TrtResizeCoordinateTransformation = TrtResizeCoordinateTransformation(1);
    pub const HALF_PIXEL: TrtResizeCoordinateTransformation = TrtResizeCoordinateTransformation(2);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtResizeCoordinateTransformation(pub ::std::os::raw::c_uint);
impl TrtResizeSelector {
    pub const FORMULA: TrtResizeSelector = TrtResizeSelector(0);
    pub const UPPER: TrtResizeSelector = TrtResizeSelector(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtResizeSelector(pub ::std::os::raw::c_uint);
impl TrtResizeRoundMode {
    pub const HALF_UP: TrtResizeRoundMode = TrtResizeRoundMode(0);
    pub const HALF_DOWN: TrtResizeRoundMode = TrtResizeRoundMode(1);
    pub const FLOOR: TrtResizeRoundMode = TrtResizeRoundMode(2);
    pub const CEIL: TrtResizeRoundMode = TrtResizeRoundMode(3);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtResizeRoundMode(pub ::std::os::raw::c_uint);
impl TrtFillOperation {
    pub const LINSPACE: TrtFillOperation = TrtFillOperation(0);
    pub const RANDOM_UNIFORM: TrtFillOperation = TrtFillOperation(1);
    pub const RANDOM_NORMAL: TrtFillOperation = TrtFillOperation(2);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtFillOperation(pub ::std::os::raw::c_uint);
impl TrtLoopOutput {
    pub const LAST_VALUE: TrtLoopOutput = TrtLoopOutput(0);
    pub const CONCATENATE: TrtLoopOutput = TrtLoopOutput(1);
    pub const REVERSE: TrtLoopOutput = TrtLoopOutput(2);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtLoopOutput(pub ::std::os::raw::c_uint);
impl TrtTripLimit {
    pub const COUNT: TrtTripLimit = TrtTripLimit(0);
    pub const WHILE: TrtTripLimit = TrtTripLimit(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtTripLimit(pub ::std::os::raw::c_uint);
impl TrtBoundingBoxFormat {
    pub const CORNER_PAIRS: TrtBoundingBoxFormat = TrtBoundingBoxFormat(0);
    pub const CENTER_SIZES: TrtBoundingBoxFormat = TrtBoundingBoxFormat(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtBoundingBoxFormat(pub ::std::os::raw::c_uint);
impl TrtCumulativeOperation {
    pub const SUM: TrtCumulativeOperation = TrtCumulativeOperation(0);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtCumulativeOperation(pub ::std::os::raw::c_uint);
impl TrtAttentionNormalization {
    pub const NONE: TrtAttentionNormalization = TrtAttentionNormalization(0);
    pub const SOFTMAX: TrtAttentionNormalization = TrtAttentionNormalization(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtAttentionNormalization(pub ::std::os::raw::c_uint);
impl TrtCausalMask {
    pub const NONE: TrtCausalMask = TrtCausalMask(0);
    pub const UPPER_LEFT: TrtCausalMask = TrtCausalMask(1);
    pub const LOWER_RIGHT: TrtCausalMask = TrtCausalMask(2);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtCausalMask(pub ::std::os::raw::c_uint);
impl TrtAttentionForm {
    pub const PADDED_BHND: TrtAttentionForm = TrtAttentionForm(0);
    pub const PACKED_NHD: TrtAttentionForm = TrtAttentionForm(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtAttentionForm(pub ::std::os::raw::c_uint);
impl TrtKvCacheMode {
    pub const LINEAR: TrtKvCacheMode = TrtKvCacheMode(0);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtKvCacheMode(pub ::std::os::raw::c_uint);
impl TrtMoeActivation {
    pub const NONE: TrtMoeActivation = TrtMoeActivation(0);
    pub const SILU: TrtMoeActivation = TrtMoeActivation(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtMoeActivation(pub ::std::os::raw::c_uint);
impl TrtCollectiveOperation {
    pub const ALL_REDUCE: TrtCollectiveOperation = TrtCollectiveOperation(0);
    pub const ALL_GATHER: TrtCollectiveOperation = TrtCollectiveOperation(1);
    pub const BROADCAST: TrtCollectiveOperation = TrtCollectiveOperation(2);
    pub const REDUCE: TrtCollectiveOperation = TrtCollectiveOperation(3);
    pub const REDUCE_SCATTER: TrtCollectiveOperation = TrtCollectiveOperation(4);
    pub const ALL_TO_ALL: TrtCollectiveOperation = TrtCollectiveOperation(5);
    pub const GATHER: TrtCollectiveOperation = TrtCollectiveOperation(6);
    pub const SCATTER: TrtCollectiveOperation = TrtCollectiveOperation(7);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtCollectiveOperation(pub ::std::os::raw::c_uint);
impl TrtProperty {
    pub const ACTIVATION_TYPE: TrtProperty = TrtProperty(0);
    pub const ALIGN_CORNERS: TrtProperty = TrtProperty(1);
    pub const ALPHA: TrtProperty = TrtProperty(2);
    pub const ALPHA_INT64: TrtProperty = TrtProperty(3);
    pub const AVERAGE_COUNT_EXCLUDES_PADDING: TrtProperty = TrtProperty(4);
    pub const AXES: TrtProperty = TrtProperty(5);
    pub const AXIS: TrtProperty = TrtProperty(6);
    pub const BATCH_AXIS: TrtProperty = TrtProperty(7);
    pub const BETA: TrtProperty = TrtProperty(8);
    pub const BETA_INT64: TrtProperty = TrtProperty(9);
    pub const BIAS: TrtProperty = TrtProperty(10);
    pub const BLEND_FACTOR: TrtProperty = TrtProperty(11);
    pub const BLOCK_SHAPE: TrtProperty = TrtProperty(12);
    pub const BLOCK_SIZE: TrtProperty = TrtProperty(13);
    pub const BOUNDING_BOX_FORMAT: TrtProperty = TrtProperty(14);
    pub const CACHE_MODE: TrtProperty = TrtProperty(15);
    pub const CAUSAL_KIND: TrtProperty = TrtProperty(16);
    pub const CHANNEL_AXIS: TrtProperty = TrtProperty(17);
    pub const COMPUTE_PRECISION: TrtProperty = TrtProperty(18);
    pub const COORDINATE_TRANSFORMATION: TrtProperty = TrtProperty(19);
    pub const CUBIC_COEFFICIENT: TrtProperty = TrtProperty(20);
    pub const DECOMPOSABLE: TrtProperty = TrtProperty(21);
    pub const DILATION: TrtProperty = TrtProperty(22);
    pub const DIMENSIONS: TrtProperty = TrtProperty(23);
    pub const EPSILON: TrtProperty = TrtProperty(24);
    pub const EQUATION: TrtProperty = TrtProperty(25);
    pub const EXCLUDE_OUTSIDE: TrtProperty = TrtProperty(26);
    pub const EXCLUSIVE: TrtProperty = TrtProperty(27);
    pub const FIRST_TRANSPOSE: TrtProperty = TrtProperty(28);
    pub const INDICES_TYPE: TrtProperty = TrtProperty(29);
    pub const INTERLEAVED: TrtProperty = TrtProperty(30);
    pub const INTERPOLATION_MODE: TrtProperty = TrtProperty(31);
    pub const IS_ALPHA_BETA_INT64: TrtProperty = TrtProperty(32);
    pub const IS_V2: TrtProperty = TrtProperty(33);
    pub const K: TrtProperty = TrtProperty(34);
    pub const KEEP_DIMENSIONS: TrtProperty = TrtProperty(35);
    pub const KERNEL: TrtProperty = TrtProperty(36);
    pub const KERNEL_SIZE: TrtProperty = TrtProperty(37);
    pub const KEY_VALUE_FORM: TrtProperty = TrtProperty(38);
    pub const KEY_VALUE_LENGTHS: TrtProperty = TrtProperty(39);
    pub const LOOP_OUTPUT: TrtProperty = TrtProperty(40);
    pub const MASK: TrtProperty = TrtProperty(41);
    pub const MESSAGE: TrtProperty = TrtProperty(42);
    pub const MODE: TrtProperty = TrtProperty(43);
    pub const NB_ELEMENTWISE_DIMS: TrtProperty = TrtProperty(44);
    pub const NB_GROUPS: TrtProperty = TrtProperty(45);
    pub const NB_OUTPUT_MAPS: TrtProperty = TrtProperty(46);
    pub const NEAREST_ROUNDING: TrtProperty = TrtProperty(47);
    pub const NORMALIZATION_OPERATION: TrtProperty = TrtProperty(48);
    pub const NORMALIZATION_QUANTIZE_SCALE: TrtProperty = TrtProperty(49);
    pub const NORMALIZATION_QUANTIZE_TO_TYPE: TrtProperty = TrtProperty(50);
    pub const OPERATION: TrtProperty = TrtProperty(51);
    pub const OPERATION_0: TrtProperty = TrtProperty(52);
    pub const OPERATION_1: TrtProperty = TrtProperty(53);
    pub const OUTPUT_DIMENSIONS: TrtProperty = TrtProperty(54);
    pub const PADDING: TrtProperty = TrtProperty(55);
    pub const PADDING_MODE: TrtProperty = TrtProperty(56);
    pub const POOLING_TYPE: TrtProperty = TrtProperty(57);
    pub const POST_PADDING: TrtProperty = TrtProperty(58);
    pub const POWER: TrtProperty = TrtProperty(59);
    pub const PRE_PADDING: TrtProperty = TrtProperty(60);
    pub const QUANTIZATION_BLOCK_SHAPE: TrtProperty = TrtProperty(61);
    pub const QUANTIZATION_TO_TYPE: TrtProperty = TrtProperty(62);
    pub const QUERY_FORM: TrtProperty = TrtProperty(63);
    pub const QUERY_LENGTHS: TrtProperty = TrtProperty(64);
    pub const REDUCE_AXES: TrtProperty = TrtProperty(65);
    pub const RESHAPE_DIMENSIONS: TrtProperty = TrtProperty(66);
    pub const REVERSE: TrtProperty = TrtProperty(67);
    pub const ROTARY_EMBEDDING_DIM: TrtProperty = TrtProperty(68);
    pub const SAMPLE_MODE: TrtProperty = TrtProperty(69);
    pub const SCALE: TrtProperty = TrtProperty(70);
    pub const SCALES: TrtProperty = TrtProperty(71);
    pub const SCALE_TYPE: TrtProperty = TrtProperty(72);
    pub const SECOND_TRANSPOSE: TrtProperty = TrtProperty(73);
    pub const SELECTOR_FOR_SINGLE_PIXEL: TrtProperty = TrtProperty(74);
    pub const SEQUENCE_AXIS: TrtProperty = TrtProperty(75);
    pub const SHIFT: TrtProperty = TrtProperty(76);
    pub const SIZE: TrtProperty = TrtProperty(77);
    pub const START: TrtProperty = TrtProperty(78);
    pub const STRIDE: TrtProperty = TrtProperty(79);
    pub const SWIGLU_ALPHA: TrtProperty = TrtProperty(80);
    pub const SWIGLU_BETA: TrtProperty = TrtProperty(81);
    pub const SWIGLU_LIMIT: TrtProperty = TrtProperty(82);
    pub const TO_TYPE: TrtProperty = TrtProperty(83);
    pub const TOP_K_BOX_LIMIT: TrtProperty = TrtProperty(84);
    pub const TRIP_LIMIT: TrtProperty = TrtProperty(85);
    pub const UPDATE_FORM: TrtProperty = TrtProperty(86);
    pub const UPDATE_LENGTHS: TrtProperty = TrtProperty(87);
    pub const WEIGHTS: TrtProperty = TrtProperty(88);
    pub const WINDOW_SIZE: TrtProperty = TrtProperty(89);
    pub const ZERO_IS_PLACEHOLDER: TrtProperty = TrtProperty(90);
    pub const NB_RANKS: TrtProperty = TrtProperty(91);
    pub const DYNAMIC_QUANTIZE_SCALE_TYPE: TrtProperty = TrtProperty(92);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtProperty(pub ::std::os::raw::c_uint);
impl TrtBuilderFlag {
    pub const FP16: TrtBuilderFlag = TrtBuilderFlag(0);
    pub const BF16: TrtBuilderFlag = TrtBuilderFlag(1);
    pub const INT8: TrtBuilderFlag = TrtBuilderFlag(2);
    pub const FP8: TrtBuilderFlag = TrtBuilderFlag(3);
    pub const INT4: TrtBuilderFlag = TrtBuilderFlag(4);
    pub const OBEY_PRECISION_CONSTRAINTS: TrtBuilderFlag = TrtBuilderFlag(5);
    pub const PREFER_PRECISION_CONSTRAINTS: TrtBuilderFlag = TrtBuilderFlag(6);
    pub const TF32: TrtBuilderFlag = TrtBuilderFlag(7);
    pub const DEBUG: TrtBuilderFlag = TrtBuilderFlag(8);
    pub const GPU_FALLBACK: TrtBuilderFlag = TrtBuilderFlag(9);
    pub const REFIT: TrtBuilderFlag = TrtBuilderFlag(10);
    pub const REFIT_IDENTICAL: TrtBuilderFlag = TrtBuilderFlag(11);
    pub const REFIT_INDIVIDUAL: TrtBuilderFlag = TrtBuilderFlag(12);
    pub const STRIP_PLAN: TrtBuilderFlag = TrtBuilderFlag(13);
    pub const DISABLE_TIMING_CACHE: TrtBuilderFlag = TrtBuilderFlag(14);
    pub const EDITABLE_TIMING_CACHE: TrtBuilderFlag = TrtBuilderFlag(15);
    pub const ERROR_ON_TIMING_CACHE_MISS: TrtBuilderFlag = TrtBuilderFlag(16);
    pub const DISABLE_COMPILATION_CACHE: TrtBuilderFlag = TrtBuilderFlag(17);
    pub const SPARSE_WEIGHTS: TrtBuilderFlag = TrtBuilderFlag(18);
    pub const SAFETY_SCOPE: TrtBuilderFlag = TrtBuilderFlag(19);
    pub const DIRECT_IO: TrtBuilderFlag = TrtBuilderFlag(20);
    pub const REJECT_EMPTY_ALGORITHMS: TrtBuilderFlag = TrtBuilderFlag(21);
    pub const VERSION_COMPATIBLE: TrtBuilderFlag = TrtBuilderFlag(22);
    pub const EXCLUDE_LEAN_RUNTIME: TrtBuilderFlag = TrtBuilderFlag(23);
    pub const WEIGHT_STREAMING: TrtBuilderFlag = TrtBuilderFlag(24);
    pub const STRICT_NANS: TrtBuilderFlag = TrtBuilderFlag(25);
    pub const MONITOR_MEMORY: TrtBuilderFlag = TrtBuilderFlag(26);
    pub const DISTRIBUTIVE_INDEPENDENCE: TrtBuilderFlag = TrtBuilderFlag(27);
    pub const REQUIRE_USER_ALLOCATION: TrtBuilderFlag = TrtBuilderFlag(28);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtBuilderFlag(pub ::std::os::raw::c_uint);
impl TrtMemoryPool {
    pub const WORKSPACE: TrtMemoryPool = TrtMemoryPool(0);
    pub const DLA_MANAGED_SRAM: TrtMemoryPool = TrtMemoryPool(1);
    pub const DLA_LOCAL_DRAM: TrtMemoryPool = TrtMemoryPool(2);
    pub const DLA_GLOBAL_DRAM: TrtMemoryPool = TrtMemoryPool(3);
    pub const TACTIC_DRAM: TrtMemoryPool = TrtMemoryPool(4);
    pub const TACTIC_SHARED_MEMORY: TrtMemoryPool = TrtMemoryPool(5);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtMemoryPool(pub ::std::os::raw::c_uint);
impl TrtPreviewFeature {
    pub const PROFILE_SHARING: TrtPreviewFeature = TrtPreviewFeature(0);
    pub const ALIASED_PLUGIN_IO: TrtPreviewFeature = TrtPreviewFeature(1);
    pub const RUNTIME_ACTIVATION_RESIZE: TrtPreviewFeature = TrtPreviewFeature(2);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtPreviewFeature(pub ::std::os::raw::c_uint);
impl TrtProfilingVerbosity {
    pub const LAYER_NAMES_ONLY: TrtProfilingVerbosity = TrtProfilingVerbosity(0);
    pub const NONE: TrtProfilingVerbosity = TrtProfilingVerbosity(1);
    pub const DETAILED: TrtProfilingVerbosity = TrtProfilingVerbosity(2);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtProfilingVerbosity(pub ::std::os::raw::c_uint);
impl TrtHardwareCompatibility {
    pub const NONE: TrtHardwareCompatibility = TrtHardwareCompatibility(0);
    pub const AMPERE_PLUS: TrtHardwareCompatibility = TrtHardwareCompatibility(1);
    pub const SAME_COMPUTE_CAPABILITY: TrtHardwareCompatibility = TrtHardwareCompatibility(2);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtHardwareCompatibility(pub ::std::os::raw::c_uint);
impl TrtEngineCapability {
    pub const STANDARD: TrtEngineCapability = TrtEngineCapability(0);
    pub const SAFETY: TrtEngineCapability = TrtEngineCapability(1);
    pub const DLA_STANDALONE: TrtEngineCapability = TrtEngineCapability(2);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtEngineCapability(pub ::std::os::raw::c_uint);
impl TrtRuntimePlatform {
    pub const SAME_AS_BUILD: TrtRuntimePlatform = TrtRuntimePlatform(0);
    pub const WINDOWS_AMD64: TrtRuntimePlatform = TrtRuntimePlatform(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtRuntimePlatform(pub ::std::os::raw::c_uint);
impl TrtTilingLevel {
    pub const NONE: TrtTilingLevel = TrtTilingLevel(0);
    pub const FAST: TrtTilingLevel = TrtTilingLevel(1);
    pub const MODERATE: TrtTilingLevel = TrtTilingLevel(2);
    pub const FULL: TrtTilingLevel = TrtTilingLevel(3);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtTilingLevel(pub ::std::os::raw::c_uint);
impl TrtTacticSource {
    pub const CUBLAS: TrtTacticSource = TrtTacticSource(0);
    pub const CUBLAS_LT: TrtTacticSource = TrtTacticSource(1);
    pub const CUDNN: TrtTacticSource = TrtTacticSource(2);
    pub const EDGE_MASK_CONVOLUTIONS: TrtTacticSource = TrtTacticSource(3);
    pub const JIT_CONVOLUTIONS: TrtTacticSource = TrtTacticSource(4);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtTacticSource(pub ::std::os::raw::c_uint);
impl TrtConfigOption {
    pub const AVG_TIMING_ITERATIONS: TrtConfigOption = TrtConfigOption(0);
    pub const OPTIMIZATION_LEVEL: TrtConfigOption = TrtConfigOption(1);
    pub const MAX_AUX_STREAMS: TrtConfigOption = TrtConfigOption(2);
    pub const MAX_NB_TACTICS: TrtConfigOption = TrtConfigOption(3);
    pub const PROFILING_VERBOSITY: TrtConfigOption = TrtConfigOption(4);
    pub const HARDWARE_COMPATIBILITY: TrtConfigOption = TrtConfigOption(5);
    pub const ENGINE_CAPABILITY: TrtConfigOption = TrtConfigOption(6);
    pub const DEFAULT_DEVICE_TYPE: TrtConfigOption = TrtConfigOption(7);
    pub const DLA_CORE: TrtConfigOption = TrtConfigOption(8);
    pub const RUNTIME_PLATFORM: TrtConfigOption = TrtConfigOption(9);
    pub const TILING_LEVEL: TrtConfigOption = TrtConfigOption(10);
    pub const L2_LIMIT_FOR_TILING: TrtConfigOption = TrtConfigOption(11);
    pub const TACTIC_SOURCES: TrtConfigOption = TrtConfigOption(12);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtConfigOption(pub ::std::os::raw::c_uint);
impl TrtContextAllocation {
    pub const STATIC: TrtContextAllocation = TrtContextAllocation(0);
    pub const ON_PROFILE_CHANGE: TrtContextAllocation = TrtContextAllocation(1);
    pub const USER_MANAGED: TrtContextAllocation = TrtContextAllocation(2);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtContextAllocation(pub ::std::os::raw::c_uint);
impl TrtKernelSpecialization {
    pub const LAZY: TrtKernelSpecialization = TrtKernelSpecialization(0);
    pub const EAGER: TrtKernelSpecialization = TrtKernelSpecialization(1);
    pub const NONE: TrtKernelSpecialization = TrtKernelSpecialization(2);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtKernelSpecialization(pub ::std::os::raw::c_uint);
impl TrtCudaGraphStrategy {
    pub const DISABLED: TrtCudaGraphStrategy = TrtCudaGraphStrategy(0);
    pub const WHOLE_GRAPH_CAPTURE: TrtCudaGraphStrategy = TrtCudaGraphStrategy(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtCudaGraphStrategy(pub ::std::os::raw::c_uint);
impl TrtLayerInformationFormat {
    pub const ONELINE: TrtLayerInformationFormat = TrtLayerInformationFormat(0);
    pub const JSON: TrtLayerInformationFormat = TrtLayerInformationFormat(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtLayerInformationFormat(pub ::std::os::raw::c_uint);
impl TrtSerializationFlag {
    pub const EXCLUDE_WEIGHTS: TrtSerializationFlag = TrtSerializationFlag(0);
    pub const EXCLUDE_LEAN_RUNTIME: TrtSerializationFlag = TrtSerializationFlag(1);
    pub const INCLUDE_REFIT: TrtSerializationFlag = TrtSerializationFlag(2);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtSerializationFlag(pub ::std::os::raw::c_uint);
impl TrtEngineValidity {
    pub const VALID: TrtEngineValidity = TrtEngineValidity(0);
    pub const SUBOPTIMAL: TrtEngineValidity = TrtEngineValidity(1);
    pub const INVALID: TrtEngineValidity = TrtEngineValidity(2);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtEngineValidity(pub ::std::os::raw::c_uint);
impl TrtDimensionOperation {
    pub const SUM: TrtDimensionOperation = TrtDimensionOperation(0);
    pub const PROD: TrtDimensionOperation = TrtDimensionOperation(1);
    pub const MAX: TrtDimensionOperation = TrtDimensionOperation(2);
    pub const MIN: TrtDimensionOperation = TrtDimensionOperation(3);
    pub const SUB: TrtDimensionOperation = TrtDimensionOperation(4);
    pub const EQUAL: TrtDimensionOperation = TrtDimensionOperation(5);
    pub const LESS: TrtDimensionOperation = TrtDimensionOperation(6);
    pub const FLOOR_DIV: TrtDimensionOperation = TrtDimensionOperation(7);
    pub const CEIL_DIV: TrtDimensionOperation = TrtDimensionOperation(8);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtDimensionOperation(pub ::std::os::raw::c_uint);
impl TrtPluginFieldType {
    pub const FLOAT16: TrtPluginFieldType = TrtPluginFieldType(0);
    pub const FLOAT32: TrtPluginFieldType = TrtPluginFieldType(1);
    pub const FLOAT64: TrtPluginFieldType = TrtPluginFieldType(2);
    pub const INT8: TrtPluginFieldType = TrtPluginFieldType(3);
    pub const INT16: TrtPluginFieldType = TrtPluginFieldType(4);
    pub const INT32: TrtPluginFieldType = TrtPluginFieldType(5);
    pub const CHAR: TrtPluginFieldType = TrtPluginFieldType(6);
    pub const DIMS: TrtPluginFieldType = TrtPluginFieldType(7);
    pub const UNKNOWN: TrtPluginFieldType = TrtPluginFieldType(8);
    pub const BF16: TrtPluginFieldType = TrtPluginFieldType(9);
    pub const INT64: TrtPluginFieldType = TrtPluginFieldType(10);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtPluginFieldType(pub ::std::os::raw::c_uint);
#[repr(C)]
#[derive(Debug)]
pub struct TrtLogger {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct TrtBuilder {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct TrtConfig {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct TrtOptimizationProfile {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct TrtTimingCache {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct TrtHostMemory {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct TrtNetwork {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct TrtOnnxParser {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct TrtTensor {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct TrtLayer {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct TrtLoop {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct TrtConditional {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct TrtAttention {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct TrtRuntime {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct TrtEngine {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct TrtContext {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct TrtRuntimeConfig {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct TrtRuntimeCache {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct TrtRefitter {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct TrtInspector {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct TrtPlugin {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct TrtPluginCreator {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct TrtPluginRegistry {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct TrtSizeExpression {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct TrtDims {
    pub rank: i32,
    pub d: [i64; 8usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of TrtDims"][::std::mem::size_of::<TrtDims>() - 72usize];
    ["Alignment of TrtDims"][::std::mem::align_of::<TrtDims>() - 8usize];
    ["Offset of field: TrtDims::rank"][::std::mem::offset_of!(TrtDims, rank) - 0usize];
    ["Offset of field: TrtDims::d"][::std::mem::offset_of!(TrtDims, d) - 8usize];
};
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct TrtWeights {
    pub dtype: TrtDataType,
    pub values: *const ::std::os::raw::c_void,
    pub count: i64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of TrtWeights"][::std::mem::size_of::<TrtWeights>() - 24usize];
    ["Alignment of TrtWeights"][::std::mem::align_of::<TrtWeights>() - 8usize];
    ["Offset of field: TrtWeights::dtype"][::std::mem::offset_of!(TrtWeights, dtype) - 0usize];
    ["Offset of field: TrtWeights::values"][::std::mem::offset_of!(TrtWeights, values) - 8usize];
    ["Offset of field: TrtWeights::count"][::std::mem::offset_of!(TrtWeights, count) - 16usize];
};
impl Default for TrtWeights {
    fn default() -> Self {
        let mut s = ::std::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::std::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct TrtFloats {
    pub count: i32,
    pub values: [f32; 8usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of TrtFloats"][::std::mem::size_of::<TrtFloats>() - 36usize];
    ["Alignment of TrtFloats"][::std::mem::align_of::<TrtFloats>() - 4usize];
    ["Offset of field: TrtFloats::count"][::std::mem::offset_of!(TrtFloats, count) - 0usize];
    ["Offset of field: TrtFloats::values"][::std::mem::offset_of!(TrtFloats, values) - 4usize];
};
impl TrtValueKind {
    pub const NONE: TrtValueKind = TrtValueKind(0);
    pub const INTEGER: TrtValueKind = TrtValueKind(1);
    pub const REAL: TrtValueKind = TrtValueKind(2);
    pub const DIMS: TrtValueKind = TrtValueKind(3);
    pub const WEIGHTS: TrtValueKind = TrtValueKind(4);
    pub const TEXT: TrtValueKind = TrtValueKind(5);
    pub const FLOATS: TrtValueKind = TrtValueKind(6);
    pub const TENSOR: TrtValueKind = TrtValueKind(7);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct TrtValueKind(pub ::std::os::raw::c_uint);
#[repr(C)]
#[derive(Copy, Clone)]
pub union TrtValueData {
    pub integer: i64,
    pub real: f64,
    pub dims: TrtDims,
    pub weights: TrtWeights,
    pub text: *const ::std::os::raw::c_char,
    pub floats: TrtFloats,
    pub tensor: *mut TrtTensor,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of TrtValueData"][::std::mem::size_of::<TrtValueData>() - 72usize];
    ["Alignment of TrtValueData"][::std::mem::align_of::<TrtValueData>() - 8usize];
    ["Offset of field: TrtValueData::integer"]
        [::std::mem::offset_of!(TrtValueData, integer) - 0usize];
    ["Offset of field: TrtValueData::real"][::std::mem::offset_of!(TrtValueData, real) - 0usize];
    ["Offset of field: TrtValueData::dims"][::std::mem::offset_of!(TrtValueData, dims) - 0usize];
    ["Offset of field: TrtValueData::weights"]
        [::std::mem::offset_of!(TrtValueData, weights) - 0usize];
    ["Offset of field: TrtValueData::text"][::std::mem::offset_of!(TrtValueData, text) - 0usize];
    ["Offset of field: TrtValueData::floats"]
        [::std::mem::offset_of!(TrtValueData, floats) - 0usize];
    ["Offset of field: TrtValueData::tensor"]
        [::std::mem::offset_of!(TrtValueData, tensor) - 0usize];
};
impl Default for TrtValueData {
    fn default() -> Self {
        let mut s = ::std::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::std::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
impl ::std::fmt::Debug for TrtValueData {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        write!(f, "TrtValueData {{ union }}")
    }
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct TrtValue {
    pub kind: TrtValueKind,
    pub data: TrtValueData,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of TrtValue"][::std::mem::size_of::<TrtValue>() - 80usize];
    ["Alignment of TrtValue"][::std::mem::align_of::<TrtValue>() - 8usize];
    ["Offset of field: TrtValue::kind"][::std::mem::offset_of!(TrtValue, kind) - 0usize];
    ["Offset of field: TrtValue::data"][::std::mem::offset_of!(TrtValue, data) - 8usize];
};
impl Default for TrtValue {
    fn default() -> Self {
        let mut s = ::std::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::std::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
impl ::std::fmt::Debug for TrtValue {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        write!(
            f,
            "TrtValue {{ kind: {:?}, data: {:?} }}",
            self.kind, self.data
        )
    }
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct TrtTensorInfo {
    pub name: *const ::std::os::raw::c_char,
    pub format_desc: *const ::std::os::raw::c_char,
    pub mode: TrtTensorMode,
    pub dtype: TrtDataType,
    pub location: TrtTensorLocation,
    pub format: TrtTensorFormat,
    pub is_shape_inference_io: i32,
    pub bytes_per_component: i32,
    pub components_per_element: i32,
    pub vectorized_dim: i32,
    pub dims: TrtDims,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of TrtTensorInfo"][::std::mem::size_of::<TrtTensorInfo>() - 120usize];
    ["Alignment of TrtTensorInfo"][::std::mem::align_of::<TrtTensorInfo>() - 8usize];
    ["Offset of field: TrtTensorInfo::name"][::std::mem::offset_of!(TrtTensorInfo, name) - 0usize];
    ["Offset of field: TrtTensorInfo::format_desc"]
        [::std::mem::offset_of!(TrtTensorInfo, format_desc) - 8usize];
    ["Offset of field: TrtTensorInfo::mode"][::std::mem::offset_of!(TrtTensorInfo, mode) - 16usize];
    ["Offset of field: TrtTensorInfo::dtype"]
        [::std::mem::offset_of!(TrtTensorInfo, dtype) - 20usize];
    ["Offset of field: TrtTensorInfo::location"]
        [::std::mem::offset_of!(TrtTensorInfo, location) - 24usize];
    ["Offset of field: TrtTensorInfo::format"]
        [::std::mem::offset_of!(TrtTensorInfo, format) - 28usize];
    ["Offset of field: TrtTensorInfo::is_shape_inference_io"]
        [::std::mem::offset_of!(TrtTensorInfo, is_shape_inference_io) - 32usize];
    ["Offset of field: TrtTensorInfo::bytes_per_component"]
        [::std::mem::offset_of!(TrtTensorInfo, bytes_per_component) - 36usize];
    ["Offset of field: TrtTensorInfo::components_per_element"]
        [::std::mem::offset_of!(TrtTensorInfo, components_per_element) - 40usize];
    ["Offset of field: TrtTensorInfo::vectorized_dim"]
        [::std::mem::offset_of!(TrtTensorInfo, vectorized_dim) - 44usize];
    ["Offset of field: TrtTensorInfo::dims"][::std::mem::offset_of!(TrtTensorInfo, dims) - 48usize];
};
impl Default for TrtTensorInfo {
    fn default() -> Self {
        let mut s = ::std::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::std::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
pub type TrtLogCallback = ::std::option::Option<
    unsafe extern "C" fn(
        user: *mut ::std::os::raw::c_void,
        severity: TrtSeverity,
        message: *const ::std::os::raw::c_char,
    ),
>;
pub type TrtProfilerCallback = ::std::option::Option<
    unsafe extern "C" fn(
        user: *mut ::std::os::raw::c_void,
        layer: *const ::std::os::raw::c_char,
        milliseconds: f32,
    ),
>;
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct TrtProgressCallbacks {
    pub user: *mut ::std::os::raw::c_void,
    pub phase_start: ::std::option::Option<
        unsafe extern "C" fn(
            user: *mut ::std::os::raw::c_void,
            phase: *const ::std::os::raw::c_char,
            parent: *const ::std::os::raw::c_char,
            nb_steps: i32,
        ),
    >,
    pub step: ::std::option::Option<
        unsafe extern "C" fn(
            user: *mut ::std::os::raw::c_void,
            phase: *const ::std::os::raw::c_char,
            step: i32,
        ) -> i32,
    >,
    pub phase_finish: ::std::option::Option<
        unsafe extern "C" fn(
            user: *mut ::std::os::raw::c_void,
            phase: *const ::std::os::raw::c_char,
        ),
    >,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of TrtProgressCallbacks"][::std::mem::size_of::<TrtProgressCallbacks>() - 32usize];
    ["Alignment of TrtProgressCallbacks"][::std::mem::align_of::<TrtProgressCallbacks>() - 8usize];
    ["Offset of field: TrtProgressCallbacks::user"]
        [::std::mem::offset_of!(TrtProgressCallbacks, user) - 0usize];
    ["Offset of field: TrtProgressCallbacks::phase_start"]
        [::std::mem::offset_of!(TrtProgressCallbacks, phase_start) - 8usize];
    ["Offset of field: TrtProgressCallbacks::step"]
        [::std::mem::offset_of!(TrtProgressCallbacks, step) - 16usize];
    ["Offset of field: TrtProgressCallbacks::phase_finish"]
        [::std::mem::offset_of!(TrtProgressCallbacks, phase_finish) - 24usize];
};
impl Default for TrtProgressCallbacks {
    fn default() -> Self {
        let mut s = ::std::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::std::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct TrtOutputAllocatorCallbacks {
    pub user: *mut ::std::os::raw::c_void,
    pub reallocate: ::std::option::Option<
        unsafe extern "C" fn(
            user: *mut ::std::os::raw::c_void,
            name: *const ::std::os::raw::c_char,
            current: *mut ::std::os::raw::c_void,
            size: u64,
            alignment: u64,
            stream: *mut ::std::os::raw::c_void,
        ) -> *mut ::std::os::raw::c_void,
    >,
    pub notify_shape: ::std::option::Option<
        unsafe extern "C" fn(
            user: *mut ::std::os::raw::c_void,
            name: *const ::std::os::raw::c_char,
            dims: *const TrtDims,
        ),
    >,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of TrtOutputAllocatorCallbacks"]
        [::std::mem::size_of::<TrtOutputAllocatorCallbacks>() - 24usize];
    ["Alignment of TrtOutputAllocatorCallbacks"]
        [::std::mem::align_of::<TrtOutputAllocatorCallbacks>() - 8usize];
    ["Offset of field: TrtOutputAllocatorCallbacks::user"]
        [::std::mem::offset_of!(TrtOutputAllocatorCallbacks, user) - 0usize];
    ["Offset of field: TrtOutputAllocatorCallbacks::reallocate"]
        [::std::mem::offset_of!(TrtOutputAllocatorCallbacks, reallocate) - 8usize];
    ["Offset of field: TrtOutputAllocatorCallbacks::notify_shape"]
        [::std::mem::offset_of!(TrtOutputAllocatorCallbacks, notify_shape) - 16usize];
};
impl Default for TrtOutputAllocatorCallbacks {
    fn default() -> Self {
        let mut s = ::std::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::std::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
pub type TrtDebugCallback = ::std::option::Option<
    unsafe extern "C" fn(
        user: *mut ::std::os::raw::c_void,
        name: *const ::std::os::raw::c_char,
        dtype: TrtDataType,
        dims: *const TrtDims,
        location: TrtTensorLocation,
        address: *const ::std::os::raw::c_void,
        stream: *mut ::std::os::raw::c_void,
    ) -> i32,
>;
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct TrtPluginTensor {
    pub dims: TrtDims,
    pub dtype: TrtDataType,
    pub format: TrtTensorFormat,
    pub scale: f32,
    pub address: *const ::std::os::raw::c_void,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of TrtPluginTensor"][::std::mem::size_of::<TrtPluginTensor>() - 96usize];
    ["Alignment of TrtPluginTensor"][::std::mem::align_of::<TrtPluginTensor>() - 8usize];
    ["Offset of field: TrtPluginTensor::dims"]
        [::std::mem::offset_of!(TrtPluginTensor, dims) - 0usize];
    ["Offset of field: TrtPluginTensor::dtype"]
        [::std::mem::offset_of!(TrtPluginTensor, dtype) - 72usize];
    ["Offset of field: TrtPluginTensor::format"]
        [::std::mem::offset_of!(TrtPluginTensor, format) - 76usize];
    ["Offset of field: TrtPluginTensor::scale"]
        [::std::mem::offset_of!(TrtPluginTensor, scale) - 80usize];
    ["Offset of field: TrtPluginTensor::address"]
        [::std::mem::offset_of!(TrtPluginTensor, address) - 88usize];
};
impl Default for TrtPluginTensor {
    fn default() -> Self {
        let mut s = ::std::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::std::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct TrtSize {
    pub expression: *const TrtSizeExpression,
    pub value: i64,
    pub is_known: i32,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of TrtSize"][::std::mem::size_of::<TrtSize>() - 24usize];
    ["Alignment of TrtSize"][::std::mem::align_of::<TrtSize>() - 8usize];
    ["Offset of field: TrtSize::expression"][::std::mem::offset_of!(TrtSize, expression) - 0usize];
    ["Offset of field: TrtSize::value"][::std::mem::offset_of!(TrtSize, value) - 8usize];
    ["Offset of field: TrtSize::is_known"][::std::mem::offset_of!(TrtSize, is_known) - 16usize];
};
impl Default for TrtSize {
    fn default() -> Self {
        let mut s = ::std::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::std::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct TrtSizes {
    pub rank: i32,
    pub d: [TrtSize; 8usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of TrtSizes"][::std::mem::size_of::<TrtSizes>() - 200usize];
    ["Alignment of TrtSizes"][::std::mem::align_of::<TrtSizes>() - 8usize];
    ["Offset of field: TrtSizes::rank"][::std::mem::offset_of!(TrtSizes, rank) - 0usize];
    ["Offset of field: TrtSizes::d"][::std::mem::offset_of!(TrtSizes, d) - 8usize];
};
impl Default for TrtSizes {
    fn default() -> Self {
        let mut s = ::std::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::std::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct TrtSizeBuilder {
    pub builder: *mut ::std::os::raw::c_void,
    pub constant: ::std::option::Option<
        unsafe extern "C" fn(
            builder: *mut ::std::os::raw::c_void,
            arg1: i64,
        ) -> *const TrtSizeExpression,
    >,
    pub operation: ::std::option::Option<
        unsafe extern "C" fn(
            builder: *mut ::std::os::raw::c_void,
            arg1: TrtDimensionOperation,
            arg2: *const TrtSizeExpression,
            arg3: *const TrtSizeExpression,
        ) -> *const TrtSizeExpression,
    >,
    pub of_output: ::std::option::Option<
        unsafe extern "C" fn(
            builder: *mut ::std::os::raw::c_void,
            output: i32,
            expected: *const TrtSizeExpression,
            limit: *const TrtSizeExpression,
        ) -> *const TrtSizeExpression,
    >,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of TrtSizeBuilder"][::std::mem::size_of::<TrtSizeBuilder>() - 32usize];
    ["Alignment of TrtSizeBuilder"][::std::mem::align_of::<TrtSizeBuilder>() - 8usize];
    ["Offset of field: TrtSizeBuilder::builder"]
        [::std::mem::offset_of!(TrtSizeBuilder, builder) - 0usize];
    ["Offset of field: TrtSizeBuilder::constant"]
        [::std::mem::offset_of!(TrtSizeBuilder, constant) - 8usize];
    ["Offset of field: TrtSizeBuilder::operation"]
        [::std::mem::offset_of!(TrtSizeBuilder, operation) - 16usize];
    ["Offset of field: TrtSizeBuilder::of_output"]
        [::std::mem::offset_of!(TrtSizeBuilder, of_output) - 24usize];
};
impl Default for TrtSizeBuilder {
    fn default() -> Self {
        let mut s = ::std::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::std::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct TrtPluginField {
    pub name: *const ::std::os::raw::c_char,
    pub data: *const ::std::os::raw::c_void,
    pub type_: TrtPluginFieldType,
    pub length: i32,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of TrtPluginField"][::std::mem::size_of::<TrtPluginField>() - 24usize];
    ["Alignment of TrtPluginField"][::std::mem::align_of::<TrtPluginField>() - 8usize];
    ["Offset of field: TrtPluginField::name"]
        [::std::mem::offset_of!(TrtPluginField, name) - 0usize];
    ["Offset of field: TrtPluginField::data"]
        [::std::mem::offset_of!(TrtPluginField, data) - 8usize];
    ["Offset of field: TrtPluginField::type_"]
        [::std::mem::offset_of!(TrtPluginField, type_) - 16usize];
    ["Offset of field: TrtPluginField::length"]
        [::std::mem::offset_of!(TrtPluginField, length) - 20usize];
};
impl Default for TrtPluginField {
    fn default() -> Self {
        let mut s = ::std::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::std::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct TrtPluginObject {
    pub plugin: *mut ::std::os::raw::c_void,
    pub functions: *const TrtPluginFunctions,
    pub name: *const ::std::os::raw::c_char,
    pub version: *const ::std::os::raw::c_char,
    pub name_space: *const ::std::os::raw::c_char,
    pub timing_id: *const ::std::os::raw::c_char,
    pub metadata: *const ::std::os::raw::c_char,
    pub data: *const ::std::os::raw::c_void,
    pub size: u64,
    pub nb_outputs: i32,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of TrtPluginObject"][::std::mem::size_of::<TrtPluginObject>() - 80usize];
    ["Alignment of TrtPluginObject"][::std::mem::align_of::<TrtPluginObject>() - 8usize];
    ["Offset of field: TrtPluginObject::plugin"]
        [::std::mem::offset_of!(TrtPluginObject, plugin) - 0usize];
    ["Offset of field: TrtPluginObject::functions"]
        [::std::mem::offset_of!(TrtPluginObject, functions) - 8usize];
    ["Offset of field: TrtPluginObject::name"]
        [::std::mem::offset_of!(TrtPluginObject, name) - 16usize];
    ["Offset of field: TrtPluginObject::version"]
        [::std::mem::offset_of!(TrtPluginObject, version) - 24usize];
    ["Offset of field: TrtPluginObject::name_space"]
        [::std::mem::offset_of!(TrtPluginObject, name_space) - 32usize];
    ["Offset of field: TrtPluginObject::timing_id"]
        [::std::mem::offset_of!(TrtPluginObject, timing_id) - 40usize];
    ["Offset of field: TrtPluginObject::metadata"]
        [::std::mem::offset_of!(TrtPluginObject, metadata) - 48usize];
    ["Offset of field: TrtPluginObject::data"]
        [::std::mem::offset_of!(TrtPluginObject, data) - 56usize];
    ["Offset of field: TrtPluginObject::size"]
        [::std::mem::offset_of!(TrtPluginObject, size) - 64usize];
    ["Offset of field: TrtPluginObject::nb_outputs"]
        [::std::mem::offset_of!(TrtPluginObject, nb_outputs) - 72usize];
};
impl Default for TrtPluginObject {
    fn default() -> Self {
        let mut s = ::std::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::std::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct TrtPluginFunctions {
    pub clone: ::std::option::Option<
        unsafe extern "C" fn(
            plugin: *const ::std::os::raw::c_void,
            out: *mut TrtPluginObject,
        ) -> i32,
    >,
    pub attach: ::std::option::Option<
        unsafe extern "C" fn(
            plugin: *const ::std::os::raw::c_void,
            out: *mut TrtPluginObject,
        ) -> i32,
    >,
    pub destroy: ::std::option::Option<unsafe extern "C" fn(plugin: *mut ::std::os::raw::c_void)>,
    pub output_types: ::std::option::Option<
        unsafe extern "C" fn(
            plugin: *const ::std::os::raw::c_void,
            inputs: *const TrtDataType,
            nb_inputs: i32,
            outputs: *mut TrtDataType,
            nb_outputs: i32,
        ) -> i32,
    >,
    pub output_shapes: ::std::option::Option<
        unsafe extern "C" fn(
            plugin: *const ::std::os::raw::c_void,
            inputs: *const TrtSizes,
            nb_inputs: i32,
            shape_inputs: *const TrtSizes,
            nb_shape_inputs: i32,
            builder: *const TrtSizeBuilder,
            outputs: *mut TrtSizes,
            nb_outputs: i32,
        ) -> i32,
    >,
    pub supports: ::std::option::Option<
        unsafe extern "C" fn(
            plugin: *const ::std::os::raw::c_void,
            tensors: *const TrtPluginTensor,
            count: i32,
            nb_inputs: i32,
        ) -> i32,
    >,
    pub workspace: ::std::option::Option<
        unsafe extern "C" fn(
            plugin: *const ::std::os::raw::c_void,
            inputs: *const TrtPluginTensor,
            nb_inputs: i32,
            outputs: *const TrtPluginTensor,
            nb_outputs: i32,
            bytes: *mut u64,
        ) -> i32,
    >,
    pub enqueue: ::std::option::Option<
        unsafe extern "C" fn(
            plugin: *const ::std::os::raw::c_void,
            inputs: *const TrtPluginTensor,
            nb_inputs: i32,
            outputs: *const TrtPluginTensor,
            nb_outputs: i32,
            workspace: *mut ::std::os::raw::c_void,
            stream: *mut ::std::os::raw::c_void,
        ) -> i32,
    >,
    pub aliased_input: ::std::option::Option<
        unsafe extern "C" fn(plugin: *const ::std::os::raw::c_void, output: i32) -> i32,
    >,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of TrtPluginFunctions"][::std::mem::size_of::<TrtPluginFunctions>() - 72usize];
    ["Alignment of TrtPluginFunctions"][::std::mem::align_of::<TrtPluginFunctions>() - 8usize];
    ["Offset of field: TrtPluginFunctions::clone"]
        [::std::mem::offset_of!(TrtPluginFunctions, clone) - 0usize];
    ["Offset of field: TrtPluginFunctions::attach"]
        [::std::mem::offset_of!(TrtPluginFunctions, attach) - 8usize];
    ["Offset of field: TrtPluginFunctions::destroy"]
        [::std::mem::offset_of!(TrtPluginFunctions, destroy) - 16usize];
    ["Offset of field: TrtPluginFunctions::output_types"]
        [::std::mem::offset_of!(TrtPluginFunctions, output_types) - 24usize];
    ["Offset of field: TrtPluginFunctions::output_shapes"]
        [::std::mem::offset_of!(TrtPluginFunctions, output_shapes) - 32usize];
    ["Offset of field: TrtPluginFunctions::supports"]
        [::std::mem::offset_of!(TrtPluginFunctions, supports) - 40usize];
    ["Offset of field: TrtPluginFunctions::workspace"]
        [::std::mem::offset_of!(TrtPluginFunctions, workspace) - 48usize];
    ["Offset of field: TrtPluginFunctions::enqueue"]
        [::std::mem::offset_of!(TrtPluginFunctions, enqueue) - 56usize];
    ["Offset of field: TrtPluginFunctions::aliased_input"]
        [::std::mem::offset_of!(TrtPluginFunctions, aliased_input) - 64usize];
};
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct TrtPluginKind {
    pub user: *mut ::std::os::raw::c_void,
    pub name: *const ::std::os::raw::c_char,
    pub version: *const ::std::os::raw::c_char,
    pub name_space: *const ::std::os::raw::c_char,
    pub fields: *const TrtPluginField,
    pub nb_fields: i32,
    pub create: ::std::option::Option<
        unsafe extern "C" fn(
            user: *mut ::std::os::raw::c_void,
            fields: *const TrtPluginField,
            nb_fields: i32,
            out: *mut TrtPluginObject,
        ) -> i32,
    >,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of TrtPluginKind"][::std::mem::size_of::<TrtPluginKind>() - 56usize];
    ["Alignment of TrtPluginKind"][::std::mem::align_of::<TrtPluginKind>() - 8usize];
    ["Offset of field: TrtPluginKind::user"][::std::mem::offset_of!(TrtPluginKind, user) - 0usize];
    ["Offset of field: TrtPluginKind::name"][::std::mem::offset_of!(TrtPluginKind, name) - 8usize];
    ["Offset of field: TrtPluginKind::version"]
        [::std::mem::offset_of!(TrtPluginKind, version) - 16usize];
    ["Offset of field: TrtPluginKind::name_space"]
        [::std::mem::offset_of!(TrtPluginKind, name_space) - 24usize];
    ["Offset of field: TrtPluginKind::fields"]
        [::std::mem::offset_of!(TrtPluginKind, fields) - 32usize];
    ["Offset of field: TrtPluginKind::nb_fields"]
        [::std::mem::offset_of!(TrtPluginKind, nb_fields) - 40usize];
    ["Offset of field: TrtPluginKind::create"]
        [::std::mem::offset_of!(TrtPluginKind, create) - 48usize];
};
impl Default for TrtPluginKind {
    fn default() -> Self {
        let mut s = ::std::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::std::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct TrtPluginCreatorInfo {
    pub name: *const ::std::os::raw::c_char,
    pub version: *const ::std::os::raw::c_char,
    pub name_space: *const ::std::os::raw::c_char,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of TrtPluginCreatorInfo"][::std::mem::size_of::<TrtPluginCreatorInfo>() - 24usize];
    ["Alignment of TrtPluginCreatorInfo"][::std::mem::align_of::<TrtPluginCreatorInfo>() - 8usize];
    ["Offset of field: TrtPluginCreatorInfo::name"]
        [::std::mem::offset_of!(TrtPluginCreatorInfo, name) - 0usize];
    ["Offset of field: TrtPluginCreatorInfo::version"]
        [::std::mem::offset_of!(TrtPluginCreatorInfo, version) - 8usize];
    ["Offset of field: TrtPluginCreatorInfo::name_space"]
        [::std::mem::offset_of!(TrtPluginCreatorInfo, name_space) - 16usize];
};
impl Default for TrtPluginCreatorInfo {
    fn default() -> Self {
        let mut s = ::std::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::std::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
pub type TrtCreateFromLogger = ::std::option::Option<
    unsafe extern "C" fn(
        logger: *mut ::std::os::raw::c_void,
        version: i32,
    ) -> *mut ::std::os::raw::c_void,
>;
pub type TrtCreateFromEngine = ::std::option::Option<
    unsafe extern "C" fn(
        engine: *mut ::std::os::raw::c_void,
        logger: *mut ::std::os::raw::c_void,
        version: i32,
    ) -> *mut ::std::os::raw::c_void,
>;
pub type TrtCreateFromNetwork = ::std::option::Option<
    unsafe extern "C" fn(
        network: *mut ::std::os::raw::c_void,
        logger: *mut ::std::os::raw::c_void,
        version: i32,
    ) -> *mut ::std::os::raw::c_void,
>;
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct TrtApi {
    pub product: TrtProduct,
    pub major: i32,
    pub minor: i32,
    pub patch: i32,
    pub strongly_typed: i32,
    pub weakly_typed: i32,
    pub last_error: ::std::option::Option<unsafe extern "C" fn() -> *const ::std::os::raw::c_char>,
    pub logger_create: ::std::option::Option<
        unsafe extern "C" fn(
            callback: TrtLogCallback,
            user: *mut ::std::os::raw::c_void,
            out: *mut *mut TrtLogger,
        ) -> TrtStatus,
    >,
    pub logger_destroy: ::std::option::Option<unsafe extern "C" fn(arg1: *mut TrtLogger)>,
    pub log: ::std::option::Option<
        unsafe extern "C" fn(
            logger: *mut ::std::os::raw::c_void,
            arg1: TrtSeverity,
            message: *const ::std::os::raw::c_char,
        ) -> TrtStatus,
    >,
    pub host_memory_data: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtHostMemory,
            data: *mut *const ::std::os::raw::c_void,
            size: *mut usize,
        ) -> TrtStatus,
    >,
    pub host_memory_destroy: ::std::option::Option<unsafe extern "C" fn(arg1: *mut TrtHostMemory)>,
    pub builder_create: ::std::option::Option<
        unsafe extern "C" fn(
            factory: TrtCreateFromLogger,
            arg1: *mut TrtLogger,
            out: *mut *mut TrtBuilder,
        ) -> TrtStatus,
    >,
    pub builder_destroy: ::std::option::Option<unsafe extern "C" fn(arg1: *mut TrtBuilder)>,
    pub builder_create_config: ::std::option::Option<
        unsafe extern "C" fn(arg1: *mut TrtBuilder, out: *mut *mut TrtConfig) -> TrtStatus,
    >,
    pub builder_create_network: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtBuilder,
            strongly_typed: i32,
            out: *mut *mut TrtNetwork,
        ) -> TrtStatus,
    >,
    pub builder_create_profile: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtBuilder,
            out: *mut *mut TrtOptimizationProfile,
        ) -> TrtStatus,
    >,
    pub builder_nb_dla_cores: ::std::option::Option<
        unsafe extern "C" fn(arg1: *mut TrtBuilder, out: *mut i32) -> TrtStatus,
    >,
    pub builder_set_max_threads:
        ::std::option::Option<unsafe extern "C" fn(arg1: *mut TrtBuilder, arg2: i32) -> TrtStatus>,
    pub builder_max_threads: ::std::option::Option<
        unsafe extern "C" fn(arg1: *mut TrtBuilder, out: *mut i32) -> TrtStatus,
    >,
    pub builder_reset:
        ::std::option::Option<unsafe extern "C" fn(arg1: *mut TrtBuilder) -> TrtStatus>,
    pub builder_is_network_supported: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtBuilder,
            arg2: *const TrtNetwork,
            arg3: *const TrtConfig,
            out: *mut i32,
        ) -> TrtStatus,
    >,
    pub builder_build: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtBuilder,
            arg2: *mut TrtNetwork,
            arg3: *mut TrtConfig,
            plan: *mut *mut TrtHostMemory,
        ) -> TrtStatus,
    >,
    pub config_destroy: ::std::option::Option<unsafe extern "C" fn(arg1: *mut TrtConfig)>,
    pub config_set: ::std::option::Option<
        unsafe extern "C" fn(arg1: *mut TrtConfig, arg2: TrtConfigOption, value: i64) -> TrtStatus,
    >,
    pub config_get: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtConfig,
            arg2: TrtConfigOption,
            out: *mut i64,
        ) -> TrtStatus,
    >,
    pub config_set_flag: ::std::option::Option<
        unsafe extern "C" fn(arg1: *mut TrtConfig, arg2: TrtBuilderFlag, on: i32) -> TrtStatus,
    >,
    pub config_get_flag: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtConfig,
            arg2: TrtBuilderFlag,
            out: *mut i32,
        ) -> TrtStatus,
    >,
    pub config_set_memory_pool_limit: ::std::option::Option<
        unsafe extern "C" fn(arg1: *mut TrtConfig, arg2: TrtMemoryPool, bytes: u64) -> TrtStatus,
    >,
    pub config_get_memory_pool_limit: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtConfig,
            arg2: TrtMemoryPool,
            out: *mut u64,
        ) -> TrtStatus,
    >,
    pub config_set_preview_feature: ::std::option::Option<
        unsafe extern "C" fn(arg1: *mut TrtConfig, arg2: TrtPreviewFeature, on: i32) -> TrtStatus,
    >,
    pub config_get_preview_feature: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtConfig,
            arg2: TrtPreviewFeature,
            out: *mut i32,
        ) -> TrtStatus,
    >,
    pub config_add_profile: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtConfig,
            arg2: *const TrtOptimizationProfile,
            index: *mut i32,
        ) -> TrtStatus,
    >,
    pub config_nb_profiles: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtConfig, out: *mut i32) -> TrtStatus,
    >,
    pub config_set_profile_stream: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtConfig,
            stream: *mut ::std::os::raw::c_void,
        ) -> TrtStatus,
    >,
    pub config_set_progress: ::std::option::Option<
        unsafe extern "C" fn(arg1: *mut TrtConfig, arg2: *const TrtProgressCallbacks) -> TrtStatus,
    >,
    pub config_set_layer_device: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtConfig,
            arg2: *const TrtLayer,
            arg3: TrtDeviceType,
        ) -> TrtStatus,
    >,
    pub config_get_layer_device: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtConfig,
            arg2: *const TrtLayer,
            out: *mut TrtDeviceType,
        ) -> TrtStatus,
    >,
    pub config_reset_layer_device: ::std::option::Option<
        unsafe extern "C" fn(arg1: *mut TrtConfig, arg2: *const TrtLayer) -> TrtStatus,
    >,
    pub config_can_run_on_dla: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtConfig,
            arg2: *const TrtLayer,
            out: *mut i32,
        ) -> TrtStatus,
    >,
    pub config_set_compute_capabilities: ::std::option::Option<
        unsafe extern "C" fn(arg1: *mut TrtConfig, sm: *const i32, count: i32) -> TrtStatus,
    >,
    pub config_get_compute_capabilities: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtConfig,
            sm: *mut i32,
            capacity: i32,
            count: *mut i32,
        ) -> TrtStatus,
    >,
    pub config_create_timing_cache: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtConfig,
            data: *const ::std::os::raw::c_void,
            size: usize,
            out: *mut *mut TrtTimingCache,
        ) -> TrtStatus,
    >,
    pub config_set_timing_cache: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtConfig,
            arg2: *const TrtTimingCache,
            ignore_mismatch: i32,
        ) -> TrtStatus,
    >,
    pub config_reset:
        ::std::option::Option<unsafe extern "C" fn(arg1: *mut TrtConfig) -> TrtStatus>,
    pub timing_cache_destroy:
        ::std::option::Option<unsafe extern "C" fn(arg1: *mut TrtTimingCache)>,
    pub timing_cache_serialize: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtTimingCache,
            out: *mut *mut TrtHostMemory,
        ) -> TrtStatus,
    >,
    pub timing_cache_combine: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtTimingCache,
            other: *const TrtTimingCache,
            ignore_mismatch: i32,
        ) -> TrtStatus,
    >,
    pub timing_cache_reset:
        ::std::option::Option<unsafe extern "C" fn(arg1: *mut TrtTimingCache) -> TrtStatus>,
    pub profile_set_shape: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtOptimizationProfile,
            input: *const ::std::os::raw::c_char,
            arg2: TrtProfileSelector,
            arg3: *const TrtDims,
        ) -> TrtStatus,
    >,
    pub profile_get_shape: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtOptimizationProfile,
            input: *const ::std::os::raw::c_char,
            arg2: TrtProfileSelector,
            out: *mut TrtDims,
        ) -> TrtStatus,
    >,
    pub profile_set_values: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtOptimizationProfile,
            input: *const ::std::os::raw::c_char,
            arg2: TrtProfileSelector,
            values: *const i64,
            count: i32,
        ) -> TrtStatus,
    >,
    pub profile_set_extra_memory_target: ::std::option::Option<
        unsafe extern "C" fn(arg1: *mut TrtOptimizationProfile, arg2: f32) -> TrtStatus,
    >,
    pub profile_is_valid: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtOptimizationProfile, out: *mut i32) -> TrtStatus,
    >,
    pub network_destroy: ::std::option::Option<unsafe extern "C" fn(arg1: *mut TrtNetwork)>,
    pub network_name: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtNetwork,
            out: *mut *const ::std::os::raw::c_char,
        ) -> TrtStatus,
    >,
    pub network_set_name: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *const ::std::os::raw::c_char,
        ) -> TrtStatus,
    >,
    pub network_nb_layers: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtNetwork, out: *mut i32) -> TrtStatus,
    >,
    pub network_layer: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtNetwork,
            index: i32,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub network_nb_inputs: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtNetwork, out: *mut i32) -> TrtStatus,
    >,
    pub network_input: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtNetwork,
            index: i32,
            out: *mut *mut TrtTensor,
        ) -> TrtStatus,
    >,
    pub network_nb_outputs: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtNetwork, out: *mut i32) -> TrtStatus,
    >,
    pub network_output: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtNetwork,
            index: i32,
            out: *mut *mut TrtTensor,
        ) -> TrtStatus,
    >,
    pub network_add_input: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            name: *const ::std::os::raw::c_char,
            arg2: TrtDataType,
            arg3: *const TrtDims,
            out: *mut *mut TrtTensor,
        ) -> TrtStatus,
    >,
    pub network_mark_output: ::std::option::Option<
        unsafe extern "C" fn(arg1: *mut TrtNetwork, arg2: *mut TrtTensor) -> TrtStatus,
    >,
    pub network_unmark_output: ::std::option::Option<
        unsafe extern "C" fn(arg1: *mut TrtNetwork, arg2: *mut TrtTensor) -> TrtStatus,
    >,
    pub network_mark_output_for_shapes: ::std::option::Option<
        unsafe extern "C" fn(arg1: *mut TrtNetwork, arg2: *mut TrtTensor) -> TrtStatus,
    >,
    pub network_unmark_output_for_shapes: ::std::option::Option<
        unsafe extern "C" fn(arg1: *mut TrtNetwork, arg2: *mut TrtTensor) -> TrtStatus,
    >,
    pub network_mark_debug: ::std::option::Option<
        unsafe extern "C" fn(arg1: *mut TrtNetwork, arg2: *mut TrtTensor) -> TrtStatus,
    >,
    pub network_unmark_debug: ::std::option::Option<
        unsafe extern "C" fn(arg1: *mut TrtNetwork, arg2: *mut TrtTensor) -> TrtStatus,
    >,
    pub network_remove_tensor: ::std::option::Option<
        unsafe extern "C" fn(arg1: *mut TrtNetwork, arg2: *mut TrtTensor) -> TrtStatus,
    >,
    pub network_set_weights_name: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: TrtWeights,
            arg3: *const ::std::os::raw::c_char,
        ) -> TrtStatus,
    >,
    pub network_mark_weights_refittable: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            name: *const ::std::os::raw::c_char,
        ) -> TrtStatus,
    >,
    pub network_unmark_weights_refittable: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            name: *const ::std::os::raw::c_char,
        ) -> TrtStatus,
    >,
    pub add_activation: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *mut TrtTensor,
            arg3: TrtActivationType,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_assertion: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            condition: *mut TrtTensor,
            message: *const ::std::os::raw::c_char,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_attention: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            query: *mut TrtTensor,
            key: *mut TrtTensor,
            value: *mut TrtTensor,
            arg2: TrtAttentionNormalization,
            arg3: TrtCausalMask,
            out: *mut *mut TrtAttention,
        ) -> TrtStatus,
    >,
    pub add_cast: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *mut TrtTensor,
            arg3: TrtDataType,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_concatenation: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            inputs: *const *mut TrtTensor,
            count: i32,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_conditional: ::std::option::Option<
        unsafe extern "C" fn(arg1: *mut TrtNetwork, out: *mut *mut TrtConditional) -> TrtStatus,
    >,
    pub add_constant: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *const TrtDims,
            arg3: TrtWeights,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_convolution: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *mut TrtTensor,
            nb_output_maps: i64,
            kernel_size: *const TrtDims,
            kernel: TrtWeights,
            bias: TrtWeights,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_cumulative: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *mut TrtTensor,
            axis: *mut TrtTensor,
            arg3: TrtCumulativeOperation,
            exclusive: i32,
            reverse: i32,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_deconvolution: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *mut TrtTensor,
            nb_output_maps: i64,
            kernel_size: *const TrtDims,
            kernel: TrtWeights,
            bias: TrtWeights,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_dequantize: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *mut TrtTensor,
            scale: *mut TrtTensor,
            output: TrtDataType,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_dist_collective: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *mut TrtTensor,
            arg3: TrtCollectiveOperation,
            arg4: TrtReduceOperation,
            root: i64,
            groups: *const i64,
            group_size: i64,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_dynamic_quantize: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *mut TrtTensor,
            axis: i32,
            block_size: i32,
            output: TrtDataType,
            scale: TrtDataType,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_dynamic_quantize_v2: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *mut TrtTensor,
            block_shape: *const TrtDims,
            output: TrtDataType,
            scale: TrtDataType,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_einsum: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            inputs: *const *mut TrtTensor,
            count: i32,
            equation: *const ::std::os::raw::c_char,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_elementwise: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *mut TrtTensor,
            arg3: *mut TrtTensor,
            arg4: TrtElementWiseOperation,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_fill: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *const TrtDims,
            arg3: TrtFillOperation,
            output: TrtDataType,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_gather: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            data: *mut TrtTensor,
            indices: *mut TrtTensor,
            arg2: TrtGatherMode,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_grid_sample: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *mut TrtTensor,
            grid: *mut TrtTensor,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_identity: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *mut TrtTensor,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_kv_cache_update: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            cache: *mut TrtTensor,
            update: *mut TrtTensor,
            write_indices: *mut TrtTensor,
            arg2: TrtKvCacheMode,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_loop: ::std::option::Option<
        unsafe extern "C" fn(arg1: *mut TrtNetwork, out: *mut *mut TrtLoop) -> TrtStatus,
    >,
    pub add_lrn: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *mut TrtTensor,
            window: i64,
            alpha: f32,
            beta: f32,
            k: f32,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_matrix_multiply: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *mut TrtTensor,
            arg3: TrtMatrixOperation,
            arg4: *mut TrtTensor,
            arg5: TrtMatrixOperation,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_moe: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            hidden: *mut TrtTensor,
            selected_experts: *mut TrtTensor,
            scores: *mut TrtTensor,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_nms: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            boxes: *mut TrtTensor,
            scores: *mut TrtTensor,
            max_output_boxes_per_class: *mut TrtTensor,
            indices: TrtDataType,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_non_zero: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *mut TrtTensor,
            indices: TrtDataType,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_normalization: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *mut TrtTensor,
            scale: *mut TrtTensor,
            bias: *mut TrtTensor,
            axes: u32,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_normalization_v2: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *mut TrtTensor,
            scale: *mut TrtTensor,
            bias: *mut TrtTensor,
            axes: u32,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_one_hot: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            indices: *mut TrtTensor,
            values: *mut TrtTensor,
            depth: *mut TrtTensor,
            axis: i32,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_padding: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *mut TrtTensor,
            pre: *const TrtDims,
            post: *const TrtDims,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_parametric_relu: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *mut TrtTensor,
            slope: *mut TrtTensor,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_pooling: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *mut TrtTensor,
            arg3: TrtPoolingType,
            window: *const TrtDims,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_quantize: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *mut TrtTensor,
            scale: *mut TrtTensor,
            output: TrtDataType,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_ragged_softmax: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *mut TrtTensor,
            bounds: *mut TrtTensor,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_reduce: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *mut TrtTensor,
            arg3: TrtReduceOperation,
            axes: u32,
            keep_dimensions: i32,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_resize: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *mut TrtTensor,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_reverse_sequence: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *mut TrtTensor,
            lengths: *mut TrtTensor,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_rotary_embedding: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *mut TrtTensor,
            cos: *mut TrtTensor,
            sin: *mut TrtTensor,
            interleaved: i32,
            dim: i32,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_scale: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *mut TrtTensor,
            arg3: TrtScaleMode,
            shift: TrtWeights,
            scale: TrtWeights,
            power: TrtWeights,
            channel_axis: i32,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_scatter: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            data: *mut TrtTensor,
            indices: *mut TrtTensor,
            updates: *mut TrtTensor,
            arg2: TrtScatterMode,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_select: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            condition: *mut TrtTensor,
            then_value: *mut TrtTensor,
            else_value: *mut TrtTensor,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_shape: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *mut TrtTensor,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_shuffle: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *mut TrtTensor,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_slice: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *mut TrtTensor,
            start: *const TrtDims,
            size: *const TrtDims,
            stride: *const TrtDims,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_softmax: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *mut TrtTensor,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_squeeze: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *mut TrtTensor,
            axes: *mut TrtTensor,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_topk: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *mut TrtTensor,
            arg3: TrtTopKOperation,
            k: i32,
            axes: u32,
            indices: TrtDataType,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_unary: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *mut TrtTensor,
            arg3: TrtUnaryOperation,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub add_unsqueeze: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            arg2: *mut TrtTensor,
            axes: *mut TrtTensor,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub layer_kind: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtLayer, out: *mut TrtLayerKind) -> TrtStatus,
    >,
    pub layer_name: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtLayer,
            out: *mut *const ::std::os::raw::c_char,
        ) -> TrtStatus,
    >,
    pub layer_set_name: ::std::option::Option<
        unsafe extern "C" fn(arg1: *mut TrtLayer, arg2: *const ::std::os::raw::c_char) -> TrtStatus,
    >,
    pub layer_metadata: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtLayer,
            out: *mut *const ::std::os::raw::c_char,
        ) -> TrtStatus,
    >,
    pub layer_set_metadata: ::std::option::Option<
        unsafe extern "C" fn(arg1: *mut TrtLayer, arg2: *const ::std::os::raw::c_char) -> TrtStatus,
    >,
    pub layer_nb_inputs: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtLayer, out: *mut i32) -> TrtStatus,
    >,
    pub layer_input: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtLayer,
            index: i32,
            out: *mut *mut TrtTensor,
        ) -> TrtStatus,
    >,
    pub layer_set_input: ::std::option::Option<
        unsafe extern "C" fn(arg1: *mut TrtLayer, index: i32, arg2: *mut TrtTensor) -> TrtStatus,
    >,
    pub layer_nb_outputs: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtLayer, out: *mut i32) -> TrtStatus,
    >,
    pub layer_output: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtLayer,
            index: i32,
            out: *mut *mut TrtTensor,
        ) -> TrtStatus,
    >,
    pub layer_get: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtLayer,
            arg2: TrtProperty,
            out: *mut TrtValue,
        ) -> TrtStatus,
    >,
    pub layer_set: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtLayer,
            arg2: TrtProperty,
            arg3: *const TrtValue,
        ) -> TrtStatus,
    >,
    pub layer_loop: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtLayer, out: *mut *mut TrtLoop) -> TrtStatus,
    >,
    pub layer_conditional: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtLayer, out: *mut *mut TrtConditional) -> TrtStatus,
    >,
    pub layer_attention: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtLayer, out: *mut *mut TrtAttention) -> TrtStatus,
    >,
    pub layer_precision: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtLayer,
            out: *mut TrtDataType,
            is_set: *mut i32,
        ) -> TrtStatus,
    >,
    pub layer_set_precision: ::std::option::Option<
        unsafe extern "C" fn(arg1: *mut TrtLayer, arg2: *const TrtDataType) -> TrtStatus,
    >,
    pub layer_output_type: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtLayer, index: i32, out: *mut TrtDataType) -> TrtStatus,
    >,
    pub layer_set_output_type: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtLayer,
            index: i32,
            arg2: *const TrtDataType,
        ) -> TrtStatus,
    >,
    pub loop_name: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtLoop,
            out: *mut *const ::std::os::raw::c_char,
        ) -> TrtStatus,
    >,
    pub loop_set_name: ::std::option::Option<
        unsafe extern "C" fn(arg1: *mut TrtLoop, arg2: *const ::std::os::raw::c_char) -> TrtStatus,
    >,
    pub loop_add_recurrence: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtLoop,
            initial: *mut TrtTensor,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub loop_add_trip_limit: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtLoop,
            arg2: *mut TrtTensor,
            arg3: TrtTripLimit,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub loop_add_iterator: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtLoop,
            arg2: *mut TrtTensor,
            axis: i32,
            reverse: i32,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub loop_add_output: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtLoop,
            arg2: *mut TrtTensor,
            arg3: TrtLoopOutput,
            axis: i32,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub conditional_name: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtConditional,
            out: *mut *const ::std::os::raw::c_char,
        ) -> TrtStatus,
    >,
    pub conditional_set_name: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtConditional,
            arg2: *const ::std::os::raw::c_char,
        ) -> TrtStatus,
    >,
    pub conditional_set_condition: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtConditional,
            arg2: *mut TrtTensor,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub conditional_add_input: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtConditional,
            arg2: *mut TrtTensor,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub conditional_add_output: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtConditional,
            then_value: *mut TrtTensor,
            else_value: *mut TrtTensor,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub attention_name: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtAttention,
            out: *mut *const ::std::os::raw::c_char,
        ) -> TrtStatus,
    >,
    pub attention_set_name: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtAttention,
            arg2: *const ::std::os::raw::c_char,
        ) -> TrtStatus,
    >,
    pub attention_metadata: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtAttention,
            out: *mut *const ::std::os::raw::c_char,
        ) -> TrtStatus,
    >,
    pub attention_set_metadata: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtAttention,
            arg2: *const ::std::os::raw::c_char,
        ) -> TrtStatus,
    >,
    pub attention_nb_inputs: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtAttention, out: *mut i32) -> TrtStatus,
    >,
    pub attention_input: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtAttention,
            index: i32,
            out: *mut *mut TrtTensor,
        ) -> TrtStatus,
    >,
    pub attention_set_input: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtAttention,
            index: i32,
            arg2: *mut TrtTensor,
        ) -> TrtStatus,
    >,
    pub attention_nb_outputs: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtAttention, out: *mut i32) -> TrtStatus,
    >,
    pub attention_output: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtAttention,
            index: i32,
            out: *mut *mut TrtTensor,
        ) -> TrtStatus,
    >,
    pub attention_get: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtAttention,
            arg2: TrtProperty,
            out: *mut TrtValue,
        ) -> TrtStatus,
    >,
    pub attention_set: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtAttention,
            arg2: TrtProperty,
            arg3: *const TrtValue,
        ) -> TrtStatus,
    >,
    pub moe_set_gated_weights: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtLayer,
            gate: *mut TrtTensor,
            up: *mut TrtTensor,
            down: *mut TrtTensor,
            arg2: TrtMoeActivation,
        ) -> TrtStatus,
    >,
    pub moe_set_gated_biases: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtLayer,
            gate: *mut TrtTensor,
            up: *mut TrtTensor,
            down: *mut TrtTensor,
        ) -> TrtStatus,
    >,
    pub moe_set_static_quantization: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtLayer,
            scale: *mut TrtTensor,
            arg2: TrtDataType,
        ) -> TrtStatus,
    >,
    pub moe_set_dynamic_quantization: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtLayer,
            scale: *mut TrtTensor,
            arg2: TrtDataType,
            block_shape: *const TrtDims,
            scale_type: TrtDataType,
        ) -> TrtStatus,
    >,
    pub tensor_name: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtTensor,
            out: *mut *const ::std::os::raw::c_char,
        ) -> TrtStatus,
    >,
    pub tensor_set_name: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtTensor,
            arg2: *const ::std::os::raw::c_char,
        ) -> TrtStatus,
    >,
    pub tensor_dims: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtTensor, out: *mut TrtDims) -> TrtStatus,
    >,
    pub tensor_set_dims: ::std::option::Option<
        unsafe extern "C" fn(arg1: *mut TrtTensor, arg2: *const TrtDims) -> TrtStatus,
    >,
    pub tensor_dtype: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtTensor, out: *mut TrtDataType) -> TrtStatus,
    >,
    pub tensor_set_dtype: ::std::option::Option<
        unsafe extern "C" fn(arg1: *mut TrtTensor, arg2: TrtDataType) -> TrtStatus,
    >,
    pub tensor_dimension_name: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtTensor,
            index: i32,
            out: *mut *const ::std::os::raw::c_char,
        ) -> TrtStatus,
    >,
    pub tensor_set_dimension_name: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtTensor,
            index: i32,
            arg2: *const ::std::os::raw::c_char,
        ) -> TrtStatus,
    >,
    pub tensor_is_network_input: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtTensor, out: *mut i32) -> TrtStatus,
    >,
    pub tensor_is_network_output: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtTensor, out: *mut i32) -> TrtStatus,
    >,
    pub tensor_is_shape_tensor: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtTensor, out: *mut i32) -> TrtStatus,
    >,
    pub tensor_is_execution_tensor: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtTensor, out: *mut i32) -> TrtStatus,
    >,
    pub tensor_allowed_formats: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtTensor, out: *mut u32) -> TrtStatus,
    >,
    pub tensor_set_allowed_formats:
        ::std::option::Option<unsafe extern "C" fn(arg1: *mut TrtTensor, arg2: u32) -> TrtStatus>,
    pub tensor_location: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtTensor, out: *mut TrtTensorLocation) -> TrtStatus,
    >,
    pub tensor_dynamic_range: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtTensor,
            min: *mut f32,
            max: *mut f32,
            is_set: *mut i32,
        ) -> TrtStatus,
    >,
    pub tensor_set_dynamic_range: ::std::option::Option<
        unsafe extern "C" fn(arg1: *mut TrtTensor, min: f32, max: f32) -> TrtStatus,
    >,
    pub tensor_reset_dynamic_range:
        ::std::option::Option<unsafe extern "C" fn(arg1: *mut TrtTensor) -> TrtStatus>,
    pub runtime_create: ::std::option::Option<
        unsafe extern "C" fn(
            factory: TrtCreateFromLogger,
            arg1: *mut TrtLogger,
            out: *mut *mut TrtRuntime,
        ) -> TrtStatus,
    >,
    pub runtime_destroy: ::std::option::Option<unsafe extern "C" fn(arg1: *mut TrtRuntime)>,
    pub runtime_deserialize: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtRuntime,
            plan: *const ::std::os::raw::c_void,
            size: usize,
            out: *mut *mut TrtEngine,
        ) -> TrtStatus,
    >,
    pub runtime_set_dla_core:
        ::std::option::Option<unsafe extern "C" fn(arg1: *mut TrtRuntime, arg2: i32) -> TrtStatus>,
    pub runtime_nb_dla_cores: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtRuntime, out: *mut i32) -> TrtStatus,
    >,
    pub runtime_set_max_threads:
        ::std::option::Option<unsafe extern "C" fn(arg1: *mut TrtRuntime, arg2: i32) -> TrtStatus>,
    pub runtime_set_host_code_allowed:
        ::std::option::Option<unsafe extern "C" fn(arg1: *mut TrtRuntime, arg2: i32) -> TrtStatus>,
    pub runtime_engine_validity: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtRuntime,
            plan: *const ::std::os::raw::c_void,
            size: usize,
            out: *mut TrtEngineValidity,
            diagnostics: *mut u64,
        ) -> TrtStatus,
    >,
    pub engine_destroy: ::std::option::Option<unsafe extern "C" fn(arg1: *mut TrtEngine)>,
    pub engine_name: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtEngine,
            out: *mut *const ::std::os::raw::c_char,
        ) -> TrtStatus,
    >,
    pub engine_nb_layers: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtEngine, out: *mut i32) -> TrtStatus,
    >,
    pub engine_nb_profiles: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtEngine, out: *mut i32) -> TrtStatus,
    >,
    pub engine_nb_io_tensors: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtEngine, out: *mut i32) -> TrtStatus,
    >,
    pub engine_tensor_info: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtEngine,
            index: i32,
            profile: i32,
            out: *mut TrtTensorInfo,
        ) -> TrtStatus,
    >,
    pub engine_profile_shape: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtEngine,
            input: *const ::std::os::raw::c_char,
            profile: i32,
            arg2: TrtProfileSelector,
            out: *mut TrtDims,
        ) -> TrtStatus,
    >,
    pub engine_profile_values: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtEngine,
            input: *const ::std::os::raw::c_char,
            profile: i32,
            arg2: TrtProfileSelector,
            values: *mut i64,
            capacity: i32,
            count: *mut i32,
        ) -> TrtStatus,
    >,
    pub engine_device_memory_size: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtEngine, out: *mut i64) -> TrtStatus,
    >,
    pub engine_device_memory_size_for_profile: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtEngine, profile: i32, out: *mut i64) -> TrtStatus,
    >,
    pub engine_is_refittable: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtEngine, out: *mut i32) -> TrtStatus,
    >,
    pub engine_capability: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtEngine, out: *mut TrtEngineCapability) -> TrtStatus,
    >,
    pub engine_profiling_verbosity: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtEngine, out: *mut TrtProfilingVerbosity) -> TrtStatus,
    >,
    pub engine_hardware_compatibility: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtEngine,
            out: *mut TrtHardwareCompatibility,
        ) -> TrtStatus,
    >,
    pub engine_nb_aux_streams: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtEngine, out: *mut i32) -> TrtStatus,
    >,
    pub engine_serialize: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtEngine,
            flags: u32,
            out: *mut *mut TrtHostMemory,
        ) -> TrtStatus,
    >,
    pub engine_streamable_weights_size: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtEngine, out: *mut i64) -> TrtStatus,
    >,
    pub engine_set_weight_streaming_budget:
        ::std::option::Option<unsafe extern "C" fn(arg1: *mut TrtEngine, bytes: i64) -> TrtStatus>,
    pub engine_weight_streaming_budget: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtEngine, out: *mut i64) -> TrtStatus,
    >,
    pub engine_create_context: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtEngine,
            arg2: TrtContextAllocation,
            out: *mut *mut TrtContext,
        ) -> TrtStatus,
    >,
    pub engine_create_context_with: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtEngine,
            arg2: *mut TrtRuntimeConfig,
            out: *mut *mut TrtContext,
        ) -> TrtStatus,
    >,
    pub engine_create_runtime_config: ::std::option::Option<
        unsafe extern "C" fn(arg1: *mut TrtEngine, out: *mut *mut TrtRuntimeConfig) -> TrtStatus,
    >,
    pub engine_create_inspector: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtEngine, out: *mut *mut TrtInspector) -> TrtStatus,
    >,
    pub runtime_config_destroy:
        ::std::option::Option<unsafe extern "C" fn(arg1: *mut TrtRuntimeConfig)>,
    pub runtime_config_set_allocation: ::std::option::Option<
        unsafe extern "C" fn(arg1: *mut TrtRuntimeConfig, arg2: TrtContextAllocation) -> TrtStatus,
    >,
    pub runtime_config_set_kernel_specialization: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtRuntimeConfig,
            arg2: TrtKernelSpecialization,
        ) -> TrtStatus,
    >,
    pub runtime_config_set_cuda_graph_strategy: ::std::option::Option<
        unsafe extern "C" fn(arg1: *mut TrtRuntimeConfig, arg2: TrtCudaGraphStrategy) -> TrtStatus,
    >,
    pub runtime_config_create_cache: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtRuntimeConfig,
            out: *mut *mut TrtRuntimeCache,
        ) -> TrtStatus,
    >,
    pub runtime_config_set_cache: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtRuntimeConfig,
            arg2: *const TrtRuntimeCache,
        ) -> TrtStatus,
    >,
    pub runtime_cache_destroy:
        ::std::option::Option<unsafe extern "C" fn(arg1: *mut TrtRuntimeCache)>,
    pub runtime_cache_serialize: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtRuntimeCache,
            out: *mut *mut TrtHostMemory,
        ) -> TrtStatus,
    >,
    pub runtime_cache_deserialize: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtRuntimeCache,
            data: *const ::std::os::raw::c_void,
            size: usize,
        ) -> TrtStatus,
    >,
    pub context_destroy: ::std::option::Option<unsafe extern "C" fn(arg1: *mut TrtContext)>,
    pub context_name: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtContext,
            out: *mut *const ::std::os::raw::c_char,
        ) -> TrtStatus,
    >,
    pub context_set_name: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtContext,
            arg2: *const ::std::os::raw::c_char,
        ) -> TrtStatus,
    >,
    pub context_profile: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtContext, out: *mut i32) -> TrtStatus,
    >,
    pub context_set_profile: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtContext,
            index: i32,
            stream: *mut ::std::os::raw::c_void,
        ) -> TrtStatus,
    >,
    pub context_set_input_shape: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtContext,
            name: *const ::std::os::raw::c_char,
            arg2: *const TrtDims,
        ) -> TrtStatus,
    >,
    pub context_tensor_shape: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtContext,
            name: *const ::std::os::raw::c_char,
            out: *mut TrtDims,
        ) -> TrtStatus,
    >,
    pub context_tensor_strides: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtContext,
            name: *const ::std::os::raw::c_char,
            out: *mut TrtDims,
        ) -> TrtStatus,
    >,
    pub context_all_input_dimensions_specified: ::std::option::Option<
        unsafe extern "C" fn(arg1: *const TrtContext, out: *mut i32) -> TrtStatus,
    >,
    pub context_infer_shapes: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtContext,
            names: *mut *const ::std::os::raw::c_char,
            capacity: i32,
            count: *mut i32,
        ) -> TrtStatus,
    >,
    pub context_set_address: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtContext,
            name: *const ::std::os::raw::c_char,
            arg2: *mut ::std::os::raw::c_void,
        ) -> TrtStatus,
    >,
    pub context_address: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtContext,
            name: *const ::std::os::raw::c_char,
            out: *mut *mut ::std::os::raw::c_void,
        ) -> TrtStatus,
    >,
    pub context_enqueue: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtContext,
            stream: *mut ::std::os::raw::c_void,
        ) -> TrtStatus,
    >,
    pub context_set_input_consumed_event: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtContext,
            event: *mut ::std::os::raw::c_void,
        ) -> TrtStatus,
    >,
    pub context_set_output_allocator: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtContext,
            name: *const ::std::os::raw::c_char,
            arg2: *const TrtOutputAllocatorCallbacks,
        ) -> TrtStatus,
    >,
    pub context_max_output_size: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtContext,
            name: *const ::std::os::raw::c_char,
            bytes: *mut i64,
        ) -> TrtStatus,
    >,
    pub context_update_device_memory_size: ::std::option::Option<
        unsafe extern "C" fn(arg1: *mut TrtContext, bytes: *mut u64) -> TrtStatus,
    >,
    pub context_set_device_memory: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtContext,
            arg2: *mut ::std::os::raw::c_void,
            bytes: i64,
        ) -> TrtStatus,
    >,
    pub context_set_aux_streams: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtContext,
            streams: *const *mut ::std::os::raw::c_void,
            count: i32,
        ) -> TrtStatus,
    >,
    pub context_set_profiler: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtContext,
            arg2: TrtProfilerCallback,
            user: *mut ::std::os::raw::c_void,
        ) -> TrtStatus,
    >,
    pub context_set_enqueue_emits_profile:
        ::std::option::Option<unsafe extern "C" fn(arg1: *mut TrtContext, arg2: i32) -> TrtStatus>,
    pub context_report_to_profiler:
        ::std::option::Option<unsafe extern "C" fn(arg1: *const TrtContext) -> TrtStatus>,
    pub context_set_debug_sync:
        ::std::option::Option<unsafe extern "C" fn(arg1: *mut TrtContext, arg2: i32) -> TrtStatus>,
    pub context_set_debug_listener: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtContext,
            arg2: TrtDebugCallback,
            user: *mut ::std::os::raw::c_void,
        ) -> TrtStatus,
    >,
    pub context_set_debug_state: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtContext,
            name: *const ::std::os::raw::c_char,
            on: i32,
        ) -> TrtStatus,
    >,
    pub context_set_all_debug_states:
        ::std::option::Option<unsafe extern "C" fn(arg1: *mut TrtContext, on: i32) -> TrtStatus>,
    pub context_set_nvtx_verbosity: ::std::option::Option<
        unsafe extern "C" fn(arg1: *mut TrtContext, arg2: TrtProfilingVerbosity) -> TrtStatus,
    >,
    pub context_set_persistent_cache_limit:
        ::std::option::Option<unsafe extern "C" fn(arg1: *mut TrtContext, bytes: u64) -> TrtStatus>,
    pub context_is_capturable: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtContext,
            stream: *mut ::std::os::raw::c_void,
            out: *mut i32,
        ) -> TrtStatus,
    >,
    pub inspector_destroy: ::std::option::Option<unsafe extern "C" fn(arg1: *mut TrtInspector)>,
    pub inspector_set_context: ::std::option::Option<
        unsafe extern "C" fn(arg1: *mut TrtInspector, arg2: *const TrtContext) -> TrtStatus,
    >,
    pub inspector_layer: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtInspector,
            index: i32,
            arg2: TrtLayerInformationFormat,
            out: *mut *const ::std::os::raw::c_char,
        ) -> TrtStatus,
    >,
    pub inspector_engine: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtInspector,
            arg2: TrtLayerInformationFormat,
            out: *mut *const ::std::os::raw::c_char,
        ) -> TrtStatus,
    >,
    pub refitter_create: ::std::option::Option<
        unsafe extern "C" fn(
            factory: TrtCreateFromEngine,
            arg1: *mut TrtEngine,
            arg2: *mut TrtLogger,
            out: *mut *mut TrtRefitter,
        ) -> TrtStatus,
    >,
    pub refitter_destroy: ::std::option::Option<unsafe extern "C" fn(arg1: *mut TrtRefitter)>,
    pub refitter_set_weights: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtRefitter,
            layer: *const ::std::os::raw::c_char,
            arg2: TrtWeightsRole,
            arg3: TrtWeights,
        ) -> TrtStatus,
    >,
    pub refitter_set_named_weights: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtRefitter,
            name: *const ::std::os::raw::c_char,
            arg2: TrtWeights,
        ) -> TrtStatus,
    >,
    pub refitter_missing: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtRefitter,
            capacity: i32,
            layers: *mut *const ::std::os::raw::c_char,
            roles: *mut TrtWeightsRole,
            count: *mut i32,
        ) -> TrtStatus,
    >,
    pub refitter_all: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtRefitter,
            capacity: i32,
            layers: *mut *const ::std::os::raw::c_char,
            roles: *mut TrtWeightsRole,
            count: *mut i32,
        ) -> TrtStatus,
    >,
    pub refitter_missing_weights: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtRefitter,
            capacity: i32,
            names: *mut *const ::std::os::raw::c_char,
            count: *mut i32,
        ) -> TrtStatus,
    >,
    pub refitter_all_weights: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtRefitter,
            capacity: i32,
            names: *mut *const ::std::os::raw::c_char,
            count: *mut i32,
        ) -> TrtStatus,
    >,
    pub refitter_weights_prototype: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtRefitter,
            name: *const ::std::os::raw::c_char,
            out: *mut TrtWeights,
        ) -> TrtStatus,
    >,
    pub refitter_set_validation:
        ::std::option::Option<unsafe extern "C" fn(arg1: *mut TrtRefitter, arg2: i32) -> TrtStatus>,
    pub refitter_set_max_threads:
        ::std::option::Option<unsafe extern "C" fn(arg1: *mut TrtRefitter, arg2: i32) -> TrtStatus>,
    pub refitter_refit:
        ::std::option::Option<unsafe extern "C" fn(arg1: *mut TrtRefitter) -> TrtStatus>,
    pub refitter_refit_async: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtRefitter,
            stream: *mut ::std::os::raw::c_void,
        ) -> TrtStatus,
    >,
    pub onnx_parser_create: ::std::option::Option<
        unsafe extern "C" fn(
            factory: TrtCreateFromNetwork,
            arg1: *mut TrtNetwork,
            arg2: *mut TrtLogger,
            out: *mut *mut TrtOnnxParser,
        ) -> TrtStatus,
    >,
    pub onnx_parser_destroy: ::std::option::Option<unsafe extern "C" fn(arg1: *mut TrtOnnxParser)>,
    pub onnx_parser_parse: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtOnnxParser,
            file: *const ::std::os::raw::c_char,
        ) -> TrtStatus,
    >,
    pub plugin_create: ::std::option::Option<
        unsafe extern "C" fn(object: *const TrtPluginObject, out: *mut *mut TrtPlugin) -> TrtStatus,
    >,
    pub plugin_destroy: ::std::option::Option<unsafe extern "C" fn(arg1: *mut TrtPlugin)>,
    pub add_plugin: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtNetwork,
            inputs: *const *mut TrtTensor,
            nb_inputs: i32,
            shape_inputs: *const *mut TrtTensor,
            nb_shape_inputs: i32,
            arg2: *const TrtPlugin,
            out: *mut *mut TrtLayer,
        ) -> TrtStatus,
    >,
    pub plugin_creator_create: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtPluginKind,
            out: *mut *mut TrtPluginCreator,
        ) -> TrtStatus,
    >,
    pub plugin_creator_destroy:
        ::std::option::Option<unsafe extern "C" fn(arg1: *mut TrtPluginCreator)>,
    pub plugin_creator_info: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtPluginCreator,
            out: *mut TrtPluginCreatorInfo,
        ) -> TrtStatus,
    >,
    pub plugin_creator_make: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtPluginCreator,
            layer: *const ::std::os::raw::c_char,
            arg2: *const TrtPluginField,
            nb_fields: i32,
            out: *mut *mut TrtPlugin,
        ) -> TrtStatus,
    >,
    pub registry_register: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtPluginRegistry,
            arg2: *mut TrtPluginCreator,
        ) -> TrtStatus,
    >,
    pub registry_deregister: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtPluginRegistry,
            arg2: *const TrtPluginCreator,
        ) -> TrtStatus,
    >,
    pub registry_find: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtPluginRegistry,
            name: *const ::std::os::raw::c_char,
            version: *const ::std::os::raw::c_char,
            name_space: *const ::std::os::raw::c_char,
            out: *mut *mut TrtPluginCreator,
        ) -> TrtStatus,
    >,
    pub registry_creators: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *const TrtPluginRegistry,
            capacity: i32,
            creators: *mut *mut TrtPluginCreator,
            count: *mut i32,
        ) -> TrtStatus,
    >,
    pub registry_load_library: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtPluginRegistry,
            path: *const ::std::os::raw::c_char,
            handle: *mut *mut ::std::os::raw::c_void,
        ) -> TrtStatus,
    >,
    pub registry_unload_library: ::std::option::Option<
        unsafe extern "C" fn(
            arg1: *mut TrtPluginRegistry,
            handle: *mut ::std::os::raw::c_void,
        ) -> TrtStatus,
    >,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of TrtApi"][::std::mem::size_of::<TrtApi>() - 2288usize];
    ["Alignment of TrtApi"][::std::mem::align_of::<TrtApi>() - 8usize];
    ["Offset of field: TrtApi::product"][::std::mem::offset_of!(TrtApi, product) - 0usize];
    ["Offset of field: TrtApi::major"][::std::mem::offset_of!(TrtApi, major) - 4usize];
    ["Offset of field: TrtApi::minor"][::std::mem::offset_of!(TrtApi, minor) - 8usize];
    ["Offset of field: TrtApi::patch"][::std::mem::offset_of!(TrtApi, patch) - 12usize];
    ["Offset of field: TrtApi::strongly_typed"]
        [::std::mem::offset_of!(TrtApi, strongly_typed) - 16usize];
    ["Offset of field: TrtApi::weakly_typed"]
        [::std::mem::offset_of!(TrtApi, weakly_typed) - 20usize];
    ["Offset of field: TrtApi::last_error"][::std::mem::offset_of!(TrtApi, last_error) - 24usize];
    ["Offset of field: TrtApi::logger_create"]
        [::std::mem::offset_of!(TrtApi, logger_create) - 32usize];
    ["Offset of field: TrtApi::logger_destroy"]
        [::std::mem::offset_of!(TrtApi, logger_destroy) - 40usize];
    ["Offset of field: TrtApi::log"][::std::mem::offset_of!(TrtApi, log) - 48usize];
    ["Offset of field: TrtApi::host_memory_data"]
        [::std::mem::offset_of!(TrtApi, host_memory_data) - 56usize];
    ["Offset of field: TrtApi::host_memory_destroy"]
        [::std::mem::offset_of!(TrtApi, host_memory_destroy) - 64usize];
    ["Offset of field: TrtApi::builder_create"]
        [::std::mem::offset_of!(TrtApi, builder_create) - 72usize];
    ["Offset of field: TrtApi::builder_destroy"]
        [::std::mem::offset_of!(TrtApi, builder_destroy) - 80usize];
    ["Offset of field: TrtApi::builder_create_config"]
        [::std::mem::offset_of!(TrtApi, builder_create_config) - 88usize];
    ["Offset of field: TrtApi::builder_create_network"]
        [::std::mem::offset_of!(TrtApi, builder_create_network) - 96usize];
    ["Offset of field: TrtApi::builder_create_profile"]
        [::std::mem::offset_of!(TrtApi, builder_create_profile) - 104usize];
    ["Offset of field: TrtApi::builder_nb_dla_cores"]
        [::std::mem::offset_of!(TrtApi, builder_nb_dla_cores) - 112usize];
    ["Offset of field: TrtApi::builder_set_max_threads"]
        [::std::mem::offset_of!(TrtApi, builder_set_max_threads) - 120usize];
    ["Offset of field: TrtApi::builder_max_threads"]
        [::std::mem::offset_of!(TrtApi, builder_max_threads) - 128usize];
    ["Offset of field: TrtApi::builder_reset"]
        [::std::mem::offset_of!(TrtApi, builder_reset) - 136usize];
    ["Offset of field: TrtApi::builder_is_network_supported"]
        [::std::mem::offset_of!(TrtApi, builder_is_network_supported) - 144usize];
    ["Offset of field: TrtApi::builder_build"]
        [::std::mem::offset_of!(TrtApi, builder_build) - 152usize];
    ["Offset of field: TrtApi::config_destroy"]
        [::std::mem::offset_of!(TrtApi, config_destroy) - 160usize];
    ["Offset of field: TrtApi::config_set"][::std::mem::offset_of!(TrtApi, config_set) - 168usize];
    ["Offset of field: TrtApi::config_get"][::std::mem::offset_of!(TrtApi, config_get) - 176usize];
    ["Offset of field: TrtApi::config_set_flag"]
        [::std::mem::offset_of!(TrtApi, config_set_flag) - 184usize];
    ["Offset of field: TrtApi::config_get_flag"]
        [::std::mem::offset_of!(TrtApi, config_get_flag) - 192usize];
    ["Offset of field: TrtApi::config_set_memory_pool_limit"]
        [::std::mem::offset_of!(TrtApi, config_set_memory_pool_limit) - 200usize];
    ["Offset of field: TrtApi::config_get_memory_pool_limit"]
        [::std::mem::offset_of!(TrtApi, config_get_memory_pool_limit) - 208usize];
    ["Offset of field: TrtApi::config_set_preview_feature"]
        [::std::mem::offset_of!(TrtApi, config_set_preview_feature) - 216usize];
    ["Offset of field: TrtApi::config_get_preview_feature"]
        [::std::mem::offset_of!(TrtApi, config_get_preview_feature) - 224usize];
    ["Offset of field: TrtApi::config_add_profile"]
        [::std::mem::offset_of!(TrtApi, config_add_profile) - 232usize];
    ["Offset of field: TrtApi::config_nb_profiles"]
        [::std::mem::offset_of!(TrtApi, config_nb_profiles) - 240usize];
    ["Offset of field: TrtApi::config_set_profile_stream"]
        [::std::mem::offset_of!(TrtApi, config_set_profile_stream) - 248usize];
    ["Offset of field: TrtApi::config_set_progress"]
        [::std::mem::offset_of!(TrtApi, config_set_progress) - 256usize];
    ["Offset of field: TrtApi::config_set_layer_device"]
        [::std::mem::offset_of!(TrtApi, config_set_layer_device) - 264usize];
    ["Offset of field: TrtApi::config_get_layer_device"]
        [::std::mem::offset_of!(TrtApi, config_get_layer_device) - 272usize];
    ["Offset of field: TrtApi::config_reset_layer_device"]
        [::std::mem::offset_of!(TrtApi, config_reset_layer_device) - 280usize];
    ["Offset of field: TrtApi::config_can_run_on_dla"]
        [::std::mem::offset_of!(TrtApi, config_can_run_on_dla) - 288usize];
    ["Offset of field: TrtApi::config_set_compute_capabilities"]
        [::std::mem::offset_of!(TrtApi, config_set_compute_capabilities) - 296usize];
    ["Offset of field: TrtApi::config_get_compute_capabilities"]
        [::std::mem::offset_of!(TrtApi, config_get_compute_capabilities) - 304usize];
    ["Offset of field: TrtApi::config_create_timing_cache"]
        [::std::mem::offset_of!(TrtApi, config_create_timing_cache) - 312usize];
    ["Offset of field: TrtApi::config_set_timing_cache"]
        [::std::mem::offset_of!(TrtApi, config_set_timing_cache) - 320usize];
    ["Offset of field: TrtApi::config_reset"]
        [::std::mem::offset_of!(TrtApi, config_reset) - 328usize];
    ["Offset of field: TrtApi::timing_cache_destroy"]
        [::std::mem::offset_of!(TrtApi, timing_cache_destroy) - 336usize];
    ["Offset of field: TrtApi::timing_cache_serialize"]
        [::std::mem::offset_of!(TrtApi, timing_cache_serialize) - 344usize];
    ["Offset of field: TrtApi::timing_cache_combine"]
        [::std::mem::offset_of!(TrtApi, timing_cache_combine) - 352usize];
    ["Offset of field: TrtApi::timing_cache_reset"]
        [::std::mem::offset_of!(TrtApi, timing_cache_reset) - 360usize];
    ["Offset of field: TrtApi::profile_set_shape"]
        [::std::mem::offset_of!(TrtApi, profile_set_shape) - 368usize];
    ["Offset of field: TrtApi::profile_get_shape"]
        [::std::mem::offset_of!(TrtApi, profile_get_shape) - 376usize];
    ["Offset of field: TrtApi::profile_set_values"]
        [::std::mem::offset_of!(TrtApi, profile_set_values) - 384usize];
    ["Offset of field: TrtApi::profile_set_extra_memory_target"]
        [::std::mem::offset_of!(TrtApi, profile_set_extra_memory_target) - 392usize];
    ["Offset of field: TrtApi::profile_is_valid"]
        [::std::mem::offset_of!(TrtApi, profile_is_valid) - 400usize];
    ["Offset of field: TrtApi::network_destroy"]
        [::std::mem::offset_of!(TrtApi, network_destroy) - 408usize];
    ["Offset of field: TrtApi::network_name"]
        [::std::mem::offset_of!(TrtApi, network_name) - 416usize];
    ["Offset of field: TrtApi::network_set_name"]
        [::std::mem::offset_of!(TrtApi, network_set_name) - 424usize];
    ["Offset of field: TrtApi::network_nb_layers"]
        [::std::mem::offset_of!(TrtApi, network_nb_layers) - 432usize];
    ["Offset of field: TrtApi::network_layer"]
        [::std::mem::offset_of!(TrtApi, network_layer) - 440usize];
    ["Offset of field: TrtApi::network_nb_inputs"]
        [::std::mem::offset_of!(TrtApi, network_nb_inputs) - 448usize];
    ["Offset of field: TrtApi::network_input"]
        [::std::mem::offset_of!(TrtApi, network_input) - 456usize];
    ["Offset of field: TrtApi::network_nb_outputs"]
        [::std::mem::offset_of!(TrtApi, network_nb_outputs) - 464usize];
    ["Offset of field: TrtApi::network_output"]
        [::std::mem::offset_of!(TrtApi, network_output) - 472usize];
    ["Offset of field: TrtApi::network_add_input"]
        [::std::mem::offset_of!(TrtApi, network_add_input) - 480usize];
    ["Offset of field: TrtApi::network_mark_output"]
        [::std::mem::offset_of!(TrtApi, network_mark_output) - 488usize];
    ["Offset of field: TrtApi::network_unmark_output"]
        [::std::mem::offset_of!(TrtApi, network_unmark_output) - 496usize];
    ["Offset of field: TrtApi::network_mark_output_for_shapes"]
        [::std::mem::offset_of!(TrtApi, network_mark_output_for_shapes) - 504usize];
    ["Offset of field: TrtApi::network_unmark_output_for_shapes"]
        [::std::mem::offset_of!(TrtApi, network_unmark_output_for_shapes) - 512usize];
    ["Offset of field: TrtApi::network_mark_debug"]
        [::std::mem::offset_of!(TrtApi, network_mark_debug) - 520usize];
    ["Offset of field: TrtApi::network_unmark_debug"]
        [::std::mem::offset_of!(TrtApi, network_unmark_debug) - 528usize];
    ["Offset of field: TrtApi::network_remove_tensor"]
        [::std::mem::offset_of!(TrtApi, network_remove_tensor) - 536usize];
    ["Offset of field: TrtApi::network_set_weights_name"]
        [::std::mem::offset_of!(TrtApi, network_set_weights_name) - 544usize];
    ["Offset of field: TrtApi::network_mark_weights_refittable"]
        [::std::mem::offset_of!(TrtApi, network_mark_weights_refittable) - 552usize];
    ["Offset of field: TrtApi::network_unmark_weights_refittable"]
        [::std::mem::offset_of!(TrtApi, network_unmark_weights_refittable) - 560usize];
    ["Offset of field: TrtApi::add_activation"]
        [::std::mem::offset_of!(TrtApi, add_activation) - 568usize];
    ["Offset of field: TrtApi::add_assertion"]
        [::std::mem::offset_of!(TrtApi, add_assertion) - 576usize];
    ["Offset of field: TrtApi::add_attention"]
        [::std::mem::offset_of!(TrtApi, add_attention) - 584usize];
    ["Offset of field: TrtApi::add_cast"][::std::mem::offset_of!(TrtApi, add_cast) - 592usize];
    ["Offset of field: TrtApi::add_concatenation"]
        [::std::mem::offset_of!(TrtApi, add_concatenation) - 600usize];
    ["Offset of field: TrtApi::add_conditional"]
        [::std::mem::offset_of!(TrtApi, add_conditional) - 608usize];
    ["Offset of field: TrtApi::add_constant"]
        [::std::mem::offset_of!(TrtApi, add_constant) - 616usize];
    ["Offset of field: TrtApi::add_convolution"]
        [::std::mem::offset_of!(TrtApi, add_convolution) - 624usize];
    ["Offset of field: TrtApi::add_cumulative"]
        [::std::mem::offset_of!(TrtApi, add_cumulative) - 632usize];
    ["Offset of field: TrtApi::add_deconvolution"]
        [::std::mem::offset_of!(TrtApi, add_deconvolution) - 640usize];
    ["Offset of field: TrtApi::add_dequantize"]
        [::std::mem::offset_of!(TrtApi, add_dequantize) - 648usize];
    ["Offset of field: TrtApi::add_dist_collective"]
        [::std::mem::offset_of!(TrtApi, add_dist_collective) - 656usize];
    ["Offset of field: TrtApi::add_dynamic_quantize"]
        [::std::mem::offset_of!(TrtApi, add_dynamic_quantize) - 664usize];
    ["Offset of field: TrtApi::add_dynamic_quantize_v2"]
        [::std::mem::offset_of!(TrtApi, add_dynamic_quantize_v2) - 672usize];
    ["Offset of field: TrtApi::add_einsum"][::std::mem::offset_of!(TrtApi, add_einsum) - 680usize];
    ["Offset of field: TrtApi::add_elementwise"]
        [::std::mem::offset_of!(TrtApi, add_elementwise) - 688usize];
    ["Offset of field: TrtApi::add_fill"][::std::mem::offset_of!(TrtApi, add_fill) - 696usize];
    ["Offset of field: TrtApi::add_gather"][::std::mem::offset_of!(TrtApi, add_gather) - 704usize];
    ["Offset of field: TrtApi::add_grid_sample"]
        [::std::mem::offset_of!(TrtApi, add_grid_sample) - 712usize];
    ["Offset of field: TrtApi::add_identity"]
        [::std::mem::offset_of!(TrtApi, add_identity) - 720usize];
    ["Offset of field: TrtApi::add_kv_cache_update"]
        [::std::mem::offset_of!(TrtApi, add_kv_cache_update) - 728usize];
    ["Offset of field: TrtApi::add_loop"][::std::mem::offset_of!(TrtApi, add_loop) - 736usize];
    ["Offset of field: TrtApi::add_lrn"][::std::mem::offset_of!(TrtApi, add_lrn) - 744usize];
    ["Offset of field: TrtApi::add_matrix_multiply"]
        [::std::mem::offset_of!(TrtApi, add_matrix_multiply) - 752usize];
    ["Offset of field: TrtApi::add_moe"][::std::mem::offset_of!(TrtApi, add_moe) - 760usize];
    ["Offset of field: TrtApi::add_nms"][::std::mem::offset_of!(TrtApi, add_nms) - 768usize];
    ["Offset of field: TrtApi::add_non_zero"]
        [::std::mem::offset_of!(TrtApi, add_non_zero) - 776usize];
    ["Offset of field: TrtApi::add_normalization"]
        [::std::mem::offset_of!(TrtApi, add_normalization) - 784usize];
    ["Offset of field: TrtApi::add_normalization_v2"]
        [::std::mem::offset_of!(TrtApi, add_normalization_v2) - 792usize];
    ["Offset of field: TrtApi::add_one_hot"]
        [::std::mem::offset_of!(TrtApi, add_one_hot) - 800usize];
    ["Offset of field: TrtApi::add_padding"]
        [::std::mem::offset_of!(TrtApi, add_padding) - 808usize];
    ["Offset of field: TrtApi::add_parametric_relu"]
        [::std::mem::offset_of!(TrtApi, add_parametric_relu) - 816usize];
    ["Offset of field: TrtApi::add_pooling"]
        [::std::mem::offset_of!(TrtApi, add_pooling) - 824usize];
    ["Offset of field: TrtApi::add_quantize"]
        [::std::mem::offset_of!(TrtApi, add_quantize) - 832usize];
    ["Offset of field: TrtApi::add_ragged_softmax"]
        [::std::mem::offset_of!(TrtApi, add_ragged_softmax) - 840usize];
    ["Offset of field: TrtApi::add_reduce"][::std::mem::offset_of!(TrtApi, add_reduce) - 848usize];
    ["Offset of field: TrtApi::add_resize"][::std::mem::offset_of!(TrtApi, add_resize) - 856usize];
    ["Offset of field: TrtApi::add_reverse_sequence"]
        [::std::mem::offset_of!(TrtApi, add_reverse_sequence) - 864usize];
    ["Offset of field: TrtApi::add_rotary_embedding"]
        [::std::mem::offset_of!(TrtApi, add_rotary_embedding) - 872usize];
    ["Offset of field: TrtApi::add_scale"][::std::mem::offset_of!(TrtApi, add_scale) - 880usize];
    ["Offset of field: TrtApi::add_scatter"]
        [::std::mem::offset_of!(TrtApi, add_scatter) - 888usize];
    ["Offset of field: TrtApi::add_select"][::std::mem::offset_of!(TrtApi, add_select) - 896usize];
    ["Offset of field: TrtApi::add_shape"][::std::mem::offset_of!(TrtApi, add_shape) - 904usize];
    ["Offset of field: TrtApi::add_shuffle"]
        [::std::mem::offset_of!(TrtApi, add_shuffle) - 912usize];
    ["Offset of field: TrtApi::add_slice"][::std::mem::offset_of!(TrtApi, add_slice) - 920usize];
    ["Offset of field: TrtApi::add_softmax"]
        [::std::mem::offset_of!(TrtApi, add_softmax) - 928usize];
    ["Offset of field: TrtApi::add_squeeze"]
        [::std::mem::offset_of!(TrtApi, add_squeeze) - 936usize];
    ["Offset of field: TrtApi::add_topk"][::std::mem::offset_of!(TrtApi, add_topk) - 944usize];
    ["Offset of field: TrtApi::add_unary"][::std::mem::offset_of!(TrtApi, add_unary) - 952usize];
    ["Offset of field: TrtApi::add_unsqueeze"]
        [::std::mem::offset_of!(TrtApi, add_unsqueeze) - 960usize];
    ["Offset of field: TrtApi::layer_kind"][::std::mem::offset_of!(TrtApi, layer_kind) - 968usize];
    ["Offset of field: TrtApi::layer_name"][::std::mem::offset_of!(TrtApi, layer_name) - 976usize];
    ["Offset of field: TrtApi::layer_set_name"]
        [::std::mem::offset_of!(TrtApi, layer_set_name) - 984usize];
    ["Offset of field: TrtApi::layer_metadata"]
        [::std::mem::offset_of!(TrtApi, layer_metadata) - 992usize];
    ["Offset of field: TrtApi::layer_set_metadata"]
        [::std::mem::offset_of!(TrtApi, layer_set_metadata) - 1000usize];
    ["Offset of field: TrtApi::layer_nb_inputs"]
        [::std::mem::offset_of!(TrtApi, layer_nb_inputs) - 1008usize];
    ["Offset of field: TrtApi::layer_input"]
        [::std::mem::offset_of!(TrtApi, layer_input) - 1016usize];
    ["Offset of field: TrtApi::layer_set_input"]
        [::std::mem::offset_of!(TrtApi, layer_set_input) - 1024usize];
    ["Offset of field: TrtApi::layer_nb_outputs"]
        [::std::mem::offset_of!(TrtApi, layer_nb_outputs) - 1032usize];
    ["Offset of field: TrtApi::layer_output"]
        [::std::mem::offset_of!(TrtApi, layer_output) - 1040usize];
    ["Offset of field: TrtApi::layer_get"][::std::mem::offset_of!(TrtApi, layer_get) - 1048usize];
    ["Offset of field: TrtApi::layer_set"][::std::mem::offset_of!(TrtApi, layer_set) - 1056usize];
    ["Offset of field: TrtApi::layer_loop"][::std::mem::offset_of!(TrtApi, layer_loop) - 1064usize];
    ["Offset of field: TrtApi::layer_conditional"]
        [::std::mem::offset_of!(TrtApi, layer_conditional) - 1072usize];
    ["Offset of field: TrtApi::layer_attention"]
        [::std::mem::offset_of!(TrtApi, layer_attention) - 1080usize];
    ["Offset of field: TrtApi::layer_precision"]
        [::std::mem::offset_of!(TrtApi, layer_precision) - 1088usize];
    ["Offset of field: TrtApi::layer_set_precision"]
        [::std::mem::offset_of!(TrtApi, layer_set_precision) - 1096usize];
    ["Offset of field: TrtApi::layer_output_type"]
        [::std::mem::offset_of!(TrtApi, layer_output_type) - 1104usize];
    ["Offset of field: TrtApi::layer_set_output_type"]
        [::std::mem::offset_of!(TrtApi, layer_set_output_type) - 1112usize];
    ["Offset of field: TrtApi::loop_name"][::std::mem::offset_of!(TrtApi, loop_name) - 1120usize];
    ["Offset of field: TrtApi::loop_set_name"]
        [::std::mem::offset_of!(TrtApi, loop_set_name) - 1128usize];
    ["Offset of field: TrtApi::loop_add_recurrence"]
        [::std::mem::offset_of!(TrtApi, loop_add_recurrence) - 1136usize];
    ["Offset of field: TrtApi::loop_add_trip_limit"]
        [::std::mem::offset_of!(TrtApi, loop_add_trip_limit) - 1144usize];
    ["Offset of field: TrtApi::loop_add_iterator"]
        [::std::mem::offset_of!(TrtApi, loop_add_iterator) - 1152usize];
    ["Offset of field: TrtApi::loop_add_output"]
        [::std::mem::offset_of!(TrtApi, loop_add_output) - 1160usize];
    ["Offset of field: TrtApi::conditional_name"]
        [::std::mem::offset_of!(TrtApi, conditional_name) - 1168usize];
    ["Offset of field: TrtApi::conditional_set_name"]
        [::std::mem::offset_of!(TrtApi, conditional_set_name) - 1176usize];
    ["Offset of field: TrtApi::conditional_set_condition"]
        [::std::mem::offset_of!(TrtApi, conditional_set_condition) - 1184usize];
    ["Offset of field: TrtApi::conditional_add_input"]
        [::std::mem::offset_of!(TrtApi, conditional_add_input) - 1192usize];
    ["Offset of field: TrtApi::conditional_add_output"]
        [::std::mem::offset_of!(TrtApi, conditional_add_output) - 1200usize];
    ["Offset of field: TrtApi::attention_name"]
        [::std::mem::offset_of!(TrtApi, attention_name) - 1208usize];
    ["Offset of field: TrtApi::attention_set_name"]
        [::std::mem::offset_of!(TrtApi, attention_set_name) - 1216usize];
    ["Offset of field: TrtApi::attention_metadata"]
        [::std::mem::offset_of!(TrtApi, attention_metadata) - 1224usize];
    ["Offset of field: TrtApi::attention_set_metadata"]
        [::std::mem::offset_of!(TrtApi, attention_set_metadata) - 1232usize];
    ["Offset of field: TrtApi::attention_nb_inputs"]
        [::std::mem::offset_of!(TrtApi, attention_nb_inputs) - 1240usize];
    ["Offset of field: TrtApi::attention_input"]
        [::std::mem::offset_of!(TrtApi, attention_input) - 1248usize];
    ["Offset of field: TrtApi::attention_set_input"]
        [::std::mem::offset_of!(TrtApi, attention_set_input) - 1256usize];
    ["Offset of field: TrtApi::attention_nb_outputs"]
        [::std::mem::offset_of!(TrtApi, attention_nb_outputs) - 1264usize];
    ["Offset of field: TrtApi::attention_output"]
        [::std::mem::offset_of!(TrtApi, attention_output) - 1272usize];
    ["Offset of field: TrtApi::attention_get"]
        [::std::mem::offset_of!(TrtApi, attention_get) - 1280usize];
    ["Offset of field: TrtApi::attention_set"]
        [::std::mem::offset_of!(TrtApi, attention_set) - 1288usize];
    ["Offset of field: TrtApi::moe_set_gated_weights"]
        [::std::mem::offset_of!(TrtApi, moe_set_gated_weights) - 1296usize];
    ["Offset of field: TrtApi::moe_set_gated_biases"]
        [::std::mem::offset_of!(TrtApi, moe_set_gated_biases) - 1304usize];
    ["Offset of field: TrtApi::moe_set_static_quantization"]
        [::std::mem::offset_of!(TrtApi, moe_set_static_quantization) - 1312usize];
    ["Offset of field: TrtApi::moe_set_dynamic_quantization"]
        [::std::mem::offset_of!(TrtApi, moe_set_dynamic_quantization) - 1320usize];
    ["Offset of field: TrtApi::tensor_name"]
        [::std::mem::offset_of!(TrtApi, tensor_name) - 1328usize];
    ["Offset of field: TrtApi::tensor_set_name"]
        [::std::mem::offset_of!(TrtApi, tensor_set_name) - 1336usize];
    ["Offset of field: TrtApi::tensor_dims"]
        [::std::mem::offset_of!(TrtApi, tensor_dims) - 1344usize];
    ["Offset of field: TrtApi::tensor_set_dims"]
        [::std::mem::offset_of!(TrtApi, tensor_set_dims) - 1352usize];
    ["Offset of field: TrtApi::tensor_dtype"]
        [::std::mem::offset_of!(TrtApi, tensor_dtype) - 1360usize];
    ["Offset of field: TrtApi::tensor_set_dtype"]
        [::std::mem::offset_of!(TrtApi, tensor_set_dtype) - 1368usize];
    ["Offset of field: TrtApi::tensor_dimension_name"]
        [::std::mem::offset_of!(TrtApi, tensor_dimension_name) - 1376usize];
    ["Offset of field: TrtApi::tensor_set_dimension_name"]
        [::std::mem::offset_of!(TrtApi, tensor_set_dimension_name) - 1384usize];
    ["Offset of field: TrtApi::tensor_is_network_input"]
        [::std::mem::offset_of!(TrtApi, tensor_is_network_input) - 1392usize];
    ["Offset of field: TrtApi::tensor_is_network_output"]
        [::std::mem::offset_of!(TrtApi, tensor_is_network_output) - 1400usize];
    ["Offset of field: TrtApi::tensor_is_shape_tensor"]
        [::std::mem::offset_of!(TrtApi, tensor_is_shape_tensor) - 1408usize];
    ["Offset of field: TrtApi::tensor_is_execution_tensor"]
        [::std::mem::offset_of!(TrtApi, tensor_is_execution_tensor) - 1416usize];
    ["Offset of field: TrtApi::tensor_allowed_formats"]
        [::std::mem::offset_of!(TrtApi, tensor_allowed_formats) - 1424usize];
    ["Offset of field: TrtApi::tensor_set_allowed_formats"]
        [::std::mem::offset_of!(TrtApi, tensor_set_allowed_formats) - 1432usize];
    ["Offset of field: TrtApi::tensor_location"]
        [::std::mem::offset_of!(TrtApi, tensor_location) - 1440usize];
    ["Offset of field: TrtApi::tensor_dynamic_range"]
        [::std::mem::offset_of!(TrtApi, tensor_dynamic_range) - 1448usize];
    ["Offset of field: TrtApi::tensor_set_dynamic_range"]
        [::std::mem::offset_of!(TrtApi, tensor_set_dynamic_range) - 1456usize];
    ["Offset of field: TrtApi::tensor_reset_dynamic_range"]
        [::std::mem::offset_of!(TrtApi, tensor_reset_dynamic_range) - 1464usize];
    ["Offset of field: TrtApi::runtime_create"]
        [::std::mem::offset_of!(TrtApi, runtime_create) - 1472usize];
    ["Offset of field: TrtApi::runtime_destroy"]
        [::std::mem::offset_of!(TrtApi, runtime_destroy) - 1480usize];
    ["Offset of field: TrtApi::runtime_deserialize"]
        [::std::mem::offset_of!(TrtApi, runtime_deserialize) - 1488usize];
    ["Offset of field: TrtApi::runtime_set_dla_core"]
        [::std::mem::offset_of!(TrtApi, runtime_set_dla_core) - 1496usize];
    ["Offset of field: TrtApi::runtime_nb_dla_cores"]
        [::std::mem::offset_of!(TrtApi, runtime_nb_dla_cores) - 1504usize];
    ["Offset of field: TrtApi::runtime_set_max_threads"]
        [::std::mem::offset_of!(TrtApi, runtime_set_max_threads) - 1512usize];
    ["Offset of field: TrtApi::runtime_set_host_code_allowed"]
        [::std::mem::offset_of!(TrtApi, runtime_set_host_code_allowed) - 1520usize];
    ["Offset of field: TrtApi::runtime_engine_validity"]
        [::std::mem::offset_of!(TrtApi, runtime_engine_validity) - 1528usize];
    ["Offset of field: TrtApi::engine_destroy"]
        [::std::mem::offset_of!(TrtApi, engine_destroy) - 1536usize];
    ["Offset of field: TrtApi::engine_name"]
        [::std::mem::offset_of!(TrtApi, engine_name) - 1544usize];
    ["Offset of field: TrtApi::engine_nb_layers"]
        [::std::mem::offset_of!(TrtApi, engine_nb_layers) - 1552usize];
    ["Offset of field: TrtApi::engine_nb_profiles"]
        [::std::mem::offset_of!(TrtApi, engine_nb_profiles) - 1560usize];
    ["Offset of field: TrtApi::engine_nb_io_tensors"]
        [::std::mem::offset_of!(TrtApi, engine_nb_io_tensors) - 1568usize];
    ["Offset of field: TrtApi::engine_tensor_info"]
        [::std::mem::offset_of!(TrtApi, engine_tensor_info) - 1576usize];
    ["Offset of field: TrtApi::engine_profile_shape"]
        [::std::mem::offset_of!(TrtApi, engine_profile_shape) - 1584usize];
    ["Offset of field: TrtApi::engine_profile_values"]
        [::std::mem::offset_of!(TrtApi, engine_profile_values) - 1592usize];
    ["Offset of field: TrtApi::engine_device_memory_size"]
        [::std::mem::offset_of!(TrtApi, engine_device_memory_size) - 1600usize];
    ["Offset of field: TrtApi::engine_device_memory_size_for_profile"]
        [::std::mem::offset_of!(TrtApi, engine_device_memory_size_for_profile) - 1608usize];
    ["Offset of field: TrtApi::engine_is_refittable"]
        [::std::mem::offset_of!(TrtApi, engine_is_refittable) - 1616usize];
    ["Offset of field: TrtApi::engine_capability"]
        [::std::mem::offset_of!(TrtApi, engine_capability) - 1624usize];
    ["Offset of field: TrtApi::engine_profiling_verbosity"]
        [::std::mem::offset_of!(TrtApi, engine_profiling_verbosity) - 1632usize];
    ["Offset of field: TrtApi::engine_hardware_compatibility"]
        [::std::mem::offset_of!(TrtApi, engine_hardware_compatibility) - 1640usize];
    ["Offset of field: TrtApi::engine_nb_aux_streams"]
        [::std::mem::offset_of!(TrtApi, engine_nb_aux_streams) - 1648usize];
    ["Offset of field: TrtApi::engine_serialize"]
        [::std::mem::offset_of!(TrtApi, engine_serialize) - 1656usize];
    ["Offset of field: TrtApi::engine_streamable_weights_size"]
        [::std::mem::offset_of!(TrtApi, engine_streamable_weights_size) - 1664usize];
    ["Offset of field: TrtApi::engine_set_weight_streaming_budget"]
        [::std::mem::offset_of!(TrtApi, engine_set_weight_streaming_budget) - 1672usize];
    ["Offset of field: TrtApi::engine_weight_streaming_budget"]
        [::std::mem::offset_of!(TrtApi, engine_weight_streaming_budget) - 1680usize];
    ["Offset of field: TrtApi::engine_create_context"]
        [::std::mem::offset_of!(TrtApi, engine_create_context) - 1688usize];
    ["Offset of field: TrtApi::engine_create_context_with"]
        [::std::mem::offset_of!(TrtApi, engine_create_context_with) - 1696usize];
    ["Offset of field: TrtApi::engine_create_runtime_config"]
        [::std::mem::offset_of!(TrtApi, engine_create_runtime_config) - 1704usize];
    ["Offset of field: TrtApi::engine_create_inspector"]
        [::std::mem::offset_of!(TrtApi, engine_create_inspector) - 1712usize];
    ["Offset of field: TrtApi::runtime_config_destroy"]
        [::std::mem::offset_of!(TrtApi, runtime_config_destroy) - 1720usize];
    ["Offset of field: TrtApi::runtime_config_set_allocation"]
        [::std::mem::offset_of!(TrtApi, runtime_config_set_allocation) - 1728usize];
    ["Offset of field: TrtApi::runtime_config_set_kernel_specialization"]
        [::std::mem::offset_of!(TrtApi, runtime_config_set_kernel_specialization) - 1736usize];
    ["Offset of field: TrtApi::runtime_config_set_cuda_graph_strategy"]
        [::std::mem::offset_of!(TrtApi, runtime_config_set_cuda_graph_strategy) - 1744usize];
    ["Offset of field: TrtApi::runtime_config_create_cache"]
        [::std::mem::offset_of!(TrtApi, runtime_config_create_cache) - 1752usize];
    ["Offset of field: TrtApi::runtime_config_set_cache"]
        [::std::mem::offset_of!(TrtApi, runtime_config_set_cache) - 1760usize];
    ["Offset of field: TrtApi::runtime_cache_destroy"]
        [::std::mem::offset_of!(TrtApi, runtime_cache_destroy) - 1768usize];
    ["Offset of field: TrtApi::runtime_cache_serialize"]
        [::std::mem::offset_of!(TrtApi, runtime_cache_serialize) - 1776usize];
    ["Offset of field: TrtApi::runtime_cache_deserialize"]
        [::std::mem::offset_of!(TrtApi, runtime_cache_deserialize) - 1784usize];
    ["Offset of field: TrtApi::context_destroy"]
        [::std::mem::offset_of!(TrtApi, context_destroy) - 1792usize];
    ["Offset of field: TrtApi::context_name"]
        [::std::mem::offset_of!(TrtApi, context_name) - 1800usize];
    ["Offset of field: TrtApi::context_set_name"]
        [::std::mem::offset_of!(TrtApi, context_set_name) - 1808usize];
    ["Offset of field: TrtApi::context_profile"]
        [::std::mem::offset_of!(TrtApi, context_profile) - 1816usize];
    ["Offset of field: TrtApi::context_set_profile"]
        [::std::mem::offset_of!(TrtApi, context_set_profile) - 1824usize];
    ["Offset of field: TrtApi::context_set_input_shape"]
        [::std::mem::offset_of!(TrtApi, context_set_input_shape) - 1832usize];
    ["Offset of field: TrtApi::context_tensor_shape"]
        [::std::mem::offset_of!(TrtApi, context_tensor_shape) - 1840usize];
    ["Offset of field: TrtApi::context_tensor_strides"]
        [::std::mem::offset_of!(TrtApi, context_tensor_strides) - 1848usize];
    ["Offset of field: TrtApi::context_all_input_dimensions_specified"]
        [::std::mem::offset_of!(TrtApi, context_all_input_dimensions_specified) - 1856usize];
    ["Offset of field: TrtApi::context_infer_shapes"]
        [::std::mem::offset_of!(TrtApi, context_infer_shapes) - 1864usize];
    ["Offset of field: TrtApi::context_set_address"]
        [::std::mem::offset_of!(TrtApi, context_set_address) - 1872usize];
    ["Offset of field: TrtApi::context_address"]
        [::std::mem::offset_of!(TrtApi, context_address) - 1880usize];
    ["Offset of field: TrtApi::context_enqueue"]
        [::std::mem::offset_of!(TrtApi, context_enqueue) - 1888usize];
    ["Offset of field: TrtApi::context_set_input_consumed_event"]
        [::std::mem::offset_of!(TrtApi, context_set_input_consumed_event) - 1896usize];
    ["Offset of field: TrtApi::context_set_output_allocator"]
        [::std::mem::offset_of!(TrtApi, context_set_output_allocator) - 1904usize];
    ["Offset of field: TrtApi::context_max_output_size"]
        [::std::mem::offset_of!(TrtApi, context_max_output_size) - 1912usize];
    ["Offset of field: TrtApi::context_update_device_memory_size"]
        [::std::mem::offset_of!(TrtApi, context_update_device_memory_size) - 1920usize];
    ["Offset of field: TrtApi::context_set_device_memory"]
        [::std::mem::offset_of!(TrtApi, context_set_device_memory) - 1928usize];
    ["Offset of field: TrtApi::context_set_aux_streams"]
        [::std::mem::offset_of!(TrtApi, context_set_aux_streams) - 1936usize];
    ["Offset of field: TrtApi::context_set_profiler"]
        [::std::mem::offset_of!(TrtApi, context_set_profiler) - 1944usize];
    ["Offset of field: TrtApi::context_set_enqueue_emits_profile"]
        [::std::mem::offset_of!(TrtApi, context_set_enqueue_emits_profile) - 1952usize];
    ["Offset of field: TrtApi::context_report_to_profiler"]
        [::std::mem::offset_of!(TrtApi, context_report_to_profiler) - 1960usize];
    ["Offset of field: TrtApi::context_set_debug_sync"]
        [::std::mem::offset_of!(TrtApi, context_set_debug_sync) - 1968usize];
    ["Offset of field: TrtApi::context_set_debug_listener"]
        [::std::mem::offset_of!(TrtApi, context_set_debug_listener) - 1976usize];
    ["Offset of field: TrtApi::context_set_debug_state"]
        [::std::mem::offset_of!(TrtApi, context_set_debug_state) - 1984usize];
    ["Offset of field: TrtApi::context_set_all_debug_states"]
        [::std::mem::offset_of!(TrtApi, context_set_all_debug_states) - 1992usize];
    ["Offset of field: TrtApi::context_set_nvtx_verbosity"]
        [::std::mem::offset_of!(TrtApi, context_set_nvtx_verbosity) - 2000usize];
    ["Offset of field: TrtApi::context_set_persistent_cache_limit"]
        [::std::mem::offset_of!(TrtApi, context_set_persistent_cache_limit) - 2008usize];
    ["Offset of field: TrtApi::context_is_capturable"]
        [::std::mem::offset_of!(TrtApi, context_is_capturable) - 2016usize];
    ["Offset of field: TrtApi::inspector_destroy"]
        [::std::mem::offset_of!(TrtApi, inspector_destroy) - 2024usize];
    ["Offset of field: TrtApi::inspector_set_context"]
        [::std::mem::offset_of!(TrtApi, inspector_set_context) - 2032usize];
    ["Offset of field: TrtApi::inspector_layer"]
        [::std::mem::offset_of!(TrtApi, inspector_layer) - 2040usize];
    ["Offset of field: TrtApi::inspector_engine"]
        [::std::mem::offset_of!(TrtApi, inspector_engine) - 2048usize];
    ["Offset of field: TrtApi::refitter_create"]
        [::std::mem::offset_of!(TrtApi, refitter_create) - 2056usize];
    ["Offset of field: TrtApi::refitter_destroy"]
        [::std::mem::offset_of!(TrtApi, refitter_destroy) - 2064usize];
    ["Offset of field: TrtApi::refitter_set_weights"]
        [::std::mem::offset_of!(TrtApi, refitter_set_weights) - 2072usize];
    ["Offset of field: TrtApi::refitter_set_named_weights"]
        [::std::mem::offset_of!(TrtApi, refitter_set_named_weights) - 2080usize];
    ["Offset of field: TrtApi::refitter_missing"]
        [::std::mem::offset_of!(TrtApi, refitter_missing) - 2088usize];
    ["Offset of field: TrtApi::refitter_all"]
        [::std::mem::offset_of!(TrtApi, refitter_all) - 2096usize];
    ["Offset of field: TrtApi::refitter_missing_weights"]
        [::std::mem::offset_of!(TrtApi, refitter_missing_weights) - 2104usize];
    ["Offset of field: TrtApi::refitter_all_weights"]
        [::std::mem::offset_of!(TrtApi, refitter_all_weights) - 2112usize];
    ["Offset of field: TrtApi::refitter_weights_prototype"]
        [::std::mem::offset_of!(TrtApi, refitter_weights_prototype) - 2120usize];
    ["Offset of field: TrtApi::refitter_set_validation"]
        [::std::mem::offset_of!(TrtApi, refitter_set_validation) - 2128usize];
    ["Offset of field: TrtApi::refitter_set_max_threads"]
        [::std::mem::offset_of!(TrtApi, refitter_set_max_threads) - 2136usize];
    ["Offset of field: TrtApi::refitter_refit"]
        [::std::mem::offset_of!(TrtApi, refitter_refit) - 2144usize];
    ["Offset of field: TrtApi::refitter_refit_async"]
        [::std::mem::offset_of!(TrtApi, refitter_refit_async) - 2152usize];
    ["Offset of field: TrtApi::onnx_parser_create"]
        [::std::mem::offset_of!(TrtApi, onnx_parser_create) - 2160usize];
    ["Offset of field: TrtApi::onnx_parser_destroy"]
        [::std::mem::offset_of!(TrtApi, onnx_parser_destroy) - 2168usize];
    ["Offset of field: TrtApi::onnx_parser_parse"]
        [::std::mem::offset_of!(TrtApi, onnx_parser_parse) - 2176usize];
    ["Offset of field: TrtApi::plugin_create"]
        [::std::mem::offset_of!(TrtApi, plugin_create) - 2184usize];
    ["Offset of field: TrtApi::plugin_destroy"]
        [::std::mem::offset_of!(TrtApi, plugin_destroy) - 2192usize];
    ["Offset of field: TrtApi::add_plugin"][::std::mem::offset_of!(TrtApi, add_plugin) - 2200usize];
    ["Offset of field: TrtApi::plugin_creator_create"]
        [::std::mem::offset_of!(TrtApi, plugin_creator_create) - 2208usize];
    ["Offset of field: TrtApi::plugin_creator_destroy"]
        [::std::mem::offset_of!(TrtApi, plugin_creator_destroy) - 2216usize];
    ["Offset of field: TrtApi::plugin_creator_info"]
        [::std::mem::offset_of!(TrtApi, plugin_creator_info) - 2224usize];
    ["Offset of field: TrtApi::plugin_creator_make"]
        [::std::mem::offset_of!(TrtApi, plugin_creator_make) - 2232usize];
    ["Offset of field: TrtApi::registry_register"]
        [::std::mem::offset_of!(TrtApi, registry_register) - 2240usize];
    ["Offset of field: TrtApi::registry_deregister"]
        [::std::mem::offset_of!(TrtApi, registry_deregister) - 2248usize];
    ["Offset of field: TrtApi::registry_find"]
        [::std::mem::offset_of!(TrtApi, registry_find) - 2256usize];
    ["Offset of field: TrtApi::registry_creators"]
        [::std::mem::offset_of!(TrtApi, registry_creators) - 2264usize];
    ["Offset of field: TrtApi::registry_load_library"]
        [::std::mem::offset_of!(TrtApi, registry_load_library) - 2272usize];
    ["Offset of field: TrtApi::registry_unload_library"]
        [::std::mem::offset_of!(TrtApi, registry_unload_library) - 2280usize];
};
impl Default for TrtApi {
    fn default() -> Self {
        let mut s = ::std::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::std::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
