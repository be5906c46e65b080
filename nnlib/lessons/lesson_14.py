"""The exercises of lesson 14 as functions: the slope of a tanh, a verdict written, a factor moved into the rate."""

import numpy as np

from nnlib.derivatives import cosine  # noqa: F401, for a known mistake


def hidden_slope(d2, W2, h):
    """Back through the weights, then through the tanh: 1 - h^2"""
    return d2 @ W2.T * (1 - h**2)


def verdict(mine, exact):
    """One factor for all arrays together, from the least squares fit"""
    m, e = (np.concatenate([np.ravel(array) for array in arrays]) for arrays in (mine, exact))
    c = m @ e / (e @ e)
    if np.allclose(m, e, rtol=1e-6, atol=1e-9):
        return "right"
    return "factor" if c > 0 and np.allclose(m, c * e, rtol=1e-6, atol=1e-9) else "wrong"


def mean_rate(r, T):
    """The sum is T times the mean, so the mean needs T times the rate"""
    return r * T


def _square(rng):
    """Equal widths, so that a transposed W raises nothing and has to be seen."""
    return rng.normal(size=(5, 3)), rng.normal(size=(3, 3)), np.tanh(rng.normal(size=(5, 3)))


KINDS = {  # how the first list of a pair is made of the second
    "right": lambda exact, rng: [g.copy() for g in exact],
    "factor": lambda exact, rng: [7.5 * g for g in exact],
    "each-its-own": lambda exact, rng: [k * g for k, g in zip((1, 2, 3), exact)],
    "negative": lambda exact, rng: [-g for g in exact],
    "noise": lambda exact, rng: [g + 0.1 * rng.normal(size=g.shape) for g in exact],
    "one-array": lambda exact, rng: [exact[0], exact[1] + 1, exact[2]],
}


def _pairs(rng):
    """Two lists of arrays, of a kind that is drawn; the twenty draws of a check hold every kind."""
    exact = [rng.normal(size=(3, 4)), rng.normal(size=4), rng.normal(size=(4, 2))]
    kind = list(KINDS)[int(rng.integers(len(KINDS)))]
    return KINDS[kind](exact, rng), exact


TASKS = {
    "hidden-slope": dict(solution=hidden_slope, inputs=_square),
    "verdict": dict(solution=verdict, inputs=_pairs, trials=20),
    "same-path": dict(solution=mean_rate, inputs=lambda rng: (float(rng.uniform(0.01, 2)), int(rng.integers(2, 60)))),
}
