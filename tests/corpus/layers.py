"""Layers: only the last one, one skipped, or all of them in the wrong order. And the step that replaces."""

from __future__ import annotations

import numpy as np

from .registry import case, wrong_step
from .tools import deltas, descend, right, run, sigmoid, sigmoid_prime

# --- only-last-layer ---


@case("only-last-layer", where="hidden", note="hidden arrays stay at zero")
def hidden_zero(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    dW, db = [np.zeros(w.shape) for w in weights], [np.zeros(b.shape) for b in biases]
    delta = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(X)
    dW[-1], db[-1] = acts[-2].T @ delta, delta.sum(axis=0)
    return dW, db


@case("only-last-layer", where="hidden", note="break after the first turn of the loop")
def break_too_early(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(X)
    out = {}
    for l in range(len(weights) - 1, -1, -1):
        out[l] = (acts[l].T @ d, d.sum(axis=0))
        break
    zero = lambda v: np.zeros(v.shape)
    return (
        [out[l][0] if l in out else zero(w) for l, w in enumerate(weights)],
        [out[l][1] if l in out else zero(b) for l, b in enumerate(biases)],
    )


@case("only-last-layer", where="hidden", note="the deltas detached: zero is carried down")
def detached(weights, biases, X, E):
    _, acts = run(weights, biases, X)
    g, dW, db = 2 * (acts[-1] - E) / len(X), [], []
    for l in reversed(range(len(weights))):
        g = g * acts[l + 1] * (1 - acts[l + 1])
        dW.insert(0, np.matmul(acts[l].T, g))
        db.insert(0, g.sum(axis=0))
        g = np.zeros_like(acts[l])
    return dW, db


@wrong_step("only-last-layer", where="hidden", note="a perceptron's step on a deep net")
def step_last(weights, biases, X, E, learning_rate):
    dW, db = right(weights, biases, X, E)
    new_w, new_b = [w.copy() for w in weights], [b.copy() for b in biases]
    new_w[-1] -= learning_rate * dW[-1]
    new_b[-1] -= learning_rate * db[-1]
    return new_w, new_b


# --- off-by-one-layer ---


@case("off-by-one-layer", where="W0 b0", note="range(L - 1, 0, -1): the first layer is never reached")
def first_never_reached(weights, biases, X, E):
    _, acts = run(weights, biases, X)
    dW, db = [np.zeros_like(w) for w in weights], [np.zeros_like(b) for b in biases]
    d = 2 * (acts[-1] - E) * acts[-1] * (1 - acts[-1]) / len(X)
    for l in range(len(weights) - 1, 0, -1):
        dW[l], db[l] = acts[l].T @ d, d.sum(0)
        d = d @ weights[l].T * acts[l] * (1 - acts[l])
    return dW, db


@case("off-by-one-layer", where="W1 b1", note="range with step two between output and input: the middle is skipped")
def middle_skipped(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = deltas(weights, zs, acts, E)
    dW, db = [0 * w for w in weights], [0 * b for b in biases]
    for l in range(len(weights) - 1, -1, -2):
        dW[l], db[l] = acts[l].T @ d[l], d[l].sum(axis=0)
    return dW, db


@case("off-by-one-layer", where="output", note="hidden layers only; the output layer is left out")
def output_skipped(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    return dW[:-1] + [np.zeros(weights[-1].shape)], db[:-1] + [np.zeros(biases[-1].shape)]


@case("off-by-one-layer", note="gradients written one place further down, the last one wraps round")
def shifted(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    out_w, out_b = [None] * len(dW), [None] * len(db)
    for l in range(len(dW)):
        out_w[l - 1], out_b[l - 1] = dW[l], db[l]
    return out_w, out_b


@wrong_step("off-by-one-layer", where="W0 b0", note="for l in range(1, L) in the update")
def update_from_one(weights, biases, X, E, learning_rate):
    dW, db = right(weights, biases, X, E)
    new_w, new_b = list(weights), list(biases)
    for l in range(1, len(weights)):
        new_w[l] = weights[l] - learning_rate * dW[l]
        new_b[l] = biases[l] - learning_rate * db[l]
    return new_w, new_b


# --- wrong-order ---


@case("wrong-order", where="W0 W2 b0 b2", note="appended on the way down, never turned round")
def never_reversed(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d, dW, db = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        dW.append(acts[l].T @ d)
        db.append(d.sum(axis=0))
        if l:
            d = d @ weights[l].T * sigmoid_prime(zs[l - 1])
    return dW, db


@case("wrong-order", where="b0 b2", note="only the bias list never turned round")
def biases_never_reversed(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    return dW, db[::-1]


@case("wrong-order", note="(db, dW), as a well-known book returns them")
def biases_first(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    return db, dW


@case("wrong-order", where="W0 W2", note="weights turned round twice")
def weights_reversed_twice(weights, biases, X, E):
    dW, db = [], []
    _, acts = run(weights, biases, X)
    g = 2 * (acts[-1] - E) / len(X)
    for w, a, below in zip(weights[::-1], acts[::-1], acts[-2::-1]):
        g = g * a * (1 - a)
        dW.insert(0, below.T @ g)
        db.insert(0, g.sum(axis=0))
        g = g @ w.T
    dW.reverse()
    return dW, db


@wrong_step(
    "wrong-order", where="W0 W2 b0 b2", raises=True, note="zip of the weights with gradients from last to first"
)
def step_reversed(weights, biases, X, E, learning_rate):
    dW, db = right(weights, biases, X, E)
    return descend(weights, biases, dW[::-1], db[::-1], learning_rate)


# --- assigned-instead-of-subtracted ---


@wrong_step("assigned-instead-of-subtracted", note="w = -rate * dw")
def assigned_minus(weights, biases, X, E, learning_rate):
    dW, db = right(weights, biases, X, E)
    return [-learning_rate * g for g in dW], [-learning_rate * g for g in db]


@wrong_step("assigned-instead-of-subtracted", note="w =- rate * dw reads as an assignment; class style")
def assigned_in_class(weights, biases, X, E, learning_rate):
    class Layer:
        def __init__(self, w, b):
            self.w, self.b = w, b

    layers = [Layer(w.copy(), b.copy()) for w, b in zip(weights, biases)]
    dW, db = right(weights, biases, X, E)
    for layer, gw, gb in zip(layers, dW, db):
        layer.w = -(learning_rate * gw)
        layer.b = -(learning_rate * gb)
    return [layer.w for layer in layers], [layer.b for layer in layers]


@wrong_step("assigned-instead-of-subtracted", where="biases", note="biases assigned, weights stepped")
def assigned_biases(weights, biases, X, E, learning_rate):
    dW, db = right(weights, biases, X, E)
    return [w - learning_rate * g for w, g in zip(weights, dW)], [-learning_rate * g for g in db]


@wrong_step("assigned-instead-of-subtracted", note="w = rate * dw, without even the minus")
def assigned_plus(weights, biases, X, E, learning_rate):
    dW, db = right(weights, biases, X, E)
    return [learning_rate * g for g in dW], [learning_rate * g for g in db]


@wrong_step("assigned-instead-of-subtracted", where="hidden", note="the hidden layers' line lost its w -")
def assigned_hidden(weights, biases, X, E, learning_rate):
    A = [np.asarray(X, float)]
    for w, b in zip(weights, biases):
        A.append(sigmoid(A[-1] @ w + b))
    d, ws, bs = 2 * (A[-1] - E) * A[-1] * (1 - A[-1]) / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        keep = 1.0 if l == len(weights) - 1 else 0.0
        ws.insert(0, keep * weights[l] - learning_rate * A[l].T @ d)
        bs.insert(0, keep * biases[l] - learning_rate * d.sum(axis=0))
        d = d @ weights[l].T * A[l] * (1 - A[l])
    return ws, bs
