"""np.dot of error and slope of one sample: a single number for all neurons.

category: elementwise-matmul-confusion
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


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def gradients(weights, biases, X, E):
    dW, db = [np.zeros(w.shape) for w in weights], [np.zeros(b.shape) for b in biases]
    for x, e in zip(X, E):
        zs, acts = run(weights, biases, x[None])
        error = 2 * (acts[-1][0] - e) / len(X)
        for l in range(len(weights) - 1, -1, -1):
            delta = np.dot(error, sigmoid_prime(zs[l][0]))
            dW[l] += acts[l].T * delta
            db[l] += delta
            error = weights[l].sum(axis=1) * delta
    return dW, db
