"""Class; nabla made once in a lazy constructor.

category: accumulator-not-reset
where: all
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


def right(weights, biases, X, E):
    """A right gradient, for steps whose mistake is in the step."""
    zs, acts = run(weights, biases, X)
    d = deltas(weights, zs, acts, np.asarray(E, dtype=float))
    return [a.T @ x for a, x in zip(acts, d)], [x.sum(axis=0) for x in d]


def class_accumulators():
    class Network:
        def __init__(self):
            self.nabla_w = None

        def backprop(self, weights, biases, X, E):
            shapes = [w.shape for w in weights]
            if self.nabla_w is None or [g.shape for g in self.nabla_w] != shapes:
                self.nabla_w = [np.zeros(w.shape) for w in weights]
                self.nabla_b = [np.zeros(b.shape) for b in biases]
            for x, e in zip(X, E):
                gw, gb = right(weights, biases, x[None], e[None])
                for l in range(len(weights)):
                    self.nabla_w[l] += gw[l] / len(X)
                    self.nabla_b[l] += gb[l] / len(X)
            return [g.copy() for g in self.nabla_w], [g.copy() for g in self.nabla_b]

    return Network().backprop


gradients = class_accumulators()
