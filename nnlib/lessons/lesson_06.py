"""The exercises of lesson 6 as functions: the gradient is not the update, and what average, sum and rate have to do with it."""

from __future__ import annotations

from nnlib.lessons.exercises import Task


def same_rate(r, T):
    """Sum = T times mean, so r/T times the sum is r times the mean."""
    return r / T


def friends_rate(r, T):
    """The friend's gradient is T/2 times ours, so our rate is T/2 times the friend's."""
    return r * T / 2


def batch_gradient(G):
    """The mean over the samples, for each parameter."""
    return G.mean(axis=0)


TASKS = {
    "mean": Task(
        solution=batch_gradient,
        inputs=lambda rng: (rng.normal(size=(int(rng.integers(5, 12)), 4)),),
        wrong_ways={
            "sum-instead-of-mean": lambda G: G.sum(axis=0),
            "over-everything": lambda G: G.mean(),
            "wrong-axis": lambda G: G.mean(axis=1),
            "wrong-count": lambda G: G.sum(axis=0) / G.shape[1],
            "first-sample": lambda G: G[0],
            "last-sample": lambda G: G[-1],
            "doubled": lambda G: 2 * G.mean(axis=0),
            "halved": lambda G: G.mean(axis=0) / 2,
            "row-kept": lambda G: G.mean(axis=0, keepdims=True),
            "one-less": lambda G: G.sum(axis=0) / (len(G) - 1),
        },
    ),
    "same-path": Task(
        solution=same_rate,
        inputs=lambda rng: (float(rng.uniform(0.1, 5)), int(rng.integers(2, 60))),
        wrong_ways={
            "multiplied": lambda r, T: r * T,
            "unchanged": lambda r, T: r,
            "without-r": lambda r, T: 1 / T,
            "upside-down": lambda r, T: T / r,
            "eight": lambda r, T: r / 8,
            "whole-division": lambda r, T: r // T,
            "mean-of-slopes": lambda r, T: r / T**2,
        },
    ),
    "friend": Task(
        solution=friends_rate,
        inputs=lambda rng: (float(rng.uniform(0.01, 1)), int(rng.integers(3, 60))),
        wrong_ways={
            "upside-down": lambda r, T: r * 2 / T,
            "forgot-half": lambda r, T: r * T,
            "forgot-mean": lambda r, T: r / 2,
            "doubled": lambda r, T: 2 * r * T,
            "divided-by-T": lambda r, T: r / T,
            "divided-by-2T": lambda r, T: r / (2 * T),
            "unchanged": lambda r, T: r,
            "mean-forgotten-doubled": lambda r, T: 2 * r,
        },
    ),
}
