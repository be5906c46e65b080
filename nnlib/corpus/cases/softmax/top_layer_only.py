"""Softmax regression on a hidden layer that is never trained.

category: only-last-layer
where: hidden
kind: gradients
cost: cross-entropy
activations: sigmoid, softmax
"""

import numpy as np


def collect(acts, d):
    return [a.T @ x for a, x in zip(acts, d)], [x.sum(axis=0) for x in d]


def deltas_soft(weights, acts, E):
    """dC/dz of every layer, done right: the output's is (a - e) / T."""
    d = [(acts[-1] - E) / len(E)]
    for l in range(len(weights) - 1, 0, -1):
        d.insert(0, d[0] @ weights[l].T * acts[l] * (1 - acts[l]))
    return d


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def run_soft(weights, biases, X, output=softmax):
    """Pre-activations and activations: sigmoid layers below a softmax."""
    zs, acts = [], [np.asarray(X, dtype=float)]
    for w, b in zip(weights, biases):
        zs.append(acts[-1] @ w + b)
        acts.append(sigmoid(zs[-1]))
    acts[-1] = output(zs[-1])
    return zs, acts


def right_soft(weights, biases, X, E):
    _, acts = run_soft(weights, biases, X)
    return collect(acts, deltas_soft(weights, acts, np.asarray(E, float)))


def gradients(weights, biases, X, E):
    dW, db = right_soft(weights, biases, X, E)
    return [0 * g for g in dW[:-1]] + dW[-1:], [0 * g for g in db[:-1]] + db[-1:]
