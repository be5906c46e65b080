"""The way down through weights that have moved already, and through bias rows that were never taken off."""

from __future__ import annotations

import numpy as np

from .registry import case, wrong_step
from .tools import run, sigmoid, sigmoid_prime

# --- used-updated-weights ---


@wrong_step("used-updated-weights", where="hidden", note="update inside the loop, then carry down")
def in_the_loop(weights, biases, X, E, learning_rate):
    ws, bs = [w.copy() for w in weights], [b.copy() for b in biases]
    zs, acts = run(ws, bs, X)
    d = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(X)
    for l in range(len(ws) - 1, -1, -1):
        ws[l] -= learning_rate * acts[l].T @ d
        bs[l] -= learning_rate * d.sum(axis=0)
        if l:
            d = d @ ws[l].T * sigmoid_prime(zs[l - 1])
    return ws, bs


@wrong_step("used-updated-weights", where="hidden", note="layer objects whose backward updates first")
def layer_objects(weights, biases, X, E, learning_rate):
    class Dense:
        def __init__(self, w, b):
            self.w, self.b = np.array(w), np.array(b)

        def forward(self, x):
            self.x = x
            self.a = sigmoid(x @ self.w + self.b)
            return self.a

        def backward(self, da):
            dz = da * self.a * (1 - self.a)
            self.w = self.w - learning_rate * (self.x.T @ dz)
            self.b = self.b - learning_rate * dz.sum(axis=0)
            return dz @ self.w.T

    net = [Dense(w, b) for w, b in zip(weights, biases)]
    out = X
    for layer in net:
        out = layer.forward(out)
    grad = (2 / len(X)) * (out - E)
    for layer in reversed(net):
        grad = layer.backward(grad)
    return [layer.w for layer in net], [layer.b for layer in net]


@wrong_step("used-updated-weights", where="hidden", note="output layer first, by hand; then the hidden ones from it")
def output_first(weights, biases, X, E, learning_rate):
    _, acts = run(weights, biases, X)
    m = X.shape[0]
    delta = 2 * (acts[-1] - E) * acts[-1] * (1 - acts[-1])
    new = [(weights[-1] - learning_rate / m * acts[-2].T @ delta, biases[-1] - learning_rate * delta.mean(0))]
    for l in range(len(weights) - 2, -1, -1):
        delta = (delta @ new[0][0].T) * acts[l + 1] * (1 - acts[l + 1])
        new.insert(0, (weights[l] - learning_rate / m * acts[l].T @ delta, biases[l] - learning_rate * delta.mean(0)))
    return [n[0] for n in new], [n[1] for n in new]


@wrong_step("used-updated-weights", where="hidden", note="columns, recursive: returns what the layer below needs")
def recursive(weights, biases, X, E, learning_rate):
    new_w, new_b = [None] * len(weights), [None] * len(biases)

    def layer(l, a):
        if l == len(weights):
            return 2 * (a - E.T) / X.shape[0]
        out = sigmoid(weights[l].T @ a + biases[l][:, None])
        dz = layer(l + 1, out) * out * (1 - out)
        new_w[l] = weights[l] - learning_rate * a @ dz.T
        new_b[l] = biases[l] - learning_rate * dz.sum(axis=1)
        return new_w[l] @ dz

    layer(0, X.T)
    return new_w, new_b


@wrong_step("used-updated-weights", where="W0 b0", note="kept the old output weights, but not the old hidden ones")
def deeper_only(weights, biases, X, E, learning_rate):
    ws, bs = list(weights), list(biases)
    zs, acts = run(ws, bs, X)
    old_output = weights[-1]
    d = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(X)
    for l in range(len(ws) - 1, -1, -1):
        ws[l] = ws[l] - learning_rate * acts[l].T @ d
        bs[l] = bs[l] - learning_rate * d.sum(axis=0)
        if l:
            d = d @ (old_output if l == len(ws) - 1 else ws[l]).T * sigmoid_prime(zs[l - 1])
    return ws, bs


@wrong_step(
    "used-updated-weights", where="hidden", also=("mutates-inputs",), note="the same in place, on the caller's arrays"
)
def in_place(weights, biases, X, E, learning_rate):
    zs, acts = run(weights, biases, X)
    d = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(X)
    for l in range(len(weights) - 1, -1, -1):
        weights[l] -= learning_rate * acts[l].T @ d
        biases[l] -= learning_rate * d.sum(axis=0)
        if l:
            d = d @ weights[l].T * sigmoid_prime(zs[l - 1])
    return weights, biases


@case("used-updated-weights", where="hidden", note="a gradient function that also trains copies of its own, rate 0.5")
def in_gradients(weights, biases, X, E):
    net = [w.copy() for w in weights]
    zs, acts = run(weights, biases, X)
    d, dW, db = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(X), [], []
    for l in range(len(net) - 1, -1, -1):
        dW.insert(0, acts[l].T @ d)
        db.insert(0, d.sum(axis=0))
        net[l] -= 0.5 * dW[0]
        d = d @ net[l].T * (sigmoid_prime(zs[l - 1]) if l else 1)
    return dW, db


# --- bias-column-misaligned ---


def fold(weights, biases):
    return [np.vstack([b, w]) for w, b in zip(weights, biases)]


def folded_forward(thetas, X):
    acts = [np.hstack([np.ones((len(X), 1)), X])]
    for theta in thetas:
        acts.append(np.hstack([np.ones((len(X), 1)), sigmoid(acts[-1] @ theta)]))
    return acts


@case("bias-column-misaligned", where="hidden", note="the last column dropped where the bias is the first")
def last_dropped(weights, biases, X, E):
    thetas = fold(weights, biases)
    acts = folded_forward(thetas, X)
    out = acts[-1][:, 1:]
    d, grads = 2 * (out - E) * out * (1 - out) / len(X), []
    for l in range(len(thetas) - 1, -1, -1):
        grads.insert(0, acts[l].T @ d)
        a = acts[l][:, 1:]
        d = (d @ thetas[l].T)[:, :-1] * a * (1 - a)
    return [g[1:] for g in grads], [g[0] for g in grads]


@case("bias-column-misaligned", note="bias row taken from the wrong end of each gradient")
def row_from_wrong_end(weights, biases, X, E):
    thetas = fold(weights, biases)
    acts = folded_forward(thetas, X)
    out = acts[-1][:, 1:]
    d = [2 * (out - E) * out * (1 - out) / len(X)]
    for l in range(len(thetas) - 1, 0, -1):
        a = acts[l]
        d.insert(0, (d[0] @ thetas[l].T * a * (1 - a))[:, 1:])
    grads = [a.T @ x for a, x in zip(acts, d)]
    return [g[:-1] for g in grads], [g[-1] for g in grads]


@case("bias-column-misaligned", where="none", raises=True, also=("shape-error",), note="the bias column never dropped")
def never_dropped(weights, biases, X, E):
    thetas = fold(weights, biases)
    acts = folded_forward(thetas, X)
    out = acts[-1][:, 1:]
    d, grads = 2 * (out - E) * out * (1 - out) / len(X), []
    for l in range(len(thetas) - 1, -1, -1):
        grads.insert(0, acts[l].T @ d)
        d = d @ thetas[l].T * acts[l][:, 1:] * (1 - acts[l][:, 1:])
    return [g[1:] for g in grads], [g[0] for g in grads]


@case("bias-column-misaligned", where="hidden", note="np.delete of the wrong row, bias row last, per sample")
def wrong_delete(weights, biases, X, E):
    thetas = [np.vstack([w, b]) for w, b in zip(weights, biases)]
    total = [np.zeros(t.shape) for t in thetas]
    for x, e in zip(X, E):
        outs = [np.append(x, 1.0)]
        for t in thetas:
            outs.append(np.append(sigmoid(outs[-1] @ t), 1.0))
        delta = 2 * (outs[-1][:-1] - e) * outs[-1][:-1] * (1 - outs[-1][:-1])
        for l in reversed(range(len(thetas))):
            total[l] += np.outer(outs[l], delta)
            hidden = outs[l][:-1]
            delta = hidden * (1 - hidden) * (np.delete(thetas[l], 0, 0) @ delta)
    return [t[:-1] / len(X) for t in total], [t[-1] / len(X) for t in total]


@wrong_step(
    "bias-column-misaligned", where="hidden", note="rows rolled by one: the bias stands in for the first weight"
)
def rolled(weights, biases, X, E, learning_rate):
    thetas = fold(weights, biases)
    acts = folded_forward(thetas, X)
    out = acts[-1][:, 1:]
    d = [2 * (out - E) * out * (1 - out) / len(X)]
    for l in range(len(thetas) - 1, 0, -1):
        a = acts[l][:, 1:]
        d.insert(0, d[0] @ thetas[l][: a.shape[1]].T * a * (1 - a))
    new = [t - learning_rate * a.T @ x for t, a, x in zip(thetas, acts, d)]
    return [t[1:] for t in new], [t[0] for t in new]
