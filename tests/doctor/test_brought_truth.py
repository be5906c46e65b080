"""The truth about brought code where one sample, one output, one start or one batch alone would not show it."""

from __future__ import annotations

import numpy as np
import pytest

from nnlib import diagnose


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class Net:
    """Two layers of rows; each slip is one that a single output or a single sample hides."""

    def __init__(self, outputs=1, seed=0, slip="", decay=0.0, batch=0, clip=0.0):
        rng = np.random.default_rng(seed)
        self.W1, self.b1 = rng.normal(size=(3, 5)), np.zeros(5)
        self.W2, self.b2 = rng.normal(size=(5, outputs)), np.zeros(outputs)
        self.slip, self.decay, self.batch, self.clip = slip, decay, batch, clip

    def forward(self, X):
        self.h = sigmoid(X @ self.W1 + self.b1)
        return sigmoid(self.h @ self.W2 + self.b2)

    def fit(self, X, Y, rate):
        for i in range(0, len(X), self.batch or len(X)):
            self.step(X[i : i + (self.batch or len(X))], Y[i : i + (self.batch or len(X))], rate)

    def step(self, X, Y, rate):
        A = self.forward(X)
        d2 = (A - Y) * (1 if self.slip == "forgotten" else A * (1 - A))
        if self.slip == "early":
            self.W2 = self.W2 - rate * (self.h.T @ d2)
        d1 = d2 @ self.W2.T * self.h * (1 - self.h)
        found = [X.T @ d1, d1.sum(0), self.h.T @ d2, d2.sum(0)]
        found[0], found[2] = found[0] + self.decay * self.W1, found[2] + self.decay * self.W2
        length = np.sqrt(sum(np.sum(g**2) for g in found))
        shrink = min(1.0, self.clip / length) if self.clip else 1.0
        self.W1, self.b1 = self.W1 - rate * shrink * found[0], self.b1 - rate * shrink * found[1]
        self.W2 = self.W2 - rate * shrink * found[2] * (self.slip != "early")
        self.b2 = self.b2 - rate * shrink * found[3]


def whole(net, rate=1.0):
    return diagnose(net, step=lambda X, Y: net.fit(X, Y, rate), output=net.forward, cost="half sum")


def alone(net, rate=1.0):
    """The same network for one sample at a time, as a vector."""

    def step(x, y):
        assert np.ndim(x) == 1
        net.fit(x[None], np.reshape(y, (1, -1)), rate)

    def output(x):
        assert np.ndim(x) == 1
        return net.forward(x[None])[0]

    return diagnose(net, step=step, output=output, cost="half sum")


@pytest.mark.parametrize("bring", [whole, alone])
@pytest.mark.parametrize("seed", [0, 1])
def test_a_factor_of_each_sample_is_no_rate(bring, seed):
    found = bring(Net(seed=seed, slip="forgotten"))
    assert found.correct is False
    assert {"missing-activation-derivative", "cross-entropy-delta"} & set(found.candidates)
    assert bring(Net(seed=seed)).correct is True


@pytest.mark.parametrize("bring", [whole, alone])
def test_steps_that_are_cut_to_one_length_are_right(bring):
    assert bring(Net(clip=0.02)).correct is True


@pytest.mark.parametrize("seed", range(5))
def test_early_updates_are_seen_from_any_start(seed):
    net = Net(2, seed, "early")
    found = diagnose(net, step=lambda X, Y, lr=0.05: net.fit(X, Y, lr), output=net.forward, cost="half sum")
    assert found.category == "used-updated-weights"


def test_a_first_sample_of_zeros_hides_no_weights():
    net, X = Net(1), np.array([[0.0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]])
    step = lambda X, Y, lr=0.1: net.fit(X, Y, lr)
    data = X, np.array([[0.0], [1], [1], [0]])
    assert diagnose(net, step=step, output=net.forward, cost="half sum", data=data).correct is True


@pytest.mark.parametrize("batch", [1, 2, 4])
@pytest.mark.parametrize("sign, correct", [(1, True), (-1, False)])
def test_a_decay_and_batches_of_any_size_are_told_apart(batch, sign, correct):
    net = Net(2, decay=sign * 0.05, batch=batch)
    found = diagnose(net, step=lambda X, Y, lr=0.05: net.fit(X, Y, lr), output=net.forward, cost="half sum")
    assert found.correct is correct, found
    assert correct or found.category == "regularisation-term"


@pytest.mark.parametrize("sizes", [(2, 2, 2), (3, 3, 3), (2, 3, 3)])
def test_lists_of_equal_lengths_are_not_taken_for_one_array(sizes):
    n, h, m = sizes
    rng = np.random.default_rng(0)
    wh, bh, wo, bo = (rng.normal(size=shape).tolist() for shape in ((n, h), (h,), (h, m), (m,)))

    def output(x):
        hidden = [sigmoid(bh[k] + sum(x[i] * wh[i][k] for i in range(n))) for k in range(h)]
        output.hidden = hidden
        return [sigmoid(bo[j] + sum(hidden[k] * wo[k][j] for k in range(h))) for j in range(m)]

    def step(x, y, lr=0.1):
        a = output(x)
        d2 = [(a[j] - y[j]) * a[j] * (1 - a[j]) for j in range(m)]
        d1 = [sum(wo[k][j] * d2[j] for j in range(m)) * output.hidden[k] * (1 - output.hidden[k]) for k in range(h)]
        for j in range(m):
            bo[j] -= lr * d2[j]
            for k in range(h):
                wo[k][j] -= lr * output.hidden[k] * d2[j]
        for k in range(h):
            bh[k] -= lr * d1[k]
            for i in range(n):
                wh[i][k] -= lr * x[i] * d1[k]

    assert diagnose([wh, bh, wo, bo], step=step, output=output, cost="half sum").correct is True


def test_a_cost_of_the_inputs_is_refused_with_what_it_takes():
    net = Net(2)
    with pytest.raises(TypeError, match=r"cost: expected a function cost\(A, Y\)"):
        diagnose(net, step=net.fit, output=net.forward, cost=lambda X, Y: np.sum((net.forward(X) - Y) ** 2))


class EachSample:
    """Two layers of tanh, with a step after each sample; the slope of the output is taken at a wrong point."""

    def __init__(self):
        rng = np.random.default_rng(4)
        self.W, self.V = rng.normal(size=(3, 4)), rng.normal(size=(4, 2))

    def forward(self, X):
        return np.tanh(np.tanh(X @ self.W) @ self.V)

    def fit(self, X, Y, rate=0.2):
        for x, y in zip(X, Y):
            h = np.tanh(x @ self.W)
            z = h @ self.V
            d = (np.tanh(z) - y) * (1 - z**2)
            self.W, self.V = (
                self.W - rate * np.outer(x, (d @ self.V.T) * (1 - h**2)),
                self.V - rate * np.outer(h, d),
            )


def test_a_slip_is_named_where_a_step_follows_each_sample():
    """All samples together give the sum to the first order in the rate only; the search asks for them one by one."""
    net = EachSample()
    found = diagnose(net, step=net.fit, output=net.forward, cost="half sum")
    assert found.category == "wrong-activation-derivative" and "1 - Z ** 2" in found.formula, found


class OneColumn:
    """Gradients of one column at a time; a batch of columns runs as well, but its biases are not added up."""

    def __init__(self):
        rng = np.random.default_rng(2)
        self.W, self.V = rng.normal(size=(4, 3)), rng.normal(size=(2, 4))
        self.b, self.c = rng.normal(size=(4, 1)), rng.normal(size=(2, 1))

    def forward(self, x):
        return np.tanh(self.V @ np.tanh(self.W @ x + self.b) + self.c)

    def backprop(self, x, y):
        h, a = np.tanh(self.W @ x + self.b), self.forward(x)
        d = (a - y) * (1 - a**2)
        hidden = self.V.T @ d * (1 - h**2)
        return {"V": d @ h.T, "c": d, "W": hidden @ h.T, "b": hidden}  # h where x belongs: a matrix of another shape


def test_the_form_in_which_fewest_arrays_have_a_wrong_shape_is_the_learners():
    net = OneColumn()
    found = diagnose(net, grads=net.backprop, output=net.forward, cost="half sum")
    assert found.where == {"W"} and "one sample at a time" in str(found), found
