//! The view of a converter on the conversion: the current call, its tensors, the network.

use std::collections::HashMap;

use super::args::{self, FromArgument};
use super::plugins::Plugins;
use super::tensor::{Scalar, Size, Tensor, data_type};
use super::{Call, Error, KeyKind, Result, weights};
use crate::graph::{Argument, Constant, Graph, Node, ValueId};
use crate::pt2::{DType, SymExpr};

/// What a converter works with.
///
/// The arguments of the current call arrive as parameters of the converter, or through [`args`](Self::args),
/// [`inputs`](Self::inputs), [`parameter`](Self::parameter) and [`nodes`](Self::nodes). Layers are added by the methods named after
/// what they compute, or directly to the [`network`](Self::network) between [`raw`](Self::raw) and [`wrap`](Self::wrap).
#[derive(Debug)]
pub struct Context<'n, 'w> {
    graph: &'w Graph,
    network: &'n trt::Network<'w>,
    slots: Vec<Slot<'n, 'w>>,
    index_type: trt::DataType,
    /// Tensors of the graph's values, by [`ValueId::index`].
    values: Vec<Option<Tensor>>,
    call: Option<Call<'w>>,
    outputs: Option<Vec<Tensor>>,
    /// Sizes as 1-element tensors, so that each expression is computed once.
    pub(super) symbols: HashMap<SymExpr, trt::Tensor<'n>>,
    pub(super) warnings: Vec<String>,
    pub(super) plugins: Plugins,
}

/// TensorRT before 10 has no 64-bit integers.
fn index_type(library: &trt::Library) -> trt::DataType {
    match library.product() {
        trt::Product::TensorRt if library.version().major < 10 => trt::DataType::Int32,
        _ => trt::DataType::Int64,
    }
}

/// What stands behind a [`Tensor`].
#[derive(Debug)]
struct Slot<'n, 'w> {
    handle: Tensor,
    data: Data<'n, 'w>,
    /// Sizes as far as they are known to be expressions over the program's symbols.
    sizes: Option<Vec<Size>>,
}

#[derive(Debug)]
enum Data<'n, 'w> {
    /// A tensor of the network.
    Added(trt::Tensor<'n>),
    /// A constant that no layer holds yet: converters hand it over as weights, or it becomes a layer when somebody asks.
    Constant(&'w Constant),
    /// Quantized elements, which TensorRT's own layers dequantize; for all other readers they become 32-bit integers.
    Int8(trt::Tensor<'n>),
}

impl<'n, 'w> Context<'n, 'w> {
    pub(super) fn new(graph: &'w Graph, network: &'n trt::Network<'w>, plugins: Plugins) -> Self {
        Self {
            graph,
            network,
            slots: Vec::new(),
            index_type: index_type(network.library()),
            values: vec![None; graph.value_count()],
            call: None,
            outputs: None,
            symbols: HashMap::new(),
            warnings: Vec::new(),
            plugins,
        }
    }

    /// The graph being converted.
    pub fn graph(&self) -> &'w Graph {
        self.graph
    }

    /// The network being built, for layers that no method here adds. Layers without a name get one after the call.
    pub fn network(&self) -> &'n trt::Network<'w> {
        self.network
    }

    /// The current call.
    pub fn call(&self) -> &Call<'w> {
        self.call
            .as_ref()
            .expect("converters only run inside a call")
    }

    /// The nodes of the current call, in execution order: one for an operator, all that were traced for a function or module.
    pub fn nodes(&self) -> Vec<&'w Node> {
        self.call().nodes().collect()
    }

    /// The arguments by position: all of the schema's for a single node, the input tensors for several.
    pub fn args(&self) -> Vec<Argument> {
        match self.call().node() {
            Some(node) => node.args.iter().map(|(_, a)| a.clone()).collect(),
            None => self
                .call()
                .inputs()
                .iter()
                .map(|v| Argument::Tensor(*v))
                .collect(),
        }
    }

    /// The arguments by schema name, if the call is a single node; else none.
    pub fn kwargs(&self) -> Vec<(&'w str, &'w Argument)> {
        self.call().node().map_or(Vec::new(), |node| {
            node.args.iter().map(|(n, a)| (n.as_str(), a)).collect()
        })
    }

    /// An argument by schema name, as the type asked for.
    ///
    /// # Errors
    /// [`Error::Argument`] if there is no such argument or it is something else.
    pub fn arg<T: FromArgument>(&mut self, name: &str) -> Result<T> {
        args::bind(self, name, usize::MAX, None)
    }

    /// The tensors that flow into the call: neither constants nor computed inside, in the order of first use.
    ///
    /// # Errors
    /// When one of them was not converted.
    pub fn inputs(&mut self) -> Result<Vec<Tensor>> {
        let values = self.call().inputs().to_vec();
        values.into_iter().map(|v| self.tensor(v)).collect()
    }

    /// A parameter or buffer of the called module by its attribute name (`weight`, `conv.bias`), whether or not the nodes of the
    /// call read it.
    ///
    /// # Errors
    /// When its dtype has no counterpart in TensorRT.
    pub fn parameter(&mut self, name: &str) -> Result<Option<Tensor>> {
        self.parameter_value(name)
            .map(|v| self.tensor(v))
            .transpose()
    }

    pub(super) fn parameter_value(&self, name: &str) -> Option<ValueId> {
        let module = self.call().module();
        let full = if module.is_empty() {
            name.to_owned()
        } else {
            format!("{module}.{name}")
        };
        self.graph.stored(&full)
    }

    /// The tensor of a graph value.
    ///
    /// # Errors
    /// When the value is no tensor, was not converted, or has a dtype without counterpart.
    pub fn tensor(&mut self, value: ValueId) -> Result<Tensor> {
        if let Some(tensor) = self.values[value.index()] {
            return Ok(tensor);
        }
        let constant = self.graph.constant(value).ok_or_else(|| {
            let value = self.graph.value(value);
            Error::new(format!(
                "`{}` ({}) is not a tensor of the network",
                value.name, value.kind
            ))
        })?;
        let dtype = data_type(constant.dtype())?;
        if weights::has_nan(constant) {
            self.warn(format!("`{}` holds NaN", constant.name));
        }
        let rank = constant.shape().len() as u8;
        let tensor = self.push(Data::Constant(constant), dtype, rank);
        self.values[value.index()] = Some(tensor);
        Ok(tensor)
    }

    /// True for a value that has a tensor already.
    pub(super) fn is_converted(&self, value: ValueId) -> bool {
        self.values[value.index()].is_some()
    }

    fn push(&mut self, data: Data<'n, 'w>, dtype: trt::DataType, rank: u8) -> Tensor {
        let tensor = Tensor {
            index: self.slots.len() as u32,
            dtype,
            rank,
        };
        self.slots.push(Slot {
            handle: tensor,
            data,
            sizes: None,
        });
        tensor
    }

    /// The network's tensor behind a handle. A constant becomes a layer now. 8-bit integers, with which TensorRT does nothing but
    /// convert them to floats and back, are 32-bit ones in the network.
    ///
    /// # Errors
    /// When TensorRT refuses the constant.
    pub fn raw(&mut self, tensor: &Tensor) -> Result<trt::Tensor<'n>> {
        let dtype = match tensor.dtype {
            trt::DataType::UInt8 => trt::DataType::Int32,
            other => other,
        };
        let raw = match self.slots[tensor.index as usize].data {
            Data::Added(raw) if raw.dtype()? != trt::DataType::UInt8 => return Ok(raw),
            Data::Added(input) => {
                let float = self.network.add_cast(input, trt::DataType::Float)?;
                self.network.add_cast(float.output(0), dtype)?.output(0)
            }
            Data::Int8(quantized) => {
                let one = self.scalar(&Scalar::Float(1.0), trt::DataType::Float, 0)?;
                let one = self.raw(&one)?;
                let float = self
                    .network
                    .add_dequantize(quantized, one, trt::DataType::Float)?;
                // TensorRT 10 would fuse the cast into the dequantization, which gives no integers. These are whole numbers.
                let whole = self
                    .network
                    .add_unary(float.output(0), trt::UnaryOperation::Round)?;
                self.network.add_cast(whole.output(0), dtype)?.output(0)
            }
            Data::Constant(constant) => {
                let bytes = weights::converted(self.network, constant, dtype)?;
                self.network
                    .add_constant(constant.shape(), trt::Weights::new(dtype, bytes))?
                    .output(0)
            }
        };
        self.slots[tensor.index as usize].data = Data::Added(raw);
        Ok(raw)
    }

    /// An input of the network as it comes in, where 8-bit integers are such; else as [`raw`](Self::raw).
    pub(super) fn raw_input(&mut self, tensor: &Tensor) -> Result<trt::Tensor<'n>> {
        match self.slots[tensor.index as usize].data {
            Data::Added(raw) => Ok(raw),
            Data::Constant(_) | Data::Int8(_) => self.raw(tensor),
        }
    }

    /// Quantized elements as integers of the program: 32-bit ones to every reader but [`int8`](Self::int8).
    pub(crate) fn wrap_int8(&mut self, quantized: trt::Tensor<'n>, of: &Tensor) -> Result<Tensor> {
        let tensor = self.push(Data::Int8(quantized), trt::DataType::Int32, of.rank);
        let sizes = self.sizes(of)?;
        Ok(self.with_sizes(tensor, sizes))
    }

    /// A tensor of 8-bit integers as TensorRT dequantizes them: quantized before, or a constant that the program stores so.
    pub(crate) fn int8(&mut self, tensor: &Tensor) -> Result<Option<trt::Tensor<'n>>> {
        match self.slots[tensor.index as usize].data {
            Data::Int8(quantized) => Ok(Some(quantized)),
            Data::Constant(constant) if constant.dtype() == DType::Int8 => {
                let weights = trt::Weights::new(trt::DataType::Int8, constant.bytes());
                let layer = self.network.add_constant(constant.shape(), weights)?;
                Ok(Some(layer.output(0)))
            }
            _ => Ok(None),
        }
    }

    /// The same tensor of the network as another type, of which its elements are.
    pub(super) fn relabelled(&mut self, tensor: &Tensor, dtype: trt::DataType) -> Result<Tensor> {
        let raw = self.raw(tensor)?;
        let sizes = self.sizes(tensor)?;
        let same = self.push(Data::Added(raw), dtype, tensor.rank);
        Ok(self.with_sizes(same, sizes))
    }

    /// The first output of a layer just added.
    ///
    /// # Errors
    /// When TensorRT could not infer its shape: the inputs do not fit together.
    pub fn output(&mut self, layer: &trt::Layer<'n>) -> Result<Tensor> {
        self.wrap(layer.output(0))
    }

    /// The first output of a layer that keeps the shape of its input.
    pub(super) fn output_like(&mut self, layer: &trt::Layer<'n>, input: &Tensor) -> Result<Tensor> {
        let result = self.output(layer)?;
        let sizes = self.sizes(input)?;
        Ok(self.with_sizes(result, sizes))
    }

    /// A handle for a tensor of the network.
    ///
    /// # Errors
    /// When TensorRT could not infer its shape.
    pub fn wrap(&mut self, raw: trt::Tensor<'n>) -> Result<Tensor> {
        let (dtype, rank) = (raw.dtype()?, raw.dims()?.len() as u8);
        Ok(self.push(Data::Added(raw), dtype, rank))
    }

    /// The handle with this index.
    pub(super) fn handle(&self, index: u32) -> Tensor {
        self.slots[index as usize].handle
    }

    /// The type of sizes and indices: 64 bits where the library has them.
    pub fn index_type(&self) -> trt::DataType {
        self.index_type
    }

    /// The constant behind a handle, while no computation has touched it; its elements are to be read as the handle's dtype.
    pub fn constant(&self, tensor: &Tensor) -> Option<&'w Constant> {
        match self.slots[tensor.index as usize].data {
            Data::Constant(constant) => Some(constant),
            Data::Added(_) | Data::Int8(_) => None,
        }
    }

    /// A constant as another type, without a layer.
    pub(super) fn constant_as(&mut self, constant: &'w Constant, dtype: trt::DataType) -> Tensor {
        self.push(
            Data::Constant(constant),
            dtype,
            constant.shape().len() as u8,
        )
    }

    /// A constant as weights of the handle's dtype: borrowed from the program where it stores them so, else converted once.
    ///
    /// # Errors
    /// When there is no conversion to that dtype.
    pub fn weights(&self, tensor: &Tensor) -> Result<Option<trt::Weights<'w>>> {
        let Some(constant) = self.constant(tensor) else {
            return Ok(None);
        };
        let bytes = weights::converted(self.network, constant, tensor.dtype)?;
        Ok(Some(trt::Weights::new(tensor.dtype, bytes)))
    }

    /// The elements of a constant as numbers, for what is computed at conversion.
    pub fn numbers(&self, tensor: &Tensor) -> Option<Vec<f64>> {
        weights::numbers(self.constant(tensor)?)
    }

    /// Sizes as TensorRT knows them: -1 where they depend on the input sizes.
    ///
    /// # Errors
    /// When TensorRT could not infer them.
    pub fn dims(&self, tensor: &Tensor) -> Result<trt::Dims> {
        match &self.slots[tensor.index as usize].data {
            Data::Added(raw) | Data::Int8(raw) => Ok(raw.dims()?),
            Data::Constant(constant) => Ok(trt::Dims::new(constant.shape())?),
        }
    }

    /// Sizes: numbers where they are known, else how to get them while the engine runs.
    ///
    /// # Errors
    /// When TensorRT could not infer them.
    pub fn sizes(&self, tensor: &Tensor) -> Result<Vec<Size>> {
        let known = self.slots[tensor.index as usize].sizes.as_ref();
        let size = |(axis, &n): (usize, &i64)| match known.and_then(|s| s.get(axis)) {
            _ if n >= 0 => Size::Static(n),
            Some(size @ Size::Symbolic(_)) => size.clone(),
            _ => Size::Symbolic(super::layers::own_symbol(tensor, axis)),
        };
        Ok(self.dims(tensor)?.iter().enumerate().map(size).collect())
    }

    /// Notes sizes that a tensor is known to have, so that they need not be asked of it while the engine runs.
    pub(super) fn with_sizes(&mut self, tensor: Tensor, sizes: Vec<Size>) -> Tensor {
        let slot = &mut self.slots[tensor.index as usize];
        slot.sizes.get_or_insert(sizes);
        tensor
    }

    /// The sizes that the program gives for an output of the call.
    ///
    /// # Errors
    /// When the call has no such output, or it is no tensor.
    pub fn output_sizes(&self, index: usize) -> Result<Vec<Size>> {
        let shape = self
            .call()
            .outputs()
            .get(index)
            .and_then(|v| self.graph.value(*v).shape());
        let shape =
            shape.ok_or_else(|| Error::new(format!("the call has no tensor output {index}")))?;
        Ok(shape.to_vec())
    }

    /// The dtype that the program gives for an output of the call.
    ///
    /// # Errors
    /// When the call has no such output, it is no tensor, or TensorRT has no such dtype.
    pub fn output_dtype(&self, index: usize) -> Result<trt::DataType> {
        let dtype = self
            .call()
            .outputs()
            .get(index)
            .and_then(|v| self.graph.value(*v).dtype());
        data_type(
            dtype.ok_or_else(|| Error::new(format!("the call has no tensor output {index}")))?,
        )
    }

    /// Sets the outputs of the call, in order. Trailing ones that nothing reads may be left out.
    pub fn set_output(&mut self, outputs: impl IntoIterator<Item = Tensor>) {
        self.outputs = Some(outputs.into_iter().collect());
    }

    /// Reports something that the user should know although the conversion goes on.
    pub fn warn(&mut self, message: String) {
        tracing::warn!("{message}");
        self.warnings.push(message);
    }

    /// Makes a network tensor stand for a value of the graph.
    pub(super) fn define(&mut self, value: ValueId, tensor: Tensor) {
        self.values[value.index()] = Some(tensor);
        if let Some(shape) = self.graph.value(value).shape() {
            // What the program says is better than what was derived on the way.
            self.slots[tensor.index as usize].sizes = Some(shape.to_vec());
        }
    }

    pub(super) fn enter(&mut self, call: Call<'w>) {
        self.call = Some(call);
        self.outputs = None;
    }

    /// Takes the outputs of the call over, after comparing them with what the program says about them.
    pub(super) fn leave(&mut self, read: impl Fn(ValueId) -> bool) -> Result<()> {
        let values = self.call().outputs().to_vec();
        let outputs = self
            .outputs
            .take()
            .ok_or_else(|| Error::new("the converter set no output"))?;
        if outputs.len() > values.len() || values[outputs.len()..].iter().any(|v| read(*v)) {
            let wanted: Vec<String> = values
                .iter()
                .map(|v| format!("`{}`", self.graph.value(*v).name))
                .collect();
            return Err(Error::new(format!(
                "the converter set {} outputs; the call has {}, which are what the rest of the program reads of it, in the order it computes them: {}",
                outputs.len(),
                wanted.len(),
                wanted.join(", ")
            )));
        }
        for (index, (value, mut tensor)) in values.into_iter().zip(outputs).enumerate() {
            let dtype = self.output_dtype(index)?;
            // The nodes of a module or function may be set to half precision, which its converter need not know.
            let own_precision = self.call().kind() != KeyKind::Operator;
            if own_precision && dtype.is_float() && tensor.dtype.is_float() {
                tensor = self.cast(&tensor, dtype)?;
            }
            let tensor = self.checked_output(index, value, &tensor)?;
            self.define(value, tensor);
        }
        Ok(())
    }

    fn checked_output(&mut self, index: usize, value: ValueId, tensor: &Tensor) -> Result<Tensor> {
        let expected = self.output_sizes(index)?;
        let dims = self.dims(tensor)?;
        let fits = |(size, &n): (&Size, &i64)| n < 0 || size.as_static().is_none_or(|s| s == n);
        let dtype = self.output_dtype(index)?;
        let same_shape = dims.len() == expected.len() && expected.iter().zip(dims.iter()).all(fits);
        match (dtype, tensor.dtype) {
            (expected, found) if same_shape && expected == found => return Ok(*tensor),
            (trt::DataType::UInt8, trt::DataType::Int32) if same_shape => {
                return self.relabelled(tensor, dtype);
            }
            _ => {}
        }
        let value = self.graph.value(value);
        Err(Error::new(format!(
            "the converter made {} {dims} where the program has `{}`: {}",
            tensor.dtype, value.name, value.kind
        )))
    }
}
