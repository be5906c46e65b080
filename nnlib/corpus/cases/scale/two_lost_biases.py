"""The two only in the weight formula.

category: missing-factor-two
where: biases
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
    def back(l, err):
        slope = acts[l + 1] * (1 - acts[l + 1])
        below = back(l - 1, (err * slope) @ weights[l].T) if l else ([], [])
        return below[0] + [2 * acts[l].T @ (err * slope)], below[1] + [(err * slope).sum(axis=0)]

    _, acts = run(weights, biases, X)
    return back(len(weights) - 1, (acts[-1] - E) / len(E))
