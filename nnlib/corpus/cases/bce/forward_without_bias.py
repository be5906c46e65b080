"""No bias in the forward pass inside.

category: wrong-forward-pass
where: all
kind: gradients
cost: bce
activations: sigmoid
"""

import numpy as np


def collect(acts, d):
    return [a.T @ x for a, x in zip(acts, d)], [x.sum(axis=0) for x in d]


def deltas_bce(weights, acts, E):
    """dC/dz of every layer, done right: the output's is (a - e) / T."""
    d = [(acts[-1] - E) / len(E)]
    for l in range(len(weights) - 1, 0, -1):
        d.insert(0, d[0] @ weights[l].T * acts[l] * (1 - acts[l]))
    return d


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(weights, biases, X, E):
    acts = [X]
    for w in weights:
        acts.append(sigmoid(acts[-1] @ w))
    return collect(acts, deltas_bce(weights, acts, E))
