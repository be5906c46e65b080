"""The exercises of lesson 0 as functions: what a learning rate is, and what becomes of a run when it is small or large."""

from __future__ import annotations

import numpy as np

from nnlib.data import xor
from nnlib.descent import train
from nnlib.lessons.exercises import Exercise, Task
from nnlib.network import init


def one_step(v, g, r):
    """v' = v - r g"""
    return v - r * g


def good_rate():
    """Any rate from 3 to 50 solves it"""
    return 10.0


def final_cost(learning_rate: float) -> float:
    """The cost of the lesson's network (seed 3) on XOR after 300 steps at a rate."""
    weights, biases = init([2, 3, 1], np.random.default_rng(3))
    return float(train(weights, biases, *xor(), learning_rate, epochs=300).costs[-1])


class Challenge(Exercise):
    """An exercise whose answer is any rate that brings the cost below 0.01 in 300 steps."""

    def check(self, answer):
        """Train at the learner's rate, and say what came of it."""
        if answer is None or answer is Ellipsis:
            return super().check(answer)
        try:
            reached = final_cost(float(answer))
        except (TypeError, ValueError):
            return self.not_yet(self.says["no-number"].format(answer=repr(answer)))
        if reached < 0.01:
            return self.correct(self.says["low-enough"].format(answer=answer, reached=reached))
        slug = "too-small" if float(answer) < 4 else "too-large"
        return self.not_yet(self.says[slug].format(answer=answer, reached=reached))


def _numbers(rng):
    return tuple(rng.uniform(0.5, 3.0, size=3))


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
        },
    ),
    "challenge": Task(
        solution=good_rate,
        kind=Challenge,
        says=("no-number", "low-enough", "too-small", "too-large"),
    ),
}
