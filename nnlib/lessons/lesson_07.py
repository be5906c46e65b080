"""Lesson 7's questions and exercises: what a mini-batch is worth, and what may stand between gradient and step."""

from __future__ import annotations

import numpy as np

from nnlib.lessons.exercises import Exercise, WrongWay
from nnlib.lessons.questions import Option, Question

QUESTIONS = {
    "review-sum": Question(
        "From lesson 6: mean at rate 2, fifty samples. Which rate on the sum takes the same path?",
        (
            Option("100", "The sum is fifty times as long, so its rate must be smaller."),
            Option("0.04", "2 / 50. Rate times gradient stays the same product.", right=True),
            Option("2", "The same rate on the sum is a step fifty times as long."),
        ),
    ),
    "review-units": Question(
        "From lesson 6: you multiply the cost by 3 and want the same path. The rate must be ...",
        (
            Option("multiplied by 3", "The gradient is three times as long already."),
            Option("left alone", "Then every step is three times as long."),
            Option("divided by 3", "Three times the slope, a third of the rate.", right=True),
        ),
    ),
    "batch-means": Question(
        "Ten samples in batches of 4, 4 and 2. You have the mean cost of each batch. Is the mean of these three the mean cost?",
        (
            Option(
                "Yes: a mean of means is a mean",
                "That holds when all batches are of one size. Here two samples speak as loudly as four.",
            ),
            Option(
                "No: the short batch counts too much",
                "Weigh each batch by its number of samples, and it is right again.",
                right=True,
            ),
            Option(
                "No, and it cannot be repaired",
                "It can: the sizes are known, so weigh by them.",
            ),
        ),
    ),
}


def epoch_cost(batch_costs, sizes):
    """Each batch weighs as much as it holds samples."""
    return np.average(batch_costs, weights=sizes)


def clip(g, longest):
    """The same direction, never longer than `longest`."""
    length = np.sqrt((g * g).sum())
    return g * min(1, longest / length)


def momentum_step(g, u, beta):
    """u' = beta u + g"""
    return beta * u + g


def _batches(rng):
    sizes = np.array([4, 4, int(rng.integers(1, 4))])
    return rng.uniform(0, 9, size=3), sizes


EXERCISES = {
    "epoch-cost": Exercise(
        title="The cost of an epoch",
        solution=epoch_cost,
        inputs=_batches,
        hints=("Turn each mean back into a sum first.", "Sum of cost times size, over the sum of the sizes."),
        wrong_ways=(
            WrongWay(
                "mean-of-means",
                lambda costs, sizes: costs.mean(),
                "That is the mean of means: short batches count too much.",
            ),
            WrongWay("sum-of-means", lambda costs, sizes: costs.sum(), "That is the sum of the batch means."),
            WrongWay(
                "not-divided",
                lambda costs, sizes: (costs * sizes).sum(),
                "That is the sum over samples. Divide by their number.",
            ),
            WrongWay(
                "divided-by-batches",
                lambda costs, sizes: (costs * sizes).sum() / len(sizes),
                "You divide by the number of batches. Divide by the number of samples.",
            ),
            WrongWay(
                "divided-only",
                lambda costs, sizes: costs.sum() / sizes.sum(),
                "Each batch cost is a mean already. Multiply it by its size before you add.",
            ),
        ),
    ),
    "clip": Exercise(
        title="Clipping",
        solution=clip,
        inputs=lambda rng: (rng.normal(size=5) * rng.choice([0.2, 3.0]), float(rng.uniform(1.2, 2.5))),
        hints=(
            "The length is the root of the sum of squares.",
            "Multiply by longest / length, but never by more than 1.",
        ),
        wrong_ways=(
            WrongWay(
                "number-by-number",
                lambda g, longest: np.clip(g, -longest, longest),
                "You clip each number alone. That turns the direction; clipping keeps it.",
            ),
            WrongWay(
                "always-scaled",
                lambda g, longest: g * longest / np.sqrt((g * g).sum()),
                "You stretch short gradients too. Only the long ones are shortened.",
            ),
            WrongWay(
                "squared-length",
                lambda g, longest: g * min(1, longest / (g * g).sum()),
                "That is the square of the length: take its root.",
            ),
            WrongWay(
                "length-one",
                lambda g, longest: g * min(1, 1 / np.sqrt((g * g).sum())),
                "A gradient that is too long ends with length 1 here. It should end with length `longest`.",
            ),
            WrongWay(
                "largest-entry",
                lambda g, longest: g * min(1, longest / np.abs(g).max()),
                "You measure the largest entry. The length is the root of the sum of all squares.",
            ),
            WrongWay(
                "sum-of-sizes",
                lambda g, longest: g * min(1, longest / np.abs(g).sum()),
                "You add the sizes of the entries. The length is the root of the sum of all squares.",
            ),
            WrongWay(
                "max-for-min",
                lambda g, longest: g * max(1, longest / np.sqrt((g * g).sum())),
                "You lengthen what is short and leave what is long. Take the smaller of 1 and the ratio, not the larger.",
            ),
            WrongWay(
                "always-one",
                lambda g, longest: g / np.sqrt((g * g).sum()),
                "Every gradient has length 1 now. Only what is longer than `longest` is shortened, and to that length.",
            ),
            WrongWay("left-alone", lambda g, longest: g, "Nothing is shortened, not even a gradient that is too long."),
        ),
        trials=8,
    ),
    "momentum": Exercise(
        title="Momentum",
        solution=momentum_step,
        inputs=lambda rng: (rng.normal(size=4), rng.normal(size=4), float(rng.uniform(0.5, 0.95))),
        hints=("Keep a share beta of the old speed u.", "Then add the new gradient, all of it."),
        wrong_ways=(
            WrongWay(
                "damped",
                lambda g, u, beta: beta * u + (1 - beta) * g,
                "That is a running mean, as in Adam. Here the gradient is added whole, so the rate means something else.",
            ),
            WrongWay("swapped", lambda g, u, beta: u + beta * g, "beta belongs to the old speed, not to the gradient."),
            WrongWay(
                "sign", lambda g, u, beta: beta * u - g, "The minus stands in v' = v - r m. Here the gradient is added."
            ),
            WrongWay("all-shared", lambda g, u, beta: beta * (u + g), "beta belongs to the old speed alone."),
            WrongWay(
                "shares-swapped",
                lambda g, u, beta: (1 - beta) * u + beta * g,
                "That is a running mean with its shares swapped. Keep beta of the old speed, and add all of the gradient.",
            ),
            WrongWay(
                "nesterov",
                lambda g, u, beta: g + beta * (beta * u + g),
                "That is Nesterov's m, which looks one step ahead. The new speed alone is asked for.",
            ),
            WrongWay("nothing-forgotten", lambda g, u, beta: u + g, "Nothing is forgotten: keep a share beta of u."),
            WrongWay("no-memory", lambda g, u, beta: g, "That is the plain rule: nothing is kept."),
        ),
    ),
}


def noisy_line() -> tuple[np.ndarray, np.ndarray]:
    """Twenty-four samples about the line e = 1.2 x + 0.3, seeded: X and E of shape (24, 1)."""
    rng = np.random.default_rng(5)
    X = rng.uniform(-1.5, 1.5, size=(24, 1))
    return X, 1.2 * X + 0.3 + 0.5 * rng.standard_normal((24, 1))
