"""batch_size = 32, whole batches only: fewer samples than that give no gradient at all.

category: batch-remainder
where: all
kind: gradients
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def deltas(weights, zs, acts, E):
    """dC/dz of every layer, done right: for mistakes that come later than the deltas."""
    out = [None] * len(weights)
    out[-1] = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(E)
    for l in range(len(weights) - 2, -1, -1):
        out[l] = out[l + 1] @ weights[l + 1].T * sigmoid_prime(zs[l])
    return out


def run(weights, biases, X):
    """Pre-activations and activations, samples in rows."""
    zs, acts = [], [np.asarray(X, dtype=float)]
    for w, b in zip(weights, biases):
        zs.append(acts[-1] @ w + b)
        acts.append(sigmoid(zs[-1]))
    return zs, acts


def right(weights, biases, X, E):
    """A right gradient, for steps whose mistake is in the step."""
    zs, acts = run(weights, biases, X)
    d = deltas(weights, zs, acts, np.asarray(E, dtype=float))
    return [a.T @ x for a, x in zip(acts, d)], [x.sum(axis=0) for x in d]


def mini_batches(weights, biases, X, E, starts, size):
    dW, db = [0 * w for w in weights], [0 * b for b in biases]
    for s in starts:
        gw, gb = right(weights, biases, X[s : s + size], E[s : s + size])
        dW, db = [p + q for p, q in zip(dW, gw)], [p + q for p, q in zip(db, gb)]
    return dW, db


def gradients(weights, biases, X, E):
    size, n = 32, len(X) // 32
    dW, db = mini_batches(weights, biases, X, E, range(0, n * size, size), size)
    return [g / max(n, 1) for g in dW], [g / max(n, 1) for g in db]
