"""The first weights at every hop.

category: wrong-layer-weights
where: hidden
kind: gradients
cost: squared
activations: sigmoid
raises: on some problems
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


def gradients(weights, biases, X, E):
    _, acts = run(weights, biases, X)
    g, dW, db = output_delta(acts, E), [], []
    for l in range(len(weights) - 1, -1, -1):
        dW.append(acts[l].T @ g)
        db.append(g.sum(axis=0))
        if l > 0:
            g = np.einsum("ty,xy->tx", g, weights[0]) * acts[l] * (1 - acts[l])
    return dW[::-1], db[::-1]
