"""The exercises of lesson 1 and of the appendix as functions: what an index says, which shape follows, and other books."""

from nnlib.data.example import tiny_network  # noqa: F401, for a known mistake
from nnlib.lessons.exercises import normal


def from_second_to_first(W):
    """The weight from neuron 2 to neuron 1, counted from 1 as in the formulas."""
    return W[1, 0]


def torch_to_ours(weight, bias):
    """PyTorch keeps weight[y, x]; ours is W[x, y]."""
    return weight.T, bias


def three_shapes(n_prev, n_this, T):
    """A row for each sender, a column for each receiver; a row for each sample."""
    return (n_prev, n_this), (n_this,), (T, n_this)


def pytorch_rate():
    """rate_ours = rate_source / c, and c is the number of outputs for MSELoss."""
    return 4.0 / 10


TASKS = {
    "index": dict(solution=from_second_to_first, inputs=normal((3, 4))),
    "shapes": dict(solution=three_shapes, inputs=lambda rng: rng.permutation(range(2, 9))[:3].tolist()),
    "torch": dict(solution=torch_to_ours, inputs=normal((4, 3), 4)),
    "rate": dict(solution=pytorch_rate),
}
