"""No hidden slopes, no biases.

category: missing-activation-derivative
where: W0 W1 b0 b1 b2
kind: gradients
cost: squared
activations: sigmoid
also: bias-gradient-zero
"""

import numpy as np


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
    d, dW = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(X), []
    for l in range(len(weights) - 1, -1, -1):
        dW.insert(0, acts[l].T @ d)
        d = d @ weights[l].T
    return dW, [np.zeros(b.shape) for b in biases]
