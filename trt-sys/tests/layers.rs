//! Every kind of layer that TensorRT-RTX adds here has the kind it was added as, and the properties of the table.

#[macro_use]
mod common;

use std::ptr;

use common::{LOG, dims, last_error, log, rtx};
use trt_sys::*;

/// How many of the properties a layer has; each that reads must also write what it read, or say why not.
fn nb_properties(api: &TrtApi, layer: *mut TrtLayer) -> usize {
    let mut count = 0;
    for property in (0..=TrtProperty::DYNAMIC_QUANTIZE_SCALE_TYPE.0).map(TrtProperty) {
        let mut value = TrtValue::default();
        match run!(api, layer_get, layer, property, &mut value) {
            TrtStatus::OK => {
                assert_ne!(value.kind, TrtValueKind::NONE);
                let written = run!(api, layer_set, layer, property, &value);
                assert_ne!(
                    written,
                    TrtStatus::EXCEPTION,
                    "{property:?}: {}",
                    last_error(api)
                );
                count += 1;
            }
            TrtStatus::UNSUPPORTED => {}
            other => panic!("{property:?}: {other:?} {}", last_error(api)),
        }
    }
    count
}

#[test]
fn every_kind_reads_and_writes_its_properties() {
    let Some(library) = rtx() else { return };
    let api = library.api();
    let logger = create!(api, logger_create, Some(log), ptr::null_mut());
    let builder = create!(api, builder_create, library.create_builder(), logger);
    let net = create!(api, builder_create_network, builder, 1);
    let input = |name: &std::ffi::CStr, dtype, shape: &[i64]| {
        create!(
            api,
            network_add_input,
            net,
            name.as_ptr(),
            dtype,
            &dims(shape)
        )
    };
    let x = input(c"x", TrtDataType::FLOAT, &[2, 4, 8, 8]);
    let y = input(c"y", TrtDataType::FLOAT, &[2, 4, 8, 8]);
    let channel = input(c"channel", TrtDataType::FLOAT, &[1, 4, 1, 1]);
    let condition = input(c"condition", TrtDataType::BOOL, &[2, 4, 8, 8]);
    let flag = input(c"flag", TrtDataType::BOOL, &[]);
    let indices = input(c"indices", TrtDataType::INT32, &[2, 3]);
    let lengths = input(c"lengths", TrtDataType::INT32, &[4]);
    let grid = input(c"grid", TrtDataType::FLOAT, &[2, 8, 8, 2]);
    let boxes = input(c"boxes", TrtDataType::FLOAT, &[1, 5, 4]);
    let scores = input(c"scores", TrtDataType::FLOAT, &[1, 5, 2]);

    let numbers = vec![0.1f32; 4 * 4 * 3 * 3];
    let weights = |count: usize| TrtWeights {
        dtype: TrtDataType::FLOAT,
        values: numbers.as_ptr().cast(),
        count: count as i64,
    };
    let none = TrtWeights::default();
    let integers = [1i32, 3];
    let integer = |index: usize| TrtWeights {
        dtype: TrtDataType::INT32,
        values: integers[index..].as_ptr().cast(),
        count: 1,
    };
    let constant = |shape: &[i64], weights| {
        let layer = create!(api, add_constant, net, &dims(shape), weights);
        create!(api, layer_output, layer, 0)
    };
    let one = constant(&[], integer(0));
    let three = constant(&[], integer(1));
    let axes = constant(&[1], integer(0));
    let scale_one = constant(&[], weights(1));
    let values = constant(&[2], weights(2));

    use TrtLayerKind as Kind;
    let two = dims(&[2, 2]);
    let expected = [
        (
            Kind::ACTIVATION,
            3,
            create!(api, add_activation, net, x, TrtActivationType::ELU),
        ),
        (
            Kind::ASSERTION,
            1,
            create!(api, add_assertion, net, flag, c"must hold".as_ptr()),
        ),
        (
            Kind::CAST,
            1,
            create!(api, add_cast, net, x, TrtDataType::HALF),
        ),
        (
            Kind::CONCATENATION,
            1,
            create!(api, add_concatenation, net, [x, y].as_ptr(), 2),
        ),
        (
            Kind::CONSTANT,
            2,
            create!(api, add_constant, net, &dims(&[4]), weights(4)),
        ),
        (
            Kind::CONVOLUTION,
            11,
            create!(
                api,
                add_convolution,
                net,
                x,
                4,
                &dims(&[3, 3]),
                weights(144),
                none
            ),
        ),
        (
            Kind::CUMULATIVE,
            3,
            create!(
                api,
                add_cumulative,
                net,
                x,
                one,
                TrtCumulativeOperation::SUM,
                0,
                0
            ),
        ),
        (
            Kind::DECONVOLUTION,
            11,
            create!(
                api,
                add_deconvolution,
                net,
                x,
                4,
                &dims(&[3, 3]),
                weights(144),
                none
            ),
        ),
        (
            Kind::EINSUM,
            1,
            create!(
                api,
                add_einsum,
                net,
                [x, y].as_ptr(),
                2,
                c"abcd,abcd->abd".as_ptr()
            ),
        ),
        (
            Kind::ELEMENTWISE,
            1,
            create!(
                api,
                add_elementwise,
                net,
                x,
                y,
                TrtElementWiseOperation::MAX
            ),
        ),
        (
            Kind::FILL,
            8,
            create!(
                api,
                add_fill,
                net,
                &dims(&[4]),
                TrtFillOperation::LINSPACE,
                TrtDataType::FLOAT
            ),
        ),
        (
            Kind::GATHER,
            3,
            create!(api, add_gather, net, x, indices, TrtGatherMode::DEFAULT),
        ),
        (
            Kind::GRID_SAMPLE,
            3,
            create!(api, add_grid_sample, net, x, grid),
        ),
        (Kind::IDENTITY, 0, create!(api, add_identity, net, x)),
        (
            Kind::LRN,
            4,
            create!(api, add_lrn, net, x, 3, 0.1, 0.75, 1.0),
        ),
        (
            Kind::MATRIX_MULTIPLY,
            2,
            create!(
                api,
                add_matrix_multiply,
                net,
                x,
                TrtMatrixOperation::NONE,
                y,
                TrtMatrixOperation::TRANSPOSE
            ),
        ),
        (
            Kind::NMS,
            3,
            create!(api, add_nms, net, boxes, scores, three, TrtDataType::INT32),
        ),
        (
            Kind::NON_ZERO,
            1,
            create!(api, add_non_zero, net, condition, TrtDataType::INT64),
        ),
        (
            Kind::NORMALIZATION,
            4,
            create!(api, add_normalization_v2, net, x, channel, channel, 0b1100),
        ),
        (
            Kind::ONE_HOT,
            1,
            create!(api, add_one_hot, net, indices, values, three, -1),
        ),
        (
            Kind::PADDING,
            2,
            create!(api, add_padding, net, x, &two, &two),
        ),
        (
            Kind::PARAMETRIC_RELU,
            0,
            create!(api, add_parametric_relu, net, x, channel),
        ),
        (
            Kind::POOLING,
            9,
            create!(api, add_pooling, net, x, TrtPoolingType::AVERAGE, &two),
        ),
        (
            Kind::QUANTIZE,
            3,
            create!(api, add_quantize, net, x, scale_one, TrtDataType::INT8),
        ),
        (
            Kind::REDUCE,
            3,
            create!(api, add_reduce, net, x, TrtReduceOperation::AVG, 0b1100, 1),
        ),
        (Kind::RESIZE, 8, create!(api, add_resize, net, x)),
        (
            Kind::REVERSE_SEQUENCE,
            2,
            create!(api, add_reverse_sequence, net, x, lengths),
        ),
        (
            Kind::SCALE,
            5,
            create!(
                api,
                add_scale,
                net,
                x,
                TrtScaleMode::CHANNEL,
                weights(4),
                weights(4),
                none,
                1
            ),
        ),
        (
            Kind::SCATTER,
            2,
            create!(api, add_scatter, net, x, indices, y, TrtScatterMode::ND),
        ),
        (
            Kind::SELECT,
            0,
            create!(api, add_select, net, condition, x, y),
        ),
        (Kind::SHAPE, 0, create!(api, add_shape, net, x)),
        (Kind::SHUFFLE, 4, create!(api, add_shuffle, net, x)),
        (
            Kind::SLICE,
            5,
            create!(
                api,
                add_slice,
                net,
                x,
                &dims(&[0; 4]),
                &dims(&[1; 4]),
                &dims(&[1; 4])
            ),
        ),
        (Kind::SOFTMAX, 1, create!(api, add_softmax, net, x)),
        (
            Kind::SQUEEZE,
            0,
            create!(api, add_squeeze, net, channel, axes),
        ),
        (
            Kind::TOPK,
            4,
            create!(
                api,
                add_topk,
                net,
                x,
                TrtTopKOperation::MAX,
                2,
                0b1000,
                TrtDataType::INT64
            ),
        ),
        (
            Kind::UNARY,
            1,
            create!(api, add_unary, net, x, TrtUnaryOperation::ISNAN),
        ),
        (
            Kind::UNSQUEEZE,
            0,
            create!(api, add_unsqueeze, net, x, axes),
        ),
    ];
    // Every layer has the number of ranks besides.
    for (kind, count, layer) in expected {
        let mut found = Kind::UNKNOWN;
        assert_eq!(run!(api, layer_kind, layer, &mut found), TrtStatus::OK);
        assert_eq!(found, kind);
        assert_eq!(
            nb_properties(api, layer),
            count + 1,
            "properties of {kind:?}"
        );
    }

    let layers: i32 = call!(api, network_nb_layers, net);
    assert!(layers as usize > expected.len());
    run!(api, network_destroy, net);
    run!(api, builder_destroy, builder);
    run!(api, logger_destroy, logger);
}
