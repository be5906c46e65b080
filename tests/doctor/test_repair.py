"""The repair: one change of the learner's own code that makes it right, found by running it, and nothing of theirs changed."""

from __future__ import annotations

import ast
import cProfile

import numpy as np
import pytest
from learners import module
from texts import edited, tables

import nnlib
from nnlib.doctor.rewriting.edits import edits

HEAD, CODE = tables("repairs")
RIGHT, NET = HEAD + CODE["function"]["code"], HEAD + CODE["class"]["code"]


@pytest.mark.parametrize("old, new", CODE["function"]["slips"])
def test_one_change_of_a_function_is_found(tmp_path, old, new):
    found = nnlib.diagnose(module(tmp_path, edited(RIGHT, old, new)).gradients)
    assert found.correct is False and found.category in ("unknown", "shape-error")
    line = next(i for i, text in enumerate(edited(RIGHT, old, new).splitlines(), 1) if new in text)
    assert found.repair is not None and found.repair.line == line
    assert "one change" in str(found) and str(found.repair) in str(found)


@pytest.mark.parametrize("old, new", CODE["class"]["slips"])
def test_one_change_of_a_class_is_found_and_nothing_of_it_is_changed(tmp_path, old, new):
    source = edited(NET, old, new)
    net = (learner := module(tmp_path, source)).Net()
    before, codes = net.W1.copy(), [f.__code__ for f in (learner.Net.train, learner.Net.forward, learner.Base.forward)]
    found = nnlib.diagnose(net, step=net.train, output=net.forward, cost="half sum")
    assert found.correct is False
    assert new in source.splitlines()[found.repair.line - 1]
    assert codes == [f.__code__ for f in (learner.Net.train, learner.Net.forward, learner.Base.forward)]
    assert np.array_equal(before, net.W1)


def test_the_forward_pass_is_not_changed(tmp_path):
    """With a tanh forwards and a sigmoid's slope backwards the slope is at fault: what the forward pass is, is theirs."""
    source = edited(NET, "(1 - self.h**2)", "(1 - self.h)")
    net = module(tmp_path, source).Net()
    found = nnlib.diagnose(net, step=net.train, output=net.forward, cost="half sum")
    assert found.correct is False and (found.repair is None or "d1 = " in found.repair.after)


def test_no_edit_puts_a_list_into_itself():
    """NumPy looks for the shape of such a list without an end, and nothing can stop it."""
    source = "def f(rows):\n    found = []\n    for row in rows:\n        found.append(row)\n    return found"
    seen = "\n".join(edit.text for edit in edits(ast.parse(source).body[0], lambda name: "list"))
    assert "found.append(rows)" in seen and "found.append(found)" not in seen


def test_code_that_does_more_than_compute_is_not_changed(tmp_path):
    """Not where it writes itself, and not where a function that it calls does: each edit would write once more."""
    log = tmp_path / "log.txt"
    write = f"open({str(log)!r}, 'a').write('x')"
    inside = edited(RIGHT, "    dW, db =", f"    {write}\n    dW, db =")
    called = edited(RIGHT, "    dW, db =", "    note()\n    dW, db =") + f"\n\ndef note():\n    {write}\n"
    for source in (inside, called):
        learner = module(tmp_path, edited(source, "delta.sum(axis=0)", "T / delta.sum(axis=0)"))
        code = learner.gradients.__code__
        found = nnlib.diagnose(learner.gradients)
        assert found.correct is False and found.repair is None and learner.gradients.__code__ is code
    assert len(log.read_text()) < 200


def test_without_a_source_or_under_a_profiler_there_is_none(tmp_path):
    wrong = edited(RIGHT, "delta.sum(axis=0)", "T / delta.sum(axis=0)")
    names: dict = {}
    exec(wrong, names)
    assert nnlib.diagnose(names["gradients"]).repair is None
    learner, profile = module(tmp_path, wrong), cProfile.Profile()
    profile.enable()
    try:
        assert nnlib.diagnose(learner.gradients).repair is None
    finally:
        profile.disable()


def test_two_mistakes_have_no_single_repair(tmp_path):
    source = edited(RIGHT, "A[l].T @ delta", "A[l].T @ A[l]", "delta.sum(axis=0)", "np.sin(delta).sum(axis=0)")
    assert nnlib.diagnose(module(tmp_path, source).gradients).repair is None


class Logistic:
    w, b = np.array([0.3, -0.2, 0.5]), 0.1

    def predict(self, X):
        return 1 / (1 + np.exp(-(X @ self.w + self.b)))

    def fit(self, X, y):
        p, n = self.predict(X), len(X)
        self.w = self.w - 0.1 * X.T @ (p - y) / n
        self.b = self.b - 0.1 * np.sum(p - y)


def test_what_is_right_keeps_its_factor():
    """Without the / n of the weights both would be the gradient of the sum, but the weights are right as they are."""
    net = Logistic()
    found = nnlib.diagnose(net, step=net.fit, output=net.predict, cost="bce")
    assert found.where == {"b"} and "np.mean(p - y)" in str(found.repair)


class OneByOne(Logistic):
    def fit(self, x, y):
        p, n = self.predict(x), np.ndim(x)
        self.w = self.w - 0.1 * (p - y) * x
        self.b = self.b - 0.1 * (p - y) / n


def test_where_any_change_would_seem_to_help_there_is_no_repair():
    """Without the slope of the sigmoid the gradients of one sample are right up to a factor, as they stand."""
    net = OneByOne()
    found = nnlib.diagnose(net, step=net.fit, output=net.predict, cost="half sum")
    assert found.correct is False and found.repair is None


def test_a_change_that_spoils_the_arguments_is_no_repair(tmp_path):
    """The gradients are right where NaN goes into the weights instead: after their last use, nobody sees it but the caller."""
    spoilt = "    dW[0] = np.full(weights[0].shape, np.nan)\n    return dW, db"
    learner = module(tmp_path, edited(RIGHT, "    return dW, db", spoilt))
    found = nnlib.diagnose(learner.gradients)
    assert found.correct is False and (found.repair is None or not found.repair.after.startswith("weights"))
