//! What is refused before TensorRT sees it, which would crash, accept it or complain where nobody looks.

mod common;

use trt::DataType::{Float, Int4};
use trt::{DeviceType, Error, Weights};

#[test]
fn a_transpose_that_is_no_permutation_is_refused() {
    let builder = common::builder();
    let network = common::network(&builder);
    let x = network.add_input("x", Float, &[2, 3, 8, 8]).unwrap();
    // TensorRT-RTX 1.7 reads past the end of the shape for each of these.
    let shuffle = network.add_shuffle(x).unwrap();
    shuffle.set_name("turn").unwrap();
    for wrong in [
        &[100, 7, 200, 1000][..],
        &[-1, 0, 1, 2],
        &[4, 0, 1, 2],
        &[1, 1, 1, 1],
        &[4, 0, 1, 2, 3],
        &[7, 6, 5, 4, 3, 2, 1, 0],
    ] {
        let error = shuffle.set_second_transpose(wrong).unwrap_err();
        assert!(matches!(error, Error::Invalid { .. }), "{error}");
        let text = error.to_string();
        assert!(
            text.contains("`turn`") && text.contains(&format!("{wrong:?}")),
            "{text}"
        );
        assert_eq!(shuffle.output(0).dims().unwrap(), [2, 3, 8, 8]);
    }
    let shuffle = network.add_shuffle(x).unwrap();
    assert!(shuffle.set_first_transpose(&[0, 0, 1, 2]).is_err());
    shuffle.set_first_transpose(&[1, 0]).unwrap();
    assert_eq!(shuffle.output(0).dims().unwrap(), [3, 2, 8, 8]);
}

#[test]
fn a_second_transpose_is_one_of_the_dimensions_after_the_reshape() {
    let builder = common::builder();
    let network = common::network(&builder);
    let x = network.add_input("x", Float, &[2, 3]).unwrap();

    let more = network.add_shuffle(x).unwrap();
    more.set_reshape_dimensions(&[1, 2, 3]).unwrap();
    more.set_second_transpose(&[2, 0, 1]).unwrap();
    assert_eq!(more.output(0).dims().unwrap(), [3, 1, 2]);

    let fewer = network.add_shuffle(x).unwrap();
    fewer.set_reshape_dimensions(&[6]).unwrap();
    assert!(fewer.set_second_transpose(&[1, 0]).is_err());

    let late = network.add_shuffle(x).unwrap();
    late.set_second_transpose(&[1, 0]).unwrap();
    let error = late.set_reshape_dimensions(&[6]).unwrap_err();
    assert!(error.to_string().contains("transpose"), "{error}");
    assert_eq!(late.output(0).dims().unwrap(), [3, 2]);

    let shape = network.add_constant(&[1], (&[6_i64]).into()).unwrap();
    let computed = network.add_shuffle(x).unwrap();
    computed.set_input(1, shape.output(0)).unwrap();
    assert!(computed.set_second_transpose(&[1, 0]).is_err());

    let turned = network.add_shuffle(x).unwrap();
    turned.set_second_transpose(&[1, 0]).unwrap();
    assert!(turned.set_input(1, shape.output(0)).is_err());
    let vector = network.add_input("vector", Float, &[6]).unwrap();
    assert!(turned.set_input(0, vector).is_err());
    assert_eq!(turned.output(0).dims().unwrap(), [3, 2]);
}

#[test]
fn a_layer_of_another_builder_is_refused_by_a_config() {
    let (ours, theirs) = (common::builder(), common::builder());
    let config = common::config(&ours);
    let network = common::network(&theirs);
    let x = network.add_input("x", Float, &[1]).unwrap();
    let layer = network.add_identity(x).unwrap();
    for error in [
        config.layer_device(&layer).map(drop),
        config.set_layer_device(&layer, Some(DeviceType::Gpu)),
        config.set_layer_device(&layer, None),
        config.can_run_on_dla(&layer).map(drop),
    ] {
        let error = error.unwrap_err();
        assert!(error.to_string().contains("another builder"), "{error}");
    }
    let own = common::config(&theirs);
    assert_eq!(own.layer_device(&layer).unwrap(), DeviceType::Gpu);
}

#[test]
fn weights_must_be_whole_elements_where_the_machine_can_read_them() {
    static BYTES: &[u64] = &[0; 20];
    let bytes: &[u8] = bytemuck::cast_slice(BYTES);
    let builder = common::builder();
    let network = common::network(&builder);
    let x = network.add_input("x", Float, &[1, 1, 8, 8]).unwrap();
    let error = |bytes| {
        let kernel = Weights::new(Float, bytes);
        let added = network.add_convolution(x, 1, &[3, 3], kernel, None);
        added.unwrap_err().to_string()
    };
    let torn = error(&bytes[..35]);
    assert!(torn.contains("35 bytes"), "{torn}");
    let unaligned = error(&bytes[1..37]);
    assert!(
        unaligned.contains("multiple of 4") && unaligned.contains("Network::keep"),
        "{unaligned}"
    );
    // A setter copies, so that any place will do.
    let kernel = Weights::new(Float, &bytes[..36]);
    let convolution = network
        .add_convolution(x, 1, &[3, 3], kernel, None)
        .unwrap();
    convolution
        .set_kernel(Weights::new(Float, &bytes[1..37]))
        .unwrap();
    assert_eq!(convolution.output(0).dims().unwrap(), [1, 1, 6, 6]);
}

#[test]
fn a_constant_has_as_many_values_as_its_shape() {
    let values = [0.0_f32; 16];
    let builder = common::builder();
    let network = common::network(&builder);
    for dims in [
        &[100][..],
        &[],
        &[-1],
        &[-4, -4],
        // 16 in 64 bits.
        &[(1 << 62) + 4, 4],
        &[i64::MAX, i64::MAX],
    ] {
        let error = network.add_constant(dims, (&values).into()).unwrap_err();
        assert!(matches!(error, Error::Shape { .. }), "{error}");
        let text = error.to_string();
        assert!(
            text.contains(&format!("{dims:?}")) && text.contains("64 bytes"),
            "{text}"
        );
    }
    assert!(network.add_constant(&[100], Weights::empty(Float)).is_err());
    let none = network
        .add_constant(&[0, 7], Weights::empty(Float))
        .unwrap();
    assert_eq!(none.output(0).dims().unwrap(), [0, 7]);
    // Three elements of four bits take two bytes, as four do.
    let packed = Weights::new(Int4, &[0x21, 0x03]);
    let packed = network.add_constant(&[3], packed).unwrap();
    assert_eq!(packed.output(0).dims().unwrap(), [3]);
    assert_eq!(packed.weights().unwrap().bytes(), [0x21, 0x03]);
}

#[test]
fn a_profile_has_sizes_that_can_be() {
    let builder = common::builder();
    let profile = builder.optimization_profile().unwrap();
    let error = profile
        .set_shape("x", &[-1, 3], &[4, 3], &[8, 3])
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("`x`") && error.contains("[-1, 3]"),
        "{error}"
    );
    // Values may be negative.
    profile
        .set_shape_values("y", &[-1, 3], &[4, 3], &[8, 3])
        .unwrap();
    let error = profile.shape("x").unwrap_err().to_string();
    assert!(error.contains("`x`"), "{error}");
}

#[test]
fn no_architecture_is_refused() {
    let builder = common::builder();
    let config = builder.config().unwrap();
    let error = config.set_compute_capabilities(&[]).unwrap_err();
    assert!(error.to_string().contains("sm_86"), "{error}");
}
