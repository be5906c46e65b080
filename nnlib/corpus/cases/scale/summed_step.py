"""Class with its own state, step on the sum.

category: sum-instead-of-mean
where: all
kind: train_step
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


def train_step(weights, biases, X, E, learning_rate):
    class Net:
        def __init__(self):
            self.w, self.b = [np.array(w) for w in weights], [np.array(b) for b in biases]

        def fit(self):
            zs, acts = run(self.w, self.b, X)
            d = [x * len(X) for x in deltas(self.w, zs, acts, E)]
            for l, x in enumerate(d):
                self.w[l] -= learning_rate * acts[l].T @ x
                self.b[l] -= learning_rate * x.sum(axis=0)
            return self.w, self.b

    return Net().fit()
