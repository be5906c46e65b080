"""Networks as people bring them: right ones are said to be right, slips are caught and named, and verdicts repeat."""

import functools

import numpy as np
import pytest
from learners import SCRIPTS

from nnlib.doctor.brought.diagnose import diagnose_brought

NAMED = 0.9


@pytest.fixture(scope="module")
def verdict_on(tmp_path_factory):
    """The verdict on a script, the same for all tests."""
    return functools.cache(lambda script: script.judged(tmp_path_factory.mktemp("learner"), diagnose=diagnose_brought))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.title)
def test_the_truth_is_told(verdict_on, script):
    d = verdict_on(script)
    assert d.correct is (not script.names), d
    assert d.candidates[0] == d.category
    if d.correct:
        assert not d.where and set(d.arrays.values()) <= {"right", "unseen"} and d.opening.startswith("Right")
    else:
        assert d.where and {n for n, v in d.arrays.items() if v in ("wrong", "factor")} == d.where


def test_most_slips_are_named(verdict_on):
    wrong = [script for script in SCRIPTS if script.names]
    named = [script for script in wrong if verdict_on(script).category in script.names]
    assert len(wrong) >= 30 and len(named) >= NAMED * len(wrong), set(wrong) - set(named)


def test_a_verdict_repeats(verdict_on, tmp_path):
    script = next(s for s in SCRIPTS if s.title.startswith("batches and momentum") and s.names)
    np.random.seed(1)
    assert str(script.judged(tmp_path, diagnose=diagnose_brought)) == str(verdict_on(script))


def test_a_fault_of_the_search_is_said(monkeypatch, tmp_path):
    def fault(exam, result):
        raise ZeroDivisionError("no such network")

    monkeypatch.setattr("nnlib.doctor.brought.naming.name_of", fault)
    script = next(s for s in SCRIPTS if s.title.startswith("lists of matrices") and s.names)
    d = script.judged(tmp_path, diagnose=diagnose_brought)
    assert d.correct is False and "ZeroDivisionError: no such network. Please report it" in str(d)


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
