"""The exercises of lesson 0 as functions: what a learning rate is, and what becomes of a run when it is small or large."""

import numpy as np

from nnlib.data import xor
from nnlib.descent import train
from nnlib.fates import fate
from nnlib.lessons.exercises import Search
from nnlib.network import init

OWN = 10.0  # the rate that the lesson itself takes
BROKEN = 100.0  # the rate at which the lesson breaks the network; no rate from here on was found that solves XOR


def one_step(v, g, r):
    """v' = v - r g"""
    return v - r * g


def good_rate():
    """Most rates from 3 to 50 solve it"""
    return 20.0


def final_cost_and_fate(learning_rate: float) -> tuple[float, str]:
    """The cost of the lesson's network (seed 3) on XOR after 300 steps at a rate, and the fate of that run."""
    weights, biases = init([2, 3, 1], np.random.default_rng(3))
    run = train(weights, biases, *xor(), learning_rate, epochs=300)
    return float(run.costs[-1]), fate(run)


class Challenge(Search):
    """An exercise whose answer is any rate but the lesson's own that brings the cost below 0.01 in 300 steps."""

    SAYS = (*Search.SAYS, "too-small", "too-large", "far-too-large", "the-same")
    largest = 0.0  # the largest rate so far that did

    def attempt(self, number: float) -> tuple[str, dict]:
        """Train at the learner's rate."""
        reached, word = final_cost_and_fate(number)
        if number == OWN:
            return "the-same", {}
        if reached < 0.01:
            self.largest = max(self.largest, number)
            return "found", {"reached": f"{reached:.4f}", "largest": f"{self.largest:g}"}
        slug = "too-small" if number < OWN else "too-large" if number < BROKEN else "far-too-large"
        return slug, {"reached": f"{reached:.3f}", "fate": word}


def _numbers(rng):
    """A value, a slope and a rate; value and slope of both signs."""
    v, g = rng.choice([-1, 1], size=2) * rng.uniform(0.5, 3.0, size=2)
    return v, g, rng.uniform(0.5, 3.0)


TASKS = {
    "step": dict(solution=one_step, inputs=_numbers, trials=8),
    "challenge": dict(kind=Challenge, solution=good_rate),
}
