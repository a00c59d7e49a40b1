//! Computes a finished TensorRT network on the CPU, with libtorch.
//!
//! The interpreter reads the network back through TensorRT's own getters, layer by layer, and computes each as
//! [NVIDIA's operator documentation](https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/) and the
//! headers define it. So it proves converters numerically where there is no GPU, against the real network rather than
//! against a copy of it. It is a tool for verification: slow is fine, wrong is not. A layer or a setting that it does not
//! know is an error with the layer's name, never a guess.
//!
//! Layers with half-precision tensors are computed in fp32 and rounded to the type of their output, as a GPU does that
//! accumulates in fp32 and stores each layer's result.

#![expect(
    clippy::mutable_key_type,
    reason = "tensors of a network are compared and hashed by identity"
)]

mod call;
mod error;
mod layers;
mod loops;
mod memory;
mod value;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use tch::{Device, Tensor};
use trt::plugin::AnyPlugin;

use crate::convert::StandIn;

pub use error::{Error, Failure};
pub use memory::keep_freed_memory;

use call::Call;
use loops::Step;

/// Computes the outputs of a network from its inputs, both by tensor name, on the CPU.
///
/// Inputs have the element type that the network declares. Tensors are dropped after their last use, so memory stays near
/// that of the widest place in the network, apart from the weights.
///
/// # Errors
/// An input that a layer reads is missing, or one is unknown or does not fit the network's declaration; a layer or one of its settings is not known to
/// the interpreter; the values do not fit a layer (index out of range, failed assertion); TensorRT fails to answer.
///
/// # Example
/// ```no_run
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let library = trt::Library::load()?;
/// let builder = trt::Builder::new(&library)?;
/// let network = builder.network(trt::NetworkOptions::strongly_typed())?;
/// let x = network.add_input("x", trt::DataType::Float, &[-1, 3])?;
/// let y = network.add_activation(x, trt::ActivationType::Relu)?.output(0);
/// y.set_name("y")?;
/// network.mark_output(y)?;
///
/// let x = tch::Tensor::from_slice2(&[[-1f32, 0.0, 2.0]]);
/// let outputs = torchvision_trt::interpreter::run(&network, &[("x".to_owned(), x)].into())?;
/// assert_eq!(outputs["y"].size(), [1, 3]);
/// # Ok(())
/// # }
/// ```
pub fn run(
    network: &trt::Network<'_>,
    inputs: &BTreeMap<String, Tensor>,
) -> Result<BTreeMap<String, Tensor>, Error> {
    run_around(network, inputs, &[], &mut |_, _| Ok(Vec::new()))
}

/// As [`run`] for a network around plugins ([`around_plugins`](crate::convert::around_plugins)), which `plugin` computes.
///
/// # Errors
/// As [`run`], and those of `plugin`.
#[doc(hidden)]
pub fn run_around(
    network: &trt::Network<'_>,
    inputs: &BTreeMap<String, Tensor>,
    left_out: &[StandIn],
    plugin: &mut RunPlugin<'_>,
) -> Result<BTreeMap<String, Tensor>, Error> {
    tch::no_grad(|| Interpreter::new(network, inputs)?.run(network, left_out, plugin))
}

/// Computes a plugin's outputs from its inputs.
pub type RunPlugin<'p> = dyn FnMut(&AnyPlugin, &[Tensor]) -> Result<Vec<Tensor>, String> + 'p;

/// The values of a network's tensors, as far as they are computed and still needed.
struct Interpreter<'n> {
    values: HashMap<trt::Tensor<'n>, Tensor>,
    /// How many layers and network outputs have yet to read a tensor.
    readers: HashMap<trt::Tensor<'n>, usize>,
}

impl<'n> Interpreter<'n> {
    fn new(
        network: &'n trt::Network<'_>,
        inputs: &BTreeMap<String, Tensor>,
    ) -> Result<Self, Error> {
        let mut values = HashMap::new();
        let mut known = BTreeSet::new();
        for declared in network.inputs() {
            let name = declared.name();
            let wrong = |detail: String| Error::Input {
                name: name.clone(),
                detail,
            };
            // What is not given is asked for when it is read.
            if let Some(given) = inputs.get(&name) {
                check(given, &declared).map_err(|failure| wrong(failure.to_string()))?;
                values.insert(declared, given.shallow_clone());
            }
            known.insert(name);
        }
        if let Some(name) = inputs.keys().find(|name| !known.contains(*name)) {
            let detail = format!("the network has no such input; its inputs are {known:?}");
            return Err(Error::Input {
                name: name.clone(),
                detail,
            });
        }

        let mut readers = HashMap::new();
        for tensor in network
            .layers()
            .flat_map(|layer| layer.inputs())
            .flatten()
            .chain(network.outputs())
        {
            *readers.entry(tensor).or_default() += 1;
        }
        Ok(Self { values, readers })
    }

    fn run(
        mut self,
        network: &'n trt::Network<'_>,
        left_out: &[StandIn],
        plugin: &mut RunPlugin<'_>,
    ) -> Result<BTreeMap<String, Tensor>, Error> {
        for step in loops::in_order(network)? {
            for input in step
                .layers()
                .iter()
                .flat_map(|layer| layer.inputs())
                .flatten()
            {
                if input.is_network_input() && !self.values.contains_key(&input) {
                    self.compute_left_out(network, &input.name(), left_out, plugin)?;
                }
            }
            match step {
                Step::Layer(layer) => self.compute(&layer).map_err(|e| at(&layer, e))?,
                Step::Loop(layers) => self.compute_loop(&layers)?,
            }
        }
        let is_inside = |name: &String| left_out.iter().any(|one| one.inputs.contains(name));
        network
            .outputs()
            .filter(|output| !is_inside(&output.name()))
            .map(|output| {
                let name = output.name();
                match self.values.get(&output) {
                    Some(value) => Ok((name, value.shallow_clone())),
                    None => Err(Error::Output { name }),
                }
            })
            .collect()
    }

    /// Computes the plugin one of whose outputs is this input of the network.
    fn compute_left_out(
        &mut self,
        network: &'n trt::Network<'_>,
        name: &String,
        left_out: &[StandIn],
        plugin: &mut RunPlugin<'_>,
    ) -> Result<(), Error> {
        let wrong = |detail: String| Error::Input {
            name: name.clone(),
            detail,
        };
        let stand_in = left_out.iter().find(|one| one.outputs.contains(name));
        let stand_in = stand_in.ok_or_else(|| wrong("is missing".into()))?;
        let computed = |name: &String| {
            let output = network.outputs().find(|output| output.name() == *name)?;
            self.values.get(&output).map(Tensor::shallow_clone)
        };
        let inputs: Option<Vec<Tensor>> = stand_in.inputs.iter().map(computed).collect();
        let inputs = inputs.ok_or_else(|| wrong("its plugin's inputs are not computed".into()))?;
        let outputs = plugin(&stand_in.plugin, &inputs).map_err(wrong)?;
        for (name, value) in stand_in.outputs.iter().zip(outputs) {
            if let Some(declared) = network.inputs().find(|input| input.name() == *name) {
                check(&value, &declared).map_err(|failure| wrong(failure.to_string()))?;
                self.values.insert(declared, value);
            }
        }
        Ok(())
    }

    fn compute(&mut self, layer: &trt::Layer<'n>) -> error::Result<()> {
        let inputs = layer
            .inputs()
            .map(|input| input.map(|input| self.read(&input)).transpose())
            .collect::<error::Result<_>>()?;
        let outputs = layers::compute(&layer.typed(), &Call::new(inputs))?;
        if outputs.len() != layer.num_outputs() {
            return Err(Failure::unsupported(format!(
                "a form with {} outputs",
                layer.num_outputs()
            )));
        }
        self.define(layer, outputs)
    }

    /// Gives the outputs of a layer their values, in the types that TensorRT declares.
    fn define(&mut self, layer: &trt::Layer<'n>, outputs: Vec<Tensor>) -> error::Result<()> {
        for (declared, value) in layer.outputs().zip(outputs) {
            let value = value.f_to_kind(value::storage_kind(declared.dtype()?)?)?;
            check(&value, &declared)?;
            if self.readers.contains_key(&declared) {
                self.values.insert(declared, value);
            }
        }
        Ok(())
    }

    /// The value of a tensor, in the type to compute with; forgets it if nobody reads it after.
    fn read(&mut self, tensor: &trt::Tensor<'n>) -> error::Result<Tensor> {
        let value = self.values.get(tensor).ok_or_else(|| {
            Failure::invalid(format!("tensor `{}` is not computed before", tensor.name()))
        })?;
        let value = value.f_to_kind(value::compute_kind(value.f_kind()?))?;
        if let Some(readers) = self.readers.get_mut(tensor) {
            *readers -= 1;
            if *readers == 0 {
                self.values.remove(tensor);
            }
        }
        Ok(value)
    }
}

/// The error of a layer.
fn at(layer: &trt::Layer<'_>, failure: Failure) -> Error {
    Error::Layer {
        layer: layer.name(),
        kind: layer.kind().to_string(),
        failure: Box::new(failure),
    }
}

/// Compares a value with what TensorRT says about its tensor, so that no misunderstanding goes unnoticed.
fn check(value: &Tensor, declared: &trt::Tensor<'_>) -> error::Result<()> {
    let (dims, size) = (declared.dims()?, value.size());
    let fits = dims.len() == size.len()
        && dims
            .iter()
            .zip(&size)
            .all(|(&declared, &size)| declared == size || declared == -1);
    if !fits {
        return Err(Failure::invalid(format!(
            "shape is {size:?}, TensorRT expects {:?}",
            &dims[..]
        )));
    }
    let kind = value::storage_kind(declared.dtype()?)?;
    if value.f_kind()? != kind {
        return Err(Failure::invalid(format!(
            "element type is {:?}, TensorRT expects {kind:?}",
            value.f_kind()?
        )));
    }
    if value.device() != Device::Cpu {
        return Err(Failure::invalid(format!(
            "is on {:?}, expected on the CPU",
            value.device()
        )));
    }
    Ok(())
}
