"""sigmoid_prime(a) in place of sigmoid_prime(z).

category: derivative-at-wrong-point
where: hidden
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


def carried(weights, biases, X, E, down):
    """Right at the output; `down(d, l, zs, acts)` is the delta one layer further down."""
    zs, acts = run(weights, biases, X)
    d = [(acts[-1] - E) / len(E)]
    for l in range(len(weights) - 1, 0, -1):
        d.insert(0, down(d[0], l, zs, acts))
    return collect(acts, d)


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def gradients(weights, biases, X, E):
    return carried(weights, biases, X, E, lambda d, l, zs, acts: d @ weights[l].T * sigmoid_prime(acts[l]))
