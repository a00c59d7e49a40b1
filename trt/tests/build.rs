//! Every kind of layer in networks that TensorRT builds; what goes wrong is said.

mod common;

use common::build;
use trt::{DataType::*, *};

fn floats<'n>(network: &'n Network<'_>, dims: &[i64], value: f32) -> Result<Tensor<'n>> {
    let count = dims.iter().product::<i64>() as usize;
    Ok(network
        .add_constant(dims, Weights::from(network.keep(vec![value; count])))?
        .output(0))
}

fn integers<'n>(network: &'n Network<'_>, values: &[i32]) -> Result<Tensor<'n>> {
    let dims = [values.len() as i64];
    Ok(network
        .add_constant(&dims, Weights::from(network.keep(values.to_vec())))?
        .output(0))
}

fn scalar<'n>(network: &'n Network<'_>, value: i32) -> Result<Tensor<'n>> {
    Ok(network
        .add_constant(&[], Weights::from(network.keep(vec![value])))?
        .output(0))
}

#[test]
fn convolutions_pooling_and_activations() {
    let plan = build(Float, &[1, 4, 8, 8], |network, x| {
        let kernel = Weights::from(network.keep(vec![0.1f32; 4 * 4 * 3 * 3]));
        let convolution = network.add_convolution(x, 4, &[3, 3], kernel, None)?;
        convolution.set_padding(&[1, 1])?;
        let deconvolution =
            network.add_deconvolution(convolution.output(0), 4, &[3, 3], kernel, None)?;
        deconvolution.set_padding(&[1, 1])?;
        let pooling = network.add_pooling(deconvolution.output(0), PoolingType::Max, &[2, 2])?;
        pooling.set_stride(&[2, 2])?;
        assert_eq!(pooling.output(0).dims()?, [1, 4, 4, 4]);
        let relu = network.add_activation(pooling.output(0), ActivationType::Relu)?;
        let slope = floats(network, &[1, 4, 1, 1], 0.1)?;
        let parametric_relu = network.add_parametric_relu(relu.output(0), slope)?;
        let lrn = network.add_lrn(parametric_relu.output(0), 3, 1e-4, 0.75, 1.0)?;
        let two = Weights::from(network.keep(vec![2.0f32; 4]));
        let scale = network.add_scale(
            lrn.output(0),
            ScaleMode::Channel,
            Some(two),
            Some(two),
            None,
            1,
        )?;
        let ones = floats(network, &[1, 4, 1, 1], 1.0)?;
        let normalization =
            network.add_normalization_v2(scale.output(0), ones, ones, Axes::new([2, 3]))?;
        let resize = network.add_resize(normalization.output(0))?;
        resize.set_scales(&[1.0, 1.0, 2.0, 2.0])?;
        resize.set_interpolation_mode(InterpolationMode::Linear)?;
        Ok(vec![resize.output(0)])
    })
    .unwrap();
    assert!(plan.len() > 1000);
}

#[test]
fn elementwise_reductions_and_products() {
    build(Float, &[2, 3, 4], |network, x| {
        let sum = network
            .add_elementwise(x, x, ElementWiseOperation::Sum)?
            .output(0);
        let exp = network.add_unary(sum, UnaryOperation::Exp)?.output(0);
        let reduced = network
            .add_reduce(exp, ReduceOperation::Max, Axes::new([2]), true)?
            .output(0);
        let softmax = network.add_softmax(exp, 2)?.output(0);
        let product = network
            .add_matrix_multiply(
                softmax,
                MatrixOperation::None,
                exp,
                MatrixOperation::Transpose,
            )?
            .output(0);
        assert_eq!(product.dims()?, [2, 3, 3]);
        let einsum = network.add_einsum(&[product, x], "bij,bjk->bik")?.output(0);
        let greater = network
            .add_elementwise(einsum, reduced, ElementWiseOperation::Greater)?
            .output(0);
        let select = network.add_select(greater, einsum, x)?.output(0);
        let top = network.add_topk(select, TopKOperation::Max, 2, Axes::new([2]), Int32)?;
        assert_eq!(top.output(1).dtype()?, Int32);
        let axis = scalar(network, 1)?;
        let cumulative =
            network.add_cumulative(select, axis, CumulativeOperation::Sum, false, false)?;
        Ok(vec![top.output(0), top.output(1), cumulative.output(0)])
    })
    .unwrap();
}

#[test]
fn layers_that_move_elements() {
    build(Float, &[1, 2, 4, 4], |network, x| {
        let identity = network.add_identity(x)?.output(0);
        let concatenation = network.add_concatenation(&[x, identity], 1)?.output(0);
        assert_eq!(concatenation.dims()?, [1, 4, 4, 4]);
        let slice = network
            .add_slice(concatenation, &[0, 1, 0, 0], &[1, 2, 4, 4], &[1, 1, 1, 1])?
            .output(0);
        let padded = network.add_padding(slice, &[1, 1], &[1, 1])?.output(0);
        let shuffle = network.add_shuffle(padded)?;
        shuffle.set_first_transpose(&[0, 2, 3, 1])?;
        shuffle.set_reshape_dimensions(&[0, 1, -1])?;
        let squeezed = network
            .add_squeeze(shuffle.output(0), integers(network, &[1])?)?
            .output(0);
        let unsqueezed = network
            .add_unsqueeze(squeezed, integers(network, &[0, 3])?)?
            .output(0);
        assert_eq!(unsqueezed.dims()?, [1, 1, 72, 1]);
        let half = network.add_cast(unsqueezed, Half)?.output(0);
        let shape = network.add_shape(half)?.output(0);
        assert_eq!(shape.dtype()?, Int64);
        let grid = network.add_fill(&[1, 3, 3, 2], FillOperation::Linspace, Float)?;
        grid.set_alpha(0.0)?;
        grid.set_input(
            1,
            network
                .add_constant(&[], Weights::from(network.keep(vec![0.0f32])))?
                .output(0),
        )?;
        grid.set_input(2, floats(network, &[4], 0.1)?)?;
        let sampled = network.add_grid_sample(x, grid.output(0))?.output(0);
        Ok(vec![half, shape, sampled])
    })
    .unwrap();
}

#[test]
fn layers_driven_by_indices() {
    build(Float, &[2, 3, 4], |network, x| {
        let indices = integers(network, &[0, 2])?;
        let gathered = network
            .add_gather(x, indices, GatherMode::Default, 1)?
            .output(0);
        assert_eq!(gathered.dims()?, [2, 2, 4]);
        let where_to = network
            .add_constant(&[1, 1], Weights::from(network.keep(vec![1i32])))?
            .output(0);
        let updates = floats(network, &[1, 3, 4], 5.0)?;
        let scattered = network
            .add_scatter(x, where_to, updates, ScatterMode::Nd)?
            .output(0);
        let values = network
            .add_constant(&[2], Weights::from(network.keep(vec![0.0f32, 1.0])))?
            .output(0);
        let one_hot = network
            .add_one_hot(indices, values, scalar(network, 4)?, 1)?
            .output(0);
        let lengths = integers(network, &[1, 2])?;
        let reversed = network.add_reverse_sequence(x, lengths)?;
        reversed.set_batch_axis(0)?;
        reversed.set_sequence_axis(1)?;
        Ok(vec![gathered, scattered, one_hot, reversed.output(0)])
    })
    .unwrap();
}

#[test]
fn quantization() {
    build(Float, &[4, 32], |network, x| {
        let scale = floats(network, &[], 0.5)?;
        let quantized = network.add_quantize(x, scale, Int8)?.output(0);
        assert_eq!(quantized.dtype()?, Int8);
        Ok(vec![
            network.add_dequantize(quantized, scale, Float)?.output(0),
        ])
    })
    .unwrap();
}

/// TensorRT-RTX takes these layers into a network, but has nothing that implements them.
fn not_on_rtx(layer: &str, plan: Result<Plan>) {
    let product = Library::load().unwrap().product();
    match plan {
        Ok(_) => assert_eq!(product, Product::TensorRt),
        Err(error) => {
            assert_eq!(product, Product::TensorRtRtx, "{error}");
            assert!(log_of(error).contains(layer));
        }
    }
}

#[test]
fn non_maximum_suppression() {
    let plan = build(Float, &[1, 10, 4], |network, boxes| {
        let scores = floats(network, &[1, 10, 2], 0.5)?;
        let nms = network.add_nms(boxes, scores, scalar(network, 3)?, Int32)?;
        assert_eq!(nms.output(0).dims()?, [-1, 3]);
        Ok(vec![nms.output(0)])
    });
    not_on_rtx("[NMS]", plan);
}

#[test]
fn indices_of_elements_that_are_not_zero() {
    let plan = build(Float, &[2, 3, 4], |network, x| {
        let nonzero = network.add_nonzero(x, Int64)?.output(0);
        assert_eq!(nonzero.dims()?, [3, -1]);
        Ok(vec![nonzero])
    });
    not_on_rtx("[NonZero]", plan);
}

#[test]
fn softmax_over_ragged_rows() {
    build(Float, &[1, 3, 4], |network, x| {
        let bounds = network
            .add_constant(&[1, 3, 1], Weights::from(network.keep(vec![1i32, 2, 4])))?
            .output(0);
        Ok(vec![network.add_ragged_softmax(x, bounds)?.output(0)])
    })
    .unwrap();
}

#[test]
fn rotary_embedding_and_key_value_cache() {
    build(Half, &[1, 2, 8, 16], |network, x| {
        let cosines = network.add_input("cosines", Half, &[1, 8, 8])?;
        let sines = network.add_input("sines", Half, &[1, 8, 8])?;
        let rotated = network
            .add_rotary_embedding(x, cosines, sines, false, 0)?
            .output(0);
        let cache = network.add_input("cache", Half, &[1, 2, 32, 16])?;
        let indices = network.add_input("indices", Int32, &[1])?;
        let updated = network
            .add_kv_cache_update(cache, rotated, indices, KvCacheMode::Linear)?
            .output(0);
        Ok(vec![rotated, updated])
    })
    .unwrap();
}

#[test]
fn loops_and_conditionals() {
    build(Float, &[5, 4], |network, x| {
        let body = network.add_loop()?;
        body.add_trip_limit(scalar(network, 5)?, TripLimitKind::Count)?;
        let row = body.add_iterator(x, 0, false)?.output(0);
        let sum = body.add_recurrence(floats(network, &[4], 0.0)?)?;
        let next = network
            .add_elementwise(sum.output(0), row, ElementWiseOperation::Sum)?
            .output(0);
        sum.set_input(1, next)?;
        let last = body
            .add_output(sum.output(0), LoopOutputKind::LastValue, 0)?
            .output(0);

        let truth = network.add_input("truth", Bool, &[])?;
        network.add_assertion(
            network
                .add_constant(&[], Weights::from(network.keep(vec![true])))?
                .output(0),
            "true",
        )?;
        let branch = network.add_if_conditional()?;
        branch.set_condition(truth)?;
        let inside = branch.add_input(last)?.output(0);
        let doubled = network
            .add_elementwise(inside, inside, ElementWiseOperation::Sum)?
            .output(0);
        let negated = network.add_unary(inside, UnaryOperation::Neg)?.output(0);
        let result = branch.add_output(doubled, negated)?.output(0);
        let kinds: Vec<_> = network.layers().map(|layer| layer.kind()).collect();
        for kind in [
            LayerKind::TripLimit,
            LayerKind::Recurrence,
            LayerKind::ConditionalOutput,
        ] {
            assert!(kinds.contains(&kind), "{kinds:?}");
        }
        Ok(vec![result])
    })
    .unwrap();
}

#[test]
fn attention() {
    build(Half, &[1, 2, 8, 16], |network, x| {
        let attention =
            network.add_attention(x, x, x, AttentionNormalization::SoftMax, CausalMask::None)?;
        attention.set_decomposable(true)?;
        let output = attention.output()?;
        assert_eq!(output.dims()?, [1, 2, 8, 16]);
        let boundary = network
            .layers()
            .find(|layer| layer.kind() == LayerKind::AttentionInput)
            .unwrap();
        assert_eq!(boundary.containing_attention(), Some(attention));
        Ok(vec![output])
    })
    .unwrap();
}

#[test]
fn a_plan_is_saved_whole_and_progress_is_told() {
    let builder = common::builder();
    let network = common::network(&builder);
    let x = network.add_input("x", Float, &[-1, 4]).unwrap();
    network
        .mark_output(
            network
                .add_activation(x, ActivationType::Relu)
                .unwrap()
                .output(0),
        )
        .unwrap();
    let profile = builder.optimization_profile().unwrap();
    profile.set_shape("x", &[1, 4], &[2, 4], &[4, 4]).unwrap();
    let phases = std::sync::Mutex::new(Vec::new());
    let plan = {
        let config = common::config(&builder);
        assert_eq!(config.add_profile(&profile).unwrap(), 0);
        config
            .set_progress(|progress| {
                phases.lock().unwrap().push(format!("{progress:?}"));
                true
            })
            .unwrap();
        builder.build(&network, &config).unwrap()
    };
    assert!(!phases.into_inner().unwrap().is_empty());

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("relu.engine");
    plan.save(&path).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), *plan);
}

#[test]
fn progress_can_cancel_a_build() {
    let builder = common::builder();
    let network = common::network(&builder);
    let x = network.add_input("x", Float, &[4]).unwrap();
    network
        .mark_output(
            network
                .add_activation(x, ActivationType::Relu)
                .unwrap()
                .output(0),
        )
        .unwrap();
    let config = common::config(&builder);
    config.set_progress(|_| false).unwrap();
    assert!(matches!(
        builder.build(&network, &config),
        Err(Error::Call { .. })
    ));
}

#[test]
fn a_timing_cache_goes_in_and_comes_out() {
    let builder = common::builder();
    let config = common::config(&builder);
    assert!(config.timing_cache().is_err(), "none was set");
    assert!(config.add_timings(&TimingCache::new()).is_err());
    match config.set_timing_cache(&TimingCache::new(), false) {
        Ok(()) => {
            let timings = config.timing_cache().unwrap();
            config.add_timings(&timings).unwrap();
        }
        // TensorRT-RTX has no use for one.
        Err(error) => assert_eq!(builder.library().product(), Product::TensorRtRtx, "{error}"),
    }
}

fn log_of(error: Error) -> String {
    match error {
        Error::Call { log, .. } if !log.is_empty() => log,
        other => panic!("expected a failed call with a log, got {other:?}"),
    }
}

#[test]
fn shapes_that_do_not_fit_are_refused_in_tensorrts_words() {
    let builder = common::builder();
    let network = common::network(&builder);
    let a = network.add_input("a", Float, &[2, 3]).unwrap();
    let b = network.add_input("b", Float, &[2, 4]).unwrap();
    let sum = network
        .add_elementwise(a, b, ElementWiseOperation::Sum)
        .unwrap();
    let log = log_of(sum.output(0).dims().unwrap_err());
    assert!(
        log.contains("broadcast dimensions must be conformable"),
        "{log}"
    );
}

#[test]
fn a_setter_that_tensorrt_only_complains_about_is_an_error() {
    let builder = common::builder();
    let network = common::network(&builder);
    let x = network.add_input("x", Float, &[1, 1, 4, 4]).unwrap();
    let pooling = network.add_pooling(x, PoolingType::Max, &[2, 2]).unwrap();
    let error = pooling.set_stride(&[0, 2]).unwrap_err();
    assert!(
        error.to_string().contains("Pooling::set_stride of layer"),
        "{error}"
    );
    assert!(log_of(error).contains("stride"));
    assert_eq!(pooling.stride().unwrap(), [1, 1]);
}

#[test]
fn weights_of_the_wrong_size_are_refused() {
    let builder = common::builder();
    let network = common::network(&builder);
    let x = network.add_input("x", Float, &[1, 1, 4, 4]).unwrap();
    let three = network.keep(vec![1.0f32; 3]);
    let refused = network
        .add_convolution(x, 1, &[2, 2], Weights::from(three), None)
        .and_then(|convolution| network.mark_output(convolution.output(0)))
        .and_then(|()| builder.build(&network, &common::config(&builder)));
    assert!(
        log_of(refused.unwrap_err())
            .to_lowercase()
            .contains("weights")
    );
}

#[test]
fn a_network_without_outputs_is_refused() {
    let builder = common::builder();
    let network = common::network(&builder);
    network.add_input("x", Float, &[1]).unwrap();
    log_of(
        builder
            .build(&network, &common::config(&builder))
            .unwrap_err(),
    );
}

#[test]
fn an_architecture_that_the_library_does_not_build_for_is_refused() {
    let builder = common::builder();
    if builder.library().product() != Product::TensorRtRtx {
        return;
    }
    let config = builder.config().unwrap();
    let error = config
        .set_compute_capabilities(&[ComputeCapability::new(5, 3)])
        .unwrap_err();
    assert!(error.to_string().contains("building for sm_53"), "{error}");
}

#[test]
fn tensors_of_another_network_are_refused() {
    let builder = common::builder();
    let (ours, theirs) = (common::network(&builder), common::network(&builder));
    let foreign = theirs.add_input("foreign", Float, &[1]).unwrap();
    let own = ours.add_input("own", Float, &[1]).unwrap();
    let error = ours
        .add_elementwise(own, foreign, ElementWiseOperation::Sum)
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("`foreign`: belongs to another network"),
        "{error}"
    );
    assert!(ours.mark_output(foreign).is_err());
    let relu = ours.add_activation(own, ActivationType::Relu).unwrap();
    assert!(relu.set_input(0, foreign).is_err());
}

#[test]
fn objects_of_another_builder_are_refused() {
    let (ours, theirs) = (common::builder(), common::builder());
    let network = common::network(&ours);
    let config = common::config(&theirs);
    assert!(matches!(
        ours.build(&network, &config),
        Err(Error::Invalid { .. })
    ));
    let profile = ours.optimization_profile().unwrap();
    assert!(matches!(
        config.add_profile(&profile),
        Err(Error::Invalid { .. })
    ));
}

#[test]
fn names_with_nul_and_too_many_dimensions_are_refused() {
    let builder = common::builder();
    let network = common::network(&builder);
    assert!(matches!(
        network.add_input("a\0b", Float, &[1]),
        Err(Error::Invalid { .. })
    ));
    assert!(matches!(
        network.add_input("x", Float, &[1; 9]),
        Err(Error::Shape { .. })
    ));
    network.add_input("x", Float, &[1; 8]).unwrap();
    assert!(
        network.add_input("x", Float, &[1]).is_err(),
        "the name is taken"
    );
}

#[test]
fn what_the_library_lacks_is_unsupported() {
    let builder = common::builder();
    if builder.library().has_weakly_typed_networks() {
        return;
    }
    let error = builder.network(NetworkOptions::weakly_typed()).unwrap_err();
    assert!(matches!(&error, Error::Unsupported { .. }), "{error:?}");
    let error = builder
        .config()
        .unwrap()
        .set_flag(BuilderFlag::Fp16, true)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "builder flag Fp16 is not available in {}",
            builder.library()
        )
    );
}
