//! Drawings of a program's graph and of its TensorRT network.

use torchvision_trt::ConvertOptions;
use torchvision_trt::convert::{self, Error, Unsupported};
use torchvision_trt::draw::{Family, Node, View, dot, html};
use torchvision_trt::graph::Graph;
use torchvision_trt::passes::{self, PassOptions};
use torchvision_trt::pt2::Program;

fn fixture(name: &str) -> String {
    format!("{}/tests/fixtures/{name}.pt2", env!("CARGO_MANIFEST_DIR"))
}

fn graph_view(name: &str) -> View {
    let program = Program::open(fixture(name)).unwrap();
    let mut graph = Graph::from_program(&program).unwrap();
    passes::run(&mut graph, &PassOptions::default()).unwrap();
    let unsupported = match convert::check(&graph, false) {
        Err(Error::Unsupported(unsupported)) => unsupported,
        _ => Unsupported::default(),
    };
    View::of_graph(&graph, &unsupported)
}

fn labelled<'v>(view: &'v View, label: &str) -> Vec<&'v Node> {
    view.nodes
        .iter()
        .filter(|node| node.label == label)
        .collect()
}

#[test]
fn a_graph_shows_modules_lines_and_what_cannot_be_converted() {
    let view = graph_view("blocks");
    let labels: Vec<&str> = view.nodes.iter().map(|node| node.label.as_str()).collect();
    assert_eq!(
        labels,
        [
            "input",
            "special_bessel_j0",
            "mul",
            "special_bessel_j0",
            "mul",
            "relu",
            "output"
        ]
    );
    let first = &view.nodes[1];
    assert_eq!(first.module, "block");
    assert_eq!(view.classes["block"], "mypkg.Block");
    assert_eq!(first.outputs[0].kind, "float32[2, 3]");
    assert!(
        first.python[0].contains("torch.special.bessel_j0(x) * self.weight"),
        "{:?}",
        first.python
    );
    assert!(
        first
            .problem
            .as_deref()
            .is_some_and(|problem| problem.contains("no converter"))
    );
    assert!(view.nodes[2].problem.is_none());
    let weight = &view.nodes[2]
        .details
        .iter()
        .find(|(key, _)| key == "other")
        .unwrap()
        .1;
    assert_eq!(weight, "block.weight: float32[3]");
}

#[test]
fn nodes_read_from_earlier_ones_only() {
    for name in ["blocks", "conv", "dynamic", "nested"] {
        for (index, node) in graph_view(name).nodes.iter().enumerate() {
            assert!(
                node.inputs.iter().all(|edge| edge.from < index),
                "{name}: {}",
                node.name
            );
        }
    }
}

#[test]
fn a_network_shows_layers_with_their_way_back_to_the_graph() {
    let Ok(library) = trt::Library::load() else {
        eprintln!("skipped: no TensorRT; `cargo xtask setup --only tensorrt-rtx` prepares one");
        return;
    };
    let graph = graph_view("conv");
    let network = ConvertOptions::new()
        .with_network(&library, fixture("conv"), |network| {
            Ok::<_, torchvision_trt::pipeline::Error>(View::of_network(network, &graph)?)
        })
        .unwrap();
    let origin = labelled(&graph, "conv2d")[0];
    let layer = labelled(&network, "Convolution")[0];
    assert_eq!(
        (&layer.module, &layer.origin),
        (&origin.module, &vec![origin.name.clone()])
    );
    assert_eq!(
        (&layer.python, layer.family),
        (&origin.python, Family::Product)
    );
    assert!(
        layer.outputs[0].kind.starts_with("float["),
        "{:?}",
        layer.outputs
    );
    for (index, node) in network.nodes.iter().enumerate() {
        assert!(
            node.inputs.iter().all(|edge| edge.from < index),
            "{}",
            node.name
        );
        assert_eq!(
            node.inputs.is_empty(),
            matches!(node.family, Family::Input | Family::Constant),
            "{}",
            node.name
        );
    }
    assert_eq!(network.nodes.last().unwrap().family, Family::Output);

    let page = html("conv.pt2", &[graph, network.clone()]).unwrap();
    assert!(page.contains(&format!("\"name\":\"{}\"", layer.name)));
    assert!(dot("conv.pt2", &network).contains("Convolution"));
}
