"""The exercises of lesson 13 as functions: the way back through a layer."""

from __future__ import annotations

import numpy as np

from nnlib.lessons.exercises import Task


def leaky_back(dy, x):
    """Slope 1 where the sum is positive, 0.1 elsewhere"""
    return dy * np.where(x > 0, 1.0, 0.1)


def shortcut_back(dy, back_f):
    """Two paths lead from x to y: straight on, and through f"""
    return dy + back_f(dy)


def scaling_back(dy, x, g):
    """Each column is multiplied by g_j on the way back too; g_j meets every sample"""
    return dy * g, (dy * x).sum(axis=0)


class _Inner:
    """What stands inside a shortcut: a linear layer, whose way back is dy @ W.T."""

    def __init__(self, W):
        self.W = W

    def __call__(self, dy):
        return np.asarray(dy) @ self.W.T


def _inside(rng):
    return rng.normal(size=(4, 3)), _Inner(rng.normal(size=(3, 3)))


TASKS = {
    "leaky": Task(
        solution=leaky_back,
        inputs=lambda rng: (rng.normal(size=(5, 4)), rng.normal(size=(5, 4))),
        wrong_ways={
            "relu": lambda dy, x: dy * (x > 0),
            "forward": lambda dy, x: np.where(x > 0, x, 0.1 * x),
            "where-dy": lambda dy, x: np.where(dy > 0, dy, 0.1 * dy),
            "slope-alone": lambda dy, x: np.where(x > 0, 1.0, 0.1),
            "exchanged": lambda dy, x: dy * np.where(x > 0, 0.1, 1.0),
            "hundredth": lambda dy, x: dy * np.where(x > 0, 1.0, 0.01),
            "negative": lambda dy, x: dy * np.where(x > 0, 1.0, -0.1),
            "times-x": lambda dy, x: dy * np.where(x > 0, x, 0.1 * x),
        },
    ),
    "shortcut": Task(
        solution=shortcut_back,
        inputs=_inside,
        wrong_ways={
            "through-f": lambda dy, back_f: back_f(dy),
            "straight": lambda dy, back_f: dy,
            "multiplied": lambda dy, back_f: dy * back_f(dy),
            "one-plus": lambda dy, back_f: 1 + back_f(dy),
            "factor": lambda dy, back_f: dy * (1 + back_f(dy)),
            "twice": lambda dy, back_f: back_f(dy + back_f(dy)),
            "averaged": lambda dy, back_f: (dy + back_f(dy)) / 2,
        },
    ),
    "scaling": Task(
        solution=scaling_back,
        inputs=lambda rng: (rng.normal(size=(6, 4)), rng.normal(size=(6, 4)), rng.normal(size=4)),
        wrong_ways={
            "not-summed": lambda dy, x, g: (dy * g, dy * x),
            "averaged": lambda dy, x, g: (dy * g, (dy * x).mean(axis=0)),
            "wrong-axis": lambda dy, x, g: (dy * g, (dy * x).sum(axis=1)),
            "g-in-both": lambda dy, x, g: (dy * g, (dy * x * g).sum(axis=0)),
            "no-dy": lambda dy, x, g: (dy * g, x.sum(axis=0)),
            "no-g": lambda dy, x, g: (dy, (dy * x).sum(axis=0)),
            "no-x": lambda dy, x, g: (dy * g, dy.sum(axis=0)),
            "divided": lambda dy, x, g: (dy / g, (dy * x).sum(axis=0)),
            "exchanged": lambda dy, x, g: (dy * x, (dy * g).sum(axis=0)),
        },
    ),
}
