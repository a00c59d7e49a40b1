//! Converters of whole modules, on models that hold and call them in every way (tests/fixtures/make_modules.py).

#![cfg(feature = "tch")]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;

use torchvision_trt::convert::{self, Call, Context, Result, Tensor, converter};
use torchvision_trt::graph::{Argument, Graph};
use torchvision_trt::interpreter;
use torchvision_trt::passes::{self, PassOptions, Precision};
use torchvision_trt::pt2::Program;
use trt::{Builder, Library, NetworkOptions, UnaryOperation};

thread_local! {
    /// The converters of this file that ran, in order.
    static RAN: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

fn note(ctx: &Context, name: &str) {
    let module = ctx.call().module().to_owned();
    RAN.with_borrow_mut(|ran| ran.push(format!("{name} {module}").trim_end().to_owned()));
}

/// The module is a single operator, `weight - x`, whose first argument is the parameter.
#[converter("modpkg.Scale.forward")]
fn scale(ctx: &mut Context, input: &Tensor, weight: &Tensor) -> Result<Tensor> {
    note(ctx, "scale");
    ctx.sub(weight, input)
}

/// A tuple, of which the program may read any part.
#[converter("modpkg.Two.forward")]
fn two(ctx: &mut Context, weight: &Tensor) -> Result<()> {
    note(ctx, "two");
    let inputs = ctx.inputs()?;
    let sin = ctx.unary(UnaryOperation::Sin, &inputs[0])?;
    let scaled = ctx.mul(&sin, weight)?;
    // The keyword argument is a number in one of the nodes.
    let factors: Vec<f64> = (ctx.nodes().iter())
        .filter_map(|node| match node.arg("other") {
            Some(Argument::Float(x)) => Some(*x),
            _ => None,
        })
        .collect();
    let y = ctx.mul(&scaled, factors[0])?;
    let mut outputs = vec![y];
    if let Some(other) = inputs
        .get(1)
        .or(inputs.first())
        .filter(|_| ctx.nodes().len() > 3)
    {
        outputs.push(ctx.add(&y, other)?);
    }
    let read = ctx.call().outputs().len();
    let unread = outputs.len() - read;
    ctx.set_output(outputs.into_iter().skip(unread));
    Ok(())
}

#[converter("modpkg.Named.forward")]
fn named(ctx: &mut Context, input: &Tensor) -> Result<(Tensor, Tensor)> {
    note(ctx, "named");
    let y = ctx.unary(UnaryOperation::Sin, input)?;
    Ok((ctx.add(&y, 1)?, ctx.mul(&y, 2)?))
}

#[converter("modpkg.Leaky.forward")]
fn leaky(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    let y = ctx.unary(UnaryOperation::Sin, input)?;
    ctx.add(&y, 1)
}

#[converter("modpkg.Outer.forward")]
fn outer(
    ctx: &mut Context,
    input: &Tensor,
    #[name("inner.weight")] weight: &Tensor,
) -> Result<Tensor> {
    note(ctx, "outer");
    let y = ctx.sub(weight, input)?;
    let y = ctx.maximum(&y, 0.0)?;
    ctx.add(&y, weight)
}

/// Computes in the precision of its inputs, whatever precision the program's own nodes would have.
#[converter("modpkg.Project.forward")]
fn project(ctx: &mut Context, input: &Tensor, weight: &Tensor) -> Result<Tensor> {
    note(ctx, "project");
    let sin = ctx.unary(UnaryOperation::Sin, input)?;
    let columns = ctx.transpose(weight, 0, 1)?;
    ctx.matmul(&sin, &columns)
}

/// Beats the built-in one, inside a module that has no converter.
#[converter("torch.nn.functional.hardswish")]
fn hardswish(ctx: &mut Context, input: &Tensor) -> Result<Tensor> {
    note(ctx, "hardswish");
    let gate = ctx.add(input, 3.0)?;
    let gate = ctx.maximum(&gate, 0.0)?;
    let gate = ctx.minimum(&gate, 6.0)?;
    let y = ctx.mul(input, &gate)?;
    ctx.div(&y, 6.0)
}

/// By the public name; its nodes are folded into two constants, the parameters are there all the same.
#[converter("torchvision.ops.FrozenBatchNorm2d.forward")]
fn frozen(
    ctx: &mut Context,
    input: &Tensor,
    weight: &Tensor,
    bias: &Tensor,
    running_mean: &Tensor,
    running_var: &Tensor,
) -> Result<Tensor> {
    note(ctx, "frozen");
    let variance = ctx.add(running_var, 1e-5)?;
    let deviation = ctx.unary(UnaryOperation::Sqrt, &variance)?;
    let factor = ctx.div(weight, &deviation)?;
    let shift = ctx.mul(running_mean, &factor)?;
    let shift = ctx.sub(bias, &shift)?;
    let sizes = [1, 3, 1, 1].map(Into::into);
    let (factor, shift) = (ctx.reshape(&factor, &sizes)?, ctx.reshape(&shift, &sizes)?);
    let y = ctx.mul(input, &factor)?;
    ctx.add(&y, &shift)
}

/// By the path of its definition; declines every call.
#[converter("torchvision.ops.misc.SqueezeExcitation.forward", when = never)]
fn squeeze_excitation(_ctx: &mut Context) -> Result<()> {
    unreachable!("it is declined")
}

fn never(call: &Call) -> std::result::Result<(), String> {
    assert_eq!(call.target(), "torchvision.ops.misc.SqueezeExcitation");
    assert_eq!(call.module(), "module");
    Err("not this one".into())
}

struct Converted {
    ran: Vec<String>,
    calls: usize,
    outputs: Vec<Vec<f64>>,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/modules")
}

fn convert(name: &str, precision: Precision) -> Result<Converted> {
    let program = Program::open(folder().join(format!("{name}.pt2"))).unwrap();
    let mut graph = Graph::from_program(&program).unwrap();
    let mut options = PassOptions::default();
    options.precision = precision;
    passes::run(&mut graph, &options).unwrap();
    let library = Library::load().unwrap();
    let builder = Builder::new(&library).unwrap();
    let network = builder.network(NetworkOptions::strongly_typed()).unwrap();
    RAN.take();
    let report = convert::convert(&graph, &network, &convert::Options::default())?;
    let x =
        tch::Tensor::linspace(-0.9, 0.9, 6, (tch::Kind::Float, tch::Device::Cpu)).reshape([2, 3]);
    let inputs = BTreeMap::from([(graph.inputs[0].name.clone(), x)]);
    let outputs = interpreter::run(&network, &inputs).unwrap();
    let numbers = |output: &trt::Tensor| {
        let flat = outputs[&output.name()].flatten(0, -1);
        Vec::try_from(flat.to_kind(tch::Kind::Double)).unwrap()
    };
    Ok(Converted {
        ran: RAN.take(),
        calls: report.calls,
        outputs: network.outputs().map(|output| numbers(&output)).collect(),
    })
}

/// Converts a model in both dialects and both precisions, compares its numbers, and gives what ran and how many calls there were.
fn proven(name: &str) -> (Vec<String>, usize) {
    let golden = std::fs::read(folder().join("golden.json")).unwrap();
    let golden: BTreeMap<String, Vec<Vec<f64>>> = serde_json::from_slice(&golden).unwrap();
    let mut seen = None;
    for dialect in ["raw", "functional"] {
        for (precision, tolerance) in [(Precision::Fp32, 1e-6), (Precision::Fp16, 2e-2)] {
            let converted = convert(&format!("{name}_{dialect}"), precision).unwrap();
            assert_eq!(converted.outputs.len(), golden[name].len());
            for (ours, theirs) in converted.outputs.iter().zip(&golden[name]) {
                assert_eq!(ours.len(), theirs.len());
                for (a, b) in ours.iter().zip(theirs) {
                    assert!(
                        (a - b).abs() <= tolerance * b.abs().max(1.0),
                        "{name}_{dialect} {precision}: {ours:?} instead of {theirs:?}"
                    );
                }
            }
            let ran = converted.ran.clone();
            assert_eq!(*seen.get_or_insert(ran), converted.ran, "{name}_{dialect}");
        }
    }
    let calls = convert(&format!("{name}_raw"), Precision::Fp32)
        .unwrap()
        .calls;
    (seen.unwrap(), calls)
}

#[test]
fn tensors_are_bound_alike_however_many_operators_a_module_has() {
    assert_eq!(proven("scale"), (vec!["scale module".into()], 1));
}

#[test]
fn one_module_object_is_converted_at_each_of_its_calls() {
    let (ran, _) = proven("twins");
    assert_eq!(ran.len(), 5);
    for place in ["first", "second", "stack.0.0", "stack.2"] {
        assert!(ran.contains(&format!("scale {place}")), "{ran:?}");
    }
}

#[test]
fn tuples_and_keyword_arguments() {
    let (ran, _) = proven("two");
    assert_eq!(ran, ["two module", "two module"]);
}

#[test]
fn outputs_that_nothing_reads_are_not_asked_for() {
    assert_eq!(proven("second_of_two"), (vec!["two module".into()], 1));
}

#[test]
fn dictionaries() {
    assert_eq!(proven("named"), (vec!["named module".into()], 1));
}

#[test]
fn a_value_that_leaks_out_of_a_module_is_an_output_the_converter_must_give() {
    let error = convert("leaky_raw", Precision::Fp32)
        .err()
        .unwrap()
        .to_string();
    assert!(error.contains("modpkg.Leaky in module"), "{error}");
    assert!(error.contains("set 1 outputs; the call has 2"), "{error}");
    assert!(error.contains("`sin`, `add`"), "{error}");
}

#[test]
fn an_outer_module_beats_the_ones_inside() {
    assert_eq!(proven("outer"), (vec!["outer module".into()], 1));
}

#[test]
fn a_function_inside_a_module_without_converter() {
    let (ran, _) = proven("doubled");
    assert_eq!(ran, ["hardswish module", "hardswish module"]);
}

#[test]
fn parameters_are_there_after_their_use_was_folded() {
    assert_eq!(proven("frozen").0, ["frozen module"]);
}

#[test]
fn half_precision_inside_a_module_is_its_converters_business() {
    assert_eq!(proven("project").0, ["project module"]);
}

#[test]
fn a_declined_module_is_converted_piece_by_piece() {
    let (ran, calls) = proven("public");
    assert!(ran.is_empty());
    assert!(calls > 3);
}
