"""The exercises of lesson 0 as functions: what a learning rate is, and what becomes of a run when it is small or large."""

from __future__ import annotations

import numpy as np

from nnlib.data import xor
from nnlib.descent import train
from nnlib.fates import fate
from nnlib.lessons.exercises import Exercise, Task
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


class Challenge(Exercise):
    """An exercise whose answer is any rate but the lesson's own that brings the cost below 0.01 in 300 steps."""

    largest = 0.0  # the largest rate so far that did

    def check(self, answer):
        """Train at the learner's rate, and say what came of it."""
        if answer is None or answer is Ellipsis:
            return super().check(answer)
        try:
            rate = float("" if isinstance(answer, str) else answer)
            reached, word = final_cost_and_fate(rate)
        except (TypeError, ValueError):
            return self.not_yet(self.says["no-number"].format(answer=repr(answer)))
        if rate == OWN:
            return self.not_yet(self.says["the-same"])
        said = {
            "answer": f"{rate:g}",
            "reached": f"{reached:.4f}" if reached < 0.01 else f"{reached:.3f}",
            "fate": word,
        }
        if reached < 0.01:
            self.largest = max(self.largest, rate)
            return self.correct(self.says["low-enough"].format(**said, largest=f"{self.largest:g}"))
        slug = "too-small" if rate < OWN else "too-large" if rate < BROKEN else "far-too-large"
        return self.not_yet(self.says[slug].format(**said))


def _numbers(rng):
    """A value, a slope and a rate; value and slope of both signs."""
    v, g = rng.choice([-1, 1], size=2) * rng.uniform(0.5, 3.0, size=2)
    return v, g, rng.uniform(0.5, 3.0)


TASKS = {
    "step": Task(
        solution=one_step,
        inputs=_numbers,
        wrong_ways={
            "sign": lambda v, g, r: v + r * g,
            "learning-rate-ignored": lambda v, g, r: v - g,
            "assigned-instead-of-subtracted": lambda v, g, r: r * g,
            "old-value-left-out": lambda v, g, r: -r * g,
            "rate-on-everything": lambda v, g, r: (v - g) * r,
            "divided": lambda v, g, r: v - g / r,
            "always-smaller": lambda v, g, r: v - abs(r * g),
            "slope-size": lambda v, g, r: v - r * np.sign(g),
            "turned-round": lambda v, g, r: r * g - v,
            "rate-for-slope": lambda v, g, r: v - r,
            "rate-added": lambda v, g, r: v - (r + g),
            "slope-times-value": lambda v, g, r: v - r * g * v,
        },
        trials=8,
    ),
    "challenge": Task(
        solution=good_rate,
        kind=Challenge,
        says=("no-number", "low-enough", "too-small", "too-large", "far-too-large", "the-same"),
    ),
}
