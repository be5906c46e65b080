"""np.outer(delta, a) per sample, lists grown as needed.

category: transposed-gradient
where: weights
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
    dW, db = None, None
    for x, e in zip(X, E):
        zs, acts = run(weights, biases, x[None, :])
        d = [2 * (acts[-1][0] - e) * sigmoid_prime(zs[-1][0])]
        for l in range(len(weights) - 1, 0, -1):
            d = [weights[l] @ d[0] * sigmoid_prime(zs[l - 1][0])] + d
        one = [np.outer(v, a[0]) for v, a in zip(d, acts)]
        dW = one if dW is None else [p + q for p, q in zip(dW, one)]
        db = d if db is None else [p + q for p, q in zip(db, d)]
    return [g / len(X) for g in dW], [g / len(X) for g in db]
