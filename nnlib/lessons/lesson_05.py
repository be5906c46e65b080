"""The exercises of lesson 5 as functions: slopes measured without backpropagation, and what an error has to be compared with."""

import numpy as np

from nnlib.lessons.lesson_04 import rewritten


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
    return rewritten(dA=f"dA = dZ @ (weights[l - 1] - {rate} * dW[0]).T")(weights, biases, X, E)


# what a cosine thinks well of: name -> a wrong (weights, biases, X, E) -> (dW, db)
FLATTERED = {
    "the 2 is missing": rewritten(begin="A[-1] - E"),
    "f' at a": rewritten(dZ="dZ = dA * S_slope_of(A[l])"),
    "no f' at the output": rewritten(dZ="dZ = dA * S_slope_of(Z[l - 1]) if l < len(weights) else dA"),
    "paths averaged": rewritten(dA="dA = dZ @ weights[l - 1].T / weights[l - 1].shape[1]"),
    "first bias frozen": rewritten(db="db.insert(0, dZ.sum(axis=0) / T * (l > 1))"),
    "updated weights": updated_weights,
}


TASKS = {
    "central": dict(solution=central, inputs=_a_function, tolerance=1e-9),
    "normwise": dict(solution=normwise, inputs=_two_arrays, trials=8),
    "along": dict(solution=along, inputs=_gradient_and_direction),
}
