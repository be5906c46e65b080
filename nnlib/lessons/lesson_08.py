"""The exercises of lessons 8 and 8b as functions: the rate at which a bowl stops converging, and what moves that limit."""

import numpy as np


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


def _a_limit(rng):
    """Whether a run lasts at a rate, up to a limit, and a rate on either side of it."""
    limit = float(10.0 ** rng.uniform(-2, 1))
    return (lambda rate: rate <= limit), limit * float(rng.uniform(0.05, 0.5)), limit * float(rng.uniform(2, 9))


def _a_hessian(rng):
    """Six eigenvalues with a negative one that is the longest, and the directions drawn at random."""
    values = np.append(rng.uniform(-1, 3, size=4), [-rng.uniform(5, 9), rng.uniform(3, 4.5)])
    turned = np.linalg.qr(rng.normal(size=(6, 6)))[0]
    return (turned * values @ turned.T,)


def fixed_rounds(lasts, low, high, rounds=5):
    """A known mistake: the bisection stops after a few rounds, however large the gap still is."""
    for _ in range(rounds):
        middle = (low + high) / 2
        low, high = (middle, high) if lasts(middle) else (low, middle)
    return (low + high) / 2


def _either_side(rng):
    """A rate and a curvature: their product below 1 or above, and above 2 as well."""
    lam = rng.uniform(1, 5)
    return rng.choice([rng.uniform(0.2, 0.9), rng.uniform(1.1, 3)]) / lam, lam


TASKS = {
    "limit": dict(solution=limit, inputs=lambda rng: (rng.normal(1, 2, size=5),)),
    "growth": dict(solution=growth, inputs=_either_side, trials=8),
    "colleague": dict(solution=colleague, tolerance=1e-3),
    "bisect": dict(solution=bisection, inputs=_a_limit, tolerance=1e-3, trials=5),
    "from-hessian": dict(solution=from_hessian, inputs=_a_hessian),
    "momentum-limit": dict(solution=momentum_limit, inputs=lambda rng: (rng.uniform(0.5, 9), rng.uniform(0.3, 0.85))),
}
