"""Backpropagation for the weights, one-sided differences for the biases.

category: finite-difference-error
where: biases
kind: gradients
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def cost_of(weights, biases, X, E):
    a = np.asarray(X)
    for w, b in zip(weights, biases):
        a = sigmoid(a @ w + b)
    return ((a - E) ** 2).sum() / len(E)


def numeric(weights, biases, X, E, slope):
    """slope(at) for each parameter in turn, where at(h) is the cost with h added to that one parameter."""
    ws, bs = [np.array(w, float) for w in weights], [np.array(b, float) for b in biases]
    out = []
    for v in ws + bs:
        g = np.zeros(v.shape)
        for i in np.ndindex(v.shape):
            kept = v[i]

            def at(h):
                v[i] = kept + h
                return cost_of(ws, bs, X, E)

            g[i] = slope(at)
            v[i] = kept
        out.append(g)
    return out[: len(ws)], out[len(ws) :]


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


def right(weights, biases, X, E):
    """A right gradient, for steps whose mistake is in the step."""
    zs, acts = run(weights, biases, X)
    d = deltas(weights, zs, acts, np.asarray(E, dtype=float))
    return [a.T @ x for a, x in zip(acts, d)], [x.sum(axis=0) for x in d]


def gradients(weights, biases, X, E):
    db = numeric(weights, biases, X, E, lambda at: (at(0.0) - at(-0.01)) / 0.01)[1]
    return right(weights, biases, X, E)[0], db
