"""Half in the cost, doubled at the very end.

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


def gradients(weights, biases, X, E):
    _, acts = run(weights, biases, X)
    g, out = (acts[-1] - E) / len(X), []
    for l in reversed(range(len(weights))):
        g = g * acts[l + 1] * (1 - acts[l + 1])
        out.append((2 * acts[l].T @ g, 2 * g.sum(0)))
        g = g @ weights[l].T
    dW, db = zip(*reversed(out))
    return dW, db
