"""The exercises of lesson 14 as functions: the slope of a tanh, a verdict written, a factor moved into the rate."""

from __future__ import annotations

import numpy as np

from nnlib.lessons.exercises import Task


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


KINDS = ("right", "factor", "each-its-own", "negative", "noise", "one-array")


def _pairs(rng):
    """Two lists of arrays. The trials of a check are the seeds 0, 1, ..., and each seed makes the next kind of pair."""
    exact = [rng.normal(size=(3, 4)), rng.normal(size=4), rng.normal(size=(4, 2))]
    kind = KINDS[int(rng.integers(len(KINDS)))]
    return _with_mistake(kind, exact, rng), exact


def _with_mistake(kind, exact, rng):
    made = {
        "right": lambda: [g.copy() for g in exact],
        "factor": lambda: [7.5 * g for g in exact],
        "each-its-own": lambda: [k * g for k, g in zip((1, 2, 3), exact)],
        "negative": lambda: [-g for g in exact],
        "noise": lambda: [g + 0.1 * rng.normal(size=g.shape) for g in exact],
        "one-array": lambda: [exact[0], exact[1] + 1, exact[2]],
    }
    return made[kind]()


def _share(m, e):
    return np.ravel(m) @ np.ravel(e) / (np.ravel(e) @ np.ravel(e))


def _each_its_own(mine, exact):
    if all(np.allclose(m, e) for m, e in zip(mine, exact)):
        return "right"
    fits = [_share(m, e) > 0 and np.allclose(m, _share(m, e) * e) for m, e in zip(mine, exact)]
    return "factor" if all(fits) else "wrong"


def _any_sign(mine, exact):
    if all(np.allclose(m, e) for m, e in zip(mine, exact)):
        return "right"
    c = _share(mine[0], exact[0])
    return "factor" if all(np.allclose(m, c * e) for m, e in zip(mine, exact)) else "wrong"


def _two_words(mine, exact):
    return "right" if all(np.allclose(m, e) for m, e in zip(mine, exact)) else "wrong"


def _loose(mine, exact):
    """A cosine of 0.9 passes for a common factor."""
    if all(np.allclose(m, e) for m, e in zip(mine, exact)):
        return "right"
    m, e = (np.concatenate([np.ravel(array) for array in arrays]) for arrays in (mine, exact))
    return "factor" if m @ e > 0.9 * np.linalg.norm(m) * np.linalg.norm(e) else "wrong"


def _no_right(mine, exact):
    return "wrong" if verdict(mine, exact) == "wrong" else "factor"


def _first_array(mine, exact):
    if np.allclose(mine[0], exact[0]):
        return "right"
    c = _share(mine[0], exact[0])
    return "factor" if c > 0 and np.allclose(mine[0], c * exact[0]) else "wrong"


TASKS = {
    "hidden-slope": Task(
        solution=hidden_slope,
        inputs=_square,
        wrong_ways={
            "sigmoid-slope": lambda d2, W2, h: d2 @ W2.T * h * (1 - h),
            "no-slope": lambda d2, W2, h: d2 @ W2.T,
            "transposed": lambda d2, W2, h: d2 @ W2 * (1 - h**2),
            "at-h": lambda d2, W2, h: d2 @ W2.T * (1 - np.tanh(h) ** 2),
            "left-to-right": lambda d2, W2, h: (1 - h**2) * d2 @ W2.T,
            "no-square": lambda d2, W2, h: d2 @ W2.T * (1 - h),
            "relu-slope": lambda d2, W2, h: d2 @ W2.T * (h > 0),
            "plus": lambda d2, W2, h: d2 @ W2.T * (1 + h**2),
            "no-weights": lambda d2, W2, h: d2 * (1 - h**2),
            "tanh-for-slope": lambda d2, W2, h: d2 @ W2.T * h,
        },
    ),
    "verdict": Task(
        solution=verdict,
        inputs=_pairs,
        wrong_ways={
            "each-its-own": _each_its_own,
            "any-sign": _any_sign,
            "two-words": _two_words,
            "loose": _loose,
            "no-right": _no_right,
            "first-array": _first_array,
        },
        trials=20,
    ),
    "same-path": Task(
        solution=mean_rate,
        inputs=lambda rng: (float(rng.uniform(0.01, 2)), int(rng.integers(2, 60))),
        wrong_ways={
            "divided": lambda r, T: r / T,
            "unchanged": lambda r, T: r,
            "two": lambda r, T: 2 * r * T,
            "count": lambda r, T: T,
        },
    ),
}
