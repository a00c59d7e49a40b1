"""Writes through every kind of view, and through values that only look like new ones."""

import torch
import torch.nn.functional as F

from suite import D, Family, randn

write = Family("viewwrite")
N, H = D("n", 2, 5), D("h", 4, 7, 3)


def through(name, view, *shape, dialects=("functional", "raw")):
    """Writes through a view of an intermediate value, then reads the value, the view, and an older view of it."""

    def function(x):
        y = x * 1
        older = y[:1] if y.dim() else y.view(1)
        seen = view(y)
        seen.mul_(2).add_(1)
        return y + 1, seen * 1, older - 1

    for dialect in dialects:
        suffix = "" if dialect == "functional" else "_raw"
        write.case(name + suffix, function, randn(*shape), tolerance="exact", dialect=dialect)


through("alias", lambda y: y.detach(), 3, 4)
through("slice_step", lambda y: y[:, ::2], N, 5)
through("slice_of_dynamic", lambda y: y[1:-1], D("_h", 7, 5, 4), 2)
through("select", lambda y: y[:, -1], N, 4)
through("select_of_slice", lambda y: y[1:, :3][:, 1], 3, 4)
through("narrow", lambda y: y.narrow(1, 1, 2), N, 4)
through("narrow_to_the_end", lambda y: y.narrow(1, -2, 2), N, 4)
through("narrow_negative", lambda y: y.narrow(0, -3, 2), 4, 2)
through("split", lambda y: y.split([1, 3], 1)[1], N, 4)
through("chunk", lambda y: y.chunk(2, -1)[0], N, 5)
through("unbind", lambda y: y.unbind(1)[2], 3, 4)
# PyTorch's run_decompositions fixes the dynamic size here.
through("unbind_dynamic", lambda y: y.unbind(1)[2], N, 4, dialects=["raw"])
through("tensor_split", lambda y: y.tensor_split(3, 1)[1], N, 7)
through("hsplit", lambda y: y.hsplit(2)[1], N, 4)
through("vsplit", lambda y: y.vsplit((1,))[1], 3, 4)
through("dsplit", lambda y: y.dsplit(2)[0], 2, 3, 4)
through("transpose", lambda y: y.transpose(0, -1)[1], 3, N, 4)
through("swapaxes", lambda y: y.swapaxes(0, 1)[1:], 3, 4)
through("swapdims", lambda y: y.swapdims(0, 1)[:, 0], 3, 4)
through("t", lambda y: y.t()[0], N, 4)
through("capital_t", lambda y: y.T[1], N, 4)
through("m_transposed", lambda y: y.mT[:, 0], 2, N, 4)
through("adjoint", lambda y: y.adjoint()[..., 1:], 2, 3, 4)
through("movedim", lambda y: y.movedim(0, -1)[1], 2, 3, 4)
through("moveaxis_several", lambda y: torch.moveaxis(y, (0, 1), (2, 0))[0], 2, 3, 4)
through("permute", lambda y: y.permute(2, 0, 1)[1], N, 3, 4)
through("view", lambda y: y.view(y.size(0), -1)[:, 3:], N, 2, 3)
through("view_two_dynamic_sizes", lambda y: y.view(y.size(0), 6, y.size(3))[:, 1], N, 2, 3, D("_h", 7, 5, 4))
through("view_as", lambda y: y.view_as(torch.zeros(6, 2))[1:3], 3, 4)
through("unsqueeze", lambda y: y.unsqueeze(1)[:, :, 0], N, 3)
through("squeeze", lambda y: y.squeeze(1)[:, 0], N, 1, 3)
through("squeeze_all", lambda y: y.squeeze()[0], 2, 1, 3)
through("unflatten", lambda y: y.unflatten(1, (2, 3))[:, 1], N, 6)
through("atleast_2d", lambda y: torch.atleast_2d(y)[0, 1:], 4)
through("atleast_3d", lambda y: torch.atleast_3d(y)[0], 2, 3)
through("diagonal", lambda y: y.diagonal(), 3, 4)
through("diagonal_offset", lambda y: y.diagonal(1, 0, 2), 3, 2, 4)
through("new_axis_and_ellipsis", lambda y: y[None, ..., 1], N, 3)
through("scalar", lambda y: y.view(1), )
through("view_of_view_of_view", lambda y: y.view(2, 6).t()[1:].unsqueeze(0)[:, ::2], 3, 4)


def dropout_returns_its_input(x):
    y = x * 1
    z = F.dropout(y, 0.5, training=False)
    z.add_(1)
    return y * 2, z


def contiguous_of_contiguous_not_read_again(x):
    y = (x * 1).contiguous()
    y.add_(1)
    return y


def written_in_turns(x):
    y = x * 1
    a, b = y[0], y[:, 0]
    a.add_(1)
    b.mul_(2)
    a.sub_(3)
    return y, a, b


def condition_written(x):
    mask = x > 0
    mask[0] = True
    mask.logical_not_()
    return torch.where(mask, x, 0.0)


def written_from_itself(x):
    y = x.clone()
    y[1:] = y[:-1].clone() + 1
    y[:, 0] += y[:, 1]
    return y


def swapped(x):
    y = x.clone()
    y[:, 0], y[:, 1] = y[:, 1].clone(), y[:, 0].clone()
    return y


def input_written(x):
    x.mul_(2)
    return x + 1


def copied_into_view(x):
    y = torch.zeros(x.shape[0], 6)
    y[:, 1:5].copy_(x)
    y[:, 5:] = x[:, :1]
    return y


def filled_and_zeroed(x):
    y = x * 1
    y[:, 0].fill_(3.0)
    y[:, 1].zero_()
    return y


def clamped_in_boxes(boxes):
    """As detection code clips boxes to an image."""
    b = boxes.clone()
    b[:, 0::2].clamp_(0, 1)
    b[:, 1::2].clamp_(-1, 0.5)
    return b


# PyTorch's run_decompositions takes the result of dropout for a copy, which gives other numbers than the model.
write.case("dropout_returns_its_input_raw", dropout_returns_its_input, randn(2, 3), tolerance="exact", dialect="raw")
def reshaped_in_place(x):
    y = x * 1
    row = y[0]
    y.unsqueeze_(0)
    y.add_(1)
    y.transpose_(1, 2)
    y[:, 0] = 5.0
    return y.squeeze_(0) * 2, row


def transposed_in_place(x):
    y = x * 1
    y.t_()
    y[0].mul_(3)
    return y.detach_() + 1


for function, *shape in (
    (reshaped_in_place, 3, 2),
    (transposed_in_place, 3, 2),
    (contiguous_of_contiguous_not_read_again, 2, 3),
    (written_in_turns, 3, 4),
    (condition_written, 3, 4),
    (written_from_itself, 4, 3),
    (swapped, N, 3),
    (input_written, N, 3),
    (copied_into_view, N, 4),
    (filled_and_zeroed, N, 3),
    (clamped_in_boxes, N, 4),
):
    write.case(function.__name__, function, randn(*shape), tolerance="exact")
    write.case(f"{function.__name__}_raw", function, randn(*shape), tolerance="exact", dialect="raw")
