"""The sum is there at the output, not between hidden layers.

category: missing-sum-over-downstream
where: W0 b0
kind: gradients
cost: squared
activations: sigmoid
"""

import numpy as np


def collect(acts, d):
    return [a.T @ x for a, x in zip(acts, d)], [x.sum(axis=0) for x in d]


def output_delta(acts, E):
    return 2 * (acts[-1] - E) * acts[-1] * (1 - acts[-1]) / len(E)


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
    d = [output_delta(acts, E)]
    for l in range(len(weights) - 1, 0, -1):
        paths = d[0][:, None, :] * weights[l][None, :, :]
        down = paths.sum(axis=2) if l == len(weights) - 1 else paths[:, :, 0]
        d.insert(0, down * acts[l] * (1 - acts[l]))
    return collect(acts, d)
