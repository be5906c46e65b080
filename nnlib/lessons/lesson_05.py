"""The exercises of lesson 5 as functions: slopes measured without backpropagation, and what an error has to be compared with."""

from __future__ import annotations

import numpy as np

from nnlib.functions import sigmoid
from nnlib.lessons.exercises import Task
from nnlib.lessons.lesson_04 import S_slope_of, with_stage_replaced
from nnlib.network import forward, gradients


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


def _cosine(first, second):
    return np.sum(first * second) / np.linalg.norm(first) / np.linalg.norm(second)


def _longer(first, second):
    return max(np.linalg.norm(first), np.linalg.norm(second))


def _length(dweights, dbiases):
    return np.sqrt(sum((d**2).sum() for d in [*dweights, *dbiases]))


TASKS = {
    "central": Task(
        solution=central,
        inputs=_a_function,
        wrong_ways={
            "one-sided": lambda f, v, h: (f(v + h) - f(v)) / h,
            "backward": lambda f, v, h: (f(v) - f(v - h)) / h,
            "missing-two": lambda f, v, h: (f(v + h) - f(v - h)) / h,
            "precedence": lambda f, v, h: (f(v + h) - f(v - h)) / 2 * h,
            "sign": lambda f, v, h: (f(v - h) - f(v + h)) / (2 * h),
            "brackets": lambda f, v, h: f(v + h) - f(v - h) / (2 * h),
            "no-division": lambda f, v, h: f(v + h) - f(v - h),
            "divided-by-two": lambda f, v, h: (f(v + h) - f(v - h)) / 2,
            "half-steps": lambda f, v, h: (f(v + h / 2) - f(v - h / 2)) / h,
            "own-step": lambda f, v, h: (f(v + 1e-5) - f(v - 1e-5)) / 2e-5,
            "sum": lambda f, v, h: (f(v + h) + f(v - h)) / (2 * h),
            "four": lambda f, v, h: (f(v + 2 * h) - f(v - 2 * h)) / (4 * h),
        },
        tolerance=1e-9,
    ),
    "normwise": Task(
        solution=normwise,
        inputs=_two_arrays,
        wrong_ways={
            "absolute": lambda a, b: np.linalg.norm(a - b),
            "elementwise-max": lambda a, b: np.max(np.abs(a - b) / np.maximum(np.abs(a), np.abs(b))),
            "elementwise-mean": lambda a, b: np.mean(np.abs(a - b) / np.maximum(np.abs(a), np.abs(b))),
            "cosine": _cosine,
            "one-minus-cosine": lambda a, b: 1 - _cosine(a, b),
            "lengths-only": lambda a, b: abs(np.linalg.norm(a) - np.linalg.norm(b)) / _longer(a, b),
            "by-the-first": lambda a, b: np.linalg.norm(a - b) / np.linalg.norm(a),
            "sum-of-lengths": lambda a, b: np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b)),
            "by-the-second": lambda a, b: np.linalg.norm(a - b) / np.linalg.norm(b),
            "by-the-shorter": lambda a, b: np.linalg.norm(a - b) / min(np.linalg.norm(a), np.linalg.norm(b)),
            "squared": lambda a, b: ((a - b) ** 2).sum() / max((a**2).sum(), (b**2).sum()),
            "by-the-average": lambda a, b: np.linalg.norm(a - b) / ((np.linalg.norm(a) + np.linalg.norm(b)) / 2),
            "largest-entries": lambda a, b: np.abs(a - b).max() / max(np.abs(a).max(), np.abs(b).max()),
        },
        trials=8,
    ),
    "along": Task(
        solution=along,
        inputs=_gradient_and_direction,
        wrong_ways={
            "no-biases": lambda dW, db, dw, dbs: sum((g * d).sum() for g, d in zip(dW, dw)),
            "mean": lambda dW, db, dw, dbs: along(dW, db, dw, dbs) / sum(g.size for g in [*dW, *db]),
            "sums-multiplied": lambda dW, db, dw, dbs: sum(g.sum() * d.sum() for g, d in zip([*dW, *db], [*dw, *dbs])),
            "unit-direction": lambda dW, db, dw, dbs: along(dW, db, dw, dbs) / _length(dw, dbs),
            "no-weights": lambda dW, db, dw, dbs: sum((g * d).sum() for g, d in zip(db, dbs)),
            "downhill": lambda dW, db, dw, dbs: -along(dW, db, dw, dbs),
            "first-layer": lambda dW, db, dw, dbs: (dW[0] * dw[0]).sum() + (db[0] * dbs[0]).sum(),
            "last-layer": lambda dW, db, dw, dbs: (dW[-1] * dw[-1]).sum() + (db[-1] * dbs[-1]).sum(),
            "one-for-each-array": lambda dW, db, dw, dbs: [(g * d).sum() for g, d in zip([*dW, *db], [*dw, *dbs])],
            "sizes": lambda dW, db, dw, dbs: sum(np.abs(g * d).sum() for g, d in zip([*dW, *db], [*dw, *dbs])),
        },
    ),
}


def updated_weights(weights, biases, X, E, rate: float = 0.1):
    """A known mistake: each layer takes its step of size `rate` before its weights carry the error down."""
    Z, A = forward(weights, biases, X)
    dA, dW, db = 2 * (A[-1] - E) / len(X), [], []
    for l in reversed(range(len(weights))):
        dZ = dA * S_slope_of(Z[l])
        dW.insert(0, A[l].T @ dZ)
        db.insert(0, dZ.sum(axis=0))
        dA = dZ @ (weights[l] - rate * dW[0]).T
    return dW, db


def frozen_bias(weights, biases, X, E):
    """A known mistake: the biases of the first layer never get a gradient."""
    dW, db = gradients(weights, biases, X, E)
    return dW, [0 * db[0], *db[1:]]


# what a cosine thinks well of: name -> a wrong (weights, biases, X, E) -> (dW, db)
FLATTERED = {
    "the 2 is missing": with_stage_replaced(scale=0.5),
    "f' at a": with_stage_replaced(
        output_slope=lambda z: S_slope_of(sigmoid(z)), hidden_slope=lambda z: S_slope_of(sigmoid(z))
    ),
    "no f' at the output": with_stage_replaced(output_slope=np.ones_like),
    "paths averaged": with_stage_replaced(carry=lambda dZ, W: dZ @ W.T / W.shape[1]),
    "first bias frozen": frozen_bias,
    "updated weights": updated_weights,
}
