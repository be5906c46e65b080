"""Only the first neuron above.

category: missing-sum-over-downstream
where: hidden
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


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def gradients(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = [output_delta(acts, E)]
    for l in range(len(weights) - 1, 0, -1):
        d.insert(0, np.outer(d[0][:, 0], weights[l][:, 0]) * sigmoid_prime(zs[l - 1]))
    return collect(acts, d)
