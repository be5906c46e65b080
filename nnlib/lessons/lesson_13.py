"""The exercises of lesson 13 as functions: the way back through a layer."""

import numpy as np

from nnlib.lessons.exercises import normal


def leaky_back(dy, x):
    """Slope 1 where the sum is positive, 0.1 elsewhere"""
    return dy * np.where(x > 0, 1.0, 0.1)


def shortcut_back(dy, back_f):
    """Two paths lead from x to y: straight on, and through f"""
    return dy + back_f(dy)


def scaling_back(dy, x, g):
    """Each column is multiplied by g_j on the way back too; g_j meets every sample"""
    return dy * g, (dy * x).sum(axis=0)


def _inside(rng):
    """A slope, and the way back through a linear layer."""
    dy, W = rng.normal(size=(4, 3)), rng.normal(size=(3, 3))
    return dy, lambda dy: np.asarray(dy) @ W.T


TASKS = {
    "leaky": dict(solution=leaky_back, inputs=normal((5, 4), (5, 4))),
    "shortcut": dict(solution=shortcut_back, inputs=_inside),
    "scaling": dict(solution=scaling_back, inputs=normal((6, 4), (6, 4), 4)),
}
