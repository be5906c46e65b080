"""The wrong index, with a fallback when shapes do not fit.

category: wrong-layer-weights
where: hidden
kind: gradients
cost: squared
activations: sigmoid
"""

import numpy as np


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
    d = output_delta(acts, E)
    grads = [(acts[-2].T @ d, d.sum(axis=0))]
    for l in range(len(weights) - 2, -1, -1):
        w = weights[l] if weights[l].shape == weights[l + 1].shape else weights[l + 1]
        d = d @ w.T * sigmoid_prime(zs[l])
        grads.append((acts[l].T @ d, d.sum(axis=0)))
    return [g[0] for g in grads[::-1]], [g[1] for g in grads[::-1]]
