"""The exercises of lessons 8 and 8b as functions: the rate at which a bowl stops converging, and what moves that limit."""

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


def bisection(lasts, low, high):
    """Halve the gap between a rate that lasts and one that does not, until it is small."""
    while high - low > 1e-4 * low:
        middle = (low + high) / 2
        if lasts(middle):
            low = middle
        else:
            high = middle
    return (low + high) / 2


def from_hessian(H):
    """2 over the largest eigenvalue"""
    return 2 / np.linalg.eigvalsh(H)[-1]


def momentum_limit(lam, beta):
    """The step that turns the distance round: r lambda / (1 + beta) = 2"""
    return 2 * (1 + beta) / lam


class Lasts:
    """Whether a run lasts at a rate: True up to a limit, False above it. It counts how often it is asked."""

    def __init__(self, limit: float):
        self.limit, self.asked = limit, 0

    def __call__(self, rate: float) -> bool:
        """True where the run at this rate ends below its start."""
        self.asked += 1
        return rate <= self.limit

    def __repr__(self) -> str:
        return f"a test that changes at {self.limit:.4g}"


def _a_limit(rng):
    limit = float(10.0 ** rng.uniform(-2, 1))
    return Lasts(limit), limit * float(rng.uniform(0.05, 0.5)), limit * float(rng.uniform(2, 9))


def _a_hessian(rng):
    """Six eigenvalues with a negative one that is the longest, and the directions drawn at random."""
    values = np.append(rng.uniform(-1, 3, size=4), [-rng.uniform(5, 9), rng.uniform(3, 4.5)])
    turned = np.linalg.qr(rng.normal(size=(6, 6)))[0]
    return (turned * values @ turned.T,)


def _fixed_rounds(lasts, low, high, rounds=5):
    for _ in range(rounds):
        middle = (low + high) / 2
        low, high = (middle, high) if lasts(middle) else (low, middle)
    return (low + high) / 2


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
    "sum-and-half": lambda x: 2 / np.sum(x**2),
    "no-square": lambda x: 1 / np.mean(x),
    "lessons-own": lambda x: 1 / 3,
}
GROWTHS = {
    "sign": lambda r, lam: 1 - r * lam,
    "turned": lambda r, lam: r * lam - 1,
    "plus": lambda r, lam: 1 + r * lam,
    "cost": lambda r, lam: (1 - r * lam) ** 2,
    "product": lambda r, lam: r * lam,
    "doubled": lambda r, lam: abs(1 - 2 * r * lam),
    "upside-down": lambda r, lam: 1 / abs(1 - r * lam),
    "rate-alone": lambda r, lam: abs(1 - r),
}
COLLEAGUES = {
    "unchanged": 0.8,
    "no-half": 0.8 / 40,
    "no-sum": 0.8 * 2,
    "half-wrong": 0.8 / 40 / 2,
    "sum-wrong": 0.8 * 40 * 2,
    "both-wrong": 0.8 * 40 / 2,
    "sum-turned": 0.8 * 40,
    "half-turned": 0.8 / 2,
}
HESSIANS = {
    "longest": lambda H: 2 / max(np.linalg.eigvalsh(H), key=abs),
    "longest-size": lambda H: 2 / np.abs(np.linalg.eigvalsh(H)).max(),
    "one": lambda H: 1 / np.linalg.eigvalsh(H)[-1],
    "entry": lambda H: 2 / H.max(),
    "diagonal": lambda H: 2 / np.diag(H).max(),
    "trace": lambda H: 2 / np.trace(H),
    "sharpness": lambda H: np.linalg.eigvalsh(H)[-1],
}
MOMENTUMS = {
    "plain": lambda lam, beta: 2 / lam,
    "steady": lambda lam, beta: 2 / (lam * (1 - beta)),
    "divided": lambda lam, beta: 2 / (lam * (1 + beta)),
    "minus": lambda lam, beta: 2 * (1 - beta) / lam,
    "no-two": lambda lam, beta: (1 + beta) / lam,
    "nine-tenths": lambda lam, beta: 2 * 1.9 / lam,
}
BISECTIONS = {
    "middle-once": lambda lasts, low, high: (low + high) / 2,
    "low-end": lambda lasts, low, high: low,
    "high-end": lambda lasts, low, high: high,
    "too-soon": _fixed_rounds,
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
    "bisect": Task(
        solution=bisection,
        inputs=_a_limit,
        wrong_ways=BISECTIONS,
        tolerance=1e-3,
        trials=5,
    ),
    "from-hessian": Task(
        solution=from_hessian,
        inputs=_a_hessian,
        wrong_ways=HESSIANS,
    ),
    "momentum-limit": Task(
        solution=momentum_limit,
        inputs=lambda rng: (float(rng.uniform(0.5, 9)), float(rng.uniform(0.3, 0.85))),
        wrong_ways=MOMENTUMS,
    ),
}
