"""The exercises of lessons 7 and 7b as functions: what a mini-batch is worth, and what may stand between gradient and step."""

import numpy as np

from nnlib.data import xor
from nnlib.descent import train
from nnlib.fates import LEARNED, fate
from nnlib.lessons.exercises import Search
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


class SignSearch(Search):
    """An exercise whose answer is any rate at which sign descent learns XOR from at least four of ten starts."""

    SAYS = (*Search.SAYS, "too-small", "too-large")
    WANTED = 4

    def attempt(self, number: float) -> tuple[str, dict]:
        """Train from ten starts at the learner's rate."""
        solved = solved_by_sign(number)
        slug = "found" if solved >= self.WANTED else "too-small" if number < self.solution() else "too-large"
        return slug, {"solved": solved}


def _batches(rng):
    sizes = np.array([4, 4, int(rng.integers(1, 4))])
    return rng.uniform(0, 9, size=3), sizes


def _counts(rng):
    """A number of samples and a batch size, with a short last batch in most draws."""
    size = int(rng.integers(3, 12))
    return size * int(rng.integers(2, 30)) + int(rng.choice([0, 1, size - 1])), size


def _two_batch_sizes(rng):
    return float(rng.uniform(0.001, 0.05)), int(rng.integers(2, 20)), int(rng.integers(20, 90))


def _gradient_and_length(rng):
    """A gradient that is shorter than the length in some draws, and longer in others."""
    return rng.normal(size=5) * rng.choice([0.2, 3.0]), float(rng.uniform(1.2, 2.5))


def _slopes(rng):
    """Slopes of several sizes, a small one and 0 among them."""
    return (np.append(rng.normal(size=4), [0.001, 0.0]),)


TASKS = {
    "epoch-cost": dict(solution=epoch_cost, inputs=_batches, trials=6),
    "steps": dict(solution=steps, inputs=_counts, trials=8),
    "batch-rate": dict(solution=batch_rate, inputs=_two_batch_sizes),
    "clip": dict(solution=clip, inputs=_gradient_and_length, trials=8),
    "momentum": dict(
        solution=momentum_step, inputs=lambda rng: (rng.normal(size=4), rng.normal(size=4), rng.uniform(0.5, 0.88))
    ),
    "sign": dict(solution=sign_rule, inputs=_slopes),
    "sign-rate": dict(kind=SignSearch, solution=sign_rate),
}
