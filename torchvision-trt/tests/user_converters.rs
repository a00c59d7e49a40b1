//! Converters of a user's own crate: they only have to be defined, beat the built-in ones, and take a module over as a whole.

use std::sync::atomic::{AtomicUsize, Ordering};

use torchvision_trt::convert::{self, Call, Context, Result, Tensor, converter};
use torchvision_trt::graph::Graph;
use torchvision_trt::passes::{self, PassOptions};
use torchvision_trt::pt2::Program;
use trt::{Builder, Library, NetworkOptions};

static RELUS: AtomicUsize = AtomicUsize::new(0);

/// Takes the module's parameter by name.
#[converter("mypkg.Block.forward", when = of_two_operators)]
fn block(ctx: &mut Context, input: &Tensor, weight: &Tensor) -> Result<Tensor> {
    assert_eq!(ctx.nodes().len(), 2);
    assert_eq!(ctx.parameter("weight")?, Some(*weight));
    ctx.mul(input, weight)
}

fn of_two_operators(call: &Call) -> std::result::Result<(), String> {
    if call.nodes().len() == 2 {
        Ok(())
    } else {
        Err("another block".into())
    }
}

/// Beats the built-in one, and sets its output itself.
#[converter("torch.nn.modules.activation.ReLU.forward")]
fn relu(ctx: &mut Context) -> Result<()> {
    RELUS.fetch_add(1, Ordering::Relaxed);
    let inputs = ctx.inputs()?;
    let result = ctx.maximum(&inputs[0], 0.0)?;
    ctx.set_output([result]);
    Ok(())
}

#[test]
fn a_users_converters_are_found_and_win() {
    let program = Program::open(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/blocks.pt2"
    ))
    .unwrap();
    let mut graph = Graph::from_program(&program).unwrap();
    passes::run(&mut graph, &PassOptions::default()).unwrap();
    let library = Library::load().unwrap();
    let builder = Builder::new(&library).unwrap();
    let network = builder.network(NetworkOptions::strongly_typed()).unwrap();
    let report = convert::convert(&graph, &network, &convert::Options::default()).unwrap();
    assert_eq!(report.calls, 3);
    assert_eq!(RELUS.load(Ordering::Relaxed), 1);
    let names: Vec<String> = network.layers().map(|l| l.name()).collect();
    assert!(
        names.iter().any(|n| n.starts_with("relu/relu")),
        "{names:?}"
    );
    let mut unique = names.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), names.len(), "{names:?}");
    assert_eq!(network.outputs().next().unwrap().name(), "output_0");
}
