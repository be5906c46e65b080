"""Target minus output, with its minus at the end.

category: correct
where: none
kind: gradients
cost: squared
activations: sigmoid
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
    d, dW, db = (E - acts[-1]) * sigmoid_prime(zs[-1]), [], []
    for l in range(len(weights) - 1, -1, -1):
        dW.append(-2 / len(X) * acts[l].T.dot(d))
        db.append(-2 * d.mean(axis=0))
        if l:
            d = d.dot(weights[l].T) * sigmoid_prime(zs[l - 1])
    return dW[::-1], db[::-1]
