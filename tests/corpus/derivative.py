"""The slope of the activation: forgotten, taken at the wrong point, of another function, or used twice."""

from __future__ import annotations

import numpy as np

from .registry import case, wrong_step
from .tools import deltas, descend, run, sigmoid, sigmoid_prime

# --- missing-activation-derivative ---


@case("missing-activation-derivative", note="output delta without its slope, hidden layers with theirs")
def no_slope_at_output(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = [2 * (acts[-1] - E)]
    for l in range(len(weights) - 1, 0, -1):
        d.insert(0, d[0].dot(weights[l].T) * sigmoid_prime(zs[l - 1]))
    return [a.T.dot(x) / len(X) for a, x in zip(acts, d)], [x.mean(axis=0) for x in d]


@case("missing-activation-derivative", where="hidden", note="hidden errors carried and used bare, einsum")
def no_slope_in_hidden(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(E)
    dW, db = [], []
    for l in reversed(range(len(weights))):
        dW.append(np.einsum("ti,tj->ij", acts[l], d))
        db.append(np.einsum("tj->j", d))
        d = np.einsum("tj,ij->ti", d, weights[l])
    return dW[::-1], db[::-1]


@case("missing-activation-derivative", note="a linear network's backward pass, per sample")
def no_slope_at_all(weights, biases, X, E):
    dW, db = [np.zeros(w.shape) for w in weights], [np.zeros(b.shape) for b in biases]
    for x, e in zip(X, E):
        _, acts = run(weights, biases, [x])
        g = 2 * (acts[-1][0] - e) / len(X)
        for l in range(len(weights))[::-1]:
            dW[l] += np.outer(acts[l][0], g)
            db[l] += g
            g = weights[l] @ g
    return dW, db


@case("missing-activation-derivative", where="W0 b0", note="forgotten for the first layer only")
def no_slope_first_layer(weights, biases, X, E):
    _, acts = run(weights, biases, X)
    g, dW, db = 2 * (acts[-1] - E) / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        if l > 0 or len(weights) == 1:
            g = g * acts[l + 1] * (1 - acts[l + 1])
        dW.insert(0, acts[l].T @ g)
        db.insert(0, g.sum(axis=0))
        g = g @ weights[l].T
    return dW, db


@case(
    "missing-activation-derivative", where="weights", note="slope used on the way down and for the biases, not for dW"
)
def no_slope_in_weights(weights, biases, X, E):
    def walk(l, dA):
        dZ = dA * acts[l + 1] * (1 - acts[l + 1])
        grads = walk(l - 1, dZ @ weights[l].T) if l else []
        return grads + [(acts[l].T @ dA, dZ.sum(axis=0))]

    _, acts = run(weights, biases, X)
    pairs = walk(len(weights) - 1, 2 * (acts[-1] - E) / len(X))
    return [p[0] for p in pairs], [p[1] for p in pairs]


@wrong_step("missing-activation-derivative", note="outer layer without sigmoid slope, as in a public tutorial")
def no_slope_step(weights, biases, X, E, learning_rate):
    zs, acts = run(weights, biases, X)
    error, dW, db = 2 * (acts[-1] - E) / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        dW.insert(0, acts[l].T @ error)
        db.insert(0, error.sum(axis=0))
        error = error @ weights[l].T * acts[l] * (1 - acts[l])
    return descend(weights, biases, dW, db, learning_rate)


# --- derivative-at-wrong-point ---


@case("derivative-at-wrong-point", note="sigmoid_prime(a): a sigmoid of a sigmoid")
def slope_at_activation(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d, dW, db = 2 * (acts[-1] - E) * sigmoid_prime(acts[-1]) / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        dW.append(acts[l].T @ d)
        db.append(d.sum(axis=0))
        d = (d @ weights[l].T) * sigmoid_prime(acts[l])
    return dW[::-1], db[::-1]


@case("derivative-at-wrong-point", where="hidden", note="right at the output, sigmoid of a sigmoid below; columns")
def slope_at_activation_hidden(weights, biases, X, E):
    A, Z = [X.T], []
    for W, b in zip(weights, biases):
        Z.append(W.T @ A[-1] + b[:, None])
        A.append(sigmoid(Z[-1]))
    dA, dWs, dbs = 2 * (A[-1] - E.T), [], []
    for l in range(len(weights) - 1, -1, -1):
        point = Z[l] if l == len(weights) - 1 else A[l + 1]
        s = 1 / (1 + np.exp(-point))
        dZ = dA * s * (1 - s)
        dWs = [A[l] @ dZ.T / len(X)] + dWs
        dbs = [dZ.mean(axis=1)] + dbs
        dA = weights[l] @ dZ
    return dWs, dbs


@case("derivative-at-wrong-point", note="only the output slope taken at a")
def slope_at_activation_output(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = [2 * (acts[-1] - E) * sigmoid_prime(acts[-1]) / len(X)]
    for w, z in zip(weights[:0:-1], zs[-2::-1]):
        d.append(d[-1] @ w.T * sigmoid_prime(z))
    return [a.T @ x for a, x in zip(acts, d[::-1])], [x.sum(axis=0) for x in d[::-1]]


@case("derivative-at-wrong-point", where="hidden", raises=True, note="hidden slope of the layer above")
def slope_of_next_layer(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = [None] * len(weights)
    d[-1] = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(X)
    for l in range(len(weights) - 2, -1, -1):
        d[l] = d[l + 1] @ weights[l + 1].T * sigmoid_prime(zs[l + 1])
    return [a.T @ x for a, x in zip(acts, d)], [x.sum(axis=0) for x in d]


@case("derivative-at-wrong-point", where="hidden", raises=True, note="a layer object that uses the slope of its input")
def slope_of_layer_input(weights, biases, X, E):
    _, acts = run(weights, biases, X)
    g, dW, db = 2 * (acts[-1] - E) / len(X) * acts[-1] * (1 - acts[-1]), [], []
    for l in range(len(weights) - 1, -1, -1):
        dW.insert(0, acts[l].T @ g)
        db.insert(0, g.sum(axis=0))
        if l:
            below = acts[l - 1]
            g = g @ weights[l].T * (sigmoid(below) * (1 - sigmoid(below)) if l == 1 else below * (1 - below))
    return dW, db


@wrong_step("derivative-at-wrong-point", note="a layer class that stores its output and calls the slope of z on it")
def slope_at_activation_step(weights, biases, X, E, learning_rate):
    class Layer:
        def __init__(self, w, b):
            self.w, self.b = w.copy(), b.copy()

        def forward(self, x):
            self.x, self.out = x, sigmoid(x @ self.w + self.b)
            return self.out

        def backward(self, grad):
            grad = grad * sigmoid_prime(self.out)
            down = grad @ self.w.T
            self.w -= learning_rate * self.x.T @ grad
            self.b -= learning_rate * grad.sum(axis=0)
            return down

    layers, out = [Layer(w, b) for w, b in zip(weights, biases)], X
    for layer in layers:
        out = layer.forward(out)
    grad = 2 * (out - E) / len(X)
    for layer in layers[::-1]:
        grad = layer.backward(grad)
    return [layer.w for layer in layers], [layer.b for layer in layers]


# --- wrong-activation-derivative ---


def with_slope(weights, biases, X, E, slope):
    """Right but for the slope, a function of z and a."""
    zs, acts = run(weights, biases, X)
    g, dW, db = 2 * (acts[-1] - E) / len(X), [], []
    for l in reversed(range(len(weights))):
        g = g * slope(zs[l], acts[l + 1])
        dW.insert(0, acts[l].T @ g)
        db.insert(0, g.sum(axis=0))
        g = g @ weights[l].T
    return dW, db


@case("wrong-activation-derivative", note="1 - a^2, the slope of tanh from its value")
def slope_of_tanh(weights, biases, X, E):
    return with_slope(weights, biases, X, E, lambda z, a: 1 - a**2)


@case("wrong-activation-derivative", note="relu's step of z")
def slope_of_relu(weights, biases, X, E):
    return with_slope(weights, biases, X, E, lambda z, a: np.where(z > 0, 1.0, 0.0))


@case("wrong-activation-derivative", note="1 - tanh(z)^2")
def slope_of_tanh_of_z(weights, biases, X, E):
    return with_slope(weights, biases, X, E, lambda z, a: 1.0 / np.cosh(np.clip(z, -300, 300)) ** 2)


@case(
    "wrong-activation-derivative", also=("derivative-at-wrong-point",), note="z (1 - z): the formula for a, fed with z"
)
def slope_z_one_minus_z(weights, biases, X, E):
    return with_slope(weights, biases, X, E, lambda z, a: z * (1 - z))


@case("wrong-activation-derivative", note="the square of the denominator forgotten: e^-z / (1 + e^-z)")
def slope_without_square(weights, biases, X, E):
    return with_slope(
        weights, biases, X, E, lambda z, a: np.exp(-z) / (1 + np.exp(-z)) if abs(z).max() < 700 else 1 - a
    )


@case("wrong-activation-derivative", where="hidden", note="tanh slope on hidden layers, sigmoid slope at the output")
def slope_of_tanh_hidden(weights, biases, X, E):
    _, acts = run(weights, biases, X)
    d = 2 * (acts[-1] - E) * acts[-1] * (1 - acts[-1])
    dW, db = [acts[-2].T @ d / len(X)], [d.mean(axis=0)]
    for l in range(len(weights) - 2, -1, -1):
        d = d @ weights[l + 1].T * (1 - np.square(acts[l + 1]))
        dW, db = [acts[l].T @ d / len(X)] + dW, [d.mean(axis=0)] + db
    return dW, db


@case("wrong-activation-derivative", note="a (1 + a), a sign misremembered")
def slope_plus(weights, biases, X, E):
    return with_slope(weights, biases, X, E, lambda z, a: a * (1 + a))


@wrong_step("wrong-activation-derivative", where="hidden", note="a relu mask in hidden layers of a sigmoid net")
def slope_mask_step(weights, biases, X, E, learning_rate):
    zs, acts = run(weights, biases, X)
    d = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(X)
    dW, db = [acts[-2].T @ d], [d.sum(axis=0)]
    for l in range(len(weights) - 2, -1, -1):
        d = d @ weights[l + 1].T
        d[zs[l] <= 0] = 0
        dW.insert(0, acts[l].T @ d)
        db.insert(0, d.sum(axis=0))
    return descend(weights, biases, dW, db, learning_rate)


# --- duplicated-derivative ---


@case("duplicated-derivative", note="in the output error and again in the common loop")
def slope_twice_at_output(weights, biases, X, E):
    _, acts = run(weights, biases, X)
    grad, dW, db = 2 * (acts[-1] - E) * acts[-1] * (1 - acts[-1]) / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        grad = grad * acts[l + 1] * (1 - acts[l + 1])
        dW.append(acts[l].T @ grad)
        db.append(grad.sum(axis=0))
        grad = grad @ weights[l].T
    return dW[::-1], db[::-1]


@case("duplicated-derivative", where="hidden", note="once when carried down and once more on arrival")
def slope_twice_hidden(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    dA, dW, db = 2 * (acts[-1] - E) / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        dZ = dA * sigmoid_prime(zs[l])
        dW.insert(0, acts[l].T @ dZ)
        db.insert(0, dZ.sum(0))
        dA = dZ @ weights[l].T
        if l > 0:
            dA *= sigmoid_prime(zs[l - 1])
    return dW, db


@case("duplicated-derivative", where="weights", note="the delta multiplied by the slope again in dW")
def slope_twice_weights(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = deltas(weights, zs, acts, E)
    return [a.T @ (x * sigmoid_prime(z)) for a, x, z in zip(acts, d, zs)], [np.sum(x, axis=0) for x in d]


@case("duplicated-derivative", note="everywhere: error and delta both carry it, per sample")
def slope_twice_everywhere(weights, biases, X, E):
    dW, db = [w * 0.0 for w in weights], [b * 0.0 for b in biases]
    for x, e in zip(X, E):
        zs, acts = run(weights, biases, x.reshape(1, -1))
        error = 2 * (acts[-1] - e) * sigmoid_prime(zs[-1])
        for l in range(len(weights) - 1, -1, -1):
            delta = error * sigmoid_prime(zs[l])
            dW[l] = dW[l] + acts[l].T @ delta / len(X)
            db[l] = db[l] + delta[0] / len(X)
            if l:
                error = delta @ weights[l].T * sigmoid_prime(zs[l - 1])
    return dW, db


@wrong_step("duplicated-derivative", where="biases", note="slope again in the bias update")
def slope_twice_biases(weights, biases, X, E, learning_rate):
    zs, acts = run(weights, biases, X)
    d = deltas(weights, zs, acts, E)
    db = [(x * sigmoid_prime(z)).sum(axis=0) for x, z in zip(d, zs)]
    return descend(weights, biases, [a.T @ x for a, x in zip(acts, d)], db, learning_rate)
