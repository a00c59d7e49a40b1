"""Recurrent layers: loops over time, and single steps."""

import torch
from torch import nn

from export import correct_lstm_states
from suite import D, Family, randn, uniform

correct_lstm_states()

lstm = Family("lstm").case
gru = Family("gru").case
rnn = Family("rnn").case
cell = Family("recurrent_cell").case
N = D("n", 2, 5)


def flat(results):
    """Output and last states in one tuple, which a layer returns nested."""
    output, last = results
    return output, *(last if isinstance(last, tuple) else (last,))


class Layer(nn.Module):
    """A layer inside of a module, started with zeros. `pick` takes what is returned of its results."""

    def __init__(self, inner, pick=flat):
        super().__init__()
        self.inner = inner
        self.pick = pick

    def forward(self, x):
        return self.pick(self.inner(x))


class Continued(Layer):
    """A layer that is given its first state."""

    def forward(self, x, h):
        return self.pick(self.inner(x, h))


class ContinuedLstm(Layer):
    """A layer that is given its first hidden and cell state."""

    def forward(self, x, h, c):
        return self.pick(self.inner(x, (h, c)))


class Unrolled(nn.Module):
    """A cell over the first three steps."""

    def __init__(self, cell):
        super().__init__()
        self.cell = cell

    def forward(self, x):
        return self.cell(x[2], self.cell(x[1], self.cell(x[0])))


# PyTorch's export makes the number of steps a constant; the batch may be dynamic.
lstm("plain", Layer(nn.LSTM(3, 5)), randn(7, 2, 3))
lstm("one_step", Layer(nn.LSTM(3, 5)), randn(1, 2, 3))
lstm("one_step_both_directions", Layer(nn.LSTM(3, 5, bidirectional=True, num_layers=2, batch_first=True)), randn(N, 1, 3))
lstm("batch_first_odd", Layer(nn.LSTM(3, 5, batch_first=True)), randn(3, 7, 3))
lstm("unbatched", Layer(nn.LSTM(3, 5)), randn(7, 3))
lstm("no_biases", Layer(nn.LSTM(3, 5, bias=False)), randn(4, 2, 3))
lstm("three_layers", Layer(nn.LSTM(3, 5, num_layers=3)), randn(4, 2, 3))
lstm("both_directions", Layer(nn.LSTM(3, 5, bidirectional=True)), randn(7, 2, 3))
lstm("both_directions_two_layers", Layer(nn.LSTM(3, 4, num_layers=2, bidirectional=True, batch_first=True, dropout=0.5)), randn(2, 5, 3))
lstm("projection", Layer(nn.LSTM(3, 6, proj_size=2)), randn(4, 2, 3))
lstm("projection_two_layers", Layer(nn.LSTM(3, 6, proj_size=4, num_layers=2, bidirectional=True, bias=False)), randn(4, 2, 3))
lstm("states", ContinuedLstm(nn.LSTM(3, 5, num_layers=2)), randn(4, 2, 3), randn(2, 2, 5), randn(2, 2, 5))
lstm("dynamic_batch", Layer(nn.LSTM(3, 5, batch_first=True)), randn(N, 4, 3))
lstm("dynamic_both_directions", Layer(nn.LSTM(3, 5, batch_first=True, bidirectional=True, num_layers=2)), randn(N, 4, 3))
lstm("dynamic_raw", Layer(nn.LSTM(3, 5, batch_first=True)), randn(N, 4, 3), dialect="raw")
lstm("saturated", Layer(nn.LSTM(3, 5)), uniform(4, 2, 3, low=-300.0, high=300.0))
lstm("only_last", Layer(nn.LSTM(3, 5, batch_first=True, bidirectional=True), lambda results: results[1][0]), randn(N, 4, 3))
lstm("only_last_cell", Layer(nn.LSTM(3, 5), lambda results: results[1][1]), randn(4, 2, 3))
lstm("between_layers", nn.Sequential(nn.Linear(3, 4), Layer(nn.LSTM(4, 4), lambda results: results[0]), nn.Linear(4, 2)), randn(4, N, 3))
lstm("half", Layer(nn.LSTM(3, 5).half()), randn(4, 2, 3, dtype=torch.float16), tolerance="fp16")

gru("plain", Layer(nn.GRU(3, 5)), randn(7, 2, 3))
gru("one_step", Layer(nn.GRU(3, 5)), randn(1, 2, 3))
gru("batch_first_no_biases", Layer(nn.GRU(3, 5, batch_first=True, bias=False)), randn(3, 7, 3))
gru("both_directions_two_layers", Layer(nn.GRU(3, 5, num_layers=2, bidirectional=True)), randn(7, 2, 3))
gru("states", Continued(nn.GRU(3, 5, bidirectional=True)), randn(4, 2, 3), randn(2, 2, 5))
gru("unbatched", Layer(nn.GRU(2, 3)), randn(5, 2))
gru("batch_of_one", Layer(nn.GRU(3, 5)), randn(7, 1, 3))
gru("as_many_units_as_gates", Layer(nn.GRU(2, 3)), randn(5, 2, 2))
gru("dynamic", Layer(nn.GRU(3, 5, batch_first=True)), randn(N, 4, 3))
gru("raw", Layer(nn.GRU(3, 5, num_layers=2)), randn(4, N, 3), dialect="raw")

rnn("tanh", Layer(nn.RNN(3, 5)), randn(7, 2, 3))
rnn("tanh_one_step", Layer(nn.RNN(3, 5)), randn(1, 2, 3))
rnn("relu", Layer(nn.RNN(3, 5, nonlinearity="relu")), randn(7, 2, 3))
rnn("tanh_both_directions_no_biases", Layer(nn.RNN(3, 5, num_layers=2, bidirectional=True, bias=False)), randn(7, 2, 3))
rnn("relu_both_directions", Layer(nn.RNN(3, 5, nonlinearity="relu", bidirectional=True, batch_first=True)), randn(2, 3, 3))
rnn("tanh_dynamic", Layer(nn.RNN(3, 5, batch_first=True)), randn(N, 4, 3))
rnn("relu_states", Continued(nn.RNN(3, 5, nonlinearity="relu")), randn(4, 2, 3), randn(1, 2, 5))

cell("lstm", nn.LSTMCell(3, 5), randn(2, 3))
cell("lstm_dynamic_no_biases", nn.LSTMCell(3, 5, bias=False), randn(N, 3))
cell("lstm_states", ContinuedLstm(nn.LSTMCell(3, 5), tuple), randn(N, 3), randn(N, 5), randn(N, 5))
cell("lstm_unbatched", nn.LSTMCell(3, 5), randn(3))
cell("lstm_function", lambda x, h, c, w, u: torch.lstm_cell(x, (h, c), w, u), randn(2, 3), randn(2, 5), randn(2, 5), randn(20, 3), randn(20, 5))
cell("gru", nn.GRUCell(3, 5), randn(N, 3))
cell("gru_states", nn.GRUCell(3, 5, bias=False), randn(2, 3), randn(2, 5))
cell("gru_function", lambda x, h, w, u: torch.gru_cell(x, h, w, u), randn(2, 3), randn(2, 5), randn(15, 3), randn(15, 5))
cell("tanh_states", nn.RNNCell(3, 5), randn(N, 3), randn(N, 5))
cell("relu", nn.RNNCell(3, 5, nonlinearity="relu", bias=False), randn(2, 3))
cell("tanh_function", lambda x, h, w, u: torch.rnn_tanh_cell(x, h, w, u), randn(2, 3), randn(2, 5), randn(5, 3), randn(5, 5))
cell("relu_function", lambda x, h, w, u: torch.rnn_relu_cell(x, h, w, u), randn(2, 3), randn(2, 5), randn(5, 3), randn(5, 5))
cell("unrolled", Unrolled(nn.GRUCell(3, 5)), randn(3, N, 3))
