"""Everywhere: error and delta both carry it, per sample.

category: duplicated-derivative
where: all
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
    dW, db = [w * 0.0 for w in weights], [b * 0.0 for b in biases]
    for x, e in zip(X, E):
        zs, acts = run(weights, biases, x.reshape(1, -1))
        error = 2 * (acts[-1] - e) * sigmoid_prime(zs[-1])
        for l in range(len(weights) - 1, -1, -1):
            delta = error * sigmoid_prime(zs[l])
            dW[l] = dW[l] + acts[l].T @ delta / len(X)
            db[l] = db[l] + delta[0] / len(X)
            if l:
                error = delta @ weights[l].T * sigmoid_prime(zs[l - 1])
    return dW, db
