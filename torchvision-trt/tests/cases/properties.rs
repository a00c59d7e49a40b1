//! Programs that take any size (family `property`): sizes and values are drawn at random, always the same, and what is right is
//! computed here with libtorch. A failure is shrunk to the smallest sizes that show it.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::any;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use tch::{Kind, Tensor};
use torchvision_trt::graph::{DType, Dim, Graph};
use torchvision_trt::interpreter;
use torchvision_trt::pt2::Program;
use torchvision_trt::verify::Tolerance;
use trt::Network;

use crate::chain;

/// The family of these programs.
pub(crate) const FAMILY: &str = "property";
/// Draws for each program.
const DRAWS: u32 = 128;
/// Sizes reach so far beyond the least that the program allows.
const SPREAD: i64 = 12;

/// Computes a network for many sizes.
pub(crate) fn prove(
    name: &str,
    program: &Path,
    network: &Network<'_>,
    tolerance: &Tolerance,
) -> Result<(), String> {
    let expected = oracle(name.trim_start_matches("property_"))
        .ok_or_else(|| "properties.rs does not say what is right".to_owned())?;
    let program = Program::open(program).map_err(|error| chain(&error))?;
    let graph = Graph::from_program(&program).map_err(|error| chain(&error))?;
    let symbols: Vec<_> = graph.symbols.keys().collect();
    let sizes: Vec<_> = graph
        .symbols
        .values()
        .map(|range| {
            // torch.export states 2 as the lower bound of sizes that it treats like any other: 1 is as good.
            let min = range.min.filter(|&min| min != 2).unwrap_or(1);
            min..=range.max.unwrap_or(i64::MAX).min(min + SPREAD)
        })
        .collect();
    let config = Config {
        cases: DRAWS,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    TestRunner::new_with_rng(config, rng)
        .run(&(sizes, any::<u64>()), |(sizes, seed)| {
            let size = |symbol: &str| {
                let index = symbols.iter().position(|known| *known == symbol)?;
                sizes.get(index).copied()
            };
            let inputs = draw(&graph, &size, seed).map_err(TestCaseError::fail)?;
            let given: Vec<_> = inputs
                .iter()
                .map(|(_, tensor)| tensor.shallow_clone())
                .collect();
            let inputs: BTreeMap<_, _> = inputs.into_iter().collect();
            let got = interpreter::run(network, &inputs)
                .map_err(|error| TestCaseError::fail(chain(&error)))?;
            let shapes: Vec<_> = given.iter().map(Tensor::size).collect();
            let got = got
                .values()
                .next()
                .ok_or_else(|| TestCaseError::fail("no output"))?;
            agree(&expected(&given), got, tolerance)
                .map_err(|problem| TestCaseError::fail(format!("inputs {shapes:?}: {problem}")))
        })
        .map_err(|error| error.to_string())
}

/// The inputs of a program for certain sizes.
fn draw(
    graph: &Graph,
    size: &dyn Fn(&str) -> Option<i64>,
    seed: u64,
) -> Result<Vec<(String, Tensor)>, String> {
    let mut numbers = Numbers(seed);
    let tensor = |input: &torchvision_trt::graph::Input| {
        let value = graph.value(input.value);
        let shape = value.shape().ok_or("an input is no tensor")?.iter();
        let shape = shape.map(|dim| match dim {
            Dim::Static(size) => Some(*size),
            Dim::Symbolic(expression) => expression.eval(size),
        });
        let shape: Vec<i64> = shape.collect::<Option<_>>().ok_or("a size is not known")?;
        let count = shape.iter().product::<i64>() as usize;
        let flat = match value.dtype() {
            Some(DType::Float32) => {
                let values: Vec<f32> = (0..count).map(|_| numbers.float()).collect();
                Tensor::from_slice(&values)
            }
            Some(DType::Int64) => {
                let values: Vec<i64> = (0..count).map(|_| numbers.next() as i64 % 10).collect();
                Tensor::from_slice(&values)
            }
            Some(DType::Bool) => {
                let values: Vec<bool> = (0..count)
                    .map(|_| numbers.next().is_multiple_of(2))
                    .collect();
                Tensor::from_slice(&values)
            }
            other => return Err(format!("inputs of type {other:?} are not drawn")),
        };
        Ok((input.name.clone(), flat.reshape(shape)))
    };
    graph.inputs.iter().map(tensor).collect()
}

/// Pseudo-random numbers (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Between 0.5 and 2 on either side of zero, so that nothing overflows or cancels out.
    fn float(&mut self) -> f32 {
        let bits = self.next();
        let magnitude = 0.5 + 1.5 * (bits >> 40) as f32 / (1 << 24) as f32;
        if bits.is_multiple_of(2) {
            magnitude
        } else {
            -magnitude
        }
    }
}

fn agree(expected: &Tensor, got: &Tensor, tolerance: &Tolerance) -> Result<(), String> {
    if (expected.size(), expected.kind()) != (got.size(), got.kind()) {
        return Err(format!(
            "{:?} of {:?}, expected {:?} of {:?}",
            got.size(),
            got.kind(),
            expected.size(),
            expected.kind()
        ));
    }
    if !matches!(got.kind(), Kind::Float) {
        return match expected.equal(got) {
            true => Ok(()),
            false => Err(format!("{got}, expected {expected}")),
        };
    }
    let norm = |tensor: &Tensor| tensor.to_kind(Kind::Double).norm().double_value(&[]);
    let (difference, whole) = (norm(&(got - expected)), norm(expected));
    if difference <= tolerance.rel_l2 * whole {
        return Ok(());
    }
    Err(format!(
        "relative error {:.1e}: {got}, expected {expected}",
        difference / whole
    ))
}

type Oracle = fn(&[Tensor]) -> Tensor;

/// What a program of properties.py computes.
#[rustfmt::skip]
fn oracle(name: &str) -> Option<Oracle> {
    Some(match name {
        "add" => |x| &x[0] + &x[1],
        "sub_alpha" => |x| &x[0] - &x[1] * 2.5,
        "mul_integers" | "mul_mixed" => |x| &x[0] * &x[1],
        "div" => |x| &x[0] / &x[1],
        "floor_divide" => |x| x[0].floor_divide(&(x[1].abs() + 1)),
        "remainder" => |x| x[0].remainder_tensor(&(x[1].abs() + 1)),
        "maximum" => |x| x[0].maximum(&x[1]),
        "where" => |x| x[1].where_self(&x[0], &x[2]),
        "less" => |x| x[0].lt_tensor(&x[1]),
        "outer" => |x| x[0].unsqueeze(1) - &x[1],

        "sum" => |x| x[0].sum_dim_intlist(&[0, 2][..], false, None),
        "sum_keepdim" => |x| x[0].sum_dim_intlist(-2, true, None),
        "sum_all" => |x| x[0].sum(None),
        "sum_integers" => |x| x[0].sum_dim_intlist(1, false, None),
        "mean" => |x| x[0].mean_dim(&[1, 2][..], false, None),
        "amax" => |x| x[0].amax(&[0, -1][..], true),
        "prod" => |x| x[0].prod_dim_int(1, false, None),
        "argmax" => |x| x[0].argmax(1, false),
        "var" => |x| x[0].var_dim(&[0, 2][..], false, false),
        "any" => |x| x[0].any_dim(1, false),
        "softmax" => |x| x[0].softmax(1, None),
        "cumsum" => |x| x[0].cumsum(0, None),
        "norm" => |x| (&x[0] * &x[0]).sum_dim_intlist(1, false, None).sqrt(),

        "slice" => |x| x[0].slice(0, 1, 3, 1).slice(1, 0, None, 2),
        "slice_end" => |x| x[0].slice(1, -3, None, 1),
        "slice_inner" => |x| x[0].slice(1, 1, -1, 1),
        "select" => |x| x[0].select(1, -1),
        "narrow" => |x| x[0].narrow(0, 1, 3),
        "flip" => |x| x[0].flip([0, 2]),
        "roll" => |x| x[0].roll([1, -2], [0, 1]),
        "transpose_flatten" => |x| x[0].transpose(0, 1).flatten(1, -1),
        "cat" => |x| Tensor::cat(&[&x[0], &x[1], &x[0]], 1),
        "stack" => |x| Tensor::stack(&[&x[0], &x[1]], -1),

        "pad_constant" => |x| x[0].pad([1, 2, 0, 3], "constant", -1.5),
        "pad_crop" => |x| x[0].pad([-1, 2], "constant", None),
        "pad_reflect" => |x| x[0].pad([1, 3, 2, 0], "reflect", None),
        "pad_replicate" => |x| x[0].pad([2, 1, 0, 3], "replicate", None),

        "max_pool" => |x| x[0].max_pool2d([3, 3], [2, 2], [1, 1], [1, 1], false),
        "max_pool_ceil" => |x| x[0].max_pool2d([3, 3], [2, 2], [0, 0], [1, 1], true),
        "avg_pool" => |x| x[0].avg_pool2d([2, 3], [1, 2], [1, 0], false, true, None),
        "avg_pool_not_counted" => |x| x[0].avg_pool2d([3, 3], [2, 2], [1, 1], false, false, None),
        "avg_pool_ceil" => |x| x[0].avg_pool2d([3, 3], [2, 2], [1, 1], true, true, None),
        "avg_pool_divisor" => |x| x[0].avg_pool2d([2, 2], [2, 2], [0, 0], true, true, 3),
        "global_avg_pool" => |x| x[0].adaptive_avg_pool2d([1, 1]),
        "global_max_pool" => |x| x[0].adaptive_max_pool2d([1, 1]).0,
        _ => return None,
    })
}
