"""Lists made by generators, returned as lists of lists.

category: correct
where: none
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


def gradients(weights, biases, X, E):
    def walk(acts):
        d = 2 * (acts[-1] - E) / len(X)
        for w, above, below in zip(weights[::-1], acts[::-1], acts[-2::-1]):
            d = d * above * (1 - above)
            yield (below.T @ d).tolist(), d.sum(axis=0).tolist()
            d = d @ w.T

    pairs = list(walk(run(weights, biases, X)[1]))[::-1]
    return list(p[0] for p in pairs), list(p[1] for p in pairs)
