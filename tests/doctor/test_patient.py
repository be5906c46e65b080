"""The learner's code is reached as it is, and left as it was."""

import random
import threading
import types

import numpy as np
import pytest

from nnlib.doctor.brought.patient import CallFailed, Patient
from nnlib.doctor.brought.reading import acting
from nnlib.doctor.brought.samples import Samples
from nnlib.doctor.brought.truth import slopes
from nnlib.doctor.costs import COSTS, Cost
from nnlib.doctor.running.reach import of_theirs
from nnlib.experiments import parameters

X = np.random.default_rng(1).normal(size=(7, 3))
Y = np.random.default_rng(2).uniform(size=(7, 2))


class Net:
    shared = np.array([0.5, -0.5])

    def __init__(self):
        self.flat = np.random.default_rng(0).normal(size=8)
        self.W, self.b = self.flat[:6].reshape(3, 2), self.flat[6:]
        self.alias = [self.W]
        self.rng = np.random.default_rng(5)
        self.calls = 0

    def forward(self, X):
        print("forward")
        self.cache, self.calls = X, self.calls + 1
        self.rng.random(), np.random.rand(), random.random()
        return np.tanh(X @ self.W + self.b) + self.shared

    def step(self, X, Y):
        A = self.forward(X) - self.shared
        d = (A + self.shared - Y) * (1 - A**2)
        self.W -= 0.1 * X.T @ d
        self.b = self.b - 0.1 * d.sum(0)
        self.alias.append("more")


def test_a_step_is_read_and_leaves_no_trace(capsys):
    net = Net()
    before = (net.flat.copy(), net.W, net.b, net.alias, list(net.alias), net.rng.bit_generator.state, dict(vars(net)))
    states = np.random.get_state()[1].copy(), random.getstate()
    with Patient(net, step=net.step, output=net.forward) as patient:
        changed = patient.change(X, Y)
        assert np.abs(changed["W"]).min() > 0 and np.abs(changed["b"]).min() > 0
        assert acting(patient, X) == ["flat", "W", "b", "shared"]
        patient.set({"W": np.ones((3, 2))})
        assert net.flat[:6].tolist() == [1.0] * 6
        patient.restore()
    assert net.flat.tolist() == before[0].tolist()
    assert net.W is before[1] and net.b is before[2] and np.shares_memory(net.W, net.flat)
    assert net.alias is before[3] and len(net.alias) == 1 and net.alias[0] is net.W
    assert net.rng.bit_generator.state == before[5] and vars(net) == before[6]
    assert (np.random.get_state()[1] == states[0]).all() and random.getstate() == states[1]
    assert capsys.readouterr().out == ""


def test_names_are_the_learners():
    W1, W2 = np.ones((2, 3)), np.ones((3, 1))
    params = {"W1": W1, "W2": W2}
    module = types.ModuleType("script")
    exec(
        "import numpy as np\nW1 = np.ones((2, 3))\nrate = 0.1\ndef out(X):\n    return (lambda: X @ W1)()", vars(module)
    )
    assert list(Patient([W1, W2], grads=lambda X, Y: None, output=lambda X: X @ W1 @ W2).leaves) == ["W1", "W2"]
    assert list(Patient(params, output=lambda X: X @ params["W1"]).leaves) == ["W1", "W2"]
    assert list(Patient(vars(module), output=module.out).leaves) == ["W1", "rate"]
    assert list(Patient(None, output=module.out).leaves) == ["W1"]

    class Holder:
        __slots__ = ("layers",)

    holder = Holder()
    holder.layers = [types.SimpleNamespace(kernel=W1), {"w": 0.5}]
    assert list(Patient(holder, output=lambda X: X).leaves) == ["layers[0].kernel", 'layers[1]["w"]']


def test_a_name_of_the_module_that_is_bound_anew_is_followed_and_put_back():
    space = {}
    exec(
        "W = 2.0\ndef out(x): return W * x\ndef step(x, y):\n    global W, made\n    W = W - 0.5\n    made = 1",
        space,
    )
    with Patient(None, step=space["step"], output=space["out"]) as patient:
        assert patient.change(1.0, 1.0)["W"] == 0.5
    assert space["W"] == 2.0 and "made" not in space


def test_arrays_of_whole_numbers_become_floats_wherever_they_are_held():
    net = types.SimpleNamespace(W=np.array([[1, -2], [3, 1]]))
    whole, also = net.W, [net.W]
    with Patient(net, output=lambda X: X @ net.W + also[0][0]) as patient:
        assert [leaf.name for leaf in patient.whole] == ["W"] and not patient.leaves
        parameters.to_floats(patient.whole)
        assert net.W.dtype == float and also[0] is net.W
        patient.restore()
        assert net.W is whole and also[0] is whole


def test_a_class_is_the_learners_by_its_file():
    assert of_theirs(Net) and of_theirs(type("Made", (), {"__module__": "queue_of_mine"}))
    assert not any(map(of_theirs, (np.random.Generator, threading.Thread, int, Patient)))


def test_what_raises_is_said_with_its_line():
    with pytest.raises(CallFailed, match=r"output raised ZeroDivisionError.*line \d+ of test_patient.py"):
        Patient(None, output=lambda X: 1 / 0).output(X)


@pytest.mark.parametrize(
    "name", [*COSTS, "bce of logits", "cross-entropy of logits", "bce sum", "binary_cross_entropy"]
)
def test_slopes_of_every_cost_agree_with_the_complex_step(name):
    W = np.random.default_rng(3).normal(size=(3, 2))

    def output(X, W=W):
        z = X @ W
        if name.startswith("cross-entropy") and not name.endswith("logits"):
            return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        return z if name.endswith("logits") else 1 / (1 + np.exp(-z))

    E = np.eye(2)[[0, 1, 1, 0, 1, 0, 0]] * 0.7 + 0.1
    samples, cost = Samples(X, E, "rows", 7), Cost(name)
    with Patient([W], output=lambda X: output(X, W)) as patient:
        found = slopes(patient, samples, [cost], ["W"])[0]["W"]
    exact = np.zeros(6)
    for i in range(6):
        turned = W.astype(complex)
        turned.flat[i] += 1e-30j
        exact[i] = cost(output(X, turned), E).imag / 1e-30
    off = np.abs(found.values - exact)
    assert (off <= found.errors + 1e-13).all() and off.max() < 1e-8 * np.abs(exact).max()
    assert found.errors.max() < 1e-5 * np.abs(exact).max()


def test_a_kink_at_the_point_widens_the_bar_and_one_nearby_does_not():
    w = np.array([0.0, 1e-4])
    with Patient([w], output=lambda X: np.maximum(X * w, 0)) as patient:
        ones, zeros = np.ones((1, 2)), np.zeros((1, 2))
        found = slopes(patient, Samples(ones, zeros - 1, "rows", 1), [Cost("sum")], ["w"])[0]["w"]
    assert found.errors[0] > 0.5
    assert found.errors[1] < 1e-4 and abs(found.values[1] - 2 * (1 + 1e-4)) < 1e-4
