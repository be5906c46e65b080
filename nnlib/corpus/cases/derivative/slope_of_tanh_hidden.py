"""tanh slope on hidden layers, sigmoid slope at the output.

category: wrong-activation-derivative
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
    d = 2 * (acts[-1] - E) * acts[-1] * (1 - acts[-1])
    dW, db = [acts[-2].T @ d / len(X)], [d.mean(axis=0)]
    for l in range(len(weights) - 2, -1, -1):
        d = d @ weights[l + 1].T * (1 - np.square(acts[l + 1]))
        dW, db = [acts[l].T @ d / len(X)] + dW, [d.mean(axis=0)] + db
    return dW, db
