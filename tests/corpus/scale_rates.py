"""Factors again: the wrong count under the fraction, and the learning rate where it does not belong or not at all."""

from __future__ import annotations

import numpy as np

from .registry import case, wrong_step
from .tools import deltas, descend, right, run, sigmoid_prime

# --- divided-by-wrong-count ---


@case("divided-by-wrong-count", note="X.shape[1], right only for samples as columns")
def count_features(weights, biases, X, E):
    m = X.shape[1]
    zs, acts = run(weights, biases, X)
    d, dW, db = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]), [], []
    for l in range(len(weights) - 1, -1, -1):
        dW.append(acts[l].T @ d / m)
        db.append(d.sum(axis=0) / m)
        if l:
            d = (d @ weights[l].T) * sigmoid_prime(zs[l - 1])
    return dW[::-1], db[::-1]


@case("divided-by-wrong-count", note="m taken anew in each layer from the shape of its weights")
def count_layer_width(weights, biases, X, E):
    _, acts = run(weights, biases, X)
    dws, dbs, da = [], [], 2 * (acts[-1] - E).T
    for l in np.arange(len(weights))[::-1]:
        w, a = weights[l].T, acts[l + 1].T
        dz = da * a * (1 - a)
        m = w.shape[1]
        dws.insert(0, (1.0 / m * dz.dot(acts[l])).T)
        dbs.insert(0, 1.0 / m * np.sum(dz, axis=1))
        da = w.T.dot(dz)
    return dws, dbs


@case("divided-by-wrong-count", note="the number of outputs in place of the number of samples")
def count_outputs(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    factor = len(E) / len(E[0])
    return [g * factor for g in dW], [g * factor for g in db]


@case("divided-by-wrong-count", where="biases", note="np.mean over both axes' count: biases divided by a width")
def count_biases(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = [x * len(X) for x in deltas(weights, zs, acts, E)]
    return [a.T @ x / len(X) for a, x in zip(acts, d)], [x.sum(axis=0) / x.shape[1] for x in d]


@case("divided-by-wrong-count", note="a batch size of 32 written into the code")
def count_fixed(weights, biases, X, E):
    BATCH_SIZE = 32
    nw, nb = [np.zeros(w.shape) for w in weights], [np.zeros(b.shape) for b in biases]
    for i in range(X.shape[0]):
        w1, b1 = right(weights, biases, X[i : i + 1], E[i : i + 1])
        nw, nb = [p + q for p, q in zip(nw, w1)], [p + q for p, q in zip(nb, b1)]
    return [n / BATCH_SIZE for n in nw], [n / BATCH_SIZE for n in nb]


@wrong_step("divided-by-wrong-count", note="len(weights) for len(X)")
def count_layers_step(weights, biases, X, E, learning_rate):
    zs, acts = run(weights, biases, X)
    total = [x * len(X) for x in deltas(weights, zs, acts, E)]
    eta = learning_rate / len(weights)
    return [w - eta * a.T @ x for w, a, x in zip(weights, acts, total)], [
        b - eta * x.sum(0) for b, x in zip(biases, total)
    ]


# --- learning-rate-in-gradient ---


@case("learning-rate-in-gradient", note="alpha as a constant of the file")
def rate_constant(weights, biases, X, E):
    alpha = 0.01
    zs, acts = run(weights, biases, X)
    d = deltas(weights, zs, acts, E)
    return [alpha * np.dot(a.T, x) for a, x in zip(acts, d)], [alpha * x.sum(axis=0) for x in d]


@case("learning-rate-in-gradient", fresh=True, note="class attribute self.lr")
def rate_in_class():
    class Network:
        lr = 0.1

        def gradients(self, weights, biases, X, E):
            dW, db = right(weights, biases, X, E)
            return [self.lr * g for g in dW], [self.lr * g for g in db]

    return Network().gradients


@case("learning-rate-in-gradient", where="biases", note="the rate slipped into the bias line only")
def rate_biases(weights, biases, X, E):
    eta = 0.05
    zs, acts = run(weights, biases, X)
    dW, db, g = [], [], 2 * (acts[-1] - E) / X.shape[0]
    for l in reversed(range(len(weights))):
        g = g * sigmoid_prime(zs[l])
        dW.append(acts[l].T @ g)
        db.append(eta * g.sum(axis=0))
        g = g @ weights[l].T
    return dW[::-1], db[::-1]


@case("learning-rate-in-gradient", note="in the delta of every layer, so it piles up on the way down")
def rate_in_deltas(weights, biases, X, E):
    lr = 0.1
    zs, acts = run(weights, biases, X)
    d = [lr * 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(X)]
    for l in range(len(weights) - 1, 0, -1):
        d.insert(0, lr * d[0] @ weights[l].T * sigmoid_prime(zs[l - 1]))
    return [a.T @ x for a, x in zip(acts, d)], [x.sum(axis=0) for x in d]


@wrong_step("learning-rate-in-gradient", note="rate in the gradient function and in the update")
def rate_twice(weights, biases, X, E, learning_rate):
    dW, db = right(weights, biases, X, E)
    dW, db = [learning_rate * g for g in dW], [learning_rate * g for g in db]
    return descend(weights, biases, dW, db, learning_rate)


@wrong_step(
    "learning-rate-in-gradient", where="hidden", note="rate in the delta that is carried down, and in the update"
)
def rate_carried(weights, biases, X, E, learning_rate):
    zs, acts = run(weights, biases, X)
    delta = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(X) * learning_rate
    new_w, new_b = [weights[-1] - acts[-2].T @ delta], [biases[-1] - delta.sum(axis=0)]
    for l in range(len(weights) - 2, -1, -1):
        delta = delta @ weights[l + 1].T * sigmoid_prime(zs[l])
        new_w.insert(0, weights[l] - learning_rate * acts[l].T @ delta)
        new_b.insert(0, biases[l] - learning_rate * delta.sum(axis=0))
    return new_w, new_b


# --- learning-rate-ignored ---


@wrong_step("learning-rate-ignored", note="w - dw")
def rate_forgotten(weights, biases, X, E, learning_rate):
    dW, db = right(weights, biases, X, E)
    return [w - g for w, g in zip(weights, dW)], [b - g for b, g in zip(biases, db)]


@wrong_step("learning-rate-ignored", note="overwritten by a constant at the top of the function")
def rate_overwritten(weights, biases, X, E, learning_rate):
    learning_rate = 0.1
    dW, db = right(weights, biases, X, E)
    return descend(weights, biases, dW, db, learning_rate)


@wrong_step("learning-rate-ignored", where="biases", note="rate on the weights only")
def rate_ignored_biases(weights, biases, X, E, learning_rate):
    dW, db = right(weights, biases, X, E)
    return [w - learning_rate * g for w, g in zip(weights, dW)], [np.subtract(b, g) for b, g in zip(biases, db)]


@wrong_step("learning-rate-ignored", where="output", note="the output layer updated by a line of its own")
def rate_ignored_output(weights, biases, X, E, learning_rate):
    dW, db = right(weights, biases, X, E)
    new_w, new_b = descend(weights, biases, dW, db, learning_rate)
    new_w[-1], new_b[-1] = weights[-1] - dW[-1], biases[-1] - db[-1]
    return new_w, new_b


@wrong_step("learning-rate-ignored", fresh=True, note="an optimiser object made with its own default rate")
def rate_of_optimiser():
    class SGD:
        def __init__(self, lr=0.01):
            self.lr = lr

        def step(self, parameters, grads):
            return [p - self.lr * g for p, g in zip(parameters, grads)]

    optimiser = SGD()

    def train_step(weights, biases, X, E, learning_rate):
        dW, db = right(weights, biases, X, E)
        return optimiser.step(weights, dW), optimiser.step(biases, db)

    return train_step
