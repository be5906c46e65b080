"""The mean of the deltas above, per sample in plain loops.

category: delta-not-propagated-through-weights
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
    dW, db = [np.zeros(w.shape) for w in weights], [np.zeros(b.shape) for b in biases]
    for i in range(len(X)):
        _, acts = run(weights, biases, X[i : i + 1])
        delta = [2 * (a - e) * a * (1 - a) for a, e in zip(acts[-1][0], E[i])]
        for l in range(len(weights) - 1, -1, -1):
            dW[l] += np.outer(acts[l], delta) / len(X)
            db[l] += np.array(delta) / len(X)
            mean = sum(delta) / len(delta)
            delta = [mean * a * (1 - a) for a in acts[l][0]]
    return dW, db
