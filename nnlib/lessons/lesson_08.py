"""Lesson 8's questions and exercises: the rate at which a bowl stops converging, and what moves that limit."""

from __future__ import annotations

import numpy as np

from nnlib.lessons.exercises import Exercise, WrongWay
from nnlib.lessons.questions import Option, Question

QUESTIONS = {
    "review-sum": Question(
        "From lesson 6: a run goes well at rate 0.5 with the mean over T = 20 samples. You drop the division by T. Which "
        "rate takes the identical path?",
        (
            Option("10", "The sum is already 20 times the mean. This rate would make each step 400 times as long."),
            Option("0.025", "The sum is 20 times the mean, so the rate is divided by 20.", right=True),
            Option("0.5", "The gradient is 20 times as long now, so each step would be too."),
        ),
    ),
    "review-batches": Question(
        "From lesson 7: 10 samples in batches of 4, 4 and 2. Is the cost of the epoch the mean of the three batch costs?",
        (
            Option(
                "Yes, a mean of means is a mean", "It is where all batches have the same size. The last one is smaller."
            ),
            Option(
                "No, each sample of the last batch would count twice as much",
                "A plain mean gives two samples the say of four. Weigh each batch by its size.",
                right=True,
            ),
            Option(
                "No, one must take their sum",
                "The cost is a mean over the samples, so it does not grow with their number.",
            ),
        ),
    ),
    "inputs-ten": Question(
        "The limit of a linear neuron is some rate. Now all inputs are multiplied by 10. The limit becomes?",
        (
            Option(
                "The same: the inputs are data, and the rate belongs to the weights",
                "This assumes that the slope does not see the inputs. But dC/dw = 2(xw - e) x, averaged: the input is a "
                "factor of every slope.",
            ),
            Option(
                "A tenth",
                "This counts the input once. It enters twice: once on the way forward, in xw, and once on the way "
                "back, as the last factor of the slope.",
            ),
            Option(
                "A hundredth",
                "The input enters on the way forward and on the way back, so the curvature holds its square, and the limit "
                "is divided by 10 · 10.",
                right=True,
            ),
            Option(
                "Ten times as large: larger inputs need larger steps",
                "Larger inputs need smaller weights, so the valley becomes narrower. A narrow valley needs small steps.",
            ),
        ),
    ),
}


def limit(x):
    """1/mean(x^2), which is 2/lambda for C = mean (x w - e)^2"""
    return 1 / np.mean(x**2)


def growth(rate, lam):
    """The factor by which the distance to the minimum changes in each step"""
    return abs(1 - rate * lam)


def colleague() -> float:
    """The sum divides the limit by T = 40, the 1/2 doubles it"""
    return 0.8 / 40 * 2


def _either_side(rng):
    """A rate and a curvature: their product below 1 or above, and above 2 as well."""
    lam = rng.uniform(1, 5)
    return rng.choice([rng.uniform(0.2, 0.9), rng.uniform(1.1, 3)]) / lam, lam


# name, the mistake, what the check says
LIMITS = (
    ("no-two", lambda x: 1 / (2 * np.mean(x**2)), "This is 1/λ: the rate that lands in one step. The limit is 2/λ."),
    ("curvature", lambda x: 2 * np.mean(x**2), "This is the curvature λ. The limit is 2 divided by it."),
    ("half-cost", lambda x: 2 / np.mean(x**2), "This is the limit with 1/2 before the cost. Ours has none: λ = 2 mean(x²)."),
    ("sum", lambda x: 1 / np.sum(x**2), "This is the limit of the sum. C is a mean, so take the mean of x²."),
    ("mean-first", lambda x: 1 / np.mean(x) ** 2, "You square the mean. It is the mean of the squares."),
    ("largest-sample", lambda x: 1 / np.max(x**2), "One large sample does not set the limit alone: take the mean of x²."),
    ("upside-down", lambda x: np.mean(x**2), "The other way up: larger inputs bear a smaller rate."),
    ("root", lambda x: 1 / np.sqrt(np.mean(x**2)), "This holds the input once. It enters twice, so there is no root."),
)  # fmt: skip
GROWTHS = (
    ("sign", lambda r, lam: 1 - r * lam, "This is the signed factor: negative means that it alternates. Take its size."),
    ("turned", lambda r, lam: r * lam - 1, "Beyond rate·λ = 1 this is it. Below 1 it is negative: take its size."),
    ("plus", lambda r, lam: 1 + r * lam, "A plus would climb: the step goes against the slope."),
    ("cost", lambda r, lam: (1 - r * lam) ** 2, "This is how the cost grows. The distance grows by its root."),
    ("product", lambda r, lam: r * lam, "This is rate times λ. Each step multiplies the distance by 1 minus that."),
)  # fmt: skip
COLLEAGUES = (
    ("unchanged", 0.8, "The data are the same, but the slopes are not: they are 40 times as large, and halved."),
    ("no-half", 0.8 / 40, "You took the sum into account. The 1/2 halves every slope, so it doubles the limit."),
    ("no-sum", 0.8 * 2, "You took the 1/2 into account. The sum is 40 times the mean, so divide by 40."),
    ("half-wrong", 0.8 / 40 / 2, "The 1/2 halves every slope, so the limit doubles: it is not halved."),
    ("sum-wrong", 0.8 * 40 * 2, "The sum has slopes 40 times as large, so its limit is smaller, not larger."),
    ("both-wrong", 0.8 * 40 / 2, "Both the wrong way round: larger slopes mean a smaller limit."),
)  # fmt: skip

EXERCISES = {
    "limit": Exercise(
        title="The limit of a linear neuron, from its inputs",
        solution=limit,
        inputs=lambda rng: (rng.normal(1, 2, size=5),),
        hints=("The curvature is λ = 2 mean(x²), and the limit is 2/λ.", "The two 2s cancel: 1 / np.mean(x**2)."),
        wrong_ways=tuple(WrongWay(*row) for row in LIMITS),
        praise="Look at it once more: with inputs whose mean square is 1 the limit is 1. That is the only bit of truth in R3.",
    ),
    "growth": Exercise(
        title="The growth factor of the distance",
        solution=growth,
        inputs=_either_side,
        trials=8,
        hints=("One step is w' = w - r λ (w - w*).", "So w' - w* = (1 - r λ)(w - w*). Take the absolute value."),
        wrong_ways=tuple(WrongWay(*row) for row in GROWTHS),
        praise="Below 1 it converges, above 1 it grows, and 1 is reached at rate·λ = 2.",
    ),
    "colleague": Exercise(
        title="A colleague's limit",
        solution=colleague,
        hints=("Which of the two makes the slopes larger, and how many times?", "Divide by 40 for the sum, times 2 for the 1/2."),
        wrong_ways=tuple(WrongWay(name, lambda value=value: value, says) for name, value, says in COLLEAGUES),
        praise="Same network, same data, same path. Only the number on the rate differs.",
        tolerance=1e-3,
    ),
}  # fmt: skip
