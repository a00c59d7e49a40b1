//! Programs that cannot become an engine (tests/fixtures/make_refused.py): refused before any layer is added, with the reason.

use torchvision_trt::convert;
use torchvision_trt::graph::Graph;
use torchvision_trt::passes::{self, PassOptions};
use torchvision_trt::pt2::Program;

fn refusal(name: &str) -> String {
    let path = format!(
        "{}/tests/fixtures/refused/{name}.pt2",
        env!("CARGO_MANIFEST_DIR")
    );
    let program = Program::open(path).unwrap();
    let mut graph = match Graph::from_program(&program) {
        Ok(graph) => graph,
        Err(error) => return error.to_string(),
    };
    if let Err(error) = passes::run(&mut graph, &PassOptions::default()) {
        return error.to_string();
    }
    match convert::check(&graph, true) {
        Ok(()) => panic!("{name} is accepted:\n{graph}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn each_is_refused_with_its_reason() {
    let reasons = [
        (
            "while_loop",
            "while loop, whose number of steps depends on data",
        ),
        ("cond_by_size", "chooses by the sizes of the inputs"),
        (
            "scan_of_dynamic",
            "a step for each element of a dynamic dimension",
        ),
        ("autocast", "run_decompositions"),
        (
            "as_strided",
            "as_strided of a tensor that is not contiguous",
        ),
        (
            "unfolded_then_written",
            "writes through a view made by aten.unfold.default",
        ),
        (
            "reshaped_then_written",
            "may share memory with another one that is read later",
        ),
        ("unique", "depends on data"),
        ("complex", "complex numbers"),
        ("repeats", "give output_size"),
        ("fourier", "products with matrices of cosines and sines"),
        ("random", "make them an input of the model"),
        ("lstm_states", "take the states from the layer's output"),
    ];
    for (name, reason) in reasons {
        let message = refusal(name);
        assert!(message.contains(reason), "{name}: {message}");
    }
}

#[test]
fn a_refusal_names_the_line_of_the_model() {
    for name in ["while_loop", "cond_by_size", "scan_of_dynamic", "unique"] {
        let message = refusal(name);
        assert!(message.contains("make_refused.py:"), "{name}: {message}");
    }
}
