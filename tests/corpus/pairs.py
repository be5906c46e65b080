"""Two mistakes at once, as threads have them: the first is the one to name, the second counts as well."""

from __future__ import annotations

import numpy as np

from .registry import case, wrong_step
from .tools import deltas, descend, right, run, sigmoid, sigmoid_prime


@case(
    "sum-instead-of-mean", also=("missing-factor-two",), note="no 2 and no mean: one sample's textbook formula, summed"
)
def textbook_sum(weights, biases, X, E):
    dW, db = [np.zeros(w.shape) for w in weights], [np.zeros(b.shape) for b in biases]
    for x, y in zip(X, E):
        a = [x]
        for w, b in zip(weights, biases):
            a.append(sigmoid(a[-1] @ w + b))
        delta = (a[-1] - y) * a[-1] * (1 - a[-1])
        for l in range(len(weights) - 1, -1, -1):
            dW[l] += np.outer(a[l], delta)
            db[l] += delta
            delta = weights[l] @ delta * a[l] * (1 - a[l])
    return dW, db


@case("error-propagated-without-derivative", also=("sum-instead-of-mean",), note="raw errors carried down, and summed")
def raw_error_sum(weights, biases, X, E):
    _, acts = run(weights, biases, X)
    error, dW, db = 2 * (acts[-1] - E), [], []
    for l in range(len(weights) - 1, -1, -1):
        delta = error * acts[l + 1] * (1 - acts[l + 1])
        dW.insert(0, acts[l].T @ delta)
        db.insert(0, delta.sum(axis=0))
        error = error @ weights[l].T
    return dW, db


@case("cross-entropy-delta", also=("sum-instead-of-mean",), note="a - y, never averaged")
def a_minus_y_sum(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = [acts[-1] - E]
    for w, z in zip(weights[:0:-1], zs[-2::-1]):
        d.insert(0, d[0] @ w.T * sigmoid_prime(z))
    return [a.T @ x for a, x in zip(acts, d)], [x.sum(axis=0) for x in d]


@case("derivative-at-wrong-point", also=("missing-factor-two",), note="sigmoid of a sigmoid, and no 2")
def wrong_point_no_two(weights, biases, X, E):
    _, acts = run(weights, biases, X)
    d, dW, db = (acts[-1] - E) / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        d = d * sigmoid_prime(acts[l + 1])
        dW.append(acts[l].T @ d)
        db.append(d.sum(axis=0))
        d = d @ weights[l].T
    return dW[::-1], db[::-1]


@wrong_step("sign", also=("missing-factor-two",), note="uphill, without the 2")
def uphill_no_two(weights, biases, X, E, learning_rate):
    dW, db = right(weights, biases, X, E)
    return descend(weights, biases, [-g / 2 for g in dW], [-g / 2 for g in db], learning_rate)


@case("bias-gradient-zero", also=("missing-factor-two",), note="no biases, no 2")
def no_biases_no_two(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    return [g / 2 for g in dW], [0 * g for g in db]


@case("transposed-gradient", also=("sum-instead-of-mean",), note="column formula on rows, summed")
def transposed_sum(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = [len(X) * x for x in deltas(weights, zs, acts, E)]
    return [x.T @ a for a, x in zip(acts, d)], [x.sum(axis=0) for x in d]


@wrong_step("used-updated-weights", also=("missing-factor-two",), note="update in the loop, and no 2")
def updated_no_two(weights, biases, X, E, learning_rate):
    ws, bs = list(weights), list(biases)
    zs, acts = run(ws, bs, X)
    d = (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(X)
    for l in range(len(ws) - 1, -1, -1):
        ws[l] = ws[l] - learning_rate * acts[l].T @ d
        bs[l] = bs[l] - learning_rate * d.sum(axis=0)
        if l:
            d = d @ ws[l].T * sigmoid_prime(zs[l - 1])
    return ws, bs


@wrong_step("per-sample-updates", also=("missing-factor-two",), note="online with the textbook delta")
def online_no_two(weights, biases, X, E, learning_rate):
    for i in range(len(X)):
        dW, db = right(weights, biases, X[[i]], E[[i]])
        weights, biases = descend(weights, biases, dW, db, learning_rate / 2)
    return weights, biases


@case("wrong-order", where="all", also=("missing-factor-two",), note="never turned round, and no 2")
def reversed_no_two(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    return [g / 2 for g in dW[::-1]], [g / 2 for g in db[::-1]]


@case(
    "preactivation-instead-of-activation", also=("bias-wrong-axis",), where="W1 W2 biases", note="z for a, and axis=1"
)
def z_and_axis(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = deltas(weights, zs, acts, E)
    return [v.T @ x for v, x in zip([acts[0], *zs], d)], [x.sum(axis=1) for x in d]


@case(
    "missing-activation-derivative",
    also=("bias-gradient-zero",),
    where="W0 W1 biases",
    note="no hidden slopes, no biases",
)
def no_slopes_no_biases(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d, dW = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(X), []
    for l in range(len(weights) - 1, -1, -1):
        dW.insert(0, acts[l].T @ d)
        d = d @ weights[l].T
    return dW, [np.zeros(b.shape) for b in biases]
