//! Loops: their layers in the order of computation, and all iterations of one.
//!
//! As [Working with Loops](https://docs.nvidia.com/deeplearning/tensorrt/latest/inference-library/work-with-loops.html) has them:
//! recurrences carry values over, iterators cut a tensor into slices, outputs are what is left.

use std::collections::{HashMap, HashSet};

use tch::Tensor;
use trt::{Layer, LoopOutputKind, TripLimitKind, TypedLayer};

use super::error::{self, Failure};
use super::{Error, Interpreter, at, value};

/// What is computed at once.
pub(super) enum Step<'n> {
    Layer(Layer<'n>),
    /// All layers of a loop.
    Loop(Vec<Layer<'n>>),
}

impl<'n> Step<'n> {
    pub(super) fn layers(&self) -> &[Layer<'n>] {
        match self {
            Self::Layer(layer) => std::slice::from_ref(layer),
            Self::Loop(layers) => layers,
        }
    }
}

/// The steps of a network, each behind those that it reads.
///
/// # Errors
/// A loop inside of another.
pub(super) fn in_order<'n>(network: &'n trt::Network<'_>) -> Result<Vec<Step<'n>>, Error> {
    let layers: Vec<_> = network.layers().collect();
    let owners = owners(&layers)?;
    let mut steps = Vec::new();
    let mut loops = HashMap::new();
    for (layer, owner) in layers.into_iter().zip(owners) {
        match owner {
            None => steps.push(Step::Layer(layer)),
            Some(owner) => {
                let step = *loops.entry(owner).or_insert_with(|| {
                    steps.push(Step::Loop(Vec::new()));
                    steps.len() - 1
                });
                if let Step::Loop(inside) = &mut steps[step] {
                    inside.push(layer);
                }
            }
        }
    }
    Ok(sorted(steps))
}

/// The loop that each layer belongs to, by number: its boundary, and what reads something of an iteration.
fn owners<'n>(layers: &[Layer<'n>]) -> Result<Vec<Option<usize>>, Error> {
    let mut loops = Vec::new();
    let mut owners = Vec::with_capacity(layers.len());
    let mut inside: HashMap<trt::Tensor<'n>, usize> = HashMap::new();
    for layer in layers {
        let owner = layer.containing_loop().map(|one| {
            loops
                .iter()
                .position(|known| *known == one)
                .unwrap_or_else(|| {
                    loops.push(one);
                    loops.len() - 1
                })
        });
        if let (Some(owner), TypedLayer::Recurrence(_) | TypedLayer::Iterator(_)) =
            (owner, layer.typed())
        {
            inside.extend(layer.outputs().map(|output| (output, owner)));
        }
        owners.push(owner);
    }
    if loops.is_empty() {
        return Ok(owners);
    }
    // A layer may have been given an input that was added after it: until nothing changes.
    let mut known = usize::MAX;
    while known != inside.len() {
        known = inside.len();
        for (layer, owner) in layers.iter().zip(&mut owners) {
            for around in layer
                .inputs()
                .flatten()
                .filter_map(|input| inside.get(&input).copied())
            {
                if *owner.get_or_insert(around) != around {
                    return Err(at(
                        layer,
                        Failure::unsupported("a loop inside of another loop"),
                    ));
                }
            }
            if let (Some(owner), None) = (*owner, layer.containing_loop()) {
                inside.extend(layer.outputs().map(|output| (output, owner)));
            }
        }
    }
    Ok(owners)
}

/// Steps behind those that they read. Networks list layers as they were added, and a layer may have been given an input that was
/// added after it.
fn sorted(steps: Vec<Step<'_>>) -> Vec<Step<'_>> {
    let producers: HashMap<_, usize> = steps
        .iter()
        .enumerate()
        .flat_map(|(index, step)| step.layers().iter().map(move |layer| (index, layer)))
        .flat_map(|(index, layer)| layer.outputs().map(move |output| (output, index)))
        .collect();
    let inputs = |index: usize| {
        let layers = steps[index].layers().iter();
        layers.flat_map(|layer| layer.inputs().flatten().collect::<Vec<_>>())
    };
    let mut order = Vec::with_capacity(steps.len());
    let mut entered = vec![false; steps.len()];
    // Depth first, without recursion: networks are deep.
    for first in 0..steps.len() {
        let mut open = Vec::new();
        if !std::mem::replace(&mut entered[first], true) {
            open.push((first, inputs(first)));
        }
        while let Some((index, unread)) = open.last_mut() {
            let Some(input) = unread.next() else {
                order.push(*index);
                open.pop();
                continue;
            };
            if let Some(&producer) = producers.get(&input)
                && !std::mem::replace(&mut entered[producer], true)
            {
                open.push((producer, inputs(producer)));
            }
        }
    }
    let mut steps: Vec<_> = steps.into_iter().map(Some).collect();
    order
        .into_iter()
        .filter_map(|index| steps[index].take())
        .collect()
}

/// The layers of a loop by what they do.
struct Parts<'n> {
    count: i64,
    /// A slice, the tensor that it is of, and which: axis, and whether the last comes first.
    slices: Vec<(trt::Tensor<'n>, trt::Tensor<'n>, i64, bool)>,
    /// A value that is carried over, and the one for the next iteration.
    carried: Vec<(trt::Tensor<'n>, trt::Tensor<'n>)>,
    outputs: Vec<trt::layers::LoopOutput<'n>>,
    body: Vec<Layer<'n>>,
}

impl<'n> Interpreter<'n> {
    /// Computes all iterations of a loop.
    pub(super) fn compute_loop(&mut self, layers: &[Layer<'n>]) -> Result<(), Error> {
        let inside: HashSet<_> = layers
            .iter()
            .filter(|layer| !matches!(layer.typed(), TypedLayer::LoopOutput(_)))
            .flat_map(|layer| layer.outputs())
            .collect();
        let mut outside = HashMap::new();
        for layer in layers {
            for input in layer
                .inputs()
                .flatten()
                .filter(|input| !inside.contains(input))
            {
                let value = self.read(&input).map_err(|failure| at(layer, failure))?;
                outside.insert(input, value);
            }
        }
        let mut states = HashMap::new();
        let parts = Parts::of(layers, &outside, &mut states)?;
        let mut concatenated: Vec<Vec<Tensor>> = parts.outputs.iter().map(|_| Vec::new()).collect();
        let named = |failure| at(&layers[0], failure);
        for iteration in 0..parts.count {
            let mut values = copied(&outside);
            values.extend(copied(&states));
            for (slice, of, axis, reverse) in &parts.slices {
                let index = if *reverse {
                    parts.count - 1 - iteration
                } else {
                    iteration
                };
                let value = outside[of]
                    .f_select(*axis, index)
                    .map_err(|e| named(e.into()))?;
                values.insert(*slice, value);
            }
            // Nothing is forgotten before the iteration ends.
            let readers = inside.iter().map(|tensor| (*tensor, usize::MAX)).collect();
            let mut body = Interpreter { values, readers };
            for layer in &parts.body {
                body.compute(layer).map_err(|failure| at(layer, failure))?;
            }
            for (output, values) in parts.outputs.iter().zip(&mut concatenated) {
                if output.num_inputs() == 2
                    && let Some(value) = output.input(0)
                {
                    values.push(body.read(&value).map_err(|failure| at(output, failure))?);
                }
            }
            for (state, next) in &parts.carried {
                let next = body.read(next).map_err(named)?;
                states.insert(*state, next);
            }
        }
        for (output, values) in parts.outputs.iter().zip(concatenated) {
            let value = result(output, values, &states).map_err(|failure| at(output, failure))?;
            self.define(output, vec![value])
                .map_err(|failure| at(output, failure))?;
        }
        Ok(())
    }
}

impl<'n> Parts<'n> {
    /// Sorts the layers, and gives what is carried over its first value.
    fn of(
        layers: &[Layer<'n>],
        outside: &HashMap<trt::Tensor<'n>, Tensor>,
        states: &mut HashMap<trt::Tensor<'n>, Tensor>,
    ) -> Result<Self, Error> {
        let (mut count, mut body) = (None, Vec::new());
        let (mut slices, mut carried, mut outputs) = (Vec::new(), Vec::new(), Vec::new());
        for layer in layers {
            let mut sort = || -> error::Result<()> {
                let input = |index| {
                    let input = layer.input(index);
                    input.ok_or_else(|| Failure::invalid(format!("input {index} is missing")))
                };
                let before = |index| {
                    let value = outside.get(&input(index)?);
                    value.ok_or_else(|| Failure::invalid("reads something of its own loop"))
                };
                match layer.typed() {
                    TypedLayer::TripLimit(limit) => match limit.trip_limit()? {
                        TripLimitKind::Count => count = Some(value::number(before(0)?)? as i64),
                        other => {
                            return Err(Failure::unsupported(format!("trip limit {other}")));
                        }
                    },
                    TypedLayer::Iterator(iterator) => {
                        before(0)?;
                        let (axis, reverse) = (iterator.axis()?, iterator.reverse()?);
                        slices.push((layer.output(0), input(0)?, axis, reverse));
                    }
                    TypedLayer::Recurrence(_) => {
                        states.insert(layer.output(0), before(0)?.shallow_clone());
                        carried.push((layer.output(0), input(1)?));
                    }
                    TypedLayer::LoopOutput(output) => outputs.push(output),
                    _ => body.push(Step::Layer(*layer)),
                }
                Ok(())
            };
            sort().map_err(|failure| at(layer, failure))?;
        }
        let count = count.ok_or_else(|| {
            at(
                &layers[0],
                Failure::unsupported("a loop without a number of iterations"),
            )
        })?;
        let body = sorted(body)
            .iter()
            .flat_map(Step::layers)
            .copied()
            .collect();
        Ok(Self {
            count,
            slices,
            carried,
            outputs,
            body,
        })
    }
}

/// What a loop returns: the last state, or the values of all iterations.
fn result(
    output: &trt::layers::LoopOutput<'_>,
    mut values: Vec<Tensor>,
    states: &HashMap<trt::Tensor<'_>, Tensor>,
) -> error::Result<Tensor> {
    let kind = output.loop_output()?;
    if kind == LoopOutputKind::LastValue {
        let state = output.input(0).and_then(|input| states.get(&input));
        return state
            .map(Tensor::shallow_clone)
            .ok_or_else(|| Failure::invalid("the last value of what is no recurrence"));
    }
    if kind == LoopOutputKind::Reverse {
        values.reverse();
    }
    Ok(Tensor::f_stack(&values, output.axis()?)?)
}

fn copied<'n>(values: &HashMap<trt::Tensor<'n>, Tensor>) -> HashMap<trt::Tensor<'n>, Tensor> {
    values
        .iter()
        .map(|(tensor, value)| (*tensor, value.shallow_clone()))
        .collect()
}
