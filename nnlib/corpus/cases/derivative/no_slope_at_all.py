"""A linear network's backward pass, per sample.

category: missing-activation-derivative
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


def gradients(weights, biases, X, E):
    dW, db = [np.zeros(w.shape) for w in weights], [np.zeros(b.shape) for b in biases]
    for x, e in zip(X, E):
        _, acts = run(weights, biases, [x])
        g = 2 * (acts[-1][0] - e) / len(X)
        for l in range(len(weights))[::-1]:
            dW[l] += np.outer(acts[l][0], g)
            db[l] += g
            g = weights[l] @ g
    return dW, db
