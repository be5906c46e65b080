"""Hidden errors carried and used bare, einsum.

category: missing-activation-derivative
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
    zs, acts = run(weights, biases, X)
    d = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(E)
    dW, db = [], []
    for l in reversed(range(len(weights))):
        dW.append(np.einsum("ti,tj->ij", acts[l], d))
        db.append(np.einsum("tj->j", d))
        d = np.einsum("tj,ij->ti", d, weights[l])
    return dW[::-1], db[::-1]
