//! Objects can be dropped in every order that compiles.

mod common;

use trt::{ActivationType, DataType, Library};

#[test]
fn the_library_handle_may_go_first() {
    let library = Library::load().unwrap();
    let builder = trt::Builder::new(&library).unwrap();
    drop(library);
    common::network(&builder)
        .add_input("x", DataType::Float, &[1])
        .unwrap();
}

#[test]
fn a_plan_outlives_everything_it_came_from() {
    let plan = {
        let builder = common::builder();
        let config = common::config(&builder);
        let network = common::network(&builder);
        let x = network.add_input("x", DataType::Float, &[4]).unwrap();
        network
            .mark_output(
                network
                    .add_activation(x, ActivationType::Relu)
                    .unwrap()
                    .output(0),
            )
            .unwrap();
        builder.build(&network, &config).unwrap()
    };
    assert_ne!(plan.iter().map(|&byte| u64::from(byte)).sum::<u64>(), 0);
}

#[test]
fn networks_and_configs_may_go_in_any_order() {
    let builder = common::builder();
    let config = common::config(&builder);
    let (first, second) = (common::network(&builder), common::network(&builder));
    drop(first);
    let x = second.add_input("x", DataType::Float, &[4]).unwrap();
    second
        .mark_output(
            second
                .add_activation(x, ActivationType::Relu)
                .unwrap()
                .output(0),
        )
        .unwrap();
    drop(config);
    let config = common::config(&builder);
    builder.build(&second, &config).unwrap();
    drop(second);
    drop(config);
}

#[test]
fn a_builder_can_move_to_another_thread() {
    let builder = common::builder();
    std::thread::spawn(move || common::network(&builder).set_name("elsewhere").unwrap())
        .join()
        .unwrap();
}

#[test]
fn kept_values_live_as_long_as_the_builder() {
    let builder = common::builder();
    let kept = {
        let network = common::network(&builder);
        network.keep(vec![7u8; 1000])
    };
    assert_eq!(kept, [7; 1000]);
}
