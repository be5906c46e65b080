"""Backward passes of single layers: right ones are told so, each slip is placed, and named where its kind is known."""

import numpy as np
import pytest

from nnlib.doctor.layers.judge import diagnose_layer

n = np.random.default_rng(0).normal


class Dense:
    def __init__(self, slip="", columns=False):
        self.W, self.b, self.slip = n(size=(4, 3)), n(size=3), slip

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dy):
        self.dW, self.db = self.x.T @ dy, dy.sum(0)
        if self.slip == "db":
            self.db = np.full(3, dy.sum())
        if self.slip == "mean":
            self.dW = self.dW / len(dy)
        if self.slip == "means":
            self.dW, self.db = self.dW / len(dy), self.db / len(dy)
        if self.slip == "last":
            self.dW = np.outer(self.x[-1], dy[-1])
        if self.slip == "none":
            self.db = np.zeros(3)
        if self.slip == "kept":
            self.total = getattr(self, "total", 0) + self.dW
            self.dW = self.total
        return dy @ self.W.T if self.slip != "input" else np.broadcast_to(dy.sum(1, keepdims=True), self.x.shape)


class Function:
    def __init__(self, f, back):
        self.f, self.back = f, back

    def forward(self, x):
        self.x = x
        self.y = self.f(x)
        return self.y

    def backward(self, dy):
        return self.back(self.x, self.y, dy)


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


class BatchNorm:
    def __init__(self, slip=""):
        self.gamma, self.beta, self.slip = n(size=(1, 3)), n(size=(1, 3)), slip

    def forward(self, x):
        self.s = 1 / np.sqrt(x.var(0) + 1e-5)
        self.h = (x - x.mean(0)) * self.s
        return self.gamma * self.h + self.beta

    def backward(self, dy):
        dh = dy if self.slip == "gamma" else dy * self.gamma
        first = 0 if self.slip == "mean" else dh.mean(0)
        second = 0 if self.slip == "variance" else self.h * (dh * self.h).mean(0)
        dgamma = (dy * self.h).sum(0, keepdims=True)
        return self.s * (dh - first - second), dgamma, dy.sum(0, keepdims=True)


class Conv:
    def __init__(self, slip=""):
        self.kernels, self.bias, self.slip = n(size=(3, 2, 3, 3)), n(size=3), slip

    def forward(self, x):
        self.x = x
        h, w = x.shape[2] - 2, x.shape[3] - 2
        y = np.zeros((len(x), 3, h, w)) + self.bias[:, None, None]
        for i in range(3):
            for j in range(3):
                y += np.einsum("nchw,oc->nohw", x[:, :, i : i + h, j : j + w], self.kernels[:, :, i, j])
        return y

    def backward(self, dy):
        dx, dk = np.zeros_like(self.x), np.zeros_like(self.kernels)
        h, w = dy.shape[2:]
        for i in range(3):
            for j in range(3):
                k = self.kernels[:, :, 2 - i, 2 - j] if self.slip == "turned" else self.kernels[:, :, i, j]
                dx[:, :, i : i + h, j : j + w] += np.einsum("nohw,oc->nchw", dy, k)
                dk[:, :, i, j] = np.einsum("nchw,nohw->oc", self.x[:, :, i : i + h, j : j + w], dy)
        return dx, {"dkernels": dk, "dbias": dy.sum() if self.slip == "bias" else dy.sum((0, 2, 3))}


def relu(x):
    return np.maximum(x, 0)


def columns_softmax(x):
    e = np.exp(x - x.max(0))
    return e / e.sum(0)


def largest(x):
    return x.reshape(*x.shape[:2], x.shape[2] // 2, 2, -1, 2).max((3, 5))


def spread(d):
    return d.repeat(2, 2).repeat(2, 3)


CASES = [
    ("dense", Dense(), "correct", ""),
    ("dense means", Dense("means"), "correct", ""),
    ("dense db", Dense("db"), "bias-summed-over-neurons", "b"),
    ("dense mean", Dense("mean"), "divided-twice", "W"),
    ("dense last", Dense("last"), "only-last-sample", "W"),
    ("dense none", Dense("none"), "bias-gradient-zero", "b"),
    ("dense kept", Dense("kept"), "accumulator-not-reset", None),
    ("dense input", Dense("input"), "delta-not-propagated-through-weights", "input"),
    ("relu", Function(relu, lambda x, y, d: d * (x > 0)), "correct", ""),
    ("relu of y", Function(relu, lambda x, y, d: d * (y >= 0)), "missing-activation-derivative", "input"),
    ("relu with y", Function(relu, lambda x, y, d: d * y), "wrong-activation-derivative", "input"),
    (
        "sigmoid twice",
        Function(np.tanh, lambda x, y, d: d * (1 - np.tanh(y) ** 2)),
        "derivative-at-wrong-point",
        "input",
    ),
    ("tanh plus", Function(np.tanh, lambda x, y, d: d * (1 + y**2)), "wrong-activation-derivative", "input"),
    ("softmax", Function(softmax, lambda x, y, d: y * (d - (d * y).sum(1, keepdims=True))), "correct", ""),
    ("softmax diagonal", Function(softmax, lambda x, y, d: d * y * (1 - y)), "wrong-activation-derivative", "input"),
    ("batch normalisation", BatchNorm(), "correct", ""),
    ("without gamma", BatchNorm("gamma"), "wrong-quantity-propagated", "input"),
    ("mean is fixed", BatchNorm("mean"), "wrong-quantity-propagated", "input"),
    ("variance is fixed", BatchNorm("variance"), "wrong-quantity-propagated", "input"),
    ("softmax in columns", Function(columns_softmax, lambda x, y, d: y * (d - (d * y).sum(0))), "correct", ""),
    (
        "its diagonal",
        Function(columns_softmax, lambda x, y, d: d * y * (1 - y)),
        "wrong-activation-derivative",
        "input",
    ),
    (
        "mask forgotten",
        Function(lambda x: x * (np.abs(x) < 1) * 2, lambda x, y, d: d),
        "missing-activation-derivative",
        "input",
    ),
    ("convolution", Conv(), "correct", ""),
    ("kernel turned", Conv("turned"), "transposed-weights", "input"),
    ("convolution bias", Conv("bias"), "bias-summed-over-neurons", "bias"),
]


@pytest.mark.parametrize("layer, expected, where", [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_layers(layer, expected, where):
    d = diagnose_layer(layer.forward, layer.backward)
    assert d.category == expected, d
    assert where is None or d.where == frozenset({where} - {""}), d
    assert d.correct is (expected == "correct")


def test_pooling():
    x = n(size=(2, 3, 4, 6))
    seen = Function(largest, lambda x, y, d: spread(d) * (x == spread(y)))
    assert diagnose_layer(seen.forward, seen.backward, inputs=x).correct is True
    seen.back = lambda x, y, d: spread(d) / 4
    assert diagnose_layer(seen.forward, seen.backward, inputs=x).category == "wrong-quantity-propagated"


def test_what_raises_for_the_shape_of_the_output_is_wrong():
    layer = Dense()
    d = diagnose_layer(layer.forward, lambda dy: dy @ layer.W)
    assert d.correct is False and d.category == "shape-error" and d.where == {"input"}
    assert diagnose_layer(layer.forward, lambda dy: undefined).correct is None  # noqa: F821


def test_parameters_may_be_a_list_and_the_cache_is_handed_on():
    W = n(size=(4, 2))

    def forward(x):
        return np.tanh(x @ W), (x, np.tanh(x @ W))

    def backward(dy, cache):
        x, y = cache
        dz = dy * (1 - y**2)
        return dz @ W.T, x.T @ dz

    d = diagnose_layer(forward, backward, parameters=[W])
    assert d.correct is True and d.arrays == {"input": "right", "W": "right"}
    d = diagnose_layer(forward, lambda dy, cache: (backward(dy, cache)[0], cache[0].T @ dy), parameters=[W])
    assert d.correct is False and d.where == {"W"}


def test_a_table_looked_up_by_class_numbers():
    table = n(size=(6, 3))
    seen = {}

    def forward(ids):
        seen["ids"] = ids
        return table[ids]

    def backward(dy, adds=True):
        found = np.zeros_like(table)
        if adds:
            np.add.at(found, seen["ids"], dy)
        else:
            found[seen["ids"]] += dy
        return None, found

    ids = np.array([1, 4, 1, 0, 5])
    assert diagnose_layer(forward, backward, parameters=[table], inputs=ids).correct is True
    d = diagnose_layer(forward, lambda dy: backward(dy, False), parameters=[table], inputs=ids)
    assert d.correct is False and d.where == {"table"} and "np.add.at" in str(d)
