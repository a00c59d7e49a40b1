//! Every getter returns what the setter set.

mod common;

use trt::layers::*;
use trt::{DataType::*, *};

/// Sets properties and checks that the getters return the same.
macro_rules! round_trip {
    ($layer:expr, $($get:ident, $set:ident: $value:expr;)*) => {{
        let layer = $layer;
        $(
            layer.$set($value).unwrap();
            assert_eq!(layer.$get().unwrap(), $value, stringify!($get));
        )*
        layer
    }};
}

fn bytes_of(weights: Weights<'_>) -> Vec<f32> {
    assert_eq!(weights.dtype(), Float);
    weights
        .bytes()
        .chunks_exact(4)
        .map(|four| f32::from_ne_bytes(four.try_into().unwrap()))
        .collect()
}

#[test]
fn convolution_and_deconvolution() {
    let builder = common::builder();
    let network = common::network(&builder);
    let x = network.add_input("x", Float, &[1, 4, 8, 8]).unwrap();
    let kernel = network.keep(vec![0.5f32; 6 * 4 * 3 * 3]);
    let bias = network.keep(vec![1.0f32; 6]);
    macro_rules! check {
        ($layer:expr) => {{
            let layer = round_trip! { $layer,
                kernel_size, set_kernel_size: &[5, 3];
                stride, set_stride: &[2, 1];
                dilation, set_dilation: &[1, 2];
                padding, set_padding: &[3, 4];
                pre_padding, set_pre_padding: &[1, 2];
                post_padding, set_post_padding: &[2, 1];
                padding_mode, set_padding_mode: PaddingMode::ExplicitRoundUp;
                num_groups, set_num_groups: 2;
                num_output_maps, set_num_output_maps: 8;
            };
            assert_eq!(bytes_of(layer.kernel().unwrap()).len(), kernel.len());
            assert_eq!(bytes_of(layer.bias().unwrap()), bias);
            {
                let short_lived = vec![2.0f32; 8];
                layer.set_bias(Weights::from(&short_lived)).unwrap();
            }
            assert_eq!(bytes_of(layer.bias().unwrap()), [2.0; 8]);
        }};
    }
    check!(
        network
            .add_convolution(
                x,
                6,
                &[3, 3],
                Weights::from(kernel),
                Some(Weights::from(bias))
            )
            .unwrap()
    );
    check!(
        network
            .add_deconvolution(
                x,
                6,
                &[3, 3],
                Weights::from(kernel),
                Some(Weights::from(bias))
            )
            .unwrap()
    );
}

#[test]
fn activation_pooling_and_normalization() {
    let builder = common::builder();
    let network = common::network(&builder);
    let x = network.add_input("x", Float, &[1, 4, 8, 8]).unwrap();
    round_trip! { network.add_activation(x, ActivationType::Relu).unwrap(),
        activation_type, set_activation_type: ActivationType::HardSigmoid;
        alpha, set_alpha: 0.25;
        beta, set_beta: 0.5;
    };
    round_trip! { network.add_pooling(x, PoolingType::Max, &[3, 3]).unwrap(),
        pooling_type, set_pooling_type: PoolingType::Average;
        blend_factor, set_blend_factor: 0.5;
        average_count_excludes_padding, set_average_count_excludes_padding: false;
        window_size, set_window_size: &[2, 4];
        stride, set_stride: &[2, 1];
        padding, set_padding: &[1, 2];
        pre_padding, set_pre_padding: &[1, 0];
        post_padding, set_post_padding: &[0, 1];
        padding_mode, set_padding_mode: PaddingMode::SameLower;
    };
    round_trip! { network.add_lrn(x, 5, 1.0, 0.75, 2.0).unwrap(),
        window_size, set_window_size: 3;
        alpha, set_alpha: 0.5;
        beta, set_beta: 0.25;
        k, set_k: 4.0;
    };
    let four = [1.0f32, 2.0, 3.0, 4.0];
    let network_with_scale = common::network(&builder);
    let x2 = network_with_scale
        .add_input("x", Float, &[1, 4, 8, 8])
        .unwrap();
    let weights = Some(Weights::from(&four));
    let scale = round_trip! { network_with_scale.add_scale(x2, ScaleMode::Channel, weights, weights, None, 1).unwrap(),
        mode, set_mode: ScaleMode::ElementWise;
        channel_axis, set_channel_axis: 2;
    };
    assert_eq!(bytes_of(scale.shift().unwrap()), four);
    assert_eq!(bytes_of(scale.scale().unwrap()), four);
    assert!(scale.power().unwrap().is_empty());
    scale.set_power(Weights::from(&[2.0f32; 4])).unwrap();
    assert_eq!(bytes_of(scale.power().unwrap()), [2.0; 4]);

    let ones = network
        .add_constant(&[1, 4, 1, 1], Weights::from(network.keep(vec![1.0f32; 4])))
        .unwrap()
        .output(0);
    let normalization = round_trip! { network.add_normalization_v2(x, ones, ones, Axes::new([2, 3])).unwrap(),
        epsilon, set_epsilon: 0.5;
        axes, set_axes: Axes::new([3]);
        num_groups, set_num_groups: 2;
    };
    assert!(normalization.is_v2().unwrap());
    assert!(
        !network
            .add_normalization(x, ones, ones, Axes::new([2, 3]))
            .unwrap()
            .is_v2()
            .unwrap()
    );
}

#[test]
fn elementwise_reduce_and_matrix_multiply() {
    let builder = common::builder();
    let network = common::network(&builder);
    let x = network.add_input("x", Float, &[2, 3, 4]).unwrap();
    round_trip! { network.add_elementwise(x, x, ElementWiseOperation::Sum).unwrap(),
        operation, set_operation: ElementWiseOperation::FloorDiv;
    };
    round_trip! { network.add_unary(x, UnaryOperation::Exp).unwrap(),
        operation, set_operation: UnaryOperation::IsNan;
    };
    round_trip! { network.add_reduce(x, ReduceOperation::Sum, Axes::new([1]), false).unwrap(),
        operation, set_operation: ReduceOperation::Avg;
        axes, set_axes: Axes::new([0, 2]);
        keep_dimensions, set_keep_dimensions: true;
    };
    round_trip! { network.add_softmax(x, 1).unwrap(), axes, set_axes: Axes::new([2]); };
    round_trip! { network.add_topk(x, TopKOperation::Max, 2, Axes::new([2]), Int32).unwrap(),
        operation, set_operation: TopKOperation::Min;
        k, set_k: 1;
        axes, set_axes: Axes::new([1]);
        indices_type, set_indices_type: Int64;
    };
    let axis = network
        .add_constant(&[], Weights::from(network.keep(vec![1i64])))
        .unwrap()
        .output(0);
    round_trip! { network.add_cumulative(x, axis, CumulativeOperation::Sum, false, false).unwrap(),
        operation, set_operation: CumulativeOperation::Sum;
        exclusive, set_exclusive: true;
        reverse, set_reverse: true;
    };
    round_trip! { network.add_matrix_multiply(x, MatrixOperation::None, x, MatrixOperation::Transpose).unwrap(),
        operation0, set_operation0: MatrixOperation::Transpose;
        operation1, set_operation1: MatrixOperation::None;
    };
    round_trip! { network.add_einsum(&[x, x], "bij,bkj->bik").unwrap(), equation, set_equation: "bij,bkj->bki"; };
}

#[test]
fn shape_layers() {
    let builder = common::builder();
    let network = common::network(&builder);
    let x = network.add_input("x", Float, &[2, 3, 4, 4]).unwrap();
    round_trip! { network.add_cast(x, Half).unwrap(), to_type, set_to_type: BFloat16; };
    round_trip! { network.add_concatenation(&[x, x], 1).unwrap(), axis, set_axis: 2; };
    round_trip! { network.add_padding(x, &[1, 1], &[1, 1]).unwrap(),
        pre_padding, set_pre_padding: &[2, 0];
        post_padding, set_post_padding: &[0, 3];
    };
    round_trip! { network.add_shuffle(x).unwrap(),
        first_transpose, set_first_transpose: &[0, 2, 3, 1];
        reshape_dimensions, set_reshape_dimensions: &[0, -1, 6];
        second_transpose, set_second_transpose: &[2, 0, 1];
        zero_is_placeholder, set_zero_is_placeholder: false;
    };
    round_trip! { network.add_slice(x, &[0; 4], &[1; 4], &[1; 4]).unwrap(),
        start, set_start: &[1, 0, 1, 0];
        size, set_size: &[1, 2, 3, 4];
        stride, set_stride: &[1, 1, 2, 2];
        mode, set_mode: SampleMode::Reflect;
        axes, set_axes: &[0, 1, 2, 3];
    };
    round_trip! { network.add_resize(x).unwrap(),
        scales, set_scales: &[1.0, 1.0, 2.0, 2.0];
        interpolation_mode, set_interpolation_mode: InterpolationMode::Cubic;
        coordinate_transformation, set_coordinate_transformation: ResizeCoordinateTransformation::HalfPixel;
        selector_for_single_pixel, set_selector_for_single_pixel: ResizeSelector::Upper;
        nearest_rounding, set_nearest_rounding: ResizeRoundMode::Ceil;
        cubic_coefficient, set_cubic_coefficient: -0.5;
        exclude_outside, set_exclude_outside: true;
    };
    round_trip! { network.add_resize(x).unwrap(), output_dimensions, set_output_dimensions: &[2, 3, 8, 8]; };
    let grid = network.add_input("grid", Float, &[2, 4, 4, 2]).unwrap();
    round_trip! { network.add_grid_sample(x, grid).unwrap(),
        interpolation_mode, set_interpolation_mode: InterpolationMode::Nearest;
        align_corners, set_align_corners: true;
        sample_mode, set_sample_mode: SampleMode::Clamp;
    };
}

#[test]
fn indexing_and_constants() {
    let builder = common::builder();
    let network = common::network(&builder);
    let x = network.add_input("x", Float, &[2, 3, 4]).unwrap();
    let indices = network.add_input("indices", Int32, &[2, 3, 4]).unwrap();
    round_trip! { network.add_gather(x, indices, GatherMode::Default, 1).unwrap(),
        axis, set_axis: 2;
        num_elementwise_dims, set_num_elementwise_dims: 1;
        mode, set_mode: GatherMode::Element;
    };
    round_trip! { network.add_scatter(x, indices, x, ScatterMode::Element).unwrap(),
        axis, set_axis: 2;
        mode, set_mode: ScatterMode::Nd;
    };
    let values = network
        .add_constant(&[2], Weights::from(network.keep(vec![0.0f32, 1.0])))
        .unwrap()
        .output(0);
    let depth = network
        .add_constant(&[], Weights::from(network.keep(vec![5i32])))
        .unwrap()
        .output(0);
    round_trip! { network.add_one_hot(indices, values, depth, 3).unwrap(), axis, set_axis: 1; };
    round_trip! { network.add_nonzero(x, Int32).unwrap(), indices_type, set_indices_type: Int64; };
    let lengths = network.add_input("lengths", Int32, &[2]).unwrap();
    round_trip! { network.add_reverse_sequence(x, lengths).unwrap(),
        batch_axis, set_batch_axis: 0;
        sequence_axis, set_sequence_axis: 2;
    };
    let constant = round_trip! { network.add_constant(&[4], Weights::from(network.keep(vec![1.0f32; 4]))).unwrap(),
        dimensions, set_dimensions: &[2, 2];
    };
    constant.set_weights(Weights::from(&[3.0f32; 4])).unwrap();
    assert_eq!(bytes_of(constant.weights().unwrap()), [3.0; 4]);
    let fill = round_trip! { network.add_fill(&[4], FillOperation::RandomUniform, Float).unwrap(),
        dimensions, set_dimensions: &[2, 3];
        operation, set_operation: FillOperation::RandomNormal;
        alpha, set_alpha: 0.5;
        beta, set_beta: 1.5;
        to_type, set_to_type: Half;
    };
    assert!(!fill.is_alpha_beta_int64().unwrap());
    let fill = round_trip! { network.add_fill(&[4], FillOperation::Linspace, Int64).unwrap(),
        alpha_int64, set_alpha_int64: 5;
        beta_int64, set_beta_int64: -2;
    };
    assert!(fill.is_alpha_beta_int64().unwrap());
}

#[test]
fn quantization_and_detection() {
    let builder = common::builder();
    let network = common::network(&builder);
    let x = network.add_input("x", Float, &[4, 32]).unwrap();
    let scale = network
        .add_constant(&[4], Weights::from(network.keep(vec![0.5f32; 4])))
        .unwrap()
        .output(0);
    let quantize = round_trip! { network.add_quantize(x, scale, Int8).unwrap(),
        axis, set_axis: 0;
        to_type, set_to_type: Int8;
    };
    round_trip! { network.add_dequantize(quantize.output(0), scale, Float).unwrap(),
        axis, set_axis: 0;
        to_type, set_to_type: Float;
    };
    round_trip! { network.add_dynamic_quantize(x, &[1, 16], Fp4, Fp8).unwrap(),
        block_shape, set_block_shape: &[1, 32];
        to_type, set_to_type: Fp8;
        scale_type, set_scale_type: E8M0;
    };
    let boxes = network.add_input("boxes", Float, &[1, 10, 4]).unwrap();
    let scores = network.add_input("scores", Float, &[1, 10, 2]).unwrap();
    let limit = network
        .add_constant(&[], Weights::from(network.keep(vec![3i32])))
        .unwrap()
        .output(0);
    round_trip! { network.add_nms(boxes, scores, limit, Int32).unwrap(),
        bounding_box_format, set_bounding_box_format: BoundingBoxFormat::CenterSizes;
        top_k_box_limit, set_top_k_box_limit: 100;
        indices_type, set_indices_type: Int64;
    };
}

#[test]
fn control_flow() {
    let builder = common::builder();
    let network = common::network(&builder);
    let x = network.add_input("x", Float, &[5, 4]).unwrap();
    let count = network
        .add_constant(&[], Weights::from(network.keep(vec![5i32])))
        .unwrap()
        .output(0);
    let body = network.add_loop().unwrap();
    body.set_name("body").unwrap();
    assert_eq!(body.name(), "body");
    let limit = body.add_trip_limit(count, TripLimitKind::Count).unwrap();
    assert_eq!(limit.trip_limit().unwrap(), TripLimitKind::Count);
    assert_eq!(limit.containing_loop(), Some(body));
    round_trip! { body.add_iterator(x, 0, true).unwrap(),
        axis, set_axis: 1;
        reverse, set_reverse: false;
    };
    let start = network
        .add_constant(&[4], Weights::from(network.keep(vec![0.0f32; 4])))
        .unwrap()
        .output(0);
    let recurrence = body.add_recurrence(start).unwrap();
    let output = round_trip! {
        body.add_output(recurrence.output(0), LoopOutputKind::Concatenate, 0).unwrap(),
        axis, set_axis: 1;
    };
    assert_eq!(output.loop_output().unwrap(), LoopOutputKind::Concatenate);

    let truth = network.add_input("truth", Bool, &[]).unwrap();
    let branch = network.add_if_conditional().unwrap();
    branch.set_name("branch").unwrap();
    assert_eq!(branch.name(), "branch");
    assert_eq!(
        branch
            .set_condition(truth)
            .unwrap()
            .containing_conditional(),
        Some(branch)
    );
    round_trip! { network.add_assertion(truth, "must hold").unwrap(), message, set_message: "must really hold"; };
}

#[test]
fn attention_and_caches() {
    let builder = common::builder();
    let network = common::network(&builder);
    let input = |name| network.add_input(name, Half, &[1, 2, 8, 16]).unwrap();
    let (query, key, value) = (input("query"), input("key"), input("value"));
    let attention = network
        .add_attention(
            query,
            key,
            value,
            AttentionNormalization::SoftMax,
            CausalMask::None,
        )
        .unwrap();
    attention.set_name("attention").unwrap();
    assert_eq!(attention.name(), "attention");
    assert_eq!(attention.input(1), Some(key));
    round_trip! { attention,
        normalization, set_normalization: AttentionNormalization::None;
        causal_mask, set_causal_mask: CausalMask::UpperLeft;
        decomposable, set_decomposable: true;
    };
    let mask = network.add_input("mask", Bool, &[1, 2, 8, 8]).unwrap();
    let masked = network
        .add_attention(
            query,
            key,
            value,
            AttentionNormalization::SoftMax,
            CausalMask::None,
        )
        .unwrap();
    assert_eq!(masked.mask().unwrap(), None);
    masked.set_mask(Some(mask)).unwrap();
    assert_eq!(masked.mask().unwrap(), Some(mask));

    let cosines = network.add_input("cosines", Half, &[1, 8, 8]).unwrap();
    round_trip! { network.add_rotary_embedding(query, cosines, cosines, false, 0).unwrap(),
        interleaved, set_interleaved: true;
        rotary_embedding_dim, set_rotary_embedding_dim: 16;
    };
    let update = network.add_input("update", Half, &[1, 2, 1, 16]).unwrap();
    let indices = network.add_input("indices", Int32, &[1]).unwrap();
    round_trip! { network.add_kv_cache_update(query, update, indices, KvCacheMode::Linear).unwrap(),
        cache_mode, set_cache_mode: KvCacheMode::Linear;
    };
}

#[test]
fn what_all_layers_and_tensors_have() {
    let builder = common::builder();
    let network = common::network(&builder);
    network.set_name("net").unwrap();
    assert_eq!(network.name(), "net");
    let x = network.add_input("x", Float, &[-1, 4]).unwrap();
    x.set_dimension_name(0, "batch").unwrap();
    assert_eq!(x.dimension_name(0).as_deref(), Some("batch"));
    assert_eq!(x.dimension_name(1), None);
    assert!(x.is_network_input() && !x.is_network_output() && !x.is_shape_tensor());
    x.set_dims(&[-1, 8]).unwrap();
    assert_eq!(x.dims().unwrap(), [-1, 8]);
    x.set_allowed_formats(1).unwrap();
    assert_eq!(x.allowed_formats().unwrap(), 1);

    let relu = network.add_activation(x, ActivationType::Relu).unwrap();
    relu.set_name("relu").unwrap();
    relu.set_metadata("from line 7").unwrap();
    assert_eq!(
        (relu.name(), relu.metadata().unwrap()),
        ("relu".into(), "from line 7".into())
    );
    assert_eq!((relu.num_inputs(), relu.num_outputs()), (1, 1));
    assert_eq!((relu.input(0), relu.input(1)), (Some(x), None));
    assert_eq!(relu.outputs().collect::<Vec<_>>(), [relu.output(0)]);
    relu.output(0).set_name("y").unwrap();
    network.mark_output(relu.output(0)).unwrap();
    assert!(relu.output(0).is_network_output());
    assert_eq!(network.inputs().collect::<Vec<_>>(), [x]);
    assert_eq!(
        network.outputs().map(|y| y.name()).collect::<Vec<_>>(),
        ["y"]
    );
    network.unmark_output(relu.output(0)).unwrap();
    assert_eq!(network.outputs().count(), 0);

    let shuffle = network.add_shuffle(relu.output(0)).unwrap();
    shuffle.set_input(0, x).unwrap();
    assert_eq!(shuffle.input(0), Some(x));
    let kinds: Vec<_> = network.layers().map(|layer| layer.kind()).collect();
    assert_eq!(kinds, [LayerKind::Activation, LayerKind::Shuffle]);
    assert!(
        matches!(network.layers().next().unwrap().typed(), TypedLayer::Activation(layer) if layer == relu)
    );
}

#[test]
fn config() {
    let builder = common::builder();
    let config = round_trip! { builder.config().unwrap(),
        optimization_level, set_optimization_level: 1;
        max_aux_streams, set_max_aux_streams: 2;
        profiling_verbosity, set_profiling_verbosity: ProfilingVerbosity::Detailed;
        engine_capability, set_engine_capability: EngineCapability::Standard;
        default_device_type, set_default_device_type: DeviceType::Gpu;
        runtime_platform, set_runtime_platform: RuntimePlatform::SameAsBuild;
        tiling_level, set_tiling_level: TilingLevel::Fast;
    };
    config
        .set_memory_pool_limit(MemoryPool::Workspace, 1 << 28)
        .unwrap();
    assert_eq!(
        config.memory_pool_limit(MemoryPool::Workspace).unwrap(),
        1 << 28
    );
    config.set_flag(BuilderFlag::Refit, true).unwrap();
    assert!(config.flag(BuilderFlag::Refit).unwrap());
    config.set_flag(BuilderFlag::Refit, false).unwrap();
    assert!(!config.flag(BuilderFlag::Refit).unwrap());
    let targets = [ComputeCapability::new(8, 6), ComputeCapability::new(12, 0)];
    config.set_compute_capabilities(&targets).unwrap();
    assert_eq!(config.compute_capabilities().unwrap(), targets);
    builder.set_max_threads(2).unwrap();
    assert_eq!(builder.max_threads().unwrap(), 2);
}

#[test]
fn optimization_profile() {
    let builder = common::builder();
    let profile = builder.optimization_profile().unwrap();
    profile.set_shape("x", &[1, 3], &[4, 3], &[8, 3]).unwrap();
    let shape = profile.shape("x").unwrap();
    assert_eq!(shape.min, [1, 3]);
    assert_eq!(shape.opt, [4, 3]);
    assert_eq!(shape.max, [8, 3]);
    assert!(profile.shape("y").is_err());
    assert!(profile.is_valid().unwrap());
    assert!(matches!(
        profile.set_shape("x", &[2, 3], &[1, 3], &[8, 3]),
        Err(Error::Shape { .. })
    ));
    profile
        .set_shape_values("z", &[1, 2], &[1, 2], &[3, 4])
        .unwrap();
}
