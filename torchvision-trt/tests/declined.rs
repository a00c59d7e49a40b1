//! A converter that declines: the report names it with its reason, and no other key is proposed.

use torchvision_trt::convert::{self, Call, Context, Error, Result, Tensor, converter};
use torchvision_trt::graph::Graph;
use torchvision_trt::passes::{self, PassOptions};
use torchvision_trt::pt2::Program;

#[converter("aten.special_bessel_j0.default", when = of_matrices_of_four_columns)]
fn bessel(_ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    Ok(*input)
}

fn of_matrices_of_four_columns(call: &Call) -> Result<(), String> {
    match call
        .graph()
        .value(call.inputs()[0])
        .static_shape()
        .as_deref()
    {
        Some([_, 4]) => Ok(()),
        _ => Err("only matrices of four columns".into()),
    }
}

#[test]
fn the_reason_and_the_converter_are_in_the_report() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/blocks.pt2");
    let mut graph = Graph::from_program(&Program::open(file).unwrap()).unwrap();
    passes::run(&mut graph, &PassOptions::default()).unwrap();
    let Err(Error::Unsupported(report)) = convert::check(&graph, false) else {
        panic!("expected a report")
    };
    let [operator] = &report.operators[..] else {
        panic!("{report}")
    };
    assert_eq!(
        operator.reason.as_deref(),
        Some("only matrices of four columns")
    );
    let converter = operator.declined_by.as_deref().unwrap();
    assert!(
        converter.starts_with("`bessel` at ") && converter.contains("declined.rs:"),
        "{converter}"
    );
    assert_eq!(operator.closest_key, None);
    assert_eq!(
        operator.problem(),
        format!("only matrices of four columns ({converter})")
    );
    assert_eq!(operator.places[0].own_class.as_deref(), Some("mypkg.Block"));
}
