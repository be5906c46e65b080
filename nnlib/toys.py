"""Toy problems small enough to solve on paper: a bowl, one linear neuron, and the product u v, each followed step by step.

Every path is a pure function of its arguments and says all that a plot or `fates.fate` wants to read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from nnlib import arrays, checks
from nnlib.derivatives import cosine
from nnlib.fates import CLIMB, DIVERGED, fate


class Path(NamedTuple):
    """Gradient descent on a toy, the start included: k is the number of steps taken.

    points (steps + 1, n), costs (steps + 1,), gradient_norms (steps + 1,), curvatures (steps + 1,): the largest eigenvalue
    of the Hessian at each point (for the product: lambda = u^2 + v^2, its value where C = 0).
    """

    points: np.ndarray
    costs: np.ndarray
    gradient_norms: np.ndarray
    curvatures: np.ndarray


def bowl(eigenvalues, start, learning_rate: float, steps: int) -> Path:
    """C = (1/2) sum_k lambda_k v_k^2, so each step is v_k' = (1 - r lambda_k) v_k (lesson 8).

    Converges where 0 < r lambda_k < 2 for every k, lands in one step at 1, alternates in sign above 1, repeats at 2, and
    grows by |1 - r lambda| a step beyond. `eigenvalues` and `start` hold n numbers each. Raises ValueError for bad input.
    Source: Goh, Why Momentum Really Works (Distill 2017).
    """
    values, point = _vector("eigenvalues", eigenvalues), _vector("start", start)
    if values.shape != point.shape:
        raise ValueError(f"start: expected {len(values)} numbers, one for each eigenvalue, got {len(point)}")
    return _follow(
        point,
        learning_rate,
        steps,
        cost=lambda v: (values * v * v).sum() / 2,
        gradient=lambda v: values * v,
        curvature=lambda v: values.max(),
    )


def bowl_paths(eigenvalues, start, products: Sequence[float], steps: int = 30) -> list[Path]:
    """One path down the bowl for each rate * lambda_max, all from the same start (lesson 8)."""
    top = max(eigenvalues)
    return [bowl(eigenvalues, start, product / top, steps) for product in products]


def behaviour(product: float) -> str:
    """What a step does along a direction with rate * lambda = product: slides, lands, alternates, repeats or grows."""
    if product > 2:
        return "grows"
    if product == 2:
        return "repeats"
    return "lands" if product == 1 else ("alternates" if product > 1 else "slides")


def degrees(one, other) -> float:
    """The angle between two directions, from 0 to 180 degrees."""
    return float(np.degrees(np.arccos(np.clip(cosine([one], [other]), -1, 1))))


def angle(eigenvalues, point) -> float:
    """Degrees between the step, -gradient, and the straight way to the minimum at 0, on a bowl (lesson 8)."""
    return degrees(np.asarray(eigenvalues, float) * point, point)


def neuron(x, e, start: float, learning_rate: float, steps: int, *, mean: bool = True, half: bool = False) -> Path:
    """One linear neuron without a bias, a = x w, under C = mean (x w - e)^2 (lessons 6 and 8).

    `x` and `e` hold one number for each sample. mean=False sums over the samples, half=True puts 1/2 before the cost: both
    only scale C, and the limit of the rate by the inverse. Raises ValueError for bad input.
    """
    x, e = _vector("x", x), _vector("e", e)
    if x.shape != e.shape:
        raise ValueError(f"e: expected {len(x)} numbers, one for each x, got {len(e)}")
    scale = _scale(len(x), mean, half)
    return _follow(
        _vector("start", [start]),
        learning_rate,
        steps,
        cost=lambda w: scale * ((x * w - e) ** 2).sum(),
        gradient=lambda w: scale * 2 * ((x * w - e) * x).sum(keepdims=True),
        curvature=lambda w: 2 * scale * (x * x).sum(),
    )


def neuron_limit(x, *, mean: bool = True, half: bool = False) -> float:
    """2/lambda of the linear neuron, exactly: 1/mean(x^2) for C = mean (x w - e)^2 (lesson 8).

    The sum divides it by T, the 1/2 doubles it, inputs times 10 divide it by 100. Infinite where every x is 0.
    """
    x = _vector("x", x)
    curvature = 2 * _scale(len(x), mean, half) * (x * x).sum()
    return float(2 / curvature) if curvature else float("inf")


def product(u: float, v: float, learning_rate: float, steps: int) -> Path:
    """f = u v aimed at 0 under C = f^2/2: one hidden neuron, two weights, and a catapult (lesson 9).

    The slopes are dC/du = f v and dC/dv = f u. With lambda_0 = u^2 + v^2 at the start: below r lambda_0 = 2 the cost falls;
    between 2 and 4 it can rise first and lands where the valley is flatter, r lambda < 2; above 4 it diverges.
    Source: Lewkowycz et al. 2020, arXiv 2003.02218.
    """
    return _follow(
        _vector("u, v", [u, v]),
        learning_rate,
        steps,
        cost=lambda p: (p[0] * p[1]) ** 2 / 2,
        gradient=lambda p: p[0] * p[1] * p[::-1],
        curvature=lambda p: (p * p).sum(),
    )


def product_paths(start, products: Sequence[float], steps: int = 60) -> list[Path]:
    """One path of the toy u v for each rate * lambda_0, all from the start (u, v) (lesson 9)."""
    lam = start[0] ** 2 + start[1] ** 2
    return [product(start[0], start[1], p / lam, steps) for p in products]


def start_on_the_circle(ratio: float = 0.02) -> tuple[float, float]:
    """(u, v) with v/u = ratio and lambda_0 = u^2 + v^2 = 1, so that the rate is rate * lambda_0 (lesson 9)."""
    u = 1 / np.sqrt(1 + ratio * ratio)
    return u, ratio * u


def course(path: Path) -> str:
    """What the run did, by the bounds of fates.py: diverges, or falls, or (where the cost climbed before it fell) catapult."""
    if fate(path) == DIVERGED:
        return "diverges"
    return "catapult" if path.costs.max() > CLIMB * path.costs[0] else "falls"


def product_recurrence(f: float, curvature: float, learning_rate: float) -> tuple[float, float]:
    """The same step without u and v: f' = f (1 - r lambda + r^2 f^2), lambda' = lambda + r f^2 (r lambda - 4) (lesson 9).

    Exact, by multiplying out u' = u - r f v and v' = v - r f u. So lambda falls as long as r lambda < 4.
    """
    r, square = learning_rate, f * f
    return f * (1 - r * curvature + r * r * square), curvature + r * square * (r * curvature - 4)


def spread(paths, best) -> float:
    """The root mean square distance of the ends of `paths` from the point `best` (lesson 7)."""
    ends = np.array([path[-1] for path in paths])
    return float(np.sqrt(((ends - best) ** 2).sum(axis=1).mean()))


def _follow(point, learning_rate, steps, cost, gradient, curvature):
    learning_rate, steps = checks.argument("learning_rate", learning_rate), checks.argument("steps", steps)
    points = np.empty((steps + 1, len(point)))
    rows = np.empty((3, steps + 1))
    with np.errstate(over="ignore", invalid="ignore"):  # a path that overflows is a result
        for k in range(steps + 1):
            g = gradient(point)
            points[k], rows[:, k] = point, (cost(point), np.sqrt((g * g).sum()), curvature(point))
            point = point - learning_rate * g
    return Path(points, *rows)


def _vector(name, values):
    array = arrays.number_array(name, values, real=True)
    if array.ndim != 1 or len(array) == 0:
        raise ValueError(f"{name}: expected a row of at least one number, got shape {array.shape}")
    return array.astype(float)


def _scale(T, mean, half):
    return (1 / T if mean else 1.0) * (0.5 if half else 1.0)
