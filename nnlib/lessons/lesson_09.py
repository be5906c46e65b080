"""The exercises of lessons 9 and 9b as functions: the product u v thrown out of its valley, and how to tell failures apart."""

import numpy as np


def next_step(f, lam, rate):
    """f' = f (1 - r lambda + r^2 f^2) and lambda' = lambda + r f^2 (r lambda - 4)"""
    return f * (1 - rate * lam + rate**2 * f**2), lam + rate * f**2 * (rate * lam - 4)


def largest_rate() -> float:
    """4 / lambda_0, with lambda_0 = 3^2 + 1^2"""
    return 4 / (3**2 + 1**2)


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


def my_fate(costs, slopes):
    """diverged, learned, saturated or still moving"""
    if not np.isfinite(costs[-1]) or costs[-1] > 1000 * max(costs[0], 1):
        return "diverged"
    if costs[-1] <= 0.01:
        return "learned"
    if slopes[-1] < 1e-4 * max(slopes):
        return "saturated"
    return "still moving"


def with_bound(costs, slopes, bound):
    """A known mistake: another bound for the last cost."""
    blown_up = not np.isfinite(costs[-1]) or costs[-1] > bound
    return "diverged" if blown_up else my_fate(np.minimum(costs, 1.0), slopes)


def with_slope_gone(costs, slopes, gone):
    """A known mistake: another question about the slope, which has the answer `gone`."""
    word = my_fate(costs, slopes)
    if word in ("diverged", "learned"):
        return word
    return "saturated" if gone else "still moving"


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


def torn(learned, diverged):
    """Columns in which a row learned, and a row before it, at a smaller rate, diverged."""
    return int((learned & np.maximum.accumulate(diverged, axis=0)).any(axis=0).sum())


def a_map(rng):
    """Which of 9 x 12 networks learned and which diverged; three of the columns are in order."""
    fates = rng.choice(3, size=(9, 12), p=[0.35, 0.45, 0.2])
    fates[:, :3] = np.sort(fates[:, :3], axis=0)  # three columns in order: learned, stuck, diverged
    return fates == 0, fates == 2


def dimension(s1, n1, s2, n2):
    """The exponent D of N ~ s^-D through two counts"""
    return np.log(n1 / n2) / np.log(s2 / s1)


def two_counts(rng):
    """Two sides and their counts, as of a border with a dimension between 1 and 2."""
    small = int(rng.integers(2, 6))
    large = small * int(rng.integers(2, 5))
    count = int(rng.integers(3000, 9000))
    return small, count, large, int(count * (small / large) ** rng.uniform(1.1, 1.9))


TASKS = {
    "largest": dict(solution=largest_rate, tolerance=1e-6),
    "step": dict(solution=next_step, inputs=_a_point),
    "fate": dict(solution=my_fate, inputs=a_run, trials=150),
    "catapult": dict(solution=is_catapult, inputs=a_throw, trials=40),
    "torn": dict(solution=torn, inputs=a_map, trials=6),
    "dimension": dict(solution=dimension, inputs=two_counts),
}
