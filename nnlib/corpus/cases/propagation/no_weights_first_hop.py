"""No weights at the first hop, weights after it.

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


def backward(weights, biases, X, E, local=None, carry=None):
    """A backward pass with two hooks: local(l, dA, z, a) gives dZ, carry(l, dZ, w) gives the dA below."""
    local = local or (lambda l, dA, z, a: dA * a * (1 - a))
    carry = carry or (lambda l, dZ, w: dZ @ w.T)
    zs, acts = run(weights, biases, X)
    dA, dW, db = 2 * (acts[-1] - E) / len(X), [], []
    for l in reversed(range(len(weights))):
        dZ = local(l, dA, zs[l], acts[l + 1])
        dW.insert(0, acts[l].T @ dZ)
        db.insert(0, dZ.sum(axis=0))
        dA = carry(l, dZ, weights[l])
    return dW, db


def gradients(weights, biases, X, E):
    last = len(weights) - 1

    def carry(l, dZ, w):
        return dZ.sum(axis=1, keepdims=True) * np.ones(len(w)) if l == last else dZ @ w.T

    return backward(weights, biases, X, E, carry=carry)
