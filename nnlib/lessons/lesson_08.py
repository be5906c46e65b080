"""The exercises of lesson 8 as functions: the rate at which a bowl stops converging, and what moves that limit."""

from __future__ import annotations

import numpy as np

from nnlib.lessons.exercises import Task


def limit(x):
    """1/mean(x^2), which is 2/lambda for C = mean (x w - e)^2"""
    return 1 / np.mean(x**2)


def growth(rate, lam):
    """The factor by which the distance to the minimum changes in each step"""
    return abs(1 - rate * lam)


def colleague() -> float:
    """The sum divides the limit by T = 40, the 1/2 doubles it"""
    return 0.8 / 40 * 2


def _either_side(rng):
    """A rate and a curvature: their product below 1 or above, and above 2 as well."""
    lam = rng.uniform(1, 5)
    return rng.choice([rng.uniform(0.2, 0.9), rng.uniform(1.1, 3)]) / lam, lam


# the mistake by its name
LIMITS = {
    "no-two": lambda x: 1 / (2 * np.mean(x**2)),
    "curvature": lambda x: 2 * np.mean(x**2),
    "half-cost": lambda x: 2 / np.mean(x**2),
    "sum": lambda x: 1 / np.sum(x**2),
    "mean-first": lambda x: 1 / np.mean(x) ** 2,
    "largest-sample": lambda x: 1 / np.max(x**2),
    "upside-down": lambda x: np.mean(x**2),
    "root": lambda x: 1 / np.sqrt(np.mean(x**2)),
}
GROWTHS = {
    "sign": lambda r, lam: 1 - r * lam,
    "turned": lambda r, lam: r * lam - 1,
    "plus": lambda r, lam: 1 + r * lam,
    "cost": lambda r, lam: (1 - r * lam) ** 2,
    "product": lambda r, lam: r * lam,
}
COLLEAGUES = {
    "unchanged": 0.8,
    "no-half": 0.8 / 40,
    "no-sum": 0.8 * 2,
    "half-wrong": 0.8 / 40 / 2,
    "sum-wrong": 0.8 * 40 * 2,
    "both-wrong": 0.8 * 40 / 2,
}

TASKS = {
    "limit": Task(
        solution=limit,
        inputs=lambda rng: (rng.normal(1, 2, size=5),),
        wrong_ways=LIMITS,
    ),
    "growth": Task(
        solution=growth,
        inputs=_either_side,
        wrong_ways=GROWTHS,
        trials=8,
    ),
    "colleague": Task(
        solution=colleague,
        wrong_ways={name: lambda value=value: value for name, value in COLLEAGUES.items()},
        tolerance=1e-3,
    ),
}
