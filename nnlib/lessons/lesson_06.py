"""Lesson 6's questions and exercises: the gradient is not the update, and what average, sum and rate have to do with it."""

from __future__ import annotations

from nnlib.lessons.exercises import Exercise, WrongWay
from nnlib.lessons.questions import Option, Question

QUESTIONS = {
    "review-paths": Question(
        "From lesson 4: a neuron feeds two outputs. Its slope is 3 along one path and -1 along the other. What is it in all?",
        (
            Option("2", "Paths add: 3 + (-1).", right=True),
            Option("-3", "Slopes multiply along one path. Two paths are added."),
            Option("1", "That is their average. Both changes happen at once, so they add."),
        ),
    ),
    "review-check": Question(
        "From lesson 5: your gradient is exactly twice the complex step's. What is the likeliest reason?",
        (
            Option("Rounding", "Rounding changes the last digits, not a factor."),
            Option("A transposed matrix", "That would scramble the numbers, and leave no single factor."),
            Option("A factor 2 or 1/2 in the cost", "A pure factor has a name. Here it is the square's 2.", right=True),
        ),
    ),
    "sum-limit": Question(
        "You step by the sum over the samples. Now you collect ten times as many. What becomes of the largest stable rate?",
        (
            Option(
                "It stays: the data are of the same kind",
                "That is true of the mean. It assumes that the sum behaves like the mean, whatever T is.",
            ),
            Option(
                "It falls to a tenth",
                "The sum of ten times the samples is ten times as long, so the step must be ten times shorter.",
                right=True,
            ),
            Option(
                "It falls to a hundredth",
                "That assumes that the limit goes with the square of T. But the sum grows with T, not with its square.",
            ),
        ),
    ),
}


def same_rate(r, T):
    """Sum = T times mean, so r/T times the sum is r times the mean."""
    return r / T


def friends_rate(r, T):
    """The friend's gradient is T/2 times ours, so our rate is T/2 times the friend's."""
    return r * T / 2


def batch_gradient(G):
    """The mean over the samples, for each parameter."""
    return G.mean(axis=0)


EXERCISES = {
    "mean": Exercise(
        title="From per-sample gradients to the gradient of C",
        solution=batch_gradient,
        inputs=lambda rng: (rng.normal(size=(int(rng.integers(5, 12)), 4)),),
        hints=("One number for each parameter must remain.", "The samples are the rows: axis 0."),
        wrong_ways=(
            WrongWay("sum-instead-of-mean", lambda G: G.sum(axis=0), "That is the sum: T times too large."),
            WrongWay(
                "over-everything", lambda G: G.mean(), "That is one number for all parameters. Average over axis 0."
            ),
            WrongWay("wrong-axis", lambda G: G.mean(axis=1), "That averages over the parameters, sample by sample."),
            WrongWay(
                "wrong-count", lambda G: G.sum(axis=0) / G.shape[1], "You divide by the number of parameters, not by T."
            ),
        ),
    ),
    "same-path": Exercise(
        title="Drop the average: which rate?",
        solution=same_rate,
        inputs=lambda rng: (float(rng.uniform(0.1, 5)), int(rng.integers(2, 60))),
        hints=("The sum is T times as long as the mean.", "rate times gradient must stay the same product."),
        wrong_ways=(
            WrongWay(
                "multiplied", lambda r, T: r * T, "The wrong way: the sum is longer, so its rate must be smaller."
            ),
            WrongWay("unchanged", lambda r, T: r, "The same rate on the sum is a step T times as long."),
            WrongWay("without-r", lambda r, T: 1 / T, "That is the answer for r = 1 alone."),
            WrongWay(
                "upside-down", lambda r, T: T / r, "Upside down: more samples make the sum longer, its rate smaller."
            ),
        ),
        praise="R2 in one line: for one fixed batch size the average only rescales.",
    ),
    "friend": Exercise(
        title="A friend's rate",
        solution=friends_rate,
        inputs=lambda rng: (float(rng.uniform(0.01, 1)), int(rng.integers(3, 60))),
        hints=(
            "Write both gradients: the friend's has 1/2 and no 1/T, ours has 1/T and no 1/2.",
            "Our gradient is 2/T times the friend's. Rate times gradient must stay the same product.",
        ),
        wrong_ways=(
            WrongWay(
                "upside-down",
                lambda r, T: r * 2 / T,
                "Upside down: our gradient is 2/T times as long, so our rate is divided by 2/T.",
            ),
            WrongWay(
                "forgot-half", lambda r, T: r * T, "The T is right. The factor 1/2 in the friend's cost is forgotten."
            ),
            WrongWay(
                "forgot-mean", lambda r, T: r / 2, "The 1/2 is right. The friend's sum over T samples is forgotten."
            ),
            WrongWay(
                "doubled",
                lambda r, T: 2 * r * T,
                "The T is right. The 1/2 makes the friend's gradient shorter, so that rate is the larger one: halve it.",
            ),
            WrongWay(
                "divided-by-T",
                lambda r, T: r / T,
                "The sum makes the friend's gradient longer, so that rate is the smaller one. And the 1/2 is forgotten.",
            ),
            WrongWay(
                "divided-by-2T",
                lambda r, T: r / (2 * T),
                "The 1/2 is right. But the sum makes the friend's gradient longer, so that rate is the smaller one.",
            ),
        ),
    ),
}
