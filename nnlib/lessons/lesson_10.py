"""The exercises of lesson 10 as functions: real data, and the last check of one's own code."""

from __future__ import annotations

import numpy as np

from nnlib.lessons.exercises import Task


def share_right(outputs, E):
    """The answer is the place of the largest output; so is the expected digit in a one-hot row."""
    return (outputs.argmax(axis=1) == E.argmax(axis=1)).mean()


def one_hot(labels):
    """Row k of the identity has its 1 at place k."""
    return np.eye(10)[labels]


def confusion(outputs, E):
    """One count for each digit: its row is the digit that is expected, its column the digit that is read."""
    table = np.zeros((10, 10))
    for expected, read in zip(E.argmax(axis=1), outputs.argmax(axis=1)):
        table[expected, read] += 1
    return table


def _readings(rng):
    """Forty readings, most of them right, so that no wrong way ends at 0 by accident."""
    E = np.eye(10)[rng.integers(0, 10, size=40)]
    return 0.7 * rng.random((40, 10)) + 0.35 * E, E


TASKS = {
    "accuracy": Task(
        solution=share_right,
        inputs=_readings,
        wrong_ways={
            "over-columns": lambda outputs, E: (outputs.argmax(axis=0) == E.argmax(axis=0)).mean(),
            "count": lambda outputs, E: (outputs.argmax(axis=1) == E.argmax(axis=1)).sum(),
            "percent": lambda outputs, E: 100 * (outputs.argmax(axis=1) == E.argmax(axis=1)).mean(),
            "share-wrong": lambda outputs, E: (outputs.argmax(axis=1) != E.argmax(axis=1)).mean(),
            "not-averaged": lambda outputs, E: outputs.argmax(axis=1) == E.argmax(axis=1),
            "all-ten": lambda outputs, E: (outputs.round() == E).all(axis=1).mean(),
            "rounded": lambda outputs, E: (outputs.round() == E).mean(),
            "never-equal": lambda outputs, E: 0.0,
        },
    ),
    "one-hot": Task(
        solution=one_hot,
        inputs=lambda rng: (rng.integers(0, 10, size=6),),
        wrong_ways={
            "transposed": lambda labels: np.eye(10)[labels].T,
            "off-by-one": lambda labels: np.eye(10)[(labels - 1) % 10],
            "one-too-far": lambda labels: np.eye(10)[(labels + 1) % 10],
            "labels": lambda labels: labels.reshape(-1, 1) / 10,
            "all-rows": lambda labels: np.tile(np.isin(np.arange(10), labels) * 1.0, (len(labels), 1)),
            "label-for-one": lambda labels: np.eye(10)[labels] * labels[:, None],
        },
    ),
    "confusion": Task(
        solution=confusion,
        inputs=_readings,
        wrong_ways={
            "transposed": lambda outputs, E: confusion(outputs, E).T,
            "right-ones-alone": lambda outputs, E: np.diag(np.diag(confusion(outputs, E))),
            "wrong-ones-alone": lambda outputs, E: confusion(outputs, E) - np.diag(np.diag(confusion(outputs, E))),
            "shares": lambda outputs, E: confusion(outputs, E) / len(E),
            "once-each": lambda outputs, E: (confusion(outputs, E) > 0) * 1,
            "outputs-added": lambda outputs, E: E.T @ outputs,
        },
    ),
}
