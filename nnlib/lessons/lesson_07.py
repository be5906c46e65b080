"""The exercises of lesson 7 as functions: what a mini-batch is worth, and what may stand between gradient and step."""

from __future__ import annotations

import numpy as np

from nnlib.lessons.exercises import Task


def epoch_cost(batch_costs, sizes):
    """Each batch weighs as much as it holds samples."""
    return np.average(batch_costs, weights=sizes)


def clip(g, longest):
    """The same direction, never longer than `longest`."""
    length = np.sqrt((g * g).sum())
    return g * min(1, longest / length)


def momentum_step(g, u, beta):
    """u' = beta u + g"""
    return beta * u + g


def _batches(rng):
    sizes = np.array([4, 4, int(rng.integers(1, 4))])
    return rng.uniform(0, 9, size=3), sizes


TASKS = {
    "epoch-cost": Task(
        solution=epoch_cost,
        inputs=_batches,
        wrong_ways={
            "mean-of-means": lambda costs, sizes: costs.mean(),
            "sum-of-means": lambda costs, sizes: costs.sum(),
            "not-divided": lambda costs, sizes: (costs * sizes).sum(),
            "divided-by-batches": lambda costs, sizes: (costs * sizes).sum() / len(sizes),
            "divided-only": lambda costs, sizes: costs.sum() / sizes.sum(),
        },
    ),
    "clip": Task(
        solution=clip,
        inputs=lambda rng: (rng.normal(size=5) * rng.choice([0.2, 3.0]), float(rng.uniform(1.2, 2.5))),
        wrong_ways={
            "number-by-number": lambda g, longest: np.clip(g, -longest, longest),
            "always-scaled": lambda g, longest: g * longest / np.sqrt((g * g).sum()),
            "squared-length": lambda g, longest: g * min(1, longest / (g * g).sum()),
            "length-one": lambda g, longest: g * min(1, 1 / np.sqrt((g * g).sum())),
            "largest-entry": lambda g, longest: g * min(1, longest / np.abs(g).max()),
            "sum-of-sizes": lambda g, longest: g * min(1, longest / np.abs(g).sum()),
            "max-for-min": lambda g, longest: g * max(1, longest / np.sqrt((g * g).sum())),
            "always-one": lambda g, longest: g / np.sqrt((g * g).sum()),
            "left-alone": lambda g, longest: g,
        },
        trials=8,
    ),
    "momentum": Task(
        solution=momentum_step,
        inputs=lambda rng: (rng.normal(size=4), rng.normal(size=4), float(rng.uniform(0.5, 0.95))),
        wrong_ways={
            "damped": lambda g, u, beta: beta * u + (1 - beta) * g,
            "swapped": lambda g, u, beta: u + beta * g,
            "sign": lambda g, u, beta: beta * u - g,
            "all-shared": lambda g, u, beta: beta * (u + g),
            "shares-swapped": lambda g, u, beta: (1 - beta) * u + beta * g,
            "nesterov": lambda g, u, beta: g + beta * (beta * u + g),
            "nothing-forgotten": lambda g, u, beta: u + g,
            "no-memory": lambda g, u, beta: g,
        },
    ),
}


def noisy_line() -> tuple[np.ndarray, np.ndarray]:
    """Twenty-four samples about the line e = 1.2 x + 0.3, seeded: X and E of shape (24, 1)."""
    rng = np.random.default_rng(5)
    X = rng.uniform(-1.5, 1.5, size=(24, 1))
    return X, 1.2 * X + 0.3 + 0.5 * rng.standard_normal((24, 1))
