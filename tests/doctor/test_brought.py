"""Fifty networks as people bring them: right ones are told so, slips are caught, and nothing of the learner's is changed."""

import numpy as np
import pytest
from brought_setups import SETUPS

from nnlib.doctor.brought.diagnose import diagnose_brought

NAMED = 0.9


@pytest.mark.parametrize("name, glue, expected, accepted, make", SETUPS, ids=[s[0] for s in SETUPS])
def test_the_truth_is_told(name, glue, expected, accepted, make):
    subject, arguments = make()
    d = diagnose_brought(subject, **arguments)
    assert glue <= 3
    assert d.correct is (expected == "correct"), d
    assert d.candidates[0] == d.category
    if d.correct:
        assert not d.where and set(d.arrays.values()) <= {"right", "unseen"} and d.opening.startswith("Right")
    else:
        assert d.where and {n for n, v in d.arrays.items() if v in ("wrong", "factor")} == d.where


def test_most_slips_are_named():
    wrong = [(s[2], s[3], s[4]) for s in SETUPS if s[2] != "correct"]
    named = 0
    for expected, accepted, make in wrong:
        subject, arguments = make()
        named += diagnose_brought(subject, **arguments).category in (expected, *accepted)
    assert named >= NAMED * len(wrong)


def test_a_verdict_repeats():
    make = next(s[4] for s in SETUPS if s[0].startswith("batches_with_momentum, slip"))
    words = []
    for _ in range(2):
        np.random.seed(len(words))
        subject, arguments = make()
        words.append(str(diagnose_brought(subject, **arguments)))
    assert words[0] == words[1]


class Trains:
    """Rate and rounds stand in the code; a single number for each weight, one sample after another."""

    def __init__(self, slip=0.0):
        self.w, self.b, self.v, self.slip = 0.3, -0.2, 0.7, slip

    def out(self, X):
        return np.tanh(X @ np.array([self.w, self.v]) + self.b)

    def train(self, X, Y):
        rate = 0.1
        epochs = 500
        for _ in range(epochs):
            for x, y in zip(X, Y):
                a = np.tanh(x[0] * self.w + x[1] * self.v + self.b)
                d = 2 * (a - y) * (1 - a * a)
                self.w -= rate * d * x[0]
                self.v -= rate * d * (x[1] + self.slip)
                self.b -= rate * d


def test_rate_and_rounds_that_stand_in_the_code_are_held():
    net = Trains()
    d = diagnose_brought(net, step=net.train, output=net.out, cost="squared")
    assert d.correct is True and "one round of epochs = 500" in str(d), d
    net = Trains(0.5)
    assert diagnose_brought(net, step=net.train, output=net.out, cost="squared").correct is False


def test_code_for_one_sample_that_runs_on_several_is_judged_on_one():
    w, b = np.random.default_rng(0).normal(size=(2, 3)), np.zeros((2, 1))

    def backprop(x, y):
        d = np.tanh(w @ x + b) - y
        d = d * (1 - np.tanh(w @ x + b) ** 2)
        return d, d @ x.T

    d = diagnose_brought([b, w], grads=backprop, output=lambda x: np.tanh(w @ x + b), cost="half sum")
    assert d.correct is True and "as a column" in str(d), d
    X, Y = np.random.default_rng(1).normal(size=(3, 5)), np.zeros((2, 5))
    d = diagnose_brought([b, w], grads=backprop, output=lambda x: np.tanh(w @ x + b), cost="half sum", data=(X, Y))
    assert d.correct is False and d.where == {"b"}


def test_a_fault_of_the_search_is_said(monkeypatch):
    def fault(exam, result):
        raise ZeroDivisionError("no such network")

    monkeypatch.setattr("nnlib.doctor.brought.what_is_wrong.name_of", fault)
    make = next(s[4] for s in SETUPS if s[0].startswith("lists_and_columns, slip"))
    subject, arguments = make()
    d = diagnose_brought(subject, **arguments)
    assert d.correct is False and "ZeroDivisionError: no such network. Please report it" in str(d)
