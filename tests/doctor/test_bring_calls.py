"""The public calls: bringing code through `diagnose`, the line to write instead, assertions, plain values for JSON."""

import json
import time

import numpy as np
import pytest

import nnlib
from nnlib.doctor import Diagnosis
from nnlib.doctor.running.calling import progress
from nnlib.testing import assert_gradients, assert_step


class Network:
    def __init__(self, sizes):
        n = np.random.default_rng(0).normal
        self.W, self.V = n(size=(sizes[0], sizes[1])), n(size=(sizes[1], sizes[2]))
        self.slope = True

    def forward(self, X):
        self.h = np.tanh(X @ self.W)
        return self.h @ self.V

    def train(self, X, Y, rate=0.1):
        d = self.forward(X) - Y
        e = d @ self.V.T * ((1 - self.h**2) if self.slope else 1)
        self.V = self.V - rate * self.h.T @ d
        self.W = self.W - rate * X.T @ e


def test_the_plain_call_takes_code_as_it_is():
    net = Network([3, 4, 2])
    d = nnlib.diagnose(net, step=net.train, output=net.forward, cost="half sum")
    assert isinstance(d, Diagnosis) and d.correct is True and d.arrays == {"W": "right", "V": "right"}
    net.slope = False
    d = nnlib.diagnose(net, step=net.train, output=net.forward, cost="half sum")
    assert d.category == "missing-activation-derivative" and d.where == {"W"}
    assert "line " in d.line and "self.W = self.W" in d.line
    assert "Wrong" in d._repr_html_() and "<table>" in d._repr_html_()


INSTEAD = [
    (Network, "net = Network([3, 4, 2]); diagnose(net, step=net.train, output=net.forward, cost="),
    (Network([3, 4, 2]), "diagnose(net, step=net.train, output=net.forward, cost="),
    (lambda X, Y: None, "diagnose([W1, b1, W2, b2], grads=lambda X, Y: <lambda>(X, Y)"),
    ([np.ones((2, 3))], "diagnose([W1, b1, W2, b2], grads="),
]


@pytest.mark.parametrize("value, line", INSTEAD)
def test_what_the_plain_call_cannot_judge_gets_the_line_to_write(value, line):
    d = nnlib.diagnose(value)
    assert d.correct is None and d.category == "no-verdict" and line in str(d), d


def test_a_wrong_call_raises():
    for bad in (3, "net", None):
        with pytest.raises(TypeError, match="function: expected"):
            nnlib.diagnose(bad)
    net = Network([3, 4, 2])
    with pytest.raises(TypeError, match="one of the two"):
        nnlib.diagnose(net, step=net.train, grads=net.train, output=net.forward)
    with pytest.raises(TypeError, match="output: expected the forward pass"):
        nnlib.diagnose(net, step=net.train)
    with pytest.raises(ValueError, match="cost: expected a function"):
        nnlib.diagnose(net, step=net.train, output=net.forward, cost="nonsense")
    with pytest.raises(TypeError, match=r"cost: expected a function cost\(A, Y\)"):
        nnlib.diagnose(net, step=net.train, output=net.forward, cost=lambda X, Y: np.sum((net.forward(X) - Y) ** 2))
    with pytest.raises(TypeError, match=r"data: expected \(X, Y\)"):
        nnlib.diagnose(net, step=net.train, output=net.forward, data=3)


@pytest.mark.parametrize("Y", [np.ones((5, 3)), np.ones((4, 2)), [[1, 2], [3]], "labels", None], ids=str)
def test_targets_that_fit_no_output_get_no_verdict(Y):
    """The learner's code is right: what does not fit is the call."""
    net = Network([3, 4, 2])
    d = nnlib.diagnose(net, step=net.train, output=net.forward, data=(np.ones((5, 3)), Y))
    assert d.correct is None and "data: " in str(d)


def test_assertions_carry_the_report():
    net = Network([3, 4, 2])
    assert_step(net, step=net.train, output=net.forward, cost="half sum")
    assert_gradients(nnlib.gradients)
    net.slope = False
    with pytest.raises(AssertionError, match="missing-activation-derivative"):
        assert_step(net, step=net.train, output=net.forward, cost="half sum")
    with pytest.raises(AssertionError, match="missing-factor-two"):
        assert_gradients(lambda w, b, X, E: tuple([g / 2 for g in part] for part in nnlib.gradients(w, b, X, E)))
    with pytest.raises(AssertionError, match="Write instead"):
        assert_gradients(Network)


def test_plain_values():
    net = Network([3, 4, 2])
    net.slope = False
    net_side = nnlib.diagnose(net, step=net.train, output=net.forward, cost="half sum")
    function_side = nnlib.diagnose(lambda w, b, X, E: tuple([-g for g in part] for part in nnlib.gradients(w, b, X, E)))
    for d in (net_side, function_side):
        plain = json.loads(json.dumps(d.to_dict()))
        assert plain["correct"] is False and plain["category"] == d.category and plain["report"] == str(d)
    assert net_side.to_dict()["where"] == ["W"] and net_side.to_dict()["arrays"] == net_side.arrays


def test_layers_and_rules_are_exported():
    assert nnlib.diagnose_layer(np.tanh, lambda dy: dy, inputs=np.ones((2, 2))).correct is False
    assert nnlib.diagnose_rule(lambda g: g, like="plain").correct is True
    assert "diagnose_layer" in nnlib.__all__


def test_a_long_diagnosis_shows_that_it_is_at_work(capsys):
    with progress(0.05):
        time.sleep(0.3)
    assert capsys.readouterr().err == "nnlib.doctor: at work ...\n"
    net = Network([3, 4, 2])
    nnlib.diagnose(net, step=net.train, output=net.forward, cost="half sum")
    assert capsys.readouterr() == ("", "")


def test_what_hinders_a_verdict_is_said():
    W = np.array([[0.5, 1.0], [-1.0, 2.0]])
    arguments = dict(grads=lambda X, Y: X.T @ (X @ W - Y), output=lambda X: X @ W)
    d = nnlib.diagnose([W], data=(np.array([[1.0, np.nan]]), np.ones((1, 2))), **arguments)
    assert d.correct is None and "X holds NaN or infinity itself" in str(d)
    d = nnlib.diagnose([W], output=arguments["output"], grads=lambda X, Y: -X.T @ (X @ W - Y))
    assert d.category == "sign" and "climb=True" in str(d) and "fact" not in str(d)
    d = nnlib.diagnose([W], output=lambda X: X @ W * np.random.default_rng().random(), grads=arguments["grads"])
    assert d.correct is None and "other numbers at each call" in str(d)

    class Whole:
        W = np.array([[1, -2], [3, 1]])

        def step(self, X, Y):
            self.W -= 0.1 * X.T @ (X @ self.W - Y)

    net = Whole()
    d = nnlib.diagnose(net, step=net.step, output=lambda X: X @ net.W)
    assert d.correct is False and d.category == "integer-truncation"
