"""Signs: target minus output without the minus, the step uphill, one line with the wrong sign."""

from __future__ import annotations

import numpy as np

from .registry import case, wrong_step
from .tools import deltas, right, run, sigmoid, sigmoid_prime


@case("sign", note="target minus output, samples in columns")
def target_minus_output(weights, biases, X, E):
    Y, m, cache = E.T, E.shape[0], [X.T]
    for W, b in zip(weights, biases):
        cache.append(sigmoid(np.dot(W.T, cache[-1]) + b.reshape(-1, 1)))
    dZ, dW, db = 2 * (Y - cache[-1]) * cache[-1] * (1 - cache[-1]), [], []
    for l in range(len(weights) - 1, -1, -1):
        dW.insert(0, np.dot(dZ, cache[l].T).T / m)
        db.insert(0, dZ.sum(axis=1) / m)
        dZ = np.dot(weights[l], dZ) * cache[l] * (1 - cache[l])
    return dW, db


@case("sign", note="per-sample, layer error as target minus output all the way")
def layer_errors(weights, biases, X, E):
    sums = [[0 * w, 0 * b] for w, b in zip(weights, biases)]
    for x, e in zip(np.asarray(X, float), E):
        outs = [x]
        for w, b in zip(weights, biases):
            outs.append(sigmoid(outs[-1] @ w + b))
        error = 2 * (e - outs[-1])
        for l in range(len(weights) - 1, -1, -1):
            delta = error * outs[l + 1] * (1 - outs[l + 1])
            sums[l][0] = sums[l][0] + outs[l][:, None] * delta[None, :]
            sums[l][1] = sums[l][1] + delta
            error = weights[l] @ delta
    return [s[0] / len(X) for s in sums], [s[1] / len(X) for s in sums]


@case("sign", where="biases", note="minus slipped into the bias line")
def minus_in_biases(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    return dW, [-g for g in db]


@case("sign", where="hidden", note="output by e - a, with its minus; hidden layers without it")
def minus_lost_below(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    err = 2 * (E - acts[-1]) / len(X)
    d = err * sigmoid_prime(zs[-1])
    dW, db = [-acts[-2].T @ d], [-d.sum(axis=0)]
    for l in range(len(weights) - 2, -1, -1):
        d = (d @ weights[l + 1].T) * sigmoid_prime(zs[l])
        dW.insert(0, acts[l].T @ d)
        db.insert(0, d.sum(axis=0))
    return dW, db


@case("sign", where="output", note="only the output layer's own arrays are negated")
def minus_at_output(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = deltas(weights, zs, acts, E)
    signs = [1.0] * (len(d) - 1) + [-1.0]
    return [s * a.T @ x for s, a, x in zip(signs, acts, d)], [s * x.sum(0) for s, x in zip(signs, d)]


@case("sign", where="W1 b1", note="a minus at each hop down: every second hidden layer is negated")
def alternating(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d, dW, db = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(X), [], []
    for l in reversed(range(len(weights))):
        dW.append(acts[l].T @ d)
        db.append(d.sum(0))
        if l:
            d = -d @ weights[l].T * sigmoid_prime(zs[l - 1])
    return dW[::-1], db[::-1]


@wrong_step("sign", note="+= of a right gradient")
def uphill(weights, biases, X, E, learning_rate):
    dW, db = right(weights, biases, X, E)
    return [w + learning_rate * g for w, g in zip(weights, dW)], [b + learning_rate * g for b, g in zip(biases, db)]


@wrong_step("sign", where="biases", note="weights down, biases up")
def biases_uphill(weights, biases, X, E, learning_rate):
    dW, db = right(weights, biases, X, E)
    new_w = [w - learning_rate * g for w, g in zip(weights, dW)]
    return new_w, [b + learning_rate * g for b, g in zip(biases, db)]


@wrong_step("sign", note="target minus output together with minus-equals")
def double_minus(weights, biases, X, E, learning_rate):
    net = [[w.copy(), b.copy()] for w, b in zip(weights, biases)]
    zs, acts = run(weights, biases, X)
    delta = 2 * (E - acts[-1]) * acts[-1] * (1 - acts[-1])
    for l in range(len(net) - 1, -1, -1):
        below = (delta @ weights[l].T) * acts[l] * (1 - acts[l])
        net[l][0] -= learning_rate / len(X) * acts[l].T @ delta
        net[l][1] -= learning_rate / len(X) * delta.sum(axis=0)
        delta = below
    return [n[0] for n in net], [n[1] for n in net]
