"""One buffer for the bias sums of every layer, cut to length.

category: stale-or-aliased-buffers
where: b0 b1
kind: gradients
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def deltas(weights, zs, acts, E):
    """dC/dz of every layer, done right: for mistakes that come later than the deltas."""
    out = [None] * len(weights)
    out[-1] = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(E)
    for l in range(len(weights) - 2, -1, -1):
        out[l] = out[l + 1] @ weights[l + 1].T * sigmoid_prime(zs[l])
    return out


def run(weights, biases, X):
    """Pre-activations and activations, samples in rows."""
    zs, acts = [], [np.asarray(X, dtype=float)]
    for w, b in zip(weights, biases):
        zs.append(acts[-1] @ w + b)
        acts.append(sigmoid(zs[-1]))
    return zs, acts


def gradients(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    buffer, dW, db = np.zeros(max(len(b) for b in biases)), [], []
    for l, x in enumerate(deltas(weights, zs, acts, E)):
        dW.append(acts[l].T @ x)
        view = buffer[: len(biases[l])]
        np.sum(x, axis=0, out=view)
        db.append(view)
    return dW, db
