"""The exercises of lesson 1 and of the appendix as functions: what an index says, which shape follows, and other books."""

from __future__ import annotations

from functools import partial

from nnlib.data.example import tiny_network
from nnlib.lessons.exercises import Exercise


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


def of_the_running_example() -> float:
    """A known mistake: the weight of the tiny network, whatever the argument is."""
    return from_second_to_first(tiny_network()[0][0])


def _three_counts(rng):
    return tuple(int(n) for n in rng.permutation(range(2, 9))[:3])


TASKS = {
    "index": partial(Exercise, solution=from_second_to_first, inputs=lambda rng: (rng.normal(size=(3, 4)),)),
    "shapes": partial(Exercise, solution=three_shapes, inputs=_three_counts),
    "torch": partial(
        Exercise, solution=torch_to_ours, inputs=lambda rng: (rng.normal(size=(4, 3)), rng.normal(size=4))
    ),
    "rate": partial(Exercise, solution=pytorch_rate),
}
