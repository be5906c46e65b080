"""Only at the first hop: the raw output error, then right.

category: error-propagated-without-derivative
where: hidden
kind: gradients
cost: squared
activations: sigmoid
"""

import numpy as np


def collect(acts, d):
    return [a.T @ x for a, x in zip(acts, d)], [x.sum(axis=0) for x in d]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def run(weights, biases, X):
    """Pre-activations and activations, samples in rows."""
    zs, acts = [], [np.asarray(X, dtype=float)]
    for w, b in zip(weights, biases):
        zs.append(acts[-1] @ w + b)
        acts.append(sigmoid(zs[-1]))
    return zs, acts


def gradients(weights, biases, X, E):
    _, acts = run(weights, biases, X)
    err = 2 * (acts[-1] - E) / len(X)
    d = [err * acts[-1] * (1 - acts[-1])]
    for l in range(len(weights) - 1, 0, -1):
        carried = err if l == len(weights) - 1 else d[0]
        d.insert(0, carried @ weights[l].T * acts[l] * (1 - acts[l]))
    return collect(acts, d)
