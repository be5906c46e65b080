"""The layer's own output in place of its input.

category: wrong-layer-activation
where: weights
kind: gradients
cost: bce
activations: sigmoid
"""

import numpy as np


def deltas_bce(weights, acts, E):
    """dC/dz of every layer, done right: the output's is (a - e) / T."""
    d = [(acts[-1] - E) / len(E)]
    for l in range(len(weights) - 1, 0, -1):
        d.insert(0, d[0] @ weights[l].T * acts[l] * (1 - acts[l]))
    return d


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
    d = deltas_bce(weights, acts, E)
    return [a.T @ x for a, x in zip(acts[1:], d)], [x.sum(axis=0) for x in d]
