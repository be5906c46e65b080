"""The exercises of lessons 9 and 9b as functions: the product u v thrown out of its valley, and how to tell failures apart."""

from __future__ import annotations

import numpy as np

from nnlib.lessons.exercises import Task
from nnlib.lessons.lesson_09b import DIMENSIONS, TORN, a_map, dimension, torn, two_counts


def next_step(f, lam, rate):
    """f' = f (1 - r lambda + r^2 f^2) and lambda' = lambda + r f^2 (r lambda - 4)"""
    return f * (1 - rate * lam + rate**2 * f**2), lam + rate * f**2 * (rate * lam - 4)


def largest_rate() -> float:
    """4 / lambda_0, with lambda_0 = 3^2 + 1^2"""
    return 4 / (3**2 + 1**2)


# the mistake by its name
STEPS = {
    "bowl": lambda f, lam, r: (f * (1 - r * lam), lam),
    "no-square": lambda f, lam, r: (f * (1 - r * lam), next_step(f, lam, r)[1]),
    "fixed": lambda f, lam, r: (next_step(f, lam, r)[0], lam),
    "two": lambda f, lam, r: (next_step(f, lam, r)[0], lam + r * f**2 * (r * lam - 2)),
    "one-f": lambda f, lam, r: (next_step(f, lam, r)[0], lam + r * f * (r * lam - 4)),
    "sign": lambda f, lam, r: (next_step(f, lam, r)[0], lam - r * f**2 * (r * lam - 4)),
    "new-f": lambda f, lam, r: (next_step(f, lam, r)[0], lam + r * next_step(f, lam, r)[0] ** 2 * (r * lam - 4)),
    "one-square": lambda f, lam, r: (f * (1 - r * lam + r * f**2), next_step(f, lam, r)[1]),
    "swapped": lambda f, lam, r: next_step(f, lam, r)[::-1],
}


def _a_point(rng):
    """f, lambda and a rate as some u and v have them: 2 |f| is never above lambda, and f has either sign."""
    u, v = rng.uniform(0.4, 1.6, size=2) * rng.choice([-1, 1], size=2)
    return float(u * v), float(u * u + v * v), float(rng.uniform(0.1, 1.2))


def is_catapult(costs, products):
    """It begins beyond 2, climbs, ends within 2, and ends lower than it began."""
    return bool(products[0] > 2 > products[-1] and max(costs) > 1.1 * costs[0] > 1.1 * costs[-1])


def a_throw(rng):
    """Costs and products of a made-up run: a catapult, or a run that lacks one of its four marks."""
    k, kind = np.arange(40), rng.integers(6)
    first, high = rng.uniform(0.1, 2), rng.uniform(3, 40)
    costs = first * np.where(k < 10, high ** (k / 9), high * 0.4 ** (k - 9))
    products = np.where(k < 10, rng.uniform(2.2, 3.8), rng.uniform(0.4, 1.8))
    if kind == 0:  # it never climbs
        costs = first * 0.8**k
    if kind == 1:  # it began within the limit, and may have passed it later
        products[: rng.choice([1, 10])] = rng.uniform(0.4, 1.9)
    if kind == 2:  # it ends beyond the limit, and may have been within it before
        products[-rng.choice([1, 30]) :] = rng.uniform(2.1, 3.8)
    if kind == 3:  # it ends high, and may have been low before
        costs[-rng.choice([1, 30]) :] = costs.max()
    return costs, products  # kinds 4 and 5 are catapults


CATAPULTS = {
    "climb-alone": lambda costs, products: bool(max(costs) > 1.1 * costs[0]),
    "limit-alone": lambda costs, products: bool(products[0] > 2 > products[-1]),
    "no-landing": lambda costs, products: bool(products[0] > 2 and max(costs) > 1.1 * costs[0]),
    "no-climb": lambda costs, products: bool(products[0] > 2 > products[-1] and costs[-1] < costs[0]),
    "no-fall": lambda costs, products: bool(products[0] > 2 > products[-1] and max(costs) > 1.1 * costs[0]),
    "no-limit": lambda costs, products: bool(max(costs) > 1.1 * costs[0] and costs[-1] < costs[0]),
    "end-alone": lambda costs, products: bool(
        products[-1] < 2 and max(costs) > 1.1 * costs[0] and costs[-1] < costs[0]
    ),
    "turned-round": lambda costs, products: not is_catapult(costs, products),
}


RATES = {
    "bowl": 0.2,
    "sum": 4 / 16,
    "product": 4 / 3,
    "one": 0.1,
    "four": 4.0,
}


def my_fate(costs, slopes):
    """diverged, learned, saturated or still moving"""
    if not np.isfinite(costs[-1]) or costs[-1] > 1000 * max(costs[0], 1):
        return "diverged"
    if costs[-1] <= 0.01:
        return "learned"
    if slopes[-1] < 1e-4 * max(slopes):
        return "saturated"
    return "still moving"


def _nan_only(costs, slopes):
    return "diverged" if np.isnan(costs[-1]) else my_fate(np.minimum(costs, 1.0), slopes)


def _nan_slips(costs, slopes):
    """No question finds a NaN, because every comparison with it is False."""
    return "still moving" if np.isnan(costs[-1]) else my_fate(costs, slopes)


def _slope_alone(costs, slopes):
    """Learned wherever the slope has vanished."""
    word = my_fate(costs, slopes)
    return "learned" if word == "saturated" else word


def _high_is_diverged(costs, slopes):
    word = my_fate(costs, slopes)
    return "diverged" if word == "saturated" else word


def _slope_first(costs, slopes):
    """The slope is asked before the cost, so that what has learned is called saturated."""
    word = my_fate(costs, slopes)
    return "saturated" if word == "learned" and slopes[-1] < 1e-4 * max(slopes) else word


def _with_bound(bound):
    """The four words with another bound for the last cost."""

    def classify(costs, slopes):
        blown = not np.isfinite(costs[-1]) or costs[-1] > bound(costs)
        return "diverged" if blown else my_fate(np.minimum(costs, 1.0), slopes)

    return classify


def _lowest(costs, slopes):
    word = my_fate(costs, slopes)
    return "learned" if word != "diverged" and min(costs) <= 0.01 else word


def _with_slope_gone(gone):
    """The four words with another question about the slope."""

    def classify(costs, slopes):
        word = my_fate(costs, slopes)
        if word not in ("saturated", "still moving"):
            return word
        return "saturated" if gone(slopes) else "still moving"

    return classify


def a_run(rng):
    """Costs and slopes of a made-up run. Most end just on one side of a bound, and slopes have a scale of their own."""
    k, kind = np.arange(60), rng.integers(7)
    start, beside = rng.choice([rng.uniform(0.3, 0.9), rng.uniform(2, 5)]), rng.choice([0.8, 1.25])
    slopes = 10.0 ** rng.uniform(-4, 4) * np.minimum(0.2 + 0.1 * k, 1.0)  # the largest is not the first
    to = lambda first, last: first * (last / first) ** (k / 59)
    if kind == 0:  # at the aim
        return to(start, 0.01 * beside), slopes * to(1, 0.01)
    if kind == 1:  # the slope goes, at a high cost
        slopes = slopes * to(1, 1e-5)
        slopes[-1] = rng.choice([0.01, 0.8, 1.25]) * 1e-4 * slopes.max()
        return np.where(k < 2, start, 0.5), slopes
    if kind == 2:  # up to a thousand times the start, or times 1
        return to(start, 1000 * max(start, 1) * beside), slopes
    if kind == 3:  # still moving
        return start * 0.995**k, slopes * 0.999**k
    if kind == 4:  # beyond all numbers
        beyond = rng.choice([np.nan, np.inf])
        return np.where(k > 50, beyond, to(start, 1e9)), np.where(k > 50, beyond, slopes)
    if kind == 5:  # down to the aim, and up again
        return np.where(abs(k - 30) < 3, 0.001, start), slopes
    return to(start, 1e-6), slopes * to(1, 1e-7)  # learned, so that no slope is left


# the mistake by its name
FATES = {
    "nan-slips": _nan_slips,
    "nan-only": _nan_only,
    "slope-alone": _slope_alone,
    "high-is-diverged": _high_is_diverged,
    "slope-first": _slope_first,
    "never-saturated": _with_slope_gone(lambda slopes: False),
    "start-below-one": _with_bound(lambda costs: 1000 * costs[0]),
    "a-thousand": _with_bound(lambda costs: 1000),
    "lowest": _lowest,
    "slope-size": _with_slope_gone(lambda slopes: slopes[-1] < 1e-4),
    "first-slope": _with_slope_gone(lambda slopes: slopes[-1] < 1e-4 * slopes[0]),
    "nan-question-alone": lambda costs, slopes: "diverged" if np.isnan(costs[-1]) else "still moving",
    "finite-question-alone": lambda costs, slopes: "still moving" if np.isfinite(costs[-1]) else "diverged",
    "bound-question-alone": lambda costs, slopes: "diverged" if costs[-1] > 1000 else "still moving",
    "no-bound": _with_bound(lambda costs: np.inf),
}


TASKS = {
    "largest": Task(
        solution=largest_rate,
        wrong_ways={name: lambda value=value: value for name, value in RATES.items()},
        tolerance=1e-6,
    ),
    "step": Task(
        solution=next_step,
        inputs=_a_point,
        wrong_ways=STEPS,
    ),
    "fate": Task(
        solution=my_fate,
        inputs=a_run,
        wrong_ways=FATES,
        trials=150,
    ),
    "catapult": Task(
        solution=is_catapult,
        inputs=a_throw,
        wrong_ways=CATAPULTS,
        trials=40,
    ),
    "torn": Task(
        solution=torn,
        inputs=a_map,
        wrong_ways=TORN,
        trials=6,
    ),
    "dimension": Task(
        solution=dimension,
        inputs=two_counts,
        wrong_ways=DIMENSIONS,
    ),
}
