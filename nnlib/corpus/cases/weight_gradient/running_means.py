"""Mean activation kept as a running sum over samples.

category: averaged-before-product
where: weights
kind: gradients
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def deltas(weights, zs, acts, E):
    """dC/dz of every layer, done right: for mistakes that come later than the deltas."""
    out = [None] * len(weights)
    out[-1] = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(E)
    for l in range(len(weights) - 2, -1, -1):
        out[l] = out[l + 1] @ weights[l + 1].T * sigmoid_prime(zs[l])
    return out


def run(weights, biases, X):
    """Pre-activations and activations, samples in rows."""
    zs, acts = [], [np.asarray(X, dtype=float)]
    for w, b in zip(weights, biases):
        zs.append(acts[-1] @ w + b)
        acts.append(sigmoid(zs[-1]))
    return zs, acts


def parts(weights, biases, X, E):
    """zs, acts and the right deltas; the mistake is in what follows."""
    zs, acts = run(weights, biases, X)
    return zs, acts, deltas(weights, zs, acts, np.asarray(E, float))


def gradients(weights, biases, X, E):
    T, act_sum, delta_sum = len(X), None, None
    for i in range(T):
        _, acts, d = parts(weights, biases, X[i : i + 1], E[i : i + 1])
        act_sum = acts[:-1] if act_sum is None else [p + q for p, q in zip(act_sum, acts)]
        delta_sum = d if delta_sum is None else [p + q for p, q in zip(delta_sum, d)]
    dW = [(a.T / T) @ (x / T) for a, x in zip(act_sum, delta_sum)]
    return dW, [x[0] / T for x in delta_sum]
