"""The exercises of lesson 9 as functions: the toy that is flung into a flatter valley, and telling one failure from another."""

from __future__ import annotations

from nnlib.lessons.exercises import Task
from nnlib.lessons.four_fates import FATES, a_run, my_fate


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
}
RATES = {
    "bowl": 0.2,
    "sum": 4 / 16,
    "product": 4 / 3,
    "one": 0.1,
    "four": 4.0,
}

TASKS = {
    "largest": Task(
        solution=largest_rate,
        wrong_ways={name: lambda value=value: value for name, value in RATES.items()},
        tolerance=1e-6,
    ),
    "step": Task(
        solution=next_step,
        inputs=lambda rng: tuple(rng.uniform(0.5, 1.5, size=3)),
        wrong_ways=STEPS,
    ),
    "fate": Task(
        solution=my_fate,
        inputs=a_run,
        wrong_ways=FATES,
        trials=150,
    ),
}
