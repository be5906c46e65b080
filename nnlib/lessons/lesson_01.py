"""The exercises of lesson 1 and of the appendix as functions: what an index says, which shape follows, and other books."""

from __future__ import annotations

from nnlib.data.example import tiny_network
from nnlib.lessons.exercises import Task


def _weight(rng):
    return (rng.normal(size=(3, 4)),)


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
    "index": Task(
        solution=from_second_to_first,
        inputs=_weight,
        wrong_ways={
            "swapped": lambda W: W[0, 1],
            "counted-from-one": lambda W: W[2, 1],
            "sender-alone": lambda W: W[1],
            "swapped-and-from-one": lambda W: W[1, 2],
            "receiver-alone": lambda W: W[:, 0],
            "running-example": lambda W: tiny_network()[0][0][1, 0],
            "first-from-one": lambda W: W[2, 0],
            "second-from-one": lambda W: W[1, 1],
        },
    ),
    "shapes": Task(
        solution=three_shapes,
        inputs=lambda rng: tuple(int(n) for n in rng.permutation(range(2, 9))[:3]),
        wrong_ways={
            "transposed": lambda p, n, T: ((n, p), (n,), (T, n)),
            "bias-of-senders": lambda p, n, T: ((p, n), (p,), (T, n)),
            "samples-as-columns": lambda p, n, T: ((p, n), (n,), (n, T)),
            "sums-of-senders": lambda p, n, T: ((p, n), (n,), (T, p)),
            "bias-for-each-sample": lambda p, n, T: ((p, n), (T, n), (T, n)),
            "bias-as-a-matrix": lambda p, n, T: ((p, n), (1, n), (T, n)),
            "bias-as-a-number": lambda p, n, T: ((p, n), n, (T, n)),
            "one-bias": lambda p, n, T: ((p, n), (1,), (T, n)),
        },
    ),
    "torch": Task(
        solution=torch_to_ours,
        inputs=lambda rng: (rng.normal(size=(4, 3)), rng.normal(size=4)),
        wrong_ways={
            "no-bias": lambda weight, bias: weight.T,
            "not-transposed": lambda weight, bias: (weight, bias),
            "reshaped": lambda weight, bias: (weight.reshape(weight.shape[::-1]), bias),
        },
    ),
    "rate": Task(
        solution=pytorch_rate,
        wrong_ways={
            "unchanged": lambda: 4.0,
            "multiplied": lambda: 40.0,
            "half-too": lambda: 0.8,
            "half-the-other-way": lambda: 0.2,
        },
    ),
}
