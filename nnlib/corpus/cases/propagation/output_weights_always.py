"""The output weights at every hop: right for one hidden layer.

category: wrong-layer-weights
where: W0 b0
kind: gradients
cost: squared
activations: sigmoid
raises: on some problems
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
    for z in zs[-2::-1]:
        d.insert(0, d[0] @ weights[-1].T * sigmoid_prime(z))
    return collect(acts, d)
