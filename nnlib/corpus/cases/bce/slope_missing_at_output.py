"""dA of the cost is used as dZ of the output layer.

category: missing-activation-derivative
where: all
kind: gradients
cost: bce
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


def from_output_delta(weights, biases, X, E, delta):
    """Right below the output; `delta(a, e)` is the output's."""
    _, acts = run(weights, biases, X)
    d = [delta(acts[-1], E)]
    for l in range(len(weights) - 1, 0, -1):
        d.insert(0, d[0] @ weights[l].T * acts[l] * (1 - acts[l]))
    return collect(acts, d)


def gradients(weights, biases, X, E):
    return from_output_delta(weights, biases, X, E, lambda a, e: (a - e) / (a * (1 - a)) / len(e))
