//! Recurrent networks ([torch.nn](https://docs.pytorch.org/docs/2.11/nn.html#recurrent-layers)).
//!
//! What the input adds to the gates is one product over all steps; a loop computes the states.

use trt::{ActivationType, MatrixOperation};

use super::activation::not_training;
use crate::convert::{Call, Context, Error, Result, Size, Tensor, converter};
use crate::graph::Argument;

/// Long short-term memory: all hidden states of the last layer, then the last hidden and cell state of each
/// ([torch.nn.LSTM](https://docs.pytorch.org/docs/2.11/generated/torch.nn.LSTM.html)).
///
/// Restriction: no packed sequences; the last states not from `torch.export` of PyTorch 2.11 itself, which gives them a wrong shape.
#[converter("aten.lstm.input", when = with_state_shapes, crate = crate)]
fn lstm(ctx: &mut Context, input: &Tensor, hx: &[Tensor]) -> Result<Vec<Tensor>> {
    let mut results = Network::of(ctx, Kind::Lstm)?.compute(ctx, input, hx)?;
    if !reads_states(ctx.call()) {
        results.truncate(1);
    }
    Ok(results)
}

/// Gated recurrent units, or plain ones with tanh or ReLU: all hidden states of the last layer, then the last of each
/// ([torch.nn.GRU](https://docs.pytorch.org/docs/2.11/generated/torch.nn.GRU.html),
/// [torch.nn.RNN](https://docs.pytorch.org/docs/2.11/generated/torch.nn.RNN.html)).
///
/// Restriction: no packed sequences.
#[converter("aten.gru.input", "aten.rnn_tanh.input", "aten.rnn_relu.input", when = without_dropout, crate = crate)]
fn recurrent(ctx: &mut Context, input: &Tensor, hx: &Tensor) -> Result<Vec<Tensor>> {
    let kind = Kind::of(ctx);
    Network::of(ctx, kind)?.compute(ctx, input, &[*hx])
}

/// One step of long short-term memory: the next hidden and cell state
/// ([torch.nn.LSTMCell](https://docs.pytorch.org/docs/2.11/generated/torch.nn.LSTMCell.html)).
#[converter("aten.lstm_cell.default", "torch.lstm_cell", crate = crate)]
fn lstm_cell(
    ctx: &mut Context,
    input: &Tensor,
    hx: &[Tensor],
    w_ih: &Tensor,
    w_hh: &Tensor,
    b_ih: Option<&Tensor>,
    b_hh: Option<&Tensor>,
) -> Result<Vec<Tensor>> {
    let cell = Cell::new(ctx, Kind::Lstm, [w_ih, w_hh], [b_ih, b_hh], None)?;
    cell.single_step(ctx, input, hx)
}

/// One step of a gated recurrent unit, or of a plain one with tanh or ReLU: the next hidden state
/// ([torch.nn.GRUCell](https://docs.pytorch.org/docs/2.11/generated/torch.nn.GRUCell.html),
/// [torch.nn.RNNCell](https://docs.pytorch.org/docs/2.11/generated/torch.nn.RNNCell.html)).
#[converter(
    "aten.gru_cell.default", "aten.rnn_tanh_cell.default", "aten.rnn_relu_cell.default",
    "torch.gru_cell", "torch.rnn_tanh_cell", "torch.rnn_relu_cell", crate = crate
)]
fn recurrent_cell(
    ctx: &mut Context,
    input: &Tensor,
    hx: &Tensor,
    w_ih: &Tensor,
    w_hh: &Tensor,
    b_ih: Option<&Tensor>,
    b_hh: Option<&Tensor>,
) -> Result<Vec<Tensor>> {
    let kind = Kind::of(ctx);
    let cell = Cell::new(ctx, kind, [w_ih, w_hh], [b_ih, b_hh], None)?;
    cell.single_step(ctx, input, &[*hx])
}

/// Dropout between layers is the only thing that training changes.
fn without_dropout(call: &Call) -> std::result::Result<(), String> {
    match call.arg("dropout") {
        Some(Argument::Float(0.0) | Argument::Int(0)) => Ok(()),
        _ => not_training(call),
    }
}

fn reads_states(call: &Call) -> bool {
    call.reads_output(1) || call.reads_output(2)
}

/// PyTorch 2.11 exports the last states of an LSTM with one dimension too many, so that all that is computed of them is described
/// wrongly in the program (<https://github.com/pytorch/pytorch/issues/151200>).
fn with_state_shapes(call: &Call) -> std::result::Result<(), String> {
    let states = call.outputs().get(1);
    let shape = states.and_then(|states| call.graph().value(*states).shape());
    if reads_states(call) && shape.is_some_and(|shape| shape.len() != 3) {
        return Err(
            "this version of torch.export gives the last states of an LSTM a wrong shape \
            (https://github.com/pytorch/pytorch/issues/151200): export with `torchvision-trt export`, which corrects it, with a later \
            PyTorch, or take the states from the layer's output"
                .into(),
        );
    }
    without_dropout(call)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Lstm,
    Gru,
    Tanh,
    Relu,
}

impl Kind {
    fn of(ctx: &Context) -> Self {
        let target = ctx.call().target();
        if target.contains("gru") {
            Self::Gru
        } else if target.contains("relu") {
            Self::Relu
        } else {
            Self::Tanh
        }
    }

    fn gates(self) -> i64 {
        match self {
            Self::Lstm => 4,
            Self::Gru => 3,
            Self::Tanh | Self::Relu => 1,
        }
    }
}

/// Layers of cells, in one direction or both.
struct Network {
    kind: Kind,
    /// For each layer and direction `w_ih`, `w_hh`, with biases `b_ih`, `b_hh`, with a projection `w_hr`.
    params: Vec<Tensor>,
    has_biases: bool,
    num_layers: i64,
    bidirectional: bool,
    batch_first: bool,
}

impl Network {
    fn of(ctx: &mut Context, kind: Kind) -> Result<Self> {
        Ok(Self {
            kind,
            params: ctx.arg("params")?,
            has_biases: ctx.arg("has_biases")?,
            num_layers: ctx.arg("num_layers")?,
            bidirectional: ctx.arg("bidirectional")?,
            batch_first: ctx.arg("batch_first")?,
        })
    }

    fn compute(&self, ctx: &mut Context, input: &Tensor, hx: &[Tensor]) -> Result<Vec<Tensor>> {
        let directions = if self.bidirectional { 2 } else { 1 };
        let cells = self.cells(ctx, directions)?;
        let mut x = self.time_first(ctx, input)?;
        let mut last = vec![Vec::new(); hx.len()];
        for (layer, cells) in cells.chunks(directions).enumerate() {
            let mut outputs = Vec::new();
            for (direction, cell) in cells.iter().enumerate() {
                let place = Size::from((layer * directions + direction) as i64);
                let initial = hx
                    .iter()
                    .map(|states| ctx.slice_axis(states, 0, &place, &Size::Static(1), 1))
                    .collect::<Result<Vec<_>>>()?;
                let gates = cell.input_gates(ctx, &x)?;
                let looped =
                    ctx.for_each_slice(&gates, direction == 1, &initial, |ctx, gates, states| {
                        cell.step(ctx, gates, states)
                    })?;
                outputs.push(ctx.squeeze(&looped.all, &[1])?);
                for (all, last) in last.iter_mut().zip(looped.last) {
                    all.push(last);
                }
            }
            x = ctx.concat(&outputs, 2)?;
        }
        let mut results = vec![self.time_first(ctx, &x)?];
        for last in &last {
            results.push(ctx.concat(last, 0)?);
        }
        Ok(results)
    }

    /// Batch and time swapped where the batch comes first.
    fn time_first(&self, ctx: &mut Context, x: &Tensor) -> Result<Tensor> {
        if self.batch_first {
            ctx.transpose(x, 0, 1)
        } else {
            Ok(*x)
        }
    }

    fn cells(&self, ctx: &mut Context, directions: usize) -> Result<Vec<Cell>> {
        let count = self.num_layers as usize * directions;
        let biases = if self.has_biases { 2 } else { 0 };
        let each = self.params.len() / count.max(1);
        if each * count != self.params.len() || !(2 + biases..=3 + biases).contains(&each) {
            return Err(Error::new(format!(
                "{} parameters of {} layers in {directions} directions: expected {} for each, and one more with a projection",
                self.params.len(),
                self.num_layers,
                2 + biases,
            )));
        }
        let cell = |params: &[Tensor]| {
            let bias = |index| params[..2 + biases].get(index);
            let weights = [&params[0], &params[1]];
            let projection = params.get(2 + biases).copied();
            Cell::new(ctx, self.kind, weights, [bias(2), bias(3)], projection)
        };
        self.params.chunks(each).map(cell).collect()
    }
}

/// What a step computes with. `G` are the gates, `H` the sizes of the hidden state and, with a projection, `P` that of the output.
struct Cell {
    kind: Kind,
    /// `[G * H, input]`
    input_weight: Tensor,
    /// `[G * H]`
    input_bias: Option<Tensor>,
    /// For each gate `[1, H, P]`: with one product for all gates TensorRT (10.6, and RTX 1.7) builds for minutes or for ever where the
    /// batch is one and there are no more than six units.
    weights: Vec<Tensor>,
    /// For each gate `[1, 1, H]`.
    biases: Option<Vec<Tensor>>,
    /// `[P, H]`
    projection: Option<Tensor>,
}

impl Cell {
    fn new(
        ctx: &mut Context,
        kind: Kind,
        [input_weight, weight]: [&Tensor; 2],
        [input_bias, bias]: [Option<&Tensor>; 2],
        projection: Option<Tensor>,
    ) -> Result<Self> {
        let gates = Size::from(kind.gates());
        let sizes = ctx.sizes(weight)?;
        let [rows, columns] = &sizes[..] else {
            return Err(Error::new(format!(
                "recurrent weights with {} dimensions: expected a matrix",
                sizes.len()
            )));
        };
        let hidden = rows.floor_div(kind.gates());
        let one = Size::Static(1);
        let weight = ctx.reshape(weight, &[gates.clone(), hidden.clone(), columns.clone()])?;
        let bias = bias
            .map(|bias| ctx.reshape(bias, &[gates, one.clone(), hidden]))
            .transpose()?;
        let ones = vec![one; kind.gates() as usize];
        Ok(Self {
            kind,
            input_weight: *input_weight,
            input_bias: input_bias.copied(),
            weights: ctx.split(&weight, 0, &ones)?,
            biases: bias.map(|bias| ctx.split(&bias, 0, &ones)).transpose()?,
            projection,
        })
    }

    /// What the inputs of all steps add to the gates: `[time, batch, input]` to `[time, G, batch, H]`.
    fn input_gates(&self, ctx: &mut Context, x: &Tensor) -> Result<Tensor> {
        let gates = ctx.linear(x, &self.input_weight, self.input_bias.as_ref())?;
        let sizes = ctx.sizes(&gates)?;
        let count = self.kind.gates();
        let split = [
            sizes[0].clone(),
            sizes[1].clone(),
            count.into(),
            sizes[2].floor_div(count),
        ];
        let gates = ctx.reshape(&gates, &split)?;
        ctx.permute(&gates, &[0, 2, 1, 3])
    }

    /// The next states, `[1, batch, H]` each, from what the input adds to the gates, `[G, batch, H]`. It may be inside of a loop,
    /// where sizes are not to be asked for.
    fn step(&self, ctx: &mut Context, input: &Tensor, states: &[Tensor]) -> Result<Vec<Tensor>> {
        use ActivationType::{Relu, Sigmoid, Tanh};
        let hidden = &states[0];
        if self.kind == Kind::Gru {
            let reset = self.gate(ctx, 0, input, hidden)?;
            let reset = ctx.activation(Sigmoid, &reset)?;
            let update = self.gate(ctx, 1, input, hidden)?;
            let update = ctx.activation(Sigmoid, &update)?;
            let own = self.of_hidden(ctx, 2, hidden)?;
            let kept = ctx.mul(&reset, &own)?;
            let input = of_input(ctx, 2, input)?;
            let new = ctx.add(&input, &kept)?;
            let new = ctx.activation(Tanh, &new)?;
            let difference = ctx.sub(hidden, &new)?;
            let scaled = ctx.mul(&update, &difference)?;
            return Ok(vec![ctx.add(&new, &scaled)?]);
        }
        if self.kind != Kind::Lstm {
            let sum = self.gate(ctx, 0, input, hidden)?;
            let kind = if self.kind == Kind::Relu { Relu } else { Tanh };
            return Ok(vec![ctx.activation(kind, &sum)?]);
        }
        let mut gates = Vec::new();
        for (index, kind) in [Sigmoid, Sigmoid, Tanh, Sigmoid].into_iter().enumerate() {
            let gate = self.gate(ctx, index, input, hidden)?;
            gates.push(ctx.activation(kind, &gate)?);
        }
        let kept = ctx.mul(&gates[1], &states[1])?;
        let new = ctx.mul(&gates[0], &gates[2])?;
        let memory = ctx.add(&kept, &new)?;
        let squashed = ctx.activation(Tanh, &memory)?;
        let mut output = ctx.mul(&gates[3], &squashed)?;
        if let Some(projection) = &self.projection {
            output = ctx.linear(&output, projection, None)?;
        }
        Ok(vec![output, memory])
    }

    /// What input and hidden state together give a gate, `[1, batch, H]`.
    fn gate(
        &self,
        ctx: &mut Context,
        index: usize,
        input: &Tensor,
        hidden: &Tensor,
    ) -> Result<Tensor> {
        let (input, own) = (
            of_input(ctx, index, input)?,
            self.of_hidden(ctx, index, hidden)?,
        );
        ctx.add(&input, &own)
    }

    /// What the hidden state adds to a gate, `[1, batch, H]`.
    fn of_hidden(&self, ctx: &mut Context, index: usize, hidden: &Tensor) -> Result<Tensor> {
        let (none, transposed) = (MatrixOperation::None, MatrixOperation::Transpose);
        let own = ctx.matrix_product(hidden, none, &self.weights[index], transposed)?;
        match &self.biases {
            Some(biases) => ctx.add(&own, &biases[index]),
            None => Ok(own),
        }
    }

    /// One step of a batch: states `[batch, H]`, input `[batch, input]`.
    fn single_step(&self, ctx: &mut Context, x: &Tensor, hx: &[Tensor]) -> Result<Vec<Tensor>> {
        let x = ctx.unsqueeze(x, 0)?;
        let gates = self.input_gates(ctx, &x)?;
        let gates = ctx.squeeze(&gates, &[0])?;
        let states = hx
            .iter()
            .map(|state| ctx.unsqueeze(state, 0))
            .collect::<Result<Vec<_>>>()?;
        let next = self.step(ctx, &gates, &states)?;
        next.iter().map(|state| ctx.squeeze(state, &[0])).collect()
    }
}

/// What the input adds to a gate, `[1, batch, H]` of `[G, batch, H]`. By index, which needs no sizes.
fn of_input(ctx: &mut Context, index: usize, gates: &Tensor) -> Result<Tensor> {
    let dtype = ctx.index_type();
    let index = ctx.numbers_constant(&[index as f64], &[1], dtype)?;
    ctx.gather_slices(gates, &index, 0)
}
