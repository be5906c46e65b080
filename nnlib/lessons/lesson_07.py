"""The exercises of lessons 7 and 7b as functions: what a mini-batch is worth, and what may stand between gradient and step."""

from __future__ import annotations

import numpy as np

from nnlib.data import xor
from nnlib.descent import train
from nnlib.fates import LEARNED, fate
from nnlib.lessons.exercises import Exercise, Task
from nnlib.network import init


def epoch_cost(batch_costs, sizes):
    """Each batch weighs as much as it holds samples."""
    return np.average(batch_costs, weights=sizes)


def steps(T, size):
    """A short last batch is a step as well: round up."""
    return -(-T // size)


def batch_rate(r, k, K):
    """K/k times the batch makes k/K times the steps, so each takes K/k times the rate."""
    return r * K / k


def clip(g, longest):
    """The same direction, never longer than `longest`."""
    length = np.sqrt((g * g).sum())
    return g * min(1, longest / length)


def momentum_step(g, u, beta):
    """u' = beta u + g"""
    return beta * u + g


def sign_rule(g):
    """Every number moves by the rate itself, against its slope; where the slope is 0 it stays."""
    return np.sign(g)


def sign_rate():
    """Any rate from 0.025 to 0.1 does it"""
    return 0.05


def solved_by_sign(rate: float) -> int:
    """How many of ten starts of XOR sign descent learns in 300 steps."""

    def rule(g, memory):
        return [np.sign(part) for part in g], memory

    starts = (init([2, 3, 1], np.random.default_rng(seed)) for seed in range(10))
    return sum(fate(train(*start, *xor(), rate, epochs=300, rule=rule)) == LEARNED for start in starts)


class SignSearch(Exercise):
    """An exercise whose answer is any rate at which sign descent learns XOR from at least four of ten starts."""

    WANTED = 4

    def check(self, answer):
        """Train from ten starts at the learner's rate, and say from how many it learned."""
        if answer is None or answer is Ellipsis:
            return super().check(answer)
        try:
            solved = solved_by_sign(float(answer))
        except (TypeError, ValueError):
            return self.not_yet(self.says["no-number"].format(answer=repr(answer)))
        if solved >= self.WANTED:
            return self.correct(self.says["found"].format(answer=answer, solved=solved))
        slug = "too-small" if float(answer) < self.solution() else "too-large"
        return self.not_yet(self.says[slug].format(answer=answer, solved=solved), slug)


def _batches(rng):
    sizes = np.array([4, 4, int(rng.integers(1, 4))])
    return rng.uniform(0, 9, size=3), sizes


def _counts(rng):
    """A number of samples and a batch size, with a short last batch in most draws."""
    size = int(rng.integers(3, 12))
    return size * int(rng.integers(2, 30)) + int(rng.choice([0, 1, size - 1])), size


def _norm(g):
    return np.sqrt((g * g).sum())


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
            "ten": lambda costs, sizes: (costs * sizes).sum() / 10,
            "divided-each": lambda costs, sizes: (costs / sizes).sum(),
            "not-summed": lambda costs, sizes: costs * sizes / sizes.sum(),
        },
        trials=6,
    ),
    "steps": Task(
        solution=steps,
        inputs=_counts,
        wrong_ways={
            "short-batch-left-out": lambda T, size: T // size,
            "not-whole": lambda T, size: T / size,
            "one-too-many": lambda T, size: T // size + 1,
            "samples": lambda T, size: T,
            "upside-down": lambda T, size: size / T,
            "rounded": lambda T, size: round(T / size),
        },
        trials=8,
    ),
    "batch-rate": Task(
        solution=batch_rate,
        inputs=lambda rng: (float(rng.uniform(0.001, 0.05)), int(rng.integers(2, 20)), int(rng.integers(20, 90))),
        wrong_ways={
            "unchanged": lambda r, k, K: r,
            "upside-down": lambda r, k, K: r * k / K,
            "root": lambda r, k, K: r * np.sqrt(K / k),
            "difference": lambda r, k, K: r * (K - k),
            "new-size-alone": lambda r, k, K: r * K,
            "old-size-alone": lambda r, k, K: r / k,
            "without-r": lambda r, k, K: K / k,
        },
    ),
    "clip": Task(
        solution=clip,
        inputs=lambda rng: (rng.normal(size=5) * rng.choice([0.2, 3.0]), float(rng.uniform(1.2, 2.5))),
        wrong_ways={
            "number-by-number": lambda g, longest: np.clip(g, -longest, longest),
            "always-scaled": lambda g, longest: g * longest / _norm(g),
            "squared-length": lambda g, longest: g * min(1, longest / (g * g).sum()),
            "length-one": lambda g, longest: g * min(1, 1 / _norm(g)),
            "largest-entry": lambda g, longest: g * min(1, longest / np.abs(g).max()),
            "sum-of-sizes": lambda g, longest: g * min(1, longest / np.abs(g).sum()),
            "max-for-min": lambda g, longest: g * max(1, longest / _norm(g)),
            "always-one": lambda g, longest: g / _norm(g),
            "left-alone": lambda g, longest: g,
            "ratio-upside-down": lambda g, longest: g * min(1, _norm(g) / longest),
            "only-from-above": lambda g, longest: np.minimum(g, longest),
            "zero": lambda g, longest: g * (_norm(g) <= longest),
        },
        trials=8,
    ),
    "momentum": Task(
        solution=momentum_step,
        inputs=lambda rng: (rng.normal(size=4), rng.normal(size=4), float(rng.uniform(0.5, 0.88))),
        wrong_ways={
            "damped": lambda g, u, beta: beta * u + (1 - beta) * g,
            "swapped": lambda g, u, beta: u + beta * g,
            "sign": lambda g, u, beta: beta * u - g,
            "all-shared": lambda g, u, beta: beta * (u + g),
            "shares-swapped": lambda g, u, beta: (1 - beta) * u + beta * g,
            "nesterov": lambda g, u, beta: g + beta * (beta * u + g),
            "nothing-forgotten": lambda g, u, beta: u + g,
            "no-memory": lambda g, u, beta: g,
            "share-forgotten": lambda g, u, beta: (1 - beta) * u + g,
            "beta-fixed": lambda g, u, beta: 0.9 * u + g,
            "no-gradient": lambda g, u, beta: beta * u,
        },
    ),
    "sign": Task(
        solution=sign_rule,
        inputs=lambda rng: (np.append(rng.normal(size=4), [0.001, 0.0]),),
        wrong_ways={
            "unit-length": lambda g: g / _norm(g),
            "size": lambda g: np.abs(g),
            "uphill": lambda g: -np.sign(g),
            "above-zero": lambda g: (g > 0) * 1.0,
            "two-way": lambda g: np.where(g >= 0, 1.0, -1.0),
            "clipped": lambda g: np.clip(g, -1, 1),
            "largest": lambda g: g / np.abs(g).max(),
            "plain": lambda g: g,
        },
    ),
    "sign-rate": Task(
        solution=sign_rate,
        kind=SignSearch,
        says=("no-number", "found", "too-small", "too-large"),
    ),
}
