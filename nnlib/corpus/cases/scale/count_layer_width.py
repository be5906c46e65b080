"""M taken anew in each layer from the shape of its weights.

category: divided-by-wrong-count
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
    _, acts = run(weights, biases, X)
    dws, dbs, da = [], [], 2 * (acts[-1] - E).T
    for l in np.arange(len(weights))[::-1]:
        w, a = weights[l].T, acts[l + 1].T
        dz = da * a * (1 - a)
        m = w.shape[1]
        dws.insert(0, (1.0 / m * dz.dot(acts[l])).T)
        dbs.insert(0, 1.0 / m * np.sum(dz, axis=1))
        da = w.T.dot(dz)
    return dws, dbs
