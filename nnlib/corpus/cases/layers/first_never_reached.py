"""range(L - 1, 0, -1): the first layer is never reached.

category: off-by-one-layer
where: W0 b0
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
    _, acts = run(weights, biases, X)
    dW, db = [np.zeros_like(w) for w in weights], [np.zeros_like(b) for b in biases]
    d = 2 * (acts[-1] - E) * acts[-1] * (1 - acts[-1]) / len(X)
    for l in range(len(weights) - 1, 0, -1):
        dW[l], db[l] = acts[l].T @ d, d.sum(0)
        d = d @ weights[l].T * acts[l] * (1 - acts[l])
    return dW, db
