"""The exercises of lesson 5 as functions: slopes measured without backpropagation, and what an error has to be compared with."""

import numpy as np

from nnlib.lessons.lesson_04 import at_a, with_stage_replaced
from nnlib.network import gradients


def central(f, v, h):
    """(f(v + h) - f(v - h)) / 2h"""
    return (f(v + h) - f(v - h)) / (2 * h)


def _a_function(rng):
    """A smooth function of one number, a place, and a step large enough for every slip to show."""
    a, b = rng.uniform(0.5, 2, size=2)
    return (lambda v: np.sin(a * v) + b * v**3), rng.uniform(0.3, 1.2), 1e-2


def normwise(first, second):
    """|first - second| / max(|first|, |second|), each length over the whole array"""
    return np.linalg.norm(first - second) / max(np.linalg.norm(first), np.linalg.norm(second))


def _two_arrays(rng):
    """An array and a slightly wrong one, either of them the longer, with an entry that is nearly zero in one of them."""
    first = rng.standard_normal((3, 4))
    second = first * rng.choice([0.8, 1.25]) + 0.1 * rng.standard_normal((3, 4))
    first[0, 0] = 1e-9
    return first, second


def along(dW, db, dweights, dbiases):
    """The slope that the gradient promises along one direction: the sum of gradient times direction"""
    return sum((g * d).sum() for g, d in zip([*dW, *db], [*dweights, *dbiases]))


def _gradient_and_direction(rng):
    """Two layers of gradients and a direction of the same shapes."""
    shapes = [(2, 3), (3, 2)], [(3,), (2,)]
    return tuple([rng.standard_normal(shape) for shape in group] for group in (*shapes, *shapes))


def updated_weights(weights, biases, X, E, rate: float = 0.1):
    """A known mistake: each layer takes its step of size `rate` before its weights carry the error down."""
    carry = lambda dZ, W, dW: dZ @ (W - rate * dW).T
    return with_stage_replaced(carry=carry)(weights, biases, X, E)


def frozen_bias(weights, biases, X, E):
    """A known mistake: the biases of the first layer never get a gradient."""
    dW, db = gradients(weights, biases, X, E)
    return dW, [0 * db[0], *db[1:]]


# what a cosine thinks well of: name -> a wrong (weights, biases, X, E) -> (dW, db)
FLATTERED = {
    "the 2 is missing": with_stage_replaced(scale=0.5),
    "f' at a": with_stage_replaced(output_slope=at_a, hidden_slope=at_a),
    "no f' at the output": with_stage_replaced(output_slope=np.ones_like),
    "paths averaged": with_stage_replaced(carry=lambda dZ, W, dW: dZ @ W.T / W.shape[1]),
    "first bias frozen": frozen_bias,
    "updated weights": updated_weights,
}


TASKS = {
    "central": dict(solution=central, inputs=_a_function, tolerance=1e-9),
    "normwise": dict(solution=normwise, inputs=_two_arrays, trials=8),
    "along": dict(solution=along, inputs=_gradient_and_direction),
}
