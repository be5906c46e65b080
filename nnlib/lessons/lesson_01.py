"""The exercises of lesson 1 as functions: what each index says, what shape follows from it, and how other books write it."""

from __future__ import annotations

from nnlib.lessons.exercises import Task


def _weight(rng):
    return (rng.normal(size=(3, 4)),)


def from_second_to_first(W):
    """The weight from neuron 2 to neuron 1, counted from 1 as in the formulas."""
    return W[1, 0]


def torch_to_ours(weight, bias):
    """PyTorch keeps weight[y, x]; ours is W[x, y]."""
    return weight.T, bias


def nielsen_rate():
    """rate_ours = rate_source / c, and c = 2 for the factor 1/2 in Nielsen's cost."""
    return 3.0 / 2


TASKS = {
    "index": Task(
        solution=from_second_to_first,
        inputs=_weight,
        wrong_ways={
            "swapped": lambda W: W[0, 1],
            "counted-from-one": lambda W: W[2, 1],
            "sender-alone": lambda W: W[1],
            "swapped-and-from-one": lambda W: W[1, 2],
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
        solution=nielsen_rate,
        wrong_ways={
            "unchanged": lambda: 3.0,
            "multiplied": lambda: 6.0,
        },
    ),
}
