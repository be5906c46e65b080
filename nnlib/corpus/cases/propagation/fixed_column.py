"""np.delete with a number written for another width: the wrong column goes.

category: bias-column-misaligned
where: hidden
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
    layers = [np.hstack([w.T, b[:, None]]) for w, b in zip(weights, biases)]
    d, dW, db = 2 * (acts[-1] - E) * acts[-1] * (1 - acts[-1]) / len(X), [], []
    for l in range(len(layers) - 1, -1, -1):
        dW.insert(0, acts[l].T @ d)
        db.insert(0, d.sum(axis=0))
        if l:
            d = d @ np.delete(layers[l], 1, 1) * acts[l] * (1 - acts[l])
    return dW, db
