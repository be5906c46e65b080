"""Lesson 10's questions and exercises: real data, and the last check of one's own code."""

from __future__ import annotations

import numpy as np

from nnlib.lessons.exercises import Exercise, WrongWay
from nnlib.lessons.questions import Option, Question

QUESTIONS = {
    "review-limit": Question(
        "From lesson 8: the largest curvature of a bowl is 4. At which learning rate do the steps begin to grow?",
        (
            Option("0.25", "At 1/4 one step along the steepest direction lands exactly at the bottom."),
            Option("0.5", "2 divided by 4: beyond it, each step overshoots by more than it came.", right=True),
            Option("4", "The limit is 2 divided by the curvature, not the curvature."),
        ),
    ),
    "review-nan": Question(
        "From lesson 9: no NaN, no infinity, the cost stands still at 0.5, the slopes are gone. Has it converged?",
        (
            Option(
                "Yes: it stands still", "It stands still because the sigmoids are flat, not because the cost is low."
            ),
            Option("No: it is saturated", "A flat end is no minimum. Look at the cost, not at NaN.", right=True),
            Option("It has diverged", "Nothing grew without bound. With a sigmoid output and these targets it cannot."),
        ),
    ),
    "digits-rate": Question(
        "Digits, plain gradient descent, batches of 10. Which of these rates reads most test digits after ten epochs?",
        (
            Option(
                "0.001, the rule of thumb",
                "This assumes that Adam's default fits every rule. After ten epochs it reads no more digits than guessing does.",
            ),
            Option(
                "0.1, small and safe",
                "This assumes that slow is sure. It is on its way, and after ten epochs still far behind.",
            ),
            Option(
                "3",
                "It is above 1, and it wins. The cost has one 1/T and no 1/2, and its slopes are small, so a good rate is large.",
                right=True,
            ),
            Option(
                "100",
                "This assumes that if 3 beats 0.1, then 100 beats 3. The first steps throw the outputs onto their flat ends.",
            ),
        ),
    ),
}


def share_right(outputs, E):
    """The answer is the place of the largest output; so is the expected digit in a one-hot row."""
    return (outputs.argmax(axis=1) == E.argmax(axis=1)).mean()


def one_hot(labels):
    """Row k of the identity has its 1 at place k."""
    return np.eye(10)[labels]


def _readings(rng):
    """Forty readings, most of them right, so that no wrong way ends at 0 by accident."""
    E = np.eye(10)[rng.integers(0, 10, size=40)]
    return 0.7 * rng.random((40, 10)) + 0.35 * E, E


EXERCISES = {
    "accuracy": Exercise(
        title="The share of digits read right",
        solution=share_right,
        inputs=_readings,
        hints=(
            "Which output is largest? argmax along each row.",
            "Compare with the place of the 1 in E, and take the mean.",
        ),
        wrong_ways=(
            WrongWay(
                "over-columns",
                lambda outputs, E: (outputs.argmax(axis=0) == E.argmax(axis=0)).mean(),
                "You look for the largest along each column. Samples are rows: axis 1.",
            ),
            WrongWay(
                "count",
                lambda outputs, E: (outputs.argmax(axis=1) == E.argmax(axis=1)).sum(),
                "That is the number of digits read right. Divide by how many there are.",
            ),
            WrongWay(
                "percent",
                lambda outputs, E: 100 * (outputs.argmax(axis=1) == E.argmax(axis=1)).mean(),
                "That is in percent. The share goes from 0 to 1.",
            ),
            WrongWay(
                "share-wrong",
                lambda outputs, E: (outputs.argmax(axis=1) != E.argmax(axis=1)).mean(),
                "That is the share read wrong.",
            ),
            WrongWay(
                "not-averaged",
                lambda outputs, E: outputs.argmax(axis=1) == E.argmax(axis=1),
                "That says for each digit whether it is read right. Take the mean of it.",
            ),
            WrongWay(
                "all-ten",
                lambda outputs, E: (outputs.round() == E).all(axis=1).mean(),
                "You ask that all ten outputs round to the target. The largest alone decides.",
            ),
            WrongWay(
                "rounded",
                lambda outputs, E: (outputs.round() == E).mean(),
                "That compares ten numbers a digit, most of them zeros. It flatters: always answering 0 gets 90 %.",
            ),
        ),
    ),
    "one-hot": Exercise(
        title="Targets from labels",
        solution=one_hot,
        inputs=lambda rng: (rng.integers(0, 10, size=6),),
        hints=("A row for each label, ten columns, one 1.", "np.eye(10) holds all ten rows; index it with the labels."),
        wrong_ways=(
            WrongWay(
                "transposed", lambda labels: np.eye(10)[labels].T, "The samples are columns here. Rows are samples."
            ),
            WrongWay(
                "off-by-one",
                lambda labels: np.eye(10)[(labels - 1) % 10],
                "Every 1 stands one place too early: digit 0 belongs in column 0.",
            ),
            WrongWay(
                "one-too-far",
                lambda labels: np.eye(10)[(labels + 1) % 10],
                "Every 1 stands one place too late: digit 0 belongs in column 0.",
            ),
            WrongWay(
                "labels",
                lambda labels: labels.reshape(-1, 1) / 10,
                "One number for ten classes says that 7 is nearly an 8.",
            ),
        ),
    ),
}
