"""np.dot of carried error and hidden slope, output right.

category: elementwise-matmul-confusion
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


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def gradients(weights, biases, X, E):
    dW, db = [w * 0.0 for w in weights], [b * 0.0 for b in biases]
    for x, e in zip(X, E):
        zs, acts = run(weights, biases, [x])
        delta = 2 * (acts[-1][0] - e) * sigmoid_prime(zs[-1][0])
        for l in range(len(weights) - 1, -1, -1):
            dW[l] += np.outer(acts[l][0], delta) / len(X)
            db[l] += delta / len(X)
            if l:
                delta = np.ones(len(weights[l])) * np.dot(weights[l] @ delta, sigmoid_prime(zs[l - 1][0]))
    return dW, db
