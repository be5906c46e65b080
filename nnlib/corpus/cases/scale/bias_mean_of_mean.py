"""Notes page: mean for the bias of a delta that is averaged already.

category: divided-twice
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
    _, acts = run(weights, biases, X)
    back, dW, db = 2 * (acts[-1] - E) / len(X), {}, {}
    for l in reversed(range(len(weights))):
        back = back * acts[l + 1] * (1 - acts[l + 1])
        dW[l], db[l] = acts[l].T @ back, np.average(back, axis=0)
        back = back @ weights[l].T
    return [dW[l] for l in sorted(dW)], [db[l] for l in sorted(db)]
