//! The contract check: everything that cannot be converted is named at once, before any layer is added.

use torchvision_trt::convert::{self, Error};
use torchvision_trt::graph::Graph;
use torchvision_trt::passes::{self, PassOptions};
use torchvision_trt::pt2::Program;

#[test]
fn every_unsupported_call_is_listed_with_its_place() {
    let program = Program::open(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/blocks.pt2"
    ))
    .unwrap();
    let mut graph = Graph::from_program(&program).unwrap();
    passes::run(&mut graph, &PassOptions::default()).unwrap();
    let Err(Error::Unsupported(report)) = convert::check(&graph, false) else {
        panic!("expected a report")
    };
    assert_eq!(report.operators.len(), 1);
    let operator = &report.operators[0];
    assert_eq!(
        (operator.target.as_str(), operator.places.len()),
        ("aten.special_bessel_j0.default", 2)
    );
    let place = &operator.places[0];
    assert_eq!(
        (place.module.as_str(), place.class.as_str()),
        ("block", "mypkg.Block")
    );
    assert!(
        place.shapes.contains("float32[2, 3] -> float32[2, 3]"),
        "{}",
        place.shapes
    );
    assert!(
        place
            .line
            .as_deref()
            .is_some_and(|l| l.contains("torch.special.bessel_j0(x) * self.weight")),
        "{:?}",
        place.line
    );
    let text = report.to_string();
    assert!(
        text.starts_with("2 calls of 1 operator cannot be converted:\n  aten.special_bessel_j0.default (2 calls): no converter\n"),
        "{text}"
    );
    assert!(
        text.contains("fn special_bessel_j0(ctx: &mut Context, input: &Tensor) -> Result<Tensor>"),
        "{text}"
    );
    assert!(
        text.ends_with("#[converter(\"mypkg.Block.forward\")]"),
        "{text}"
    );
}
