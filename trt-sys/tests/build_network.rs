//! Builds a network with one convolution for a named GPU architecture, through the raw table, on a host without a GPU.

#[macro_use]
mod common;

use std::ffi::{c_char, c_void};
use std::ptr;

use common::{LOG, dims, last_error, log, rtx};
use trt_sys::*;

unsafe extern "C" fn phase_start(user: *mut c_void, _: *const c_char, _: *const c_char, _: i32) {
    // SAFETY: `user` is the counter below, alive until the build is over.
    unsafe { *user.cast::<u32>() += 1 };
}

unsafe extern "C" fn step(_: *mut c_void, _: *const c_char, _: i32) -> i32 {
    1
}

unsafe extern "C" fn phase_finish(_: *mut c_void, _: *const c_char) {}

#[test]
fn one_convolution_becomes_a_plan() {
    let Some(library) = rtx() else { return };
    let api = library.api();
    let logger = create!(api, logger_create, Some(log), ptr::null_mut());
    let builder = create!(api, builder_create, library.create_builder(), logger);

    let mut weak = ptr::null_mut();
    assert_eq!(
        run!(api, builder_create_network, builder, 0, &mut weak),
        TrtStatus::UNSUPPORTED
    );
    assert!(
        last_error(api).contains("strongly typed"),
        "{}",
        last_error(api)
    );
    let network = create!(api, builder_create_network, builder, 1);

    let input = create!(
        api,
        network_add_input,
        network,
        c"x".as_ptr(),
        TrtDataType::FLOAT,
        &dims(&[-1, 3, 8, 8])
    );
    let kernel = vec![0.5f32; 4 * 3 * 3 * 3];
    let kernel = TrtWeights {
        dtype: TrtDataType::FLOAT,
        values: kernel.as_ptr().cast(),
        count: kernel.len() as i64,
    };
    let none = TrtWeights::default();
    let convolution = create!(
        api,
        add_convolution,
        network,
        input,
        4,
        &dims(&[3, 3]),
        kernel,
        none
    );

    // Properties: written, read back, refused.
    let mut value = TrtValue {
        kind: TrtValueKind::DIMS,
        data: TrtValueData {
            dims: dims(&[2, 2]),
        },
    };
    assert_eq!(
        run!(api, layer_set, convolution, TrtProperty::STRIDE, &value),
        TrtStatus::OK
    );
    value = call!(api, layer_get, convolution, TrtProperty::STRIDE);
    assert_eq!(value.kind, TrtValueKind::DIMS);
    // SAFETY: the kind says which member is set.
    let stride = unsafe { value.data.dims };
    assert_eq!((stride.rank, stride.d[0], stride.d[1]), (2, 2, 2));
    assert_eq!(
        run!(api, layer_set, convolution, TrtProperty::NB_GROUPS, &value),
        TrtStatus::INVALID_ARGUMENT
    );
    assert_eq!(
        run!(
            api,
            layer_get,
            convolution,
            TrtProperty::EQUATION,
            &mut value
        ),
        TrtStatus::UNSUPPORTED
    );
    let mut kind = TrtLayerKind::UNKNOWN;
    assert_eq!(run!(api, layer_kind, convolution, &mut kind), TrtStatus::OK);
    assert_eq!(kind, TrtLayerKind::CONVOLUTION);

    let output = create!(api, layer_output, convolution, 0);
    let shape: TrtDims = call!(api, tensor_dims, output);
    assert_eq!(shape.d[..shape.rank as usize], [-1, 4, 3, 3]);
    assert_eq!(
        run!(api, network_mark_output, network, output),
        TrtStatus::OK
    );

    let config = create!(api, builder_create_config, builder);
    assert_eq!(
        run!(
            api,
            config_set_compute_capabilities,
            config,
            [12].as_ptr(),
            1
        ),
        TrtStatus::UNSUPPORTED
    );
    assert_eq!(
        run!(
            api,
            config_set_compute_capabilities,
            config,
            [86].as_ptr(),
            1
        ),
        TrtStatus::OK
    );
    assert_eq!(
        run!(api, config_set_flag, config, TrtBuilderFlag::FP16, 1),
        TrtStatus::UNSUPPORTED
    );
    assert_eq!(
        run!(api, config_set_flag, config, TrtBuilderFlag::TF32, 0),
        TrtStatus::OK
    );
    assert_eq!(
        run!(
            api,
            config_set,
            config,
            TrtConfigOption::OPTIMIZATION_LEVEL,
            0
        ),
        TrtStatus::OK
    );
    let level: i64 = call!(api, config_get, config, TrtConfigOption::OPTIMIZATION_LEVEL);
    assert_eq!(level, 0);
    let profile = create!(api, builder_create_profile, builder);
    for (select, batch) in [
        (TrtProfileSelector::MIN, 1),
        (TrtProfileSelector::OPT, 4),
        (TrtProfileSelector::MAX, 8),
    ] {
        let shape = dims(&[batch, 3, 8, 8]);
        assert_eq!(
            run!(
                api,
                profile_set_shape,
                profile,
                c"x".as_ptr(),
                select,
                &shape
            ),
            TrtStatus::OK
        );
    }
    let index: i32 = call!(api, config_add_profile, config, profile.cast_const());
    assert_eq!(index, 0);
    let mut phases = 0u32;
    let progress = TrtProgressCallbacks {
        user: (&raw mut phases).cast(),
        phase_start: Some(phase_start),
        step: Some(step),
        phase_finish: Some(phase_finish),
    };
    assert_eq!(
        run!(api, config_set_progress, config, &progress),
        TrtStatus::OK
    );

    let plan = create!(api, builder_build, builder, network, config);
    let (mut data, mut size) = (ptr::null(), 0);
    assert_eq!(
        run!(api, host_memory_data, plan, &mut data, &mut size),
        TrtStatus::OK
    );
    assert!(size > 1000 && !data.is_null(), "the plan has {size} bytes");
    println!("plan of {size} bytes, {phases} phases");
    assert!(phases > 0, "the build reported no progress");

    // A plan that is cut off is a failure with words, not a crash.
    let runtime = create!(api, runtime_create, library.create_runtime(), logger);
    let mut engine = ptr::null_mut();
    assert_eq!(
        run!(
            api,
            runtime_deserialize,
            runtime,
            data,
            size / 2,
            &mut engine
        ),
        TrtStatus::FAILED
    );
    assert!(
        LOG.lock()
            .unwrap()
            .iter()
            .any(|(severity, _)| *severity == TrtSeverity::ERROR)
    );

    run!(api, runtime_destroy, runtime);
    run!(api, host_memory_destroy, plan);
    run!(api, config_destroy, config);
    run!(api, network_destroy, network);
    run!(api, builder_destroy, builder);
    run!(api, logger_destroy, logger);
}

#[test]
fn null_handles_and_bad_ranks_are_refused() {
    for api in tables() {
        let mut out = 0;
        assert_eq!(
            run!(api, builder_nb_dla_cores, ptr::null_mut(), &mut out),
            TrtStatus::INVALID_ARGUMENT
        );
        assert!(last_error(api).contains("null"));
        run!(api, builder_destroy, ptr::null_mut());
    }
}

#[test]
fn each_table_has_what_its_version_has() {
    for api in tables() {
        assert!(
            api.add_convolution.is_some()
                && api.builder_build.is_some()
                && api.context_enqueue.is_some()
        );
        let rtx = api.product == TrtProduct::TENSORRT_RTX;
        let modern = rtx || api.major >= 10;
        assert_eq!(api.add_normalization.is_some(), modern);
        assert_eq!(api.context_set_output_allocator.is_some(), modern);
        assert_eq!(api.add_attention.is_some(), rtx || api.major >= 11);
        assert_eq!(api.config_set_compute_capabilities.is_some(), rtx);
        assert_eq!(api.config_create_timing_cache.is_some(), !rtx);
        assert_eq!(api.layer_set_precision.is_some(), api.weakly_typed != 0);
        assert_eq!(api.strongly_typed != 0, modern);
    }
}
